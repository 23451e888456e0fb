"""Keep pyproject.toml, uv.lock and requirements.txt in step."""

import os
import subprocess

from tools import ROOT
from tools.book import script

EXPORT = ["export", "--format", "requirements-txt", "--no-dev", "--group", "notebook"]
EXPORT += ["--no-emit-project", "--no-header", "--quiet"]
HEADER = """\
# Made by `make lock` from uv.lock; do not edit. For plain pip, Binder and Colab:
#   pip install -r requirements.txt && pip install --no-deps -e .
"""


def uv(*arguments: str) -> str:
    """Run uv in the project and return what it prints; without the caller's virtual environment."""
    environment = {name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"}
    done = subprocess.run(
        [script("uv"), *arguments], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    if done.returncode:
        raise SystemExit(f"uv {' '.join(arguments)} failed:\n{done.stderr}")
    return done.stdout


def exported(*options: str) -> str:
    """Return the text that requirements.txt must have."""
    return HEADER + uv(*EXPORT, *options)


def main(arguments: list[str]) -> int:
    """Lock again (options as `--upgrade` go to uv) and export requirements.txt."""
    uv("lock", *arguments)
    (ROOT / "requirements.txt").write_text(exported("--locked"), "utf-8", newline="\n")
    print("uv.lock and requirements.txt are in step with pyproject.toml.")
    return 0
