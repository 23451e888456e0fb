"""What every explorable is built on: an anywidget whose module is the shared script and its own."""

import inspect
import math
from pathlib import Path

import anywidget
import traitlets

SHARED = Path(__file__).with_name("_shared.js")


def read_beside(python_file, *, suffix):
    """Return the text of the shared file and of the file of the same stem, as one module.

    Static pages import the module from a blob URL, where nothing can be imported in turn:
    hence one text. A style sheet of the same stem is optional, a script is not.
    """
    shared, own = SHARED.with_suffix(suffix), Path(python_file).with_suffix(suffix)
    texts = [shared.read_text(encoding="utf-8")]
    if suffix == ".js" or own.exists():
        texts.append(own.read_text(encoding="utf-8"))
    return "\n".join(texts)


class Explorable(anywidget.AnyWidget):
    """Base class of the explorables: the traits of a subclass are the whole state.

    A subclass in `neuron.py` is drawn by `neuron.js` beside it, which stands in the same module as
    `_shared.js` and so uses its helpers without importing them.
    """

    def __init_subclass__(cls, **keywords):
        made_by_traitlets = isinstance(getattr(cls, "_esm", None), traitlets.TraitType)
        if not made_by_traitlets:
            python_file = inspect.getfile(cls)
            cls._esm = read_beside(python_file, suffix=".js")
            cls._css = read_beside(python_file, suffix=".css")
        super().__init_subclass__(**keywords)

    def __repr__(self):
        """Return the same text always: notebooks store it and must come out byte for byte."""
        return f"{type(self).__name__}()"


def hold(value, *, name, between):
    """Return `value` if it is finite and in the closed interval `between`, else say why not."""
    low, high = between
    if not (math.isfinite(value) and low <= value <= high):
        raise traitlets.TraitError(f"{name} must be from {low:g} to {high:g}, and it is {value}.")
    return value


def hold_pair(values, *, name, between):
    """Return the list `values` if it holds two numbers, each in its interval of `between`."""
    if len(values) != 2:
        raise traitlets.TraitError(f"{name} must hold two numbers, and it holds {len(values)}.")
    for position, value in enumerate(values):
        hold(value, name=f"{name}[{position}]", between=between[position])
    return values
