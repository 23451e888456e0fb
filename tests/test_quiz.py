"""Check yourself: the questions in a page, by mouse and keyboard, and what the device keeps."""

import json
import re
from pathlib import Path

import pytest
from built import CHAPTERS, shows

from firstnet import quizzes
from firstnet.widgets.quiz import Quiz

TRAITS = ("chapter", "questions", "answers", "checked", "results")
AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text("utf-8")
KEY = "firstnet-quiz/04_walk_downhill"
REFUSED = """Object.defineProperty(window, "localStorage", {
  get() { throw new DOMException("refused", "SecurityError"); } });"""
PAGE = """<!doctype html><html lang="en" data-theme="THEME"><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><title>A quiz</title>
<style>body { margin: 16px; font-family: system-ui } CSS</style><main id="stage"></main>
<script type="module">
const { state, source } = WIDGET;
const heard = {};
window.model = {
  get: (name) => state[name],
  set(name, value) { state[name] = value; (heard[name] ?? []).forEach((hear) => hear()); },
  save_changes() {},
  on: (change, hear) => { (heard[change.slice(7)] ??= []).push(hear); },
  off() {},
};
window.module = await import(URL.createObjectURL(new Blob([source], { type: "text/javascript" })));
window.module.default.render({ model, el: document.getElementById("stage") });
window.ready = true;
</script></html>"""

pytestmark = pytest.mark.browser


ADDRESS = "http://localhost/quiz"  # answered by the test; a page from a folder may lose its storage


def page_text(quiz, theme):
    parts = {"state": {name: getattr(quiz, name) for name in TRAITS}, "source": quiz._esm}
    text = PAGE.replace("THEME", theme).replace("CSS", quiz._css)
    return text.replace("WIDGET", json.dumps(parts).replace("</", "<\\/"))


@pytest.fixture
def show(new_page):
    """A function that opens a page with the quiz of a chapter and no kernel behind it."""

    def open_quiz(chapter="04_walk_downhill", *, before="", theme="light", width=820, stored=None):
        body = page_text(Quiz(chapter), theme)
        page = new_page(viewport={"width": width, "height": 900}, reduced_motion="reduce")
        page.add_init_script(before)
        page.route(ADDRESS, lambda route: route.fulfill(body=body, content_type="text/html"))
        page.goto(ADDRESS)
        for key, text in (stored or {}).items():
            page.evaluate("([key, text]) => localStorage.setItem(key, text)", [key, text])
        if stored:
            page.reload()
        page.wait_for_function("window.ready", timeout=10_000)
        return page

    return open_quiz


PUBLIC = Quiz("04_walk_downhill").questions
AT = {public["id"]: place for place, public in enumerate(PUBLIC)}


def answers_of(question_id):
    return quizzes.unseal(PUBLIC[AT[question_id]]["sealed"], key=question_id)


def field(page, question_id):
    return page.locator("fieldset").nth(AT[question_id])


def check(question):
    """Press Check; return what is said then."""
    question.get_by_role("button", name="Check").click()
    return question.locator(".fn-quiz-feedback").inner_text()


def choose(question, place):
    question.locator("input[type=radio]").nth(place).check()
    return check(question)


def stored(page, key=KEY):
    return json.loads(page.evaluate("key => localStorage.getItem(key)", key) or "null")


def result(page, question_id):
    return page.evaluate("id => model.get('results')[id]", question_id)


# --- Answering -----------------------------------------------------------------------------------


def test_every_wrong_choice_is_explained_and_only_the_first_try_counts(show):
    page = show()
    question = field(page, "which-way-to-step")
    answers = answers_of("which-way-to-step")
    wrong = [place for place in range(4) if place != answers["right"]]
    for place in wrong:
        said = choose(question, place)
        assert said.startswith("✗ Not yet.")
        assert answers["because"][place] in said
        assert question.locator("[data-is=wrong]").count() == 1
        assert question.locator("input[type=radio]").nth(place).is_checked()
    assert answers["because"][answers["right"]] in choose(question, answers["right"])
    assert result(page, "which-way-to-step") == {"first": False, "tries": 4, "right": True}


def test_a_number_and_its_known_slips(show):
    page = show()
    question = field(page, "slope-by-hand")
    answers = answers_of("slope-by-hand")
    box = question.get_by_label("Your answer")
    for slip in answers["slips"]:
        box.fill(str(slip["value"]))
        assert slip["because"] in check(question)
    box.fill("1000")
    assert answers["otherwise"] in check(question)
    box.fill("−24")  # with a true minus sign
    box.press("Enter")
    assert question.locator(".fn-quiz-feedback").inner_text().startswith("✓ Right.")


def test_nothing_counts_before_there_is_an_answer(show):
    page = show()
    assert "Choose an answer first." in check(field(page, "which-way-to-step"))
    assert "Move the lines" in check(field(page, "order-of-a-step"))
    question = field(page, "slope-by-hand")
    assert "Type a number first" in check(question)
    question.get_by_label("Your answer").fill("minus four")
    assert "I cannot read that as a number" in check(question)
    assert page.evaluate("model.get('results')") == {}


def test_asking_twice_with_one_answer_is_one_try(show):
    page = show()
    question = field(page, "which-way-to-step")
    wrong = (answers_of("which-way-to-step")["right"] + 1) % 4
    assert choose(question, wrong) == check(question)
    assert result(page, "which-way-to-step")["tries"] == 1


def test_a_line_moves_by_keyboard_keeps_the_focus_and_is_announced(show):
    page = show()
    question, order = field(page, "order-of-a-step"), answers_of("order-of-a-step")["order"]
    options = PUBLIC[AT["order-of-a-step"]]["options"]
    for place, item in enumerate(order):
        up = question.get_by_role("button", name=f"Up: {options[item]}")
        up.focus()
        while question.locator("li").all_inner_texts().index(row(question, options[item])) > place:
            page.keyboard.press("Enter")
            assert up.evaluate("one => one === document.activeElement")
    said = question.locator("[role=status].fn-unseen").text_content()
    assert re.fullmatch(r"“.+” is now [1-4] of 4\.", said)
    assert question.locator("li button[aria-disabled=true]").count() == 2
    assert check(question).startswith("✓ Right.")


def row(question, text):
    return question.locator("li", has_text=text).inner_text()


def test_a_known_slip_of_an_order_is_explained(show):
    page = show()
    question, answers = field(page, "order-of-a-step"), answers_of("order-of-a-step")
    first, second, third, fourth = answers["order"]
    order = [first, second, fourth, third]
    page.evaluate("order => model.set('answers', { 'order-of-a-step': order })", order)
    said = check(question)
    slip = next(s for s in answers["slips"] if (s["item"], s["before"]) == (fourth, third))
    assert slip["because"] in said
    assert "2 of 4 stand where they belong." in said


def test_a_plot_is_chosen_by_its_description(show):
    page = show()
    answers = answers_of("factor-minus-point-eight")
    option = PUBLIC[AT["factor-minus-point-eight"]]["options"][answers["right"]]
    question = field(page, "factor-minus-point-eight")
    question.get_by_role("radio", name=option["alt"]).check()
    assert answers["because"][answers["right"]] in check(question)
    assert question.locator("svg path.fn-quiz-curve").count() == 4
    assert not question.evaluate("one => one.innerHTML.match(/NaN|Infinity|undefined/)")


def test_all_by_keyboard(show):
    page = show()
    page.locator("input[type=radio]").first.focus()
    for key in ("ArrowDown", "Tab", "Enter"):
        page.keyboard.press(key)
    assert field(page, "which-way-to-step").locator(".fn-quiz-feedback").inner_text()
    page.keyboard.press("Tab")
    page.keyboard.type("-24")
    page.keyboard.press("Enter")
    assert result(page, "slope-by-hand") == {"first": True, "tries": 1, "right": True}


# what is typed, and what it may mean, the likeliest first
NUMBERS = {
    "5": [5], "-3.1": [-3.1], "−3.1": [-3.1], "–3.1": [-3.1], "minus 3.1": [-3.1], "- 24": [-24],
    "0,5": [0.5], ".5": [0.5], "0,500": [0.5], "12.": [12], "1e-3": [0.001], "12 %": [0.12],
    "12 per cent": [0.12], "101,770": [101_770, 101.77], "1,500": [1500, 1.5],
    "12.000": [12, 12_000], "1,234,567.5": [1_234_567.5], "1.234.567,5": [1_234_567.5],
    " 1 000 ": [1000], "12_000": [12_000], "12'000": [12_000], "12’000": [12_000],
    "1/82": [1 / 82], "-1/4": [-0.25], "−1 / 4": [-0.25], "1⁄4": [0.25], "½": [0.5],
    "1½": [1.5], "-1 ½": [-1.5], "1 1/2": [1.5], "-1 1/2": [-1.5], "x = 1.5": [1.5],
    "6/4 = 1.5": [1.5], "~12000": [12_000], "≈ 12000": [12_000], "about 12000": [12_000],
    "12,000 bytes": [12_000, 12], "1 byte": [1], "byte 28": [28], "12 bytes each.": [12],
    "": [], "-": [], "abc": [], "bytes": [], "12 kB": [], "1/0": [], "1/2/3": [], "1.2.3": [],
    "1 2": [], "1,2,3": [], "2 of 3": [], "5 + 3": [], "tanh 2": [], "12 thousand": [],
    "0x10": [], "Infinity": [], "NaN": [], "1e999": [],
}  # fmt: skip
ASK = "How many bytes is tanh of each thousand?"


