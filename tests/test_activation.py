"""Bend a line: its numbers against NumPy, its words, mouse, finger and keys."""

import json
import re

import numpy as np
import pytest
import traitlets
from nonsense import say_nowhere_nonsense
from redraws import FRAME, redraws, slow
from test_downhill import AXE, PAGE, SHAPES, fill, get, press, put, readout, swipe
from test_downhill import words as all_words

from firstnet import activations
from firstnet.widgets.activation import ACTIVATIONS, LIMITS, Activation

TRAITS = ("activation", *LIMITS)
PARAMETERS = {"linear": "c", "Leaky ReLU": "leak", "ELU": "alpha"}
pytestmark = pytest.mark.browser


@pytest.fixture
def show(new_page, tmp_path):
    """A function that opens a page with one Activation in it and no kernel behind it."""

    def open_widget(shape="desk", *, theme="light", deferred=False, **traits):
        widget = Activation(**traits)
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
    said = page.locator(".fn-explorable").evaluate(
        "node => node.textContent + [...node.querySelectorAll('*')]"
        ".flatMap(one => [...one.attributes].map(a => a.value)).join(' ')"
    )
    assert not re.search(r"NaN|Infinity|undefined|null|\[object", said)


# ---------------------------------------------------------------- the Python side


@pytest.mark.parametrize("name", LIMITS)
def test_wrong_values_are_refused_in_words(name):
    widget = Activation()
    before = getattr(widget, name)
    low, high = LIMITS[name]
    for value in (low - 0.1, high + 0.1, float("nan"), float("inf")):
        with pytest.raises(traitlets.TraitError, match=f"{name} must be from {low:g} to {high:g}"):
            setattr(widget, name, value)
    assert getattr(widget, name) == before


def test_python_reads_and_sets_the_state():
    widget = Activation(activation="ELU", alpha=0.5)
    widget.w = -2
    state = widget.get_state()
    assert [state[name] for name in TRAITS] == ["ELU", -2.0, 0.0, 2.0, 1.0, 0.01, 0.5]
    with pytest.raises(traitlets.TraitError, match="softmax"):
        widget.activation = "softmax"


def test_names_are_those_of_the_package():
    assert list(activations.ACTIVATIONS) == list(ACTIVATIONS)


# ---------------------------------------------------------------- numbers


def numpy_values(name, z, **parameters):
    return [function(z, **parameters) for function in activations.ACTIVATIONS[name]]


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_values_and_slopes_equal_numpy(show, name):
    page = show(activation=name)
    z = np.concatenate([np.linspace(-24, 24, 961), [0.0, -1e-9, 1e-9, -800, 800, -1e300, 1e300]])
    parameter = PARAMETERS.get(name)
    low, high = LIMITS.get(parameter, (0, 0))
    for value in (low, high, 0.37) if parameter else (0,):
        given = {parameter: value} if parameter else {}
        found = page.evaluate(
            "([state, z]) => { const {f, slope} = module.choose(state);"
            " return [z.map(f), z.map(slope)]; }",
            [{"activation": name, **given}, z.tolist()],
        )
        with np.errstate(over="ignore"):
            np.testing.assert_allclose(found, numpy_values(name, z, **given), rtol=1e-9, atol=1e-13)


