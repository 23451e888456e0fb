"""Recorded experiments: resumed exactly, skipped when current, honest about their data."""

import json
import math
import os
import re
import signal
import subprocess
import sys

import numpy as np
import pytest

from firstnet import data, recorded
from tools import experiments
from tools.experiments import catalogue, record, training

SETTINGS = {"seed": 3, "epochs": 4, "batch_size": 32, "validation_split": 0.2}
RECORDS = sorted(record.RECORDS.glob("*.json"))


def small_network(_settings):
    import keras

    layers = [keras.layers.Dense(16, "relu"), keras.layers.Dropout(0.3), keras.layers.Dense(10)]
    model = keras.Sequential([keras.Input((64,)), *layers])
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(optimizer="adam", loss=loss, metrics=["accuracy"])
    return model


def train_digits(folder, *, callbacks=(), seed=3):
    """Train on 200 embedded digits; Adam and dropout have a state that a resume could lose."""
    from sklearn.datasets import load_digits

    folder.mkdir(exist_ok=True)
    digits = load_digits()
    rows = digits.data[:200].astype("float32") / 16, digits.target[:200]
    return training.train(
        small_network,
        rows,
        settings=SETTINGS | {"seed": seed},
        folder=folder,
        report=lambda progress, epochs: None,
        callbacks=callbacks,
    )


def call_at(moment, act):
    """Return a Keras callback that acts after the second batch of epoch `moment` (from 0)."""
    import keras

    class Callback(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            self.epoch = epoch

        def on_train_batch_end(self, batch, logs=None):
            if (self.epoch, batch) == (moment, 1):
                act()

    return Callback()


def assert_same(first, second):
    """Hold two trained models and their histories to be equal, bit for bit."""
    (model, progress), (other, other_progress) = first, second
    assert progress["history"] == other_progress["history"]
    assert [len(values) for values in progress["history"].values()] == [4] * 4
    for weights, others in zip(model.get_weights(), other.get_weights(), strict=True):
        np.testing.assert_array_equal(weights, others)


# --- Resuming ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The model and progress of a run that nothing interrupted."""
    return train_digits(tmp_path_factory.mktemp("whole"))


def test_resumed_run_equals_the_uninterrupted_one(tmp_path, whole):
    def stop():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train_digits(tmp_path / "stopped", callbacks=[call_at(2, stop)])
    before = record.read_json(tmp_path / "stopped" / "progress.json")
    assert len(before["seconds"]) == 2

    resumed = train_digits(tmp_path / "stopped")
    assert_same(resumed, whole)
    assert resumed[1]["seconds"][:2] == before["seconds"]
    assert [path.name for path in (tmp_path / "stopped").glob("*.keras")] == ["epoch-0004.keras"]


def test_seed_decides_the_numbers_and_every_epoch_has_its_own(tmp_path, whole):
    other = train_digits(tmp_path, seed=4)[1]["history"]
    assert other["loss"] != whole[1]["history"]["loss"]
    seeds = {training.epoch_seed(seed, epoch) for seed in range(20) for epoch in range(100)}
    assert len(seeds) == 2000


def kill_while_saving(folder):
    """Train until the second model is half written, then be killed."""
    import keras

    whole_save = keras.Model.save

    def save(model, path):
        if (folder / "progress.json").exists():
            path.write_bytes(b"half a model")
            os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))
        whole_save(model, path)

    keras.Model.save = save
    train_digits(folder)


