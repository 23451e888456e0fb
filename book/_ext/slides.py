"""Make the slides of each chapter from its built page: `slides/04_walk_downhill.html`.

What becomes a slide: the title with the first words, and what the chapter promises. Then a column
for each section: its first words; a slide for each figure, formula, table and list, with the
sentences directly before it; the question before each explorable, with a link; the first short
cell that prints something. At the end the recap. The speaker's notes are those of the guide.

A slide stands alone. So sentences that point elsewhere on the page stay away, as do those in
brackets and those that announce what does not follow; "It" brings along the sentence that it means.
"""

import copy
import hashlib
import html
import re
from pathlib import Path

from bs4 import BeautifulSoup, NavigableString

VIEW = 'script[type$="widget-view+json"]'
GUIDE = "book/teach/chapters"
LEFT_OUT = ("What the articles said", "Exercises", "Check yourself", "Recap")
FIRST_WORDS = 55  # of a section, on its first slide
LEAD_WORDS = 30  # before a figure, a formula, code
MOST_LEAD_WORDS = 50  # with the sentences that are needed to understand the others
TRY_WORDS = 35  # before an explorable, where the chapter asks nothing
THIN = 18  # words that need no slide of their own
LIST_WORDS = 70  # then a list goes on on another slide
TABLE_ROWS = 7
CODE_LINES = 10  # with what they print
LINE_LETTERS = 76
FORMULA_SIGNS = 55  # in TeX; then several equals signs make several lines
SENTENCE_END = re.compile(
    r"(?:(?<=[.?!])|(?<=[.?!][)”]))\s+(?=[A-Z“\"(0-9]|$)|(?<=:)\s+(?=[A-Z“\"(])"
)
MENDED = [  # words that point to a place on the page, where the sentence does without them
    (re.compile(r"^For the printed page, here\b"), "Here"),
    (re.compile(r"^Below (is|are|stands)\b"), r"Here \1"),
    (re.compile(r"^Below, (\w)"), lambda found: found[1].upper()),
    (re.compile(r", as the next cell shows|, now, in this page\b"), ""),
    (re.compile(r" ?\([^()]*\bfollows below\)"), ""),
    (re.compile(r"\b(explorable|to the end) below\b"), r"\1"),
]
ELSEWHERE = re.compile(  # what else points elsewhere on the page, or to its author's machine
    r"\b(?:cells?|(?:line|network|table|picture|cells?) (?:above|below)|(?:will see|measure) below|"
    r"This page was made|on this page|your line|the exact data|Read the file)\b"
)
MEANS_ANOTHER = re.compile(  # how a sentence begins that says little without the one before it
    r"(?:It|Its|They|Their|That|This|These|Those|Then|There|Here it is|Both|Others?|Ours|"
    r"Of (?:them|these)|Multiply|Hot|Added|Now in|The product|Or|On fresh points it|"
    r"The (?:first|second|third|last|others?) (?:one|line|four|is|are|has|does))\b(?![\w’])"
    r"|.*\bsuch (?!as\b)|.*\bthere\?"
)
JOINED_ON = re.compile(r"(?:And|But|So),? (\w)")
LOADED = re.compile(r", from the folder in FIRSTNET_DATA|; (?:checksums|class counts) right")
NOT_HAD = "cannot be had here"  # a cell that says so has nothing to show
OWN_TITLES = {"Now the step:": "Take the step"}  # where a section goes on to something else
KEYS = (
    "→ the next section · space the next slide · S notes · Esc all slides · "
    "F whole screen · D light or dark"
)
PAGE = """<!doctype html>
<html lang="en" data-theme="light">
<head>
<meta charset="utf-8">
<meta name="made-from" content="{made_from}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}: slides</title>
<link rel="icon" href="../_static/favicon.svg">
<link rel="stylesheet" href="../vendor/reveal/reveal.css">
<link rel="stylesheet" href="../_static/pygments.css">
<link rel="stylesheet" href="../_static/slides.css">
<script src="../_static/slides.js"></script>
<script defer src="../vendor/reveal/reveal.js"></script>
<script defer src="../vendor/reveal/notes.js"></script>
{mathjax}</head>
<body class="mathjax_ignore">
<main class="reveal"><div class="slides">
{slides}
</div></main>
</body>
</html>
"""
MATHJAX = '<script defer src="../vendor/mathjax/tex-mml-chtml.js"></script>\n'


def setup(app):
    app.connect("build-finished", write)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def write(app, error):
    """Write the slides of every chapter that was built, where their page or the guide changed."""
    if error is None and app.builder.format == "html":
        out = Path(app.outdir)
        for page in sorted((out / "notebooks").glob("[0-9][0-9]_*.html")):
            write_deck(page, out / f"{GUIDE}.html", out / "slides" / page.name)


def write_deck(page, guide, deck):
    """Write one chapter's slides, unless they were made from these very files."""
    files = [page, guide, Path(__file__)]
    content = b"".join(path.read_bytes() for path in files if path.is_file())
    made_from = hashlib.sha256(content).hexdigest()[:16]
    if deck.is_file() and f'content="{made_from}"' in deck.read_text("utf-8")[:300]:
        return
    deck.parent.mkdir(exist_ok=True)
    notes = notes_of(guide, page.name) if guide.is_file() else {}
    deck.write_text(compose(page, notes, made_from), "utf-8", newline="\n")


def compose(page, notes, made_from):
    """Return the HTML of a chapter's slides."""
    soup = BeautifulSoup(page.read_text("utf-8"), "html.parser")
    chapter = soup.select_one("article.bd-article section")
    columns = [opening(chapter, notes), *section_columns(chapter, page.name, notes)]
    columns.append(recap(chapter, notes))
    slides = "\n".join(column_html(column) for column in columns)
    title = html.escape(heading(chapter))
    mathjax = MATHJAX if 'class="math' in slides else ""
    return PAGE.format(made_from=made_from, title=title, slides=slides, mathjax=mathjax)


# --- Pieces of a page ----------------------------------------------------------------------------


def heading(section):
    """Return the title of a section."""
    found = copy.copy(section.find(["h1", "h2", "h3"], recursive=False))
    for link in found.select("a.headerlink"):
        link.decompose()
    return found.get_text().strip()


def clean(node):
    """Return a copy of a piece of the page without links, ids and headings' marks."""
    node = copy.copy(node)
    if isinstance(node, NavigableString):
        return node
    for link in node.select("a"):
        link.unwrap()
    for part in [node, *node.select("[id]")]:
        part.attrs.pop("id", None)
    return node


def words(node):
    """Count the words of a piece; a formula counts as its signs do."""
    return len(node.get_text(" ").split())


def sentences(paragraph):
    """Return the sentences of a paragraph, each as HTML."""
    found = [[]]
    for child in clean(paragraph).children:
        parts = SENTENCE_END.split(str(child)) if type(child) is NavigableString else [child]
        found[-1].append(parts[0])
        found += [[part] for part in parts[1:]]
    return in_brackets([text for text in map(as_html, found) if text])


def as_html(parts):
    """Return strings and tags as HTML."""
    text = "".join(html.escape(one) if type(one) is str else str(one) for one in parts)
    return " ".join(text.split())


def in_brackets(texts):
    """Return sentences, those within one pair of brackets as one."""
    found = []
    for text in texts:
        open_yet = found and found[-1].startswith("(") and not found[-1].endswith(")")
        found[-1:] = [f"{found[-1]} {text}"] if open_yet else [*found[-1:], text]
    return found


def plain(text):
    """Return the text of some HTML."""
    return BeautifulSoup(text, "html.parser").get_text()


def announces(sentence):
    """Tell whether a sentence announces what follows it."""
    return plain(sentence).endswith(":") or plain(sentence).startswith(("Here is", "Here are"))


def count(texts):
    """Count the words of some sentences."""
    return sum(len(plain(text).split()) for text in texts)


def mended(sentence):
    """Return a sentence without the words that point elsewhere on the page."""
    for pattern, instead in MENDED:
        sentence = pattern.sub(instead, sentence)
    return sentence


