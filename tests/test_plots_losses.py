"""The figures of chapter 03 draw the losses they are given."""

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
import pytest

from firstnet import plots


@pytest.fixture
def ax():
    figure, ax = plt.subplots()
    yield ax
    plt.close(figure)


def test_loss_curves_mark_what_they_cost(ax):
    chances = np.array([0.01, 0.25, 0.5, 1.0])
    squared, logarithmic = (1 - chances) ** 2, -np.log(chances)
    assert plots.loss_curves(chances, squared, logarithmic, marked=[0.01, 0.5], ax=ax) is ax
    assert [text.get_text() for text in ax.texts] == ["0.01 costs 4.61", "0.5 costs 0.69"]
    np.testing.assert_array_equal(ax.lines[0].get_ydata(), squared)
    np.testing.assert_array_equal(ax.lines[1].get_ydata(), logarithmic)
    assert ax.lines[0].get_linestyle() != ax.lines[1].get_linestyle()


def test_towards_target_counts_steps_from_none(ax):
    plots.towards_target({"one": [0.9, 0.5], "other": [0.9, 0.8]}, target=0, ax=ax)
    one, other, target = ax.lines
    assert list(one.get_xdata()) == [0, 1]
    assert list(other.get_ydata()) == [0.9, 0.8]
    assert list(target.get_ydata()) == [0, 0]
    assert one.get_linestyle() != other.get_linestyle()


def test_loss_and_accuracy_draws_stairs(ax):
    plots.loss_and_accuracy([0, 1, 2], [0.9, 0.5, 0.4], [0.5, 0.5, 1.0], name="bias", ax=ax)
    assert [line.get_drawstyle() for line in ax.lines] == ["default", "steps-mid"]
    assert ax.get_xlabel() == "bias"
    assert list(ax.lines[1].get_ydata()) == [0.5, 0.5, 1.0]
