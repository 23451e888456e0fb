"""The figures of tuning draw the numbers they are given, and say where there is none."""

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
import pytest

from firstnet import plots, recorded

RUNS = [
    {"settings": {"batch_size": size, "learning_rate": rate, "seed": seed}, "value": value}
    for size, rate, seed, value in [
        (8, 0.1, 0, 0.5), (8, 0.1, 1, 0.7), (8, 1.0, 0, 0.9), (8, 1.0, 1, None), (64, 0.1, 0, 0.2),
    ]
]  # fmt: skip


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


def test_average_takes_the_mean_over_seeds_and_leaves_gaps():
    rows, columns, table = recorded.average(RUNS, lambda run: run["value"])
    assert (rows, columns) == ([8, 64], [0.1, 1.0])
    assert np.allclose(table, [[0.6, np.nan], [0.2, np.nan]], equal_nan=True)


def test_heatmap_writes_every_number_and_marks_what_is_missing():
    values = np.array([[0.25, np.nan], [0.5, 1.0]])
    ax = plots.heatmap(values, rows=[8, 64], columns=[0.1, 1.0], digits=2)
    assert [text.get_text() for text in ax.texts] == [".25", "none", ".50", "1.00"]
    assert [label.get_text() for label in ax.get_xticklabels()] == ["0.1", "1"]
    assert [label.get_text() for label in ax.get_yticklabels()] == ["8", "64"]
    assert len([patch for patch in ax.patches if patch.get_hatch()]) == 1


def test_sweeps_draws_a_line_for_each_entry():
    ax = plots.sweeps({"a": ([0.1, 1], [1, 2]), "b": ([0.1, 1], [3, 4])}, name="accuracy")
    assert ax.get_xscale() == "log"
    assert [list(line.get_ydata()) for line in ax.lines] == [[1, 2], [3, 4]]
    assert len({(line.get_color(), line.get_linestyle()) for line in ax.lines}) == 2


def test_ladder_says_where_the_goal_was_not_reached():
    ax = plots.ladder(["article", "middle", "ours"], [80.0, None, 1.5])
    assert [bar.get_width() for bar in ax.patches] == [80, 0, 1.5]
    assert [text.get_text() for text in ax.texts] == ["80.0 s", "not reached", "1.5 s"]
    low, high = ax.get_ylim()
    assert low > high


def test_epoch_seconds_names_every_batch_size():
    ax = plots.epoch_seconds([16, 64], {"fit": [2.0, 0.5], "NumPy": [1.0, 0.4]})
    assert [label.get_text() for label in ax.get_xticklabels()] == ["16", "64"]
    assert (ax.get_xscale(), ax.get_yscale()) == ("log", "log")
    assert [line.get_label() for line in ax.lines] == ["fit", "NumPy"]
