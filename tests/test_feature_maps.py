"""Feature maps: every stage against Keras, what a pixel sees, words, mouse, keys and bad input."""

import base64
import json
import re

import numpy as np
import pytest
import traitlets
from redraws import FRAME, quietest
from test_downhill import AXE, PAGE, SHAPES, get, press, put, words

from firstnet import models
from firstnet.widgets._networks import SIZES, small_digits
from firstnet.widgets.feature_maps import FeatureMaps

HEARD = "const heard"
UNPACK = """for (const [name, value] of Object.entries(state)) {
  if (value?.base64 === undefined) continue;
  const bytes = Uint8Array.from(atob(value.base64), (letter) => letter.charCodeAt(0));
  state[name] = new DataView(bytes.buffer);
}
"""
READ = """digit => module.createNetwork(model).read(digit)
  .map(({shape, values}) => [shape, [...values]])"""
SIDES = (26, 13, 11, 5)
FIELDS = (3, 4, 8, 10)  # the pixels of the digit that a pixel of each layer sees, each way
browser = pytest.mark.browser


def binary_page(widget, *, theme):
    """Return a page with one explorable whose traits may be bytes."""
    state = {}
    for name, value in widget.get_state().items():
        if isinstance(value, bytes):
            state[name] = {"base64": base64.b64encode(value).decode()}
        elif not name.startswith("_") and name != "layout":
            state[name] = value
    parts = {"state": state, "source": widget._esm, "deferred": False}
    text = PAGE.replace(HEARD, UNPACK + HEARD).replace("THEME", theme).replace("CSS", widget._css)
    return text.replace("WIDGET", json.dumps(parts).replace("</", "<\\/"))


def opener(new_page, tmp_path, cls):
    """Return a function that opens a page with one explorable of a class and no kernel."""

    def open_widget(shape="desk", *, theme="light", **traits):
        (tmp_path / "page.html").write_text(binary_page(cls(**traits), theme=theme), "utf-8")
        page = new_page(**SHAPES[shape])
        page.goto((tmp_path / "page.html").as_uri())
        page.wait_for_function("window.ready", timeout=10_000)
        return page

    return open_widget


def row(weights):
    """Return weights as one row of numbers."""
    return np.concatenate([array.ravel() for array in weights])


def say_no_nonsense(page):
    said = page.locator(".fn-explorable").evaluate(
        "node => node.textContent + [...node.querySelectorAll('*')]"
        ".flatMap(one => [...one.attributes].map(a => a.value)).join(' ')"
    )
    assert not re.search(r"NaN|Infinity|undefined|null|\[object", said)


@pytest.fixture
def show(new_page, tmp_path):
    return opener(new_page, tmp_path, FeatureMaps)


@pytest.fixture(scope="module")
def stages():
    """What Keras gives after each of the first four layers and at the end, for the ten digits."""
    import keras

    model = models.keras_model("cnn")
    outputs = [layer.output for layer in (*model.layers[:4], model.layers[-1])]
    every = keras.Model(model.inputs, outputs)
    images, _ = small_digits()
    return [np.array(one) for one in every([images[..., None].astype("float32") / 255])]


def through(x):
    """Return the same for other images, (n, 28, 28, 1)."""
    import keras

    model = models.keras_model("cnn")
    every = keras.Model(model.inputs, [layer.output for layer in model.layers[:4]])
    return [np.array(one) for one in every([x])]


# ---------------------------------------------------------------- the Python side


@pytest.mark.parametrize(
    ("trait", "value", "said"),
    [
        ("digit", 10, "digit must be from 0 to 9, and it is 10"),
        ("digit", -1, "digit must be from 0 to 9, and it is -1"),
        ("layer", 4, "layer must be from 0 to 3, and it is 4"),
        ("map", 64, "map must be from 0 to 63, and it is 64"),
        ("pixel", [3], "pixel must hold a row and a column, or nothing, and it holds 1"),
        ("pixel", [3, 26], "pixel must be from 0 to 25, and it is 26"),
        ("weights", b"", "The bytes of weights must be from 139304 to 139304, and it is 0"),
        ("images", b"1", "The bytes of images must be from 784 to 23520, and it is 1"),
        ("labels", [], "The number of labels must be from 1 to 30, and it is 0"),
        ("map", 1.5, "expected an int"),
    ],
)
def test_wrong_values_are_refused_in_words(trait, value, said):
    widget = FeatureMaps()
    before = getattr(widget, trait)
    with pytest.raises(traitlets.TraitError, match=said):
        setattr(widget, trait, value)
    assert getattr(widget, trait) == before


