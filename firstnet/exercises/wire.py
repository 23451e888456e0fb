"""Values as JSON and back: exact for numbers, and reading never evaluates anything.

A sandboxed process answers in this form, so `decode` trusts nothing: it builds only plain values
and arrays of numbers, and refuses all else with a WireError. Both need only NumPy.
"""

import base64
import binascii
import math
from collections.abc import Iterator
from decimal import Decimal
from itertools import islice
from numbers import Rational

import numpy as np

DTYPES = (
    "|b1",
    *(f"{'|' if size == 1 else '<'}{kind}{size}" for kind in "iu" for size in (1, 2, 4, 8)),
)
DTYPES = (*DTYPES, "<f2", "<f4", "<f8")
MOST_BYTES = 16_000_000
MOST_DEPTH = 16
MOST_ITEMS = 200_000
WIDEST_INTEGER = 2**64
PHRASES = ("something nested too deeply", "a huge whole number", "a huge array")
ARRAYS = "str bytes object void complex64 complex128 longdouble clongdouble datetime64 timedelta64"
TYPES = (
    "object type function method builtin_function_or_method ufunc module property partial complex "
    "set frozenset bytes bytearray memoryview slice ellipsis NotImplementedType coroutine "
    "dict_keys dict_values dict_items Generator RandomState dtype DataFrame Series Figure Axes "
    "EagerTensor KerasTensor ResourceVariable Variable Sequential Functional Model Dense Conv2D "
    "MaxPooling2D Flatten Dropout History"
)
# What has no form may be called one of these: any other name could spell the inputs.
KINDS = {*PHRASES, *TYPES.split(), *(f"an array of {one}" for one in ARRAYS.split())}
NOT_FINITE = {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}


class WireError(ValueError):
    """A message is not of the form that `encode` writes."""


def encode(value, *, depth: int = 0):
    """Return a JSON-able form of a value; what has none becomes {"unknown": name of its type}."""
    if depth > MOST_DEPTH:
        return {"unknown": "something nested too deeply"}
    if value is None or type(value) in (bool, str):
        return value
    if type(value) is int:
        return value if abs(value) <= WIDEST_INTEGER else {"unknown": "a huge whole number"}
    if type(value) is float:
        return value if math.isfinite(value) else {"float": str(value)}
    if type(value) in (list, tuple):
        return {type(value).__name__: [encode(one, depth=depth + 1) for one in value]}
    if type(value) is dict:
        pairs = value.items()
        return {"dict": [[encode(one, depth=depth + 1) for one in pair] for pair in pairs]}
    as_plain = plain(value)
    return encode_array(value) if as_plain is None else encode(as_plain, depth=depth + 1)


def plain(value):
    """Return what has a form of its own for a value that has none, as a named tuple, or None."""
    if isinstance(value, Iterator | range):
        return list(islice(value, MOST_ITEMS + 1))
    for cls in (str, tuple, list, dict, int):
        if isinstance(value, cls) and type(value) is not cls:
            return cls(value)
    if isinstance(value, Rational | Decimal) and not isinstance(value, np.generic):
        return float(value)
    return None


def encode_array(value):
    """Return an array, or what turns into one as a tensor does, as dtype, shape and bytes."""
    name = {"unknown": type(value).__name__[:80]}
    if not hasattr(value, "__array__"):
        return name
    array = np.asarray(value)
    little = array.dtype.newbyteorder("<")
    if little.str not in DTYPES:
        return {"unknown": f"an array of {array.dtype.type.__name__.rstrip('_')}"}
    if array.nbytes > MOST_BYTES:
        return {"unknown": "a huge array"}
    data = base64.b64encode(np.ascontiguousarray(array, little).tobytes()).decode("ascii")
    return {"array": data, "dtype": little.str, "shape": list(array.shape)}


def require(condition: bool, words: str) -> None:
    """Raise WireError with these words unless the condition holds."""
    if not condition:
        raise WireError(words)


def decode(message, *, depth: int = 0):
    """Return the value that a JSON-able form stands for; raise WireError for any other form."""
    require(depth <= MOST_DEPTH, "nested too deeply")
    if message is None or type(message) in (bool, str):
        return message
    if type(message) in (int, float):
        return decode_number(message)
    require(type(message) is dict and message != {}, "not a value")
    if set(message) == {"array", "dtype", "shape"}:
        return decode_array(**message)
    require(len(message) == 1, "not a value")
    (kind, content), *_ = message.items()
    return decode_holder(kind, content, depth=depth + 1)


def decode_number(number):
    """Return a finite number of moderate size."""
    require(math.isfinite(number) if type(number) is float else True, "not a finite number")
    require(abs(number) <= WIDEST_INTEGER or type(number) is float, "a huge whole number")
    return number


def decode_holder(kind: str, content, *, depth: int):
    """Return a list, tuple, dictionary or number that is not finite."""
    if kind == "float":
        require(type(content) is str and content in NOT_FINITE, "not a number")
        return NOT_FINITE[content]
    if kind == "unknown":
        require(type(content) is str, "not the name of a type")
        name = content if content in KINDS else "an object"
        raise WireError(f"it is {name}, which cannot be compared")
    require(kind in ("list", "tuple", "dict") and type(content) is list, "not a value")
    require(len(content) <= MOST_ITEMS, "too many items")
    if kind == "dict":
        return decode_dict(content, depth=depth)
    items = [decode(one, depth=depth) for one in content]
    return items if kind == "list" else tuple(items)


def decode_dict(pairs: list, *, depth: int) -> dict:
    """Return a dictionary whose keys are texts or numbers."""
    require(all(type(pair) is list and len(pair) == 2 for pair in pairs), "not a dictionary")
    keys = [decode(key, depth=depth) for key, _ in pairs]
    require(all(type(key) in (str, int, float, bool) for key in keys), "a key that is none")
    return dict(zip(keys, (decode(value, depth=depth) for _, value in pairs), strict=True))


def decode_array(*, array, dtype, shape):
    """Return a new array of one of the allowed types; its bytes must fit its shape."""
    require(type(dtype) is str and dtype in DTYPES, "an array of a type that is not allowed")
    require(type(array) is str and len(array) <= 1.4 * MOST_BYTES, "no array")
    require(type(shape) is list and len(shape) <= 16, "an array without a shape")
    require(all(type(side) is int and 0 <= side <= MOST_BYTES for side in shape), "no shape")
    try:
        data = base64.b64decode(array, validate=True)
    except (binascii.Error, ValueError) as error:
        raise WireError("an array that cannot be read") from error
    require(len(data) == math.prod(shape) * np.dtype(dtype).itemsize, "an array of wrong length")
    require("b" not in dtype or set(data) <= {0, 1}, "a truth value that is neither")
    try:
        return np.frombuffer(data, dtype).reshape(shape).copy()[()]  # one number is no array
    except ValueError as error:
        raise WireError("an array of a shape that is too large") from error
