"""Every exercise: the solution passes, the stub fails kindly, wrong answers get their hints."""

import ast
import importlib
import inspect
import re
import tracemalloc
from collections import OrderedDict, namedtuple
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

from firstnet import checks, exercises
from firstnet.classroom import sandbox
from firstnet.exercises import cells, judge, trial, wire
from firstnet.exercises.base import Exercise
from tools import notebooks

SEEDS = range(20)
ALL = [one for stem in exercises.chapters() for one in exercises.of_chapter(stem)]
CHECKED = [one for one in ALL if issubclass(one, Exercise)]
WRONG = [(one, wrong) for one in CHECKED for wrong in one.wrongs]

each = pytest.mark.parametrize("exercise", ALL, ids=lambda one: one.name)
each_checked = pytest.mark.parametrize("exercise", CHECKED, ids=lambda one: one.name)


def verdicts(exercise, function, seeds=SEEDS):
    """Return the verdict of every case for every seed."""
    drawn = [(case, case.inputs(seed)) for seed in seeds for case in exercise.cases()]
    outcomes = [(case, inputs, trial.run(function, inputs)) for case, inputs in drawn]
    return [judge.judge(exercise, *one) for one in outcomes]


def in_single_precision(function):
    """Return a function whose inputs and results are rounded as TensorFlow's are."""

    def rounded(value):
        if isinstance(value, list | tuple):
            return type(value)(rounded(one) for one in value)
        whole = not isinstance(value, float | np.floating | np.ndarray)
        whole = whole or (isinstance(value, np.ndarray) and value.dtype.kind != "f")
        return value if whole else np.asarray(value, np.float32)

    return lambda *inputs: rounded(function(*map(rounded, inputs)))


def test_every_chapter_has_exercises():
    assert exercises.chapters() == [chapter.stem for chapter in notebooks.chapters()]
    for stem in exercises.chapters():
        asked = exercises.of_chapter(stem)
        assert len(asked) >= 4, stem
        assert sum(issubclass(one, Exercise) for one in asked) >= 2, stem


def test_names_are_unique():
    names = [one.name for one in ALL]
    assert len(names) == len(set(names))


@each
def test_says_all_that_a_learner_needs(exercise):
    assert re.fullmatch(r"[a-z][a-z0-9_]{3,}", exercise.name)
    assert exercise.title and len(exercise.task.split()) >= 5
    assert exercise.hints and all(exercise.hints)
    assert exercise.points >= 1
    assert exercise.solution_text or issubclass(exercise, Exercise)


@each
def test_code_beside_an_answer_holds(exercise):
    if exercise.solution_code:
        assert "assert " in exercise.solution_code, "code that shows nothing"
        names = {}
        before = exercise.code("solution") if issubclass(exercise, Exercise) else ""
        exec(compile(f"{before}\n{exercise.solution_code}", exercise.name, "exec"), names)


@each_checked
def test_task_names_the_function_and_its_cell_is_short(exercise):
    attempt = cells.attempt(exercise)
    assert f"`{exercise.name}(" in exercise.task or exercise.mends()
    assert len([line for line in attempt.splitlines() if line.strip()]) <= 12
    assert attempt.count(exercise.name) >= 3
    assert max(map(len, attempt.splitlines())) <= 84


@each_checked
def test_solution_passes(exercise):
    assert {one.right for one in verdicts(exercise, exercise.solution)} == {True}
    assert {one.reason for one in verdicts(exercise, exercise.solution)} == {"Right."}


@each_checked
def test_solution_passes_in_single_precision(exercise):
    found = verdicts(exercise, in_single_precision(exercise.solution))
    assert [one.reason for one in found if not one.right] == []


@each_checked
def test_shown_solution_is_the_one_that_passes(exercise):
    names = {}
    exec(compile(exercise.code("solution"), exercise.name, "exec"), names)
    assert all(one.right for one in verdicts(exercise, names[exercise.name], range(3)))


@each_checked
def test_stub_fails_kindly(exercise, capsys):
    names = {}
    exec(compile(cells.attempt(exercise), exercise.name, "exec"), names)
    said = capsys.readouterr().out
    assert max(map(len, said.splitlines())) <= checks.WIDTH
    assert said.startswith(f"{exercise.name}: ") and "yet" in said
    assert len(said.split()) >= 8
    assert "yet" in " ".join(said.split()).split(": ", 1)[1][:8]
    assert not any(wrong.hint in " ".join(said.split()) for wrong in exercise.wrongs)
    found = verdicts(exercise, exercise.stub)
    assert not all(one.right for one in found)
    assert len({one.reason for one in found if not one.right}) == 1, "another reason each time"
    assert not any("error" in one.reason for one in found if not one.right)


@each_checked
def test_an_untouched_cell_of_a_notebook_is_known(exercise):
    """As IPython compiles it: each statement by itself."""
    names = {}
    for statement in ast.parse(cells.attempt(exercise)).body[:-1]:
        exec(compile(ast.Module([statement], []), exercise.name, "exec"), names)
    assert checks.is_stub(exercise, names[exercise.name])
    assert not checks.is_stub(exercise, exercise.solution)
    stub_like = [wrong for wrong in exercise.wrongs if checks.is_stub(exercise, wrong.function)]
    assert len(stub_like) <= exercise.mends()


@each_checked
def test_three_wrong_answers_or_more(exercise):
    hints = [wrong.hint for wrong in exercise.wrongs]
    assert len(set(hints)) == len(hints) >= 3
    assert len(exercise.cases()) >= 2


@pytest.mark.parametrize(
    ("exercise", "wrong"), WRONG, ids=[f"{e.name}-{w.function.__name__}" for e, w in WRONG]
)
def test_wrong_answer_gets_its_hint_for_every_seed(exercise, wrong):
    for seed in SEEDS:
        found = verdicts(exercise, wrong.function, [seed])
        assert {one.reason for one in found if not one.right} == {wrong.hint}


@each_checked
def test_hints_do_not_give_the_answer_away(exercise):
    told = " ".join([*exercise.hints, *(wrong.hint for wrong in exercise.wrongs)])
    assert given_away(exercise.source("solution"), told) == []


def given_away(source, told):
    """Return what hints tell of a solution: a line, what a name stands for, or code within one."""
    lines = [line.strip().removeprefix("return ") for line in source.split('"""')[-1].splitlines()]
    values = [line.split(" = ", 1)[1] for line in lines if " = " in line]
    code = [span for span in re.findall("`([^`]+)`", told) if re.search(r"[^\w.]", span)]
    found = [line for line in lines if len(line) > 14 and line in told]
    found += [value for value in values if len(value) >= 12 and value in told]
    return found + [part for part in code if len(part) >= 12 and part in " ".join(lines)]


@pytest.mark.parametrize(
    "told",
    [
        "Try `order = shuffle(range(count))`.",
        "Look at shuffle(range(count)), which shuffles.",
        "`whole.astype(int)` makes room.",
        "Is it order[whole.astype(int) - 1]?",
    ],
)
def test_hints_that_give_the_answer_away_are_found(told):
    source = """def solution(count, whole):
    \"\"\"Return some.\"\"\"
    order = shuffle(range(count))
    return order[whole.astype(int) - 1]"""
    assert given_away(source, told)
    assert not given_away(source, "`order` is shuffled. What is the type of `whole.astype`?")


@each_checked
def test_reason_for_nonsense_is_the_same_whatever_was_drawn(exercise):
    for nonsense in ("seven", {"a": 1}, [[1], [2, 3]], object()):
        found = verdicts(exercise, lambda *inputs, nonsense=nonsense: nonsense)
        assert not any(one.right for one in found)
        assert len({re.sub(r"\d+", "", one.reason) for one in found}) <= 2


def no_answer(*inputs):
    raise SystemExit("leave")


@each_checked
def test_no_constant_and_no_error_passes(exercise):
    for value in (0, 1, -1, True, "", [], (), {}, np.nan, np.zeros(3)):
        found = verdicts(exercise, lambda *inputs, value=value: value)
        assert not all(one.right for one in found), value
    assert not any(one.right for one in verdicts(exercise, no_answer, range(1)))


# --- The learner's side --------------------------------------------------------------------------


def test_answer_says_right_or_what_is_wrong(capsys):
    exercise = exercises.find("descend")
    checks.answer("descend", exercise.solution)
    assert capsys.readouterr().out == "descend: Right.\n"
    checks.answer("descend", lambda w, x, y, learning_rate: w)
    assert capsys.readouterr().out.startswith("descend: not yet. ")
    checks.answer("descend", 7)
    assert "is no function" in capsys.readouterr().out


def test_answer_tells_an_untouched_stub_only_what_to_do(capsys):
    for name, words in (("descend", "three dots"), ("mended_descent", "still as broken")):
        exercise = exercises.find(name)
        checks.answer(name, exercise.stub)
        assert words in " ".join(capsys.readouterr().out.split())
    checks.answer(name, exercise.wrongs[1].function)
    assert exercise.wrongs[1].hint in " ".join(capsys.readouterr().out.split())


