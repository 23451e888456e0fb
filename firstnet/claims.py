"""The claims of the three articles: hold what a chapter measured against them, and store it.

`book/claims.yml` lists every claim: what the article said, in which chapter it is tested, and how
far a measurement may lie from it. The page "What the articles said" is built from that file and
from the values that `measured` leaves in the executed notebooks.
"""

import math
from functools import cache
from pathlib import Path

from firstnet.checks import CheckError

PACKAGE = Path(__file__).parent
FILES = (PACKAGE / "claims.yml", PACKAGE.parent / "book" / "claims.yml")  # installed; a clone
PREFIX = "application/papermill.record/"  # a value that notebooks keep and pages do not show
DIGITS = 9  # that a stored number keeps: the last ones differ from one processor to the next


@cache
def claims() -> dict[str, dict]:
    """Return every claim by its id, as `book/claims.yml` has it."""
    import yaml

    path = next(filter(Path.is_file, FILES))
    return {claim["id"]: claim for claim in yaml.safe_load(path.read_text("utf-8"))}


def expected(claim: str, name: str) -> dict:
    """Return what a measurement of a claim is held to: near and within, above, below, or equals.

    Raises KeyError, with the names there are, for a claim or a measurement that is not listed.
    """
    if claim not in claims():
        raise KeyError(f"There is no claim {claim} in book/claims.yml.")
    known = claims()[claim].get("measured") or {}
    if name not in known:
        raise KeyError(f"Claim {claim} has no measurement {name!r}; it has {', '.join(known)}.")
    return known[name]


def holds(value, wanted: dict) -> bool:
    """Tell whether a value is what `wanted` asks for; NaN and infinity never are.

    A list of numbers is held to a list: `near` has one for each.
    """
    if "equals" in wanted:
        return value == wanted["equals"]
    if isinstance(value, list):
        pairs = zip(value, wanted["near"], strict=False)
        return len(value) == len(wanted["near"]) and all(
            holds(one, wanted | {"near": near}) for one, near in pairs
        )
    if not math.isfinite(value):
        return False
    near = "near" not in wanted or abs(value - wanted["near"]) <= wanted["within"]
    return near and wanted.get("above", -math.inf) < value < wanted.get("below", math.inf)


def in_words(wanted: dict) -> str:
    """Return what a value is held to, as a reader wants it."""
    if "equals" in wanted:
        return f"exactly {shown(wanted['equals'])}"
    parts = [f"{wanted['near']} ± {wanted['within']:g}"] if "near" in wanted else []
    parts += [f"{side} {wanted[side]:g}" for side in ("above", "below") if side in wanted]
    return ", ".join(parts)


def shown(value, within: float | None = None) -> str:
    """Return a value in digits: of a number held within something, one digit beyond that."""
    if isinstance(value, list):
        return f"[{', '.join(shown(one, within) for one in value)}]"
    if not isinstance(value, float):
        return str(value)
    if within is None or not math.isfinite(value):
        return f"{value:.6g}"
    return f"{value:.{max(0, 1 - math.floor(math.log10(within)))}f}"


def plain(value):
    """Return NumPy numbers, arrays and tuples as the plain numbers and lists they stand for."""
    if hasattr(value, "tolist"):
        return value.tolist()
    return [plain(one) for one in value] if isinstance(value, (list, tuple)) else value


def rounded(value):
    """Return a number, or each of a list, to the digits that are stored."""
    if isinstance(value, list):
        return [rounded(one) for one in value]
    return float(f"{value:.{DIGITS}g}") if isinstance(value, float) else value


def store(name: str, value) -> None:
    """Leave a value in the notebook under a name, unseen, as `myst_nb.glue` does."""
    from IPython.display import display

    about = {"scrapbook": {"name": name, "mime_prefix": PREFIX}}
    display({f"{PREFIX}text/plain": repr(rounded(value))}, raw=True, metadata=about)


def measured(claim: str, *, compare: bool = True, **values) -> None:
    """Print each value measured for a claim, hold it to the claim's tolerance, and store it.

    `values` are named as in `book/claims.yml`. With `compare=False`, for a run on other data than
    the book's, they are printed and the line says that they were not compared.

    Raises CheckError outside the tolerance, KeyError for a claim or a name that is not listed.
    """
    found = {name: plain(value) for name, value in values.items()}
    lines = [line(claim, name, value, compare=compare) for name, value in found.items()]
    print("\n".join(lines))
    for name, value in found.items() if compare else ():
        store(f"{claim}.{name}", value)


def line(claim: str, name: str, value, *, compare: bool) -> str:
    """Return what is printed of one measurement; raise CheckError outside its tolerance."""
    wanted = expected(claim, name)
    said = f"{claim} {name.replace('_', ' ')}: {shown(value, wanted.get('within'))}"
    if not compare:
        return f"{said} (not compared: this is not the book's data)"
    if not holds(value, wanted):
        raise CheckError(f"{said}; the book says {in_words(wanted)}.")
    return f"{said} (the book: {in_words(wanted)})"
