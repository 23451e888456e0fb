"""Grades come into nbgrader's gradebook: points by code, the rest for a person, nothing as a 0."""

import csv
import json

import pytest

from firstnet import exercises
from firstnet.__main__ import main
from firstnet.classroom import assignment, gradebook, records, submission
from firstnet.exercises.cells import is_checked
from tests.nbgrader_course import (
    hand_in,
    nbgrader_finds_its_tools,
    open_course,
    read_cells,
    role,
    write_cells,
)

STEM = "04_walk_downhill"
QUESTIONS = exercises.of_chapter(STEM)
CHECKED = [one for one in QUESTIONS if is_checked(one)]
IN_WORDS = [one for one in QUESTIONS if not is_checked(one)]
REASON = "[two inputs] <script>steal()</script>"
SCRIPT = "<script>steal()</script>\n\n[here](javascript:steal())\n\n<img src=x onerror=steal()>"
ANSWER = "def descend(w, x, y, learning_rate):\n    return w"
TIME = "2026-11-02 10:00:00.000001 UTC"
pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")  # nbgrader's own


@pytest.fixture(scope="module")
def blank_course(tmp_path_factory):
    """A course that nbgrader knows, and its API; nobody has handed anything in."""
    folder = tmp_path_factory.mktemp("course")
    assignment.make(folder, [STEM])
    with nbgrader_finds_its_tools():
        api = open_course(folder)
        assert api.generate_assignment(STEM)["success"]
    return folder, api


def first_case(exercise):
    return exercise.cases()[0]


def row_of(student, question, status, points, reason):
    return {
        "student": student,
        "assignment": STEM,
        "question": question.name,
        "points": points,
        "max_points": question.points,
        "status": status,
        "reason": reason,
    }


def half(student, exercise):
    """Return a row and a result in which the first case is right and the others are wrong."""
    points = first_case(exercise).points
    cases = [
        {"name": one.name, "points": one.points if one is first_case(exercise) else 0}
        for one in exercise.cases()
    ]
    row = row_of(student, exercise, "graded", points, "The sign is wrong.")
    return row, {"question": exercise.name, "cases": cases}


def write_results(folder, students, *, ungraded=()):
    """Write what `firstnet grade` would: half points, or UNGRADED for some students."""
    rows = []
    for student in students:
        halves = [half(student, one) for one in CHECKED]
        halves[0][0]["reason"] = REASON
        if student in ungraded:
            rows += [row_of(student, one, "UNGRADED", "", "It is damaged") for one in CHECKED]
        else:
            rows += [row for row, _ in halves]
        rows += [row_of(student, one, "manual", "", records.READ) for one in IN_WORDS]
        record = {"student": student, "assignment": STEM, "results": [one for _, one in halves]}
        path = folder / "records" / student / f"{STEM}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(record), "utf-8")
        page = folder / "feedback" / student / f"{STEM}.html"
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(f"feedback of {student}", "utf-8")
    write_table(folder, rows)


def places(results, course):
    """Return where all lies when nothing was named."""
    return gradebook.Places(results, course, course / "submitted")


def write_table(folder, rows):
    with (folder / "grades.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, records.COLUMNS)
        writer.writeheader()
        writer.writerows(rows)


@pytest.fixture(scope="module")
def imported(blank_course, tmp_path_factory):
    """The course after an import: alice is half right, bob's file is damaged."""
    folder, api = blank_course
    given = {"descend": ANSWER, IN_WORDS[0].name: SCRIPT}
    hand_in(folder, "alice", STEM, answers=given)
    place = folder / "submitted" / "alice" / STEM
    (place / "timestamp.txt").write_text(TIME, "utf-8")
    (place / "submission_secret.txt").write_text("a secret", "utf-8")
    damaged = folder / "submitted" / "bob" / STEM / f"{STEM}.ipynb"
    damaged.parent.mkdir(parents=True)
    damaged.write_text("{", "utf-8")
    results = tmp_path_factory.mktemp("results")
    write_results(results, ["alice", "bob"], ungraded=["bob"])
    assert main(["gradebook", str(results), str(folder)]) == 0
    return folder, api, results


def grades_of(api, student):
    with api.gradebook as book:
        entry = book.find_submission_notebook(STEM, STEM, student)
        return {grade.name: grade.to_dict() for grade in entry.grades}


def shown(course, student):
    path = course / "autograded" / student / STEM / f"{STEM}.ipynb"
    return {role(cell)["grade_id"]: cell["source"] for cell in read_cells(path)}


# --- Grades --------------------------------------------------------------------------------------


def test_every_case_gets_its_own_points(imported):
    _, api, _ = imported
    grades = grades_of(api, "alice")
    for exercise in CHECKED:
        for one in exercise.cases():
            grade = grades[f"{exercise.name}--{one.key}"]
            expected = one.points if one is first_case(exercise) else 0
            assert grade["auto_score"] == expected
            assert not grade["needs_manual_grade"]


def test_ungraded_waits_for_a_person_and_is_no_zero(imported):
    _, api, _ = imported
    grades = grades_of(api, "bob")
    assert len(grades) == sum(len(one.cases()) for one in CHECKED) + len(IN_WORDS)
    for grade in grades.values():
        assert grade["auto_score"] is None
        assert grade["manual_score"] is None
        assert grade["needs_manual_grade"]


def test_answers_in_words_wait_for_a_person(imported):
    _, api, _ = imported
    for one in IN_WORDS:
        grade = grades_of(api, "alice")[one.name]
        assert grade["auto_score"] is None
        assert grade["needs_manual_grade"]


def test_the_reason_stands_beside_the_answer(imported):
    _, api, _ = imported
    with api.gradebook as book:
        remarks = {
            name: book.find_comment(CHECKED[0].name, STEM, STEM, name).comment
            for name in ("alice", "bob")
        }
    said = "(two inputs) ‹script›steal()‹/script›"
    assert remarks == {"alice": said, "bob": "UNGRADED: It is damaged"}


def test_nbgrader_itself_lists_who_waits(imported):
    _, api, _ = imported
    with nbgrader_finds_its_tools():
        found = {one["student"]: one for one in api.get_submissions(STEM)}
    assert {name: one["needs_manual_grade"] for name, one in found.items()} == {
        "alice": True,
        "bob": True,
    }
    assert found["alice"]["score"] == sum(first_case(one).points for one in CHECKED)


# --- What a person sees --------------------------------------------------------------------------


def test_the_formgrader_has_the_answers_of_the_student(imported):
    course, _, _ = imported
    assert shown(course, "alice")["descend"] == ANSWER
    words = shown(course, "alice")[IN_WORDS[0].name]
    assert words == f"~~~text\n{SCRIPT}\n~~~"
    assert shown(course, "alice")[IN_WORDS[1].name] == assignment.TEXT_STUB


def test_of_a_damaged_file_it_has_the_blank_notebook(imported):
    course, _, _ = imported
    blank = read_cells(course / "release" / STEM / f"{STEM}.ipynb")
    assert shown(course, "bob") == {role(one)["grade_id"]: one["source"] for one in blank}


def test_our_feedback_lies_where_nbgrader_releases_it(imported):
    course, _, _ = imported
    place = course / "feedback" / "alice" / STEM
    assert (place / f"{STEM}.html").read_text("utf-8") == "feedback of alice"
    assert (place / "submission_secret.txt").read_text("utf-8") == "a secret"
    assert not (course / "feedback" / "bob").exists()  # came by no exchange: nothing to send by


def test_nbgrader_s_own_feedback_runs_no_script_of_a_student(imported):
    course, api, _ = imported
    with nbgrader_finds_its_tools():
        done = api.generate_feedback(STEM, "alice")
    assert done["success"], done
    page = (course / "feedback" / "alice" / STEM / f"{STEM}.html").read_text("utf-8")
    assert "The sign is wrong." in page
    assert "steal()" in page  # as text it may stand there
    for harm in ("<script>steal", 'href="javascript', "<img src=x", "<img onerror"):
        assert harm not in page, harm


# --- A second import -----------------------------------------------------------------------------


def decide(api, points):
    """Give points by hand for one answer in words, as the formgrader does."""
    with api.gradebook as book:
        grade = book.find_grade(IN_WORDS[0].name, STEM, STEM, "alice")
        grade.manual_score, grade.needs_manual_grade = points, False
        book.db.commit()


def test_points_given_by_a_person_stay(imported):
    course, api, results = imported
    decide(api, 1.5)
    gradebook.import_grades(places(results, course))
    grade = grades_of(api, "alice")[IN_WORDS[0].name]
    assert grade["manual_score"] == 1.5
    assert not grade["needs_manual_grade"]


def test_a_new_submission_asks_the_person_again(imported):
    course, api, results = imported
    decide(api, 1.5)
    hand_in(course, "alice", STEM, answers={IN_WORDS[0].name: "Another answer"})
    gradebook.import_grades(places(results, course))
    grade = grades_of(api, "alice")[IN_WORDS[0].name]
    assert grade["manual_score"] == 1.5
    assert grade["needs_manual_grade"]


# --- A course that nbgrader does not know yet ----------------------------------------------------


@pytest.fixture
def fresh_course(tmp_path):
    """A course as `firstnet assignment make` leaves it."""
    course = tmp_path / "course"
    assert main(["assignment", "make", "--out", str(course), "--chapter", "4"]) == 0
    return course


def cells_of(api):
    """Return all that nbgrader keeps of the cells of the assignment."""
    with api.gradebook as book:
        entry = book.find_notebook(STEM, STEM)
        kinds = (entry.grade_cells, entry.solution_cells, entry.source_cells)
        found = [{**one.to_dict(), "id": None} for kind in kinds for one in kind]
        return sorted(found, key=lambda one: (sorted(one), one["name"]))


def test_it_is_made_known_to_nbgrader_as_nbgrader_does(blank_course, fresh_course, tmp_path):
    release = fresh_course / "release" / STEM / f"{STEM}.ipynb"
    before = release.read_bytes()
    hand_in(fresh_course, "alice", STEM, answers={"descend": ANSWER})
    write_results(tmp_path, ["alice"])
    assert main(["gradebook", str(tmp_path), str(fresh_course)]) == 0
    api = open_course(fresh_course)
    assert cells_of(api) == cells_of(blank_course[1])
    assert len(grades_of(api, "alice")) == len(grades_of_nobody(api))
    with nbgrader_finds_its_tools():
        assert api.generate_assignment(STEM)["success"]  # it may still be pressed
    assert release.read_bytes() == before


def grades_of_nobody(api):
    with api.gradebook as book:
        return [one.name for one in book.find_notebook(STEM, STEM).grade_cells]


def test_a_release_that_nbgrader_cannot_read(fresh_course, tmp_path, capsys):
    (fresh_course / "release" / STEM / f"{STEM}.ipynb").write_text('{"cells": 1}', "utf-8")
    write_results(tmp_path, ["alice"])
    assert main(["gradebook", str(tmp_path), str(fresh_course)]) == 1
    assert "nbgrader cannot read" in capsys.readouterr().err


def test_answers_that_are_elsewhere_are_missed_and_can_be_named(fresh_course, tmp_path, capsys):
    hand_in(fresh_course, "alice", STEM, answers={"descend": ANSWER})
    moved = (fresh_course / "submitted").rename(tmp_path / "moved")
    (moved / "alice" / STEM / f"{STEM}.ipynb").rename(moved / "alice" / f"{STEM}.ipynb")
    (moved / "alice" / STEM).rmdir()  # as it comes by e-mail
    write_results(tmp_path, ["alice"])
    command = ["gradebook", str(tmp_path), str(fresh_course)]
    assert main(command) == gradebook.SOME_LEFT_OUT
    said = capsys.readouterr().err
    assert f"alice, {STEM}" in said and "blank" in said and "--submitted" in said
    assert shown(fresh_course, "alice")["descend"] != ANSWER
    assert main([*command, "--submitted", str(moved)]) == 0
    assert shown(fresh_course, "alice")["descend"] == ANSWER


def test_who_handed_nothing_in_is_not_missed(fresh_course, tmp_path):
    rows = [row_of("bob", one, "UNGRADED", "", submission.NOTHING) for one in QUESTIONS]
    write_table(tmp_path, rows)
    assert main(["gradebook", str(tmp_path), str(fresh_course)]) == 0


def test_a_lost_answer_is_said_beside_it_and_in_the_summary(fresh_course, tmp_path, capsys):
    hand_in(fresh_course, "alice", STEM, answers={})
    write_table(tmp_path, [row_of("alice", IN_WORDS[0], "manual", "", "No answer was found")])
    assert main(["gradebook", str(tmp_path), str(fresh_course)]) == 0
    assert "1 in words (1 of them not found)" in capsys.readouterr().out
    with open_course(fresh_course).gradebook as book:
        said = book.find_comment(IN_WORDS[0].name, STEM, STEM, "alice").comment
    assert said == "No answer was found. Look into the student's own notebook."


def test_exercises_of_one_s_own(fresh_course, tmp_path, capsys):
    own = tmp_path / "own.py"
    own.write_text(OWN, "utf-8")
    for kind in ("release", "submitted/alice"):
        path = fresh_course / kind / "toy" / "toy.ipynb"
        cells = [assignment.make_cell("markdown", "Why?", name="why", **ROLES)]
        write_cells(path, [assignment.released(one) for one in cells])
    row = row_of("alice", IN_WORDS[0], "manual", "", records.READ)
    write_table(tmp_path, [row | {"assignment": "toy", "question": "why"}])
    command = ["gradebook", str(tmp_path), str(fresh_course)]
    assert main(command) == 1
    assert "--exercises" in capsys.readouterr().err
    assert main([*command, "--exercises", str(own)]) == 0
    with open_course(fresh_course).gradebook as book:
        assert book.find_grade("why", "toy", "toy", "alice").needs_manual_grade


ROLES = {"grade": True, "solution": True, "points": 2}
OWN = """
from firstnet.exercises.base import Question

CHAPTER = "toy"

class Why(Question):
    name = "why"
    title = "Say why"
    points = 2
"""


# --- What can be wrong ---------------------------------------------------------------------------


def test_a_folder_that_is_no_course(tmp_path, capsys):
    write_results(tmp_path, ["alice"])
    assert main(["gradebook", str(tmp_path), str(tmp_path / "course")]) == 1
    assert "firstnet assignment make" in capsys.readouterr().err
    assert not (tmp_path / "course").exists()


def test_results_without_a_table(tmp_path, capsys):
    assert main(["gradebook", str(tmp_path), str(tmp_path)]) == 1
    assert "firstnet grade" in capsys.readouterr().err


def test_a_table_of_another_kind(tmp_path, capsys):
    (tmp_path / "grades.csv").write_text("name,score\nalice,3\n", "utf-8")
    assert main(["gradebook", str(tmp_path), str(tmp_path)]) == 1
    assert "columns" in capsys.readouterr().err


def test_points_without_their_record_are_left_out_and_stop_nobody(blank_course, tmp_path, capsys):
    course, api = blank_course
    for name in ("carol", "dora"):
        hand_in(course, name, STEM, answers={"descend": ANSWER})
    write_results(tmp_path, ["carol", "dora"])
    (tmp_path / "records" / "carol" / f"{STEM}.json").unlink()
    assert main(["gradebook", str(tmp_path), str(course)]) == gradebook.SOME_LEFT_OUT
    said = capsys.readouterr().err
    assert said.count("carol") == 1 and "records/" in said and "dora" not in said
    cell = f"{CHECKED[0].name}--{first_case(CHECKED[0]).key}"
    assert grades_of(api, "carol")[cell]["auto_score"] is None
    assert grades_of(api, "dora")[cell]["auto_score"] == first_case(CHECKED[0]).points


def test_a_name_is_that_of_the_folder_however_it_stands_in_the_table(
    blank_course, tmp_path, capsys
):
    course, api = blank_course
    name = "Anna\xa0Müller"
    hand_in(course, name, STEM, answers={"descend": ANSWER})
    write_results(tmp_path, [name])
    table = tmp_path / "grades.csv"
    table.write_text(table.read_text("utf-8").replace(name, records.cell_text(name)), "utf-8")
    assert main(["gradebook", str(tmp_path), str(course)]) == 0
    cell = f"{CHECKED[0].name}--{first_case(CHECKED[0]).key}"
    assert grades_of(api, name)[cell]["auto_score"] == first_case(CHECKED[0]).points
    (tmp_path / "feedback" / "Anna Müller").mkdir()
    assert main(["gradebook", str(tmp_path), str(course)]) == gradebook.SOME_LEFT_OUT
    assert "look alike" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["caf\udce9", "a\nb", "a\x1b[31m", "a\ufffd"])
