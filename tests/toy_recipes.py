"""Recipes that Dask workers can import: they say who ran what, and wait as they are told."""

import os
import time
from pathlib import Path


def noted_square(settings, *, folder, report):
    """Note that a run began and in which process; return the square and that process."""
    with Path(settings["log"]).open("a") as log:
        log.write(f"{settings['x']} {os.getpid()}\n")
    if settings["x"] < 0:
        raise ValueError(f"{settings['x']} is below zero")
    time.sleep(settings["pause"])
    return {"square": settings["x"] ** 2, "process": os.getpid()}
