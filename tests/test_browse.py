"""Browse: the right images in the right order, what the model says of each, bad input."""

import re

import numpy as np
import pytest
import traitlets
from test_downhill import AXE, get, press, put, words
from test_feature_maps import opener, say_no_nonsense

from firstnet.widgets.browse import Browse

browser = pytest.mark.browser
rng = np.random.default_rng(0)
IMAGES = rng.integers(0, 256, (60, 28, 28)).astype("uint8")
LABELS = rng.integers(0, 10, 60)
PROBABILITIES = rng.dirichlet(np.ones(10), 60).astype("float32")
NUMBERS = 100 + rng.permutation(60)
GIVEN = PROBABILITIES[np.arange(60), LABELS]
ANSWERS = PROBABILITIES.argmax(axis=1)


@pytest.fixture
def show(new_page, tmp_path):
    return opener(new_page, tmp_path, Browse)


@pytest.fixture
def toy(show):
    """A function that opens 60 invented images, which a model reads at random."""
    given = {"images": IMAGES, "labels": LABELS, "probabilities": PROBABILITIES}
    return lambda shape="desk", **traits: show(shape, **given, numbers=NUMBERS, **traits)


def shown(page):
    """Return the numbers of the images on the shelf, in order."""
    names = [
        one.get_attribute("aria-label") for one in page.locator(".fn-browse-slot:visible").all()
    ]
    return [int(re.match(r"image (\d+): ", name)[1]) for name in names]


# ---------------------------------------------------------------- the Python side


def test_default_needs_no_data_and_begins_with_the_hardest():
    widget = Browse()
    probabilities = np.frombuffer(widget.probabilities, "<f4").reshape(-1, 10)
    given = probabilities[np.arange(len(widget.labels)), widget.labels]
    assert len(widget.images) == 784 * len(widget.labels) == 784 * 360
    assert np.allclose(probabilities.sum(axis=1), 1, atol=1e-5)
    assert given[widget.chosen] == given.min()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"images": IMAGES / 255}, "images must be uint8"),
        ({"images": IMAGES[:0]}, "n from 1 to 1,000"),
        ({"labels": LABELS[:-1]}, "there are 59 labels"),
        ({"labels": LABELS + 10}, "digits from 0 to 9"),
        ({"probabilities": 2 * PROBABILITIES}, "must add up to 1"),
        ({"probabilities": PROBABILITIES * np.nan}, "not below 0"),
        ({"numbers": [1]}, "1 numbers"),
    ],
)
def test_what_does_not_fit_is_refused_in_words(changed, said):
    given = {"images": IMAGES, "labels": LABELS, "probabilities": PROBABILITIES}
    with pytest.raises(ValueError, match=said):
        Browse(**given | changed)


@pytest.mark.parametrize(
    ("trait", "value", "said"),
    [
        ("digit", 10, "digit must be from -1 to 9, and it is 10"),
        ("chosen", 360, "chosen must be from 0 to 359, and it is 360"),
        ("page", -1, "page must be from 0 to 1000"),
        ("order", "prettiest", "prettiest"),
    ],
)
def test_wrong_values_are_refused_in_words(trait, value, said):
    with pytest.raises(traitlets.TraitError, match=said):
        setattr(Browse(), trait, value)


# ---------------------------------------------------------------- the shelf


@browser
def test_every_order_is_that_of_numpy(toy):
    page = toy()
    assert shown(page) == list(NUMBERS[np.argsort(GIVEN)][:24])
    put(page, order="surest")
    assert shown(page) == list(NUMBERS[np.argsort(-GIVEN)][:24])
    put(page, order="stored")
    assert shown(page) == sorted(NUMBERS)[:24]


@browser
def test_digit_and_mistakes_choose(toy):
    page = toy(order="stored")
    page.get_by_label("Show").select_option(label="only the 3s")
    assert shown(page) == sorted(NUMBERS[LABELS == 3])
    page.get_by_label("only mistakes").check()
    assert shown(page) == sorted(NUMBERS[(LABELS == 3) & (ANSWERS != 3)])
    assert NUMBERS[get(page, "chosen")] == min(NUMBERS[(LABELS == 3) & (ANSWERS != 3)])


@browser
def test_pages_hold_every_image_once(toy):
    page = toy(order="stored")
    seen = shown(page)
    for _ in range(2):
        press(page, "More")
        seen += shown(page)
    assert seen == sorted(NUMBERS)
    assert page.get_by_role("button", name="More").get_attribute("aria-disabled") == "true"
    press(page, "Back")
    assert shown(page) == seen[24:48]


@browser
def test_chosen_image_is_drawn_large_with_its_ten_numbers(toy):
    page = toy()
    page.locator(".fn-browse-slot").nth(5).press("Enter")
    index = np.argsort(GIVEN)[5]
    assert get(page, "chosen") == index
    drawn = page.locator(".fn-browse-large canvas").evaluate(
        "c => [...c.getContext('2d').getImageData(0, 0, 28, 28).data].filter((_, k) => k % 4 === 0)"
    )
    assert np.abs(np.array(drawn) - IMAGES[index].ravel()).max() <= 1
    cells = page.locator(".fn-answers td:nth-child(3)").all_inner_texts()
    numbers = [float(cell.strip("%<> ")) for cell in cells]
    assert np.allclose(numbers, 100 * PROBABILITIES[index], atol=0.11)
    said = words(page)
    assert f"labelled {LABELS[index]}" in said
    assert f"reads a{'n' if ANSWERS[index] == 8 else ''} {ANSWERS[index]}" in said
    say_no_nonsense(page)


@browser
def test_an_empty_shelf_says_so(show):
    sure = np.eye(10, dtype="float32")[LABELS]
    page = show(images=IMAGES, labels=LABELS, probabilities=sure, mistakes=True)
    assert page.get_by_text("Nothing fits").is_visible()
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
    page = show("phone", theme=theme)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.add_script_tag(path=AXE)
    found = page.evaluate("async () => (await axe.run('#stage')).violations")
    assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []
