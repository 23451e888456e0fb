"""A learner's whole path: open, try, get a hint, solve, quiz; in the page and in JupyterLab."""

import json
import shutil

import pytest
from test_lab import PATIENCE, TOKEN, jupyterlab

from firstnet import exercises, quizzes
from tools import ROOT

CHAPTER = "04_walk_downhill"
EXERCISE = exercises.find("descend")
UPHILL = EXERCISE.wrongs[0]
QUESTION = next(one for one in quizzes.load(CHAPTER) if one["kind"] == "choice")
FIND = """(text) => {
  const cells = jupyterapp.shell.currentWidget.content.widgets;
  return cells.findIndex((cell) => cell.model.sharedModel.source.includes(text));
}"""
GO_TO = """async (place) => {
  const { content } = jupyterapp.shell.currentWidget;
  content.activeCellIndex = place;
  await content.scrollToItem(place, "start");
}"""

pytestmark = pytest.mark.browser


def choices(*, right):
    """Return the choices of the question that are right, or those that are wrong."""
    return [one for one in QUESTION["choices"] if one.get("right", False) is right]


def words_of(locator):
    """Return what a reader sees, on one line, without the marks of code."""
    return " ".join(locator.inner_text().split())


def plain(text):
    """Return a text of the quiz as a reader sees it."""
    return " ".join(text.replace("`", "").split())


def answer_quiz(page, quiz):
    """Answer a question, first wrongly, then rightly, by keyboard; say what came of it."""
    question = quiz.locator("fieldset").filter(has_text=plain(QUESTION["ask"])[:40])
    told = []
    for choice in (choices(right=False)[0], choices(right=True)[0]):
        question.get_by_role("radio", name=plain(choice["text"])).focus()
        page.keyboard.press("Space")
        question.get_by_role("button", name="Check").focus()
        page.keyboard.press("Enter")
        question.get_by_text(plain(choice["because"])[:40]).wait_for()
        told.append(words_of(question.get_by_role("status").first))
    return told


# --- In the page ---------------------------------------------------------------------------------


def come_back(page):
    """Load the page again, where its storage is.

    Chromium (seen with 156) gives a page from a folder an empty storage in a few loads of a
    hundred, be it a page of one line; the next load has the right one. The page warns of it.
    """
    for _ in range(5):
        page.reload()
        if page.evaluate(f"'firstnet-quiz/{CHAPTER}' in localStorage"):
            return
        assert page.url.startswith("file:")
        page.get_by_text("there a browser may lose them").wait_for()


@pytest.fixture(params=["file", "http"])
def page(request, new_page, addresses):
    page = new_page(viewport={"width": 390, "height": 844}, has_touch=True)
    page.goto(f"{addresses[request.param]}/notebooks/{CHAPTER}.html")
    return page


def test_in_the_page(page):
    slider = page.locator(".fn-explorable input[type=range]").first
    shown = page.locator(".fn-explorable").first.inner_text()
    slider.press("ArrowRight")
    page.wait_for_function(
        "before => document.querySelector('.fn-explorable').innerText !== before", arg=shown
    )

    exercise = page.locator("section#exercises")
    for summary, hidden in (("Hint", EXERCISE.hints[0]), ("Solution", None)):
        fold = exercise.locator("details").filter(has_text=summary).nth(1)
        assert not fold.locator("p, pre").first.is_visible()
        fold.locator("summary").press("Enter")
        assert fold.locator("p, pre").first.is_visible()
        wanted = plain(hidden) if hidden else EXERCISE.source("solution").splitlines()[0]
        assert wanted in words_of(fold)

    quiz = page.locator(".fn-quiz")
    told = answer_quiz(page, quiz)
    assert told[0].startswith("✗ Not yet.") and told[1].startswith("✓ Right.")
    assert "0 of" in words_of(quiz.locator(".fn-quiz-score"))

    come_back(page)
    page.get_by_text("Earlier: right after 2 tries.").wait_for()
    with page.expect_download() as download:
        page.get_by_role("button", name="Save my results").press("Enter")
    saved = json.loads(download.value.path().read_text("utf-8"))
    kept = {QUESTION["id"]: {"first": False, "tries": 2, "right": True}}
    assert saved["quizzes"] == {CHAPTER: kept}


# --- In JupyterLab -------------------------------------------------------------------------------


class Notebook:
    """The chapter's notebook, open in JupyterLab with a kernel."""

    def __init__(self, page, address):
        self.page = page
        page.set_default_timeout(PATIENCE * 1000)
        page.goto(f"{address}/lab/tree/{CHAPTER}.ipynb?token={TOKEN}")
        page.wait_for_function(
            "window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel"
        )
        page.evaluate("jupyterapp.shell.currentWidget.sessionContext.ready")

    def go_to(self, text):
        """Make the first cell that holds a text the active one; return it."""
        place = self.page.evaluate(FIND, text)
        assert place >= 0, f"no cell holds {text!r}"
        self.page.evaluate(GO_TO, place)
        return self.page.locator(".jp-Notebook .jp-Cell.jp-mod-active")

    def write(self, text, code):
        """Replace the code of the cell that holds a text, and run it."""
        self.go_to(text).locator(".cm-content").click()
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.insert_text(code)
        self.page.keyboard.press("Control+Enter")

    def says(self, text):
        """Wait for a text in the output of the active cell."""
        output = self.page.locator(".jp-Cell.jp-mod-active .jp-OutputArea-output")
        output.filter(has_text=text).first.wait_for()


def attempt(function_source):
    """Return the learner's cell with another body of the function."""
    return (
        "import numpy as np\nfrom firstnet import checks\n\n"
        f'{function_source}\n\nchecks.answer("{EXERCISE.name}", {EXERCISE.name})'
    )


@pytest.fixture
def notebook(browser, tmp_path):
    with jupyterlab(tmp_path) as address:
        shutil.copy(ROOT / "notebooks" / f"{CHAPTER}.ipynb", tmp_path / "work")
        context = browser.new_context(viewport={"width": 1280, "height": 1000})
        yield Notebook(context.new_page(), address)
        context.close()


def test_in_jupyterlab(notebook):
    asked = f"def {EXERCISE.name}("
    hint = notebook.go_to(f"Write `{EXERCISE.name}(").locator("details").first
    hint.locator("summary").click()
    assert EXERCISE.hints[0].split(":")[0] in words_of(hint)

    signature = EXERCISE.source("stub").splitlines()[0]
    step = "learning_rate * 2 * (w @ x - y) * x"
    notebook.write(asked, attempt(f"{signature}\n    return w + {step}"))
    notebook.says(UPHILL.hint[:20])
    notebook.write(asked, attempt(f"{signature}\n    return w @ oops"))
    notebook.says("NameError")
    notebook.write(asked, attempt(EXERCISE.source("solution")))
    notebook.says(f"{EXERCISE.name}: Right.")

    cell = notebook.go_to(f'Quiz("{CHAPTER}")')
    notebook.page.keyboard.press("Control+Enter")
    quiz = cell.locator(".fn-quiz")
    quiz.wait_for()
    told = answer_quiz(notebook.page, quiz)
    assert told[0].startswith("✗ Not yet.") and told[1].startswith("✓ Right.")
