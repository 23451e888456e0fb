"""The figures of part one: neurons, losses, valleys, batches."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.patches import FancyBboxPatch

from firstnet.plots.base import BLUE, GREEN, GREY, INK, ORANGE, RED, new_axes


def loss_surface(x, y, path, *, ax=None):
    """Draw the squared error of one neuron over its two weights, with a walk across it.

    `x`: the two inputs; `y`: the target; `path`: the weights visited, shape (steps + 1, 2).
    """
    ax = new_axes(ax, figsize=(5.6, 4.6))
    path = np.asarray(path)
    low, high = path.min(axis=0), path.max(axis=0)
    centre, reach = (low + high) / 2, max(1.5, 0.6 * (high - low).max())
    w1, w2 = np.meshgrid(*(np.linspace(c - reach, c + reach, 200) for c in centre))
    error = w1 * x[0] + w2 * x[1] - y
    filled = ax.contourf(w1, w2, error**2, levels=16, cmap="Blues")
    ax.figure.colorbar(filled, label="loss")
    ax.contour(w1, w2, error, levels=[0], colors=[GREEN], linewidths=2)
    ax.plot(*path.T, "o-", color=ORANGE, ms=5)
    for step, point in enumerate(path[:4]):
        ax.annotate(str(step), point, (6, 5), textcoords="offset points", weight="bold")
    ax.set(xlabel="$w_1$", ylabel="$w_2$", aspect="equal")
    return ax


def nested_sets(sets, *, ax=None):
    """Draw boxes one inside the other, each with its name and an example of what only it holds.

    `sets`: pairs (name, example), the widest first.
    """
    ax = new_axes(ax, figsize=(6.8, 3.4))
    for depth, (name, example) in enumerate(sets):
        side, top = 0.3 * depth, 1.5 * (len(sets) - depth) + 0.45
        size = {"width": 12 - 2 * side, "height": top - side}
        shade = {"facecolor": plt.get_cmap("Blues")(0.06 + 0.14 * depth), "edgecolor": BLUE}
        box = {"boxstyle": "round,pad=0,rounding_size=0.25"}
        ax.add_patch(FancyBboxPatch((side, side), **size, **box, **shade))
        ax.text(side + 0.3, top - 0.25, name, va="top", weight="bold", color=INK, fontsize=12)
        ax.text(side + 0.3, top - 0.8, example, va="top", color=INK)
    ax.set(xlim=(-0.1, 12.1), ylim=(-0.1, top + 1.5 * depth + 0.1))
    ax.set_axis_off()
    return ax


def products(x, w, b, *, ax=None):
    """Draw how a neuron's sum z comes about: each product and the bias begins where the last ended.

    `x`, `w`: the inputs and weights, shape (inputs,); `b`: the bias.
    """
    ax = new_axes(ax, figsize=(6.4, 0.6 + 0.45 * (len(x) + 2)))
    parts = np.append(np.multiply(w, x), b)
    widths, starts = np.append(parts, parts.sum()), np.append(np.cumsum(parts) - parts, 0)
    names = [f"$w_{n} x_{n}$" for n in range(1, len(x) + 1)] + ["$b$", "sum $z$"]
    colours = [BLUE if width >= 0 else ORANGE for width in widths[:-1]] + [INK]
    bars = ax.barh(names, widths, left=starts, color=colours, height=0.6)
    ax.bar_label(bars, [f"{width:+.2f}" for width in widths], padding=4)
    ax.axvline(0, color=GREY, lw=1)
    ax.invert_yaxis()
    ax.use_sticky_edges = False
    ax.margins(x=0.12)
    return ax


def network(values, weights, biases, *, names, ax=None):
    """Draw a network with its numbers: values in the nodes, weights on the lines, biases below.

    `values`: for each layer, the inputs first, the values of its nodes; `weights`: between each
    two layers, shape (from, to); `biases`: for each layer but the first; `names`: as `values`.
    """
    rows = max(map(len, values))
    ax = new_axes(ax, figsize=(7.2, 0.8 + 1.1 * rows))
    places = [_column(k, len(layer)) for k, layer in enumerate(values)]
    for k, matrix in enumerate(weights):
        for (start, end), weight in np.ndenumerate(np.asarray(matrix)):
            _connection(ax, places[k][start], places[k + 1][end], weight)
    for k, layer in enumerate(values):
        below = [f"b = {bias:g}" for bias in biases[k - 1]] if k else [""] * len(layer)
        for place, *texts in zip(places[k], layer, names[k], below, strict=True):
            _node(ax, place, *texts)
    ax.set(xlim=(-0.6, 3 * len(values) - 2.4), ylim=(-rows / 2 - 0.2, rows / 2 + 0.1))
    ax.set_axis_off()
    return ax


def _column(layer, nodes):
    """Return the places of a layer's nodes, the first on top."""
    return [(3 * layer, (nodes - 1) / 2 - node) for node in range(nodes)]


def _node(ax, place, value, name, below):
    ax.scatter(*place, s=1500, color="white", edgecolor=INK, zorder=3)
    ax.annotate(f"{value:.3g}", place, ha="center", va="center", weight="bold", zorder=4)
    for text, side in ((name, 25), (below, -34)):
        ax.annotate(text, place, (0, side), textcoords="offset points", ha="center", color=INK)


def _connection(ax, start, end, weight):
    """Draw a line as thick as its weight is large, dashed if that is negative, with the number."""
    colour, style = (BLUE, "-") if weight >= 0 else (ORANGE, "--")
    ax.plot(*zip(start, end, strict=True), style, color=colour, lw=0.8 + 3 * abs(weight), zorder=1)
    place = np.array(start) + 0.24 * np.subtract(end, start)
    box = {"boxstyle": "round,pad=0.1", "facecolor": "white", "edgecolor": "none"}
    ax.annotate(f"{weight:g}", place, ha="center", va="center", color=colour, bbox=box, zorder=2)


def loss_curves(chances, squared, logarithmic, *, marked=(), ax=None):
    """Draw squared error and cross-entropy against the probability given to the truth.

    `chances`, `squared`, `logarithmic`: shape (n,). At each of `marked`, some of the `chances`, a
    dot says what cross-entropy costs there.
    """
    ax = new_axes(ax, figsize=(6.4, 3.8))
    ax.plot(chances, squared, color=BLUE, ls="--", label="squared error")
    ax.plot(chances, logarithmic, color=ORANGE, label="cross-entropy")
    for chance in marked:
        cost = np.interp(chance, chances, logarithmic)
        ax.plot(chance, cost, "o", color=ORANGE)
        words = f"{chance:g} costs {cost:.2f}"
        ax.annotate(words, (chance, cost), (8, 5), textcoords="offset points")
    ax.set(xlabel="probability given to the truth", ylabel="loss", xlim=(-0.02, 1.25), ylim=(0, 5))
    ax.set_xticks(np.linspace(0, 1, 6))
    ax.legend()
    return ax


def towards_target(runs, *, target, ax=None):
    """Draw how the predictions of several neurons move towards the target, step by step.

    `runs`: dict of label to predictions, shape (steps + 1,), the first before any step.
    """
    ax = new_axes(ax, figsize=(6.4, 3.6))
    looks = (("--", BLUE), ("-", ORANGE), ("-.", GREEN), (":", RED))
    for (label, values), (style, colour) in zip(runs.items(), looks, strict=False):
        ax.plot(np.arange(len(values)), values, style, color=colour, label=label)
    ax.axhline(target, color=GREY, lw=1)
    ax.set(xlabel="steps taken", ylabel="prediction", ylim=(-0.05, 1.05))
    ax.legend(loc="lower center", bbox_to_anchor=(0.5, 1), ncols=2, frameon=False)
    return ax


def loss_and_accuracy(values, loss, accuracy, *, name, ax=None):
    """Draw the loss and the accuracy of a model while one of its parameters, `name`, is moved.

    `values`, `loss`, `accuracy`: shape (n,); the accuracy is drawn as the stairs that it is.
    """
    ax = new_axes(ax, figsize=(6.4, 3.4))
    ax.plot(values, loss, color=ORANGE, label="loss")
    ax.plot(values, accuracy, color=BLUE, ls="--", drawstyle="steps-mid", label="accuracy")
    ax.set(xlabel=name, ylim=(0, None))
    ax.legend()
    return ax


