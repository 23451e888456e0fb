"""The rules of the house: who imports whom, and what a learner's import costs."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tools import ROOT, notebooks

PACKAGE = sorted((ROOT / "firstnet").rglob("*.py"))
HAND_WRITTEN = [
    path
    for ending in ("*.py", "*.js", "*.css", "*.md", "*.yml", "*.toml", "Makefile", "*.sh", "run")
    for path in ROOT.rglob(ending)
    if not {".venv", "_build", ".git", "vendor", "node_modules"} & set(path.relative_to(ROOT).parts)
]


def imports(path):
    return notebooks.imported_modules(path.read_text("utf-8"))


@pytest.mark.parametrize("path", PACKAGE, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_package_imports_nothing_of_the_builders(path):
    assert not {name.split(".")[0] for name in imports(path)} & {"tools", "tests", "book"}


@pytest.mark.parametrize("path", PACKAGE, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_heavy_libraries_are_imported_where_used(path):
    top = ast.Module(ast.parse(path.read_text("utf-8")).body, [])
    names = [n for node in top.body if isinstance(node, ast.Import) for n in node.names]
    modules = {n.name.split(".")[0] for n in names}
    modules |= {n.module.split(".")[0] for n in top.body if isinstance(n, ast.ImportFrom)}
    assert not modules & {"tensorflow", "keras", "sklearn"}


def test_importing_the_package_does_not_import_tensorflow():
    names = [
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for path in PACKAGE
    ]
    heavy = "{'tensorflow', 'keras'} & set(sys.modules)"
    code = f"import sys, {', '.join(names)}; print(sorted({heavy}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_every_widget_is_a_pair():
    folder = ROOT / "firstnet" / "widgets"
    scripts = {path.stem for path in folder.glob("[!_]*.js")}
    classes = {path.stem for path in folder.glob("[!_]*.py")}
    assert scripts
    assert scripts == classes


def test_the_table_of_contents_lists_every_chapter_once():
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text("utf-8"))
    files = [entry["file"] for part in toc["parts"] for entry in part["chapters"]]
    listed = [Path(file).name for file in files if file.startswith("notebooks/")]
    assert listed == [chapter.stem for chapter in notebooks.chapters()]


def test_no_path_of_a_machine_in_any_file():
    for path in HAND_WRITTEN:
        if path == Path(__file__) or path.name == "test_notebooks.py":
            continue
        found = re.findall(r"(?:/home/|/root/|/work/|C:\\Users)\w*", path.read_text("utf-8"))
        assert not found, f"{path.relative_to(ROOT)} names {found}"


def test_ruff_is_content():
    for command in (["check"], ["format", "--check"]):
        done = subprocess.run(
            [sys.executable, "-m", "ruff", *command], cwd=ROOT, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stdout + done.stderr


def test_every_dependency_has_its_reason():
    for line in (ROOT / "pyproject.toml").read_text("utf-8").splitlines():
        if re.match(r'\s+"[a-z-]+[><=]', line) and "tensorflow" not in line:
            assert re.search(r",\s+# \w.{10,}", line), line


@pytest.mark.parametrize("path", sorted((ROOT / ".github/workflows").glob("*.yml")), ids=str)
def test_workflows_run_what_there_is_with_pinned_actions_and_few_rights(path):
    text = path.read_text("utf-8")
    workflow = yaml.safe_load(text)
    steps = [step for job in workflow["jobs"].values() for step in job["steps"]]
    assert all(re.fullmatch(r"[\w-]+/[\w-]+@v\d+(\.\d+)*", s["uses"]) for s in steps if "uses" in s)
    targets = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.M)
    assert set(re.findall(r"\bmake (\w+)", "\n".join(s.get("run", "") for s in steps))) <= set(
        targets
    )
    assert workflow["permissions"]["contents"] == "read"
    assert all("timeout-minutes" in job for job in workflow["jobs"].values())
