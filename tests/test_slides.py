"""The slides: made of their chapter, whole, offline, and none holds more than fits."""

import re
import sys
from urllib.parse import urlsplit

import pytest
from bs4 import BeautifulSoup
from built import CHAPTERS, HTML, PAGES, parsed
from test_pages import AXE, IN_PAGE, MOST_BYTES, visit

from tools import ROOT

sys.path.insert(0, str(ROOT / "book" / "_ext"))  # where Sphinx finds it
import slides  # noqa: E402

SCREENS = {"wall": (1280, 720), "phone": (390, 844)}
TOO_FULL = """async () => {
  const { width, height } = deck.getConfig();
  await Promise.all([...document.images].map((image) => image.decode().catch(() => {})));
  const leaves = [...document.querySelectorAll(".slides section:not(:has(section))")];
  return leaves.flatMap((one) => {
    const { h, v } = deck.getIndices(one);
    deck.slide(h, v);
    const full = one.scrollHeight > height || one.scrollWidth > width;
    return full ? [`${h}/${v ?? 0} ${one.firstElementChild.textContent}: ${one.scrollHeight}`] : [];
  });
}"""
FORMULAS = """() => [...document.querySelectorAll("section div.math")].map((one) => {
  const { h, v } = deck.getIndices(one.closest("section"));
  deck.slide(h, v);
  return [parseFloat(getComputedStyle(one).fontSize), one.scrollWidth > one.clientWidth];
})"""
READY = "window.deck?.isReady()"

each_chapter = pytest.mark.parametrize("chapter", CHAPTERS)


def deck_of(chapter):
    return chapter.replace("notebooks/", "slides/")


def paragraph(text):
    return BeautifulSoup(f"<p>{text}</p>", "html.parser").p


# --- How a page is cut into slides ---------------------------------------------------------------


def test_a_paragraph_is_cut_between_its_sentences():
    text = paragraph(
        "One. <em>Two</em> and a <b>half.</b> Is 3.5 three? It <a href='#x'>is</a>: yes."
    )
    assert slides.sentences(text) == [
        "One.",
        "<em>Two</em> and a <b>half.</b> Is 3.5 three?",
        "It is: yes.",
    ]


def test_signs_stay_signs():
    assert slides.sentences(paragraph("If a &lt; b &amp; c.")) == ["If a &lt; b &amp; c."]


def test_first_words_end_with_a_sentence_and_announce_nothing_that_does_not_follow():
    text = paragraph("One two three. Four five six. Seven eight nine.")
    assert slides.first_sentences(text, 6) == "One two three. Four five six."
    assert slides.first_sentences(text, 1) == "One two three."
    text = paragraph("One two three. Now look at this: Four five six seven eight.")
    assert slides.first_sentences(text, 8) == "One two three."


def test_last_words_begin_with_a_sentence():
    text = paragraph("One two three. Four five six. Seven eight nine.")
    assert slides.last_sentences(text, 6) == "Four five six. Seven eight nine."


def test_a_sentence_brings_along_the_one_that_it_needs_or_stays_away():
    text = paragraph("A long sentence about the bias. It moves the sum.")
    assert slides.last_sentences(text, 3) == "A long sentence about the bias. It moves the sum."
    assert slides.last_sentences(paragraph("The last one is −1: it is darker.")) == ""
    assert slides.last_sentences(paragraph("It has a curve:")) == "It has a curve:"
    assert slides.last_sentences(paragraph("And here is the sum.")) == "Here is the sum."


@pytest.mark.parametrize(
    "torn", ["(It also pads. No run says why.)", "If your line says NOT, stop.", "See the cell."]
)
def test_brackets_and_what_points_elsewhere_stay_away(torn):
    text = paragraph(f"One two. {torn} Three four.")
    assert slides.first_sentences(text) == slides.last_sentences(text) == "One two. Three four."


