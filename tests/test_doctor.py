"""`firstnet doctor`: every check finds its fault, and says what to do."""

import argparse
import importlib.util
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from packaging.requirements import Requirement

from firstnet.classroom import doctor, machine, sandbox
from firstnet.classroom.machine import Finding


def is_problem(finding, *words):
    """Assert that a finding is a problem with these words in it, and with a remedy."""
    assert finding.level == "problem"
    assert all(word in finding.words for word in words), finding.words
    assert finding.remedy
    return True


def run(*arguments):
    parser = argparse.ArgumentParser()
    doctor.add_arguments(parser)
    return doctor.main(parser.parse_args(arguments))


# --- The machine ---------------------------------------------------------------------------------


@pytest.mark.parametrize("version", [(3, 10, 13), (3, 14, 0), (2, 7, 18)])
def test_python_that_no_package_fits(version):
    words = ".".join(map(str, version))
    assert is_problem(machine.python_version(version), words, "3.11, 3.12, 3.13")


def test_python_of_32_bits():
    assert is_problem(machine.python_version((3, 12, 0), bits=32), "32-bit")


@pytest.mark.parametrize("name", [("Darwin", "x86_64"), ("Windows", "ARM64"), ("Linux", "riscv64")])
def test_system_without_packages(name):
    assert is_problem(machine.platform_name(*name), " ".join(name), "Darwin arm64")


@pytest.mark.parametrize(
    ("total", "free", "level"),
    [(1.9, 1.8, "problem"), (3.9, 3, "note"), (16, 1.4, "note"), (4.1, 1.6, "ok"), (8, None, "ok")],
)
def test_memory(total, free, level):
    finding = machine.memory(total, free)
    assert finding.level == level
    assert f"{total:.1f} GB" in finding.words
    assert bool(finding.remedy) == (level != "ok")


def test_memory_that_cannot_be_measured_is_said(monkeypatch):
    monkeypatch.setattr(machine, "memory_of_machine", lambda: (None, None))
    assert machine.memory().level == "note"


def test_memory_is_measured_as_the_system_does():
    psutil = pytest.importorskip("psutil")
    total, free = machine.memory_of_machine()
    assert 0 < total <= psutil.virtual_memory().total / 1e9 + 0.01
    assert free is None or 0 < free < psutil.virtual_memory().total / 1e9


def test_memory_of_a_container_counts(monkeypatch):
    monkeypatch.setattr(Path, "read_text", lambda path: "1500000000\n")
    assert machine._within_limit(16) == 1.5


def test_disk_that_is_full(tmp_path):
    assert is_problem(machine.disk(tmp_path, needed=3, free=0.4), "0.4 GB free", "3.0 GB")
    assert is_problem(machine.disk(tmp_path / "not" / "there", needed=1e9), str(tmp_path))


def test_no_browser():
    finding = machine.browser(find=lambda name: None, system="linux")
    assert (finding.level, finding.words) == ("note", "no browser was found")
    assert machine.browser(find=lambda name: None, system="win32").level == "ok"


def test_loopback_that_is_closed():
    assert is_problem(machine.loopback("203.0.113.1"), "203.0.113.1")
    assert machine.loopback().level == "ok"


# --- The installation ----------------------------------------------------------------------------


def test_package_that_is_not_installed(monkeypatch):
    def missing(name):
        raise doctor.importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(doctor.importlib.metadata, "version", missing)
    assert is_problem(doctor.package(), "not installed", sys.executable)


@pytest.mark.parametrize(
    ("wanted", "words"),
    [("numpy<2", "version 2"), ("no-such-package>=1", "is not installed")],
)
def test_packages_that_are_missing_or_do_not_fit(wanted, words):
    (finding,) = doctor.packages([Requirement(wanted), Requirement("tqdm")])
    assert is_problem(finding, words)
    assert finding.name == Requirement(wanted).name


def test_a_package_that_is_broken(monkeypatch, tmp_path):
    (tmp_path / "tqdm").mkdir()
    (tmp_path / "tqdm/__init__.py").write_text("raise OSError('half of it is gone')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    (finding,) = doctor.packages([Requirement("tqdm"), Requirement("pillow")])
    assert is_problem(finding, "cannot be imported: OSError: half of it is gone")
    assert finding.name == "tqdm"


def test_a_package_that_ends_python(monkeypatch, tmp_path):
    (tmp_path / "tqdm.py").write_text("import os; os._exit(3)")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    (finding,) = doctor.packages([Requirement("tqdm")])
    assert is_problem(finding, "it ended with code 3")


def test_a_list_of_packages_that_cannot_be_read(monkeypatch):
    def missing(name):
        raise doctor.importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(doctor.importlib.metadata, "requires", missing)
    (finding,) = doctor.packages()
    assert is_problem(finding, "the list cannot be read")


def test_every_requirement_of_the_package_is_known_and_fits():
    names = [one.name for one in doctor.requirements()]
    assert {"numpy", "keras", "pillow", "anywidget"} <= set(names)
    assert [doctor.version_fault(one) for one in doctor.requirements()] == [None] * len(names)


@pytest.mark.parametrize(
    ("ended", "words", "remedy"),
    [
        ((-signal.SIGILL, "", ""), "SIGILL", "AVX"),
        ((0xC000001D, "", ""), "3221225501", "AVX"),
        ((-signal.SIGSEGV, "", ""), "SIGSEGV", "Install again"),
        ((None, "", ""), "180 seconds", "Try once more"),
        ((1, "", "x\nImportError: DLL load failed"), "DLL load failed", "Visual C++"),
        ((1, "", "No module named 'keras'"), "No module named", "Install again"),
        ((0, "STARTED 2.21.0 torch 4", ""), "runs on torch", "KERAS_BACKEND"),
    ],
)
def test_tensorflow_that_does_not_start(ended, words, remedy):
    finding = doctor.tensorflow(run=lambda source: ended)
    assert is_problem(finding, words)
    assert remedy in finding.remedy


def test_tensorflow_that_starts():
    said = (0, "STARTED 2.21.0 tensorflow 4", "a warning")
    assert doctor.tensorflow(run=lambda source: said).level == "ok"


def test_what_runs_too_long_is_stopped():
    assert doctor.run_python("import time; time.sleep(60)", seconds=0.2)[0] is None


def test_a_process_that_the_system_stops_is_named():
    code, _, errors = doctor.run_python("import os; os.kill(os.getpid(), 4)")
    assert "SIGILL" in doctor.how_it_ended(code, errors)


# --- Data ----------------------------------------------------------------------------------------


@pytest.fixture
def no_data(monkeypatch, tmp_path):
    """Neither a folder nor a cache; returns the folder that FIRSTNET_DATA names."""
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    monkeypatch.setenv("FIRSTNET_DATA", str(tmp_path))
    return tmp_path


def test_damaged_data(no_data):
    (no_data / "mnist.npz").write_bytes(b"half a file")
    assert is_problem(doctor.data(), "mnist.npz", "damaged")


def test_data_with_a_wrong_checksum(no_data):
    sizes = {"x_train": (60000, 28, 28), "y_train": (60000,), "x_test": (10000, 28, 28)}
    arrays = {name: np.zeros(size, np.uint8) for name, size in sizes.items()}
    np.savez(no_data / "mnist.npz", **arrays, y_test=np.zeros(10000, np.uint8))
    assert is_problem(doctor.data(), "wrong checksum")


def test_a_folder_of_data_that_is_not_there(no_data, monkeypatch):
    monkeypatch.setenv("FIRSTNET_DATA", str(no_data / "nothing"))
    assert is_problem(doctor.data(), "cannot be opened")


def test_no_data_is_said_and_nothing_is_downloaded(no_data, monkeypatch):
    monkeypatch.setattr("firstnet.data.cache.fetch", lambda file: pytest.fail("a download"))
    finding = doctor.data()
    assert finding.level == "note"
    assert "FIRSTNET_DATA" in finding.remedy


def test_small_digits_are_called_so(monkeypatch):
    monkeypatch.setenv("FIRSTNET_DATA", "embedded")
    finding = doctor.data()
    assert (finding.level, finding.words[:9]) == ("note", "NOT MNIST")


# --- Jupyter -------------------------------------------------------------------------------------


def put_kernel(folder, command):
    (folder / "kernels/python3").mkdir(parents=True)
    spec = {
        "argv": [command, "-m", "ipykernel_launcher"],
        "display_name": "x",
        "language": "python",
    }
    (folder / "kernels/python3/kernel.json").write_text(json.dumps(spec))


def test_a_kernel_of_another_python(monkeypatch, tmp_path):
    put_kernel(tmp_path, "/opt/other/bin/python")
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    assert is_problem(doctor.kernel(), "/opt/other/bin/python", str(tmp_path))


def test_a_kernel_of_this_python(monkeypatch, tmp_path):
    put_kernel(tmp_path, sys.executable)
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    assert doctor.kernel().level == "ok"


def test_no_jupyter_at_all(monkeypatch):
    monkeypatch.setitem(sys.modules, "jupyter_client.kernelspec", None)
    assert is_problem(doctor.kernel(), "JupyterLab is not installed")


def test_another_jupyterlab_in_the_way(monkeypatch, tmp_path):
    other = tmp_path / "jupyter-lab"
    other.write_text("#!/bin/sh\n")
    other.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    finding = doctor.jupyter()
    assert finding.level == "note"
    assert str(tmp_path) in finding.words
    assert sys.executable in finding.remedy


def test_explorables_without_their_half_in_jupyterlab(tmp_path):
    assert is_problem(doctor.widgets(tmp_path), "anywidget", "jupyterlab_widgets")
    (tmp_path / "share/jupyter/labextensions/anywidget").mkdir(parents=True)
    assert "anywidget" not in doctor.widgets(tmp_path).words.split(" is missing")[0]
    assert doctor.widgets().level == "ok"


# --- What stands in the way ----------------------------------------------------------------------


@pytest.mark.parametrize("name", ["numpy.py", "random.py", "PIL.py"])
def test_a_file_with_the_name_of_a_library(name, tmp_path, monkeypatch):
    (tmp_path / name).write_text("")
    assert is_problem(doctor.shadows([tmp_path]), name)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(["nowhere", str(tmp_path)]))
    assert is_problem(doctor.shadows(), name)
    monkeypatch.delenv("PYTHONPATH")
    monkeypatch.chdir(tmp_path)
    assert is_problem(doctor.shadows(), name)


def test_files_with_names_of_their_own(tmp_path):
    (tmp_path / "my_network.py").write_text("")
    assert doctor.shadows([tmp_path, tmp_path / "nothing"]).level == "ok"


def test_python_that_may_not_keep_what_it_compiled(monkeypatch):
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    finding = doctor.bytecode()
    assert finding.level == "note"
    assert "PYTHONDONTWRITEBYTECODE" in finding.words


def test_a_machine_that_cannot_grade(monkeypatch):
    def nothing():
        raise sandbox.SandboxError("No way. Use a container.")

    monkeypatch.setattr(sandbox, "find_way", nothing)
    finding = doctor.grading()
    assert finding.level == "note"
    assert "container" in finding.remedy


@pytest.fixture
def bubblewrap(monkeypatch, tmp_path):
    """A bubblewrap that AppArmor stops, and nothing else; returns the file of AppArmor's switch."""
    program, switch = tmp_path / "bwrap", tmp_path / "restrict"
    program.write_text("#!/bin/sh\necho 'setting up uid map: Permission denied' >&2\nexit 1\n")
    program.chmod(0o755)
    switch.write_text("1\n")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(sandbox, "APPARMOR", switch)
    ways = [way for way in sandbox.WAYS if way.bubblewrap]
    monkeypatch.setattr(sandbox, "WAYS", ways)
    monkeypatch.setattr(sandbox, "find_way", sandbox.find_way.__wrapped__)  # it remembers nothing
    return switch


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has this sandbox")
def test_a_bubblewrap_that_apparmor_stops(bubblewrap):
    with pytest.raises(sandbox.SandboxError) as refused:
        sandbox.find_way()
    said = str(refused.value)
    assert "setting up uid map: Permission denied" in said
    assert "AppArmor" in said and "book/teach/jupyterhub.md" in said
    assert "podman" not in said and "apt install" not in said
    finding = doctor.grading()
    assert finding.level == "note"
    assert "AppArmor" in finding.words
    assert "book/teach/jupyterhub.md" in finding.remedy


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has this sandbox")
@pytest.mark.parametrize("switch", ["0", None, "no bubblewrap"])
def test_a_sandbox_that_fails_without_apparmor(bubblewrap, switch):
    if switch == "0":
        bubblewrap.write_text("0\n")
    elif switch is None:
        bubblewrap.unlink()
    else:
        bubblewrap.with_name("bwrap").unlink()
    with pytest.raises(sandbox.SandboxError, match=r"mkdir -p graded\n.*label=disable") as refused:
        sandbox.find_way()
    assert "AppArmor" not in str(refused.value)
    assert "bubblewrap" in doctor.grading().remedy


def test_the_guide_has_the_profile_that_is_named():
    guide = (Path(__file__).parents[1] / "book/teach/jupyterhub.md").read_text("utf-8")
    section = guide.split("## Set up the machine")[1].split("\n## ")[0]
    assert "profile bwrap /usr/bin/bwrap" in section


def test_the_container_starts_as_the_refusal_says():
    top = Path(__file__).parents[1] / "apps/classroom/Containerfile"
    lines = [line.lstrip("# ") for line in top.read_text("utf-8").splitlines()]
    commands = [line.strip() for line in sandbox.ELSEWHERE.splitlines() if line.startswith("  ")]
    assert len(commands) == 6
    assert "\n".join(commands) in "\n".join(lines)


def test_nbgrader_of_an_environment_that_is_not_active(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    finding = doctor.nbgrader()
    assert finding.level == "note"
    assert "alembic" in finding.words
    assert "activate" in finding.remedy
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent))
    assert doctor.nbgrader().level == "ok"


def test_no_nbgrader(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert "a learner needs it not" in doctor.nbgrader().words


# --- The command ---------------------------------------------------------------------------------


def pretend(monkeypatch, *levels):
    findings = [Finding("memory", level, f"it is {level}", "Do this.") for level in levels]
    monkeypatch.setattr(doctor, "examine", lambda *, quick: findings)


@pytest.mark.parametrize(("levels", "code"), [(["ok", "note"], 0), (["problem", "ok"], 1), ([], 0)])
def test_exit_code_and_lines(monkeypatch, capsys, levels, code):
    pretend(monkeypatch, *levels)
    assert run() == code
    said = capsys.readouterr().out
    assert [line.split()[0] for line in said.splitlines() if "->" not in line] == levels
    assert said.count("-> Do this.") == sum(level != "ok" for level in levels)


def test_findings_as_json(monkeypatch, capsys):
    pretend(monkeypatch, "problem")
    assert run("--json") == 1
    (finding,) = json.loads(capsys.readouterr().out)
    assert finding == {
        "name": "memory", "level": "problem", "words": "it is problem", "remedy": "Do this.",
    }  # fmt: skip


@pytest.mark.parametrize("options", [[], ["--json"]])
def test_nobody_reads_on(monkeypatch, options):
    pretend(monkeypatch, "ok", "problem")
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w") as closed:
        monkeypatch.setattr(sys, "stdout", closed)
        assert run(*options) == 1


def test_this_installation_is_sound_without_starting_tensorflow(tmp_path):
    command = [sys.executable, "-m", "firstnet", "doctor", "--quick", "--json"]
    environment = {**os.environ, "FIRSTNET_DATA": "embedded"}
    environment.pop("PYTHONPATH", None)
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
    findings = {one["name"]: one for one in json.loads(done.stdout)}
    installation = (
        "Python",
        "system",
        "firstnet",
        "own files",
        "packages",
        "kernel",
        "explorables",
    )
    assert {findings[name]["level"] for name in installation} == {"ok"}, findings
    assert "TensorFlow" not in findings
