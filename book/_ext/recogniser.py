"""Build the recogniser, the installable web app, beside the pages: `recogniser/`.

Its own files lie in `apps/recogniser/`. What it shares with the book is taken from where the book
has it: the reader of .tflite files and the preparation of drawings (one module, `parts.js`), the
networks, the example drawings. The service worker gets the checksum of every file.
"""

import base64
import hashlib
import json
import shutil
from pathlib import Path

from firstnet import hands
from firstnet.models import LITE as MODELS

APP = Path("apps/recogniser")
SHARED = ("_layers.js", "_tflite.js", "_drawing.js", "_pen.js")  # each stands on the ones before it
NAMES = (
    *("ModelError", "describeModel", "probabilityReader"),
    *("isDot", "prepared"),
    *("addPoint", "drawStrokes", "followPointer", "padPart"),
)
OWN = ("*.html", "*.js", "*.css", "*.webmanifest", "icons/*.png", "icons/*.svg", "vendor/litert/*")
VENDORED = {  # in a browser an import needs an address; the vendored files stay as npm has them
    "vendor/litert/index.js": ('"@litertjs/wasm-utils"', '"./wasm-utils.js"'),
}
MAP = b"//# sourceMappingURL="  # names a file that is not vendored


def setup(app):
    app.connect("build-finished", write)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def write(app, error):
    """Write the app into the built book, if that could be built."""
    if error is None and app.builder.format == "html":
        compose(Path(app.srcdir), Path(app.outdir) / "recogniser")


def compose(root, folder):
    """Write the whole app into a folder, which is emptied first; return its version.

    Raises FileNotFoundError when one of the files it is made of is not there.
    """
    files = app_files(root) | {"parts.js": shared_parts(root)}
    files |= {f"models/{name}": (root / "firstnet/models" / name).read_bytes() for name in MODELS}
    files["build.js"] = build_module(version="")
    version = checksum(files)
    files["build.js"] = build_module(version=version)
    files["service-worker.js"] = worker(files, version)
    shutil.rmtree(folder, ignore_errors=True)
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return version


def app_files(root):
    """Return the app's own files and the vendored ones, {name: bytes}."""
    base = root / APP
    paths = sorted(path for pattern in OWN for path in base.glob(pattern))
    files = {path.relative_to(base).as_posix(): path.read_bytes() for path in paths}
    files["vendor/litert/wasm-utils.js"] = (base / "vendor/wasm-utils/index.js").read_bytes()
    for name, (before, after) in VENDORED.items():
        if files[name].count(before.encode()) != 1:
            raise ValueError(f"{name} does not import {before} once: look at its new version.")
        files[name] = files[name].replace(before.encode(), after.encode())
    return {name: without_map(content) for name, content in files.items()}


def without_map(content):
    """Leave out the line that names a source map."""
    if MAP not in content:
        return content
    return b"".join(line for line in content.splitlines(True) if not line.startswith(MAP))


def shared_parts(root):
    """Return the module of what the app shares with the explorables."""
    texts = [(root / "firstnet/widgets" / name).read_text("utf-8") for name in SHARED]
    return "\n".join([*texts, f"export {{ {', '.join(NAMES)} }};\n"]).encode()


def build_module(*, version):
    """Return the module of what is known when the app is built: its version, the examples."""
    examples = [hands.drawing(digit, hand="school") for digit in range(10)]
    text = f"export const VERSION = {json.dumps(version)};\n"
    return f"{text}export const EXAMPLES = {json.dumps(examples)};\n".encode()


def worker(files, version):
    """Return the service worker with the two lines that it expects above its own."""
    own = files["service-worker.js"]
    listed = {name: integrity(files[name]) for name in files if files[name] is not own}
    known = {"VERSION": version, "FILES": listed}
    head = [f"const {name} = {json.dumps(value, indent=2)};\n" for name, value in known.items()]
    return "".join([*head, "\n"]).encode() + own


def integrity(content):
    """Return a checksum as browsers compare it."""
    return "sha256-" + base64.b64encode(hashlib.sha256(content).digest()).decode()


def checksum(files):
    """Return the version that a set of files is, {name: bytes}: twelve letters."""
    known = hashlib.sha256()
    for name, content in sorted(files.items()):
        known.update(f"{name}\0{len(content)}\0".encode() + content)
    return known.hexdigest()[:12]
