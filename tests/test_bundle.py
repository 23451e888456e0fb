"""The classroom bundle: whole, the same each time, with plain words where something is missing."""

import ast
import base64
import hashlib
import importlib
import json
import os
import subprocess
import sys
import time
import urllib.request
import zipfile
from pathlib import Path

import pytest

from tools import ROOT, bundle, lock, wheels

LAB = "import json, os, sys; print(json.dumps([sys.argv[1:], dict(os.environ)]))"
NAMES = ("start.py", "start.sh", "start.bat", "README.txt", "index.html", "LICENSE")


# --- A small book, small wheels ------------------------------------------------------------------


def tree(folder, name, *, text="", tag="py3-none-any", requires=">=3.8"):
    """Write an unpacked wheel of a package with one module, as uv's cache holds it."""
    metadata = folder / f"{name}-1.0.dist-info"
    (folder / name).mkdir(parents=True)
    metadata.mkdir()
    (folder / name / "__init__.py").write_text("")
    (folder / name / "__main__.py").write_text(text)
    fields = f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\nRequires-Python: {requires}\n"
    (metadata / "METADATA").write_text(fields)
    (metadata / "WHEEL").write_text(f"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: {tag}\n")
    names = [path.relative_to(folder) for path in sorted(folder.rglob("*")) if path.is_file()]
    rows = [f"{one.as_posix()},{recorded_hash(folder / one)},1\n" for one in names]
    (metadata / "RECORD").write_text("".join(rows) + f"{metadata.name}/RECORD,,\n")
    return metadata.name


def recorded_hash(path):
    digest = hashlib.sha256(path.read_bytes()).digest()
    return "sha256=" + base64.urlsafe_b64encode(digest).decode().rstrip("=")


def make_wheel(folder, name, **parts):
    place = folder / f"unpacked-{name}"
    return wheels.pack(place, tree(place, name, **parts), folder)


def uv_wheel(folder):
    """Write a wheel that hands over to the uv installed here."""
    script = folder / "uv"
    script.write_text(f'#!/bin/sh\nexec "{lock.script("uv")}" "$@"\n')
    script.chmod(0o755)
    path = folder / "uv-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        wheels.add(archive, "uv-1.0.data/scripts/uv", script)
    return path


def tiny_wheels(options, stage):
    """Stand in for the real wheels: JupyterLab is a module that prints how it was started."""
    found = [make_wheel(stage, "jupyterlab", text=LAB), make_wheel(stage, "tiny")]
    python = wheels.running()
    files = {f"requirements-{python}.txt": bundle.listed(stage, python, found)}
    files |= {f"wheels/{one.name}": one for one in [*found, uv_wheel(stage)]}
    return files, {"least": [], "disk_gb": 0.1, "glibc": "", "uv": True}


def built(folder, monkeypatch, *arguments):
    """Build a bundle of a small book into `folder`; return the path of the archive."""
    book = folder / "html"
    for name in ("index.html", "book/index.html", "recogniser/index.html", ".buildinfo"):
        (book / name).parent.mkdir(parents=True, exist_ok=True)
        (book / name).write_text(f"<title>{name}</title>")
    monkeypatch.setattr(bundle, "HTML", book)
    monkeypatch.setattr(bundle, "staging", lambda: folder)
    monkeypatch.setattr(bundle, "wheel_files", tiny_wheels)
    monkeypatch.setenv("FIRSTNET_DATA", "embedded")
    assert bundle.main(["--out", str(folder / "out"), *arguments]) == 0
    (archive,) = (folder / "out").iterdir()
    return archive


@pytest.fixture(autouse=True)
def own_staging(tmp_path, monkeypatch):
    """Keep what is half done out of the checkout, where somebody may be bundling."""
    monkeypatch.setattr(bundle, "staging", lambda: tmp_path)


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    with pytest.MonkeyPatch.context() as monkeypatch:
        return built(tmp_path_factory.mktemp("archive"), monkeypatch)


@pytest.fixture
def unpacked(archive, tmp_path):
    """The bundle, unpacked with the modes that it gives; yours to damage."""
    place = tmp_path / "room"
    with zipfile.ZipFile(archive) as opened:
        opened.extractall(place)
        for entry in opened.infolist():
            (place / entry.filename).chmod(entry.external_attr >> 16 & 0o777)
    return place / archive.stem


