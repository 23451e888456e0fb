"""Assignments give no solution away, and the real nbgrader releases and grades them."""

import re

import pytest

from firstnet import exercises
from firstnet.__main__ import main
from firstnet.classroom import assignment
from firstnet.exercises import judge, trial
from firstnet.exercises.base import Exercise, case, wrong
from firstnet.exercises.cells import is_checked
from tests.nbgrader_course import (
    hand_in,
    nbgrader_finds_its_tools,
    open_course,
    read_cells,
    role,
)
from tools.notebooks import CHAPTERS

STEMS = exercises.chapters()
GRADED = "04_walk_downhill"  # needs no TensorFlow
pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")  # nbgrader's own


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """The course's folder as `firstnet assignment make` writes it."""
    folder = tmp_path_factory.mktemp("course")
    assignment.make(folder)
    return folder


@pytest.fixture(scope="module")
def api(course):
    """The real nbgrader on this course, after it has generated every assignment itself."""
    written = {stem: notebook(course, "release", stem).read_bytes() for stem in STEMS}
    with nbgrader_finds_its_tools():
        api = open_course(course)
        api.written = written
        for stem in STEMS:
            done = api.generate_assignment(stem)
            assert done["success"], done
    return api


def notebook(course, kind, stem):
    return course / kind / stem / f"{stem}.ipynb"


# --- What is written -----------------------------------------------------------------------------


def test_every_chapter_with_exercises_has_both_versions(course):
    for stem in STEMS:
        assert notebook(course, "source", stem).is_file()
        assert notebook(course, "release", stem).is_file()


def test_the_same_bytes_every_time(course, tmp_path):
    again, kept = assignment.make(tmp_path)
    assert len(again) == 2 * len(STEMS) + 1 and not kept
    for path in again:
        assert path.read_bytes() == (course / path.relative_to(tmp_path)).read_bytes()


@pytest.mark.parametrize("stem", STEMS)
def test_every_case_has_a_cell_with_its_points(course, stem):
    cells = read_cells(notebook(course, "release", stem))
    graded = {role(c)["grade_id"]: role(c)["points"] for c in cells if role(c)["grade"]}
    expected = {}
    for one in exercises.of_chapter(stem):
        if is_checked(one):
            expected |= {f"{one.name}--{part.key}": part.points for part in one.cases()}
        else:
            expected[one.name] = one.points
    assert graded == expected
    assert f"**{sum(expected.values())} points**" in cells[0]["source"]


@pytest.mark.parametrize("stem", STEMS)
def test_ids_are_those_that_nbgrader_and_jupyter_allow(course, stem):
    cells = read_cells(notebook(course, "release", stem))
    ids = [cell["id"] for cell in cells]
    assert ids == [role(cell)["grade_id"] for cell in cells]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[a-zA-Z0-9_\-]{1,64}", one) for one in ids)


@pytest.mark.parametrize("stem", STEMS)
def test_titles_are_those_of_the_chapters(course, stem):
    chapter = (CHAPTERS / f"{stem}.py").read_text("utf-8")
    heading = re.search(r"^# # (.+)$", chapter, re.MULTILINE)[1]
    source = read_cells(notebook(course, "release", stem))[0]["source"]
    assert source.startswith(f"# {heading}: exercises of chapter {int(stem[:2])}\n")
    assert f"Have the chapter beside you: *{heading}*" in source


def test_the_set_up_cell_is_that_of_the_chapters():
    chapter = (CHAPTERS / f"{GRADED}.py").read_text("utf-8")
    first = chapter.split("# %%")[1].split("\n", 1)[1].strip()
    assert first == assignment.SET_UP


# --- Nothing is given away -----------------------------------------------------------------------


def lines_of(text):
    return {line.strip() for line in text.splitlines()} - {""}


def secret_lines(exercise):
    """Return the lines of a solution that the learner is not given anyway."""
    if is_checked(exercise):
        return lines_of(exercise.code("solution")) - lines_of(exercise.code("stub"))
    return lines_of(exercise.solution_text) | lines_of(exercise.solution_code)


@pytest.mark.parametrize("stem", STEMS)
def test_no_released_cell_holds_a_line_of_a_solution(course, stem):
    secret = {line for one in exercises.of_chapter(stem) for line in secret_lines(one)}
    secret -= lines_of(
        "\n".join(
            line
            for one in exercises.of_chapter(stem)
            if is_checked(one)
            for line in [*one.imports, one.code("stub")]
        )
    )
    assert secret, "This test would hold anything"
    bare = [one.removeprefix("return ") for one in secret]
    for cell in read_cells(notebook(course, "release", stem)):
        assert not secret & lines_of(cell["source"]), cell["id"]
        assert not [one for one in bare if len(one) >= 15 and one in cell["source"]], cell["id"]
        assert "SOLUTION" not in cell["source"]


@pytest.mark.parametrize("stem", STEMS)
def test_tests_hold_no_input_and_no_value(course, stem):
    pattern = (
        r"# [^\n]+: \d+ points?\nfrom firstnet import checks\n\n"
        r'checks\.require\("(\w+)", \1, case="[^"\n]+"\)'
    )
    tests = [c for c in read_cells(notebook(course, "release", stem)) if "--" in c["id"]]
    for cell in tests:
        assert re.fullmatch(pattern, cell["source"]), cell["source"]


def test_the_instructor_s_version_holds_the_solutions(course):
    for stem in STEMS:
        cells = {cell["id"]: cell for cell in read_cells(notebook(course, "source", stem))}
        for one in exercises.of_chapter(stem):
            assert secret_lines(one) <= lines_of(cells[one.name]["source"]), one.name


# --- The real nbgrader ---------------------------------------------------------------------------


@pytest.mark.parametrize("stem", STEMS)
def test_the_release_is_that_of_nbgrader_to_the_byte(api, course, stem):
    assert notebook(course, "release", stem).read_bytes() == api.written[stem]


@pytest.fixture(scope="module")
def grades(api, course):
    """What nbgrader's own autograde gives a solution, a blank notebook and half an answer."""
    solved = {c["id"]: c["source"] for c in read_cells(notebook(course, "source", GRADED))}
    half = "import numpy as np\n\n\ndef descend(w, x, y, learning_rate):\n"
    half += "    return w - learning_rate * 2 * (w @ x - y) * x if len(x) == 2 else w"
    answers = {"solved": solved, "blank": {}, "half": {"descend": half}}
    found = {}
    with nbgrader_finds_its_tools():
        for student, given in answers.items():
            hand_in(course, student, GRADED, answers=given)
            done = api.autograde(GRADED, student)
            assert done["success"], done["log"]
            with api.gradebook as gradebook:
                rows = gradebook.find_submission_notebook(GRADED, GRADED, student).grades
                found[student] = {row.name: row.to_dict() for row in rows}
    return found


@pytest.mark.parametrize("stem", STEMS)
def test_no_case_is_passed_by_the_stub(stem):
    for one in filter(is_checked, exercises.of_chapter(stem)):
        for part in one.cases():
            inputs = part.inputs(1)
            verdict = judge.judge(one, part, inputs, trial.run(vars(one)["stub"], inputs))
            assert not verdict.right, f"{one.name}: whoever changes nothing passes {part.name!r}"


def checked_points(rows):
    return {name: row["auto_score"] for name, row in rows.items() if "--" in name}


def test_a_solution_gets_every_point(grades):
    expected = {
        assignment.test_id(one, part): part.points
        for one in exercises.of_chapter(GRADED)
        if is_checked(one)
        for part in one.cases()
    }
    assert checked_points(grades["solved"]) == expected


def test_a_blank_notebook_gets_none(grades):
    assert set(checked_points(grades["blank"]).values()) == {0}


def test_half_an_answer_gets_its_part(grades):
    points = checked_points(grades["half"])
    assert points.pop("descend--two-inputs") == 2
    assert set(points.values()) == {0}


def test_answers_in_words_wait_for_a_person(grades):
    written = {name: row for name, row in grades["solved"].items() if "--" not in name}
    assert written
    for row in written.values():
        assert row["auto_score"] is None
        assert row["needs_manual_grade"]


# --- The command ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["4", "04", GRADED])
def test_one_chapter_can_be_named(tmp_path, name, capsys):
    assert main(["assignment", "make", "--out", str(tmp_path), "--chapter", name]) == 0
    assert sorted(path.name for path in (tmp_path / "source").iterdir()) == [GRADED]
    assert "1 assignment in" in capsys.readouterr().out


def test_an_unknown_chapter_is_refused(tmp_path, capsys):
    assert main(["assignment", "make", "--out", str(tmp_path), "--chapter", "99"]) == 1
    assert "No exercises for chapter 99" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_an_edited_assignment_is_kept_unless_forced_and_the_others_are_written(tmp_path, capsys):
    command = ["assignment", "make", "--out", str(tmp_path), "--chapter", "4"]
    assert main(command) == 0
    assert main(command) == 0  # nothing was edited
    mine, theirs = notebook(tmp_path, "source", GRADED), notebook(tmp_path, "release", GRADED)
    mine.write_text("mine", "utf-8")
    theirs.unlink()
    assert main([*command, STEMS[0]]) == assignment.SOME_KEPT
    said = capsys.readouterr()
    assert f"{mine} holds something else" in said.err and "--force" in said.err
    assert said.out.splitlines()[-3].startswith("1 assignment in")
    assert mine.read_text("utf-8") == "mine" and not theirs.exists()
    assert notebook(tmp_path, "release", STEMS[0]).is_file()
    assert main([*command, "--force"]) == 0
    assert mine.read_text("utf-8") != "mine" and theirs.is_file()


class Roots(Exercise):
    name = "roots"
    imports = ("import numpy as np", "from math import sqrt")

    def stub(x):
        """Return the root of x."""
        ...

    def solution(x):
        """Return the root of x."""
        return sqrt(x)  # noqa: F821, imported in the learner's cell

    @case("a number")
    def number(random):
        return random.uniform()

    @wrong("No root.")
    def same(x):
        return x


def test_an_import_of_the_solution_only_is_not_released():
    source = assignment.solution_source(Roots)
    cell = assignment.make_cell("code", source, name="roots", solution=True)
    assert "sqrt" in source
    assert "sqrt" not in assignment.released_source(cell)
    exec(source, names := {})
    assert names["roots"](9) == 3
