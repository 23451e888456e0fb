"""Make assignments of the exercises, in the format and the folders of nbgrader."""

import argparse
import hashlib
import json
import re
import sys
from pathlib import Path

from firstnet import exercises
from firstnet.exercises import cells
from firstnet.exercises.base import Case, Exercise, Question

COURSE = "first-neural-network"
SOME_KEPT = 3  # the exit code
CODE_STUB = "# Run this cell, then the cells below it: they test what you wrote."
TEXT_STUB = "*Write your answer here, in place of this sentence.*"
KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}

CONFIGURATION = f'''\
"""nbgrader's settings for this course, as `firstnet assignment make` writes them."""

c = get_config()  # noqa: F821

c.CourseDirectory.course_id = "{COURSE}"
c.ClearSolutions.code_stub = {{
    "python": "{CODE_STUB}",
}}
c.ClearSolutions.text_stub = "{TEXT_STUB}"
'''

SET_UP = """\
# Colab and Kaggle start without the book's package; everywhere else this cell does nothing.
from importlib.util import find_spec

if find_spec("firstnet") is None:
    repository = "git+https://github.com/first-neural-network/first-neural-network"
    get_ipython().run_line_magic("pip", "install -q anywidget")
    get_ipython().run_line_magic("pip", f"install -q --no-deps {repository}")"""

TITLE = """\
# {title}: exercises of chapter {number}

Have the chapter beside you: *{title}*, chapter {number} of the book. Your teacher knows where
it is. With the whole book on your own machine, `firstnet serve` shows it.

Write your answers in the empty cells, and change no others. Below each function there are cells
that test it. Run them as often as you like: each says what is wrong, or stays silent when all is
well. Each has points of its own, so half an answer is worth something. A person reads what you
write in words. In all there are **{points} points**.

You need Python 3.11, 3.12 or 3.13 and the book's package `firstnet`. Before you hand in, choose
*Kernel*, then *Restart Kernel and Run All Cells*: your notebook should run from top to bottom. Then
save it. **Hand in** this file under its own name: in JupyterHub under *Nbgrader*, *Assignment
List*, *Submit*; anywhere else as your teacher says."""


class AssignmentError(Exception):
    """An assignment cannot be made; the message says why and what to do."""


# --- Cells ---------------------------------------------------------------------------------------


def test_id(exercise: type[Exercise], case: Case) -> str:
    """Return nbgrader's grade_id of the cell that tests a case, as "descend--two-inputs".

    No name of a function has a hyphen, so the parts can be told apart again.
    """
    return f"{exercise.name}--{case.key}"


def make_cell(kind: str, source: str, *, name: str, **roles) -> dict:
    """Return a cell with nbgrader's metadata; `roles` are grade, solution, and points if graded."""
    grade, solution = roles.get("grade", False), roles.get("solution", False)
    role = {"grade": grade, "solution": solution, "locked": not solution, "task": False}
    points = {"points": roles["points"]} if grade else {}
    metadata = {"nbgrader": {"grade_id": name, "schema_version": 3, **role, **points}}
    outputs = {"execution_count": None, "outputs": []} if kind == "code" else {}
    return {"cell_type": kind, "id": name, "metadata": metadata, "source": source} | outputs


def solution_source(exercise: type[Exercise]) -> str:
    """Return the instructor's cell: the stub, and below it what nbgrader takes out."""
    stub = exercise.code("stub")
    solved = exercise.source("solution")
    more = "".join(f"{line}\n" for line in exercise.imports if line not in stub.splitlines())
    return f"{stub}\n\n\n### BEGIN SOLUTION\n{more}{solved}\n### END SOLUTION"


def test_source(exercise: type[Exercise], case: Case) -> str:
    """Return the cell that tests one case; it draws its own inputs and holds no value."""
    points = f"{case.points} point" + ("s" if case.points > 1 else "")
    call = f'checks.require("{exercise.name}", {exercise.name}, case="{case.name}")'
    return f"# {case.name}: {points}\nfrom firstnet import checks\n\n{call}"


def exercise_cells(exercise: type[Question], *, number: int) -> list[dict]:
    """Return task, answer and tests of an exercise; the answer is the solution."""
    name = exercise.name
    asked = cells.task(exercise, number=number)
    task = make_cell("markdown", asked, name=f"task-{name}")
    if not cells.is_checked(exercise):
        return [task, free_text_cell(exercise)]
    answer = make_cell("code", solution_source(exercise), name=name, solution=True)
    tests = [
        make_cell(
            "code",
            test_source(exercise, case),
            name=test_id(exercise, case),
            grade=True,
            points=case.points,
        )
        for case in exercise.cases()
    ]
    return [task, answer, *tests]


def free_text_cell(question: type[Question]) -> dict:
    """Return the cell for an answer in words, which a person grades."""
    code = f"```python\n{question.solution_code}\n```" if question.solution_code else ""
    solved = "\n\n".join(part for part in (question.solution_text, code) if part)
    points = question.points
    return make_cell(
        "markdown", solved, name=question.name, grade=True, solution=True, points=points
    )


def title_source(stem: str) -> str:
    """Return the text at the top: what to do, how many points, how to hand in."""
    points = sum(one.points for one in exercises.of_chapter(stem))
    return TITLE.format(title=exercises.title(stem), number=int(stem[:2]), points=points)


# --- Notebooks -----------------------------------------------------------------------------------


