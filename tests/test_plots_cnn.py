"""The figures of the convolutional network draw the numbers they are given."""

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


def words(ax):
    return [text.get_text() for text in ax.texts]


def frames(ax):
    return [(p.get_x(), p.get_y(), p.get_width(), p.get_height()) for p in ax.patches]


def test_numbers_writes_every_number_and_frames_the_window():
    ax = plots.numbers([[1, -2.5], [0, 3]], "image", window=(1, 0, 1, 2))
    assert words(ax) == ["1", "-2.5", "0", "3"]
    assert frames(ax) == [(-0.5, 0.5, 2, 1)]
    assert ax.get_title() == "image"


def test_numbers_of_a_table_that_is_all_the_same():
    assert words(plots.numbers(np.zeros((2, 2)))) == ["0"] * 4


def test_convolution_frames_where_a_result_came_from():
    image, kernel = np.arange(16).reshape(4, 4), np.ones((3, 3))
    grid = plots.convolution(image, kernel, [[1, 2], [3, 4]], row=1, column=1)
    assert [ax.get_title() for ax in grid] == ["image", "kernel", "result"]
    assert [len(words(ax)) for ax in grid] == [16, 9, 4]
    assert [frames(ax) for ax in grid] == [[(0.5, 0.5, 3, 3)], [], [(0.5, 0.5, 1, 1)]]


def test_network_shapes_are_to_scale():
    ax = plots.network_shapes(["input", "map", "list"], [(28, 28, 1), (14, 14, 32), (1600,)])
    assert [p.get_height() for p in ax.patches[:2]] == [28, 14]
    widths = [p.get_width() for p in ax.patches]
    assert widths[1] > widths[0] >= widths[2]
    assert words(ax) == ["input", "28×28×1", "map", "14×14×32", "list", "1600"]
    spans = [(p.get_x(), p.get_x() + p.get_width()) for p in ax.patches]
    assert spans[0][1] < spans[1][0] and spans[1][1] < spans[2][0]


def test_kernels_share_one_scale_that_is_white_at_zero():
    filters = np.random.default_rng(0).normal(size=(3, 3, 10))
    grid = plots.kernels(filters, columns=8)
    drawn = [ax.images[0] for ax in grid.flat if ax.images]
    assert len(drawn) == 10
    assert {image.get_clim() for image in drawn} == {
        (-np.abs(filters).max(), np.abs(filters).max())
    }
    assert np.array_equal(drawn[3].get_array(), filters[:, :, 3])


def test_feature_maps_share_one_scale():
    maps = np.random.default_rng(0).uniform(size=(5, 5, 6))
    grid = plots.feature_maps(maps, columns=4)
    drawn = [ax.images[0] for ax in grid.flat if ax.images]
    assert [image.get_clim() for image in drawn] == [(0, maps.max())] * 6
    assert np.array_equal(drawn[5].get_array(), maps[:, :, 5])
    assert plots.feature_maps(np.zeros((5, 5, 2))).flat[0].images[0].get_clim() == (0, 1)


def test_confusion_writes_what_happened_and_colours_errors_only():
    counts = np.array([[50, 2, 0], [0, 40, 1], [3, 0, 60]])
    ax = plots.confusion(counts, labels="abc")
    assert words(ax) == ["50", "2", "40", "1", "3", "60"]
    drawn = ax.images[0].get_array()
    assert drawn.mask.tolist() == np.eye(3, dtype=bool).tolist()
    assert ax.images[0].get_clim()[1] == pytest.approx(1.4 * 3)
    assert [label.get_text() for label in ax.get_yticklabels()] == ["a", "b", "c"]
    assert "label" in ax.get_ylabel() and "answer" in ax.get_xlabel()


def test_confusion_without_any_error():
    assert words(plots.confusion(np.eye(10, dtype=int))) == ["1"] * 10


def test_shift_curves_draw_a_line_for_each_network_and_mark_guessing():
    ax = plots.shift_curves([0, 1, 2], {"MLP": [0.9, 0.5, 0.1], "CNN": [0.99, 0.9, 0.7]})
    lines = {line.get_label(): list(line.get_ydata()) for line in ax.lines}
    assert lines["MLP"] == [0.9, 0.5, 0.1]
    assert lines["CNN"] == [0.99, 0.9, 0.7]
    assert [0.1, 0.1] in lines.values()
    assert len({line.get_linestyle() for line in ax.lines[:2]}) == 2
