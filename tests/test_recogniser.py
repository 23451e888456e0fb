"""The recogniser in a real browser: drawing, answers, own networks, offline, updates, faults."""

import itertools
import json
import statistics
from pathlib import Path

import numpy as np
import pytest
from recogniser_app import (
    DESK,
    HISTORY,
    PHONE,
    WORDS,
    answer,
    copy_of_sources,
    draw,
    finger,
    history,
    listed,
    load,
    on_pad,
    read,
    recogniser,
    served,
    touch,
    wait_for,
    wait_until_stored,
)

from firstnet import drawing, hands, lite
from tools import ROOT

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text("utf-8")
MODELS = ROOT / "firstnet" / "models"
SEVEN = hands.drawing(7, hand="school", size=0.7)
THREE = hands.drawing(3, hand="quick", size=0.5, x=0.4)
ALONE = {"service_workers": "block"}  # what is served, without a worker in between

pytestmark = pytest.mark.browser


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """A folder with the app in it, as the book has it."""
    folder = tmp_path_factory.mktemp("site")
    recogniser.compose(ROOT, folder / "recogniser")
    return folder


@pytest.fixture(scope="session")
def address(site):
    with served(site) as (url, _):
        yield url


@pytest.fixture
def show(new_page, address):
    """A function that opens the app; the test fails if the page asks another host for anything."""
    elsewhere = []

    def open_app(*, engine="litert", script=None, url=address, **options):
        page = new_page(**(PHONE | options))
        page.context.on("request", lambda r: r.url.startswith(url) or elsewhere.append(r.url))
        if script:
            page.add_init_script(script)
        page.goto(url)
        wait_for(page, engine)
        return page

    yield open_app
    assert elsewhere == []


def write_network(path, *, inputs=(28, 28, 1), outputs=10, zeros=False, end="softmax"):
    """Export a network that has learned nothing: random, or with all weights 0."""
    import keras
    from keras import layers

    keras.utils.set_random_seed(5)
    kernel = "zeros" if zeros else "glorot_uniform"
    last = layers.Dense(outputs, activation=end, kernel_initializer=kernel)
    model = keras.Sequential([keras.Input(inputs), layers.Flatten(), last])
    lite.export(model, path)
    return path


# ---------------------------------------------------------------- drawing and answers


def test_a_mouse_draws_and_the_answer_is_written(show):
    page = show(**DESK, has_touch=False, is_mobile=False)
    prediction, confidence, runner_up = read(page, SEVEN)
    assert prediction == "Seven"
    assert confidence.endswith("%")
    assert runner_up.startswith("next ")
    assert page.locator("#sign").text_content() == "7"


def test_a_finger_draws_and_the_page_stays_where_it_is(show):
    page = show()
    assert read(page, THREE, way=touch)[0] == "Three"
    assert page.evaluate("[scrollX, scrollY]") == [0, 0]
    assert page.evaluate("getSelection().toString()") == ""


def test_a_drawing_is_read_by_itself_when_the_pen_rests(show):
    page = show()
    touch(page, SEVEN)
    page.wait_for_function("() => document.getElementById('prediction').textContent === 'Seven'")


def test_the_network_sees_what_python_prepares(show):
    page = show()
    for digit in range(10):
        read(page, hands.drawing(digit, hand="slim", size=0.5, x=0.6, y=0.4))
        seen = page.evaluate(
            """() => [...document.getElementById('seen').getContext('2d')
              .getImageData(0, 0, 28, 28).data].filter((_, n) => n % 4 === 0)"""
        )
        expected = drawing.prepared(history(page)[0]["strokes"])
        np.testing.assert_array_equal(seen, np.asarray(expected).ravel())


def test_answers_are_those_of_python(show):
    page = show()
    for digit in range(10):
        read(page, hands.drawing(digit, hand="round", size=0.6))
        kept = history(page)[0]
        picture = np.asarray(drawing.prepared(kept["strokes"]), np.float32).ravel() / 255
        [expected] = lite.answers(MODELS / "augmented.tflite", [picture])
        assert kept["digit"] == expected.argmax()
        assert kept["probability"] == pytest.approx(expected.max(), abs=1e-5)


def thick(strokes, by):
    """Return strokes that go over themselves again, to the right and below: a thicker line."""
    again = [[[x + by, y + by] for x, y in stroke] for stroke in strokes]
    return [*strokes, *again]


def test_nine_of_ten_digits_of_all_hands_are_read_wherever_however_large_or_thick(show):
    page = show()
    rng = np.random.default_rng(12)
    right = {True: [], False: []}
    for number, (hand, digit) in enumerate(itertools.product(hands.HANDS, range(10))):
        size = rng.uniform(0.3, 0.8)
        x, y = rng.uniform(size / 2, 1 - size / 2, 2)
        how = {"size": size, "x": x, "y": y, "slant": rng.uniform(-0.15, 0.25)}
        strokes = hands.drawing(digit, hand=hand, wobble=0.01, seed=digit, **how)
        is_thick = number % 3 == 0
        drawn = thick(strokes, 0.06 * size) if is_thick else strokes
        found = read(page, drawn, way=touch if digit % 2 else draw)[0]
        right[is_thick].append(found == WORDS[digit])
    assert len(right[True] + right[False]) >= 40
    for is_thick, answers in right.items():
        assert np.mean(answers) >= 0.9, f"thick: {is_thick}, {sum(answers)} of {len(answers)}"


def test_an_empty_pad_gets_no_answer(show):
    page = show()
    page.get_by_test_id("recognise").click()
    assert answer(page) == ("Draw a digit first", "", "")
    assert history(page) == []
    read(page, SEVEN)
    page.get_by_test_id("clear").click()
    assert answer(page) == ("Draw a digit", "", "")
    page.get_by_test_id("recognise").click()
    assert answer(page) == ("Draw a digit first", "", "")


def test_a_doubtful_answer_says_that_it_is_not_sure(show, tmp_path):
    page = show()
    load(page, write_network(tmp_path / "knows_nothing.tflite", zeros=True))
    assert read(page, SEVEN) == ("Not sure: perhaps Zero", "10.0%", "or One, 10.0%")
    assert page.locator("#sign").text_content() == "?"


def test_a_tap_is_seen_but_gets_no_answer(show):
    page = show()
    touch(page, [[(0.3, 0.4), (0.305, 0.415)]])
    page.wait_for_function("() => prediction.textContent === 'Draw a digit first'")
    page.get_by_test_id("recognise").click()
    assert answer(page) == ("Draw a digit first", "", "")
    page.get_by_test_id("clear").click()
    touch(page, [[(0.3, 0.4)]])
    page.wait_for_function("() => prediction.textContent === 'Draw a digit first'")
    assert [ink_at(page, x, 0.4) for x in (0.28, 0.3, 0.32, 0.35)] == [255, 255, 255, 0]
    assert history(page) == []
    touch(page, [[(0.3, 0.4)], [(0.3, 0.55), (0.3, 0.7)]])  # an i is no tap
    page.wait_for_selector("#confidence:not(:empty)")
    assert len(history(page)) == 1


def test_the_first_point_of_the_keyboards_pen_is_seen_but_gets_no_answer(show):
    page = show(**DESK, has_touch=False, is_mobile=False)
    page.locator("#pad").focus()
    page.keyboard.press("Shift+ArrowUp")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    assert answer(page) == ("Draw a digit first", "", "")
    page.keyboard.press("Space")
    page.locator("#recognise").focus()  # the pad shows no pen then
    page.wait_for_timeout(600)  # also not by itself, once the pen rests
    assert answer(page) == ("Draw a digit first", "", "")
    assert [ink_at(page, x, 0.4) for x in (0.5, 0.52, 0.55)] == [255, 255, 0]
    assert history(page) == []


def ink_at(page, x, y):
    """Return how opaque the pad is at a place: 0 where nothing is drawn, 255 in the ink."""
    look = """([x, y]) => pad.getContext('2d')
      .getImageData(Math.round(x * pad.width), Math.round(y * pad.width), 1, 1).data[3]"""
    return page.evaluate(look, [x, y])


def test_no_probability_is_called_certain_or_impossible(show):
    page = show()
    cases = [1, 0.99901, 0.999, 0.5, 0.001, 0.00099, 0]
    words = page.evaluate(
        """async cases => {
          const { percent } = await import(new URL('answer.js', location).href);
          return cases.map(percent);
        }""",
        cases,
    )
    most, least = ">\u00a099.9%", "<\u00a00.1%"
    assert words == [most, most, "99.9%", "50.0%", "0.1%", least, least]


def test_undo_takes_the_last_stroke_away(show):
    page = show()
    read(page, SEVEN)
    page.locator("#undo").click()
    page.locator("#undo").click()
    assert answer(page) == ("Draw a digit", "", "")
    assert page.locator("#undo").is_disabled()


def test_an_example_is_read_and_not_kept_among_ones_own(show):
    page = show()
    for digit in range(10):
        page.get_by_role("button", name=f"Example: a {digit}").click()
        page.wait_for_function(
            "word => document.getElementById('prediction').textContent === word", arg=WORDS[digit]
        )
    assert history(page) == []


# ---------------------------------------------------------------- the pad


def test_a_second_finger_draws_nothing(show):
    page = show()
    send = finger(page)
    a, b, c, d = on_pad(page, [[(0.3, 0.2), (0.3, 0.5), (0.8, 0.2), (0.8, 0.8)]])[0]
    send("touchStart", {0: a})
    send("touchStart", {0: a, 1: c})
    send("touchMove", {0: b, 1: d})
    send("touchEnd", {})
    page.get_by_test_id("recognise").click()
    page.wait_for_selector("#confidence:not(:empty)")
    [stroke] = history(page)[0]["strokes"]
    assert max(x for x, _ in stroke) < 0.4


def test_a_touch_that_the_phone_takes_away_ends_the_stroke_and_keeps_it(show):
    page = show()
    send = finger(page)
    a, b = on_pad(page, [[(0.5, 0.2), (0.5, 0.8)]])[0]
    send("touchStart", {0: a})
    send("touchMove", {0: b})
    send("touchCancel", {})
    page.wait_for_selector("#confidence:not(:empty)")
    touch(page, [[(0.2, 0.5), (0.8, 0.5)]])
    page.wait_for_function(
        f"() => JSON.parse(localStorage.getItem({HISTORY}))[0].strokes.length === 2"
    )


def test_strokes_beyond_the_edge_are_held_at_it(show):
    page = show()
    touch(page, [[(0.5, 0.1), (0.5, 0.5), (1.3, 0.5), (1.3, -0.1)]])
    page.wait_for_selector("#confidence:not(:empty)")
    places = np.array(history(page)[0]["strokes"][0])
    assert places.min() >= 0
    assert places.max() == 1


def test_the_pad_is_sharp_and_keeps_its_drawing_when_its_size_or_the_theme_changes(show):
    page = show(device_scale_factor=3)
    read(page, SEVEN)
    sizes = "() => [pad.width, Math.round(pad.clientWidth * 3)]"
    colour = """() => { const side = pad.width; return [...pad.getContext('2d')
      .getImageData(0.5 * side, 0.2 * side, 1, 1).data].slice(0, 3); }"""
    x, y = SEVEN[0][0]
    colour = colour.replace("0.5 * side, 0.2 * side", f"{x} * side, {y} * side")
    dark_ink = page.evaluate(colour)
    page.set_viewport_size({"width": 320, "height": 700})
    page.wait_for_timeout(100)
    width, wanted = page.evaluate(sizes)
    assert width == wanted
    assert page.evaluate(colour) == dark_ink
    page.emulate_media(color_scheme="dark")
    page.wait_for_timeout(100)
    assert min(page.evaluate(colour)) > 200 > max(dark_ink)


def test_with_the_keyboard_alone_a_one_is_drawn_and_read(show):
    page = show(**DESK, has_touch=False, is_mobile=False)
    for _ in range(10):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "pad":
            break
    for _ in range(3):
        page.keyboard.press("Shift+ArrowUp")
    page.keyboard.press("Space")
    page.wait_for_function("() => pen.textContent === 'Pen down at 50 across, 20 down.'")
    for _ in range(30):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    page.wait_for_function("() => pen.textContent === 'Pen lifted.'")
    page.keyboard.press("Enter")
    page.wait_for_function("() => prediction.textContent === 'One'")
    page.keyboard.press("Delete")
    assert answer(page)[0] == "Draw a digit"


# ---------------------------------------------------------------- the voice


VOICE = """window.said = [];
window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
Object.defineProperty(window, 'speechSynthesis', { value: {
  speak: ({ text, lang }) => said.push(`${lang}: ${text}`), cancel() {} } });"""


def test_the_voice_is_silent_until_it_is_switched_on_and_stays_as_it_was_left(show):
    page = show(script=VOICE)
    button = page.get_by_role("button", name="Speak the answers")
    read(page, SEVEN)
    assert page.evaluate("said") == []
    assert button.get_attribute("aria-pressed") == "false"
    button.click()
    read(page, THREE)
    assert page.evaluate("said") == ["en: The answers are spoken.", "en: Three"]
    page.reload()
    wait_for(page)
    assert button.get_attribute("aria-pressed") == "true"
    button.click()
    read(page, SEVEN)
    assert page.evaluate("said") == []


def test_without_a_voice_there_is_no_button_for_it(show):
    page = show(script="delete Window.prototype.speechSynthesis; delete window.speechSynthesis;")
    assert page.locator("#voice").is_hidden()
    assert read(page, SEVEN)[0] == "Seven"


# ---------------------------------------------------------------- the history


def test_the_last_drawings_survive_a_reload_and_can_be_shown_again(show):
    page = show()
    first = read(page, SEVEN)
    read(page, THREE)
    page.reload()
    wait_for(page)
    drawn = page.get_by_test_id("history").get_by_role("button")
    assert drawn.count() == 2
    assert "Seven" in drawn.nth(1).get_attribute("aria-label")
    drawn.nth(1).click()
    page.wait_for_selector("#confidence:not(:empty)")
    assert answer(page) == first
    assert drawn.count() == 2


def test_a_drawing_is_kept_once_however_often_it_is_read(show):
    page = show()
    draw(page, SEVEN[:1])
    page.wait_for_selector("#confidence:not(:empty)")
    draw(page, SEVEN[1:])
    for _ in range(3):
        page.get_by_test_id("recognise").click()
    page.wait_for_function("() => prediction.textContent === 'Seven'")
    assert [len(one["strokes"]) for one in history(page)] == [len(SEVEN)]


def test_another_network_changes_nothing_in_the_history(show, tmp_path):
    page = show()
    read(page, SEVEN)
    [before] = history(page)
    load(page, write_network(tmp_path / "knows_nothing.tflite", zeros=True))
    page.wait_for_function("() => prediction.textContent === 'Not sure: perhaps Zero'")
    page.get_by_test_id("recognise").click()
    page.get_by_test_id("history").get_by_role("button").click()
    assert history(page) == [before]
    assert page.get_by_test_id("history").get_by_role("button").text_content() == "7"
    read(page, THREE)
    assert [one["digit"] for one in history(page)] == [0, 7]
    page.get_by_test_id("network").select_option("cnn.tflite")
    page.wait_for_function("() => prediction.textContent === 'Three'")
    assert [one["digit"] for one in history(page)] == [0, 7]


def test_a_cleared_history_stays_empty_when_the_network_is_changed(show):
    page = show()
    read(page, SEVEN)
    page.get_by_test_id("clear-history").click()
    page.evaluate("document.getElementById('confidence').textContent = ''")
    page.get_by_test_id("network").select_option("cnn.tflite")
    page.wait_for_selector("#confidence:not(:empty)")
    assert history(page) == []


def test_the_history_is_cleared_and_brought_back(show):
    page = show()
    read(page, SEVEN)
    page.get_by_test_id("clear-history").click()
    assert history(page) == []
    assert page.locator("#no-drawings").is_visible()
    page.get_by_role("button", name="Bring it back").click()
    assert [one["digit"] for one in history(page)] == [7]


def test_the_history_has_an_end(show):
    page = show()
    entry = {"strokes": [[[0.5, 0.2], [0.5, 0.8]]], "digit": 1, "probability": 1, "sure": True}
    many = json.dumps([{**entry, "id": n} for n in range(60)])
    page.evaluate(f"many => localStorage.setItem({HISTORY}, many)", many)
    page.reload()
    wait_for(page)
    read(page, SEVEN)
    assert len(history(page)) == 24


@pytest.mark.parametrize("kept", ["{", "[1, null, {}]", '[{"strokes": [[]], "digit": 3}]', "7"])
def test_a_spoiled_history_is_left_out(show, kept):
    page = show(script=f"sessionStorage.once ??= localStorage.setItem({HISTORY}, {kept!r}) ?? 1")
    assert page.get_by_test_id("history").get_by_role("button").count() == 0
    assert read(page, SEVEN)[0] == "Seven"


def test_two_windows_lose_none_of_each_others_drawings(show):
    page = show()
    other = page.context.new_page()
    other.goto(page.url)
    wait_for(other)
    read(page, SEVEN)
    other.wait_for_selector(".drawn")
    read(other, THREE)
    assert [one["digit"] for one in history(page)] == [3, 7]


def test_where_nothing_can_be_kept_the_app_works_and_says_so(show):
    page = show(script="Storage.prototype.setItem = () => { throw new Error('full'); };")
    assert read(page, SEVEN)[0] == "Seven"
    assert page.get_by_text("This browser does not keep them").is_visible()


def test_where_storage_is_refused_the_app_works(show):
    refuse = "Object.defineProperty(window, '{}', {{ get() {{ throw new Error('refused'); }} }});"
    page = show(script="".join(map(refuse.format, ("localStorage", "sessionStorage"))))
    assert read(page, SEVEN)[0] == "Seven"


# ---------------------------------------------------------------- networks


def test_every_network_of_the_book_can_be_chosen_and_stays_chosen(show):
    page = show()
    read(page, SEVEN)
    choice = page.get_by_test_id("network")
    for name in recogniser.MODELS:
        choice.select_option(name)
        page.wait_for_function(
            "name => document.getElementById('model-name').textContent === name", arg=name
        )
        wait_for(page)
        assert read(page, SEVEN)[0].endswith("Seven")
        assert page.locator("#layers tr").count() >= 4
        page.reload()
        wait_for(page)
        assert choice.input_value() == name


@pytest.mark.parametrize("name", recogniser.MODELS)
def test_both_engines_answer_the_shared_vectors_as_python_does(show, name):
    vectors = json.loads((ROOT / "apps" / "vectors.json").read_text("utf-8"))["drawings"]
    page = show()
    found = page.evaluate(
        """async ([name, drawings]) => {
          const { probabilityReader, prepared } = await import(new URL('parts.js', location).href);
          const litert = await import(new URL('vendor/litert/index.js', location).href);
          const bytes = new Uint8Array(await (await fetch(`models/${name}`)).arrayBuffer());
          const reader = probabilityReader(bytes);
          const compiled = await litert.loadAndCompile(bytes, { accelerator: 'wasm' });
          const shape = [...compiled.getInputDetails()[0].shape];
          const answers = [];
          for (const strokes of drawings) {
            const pixels = prepared(strokes);
            const picture = Float32Array.from(pixels, (byte) => byte / 255);
            const input = new litert.Tensor(picture, shape);
            const [output] = await compiled.run([input]);
            answers.push([btoa(String.fromCharCode(...pixels)), [...reader.run(picture)],
              [...output.toTypedArray()]]);
            for (const tensor of [input, output]) tensor.delete();
          }
          compiled.delete();
          return answers;
        }""",
        [name, [one["strokes"] for one in vectors]],
    )
    assert len(found) >= 40
    for (pixels, *engines), one in zip(found, vectors, strict=True):
        assert pixels == one["prepared"], one["name"]
        for probabilities in engines:
            np.testing.assert_allclose(probabilities, one["probabilities"][name], atol=1e-5)


def test_a_network_of_ones_own_answers_as_in_python_and_stays(show, tmp_path):
    path = write_network(tmp_path / "mine <b>.tflite")
    page = show()
    load(page, path)
    wait_for(page)
    read(page, SEVEN)
    kept = history(page)[0]
    picture = np.asarray(drawing.prepared(kept["strokes"]), np.float32).ravel() / 255
    [expected] = lite.answers(path, [picture])
    assert kept["digit"] == expected.argmax()
    assert kept["probability"] == pytest.approx(expected.max(), abs=1e-4)
    assert page.get_by_test_id("model-name").text_content() == "mine <b>.tflite"
    before = answer(page)
    page.reload()
    wait_for(page)
    assert page.get_by_test_id("model-name").text_content() == "mine <b>.tflite"
    assert read(page, SEVEN) == before
    page.get_by_role("button", name="Forget your own network").click()
    page.wait_for_function(
        "() => document.getElementById('model-name').textContent === 'augmented.tflite'"
    )
    assert read(page, SEVEN)[0] == "Seven"
    page.reload()
    wait_for(page)
    assert page.get_by_test_id("network").input_value() == "augmented.tflite"
    assert [name for name in page.evaluate("caches.keys()") if "own" in name] == []


@pytest.mark.parametrize("kind", ["float32", "float16", "dynamic", "int8"])
def test_every_kind_of_export_of_a_reader_is_taken(show, tmp_path, kind):
    from firstnet import models

    path = tmp_path / f"{kind}.tflite"
    hand = [hands.drawing(digit, hand=hand) for digit in range(10) for hand in ("school", "quick")]
    images = np.array([drawing.prepared(one) for one in hand], np.float32).reshape(-1, 784) / 255
    lite.export(models.keras_model("mlp"), path, kind=kind, images=images)
    page = show()
    load(page, path)
    assert page.get_by_test_id("refusal").text_content() == ""
    wait_for(page)
    assert read(page, SEVEN)[0] == "Seven"


