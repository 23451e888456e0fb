"""What an experiment is, what it leaves behind, and whether that is still current."""

import ast
import hashlib
import inspect
import json
import os
import platform
import re
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from tools import ROOT

WORK = ROOT / "_build" / "experiments"
RECORDS = ROOT / "book" / "experiments"


@dataclass(frozen=True)
class Experiment:
    """A named list of runs of one recipe.

    A run is a plain dict of settings. `recipe(settings, folder=..., report=...)` turns it into a
    plain dict of results; it may keep what it needs to go on after an interruption in `folder`,
    and calls `report` after every epoch. No run needs another. `helpers` are the other functions
    that make the recipe what it is: model, data. `workers`: how many processes of their own the
    runs may have at once, "all" for one a core; None runs them here, one after the other.
    """

    name: str
    question: str
    recipe: Callable[..., dict]
    runs: tuple[dict, ...]
    helpers: tuple[Callable, ...] = ()
    workers: int | str | None = None


def write_json(path: Path, content: dict) -> None:
    """Write a readable JSON file; at every moment `path` is the old file or the new one, whole."""
    text = json.dumps(content, indent=2)
    unfinished = path.with_name(f"{path.name}.unfinished")
    unfinished.write_text(re.sub(r'\[[^][{}"]*\]', several_a_line, text) + "\n", "utf-8")
    unfinished.replace(path)


def several_a_line(numbers: re.Match) -> str:
    """Return a list of numbers wrapped, instead of one number a line."""
    text = f"[{' '.join(numbers[0][1:-1].split())}]"
    return textwrap.fill(text, 88, subsequent_indent=" " * 10, break_on_hyphens=False)


def read_json(path: Path) -> dict:
    """Return the content of a JSON file."""
    return json.loads(path.read_text("utf-8"))


# --- Is it current? ------------------------------------------------------------------------------


@cache
def code(function: Callable) -> str:
    """Return a function's source without its comments, docstring and layout.

    Read once, so that a file edited during a long run does not change what the run stands for.
    """
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    if ast.get_docstring(tree.body[0]) is not None:
        del tree.body[0].body[0]
    return ast.unparse(tree)


def hashed(*parts) -> str:
    """Return 16 hexadecimal digits that stand for these plain values."""
    text = json.dumps(parts, sort_keys=True)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:16]


def recipe_code(experiment: Experiment) -> list[str]:
    """Return the code that the numbers of an experiment come from.

    The loop over epochs in `training` is not part of it: whoever changes what that computes runs
    the experiments again with `--fresh`.
    """
    return [code(function) for function in (experiment.recipe, *experiment.helpers)]


def fingerprint(experiment: Experiment) -> str:
    """Return a hash of the experiment's settings and code, the same on every machine."""
    return hashed(experiment.runs, recipe_code(experiment))


def state(experiment: Experiment) -> str:
    """Say whether the record of an experiment is there and made with today's recipe."""
    path = RECORDS / f"{experiment.name}.json"
    if not path.exists():
        return "not recorded yet"
    current = read_json(path)["fingerprint"] == fingerprint(experiment)
    return "recorded" if current else "recipe changed"


def is_current(experiment: Experiment) -> bool:
    """Tell whether there is nothing to run."""
    return state(experiment) == "recorded"


# --- Runs and records ----------------------------------------------------------------------------


def environment() -> dict:
    """Return what the numbers and the seconds depend on beside the recipe.

    Threads: 0 and null mean that TensorFlow chooses, one thread for each processor.
    """
    import keras
    import numpy as np
    import tensorflow as tf

    variables = ("OMP_NUM_THREADS", "TF_ENABLE_ONEDNN_OPTS")
    threads = {
        "intra_op": tf.config.threading.get_intra_op_parallelism_threads(),
        "inter_op": tf.config.threading.get_inter_op_parallelism_threads(),
    }
    return {
        "python": platform.python_version(),
        "numpy": np.__version__,
        "tensorflow": tf.__version__,
        "keras": keras.__version__,
        "system": f"{platform.system()} {platform.machine()}",
        "cpus": os.cpu_count(),
        "threads": threads | {name: os.environ.get(name) for name in variables},
    }


def run_folder(experiment: Experiment, settings: dict) -> Path:
    """Return where a run keeps its state, a folder for each settings, code and environment.

    So a run goes on only where it can end bit for bit as if it had never stopped.
    """
    key = hashed(settings, recipe_code(experiment), environment())
    return WORK / experiment.name / key


def saved(experiment: Experiment, settings: dict) -> dict | None:
    """Return a run that ended before, or None."""
    path = run_folder(experiment, settings) / "run.json"
    return read_json(path) if path.exists() else None


def save(experiment: Experiment, settings: dict, results: dict) -> dict:
    """Save a run that has ended; return it."""
    folder = run_folder(experiment, settings)
    folder.mkdir(parents=True, exist_ok=True)
    run = {"settings": settings, "date": date.today().isoformat(), **results}
    write_json(folder / "run.json", run)
    return run


def finished(experiment: Experiment, settings: dict, *, report: Callable) -> dict:
    """Return a run with its results: read if it ended before, else run (on) and saved."""
    before = saved(experiment, settings)
    if before is not None:
        return before
    folder = run_folder(experiment, settings)
    folder.mkdir(parents=True, exist_ok=True)
    return save(experiment, settings, experiment.recipe(settings, folder=folder, report=report))


def write(experiment: Experiment, runs: list[dict]) -> Path:
    """Write the record of an experiment whose runs have all ended; return its path."""
    path = RECORDS / f"{experiment.name}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    about = {"name": experiment.name, "question": experiment.question}
    made = {"fingerprint": fingerprint(experiment), "environment": environment()}
    write_json(path, about | made | {"runs": runs})
    return path
