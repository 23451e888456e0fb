"""Run every test: units, style, notebooks, book, browser."""

import subprocess
import sys

from tools import ROOT


def main(arguments: list[str]) -> int:
    """Run pytest on tests/; options go on to it."""
    return subprocess.run([sys.executable, "-m", "pytest", *arguments], cwd=ROOT).returncode
