"""Every explorable, in the built page that shows it: by keyboard, by mouse and by touch."""

from pathlib import Path

import pytest
from built import CHAPTERS, explorables, shows, widget_models, widget_views
from redraws import FRAME, MOVES, processor_clock, quietest, slow, work_of

IN_PAGE = (Path(__file__).parent / "in_page.js").read_text("utf-8")
SLIDER_KEYS = (
    *("ArrowRight", "ArrowUp", "PageUp", "PageUp", "End", "ArrowRight"),
    *("ArrowLeft", "ArrowDown", "PageDown", "Home", "ArrowLeft"),
)
TYPED = ("", "abc", "-", "0", "-0", "1e308", "-1e308", "1e-308", "1e999", "0.5")
SMALLEST = 24  # px; the least that a finger should have to hit

pytestmark = pytest.mark.browser
each_explorable = pytest.mark.parametrize("cls", explorables(), ids=lambda cls: cls.__name__)


def place(cls):
    """Return the first page that shows an explorable, and which of its widgets it is."""
    found = [(page, at) for page in CHAPTERS for at in shows(page, cls)]
    assert found, f"No page shows {cls.__name__}: show it in a chapter, or remove it."
    return found[0]


def open_explorable(new_page, addresses, cls, *, width=1280, **options):
    """Open the page that shows an explorable; return the page and the explorable's element."""
    name, position = place(cls)
    page = new_page(viewport={"width": width, "height": 844}, reduced_motion="reduce", **options)
    page.goto(f"{addresses['file']}/{name}.html")
    page.evaluate(IN_PAGE)
    page.wait_for_function("inPage.widgets().every(({ state }) => state === 'ready')")
    page.evaluate("inPage.settled().then(inPage.openAnswers)")
    host = page.locator(".widget-host").nth(position)
    host.scroll_into_view_if_needed()
    return page, host


def controls(host, selector):
    """Return the visible controls of a kind, as locators."""
    return host.locator(selector).filter(visible=True).all()


def name(control):
    """Return what a person would call a control."""
    return control.evaluate("one => inPage.describe(one)")


def check(host, action, control):
    """Fail if, a frame after an action on a control, there is shown what no reader can read."""
    bad = host.evaluate("host => inPage.nextFrame().then(() => inPage.unreadable(host))")
    assert not bad, f"after {action} {name(control)} it shows {bad}"


def press_keys(host, control, keys):
    control.focus()
    for key in keys:
        control.press(key)
        check(host, f"{key} on", control)


def press_buttons(host, *keys):
    for button in controls(host, "button"):
        press_keys(host, button, keys)


def able(buttons):
    """Yield the buttons that can be pressed when their turn comes."""
    return (button for button in buttons if button.get_attribute("aria-disabled") != "true")


def move_all(host, key):
    for control in controls(host, "input[type=range], [role=slider]"):
        press_keys(host, control, [key])


@each_explorable
def test_survives_every_key(new_page, addresses, cls):
    _, host = open_explorable(new_page, addresses, cls)
    for control in controls(host, "input[type=range], [role=slider]"):
        press_keys(host, control, SLIDER_KEYS)
    for control in controls(host, "select, input[type=radio]"):
        press_keys(host, control, ["ArrowDown"] * 6 + ["ArrowUp"] * 6)
    for control in controls(host, "input[type=checkbox]"):
        press_keys(host, control, ["Space", "Space"])
    press_buttons(host, "Enter", "Space")


@each_explorable
def test_survives_what_is_typed(new_page, addresses, cls):
    _, host = open_explorable(new_page, addresses, cls)
    for field in controls(host, "input[type=number], input[type=text]"):
        for text in TYPED:
            field.focus()
            field.press("Control+A")
            field.press("Delete")
            field.press_sequentially(text)
            check(host, f"typing {text!r} in", field)
            field.press("Enter")
            field.press("Tab")
            check(host, f"entering {text!r} in", field)
            may_be_empty = field.get_attribute("data-may-be-empty") is not None
            assert may_be_empty or field.input_value(), f"{name(field)} stays empty at {text!r}"


@each_explorable
def test_survives_the_ends_of_every_slider(new_page, addresses, cls):
    _, host = open_explorable(new_page, addresses, cls)
    for key in ("Home", "End"):
        for button in controls(host, "button"):
            move_all(host, key)
            press_keys(host, button, ["Enter"] * 3)


@each_explorable
def test_works_with_the_mouse(new_page, addresses, cls):
    page, host = open_explorable(new_page, addresses, cls)
    for control in controls(host, "input[type=range]"):
        values = set()
        for part in (0.1, 0.5, 0.9):
            size = control.bounding_box()
            control.click(position={"x": part * size["width"], "y": size["height"] / 2})
            check(host, "a click on", control)
            values.add(control.input_value())
        assert len(values) == 3, f"{name(control)} does not follow the mouse"
    for control in controls(host, "[role=slider]"):
        control.hover()
        page.mouse.down()
        page.mouse.move(10_000, 10_000, steps=4)
        page.mouse.up()
        check(host, "dragging out of the window", control)
    for button in able(controls(host, "button, summary")):
        button.click()
        check(host, "a click on", button)


@each_explorable
def test_works_with_a_finger(new_page, addresses, cls):
    _, host = open_explorable(new_page, addresses, cls, width=390, has_touch=True)
    for control in controls(host, "input[type=range]"):
        values = set()
        for part in (0.2, 0.8):
            size = control.bounding_box()
            control.tap(position={"x": part * size["width"], "y": size["height"] / 2})
            check(host, "a tap on", control)
            values.add(control.input_value())
        assert len(values) == 2, f"{name(control)} does not follow the finger"
    for control in controls(host, "button, input, select, summary, [role=slider]"):
        size = control.bounding_box()
        assert min(size["width"], size["height"]) >= SMALLEST, f"{name(control)} is too small"
    for button in able(controls(host, "button")):
        button.tap()
        check(host, "a tap on", button)


def first_control(host):
    """Return the first slider; where there is none, the first select or button."""
    kinds = ("input[type=range]", "[role=slider]", "select", "button")
    return next(found[0] for found in (controls(host, kind) for kind in kinds) if found)


@each_explorable
def test_first_control_changes_what_is_shown(new_page, addresses, cls):
    _, host = open_explorable(new_page, addresses, cls)
    control = first_control(host)
    seen = []
    for key in ("Home", "End", "Enter"):
        press_keys(host, control, [key])
        seen.append((host.inner_html(), host.inner_text()))
    assert len({drawn for drawn, _ in seen}) > 1, f"{name(control)} draws nothing anew"
    assert len({words for _, words in seen}) > 1, f"{name(control)} changes no word or number"


@pytest.mark.alone
@each_explorable
def test_redraws_within_a_frame(new_page, addresses, cls):
    page, host = open_explorable(new_page, addresses, cls)
    if not controls(host, "input[type=range]"):
        pytest.skip(f"{cls.__name__} has no slider")
    clock = processor_clock(page)

    def act(move):
        host.evaluate("(host, part) => inPage.moveSlider(host, part)", move * 37 % MOVES / MOVES)

    times = quietest(lambda: work_of(act, moves=MOVES, clock=clock))
    print(f"{cls.__name__}: 95 of 100 redraws take at most {slow(times):.1f} ms")
    assert slow(times) < FRAME


@each_explorable
def test_leaves_nothing_behind(new_page, addresses, cls):
    page, _ = open_explorable(new_page, addresses, cls)
    chapter, position = place(cls)
    saved = widget_models(chapter)[widget_views(chapter)[position]]
    report = page.evaluate("saved => inPage.comeAndGo(saved)", saved)
    assert report == {"drawn": True, "listened": True, "listeners": 0, "children": 0}


@each_explorable
def test_page_survives_its_removal(new_page, addresses, cls):
    page, host = open_explorable(new_page, addresses, cls)
    for button in controls(host, "button"):
        button.press("Enter")
    host.evaluate("host => host.remove()")
    page.set_viewport_size({"width": 600, "height": 600})
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    page.evaluate("inPage.settled()")
    page.wait_for_timeout(600)  # a timer that was left running would strike now
