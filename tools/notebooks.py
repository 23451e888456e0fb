"""Turn each chapter source into an executed notebook, the same bytes every time."""

import argparse
import ast
import hashlib
import inspect
import json
import os
import re
import subprocess
import tomllib
from itertools import accumulate
from pathlib import Path

import jupytext
import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from firstnet import exercises
from firstnet.exercises import cells
from tools import ROOT, timings

CHAPTERS = ROOT / "book" / "chapters"
NOTEBOOKS = ROOT / "notebooks"
KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
LIBRARIES = (
    *("ai-edge-litert", "anywidget", "ipywidgets", "keras"),
    *("matplotlib", "numpy", "pillow", "scikit-learn"),
)
ENVIRONMENT = {
    "CUDA_VISIBLE_DEVICES": "-1",
    "FIRSTNET_QUIET": "1",
    "PYTHONHASHSEED": "0",
    "TF_CPP_MIN_LOG_LEVEL": "3",
}


def chapters() -> list[Path]:
    """Return the chapter sources in reading order."""
    return sorted(CHAPTERS.glob("[0-9][0-9]_*.py"))


def notebook_path(chapter: Path) -> Path:
    """Return where the executed notebook of a chapter lives."""
    return NOTEBOOKS / f"{chapter.stem}.ipynb"


def read_chapter(chapter: Path) -> nbformat.NotebookNode:
    """Return a chapter as a notebook without outputs, with stable cell ids and metadata."""
    notebook = with_exercises(jupytext.read(chapter, fmt="py:percent"), chapter.stem)
    notebook.metadata = nbformat.from_dict({"kernelspec": KERNEL})
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    for number, cell in enumerate(notebook.cells):
        cell["id"] = f"{chapter.stem[:2]}-{number:03d}"
    return notebook


def with_exercises(notebook: nbformat.NotebookNode, stem: str) -> nbformat.NotebookNode:
    """Put the chapter's exercises of `firstnet.exercises` below its heading "Exercises".

    Cells that a sync from an edited notebook brought into the source are dropped: the exercises
    are edited in the package only.
    """
    kept = [cell for cell in notebook.cells if "exercise" not in cell.metadata.get("tags", [])]
    place = [n for n, cell in enumerate(kept, 1) if cell.source.startswith("## Exercises")]
    if place and stem in exercises.chapters():
        kept[place[0] : place[0]] = exercise_cells(stem)
    notebook.cells = kept
    return notebook


def exercise_cells(stem: str) -> list[nbformat.NotebookNode]:
    """Return the notebook cells of a chapter's exercises, tagged "exercise"."""
    make = {"markdown": nbformat.v4.new_markdown_cell, "code": nbformat.v4.new_code_cell}
    return [
        make[kind](source, metadata={"tags": ["exercise"]})
        for number, exercise in enumerate(exercises.of_chapter(stem), 1)
        for kind, source in cells.cells(exercise, number=number)
    ]


# --- Freshness: a hash of everything the outputs depend on ---------------------------------------


def imported_modules(source: str) -> set[str]:
    """Return the dotted names that a source may import: for `from a.b import c` a, a.b, a.b.c."""
    names = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return {name for full in names for name in accumulate(full.split("."), "{}.{}".format)}


def module_files(name: str) -> list[Path]:
    """Return the files of one firstnet module: its .py, and what stands beside it."""
    stem = ROOT.joinpath(*name.split("."))
    python = stem / "__init__.py" if stem.is_dir() else stem.with_suffix(".py")
    if not python.is_file():
        return []
    assets = [python.with_suffix(ending) for ending in (".js", ".css")]
    networks = [*stem.glob("*.npz"), *stem.glob("*.tflite")]
    return [python, *filter(Path.is_file, [*assets, *shared_files(python)]), *networks]


def shared_files(python: Path) -> list[Path]:
    """Return the shared scripts and styles that the explorable of a module is built from."""
    named = re.search(r"^    uses = \((.*?)\)", python.read_text("utf-8"), re.M | re.S)
    names = ["shared", *(re.findall(r'"(\w+)"', named[1]) if named else [])]
    return [python.with_name(f"_{name}{end}") for name in names for end in (".js", ".css")]


def package_files(source: str) -> set[Path]:
    """Return the firstnet files that a source imports, directly or through others."""
    found, waiting = set(), [source]
    while waiting:
        for name in imported_modules(waiting.pop()):
            new = set(module_files(name)) - found if name.startswith("firstnet") else set()
            waiting += [path.read_text("utf-8") for path in sorted(new) if path.suffix == ".py"]
            found |= new
    return found


def recorded_files(source: str) -> set[Path]:
    """Return the recorded experiments that a chapter draws."""
    names = re.findall(r"recorded\.load\(\s*[\"'](\w+)[\"']", source)
    return {ROOT / "book" / "experiments" / f"{name}.json" for name in names}


def exercise_source(stem: str) -> str:
    """Return the source of a chapter's exercises, and imports of all that their checks call."""
    if stem not in exercises.chapters():
        return ""
    module = exercises.modules()[stem]
    names = "judge, trial, wire"  # imported where they are used, as the checks are called
    return (
        f"from firstnet import checks\nfrom firstnet.exercises import {names}\n"
        + inspect.getsource(module)
    )


def quiz_files(source: str) -> set[Path]:
    """Return the questions that a chapter asks."""
    names = re.findall(r"\bQuiz\(\s*[\"'](\w+)[\"']", source)
    return {ROOT / "book" / "quizzes" / f"{name}.yml" for name in names}


def expectations(source: str) -> str:
    """Return what the claims that a chapter measures are held to, which their lines print."""
    from firstnet.claims import claims

    names = sorted(set(re.findall(r"claims\.measured\(\s*[\"'](\w+)[\"']", source)))
    return json.dumps([claims().get(name, {}).get("measured") for name in names])


def library_versions() -> dict[str, str]:
    """Return the locked versions of the libraries whose results the notebooks show."""
    lock = tomllib.loads((ROOT / "uv.lock").read_text("utf-8"))
    versions = {package["name"]: package.get("version", "") for package in lock["package"]}
    return {name: versions[name] for name in (*LIBRARIES, "tensorflow-cpu")}


def content_hash(chapter: Path) -> str:
    """Return the hash that changes when the outputs of a chapter may change."""
    source = chapter.read_text("utf-8")
    digest = hashlib.sha256(json.dumps(library_versions()).encode())
    digest.update(expectations(source).encode())
    asked = exercise_source(chapter.stem)
    digest.update(asked.encode())
    files = package_files(source + "\n" + asked) | recorded_files(source) | quiz_files(source)
    for path in [chapter, *sorted(files)]:
        digest.update(path.relative_to(ROOT).as_posix().encode() + b"\0")
        digest.update(path.read_bytes().replace(b"\r\n", b"\n"))
    return digest.hexdigest()


def is_fresh(chapter: Path) -> bool:
    """Tell whether the committed notebook was made from today's source, package and versions."""
    path = notebook_path(chapter)
    if not path.is_file():
        return False
    try:
        notebook = json.loads(path.read_text("utf-8"))
    except ValueError:
        return False
    return notebook["metadata"].get("firstnet", {}).get("content_hash") == content_hash(chapter)


# --- Execution -----------------------------------------------------------------------------------


