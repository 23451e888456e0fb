"""Updates: the calculator against Python's whole numbers, its picture, and absurd values."""

import json
import math
import re

import pytest
import traitlets
from test_downhill import AXE, PAGE, SHAPES, fill, get, press, put, readout, words

from firstnet.widgets.updates import MOST_EPOCHS, MOST_ROWS, Updates

TRAITS = ("rows", "batch_size", "epochs", "drop_remainder")
browser = pytest.mark.browser


@pytest.fixture
def show(new_page, tmp_path):
    """A function that opens a page with one Updates in it and no kernel behind it."""

    def open_widget(shape="desk", *, theme="light", **traits):
        widget = Updates(**traits)
        state = {name: getattr(widget, name) for name in TRAITS}
        parts = {"state": state, "source": widget._esm, "deferred": False}
        text = PAGE.replace("THEME", theme).replace("CSS", widget._css)
        file = tmp_path / "page.html"
        file.write_text(text.replace("WIDGET", json.dumps(parts).replace("</", "<\\/")), "utf-8")
        page = new_page(**SHAPES[shape])
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


# ---------------------------------------------------------------- the Python side


@pytest.mark.parametrize(
    ("trait", "value", "said"),
    [
        ("rows", 0, "rows must be from 1 to 1e\\+07, and it is 0"),
        ("batch_size", -5, "batch_size must be from 1 to 1e\\+07, and it is -5"),
        ("epochs", MOST_EPOCHS + 1, "epochs must be from 1 to 100000, and it is 100001"),
        ("rows", 2.5, "expected an int"),
    ],
)
def test_wrong_values_are_refused_in_words(trait, value, said):
    widget = Updates()
    before = getattr(widget, trait)
    with pytest.raises(traitlets.TraitError, match=said):
        setattr(widget, trait, value)
    assert getattr(widget, trait) == before


# ---------------------------------------------------------------- numbers


def count_by_hand(rows, batch_size, epochs, drop):
    """Return full batches, rows left over, updates in an epoch and in all."""
    full, left = divmod(rows, batch_size)
    if batch_size > rows and not drop:
        full, left = 1, 0
    per_epoch = full if drop else math.ceil(rows / batch_size)
    return full, left, per_epoch, per_epoch * epochs


CASES = [
    (10_000, 5, 1_000),
    (48_000, 64, 100),
    (10_000, 64, 1),
    (10_000, 10_000, 100),
    (1, 1, 1),
    (100, 128, 3),
    (MOST_ROWS, 1, MOST_EPOCHS),
    (9_999_991, 64, 7),
    (7, 3, 2),
]


@browser
def test_counts_equal_python(show):
    page = show()
    for rows, batch_size, epochs in CASES:
        for drop in (False, True):
            state = dict(zip(TRAITS, (rows, batch_size, epochs, drop), strict=True))
            found = page.evaluate("s => module.countUpdates(s)", state)
            names = ("full", "left", "perEpoch", "total")
            expected = count_by_hand(rows, batch_size, epochs, drop)
            assert tuple(found[name] for name in names) == expected
            put(page, **state)
            assert readout(page) == [f"{number:,}" for number in expected]
            say_no_nonsense(page)


@browser
def test_the_boxes_of_the_strip_hold_all_rows(show):
    page = show()
    call = "([s, width]) => module.stripBoxes(module.countUpdates(s), width)"
    for rows, batch_size, _ in CASES:
        for width in (300, 600, 900):
            state = dict(zip(TRAITS, (rows, batch_size, 1, False), strict=True))
            boxes = page.evaluate(call, [state, width])
            shown = sum(boxes["before"]) + sum(boxes["after"])
            assert shown + boxes["hidden"] * min(batch_size, rows) == rows


# ---------------------------------------------------------------- words and picture


@browser
@pytest.mark.parametrize(
    ("preset", "said"),
    [
        ("the article’s", "2,000 updates an epoch, times 1,000 epochs: 2,000,000 updates in all."),
        ("MNIST in the article", "750 updates an epoch, times 100 epochs: 75,000 updates in all."),
        ("does not divide", "10,000 / 64 = 156.25: 156 full batches, and 16 rows left over."),
        ("all at once", "This is batch gradient descent: one update an epoch."),
    ],
)
def test_preset(show, preset, said):
    page = show(rows=3, batch_size=2, epochs=1, drop_remainder=True)
    press(page, preset)
    assert said in words(page)
    assert page.locator("[aria-pressed=true]").all_inner_texts() == [preset, "keep it"]
    say_no_nonsense(page)


@browser
def test_the_remainder_is_kept_or_dropped(show):
    page = show(batch_size=64, epochs=1)
    assert readout(page) == ["156", "16", "157", "157"]
    assert page.locator(".fn-batch-rest").count() == 1
    press(page, "drop it")
    assert readout(page) == ["156", "16", "156", "156"]
    assert "They are dropped." in words(page)
    assert page.locator(".fn-batch-dropped").count() == 1


@browser
def test_a_box_is_as_wide_as_its_batch_has_rows(show):
    page = show(rows=300, batch_size=64, epochs=1)
    page.wait_for_timeout(100)
    boxes = [one.bounding_box()["width"] for one in page.locator("rect.fn-batch").all()]
    assert len(boxes) == 5
    assert boxes[-1] / boxes[0] == pytest.approx(44 / 64, abs=0.04)
    assert page.locator(".fn-batch-rows").all_text_contents() == ["64"] * 4 + ["44"]


@browser
def test_a_batch_larger_than_the_data(show):
    page = show(rows=100, batch_size=128, epochs=3)
    assert "It holds all 100 rows, so there is one update an epoch." in words(page)
    assert readout(page) == ["1", "0", "1", "3"]
    press(page, "drop it")
    assert "No update at all." in words(page)
    assert readout(page) == ["0", "100", "0", "0"]
    say_no_nonsense(page)


@browser
def test_one_of_each_is_not_plural(show):
    page = show(rows=1, batch_size=1, epochs=1)
    assert "1 update an epoch, times 1 epoch: 1 update in all." in words(page)


@browser
def test_a_quotient_that_does_not_end_is_about(show):
    page = show(rows=7, batch_size=3, epochs=1)
    assert "7 / 3 ≈ 2.3333: 2 full batches, and 1 row left over." in words(page)


# ---------------------------------------------------------------- controls


@browser
@pytest.mark.parametrize(
    ("label", "typed", "trait", "value", "note"),
    [
        ("Rows, exact value", "", "rows", 10_000, "It stays 10,000."),
        ("Rows, exact value", "0", "rows", 1, "held at 1."),
        ("Rows, exact value", "-3", "rows", 1, "held at 1."),
        ("Rows, exact value", "1e99", "rows", MOST_ROWS, "held at 10 million."),
        ("Rows, exact value", "1e999", "rows", 10_000, "It stays 10,000."),
        ("Batch size, exact value", "2.5", "batch_size", 3, "Only whole numbers: held at 3."),
        ("Epochs, exact value", "1e99", "epochs", MOST_EPOCHS, "held at 100,000."),
        ("Rows, exact value", "12345", "rows", 12_345, None),
    ],
)
def test_typed_value_is_held_or_explained(show, label, typed, trait, value, note):
    page = show()
    if typed:
        fill(page, label, typed)
    else:
        page.get_by_label(label, exact=True).fill("")
        page.keyboard.press("Enter")
    assert get(page, trait) == value
    assert page.get_by_label(label, exact=True).input_value() == str(value)
    shown = page.locator(".fn-note:visible").all_inner_texts()
    assert (note in shown[0]) if note else shown == []
    say_no_nonsense(page)


@browser
@pytest.mark.parametrize("label", ["Rows", "Batch size", "Epochs"])
def test_arrow_keys_lead_through_every_place(show, label):
    page = show()
    trait = label.lower().replace(" ", "_")
    slider = page.get_by_role("slider", name=label, exact=True)
    slider.press("Home")
    values = [get(page, trait)]
    for _ in range(int(slider.get_attribute("max"))):
        slider.press("ArrowRight")
        values.append(get(page, trait))
    assert values == sorted(set(values))
    assert values[0] == 1
    assert all(isinstance(value, int) for value in values)


@browser
def test_python_sets_the_state(show):
    page = show()
    put(page, rows=60_000, batch_size=128, epochs=5)
    assert readout(page) == ["468", "96", "469", "2,345"]


@browser
def test_cleanup_leaves_nothing(show):
    page = show()
    page.evaluate("cleanup()")
    assert page.evaluate("listeners()") == 0
    assert page.locator(".fn-explorable").count() == 0


@browser
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_and_the_phone_fits(show, theme):
    page = show("phone", theme=theme, batch_size=64)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.add_script_tag(path=AXE)
    found = page.evaluate("async () => (await axe.run('#stage')).violations")
    assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []
