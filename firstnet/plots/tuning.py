"""The figures of tuning: maps of many runs, optimizers side by side, what saves time."""

import matplotlib.pyplot as plt
import numpy as np

from firstnet.plots.base import BLUE, GREEN, GREY, INK, ORANGE, new_axes

DASHES = ("-", "--", ":", "-.")
COLOURS = (BLUE, ORANGE, GREEN, INK)


def heatmap(
    values, *, rows, columns, names=("learning rate", "batch size"), digits=3, low=None, ax=None
):
    """Draw a table as coloured cells with their numbers; a cell of NaN is hatched.

    `values`: (rows, columns). `names`: what runs across, and what runs down. Values of `low` and
    less share the darkest colour, so that the differences above it can be seen.
    """
    ax = new_axes(ax, figsize=(7.2, 4.2))
    ax.set_facecolor("#dddddd")
    low = np.nanmin(values) if low is None else low
    ax.imshow(np.ma.masked_invalid(values), cmap="cividis", aspect="auto", vmin=low)
    ax.set_xticks(range(len(columns)), [f"{column:g}" for column in columns])
    ax.set_yticks(range(len(rows)), [f"{row:g}" for row in rows])
    ax.set(xlabel=names[0], ylabel=names[1])
    middle = (low + np.nanmax(values)) / 2
    for (row, column), value in np.ndenumerate(values):
        if np.isnan(value):
            corner = (column - 0.5, row - 0.5)
            ax.add_patch(plt.Rectangle(corner, 1, 1, fill=False, hatch="///", ec=GREY, lw=0))
        text = "none" if np.isnan(value) else f"{value:.{digits}f}".removeprefix("0")
        colour = INK if np.isnan(value) or value > middle else "white"
        ax.text(column, row, text, ha="center", va="center", fontsize=9, color=colour)
    return ax


def sweeps(runs, *, name, label="learning rate", ax=None):
    """Draw a value against the learning rate, on a logarithmic axis, a line for each entry.

    `runs`: a dict from a label to (learning rates, values).
    """
    ax = new_axes(ax, figsize=(6.4, 3.4))
    for number, (words, (rates, values)) in enumerate(runs.items()):
        style = {"color": COLOURS[number % 4], "ls": DASHES[number % 4]}
        ax.plot(rates, values, marker="os^D"[number % 4], ms=5, label=words, **style)
    ax.set_xscale("log")
    ax.xaxis.set_major_formatter("{x:g}")
    ax.set(xlabel=label, ylabel=name)
    ax.grid(alpha=0.3)
    ax.legend()
    return ax


def ladder(names, seconds, *, ax=None):
    """Draw the seconds of each rung of a ladder of changes as a bar, on a logarithmic axis.

    `names`: n texts, the first on top; `seconds`: n values, None where the goal was not reached.
    """
    ax = new_axes(ax, figsize=(7.2, 0.5 + 0.42 * len(names)))
    lengths = [second or 0 for second in seconds]
    bars = ax.barh(range(len(names)), lengths, color=[ORANGE, *[BLUE] * (len(names) - 1)])
    known = [second for second in seconds if second]
    ax.set_xscale("log")
    ax.xaxis.set_major_formatter("{x:g}")
    ax.set_xlim(0.5 * min(known), 3 * max(known))
    said = [f"{second:.1f} s" if second else "not reached" for second in seconds]
    for bar, text, second in zip(bars, said, seconds, strict=True):
        place = (second or 0.52 * min(known), bar.get_y() + bar.get_height() / 2)
        ax.annotate(text, place, xytext=(4, 0), textcoords="offset points", va="center", fontsize=9)
    ax.set_yticks(range(len(names)), names)
    ax.invert_yaxis()
    ax.set_xlabel("seconds of training until the article's accuracy")
    return ax


def epoch_seconds(sizes, runs, *, ax=None):
    """Draw the seconds of an epoch against the batch size, both logarithmic, a line for each way.

    `sizes`: n batch sizes; `runs`: a dict from a label to n seconds.
    """
    ax = sweeps({name: (sizes, seconds) for name, seconds in runs.items()}, name="", ax=ax)
    ax.set_yscale("log")
    ax.yaxis.set_major_formatter("{x:g}")
    ax.yaxis.set_minor_formatter("{x:.1g}")
    ax.set(xlabel="batch size", ylabel="seconds of an epoch")
    ax.set_xticks(sizes, [str(size) for size in sizes])
    ax.set_xticks([], minor=True)
    return ax
