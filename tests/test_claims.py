"""Every claim of the articles has measurements that hold, a verdict, and a place in the page."""

import json
import math
import re
import sys

import numpy as np
import pytest
import yaml
from built import parsed

from firstnet import claims
from tools import ROOT, notebooks

sys.path.insert(0, str(ROOT / "book" / "_ext"))  # where Sphinx finds it
import claims as page  # noqa: E402

IDS = [
    *(f"A{n}" for n in range(1, 25)),
    *(f"B{n}" for n in range(1, 9)),
    *(f"C{n}" for n in range(1, 9)),
]
CLAIMS = claims.claims()
VALUES = page.all_values(ROOT)
WORDS = {  # in the chapters' tables
    "right": "reproduced",
    "reproduced": "reproduced",
    "differs": "differs",
    "wrong": "wrong",
    "a slip": "wrong",
    "outdated": "outdated",
}
ROW = re.compile(r"^\| ([ABC]\d+) \| (.*) \| (.*) \|$", re.M)

each_claim = pytest.mark.parametrize("name", IDS)
each_chapter = pytest.mark.parametrize("chapter", notebooks.chapters(), ids=lambda p: p.stem)


def spec_faults(spec):
    """Say what is wrong with what a value is held to."""
    ways = set(spec) - {"within"}
    if not ways or ways - {"equals", "near", "above", "below"}:
        return [f"held to {spec}"]
    if ("near" in spec) != ("within" in spec) or not spec.get("within", 1) > 0:
        return [f"near without a tolerance: {spec}"]
    return [f"equals and more: {spec}"] * ("equals" in spec and len(spec) > 1)


def value_faults(claim, name, values):
    """Say what is wrong with one measured value."""
    spec = claim["measured"][name]
    if name not in values:
        return [f"{name} is in no committed notebook: run `make notebooks`"]
    value, stem = values[name]
    if spec_faults(spec) or claims.holds(value, spec):
        return spec_faults(spec)
    return [f"{name} is {value} in {stem}; the book says {claims.in_words(spec)}"]


def faults(claim, values):
    """Say what is wrong with a claim, given the values that notebooks keep for it."""
    measured = claim.get("measured") or {}
    found = [f"no {key}" for key in ("said", "chapter", "found") if not claim.get(key)]
    found += [] if claim.get("verdict") in page.VERDICTS else [f"verdict {claim.get('verdict')}"]
    found += [] if measured else ["no measurement"]
    found += [fault for name in measured for fault in value_faults(claim, name, values)]
    found += [f"{name} is kept, but not listed" for name in set(values) - set(measured)]
    if measured and claim.get("chapter") not in {stem for _, stem in values.values()}:
        found.append(f"{claim.get('chapter')} measures nothing of it")
    return found


# --- The list ------------------------------------------------------------------------------------


def test_every_claim_is_listed_once_in_order():
    listed = yaml.safe_load((ROOT / "book" / "claims.yml").read_text("utf-8"))
    assert [claim["id"] for claim in listed] == IDS


@each_claim
def test_claim_has_a_verdict_and_measurements_that_hold(name):
    assert faults(CLAIMS[name], VALUES.get(name, {})) == []


@each_claim
def test_what_was_found_is_words_with_values(name):
    words = page.in_words(CLAIMS[name], VALUES.get(name, {}))
    assert words and words.endswith(".")
    assert not re.search(r"[{}]|\bnan\b|\binf\b", words)


def test_every_kept_value_belongs_to_a_claim_and_is_kept_once():
    kept = [n for path in page.notebook_paths(ROOT) for n in page.stored_values(path)]
    assert sorted(set(kept)) == sorted(kept)
    assert {name.split(".")[0] for name in kept} <= set(IDS)


GOOD = {
    "said": "x", "chapter": "04", "verdict": "wrong", "found": "{a}.",
    "measured": {"a": {"near": 2, "within": 0.1}},
}  # fmt: skip


@pytest.mark.parametrize(
    ("change", "values", "fault"),
    [
        ({}, {"a": (2.05, "04")}, None),
        ({}, {"a": (2.2, "04")}, "the book says 2 ± 0.1"),
        ({}, {"a": (math.nan, "04")}, "the book says"),
        ({}, {}, "in no committed notebook"),
        ({}, {"a": (2, "05")}, "measures nothing of it"),
        ({}, {"a": (2, "04"), "b": (1, "04")}, "not listed"),
        ({"verdict": None}, {"a": (2, "04")}, "verdict None"),
        ({"verdict": "right"}, {"a": (2, "04")}, "verdict right"),
        ({"measured": None}, {}, "no measurement"),
        ({"measured": {"a": {}}}, {"a": (2, "04")}, "held to"),
        ({"measured": {"a": {"near": 2}}}, {"a": (2, "04")}, "without a tolerance"),
        ({"found": ""}, {"a": (2, "04")}, "no found"),
    ],
)
def test_a_faulty_claim_is_noticed(change, values, fault):
    found = faults(GOOD | change, values)
    assert (found == []) if fault is None else any(fault in one for one in found)


# --- What chapters do ----------------------------------------------------------------------------


def verdict_words(cell):
    """Return the verdicts that the bold words of a table's cell stand for."""
    bold = re.findall(r"\*\*(.+?)\*\*", cell)
    return {verdict for text in bold for word, verdict in WORDS.items() if text.startswith(word)}


def disagreements(text):
    """Return the claims of a table whose words are not those of book/claims.yml."""
    rows = [(name, verdict_words(found)) for name, _, found in ROW.findall(text)]
    return [name for name, words in rows if words and CLAIMS[name]["verdict"] not in words]


@each_chapter
def test_tables_agree_with_the_verdicts(chapter):
    cells = notebooks.read_chapter(chapter).cells
    text = "\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    assert "\n| id | " in text
    assert disagreements(text) == []


def test_a_table_that_disagrees_is_noticed():
    assert disagreements("| A7 | says so | **right**, to every digit |") == []
    assert disagreements("| A7 | says so | **wrong** |") == ["A7"]
    assert disagreements("| A4 | says so | **right**: the step |") == ["A4"]
    assert disagreements("| A21 | says so | **right**; but **outdated** |") == []


# --- firstnet.claims -----------------------------------------------------------------------------


@pytest.fixture
def kept(monkeypatch):
    """What would have been left in the notebook: bundles and their metadata."""
    found = []
    show = lambda bundle, **options: found.append((bundle, options))  # noqa: E731
    monkeypatch.setattr("IPython.display.display", show)
    monkeypatch.setattr(claims, "claims", lambda: {"A7": GOOD | {"id": "A7"}})
    return found


def test_a_value_is_printed_and_left_as_glue_does(kept, capsys):
    claims.measured("A7", a=np.float64(2.05))
    assert capsys.readouterr().out == "A7 a: 2.05 (the book: 2 ± 0.1)\n"
    (bundle, options), = kept  # fmt: skip
    assert bundle == {f"{claims.PREFIX}text/plain": "2.05"}  # no type that JupyterLab would show
    assert options["raw"] is True
    output = {"data": bundle, "metadata": options["metadata"]}
    assert page.stored(output) == ("A7.a", 2.05)


def test_glue_of_myst_nb_leaves_the_same(kept, monkeypatch):
    import myst_nb.ext.glue as glue

    def show(bundle, **options):
        kept.append((bundle, options))

    as_text = lambda value: ({"text/plain": repr(value)}, {})  # noqa: E731
    monkeypatch.setattr(glue, "ipy_display", show)
    monkeypatch.setattr(glue.IPython.core.formatters, "format_display_data", as_text)
    glue.glue("A7.a", 2.05, display=False)
    claims.store("A7.a", 2.05)
    theirs, ours = kept
    assert ours == theirs


@pytest.mark.parametrize("value", [1.8, 2.2, math.nan, math.inf, -math.inf])
def test_a_value_outside_stops_the_run_and_is_not_kept(kept, value):
    with pytest.raises(claims.CheckError, match=r"A7 a: .*; the book says 2 ± 0\.1"):
        claims.measured("A7", a=value)
    assert kept == []


def test_what_is_not_listed_is_named(kept):
    with pytest.raises(KeyError, match="no measurement 'b'; it has a"):
        claims.measured("A7", b=1)
    with pytest.raises(KeyError, match="no claim D1"):
        claims.measured("D1", a=1)


def test_on_other_data_nothing_is_compared_or_kept(kept, capsys):
    claims.measured("A7", a=99.0, compare=False)
    assert "not compared" in capsys.readouterr().out
    assert kept == []


@pytest.mark.parametrize(
    ("value", "wanted", "good"),
    [
        ([1.0, 2.0], {"near": [1, 2], "within": 0.1}, True),
        ([1.0, 2.2], {"near": [1, 2], "within": 0.1}, False),
        ([1.0], {"near": [1, 2], "within": 0.1}, False),
        ([1.0, math.nan], {"near": [1, 2], "within": 0.1}, False),
        ([1, 8, 64], {"equals": [1, 8, 64]}, True),
        ([8, 1, 64], {"equals": [1, 8, 64]}, False),
        ("RMSprop", {"equals": "RMSprop"}, True),
        (0.5, {"above": 0.4, "below": 0.5}, False),
        (0.45, {"above": 0.4, "below": 0.5}, True),
    ],
)
def test_lists_words_and_limits(value, wanted, good):
    assert claims.holds(value, wanted) is good


@pytest.mark.parametrize(
    "value",
    [np.arange(3), (1, np.int64(2)), [np.float32(0.5)], np.bool_(True), "word", 0.1 + 0.2, 7],
)
def test_what_is_kept_comes_back(kept, value):
    claims.store("A7.a", claims.plain(value))
    bundle, options = kept[0]
    back = page.stored({"data": bundle, "metadata": options["metadata"]})[1]
    assert np.allclose(back, value, rtol=1e-8) if not isinstance(value, str) else back == value


# --- The page ------------------------------------------------------------------------------------


@pytest.fixture
def shown(book):
    """The rows of the built page, by the id of their claim."""
    rows = parsed(page.PAGE).select("table.claims tbody tr")
    return {row["id"].removeprefix("claim-"): row for row in rows}


def text_of(element):
    return " ".join(element.get_text(" ").split())


def test_the_page_shows_every_claim(shown):
    assert list(shown) == IDS
    for name, row in shown.items():
        claim, values = CLAIMS[name], VALUES.get(name, {})
        about, _, found = row.find_all("td")
        assert text_of(about) == f"{name} {claim['verdict']}"
        plain = re.sub(r"[`*_\W]+", "", page.in_words(claim, values))
        assert plain in re.sub(r"[`*_\W]+", "", found.get_text())
        links = [link["href"] for link in found.select("a[href*=notebooks]")]
        assert links[0] == f"../notebooks/{claim['chapter']}.html"


def test_the_page_counts_the_verdicts(book):
    rows = [
        [text_of(cell) for cell in row.find_all("td")][:2]
        for row in parsed(page.PAGE).select("table.verdicts tbody tr")
    ]
    verdicts = [claim["verdict"] for claim in CLAIMS.values()]
    wanted = [[verdict, str(verdicts.count(verdict))] for verdict in page.VERDICTS]
    assert rows == [*wanted, ["together", str(len(IDS))]]


@each_chapter
def test_ids_in_a_chapter_lead_to_the_page(book, chapter):
    text = chapter.read_text("utf-8")
    named = re.findall(r"^# \| ([ABC]\d+) \|", text, re.M)
    links = parsed(f"notebooks/{chapter.stem}").select("td a[href*='claims.html#claim-']")
    assert [link.get_text() for link in links] == named
    assert all(link["href"].endswith(f"#claim-{link.get_text()}") for link in links)


def test_stored_values_do_not_show_in_the_pages(book):
    for path in page.notebook_paths(ROOT):
        if page.stored_values(path) and path.is_file():
            assert "papermill" not in json.dumps(str(parsed(f"notebooks/{path.stem}")))