@pytest.fixture
def room(unpacked, monkeypatch):
    """The module that start.py runs, from the unpacked bundle."""
    names = ("room", "machine", "serve")
    monkeypatch.syspath_prepend(str(unpacked / "parts"))
    for name in names:
        monkeypatch.delitem(sys.modules, name, raising=False)
    yield importlib.import_module("room")
    for name in names:
        sys.modules.pop(name, None)


def start(unpacked, *arguments, **variables):
    command = [sys.executable, str(unpacked / "start.py"), *arguments]
    environment = {**os.environ, **variables}
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120)


# --- The archive ---------------------------------------------------------------------------------


def test_every_file_has_its_checksum(unpacked):
    lines = (unpacked / "checksums.sha256").read_text("utf-8").splitlines()
    listed = {name: checksum for checksum, name in (line.split("  ") for line in lines)}
    files = {p.relative_to(unpacked).as_posix() for p in unpacked.rglob("*") if p.is_file()}
    assert set(listed) == files - {"checksums.sha256"}
    for name, checksum in listed.items():
        assert hashlib.sha256((unpacked / name).read_bytes()).hexdigest() == checksum


def test_the_same_sources_give_the_same_archive(archive, tmp_path, monkeypatch):
    again = built(tmp_path, monkeypatch)
    assert (again.name, again.read_bytes()) == (archive.name, archive.read_bytes())


def test_what_a_room_needs_is_in_it(unpacked):
    for name in NAMES:
        assert (unpacked / name).is_file(), name
    for path in (ROOT / "notebooks").glob("*.ipynb"):
        assert (unpacked / "notebooks" / path.name).read_bytes() == path.read_bytes()
    models = {path.name for path in (ROOT / "firstnet/models").glob("*.tflite")}
    assert {path.name for path in (unpacked / "models").iterdir()} == models != set()
    assert not (unpacked / "book/.buildinfo").exists()


def test_the_assignments_are_those_for_students(unpacked):
    found = sorted((unpacked / "assignments").glob("*.ipynb"))
    assert found
    for path in found:
        text = path.read_text("utf-8")
        assert "BEGIN SOLUTION" not in text and "BEGIN HIDDEN" not in text
        assert json.loads(text)["cells"]


def test_scripts_fit_the_systems_that_open_them(unpacked):
    assert (unpacked / "start.sh").stat().st_mode & 0o111
    for name in ("start.bat", "README.txt"):
        data = (unpacked / name).read_bytes()
        assert data.count(b"\r\n") == data.count(b"\n") > 5
    assert b"\r" not in (unpacked / "start.sh").read_bytes()


def test_no_blank_is_left_and_no_path_of_this_machine(unpacked):
    for name in (*NAMES, "bundle.json", "parts/room.py"):
        text = (unpacked / name).read_text("utf-8")
        blanks = ("@PYTHONS@", "@VERSIONS@", "@COMMANDS@", "@DATA@", "@WHEELS@", "@PLATFORM@")
        assert not [one for one in (*blanks, str(ROOT)) if one in text], name


def test_every_link_of_the_front_page_leads_to_a_file(unpacked):
    text = (unpacked / "index.html").read_text("utf-8")
    links = [part.split('"')[0] for part in text.split('href="')[1:]]
    assert len(links) > 15
    assert [link for link in links if not (unpacked / link).is_file()] == []


def test_readme_and_terminal_say_whether_mnist_is_in_it(unpacked, tmp_path, monkeypatch, capsys):
    assert "MNIST is not in it" in (unpacked / "README.txt").read_text("utf-8")
    (tmp_path / "mnist.npz").write_bytes(b"arrays")
    files = {"data/mnist.npz": tmp_path / "mnist.npz"}
    with monkeypatch.context() as context:
        context.setattr(bundle, "data_files", lambda: files)
        path = built(tmp_path, context)
    assert "MNIST is in it" in capsys.readouterr().out
    with zipfile.ZipFile(path) as opened:
        assert opened.read(f"{path.stem}/data/mnist.npz") == b"arrays"
        assert b"  data          mnist.npz" in opened.read(f"{path.stem}/README.txt")


def test_damaged_data_makes_no_bundle(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(bundle, "book_files", dict)
    monkeypatch.setattr(bundle, "assignment_files", lambda stage: {})
    monkeypatch.setenv("FIRSTNET_DATA", str(tmp_path))
    (tmp_path / "mnist.npz").write_bytes(b"half")
    assert bundle.main(["--out", str(tmp_path / "out")]) == 1
    assert "mnist.npz" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_book_that_is_not_built_is_asked_for(tmp_path, monkeypatch):
    monkeypatch.setattr(bundle, "HTML", tmp_path)
    with pytest.raises(SystemExit, match="make book"):
        bundle.main(["--out", str(tmp_path / "out")])


def test_a_failure_leaves_nothing_half_written(tmp_path):
    with pytest.raises(FileNotFoundError):
        bundle.write_archive(
            {"a": Path(__file__), "b": tmp_path / "nothing"}, tmp_path / "out" / "bundle.zip"
        )
    assert list((tmp_path / "out").iterdir()) == []


def test_only_what_was_left_long_ago_is_cleared_away(tmp_path, monkeypatch):
    monkeypatch.undo()
    monkeypatch.setattr(bundle, "ROOT", tmp_path)
    for name, days in (("old", 2), ("running", 0)):
        (tmp_path / "_build/bundle" / name).mkdir(parents=True)
        date = time.time() - days * 86400
        os.utime(tmp_path / "_build/bundle" / name, (date, date))
    assert [path.name for path in bundle.staging().iterdir()] == ["running"]


# --- Wheels --------------------------------------------------------------------------------------


def test_a_wheel_is_packed_as_it_was_and_the_same_each_time(tmp_path):
    paths = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        paths.append(make_wheel(tmp_path / name, "tiny", text="print(1)"))
    assert paths[0].name == "tiny-1.0-py3-none-any.whl"
    assert paths[0].read_bytes() == paths[1].read_bytes()
    with zipfile.ZipFile(paths[0]) as opened:
        assert opened.read("tiny/__main__.py") == b"print(1)"
        assert opened.testzip() is None


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Tag: py2-none-any\nTag: py3-none-any\n", "a_b-1-py2.py3-none-any.whl"),
        ("Build: 7\nTag: cp311-abi3-win_amd64\n", "a_b-1-7-cp311-abi3-win_amd64.whl"),
    ],
)
def test_names_of_wheels(text, name):
    assert wheels.wheel_name("a_b-1.dist-info", text) == name


def test_tags_that_no_name_can_hold():
    with pytest.raises(wheels.WheelError, match="a-1"):
        wheels.wheel_name("a-1.dist-info", "Tag: py3-none-any\nTag: cp311-abi3-any\n")


@pytest.mark.parametrize("damage", ["change", "delete"])
def test_a_damaged_cache_is_named(tmp_path, damage):
    metadata = tree(tmp_path / "cache", "tiny")
    file = tmp_path / "cache/tiny/__main__.py"
    file.write_text("changed") if damage == "change" else file.unlink()
    with pytest.raises(wheels.WheelError, match="__main__.py .*uv cache clean"):
        wheels.pack(tmp_path / "cache", metadata, tmp_path)
    assert not list(tmp_path.glob("*.whl"))


def test_wheels_come_out_of_the_cache_of_uv(tmp_path, monkeypatch):
    (tmp_path / "index").mkdir()
    given = make_wheel(tmp_path / "index", "tiny")
    monkeypatch.setenv("UV_FIND_LINKS", str(tmp_path / "index"))
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "cache"))
    (tmp_path / "out").mkdir()
    text = wheels.pinned([given])
    (found,) = wheels.gather(text, tmp_path / "out", target=None, python=wheels.running())
    assert (found.name, found.read_bytes()) == (given.name, given.read_bytes())


def test_a_wheel_that_cannot_be_had_is_named_and_no_bundle_written(tmp_path, monkeypatch, capsys):
    def none(options, stage):
        monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "cache"))
        monkeypatch.setenv("UV_INDEX_URL", (tmp_path / "no-index").as_uri())
        text = "no-such-package==1.0 --hash=sha256:" + "0" * 64
        wheels.gather(text, stage, target=None, python=wheels.running())

    monkeypatch.setattr(bundle, "book_files", dict)
    monkeypatch.setattr(bundle, "assignment_files", lambda stage: {})
    monkeypatch.setattr(bundle, "wheel_files", none)
    monkeypatch.setenv("FIRSTNET_DATA", "embedded")
    assert bundle.main(["--out", str(tmp_path / "out")]) == 1
    said = capsys.readouterr().err
    assert "No bundle was written" in said and "no-such-package" in said
    assert not (tmp_path / "out").exists()


def test_the_first_python_that_all_wheels_accept(tmp_path):
    found = [
        make_wheel(tmp_path, name, requires=requires)
        for name, requires in (("a", ">=3.8,!=3.9.0"), ("b", ">=3.11.5"), ("c", ">=3.8,<3.11"))
    ]
    assert wheels.least_version(found, "3.11") == "3.11.5"
    assert wheels.least_version(found, "3.12") == "3.12.0"


