"""Every page of the built book, looked at as a file: found by discovery, so new ones count too."""

import json
import os
import re
import tomllib
from urllib.parse import parse_qs, unquote, urlsplit

import nbformat
import pytest
import yaml
from built import CHAPTERS, HTML, PAGES, STATE, VIEW, file_of, parsed, widget_models, widget_views
from PIL import Image

from tools import ROOT
from tools import book as builder

CONTENT = ".bd-article"
MOST_BYTES = 300_000
FEWEST_ALT_WORDS = 8
MOST_SECONDS = 10
LOADED = {  # what a browser fetches by itself, and the attribute that says from where
    "script": "src", "img": "src", "iframe": "src", "source": "src", "video": "src",
    "audio": "src", "embed": "src", "track": "src", "object": "data", "use": "href",
    "image": "href", "link": "href",
}  # fmt: skip
STYLE_ADDRESS = re.compile(r"""(?:url\(|@import)\s*(?:url\()?["']?\s*((?:https?:)?//[^"')]*)""")

pytestmark = pytest.mark.usefixtures("book")
each_page = pytest.mark.parametrize("page", PAGES)
each_file = pytest.mark.parametrize("page", ["index", *PAGES])
each_chapter = pytest.mark.parametrize("page", CHAPTERS)


def repository():
    return yaml.safe_load((ROOT / "_config.yml").read_text("utf-8"))["repository"]


def is_elsewhere(address):
    parts = urlsplit(address.strip())
    return bool(parts.netloc) or parts.scheme not in ("", "data")


def loaded_addresses(soup):
    for element in soup.select(", ".join(LOADED)):
        if element.name == "link" and {"next", "prev", "search", "index"} & set(element["rel"]):
            continue
        if LOADED[element.name] in element.attrs:
            yield element[LOADED[element.name]]
        yield from (part.split()[0] for part in element.get("srcset", "").split(",") if part)


def inline_styles(soup):
    sheets = [element.get_text() for element in soup.select("style")]
    return sheets + [element["style"] for element in soup.select("[style]")]


def target(page, address):
    """Return the built file and the fragment that an address in a page leads to."""
    parts = urlsplit(address)
    path = (file_of(page).parent / unquote(parts.path)).resolve() if parts.path else file_of(page)
    return path, unquote(parts.fragment)


def anchors(path):
    soup = parsed(path.relative_to(HTML).with_suffix("").as_posix())
    return {e["id"] for e in soup.select("[id]")} | {e["name"] for e in soup.select("a[name]")}


def test_built_pages_are_the_listed_ones():
    built = {path.relative_to(HTML).with_suffix("").as_posix() for path in HTML.rglob("*.html")}
    built = {page for page in built if not page.startswith("_static/")}  # the theme's templates
    hint = "A page of an earlier build is left over? `make clean` removes it."
    slides = {page.replace("notebooks/", "slides/") for page in CHAPTERS}
    assert built == {"index", "recogniser/index", *slides, *PAGES}, hint  # apps are no pages


@each_file
def test_page_is_small(page):
    size = file_of(page).stat().st_size
    assert size < MOST_BYTES, f"{page}.html has {size:,} bytes, {MOST_BYTES:,} are allowed"


@each_file
def test_head_says_what_the_page_is(page):
    soup = parsed(page)
    assert soup.html["lang"] == "en"
    assert soup.title.get_text().strip()
    assert soup.select_one("meta[charset]")["charset"].lower() == "utf-8"
    assert "width=device-width" in soup.select_one("meta[name=viewport]")["content"]


@each_file
def test_icon_is_there(page):
    icon = parsed(page).select_one("link[rel~=icon]")["href"]
    assert icon.startswith("data:") or target(page, icon)[0].stat().st_size > 0


def test_titles_differ():
    titles = [parsed(page).title.get_text() for page in PAGES]
    assert len(set(titles)) == len(titles)


@each_page
def test_images_say_what_they_show(page):
    for image in parsed(page).select("img"):
        alt = image.get("alt")
        assert alt is not None, f"{page}: {image['src']} has no alt text"
        if image.find_parent(class_=CONTENT.strip(".")):
            assert len(alt.split()) >= FEWEST_ALT_WORDS, f"{page}: {image['src']}: {alt!r}"
        elif not alt:
            link = image.find_parent(["a", "button"])
            assert link and link.get_text().strip(), f"{page}: {image['src']} has no name"


@each_file
def test_nothing_is_loaded_from_another_host(page):
    found = [address for address in loaded_addresses(parsed(page)) if is_elsewhere(address)]
    found += STYLE_ADDRESS.findall("\n".join(inline_styles(parsed(page))))
    assert found == []


