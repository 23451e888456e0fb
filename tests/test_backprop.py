"""Pass the blame back: its numbers against the NumPy network, its words, its controls."""

import json
import re

import numpy as np
import pytest
import traitlets
from nonsense import WORDS, say_nowhere_nonsense
from redraws import FRAME, redraws, slow
from test_downhill import AXE, PAGE, SHAPES, fill, get, press, put, words

from firstnet import network
from firstnet.widgets.backprop import ACTIVATIONS, LIMIT, MOST_STEPS, Backprop

TRAITS = (
    *("x", "y", "hidden_weights", "hidden_biases", "output_weights", "output_bias"),
    *("activation", "step"),
)
SLOPES = ("w11", "w12", "w21", "w22", "b1", "b2", "v1", "v2", "c")
browser_test = pytest.mark.browser


@pytest.fixture
def show(new_page, tmp_path):
    """A function that opens a page with one Backprop in it and no kernel behind it."""

    def open_widget(shape="desk", *, theme="light", **traits):
        widget = Backprop(**traits)
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


def state_of(page):
    return {name: get(page, name) for name in TRAITS}


NONSENSE = rf"{WORDS}|too large"


def say_no_nonsense(page):
    page.locator("summary").evaluate("node => { node.parentNode.open = true }")
    page.wait_for_timeout(30)
    said = page.locator(".fn-explorable").evaluate(
        "node => node.textContent + [...node.querySelectorAll('*')]"
        ".flatMap(one => [...one.attributes].map(a => a.value)).join(' ')"
    )
    assert not re.search(NONSENSE, said)


def parameters_of(state):
    hidden = np.array(state["hidden_weights"]), np.array(state["hidden_biases"])
    return [hidden, (np.array(state["output_weights"])[:, None], np.array([state["output_bias"]]))]


def sample(state):
    return np.array([state["x"]], float), np.array([state["y"]], float), state["activation"]


def random_states(count=40):
    rng = np.random.default_rng(0)
    numbers = rng.uniform(-LIMIT, LIMIT, (count, 11)).round(3).tolist()
    return [
        {
            "x": n[:2],
            "y": k % 2,
            "hidden_weights": [n[2:4], n[4:6]],
            "hidden_biases": n[6:8],
            "output_weights": n[8:10],
            "output_bias": n[10],
            "activation": ACTIVATIONS[k // 2 % 4],
            "step": k % (MOST_STEPS + 1),
        }
        for k, n in enumerate(numbers)
    ]


def extreme_states():
    for sign in (3.0, -3.0, 0.0):
        for activation in ACTIVATIONS:
            for y in (0, 1):
                yield {
                    "x": [3.0, 3.0],
                    "y": y,
                    "hidden_weights": [[sign, 3.0], [sign, 3.0]],
                    "hidden_biases": [sign, -3.0],
                    "output_weights": [3.0, sign],
                    "output_bias": sign,
                    "activation": activation,
                }


# ---------------------------------------------------------------- the Python side


@pytest.mark.parametrize(
    ("trait", "value", "said"),
    [
        ("x", [1.0], "x must hold two numbers, and it holds 1"),
        ("y", 2, "0 or 1|2"),
        ("hidden_weights", [[1.0, 2.0]], "two rows, one for each input, and it holds 1"),
        ("hidden_weights", [[1.0, 2.0], [1.0]], r"hidden_weights\[1\] must hold two numbers"),
        ("hidden_weights", [[1.0, 9.0], [1.0, 1.0]], r"hidden_weights\[0\]\[1\] must be from -3"),
        ("hidden_biases", [float("nan"), 0.0], r"hidden_biases\[0\] must be from -3 to 3"),
        ("output_weights", [0.0, 3.5], r"output_weights\[1\] must be from -3 to 3, and it is 3.5"),
        ("output_bias", float("inf"), "output_bias must be from -3 to 3, and it is inf"),
        ("activation", "softmax", "softmax"),
        ("step", 23, "step must be from 0 to 22, and it is 23"),
        ("step", -1, "step must be from 0 to 22, and it is -1"),
    ],
)
def test_wrong_values_are_refused_in_words(trait, value, said):
    widget = Backprop()
    before = getattr(widget, trait)
    with pytest.raises(traitlets.TraitError, match=said):
        setattr(widget, trait, value)
    assert getattr(widget, trait) == before


def test_python_reads_and_sets_the_state():
    weights = np.array([[1.0, -1.0], [0.5, 2.0]])
    widget = Backprop(hidden_weights=weights.tolist(), y=1)
    widget.step = 4
    state = widget.get_state()
    assert [state[name] for name in ("hidden_weights", "y", "step")] == [weights.tolist(), 1, 4]


# ---------------------------------------------------------------- numbers


def by_numpy(state):
    parameters, (x, y, activation) = parameters_of(state), sample(state)
    _, a, z = network.forward(parameters, x, activation)
    prediction = network.predict(parameters, x, activation)
    loss = network.loss(parameters, x, y, activation)
    (hidden, biases), (output, bias) = network.gradients(parameters, x, y, activation)
    values = [*a[0], z[0, 0], prediction[0], loss]
    return values, [*hidden.ravel(), *biases, *output[:, 0], bias[0]]


@browser_test
def test_values_and_slopes_equal_the_network(show):
    states = [*random_states(), *extreme_states()]
    values, slopes = show().evaluate(
        """([states, names]) => [
            states.map(s => module.forward(s)).map(n => [n.a1, n.a2, n.z, n.prediction, n.loss]),
            states.map(s => module.backward(s)).map(n => names.map(name => n[name])),
        ]""",
        [states, SLOPES],
    )
    expected = [by_numpy(state) for state in states]
    np.testing.assert_allclose(values, [one[0] for one in expected], rtol=1e-10, atol=1e-11)
    np.testing.assert_allclose(slopes, [one[1] for one in expected], rtol=1e-9, atol=1e-11)


@browser_test
def test_the_slopes_of_sums_and_activations_equal_finite_differences(show):
    page = show()
    for state in random_states(8):
        slopes = page.evaluate("state => module.backward(state)", state)
        parameters, (x, y, activation) = parameters_of(state), sample(state)

        def loss_if(k, shift, parameters=parameters, x=x, y=y, activation=activation):
            (weights, biases), output = parameters
            moved = [(weights, biases + shift * np.eye(2)[k]), output]
            return network.loss(moved, x, y, activation)

        for k in (0, 1):
            slope = (loss_if(k, 1e-6) - loss_if(k, -1e-6)) / 2e-6
            assert slopes[f"z{k + 1}"] == pytest.approx(slope, rel=1e-5, abs=1e-8)
        np.testing.assert_allclose(
            [slopes["a1"], slopes["a2"]], slopes["z"] * parameters[1][0][:, 0], rtol=1e-12
        )


@browser_test
def test_the_step_at_the_end_is_gradient_descent(show):
    page = show()
    for state in random_states(12):
        learned = page.evaluate("state => module.learn(state)", state)
        parameters, (x, y, activation) = parameters_of(state), sample(state)
        slopes = network.gradients(parameters, x, y, activation)
        stepped = network.step(parameters, slopes, 0.5)
        for ours, oracle in zip(parameters_of(learned), stepped, strict=True):
            for one, other in zip(ours, oracle, strict=True):
                np.testing.assert_allclose(one, other, rtol=1e-9, atol=1e-11)


@browser_test
def test_limits_and_steps_are_the_same_in_python_and_in_the_page(show):
    page = show(step=MOST_STEPS)
    assert page.inner_text(".fn-bp-place") == f"Step {MOST_STEPS} of {MOST_STEPS}"
    field = page.get_by_label("w₁₁", exact=True)
    assert [float(field.get_attribute(name)) for name in ("min", "max")] == [-LIMIT, LIMIT]
    assert page.evaluate("Object.keys(module.ACTIVATIONS)") == list(ACTIVATIONS)


# ---------------------------------------------------------------- the walk, in words

WALK = [
    "Only the inputs",
    "z₁ = w₁₁ · x₁ + w₂₁ · x₂ + b₁ = 0.5 · 2 + (−0.6) · 1 + 0.1 = 0.5.",
    "a₁ = tanh(z₁) = tanh(0.5) = 0.4621.",
    "z₂ = w₁₂ · x₁ + w₂₂ · x₂ + b₂ = (−0.3) · 2 + 0.8 · 1 − 0.5 = −0.3.",
    "tanh(−0.3) = −0.2913.",
    "= 1.2 · 0.4621 + (−0.7) · (−0.2913) + 0.2 = 0.9585.",
    "ŷ = sigmoid(z) = sigmoid(0.9585) = 0.7228. The target is 0.",
    "L = −ln(1 − ŷ) = −ln(0.2772) = 1.2831.",
    "Back 1 of 14: the blame of z, where the answer is known. It is ŷ − y = 0.7228 − 0 = 0.7228.",
    "v₁ was multiplied by a₁. So its slope is the blame of z times a₁: 0.7228 · 0.4621 = 0.334.",
    "0.7228 · (−0.2913) = −0.2106. It is negative, so a step makes v₂ larger.",
    "c was added as it is, so its slope is the blame of z itself: 0.7228.",
    "the blame of z times v₁: 0.7228 · 1.2 = 0.8674.",
    "The slope of tanh there is 1 − a₁² = 0.7864. So the blame of z₁ is 0.8674 · 0.7864 = 0.6821.",
    "the blame of z₁ times x₁: 0.6821 · 2 = 1.3643. It is positive, so a step makes w₁₁ smaller.",
    "the blame of z₁ times x₂: 0.6821 · 1 = 0.6821.",
    "b₁ was added as it is, so its slope is the blame of z₁ itself: 0.6821.",
    "the blame of z times v₂: 0.7228 · (−0.7) = −0.506.",
    "1 − a₂² = 0.9151. So the blame of z₂ is (−0.506) · 0.9151 = −0.463.",
    "(−0.463) · 2 = −0.9261.",
    "(−0.463) · 1 = −0.463.",
    "b₂ was added as it is",
    "one step downhill takes the loss from 1.2831 to 0.1876. Each weight and bias moves by −0.5",
]


@browser_test
def test_the_whole_walk_of_the_chapter(show):
    page = show()
    assert len(WALK) == MOST_STEPS + 1
    for step, said in enumerate(WALK):
        assert get(page, "step") == step
        assert said in words(page).replace("\u00a0", " "), step
        assert page.inner_text(".fn-bp-place") == f"Step {step} of {MOST_STEPS}"
        if step < MOST_STEPS:
            press(page, "Next")
    last = page.get_by_role("button", name="Next", exact=True)
    assert last.get_attribute("aria-disabled") == "true"
    last.click(force=True)
    assert get(page, "step") == MOST_STEPS
    press(page, "Back")
    assert "Back 14 of 14" in words(page)
    press(page, "Reset")
    assert get(page, "step") == 0
    press(page, "To the end")
    assert get(page, "step") == MOST_STEPS


@browser_test
def test_the_picture_shows_what_is_known_and_no_more(show):
    page = show()
    cells = page.locator(".fn-bp-cell .fn-bp-value")
    assert cells.all_text_contents() == ["2", "1", "?", "?", "?", "?", "?", "?", "?"]
    assert page.locator(".fn-bp-slope").count() == 0
    put(page, step=7)
    shown = ["2", "1", "0.5", "0.4621", "−0.3", "−0.2913", "0.9585", "0.7228", "1.2831"]
    assert cells.all_text_contents() == shown
    for step in range(8, 22):
        put(page, step=step)
        assert page.locator(".fn-bp-slope").count() == step - 7
        assert page.locator(".fn-bp-blamed").count() == 1


@browser_test
def test_every_step_lights_its_own_lines(show):
    page = show()
    forward = [3, 1, 3, 1, 3, 1, 1]
    for step, lines in enumerate(forward, start=1):
        put(page, step=step)
        assert page.locator(".fn-bp-on").count() == lines, step
        assert page.locator(".fn-bp-found").count() == 1
    for step in range(8, 22):
        put(page, step=step)
        assert page.locator(".fn-bp-back").count() == 1, step


@browser_test
@pytest.mark.parametrize(
    ("name", "step", "said"),
    [
        ("a ReLU that sleeps", 13, "No blame gets through: this neuron learns nothing"),
        ("a tanh gone flat", 13, "Hardly any blame gets through"),
        ("all weights 0", 12, "0.5 · 0 = 0."),
        ("the chapter’s network", 0, "Only the inputs"),
    ],
)
def test_preset(show, name, step, said):
    page = show(y=1, activation="linear", x=[1.0, 1.0], step=5)
    press(page, name)
    assert get(page, "step") == step
    assert said in words(page).replace("\u00a0", " ")
    assert page.get_by_role("button", name=name).get_attribute("aria-pressed") == "true"
    assert (get(page, "x"), get(page, "y")) == ([2, 1], 0)


@browser_test
def test_target_one_and_other_activations_change_the_words(show):
    page = show(y=1, step=7)
    assert "The target is 1, so L = −ln ŷ = −ln(0.7228) = 0.3246." in words(page)
    put(page, step=8)
    assert "0.7228 − 1 = −0.2772. The prediction is too low" in words(page)
    put(page, step=13)
    for name, said in (
        ("ReLU", "z₁ is above 0, so the slope of ReLU there is 1."),
        ("sigmoid", "The slope of the sigmoid there is a₁ · (1 − a₁) = 0.235."),
        ("linear", "The linear activation has slope 1 everywhere."),
    ):
        press(page, name)
        assert said in words(page)


@browser_test
def test_table_lists_every_number(show):
    page = show(step=12)
    page.locator("summary").press("Enter")
    page.locator("tbody tr").nth(17).wait_for()
    rows = [row.split() for row in page.locator("tbody tr").all_inner_texts()]
    assert len(rows) == 18
    assert ["w₁₁", "0.5", "?"] in rows
    assert ["v₂", "−0.7", "−0.2106"] in rows
    assert ["x₁", "2", "–"] in rows


@browser_test
def test_no_nonsense_in_any_state(show):
    page = show()
    steps = (0, 4, 7, 8, 9, 13, 14, 22)
    states = [state | {"step": step} for state in extreme_states() for step in steps]
    say_nowhere_nonsense(page, states, words=NONSENSE)


# ---------------------------------------------------------------- mouse, finger, keys, typing


@browser_test
def test_every_weight_can_be_typed(show):
    page = show()
    typed = {"w₁₁": 1.1, "w₁₂": 1.2, "w₂₁": 2.1, "w₂₂": 2.2, "b₁": 0.1, "b₂": 0.2}
    for label, value in {**typed, "v₁": -1.0, "v₂": -2.0, "c": -3.0}.items():
        fill(page, label, str(value))
    state = state_of(page)
    assert state["hidden_weights"] == [[1.1, 1.2], [2.1, 2.2]]
    assert [state["hidden_biases"], state["output_weights"]] == [[0.1, 0.2], [-1, -2]]
    assert state["output_bias"] == -3


@browser_test
@pytest.mark.parametrize(
    ("label", "typed", "value", "note"),
    [
        ("w₁₁", "7", 3, "held at 3."),
        ("w₁₁", "-1e308", -3, "held at −3."),
        ("w₁₁", "", 0.5, "It stays 0.5."),
        ("w₁₁", "1e999", 0.5, "It stays 0.5."),
        ("w₁₁", "-0", 0, None),
    ],
)
def test_typed_value_is_held_or_explained(show, label, typed, value, note):
    page = show(step=22)
    if typed:
        fill(page, label, typed)
    else:
        page.get_by_label(label, exact=True).fill("")
        page.keyboard.press("Enter")
    assert get(page, "hidden_weights")[0][0] == value
    shown = page.locator(".fn-note:visible").all_inner_texts()
    assert (note in shown[0]) if note else shown == []
    say_no_nonsense(page)


@browser_test
def test_everything_is_reached_and_worked_by_keys(show):
    page = show()
    reached = []
    for _ in range(30):
        page.keyboard.press("Tab")
        name = "e => e.getAttribute('aria-label') || e.labels?.[0]?.innerText || e.innerText"
        reached.append(page.evaluate(f"({name})(document.activeElement)"))
    expected = ["Next", "Back", "Reset", "input x₁", "ReLU", "w₁₁", "w₂₂", "b₂", "v₁", "c"]
    assert [name for name in expected if name not in reached] == []
    page.get_by_role("button", name="Next", exact=True).press("Space")
    page.keyboard.press("Enter")
    assert get(page, "step") == 2
    page.get_by_role("slider", name="input x₁").press("ArrowRight")
    assert get(page, "x")[0] == pytest.approx(2.1)
    page.get_by_role("slider", name="input x₁").press("End")
    assert get(page, "x")[0] == 3


@browser_test
def test_finger_taps_next_on_a_phone(show):
    page = show("phone")
    page.get_by_role("button", name="Next", exact=True).tap()
    assert get(page, "step") == 1
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    for target in page.locator("button, input, summary").all():
        box = target.bounding_box()
        assert min(box["width"], box["height"]) >= 40


def boxes(page):
    found = page.locator(".fn-bp-box > rect").evaluate_all(
        "rects => rects.map(r => r.getBoundingClientRect()).map(b => [b.x, b.y, b.right, b.bottom])"
    )
    return np.array(found)


@browser_test
@pytest.mark.parametrize("width", [360, 390, 480, 620, 650, 720, 790, 1000])
def test_no_box_lies_on_another_at_any_width(show, width):
    page = show({"viewport": {"width": width, "height": 900}}, step=MOST_STEPS)
    page.wait_for_timeout(100)
    found = boxes(page)
    assert len(found) == 18
    for k, (left, top, right, bottom) in enumerate(found):
        others = np.delete(found, k, axis=0)
        apart = (others[:, 0] >= right) | (others[:, 2] <= left)
        apart |= (others[:, 1] >= bottom) | (others[:, 3] <= top)
        assert apart.all(), (width, k)
    area = page.locator(".fn-explorable").bounding_box()
    assert found[:, 0].min() >= area["x"]
    assert found[:, 2].max() <= area["x"] + area["width"]


@browser_test
def test_no_text_leaves_its_box(show):
    page = show("phone", step=MOST_STEPS, hidden_weights=[[-2.875, 2.875], [2.999, -2.999]])
    for activation in ACTIVATIONS:
        put(page, activation=activation, x=[-2.7, 2.9])
        page.wait_for_timeout(30)
        over = page.locator(".fn-bp-box").evaluate_all(
            """boxes => boxes.flatMap(box => {
                const edge = box.querySelector("rect").getBoundingClientRect();
                return [...box.querySelectorAll("text")].filter((text) => {
                    const inner = text.getBoundingClientRect();
                    return inner.left < edge.left - 3 || inner.right > edge.right + 3;
                }).map(text => text.textContent);
            })"""
        )
        assert over == []


# ---------------------------------------------------------------- the life of a view


@browser_test
def test_two_views_share_state_and_no_id_and_cleanup_leaves_nothing(show):
    page = show()
    page.evaluate("void render()")
    page.get_by_role("button", name="Next", exact=True).first.click()
    assert page.locator(".fn-bp-place:text-is('Step 1 of 22')").count() == 2
    ids = page.evaluate("[...document.querySelectorAll('#stage [id]')].map(node => node.id)")
    assert len(ids) == len(set(ids)) > 0
    classes = page.evaluate(
        "[...document.querySelectorAll('#stage *')].flatMap(node => [...node.classList])"
    )
    assert {name for name in classes if not name.startswith("fn-")} == set()
    page.evaluate("cleanup()")
    assert page.locator(".fn-explorable").count() == 1
    assert page.evaluate("listeners()") == len(TRAITS)


@pytest.mark.alone
@browser_test
def test_redraw_takes_far_less_than_a_frame(show):
    page = show(step=MOST_STEPS)
    page.locator("summary").click()
    times = redraws(page, '(k) => model.set("x", [3 * Math.sin(k), 3 * Math.cos(k)])')
    assert slow(times) < FRAME


@browser_test
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_nothing_bars_anybody(show, theme):
    page = show(theme=theme, step=12)
    page.add_script_tag(path=str(AXE))
    found = page.evaluate("axe.run('.fn-explorable').then(r => r.violations)")
    assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []
