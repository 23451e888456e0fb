"""Keep the explorables' modules and data beside the pages instead of inside them.

A notebook saves the whole module and style sheet with every explorable it shows, and the images
or weights it is given. Here each text goes into one small script of its own, which pages share and
a browser keeps; in the page its checksum stands in its place. A script that sets a value works
from a folder too, where a page may not fetch a file.
"""

import hashlib
import json
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
            shelved(holder, key, Path(app.outdir) / "_static" / FOLDER)
            for model in saved["state"].values()
            for holder, key in long_texts(model)
        }
        file.attributes["body"] = json.dumps(saved).replace("</", "<\\/")
        for name in sorted(names):
            app.add_js_file(f"{FOLDER}/{name}.js")


def long_texts(model):
    """Yield where the long texts of a saved model are: its module, styles and binary traits."""
    state = model["state"]
    yield from ((state, key) for key in ("_esm", "_css") if isinstance(state.get(key), str))
    buffers = model.get("buffers", [])
    yield from ((buffer, "data") for buffer in buffers if len(buffer["data"]) > LONG)


def shelved(state, key, folder):
    """Write one text of a saved model as a script, put its name in its place, return the name."""
    text = json.dumps(state[key])
    name = hashlib.sha256(text.encode()).hexdigest()[:16]
    folder.mkdir(parents=True, exist_ok=True)
    script = f'(window.explorables ??= {{}})["{name}"] = {text};\n'
    (folder / f"{name}.js").write_text(script, "utf-8", newline="\n")
    state[key] = {"shelf": name}
    return name
