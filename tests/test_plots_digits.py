"""The figures of the digits draw every pixel, every image and every count."""

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


def test_pixels_writes_each_number_so_that_it_can_be_read():
    ax = plots.pixels(np.array([[0, 255, 7], [128, 127, 64]]))
    assert [text.get_text() for text in ax.texts] == ["0", "255", "7", "128", "127", "64"]
    assert [text.get_color() for text in ax.texts][:2] == ["white", "black"]


def test_mosaic_puts_each_picture_into_its_place():
    pictures = np.arange(6 * 4).reshape(6, 2, 2)
    drawn = plots.mosaic(pictures, columns=3).images[0].get_array()
    assert drawn.shape == (4, 6)
    for number, picture in enumerate(pictures):
        row, column = divmod(number, 3)
        place = slice(2 * row, 2 * row + 2), slice(2 * column, 2 * column + 2)
        assert np.array_equal(drawn[place], picture)


def test_class_counts_draws_a_bar_for_each_class_and_set():
    ax = plots.class_counts({"training": [3, 5], "test": [1, 2]}, labels=(0, 1))
    assert [bar.get_height() for bar in ax.patches] == [3, 5, 1, 2]
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["training", "test"]
    assert len({bar.get_x() for bar in ax.patches}) == 4