def test_stylesheets_load_nothing_from_another_host():
    sheets = sorted(HTML.rglob("*.css"))
    assert sheets
    for sheet in sheets:
        found = STYLE_ADDRESS.findall(sheet.read_text("utf-8"))
        assert found == [], f"{sheet.relative_to(HTML)} loads {found}"


@each_file
def test_what_a_page_loads_is_there(page):
    local = [a for a in loaded_addresses(parsed(page)) if not urlsplit(a).scheme]
    assert [address for address in local if not target(page, address)[0].is_file()] == []


@each_file
def test_links_lead_somewhere(page):
    links = [link["href"] for link in parsed(page).select("a[href]")]
    for link in (link for link in links if not is_elsewhere(link)):
        path, fragment = target(page, link)
        assert path.is_file(), f"{page}: {link} leads to no file"
        place = re.split("[?=]", fragment)[0]  # what follows is the set-up of an explorable
        if place and path.suffix == ".html":
            assert place in anchors(path), f"{page}: {link} leads to no place in its page"


@each_page
def test_problem_link_is_prefilled(page):
    version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    links = parsed(page).select("a.report-problem, a.btn-source-issues-button")
    assert parsed(page).select_one("a.report-problem")
    for link in links:
        address = urlsplit(link["href"])
        query = parse_qs(address.query)
        assert link["href"].startswith(f"{repository()['url']}/issues/new?")
        assert query["title"][0].startswith(page)
        assert {f"Page: {page}", f"Version: {version}"} <= set(query["body"][0].splitlines())


@each_chapter
def test_buttons_lead_to_the_notebook(page):
    home, branch = repository()["url"], repository()["branch"]
    name = home.removeprefix("https://github.com/")
    links = {link["href"] for link in parsed(page).select(".article-header-buttons a[href]")}
    assert home in links
    assert f"https://colab.research.google.com/github/{name}/blob/{branch}/{page}.ipynb" in links
    assert f"https://mybinder.org/v2/gh/{name}/{branch}?urlpath=lab/tree/{page}.ipynb" in links


@each_chapter
def test_download_gives_the_notebook(page):
    download = parsed(page).select_one("a.btn-download-source-button")["href"]
    path, _ = target(page, download)
    assert path.read_bytes() == (ROOT / f"{page}.ipynb").read_bytes()


@each_chapter
def test_code_can_be_copied(page):
    scripts = [script["src"] for script in parsed(page).select("script[src]")]
    assert any("copybutton.js" in script for script in scripts)
    assert parsed(page).select(f"{CONTENT} div.highlight pre")


@each_page
def test_figures_are_opaque(page):
    for image in parsed(page).select(f"{CONTENT} img[src$='.png']:not([src*=':'])"):
        with Image.open(target(page, image["src"])[0]) as picture:
            lowest, _ = picture.convert("RGBA").getchannel("A").getextrema()
        assert lowest == 255, f"{page}: {image['src']} is see-through: unreadable on a dark page"


@each_chapter
def test_widgets_are_those_of_the_notebook(page):
    notebook = nbformat.read(ROOT / f"{page}.ipynb", as_version=4)
    saved = notebook.metadata.get("widgets", {}).get(STATE.split('"')[1], {"state": {}})
    kind = VIEW.split('"')[1]
    outputs = [o for cell in notebook.cells for o in cell.get("outputs", [])]
    shown = [o.data[kind]["model_id"] for o in outputs if kind in o.get("data", {})]
    assert json.dumps(widget_models(page), sort_keys=True) == json.dumps(
        saved["state"], sort_keys=True
    ), f"{page}: the page and the notebook differ. Run `make book`."
    assert widget_views(page) == shown


def test_a_build_takes_over_what_changed_beside_the_pages():
    for folder, place in (("book/_static", HTML / "_static"), ("book/_extra", HTML)):
        for path in (path for path in (ROOT / folder).rglob("*") if path.is_file()):
            copy = place / path.relative_to(ROOT / folder)
            assert copy.read_bytes() == path.read_bytes(), f"{copy.name} is not today's"


@pytest.mark.alone
def test_a_second_build_is_quick_and_writes_no_page():
    written = {page: file_of(page).stat().st_mtime_ns for page in PAGES}
    before = os.times()
    assert builder.build() == 0
    after = os.times()
    assert {page: file_of(page).stat().st_mtime_ns for page in PAGES} == written
    wall = after.elapsed - before.elapsed
    busy = sum(after[2:4]) - sum(before[2:4])  # of the children; a loaded machine makes them wait
    assert (busy or wall) < MOST_SECONDS, f"{wall:.1f} s, {busy:.1f} s of them at work"
