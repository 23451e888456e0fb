"""The figures of keeping and shrinking a network: training that goes on, bytes, rounding."""

import numpy as np

from firstnet.plots.base import BLUE, GREEN, GREY, INK, ORANGE, new_axes

STYLES = ((BLUE, "-"), (ORANGE, "--"), (GREEN, "-."), (INK, ":"))
FILLS = ((BLUE, ""), (ORANGE, "//"), (GREEN, ".."), (INK, ""), (GREY, "xx"))


def going_on(runs, *, ax=None):
    """Draw the loss after each further step of several trainings.

    `runs`: a dict from a label to losses, shape (steps,).
    """
    ax = new_axes(ax, figsize=(6.4, 3.2))
    for (label, values), (colour, dashes) in zip(runs.items(), STYLES, strict=False):
        ax.plot(np.arange(1, len(values) + 1), values, color=colour, ls=dashes, label=label)
    ax.set(xlabel="further steps", ylabel="loss, mean of these steps so far")
    ax.grid(alpha=0.3)
    ax.legend()
    return ax


def bytes_by_part(files, *, ax=None):
    """Draw a bar for each file, cut into its parts, with the whole written at its end.

    `files`: a dict from a file's name to a dict from a part's name to its bytes. All files have
    the same parts, five at most, in the same order.
    """
    ax = new_axes(ax, figsize=(7.2, 0.9 + 0.42 * len(files)))
    parts, start = list(next(iter(files.values()))), np.zeros(len(files))
    for part, (colour, hatch) in zip(parts, FILLS, strict=False):
        width = np.array([found[part] for found in files.values()]) / 1000
        look = {"color": colour, "hatch": hatch, "edgecolor": "white", "label": part}
        bars = ax.barh(list(files), width, left=start, **look)
        start = start + width
    ax.bar_label(bars, [f"{whole:,.0f}" for whole in start], padding=4, fontsize=9)
    ax.set(xlabel="thousand bytes", xlim=(0, 1.12 * start.max()))
    ax.invert_yaxis()
    ax.legend(fontsize=9)
    return ax


def rounding(weights, scale, *, around=6, ax=None):
    """Draw weights near 0 and the whole numbers that stand for them, on the stairs of rounding.

    `weights`: shape (n,); `scale`: the weight that a step of 1 stands for; `around`: how many
    steps to each side are shown.
    """
    ax = new_axes(ax, figsize=(6.4, 3.4))
    steps = np.linspace(-around - 0.49, around + 0.49, 40 * (2 * around + 1))
    ax.plot(steps * scale, steps, color=GREY, ls=":", label="weight / scale")
    ax.plot(steps * scale, np.round(steps), color=INK, lw=1, label="rounded")
    near = np.abs(weights / scale) < around + 0.5
    ax.plot(weights[near], np.round(weights[near] / scale), "o", color=ORANGE, ms=4, alpha=0.6,
            label="weights of the row")  # fmt: skip
    ax.set(xlabel="weight", ylabel="whole number in the file")
    ax.grid(alpha=0.3)
    ax.legend()
    return ax