def test_the_oldest_linux_that_all_wheels_accept(tmp_path):
    names = ("a-1-cp311-cp311-manylinux2014_x86_64.manylinux_2_17_x86_64.whl",
             "b-1-cp311-cp311-manylinux_2_27_x86_64.manylinux_2_28_x86_64.whl",
             "c-1-py3-none-any.whl")  # fmt: skip
    assert wheels.glibc([tmp_path / name for name in names]) == "2.27"
    assert wheels.glibc([tmp_path / names[2]]) == ""


def test_the_locked_requirements_are_those_of_the_readers():
    text = wheels.requirements(grading=False)
    assert text == (ROOT / "requirements.txt").read_text("utf-8")
    more = wheels.requirements(grading=True)
    assert "\nnbgrader==" in more and "\nnbgrader==" not in text
    assert wheels.installer().startswith("uv==") and "--hash=sha256:" in wheels.installer()


# --- In the room: look ---------------------------------------------------------------------------


def test_a_sound_machine_and_a_whole_bundle(unpacked):
    done = start(unpacked, "--check")
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    assert {line.split()[0] for line in done.stdout.splitlines() if "->" not in line} <= {
        "ok", "note",
    }  # fmt: skip
    assert "have their checksum" in done.stdout
    assert not list(unpacked.rglob("__pycache__"))


@pytest.mark.parametrize(
    "name", ["notebooks/01_meet_neuron.ipynb", "wheels/tiny-1.0-py3-none-any.whl"]
)
def test_a_damaged_file_is_named(unpacked, name):
    data = bytearray((unpacked / name).read_bytes())
    data[len(data) // 2] ^= 1
    (unpacked / name).write_bytes(data)
    done = start(unpacked, "--check")
    assert done.returncode == 1
    assert f"damaged or missing: {name}\n" in done.stdout
    assert "Copy the whole bundle again" in done.stdout


def test_missing_files_are_named_also_in_a_quick_look(unpacked, room):
    for path in (unpacked / "models").iterdir():
        path.unlink()
    (unpacked / "LICENSE").write_text("shorter")
    assert room.damaged(room.facts(), whole=False) == room.damaged(room.facts(), whole=True)
    words = room.files_finding(room.facts(), whole=False).words
    assert "LICENSE" in words and ", and 2 more" in words


@pytest.mark.parametrize(
    ("function", "result", "words"),
    [
        ("memory_of_machine", (1.0, 0.5), "1.0 GB, 0.5 GB of it free, which is too little"),
        ("loopback", None, "no program on this machine"),
        ("disk", None, "and 3.0 GB are needed"),
    ],
)
def test_a_machine_that_lacks_something(
    room, tmp_path, monkeypatch, capsys, function, result, words
):
    machine = room.machine
    lacking = {
        "memory_of_machine": lambda: result,
        "loopback": lambda check=machine.loopback: check("203.0.113.1"),
        "disk": lambda place, needed, check=machine.disk: check(place, needed=3, free=1),
    }
    monkeypatch.setattr(machine, function, lacking[function])
    assert room.main(["--check", "--place", str(tmp_path / "mine")]) == 1
    said = capsys.readouterr().out
    assert words in said
    assert "You can still read the book" in said
    assert not (tmp_path / "mine").exists()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"pythons": ["3.10"]}, "the packages are for Python 3.10"),
        ({"least": ["{}.{}.99".format(*sys.version_info[:2])]}, ".99 or newer"),
        ({"system": "Darwin arm64"}, "the packages are for Darwin arm64"),
        ({"wheels": False}, "made without the packages"),
    ],
)
def test_a_bundle_for_another_machine(room, tmp_path, capsys, change, words):
    assert not room.look(room.facts() | change, tmp_path, whole=False)
    assert words in capsys.readouterr().out


def test_an_old_linux_and_a_long_path_are_named(room):
    (finding,) = room.system_library("2.28", found=("glibc", "2.9"))
    assert "glibc 2.9, and the packages need 2.28" in finding.words
    assert room.system_library("2.28", found=("glibc", "2.28")) == []
    assert room.system_library("2.28", found=("", "")) == []
    (finding,) = room.long_path(Path("C:/" + "x" * 100), system="win32")
    assert "is long" in finding.words


def test_a_python_that_is_too_old_can_say_so(unpacked):
    text = (unpacked / "start.py").read_text("utf-8")
    parsed = ast.walk(ast.parse(text, feature_version=(3, 7)))
    assert not [node for node in parsed if isinstance(node, ast.JoinedStr | ast.AnnAssign)]
    code = "import runpy, sys; sys.version_info = (2, 7, 18); "
    code += f"runpy.run_path({str(unpacked / 'start.py')!r})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stdout.startswith("This is Python 2.7, which is too old.\nInstall Python 3.")
    assert ast.parse((unpacked / "parts/room.py").read_text("utf-8"), feature_version=(3, 8)).body


# --- In the room: install, copy, open ------------------------------------------------------------


def test_a_first_and_a_second_start(unpacked, tmp_path):
    place = tmp_path / "mine"
    first = start(unpacked, "--place", str(place), PYTHONPATH="nowhere", PIP_INDEX_URL="nowhere")
    assert first.returncode == 0, first.stdout + first.stderr
    assert "Installing into" in first.stdout
    assert sorted(path.name for path in place.iterdir()) == [
        "assignments", "environment", "notebooks",
    ]  # fmt: skip
    (place / "notebooks/01_meet_neuron.ipynb").write_text("my work")
    (place / "notebooks/02_bend_line.ipynb").unlink()
    second = start(unpacked, "--place", str(place))
    assert "Installing into" not in second.stdout
    assert "1 notebooks copied" in second.stdout
    assert (place / "notebooks/01_meet_neuron.ipynb").read_text() == "my work"
    given, variables = json.loads(first.stdout.splitlines()[-1])
    assert f"--ServerApp.root_dir={place}" in given
    assert variables["FIRSTNET_BUNDLE"] == str(unpacked)
    assert "PYTHONPATH" not in variables and "PIP_INDEX_URL" not in variables


def test_data_of_the_bundle_is_used_when_it_is_there(unpacked, room, monkeypatch):
    monkeypatch.setenv("FIRSTNET_DATA", "mine")
    assert room.lab_environment()["FIRSTNET_DATA"] == "mine"
    (unpacked / "data").mkdir()
    (unpacked / "data/mnist.npz").write_bytes(b"arrays")
    assert room.lab_environment()["FIRSTNET_DATA"] == str(unpacked / "data")


def test_without_uv_pip_installs_and_half_an_environment_is_replaced(unpacked, room, tmp_path):
    (unpacked / "wheels/uv-1.0-py3-none-any.whl").unlink()
    (tmp_path / "mine/environment").mkdir(parents=True)
    (tmp_path / "mine/environment/half").write_text("")
    assert not room.is_installed(tmp_path / "mine")
    room.install(tmp_path / "mine")
    assert room.is_installed(tmp_path / "mine")
    assert not (tmp_path / "mine/environment/half").exists()
    command = [str(room.environment_python(tmp_path / "mine")), "-c", "import tiny"]
    assert subprocess.run(command, cwd=tmp_path).returncode == 0


def test_a_wheel_that_is_not_the_listed_one_is_not_installed(unpacked, room, tmp_path):
    list_ = room.requirements()
    list_.write_text(list_.read_text().replace("sha256:", "sha256:0000")[:-5] + "\n")
    with pytest.raises(SystemExit, match="The installation failed"):
        room.install(tmp_path / "mine")
    assert not room.is_installed(tmp_path / "mine")
    assert not (tmp_path / "mine/installing").exists()


def test_an_installer_that_does_not_run_is_passed_over(unpacked, room, tmp_path):
    with zipfile.ZipFile(unpacked / "wheels/uv-1.0-py3-none-any.whl", "w") as archive:
        archive.writestr("uv-1.0.data/scripts/uv", "no program")
    assert room.unpacked_uv(tmp_path) is None


def test_where_the_learners_folder_goes(unpacked, room, monkeypatch):
    assert room.default_place() == unpacked.parent / "my-first-neural-network"
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    assert room.default_place() == Path.home() / "my-first-neural-network"


def test_the_book_is_served_without_installing(unpacked):
    command = [sys.executable, str(unpacked / "start.py"), "--read", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            address = server.stdout.readline().split(" is at ")[1].split(" ")[0]
            for name in ("index.html", "book/book/index.html"):
                with urllib.request.urlopen(address + name, timeout=20) as answer:
                    assert answer.read() == (unpacked / name).read_bytes()
        finally:
            server.terminate()
    assert not (unpacked.parent / "my-first-neural-network").exists()
