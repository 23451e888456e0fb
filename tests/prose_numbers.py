"""Find the numbers that a text quotes, and what stands behind them.

A number in the prose of a chapter is a quotation: of what the chapter's run printed or kept, of a
literal in its code, of a recorded experiment, of the article whose claim is tested, or of an
equation that stands beside it and is true. `unfounded` returns the numbers that are none of these.
"""

import ast
import json
import math
import operator
import re
from dataclasses import dataclass
from itertools import pairwise

SMALL = 12  # whole numbers up to here count things in the text itself
FEW = 20  # runs, whose results are quoted one by one
NUMBER = re.compile(
    r"(?<![\w.])(\d{1,3}(?:,\d{3})+(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?)(\s*%)?(?![\w]|\.\d)"
)
OUTPUT_NUMBER = re.compile(
    r"(?<![A-Za-z_\d.])(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+\.?\d*(?:e[+-]?\d+)?)", re.I
)
FENCE = re.compile(r"```(\w*)\n(.*?)```", re.S)
MATH = re.compile(r"\$\$(.+?)\$\$|\$(.+?)\$", re.S)
RELATION = re.compile(r"\\approx|\\le\b|\\ge\b|=|<|>")


@dataclass(frozen=True)
class Quote:
    """A number as a text writes it: its size, its decimals, percent or not, and its place."""

    value: float
    decimals: int
    percent: bool
    before: str
    after: str
    text: str

    @property
    def half_unit(self):
        """Return how far a value may lie from what is written, being rounded to it."""
        return 0.5 * 10**-self.decimals * (1 + 1e-9) + 1e-12

    def fits(self, value):
        """Tell whether a value, rounded as the text rounds, is the number; signs do not count."""
        value = value / 1e6 if self.after.lstrip().startswith("million") else value
        if abs(abs(value) - self.value) <= self.half_unit:
            return True
        return self.percent and abs(abs(value) * 100 - self.value) <= self.half_unit


def plain_number(text):
    """Return the number that a text writes with commas between its thousands."""
    return float(text.replace(",", ""))


# --- What stands in the prose --------------------------------------------------------------------

STRIPPED = [  # what is no quotation, and what takes its place
    (FENCE, " "),
    (re.compile(r"`[^`]*`"), " ` "),
    (re.compile(r"\]\([^)]*\)"), "] "),
    (re.compile(r"https?://\S+"), " "),
    (re.compile(r"<[^>$]*>"), " "),
    (re.compile(r"^\*\*\d+\. ", re.M), "**"),  # the number of an exercise
    (re.compile(r"\b[ABC]\d+\b"), " "),  # the id of a claim
]


def prose_of(markdown):
    """Return what a Markdown cell says, without code, addresses and ids."""
    for pattern, instead in STRIPPED:
        markdown = pattern.sub(instead, markdown)
    return markdown


def in_plain_digits(text):
    """Return a text whose TeX numbers are written plainly, without the indices of its letters."""
    text = text.replace("{,}", ",")
    text = re.sub(r"_\{[^{}]*\}|_\w", "", text)
    return re.sub(r"\\[a-zA-Z]+", lambda name: f" {name[0]} ", text)


def quotes(markdown):
    """Return the numbers that a Markdown cell quotes."""
    text = MATH.sub(lambda m: f" {in_plain_digits(m[1] or m[2])} ", prose_of(markdown))
    return [
        Quote(
            plain_number(found[1]),
            len(found[1].partition(".")[2]),
            bool(found[2]) or text[found.end() :].lstrip().startswith("\\%"),
            text[max(0, found.start() - 40) : found.start()],
            text[found.end() : found.end() + 40],
            found[0],
        )
        for found in NUMBER.finditer(text)
    ]


# --- Equations -----------------------------------------------------------------------------------

GROUP = r"\{((?:[^{}]|\{[^{}]*\})*)\}"
TEX = [
    (r"\\[,;!:]|\\ |\\quad|\\qquad|\\bigl|\\bigr|\\left|\\right", " "),
    (r"\\[dt]?frac\s*(\d)\s*(\d)", r"((\1)/(\2))"),
    (rf"\\[dt]?frac\s*{GROUP}\s*{GROUP}", r"((\1)/(\2))"),
    (rf"\\sqrt\s*{GROUP}", r"sqrt(\1)"),
    (r"\\sqrt\s*(\d)", r"sqrt(\1)"),
    (r"\\ln\s*([\d.]+)", r"log(\1)"),
    (r"\\ln", "log"),
    (rf"(?<![A-Za-z])e\^{GROUP}", r"exp(\1)"),
    (r"(?<![A-Za-z])e\^(\d)", r"exp(\1)"),
    (rf"\^{GROUP}", r"**(\1)"),
    (r"\^(\d)", r"**\1"),
    (r"\\cdot|\\times|×|·", "*"),
    (r"\\div|÷", "/"),
    (r"−|–", "-"),
    (r"\\%|%", "/100"),
    (r"\\pi|π", "pi"),
]
FUNCTIONS = {"sqrt": math.sqrt, "log": math.log, "exp": math.exp}
OPERATIONS = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul,
    ast.Div: operator.truediv, ast.FloorDiv: operator.floordiv, ast.Mod: operator.mod,
    ast.Pow: operator.pow, ast.USub: operator.neg, ast.UAdd: operator.pos,
}  # fmt: skip


def as_python(tex):
    """Return a TeX expression of numbers as Python writes it."""
    text = re.sub(r"(?<=\d)\{,\}(?=\d)|(?<=\d),(?=\d{3})", "", tex)
    for pattern, instead in TEX:
        before = None
        while before != text:
            before, text = text, re.sub(pattern, instead, text)
    return " ".join(text.replace("{", "(").replace("}", ")").split())


def worth(expression):
    """Return what an expression of plain numbers is worth; None if it is anything else."""
    try:
        found = value_of(ast.parse(expression.strip(), mode="eval").body)
        return found if math.isfinite(found) else None
    except (ArithmeticError, SyntaxError, TypeError, ValueError, KeyError, RecursionError):
        return None


def value_of(node):
    """Return the value of a node, calculated with floats; raise KeyError for what is no formula."""
    if isinstance(node, ast.Constant) and is_plain(node.value):
        return float(node.value)
    if isinstance(node, ast.Name):
        return {"pi": math.pi}[node.id]
    if isinstance(node, ast.UnaryOp):
        return OPERATIONS[type(node.op)](value_of(node.operand))
    if isinstance(node, ast.BinOp):
        return OPERATIONS[type(node.op)](value_of(node.left), value_of(node.right))
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and len(node.args) == 1:
        return FUNCTIONS[node.func.id](value_of(node.args[0]))
    raise KeyError(ast.dump(node))


def equations(markdown):
    """Return the numbers of each true equation in a Markdown cell, as lists of quotes."""
    text = prose_of(markdown)
    chains = [RELATION.split(m[1] or m[2]) for m in MATH.finditer(text)] + calculations(text)
    pairs = [pair for chain in chains for pair in pairwise(map(as_python, chain))]
    return [quotes(" ; ".join(pair)) for pair in pairs if is_true(*pair)]


def is_true(left, right):
    """Tell whether two expressions are equal, as far as they are rounded; one must calculate."""
    values = worth(left), worth(right)
    if None in values or (is_number(left) and is_number(right)):
        return False
    decimals = [len(n.partition(".")[2]) for n in (left, right) if is_number(n)]
    units = [10**-places if places else 0.5 for places in decimals]  # what went in is rounded too
    return abs(values[0] - values[1]) <= 1.01 * max(units, default=1e-9 * abs(values[0]))


def is_number(expression):
    """Tell whether an expression is a number alone."""
    return bool(re.fullmatch(r"[-+]?\s*\d+(?:\.\d+)?", expression.strip()))


CALCULATION = re.compile(
    r"((?:[\d.,]+\s*[-+−·×÷/*]\s*)+[\d.,]*\d)\s*(?:=|is|are|makes?)\s+(?:about |only )?"
    r"([\d.,]*\d)"
)


def calculations(text):
    """Return the calculations that stand in plain words: `10,000 / 64 is 156.25`."""
    plain = MATH.sub(lambda m: m[1] or m[2], text)
    plain = re.sub(r"\\(?:cdot|times)", "·", plain.replace("{,}", ","))
    return [list(found) for found in CALCULATION.findall(plain)]


# --- What stands behind --------------------------------------------------------------------------


def numbers_in(text):
    """Return the numbers of a printed text; of 3.48e-07 also the 3.48."""
    found = [one.replace(",", "").lower() for one in OUTPUT_NUMBER.findall(text)]
    return [float(one) for one in found] + [float(n.split("e")[0]) for n in found if "e" in n]


def printed(notebook):
    """Return the numbers that a notebook's cells printed, showed or kept."""
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    found = []
    for output in (output for cell in cells for output in cell["outputs"]):
        data = output.get("data", {})
        kept = [text for kind, text in data.items() if kind.endswith(("text/plain", "text/html"))]
        for text in ["".join(output.get("text", "")), *map("".join, kept)]:
            found += numbers_in(re.sub(r"<[^>]*>", " ", text))
    return found


def literals(source):
    """Return the numbers of a Python source, and those it writes as a sum of literals."""
    found = []
    for node in ast.walk(ast.parse(re.sub(r"^\s*[%!].*$", "", source, flags=re.M))):
        if isinstance(node, ast.Constant) and is_plain(node.value):
            found.append(float(node.value))
        elif isinstance(node, ast.BinOp):
            value = worth(ast.unparse(node))
            found += [] if value is None or not math.isfinite(value) else [value]
    return found


def fenced(markdown):
    """Return the numbers in the Python of a Markdown cell: solutions, which tests run."""
    return [n for kind, code in FENCE.findall(markdown) if kind == "python" for n in literals(code)]


def settings(record):
    """Return the numbers of a recorded experiment that people chose: what its runs were given."""
    runs = record["runs"]
    chosen = [value for run in runs for value in run["settings"].values()]
    return [float(len(runs)), *map(float, filter(is_plain, chosen))]


def summary(record):
    """Return the numbers that a recorded experiment is about: its settings, and what few runs gave.

    No curves, no seconds, and no results of a grid: with hundreds of runs any number would fit.
    """
    runs = record["runs"] if len(record["runs"]) <= FEW else []
    given = [value for run in runs for value in (run.get("test") or {}).values()]
    return [*settings(record), *map(float, filter(is_plain, given))]


def is_plain(value):
    """Tell whether a value is a number."""
    return type(value) in (int, float)


def named_claims(markdown):
    """Return the ids of the claims that a text names."""
    return set(re.findall(r"\b[ABC]\d+\b", markdown))


# --- The rule ------------------------------------------------------------------------------------


def is_free(quote, exemptions):
    """Tell whether a number is exempt for a stated reason."""
    place = f"{quote.before}⟦{quote.text}⟧{quote.after}"
    return any(pattern.search(place) for pattern in exemptions)


def is_share(quote, evidence):
    """Tell whether `93 of 100` is a share that stands in the evidence."""
    of = re.match(r"\s*(?:of|in|from) (?:the )?([\d,]*\d)\b", quote.after)
    if not of or not plain_number(of[1]):
        return False
    whole = plain_number(of[1])
    return any(abs(value * whole - quote.value) <= 0.5 for value in evidence if value <= 1)


def stands(quote, evidence):
    """Tell whether a number is small, or in the evidence as it is written."""
    bare = not quote.percent and not quote.after.lstrip().startswith("million")
    if bare and quote.decimals == 0 and quote.value <= SMALL:
        return True
    return any(map(quote.fits, evidence)) or is_share(quote, evidence)


def with_equations(markdown_cells, evidence):
    """Return the evidence, and the numbers that equations add: one that fixes a single unknown."""
    known, found = list(evidence), None
    waiting = [one for cell in markdown_cells for one in equations(cell)]
    while found != []:
        unknown = [[quote for quote in one if not stands(quote, known)] for one in waiting]
        found = [quotes[0].value for quotes in unknown if len(quotes) == 1]
        known += found
    return known


def unfounded(markdown_cells, evidence, *, exemptions=()):
    """Return the quotes of some Markdown cells that nothing stands behind, as (cell, quote)."""
    known, found = with_equations(markdown_cells, evidence), []
    for number, cell in enumerate(markdown_cells):
        here = with_equations([cell], [*known, *fenced(cell)])
        wrong = [one for one in quotes(cell) if not stands(one, here)]
        found += [(number, one) for one in wrong if not is_free(one, exemptions)]
    return found


def read(path):
    """Return the content of a JSON file."""
    return json.loads(path.read_text("utf-8"))
