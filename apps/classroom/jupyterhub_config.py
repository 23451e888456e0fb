"""JupyterHub for one class on one machine, with nbgrader: see book/teach/jupyterhub.md.

Start it as root: `jupyterhub -f apps/classroom/jupyterhub_config.py`. People log in with their
accounts on this machine. What differs from school to school is set in the environment:

FIRSTNET_TEACHER   the teacher's account, default "teacher"
FIRSTNET_GROUP     the group of accounts that may log in, default "firstnet"
FIRSTNET_EXCHANGE  where assignments change hands, default /srv/firstnet/exchange
FIRSTNET_MEMORY    how much memory one process of a student may take, default 3G
"""

import os
import pwd
import resource
import sys
from pathlib import Path

from jupyterhub.spawner import LocalProcessSpawner

HERE = Path(__file__).resolve().parent
PROGRAMS = Path(sys.executable).parent
TEACHER = os.environ.get("FIRSTNET_TEACHER", "teacher")
GROUP = os.environ.get("FIRSTNET_GROUP", "firstnet")
EXCHANGE = Path(os.environ.get("FIRSTNET_EXCHANGE", "/srv/firstnet/exchange"))
MEMORY = os.environ.get("FIRSTNET_MEMORY", "3G")
MOST_PROCESSES = 400  # a student's threads count too: TensorFlow starts a few dozen

c = get_config()  # noqa: F821


class LimitedSpawner(LocalProcessSpawner):
    """Starts servers as their users, with limits; JupyterHub's own spawner would only note them.

    The limit of memory holds for each process, so for each notebook, and for what it allocates.
    """

    def make_preexec_fn(self, name):
        """Return what a new process does before it becomes the student's server."""
        become_user = super().make_preexec_fn(name)
        memory = self.mem_limit

        def before():
            if name != TEACHER:
                resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
                resource.setrlimit(resource.RLIMIT_NPROC, (MOST_PROCESSES, MOST_PROCESSES))
                os.umask(0o077)  # else what students write could be read by all
            become_user()

        return before


def prepare(spawner):
    """Close a home folder to the others, and show teachers and students what is theirs."""
    name = spawner.user.name
    Path(pwd.getpwnam(name).pw_dir).chmod(0o700)
    role = "teachers" if name == TEACHER else "students"
    folders = [str(HERE / role), str(HERE / "everyone")]
    spawner.environment = spawner.environment | {"JUPYTER_CONFIG_PATH": os.pathsep.join(folders)}


# everybody may put a folder here; the sticky bit keeps it from being moved or taken away by others
EXCHANGE.mkdir(parents=True, exist_ok=True)
EXCHANGE.chmod(0o1777)

c.JupyterHub.bind_url = os.environ.get("FIRSTNET_HUB", "http://127.0.0.1:8000")
c.JupyterHub.spawner_class = LimitedSpawner
c.JupyterHub.cleanup_servers = False  # a restart of the hub does not end a lesson
# this proxy would give up on an answer after 20 seconds, while nbgrader is still at work
c.ConfigurableHTTPProxy.command = [
    str(PROGRAMS / "configurable-http-proxy"),
    "--proxy-timeout=600000",  # milliseconds
]
c.ConfigurableHTTPProxy.should_start = True

c.Authenticator.admin_users = {TEACHER}
c.Authenticator.allowed_users = {TEACHER}
c.LocalAuthenticator.allowed_groups = {GROUP}

c.Spawner.cmd = [str(PROGRAMS / "jupyterhub-singleuser")]
c.Spawner.args = [
    "--MappingKernelManager.cull_idle_timeout=3600",
    "--MappingKernelManager.cull_interval=300",
    "--ServerApp.shutdown_no_activity_timeout=7200",
    # a log-in shell, as it would be, forgets the PATH: `firstnet` and `nbgrader` would not be found
    "--ServerApp.terminado_settings={'shell_command': ['/bin/bash']}",
]
c.Spawner.environment = {
    "PATH": os.pathsep.join([str(PROGRAMS), os.environ["PATH"]]),  # nbgrader calls alembic
    "FIRSTNET_EXCHANGE": str(EXCHANGE),
}
c.Spawner.env_keep = ["LANG", "LC_ALL", "FIRSTNET_DATA"]
c.Spawner.mem_limit = MEMORY
c.Spawner.start_timeout = 120
c.Spawner.http_timeout = 120
c.Spawner.pre_spawn_hook = prepare
