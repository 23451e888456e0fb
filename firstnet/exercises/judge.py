"""Compare what came of a call with the solution, and find words for what is wrong.

This runs in the learner's kernel and in the teacher's grading process, never in the sandbox.
"""

import copy
import math
import re
from dataclasses import dataclass

import numpy as np

from firstnet.exercises import trial, wire
from firstnet.exercises.base import Case, Exercise

NOTHING = (
    "It gives back nothing (None). If the three dots are still there, write your code in their "
    "place; and see that every way through the function ends with `return`."
)
MISFIT = re.compile(r"^ValueError: (matmul|shapes|operands|all the input array)")
MOST_FACTOR = 1000
MOST_PARTS = 100_000  # of a value that an exercise looks at itself
MOST_SIDES, LONGEST_SIDE = 4, 999  # of a shape that is shown: more could spell something
PLAIN_KINDS = {bool: "truth", int: "number", float: "number", str: "text", dict: "dictionary"}
NO_FORM = "What it gives back does not have the form that is asked for."
CHANGES_INPUT = "Right. But it changes what it was given: work on a copy."


@dataclass(frozen=True)
class Verdict:
    """Right or not, and why, in words that give neither inputs nor expected values away."""

    right: bool
    reason: str


def judge(exercise: type[Exercise], case: Case, inputs: tuple, outcome: dict) -> Verdict:
    """Return the verdict on one outcome of `trial.run` for these inputs of a case."""
    try:
        if type(outcome) is dict and type(outcome.get("raised")) is str:
            return Verdict(False, raised_words(outcome["raised"]))
        value = wire.decode(outcome["value"])
    except (wire.WireError, KeyError, TypeError) as error:
        words = str(error) if isinstance(error, wire.WireError) else "no answer"
        return Verdict(False, f"What it gives back cannot be used: {words}.")
    close = (case and case.close) or exercise.close
    problem = find_problem(exercise, inputs, value, close=close)
    right = CHANGES_INPUT if outcome.get("changed") is True else "Right."
    return Verdict(False, problem) if problem else Verdict(True, right)


def raised_words(raised: str) -> str:
    """Return words on a function that ended with an error."""
    line = "".join(one if one.isprintable() else " " for one in raised)[: trial.MOST_WORDS]
    if line.startswith("NotImplementedError"):
        return NOTHING
    if MISFIT.search(line):
        return f"It stops, because the shapes of two arrays do not fit together: {line}"
    return f"It stops with an error: {line}"


def find_problem(exercise: type[Exercise], inputs: tuple, value, *, close: float) -> str | None:
    """Return what is wrong with a value, in words, or None when it is right."""
    if value is None:
        return known_mistake(exercise, inputs, value) or NOTHING
    if exercise.accept:
        problem = accepted(exercise, value, inputs)
        return problem and (known_mistake(exercise, inputs, value) or problem)
    expected = wire.decode(wire.encode(exercise.solution(*copy.deepcopy(inputs))))
    if same(value, expected, close=close):
        return None
    return known_mistake(exercise, inputs, value) or describe(value, expected, inputs)


def accepted(exercise: type[Exercise], value, inputs: tuple) -> str | None:
    """Return what the exercise itself says against a value, or None.

    It sees numbers only, and not too many: NumPy can make much of little, see `as_array`.
    """
    if not leaf_kinds(value) <= {"number", "truth"} or count_parts(value) > MOST_PARTS:
        return NO_FORM
    try:
        return exercise.accept(value, *copy.deepcopy(inputs))
    except (TypeError, ValueError, IndexError, KeyError, AttributeError):
        return NO_FORM


def known_mistake(exercise: type[Exercise], inputs: tuple, value) -> str | None:
    """Return the hint of the wrong answer that gives this value, if there is one."""
    for wrong in exercise.wrongs:
        outcome = trial.run(wrong.function, inputs)
        try:
            mistaken = wire.decode(outcome["value"])
        except (KeyError, wire.WireError):
            continue
        if same(value, mistaken, close=exercise.close):
            return wrong.hint
    return None


# --- Comparing -----------------------------------------------------------------------------------


def kind(value) -> str:
    """Return "truth", "number", "text", "list" or "dictionary"; an array is judged by its type."""
    if isinstance(value, np.ndarray | np.generic):
        return "truth" if value.dtype == bool else "number"
    return PLAIN_KINDS.get(type(value), "list")


def as_array(value):
    """Return numbers, nested in lists or not, as an array, or None.

    What else stands in a list is found before NumPy sees it: NumPy would give every number as
    much room as the longest text.
    """
    if leaf_kinds(value) not in ({"number"}, {"truth"}, set()):
        return None
    try:
        array = np.asarray(value)
    except ValueError:  # rows of different lengths
        return None
    return array if array.dtype.kind in "biuf" else None


def leaf_kinds(value) -> set[str]:
    """Return the kinds of what stands in nested lists; quickly, for there may be millions."""
    if not isinstance(value, list | tuple):
        return {kind(value)}
    types = set(map(type, value))
    found = {PLAIN_KINDS[one] for one in types & PLAIN_KINDS.keys()}
    if types <= PLAIN_KINDS.keys():
        return found
    others = (one for one in value if type(one) not in PLAIN_KINDS)
    return found | {leaf for one in others for leaf in leaf_kinds(one)}


def count_parts(value) -> int:
    """Return of how many parts a value is made, those of arrays counted, even of empty ones."""
    if isinstance(value, np.ndarray):
        return math.prod(max(side, 1) for side in value.shape)
    return 1 + sum(map(count_parts, value)) if isinstance(value, list | tuple) else 1


def same(value, expected, *, close: float) -> bool:
    """Tell whether two decoded values are equal, numbers up to a relative tolerance."""
    ours, theirs = as_array(value), as_array(expected)
    if ours is not None and theirs is not None:
        return same_arrays(ours, theirs, close=close)
    if isinstance(expected, dict):
        fits = isinstance(value, dict) and value.keys() == expected.keys()
        return fits and all(same(value[key], expected[key], close=close) for key in expected)
    if isinstance(expected, list | tuple):
        fits = isinstance(value, list | tuple) or (isinstance(value, np.ndarray) and value.ndim > 0)
        fits = fits and len(value) == len(expected)
        return fits and all(map(lambda one, two: same(one, two, close=close), value, expected))
    return type(value) is type(expected) and value == expected


def same_arrays(value: np.ndarray, expected: np.ndarray, *, close: float) -> bool:
    """Tell whether two arrays have one shape and nearly the same numbers; NaN equals NaN."""
    truths = {array.dtype == bool for array in (value, expected) if array.size}
    if value.shape != expected.shape or len(truths) > 1:
        return False
    value, expected = value.astype(float), expected.astype(float)
    finite = np.abs(expected[np.isfinite(expected)])
    least = 1e-2 * close * finite.max(initial=0) + 1e-12
    return bool(np.allclose(value, expected, rtol=close, atol=least, equal_nan=True))


# --- Describing ----------------------------------------------------------------------------------


def describe(value, expected, inputs: tuple) -> str:
    """Return the best words for the difference between a value and the expected one."""
    ours, theirs = as_array(value), as_array(expected)
    pair = type(expected) is tuple and (ours is None or ours.shape[:1] != (len(expected),))
    if ours is None or theirs is None or pair:
        return describe_kinds(value, expected)
    if (ours.dtype == bool) != (theirs.dtype == bool):
        return describe_truths(ours.dtype == bool)
    if ours.shape != theirs.shape:
        return describe_shapes(ours, theirs)
    ours, theirs = ours.astype(float), theirs.astype(float)
    if not np.isfinite(ours).all() and np.isfinite(theirs).all():
        return describe_not_finite(ours)
    return describe_numbers(ours, theirs, inputs) or "The result is not right."


def describe_kinds(value, expected) -> str:
    """Return words for two values of which one is no number or array of numbers."""
    wanted = {"truth": "True or False", "number": "a number", "text": "a text", "list": "a list"}
    wanted["dictionary"] = "a dictionary"
    ours, theirs = kind(value), kind(expected)
    if type(expected) is tuple and (ours != "list" or len(value) != len(expected)):
        count = "one thing" if ours != "list" else f"{shown_count(value)} things"
        return f"It gives back {count}; wanted are {len(expected)}, as `return a, b` gives two."
    if isinstance(expected, np.ndarray) and expected.ndim and theirs == "number":
        return f"It gives back {wanted[ours]}; wanted is an array of numbers."
    if ours != theirs:
        return f"It gives back {wanted[ours]}; wanted is {wanted[theirs]}."
    if ours in ("list", "dictionary") and len(value) != len(expected):
        return f"It gives back {shown_count(value)} items; another number is wanted."
    return "The result is not right."


def shown_count(value) -> str:
    """Return how long a value is, in words that have no room for inputs."""
    return str(len(value)) if len(value) < 100 else "a hundred or more"


def describe_truths(ours: bool) -> str:
    """Return words for truth values in the place of numbers, or the other way round."""
    if ours:
        return "It gives back True or False; wanted are numbers."
    return "It gives back numbers; wanted is True or False."


def describe_shapes(ours: np.ndarray, theirs: np.ndarray) -> str:
    """Return words for two arrays of different shapes."""
    if ours.shape == theirs.shape[::-1] and same_arrays(ours.T, theirs, close=1e-4):
        return "Rows and columns are exchanged: the result is transposed."
    found, wanted = shown_shape(ours), shown_shape(theirs)
    return f"The shape is wrong: it gives back {found}; wanted is {wanted}."


def shown_shape(array: np.ndarray) -> str:
    """Return words on the shape of an array; long ones could hold inputs, and are not told."""
    if array.ndim > MOST_SIDES or max(array.shape, default=0) > LONGEST_SIDE:
        return "an array of another shape"
    return f"an array of shape {array.shape}" if array.ndim else "one number"


def describe_not_finite(ours: np.ndarray) -> str:
    """Return words for NaN or infinity where numbers are wanted."""
    found = "NaN (not a number)" if np.isnan(ours).any() else "infinity"
    return (
        f"It gives {found}. Look for a power, a logarithm or a division that large, small or "
        "zero inputs break."
    )


def describe_numbers(ours: np.ndarray, theirs: np.ndarray, inputs: tuple) -> str | None:
    """Return words for a wrong sign, factor, offset, order or rounding, or None."""
    if same_arrays(-ours, theirs, close=1e-4):
        return "The sign is the wrong way round."
    factor = constant_factor(ours, theirs)
    if factor:
        return describe_factor(factor, inputs)
    if ours.size > 2 and same_arrays(ours - (ours - theirs).flat[0], theirs, close=1e-4):
        return "Every number is off by the same amount."
    if ours.size > 2 and same_arrays(np.sort(ours, None), np.sort(theirs, None), close=1e-4):
        return "The numbers are right, but their order is not."
    if np.abs(ours).max(initial=0) > 1 and same_arrays(ours, np.round(theirs), close=1e-9):
        return "It is rounded; wanted is the number itself."
    return None


def constant_factor(ours: np.ndarray, theirs: np.ndarray) -> float | None:
    """Return by what whole number all of `theirs` were multiplied or divided, or None.

    Another factor belongs to the numbers that were drawn, and says nothing of the mistake. From a
    single number only a double and a half are told: the rest may be chance.
    """
    largest = np.abs(theirs).argmax() if theirs.size else 0
    if not theirs.size or not theirs.flat[largest] or not np.isfinite(ours).all():
        return None
    factor = ours.flat[largest] / theirs.flat[largest]
    if not factor or not same_arrays(ours / factor, theirs, close=1e-4):
        return None
    size = max(abs(factor), 1 / abs(factor))
    most = MOST_FACTOR if theirs.size > 1 else 2
    is_whole = 2 <= round(size) <= most and np.isclose(size, round(size), rtol=1e-4)
    return factor if is_whole else None


def describe_factor(factor: float, inputs: tuple) -> str:
    """Return words for a constant factor: a forgotten mean, a forgotten 2, or just the factor."""
    sides = {
        side for one in inputs if isinstance(one, np.ndarray) for side in one.shape if side > 1
    }
    if any(np.isclose(factor, side) for side in sides - {2}):
        return "It is a sum where a mean is wanted: divide by the number of values."
    if any(np.isclose(factor * side, 1) for side in sides - {2}):
        return "It is divided by the number of values once too often."
    return f"Everything is off by one factor: it is {factor:.3g} times what it should be."
