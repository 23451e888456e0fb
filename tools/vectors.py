"""Make apps/vectors.json: drawings, their 28 × 28 pixels, and the answers of every shipped file.

Python, the page's JavaScript and the phone app are all held to this one file. It changes only with
the preparation or with the networks; `--check` says whether it is as they give it.
"""

import argparse
import base64
import json

import numpy as np

from firstnet import drawing, hands, lite, models
from tools import ROOT

VECTORS = ROOT / "apps" / "vectors.json"
DIGITS = 6  # decimals of a probability
EDGES = {
    "a dot": [[[0.5, 0.5]]],
    "a dot in the corner": [[[0.0, 0.0]]],
    "a line straight down": [[[0.5, 0.1], [0.5, 0.9]]],
    "a line straight across": [[[0.1, 0.5], [0.9, 0.5]]],
    "two strokes that cross": [[[0.2, 0.2], [0.8, 0.8]], [[0.8, 0.2], [0.2, 0.8]]],
    "a point said twice": [[[0.3, 0.3], [0.3, 0.3], [0.6, 0.7]]],
}


def drawings() -> list[dict]:
    """Return what is drawn: each digit by each hand somewhere else, and what is no digit at all."""
    rng = np.random.default_rng(0)
    found = []
    for digit in range(10):
        for hand in hands.HANDS:
            size = rng.uniform(0.25, 0.85)
            x, y = rng.uniform(0.55 * size, 1 - 0.55 * size, size=2).round(3).tolist()
            place = {"x": x, "y": y, "size": round(size, 3), "wobble": 0.02, "seed": digit}
            strokes = hands.drawing(digit, hand=hand, **place)
            name = f"a {digit} by the {hand} hand"
            found.append({"name": name, "digit": digit, "strokes": strokes})
    return found + [{"name": name, "digit": None, "strokes": one} for name, one in EDGES.items()]


def packed(pixels: np.ndarray) -> str:
    """Return 28 × 28 bytes as base64."""
    return base64.b64encode(pixels.tobytes()).decode()


def vectors() -> dict:
    """Return the content of the file, as Python computes it now."""
    made = drawings()
    rows = [drawing.prepared(one["strokes"]) for one in made]
    pictures = np.array(rows).astype("float32") / 255
    answers = {file: lite.answers(models.lite_path(file), pictures) for file in models.LITE}
    for place, one in enumerate(made):
        one["prepared"], one["shrunk"] = packed(rows[place]), packed(drawing.shrunk(one["strokes"]))
        one["probabilities"] = {
            file: [round(float(p), DIGITS) for p in found[place]] for file, found in answers.items()
        }
    return {"drawings": made}


def text(content: dict) -> str:
    """Return the file's text: a drawing a line."""
    lines = [json.dumps(one, ensure_ascii=False) for one in content["drawings"]]
    return '{"drawings": [\n' + ",\n".join(lines) + "\n]}\n"


def agree(first: dict, second: dict) -> bool:
    """Tell whether two contents are the same; probabilities may differ by a rounding."""
    plain, answers = [], []
    for content in (first, second):
        drawings = [dict(one) for one in content["drawings"]]
        answers.append([one.pop("probabilities") for one in drawings])
        plain.append(drawings)
    return plain[0] == plain[1] and all(
        one.keys() == other.keys() and all(np.allclose(one[f], other[f], atol=1e-5) for f in one)
        for one, other in zip(*answers, strict=True)
    )


def main(arguments: list[str]) -> int:
    """Write the file, or compare it with `--check`."""
    parser = argparse.ArgumentParser(prog="python -m tools vectors", description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare only, write nothing")
    made = vectors()
    if parser.parse_args(arguments).check:
        same = VECTORS.is_file() and agree(made, json.loads(VECTORS.read_text("utf-8")))
        print("apps/vectors.json is", "as Python gives it." if same else "out of date.")
        return 0 if same else 1
    VECTORS.write_text(text(made), "utf-8", newline="\n")
    print("Wrote apps/vectors.json; `python -m tools phone` takes it to the phone app.")
    return 0
