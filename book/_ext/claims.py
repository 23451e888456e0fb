"""Make the page of claims: what the articles said, and what the notebooks measured.

`firstnet.claims.measured` leaves each value in its executed notebook, in the form of myst-nb's
`glue`. The directives read them there, so the page has no number of its own. In the chapters, the
id of a claim in a table becomes a link to its place in that page.
"""

import ast
import json
import re
from collections import Counter
from pathlib import Path

import yaml
from docutils import nodes
from sphinx.util.docutils import SphinxDirective
from tables import chapter_link, table, text

PAGE = "book/claims"
VERDICTS = {  # in the order in which the page counts them
    "reproduced": "our measurements agree",
    "differs": "ours come out differently, and the page says how",
    "wrong": "our measurements, or the meaning of the words, contradict it",
    "outdated": "true once, and no longer what a library does",
}
HEAD = ["claim", "the article said", "what we measured"]
MINUS = re.compile(r"(?<![\w.])-(?=\d)")


def setup(app):
    app.add_directive("claims", Claims)
    app.add_directive("verdicts", Verdicts)
    app.connect("doctree-read", name_anchors)
    app.connect("doctree-resolved", link_ids)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


# --- What was measured ---------------------------------------------------------------------------


def listed(root):
    """Return the claims of book/claims.yml, in their order."""
    return yaml.safe_load((root / "book" / "claims.yml").read_text("utf-8"))


def notebook_paths(root):
    """Return the notebooks that exist, and those that the claims name."""
    named = {root / "notebooks" / f"{claim['chapter']}.ipynb" for claim in listed(root)}
    return sorted(named | set((root / "notebooks").glob("*.ipynb")))


def stored_values(path):
    """Return what a notebook keeps, as {"A7.loss": 12.680721}; nothing if it is not there."""
    if not path.is_file():
        return {}
    cells = json.loads(path.read_text("utf-8"))["cells"]
    outputs = [output for cell in cells for output in cell.get("outputs", [])]
    return dict(map(stored, (one for one in outputs if "scrapbook" in one.get("metadata", {}))))


def stored(output):
    """Return name and value of an output that was left unseen."""
    about = output["metadata"]["scrapbook"]
    text = output["data"][f"{about['mime_prefix']}text/plain"]
    return about["name"], ast.literal_eval("".join(text))


def all_values(root):
    """Return every stored value, as {"A7": {"loss": (12.680721, "04_walk_downhill")}}."""
    found = {}
    for path in notebook_paths(root):
        for name, value in stored_values(path).items():
            claim, what = name.split(".", 1)
            found.setdefault(claim, {})[what] = value, path.stem
    return found


def in_words(claim, values):
    """Return what was found, with the measured values in their places; None if one is missing."""
    if not claim["found"] or not set(claim["measured"] or {}) <= set(values):
        return None
    words = claim["found"].format(**{name: value for name, (value, _) in values.items()})
    return MINUS.sub("−", words)


def places(claim, values):
    """Return the notebooks that measured a claim; first its own chapter."""
    others = sorted({stem for _, stem in values.values()} - {claim["chapter"]})
    return [claim["chapter"], *others]


# --- The page ------------------------------------------------------------------------------------


class ClaimsDirective(SphinxDirective):
    """What both directives share: they are made anew when the claims or a notebook change."""

    def run(self):
        """Return what the directive makes of the claims and of what was measured."""
        root = Path(self.env.srcdir)
        for path in [root / "book" / "claims.yml", *notebook_paths(root)]:
            self.env.note_dependency(str(path))
        return self.made(listed(root), all_values(root))

    def parsed(self, markdown):
        """Return a paragraph of inline Markdown."""
        return nodes.paragraph("", "", *self.parse_inline(markdown)[0])


class Verdicts(ClaimsDirective):
    """Count the claims by their verdicts."""

    def made(self, claims, values):
        """Return a table: verdict, what it means, how many."""
        counts = Counter(claim["verdict"] for claim in claims)
        wanted = VERDICTS | ({None: ""} if counts[None] else {})
        rows = [
            [verdict_node(verdict), text(str(counts[verdict])), text(meaning)]
            for verdict, meaning in wanted.items()
        ]
        rows.append([text("together"), text(str(len(claims))), text("")])
        return [table(["verdict", "claims", "what it means"], [3, 2, 8], rows, "verdicts")]


class Claims(ClaimsDirective):
    """List the claims of one article: ```{claims} A```."""

    required_arguments = 1

    def made(self, claims, values):
        """Return a table with a row for each claim, to which `#claim-A7` leads."""
        own = [claim for claim in claims if claim["id"].startswith(self.arguments[0])]
        rows = [self.row(claim, values.get(claim["id"], {})) for claim in own]
        made = table(HEAD, [22, 33, 45], rows, "claims")
        for claim, row in zip(own, list(made.findall(nodes.row))[1:], strict=True):
            row["ids"].append(f"claim-{claim['id']}")
        return [made]

    def row(self, claim, values):
        """Return the cells of one claim: what it is called, what was said, what was found."""
        found = in_words(claim, values) or "not measured yet"
        links = nodes.paragraph("", "in ")
        for place in places(claim, values):
            links += [nodes.Text(", ")] * (len(links) > 1) + [chapter_link(self.env, place)]
        name = nodes.paragraph("", "", nodes.strong(claim["id"], claim["id"]))
        about = nodes.container("", name, verdict_node(claim["verdict"]))
        return [about, self.parsed(claim["said"]), nodes.container("", self.parsed(found), links)]


def verdict_node(verdict):
    """Return a verdict as a word, with a class that gives it its mark and colour."""
    word = verdict or "not measured yet"
    classes = ["verdict", f"verdict-{verdict or 'none'}"]
    return nodes.paragraph("", "", nodes.inline(word, word, classes=classes))


# --- Links to it ---------------------------------------------------------------------------------


def name_anchors(app, doctree):
    """Let Markdown links lead to the rows: `[A7](claims.md#claim-A7)`."""
    if app.env.docname == PAGE:
        known = app.env.metadata[PAGE].setdefault("myst_slugs", {})
        ids = [f"claim-{claim['id']}" for claim in listed(Path(app.srcdir))]
        known |= {name: (0, name, name.removeprefix("claim-")) for name in ids}


def link_ids(app, doctree, docname):
    """Make the ids in a chapter's table of claims links to their places in the page."""
    if not docname.startswith("notebooks/") or PAGE not in app.env.found_docs:
        return
    ids = {claim["id"] for claim in listed(Path(app.srcdir))}
    page = app.builder.get_relative_uri(docname, PAGE)
    for one in doctree.findall(nodes.table):
        head, *rows = one.findall(nodes.row)
        for cell in [row[0] for row in rows] if head[0].astext() == "id" else []:
            name = cell.astext().strip()
            if name in ids:
                uri = f"{page}#claim-{name}"
                cell[0].children = []
                cell[0] += nodes.reference(name, name, refuri=uri, internal=True)
