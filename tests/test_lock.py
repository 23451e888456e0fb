"""pyproject.toml, uv.lock and requirements.txt are in step, without a network."""

import re
import subprocess
import sys

from tools import ROOT, lock


def test_lock_file_fits_the_project():
    done = subprocess.run(
        [lock.script("uv"), "lock", "--check", "--offline", "--python", sys.executable],
        cwd=ROOT, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, f"uv.lock is out of step: run `make lock`.\n{done.stderr}"


def test_requirements_fit_the_lock_file():
    text = (ROOT / "requirements.txt").read_text("utf-8")
    assert text == lock.exported("--frozen", "--offline"), (
        "requirements.txt is out of step with uv.lock: run `make lock`."
    )


def test_every_requirement_is_pinned_with_hashes():
    text = (ROOT / "requirements.txt").read_text("utf-8")
    pins = re.findall(r"^[a-z0-9._-]+==[^ ]+.*\\$", text, re.M)
    assert len(pins) > 50
    blocks = re.split(r"^(?=[a-z0-9._-]+==)", text, flags=re.M)[1:]
    assert all("--hash=sha256:" in block for block in blocks)