def test_a_sentence_loses_the_words_that_point_elsewhere():
    text = paragraph(
        "Below, a neuron learns. Nothing changes, as the next cell shows. Run it to the end below."
    )
    assert slides.first_sentences(text) == "A neuron learns. Nothing changes. Run it to the end."


def test_an_explorable_without_a_question_is_to_be_tried():
    asked = slides.question(paragraph("Pools are small. What comes out? Look."), whole=True)
    assert (
        asked
        == "<p>Pools are small.</p><p class=predict-word>Predict</p><p>What comes out? Look.</p>"
    )
    tried = slides.question(paragraph("Slide the rate down."))
    assert tried == "<p class=predict-word>Try it</p><p>Slide the rate down.</p>"


def test_a_long_formula_gets_a_line_for_each_equals_sign():
    short = paragraph(r"\[a = b = \sum_{i=1}^n c\]")
    assert slides.in_lines(short).get_text() == r"\[a = b = \sum_{i=1}^n c\]"
    long = paragraph(rf"\[a = {'b + ' * 15}b = \sum_{{i=1}}^n c\]")
    assert slides.in_lines(long).get_text() == (
        rf"\[\begin{{aligned}} a &= {'b + ' * 15}b \\ &= \sum_{{i=1}}^n c \end{{aligned}}\]"
    )


def test_no_slide_says_where_the_data_lay():
    cell = (
        "<div><pre>data.mnist()</pre></div><div class='output stream'><pre>MNIST: 70 images, from"
    )
    cell += " the folder in FIRSTNET_DATA; checksums right.</pre></div>"
    cell = BeautifulSoup(f"<div><div class=cell_input>{cell}", "html.parser").div
    assert '<pre class="printed">MNIST: 70 images.</pre>' in slides.code(cell)


def test_a_long_list_goes_on_on_another_slide():
    items = "".join(f"<li>{'word ' * 30}</li>" for _ in range(5))
    made = BeautifulSoup(f"<ol>{items}</ol>", "html.parser").ol
    found = list(slides.list_slides(made, "<p>lead</p>", "title"))
    assert [one.count("<li>") for one in found] == [2, 2, 1]
    assert ['start="' in one for one in found] == [False, True, True]


def test_slides_are_written_again_only_when_something_changed(tmp_path):
    page, guide, deck = (tmp_path / name for name in ("01_a.html", "guide.html", "s/01_a.html"))
    section = "<section id=s><h2>S</h2><p>Words.</p></section>"
    recap = "<section id=r><h2>Recap</h2><p>You can now</p><ul><li>a</li></ul></section>"
    start = "<h1>A</h1><p>First.</p><p>You will be able to</p><ul><li>a</li></ul>"
    page.write_text(
        f"<article class=bd-article><section>{start}{section}{recap}</section></article>"
    )
    slides.write_deck(page, guide, deck)
    assert "<h2>S</h2>\n<p>Words.</p>" in deck.read_text("utf-8")
    before = deck.stat().st_mtime_ns
    slides.write_deck(page, guide, deck)
    assert deck.stat().st_mtime_ns == before
    item = '<li>Say: no. <a class="in-chapter" href="../01_a.html#s">S</a></li>'
    guide.write_text(f"<ul>{item}</ul>")
    slides.write_deck(page, guide, deck)
    assert '<aside class="notes"><p>Say: no.</p></aside>' in deck.read_text("utf-8")


# --- The built slides ----------------------------------------------------------------------------


def sections_of(chapter):
    """Return the sections of a chapter that the slides are made of."""
    every = parsed(chapter).select("article > section > section")
    return [one for one in every if not slides.heading(one).startswith(slides.LEFT_OUT)]


