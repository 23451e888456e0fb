"""How much one submission may use: seconds, memory, processes, disk, and the size of an answer."""

import os
import time
from dataclasses import asdict, dataclass, replace

MEGABYTE = 1_000_000
REFERENCE_SECONDS = 0.5  # what `calibrate` takes on one slow core
LONGEST_SCALE = 10


@dataclass(frozen=True)
class Limits:
    """Limits of one submission. Seconds are those of a quick machine; a slow one gives more."""

    cell_seconds: float = 120
    call_seconds: float = 30
    submission_seconds: float = 900
    memory: int = 4000  # megabytes, of all its processes
    processes: int = 48
    disk: int = 256  # megabytes
    answer: int = 8  # megabytes, of one answer
    restarts: int = 6

    def as_dict(self) -> dict:
        """Return the limits as a JSON-able dictionary."""
        return asdict(self)

    def scaled(self, factor: float) -> "Limits":
        """Return limits whose seconds are `factor` times as long."""
        names = ("cell_seconds", "call_seconds", "submission_seconds")
        return replace(self, **{name: factor * getattr(self, name) for name in names})


def calibrate() -> float:
    """Return the seconds of a fixed piece of work: how slow this machine is now."""
    start = time.perf_counter()
    total = 0
    for number in range(2_000_000):
        total += number & 7
    return time.perf_counter() - start


def scale(jobs: int) -> float:
    """Return by what to stretch time limits here: 1 on a quick machine with a core for each job."""
    crowd = max(1.0, jobs / (os.cpu_count() or 1))
    return min(LONGEST_SCALE, crowd * max(1.0, calibrate() / REFERENCE_SECONDS))
