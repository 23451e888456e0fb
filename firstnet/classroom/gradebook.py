"""Bring what `firstnet grade` found into nbgrader's gradebook, where people grade the rest.

nbgrader's own autograde is not needed then, and no student's code runs: the formgrader shows the
released notebook, with the student's answers set in as text.
"""

import argparse
import csv
import json
import os
import re
import sys
import textwrap
import unicodedata
import warnings
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass
from dataclasses import replace as replace_in
from itertools import groupby
from pathlib import Path

from firstnet.classroom import records, submission
from firstnet.classroom.assignment import COURSE
from firstnet.classroom.course import questions
from firstnet.classroom.records import COLUMNS, FORMULA, READ, cell_text
from firstnet.exercises.base import Case

FROM_THE_EXCHANGE = ("timestamp.txt", "submission_secret.txt")  # nbgrader finds feedback by them
SOME_LEFT_OUT = 3
UNSEEN = (submission.NOTHING, submission.LINK)
NO_PLACE = "nbgrader has no place for it"
NO_RECORD = (
    "its record is missing: keep the folder records/ beside grades.csv, or run `firstnet grade` "
    "again"
)
ALIKE = "two students have names that look alike in grades.csv: rename one's folder"
UNSAFE = ("Cc", "Cs", "Zl", "Zp")  # categories: no letters, but orders to a terminal, or no text
NO_NOTEBOOK = """\
!! The formgrader shows blank answers of these, for there is no notebook of theirs in {folder}:
{names}
Put what was handed in there, or name its folder with --submitted, and run this command again."""
MOST_NOTE = 1000  # characters of such a file
WIDTH = 100  # of an answer in words
HARMLESS = str.maketrans("<>[]", "‹›()")  # no tags, no links
TIME = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{1,6})? [A-Z]{2,5}")


class GradebookError(Exception):
    """Grades cannot be brought in; the message says why and what to do."""


@dataclass(frozen=True)
class Row:
    """One question of one submission; points is None unless it was graded."""

    student: str
    assignment: str
    question: str
    points: float | None
    max_points: str
    status: str
    reason: str
    trouble: str = ""  # why it cannot be brought in

    @property
    def of(self) -> tuple[str, str]:
        """Whose answer it is, and of which assignment."""
        return self.student, self.assignment

    @property
    def has_a_place(self) -> bool:
        """Tell whether nbgrader can have it: the assignment is known, the names are plain."""
        return bool(self.question) and is_plain(self.student) and is_plain(self.assignment)

    @property
    def problem(self) -> str:
        """Why it is left out, or nothing."""
        return self.trouble if self.has_a_place else NO_PLACE

    @property
    def is_lost(self) -> bool:
        """Tell whether it is an answer in words that was not found in the notebook."""
        return self.status == "manual" and self.reason != READ


@dataclass(frozen=True)
class Places:
    """Where all lies: what `firstnet grade` wrote, the course, and what was handed in."""

    results: Path
    course: Path
    submitted: Path
    exercises: str | None = None  # a teacher's own

    def release(self, assignment: str) -> Path:
        """Return the released notebook; raise GradebookError if it is not there."""
        path = self.course / "release" / assignment / f"{assignment}.ipynb"
        if not path.is_file():
            words = "make the assignments there first: firstnet assignment make"
            raise GradebookError(f"There is no {path}. Name the folder of the course, or {words}")
        return path

    def handed_in(self, student: str, assignment: str) -> Path | None:
        """Return the folder, or the notebook, that a student handed in."""
        return submission.assignments_of(self.submitted / student, [assignment]).get(assignment)


@dataclass
class Outcome:
    """What came of an import: rows by status, and what a person must be told of."""

    count: Counter
    lost: int  # answers in words that were not found
    left_out: list[Row]
    blank: list[tuple[str, str]]  # student, assignment: no notebook of theirs was found


# --- What `firstnet grade` wrote -----------------------------------------------------------------


def read_rows(results: Path) -> list[Row]:
    """Return the rows of `grades.csv`; raise GradebookError for a file of another kind."""
    path = results / "grades.csv"
    if not path.is_file():
        raise GradebookError(
            f"There is no {path}. Run `firstnet grade` first, with --out {results}"
        )
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        if tuple(reader.fieldnames or ()) != COLUMNS:
            raise GradebookError(f"{path} has not the columns of `firstnet grade`: {COLUMNS}")
        names = true_names(results)
        return [make_row(line, names) for line in reader]


def true_names(results: Path) -> dict[str, set[str]]:
    """Return the names of the students' folders, by how they stand in the table.

    There a special kind of space is an ordinary one, so two names may become one.
    """
    found = {}
    for folder in (one for part in ("records", "feedback") for one in (results / part).glob("*")):
        found.setdefault(cell_text(folder.name), set()).add(folder.name)
    return found


def make_row(line: dict[str, str], names: dict[str, set[str]]) -> Row:
    """Return a row of the table; points are only those of a graded question."""
    points = float(line["points"]) if line["status"] == "graded" else None
    student = line["student"]
    bare = student.startswith(tuple(f"'{one}" for one in FORMULA))
    known = names.get(student, {student[1:] if bare else student})
    trouble = ALIKE if len(known) > 1 else ""
    return Row(**line | {"points": points, "student": min(known), "trouble": trouble})


def read_cases(results: Path) -> dict[tuple, float]:
    """Return the points of each case, by (student, assignment, id of nbgrader's test cell)."""
    found = {}
    for path in (results / "records").rglob("*.json"):
        record = json.loads(path.read_text("utf-8"))
        for result in record.get("results", []):
            for case in result.get("cases", []):
                cell = f"{result['question']}--{Case(case['name'], 0, None).key}"
                found[record["student"], record["assignment"], cell] = case["points"]
    return found


def with_records(rows: list[Row], cases: dict[tuple, float]) -> list[Row]:
    """Return the rows; those are in trouble whose cases' points no record tells."""
    known = {(*of, cell.split("--")[0]) for *of, cell in cases}
    return [
        replace_in(row, trouble=NO_RECORD)
        if row.status == "graded" and not row.trouble and (*row.of, row.question) not in known
        else row
        for row in rows
    ]


# --- nbgrader ------------------------------------------------------------------------------------


@contextmanager
def quietly():
    """Let nbgrader find `alembic`, which it calls by its bare name, and keep its warnings back."""
    before = os.environ.get("PATH", "")
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), before])
    try:
        with warnings.catch_warnings(action="ignore"):
            yield
    finally:
        os.environ["PATH"] = before


@contextmanager
def opened(course: Path):
    """Open nbgrader's gradebook of a course, made where there is none yet."""
    try:
        from nbgrader.api import Gradebook
    except ImportError as error:
        raise GradebookError("nbgrader is not installed here: pip install nbgrader") from error
    path = course / "gradebook.db"
    with quietly(), Gradebook(f"sqlite:///{path.resolve()}", COURSE) as gradebook:
        yield gradebook


def register(gradebook, release: Path, assignment: str) -> None:
    """Let nbgrader know a released assignment, as its `generate_assignment` would."""
    from nbgrader.api import MissingEntry
    from nbgrader.nbgraderformat import read
    from nbgrader.preprocessors import SaveCells

    try:
        gradebook.find_notebook(assignment, assignment)
    except MissingEntry:
        gradebook.update_or_create_assignment(assignment)
        about = {"assignment": assignment, "notebook": assignment}
        about["db_url"] = gradebook.engine.url.render_as_string()
        try:
            SaveCells().preprocess(read(str(release), as_version=4), {"nbgrader": about})
        except Exception as error:  # nbgrader's many kinds, for a notebook that somebody edited
            raise GradebookError(f"nbgrader cannot read {release}: {error}") from error


def find_submission(gradebook, student: str, assignment: str, timestamp: str | None):
    """Return nbgrader's entry of one submitted notebook, made where there is none yet."""
    gradebook.update_or_create_student(student)
    known = {"timestamp": timestamp} if timestamp else {}
    gradebook.update_or_create_submission(assignment, student, **known)
    return gradebook.find_submission_notebook(assignment, assignment, student)


# --- Grades --------------------------------------------------------------------------------------


def cell_points(row: Row, cell: str, cases: dict[tuple, float]) -> float | None:
    """Return the points of one graded cell, or None where a person must decide."""
    return cases.get((*row.of, cell)) if row.status == "graded" else None


def write_grade(grade, points: float | None, *, fresh: bool) -> None:
    """Write a cell's points; what a person decided stays, and is asked for again if it is old."""
    old = fresh or grade.auto_score != points
    decided = grade.manual_score is not None
    again = decided and (old or grade.needs_manual_grade)
    grade.auto_score = points
    grade.needs_manual_grade = again or (points is None and not decided)


def remark(row: Row) -> str | None:
    """Return what stands beside an answer in the formgrader and in feedback.

    nbgrader shows remarks as Markdown, and a reason may quote an error that a student worded.
    """
    if row.status == "manual" and not row.is_lost:
        return None
    words = f"{row.status}: {row.reason}" if row.status == "UNGRADED" else row.reason
    words += ". Look into the student's own notebook." if row.is_lost else ""
    return words.translate(HARMLESS)


def write_submission(entry, rows: list[Row], cases: dict[tuple, float], *, fresh: bool) -> None:
    """Write the grades and remarks of one submission into nbgrader's entry of it."""
    by_question = {row.question: row for row in rows}
    for grade in entry.grades:
        row = by_question.get(grade.name.split("--")[0])
        if row:
            write_grade(grade, cell_points(row, grade.name, cases), fresh=fresh)
    for comment in entry.comments:
        row = by_question.get(comment.name)
        comment.auto_comment = remark(row) if row else comment.auto_comment


# --- What the formgrader shows -------------------------------------------------------------------


def answers(places: Places, student: str, assignment: str) -> dict[str, str]:
    """Return what a student wrote for each question, as text; nothing where it cannot be read."""
    asked = questions(places.exercises, assignment)
    path = places.handed_in(student, assignment)
    try:
        plain = path is not None and not submission.is_link(path)
        content = submission.choose(path, assignment, asked) if plain else b""
        cells = {cell.number: cell.source for cell in submission.read_cells(content)}
        found = submission.match(submission.read_cells(content), asked)
    except submission.Unreadable:
        return {}
    return {
        name: "\n\n".join(cells[number] for number in answer.cells)
        for name, answer in found.items()
        if answer.cells
    }


def as_text(words: str) -> str:
    """Return Markdown that shows a text as it was typed.

    nbgrader shows Markdown with whatever HTML is in it: a student's script would run in the page
    of the teacher, who may change every grade.
    """
    lines = [part for line in words.splitlines() for part in textwrap.wrap(line, WIDTH) or [""]]
    fence = "~" * (max(map(len, re.findall("~+", words)), default=0) + 3)
    return "\n".join([f"{fence}text", *lines, fence])


def set_in(cell: dict, source: str) -> None:
    """Put a student's answer into a cell; an answer in words that was left blank stays as it is."""
    if cell["cell_type"] == "markdown" and source != "".join(cell["source"]):
        source = as_text(source)
    cell["source"] = source.splitlines(keepends=True)


def shown_notebook(release: Path, given: dict[str, str]) -> str:
    """Return the released notebook with a student's answers in place of the stubs."""
    notebook = json.loads(release.read_text("utf-8"))
    for cell in notebook["cells"]:
        role = cell["metadata"].get("nbgrader", {})
        if role.get("solution") and role["grade_id"] in given:
            set_in(cell, given[role["grade_id"]])
    return json.dumps(notebook, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def replace(path: Path, text: str) -> bool:
    """Write a file, also over one that is read-only; tell whether anything changed."""
    if path.is_file() and path.read_text("utf-8", "replace") == text:
        return False
    records.write(path, text)
    return True


def notes(folder: Path) -> dict[str, str]:
    """Return the notes that nbgrader's exchange puts beside a submission, if they are whole."""
    found = {}
    for name in FROM_THE_EXCHANGE:
        try:
            text = submission.read_bytes(folder / name).decode("utf-8").strip()
        except (submission.Unreadable, ValueError):
            continue
        if len(text) <= MOST_NOTE and (name != "timestamp.txt" or TIME.fullmatch(text)):
            found[name] = text
    return found


def show(places: Places, student: str, assignment: str) -> tuple[bool, dict[str, str]]:
    """Put a submission where the formgrader looks, and its feedback where nbgrader releases it.

    Returns whether the answers are other than at the last import, and the exchange's notes.
    """
    course, handed_in = places.course, places.handed_in(student, assignment)
    given = notes(handed_in) if handed_in and not submission.is_link(handed_in) else {}
    shown = shown_notebook(places.release(assignment), answers(places, student, assignment))
    place = course / "autograded" / student / assignment
    fresh = replace(place / f"{assignment}.ipynb", shown)
    page = places.results / "feedback" / student / f"{assignment}.html"
    target = course / "feedback" / student / assignment
    write = page.is_file() and len(given) == 2 and (fresh or not target.is_dir())
    if write:
        replace(target / f"{assignment}.html", page.read_text("utf-8"))
    for name, text in given.items():
        replace(place / name, text)
        if write:
            replace(target / name, text)
    return fresh, given


# --- The command ---------------------------------------------------------------------------------


def is_plain(name: str) -> bool:
    """Tell whether a name of a student or an assignment can be that of a folder."""
    unsafe = any(unicodedata.category(one) in UNSAFE for one in name)
    bad = unsafe or set(name) & set("/\\\0<>&\"'\ufffd")
    return bool(name) and not name.startswith(".") and not bad


def check(places: Places, rows: list[Row]) -> dict[str, Path]:
    """Return the released notebooks of all assignments; raise GradebookError if one is missing."""
    found = {name: places.release(name) for name in dict.fromkeys(row.assignment for row in rows)}
    for name in found:
        try:
            questions(places.exercises, name)
        except (KeyError, ImportError, OSError) as error:
            words = f"Nothing is known of {name}: {error}"
            raise GradebookError(f"{words} Name the file of its exercises: --exercises") from error
    return found


def import_grades(places: Places) -> Outcome:
    """Bring the grades of `places.results` into the gradebook of `places.course`.

    Automatic points become nbgrader's auto_score. What is UNGRADED, and answers in words, wait for
    a person in the formgrader. Points that a person gave are kept; import as often as you like.
    An assignment that nbgrader does not know yet is made known to it, as it is in release/.

    Raises GradebookError; submissions before the one at fault are in by then.
    """
    cases = read_cases(places.results)
    rows = with_records(read_rows(places.results), cases)
    placed = [row for row in rows if not row.problem]
    groups = [list(found) for _, found in groupby(placed, key=lambda row: row.of)]
    releases = check(places, placed)
    with opened(places.course) as gradebook:
        for name, release in releases.items():
            register(gradebook, release, name)
        for found in groups:
            import_one(gradebook, places, found, cases)
    return Outcome(
        Counter(row.status for row in placed),
        lost=sum(row.is_lost for row in placed),
        left_out=[row for row in rows if row.problem],
        blank=[found[0].of for found in groups if is_blank(places, found)],
    )


def is_blank(places: Places, rows: list[Row]) -> bool:
    """Tell whether something was graded of which there is no notebook to show."""
    seen = any(row.reason not in UNSEEN for row in rows)
    return seen and places.handed_in(*rows[0].of) is None


def import_one(gradebook, places: Places, rows: list[Row], cases: dict[tuple, float]) -> None:
    """Bring in the rows of one submission."""
    student, assignment = rows[0].of
    fresh, given = show(places, student, assignment)
    entry = find_submission(gradebook, student, assignment, given.get("timestamp.txt"))
    write_submission(entry, rows, cases, fresh=fresh)
    gradebook.db.commit()


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `firstnet gradebook`."""
    parser.epilog = "Exit code: 0 all is in, 3 something is left out or blank, 1 an error."
    parser.add_argument("results", type=Path, help="the folder that `firstnet grade --out` wrote")
    parser.add_argument("course", type=Path, help="the folder of the nbgrader course")
    words = "the folder that `firstnet grade` read (COURSE/submitted)"
    parser.add_argument("--submitted", type=Path, metavar="DIR", help=words)
    words = "exercises of your own, as for `firstnet grade`"
    parser.add_argument("--exercises", metavar="FILE", help=words)


def main(options: argparse.Namespace) -> int:
    """Import, and say what is left for a person.

    Returns 0, or 3 where something was left out or is blank, or 1 with the reason on stderr.
    """
    submitted = options.submitted or options.course / "submitted"
    places = Places(options.results, options.course, submitted, options.exercises)
    try:
        outcome = import_grades(places)
    except (GradebookError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    print(summary(outcome))
    if trouble := warning(outcome, submitted):
        print(trouble, file=sys.stderr)
    return SOME_LEFT_OUT if trouble else 0


def summary(outcome: Outcome) -> str:
    """Return what is in the gradebook now, and what waits for a person."""
    graded = outcome.count["graded"]
    lines = [f"In the gradebook: {graded} question{'' if graded == 1 else 's'} graded by code."]
    if waiting := outcome.count.total() - graded:
        lost = f" ({outcome.lost} of them not found)" if outcome.lost else ""
        words = f"{outcome.count['manual']} in words{lost}, {outcome.count['UNGRADED']} UNGRADED"
        lines.append(f"For a person: {waiting} ({words}). Open the formgrader, *Manual Grading*.")
    return "\n".join(lines)


def warning(outcome: Outcome, submitted: Path) -> str:
    """Return what was left out, and whose answers are not shown; nothing if all is well."""
    lines = [
        f"Left out: {student!r}, {assignment!r}: {problem}."
        for student, assignment, problem in dict.fromkeys(
            (*row.of, row.problem) for row in outcome.left_out
        )
    ]
    if outcome.blank:
        names = "\n".join(f"   {student}, {assignment}" for student, assignment in outcome.blank)
        lines.append(NO_NOTEBOOK.format(folder=submitted, names=names))
    return "\n".join(lines)
