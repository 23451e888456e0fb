"""The figures of activations, bends and shares draw the numbers they are given."""

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
import pytest

from firstnet import plots
from firstnet.activations import ACTIVATIONS, sigmoid, sigmoid_slope, softmax

Z = np.linspace(-8, 8, 401)


@pytest.fixture
def ax():
    figure, ax = plt.subplots()
    yield ax
    plt.close(figure)


def test_curve_and_slope_differ_in_style_and_grey_lies_where_it_is_flat(ax):
    assert plots.curve_and_slope(Z, sigmoid(Z), sigmoid_slope(Z), flat=0.05, ax=ax) is ax
    _, curve, slope = ax.lines
    np.testing.assert_array_equal(curve.get_ydata(), sigmoid(Z))
    np.testing.assert_array_equal(slope.get_ydata(), sigmoid_slope(Z))
    assert curve.get_linestyle() != slope.get_linestyle()
    edges = np.abs(np.concatenate([path.vertices[:, 0] for path in ax.collections[0].get_paths()]))
    assert edges.min() == pytest.approx(2.9, abs=0.05)  # sigmoid'(2.887) = 0.05
    assert edges.max() == 8


def test_jumps_are_left_open(ax):
    step, slope = ACTIVATIONS["step"]
    plots.curve_and_slope(Z, step(Z), slope(Z), ax=ax)
    drawn = ax.lines[1].get_ydata()
    assert np.isnan(drawn).sum() == 1
    assert set(drawn[~np.isnan(drawn)]) == {0.0, 1.0}


def test_grid_has_every_function_and_a_legend():
    grid = plots.curves_and_slopes(Z, ACTIVATIONS)
    assert [ax.get_title() for ax in grid.flat][: len(ACTIVATIONS)] == list(ACTIVATIONS)
    legend = grid.flat[len(ACTIVATIONS)].get_legend()
    assert len(legend.get_texts()) == 2
    plt.close("all")


def test_bends_add_up_to_the_thick_line(ax):
    parts = np.stack([Z, -2 * Z, np.ones_like(Z)], axis=1)
    plots.bends(Z, parts, target=np.cos(Z), ax=ax)
    named = {line.get_label(): line for line in ax.lines}
    np.testing.assert_allclose(named["their sum"].get_ydata(), 1 - Z)
    np.testing.assert_array_equal(named["target"].get_ydata(), np.cos(Z))
    widths = [line.get_linewidth() for line in ax.lines]
    assert max(widths) == named["their sum"].get_linewidth()


def test_shares_lie_end_to_end_with_the_total_behind(ax):
    rows = {"one": softmax([0.4, 3.0, 2.2]), "two": np.array([0.8, 0.4, 0.1])}
    plots.shares(rows, names=["A", "B", "C"], ax=ax)
    ends = [bar.get_x() + bar.get_width() for bar in ax.patches]
    np.testing.assert_allclose(ends[-2:], [1, 1.3])
    texts = [text.get_text() for text in ax.texts]
    assert texts == ["", "0.80", "0.66", "0.40", "0.29", "0.10", "1.00", "1.30"]
