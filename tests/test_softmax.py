"""Softmax: its shares against NumPy and Keras, its words, its controls."""

import json
import re

import numpy as np
import pytest
import traitlets
from redraws import FRAME, redraws, slow
from test_downhill import AXE, PAGE, SHAPES, fill, get, press, put
from test_downhill import words as all_words

from firstnet import activations
from firstnet.widgets.softmax import CLASSES, SUMS, TEMPERATURES, Softmax

TRAITS = ("z", "temperature")
ARTICLE = [0.4, 3.0, 2.2]
pytestmark = pytest.mark.browser


@pytest.fixture
def show(new_page, tmp_path):
    """A function that opens a page with one Softmax in it and no kernel behind it."""

    def open_widget(shape="desk", *, theme="light", deferred=False, **traits):
        widget = Softmax(**traits)
        state = {name: getattr(widget, name) for name in TRAITS}
        parts = {"state": state, "source": widget._esm, "deferred": deferred}
        text = PAGE.replace("THEME", theme).replace("CSS", widget._css)
        file = tmp_path / "page.html"
        file.write_text(text.replace("WIDGET", json.dumps(parts).replace("</", "<\\/")), "utf-8")
        page = new_page(**SHAPES[shape])
        page.goto(file.as_uri())
        page.wait_for_function("window.ready", timeout=10_000)
        return page

    return open_widget


def words(page):
    page.wait_for_timeout(20)
    return all_words(page)


def no_nonsense(page):
    page.locator("details").evaluate("node => { node.open = true }")
    page.wait_for_timeout(30)
    said = page.locator(".fn-explorable").evaluate(
        "node => node.textContent + [...node.querySelectorAll('*')]"
        ".flatMap(one => [...one.attributes].map(a => a.value)).join(' ')"
    )
    assert not re.search(r"NaN|Infinity|undefined|null|\[object", said)


# ---------------------------------------------------------------- the Python side


@pytest.mark.parametrize(
    ("trait", "value", "said"),
    [
        ("z", [1.0, 2.0], "z must hold three numbers, and it holds 2"),
        ("z", [0.0, 0.0, 10.5], r"z\[2\] must be from -10 to 10, and it is 10.5"),
        ("z", [float("nan"), 0.0, 0.0], r"z\[0\] must be from -10 to 10, and it is nan"),
        ("temperature", 0.0, "temperature must be from 0.01 to 100, and it is 0.0"),
        ("temperature", float("inf"), "temperature must be from 0.01 to 100, and it is inf"),
    ],
)
def test_wrong_values_are_refused_in_words(trait, value, said):
    widget = Softmax()
    before = getattr(widget, trait)
    with pytest.raises(traitlets.TraitError, match=said):
        setattr(widget, trait, value)
    assert getattr(widget, trait) == before


def test_python_reads_and_sets_the_state():
    widget = Softmax(z=[1, 2, 3])
    widget.temperature = 0.5
    state = widget.get_state()
    assert [state[name] for name in TRAITS] == [[1.0, 2.0, 3.0], 0.5]


# ---------------------------------------------------------------- numbers


def test_shares_equal_numpy_and_keras(show):
    import keras

    page = show()
    z = np.random.default_rng(3).uniform(*SUMS, (40, 3))
    found = np.array(page.evaluate("rows => rows.map(z => module.softmax(z))", z.tolist()))
    np.testing.assert_allclose(found, activations.softmax(z), rtol=1e-12)
    np.testing.assert_allclose(found, keras.activations.softmax(z).numpy(), rtol=1e-5, atol=1e-7)
    for temperature in (*TEMPERATURES, 0.3, 7):
        found = page.evaluate(
            "([rows, t]) => rows.map(z => module.softmax(z, t))", [z.tolist(), temperature]
        )
        np.testing.assert_allclose(
            found, activations.softmax(z, temperature=temperature), atol=1e-14
        )


def test_extreme_values_give_shares_still(show):
    page = show()
    for z in ([1e308, 0, -1e308], [-1e308] * 3, [1000, 1001, 1002], [0, 0, 5e-324]):
        shares = page.evaluate("z => module.softmax(z, 0.01)", z)
        assert np.isfinite(shares).all()
        assert sum(shares) == pytest.approx(1, abs=1e-15)


def test_sigmoid_equals_numpy(show):
    z = np.array([-800, -10, -0.4, 0, 0.4, 10, 800])
    found = show().evaluate("z => z.map(module.sigmoid)", z.tolist())
    np.testing.assert_allclose(found, activations.sigmoid(z), rtol=1e-12, atol=1e-300)


def drawn_shares(page, drawing):
    bars = page.locator(f".fn-plot >> nth={drawing} >> .fn-share")
    return [
        (float(bar.get_attribute("x")), float(bar.get_attribute("width"))) for bar in bars.all()
    ]


def test_stacked_shares_end_at_one_whole_and_sigmoids_where_numpy_says(show):
    page = show()
    page.wait_for_timeout(60)
    bars = drawn_shares(page, 2)
    left = bars[0][0]
    whole = float(page.locator(".fn-whole").get_attribute("x1")) - left
    ends = [(x + width - left) / whole for x, width in bars]
    shares, chances = activations.softmax(ARTICLE), activations.sigmoid(ARTICLE)
    np.testing.assert_allclose(ends, [*np.cumsum(shares), *np.cumsum(chances)], atol=1e-6)


def test_bars_are_as_long_as_their_numbers(show):
    page = show(z=[1.0, -2.0, 0.5], temperature=2.0)
    page.wait_for_timeout(60)
    for drawing, values in enumerate(
        (
            activations.softmax([1.0, -2.0, 0.5], temperature=2),
            activations.sigmoid([1.0, -2.0, 0.5]),
        )
    ):
        widths = [width for _, width in drawn_shares(page, drawing)]
        np.testing.assert_allclose(np.divide(widths, widths[0]), values / values[0], rtol=1e-6)


def test_ranges_and_names_are_the_same_in_python_and_in_the_page(show):
    page = show()
    labels = {f"sum z, {name}": SUMS for name in CLASSES} | {"temperature": TEMPERATURES}
    for label, limits in labels.items():
        field = page.get_by_label(f"{label}, exact value")
        assert tuple(float(field.get_attribute(end)) for end in ("min", "max")) == limits


# ---------------------------------------------------------------- words


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("the article’s numbers", ["cat 0.0487, dog 0.6563 and bird 0.2949.", "add up to 2.45"]),
        ("all equal", ["cat 0.3333, dog 0.3333 and bird 0.3333.", "at any temperature"]),
        ("one large", ["cat 0.9999, dog nearly 0 and bird nearly 0", "nearly the whole"]),
        ("very hot", ["0.3285", "move towards a third each"]),
        ("very cold", ["dog nearly 1", "the largest sum takes more"]),
    ],
)
def test_preset(show, name, said):
    page = show(z=[-1.0, 2.0, -3.0], temperature=0.7)
    press(page, name)
    assert [part for part in said if part not in words(page)] == []
    assert page.locator("[aria-pressed=true]").all_inner_texts() == [name]
    no_nonsense(page)


def test_words_of_other_states(show):
    page = show(z=[2.0, 2.0, -1.0])
    assert "cat and dog have the same sum, so the same share." in words(page)
    third = float(np.log(1 / 2))
    put(page, z=[third, third, third])
    assert "add up to 1 here, by chance" in words(page)


def test_no_nonsense_in_any_corner(show):
    page = show()
    for temperature in (*TEMPERATURES, 1.0):
        for z in ([-10, -10, -10], [10, 10, 10], [-10, 0, 10], [10, -10, -10], [1e-9, 0, 0]):
            put(page, z=z, temperature=temperature)
            no_nonsense(page)


def test_table_shows_the_steps(show):
    page = show(temperature=0.5)
    page.locator("summary").press("Enter")
    page.locator("tbody tr").nth(2).wait_for()
    rows = [row.split() for row in page.locator("tbody tr").all_inner_texts()]
    share = activations.softmax(ARTICLE, temperature=0.5)
    assert rows[0] == ["cat", "0.4", "0.8", "−5.2", f"{np.exp(-5.2):.4f}", f"{share[0]:.4f}"]
    assert rows[1][:5] == ["dog", "3", "6", "0", "1"]


# ---------------------------------------------------------------- controls and life


def test_keys_move_one_sum_and_the_temperature(show):
    page = show()
    page.get_by_role("slider", name="sum z, dog", exact=True).press("ArrowLeft")
    assert get(page, "z") == [0.4, 2.9, 2.2]
    page.get_by_role("slider", name="temperature", exact=True).press("Home")
    assert get(page, "temperature") == TEMPERATURES[0]
    page.get_by_role("slider", name="temperature", exact=True).press("End")
    assert get(page, "temperature") == TEMPERATURES[1]


@pytest.mark.parametrize(
    ("label", "typed", "expected", "note"),
    [
        ("sum z, cat", "1e308", [10, 3, 2.2], "held at 10."),
        ("sum z, bird", "-99", [0.4, 3, -10], "held at −10."),
        ("sum z, bird", "-", ARTICLE, "It stays 2.2."),
        ("temperature", "0", 0.01, "held at 0.01."),
        ("temperature", "0.25", 0.25, None),
    ],
)
def test_typed_value_is_held_or_explained(show, label, typed, expected, note):
    page = show()
    fill(page, f"{label}, exact value", typed)
    assert get(page, "temperature" if label == "temperature" else "z") == expected
    shown = page.locator(".fn-note:visible").all_inner_texts()
    assert (note in shown[0]) if note else shown == []
    no_nonsense(page)


def test_state_set_from_python_is_drawn(show):
    page = show(deferred=True)
    page.evaluate("model.set('z', [0, 0, 0]); model.save_changes()")
    page.wait_for_timeout(50)
    assert "cat 0.3333" in words(page)


def test_cleanup_and_two_views(show):
    page = show()
    assert page.evaluate("listeners()") == len(TRAITS)
    page.evaluate("void render()")
    ids = page.evaluate("[...document.querySelectorAll('#stage [id]')].map(node => node.id)")
    assert len(ids) == len(set(ids)) > 0
    classes = page.evaluate(
        "[...document.querySelectorAll('#stage *')].flatMap(node => [...node.classList])"
    )
    assert {name for name in classes if not name.startswith("fn-")} == set()
    page.evaluate("cleanup()")
    assert page.evaluate("listeners()") == len(TRAITS)


@pytest.mark.alone
def test_redraw_takes_far_less_than_a_frame(show):
    page = show()
    page.locator("summary").click()
    times = redraws(page, '(k) => model.set("z", [10 * Math.sin(k), k % 5, 5 * Math.cos(k)])')
    assert slow(times) < FRAME


def test_phone_keeps_targets_large_and_scrolls_no_further(show):
    page = show("phone")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    for target in page.locator("button:visible, input:visible, summary").all():
        box = target.bounding_box()
        assert min(box["width"], box["height"]) >= 40


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing(show, theme):
    page = show(theme=theme)
    page.locator("summary").click()
    page.add_script_tag(path=AXE)
    found = page.evaluate("axe.run('#stage')")["violations"]
    assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []
