"""The recipes on photographs: right shapes and sizes, changed pictures in training only."""

import os

import numpy as np
import pytest

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

from firstnet import data, recorded
from tools.experiments import pictures
from tools.experiments.recipes import NotRealData

SHAPE, ROWS = (32, 32, 3), 40
TINY = pictures.SETTINGS | {"epochs": 2, "batch_size": 20}


@pytest.fixture(scope="module")
def tiny():
    """Return 40 training and 20 test pictures as `photographs` does."""
    draw = np.random.default_rng(0)
    sets = [(draw.random((n, *SHAPE), dtype="float32"), np.arange(n) % 10) for n in (ROWS, 20)]
    return *sets, "a test"


def network(name, *, shape=SHAPE, **settings):
    return pictures.picture_network(TINY | {"network": name} | settings, shape=shape, rows=ROWS)


def convolution(side, before, after):
    return side * side * before * after + after


def better_parameters():
    """Count by hand: convolutions without bias, four numbers a channel to normalise, the output."""
    channels = [3, 16, 16, 32, 32, 64, 64]
    weights = sum(9 * a * b + 4 * b for a, b in zip(channels, channels[1:], strict=False))
    return weights + 64 * 10 + 10


COUNTS = {
    "mlp": 3072 * 128 + 128 + 128 * 128 + 128 + 128 * 10 + 10,
    "cnn": convolution(3, 3, 32) + convolution(3, 32, 64) + 6 * 6 * 64 * 10 + 10,
    "better": better_parameters(),
}


@pytest.mark.parametrize("name", COUNTS)
def test_network_has_the_parameters_counted_by_hand(name):
    assert network(name).count_params() == COUNTS[name]


@pytest.mark.parametrize("name", COUNTS)
def test_network_gives_ten_probabilities_for_each_picture(name, tiny):
    p = network(name).predict(tiny[0][0][:3], verbose=0)
    assert p.shape == (3, 10)
    np.testing.assert_allclose(p.sum(axis=1), 1, rtol=1e-5)


def test_the_two_networks_of_the_articles_take_digits_too():
    assert network("mlp", shape=(28, 28, 1)).count_params() == 118_282  # article A's own
    assert network("cnn", shape=(28, 28, 1)).count_params() == 34_826  # article C's own


def test_each_pooling_of_the_better_network_follows_two_convolutions():
    kinds = [type(layer).__name__ for layer in network("better").layers]
    block = ["Conv2D", "BatchNormalization", "ReLU"] * 2 + ["MaxPooling2D"]
    assert kinds == [*block * 3, "GlobalAveragePooling2D", "Dropout", "Dense"]


def test_augmentation_adds_no_parameters():
    assert network("better", augment=True).count_params() == COUNTS["better"]


def test_augmentation_changes_pictures_in_training_only(tiny):
    x = tiny[0][0][:8]
    changed = x
    for layer in pictures.augmentation():
        np.testing.assert_array_equal(layer(x, training=False), x)
        changed = layer(changed, training=True)
    assert changed.shape == x.shape
    moved = [not np.allclose(a, b) for a, b in zip(np.array(changed), x, strict=True)]
    assert all(moved)


def test_a_flip_mirrors_left_and_right_and_never_upside_down(tiny):
    x = tiny[0][0][:16]
    flipped = np.array(pictures.augmentation()[0](x, training=True))
    as_is = [np.array_equal(a, b) for a, b in zip(flipped, x, strict=True)]
    mirrored = [np.array_equal(a, b[:, ::-1]) for a, b in zip(flipped, x, strict=True)]
    assert all(a != m for a, m in zip(as_is, mirrored, strict=True))
    assert any(as_is)
    assert any(mirrored)


def test_the_augmented_network_answers_alike_at_the_test(tiny):
    plain, augmented = network("better"), network("better", augment=True)
    augmented.set_weights(plain.get_weights())
    x = tiny[0][0][:4]
    ours, theirs = (np.array(one(x, training=False)) for one in (plain, augmented))
    np.testing.assert_allclose(ours, theirs, atol=1e-6)


def test_a_training_records_curves_classes_and_where_the_pictures_came_from(monkeypatch, tiny):
    monkeypatch.setattr(pictures, "photographs", lambda: tiny)
    settings, reports = TINY | {"network": "cnn", "augment": True}, []
    run = pictures.train_on_pictures(
        settings, folder=None, report=lambda state, epochs: reports.append(epochs)
    )
    assert run["source"] == "a test"
    assert run["parameters"] == COUNTS["cnn"]
    assert {name: len(values) for name, values in run["history"].items()} == dict.fromkeys(
        ("accuracy", "loss", "val_accuracy", "val_loss"), 2
    )
    by_class = run["test_accuracy_of_each_class"]
    assert np.mean(by_class) == pytest.approx(run["test"]["accuracy"], abs=1e-6)  # 2 of each
    assert len(run["seconds"]["after_each_epoch"]) == len(reports) == 2


def test_photographs_come_as_flat_labels_and_pixels_from_0_to_1(monkeypatch):
    images = np.full((2, *SHAPE), 255, "uint8")
    images[0] = 0
    labels = np.array([[3], [5]], "uint8")
    monkeypatch.setattr(data, "cifar10", lambda: ((images, labels), (images, labels)))
    monkeypatch.setitem(data._sources, "cifar10", data.JPEG)
    (x, y), _, source = pictures.photographs()
    assert (x.dtype, x.min(), x.max(), y.tolist()) == (np.float32, 0, 1, [3, 5])
    assert source == data.JPEG


def test_the_small_digits_are_never_recorded_as_photographs(monkeypatch):
    monkeypatch.setenv("FIRSTNET_DATA", "embedded")
    with pytest.raises(NotRealData, match="FIRSTNET_DATA"):
        pictures.photographs()


def test_the_record_holds_the_networks_that_the_recipe_builds():
    runs = recorded.load("cifar10")["runs"]
    assert [run["settings"] for run in runs] == list(pictures.PICTURES)
    assert [run["parameters"] for run in runs] == [
        COUNTS[settings["network"]] for settings in pictures.PICTURES
    ]
    for run in runs:
        assert np.mean(run["test_accuracy_of_each_class"]) == pytest.approx(
            run["test"]["accuracy"], abs=1e-4
        )
        assert "JPEG" in run["source"]  # what the page says of its numbers
