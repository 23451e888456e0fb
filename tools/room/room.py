"""What start.py does in a room without internet: look, install, copy, open.

Runs before anything is installed, so it keeps to Python's own library and to the syntax of
Python 3.8.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import platform
import re
import shutil
import stat
import subprocess
import sys
import zipfile
from pathlib import Path

import machine
import serve

BUNDLE = Path(__file__).resolve().parent.parent
NAME = "my-first-neural-network"
SHOWN = 5  # damaged files that are named
LONG = 80  # letters of a path on Windows; its limit is 260, and packages need the rest
CLEAN = ("PYTHONPATH", "PYTHONHOME", "PYTHONDONTWRITEBYTECODE", "VIRTUAL_ENV", "CONDA_PREFIX")
COPY_AGAIN = "Copy the whole bundle again, or unpack it again."
READ_ONLY = "You can still read the book: open index.html, or start this again with --read."
NO_VENV = (
    "This Python cannot make an environment. On Debian and Ubuntu: apt install python3-venv. "
    "Elsewhere install the Python of python.org."
)


def facts():
    """Return what the bundle says about itself."""
    return json.loads((BUNDLE / "bundle.json").read_text("utf-8"))


def examine(known, place):
    """Return what the machine has and lacks, as findings."""
    pythons, least = map(numbers, known["pythons"]), map(numbers, known["least"])
    findings = [
        machine.python_version(wanted=tuple(pythons), least=tuple(least)),
        machine.platform_name(wanted=(known["system"],)),
        machine.memory(),
        machine.disk(place, needed=0.1 if is_installed(place) else known["disk_gb"]),
        machine.browser(),
        machine.loopback(),
    ]
    return findings + system_library(known["glibc"]) + long_path(place)


def system_library(needed, found=None):
    """Return a problem where the packages need a newer system library of Linux than there is."""
    name, version = found or platform.libc_ver()
    if not needed or name != "glibc" or numbers(version) >= numbers(needed):
        return []
    words = f"this Linux has glibc {version}, and the packages need {needed}"
    remedy = "Use a newer Linux, or only read the book here."
    return [machine.Finding("system library", "problem", words, remedy)]


def numbers(version):
    """Return "2.28" as (2, 28), which compares rightly."""
    return tuple(int(one) for one in re.findall(r"\d+", version))


def long_path(place, system=None):
    """Return a note where Windows will refuse the paths of some packages."""
    if (system or sys.platform) != "win32" or len(str(place)) <= LONG:
        return []
    remedy = r"Move the bundle to a folder such as C:\book."
    return [machine.Finding("folder", "note", f"the path {place} is long", remedy)]


def damaged(known, whole):
    """Return the names of files that are missing or not as they were; `whole` reads them all."""
    faults = [name for name, size in known["sizes"].items() if size_of(BUNDLE / name) != size]
    if not whole:
        return faults
    for line in (BUNDLE / "checksums.sha256").read_text("utf-8").splitlines():
        checksum, name = line.split("  ", 1)
        if name not in faults and checksum_of(BUNDLE / name) != checksum:
            faults.append(name)
    return faults


def size_of(path):
    """Return the size of a file in bytes; None where there is none."""
    return path.stat().st_size if path.is_file() else None


def checksum_of(path):
    """Return the SHA-256 of a file; None where it cannot be read."""
    found = hashlib.sha256()
    try:
        with path.open("rb") as stream:
            for block in iter(lambda: stream.read(1 << 20), b""):
                found.update(block)
    except OSError:
        return None
    return found.hexdigest()


def files_finding(known, whole):
    """Say whether the files of the bundle are as they were made."""
    faults = damaged(known, whole)
    if faults:
        more = f", and {len(faults) - SHOWN} more" if len(faults) > SHOWN else ""
        words = "damaged or missing: " + ", ".join(faults[:SHOWN]) + more
        return machine.Finding("files", "problem", words, COPY_AGAIN)
    words = "all {} {}".format(len(known["sizes"]), "have their checksum" if whole else "are here")
    return machine.Finding("files", "ok", words)


# --- Install -------------------------------------------------------------------------------------


def default_place():
    """Return the learner's folder: beside the bundle, or at home where that cannot be written."""
    beside = BUNDLE.parent / NAME
    writable = os.access(str(beside if beside.exists() else BUNDLE.parent), os.W_OK)
    return beside if writable else Path.home() / NAME


def environment_python(place):
    """Return the path of the environment's Python."""
    windows = os.name == "nt"
    return place / "environment" / ("Scripts/python.exe" if windows else "bin/python")


def requirements():
    """Return the list of packages for the Python that runs."""
    return BUNDLE / "requirements-{}.{}.txt".format(*sys.version_info[:2])


def is_installed(place):
    """Tell whether the environment is complete, and of this bundle."""
    mark = place / "environment" / "complete.txt"
    wanted = checksum_of(requirements())
    return wanted is not None and mark.is_file() and mark.read_text("utf-8") == wanted


def install(place):
    """Make the environment from the wheels of the bundle; raise SystemExit when it fails."""
    place.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(str(place / "environment"), ignore_errors=True)  # half of one is none
    work = place / "installing"
    shutil.rmtree(str(work), ignore_errors=True)
    work.mkdir()
    try:
        uv = unpacked_uv(work)
        (install_with_uv if uv else install_with_pip)(place, uv)
    finally:
        shutil.rmtree(str(work), ignore_errors=True)
    checksum = checksum_of(requirements())
    (place / "environment" / "complete.txt").write_text(checksum, "utf-8")


def unpacked_uv(work):
    """Return the path of the installer uv, unpacked from its wheel; None where it does not run."""
    for wheel in sorted((BUNDLE / "wheels").glob("uv-*.whl")):
        with zipfile.ZipFile(str(wheel)) as archive:
            names = [one for one in archive.namelist() if re.search(r"/scripts/uv(\.exe)?$", one)]
            if names:
                found = Path(archive.extract(names[0], str(work)))
                found.chmod(found.stat().st_mode | stat.S_IXUSR)
                return found if runs([str(found), "--version"]) else None
    return None


def runs(command):
    """Tell whether a command can be run."""
    try:
        return subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                              timeout=60).returncode == 0  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        return False


def sources():
    """Return the options that let pip and uv see the wheels of the bundle, and nothing else."""
    found = ["--no-index", "--find-links", str(BUNDLE / "wheels"), "--no-deps"]
    return found + ["--require-hashes", "-r", str(requirements())]


def install_with_uv(place, uv):
    """Install with uv, which takes a fraction of pip's time."""
    environment = {"UV_CACHE_DIR": str(place / "installing" / "cache"), "UV_OFFLINE": "1"}
    environment.update(UV_NO_CONFIG="1", UV_PYTHON_DOWNLOADS="never")
    must([str(uv), "venv", "--quiet", "--python", sys.executable, str(place / "environment")],
         environment)  # fmt: skip
    command = [str(uv), "pip", "install", "--quiet", "--python", str(environment_python(place))]
    must(command + sources(), environment)


def install_with_pip(place, _):
    """Install with the pip that comes with Python."""
    must([sys.executable, "-m", "venv", str(place / "environment")], {}, NO_VENV)
    command = [str(environment_python(place)), "-m", "pip", "install", "--quiet"]
    environment = {"PIP_CONFIG_FILE": os.devnull, "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    must(command + ["--no-cache-dir", "--ignore-requires-python"] + sources(), environment)


def must(command, more, remedy="Is the disk full? Start again with --check."):
    """Run a command of the installation; raise SystemExit with what it said when it fails."""
    done = subprocess.run(command, env=clean_environment(more), stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True)  # fmt: skip
    if done.returncode:
        lines = done.stdout.strip().splitlines()[-12:]
        raise SystemExit("\n".join(["The installation failed:", *lines, remedy]))


def clean_environment(more):
    """Return the environment without what would lead Python, pip or uv astray."""
    kept = {name: value for name, value in os.environ.items() if is_kept(name)}
    kept.update(more)
    return kept


def is_kept(name):
    """Tell whether a variable may stay."""
    return name not in CLEAN and not name.startswith(("PIP_", "UV_"))


# --- Copy and open -------------------------------------------------------------------------------


def copy_notebooks(place):
    """Copy what the learner does not have yet, and touch nothing else; return how many."""
    count = 0
    for part in ("notebooks", "assignments"):
        for path in sorted((BUNDLE / part).rglob("*.ipynb")):
            target = place / part / path.relative_to(BUNDLE / part)
            if not target.exists():
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(str(path), str(target))
                count += 1
    return count


def lab_environment():
    """Return the variables for JupyterLab: the data of the bundle, and its own kernel first."""
    more = {"FIRSTNET_BUNDLE": str(BUNDLE), "JUPYTER_PREFER_ENV_PATH": "1"}
    if (BUNDLE / "data" / "mnist.npz").is_file():
        more["FIRSTNET_DATA"] = str(BUNDLE / "data")
    return clean_environment(more)


def open_lab(place, options):
    """Open JupyterLab on the learner's notebooks; return its exit code."""
    command = [str(environment_python(place)), "-m", "jupyterlab"]
    command += ["--ServerApp.root_dir=" + str(place), "--LabApp.default_url=/lab/tree/notebooks"]
    command += ["--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate"]
    command += ["--LabApp.news_url=", "--LabApp.extension_manager=readonly"]
    return subprocess.run(command + options, cwd=str(place), env=lab_environment()).returncode


def begin(place, rest):
    """Install if need be, copy the notebooks, and open them."""
    if not is_installed(place):
        print(f"Installing into {place}. This takes some minutes, once.", flush=True)
        install(place)
    count = copy_notebooks(place)
    print(f"{count} notebooks copied to {place}; yours are as you left them.", flush=True)
    return open_lab(place, rest)


def read(rest):
    """Serve the bundle, with the options of `firstnet serve`."""
    parser = argparse.ArgumentParser(prog="start.py --read")
    serve.add_arguments(parser)
    options = parser.parse_args(rest)
    options.folder = BUNDLE
    return serve.main(options)


def look(known, place, whole):
    """Print what was found; return whether the notebooks can be run here."""
    findings = [*examine(known, place), files_finding(known, whole)]
    if not known["wheels"]:
        words = "this bundle was made without the packages that notebooks need"
        findings.append(machine.Finding("packages", "problem", words, "Only read the book."))
    print(machine.report(findings), flush=True)
    return not machine.worst(findings)


def main(arguments):
    """Look at the machine, then do what was asked for; return the exit code."""
    parser = argparse.ArgumentParser(prog="start.py", description="Open the book's notebooks.")
    parser.add_argument("--check", action="store_true", help="only look at machine and files")
    parser.add_argument("--read", action="store_true", help="only serve the book; more: --read -h")
    parser.add_argument("--place", type=Path, help="folder for notebooks and packages")
    if "--read" in arguments:
        return read([one for one in arguments if one != "--read"])
    options, rest = parser.parse_known_args(arguments)
    place = (options.place or default_place()).absolute()
    fit = look(facts(), place, whole=options.check or not is_installed(place))
    if not fit:
        print(READ_ONLY)
    return 1 if not fit else 0 if options.check else begin(place, rest)
