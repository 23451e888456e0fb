"""Plot functions draw the data they are given, on the axes they are given."""

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


def test_image_shows_the_pixels(ax):
    pixels = np.arange(6).reshape(2, 3)
    assert plots.image(pixels, "six", ax=ax) is ax
    assert np.array_equal(ax.images[0].get_array(), pixels)
    assert ax.get_title() == "six"


def test_images_titles_each_and_blanks_the_rest():
    grid = plots.images(np.zeros((4, 2, 2)), [7, 8, 9, 0], columns=3)
    assert grid.shape == (2, 3)
    assert [ax.get_title() for ax in grid.flat] == ["7", "8", "9", "0", "", ""]
    assert not any(ax.axison for ax in grid.flat)
    plt.close("all")


def test_probabilities_has_a_bar_and_a_number_each(ax):
    plots.probabilities([0.2, 0.7, 0.1], labels="abc", answer=1, ax=ax)
    assert [bar.get_height() for bar in ax.patches] == [0.2, 0.7, 0.1]
    assert [text.get_text() for text in ax.texts] == ["0.200", "0.700", "0.100"]
    assert ax.patches[1].get_facecolor() != ax.patches[0].get_facecolor()


def test_curves_count_epochs_from_one(ax):
    plots.curves({"loss": [3, 2], "val_loss": [4, 1]}, "loss", ax=ax)
    training, validation = ax.lines
    assert list(training.get_xdata()) == [1, 2]
    assert list(training.get_ydata()) == [3, 2]
    assert list(validation.get_ydata()) == [4, 1]
    assert training.get_linestyle() != validation.get_linestyle()


def test_mark_epoch_marks_it(ax):
    plots.mark_epoch(16, "overtakes", ax=ax)
    assert list(ax.lines[0].get_xdata()) == [16, 16]
    assert ax.texts[0].get_text() == "overtakes"


def test_losses_draws_each_run_on_a_log_axis(ax):
    plots.losses({"0.1": [4, 2, 0], "0.2": [4, 8, 16]}, ax=ax)
    assert ax.get_yscale() == "log"
    assert [list(line.get_ydata()) for line in ax.lines] == [[4, 2, 0], [4, 8, 16]]


def test_loss_surface_holds_the_whole_path(ax):
    path = np.array([[-0.234, 0.675], [1.19, 2.4555], [-3.2252, -3.0641]])
    plots.loss_surface((4, 5), 6, path, ax=ax)
    assert np.allclose(ax.lines[-1].get_xydata(), path)
    for low, high, values in zip(*np.array([ax.get_xlim(), ax.get_ylim()]).T, path.T, strict=True):
        assert low < values.min()
        assert values.max() < high
