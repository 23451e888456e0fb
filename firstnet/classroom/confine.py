"""Shut a process in: its own root folder, no network, no rights, limits. Linux only.

Runs by itself inside the sandbox, with nothing but Python's standard library. `lock_down` is the
worker's first act. `main` is the way without bubblewrap: it makes the namespaces, and the root
folder that `sandbox.plan` describes, by calls of the kernel, and starts the worker there.
"""

import ctypes
import json
import os
import platform
import resource
import select
import signal
import struct
import sys
from contextlib import suppress
from pathlib import Path

LIBC = ctypes.CDLL(None, use_errno=True)
NEW_USER, NEW_CGROUP = 0x10000000, 0x02000000
NEW_OTHERS = 0x00020000 | 0x04000000 | 0x08000000 | 0x20000000 | 0x40000000
BIND, RECURSIVE, PRIVATE, DETACH = 4096, 16384, 1 << 18, 2
NOSUID, NODEV, NOEXEC = 2, 4, 8
READ_ONLY_ATTRIBUTE, NOSUID_ATTRIBUTE, NODEV_ATTRIBUTE = 1, 2, 4
DEATH_SIGNAL, DUMPABLE, SECCOMP, NO_NEW_PRIVILEGES = 1, 4, 22, 38
MOUNT_SETATTR = 442  # the same number on every processor
LOOK_EVERY = 1  # seconds between two looks whether the grader is still there
INSIDE = 1000  # user and group inside a user namespace

# Calls that a learner's code never needs: (x86_64, aarch64).
DENIED = {
    "unshare": (272, 97), "setns": (308, 268), "mount": (165, 40), "umount2": (166, 39),
    "pivot_root": (155, 41), "chroot": (161, 51), "ptrace": (101, 117),
    "process_vm_readv": (310, 270), "process_vm_writev": (311, 271), "bpf": (321, 280),
    "perf_event_open": (298, 241), "userfaultfd": (323, 282), "keyctl": (250, 219),
    "add_key": (248, 217), "request_key": (249, 218), "io_uring_setup": (425, 425),
    "memfd_create": (319, 279), "memfd_secret": (447, 447), "shmget": (29, 194),
    "msgget": (68, 186), "semget": (64, 190), "mq_open": (240, 180), "open_tree": (428, 428),
    "move_mount": (429, 429), "fsopen": (430, 430), "fsmount": (432, 432),
    "mount_setattr": (442, 442), "open_by_handle_at": (304, 265),
}  # fmt: skip
PROCESSORS = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}
CLONE, CLONE3, SOCKET = (56, 220), 435, (41, 198)
FAMILIES = (1, 2, 10, 16)  # Unix, IPv4, IPv6, netlink; no vsock, which reaches out of a machine
X32 = 0x40000000  # calls numbered from here on are those of another system interface
FORBIDDEN, UNKNOWN_CALL, NO_FAMILY, ALLOWED = 0x50001, 0x50026, 0x50061, 0x7FFF0000


def check(result: int, what: str) -> None:
    """Raise OSError, naming the act, when a call of the kernel failed."""
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")


# --- What the worker does first ------------------------------------------------------------------


def lock_down(settings: dict) -> None:
    """Give up every right and set the limits: "user" (or None), "memory", "disk", "tasks"."""
    os.nice(5)
    if settings["user"]:
        os.setgroups([])
        os.setresgid(*[settings["user"]] * 3)
        os.setresuid(*[settings["user"]] * 3)
    drop_capabilities()
    set_limits(settings)
    LIBC.prctl(DEATH_SIGNAL, signal.SIGKILL, 0, 0, 0)
    check(LIBC.prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0), "no new privileges")
    if platform.machine() in PROCESSORS:
        forbid_calls(*PROCESSORS[platform.machine()])


def set_limits(settings: dict) -> None:
    """Set the kernel's limits of this process and of each that it starts."""
    file = settings["disk"] * 1_000_000
    address_space = (settings["memory"] + 28_000) * 1_000_000  # TensorFlow reserves much, uses less
    for what, most in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, file),
        (resource.RLIMIT_AS, address_space),
        (resource.RLIMIT_NPROC, settings["tasks"]),
        (resource.RLIMIT_NOFILE, 256),
    ):
        hard = resource.getrlimit(what)[1]
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (most, most))


def stand_first(life: int, others: list[int]) -> None:
    """As process 1, whom no signal from inside can end: fork, and return in the child only.

    `life` is a pipe of which only the grader has the other side. When that is closed, process 1
    ends, and takes all of its namespace along. To ask for a signal at the parent's end is not
    enough: bubblewrap, root without capabilities, may send none to another user.
    """
    worker = os.fork()
    if worker == 0:
        os.close(life)
        LIBC.prctl(DUMPABLE, 1, 0, 0, 0)  # else it could not read its own /proc after `setuid`
        return
    LIBC.prctl(DUMPABLE, 0, 0, 0, 0)
    for descriptor in others:
        os.close(descriptor)
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGCHLD])
    grader = select.poll()
    grader.register(life, 0)  # to hear only that the other side is closed
    while not grader.poll(0):
        ended, status = os.waitpid(-1, os.WNOHANG)
        if ended == worker:
            os._exit(exit_code(status))
        if not ended:
            signal.sigtimedwait([signal.SIGCHLD], LOOK_EVERY)
    os._exit(1)


def exit_code(status: int) -> int:
    """Return the exit code of a process that ended, 128 and more for a signal, as a shell does."""
    code = os.waitstatus_to_exitcode(status)
    return code if code >= 0 else 128 - code


def drop_capabilities() -> None:
    """Empty the sets of capabilities of this process."""
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)  # version 3, this process
    check(LIBC.capset(header, (ctypes.c_uint32 * 6)()), "dropping capabilities")


def filter_program(column: int, processor: int) -> list[tuple[int, int, int, int]]:
    """Return the steps of the filter of calls: (code, jump if true, jump if false, constant)."""
    load, equal, at_least, bits, give = 0x20, 0x15, 0x35, 0x45, 0x06
    steps = [(load, 0, 0, 4), (equal, 1, 0, processor), (give, 0, 0, FORBIDDEN), (load, 0, 0, 0)]
    steps += [(at_least, 0, 1, X32), (give, 0, 0, FORBIDDEN)]
    for numbers in DENIED.values():
        steps += [(equal, 0, 1, numbers[column]), (give, 0, 0, FORBIDDEN)]
    steps += [(equal, 0, 1, CLONE3), (give, 0, 0, UNKNOWN_CALL)]  # the C library uses clone then
    steps += [(equal, 0, 3, CLONE[column]), (load, 0, 0, 16)]
    steps += [
        (bits, 0, 1, NEW_USER | NEW_CGROUP | NEW_OTHERS),
        (give, 0, 0, FORBIDDEN),
        (load, 0, 0, 0),
    ]
    steps += [(load, 0, 0, 0), (equal, 0, len(FAMILIES) + 2, SOCKET[column]), (load, 0, 0, 16)]
    steps += [(equal, len(FAMILIES) - at, 0, one) for at, one in enumerate(FAMILIES)]
    return [*steps, (give, 0, 0, NO_FAMILY), (give, 0, 0, ALLOWED)]


def forbid_calls(column: int, processor: int) -> None:
    """Install the filter of calls for this process and all that it starts."""
    steps = filter_program(column, processor)
    code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *step) for step in steps))

    class Program(ctypes.Structure):
        _fields_ = (("length", ctypes.c_ushort), ("steps", ctypes.c_void_p))

    program = Program(len(steps), ctypes.addressof(code))
    check(LIBC.prctl(SECCOMP, 2, ctypes.byref(program), 0, 0), "the filter of calls")


# --- The way without bubblewrap ------------------------------------------------------------------


def mount(source: str, target: str, kind: str | None, flags: int, data: str = "") -> None:
    """Mount, or raise OSError."""
    words = [word.encode() if word is not None else None for word in (source, target, kind)]
    check(LIBC.mount(*words, ctypes.c_ulong(flags), data.encode()), f"mounting {target}")


