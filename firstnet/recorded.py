"""Read the experiments that take too long to run inside a chapter."""

import json
from pathlib import Path

PACKAGE = Path(__file__).parent
FOLDERS = (PACKAGE / "experiments", PACKAGE.parent / "book" / "experiments")  # installed; a clone


def load(name: str) -> dict:
    """Return a recorded experiment: what was run, on what, and everything that was measured.

    `record["runs"]` is a list of dicts, one for each run: its "settings" (with the "seed"), its
    "date", and what it measured, as "history" (a list an epoch for each measure), "test" and
    "seconds". `record["environment"]` has the versions and the number of processors.

    Raises FileNotFoundError with the names that there are.
    """
    for folder in FOLDERS:
        path = folder / f"{name}.json"
        if path.is_file():
            return json.loads(path.read_text("utf-8"))
    raise FileNotFoundError(missing(name))


def missing(name: str) -> str:
    """Say that there is no such experiment, and what to do."""
    names = sorted({path.stem for folder in FOLDERS for path in folder.glob("*.json")})
    return (
        f"There is no recorded experiment called {name!r}. Recorded: {', '.join(names) or 'none'}. "
        f"In a clone, `make experiments` runs what is missing; elsewhere, install firstnet again."
    )


def average(runs, value, *, rows="batch_size", columns="learning_rate"):
    """Return the mean of `value(run)` over the runs that share two settings, as a table.

    `rows` and `columns` name the settings. Returns their sorted values and an array
    (rows, columns); NaN stands where no run has both values, or where a value is None.
    """
    import numpy as np

    across = sorted({run["settings"][columns] for run in runs})
    down = sorted({run["settings"][rows] for run in runs})
    cells = {}
    for run in runs:
        place = run["settings"][rows], run["settings"][columns]
        cells.setdefault(place, []).append(value(run))
    table = [[np.mean(np.array(cells.get((r, c), [None]), float)) for c in across] for r in down]
    return down, across, np.array(table)
