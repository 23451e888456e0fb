"""Shift: both networks at every place against Keras, the maps, words, drag, keys and bad input."""

import re

import numpy as np
import pytest
import traitlets
from redraws import FRAME, quietest
from test_downhill import AXE, get, press, put, words
from test_feature_maps import network, opener, row, say_no_nonsense

from firstnet import models
from firstnet.widgets._networks import SIZES, small_digits
from firstnet.widgets.shift import FARTHEST, Shift

ALL = 29 * 29
READ = """places => {
  const readers = module.createReaders(model);
  return places.map((place) => {
    const {mlp, cnn} = readers.read(place);
    return [[...mlp], [...cnn]];
  });
}"""
MARKED = """() => [...document.querySelectorAll('canvas.fn-shift-plane')].map((canvas) => {
  const {width, height} = canvas;
  const pixels = canvas.getContext('2d').getImageData(0, 0, width, height).data;
  const cells = Array(841).fill(0);
  for (let n = 0; n < width * height; n += 1) {
    const [x, y] = [n % width, Math.floor(n / width)].map((at) => Math.floor(29 * at / width));
    if (pixels[4 * n + 3]) cells[29 * y + x] += (29 / width) ** 2;
  }
  return cells;
})"""
browser = pytest.mark.browser


@pytest.fixture
def show(new_page, tmp_path):
    return opener(new_page, tmp_path, Shift)


def moved(image, right, down):
    """Return an image moved by whole pixels, with paper where nothing is, as NumPy does it."""
    wide = np.pad(image, FARTHEST)
    top, left = FARTHEST - down, FARTHEST - right
    return wide[top : top + 28, left : left + 28]


def answers(images, *, mlp=None, cnn=None):
    """Return what Keras gives for images from 0 to 255, by network: (n, 10)."""
    found = {}
    for name, weights in {"mlp": mlp, "cnn": cnn}.items():
        model = models.keras_model(name)
        model.set_weights(weights or models.weights(name))
        rows = np.asarray(images).reshape(-1, *models.INPUTS[name]).astype("float32") / 255
        found[name] = model.predict(rows, batch_size=512, verbose=0)
    return found


@pytest.fixture(scope="module")
def everywhere():
    """What both networks answer for the default 4 at all 29 × 29 places."""
    image = small_digits()[0][4]
    places = [(right, down) for down in range(-14, 15) for right in range(-14, 15)]
    found = answers([moved(image, *place) for place in places])
    return {name: one.argmax(axis=1) for name, one in found.items()}


# ---------------------------------------------------------------- the Python side


@pytest.mark.parametrize(
    ("trait", "value", "said"),
    [
        ("right", 15, "right must be from -14 to 14, and it is 15"),
        ("down", -15, "down must be from -14 to 14, and it is -15"),
        ("down", 0.5, "expected an int"),
        ("digit", 10, "digit must be from 0 to 9, and it is 10"),
        ("mlp", b"12", "The bytes of mlp must be from 236564 to 236564, and it is 2"),
        ("cnn", b"", "The bytes of cnn must be from 69652 to 69652, and it is 0"),
    ],
)
def test_wrong_values_are_refused_in_words(trait, value, said):
    widget = Shift()
    before = getattr(widget, trait)
    with pytest.raises(traitlets.TraitError, match=said):
        setattr(widget, trait, value)
    assert getattr(widget, trait) == before


def test_the_shipped_weights_lose_nothing_on_their_way():
    widget = Shift()
    for name in SIZES:
        sent = np.frombuffer(getattr(widget, name), "<f2").astype("float32")
        np.testing.assert_array_equal(sent, row(models.weights(name)))


def test_a_weight_that_float16_cannot_hold_is_refused_in_words():
    weights = models.weights("mlp")
    weights[0][3, 3] = -70_000
    with pytest.raises(ValueError, match="A weight of the mlp is larger than 65504"):
        Shift(mlp=weights)
    with pytest.raises(ValueError, match="The weights of the cnn have the shapes"):
        Shift(cnn=weights)


def dense_network(*, units=(128, 128), flat=False):
    import keras
    from keras import layers

    first = [keras.Input((28, 28)), layers.Flatten()] if flat else [keras.Input((784,))]
    hidden = [layers.Dense(count, activation="relu") for count in units]
    return keras.Sequential([*first, *hidden, layers.Dense(10, activation="softmax")])


@pytest.mark.parametrize("flat", [False, True])
def test_trained_models_of_the_reader_are_shown(flat):
    mlp, cnn = dense_network(flat=flat), network()
    images, labels = small_digits()
    widget = Shift.of(mlp, cnn, images[:4], labels[:4], right=3)
    assert (widget.labels, widget.right) == ([0, 1, 2, 3], 3)
    for name, model in {"mlp": mlp, "cnn": cnn}.items():
        expected = row(model.get_weights()).astype("<f2")
        np.testing.assert_array_equal(np.frombuffer(getattr(widget, name), "<f2"), expected)


def test_other_architectures_are_refused_in_words():
    digits = small_digits()
    with pytest.raises(ValueError, match="This model has Dense 64, relu in the place of Dense 128"):
        Shift.of(dense_network(units=(128, 64)), network(), *digits)
    with pytest.raises(ValueError, match="This model has Dense 128, relu in the place of Conv2D"):
        Shift.of(dense_network(), dense_network(), *digits)
    with pytest.raises(ValueError, match="Only this network can be shown: Dense 128, relu → "):
        Shift.of(network(), network(), *digits)


# ---------------------------------------------------------------- numbers


@browser
def test_a_digit_is_moved_as_numpy_moves_it(show):
    page = show()
    image = np.arange(784).reshape(28, 28) + 1
    call = """([pixels, right, down]) =>
      [...module.shifted(Float32Array.from(pixels), right, down)]"""
    for right, down in [(0, 0), (3, 0), (-3, 0), (0, 5), (2, -7), (14, 14), (-14, -14), (-1, 13)]:
        found = page.evaluate(call, [image.ravel().tolist(), right, down])
        np.testing.assert_array_equal(found, moved(image, right, down).ravel())


@browser
def test_both_networks_answer_as_keras_does(show):
    page = show()
    images, _ = small_digits()
    places = [(0, 0, 0), (4, 2, -1), (7, -5, 3), (9, 14, 14), (1, -14, 0), (8, 0, -9)]
    names = ("digit", "right", "down")
    found = page.evaluate(READ, [dict(zip(names, place, strict=True)) for place in places])
    expected = answers([moved(images[digit], *where) for digit, *where in places])
    for number, (mlp, cnn) in enumerate(found):
        np.testing.assert_allclose(mlp, expected["mlp"][number], atol=1e-5)
        np.testing.assert_allclose(cnn, expected["cnn"][number], atol=1e-5)


@browser
def test_networks_of_the_reader_answer_with_their_weights_as_float16(show):
    rng = np.random.default_rng(0)
    own = {
        name: [rng.normal(scale=0.1, size=one.shape).astype("<f2") for one in models.weights(name)]
        for name in SIZES
    }
    images, labels = small_digits()
    page = show(images=images, labels=labels, **own)
    places = [{"digit": digit, "right": digit, "down": -digit} for digit in range(10)]
    found = page.evaluate(READ, places)
    expected = answers([moved(images[d], d, -d) for d in range(10)], **own)
    for number, (mlp, cnn) in enumerate(found):
        np.testing.assert_allclose(mlp, expected["mlp"][number], atol=1e-4)
        np.testing.assert_allclose(cnn, expected["cnn"][number], atol=1e-4)


def wait_for_all(page):
    page.locator(".fn-shift-plane").last.scroll_into_view_if_needed()
    page.wait_for_function(
        "() => [...document.querySelectorAll('canvas.fn-shift-plane')]"
        ".every(one => / of 841 places/.test(one.getAttribute('aria-label')))",
        timeout=60_000,
    )


@browser
def test_the_maps_fill_by_themselves_and_are_those_of_keras(show, everywhere):
    page = show(digit=4)
    wait_for_all(page)
    for name, cells in zip(("mlp", "cnn"), page.evaluate(MARKED), strict=True):
        right = everywhere[name] == 4
        full = np.array(cells) > 0.5
        differ = int((full != right).sum())
        assert differ <= 2, f"{name}: {differ} of {ALL} places differ"  # a tie falls either way
        assert np.array(cells).min() > 0  # a dot where it is wrong
        said = page.get_by_role("img", name=f"The {name.upper()} is right at {full.sum()} of 841")
        assert said.count() == 1
    assert 0 < (everywhere["mlp"] == 4).sum() < (everywhere["cnn"] == 4).sum() < ALL


@browser
def test_the_survey_begins_in_the_middle_and_tries_every_place_once(show):
    page = show()
    order = [(one["right"], one["down"]) for one in page.evaluate("module.ORDER")]
    assert len(set(order)) == ALL
    away = [right**2 + down**2 for right, down in order]
    assert away == sorted(away)
    tried = page.evaluate(
        """() => {
          const readers = module.createReaders(model);
          const asked = [];
          const read = (place) => { asked.push(place); return readers.read(place); };
          const survey = module.createSurvey({...readers, read});
          const here = {digit: 0, right: 0, down: 1};
          survey.note(here, readers.read(here));
          for (let n = 0; n < 20; n += 1) survey.step(0);
          return asked.map(({right, down}) => [right, down].join());
        }"""
    )
    assert len(set(tried)) == 20
    assert "0,1" not in tried  # known already


MAPS_FILL = """(digit) => new Promise((resolve) => {
  const work = [];
  const timeout = window.setTimeout;
  window.setTimeout = (act, wait) => timeout(() => {
    const start = performance.now();
    act();
    work.push(performance.now() - start);
  }, wait);
  model.set("digit", digit);
  timeout(() => { window.setTimeout = timeout; resolve(work); }, 2000);
})"""


@pytest.mark.alone
@browser
def test_the_page_is_not_blocked_while_the_maps_fill(show):
    page, digits = show(), iter(range(3, 9))

    def typical():
        work = page.evaluate(MAPS_FILL, next(digits))
        assert len(work) > 10
        return np.median(work)

    assert quietest(typical) < FRAME


@browser
def test_the_maps_wait_while_the_digit_is_moved(show):
    page = show()
    wait = "new Promise(done => setTimeout(done, 100))"
    before = page.get_by_role("img", name=re.compile("The MLP is right at")).get_attribute(
        "aria-label"
    )
    tried = page.evaluate(
        f"""async () => {{
          for (let n = 0; n < 8; n += 1) {{ model.set("right", n); await {wait}; }}
          return document.querySelector("canvas.fn-shift-plane").getAttribute("aria-label");
        }}"""
    )
    count = lambda text: int(re.search(r"of (\d+) places", text)[1])  # noqa: E731
    assert count(tried) - count(before) <= 8


# ---------------------------------------------------------------- words


@browser
@pytest.mark.parametrize(
    ("right", "down", "said"),
    [
        (0, 0, "Not moved. "),
        (2, -1, "Moved 2 right, 1 up. "),
        (-3, 0, "Moved 3 left. "),
        (0, 14, "Moved 14 down. "),
    ],
)
def test_what_is_said_is_what_keras_answers(show, right, down, said):
    page = show(digit=4, right=right, down=down)
    image = moved(small_digits()[0][4], right, down)
    found = {name: one[0] for name, one in answers([image]).items()}
    good = {name: one.argmax() == 4 for name, one in found.items()}
    outcome = {
        (True, True): "Both networks read it.",
        (False, True): "The MLP fails where the CNN holds.",
        (True, False): "The CNN fails where the MLP holds.",
        (False, False): "Both networks fail.",
    }[good["mlp"], good["cnn"]]
    assert words(page).replace("\n", " ").find(said + outcome) >= 0
    for name, one in found.items():
        what = "reads the 4" if good[name] else f"takes it for an? {one.argmax()}"
        assert re.search(rf"The {name.upper()} {what}, with ", words(page))


@browser
def test_ink_that_leaves_the_picture_is_counted(show):
    page = show(digit=0)
    assert "ink" not in words(page)
    image = small_digits()[0][0]
    put(page, right=10, down=-12)
    part = 1 - moved(image, 10, -12).sum() / image.sum()
    assert f"{round(100 * part)}% of its ink has left the picture." in words(page)


@browser
def test_a_picture_without_ink_is_no_accident(show):
    page = show(images=np.zeros((1, 28, 28), np.uint8), labels=[1], right=3)
    assert "Moved 3 right." in words(page)
    say_no_nonsense(page)


@browser
def test_a_digit_whose_ink_is_all_gone(show):
    corner = np.zeros((1, 28, 28), np.uint8)
    corner[0, :5, :5] = 255
    page = show(images=corner, labels=[1], right=-14, down=-14)
    assert "All its ink has left the picture." in words(page)
    say_no_nonsense(page)


# ---------------------------------------------------------------- controls


@browser
def test_drag_the_digit(show):
    page = show()
    grip = page.get_by_role("slider", name=re.compile("The digit"))
    box = page.locator(".fn-shift-pad").bounding_box()
    cell = box["width"] / 28
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 4 * cell, y - 2 * cell, steps=5)
    assert (get(page, "right"), get(page, "down")) == (4, -2)
    page.mouse.move(x + 900, y + 900, steps=3)
    page.mouse.up()
    assert (get(page, "right"), get(page, "down")) == (14, 14)
    assert grip.get_attribute("aria-valuetext") == "14 right, 14 down"
    press(page, "Back to the middle")
    assert (get(page, "right"), get(page, "down")) == (0, 0)
    assert grip.get_attribute("aria-valuetext") == "not moved"


@browser
def test_a_click_beside_the_digit_brings_it_there(show):
    page = show()
    box = page.locator(".fn-shift-pad").bounding_box()
    page.mouse.click(box["x"] + 3, box["y"] + 0.5 * box["height"])
    assert (get(page, "right"), get(page, "down")) == (-14, 0)


@browser
def test_arrow_keys_move_the_digit(show):
    page = show()
    grip = page.get_by_role("slider", name=re.compile("The digit"))
    grip.focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowUp", "Shift+ArrowLeft"):
        page.keyboard.press(key)
    assert (get(page, "right"), get(page, "down")) == (-8, -1)
    for _ in range(3):
        page.keyboard.press("Shift+ArrowDown")
    assert get(page, "down") == 14


@browser
def test_sliders_move_the_digit(show):
    page = show()
    for label, trait in [("Right", "right"), ("Down", "down")]:
        slider = page.get_by_role("slider", name=label, exact=True)
        slider.press("End")
        assert get(page, trait) == 14
        slider.press("ArrowLeft")
        assert get(page, trait) == 13
        slider.press("Home")
        assert get(page, trait) == -14
        field = page.get_by_label(f"{label}, exact value")
        field.fill("-2.4")
        field.press("Enter")
        assert get(page, trait) == -2
        assert "Only whole numbers" in page.locator(".fn-note:visible").last.inner_text()
        field.fill("")
        field.press("Enter")
        assert get(page, trait) == -2
    assert page.get_by_role("slider", name="Right", exact=True).get_attribute("aria-valuetext") == (
        "2 left"
    )


@browser
def test_a_click_on_a_map_goes_there(show):
    page = show(digit=4)
    for number in (0, 1):
        plane = page.locator(".fn-shift-plane").nth(number)
        plane.scroll_into_view_if_needed()
        cell = plane.bounding_box()["width"] / 29
        plane.click(position={"x": (17 + number) * cell + 2, "y": 12 * cell + 2})
        assert (get(page, "right"), get(page, "down")) == (3 + number, -2)
    here = page.locator(".fn-shift-here").nth(1).bounding_box()
    box = page.locator(".fn-shift-plane").nth(1).bounding_box()
    assert here["x"] - box["x"] == pytest.approx(18 / 29 * box["width"], abs=1)


@browser
def test_buttons_lead_to_the_nearest_place(show, everywhere):
    page = show(digit=4)
    wait_for_all(page)
    right = {name: (one == 4).reshape(29, 29) for name, one in everywhere.items()}
    for goal, cnn in [("only the CNN holds", True), ("both fail", False)]:
        button = page.get_by_role("button", name=f"Nearest place where {goal}")
        assert button.get_attribute("aria-disabled") == "false"
        button.click()
        down, across = np.nonzero(~right["mlp"] & (right["cnn"] == cnn))
        away = ((down - 14) ** 2 + (across - 14) ** 2).min()
        assert get(page, "right") ** 2 + get(page, "down") ** 2 == away


@browser
def test_choosing_another_digit_asks_both_networks_anew(show):
    page = show(right=1)
    press(page, "an 8, number 8")
    assert get(page, "digit") == 8
    assert get(page, "right") == 1
    assert "reads the 8" in words(page)
    assert page.get_by_role("img", name="The digit 8, 1 right").count() == 1
    marked = page.locator(".fn-answers [data-is=right] th").all_inner_texts()
    assert marked == ["8", "8"]


@browser
def test_nothing_unreadable_anywhere(show):
    page = show()
    for digit in range(10):
        put(page, digit=digit, right=3 * digit - 14, down=14 - 2 * digit)
        page.wait_for_timeout(5)
        say_no_nonsense(page)


@browser
def test_cleanup_leaves_nothing(show):
    page = show()
    page.evaluate("cleanup()")
    assert page.evaluate("listeners()") == 0
    assert page.locator(".fn-explorable").count() == 0
    page.wait_for_timeout(400)  # a survey that went on would strike now


@browser
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_and_the_phone_fits(show, theme):
    page = show("phone", theme=theme, right=3)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.add_script_tag(path=AXE)
    found = page.evaluate("async () => (await axe.run('#stage')).violations")
    assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []
