"""Bundle the book for a room without internet: one archive that reads, installs and runs."""

import argparse
import hashlib
import html
import json
import os
import shutil
import sys
import tempfile
import time
import tomllib
import zipfile
from pathlib import Path

from tools import ROOT, wheels
from tools.book import HTML
from tools.wheels import WheelError

ROOM = ROOT / "tools" / "room"
CLASSROOM = ROOT / "firstnet" / "classroom"
DATASETS = ("mnist.npz", "fashion_mnist.npz", "cifar10.npz", "cifar10-jpeg.tar.xz")
STORED = {".whl", ".npz", ".xz", ".png", ".jpg", ".woff", ".woff2", ".gz"}  # compressed already
DAY = 24 * 3600  # seconds
SPARE = 1.15  # what an installation takes more than its wheels: compiled files
BATCH = {"start.bat", "README.txt"}  # Windows opens these, and wants its own line ends

PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Your First Neural Network</title>
<style>body {{ font: 1.1rem/1.6 system-ui, sans-serif; max-width: 40rem; margin: 2rem auto;
  padding: 0 1rem; color-scheme: light dark; color: CanvasText; background: Canvas }}</style>
<h1>Your First Neural Network</h1>
<p><a href="book/book/index.html">Read the book</a>, or
<a href="book/recogniser/index.html">draw a digit</a> and let a network read it.</p>
<p>To run and change the chapters, see <a href="README.txt">README.txt</a>. These are their
notebooks, to take along:</p>
<ul>{notebooks}</ul>
{assignments}
</html>
"""


def read_options(arguments: list[str]) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser("python -m tools bundle", description=__doc__)
    parser.add_argument("--out", type=Path, default=ROOT / "dist", help="folder of the archive")
    what = "whose wheels (default: here, those of this machine)"
    parser.add_argument(
        "--platform", choices=["here", *wheels.PLATFORMS], default="here", help=what
    )
    what = "versions of Python in the room (default: the one that runs this)"
    own = [wheels.running()]
    parser.add_argument("--python", nargs="+", choices=wheels.PYTHONS, default=own, help=what)
    parser.add_argument("--without-wheels", action="store_true", help="only to read and look into")
    parser.add_argument("--with-grading", action="store_true", help="add nbgrader and JupyterHub")
    parser.add_argument("--without-data", action="store_true", help="leave the datasets out")
    return parser.parse_args(arguments)


# --- What goes in --------------------------------------------------------------------------------


def below(folder: Path, name: str, pattern: str = "*") -> dict[str, Path]:
    """Return the files below a folder, by their name in the bundle; hidden ones stay out."""
    found = {}
    for path in sorted(folder.rglob(pattern)):
        part = path.relative_to(folder)
        if path.is_file() and not any(one.startswith(".") for one in part.parts):
            found[f"{name}/{part.as_posix()}"] = path
    return found


def book_files() -> dict[str, Path]:
    """Return book, notebooks and models; raises SystemExit when the book is not built."""
    if not (HTML / "index.html").is_file():
        raise SystemExit("There is no built book yet: run `make book` first.")
    found = below(HTML, "book") | {"LICENSE": ROOT / "LICENSE"}
    found |= {f"notebooks/{one.name}": one for one in sorted((ROOT / "notebooks").glob("*.ipynb"))}
    found |= {f"models/{one.name}": one for one in (ROOT / "firstnet/models").glob("*.tflite")}
    return found | {f"parts/{name}.py": CLASSROOM / f"{name}.py" for name in ("machine", "serve")}


def assignment_files(stage: Path) -> dict[str, Path]:
    """Make the students' assignments, without solutions; return them by name in the bundle."""
    from firstnet.classroom import assignment

    assignment.make(stage / "course")
    released = stage / "course" / "release"
    return {f"assignments/{path.name}": path for path in sorted(released.rglob("*.ipynb"))}


def data_files() -> dict[str, Path]:
    """Return the datasets that FIRSTNET_DATA or Keras's cache has, once MNIST is found intact.

    Raises firstnet.data.DataError when it is damaged.
    """
    from firstnet.data import cache, facts, mnist

    named = os.environ.get("FIRSTNET_DATA", "")
    folder = Path(named) if named not in ("", "embedded") else cache.home() / "datasets"
    found = {f"data/{name}": folder / name for name in DATASETS if (folder / name).is_file()}
    if f"data/{facts.DATASETS['mnist'].file}" in found:
        mnist()
    return found


def wheel_files(options: argparse.Namespace, stage: Path) -> tuple[dict[str, Path], dict]:
    """Gather the wheels; return the files by name in the bundle, and what is known of them."""
    folder, target = stage / "wheels", wheels.PLATFORMS.get(options.platform, wheels.HERE).uv
    folder.mkdir()
    text, own = wheels.requirements(grading=options.with_grading), wheels.own_wheel(folder)
    files, least, largest = {}, [], 0
    for python in options.python:
        print(f"wheels for Python {python} ...", flush=True)
        found = [own, *wheels.gather(text, folder, target=target, python=python)]
        files[f"requirements-{python}.txt"] = listed(stage, python, found)
        least.append(wheels.least_version(found, python))
        largest = max(largest, wheels.unpacked_bytes(found))
    known = {"least": least, "disk_gb": round(largest * SPARE / 1e9 + 0.3, 1)}
    known |= {"uv": with_installer(folder, target, options.python[0])}
    packed = sorted(folder.glob("*.whl"))
    files |= {f"wheels/{one.name}": one for one in packed}
    return files, known | {"glibc": wheels.glibc(packed)}


def listed(stage: Path, python: str, found: list[Path]) -> Path:
    """Write the list of packages for one Python; return its path."""
    path = stage / f"requirements-{python}.txt"
    path.write_text(wheels.pinned(found), "utf-8", newline="\n")
    return path


def with_installer(folder: Path, target: str | None, python: str) -> bool:
    """Add the wheel of uv; return False where it cannot be had: then the room installs with pip."""
    try:
        wheels.gather(wheels.installer(), folder, target=target, python=python)
    except WheelError:
        print("uv's own wheel cannot be had: the room will install with pip, which takes longer.")
        return False
    return True


def filled(name: str, values: dict[str, str]) -> bytes:
    """Return a file of tools/room with its blanks filled."""
    text = (ROOM / name).read_text("utf-8")
    for blank, value in values.items():
        text = text.replace(f"@{blank}@", value)
    return text.replace("\n", "\r\n" if name in BATCH else "\n").encode()


def words_for_blanks(known: dict, names: set[str]) -> dict[str, str]:
    """Return what the start scripts and README.txt say of this bundle."""
    data = "  data          " + ", ".join(sorted(n[5:] for n in names if n.startswith("data/")))
    no_data = "  (MNIST is not in it: without internet the notebooks train on small digits)"
    packages = "  wheels        the packages that the notebooks need"
    return {
        "PYTHONS": " or ".join(known["pythons"]),
        "VERSIONS": " ".join(known["pythons"]),
        "COMMANDS": " ".join(f"python{one}" for one in known["pythons"]),
        "DATA": data if "data/mnist.npz" in names else no_data,
        "WHEELS": packages if known["wheels"] else "  (no packages are in it: it is to read)",
        "PLATFORM": known["platform"],
        "VERSION": known["version"],
    }


def front_page(names: set[str]) -> str:
    """Return the page that opens the bundle in a browser."""
    assignments = links(names, "assignments/")
    title = "<p>And the exercises to hand in:</p>" if assignments else ""
    listed = f"{title}<ul>{assignments}</ul>" if assignments else ""
    return PAGE.format(notebooks=links(names, "notebooks/"), assignments=listed)


def links(names: set[str], start: str) -> str:
    """Return a list of links to the files in a folder of the bundle."""
    found = sorted(html.escape(name) for name in names if name.startswith(start))
    return "".join(f'<li><a href="{one}" download>{Path(one).name}</a>' for one in found)


# --- The archive ---------------------------------------------------------------------------------


def version() -> str:
    """Return the version in pyproject.toml."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]


def gathered(options: argparse.Namespace, stage: Path) -> tuple[dict[str, Path], dict]:
    """Return every file of the bundle by its name there, and what is known of the bundle."""
    name = wheels.here() if options.platform == "here" else options.platform
    known = {"version": version(), "platform": name, "system": wheels.PLATFORMS[name].system}
    known |= {"pythons": sorted(options.python), "wheels": not options.without_wheels}
    files = book_files() | assignment_files(stage)
    files |= {} if options.without_data else data_files()
    packed, more = {}, {"least": [], "disk_gb": 0.1, "glibc": "", "uv": False}
    if known["wheels"]:
        packed, more = wheel_files(options, stage)
    files |= packed
    return files | written(stage, known | more, set(files)), known | more


def written(stage: Path, known: dict, names: set[str]) -> dict[str, Path]:
    """Write the start scripts, the front page and README.txt; return them by name."""
    blanks, folder, found = words_for_blanks(known, names), stage / "room", {}
    folder.mkdir()
    texts = {one.name: filled(one.name, blanks) for one in ROOM.iterdir() if one.is_file()}
    texts["index.html"] = front_page(names).encode()
    for name, text in texts.items():
        path = folder / name
        path.write_bytes(text)
        path.chmod(0o755 if name == "start.sh" else 0o644)
        found["parts/room.py" if name == "room.py" else name] = path
    return found


def sealed(files: dict[str, Path], known: dict, stage: Path) -> dict[str, Path]:
    """Add bundle.json with all sizes, and checksums.sha256 with all checksums."""
    about, listed = stage / "bundle.json", stage / "checksums.sha256"
    sizes = {name: path.stat().st_size for name, path in sorted(files.items())}
    about.write_text(json.dumps(known | {"sizes": sizes}, indent=1) + "\n", "utf-8", newline="\n")
    files = files | {about.name: about}
    lines = [f"{checksum(path)}  {name}\n" for name, path in sorted(files.items())]
    listed.write_text("".join(lines), "utf-8", newline="\n")
    return files | {listed.name: listed}


def checksum(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def write_archive(files: dict[str, Path], path: Path) -> None:
    """Write the archive, all of it or nothing: first beside its place, under another name."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    try:
        with zipfile.ZipFile(part, "w") as archive:
            for name, source in sorted(files.items()):
                packed = Path(name).suffix not in STORED
                wheels.add(archive, f"{path.stem}/{name}", source, packed=packed)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def say(path: Path, files: dict[str, Path], known: dict) -> None:
    """Print what was made, and how it is used."""
    print(f"{path}: {path.stat().st_size / 1e6:,.0f} MB, {len(files)} files.")
    found = "is in it" if "data/mnist.npz" in files else "is NOT in it: small digits stand in"
    print(f"MNIST {found}. In the room, unpack it and run start.sh, on Windows start.bat.")
    if known["wheels"]:
        pythons = " or ".join(known["pythons"])
        print(f"Each machine needs Python {pythons} and {known['disk_gb']} GB of disk.")


def main(arguments: list[str]) -> int:
    """Write the bundle; return 0, or 1 with the reason on stderr."""
    options = read_options(arguments)
    try:
        with tempfile.TemporaryDirectory(prefix="bundle-", dir=staging()) as place:
            files, known = gathered(options, Path(place))
            files = sealed(files, known, Path(place))
            name = f"firstnet-classroom-{known['version']}-{known['platform']}.zip"
            write_archive(files, options.out / name)
            say(options.out / name, files, known)
    except (WheelError, RuntimeError, OSError) as error:
        print(f"No bundle was written. {error}", file=sys.stderr)
        return 1
    return 0


def staging() -> Path:
    """Return the folder for what is half done; what a killed run left there goes after a day."""
    folder = ROOT / "_build" / "bundle"
    folder.mkdir(parents=True, exist_ok=True)
    for left in folder.iterdir():
        if left.stat().st_mtime < time.time() - DAY:
            shutil.rmtree(left, ignore_errors=True)
    return folder
