"""The figures of other pictures: shares by class, accuracies side by side, pairs of curves."""

import matplotlib.pyplot as plt
import numpy as np

from firstnet.plots.base import BLUE, GREY, INK, ORANGE, curves, new_axes
from firstnet.plots.cnn import confusion


def class_shares(names, shares, *, ax=None):
    """Draw the share of right answers for each class, the best on top, and guessing as a line.

    `names`: n classes; `shares`: n values from 0 to 1. Guessing is right once in n.
    """
    ax = new_axes(ax, figsize=(6.4, 3.4))
    order = np.argsort(shares)
    bars = ax.barh([names[k] for k in order], [shares[k] for k in order], color=BLUE)
    ax.bar_label(bars, [f"{shares[k]:.2f}" for k in order], fontsize=9, padding=3)
    ax.axvline(1 / len(names), color=INK, ls=":", lw=1, label="guessing")
    ax.set(xlabel="share of the test images that is right", xlim=(0, 1.05))
    ax.legend(loc="lower right")
    return ax


def accuracies(table, *, names, label="accuracy on the test set", ax=None):
    """Draw groups of bars: a group for each data set, a bar for each network, with its number.

    `table`: dict from a data set to a value from 0 to 1 for each network; `names`: the networks.
    """
    ax = new_axes(ax, figsize=(6.4, 3.2))
    width, values = 0.8 / len(names), np.array(list(table.values()))
    for number, (name, colour) in enumerate(zip(names, (BLUE, ORANGE, GREY), strict=False)):
        places = np.arange(len(table)) + (number - (len(names) - 1) / 2) * width
        look = {"color": colour, "hatch": "/" * number, "edgecolor": "white"}
        bars = ax.bar(places, values[:, number], width, label=name, **look)
        ax.bar_label(bars, fmt="%.2f", fontsize=9, padding=2)
    ax.axhline(0.1, color=INK, ls=":", lw=1)
    ax.set_xticks(range(len(table)), list(table))
    ax.set(ylabel=label, ylim=(0, 1.1))
    ax.legend(loc="lower center", bbox_to_anchor=(0.5, 1), ncols=len(names), frameon=False)
    return ax


def named_confusion(names, counts, *, ax=None):
    """Draw a confusion matrix (see `confusion`) of classes with long names.

    `names`: n classes; `counts`: shape (n, n), `counts[label, answer]`.
    """
    ax = confusion(counts, labels=names, ax=new_axes(ax, figsize=(6.8, 5.8)))
    plt.setp(ax.get_xticklabels(), rotation=45, ha="right", rotation_mode="anchor")
    return ax


def compared_curves(histories, name):
    """Draw `curves` of several trainings beside each other, on one scale; return the axes.

    `histories`: dict from a title to a history that holds `name` and `val_` + `name`.
    """
    size = (4.4 * len(histories), 3.4)
    grid = plt.subplots(
        1, len(histories), figsize=size, sharey=True, layout="constrained", squeeze=False
    )[1][0]
    for ax, (title, history) in zip(grid, histories.items(), strict=True):
        curves(history, name, ax=ax).set_title(title, fontsize=11)
        ax.label_outer()
    return grid
