"""Recognise: what it reads is what LiteRT reads in Python; drawing, moving, words and bad files."""

import numpy as np
import pytest
import traitlets
from test_downhill import AXE, get, press, put, words
from test_feature_maps import opener, say_no_nonsense

from firstnet import drawing, hands, lite, models
from firstnet.widgets.recognise import NAMES, Recognise

browser = pytest.mark.browser
ANSWER = """() => {
  const state = Object.fromEntries(["strokes", "network", "numbers", "preparation"].map(n => [n, model.get(n)]));
  return [...module.createReaders(model).of(state).run(module.seen(state))];
}"""  # noqa: E501
SPOKE = """() => {
  const state = Object.fromEntries(["strokes", "network", "numbers", "preparation"].map(n => [n, model.get(n)]));
  const witness = module.createWitness(module.createReaders(model).of(state).run, module.seen(state));
  while (witness.step());
  return [...witness.spoke].map(one => Number.isNaN(one) ? null : one);
}"""  # noqa: E501
SEVEN = hands.drawing(7, size=0.4, x=0.35, y=0.35)


@pytest.fixture
def show(new_page, tmp_path):
    return opener(new_page, tmp_path, Recognise)


def expected(file, strokes, *, prepare=drawing.prepared):
    """Return the ten probabilities that LiteRT gives in Python."""
    return lite.answers(models.lite_path(f"{file}.tflite"), prepare(strokes)[None] / 255)[0]


# ---------------------------------------------------------------- traits


@pytest.mark.parametrize(
    ("trait", "value", "said"),
    [
        ("strokes", [[[0.5, 1.2]]], "y must be from 0 to 1, and it is 1.2"),
        ("strokes", [[[float("nan"), 0.5]]], "x must be from 0 to 1, and it is nan"),
        ("strokes", [[[0.5, 0.5]]] * 61, "The number of strokes must be from 0 to 60"),
        ("strokes", [[[0.5, 0.5]] * 4001], "The number of points must be from 0 to 4000"),
        ("sure_above", 1.0, "sure_above must be from 0.2 to 0.99, and it is 1"),
        ("network", "rnn", "any of"),
        ("network", "own", "needs a file"),
    ],
)
def test_wrong_values_are_refused_in_words(trait, value, said):
    widget = Recognise()
    before = getattr(widget, trait)
    with pytest.raises(traitlets.TraitError, match=said):
        setattr(widget, trait, value)
    assert getattr(widget, trait) == before


def test_the_files_are_those_of_the_package():
    widget = Recognise()
    for name in NAMES:
        assert getattr(widget, name) == models.lite_path(f"{name}.tflite").read_bytes()
    assert len(widget.examples) == len(hands.HANDS)
    assert [len(hand) for hand in widget.examples] == [10] * len(hands.HANDS)


def test_an_own_file_is_read_from_its_path_or_given_as_bytes(tmp_path):
    (tmp_path / "mine.tflite").write_bytes(b"mine")
    assert Recognise(own=tmp_path / "mine.tflite", network="own").own == b"mine"
    assert Recognise(own=b"also mine").own == b"also mine"
    with pytest.raises(OSError, match=r"none\.tflite"):
        Recognise(own=tmp_path / "none.tflite")


# ---------------------------------------------------------------- numbers


@browser
@pytest.mark.parametrize("preparation", [True, False])
def test_every_network_answers_as_litert_does(show, preparation):
    page = show(strokes=SEVEN, preparation=preparation)
    prepare = drawing.prepared if preparation else drawing.shrunk
    for network in ("mlp", "cnn", "augmented"):
        for numbers, ending in (("float32", ""), ("int8", "_int8")):
            put(page, network=network, numbers=numbers)
            found = page.evaluate(ANSWER)
            asked = expected(f"{network}{ending}", SEVEN, prepare=prepare)
            np.testing.assert_allclose(found, asked, atol=1e-5)


@browser
def test_the_ink_that_spoke_is_what_wiping_it_out_costs(show):
    page = show(strokes=SEVEN, network="mlp")
    pixels = drawing.prepared(SEVEN).astype("float32") / 255
    inked = np.argwhere(pixels > 0)
    wiped = np.repeat(pixels[None], len(inked), axis=0)
    for picture, (row, column) in zip(wiped, inked, strict=True):
        picture[max(0, row - 1) : row + 2, max(0, column - 1) : column + 2] = 0
    answers = lite.answers(models.lite_path("mlp.tflite"), np.concatenate([pixels[None], wiped]))
    digit = answers[0].argmax()
    others = np.delete(answers, digit, axis=1).sum(axis=1)
    odds = np.log(answers[:, digit]) - np.log(others)
    found = page.evaluate(SPOKE)
    known = [place for place, value in enumerate(found) if value is not None]
    assert known == [28 * row + column for row, column in inked]
    np.testing.assert_allclose([found[p] for p in known], odds[0] - odds[1:], atol=1e-3)


