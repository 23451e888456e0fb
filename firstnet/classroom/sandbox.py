"""Run the worker shut in, talk to it, and end it with everything that it started."""

import atexit
import json
import os
import secrets
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import deque
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from firstnet.classroom.limits import MEGABYTE, Limits

PACKAGE = Path(__file__).parents[1]
HIDDEN = ("classroom", "questions", "chapter_*.py", "__pycache__", "*.tflite")
USERS = range(60578, 61184)  # belong to nobody, as systemd's list of users says
TICK = 0.05  # seconds between two looks at what a submission uses
LOOK_EVERY = 0.1
START_SECONDS = 60
TASKS = 1024  # processes and threads
MOST_LINES = 300  # of one reply: all but one are not the worker's own
NO_SANDBOX = """This machine cannot shut a submission in, so nothing was graded.
{problems}
{remedy}
For files that you wrote yourself, and for no others, there is --trusted."""
ELSEWHERE = """\
Grade on Linux with bubblewrap (`apt install bubblewrap`) or with user namespaces switched on. Or
use a container, from the folder of the book:
  podman build -t firstnet-grade -f apps/classroom/Containerfile .
  mkdir -p graded
  podman run --rm --network none --security-opt unmask=ALL --security-opt label=disable \\
    --security-opt seccomp=unconfined --security-opt apparmor=unconfined \\
    -v "$PWD/submitted:/submitted:ro" -v "$PWD/graded:/graded" \\
    firstnet-grade /submitted --out /graded"""
ALLOW = """\
Bubblewrap is here. But AppArmor, a guard of this system, keeps ordinary users from making the
user namespaces that it needs, unless a profile allows it. The guide for teachers has that profile:
book/teach/jupyterhub.md, under "Set up the machine". As far as we know a container does not help:
it is held back, too."""
APPARMOR = Path("/proc/sys/kernel/apparmor_restrict_unprivileged_userns")  # 1 on Ubuntu 24.04


class SandboxError(RuntimeError):
    """The sandbox itself does not work here, whatever the submission holds."""


class Stopped(Exception):
    """The submission was stopped: `why` is time, memory, processes, answer or end."""

    def __init__(self, why: str):
        super().__init__(why)
        self.why = why


# --- What the inside is made of ------------------------------------------------------------------


