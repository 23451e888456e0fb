"""The exercises of the chapters: each stands in one place, and all else is derived from it."""

import difflib
import importlib
import pkgutil
from functools import cache

from firstnet.exercises.base import Exercise, Question

__all__ = ["Exercise", "Question", "chapters", "find", "of_chapter", "title"]


@cache
def modules() -> dict:
    """Return the modules with exercises by the stem of their chapter, as "04_walk_downhill"."""
    names = sorted(one.name for one in pkgutil.iter_modules(__path__))
    found = [name for name in names if name.startswith("chapter_")]
    loaded = [importlib.import_module(f"{__name__}.{name}") for name in found]
    return {module.CHAPTER: module for module in loaded}


def chapters() -> list[str]:
    """Return the stems of the chapters that have exercises, in reading order."""
    return list(modules())


def title(stem: str) -> str:
    """Return the title of a chapter, as "Bend a line" of "02_bend_line"."""
    return modules()[stem].TITLE


def of_chapter(stem: str) -> list[type[Question]]:
    """Return the exercises and questions of a chapter, in the order of their source."""
    if stem not in modules():
        raise KeyError(f"No exercises for {stem!r}. There are exercises for {chapters()}.")
    parts = vars(modules()[stem]).values()
    return [
        part
        for part in parts
        if isinstance(part, type) and part.__module__ == modules()[stem].__name__
    ]


def find(name: str) -> type[Question]:
    """Return the exercise of this name; raise KeyError that names the nearest ones."""
    known = {one.name: one for stem in chapters() for one in of_chapter(stem)}
    if name not in known:
        near = difflib.get_close_matches(name, known, cutoff=0.3) or sorted(known)
        raise KeyError(f"There is no exercise {name!r}. Do you mean {' or '.join(near)}?")
    return known[name]
