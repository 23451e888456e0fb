"""Keep the explorables' modules and data beside the pages instead of inside them.

A notebook saves the whole module and style sheet with every explorable it shows, and the images
or weights it is given. Here each text goes into one small script of its own, which pages share and
a browser keeps; in the page its checksum stands in its place. Bytes are packed (zlib): most images
and weights lose half of their size. A script that sets a value works from a folder too, where a
page may not fetch a file.
"""

import base64
import hashlib
import json
import zlib
from pathlib import Path

STATE = "application/vnd.jupyter.widget-state+json"
FOLDER = "explorables"
LONG = 5_000  # characters of a buffer in base64, from which on it leaves the page


def setup(app):
    app.connect("html-page-context", shelve, priority=910)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def shelve(app, pagename, templatename, context, doctree):
    """Take the texts out of the page's saved state; name the scripts that bring them back."""
    for file in [file for file in context["script_files"] if file.attributes.get("type") == STATE]:
        saved = json.loads(file.attributes["body"])
        names = {
            name
            for model in saved["state"].values()
            for name in shelve_model(model, Path(app.outdir) / "_static" / FOLDER)
        }
        file.attributes["body"] = json.dumps(saved).replace("</", "<\\/")
        for name in sorted(names):
            app.add_js_file(f"{FOLDER}/{name}.js")


def shelve_model(model, folder):
    """Take the long texts out of a saved model: its module, styles and bytes; yield their names."""
    state = model["state"]
    for key in [key for key in ("_esm", "_css") if isinstance(state.get(key), str)]:
        state[key] = {"shelf": written(state[key], folder)}
        yield state[key]["shelf"]
    for buffer in [one for one in model.get("buffers", []) if len(one["data"]) > LONG]:
        buffer["data"] = {"shelf": written(packed(buffer["data"]), folder), "packed": True}
        yield buffer["data"]["shelf"]


def packed(data):
    """Return the same bytes, compressed; both in base64."""
    return base64.b64encode(zlib.compress(base64.b64decode(data), 9)).decode()


def written(text, folder):
    """Write a text as a script and return its name, which is its checksum."""
    text = json.dumps(text)
    name = hashlib.sha256(text.encode()).hexdigest()[:16]
    folder.mkdir(parents=True, exist_ok=True)
    script = f'(window.explorables ??= {{}})["{name}"] = {text};\n'
    (folder / f"{name}.js").write_text(script, "utf-8", newline="\n")
    return name