def test_names_that_are_no_text_have_no_place(name):
    assert not gradebook.is_plain(name)


@pytest.mark.parametrize("words", ["~~~\n<b>", "~~~~~~\n~~~~~~", "\n~~~\n\n<script>x</script>"])
def test_no_answer_ends_its_own_fence(words):
    from nbconvert.filters import markdown2html

    page = markdown2html(gradebook.as_text(words))
    assert "<b>" not in page
    assert "<script" not in page
    assert page.count("<pre") == 1
    assert page.rstrip().endswith(("</pre>", "</pre></div>", "</div>"))


@pytest.mark.parametrize(
    ("student", "stem"), [("<b>eve", STEM), (".eve", STEM), ("eve", "holiday photos")]
)
def test_what_has_no_place_in_nbgrader_is_left_out_and_named(
    blank_course, tmp_path, capsys, student, stem
):
    row = row_of(student, CHECKED[0], "UNGRADED", "", "No such assignment") | {"assignment": stem}
    if stem != STEM:
        row |= {"question": "", "max_points": ""}
    write_table(tmp_path, [row])
    assert main(["gradebook", str(tmp_path), str(blank_course[0])]) == 3
    assert student in capsys.readouterr().err
    assert not (blank_course[0] / "autograded" / student).exists()


def test_a_name_that_a_spreadsheet_would_compute_is_found_again():
    line = row_of("'-eve", CHECKED[0], "graded", "2", "Right.")
    assert gradebook.make_row(line, {}).student == "-eve"
    assert gradebook.make_row(line, {"'-eve": {"-eve"}}).student == "-eve"


@pytest.mark.parametrize("text", ["yesterday", "2026-11-02", "", "9" * 2000])
def test_a_forged_timestamp_is_left_out(tmp_path, text):
    (tmp_path / "timestamp.txt").write_text(text, "utf-8")
    assert gradebook.notes(tmp_path) == {}


def test_a_note_that_is_a_link_is_left_out(tmp_path):
    (tmp_path / "else.txt").write_text("not theirs", "utf-8")
    (tmp_path / "submission_secret.txt").symlink_to(tmp_path / "else.txt")
    assert gradebook.notes(tmp_path) == {}


def test_a_link_that_cannot_be_followed_stops_no_import(tmp_path):
    here = places(tmp_path, tmp_path)
    (tmp_path / "submitted" / "ada").mkdir(parents=True)
    (tmp_path / "submitted" / "ada" / STEM).symlink_to("x" * 300)
    (tmp_path / "submitted" / "eve").symlink_to("x" * 300)
    assert [here.handed_in(one, STEM) is None for one in ("ada", "eve")] == [False, True]
    assert [gradebook.answers(here, one, STEM) for one in ("ada", "eve")] == [{}, {}]
