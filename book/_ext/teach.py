"""What the teaching guide takes from the chapters, so that the two cannot drift.

The directive `{aims} 04` lists what chapter 4 promises, with its minutes; `{decks}` lists the
slides. The role `{minutes}` adds up the minutes of chapters, as "04, 05" or "all"; the role
`{section}` makes "04#Find the largest safe step" a link with the section's title as its text.
"""

import re
from pathlib import Path

from docutils import nodes
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective, SphinxRole
from tables import chapter_link

LOGGER = logging.getLogger(__name__)
TIME = re.compile(r"\*\*Time:\*\* about (\d+) minutes")


def setup(app):
    app.add_directive("aims", Aims)
    app.add_directive("decks", Decks)
    app.add_role("minutes", Minutes())
    app.add_role("section", Section())
    return {"parallel_read_safe": True, "parallel_write_safe": True}


# --- The chapters' sources -----------------------------------------------------------------------


def sources(root):
    """Return the chapters' sources in reading order, {number: path}."""
    found = sorted((root / "book" / "chapters").glob("[0-9][0-9]_*.py"))
    return {path.name[:2]: path for path in found}


def prose(path):
    """Return the text cells of a chapter's source, without the marks of the percent format."""
    return re.sub(r"^# ?", "", path.read_text("utf-8"), flags=re.M)


def aims(path):
    """Return what a chapter promises, one Markdown text for each point."""
    block = prose(path).split("**You will be able to**", 1)[1].strip().split("\n\n")[0]
    return [" ".join(point.split()) for point in re.split(r"^- ", block, flags=re.M)[1:]]


def minutes(path):
    """Return the minutes that a chapter says it takes."""
    return int(TIME.search(prose(path))[1])


def title(path):
    """Return the title of a chapter."""
    return re.search(r"^# (?!%%)(.+)$", prose(path), re.M)[1]


def sections(path):
    """Return the titles of a chapter's sections."""
    return re.findall(r"^## (.+)$", prose(path), re.M)


# --- Directives and roles ------------------------------------------------------------------------


class Aims(SphinxDirective):
    """List what a chapter promises, and say how long it takes: ```{aims} 04```."""

    required_arguments = 1

    def run(self):
        """Return a sentence with the minutes, and the list."""
        path = sources(Path(self.env.srcdir))[self.arguments[0]]
        self.env.note_dependency(str(path))
        lead = nodes.paragraph()
        lead += chapter_link(self.env, path.stem)
        words = f", about {minutes(path)} minutes to read and run. Learners will be able to"
        lead += nodes.Text(words)
        points = [nodes.paragraph("", "", *self.parse_inline(aim)[0]) for aim in aims(path)]
        items = [nodes.list_item("", point) for point in points]
        return [lead, nodes.bullet_list("", *items, classes=["aims"])]


class Decks(SphinxDirective):
    """List the slides of every chapter: ```{decks}```."""

    def run(self):
        """Return the list."""
        up, items = "../" * self.env.docname.count("/"), []
        for path in sources(Path(self.env.srcdir)).values():
            self.env.note_dependency(str(path))
            link = nodes.reference(
                "", title(path), refuri=f"{up}slides/{path.stem}.html", internal=True
            )
            items.append(nodes.list_item("", nodes.paragraph("", "", link)))
        return [nodes.enumerated_list("", *items, enumtype="arabic", prefix="", suffix=".")]


class Minutes(SphinxRole):
    """The minutes of chapters, added up."""

    def run(self):
        """Return the sum as text."""
        known = sources(Path(self.env.srcdir))
        names = known if self.text == "all" else [name.strip() for name in self.text.split(",")]
        for name in names:
            self.env.note_dependency(str(known[name]))
        return [nodes.Text(str(sum(minutes(known[name]) for name in names)))], []


class Section(SphinxRole):
    """A link to a section of a chapter."""

    def run(self):
        """Return the link; warn if the chapter has no such section."""
        number, _, name = self.text.partition("#")
        path = sources(Path(self.env.srcdir))[number]
        self.env.note_dependency(str(path))
        if name not in sections(path):
            LOGGER.warning("%s has no section %r", path.name, name, location=self.get_location())
        up = "../" * self.env.docname.count("/")
        address = f"{up}notebooks/{path.stem}.html#{nodes.make_id(name)}"
        return [
            nodes.reference("", name, refuri=address, internal=True, classes=["in-chapter"])
        ], []
