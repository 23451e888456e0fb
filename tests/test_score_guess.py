"""The explorables of chapter 03 in a real browser, against the losses of the package and NumPy."""

import json
import re

import numpy as np
import pytest
import traitlets
from redraws import FRAME, redraws, slow
from test_downhill import AXE, PAGE, SHAPES, swipe

from firstnet import losses
from firstnet.widgets.losses import Losses
from firstnet.widgets.two_losses import LEARNING_RATES, MOST_STEPS, REACH, TwoLosses

needs_browser = pytest.mark.browser


def traits_of(cls):
    return [name for name in cls.class_own_traits(sync=True) if not name.startswith("_")]


@pytest.fixture
def show(new_page, tmp_path):
    """A function that opens a page with one explorable in it and no kernel behind it."""

    def open_widget(cls, shape="desk", *, theme="light", **traits):
        widget = cls(**traits)
        state = {name: getattr(widget, name) for name in traits_of(cls)}
        parts = json.dumps({"state": state, "source": widget._esm, "deferred": False})
        text = PAGE.replace("THEME", theme).replace("CSS", widget._css)
        file = tmp_path / "page.html"
        file.write_text(text.replace("WIDGET", parts.replace("</", "<\\/")), "utf-8")
        page = new_page(**(SHAPES[shape] if isinstance(shape, str) else shape))
        page.goto(file.as_uri())
        page.wait_for_function("window.ready", timeout=10_000)
        page.wait_for_timeout(50)  # until it knows its width
        return page

    return open_widget


def get(page, name):
    return page.evaluate("name => model.get(name)", name)


def put(page, **changes):
    page.evaluate("c => Object.entries(c).forEach(([k, v]) => model.set(k, v))", changes)
    page.wait_for_timeout(20)


def words(page):
    return page.inner_text(".fn-words")


def readout(page):
    return page.locator(".fn-readout dd").all_inner_texts()


def press(page, name):
    page.get_by_role("button", name=name, exact=True).click()


def fill(page, label, text):
    page.get_by_label(label, exact=True).fill(text)
    page.keyboard.press("Enter")


def say_no_nonsense(page):
    text = page.locator(".fn-explorable").evaluate(
        "node => node.textContent + [...node.querySelectorAll('*')]"
        ".flatMap(one => [...one.attributes].map(a => a.value)).join(' ')"
    )
    assert not re.search(r"NaN|Infinity|undefined|null|\[object", text)


# ---------------------------------------------------------------- the Python side


@pytest.mark.parametrize(
    ("cls", "trait", "value", "said"),
    [
        (Losses, "target", 2, "target must be from 0 to 1, and it is 2"),
        (Losses, "probability", 1.5, "probability must be from 0 to 1, and it is 1.5"),
        (Losses, "probability", float("nan"), "from 0 to 1, and it is nan"),
        (TwoLosses, "target", -1, "target must be from 0 to 1, and it is -1"),
        (TwoLosses, "weight", 5.5, "weight must be from -5 to 5, and it is 5.5"),
        (TwoLosses, "bias", float("inf"), "bias must be from -5 to 5, and it is inf"),
        (TwoLosses, "learning_rate", 0.0, "learning_rate must be from 0.01 to 5"),
        (TwoLosses, "steps", 301, "steps must be from 0 to 300, and it is 301"),
    ],
)
def test_wrong_values_are_refused_in_words(cls, trait, value, said):
    widget = cls()
    before = getattr(widget, trait)
    with pytest.raises(traitlets.TraitError, match=said):
        setattr(widget, trait, value)
    assert getattr(widget, trait) == before


# ---------------------------------------------------------------- losses: numbers and words

CHANCES = [0.0, 1e-8, 1e-6, 0.01, 0.25, 0.5, 0.8, 0.99, 0.999999]


