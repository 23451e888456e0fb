"""Grading: every hostile submission gets its score or an explicit UNGRADED, and harms nobody."""

import argparse
import csv
import hashlib
import itertools
import json
import os
import re
import shutil
import sqlite3
import stat
import subprocess
import sys
import time
import tracemalloc
from contextlib import suppress
from pathlib import Path

import pytest
from filelock import FileLock

from firstnet import __main__ as command
from firstnet import exercises
from firstnet.classroom import course, feedback, grade, grading, limits, records, sandbox
from firstnet.classroom import submission as handed
from firstnet.exercises import judge
from tests.classroom import hostile
from tests.classroom.hostile import ASSIGNMENT, CODE, HEAD, KINDS, WORDS, WRONG
from tests.waiting import wait_for
from tools import ROOT

QUICK = ("--cell-seconds", "2", "--call-seconds", "2", "--memory", "600")

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="submissions are shut in on Linux only"
)


def run(submitted, out, *options):
    """Grade a folder by the command; return its exit code."""
    return command.main(["grade", str(submitted), "--out", str(out), *QUICK, *options])


def rows_of(out):
    """Return the rows of the table, by student and question."""
    with (out / "grades.csv").open(encoding="utf-8", newline="") as file:
        found = list(csv.DictReader(file))
    return {(row["student"], row["question"]): row for row in found}


def student_of(kind):
    """Return the student's name as it stands in the table."""
    return records.cell_text(kind.folder)


def became(row):
    """Return what became of a question, in the words of the hostile kinds."""
    if row["status"] == "UNGRADED":
        return "ungraded" if row["points"] == "" else "UNGRADED with points"
    return {row["max_points"]: "right", "0": "wrong"}.get(row["points"], "partial")


def content_of(path):
    """Return what a path is and holds, for comparing; of huge files only their size."""
    about = path.lstat()
    if path.is_symlink():
        return str(path.readlink())
    if stat.S_ISREG(about.st_mode) and about.st_size < 10_000_000:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    return (stat.S_IFMT(about.st_mode), about.st_size if path.is_file() else 0)


def tree(folder):
    """Return all that stands below a folder, with its content."""
    return {str(path): content_of(path) for path in folder.rglob("*")}


def names_of_processes():
    """Return the names of all processes of this machine."""
    found = []
    for path in Path("/proc").glob("[0-9]*/comm"):
        with suppress(OSError):
            found.append(path.read_text().strip())
    return found


# --- The whole list, in one batch ----------------------------------------------------------------


@pytest.fixture(scope="module")
def batch(tmp_path_factory):
    """The whole class graded, once for all processes of a run of tests: where, and what changed."""
    top = tmp_path_factory.getbasetemp()
    top = top.parent if os.environ.get("PYTEST_XDIST_WORKER") else top
    with FileLock(top / "class.lock"):
        if not (top / "class.json").exists():
            (top / "class.json").write_text(json.dumps(grade_class(top)))
    return json.loads((top / "class.json").read_text()) | {"out": top / "graded"}


def grade_class(top):
    """Grade one submission of each kind; return the exit code, and what changed beside it."""
    folder = top / "class"
    hostile.write_class(folder / "submitted")
    sqlite3.connect(folder / "gradebook.db").execute("create table grade (points)").close()
    before = tree(folder)
    code = run(folder / "submitted", top / "graded", "--jobs", "2", "--seed", "1")
    after = tree(folder)
    changed = [path for path in before | after if before.get(path) != after.get(path)]
    return {"code": code, "files": len(before), "changed": changed}


@pytest.fixture(scope="module")
def rows(batch):
    """The rows of the class's table."""
    return rows_of(batch["out"])


@pytest.mark.parametrize("name", KINDS)
def test_each_kind_gets_its_score_or_an_explicit_ungraded(rows, name):
    kind = KINDS[name]
    allowed = {"denied": {"wrong", "ungraded"}, "any": {"right", "wrong", "ungraded", "partial"}}
    for question in CODE:
        row = rows[student_of(kind), question]
        expect = kind.expect.get(question, "right")
        assert became(row) in allowed.get(expect, {expect}), row
        assert len(row["reason"]) > 5
        assert row["max_points"] == str(exercises.find(question).points)


@pytest.mark.parametrize("name", KINDS)
def test_answers_in_words_are_left_to_a_person_and_never_get_0(rows, name):
    for question in WORDS:
        row = rows[student_of(KINDS[name]), question]
        assert row["status"] in ("manual", "UNGRADED")
        assert row["points"] == ""


def test_nothing_that_was_handed_in_or_stood_beside_it_has_changed(batch):
    assert batch["files"] > 2 * len(KINDS)
    assert batch["changed"] == []


def test_nothing_goes_on_running(batch):
    assert batch["code"] == grade.SOME_UNGRADED
    assert "fn-detached" not in names_of_processes()


def test_what_one_learner_could_make_another_read_is_text(batch, rows):
    pages = list((batch["out"] / "feedback").rglob("*.html"))
    assert len(pages) == len(KINDS)
    assert not [page for page in pages if re.search(r"<(img|script)", page.read_text("utf-8"))]
    assert all(text.isprintable() for row in rows.values() for text in row.values())
    assert max(path.stat().st_size for path in (batch["out"] / "records").rglob("*")) < 100_000
    assert "'=cmd|' calc'!A0" in {student for student, _ in rows}


def test_feedback_tells_neither_inputs_nor_solutions(batch):
    solutions = {
        line.strip()
        for name in CODE
        for line in exercises.find(name).source("solution").splitlines()
        if line.strip().startswith("return")
    }
    for page in (batch["out"] / "feedback").rglob("*.html"):
        body = page.read_text("utf-8").split("<main>")[1]
        assert not re.search(rf"\d\.\d|{hostile.MARK}|\d{{4}}", body), page
        assert not [line for line in solutions if line in body]


def test_feedback_says_why(batch):
    page = batch["out"] / "feedback" / "wrong" / f"{ASSIGNMENT}.html"
    text = page.read_text("utf-8")
    assert "You walk uphill" in text
    assert "0 of 3 points" in text
    assert "light dark" in text


# --- The ways to shut in -------------------------------------------------------------------------

UNSHARE = (
    "import ctypes\nlibrary = ctypes.CDLL(None, use_errno=True)\n"
    "if library.unshare(0x10000000): raise OSError(ctypes.get_errno(), 'refused')"
)
ACTS = {  # what a worker must not be able to do, and the error that it must get
    "open('/x', 'w')": "OSError",
    "open('/grader/x', 'w')": "OSError",
    "open('/dev/x', 'w')": "OSError",
    "open('/proc/1/mem', 'rb')": "PermissionError",
    "open('/proc/sys/kernel/core_pattern', 'a')": ("OSError", "PermissionError"),
    "import os; os.setuid(0)": ("PermissionError", "OSError"),
    "import os; os.chroot('/tmp')": "PermissionError",
    "import os; os.nice(-9)": "PermissionError",
    "import socket; socket.create_connection(('192.0.2.1', 80), 1)": "OSError",
    "import socket; socket.socket(40, 1)": "OSError",
    "import socket; socket.socket(17, 3, 8)": "OSError",
    "import subprocess; subprocess.run(['sh'])": "FileNotFoundError",
    "import numpy; numpy.ones(8_000_000_000)": "MemoryError",
    "f = open('/tmp/x', 'wb')\nfor _ in range(300): f.write(bytes(10**6))": "OSError",
    "f = open('/dev/shm/x', 'wb')\nfor _ in range(300): f.write(bytes(10**6))": "OSError",
    "import firstnet.exercises.chapter_04": "ModuleNotFoundError",
    "import firstnet.classroom": "ModuleNotFoundError",
    UNSHARE: "PermissionError",
}
SEEN = "import os\nraise Exception(sorted(os.listdir('/')), dict(os.environ).get('SECRET'))"
HOMES = "import os\nraise Exception([one for one in ({homes}) if os.path.exists(one)])"


@pytest.fixture(params=[way.name for way in sandbox.WAYS])
def box(request, monkeypatch):
    """A worker shut in by each of the ways that this machine has."""
    way = next(one for one in sandbox.WAYS if one.name == request.param)
    if not sandbox.possible(way):
        pytest.skip(f"this machine has not the way {way.name!r}")
    monkeypatch.setenv("SECRET", "token")
    with sandbox.Sandbox(way, limits.Limits(disk=100)) as one:
        yield one


def raised(box, source):
    """Run a cell in a sandbox; return the error it ended with, or nothing."""
    return box.ask({"act": "cell", "source": source, "number": 1}, 20).get("raised", "")


def test_a_worker_can_do_no_harm(box):
    for source, error in ACTS.items():
        assert raised(box, source).startswith(error), source


def test_a_worker_sees_no_home_no_submissions_and_no_secret(box, tmp_path):
    said = raised(box, SEEN)
    assert "token" not in said
    assert "None" in said
    homes = ", ".join(
        repr(str(one)) for one in (tmp_path, Path(__file__).parent, Path.cwd() / "firstnet")
    )
    assert raised(box, HOMES.format(homes=homes)) == "Exception: []"


def test_a_detached_child_ends_with_its_worker(box):
    assert raised(box, hostile.DETACHED) == ""
    names = names_of_processes()
    box.end_all()
    assert "fn-detached" in names
    wait_for(lambda: "fn-detached" not in names_of_processes(), "the child's end", seconds=20)


def test_threads_children_and_locks_work(box):
    source = (
        "import threading, multiprocessing, os\nmultiprocessing.Lock()\n"
        "one = threading.Thread(target=print)\none.start()\none.join()\n"
        "child = os.fork()\nif child == 0:\n    os._exit(7)\n"
        "raise Exception(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))"
    )
    assert raised(box, source) == "Exception: 7"


