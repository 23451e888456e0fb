"""No number in the prose of a chapter without a run, a formula or an article behind it."""

import dataclasses
import math
import re

import nbformat
import prose_numbers as prose
import pytest

from firstnet import claims
from tests.test_claims import VALUES
from tools import ROOT, notebooks

CHAPTERS = notebooks.chapters()
INDEX = ROOT / "book" / "index.md"

FACTS = {  # that hold in every chapter; the last test measures them
    70_000: "images of MNIST",
    255: "the largest pixel",
    1_437: "embedded digits to learn from",
    360: "embedded digits to test with",
}
EXEMPT = {  # where, and why; the brackets mark the number
    r"\*\*Time:\*\* about ⟦\d+⟧ minutes": "how long reading takes is estimated, not run",
    r"⟦1958⟧, one of the first neurons": "a year, with its source in the references",
    r"0\.8 is better than ⟦0\.6⟧": "a guess made up to compare with",
    r"in about ⟦40⟧\s+lines of Python": "counted by a test below",
    r"Keras ⟦3\.15⟧ there is a trap": "a version, held to pyproject.toml below",
    r"Python ⟦3\.1[123]⟧|, ⟦3\.12⟧ or|or ⟦3\.13⟧": "versions, held to pyproject.toml below",
}
EXEMPTIONS = [re.compile(pattern) for pattern in EXEMPT]

each_chapter = pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda path: path.stem)


def markdown_of(chapter):
    cells = notebooks.read_chapter(chapter).cells
    return [cell.source for cell in cells if cell.cell_type == "markdown"]


def exact_counts():
    """Return the numbers that chapters count and keep for a claim, exactly."""
    found = []
    for name, values in VALUES.items():
        wanted = claims.claims()[name]["measured"] or {}
        kept = [value for what, (value, _) in values.items() if "equals" in wanted.get(what, {})]
        found += prose.numbers_in(str(kept))
    return found


def evidence_of(chapter):
    """Return the numbers that stand behind a chapter's prose, but for its equations."""
    path, source = notebooks.notebook_path(chapter), chapter.read_text("utf-8")
    found = [*FACTS, *exact_counts(), math.e, math.pi]
    if path.is_file():
        found += prose.printed(prose.read(path))
    for cell in notebooks.read_chapter(chapter).cells:
        found += prose.literals(cell.source) if cell.cell_type == "code" else []
    for record in filter(lambda file: file.is_file(), notebooks.recorded_files(source)):
        found += prose.summary(prose.read(record))
    for name in prose.named_claims("\n".join(markdown_of(chapter))) & set(claims.claims()):
        found += prose.numbers_in(claims.claims()[name]["said"])
    return found


def report(found):
    return "\n".join(
        f"cell {cell}: …{quote.before!r} [{quote.text}] {quote.after!r}…" for cell, quote in found
    )


@each_chapter
def test_every_number_in_the_prose_has_something_behind_it(chapter):
    found = prose.unfounded(markdown_of(chapter), evidence_of(chapter), exemptions=EXEMPTIONS)
    assert not found, (
        f"{chapter.name} quotes numbers that no run, formula, claim or recorded experiment gives.\n"
        "Print them in a cell, write the equation, or say it in words:\n" + report(found)
    )


def test_every_number_of_the_first_page_has_something_behind_it():
    text = INDEX.read_text("utf-8")
    found = prose.unfounded([text], [*FACTS, *exact_counts()], exemptions=EXEMPTIONS)
    assert not found, report(found)


def chosen(claim):
    """Return the numbers that people chose in the chapter of a claim: no result is among them."""
    path = notebooks.CHAPTERS / f"{claim['chapter']}.py"
    if not path.is_file():
        return []
    source = path.read_text("utf-8")
    records = filter(lambda file: file.is_file(), notebooks.recorded_files(source))
    settings = [prose.settings(prose.read(record)) for record in records]
    return [*prose.literals(source), *sum(settings, [])]


@pytest.mark.parametrize("claim", claims.claims().values(), ids=claims.claims())
def test_what_was_found_types_no_measurement(claim):
    words = re.sub(r"\{[^}]*\}", " ", claim["found"] or "")
    said = " ; ".join(one["said"] for one in claims.claims().values())
    found = prose.unfounded([words], [*FACTS, *prose.numbers_in(said), *chosen(claim)])
    assert not found, f"{claim['id']}: write {{name}} instead of the value\n" + report(found)


def test_every_exemption_is_needed():
    texts = [text for chapter in CHAPTERS for text in markdown_of(chapter)]
    places = [
        f"{quote.before}⟦{quote.text}⟧{quote.after}"
        for text in [*texts, INDEX.read_text("utf-8")]
        for quote in prose.quotes(text)
    ]
    unused = [one.pattern for one in EXEMPTIONS if not any(map(one.search, places))]
    assert unused == []


# --- The rule itself -----------------------------------------------------------------------------


def left_over(*cells, evidence=()):
    return [quote.text for _, quote in prose.unfounded(cells, evidence)]


@pytest.mark.parametrize(
    ("text", "evidence", "fails"),
    [
        ("It is right for 0.9412 of them.", [], ["0.9412"]),
        ("It is right for 0.9412 of them.", [0.94118], []),
        ("It is right for 0.9412 of them.", [0.9411], ["0.9412"]),
        ("It is right for 94% of them.", [0.94118], []),
        ("It is right for 94\\% of them.", [0.94118], []),
        ("It is right for 95% of them.", [0.94118], ["95%"]),
        ("It reads 94 of 100.", [0.94118], ["100"]),
        ("It reads 94 of 100.", [0.94118, 100], []),
        ("It reads 93 of 100.", [0.94118, 100], ["93"]),
        ("There are 118,282 parameters.", [118_282], []),
        ("There are $118{,}282$ parameters.", [118_283], ["118,282"]),
        ("It took 40 steps, and 7 more.", [], ["40"]),
        ("A growth of 7% is small.", [], ["7%"]),
        ("The slope is −28.488.", [-28.488], []),
        ("It takes 17 million weights.", [16_959_488], []),
        ("It takes 17 million weights.", [17], ["17"]),
        ("The code `x = 99.5` and [a link](page-77.html).", [], []),
        ("```python\nx = 99.5\n```\nThe solution is 99.5.", [], []),
        ("**13. Explain.** See A15 and $x_{17}$.", [], []),
        ("Write $3.48 \\cdot 10^{-7}$.", prose.numbers_in("3.48e-07"), []),
        ("The network 784-128-10.", [784, 128], []),
    ],
)
def test_a_number_needs_evidence(text, evidence, fails):
    assert left_over(text, evidence=evidence) == fails


@pytest.mark.parametrize(
    ("text", "evidence", "fails"),
    [
        ("$390 \\cdot 128 = 49{,}920$ rows", [390, 128], []),
        ("$390 \\cdot 128 = 49{,}921$ rows", [390, 128], ["49,921"]),
        ("$390 \\cdot 128 = 49{,}920$ rows", [128], ["390", "49,920"]),
        ("10,000 / 64 is 156.25 batches", [10_000, 64], []),
        ("10,000 / 64 is 156.35 batches", [10_000, 64], ["156.35"]),
        ("$\\ln 10 = 2.3026$", [], []),
        ("$\\ln 10 = 2.3036$", [], ["2.3036"]),
        ("$\\frac{1}{40} = 0.025$", [40], []),
        ("$e^{-0.5} \\approx 0.6065$", [0.5], []),
        ("$0.25^{10} \\approx 0.00000095$", [0.25], []),
        ("$\\sqrt{144} = 12$ and $12^2 = 144$", [], []),
        ("First $6 + 7 = 13$. Later 13 again, and $13 + 13 = 26$.", [], []),
        ("$x = 77$ and $77 = 77$", [], ["77", "77", "77"]),
        ("$w + 77 = 80$", [77], ["80"]),
        ("It is 77 percent, is 78 too?", [], ["77", "78"]),
    ],
)
def test_an_equation_counts_if_it_is_true_and_fixes_one_number(text, evidence, fails):
    assert left_over(text, evidence=evidence) == fails


def test_what_one_cell_derives_holds_in_the_next_and_what_a_solution_says_does_not():
    assert left_over("$6 \\cdot 7 = 42$", "So it is 42.") == []
    assert left_over("```python\nx = 42\n```", "So it is 42.") == ["42"]


@pytest.mark.parametrize(
    "text",
    ["__import__('os')", "exit(1)", "x", "9**9**9", "2**100000", "1/0", "'a'*9", "", "(", "[1]"],
)
def test_the_evaluator_knows_numbers_only(text):
    assert prose.worth(text) is None


@pytest.mark.parametrize(
    ("tex", "value"),
    [
        ("1 - 2 \\cdot 0.02 \\cdot 41", -0.64),
        ("\\tfrac12 \\cdot 10{,}000", 5000),
        ("\\frac{1}{1 + e^{-0}}", 0.5),
        ("\\sqrt{100} - 4^2", -6),
        ("2 \\cdot \\pi", 2 * math.pi),
        ("-\\ln 0.5", math.log(2)),
        ("12 × 3 − 1", 35),
        ("\\sqrt{2}\n\\cdot 10", math.sqrt(200)),
        ("95\\%", 0.95),
    ],
)
def test_formulas_are_worked_out(tex, value):
    assert prose.worth(prose.as_python(tex)) == pytest.approx(value)


def test_what_a_notebook_shows_is_read():
    output = nbformat.v4.new_output(
        "stream", text="loss 0.2531, 1,135 of them, 3.48e-07 [ 0.5 -2. ]"
    )
    kept = {
        "application/papermill.record/text/plain": "[12.5]",
        "text/html": "<b style='9.9'>4.25</b>",
    }
    shown = nbformat.v4.new_output("display_data", data=kept)
    cell = nbformat.v4.new_code_cell("f(88)", outputs=[output, shown])
    found = prose.printed(nbformat.v4.new_notebook(cells=[cell]))
    assert {0.2531, 1135, 3.48e-07, 3.48, 0.5, 2, 12.5, 4.25} <= set(found)
    assert not {88, 9.9} & set(found)


def test_literals_and_their_sums_are_read():
    found = set(prose.literals("y = f(0.5, k=[30])\nz = 300 - 4 * 64\nname = 'x99'\nok = True"))
    assert {0.5, 30, 300, 4, 64, 44} <= found
    assert not {99, 1} & found


def test_of_an_experiment_settings_count_and_curves_do_not():
    run = {"settings": {"rate": 0.3}, "test": {"loss": 0.25}, "history": {"loss": [0.75]}}
    assert sorted(prose.summary({"runs": [run]})) == [0.25, 0.3, 1]
    assert 0.25 not in prose.summary({"runs": [run] * 30})


def test_most_numbers_cannot_be_changed_unnoticed():
    tried = noticed = 0
    for chapter in CHAPTERS:
        cells = markdown_of(chapter)
        known = prose.with_equations(cells, evidence_of(chapter))
        for quote in (quote for cell in cells for quote in prose.quotes(cell)):
            if len(quote.text.replace(",", "").replace(".", "").lstrip("0")) < 3:
                continue
            for change in (-2, -1, 1, 2):
                other = quote.value + change * 10**-quote.decimals
                noticed += not prose.stands(dataclasses.replace(quote, value=other), known)
                tried += 1
    assert noticed > 0.85 * tried


# --- What is exempt or a fact is held here -------------------------------------------------------


def test_the_network_has_about_forty_lines():
    chapter = next(path for path in CHAPTERS if path.stem == "05_pass_blame_back")
    cells = [c.source for c in notebooks.read_chapter(chapter).cells if c.cell_type == "code"]
    parts = [
        "sigmoid",
        "forward",
        "predict",
        "loss",
        "gradients",
        "step",
        "train",
        "initial_weights",
    ]
    lines = [
        node.end_lineno - node.lineno + 1
        for node in prose.ast.parse("\n".join(cells)).body
        if isinstance(node, prose.ast.FunctionDef) and node.name in parts
    ]
    assert len(lines) == len(parts)
    assert 35 <= sum(lines) <= 45


def test_versions_are_those_of_the_project():
    project = (ROOT / "pyproject.toml").read_text("utf-8")
    assert 'requires-python = ">=3.11,<3.14"' in project
    assert '"keras>=3.15,<3.16"' in project


def test_facts_are_measured(monkeypatch):
    from firstnet import data

    monkeypatch.setenv("FIRSTNET_DATA", "embedded")
    (x_train, _), (x_test, _) = data.mnist()
    assert (len(x_train), len(x_test), x_train.max()) == (1_437, 360, 255)
    kept = VALUES["C5"]
    assert kept["training"][0] + kept["test"][0] == 70_000