def execute(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Run every cell in a fresh kernel; raise CellExecutionError at the first that fails."""
    client = NotebookClient(
        notebook,
        timeout=600,
        kernel_name="python3",
        record_timing=False,
        coalesce_streams=True,  # how prints are cut into pieces is a matter of chance
        resources={"metadata": {"path": str(NOTEBOOKS)}},
    )
    return client.execute(env=os.environ | ENVIRONMENT, stderr=subprocess.DEVNULL)


def normalise(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Drop what differs from run to run: stderr, kernel version, widget model ids."""
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = [o for o in cell.outputs if o.get("name") != "stderr"]
            cell.metadata.pop("execution", None)
    notebook.metadata["kernelspec"] = KERNEL
    notebook.metadata["language_info"] = {"name": "python"}
    return stable_widget_ids(notebook)


def stable_widget_ids(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Number the widget models in order of creation instead of their random ids."""
    text = nbformat.writes(notebook)
    state = notebook.metadata.get("widgets", {}).get(
        "application/vnd.jupyter.widget-state+json", {}
    )
    for number, model_id in enumerate(state.get("state", {})):
        text = text.replace(model_id, f"{number:032x}")
    return nbformat.reads(text, as_version=4)


def require_real_data(notebook: nbformat.NotebookNode) -> None:
    """Refuse a run on the embedded stand-in: what is committed was executed on the real data."""
    if re.search(r"!!! NOT (?!EXACTLY)", nbformat.writes(notebook)):  # a JPEG copy is real data
        raise SystemExit(
            "The run used the embedded digits instead of the real data, so nothing was written.\n"
            "Set FIRSTNET_DATA to the folder that holds mnist.npz, or let Keras download it."
        )


def write_notebook(notebook: nbformat.NotebookNode, path: Path) -> None:
    """Write a notebook in one step, so that an interrupted run leaves the old one whole."""
    part = path.with_suffix(".part")
    part.write_text(nbformat.writes(notebook) + "\n", "utf-8", newline="\n")
    part.replace(path)


def failure_message(chapter: Path, notebook: nbformat.NotebookNode, error: str) -> str:
    """Say which chapter and which cell failed, with its source and the traceback."""
    number, cell = next(
        (number, cell)
        for number, cell in enumerate(notebook.cells)
        if any(output.output_type == "error" for output in cell.get("outputs", []))
    )
    return f"\n{chapter.name}, cell {number} failed:\n\n{cell.source}\n\n{error}"


def update(chapter: Path) -> bool:
    """Execute one chapter and write its notebook; print what happened; tell if it worked."""
    print(f"{chapter.stem} ...", end=" ", flush=True)
    made_from, notebook = content_hash(chapter), read_chapter(chapter)
    try:
        with timings.Watch() as watch:
            notebook = normalise(execute(notebook))
    except CellExecutionError as error:
        print(failure_message(chapter, notebook, str(error)))
        return False
    require_real_data(notebook)
    notebook.metadata["firstnet"] = {"content_hash": made_from}
    write_notebook(notebook, notebook_path(chapter))
    timings.keep(chapter.stem, made_from, watch)
    print(f"{watch.seconds:.1f} s, {watch.megabytes} MB")
    return True


def remove_orphans() -> None:
    """Delete notebooks whose chapter is gone."""
    kept = {notebook_path(chapter) for chapter in chapters()}
    for path in set(NOTEBOOKS.glob("*.ipynb")) - kept:
        print(f"{path.name}: its chapter is gone, removed")
        path.unlink()


def main(arguments: list[str]) -> int:
    """Execute the chapters named, or all that changed."""
    parser = argparse.ArgumentParser(prog="python -m tools notebooks")
    parser.add_argument("chapter", nargs="*", help="the beginning of a chapter's file name, as 04")
    parser.add_argument("--force", action="store_true", help="execute even what did not change")
    options = parser.parse_args(arguments)
    NOTEBOOKS.mkdir(exist_ok=True)
    remove_orphans()
    wanted = tuple(options.chapter) or ("",)
    for chapter in chapters():
        if not chapter.name.startswith(wanted):
            continue
        known = is_fresh(chapter) and timings.is_known(chapter.stem, content_hash(chapter))
        if known and not options.force:
            print(f"{chapter.stem}: nothing changed")
        elif not update(chapter):
            return 1
    return 0
