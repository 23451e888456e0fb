"""The benchmark measures every explorable, and prints numbers."""

import pytest

from tools import ROOT, bench


def test_every_explorable_is_known():
    scripts = {path.stem for path in (ROOT / "firstnet/widgets").glob("[!_]*.js")}
    assert set(bench.explorables()) == scripts


def test_percentile_of_known_times():
    times = [float(time) for time in range(100, 0, -1)]
    assert [bench.percentile(times, share) for share in (0, 0.5, 0.95, 1)] == [1, 51, 96, 100]


def test_unknown_explorable_is_refused_by_name(capsys):
    with pytest.raises(SystemExit):
        bench.main(["telescope"])
    assert "There is no explorable telescope. Known: " in capsys.readouterr().err


@pytest.mark.browser
def test_both_tables_hold_numbers(browser, monkeypatch, capsys):
    monkeypatch.setattr(bench, "MOVES", 6)
    bench.measure(browser, {"playground": bench.explorables()["playground"]}, 0.5)
    rows = [line.split() for line in capsys.readouterr().out.splitlines()]
    found = {
        row[0]: [float(part) for part in row[1:]]
        for row in rows
        if row[1:2] and row[1][0].isdigit()
    }
    assert list(found) == ["playground", "steady", "fast"]
    assert [len(numbers) for numbers in found.values()] == [4, 3, 3]
    assert all(number > 0 for numbers in found.values() for number in numbers)
