"""Which questions an assignment has: the book's own, or those of a module named by a teacher."""

import hashlib
import importlib
import importlib.util
import inspect
import sys
from functools import cache
from pathlib import Path

from firstnet.exercises import Exercise, Question

PACKAGE = Path(__file__).parents[1]
GRADING = ("confine", "course", "grading", "sandbox", "submission", "worker")
JUDGING = ("base", "judge", "trial", "wire")


@cache
def load(named: str | None):
    """Return the module of exercises: the book's, or one named by its file or import name."""
    if named is None:
        return importlib.import_module("firstnet.exercises")
    if not named.endswith(".py"):
        return importlib.import_module(named)
    where = importlib.util.spec_from_file_location(f"exercises_of_{Path(named).stem}", named)
    module = importlib.util.module_from_spec(where)
    sys.modules[module.__name__] = module
    where.loader.exec_module(module)
    return module


def assignments(named: str | None) -> list[str]:
    """Return the names of the assignments: the stems of the chapters that have exercises."""
    module = load(named)
    return module.chapters() if hasattr(module, "chapters") else [module.CHAPTER]


def questions(named: str | None, assignment: str) -> list[type[Question]]:
    """Return the questions of an assignment in order; raise KeyError if there is none."""
    module = load(named)
    if hasattr(module, "of_chapter"):
        return module.of_chapter(assignment)
    if assignment != module.CHAPTER:
        raise KeyError(f"There is no assignment {assignment!r}, only {module.CHAPTER!r}.")
    found = [one for one in vars(module).values() if isinstance(one, type)]
    return [one for one in found if issubclass(one, Question) and one not in (Question, Exercise)]


def fingerprint(named: str | None, assignment: str) -> str:
    """Return a checksum of all that decides about points: the exercises, and the grader itself."""
    own = [PACKAGE / f"classroom/{name}.py" for name in GRADING]
    own += [PACKAGE / f"exercises/{name}.py" for name in JUDGING]
    files = {Path(inspect.getsourcefile(one)) for one in questions(named, assignment)}
    digest = hashlib.sha256()
    for path in sorted(files.union(own)):
        digest.update(path.read_bytes())
    return digest.hexdigest()
