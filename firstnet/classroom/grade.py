"""`firstnet grade`: grade submissions, each in a sandbox, and say what became of each."""

import argparse
import hashlib
import json
import os
import secrets
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

from firstnet.classroom import course, feedback, grading, limits, records, sandbox, submission
from firstnet.classroom.limits import Limits
from firstnet.classroom.submission import LINK, NOTHING

SOME_UNGRADED = 3
PATIENCE = "10s"  # for the scheduler to answer
PARTS = {
    "cell": "one cell",
    "call": "one call of an answer",
    "submission": "one submission",
}
NO_SUBMISSIONS = """No submissions in {folder}: it should hold STUDENT/ASSIGNMENT/*.ipynb, or
STUDENT/ASSIGNMENT.ipynb; found {found}.
An ASSIGNMENT is one of {known}."""
LOUD = """
!! --trusted: these notebooks run as YOU, with your files, your network and your rights. A notebook
!! can read, change and delete all that you can, and the gradebook. Use it for files that you wrote.
"""


class CannotGrade(Exception):
    """Nothing can be graded; the message says why, and what to do."""


def whole(text: str) -> int:
    """Return a whole number from 1 on, or raise what argparse shows."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"a whole number from 1 on, not {text!r}")
    return int(text)


def seconds(text: str) -> float:
    """Return a number of seconds above 0, or raise what argparse shows."""
    try:
        number = float(text)
    except ValueError:
        number = 0
    if not 0 < number < 1e6:
        raise argparse.ArgumentTypeError(f"a number of seconds above 0, not {text!r}")
    return number


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `firstnet grade`."""
    parser.epilog = "Exit code: 0 all graded, 3 some are UNGRADED, 1 an error."
    parser.add_argument("submitted", type=Path, help="a folder of STUDENT/ASSIGNMENT/*.ipynb")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="where to write")
    parser.add_argument("--jobs", type=whole, metavar="N", help="how many at a time")
    parser.add_argument("--scheduler", metavar="ADDRESS", help="a Dask scheduler to run on")
    parser.add_argument("--seed", type=int, metavar="N", help="draw the same inputs again")
    parser.add_argument("--assignment", metavar="NAME", help="grade only this one")
    own = "exercises of your own: a file of Python, or the name of a module"
    parser.add_argument("--exercises", metavar="FILE", help=own)
    parser.add_argument("--way", choices=("bubblewrap", "namespaces"), help="the kind of sandbox")
    parser.add_argument("--trusted", action="store_true", help="your own files only: no sandbox")
    default = Limits()
    for part, what in PARTS.items():
        about = {"default": getattr(default, f"{part}_seconds"), "metavar": "S"}
        words = f"the longest that {what} may take (%(default)s)"
        parser.add_argument(f"--{part}-seconds", type=seconds, help=words, **about)
    memory = {"default": default.memory, "metavar": "MB", "help": "the most memory (%(default)s)"}
    parser.add_argument("--memory", type=whole, **memory)


def chosen_limits(options: argparse.Namespace) -> Limits:
    """Return the limits that the options ask for."""
    names = ("cell_seconds", "call_seconds", "submission_seconds", "memory")
    return Limits(**{name: getattr(options, name) for name in names})


# --- Tasks ---------------------------------------------------------------------------------------


def make_task(options: argparse.Namespace, student: str, assignment: str, content: bytes) -> dict:
    """Return what grading a notebook needs, all of it plain data."""
    questions = course.questions(options.exercises, assignment)
    cells = submission.read_cells(content)
    answers = submission.match(cells, questions)
    run = submission.to_run(cells, questions)
    settings = settings_of(options, assignment)
    return {
        "student": student,
        "assignment": assignment,
        "cells": [{"number": cell.number, "source": cell.source} for cell in run],
        "answers": {name: vars(answer) for name, answer in answers.items()},
        "skipped": submission.only_in_tests(cells, run),
        "fingerprint": fingerprint(settings, content),
        **settings,
    }


def settings_of(options: argparse.Namespace, assignment: str) -> dict:
    """Return the part of a task that is the same for all submissions, but for a random seed."""
    return {
        "exercises": options.exercises,
        "seed": options.seed if options.seed is not None else secrets.randbits(48),
        "chosen": options.seed is not None,
        "version": course.fingerprint(options.exercises, assignment),
        "limits": chosen_limits(options).as_dict(),
    }


def fingerprint(settings: dict, content: bytes) -> str:
    """Return a checksum of all that a record depends on, but its seed."""
    digest = hashlib.sha256(settings["version"].encode())
    digest.update(json.dumps(settings["limits"]).encode())
    digest.update(content)
    return digest.hexdigest()


def ungraded(named: str | None, student: str, assignment: str, reason: str) -> dict:
    """Return the record of a submission of which nothing can be graded."""
    known = assignment in course.assignments(named)
    questions = course.questions(named, assignment) if known else []
    rows = [
        {"question": one.name, "title": one.title, "max_points": one.points} for one in questions
    ]
    rows = rows or [{"question": "", "title": "", "max_points": None}]
    same = {"points": None, "status": grading.UNGRADED, "reason": reason, "cases": []}
    return {"student": student, "assignment": assignment, "results": [row | same for row in rows]}


def expected(options: argparse.Namespace, found: dict[str, dict[str, Path]]) -> list[str]:
    """Return the assignments that every student is expected to hand in."""
    if options.assignment:
        return [options.assignment]
    seen = {name for folders in found.values() for name in folders}
    return [name for name in course.assignments(options.exercises) if name in seen]


def sort_out(options: argparse.Namespace) -> tuple[list[dict], list[dict]]:
    """Return the tasks, and the records of what cannot be graded at all."""
    found = submission.handed_in(options.submitted, course.assignments(options.exercises))
    wanted = expected(options, found)
    tasks, hopeless = [], []
    for student, folders in found.items():
        names = wanted if options.assignment else sorted({*wanted, *folders})
        for assignment in names:
            try:
                content = open_one(options, student, assignment, folders)
                tasks.append(make_task(options, student, assignment, content))
            except submission.Unreadable as problem:
                hopeless.append(ungraded(options.exercises, student, assignment, str(problem)))
            except (RecursionError, MemoryError, ValueError, OSError) as error:
                words = f"The notebook cannot be read: {type(error).__name__}"
                hopeless.append(ungraded(options.exercises, student, assignment, words))
    if not tasks and not hopeless:
        raise CannotGrade(no_submissions(options))
    return tasks, hopeless


def no_submissions(options: argparse.Namespace) -> str:
    """Return words on a folder without submissions: what it should hold, and what it does."""
    folder, known = options.submitted, ", ".join(course.assignments(options.exercises))
    below = (one for pattern in ("*", "*/*") for one in sorted(folder.glob(pattern)))
    first = next((one for one in below if not submission.may_be_folder(one)), None)
    found = submission.printable(str(first.relative_to(folder))) if first else "no file"
    return NO_SUBMISSIONS.format(folder=folder, found=found, known=known)


def open_one(options: argparse.Namespace, student: str, assignment: str, folders: dict) -> bytes:
    """Return the bytes of a submission's notebook; raise Unreadable, with the reason."""
    known = course.assignments(options.exercises)
    if assignment not in known:
        raise submission.Unreadable(
            f"There is no assignment of this name; known: {', '.join(known)}"
        )
    if submission.is_link(options.submitted / student):
        raise submission.Unreadable(LINK)
    if assignment not in folders:
        submission.listed(options.submitted / student)  # raises for a folder that is closed
        raise submission.Unreadable(NOTHING)
    if submission.is_link(folders[assignment]):
        raise submission.Unreadable(LINK)
    questions = course.questions(options.exercises, assignment)
    return submission.choose(folders[assignment], assignment, questions)


# --- Running -------------------------------------------------------------------------------------


def run_task(task: dict, trusted: bool, way: str | None) -> dict:
    """Return the record of a task, on this machine or a worker of a cluster; raise nothing."""
    try:
        return grading.grade(task, sandbox.TRUSTED if trusted else sandbox.find_way(way))
    except sandbox.SandboxError as error:
        return failed(task, f"The sandbox failed: {str(error).splitlines()[0]}")
    except Exception as error:
        return failed(task, f"The grader itself failed: {type(error).__name__}")


def failed(task: dict, reason: str) -> dict:
    """Return the record of a task that could not be run; the next run will try it again."""
    record = ungraded(task["exercises"], task["student"], task["assignment"], reason)
    return record | {"seed": task["seed"], "chosen": task["chosen"], "fingerprint": ""}


def here(options: argparse.Namespace, tasks: list[dict]) -> Iterator[dict]:
    """Yield the records of tasks that are graded on this machine, as they end."""
    jobs = options.jobs or os.cpu_count() or 1
    factor = limits.scale(jobs)
    sandbox.GIVEN_UP.clear()
    with ThreadPoolExecutor(jobs) as pool:
        todo = [task | {"scale": factor} for task in tasks]
        waiting = [pool.submit(run_task, one, options.trusted, options.way) for one in todo]
        try:
            for future in as_completed(waiting):
                yield future.result()
        except BaseException:  # Ctrl-C above all: let nothing run on
            pool.shutdown(wait=False, cancel_futures=True)
            sandbox.give_up()
            raise


def run_measured(task: dict, trusted: bool, way: str | None) -> dict:
    """Grade a task on a worker of a cluster, with time limits for that machine."""
    if course.fingerprint(task["exercises"], task["assignment"]) != task["version"]:
        return failed(task, "A worker of the cluster has another version of firstnet")
    return run_task(task | {"scale": 2 * limits.scale(1)}, trusted, way)


def on_cluster(options: argparse.Namespace, tasks: list[dict]) -> Iterator[dict]:
    """Yield the records of tasks that are graded by the workers of a Dask cluster."""
    from distributed import Client
    from distributed import as_completed as in_turn

    with Client(options.scheduler, timeout=PATIENCE, set_as_default=False) as client:
        arguments = (options.trusted, options.way)
        futures = [client.submit(run_measured, one, *arguments, pure=False) for one in tasks]
        places = {future.key: task for future, task in zip(futures, tasks, strict=True)}
        for future in in_turn(futures, loop=client.loop):
            error = future.exception()
            words = f"The cluster failed: {type(error).__name__}"
            yield failed(places[future.key], words) if error else future.result()
            future.release()


def run(options: argparse.Namespace, tasks: list[dict]) -> list[dict]:
    """Return the records of all tasks; show progress, and keep each record as it comes."""
    from tqdm import tqdm

    kept = [record for task in tasks if (record := records.load(options.out, task))]
    have = {(one["student"], one["assignment"]) for one in kept}
    left = [task for task in tasks if (task["student"], task["assignment"]) not in have]
    if kept:
        print(f"{len(kept)} were graded by an earlier run and are kept.", file=sys.stderr)
    work = on_cluster(options, left) if options.scheduler else here(options, left)
    for record in tqdm(work if left else (), "grading", len(left), unit="", file=sys.stderr):
        records.save(options.out, record)
        kept.append(record)
    return kept


# --- The command ---------------------------------------------------------------------------------


def find_problem(options: argparse.Namespace) -> str | None:
    """Return what is wrong with the folders, or None."""
    folder, out = options.submitted.resolve(), options.out.resolve()
    if not folder.is_dir():
        return f"There is no folder {options.submitted}. It should hold STUDENT/ASSIGNMENT/*.ipynb."
    if out.is_relative_to(folder):
        return "DIR must not stand inside the folder of submissions: name another one with --out."
    known = course.assignments(options.exercises)
    if options.assignment and options.assignment not in known:
        return f"There is no assignment {options.assignment!r}. Known: {', '.join(known)}."
    own = [Path(course.load(options.exercises).__file__)] if options.exercises else []
    for path in () if options.trusted else (folder, out, *own):
        if sandbox.is_shown(path.resolve()):
            return f"{path} is in a folder that every submission can read. Move it elsewhere."
    return None


def write_results(options: argparse.Namespace, found: list[dict]) -> None:
    """Write the table, and a page of feedback for each submission."""
    records.write(options.out / "grades.csv", records.table(found))
    for record in found:
        name = records.file_name(record["assignment"], ".html")
        page = feedback.page(record)
        records.write(options.out / "feedback" / record["student"] / name, page)


def last_words(options: argparse.Namespace, found: list[dict]) -> str:
    """Return what a teacher needs to know at the end."""
    rows = [row for record in found for row in record["results"]]
    counts = Counter(row["status"] for row in rows)
    lines = [
        f"{counted(len(found), 'submission')}: "
        f"{counted(counts[grading.GRADED], 'answer')} graded, "
        f"{counts[grading.MANUAL]} for you to read{lost_words(rows)}, "
        f"{counts[grading.UNGRADED]} UNGRADED.",
        f"Points and reasons: {options.out / 'grades.csv'}",
        f"Pages for the students: {options.out / 'feedback'}",
    ]
    if counts[grading.UNGRADED]:
        lines.append(
            "UNGRADED is not 0: read the reason in the table, look at the notebook, give the "
            "points yourself, or have it mended and run this command again."
        )
    return "\n".join(lines)


def counted(number: int, noun: str) -> str:
    """Return a number of things in words."""
    return f"{number} {noun}" + ("" if number == 1 else "s")


def lost_words(rows: list[dict]) -> str:
    """Return how many answers in words were not found, or nothing."""
    manual = [row for row in rows if row["status"] == grading.MANUAL]
    lost = sum(row["reason"] != records.READ for row in manual)
    return f" ({lost} of them not found: look into the notebooks)" if lost else ""


def prepare(options: argparse.Namespace) -> None:
    """Make sure that grading can begin, or raise CannotGrade or SandboxError."""
    problem = find_problem(options)
    if problem:
        raise CannotGrade(problem)
    if options.trusted:
        print(LOUD, file=sys.stderr)
    elif not options.scheduler:
        sandbox.find_way(options.way)


def main(options: argparse.Namespace) -> int:
    """Grade; return 0 if all is graded, 3 if some is UNGRADED, 1 if nothing could be done."""
    try:
        prepare(options)
        tasks, found = sort_out(options)
        found += run(options, tasks)
    except (sandbox.SandboxError, OSError, CannotGrade, ImportError) as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped. What was graded is kept: run the same command again.", file=sys.stderr)
        return 1
    write_results(options, found)
    print(last_words(options, found))
    some = any(row["status"] == grading.UNGRADED for one in found for row in one["results"])
    return SOME_UNGRADED if some else 0
