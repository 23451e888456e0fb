"""A lesson on the JupyterHub that we ship: real accounts, a teacher, two students, all of nbgrader.

The configuration is that of apps/classroom, unchanged. The accounts exist only in namespaces of
this test (tests/real_users.py), which need root; nothing else on the machine changes.
"""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest
import requests

from firstnet import exercises
from firstnet.classroom import assignment
from tests.hub_people import Person
from tests.nbgrader_course import role
from tests.real_users import PASSWORD, can_make_them, command_line
from tools import ROOT

COURSE = "first-neural-network"
STEM = "04_walk_downhill"
FILE = f"{COURSE}/{STEM}/{STEM}.ipynb"
PROGRAMS = Path(sys.executable).parent
NO_HUB = "JUPYTERHUB WAS NOT TRIED: making accounts for the test needs root and `unshare`."
RIGHT = "def descend(w, x, y, learning_rate):\n    return w - learning_rate * 2 * (w @ x - y) * x"
UPHILL = RIGHT.replace("w -", "w +")
IN_WORDS = "explain_zigzag"
SCRIPT = "Because of the sign. <script>steal()</script>"


# --- The hub -------------------------------------------------------------------------------------


def free_ports(count):
    """Return ports that nobody listens on."""
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]


def hub_command(ports):
    """Return the command that starts the hub as its page says, on ports of our own."""
    settings = [
        f"--JupyterHub.hub_port={ports[1]}",
        f"--ConfigurableHTTPProxy.api_url=http://127.0.0.1:{ports[2]}",
    ]
    config = ROOT / "apps" / "classroom" / "jupyterhub_config.py"
    return [PROGRAMS / "jupyterhub", "-f", config, *settings]


@contextmanager
def running_hub(names):
    """Run the hub on a machine where these people have accounts; yield its address."""
    folder = Path(tempfile.mkdtemp(prefix="hub-"))
    folder.chmod(0o755)
    ports = free_ports(3)
    address = f"http://127.0.0.1:{ports[0]}"
    places = {"FIRSTNET_EXCHANGE": str(folder / "exchange"), "FIRSTNET_HUB": address}
    command = command_line(folder, names, hub_command(ports))
    with (folder / "hub.log").open("w") as log:
        hub = subprocess.Popen(
            command, cwd=folder, env=os.environ | places, stdout=log, stderr=subprocess.STDOUT
        )
    try:
        wait_for(address, hub)
        yield address
    except BaseException:
        print((folder / "hub.log").read_text("utf-8")[-6000:])
        raise
    finally:
        hub.kill()  # and with it all processes in its namespace
        hub.wait()
        shutil.rmtree(folder)


def wait_for(address, hub):
    """Return when the hub shows its log-in page."""
    end = time.monotonic() + 90
    while time.monotonic() < end and hub.poll() is None:
        try:
            requests.get(f"{address}/hub/login", timeout=10).raise_for_status()
            return
        except requests.RequestException:
            time.sleep(0.3)
    raise TimeoutError("The hub did not start.")


# --- One lesson ----------------------------------------------------------------------------------


def answer(person, answers):
    """Fill in cells of the fetched notebook, and save it."""
    notebook = person.read(FILE)
    for cell in notebook["cells"]:
        cell["source"] = answers.get(role(cell)["grade_id"], cell["source"])
    person.save_notebook(FILE, notebook)


def of_exchange(person, action):
    """Press a button of the assignment list; return the assignments that it then shows."""
    form = {"course_id": COURSE, "assignment_id": STEM}
    reply = person.ask("POST", f"/assignments/{action}", data=form).json()
    assert reply["success"], reply
    return reply["value"]


def of_formgrader(teacher, action):
    """Press a button of the formgrader's list of assignments."""
    reply = teacher.ask("POST", f"/formgrader/api/assignment/{STEM}/{action}").json()
    assert reply["success"], reply


def steal(victim):
    """Return code that tries to read what others handed in, and the home of another student."""
    return f"""
from pathlib import Path
homes, course = Path.home().parent, Path.home().parents[1] / "exchange" / "{COURSE}"
for place in [homes / "{victim}", homes / "teacher" / "course", course / "inbound"]:
    try:
        print(list(place.iterdir()))
    except PermissionError:
        print("refused")
try:
    course.rename(course.with_name("gone"))
except PermissionError:
    print("refused")
"""


def hold_lesson():
    """Hold the whole lesson; return what the test looks at."""
    names = ["teacher", "alice", "bob"]
    with running_hub(names) as address:
        seen = SimpleNamespace()
        people = [Person(address, name) for name in names]
        teacher, alice, bob = people
        come_in(people, seen)
        hand_out(teacher, seen)
        work(alice, bob, seen)
        grade(teacher, seen)
        seen.shown = of_exchange(alice, "fetch_feedback")
        seen.feedback = alice.type(f"cat {COURSE}/{STEM}/feedback/*/{STEM}.html")
        seen.others = alice.type(f"ls ../../exchange/{COURSE}/feedback")
    return seen


def come_in(people, seen):
    """Log in, once with a wrong password, and start all servers."""
    seen.wrong = people[1].log_in("wrong").status_code
    seen.outsider = Person(people[0].hub, "root").log_in(PASSWORD).status_code
    for one in people:
        assert one.log_in(PASSWORD).status_code == 200
        one.start_server()
    for one in people:
        one.wait_for_server()


