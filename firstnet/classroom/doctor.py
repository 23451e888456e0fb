"""Say what is wrong with this installation, and what to do: one line a check."""

import importlib.metadata
import importlib.util
import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import firstnet
from firstnet.classroom import machine
from firstnet.classroom.machine import Finding

MODULES = {
    "pyyaml": "yaml",
    "pillow": "PIL",
    "scikit-learn": "sklearn",
    "ai-edge-litert": "ai_edge_litert",
    "tensorflow-cpu": "tensorflow",
}
AGAIN = "Install again: `make setup` in a checkout, start.py in the classroom bundle."
SECONDS = 180  # a first start of TensorFlow on a slow disk takes half of it
SLOW = ("tensorflow", "keras")  # have a check of their own
IMPORT = """
import importlib, json, sys
faults = {}
for name in sys.argv[1:]:
    try:
        importlib.import_module(name)
    except Exception as error:
        faults[name] = f"{type(error).__name__}: {error}"
print("FAULTS" + json.dumps(faults))
"""
START = """
import keras, tensorflow
print("STARTED", tensorflow.__version__, keras.backend.backend(),
      int(tensorflow.reduce_sum(tensorflow.ones((2, 2)))))
"""
ILLEGAL = (-getattr(signal, "SIGILL", 4), 0xC000001D)
LAB_PARTS = {
    "anywidget": "anywidget",
    "jupyterlab_widgets": "@jupyter-widgets/jupyterlab-manager",
}


def package():
    """Say which firstnet runs, and where it lies."""
    place = Path(firstnet.__file__).parent
    try:
        version = importlib.metadata.version("firstnet")
    except importlib.metadata.PackageNotFoundError:
        words = f"found in {place}, but not installed for {sys.executable}"
        return Finding("firstnet", "problem", words, AGAIN)
    return Finding("firstnet", "ok", f"{version} in {place}")


def requirements():
    """Return the requirements of firstnet that hold on this machine, as `packaging` reads them."""
    from packaging.requirements import Requirement

    texts = importlib.metadata.requires("firstnet") or []
    found = [Requirement(text) for text in texts]
    return [one for one in found if one.marker is None or one.marker.evaluate()]


def packages(required=None):
    """Check that each required package is there, in a version that fits, and can be imported.

    `required` are requirements, by default those of firstnet. Yields one finding when all is
    well, else one for each fault.
    """
    try:
        required = requirements() if required is None else required
    except (ImportError, importlib.metadata.PackageNotFoundError) as error:
        yield Finding("packages", "problem", f"the list cannot be read ({error})", AGAIN)
        return
    faults = {one.name: version_fault(one) for one in required}
    sound = [name for name, fault in faults.items() if not fault]
    faults |= import_faults([name for name in sound if not name.startswith(SLOW)])
    faults = {name: fault for name, fault in faults.items() if fault}
    yield from (Finding(name, "problem", fault, AGAIN) for name, fault in faults.items())
    if not faults:
        yield Finding("packages", "ok", f"all {len(required)}, in versions that fit")


def version_fault(requirement):
    """Return what is wrong with the installed version of one requirement, or None."""
    try:
        version = importlib.metadata.version(requirement.name)
    except importlib.metadata.PackageNotFoundError:
        return "is not installed"
    if requirement.specifier.contains(version, prereleases=True):
        return None
    return f"version {version} is installed, and {requirement.specifier} is wanted"


def import_faults(names):
    """Import packages in a process of their own; return what each said, by name, if it failed."""
    modules = {MODULES.get(name, name.replace("-", "_")): name for name in names}
    code, said, errors = run_python(IMPORT, *modules)
    if "FAULTS" in said:
        faults = json.loads(said.rpartition("FAULTS")[2])
        return {modules[module]: f"cannot be imported: {text}" for module, text in faults.items()}
    return {"packages": f"importing them ended Python: {how_it_ended(code, errors)}"}


def run_python(source, *arguments, seconds=SECONDS):
    """Run source in a new Python; return exit code (None: too slow), output, and errors."""
    command = [sys.executable, "-c", source, *arguments]
    environment = os.environ | {"TF_CPP_MIN_LOG_LEVEL": "3"}
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=seconds, env=environment,
            errors="replace", stdin=subprocess.DEVNULL,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return None, "", ""
    return done.returncode, done.stdout, done.stderr


def how_it_ended(code, errors):
    """Return in words how a Python ended: its last line, or its signal."""
    if code is None:
        return f"it took more than {SECONDS} seconds"
    if code < 0:
        return f"the system stopped it ({signal.Signals(-code).name})"
    lines = errors.strip().splitlines()
    return lines[-1] if lines else f"it ended with code {code}"


