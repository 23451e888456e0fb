"""What tests share: one Chromium for the run, pages that hold no script error, the built book."""

import os
import shutil
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from filelock import FileLock

BROWSER_NAMES = (
    "chromium-headless-shell",  # opens a page with a third of the work: it draws no windows
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
NO_BROWSER = (
    "NO BROWSER TEST RAN: no Chromium was found. Install Chromium or Chrome, or run "
    "`playwright install chromium`, or name an executable in FIRSTNET_CHROMIUM."
)


def playwright_chromium():
    """Return the path of the browser that Playwright itself installed, or None."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = Path(playwright.chromium.executable_path)
    return str(path) if path.exists() else None


def find_chromium():
    """Return the path of a Chromium, or None: named, else on the PATH, else Playwright's own."""
    named = os.environ.get("FIRSTNET_CHROMIUM")
    if named:
        return named
    found = [path for path in map(shutil.which, BROWSER_NAMES) if path]
    return found[0] if found else playwright_chromium()


def refuse_or_skip():
    """Fail where CI is set, else skip: a run without a browser must be seen to be one."""
    if os.environ.get("CI"):
        pytest.fail(NO_BROWSER)
    pytest.skip(NO_BROWSER)


@pytest.fixture(scope="session")
def browser():
    """One Chromium for the whole run."""
    from playwright.sync_api import sync_playwright

    executable = find_chromium() or refuse_or_skip()
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=executable, args=list(FLAGS))
        yield chromium
        chromium.close()


def watch(page, problems):
    """Collect in `problems` what a page says on its console as an error, or throws."""
    page.on("pageerror", lambda error: problems.append(f"{page.url}: {error}"))
    page.on(
        "console",
        lambda message: message.type == "error" and problems.append(f"{page.url}: {message.text}"),
    )


@pytest.fixture
def new_page(browser):
    """A function that opens a page in a context of its own; the test fails on any script error.

    Its keyword options are those of Playwright's `Browser.new_context`: `viewport`, `has_touch`,
    `color_scheme`, `reduced_motion`...
    """
    contexts, problems = [], []

    def open_page(**options):
        contexts.append(browser.new_context(**options))
        page = contexts[-1].new_page()
        watch(page, problems)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert problems == []


class QuietHandler(SimpleHTTPRequestHandler):
    """A file server that does not report every request."""

    def log_message(self, *arguments):
        """Say nothing."""


def name_of_the_run():
    """Return a name that the processes of one run share, or None where a process is the run."""
    return os.environ.get("FIRSTNET_TEST_RUN") or os.environ.get("PYTEST_XDIST_TESTRUNUID")


def build_once(build, folder, run):
    """Build unless another process of this run has; return the exit code of the run's build."""
    folder.mkdir(exist_ok=True)
    note = folder / "built-for-tests"
    with FileLock(folder / "built-for-tests.lock"):
        told = note.read_text("utf-8").split() if note.exists() else []
        if run and told[:1] == [run]:
            return int(told[1])
        code = build()
        note.write_text(f"{run} {code}", "utf-8")
        return code


@pytest.fixture(scope="session")
def book():
    """The folder of the built book, built once for the run and without a warning."""
    from tools.book import HTML, build

    code = build_once(build, HTML.parent, name_of_the_run())
    assert code == 0, "The book does not build cleanly. See what jupyter-book said, here or above."
    return HTML


@pytest.fixture(scope="session")
def addresses(book):
    """Where the built book can be read: over http from this machine, and as files."""
    handler = partial(QuietHandler, directory=str(book))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield {"http": f"http://127.0.0.1:{server.server_port}", "file": book.as_uri()}
        server.shutdown()
