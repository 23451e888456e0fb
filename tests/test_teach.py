"""The teaching guide: what it takes from the chapters, that its minutes add up, what it covers."""

import re
import sys

import prose_numbers as prose
import pytest
from built import parsed

from firstnet.__main__ import COMMANDS
from tests.test_prose_numbers import evidence_of
from tools import ROOT, notebooks

sys.path.insert(0, str(ROOT / "book" / "_ext"))  # where Sphinx finds them
import setups  # noqa: E402
import teach  # noqa: E402

GUIDE, PLANS = "book/teach/chapters", "book/teach/plans"
SOURCES = teach.sources(ROOT)
PARTS = ["What goes wrong, and what to say", "Ask", "Show"]
TIME = re.compile(r"# .*\*\*Time:\*\* about (\d+) minutes")
MINUTES = {name: int(TIME.search(path.read_text("utf-8"))[1]) for name, path in SOURCES.items()}
UNTOLD = [  # numbers of the guide that are no results
    re.compile(r"99% sure means ⟦99%⟧|⟦99%⟧ sure"),
    re.compile(r"after ⟦100⟧ steps"),
]

each_chapter = pytest.mark.parametrize("number", SOURCES)


def text_of(element):
    return " ".join(element.get_text(" ", strip=True).replace("#", "").split())


def source_of(page):
    return (ROOT / f"{page}.md").read_text("utf-8")


def part_of(number):
    """Return what the guide's source says about one chapter."""
    parts = re.split(r"^## (\d+): ", source_of(GUIDE), flags=re.M)
    return dict(zip(parts[1::2], parts[2::2], strict=True))[str(int(number))]


def section_of(number):
    """Return the section about one chapter in the built guide."""
    sections = parsed(GUIDE).select("article > section > section")
    return next(one for one in sections if text_of(one.h2).startswith(f"{int(number)}: "))


# --- What the guide takes from the chapters ------------------------------------------------------


@each_chapter
def test_the_guide_promises_what_the_chapter_promises(book, number):
    own = parsed(f"notebooks/{SOURCES[number].stem}").find("strong", string="You will be able to")
    aims = [text_of(item) for item in own.find_next("ul").select(":scope > li")]
    section = section_of(number)
    assert text_of(section.h2) == f"{int(number)}: {teach.title(SOURCES[number])}"
    assert [text_of(item) for item in section.select("ul.aims > li")] == aims
    assert f"about {MINUTES[number]} minutes" in text_of(section.p)


@each_chapter
def test_each_chapter_has_what_a_teacher_needs(number):
    part = part_of(number)
    assert re.findall(r"^### (.+)$", part, re.M) == PARTS
    wrong, ask, show = re.split(r"^### .+\n", part, flags=re.M)[1:]
    mistakes = re.split(r"^- ", wrong, flags=re.M)[1:]
    assert len(mistakes) >= 4
    assert all(one.startswith('**"') and "Say:" in one and "{section}" in one for one in mistakes)
    questions = re.split(r"^- ", ask, flags=re.M)[1:]
    assert len(questions) >= 3
    assert all(re.search(r"\?.*\*[^*]+\*$", " ".join(one.split())) for one in questions)
    assert show.strip().startswith("- ")


def test_every_explorable_is_in_a_link_of_the_guide():
    names = set()
    for path in map(notebooks.notebook_path, notebooks.chapters()):
        known = setups.known_set_ups(str(path), path.stat().st_mtime_ns)
        names |= {name.split("-")[0] for name, traits in known.items()
                  if traits or name in setups.OWN_LINKS}  # fmt: skip
    linked = set(re.findall(r"<\w+#(\w+)", source_of(GUIDE)))
    assert len(names) >= 19
    assert names <= linked


def test_a_section_that_is_not_there_is_a_warning(monkeypatch):
    said = []
    monkeypatch.setattr(teach.LOGGER, "warning", lambda *words, **_: said.append(words))
    role, path = teach.Section(), SOURCES["04"]
    role.text = "04#Fly uphill"
    env = type("Env", (), {"srcdir": str(ROOT), "docname": GUIDE, "note_dependency": print})()
    monkeypatch.setattr(teach.Section, "env", env)
    monkeypatch.setattr(teach.Section, "get_location", lambda self: "here")
    (link,), _ = role.run()
    assert link["refuri"] == f"../../notebooks/{path.stem}.html#fly-uphill"
    assert said[0][1:] == (path.name, "Fly uphill")


# --- Minutes -------------------------------------------------------------------------------------


def tables():
    """Return the tables of the plans: their heads, and their rows as lists of texts."""
    found = []
    for table in parsed(PLANS).select("article table"):
        head, *rows = [
            [text_of(c) for c in row.find_all(["td", "th"])] for row in table.find_all("tr")
        ]
        found.append((head, rows))
    return found


def test_every_column_of_minutes_and_points_adds_up(book):
    summed = 0
    for head, (*rows, last) in tables():
        assert "total" in last
        for place, name in enumerate(head):
            if name in ("minutes", "points"):
                assert sum(int(row[place]) for row in rows) == int(last[place]), (head, last)
                summed += 1
    assert summed >= 10


def test_chapters_take_in_the_plans_what_they_say(book):
    known = {teach.title(path): MINUTES[name] for name, path in SOURCES.items()}
    seen = []
    for head, rows in tables():
        for row in (row for row in rows if set(row) & set(known)):
            (name,) = set(row) & set(known)
            assert int(row[head.index("minutes")]) == known[name]
            seen.append((len(head), name))
    week = [name for columns, name in seen if columns == 2]
    semester = [name for columns, name in seen if columns == 5]
    assert semester == list(known)
    assert week == [name for name in known if name not in ("Try other pictures", "Save and export")]


def test_the_week_says_how_long_its_half_days_are(book):
    plans = [rows for head, rows in tables() if head == ["minutes", "what happens"]]
    days = plans[2:]
    assert [rows[-1][0] for rows in plans[:2]] == ["45", "90"]
    assert len(days) == 5
    assert all(rows[-1] == ["180", "total"] for rows in days)
    assert all(["20", "break"] in rows for rows in days)


def test_the_whole_reading_is_the_sum_of_the_chapters(book):
    first = text_of(parsed(PLANS).select_one("article > section > p"))
    assert f"takes {sum(MINUTES.values())} minutes" in first


# --- A class without a hub ------------------------------------------------------------------------


def test_the_first_page_names_every_command_of_the_classroom():
    text = source_of("book/teach/index")
    commands = ["make bundle", "doctor", "serve --network", "assignment make", "grade submitted"]
    commands += ["gradebook graded course", "quiz FILES"]
    assert [one for one in commands if not re.search(rf"\| `(firstnet )?{one}", text)] == []


def test_the_commands_of_the_first_page_are_there():
    named = set(re.findall(r"`firstnet (\w+)", source_of("book/teach/index")))
    assert named == set(COMMANDS)


@pytest.mark.browser
def test_every_set_up_link_is_on_a_phone_s_screen(new_page, addresses):
    page = new_page(viewport={"width": 390, "height": 844})
    page.goto(f"{addresses['file']}/{PLANS}.html")
    links = page.locator("article table:has(a) a").all()
    assert len(links) >= 25
    assert all(one.bounding_box()["x"] + one.bounding_box()["width"] <= 390 for one in links)


# --- Numbers -------------------------------------------------------------------------------------


@each_chapter
def test_numbers_of_the_guide_have_something_behind_them(number):
    text = re.sub(r"\{section\}`[^`]*`", " ", part_of(number))
    found = prose.unfounded([text], evidence_of(SOURCES[number]), exemptions=UNTOLD)
    assert [(quote.before[-30:], quote.text, quote.after[:20]) for _, quote in found] == []
