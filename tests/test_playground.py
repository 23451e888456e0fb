"""The playground: its mathematics against firstnet.network, its words, its controls, its links."""

import json
import re
from itertools import product

import numpy as np
import pytest
import traitlets
from test_downhill import AXE, PAGE, SHAPES, fill, get, press, put, words

from firstnet import network
from firstnet.widgets import playground
from firstnet.widgets.playground import Playground

SETUP = ("data", "noise", "points", "own_points", "hidden", "activation", "learning_rate")
SETUP += ("batch_size", "seed", "speed", "hidden_controls")
TRAITS = (*SETUP, "epoch", "loss")
MOVING = {"viewport": {"width": 820, "height": 1000}}
INNER = """
export const inner = { LIMITS, CONTROL_NAMES, DATA_NAMES, ACTIVATION_NAMES, SPEED_NAMES, PLANE,
  MOST_LAYERS, MOST_NEURONS, MOST_OWN, MOST_EPOCHS, FIRST, CELLS };
"""
ACTIVATIONS = playground.ACTIVATIONS
needs_browser = pytest.mark.browser


def page_text(widget, theme):
    state = {name: getattr(widget, name) for name in TRAITS}
    parts = {"state": state, "source": widget._esm + INNER, "deferred": False}
    text = PAGE.replace("THEME", theme).replace("CSS", widget._css)
    text = text.replace('id="stage"', 'id="stage" class="widget-host"')
    return text.replace("WIDGET", json.dumps(parts).replace("</", "<\\/"))


@pytest.fixture
def show(new_page, tmp_path):
    """A function that opens a page of the book's kind with one Playground in it, and no kernel."""

    def open_widget(shape="desk", *, theme="light", end="", **traits):
        file = tmp_path / "page.html"
        file.write_text(page_text(Playground(**traits), theme), "utf-8")
        page = new_page(**(SHAPES[shape] if isinstance(shape, str) else shape))
        page.goto(file.as_uri() + end)
        page.wait_for_function("window.ready", timeout=10_000)
        page.wait_for_timeout(60)
        return page

    return open_widget


def readout(page):
    return page.locator(".fn-readout dd").all_inner_texts()


def epoch(page):
    return int(readout(page)[0].replace(",", ""))


def say_no_nonsense(page):
    page.wait_for_timeout(30)
    text = page.locator(".fn-explorable").evaluate(
        "node => node.textContent + [...node.querySelectorAll('*')]"
        ".flatMap(one => [...one.attributes].map(a => a.value)).join(' ')"
    )
    assert not re.search(r"NaN|Infinity|undefined|null|\[object", text)


# ---------------------------------------------------------------- the Python side


@pytest.mark.parametrize(
    ("trait", "value", "said"),
    [
        ("data", "mnist", "mnist"),
        ("noise", -0.1, "noise must be from 0 to 1, and it is -0.1"),
        ("points", 49, "points must be from 50 to 500, and it is 49"),
        ("learning_rate", float("nan"), "learning_rate must be from 0.0001 to 10, and it is nan"),
        ("batch_size", 0, "batch_size must be from 1 to 500, and it is 0"),
        ("seed", 10_000, "seed must be from 0 to 9999"),
        ("hidden", [4, 4, 4, 4], "hidden may hold 3 at most, and it holds 4"),
        ("hidden", [4, 9], r"hidden\[1\] must be from 1 to 8, and it is 9"),
        ("own_points", [[0.0, 1.0]], r"own_points\[0\] must be \[x1, x2, 0 or 1\]"),
        ("own_points", [[0.0, 1.0, 0.5]], r"own_points\[0\] must be \[x1, x2, 0 or 1\]"),
        (
            "own_points",
            [[0.0, 1.0, 1], [0.0, 4.0, 1]],
            r"own_points\[1\]\[1\] must be from -3 to 3",
        ),
        ("own_points", [[0.0, 0.0, 1]] * 201, "own_points may hold 200 at most"),
        ("activation", "softmax", "softmax"),
        ("speed", "warp", "warp"),
        ("hidden_controls", ["brakes"], "brakes"),
    ],
)
def test_wrong_values_are_refused_in_words(trait, value, said):
    widget = Playground()
    before = getattr(widget, trait)
    with pytest.raises(traitlets.TraitError, match=said):
        setattr(widget, trait, value)
    assert getattr(widget, trait) == before


def test_python_reads_and_sets_the_setup():
    widget = Playground(hidden=[], own_points=[[1, 2, 1]])
    widget.learning_rate = 10
    state = widget.get_state()
    assert [state[name] for name in ("hidden", "own_points", "learning_rate")] == [
        [], [[1.0, 2.0, 1]], 10.0,
    ]  # fmt: skip
    assert (state["epoch"], state["loss"]) == (0, None)


