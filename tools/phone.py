"""Bring the network and the shared drawings into the sources of the phone app."""

import argparse
from pathlib import Path

from tools import ROOT

APP = Path("apps/flutter_recogniser")
MODEL = Path("firstnet/models/augmented.tflite")
VECTORS = Path("apps/vectors.json")
HEADER = """\
/// Made by `python -m tools phone` from apps/vectors.json; do not edit.
library;

const String vectors = r'''
"""


def copies(root: Path = ROOT) -> dict[Path, bytes]:
    """Return what the app must hold: the path of each copy below `root`, and its bytes.

    The drawings become a Dart file, so that tests can read them on a phone too. Raises SystemExit
    with a hint if a source is missing or cannot stand in a Dart string.
    """
    for source in (MODEL, VECTORS):
        if not (root / source).exists():
            raise SystemExit(f"{source} is missing. Restore it with git checkout {source}")
    vectors = (root / VECTORS).read_text("utf-8").rstrip()
    if "'''" in vectors:
        raise SystemExit(f"{VECTORS} holds three quotes in a row, which would end a Dart string.")
    return {
        APP / "assets" / MODEL.name: (root / MODEL).read_bytes(),
        APP / "test" / "vectors.dart": f"{HEADER}{vectors}\n''';\n".encode(),
    }


def main(arguments: list[str]) -> int:
    """Write every copy that is not as its source; say which."""
    argparse.ArgumentParser(prog="python -m tools phone", description=__doc__).parse_args(arguments)
    for path, content in copies().items():
        target = ROOT / path
        if not target.exists() or target.read_bytes() != content:
            target.write_bytes(content)
            print(f"wrote {path}")
    print(f"{APP} is in step with {MODEL} and {VECTORS}.")
    return 0
