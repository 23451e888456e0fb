"""Read what was handed in, trusting none of it, and find the cells that answer each question."""

import ast
import json
import os
import re
import stat
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from firstnet.exercises import Exercise, Question
from firstnet.exercises.cells import is_checked

MOST_BYTES = 20_000_000
MOST_CELLS = 2_000
MOST_SOURCE = 100_000  # characters of one cell
MOST_CODE = 500_000  # characters of all cells of code
MOST_NOTEBOOKS = 12  # in one folder
TOO_LONG = "Cell {number} has more than {most:,} characters of code: shorten it"
TOO_MUCH_CODE = "The notebook has more than {most:,} characters of code: shorten it"
NOTHING = "Nothing was handed in"
LINK = "What was handed in is a link; links are not followed"
PYTHON_KERNELS = ("python", "ipython")
NOT_PARSED = (SyntaxError, ValueError, RecursionError, MemoryError)
IMPORTS = (ast.Import, ast.ImportFrom)
PARTS = re.compile(r"\bfirstnet\.(\w+)|\bfrom firstnet import ([\w, \t]+)")
PATH = re.compile(r"(?<![\w/.…])/(?:[\w.+~-]+/)*[\w.+~-]+/?")
OLD_FORMAT = (
    "The notebook is of an old format. Open it in JupyterLab, save it, and hand it in again"
)


class Unreadable(Exception):
    """A submission that cannot be read; the message says why, and what to do."""


@dataclass(frozen=True)
class Cell:
    """One cell: its place, whether it is code, its source, and what nbgrader wrote beside it."""

    number: int
    is_code: bool
    source: str
    grade_id: str = ""
    is_test: bool = False
    defines: frozenset = frozenset()


@dataclass
class Answer:
    """What a notebook holds for one question: cells by number, or words on why there is none."""

    cells: list[int] = field(default_factory=list)
    problem: str = ""


# --- The file ------------------------------------------------------------------------------------


def read_bytes(path: Path) -> bytes:
    """Return the content of a regular file of moderate size; raise Unreadable for all else."""
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    try:
        descriptor = os.open(path, flags)
    except OSError as error:
        words = "is a link; links are not followed" if is_link(path) else "cannot be opened"
        raise Unreadable(f"The file {words}") from error
    with os.fdopen(descriptor, "rb") as file:
        about = os.fstat(descriptor)
        if not stat.S_ISREG(about.st_mode):
            raise Unreadable("It is no ordinary file")
        if about.st_size > MOST_BYTES:
            raise Unreadable(f"The file has more than {MOST_BYTES // 1_000_000} MB: clear outputs")
        return file.read(MOST_BYTES)


def parse(content: bytes) -> dict:
    """Return a notebook's JSON as a dictionary with cells; raise Unreadable."""
    if not content.strip():
        raise Unreadable("The file is empty")
    try:
        notebook = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise Unreadable("The file is damaged: it is no notebook (JSON) any more") from error
    if isinstance(notebook, dict) and isinstance(notebook.get("worksheets"), list):
        raise Unreadable(OLD_FORMAT)
    if not (isinstance(notebook, dict) and isinstance(notebook.get("cells"), list)):
        raise Unreadable("The file is no notebook: it has no cells")
    require_python(notebook)
    return notebook


def require_python(notebook: dict) -> None:
    """Raise Unreadable for a notebook that says it is written in another language."""
    about = part(notebook, "metadata")
    kernel, language = part(about, "kernelspec"), part(about, "language_info")
    said = (kernel.get("language"), language.get("name"), kernel.get("name"))
    named = next((one for one in said if isinstance(one, str) and one), "python")
    if not named.lower().startswith(PYTHON_KERNELS):
        raise Unreadable(f"The notebook is written for another language: {named[:40]!r}")


def part(holder: dict, name: str) -> dict:
    """Return a dictionary that a dictionary may hold, else an empty one."""
    found = holder.get(name)
    return found if isinstance(found, dict) else {}


# --- Cells ---------------------------------------------------------------------------------------


@lru_cache(maxsize=8)
def read_cells(content: bytes) -> tuple[Cell, ...]:
    """Return the cells of a notebook's bytes that can be used; raise Unreadable."""
    raw = list(enumerate(parse(content)["cells"][:MOST_CELLS]))
    require_moderate([(number, one) for number, one in raw if is_code(one)])
    return tuple(make_cell(number, one) for number, one in raw if isinstance(one, dict))


