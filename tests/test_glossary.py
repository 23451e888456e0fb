"""Every term of the glossary is linked, once, from the chapter in which it first appears."""

import re

from tools import ROOT, notebooks

GLOSSARY = (ROOT / "book" / "glossary.md").read_text("utf-8")
TERMS = re.findall(r"^### (.+)$", GLOSSARY, re.M)


def anchor(term):
    return re.sub(r"[^\w -]", "", term.lower()).replace(" ", "-")


def links(chapter):
    return re.findall(r"glossary\.md#([\w-]+)\)", chapter.read_text("utf-8"))


def in_italics(chapter):
    text = re.sub(r"\n# ", " ", chapter.read_text("utf-8"))
    return {word.lower() for word in re.findall(r"(?<!\*)\*([^*\n]+)\*(?!\*)", text)}


def test_every_term_is_linked_once_from_a_chapter():
    found = [link for chapter in notebooks.chapters() for link in links(chapter)]
    assert sorted(found) == sorted(anchor(term) for term in TERMS)


def test_a_term_is_linked_no_later_than_it_is_set_in_italics():
    chapters = notebooks.chapters()
    for term in TERMS:
        linked = next(n for n, chapter in enumerate(chapters) if anchor(term) in links(chapter))
        italics = [n for n, chapter in enumerate(chapters) if term.lower() in in_italics(chapter)]
        assert linked <= min(italics, default=linked), f"{term}: link it in {chapters[italics[0]]}"


def test_terms_are_in_order_and_explained():
    assert sorted(TERMS, key=str.lower) == TERMS
    for entry in re.split(r"^### ", GLOSSARY, flags=re.M)[1:]:
        explanation = entry.split("\n", 1)[1].split("\n## ")[0]
        assert len(explanation.split()) >= 5, entry