def instructor_cells(stem: str) -> list[dict]:
    """Return the cells of a chapter's assignment, with the solutions."""
    numbered = enumerate(exercises.of_chapter(stem), 1)
    parts = [exercise_cells(exercise, number=number) for number, exercise in numbered]
    title = make_cell("markdown", title_source(stem), name="the-title")
    set_up = make_cell("code", SET_UP, name="set-up")
    return [title, set_up, *(cell for part in parts for cell in part)]


def released(cell: dict) -> dict:
    """Return a cell as students get it, just as `nbgrader generate_assignment` makes it."""
    role = cell["metadata"]["nbgrader"]
    cell = cell | {"source": released_source(cell)}
    marked = role | {"cell_type": cell["cell_type"], "checksum": checksum(cell)}
    locks = {"deletable": False} | ({} if role["solution"] else {"editable": False})
    return cell | {"metadata": {"nbgrader": marked, **locks}}


def released_source(cell: dict) -> str:
    """Return the source of a cell without the solution."""
    if not cell["metadata"]["nbgrader"]["solution"]:
        return cell["source"]
    if cell["cell_type"] == "markdown":
        return TEXT_STUB
    return cell["source"].split("### BEGIN SOLUTION")[0] + CODE_STUB


def checksum(cell: dict) -> str:
    """Return nbgrader's checksum of a cell, by which it knows an answer left blank."""
    role = cell["metadata"]["nbgrader"]
    flags = [role["grade"], role["solution"], role["locked"]]
    points = str(float(role["points"])) if role["grade"] else ""
    parts = [cell["source"], cell["cell_type"], *map(str, flags), role["grade_id"], points]
    return hashlib.md5("".join(parts).encode(), usedforsecurity=False).hexdigest()


def notebook(parts: list[dict]) -> str:
    """Return a notebook of these cells as the text of its file, always the same bytes."""
    lines = [cell | {"source": cell["source"].splitlines(keepends=True)} for cell in parts]
    metadata = {"kernelspec": KERNEL, "language_info": {"name": "python"}}
    whole = {"cells": lines, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(whole, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


# --- The course's folder -------------------------------------------------------------------------


def chosen(chapters: list[str] | None) -> list[str]:
    """Return the stems of the chapters named by number or stem; of all when none is named."""
    known = exercises.chapters()
    unknown = [one for one in chapters or [] if not matches(one, known)]
    if unknown:
        raise AssignmentError(f"No exercises for chapter {unknown[0]}. There are {known}.")
    return [stem for stem in known if chapters is None or any(matches(c, [stem]) for c in chapters)]


def matches(name: str, stems: list[str]) -> bool:
    """Tell whether "4", "04" or "04_walk_downhill" names one of the stems."""
    number = f"{int(name):02}_" if re.fullmatch(r"\d{1,2}", name) else None
    return any(stem == name or (number and stem.startswith(number)) for stem in stems)


def files(out: Path, stem: str) -> dict[Path, str]:
    """Return what stands in the files of one assignment: the instructor's, and the students'."""
    parts, name = instructor_cells(stem), f"{stem}.ipynb"
    return {
        out / "source" / stem / name: notebook(parts),
        out / "release" / stem / name: notebook([released(one) for one in parts]),
    }


def make(
    out: Path, chapters: list[str] | None = None, *, force: bool = False
) -> tuple[list[Path], list[Path]]:
    """Write the assignments of some or all chapters into the folder of an nbgrader course.

    `out/source/` gets the instructor's version with the solutions, `out/release/` the students',
    equal to what `nbgrader generate_assignment` makes of it. An assignment of which a file was
    edited is left as it is, both versions of it, unless `force` replaces them.

    Returns the paths of the files that were written, and of those that were edited and kept.
    Raises AssignmentError for an unknown chapter: then nothing is written.
    """
    out, written, kept = Path(out), [], []
    parts = [files(out, stem) for stem in chosen(chapters)]
    for part in [{out / "nbgrader_config.py": CONFIGURATION}, *parts]:
        edited = [path for path, text in part.items() if differs(path, text)]
        if edited and not force:
            kept += edited
        else:
            written += write(part)
    return written, kept


def write(part: dict[Path, str]) -> list[Path]:
    """Write files with these texts; return their paths."""
    for path, text in part.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8", newline="\n")
    return list(part)


def differs(path: Path, text: str) -> bool:
    """Tell whether a file is there and holds another text."""
    return path.exists() and path.read_bytes() != text.encode()


# --- The command ---------------------------------------------------------------------------------


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `firstnet assignment`."""
    parser.epilog = "Exit code: 0 all written, 3 edited files were left as they are, 1 an error."
    parser.add_argument("action", choices=["make"], help="make: write the assignments")
    parser.add_argument("--out", type=Path, default=Path("course"), help="the course's folder")
    parser.add_argument("--chapter", nargs="+", help="as 04; all chapters when none is named")
    parser.add_argument("--force", action="store_true", help="replace files that were edited")


def main(options: argparse.Namespace) -> int:
    """Make the assignments; return 0, 3 if edited ones were kept, or 1 with the reason."""
    try:
        written, kept = make(options.out, options.chapter, force=options.force)
    except (AssignmentError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    count = sum(path.suffix == ".ipynb" for path in written) // 2
    print(f"{count} assignment{'' if count == 1 else 's'} in {options.out}.")
    print("Hand out the notebooks in its release/. In source/ are the solutions.")
    print("On JupyterHub do so in the formgrader: press Generate, then Release.")
    for path in kept:
        print(f"Left as it is: {path} holds something else.", file=sys.stderr)
    if kept:
        print("Choose another folder with --out, or replace them with --force.", file=sys.stderr)
    return SOME_KEPT if kept else 0
