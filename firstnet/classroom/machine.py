"""What a machine must have: checks that answer in plain words, with Python's own library alone.

The classroom bundle carries this file and runs it before anything is installed, so it keeps to
the syntax of Python 3.8.
"""

from __future__ import annotations

import os
import platform
import shutil
import socket
import sys
from pathlib import Path
from typing import NamedTuple

GB = 1e9  # bytes
PYTHONS = ((3, 11), (3, 12), (3, 13))
PLATFORMS = ("Linux x86_64", "Linux aarch64", "Darwin arm64", "Windows AMD64")
MEMORY_LEAST, MEMORY_GOOD = 2.0, 4.0  # GB in the machine; the largest chapter takes 1.4
MEMORY_FREE = 1.5  # GB
DISK_NEEDED = 3.0  # GB: the packages unpacked, and room for what a learner saves
BROWSERS = (
    *("firefox", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable"),
    *("microsoft-edge", "brave-browser", "safari"),
)


class Finding(NamedTuple):
    """What one check found: `level` is "ok", "note" or "problem"; `remedy` says what to do."""

    name: str
    level: str
    words: str
    remedy: str = ""


def python_version(version=None, wanted=PYTHONS, least=(), bits=64):
    """Check that this Python is 64-bit and one of `wanted`, pairs as (3, 12).

    `least` may hold the first version of some of them that will do, as (3, 11, 5).
    """
    version = tuple(version or sys.version_info)[:3]
    words = ".".join(map(str, version))
    names = ", ".join(f"{one}.{two}" for one, two in wanted)
    if version[:2] not in wanted:
        words += f" runs here, and the packages are for Python {names}"
        return Finding("Python", "problem", words, "Install one of these from python.org.")
    for one in least:
        if one[:2] == version[:2] and version < one:
            words += f" runs here, and the packages need {'.'.join(map(str, one))} or newer"
            return Finding("Python", "problem", words, "Install a newer one from python.org.")
    if bits != 64 or sys.maxsize < 2**32:
        words += " is a 32-bit one, and TensorFlow needs 64 bits"
        return Finding("Python", "problem", words, "Install the 64-bit Python from python.org.")
    return Finding("Python", "ok", words)


def platform_name(system=None, machine=None, wanted=PLATFORMS):
    """Check that the packages exist for this system and this kind of processor."""
    found = f"{system or platform.system()} {machine or platform.machine()}"
    if found in wanted:
        return Finding("system", "ok", found)
    words = f"this is {found}, and the packages are for {', '.join(wanted)}"
    return Finding("system", "problem", words, "Use another machine, or only read the book here.")


def memory_of_machine():
    """Return the memory in the machine and the free part of it, in GB; None where unknown."""
    if sys.platform == "win32":
        return _memory_of_windows()
    try:
        total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / GB
    except (ValueError, OSError):
        return None, None
    return _within_limit(total), _free_memory()


def _memory_of_windows():
    import ctypes

    class Status(ctypes.Structure):
        names = ("total", "free", "page", "page_free", "virtual", "virtual_free", "extended")
        _fields_ = [("length", ctypes.c_ulong), ("load", ctypes.c_ulong)]
        _fields_ += [(name, ctypes.c_ulonglong) for name in names]

    status = Status(length=ctypes.sizeof(Status))
    if not ctypes.windll.kernel32.GlobalMemoryStatusEx(ctypes.byref(status)):
        return None, None
    return status.total / GB, status.free / GB


def _within_limit(total):
    """Return the limit of a container instead, where there is one and it is smaller."""
    for name in ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"):
        try:
            total = min(total, int(Path(name).read_text()) / GB)
        except (OSError, ValueError):
            continue
    return total


def _free_memory():
    try:
        lines = Path("/proc/meminfo").read_text().splitlines()
    except OSError:
        return None
    found = [line.split()[1] for line in lines if line.startswith("MemAvailable:")]
    return int(found[0]) * 1024 / GB if found else None


def memory(total=None, free=None):
    """Check the memory: `total` in the machine and `free` in it, both in GB."""
    if total is None:
        total, free = memory_of_machine()
    if total is None:
        return Finding("memory", "note", "cannot be measured here", "It should be 4 GB.")
    words = f"{total:.1f} GB" + ("" if free is None else f", {free:.1f} GB of it free")
    if total < MEMORY_LEAST:
        remedy = f"Only read the book here: training needs {MEMORY_LEAST:.0f} GB at least."
        return Finding("memory", "problem", words + ", which is too little", remedy)
    if free is not None and free < MEMORY_FREE:
        return Finding("memory", "note", words, "Close other programs before you train.")
    if total < MEMORY_GOOD:
        return Finding("memory", "note", words, "Open one notebook at a time.")
    return Finding("memory", "ok", words)


def disk(folder, needed=DISK_NEEDED, free=None):
    """Check that the disk of `folder` has `needed` GB free."""
    if free is None:
        folder = next(one for one in (folder, *Path(folder).parents) if Path(one).exists())
        free = shutil.disk_usage(str(folder)).free / GB
    words = f"{free:.1f} GB free where {folder} is"
    if free < needed:
        words += f", and {needed:.1f} GB are needed"
        return Finding("disk", "problem", words, "Delete something, or choose another disk.")
    return Finding("disk", "ok", words)


def browser(find=None, system=None):
    """Check that there is a browser to read in; `find` looks a command up, as shutil.which does."""
    system = system or sys.platform
    if system in ("win32", "darwin"):
        return Finding("browser", "ok", "the one that comes with this system")
    found = [name for name in BROWSERS if (find or shutil.which)(name)]
    if found:
        return Finding("browser", "ok", found[0])
    remedy = "Install Firefox or Chromium, or open the printed address on another machine."
    return Finding("browser", "note", "no browser was found", remedy)


def loopback(host="127.0.0.1"):
    """Check that a browser can reach a server on this machine: JupyterLab needs it."""
    try:
        with socket.create_server((host, 0)) as server:
            socket.create_connection(server.getsockname()[:2], timeout=5).close()
    except OSError as error:
        words = f"no program on this machine can reach another through {host} ({error})"
        remedy = "Allow connections to 127.0.0.1 in the firewall or the security program."
        return Finding("localhost", "problem", words, remedy)
    return Finding("localhost", "ok", "programs on this machine reach each other")


def report(findings):
    """Return the findings as lines: the level, what was found, and below it what to do."""
    lines = []
    for finding in findings:
        lines.append(f"{finding.level:9}{finding.name}: {finding.words}")
        if finding.remedy and finding.level != "ok":
            lines.append("         -> " + finding.remedy)
    return "\n".join(lines)


def worst(findings):
    """Return the exit code: 1 when there is a problem, else 0."""
    return int(any(finding.level == "problem" for finding in findings))
