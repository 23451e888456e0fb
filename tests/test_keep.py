"""Keeping a network: folders that go, warnings that are told, a converted file that answers."""

import logging
import subprocess
import sys
import warnings
from pathlib import Path

import numpy as np
import pytest

from firstnet import keep


def test_the_folder_goes_when_python_ends():
    code = (
        "from firstnet import keep; folder = keep.temporary_folder();"
        "(folder / 'a.txt').write_text('a'); assert folder == keep.temporary_folder();"
        "print(folder)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip()
    assert not Path(done.stdout.strip()).exists()


def test_warnings_are_returned_and_not_shown(capsys, recwarn):
    log = logging.getLogger("absl")
    before = log.handlers, log.propagate

    def act():
        warnings.warn("an old\n    way", stacklevel=1)
        warnings.warn("how arrays are copied", DeprecationWarning, stacklevel=1)
        log.warning("a legacy %s", "format")
        log.info("nothing to know")

    assert keep.warned(act) == ["an old way", "a legacy format"]
    assert keep.warned(lambda: None) == []
    assert capsys.readouterr() == ("", "")
    assert not recwarn.list
    assert (log.handlers, log.propagate) == before


def test_an_error_comes_through_and_the_log_is_restored():
    log = logging.getLogger("absl")
    before = log.handlers, log.propagate
    with pytest.raises(ZeroDivisionError):
        keep.warned(lambda: 1 / 0)
    assert (log.handlers, log.propagate) == before


@pytest.fixture(scope="module")
def network():
    import keras
    from keras import layers

    keras.utils.set_random_seed(0)
    hidden = layers.Dense(6, activation="relu")
    return keras.Sequential([keras.Input((5,)), hidden, layers.Dense(3, activation="softmax")])


def exported(network, path, *, rows):
    import keras

    shape = keras.InputSpec(shape=(rows, 5), dtype="float32")
    network.export(path, format="litert", verbose=False, input_signature=[shape])
    return path


def test_converted_network_answers_as_keras_does(network, tmp_path):
    rows = np.random.default_rng(0).normal(size=(20, 5)).astype("float32")
    path = exported(network, tmp_path / "a.tflite", rows=1)
    answers = keep.lite_answers(path, rows)
    np.testing.assert_allclose(answers, network.predict(rows, verbose=0), atol=1e-6)
    assert len(np.unique(answers.round(4), axis=0)) == 20


def test_a_file_for_larger_batches_is_refused(network, tmp_path):
    path = exported(network, tmp_path / "a.tflite", rows=4)
    with pytest.raises(ValueError, match="imension mismatch"):
        keep.lite_answers(path, np.zeros((4, 5), "float32"))
