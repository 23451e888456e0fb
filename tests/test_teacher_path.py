"""A teacher's whole path, with the real nbgrader and a class of thirty of which most are hostile.

Make, release, collect, grade, gradebook, feedback. What each kind of submission does, and what must
become of it, stands in tests/classroom/hostile.py.
"""

import hashlib
import sys
from types import SimpleNamespace

import pytest

from firstnet.__main__ import main
from firstnet.exercises import find
from tests.classroom import hostile
from tests.classroom.hostile import ASSIGNMENT, CODE, KINDS, WORDS
from tests.nbgrader_course import nbgrader_finds_its_tools, open_course

CLASS = (  # at least one of each kind that the notes on the classroom list
    *("right", "wrong", "blank"),
    *("loop in the function", "loop that ignores signals"),
    *("exit in the function", "crash in the function"),
    *("syntax error", "deep recursion"),
    "200 MB on one line",
    *("64 GB at once", "fork bomb", "detached child"),
    "skip-execution",
    *("transformer of tests", "always equal"),
    *("steals the source", "deletes everything", "writes the gradebook"),
    "socket",
    *("tests edited", "answer as text", "metadata stripped"),
    *("renamed", "corrupt", "500 MB", "markup as a name"),
    "answers with pickle",
    "noisy and right",
    "modules beside",
)
BY_OTHER_WAYS = ("500 MB", "markup as a name")  # nbgrader's own exchange would not carry them
QUICK = ("--cell-seconds", "2", "--call-seconds", "2", "--memory", "600", "--jobs", "2")
TIME = "2026-11-02 10:00:00.000000 UTC"
SOMETHING_IS_LEFT = 3  # the exit code
pytestmark = [
    pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning"),  # nbgrader's own
    pytest.mark.skipif(sys.platform != "linux", reason="submissions are shut in on Linux only"),
]


def hand_in(course, exchange):
    """Let the class hand in: through nbgrader's exchange, but for what it would not carry."""
    kinds = hostile.write_class(course / "submitted", CLASS)
    inbound = exchange / "first-neural-network" / "inbound"
    for student, kind in kinds.items():
        if kind.name not in BY_OTHER_WAYS:
            folder = course / "submitted" / student / ASSIGNMENT
            (folder / "timestamp.txt").write_text(TIME, "utf-8")
            (folder / "submission_secret.txt").write_text(f"secret of {student}", "utf-8")
            folder.rename(inbound / f"{student}+{ASSIGNMENT}+{TIME}+random")
            folder.parent.rmdir()
    return kinds


def content_of(folder):
    """Return a checksum of every file of a folder; of huge ones their size."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    small = {path for path in files if path.stat().st_size < 10_000_000}
    return {
        path: hashlib.sha256(path.read_bytes()).hexdigest()
        if path in small
        else path.stat().st_size
        for path in files
    }


def succeed(done):
    """Hold nbgrader to what it says of one of its acts."""
    assert done["success"], done.get("log") or done


def grades_of(api, student):
    """Return nbgrader's grades of one submission by the name of the cell."""
    with api.gradebook as book:
        entry = book.find_submission_notebook(ASSIGNMENT, ASSIGNMENT, student)
        return {grade.name: grade.to_dict() for grade in entry.grades}


def walk(home):
    """Walk the whole path in a folder; return what the test looks at."""
    course, results = home / "course", home / "results"
    exchange = course / "exchange"
    seen = SimpleNamespace(course=course, exchange=exchange, results=results)
    assert main(["assignment", "make", "--out", str(course), "--chapter", "4"]) == 0
    with nbgrader_finds_its_tools():
        seen.api = api = open_course(course)
        succeed(api.generate_assignment(ASSIGNMENT))
        succeed(api.release_assignment(ASSIGNMENT))
        seen.kinds = hand_in(course, exchange)
        succeed(api.collect(ASSIGNMENT))
        seen.before = content_of(course)
        grade = ["grade", str(course / "submitted"), "--out", str(results), *QUICK]
        seen.grade = main(grade)
        seen.after = content_of(course)
        seen.imported = main(["gradebook", str(results), str(course)])
        seen.waiting = {one["student"]: one for one in api.get_submissions(ASSIGNMENT)}
        succeed(api.release_feedback(ASSIGNMENT))
    return seen


def in_nbgrader():
    """Return the kinds whose students nbgrader can have."""
    return [KINDS[name] for name in CLASS if name != "markup as a name"]


def test_the_class_has_thirty_students():
    assert len(CLASS) == len(set(CLASS)) == 30
    assert set(CLASS) <= set(KINDS)


def test_from_making_assignments_to_feedback(tmp_path):
    path = walk(tmp_path)
    everything_is_collected(path)
    grading_changes_no_file_of_the_course(path)
    assert path.grade == path.imported == SOMETHING_IS_LEFT
    assert faults(path) == []
    answers_in_words_wait_for_a_person(path)
    feedback_is_there_and_sent(path)
    the_formgrader_has_a_notebook_of_everybody(path)


def everything_is_collected(path):
    collected = {folder.name for folder in (path.course / "submitted").iterdir()}
    assert collected == set(path.kinds)


def grading_changes_no_file_of_the_course(path):
    assert path.course / "gradebook.db" in path.before
    assert path.after == path.before


def faults(path):
    """Return the questions of which the gradebook has not what the hostile kinds foresee."""
    found = []
    for kind in in_nbgrader():
        grades = grades_of(path.api, kind.folder)
        for question in CODE:
            cases = [grades[f"{question}--{case.key}"] for case in find(question).cases()]
            expected, became = kind.expect.get(question, "right"), what_became(question, cases)
            if became != expected:
                found.append(f"{kind.name}, {question}: {became}, not {expected}")
    return found


def what_became(question, cases):
    """Return what nbgrader's grades of the cases of a question amount to."""
    points = [one["auto_score"] for one in cases]
    waiting = [one["needs_manual_grade"] for one in cases]
    if points == [None] * len(cases) and all(waiting):
        return "ungraded"
    if None in points or any(waiting):
        return f"{points}, {waiting}"
    return {find(question).points: "right", 0: "wrong"}.get(sum(points), f"{points}")


def answers_in_words_wait_for_a_person(path):
    for kind in in_nbgrader():
        grades = grades_of(path.api, kind.folder)
        assert all(grades[one]["needs_manual_grade"] for one in WORDS), kind.name
        assert path.waiting[kind.folder]["needs_manual_grade"], kind.name


def feedback_is_there_and_sent(path):
    written = list((path.results / "feedback").glob(f"*/{ASSIGNMENT}.html"))
    assert len(written) == len(CLASS)
    sent = list((path.exchange / "first-neural-network" / "feedback").glob("*.html"))
    assert len(sent) == len(CLASS) - len(BY_OTHER_WAYS)


def the_formgrader_has_a_notebook_of_everybody(path):
    for kind in in_nbgrader():
        folder = path.course / "autograded" / kind.folder / ASSIGNMENT
        assert (folder / f"{ASSIGNMENT}.ipynb").is_file(), kind.name