def decision(predict, x, y, *, ax=None):
    """Draw points of two classes over the prediction at every place; the border is where it is 0.5.

    `predict`: a function of places, shape (m, 2), that returns the probability of class 1, shape
    (m,); `x`: the points, shape (n, 2); `y`: their classes, 0 or 1, shape (n,).
    """
    ax = new_axes(ax, figsize=(5.6, 3.9))
    ends = zip(x.min(axis=0) - 0.5, x.max(axis=0) + 0.5, strict=True)
    across, up = np.meshgrid(*(np.linspace(*pair, 150) for pair in ends))
    chance = predict(np.stack([across, up], axis=-1).reshape(-1, 2)).reshape(across.shape)
    colours = LinearSegmentedColormap.from_list("classes", [ORANGE, "white", BLUE])
    ax.contourf(across, up, chance, levels=np.linspace(0, 1, 11), cmap=colours, alpha=0.6)
    ax.contour(across, up, chance, levels=[0.5], colors=[INK])
    for kind, marker, colour in ((0, "o", ORANGE), (1, "s", BLUE)):
        style = {"color": colour, "mec": "white", "ms": 7, "label": f"class {kind}"}
        ax.plot(*x[y == kind].T, marker, **style)
    ax.set(xlabel="$x_1$", ylabel="$x_2$", aspect="equal")
    ax.legend(loc="lower center", bbox_to_anchor=(0.5, 1), ncols=2, frameon=False)
    return ax


BLAME_PLACES = {
    "x1": (0, 2), "x2": (0, 0), "w11": (1.8, 2), "w12": (1.05, 1.4), "w21": (1.05, 0.6),
    "w22": (1.8, 0), "b1": (3.6, 2.9), "b2": (3.6, -0.9), "z1": (3.6, 2), "z2": (3.6, 0),
    "a1": (5.6, 2), "a2": (5.6, 0), "v1": (6.85, 1.52), "v2": (6.85, 0.48), "c": (8.2, 1.9),
    "z": (8.2, 1), "prediction": (10, 1), "loss": (11.7, 1),
}  # fmt: skip
BLAME_LINES = [
    ("x1", "z1"), ("x1", "z2"), ("x2", "z1"), ("x2", "z2"), ("z1", "a1"), ("z2", "a2"),
    ("a1", "z"), ("a2", "z"), ("z", "prediction"), ("prediction", "loss"), ("b1", "z1"),
    ("b2", "z2"), ("c", "z"),
]  # fmt: skip


def blame(values, slopes, *, ax=None):
    """Draw a 2-2-1 network with the value of every number and, in orange, the slope of the loss.

    `values`: dict of name to number, the names those of `BLAME_PLACES`; `slopes`: the same for the
    names whose slope is known.
    """
    ax = new_axes(ax, figsize=(8, 4))
    for start, end in BLAME_LINES:
        arrow = {"arrowstyle": "->", "color": GREY, "shrinkA": 14, "shrinkB": 30}
        ax.annotate("", BLAME_PLACES[end], BLAME_PLACES[start], arrowprops=arrow)
    for name, place in BLAME_PLACES.items():
        short = {"prediction": r"\hat y", "loss": "L"}.get(name, f"{name[0]}_{{{name[1:]}}}")
        box = {"boxstyle": "square,pad=0.2", "facecolor": "white", "edgecolor": "none"}
        middle = {"ha": "center", "va": "center", "zorder": 3}
        above, below = ("\n", f"\n{slopes[name]:.4f}") if name in slopes else ("", " " * 12)
        ax.text(*place, below, color=ORANGE, weight="bold", bbox=box, **middle)
        ax.text(*place, f"${short}$ = {values[name]:.4g}{above}", color=INK, **middle)
    ax.set(xlim=(-0.5, 12.1), ylim=(-1.2, 3.2))
    ax.set_axis_off()
    return ax


def curve_and_slope(z, values, slopes, *, name="", flat=None, ax=None):
    """Draw an activation and, dashed, its slope, both against the sum z.

    `z`, `values`, `slopes`: shape (n,). A jump is left open. Where the slope is smaller than `flat`
    in size, the ground is grey.
    """
    ax = new_axes(ax, figsize=(6.4, 3.6))
    ax.axhline(0, color=GREY, lw=0.8)
    ax.plot(z, _open_jumps(values), color=BLUE, lw=2, label="value $a = f(z)$")
    ax.plot(z, _open_jumps(slopes), color=ORANGE, lw=2, ls="--", label="slope $f'(z)$")
    if flat is not None:
        span = {"transform": ax.get_xaxis_transform(), "lw": 0, "color": GREY, "alpha": 0.25}
        flat_here = np.abs(slopes) < flat
        ax.fill_between(z, 0, 1, where=flat_here, label=f"slope below {flat:g}", **span)
    ax.set(title=name, xlabel="sum $z$")
    return ax


def _open_jumps(values):
    """Return the values with a gap wherever one is far from the one before it."""
    values = np.array(values, float)
    values[1:][np.abs(np.diff(values)) > 0.3] = np.nan
    return values


def curves_and_slopes(z, functions, *, columns=4):
    """Draw several activations with their slopes in a grid; return the array of axes.

    `z`: shape (n,); `functions`: dict of name to the pair (function, slope). The legend takes the
    place after the last.
    """
    rows = len(functions) // columns + 1
    size = (2.1 * columns, 2.1 * rows)
    figure, grid = plt.subplots(rows, columns, figsize=size, layout="constrained", squeeze=False)
    for ax, (name, (function, slope)) in zip(grid.flat, functions.items(), strict=False):
        curve_and_slope(z, function(z), slope(z), name=name, ax=ax)
        ax.set(xlabel="", xlim=(z[0], z[-1]), xticks=(z[0], 0, z[-1]))
    for ax in grid.flat[len(functions) :]:
        ax.set_axis_off()
    handles, labels = grid.flat[0].get_legend_handles_labels()
    grid.flat[len(functions)].legend(handles, labels, loc="center", frameon=False)
    return grid


def bends(x, parts, *, target=None, ax=None):
    """Draw what each neuron adds, thin, and the sum of all, thick; the target, if any, dashed.

    `x`, `target`: shape (n,); `parts`: each neuron's value times its weight, shape (n, neurons).
    """
    ax = new_axes(ax, figsize=(6.4, 3.8))
    ax.axhline(0, color=GREY, lw=0.8)
    thin = ax.plot(x, parts, color=BLUE, lw=0.8, alpha=0.7)
    thin[0].set_label("each neuron times its weight")
    if target is not None:
        ax.plot(x, target, color=INK, lw=1.5, ls="--", label="target")
    total = np.sum(parts, axis=1)
    ax.plot(x, total, color=ORANGE, lw=2.5, label="their sum")
    ax.set(xlabel="input $x$", ylim=(total.min() - 1.5, total.max() + 1.5))
    ax.legend()
    return ax


def shares(rows, *, names, ax=None):
    """Draw each row of numbers as one bar, laid end to end, with its total at the end.

    `rows`: dict of label to values, shape (parts,); `names`: what the parts are. A line marks 1.
    """
    ax = new_axes(ax, figsize=(6.8, 0.9 + 0.5 * len(rows)))
    values = np.array(list(rows.values()))
    starts = np.cumsum(values, axis=1) - values
    for part, (name, colour) in enumerate(zip(names, (BLUE, ORANGE, GREEN), strict=False)):
        bars = ax.barh(list(rows), values[:, part], left=starts[:, part], color=colour, label=name)
        texts = [f"{value:.2f}" if value >= 0.09 else "" for value in values[:, part]]
        ax.bar_label(bars, texts, label_type="center", color="white", fontsize=9)
    ax.bar_label(bars, [f"{total:.2f}" for total in values.sum(axis=1)], padding=4, weight="bold")
    ax.axvline(1, color=INK, ls=":")
    ax.invert_yaxis()
    ax.set(xlim=(0, max(1, values.sum(axis=1).max()) * 1.12), xlabel="share, and total at the end")
    ax.legend(ncols=len(names), loc="lower center", bbox_to_anchor=(0.5, 1), frameon=False)
    return ax


WALKS = ((ORANGE, "-"), (GREEN, "--"), (BLUE, ":"), (INK, "-."))  # colour and line of each walk


def bowl(x, y, *, valleys=slice(0), paths=None, reach=3, ax=None):
    """Draw the mean squared error of one neuron over its two weights, and its lowest point.

    `x`: inputs, shape (rows, 2); `y`: targets, shape (rows,). `valleys`: a slice of the rows; the
    line along which each one's own loss is 0 is drawn in green. `paths`: dict of label to weights,
    shape (updates + 1, 2).
    """
    ax = new_axes(ax, figsize=(5.6, 4.6))
    across, up = np.meshgrid(*[np.linspace(-reach, reach, 121)] * 2)
    weights = np.stack([across, up], axis=-1)  # (121, 121, 2)
    filled = ax.contourf(across, up, ((weights @ x.T - y) ** 2).mean(-1), levels=14, cmap="Blues")
    ax.figure.colorbar(filled, label="loss")
    for inputs, target in zip(x[valleys], y[valleys], strict=True):
        foot = target * inputs / (inputs @ inputs)  # where the valley is nearest to 0, 0
        ax.axline(foot, foot + [-inputs[1], inputs[0]], color=GREEN, lw=0.8)
    for (label, path), (colour, line) in zip((paths or {}).items(), WALKS, strict=False):
        ax.plot(*path.T, line, color=colour, marker="." if len(path) < 40 else "", label=label)
    ax.plot(*np.linalg.lstsq(x, y, rcond=None)[0], "+", color=RED, ms=12, mew=2.5, label="lowest")
    ax.set(
        xlabel="$w_1$", ylabel="$w_2$", aspect="equal", xlim=(-reach, reach), ylim=(-reach, reach)
    )
    ax.legend(loc="lower left")
    return ax


def heights(runs, *, unit, ax=None):
    """Draw how high several walks stand above the lowest point, on a log axis.

    `runs`: dict of label to a pair of shape (points,): what was spent, in `unit`, and the height.
    """
    ax = new_axes(ax, figsize=(6.4, 3.6))
    for (label, (spent, height)), (colour, line) in zip(runs.items(), WALKS, strict=False):
        ax.plot(spent, height, line, color=colour, label=label, lw=1)
    ax.set(xlabel=unit, ylabel="height above the lowest", yscale="log", ylim=(1e-5, None))
    ax.xaxis.get_major_locator().set_params(integer=True)
    ax.legend(loc="lower center", bbox_to_anchor=(0.5, 1), ncols=len(runs), frameon=False)
    return ax


def gradient_noise(sizes, runs, *, ax=None):
    """Draw the noise of the gradient against the batch size, measured and by formula, on log axes.

    `runs`: dict of label to a pair of shape (sizes,): the measured noise and that of the formula.
    """
    ax = new_axes(ax, figsize=(6.4, 3.6))
    looks = zip(runs.items(), WALKS, "os", strict=False)
    for (label, (measured, formula)), (colour, line), marker in looks:
        ax.plot(sizes, formula, line, color=colour, label=f"{label}, formula")
        ax.plot(sizes, measured, marker, color=colour, label=f"{label}, measured")
    ax.set(xlabel="batch size", ylabel="noise", xscale="log", yscale="log")
    ax.set_xticks(sizes, sizes)
    ax.set_yticks([0.5, 1, 2, 4, 8], [0.5, 1, 2, 4, 8])
    ax.minorticks_off()
    ax.legend()
    return ax


def batch_strip(sizes, *, ax=None):
    """Draw the batches of one epoch in a row, each as wide as it has rows; short ones in orange."""
    ax = new_axes(ax, figsize=(6.8, 1.3))
    ends = np.cumsum(sizes)
    colours = [BLUE if size == max(sizes) else ORANGE for size in sizes]
    bars = ax.barh(0, sizes, left=ends - sizes, color=colours, edgecolor="white", linewidth=2)
    ax.bar_label(bars, sizes, label_type="center", color="white", weight="bold")
    ax.set(xlabel="rows read", yticks=[], xlim=(0, ends[-1]), xticks=[0, *ends])
    for side in ("left", "top", "right"):
        ax.spines[side].set_visible(False)
    return ax
