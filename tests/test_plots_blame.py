"""The figures of chapter 05 show the numbers and the border they are given."""

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


def test_blame_writes_each_value_and_the_known_slopes(ax):
    values = {name: k + 0.25 for k, name in enumerate(plots.BLAME_PLACES)}
    slopes = {"w12": -0.92610, "z": 0.72281}
    assert plots.blame(values, slopes, ax=ax) is ax
    texts = [text.get_text().strip() for text in ax.texts]
    assert texts.count("$w_{12}$ = 3.25") == 1
    assert texts.count("$\\hat y$ = 16.25") == texts.count("$L$ = 17.25") == 1
    orange = [t.get_text().strip() for t in ax.texts if t.get_color() == plots.ORANGE]
    assert [text for text in orange if text] == ["-0.9261", "0.7228"]


def test_blame_draws_no_two_numbers_in_one_place(ax):
    plots.blame(dict.fromkeys(plots.BLAME_PLACES, -0.1234), {}, ax=ax)
    assert len(set(plots.BLAME_PLACES.values())) == len(plots.BLAME_PLACES)
    ends = {name for line in plots.BLAME_LINES for name in line}
    assert ends <= set(plots.BLAME_PLACES)


def test_decision_draws_the_border_where_the_prediction_is_one_half(ax):
    x, y = np.array([[0.0, 0.0], [0.0, 2.0], [2.0, 0.0]]), np.array([0.0, 1.0, 0.0])
    chance = lambda at: 1 / (1 + np.exp(-(at[:, 1] - 0.75 * at[:, 0])))  # noqa: E731
    assert plots.decision(chance, x, y, ax=ax) is ax
    border = ax.collections[-1].get_paths()[0].vertices
    np.testing.assert_allclose(border[:, 1], 0.75 * border[:, 0], atol=1e-6)
    assert [line.get_marker() for line in ax.lines] == ["o", "s"]
    np.testing.assert_array_equal(ax.lines[0].get_xydata(), x[y == 0])
    np.testing.assert_array_equal(ax.lines[1].get_xydata(), x[y == 1])
    assert [text.get_text() for text in ax.get_legend().texts] == ["class 0", "class 1"]
