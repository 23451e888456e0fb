"""Kernel: every sum against NumPy and Keras, its words and colours, mouse, keys and bad input."""

import itertools
import re

import numpy as np
import pytest
import traitlets
from redraws import FRAME, redraws, slow
from test_downhill import AXE, fill, get, press, put, words
from test_feature_maps import opener, say_no_nonsense

from firstnet.convolution import convolve, output_size
from firstnet.widgets._networks import small_digits
from firstnet.widgets.kernel import Kernel

PRESETS = {
    "as it is": [[0, 0, 0], [0, 1, 0], [0, 0, 0]],
    "left edge": [[-1, 0, 1]] * 3,
    "right edge": [[1, 0, -1]] * 3,
    "top edge": [[-1] * 3, [0] * 3, [1] * 3],
    "outline": [[-1, -1, -1], [-1, 8, -1], [-1, -1, -1]],
    "blur": [[1 / 9] * 3] * 3,
    "sharpen": [[0, -1, 0], [-1, 5, -1], [0, -1, 0]],
    "emboss": [[-2, -1, 0], [-1, 1, 1], [0, 1, 2]],
}
LOOK = """changes => {
  const names = ["digit", "kernel", "bias", "relu", "stride", "padding", "pixel"];
  const state = Object.fromEntries(names.map((name) => [name, model.get(name)]));
  const view = model.get("images");
  const images = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
  const found = module.look({...state, ...changes}, images);
  return {...found, values: [...found.values], sums: [...found.sums], framed: 0};
}"""
PIXELS = """canvas => [...canvas.getContext("2d")
  .getImageData(0, 0, canvas.width, canvas.height).data]"""
browser = pytest.mark.browser


@pytest.fixture
def show(new_page, tmp_path):
    return opener(new_page, tmp_path, Kernel)


def near(value):
    """Return a number as the page writes it, with two decimals at most."""
    return f"{round(float(value), 2):,g}".replace("-", "−")


def result(page):
    return page.get_by_role("img", name=re.compile("^The result"))


def chooser(page, name):
    return page.get_by_role("combobox", name=name, exact=True)


def handle(page):
    return page.get_by_role("slider", name=re.compile("Place in the result"))


def in_keras(image, kernel, bias, *, stride, padding, relu):
    from keras import layers

    activation, same = ("relu" if relu else None), "same" if padding else "valid"
    layer = layers.Conv2D(1, 3, strides=stride, padding=same, activation=activation)
    layer.build((None, 28, 28, 1))
    layer.set_weights([np.reshape(kernel, (3, 3, 1, 1)), np.array([bias])])
    return np.array(layer(image[None, ..., None].astype("float32")))


def half(left, right):
    """Return one digit of two halves of a grey each."""
    image = np.full((1, 28, 28), left, np.uint8)
    image[:, :, 14:] = right
    return image


# ---------------------------------------------------------------- the Python side


@pytest.mark.parametrize(
    ("trait", "value", "said"),
    [
        ("kernel", [[1, 2], [3, 4]], r"kernel must hold 3 rows of 3 weights, not \[\[1"),
        ("kernel", [], r"kernel must hold 3 rows of 3 weights, not \[\]"),
        ("kernel", [[0, 0, 0], [0, 11, 0], [0, 0, 0]], r"kernel\[1\]\[1\] must be from -10 to 10"),
        ("kernel", [[0, 0, 0], [0, 0, 0], [0, 0, np.nan]], r"kernel\[2\]\[2\] must be from"),
        ("kernel", [["a", 0, 0], [0, 0, 0], [0, 0, 0]], "expected a float"),
        ("bias", 501, "bias must be from -500 to 500, and it is 501"),
        ("bias", float("inf"), "bias must be from -500 to 500"),
        ("stride", 0, "stride must be from 1 to 3, and it is 0"),
        ("padding", 3, "padding must be from 0 to 2, and it is 3"),
        ("padding", "same", "expected an int"),
        ("pixel", [1], "pixel must hold a row and a column, or nothing, and it holds 1"),
        ("pixel", [0, 30], "pixel must be from 0 to 29, and it is 30"),
        ("digit", 10, "digit must be from 0 to 9, and it is 10"),
    ],
)
def test_wrong_values_are_refused_in_words(trait, value, said):
    widget = Kernel()
    before = getattr(widget, trait)
    with pytest.raises(traitlets.TraitError, match=said):
        setattr(widget, trait, value)
    assert getattr(widget, trait) == before


def test_the_default_is_a_digit_of_each_kind_and_a_top_edge():
    widget = Kernel()
    images, labels = small_digits()
    assert widget.images == images.tobytes()
    assert widget.labels == labels.tolist()
    assert (widget.kernel, widget.pixel) == (PRESETS["top edge"], [])
    assert repr(widget) == "Kernel()"


def test_digits_of_the_chapter_are_taken():
    images, labels = small_digits()
    widget = Kernel.of(images[3:6], labels[3:6], stride=2, kernel=PRESETS["blur"])
    assert (widget.images, widget.labels) == (images[3:6].tobytes(), [3, 4, 5])
    assert widget.stride == 2
    with pytest.raises(ValueError, match=r"images must be 1 to 30 digits.*\(3, 27, 28\)"):
        Kernel.of(images[:3, 1:], labels[:3])
    with pytest.raises(ValueError, match="Give images and labels together"):
        Kernel(images=images)


# ---------------------------------------------------------------- numbers


@browser
def test_every_sum_is_that_of_numpy(show):
    page = show()
    images, _ = small_digits()
    rng = np.random.default_rng(0)
    for stride, padding in itertools.product((1, 2, 3), (0, 1, 2)):
        kernels = [*PRESETS.values(), rng.uniform(-10, 10, (3, 3)).tolist()]
        for digit, kernel in enumerate(kernels):
            change = {"kernel": kernel, "digit": digit, "stride": stride, "padding": padding}
            found = page.evaluate(LOOK, change)
            expected = convolve(images[digit], kernel, stride=stride, padding=padding)
            assert found["side"] == output_size(28, 3, stride, padding) == len(expected)
            np.testing.assert_allclose(found["sums"], expected.ravel(), atol=1e-6)


@browser
def test_every_value_is_that_of_keras(show):
    page = show()
    images, _ = small_digits()
    kernels = [(PRESETS["emboss"], -40), (PRESETS["outline"], 25.5)]
    steps = [(1, 0), (2, 0), (3, 0), (1, 1)]
    for (kernel, bias), (stride, padding), relu in itertools.product(kernels, steps, (0, 1)):
        settings = {"stride": stride, "padding": padding, "relu": bool(relu)}
        found = page.evaluate(LOOK, {"digit": 2, "kernel": kernel, "bias": bias, **settings})
        expected = in_keras(images[2], kernel, bias, **settings)
        np.testing.assert_allclose(found["values"], expected.ravel(), atol=1e-3)


@browser
def test_the_arithmetic_of_the_pixel_is_written_out(show):
    page = show(digit=4, kernel=PRESETS["emboss"], pixel=[9, 12], bias=-20.5, relu=True)
    patch, kernel = small_digits()[0][4, 9:12, 12:15].astype(int), np.array(PRESETS["emboss"])
    cells = page.locator(".fn-kernel-cell")
    for n, (pixel, weight) in enumerate(zip(patch.ravel(), kernel.ravel(), strict=True)):
        assert cells.nth(n).locator(".fn-kernel-pixel").inner_text() == f"{pixel} ·"
        assert cells.nth(n).locator("input").input_value() == str(weight)
        product = cells.nth(n).locator(".fn-kernel-product").inner_text()
        assert product == f"= {near(pixel * weight)}"
    products = (patch * kernel).ravel()
    total = products.sum()
    assert total != 0
    line = page.locator(".fn-kernel-sum").inner_text()
    written = line.split(" = ")[0].replace("−", "-").replace(",", "").replace("- ", "-")
    assert sum(float(part) for part in written.replace("+ ", "").split()) == total
    after = "ReLU lets it through." if total > 20.5 else "ReLU makes it 0."
    said = f"= {near(total)}. With the bias of −20.5 that is {near(total - 20.5)}. {after}"
    assert line.endswith(said)


@browser
def test_a_sum_of_rounded_products_is_called_about_equal(show):
    page = show(digit=4, kernel=PRESETS["blur"], pixel=[9, 12])
    total = small_digits()[0][4, 9:12, 12:15].mean()
    assert page.locator(".fn-kernel-sum").inner_text().endswith(f"≈ {near(total)}.")
    put(page, kernel=PRESETS["as it is"])
    middle = small_digits()[0][4, 10, 13]
    assert page.locator(".fn-kernel-sum").inner_text().endswith(f"= {middle}.")


@browser
def test_the_window_and_the_pixel_are_framed(show):
    page = show(stride=2, padding=1, pixel=[5, 9])
    digit = page.get_by_role("img", name=re.compile("^The digit"))
    assert digit.get_attribute("aria-label").endswith("rows 9 to 11 and columns 17 to 19")
    frames = page.locator(".fn-kernel-frame")
    for picture, frame, where in [
        (digit, frames.first, (10 / 30, 18 / 30, 3 / 30)),
        (result(page), frames.last, (5 / 14, 9 / 14, 1 / 14)),
    ]:
        box, cut = picture.bounding_box(), frame.bounding_box()
        top, left = (cut[side] - box[side] for side in ("y", "x"))
        found = [value / box["width"] for value in (top, left, cut["width"])]
        assert found == pytest.approx(where, abs=0.01)


@browser
def test_colours_have_one_scale_that_is_black_at_zero(show):
    page = show(digit=4)
    images, _ = small_digits()
    for name, relu in [("left edge", False), ("left edge", True), ("as it is", False)]:
        put(page, kernel=PRESETS[name], relu=relu)
        values = convolve(images[4], PRESETS[name]).ravel()
        values = np.maximum(values, 0) if relu else values
        drawn = np.reshape(result(page).evaluate(PIXELS), (-1, 4))
        strength = np.abs(values)[:, None] / np.abs(values).max()
        colour = np.where(values[:, None] < 0, [255, 180, 110], [255, 255, 255])
        np.testing.assert_allclose(drawn[:, :3], colour * strength, atol=0.51)
        legend = page.locator(".fn-kernel-legend").inner_text().split()
        assert legend == [near(min(0, values.min())), near(values.max())]


@browser
def test_an_empty_picture_is_no_accident(show):
    page = show(images=np.zeros((1, 28, 28), np.uint8), labels=[3])
    assert "All nine pixels are paper there" in words(page)
    assert "all 0 and so all black" in page.locator(".fn-kernel-output").inner_text()
    assert max(result(page).evaluate(PIXELS)[:3]) == 0
    put(page, kernel=[[0.0] * 3] * 3)
    assert "All nine weights are 0" in words(page)
    say_no_nonsense(page)


# ---------------------------------------------------------------- words


@browser
def test_what_is_found_at_the_place_is_said(show):
    pairs = {"rise": (0, 255), "fall": (255, 0), "grey": (90, 90), "paper": (0, 0)}
    images = np.concatenate([half(*greys) for greys in pairs.values()])
    page = show(images=images, labels=[0, 1, 2, 3], pixel=[10, 12])
    for kernel, image, said in [
        ("left edge", "rise", "So here is a left edge."),
        ("left edge", "fall", "So here is a right edge."),
        ("right edge", "fall", "So here is a right edge."),
        ("left edge", "grey", "They cancel: nothing of that kind is here."),
        ("left edge", "paper", "All nine pixels are paper there, so every product is 0."),
        ("blur", "grey", "The nine products add up to 90."),
        ("as it is", "grey", "The nine products add up to 90."),
        ("sharpen", "grey", "What it adds is 450, what it takes away 360."),
    ]:
        put(page, kernel=PRESETS[kernel], digit=list(pairs).index(image))
        assert said in words(page)


@browser
def test_a_faint_edge_is_told_from_a_clear_one(show):
    image = half(0, 255)
    image[:, 20:, 14:] = 60
    image[:, 24:, 14:] = 20
    page = show(images=image, labels=[1], kernel=PRESETS["left edge"], pixel=[5, 12])
    assert "So here is a left edge." in words(page)
    put(page, pixel=[20, 12])
    assert "So here is a faint sign of a left edge." in words(page)
    put(page, pixel=[25, 12])
    assert "So here is hardly a sign of a left edge." in words(page)
    assert get(page, "pixel") == [25, 12]


@browser
def test_a_kernel_is_called_by_the_pattern_it_is_most_like(show):
    page = show()
    call = "kernel => module.likest(kernel.flat())"
    for name, kernel in PRESETS.items():
        for scale in (1, 3.5):
            found = page.evaluate(call, (scale * np.array(kernel)).tolist())
            assert found["likeness"] == pytest.approx(1)
            assert found["pattern"]["preset"] == name
    expected = np.dot(np.ravel([[-1, 0, 2]] * 3), np.ravel(PRESETS["left edge"]))
    expected /= np.sqrt(15) * np.sqrt(6)
    found = page.evaluate(call, [[-1, 0, 2]] * 3)
    assert (found["pattern"]["preset"], found["likeness"]) == ("left edge", pytest.approx(expected))
    for kernel, said in [
        ([[-1, 0, 2]] * 3, "It looks for something like a left edge."),
        ([[1, 1, 1], [0, 0, 0], [-1, -1, -1]], "It looks for a bottom edge"),
        ([[0.1, 0.2, 0.1]] * 3, "It does much the same as the kernel “blur”."),
        ([[1, 0, 0], [0, 0, 0], [0, 0, 1]], "It adds pixels, some more than others"),
        ([[-1, 0, 0], [0, 0, 0], [0, 0, 0]], "It takes pixels away and adds none"),
        ([[1, 0, 0], [0, 0, 0], [0, -3, 0]], "It is large where ink lies under its positive"),
    ]:
        put(page, kernel=kernel)
        assert said in words(page)


@browser
def test_the_size_is_said_by_the_formula(show):
    page = show()
    for stride in (1, 2, 3):
        for padding in (0, 1, 2):
            put(page, stride=stride, padding=padding)
            said = page.locator(".fn-kernel-size").inner_text()
            side, wide = output_size(28, 3, stride, padding), 28 + 2 * padding
            assert said.endswith(f"So 28 × 28 becomes {side} × {side}.")
            assert f"{wide} − 3 + 1 = {wide - 2} of the {wide} rows" in said
            assert ("zeros on either side" in said) == (padding > 0)
            assert ("It uses every" in said) == (stride > 1)


@browser
def test_the_largest_is_shown_until_a_pixel_is_chosen(show):
    page = show(digit=7, kernel=PRESETS["left edge"])
    values = convolve(small_digits()[0][7], PRESETS["left edge"])
    row, column = np.unravel_index(values.argmax(), values.shape)
    said = f"At row {row}, column {column} of the result stands {near(values.max())}."
    assert said in words(page)
    put(page, pixel=[0, 0])
    assert "At row 0, column 0 of the result stands 0." in words(page)
    press(page, "Go to the largest")
    assert said in words(page)
    assert get(page, "pixel") == []


@browser
def test_bias_and_relu_are_said(show):
    page = show(images=half(90, 90), labels=[1], pixel=[10, 12], bias=-30.0)
    assert "With the bias that is −30." in words(page)
    put(page, relu=True)
    assert "With the bias that is −30. ReLU makes it 0." in words(page)
    assert "stands 0." in words(page)


# ---------------------------------------------------------------- controls


@browser
def test_the_pixel_follows_the_mouse_over_the_result(show):
    page = show(stride=2)
    box = result(page).bounding_box()
    cell = box["width"] / 13
    for row, column in [(0, 0), (7, 3), (12, 12)]:
        page.mouse.move(box["x"] + (column + 0.5) * cell, box["y"] + (row + 0.5) * cell)
        assert get(page, "pixel") == [row, column]
    assert "At row 12, column 12 of the result" in words(page)


@browser
def test_the_window_follows_the_mouse_over_the_digit(show):
    page = show(stride=2, padding=1)
    box = page.get_by_role("img", name=re.compile("^The digit")).bounding_box()
    cell = box["width"] / 30
    for middle, pixel in [((1, 1), [0, 0]), ((11, 5), [5, 2]), ((29, 0), [13, 0])]:
        row, column = middle
        page.mouse.move(box["x"] + (column + 0.5) * cell, box["y"] + (row + 0.5) * cell)
        assert get(page, "pixel") == pixel


@browser
def test_the_handle_is_dragged_and_held_inside(show):
    page = show(pixel=[10, 10])
    cell = result(page).bounding_box()["width"] / 26
    handle(page).hover()
    page.mouse.down()
    x, y = (result(page).bounding_box()[name] for name in ("x", "y"))
    page.mouse.move(x + 20.5 * cell, y + 4.5 * cell, steps=4)
    assert get(page, "pixel") == [4, 20]
    page.mouse.move(x + 2000, y + 2000, steps=3)
    page.mouse.up()
    assert get(page, "pixel") == [25, 25]


@browser
def test_a_tap_chooses_the_pixel(show):
    page = show("phone", pixel=[10, 10])
    box = result(page).bounding_box()
    cell = box["width"] / 26
    result(page).scroll_into_view_if_needed()
    box = result(page).bounding_box()
    page.touchscreen.tap(box["x"] + 3.5 * cell, box["y"] + 22.5 * cell)
    assert get(page, "pixel") == [22, 3]


@browser
def test_arrow_keys_move_the_pixel(show):
    page = show(pixel=[0, 24])
    handle(page).focus()
    steps = [("ArrowRight", [0, 25]), ("ArrowRight", [0, 25]), ("ArrowDown", [1, 25])]
    steps += [("Shift+ArrowDown", [11, 25]), ("Shift+ArrowLeft", [11, 15]), ("ArrowUp", [10, 15])]
    for key, pixel in steps:
        page.keyboard.press(key)
        assert get(page, "pixel") == pixel
    said = handle(page).get_attribute("aria-valuetext")
    assert said.startswith("row 10, column 15: ")
    assert handle(page).get_attribute("aria-valuenow") == str(10 * 26 + 15)


@browser
def test_every_weight_has_a_field(show):
    page = show()
    for n in range(9):
        fill(page, f"Weight, row {n // 3}, column {n % 3}", str(n - 4.5))
    assert get(page, "kernel") == [[-4.5, -3.5, -2.5], [-1.5, -0.5, 0.5], [1.5, 2.5, 3.5]]
    fill(page, "Weight, row 0, column 0", "99")
    assert get(page, "kernel")[0][0] == 10
    assert "Only from −10 to 10: held at 10." in page.locator(".fn-kernel-middle").inner_text()
    fill(page, "Weight, row 0, column 0", "-")
    assert get(page, "kernel")[0][0] == 10
    assert "Type a number from −10 to 10" in page.locator(".fn-kernel-middle").inner_text()


@browser
def test_presets_set_all_nine_and_are_marked(show):
    page = show()
    for name, kernel in PRESETS.items():
        press(page, name)
        np.testing.assert_allclose(get(page, "kernel"), kernel)
        marked = page.locator("[aria-pressed=true]").all_inner_texts()
        assert marked == [name]
    fill(page, "Weight, row 1, column 1", "2")
    assert page.locator("[aria-pressed=true]").count() == 0


@browser
def test_the_other_controls_set_their_traits(show):
    page = show()
    chooser(page, "Digit").select_option("an 8")
    assert get(page, "digit") == 8
    chooser(page, "Stride").select_option("3")
    chooser(page, "Padding").select_option("1, “same” at stride 1")
    assert (get(page, "stride"), get(page, "padding")) == (3, 1)
    page.get_by_role("slider", name="Bias", exact=True).press("Home")
    assert get(page, "bias") == -500
    page.get_by_role("slider", name="Bias", exact=True).press("ArrowRight")
    assert get(page, "bias") == -495
    fill(page, "Bias, exact value", "12.5")
    assert get(page, "bias") == 12.5
    page.get_by_label("ReLU").check()
    assert get(page, "relu") is True


@browser
def test_a_pixel_stays_in_its_place_when_stride_and_padding_change(show):
    page = show(pixel=[12, 9])
    chooser(page, "Padding").select_option("2, “full”")
    assert get(page, "pixel") == [14, 11]
    chooser(page, "Padding").select_option("0, “valid”")
    chooser(page, "Stride").select_option("3")
    assert get(page, "pixel") == [4, 3]
    put(page, pixel=[])
    chooser(page, "Stride").select_option("2")
    assert get(page, "pixel") == []


@browser
def test_two_digits_of_one_kind_are_told_apart(show):
    images, _ = small_digits()
    page = show(images=images[[8, 1, 8]], labels=[8, 1, 8])
    options = chooser(page, "Digit").locator("option").all_inner_texts()
    assert options == ["an 8, number 0", "a 1, number 1", "an 8, number 2"]


@browser
def test_python_sets_the_state_and_what_is_too_much_is_held(show):
    page = show()
    put(page, pixel=[29, 29], stride=3)
    assert "At row 8, column 8 of the result" in words(page)
    put(page, kernel=[[0, 0, 0], [0, 0, 0], [0, 0, 0.25]], bias=3.0, relu=True)
    assert page.get_by_label("Weight, row 2, column 2").input_value() == "0.25"
    assert page.get_by_label("Bias, exact value").input_value() == "3"
    assert page.get_by_label("ReLU").is_checked()


@pytest.mark.alone
@browser
def test_a_redraw_takes_less_than_a_frame(show):
    page = show(padding=2)
    both = '(n) => { model.set("pixel", [n % 30, (7 * n) % 30]); model.set("bias", n); }'
    times = redraws(page, both)
    print(f"a redraw takes {np.median(times):.1f} ms")
    assert np.median(times) > 0.05
    assert slow(times) < FRAME


@browser
def test_no_product_is_cut_off(show):
    page = show(digit=4, pixel=[10, 10], kernel=[[-9.123, 0.1111, -0.0123]] * 3)
    cells = page.locator(".fn-kernel-product, .fn-kernel-pixel, .fn-kernel-cell input")
    for width in (390, 690, 720, 1000):
        page.set_viewport_size({"width": width, "height": 900})
        cut = "all => all.filter(one => one.scrollWidth > one.clientWidth).length"
        assert cells.evaluate_all(cut) == 0
    assert cells.count() == 27


@browser
def test_nothing_unreadable_anywhere(show):
    page = show()
    for n, kernel in enumerate([*PRESETS.values(), [[10] * 3] * 3, [[-10] * 3] * 3]):
        put(page, kernel=kernel, digit=n, stride=1 + n % 3, padding=n % 3, bias=50.0 * (n - 5))
        put(page, relu=n % 2 == 0, pixel=[] if n % 2 else [n, 29])
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
def test_axe_finds_nothing_and_the_phone_fits(show, theme):
    page = show("phone", theme=theme, padding=1, pixel=[0, 12])
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    controls = page.locator("button, input, select, [role=slider]").all()
    sizes = [one.bounding_box() for one in controls]
    assert min(min(one["width"], one["height"]) for one in sizes) >= 24
    page.add_script_tag(path=AXE)
    found = page.evaluate("async () => (await axe.run('#stage')).violations")
    assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []
