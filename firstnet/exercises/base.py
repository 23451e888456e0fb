"""What an exercise is: task, stub, solution, check, hints and wrong answers, in one place."""

import inspect
import re
import textwrap
import zlib
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Case:
    """One part of a check, with points of its own: how its inputs are drawn."""

    name: str
    points: int
    draw: Callable
    close: float | None = None  # where the tolerance of the exercise is too narrow

    @property
    def key(self) -> str:
        """The name as it stands in ids, as "two-inputs"."""
        return re.sub(r"[^a-z0-9]+", "-", self.name.lower()).strip("-")

    def inputs(self, seed: int) -> tuple:
        """Return the arguments of one call; another seed gives others."""
        random = np.random.default_rng([seed, zlib.crc32(self.name.encode())])
        drawn = self.draw(random)
        return drawn if isinstance(drawn, tuple) else (drawn,)


@dataclass(frozen=True)
class Wrong:
    """A plausible wrong answer, and the hint that it must get."""

    hint: str
    function: Callable


def case(name: str, *, points: int = 1, close: float | None = None):
    """Mark the function that draws the inputs of one case: it takes a Generator of NumPy."""
    return lambda draw: Case(name, points, draw, close)


def wrong(hint: str):
    """Mark a wrong answer, and say what whoever gives it needs to hear."""
    return lambda function: Wrong(" ".join(hint.split()), function)


def text(words: str) -> str:
    """Return a text of a source file without its indentation."""
    return textwrap.dedent(words).strip()


class Question:
    """A question that a person answers in words, and a person reads.

    A subclass sets `name` (unique in the book), `title`, `task` and `solution_text` (Markdown),
    `hints`, `points`, and `solution_code` where code shows that the answer holds.
    """

    name = ""
    title = ""
    task = ""
    hints: tuple = ()
    solution_text = ""
    solution_code = ""
    points = 2

    def __init_subclass__(cls):
        cls.task, cls.solution_text = text(cls.task), text(cls.solution_text)
        cls.solution_code = text(cls.solution_code)
        cls.hints = tuple(text(hint) for hint in cls.hints)


class Exercise(Question):
    """A function that the learner writes and `firstnet.checks` tries on fresh inputs.

    A subclass also sets `imports`, the functions `stub` and `solution`, and at least one `case`
    and three `wrong`. Results are compared to the relative tolerance `close`; where many
    results are right, `accept(value, *inputs)` returns None, or words that say what is wrong; it
    is given numbers only, in arrays or lists, and is not asked of anything else.
    `answered_in` names the modules of the package, as "firstnet.losses", that hold a right answer:
    where a learner's own code imports one, a person marks the question.
    Here `solution_code` calls the solution: it shows that the numbers in `solution_text` hold.
    """

    imports: tuple = ("import numpy as np",)
    close = 1e-4
    accept = None
    answered_in: tuple = ()
    _cases: tuple = ()
    wrongs: tuple = ()

    def __init_subclass__(cls):
        super().__init_subclass__()
        parts = list(vars(cls).values())
        cls._cases = tuple(part for part in parts if isinstance(part, Case))
        cls.wrongs = tuple(part for part in parts if isinstance(part, Wrong))
        cls.points = sum(one.points for one in cls._cases)

    @classmethod
    def cases(cls) -> tuple[Case, ...]:
        """Return the parts of the check, in order."""
        return cls._cases

    @classmethod
    def case(cls, key: str) -> Case:
        """Return the case of this name or key; raise KeyError that names them all."""
        found = [one for one in cls._cases if key in (one.name, one.key)]
        if not found:
            raise KeyError(f"{cls.name} has the cases {[one.name for one in cls._cases]}: {key!r}")
        return found[0]

    @classmethod
    def mends(cls) -> bool:
        """Tell whether the stub is broken code to mend, and not three dots."""
        return not inspect.getsource(vars(cls)["stub"]).rstrip().endswith("...")

    @classmethod
    def source(cls, part: str) -> str:
        """Return the code of "stub" or "solution" as the learner's function, without imports."""
        lines = inspect.getsource(vars(cls)[part])
        return textwrap.dedent(lines).replace(f"def {part}(", f"def {cls.name}(", 1).rstrip()

    @classmethod
    def code(cls, part: str) -> str:
        """Return "stub" or "solution" as a cell: what it imports, then the function."""
        source = cls.source(part)
        used = [line for line in cls.imports if part == "solution" or needed(line, source)]
        return "\n".join([*used, "", "", source]) if used else source


def needed(line: str, source: str) -> bool:
    """Tell whether a source uses a name that an import line brings, NumPy always counted."""
    names = re.split(r",\s*", line.rsplit("import ", 1)[1].replace(" as ", ","))
    return "numpy" in line or any(re.search(rf"\b{name}\b", source) for name in names)
