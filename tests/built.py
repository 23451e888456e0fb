"""What the tests of the built book share: which pages it has, what is in them, who is shown."""

import base64
import importlib
import json
import pkgutil
import zlib
from functools import cache

import yaml
from bs4 import BeautifulSoup

from firstnet import widgets
from firstnet.widgets._base import Explorable
from tools import ROOT
from tools.book import HTML

STATE = 'script[type="application/vnd.jupyter.widget-state+json"]'
VIEW = 'script[type="application/vnd.jupyter.widget-view+json"]'


def table_of_contents(entry):
    """Yield the page names in an entry of _toc.yml and in all that lies below it."""
    yield from (entry[key] for key in ("root", "file") if key in entry)
    for key in ("parts", "chapters", "sections"):
        for below in entry.get(key, []):
            yield from table_of_contents(below)


def listed_pages():
    """Return the names of the pages a reader can open: those of _toc.yml, and the search."""
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text("utf-8"))
    return [*table_of_contents(toc), "search"]


PAGES = listed_pages()
CHAPTERS = [page for page in PAGES if page.startswith("notebooks/")]


def file_of(page):
    """Return the built file of a page."""
    return HTML / f"{page}.html"


@cache
def parsed(page):
    """Return a built page, parsed; the book must have been built."""
    return BeautifulSoup(file_of(page).read_text("utf-8"), "html.parser")


def widget_models(page):
    """Return the models saved in a page, by their id, with the texts that lie on the shelf."""
    script = parsed(page).select_one(STATE)
    models = json.loads(script.string)["state"] if script else {}
    for model in models.values():
        for holder in (model["state"], *model.get("buffers", [])):
            found = {key: from_shelf(value) for key, value in holder.items() if on_shelf(value)}
            holder.update(found)
    return models


def on_shelf(value):
    """Tell whether a value is the name of a text in a script beside the page."""
    return isinstance(value, dict) and set(value) - {"packed"} == {"shelf"}


def from_shelf(value):
    """Return the text that a script of the shelf brings; bytes are unpacked, and in base64."""
    script = (HTML / "_static" / "explorables" / f"{value['shelf']}.js").read_text("utf-8")
    text = json.loads(script.split(" = ", 1)[1].removesuffix(";\n"))
    if not value.get("packed"):
        return text
    return base64.b64encode(zlib.decompress(base64.b64decode(text))).decode()


def widget_views(page):
    """Return the ids of the models a page shows, in order."""
    return [json.loads(script.string)["model_id"] for script in parsed(page).select(VIEW)]


def below(cls):
    """Yield the subclasses of a class, theirs too."""
    for subclass in cls.__subclasses__():
        yield subclass
        yield from below(subclass)


def explorables():
    """Return every explorable of the package."""
    for module in pkgutil.iter_modules(widgets.__path__, "firstnet.widgets."):
        importlib.import_module(module.name)
    found = {cls for cls in below(Explorable) if cls.__module__.startswith("firstnet.widgets.")}
    return sorted(found, key=lambda cls: (cls.__module__, cls.__name__))


def shows(page, cls):
    """Return the places, among the page's widgets, where an explorable of this class is."""
    models, name = widget_models(page), f"{cls.__module__}.{cls.__qualname__}"
    ids = [key for key, model in models.items() if model["state"].get("_anywidget_id") == name]
    return [place for place, model_id in enumerate(widget_views(page)) if model_id in ids]
