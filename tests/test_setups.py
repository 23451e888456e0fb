"""Links to set-ups of explorables: what they may set, and that the pages do what they say."""

import re
import sys
from urllib.parse import parse_qsl, unquote

import pytest
from test_pages import IN_PAGE

from firstnet.widgets.downhill import Downhill
from tools import ROOT

sys.path.insert(0, str(ROOT / "book" / "_ext"))  # where Sphinx finds it
import setups  # noqa: E402

GUIDE = "\n".join(path.read_text("utf-8") for path in sorted((ROOT / "book/teach").glob("*.md")))
LINKS = re.findall(r"\{setup\}`[^`<]*<(\w+)#([^`>]+)>`", GUIDE)
DOWNHILL = "firstnet.widgets.downhill.Downhill"
CATCH_MODELS = """
  window.models = {};
  document.addEventListener("explorable", ({ target, detail: { model } }) => {
    queueMicrotask(() => { window.models[target.id] = model; });
  });
"""
CATCH_COPIES = "navigator.clipboard.writeText = async (text) => { window.copied = text; };"
REFUSE_COPIES = "navigator.clipboard.writeText = async () => { throw new Error('refused'); };"


# --- What a link may set -------------------------------------------------------------------------


def test_the_ranges_are_those_of_the_explorable():
    found = setups.rules(DOWNHILL, {})
    assert found["learning_rate"] == {"from": 0.0001, "to": 1, "whole": False}
    assert found["steps"] == {"from": 0, "to": 60, "whole": True}
    assert [(one["from"], one["to"]) for one in found["start"]["numbers"]] == [(-2, 2), (-1, 3)]


def test_ranges_can_depend_on_what_the_page_shows():
    name = "firstnet.widgets.browse.Browse"
    assert setups.rules(name, {"labels": [1, 2, 3]})["chosen"]["to"] == 2


def test_choices_are_listed_and_bytes_left_out():
    found = setups.rules("firstnet.widgets.kernel.Kernel", {"labels": [0, 1]})
    assert found["relu"] == {"choices": [False, True]}
    assert len(found["kernel"]["numbers"]) == 9
    assert not {"images", "labels", "pixel"} & set(found)


def test_what_reads_the_address_itself_or_is_not_ours_has_no_rules():
    assert setups.rules("firstnet.widgets.playground.Playground", {}) == {}
    assert setups.rules("elsewhere.Widget", {}) == {}


def test_a_sleeping_explorable_takes_what_is_valid_and_opens_nothing():
    one = setups.asleep(Downhill, {"steps": 7, "learning_rate": 99.0, "_esm": "x"})
    assert (one.steps, one.learning_rate, one.comm) == (7, 0.05, None)


def test_a_second_explorable_of_a_kind_is_numbered():
    names = [DOWNHILL, "firstnet.widgets.softmax.Softmax", DOWNHILL]
    assert setups.named(names) == ["downhill", "softmax", "downhill-2"]


@pytest.mark.parametrize(
    ("link", "fault"),
    [
        ("04_walk_downhill#downhill", None),
        ("04_walk_downhill#downhill-2?steps=3", None),
        ("04_walk_downhill#downhill?start=1,-0.5&x=4,5", None),
        ("05_pass_blame_back#playground=1&data=xor", None),
        ("04_walk_uphill#downhill", "no chapter"),
        ("04_walk_downhill#uphill", "shows no uphill"),
        ("04_walk_downhill#downhill?speed=3", "speed is not one of its values"),
        ("04_walk_downhill#downhill?steps=2.5", "out of its range"),
        ("04_walk_downhill#downhill?learning_rate=2", "out of its range"),
        ("04_walk_downhill#downhill?learning_rate=nan", "out of its range"),
        ("04_walk_downhill#downhill?start=1", "must have 2 numbers"),
        ("02_bend_line#activation?activation=relu", "must be one of step"),
    ],
)
def test_a_set_up_that_a_page_would_refuse_is_noticed(link, fault):
    chapter, _, fragment = link.partition("#")
    found = setups.faults(ROOT, chapter, fragment)
    assert (found == []) if fault is None else fault in found[0]


# --- In the pages --------------------------------------------------------------------------------


@pytest.fixture
def open_page(new_page, addresses):
    """A function that opens a chapter at a place, with the explorables' models at hand."""

    def open_chapter(chapter, end="", *, transport="file", scripts=(CATCH_COPIES,)):
        page = new_page(viewport={"width": 1280, "height": 844}, reduced_motion="reduce")
        for script in (CATCH_MODELS, *scripts):
            page.add_init_script(script)
        page.goto(f"{addresses[transport]}/{chapter}.html{end and '#'}{end}")
        page.evaluate(IN_PAGE)
        page.wait_for_function("inPage.widgets().every(({ state }) => state === 'ready')")
        page.evaluate("inPage.settled()")
        return page

    return open_chapter