@needs_browser
@pytest.mark.parametrize("target", [0, 1])
def test_losses_and_slopes_equal_the_packages(show, target):
    found = show(Losses).evaluate(
        """([target, chances]) => chances.map((chance) => {
            const state = {target, probability: target === 1 ? chance : 1 - chance};
            const {squaredError, squaredErrorSlope, crossEntropy, crossEntropySlope} = module;
            const all = [squaredError, squaredErrorSlope, crossEntropy, crossEntropySlope];
            return all.map((one) => one(state));
        })""",
        [target, CHANCES],
    )
    chances = np.array(CHANCES)[:, None]
    probability, y = np.abs(1 - target - chances), np.full_like(chances, target)
    square, square_slope, cross, cross_slope = np.array(found).T
    np.testing.assert_allclose(square, losses.squared_error(y, probability), rtol=1e-12)
    gradient = losses.squared_error_gradient(y, probability)[:, 0]
    np.testing.assert_allclose(square_slope, gradient, rtol=1e-12)
    np.testing.assert_allclose(cross, losses.binary_cross_entropy(y, probability), rtol=1e-9)
    free = chances[:, 0] > losses.SMALLEST  # the page shows the slope of the edge, NumPy the flat
    gradient = losses.binary_cross_entropy_gradient(y, probability)[:, 0]
    np.testing.assert_allclose(cross_slope[free], gradient[free], rtol=1e-9)
    np.testing.assert_allclose(np.abs(cross_slope[~free]), 1e7)


SAID = {
    1.0: "Certain and right: both losses are 0.",
    0.99: "Confident and right: cross-entropy is 0.0101, squared error is 0.0001.",
    0.8: "Raise p by 0.01, and cross-entropy falls by about 0.0125, squared error by about 0.004.",
    0.5: "Undecided: cross-entropy is 0.69, squared error is 0.25.",
    0.25: "Leaning the wrong way: cross-entropy is 1.39, squared error is 0.56.",
    0.01: "Confident and wrong: cross-entropy is 4.61 and steep; "
    "squared error is 0.98 and can never exceed 1.",
    0.002: "squared error is 0.996 and can never exceed 1.",
    0.001: "Half this chance for the truth would cost 0.69 more. The point lies above the picture.",
    1e-9: "Hardly any chance for the truth: here cross-entropy grows without bound.",
    0.0: "We hold that chance at 0.0000001, as Keras does. It costs 16.12.",
}


@needs_browser
@pytest.mark.parametrize("chance", SAID)
def test_words_fit_the_prediction(show, chance):
    page = show(Losses, probability=chance)
    assert SAID[chance] in words(page).replace("\n", " ")
    say_no_nonsense(page)


@needs_browser
def test_target_0_mirrors_everything(show):
    page = show(Losses, target=0, probability=0.99)
    assert "Confident and wrong: cross-entropy is 4.61" in words(page)
    assert readout(page) == ["0.99", "0.01", "0.98", "4.61", "1.98", "100"]
    put(page, probability=0.2)
    assert words(page).endswith("Lower p by 0.01, and cross-entropy falls by about 0.0125, "
                                "squared error by about 0.004.")  # fmt: skip
    press(page, "1")
    assert (get(page, "target"), readout(page)[1]) == (1, "0.2")


@needs_browser
@pytest.mark.parametrize(
    ("name", "chance"),
    [
        ("confident and right", 0.99),
        ("undecided", 0.5),
        ("confident and wrong", 0.01),
        ("certain and wrong", 0),
    ],
)
def test_guesses_are_seen_from_the_truth(show, name, chance):
    page = show(Losses)
    for target in (1, 0):
        put(page, target=target)
        press(page, name)
        assert get(page, "probability") == pytest.approx(abs(1 - target - chance))
        assert page.locator("[aria-pressed=true]").all_inner_texts() == [str(target), name]
        say_no_nonsense(page)


DRAWN = """kind => {
    const frame = document.querySelector(".fn-guess .fn-frame").getBoundingClientRect();
    const line = document.querySelector(`.fn-${kind}-line`);
    return Array.from({length: 50}, (_, k) => {
        const along = line.getPointAtLength(line.getTotalLength() * (k + 0.5) / 50);
        const {x, y} = along.matrixTransform(line.getScreenCTM());
        return [(x - frame.left) / frame.width, 5 * (frame.bottom - y) / frame.height];
    });
}"""


@needs_browser
@pytest.mark.parametrize("target", [0, 1])
def test_curves_are_drawn_where_numpy_finds_them(show, target):
    page = show(Losses, target=target)
    for kind, loss in (("square", losses.squared_error), ("cross", losses.binary_cross_entropy)):
        probability, height = np.array(page.evaluate(DRAWN, kind)).T
        assert np.ptp(probability) > 0.9
        steepness = 1 + 1 / np.maximum(np.abs(1 - target - probability), 1e-2)
        expected = loss(np.full((50, 1), float(target)), probability[:, None])
        assert (np.abs(height - expected) < 0.003 * steepness + 0.01).all()


@needs_browser
def test_line_of_the_slope_touches_the_curve(show):
    page = show(Losses, probability=0.3)
    slopes = page.evaluate("""() => {
        const {width, height} = document.querySelector(".fn-guess .fn-frame").getBBox();
        return [...document.querySelectorAll(".fn-slope-line")].map((line) => {
            const [x1, x2, y1, y2] = ["x1", "x2", "y1", "y2"].map(name => line[name].baseVal.value);
            return (5 * (y1 - y2) / height) / ((x2 - x1) / width);
        });
    }""")
    assert slopes == pytest.approx([-1 / 0.3, 2 * (0.3 - 1)], rel=1e-5)
    put(page, probability=0.001)
    assert page.locator(".fn-slope-line").count() == 1
    assert page.locator("path.fn-cross-dot").count() == 1


# ---------------------------------------------------------------- losses: mouse, finger, keys


def grip(page):
    box = page.locator(".fn-grip").bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


@needs_browser
def test_line_follows_the_mouse_and_stops_at_the_ends(show):
    page = show(Losses, probability=0.5)
    frame = page.locator(".fn-guess .fn-frame").bounding_box()
    x, y = grip(page)
    page.mouse.move(x + 5, y + 100)
    page.mouse.down()
    page.mouse.move(x + 5 - frame["width"] / 4, y, steps=3)
    assert get(page, "probability") == pytest.approx(0.25, abs=0.005)
    page.mouse.move(-200, y)
    page.mouse.up()
    assert get(page, "probability") == 0
    say_no_nonsense(page)
    page.mouse.click(frame["x"] + 0.75 * frame["width"], frame["y"] + 20)
    assert get(page, "probability") == pytest.approx(0.75, abs=0.005)


@needs_browser
def test_line_follows_a_finger_and_the_picture_scrolls(show):
    page = show(Losses, "phone", probability=0.5)
    page.locator(".fn-guess").scroll_into_view_if_needed()
    frame = page.locator(".fn-guess .fn-frame").bounding_box()
    scrolled = page.evaluate("scrollY")
    swipe(page, grip(page), (frame["width"] / 4, 0))
    assert get(page, "probability") == pytest.approx(0.75, abs=0.01)
    assert page.evaluate("scrollY") == scrolled
    frame = page.locator(".fn-guess .fn-frame").bounding_box()
    swipe(page, (frame["x"] + 40, frame["y"] + frame["height"] - 20), (0, -150))
    assert page.evaluate("scrollY") > scrolled + 50


@needs_browser
def test_keys_move_the_prediction(show):
    page = show(Losses, probability=0.5)
    handle = page.get_by_role("slider", name="The prediction p, in the picture")
    handle.focus()
    for key in ("ArrowRight", "ArrowUp", "Shift+ArrowLeft"):
        page.keyboard.press(key)
    assert get(page, "probability") == pytest.approx(0.42)
    assert handle.get_attribute("aria-valuetext") == "p is 0.42"
    track = page.get_by_role("slider", name="Prediction p", exact=True)
    track.press("Home")
    assert get(page, "probability") == 0
    track.press("ArrowRight")
    assert get(page, "probability") == 0.0025
    track.press("End")
    assert get(page, "probability") == 1


@needs_browser
@pytest.mark.parametrize(
    ("typed", "value", "note"),
    [
        ("7", 1, "held at 1."),
        ("-0.5", 0, "held at 0."),
        ("", 0.8, "It stays 0.8."),
        ("1e999", 0.8, "It stays 0.8."),
        ("1e-7", 1e-7, None),
        ("1e-308", 1e-308, None),
    ],
)
def test_typed_prediction_is_held_or_explained(show, typed, value, note):
    page = show(Losses)
    fill(page, "Prediction p, exact value", typed)
    assert get(page, "probability") == value
    shown = page.locator(".fn-note:visible").all_inner_texts()
    assert (note in shown[0]) if note else shown == []
    say_no_nonsense(page)


# ---------------------------------------------------------------- two losses: numbers


def learn_by_numpy(kind, *, target, weight, bias, learning_rate, steps):
    """Learn with the gradients of the package: softmax of two sums, (z, 0), is the sigmoid of z."""
    w, y, places = np.array([weight, bias]), np.array([float(target)]), []
    one_hot = np.array([target, 1.0 - target])
    for _ in range(steps + 1):
        z = w.sum()
        a = np.array([1 / (1 + np.exp(-z))])
        if kind == "square":
            loss = losses.squared_error(y, a)
            slope = (losses.squared_error_gradient(y, a) * a * (1 - a))[0]
        else:
            loss = losses.softmax_cross_entropy(one_hot, [z, 0])
            slope = losses.softmax_cross_entropy_gradient(one_hot, [z, 0])[0]
        places.append([*w, z, a[0], loss, slope])
        w = w - learning_rate * slope
    return np.array(places)


STATES = [
    {"target": 0, "weight": 2, "bias": 2, "learning_rate": 0.5, "steps": 80},
    {"target": 0, "weight": 3, "bias": 3, "learning_rate": 0.5, "steps": 300},
    {"target": 1, "weight": -5, "bias": -5, "learning_rate": 5, "steps": 300},
    {"target": 1, "weight": 0.3, "bias": -1.1, "learning_rate": 0.01, "steps": 50},
]


@needs_browser
def test_learning_equals_numpy(show):
    page = show(TwoLosses)
    for state in STATES:
        for kind in ("square", "cross"):
            path = page.evaluate(
                "s => module.learn({...s, learningRate: s.learning_rate})"
                ".map(p => [p.weight, p.bias, p.z, p.prediction, p.loss, p.slope])",
                {**state, "kind": kind},
            )
            np.testing.assert_allclose(path, learn_by_numpy(kind, **state), rtol=1e-8, atol=1e-12)


@needs_browser
def test_slope_is_that_of_the_loss_even_far_out(show):
    page = show(TwoLosses)
    for kind in ("square", "cross"):
        for target in (0, 1):
            found = page.evaluate(
                """([kind, target]) => [-8, -1, 0, 2, 9].map((z) => {
                    const {loss, slope} = module.LOSSES[kind];
                    const change = loss(z + 1e-5, target) - loss(z - 1e-5, target);
                    return [slope(z, target), change / 2e-5];
                })""",
                [kind, target],
            )
            taken, differences = np.array(found).T
            np.testing.assert_allclose(taken, differences, rtol=1e-5, atol=1e-10)
    far = page.evaluate("[-1000, 1000].map((z) => module.LOSSES.cross.loss(z, 0))")
    assert far == [0, 1000]


@needs_browser
def test_steps_needed_are_counted_or_given_up(show):
    page = show(TwoLosses)
    for weight, bias in ((0.6, 0.9), (2, 2), (3, 3)):
        state = {"target": 0, "weight": weight, "bias": bias, "learning_rate": 0.5}
        needed = []
        for kind in ("square", "cross"):
            predictions = learn_by_numpy(kind, steps=MOST_STEPS, **state)[:, 3]
            needed.append(int(np.argmax(predictions < 0.1)))
            found = "s => module.stepsNeeded({...s, learningRate: s.learning_rate})"
            assert page.evaluate(found, {**state, "kind": kind}) == needed[-1]
        assert needed[0] > 3 * needed[1] > 0
    hopeless = {"kind": "square", "target": 0, "weight": 5, "bias": 5, "learningRate": 0.01}
    assert page.evaluate("s => module.stepsNeeded(s) === undefined", hopeless)