def test_answer_names_near_exercises():
    with pytest.raises(KeyError, match="no exercise 'decend'. Do you mean descend"):
        checks.answer("decend", len)


def test_where_no_exercise_is_known_the_checks_are_silent(monkeypatch, capsys):
    monkeypatch.setattr(exercises, "modules", dict)
    checks.answer("descend", len)
    checks.require("descend", len, case="two inputs")
    assert capsys.readouterr().out == ""


def test_require_raises_the_same_words():
    exercise = exercises.find("descend")
    checks.require("descend", exercise.solution, case="two inputs")
    checks.require("descend", exercise.solution, case="two-inputs")
    with pytest.raises(checks.CheckError, match="descend, two inputs: You walk uphill"):
        checks.require("descend", exercise.wrongs[0].function, case="two inputs")
    with pytest.raises(KeyError, match="seven inputs"):
        checks.require("descend", exercise.solution, case="two")


def test_a_function_that_writes_into_its_input_is_told_so(capsys):
    def in_place(w, x, y, learning_rate):
        w -= learning_rate * 2 * (w @ x - y) * x
        return w

    checks.answer("descend", in_place)
    assert "work on a copy" in " ".join(capsys.readouterr().out.split())


# --- The judge's words ---------------------------------------------------------------------------


class Doubled(Exercise):
    """A toy whose right answer is an array of three numbers."""

    name = "doubled"
    close = 1e-4

    def stub(x): ...

    def solution(x):
        return 2 * x


X = np.array([1.0, -2.5, 4.0])


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "nothing"),
        ("two", "a text"),
        (X > 0, "True or False; wanted are numbers"),
        ([True, 1.0, 2.0], "a list"),
        (2 * X[:, None], "The shape is wrong: it gives back an array of shape (3, 1)"),
        (5.0, "it gives back one number"),
        (-2 * X, "sign"),
        (6 * X, "a sum where a mean is wanted"),
        (2 * X / 3, "once too often"),
        (10 * X, "off by one factor: it is 5 times"),
        (X / 2, "off by one factor: it is 0.25 times"),
        (5 * X, "The result is not right"),
        (2 * X + 1, "off by the same amount"),
        (2 * X[::-1], "order"),
        (2.01 * X, "The result is not right"),
        (np.array([np.nan, 1, 1]), "NaN (not a number)"),
        (np.array([np.inf, 1, 1]), "infinity"),
        (np.array([7.0, 1, 1]), "The result is not right"),
    ],
)
def test_words_fit_the_mistake(value, words):
    verdict = judge.judge(Doubled, None, (X,), {"value": wire.encode(value)})
    assert not verdict.right
    assert words in verdict.reason


@pytest.mark.parametrize("value", [2 * X, (2 * X).tolist(), tuple(2 * X), np.float32(2) * X])
def test_equal_values_of_other_types_are_right(value):
    assert judge.judge(Doubled, None, (X,), {"value": wire.encode(value)}).right


def test_words_for_one_thing_where_a_pair_is_wanted():
    class Pair(Exercise):
        name = "pair"

        def solution(x):
            return x, "text"

    verdict = judge.judge(Pair, None, (X,), {"value": wire.encode(X)})
    assert "one thing; wanted are 2" in verdict.reason
    verdict = judge.judge(Pair, None, (X,), {"value": wire.encode([X, "text", 3])})
    assert "3 things; wanted are 2" in verdict.reason


def test_words_for_shapes_that_do_not_fit():
    outcome = trial.run(lambda x: x @ np.ones((7, 7)), (X,))
    assert "shapes of two arrays do not fit" in judge.judge(Doubled, None, (X,), outcome).reason


def test_minus_zero_is_zero():
    assert judge.judge(Doubled, None, (np.zeros(1),), {"value": wire.encode([-0.0])}).right


@pytest.mark.parametrize(
    "outcome",
    [
        *(None, 1, "right", [], {}, {"right": True}, {"value": {}}, {"value": [1, 2]}),
        {"value": {"array": "AAAA", "dtype": "<f8", "shape": [3]}},
        {"value": {"array": "AAAA", "dtype": "O", "shape": [1]}},
        {"value": {"array": "", "dtype": "<f8", "shape": [-1]}},
        {"value": {"list": [{"float": "__import__('os')"}] * 3}},
        {"value": {"list": [10**30] * 3}},
        {"value": {"array": "", "dtype": "<f8", "shape": [0, 16_000_000, 16_000_000, 16_000_000]}},
        {"value": {"pickle": "gASVAAAA"}},
        {"value": float("nan")},
    ],
)
def test_forged_outcomes_are_wrong_and_said_to_be_unusable(outcome):
    verdict = judge.judge(Doubled, None, (X,), outcome)
    assert not verdict.right
    assert "cannot be used" in verdict.reason


