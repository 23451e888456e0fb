"""The progress bar: seen by whoever trains live, silent when the book is made."""

import numpy as np
import pytest

from firstnet import training


@pytest.fixture
def fit():
    import keras

    keras.utils.set_random_seed(0)
    model = keras.Sequential([keras.Input(shape=(2,)), keras.layers.Dense(1)])
    model.compile(loss="mse", optimizer="sgd")
    x, y = np.ones((8, 2), "float32"), np.ones((8, 1), "float32")
    return lambda: model.fit(x, y, epochs=3, verbose=0, callbacks=[training.progress()])


def test_a_live_run_shows_its_epochs_and_then_clears_the_line(fit, monkeypatch, capsys):
    monkeypatch.delenv("FIRSTNET_QUIET", raising=False)
    fit()
    shown = capsys.readouterr().out
    assert "/3 [" in shown
    assert "loss=" in shown
    assert shown.split("\r")[-1].strip() == ""


def test_the_bar_is_silent_when_the_book_is_made(fit, monkeypatch, capsys):
    monkeypatch.setenv("FIRSTNET_QUIET", "1")
    fit()
    printed = capsys.readouterr()
    assert printed.out + printed.err == ""
