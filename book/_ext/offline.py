"""Keep each page on its own: no code or font from another host, no fault of the theme.

Works on the context Sphinx hands to the page templates, after the theme has filled it.
"""

import hashlib
import re
import tomllib
from pathlib import Path
from urllib.parse import urlencode

VIEW = re.compile(r'<script type="application/vnd\.jupyter\.widget-view\+json">.*?</script>', re.S)
ICON_SCRIPT = re.compile(r'<script[^>]*src="[^"]*/fontawesome\.js[^"]*"></script>')
WITHOUT_SCRIPTS = (
    '<noscript><p class="widget-note">This explorable needs JavaScript, which is switched off. '
    "The text and the figures around it say what it shows.</p></noscript>"
)
REPORT = """What is wrong, and what did you expect?


---
Page: {page}
Version: {version}
Browser or notebook, and its version:
"""


def setup(app):
    app.connect("html-page-context", prepare_page, priority=900)
    app.add_config_value("book_digest", digest(Path(app.srcdir)), "html")
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def digest(root):
    """Hash what pages are made with; as a setting it makes Sphinx write them anew when it changes.

    Sphinx looks at the pages' sources only: else an edited script or template stays unseen.
    """
    folders = [root / "book" / name for name in ("_ext", "_static", "_templates", "_extra")]
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    known = hashlib.sha256()
    for path in sorted([root / "pyproject.toml", *files]):
        if "__pycache__" not in path.parts:
            known.update(path.name.encode() + path.read_bytes())
    return known.hexdigest()


def prepare_page(app, pagename, templatename, context, doctree):
    """Change one page's context: scripts, widgets, problem link, buttons."""
    body = context.get("body", "")
    files = context["script_files"]
    files[:] = [file for file in files if is_needed(file, body)]
    context["without_icon_script"] = lambda html: ICON_SCRIPT.sub("", html)
    context["book_version"] = version(Path(app.srcdir))
    context["report_url"] = report_url(app, pagename, context["book_version"])
    body = body.replace('role="doc-biblioentry"', 'role="listitem"')  # what a list must hold
    context["body"] = VIEW.sub(lambda view: view[0] + WITHOUT_SCRIPTS, body)
    for button in all_buttons(context.get("header_buttons", [])):
        correct(button, context["report_url"])


def is_needed(file, body):
    """Say whether a page needs a script: never thebe's (another host), MathJax's for formulas."""
    name, text = str(file.filename), file.attributes.get("body", "")
    if "mathjax" in name:
        return 'class="math' in body
    return "sphinx-thebe" not in name and "THEBE_JS_URL" not in text


def version(root):
    """Read the book's version from the project file."""
    text = (root / "pyproject.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)["project"]["version"]


def report_url(app, pagename, book_version):
    """Build the address that opens a new issue with the page and the version filled in."""
    repository = app.config.html_theme_options["repository_url"]
    body = REPORT.format(page=pagename, version=book_version)
    return f"{repository}/issues/new?{urlencode({'title': f'{pagename}: ', 'body': body})}"


def all_buttons(buttons):
    """Walk through the header's buttons and the buttons inside its menus."""
    for button in buttons:
        yield button
        yield from all_buttons(button.get("buttons", []))


def correct(button, problem_url):
    """Give the header's issue button the prefilled address and a name that says what it does."""
    if button.get("label") == "source-issues-button":
        button |= {"url": problem_url, "text": "Report a problem", "tooltip": "Report a problem"}