def hand_out(teacher, seen):
    """Make the assignment, tell nbgrader of it, and release it."""
    seen.made = teacher.type("firstnet assignment make --chapter 4")
    of_formgrader(teacher, "assign")
    of_formgrader(teacher, "release")


def work(alice, bob, seen):
    """Two students fetch, answer, and hand in; each tries to see the other's."""
    seen.fetched = of_exchange(alice, "fetch") and of_exchange(bob, "fetch")
    seen.stubs = {role(one)["grade_id"]: one["source"] for one in alice.read(FILE)["cells"]}
    answer(alice, {"descend": RIGHT, IN_WORDS: SCRIPT})
    answer(bob, {"descend": UPHILL})
    seen.submitted = of_exchange(alice, "submit") + of_exchange(bob, "submit")
    seen.stolen = alice.run(steal("bob"))
    seen.too_much = alice.run("import numpy as np\nnp.ones(4 * 2**30 // 8)")
    seen.formgrader_of_student = alice.ask("GET", "/formgrader/api/assignments").status_code
    seen.course_of_others = alice.session.get(
        f"{alice.hub}/user/bob/api/contents/{FILE}", timeout=60
    ).status_code


def grade(teacher, seen):
    """Collect, grade in the sandbox, fill the gradebook, and send feedback back."""
    of_formgrader(teacher, "collect")
    seen.graded = teacher.type("firstnet grade course/submitted --out results --jobs 2")
    seen.imported = teacher.type("firstnet gradebook results course")
    listed = teacher.ask("GET", f"/formgrader/api/submissions/{STEM}").json()
    seen.gradebook = {one["student"]: one for one in listed}
    books = teacher.ask("GET", f"/formgrader/api/submitted_notebooks/{STEM}/{STEM}").json()
    alice = next(one["id"] for one in books if one["student"] == "alice")
    seen.manual_page = teacher.ask("GET", f"/formgrader/submissions/{alice}/").text
    of_formgrader(teacher, "release_feedback")


def handed_in(listed):
    """Return the submissions in what the assignment list shows."""
    return [one for entry in listed for one in entry.get("submissions", [])]


# --- What came of it -----------------------------------------------------------------------------


def test_the_limit_of_memory_leaves_room_for_every_chapter():
    peaks = json.loads((ROOT / "book" / "timings.json").read_text("utf-8")).values()
    config = (ROOT / "apps" / "classroom" / "jupyterhub_config.py").read_text("utf-8")
    allowed = int(re.search(r'"FIRSTNET_MEMORY", "(\d+)G"', config)[1])
    assert max(one["peak_megabytes"] for one in peaks) * 1.5 < allowed * 1024
    page = (ROOT / "book" / "teach" / "jupyterhub.md").read_text("utf-8")
    assert f"may take {allowed} GB of memory" in page


def test_a_lesson_from_logging_in_to_feedback():
    if not can_make_them():
        pytest.fail(NO_HUB) if os.environ.get("CI") else pytest.skip(NO_HUB)
    lesson = hold_lesson()
    only_the_class_gets_in(lesson)
    the_assignment_goes_out_and_comes_back(lesson)
    students_see_nothing_of_each_other_and_move_nothing(lesson)
    one_notebook_cannot_take_the_memory_of_all(lesson)
    the_gradebook_is_filled(lesson)
    the_teacher_reads_the_words_and_no_script_runs(lesson)
    feedback_comes_back_to_the_student(lesson)


def only_the_class_gets_in(lesson):
    assert lesson.wrong == 403
    assert lesson.outsider == 403


def the_assignment_goes_out_and_comes_back(lesson):
    assert "1 assignment in course" in lesson.made
    assert {one["status"] for one in lesson.fetched} == {"fetched"}
    assert lesson.stubs["descend"].endswith(assignment.CODE_STUB)
    assert lesson.stubs[IN_WORDS] == assignment.TEXT_STUB
    assert len(handed_in(lesson.submitted)) == 2


def students_see_nothing_of_each_other_and_move_nothing(lesson):
    assert lesson.stolen.split() == ["refused"] * 4
    assert lesson.course_of_others in (403, 404)
    assert lesson.formgrader_of_student == 404


def one_notebook_cannot_take_the_memory_of_all(lesson):
    assert "MemoryError" in lesson.too_much


def the_gradebook_is_filled(lesson):
    assert "exit code 0" in lesson.graded, lesson.graded
    assert "exit code 0" in lesson.imported, lesson.imported
    alice, bob = lesson.gradebook["alice"], lesson.gradebook["bob"]
    assert (alice["score"], bob["score"]) == (3, 0)
    assert alice["needs_manual_grade"]


def the_teacher_reads_the_words_and_no_script_runs(lesson):
    assert "Because of the sign." in lesson.manual_page
    assert "<script>steal" not in lesson.manual_page


def feedback_comes_back_to_the_student(lesson):
    assert [one["has_local_feedback"] for one in handed_in(lesson.shown)] == [True]
    assert exercises.find("descend").title in lesson.feedback
    assert "Right." in lesson.feedback
    assert "Permission denied" in lesson.others
