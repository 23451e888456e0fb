"""The figures of windows that slide over a picture: what kernels make of it, and pooling.

Not called `convolution`, since that is the name of a figure: `plots.convolution`.
"""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import LinearSegmentedColormap

from firstnet.plots.base import ORANGE, image
from firstnet.plots.cnn import numbers

BELOW = "#ffb46e"  # for numbers below 0, on black, as in the explorable
SIGNED = LinearSegmentedColormap.from_list("signed", [BELOW, "black", "white"])


def responses(picture, maps, *, columns=4):
    """Draw a picture and what several kernels make of it: black 0, white above, orange below.

    `picture`: shape (height, width); `maps`: a dict from a title to a map, shape (rows, columns).
    Each map has its own scale, by its number farthest from 0. Returns the array of axes.
    """
    rows = -(-(1 + len(maps)) // columns)
    size = (1.6 * columns, 1.85 * rows)
    grid = plt.subplots(rows, columns, figsize=size, layout="constrained", squeeze=False)[1]
    for ax in grid.flat:
        ax.set_axis_off()
    image(picture, "the picture", ax=grid.flat[0])
    for ax, (title, values) in zip(grid.flat[1:], maps.items(), strict=False):
        most = np.abs(values).max() or 1
        ax.imshow(values, cmap=SIGNED, vmin=-most, vmax=most)
        ax.set_title(title, fontsize=11)
    return grid


def pooling(table, result, *, size=2, stride=None):
    """Draw a map with a frame around each window, and the result beside it.

    `table`: shape (height, width); `result`: what pooling made of it, 2-D; `size` and `stride` as
    in `convolution.max_pool`. Numbers that no frame holds are left out. Returns the two axes.
    """
    stride = size if stride is None else stride
    widths = [np.shape(table)[1], np.shape(result)[1]]
    figure_size = (0.5 * sum(widths) + 1, 0.5 * len(table) + 0.5)
    grid = plt.subplots(1, 2, figsize=figure_size, width_ratios=widths, layout="constrained")[1]
    numbers(table, "map", ax=grid[0])
    numbers(np.round(result, 2), "result", ax=grid[1])
    for row, column in np.ndindex(np.shape(result)):
        corner = (stride * column - 0.44, stride * row - 0.44)
        frame = plt.Rectangle(corner, size - 0.12, size - 0.12, fill=False, ec=ORANGE, lw=2)
        grid[0].add_patch(frame)
    for ax in grid:
        ax.set_anchor("N")
    return grid
