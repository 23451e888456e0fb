"""How the tests are run: all parts count, failures are named, the book is built once."""

import ast
import subprocess
import sys
from multiprocessing.pool import ThreadPool
from pathlib import Path

import numpy as np
import pytest
from conftest import build_once
from redraws import ROUNDS, quietest

from tools import test

GOOD, BAD = "def test_good():\n    assert True\n", "def test_bad():\n    assert False\n"
BROKEN = """import pytest

@pytest.fixture
def broken():
    1 / 0

def test_broken(broken):
    pass
"""
HERE = Path(__file__).parent


@pytest.fixture
def parts(monkeypatch):
    """A function that sets what pytest says to each part; returns what it was asked."""
    asked = []

    def says(*codes):
        left = iter(codes)

        def pytest_says(*options, **variables):
            asked.append((options, variables))
            return next(left)

        monkeypatch.setattr(test, "pytest", pytest_says)
        return asked

    return says


CODES = {(0, 0): 0, (1, 0): 1, (0, 1): 1, (0, -9): -9}


@pytest.mark.parametrize(("codes", "wanted"), CODES.items())
def test_every_part_counts(parts, capsys, codes, wanted):
    parts(*codes)
    assert test.main([]) == wanted
    said = capsys.readouterr().out.splitlines()
    assert [line for line in said if line.startswith("Tests ")] == [
        f"Tests {part}: {f'FAILED (pytest said {code})' if code else 'passed'}."
        for part, code in zip(test.PARTS, codes, strict=True)
    ]


def test_parts_share_one_run_and_leave_nothing_out(parts):
    asked = parts(0, 0)
    test.main([])
    chosen = [options[options.index("-m") + 1] for options, _ in asked]
    assert chosen == ["not alone", "alone"]
    assert len({variables["FIRSTNET_TEST_RUN"] for _, variables in asked}) == 1


def test_named_tests_go_to_one_plain_pytest(parts):
    asked = parts(3)
    assert test.main(["tests/test_house.py", "-q"]) == 3
    assert asked == [(("tests/test_house.py", "-q"), {})]


def test_failures_are_named(tmp_path):
    report, options = tmp_path / "report.xml", ["-q", "-p", "no:cacheprovider", "--rootdir=."]
    for name, text in {"good": GOOD, "bad": BAD, "broken": BROKEN}.items():
        (tmp_path / f"test_{name}.py").write_text(text)
    command = [sys.executable, "-m", "pytest", *options, f"--junitxml={report}"]
    assert subprocess.run(command, cwd=tmp_path, capture_output=True).returncode == 1
    assert test.failures(report) == ["test_bad::test_bad", "test_broken::test_broken"]


def test_a_part_that_ends_early_is_no_silence(tmp_path):
    assert test.failures(tmp_path / "never_written.xml") == [
        "pytest ended before it could say which test failed."
    ]


def functions_that_measure(path):
    """Yield the test functions of a file that ask for times, as a syntax tree."""
    for function in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(function, ast.FunctionDef) and function.name.startswith("test_"):
            names = {node.id for node in ast.walk(function) if isinstance(node, ast.Name)}
            if names & {"redraws", "quietest"}:
                yield function


def test_redraws_are_measured_alone():
    files = [path for path in HERE.glob("test_*.py") if path != Path(__file__)]
    found = [(path.name, one) for path in files for one in functions_that_measure(path)]
    assert len(found) > 10
    for name, one in found:
        marks = [ast.unparse(mark) for mark in one.decorator_list]
        assert "pytest.mark.alone" in marks, f"{name}: mark {one.name} with pytest.mark.alone"


# --- One build for all ---------------------------------------------------------------------------


@pytest.mark.parametrize("code", [0, 1])
def test_a_run_builds_once(tmp_path, code):
    built = []

    def build():
        built.append(code)
        return code

    with ThreadPool(4) as pool:
        found = pool.map(lambda _: build_once(build, tmp_path, "today"), range(8))
    assert (found, built) == ([code] * 8, [code])


def test_another_run_builds_again(tmp_path):
    built = []

    def build():
        built.append(1)
        return 0

    counts = []
    for run in ("first", "second", "second", None, None):
        assert build_once(build, tmp_path, run) == 0
        counts.append(len(built))
    assert counts == [1, 2, 2, 3, 4]


# --- Measuring -----------------------------------------------------------------------------------


def test_noise_in_one_round_is_forgiven():
    rounds = iter([[30, 2, 3], [2, 30, 3]])
    assert quietest(lambda: next(rounds)).tolist() == [2, 2, 3]


def test_what_is_slow_in_every_round_is_slow():
    asked = []
    times = quietest(lambda: asked.append(0) or [3, 3, 20])
    assert (times.max(), len(asked)) == (20, ROUNDS)


def test_a_quiet_round_is_enough():
    rounds = iter([[2, 3]])
    assert np.array_equal(quietest(lambda: next(rounds)), [2, 3])
