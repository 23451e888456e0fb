"""Batches: the four walks against NumPy, their words, and every way to move them."""

import json
import re

import numpy as np
import pytest
import traitlets
from redraws import FRAME, redraws, slow
from test_downhill import AXE, PAGE, SHAPES, fill, get, press, put, swipe, words

from firstnet import network
from firstnet.rows import noisy_rows
from firstnet.widgets.batches import (
    LAST_SEED,
    LEARNING_RATES,
    MAP,
    MOST_EPOCHS,
    MOST_UPDATES,
    Batches,
)

TRAITS = ("rows", "start", "learning_rate", "compare", "count", "seed")
SIZES = (1, 8, 64, None)
NAMES = ["batch 1", "batch 8", "batch 64", "all rows"]
browser = pytest.mark.browser


@pytest.fixture
def show(new_page, tmp_path):
    """A function that opens a page with one Batches in it and no kernel behind it."""

    def open_widget(shape="desk", *, theme="light", **traits):
        widget = Batches(**traits)
        state = {name: getattr(widget, name) for name in TRAITS}
        parts = {"state": state, "source": widget._esm, "deferred": False}
        text = PAGE.replace("THEME", theme).replace("CSS", widget._css)
        file = tmp_path / "page.html"
        file.write_text(text.replace("WIDGET", json.dumps(parts).replace("</", "<\\/")), "utf-8")
        page = new_page(**(SHAPES[shape] if isinstance(shape, str) else shape))
        page.goto(file.as_uri())
        page.wait_for_function("window.ready", timeout=10_000)
        return page

    return open_widget


def say_no_nonsense(page):
    said = page.locator(".fn-explorable").evaluate(
        "node => node.textContent + [...node.querySelectorAll('*')]"
        ".flatMap(one => [...one.attributes].map(a => a.value)).join(' ')"
    )
    assert not re.search(r"NaN|Infinity|undefined|null|\[object", said)


def table(page):
    rows = page.locator(".fn-stands tbody tr").all()
    return [row.locator("th, td").all_inner_texts() for row in rows]


# ---------------------------------------------------------------- the Python side


def test_defaults_are_the_rows_of_the_chapter():
    widget = Batches()
    x, y = noisy_rows(256, seed=0)
    np.testing.assert_array_equal(widget.rows, np.column_stack([x, y]))
    assert widget.get_state()["rows"] == widget.rows


@pytest.mark.parametrize(
    ("trait", "value", "said"),
    [
        ("rows", [[1.0, 0.0, 1.0]], "The number of rows must be from 2 to 256, and it is 1"),
        ("rows", [[1.0, 0.0, 1.0], [1.0, 2.0]], r"rows\[1\] must hold .* and it holds 2 numbers"),
        ("rows", [[1.0, 0.0, 1.0], [0.0, 1.0, 11.0]], r"rows\[1\]\[2\] must be from -10 to 10"),
        ("rows", [[1.0, 2.0, 1.0], [2.0, 4.0, 3.0]], "a valley without a lowest point"),
        ("start", [0.0], "start must hold two numbers, and it holds 1"),
        ("start", [0.0, 3.5], r"start\[1\] must be from -3 to 3, and it is 3.5"),
        ("learning_rate", float("nan"), "learning_rate must be from 0.001 to 1, and it is nan"),
        ("compare", "minutes", r"any of \['updates', 'epochs'\]"),
        ("count", 201, "count must be from 0 to 200, and it is 201"),
        ("seed", -1, "seed must be from 0 to 9999, and it is -1"),
    ],
)
def test_wrong_values_are_refused_in_words(trait, value, said):
    widget = Batches()
    before = getattr(widget, trait)
    with pytest.raises(traitlets.TraitError, match=said):
        setattr(widget, trait, value)
    assert getattr(widget, trait) == before


# ---------------------------------------------------------------- numbers


def loss(w, x, y):
    return np.mean((x @ w - y) ** 2)


def walk_by_numpy(state, size):
    """Return the places, the losses above the lowest, and the rows read."""
    rows = np.array(state["rows"])
    x, y, size = rows[:, :2], rows[:, 2], min(size or len(rows), len(rows))
    per_epoch = -(-len(rows) // size)
    epochs = state["compare"] == "epochs"
    updates = min(state["count"], MOST_EPOCHS) * per_epoch if epochs else state["count"]
    lowest = loss(np.linalg.lstsq(x, y, rcond=None)[0], x, y)
    path, read = [np.array(state["start"], dtype=float)], 0
    for update in range(updates):
        if loss(path[-1], x, y) - lowest > 1e6:
            break
        epoch, place = divmod(update, per_epoch)
        order = network.shuffled(len(rows), state["seed"] + epoch)
        batch = order[place * size : (place + 1) * size]
        slope = 2 * (x[batch] @ path[-1] - y[batch]) @ x[batch] / len(batch)
        path.append(path[-1] - state["learning_rate"] * slope)
        read += len(batch)
    return np.array(path), np.array([loss(w, x, y) - lowest for w in path]), read


FEW = np.random.default_rng(5).normal(size=(100, 3)).round(3).tolist()
STATES = [
    {"count": 0},
    {"count": 20},
    {"learning_rate": 0.15, "compare": "epochs", "count": 2, "seed": 7},
    {"learning_rate": 0.6, "count": 60},
    {"learning_rate": 1.0, "compare": "epochs", "count": 20},
    {"rows": FEW, "learning_rate": 0.05, "compare": "epochs", "count": 3, "seed": LAST_SEED},
    {"rows": [[1.0, 0.0, 1.0], [0.0, 0.5, -1.0]], "count": 9, "start": [3.0, -3.0]},
    {"count": MOST_UPDATES, "learning_rate": 0.001},
]


def complete(changes):
    widget = Batches(**changes)
    return {name: getattr(widget, name) for name in TRAITS}


@browser
@pytest.mark.parametrize("changes", STATES)
def test_walks_equal_numpy(show, changes):
    state = complete(changes)
    found = show().evaluate("s => module.walks(s)", state)["walkers"]
    assert [walker["name"] for walker in found] == NAMES
    for walker, size in zip(found, SIZES, strict=True):
        path, heights, read = walk_by_numpy(state, size)
        assert (len(walker["path"]), walker["read"]) == (len(path), read)
        np.testing.assert_allclose(walker["path"], path, rtol=1e-7, atol=1e-9)
        np.testing.assert_allclose(walker["heights"], heights, rtol=1e-6, atol=1e-9)


@browser
def test_shuffle_is_that_of_the_network(show):
    page = show()
    for count, seed in ((256, 0), (100, 31), (2, LAST_SEED + 200)):
        found = page.evaluate("([count, seed]) => module.shuffled(count, seed)", [count, seed])
        assert found == network.shuffled(count, seed)


@browser
def test_bowl_equals_least_squares(show):
    page = show()
    for rows in (complete({})["rows"], FEW):
        found = page.evaluate("rows => module.bowl(rows)", rows)
        x, y = np.array(rows)[:, :2], np.array(rows)[:, 2]
        lowest = np.linalg.lstsq(x, y, rcond=None)[0]
        np.testing.assert_allclose(found["lowest"], lowest, rtol=1e-9)
        assert found["floor"] == pytest.approx(loss(lowest, x, y))


RINGS = """() => [...document.querySelectorAll(".fn-walker-2 ellipse")].map((ring) => {
    const { a, b, c, d, e, f } = ring.getScreenCTM();
    const frame = document.querySelector(".fn-walker-2 .fn-frame").getBoundingClientRect();
    const unit = frame.width / 6;
    return [0, 1, 2, 3, 4, 5].map((k) => {
        const [u, v] = [ring.rx.baseVal.value * Math.cos(k), ring.ry.baseVal.value * Math.sin(k)];
        const [right, down] = [a * u + c * v + e - frame.left, b * u + d * v + f - frame.top];
        return [right / unit - 3, 3 - down / unit];
    });
})"""


@browser
def test_rings_are_lines_of_equal_loss(show):
    page = show()
    page.wait_for_timeout(100)
    x, y = noisy_rows(256, seed=0)
    rings = [[loss(np.array(w), x, y) for w in ring] for ring in page.evaluate(RINGS)]
    assert len(rings) == 10
    for ring in rings:
        np.testing.assert_allclose(ring, np.mean(ring), rtol=0.01)
    lowest = loss(np.linalg.lstsq(x, y, rcond=None)[0], x, y)
    apart = np.diff(np.sqrt(np.mean(rings, axis=1) - lowest)[::-1])
    np.testing.assert_allclose(apart, apart.mean(), rtol=0.02)


@browser
def test_ranges_are_the_same_in_python_and_in_the_page(show):
    page = show()
    rate = page.get_by_label("Learning rate, exact value")
    assert [float(rate.get_attribute(name)) for name in ("min", "max")] == list(LEARNING_RATES)
    for name in ("w₁", "w₂"):
        field = page.get_by_label(name, exact=True)
        assert (float(field.get_attribute("min")), float(field.get_attribute("max"))) == MAP
    step = page.get_by_role("button", name="Step", exact=True)
    put(page, count=MOST_UPDATES)
    assert step.get_attribute("aria-disabled") == "true"
    put(page, compare="epochs", count=MOST_EPOCHS)
    epoch = page.get_by_role("button", name="Epoch", exact=True)
    assert epoch.get_attribute("aria-disabled") == "true"
    assert f"{MOST_EPOCHS} epochs are the most" in words(page)
    put(page, seed=LAST_SEED)
    press(page, "Other order")
    assert get(page, "seed") == 0


# ---------------------------------------------------------------- words


@browser
def test_step_and_epoch(show):
    page = show()
    assert "All four stand at the same place, where the loss is 6.91." in words(page)
    press(page, "Step")
    assert "After 1 update each, rows read: batch 1 1, batch 8 8, batch 64 64 and" in words(page)
    press(page, "Reset")
    press(page, "epochs")
    press(page, "Epoch")
    assert "After 1 epoch: batch 1 took 256 updates, batch 8 took 32, batch 64" in words(page)
    assert [row[:3] for row in table(page)] == [
        ["batch 1", "256", "256"],
        ["batch 8", "32", "256"],
        ["batch 64", "4", "256"],
        ["all rows", "1", "256"],
    ]


@browser
def test_table_says_loss_and_height(show):
    page = show(compare="epochs", count=5)
    state = complete({"compare": "epochs", "count": 5})
    x, y = noisy_rows(256, seed=0)
    for row, size in zip(table(page), SIZES, strict=True):
        path, heights, _ = walk_by_numpy(state, size)
        assert float(row[3]) == pytest.approx(loss(path[-1], x, y), abs=6e-4)
        assert float(row[4]) == pytest.approx(heights[-1], abs=6e-3, rel=6e-3)


@browser
def test_gentle(show):
    page = show(start=[0.0, 0.0])
    press(page, "gentle")
    assert get(page, "start") == [-1.5, 2]
    assert "Nearest to the lowest point: batch 1" in words(page)
    assert page.locator("[aria-pressed=true]").all_inner_texts() == ["gentle", "epochs"]
    say_no_nonsense(page)


@browser
def test_noisy(show):
    page = show()
    press(page, "noisy: batch 1 jitters")
    assert "Batch 1 jitters: 16 of its last 32 updates led uphill." in words(page)
    state = {name: get(page, name) for name in TRAITS}
    heights = walk_by_numpy(state, 1)[1][-33:]
    assert (np.diff(heights) > 0).sum() == 16
    say_no_nonsense(page)


@browser
def test_too_large_for_batch_1_while_all_rows_converge(show):
    page = show()
    press(page, "too large for batch 1")
    said = words(page)
    assert "After up to 60 updates each, rows read: batch 1 22, batch 8 480" in said
    assert "Each line is a hundred times" in page.inner_text(".fn-plots")
    assert "Ran away: batch 1 after 22 updates. The loss passed a million" in said
    assert "0.6 is too large for it" in said
    assert "Nearest to the lowest point: all rows" in said
    state = {name: get(page, name) for name in TRAITS}
    assert walk_by_numpy(state, 1)[1][-1] > 1e6
    assert walk_by_numpy(state, None)[1][-1] < 1e-9
    assert "ran away" in page.inner_text(".fn-walker-0")
    say_no_nonsense(page)


@browser
def test_when_all_run_away_it_ends(show):
    page = show(learning_rate=1.0, compare="epochs", count=20)
    assert "All four ran away" in words(page)
    step = page.get_by_role("button", name="Epoch", exact=True)
    assert step.get_attribute("aria-disabled") == "true"
    press(page, "Reset")
    assert "Press Epoch" in words(page)


@browser
def test_a_walk_off_the_map_is_told(show):
    page = show(learning_rate=0.6, count=4)
    assert "left the map" in words(page)
    say_no_nonsense(page)


@browser
def test_a_walk_that_stands_on_the_lowest_point_says_so(show):
    rows = [[1.0, 0.0, 0.5], [0.0, 1.0, 0.25]]
    page = show(rows=rows, start=[0.5, 0.25], count=3)
    assert "which stands on it" in words(page)
    say_no_nonsense(page)


@browser
def test_no_nonsense_in_any_state(show):
    page = show()
    for changes in STATES:
        put(page, **complete(changes))
        page.wait_for_timeout(20)
        say_no_nonsense(page)


# ---------------------------------------------------------------- mouse, finger, keys


def ring_centre(page, walker):
    box = page.locator(f".fn-walker-{walker} .fn-ring").bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


@browser
def test_the_start_is_dragged_on_any_map(show):
    page = show(count=3)
    unit = page.locator(".fn-walker-3 .fn-frame").bounding_box()["width"] / 6
    x, y = ring_centre(page, 3)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + unit, y + 2 * unit, steps=4)
    page.mouse.up()
    assert get(page, "start") == pytest.approx([-0.5, 0.0], abs=0.04)
    centres = [ring_centre(page, k) for k in range(4)]
    edges = [page.locator(".fn-map .fn-frame").nth(k).bounding_box() for k in range(4)]
    shifts = [(x - edge["x"], y - edge["y"]) for (x, y), edge in zip(centres, edges, strict=True)]
    np.testing.assert_allclose(shifts, [shifts[0]] * 4, atol=1)


@browser
def test_finger_and_click(show):
    page = show("phone")
    page.locator("div.fn-walker-0").scroll_into_view_if_needed()
    unit = page.locator(".fn-walker-0 .fn-frame").bounding_box()["width"] / 6
    scrolled = page.evaluate("scrollY")
    swipe(page, ring_centre(page, 0), (unit, unit))
    assert get(page, "start") == pytest.approx([-0.5, 1.0], abs=0.1)
    assert page.evaluate("scrollY") == scrolled
    box = page.locator(".fn-walker-1 .fn-frame").bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    assert get(page, "start") == pytest.approx([0, 0], abs=0.05)


@browser
def test_keys(show):
    page = show()
    handle = page.get_by_role("slider", name="Start: the two weights")
    assert handle.count() == 1
    handle.focus()
    for key in ("ArrowRight", "Shift+ArrowDown"):
        page.keyboard.press(key)
    assert get(page, "start") == pytest.approx([-1.45, 1.5])
    assert handle.get_attribute("aria-valuetext") == "w₁ −1.45, w₂ 1.5"
    page.get_by_role("button", name="epochs", exact=True).press("Enter")
    assert get(page, "compare") == "epochs"
    page.get_by_role("slider", name="Learning rate").press("End")
    assert get(page, "learning_rate") == LEARNING_RATES[1]


@browser
@pytest.mark.parametrize(
    ("label", "typed", "trait", "value", "note"),
    [
        ("Learning rate, exact value", "7", "learning_rate", 1, "held at 1."),
        ("Learning rate, exact value", "0", "learning_rate", 0.001, "held at 0.001."),
        ("Learning rate, exact value", "e", "learning_rate", 0.05, "It stays 0.05."),
        ("w₁", "1e99", "start", [3, 2.0], "held at 3."),
        ("w₂", "-4", "start", [-1.5, -3], "held at −3."),
    ],
)
def test_typed_value_is_held_or_explained(show, label, typed, trait, value, note):
    page = show(count=2)
    fill(page, label, typed)
    assert get(page, trait) == value
    assert note in page.locator(".fn-note:visible").all_inner_texts()[0]
    say_no_nonsense(page)


# ---------------------------------------------------------------- the life of a view


@browser
def test_run_pauses_and_ends(show):
    page = show({**SHAPES["desk"], "reduced_motion": "no-preference"}, count=150)
    press(page, "Run")
    page.wait_for_function("model.get('count') >= 152")
    press(page, "Pause")
    paused = get(page, "count")
    page.wait_for_timeout(300)
    assert get(page, "count") == paused
    press(page, "Run")
    page.wait_for_function(f"model.get('count') === {MOST_UPDATES}")
    page.get_by_role("button", name="Run", exact=True).wait_for()


@browser
def test_switching_what_is_compared_holds_the_count(show):
    page = show(count=150)
    press(page, "epochs")
    assert (get(page, "compare"), get(page, "count")) == ("epochs", MOST_EPOCHS)
    press(page, "updates")
    assert get(page, "count") == MOST_EPOCHS
    assert page.get_by_role("button", name="Step", exact=True).is_visible()


@browser
def test_cleanup_leaves_nothing(show):
    page = show()
    press(page, "Run")
    page.evaluate("cleanup()")
    assert page.evaluate("listeners()") == 0
    assert page.locator(".fn-explorable").count() == 0


@pytest.mark.alone
@browser
def test_redraw_is_quick_even_for_the_longest_walk(show):
    page = show(compare="epochs", count=MOST_EPOCHS)
    times = redraws(page, '(k) => model.set("learning_rate", 0.02 + 0.001 * k)')
    assert slow(times) < FRAME
    assert times.min() < FRAME / 2


# ---------------------------------------------------------------- layout


@browser
def test_maps_stand_two_by_two_on_desk_and_phone(show):
    for shape in ("desk", "phone"):
        page = show(shape, count=2)
        page.wait_for_timeout(100)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        boxes = [page.locator(".fn-walker").nth(k).bounding_box() for k in range(4)]
        assert boxes[0]["y"] == boxes[1]["y"] < boxes[2]["y"] == boxes[3]["y"]
        assert boxes[0]["x"] == boxes[2]["x"] < boxes[1]["x"] == boxes[3]["x"]


@browser
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing(show, theme):
    page = show(theme=theme, compare="epochs", count=3)
    page.add_script_tag(path=AXE)
    found = page.evaluate("async () => (await axe.run('#stage')).violations")
    assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []
