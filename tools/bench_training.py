"""Measure training: the articles' recipes against ours, NumPy against Keras, and `interact`."""

import io
import os
import subprocess
import sys
import time
from contextlib import redirect_stdout
from pathlib import Path
from tempfile import TemporaryDirectory

from tools import ROOT
from tools.experiments import races, step_cost

OURS = "all 60,000 rows"  # the last change of both ladders
RACES = {"MLP, article A": races.MLP_RACE, "CNN, article C": races.CNN_RACE}


def quietly(recipe, settings: dict) -> dict:
    """Run a recipe of the experiments once, on the real MNIST, and return what it gave."""
    with TemporaryDirectory() as folder, redirect_stdout(io.StringIO()):
        return recipe(settings, folder=Path(folder), report=lambda *_, **__: None)


def bench_recipes(scale: float = 1.0) -> None:
    """Print the seconds of each article's recipe and of ours, and how many times sooner ours is.

    `scale` below 1 shortens the article's recipe, and the seconds are then stretched again: for
    tests.
    """
    print(
        "\nFrom the article's recipe to ours, in seconds of training, and accuracy on the test set:"
    )
    print(f"{'network':<16}{'article':>10}{'accuracy':>10}{'ours':>10}{'accuracy':>10}{'ratio':>9}")
    for name, ladder in RACES.items():
        ours = next(run for run in ladder if run["change"] == OURS)
        epochs = max(1, round(scale * ladder[0]["epochs"]))
        before = quietly(races.race, ladder[0] | {"epochs": epochs})
        after = quietly(races.race, ours)
        seconds = before["seconds"]["total"] * ladder[0]["epochs"] / epochs
        ratio = seconds / after["seconds"]["total"]
        row = (seconds, before["test"]["accuracy"], after["seconds"]["total"])
        print(f"{name:<16}{row[0]:10.1f}{row[1]:10.4f}{row[2]:10.1f}", end="")
        print(f"{after['test']['accuracy']:10.4f}{ratio:9.1f}")


def bench_steps(batch_sizes=(16, 64, 256)) -> None:
    """Print the seconds of an epoch on one thread, in Keras three ways and in NumPy."""
    print(f"\nAn epoch of {step_cost.ROWS:,} rows on one thread, 784-128-128-10, in seconds:")
    columns = (*step_cost.WAYS, "fit / NumPy")
    print(f"{'batch size':<12}" + "".join(f"{column:>34}" for column in columns))
    for batch_size in batch_sizes:
        found = []
        for way in step_cost.WAYS:
            settings = step_cost.SETTINGS | {"way": way, "batch_size": batch_size}
            found.append(quietly(step_cost.measure_steps, settings)["seconds"]["best"])
        numbers = (*found, found[0] / found[-1])  # WAYS begins with `fit` and ends with NumPy
        print(f"{batch_size:<12}" + "".join(f"{one:34.3f}" for one in numbers))


def bench_interact(moves: int = 30) -> float:
    """Print and return how long matplotlib takes to draw again what an explorable draws, in ms.

    What ipywidgets' `interact` does at each move of its slider: run the function, make a PNG. The
    way to the browser and back is not in it, so a reader waits longer than this.
    """
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt
    import numpy as np
    from ipywidgets import FloatSlider, interactive

    def draw(w):
        x = np.linspace(-4, 4, 200)
        figure, ax = plt.subplots(layout="constrained")
        ax.plot(x, np.tanh(w * x))
        figure.savefig(io.BytesIO(), format="png")
        plt.close(figure)

    control = FloatSlider(min=-3, max=3, step=0.01)
    interactive(draw, w=control)
    times = []
    for move in range(moves):
        start = time.perf_counter()
        with redirect_stdout(io.StringIO()):  # it clears the output before each drawing
            control.value = -3 + 6 * ((move * 7) % moves) / moves
        times.append(1000 * (time.perf_counter() - start))
    median = sorted(times)[moves // 2]
    print(f"\nmatplotlib with ipywidgets' interact, a move of its slider: {median:.0f} ms (p50)")
    return median


PARTS = {"recipes": bench_recipes, "steps": bench_steps}


def main(arguments: list[str]) -> int:
    """Measure one part in this process: TensorFlow cannot change its threads once it has begun."""
    PARTS[arguments[0]]()
    return 0


def measure_all() -> None:
    """Measure every part, each in a process of its own."""
    for part in PARTS:
        command = [sys.executable, "-m", "tools.bench_training", part]
        environment = os.environ | {"TF_CPP_MIN_LOG_LEVEL": "3"}
        if subprocess.run(command, cwd=ROOT, env=environment).returncode:
            raise SystemExit(f"The part {part} could not be measured; what it said stands above.")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