# --- Wire ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "value",
    [
        *(None, True, False, 0, -7, 2**63, 0.1, -0.0, "", "ö", [], (), {}, [1, [2.5, (True,)]]),
        {"a": [1], "b": None, 3: "c"},
    ],
)
def test_values_come_back_exactly(value):
    back = wire.decode(wire.encode(value))
    assert (back, type(back)) == (value, type(value))
    assert str(back) == str(value)


@pytest.mark.parametrize(
    "dtype", ["bool", "uint8", "int64", "float16", "float32", "float64", ">f4"]
)
def test_arrays_come_back_exactly(dtype):
    array = np.arange(6).reshape(3, 2).astype(dtype)
    back = wire.decode(wire.encode(array))
    assert back.dtype == array.dtype.newbyteorder("<")
    assert np.array_equal(back, array)
    assert wire.decode(wire.encode(array[0, 0])).shape == ()


def test_numbers_that_are_not_finite_come_back():
    back = wire.decode(wire.encode([np.nan, np.inf, -np.inf, float("nan")]))
    assert np.array_equal(
        np.array([float(one) for one in back]), [np.nan, np.inf, -np.inf, np.nan], equal_nan=True
    )


def test_what_is_nearly_plain_becomes_plain():
    point = namedtuple("Point", "x y")(1, 2.5)
    for value, form in (
        (point, (1, 2.5)),
        (map(abs, [-1, 2]), [1, 2]),
        ((one for one in "ab"), ["a", "b"]),
        (range(3), [0, 1, 2]),
        (Fraction(1, 4), 0.25),
        (Decimal("0.5"), 0.5),
        (np.str_("yes"), "yes"),
        (OrderedDict(a=1), {"a": 1}),
    ):
        back = wire.decode(wire.encode(value))
        assert (back, type(back)) == (form, type(form))


def test_one_number_of_numpy_stays_one_number():
    back = wire.decode(wire.encode(np.float32(0.5)))
    assert hash(back) == hash(0.5) and isinstance(back, np.float32)
    assert judge.same(np.float64(2), 2, close=1e-9)
    assert not judge.same(np.bool_(True), 1, close=1e-9)


def test_a_long_text_among_numbers_takes_no_room():
    value = [1] * 199_999 + ["x" * 20_000]
    tracemalloc.start()
    assert judge.as_array(value) is None
    assert tracemalloc.get_traced_memory()[1] < 30e6
    tracemalloc.stop()


FILLERS = {  # little on the wire, which NumPy could make much of
    "a text among numbers": {"list": [{"list": [*[1] * 150_000, "x" * 60_000]}]},
    "texts": {"list": ["x" * 1_000_000, *["a"] * 100_000]},
    "rows of nothing": {"array": "", "dtype": "<f8", "shape": [16_000_000, 0]},
    "lists of rows of nothing": {
        "list": [{"array": "", "dtype": "|b1", "shape": [99_000, 0]}] * 99
    },
    "many numbers": {"list": [{"list": [1] * 100_000}] * 2},
}


@pytest.mark.parametrize("name", FILLERS)
@each_checked
def test_no_value_fills_the_memory(exercise, name):
    inputs = exercise.cases()[0].inputs(1)
    tracemalloc.start()
    verdict = judge.judge(exercise, exercise.cases()[0], inputs, {"value": FILLERS[name]})
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert not verdict.right
    assert peak < 50e6


def test_an_exercise_that_looks_itself_sees_numbers_and_few():
    class Looks(Exercise):
        name = "looks"

        def solution(x):
            return x

        def accept(value, x):
            return "It was looked at."

    for value, seen in (([1, [2.5]], True), (X, True), (["x"], False), ({"a": 1}, False),
                        (np.zeros((200_000, 0)), False), ([0] * 200_000, False)):  # fmt: skip
        verdict = judge.judge(Looks, None, (X,), {"value": wire.encode(value)})
        assert verdict.reason == ("It was looked at." if seen else judge.NO_FORM)


def test_names_shapes_and_lengths_leave_no_room_for_inputs():
    spelled = type("leakedword", (), {})()
    for value in (spelled, np.array(["x" * 1234]), np.zeros((1234, 0)), [[0] * 1234, 1]):
        said = judge.judge(Doubled, None, (X,), {"value": wire.encode(value)}).reason
        assert not re.search(r"leaked|\d{4}", said), said
    forged = {"value": {"unknown": "leakedword"}}
    assert "it is an object, which" in judge.judge(Doubled, None, (X,), forged).reason
    assert "shape (2, 3)" in judge.shown_shape(np.zeros((2, 3)))
    assert judge.shown_shape(np.zeros((1,) * 5)) == "an array of another shape"


def test_a_case_may_be_less_close_than_its_exercise():
    exercise = exercises.find("binary_cross_entropy")
    wide = exercise.case("predictions of 0 and 1")
    inputs = wide.inputs(0)
    value = exercise.solution(*(one.astype(np.float32) for one in inputs))
    assert judge.judge(exercise, wide, inputs, {"value": wire.encode(value)}).right
    narrow = exercise.case("ordinary predictions")
    assert not judge.judge(exercise, narrow, inputs, {"value": wire.encode(value)}).right


@pytest.mark.parametrize("low", [1e-6, 1e-8, 1.2e-7])
def test_another_limit_of_the_chances_is_still_wrong(low):
    exercise = exercises.find("binary_cross_entropy")

    def held(y, p):
        p = np.clip(p, low, 1 - low)
        return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))

    found = [judge.judge(exercise, one, one.inputs(seed), trial.run(held, one.inputs(seed)))
             for one in exercise.cases() for seed in SEEDS]  # fmt: skip
    assert [one.right for one in found] == [True] * len(SEEDS) + [False] * len(SEEDS)


# --- The book's own functions --------------------------------------------------------------------


@pytest.fixture(scope="module")
def shown_functions():
    """All functions of the package that a submission can import, and the modules that have them.

    Those that draw are left out: none of them gives an answer back.
    """
    library = sandbox.kit() / "library"
    paths = [one.relative_to(library).with_suffix("") for one in library.rglob("*.py")]
    names = {".".join(one.parts).removesuffix(".__init__") for one in paths}
    found = {}
    for name in sorted(names):
        if not name.startswith("firstnet.plots") and not name.endswith("__main__"):
            for one in filter(inspect.isfunction, vars(importlib.import_module(name)).values()):
                found.setdefault(one, set()).add(name)
    return {one: names for one, names in found.items() if one.__module__.startswith("firstnet.")}


def fits(function, inputs):
    """Tell whether a function takes so many inputs."""
    try:
        inspect.signature(function).bind(*inputs)
    except TypeError:
        return False
    return True


@each_checked
def test_what_the_package_answers_is_said(exercise, shown_functions, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    drawn = [(case, case.inputs(1)) for case in exercise.cases()]
    for function, modules in shown_functions.items():
        if fits(function, drawn[0][1]) and all(
            judge.judge(exercise, case, inputs, trial.run(function, inputs)).right
            for case, inputs in drawn
        ):
            assert modules <= set(exercise.answered_in), f"{function.__name__} answers it"


@each_checked
def test_modules_that_hold_an_answer_are_there(exercise, shown_functions):
    assert set(exercise.answered_in) <= set().union(*shown_functions.values())


def test_what_has_no_form_is_named():
    for value, name in ((object(), "object"), (10**40, "huge"), (np.array(["a"]), "array of str")):
        with pytest.raises(wire.WireError, match=name):
            wire.decode(wire.encode(value))


def test_depth_and_length_are_limited():
    deep = []
    for _ in range(100):
        deep = [deep]
    with pytest.raises(wire.WireError, match="deep"):
        wire.decode(wire.encode(deep))
    with pytest.raises(wire.WireError, match="too many"):
        wire.decode({"list": [0] * (wire.MOST_ITEMS + 1)})


# --- Derived cells -------------------------------------------------------------------------------


def test_notebook_holds_the_exercises_below_their_heading():
    chapter = next(one for one in notebooks.chapters() if one.stem == "04_walk_downhill")
    found = [
        c for c in notebooks.read_chapter(chapter).cells if "exercise" in c.metadata.get("tags", [])
    ]
    asked = exercises.of_chapter(chapter.stem)
    assert [c.source for c in found] == [
        source for n, one in enumerate(asked, 1) for _, source in cells.cells(one, number=n)
    ]


def test_exercise_cells_in_a_source_are_dropped(tmp_path):
    chapter = next(one for one in notebooks.chapters() if one.stem == "04_walk_downhill")
    synced = tmp_path / chapter.name
    stale = '# %% [markdown] tags=["exercise"]\n# **1. Old.** Edited in the notebook.\n\n'
    synced.write_text(
        chapter.read_text("utf-8").replace(
            "# %% [markdown]\n# ## Recap", stale + "# %% [markdown]\n# ## Recap"
        )
    )
    assert stale in synced.read_text("utf-8")
    assert notebooks.read_chapter(synced).cells == notebooks.read_chapter(chapter).cells
