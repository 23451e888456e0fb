"""Files for phones: written in four kinds, opened, run, and refused when they are none."""

import logging
import os
import sys

import numpy as np
import pytest

from firstnet import lite


@pytest.fixture(scope="module")
def network():
    import keras
    from keras import layers

    keras.utils.set_random_seed(0)
    hidden = layers.Dense(64, activation="relu", bias_initializer="normal")
    output = layers.Dense(3, activation="softmax", bias_initializer="normal")
    return keras.Sequential([keras.Input((50,)), hidden, output])


@pytest.fixture(scope="module")
def rows():
    return np.random.default_rng(0).uniform(size=(200, 50)).astype("float32")


@pytest.fixture(scope="module")
def files(network, rows, tmp_path_factory):
    folder = tmp_path_factory.mktemp("lite")
    paths = {kind: folder / f"{kind}.tflite" for kind in lite.KINDS}
    for kind, path in paths.items():
        assert lite.export(network, path, kind=kind, images=rows) == path.stat().st_size
    return paths


@pytest.mark.parametrize(
    ("kind", "within", "bytes_a_weight"),
    [("float32", 1e-6, 4), ("float16", 1e-3, 2), ("dynamic", 0.02, 1), ("int8", 0.03, 1)],
)
def test_each_kind_answers_as_keras_does(files, network, rows, kind, within, bytes_a_weight):
    answers, wanted = lite.answers(files[kind], rows), network.predict(rows, verbose=0)
    assert answers.dtype == np.float32
    assert len(np.unique(answers.round(2), axis=0)) > 20
    np.testing.assert_allclose(answers, wanted, atol=within)
    stored = [tensor["bytes"] for tensor in lite.contents(files[kind])[0]]
    assert max(stored) == 50 * 64 * bytes_a_weight


def test_images_may_come_as_rows_or_in_their_shape(files, rows):
    one = lite.answers(files["float32"], rows[:4])
    assert np.array_equal(lite.answers(files["float32"], rows[:4].reshape(4, 5, 10)), one)
    assert np.array_equal(lite.answers(files["float32"], rows[:4].astype("float64")), one)


def test_a_file_for_larger_batches_is_refused(network, rows, tmp_path):
    import keras

    shape = keras.InputSpec(shape=(4, 50), dtype="float32")
    with lite.silence():
        network.export(tmp_path / "a.tflite", format="litert", input_signature=[shape])
    with pytest.raises(ValueError, match="imension mismatch"):
        lite.answers(tmp_path / "a.tflite", rows[:4])


def test_wrong_wishes_are_refused_before_anything_is_written(network, rows, tmp_path):
    path = tmp_path / "a.tflite"
    with pytest.raises(
        ValueError, match="one of float32, float16, dynamic, int8, and it is 'int4'"
    ):
        lite.export(network, path, kind="int4")
    with pytest.raises(ValueError, match="needs images"):
        lite.export(network, path, kind="int8")
    with pytest.raises(ValueError, match="needs images"):
        lite.export(network, path, kind="int8", images=rows[:0])
    assert not path.exists()


# --- What is in a file ---------------------------------------------------------------------------


def test_contents_are_those_that_the_interpreter_sees(files):
    for path in files.values():
        tensors, _ = lite.contents(path)
        seen = {one["index"]: one for one in lite.interpreter(path).get_tensor_details()}
        for place, tensor in enumerate(tensors):
            assert tensor["name"] == seen[place]["name"]
            assert tensor["shape"] == tuple(seen[place]["shape"])
            assert tensor["type"] == np.dtype(seen[place]["dtype"]).name
            scales = seen[place]["quantization_parameters"]["scales"]
            assert np.array_equal([] if tensor["scale"] is None else tensor["scale"], scales)


def test_weights_come_in_order_of_the_operators(files, network):
    tensors, operators = lite.contents(files["float32"])
    assert [one["name"] for one in operators] == ["FULLY_CONNECTED", "FULLY_CONNECTED", "SOFTMAX"]
    reader = lite.interpreter(files["float32"])
    for operator, layer in zip(operators, network.layers, strict=False):
        _, kernel, bias = operator["inputs"]
        assert np.array_equal(reader.get_tensor(kernel).T, layer.get_weights()[0])
        assert np.array_equal(reader.get_tensor(bias), layer.get_weights()[1])
    assert operators[0]["outputs"] == operators[1]["inputs"][:1]
    assert sum(tensor["bytes"] for tensor in tensors) == 4 * network.count_params()


def test_int8_says_how_its_numbers_are_meant(files, network):
    tensors, operators = lite.contents(files["int8"])
    kernel = next(tensor for tensor in tensors if tensor["bytes"] == 50 * 64)
    largest = np.abs(network.layers[0].get_weights()[0]).max(axis=0)
    np.testing.assert_allclose(kernel["scale"], largest / 127, rtol=1e-6)
    assert not np.any(kernel["zero_point"])
    assert [operators[0]["name"], operators[-1]["name"]] == ["QUANTIZE", "DEQUANTIZE"]


@pytest.mark.parametrize("damage", [b"", b"\x89HDF\r\n\x1a\n" * 9, b"PK\x03\x04"])
def test_what_is_no_network_is_refused(tmp_path, damage):
    (tmp_path / "a.h5").write_bytes(damage)
    with pytest.raises(ValueError, match=r"a\.h5 is no network"):
        lite.contents(tmp_path / "a.h5")
    with pytest.raises(ValueError):
        lite.interpreter(tmp_path / "a.h5")


def test_a_missing_library_is_told_with_what_to_do(files, monkeypatch):
    monkeypatch.setitem(sys.modules, "ai_edge_litert", None)
    monkeypatch.setitem(sys.modules, "ai_edge_litert.interpreter", None)
    with pytest.raises(ModuleNotFoundError, match="pip install ai-edge-litert"):
        lite.interpreter(files["float32"])


# --- Silence -------------------------------------------------------------------------------------


def shout():
    os.write(1, b"from C++\n")
    os.write(2, b"from C++\n")
    print("from Python")
    print("from Python", file=sys.stderr)


def test_silence_covers_python_and_the_descriptors(capfd):
    print("before")
    with lite.silence():
        shout()
    print("after")
    assert capfd.readouterr() == ("before\nafter\n", "")
    shout()
    assert capfd.readouterr().out.count("from") == 2


def test_silence_covers_reports_in_the_log_and_no_warnings(caplog):
    caplog.set_level(logging.INFO)
    log = logging.getLogger("tensorflow")
    with lite.silence():
        log.info("assets written")
        log.warning("this matters")
    log.info("after")
    assert [record.getMessage() for record in caplog.records] == ["this matters", "after"]


def test_silence_ends_with_an_error_and_leaves_no_descriptor_open(capfd):
    free = os.dup(1)
    os.close(free)
    for _ in range(3):
        with pytest.raises(ZeroDivisionError), lite.silence():
            1 / 0  # noqa: B018
    shout()
    out, err = capfd.readouterr()
    assert (out.count("from"), err.count("from")) == (2, 2)
    again = os.dup(1)
    os.close(again)
    assert again == free


def test_nothing_is_printed_by_conversion_and_interpreter(network, rows, tmp_path, capfd):
    for kind in ("float32", "int8"):
        lite.export(network, tmp_path / "a.tflite", kind=kind, images=rows)
        lite.answers(tmp_path / "a.tflite", rows[:2])
    assert capfd.readouterr() == ("", "")
