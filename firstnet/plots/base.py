"""What all figures share: colours, fresh axes, images, curves.

The colours are those of Okabe and Ito (2008), which readers with any colour vision can tell apart;
lines differ in style too, so that nothing rests on colour alone.
"""

import matplotlib.pyplot as plt
import numpy as np

BLUE, ORANGE, GREEN, RED = "#0072B2", "#D55E00", "#009E73", "#CC3311"
INK, GREY = "#222222", "#767676"


def new_axes(ax, **size):
    """Return `ax`, or fresh axes of the book's size."""
    return ax if ax is not None else plt.subplots(layout="constrained", **size)[1]


def image(pixels, title="", *, ax=None):
    """Draw one image, 0 black and the largest value white.

    `pixels`: shape (height, width), or (height, width, 3) for colour.
    """
    ax = new_axes(ax, figsize=(2.4, 2.4))
    ax.imshow(pixels, cmap="gray")
    ax.set_title(title, fontsize=11)
    ax.set_axis_off()
    return ax


def images(pictures, titles, *, columns=6):
    """Draw images in a grid, a title above each; return the array of axes.

    `pictures`: shape (n, height, width); `titles`: n values.
    """
    rows = -(-len(pictures) // columns)
    size = (1.15 * columns, 1.4 * rows)
    figure, grid = plt.subplots(rows, columns, figsize=size, layout="constrained", squeeze=False)
    for ax in grid.flat:
        ax.set_axis_off()
    for ax, picture, title in zip(grid.flat, pictures, titles, strict=False):
        image(picture, title, ax=ax)
    return grid


def probabilities(values, *, labels=range(10), answer=None, ax=None):
    """Draw a bar for the probability of each class, with its number above it.

    `values`: shape (classes,), each 0 to 1. The bar of `answer` (an index) is drawn in orange.
    """
    ax = new_axes(ax, figsize=(6.4, 3.0))
    colours = [ORANGE if index == answer else BLUE for index in range(len(values))]
    bars = ax.bar([str(label) for label in labels], values, color=colours)
    ax.bar_label(bars, [f"{value:.3f}" for value in values], fontsize=8, padding=2)
    ax.set(xlabel="digit", ylabel="probability", ylim=(0, 1.12))
    return ax


def curves(history, name, *, ax=None):
    """Draw a measure on the training and the validation rows against the epoch, from 1.

    `history`: dict of lists as `model.fit(...).history`, holding `name` and `val_` + `name`.
    """
    ax = new_axes(ax, figsize=(6.4, 3.4))
    epochs = np.arange(1, len(history[name]) + 1)
    ax.plot(epochs, history[name], color=BLUE, label="training")
    ax.plot(epochs, history[f"val_{name}"], color=ORANGE, ls="--", label="validation")
    ax.set(xlabel="epoch", ylabel=name)
    ax.xaxis.get_major_locator().set_params(integer=True)
    ax.legend()
    return ax


def mark_epoch(epoch, words, *, ax):
    """Mark an epoch on `curves` with a dotted line and a few words beside it."""
    ax.axvline(epoch, color=INK, ls=":", lw=1)
    ax.annotate(words, (epoch, 0.06), (6, 0), xycoords=("data", "axes fraction"),
                textcoords="offset points", color=INK)  # fmt: skip
    return ax


def losses(runs, *, ax=None):
    """Draw the loss after each step for several runs, on a log axis.

    `runs`: dict of label to losses, shape (steps + 1,), the first before any step. The axis ends
    at a thousandth: a run that goes lower, or to 0, leaves the picture at the bottom.
    """
    ax = new_axes(ax, figsize=(6.4, 3.6))
    for (label, values), style in zip(runs.items(), ("-", "--", "-.", ":"), strict=False):
        ax.plot(np.arange(len(values)), values, style, marker="o", ms=4, label=label)
    ax.set(xlabel="steps taken", ylabel="loss", yscale="log", ylim=(1e-3, None))
    ax.legend(title="learning rate")
    return ax
