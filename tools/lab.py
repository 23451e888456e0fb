"""Open JupyterLab on the notebooks."""

import subprocess

from tools import ROOT
from tools.book import script


def main(arguments: list[str]) -> int:
    """Start JupyterLab in notebooks/; options go on to it."""
    command = [script("jupyter-lab"), "--ServerApp.root_dir", str(ROOT), *arguments]
    if not any(not argument.startswith("-") for argument in arguments):
        command.append(str(ROOT / "notebooks"))
    try:
        return subprocess.run(command, cwd=ROOT / "notebooks").returncode
    except KeyboardInterrupt:
        return 0