@cache
def kit() -> Path:
    """Return a folder with what is needed inside, made once: no solutions, no grader."""
    folder = Path(tempfile.mkdtemp(prefix="firstnet-kit-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    folder.chmod(0o755)
    hide = shutil.ignore_patterns(*HIDDEN)
    shutil.copytree(PACKAGE, folder / "library/firstnet", ignore=hide)
    (folder / "empty").mkdir()
    (folder / "root").mkdir()
    (folder / "tools").mkdir()
    for name in ("worker.py", "confine.py"):
        shutil.copy(Path(__file__).with_name(name), folder / "tools" / name)
    compile_all(folder)
    return folder


def compile_all(folder: Path) -> None:
    """Compile the sources of the kit, and let any user read them."""
    import compileall

    compileall.compile_dir(folder, quiet=2)
    for path in folder.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)


def python() -> str:
    """Return the interpreter itself, behind the links of a virtual environment."""
    return str(Path(sys.executable).resolve())


def site_folders() -> list[str]:
    """Return the folders of installed packages that this Python reads."""
    names = ("site-packages", "dist-packages")
    return [one for one in sys.path if Path(one).name in names and Path(one).is_dir()]


def system_folders() -> list[str]:
    """Return the folders of programs' libraries: no program, no home, nothing that is shared."""
    lib = str(Path(sys.base_prefix, "lib"))
    wanted = ["/usr/lib", "/usr/lib64", "/usr/local/lib", lib, *site_folders()]
    found = [one for one in dict.fromkeys(wanted) if Path(one).is_dir()]
    return [one for one in found if not any(one.startswith(f"{other}/") for other in found)]


def is_shown(path: Path) -> bool:
    """Tell whether a path can be read inside, and so must hold nothing that is private."""
    return any(path.is_relative_to(Path(one).resolve()) for one in system_folders())


def data_file() -> list[list]:
    """Return the step that shows MNIST inside, when FIRSTNET_DATA has it here."""
    folder = os.environ.get("FIRSTNET_DATA", "embedded")
    path = Path(folder, "mnist.npz").absolute()
    return [["read", str(path), "/data/mnist.npz"]] if path.is_file() else []


def masks() -> list[list]:
    """Return the steps that hide an installed copy of this package, which has the solutions."""
    found = [Path(one, "firstnet") for one in site_folders()]
    return [["read", str(kit() / "empty"), str(one)] for one in found if one.is_dir()]


def links() -> list[list]:
    """Return the top-level links that point into /usr, as most systems have them."""
    found = [Path(one) for one in ("/lib", "/lib64", "/lib32")]
    linked = [["link", str(one.readlink()), str(one)] for one in found if one.is_symlink()]
    real = [["read", str(one), str(one)] for one in found if one.is_dir() and not one.is_symlink()]
    return linked + real


def plan(limits: Limits) -> list[list]:
    """Return the steps that make the root folder inside, each [kind, ..., where].

    Kinds: folder; read (a file or folder, read-only); device; room (a folder in memory, of so
    many bytes at most); link; processes (/proc).
    """
    devices = [f"/dev/{name}" for name in ("null", "zero", "full", "random", "urandom")]
    details = [one for one in ("/etc/ld.so.cache", "/etc/alternatives") if Path(one).exists()]
    program = [] if any(python().startswith(f"{one}/") for one in system_folders()) else [python()]
    shown = [*system_folders(), *program, *details]
    steps = [["read", one, one] for one in shown]
    steps += [*links(), *masks(), *data_file(), ["read", str(kit()), "/grader"]]
    steps += [["device", one, one] for one in devices]
    steps += [["processes", "/proc"]]
    rooms = [["room", 64 * MEGABYTE, "/dev/shm"], ["room", limits.disk * MEGABYTE, "/tmp"]]
    return [["folder", "/dev"], *rooms, *with_parents(steps)]  # Python itself may stand in /tmp


def with_parents(steps: list[list]) -> list[list]:
    """Return the steps with one before each that makes the folders above it."""
    above = {str(one) for *_, where in steps for one in Path(where).parents} - {"/"}
    made = {step[-1] for step in steps if step[0] != "folder"}
    inside = {one for one in above if not any(f"{one}/".startswith(f"{top}/") for top in made)}
    return [["folder", one] for one in sorted(inside)] + steps


def environment() -> dict[str, str]:
    """Return the environment inside: nothing of the teacher's."""
    quiet = {"TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "", "FIRSTNET_QUIET": "1"}
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    places = {"HOME": "/tmp", "TMPDIR": "/tmp", "MPLCONFIGDIR": "/tmp/matplotlib", "PATH": ""}
    places["FIRSTNET_DATA"] = "/data" if data_file() else "embedded"
    names = {"USER": "learner", "LOGNAME": "learner", "LANG": "C.UTF-8", "MPLBACKEND": "Agg"}
    return {**quiet, **threads, **places, **names, "PYTHONHASHSEED": "0"}


# --- The ways ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Way:
    """A way to shut a process in; `as_root` ways start with rights, and give them all up."""

    name: str
    bubblewrap: bool = False
    namespaces: bool = False
    as_root: bool = False


TRUSTED = Way("trusted")
WAYS = (
    Way("bubblewrap, as nobody", bubblewrap=True, as_root=True),
    Way("bubblewrap", bubblewrap=True),
    Way("namespaces, as nobody", namespaces=True, as_root=True),
    Way("namespaces", namespaces=True),
)


def possible(way: Way) -> bool:
    """Tell whether it makes sense to try a way here."""
    here = sys.platform == "linux" and (not way.as_root or os.geteuid() == 0)
    return here and (not way.bubblewrap or bool(shutil.which("bwrap")))


def apparmor_forbids() -> bool:
    """Tell whether bubblewrap is here, and AppArmor wants a profile that allows it namespaces."""
    try:
        restricted = APPARMOR.read_text().strip() == "1"
    except OSError:  # a system without AppArmor, or with an older one
        return False
    return restricted and bool(shutil.which("bwrap"))


@cache
def find_way(names: str | None = None) -> Way:
    """Return the first way that works here, of those whose name begins with `names`.

    Each is tried by starting a worker. Raises SandboxError, with what to do instead.
    """
    problems = []
    for way in filter(possible, WAYS):
        if way.name.startswith(names or ""):
            try:
                Sandbox(way, Limits()).close()
                return way
            except SandboxError as error:
                problems.append(f"- {way.name}: {error}")
    said = "\n".join(problems) or "- No way is known here."
    remedy = ALLOW if apparmor_forbids() else ELSEWHERE
    raise SandboxError(NO_SANDBOX.format(problems=said, remedy=remedy))


WORDS = {
    "read": "--ro-bind",
    "device": "--dev-bind",
    "link": "--symlink",
    "folder": "--dir",
    "processes": "--proc",
}
APART = ("--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts", "--new-session")
ALONE = ("--die-with-parent", "--as-pid-1", "--cap-drop", "ALL")
AS_ROOT = ("--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID")  # to become nobody, first of all
AS_USER = ("--unshare-user", "--uid", "1000", "--gid", "1000")
PROTECT = ("--remount-ro", "/proc", "--remount-ro", "/")  # /proc/sys belongs to root


def bubblewrap_words(kind: str, *content) -> list[str]:
    """Return a step of a plan in the words of bubblewrap."""
    if kind != "room":
        return [WORDS[kind], *content]
    size, where = content
    return ["--perms", "1777", "--size", str(size), "--tmpfs", where]


def bubblewrap_command(way: Way, steps: list[list], command: list[str]) -> list[str]:
    """Return the command that starts `command` by bubblewrap."""
    who = AS_ROOT if way.as_root else AS_USER
    mounts = [word for step in steps for word in bubblewrap_words(*step)]
    line = [shutil.which("bwrap"), *APART, *ALONE, *who, *mounts, *PROTECT]
    return [*line, "--chdir", "/tmp", "--", *command]


def namespaces_command(way: Way, steps: list[list], command: list[str], open_: list) -> list[str]:
    """Return the command that starts `command` in namespaces made by `confine`."""
    options = {"as_root": way.as_root, "plan": steps, "command": command}
    options |= {"base": str(kit() / "root"), "descriptors": open_, "parent": os.getpid()}
    tool = str(kit() / "tools/confine.py")
    return [python(), "-P", "-s", "-S", "-B", tool, json.dumps(options)]


def worker_command(way: Way, limits: Limits, pipes: dict[str, int]) -> list[str]:
    """Return the command that starts the worker, as it is called inside."""
    shut_in = way.bubblewrap or way.namespaces
    folder = "/grader" if shut_in else str(kit())
    user = secrets.choice(USERS) if way.as_root else None
    settings = {"user": user, "memory": limits.memory, "disk": limits.disk, "tasks": TASKS}
    settings |= pipes | {"locked": shut_in}
    settings |= {"first": [f"{folder}/library"], "then": site_folders()}
    tool = f"{folder}/tools/worker.py"
    return [python(), "-P", "-s", "-S", "-B", tool, json.dumps(settings)]


def full_command(way: Way, limits: Limits, pipes: dict[str, int]) -> list[str]:
    """Return the command that starts the worker in one of the ways; `pipes` are its ends."""
    command = worker_command(way, limits, pipes)
    if way.bubblewrap:
        return bubblewrap_command(way, plan(limits), command)
    if way.namespaces:
        return namespaces_command(way, plan(limits), command, [*pipes.values()])
    return command


# --- Watching ------------------------------------------------------------------------------------


def parents() -> dict[int, int]:
    """Return the parent of every process of this machine that can be seen."""
    found = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError, IndexError, ValueError):
            words = stat.read_bytes().rsplit(b")", 1)[1].split()
            found[int(stat.parent.name)] = int(words[1])
    return found


def descendants(process: int) -> list[int]:
    """Return all processes below one, nearest first."""
    children = {}
    for child, parent in parents().items():
        children.setdefault(parent, []).append(child)
    found = list(children.get(process, []))
    for one in found:
        found.extend(children.get(one, []))
    return found


def memory_of(process: int) -> int:
    """Return the bytes of memory that belong to a process, without the files it maps."""
    try:
        lines = Path(f"/proc/{process}/status").read_text("utf-8", "replace").splitlines()
    except OSError:
        return 0
    wanted = [line.split() for line in lines if line.startswith(("RssAnon", "RssShmem"))]
    return sum(1024 * int(words[1]) for words in wanted)


# --- Running -------------------------------------------------------------------------------------

LIVE: set["Sandbox"] = set()
GIVEN_UP = threading.Event()


def give_up() -> None:
    """End every sandbox of this process, and let none start until GIVEN_UP is cleared."""
    GIVEN_UP.set()
    for box in list(LIVE):
        box.end_all()


class Sandbox:
    """One worker, shut in. `ask` it; `close` it, and all that it started is ended.

    Raises SandboxError if it does not start.
    """

    def __init__(self, way: Way, limits: Limits):
        if GIVEN_UP.is_set():
            raise SandboxError("the run was stopped")
        self.limits, self.looked = limits, 0.0
        self.forget()
        self.errors = tempfile.TemporaryFile()  # noqa: SIM115 - closed by `close`
        self.start(way)
        LIVE.add(self)
        if GIVEN_UP.is_set():  # since it was asked above
            self.end_all()
        self.greet()

    def start(self, way: Way) -> None:
        """Start the worker, with a pipe to it, one from it, and one that tells of our end."""
        requests, self.requests = os.pipe()
        self.replies, replies = os.pipe()
        life, self.life = os.pipe()
        pipes = {"requests": requests, "replies": replies, "life": life}
        os.set_blocking(self.replies, False)
        os.set_blocking(self.requests, False)
        try:
            command = full_command(way, self.limits, pipes)
            self.process = start(command, tuple(pipes.values()), self.errors)
        except BaseException:
            self.close_files()
            raise
        finally:
            for descriptor in pipes.values():
                os.close(descriptor)

    def greet(self) -> None:
        """Wait until the worker says that it is ready."""
        try:
            ready = self.read_line(time.monotonic() + START_SECONDS)
        except Stopped as stopped:
            ready = f"it did not start ({stopped.why})"
        if not (isinstance(ready, dict) and ready.get("ready") is True):
            self.errors.seek(0)
            said = self.errors.read(2000).decode("utf-8", "replace").strip().splitlines()
            self.close()
            raise SandboxError(said[-1] if said else str(ready))
        for process in [self.process.pid, *descendants(self.process.pid)]:
            end_first(process)

    def forget(self) -> None:
        """Forget all that was read: lines, the start of a line, and how much it was."""
        self.lines, self.begun, self.read, self.count = deque(), b"", 0, 0

    def ask(self, request: dict, seconds: float) -> dict:
        """Send a request; return the reply, or raise Stopped. What answers nothing is passed by."""
        if seconds <= 0:
            raise Stopped("time")
        deadline, number = time.monotonic() + seconds, secrets.token_hex(8)
        self.forget()
        self.send(json.dumps(request | {"id": number}).encode() + b"\n", deadline)
        while True:
            reply = self.read_line(deadline)
            if isinstance(reply, dict) and reply.get("id") == number:
                return reply
            self.look(deadline)

    def send(self, message: bytes, deadline: float) -> None:
        """Write all of a message, however slowly it is read."""
        while message:
            ready = select.select([], [self.requests], [], TICK)[1]
            try:
                message = message[os.write(self.requests, message) :] if ready else message
            except BlockingIOError:
                pass
            except BrokenPipeError as error:
                raise Stopped("end") from error
            if message:
                self.look(deadline)

    def read_line(self, deadline: float):
        """Return what the next line holds, None if it is no JSON; read only so many bytes.

        A whole line is used even when the deadline has passed since it was sent: this process
        may have been busy with another submission.
        """
        while not self.lines:
            if select.select([self.replies], [], [], TICK)[0]:
                self.receive(os.read(self.replies, 1 << 20))
            if not self.lines:
                self.look(deadline)
        return from_json(self.lines.popleft())

    def receive(self, got: bytes) -> None:
        """Take in what was read; raise Stopped at the end, and for too many lines."""
        if not got:
            raise Stopped("end")
        self.read += len(got)
        *whole, rest = got.split(b"\n", MOST_LINES)
        self.count += len(whole)
        if self.count >= MOST_LINES:
            raise Stopped("answer")
        if whole:
            self.lines.extend([self.begun + whole[0], *whole[1:]])
            self.begun = b""
        self.begun += rest

    def look(self, deadline: float) -> None:
        """Raise Stopped if a limit is passed."""
        now = time.monotonic()
        if self.read > self.limits.answer * MEGABYTE:
            raise Stopped("answer")
        if now > deadline:
            raise Stopped("time")
        if now - self.looked < LOOK_EVERY:
            return
        self.looked = now
        below = descendants(self.process.pid)
        if len(below) > self.limits.processes:
            raise Stopped("processes")
        if sum(map(memory_of, below)) > self.limits.memory * MEGABYTE:
            raise Stopped("memory")

    def end_all(self) -> None:
        """Kill the worker and all that it started."""
        for process in [*descendants(self.process.pid), self.process.pid]:
            end(process)

    def close(self) -> None:
        """End the worker and all that it started; a namespace ends with its first process."""
        self.end_all()
        self.process.wait()
        LIVE.discard(self)
        self.close_files()

    def close_files(self) -> None:
        """Close our ends of the pipes, and the file of what the worker said."""
        for descriptor in (self.requests, self.replies, self.life):
            os.close(descriptor)
        self.errors.close()

    def __enter__(self):
        return self

    def __exit__(self, *details):
        self.close()


def start(command: list[str], descriptors: tuple, errors) -> subprocess.Popen:
    """Start a command with nothing of this process but some pipes."""
    try:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=errors,
            pass_fds=descriptors,
            env=environment(),
            cwd="/",
            start_new_session=True,
        )
    except OSError as error:
        raise SandboxError(str(error)) from error


def end_first(process: int) -> None:
    """Let the kernel end a process before all others when the machine runs out of memory."""
    with suppress(OSError):
        Path(f"/proc/{process}/oom_score_adj").write_text("1000")


def end(process: int) -> None:
    """Kill a process if it is still there."""
    with suppress(ProcessLookupError):
        os.kill(process, signal.SIGKILL)


def from_json(line: bytes):
    """Return what a line of JSON holds, or None when it is none."""
    try:
        return json.loads(line)
    except (ValueError, RecursionError, MemoryError):
        return None
