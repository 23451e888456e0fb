"""The figures of the convolutional network: tables of numbers, filters, maps, and mistakes."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import LinearSegmentedColormap

from firstnet.plots.base import BLUE, GREY, INK, ORANGE, new_axes

SIGNS = LinearSegmentedColormap.from_list("signs", [BLUE, "white", ORANGE])


def numbers(table, title="", *, window=None, ax=None):
    """Draw a small table of numbers as cells, the darker the larger; frame a part in orange.

    `table`: shape (height, width). `window`: (row, column, height, width) of the framed part.
    """
    table = np.asarray(table)
    ax = new_axes(ax, figsize=(0.6 * table.shape[1] + 0.4, 0.6 * table.shape[0] + 0.6))
    ax.imshow(table, cmap="Blues", vmin=table.min(), vmax=table.min() + 2 * max(np.ptp(table), 1))
    for (row, column), value in np.ndenumerate(table):
        ax.text(column, row, f"{value:g}", ha="center", va="center", color=INK)
    if window is not None:
        row, column, height, width = window
        corner = (column - 0.5, row - 0.5)
        ax.add_patch(plt.Rectangle(corner, width, height, fill=False, ec=ORANGE, lw=3, zorder=3))
    ax.set(xticks=np.arange(table.shape[1] - 1) + 0.5, yticks=np.arange(table.shape[0] - 1) + 0.5)
    ax.tick_params(length=0, labelbottom=False, labelleft=False)
    ax.grid(color="white", lw=2)
    ax.set_title(title, fontsize=11)
    return ax


def convolution(image, kernel, result, *, row=0, column=0):
    """Draw an image, a kernel and their result side by side, and where one result came from.

    The part of the image under the kernel and the result at (`row`, `column`) stand in orange
    frames. All three are tables, shape (height, width), and the stride is 1. Returns the axes.
    """
    tables = {"image": image, "kernel": kernel, "result": result}
    windows = [(row, column, *np.shape(kernel)), None, (row, column, 1, 1)]
    widths = [np.shape(table)[1] for table in tables.values()]
    size = (0.62 * sum(widths) + 1.6, 0.55 * len(image) + 0.5)
    grid = plt.subplots(1, 3, figsize=size, width_ratios=widths, layout="constrained")[1]
    for ax, (title, table), window in zip(grid, tables.items(), windows, strict=True):
        numbers(table, title, window=window, ax=ax)
        ax.set_ylim(len(image) - 0.5, -0.5)  # cells of one size
        ax.spines[:].set_visible(False)
    return grid


def network_shapes(names, shapes, *, ax=None):
    """Draw what flows through a network: a box a layer, as high as its pictures are wide.

    `names`: n layers; `shapes`: n shapes without the batch, (height, width, channels) or (size,).
    A box is the wider the more channels it has; a list of numbers is a thin column,
    whose height is not to scale.
    """
    ax = new_axes(ax, figsize=(7.2, 3.4))
    left = 0.0
    for name, shape in zip(names, shapes, strict=True):
        flat = len(shape) == 1
        height = min(24, 2 * shape[0] ** 0.5) if flat else shape[0]
        width = 1.5 if flat else 1.5 + 0.09 * shape[-1]
        box = plt.Rectangle((left, -height / 2), width, height, fc=ORANGE if flat else BLUE)
        ax.add_patch(box)
        ax.text(left + width / 2, 17.5, name, ha="center", va="bottom", fontsize=9, color=INK)
        size = "×".join(str(n) for n in shape)
        ax.text(left + width / 2, -15.5, size, ha="center", va="top", fontsize=9, color=INK)
        left += width + 5
    ax.set(xlim=(-4, left - 2), ylim=(-20, 22))
    ax.set_axis_off()
    return ax


def kernels(filters, *, columns=8):
    """Draw 3×3 kernels in a grid: orange where a number is positive, blue where it is negative.

    `filters`: shape (3, 3, n), one colour scale for all, white at 0. Returns the array of axes.
    """
    count, largest = filters.shape[-1], np.abs(filters).max()
    rows = -(-count // columns)
    size = (0.8 * columns + 0.9, 0.8 * rows)
    figure, grid = plt.subplots(rows, columns, figsize=size, layout="constrained", squeeze=False)
    for ax in grid.flat:
        ax.set_axis_off()
    for number, ax in zip(range(count), grid.flat, strict=False):
        part = filters[:, :, number]
        drawn = ax.imshow(part, cmap=SIGNS, vmin=-largest, vmax=largest)
        ax.add_patch(plt.Rectangle((-0.5, -0.5), 3, 3, fill=False, ec=GREY, lw=1))
    figure.colorbar(drawn, ax=grid, shrink=0.9, label="number in the kernel")
    return grid


def feature_maps(maps, *, columns=8):
    """Draw feature maps in a grid, black 0 and white the largest number of all of them.

    `maps`: shape (height, width, n), none negative. Returns the array of axes.
    """
    rows = -(-maps.shape[-1] // columns)
    size = (0.95 * columns, 0.95 * rows)
    figure, grid = plt.subplots(rows, columns, figsize=size, layout="constrained", squeeze=False)
    for ax in grid.flat:
        ax.set_axis_off()
    for number, ax in zip(range(maps.shape[-1]), grid.flat, strict=False):
        ax.imshow(maps[:, :, number], cmap="gray", vmin=0, vmax=maps.max() or 1)
    return grid


def confusion(counts, *, labels=range(10), ax=None):
    """Draw a confusion matrix: labels run down, answers across; colour shows the errors only.

    `counts`: shape (classes, classes), `counts[label, answer]`. The diagonal is right, and grey;
    a pair that never happened is an empty cell.
    """
    ax = new_axes(ax, figsize=(6.4, 5.4))
    counts = np.asarray(counts)
    wrong = np.ma.masked_array(counts, mask=np.eye(len(counts), dtype=bool))
    ax.set_facecolor("#dddddd")
    ax.imshow(wrong, cmap="Oranges", vmin=0, vmax=max(1.4 * wrong.max(), 1))
    for (label, answer), count in np.ndenumerate(counts):
        if count:
            ax.text(answer, label, f"{count}", ha="center", va="center", fontsize=9, color=INK)
    ax.set_xticks(range(len(counts)), [str(label) for label in labels])
    ax.set_yticks(range(len(counts)), [str(label) for label in labels])
    ax.set(xlabel="answer of the network", ylabel="label")
    return ax


def shift_curves(shifts, accuracies, *, ax=None):
    """Draw the accuracy against how many pixels the images were moved, a line for each network.

    `shifts`: n numbers of pixels; `accuracies`: a dict from a label to n values from 0 to 1. A
    dotted line marks guessing among ten digits.
    """
    ax = new_axes(ax, figsize=(6.4, 3.6))
    for (label, values), look in zip(
        accuracies.items(), ((BLUE, "-", "o"), (ORANGE, "--", "s"), (INK, ":", "^")), strict=False
    ):
        ax.plot(shifts, values, color=look[0], ls=look[1], marker=look[2], ms=5, label=label)
    ax.axhline(0.1, color=GREY, ls=":", lw=1)
    ax.annotate("guessing", (shifts[0], 0.1), (0, 3), textcoords="offset points", color=GREY)
    ax.set(xlabel="pixels moved to the right", ylabel="accuracy on the test set", ylim=(0, 1.03))
    ax.legend()
    return ax
