"""Submissions that a grader must survive: every kind that is known, each as small as it can be.

`KINDS` holds them by name. A kind writes the folder of one assignment, and says what must become
of each question: "right" (full marks), "wrong" (0 with a reason), "ungraded" (an explicit
UNGRADED with a reason), "denied" (one of these two) or "any" (it broke its own right answers).
What it does not name must be right. Another kind is made by adding a line; all tests use it.
"""

import json
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from firstnet import exercises

ASSIGNMENT = "04_walk_downhill"
CODE = ("descend", "mended_descent", "quartering_rates")
WORDS = ("predict_safe_rates", "explain_zigzag")
ALL_UNGRADED = dict.fromkeys(CODE, "ungraded")
HEAD = "def descend(w, x, y, learning_rate):\n"
RIGHT = "    return w - learning_rate * 2 * (w @ x - y) * x\n"
WRONG = "    return w + learning_rate * 2 * (w @ x - y) * x\n"


def cell(source, *, kind="code", grade_id=None, grade=False, solution=False, points=None, tags=()):
    """Return one cell as it stands in a file, with nbgrader's metadata if it has a grade_id."""
    role = {"grade_id": grade_id, "grade": grade, "solution": solution, "schema_version": 3}
    role |= {"points": points} if points is not None else {}
    metadata = ({"nbgrader": role} if grade_id else {}) | ({"tags": list(tags)} if tags else {})
    code = {"outputs": [], "execution_count": None} if kind == "code" else {}
    return {"cell_type": kind, "metadata": metadata, "source": source} | code


def answer(name, source=None):
    """Return the cell that answers an exercise: rightly, or with another source."""
    source = exercises.find(name).code("solution") if source is None else source
    return cell(source, grade_id=name, solution=True)


def tests_of(name, **options):
    """Return the cells that test an exercise, as an assignment has them."""
    return [
        cell(
            f'from firstnet import checks\n\nchecks.require("{name}", {name}, case="{case.name}")',
            grade_id=f"{name}--{case.key}",
            grade=True,
            points=case.points,
            **options,
        )
        for case in exercises.find(name).cases()
    ]


def words(name, text="Because the factor is negative."):
    """Return the cell of a question that is answered in words."""
    points = exercises.find(name).points
    return cell(text, kind="markdown", grade_id=name, grade=True, solution=True, points=points)


def cells(*, first=(), last=(), **answers):
    """Return the cells of a notebook: right answers, but for those given; more at either end."""
    body = []
    for name in CODE:
        body += [answer(name, answers.get(name)), *tests_of(name)]
    return [*map(cell, first), *body, *map(words, WORDS), *map(cell, last)]


def notebook(parts, *, kernel="python3", language="python"):
    """Return a notebook's text."""
    about = {"kernelspec": {"name": kernel, "display_name": kernel, "language": language}}
    whole = {"cells": parts, "metadata": about, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(whole, indent=1)


def write(folder, text, *, name=f"{ASSIGNMENT}.ipynb"):
    """Write a notebook's text, or bytes, into the folder of an assignment."""
    content = text if isinstance(text, bytes) else text.encode()
    (folder / name).write_bytes(content)


@dataclass(frozen=True)
class Kind:
    """One kind of submission: how it is written, and what must become of it."""

    name: str
    make: Callable[[Path], None]
    expect: dict = field(default_factory=dict)
    student: str = ""  # the name of the student's folder, where it matters

    @property
    def folder(self) -> str:
        """The name of the student's folder."""
        return self.student or self.name


KINDS: dict[str, Kind] = {}


def add(name, make, *, student="", **expect):
    """Add a kind."""
    KINDS[name] = Kind(name, make, expect, student)


def add_descend(name, source, expected, **more):
    """Add a kind whose cell for `descend` is another."""
    add(name, lambda folder: write(folder, notebook(cells(descend=source))), descend=expected)
    if more:
        KINDS[name] = Kind(name, KINDS[name].make, {"descend": expected} | more)


def add_function(name, body, expected, *, before=""):
    """Add a kind whose function `descend` does something else; `before` stands above it."""
    lines = "".join(f"    {line}\n" for line in body.splitlines())
    add_descend(name, before + HEAD + lines, expected)


def add_cell(name, source, *, last=False, **expect):
    """Add a kind with right answers and one more cell, at the start or the end."""
    where = {"last" if last else "first": [source]}
    add(name, lambda folder: write(folder, notebook(cells(**where))), **expect)


# --- 1. Right, wrong, blank ----------------------------------------------------------------------

add("right", lambda folder: write(folder, notebook(cells())))
add_descend("wrong", HEAD + WRONG, "wrong")
add_descend("blank", exercises.find("descend").code("stub"), "wrong")
add_descend("emptied", "", "wrong")
add_descend("only a comment", "# I do not know", "wrong")
add_descend("a number for a function", "descend = 3", "ungraded")

# --- 2. Loops ------------------------------------------------------------------------------------

FOREVER = "while True:\n    pass\n"
STUBBORN = "while True:\n    try:\n        while True:\n            pass\n"
STUBBORN += "    except BaseException:\n        pass\n"
DEAF = (
    "import signal\nfor one in range(1, 65):\n    try:\n        signal.signal(one, signal.SIG_IGN)"
)
DEAF += "\n    except (OSError, ValueError):\n        pass\n"
add_descend("loop after the function", HEAD + RIGHT + FOREVER, "ungraded")
add_cell("loop in a cell of its own", FOREVER)
add_function("loop in the function", FOREVER, "ungraded")
add_function("loop that swallows exceptions", STUBBORN, "ungraded")
add_function("loop that ignores signals", DEAF + FOREVER, "ungraded")

# --- 3. Ends of the process ----------------------------------------------------------------------

CRASH = "import ctypes\nctypes.string_at(0)\n"
add_cell("exit early", "import os\nos._exit(0)")
add_cell("exit late", "import os\nos._exit(0)", last=True)
add_function("exit in the function", "import os\nos._exit(0)", "ungraded")
add_descend("exit after the function", HEAD + RIGHT + "import os\nos._exit(0)", "ungraded")
add_function("crash in the function", CRASH, "ungraded")
add_cell("kill all", "import os\nos.kill(-1, 9)")

# --- 4. Stops ------------------------------------------------------------------------------------

DEEP = "import sys\nsys.setrecursionlimit(10**9)\n"
add_descend("sys.exit after the function", HEAD + RIGHT + "import sys\nsys.exit(0)", "right")
add_function("sys.exit in the function", "import sys\nsys.exit(0)", "wrong")
add_descend("syntax error", HEAD + "    return w -", "wrong")
add_descend("deep syntax", HEAD + "    return " + "-" * 90_000 + "w\n", "denied")
add_function(
    "many elifs", "if 0:\n    pass\n" + "elif 0:\n    pass\n" * 600 + RIGHT.strip(), "right"
)
add_cell("input in a cell", "name = input('Your name? ')")
add_function("input in the function", "return float(input('The answer? '))", "wrong")
add_function("recursion", "return descend(w, x, y, learning_rate)", "wrong")
add_cell("deep recursion", DEEP + "def dig(n):\n    return dig(n + 1) + [n]\ndig(0)")

# --- 5. Output -----------------------------------------------------------------------------------

add_function("200 MB on one line", "print('x' * 200_000_000)\n" + RIGHT.strip(), "right")
add_function("endless print", "while True:\n    print('and on')", "ungraded")
TALKER = "import threading\ndef talk():\n    while True:\n        print('blah' * 1000)\n"
add_cell("printing thread", TALKER + "threading.Thread(target=talk, daemon=True).start()")

# --- 6. Memory, processes, disk ------------------------------------------------------------------

BOMB = "import os\nwhile True:\n    os.fork()\n"
DETACHED = """import ctypes, os, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        ctypes.CDLL(None).prctl(15, b"fn-detached")
        time.sleep(3600)
    os._exit(0)
time.sleep(0.1)
"""
FILL = (
    "with open('/tmp/big', 'wb') as file:\n    while True:\n        file.write(bytes(1_000_000))\n"
)
GROW = "held = []\nwhile True:\n    held.append(b'x' * 20_000_000)\n"
add_function("64 GB at once", "import numpy as np\nreturn np.ones(8_000_000_000)", "wrong")
add_function("memory bit by bit", GROW, "ungraded")
add_function("fork bomb", BOMB, "ungraded")
add_cell("detached child", DETACHED)
add_cell("disk fill", FILL)
add_cell("copies of itself", "import os\nos.fork()")

# --- 7. Tags -------------------------------------------------------------------------------------


def with_tags(tag):
    """Return a function that writes wrong code whose tests carry a tag."""
    parts = [answer("descend", HEAD + WRONG), *tests_of("descend", tags=[tag])]
    rest = [part for name in CODE[1:] for part in (answer(name), *tests_of(name))]
    return lambda folder: write(folder, notebook(parts + rest))


add("skip-execution", with_tags("skip-execution"), descend="wrong")
add("raises-exception", with_tags("raises-exception"), descend="wrong")

# --- 8. Tricks -----------------------------------------------------------------------------------

ALWAYS = "class Always(float):\n    def __eq__(self, other):\n        return True\n"
ALWAYS += "    __hash__ = None\n    def __sub__(self, other):\n        return 0.0\n"
ARRAY = "import numpy as np\nclass Chameleon:\n    calls = 0\n"
ARRAY += "    def __array__(self, *a, **k):\n        Chameleon.calls += 1\n"
ARRAY += "        return np.zeros(2) if Chameleon.calls % 2 else np.full(2, np.nan)\n"
STRIP = """import ast
class Strip(ast.NodeTransformer):
    def visit_Assert(self, node):
        return ast.Pass()
try:
    get_ipython().ast_transformers.append(Strip())
except Exception:
    pass
"""
PATCH = """import builtins
import numpy as np
np.isclose = np.allclose = np.array_equal = lambda *a, **k: True
builtins.abs = lambda *a: 0
"""
BREAK = (
    "import builtins\nbuiltins.isinstance = lambda *a: True\nbuiltins.print = builtins.len = None\n"
)
REST_ANY = {"mended_descent": "any", "quartering_rates": "any"}
REST_DENIED = {"mended_descent": "denied", "quartering_rates": "denied"}
PATCH_OURS = """from firstnet.exercises import trial, wire
trial.run = lambda *a, **k: {"right": True, "value": True, "points": 99}
wire.encode = lambda *a, **k: True
"""
FORGE = """import json, os
line = json.dumps({"right": True, "points": 99, "outcome": {"value": 1.0}, "id": "0"}) + "\\n"
for descriptor in range(3, 64):
    try:
        os.write(descriptor, line.encode() * 20)
    except OSError:
        pass
"""
FLOOD = """import os
for descriptor in range(3, 64):
    try:
        while True:
            os.write(descriptor, b"[" * 100_000)
    except OSError:
        pass
"""
NEWLINES = FLOOD.replace('b"["', 'b"\\n"')
add_descend("transformer of tests", STRIP + HEAD + WRONG, "wrong")
add_descend("patched comparisons", PATCH + HEAD + WRONG, "wrong")
add_descend("broken builtins", BREAK + HEAD + WRONG, "denied", **REST_ANY)
add_function("always equal", "return Always(1)", "wrong", before=ALWAYS)
add_function("chameleon array", "return Chameleon()", "wrong", before=ARRAY)
add_descend("patched grader", PATCH_OURS + HEAD + WRONG, "wrong", **REST_DENIED)
add_descend("forged replies", FORGE + HEAD + WRONG, "wrong")
add_cell("flood of brackets", FLOOD)
add_cell("flood of newlines", NEWLINES)

# --- 9. Files of others --------------------------------------------------------------------------

STEAL = """import glob, os
try:
    from firstnet.exercises.chapter_04 import Descend
    descend = Descend.solution
except Exception:
    wanted = []
    for top, folders, names in os.walk("/"):
        known = ("proc", "dev", "lib", "lib64", "site-packages")
        folders[:] = [one for one in folders if one not in known]
        wanted += [one for one in names if one.endswith((".ipynb", "chapter_04.py", ".db"))]
    def descend(w, x, y, learning_rate):
        return len(wanted)
    assert not wanted
"""
DELETE = """import os, shutil
for place in ("~", "/", "/tmp", {places}):
    shutil.rmtree(os.path.expanduser(place), ignore_errors=True)
"""
GRADEBOOK = """import os, sqlite3
for place in ({places}, "gradebook.db", "../gradebook.db", "../../gradebook.db"):
    try:
        sqlite3.connect(place).execute("create table hacked (points)")
        with open(place, "a") as file:
            file.write("100 points")
    except Exception:
        pass
"""


def with_paths(source):
    """Return a function that writes right answers, and a cell that knows others' files."""

    def make(folder):
        places = ", ".join(repr(str(one)) for one in (folder.parents[1], folder.parents[2]))
        text = source.replace("{places}", places)
        write(folder, notebook(cells(first=[text])))

    return make


add_descend("steals the source", STEAL, "wrong")
add_function("tells its inputs", "raise ValueError(f'{w} {x} {y}')", "wrong")
add("deletes everything", with_paths(DELETE))
add("writes the gradebook", with_paths(GRADEBOOK))

# --- 10. Network ---------------------------------------------------------------------------------

SOCKET = "import socket\nsocket.create_connection(('192.0.2.1', 80), timeout=1)"
PIP = "import subprocess, sys\nsubprocess.run([sys.executable, '-m', 'pip', 'install', 'cowsay'])"
FETCH = "from urllib.request import urlopen\nreturn urlopen('http://example.com', timeout=1).read()"
add_cell("socket", SOCKET)
add_cell("name server", "import socket\nsocket.gethostbyname('example.com')")
add_cell("pip", PIP)
add_cell("pip as a magic", "!pip install cowsay\n%matplotlib inline")
add_function("downloads its answer", FETCH, "ungraded")

# --- 11. Mangled notebooks -----------------------------------------------------------------------


def mangled(change, **answers):
    """Return a function that writes a notebook whose list of cells was changed."""
    return lambda folder: write(folder, notebook(change(cells(**answers))))


def is_test(one):
    """Tell whether a cell is a test."""
    return "--" in one["metadata"].get("nbgrader", {}).get("grade_id", "")


def edited(parts):
    """Return cells whose tests test nothing and give 99 points."""
    for one in filter(is_test, parts):
        one["source"] = "assert True"
        one["metadata"]["nbgrader"]["points"] = 99
    return parts


def stripped(parts):
    """Return cells without metadata."""
    return [one | {"metadata": {}} for one in parts]


def as_text(parts):
    """Return cells of which the first answer was turned into text."""
    text = cell(parts[0]["source"], kind="markdown")
    return [text | {"metadata": parts[0]["metadata"]}, *parts[1:]]


def with_blank_copy(parts):
    """Return cells with a blank copy of the first answer at the end."""
    return [*parts, answer("descend", exercises.find("descend").code("stub"))]


def deep(depth=400):
    """Return a deeply nested list."""
    return [deep(depth - 1)] if depth else []


def damaged(parts):
    """Return cells among which other things stand, and of which some lost their shape."""
    odd = [None, 7, [], {}, {"cell_type": "code"}, {"cell_type": "code", "source": {"a": 1}}]
    odd += [{"cell_type": "code", "source": ["x = 1", 2], "metadata": []}]
    odd += [{"cell_type": "code", "source": "", "metadata": {"nbgrader": {"grade_id": deep()}}}]
    return odd + parts


wrong_first = {"descend": HEAD + WRONG}
add("tests deleted", mangled(lambda parts: [one for one in parts if not is_test(one)]))
add("tests edited", mangled(edited, **wrong_first), descend="wrong")
add("cells doubled", mangled(lambda parts: [one for one in parts for _ in range(2)]))
add("cells turned round", mangled(lambda parts: parts[::-1]))
add("blank copy at the end", mangled(with_blank_copy))
STUB = exercises.find("descend").code("stub")
BARE = "\n".join(
    one for name in CODE for one in exercises.find(name).code("solution").splitlines()
    if not one.startswith("import")
)  # fmt: skip
STUBS = {name: exercises.find(name).code("stub") for name in CODE}
BELOW = "if True:\n    def descend(w, x, y, learning_rate):\n    " + RIGHT
CARRIED = f"exec({HEAD + RIGHT!r})"


def with_first(source):
    """Return a change that puts a cell before all others."""
    return lambda parts: [cell(source), *parts]


SCRATCH = "import numpy as np\ndescend = descend(np.ones(2), np.ones(2), 1.0, 0.1)"
USED_AT_ONCE = HEAD + RIGHT + SCRATCH


def with_helper(parts):
    """Return cells of which one that is marked as a test defines what the first answer uses."""
    helper = "def helper(factor):\n    return factor"
    return [cell(helper, grade_id="descend--two-inputs", grade=True, points=2), *parts]


uses_helper = {"descend": HEAD + RIGHT.replace("* 2 *", "* helper(2) *")}
add_cell("reuses the name below", SCRATCH, last=True)
add_descend("reuses the name at once", USED_AT_ONCE, "ungraded")
add("helper in a cell of tests", mangled(with_helper, **uses_helper), descend="ungraded")
add("answers below their stubs", mangled(lambda parts: [*parts, cell(BARE)], **STUBS))
add("answer above its stub", mangled(with_first(BELOW), descend=STUB))
add("answer by exec above its stub", mangled(with_first(CARRIED), descend=STUB))
add("cell too long", mangled(with_first("x = 1  #" + "-" * 100_000)), **ALL_UNGRADED)
add("answer as text", mangled(as_text), descend="ungraded")
add("answer deleted", mangled(lambda parts: parts[1:]), descend="ungraded")
add("metadata stripped", mangled(stripped))
add("damaged cells", mangled(damaged))

# --- 12. Files -----------------------------------------------------------------------------------


def huge(folder):
    """Write a notebook of 500 MB that takes no room on the disk."""
    write(folder, notebook(cells()))
    os.truncate(folder / f"{ASSIGNMENT}.ipynb", 500_000_000)


def link(folder):
    """Hand in a link to a neighbour's file."""
    (folder / f"{ASSIGNMENT}.ipynb").symlink_to(f"../../right/{ASSIGNMENT}/{ASSIGNMENT}.ipynb")


def right(folder, **options):
    """Write right answers."""
    write(folder, notebook(cells()), **options)


def old(folder):
    """Write a notebook of the format of ten years ago."""
    write(folder, json.dumps({"worksheets": [{"cells": []}], "nbformat": 3}))


add("renamed", lambda folder: right(folder, name="my answers (1).ipynb"))
add("name with dots", lambda folder: right(folder, name="..%2f..%2fetc;rm -rf .ipynb"))
add("corrupt", lambda folder: write(folder, notebook(cells())[:900]), **ALL_UNGRADED)
add("empty", lambda folder: write(folder, ""), **ALL_UNGRADED)
add("no notebook", lambda folder: write(folder, "hello", name="answers.txt"), **ALL_UNGRADED)
add("500 MB", huge, **ALL_UNGRADED)
add("link", link, **ALL_UNGRADED)
add("pipe", lambda folder: os.mkfifo(folder / f"{ASSIGNMENT}.ipynb"), **ALL_UNGRADED)
add("deep JSON", lambda folder: write(folder, "[" * 1_000_000), **ALL_UNGRADED)
add("not UTF-8", lambda folder: write(folder, b"\xff\xfe\x00{"), **ALL_UNGRADED)


def leads_to(target):
    """Return a function that puts a link in the place of an assignment's folder."""

    def make(folder):
        folder.rmdir()
        folder.symlink_to(target)

    return make


add("link to a name too long", leads_to("x" * 300), **ALL_UNGRADED)
add("link to a closed place", leads_to("/proc/1/cwd/nowhere"), **ALL_UNGRADED)
add("link to itself", leads_to(ASSIGNMENT), **ALL_UNGRADED)
add("a list", lambda folder: write(folder, "[1, 2]"), **ALL_UNGRADED)
add("old format", old, **ALL_UNGRADED)
add(
    "foreign kernel",
    lambda folder: write(folder, notebook(cells(), kernel="ir", language="R")),
    **ALL_UNGRADED,
)
add("formula as a name", right, student="=cmd|' calc'!A0")
add("markup as a name", right, student="<img src=x onerror=alert(1)>")
add("bytes as a name", right, student=os.fsdecode(b"caf\xe9 ..\\.."))

# --- 13. Forged results --------------------------------------------------------------------------

PICKLE = "import os, pickle\nclass Bomb:\n    def __reduce__(self):\n"
PICKLE += "        return (os.system, ('touch /tmp/owned',))\n"
for name, value in {
    "pickle": "pickle.dumps(Bomb())",
    "object with a reducer": "Bomb()",
    "NaN": "float('nan')",
    "infinity": "w * float('inf')",
    "truth": "True",
    "truths": "w == w",
    "huge integer": "10 ** 5000",
    "a message": "{'right': True, 'value': 1.0}",
    "a text": "'right'",
    "nothing": "None",
    "complex numbers": "w + 1j",
    "objects": "w.astype(object)",
    "a function": "print",
    "deep list": "__import__('functools').reduce(lambda a, _: [a], range(500), 1)",
    "huge list": "list(range(3_000_000))",
    "unknown": "{'unknown': 'x'}",
    "texts that fill the memory": "['x' * 1_000_000] + ['a'] * 100_000",
}.items():
    add_function(f"answers with {name}", f"return {value}", "wrong", before=PICKLE)
KINDS["answers with huge list"].expect["descend"] = "denied"

# --- 14. Correct code that a careless grader fails -----------------------------------------------

NOISE = "import os, sys, warnings\nwarnings.warn('old')\nprint('careful', file=sys.stderr)\n"
NOISE += "os.write(2, b'I tensorflow/core/util/port.cc:153] oneDNN custom operations are on.\\n')\n"
SINGLE = "w, x = w.astype('float32'), x.astype('float32')\n"
add_function("noisy and right", NOISE + RIGHT.strip(), "right", before=NOISE)
add_function("float32", SINGLE + RIGHT.strip(), "right")
add_function("minus zero", RIGHT.strip() + " - 0.0 * w", "right")
add_function("as a list", RIGHT.strip().replace("return ", "return list(") + ")", "right")
add_function("slow", "import time\ntime.sleep(0.4)\n" + RIGHT.strip(), "right")
add_cell("unseeded training", "import numpy as np\nw = np.random.normal(size=9).cumsum()")
add_cell("cell that fails", "1 / 0")
add_cell("unknown package", "import a_package_that_nobody_has")
add_function("needs a package", "import a_package_that_nobody_has\n" + RIGHT.strip(), "ungraded")


def add_helper(name, source, body, expected="ungraded"):
    """Add a kind whose answer uses `helper`, which another cell makes after a line that fails."""
    first = f"{source}\ndef helper(factor):\n    return factor\n"
    code = HEAD + "".join(f"    {line}\n" for line in body.splitlines())
    add(name, lambda folder: write(folder, notebook(cells(first=[first], descend=code))))
    KINDS[name].expect["descend"] = expected


USES = RIGHT.replace("* 2 *", "* helper(2) *").strip()
READS = "import numpy as np\nrates = np.loadtxt('rates-of-mine.txt')"
UNREACHED = "raise Exception('URL fetch failure on x: None -- [Errno -3]')\n"
FAKE = "class ModuleNotFoundError(Exception):\n    pass\n"
FORGED_WORDS = """raise type("E" * 3_000_000, (Exception,), {})("\\x1b[31m" * 1_000_000)
"""
add_helper("helper after a missing package", "import a_package_that_nobody_has", USES)
add_helper("helper after a missing file", READS, USES)
add_helper("helper after a package that changed", "from scipy.misc import imread", USES)
add_function("reads a missing file", READS + "\n" + RIGHT.strip(), "ungraded")
add_function("fetch failure in words", UNREACHED + RIGHT.strip(), "ungraded")
add_function(
    "pretends a package is missing", "raise ModuleNotFoundError('x')", "wrong", before=FAKE
)
LETTERS = "raise ValueError(''.join(chr(97 + int(abs(one) * 9) % 26) for one in [*w, *x]))"
add_function("spells its inputs", LETTERS, "wrong")
add_descend("megabytes of error", FORGED_WORDS, "wrong")

MARK = "leakedword"  # the tests look for it in all feedback
SPELLED = f"'{MARK}' + ''.join(chr(97 + int(abs(one) * 9) % 26) for one in [*w, *x])"
PATCH_NAMES = f"""from firstnet.exercises import wire
wire.encode = lambda value, **more: {{"unknown": "{MARK} " + repr(value)[:60]}}
"""
BLANK_LINES = f"{FAKE}{chr(10) * 90_000}{HEAD}    raise ModuleNotFoundError('x')\n"
add_function("spells by a type", f"return type({SPELLED}, (), {{}})()", "wrong")
add_function("spells by an error", f"raise type({SPELLED}, (ValueError,), {{}})()", "wrong")
add_descend("spells by a forged name", PATCH_NAMES + HEAD + RIGHT, "wrong", **REST_DENIED)
SHAPE = "import numpy as np\nreturn np.zeros((123456, 654321, 424242, 0))"
add_function("spells by a shape", SHAPE, "wrong")
add_function("spells by a length", "return [1] * 54_321", "wrong")
add_descend("blank lines without end", BLANK_LINES, "wrong")

TIMED = "%time import numpy as np\n%timeit -n 1 -r 1 1 + 1\n"
add_descend("magics in the answer", TIMED + HEAD + "    # why?\n" + RIGHT, "right")
INDENTED = "".join(f"    {line}\n" for line in (HEAD + RIGHT).splitlines())
add_descend("answer too far right", INDENTED, "right")
add_descend("answer with prompts", f">>> {HEAD}... {RIGHT}", "right")

# --- 15. Answers by heart, modules that are not what they seem -----------------------------------


def beside(folder):
    """Hand in modules that stand in the way of the real ones."""
    right(folder)
    for name in ("numpy", "json", "firstnet", "judge"):
        (folder / f"{name}.py").write_text("raise SystemExit('shadowed')\n")


BY_HEART = "import numpy as np\nreturn np.array([0.26, -0.48])[: len(w)]"
add_function("by heart", BY_HEART, "wrong")
add("modules beside", beside)


# --- Writing a class -----------------------------------------------------------------------------


def write_class(submitted: Path, kinds=None) -> dict[str, Kind]:
    """Write one submission of each kind below a folder; return the kinds by student."""
    chosen = [KINDS[name] for name in kinds or KINDS]
    for kind in chosen:
        folder = submitted / kind.folder / ASSIGNMENT
        folder.mkdir(parents=True)
        kind.make(folder)
    return {kind.folder: kind for kind in chosen}
