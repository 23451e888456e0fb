"""One door to every tool: `python -m tools COMMAND`; `make` calls the same."""

import sys
from importlib import import_module

COMMANDS = {
    "notebooks": "execute the chapters that changed   [CHAPTER ...] [--force]",
    "book": "build the HTML book into _build/html",
    "serve": "serve the built book on this machine   [--port N] [--network]",
    "bundle": "archive the book for a room without internet   [--platform NAME] [--out DIR]",
    "lab": "open JupyterLab on the notebooks",
    "test": "run every test   [pytest's options]",
    "experiments": "run the recorded experiments, resuming   [NAME ...] [--list] [--fresh]",
    "bench": "measure explorables and trainings   [EXPLORABLE ...] [--only training]",
    "vendor": "fetch the vendored files again   [--check]",
    "vectors": "make the drawings that hold Python, JavaScript and Dart together   [--check]",
    "phone": "bring the network and the shared drawings into the phone app",
    "lock": "lock the dependencies again and export requirements.txt",
    "format": "format and mend what ruff can",
}


def usage() -> str:
    """Return the list of commands, a line each."""
    rows = [f"  {name:12} {meaning}" for name, meaning in COMMANDS.items()]
    return "\n".join(["python -m tools COMMAND", *rows])


def main(arguments: list[str]) -> int:
    """Run one command; return its exit code."""
    if not arguments or arguments[0] not in COMMANDS:
        print(usage())
        return 0 if arguments in ([], ["help"]) else 2
    return import_module(f"tools.{arguments[0]}").main(arguments[1:]) or 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