@pytest.mark.parametrize("name", ["bubblewrap", "namespaces"])
def test_an_installed_copy_is_hidden_even_in_a_temporary_folder(name, tmp_path, monkeypatch):
    if name == "bubblewrap" and not shutil.which("bwrap"):
        pytest.skip("no bubblewrap here")
    copy = tmp_path / "site-packages"  # in /tmp as a rule, where each worker has a room
    (copy / "firstnet" / "exercises").mkdir(parents=True)
    (copy / "firstnet" / "exercises" / "chapter_04.py").write_text("solution = 42")
    (copy / "another.py").write_text("number = 7")
    monkeypatch.setattr(sys, "path", [*sys.path, str(copy)])
    look = f"import another, os\nraise Exception(another.number, os.listdir('{copy}/firstnet'))"
    with sandbox.Sandbox(sandbox.find_way(name), limits.Limits()) as box:
        assert raised(box, look) == "Exception: (7, [])"


def test_forbidden_calls_are_those_of_each_processor():
    from firstnet.classroom import confine

    for column, processor in confine.PROCESSORS.values():
        steps = confine.filter_program(column, processor)
        for at, (code, if_true, if_false, _) in enumerate(steps):
            if code & 7 == 5:  # a jump
                assert max(if_true, if_false) + at + 1 < len(steps)
        assert steps[-1] == (6, 0, 0, confine.ALLOWED)


UNPRIVILEGED = ("unshare", "--user", "--map-user=1000")


def grade_elsewhere(folder, *before, way=None):
    """Grade by a process of its own, started by another command; return what it said and did."""
    line = [*before, sys.executable, "-m", "firstnet", "grade", str(folder / "submitted")]
    line += ["--out", str(folder / "graded"), *QUICK, *(("--way", way) if way else ())]
    return subprocess.run(line, capture_output=True, text=True, timeout=120)


def can_be_unprivileged(*options):
    """Tell whether this machine lets a process be an ordinary user in a namespace."""
    line = [*UNPRIVILEGED, *options, "true"]
    return shutil.which("unshare") and subprocess.run(line, capture_output=True).returncode == 0


@pytest.mark.parametrize("way", ["bubblewrap", "namespaces"])
def test_an_ordinary_user_can_grade(tmp_path, way):
    if not can_be_unprivileged("--map-group=1000") or not (
        way == "namespaces" or shutil.which("bwrap")
    ):
        pytest.skip(f"no ordinary user with {way} here")
    hostile.write_class(tmp_path / "submitted", ["right", "steals the source", "fork bomb"])
    done = grade_elsewhere(tmp_path, *UNPRIVILEGED, "--map-group=1000", way=way)
    assert done.returncode == grade.SOME_UNGRADED, done.stderr
    rows = rows_of(tmp_path / "graded")
    found = [became(rows[name, "descend"]) for name in ("right", "steals the source", "fork bomb")]
    assert found == ["right", "wrong", "ungraded"]


def test_without_a_sandbox_nothing_is_graded_and_the_container_is_named(tmp_path):
    if not can_be_unprivileged() or sandbox.apparmor_forbids():
        pytest.skip("namespaces cannot be made, or AppArmor is named instead")
    hostile.write_class(tmp_path / "submitted", ["right"])
    done = grade_elsewhere(tmp_path, *UNPRIVILEGED)  # its group is unknown: the kernel refuses
    assert done.returncode == 1
    assert "podman build -t firstnet-grade -f apps/classroom/Containerfile ." in done.stderr
    assert "--trusted" in done.stderr
    assert not (tmp_path / "graded").exists()


def test_trusted_grading_says_loudly_what_it_does_not_protect_from(tmp_path, capsys):
    hostile.write_class(tmp_path / "submitted", ["right"])
    assert run(tmp_path / "submitted", tmp_path / "graded", "--trusted") == 0
    assert "can read, change and delete all that you can" in capsys.readouterr().err
    assert became(rows_of(tmp_path / "graded")["right", "descend"]) == "right"


# --- What is not there, and what is wrong with the command ---------------------------------------


def test_what_was_not_handed_in_is_ungraded_and_said(tmp_path, capsys):
    submitted = tmp_path / "submitted"
    hostile.write_class(submitted, ["right"])
    (submitted / "absent").mkdir()
    (submitted / "right" / "99_unknown").mkdir()
    (submitted / "linked").symlink_to(submitted / "right")
    (submitted / ".hidden").mkdir()
    (submitted / "gradebook.db").write_text("not a student")
    assert run(submitted, tmp_path / "graded") == grade.SOME_UNGRADED
    rows = rows_of(tmp_path / "graded")
    assert rows["absent", "descend"]["reason"] == grade.NOTHING
    assert rows["linked", "descend"]["reason"] == grade.LINK
    assert "no assignment of this name" in rows["right", ""]["reason"]
    assert {student for student, _ in rows} == {"absent", "linked", "right"}
    assert "UNGRADED is not 0" in capsys.readouterr().out


