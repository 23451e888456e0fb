"""Meet a neuron: its numbers against NumPy and Keras, its words, its controls."""

import json
import re

import numpy as np
import pytest
import traitlets
from redraws import FRAME, redraws, slow
from test_downhill import AXE, PAGE, SHAPES, fill, get, press, put, words

from firstnet.widgets.neuron import ACTIVATIONS, BIAS_LIMIT, LIMIT, Neuron

TRAITS = ("x", "w", "b", "activation")
needs_browser = pytest.mark.browser


@pytest.fixture
def show(new_page, tmp_path):
    """A function that opens a page with one Neuron in it and no kernel behind it."""

    def open_widget(shape="desk", *, theme="light", **traits):
        widget = Neuron(**traits)
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


def state_of(page):
    return {name: get(page, name) for name in TRAITS}


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
        ("x", [1.0], "x must hold two numbers, and it holds 1"),
        ("w", [1.0, 2.0, 3.0], "w must hold two numbers, and it holds 3"),
        ("x", [3.5, 0.0], r"x\[0\] must be from -3 to 3, and it is 3.5"),
        ("w", [0.0, float("nan")], r"w\[1\] must be from -3 to 3, and it is nan"),
        ("b", float("inf"), "b must be from -5 to 5, and it is inf"),
        ("activation", "softmax", "'step', 'linear', 'sigmoid', 'tanh' or 'ReLU'|softmax"),
    ],
)
def test_wrong_values_are_refused_in_words(trait, value, said):
    widget = Neuron()
    before = getattr(widget, trait)
    with pytest.raises(traitlets.TraitError, match=said):
        setattr(widget, trait, value)
    assert getattr(widget, trait) == before


def test_python_reads_and_sets_the_state():
    widget = Neuron(x=[1, 0])
    widget.activation = "ReLU"
    state = widget.get_state()
    assert [state[name] for name in TRAITS] == [[1.0, 0.0], [0.8, -0.5], 0.3, "ReLU"]


# ---------------------------------------------------------------- numbers

KERAS_NAMES = {"linear": "linear", "sigmoid": "sigmoid", "tanh": "tanh", "ReLU": "relu"}


def neurons(count=40):
    rng = np.random.default_rng(0)
    pairs = rng.uniform(-LIMIT, LIMIT, (count, 2, 2)).round(3)
    biases = rng.uniform(-BIAS_LIMIT, BIAS_LIMIT, count).round(3)
    return [
        {"x": x.tolist(), "w": w.tolist(), "b": b}
        for (x, w), b in zip(pairs, biases.tolist(), strict=True)
    ]


def computed(page, states, activation):
    return page.evaluate(
        "([states, activation]) => states.map(s => module.compute({...s, activation}))",
        [states, activation],
    )


@needs_browser
def test_step_and_sum_equal_numpy(show):
    states = neurons()
    found = computed(show(), states, "step")
    z = np.array([np.dot(s["x"], s["w"]) + s["b"] for s in states])
    np.testing.assert_allclose([one["z"] for one in found], z, atol=1e-11)
    assert [one["a"] for one in found] == np.heaviside(z, 1).tolist()
    products = [np.multiply(s["x"], s["w"]) for s in states]
    np.testing.assert_allclose([one["products"] for one in found], products, atol=1e-12)


@needs_browser
@pytest.mark.parametrize("activation", KERAS_NAMES)
def test_values_equal_a_keras_layer(show, activation):
    import keras

    page = show()
    for state in neurons(8):
        layer = keras.layers.Dense(1, activation=KERAS_NAMES[activation])
        layer.build((None, 2))
        layer.set_weights([np.array(state["w"])[:, None], np.array([state["b"]])])
        wanted = float(np.squeeze(layer(np.array([state["x"]]))))
        [found] = computed(page, [state], activation)
        assert found["a"] == pytest.approx(wanted, rel=1e-5, abs=1e-6)


@needs_browser
def test_activations_are_the_same_in_python_and_in_the_page(show):
    page = show()
    assert page.evaluate("Object.keys(module.FUNCTIONS)") == list(ACTIVATIONS)
    for label, limit in (("input x₁", LIMIT), ("weight w₂", LIMIT), ("bias b", BIAS_LIMIT)):
        field = page.get_by_label(f"{label}, exact value")
        assert [float(field.get_attribute(end)) for end in ("min", "max")] == [-limit, limit]


@needs_browser
def test_binary_rounding_does_not_push_a_sum_across_zero(show):
    page = show(x=[3, 0], w=[-0.1, 0], b=0.3, activation="step")
    assert -0.1 * 3 + 0.3 < 0  # by a hair
    assert "the value is a = 1" in words(page)


@needs_browser
def test_bars_begin_where_the_last_ended(show):
    page = show()
    spans = page.evaluate("module.bars({products: [1.2, -1], b: 0.3, z: 0.5})")
    np.testing.assert_allclose(spans, [(0, 1.2), (1.2, 0.2), (0.2, 0.5), (0, 0.5)], atol=1e-12)
    zero, unit = page.evaluate("""() => {
        const [left, middle, right] = [...document.querySelectorAll(".fn-plots line")].slice(0, 3);
        const at = (line) => Number(line.getAttribute("x1"));
        return [at(middle), (at(right) - at(left)) / 4]; // the axis runs from −2 to 2
    }""")
    drawn = page.evaluate("""() => [...document.querySelectorAll(".fn-plots rect")].map((bar) => {
        const [x, width] = ["x", "width"].map((name) => Number(bar.getAttribute(name)));
        return [x, x + width];
    })""")
    np.testing.assert_allclose((np.array(drawn) - zero) / unit, np.sort(spans), atol=0.01)


@needs_browser
def test_dot_lies_on_the_curve(show):
    page = show()
    for z, activation in ((0.5, "tanh"), (-4.0, "ReLU"), (8.0, "sigmoid"), (-2.0, "linear")):
        put(page, x=[z / 4, 0], w=[2, 0], b=z / 2, activation=activation)
        page.wait_for_timeout(30)
        away = page.evaluate("""() => {
            const dot = document.querySelector(".fn-here");
            const curve = document.querySelector(".fn-plots .fn-function");
            const place = new DOMPoint(dot.cx.baseVal.value, dot.cy.baseVal.value);
            const steps = Array.from({length: 4001}, (_, k) => k / 4000 * curve.getTotalLength());
            return Math.min(...steps.map((s) => {
                const {x, y} = curve.getPointAtLength(s);
                return Math.hypot(x - place.x, y - place.y);
            }));
        }""")
        assert away < 0.6, (z, activation)


# ---------------------------------------------------------------- words


@needs_browser
def test_the_chapters_neuron_in_words(show):
    said = words(show())
    assert "z = 1.2 − 1 + 0.3 = 0.5, and the value is a = 0.6225." in said
    assert "The first product pushes the sum up by 1.2." in said
    assert "The second product pulls the sum down by 1." in said


@needs_browser
@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"w": [0, 0]}, "Both weights are 0, so no input counts. The bias alone decides."),
        ({"x": [0, 2]}, "because x₁ is 0: its weight does not matter now"),
        ({"w": [0.8, 0]}, "because its weight is 0: x₂ does not count"),
        ({"b": 0}, "The bias is 0."),
        ({"activation": "step", "b": -5}, "The sum is below 0, so the step gives 0."),
        ({"activation": "ReLU", "b": -5}, "ReLU gives 0 for every sum that is not above 0."),
        ({"activation": "linear"}, "passes the sum on as it is"),
        ({"b": 5}, "Out here the curve is flat"),
        ({"w": [0, 0], "b": 0}, "A sum of 0 lands right in the middle."),
        ({"x": [3, 3], "w": [3, 3], "b": 5}, "the value is a ≈ 1."),
        ({"x": [3, 3], "w": [-3, -3], "b": -5}, "the value is a ≈ 0."),
        ({"x": [3, 3], "w": [-3, -3], "activation": "tanh"}, "the value is a ≈ −1."),
        ({"w": [0, 0], "b": 0, "activation": "tanh"}, "the value is a = 0."),
    ],
)
def test_every_state_is_put_into_words(show, changes, said):
    page = show(**changes)
    assert said in words(page)
    say_no_nonsense(page)


TABLES = {
    "AND": ["0", "0", "0", "1"],
    "OR": ["0", "1", "1", "1"],
    "only x₁ counts": ["0.5", "0.5", "0.73", "0.73"],
    "bias alone decides": ["0.73"] * 4,
}


@needs_browser
@pytest.mark.parametrize("preset", TABLES)
def test_presets_do_what_their_names_say(show, preset):
    page = show()
    press(page, preset)
    chosen = page.get_by_role("button", name=preset, exact=True)
    assert chosen.get_attribute("aria-pressed") == "true"
    corners = page.get_by_role("group", name="Inputs of 0 and 1").get_by_role("button")
    said = corners.all_inner_texts()
    assert [text.split("a = ")[1] for text in said] == TABLES[preset]
    corners.nth(1).click()
    assert get(page, "x") == [0, 1]
    press(page, "the chapter’s neuron")
    assert state_of(page) == {name: getattr(Neuron(), name) for name in TRAITS}


# ---------------------------------------------------------------- controls


@needs_browser
def test_keys_move_every_slider_by_its_step(show):
    page = show()
    for label, read in (
        ("input x₁", lambda: get(page, "x")[0]),
        ("weight w₂", lambda: get(page, "w")[1]),
        ("bias b", lambda: get(page, "b")),
    ):
        control, before = page.get_by_role("slider", name=label, exact=True), read()
        control.focus()
        page.keyboard.press("ArrowRight")
        assert read() == pytest.approx(before + 0.1, abs=1e-9)
        page.keyboard.press("Home")
        assert read() == -(BIAS_LIMIT if label == "bias b" else LIMIT)
    say_no_nonsense(page)


@needs_browser
def test_finger_moves_a_slider_and_chooses_an_activation(show):
    page = show("phone")
    control = page.get_by_role("slider", name="bias b", exact=True)
    size = control.bounding_box()
    control.tap(position={"x": 0.75 * size["width"], "y": size["height"] / 2})
    assert 2 < get(page, "b") < 5
    page.get_by_role("button", name="ReLU", exact=True).tap()
    assert get(page, "activation") == "ReLU"


@needs_browser
@pytest.mark.parametrize(
    ("typed", "value", "note"),
    [
        ("7", 3, "held at 3."),
        ("-1e308", -3, "held at −3."),
        ("e", 1.5, "It stays 1.5."),
        ("0.623", 0.623, None),
        ("1e-308", 1e-308, None),
    ],
)
def test_typed_value_is_held_or_explained(show, typed, value, note):
    page = show()
    fill(page, "input x₁, exact value", typed)
    assert get(page, "x")[0] == value
    shown = page.locator(".fn-note:visible").all_inner_texts()
    assert (note in shown[0]) if note else shown == []
    say_no_nonsense(page)


# ---------------------------------------------------------------- the life of a view


@needs_browser
def test_state_set_from_elsewhere_is_drawn(show):
    page = show()
    put(page, activation="linear", b=1.3)
    page.wait_for_timeout(30)
    assert "a = 1.5" in words(page)
    assert "bias 1.3" in page.locator("svg").first.get_attribute("aria-label")


@needs_browser
def test_cleanup_leaves_nothing(show):
    page = show()
    assert page.evaluate("listeners()") == len(TRAITS)
    page.evaluate("cleanup()")
    assert page.evaluate("listeners()") == 0
    assert page.locator("#stage *").count() == 0


@pytest.mark.alone
@needs_browser
def test_redraw_takes_far_less_than_a_frame(show):
    page = show()
    times = redraws(page, '(k) => model.set("x", [3 * Math.sin(k), 3 * Math.cos(k)])')
    assert slow(times) < FRAME


@needs_browser
@pytest.mark.parametrize("width", [320, 360, 600])
def test_every_width_holds_the_picture(show, width):
    page = show("phone", x=[-2.75, -2.75], w=[-2.75, -2.75], b=-4.75)
    page.set_viewport_size({"width": width, "height": 740})
    page.wait_for_timeout(100)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    outside = page.evaluate("""() => {
        const {left, right} = document.querySelector(".fn-explorable").getBoundingClientRect();
        return [...document.querySelectorAll("svg text")].filter((text) => {
            const box = text.getBoundingClientRect();
            return box.left < left || box.right > right;
        }).map((text) => text.textContent);
    }""")
    assert outside == []
    for target in page.locator("button, input").all():
        box = target.bounding_box()
        assert min(box["width"], box["height"]) >= 40


@needs_browser
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing(show, theme):
    page = show(theme=theme)
    page.add_script_tag(path=AXE)
    found = page.evaluate("async () => (await axe.run('#stage')).violations")
    assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []
