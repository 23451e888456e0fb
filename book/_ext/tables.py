"""What the pages of claims and timings are built from: tables, and links to chapters."""

from docutils import nodes
from sphinx import addnodes


def text(words):
    """Return a paragraph of plain text."""
    return nodes.paragraph(words, words)


def row(cells):
    """Return a row with one cell for each node."""
    return nodes.row("", *[nodes.entry("", cell) for cell in cells])


def table(head, widths, rows, name):
    """Return a table with a line of words at its head, and one cell for each node of each row."""
    columns = [nodes.colspec(colwidth=width) for width in widths]
    parts = nodes.thead("", row(map(text, head))), nodes.tbody("", *map(row, rows))
    group = nodes.tgroup("", *columns, *parts, cols=len(head))
    return nodes.table("", group, classes=[name, "colwidths-given"])


def chapter_link(env, stem):
    """Return a link to a chapter, with its title as text; only its name if it is not there."""
    if f"notebooks/{stem}" not in env.found_docs:
        return nodes.Text(stem)
    about = {"refdomain": "std", "reftype": "doc", "refexplicit": False, "refwarn": True}
    target = {"refdoc": env.docname, "reftarget": f"/notebooks/{stem}"}
    return addnodes.pending_xref("", nodes.inline(stem, stem), **about, **target)