@each_chapter
def test_the_slides_follow_the_chapter(book, chapter):
    deck = parsed(deck_of(chapter))
    titles = [one.get_text() for one in deck.select("h2")]
    own = [title for title in titles if title not in ("You will be able to", "Recap")]
    assert own == [slides.heading(section) for section in sections_of(chapter)]
    assert deck.select_one("h1").get_text() == slides.heading(
        parsed(chapter).select_one("article > section")
    )
    assert titles[0] == "You will be able to" and titles[-1] == "Recap"


@each_chapter
def test_every_figure_formula_and_explorable_has_its_slide(book, chapter):
    deck, sections = parsed(deck_of(chapter)), sections_of(chapter)
    alts = [image["alt"] for one in sections for image in one.select(".cell_output img")]
    assert [image["alt"] for image in deck.select("img")] == alts
    formulas = [one for section in sections for one in section.select(":scope > div.math")]
    assert len(deck.select("div.math")) == len(formulas)
    views = [one for section in sections for one in section.select('script[type$="view+json"]')]
    links = [link["href"] for link in deck.select("a.open")]
    page = f"../{chapter}.html"
    assert links == [f"{page}#{view['id']}" for view in views]


@each_chapter
def test_notes_are_those_of_the_guide(book, chapter):
    notes = [
        one.get_text(" ", strip=True) for one in parsed(deck_of(chapter)).select("aside.notes")
    ]
    items = parsed(slides.GUIDE).select(f"li:has(a.in-chapter[href*='{chapter}.html'])")
    assert len(items) >= 4
    for item in items:
        say = item.get_text(" ", strip=True).removesuffix(item.a.get_text()).strip()
        assert any(say in note for note in notes)
    assert notes[-1].startswith("Ask:")


@each_chapter
def test_every_slide_of_a_section_has_its_notes(book, chapter):
    for column in parsed(deck_of(chapter)).select(".slides > section:has(> section)"):
        notes = {one.aside and one.aside.get_text() for one in column.select("section")}
        assert len(notes) == 1 or column.h1


@each_chapter
def test_no_slide_is_torn_from_its_page(book, chapter):
    """A slide says something, and announces nothing that is not there."""
    for one in parsed(deck_of(chapter)).select("section.text, section.code, section.figure"):
        text = " ".join(p.get_text() for p in one.find_all("p", recursive=False))
        assert "FIRSTNET_DATA" not in one.get_text()
        assert not slides.ELSEWHERE.search(text) and not text.startswith("(")
        if one["class"] == ["text"]:
            assert text and not text.endswith(":")


def test_every_title_of_its_own_is_used(book):
    leads = [p.get_text() for chapter in CHAPTERS for p in parsed(deck_of(chapter)).select("p")]
    for lead, title in slides.OWN_TITLES.items():
        assert any(text.startswith(lead) for text in leads), title


@each_chapter
def test_the_slides_load_only_what_is_there(book, chapter):
    deck = parsed(deck_of(chapter))
    loaded = [one.get("src") or one.get("href") for one in deck.select("[src], link[href]")]
    assert loaded
    for address in loaded:
        assert not urlsplit(address).scheme and not urlsplit(address).netloc
        assert (HTML / "slides" / address).resolve().is_file(), address
    ids = [one["id"] for one in deck.select("[id]")]
    assert len(ids) == len(set(ids))


def test_the_guide_links_every_deck(book):
    assert "book/teach/slides" in PAGES
    links = {link["href"] for link in parsed("book/teach/slides").select("article a[href]")}
    assert {f"../../{deck_of(chapter)}.html" for chapter in CHAPTERS} <= links


# --- In a browser --------------------------------------------------------------------------------


def open_deck(
    new_page, addresses, chapter, *, transport="file", query="", screen="wall", **options
):
    width, height = SCREENS[screen]
    viewport = {"width": width, "height": height}
    page = new_page(viewport=viewport, reduced_motion="reduce", **options)
    page.goto(f"{addresses[transport]}/{deck_of(chapter)}.html{query}")
    page.wait_for_function(READY)
    return page


@pytest.mark.browser
@pytest.mark.parametrize("screen", SCREENS)
def test_no_slide_holds_more_than_fits(new_page, addresses, screen):
    full = {}
    page = open_deck(new_page, addresses, CHAPTERS[0], screen=screen)
    for chapter in CHAPTERS:
        page.goto(f"{addresses['file']}/{deck_of(chapter)}.html")
        page.wait_for_function(READY)
        full[chapter] = page.evaluate(TOO_FULL)
    assert {chapter: found for chapter, found in full.items() if found} == {}


@pytest.mark.browser
def test_formulas_on_a_phone_are_as_large_as_fits(new_page, addresses):
    page = open_deck(new_page, addresses, CHAPTERS[1], screen="phone")
    sizes = page.evaluate(FORMULAS)
    assert len(sizes) == 3
    assert all(26 <= size <= 34 and not wide for size, wide in sizes)
    assert sizes[0][0] < sizes[1][0]  # the first is the widest of the book


@pytest.mark.browser
@pytest.mark.parametrize(("transport", "theme"), [("http", "light"), ("file", "dark")])
def test_slides_are_accessible_and_ask_no_other_host(browser, addresses, transport, theme):
    home, faults = addresses[transport], []
    options = {"home": home, "theme": theme, "width": 1280}
    for chapter, places in {
        "04_walk_downhill": ("0", "1/2", "4/1", "4/2"),
        "10_train_cnn": ("4/1",),
    }.items():
        with visit(browser, f"{home}/slides/{chapter}.html", **options) as (page, log):
            page.wait_for_function(READY)
            assert page.evaluate("document.documentElement.dataset.theme") == theme
            page.evaluate(IN_PAGE)
            page.evaluate(AXE)
            for place in places:
                page.evaluate("place => deck.slide(...place.split('/').map(Number))", place)
                page.evaluate("inPage.settled()")
                faults += page.evaluate("inPage.seriousViolations()")
            faults += page.evaluate("inPage.rawFormulas()") + log.faults
            assert log.bytes() < MOST_BYTES
    assert faults == []


@pytest.mark.browser
def test_keys_walk_turn_the_theme_and_open_the_notes(new_page, addresses):
    page = open_deck(new_page, addresses, CHAPTERS[3], transport="http", color_scheme="light")
    page.keyboard.press("ArrowDown")
    assert page.evaluate("deck.getIndices()")["v"] == 1
    page.keyboard.press("ArrowRight")
    assert page.locator("section.present h2").last.inner_text() == "See the whole problem"
    page.keyboard.press("d")
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    page.evaluate("deck.slide(4)")
    with page.expect_popup() as opened:
        page.keyboard.press("s")
    notes = opened.value.locator(".speaker-controls-notes")
    opened.value.wait_for_function("document.body.innerText.includes('Let them vote')")
    assert "A step downhill makes the loss smaller" in notes.inner_text()


@pytest.mark.browser
def test_every_slide_becomes_a_sheet_of_paper(new_page, addresses):
    page = open_deck(new_page, addresses, CHAPTERS[3], query="?print-pdf", color_scheme="dark")
    page.wait_for_selector(".pdf-page")
    leaves = len(parsed(deck_of(CHAPTERS[3])).select(".slides section:not(:has(section))"))
    assert page.locator(".pdf-page").count() == leaves
    assert page.evaluate("document.documentElement.dataset.theme") == "light"


@pytest.mark.browser
def test_slides_can_be_read_without_scripts(new_page, addresses):
    page = new_page(java_script_enabled=False, viewport={"width": 390, "height": 844})
    page.goto(f"{addresses['file']}/{deck_of(CHAPTERS[3])}.html")
    sections = page.locator(".slides section").all()
    tops = [one.bounding_box()["y"] for one in sections]
    assert tops == sorted(tops) and tops[-1] > 5000
    assert re.search("multiplies each of its", page.locator("main").inner_text())
