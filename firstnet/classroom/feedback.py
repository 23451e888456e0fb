"""A page for each submission: points, and why; no inputs, no expected values, no solutions."""

import re
from html import escape

from firstnet import exercises
from firstnet.classroom.grading import GRADED, MANUAL, UNGRADED
from firstnet.classroom.records import MOST_TEXT
from firstnet.classroom.submission import plain

PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark; }}
body {{ font: 1rem/1.55 system-ui, sans-serif; max-width: 44rem; margin: 2rem auto; padding: 0 1rem;
  color: light-dark(#1d2733, #e6ebf0); background: light-dark(#fff, #14181d); }}
h1 {{ font-size: 1.5rem; }}
h2 {{ font-size: 1.1rem; margin: 0; }}
section {{ border: 1px solid light-dark(#c9d1da, #46505b); border-radius: .5rem;
  margin: 1rem 0; padding: .8rem 1rem; overflow-wrap: anywhere; }}
p, ul {{ margin: .4rem 0 0; }}
.points {{ font-weight: 600; }}
</style>
</head>
<body>
<main>
<h1>{title}</h1>
<p>{student}</p>
<p class="points">{total}</p>
{why}
{sections}
</main>
</body>
</html>
"""
PLACE = re.compile(r"\(<cell [\d…]+>, line ([\d…]+)\)")  # as Python names the cell that was run
SECTION = """<section>
<h2>{title}</h2>
<p class="points">{points}</p>
{words}
</section>"""


def plural(number) -> str:
    """Return a number of points in words."""
    return f"{number:g} point" + ("" if number == 1 else "s")


def points_words(row: dict) -> str:
    """Return what a question brought, in words."""
    if row["status"] == GRADED:
        return f"{row['points']:g} of {plural(row['max_points'])}"
    words = "read by a person" if row["status"] == MANUAL else "not graded yet"
    if row["max_points"] is None:
        return words.capitalize()
    return f"{plural(row['max_points'])}: {words}"


def reason_words(row: dict) -> str:
    """Return why, as HTML: for each case where they differ."""
    if len({case["reason"] for case in row["cases"]}) > 1:
        items = [case_words(case) for case in row["cases"]]
        return "<ul>\n" + "\n".join(items) + "\n</ul>"
    more = " Your teacher decides." if row["status"] == UNGRADED else ""
    return f"<p>{sentence(row['reason'])}{more}</p>"


def sentence(reason: str) -> str:
    """Return a reason as HTML, in a student's words and with a full stop."""
    words = plain(PLACE.sub(r"(in your answer, line \1)", reason), MOST_TEXT)
    return escape(words) + ("" if words.endswith((".", "?", "!")) else ".")


def shared_reason(results: list[dict]) -> str:
    """Return the one reason why nothing could be graded, as of a damaged file, or nothing."""
    reasons = {row["reason"] for row in results}
    same = len(reasons) == 1 and all(row["status"] == UNGRADED for row in results)
    return reasons.pop() if same else ""


def case_words(case: dict) -> str:
    """Return one case as an item of a list."""
    share = f"{case['points']:g} of {plural(case['max_points'])}"
    return f"<li>{escape(case['name'])} ({share}): {sentence(case['reason'])}</li>"


def total_words(results: list[dict]) -> str:
    """Return the sum of what is graded, and how much is still open."""
    graded = [row for row in results if row["status"] == GRADED]
    if not graded:
        return "Nothing could be graded yet."
    open_ = sum(row["max_points"] or 0 for row in results if row["status"] != GRADED)
    most = sum(row["max_points"] for row in graded)
    words = f"{sum(row['points'] for row in graded):g} of {plural(most)} so far."
    return words + (f" {plural(open_)} more are not decided yet." if open_ else "")


def page(record: dict) -> str:
    """Return the page of feedback on one submission."""
    results, once = record["results"], shared_reason(record["results"])
    return PAGE.format(
        title=escape(title_of(record["assignment"])),
        student=escape(plain(record["student"])),
        total=escape(total_words(results)),
        why=f"<p>{sentence(once)} Your teacher decides.</p>" if once else "",
        sections="\n".join(section(row, "" if once else reason_words(row)) for row in results),
    )


def title_of(name: str) -> str:
    """Return the chapter's title for the name of an assignment; another name as it is."""
    if name in exercises.chapters():
        return exercises.title(name)
    return plain(name).replace("_", " ")


def section(row: dict, words: str) -> str:
    """Return the part of the page on one question."""
    title = escape(row["title"] or row["question"] or "The notebook")
    return SECTION.format(title=title, points=escape(points_words(row)), words=words)