def set_attributes(target: str, attributes: int, *, below: bool) -> None:
    """Add attributes, as read-only, to a mount, and to all mounts below it."""
    wanted = (ctypes.c_uint64 * 4)(attributes, 0, 0, 0)
    recursive = 0x8000 if below else 0
    arguments = (MOUNT_SETATTR, -100, target.encode(), recursive, ctypes.byref(wanted), 32)
    check(LIBC.syscall(*arguments), f"write-protecting {target}")


def make_target(source: str, target: str) -> None:
    """Make the folder or empty file that something is mounted on."""
    if Path(source).is_dir():
        Path(target).mkdir(parents=True, exist_ok=True)
    else:
        Path(target).touch()


def build(root: str, step: list) -> None:
    """Do one step of a plan below the new root: see `sandbox.plan`."""
    kind, *content = step
    target = root + content[-1]
    if kind in ("read", "device"):
        show(content[0], target, is_device=kind == "device")
    elif kind == "link":
        Path(target).symlink_to(content[0])
    else:
        Path(target).mkdir(parents=True, exist_ok=True)
    if kind == "room":
        mount("tmpfs", target, "tmpfs", NOSUID | NODEV, f"mode=1777,size={content[0]}")
    if kind == "processes":
        mount_processes(target)


def show(source: str, target: str, *, is_device: bool) -> None:
    """Show a file or folder, read-only, or a device, which can be written to."""
    make_target(source, target)
    mount(source, target, None, BIND | RECURSIVE)
    attributes = 0 if is_device else READ_ONLY_ATTRIBUTE | NODEV_ATTRIBUTE
    set_attributes(target, attributes | NOSUID_ATTRIBUTE, below=True)


def mount_processes(target: str) -> None:
    """Show the processes of this namespace; where a container forbids it, show none."""
    with suppress(PermissionError):
        mount("proc", target, "proc", NOSUID | NODEV | NOEXEC)
        set_attributes(target, READ_ONLY_ATTRIBUTE, below=False)  # /proc/sys belongs to root


def enter_root(base: str, steps: list) -> None:
    """Make a root folder on an empty folder, of these steps, and leave all others behind."""
    mount("none", "/", None, RECURSIVE | PRIVATE)
    mount("tmpfs", base, "tmpfs", NOSUID | NODEV, "mode=0755,size=1000000")
    for step in steps:
        build(base, step)
    os.chdir(base)
    check(LIBC.syscall({"aarch64": 41}.get(platform.machine(), 155), b".", b"."), "a new root")
    check(LIBC.umount2(b".", DETACH), "leaving the old root")
    set_attributes("/", READ_ONLY_ATTRIBUTE, below=False)
    os.chdir("/tmp")


def map_user(user: int, group: int) -> None:
    """Be an ordinary user inside the new user namespace."""
    for name, line in (
        ("setgroups", "deny"),
        ("uid_map", f"{INSIDE} {user} 1"),
        ("gid_map", f"{INSIDE} {group} 1"),
    ):
        Path(f"/proc/self/{name}").write_text(line)


def be_first(options: dict) -> None:
    """As process 1 of the namespace: build the root, and become the worker there."""
    LIBC.prctl(DEATH_SIGNAL, signal.SIGKILL, 0, 0, 0)
    enter_root(options["base"], options["plan"])
    os.execve(options["command"][0], options["command"], dict(os.environ))


def leave(options: dict) -> None:
    """Leave the namespaces of the teacher's processes; the next child is in the new ones."""
    user, group = os.geteuid(), os.getegid()
    flags = NEW_OTHERS if options["as_root"] else NEW_OTHERS | NEW_USER
    check(LIBC.unshare(flags), "namespaces of its own")
    if not options["as_root"]:
        map_user(user, group)


def main() -> None:
    """Start the command of `options`, JSON in the first argument, in namespaces of its own."""
    options = json.loads(sys.argv[1])
    LIBC.prctl(DEATH_SIGNAL, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != options["parent"]:  # it ended before it could be asked to take this along
        return
    leave(options)
    first = os.fork()
    if first == 0:
        be_first(options)
    for descriptor in options["descriptors"]:
        os.close(descriptor)
    os._exit(exit_code(os.waitpid(first, 0)[1]))


if __name__ == "__main__":
    main()