def tensorflow(run=run_python):
    """Start TensorFlow in a process of its own and let it add four ones."""
    code, said, errors = run(START)
    words = said.partition("STARTED")[2].split()
    if code == 0 and words[1:] == ["tensorflow", "4"]:
        return Finding("TensorFlow", "ok", f"{words[0]} starts and computes")
    if code == 0 and words:
        remedy = "Unset KERAS_BACKEND, and look into keras.json in the folder .keras."
        return Finding("TensorFlow", "problem", f"Keras runs on {words[1]}, not on it", remedy)
    ended = how_it_ended(code, errors)
    return Finding("TensorFlow", "problem", f"does not start: {ended}", remedy_of(code, errors))


def remedy_of(code, errors):
    """Return what to do when TensorFlow does not start."""
    if code in ILLEGAL:
        return "This processor is too old for it (it needs AVX): use another machine."
    if code is None:
        return "Try once more: the first start is the slowest. Does a virus scanner read along?"
    if "DLL load failed" in errors:
        return "Install Microsoft's Visual C++ Redistributable (x64), then try again."
    return AGAIN


def data():
    """Say which MNIST the chapters would train on; loads and checks it, downloads nothing."""
    from firstnet.data import DataError, cache, facts, mnist

    dataset = facts.DATASETS["mnist"]
    try:
        where = data_folder(dataset.file) or not cache.missing(dataset)
        if where:
            said = silently(mnist)
            return Finding("data", "note" if said.startswith("!!!") else "ok", said.lstrip("! "))
    except (DataError, OSError) as error:
        return Finding("data", "problem", str(error), "Or set FIRSTNET_DATA=embedded meanwhile.")
    remedy = f"Put {dataset.file} in a folder and name the folder in FIRSTNET_DATA."
    words = "no MNIST here: it is downloaded when asked for, or small digits stand in"
    return Finding("data", "note", words, remedy)


def data_folder(file):
    """Return whether FIRSTNET_DATA decides: it is "embedded", holds the file, or is damaged."""
    named = os.environ.get("FIRSTNET_DATA", "")
    folder = Path(named).expanduser()
    return bool(named) and (named == "embedded" or not folder.is_dir() or (folder / file).exists())


def silently(load):
    """Call a loader of data; return the line that it printed."""
    import contextlib
    import io

    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        load()
    return said.getvalue().strip()


def kernel():
    """Check that a notebook runs this Python: the kernel "python3" that Jupyter finds."""
    try:
        from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel
    except ImportError:
        words = "JupyterLab is not installed for this Python, so notebooks run another one"
        return Finding("kernel", "problem", words, AGAIN)
    try:
        spec = KernelSpecManager().get_kernel_spec("python3")
    except NoSuchKernel:
        return Finding("kernel", "problem", "Jupyter finds no kernel python3", AGAIN)
    if same_python(spec.argv[0]):
        return Finding("kernel", "ok", "notebooks run this Python")
    words = f"notebooks run another Python, {spec.argv[0]}, named in {spec.resource_dir}"
    remedy = f"Delete that folder, or: {sys.executable} -m ipykernel install --user"
    return Finding("kernel", "problem", words, remedy)


def same_python(command):
    """Tell whether a kernel's command is this Python, in this environment."""
    if command in ("python", "python3"):  # Jupyter puts its own Python in their place
        return True
    found = Path(shutil.which(command) or command)
    return found.parent.resolve() == Path(sys.executable).parent.resolve()


def jupyter():
    """Check that the `jupyter-lab` that a terminal starts belongs to this environment."""
    found = shutil.which("jupyter-lab")
    if found is None or Path(found).parent.resolve() == Path(sys.executable).parent.resolve():
        return Finding("JupyterLab", "ok", "no other one in the way")
    words = f"a terminal starts the one in {Path(found).parent}, not the one of this Python"
    return Finding("JupyterLab", "note", words, f"Start it so: {sys.executable} -m jupyterlab")


def widgets(prefix=None):
    """Check that JupyterLab's half of the explorables lies in its environment."""
    folder = Path(prefix or sys.prefix, "share", "jupyter", "labextensions")
    missing = [name for name, part in LAB_PARTS.items() if not (folder / part).is_dir()]
    if not missing:
        return Finding("explorables", "ok", "JupyterLab has its half of them")
    words = f"they stay empty in JupyterLab: {' and '.join(missing)} is missing in {folder}"
    return Finding("explorables", "problem", words, AGAIN)


def shadows(folders=None):
    """Check that no file takes the place of a library: `numpy.py` beside a notebook.

    `folders` are searched; by default the working folder and those in PYTHONPATH.
    """
    named = [one for one in os.environ.get("PYTHONPATH", "").split(os.pathsep) if one]
    folders = [Path.cwd(), *map(Path, named)] if folders is None else folders
    found = [file for folder in folders for file in shadowing(Path(folder))]
    if not found:
        return Finding("own files", "ok", "no file takes the place of a library")
    words = f"{found[0]} is imported in place of the library {found[0].stem}"
    return Finding("own files", "problem", words, "Rename that file, and restart the kernel.")


def shadowing(folder):
    """Return the Python files in a folder that bear the name of a library the book imports."""
    books = {"numpy", "matplotlib", "keras", "tensorflow", "anywidget", "ipywidgets", "tqdm"}
    names = books | set(MODULES.values()) | set(sys.stdlib_module_names)
    home = Path(os.__file__).parent
    files = sorted(folder.glob("*.py")) if folder.is_dir() and folder != home else []
    return [file for file in files if file.stem in names]


def bytecode():
    """Check that Python may keep what it compiled."""
    if not sys.dont_write_bytecode:
        return Finding("compiled code", "ok", "Python keeps what it has compiled")
    words = "PYTHONDONTWRITEBYTECODE is set: each start of TensorFlow takes seconds more"
    return Finding("compiled code", "note", words, "Unset it.")


def grading():
    """Say whether submissions can run in a sandbox here, to be graded; learners need it not."""
    try:
        from firstnet.classroom import sandbox
    except ImportError as error:
        words = f"this installation cannot grade submissions ({error})"
        return Finding("grading", "note", words, "Grade on Linux; a learner needs it not.")
    try:
        way = sandbox.find_way()
    except sandbox.SandboxError:
        if sandbox.apparmor_forbids():
            words = "AppArmor, a guard of this system, stops bubblewrap unless a profile allows it"
            remedy = 'Allow it as book/teach/jupyterhub.md says, under "Set up the machine".'
            return Finding("grading", "note", f"{words}; a learner needs none", remedy)
        words = "this machine has no sandbox to run submissions in; a learner needs none"
        remedy = "On Linux install bubblewrap, or grade in a container: `firstnet grade` says how."
        return Finding("grading", "note", words, remedy)
    kind = way.name.split(",")[0]
    return Finding("grading", "ok", f"submissions can run in a sandbox here ({kind})")


def nbgrader():
    """Say whether nbgrader is here, and whether a terminal finds the tool that it calls."""
    if importlib.util.find_spec("nbgrader") is None:
        remedy = "To grade with it: `make setup` in a checkout, or a bundle made --with-grading."
        return Finding("nbgrader", "note", "is not installed; a learner needs it not", remedy)
    version = importlib.metadata.version("nbgrader")
    if shutil.which("alembic"):
        return Finding("nbgrader", "ok", f"{version}, and a terminal finds its tool alembic")
    words = f"{version}, but a terminal does not find its tool alembic: `nbgrader` would fail"
    activate = Path(sys.executable).parent / "activate"
    start = "" if os.name == "nt" else ". "
    remedy = f"Before you type `nbgrader` or `jupyter`: {start}{activate}"
    return Finding("nbgrader", "note", words, remedy)


def examine(*, quick=False):
    """Yield the findings of all checks, the cheap ones first; `quick` leaves TensorFlow out."""
    yield machine.python_version()
    yield machine.platform_name()
    yield package()
    yield shadows()
    yield bytecode()
    yield machine.memory()
    yield machine.disk(Path.home(), needed=0.5)
    yield machine.browser()
    yield machine.loopback()
    yield kernel()
    yield jupyter()
    yield widgets()
    yield grading()
    yield nbgrader()
    yield from packages()
    yield data()
    if not quick:
        yield tensorflow()


def add_arguments(parser):
    """Add the options of `doctor` to an argparse parser."""
    parser.add_argument("--json", action="store_true", help="print the findings as JSON")
    parser.add_argument("--quick", action="store_true", help="do not start TensorFlow")


def main(options):
    """Print the findings as they come; return 1 when one is a problem, else 0."""
    try:
        return show(options)
    except BrokenPipeError:  # as by `doctor | head`: nobody reads on
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


def show(options):
    """Print the findings as text or JSON; return the exit code."""
    findings = []
    for finding in examine(quick=options.quick):
        findings.append(finding)
        if not options.json:
            print(machine.report([finding]), flush=True)
    if options.json:
        print(json.dumps([one._asdict() for one in findings], indent=2), flush=True)
    return machine.worst(findings)
