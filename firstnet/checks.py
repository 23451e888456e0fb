"""Hold what a run gave against what the book says it gives."""

import math

from firstnet import data


class CheckError(AssertionError):
    """A result lies outside the tolerance that the book states."""


def measured(name: str, value: float, *, near: float, within: float, dataset: str | None = None):
    """Print a measured value and hold it to the book's number.

    A trained loss or accuracy differs in its last digits from one processor to the next, so the
    book states each with a tolerance: `near` plus or minus `within`, in the unit of `value`.
    With `dataset` (as "mnist") the comparison is made only if that real dataset was loaded; on
    the embedded digits the value is printed, and the line says that it was not compared.

    Raises CheckError outside the tolerance, and for NaN or infinity.
    """
    if dataset is not None and not data.is_real(dataset):
        print(f"{name}: {value:.4g} (not compared: this is not the real {dataset.upper()})")
        return
    if not (math.isfinite(value) and abs(value - near) <= within):
        raise CheckError(f"{name} is {value:.6g}; the book says {near:g} ± {within:g}.")
    print(f"{name}: {value:.4g} (the book: {near:g} ± {within:g})")
