"""Format the Python files and mend what ruff can mend."""

import subprocess

from tools import ROOT
from tools.book import script


def main(arguments: list[str]) -> int:
    """Run ruff's formatter and its safe fixes."""
    ruff = script("ruff")
    subprocess.run([ruff, "format", *arguments], cwd=ROOT, check=True)
    return subprocess.run([ruff, "check", "--fix", *arguments], cwd=ROOT).returncode
