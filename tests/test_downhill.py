"""Walk downhill, and the ground all explorables stand on, in a real browser without a kernel."""

import json
import re
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import traitlets
from redraws import FRAME, redraws, slow

from firstnet.widgets import _base
from firstnet.widgets.downhill import DRAWN_SQUARE, LEARNING_RATES, MOST_STEPS, Downhill

TRAITS = ("x", "y", "start", "learning_rate", "steps")
STILL = {"reduced_motion": "reduce"}
SHAPES = {
    "desk": {"viewport": {"width": 820, "height": 1000}, **STILL},
    "phone": {"viewport": {"width": 360, "height": 740}, "has_touch": True, **STILL},
}
PAGE = """<!doctype html><html lang="en" data-theme="THEME"><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><title>An explorable</title>
<style>body { margin: 16px; font-family: system-ui } CSS</style>
<main id="stage"></main><div style="height: 1500px"></div>
<script type="module">
const {state, source, deferred} = WIDGET;
const heard = {}, waiting = new Set();
const tell = (name) => (heard[`change:${name}`] ?? []).forEach((hear) => hear());
window.listeners = () => Object.values(heard).flat().length;
window.model = {
  get: (name) => state[name],
  set(name, value) { state[name] = value; deferred ? waiting.add(name) : tell(name); },
  save_changes() { setTimeout(() => { waiting.forEach(tell); waiting.clear(); }); },
  on: (name, hear) => { (heard[name] ??= []).push(hear); },
  off: (name, hear) => { heard[name] = (heard[name] ?? []).filter((one) => one !== hear); },
  send() {},
};
window.module = await import(URL.createObjectURL(new Blob([source], {type: "text/javascript"})));
const render = () => module.default.render({model, el: document.getElementById("stage")});
Object.assign(window, {render, cleanup: render(), ready: true});
</script></html>"""

AXE = Path(__file__).parent / "vendor" / "axe.min.js"
needs_browser = pytest.mark.browser


def page_text(widget, *, theme, deferred, extra=""):
    state = {name: getattr(widget, name) for name in TRAITS}
    parts = {"state": state, "source": widget._esm + extra, "deferred": deferred}
    text = PAGE.replace("THEME", theme).replace("CSS", widget._css)
    return text.replace("WIDGET", json.dumps(parts).replace("</", "<\\/"))


@pytest.fixture
def show(new_page, tmp_path):
    """A function that opens a page with one Downhill in it and no kernel behind it."""

    def open_widget(shape="desk", *, theme="light", deferred=False, extra="", **traits):
        widget = Downhill(**traits)
        file = tmp_path / "page.html"
        file.write_text(page_text(widget, theme=theme, deferred=deferred, extra=extra), "utf-8")
        page = new_page(**(SHAPES[shape] if isinstance(shape, str) else shape))
        page.goto(file.as_uri())
        page.wait_for_function("window.ready", timeout=10_000)
        return page

    return open_widget


def get(page, name):
    return page.evaluate("name => model.get(name)", name)


def put(page, **changes):
    page.evaluate("c => Object.entries(c).forEach(([k, v]) => model.set(k, v))", changes)


def words(page):
    return page.inner_text(".fn-words")


def readout(page):
    return page.locator(".fn-readout dd").all_inner_texts()


def press(page, name):
    page.get_by_role("button", name=name, exact=True).click()


def fill(page, label, text):
    field = page.get_by_label(label, exact=True)
    field.focus()
    field.select_text()
    page.keyboard.type(text)
    page.keyboard.press("Enter")


def handle_center(page):
    box = page.locator(".fn-ring").bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def say_no_nonsense(page):
    page.locator("summary").evaluate("node => { node.parentNode.open = true }")
    page.wait_for_timeout(30)
    text = page.locator(".fn-explorable").evaluate(
        "node => node.textContent + [...node.querySelectorAll('*')]"
        ".flatMap(one => [...one.attributes].map(a => a.value)).join(' ')"
    )
    assert not re.search(r"NaN|Infinity|undefined|null|\[object", text)


# ---------------------------------------------------------------- the Python side


def test_module_is_shared_text_then_own():
    own = _base.SHARED.with_name("downhill.js").read_text("utf-8")
    assert Downhill._esm == f"{_base.SHARED.read_text('utf-8')}\n{own}"
    assert not re.search(r"^\s*import\b|\bimport\(", Downhill._esm, re.MULTILINE)
    assert Downhill()._esm == Downhill._esm


def test_script_is_needed_and_style_sheet_is_not(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(str(tmp_path))
    source = "from firstnet.widgets._base import Explorable\nclass Slope(Explorable): pass\n"
    (tmp_path / "slope_without.py").write_text(source)
    with pytest.raises(FileNotFoundError, match=r"slope_without\.js"):
        __import__("slope_without")
    (tmp_path / "slope_with.py").write_text(source)
    (tmp_path / "slope_with.js").write_text("export default {};")
    slope = __import__("slope_with").Slope()
    assert slope._esm.endswith("export default {};")
    assert slope._css == _base.SHARED.with_suffix(".css").read_text("utf-8")


def test_repr_has_no_address():
    assert repr(Downhill(steps=3)) == repr(Downhill()) == "Downhill()"


def test_importing_the_widget_does_not_import_tensorflow():
    code = "import sys, firstnet.widgets.downhill; sys.exit('tensorflow' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


@pytest.mark.parametrize(
    ("trait", "value", "said"),
    [
        ("x", [4.0], "x must hold two numbers, and it holds 1"),
        ("x", [11.0, 0.0], r"x\[0\] must be from -10 to 10, and it is 11.0"),
        ("x", [0.0, 0.0], "with inputs this close to 0 the weights hardly matter"),
        ("y", float("nan"), "y must be from -100 to 100, and it is nan"),
        ("start", [0.0, 1.0, 2.0], "start must hold two numbers, and it holds 3"),
        ("start", [0.0, 3.5], r"start\[1\] must be from -1 to 3, and it is 3.5"),
        ("start", [float("inf"), 0.0], r"start\[0\] must be from -2 to 2, and it is inf"),
        ("learning_rate", 0.0, "learning_rate must be from 0.0001 to 1, and it is 0.0"),
        ("steps", -1, "steps must be from 0 to 60, and it is -1"),
        ("steps", 1.5, "expected an int"),
    ],
)
def test_wrong_values_are_refused_in_words(trait, value, said):
    widget = Downhill()
    before = getattr(widget, trait)
    with pytest.raises(traitlets.TraitError, match=said):
        setattr(widget, trait, value)
    assert getattr(widget, trait) == before


def test_python_reads_and_sets_the_state():
    widget = Downhill(start=[1, 2], steps=4)
    widget.learning_rate = 0.01
    state = widget.get_state()
    assert [state[name] for name in TRAITS] == [[4.0, 5.0], 6.0, [1.0, 2.0], 0.01, 4]


def luminance(colour):
    channels = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    linear = np.where(channels <= 0.03928, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    return linear @ [0.2126, 0.7152, 0.0722]


def contrast(one, other):
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def colour_blocks():
    css = _base.SHARED.with_suffix(".css").read_text("utf-8")
    blocks = re.findall(r"\{([^{}]*--fn-ground:[^{}]*)\}", css)
    return [dict(re.findall(r"--fn-([\w-]+):\s*(#\w{6})", block)) for block in blocks]


def test_colours_hold_their_contrast_in_both_themes():
    light, dark_by_system, dark = colour_blocks()
    assert dark == dark_by_system
    assert light.keys() == dark.keys()
    text = ["ink ground", "ink panel", "ink hill", "muted ground", "muted panel", "accent panel"]
    text += ["on-accent accent", "on-path path", "worse panel", "better panel", "valley ground"]
    lines = ["path ground", "path hill", "edge ground", "contour ground", "contour hill"]
    for colours in (light, dark):
        for needed, pairs in ((4.5, text), (3.0, lines)):
            for pair in pairs:
                one, other = pair.split()
                assert contrast(colours[one], colours[other]) >= needed, pair


# ---------------------------------------------------------------- numbers


def walk_by_numpy(*, x, y, start, learning_rate, steps):
    x, w, rows = np.array(x, dtype=float), np.array(start, dtype=float), []
    for step in range(steps + 1):
        error = w @ x - y
        rows.append([*w, error + y, error, error**2])
        if step < steps and error**2 > 1e12:
            break
        w = w - learning_rate * 2 * error * x
    return np.array(rows)


STATES = [
    {"learning_rate": 0.05, "steps": 2},
    {"learning_rate": 0.05, "steps": MOST_STEPS},
    {"learning_rate": 0.003, "steps": 20},
    {"learning_rate": 1 / 82, "steps": 1},
    {"learning_rate": 0.025, "steps": 20},
    {"learning_rate": 1.0, "steps": MOST_STEPS},
    {"learning_rate": 1e-4, "steps": MOST_STEPS, "start": [2.0, 3.0]},
    {"learning_rate": 0.02, "steps": 9, "x": [-1.5, 0.25], "y": -3.0, "start": [-1.0, 0.5]},
    {"learning_rate": 1.0, "steps": 7, "x": [10.0, -10.0], "y": 100.0, "start": [-2.0, 3.0]},
]


@needs_browser
def test_walk_equals_numpy(show):
    page = show()
    for changes in STATES:
        widget = Downhill(**changes)
        state = {name: getattr(widget, name) for name in TRAITS}
        path = page.evaluate(
            "s => module.walk({...s, learningRate: s.learning_rate})"
            ".map(p => [...p.w, p.prediction, p.error, p.loss])",
            state,
        )
        np.testing.assert_allclose(path, walk_by_numpy(**state), rtol=1e-9, atol=1e-9)


@needs_browser
def test_limit_and_factor_equal_exact_fractions(show):
    page = show()
    assert page.evaluate("module.stabilityLimit([4, 5])") == pytest.approx(1 / 41, rel=1e-15)
    factor = page.evaluate("module.errorFactor({x: [4, 5], learningRate: 0.05})")
    assert factor == pytest.approx(float(1 - 2 * Fraction(5, 100) * 41), rel=1e-12)


@needs_browser
def test_ranges_are_the_same_in_python_and_in_the_page(show):
    page = show()
    rate = page.get_by_label("Learning rate, exact value")
    assert [float(rate.get_attribute(name)) for name in ("min", "max")] == list(LEARNING_RATES)
    for name, limits in zip(("w₁", "w₂"), DRAWN_SQUARE, strict=True):
        field = page.get_by_label(name, exact=True)
        assert (float(field.get_attribute("min")), float(field.get_attribute("max"))) == limits
    fill(page, "Learning rate, exact value", "0.0001")
    put(page, steps=MOST_STEPS)
    step = page.get_by_role("button", name="Step", exact=True)
    assert step.get_attribute("aria-disabled") == "true"


@needs_browser
def test_the_articles_step(show):
    page = show()
    assert readout(page) == ["0", "−0.234", "0.675", "2.439", "−3.561", "12.6807"]
    assert "Press Step" in words(page)
    press(page, "Step")
    assert readout(page) == ["1", "1.1904", "2.4555", "17.0391", "11.0391", "121.8617"]
    assert "Step 1: the loss went from 12.68 to 121.86, 9.6 times worse." in words(page)
    assert "Each step multiplies the error by −3.1" in words(page)
    assert "stable only below 0.0244" in words(page)
    press(page, "Step")
    assert "left the map" in words(page)
    assert page.locator(".fn-map .fn-arrow").count() == 1


@needs_browser
def test_table_lists_every_step(show):
    page = show(steps=2)
    page.locator("summary").press("Enter")
    page.locator("tbody tr").nth(2).wait_for()
    rows = page.locator("tbody tr").all_inner_texts()
    assert [row.split() for row in rows][1] == [
        "1", "1.1904", "2.4555", "17.0391", "11.0391", "121.8617",
    ]  # fmt: skip
    assert len(rows) == 3
    press(page, "Reset")
    assert page.locator("tbody tr").count() == 1


LINES = """() => {
    const frame = document.querySelector(".fn-map .fn-frame").getBoundingClientRect();
    return [...document.querySelectorAll(".fn-valley, .fn-contour")].map((line) => {
        const ends = [["x1", "y1"], ["x2", "y2"]].map(([x, y]) => {
            const point = new DOMPoint(line[x].baseVal.value, line[y].baseVal.value);
            const {x: right, y: down} = point.matrixTransform(line.getScreenCTM());
            const unit = frame.width / 4;
            return [(right - frame.left) / unit - 2, 3 - (down - frame.top) / unit];
        });
        return [line.getAttribute("class"), ...ends];
    });
}"""


@needs_browser
@pytest.mark.parametrize("x", [[4.0, 5.0], [-3.0, 1.0], [0.0, 2.0]])
def test_lines_of_the_map_lie_where_numpy_finds_their_loss(show, x):
    page = show(x=x)
    page.wait_for_timeout(100)
    drawn = {"fn-valley": [], "fn-contour": []}
    for name, *ends in page.evaluate(LINES):
        errors = np.array(ends) @ x - 6
        assert np.ptp(errors) < 0.02  # one loss all along the line
        drawn[name].append(errors.mean())
    np.testing.assert_allclose(drawn["fn-valley"], [0], atol=0.02)
    losses = np.square(drawn["fn-contour"])
    round_losses = [0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500]
    nearest = [min(round_losses, key=lambda loss, here=here: abs(loss - here)) for here in losses]
    assert len(losses) >= 6
    np.testing.assert_allclose(losses, nearest, rtol=0.02)


# ---------------------------------------------------------------- words

PRESETS = [
    ("the article’s 0.05", 0.05, 1, ["9.6 times worse", "jumps across", "only below 0.0244"]),
    ("stable", 0.003, 20, ["1.76 times better", "without crossing the valley"]),
    ("one step", 1 / 82, 1, ["With 0.0122 one step lands on the minimum: the loss is 0."]),
    ("diverges", 0.025, 20, ["1.1 times worse", "by −1.05", "lands farther away"]),
]


@needs_browser
@pytest.mark.parametrize(("name", "rate", "steps", "said"), PRESETS)
def test_preset(show, name, rate, steps, said):
    page = show(start=[1.0, 1.0], learning_rate=0.7, steps=3)
    press(page, name)
    assert get(page, "learning_rate") == pytest.approx(rate, rel=1e-9)
    assert (get(page, "steps"), get(page, "start")) == (steps, [-0.234, 0.675])
    assert [part for part in said if part not in words(page)] == []
    assert page.locator("[aria-pressed=true]").all_inner_texts() == [name]
    say_no_nonsense(page)


@needs_browser
def test_words_of_other_rates(show):
    page = show(steps=3, learning_rate=1 / 41)
    assert "as large as before" in words(page)
    assert "never comes closer" in words(page)
    put(page, learning_rate=0.02)
    assert "jumps across the valley, but lands closer" in words(page)
    put(page, learning_rate=1 / 82)
    assert "Step 3: the loss stays 0" in words(page)
    put(page, start=[1.5, 0.0])
    assert "nothing to correct" in words(page)


@needs_browser
def test_walk_that_explodes_stops_and_says_so(show):
    page = show(steps=MOST_STEPS)
    assert readout(page)[0] == "12"
    assert "The walk stops here: the loss is more than a billion times" in words(page)
    step = page.get_by_role("button", name="Step", exact=True)
    assert step.get_attribute("aria-disabled") == "true"
    step.click(force=True)
    assert get(page, "steps") == MOST_STEPS
    say_no_nonsense(page)


@needs_browser
def test_no_nonsense_in_any_state(show):
    page = show()
    for state in STATES:
        put(page, **state)
        say_no_nonsense(page)


@needs_browser
def test_other_inputs_are_drawn(show):
    page = show(y=-100.0)
    for x in ([0.1, 0.0], [10.0, 10.0], [0.0, -3.0], [-7.0, 2.0]):
        put(page, x=x, learning_rate=1.0, steps=5)
        say_no_nonsense(page)
        for name, *_ in PRESETS:
            press(page, name)
            say_no_nonsense(page)


# ---------------------------------------------------------------- mouse, finger, keys


@needs_browser
def test_drag_with_the_mouse(show):
    page = show(steps=1)
    x, y = handle_center(page)
    unit = page.locator(".fn-map .fn-frame").bounding_box()["width"] / 4
    page.mouse.move(x + 3, y)
    page.mouse.down()
    page.mouse.move(x + 3 + unit, y + unit / 2, steps=4)
    page.mouse.up()
    assert get(page, "start") == pytest.approx([0.766, 0.175], abs=0.02)
    assert get(page, "steps") == 1
    page.mouse.move(x, y)  # released: nothing follows any more
    assert get(page, "start") == pytest.approx([0.766, 0.175], abs=0.02)


@needs_browser
def test_drag_beyond_the_map_is_held_at_its_border(show):
    page = show()
    page.mouse.move(*handle_center(page))
    page.mouse.down()
    page.mouse.move(2, 2, steps=3)
    page.mouse.up()
    assert get(page, "start") == [-2, 3]


@needs_browser
def test_click_puts_the_start_there(show):
    page = show()
    box = page.locator(".fn-map .fn-frame").bounding_box()
    page.mouse.click(box["x"] + box["width"] * 0.75, box["y"] + box["height"] * 0.25)
    assert get(page, "start") == pytest.approx([1.0, 2.0], abs=0.02)


def swipe(page, start, move):
    """Draw a finger over the page as the browser itself hears it, so that scrolling counts."""
    session = page.context.new_cdp_session(page)
    (x, y), (right, down) = start, move

    def touch(kind, share):
        points = [] if kind == "touchEnd" else [{"x": x + right * share, "y": y + down * share}]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touch("touchStart", 0)
    for k in range(1, 9):
        touch("touchMove", k / 8)
        page.wait_for_timeout(20)
    touch("touchEnd", 1)
    page.wait_for_timeout(100)


@needs_browser
def test_finger_drags_the_handle_and_scrolls_elsewhere(show):
    page = show("phone")
    page.locator(".fn-map").scroll_into_view_if_needed()
    scrolled = page.evaluate("scrollY")
    unit = page.locator(".fn-map .fn-frame").bounding_box()["width"] / 4
    swipe(page, handle_center(page), (unit, -unit))
    assert get(page, "start") == pytest.approx([0.766, 1.675], abs=0.05)
    assert page.evaluate("scrollY") == scrolled
    box = page.locator(".fn-map .fn-frame").bounding_box()
    swipe(page, (box["x"] + 30, box["y"] + box["height"] - 20), (0, -150))
    assert page.evaluate("scrollY") > scrolled + 50
    assert get(page, "start") == pytest.approx([0.766, 1.675], abs=0.05)


@needs_browser
def test_keys_move_the_start(show):
    page = show()
    handle = page.get_by_role("slider", name="Start: the two weights")
    handle.focus()
    for key in ("ArrowRight", "ArrowUp", "Shift+ArrowDown"):
        page.keyboard.press(key)
    assert get(page, "start") == pytest.approx([-0.184, 0.225])
    assert handle.get_attribute("aria-valuetext") == "w₁ −0.184, w₂ 0.225"
    assert page.evaluate("scrollY") == 0


@needs_browser
def test_everything_is_reached_and_worked_by_keys(show):
    page = show()
    reached = []
    for _ in range(16):
        page.keyboard.press("Tab")
        name = "e => e.getAttribute('aria-label') || e.labels?.[0]?.innerText || e.innerText"
        reached.append(page.evaluate(f"({name})(document.activeElement)"))
    expected = ["stable", "Step", "Run", "Reset", "w₁", "w₂", "Learning rate"]
    assert [name for name in expected if name not in reached] == []
    page.get_by_role("button", name="Step", exact=True).press("Space")
    assert get(page, "steps") == 1
    page.get_by_role("slider", name="Learning rate").press("Home")
    assert get(page, "learning_rate") == LEARNING_RATES[0]
    page.get_by_role("slider", name="Learning rate").press("End")
    assert get(page, "learning_rate") == LEARNING_RATES[1]


@needs_browser
def test_every_place_of_the_rate_slider_is_within_its_range(show):
    page = show()
    rates = page.evaluate("""() => {
        const range = document.querySelector("input[type=range]"), rates = [];
        for (let place = 0; place <= 400; place += 1) {
            range.value = place;
            range.dispatchEvent(new Event("input"));
            rates.push(model.get("learning_rate"));
        }
        return rates;
    }""")
    assert (rates[0], rates[-1]) == LEARNING_RATES
    assert (np.diff(rates) > 0).all()
    np.testing.assert_allclose(rates, np.geomspace(*LEARNING_RATES, 401), rtol=0.0062)


# ---------------------------------------------------------------- typed values


@needs_browser
@pytest.mark.parametrize(
    ("label", "typed", "trait", "value", "note"),
    [
        ("Learning rate, exact value", "7", "learning_rate", 1, "held at 1."),
        ("Learning rate, exact value", "-1", "learning_rate", 0.0001, "held at 0.0001."),
        ("Learning rate, exact value", "1e-300", "learning_rate", 0.0001, "held at 0.0001."),
        ("Learning rate, exact value", "", "learning_rate", 0.05, "It stays 0.05."),
        ("Learning rate, exact value", "e", "learning_rate", 0.05, "It stays 0.05."),
        ("w₁", "1e308", "start", [2, 0.675], "held at 2."),
        ("w₂", "-99", "start", [-0.234, -1], "held at −1."),
        ("w₂", "1e999", "start", [-0.234, 0.675], "It stays 0.675."),
        ("w₁", "1.25", "start", [1.25, 0.675], None),
    ],
)
def test_typed_value_is_held_or_explained(show, label, typed, trait, value, note):
    page = show(steps=2)
    if typed:
        fill(page, label, typed)
    else:
        page.get_by_label(label, exact=True).fill("")
        page.keyboard.press("Enter")
    assert get(page, trait) == value
    shown = page.locator(".fn-note:visible").all_inner_texts()
    assert (note in shown[0]) if note else shown == []
    say_no_nonsense(page)


@needs_browser
def test_a_change_from_elsewhere_leaves_half_typed_text_alone(show):
    page = show()
    field = page.get_by_label("w₁", exact=True)
    field.focus()
    field.select_text()
    page.keyboard.type("1.")
    put(page, steps=3)
    page.keyboard.type("5")
    page.keyboard.press("Enter")
    assert get(page, "start") == [1.5, 0.675]


# ---------------------------------------------------------------- the life of a view


@needs_browser
@pytest.mark.parametrize("deferred", [False, True])
def test_state_set_from_python_is_drawn(show, deferred):
    page = show(deferred=deferred)
    page.evaluate("""() => {
        model.set("steps", 1); model.set("learning_rate", 1 / 82); model.save_changes();
    }""")
    page.wait_for_timeout(50)
    assert "one step lands on the minimum" in words(page)
    press(page, "Step")
    page.wait_for_timeout(50)
    assert readout(page)[0] == "2"


@needs_browser
def test_run_walks_pauses_and_ends(show):
    page = show({**SHAPES["desk"], "reduced_motion": "no-preference"})
    press(page, "Run")
    page.wait_for_function("model.get('steps') >= 2")
    press(page, "Pause")
    paused = get(page, "steps")
    page.wait_for_timeout(600)
    assert get(page, "steps") == paused
    press(page, "Run")
    page.wait_for_function("model.get('steps') === 12", timeout=10_000)
    page.get_by_role("button", name="Run", exact=True).wait_for()
    press(page, "one step")
    page.wait_for_function("model.get('steps') === 1")
    page.wait_for_timeout(600)
    assert get(page, "steps") == 1


@needs_browser
def test_screen_readers_hear_the_words_once_things_are_quiet(show):
    page = show()
    spoken = page.locator(".fn-status [role=status]")
    assert spoken.inner_text() == ""
    for _ in range(3):
        press(page, "Step")
    assert spoken.inner_text() == ""
    page.wait_for_timeout(900)
    assert spoken.inner_text().startswith("Step 3: ")


@needs_browser
def test_cleanup_removes_listeners_timers_and_elements(show):
    page = show({**SHAPES["desk"], "reduced_motion": "no-preference"})
    assert page.evaluate("listeners()") == len(TRAITS)
    press(page, "Run")
    page.evaluate("window.step = document.querySelector('.fn-strong'); cleanup()")
    before = get(page, "steps")
    page.evaluate("step.click()")
    page.wait_for_timeout(600)
    assert get(page, "steps") == before
    assert page.evaluate("listeners()") == 0
    assert page.locator("#stage *").count() == 0
    put(page, steps=5)  # nothing is left that would draw it


@needs_browser
def test_two_views_share_state_and_no_id(show):
    page = show()
    page.evaluate("void render()")  # a function returned would be called
    page.get_by_role("button", name="Step", exact=True).first.click()
    assert page.locator(".fn-readout dd:text-is('121.8617')").count() == 2
    ids = page.evaluate("[...document.querySelectorAll('#stage [id]')].map(node => node.id)")
    assert len(ids) == len(set(ids)) > 0
    classes = page.evaluate(
        "[...document.querySelectorAll('#stage *')].flatMap(node => [...node.classList])"
    )
    assert {name for name in classes if not name.startswith("fn-")} == set()


@pytest.mark.alone
@needs_browser
def test_redraw_takes_far_less_than_a_frame(show):
    page = show(steps=40, learning_rate=0.0243)
    page.locator("summary").click()
    times = redraws(page, '(k) => model.set("start", [2 * Math.sin(k), 1 + 2 * Math.cos(k)])')
    state = {name: get(page, name) for name in TRAITS}
    drawn = float(readout(page)[1].replace("−", "-"))
    assert drawn == pytest.approx(walk_by_numpy(**state)[-1][0], abs=1e-4)
    assert slow(times) < FRAME


# ---------------------------------------------------------------- layout


@needs_browser
def test_phone_stacks_the_plots_and_keeps_targets_large(show):
    page = show("phone", steps=2)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    left, right = (page.locator(".fn-plot").nth(k).bounding_box() for k in (0, 1))
    assert right["y"] >= left["y"] + left["height"]
    for target in page.locator("button, input, summary, .fn-reach").all():
        box = target.bounding_box()
        assert min(box["width"], box["height"]) >= 40


@needs_browser
def test_desk_puts_the_plots_side_by_side(show):
    page = show()
    left, right = (page.locator(".fn-plot").nth(k).bounding_box() for k in (0, 1))
    assert right["y"] == left["y"]
    assert right["x"] >= left["x"] + left["width"]
    put(page, steps=0)
    page.set_viewport_size({"width": 400, "height": 800})
    page.wait_for_timeout(100)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@needs_browser
def test_theme_follows_the_page_and_print_leaves_the_widget_out(show):
    page = show(theme="light")
    light, _, dark = colour_blocks()
    ground = "getComputedStyle(document.querySelector('.fn-explorable'))"
    colour = f"{ground}.getPropertyValue('--fn-ground').trim()"
    assert page.evaluate(colour) == light["ground"]
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    assert page.evaluate(colour) == dark["ground"]
    page.evaluate("document.documentElement.removeAttribute('data-theme')")
    page.evaluate("document.body.dataset.jpThemeLight = 'false'")
    assert page.evaluate(colour) == dark["ground"]
    page.evaluate("delete document.body.dataset.jpThemeLight")
    page.emulate_media(color_scheme="dark")
    assert page.evaluate(colour) == dark["ground"]
    page.emulate_media(media="print")
    assert page.evaluate(f"{ground}.display") == "none"


@needs_browser
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing(show, theme):
    page = show(theme=theme, steps=12)
    page.locator("summary").click()
    page.add_script_tag(path=AXE)
    found = page.evaluate("async () => (await axe.run('#stage')).violations")
    assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []


# ---------------------------------------------------------------- the shared helpers

HELPERS = """
export const shared = { formatNumber, formatTimes, sizeCanvas, themeColour, watchTheme, createView,
  linearScale };
"""


NUMBERS = {
    "12.680721": "12.6807",
    "-3.1": "−3.1",
    "1e-16": "0",
    "-1e-8": "nearly 0",
    "0.000012345": "0.000012",
    "1171.0912": "1,171.091",
    "2345678": "2.3 million",
    "-7.9e12": "−7.9 trillion",
    "1e30": "more than 1,000 trillion",
    "NaN": "too large to show",
    "-Infinity": "too large to show",
}


@needs_browser
def test_numbers_in_words(show):
    page = show(extra=HELPERS)
    said = page.evaluate(f"[{', '.join(NUMBERS)}].map((n) => module.shared.formatNumber(n))")
    assert said == list(NUMBERS.values())


@needs_browser
def test_times_in_words(show):
    page = show(extra=HELPERS)
    said = page.evaluate(
        "[1.1025, 9.61, 250.4, 2e6, 1e30, Infinity].map(module.shared.formatTimes)"
    )
    assert said[:3] == ["1.1 times", "9.6 times", "250 times"]
    assert said[3:] == ["more than a million times"] + ["more than a trillion times"] * 2


@needs_browser
def test_canvas_is_as_sharp_as_the_screen_and_knows_the_theme(show):
    page = show({"device_scale_factor": 3, **SHAPES["desk"]}, extra=HELPERS)
    found = page.evaluate("""async () => {
        const { createView, sizeCanvas, themeColour, watchTheme } = module.shared;
        const view = createView({ model, el: document.body }, { label: "Test", traits: ["y"] });
        const canvas = document.createElement("canvas");
        const scale = sizeCanvas(canvas, 100, 50).getTransform().a;
        const colours = [themeColour(view, "path")];
        watchTheme(view, () => colours.push(themeColour(view, "path")));
        document.documentElement.dataset.theme = "dark";
        await new Promise(requestAnimationFrame);
        view.cleanup();
        document.documentElement.dataset.theme = "light";
        await new Promise(requestAnimationFrame);
        return [canvas.width, canvas.height, scale, colours];
    }""")
    light, _, dark = colour_blocks()
    assert found == [300, 150, 3, [light["path"], dark["path"]]]


@needs_browser
def test_linear_slider_moves_by_its_step(show):
    page = show(extra=HELPERS)
    values = page.evaluate("""() => {
        const scale = module.shared.linearScale(-1, 1, 0.1);
        return [0, 0.26, 0.5, 1].map((place) => scale.value(place)).concat(scale.place(0.5));
    }""")
    assert values == [-1, -0.5, 0, 1, 0.75]