@needs_browser
def test_python_and_the_page_know_the_same_names_and_limits(show):
    inner = show().evaluate("module.inner")
    assert inner["LIMITS"] == {
        "noise": list(playground.NOISE),
        "points": list(playground.POINTS),
        "learning_rate": list(playground.LEARNING_RATES),
        "batch_size": list(playground.BATCH_SIZES),
        "seed": list(playground.SEEDS),
    }
    assert set(inner["CONTROL_NAMES"]) == set(playground.CONTROLS)
    assert tuple(inner["DATA_NAMES"]) == playground.DATA
    assert tuple(inner["ACTIVATION_NAMES"]) == playground.ACTIVATIONS
    assert tuple(inner["SPEED_NAMES"]) == playground.SPEEDS
    assert (-inner["PLANE"], inner["PLANE"]) == playground.PLANE
    most = ("MOST_LAYERS", "MOST_NEURONS", "MOST_OWN", "MOST_EPOCHS")
    assert [inner[name] for name in most] == [getattr(playground, name) for name in most]
    widget = Playground()
    assert inner["FIRST"] == {name: getattr(widget, name) for name in inner["FIRST"]}


# ---------------------------------------------------------------- the mathematics

TRAIN = """([state, epochs]) => {
    const trainer = module.createTrainer(state);
    for (let epoch = 0; epoch < epochs; epoch += 1) module.trainOnce(trainer, state);
    const layers = trainer.network.layers.map(({weights, biases}) => [[...weights], [...biases]]);
    return {layers, losses: trainer.losses, accuracy: trainer.accuracy};
}"""


def rows(count=45, seed=3):
    rng = np.random.default_rng(seed)
    x = rng.uniform(-3, 3, (count, 2))
    return x, (x[:, 0] * x[:, 1] > np.sin(3 * x[:, 0])).astype(float)


def state_for(x, y, **changes):
    points = [[*place, label] for place, label in zip(x.tolist(), y.tolist(), strict=True)]
    widget = Playground(data="none", own_points=points, **changes)
    return {name: getattr(widget, name) for name in SETUP}


@needs_browser
def test_random_numbers_and_shuffles_are_the_same_to_the_bit(show):
    page = show()
    for seed in (0, 1, 9999, 2**31, 2**32 - 1):
        draw = network.mulberry32(seed)
        found = page.evaluate("seed => Array.from({length: 50}, module.mulberry32(seed))", seed)
        assert found == [draw() for _ in range(50)]
        order = page.evaluate("seed => [...module.shuffled(33, seed)]", seed)
        assert order == network.shuffled(33, seed)


def train_by_numpy(x, y, *, hidden, activation="tanh", batch_size, learning_rate, epochs):
    start = network.initial_weights((2, *hidden, 1), 5)
    trained, losses = network.train(
        start, x, y, activation=activation, learning_rate=learning_rate,
        batch_size=batch_size, epochs=epochs, seed=5,
    )  # fmt: skip
    return trained, [network.loss(start, x, y, activation), *losses]


@needs_browser
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_training_equals_numpy(show, activation):
    page, (x, y) = show(), rows()
    for hidden in ([], [4], [8, 8], [3, 5, 2]):
        options = {"hidden": hidden, "activation": activation}
        options |= {"batch_size": 7, "learning_rate": 0.05}
        found = page.evaluate(TRAIN, [state_for(x, y, seed=5, **options), 30])
        trained, losses = train_by_numpy(x, y, epochs=30, **options)
        for (weights, biases), layer in zip(trained, found["layers"], strict=True):
            np.testing.assert_allclose(layer[0], weights.ravel(), rtol=0, atol=1e-6)
            np.testing.assert_allclose(layer[1], biases, rtol=0, atol=1e-6)
        np.testing.assert_allclose(found["losses"], losses, rtol=0, atol=1e-6)
        right = (network.predict(trained, x, activation) > 0.5) == (y == 1)
        assert found["accuracy"] == pytest.approx(right.mean())


@needs_browser
def test_any_batch_size_equals_numpy(show):
    page, (x, y) = show(), rows()
    for batch_size in (1, 45, 500):
        options = {"hidden": [4], "batch_size": batch_size, "learning_rate": 0.1}
        found = page.evaluate(TRAIN, [state_for(x, y, seed=5, **options), 10])
        _, losses = train_by_numpy(x, y, epochs=10, **options)
        np.testing.assert_allclose(found["losses"], losses, rtol=0, atol=1e-9)


@needs_browser
def test_pictures_of_the_neurons_equal_numpy(show):
    x, y = rows()
    state = state_for(x, y, hidden=[5, 3], activation="sigmoid")
    grid = show().evaluate(
        """state => {
        const {network} = module.createTrainer(state);
        const grid = module.createGrid(network);
        module.fillGrid(grid, network);
        return grid.map((layer) => layer.map((picture) => [...picture]));
    }""",
        state,
    )
    centres = (np.arange(60) + 0.5) / 10 - 3
    across, up = np.meshgrid(centres, -centres)
    places = np.stack([across.ravel(), up.ravel()], axis=1)
    parameters = network.initial_weights((2, 5, 3, 1), 1)
    for found, wanted in zip(grid, network.forward(parameters, places, "sigmoid"), strict=True):
        np.testing.assert_allclose(np.array(found).T, wanted, rtol=0, atol=1e-12)


@needs_browser
def test_border_of_a_disc_is_its_circle(show):
    ends = show().evaluate("""() => {
        const cell = (c) => Math.hypot((c % 60) - 29.5, Math.floor(c / 60) - 29.5);
        return module.borderOf(Float64Array.from({length: 3600}, (_, c) => 20 - cell(c))).flat();
    }""")
    radii = np.hypot(*(np.array(ends) - 30).T)
    assert len(radii) > 200
    np.testing.assert_allclose(radii, 20, atol=0.02)


@needs_browser
def test_weights_that_grow_beyond_reason_stop_the_training_in_time(show):
    x, y = rows()
    for activation in ("linear", "relu"):
        state = state_for(
            x, y, hidden=[8, 8, 8], activation=activation, learning_rate=10, batch_size=1
        )
        found = show().evaluate(TRAIN, [state, 3])
        numbers = [number for layer in found["layers"] for part in layer for number in part]
        assert None not in numbers + found["losses"]  # what is not finite comes over as None
        assert np.isfinite(numbers).all()
        assert np.isfinite(found["losses"]).all()


# ---------------------------------------------------------------- the points

POINTS = "s => module.generatePoints(s)"


def points_of(page, data, *, noise=0.0, points=400, seed=2):
    setup = {"data": data, "noise": noise, "points": points, "seed": seed}
    return np.array(page.evaluate(POINTS, setup))


@needs_browser
def test_points_are_balanced_held_to_the_map_and_repeatable(show):
    page = show()
    for data, noise in product(playground.DATA[:-1], (0.0, 1.0)):
        points = points_of(page, data, noise=noise)
        assert points.shape == (400, 3)
        assert points[:, 2].sum() == 200
        assert np.abs(points[:, :2]).max() <= 3
        np.testing.assert_array_equal(points, points_of(page, data, noise=noise))
        assert (points != points_of(page, data, noise=noise, seed=3)).any()


@needs_browser
def test_points_without_noise_have_the_shapes_of_firstnet_points(show):
    page = show()
    x1, x2, label = points_of(page, "xor").T
    assert ((x1 * x2 < 0) == (label == 1)).all()
    x1, x2, label = points_of(page, "circles").T
    radius = np.hypot(x1, x2)
    assert radius[label == 0].max() <= 1.0001
    assert (radius[label == 1].min(), radius[label == 1].max()) == pytest.approx(
        (1.9, 2.5), abs=0.02
    )
    x1, x2, label = points_of(page, "moons").T
    upper, lower = label == 0, label == 1
    np.testing.assert_allclose(np.hypot(x1 + 0.85, x2 + 0.425)[upper], 1.7, atol=1e-3)
    np.testing.assert_allclose(np.hypot(x1 - 0.85, x2 - 0.425)[lower], 1.7, atol=1e-3)
    x1, x2, label = points_of(page, "spirals").T
    turn = np.pi * (2.5 * (np.hypot(x1, x2) - 0.2) / 2.4 + label)
    np.testing.assert_allclose(np.cos(turn - np.arctan2(x2, x1)), 1, atol=1e-4)
    x1, x2, label = points_of(page, "clusters").T
    assert ((x1 + x2 > 0) == (label == 1)).mean() > 0.99


@needs_browser
def test_noise_has_the_spread_it_says(show):
    page = show()
    clean, noisy = (points_of(page, "circles", noise=noise) for noise in (0.0, 0.2))
    assert np.hypot(*noisy[::2, :2].T).max() > np.hypot(*clean[::2, :2].T).max()
    radii = np.hypot(*noisy[1::2, :2].T) - 2.2
    assert radii.std() == pytest.approx(np.hypot(0.6 / np.sqrt(12), 0.2), rel=0.15)


# ---------------------------------------------------------------- the presets do what they say

RUN = """([preset, seed, epochs]) => {
    const state = {...module.inner.FIRST, ...preset.setup, seed};
    const trainer = module.createTrainer(state);
    let best = 0;
    while (trainer.epoch < epochs && !trainer.exploded) {
        module.trainOnce(trainer, state);
        best = Math.max(best, trainer.accuracy);
    }
    const {headline, detail} = module.describe(trainer, state);
    const said = `${headline} ${detail}`;
    return {best, last: trainer.accuracy, exploded: trainer.exploded, said};
}"""
ENDINGS = {
    "XOR, no hidden layer": "Without a hidden layer",
    "linear layers": "Linear layers collapse into one",
    "too few neurons": "Layer 1 has only 2 neurons",
    "rate too small": "each step is tiny",
    "rate too large": "The loss leaps up and down",
    "explodes": "Diverged in epoch 1",
}


@needs_browser
def test_presets_that_work_learn_and_those_that_fail_never_do(show):
    page = show()
    presets = page.evaluate("module.PRESETS")
    assert {preset["label"] for preset in presets if not preset["works"]} == set(ENDINGS)
    for preset in presets:
        for seed in (1, 2, 3):
            found = page.evaluate(RUN, [preset, seed, 400])
            if preset["works"]:
                assert found["last"] >= 0.95, (preset["label"], seed, found)
            else:
                assert found["best"] < 0.95, (preset["label"], seed, found)
                assert found["exploded"] == (preset["label"] == "explodes")
                if seed == 1:
                    assert ENDINGS[preset["label"]] in found["said"]


