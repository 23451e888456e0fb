"""Grade one submission: run it in a sandbox, and judge its answers outside.

A task, and the record that comes of it, are plain JSON-able dictionaries, so that they can be
stored, and sent to the machines of a cluster. A process that is stopped is started again without
the cell, or the question, that stopped it: the other questions are graded all the same.
"""

import builtins
import hashlib
import re
import sys
import time
from dataclasses import dataclass, field
from importlib.machinery import PathFinder

from firstnet.classroom import course, records, sandbox
from firstnet.classroom.limits import Limits
from firstnet.classroom.submission import parts_used, plain
from firstnet.exercises import judge, wire
from firstnet.exercises.base import Case, Exercise, Question

ROUNDS = 2  # fresh inputs for each case: both must be answered rightly
GRADED, UNGRADED, MANUAL = "graded", "UNGRADED", "manual"
NOT_JUDGED = "not judged"
NO_NETWORK = "It needs the network, which there is none of while grading"
NO_PACKAGE = "It imports a package that is not on the grading machine"
NO_FILE = "It needs a file, or something else, that is not there while grading"
NETWORK = ("URLError", "HTTPError", "gaierror", "ConnectionError", "ConnectionRefusedError")
OUTSIDE = {  # kinds of errors that may not be the learner's fault
    **dict.fromkeys(NETWORK, NO_NETWORK),
    **dict.fromkeys(("ModuleNotFoundError", "ImportError"), NO_PACKAGE),
    **dict.fromkeys(("FileNotFoundError", "OSError"), NO_FILE),
}
UNREACHED = re.compile(
    "URL fetch failure|Name or service not known|name resolution|Network is unreachable"
)
MISSING_NAMES = ("NameError", "AttributeError", "UnboundLocalError")
UNKNOWN = re.compile(r"NameError: name '(\w+)' is not defined")
IN_A_TEST = "It needs {name}, which stands in a cell marked as a test; those are not run"
NO_FUNCTION = "After its cell the name {name} stands for something else than a function"
BORROWED = "It uses the book's own function ({module}): mark by hand"
NOT_WITHOUT_FAILED = "It may need cell {number}, which ends with an error: {raised}"
USUAL = re.compile(  # how messages of Python and NumPy begin, without numbers and unknown names
    r"name '[^']*' is not defined"
    r"|(cannot access )?local variable '[^']*' (referenced before assignment|where it is not)"
    r"|(module |type object )?'[^']*' (object )?has no attribute '[^']*'"
    r"|'[^']*' object (is not|does not|cannot) (support |be )?[a-z]+( assignment)?"
    r"|bad operand type for unary .: '[^']*'"
    r"|unsupported operand type\(s\) for [^\w ]+: '[^']*' and '[^']*'"
    r"|[\w.…]+\(\) (missing … required positional arguments?: '[^']*'"
    r"|takes … positional arguments? but … (was|were) given"
    r"|got an unexpected keyword argument '[^']*')"
    r"|can only concatenate str|can't multiply sequence by non-int of type '[^']*'"
    r"|(list|string|tuple) (index out of range|ind(ex|ices) must be integers)"
    r"|(float |integer )?(division|modulo)( or modulo)? by zero|math domain error"
    r"|maximum recursion depth exceeded|(too many|not enough) values to unpack"
    r"|operands could not be broadcast together|matmul: Input operand … has a mismatch"
    r"|shapes [(),…]+ and [(),…]+ not aligned|all the input array"
    r"|(index|axis) … is out of bounds|too many indices for array"
    r"|cannot reshape array of size … into shape [(),…]+|setting an array element with a sequence"
    r"|The truth value of an array with more than one element is ambiguous"
    r"|only (length-…|…-dimensional|integer|integer scalar) arrays"
    r"|boolean index did not match|Unable to allocate|EOF when reading a line"
    r"|could not convert string to float|No module named '[^']*'"
)
TYPES = "ndarray numpy NoneType method function builtin_function_or_method module str int float"
WHY = {
    "time": "did not end within {seconds:g} s",
    "memory": "used more memory than the {memory} MB that are allowed",
    "processes": "started too many processes",
    "answer": "gave an answer too large to be read",
    "end": "ended the whole process: by an exit, or a crash",
}
TOO_OFTEN = "The notebook was stopped too often to try this question"
NO_TIME = "The notebook took too long before this question was tried"
NOT_WITHOUT = "The answer cannot be judged without cell {number}, which {why}"


@dataclass
class Progress:
    """What is known of one submission so far."""

    dropped: dict[int, str] = field(default_factory=dict)  # cells that stopped the process: why
    raised: dict[int, str] = field(default_factory=dict)  # cells that ended with an error
    stopped: dict[str, str] = field(default_factory=dict)  # questions that did: why
    verdicts: dict[tuple[str, str], dict] = field(default_factory=dict)


def case_seed(task: dict, exercise: type[Exercise], number: int) -> int:
    """Return the seed of one round of a question: another for each student, the same each run."""
    parts = (task["seed"], task["student"], task["assignment"], exercise.name, number)
    digest = hashlib.sha256("\0".join(map(str, parts)).encode("utf-8", "replace")).digest()
    return int.from_bytes(digest[:8], "big")


def why_stopped(stop: sandbox.Stopped, limits: Limits, seconds: float) -> str:
    """Return words on why a process was stopped; seconds are those that the teacher chose."""
    return WHY[stop.why].format(seconds=seconds, memory=limits.memory)


class Submission:
    """One submission while it is graded: a task, its questions, and the progress."""

    def __init__(self, task: dict, way: sandbox.Way):
        self.task, self.way, self.progress = task, way, Progress()
        self.limits = Limits(**task["limits"])
        self.stretched = self.limits.scaled(task.get("scale", 1.0))
        self.questions = course.questions(task["exercises"], task["assignment"])
        self.deadline = time.monotonic() + self.stretched.submission_seconds

    def grade(self) -> list[dict]:
        """Return the results of all questions, in order."""
        if self.waiting():
            for _ in range(self.limits.restarts + 1):
                if self.attempt() or self.is_late():
                    break
        return [self.result(one) for one in self.questions]

    def lacks(self, results: list[dict]) -> bool:
        """Tell whether something was missing that the machine may have another time."""
        reasons = {row["reason"] for row in results}
        raised = set(map(kind_of, self.progress.raised.values()))
        needs = any(one.startswith(NOT_WITHOUT_FAILED.split("{")[0]) for one in reasons)
        return bool(reasons & {NO_TIME, *OUTSIDE.values()} or needs and raised & OUTSIDE.keys())

    def answer(self, question: type[Question]) -> dict:
        """Return what the notebook holds for a question: "cells" and "problem"."""
        return self.task["answers"][question.name]

    def source(self) -> str:
        """Return the source of all cells."""
        return "\n".join(cell["source"] for cell in self.task["cells"])

    def waiting(self) -> list[type[Exercise]]:
        """Return the exercises that are still to be tried."""
        return [
            one
            for one in self.questions
            if issubclass(one, Exercise)
            and not self.answer(one)["problem"]
            and one.name not in self.progress.stopped
            and not self.is_hopeless(one)
            and any((one.name, case.key) not in self.progress.verdicts for case in one.cases())
        ]

    def is_hopeless(self, exercise: type[Exercise]) -> bool:
        """Tell whether every cell that answers an exercise stops the process."""
        return all(number in self.progress.dropped for number in self.answer(exercise)["cells"])

    def attempt(self) -> bool:
        """Run the cells and try what is left, in a new process; tell whether all was tried."""
        with sandbox.Sandbox(self.way, self.limits) as box:
            return self.run_cells(box) and all(self.try_one(box, one) for one in self.waiting())

    def seconds_left(self, most: float) -> float:
        """Return the seconds that one act may take now."""
        return max(0.0, min(most, self.deadline - time.monotonic()))

    def is_late(self) -> bool:
        """Tell whether the time of the whole submission is over."""
        return time.monotonic() >= self.deadline

    def run_cells(self, box: sandbox.Sandbox) -> bool:
        """Run every cell that has not stopped a process yet; tell whether the process lives."""
        asked = [one.name for one in self.questions]
        for cell in self.task["cells"]:
            if cell["number"] in self.progress.dropped:
                continue
            request = {"act": "cell", "asked": asked}
            request |= {"source": cell["source"], "number": cell["number"] + 1}
            try:
                reply = box.ask(request, self.seconds_left(self.stretched.cell_seconds))
            except sandbox.Stopped as stop:
                if not self.is_late():
                    words = why_stopped(stop, self.limits, self.limits.cell_seconds)
                    self.progress.dropped[cell["number"]] = words
                return False
            if isinstance(reply.get("raised"), str):
                self.progress.raised[cell["number"]] = plain(reply["raised"])
        return True

    def try_one(self, box: sandbox.Sandbox, exercise: type[Exercise]) -> bool:
        """Try every case of an exercise; tell whether the process lives."""
        try:
            for case in exercise.cases():
                verdict = self.try_case(box, exercise, case)
                self.progress.verdicts[exercise.name, case.key] = verdict
        except sandbox.Stopped as stop:
            words = why_stopped(stop, self.limits, self.limits.call_seconds)
            self.progress.stopped[exercise.name] = (
                NO_TIME if self.is_late() else f"The function {words}"
            )
            return False
        return True

    def try_case(self, box: sandbox.Sandbox, exercise: type[Exercise], case: Case) -> dict:
        """Return the verdict on a case: the first that is not right, else the last."""
        for number in range(ROUNDS):
            inputs = case.inputs(case_seed(self.task, exercise, number))
            request = {"act": "call", "function": exercise.name, "inputs": wire.encode(inputs)}
            reply = box.ask(request, self.seconds_left(self.stretched.call_seconds))
            verdict = self.judge(exercise, case, inputs, reply)
            if not verdict["right"]:
                break
        return verdict

    def judge(self, exercise: type[Exercise], case: Case, inputs: tuple, reply: dict) -> dict:
        """Return the verdict on one reply, which may hold anything."""
        if "missing" in reply:
            kind = NO_FUNCTION if reply["missing"] == "function" else "missing"
            return {"right": False, "reason": self.why_missing(exercise), "kind": kind}
        outcome = reply.get("outcome")
        kind = "value"
        if type(outcome) is dict and type(outcome.get("raised")) is str:
            kind = kind_of(outcome["raised"])
            outcome = {"raised": shown(outcome["raised"], self.source())}
        try:
            verdict = judge.judge(exercise, case, inputs, outcome)
        except Exception as error:  # an answer that the judge cannot bear is for a person to see
            return {"right": False, "reason": type(error).__name__, "kind": NOT_JUDGED}
        return {"right": verdict.right is True, "reason": plain(verdict.reason), "kind": kind}

    def why_missing(self, exercise: type[Exercise]) -> str:
        """Return words on a function that is not there after all cells have run."""
        numbers = self.answer(exercise)["cells"]
        raised = [self.progress.raised[one] for one in numbers if one in self.progress.raised]
        name = exercise.name
        if raised:
            return f"The cell ends with an error before {name} is there: {raised[-1]}"
        return f"The cell defines no function {name}: was it emptied, or the function renamed?"

    # --- Results ---------------------------------------------------------------------------------

    def result(self, question: type[Question]) -> dict:
        """Return the row of a question: points, status, reason, and its cases."""
        row = {"question": question.name, "title": question.title, "max_points": question.points}
        problem = self.answer(question)["problem"]
        if not issubclass(question, Exercise):
            reason = problem or records.READ
            return row | {"status": MANUAL, "points": None, "reason": reason, "cases": []}
        reason = problem or self.why_ungraded(question)
        cases = [] if reason else [self.case_row(question, case) for case in question.cases()]
        if reason:
            return row | {"status": UNGRADED, "points": None, "reason": reason, "cases": []}
        points = sum(one["points"] for one in cases)
        return row | {"status": GRADED, "points": points, "reason": summary(cases), "cases": cases}

    def case_row(self, exercise: type[Exercise], case: Case) -> dict:
        """Return what came of one case."""
        verdict = self.progress.verdicts[exercise.name, case.key]
        points = case.points if verdict["right"] else 0
        about = {"name": case.name, "points": points, "max_points": case.points}
        return about | {"right": verdict["right"], "reason": verdict["reason"]}

    def why_ungraded(self, exercise: type[Exercise]) -> str:
        """Return why a question cannot be graded, or nothing."""
        if exercise.name in self.progress.stopped:
            return self.progress.stopped[exercise.name]
        for number in self.answer(exercise)["cells"]:
            if number in self.progress.dropped:
                return f"Its cell {self.progress.dropped[number]}"
        found = [self.progress.verdicts.get((exercise.name, one.key)) for one in exercise.cases()]
        if None in found:
            return NO_TIME if self.is_late() else TOO_OFTEN
        if any(one["right"] for one in found) and (module := self.borrowed(exercise)):
            return BORROWED.format(module=module)
        wrong = [one for one in found if not one["right"] and one["reason"] != judge.NOTHING]
        return self.why_unfair(exercise, wrong) if wrong else ""

    def borrowed(self, exercise: type[Exercise]) -> str | None:
        """Return a module that holds the answer, and that the learner's code imports, or None.

        It is meant for the common case, and is no wall: who hides an import is not found out.
        """
        for cell in self.task["cells"]:
            used = parts_used(cell["source"]) - self.given(cell["number"])
            if found := used.intersection(exercise.answered_in):
                return min(found)
        return None

    def given(self, number: int) -> set[str]:
        """Return the modules of the package that a cell imports as it was handed out."""
        own = [one for one in self.questions if number in self.answer(one)["cells"]]
        return parts_used("\n".join(line for one in own for line in getattr(one, "imports", ())))

    def why_unfair(self, exercise: type[Exercise], wrong: list[dict]) -> str:
        """Return why wrong answers may not be the learner's fault, or nothing."""
        if self.progress.dropped:
            number, why = next(iter(self.progress.dropped.items()))
            return NOT_WITHOUT.format(number=number + 1, why=why)
        own = self.answer(exercise)["cells"]
        raised = [self.progress.raised[one] for one in own if one in self.progress.raised]
        kinds = {one["kind"] for one in wrong} | set(map(kind_of, raised))
        if NOT_JUDGED in kinds:
            return f"The grader itself failed on this answer: {wrong[0]['reason']}"
        if NO_FUNCTION in kinds:
            return NO_FUNCTION.format(name=exercise.name)
        said = " ".join([*raised, *(one["reason"] for one in wrong)])
        if skipped := set(self.task["skipped"]).intersection(UNKNOWN.findall(said)):
            return IN_A_TEST.format(name=min(skipped))
        return self.why_lacking(own, kinds)

    def why_lacking(self, own: list[int], kinds: set[str]) -> str:
        """Return what an answer that raised such errors may have lacked here, or nothing."""
        others = [one for one in self.progress.raised if one not in own]
        if others and kinds & set(MISSING_NAMES):
            words = {"number": others[0] + 1, "raised": self.progress.raised[others[0]]}
            return NOT_WITHOUT_FAILED.format(**words)
        if "ModuleNotFoundError" in kinds and not any(map(is_absent, imported(self.source()))):
            kinds = kinds - {"ModuleNotFoundError"}
        return next((why for kind, why in OUTSIDE.items() if kind in kinds), "")


def summary(cases: list[dict]) -> str:
    """Return the reasons of all cases as one text; equal ones are said once."""
    reasons = list(dict.fromkeys(one["reason"] for one in cases))
    if len(reasons) == 1:
        return reasons[0]
    return " ".join(f"[{one['name']}] {one['reason']}" for one in cases)


def kind_of(raised: str) -> str:
    """Return the type of an error, as its words name it; of the network's, one for all."""
    return "URLError" if UNREACHED.search(raised) else raised.split(":")[0]


def shown(raised: str, source: str = "") -> str:
    """Return words on an error that can be shown: inputs could be among them, so few are kept.

    Of a message the beginning is kept that Python or NumPy give it, without its numbers, and
    without names that do not stand in the source.
    """
    kind, _, message = raised.partition(":")
    kind, message = kind.strip(), plain(message.strip(), 200)
    known = getattr(builtins, kind, None)
    words = {*re.findall(r"\w+", source), *TYPES.split(), *vars(builtins)}
    if not (isinstance(known, type) and issubclass(known, BaseException)):
        return "an error of a kind of its own"
    message = re.sub(r"(?<![A-Za-z_\d])[-+]?\d[\d.]*(e[-+]?\d+)?", "…", message)
    message = re.sub(
        r"'[^']*'|[\w.]+\(\)", lambda found: only_known(found[0], words), message
    ).replace(", …", ",…")
    usual = USUAL.match(message)
    return f"{kind}: {usual[0]}" if usual else kind


def only_known(name: str, known: set[str]) -> str:
    """Return a name, with dots for the parts that are not known."""
    return re.sub(r"\w+", lambda found: found[0] if found[0] in known else "…", name)


def imported(source: str) -> set[str]:
    """Return the modules that a source imports, by their full names."""
    lines = re.findall(r"^[ \t]*(?:from|import)[ \t]+([\w., \t]+)", source, re.MULTILINE)
    return {found for line in lines for found in re.findall(r"(?:^|,)\s*([\w.]+)", line)}


def is_absent(module: str) -> bool:
    """Tell whether a module is not on this machine; nothing is imported to find out."""
    parts = module.split(".")
    if parts[0] == "firstnet" or parts[0] in sys.stdlib_module_names:
        return False
    places = None
    for count in range(1, len(parts) + 1):
        found = PathFinder.find_spec(".".join(parts[:count]), places)
        if found is None or (count < len(parts) and found.submodule_search_locations is None):
            return True
        places = found.submodule_search_locations
    return False


def grade(task: dict, way: sandbox.Way) -> dict:
    """Return the record of one submission: of the task what identifies it, and the results."""
    start = time.monotonic()
    graded = Submission(task, way)
    results = graded.grade()
    kept = ("student", "assignment", "seed", "chosen", "fingerprint")
    about = {name: task[name] for name in kept}
    if graded.lacks(results):
        about["fingerprint"] = ""  # fits nothing: the next run tries it again
    return about | {"results": results, "seconds": round(time.monotonic() - start, 2)}