def test_the_default_is_the_shipped_network_with_a_digit_of_each_kind():
    widget = FeatureMaps()
    numbers = np.frombuffer(widget.weights, "<f4")
    np.testing.assert_array_equal(
        numbers, np.concatenate([w.ravel() for w in models.weights("cnn")])
    )
    assert widget.labels == list(range(10))
    assert (widget.digit, widget.layer, widget.map, widget.pixel) == (0, 0, 0, [])
    assert repr(widget) == "FeatureMaps()"


def test_both_shipped_networks_read_the_default_digits():
    images, labels = small_digits()
    for name in SIZES:
        rows = images.reshape(-1, *models.INPUTS[name]).astype("float32") / 255
        found = np.array(models.keras_model(name)(rows))
        assert (found.argmax(axis=1) == labels).all()
        assert found.max(axis=1).min() > 0.8


@pytest.mark.parametrize("shape", [(3, 28, 28), (3, 784), (3, 28, 28, 1)])
@pytest.mark.parametrize("kind", ["bytes", "fractions"])
def test_digits_come_in_every_shape_of_the_book(shape, kind):
    images = np.random.default_rng(0).integers(0, 256, shape, np.uint8)
    given = images if kind == "bytes" else images.astype("float32") / 255
    widget = FeatureMaps(images=given, labels=np.array([7, 2, 1], np.uint8), digit=2)
    assert widget.images == images.tobytes()
    assert widget.labels == [7, 2, 1]


GREY = np.zeros((2, 28, 28), np.uint8)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"images": GREY}, "Give images and labels together, or neither"),
        ({"labels": [1, 2]}, "Give images and labels together, or neither"),
        (
            {"images": GREY[:, 1:], "labels": [1, 2]},
            r"must be 1 to 30 digits.*\(2, 27, 28\)",
        ),
        ({"images": np.zeros((31, 784)), "labels": [1] * 31}, r"their shape is \(31, 784\)"),
        ({"images": GREY[:0], "labels": []}, r"their shape is \(0, 28, 28\)"),
        ({"images": GREY + 1.5, "labels": [1, 2]}, "float64 must hold numbers from 0 to 1"),
        ({"images": GREY - np.nan, "labels": [1, 2]}, "must hold numbers from 0 to 1"),
        (
            {"images": GREY.astype(int) - 1, "labels": [1, 2]},
            "int64 must hold numbers from 0 to 255",
        ),
        ({"images": GREY, "labels": [1]}, "labels must be 2 whole numbers from 0 to 9"),
        ({"images": GREY, "labels": [1, 10]}, "labels must be 2 whole numbers from 0 to 9"),
        ({"images": GREY, "labels": np.eye(10)[:2]}, r"they are float64 of shape \(2, 10\)"),
        (
            {"weights": models.weights("cnn")[:-1]},
            r"weights of the cnn have the shapes \[\(3, 3",
        ),
        ({"weights": models.weights("mlp")}, r"not \[\(784, 128\)"),
        ({"weights": [w * np.nan for w in models.weights("cnn")]}, "training has broken"),
    ],
)
def test_wrong_digits_and_weights_are_refused_in_words(given, said):
    with pytest.raises(ValueError, match=said):
        FeatureMaps(**given)


def network(*, filters=(32, 64), size=3, dropout=0.5, extra=(), **options):
    """Return a Keras model like article C's, with a change."""
    import keras
    from keras import layers

    parts = [keras.Input((28, 28, 1)), *extra]
    for count in filters:
        options = {"activation": "relu"} | options
        parts += [layers.Conv2D(count, size, **options), layers.MaxPooling2D(2)]
    last = [layers.Dropout(dropout)] if dropout else []
    return keras.Sequential(
        [*parts, layers.Flatten(), *last, layers.Dense(10, activation="softmax")]
    )


@pytest.mark.parametrize("dropout", [0.5, 0])
def test_a_trained_model_of_the_reader_is_shown(dropout):
    model = network(dropout=dropout)
    images, labels = small_digits()
    widget = FeatureMaps.of(model, images[:3], labels[:3], layer=2)
    expected = row(model.get_weights())
    np.testing.assert_array_equal(np.frombuffer(widget.weights, "<f4"), expected)
    assert (widget.labels, widget.layer) == ([0, 1, 2], 2)


def test_a_functional_model_is_shown_too():
    import keras

    model = network()
    functional = keras.Model(model.inputs, model.outputs)
    assert (
        FeatureMaps.of(functional, *small_digits()).weights
        == FeatureMaps.of(model, *small_digits()).weights
    )


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"filters": (32, 32)}, "This model has Conv2D 32, 3 × 3, relu in the place of Conv2D 64"),
        ({"size": 5}, "Conv2D 32, 5 × 5, relu in the place of Conv2D 32, 3 × 3, relu"),
        ({"padding": "same"}, "Conv2D 32, 3 × 3, relu, padding=same in the place of"),
        ({"strides": 2}, r"Conv2D 32, 3 × 3, relu, strides=\(2, 2\) in the place of"),
        ({"activation": "tanh"}, "Conv2D 32, 3 × 3, tanh in the place of"),
        ({"use_bias": False}, "use_bias=False in the place of"),
        ({"filters": (32,)}, "This model has Flatten in the place of Conv2D 64"),
        (
            {"filters": (32, 64, 64), "padding": "valid"},
            "Conv2D 64, 3 × 3, relu in the place of Flatten",
        ),
    ],
)
def test_another_architecture_is_refused_in_words(change, said):
    with pytest.raises(ValueError, match=said) as caught:
        FeatureMaps.of(network(**change), *small_digits())
    assert "Only this network can be shown: Conv2D 32, 3 × 3, relu → MaxPooling2D" in str(
        caught.value
    )


def test_layers_too_many_or_too_few_are_refused_in_words():
    import keras
    from keras import layers

    with pytest.raises(ValueError, match="This model has Rescaling in the place of Conv2D 32"):
        FeatureMaps.of(network(extra=[layers.Rescaling(1 / 255)]), *small_digits())
    model = network()
    with pytest.raises(ValueError, match="This model goes on with Dense 10, softmax"):
        longer = keras.Sequential([*model.layers, layers.Dense(10, activation="softmax")])
        FeatureMaps.of(longer, *small_digits())
    with pytest.raises(
        ValueError, match="This model has nothing in the place of Dense 10, softmax"
    ):
        FeatureMaps.of(
            keras.Sequential([keras.Input((28, 28, 1)), *model.layers[:-1]]), *small_digits()
        )


# ---------------------------------------------------------------- numbers


@browser
def test_every_stage_is_that_of_keras(show, stages):
    page = show()
    for digit in range(10):
        found = [np.array(values).reshape(shape) for shape, values in page.evaluate(READ, digit)]
        for layer in range(4):
            np.testing.assert_allclose(found[layer + 1], stages[layer][digit], atol=1e-5)
        np.testing.assert_allclose(found[-1], stages[-1][digit], atol=1e-5)


@browser
def test_a_network_of_the_reader_is_computed_with_its_own_weights(show):
    model = network()
    images, labels = small_digits()
    page = show(images=images[4:6], labels=labels[4:6], weights=model.get_weights())
    expected = model.predict(images[4:6, ..., None].astype("float32") / 255, verbose=0)
    for digit in range(2):
        _, values = page.evaluate(READ, digit)[-1]
        np.testing.assert_allclose(values, expected[digit], atol=1e-5)


@browser
def test_the_strongest_pixel_is_named(show, stages):
    page = show()
    for digit, layer, k in [(0, 0, 0), (7, 1, 6), (4, 2, 17), (9, 3, 40), (2, 0, 31)]:
        put(page, digit=digit, layer=layer, map=k, pixel=[])
        values = stages[layer][digit, :, :, k]
        row, column = np.unravel_index(values.argmax(), values.shape)
        said = f"Map {k} is strongest at row {row}, column {column}: {values.max():.2f}"
        assert said.rstrip("0").rstrip(".") in words(page)


