"""Run every test: units, style, notebooks, book, browser."""

import os
import subprocess
import sys
import tempfile
import uuid
from pathlib import Path
from xml.etree import ElementTree

from tools import ROOT

WORKERS = min(os.cpu_count() or 1, 4)  # each may hold TensorFlow and a browser
PARTS = {
    "side by side": ["-m", "not alone", "--dist=worksteal", f"-n{WORKERS}"],
    "alone": ["-m", "alone"],
}


def pytest(*options: str, **variables: str) -> int:
    """Run pytest in a process of its own; return its exit code."""
    command = [sys.executable, "-m", "pytest", *options]
    return subprocess.run(command, cwd=ROOT, env=os.environ | variables).returncode


def failures(report: Path) -> list[str]:
    """Return the names of the tests that failed, from pytest's report in JUnit's format."""
    if not report.is_file():
        return ["pytest ended before it could say which test failed."]
    cases = ElementTree.parse(report).iter("testcase")
    bad = [one for one in cases if one.find("failure") is not None or one.find("error") is not None]
    return [f"{one.get('classname')}::{one.get('name')}" for one in bad]


def run_parts(folder: Path) -> int:
    """Run one part after the other; say at the end how each went. Return 0 if both went well."""
    run = uuid.uuid4().hex  # by which the parts know that the book is built
    reports = {part: folder / f"{number}.xml" for number, part in enumerate(PARTS)}
    codes = {
        part: pytest(
            *PARTS[part], f"--junitxml={report}", "--dist=worksteal", FIRSTNET_TEST_RUN=run
        )
        for part, report in reports.items()
    }
    for part, code in codes.items():
        print(f"Tests {part}: {f'FAILED (pytest said {code})' if code else 'passed'}.")
        for name in failures(reports[part]) if code else ():
            print(f"  {name}")
    return max(codes.values(), key=abs)


def main(arguments: list[str]) -> int:
    """Run pytest on tests/; options go on to it.

    Without options, all that can share the machine runs side by side first, and then, by itself,
    what measures time or memory.
    """
    if arguments:
        return pytest(*arguments)
    with tempfile.TemporaryDirectory() as folder:
        return run_parts(Path(folder))
