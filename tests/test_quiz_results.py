"""The table of a class: saved quiz results, the sound and the hostile ones."""

import csv
import json

import pytest

from firstnet import quizzes
from firstnet.__main__ import main
from firstnet.classroom import quiz

RIGHT = {"first": True, "tries": 1, "right": True}
LATER = {"first": False, "tries": 3, "right": True}


def saved(name="Ada", quizzes=None, **more):
    quizzes = {"04_walk_downhill": {"slope-by-hand": RIGHT}} if quizzes is None else quizzes
    start = {"format": "firstnet-quiz", "version": 1, "name": name, "saved": "2026-01-31T10:00:00Z"}
    return start | {"quizzes": quizzes} | more


def put(folder, name, content):
    """Write a file: bytes as they are, everything else as JSON."""
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    return path


def run(*arguments):
    return main(["quiz", *map(str, arguments)])


def table(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def tried(path):
    """Return the rows of the questions that were tried."""
    return [row for row in table(path) if row["tries"] != "0"]


def test_a_table_that_cannot_be_written_is_said(tmp_path, capsys):
    result = put(tmp_path, "ada.json", saved("Ada"))
    assert run(result, "--out", tmp_path / "none" / "table.csv") == 2
    assert "The table was not written: " in capsys.readouterr().err


def test_a_class_becomes_a_table(tmp_path, capsys):
    folder, out = tmp_path / "class", tmp_path / "table.csv"
    folder.mkdir()
    both = {
        "04_walk_downhill": {"slope-by-hand": RIGHT, "order-of-a-step": LATER},
        "02_bend_line": {"dead-neuron": {"first": False, "tries": 2, "right": False}},
    }
    put(folder, "ada.json", saved("Ada", both))
    put(folder, "zoe.json", saved("Zoë, “Z”"))
    put(folder, "notes.txt", b"not a result")
    assert run(folder, "--out", out) == 0
    rows = table(out)
    assert tuple(rows[0]) == quiz.COLUMNS
    assert [tuple(row.values()) for row in rows if row["tries"] != "0"] == [
        ("Ada", "ada.json", "02_bend_line", place("02_bend_line", "dead-neuron"),
         "dead-neuron", "False", "2", "False"),
        ("Ada", "ada.json", *STEP, "slope-by-hand", "True", "1", "True"),
        ("Ada", "ada.json", *LAST, "order-of-a-step", "False", "3", "True"),
        ("Zoë, “Z”", "zoe.json", *STEP, "slope-by-hand", "True", "1", "True"),
    ]  # fmt: skip
    assert f"{len(rows)} rows from 2 files; 0 refused" in capsys.readouterr().out


def place(chapter, question):
    ids = [one["id"] for one in quizzes.load(chapter)]
    return str(ids.index(question) + 1)


STEP = ("04_walk_downhill", place("04_walk_downhill", "slope-by-hand"))
LAST = ("04_walk_downhill", place("04_walk_downhill", "order-of-a-step"))


def test_what_was_not_tried_has_a_row_too_in_the_order_of_the_page(tmp_path):
    rows = quiz.results(put(tmp_path, "ada.json", saved()))
    assert [row["question"] for row in rows] == [
        one["id"] for one in quizzes.load("04_walk_downhill")
    ]
    assert [row["number"] for row in rows] == list(range(1, len(rows) + 1))
    untried = [row for row in rows if row["question"] != "slope-by-hand"]
    for row in untried:
        assert (row["tries"], row["first_try"], row["right"]) == (0, False, False)


def test_a_question_of_another_version_of_the_book_comes_last_without_a_number(tmp_path):
    answers = {"04_walk_downhill": {"a-former-one": RIGHT}, "99_no_such": {"some": LATER}}
    rows = quiz.results(put(tmp_path, "ada.json", saved("Ada", answers)))
    former, other = rows[-2:]
    assert (former["question"], former["number"], former["tries"]) == ("a-former-one", "", 1)
    assert (other["chapter"], other["number"], other["tries"]) == ("99_no_such", "", 3)
    assert len(rows) == len(quizzes.load("04_walk_downhill")) + 2


def with_result(**changes):
    return saved(quizzes={"04_walk_downhill": {"slope-by-hand": RIGHT | changes}})


HOSTILE = {
    "empty": (b"", "no JSON"),
    "half": (b'{"format": "firstnet-quiz"', "no JSON"),
    "pickle": (b"\x80\x04\x95\x00", "no text in UTF-8"),
    "zip": (b"PK\x03\x04 and so on", "no JSON"),
    "deep": (b"[" * 200_000, "no JSON"),
    "large": (b" " * 1_000_001, "more than 1,000,000 bytes"),
    "twice": (b'{"format": 1, "format": 2}', "same key twice"),
    "nan": (json.dumps(with_result(tries=float("nan"))).encode(), "NaN"),
    "infinite": (json.dumps(with_result(tries=float("inf"))).encode(), "Infinity"),
    "huge": (b'{"tries": ' + b"9" * 9000 + b"}", "no JSON"),
    "list": ([], "no quiz result"),
    "foreign": (saved(format="other"), "of this book"),
    "version": (saved(version=2), "another version"),
    "version true": (saved(version=True), "of this book"),
    "more keys": (saved(grade=100), "no quiz result"),
    "name no text": (saved(name=["Ada"]), "name"),
    "long name": (saved(name="A" * 81), "name"),
    "date no text": (saved(saved=5), "date"),
    "path as chapter": (saved(quizzes={"../../etc": {"a": RIGHT}}), "not named as chapters"),
    "quiz no table": (saved(quizzes={"04_walk_downhill": [RIGHT]}), "no table"),
    "formula as question": (saved(quizzes={"04_walk_downhill": {"=1+1": RIGHT}}), "no table"),
    "result no table": (saved(quizzes={"04_walk_downhill": {"a": True}}), "first, tries and right"),
    "no tries": (with_result(tries=0), "tries must be"),
    "true tries": (with_result(tries=True), "tries must be"),
    "half a try": (with_result(tries=1.5), "tries must be"),
    "many tries": (with_result(tries=10**9), "tries must be"),
    "text as right": (with_result(right="yes"), "true or false"),
    "number as first": (with_result(first=1), "true or false"),
    "cannot be": (with_result(right=False), "right at the first try"),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_bad_file_is_refused_by_name_and_the_others_go_on(tmp_path, capsys, name):
    content, reason = HOSTILE[name]
    bad, good = put(tmp_path, "bad.json", content), put(tmp_path, "good.json", saved())
    out = tmp_path / "table.csv"
    assert run(bad, good, "--out", out) == 1
    said = capsys.readouterr().err
    assert said.startswith(f"{bad}: ")
    assert reason in said
    assert [row["file"] for row in tried(out)] == ["good.json"]


def test_a_link_and_a_missing_file_are_refused(tmp_path, capsys):
    good = put(tmp_path, "good.json", saved())
    (tmp_path / "link.json").symlink_to(good)
    out = tmp_path / "table.csv"
    assert run(tmp_path / "link.json", tmp_path / "gone.json", good, "--out", out) == 1
    said = capsys.readouterr().err
    assert said.count("not a file of its own") == 1
    assert f"{tmp_path / 'gone.json'}: there is no such file" in said
    assert len(tried(out)) == 1


def test_nothing_to_read_writes_nothing(tmp_path, capsys):
    out = tmp_path / "table.csv"
    assert run(tmp_path, "--out", out) == 2
    assert "Save my results" in capsys.readouterr().err
    assert not out.exists()


RISKY = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "\n+1", '=HYPERLINK("http://x")']


@pytest.mark.parametrize("name", RISKY)
def test_no_cell_can_become_a_formula(tmp_path, name):
    out = tmp_path / "table.csv"
    assert run(put(tmp_path, "=bad.json", saved(name)), "--out", out) == 0
    (row,) = tried(out)
    assert row["name"].startswith("'")
    assert row["file"] == "'=bad.json"
    assert "\n" not in row["name"] and "\r" not in row["name"]


@pytest.mark.parametrize("name", ["Ada", "O’Neil-Smith", "", "李雷", "a=b"])
def test_a_plain_name_stays_as_it_is(tmp_path, name):
    out = tmp_path / "table.csv"
    assert run(put(tmp_path, "one.json", saved(name)), "--out", out) == 0
    assert table(out)[0]["name"] == name


def test_the_same_file_counts_once(tmp_path):
    path, out = put(tmp_path, "one.json", saved()), tmp_path / "table.csv"
    assert run(path, tmp_path, path, "--out", out) == 0
    assert len(tried(out)) == 1