def standing(paragraph):
    """Return the sentences of a paragraph that can stand on a slide."""
    found = [mended(sentence) for sentence in sentences(paragraph)]
    return [s for s in found if not s.startswith("(") and not ELSEWHERE.search(plain(s))]


def whole(paragraph):
    """Return all sentences that can stand on a slide, or nothing if they are too many."""
    found = standing(paragraph)
    return " ".join(found) if count(found) <= FIRST_WORDS else ""


def first_sentences(paragraph, most=FIRST_WORDS):
    """Return as many sentences from the beginning as have `most` words; one at least."""
    found = standing(paragraph)
    taken = found[:1]
    for sentence in found[1:]:
        if count([*taken, sentence]) > most:
            break
        taken.append(sentence)
    while len(taken) > 1 and announces(taken[-1]):
        taken.pop()
    return " ".join(taken)


def last_sentences(paragraph, most=LEAD_WORDS):
    """Return as many sentences from the end as have `most` words, none that needs another."""
    found = standing(paragraph)
    start = len(found) - 1
    while start > 0 and count(found[start - 1 :]) <= most:
        start -= 1
    while (
        start > 0 and needs_another(found[start]) and count(found[start - 1 :]) <= MOST_LEAD_WORDS
    ):
        start -= 1
    taken = found[max(start, 0) :]
    sure = [place for place, text in enumerate(taken) if not means_another(text)]
    if not announces("".join(taken[-1:])):
        taken = taken[sure[0] :] if sure else []
    return JOINED_ON.sub(lambda found: found[1].upper(), " ".join(taken), count=1)


def means_another(sentence):
    """Tell whether a sentence means something that only the one before it names."""
    return MEANS_ANOTHER.match(plain(sentence)) is not None


def needs_another(sentence):
    """Tell whether a sentence is better after the one before it."""
    return means_another(sentence) or JOINED_ON.match(plain(sentence)) is not None


# --- Slides --------------------------------------------------------------------------------------


def slide(title, body, notes="", *, level=2, kind="text"):
    """Return the HTML of one slide."""
    aside = f'<aside class="notes">{notes}</aside>' if notes else ""
    head = f"<h{level}>{html.escape(title)}</h{level}>"
    return f'<section class="{kind}">{head}\n{body}\n{aside}</section>'


def column_html(slides):
    """Return a column: a slide, or several below each other."""
    return slides[0] if len(slides) == 1 else "<section>\n" + "\n".join(slides) + "\n</section>"


def opening(chapter, notes):
    """Return the first column: the title, and what the chapter promises."""
    first = chapter.find("p", recursive=False)
    body = f"<p>{first_sentences(first)}</p><p class=keys>{KEYS}</p>"
    time = re.search(r"about (\d+) minutes", chapter.get_text())
    said = f"<p>About {time[1]} minutes to read and run.</p>" if time else ""
    title = slide(heading(chapter), body, said + notes.get("", ""), level=1, kind="title")
    return [title, *list_slides(first.find_next_sibling("ul"), "", "You will be able to")]


def recap(chapter, notes):
    """Return the last column: the list at the end of the chapter, and the guide's questions."""
    section = next(s for s in chapter.select("section") if heading(s) == "Recap")
    lead, ask = "<p>You can now</p>", notes.get("ask", "")
    return list(list_slides(section.find("ul"), lead, "Recap", notes=ask))


def section_columns(chapter, page, notes):
    """Yield the column of each section."""
    for section in chapter.find_all("section", recursive=False):
        title = heading(section)
        if not title.startswith(LEFT_OUT):
            yield section_slides(section, title, page, notes.get(section["id"], ""))


def section_slides(section, title, page, notes):
    """Return the slides of one section: its first words, then what it shows."""
    first, *others = pieces(section, page)
    made = [slide(title, first[1], notes, kind=first[0])]
    return made + [
        slide(own_title(body) or title, body, notes, level=3, kind=kind) for kind, body in others
    ]


def own_title(body):
    """Return the title of a slide on which a section goes on to something else."""
    return next((own for lead, own in OWN_TITLES.items() if plain(body).startswith(lead)), "")


def pieces(section, page):
    """Return the kind and the content of each slide of a section."""
    blocks = [one for one in section.children if getattr(one, "name", None)][1:]
    while blocks[0].name != "p":
        del blocks[0]
    cell, text = best_cell(blocks), whole(blocks[0])
    joined = [one for block in blocks[1:2] for one in shown(block, blocks[0], text, page, cell)]
    if text and joined and joined[0][0] != "table":
        return [*joined, *further(blocks[1:], page, cell)]
    text, rest = first_sentences(blocks[0]), list(further(blocks, page, cell))
    if rest and rest[0][0] in ("code", "figure", "list") and count([text]) <= THIN:
        return [(rest[0][0], f"<p>{text}</p>{rest[0][1]}"), *rest[1:]]
    return [("text", f"<p>{text}</p>"), *rest]


def further(blocks, page, cell):
    """Yield the slides of a section's blocks after the first, each with what stands before it."""
    before = blocks[0]
    for block in blocks[1:]:
        lead = last_sentences(before) if before.name == "p" and not block.select_one(VIEW) else ""
        made = list(shown(block, block.find_previous_sibling("p"), lead, page, cell))
        yield from made
        if made or block.name == "p":
            before = block


def best_cell(blocks):
    """Return the cell of a section that has a slide: a short one, best one that not only loads."""
    cells = [block for block in blocks if is_code(block)]
    return next(
        (cell for cell in cells if not LOADED.search(printed_by(cell))), (cells or [None])[0]
    )


def shown(block, before, lead, page, cell):
    """Yield the slides of one block that is no paragraph."""
    lead, in_cell = f"<p>{lead}</p>" if lead else "", "cell" in block.get("class", [])
    if block is cell:
        yield "code", lead + code(block)
    if in_cell:
        yield from (("figure", lead + str(clean(image))) for image in block.select("img"))
    if is_formula(block):
        yield "formula", lead + str(in_lines(clean(block)))
    if block.name in ("ul", "ol"):
        yield from (("list", made) for made in list_pieces(block, lead))
    if not in_cell and block.select_one("table.table"):
        yield from (("table", made) for made in table_pieces(block.select_one("table")))
    for script in block.select(VIEW):
        yield "predict", question(before, whole=bool(lead)) + open_link(page, script)


def question(before, *, whole=False):
    """Return the question before an explorable, after the word that says what to do.

    It begins with the paragraph's bold words, or else with its first question. What stands before
    the question is part of it only if the `whole` paragraph is asked for.
    """
    found = standing(before)
    asked = [place for place, text in enumerate(found) if "<strong>" in text]
    asked = asked or [place for place, text in enumerate(found) if "?" in plain(text)]
    if not asked:
        return f"<p class=predict-word>Try it</p><p>{last_sentences(before, TRY_WORDS)}</p>"
    text, context = " ".join(found[asked[0] :]), " ".join(found[: asked[0]])
    text = text[text.index("<strong>") :] if "<strong>" in text else text
    context = f"<p>{context}</p>" if whole and context else ""
    return f"{context}<p class=predict-word>Predict</p><p>{text}</p>"


def open_link(page, script):
    """Return a link to an explorable."""
    address = f"../notebooks/{page}#{script.get('id', '')}"
    words = "Open the explorable in the chapter"
    return f'<p><a class="open" href="{address}" target="_blank">{words}</a></p>'


def list_slides(block, lead, title, notes=""):
    """Yield a list, on several slides if it is long."""
    for body in list_pieces(block, lead):
        yield slide(title, body, notes, kind="list")


def list_pieces(block, lead):
    """Yield a list in pieces that fit a slide each."""
    start = 1
    for items in portions(block.find_all("li", recursive=False)):
        begin = f' start="{start}"' if block.name == "ol" and start > 1 else ""
        made = "".join(str(alone(item)) for item in items)
        yield f"{lead}<{block.name}{begin}>{made}</{block.name}>"
        start += len(items)


def alone(item):
    """Return an item of a list without the sentences that point elsewhere on the page."""
    item = clean(item)
    for paragraph in item.select("p") or [item]:
        found = [mended(text) for text in sentences(paragraph)]
        text = " ".join([one for one in found if not ELSEWHERE.search(plain(one))] or found)
        paragraph.clear()
        paragraph.append(BeautifulSoup(text, "html.parser"))
    return item


def portions(items):
    """Return the items of a list in groups that fit a slide each."""
    groups, count = [[]], 0
    for item in items:
        if groups[-1] and count + words(item) > LIST_WORDS:
            groups.append([])
            count = 0
        groups[-1].append(item)
        count += words(item)
    return groups


def table_pieces(table):
    """Yield a table, in several pieces if it has many rows."""
    head = "".join(str(clean(row)) for row in table.select("thead tr"))
    rows = [str(clean(row)) for row in table.select("tbody tr")]
    for first in range(0, len(rows), TABLE_ROWS):
        body = "".join(rows[first : first + TABLE_ROWS])
        yield f"<table><thead>{head}</thead><tbody>{body}</tbody></table>"


def is_formula(block):
    """Tell whether a block is a formula of its own."""
    return block is not None and block.name == "div" and "math" in block.get("class", [])


def in_lines(formula):
    """Return a formula that goes on and on, with a line for each of its equals signs."""
    tex = formula.get_text().strip().removeprefix(r"\[").removesuffix(r"\]")
    parts = at_equals(tex)
    if len(parts) > 2 and len(tex) > FORMULA_SIGNS:
        lines = r" \\ ".join(f"&= {part}" for part in parts[1:])
        formula.string = rf"\[\begin{{aligned}} {parts[0]} {lines} \end{{aligned}}\]"
    return formula


def at_equals(tex):
    """Return the parts of a formula between its equals signs; those in braces do not count."""
    parts, depth = [""], 0
    for sign in tex:
        depth += (sign == "{") - (sign == "}")
        parts += [""] if sign == "=" and depth == 0 else []
        parts[-1] += "" if sign == "=" and depth == 0 else sign
    return [part.strip() for part in parts]


def is_code(block):
    """Tell whether a block is a short cell that prints a few lines."""
    source, printed = block.select_one(".cell_input pre"), printed_by(block)
    if source is None or not printed or NOT_HAD in printed or block.select_one("img"):
        return False
    lines = [line for text in (source.get_text(), printed) for line in text.strip().splitlines()]
    return sum(1 + len(line) // LINE_LETTERS for line in lines) <= CODE_LINES


def printed_by(cell):
    """Return what a cell prints."""
    printed = cell.select_one(".output.stream pre")
    return printed.get_text() if printed else ""


def code(block):
    """Return a cell with what it prints; where the data lay on our machine is nobody's concern."""
    source, printed = block.select_one(".cell_input pre"), LOADED.sub("", printed_by(block))
    return (
        f'<div class="highlight">{clean(source)}</div>'
        f'<pre class="printed">{html.escape(printed)}</pre>'
    )


# --- Notes ---------------------------------------------------------------------------------------


def notes_of(guide, page):
    """Return what the guide says of a chapter: {id of a section: HTML}, and "ask": questions."""
    soup = BeautifulSoup(guide.read_text("utf-8"), "html.parser")
    found = {}
    for link in soup.select("li a.in-chapter"):
        name, _, place = link["href"].partition("#")
        if name.endswith(f"/{page}"):
            item = copy.copy(link.find_parent("li"))
            item.select_one("a.in-chapter").decompose()  # on the slide the title is in sight
            found[place] = (
                found.get(place, "") + f"<p>{html.escape(item.get_text(' ', strip=True))}</p>"
            )
    return found | {"ask": questions(soup, page)}


def questions(soup, page):
    """Return the questions of a chapter in the guide, with the answers hoped for."""
    for section in soup.select("article section section"):
        about = section.find("a", href=re.compile(rf"/{re.escape(page)}$"))
        asked = [s for s in section.find_all("section", recursive=False) if heading(s) == "Ask"]
        if about and asked:
            return f"<p>Ask:</p>{clean(asked[0].find('ul'))}"
    return ""
