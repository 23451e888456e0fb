"""What it costs to run the notebooks: seconds and peak memory of each, kept in timings.json."""

import os
import platform
import time
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from threading import Event, Thread

import psutil

from tools import ROOT
from tools.experiments.record import read_json, write_json

TIMINGS = ROOT / "book" / "timings.json"
PAUSE = 0.1  # seconds between two looks at the memory
MOST_SECONDS, MOST_MEGABYTES = 90, 1500  # of one notebook
MOST_SECONDS_TOGETHER = 600


class Watch:
    """Measure a `with` block: its seconds, and the peak memory of the processes it starts."""

    def __enter__(self):
        self.before = {process.pid for process in psutil.Process().children(recursive=True)}
        self.peak, self.ended, self.started = 0, Event(), time.perf_counter()
        self.thread = Thread(target=self.look, daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *error):
        self.seconds = round(time.perf_counter() - self.started, 1)
        self.ended.set()
        self.thread.join()
        self.megabytes = round(self.peak / 1e6)

    def look(self):
        """Look at the memory again and again until the block ends."""
        while not self.ended.wait(PAUSE):
            family = psutil.Process().children(recursive=True)
            new = [process for process in family if process.pid not in self.before]
            self.peak = max(self.peak, sum(map(resident_bytes, new)))


def resident_bytes(process: psutil.Process) -> int:
    """Return the memory that a process holds; 0 when it has just ended."""
    try:
        return process.memory_info().rss
    except psutil.Error:
        return 0


def processor() -> str:
    """Return the name of the processor, as far as the system tells it."""
    about = Path("/proc/cpuinfo")
    lines = about.read_text("utf-8").splitlines() if about.is_file() else []
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def tensorflow_version() -> str:
    """Return TensorFlow's version; its package has other names on other systems."""
    try:
        return version("tensorflow-cpu")
    except PackageNotFoundError:
        return version("tensorflow")


def machine() -> dict:
    """Return what the seconds depend on beside the notebook."""
    return {
        "processor": processor(),
        "cpus": os.cpu_count(),
        "memory_gb": round(psutil.virtual_memory().total / 1e9),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "tensorflow": tensorflow_version(),
        "keras": version("keras"),
        "numpy": version("numpy"),
    }


def timings() -> dict[str, dict]:
    """Return what each notebook cost when it was last executed, by its name."""
    return read_json(TIMINGS) if TIMINGS.is_file() else {}


def keep(name: str, content_hash: str, watch: Watch) -> None:
    """Write what a notebook cost beside what the others did; forget notebooks that are gone."""
    found = timings() | {
        name: {
            "seconds": watch.seconds,
            "peak_megabytes": watch.megabytes,
            "date": date.today().isoformat(),
            "content_hash": content_hash,
            "machine": machine(),
        }
    }
    chapters = {path.stem for path in (ROOT / "book" / "chapters").glob("[0-9][0-9]_*.py")}
    write_json(TIMINGS, {one: found[one] for one in sorted(set(found) & chapters)})


def is_known(name: str, content_hash: str) -> bool:
    """Tell whether the cost of a notebook was measured when it was made from this content."""
    return timings().get(name, {}).get("content_hash") == content_hash