def test_killed_process_leaves_a_state_to_go_on_from(tmp_path, whole, monkeypatch):
    folder = tmp_path / "killed"
    command = [sys.executable, __file__, str(folder)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode not in (0, 1), f"not killed:\n{done.stderr}"
    assert (folder / "unfinished.keras").read_bytes() == b"half a model"
    assert len(record.read_json(folder / "progress.json")["seconds"]) == 1

    with monkeypatch.context() as patch, pytest.raises(ZeroDivisionError):
        patch.setattr(training, "write_json", lambda path, content: 1 / 0)
        train_digits(folder)
    assert {path.name for path in folder.glob("*.keras")} == {
        "epoch-0001.keras",
        "epoch-0002.keras",
    }
    assert_same(train_digits(folder), whole)


# --- The command ---------------------------------------------------------------------------------


@pytest.fixture
def bench(tmp_path, monkeypatch):
    """One experiment of three runs, in folders of its own; returns the runs that were made."""
    made = []

    def squared(settings, *, folder, report):
        if settings["x"] == 2 and not made.count("stopped"):
            made.append("stopped")
            raise KeyboardInterrupt
        made.append(settings["x"])
        return {"square": settings["x"] ** 2}

    runs = tuple({"x": x} for x in (1, 2, 3))
    toy = record.Experiment(name="toy", question="What is x squared?", recipe=squared, runs=runs)
    monkeypatch.setattr(experiments, "EXPERIMENTS", [toy])
    monkeypatch.setattr(record, "WORK", tmp_path / "work")
    monkeypatch.setattr(record, "RECORDS", tmp_path / "records")
    return made


def test_stopped_experiment_loses_only_the_unfinished_run(bench, tmp_path, capsys):
    assert experiments.main([]) == 130
    assert "Nothing is lost" in capsys.readouterr().out
    assert not (tmp_path / "records" / "toy.json").exists()
    assert experiments.main([]) == 0
    assert bench == [1, "stopped", 2, 3]
    runs = record.read_json(tmp_path / "records" / "toy.json")["runs"]
    assert [(run["settings"]["x"], run["square"]) for run in runs] == [(1, 1), (2, 4), (3, 9)]


def test_current_experiment_is_skipped_and_a_changed_one_is_not(bench, monkeypatch, capsys):
    assert [experiments.main([]), experiments.main([])] == [130, 0]
    capsys.readouterr()
    assert experiments.main(["toy"]) == 0
    assert "Skipped" in capsys.readouterr().out
    assert bench == [1, "stopped", 2, 3]

    toy = experiments.EXPERIMENTS[0]
    changed = record.Experiment(toy.name, toy.question, toy.recipe, (*toy.runs, {"x": 4}))
    monkeypatch.setattr(experiments, "EXPERIMENTS", [changed])
    assert experiments.main(["--list"]) == 0
    assert "recipe changed" in capsys.readouterr().out
    assert experiments.main([]) == 0
    assert bench == [1, "stopped", 2, 3, 4]
    assert experiments.main(["--fresh"]) == 0
    assert bench == [1, "stopped", 2, 3, 4, 1, 2, 3, 4]


def test_code_counts_but_not_its_comments():
    def plain(x):
        return x + 1

    def explained(x):
        """Add one."""
        return x + 1  # one

    def other(x):
        return x + 2

    bodies = [record.code(f).split("\n", 1)[1] for f in (plain, explained, other)]
    assert bodies[0] == bodies[1] != bodies[2]


def test_unknown_name_is_refused_with_the_known_ones():
    with pytest.raises(SystemExit, match="no_such.*article_a_mlp"):
        experiments.main(["no_such"])


def test_stand_in_data_are_refused(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("FIRSTNET_DATA", "embedded")
    monkeypatch.setattr(record, "WORK", tmp_path / "work")
    monkeypatch.setattr(record, "RECORDS", tmp_path / "records")
    assert experiments.main(["article_a_mlp"]) == 1
    assert "real MNIST only" in capsys.readouterr().out
    assert not (tmp_path / "records").exists()
    assert not data.is_real("mnist")


# --- What is committed ---------------------------------------------------------------------------


def test_every_experiment_has_a_current_record_and_every_record_an_experiment():
    states = {experiment.name: record.state(experiment) for experiment in catalogue.EXPERIMENTS}
    stale = {name: state for name, state in states.items() if state != "recorded"}
    assert not stale, f"Run `make experiments` and commit what it writes: {stale}"
    assert {path.stem for path in RECORDS} == set(states)


def numbers(value):
    """Return all numbers inside a JSON value."""
    if isinstance(value, dict | list):
        parts = value.values() if isinstance(value, dict) else value
        return [number for part in parts for number in numbers(part)]
    return [value] if isinstance(value, int | float) else []


def draws_nothing(run):
    """Tell whether a run reads weights named by their checksum, and trains nothing."""
    weights = run["settings"].get("weights", "")
    return re.fullmatch("[0-9a-f]{64}", weights) is not None and "history" not in run


@pytest.mark.parametrize("path", RECORDS, ids=lambda path: path.stem)
def test_record_is_whole(path):
    content = record.read_json(path)
    assert {"name", "question", "fingerprint", "environment", "runs"} == set(content)
    assert content["name"] == path.stem
    names = {"python", "numpy", "tensorflow", "keras", "system", "cpus", "threads"}
    assert set(content["environment"]) == names
    for run in content["runs"]:
        assert {"settings", "date", "seconds"} <= set(run)
        assert isinstance(run["settings"].get("seed"), int) or draws_nothing(run)


TRAININGS = [path for path in RECORDS if "history" in record.read_json(path)["runs"][0]]


@pytest.mark.parametrize("path", TRAININGS, ids=lambda path: path.stem)
def test_recorded_training_has_every_epoch(path):
    for run in record.read_json(path)["runs"]:
        history, seconds = run["history"], run["seconds"]
        lists = [*history.values(), *(v for v in seconds.values() if isinstance(v, list))]
        epochs = run.get("diverged_in_epoch") or run["settings"]["epochs"]
        assert {len(values) for values in lists} == {epochs}, run["settings"]
        assert {"loss", "accuracy"} <= set(history)
        assert {"loss", "accuracy"} == set(run["test"])


@pytest.mark.parametrize("path", RECORDS, ids=lambda path: path.stem)
def test_record_is_small_finite_and_private(path):
    text = path.read_text("utf-8")
    assert len(text) < 1_000_000
    assert all(math.isfinite(number) for number in numbers(json.loads(text)))
    assert not re.search(r"""(^|[\s"'])(/|~|[A-Za-z]:\\)\w""", text), "a path of some machine"


def test_article_a_gives_what_the_book_says():
    run = recorded.load("article_a_mlp")["runs"][0]
    history, row = run["history"], run["probabilities_of_test_row_90"]
    assert run["test"]["accuracy"] == pytest.approx(0.9756, abs=0.005)
    assert run["test"]["loss"] == pytest.approx(0.0827, abs=0.01)
    assert (np.argmax(row), round(sum(row), 4)) == (3, 1)
    assert history["val_accuracy"][-1] > history["val_accuracy"][17]


# --- The reader ----------------------------------------------------------------------------------


def test_installed_record_comes_before_the_clones(tmp_path, monkeypatch):
    installed, clone = tmp_path / "firstnet" / "experiments", tmp_path / "book" / "experiments"
    for folder in (installed, clone):
        folder.mkdir(parents=True)
        record.write_json(folder / "toy.json", {"from": folder.parent.name})
    monkeypatch.setattr(recorded, "FOLDERS", (installed, clone))
    assert recorded.load("toy") == {"from": "firstnet"}
    (installed / "toy.json").unlink()
    assert recorded.load("toy") == {"from": "book"}


def test_missing_record_is_named_with_what_to_do():
    with pytest.raises(FileNotFoundError, match="no_such.*article_a_mlp.*make experiments"):
        recorded.load("no_such")


def test_written_lists_read_back_exactly(tmp_path):
    content = {"a": [-1e-05, 0.1, 2.5e-17] * 40, "b": [], "c": {"d": ["x, [1]", None]}}
    record.write_json(tmp_path / "a.json", content)
    assert record.read_json(tmp_path / "a.json") == content


if __name__ == "__main__":
    from pathlib import Path

    kill_while_saving(Path(sys.argv[1]))
