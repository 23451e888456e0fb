"""The figures of sliding windows draw the numbers they are given."""

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.colors import to_rgb

from firstnet import plots
from firstnet.convolution import convolve, max_pool
from firstnet.plots.sliding import SIGNED


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


def words(ax):
    return [text.get_text() for text in ax.texts]


def test_responses_are_black_at_zero_white_above_and_orange_below():
    picture = np.zeros((6, 6))
    picture[:, 2:4] = 255
    edge = convolve(picture, [[-1, 0, 1]] * 3)
    grid = plots.responses(picture, {"left edge": edge, "nothing": 0 * edge}, columns=4)
    assert grid.shape == (1, 4)
    assert [ax.get_title() for ax in grid.flat] == ["the picture", "left edge", "nothing", ""]
    drawn = grid[0, 1].images[0]
    np.testing.assert_array_equal(drawn.get_array(), edge)
    colours = drawn.to_rgba(np.array([0.0, edge.max(), edge.min()]))
    assert edge.min() == -edge.max() < 0
    np.testing.assert_allclose(colours[0, :3], 0, atol=0.01)
    np.testing.assert_allclose(colours[1, :3], 1, atol=0.01)
    np.testing.assert_allclose(colours[2, :3], to_rgb("#ffb46e"), atol=0.01)
    assert grid[0, 2].images[0].get_clim() == (-1, 1)
    assert SIGNED(0.5)[:3] == pytest.approx((0, 0, 0), abs=0.01)


def test_responses_go_on_in_a_second_row():
    maps = {str(n): np.ones((2, 2)) for n in range(4)}
    grid = plots.responses(np.ones((3, 3)), maps, columns=4)
    assert grid.shape == (2, 4)
    assert sum(bool(ax.images) for ax in grid.flat) == 5


@pytest.mark.parametrize(("size", "stride", "steps"), [(2, None, 2), (3, None, 3), (2, 1, 1)])
def test_pooling_frames_each_window(size, stride, steps):
    table = np.arange(49).reshape(7, 7)
    result = max_pool(table, size, stride)
    grid = plots.pooling(table, result, size=size, stride=stride)
    assert [ax.get_title() for ax in grid] == ["map", "result"]
    assert words(grid[0]) == [str(n) for n in range(49)]
    assert words(grid[1]) == [f"{value:g}" for value in result.ravel()]
    frames = [(round(p.get_x() + 0.44), round(p.get_y() + 0.44)) for p in grid[0].patches]
    places = range(0, 7 - size + 1, steps)
    assert frames == [(column, row) for row in places for column in places]
    assert {round(p.get_width() + 0.12) for p in grid[0].patches} == {size}


def test_the_figure_called_convolution_is_not_hidden_by_a_module():
    assert callable(plots.convolution)
