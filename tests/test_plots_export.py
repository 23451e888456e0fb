"""The figures of export draw the numbers they are given."""

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
import pytest

from firstnet import plots


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


def test_going_on_draws_each_run_from_step_one():
    ax = plots.going_on({"loaded": [0.2, 0.1, 0.05], "fresh": [0.4, 0.3, 0.2]})
    assert [list(line.get_xdata()) for line in ax.lines] == [[1, 2, 3]] * 2
    assert [list(line.get_ydata()) for line in ax.lines] == [[0.2, 0.1, 0.05], [0.4, 0.3, 0.2]]
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["loaded", "fresh"]
    assert len({(line.get_color(), line.get_linestyle()) for line in ax.lines}) == 2


def test_bytes_by_part_stacks_the_parts_and_writes_the_whole():
    files = {"a": {"kernel": 4000, "rest": 500}, "b": {"kernel": 1000, "rest": 600}}
    ax = plots.bytes_by_part(files)
    spans = [(bar.get_x(), bar.get_width()) for bar in ax.patches]
    assert np.allclose(spans, [(0, 4), (0, 1), (4, 0.5), (1, 0.6)])
    assert [text.get_text() for text in ax.texts] == ["4", "2"]
    assert [label.get_text() for label in ax.get_yticklabels()] == ["a", "b"]
    low, high = ax.get_ylim()
    assert low > high


def test_rounding_shows_the_weights_that_are_near():
    ax = plots.rounding(np.array([-0.9, 0.04, 0.26, 9.0]), 0.1, around=9)
    dots = ax.lines[-1]
    assert np.allclose(dots.get_xydata(), [(-0.9, -9), (0.04, 0), (0.26, 3)])
    _, stairs = ax.lines[:2]
    assert set(stairs.get_ydata().astype(int)) == set(range(-9, 10))
    assert np.abs(stairs.get_ydata() - stairs.get_xdata() / 0.1).max() <= 0.5 + 1e-9
