"""Gather the quiz results that learners saved in the page: one table for a class.

Each file is what "Save my results" in a quiz writes. It comes from a stranger's browser, so nothing
in it is trusted: a file that is not exactly of this form is refused by name, and the others go on.
"""

import argparse
import csv
import json
import re
import sys
from functools import cache
from pathlib import Path

from firstnet import quizzes
from firstnet.classroom.records import FORMULA

MOST_BYTES = 1_000_000
MOST_TRIES = 1_000_000
MOST_NAME = 80  # letters, as in the page
MOST_QUESTIONS = 1000  # in a quiz, and quizzes in a file
COLUMNS = ("name", "file", "chapter", "number", "question", "first_try", "tries", "right")
UNTRIED = {"first": False, "tries": 0, "right": False}
KEYS = {"format", "version", "name", "saved", "quizzes"}
CHAPTER = re.compile(r"[0-9]{2}(_[a-z0-9]+){1,12}")
QUESTION = re.compile(r"[a-z0-9]+(-[a-z0-9]+){0,20}")
NOTHING = (
    "No results were read, so nothing was written. Name the files that learners saved with “Save "
    "my results”, or the folder they lie in."
)


class Refused(ValueError):
    """A file is no quiz result: the message says why."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.add_argument("files", nargs="+", metavar="FILE", help="saved results, or their folder")
    parser.add_argument("--out", default="quiz-results.csv", help="the table to write (CSV)")


def main(options: argparse.Namespace) -> int:
    """Write the table; return 0, 1 if a file was refused, or 2 if none was written."""
    paths = find(options.files)
    read = {path: rows for path in paths if (rows := read_or_say(path)) is not None}
    if not read:
        print(NOTHING, file=sys.stderr)
        return 2
    rows = [row for found in read.values() for row in found]
    try:
        write(rows, Path(options.out))
    except OSError as error:
        print(f"The table was not written: {error}", file=sys.stderr)
        return 2
    refused = len(paths) - len(read)
    print(f"{options.out}: {counted(rows, 'row')} from {counted(read, 'file')}; {refused} refused.")
    return 1 if refused else 0


def counted(things, noun: str) -> str:
    """Return how many things there are, in words."""
    return f"{len(things)} {noun}" + ("" if len(things) == 1 else "s")


def read_or_say(path: Path) -> list[dict] | None:
    """Return the rows of one file; if it is refused, say why and return None."""
    try:
        return results(path)
    except Refused as reason:
        print(f"{printable(path)}: {reason}", file=sys.stderr)
        return None


def find(names) -> list[Path]:
    """Return the files named, and the .json files in the folders named, each once and sorted."""
    found = []
    for path in map(Path, names):
        found += sorted(path.glob("*.json")) if path.is_dir() else [path]
    return list(dict.fromkeys(found))


def results(path: Path) -> list[dict]:
    """Return the rows of one file, with the keys of COLUMNS; raise Refused with the reason.

    A chapter of which anything was tried has a row for each question, in the order of the page.
    """
    content = checked(parsed(text_of(path)))
    start = {"name": content["name"], "file": path.name}
    return [
        start | {"chapter": chapter} | row
        for chapter, answers in sorted(content["quizzes"].items())
        for row in rows_of(asked(chapter), answers)
    ]


@cache
def asked(chapter: str) -> tuple[str, ...]:
    """Return the ids of a chapter's questions in order; none if this book has no such chapter."""
    known = quizzes.load(chapter) if chapter in quizzes.names() else []
    return tuple(question["id"] for question in known)


def rows_of(order: tuple[str, ...], answers: dict) -> list[dict]:
    """Return the rows of a chapter; a question that this book does not ask has no number."""
    more = sorted(set(answers) - set(order))
    numbers = [*range(1, len(order) + 1), *[""] * len(more)]
    return [
        row_of(answers.get(question, UNTRIED)) | {"number": number, "question": question}
        for number, question in zip(numbers, [*order, *more], strict=True)
    ]


def row_of(result: dict) -> dict:
    """Return what came of one question."""
    return {"first_try": result["first"], "tries": result["tries"], "right": result["right"]}


def text_of(path):
    """Return the text of a file that is small and no link."""
    _demand(path.exists() or path.is_symlink(), "there is no such file or folder.")
    alone = path.is_file() and not path.is_symlink()
    _demand(alone, "it is not a file of its own, but a link or a device.")
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise Refused(f"it cannot be read: {error.strerror}.") from None
    small = len(content) <= MOST_BYTES
    _demand(small, f"it has more than {MOST_BYTES:,} bytes; a quiz result has a few thousand.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Refused("it is no text in UTF-8.") from None


def parsed(text):
    """Return what a text of JSON holds; keys that come twice and NaN are refused."""
    try:
        return json.loads(text, parse_constant=_no_constant, object_pairs_hook=_once)
    except Refused:
        raise
    except (ValueError, RecursionError):
        raise Refused("it is no JSON. Save it anew from the page.") from None


def _no_constant(name):
    raise Refused(f"it holds {name}, which no quiz writes.")


def _once(pairs):
    if len({key for key, _ in pairs}) < len(pairs):
        raise Refused("it holds the same key twice.")
    return dict(pairs)


def checked(content):
    """Return the content of a file if it is exactly of the form that a quiz writes."""
    _demand(isinstance(content, dict) and set(content) == KEYS, "it is no quiz result.")
    _check_head(content)
    _demand(_is_table(content["quizzes"], CHAPTER), "its quizzes are not named as chapters are.")
    for chapter, answers in content["quizzes"].items():
        _demand(_is_table(answers, QUESTION), f"{chapter}: it is no table of questions.")
        for question, result in answers.items():
            _check_result(result, f"{chapter}, {question}")
    return content


def _check_head(content):
    known = content["format"] == "firstnet-quiz" and type(content["version"]) is int
    _demand(known, "it is no quiz result of this book.")
    _demand(content["version"] == 1, "another version of the book saved it. Update firstnet.")
    name = content["name"]
    _demand(isinstance(name, str) and len(name) <= MOST_NAME, "its name is no short text.")
    _demand(isinstance(content["saved"], str), "its date is no text.")


def _is_table(content, pattern):
    small = isinstance(content, dict) and len(content) <= MOST_QUESTIONS
    return small and all(len(key) <= MOST_NAME and pattern.fullmatch(key) for key in content)


def _check_result(result, place):
    keys = isinstance(result, dict) and set(result) == {"first", "tries", "right"}
    _demand(keys, f"{place}: a result has first, tries and right.")
    flags = type(result["first"]) is bool and type(result["right"]) is bool
    _demand(flags, f"{place}: first and right must be true or false.")
    tries = result["tries"]
    whole = type(tries) is int and 1 <= tries <= MOST_TRIES
    _demand(whole, f"{place}: tries must be a whole number from 1 to {MOST_TRIES:,}.")
    fits = result["right"] and tries == 1 if result["first"] else True
    _demand(fits, f"{place}: right at the first try, it would be right after one try.")


def _demand(fulfilled, reason):
    if not fulfilled:
        raise Refused(reason)


def printable(value) -> str:
    """Return a text in one line, without what moves the cursor or hides."""
    return "".join(letter if letter.isprintable() else " " for letter in str(value))


def harmless(value) -> str:
    """Return the text of a cell; one that a spreadsheet could take for a formula gets a ' first."""
    text = printable(value)
    risky = text.lstrip().startswith(FORMULA) or str(value).startswith(FORMULA)
    return f"'{text}" if risky else text


def write(rows: list[dict], path: Path) -> None:
    """Write the table: UTF-8 with the mark that spreadsheets look for."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        table = csv.DictWriter(file, COLUMNS)
        table.writeheader()
        table.writerows({key: harmless(value) for key, value in row.items()} for row in rows)
