"""How far notebooks can be compared on this machine, and a word about it at the end of a run."""

import os
from pathlib import Path


def real_mnist_is_here():
    """Tell whether notebooks can be compared strictly: their outputs come from the real MNIST."""
    folder = os.environ.get("FIRSTNET_DATA", "")
    home = Path(os.environ.get("KERAS_HOME", Path.home() / ".keras"))
    places = [Path(folder) / "mnist.npz", home / "datasets" / "mnist.npz"]
    return folder != "embedded" and any(path.is_file() for path in places)


def pytest_terminal_summary(terminalreporter):
    """Say loudly when outputs were not compared."""
    if not real_mnist_is_here():
        terminalreporter.write_sep("=", "LAX: no real MNIST here", yellow=True)
        terminalreporter.write_line(
            "Notebooks were executed on the embedded digits; their outputs were not compared. "
            "Set FIRSTNET_DATA to the folder of mnist.npz for the strict run."
        )
