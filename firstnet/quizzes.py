"""The questions at the end of the chapters: plain data, checked here and sealed for the page.

`book/quizzes/CHAPTER.yml` is a list of questions. Each has an `id`, a `kind`, what it asks (`ask`,
with code in `backticks`), and by its kind:

- choice: `choices`, each with `text` and `because`; one of them is `right`.
- plot: axes `x` and `y` (`name`, `from`, `to`, `ticks`) and `curves`, each with its `y` at evenly
  spaced places, `alt` for who cannot see it, and `because`; one of them is `right`.
- number: `answer`, `within` (what it may be off by), perhaps a `unit`, `because`, `otherwise` (for
  a wrong number), and `slips`: known wrong numbers, each with `value` and `because`. Words of `ask`
  may stand beside what is typed, as in "12,000 bytes".
- order: `items` in the right order, `because`, `otherwise`, and `slips`: an `item`, by its place in
  `items` from 1, that was put before the item `before`, and `because`.

A `check` beside an answer is a Python expression that gives it: the tests evaluate it.
"""

import base64
import json
import random
import re
from collections import Counter
from pathlib import Path

PACKAGE = Path(__file__).parent
FOLDERS = (PACKAGE / "questions", PACKAGE.parent / "book" / "quizzes")  # installed; a clone
AXIS = {"name": str, "from": (int, float), "to": (int, float), "ticks": list}
SLIP = {"value": (int, float), "because": str}
KINDS = {  # what a question of a kind must have
    "choice": {"choices": list},
    "plot": {"x": dict, "y": dict, "curves": list},
    "number": {"answer": (int, float), "within": (int, float), "because": str, "otherwise": str},
    "order": {"items": list, "because": str, "otherwise": str},
}
MAY_HAVE = {"number": {"unit": str, "slips": list}, "order": {"slips": list}}
PARTS = {  # what each entry of a list must have
    ("choice", "choices"): {"text": str, "because": str},
    ("plot", "curves"): {"y": list, "alt": str, "because": str},
    ("number", "slips"): SLIP,
    ("order", "slips"): {"item": int, "before": int, "because": str},
}
EXTRA = {"right": bool, "check": str}
WORDS = {str: "a text", list: "a list", dict: "a mapping", int: "a whole number", bool: "true"}


class QuizError(ValueError):
    """A file of questions breaks a rule: the message names file, question and key."""


def names() -> list[str]:
    """Return the chapters that have a quiz, sorted, as "04_walk_downhill"."""
    return sorted({path.stem for folder in FOLDERS for path in folder.glob("*.yml")})


def load(chapter: str) -> list[dict]:
    """Return the questions of a chapter as they stand in its file, checked.

    Raises FileNotFoundError with the names that there are, and QuizError for a faulty file.
    """
    for folder in FOLDERS:
        path = folder / f"{chapter}.yml"
        if chapter in names() and path.is_file():
            return validated(_read(path), file=path.name)
    raise FileNotFoundError(
        f"There is no quiz called {chapter!r}. There are: {', '.join(names()) or 'none'}. "
        "In a clone they lie in book/quizzes; elsewhere, install firstnet again."
    )


def _read(path):
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times as fast, where it is built
    try:
        return yaml.load(path.read_text("utf-8"), loader)
    except yaml.YAMLError as error:
        raise QuizError(f"{path.name}: it is no YAML: {error}") from error


# --- Checking what was written -------------------------------------------------------------------


def validated(questions, *, file: str) -> list[dict]:
    """Return the questions if they keep the rules above; else raise QuizError."""
    if not (isinstance(questions, list) and questions):
        raise QuizError(f"{file}: it must be a list of questions.")
    for number, question in enumerate(questions, 1):
        if not isinstance(question, dict):
            raise QuizError(f"{file}, question {number}: it must be a mapping with an id.")
        _check_question(question, place=f"{file}, question {question.get('id', number)}")
    counts = Counter(question["id"] for question in questions)
    twice = [name for name, count in counts.items() if count > 1]
    if twice:
        raise QuizError(f"{file}, question {twice[0]}: its id is used twice.")
    return questions


def _check_question(question, *, place):
    kind = question.get("kind")
    if kind not in KINDS:
        raise QuizError(f"{place}: kind must be one of {', '.join(KINDS)}, and it is {kind!r}.")
    must = {"id": str, "kind": str, "ask": str} | KINDS[kind]
    may = {"check": str} | MAY_HAVE.get(kind, {})
    _check_keys(question, must=must, may=may, place=place)
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", question["id"]):
        raise QuizError(f"{place}: id must be small letters, digits and single hyphens.")
    for (of, key), wanted in PARTS.items():
        for number, part in enumerate(question.get(key, []) if of == kind else [], 1):
            _check_part(part, must=wanted, place=f"{place}, {key} {number}")
    RULES[kind](question, place)


def _check_part(part, *, must, place):
    if not isinstance(part, dict):
        raise QuizError(f"{place}: it must be a mapping with {', '.join(must)}.")
    _check_keys(part, must=must, may=EXTRA, place=place)


def _check_keys(mapping, *, must, may, place):
    for key in must:
        if key not in mapping:
            raise QuizError(f"{place}: {key} is missing.")
    for key, value in mapping.items():
        wanted = (must | may).get(key)
        if wanted is None:
            raise QuizError(f"{place}: {key} is not known; known: {', '.join(must | may)}.")
        boolean = isinstance(value, bool) and wanted is not bool
        if boolean or not isinstance(value, wanted) or value == "":
            raise QuizError(f"{place}: {key} must be {WORDS.get(wanted, 'a number')}.")


def _check_options(key):
    def check(question, place):
        rights = sum(one.get("right", False) for one in question[key])
        if len(question[key]) < 2 or rights != 1:
            raise QuizError(f"{place}: {key} must be two or more, one of them right: true.")

    return check


def _check_plot(question, place):
    _check_options("curves")(question, place)
    for axis in "xy":
        _check_keys(question[axis], must=AXIS, may={}, place=f"{place}, {axis}")
    for number, curve in enumerate(question["curves"], 1):
        numbers = [isinstance(y, int | float) and not isinstance(y, bool) for y in curve["y"]]
        if len(numbers) < 2 or not all(numbers):
            raise QuizError(f"{place}, curves {number}: y must be two or more numbers.")


def _check_number(question, place):
    if question["within"] < 0:
        raise QuizError(f"{place}: within must not be negative.")
    for slip in question.get("slips", []):
        if abs(slip["value"] - question["answer"]) <= 2 * question["within"]:
            raise QuizError(f"{place}: the slip {slip['value']} is as good as the answer.")


def _check_order(question, place):
    items = question["items"]
    if len(items) < 3 or len(set(map(str, items))) < len(items):
        raise QuizError(f"{place}: items must be three or more, all different.")
    if not all(isinstance(item, str) for item in items):
        raise QuizError(f"{place}: items must be texts; put quotation marks around them.")
    for slip in question.get("slips", []):
        if not 1 <= slip["before"] < slip["item"] <= len(items):
            raise QuizError(f"{place}: a slip puts an item before an earlier one.")


RULES = {
    "choice": _check_options("choices"),
    "plot": _check_plot,
    "number": _check_number,
    "order": _check_order,
}


# --- What goes to the page -----------------------------------------------------------------------


def sealed(questions: list[dict]) -> list[dict]:
    """Return what a page gets: the questions, options shuffled, and one opaque text for each.

    `question["sealed"]` holds verdicts and explanations, see `seal`. The questions keep their
    order; the options of each are shuffled by a seed made of its id, every time alike.
    """
    return [SEALERS[question["kind"]](question) for question in questions]


def seal(answers: dict, *, key: str) -> str:
    """Return answers as a text that nobody reads by accident, in a page's source or a notebook.

    It is JSON, mixed with a stream of bytes that follows from the question's id, in base64. This is
    no secret: the page must be able to open it, and so can anyone who reads this function.
    """
    plain = json.dumps(answers, ensure_ascii=False, separators=(",", ":")).encode()
    return base64.b64encode(_mix(plain, key)).decode()


def unseal(text: str, *, key: str) -> dict:
    """Return the answers in a sealed text."""
    return json.loads(_mix(base64.b64decode(text), key))


def _mix(data, key):
    stream = _stream(key)
    return bytes(byte ^ next(stream) for byte in data)


def _stream(key):
    """Yield bytes: xorshift32 from the FNV-1a hash of the key, as quiz.js does."""
    state = 0x811C9DC5
    for byte in key.encode():
        state = (state ^ byte) * 0x01000193 & 0xFFFFFFFF
    state |= 1
    while True:
        state ^= state << 13 & 0xFFFFFFFF
        state ^= state >> 17
        state ^= state << 5 & 0xFFFFFFFF
        yield state & 0xFF


def _shuffled(count, key):
    """Return the numbers below `count` in another order than their own, always the same."""
    order = list(range(count))
    random.Random(key).shuffle(order)
    return order[1:] + order[:1] if order == sorted(order) else order


def _public(question, keys, answers, **more):
    public = {key: question[key] for key in ("id", "kind", "ask", *keys) if key in question}
    return public | more | {"sealed": seal(answers, key=question["id"])}


def _seal_options(question, key, shown, keys=()):
    order = _shuffled(len(question[key]), question["id"])
    options = [question[key][place] for place in order]
    answers = {
        "right": [option.get("right", False) for option in options].index(True),
        "because": [option["because"] for option in options],
    }
    return _public(question, keys, answers, options=[shown(option) for option in options])


def _seal_choice(question):
    return _seal_options(question, "choices", lambda choice: choice["text"])


def _seal_plot(question):
    return _seal_options(
        question, "curves", lambda curve: {"y": curve["y"], "alt": curve["alt"]}, "xy"
    )


def _seal_number(question):
    keys = ("answer", "within", "because", "otherwise")
    slips = [{key: slip[key] for key in SLIP} for slip in question.get("slips", [])]
    return _public(question, ["unit"], {key: question[key] for key in keys} | {"slips": slips})


def _seal_order(question):
    order = _shuffled(len(question["items"]), question["id"])
    slips = [
        {
            "item": order.index(slip["item"] - 1),
            "before": order.index(slip["before"] - 1),
            "because": slip["because"],
        }
        for slip in question.get("slips", [])
    ]
    answers = {"order": [order.index(place) for place in range(len(order))], "slips": slips}
    answers |= {key: question[key] for key in ("because", "otherwise")}
    return _public(question, [], answers, options=[question["items"][place] for place in order])


SEALERS = {
    "choice": _seal_choice,
    "plot": _seal_plot,
    "number": _seal_number,
    "order": _seal_order,
}
