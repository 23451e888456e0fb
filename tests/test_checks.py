"""The checks that hold a run to the book's numbers can fail, and say why."""

import math

import pytest

from firstnet import checks


def test_a_value_inside_its_tolerance_is_printed(capsys):
    checks.measured("accuracy", 0.931, near=0.93, within=0.01)
    assert capsys.readouterr().out == "accuracy: 0.931 (the book: 0.93 ± 0.01)\n"


@pytest.mark.parametrize("value", [0.9, 0.95, math.nan, math.inf, -math.inf])
def test_a_value_outside_fails_and_names_both_numbers(value):
    with pytest.raises(checks.CheckError, match=r"accuracy is .*the book says 0\.93 ± 0\.01"):
        checks.measured("accuracy", value, near=0.93, within=0.01)


def test_on_other_data_nothing_is_compared_and_the_line_says_so(capsys):
    checks.measured("accuracy", 0.5, near=0.93, within=0.01, compare=False)
    assert "not compared" in capsys.readouterr().out
