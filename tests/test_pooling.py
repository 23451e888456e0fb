"""Pooling: windows against NumPy and Keras, the list against flatten, words, play and bad input."""

import itertools
import re

import numpy as np
import pytest
import traitlets
from redraws import FRAME, redraws, slow
from test_downhill import AXE, fill, get, press, put, words
from test_feature_maps import opener, say_no_nonsense

from firstnet.convolution import average_pool, max_pool, output_size
from firstnet.widgets._networks import small_digits
from firstnet.widgets.pooling import Pooling

NAMES = ("source", "side", "seed", "map", "mode", "kind", "size", "stride", "step")
LOOK = """changes => {
  const names = NAMES;
  const state = Object.fromEntries(names.map((name) => [name, model.get(name)]));
  return module.look({...state, ...changes});
}""".replace("NAMES", str(list(NAMES)))
OWN = [[1.5, -2.0, 3.0, 0.0], [4.0, 999.0, -999.0, 7.0], [0.25, 0.5, 0.75, 1.0]]
browser = pytest.mark.browser


@pytest.fixture
def show(new_page, tmp_path):
    def open_own(shape="desk", **traits):
        traits |= {"source": "own"} if "map" in traits else {}
        return opener(new_page, tmp_path, Pooling)(shape, **traits)

    return open_own


def texts(page, which):
    return page.locator(f"svg.fn-pool-{which} text").all_text_contents()


def cells(page, which, kind):
    """Return which cells of the map or of the result are of a kind."""
    return page.locator(f"svg.fn-pool-{which} .fn-pool-box").evaluate_all(
        "(boxes, kind) => boxes.flatMap((box, n) => box.classList.contains(kind) ? [n] : [])",
        f"fn-pool-{kind}",
    )


def chooser(page, name):
    return page.get_by_role("combobox", name=name, exact=True)


def steps(page):
    return page.get_by_role("slider", name="Steps", exact=True)


def size_line(page):
    return page.locator(".fn-pool-size").inner_text()


# ---------------------------------------------------------------- the Python side


@pytest.mark.parametrize(
    ("trait", "value", "said"),
    [
        ("side", 3, "side must be from 4 to 13, and it is 3"),
        ("side", 14, "side must be from 4 to 13, and it is 14"),
        ("seed", -1, "seed must be from 0 to 9999, and it is -1"),
        ("size", 4, "size must be from 2 to 3, and it is 4"),
        ("stride", 0, "stride must be from 1 to 3, and it is 0"),
        ("step", -1, "step must be from 0 to 144, and it is -1"),
        ("speed", 11, "speed must be from 1 to 10, and it is 11"),
        ("kind", "min", "expected any of"),
        ("mode", "dense", "expected any of"),
        ("source", "own", 'Give a map of your own first; then source may be "own"'),
        ("map", [[1.0, 2.0]] * 3, "The number of columns must be from 3 to 13, and it is 2"),
        ("map", [[1.0] * 3] * 2, "The number of rows must be from 3 to 13, and it is 2"),
        ("map", [[1.0] * 3, [1.0] * 4, [1.0] * 3], r"map\[1\] must be as long as map\[0\]"),
        ("map", [[1.0] * 3, [1.0] * 3, [1.0, 1.0, np.nan]], r"map\[2\] must be from -999 to 999"),
        ("map", [[1.0] * 3, [1000.0] * 3, [1.0] * 3], r"map\[1\] must be from .*it is 1000"),
        ("stride", 1.5, "expected an int"),
    ],
)
def test_wrong_values_are_refused_in_words(trait, value, said):
    widget = Pooling()
    before = getattr(widget, trait)
    with pytest.raises(traitlets.TraitError, match=said):
        setattr(widget, trait, value)
    assert getattr(widget, trait) == before


def test_a_map_of_the_reader():
    widget = Pooling.of(np.array(OWN), kind="average")
    assert (widget.map, widget.source, widget.kind) == (OWN, "own", "average")
    assert repr(widget) == "Pooling()"
    with pytest.raises(ValueError, match=r"The map must be 2-D, and its shape is \(3,\)"):
        Pooling.of([1, 2, 3])
    with pytest.raises(traitlets.TraitError, match="Choose another source first"):
        widget.map = []


# ---------------------------------------------------------------- numbers


@browser
def test_every_result_is_that_of_numpy_and_of_keras(show):
    from keras import layers

    page = show()
    functions = {
        "max": (max_pool, layers.MaxPooling2D),
        "average": (average_pool, layers.AveragePooling2D),
    }
    cases = itertools.product((4, 7, 13), functions, (2, 3), (1, 2, 3))
    for side, kind, size, stride in cases:
        state = {"side": side, "kind": kind, "size": size, "stride": stride, "seed": size}
        found = page.evaluate(LOOK, state)
        table, result = np.array(found["map"]), np.array(found["result"])
        ours, theirs = functions[kind]
        np.testing.assert_allclose(result, ours(table, size, stride))
        in_keras = theirs(size, strides=stride)(table[None, ..., None].astype("float32"))
        np.testing.assert_allclose(result, np.array(in_keras)[0, ..., 0], rtol=1e-6)
        assert found["steps"] == output_size(side, size, stride) ** 2
    assert page.evaluate(LOOK, {"side": 13, "size": 2, "stride": 1})["steps"] == 144


@browser
def test_a_map_that_is_not_square_is_pooled_too(show):
    page = show(map=OWN, step=9)
    assert [float(one.replace("−", "-")) for one in texts(page, "map")] == list(np.ravel(OWN))
    assert texts(page, "result") == ["999", "7"]
    assert "3 × 4 becomes 1 × 2" in size_line(page)
    assert "At the end 1 row is left out, as in Keras." in size_line(page)
    put(page, kind="average")
    assert average_pool(OWN).ravel().tolist() == [250.625, -247.25]
    assert texts(page, "result") == ["250.63", "−247.3"]  # as many decimals as there is room for
    say_no_nonsense(page)


@browser
def test_maps_are_what_they_are_called(show):
    page = show()
    ramp = page.evaluate(LOOK, {"source": "ramp", "side": 5})["map"]
    np.testing.assert_array_equal(ramp, np.arange(25).reshape(5, 5))
    first = page.evaluate(LOOK, {"seed": 3, "side": 13})["map"]
    assert first == page.evaluate(LOOK, {"seed": 3, "side": 13})["map"]
    assert first != page.evaluate(LOOK, {"seed": 4, "side": 13})["map"]
    assert set(np.ravel(first)) == set(range(10))
    digit = average_pool(small_digits()[0][4][1:27, 1:27])
    found = np.array(page.evaluate(LOOK, {"source": "digit", "side": 13})["map"])
    np.testing.assert_array_equal(found, np.rint(digit * 9 / 255))
    middle = page.evaluate(LOOK, {"source": "digit", "side": 7})["map"]
    np.testing.assert_array_equal(middle, found[3:10, 3:10])


@browser
def test_steps_fill_the_result_and_the_window_moves(show):
    page = show(source="ramp", side=7)
    assert texts(page, "result") == [""] * 9
    assert page.locator("svg.fn-pool-map .fn-pool-window").get_attribute("visibility") == "hidden"
    for step in range(1, 10):
        press(page, "Step")
        assert get(page, "step") == step
        row, column = divmod(step - 1, 3)
        expected = max_pool(np.arange(49).reshape(7, 7)).ravel()[:step]
        assert [one for one in texts(page, "result") if one] == [f"{one:g}" for one in expected]
        corner = 14 * row + 2 * column
        assert cells(page, "map", "now") == [corner, corner + 1, corner + 7]
        assert cells(page, "map", "chosen") == [corner + 8]
        frame = page.locator("svg.fn-pool-map .fn-pool-window").bounding_box()
        first = page.locator("svg.fn-pool-map .fn-pool-box").nth(corner).bounding_box()
        assert (frame["x"], frame["y"]) == pytest.approx((first["x"], first["y"]), abs=2.5)
    page.get_by_role("button", name="Step", exact=True).press("Enter")
    assert get(page, "step") == 9  # there is no tenth
    press(page, "Back")
    assert get(page, "step") == 8
    assert texts(page, "result")[-1] == ""


