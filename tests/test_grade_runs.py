"""Runs of the grader: killed ones resume, parallel and cluster give what one at a time gives."""

import logging
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from firstnet import __main__ as command
from firstnet.classroom import sandbox
from tests.classroom import hostile
from tests.waiting import wait_for
from tools import ROOT, bench_grading

FEW = ("right", "wrong", "exit in the function", "metadata stripped", "corrupt", "float32")
FEW += ("loop in the function", "memory bit by bit", "endless print", "flood of brackets")
# On a busy machine, too, a function has taken its 600 MB before its seconds are over.
QUICK = ("--cell-seconds", "2", "--call-seconds", "8", "--memory", "600", "--seed", "5")
PATIENCE = 300  # seconds

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="submissions are shut in on Linux only"
)


@pytest.fixture(scope="module")
def submitted(tmp_path_factory):
    """A small class."""
    folder = tmp_path_factory.mktemp("few") / "submitted"
    hostile.write_class(folder, FEW)
    return folder


def graded(submitted, out, *options):
    """Grade; return the bytes of the table."""
    code = command.main(["grade", str(submitted), "--out", str(out), *QUICK, *options])
    assert code == 3  # some are UNGRADED
    return (out / "grades.csv").read_bytes()


@pytest.fixture(scope="module")
def serial(submitted, tmp_path_factory):
    """The table of the small class, graded one at a time."""
    return graded(submitted, tmp_path_factory.mktemp("serial"), "--jobs", "1")


def test_several_at_a_time_give_the_same_table(submitted, serial, tmp_path):
    assert graded(submitted, tmp_path / "out", "--jobs", "3") == serial


def test_another_way_to_shut_in_gives_the_same_table(submitted, serial, tmp_path):
    assert graded(submitted, tmp_path / "out", "--way", "namespaces") == serial


def test_a_cluster_of_two_workers_gives_the_same_table(submitted, serial, tmp_path):
    from distributed import LocalCluster

    options = {"threads_per_worker": 1, "memory_limit": None, "dashboard_address": None}
    with LocalCluster(2, host="127.0.0.1", silence_logs=logging.ERROR, **options) as cluster:
        address = cluster.scheduler_address
        assert graded(submitted, tmp_path / "out", "--scheduler", address) == serial


def test_a_scheduler_that_does_not_answer_is_said(submitted, tmp_path, monkeypatch, capsys):
    from firstnet.classroom import grade

    monkeypatch.setattr(grade, "PATIENCE", "1s")
    line = ["grade", str(submitted), "--out", str(tmp_path), "--scheduler", "tcp://127.0.0.1:1"]
    assert command.main(line) == 1
    assert "127.0.0.1:1" in capsys.readouterr().err


def hear_ctrl_c():
    """Take SIGINT as a terminal's command does: tests that run in the background ignore it."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def stat_of(process):
    """Return what the kernel says of a process, from its state on; nothing if it is not there."""
    try:
        text = Path(f"/proc/{process}/stat").read_text("utf-8", "replace")
    except OSError:
        return []
    return text.rsplit(")", 1)[1].split()


def seconds_used(process):
    """Return the seconds of processor time that a process has used; 0 if it is not there."""
    return sum(map(int, stat_of(process)[11:13])) / os.sysconf("SC_CLK_TCK")


# It works for ever, and holds both sides of each pipe that it has.
HOLD_ON = """import os
from contextlib import suppress
for number in range(3, 100):
    for side in os.O_RDONLY, os.O_WRONLY:
        with suppress(OSError):
            os.open(f"/proc/self/fd/{number}", side)
while True:
    pass
"""


@pytest.fixture(params=["bubblewrap", "namespaces"])
def begun(request, tmp_path):
    """A run of which two submissions are graded, and the third is at work."""
    if not any(
        way.name.startswith(request.param) for way in filter(sandbox.possible, sandbox.WAYS)
    ):
        pytest.skip(f"this machine has no {request.param}")
    hostile.write_class(tmp_path / "submitted", ["right", "wrong"])
    third = tmp_path / "submitted" / "zzz" / hostile.ASSIGNMENT
    third.mkdir(parents=True)
    hostile.write(third, hostile.notebook(hostile.cells(first=[HOLD_ON])))
    line = [sys.executable, "-m", "firstnet", "grade", str(tmp_path / "submitted")]
    line += ["--out", str(tmp_path / "out"), "--jobs", "1", "--way", request.param]
    options = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "preexec_fn": hear_ctrl_c}
    with subprocess.Popen(line, cwd=ROOT, text=True, **options) as process:
        try:
            kept = tmp_path / "out" / "records"
            wait_for(
                lambda: len(list(kept.glob("*/*.json"))) == 2, "grading of two", seconds=PATIENCE
            )
            wait_for(
                lambda: max(map(seconds_used, sandbox.descendants(process.pid)), default=0) > 2,
                "the third's work",
                seconds=PATIENCE,
            )
            yield process
        finally:
            process.kill()


def runs(process):
    """Tell whether a process is at work; one that has ended and waits to be collected is not."""
    return stat_of(process)[:1] not in ([], ["Z"])


@pytest.mark.parametrize("stop", [signal.SIGKILL, signal.SIGINT])
def test_a_stopped_run_leaves_nothing_running_and_resumes(begun, tmp_path, capsys, stop):
    below = sandbox.descendants(begun.pid)
    begun.send_signal(stop)
    said = begun.communicate(timeout=PATIENCE)[1]
    wait_for(
        lambda: not any(map(runs, below)),
        "the end of all",
        seconds=PATIENCE,
    )
    assert stop == signal.SIGKILL or "run the same command again" in said
    assert not (tmp_path / "out" / "grades.csv").exists()
    old = {path: path.stat().st_mtime_ns for path in tmp_path.glob("out/records/*/*.json")}
    assert len(old) == 2
    (tmp_path / "submitted" / "zzz").rename(tmp_path / "gone")
    assert command.main(["grade", f"{tmp_path}/submitted", "--out", f"{tmp_path}/out"]) == 0
    assert "2 were graded by an earlier run" in capsys.readouterr().err
    assert old == {path: path.stat().st_mtime_ns for path in old}


TENSORFLOW = "import tensorflow as tf\ntf.constant([1.0]) + 1\ntf.print('logged')"
BY_TENSORFLOW = """import tensorflow as tf
def descend(w, x, y, learning_rate):
    w, x = (tf.constant(one, tf.float32) for one in (w, x))
    return w - learning_rate * 2 * (tf.tensordot(w, x, 1) - float(y)) * x
"""


def test_tensorflow_and_its_log_cost_no_points(tmp_path):
    folder = tmp_path / "submitted" / "ada" / hostile.ASSIGNMENT
    folder.mkdir(parents=True)
    parts = hostile.cells(first=[TENSORFLOW], descend=BY_TENSORFLOW)
    hostile.write(folder, hostile.notebook(parts))
    assert command.main(["grade", f"{tmp_path}/submitted", "--out", f"{tmp_path}/out"]) == 0
    lines = (tmp_path / "out" / "grades.csv").read_text("utf-8").splitlines()
    assert [line.split(",")[3] for line in lines[1:] if "manual" not in line] == ["3", "3", "3"]


def test_the_benchmark_prints_submissions_a_minute(capsys):
    bench_grading.bench(students=4)
    words = capsys.readouterr().out.split()
    assert float(words[words.index("minute:") + 1]) > 0
