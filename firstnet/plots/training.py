"""The figures of the chapter that trains a network: recipes compared, and answers with labels."""

import matplotlib.pyplot as plt
import numpy as np

from firstnet.plots.base import BLUE, GREEN, GREY, INK, ORANGE, RED, image, new_axes

RECIPES = ((ORANGE, "-"), (BLUE, "--"), (GREEN, "-."), (INK, ":"), (RED, (0, (6, 1, 1, 1, 1, 1))))


def recipes(runs, *, name="validation accuracy", band=None, words="", ax=None):
    """Draw a measure after each epoch, from 1, for several recipes with one or more runs each.

    `runs`: dict of label to a list of runs, each a list of a number an epoch, or None where a run
    has none. `band`: a low and a high value; the space between is grey, and `words` say why.
    """
    ax = new_axes(ax, figsize=(6.4, 3.8))
    if band is not None:
        ax.axhspan(*band, color=GREY, alpha=0.3, lw=0, label=words)
    for (label, several), (colour, line) in zip(runs.items(), RECIPES, strict=False):
        for number, values in enumerate(several):
            epochs, values = np.arange(1, len(values) + 1), np.array(values, float)
            ax.plot(epochs, values, ls=line, color=colour, label="" if number else label)
    ax.set(xlabel="epoch", ylabel=name)
    ax.xaxis.get_major_locator().set_params(integer=True)
    ax.legend()
    return ax


def answers(pictures, predicted, labels, *, columns=3):
    """Draw images in a grid with what a network predicted and the label; return the axes' array.

    `pictures`: shape (n, height, width); `predicted`, `labels`: shape (n,). A wrong answer stands
    in bold and orange, in a frame, and says so.
    """
    rows = -(-len(pictures) // columns)
    size = (1.6 * columns, 1.85 * rows)
    figure, grid = plt.subplots(rows, columns, figsize=size, layout="constrained", squeeze=False)
    for ax in grid.flat[len(pictures) :]:
        ax.set_axis_off()
    for ax, *shown in zip(grid.flat, pictures, predicted, labels, strict=False):
        _answer(ax, *shown)
    return grid


def _answer(ax, picture, predicted, label):
    wrong = predicted != label
    image(picture, f"Predicted {predicted}{', wrong' if wrong else ''}\nLabel {label}", ax=ax)
    if wrong:
        ax.title.set(color=ORANGE, weight="bold")
        ax.set_axis_on()
        ax.set(xticks=[], yticks=[])
        for side in ax.spines.values():
            side.set(color=ORANGE, linewidth=3)