@pytest.mark.parametrize("place", ["alice.ipynb", "alice/homework.ipynb", ""])
def test_a_folder_of_another_layout_is_refused_and_nothing_is_written(tmp_path, capsys, place):
    path = tmp_path / "submitted" / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("{}") if place else path.mkdir()
    assert run(tmp_path / "submitted", tmp_path / "graded") == 1
    said = capsys.readouterr().err
    assert "No submissions in" in said and "STUDENT/ASSIGNMENT/*.ipynb" in said
    assert f"found {place or 'no file'}." in said and ASSIGNMENT in said
    assert not (tmp_path / "graded").exists()


def test_a_notebook_without_a_folder_is_taken_by_its_name(tmp_path, capsys):
    student = tmp_path / "submitted" / "alice"
    student.mkdir(parents=True)
    hostile.write(student, hostile.notebook(hostile.cells()))
    hostile.write(student, "{}", name="holiday.ipynb")
    linked = tmp_path / "submitted" / "bob"
    linked.mkdir()
    (linked / f"{ASSIGNMENT}.ipynb").symlink_to(student / f"{ASSIGNMENT}.ipynb")
    assert run(tmp_path / "submitted", tmp_path / "graded") == grade.SOME_UNGRADED
    rows = rows_of(tmp_path / "graded")
    assert became(rows["alice", "descend"]) == "right"
    assert rows["bob", "descend"]["reason"] == grade.LINK
    assert {student for student, _ in rows} == {"alice", "bob"}
    assert "2 submissions: " in capsys.readouterr().out


def test_an_answer_that_was_not_found_is_counted_apart():
    rows = [{"status": "manual", "reason": one} for one in (records.READ, "No answer was found")]
    said = grade.last_words(argparse.Namespace(out=Path("out")), [{"results": rows}])
    assert said.startswith("1 submission: 0 answers graded, 2 for you to read (1 of them not found")


def test_long_names_stop_nobody(tmp_path):
    hostile.write_class(tmp_path / "submitted", ["right"])
    (tmp_path / "submitted" / "right" / ("n" * 255)).mkdir()
    assert run(tmp_path / "submitted", tmp_path / "graded") == grade.SOME_UNGRADED
    assert became(rows_of(tmp_path / "graded")["right", "descend"]) == "right"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["nowhere", "--out", "out"], "There is no folder nowhere"),
        ([".", "--out", "inside"], "must not stand inside"),
        ([".", "--out", "../out", "--assignment", "77"], "There is no assignment '77'. Known: 0"),
        ([".", "--out", f"{sys.base_prefix}/lib/x"], "every submission can read"),
    ],
)
def test_a_wrong_command_is_refused_in_words(tmp_path, monkeypatch, capsys, options, words):
    (tmp_path / "submitted").mkdir()
    monkeypatch.chdir(tmp_path / "submitted")
    assert command.main(["grade", *options]) == 1
    assert words in capsys.readouterr().err


@pytest.mark.parametrize("option", [["--jobs", "0"], ["--cell-seconds", "nan"], ["--memory", "-1"]])
def test_a_wrong_number_is_refused(capsys, option):
    with pytest.raises(SystemExit):
        command.main(["grade", ".", "--out", "x", *option])
    assert "a " in capsys.readouterr().err.splitlines()[-1]


def test_other_exercises_can_be_named(tmp_path):
    toy = tmp_path / "toy.py"
    toy.write_text(TOY)
    folder = tmp_path / "submitted" / "ada" / "toy"
    folder.mkdir(parents=True)
    parts = [hostile.cell("double = lambda x: 2 * x if x > 0 else 0.0")]
    hostile.write(folder, hostile.notebook(parts), name="toy.ipynb")
    assert run(tmp_path / "submitted", tmp_path / "graded", "--exercises", str(toy)) == 0
    row = rows_of(tmp_path / "graded")["ada", "double"]
    assert (row["points"], row["max_points"], row["status"]) == ("2", "3", "graded")
    assert row["reason"].startswith("[positive] Right. [negative] ")


TOY = """
from firstnet.exercises.base import Exercise, case

CHAPTER = "toy"

class Double(Exercise):
    name = "double"
    title = "Double"

    def stub(x):
        ...

    def solution(x):
        return 2 * x

    @case("positive", points=2)
    def positive(random):
        return random.uniform(1, 2)

    @case("negative")
    def negative(random):
        return random.uniform(-2, -1)
"""


# --- Parts ---------------------------------------------------------------------------------------


def task_of(**more):
    """Return a task of a right notebook, with a seed of its own."""
    parser = argparse.ArgumentParser()
    grade.add_arguments(parser)
    options = parser.parse_args([".", "--out", ".", "--seed", "3"])
    return (
        grade.make_task(options, "ada", ASSIGNMENT, hostile.notebook(hostile.cells()).encode())
        | more
    )


