"""The questions of every chapter: right, fair, explained, and sealed before they reach a page."""

import base64
import copy
import json
import math
import re
import tomllib
from functools import cache

import nbformat
import numpy as np
import pytest

from firstnet import activations, data, drawing, quizzes, recorded
from firstnet.widgets.quiz import Quiz
from tests.strictness import real_mnist_is_here
from tools import ROOT, notebooks

CHAPTERS = [path.stem for path in notebooks.chapters()]
KNOWN = {"np": np, "math": math, "activations": activations, "recorded": recorded}
KNOWN |= {"data": data, "drawing": drawing}
OPTIONS = {"choice": "choices", "plot": "curves"}

each_quiz = pytest.mark.parametrize("chapter", CHAPTERS)


load = cache(quizzes.load)  # nobody here changes what it returns


def questions(*kinds, chapters=CHAPTERS):
    """Return every question of these kinds."""
    found = [question for chapter in chapters for question in load(chapter)]
    return [question for question in found if question["kind"] in kinds]


def value(check):
    """Return what the expression beside an answer gives."""
    if "data." in check and not real_mnist_is_here():
        pytest.skip("needs the real MNIST")
    return eval(check, dict(KNOWN))


def right_of(question):
    """Return the right option of a question."""
    return next(one for one in question[OPTIONS[question["kind"]]] if one.get("right"))


def explanations(question):
    """Return every text that explains an answer."""
    parts = question.get(OPTIONS.get(question["kind"]), []) + question.get("slips", [])
    texts = [part["because"] for part in parts]
    return texts + [question[key] for key in ("because", "otherwise") if key in question]


def named(question):
    return question["id"]


# --- What stands in the files --------------------------------------------------------------------


def test_every_chapter_has_a_quiz_and_shows_it():
    assert quizzes.names() == CHAPTERS
    for path in notebooks.chapters():
        assert path.read_text("utf-8").count(f'\nQuiz("{path.stem}")\n') == 1


@each_quiz
def test_enough_questions_of_several_kinds(chapter):
    found = load(chapter)
    assert len(found) >= 5
    assert len({question["kind"] for question in found}) >= 3


@each_quiz
def test_every_answer_is_explained_in_a_sentence(chapter):
    for question in questions(*quizzes.KINDS, chapters=[chapter]):
        texts = explanations(question)
        assert len(set(texts)) == len(texts), f"{question['id']}: one explanation for two answers"
        for text in texts:
            assert len(text.split()) >= 4, text
            assert re.search(r"[.?]$", text), text


@pytest.mark.parametrize("question", questions("number"), ids=named)
def test_numbers_are_computed(question):
    within = question["within"] + 1e-9
    assert abs(value(question["check"]) - question["answer"]) <= within
    for slip in question.get("slips", []):
        if "check" in slip:
            assert value(slip["check"]) == pytest.approx(slip["value"], abs=within, rel=2e-3)


@pytest.mark.parametrize("question", questions("number"), ids=named)
def test_slips_are_told_apart(question):
    known = [question["answer"], *(slip["value"] for slip in question.get("slips", []))]
    gaps = np.diff(sorted(known))
    assert len(known) >= 3, "name at least two known slips"
    assert (gaps > 2 * question["within"]).all()


@pytest.mark.parametrize("question", questions("number"), ids=named)
def test_a_number_that_does_not_end_is_asked_for_to_two_digits(question):
    exact = value(question["check"])
    if abs(exact - round(exact, 3)) < 1e-4:
        return
    assert re.search("two digits after the point", question["ask"], re.I)
    assert abs(round(exact, 2) - question["answer"]) <= question["within"] + 1e-9


def test_one_digit_too_few_is_told_from_a_wrong_way():
    share = next(one for one in questions("number") if one["id"] == "share-of-two")
    told = {slip["value"]: slip["because"] for slip in share["slips"]}
    assert "one more digit" in told[0.7]
    assert "Round" in told[0.66]


@each_quiz
def test_no_right_option_stands_in_another_question(chapter):
    for question in questions("choice", chapters=[chapter]):
        others = [one for one in load(chapter) if one is not question]
        assert right_of(question)["text"].lower() not in str(others).lower()


@pytest.mark.parametrize("question", questions("plot"), ids=named)
def test_curves_are_computed_and_can_be_seen(question):
    low, high = question["y"]["from"], question["y"]["to"]
    for curve in question["curves"]:
        y = np.array(curve["y"])
        assert ((low <= y) & (y <= high)).all(), f"out of its graph: {curve['alt']}"
        assert len(curve["alt"].split()) >= 4
        if "check" in curve:
            assert np.allclose(np.ravel(value(curve["check"])), y, atol=1e-3), curve["alt"]
    assert "check" in right_of(question) or question["id"] == "raise-the-threshold"


def test_the_curve_of_thresholds_is_the_one_of_the_chapter():
    chapter = nbformat.read(ROOT / "notebooks" / "13_recognise_digit.ipynb", as_version=4)
    text = json.dumps([cell.get("outputs", "") for cell in chapter.cells])
    said = re.findall(r"(0\.\d+): (\d\.\d+) get an answer", text)
    (question,) = [one for one in questions("plot") if one["id"] == "raise-the-threshold"]
    y = right_of(question)["y"]
    places = np.linspace(question["x"]["from"], question["x"]["to"], len(y))
    assert len(said) == 4
    for threshold, share in said:
        assert np.interp(float(threshold), places, y) == pytest.approx(float(share), abs=0.01)


ORDERS_BY_SIZE = [question for question in questions("order") if "check" in question]


@pytest.mark.parametrize("question", ORDERS_BY_SIZE, ids=named)
def test_orders_by_size_are_computed(question):
    sizes = np.array(value(question["check"]), float)
    assert len(sizes) == len(question["items"])
    assert (np.diff(sizes) > 0).all()


def test_length_does_not_give_the_answer_away():
    lengths = [
        [len(choice["text"]) for choice in sorted(q["choices"], key=lambda c: not c.get("right"))]
        for q in questions("choice")
    ]
    longest = [right > max(wrong) for right, *wrong in lengths]
    shortest = [right < min(wrong) for right, *wrong in lengths]
    assert all(right <= 1.4 * max(wrong) for right, *wrong in lengths)
    assert np.mean(longest) < 0.4
    assert np.mean(shortest) < 0.4


# --- What is refused -----------------------------------------------------------------------------

GOOD = quizzes.load("04_walk_downhill")
CHOICE, NUMBER, PLOT, ORDER = (
    next(n for n, question in enumerate(GOOD) if question["kind"] == kind)
    for kind in ("choice", "number", "plot", "order")
)
FAULTS = {
    "no kind": (CHOICE, lambda q: q.pop("kind"), "kind must be one of"),
    "no ask": (CHOICE, lambda q: q.pop("ask"), "ask is missing"),
    "unknown key": (CHOICE, lambda q: q.update(hint="x"), "hint is not known"),
    "bad id": (CHOICE, lambda q: q.update(id="Two Words"), "id must be"),
    "two right": (CHOICE, lambda q: q["choices"][1].update(right=True), "one of them right"),
    "none right": (CHOICE, lambda q: q["choices"][0].pop("right"), "one of them right"),
    "unexplained": (CHOICE, lambda q: q["choices"][1].pop("because"), "because is missing"),
    "text as number": (NUMBER, lambda q: q.update(answer="24"), "answer must be a number"),
    "true as number": (NUMBER, lambda q: q.update(answer=True), "answer must be a number"),
    "slip is right": (NUMBER, lambda q: q["slips"][0].update(value=-24), "as good as the answer"),
    "negative within": (NUMBER, lambda q: q.update(within=-1), "within must not be negative"),
    "curve of text": (PLOT, lambda q: q["curves"][0].update(y=[1, "2"]), "two or more numbers"),
    "axis without name": (PLOT, lambda q: q["x"].pop("name"), "name is missing"),
    "two items": (ORDER, lambda q: q.update(items=["a", "b"]), "three or more"),
    "item no text": (ORDER, lambda q: q.update(items=[1, 2, 3]), "items must be texts"),
    "slip forwards": (ORDER, lambda q: q["slips"][0].update(item=1, before=2), "earlier one"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_faulty_file_is_refused_with_place_and_reason(name):
    place, spoil, reason = FAULTS[name]
    faulty = copy.deepcopy(GOOD)
    spoil(faulty[place])
    with pytest.raises(quizzes.QuizError, match=reason) as caught:
        quizzes.validated(faulty, file="99_x.yml")
    assert str(caught.value).startswith(f"99_x.yml, question {faulty[place]['id']}")


@pytest.mark.parametrize("content", [None, {}, [], "text", [1]])
def test_what_is_no_list_of_questions_is_refused(content):
    with pytest.raises(quizzes.QuizError, match="99_x.yml"):
        quizzes.validated(content, file="99_x.yml")


def test_an_id_used_twice_is_refused():
    with pytest.raises(quizzes.QuizError, match="used twice"):
        quizzes.validated([GOOD[0], GOOD[0]], file="99_x.yml")


@pytest.mark.parametrize("name", ["nothing", "../quizzes/04_walk_downhill", ""])
def test_a_quiz_that_is_not_there(name):
    with pytest.raises(FileNotFoundError, match="04_walk_downhill"):
        Quiz(name)


def test_quizzes_come_with_the_package():
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    included = settings["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    installed, _ = quizzes.FOLDERS
    assert included["book/quizzes"] == f"firstnet/{installed.name}"


# --- What goes to the page -----------------------------------------------------------------------


@each_quiz
def test_no_answer_stands_readable_in_the_state(chapter):
    state = Quiz(chapter).get_state()
    opaque = [question.pop("sealed") for question in copy.deepcopy(state["questions"])]
    decoded = [base64.b64decode(text).decode("latin-1") for text in opaque]
    text = json.dumps(state, ensure_ascii=False) + "".join(decoded)
    for question in load(chapter):
        for words in explanations(question):
            assert words not in text
    assert not re.search(r'"(right|because|answer|check|slips|order)": ', text)


@each_quiz
def test_sealed_answers_come_out_again(chapter):
    for question, public in zip(load(chapter), Quiz(chapter).questions, strict=True):
        answers = quizzes.unseal(public["sealed"], key=public["id"])
        if question["kind"] == "number":
            assert answers["answer"] == question["answer"]
        elif question["kind"] == "order":
            put = [public["options"][place] for place in answers["order"]]
            assert put == question["items"] != public["options"]
        else:
            shown = public["options"][answers["right"]]
            right = right_of(question)
            assert shown == right.get("text") or shown["y"] == right["y"]
            assert answers["because"][answers["right"]] == right["because"]


@each_quiz
def test_known_slips_of_an_order_are_slips_as_they_are_shown(chapter):
    for question, public in zip(load(chapter), Quiz(chapter).questions, strict=True):
        for slip, told in zip(
            question.get("slips", []) if question["kind"] == "order" else [],
            quizzes.unseal(public["sealed"], key=public["id"]).get("slips", []),
            strict=question["kind"] == "order",
        ):
            assert public["options"][told["item"]] == question["items"][slip["item"] - 1]
            assert public["options"][told["before"]] == question["items"][slip["before"] - 1]


def test_the_right_option_stands_in_every_place():
    places = []
    for chapter in CHAPTERS:
        for public in Quiz(chapter).questions:
            if public["kind"] in OPTIONS:
                places.append(quizzes.unseal(public["sealed"], key=public["id"])["right"])
    counts = np.bincount(places)
    assert counts.min() >= len(places) / 10


def test_a_quiz_is_the_same_every_time():
    first, second = Quiz("04_walk_downhill"), Quiz("04_walk_downhill")
    assert first.questions == second.questions