def test_point_follows_weight_and_bias(show):
    page = show()
    states = [
        {"w": 1.5, "b": -2.0, "x": 3.2},
        {"w": -3.0, "b": 6.0, "x": -6.0},
        {"w": 0.0, "b": 1.0, "x": 5.0},
    ]
    for name in ACTIVATIONS:
        for state in states:
            full = {name: LIMITS[name][1] / 2 for name in LIMITS} | state | {"activation": name}
            found = page.evaluate("s => module.compute(s)", full)
            given = {PARAMETERS[name]: full[PARAMETERS[name]]} if name in PARAMETERS else {}
            z = state["w"] * state["x"] + state["b"]
            value, slope = numpy_values(name, z, **given)
            expected = [z, value, slope, state["w"] * slope]
            got = [found[key] for key in ("z", "value", "slope", "overX")]
            np.testing.assert_allclose(got, expected, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("name", ["sigmoid", "tanh", "GELU", "SiLU", "softplus", "ELU"])
def test_grey_ground_lies_where_the_slope_stays_small(show, name):
    tails = show(activation=name).evaluate(
        "name => module.flatTails(module.choose({activation: name, alpha: 1}))", name
    )
    sides = {tail["side"]: tail for tail in tails}
    assert set(sides) == ({-1, 1} if name in ("sigmoid", "tanh") else {-1})
    for side, tail in sides.items():
        outside = side * np.linspace(tail["from"] + 0.021, 30, 2000)
        slope = activations.ACTIVATIONS[name][1]
        assert np.abs(slope(outside)).max() < 0.05
        assert abs(slope(side * (tail["from"] - 0.02))) >= 0.049
        assert tail["kind"] == "saturated"


@pytest.mark.parametrize(
    ("traits", "parts"),
    [
        ({"activation": "ReLU", "w": 2, "b": -2}, [(-6, 1, "dead")]),
        ({"activation": "ReLU", "w": -1, "b": 2}, [(2, 6, "dead")]),
        ({"activation": "ReLU", "w": 0.5, "b": -4}, [(-6, 6, "dead")]),
        ({"activation": "ReLU", "w": 0, "b": -1}, [(-6, 6, "dead")]),
        ({"activation": "ReLU", "w": 0, "b": 1}, []),
        ({"activation": "Leaky ReLU", "w": 1, "b": 0}, [(-6, 0, "slow")]),
        ({"activation": "Leaky ReLU", "w": 1, "b": 0, "leak": 0.2}, []),
        ({"activation": "Leaky ReLU", "w": 1, "b": 0, "leak": 0}, [(-6, 0, "dead")]),
        ({"activation": "linear", "w": 1, "b": 0, "c": 0.5}, []),
        ({"activation": "step", "w": 1, "b": 1}, [(-6, -1, "dead"), (-1, 6, "dead")]),
        ({"activation": "ELU", "w": 1, "b": 0, "alpha": 0}, [(-6, 0, "dead")]),
    ],
)
def test_parts_of_the_picture_without_slope(show, traits, parts):
    state = {name: getattr(Activation(**traits), name) for name in TRAITS}
    found = show().evaluate("s => module.flatParts(s)", state)
    assert [(part["from"], part["to"], part["kind"]) for part in found] == parts


def path_points(page, selector):
    d = page.locator(selector).get_attribute("d")
    return [[tuple(map(float, p.split())) for p in run.split("L")] for run in d.split("M")[1:]]


def test_curve_is_cut_only_where_it_may_jump(show):
    page = show(activation="step", w=2, b=-3)
    frame = page.locator(".fn-bend .fn-frame").first
    left, width = (float(frame.get_attribute(name)) for name in ("x", "width"))
    runs = path_points(page, ".fn-curve")
    assert [len({y for _, y in run}) for run in runs] == [1, 1]
    assert runs[0][-1][0] == pytest.approx(left + width * (1.5 + 6) / 12, abs=0.02)
    put(page, activation="ReLU", w=0)
    page.wait_for_timeout(30)
    assert len(path_points(page, ".fn-curve")) == 1


def test_ranges_are_the_same_in_python_and_in_the_page(show):
    page = show(activation="Leaky ReLU")
    labels = {"w": "weight w", "b": "bias b", "x": "input x", "leak": "leak α"}
    for name, label in labels.items():
        field = page.get_by_label(f"{label}, exact value")
        limits = tuple(float(field.get_attribute(end)) for end in ("min", "max"))
        assert limits == LIMITS[name]


# ---------------------------------------------------------------- words


@pytest.mark.parametrize(
    ("name", "headline", "said"),
    [
        ("a bend", "z = 1 · 2 + 0 = 2; the value is a = 2, its slope 1", "rises by about 0.1."),
        ("saturated", "a = 0.9994, its slope 0.00055", "Almost no slope, almost no learning."),
        ("almost a step", "= 1.5; the value is a = 0.8176", "rises by about 0.0149."),
        ("dead", "= −3; the value is a = 0, its slope 0", "this neuron is dead."),
        ("leaking", "a = −0.03, its slope 0.01", "learns slowly, and can come back."),
        ("no bend", "a = 1, its slope 0.5", "0.5 everywhere: the line has no bend."),
    ],
)
def test_preset(show, name, headline, said):
    page = show(activation="softplus", w=-1, b=3, x=-2)
    press(page, name)
    assert headline in words(page)
    assert said in words(page)
    pressed = page.locator("[aria-pressed=true]").all_inner_texts()
    assert pressed == [name, get(page, "activation")]
    no_nonsense(page)


def test_words_of_other_states(show):
    page = show(activation="step")
    assert "learned through it. The jump is where the sum is 0, at x = 0." in words(page)
    put(page, activation="ReLU", w=0.0, b=2.0)
    assert "With w = 0 the input does not count: the sum is b for every x." in words(page)
    put(page, w=0.5, b=6.0)
    assert "The bend is outside the picture." in words(page)
    put(page, activation="GELU", w=1.0, b=0.0, x=-1.5)
    assert "and a falls by about" in words(page)
    put(page, activation="tanh", w=3.0, b=6.0, x=6.0)
    assert "a = nearly 1, its slope nearly 0." in words(page)
    assert "rises by less than a millionth" in words(page)
    assert readout(page)[-1] == "saturated"
    put(page, activation="linear", c=0.0)
    assert "the slope is exactly 0" in words(page)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_no_nonsense_in_any_corner(show, name):
    page = show(activation=name)
    corners = [{"w": w, "b": b, "x": x} for w in (-3, 0, 3) for b in (-6, 0, 6) for x in (-6, 0, 6)]
    ends = [{key: LIMITS[key][side] for key in ("c", "leak", "alpha")} for side in (0, 1)]
    say_nowhere_nonsense(page, [end | corner for end in ends for corner in corners])


# ---------------------------------------------------------------- mouse, finger, keys


def point(page):
    box = page.locator(".fn-point-ring").bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def unit(page):
    return page.locator(".fn-bend .fn-frame").first.bounding_box()["width"] / 12


def test_drag_with_the_mouse_and_beyond(show):
    page = show()
    x, y = point(page)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 3 * unit(page), y, steps=4)
    assert get(page, "x") == pytest.approx(-1, abs=0.03)
    page.mouse.move(10_000, 10_000)
    page.mouse.up()
    assert get(page, "x") == 6
    no_nonsense(page)


