"""The committed notebooks: made from today's chapters, and giving the same results again."""

import json
import os
import re
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import nbformat
import psutil
import pytest

from tests.strictness import real_mnist_is_here
from tools import ROOT, notebooks, timings

CHAPTERS = notebooks.chapters()
SECONDS, BYTES = timings.MOST_SECONDS, timings.MOST_MEGABYTES * 1e6
STRICT = ["--nbval", "--nbval-sanitize-with", "tests/nbval.cfg"]
LAX = ["--nbval-lax"]
PLAIN_ARITHMETIC = {
    "TF_ENABLE_ONEDNN_OPTS": "0",
    "TF_NUM_INTRAOP_THREADS": "1",
    "TF_NUM_INTEROP_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
}

WITH_DATA = [
    chapter
    for chapter in CHAPTERS
    if "firstnet.data" in notebooks.imported_modules(chapter.read_text("utf-8"))
]

each_chapter = pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda path: path.stem)


def committed(chapter):
    path = notebooks.notebook_path(chapter)
    assert path.is_file(), f"{path.name} is missing: run `make notebooks`."
    return nbformat.read(path, as_version=4)


def peak_bytes(process):
    try:
        family = [process, *process.children(recursive=True)]
        return sum(member.memory_info().rss for member in family)
    except psutil.Error:
        return 0


def nbval(chapter, options, log, **environment):
    """Run nbval on a notebook; return exit code, output, seconds, peak bytes of all processes."""
    path = notebooks.notebook_path(chapter).relative_to(ROOT).as_posix()
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-q", *options, path]
    variables = os.environ | notebooks.ENVIRONMENT | environment
    variables.pop("PYTEST_CURRENT_TEST", None)
    started, peak = time.perf_counter(), 0
    with log.open("w") as file:
        process = psutil.Popen(command, cwd=ROOT, env=variables, stdout=file, stderr=file)
        while process.poll() is None:
            peak = max(peak, peak_bytes(process))
            time.sleep(0.1)
    return process.returncode, log.read_text(), time.perf_counter() - started, peak


@each_chapter
def test_notebook_holds_the_chapter(chapter):
    source, made = notebooks.read_chapter(chapter).cells, committed(chapter).cells
    assert [(c.id, c.cell_type, c.source) for c in made] == [
        (c.id, c.cell_type, c.source) for c in source
    ], f"{chapter.stem}: source and notebook differ. Edit the source, run `make notebooks`."
    for ours, theirs in zip(made, source, strict=True):
        assert dict(ours.metadata) == dict(theirs.metadata)


@each_chapter
def test_notebook_is_fresh(chapter):
    assert notebooks.is_fresh(chapter), (
        f"{chapter.stem}: its source, the package, a recorded experiment or a library changed "
        "after it was executed. Run `make notebooks`."
    )


def test_no_notebook_without_a_chapter():
    paths = {notebooks.notebook_path(chapter) for chapter in CHAPTERS}
    assert set(notebooks.NOTEBOOKS.glob("*.ipynb")) == paths


@each_chapter
def test_stored_outputs_are_clean(chapter):
    notebook = committed(chapter)
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))
    for output in (output for cell in cells for output in cell.outputs):
        assert output.output_type != "error"
        assert output.get("name") != "stderr"
        text = json.dumps(output.get("data", {}).get("text/plain", output.get("text", "")))
        assert not re.search(
            r"0x[0-9a-f]{6,}|/home/|/root/|/tmp/|/work/|!!! NOT (?!EXACTLY)|\bnan\b", text
        )


@each_chapter
def test_stored_widgets_are_the_ones_of_the_package(chapter):
    from firstnet.widgets._base import Explorable

    known = {cls._esm for cls in explorables(Explorable)}
    widgets = committed(chapter).metadata.get("widgets", {}).values()
    models = [model for w in widgets for model in w["state"].values()]
    stored = [m["state"]["_esm"] for m in models if m["model_name"] == "AnyModel"]
    views = json.dumps(committed(chapter).cells).count("vnd.jupyter.widget-view+json")
    assert set(stored) <= known, f"{chapter.stem}: an explorable is stale. Run `make notebooks`."
    assert views == 0 or stored


