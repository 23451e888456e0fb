"""Build the HTML book; every warning is an error."""

import shutil
import subprocess
import sys
from pathlib import Path

from tools import ROOT

HTML = ROOT / "_build" / "html"
COMMAND = ["jupyter-book", "build", ".", "-W", "-n", "--keep-going"]


def script(name: str) -> str:
    """Return the path of a command installed beside the running Python."""
    found = shutil.which(name, path=str(Path(sys.executable).parent))
    if found is None:
        raise SystemExit(f"{name} is not installed here: run `make setup` (or `uv sync`) first.")
    return found


def build() -> int:
    """Build into _build/html; after a failure forget the pages, so that it fails again."""
    command = [script(COMMAND[0]), *COMMAND[1:]]
    code = subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL).returncode
    if code:
        shutil.rmtree(HTML.parent / ".doctrees", ignore_errors=True)
        shutil.rmtree(HTML, ignore_errors=True)
    return code


def main(arguments: list[str]) -> int:
    """Build the book and say how to open it."""
    if arguments:
        raise SystemExit("`book` takes no options.")
    code = build()
    if code == 0:
        page = (HTML / "index.html").relative_to(ROOT)
        print(f"\nThe book is built. Open {page} in a browser, or run `make serve`.")
    return code