@browser
def test_cells_that_no_window_reaches_are_marked(show):
    page = show()
    for side, size, stride in [(7, 2, 2), (13, 2, 2), (6, 2, 2), (7, 3, 3), (8, 3, 2), (8, 2, 3)]:
        put(page, side=side, size=size, stride=stride)
        reached = np.zeros((side, side), bool)
        for row, column in itertools.product(range(0, side - size + 1, stride), repeat=2):
            reached[row : row + size, column : column + size] = True
        assert cells(page, "map", "left") == np.flatnonzero(~reached).tolist()
        note = page.locator(".fn-plots").inner_text()
        assert ("No window reaches the dashed cells." in note) == (not reached.all())


@browser
def test_flattening_is_that_of_numpy(show):
    page = show(mode="flatten", source="random", side=13)
    table = np.array(page.evaluate(LOOK, {})["map"])
    assert texts(page, "result") == [""] * 169
    for row in (1, 4, 13):
        put(page, step=row)
        filled = [int(one) for one in texts(page, "result") if one]
        assert filled == table[:row].ravel().tolist()
        assert len(cells(page, "result", "laid")) == 13
    assert len(filled) == 169
    assert "The list, 169 numbers" in page.locator(".fn-plots").inner_text()


@browser
def test_the_list_is_never_broken_where_the_rows_of_the_map_end(show):
    page = show()
    call = "([width, columns]) => module.listPlaces(169, width, 24, columns)"
    for width in (300, 313, 330, 400, 20):
        found = page.evaluate(call, [width, 13])
        assert found["across"] != 13
        assert found["across"] * 24 <= max(width, 48)
        assert found["lines"] == -(-169 // found["across"])
        rights = [x for x, _ in found["places"]]
        assert max(rights) == 24 * (found["across"] - 1)


# ---------------------------------------------------------------- words


@browser
def test_the_arithmetic_of_a_window_is_said(show):
    page = show(map=OWN, step=1)
    assert "Window 1 of 2: the largest of 1.5, −2, 4 and 999 is 999." in words(page)
    assert "Rows 0 and 1 and columns 0 and 1 of the map give row 0, column 0" in words(page)
    put(page, kind="average")
    assert "the mean of 1.5, −2, 4 and 999 is 1,002.5 / 4 ≈ 250.63." in words(page)
    put(page, step=2)
    assert "the mean of 3, 0, −999 and 7 is −989 / 4 = −247.25." in words(page)
    assert "All done: 12 numbers became 2." in words(page)
    put(page, size=3, stride=1, step=1, kind="max")
    assert "of 1.5, −2, 3, 4, 999, −999, 0.25, 0.5 and 0.75 is 999." in words(page)
    assert "Rows 0 to 2 and columns 0 to 2" in words(page)


@browser
@pytest.mark.parametrize(
    ("state", "said"),
    [
        (
            {"side": 13},
            "(13 − 2) / 2 = 5.5, rounded down 5, plus 1 is 6. So 13 × 13 becomes 6 × 6. At the "
            "end 1 row and 1 column are left out, as in Keras.",
        ),
        ({"side": 6}, "(6 − 2) / 2 = 2, plus 1 is 3. So 6 × 6 becomes 3 × 3. Nothing is left"),
        (
            {"side": 13, "stride": 3},
            "(13 − 2) / 3 ≈ 3.67, rounded down 3, plus 1 is 4. So 13 × 13 becomes 4 × 4. At the "
            "end 2 rows and 2 columns are left out, as in Keras. Between windows 1 row and as "
            "many columns are jumped over.",
        ),
        ({"side": 5, "size": 3, "stride": 1}, "5 − 3 + 1 = 3. So 5 × 5 becomes 3 × 3."),
        ({"side": 5, "size": 3, "stride": 1}, "The windows overlap."),
        ({"mode": "flatten", "side": 13}, "13 rows of 13 are 13 · 13 = 169 numbers."),
    ],
)
def test_the_size_is_said_by_the_formula(show, state, said):
    page = show(**state)
    assert said in size_line(page)


@browser
def test_rows_of_the_list_are_told_by_their_places(show):
    page = show(mode="flatten", source="digit", side=13)
    assert "Nothing is laid flat yet." in words(page)
    put(page, step=6)
    assert "Row 5 of the map lies at places 65 to 77 of the list." in words(page)
    assert "Its column 0 is at 5 · 13 + 0 = 65." in words(page)
    put(page, step=13)
    assert "All done: the list has 169 numbers" in words(page)


# ---------------------------------------------------------------- controls


@browser
def test_play_goes_to_the_end_and_pauses(show):
    page = show(speed=10)
    assert get(page, "step") == 0
    page.wait_for_timeout(300)
    assert get(page, "step") == 0  # nothing plays by itself
    press(page, "Play")
    page.wait_for_function("model.get('step') === 3")
    press(page, "Pause")
    stopped = get(page, "step")
    page.wait_for_timeout(300)
    assert get(page, "step") == stopped < 9
    press(page, "Play")
    page.wait_for_function("model.get('step') === 9")
    page.get_by_role("button", name="Play", exact=True).wait_for()
    press(page, "Play")
    page.wait_for_function("model.get('step') === 2")  # from the beginning again
    press(page, "Reset")
    page.wait_for_timeout(300)
    assert get(page, "step") == 0


@browser
def test_the_speed_is_steps_in_a_second(show):
    page = show(side=13, stride=1)
    count = """async speed => {
      model.set("step", 0);
      model.set("speed", speed);
      const press = (name) => [...document.querySelectorAll("button")]
        .find((one) => one.textContent === name).click();
      press("Play");
      await new Promise((done) => setTimeout(done, 1000));
      press("Pause");
      await new Promise((done) => setTimeout(done, 20));
      return model.get("step");
    }"""
    slow, fast = page.evaluate(count, 2), page.evaluate(count, 10)
    assert 1 <= slow <= 3
    assert 6 <= fast <= 11


@browser
def test_the_slider_leads_to_any_step(show):
    page = show()
    slider = steps(page)
    slider.press("End")
    assert get(page, "step") == 9
    assert slider.get_attribute("aria-valuetext") == "9 of 9"
    slider.press("ArrowLeft")
    assert get(page, "step") == 8
    slider.press("Home")
    assert get(page, "step") == 0
    press(page, "To the end")
    assert get(page, "step") == 9
    assert page.locator("[aria-disabled=true]").all_inner_texts() == ["Step", "To the end"]


@browser
def test_what_is_done_to_the_end_stays_done(show):
    page = show(step=9)
    chooser(page, "Keep").select_option("average")
    assert [bool(one) for one in texts(page, "result")] == [True] * 9
    chooser(page, "Size of the map").select_option("8 × 8")
    assert [bool(one) for one in texts(page, "result")] == [True] * 16
    press(page, "Flatten")
    assert len([one for one in texts(page, "result") if one]) == 64
    put(page, step=3)
    press(page, "Pool")
    assert get(page, "step") == 0


@browser
def test_the_stride_follows_the_window_as_in_keras(show):
    page = show()
    chooser(page, "Window").select_option("3 × 3")
    assert (get(page, "size"), get(page, "stride")) == (3, 3)
    chooser(page, "Stride").select_option("1")
    chooser(page, "Window").select_option("2 × 2")
    assert (get(page, "size"), get(page, "stride")) == (2, 1)


@browser
def test_maps_are_chosen(show):
    page = show()
    press(page, "Other numbers")
    assert get(page, "seed") == 1
    chooser(page, "Map").select_option("a small 4")
    assert get(page, "source") == "digit"
    other = page.get_by_role("button", name="Other numbers")
    assert other.get_attribute("aria-disabled") == "true"
    assert chooser(page, "Map").locator("option:not([disabled])").count() == 3
    put(page, seed=9999, source="random")
    press(page, "Other numbers")
    assert get(page, "seed") == 0


@browser
def test_the_map_of_the_reader_can_be_left_and_chosen_again(show):
    page = show(map=OWN)
    assert chooser(page, "Map").evaluate("one => one.selectedOptions[0].text") == "your numbers"
    assert not chooser(page, "Size of the map").is_visible()
    chooser(page, "Map").select_option("0, 1, 2 …")
    assert len(texts(page, "map")) == 49
    assert chooser(page, "Size of the map").is_visible()
    chooser(page, "Map").select_option("your numbers")
    assert len(texts(page, "map")) == 12


@browser
def test_presets_show_the_articles_sizes(show):
    page = show()
    press(page, "13 × 13 to 6 × 6")
    press(page, "To the end")
    assert len(texts(page, "result")) == 36
    assert "169 numbers became 36" in words(page)
    press(page, "13 × 13 to 169")
    assert get(page, "step") == 0
    press(page, "To the end")
    assert len([one for one in texts(page, "result") if one]) == 169
    assert not chooser(page, "Stride").is_visible()
    marked = page.locator("[aria-pressed=true]").all_inner_texts()
    assert marked == ["13 × 13 to 169", "Flatten"]
    press(page, "7 × 7, an odd map")
    assert [get(page, name) for name in ("mode", "source", "side")] == ["pool", "random", 7]


@browser
def test_the_speed_is_typed_and_held(show):
    page = show()
    fill(page, "Speed, exact value", "99")
    assert get(page, "speed") == 10
    assert "Only from 1 to 10: held at 10." in page.locator(".fn-pool-walk").inner_text()
    fill(page, "Speed, exact value", "3.4")
    assert get(page, "speed") == 3
    page.get_by_role("slider", name="Speed", exact=True).press("Home")
    assert get(page, "speed") == 1


@browser
def test_python_sets_the_state_and_what_is_too_much_is_held(show):
    page = show()
    put(page, step=144)
    assert "Window 9 of 9" in words(page)
    put(page, mode="flatten")
    assert "Row 6 of the map" in words(page)
    assert steps(page).get_attribute("aria-valuetext") == "7 of 7"


@pytest.mark.alone
@browser
def test_a_redraw_takes_less_than_a_frame(show):
    page = show(side=13, stride=1)
    times = redraws(page, '(n) => model.set("step", (n * 37) % 145)')
    print(f"a redraw takes {np.median(times):.1f} ms")
    assert np.median(times) > 0.05
    assert slow(times) < FRAME


@browser
def test_nothing_unreadable_anywhere(show):
    page = show(map=OWN)
    cases = itertools.product(("own", "ramp", "digit"), ("pool", "flatten"), ("max", "average"))
    for n, (source, mode, kind) in enumerate(cases):
        put(page, source=source, mode=mode, kind=kind, side=4 + n % 10, size=2 + n % 2)
        put(page, stride=1 + n % 3, step=4 * n)
        page.wait_for_timeout(5)
        say_no_nonsense(page)


@browser
def test_cleanup_leaves_nothing(show):
    page = show(speed=10)
    press(page, "Play")
    page.evaluate("cleanup()")
    assert page.evaluate("listeners()") == 0
    assert page.locator(".fn-explorable").count() == 0
    stopped = get(page, "step")
    page.wait_for_timeout(300)  # a timer that went on would strike now
    assert get(page, "step") == stopped


@browser
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("mode", ["pool", "flatten"])
def test_axe_finds_nothing_and_the_phone_fits(show, theme, mode):
    page = show("phone", theme=theme, mode=mode, source="ramp", side=13, step=5)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    controls = page.locator("button:visible, input:visible, select:visible").all()
    sizes = [one.bounding_box() for one in controls]
    assert min(min(one["width"], one["height"]) for one in sizes) >= 24
    for drawing in page.locator("svg.fn-pool-drawing").all():
        box, stage = drawing.bounding_box(), page.locator(".fn-explorable").bounding_box()
        assert box["x"] + box["width"] <= stage["x"] + stage["width"]
    page.add_script_tag(path=AXE)
    found = page.evaluate("async () => (await axe.run('#stage')).violations")
    assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []


@browser
def test_nothing_moves_for_those_who_want_no_motion(show):
    page = show(step=1)
    moving = "one => getComputedStyle(one).transitionDuration"
    assert page.locator("svg.fn-pool-map .fn-pool-window").evaluate(moving) == "0s"
    page.emulate_media(reduced_motion="no-preference")
    assert page.locator("svg.fn-pool-map .fn-pool-window").evaluate(moving) == "0.15s"


def test_the_digit_in_the_module_is_written_in_digits_only():
    rows = re.findall(r'"([0-9]{13})"', Pooling._esm)
    assert len(rows) == 13
