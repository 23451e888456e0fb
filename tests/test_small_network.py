"""The small network: its numbers against NumPy and Keras, its words, its controls."""

import json
import re

import numpy as np
import pytest
import traitlets
from redraws import FRAME, redraws, slow
from test_downhill import AXE, PAGE, SHAPES, fill, get, press, put, words

from firstnet.widgets.small_network import INPUTS, LIMIT, NODES, SmallNetwork
from tools import ROOT

TRAITS = ("row", "scaled", "weights", "biases", "selected")
WEIGHTS, BIASES = SmallNetwork().weights, SmallNetwork().biases
NOTHING = {"weights": [[[0.0] * 3] * 3, [[0.0]] * 3], "biases": [[0.0] * 3, [0.0]]}
needs_browser = pytest.mark.browser


@pytest.fixture
def show(new_page, tmp_path):
    """A function that opens a page with one SmallNetwork in it and no kernel behind it."""

    def open_widget(shape="desk", *, theme="light", **traits):
        widget = SmallNetwork(**traits)
        state = {name: getattr(widget, name) for name in TRAITS}
        parts = {"state": state, "source": widget._esm, "deferred": False}
        text = PAGE.replace("THEME", theme).replace("CSS", widget._css)
        file = tmp_path / "page.html"
        file.write_text(text.replace("WIDGET", json.dumps(parts).replace("</", "<\\/")), "utf-8")
        page = new_page(**SHAPES[shape])
        page.goto(file.as_uri())
        page.wait_for_function("window.ready", timeout=10_000)
        page.wait_for_timeout(60)  # until the width is known
        return page

    return open_widget


def knot(page, name):
    return page.locator(f".fn-knot:has(.fn-knot-name:text-is('{name}'))")


def arithmetic(page):
    return page.locator(".fn-arithmetic-line").all_inner_texts()


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
        ("row", [18.0, 1.0], "row must hold age, class and siblings, and it holds 2 numbers"),
        ("row", [-1.0, 1.0, 1.0], "age must be from 0 to 100, and it is -1.0"),
        ("row", [18.0, 4.0, 1.0], "class must be from 1 to 3, and it is 4.0"),
        ("row", [18.0, 1.0, 0.5], "siblings must be a whole number, and it is 0.5"),
        ("weights", WEIGHTS[:1], "weights must hold two layers, and it holds 1"),
        ("weights", [WEIGHTS[0][:2], WEIGHTS[1]], r"weights\[0\] must have the shape \(3, 3\)"),
        ("weights", [[[1, 2, 3], [1, 2], [1]], WEIGHTS[1]], "it has rows of different lengths"),
        ("weights", [WEIGHTS[0], [[0], [4], [0]]], r"weights\[1\] must be from -3 to 3"),
        ("biases", [[0, 0, float("nan")], [0]], r"biases\[0\] must be from -3 to 3, and it is nan"),
        ("biases", [[0, 0, 0], [0, 0]], r"biases\[1\] must have the shape \(1,\)"),
        ("selected", "hidden 4", "hidden 4"),
    ],
)
def test_wrong_values_are_refused_in_words(trait, value, said):
    widget = SmallNetwork()
    before = getattr(widget, trait)
    with pytest.raises(traitlets.TraitError, match=said):
        setattr(widget, trait, value)
    assert getattr(widget, trait) == before


def test_defaults_are_the_chapters_numbers():
    chapter = ROOT / "book" / "chapters" / "01_meet_neuron.py"
    lines = re.findall(r"^(?:W1|b1|W2, b2) = .*$", chapter.read_text("utf-8"), re.MULTILINE)
    found = {"np": np}
    exec("\n".join(lines), found)
    assert [found[name].tolist() for name in ("W1", "W2")] == WEIGHTS
    assert [found[name].tolist() for name in ("b1", "b2")] == BIASES


def test_python_sets_what_keras_keeps():
    rng = np.random.default_rng(0)
    kernels = [rng.uniform(-1, 1, shape) for shape in ((3, 3), (3, 1))]
    widget = SmallNetwork(weights=[kernel.tolist() for kernel in kernels])
    assert np.array_equal(widget.get_state()["weights"][0], kernels[0])


# ---------------------------------------------------------------- numbers


def draw(rng):
    return {
        "row": [float(rng.integers(0, 101)), float(rng.integers(1, 4)), float(rng.integers(0, 9))],
        "scaled": bool(rng.integers(2)),
        "weights": [rng.uniform(-1, 1, shape).round(2).tolist() for shape in ((3, 3), (3, 1))],
        "biases": [rng.uniform(-1, 1, size).round(2).tolist() for size in (3, 1)],
    }


@needs_browser
def test_forward_equals_keras(show):
    import keras

    page, rng = show(), np.random.default_rng(1)
    layers = [keras.layers.Dense(3, activation="relu"), keras.layers.Dense(1, activation="sigmoid")]
    model = keras.Sequential([keras.Input((3,)), *layers])
    for _ in range(10):
        state = draw(rng)
        for layer, kernel, bias in zip(layers, state["weights"], state["biases"], strict=True):
            layer.set_weights([np.array(kernel), np.array(bias)])
        x = np.array([state["row"]]) / [100 if state["scaled"] else 1, 1, 1]
        found = page.evaluate("state => module.forward(state)", state)
        hidden = [node["a"] for node in found["hidden"]]
        np.testing.assert_allclose(hidden, layers[0](x)[0], rtol=1e-5, atol=1e-5)
        assert found["output"]["a"] == pytest.approx(float(model(x)[0, 0]), rel=1e-4, abs=1e-6)


@needs_browser
def test_every_number_is_in_the_picture(show):
    page = show()
    shown = page.locator(".fn-knot-value").all_inner_texts()
    assert shown == ["0.18", "1", "1", "0.59", "0", "0.38", "0.599"]
    below = page.locator(".fn-knot-bias").all_inner_texts()
    assert below == ["b 0.1", "b 0.2", "b −0.3", "b 0.1"]
    numbers = page.locator(".fn-wire-number").all_text_contents()
    wanted = [w for matrix in WEIGHTS for row in matrix for w in row]
    assert sorted(float(n.replace("−", "-")) for n in numbers) == sorted(wanted)


OVERLAPS = """() => {
    const boxes = [...document.querySelectorAll(".fn-wire-number, .fn-knot")].map((one) => (
        [one.textContent, one.getBoundingClientRect()]));
    return boxes.flatMap(([a, p], i) => boxes.slice(i + 1).filter(([, q]) => (
        p.left < q.right && q.left < p.right && p.top + 3 < q.bottom && q.top + 3 < p.bottom
    )).map(([b]) => `${a} on ${b}`));
}"""


@needs_browser
@pytest.mark.parametrize("shape", ["desk", "phone"])
def test_numbers_do_not_lie_on_each_other(show, shape):
    page = show(shape)
    count = {"desk": 12, "phone": 3}[shape]
    for name in NODES:
        put(page, selected=name)
        page.wait_for_timeout(20)
        assert page.evaluate(OVERLAPS) == []
        assert page.locator(".fn-wire-number").count() == count


@needs_browser
def test_lines_say_sign_and_size(show):
    page = show(**NOTHING | {"weights": [[[2.0, -1.0, 0.0]] * 3, [[1.0]] * 3]})
    lines = page.locator(".fn-wire").evaluate_all(
        "all => all.map(one => [one.getAttribute('class').split('-').at(-1), "
        "parseFloat(one.style.strokeWidth)])"
    )
    assert sorted({tuple(line) for line in lines}) == [
        ("minus", 3.0), ("none", 1.25), ("plus", 3.0), ("plus", 4.75),
    ]  # fmt: skip


# ---------------------------------------------------------------- words


@needs_browser
def test_arithmetic_is_written_out(show):
    page = show()
    assert arithmetic(page) == [
        "z = 0.5 · 0.18 + (−0.4) · 1 + 0.8 · 1 + 0.1",
        "z = 0.09 − 0.4 + 0.8 + 0.1 = 0.59",
        "a = ReLU(0.59) = 0.59",
    ]
    knot(page, "output").click()
    assert arithmetic(page) == [
        "z = 0.9 · 0.59 + (−0.7) · 0 + (−0.6) · 0.38 + 0.1",
        "z = 0.531 + 0 − 0.228 + 0.1 = 0.403",
        "a = sigmoid(0.403) = 0.5994",
    ]
    knot(page, "age").click()
    assert arithmetic(page)[0] == "x₁ = 18 ÷ 100 = 0.18"


@needs_browser
@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "The output says 0.5994. The label of this passenger is 0: did not survive."),
        ({}, "nobody has trained these numbers, so the value means nothing yet"),
        ({}, "The node hidden 2 gives 0, so its weight to the output cannot matter now."),
        ({"row": [30, 3, 0]}, "For this one we have no label."),
        ({"biases": [[0.1, 0.2, -3.0], [0.1]]}, "The nodes hidden 2 and hidden 3 give 0"),
        (NOTHING, "The output says 0.5."),
        (NOTHING, "All hidden nodes give 0: the output hears only its own bias."),
        ({"biases": [BIASES[0], [-3.0]]}, "That shows no skill with any other."),
        ({"biases": [BIASES[0], [0.2]]}, "you or chance set them"),
        ({"scaled": False}, "The raw age makes up 94% of all the products"),
        (NOTHING | {"scaled": False}, "The raw age makes up 0% of all"),
    ],
)
def test_every_state_is_put_into_words(show, changes, said):
    page = show(**changes)
    assert said in words(page)
    say_no_nonsense(page)


@needs_browser
def test_share_of_the_age_equals_numpy(show):
    page = show(scaled=False)
    sizes = np.abs(WEIGHTS[0] * np.array([[18], [1], [1]])).sum(axis=1)
    share = page.evaluate("s => module.ageShare(module.forward(s))", {
        "row": [18, 1, 1], "scaled": False, "weights": WEIGHTS, "biases": BIASES,
    })  # fmt: skip
    assert share == pytest.approx(sizes[0] / sizes.sum())


@needs_browser
@pytest.mark.parametrize("sign", [1, -1])
def test_extreme_networks_are_drawn_and_read(show, sign):
    weights = [[[3.0] * 3] * 3, [[3.0 * sign]] * 3]
    page = show(row=[100, 3, 8], scaled=False, weights=weights, selected="output")
    assert f"The output says ≈ {1 if sign > 0 else 0}." in words(page)
    assert arithmetic(page)[-1].endswith(f"≈ {1 if sign > 0 else 0}")
    say_no_nonsense(page)


# ---------------------------------------------------------------- controls


@needs_browser
def test_every_node_is_chosen_by_keys(show):
    page = show()
    for name in NODES:
        knot(page, name).press("Enter")
        assert get(page, "selected") == name
        assert knot(page, name).get_attribute("aria-pressed") == "true"
        sliders = page.get_by_role("group", name=f"Numbers of {name}").get_by_role("slider")
        assert sliders.count() == (3 if name in INPUTS else 4)


def slider(page, group, name):
    found = page.get_by_role("group", name=group, exact=True)
    return found.get_by_role("slider", name=name, exact=True)


@needs_browser
def test_sliders_move_the_number_they_name(show):
    page = show(selected="hidden 2")
    slider(page, "Numbers of hidden 2", "from siblings").press("ArrowRight")
    assert get(page, "weights")[0][2][1] == pytest.approx(-0.5)
    slider(page, "Numbers of hidden 2", "bias").press("End")
    assert get(page, "biases")[0] == [0.1, LIMIT, -0.3]
    knot(page, "class").click()
    slider(page, "Numbers of class", "to hidden 3").press("Home")
    assert get(page, "weights")[0][1][2] == -LIMIT
    knot(page, "output").click()
    slider(page, "Numbers of output", "from hidden 1").press("ArrowLeft")
    assert get(page, "weights")[1][0] == [pytest.approx(0.8)]
    changed = np.concatenate(
        [np.ravel(get(page, "weights")[k]) - np.ravel(WEIGHTS[k]) for k in (0, 1)]
    )
    assert np.count_nonzero(np.abs(changed) > 1e-9) == 3


@needs_browser
def test_passenger_is_moved_year_by_year(show):
    page = show()
    for name, wanted in (("age", 19), ("class", 2), ("siblings", 2)):
        slider(page, "The passenger", name).press("ArrowRight")
        assert get(page, "row")[list(INPUTS).index(name)] == wanted
    fill(page, "class, exact value", "2.6")
    assert get(page, "row") == [19, 3, 2]
    fill(page, "age, exact value", "0.42")
    assert get(page, "row")[0] == 0.42
    fill(page, "siblings, exact value", "1e308")
    assert get(page, "row")[2] == 8
    assert "held at 8." in page.locator(".fn-note:visible").inner_text()
    say_no_nonsense(page)


@needs_browser
def test_finger_on_a_number_leads_to_its_slider(show):
    page = show("phone")
    page.locator("[data-wire='0,1,0'] .fn-wire-number").tap()
    page.wait_for_timeout(30)
    assert get(page, "selected") == "hidden 1"
    focused = "document.activeElement.getAttribute('aria-label')"
    assert page.evaluate(focused) == "from class"
    knot(page, "output").tap()
    page.locator("[data-wire='1,2,0'] .fn-wire-number").tap()
    page.wait_for_timeout(30)
    assert page.evaluate(focused) == "from hidden 3"
    knot(page, "age").tap()
    page.locator("[data-wire='0,0,1'] .fn-wire-number").tap()
    page.wait_for_timeout(30)
    assert get(page, "selected") == "age"
    assert page.evaluate(focused) == "to hidden 2"


@needs_browser
def test_choices_fill_the_network(show):
    page = show()
    press(page, "random numbers")
    drawn = np.concatenate(
        [np.ravel(part) for part in (*get(page, "weights"), *get(page, "biases"))]
    )
    assert len(drawn) == 16
    assert np.abs(drawn).max() <= 1
    assert len(set(drawn)) > 3
    np.testing.assert_allclose(drawn, drawn.round(1))
    press(page, "all 0")
    assert get(page, "weights") == NOTHING["weights"]
    press(page, "raw age")
    press(page, "the chapter’s numbers")
    state = {name: get(page, name) for name in TRAITS}
    assert state == {name: getattr(SmallNetwork(), name) for name in TRAITS}


# ---------------------------------------------------------------- the life of a view


@needs_browser
def test_state_set_from_elsewhere_is_drawn(show):
    page = show()
    put(page, scaled=False, selected="hidden 3")
    page.wait_for_timeout(30)
    assert knot(page, "hidden 3").locator(".fn-knot-value").inner_text() == "18.2"
    assert arithmetic(page)[1] == "z = 18 + 0.7 − 0.2 − 0.3 = 18.2"


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
    times = redraws(page, '(k) => model.set("row", [k, 1 + k % 3, k % 9])')
    assert slow(times) < FRAME


@needs_browser
def test_phone_holds_everything_and_targets_are_large(show):
    page = show("phone")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    for target in page.locator("button:visible, input:visible").all():
        box = target.bounding_box()
        assert min(box["width"], box["height"]) >= 40
    for part in page.locator(".fn-knot-name, .fn-knot-value, .fn-knot-bias").all():
        assert part.evaluate("one => one.offsetWidth <= one.parentNode.clientWidth")


@needs_browser
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing(show, theme):
    page = show(theme=theme)
    page.add_script_tag(path=AXE)
    found = page.evaluate("async () => (await axe.run('#stage')).violations")
    assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []
