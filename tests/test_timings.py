"""What the notebooks cost: measured truly, for the notebooks that are committed, in the budget."""

import json
import re
import subprocess
import sys
import time

import pytest
from built import parsed

from tools import ROOT, notebooks, timings

NAMES = [chapter.stem for chapter in notebooks.chapters()]
KNOWN = timings.timings()
RECORDS = {path.stem: path for path in (ROOT / "book" / "experiments").glob("*.json")}

each_notebook = pytest.mark.parametrize("name", NAMES)


def test_every_notebook_is_measured_and_no_other():
    assert sorted(KNOWN) == NAMES, "Run `make notebooks`."


@each_notebook
def test_the_cost_is_that_of_the_committed_notebook(name):
    path = notebooks.NOTEBOOKS / f"{name}.ipynb"
    made_from = json.loads(path.read_text("utf-8"))["metadata"]["firstnet"]["content_hash"]
    assert KNOWN[name]["content_hash"] == made_from, "Run `make notebooks`."


@each_notebook
def test_notebook_stays_in_its_budget(name):
    assert 0 < KNOWN[name]["seconds"] < timings.MOST_SECONDS
    assert 50 < KNOWN[name]["peak_megabytes"] < timings.MOST_MEGABYTES
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", KNOWN[name]["date"])
    assert all(KNOWN[name]["machine"].values())


def test_all_notebooks_together_stay_in_the_budget():
    assert sum(cost["seconds"] for cost in KNOWN.values()) < timings.MOST_SECONDS_TOGETHER


# --- Measuring -----------------------------------------------------------------------------------


def test_seconds_and_memory_of_a_child_are_measured():
    code = "import time; held = bytearray(b'x') * 200_000_000; time.sleep(1)"
    with timings.Watch() as watch:
        subprocess.run([sys.executable, "-c", code], check=True)
    assert 1 <= watch.seconds < 10
    assert 200 <= watch.megabytes < 300


def test_memory_of_others_does_not_count():
    code = "held = bytearray(b'x') * 200_000_000; print(flush=True); input()"
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen([sys.executable, "-c", code], **pipes) as other:
        other.stdout.readline()
        with timings.Watch() as watch:
            time.sleep(0.3)
        other.communicate(b"\n")
    assert watch.megabytes == 0


def test_a_cost_is_kept_beside_the_others(tmp_path, monkeypatch):
    monkeypatch.setattr(timings, "TIMINGS", tmp_path / "timings.json")
    watch = timings.Watch()
    watch.seconds, watch.megabytes = 1.5, 300
    timings.keep(NAMES[1], "a", watch)
    timings.keep(NAMES[0], "b", watch)
    timings.keep(NAMES[1], "c", watch)
    timings.keep("99_never_was", "d", watch)
    assert list(timings.timings()) == NAMES[:2]
    assert timings.is_known(NAMES[1], "c")
    assert not timings.is_known(NAMES[1], "a")
    assert not timings.is_known("99_never_was", "d")
    assert timings.timings()[NAMES[0]]["machine"] == timings.machine()
    assert [path.name for path in tmp_path.iterdir()] == ["timings.json"]


def test_the_machine_is_named():
    about = timings.machine()
    assert re.fullmatch(r"\d+\.\d+\.\d+", about["tensorflow"])
    assert about["cpus"] >= 1
    assert about["memory_gb"] >= 1
    assert about["processor"]


# --- The page ------------------------------------------------------------------------------------


def rows(name):
    """Return the texts of a table of the page."""
    found = parsed("book/timings").select(f"table.{name} tbody tr")
    return [[" ".join(cell.get_text().split()) for cell in row.find_all("td")] for row in found]


def test_the_page_shows_every_notebook(book):
    *shown, last = rows("timings")
    links = parsed("book/timings").select("table.timings a")
    assert [link["href"] for link in links] == [f"../notebooks/{name}.html" for name in NAMES]
    wanted = [
        (f"{c['seconds']:.0f}", f"{c['peak_megabytes']:,}", c["date"]) for c in KNOWN.values()
    ]
    assert [tuple(row[1:4]) for row in shown] == wanted
    assert last[1] == f"{sum(cost['seconds'] for cost in KNOWN.values()):.0f}"


def test_the_page_shows_every_experiment(book):
    shown = {row[0]: row for row in rows("experiments")}
    assert set(shown) == set(RECORDS)
    for name, path in RECORDS.items():
        runs = json.loads(path.read_text("utf-8"))["runs"]
        assert shown[name][2] == str(len(runs))
        assert shown[name][4] == max(run["date"] for run in runs)
        assert re.fullmatch(r"[1-9][\d,]*( \([a-z ]+\))?", shown[name][3])


def test_the_page_names_the_machines_and_the_budget(book):
    text = parsed("book/timings").select_one("main").get_text()
    for cost in KNOWN.values():
        assert cost["machine"]["processor"] in text
        assert f"TensorFlow {cost['machine']['tensorflow']}" in text
    assert f"{timings.MOST_SECONDS} seconds and {timings.MOST_MEGABYTES:,} MB" in text
    assert f"{timings.MOST_SECONDS_TOGETHER} seconds" in text
