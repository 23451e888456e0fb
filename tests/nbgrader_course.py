"""What tests of assignments share: a course in nbgrader's layout, run by the real nbgrader."""

import json
import os
import sys
from contextlib import contextmanager
from pathlib import Path

from traitlets.config.loader import PyFileConfigLoader

from firstnet.classroom import assignment


@contextmanager
def nbgrader_finds_its_tools():
    """Put this environment's programs on the PATH: nbgrader calls `alembic` by its bare name."""
    before = os.environ["PATH"]
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), before])
    try:
        yield
    finally:
        os.environ["PATH"] = before


def open_course(folder):
    """Return nbgrader's own API on a course's folder, with the course's own settings."""
    from nbgrader.apps.api import NbGraderAPI

    config = PyFileConfigLoader("nbgrader_config.py", path=str(folder)).load_config()
    config.CourseDirectory.root = str(folder)
    config.Exchange.root = str(folder / "exchange")
    return NbGraderAPI(config=config, log_level="WARN")


def read_cells(path):
    """Return the cells of a notebook file, each source as one string."""
    cells = json.loads(Path(path).read_text("utf-8"))["cells"]
    return [cell | {"source": "".join(cell["source"])} for cell in cells]


def write_cells(path, cells):
    """Write a notebook file of these cells."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(assignment.notebook(cells), "utf-8")


def role(cell):
    """Return nbgrader's metadata of a cell."""
    return cell["metadata"]["nbgrader"]


def hand_in(course, student, stem, *, answers):
    """Put a submission in place: the released notebook with other sources in some cells."""
    cells = read_cells(course / "release" / stem / f"{stem}.ipynb")
    for cell in cells:
        cell["source"] = answers.get(role(cell)["grade_id"], cell["source"])
    write_cells(course / "submitted" / student / stem / f"{stem}.ipynb", cells)
