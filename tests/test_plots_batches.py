"""The figures of the chapter on batches draw the numbers they are given."""

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
import pytest

from firstnet import plots
from firstnet.rows import noisy_rows


@pytest.fixture
def ax():
    figure, ax = plt.subplots()
    yield ax
    plt.close(figure)


def test_bowl_marks_its_lowest_point_and_draws_the_walks(ax):
    x, y = noisy_rows(40, seed=0)
    path = np.array([[-1.5, 2.0], [0.0, 1.0]])
    assert plots.bowl(x, y, paths={"batch 1": path}, ax=ax) is ax
    walk, lowest = ax.lines
    np.testing.assert_array_equal(walk.get_xydata(), path)
    found = lowest.get_xydata()[0]
    slope = 2 * (x @ found - y) @ x / len(x)
    np.testing.assert_allclose(slope, 0, atol=1e-12)


def test_bowl_draws_each_valley_where_its_row_costs_nothing(ax):
    x, y = noisy_rows(40, seed=0)
    plots.bowl(x, y, valleys=slice(3, 6), ax=ax)
    valleys = ax.lines[:-1]
    assert len(valleys) == 3
    for row, line in zip(range(3, 6), valleys, strict=True):
        for place in (line.get_xy1(), line.get_xy2()):
            assert x[row] @ place == pytest.approx(y[row])


def test_heights_and_noise_are_drawn_as_given(ax):
    spent, height = np.array([0, 1, 2]), np.array([6.0, 0.5, 0.01])
    plots.heights({"all": (spent, height)}, unit="epochs", ax=ax)
    np.testing.assert_array_equal(ax.lines[0].get_xydata(), np.stack([spent, height], axis=1))
    assert (ax.get_xlabel(), ax.get_yscale()) == ("epochs", "log")


def test_noise_draws_points_on_a_line(ax):
    sizes, formula = [1, 4, 16], np.array([4.0, 2.0, 1.0])
    plots.gradient_noise(sizes, {"with": (formula * 1.01, formula)}, ax=ax)
    line, points = ax.lines
    np.testing.assert_array_equal(line.get_ydata(), formula)
    np.testing.assert_array_equal(points.get_ydata(), formula * 1.01)
    assert (line.get_linestyle(), points.get_linestyle()) == ("-", "None")


def test_strip_is_as_long_as_all_rows(ax):
    plots.batch_strip([64, 64, 32], ax=ax)
    bars = [(bar.get_x(), bar.get_width()) for bar in ax.patches]
    assert bars == [(0, 64), (64, 64), (128, 32)]
    colours = [bar.get_facecolor() for bar in ax.patches]
    assert colours[0] == colours[1] != colours[2]