def test_every_chapter_gives_its_solutions_full_marks_and_its_stubs_none(tmp_path):
    submitted = tmp_path / "submitted"
    for part, stem in itertools.product(("solution", "stub"), exercises.chapters()):
        folder = submitted / part / stem
        folder.mkdir(parents=True)
        asked = filter(handed.is_checked, exercises.of_chapter(stem))
        parts = [hostile.cell(one.code(part)) for one in asked]
        hostile.write(folder, hostile.notebook(parts), name=f"{stem}.ipynb")
    out = ["--out", str(tmp_path / "graded")]
    assert command.main(["grade", str(submitted), *out, "--jobs", "2"]) == 0
    rows = [row for row in rows_of(tmp_path / "graded").values() if row["status"] == "graded"]
    bad = [row for row in rows if became(row) != {"solution": "right"}.get(row["student"], "wrong")]
    assert len(rows) >= 2 * len(exercises.chapters())
    assert bad == []


def test_inputs_differ_between_students_and_seeds_and_can_be_drawn_again():
    exercise = exercises.find("descend")
    seeds = [
        grading.case_seed(task_of(**more), exercise, number)
        for more in ({}, {"student": "bob"}, {"seed": 4})
        for number in range(2)
    ]
    assert len(set(seeds)) == 6
    assert grading.case_seed(task_of(), exercise, 0) == seeds[0]


def test_an_answer_that_breaks_the_judge_is_for_a_person(monkeypatch):
    def fail(*arguments):
        raise OverflowError

    monkeypatch.setattr(grading.judge, "judge", fail)
    record = grading.grade(task_of(), sandbox.find_way())
    assert {row["status"] for row in record["results"]} == {"UNGRADED", "manual"}
    assert "OverflowError" in record["results"][1]["reason"]


def test_a_notebook_out_of_time_is_ungraded():
    task = task_of(limits=limits.Limits(submission_seconds=1e-3).as_dict())
    rows = grading.grade(task, sandbox.find_way())["results"]
    assert {row["reason"] for row in rows if row["status"] == "UNGRADED"} == {grading.NO_TIME}


@pytest.mark.parametrize("texts", [["x" * 1_000_000, *"abc"] * 20, [*[1] * 199_999, "x" * 20_000]])
def test_texts_that_would_fill_the_memory_do_not(texts):
    descend = exercises.find("descend")
    case = descend.cases()[0]
    outcome = {"value": {"list": texts}}
    tracemalloc.start()
    verdict = judge.judge(descend, case, case.inputs(1), outcome)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert not verdict.right
    assert peak < 30e6


@pytest.mark.parametrize(
    ("raised", "shown"),
    [
        ("IndexError: index 7 is out of bounds for axis 0", "IndexError: index … is out of bounds"),
        ("NameError: name 'np' is not defined", "NameError: name 'np' is not defined"),
        ("NameError: name 'pqxz' is not defined", "NameError: name '…' is not defined"),
        ("TypeError: 'NoneType' object is not iterable. abc", None),
        ("ValueError: operands could not be broadcast together (2,)", None),
        ("ValueError: shapes (2,3) and (4, 5) not aligned", "ValueError: shapes (…,…) and (…,…) "),
        ("TypeError: np() missing 1 required positional argument: 'np'", None),
        ("ValueError: w2 is [0.25 -1e-3], 7 of 9", "ValueError"),
        ("Leak0x12: 3", "an error of a kind of its own"),
    ],
)
def test_of_errors_only_usual_words_are_shown(raised, shown):
    said = grading.shown(raised, "import np")
    assert not re.search(r"\d|abc|pqxz", said)
    assert said.startswith(shown or raised.split(" (")[0].split(" 1")[0].split(". ")[0])
    assert shown != "ValueError" or said == shown


def test_modules_that_are_not_there_are_known_without_importing_them():
    source = "import numpy as np, nobody_has\n  from numpy.nowhere import imread\nimport json"
    assert grading.imported(source) == {"numpy", "nobody_has", "numpy.nowhere", "json"}
    absent = {one for one in grading.imported(source) if grading.is_absent(one)}
    assert absent == {"nobody_has", "numpy.nowhere"}
    assert not grading.is_absent("firstnet.exercises.chapter_99")


def test_text_is_made_plain():
    assert handed.plain("a\x1b[31m\nb\u202e") == "a [31m b "
    assert (
        handed.plain("No file '/grader/x y' or /tmp; 1 / 2, a/b")
        == "No file '… y' or …; 1 / 2, a/b"
    )
    assert len(handed.plain("x" * 10_000_000)) == 300
    assert len(records.cell_text("x" * 10_000_000)) == records.MOST_TEXT


def test_a_slow_machine_gets_more_time(monkeypatch):
    monkeypatch.setattr(limits, "calibrate", lambda: 3 * limits.REFERENCE_SECONDS)
    assert limits.scale(1) == pytest.approx(3)
    assert limits.Limits(call_seconds=10).scaled(3).call_seconds == 30


@pytest.mark.parametrize(
    ("text", "safe"),
    [("=1+1", "'=1+1"), ("@x", "'@x"), ("ada", "ada"), (None, ""), (1.5, "1.5"), (2, "2"),
     ("caf\udce9", "caf\ufffd"), ("\ud800", "?")],
)  # fmt: skip
def test_the_table_holds_text_only(text, safe):
    assert records.cell_text(text) == safe


@pytest.mark.parametrize(
    ("source", "final"),
    [(HEAD + "    import a_package_that_nobody_has", False), (HEAD + "    import os", True)],
)
def test_what_the_machine_lacked_is_tried_again(source, final):
    """A package may have been installed since: the record fits no task."""
    cells = [{"number": 0, "source": source}]
    task = task_of(cells=cells)
    task["answers"] |= {name: {"cells": [0], "problem": ""} for name in CODE}
    record = grading.grade(task, sandbox.find_way())
    assert record["fingerprint"] == (task["fingerprint"] if final else "")
    late = task_of(limits=limits.Limits(submission_seconds=1e-3).as_dict())
    assert grading.grade(late, sandbox.find_way())["fingerprint"] == ""


def test_blank_lines_do_not_hold_the_grader():
    start = time.monotonic()
    for source in ("\n" * 100_000, "import\n" * 15_000, "import" + " " * 100_000, " \n" * 50_000):
        assert grading.imported(source) == set()
    assert time.monotonic() - start < 2


BORROWED = [  # a cell, and whether it imports what holds an answer
    ("from firstnet.losses import binary_cross_entropy", True),
    ("def f():\n    from firstnet import losses", True),
    ("import firstnet.losses as l", True),
    ("import firstnet\nf = firstnet.losses.binary_cross_entropy", True),
    ("import importlib\nimportlib.import_module('firstnet.losses')", True),
    ("%time from firstnet import losses, models", True),
    ("%time 1\nimport firstnet.losses", True),
    ("from firstnet import models\nlosses = 'firstnet has losses'", False),
    ("from mine import losses", False),
    ("# from firstnet import losses\nx = 1", False),
]


@pytest.mark.parametrize(("source", "borrowed"), BORROWED)
def test_modules_of_the_book_that_a_cell_uses_are_known(source, borrowed):
    assert ("firstnet.losses" in handed.parts_used(source)) == borrowed


def test_the_book_s_own_function_is_for_a_person_to_mark(tmp_path):
    stem = "03_score_guess"
    names = ("binary_cross_entropy", "mended_loss", "safe_loss")
    borrowed = "from firstnet.losses import binary_cross_entropy"
    for student, first in {"ada": borrowed, "bob": f"{borrowed}\nbinary_cross_entropy = 3"}.items():
        folder = tmp_path / "submitted" / student / stem
        folder.mkdir(parents=True)
        mended = exercises.find("mended_loss").code("stub" if student == "bob" else "solution")
        parts = [first, mended, exercises.find("safe_loss").code("solution")]
        hostile.write(
            folder, hostile.notebook(list(map(hostile.cell, parts))), name=f"{stem}.ipynb"
        )
    run(tmp_path / "submitted", tmp_path / "graded")
    rows = rows_of(tmp_path / "graded")
    assert became(rows["ada", "mended_loss"]) == "ungraded"
    assert "(firstnet.losses): mark by hand" in rows["ada", "mended_loss"]["reason"]
    assert became(rows["bob", "mended_loss"]) == "wrong"
    assert [became(rows[one, "safe_loss"]) for one in ("ada", "bob")] == ["right", "right"]
    assert rows["ada", names[0]]["status"] == "UNGRADED"


def test_an_import_that_was_handed_out_is_the_learner_s_to_use():
    task = task_of()
    one = grading.Submission(task, None)
    exercise = type("Held", (exercises.find("descend"),), {"answered_in": ("firstnet.network",)})
    line = "from firstnet import network"
    task["cells"][0]["source"] = line + "\n" + task["cells"][0]["source"]
    assert one.borrowed(exercise) == "firstnet.network"
    one.questions[1:2] = [type("Held", (one.questions[1],), {"imports": (line,)})]
    assert one.borrowed(exercise) is None


def test_a_folder_that_is_closed_stops_no_other(tmp_path, monkeypatch):
    """The tests may run as root, who can open every folder: the refusal is played."""
    hostile.write_class(tmp_path / "submitted", ["right", "wrong"])
    look = Path.stat

    def refuse(path, **options):
        if path.parent.name == "wrong":
            raise PermissionError
        return look(path, **options)

    monkeypatch.setattr(Path, "stat", refuse)
    options = argparse.Namespace(submitted=tmp_path / "submitted", exercises=None, assignment=None)
    monkeypatch.setattr(grade, "make_task", lambda options, *of: of[:2])
    tasks, hopeless = grade.sort_out(options)
    assert tasks == [("right", ASSIGNMENT)]
    reasons = {row["reason"] for row in hopeless[0]["results"]}
    assert (hopeless[0]["student"], reasons) == ("wrong", {"The folder cannot be opened"})