def explorables(base):
    import importlib
    import pkgutil

    from firstnet import widgets

    for module in pkgutil.iter_modules(widgets.__path__, "firstnet.widgets."):
        importlib.import_module(module.name)
    return base.__subclasses__()


@pytest.mark.alone
@pytest.mark.notebooks
@each_chapter
def test_results_come_out_again_within_the_budget(chapter, tmp_path):
    real = real_mnist_is_here()
    if os.environ.get("CI") and (ROOT / "../shared/datasets/mnist.npz").exists():
        assert real, "The real MNIST lies in shared/datasets, but FIRSTNET_DATA does not name it."
    code, text, seconds, peak = nbval(chapter, STRICT if real else LAX, tmp_path / "log")
    print(f"{chapter.stem}: {seconds:.0f} s, {peak / 1e6:.0f} MB, {'strict' if real else 'LAX'}")
    assert code == 0, text
    assert seconds < SECONDS
    assert peak < BYTES


@pytest.mark.notebooks
@pytest.mark.timeout(1800)  # two processes at once, while other tests run
@each_chapter
def test_results_hang_neither_on_threads_nor_on_the_data(chapter, tmp_path):
    """On one thread without oneDNN, and on the embedded digits: side by side, one core each."""
    ways = {"embedded": (LAX, {"FIRSTNET_DATA": "embedded"})} if chapter in WITH_DATA else {}
    if real_mnist_is_here():
        ways["one thread"] = (STRICT, {})
    if not ways:
        pytest.skip("without data there is nothing to compare")
    with ThreadPoolExecutor(len(ways)) as pool:
        found = {
            way: pool.submit(nbval, chapter, options, tmp_path / way, **PLAIN_ARITHMETIC | extra)
            for way, (options, extra) in ways.items()
        }
    for way, future in found.items():
        code, text, *_ = future.result()
        assert code == 0, f"{way}:\n{text}"


def test_a_failing_cell_is_named_and_nothing_is_written(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(notebooks, "NOTEBOOKS", tmp_path)
    monkeypatch.setattr(timings, "TIMINGS", tmp_path / "timings.json")
    monkeypatch.setattr(notebooks, "content_hash", lambda chapter: "")
    chapter = tmp_path / "99_fail_here.py"
    chapter.write_text("# %% [markdown]\n# # Fail here\n\n# %%\nx = 1\n\n# %%\nx / 0\n")
    assert notebooks.update(chapter) is False
    said = capsys.readouterr().out
    assert "99_fail_here.py, cell 2 failed" in said
    assert "x / 0" in said
    assert "ZeroDivisionError" in said
    assert not (tmp_path / "99_fail_here.ipynb").exists()


def test_two_runs_give_the_same_bytes(tmp_path, monkeypatch):
    monkeypatch.setattr(notebooks, "NOTEBOOKS", tmp_path)
    monkeypatch.setattr(timings, "TIMINGS", tmp_path / "timings.json")
    monkeypatch.setattr(notebooks, "content_hash", lambda chapter: "")
    chapter = tmp_path / "99_repeat_run.py"
    chapter.write_text(
        "# %%\nimport sys\nfrom firstnet.widgets.downhill import Downhill\nDownhill()\n\n"
        "# %%\nprint('here'); print('noise', file=sys.stderr)\n"
    )
    made = []
    for _ in range(2):
        assert notebooks.update(chapter)
        made.append((tmp_path / "99_repeat_run.ipynb").read_bytes())
    assert made[0] == made[1]
    assert b"here" in made[0]
    assert b"noise\\n" not in made[0]


def test_an_edited_notebook_can_be_synced_back(tmp_path):
    for name in ("book/chapters", "notebooks", "pyproject.toml"):
        source = ROOT / name
        copy = shutil.copytree if source.is_dir() else shutil.copy
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        copy(source, tmp_path / name)
    chapter = tmp_path / CHAPTERS[0].relative_to(ROOT)
    path = tmp_path / notebooks.notebook_path(CHAPTERS[0]).relative_to(ROOT)
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[-1].source += "\n\nOne sentence more."
    nbformat.write(notebook, path)
    command = [sys.executable, "-m", "jupytext", "--sync", str(path)]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    before, after = (notebooks.read_chapter(path).cells for path in (CHAPTERS[0], chapter))
    assert chapter.read_text("utf-8").endswith("#\n# One sentence more.\n")
    assert after[-1].pop("source") == before[-1].pop("source") + "\n\nOne sentence more."
    assert after == before


def test_a_run_on_the_embedded_digits_is_not_stored():
    output = nbformat.v4.new_output("stream", text="!!! NOT MNIST: small digits\n")
    cell = nbformat.v4.new_code_cell("data.mnist()", outputs=[output])
    with pytest.raises(SystemExit, match="embedded digits"):
        notebooks.require_real_data(nbformat.v4.new_notebook(cells=[cell]))


def test_a_run_on_the_jpeg_copy_is_stored():
    output = nbformat.v4.new_output("stream", text="!!! NOT EXACTLY CIFAR-10: JPEG copies\n")
    cell = nbformat.v4.new_code_cell("data.cifar10()", outputs=[output])
    assert notebooks.require_real_data(nbformat.v4.new_notebook(cells=[cell])) is None


HILL = """from firstnet import models
class Hill:
    uses = ("layers",)
"""


def test_hash_follows_source_package_and_recorded_runs(tmp_path, monkeypatch):
    chapter = tmp_path / "98_follow_change.py"
    monkeypatch.setattr(notebooks, "ROOT", tmp_path)
    monkeypatch.setattr(notebooks, "library_versions", dict)
    (tmp_path / "firstnet" / "widgets").mkdir(parents=True)
    (tmp_path / "firstnet" / "models").mkdir()
    (tmp_path / "book" / "experiments").mkdir(parents=True)
    (tmp_path / "book" / "quizzes").mkdir()
    files = {
        "98_follow_change.py": "from firstnet.widgets.hill import Hill\nrecorded.load('run')\n"
        "Quiz('98_follow_change')\n",
        "firstnet/__init__.py": "",
        "firstnet/widgets/__init__.py": "",
        "firstnet/widgets/hill.py": HILL,
        "firstnet/models/__init__.py": "from firstnet.widgets import _base\n",
        "firstnet/models/cnn.tflite": "weights",
        "firstnet/widgets/_layers.js": "",
        "firstnet/widgets/hill.js": "draw()",
        "firstnet/widgets/_base.py": "",
        "firstnet/widgets/_shared.js": "",
        "book/experiments/run.json": "{}",
        "book/quizzes/98_follow_change.yml": "[]",
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    before = notebooks.content_hash(chapter)
    assert notebooks.content_hash(chapter) == before
    for name, text in files.items():
        (tmp_path / name).write_text(text + " ")
        assert notebooks.content_hash(chapter) != before, name
        (tmp_path / name).write_text(text)
    (tmp_path / "firstnet" / "other.py").write_text("unused = 1\n")
    (tmp_path / "firstnet" / "widgets" / "_tflite.js").write_text("not used by the hill")
    assert notebooks.content_hash(chapter) == before


def test_hash_follows_what_claims_are_held_to(monkeypatch):
    from firstnet import claims

    source = 'claims.measured("A7", loss=1)\nclaims.measured(\n    "B2", parts=2\n)\n'
    known = {"A7": {"measured": {"loss": {"equals": 1}}}, "B2": {"measured": None}, "B3": {}}
    monkeypatch.setattr(claims, "claims", lambda: known)
    before = notebooks.expectations(source)
    known["A7"]["verdict"] = known["B3"]["measured"] = "not what is printed here"
    assert notebooks.expectations(source) == before
    known["B2"]["measured"] = {"parts": {"equals": 2}}
    assert notebooks.expectations(source) != before
