"""Hold what a run gave against what the book says it gives."""

import math


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