def test_a_record_is_used_again_only_for_the_same_submission_and_seed(tmp_path):
    task = task_of()
    kept = ("student", "assignment", "seed", "chosen", "fingerprint")
    record = {name: task[name] for name in kept} | {"results": [{"question": "descend"}]}
    records.save(tmp_path, record)
    assert records.load(tmp_path, task) == record
    assert records.load(tmp_path, task | {"seed": 4}) is None
    assert records.load(tmp_path, task | {"chosen": False}) is None
    assert records.load(tmp_path, task | {"fingerprint": "other"}) is None
    records.record_path(tmp_path, "ada", ASSIGNMENT).write_text("{")
    assert records.load(tmp_path, task) is None


def test_the_fingerprint_knows_the_exercises_and_the_grader():
    here = course.fingerprint(None, ASSIGNMENT)
    assert here == course.fingerprint(None, ASSIGNMENT)
    assert here != course.fingerprint(None, "03_score_guess")


@pytest.mark.parametrize(
    "name",
    [
        *(f"classroom/{one}.py" for one in course.GRADING),
        *(f"exercises/{one}.py" for one in (*course.JUDGING, "chapter_04")),
    ],
)
def test_a_change_of_any_file_that_decides_gives_another_fingerprint(tmp_path, monkeypatch, name):
    copy = tmp_path / "firstnet"
    for part in ("classroom", "exercises"):
        shutil.copytree(course.PACKAGE / part, copy / part)
    monkeypatch.setattr(course, "PACKAGE", copy)
    own = copy / "exercises" / "chapter_04.py"
    monkeypatch.setattr(course.inspect, "getsourcefile", lambda question: str(own))
    before = course.fingerprint(None, ASSIGNMENT)
    (copy / name).write_text((copy / name).read_text("utf-8") + "# changed\n", "utf-8")
    assert course.fingerprint(None, ASSIGNMENT) != before


def test_several_notebooks_the_one_that_fits_is_taken(tmp_path):
    questions = exercises.of_chapter(ASSIGNMENT)
    hostile.right(tmp_path, name="mine.ipynb")
    hostile.write(tmp_path, hostile.notebook([hostile.cell("x = 1")]), name="scratch.ipynb")
    mine = (tmp_path / "mine.ipynb").read_bytes()
    assert handed.choose(tmp_path, ASSIGNMENT, questions) == mine
    wrong = hostile.notebook(hostile.cells(descend=HEAD + WRONG))
    hostile.write(tmp_path, wrong, name="other.ipynb")
    with pytest.raises(handed.Unreadable, match="Several notebooks"):
        handed.choose(tmp_path, ASSIGNMENT, questions)
    hostile.write(tmp_path, wrong)
    assert handed.choose(tmp_path, ASSIGNMENT, questions) == wrong.encode()


def test_of_two_answers_the_last_that_is_not_blank_counts(tmp_path):
    parts = [hostile.answer("descend", HEAD + WRONG), *hostile.cells()]
    parts.append(hostile.answer("descend", exercises.find("descend").code("stub")))
    hostile.write(tmp_path, hostile.notebook(parts))
    cells = handed.read_cells((tmp_path / f"{ASSIGNMENT}.ipynb").read_bytes())
    answers = handed.match(cells, exercises.of_chapter(ASSIGNMENT))
    assert answers["descend"].cells == [0, 1]
    assert handed.to_run(cells, exercises.of_chapter(ASSIGNMENT))[0] == cells[-1]


def test_a_finished_copy_beside_the_blank_notebook_is_taken(tmp_path):
    stubs = {name: exercises.find(name).code("stub") for name in CODE}
    hostile.write(tmp_path, hostile.notebook(hostile.cells(**stubs)))
    hostile.right(tmp_path, name="mine.ipynb")
    taken = handed.choose(tmp_path, ASSIGNMENT, exercises.of_chapter(ASSIGNMENT))
    assert taken == (tmp_path / "mine.ipynb").read_bytes()


def test_more_than_a_person_writes_is_not_read(tmp_path):
    line = "x = 1  # " + "-" * 90_000
    for parts, words in (([line * 2], "Cell 1 has"), ([line] * 6, "The notebook has")):
        content = hostile.notebook([hostile.cell(one) for one in parts]).encode()
        with pytest.raises(handed.Unreadable, match=words):
            handed.read_cells(content)
    for number in range(handed.MOST_NOTEBOOKS + 1):
        hostile.right(tmp_path, name=f"{number}.ipynb")
    with pytest.raises(handed.Unreadable, match="leave one"):
        handed.choose(tmp_path, ASSIGNMENT, exercises.of_chapter(ASSIGNMENT))


def test_names_are_found_below_conditions_too():
    source = "if 1:\n    def f(): pass\nelse:\n    try:\n        g = 2\n    finally:\n        h = 3"
    assert handed.defined(source) == {"f", "g", "h"}


def test_the_page_for_teachers_names_the_limits():
    page = (ROOT / "book" / "teach" / "jupyterhub.md").read_text("utf-8")
    named = limits.Limits()
    assert f"A cell may take {named.cell_seconds:g} seconds" in page
    assert f"one call of an answer {named.call_seconds:g}" in page
    assert f"a submission {named.submission_seconds:g}" in page
    assert f"{named.memory} MB of memory" in page


def test_points_in_words():
    row = {"status": "graded", "points": 1, "max_points": 1}
    assert feedback.points_words(row) == "1 of 1 point"
    assert feedback.points_words(row | {"status": "UNGRADED"}) == "1 point: not graded yet"


def test_a_worker_that_forks_answers_once():
    with sandbox.Sandbox(sandbox.find_way(), limits.Limits()) as box:
        assert raised(box, "import os\nos.fork()") == ""
        assert raised(box, "import os\nraise Exception(os.getpid() > 0)") == "Exception: True"


def test_a_reply_that_was_sent_in_time_counts_however_late_it_is_read(monkeypatch):
    with sandbox.Sandbox(sandbox.find_way(), limits.Limits()) as box:
        send = box.send

        def send_and_be_busy(message, deadline):
            send(message, deadline)
            time.sleep(max(0, deadline - time.monotonic()) + 0.1)

        monkeypatch.setattr(box, "send", send_and_be_busy)
        assert "id" in box.ask({"act": "cell", "source": "x = 1", "number": 1}, 1)


def test_empty_lines_without_end_do_not_hold_the_grader():
    with sandbox.Sandbox(sandbox.find_way(), limits.Limits()) as box:
        start = time.monotonic()
        with pytest.raises(sandbox.Stopped) as stopped:
            box.ask({"act": "cell", "source": hostile.NEWLINES, "number": 1}, 60)
        assert stopped.value.why == "answer"
        assert time.monotonic() - start < 20


def test_the_widgets_of_the_book_work_inside():
    with sandbox.Sandbox(sandbox.find_way(), limits.Limits()) as box:
        source = (
            "from firstnet.widgets import downhill, neuron\ndownhill.Downhill(), neuron.Neuron()"
        )
        assert raised(box, source) == ""


def test_magics_are_taken_out_and_other_languages_too():
    from firstnet.classroom import worker

    assert worker.without_magics("%%time\nx = 1\n  !ls\nx?") == "x = 1\n  pass\npass"
    assert worker.without_magics("%%bash\nrm -rf /") == ""
    assert worker.without_magics("x = [7\n% 4]  # why?") == "x = [7\n% 4]  # why?"


JUPYTER = {  # a cell, and what holds after it
    "%time a = 3\n%timeit -n 2 -r 1 a + 1\nb = a  # why?": "(a, b) == (3, 3)",
    "c = %time 4": "c == 4",
    "t = %timeit -o -n1 -r1 sum([1])": "t == 1",
    "def f(k):\n    %time k + 1\n    return k\nd = f(5)": "d == 5",
    "%%time\ne = 6\nfiles = !ls\n%matplotlib inline": "(e, files) == (6, [])",
    "%%capture out\ng = 7": "g == 7",
    "%%bash\nrm -rf x": "True",
    "x = [7\n% 4]\nx?": "x == [3]",
    ">>> h = 8": "h == 8",
    "from IPython import get_ipython as other": "other() is get_ipython()",
    "from firstnet.widgets import neuron\nneuron.Neuron()": "True",
    "import matplotlib.pyplot as plt\nplt.plot([1])\nplt.show()": "True",
    "from __future__ import annotations": "True",
    "def i(j: NowhereElse): ...\nhelp(i)": "i.__annotations__ == {'j': 'NowhereElse'}",
    "    j = 9\n    k = j": "k == 9",
    "import asyncio\nasync def late(): return 2\ntask = asyncio.ensure_future(late())": "True",
    "two = await task": "two == 2",
    "import asyncio\nlock, loop = asyncio.Event(), asyncio.get_running_loop()\n"
    "await asyncio.sleep(0)": "True",
    "await asyncio.sleep(0)\nsame = loop is asyncio.get_running_loop()": "same",
    "'google.colab' in str(get_ipython()), get_ipython().events.register(1), _": "True",
}


def test_what_jupyter_understands_is_understood():
    with sandbox.Sandbox(sandbox.find_way(), limits.Limits()) as box:
        said = {source: raised(box, source) for source in JUPYTER}
        assert said == dict.fromkeys(JUPYTER, "")
        for after in JUPYTER.values():
            assert raised(box, f"assert {after}") == "", after
        assert raised(box, "exit()").startswith("SystemExit")
        assert raised(box, "x = = %y").startswith("SyntaxError")
