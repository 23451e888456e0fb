"""The figures of other pictures show every class, every network and every curve."""

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
import pytest

from firstnet import plots


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


def test_class_shares_sorts_and_keeps_each_share_with_its_name():
    ax = plots.class_shares(["cat", "ship", "frog", "dog"], [0.2, 0.9, 0.5, 0.4])
    assert [bar.get_width() for bar in ax.patches] == [0.2, 0.4, 0.5, 0.9]  # upwards
    assert [label.get_text() for label in ax.get_yticklabels()] == ["cat", "dog", "frog", "ship"]
    assert [text.get_text() for text in ax.texts] == ["0.20", "0.40", "0.50", "0.90"]
    assert ax.lines[0].get_xdata()[0] == pytest.approx(1 / 4)


def test_accuracies_draws_a_bar_for_each_network_on_each_data_set():
    table = {"digits": [0.9, 0.95], "photographs": [0.4, 0.5]}
    ax = plots.accuracies(table, names=["one", "two"])
    bars = {c.get_label(): [bar.get_height() for bar in c] for c in ax.containers}
    assert bars == {"one": [0.9, 0.4], "two": [0.95, 0.5]}
    middles = [bar.get_x() + bar.get_width() / 2 for bar in ax.patches]
    assert np.round(middles).tolist() == [0, 1, 0, 1]  # in the group of their data set
    assert len(set(middles)) == 4
    assert [label.get_text() for label in ax.get_xticklabels()] == list(table)


def test_named_confusion_names_both_axes_and_keeps_the_counts():
    names, counts = ["airplane", "automobile", "bird"], np.array([[7, 2, 0], [1, 8, 3], [0, 4, 9]])
    ax = plots.named_confusion(names, counts)
    for labels in (ax.get_xticklabels(), ax.get_yticklabels()):
        assert [label.get_text() for label in labels] == names
    assert {label.get_rotation() for label in ax.get_xticklabels()} == {45}
    found = {text.get_position()[::-1]: int(text.get_text()) for text in ax.texts}
    assert found == {place: n for place, n in np.ndenumerate(counts) if n}


def test_long_names_of_the_confusion_do_not_lie_on_each_other():
    names = ["automobile"] * 10
    ax = plots.named_confusion(names, np.eye(10, dtype=int))
    ax.figure.canvas.draw()
    ends = [label.get_window_extent().x1 for label in ax.get_xticklabels()]
    assert min(np.diff(ends)) > ax.get_xticklabels()[0].get_fontsize()
    assert ax.get_tightbbox().x0 >= 0


@pytest.mark.parametrize("count", [1, 2, 3])
def test_compared_curves_draws_each_history_on_one_scale(count):
    histories = {
        f"run {k}": {"loss": [3 + k, 2 + k], "val_loss": [4 + k, 3 + k]} for k in range(count)
    }
    grid = plots.compared_curves(histories, "loss")
    assert [ax.get_title() for ax in grid] == list(histories)
    for ax, history in zip(grid, histories.values(), strict=True):
        drawn = [line.get_ydata().tolist() for line in ax.lines]
        assert drawn == [history["loss"], history["val_loss"]]
    assert len({ax.get_ylim() for ax in grid}) == 1
