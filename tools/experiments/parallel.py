"""Run what is left of an experiment in worker processes: on this machine, or on a Dask cluster."""

import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

PATIENCE = "10s"  # for the scheduler to answer
QUIET = {"distributed": "error", "tornado": "critical"}


@contextmanager
def cluster(scheduler: str | None, workers: int):
    """Yield a Dask client: of the scheduler at an address, or of worker processes of our own.

    A worker of our own that is killed is started again; Dask gives its run to another one.
    """
    import dask
    from distributed import Client, LocalCluster

    dask.config.set({"logging": QUIET})
    if scheduler:
        with Client(scheduler, timeout=PATIENCE, set_as_default=False) as client:
            yield client
        return
    options = {
        "host": "127.0.0.1",
        "threads_per_worker": 1,
        "memory_limit": None,
        "dashboard_address": "127.0.0.1:0",
    }
    with (
        LocalCluster(n_workers=workers, silence_logs=logging.ERROR, **options) as own,
        Client(own, set_as_default=False) as client,
    ):
        yield client


def work(recipe: Callable, settings: dict) -> dict:
    """Run one recipe from start to end in a worker; return its results."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    with TemporaryDirectory() as folder:
        return recipe(settings, folder=Path(folder), report=lambda *_, **__: None)


def results(
    recipe: Callable, waiting: list[dict], *, scheduler: str | None, workers: int
) -> Iterator[tuple[dict, dict | Exception]]:
    """Yield the settings and results of each run as it ends; an exception stands for a failed run.

    Raises OSError if no scheduler answers at the address.
    """
    from distributed import as_completed

    with cluster(scheduler, min(workers, len(waiting))) as client:
        futures = [client.submit(work, recipe, settings, pure=False) for settings in waiting]
        places = {future.key: settings for future, settings in zip(futures, waiting, strict=True)}
        for future in as_completed(futures, loop=client.loop):
            error = future.exception()
            yield places[future.key], error or future.result()
            future.release()
