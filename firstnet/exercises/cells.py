"""What is derived from an exercise: its texts and code, for notebook, page and assignment."""

from firstnet.exercises.base import Exercise, Question

FOLD = "<details>\n<summary>{summary}</summary>\n\n{content}\n\n</details>"


def fold(summary: str, content: str) -> str:
    """Return text behind a toggle, as plain HTML and Markdown: Colab, Jupyter and pages show it."""
    return FOLD.format(summary=summary, content=content)


def summaries(count: int) -> list[str]:
    """Return the headings of the hints: "Hint", or "Hint 1", "Hint 2"..."""
    return ["Hint"] if count == 1 else [f"Hint {number + 1}" for number in range(count)]


def task(exercise: type[Question], *, number: int) -> str:
    """Return title, task and hints, each hint behind a toggle, as Markdown."""
    hints = zip(summaries(len(exercise.hints)), exercise.hints, strict=True)
    title = f"**{number}. {exercise.title}.** {exercise.task}"
    return "\n\n".join([title, *(fold(summary, hint) for summary, hint in hints)])


def is_checked(exercise: type[Question]) -> bool:
    """Tell whether code is asked for, which `firstnet.checks` tries."""
    return issubclass(exercise, Exercise)


def attempt(exercise: type[Exercise]) -> str:
    """Return the cell that the learner fills in: what it imports, the stub, and the check."""
    stub = exercise.code("stub").split("\n\n\n")
    imports = "\n".join([*stub[:-1], "from firstnet import checks"])
    check = f'checks.answer("{exercise.name}", {exercise.name})'
    return f"{imports}\n\n{stub[-1]}\n\n{check}"


def solution(exercise: type[Question]) -> str:
    """Return the solution behind a toggle, as Markdown."""
    function = exercise.code("solution") if is_checked(exercise) else ""
    code = "\n\n".join(part for part in (function, exercise.solution_code) if part)
    code = code.replace("\n\n\n", "\n\n")
    parts = [exercise.solution_text, f"```python\n{code}\n```" if code else ""]
    return fold("Solution", "\n\n".join(part for part in parts if part))


def cells(exercise: type[Question], *, number: int) -> list[tuple[str, str]]:
    """Return the cells of an exercise in the chapter's notebook: pairs of kind and source."""
    asked, solved = task(exercise, number=number), solution(exercise)
    if is_checked(exercise):
        return [("markdown", asked), ("code", attempt(exercise)), ("markdown", solved)]
    return [("markdown", f"{asked}\n\n{solved}")]
