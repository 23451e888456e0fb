"""Measure grading: how many submissions of one assignment a minute, with two at a time."""

import json
import sys
import time
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory

from firstnet import __main__ as command
from firstnet import exercises

ASSIGNMENT = "04_walk_downhill"
WANTED = 20  # submissions a minute


def notebook() -> str:
    """Return a notebook that answers every exercise of the assignment."""
    asked = [one for one in exercises.of_chapter(ASSIGNMENT) if issubclass(one, exercises.Exercise)]
    cells = [{"cell_type": "code", "metadata": {}, "source": one.code("solution")} for one in asked]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


def write_class(folder: Path, students: int) -> None:
    """Write the submissions of a class."""
    for number in range(students):
        one = folder / f"student {number:02}" / ASSIGNMENT
        one.mkdir(parents=True)
        (one / f"{ASSIGNMENT}.ipynb").write_text(notebook(), encoding="utf-8")


def bench(students: int = 30) -> None:
    """Print how long a class takes, and how many submissions that makes a minute."""
    with TemporaryDirectory() as folder:
        submitted, out = Path(folder, "submitted"), Path(folder, "out")
        write_class(submitted, students)
        start = time.perf_counter()
        said = StringIO()
        with redirect_stdout(said), redirect_stderr(said):
            code = command.main(["grade", str(submitted), "--out", str(out), "--jobs", "2"])
        seconds = time.perf_counter() - start
    if code:
        print(said.getvalue(), file=sys.stderr)
        raise SystemExit("The benchmark of grading could not run: see above.")
    rate = 60 * students / seconds
    print(f"\nGrading {students} submissions of one assignment, two at a time: {seconds:.1f} s")
    print(f"Submissions a minute: {rate:.0f} (at least {WANTED} are wanted)")
