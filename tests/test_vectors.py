"""The drawings that hold Python, JavaScript and Dart together are as Python gives them today."""

import base64
import json

import numpy as np
import pytest

from firstnet import drawing, hands, lite, models
from tools import vectors

DRAWINGS = json.loads(vectors.VECTORS.read_text("utf-8"))["drawings"]


def pixels(text):
    return np.frombuffer(base64.b64decode(text), np.uint8).reshape(28, 28)


def test_every_hand_draws_every_digit_and_some_drawings_are_none():
    assert len(DRAWINGS) == 10 * len(hands.HANDS) + len(vectors.EDGES)
    digits = [one["digit"] for one in DRAWINGS]
    assert {digit: digits.count(digit) for digit in range(10)} == dict.fromkeys(range(10), 4)
    assert len({one["name"] for one in DRAWINGS}) == len(DRAWINGS)
    assert [{k: one[k] for k in ("name", "digit", "strokes")} for one in DRAWINGS] == (
        vectors.drawings()
    )


@pytest.mark.parametrize("name", ["prepared", "shrunk"])
def test_python_gives_these_pixels(name):
    for one in DRAWINGS:
        expected = getattr(drawing, name)(one["strokes"])
        np.testing.assert_array_equal(pixels(one[name]), expected, err_msg=one["name"])


@pytest.mark.parametrize("file", models.LITE)
def test_litert_gives_these_probabilities(file):
    pictures = np.array([pixels(one["prepared"]) for one in DRAWINGS]) / 255
    found = lite.answers(models.lite_path(file), pictures)
    expected = [one["probabilities"][file] for one in DRAWINGS]
    np.testing.assert_allclose(found, expected, atol=1e-5)


def test_the_default_network_reads_nearly_all_of_them():
    named = [one for one in DRAWINGS if one["digit"] is not None]
    right = [np.argmax(one["probabilities"]["augmented.tflite"]) == one["digit"] for one in named]
    assert np.mean(right) >= 0.95


def test_out_of_date_vectors_are_noticed(tmp_path, monkeypatch, capsys):
    assert vectors.main(["--check"]) == 0
    changed = tmp_path / "vectors.json"
    changed.write_text(vectors.VECTORS.read_text("utf-8").replace("0.5", "0.6", 1), "utf-8")
    monkeypatch.setattr(vectors, "VECTORS", changed)
    assert vectors.main(["--check"]) == 1
    assert "out of date" in capsys.readouterr().out