def test_click_puts_the_point_there(show):
    page = show()
    box = page.locator(".fn-bend .fn-frame").nth(1).bounding_box()
    page.mouse.click(box["x"] + box["width"] * 0.25, box["y"] + box["height"] / 2)
    assert get(page, "x") == pytest.approx(-3, abs=0.03)


def test_finger_drags_the_point_and_scrolls_elsewhere(show):
    page = show("phone")
    page.locator(".fn-bend").scroll_into_view_if_needed()
    scrolled = page.evaluate("scrollY")
    swipe(page, point(page), (-2 * unit(page), -30))
    assert get(page, "x") == pytest.approx(0, abs=0.1)
    assert page.evaluate("scrollY") == scrolled
    box = page.locator(".fn-bend").bounding_box()
    swipe(page, (box["x"] + 40, box["y"] + 300), (0, -150))
    assert page.evaluate("scrollY") > scrolled + 50


def test_keys_move_the_point_and_the_sliders(show):
    page = show()
    handle = page.get_by_role("slider", name="Point: the input x")
    handle.focus()
    for key in ("ArrowRight", "ArrowUp", "Shift+ArrowLeft"):
        page.keyboard.press(key)
    assert get(page, "x") == pytest.approx(1.2)
    page.wait_for_timeout(20)
    assert handle.get_attribute("aria-valuetext") == "x 1.2, value 1.2, slope 1"
    page.get_by_role("slider", name="weight w", exact=True).press("ArrowRight")
    assert get(page, "w") == pytest.approx(1.1)
    page.get_by_role("slider", name="bias b", exact=True).press("Home")
    assert get(page, "b") == -6
    page.get_by_role("button", name="ELU", exact=True).press("Enter")
    page.get_by_role("slider", name="depth α", exact=True).press("End")
    assert (get(page, "activation"), get(page, "alpha")) == ("ELU", 2)


def test_only_the_parameter_of_the_activation_is_shown(show):
    page = show()
    labels = {"linear": "slope c", "Leaky ReLU": "leak α", "ELU": "depth α"}
    for name in ACTIVATIONS:
        press(page, name)
        shown = [one for one in labels.values() if page.get_by_label(one, exact=True).is_visible()]
        assert shown == [label for owner, label in labels.items() if owner == name]


@pytest.mark.parametrize(
    ("typed", "value", "note"),
    [
        ("99", 3, "held at 3."),
        ("-1e308", -3, "held at −3."),
        ("e", 1, "It stays 1."),
        ("0.25", 0.25, None),
        ("1e-308", 1e-308, None),
        ("-0", 0, None),
    ],
)
def test_typed_value_is_held_or_explained(show, typed, value, note):
    page = show()
    fill(page, "weight w, exact value", typed)
    assert get(page, "w") == value
    shown = page.locator(".fn-note:visible").all_inner_texts()
    assert (note in shown[0]) if note else shown == []
    no_nonsense(page)


# ---------------------------------------------------------------- the life of a view


def test_state_set_from_python_is_drawn(show):
    page = show(deferred=True)
    page.evaluate("model.set('x', -2); model.set('activation', 'tanh'); model.save_changes()")
    page.wait_for_timeout(50)
    assert readout(page)[:4] == ["−2", "−2", "−0.964", "0.0707"]


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
    assert page.locator("#stage > *").count() == 1


@pytest.mark.alone
@pytest.mark.parametrize("name", ["GELU", "sigmoid"])
def test_redraw_takes_far_less_than_a_frame(show, name):
    page = show(activation=name)
    times = redraws(page, '(k) => model.set("w", 3 * Math.sin(k))')
    assert slow(times) < FRAME


# ---------------------------------------------------------------- layout


def test_phone_keeps_targets_large_and_scrolls_no_further(show):
    page = show("phone", activation="Leaky ReLU")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    for target in page.locator("button:visible, input:visible, .fn-point-reach").all():
        box = target.bounding_box()
        assert min(box["width"], box["height"]) >= 40


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing(show, theme):
    page = show(theme=theme, activation="Leaky ReLU")
    page.add_script_tag(path=AXE)
    found = page.evaluate(
        "axe.run('#stage').then(r => r.violations.map(v => [v.id, v.nodes[0].html]))"
    )
    assert found == []
