"""The figures of the digits: pixels with their numbers, counts, means."""

import numpy as np

from firstnet.plots.base import BLUE, GREY, ORANGE, new_axes


def pixels(values, *, ax=None):
    """Draw an image with the number of each pixel written into it.

    `values`: (rows, columns), whole numbers from 0 to 255.
    """
    rows, columns = np.shape(values)
    ax = new_axes(ax, figsize=(0.36 * columns, 0.32 * rows))
    ax.imshow(values, cmap="gray", vmin=0, vmax=255, aspect="auto")
    for (row, column), value in np.ndenumerate(values):
        colour = "black" if value > 127 else "white"
        ax.text(column, row, value, ha="center", va="center", fontsize=8, color=colour)
    ax.set_axis_off()
    return ax


def mosaic(pictures, *, columns=10, ax=None):
    """Draw many images as one, without gaps and titles.

    `pictures`: (n, height, width), n a multiple of `columns`.
    """
    n, height, width = np.shape(pictures)
    rows = n // columns
    ax = new_axes(ax, figsize=(0.5 * columns, 0.5 * rows))
    tiles = np.reshape(pictures, (rows, columns, height, width)).swapaxes(1, 2)
    ax.imshow(tiles.reshape(rows * height, columns * width), cmap="gray")
    ax.set_axis_off()
    return ax


def class_counts(counts, *, labels=range(10), ax=None):
    """Draw how many examples each class has, in each of several sets.

    `counts`: a dict from a set's name to the counts, (classes,).
    """
    ax = new_axes(ax, figsize=(6.4, 3.0))
    places, width = np.arange(len(labels)), 0.8 / len(counts)
    for number, ((name, values), colour) in enumerate(
        zip(counts.items(), (BLUE, ORANGE, GREY), strict=False)
    ):
        shift = (number - (len(counts) - 1) / 2) * width
        ax.bar(places + shift, values, width, label=name, color=colour, hatch="/" * number)
    ax.set_xticks(places, [str(label) for label in labels])
    ax.set(xlabel="digit", ylabel="images")
    ax.legend(loc="lower right", framealpha=1)
    return ax
