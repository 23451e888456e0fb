"""The rules that every chapter source keeps, found by discovery."""

import ast
import re

import pytest

from tools import notebooks

CHAPTERS = notebooks.chapters()
SETUP = """\
# Colab and Kaggle start without the book's package; everywhere else this cell does nothing.
from importlib.util import find_spec

if find_spec("firstnet") is None:
    repository = "git+https://github.com/first-neural-network/first-neural-network"
    get_ipython().run_line_magic("pip", "install -q anywidget")
    get_ipython().run_line_magic("pip", f"install -q --no-deps {repository}")"""
WITH_LITERT = SETUP.replace("install -q anywidget", "install -q anywidget ai-edge-litert")
ALLOWED = {
    "ai_edge_litert",
    "struct",
    "firstnet",
    "importlib",
    "keras",
    "math",
    "matplotlib",
    "numpy",
    "sklearn",
    "tensorflow",
    "time",
}
SECTIONS = ["What the articles said", "Exercises", "Check yourself", "Recap"]
CODE = re.compile(r"```python\n(.*?)```", re.S)

each_chapter = pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda path: path.stem)


def cells(chapter, kind=None):
    found = notebooks.read_chapter(chapter).cells
    return [cell for cell in found if kind in (None, cell.cell_type)]


def prose(chapter):
    return "\n\n".join(cell.source for cell in cells(chapter, "markdown"))


def bullets_after(text, phrase):
    block = text.split(phrase, 1)[1].strip()
    return re.findall(r"^- ", block.split("\n\n")[0], re.M)


def test_there_are_chapters():
    assert len(CHAPTERS) >= 2


@each_chapter
def test_name_says_number_verb_topic(chapter):
    assert re.fullmatch(r"\d\d(_[a-z0-9]+){2,}", chapter.stem)


@each_chapter
def test_begins_with_the_setup_cell(chapter):
    first = cells(chapter)[0]
    runs_files = re.search(r"import .*\blite\b|ai_edge_litert", chapter.read_text("utf-8"))
    assert first.source == (WITH_LITERT if runs_files else SETUP)
    assert first.metadata.tags == ["remove-cell"]


@each_chapter
def test_has_one_title_and_its_sections_in_order(chapter):
    headings = re.findall(r"^(#+) (.*)$", CODE.sub("", prose(chapter)), re.M)
    assert [text for marks, text in headings if marks == "#"] == [headings[0][1]]
    ends = [
        next(s for s in SECTIONS if text.startswith(s)) for _, text in headings[-len(SECTIONS) :]
    ]
    assert ends == SECTIONS


@each_chapter
def test_recap_mirrors_the_aims(chapter):
    text = prose(chapter)
    aims, ends = bullets_after(text, "**You will be able to**"), bullets_after(text, "You can now")
    assert len(aims) >= 3
    assert len(aims) == len(ends)


@each_chapter
def test_says_what_you_need_and_how_long(chapter):
    opening = prose(chapter).split("\n## ")[0]
    assert re.search(r"\*\*You need\*\*", opening)
    assert re.search(r"\*\*Time:\*\* about \d+ minutes", opening)


@each_chapter
def test_code_cells_are_short_and_come_after_a_sentence(chapter):
    before = None
    for cell in cells(chapter)[1:]:
        if cell.cell_type == "code":
            lines = [line for line in cell.source.splitlines() if line.strip()]
            assert len(lines) <= 12, f"{len(lines)} lines:\n{cell.source}"
            alone = before.cell_type == "markdown" or "checks." in cell.source
            assert alone, f"no sentence before:\n{cell.source}"
        before = cell


@each_chapter
def test_code_is_plain_python_and_imports_what_chapters_may(chapter):
    for cell in cells(chapter, "code"):
        for node in ast.walk(ast.parse(cell.source)):
            names = [node.module] if isinstance(node, ast.ImportFrom) else []
            names += [a.name for a in node.names] if isinstance(node, ast.Import) else []
            assert {name.split(".")[0] for name in names} <= ALLOWED


@each_chapter
def test_figure_cells_end_with_show_and_say_what_they_show(chapter):
    for cell in cells(chapter, "code"):
        if "plots." not in cell.source and "plt." not in cell.source:
            continue
        assert cell.source.rstrip().endswith("plt.show()"), cell.source
        alt = cell.metadata.get("mystnb", {}).get("image", {}).get("alt", "")
        assert len(alt.split()) >= 8, f"alt text says too little: {alt!r}\n{cell.source}"


@each_chapter
def test_one_vocabulary(chapter):
    code = "\n".join(cell.source for cell in cells(chapter, "code"))
    assert not re.findall(r"\b(X_tr|X_train|X_test|net|clf|hist|lr)\b", code)


@each_chapter
def test_prose_is_plain_commonmark(chapter):
    assert not re.findall(r"^(?::::|```\{)|\{[a-z:]+\}`", prose(chapter), re.M)


@each_chapter
def test_training_is_silent_and_seeded(chapter):
    code = "\n".join(cell.source for cell in cells(chapter, "code"))
    calls = re.findall(r"\.(?:fit|evaluate|predict)\((?:[^()]|\([^()]*\))*\)", code)
    assert all("verbose=0" in call for call in calls), calls
    assert ".fit(" not in code or "set_random_seed(" in code


@each_chapter
def test_exercises_have_hints_and_solutions(chapter):
    part = prose(chapter).split("\n## Exercises")[1].split("\n## ")[0]
    numbers = [int(n) for n in re.findall(r"^\*\*(\d+)\. ", part, re.M)]
    assert numbers == list(range(1, len(numbers) + 1))
    assert len(numbers) >= 4
    assert part.count("<summary>Hint") >= len(numbers)
    assert part.count("<summary>Solution</summary>") == len(numbers)


def test_the_repository_is_named_alike():
    address = re.search(r"url: (https\S+)", (notebooks.ROOT / "_config.yml").read_text("utf-8"))[1]
    assert f'"git+{address}"' in SETUP