@needs_browser
def test_the_advice_for_the_small_rate_helps(show):
    page = show()
    preset = next(p for p in page.evaluate("module.PRESETS") if p["label"] == "rate too small")
    preset["setup"]["learning_rate"] *= 100
    assert page.evaluate(RUN, [preset, 1, 1000])["last"] >= 0.95


@needs_browser
@pytest.mark.parametrize("name", ["circles, ReLU", "linear layers", "explodes"])
def test_preset_button_sets_up_runs_and_says_why(show, name):
    page = show(MOVING, seed=7, own_points=[[0, 0, 1]])
    press(page, name)
    page.wait_for_function("model.get('epoch') >= 1")
    assert get(page, "own_points") == []
    assert get(page, "seed") == 1
    known = "Known to work." if name == "circles, ReLU" else "Known to fail."
    assert page.locator(".fn-play-why").inner_text().startswith(known)
    assert page.locator("button[aria-pressed=true]").all_inner_texts() == [name, "● circle"][::-1]
    say_no_nonsense(page)


# ---------------------------------------------------------------- words


@needs_browser
def test_words_of_every_situation(show):
    page = show()
    assert words(page).startswith("→\n\nBefore the first epoch: ")
    assert "17 weights and biases" in words(page)
    put(page, data="none")
    page.wait_for_timeout(30)
    assert "There are no points to learn from." in words(page)
    press(page, "Run")
    page.wait_for_timeout(100)
    assert epoch(page) == 0
    assert readout(page)[1:] == ["no points", "no points", "paused"]
    put(page, own_points=[[1, 1, 1]])
    press(page, "Step · one epoch")
    page.wait_for_timeout(30)
    assert re.search("Learned: 1 of 1 point are|The loss falls", words(page))
    say_no_nonsense(page)


@needs_browser
def test_dead_relus_are_named(show):
    said = show().evaluate("""() => {
        const state = {...module.inner.FIRST, hidden: [3], activation: "relu"};
        const trainer = module.createTrainer(state);
        trainer.network.layers[0].biases.fill(-100);
        for (let k = 0; k < 40; k += 1) module.trainOnce(trainer, state);
        return module.describe(trainer, state);
    }""")
    assert "Every ReLU of layer 1 gives 0 at every point" in said["detail"]
    assert said["mood"] == "same"


@needs_browser
def test_divergence_stops_and_is_explained(show):
    page = show(MOVING, hidden=[8, 8, 8], activation="linear", learning_rate=10)
    press(page, "Run")
    page.get_by_role("button", name="Run", exact=True).wait_for()
    assert "a weight grew beyond a million" in words(page)
    assert "ten times smaller, 1, and press Reset" in words(page)
    step = page.get_by_role("button", name="Step · one epoch")
    assert step.get_attribute("aria-disabled") == "true"
    say_no_nonsense(page)
    press(page, "Log scale")
    say_no_nonsense(page)
    page.get_by_role("radio", name="Layer 2, neuron 1").click()
    say_no_nonsense(page)
    press(page, "Reset")
    page.wait_for_timeout(30)
    assert "Before the first epoch" in words(page)
    put(page, learning_rate=0.01)
    press(page, "Step · one epoch")
    assert epoch(page) == 1
    assert np.isfinite(get(page, "loss"))


@needs_browser
def test_formula_of_a_neuron(show):
    page = show()
    page.get_by_role("radio", name="Layer 1, neuron 2").click()
    page.wait_for_timeout(30)
    weights, _ = network.initial_weights((2, 4, 1), 1)[0]
    first, second = weights[:, 1]
    sign = "−" if second < 0 else "+"
    lead = "−" if first < 0 else ""
    wanted = f"z = {lead}{abs(first):.2f} · x₁ {sign} {abs(second):.2f} · x₂ + 0"
    found = page.locator(".fn-play-formula").inner_text()
    assert re.sub(r"(\.\d)0\b", r"\1", wanted) in found
    assert "What the chosen neuron says" in page.locator(".fn-play").inner_text()


# ---------------------------------------------------------------- training, with the buttons


@needs_browser
def test_step_run_pause_reset(show):
    page = show(MOVING)
    press(page, "Step · one epoch")
    assert epoch(page) == 1
    press(page, "Run")
    page.wait_for_function("model.get('epoch') > 20")
    press(page, "Pause")
    page.wait_for_timeout(50)
    paused = epoch(page)
    page.wait_for_timeout(300)
    assert epoch(page) == paused == get(page, "epoch")
    assert 0 < get(page, "loss") < 1
    press(page, "Reset")
    page.wait_for_timeout(30)
    assert (epoch(page), get(page, "epoch")) == (0, 0)


