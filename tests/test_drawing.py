"""From strokes to 28 × 28 pixels: by hand, in Python, and the same to the byte in JavaScript."""

import json

import numpy as np
import pytest

from firstnet import data, drawing, hands
from firstnet.widgets._base import SHARED

SOURCE = SHARED.with_name("_drawing.js").read_text("utf-8")
NAMES = "prepared, shrunk, redrawn, inkOf, cropped, fitted, scaled, overlaps, centred, toBytes"
PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Drawing</title>
<script type="module">
const source = SOURCE;
window.module = await import(URL.createObjectURL(new Blob([source], {type: "text/javascript"})));
window.ready = true;
</script></html>"""
ROW = np.array([[0.0, 0.5, 1.0, 0.5, 0.0]])


def drawings():
    """Many drawings: every hand, all places and sizes, single points, long and short strokes."""
    rng = np.random.default_rng(0)
    found = []
    for number in range(80):
        size = rng.uniform(0.1, 0.9)
        x, y = rng.uniform(size / 2, 1 - size / 2, 2)
        options = {"size": size, "x": x, "y": y, "slant": rng.uniform(-0.2, 0.4), "seed": number}
        hand = list(hands.HANDS)[number % len(hands.HANDS)]
        found.append(hands.drawing(number % 10, hand=hand, wobble=0.03, **options))
    edges = [[[0.0, 0.0]], [[1.0, 1.0], [0.0, 0.0]], [[0.5, 0.1], [0.5, 0.9]], [[0.2, 0.5]] * 3]
    return [*found, *([stroke] for stroke in edges), [[[0.3, 0.3]], [[0.7, 0.7], [0.7, 0.7]]]]


# ---------------------------------------------------------------- each step


def test_a_drawing_is_redrawn_in_the_middle_at_one_size():
    strokes = drawing.redrawn([[[0.1, 0.1], [0.3, 0.5]], [[0.2, 0.1]]])
    points = np.concatenate(strokes)
    np.testing.assert_allclose(points.min(axis=0), [0.3, 0.1])
    np.testing.assert_allclose(points.max(axis=0), [0.7, 0.9])
    assert drawing.redrawn([]) == []
    assert drawing.redrawn([[[0.2, 0.9]]]) == [[[0.5, 0.5]]]


def test_ink_falls_off_at_the_edge_of_the_pen():
    picture = drawing.ink([[[0.0, 0.5], [1.0, 0.5]]], pen=0.3, side=10)
    # rows are 0.05, 0.15, … away from the line: 0.5 + 10 · (0.15 − distance), held to 0 … 1
    expected = [0, 0, 0, 0.5, 1, 1, 0.5, 0, 0, 0]
    np.testing.assert_allclose(picture, np.repeat(expected, 10).reshape(10, 10), atol=1e-12)


def test_a_single_point_is_a_round_dot():
    picture = drawing.ink([[[0.5, 0.5]]], pen=0.5, side=40)
    np.testing.assert_allclose(picture, picture.T)
    np.testing.assert_allclose(picture, picture[::-1])
    assert picture.sum() == pytest.approx(np.pi * 10**2, rel=0.01)  # pixels


def test_where_strokes_cross_the_ink_does_not_add_up():
    across = [[0.1, 0.5], [0.9, 0.5]], [[0.5, 0.1], [0.5, 0.9]]
    apart = [drawing.ink([stroke]) for stroke in across]
    np.testing.assert_array_equal(drawing.ink(list(across)), np.maximum(*apart))


def test_the_crop_is_the_smallest_that_holds_all_ink():
    picture = np.zeros((6, 7))
    picture[2, 3], picture[4, 5] = 0.2, 1.0
    np.testing.assert_array_equal(drawing.cropped(picture), picture[2:5, 3:6])
    assert drawing.cropped(np.zeros((4, 4))) is None


def test_a_new_pixel_is_the_mean_of_the_area_it_covers():
    expected = [[0.4, 0.4, 0.2, 0, 0], [0, 0, 0.2, 0.4, 0.4]]  # 5 pixels on 2: 2.5 each
    np.testing.assert_allclose(drawing.overlaps(5, 2), expected, atol=1e-12)
    np.testing.assert_allclose(drawing.overlaps(4, 4), np.eye(4))
    np.testing.assert_allclose(drawing.overlaps(2, 3), [[1, 0], [0.5, 0.5], [0, 1]], atol=1e-12)
    for before, after in [(100, 20), (7, 20), (93, 17), (1, 5)]:
        weights = drawing.overlaps(before, after)
        np.testing.assert_allclose(weights.sum(axis=1), 1)
        np.testing.assert_allclose(weights.sum(axis=0), after / before)


def test_the_longer_side_becomes_twenty_and_the_proportions_stay():
    assert drawing.fitted(np.ones((40, 10))).shape == (20, 5)
    assert drawing.fitted(np.ones((3, 60))).shape == (1, 20)
    assert drawing.fitted(np.ones((1, 99))).shape == (1, 20)
    np.testing.assert_allclose(drawing.fitted(np.ones((33, 50))), 1)


def test_the_centre_of_mass_comes_to_pixel_14():
    picture = np.zeros((20, 20))
    picture[0, 0] = picture[6, 2] = 1  # their centre is row 3: it would have to move by 11
    assert drawing.centred(picture)[8, 8] == 1  # but 20 pixels must stay inside 28
    small = np.zeros((7, 3))
    small[0, 0] = small[6, 2] = 1
    rows, columns = np.nonzero(drawing.centred(small))
    assert (rows.mean(), columns.mean()) == (14, 14)


def test_mnist_was_prepared_so():
    (_, _), (x_test, _) = data.mnist()
    if not data.is_real("mnist"):
        pytest.skip("the real MNIST is not here")
    again = [drawing.centred(drawing.cropped(image / 255)) for image in x_test[:1000]]
    same = np.array(
        [np.array_equal(new * 255, old) for new, old in zip(again, x_test, strict=False)]
    )
    assert same.mean() > 0.9
    sizes = [max(drawing.cropped(image / 255).shape) for image in x_test[:1000]]
    assert np.mean(np.array(sizes) == 20) > 0.99


# ---------------------------------------------------------------- the whole


def test_an_empty_drawing_gives_no_picture():
    assert drawing.prepared([]) is None
    assert drawing.shrunk([]) is None


def test_place_and_size_make_no_difference_once_it_is_prepared():
    for digit in range(10):
        one = drawing.prepared(hands.drawing(digit, size=0.8))
        other = drawing.prepared(hands.drawing(digit, size=0.2, x=0.15, y=0.8))
        assert one.dtype == np.uint8
        assert one.shape == (28, 28)
        assert abs(one.astype(int) - other).max() <= 2  # strokes are rounded to 0.00001
        smaller = drawing.shrunk(hands.drawing(digit, size=0.2, x=0.15, y=0.8))
        assert (smaller > 0).sum() < (one > 0).sum() / 3


def test_prepared_digits_have_as_much_ink_as_mnists():
    (x_train, _), _ = data.mnist()
    if not data.is_real("mnist"):
        pytest.skip("the real MNIST is not here")
    ours = [
        drawing.prepared(hands.drawing(digit, hand=h)) for digit in range(10) for h in hands.HANDS
    ]
    assert np.mean(ours) == pytest.approx(x_train.mean(), rel=0.1)


# ---------------------------------------------------------------- JavaScript


@pytest.fixture
def page(new_page, tmp_path):
    """A page that holds the JavaScript of the preparation, and nothing else."""
    text = PAGE.replace("SOURCE", json.dumps(f"{SOURCE}\nexport {{ {NAMES} }};"))
    (tmp_path / "page.html").write_text(text, "utf-8")
    page = new_page()
    page.goto((tmp_path / "page.html").as_uri())
    page.wait_for_function("window.ready", timeout=10_000)
    return page


@pytest.mark.browser
@pytest.mark.parametrize("name", ["prepared", "shrunk"])
def test_javascript_prepares_the_same_bytes(page, name):
    call = f"all => all.map(strokes => [...module.{name}(strokes)])"
    found = page.evaluate(call, drawings())
    for strokes, pixels in zip(drawings(), found, strict=True):
        expected = getattr(drawing, name)(strokes)
        np.testing.assert_array_equal(np.reshape(pixels, (28, 28)), expected)
    assert page.evaluate(f"module.{name}([])") is None


@pytest.mark.browser
def test_javascript_takes_each_step_as_python_does(page):
    strokes = hands.drawing(5, hand="school", size=0.3, x=0.3, y=0.6)
    steps = page.evaluate(
        """strokes => {
          const ink = module.inkOf(module.redrawn(strokes), {side: 100, pen: 0.12});
          const box = module.cropped(ink);
          const fitted = module.fitted(box);
          return [ink, box, fitted, module.centred(fitted)]
            .map(({height, width, values}) => [height, width, [...values]]);
        }""",
        strokes,
    )
    ink = drawing.ink(drawing.redrawn(strokes))
    box = drawing.cropped(ink)
    fitted = drawing.fitted(box)
    for expected, step in zip([ink, box, fitted, drawing.centred(fitted)], steps, strict=True):
        height, width, values = step
        assert expected.shape == (height, width)
        np.testing.assert_allclose(np.reshape(values, expected.shape), expected, atol=1e-12)


# ---------------------------------------------------------------- the hands


def test_every_hand_writes_every_digit_where_and_as_large_as_told():
    for hand in hands.HANDS:
        for digit in range(10):
            points = np.concatenate(hands.drawing(digit, hand=hand, x=0.4, y=0.3, size=0.5))
            assert np.ptp(points[:, 1]) == pytest.approx(0.5 * 0.84, abs=0.06)
            middle = (points.min(axis=0) + points.max(axis=0)) / 2
            assert middle == pytest.approx([0.4, 0.3], abs=0.05)
            assert points.min() >= 0


def test_hands_differ_and_repeat_themselves():
    pictures = [drawing.prepared(hands.drawing(2, hand=hand)).tobytes() for hand in hands.HANDS]
    assert len(set(pictures)) == len(hands.HANDS)
    shaky = [hands.drawing(2, wobble=0.03, seed=seed) for seed in (1, 1, 2)]
    assert shaky[0] == shaky[1] != shaky[2]
    upright, leaning = (np.concatenate(hands.drawing(1, slant=one)) for one in (0.0, 0.3))
    top = upright[:, 1].argmin()
    assert leaning[top, 0] > upright[top, 0]


def test_unknown_hands_and_digits_are_refused_in_words():
    with pytest.raises(KeyError, match="No hand called 'left'; there are round, slim"):
        hands.drawing(3, hand="left")
    with pytest.raises(KeyError, match="A hand writes the digits 0 to 9, not 10"):
        hands.drawing(10)
