"""The shipped networks: their files are those of the record, and as good as it says."""

import hashlib

import numpy as np
import pytest

from firstnet import data, lite, models, recorded
from tools.experiments import catalogue, record
from tools.experiments import models as recipe

SHAPES = {
    "mlp": [(784, 128), (128,), (128, 128), (128,), (128, 10), (10,)],
    "cnn": [(3, 3, 1, 32), (32,), (3, 3, 32, 64), (64,), (1600, 10), (10,)],
}
RUNS = {run["settings"]["network"]: run for run in recorded.load("models")["runs"]}
each_network = pytest.mark.parametrize("name", SHAPES)


@pytest.fixture(scope="module")
def digits():
    """The test images of the real MNIST, from 0 to 1, and their labels."""
    _, (x_test, y_test) = data.mnist()
    if not data.is_real("mnist"):
        pytest.skip("the real MNIST is not here")
    return x_test.astype("float32") / 255, y_test


# ---------------------------------------------------------------- what is shipped


@each_network
def test_weights_are_in_the_order_of_keras(name):
    found = models.weights(name)
    assert [array.shape for array in found] == SHAPES[name]
    assert {array.dtype for array in found} == {np.dtype(np.float32)}
    assert sum(array.size for array in found) == {"mlp": 118_282, "cnn": 34_826}[name]
    model = models.keras_model(name)
    for array, other in zip(found, model.get_weights(), strict=True):
        np.testing.assert_array_equal(array, other)


@each_network
def test_weights_lose_nothing_as_float16(name):
    for array in models.weights(name):
        np.testing.assert_array_equal(array.astype(np.float16).astype(np.float32), array)


@each_network
def test_the_files_are_small(name):
    assert models.path_of(name).stat().st_size < {"mlp": 240_000, "cnn": 72_000}[name]


@each_network
def test_each_call_gives_weights_of_its_own(name):
    models.weights(name)[0][:] = 0
    assert models.weights(name)[0].any()


def test_the_cnn_is_article_cs():
    kinds = [type(layer).__name__ for layer in models.keras_model("cnn").layers]
    pairs = ["Conv2D", "MaxPooling2D"] * 2
    assert kinds == [*pairs, "Flatten", "Dropout", "Dense"]


@pytest.mark.parametrize("load", [models.weights, models.keras_model, models.path_of])
def test_an_unknown_name_is_refused_in_words(load):
    with pytest.raises(KeyError, match="No network called 'rnn' is shipped; there are mlp, cnn"):
        load("rnn")


# ---------------------------------------------------------------- the record


def test_the_record_is_of_todays_recipe():
    experiment = next(one for one in catalogue.EXPERIMENTS if one.name == "models")
    assert record.is_current(experiment)
    assert [run["settings"] for run in RUNS.values()] == list(recipe.RUNS)


@each_network
def test_the_checksums_are_those_of_the_record(name):
    content = models.path_of(name).read_bytes()
    assert hashlib.sha256(content).hexdigest() == RUNS[name]["file"]["sha256"]
    assert len(content) == RUNS[name]["file"]["bytes"]


@each_network
def test_the_record_has_its_numbers(name):
    run = RUNS[name]
    assert run["parameters"] == sum(np.prod(shape) for shape in SHAPES[name])
    assert {len(values) for values in run["history"].values()} == {run["settings"]["epochs"]}
    assert run["test"]["accuracy"] > {"mlp": 0.978, "cnn": 0.989}[name]
    assert abs(run["test"]["accuracy"] - run["test_accuracy_before_rounding"]) < 0.001


@each_network
def test_the_shipped_network_is_as_good_as_recorded(name, digits):
    x, y = digits
    rows = x.reshape(len(x), *models.INPUTS[name])
    found = models.keras_model(name).predict(rows, batch_size=500, verbose=0).argmax(axis=1)
    # another machine may round otherwise, and turn one answer or two
    assert (found == y).mean() == pytest.approx(RUNS[name]["test"]["accuracy"], abs=3e-4)


# ---------------------------------------------------------------- the files for phones


LITE = {run["settings"]["file"]: run for run in recorded.load("lite_files")["runs"]}
each_file = pytest.mark.parametrize("file", models.LITE)


@pytest.mark.parametrize("name", ["augmented", "lite_files"])
def test_the_records_for_phones_are_of_todays_recipes(name):
    assert record.is_current(next(one for one in catalogue.EXPERIMENTS if one.name == name))


def test_the_augmented_network_is_that_of_its_record():
    (run,) = recorded.load("augmented")["runs"]
    content = models.path_of("augmented").read_bytes()
    assert hashlib.sha256(content).hexdigest() == run["file"]["sha256"]
    assert [array.shape for array in models.weights("augmented")] == SHAPES["cnn"]
    assert run["test"]["accuracy"] > 0.98


@each_file
def test_a_file_for_phones_is_that_of_the_record(file):
    content = models.lite_path(file).read_bytes()
    assert hashlib.sha256(content).hexdigest() == LITE[file]["sha256"]
    assert len(content) == LITE[file]["bytes"]
    weights = models.path_of(LITE[file]["settings"]["network"]).read_bytes()
    assert hashlib.sha256(weights).hexdigest() == LITE[file]["settings"]["weights"]


@each_file
def test_a_file_for_phones_answers_nearly_as_its_network(file, digits):
    x, y = digits
    model = models.keras_model(LITE[file]["settings"]["network"])
    found = lite.answers(models.lite_path(file), x)
    expected = model.predict(x.reshape(len(x), *model.input_shape[1:]), batch_size=500, verbose=0)
    assert (found.argmax(axis=1) == y).mean() == pytest.approx(
        LITE[file]["test_accuracy"], abs=3e-4
    )
    assert np.abs(found - expected).max() < (0.15 if "int8" in file else 1e-5)
    assert LITE[file]["test_accuracy_of_keras"] - LITE[file]["test_accuracy"] <= 0.003


def test_whole_numbers_take_about_a_quarter_of_the_bytes():
    for name in models.INPUTS:
        small, large = (LITE[f"{name}{ending}.tflite"]["bytes"] for ending in ("_int8", ""))
        assert 0.24 < small / large < 0.30


def test_an_unknown_file_is_refused_in_words():
    with pytest.raises(KeyError, match=r"No file called 'rnn.tflite' is shipped; there are mlp"):
        models.lite_path("rnn.tflite")


# ---------------------------------------------------------------- how they are stored


def test_storing_gives_the_same_bytes_and_what_was_stored(tmp_path):
    arrays = recipe.halved([np.linspace(-2, 2, 24, dtype="float32").reshape(4, 6), np.ones(6)])
    first = recipe.stored(tmp_path / "a.npz", arrays)
    assert recipe.stored(tmp_path / "b.npz", arrays) == first
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.npz", "b.npz"]
    with np.load(tmp_path / "a.npz") as found:
        for name, array in zip(found.files, arrays, strict=True):
            np.testing.assert_array_equal(found[name], array)


@pytest.mark.parametrize("value", [1e5, np.nan])
def test_a_weight_that_float16_cannot_hold_is_an_error(value):
    with pytest.raises(OverflowError, match="too large for float16"):
        recipe.halved([np.array([0.5, value])])


def test_a_run_trains_rounds_and_stores(tmp_path, monkeypatch):
    rng = np.random.default_rng(0)
    rows = rng.random((256, 784), dtype="float32"), rng.integers(0, 10, 256)
    monkeypatch.setattr(recipe, "digits_for", lambda network: (rows, rows))
    monkeypatch.setattr(models, "FOLDER", tmp_path)
    reports = []
    report = lambda progress, epochs: reports.append((len(progress["seconds"]), epochs))  # noqa: E731
    result = recipe.ship(recipe.RUNS[0] | {"epochs": 2}, folder=tmp_path, report=report)
    assert reports == [(1, 2), (2, 2)]
    assert result["parameters"] == 118_282
    model = models.keras_model("mlp")
    found = model.predict(rows[0], verbose=0).argmax(axis=1)
    assert (found == rows[1]).mean() == pytest.approx(result["test"]["accuracy"], abs=1e-5)
    digest = hashlib.sha256((tmp_path / "mlp.npz").read_bytes()).hexdigest()
    assert digest == result["file"]["sha256"]
