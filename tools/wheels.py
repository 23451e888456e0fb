"""Gather the locked wheels of a platform: from uv's cache where they are there, else by network.

uv keeps wheels unpacked. They are packed again here, each file held to the checksum in the
wheel's own RECORD, always in the same order and with the same date: the same wheels come out.
"""

import base64
import csv
import hashlib
import itertools
import os
import platform
import re
import subprocess
import sys
import tempfile
import zipfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from email import message_from_bytes, message_from_string
from pathlib import Path

from packaging.specifiers import SpecifierSet

from tools import ROOT, lock

DATE = (2020, 2, 2, 0, 0, 0)
PYTHONS = ("3.11", "3.12", "3.13")
BLOCK = 1 << 20
NOT_HAD = """uv could not get what the bundle needs. From its cache:
{offline}
By network:
{online}
Go on with a network, or bundle for this machine, whose wheels uv has: --platform here."""
CLEAN = "uv's cache is damaged: `uv cache clean`, then go on with a network."


@dataclass(frozen=True)
class Platform:
    """Where a bundle is used: uv's name, and how Python there names system and processor."""

    uv: str | None
    system: str


HERE = Platform(None, f"{platform.system()} {platform.machine()}")
PLATFORMS = {
    "linux-x86_64": Platform("x86_64-manylinux_2_28", "Linux x86_64"),
    "linux-aarch64": Platform("aarch64-manylinux_2_28", "Linux aarch64"),
    "macos-arm64": Platform("aarch64-apple-darwin", "Darwin arm64"),
    "windows-x86_64": Platform("x86_64-pc-windows-msvc", "Windows AMD64"),
}


class WheelError(RuntimeError):
    """A wheel cannot be had; the message says which, and what to do."""


def here() -> str:
    """Return the name of this machine's platform; raises SystemExit when there is none for it."""
    names = [name for name, one in PLATFORMS.items() if one.system == HERE.system]
    if not names:
        wanted = "|".join(PLATFORMS)
        raise SystemExit(f"This is {HERE.system}: name a platform, --platform {wanted}.")
    return names[0]


def requirements(*, grading: bool) -> str:
    """Return the locked requirements with hashes; `grading` adds nbgrader and JupyterHub."""
    more = ("--group", "classroom") if grading else ()
    return lock.exported("--frozen", "--offline", *more)


def installer() -> str:
    """Return the locked requirement of uv itself, with its hashes."""
    text = lock.uv("export", "--frozen", "--offline", "--only-group", "dev", "--no-header")
    return re.search(r"^uv==.*(?:\n    --hash=\S+.*)*", text, re.M).group()


def run_uv(*arguments: str) -> str:
    """Run uv without the network, and with it when that fails; raises WheelError with its words."""
    environment = {name: one for name, one in os.environ.items() if name != "VIRTUAL_ENV"}
    said = []
    for more in (["--offline"], []):
        command = [lock.script("uv"), *arguments, *more]
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
        if done.returncode == 0:
            return done.stdout
        said.append(done.stderr.strip())
    raise WheelError(NOT_HAD.format(offline=said[0], online=said[1]))


def gather(text: str, folder: Path, *, target: str | None, python: str) -> list[Path]:
    """Pack the wheels of requirements for one Python into `folder`; return their paths.

    `target` is uv's name of a platform, None for this machine. Raises WheelError.
    """
    with tempfile.TemporaryDirectory() as place:
        listed, installed = Path(place, "requirements.txt"), Path(place, "installed")
        listed.write_text(text, "utf-8")
        command = ["pip", "install", "--quiet", "--no-deps", "--require-hashes", "-r", str(listed)]
        command += ["--only-binary", ":all:", "--link-mode", "symlink"]
        command += ["--python-version", asked_version(python, target)]
        command += ["--target", str(installed), *(["--python-platform", target] if target else [])]
        run_uv(*command)
        roots = cached_wheels()
        marks = sorted(installed.glob("*.dist-info/WHEEL"))
        with ThreadPoolExecutor() as pool:  # compressing leaves Python's lock to others
            return list(pool.map(lambda m: pack(root_of(m, roots), m.parent.name, folder), marks))


def cached_wheels() -> dict[str, list[Path]]:
    """Return the folders of uv's unpacked wheels, by the name of their metadata folder."""
    cache = Path(run_uv("cache", "dir").strip())
    found = {}
    for mark in sorted(cache.glob("archive-v*/*/*.dist-info/WHEEL")):
        found.setdefault(mark.parent.name, []).append(mark.parents[1])
    return found


def root_of(mark: Path, roots: dict[str, list[Path]]) -> Path:
    """Return the unpacked wheel in the cache that was installed; raises WheelError."""
    for root in roots.get(mark.parent.name, []):
        if (root / mark.parent.name / "WHEEL").read_bytes() == mark.read_bytes():
            return root
    raise WheelError(f"{mark.parent.name} is not in uv's cache. Is UV_NO_CACHE set? Unset it.")


def pack(root: Path, metadata: str, folder: Path) -> Path:
    """Write an unpacked wheel as a file into `folder`, if it is not there yet; return its path."""
    path = folder / wheel_name(metadata, (root / metadata / "WHEEL").read_text("utf-8"))
    if not path.exists():
        part = path.with_suffix(".part")
        with zipfile.ZipFile(part, "w") as archive:
            for name, checksum in recorded(root, metadata):
                add(archive, name, intact(root / name, checksum))
        part.replace(path)
    return path


def wheel_name(metadata: str, text: str) -> str:
    """Return the file name of a wheel from its metadata folder and the text of its WHEEL."""
    fields = message_from_string(text)
    tags = {tuple(tag.split("-")) for tag in fields.get_all("Tag")}
    parts = [sorted({tag[place] for tag in tags}) for place in range(3)]
    if set(itertools.product(*parts)) != tags:
        raise WheelError(f"{metadata} has tags that one file name cannot hold.")
    build = [fields["Build"]] if fields["Build"] else []
    stem = metadata.removesuffix(".dist-info")
    return "-".join([stem, *build, *(".".join(part) for part in parts)]) + ".whl"


def recorded(root: Path, metadata: str) -> list[tuple[str, str]]:
    """Return the files of a wheel and their checksums, in order, as its RECORD lists them."""
    with (root / metadata / "RECORD").open(encoding="utf-8", newline="") as stream:
        return sorted((row[0], row[1]) for row in csv.reader(stream) if row)


def intact(path: Path, checksum: str) -> Path:
    """Return the path of a file that is as RECORD says; raises WheelError for another one."""
    kind, _, wanted = checksum.partition("=")
    try:
        with path.open("rb") as stream:
            found = hashlib.file_digest(stream, kind).digest() if kind else b""
    except OSError as error:
        raise WheelError(f"{path} cannot be read ({error}). {CLEAN}") from error
    if kind and base64.urlsafe_b64encode(found).decode().rstrip("=") != wanted:
        raise WheelError(f"{path} is not what its wheel held. {CLEAN}")
    return path


def add(archive: zipfile.ZipFile, name: str, path: Path, *, packed: bool = True) -> None:
    """Add a file to an archive with a fixed date; what is `packed` is also compressed."""
    entry = zipfile.ZipInfo(name, DATE)
    entry.compress_type = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
    runs = os.access(path, os.X_OK) and os.name != "nt"
    entry.external_attr = (0o100755 if runs else 0o100644) << 16
    entry.create_system = 3  # Unix, also when made on Windows
    entry.file_size = path.stat().st_size
    with path.open("rb") as stream, archive.open(entry, "w") as out:
        for block in iter(lambda: stream.read(BLOCK), b""):
            out.write(block)


def own_wheel(folder: Path) -> Path:
    """Build the wheel of firstnet into `folder`; return its path."""
    with tempfile.TemporaryDirectory() as place:
        run_uv("build", "--quiet", "--wheel", "--out-dir", place)
        (built,) = Path(place).glob("*.whl")
        target = folder / built.name
        target.write_bytes(built.read_bytes())
        return target


def pinned(wheels: list[Path]) -> str:
    """Return the requirements that these wheels meet, each with the checksum of its file."""
    lines = []
    for wheel in sorted(wheels):
        name, version = wheel.name.split("-")[:2]
        checksum = hashlib.sha256(wheel.read_bytes()).hexdigest()
        lines.append(f"{name.replace('_', '-').lower()}=={version} --hash=sha256:{checksum}")
    return "\n".join(lines) + "\n"


def unpacked_bytes(wheels: list[Path]) -> int:
    """Return what the wheels take when they are installed, in bytes."""
    return sum(one.file_size for wheel in wheels for one in zipfile.ZipFile(wheel).infolist())


def glibc(wheels: list[Path]) -> str:
    """Return the least glibc that all the wheels run with, as "2.28"; empty where there is none."""
    needs = []
    for wheel in wheels:
        found = re.findall(r"manylinux_(\d+)_(\d+)", wheel.name)
        needs += [min((int(major), int(minor)) for major, minor in found)] if found else []
    return ".".join(map(str, max(needs))) if needs else ""


def running() -> str:
    """Return this Python's version as "3.12"."""
    return "{}.{}".format(*sys.version_info[:2])


def asked_version(python: str, target: str | None) -> str:
    """Return the version to choose wheels for: this Python's own, else the first of its kind."""
    return platform.python_version() if (python, target) == (running(), None) else python


def least_version(wheels: list[Path], python: str) -> str:
    """Return the first version of a Python, as "3.11.5", that all wheels accept.

    Only lower bounds count, as for uv: a wheel that shuts out later Pythons was locked all the
    same.
    """
    bounds = [one for wheel in wheels for one in SpecifierSet(requires_python(wheel))]
    bounds = [one for one in bounds if one.operator == ">="]
    versions = [f"{python}.{patch}" for patch in range(100)]
    return next(v for v in versions if all(one.contains(v) for one in bounds))


def requires_python(wheel: Path) -> str:
    """Return which Pythons a wheel accepts, as its METADATA says; empty when it says nothing."""
    with zipfile.ZipFile(wheel) as archive:
        name = next(n for n in archive.namelist() if n.endswith(".dist-info/METADATA"))
        return message_from_bytes(archive.read(name))["Requires-Python"] or ""
