"""Article B's network: its recipe on few rows, and the record that chapter 08 draws."""

import numpy as np
import pytest

from firstnet import recorded
from tools.experiments import article_b

FEW = {"epochs": 2, "batch_size": 50, "seed": 0}
RUNS = recorded.load("article_b_mlp")["runs"]


def runs_with(change):
    return [run for run in RUNS if run["settings"]["change"] == change]


# --- The recipe ----------------------------------------------------------------------------------


@pytest.fixture
def few_rows(monkeypatch):
    """200 embedded digits to train on and 100 to test with, in place of MNIST."""
    from firstnet import data

    monkeypatch.setenv("FIRSTNET_DATA", "embedded")
    (x, y), (x_test, y_test) = data.mnist()
    few = (x[:200], y[:200]), (x_test[:100], y_test[:100])
    monkeypatch.setattr(article_b, "real_mnist", lambda: few)
    return few


def trained(settings):
    reports = []
    report = lambda progress, epochs: reports.append((len(progress["seconds"]), epochs))  # noqa: E731
    result = article_b.train_article_b(settings | FEW, folder=None, report=report)
    return result, reports


def test_pixels_are_divided_or_as_loaded(few_rows):
    raw, divided = (article_b.pixels_for({"pixels": kind}) for kind in ("raw", "divided"))
    (x, y), (x_test, _) = raw
    assert (x.shape, x_test.shape, x.dtype, x.max()) == ((200, 784), (100, 784), "float32", 255)
    np.testing.assert_array_equal(x.reshape(-1, 28, 28), few_rows[0][0])
    np.testing.assert_array_equal(y, few_rows[0][1])
    np.testing.assert_allclose(divided[0][0] * 255, x, rtol=1e-6)


def test_a_run_leaves_all_that_it_measured(few_rows):
    result, reports = trained(article_b.REPAIRED)
    assert reports == [(1, 2), (2, 2)]
    assert result["parameters"] == 785 * 784 + 785 * 32 + 33 * 10 == 640_890
    assert set(result["history"]) == {"loss", "accuracy", "val_loss", "val_accuracy"}
    assert {len(values) for values in result["history"].values()} == {2}
    assert result["history"]["loss"][1] < result["history"]["loss"][0]
    assert result["test_accuracy_after_each_epoch"][-1] == result["test"]["accuracy"]
    assert sum(result["predicted_each_digit"]) == 100


def test_a_run_that_breaks_goes_on_and_says_none(few_rows):
    broken = {"optimizer": "SGD", "learning_rate": 1e30}
    result, _ = trained(article_b.PRINTED | broken)
    assert result["history"]["loss"][-1] is None
    assert result["test"]["loss"] is None
    assert result["silent_share_of_hidden_neurons"] == [None, None]
    assert len(result["history"]["loss"]) == 2


def test_silent_neurons_are_counted():
    model = article_b.network_of_article_b(article_b.REPAIRED | FEW)
    weights = model.get_weights()
    weights[0][:, :196] = 0  # a quarter of the first layer gets only its bias
    weights[1][:196] = -1
    weights[3][:] = -1e6  # and nothing comes through the second
    model.set_weights(weights)
    x = np.random.default_rng(0).random((500, 784), dtype="float32")
    first, second = article_b.silent_share(model, x)
    hidden = np.maximum(x @ weights[0] + weights[1], 0)
    assert first == pytest.approx((hidden == 0).all(axis=0).mean())
    assert first >= 0.25
    assert second == 1


# --- The record ----------------------------------------------------------------------------------


def test_the_record_has_the_runs_of_the_recipe():
    assert [run["settings"] for run in RUNS] == list(article_b.RUNS)
    assert {run["parameters"] for run in RUNS} == {640_890}
    for run in RUNS:
        epochs = run["settings"]["epochs"]
        lists = [*run["history"].values(), run["test_accuracy_after_each_epoch"]]
        assert {len(values) for values in lists} == {epochs}
        assert len(run["seconds"]["after_each_epoch"]) == epochs
        assert sum(run["predicted_each_digit"]) == 10_000


def test_as_printed_no_seed_learns_anything():
    printed = runs_with("as printed")
    assert len(printed) >= 4
    for run in printed:
        assert max(run["test_accuracy_after_each_epoch"]) < 0.12
        assert sorted(run["predicted_each_digit"])[-2:] == [0, 10_000]
    assert any(run["test"]["loss"] is None for run in printed)
    assert max(run["history"]["loss"][0] or 0 for run in printed) > 1e16


def test_a_dead_network_knows_only_how_common_the_digits_are():
    ones = 1135  # of the 10,000 test images
    for run in runs_with("as printed"):
        if run["test"]["loss"] is not None:
            assert run["silent_share_of_hidden_neurons"][1] == 1
            assert run["predicted_each_digit"][1] == 10_000
            assert run["test"]["accuracy"] == pytest.approx(ones / 10_000)
            assert run["test"]["loss"] == pytest.approx(2.3010, abs=0.001)


def test_divided_every_seed_learns_but_not_enough():
    divided = runs_with("divided by 255")
    assert len({run["settings"]["seed"] for run in divided}) == 3
    for run in divided:
        assert 0.91 < run["test"]["accuracy"] < 0.93
        assert run["history"]["val_accuracy"][-1] > run["history"]["val_accuracy"][-5]
        assert max(run["silent_share_of_hidden_neurons"]) < 0.01


@pytest.mark.parametrize("change", ["100 epochs", "learning rate 0.1", "learning rate 0.5", "Adam"])
def test_each_change_reaches_what_the_article_says(change):
    (run,) = runs_with(change)
    assert 0.95 <= run["test"]["accuracy"] < 0.985
    changed = {k for k, v in run["settings"].items() if article_b.REPAIRED.get(k) != v}
    assert len(changed - {"change", "seed", "learning_rate"}) <= 1


def test_training_images_flatter():
    (adam,) = runs_with("Adam")
    assert 10 * (1 - adam["history"]["accuracy"][-1]) < 1 - adam["test"]["accuracy"]