@needs_browser
def test_what_is_seen_is_what_numpy_trains(show):
    page = show()
    state = {"data": "moons", "noise": 0.15, "points": 200, "seed": 1}
    points = np.array(page.evaluate(POINTS, state))
    for _ in range(3):
        press(page, "Step · one epoch")
    page.wait_for_timeout(30)
    _, losses = network.train(
        network.initial_weights((2, 4, 1), 1), points[:, :2], points[:, 2],
        activation="tanh", learning_rate=0.03, batch_size=10, epochs=3, seed=1,
    )  # fmt: skip
    assert get(page, "loss") == pytest.approx(losses[-1], abs=1e-9)
    assert readout(page)[1] == f"{losses[-1]:.4f}".rstrip("0")


GO_ON = [
    {"learning_rate": 0.3},
    {"batch_size": 50},
    {"own_points": [[0.5, 0.5, 1]]},
    {"speed": "fast"},
]
START_ANEW = [
    {"hidden": [4, 2]},
    {"activation": "relu"},
    {"data": "xor"},
    {"noise": 0.3},
    {"points": 300},
    {"seed": 2},
]


@needs_browser
def test_what_goes_on_and_what_starts_anew(show):
    page = show()
    for change in GO_ON + START_ANEW:
        press(page, "Reset")
        for _ in range(2):
            press(page, "Step · one epoch")
        put(page, **change)
        page.wait_for_timeout(30)
        assert epoch(page) == (2 if change in GO_ON else 0), change
        marks = page.locator(".fn-play-turn").count()
        assert marks == (1 if change.keys() & {"learning_rate", "batch_size"} else 0), change


@needs_browser
def test_speeds(show):
    page = show(MOVING, speed="slow")
    press(page, "Run")
    page.wait_for_timeout(1500)
    assert 2 <= epoch(page) <= 9
    page.get_by_role("combobox", name="Speed").select_option("fast")
    page.wait_for_function("model.get('epoch') > 100", timeout=20_000)


@needs_browser
def test_most_epochs_end_the_training(show):
    page = show(MOVING, data="none", own_points=[[1, 1, 1], [-1, 0, 0]], speed="fast", hidden=[])
    press(page, "Run")
    page.wait_for_function(f"model.get('epoch') === {playground.MOST_EPOCHS}", timeout=60_000)
    page.get_by_role("button", name="Run", exact=True).wait_for()
    assert "5,000 epochs are the most this page trains." in words(page)


@needs_browser
def test_training_rests_while_out_of_sight(show):
    page = show(MOVING)
    press(page, "Run")
    page.wait_for_function("model.get('epoch') > 1")
    page.evaluate("document.getElementById('stage').style.marginTop = '4000px'")
    page.wait_for_timeout(300)
    count = "Number(document.querySelector('.fn-readout dd').textContent)"
    page.evaluate("""() => {
        const ask = requestAnimationFrame;
        window.spent = 0;
        window.requestAnimationFrame = (frame) => { spent += 1; return ask(frame); };
    }""")
    hidden = page.evaluate(count)
    page.wait_for_timeout(400)
    assert page.evaluate(count) == hidden
    assert page.evaluate("spent") == 0
    page.evaluate("document.getElementById('stage').style.marginTop = ''")
    page.wait_for_function(f"{count} > {hidden + 3}")


@needs_browser
def test_less_motion_means_fewer_pictures(show):
    page = show()
    page.evaluate("""() => {
        window.drawn = 0;
        const canvas = CanvasRenderingContext2D.prototype;
        const real = canvas.drawImage;
        canvas.drawImage = function (...all) { drawn += 1; return real.apply(this, all); };
    }""")
    press(page, "Run")
    page.wait_for_function("model.get('epoch') > 50")
    assert page.evaluate("drawn") < 12
    press(page, "Pause")
    assert epoch(page) > 50


# ---------------------------------------------------------------- points of your own


def on_map(page, x1, x2):
    box = page.locator(".fn-play-map").bounding_box()
    size = box["width"] - 44
    return box["x"] + 38 + (x1 + 3) / 6 * size, box["y"] + 6 + (3 - x2) / 6 * size


@needs_browser
def test_click_adds_undo_and_clear_take_back(show):
    page = show()
    page.mouse.click(*on_map(page, 1.5, -0.5))
    press(page, "▲ triangle")
    page.mouse.click(*on_map(page, -2, 2))
    assert [point[2] for point in get(page, "own_points")] == [0, 1]
    np.testing.assert_allclose(
        [point[:2] for point in get(page, "own_points")], [[1.5, -0.5], [-2, 2]], atol=0.03
    )
    press(page, "Undo")
    assert len(get(page, "own_points")) == 1
    press(page, "Clear")
    assert get(page, "own_points") == []
    press(page, "Undo")
    assert len(get(page, "own_points")) == 1
    assert page.locator(".fn-play-said").first.inner_text() == "Undone. 1 point of your own."


@needs_browser
def test_click_beyond_the_frame_is_held_to_the_map(show):
    page = show()
    box = page.locator(".fn-play-map").bounding_box()
    page.mouse.click(box["x"] + 2, box["y"] + box["height"] - 2)
    assert get(page, "own_points") == [[-3, -3, 0]]


@needs_browser
def test_tap_adds(show):
    page = show("phone")
    page.locator(".fn-play-map").scroll_into_view_if_needed()
    page.touchscreen.tap(*on_map(page, 0.5, 1))
    found = get(page, "own_points")
    np.testing.assert_allclose(found, [[0.5, 1, 0]], atol=0.04)


@needs_browser
def test_keys_add_and_remove(show):
    page = show(own_points=[[2.9, -2.9, 1]])
    page.locator(".fn-play-map").focus()
    for key in ("ArrowRight", "ArrowRight", "Shift+ArrowUp", "Enter"):
        page.keyboard.press(key)
    assert get(page, "own_points") == [[2.9, -2.9, 1], [0.2, 1, 0]]
    cursor = page.locator(".fn-play-cursor")
    assert cursor.evaluate("one => getComputedStyle(one).display") == "block"
    page.keyboard.press("Delete")
    assert get(page, "own_points") == [[2.9, -2.9, 1]]
    page.keyboard.press("Delete")
    page.keyboard.press("Delete")
    assert get(page, "own_points") == []
    assert "no point of your own to remove" in page.locator(".fn-play-said").first.inner_text()
    for _ in range(9):
        page.keyboard.press("Shift+ArrowLeft")
    page.keyboard.press("Space")
    assert get(page, "own_points") == [[-3, 1, 0]]
    assert page.evaluate("scrollY") == 0


@needs_browser
def test_no_more_points_than_a_link_holds(show):
    page = show(own_points=[[0, 0, 1]] * 200)
    page.mouse.click(*on_map(page, 1, 1))
    assert len(get(page, "own_points")) == 200
    assert "are the most" in page.locator(".fn-play-said").first.inner_text()


@needs_browser
def test_arrow_keys_lead_from_neuron_to_neuron(show):
    page = show(hidden=[3, 2])
    output = page.get_by_role("radio", name="Output")
    assert output.get_attribute("aria-checked") == "true"
    output.focus()
    names = []
    for key in (
        "ArrowLeft",
        "ArrowDown",
        "ArrowLeft",
        "ArrowDown",
        "ArrowDown",
        "ArrowLeft",
        "ArrowLeft",
    ):
        page.keyboard.press(key)
        names.append(page.evaluate("document.activeElement.getAttribute('aria-label')"))
    assert names == [
        "Layer 2, neuron 1", "Layer 2, neuron 2", "Layer 1, neuron 2", "Layer 1, neuron 3",
        "Layer 1, neuron 3", "Input x₂", "Input x₂",
    ]  # fmt: skip
    assert page.locator("[role=radio][tabindex='0']").count() == 1
    assert "Input x₂ goes in as it is." in page.locator(".fn-play-formula").inner_text()


# ---------------------------------------------------------------- typed values


TYPED = [
    ("Learning rate, exact value", "99", "learning_rate", 10, "held at 10."),
    ("Learning rate, exact value", "-1", "learning_rate", 0.0001, "held at 0.0001."),
    ("Batch size, exact value", "0", "batch_size", 1, "held at 1."),
    ("Batch size, exact value", "2.6", "batch_size", 3, None),
    ("Noise, exact value", "1e308", "noise", 1, "held at 1."),
    ("Points, exact value", "3", "points", 50, "held at 50."),
    ("Layer 1", "9", "hidden", [8], "held at 8."),
    ("Layer 1", "e", "hidden", [4], "It stays 4."),
    ("Layer 1", "2.4", "hidden", [2], None),
    ("Seed", "1e999", "seed", 1, "It stays 1."),
    ("Seed", "-5", "seed", 0, "held at 0."),
]


@needs_browser
def test_typed_values_are_held_or_explained(show):
    page = show()
    for label, typed, trait, value, note in TYPED:
        put(page, hidden=[4], seed=1)
        page.wait_for_timeout(30)
        fill(page, label, typed)
        assert get(page, trait) == value, (label, typed)
        field = page.get_by_label(label, exact=True)
        said = page.locator(f"[id='{field.get_attribute('aria-describedby')}']").inner_text()
        assert (note in said) if note else said == "", (label, typed)
        say_no_nonsense(page)


@needs_browser
def test_layers_come_and_go(show):
    page = show()
    for count in (2, 3, 3):
        page.get_by_role("button", name="Add one").press("Enter")
        assert get(page, "hidden") == [4] * count
    for count in (2, 1, 0, 0):
        page.get_by_role("button", name="Remove one").press("Enter")
        assert get(page, "hidden") == [4] * count
        page.wait_for_timeout(30)
        assert page.get_by_role("radio").count() == 3 + 4 * count
    say_no_nonsense(page)


@needs_browser
def test_every_end_of_every_slider_is_drawn_and_trained(show):
    page = show()
    for key in ("Home", "End"):
        for label in ("Learning rate", "Batch size", "Noise", "Points"):
            page.get_by_role("slider", name=label, exact=True).press(key)
            press(page, "Step · one epoch")
            say_no_nonsense(page)
    state = {name: get(page, name) for name in ("learning_rate", "batch_size", "noise", "points")}
    assert state == {"learning_rate": 10, "batch_size": 500, "noise": 1, "points": 500}