def is_code(raw) -> bool:
    """Tell whether a cell's JSON says that it is code."""
    return isinstance(raw, dict) and raw.get("cell_type") == "code"


def require_moderate(raw: list[tuple[int, dict]]) -> None:
    """Raise Unreadable for more code than a person writes: reading it could take hours."""
    lengths = {number: len(text_of(one.get("source"))) for number, one in raw}
    for number, length in lengths.items():
        if length > MOST_SOURCE:
            raise Unreadable(TOO_LONG.format(number=number + 1, most=MOST_SOURCE))
    if sum(lengths.values()) > MOST_CODE:
        raise Unreadable(TOO_MUCH_CODE.format(most=MOST_CODE))


def make_cell(number: int, raw: dict) -> Cell:
    """Return a cell, whatever its JSON holds."""
    role = part(part(raw, "metadata"), "nbgrader")
    source = text_of(raw.get("source"))
    code = is_code(raw)
    tests = role.get("grade") is True and role.get("solution") is not True
    names = frozenset(defined(source)) if code else frozenset()
    mark = role.get("grade_id")
    return Cell(number, code, source, mark if isinstance(mark, str) else "", tests, names)


def text_of(source) -> str:
    """Return a cell's source, which is a text or a list of lines."""
    lines = source if isinstance(source, list) else [source]
    found = "".join(line for line in lines if isinstance(line, str))
    return found.encode("utf-8", "replace").decode("utf-8")


def defined(source: str) -> set[str]:
    """Return the names that a cell's code binds at its top level, even if it does not compile."""
    try:
        tree = ast.parse(source)
    except NOT_PARSED:
        return set(re.findall(r"^[ \t]*(?:>>> )?(?:async )?def (\w+)", source, re.MULTILINE))
    body = list(statements(tree.body))
    names = {one.name for one in body if hasattr(one, "name")}
    targets = [target for one in body if isinstance(one, ast.Assign) for target in one.targets]
    return names | {target.id for target in targets if isinstance(target, ast.Name)}


def bound(source: str) -> set[str]:
    """Return the names that a cell's code binds at its top level, those of imports among them."""
    try:
        body = list(statements(ast.parse(source).body))
    except NOT_PARSED:
        return defined(source)
    names = [name for one in body if isinstance(one, IMPORTS) for name in one.names]
    return defined(source) | {(name.asname or name.name).split(".")[0] for name in names}


def only_in_tests(cells: Iterable[Cell], run: list[Cell]) -> list[str]:
    """Return the names that only cells of tests bind, which are not run."""
    skipped = [one for one in cells if one.is_code and one not in run]
    names = {name for one in skipped for name in bound(one.source)}
    return sorted(filter(None, names.difference(*(bound(one.source) for one in run))))


def parts_used(source: str) -> set[str]:
    """Return the modules of this package that a cell's code names, as "firstnet.losses".

    A text that is such a name counts: it may be what `importlib` is given.
    """
    try:
        tree = list(ast.walk(ast.parse(source)))
    except NOT_PARSED:
        return spelled_parts(source)
    return {name for one in tree for name in named_by(one) if name.startswith("firstnet.")}


def named_by(node: ast.AST) -> list[str]:
    """Return the modules that a piece of code may mean, and texts that may be one."""
    match node:
        case ast.Import(names=names):
            return [one.name for one in names]
        case ast.ImportFrom(module=str(module), names=names):
            return [module, *(f"{module}.{one.name}" for one in names)]
        case ast.Attribute(value=ast.Name(id=name), attr=inner):
            return [f"{name}.{inner}"]
        case ast.Constant(value=str(text)):
            return [text]
    return []


def spelled_parts(source: str) -> set[str]:
    """Return the modules of this package that stand in code which Python alone cannot read."""
    found = " ".join(one for pair in PARTS.findall(source) for one in pair)
    return {f"firstnet.{name}" for name in re.findall(r"\w+", found)}


def statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield the statements that run with a cell: those below `if`, `for`, `with` or `try` too."""
    waiting = list(body)
    while waiting:
        one = waiting.pop()
        yield one
        if not hasattr(one, "name"):
            below = ("body", "orelse", "finalbody", "handlers")
            waiting += [inner for part in below for inner in getattr(one, part, ())]


def is_blank(source: str, exercise: type[Exercise]) -> bool:
    """Tell whether a cell holds no more than the stub of an exercise, or less."""
    body = function_body(source, exercise.name)
    return body is not None and body in (stub_body(exercise), [])


def stub_body(exercise: type[Exercise]) -> list[str] | None:
    """Return the statements of an exercise's stub."""
    return function_body(exercise.source("stub"), exercise.name)


def function_body(source: str, name: str) -> list[str] | None:
    """Return what a function does, as text, without its docstring and empty statements."""
    try:
        tree = ast.parse(source)
        found = [one for one in tree.body if isinstance(one, ast.FunctionDef) and one.name == name]
        return [ast.dump(one) for one in found[-1].body if not is_empty(one)] if found else None
    except NOT_PARSED:
        return None


def is_empty(statement: ast.stmt) -> bool:
    """Tell whether a statement is a docstring, three dots, `pass` or NotImplementedError."""
    if isinstance(statement, ast.Raise):
        return "NotImplementedError" in ast.dump(statement)
    constant = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
    return constant or isinstance(statement, ast.Pass)


# --- Questions -----------------------------------------------------------------------------------


def match(cells: Iterable[Cell], questions: list[type[Question]]) -> dict[str, Answer]:
    """Return the answer to each question, by its name.

    A cell answers a question if its grade_id is the question's name, or if its code defines the
    function; so neither the order of cells nor their metadata need be whole.
    """
    return {
        one.name: match_code(cells, one) if is_checked(one) else match_words(cells, one)
        for one in questions
    }


def match_code(cells: Iterable[Cell], exercise: type[Exercise]) -> Answer:
    """Return the cells that define an exercise's function: of several, blank ones are left out."""
    name = exercise.name
    found = [one for one in cells if one.is_code and name in one.defines]
    filled = [one for one in found if not is_blank(one.source, exercise)]
    if found:
        return Answer([one.number for one in filled or found])
    marked = [one for one in cells if one.grade_id == name and one.is_code]
    if marked:
        return Answer([one.number for one in marked])
    return Answer(problem=why_missing(cells, name))


def why_missing(cells: Iterable[Cell], name: str) -> str:
    """Return words on a question that no code cell answers."""
    texts = [one for one in cells if not one.is_code]
    if any(one.grade_id == name or re.search(rf"\bdef {name}\b", one.source) for one in texts):
        return "The answer stands in a text cell: turn it into a code cell again"
    return f"No cell with an answer was found: neither its mark nor a function {name}"


def match_words(cells: Iterable[Cell], question: type[Question]) -> Answer:
    """Return the cell of a question that is answered in words."""
    found = [one for one in cells if one.grade_id == question.name and one.source.strip()]
    if found:
        return Answer([found[-1].number])
    return Answer(problem="No answer was found in the notebook")


def to_run(cells: Iterable[Cell], questions: list[type[Question]]) -> list[Cell]:
    """Return the cells that are run, in their order: code, and no tests.

    Stubs that were left empty run before all others: what they import is wanted, and the function
    that they define must not take the place of an answer.
    """
    run = [one for one in cells if is_run(one, questions)]
    left = [one for one in run if is_left(one, questions)]
    return left + [one for one in run if one not in left]


def is_run(cell: Cell, questions: list[type[Question]]) -> bool:
    """Tell whether a cell is run: code, and no test, unless it defines what is asked for."""
    names = {one.name for one in questions}
    if not (cell.is_code and cell.source.strip()):
        return False
    is_test = cell.is_test or cell.grade_id.startswith(tuple(f"{name}-" for name in names))
    return not is_test or bool(cell.defines & names)


def is_left(cell: Cell, questions: list[type[Question]]) -> bool:
    """Tell whether a cell defines what is asked for, and nothing of it goes beyond a stub."""
    asked = [one for one in questions if is_checked(one) and one.name in cell.defines]
    return bool(asked) and all(is_blank(cell.source, one) for one in asked)


def is_filled(answer: Answer, cells: Iterable[Cell], question: type[Question]) -> bool:
    """Tell whether an answer is more than the stub it began as; words always count."""
    own = [one for one in cells if one.number in answer.cells]
    if not is_checked(question):
        return bool(own)
    return any(question.name in one.defines and not is_blank(one.source, question) for one in own)


# --- The folder ----------------------------------------------------------------------------------


def choose(folder: Path, assignment: str, questions: list[type[Question]]) -> bytes:
    """Return the bytes of the notebook of a folder that fits best; raise Unreadable for none."""
    contents, problems = {}, []
    paths = sorted(one for one in listed(folder) if one.suffix == ".ipynb")
    if len(paths) > MOST_NOTEBOOKS:
        raise Unreadable(f"The folder holds {len(paths)} notebooks: leave one of them")
    for path in paths:
        try:
            content = read_bytes(path)
            contents[path] = (content, fitting(content, questions))
        except Unreadable as problem:
            problems.append(str(problem))
    if not contents:
        raise Unreadable(problems[0] if problems else nothing_found(folder))
    return best(contents, assignment)


def listed(folder: Path) -> list[Path]:
    """Return what stands in a folder, or a file alone; raise Unreadable if it cannot be opened."""
    try:
        return [folder] if folder.is_file() else list(folder.iterdir())
    except OSError as error:
        raise Unreadable("The folder cannot be opened") from error


def best(contents: dict[Path, tuple[bytes, int]], assignment: str) -> bytes:
    """Return the bytes with most answers; of equals those of the right name; else raise."""
    most = max(count for _, count in contents.values())
    fits = {path: content for path, (content, count) in contents.items() if count == most}
    named = [content for path, content in fits.items() if path.stem == assignment]
    if not named and len(set(fits.values())) > 1:
        raise Unreadable("Several notebooks fit equally well: leave one of them")
    return named[0] if named else next(iter(fits.values()))


def fitting(content: bytes, questions: list[type[Question]]) -> int:
    """Return how many questions a notebook answers with more than a stub; raise Unreadable."""
    cells = read_cells(content)
    answers = match(cells, questions)
    return sum(is_filled(answers[one.name], cells, one) for one in questions)


def nothing_found(folder: Path) -> str:
    """Return words on a folder without a notebook."""
    others = sorted(one.name for one in listed(folder) if not one.name.startswith("."))
    others = [printable(name) for name in others if name != "timestamp.txt"]
    found = f"; there is {others[0][:60]!r}" if others else ""
    return f"No notebook (.ipynb) was found in the folder{found}"


def printable(name: str) -> str:
    """Return a file's name as text that can be written to any file."""
    try:
        return os.fsencode(name).decode("utf-8", "replace")
    except UnicodeEncodeError:
        return name.encode("utf-8", "replace").decode("utf-8")


def plain(text: str, most: int = 300) -> str:
    """Return text as one line of at most so many characters, without paths of a machine."""
    line = "".join(one if one.isprintable() else " " for one in printable(text[: 4 * most]))
    return PATH.sub("…", line)[:most]


def kind_of(path: Path) -> int:
    """Return what a path is, as S_IFDIR: links are not followed; 0 where it cannot be asked."""
    try:
        return stat.S_IFMT(path.lstat().st_mode)
    except OSError:
        return 0


def is_link(path: Path) -> bool:
    """Tell whether a path is a link, wherever it leads."""
    return kind_of(path) == stat.S_IFLNK


def may_be_folder(path: Path) -> bool:
    """Tell whether a path is a folder, or a link or closed, of which a person must hear."""
    return kind_of(path) in (stat.S_IFDIR, stat.S_IFLNK, 0)


def handed_in(folder: Path, known: Container[str]) -> dict[str, dict[str, Path]]:
    """Return what each student handed in, links included: they are read as UNGRADED.

    By student and assignment: its folder, or a notebook that bears the name of a `known` one.
    """
    found = {}
    for student in sorted(folder.iterdir()):
        if may_be_folder(student) and not student.name.startswith("."):
            found[student.name] = assignments_of(student, known)
    return found


def assignments_of(student: Path, known: Container[str]) -> dict[str, Path]:
    """Return what one student handed in, by name; nothing if the folder cannot be opened."""
    try:
        inside = listed(student) if kind_of(student) == stat.S_IFDIR else []
    except Unreadable:
        inside = []
    seen = [one for one in sorted(inside) if not one.name.startswith(".")]
    files = {one.stem: one for one in seen if one.suffix == ".ipynb" and one.stem in known}
    others = [one for one in seen if one not in files.values()]
    return files | {one.name: one for one in others if may_be_folder(one)}
