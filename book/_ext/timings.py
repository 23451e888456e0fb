"""Make the page of timings: what the notebooks and the recorded experiments cost.

`python -m tools notebooks` writes book/timings.json while it executes; every recorded experiment
has the seconds of its runs. The directive reads both, so the page has no number of its own.
"""

import json
from pathlib import Path

from docutils import nodes
from sphinx.util.docutils import SphinxDirective
from tables import chapter_link, table, text

MACHINE = (
    "Machine {number}: {processor}, {cpus} processors, {memory_gb} GB of memory, {system}. "
    "Python {python}, TensorFlow {tensorflow}, Keras {keras}, NumPy {numpy}."
)


PAGE = "book/timings"


def setup(app):
    app.add_directive("timings", Timings)
    app.connect("env-get-outdated", outdated)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def read(path):
    """Return the content of a JSON file; nothing if it is not there."""
    return json.loads(path.read_text("utf-8")) if path.is_file() else {}


def seconds_of(run):
    """Return how long a run took."""
    return run["seconds"].get("total", sum(run["seconds"].get("epochs", [])))


def clock(record):
    """Say what the seconds of an experiment count, if not the time on a clock."""
    named = {run["seconds"]["of"] for run in record["runs"] if "of" in run["seconds"]}
    return f" ({', '.join(sorted(named))})" if named else ""


def records(root):
    """Return the files of the recorded experiments."""
    return sorted((root / "book" / "experiments").glob("*.json"))


def outdated(app, env, added, changed, removed):
    """Make the page anew when an experiment has come or gone."""
    before, now = getattr(env, "records", None), records(Path(app.srcdir))
    env.records = now
    return [PAGE] if before != now and PAGE in env.found_docs else []


class Timings(SphinxDirective):
    """List what was measured: ```{timings} notebooks```, machines, or experiments."""

    required_arguments = 1

    def run(self):
        """Return the table or list that the argument names."""
        self.root = Path(self.env.srcdir)
        return getattr(self, self.arguments[0])()

    def known(self):
        """Return the cost of each notebook of the book, and the machines they ran on."""
        self.env.note_dependency(str(self.root / "book" / "timings.json"))
        found = read(self.root / "book" / "timings.json")
        found = {n: cost for n, cost in found.items() if f"notebooks/{n}" in self.env.found_docs}
        machines = [cost["machine"] for cost in found.values()]
        return found, [one for n, one in enumerate(machines) if one not in machines[:n]]

    def notebooks(self):
        """Return a table with a row for each notebook, and their sum."""
        found, machines = self.known()
        rows = []
        for name, cost in found.items():
            number = str(machines.index(cost["machine"]) + 1)
            words = f"{cost['seconds']:.0f}", f"{cost['peak_megabytes']:,}", cost["date"], number
            link = nodes.paragraph("", "", chapter_link(self.env, name))
            rows.append([link, *map(text, words)])
        total = sum(cost["seconds"] for cost in found.values())
        peak = max((cost["peak_megabytes"] for cost in found.values()), default=0)
        rows.append([*map(text, ["together", f"{total:.0f}", f"at most {peak:,}", "", ""])])
        head = ["chapter", "seconds", "memory, MB", "measured on", "machine"]
        return [table(head, [4, 2, 3, 3, 2], rows, "timings")]

    def machines(self):
        """Return a paragraph for each machine: what it is, and the versions it ran."""
        _, machines = self.known()
        return [text(MACHINE.format(number=n, **one)) for n, one in enumerate(machines, start=1)]

    def experiments(self):
        """Return a table with a row for each recorded experiment."""
        rows = []
        for path in records(self.root):
            self.env.note_dependency(str(path))
            record = read(path)
            seconds = f"{sum(map(seconds_of, record['runs'])):,.0f}{clock(record)}"
            last = max(run["date"] for run in record["runs"])
            name = nodes.paragraph("", "", nodes.literal(path.stem, path.stem))
            words = record["question"], str(len(record["runs"])), seconds, last
            rows.append([name, *map(text, words)])
        head = ["experiment", "what it asks", "runs", "seconds", "last run"]
        return [table(head, [5, 9, 2, 3, 4], rows, "experiments")] if rows else []