def spoiled(path, kind):
    """Write a file that is no network for digits."""
    whole = (MODELS / "augmented.tflite").read_bytes()
    texts = {
        "cut.tflite": whole[: len(whole) // 2],
        "picture.tflite": (ROOT / "apps/recogniser/icons/192.png").read_bytes(),
        "empty.tflite": b"",
        "scrambled.tflite": whole[:200]
        + bytes(255 - byte for byte in whole[200:2000])
        + whole[2000:],
    }
    if kind in texts:
        (path / kind).write_bytes(texts[kind])
        return path / kind
    faults = {
        "colours.tflite": {"inputs": (32, 32, 3)},
        "letters.tflite": {"outputs": 26},
        "scores.tflite": {"end": "linear"},
    }
    return write_network(path / kind, **faults[kind])


@pytest.mark.parametrize(
    "kind",
    [
        "cut.tflite",
        "picture.tflite",
        "empty.tflite",
        "scrambled.tflite",
        "colours.tflite",
        "letters.tflite",
        "scores.tflite",
    ],
)
def test_a_wrong_file_is_refused_in_words_and_the_old_network_stays(show, tmp_path, kind):
    page = show()
    before = read(page, SEVEN)
    load(page, spoiled(tmp_path, kind))
    words = page.get_by_test_id("refusal").text_content()
    assert words.startswith(f"{kind}: ")
    assert len(words) > len(kind) + 20
    assert page.get_by_test_id("model-name").text_content() == "augmented.tflite"
    assert page.get_by_test_id("network").input_value() == "augmented.tflite"
    assert page.locator("body").get_attribute("data-engine") == "litert"
    assert read(page, SEVEN) == before
    page.reload()
    wait_for(page)
    assert page.get_by_test_id("model-name").text_content() == "augmented.tflite"


def test_a_huge_file_is_refused_unread(show, tmp_path):
    path = tmp_path / "huge.tflite"
    with path.open("wb") as file:
        file.truncate(40_000_000)
    page = show(script="Blob.prototype.arrayBuffer = () => { throw new Error('read'); };")
    load(page, path)
    words = page.get_by_test_id("refusal").text_content()
    assert words.startswith("huge.tflite: This file has 40 MB, and at most 20 MB are read.")


# ---------------------------------------------------------------- who answers


def test_the_small_reader_answers_where_wasm_is_not_allowed(show):
    page = show(engine="reader", script="delete window.WebAssembly;")
    assert read(page, SEVEN)[0] == "Seven"
    assert page.get_by_test_id("engine").text_content() == "Read by the small reader"
    words = "LiteRT cannot start here (this browser has no WebAssembly, or forbids it)."
    page.wait_for_function(
        "words => document.getElementById('engine-trouble').textContent === words", arg=words
    )


@pytest.mark.parametrize("ending", ["js", "wasm"])
def test_the_small_reader_answers_where_litert_cannot_be_loaded(browser, address, ending):
    context = browser.new_context(**PHONE, **ALONE)
    page = context.new_page()
    pattern, damaged = f"**/litert_wasm_compat_internal.{ending}", b"\0asm\1\0\0\0 and so on"
    page.route(pattern, lambda r: r.abort() if ending == "js" else r.fulfill(body=damaged))
    page.goto(address)
    page.get_by_text("LiteRT cannot start here (").wait_for()
    assert page.locator("body").get_attribute("data-engine") == "reader"
    assert read(page, SEVEN)[0] == "Seven"
    context.close()


def test_the_small_reader_goes_on_when_litert_stops(show):
    page = show()
    before = read(page, SEVEN)
    page.evaluate(
        """async () => {
          const { CompiledModel } = await import(new URL('vendor/litert/index.js', location).href);
          CompiledModel.prototype.run = () => Promise.reject(new Error('out of memory'));
        }"""
    )
    assert read(page, SEVEN) == before
    assert page.locator("body").get_attribute("data-engine") == "reader"
    assert page.get_by_test_id("engine-trouble").text_content() == "LiteRT stopped (out of memory)."


@pytest.mark.alone
def test_the_first_answer_comes_within_a_second_and_later_ones_within_20_milliseconds(show):
    first = """const strokes = STROKES; const timer = setInterval(() => {
      if (!document.body?.dataset.engine) return;
      clearInterval(timer);
      const pad = document.getElementById('pad');
      const box = pad.getBoundingClientRect();
      pad.setPointerCapture = () => {};
      for (const stroke of strokes) stroke.forEach(([x, y], n) => {
        const at = { clientX: box.left + x * box.width, clientY: box.top + y * box.height };
        const send = (type) => pad.dispatchEvent(new PointerEvent(type, { ...at, pointerId: 1 }));
        send(n ? 'pointermove' : 'pointerdown');
        if (n === stroke.length - 1) send('pointerup');
      });
      new MutationObserver(() => { window.first ??= performance.now(); })
        .observe(document.getElementById('confidence'), { childList: true });
      document.getElementById('recognise').click();
    }, 5);"""
    times = []
    for _ in range(3):  # each in a context of its own: nothing is kept from the one before
        page = show(script=first.replace("STROKES", json.dumps(SEVEN)))
        page.wait_for_function("() => window.first")
        times.append(page.evaluate("window.first"))
    assert min(times) < 1000, times
    taken = []
    for digit in range(10):
        read(page, hands.drawing(digit))
        taken.append(float(page.locator("body").get_attribute("data-milliseconds")))
    assert statistics.median(taken) < 20, taken


def test_memory_does_not_grow_over_500_readings(show):
    page = show()
    read(page, SEVEN)
    session = page.context.new_cdp_session(page)
    page.evaluate(
        """async () => {
          const litert = await import(new URL('vendor/litert/index.js', location).href);
          const { Tensor, getGlobalLiteRt } = litert;
          const free = Tensor.prototype.delete;
          window.freed = 0;
          Tensor.prototype.delete = function () { window.freed += 1; free.call(this); };
          window.wasmBytes = () => getGlobalLiteRt().liteRtWasm.HEAPU8.length;
        }"""
    )
    again = """async count => { for (let n = 0; n < count; n += 1) {
      document.getElementById('recognise').click();
      await new Promise(done => setTimeout(done)); } }"""

    def used():
        session.send("HeapProfiler.collectGarbage")
        return session.send("Runtime.getHeapUsage")["usedSize"]

    page.evaluate(again, 50)
    before, wasm = used(), page.evaluate("wasmBytes()")
    freed = page.evaluate("freed")
    page.evaluate(again, 500)
    assert used() - before < 500_000
    assert page.evaluate("wasmBytes()") == wasm
    assert page.evaluate("freed") - freed == 2 * 500


# ---------------------------------------------------------------- offline, updates


@pytest.fixture
def own_site(tmp_path):
    """A copy of the app's sources, and a built app that may be built anew."""
    root, folder = copy_of_sources(tmp_path / "sources"), tmp_path / "site"
    recogniser.compose(root, folder / "recogniser")
    return root, folder


@pytest.fixture
def context(browser):
    opened = browser.new_context(**PHONE)
    yield opened
    opened.close()


def test_after_one_visit_it_works_offline(site, context):
    with served(site) as (url, server):
        page = context.new_page()
        page.goto(url)
        wait_until_stored(page)
        wait_for(page)
        before = [read(page, SEVEN), read(page, THREE)]
        server.shutdown()
        server.server_close()
        context.set_offline(True)
        for start in (
            page.reload,
            lambda: page.goto(url),
            lambda: page.goto(url + "index.html?x=1"),
        ):
            start()
            wait_for(page)
            assert [read(page, SEVEN), read(page, THREE)] == before
        page.get_by_test_id("network").select_option("mlp_int8.tflite")
        page.wait_for_function(
            "() => document.getElementById('model-name').textContent === 'mlp_int8.tflite'"
        )
        wait_for(page)
        assert read(page, SEVEN)[0] == "Seven"


def test_offline_the_links_out_of_the_app_say_so_and_lead_nowhere(site, context):
    with served(site) as (url, _):
        page = visit(context, url)
        links = page.locator(".outside")
        before = links.evaluate_all("all => all.map(one => one.href)")
        assert len(before) == page.locator('a[href^="../"]').count() == 2
        assert page.get_by_text("needs internet").locator("visible=true").count() == 0
        context.set_offline(True)
        for start in (lambda: None, page.reload):  # it goes offline; it is opened offline
            start()
            page.wait_for_function(
                "() => document.querySelectorAll('[aria-disabled]').length === 2"
            )
            for link in page.get_by_role("link", name="needs internet", disabled=True).all():
                link.click(force=True)
            assert page.locator('a[href^="../"]').count() == 0
            assert page.get_by_text("needs internet").locator("visible=true").count() == 2
            assert page.url == url
        wait_for(page)
        assert read(page, SEVEN)[0] == "Seven"
        context.set_offline(False)
        page.wait_for_function("() => !document.querySelector('[aria-disabled]')")
        assert links.evaluate_all("all => all.map(one => one.href)") == before


def change(own_site, text):
    """Build another version, in which the app's name is another."""
    root, folder = own_site
    page = root / recogniser.APP / "index.html"
    page.write_text(page.read_text("utf-8").replace("<h1>Digit recogniser", f"<h1>{text}"), "utf-8")
    return recogniser.compose(root, folder / "recogniser")


def visit(context, url):
    page = context.new_page()
    page.goto(url)
    wait_until_stored(page)
    wait_for(page)
    return page


def look_for_update(page):
    page.evaluate("navigator.serviceWorker.getRegistration().then(one => one.update())")
    page.get_by_text("A new version is ready.").wait_for()


def fail_to_update(page):
    """Look for a new version, which cannot be stored; return what became of its worker."""
    return page.evaluate(
        """async () => {
          const registration = await navigator.serviceWorker.getRegistration();
          const found = new Promise(done => registration.addEventListener('updatefound', () => {
            const worker = registration.installing;
            worker.addEventListener('statechange', () => done(worker.state));
          }));
          await registration.update().catch(() => {});
          const ended = new Promise(done => setTimeout(done, 20000, 'nothing within 20 s'));
          return Promise.race([found, ended]);
        }"""
    )


def title(page):
    return page.locator("h1").text_content(), page.locator("#version").text_content()


def test_a_new_version_waits_until_it_is_accepted_and_the_drawing_stays(own_site, context):
    with served(own_site[1]) as (url, _):
        page = visit(context, url)
        old, before = title(page), read(page, SEVEN)
        version = change(own_site, "New recogniser")
        look_for_update(page)
        page.reload()
        wait_for(page)
        assert title(page) == old
        draw(page, SEVEN)
        page.get_by_role("button", name="Use it now").click()
        page.wait_for_function(
            "() => document.querySelector('h1').textContent === 'New recogniser'"
        )
        wait_for(page)
        assert title(page) == ("New recogniser", version)
        page.wait_for_selector("#confidence:not(:empty)")
        assert answer(page) == before
        [kept] = [name for name in page.evaluate("caches.keys()") if "version" in name]
        assert kept.endswith(f" {version}")
        page.wait_for_timeout(600)
        assert len(history(page)) == 2  # the drawing that stayed is not kept twice


def test_a_new_version_takes_over_on_the_next_start(own_site, context):
    with served(own_site[1]) as (url, _):
        page = visit(context, url)
        version = change(own_site, "New recogniser")
        look_for_update(page)
        page.close()
        context.set_offline(True)
        page = context.new_page()
        page.goto(url)
        wait_for(page)
        assert title(page) == ("New recogniser", version)


def test_half_of_a_new_version_is_not_installed(own_site, context):
    with served(own_site[1]) as (url, _):
        page = visit(context, url)
        old = title(page)
        change(own_site, "New recogniser")
        (own_site[1] / "recogniser" / "pad.js").write_text("export const createPad = null;")
        assert fail_to_update(page) == "redundant"
        page.reload()
        wait_for(page)
        assert title(page) == old
        assert read(page, SEVEN)[0] == "Seven"
        assert len(page.evaluate("caches.keys()")) == 1


def test_a_server_that_goes_back_and_breaks_off_leaves_the_version_at_work(own_site, context):
    root, folder = own_site
    with served(folder) as (url, _):
        page = visit(context, url)
        old = title(page)
        change(own_site, "New recogniser")
        look_for_update(page)
        recogniser.compose(ROOT, folder / "recogniser")
        (folder / "recogniser" / "pad.js").write_text("export const createPad = null;")
        assert fail_to_update(page) == "redundant"
        context.set_offline(True)
        page.reload()
        wait_for(page)
        assert title(page) == old
        assert read(page, SEVEN)[0] == "Seven"


def test_a_new_version_comes_where_nothing_can_be_kept(own_site, context):
    context.add_init_script("Storage.prototype.setItem = () => { throw new Error('full'); };")
    with served(own_site[1]) as (url, _):
        page = visit(context, url)
        version = change(own_site, "New recogniser")
        look_for_update(page)
        page.get_by_role("button", name="Use it now").click()
        page.get_by_role("heading", name="New recogniser").wait_for()
        wait_for(page)
        assert title(page) == ("New recogniser", version)


def test_two_copies_on_one_host_leave_each_other_alone(own_site, context, tmp_path):
    recogniser.compose(ROOT, own_site[1] / "other" / "recogniser")
    change(own_site, "First copy")
    with served(own_site[1]) as (url, _):
        first = visit(context, url)
        path = write_network(tmp_path / "mine.tflite")
        load(first, path)
        read(first, SEVEN)
        other = visit(context, url.replace("recogniser/", "other/recogniser/"))
        assert history(other) == []
        assert other.get_by_test_id("network").input_value() == "augmented.tflite"
        context.set_offline(True)
        for page, name, drawings in ((first, "First copy", 1), (other, "Digit recogniser", 0)):
            page.reload()
            wait_for(page)
            assert title(page)[0] == name
            assert len(history(page)) == drawings
        assert first.get_by_test_id("model-name").text_content() == "mine.tflite"


def test_a_file_that_the_browser_lost_is_stored_again(site, context):
    with served(site) as (url, _):
        page = visit(context, url)
        lose = """async () => {
          const [name] = await caches.keys();
          return (await caches.open(name)).delete('pad.js');
        }"""
        assert page.evaluate(lose)
        page.reload()
        wait_for(page)
        context.set_offline(True)
        page.reload()
        wait_for(page)
        assert read(page, SEVEN)[0] == "Seven"


def test_what_cannot_be_stored_whole_is_said(own_site, context):
    (own_site[1] / "recogniser" / "icons" / "512.png").write_bytes(b"another")
    with served(own_site[1]) as (url, _):
        page = context.new_page()
        page.goto(url)
        page.get_by_text("The app could not be stored on this device.").wait_for()
        assert page.evaluate("caches.keys()") == []
        wait_for(page)
        assert read(page, SEVEN)[0] == "Seven"


# ---------------------------------------------------------------- what is not allowed


def test_the_security_policy_holds(browser, address):
    context = browser.new_context(**PHONE)
    asked = []
    context.route("https://**", lambda route: (asked.append(route.request.url), route.abort()))
    page = context.new_page()
    page.goto(address)
    wait_for(page)
    blocked = page.evaluate(
        """async () => {
          const found = [];
          addEventListener('securitypolicyviolation', (one) => found.push(one.effectiveDirective));
          const add = (tag, values) =>
            document.body.append(Object.assign(document.createElement(tag), values));
          add('script', { textContent: 'window.ran = true' });
          add('script', { src: 'https://example.org/x.js' });
          add('script', { src: 'data:text/javascript,window.ran=true' });
          add('img', { src: 'https://example.org/x.png' });
          const marked = '<p style="color: red" onclick="window.ran = true">x</p>';
          document.body.insertAdjacentHTML('beforeend', marked);
          document.body.lastChild.click();
          await fetch('https://example.org/').catch(() => {});
          navigator.sendBeacon('https://example.org/', 'x');
          setTimeout(() => new Function('window.ran = true')());
          await new Promise(done => setTimeout(done, 300));
          return found;
        }"""
    )
    wanted = {
        "script-src-elem",
        "script-src-attr",
        "style-src-attr",
        "img-src",
        "connect-src",
        "script-src",
    }
    assert wanted <= set(blocked)
    assert page.evaluate("window.ran") is None
    assert asked == []
    context.close()


# ---------------------------------------------------------------- how it looks, what is said


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("shape", [PHONE, DESK], ids=["phone", "desk"])
def test_axe_finds_nothing(show, tmp_path, shape, theme):
    page = show(**{**DESK, "has_touch": False, "is_mobile": False} | shape, color_scheme=theme)
    page.evaluate(AXE)
    look = """axe.run().then(({ violations }) =>
      violations.map(({ id, nodes }) => [id, nodes.map(n => n.html)]))"""
    assert page.evaluate(look) == []
    read(page, SEVEN)
    page.locator("summary").click()
    load(page, spoiled(tmp_path, "empty.tflite"))
    page.evaluate(
        "for (const id of ['update', 'install']) document.getElementById(id).hidden = false"
    )
    assert page.evaluate(look) == []
    load(page, write_network(tmp_path / "nothing.tflite", zeros=True))
    page.wait_for_function("() => /Not sure/.test(prediction.textContent)")
    assert page.evaluate(look) == []


@pytest.mark.parametrize("height", [664, 844])
def test_pad_buttons_and_answer_fit_one_screen_of_a_phone(show, height):
    page = show(viewport={"width": 390, "height": height})
    read(page, SEVEN)
    for part in ("pad", "recognise", "clear", "prediction", "confidence"):
        box = page.get_by_test_id(part).bounding_box()
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= height, part
    assert page.get_by_test_id("pad").bounding_box()["width"] >= 300


@pytest.mark.parametrize("width", [320, 390, 768, 1280])
def test_nothing_sticks_out_and_every_control_is_large_enough(show, tmp_path, width):
    page = show(viewport={"width": width, "height": 844})
    read(page, SEVEN)
    load(page, write_network(tmp_path / f"{'a_very_long_name_' * 5}.tflite"))
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    small = page.evaluate(
        """() => [...document.querySelectorAll('button, select, summary, .file, .back')]
          .filter(one => one.checkVisibility())
          .map(one => [one.id || one.className, one.getBoundingClientRect()])
          .filter(([, box]) => box.width < 43.5 || box.height < 43.5).map(([name]) => name)"""
    )
    assert small == []


@pytest.mark.parametrize("online", [True, False], ids=["online", "offline"])
def test_on_the_narrowest_phone_nothing_touches_and_nothing_wraps(show, online):
    page = show(viewport={"width": 320, "height": 640}, script=VOICE)
    place = page.get_by_test_id("pad").bounding_box()
    read(page, SEVEN)
    assert page.get_by_test_id("pad").bounding_box() == place  # the answer does not push it
    page.context.set_offline(not online)
    page.wait_for_function(
        f"() => Boolean(document.querySelector('[aria-disabled]')) !== {online:d}"
    )
    head = [page.locator(one).bounding_box() for one in (".back", "h1", "#voice")]
    for one, other in itertools.pairwise(head):
        assert one["x"] + one["width"] + 4 <= other["x"]
    assert page.locator("h1").bounding_box()["height"] < 30
    buttons = [page.locator(f"#{one}").bounding_box() for one in ("recognise", "undo", "clear")]
    for one, other in itertools.pairwise(buttons):
        assert one["y"] == other["y"]
        assert one["x"] + one["width"] + 4 <= other["x"]
    wrapped = """() => [document.querySelector('.back > span:last-child').firstChild,
        ...document.querySelectorAll('.part, .drawing button, #voice')].filter(one => {
      const range = document.createRange();
      range.selectNodeContents(one);
      return new Set([...range.getClientRects()].map(({ top }) => Math.round(top))).size > 1;
    }).map(one => one.textContent)"""
    assert page.locator(".part").all_text_contents().count("<\u00a00.1%") > 0
    assert page.evaluate(wrapped) == []
    stuck_out = """() => [...document.querySelectorAll('header *, .drawing button, .part')]
      .filter(one => one.scrollWidth > one.clientWidth + 1 && one.clientWidth > 0)
      .map(one => one.textContent)"""
    assert page.evaluate(stuck_out) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_chromium_finds_nothing_that_keeps_it_from_being_installed(show):
    page = show()
    wait_until_stored(page)
    session = page.context.new_cdp_session(page)
    manifest = session.send("Page.getAppManifest")
    assert manifest["errors"] == []
    assert manifest["url"].endswith("manifest.webmanifest")
    errors = session.send("Page.getInstallabilityErrors")["installabilityErrors"]
    assert [one["errorId"] for one in errors if one["errorId"] != "in-incognito"] == []


def test_the_button_to_install_asks_the_browser(show):
    page = show()
    assert page.locator("#install").is_hidden()
    page.evaluate(
        """() => dispatchEvent(Object.assign(new Event('beforeinstallprompt', { cancelable: true }),
          { prompt: async () => { window.prompted = true; } }))"""
    )
    page.get_by_role("button", name="Install the app").click()
    assert page.evaluate("window.prompted")
    assert page.locator("#install").is_hidden()
    assert page.locator("#iphone").is_hidden()


def test_an_iphone_is_told_where_to_tap(show):
    page = show(script="navigator.standalone = false;")
    assert page.get_by_text("Add to Home Screen").is_visible()


def test_opened_as_a_file_or_without_scripts_it_says_what_to_do(browser, site, address):
    for url, options in (
        ((site / "recogniser/index.html").as_uri(), {}),
        (address, {"java_script_enabled": False}),
    ):
        context = browser.new_context(**PHONE, **options)
        page = context.new_page()
        page.goto(url)
        words = page.get_by_text("The recogniser has not started.")
        assert not words.is_visible()
        words.wait_for(state="visible", timeout=5000)
        assert page.get_by_text("uv run python -m tools serve").is_visible()
        assert page.get_by_role("link", name="pad in the chapter").is_visible()
        for part in ("pad", "recognise", "prediction", "model"):  # nothing that looks alive
            assert not page.get_by_test_id(part).is_visible()
        assert page.get_by_role("button").count() == 0
        context.close()


def test_nothing_moves_when_it_starts(show):
    watch = """window.moved = 0; new PerformanceObserver(list => {
      for (const { value } of list.getEntries()) window.moved += value;
    }).observe({ type: 'layout-shift', buffered: true });"""
    page = show(script=watch)
    assert page.get_by_test_id("pad").is_visible()
    page.wait_for_timeout(300)
    assert page.evaluate("window.moved") < 0.01


def test_once_started_it_does_not_say_that_it_has_not(show):
    page = show()
    assert page.get_by_text("The recogniser has not started.").count() == 0


def test_the_version_in_the_page_is_that_of_its_worker(show, site):
    page = show()
    assert page.locator("#version").text_content() == listed(site / "recogniser")[0]