def notes(page):
    return [text for text in page.locator(".set-up-note").all_inner_texts() if text]


def copied(page, name):
    page.locator(f"#{name} + .set-up-line button").press("Enter")
    return page.evaluate("window.copied")


def as_text(value):
    """Return a value of a model as a link writes it."""
    if isinstance(value, list):
        return ",".join(map(as_text, value))
    return str(value).lower() if isinstance(value, bool) else f"{value:g}" if isinstance(
        value, int | float) else value  # fmt: skip


def same(text, value):
    """Tell whether the text of a link says a value."""
    return [part.removesuffix(".0") for part in text.split(",")] == as_text(value).split(",")


def set_up_faults(page, end):
    """Say where a page did not become what a link says."""
    name, _, query = end.partition("?")
    page.evaluate("end => { location.hash = end; return inPage.nextFrame(); }", end)
    host = page.locator(f"#{name}")
    values = {key: page.evaluate("([n, k]) => models[n].get(k)", [name, key])
              for key, _ in parse_qsl(query)}  # fmt: skip
    faults = [f"{key} is {values[key]}" for key, text in parse_qsl(query)
              if not same(text, values[key])]  # fmt: skip
    faults += notes(page) + host.evaluate("host => inPage.unreadable(host)")
    seen = page.evaluate("document.activeElement.id") == name
    return faults + ["it does not lead there"] * (not seen)


@pytest.mark.browser
@pytest.mark.parametrize("chapter", sorted({chapter for chapter, _ in LINKS}))
def test_every_set_up_of_the_guide_is_understood(open_page, chapter):
    ends = [end for name, end in LINKS if name == chapter and not end.startswith("playground=")]
    page = open_page(f"notebooks/{chapter}")
    assert {end: found for end in ends if (found := set_up_faults(page, end))} == {}


@pytest.mark.browser
def test_the_playground_understands_its_links_of_the_guide(open_page):
    ends = {end for _, end in LINKS if end.startswith("playground=")}
    assert len(ends) >= 3
    page = open_page("notebooks/05_pass_blame_back")
    for end in ends:
        page.evaluate("end => { location.hash = end; return inPage.nextFrame(); }", end)
        data = dict(parse_qsl(end))["data"]
        assert page.evaluate("models.playground.get('data')") == data
        assert "left out" not in page.locator("#playground").inner_text()


@pytest.mark.browser
@pytest.mark.parametrize("transport", ["http", "file"])
def test_a_link_sets_up_shows_and_can_be_copied_again(open_page, transport):
    end = "downhill-2?learning_rate=0.02&start=1,-0.5"
    page = open_page("notebooks/04_walk_downhill", end, transport=transport)
    assert page.evaluate("models['downhill-2'].get('start')") == [1, -0.5]
    assert page.evaluate("models.downhill.get('learning_rate')") == 0.05
    assert page.evaluate("scrollY") > 1000
    assert unquote(copied(page, "downhill-2").split("#")[1]) == end
    assert copied(page, "downhill").endswith("#downhill")


@pytest.mark.browser
def test_a_set_up_that_is_not_understood_is_explained_and_changes_nothing(open_page):
    page = open_page("notebooks/04_walk_downhill")
    wrong = {
        "learning_rate=7": "learning_rate must be a number from 0.0001 to 1, and the link says “7”",
        "steps=5&learning_rate=": "learning_rate must be a number",
        "steps=2.5": "steps must be a whole number from 0 to 60",
        "start=1": "start must have 2 numbers",
        "start=1,x": "start must be a number from -1 to 3",
        "_esm=1": "“_esm” is not one of its values",
        "constructor=1": "“constructor” is not one of its values",
    }
    for query, words in wrong.items():
        page.evaluate("end => { location.hash = end }", f"downhill?{query}")
        page.wait_for_function("words => document.querySelector('.set-up-note').textContent"
                               ".includes(words)", arg=words)  # fmt: skip
        assert notes(page)[0].endswith("Nothing was changed.")
        assert page.evaluate("models.downhill.get('steps')") == 0
    page.evaluate("location.hash = 'downhill?steps=2'")
    page.wait_for_function("models.downhill.get('steps') === 2")
    assert notes(page) == []


@pytest.mark.browser
def test_where_nothing_may_be_copied_the_link_is_shown_and_marked(open_page):
    page = open_page("notebooks/04_walk_downhill", scripts=(REFUSE_COPIES,))
    page.locator("#downhill + .set-up-line button").press("Enter")
    field = page.get_by_label("Link to this set-up").first
    assert field.is_visible()
    assert field.evaluate("field => field.value.slice(field.selectionStart)").endswith("#downhill")
    assert "copy it with" in page.locator("#downhill + .set-up-line").inner_text()
