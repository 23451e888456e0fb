"""What is kept of a run: a record of each submission, and the table of all of them."""

import csv
import hashlib
import io
import json
import os
import tempfile
from pathlib import Path

from firstnet.classroom.submission import plain, printable

COLUMNS = ("student", "assignment", "question", "points", "max_points", "status", "reason")
READ = "A person reads this answer"  # the reason beside an answer in words that is there
LONGEST_NAME = 200  # bytes
MOST_TEXT = 2_000  # characters of a reason
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write(path: Path, text: str) -> None:
    """Write a file whole or not at all; its folder is made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".part-")
    with os.fdopen(descriptor, "w", encoding="utf-8", errors="replace", newline="") as file:
        file.write(text)
    Path(name).chmod(0o644)  # the exchange hands feedback on with its mode: its student reads it
    Path(name).replace(path)


def file_name(name: str, ending: str = "") -> str:
    """Return a name of a file for a folder's name, which may be too long to be given an ending."""
    raw = os.fsencode(name)
    if len(raw) > LONGEST_NAME:
        name = f"{printable(name)[:40]}-{hashlib.sha256(raw).hexdigest()[:16]}"
    return name + ending


def record_path(out: Path, student: str, assignment: str) -> Path:
    """Return where the record of a submission is kept."""
    return out / "records" / student / file_name(assignment, ".json")


def save(out: Path, record: dict) -> None:
    """Keep the record of one submission."""
    path = record_path(out, record["student"], record["assignment"])
    write(path, json.dumps(record, indent=1) + "\n")


def load(out: Path, task: dict) -> dict | None:
    """Return a record that was kept of the same submission, graded in the same way, or None.

    The same: its bytes, the exercises, the grader, the limits, and the seed if one is asked for.
    """
    try:
        path = record_path(out, task["student"], task["assignment"])
        record = json.loads(path.read_text("utf-8"))
        same = record["fingerprint"] == task["fingerprint"] and record["chosen"] is task["chosen"]
        same = same and (not task["chosen"] or record["seed"] == task["seed"])
        return record if same and record["results"] else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def cell_text(value) -> str:
    """Return a value as it stands in the table; what a spreadsheet would compute is made text."""
    text = "" if value is None else f"{value:g}" if isinstance(value, float) else str(value)
    text = plain(text, MOST_TEXT)
    return f"'{text}" if text.startswith(FORMULA) else text


def table(records: list[dict]) -> str:
    """Return grades.csv: one row for each question of each student, in a fixed order."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(COLUMNS)
    for record in sorted(records, key=lambda one: (one["student"], one["assignment"])):
        for row in record["results"]:
            values = record | row
            writer.writerow([cell_text(values[column]) for column in COLUMNS])
    return file.getvalue()