# ---------------------------------------------------------------- the link

LINK = "#playground=1&data=xor&noise=0.1&points=100&layers=4,2&activation=relu&rate=0.3&batch=5"
LINK += "&seed=9&own=0.5,-1,1;2,2,0&speed=fast&hide=data,noise"
LINKED = {
    "data": "xor", "noise": 0.1, "points": 100, "hidden": [4, 2], "activation": "relu",
    "learning_rate": 0.3, "batch_size": 5, "seed": 9, "own_points": [[0.5, -1, 1], [2, 2, 0]],
    "speed": "fast", "hidden_controls": ["data", "noise"],
}  # fmt: skip


def end_of(page):
    return page.evaluate("decodeURIComponent(location.hash)")


@needs_browser
def test_link_sets_up_and_hides(show):
    page = show(end=LINK)
    assert {name: get(page, name) for name in LINKED} == LINKED
    assert not page.get_by_role("combobox", name="Data").is_visible()
    assert not page.get_by_role("slider", name="Noise", exact=True).is_visible()
    assert page.get_by_role("slider", name="Points", exact=True).is_visible()
    assert page.evaluate("s => module.toLink(s)", LINKED) == LINK
    Playground(**LINKED)  # Python takes it too


@needs_browser
def test_changes_reach_the_address_and_come_back_from_it(show):
    page = show(end="#a-section")
    page.wait_for_timeout(600)
    assert end_of(page) == "#a-section"  # nothing was changed by hand
    put(page, seed=4)
    page.wait_for_timeout(600)
    assert end_of(page) == "#a-section"
    fill(page, "Layer 1", "6")
    page.wait_for_function("location.hash.includes('layers=6')")
    end = end_of(page)
    assert page.evaluate("history.length") <= 2
    put(page, hidden=[2], seed=1)
    page.evaluate("location.hash = 'another-section'")
    page.wait_for_timeout(50)
    assert get(page, "hidden") == [2]
    page.evaluate("end => { location.hash = end }", end)
    page.wait_for_function("model.get('hidden')[0] === 6")
    assert get(page, "seed") == 4


@needs_browser
def test_no_hidden_layer_survives_the_link(show):
    page = show()
    found = page.evaluate(
        "s => module.fromLink(module.toLink(s))", {**LINKED, "hidden": [], "own_points": []}
    )
    assert found["changes"]["hidden"] == []
    assert found["note"] == ""


MALFORMED = {
    "data=mnist": "data “mnist” is not one of clusters, xor",
    "data=constructor": "is not one of",
    "rate=": "rate “” is not a number from 0.0001 to 10",
    "rate=1e999": "is not a number from 0.0001 to 10",
    "rate=NaN": "is not a number from 0.0001 to 10",
    "batch=2.5": "is not a whole number from 1 to 500",
    "layers=4,99": "is not a whole number from 1 to 8",
    "layers=1,1,1,1": "holds more than 3 entries",
    "own=1,2": "holds a point that is not x1,x2,class",
    "own=1,2,7": "is not a whole number from 0 to 1",
    "seed=%E0%A4%A": "cannot be read",
    "hide=brakes": "is not one of data",
    "<b>x</b>=1": "which is not a part of a set-up",
}


@needs_browser
def test_malformed_parts_are_left_out_in_words(show):
    page = show(end="#playground=1&noise=0.3&data=mnist&foo=1")
    note = page.locator(".fn-note").first.inner_text()
    assert note.startswith("Parts of the link were left out: data “mnist” is not one of clusters")
    assert "it names “foo”, which is not a part of a set-up" in note
    first = page.evaluate("module.inner.FIRST")
    assert {name: get(page, name) for name in first} == {**first, "noise": 0.3}
    for part, said in MALFORMED.items():
        found = page.evaluate("module.fromLink", f"#playground=1&noise=0.3&{part}")
        assert found["changes"] == {"noise": 0.3}
        assert said in found["note"]


@needs_browser
def test_foreign_ends_are_left_alone(show):
    page = show(end="#playground")
    assert get(page, "data") == "moons"
    assert page.locator(".fn-note:visible").all_inner_texts() == []
    for end in ("#playground", "#playground=10", "#playground=2&data=xor", "#", ""):
        assert page.evaluate("hash => module.fromLink(hash) === undefined", end)


@needs_browser
def test_only_the_first_of_two_owns_the_address(show):
    page = show()
    page.evaluate("void render()")
    page.wait_for_timeout(60)
    assert page.locator(".fn-play-link:visible").count() == 1
    ids = page.evaluate("[...document.querySelectorAll('#stage [id]')].map(node => node.id)")
    assert len(ids) == len(set(ids)) > 0


@needs_browser
def test_lab_keeps_its_address(new_page, tmp_path):
    file = tmp_path / "page.html"
    text = page_text(Playground(), "light").replace(' class="widget-host"', "")
    file.write_text(text, "utf-8")
    page = new_page(**SHAPES["desk"])
    page.goto(file.as_uri() + LINK)
    page.wait_for_function("window.ready")
    assert get(page, "data") == "moons"
    fill(page, "Layer 1", "6")
    page.wait_for_timeout(600)
    assert page.evaluate("location.hash").startswith("#playground=1&data=xor")
    assert not page.locator(".fn-play-link").is_visible()


@needs_browser
def test_every_control_can_be_hidden(show):
    page = show()
    shown = page.locator("input:visible, select:visible, button:visible")
    everything = shown.count()
    for name in playground.CONTROLS:
        put(page, hidden_controls=[name])
        page.wait_for_timeout(30)
        assert shown.count() < everything, name
    put(page, hidden_controls=list(playground.CONTROLS))
    page.wait_for_timeout(30)
    assert [one for one in shown.all_inner_texts() if one] == [
        "Run", "Step one epoch", "Reset", "Log scale",
    ]  # fmt: skip


@needs_browser
def test_hidden_adding_adds_nothing(show):
    page = show(hidden_controls=["own_points"])
    page.mouse.click(*on_map(page, 1, 1))
    page.locator(".fn-play-map").press("Enter")
    assert get(page, "own_points") == []
    assert page.locator(".fn-play-map").get_attribute("tabindex") == "-1"


@needs_browser
def test_teacher_copies_a_link_that_hides(show):
    page = show()
    page.locator("summary").click()
    page.get_by_label("learning rate", exact=True).check()
    page.wait_for_timeout(30)
    field = page.get_by_label("Link to this set-up")
    assert field.input_value().endswith("&speed=steady&hide=learning_rate")
    assert get(page, "hidden_controls") == []  # hidden there, not here
    page.evaluate("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    press(page, "Copy link")
    page.get_by_text("The link is marked").wait_for()
    assert page.evaluate("getSelection().toString()") == field.input_value()


@needs_browser
def test_copying_says_so(show):
    page = show()
    page.evaluate("""() => Object.defineProperty(navigator, "clipboard",
        {value: {writeText: async (text) => { window.copied = text; }}})""")
    press(page, "Copy link")
    page.get_by_text("Copied.").wait_for()
    assert page.evaluate("copied") == page.get_by_label("Link to this set-up").input_value()


# ---------------------------------------------------------------- the life of a view, and its looks


@needs_browser
def test_cleanup_leaves_nothing(show):
    page = show(MOVING)
    press(page, "Run")
    page.wait_for_function("model.get('epoch') > 1")
    assert page.evaluate("listeners()") == len(SETUP)
    page.evaluate("cleanup()")
    before = get(page, "epoch")
    page.wait_for_timeout(700)
    assert get(page, "epoch") == before
    assert page.evaluate("listeners()") == 0
    assert page.locator("#stage *").count() == 0
    put(page, seed=5)


@needs_browser
def test_classes_are_all_our_own(show):
    page = show()
    classes = page.evaluate(
        "[...document.querySelectorAll('#stage *')].flatMap(node => [...node.classList])"
    )
    assert {name for name in classes if not name.startswith("fn-")} == set()


@needs_browser
def test_a_phone_shows_the_map_then_the_buttons_then_the_presets(show):
    page = show("phone", hidden=[8, 8, 8])
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    order = [
        ".fn-play-map",
        ".fn-play-run",
        ".fn-play-presets",
        ".fn-play-board",
        ".fn-play-controls",
    ]
    tops = [page.locator(one).bounding_box()["y"] for one in order]
    assert tops == sorted(tops)
    for target in page.locator(
        "button, input[type=range], input[type=number], select, summary, [role=radio]"
    ).all():
        if target.is_visible():
            box = target.bounding_box()
            assert min(box["width"], box["height"]) >= 40
    boxes = [one.bounding_box() for one in page.get_by_role("radio").all()]
    assert max(box["x"] + box["width"] for box in boxes) <= 360


@needs_browser
def test_colours_follow_the_theme(show):
    page = show()
    canvas = "document.querySelector('.fn-play-map canvas').getContext('2d')"
    colour = f"[...{canvas}.getImageData(60, 60, 1, 1).data]"
    light = page.evaluate(colour)
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    page.wait_for_timeout(100)
    assert sum(page.evaluate(colour)[:3]) < sum(light[:3])


@needs_browser
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing(show, theme):
    page = show(theme=theme, hidden=[3, 2], own_points=[[1, 1, 1]])
    page.locator("summary").click()
    press(page, "Step · one epoch")
    page.add_script_tag(path=AXE)
    found = page.evaluate("async () => (await axe.run('#stage')).violations")
    assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []


@needs_browser
def test_a_page_of_many_epochs_keeps_its_curve_short(show):
    page = show()
    kept = page.evaluate("module.thinned(Array.from({length: 5001}, (_, k) => 1 / (k + 1)))")
    assert kept[0] == [0, 1]
    assert kept[-1] == [5000, pytest.approx(1 / 5001)]
    assert 200 < len(kept) <= 252