@needs_browser
def test_ranges_are_the_same_in_python_and_in_the_page(show):
    page = show(TwoLosses, steps=MOST_STEPS)
    for label, limits in (
        ("Learning rate, exact value", LEARNING_RATES),
        ("Start w", (-REACH, REACH)),
        ("Start b", (-REACH, REACH)),
    ):
        field = page.get_by_label(label, exact=True)
        assert tuple(float(field.get_attribute(end)) for end in ("min", "max")) == limits
    step = page.get_by_role("button", name="Step", exact=True)
    assert step.get_attribute("aria-disabled") == "true"


# ---------------------------------------------------------------- two losses: words and controls


def table(page):
    return [row.split("\t")[1:] for row in page.locator("tbody tr").all_inner_texts()]


@needs_browser
def test_default_is_the_bad_start(show):
    page = show(TwoLosses)
    assert "Before step 1: both neurons say 0.982 and should say 0." in words(page)
    assert "will move z by only 0.0347, that of cross-entropy by 0.98." in words(page)
    assert table(page) == [
        ["0.982", "0.982"],
        ["0.96", "4.02"],
        ["0.0177", "0.0177"],
        ["0.0347", "0.98"],
        ["70", "15"],
    ]
    press(page, "Step")
    assert get(page, "steps") == 1
    assert words(page).startswith("=\n\nStep 1: with squared error the neuron says 0.9814, with")


@needs_browser
@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("good start", "cross-entropy took 12 steps, squared error 40, 3.3 times as many."),
        ("bad start", "cross-entropy took 15 steps, squared error 70, 4.7 times as many."),
        ("very bad start", "cross-entropy took 17 steps, squared error 249, 14.6 times as many."),
    ],
)
def test_starts(show, name, said):
    page = show(TwoLosses, target=1, steps=5)
    press(page, name)
    assert (get(page, "target"), get(page, "steps")) == (0, MOST_STEPS)
    assert said in words(page)
    assert page.locator("[aria-pressed=true]").all_inner_texts() == [name, "0"]
    say_no_nonsense(page)


@needs_browser
def test_words_on_the_plateau_and_at_the_end(show):
    page = show(TwoLosses, weight=3, bias=3, steps=100)
    assert "Squared error is on a plateau: a(1 − a) is only 0.0048" in words(page)
    assert "took 17 steps to come within 0.1." in words(page)
    put(page, weight=4, bias=4, steps=300)
    assert "Squared error would need 1,542." in words(page)
    put(page, weight=5, bias=5, learning_rate=0.01)
    assert "Squared error would need more than 10,000." in words(page)
    put(page, target=1)
    assert "The start is within 0.1 of the target already" in words(page)
    put(page, weight=1, bias=0, target=0, steps=12, learning_rate=0.5)
    assert "Squared error has left the flat part" in words(page)


@needs_browser
def test_no_setting_shows_nonsense(show):
    page = show(TwoLosses)
    for target in (0, 1):
        for z in (-5.0, 0.0, 5.0):
            for rate in LEARNING_RATES:
                for steps in (0, 1, 300):
                    put(page, target=target, weight=z, bias=z, learning_rate=rate, steps=steps)
                    say_no_nonsense(page)


def ring(page):
    box = page.locator(".fn-begin .fn-ring").bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


@needs_browser
def test_start_is_dragged_along_the_sigmoid(show):
    page = show(TwoLosses)
    frame = page.locator(".fn-slide .fn-frame").bounding_box()
    x, y = ring(page)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - frame["width"] / 4, y + 20, steps=3)
    assert get(page, "weight") == get(page, "bias") == pytest.approx(-0.5, abs=0.1)
    page.mouse.move(5000, y)
    page.mouse.up()
    assert (get(page, "weight"), get(page, "bias")) == (REACH, REACH)
    say_no_nonsense(page)


@needs_browser
def test_start_follows_a_finger(show):
    page = show(TwoLosses, "phone")
    page.locator(".fn-slide").scroll_into_view_if_needed()
    frame = page.locator(".fn-slide .fn-frame").bounding_box()
    scrolled = page.evaluate("scrollY")
    swipe(page, ring(page), (-frame["width"] / 4, 0))
    assert get(page, "weight") == pytest.approx(-0.5, abs=0.15)
    assert page.evaluate("scrollY") == scrolled


@needs_browser
def test_start_and_rate_by_keys_and_typing(show):
    page = show(TwoLosses)
    page.get_by_role("slider", name="Start: the sum z before the first step").focus()
    for key in ("ArrowRight", "Shift+ArrowDown"):
        page.keyboard.press(key)
    assert get(page, "weight") == get(page, "bias") == pytest.approx(1.1)
    page.get_by_role("slider", name="Learning rate", exact=True).press("End")
    assert get(page, "learning_rate") == LEARNING_RATES[1]
    fill(page, "Start w", "-99")
    assert get(page, "weight") == -REACH
    fill(page, "Start b", "")
    assert "It stays 1.1." in page.locator(".fn-note:visible").last.inner_text()
    fill(page, "Learning rate, exact value", "0")
    assert get(page, "learning_rate") == LEARNING_RATES[0]
    say_no_nonsense(page)


@needs_browser
def test_run_learns_pauses_and_resets(show):
    page = show(TwoLosses, {**SHAPES["desk"], "reduced_motion": "no-preference"})
    press(page, "Run")
    page.wait_for_function("model.get('steps') >= 3")
    press(page, "Pause")
    paused = get(page, "steps")
    page.wait_for_timeout(200)
    assert get(page, "steps") == paused
    press(page, "very bad start")
    page.wait_for_function("model.get('weight') === 3 && model.get('steps') === 300")
    page.get_by_role("button", name="Run", exact=True).wait_for()
    press(page, "Reset")
    assert get(page, "steps") == 0


# ---------------------------------------------------------------- both: life and looks

each_cls = pytest.mark.parametrize("cls", [Losses, TwoLosses])


@needs_browser
@each_cls
def test_cleanup_leaves_nothing(show, cls):
    page = show(cls, {**SHAPES["desk"], "reduced_motion": "no-preference"})
    assert page.evaluate("listeners()") == len(traits_of(cls))
    page.evaluate("cleanup()")
    assert page.evaluate("listeners()") == 0
    assert page.locator("#stage *").count() == 0


@needs_browser
@each_cls
def test_two_views_share_no_id_and_keep_to_their_prefix(show, cls):
    page = show(cls)
    page.evaluate("void render()")
    ids = page.evaluate("[...document.querySelectorAll('#stage [id]')].map(node => node.id)")
    assert len(ids) == len(set(ids)) > 0
    classes = page.evaluate(
        "[...document.querySelectorAll('#stage *')].flatMap(node => [...node.classList])"
    )
    assert {name for name in classes if not name.startswith("fn-")} == set()


@pytest.mark.alone
@needs_browser
@pytest.mark.parametrize(("cls", "trait"), [(Losses, "probability"), (TwoLosses, "weight")])
def test_redraw_takes_far_less_than_a_frame(show, cls, trait):
    page = show(cls, **({"steps": MOST_STEPS} if cls is TwoLosses else {}))
    times = redraws(page, f'(k) => model.set("{trait}", k / 60)')
    assert slow(times) < FRAME


@needs_browser
@each_cls
def test_phone_has_room_and_large_targets(show, cls):
    page = show(cls, "phone")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    for target in page.locator("button, input, .fn-reach").all():
        box = target.bounding_box()
        assert min(box["width"], box["height"]) >= 40


@needs_browser
@each_cls
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing(show, cls, theme):
    page = show(cls, theme=theme)
    page.add_script_tag(path=AXE)
    found = page.evaluate("async () => (await axe.run('#stage')).violations")
    assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []
