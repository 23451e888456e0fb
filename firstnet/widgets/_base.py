"""What every explorable is built on: an anywidget whose module is the shared script and its own."""

import inspect
import math
from pathlib import Path

import anywidget
import numpy as np
import traitlets

SHARED = Path(__file__).with_name("_shared.js")


def read_beside(python_file, *, suffix, uses=()):
    """Return the texts of the shared files and of the file of the same stem, as one module.

    Static pages import the module from a blob URL, where nothing can be imported in turn:
    hence one text. `uses` names more shared files, as "digits" for `_digits.js`. A style sheet
    is optional, the script of the explorable itself is not.
    """
    shared = [SHARED.with_name(f"_{name}{suffix}") for name in ("shared", *uses)]
    own = Path(python_file).with_suffix(suffix)
    files = [*filter(Path.exists, shared), *([own] if suffix == ".js" or own.exists() else [])]
    return "\n".join(file.read_text(encoding="utf-8") for file in files)


def packed(array, dtype):
    """Return an array as bytes for a `traitlets.Bytes` trait: little-endian, C order.

    In the module `bytesOf(view)` reads them as uint8 and `floatsOf(view)` as float32.
    """
    return np.ascontiguousarray(array, np.dtype(dtype).newbyteorder("<")).tobytes()


class Explorable(anywidget.AnyWidget):
    """Base class of the explorables: the traits of a subclass are the whole state.

    A subclass in `neuron.py` is drawn by `neuron.js` beside it, which stands in the same module as
    `_shared.js` and so uses its helpers without importing them; `uses` names more such files.
    """

    uses = ()

    def __init_subclass__(cls, **keywords):
        made_by_traitlets = isinstance(getattr(cls, "_esm", None), traitlets.TraitType)
        if not made_by_traitlets:
            python_file = inspect.getfile(cls)
            cls._esm = read_beside(python_file, suffix=".js", uses=cls.uses)
            cls._css = read_beside(python_file, suffix=".css", uses=cls.uses)
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
