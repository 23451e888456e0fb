"""Set-ups in the address: `04_walk_downhill.html#downhill?learning_rate=0.02&steps=5`.

The state saved in a page gets, for each explorable, its name and what a link may set: the traits
with a known range. The ranges are the explorable's own: it is asked, here, what it would refuse.
`_static/setups.js` reads them. In Markdown a link to a set-up is written

    {setup}`the words of the link <04_walk_downhill#downhill?learning_rate=0.02>`

and a set-up that its page would refuse is a warning.
"""

import json
import re
from copy import deepcopy
from functools import cache
from importlib import import_module
from pathlib import Path
from urllib.parse import parse_qsl

import traitlets
from anywidget import AnyWidget
from docutils import nodes
from sphinx.util import logging
from sphinx.util.docutils import ReferenceRole

STATE = "application/vnd.jupyter.widget-state+json"
VIEW = re.compile(
    r'(<script type="application/vnd\.jupyter\.widget-view\+json")(>(.*?)</script>)', re.S
)
REFUSED = re.compile(r"must be from (\S+) to (\S+),")
HUGE = 10**9
MOST_NUMBERS = 16  # in a list that a link may set
OWN_LINKS = {"playground"}  # it reads and writes the address itself: `#playground=1&data=xor`
LOGGER = logging.getLogger(__name__)


def setup(app):
    app.add_role("setup", SetUp())
    app.connect("html-page-context", name_set_ups, priority=905)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


# --- What a link may set -------------------------------------------------------------------------


def asleep(cls, values):
    """Return an explorable that has these values and was never shown: it loads and draws nothing.

    Values that it does not take, such as bytes, are left out.
    """
    one = cls.__new__(cls)
    one.close = lambda: None  # nothing was opened
    for name, value in values.items():
        if name in cls.class_trait_names(sync=True) and not name.startswith("_"):
            try:
                one.set_trait(name, value)
            except traitlets.TraitError:
                continue
    return one


def refusal(one, name, value):
    """Return the range (least, most) that an explorable names when it refuses a value, or None."""
    try:
        one.set_trait(name, value)
    except traitlets.TraitError as error:
        found = REFUSED.search(str(error))
        return found and tuple(map(float, found.groups()))
    return None


def number_rule(one, name, value, whole):
    """Return the rule of one number: its range and whether it is whole; None without a range."""
    found = refusal(one, name, value)
    return found and {"from": found[0], "to": found[1], "whole": whole}


def leaves(value, place=()):
    """Yield the places of the numbers in a list of lists."""
    if isinstance(value, list):
        for number, below in enumerate(value):
            yield from leaves(below, (*place, number))
    else:
        yield place


def with_huge(value, place):
    """Return a list of lists with one number replaced by one that is out of every range."""
    changed = deepcopy(value)
    inside = changed
    for step in place[:-1]:
        inside = inside[step]
    inside[place[-1]] = HUGE
    return changed


def list_rule(one, name, value):
    """Return the rules of the numbers of a list, in order; None if one has no range."""
    places = list(leaves(value))
    if not 0 < len(places) <= MOST_NUMBERS or not all(places):
        return None
    found = [number_rule(one, name, with_huge(value, place), False) for place in places]
    return {"numbers": found} if all(found) else None


def rule(one, name):
    """Return what a link may say about one trait, or None if it may say nothing."""
    trait, value = one.traits()[name], getattr(one, name)
    if isinstance(trait, traitlets.Enum):
        return {"choices": list(trait.values)}
    if isinstance(trait, traitlets.Bool):
        return {"choices": [False, True]}
    if isinstance(trait, traitlets.Int | traitlets.Float):
        return number_rule(one, name, HUGE, isinstance(trait, traitlets.Int))
    return list_rule(one, name, value) if isinstance(trait, traitlets.List) else None


def rules(identity, values):
    """Return what a link may set of an explorable, {trait: rule}; nothing for what is not ours.

    `identity` is the full name of its class, `values` are those it has in its page.
    """
    module, _, name = identity.rpartition(".")
    if not module.startswith("firstnet.widgets.") or stem(identity) in OWN_LINKS:
        return {}
    cls = getattr(import_module(module), name)
    one, foreign = asleep(cls, values), set(AnyWidget.class_trait_names())
    own = [name for name in cls.class_trait_names(sync=True) if name not in foreign]
    found = {name: rule(one, name) for name in sorted(own) if not name.startswith("_")}
    return {name: one for name, one in found.items() if one}


def stem(identity):
    """Return the name of an explorable's module: "downhill"."""
    return identity.split(".")[-2] if "." in identity else ""


# --- In the pages --------------------------------------------------------------------------------


def named(identities):
    """Return names for the explorables of a page, in order: a second "downhill" is "downhill-2"."""
    names = []
    for one in map(stem, identities):
        earlier = sum(name.split("-")[0] == one for name in names)
        names.append(f"{one}-{earlier + 1}" if earlier and one else one)
    return names


def set_ups(models, views):
    """Return {id of a model: its name, and the rules of what a link may set} for what is shown."""
    shown = [key for key in dict.fromkeys(views) if "_anywidget_id" in models[key]["state"]]
    identities = [models[key]["state"]["_anywidget_id"] for key in shown]
    names = named(identities)
    states = [models[key]["state"] for key in shown]
    return {
        key: {"name": name, "traits": rules(identity, state)}
        for key, name, identity, state in zip(shown, names, identities, states, strict=True)
        if name
    }


def name_set_ups(app, pagename, templatename, context, doctree):
    """Write the set-ups into the page's saved state, and anchors where the explorables stand."""
    body = context.get("body", "")
    views = [json.loads(view[3])["model_id"] for view in VIEW.finditer(body)]
    states = [file for file in context["script_files"] if file.attributes.get("type") == STATE]
    for file in states if views else []:
        saved = json.loads(file.attributes["body"])
        found = set_ups(saved["state"], [view for view in views if view in saved["state"]])
        file.attributes["body"] = json.dumps(saved | {"set_ups": found}).replace("</", "<\\/")
        context["body"] = anchored(body, {key: one["name"] for key, one in found.items()})


def anchored(body, names):
    """Return a page's body in which the first view of each model has its name as id."""
    left = dict(names)

    def with_id(view):
        name = left.pop(json.loads(view[3])["model_id"], None)
        return f'{view[1]} id="{name}"{view[2]}' if name else view[0]

    return VIEW.sub(with_id, body)


# --- Links in Markdown ---------------------------------------------------------------------------


class SetUp(ReferenceRole):
    """A link to an explorable in a set-up, checked against what its page would take."""

    def run(self):
        """Return the link; warn if the set-up is not understood."""
        chapter, _, fragment = self.target.partition("#")
        root = Path(self.env.srcdir)
        self.env.note_dependency(str(root / "notebooks" / f"{chapter}.ipynb"))
        for fault in faults(root, chapter, fragment):
            LOGGER.warning("set-up %s: %s", self.target, fault, location=self.get_location())
        up = "../" * self.env.docname.count("/")
        address = f"{up}notebooks/{chapter}.html#{fragment}"
        return [
            nodes.reference("", self.title, refuri=address, internal=True, classes=["set-up"])
        ], []


@cache
def known_set_ups(path, changed):
    """Return the set-ups of a notebook, {name of an explorable: rules}."""
    notebook = json.loads(Path(path).read_text("utf-8"))
    models = notebook["metadata"].get("widgets", {}).get(STATE, {}).get("state", {})
    outputs = [output for cell in notebook["cells"] for output in cell.get("outputs", [])]
    kind = STATE.replace("state", "view")
    views = [one["data"][kind]["model_id"] for one in outputs if kind in one.get("data", {})]
    return {one["name"]: one["traits"] for one in set_ups(models, views).values()}


def faults(root, chapter, fragment):
    """Say what is wrong with a set-up: no such page or explorable, trait, or value."""
    path = root / "notebooks" / f"{chapter}.ipynb"
    if not path.is_file():
        return [f"there is no chapter {chapter}"]
    known = known_set_ups(str(path), path.stat().st_mtime_ns)
    name, _, query = fragment.partition("?")
    if name.partition("=")[0] in OWN_LINKS & set(known):
        return []
    if name not in known:
        return [f"the page shows no {name}; it shows {', '.join(known)}"]
    pairs = parse_qsl(query, keep_blank_values=True)
    return [fault for key, text in pairs if (fault := fault_of(known[name].get(key), key, text))]


def fault_of(rule, key, text):
    """Say what is wrong with the text for one trait, or return None."""
    if rule is None:
        return f"{key} is not one of its values that a link can set"
    if "choices" in rule:
        said = [str(one).lower() if isinstance(one, bool) else str(one) for one in rule["choices"]]
        return None if text in said else f"{key} must be one of {', '.join(said)}"
    parts, wanted = text.split(","), rule.get("numbers", [rule])
    if len(parts) != len(wanted):
        return f"{key} must have {len(wanted)} numbers"
    good = all(fits(part, one) for part, one in zip(parts, wanted, strict=True))
    return None if good else f"{key} is out of its range: {wanted}"


def fits(text, rule):
    """Tell whether a text is a number that a rule allows."""
    if not re.fullmatch(r"-?\d+(\.\d+)?(e-?\d+)?", text):
        return False
    number = float(text)
    return rule["from"] <= number <= rule["to"] and not (rule["whole"] and number % 1)
