"""Experiments in worker processes: here and on a Dask cluster; a death costs one run, no more."""

import os
import signal
import socket
import subprocess
import sys
from contextlib import contextmanager

import pytest
from toy_recipes import noted_square

from tests.waiting import wait_for
from tools import ROOT, experiments
from tools.experiments import record

PATIENCE = 60  # seconds
ENVIRONMENT = {"python": "any"}


def toy(log, *, pauses, workers="all"):
    runs = tuple({"x": x, "pause": pause, "log": str(log)} for x, pause in pauses.items())
    question = "What is x squared?"
    return record.Experiment("toy", question, noted_square, runs, workers=workers)


@pytest.fixture
def begin(tmp_path, monkeypatch):
    """A function that makes an experiment of these pauses by x the only one; returns its log."""
    monkeypatch.setattr(record, "WORK", tmp_path / "work")
    monkeypatch.setattr(record, "RECORDS", tmp_path / "records")
    monkeypatch.setattr(record, "environment", lambda: ENVIRONMENT)

    def choose(pauses, **options):
        log = tmp_path / "log"
        monkeypatch.setattr(experiments, "EXPERIMENTS", [toy(log, pauses=pauses, **options)])
        return log

    return choose


def begun(log):
    """Return the runs that began, as pairs (x, process), in order."""
    lines = log.read_text().splitlines() if log.exists() else []
    return [tuple(map(int, line.split())) for line in lines]


def runs_recorded(tmp_path):
    return record.read_json(tmp_path / "records" / "toy.json")["runs"]


def test_runs_on_several_processes_and_keeps_the_order(begin, tmp_path):
    log = begin({1: 0.6, 2: 0.6, 3: 0, 4: 0})
    assert experiments.main(["--jobs", "2"]) == 0
    runs = runs_recorded(tmp_path)
    assert [(run["settings"]["x"], run["square"]) for run in runs] == [
        (1, 1), (2, 4), (3, 9), (4, 16),
    ]  # fmt: skip
    processes = {run["process"] for run in runs}
    assert len(processes) == 2
    assert os.getpid() not in processes
    assert sorted(x for x, _ in begun(log)) == [1, 2, 3, 4]


def test_a_failed_run_costs_itself_only_and_is_tried_again(begin, tmp_path, capsys):
    log = begin({3: 0, -1: 0, 4: 0})
    assert experiments.main(["--jobs", "1"]) == 1
    said = capsys.readouterr().out
    assert "1 of the runs failed" in said
    assert "-1 is below zero" in said
    assert not (tmp_path / "records" / "toy.json").exists()
    assert experiments.main(["--jobs", "1"]) == 1
    assert sorted(x for x, _ in begun(log)) == [-1, -1, 3, 4]


def test_jobs_must_be_a_number(begin, capsys):
    begin({1: 0})
    with pytest.raises(SystemExit):
        experiments.main(["--jobs", "0"])
    assert "a whole number from 1 on, not '0'" in capsys.readouterr().err


def test_a_killed_command_resumes_without_the_runs_that_ended(tmp_path, begin):
    log = begin({1: 0, 2: 0, 3: 600, 4: 0})
    folder = tmp_path / "work" / "toy"
    command = [sys.executable, __file__, str(tmp_path)]
    process = subprocess.Popen(command, cwd=ROOT, start_new_session=True)
    try:
        wait_for(
            lambda: len(list(folder.glob("*/run.json"))) == 3,
            "three runs that end",
            seconds=PATIENCE,
        )
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(PATIENCE)
    assert [x for x, _ in begun(log)].count(3) == 1
    experiment = experiments.EXPERIMENTS[0]
    saved = {one["x"] for one in experiment.runs if record.saved(experiment, one)}
    assert saved == {1, 2, 4}


def run_and_wait_to_be_killed(folder):
    """Run the toy experiment in folders of the test, in a process that the test kills."""
    record.WORK, record.RECORDS = folder / "work", folder / "records"
    record.environment = lambda: ENVIRONMENT
    experiments.EXPERIMENTS = [toy(folder / "log", pauses={1: 0, 2: 0, 3: 600, 4: 0})]
    experiments.main(["--jobs", "2"])


# --- A cluster -----------------------------------------------------------------------------------


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


@contextmanager
def processes(*commands):
    """Start Dask's own commands as a person would; end them all."""
    places = os.pathsep.join([str(ROOT), str(ROOT / "tests")])
    options = {"env": os.environ | {"PYTHONPATH": places}, "stderr": subprocess.DEVNULL}
    started = [subprocess.Popen([sys.executable, "-m", *one], **options) for one in commands]
    try:
        yield started
    finally:
        for process in started:
            process.kill()
            process.wait(PATIENCE)


@contextmanager
def dask_cluster(workers=2):
    """A real scheduler and workers without nannies: one that dies stays dead."""
    from distributed import Client

    address = f"tcp://127.0.0.1:{free_port()}"
    scheduler = ["dask", "scheduler", "--no-dashboard", "--port", address.rpartition(":")[2]]
    worker = ["dask", "worker", address, "--nthreads", "1", "--no-nanny", "--no-dashboard"]
    everyone = [[*scheduler, "--host", "127.0.0.1"], *[worker] * workers]
    with processes(*everyone), Client(address, timeout=f"{PATIENCE}s") as client:
        client.wait_for_workers(workers, timeout=PATIENCE)
        yield address


def test_a_cluster_does_the_runs(begin, tmp_path):
    begin({1: 0.5, 2: 0.5, 3: 0.5, 4: 0.5})
    with dask_cluster() as address:
        assert experiments.main(["--scheduler", address]) == 0
    runs = runs_recorded(tmp_path)
    assert [run["square"] for run in runs] == [1, 4, 9, 16]
    assert len({run["process"] for run in runs}) == 2


@pytest.mark.alone  # on a busy machine run 3 may end before the results of 1 and 2 are saved
def test_a_worker_killed_in_the_middle_loses_only_its_run(begin, tmp_path):
    log = begin({1: 0, 2: 0, 3: 2.5, 4: 2.5})

    def kill_the_worker_of_3():
        wait_for(lambda: 3 in dict(begun(log)), "the third run", seconds=PATIENCE)
        saved = (tmp_path / "work" / "toy").glob
        wait_for(lambda: len(list(saved("*/run.json"))) == 2, "two results", seconds=PATIENCE)
        os.kill(dict(begun(log))[3], signal.SIGKILL)

    from threading import Thread

    with dask_cluster() as address:
        killer = Thread(target=kill_the_worker_of_3)
        killer.start()
        assert experiments.main(["--scheduler", address]) == 0
        killer.join()
    assert [run["square"] for run in runs_recorded(tmp_path)] == [1, 4, 9, 16]
    times = [x for x, _ in begun(log)]
    assert times.count(3) == 2
    assert times.count(1) == times.count(2) == 1


def test_no_scheduler_is_said_in_words(begin, tmp_path, capsys, monkeypatch):
    begin({1: 0})
    monkeypatch.setattr("tools.experiments.parallel.PATIENCE", "1s")
    address = f"tcp://127.0.0.1:{free_port()}"
    assert experiments.main(["--scheduler", address]) == 1
    assert f"No Dask scheduler answers at {address}" in capsys.readouterr().out


if __name__ == "__main__":
    from pathlib import Path

    run_and_wait_to_be_killed(Path(sys.argv[1]))