@browser
def test_what_spoke_is_shown_after_a_moment_and_said_in_its_name(show):
    page = show(strokes=SEVEN, network="mlp")
    page.locator(".fn-recognise-verdict").scroll_into_view_if_needed()
    inked = (drawing.prepared(SEVEN) > 0).sum()
    picture = page.get_by_role("img", name="inked pixels speak for the answer")
    picture.wait_for(timeout=5000)
    page.wait_for_function(
        """inked => {
          const name = [...document.querySelectorAll(".fn-grey")].at(-1).ariaLabel;
          const [a, b] = name.match(/[0-9]+/g).map(Number);
          return a + b === inked;
        }""",
        arg=int(inked),
        timeout=10_000,
    )


@browser
def test_while_pixels_are_still_asked_it_says_so(show):
    page = show(strokes=SEVEN, network="cnn")
    legend = page.get_by_text("Ink that speaks")
    assert "Still asking: " in page.locator(".fn-recognise-pair").inner_text()
    assert not legend.is_visible()
    legend.wait_for(state="visible", timeout=20_000)
    assert "Still asking" not in page.locator(".fn-recognise-pair").inner_text()


# ---------------------------------------------------------------- words


@browser
def test_an_empty_drawing_gives_no_answer(show):
    page = show()
    assert words(page).startswith("→")
    assert "Draw a digit." in words(page)
    assert not page.locator(".fn-answers").is_visible()
    assert page.get_by_role("img", name="An empty pad to draw on").count() == 1
    say_no_nonsense(page)


@browser
def test_below_the_threshold_it_is_not_sure(show):
    page = show(strokes=SEVEN, network="mlp", preparation=False)
    answer = expected("mlp", SEVEN, prepare=drawing.shrunk)
    put(page, sure_above=min(0.99, float(answer.max()) + 0.01))
    assert "Not sure." in words(page)
    for digit in answer.argsort()[-2:]:
        assert f" {digit}, " in words(page)
    put(page, sure_above=max(0.2, float(answer.max()) - 0.01))
    assert f"The answer is a {answer.argmax()}," in words(page).replace("an 8", "a 8")


@browser
def test_a_prepared_seven_is_a_seven_and_the_small_one_is_not(show):
    page = show(strokes=SEVEN, network="cnn")
    assert "The answer is a 7" in words(page)
    page.get_by_label("Prepare as MNIST did").uncheck()
    assert get(page, "preparation") is False
    assert expected("cnn", SEVEN, prepare=drawing.shrunk).argmax() != 7
    assert "is a 7" not in words(page)


# ---------------------------------------------------------------- drawing


def draw(page, points, *, steps=4):
    """Draw one stroke with the mouse; points in parts of the pad."""
    box = page.get_by_test_id("pad").bounding_box()
    places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in points]
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place, steps=steps)
    page.mouse.up()


@browser
def test_draw_with_the_mouse_and_be_read(show):
    page = show()
    draw(page, [(0.6, 0.3), (0.6, 0.7)])
    (stroke,) = get(page, "strokes")
    assert stroke[0] == pytest.approx([0.6, 0.3], abs=0.01)
    assert stroke[-1] == pytest.approx([0.6, 0.7], abs=0.01)
    assert "The answer is a 1" in words(page)
    draw(page, [(0.3, 0.3), (0.35, 0.5)])
    assert len(get(page, "strokes")) == 2
    press(page, "Undo a stroke")
    assert get(page, "strokes") == [stroke]
    press(page, "Clear")
    assert get(page, "strokes") == []
    assert page.get_by_role("button", name="Clear").get_attribute("aria-disabled") == "true"


@browser
def test_the_answer_comes_while_the_stroke_is_drawn(show):
    page = show()
    box = page.get_by_test_id("pad").bounding_box()
    x, y, side = box["x"], box["y"], box["width"]
    page.mouse.move(x + 0.5 * side, y + 0.2 * side)
    page.mouse.down()
    page.mouse.move(x + 0.5 * side, y + 0.8 * side, steps=6)
    page.wait_for_timeout(50)
    assert "The answer is a 1" in words(page)
    assert get(page, "strokes") == []
    page.mouse.move(x + 5 * side, y - 5 * side)
    page.mouse.up()
    points = np.concatenate(get(page, "strokes"))
    assert points.min() >= 0
    assert points.max() <= 1


@browser
def test_a_tap_is_painted_and_is_no_answer(show):
    page = show()
    draw(page, [(0.5, 0.5)])
    assert len(get(page, "strokes")[0]) == 1
    painted = page.get_by_test_id("pad").evaluate(
        """pad => [0.5, 0.52, 0.7].map(part => pad.getContext("2d")
          .getImageData(part * pad.width, pad.height / 2, 1, 1).data[3])"""
    )
    assert painted[0] == painted[1] == 255
    assert painted[2] == 0
    assert "Draw a digit." in words(page)
    draw(page, [(0.5, 0.5), (0.5, 0.55)])
    assert "The answer is a" in words(page) or "Not sure" in words(page)
    say_no_nonsense(page)


@browser
def test_draw_with_a_finger(show):
    page = show("phone")
    client = page.context.new_cdp_session(page)
    pad = page.get_by_test_id("pad")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    for kind, y in [("touchStart", 0.2), *(("touchMove", 0.2 + n / 10) for n in range(1, 7))]:
        point = {"x": box["x"] + box["width"] / 2, "y": box["y"] + y * box["height"]}
        client.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [point]})
    client.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    page.wait_for_timeout(50)
    points = np.concatenate(get(page, "strokes"))
    assert points[0] == pytest.approx([0.5, 0.2], abs=0.02)
    assert points[-1] == pytest.approx([0.5, 0.8], abs=0.02)


@browser
def test_examples_of_all_hands_are_read_without_a_mouse(show):
    page = show()
    for _ in hands.HANDS:
        for digit in range(10):
            one = page.get_by_role("button", name=str(digit), exact=True)
            one.focus()
            page.keyboard.press("Enter")
            page.wait_for_timeout(5)
            assert f"The answer is a {digit}," in words(page).replace("an 8", "a 8")
        page.locator("button", has_text="Another hand").press("Enter")
    assert page.get_by_role("button", name="Another hand (now 1 of 4)").count() == 1


@browser
def test_a_drawing_is_moved_and_scaled_within_the_pad(show):
    page = show(strokes=SEVEN)
    before = np.concatenate(SEVEN)
    press(page, "Right")
    press(page, "Up")
    np.testing.assert_allclose(
        np.concatenate(get(page, "strokes")), before + (0.05, -0.05), atol=1e-4
    )
    press(page, "Smaller")
    assert np.ptp(np.concatenate(get(page, "strokes"))[:, 1]) == pytest.approx(
        np.ptp(before[:, 1]) / 1.15, abs=1e-3
    )
    for way in ("Left", "Down", "Larger"):
        for _ in range(25):
            press(page, way)
        points = np.concatenate(get(page, "strokes"))
        assert points.min() >= 0
        assert points.max() <= 1
    assert np.ptp(points, axis=0).max() == pytest.approx(0.98, abs=0.01)


# ---------------------------------------------------------------- files of the reader


@browser
def test_an_own_file_is_run(show, tmp_path):
    import keras

    keras.utils.set_random_seed(1)
    layers = [keras.layers.Flatten(), keras.layers.Dense(10, activation="softmax")]
    model = keras.Sequential([keras.Input((28, 28, 1)), *layers])
    lite.export(model, tmp_path / "mine.tflite")
    page = show(own=tmp_path / "mine.tflite", network="own", strokes=SEVEN)
    asked = lite.answers(tmp_path / "mine.tflite", drawing.prepared(SEVEN)[None] / 255)[0]
    np.testing.assert_allclose(page.evaluate(ANSWER), asked, atol=1e-5)
    assert page.get_by_label("Network").locator("option").all_inner_texts()[-1] == "Your file"
    assert f"a {asked.argmax()}, " in words(page).replace("an 8", "a 8")


@browser
def test_a_damaged_file_says_so_and_the_others_still_work(show):
    damaged = models.lite_path("cnn.tflite").read_bytes()[:5000]
    page = show(own=damaged, network="own", strokes=SEVEN)
    assert "This file gives no answer." in words(page)
    assert "damaged" in words(page)
    assert not page.locator(".fn-answers").is_visible()
    page.get_by_label("Network").select_option(label="CNN")
    assert "The answer is a 7" in words(page)


@browser
def test_a_network_without_softmax_is_told_so(show, tmp_path):
    import keras

    layers = [keras.layers.Flatten(), keras.layers.Dense(10)]
    lite.export(keras.Sequential([keras.Input((28, 28, 1)), *layers]), tmp_path / "scores.tflite")
    page = show(own=tmp_path / "scores.tflite", network="own", strokes=SEVEN)
    assert "This network ends without a softmax" in words(page)
    assert not page.locator(".fn-answers").is_visible()


# ---------------------------------------------------------------- the page


@browser
def test_nothing_unreadable_anywhere(show):
    page = show()
    for digit in range(10):
        put(page, strokes=hands.drawing(digit, size=0.1 + 0.08 * digit), preparation=digit % 2 == 0)
        page.wait_for_timeout(5)
        say_no_nonsense(page)


@browser
def test_cleanup_leaves_nothing(show):
    page = show(strokes=SEVEN)
    page.evaluate("cleanup()")
    assert page.evaluate("listeners()") == 0
    assert page.locator(".fn-explorable").count() == 0
    page.wait_for_timeout(400)  # work that went on would strike now


@browser
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_and_the_phone_fits(show, theme):
    page = show("phone", theme=theme, strokes=SEVEN)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.add_script_tag(path=AXE)
    found = page.evaluate("async () => (await axe.run('#stage')).violations")
    assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []
