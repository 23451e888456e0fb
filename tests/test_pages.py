"""Every page of the built book in a real browser: over http and as a file, light and dark.

A page is loaded once for each way of reading, and looked at for all faults during that visit.
"""

from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from built import CHAPTERS, HTML, PAGES, parsed, widget_views

HERE = Path(__file__).parent
AXE = (HERE / "vendor" / "axe.min.js").read_text("utf-8")
IN_PAGE = (HERE / "in_page.js").read_text("utf-8")
MOST_BYTES = 4_000_000
WIDTHS = (390, 1280)
VISITS = [("http", "light", 1280), ("file", "dark", 390)]  # the first width; then the other one

pytestmark = pytest.mark.browser
each_page = pytest.mark.parametrize("page_name", PAGES)


class Log:
    """What a page asked for and what went wrong while it was open."""

    def __init__(self, page, home):
        self.home, self.asked, self.faults = home, set(), []
        page.on("request", self.request)
        page.on("requestfailed", lambda r: self.note(f"request failed: {r.url} ({r.failure})"))
        page.on("response", lambda r: r.status >= 400 and self.note(f"{r.status}: {r.url}"))
        page.on("websocket", lambda socket: self.note(f"opens a socket to {socket.url}"))
        page.on("pageerror", lambda error: self.note(f"script error: {error}"))
        page.on("console", self.console)

    def note(self, fault):
        """Remember a fault."""
        self.faults.append(fault)

    def request(self, request):
        """Note a request that leaves the book."""
        if request.url.startswith(f"{self.home}/"):
            self.asked.add(unquote(urlsplit(request.url.removeprefix(f"{self.home}/")).path))
        elif not request.url.startswith(("data:", "blob:")):
            self.note(f"asks another host: {request.url}")

    def console(self, message):
        """Note an error or a warning on the console."""
        if message.type in ("error", "warning"):
            self.note(f"console {message.type}: {message.text}")

    def bytes(self):
        """Return the size of everything the page loaded."""
        return sum((HTML / name).stat().st_size for name in self.asked if (HTML / name).is_file())


def choose_theme(context, theme):
    """Store the reader's choice as the page's own switch does, before any page is loaded."""
    context.add_init_script(
        f"localStorage.setItem('mode', '{theme}'); localStorage.setItem('theme', '{theme}');"
    )


@contextmanager
def visit(browser, address, *, home, theme=None, width=1280, **options):
    """Open a page; yield it with the log of its faults."""
    viewport = {"width": width, "height": 844}
    context = browser.new_context(viewport=viewport, **{"reduced_motion": "reduce"} | options)
    if theme:
        choose_theme(context, theme)
    page = context.new_page()
    log = Log(page, home)
    page.goto(address, wait_until="load")
    yield page, log
    context.close()


def wait_until_drawn(page):
    """Wait until formulas are set, widgets have come or failed, and nothing moves."""
    page.evaluate(IN_PAGE)
    page.wait_for_function("inPage.widgets().every(({ state }) => state)")
    page.evaluate("inPage.settled()")


def widget_faults(page, name):
    found, wanted = page.evaluate("inPage.widgets()"), len(widget_views(name))
    faults = [f"widget {n} is {w['state']}" for n, w in enumerate(found) if w["state"] != "ready"]
    faults += [f"widget {n} has no control" for n, w in enumerate(found) if not w["controls"]]
    return faults + [f"{len(found)} widgets, not {wanted}"] * (len(found) != wanted)


def width_faults(page, width):
    page.set_viewport_size({"width": width, "height": 844})
    page.evaluate("inPage.settled()")
    out = page.evaluate("inPage.stickingOut()")
    wide = page.evaluate("inPage.scrollsSideways()")
    return [f"at {width} px {what} sticks out" for what in out or ["something"] * wide]


def axe_faults(page):
    page.evaluate("inPage.openAnswers()")
    page.evaluate(AXE)
    found = page.evaluate("inPage.seriousViolations()")
    return found + [f"no name: {what}" for what in page.evaluate("inPage.namelessControls()")]


def keyboard_faults(page):
    stops = page.evaluate("inPage.beginWalk()")
    for _ in range(4):  # scrolling boxes take part in the walk without being listed
        for _ in range(stops + 5):
            page.keyboard.press("Tab")
        if not page.evaluate("inPage.notReached().length"):
            break
    return page.evaluate("inPage.endWalk()")


def weight_faults(log):
    total = log.bytes()
    return [f"loads {total:,} bytes, {MOST_BYTES:,} are allowed"] * (total >= MOST_BYTES)


@pytest.mark.parametrize(("transport", "theme", "width"), VISITS, ids=str)
@each_page
def test_page_keeps_the_rules(browser, addresses, page_name, transport, theme, width):
    home = addresses[transport]
    address = f"{home}/{page_name}.html"
    system = {"light": "dark", "dark": "light"}[theme]  # the reader's choice must win
    options = {"home": home, "theme": theme, "width": width, "color_scheme": system}
    with visit(browser, address, **options) as (page, log):
        wait_until_drawn(page)
        assert page.evaluate("document.documentElement.dataset.theme") == theme
        faults = widget_faults(page, page_name) + page.evaluate("inPage.rawFormulas()")
        faults += axe_faults(page) + keyboard_faults(page)
        for one in sorted(WIDTHS, key=lambda one: one != width):
            faults += width_faults(page, one)
        faults += weight_faults(log) + log.faults
    assert not faults, f"{page_name}, {transport}, {theme}:\n" + "\n".join(faults)


@each_page
def test_page_can_be_read_without_scripts(browser, addresses, page_name):
    home, address = addresses["file"], f"{addresses['file']}/{page_name}.html"
    title = parsed(page_name).select_one("main h1").find(string=True)
    with visit(browser, address, home=home, width=390, java_script_enabled=False) as (page, log):
        assert page.locator("main h1:visible").first.inner_text().startswith(str(title))
        notes = page.locator(".widget-note:visible").all_inner_texts()
        assert len(notes) == len(widget_views(page_name))
        assert all("JavaScript" in note for note in notes)
        assert [fault for fault in log.faults if not fault.endswith("(csp)")] == []


@pytest.mark.parametrize("transport", ["http", "file"])
def test_front_door_opens_the_first_page(browser, addresses, transport):
    home = addresses[transport]
    with visit(browser, f"{home}/index.html", home=home) as (page, log):
        page.wait_for_url(f"{home}/{PAGES[0]}.html")
        wait_until_drawn(page)
        assert log.faults == []


@pytest.mark.parametrize("transport", ["http", "file"])
def test_search_finds_a_chapter(browser, addresses, transport):
    home = addresses[transport]
    with visit(browser, f"{home}/search.html?q=weight", home=home) as (page, log):
        page.locator("#search-results li a").first.wait_for()
        wait_until_drawn(page)
        assert log.faults == []


@pytest.mark.parametrize("system", ["light", "dark"])
def test_theme_follows_the_system_until_the_reader_chooses(browser, addresses, system):
    home = addresses["file"]
    with visit(browser, f"{home}/{PAGES[0]}.html", home=home, color_scheme=system) as (page, log):
        theme = "document.documentElement.dataset.theme"
        assert page.evaluate(theme) == system
        page.locator(".theme-switch-button:visible").first.focus()
        seen = {page.keyboard.press("Enter") or page.evaluate(theme) for _ in range(3)}
        assert seen == {"light", "dark"}
        assert log.faults == []


def test_menus_open_by_keyboard(browser, addresses):
    home = addresses["http"]
    with visit(browser, f"{home}/{CHAPTERS[0]}.html", home=home) as (page, log):
        for menu in page.locator(".article-header-buttons .dropdown-toggle").all():
            menu.focus()
            page.keyboard.press("Enter")
            page.locator(".dropdown-menu.show a").first.wait_for()
            page.keyboard.press("Escape")
        assert log.faults == []


@pytest.mark.parametrize("transport", ["http", "file"])
def test_copy_button_copies_the_code(browser, addresses, transport):
    home = addresses[transport]
    address, rights = f"{home}/{CHAPTERS[0]}.html", ["clipboard-read", "clipboard-write"]
    with visit(browser, address, home=home, permissions=rights) as (page, log):
        cell = page.locator("div.highlight").filter(has=page.locator("button.copybtn")).first
        cell.locator("button.copybtn").focus()
        page.keyboard.press("Enter")
        code = cell.locator("pre").inner_text().strip()
        page.wait_for_function(
            "code => navigator.clipboard.readText().then(t => t.trim() === code)", arg=code
        )
        assert log.faults == []
