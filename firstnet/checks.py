"""Hold a run against what the book says, and a learner's function against an exercise."""

import dis
import inspect
import math
import secrets
import textwrap

WIDTH = 76  # columns; a page shows them without scrolling
UNTOUCHED = {
    "write": "not yet. Write your code in place of the three dots, and run this cell again.",
    "mend": "not yet. It is still as broken as it was. Change it, and run this cell again.",
}


class CheckError(AssertionError):
    """A result lies outside the tolerance that the book states."""


def measured(name: str, value: float, *, near: float, within: float, compare: bool = True):
    """Print a measured value and hold it to the book's number.

    A trained loss or accuracy differs in its last digits from one processor to the next, so the
    book states each with a tolerance: `near` plus or minus `within`, in the unit of `value`.
    With `compare=False`, for a run on other data than the book's, the value is printed and the
    line says that it was not compared.

    Raises CheckError outside the tolerance, and for NaN or infinity.
    """
    if not compare:
        print(f"{name}: {value:.4g} (not compared: this is not the book's data)")
        return
    if not (math.isfinite(value) and abs(value - near) <= within):
        raise CheckError(f"{name} is {value:.6g}; the book says {near:g} ± {within:g}.")
    print(f"{name}: {value:.4g} (the book: {near:g} ± {within:g})")


# --- Exercises -----------------------------------------------------------------------------------


def trials(exercise, function) -> list:
    """Return each case of an exercise with the verdict on a function, on fresh random inputs."""
    from firstnet.exercises import judge, trial

    drawn = [(case, case.inputs(secrets.randbits(32))) for case in exercise.cases()]
    outcomes = [(case, inputs, trial.run(function, inputs)) for case, inputs in drawn]
    return [(case, judge.judge(exercise, case, *rest)) for case, *rest in outcomes]


def answer(name: str, function) -> None:
    """Try a learner's function on fresh inputs; print that it is right, or what is wrong.

    `name` is the name of the exercise, as it stands in its task. Raises KeyError if there is no
    such exercise, but never because of what the function does.
    """
    from firstnet import exercises

    if not exercises.chapters():  # in the grader's sandbox, which judges outside
        return
    exercise = exercises.find(name)
    if not callable(function):
        words = f"not yet. {name} is no function. Begin with `def {name}(`."
    elif is_stub(exercise, function):
        words = UNTOUCHED["mend" if exercise.mends() else "write"]
    else:
        words = summary(trials(exercise, function))
    print(textwrap.fill(f"{name}: {words}", WIDTH))


def is_stub(exercise, function) -> bool:
    """Tell whether a function is still what the learner was given: its task says what to do."""
    theirs, ours = (getattr(one, "__code__", None) for one in (function, exercise.stub))
    return theirs is not None and gist(theirs) == gist(ours)


def gist(code) -> list:
    """Return what a function's code does, alike however Python came to compile it.

    Notebooks compile each statement by itself, so an imported name is called in another way.
    """
    steps = [one for one in dis.get_instructions(code) if one.opname != "PUSH_NULL"]
    return [(one.opname.replace("METHOD", "ATTR"), argument(one)) for one in steps]


def argument(step):
    """Return what a step of code works on: no place to jump to, of a function its gist."""
    if step.opcode in dis.hasjrel or step.opcode in dis.hasjabs:
        return None
    return gist(step.argval) if inspect.iscode(step.argval) else step.argval


def summary(found: list) -> str:
    """Return one sentence or two on the verdicts of all cases."""
    right = [case.name for case, verdict in found if verdict.right]
    reasons = [verdict.reason for _, verdict in found if not verdict.right]
    if not reasons:
        return max((verdict.reason for _, verdict in found), key=len)  # a remark, if there is one
    if right:
        return f"right for {' and '.join(right)}, but not yet always. {reasons[0]}"
    return f"not yet. {reasons[0]}"


def require(name: str, function, *, case: str) -> None:
    """Try one case of an exercise; raise CheckError with words on what is wrong.

    For the test cells of assignments: nbgrader gives a cell its points when it raises nothing.
    """
    from firstnet import exercises
    from firstnet.exercises import judge, trial

    if not exercises.chapters():
        return
    exercise = exercises.find(name)
    one = exercise.case(case)
    inputs = one.inputs(secrets.randbits(32))
    verdict = judge.judge(exercise, one, inputs, trial.run(function, inputs))
    if not verdict.right:
        raise CheckError(f"{name}, {one.name}: {verdict.reason}")
