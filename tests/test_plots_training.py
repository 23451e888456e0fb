"""The figures of the chapter that trains a network draw the numbers they are given."""

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


def test_recipes_draws_every_run_from_epoch_one_and_names_a_recipe_once(ax):
    runs = {"raw": [[0.1, 0.1], [0.1, None]], "divided": [[0.5, 0.9]]}
    assert plots.recipes(runs, ax=ax) is ax
    drawn = [line.get_xydata().tolist() for line in ax.lines]
    assert drawn[0] == [[1, 0.1], [2, 0.1]]
    assert drawn[1][0] == [1, 0.1]
    assert np.isnan(drawn[1][1][1])
    assert drawn[2] == [[1, 0.5], [2, 0.9]]
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["raw", "divided"]
    looks = [(line.get_color(), line.get_linestyle()) for line in ax.lines]
    assert looks[0] == looks[1]
    assert looks[0][0] != looks[2][0]
    assert looks[0][1] != looks[2][1]


def test_recipes_can_tell_five_apart_by_line_alone(ax):
    plots.recipes({str(n): [[0.1 * n]] for n in range(5)}, ax=ax)
    assert len({str(line._unscaled_dash_pattern) for line in ax.lines}) == 5


def test_recipes_marks_the_band(ax):
    plots.recipes({"one": [[0.5]]}, band=(0.95, 0.98), words="the article", ax=ax)
    corners = ax.patches[0].get_extents().transformed(ax.transData.inverted())
    assert (corners.y0, corners.y1) == pytest.approx((0.95, 0.98))
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["the article", "one"]


def test_answers_says_what_was_predicted_and_marks_what_is_wrong():
    pictures = np.arange(4 * 6).reshape(4, 2, 3)
    grid = plots.answers(pictures, np.array([3, 8, 0, 1]), np.array([3, 5, 0, 1]))
    assert grid.shape == (2, 3)
    titles = [ax.get_title() for ax in grid.flat]
    assert titles[:2] == ["Predicted 3\nLabel 3", "Predicted 8, wrong\nLabel 5"]
    assert titles[4:] == ["", ""]
    np.testing.assert_array_equal(grid[1, 0].images[0].get_array(), pictures[3])
    assert [bool(ax.axison) for ax in grid.flat] == [False, True, False, False, False, False]
    assert grid[0, 1].title.get_color() != grid[0, 0].title.get_color()
    plt.close("all")
