"""What runs inside the sandbox: the learner's cells, then the learner's functions on inputs.

The grader sends one line of JSON for each act and gets one line back. Nothing here is trusted:
the expected values are outside, and whatever a learner does to this process, a right answer to
fresh inputs needs a function that is right. Started by itself, outside of the package.
"""

import __future__

import _sitebuiltins
import ast
import builtins
import json
import os
import re
import sys
import types
from contextlib import suppress
from pathlib import Path

MOST_WORDS = 300
TIMERS = ("time", "timeit", "prun")
OPTIONS = re.compile(r"^(\s*-[nrtcpoqvlsTD]+\s*\d*(?=\s|$))+")  # of a magic
SPECIAL = re.compile(r"\A[ \t]+\S|^[ \t]*([%!?]|>>> |In \[)|=[ \t]*[%!]|\?[ \t]*$", re.MULTILINE)
MAGIC = re.compile(r"\s*(%{1,2}[A-Za-z]|!|\?{1,2}[\w.]+\s*$|[\w.]+\?{1,2}\s*$)")


class Nothing:
    """What can be called and asked for anything, and does nothing."""

    def __call__(self, *arguments, **options):
        """Do nothing."""

    def __getattr__(self, name: str):
        if name.startswith("__"):
            raise AttributeError(name)
        return Nothing()


class Shell(Nothing):
    """What `get_ipython()` gives: what a magic times is run, and all other magics do nothing."""

    def __init__(self, notebook):
        self.notebook, self.user_ns, self.config = notebook, notebook.module.__dict__, {}

    def run_line_magic(self, name, line, *rest):
        """Run what is timed, with the names that are in sight where the magic stands."""
        if name in TIMERS:
            timed, names = OPTIONS.sub("", line).strip(), sys._getframe(1).f_locals
            return self.notebook.run(timed, local=names)
        return None

    def run_cell_magic(self, name, line, cell):
        """Run what is timed or captured; cells of another language do nothing."""
        if name in TIMERS:
            self.notebook.run(OPTIONS.sub("", line).strip() + "\n" + cell)
        if name == "capture":
            self.user_ns[line.split()[0] if line.split() else "_"] = Nothing()
            self.notebook.run(cell)

    def getoutput(self, *arguments, **options):
        """Return the lines that a command prints: none."""
        return []


def in_words(error: BaseException) -> str:
    """Return the type and message of an error, on one line."""
    try:
        message = " ".join(str(error).split())
    except BaseException:  # a learner's own class of errors may fail even here
        message = ""
    return f"{type(error).__name__}: {message}"[:MOST_WORDS].rstrip(": ")


def understood(source: str) -> str:
    """Return a cell as IPython turns it into Python, or without what only IPython understands."""
    if not SPECIAL.search(source):
        return source
    try:
        from IPython.core.inputtransformer2 import TransformerManager
    except Exception:  # it is not here, or a learner's own module stands in its way
        return without_magics(source)
    return TransformerManager().transform_cell(source)


def without_magics(source: str) -> str:
    """Return a cell without what only IPython understands; other languages become nothing."""
    lines = source.lstrip().split("\n")
    if lines[0].startswith("%%"):
        ours = lines[0].split()[0] in ("%%time", "%%timeit", "%%capture", "%%prun")
        return without_magics("\n".join(lines[1:])) if ours else ""
    return "\n".join(map(without_magic, lines))


def without_magic(line: str) -> str:
    """Return a line of Python, or `pass` in the place of a magic, a command or a question."""
    if MAGIC.match(line):
        return line[: len(line) - len(line.lstrip())] + "pass"
    return line


def compiled(source: str, name: str, flags: int = 0):
    """Return a cell's code; IPython's ways are looked for where Python does not understand it."""
    flags |= ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    try:
        return compile(source, name, "exec", flags, dont_inherit=True)
    except SyntaxError:
        return compile(understood(source), name, "exec", flags, dont_inherit=True)


class Notebook:
    """The names that the cells of one notebook share, those of Jupyter among them."""

    def __init__(self):
        self.module, self.flags, self.loop = types.ModuleType("__main__"), 0, None
        self.answers = {}  # the last that could be called, by the names that are asked for
        shell = Shell(self)
        names = {"get_ipython": lambda: shell, "display": Nothing(), "In": [""], "Out": {}}
        self.module.__dict__.update(names, _="", __="", ___="")
        sys.modules["__main__"] = self.module
        getter = types.ModuleType("IPython.core.getipython")
        getter.get_ipython = names["get_ipython"]
        sys.modules[getter.__name__] = getter
        builtins.help = _sitebuiltins._Helper()
        builtins.exit, builtins.quit = (_sitebuiltins.Quitter(one, "") for one in ("exit", "quit"))

    def cell(self, source: str, number: int) -> dict:
        """Run a cell; return {} or {"raised": words}."""
        import linecache

        name = f"<cell {number}>"
        linecache.cache[name] = (len(source), None, source.splitlines(True), name)
        try:
            self.run(source, name)
        except BaseException as error:
            return {"raised": in_words(error)}
        return {}

    def keep(self, asked: list[str]) -> None:
        """Keep what can be called now by these names: a later cell may use one for its result."""
        found = {name: self.module.__dict__.get(name) for name in asked}
        self.answers.update({name: one for name, one in found.items() if callable(one)})

    def run(self, source: str, name: str = "<magic>", *, local: dict | None = None):
        """Run code; return the value of an expression that a magic times, else None."""
        names = self.module.__dict__
        if local is not None:
            with suppress(SyntaxError):
                return eval(compile(source, name, "eval", self.flags, True), names, local)
        code = compiled(source, name, self.flags)
        self.flags |= code.co_flags & __future__.annotations.compiler_flag
        waiting = eval(code, names, names if local is None else local)
        if isinstance(waiting, types.CoroutineType):
            self.wait_for(waiting)
        return None

    def wait_for(self, waiting) -> None:
        """Run what a cell awaits; all cells share one loop of events."""
        import asyncio

        if self.loop is None:  # that of `ensure_future` in an earlier cell, if there is one
            self.loop = asyncio.get_event_loop_policy().get_event_loop()
        self.loop.run_until_complete(waiting)

    def call(self, function: str, inputs) -> dict:
        """Call a function of the notebook on inputs; return the outcome, or what is missing."""
        from firstnet.exercises import trial, wire

        if function not in self.answers:
            found = self.module.__dict__.get(function)
            return {"missing": "name" if found is None else "function"}
        try:
            return {"outcome": trial.run(self.answers[function], wire.decode(inputs))}
        except BaseException as error:
            return {"outcome": {"raised": in_words(error)}}


def act(notebook: Notebook, request: dict) -> dict:
    """Do what one request asks."""
    if request["act"] == "cell":
        reply = notebook.cell(request["source"], request["number"])
        notebook.keep(request.get("asked", []))
        return reply
    return notebook.call(request["function"], request["inputs"])


def serve(notebook: Notebook, requests, replies) -> None:
    """Answer requests, one line each, until there are no more; a forked copy ends at once."""
    process = os.getpid()
    for line in requests:
        request = json.loads(line)
        reply = json.dumps(act(notebook, request) | {"id": request["id"]})
        if os.getpid() != process:
            os._exit(0)
        replies.write(reply.encode() + b"\n")
        replies.flush()


def be_silent() -> None:
    """Send all that the learner's code prints to nowhere, and have nothing to read."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nowhere, descriptor)
    os.close(nowhere)


def lock(settings: dict) -> None:
    """Lock this process down, unless it is trusted."""
    if settings["locked"]:
        import confine

        confine.lock_down(settings)
        confine.stand_first(settings["life"], [settings["requests"], settings["replies"]])


def greet(replies) -> None:
    """Say that this process is ready; what it prints is seen until here, and no further."""
    replies.write(json.dumps({"ready": True}).encode() + b"\n")
    replies.flush()
    be_silent()


def main() -> None:
    """Lock this process down, say that it is ready, and serve."""
    settings = json.loads(sys.argv[1])
    sys.argv = [""]
    lock(settings)
    sys.path[:0] = settings["first"]
    sys.path += settings["then"]
    import firstnet.exercises.trial  # noqa: F401 - before the learner can stand in its way

    requests = os.fdopen(settings["requests"], "rb")
    replies = os.fdopen(settings["replies"], "wb")
    for file in (requests, replies):
        os.set_inheritable(file.fileno(), False)
    greet(replies)
    serve(Notebook(), requests, replies)
    os._exit(0)


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent))
    main()