@browser
def test_the_parts_of_a_sum_and_the_bias_are_what_keras_adds_up(show, stages):
    page = show()
    weights = models.weights("cnn")
    call = """([digit, layer, k, pixel]) => {
      const network = module.createNetwork(model);
      return module.contributions(network.layers[layer], network.read(digit)[layer], k, pixel);
    }"""
    for digit, k, row, column in [(3, 5, 2, 7), (8, 63, 10, 10), (1, 17, 0, 0)]:
        patch = stages[1][digit, row : row + 3, column : column + 3, :]
        expected = (patch * weights[2][:, :, :, k]).sum(axis=(0, 1))
        found = page.evaluate(call, [digit, 2, k, [row, column]])
        np.testing.assert_allclose(found, expected, atol=1e-5)
        activation = max(0, sum(found) + weights[3][k])
        assert activation == pytest.approx(stages[2][digit, row, column, k], abs=1e-4)


@browser
@pytest.mark.parametrize("layer", range(4))
def test_a_pixel_depends_on_its_square_of_the_digit_and_on_nothing_else(show, layer):
    page = show()
    rng = np.random.default_rng(layer)
    last = SIDES[layer] - 1
    for at in [(0, 0), (last, last), (2, 3)]:
        field = page.evaluate("([l, at]) => module.receptiveField(l, at)", [layer, at])
        assert field["size"] == FIELDS[layer]
        top, left, size = field["top"], field["left"], field["size"]
        inside = np.zeros((28, 28, 1), bool)
        inside[top : top + size, left : left + size] = True
        assert inside.sum() == size**2  # it never leaves the digit
        x = rng.random((28, 28, 1), dtype="float32")
        other = rng.random((28, 28, 1), dtype="float32")
        pixel = lambda x: through(x[None])[layer][0, at[0], at[1]]  # noqa: B023, E731
        np.testing.assert_allclose(pixel(np.where(inside, x, other)), pixel(x), atol=1e-5)
        edges = [(top, left), (top + size - 1, left + size - 1)]
        for row, column in edges:  # nor is it smaller
            changed = np.broadcast_to(x, (8, 28, 28, 1)).copy()
            changed[:, row, column] = np.linspace(-20, 20, 8)[:, None]
            values = through(changed)[layer][:, at[0], at[1]]
            assert np.ptp(values, axis=0).max() > 0.01


@browser
def test_the_words_for_a_filter_are_those_of_the_pattern_it_is_most_like(show):
    page = show()
    kernels = models.weights("cnn")[0].reshape(9, 32).T
    level = np.array([1, 1, 1, 0, 0, 0, -1, -1, -1])
    call = "weights => module.likestPattern(weights)"
    exact = page.evaluate(call, (0.3 * level).tolist())
    assert exact == {"name": "an edge: ink above, paper below", "likeness": pytest.approx(1)}
    opposite = page.evaluate(call, (-level).tolist())
    assert opposite["name"] == "an edge: ink below, paper above"
    for k, kernel in enumerate(kernels):
        found = page.evaluate(call, kernel.tolist())
        put(page, layer=0, map=k)
        clear = found["likeness"] >= 0.7
        said = f"answers most to {found['name']}." if clear else "answers to no simple pattern."
        assert f"Filter {k} {said}" in words(page)
        if found["name"] == "an edge: ink above, paper below":
            assert found["likeness"] == pytest.approx(
                kernel @ level / np.linalg.norm(kernel) / 6**0.5
            )
    assert page.evaluate(call, [0] * 9)["likeness"] == 0


FORWARD_PASSES = """() => Array.from({length: 40}, (_, n) => {
  const fresh = module.createNetwork(model);
  const start = performance.now();
  fresh.read(n % 10);
  return performance.now() - start;
})"""


@pytest.mark.alone
@browser
def test_the_forward_pass_is_quick(show):
    page = show()
    times = quietest(lambda: page.evaluate(FORWARD_PASSES), of=np.median)
    print(f"a digit goes through the network in {np.median(times):.1f} ms")
    assert np.median(times) < FRAME


# ---------------------------------------------------------------- words


@browser
def test_the_sum_of_the_first_layer_is_written_out(show, stages):
    page = show(layer=0, map=3, pixel=[10, 12])
    weights = models.weights("cnn")
    images, _ = small_digits()
    patch = images[0, 10:13, 12:15] / 255
    total = (patch * weights[0][:, :, 0, 3]).sum()
    how = page.locator(".fn-plots").last.inner_text()
    short = lambda value: f"{round(value, 3):g}".replace("-", "−")  # noqa: E731
    assert f"The nine products add up to {short(total)}." in how
    assert f"With the bias of {short(weights[1][3])} that is {short(total + weights[1][3])}." in how
    assert ("lets it through" if total + weights[1][3] > 0 else "makes it 0") in how


@browser
def test_pooling_shows_the_four_and_marks_the_largest(show, stages):
    page = show(digit=7, layer=1, map=6, pixel=[4, 6])
    four = stages[0][7, 8:10, 12:14, 6].ravel()
    shown = page.locator(".fn-map-square text").all_text_contents()
    assert [float(one) for one in shown] == pytest.approx(four, abs=0.006)
    marked = page.locator(".fn-map-square .fn-map-cell-edge").evaluate_all(
        "cells => cells.findIndex(one => one.classList.contains('fn-map-cell-mark'))"
    )
    assert marked == four.argmax()


@browser
def test_the_maps_that_add_most_are_named_and_marked(show, stages):
    page = show(digit=4, layer=2, map=17, pixel=[2, 5])
    parts = (stages[1][4, 2:5, 5:8, :] * models.weights("cnn")[2][:, :, :, 17]).sum(axis=(0, 1))
    first, second, third = np.argsort(-parts)[:3]
    said = f"Here maps {first}, {second} and {third} of the layer before add most"
    assert said in words(page)
    assert (
        page.locator(".fn-map-part").nth(int(first)).text_content() == f"{round(parts[first], 2):g}"
    )
    edges = page.locator("g:has(.fn-map-part) .fn-map-cell-mark")
    assert edges.count() == 6


@browser
def test_a_map_without_any_answer_is_said_in_words(show):
    silent = models.weights("cnn")
    silent[0][..., 5], silent[1][5] = 0, -1
    page = show(layer=0, map=5, weights=silent)
    assert "For this digit the map is 0 everywhere" in words(page)
    say_no_nonsense(page)


@browser
@pytest.mark.parametrize(("label", "said"), [(3, "That is right."), (8, "The label is 8.")])
def test_the_answer_is_held_against_the_label(show, label, said):
    images, _ = small_digits()
    page = show(images=images[3:4], labels=[label])
    text = page.locator(".fn-plots").last.inner_text()
    assert re.search(rf"The network says 3, with .*%\. {re.escape(said)}", text)
    best = page.locator(".fn-answers tr").nth(3)
    assert best.get_attribute("data-is") == ("right" if label == 3 else "wrong")
    assert page.locator(".fn-answers tr[data-is=label]").count() == (label != 3)


@browser
def test_probabilities_are_shown_as_numbers_and_bars(show, stages):
    page = show(digit=9)
    page.wait_for_timeout(50)
    for digit, probability in enumerate(stages[-1][9]):
        row = page.locator(".fn-answers tr").nth(digit)
        number = row.locator("td").nth(1).inner_text()
        edge = "< 0.1%" if probability < 0.001 else "> 99.9%" if probability > 0.999 else None
        assert number == (edge or f"{100 * probability:.1f}%")
        width = row.locator(".fn-answer-bar span").evaluate("bar => parseFloat(bar.style.width)")
        assert width == pytest.approx(100 * probability, abs=0.06)


# ---------------------------------------------------------------- controls


def tile(page, k):
    return page.get_by_role("button", name=f"Map {k}", exact=True)


@browser
def test_click_through_the_network(show, stages):
    page = show()
    page.get_by_role("button", name="a 7, number 7").click()
    assert get(page, "digit") == 7
    page.get_by_role("button", name="2 convolution").click()
    assert [get(page, name) for name in ("layer", "map", "pixel")] == [2, 0, []]
    assert page.locator(".fn-map-tile:visible").count() == 64
    tile(page, 20).click()
    assert get(page, "map") == 20
    assert "Filter 20 looks at all 32 maps at once." in words(page)
    page.get_by_role("button", name="0 convolution").click()
    assert page.locator(".fn-map-tile:visible").count() == 32
    pressed = page.locator("[aria-pressed=true]").evaluate_all(
        "all => all.map(one => one.getAttribute('aria-label') ?? one.textContent)"
    )
    assert pressed == ["a 7, number 7", "0 convolution 32 × 26 × 26", "Map 0"]


@browser
def test_a_click_on_the_large_map_chooses_the_pixel(show):
    page = show(digit=5, layer=1, map=3)
    picture = page.get_by_role("img", name=re.compile("Map 3: 13 × 13"))
    box = picture.bounding_box()
    cell = box["width"] / 13
    picture.click(position={"x": 4.5 * cell, "y": 9.5 * cell})
    assert get(page, "pixel") == [9, 4]
    assert "At row 9, column 4 it is" in words(page)
    assert "rows 18 to 21 and columns 8 to 11 of the digit" in words(page)
    frame = page.locator(".fn-map-seen").last.bounding_box()
    digit = page.get_by_role("img", name=re.compile("The digit 5")).bounding_box()
    assert frame["x"] - digit["x"] == pytest.approx(8 / 28 * digit["width"], abs=1.5)
    assert frame["width"] == pytest.approx(4 / 28 * digit["width"], abs=1.5)
    press(page, "Go to the strongest")
    assert get(page, "pixel") == []


@browser
def test_arrow_keys_lead_through_the_maps(show):
    page = show(layer=0)
    assert page.locator(".fn-map-tile[tabindex='0']").count() == 1
    tile(page, 0).focus()
    for key, k in [("ArrowRight", 1), ("ArrowDown", 9), ("ArrowLeft", 8), ("ArrowUp", 0)]:
        page.keyboard.press(key)
        assert get(page, "map") == k
        assert page.evaluate("document.activeElement.getAttribute('aria-label')") == f"Map {k}"
    page.keyboard.press("ArrowLeft")
    assert get(page, "map") == 0
    for _ in range(9):
        page.keyboard.press("ArrowDown")
    assert get(page, "map") == 31


@browser
def test_sliders_and_fields_choose_the_pixel(show):
    page = show(layer=3, map=1, pixel=[2, 2])
    page.get_by_role("slider", name="Row", exact=True).press("End")
    assert get(page, "pixel") == [4, 2]
    page.get_by_role("slider", name="Column", exact=True).press("ArrowLeft")
    assert get(page, "pixel") == [4, 1]
    page.get_by_role("button", name="0 convolution").click()
    put(page, pixel=[3, 3])
    assert page.get_by_role("slider", name="Row", exact=True).count() == 1
    fields = page.get_by_label("Row, exact value", exact=True).filter(visible=True)
    fields.fill("99")
    fields.press("Enter")
    assert get(page, "pixel") == [25, 3]
    assert "held at 25" in page.locator(".fn-note:visible").inner_text()
    fill_empty(page, fields)
    assert get(page, "pixel") == [25, 3]
    say_no_nonsense(page)


def fill_empty(page, field):
    field.fill("")
    field.press("Enter")


@browser
def test_python_sets_the_state_and_what_is_too_much_is_held(show):
    page = show()
    put(page, layer=3, map=63, pixel=[25, 25], digit=8)
    assert "Map 63" in words(page)
    put(page, layer=1)
    assert "Map 31 is" in words(page)  # there is no map 63 here
    assert (
        page.get_by_label("Row, exact value", exact=True).filter(visible=True).input_value() == "12"
    )
    say_no_nonsense(page)


@browser
def test_nothing_unreadable_anywhere(show):
    page = show()
    for layer in range(4):
        for digit in range(10):
            put(page, layer=layer, digit=digit, map=6 * digit, pixel=[digit, 25])
            page.wait_for_timeout(5)
            say_no_nonsense(page)


@browser
def test_cleanup_leaves_nothing(show):
    page = show()
    page.evaluate("cleanup()")
    assert page.evaluate("listeners()") == 0
    assert page.locator(".fn-explorable").count() == 0


@browser
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("layer", [0, 2])
def test_axe_finds_nothing_and_the_phone_fits(show, theme, layer):
    page = show("phone", theme=theme, layer=layer)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    sizes = [one.bounding_box() for one in page.locator("button:visible").all()]
    assert min(min(one["width"], one["height"]) for one in sizes) >= 24
    page.add_script_tag(path=AXE)
    found = page.evaluate("async () => (await axe.run('#stage')).violations")
    assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []
