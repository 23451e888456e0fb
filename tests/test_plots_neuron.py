"""The figures of the first chapter draw the numbers they are given."""

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


def texts(ax):
    return [text.get_text() for text in ax.texts]


def test_nested_sets_lie_inside_each_other(ax):
    assert plots.nested_sets([("A", "one"), ("B", "two"), ("C", "three")], ax=ax) is ax
    assert texts(ax) == ["A", "one", "B", "two", "C", "three"]
    boxes = [patch.get_path().get_extents() for patch in ax.patches]
    for outer, inner in zip(boxes, boxes[1:], strict=False):
        assert outer.x0 < inner.x0
        assert outer.y0 < inner.y0
        assert inner.x1 < outer.x1
        assert inner.y1 < outer.y1


def test_products_begin_where_the_last_ended(ax):
    plots.products([1.5, 2.0], [0.8, -0.5], 0.3, ax=ax)
    bars = [(bar.get_x(), bar.get_x() + bar.get_width()) for bar in ax.patches]
    np.testing.assert_allclose(bars, [(0, 1.2), (1.2, 0.2), (0.2, 0.5), (0, 0.5)], atol=1e-12)
    assert texts(ax) == ["+1.20", "-1.00", "+0.30", "+0.50"]


def test_network_shows_every_number_once(ax):
    values, names = [[0.25, 3], [0.5, 7]], [["one", "two"], ["three", "four"]]
    plots.network(values, [[[1.5, -2], [0.1, 4]]], [[0.3, -0.6]], names=names, ax=ax)
    shown = ["0.25", "3", "0.5", "7", "one", "two", "three", "four", "b = 0.3", "b = -0.6"]
    assert sorted(filter(None, texts(ax))) == sorted([*shown, "1.5", "-2", "0.1", "4"])
    assert [line.get_linestyle() for line in ax.lines] == ["-", "--", "-", "-"]
    widths = [line.get_linewidth() for line in ax.lines]
    assert np.argsort(widths).tolist() == [2, 0, 1, 3]
