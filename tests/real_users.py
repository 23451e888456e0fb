"""Run a command on a machine where a class has accounts, which is gone when the command ends.

`python tests/real_users.py FOLDER NAME... -- COMMAND`, as root. The accounts stand in a mount
namespace of their own: outside of it no file of this machine changes. Everybody's password is
`PASSWORD`; homes are in FOLDER. When the first process ends, so do all others.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

PASSWORD = "correct horse"
FIRST_NUMBER = 61001
GROUP = "firstnet"
NAMESPACES = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"]


def can_make_them():
    """Tell whether this process may make namespaces, and knows passwords of the kind it needs."""
    tools = all(map(shutil.which, ["unshare", "mount", "openssl"]))
    if os.geteuid() or not tools or not Path("/etc/shadow").exists():
        return False
    return subprocess.run([*NAMESPACES, "true"], capture_output=True).returncode == 0


def command_line(folder, names, command):
    """Return the command that makes the accounts and then runs `command`."""
    return [*NAMESPACES, sys.executable, __file__, str(folder), *names, "--", *map(str, command)]


def bind(source, target):
    subprocess.run(["mount", "--bind", source, target], check=True)


def password_hash():
    command = ["openssl", "passwd", "-6", PASSWORD]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def make_accounts(folder, names):
    """Let the three files of accounts know the class, in this namespace only."""
    hashed, added = password_hash(), {"passwd": "", "shadow": "", "group": ""}
    for number, name in enumerate(names, FIRST_NUMBER):
        home = folder / "home" / name
        added["passwd"] += f"{name}:x:{number}:{number}::{home}:/bin/sh\n"
        added["shadow"] += f"{name}:{hashed}:20000:0:99999:7:::\n"
        added["group"] += f"{name}:x:{number}:\n"
        home.mkdir(parents=True)
        os.chown(home, number, number)
    added["group"] += f"{GROUP}:x:{FIRST_NUMBER - 1}:{','.join(names)}\n"
    for kind, lines in added.items():
        copy = folder / kind
        copy.write_text(Path("/etc", kind).read_text("utf-8") + lines, "utf-8")
        shutil.copymode(f"/etc/{kind}", copy)
        bind(copy, f"/etc/{kind}")


def barred(path):
    """Return the highest folder above a path that only root may enter, or None."""
    closed = [one for one in [*reversed(path.parents)] if not one.stat().st_mode & 0o001]
    return closed[0] if closed else None


def open_ways(paths, folder):
    """Let the class reach paths inside folders that are root's own, and nothing beside them."""
    kept = {path: folder / f"kept-{n}" for n, path in enumerate(paths) if barred(path)}
    for path, place in kept.items():
        place.mkdir()
        bind(path, place)
    for closed in {barred(path) for path in kept}:
        subprocess.run(["mount", "-t", "tmpfs", "-o", "mode=755", "tmpfs", closed], check=True)
    for path, place in kept.items():
        path.mkdir(parents=True)
        bind(place, path)


def main():
    """Make accounts, open the way to Python and this checkout, become the command."""
    cut = sys.argv.index("--")
    folder, names, command = Path(sys.argv[1]), sys.argv[2:cut], sys.argv[cut + 1 :]
    make_accounts(folder, names)
    open_ways([Path(sys.base_prefix).resolve(), Path(__file__).resolve().parents[1]], folder)
    os.environ["HOME"] = "/"
    os.execvp(command[0], command)


if __name__ == "__main__":
    main()