def test_numbers_are_read_as_people_type_them(show):
    page = show()
    read = page.evaluate(
        "([all, ask]) => all.map((typed) => module.readNumbers(typed, { ask }))",
        [list(NUMBERS), ASK],
    )
    for (typed, values), found in zip(NUMBERS.items(), read, strict=True):
        assert found == pytest.approx(values), typed
    assert page.evaluate("module.readNumbers('12 %', { unit: '%' })") == [12]
    assert page.evaluate("module.readNumbers('3 px', { unit: 'px' })") == [3]


RIGHT_READINGS = {
    "02_bend_line": {
        "place-of-the-bend": ["1,500", "1 1/2", "1½", "x = 1.5", "3/2"],
        "share-of-two": ["0.67", "2/3", "66.7 %"],
    },
    "03_score_guess": {"cost-of-no-cat": ["2,303", "2.3"]},
    "12_save_export": {
        "bytes-with-adam": ["12.000", "12 000", "12_000", "12'000", "12,000 bytes", "≈12000"]
    },
}


@pytest.mark.parametrize("chapter", RIGHT_READINGS)
def test_a_right_number_is_right_in_every_way_to_write_it(show, chapter):
    page = show(chapter)
    public = {one["id"]: one for one in Quiz(chapter).questions}
    for question_id, ways in RIGHT_READINGS[chapter].items():
        for typed in ways:
            judged = page.evaluate(
                "([question, typed]) => module.judge(question, typed)", [public[question_id], typed]
            )
            assert judged.get("right") is True, typed


def test_enter_says_what_is_missing_and_goes_on_saying_it(show):
    page = show()
    question = field(page, "slope-by-hand")
    box, said = question.get_by_label("Your answer"), question.locator(".fn-quiz-feedback")
    box.press_sequentially("12 kB")
    box.press("Enter")
    assert said.inner_text().startswith("I cannot read that as a number: type it as 12, −0.5 or")
    box.press("ControlOrMeta+a")
    box.press_sequentially("-24")
    box.press("Enter")
    assert said.inner_text().startswith("✓ Right.")
    box.press("ControlOrMeta+a")
    box.press("Delete")
    box.press("Enter")
    assert said.inner_text().startswith("Type a number first")
    box.press("Tab")
    assert said.inner_text().startswith("Type a number first")
    assert result(page, "slope-by-hand") == {"first": True, "tries": 1, "right": True}


def test_a_changed_answer_loses_its_verdict_and_keeps_its_result(show):
    page = show()
    number, choice = field(page, "slope-by-hand"), field(page, "which-way-to-step")
    box, said = number.get_by_label("Your answer"), number.locator(".fn-quiz-feedback")
    box.fill("-24")
    assert check(number).startswith("✓ Right.")
    box.press("End")
    box.press_sequentially("7")
    assert said.inner_text() == "Changed: press Check."
    assert box.input_value() == "-247"
    box.press("Backspace")
    assert said.inner_text().startswith("✓ Right.")
    right = answers_of("which-way-to-step")["right"]
    choose(choice, (right + 1) % 4)
    choice.locator("input[type=radio]").nth(right).check()
    assert choice.locator(".fn-quiz-feedback").inner_text() == "Changed: press Check."
    assert choice.locator("[data-is=wrong], [data-is=right]").count() == 0
    assert choice.locator(".fn-quiz-mark").all_inner_texts() == [""] * 4
    kept = {"first": False, "tries": 1, "right": False}
    assert stored(page) == {"slope-by-hand": GOOD, "which-way-to-step": kept}


def test_a_moved_line_loses_its_verdict(show):
    question = field(show(), "order-of-a-step")
    question.locator("li button:not([aria-disabled=true])").first.click()
    assert check(question)
    question.locator("li button:not([aria-disabled=true])").last.click()
    assert question.locator(".fn-quiz-feedback").inner_text() == "Changed: press Check."


def test_phones_show_minus_and_slash_do_not_zoom_and_have_room_for_a_finger(show):
    page = show(width=390)
    assert page.locator(".fn-quiz-number").first.get_attribute("inputmode") == "text"
    for name in (".fn-quiz-number", ".fn-quiz-name"):
        size = page.locator(name).first.evaluate("one => getComputedStyle(one).fontSize")
        assert float(size.removesuffix("px")) >= 16
    assert page.get_by_role("checkbox").bounding_box()["width"] >= 24


def test_answers_are_unsealed_in_the_page_as_in_python(show):
    page = show()
    for public in PUBLIC:
        opened = page.evaluate("question => module.unseal(question)", public)
        assert opened == quizzes.unseal(public["sealed"], key=public["id"])


# --- What the device keeps -----------------------------------------------------------------------


def test_results_are_kept_and_shown_again(show):
    page = show()
    right = answers_of("which-way-to-step")["right"]
    choose(field(page, "which-way-to-step"), right)
    choose(field(page, "ten-times-the-input"), (answers_of("ten-times-the-input")["right"] + 1) % 4)
    score = page.locator(".fn-quiz-score").inner_text()
    assert score == "1 of 6 right at the first try, 1 right so far."
    kept = {"first": True, "tries": 1, "right": True}
    assert stored(page)["which-way-to-step"] == kept
    page.reload()
    page.wait_for_function("window.ready")
    assert page.locator(".fn-quiz-score").inner_text() == score
    said = field(page, "which-way-to-step").locator(".fn-quiz-feedback").inner_text()
    assert said.strip() == "Earlier: right at the first try."
    said = field(page, "ten-times-the-input").locator(".fn-quiz-feedback").inner_text()
    assert said.strip() == "Earlier: tried once, not right yet."


GOOD = {"first": True, "tries": 1, "right": True}
DAMAGED = {
    "no JSON": "{",
    "a list": "[1, 2]",
    "null": "null",
    "foreign": '{"which-way-to-step": "yes"}',
    "wrong types": '{"which-way-to-step": {"first": 1, "tries": "x", "right": true}}',
    "no tries": '{"which-way-to-step": {"first": true, "tries": 0, "right": true}}',
    "prototype": '{"__proto__": {"first": true, "tries": 1, "right": true}}',
}


def test_damaged_results_are_dropped(show):
    page = show()
    for name, text in DAMAGED.items():
        page.evaluate("([key, text]) => localStorage.setItem(key, text)", [KEY, text])
        page.reload()
        page.wait_for_function("window.ready")
        assert page.evaluate("model.get('results')") == {}, name
        assert page.evaluate("key => localStorage.getItem(key)", KEY) is None, name
    page.evaluate(
        "([key, text]) => localStorage.setItem(key, text)",
        [KEY, json.dumps({"which-way-to-step": GOOD, "slope-by-hand": 3, "gone": GOOD})],
    )
    page.reload()
    page.wait_for_function("window.ready")
    assert page.evaluate("model.get('results')") == {"which-way-to-step": GOOD}


def test_a_browser_that_keeps_nothing_is_said_to(show):
    page = show(before=REFUSED)
    assert "keeps nothing for this page" in page.locator(".fn-quiz-end").inner_text()
    right = answers_of("which-way-to-step")["right"]
    assert choose(field(page, "which-way-to-step"), right).startswith("✓ Right.")
    _, saved = save(page)
    assert saved["quizzes"] == {"04_walk_downhill": {"which-way-to-step": GOOD}}


def save(page):
    """Press "Save my results"; return the name of the file, and what it holds."""
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Save my results").click()
    text = Path(waiting.value.path()).read_text("utf-8")
    return waiting.value.suggested_filename, json.loads(text)


def test_saves_every_chapter_with_a_name(show):
    other = {"place-of-the-bend": {"first": False, "tries": 3, "right": True}}
    kept = {"firstnet-quiz/02_bend_line": json.dumps(other), "firstnet-quiz/03_x": "damaged"}
    page = show(stored=kept)
    choose(field(page, "which-way-to-step"), answers_of("which-way-to-step")["right"])
    page.get_by_label("Your name (optional)").fill(" Ada O’Neil ")
    name, saved = save(page)
    assert name == "quiz-results-ada-o-neil.json"
    assert saved.pop("saved").endswith("Z")
    assert saved == {
        "format": "firstnet-quiz",
        "version": 1,
        "name": "Ada O’Neil",
        "quizzes": {"02_bend_line": other, "04_walk_downhill": {"which-way-to-step": GOOD}},
    }
    said = page.locator(".fn-quiz-said").inner_text()
    assert said.endswith("with the results of: 02_bend_line, 04_walk_downhill.")
    page.reload()
    page.wait_for_function("window.ready")
    assert page.get_by_label("Your name (optional)").input_value() == "Ada O’Neil"
    assert "Ada" not in json.dumps(page.evaluate("model.get('results')"))


def test_nothing_is_saved_before_there_is_a_result(show):
    page = show()
    page.get_by_role("button", name="Save my results").click()
    assert "nothing to save yet" in page.locator(".fn-quiz-said").inner_text()


def test_starting_again_asks_first(show):
    page = show(stored={"firstnet-quiz/02_bend_line": json.dumps({"a": GOOD})})
    choose(field(page, "which-way-to-step"), answers_of("which-way-to-step")["right"])
    check(field(page, "slope-by-hand"))
    again = page.get_by_role("button", name="Start again")
    again.press("Enter")
    assert again.get_attribute("aria-disabled") == "true"
    assert stored(page) == {"which-way-to-step": GOOD}
    page.get_by_role("checkbox", name="Clear my answers").press("Space")
    again.press("Enter")
    assert again.get_attribute("aria-disabled") == "true"
    assert again.evaluate("one => one === document.activeElement")
    assert stored(page) is None
    assert stored(page, "firstnet-quiz/02_bend_line") == {"a": GOOD}
    assert page.locator("input:checked").count() == 0
    assert page.locator(".fn-quiz-said").inner_text().startswith("Cleared.")
    assert page.locator(".fn-quiz-feedback p").count() == 0
    assert "6 questions." in page.locator(".fn-quiz-score").inner_text()


# --- How it looks --------------------------------------------------------------------------------


@pytest.mark.parametrize(("theme", "width"), [("light", 820), ("dark", 390)])
def test_accessible_with_every_kind_of_answer_on_it(show, theme, width):
    page = show(theme=theme, width=width)
    for question_id in ("which-way-to-step", "factor-minus-point-eight"):
        choose(field(page, question_id), answers_of(question_id)["right"])
        choose(field(page, question_id), (answers_of(question_id)["right"] + 1) % 4)
    page.get_by_role("checkbox", name="Clear my answers").check()
    page.evaluate(AXE)
    found = page.evaluate("axe.run(document, { resultTypes: ['violations'], preload: false })")
    grave = [one for one in found["violations"] if one["impact"] in ("serious", "critical")]
    assert grave == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


# --- Every chapter, in its built page ------------------------------------------------------------


def answer_right(question, public):
    """Answer one question right in the page; return what is said."""
    answers = quizzes.unseal(public["sealed"], key=public["id"])
    if public["kind"] == "number":
        question.get_by_label("Your answer").fill(str(answers["answer"]))
    elif public["kind"] == "order":
        for item in reversed(answers["order"]):
            text = question.page.get_by_text(public["options"][item].replace("`", ""), exact=True)
            line = question.locator("li").filter(has=text)
            while line.evaluate("line => line.previousElementSibling !== null"):
                line.get_by_role("button").first.click()
    else:
        return choose(question, answers["right"])
    return check(question)


def answer_all(host, chapter):
    """Answer every question of a quiz right; fail if one is not accepted."""
    questions = Quiz(chapter).questions
    for place, public in enumerate(questions):
        said = answer_right(host.locator("fieldset").nth(place), public)
        assert said.startswith("✓ Right."), f"{public['id']}: {said}"
    count = len(questions)
    score = host.locator(".fn-quiz-score").inner_text()
    assert score == f"{count} of {count} right at the first try, {count} right so far."


def test_a_whole_quiz_is_answered(show):
    answer_all(show().locator(".fn-quiz"), "04_walk_downhill")


@pytest.mark.parametrize("page_name", CHAPTERS)
def test_every_quiz_is_answered_in_its_page_and_no_answer_stands_in_it(
    new_page, addresses, page_name
):
    chapter = page_name.removeprefix("notebooks/")
    (place,) = shows(page_name, Quiz)
    page = new_page(viewport={"width": 1280, "height": 844}, reduced_motion="reduce")
    page.goto(f"{addresses['file']}/{page_name}.html")
    host = page.locator(".widget-host").nth(place)
    host.locator("fieldset").first.wait_for()
    markup = page.content()
    for public in Quiz(chapter).questions:
        answers = quizzes.unseal(public["sealed"], key=public["id"])
        said = answers["because"] if isinstance(answers["because"], list) else [answers["because"]]
        assert not [words for words in said if words in markup]
    answer_all(host, chapter)
