"""Run the recorded experiments; each leaves its numbers in `book/experiments/NAME.json`."""

import argparse
import os
import shutil

from firstnet.data import DataError
from tools.experiments import parallel, record
from tools.experiments.catalogue import EXPERIMENTS
from tools.experiments.progress import ProgressLine, RunsLine
from tools.experiments.recipes import NotRealData

STOPPED = """
Stopped. Nothing is lost: every run and every epoch that ended is saved.
Give the same command again and it goes on from there."""
FAILED = """{name}: {count} of the runs failed; the others are saved. The first of them, and why:
{first[0]}
{first[1]!r}
Mend the cause and give the same command again."""


class RunsFailed(RuntimeError):
    """Runs of an experiment ended with an error; what the others gave is saved."""


def at_least_one(text: str) -> int:
    """Read a whole number from 1 on."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"a whole number from 1 on, not {text!r}")
    return int(text)


def parsed(arguments: list[str]) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m tools experiments", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="which ones; all without a name")
    parser.add_argument("--list", action="store_true", help="say which there are, and their state")
    parser.add_argument("--fresh", action="store_true", help="forget what is saved and run again")
    parser.add_argument("--jobs", type=at_least_one, help="worker processes here; one a core")
    parser.add_argument(
        "--scheduler", metavar="ADDRESS", help="a Dask scheduler, as tcp://host:8786, to run on"
    )
    return parser.parse_args(arguments)


def chosen(names: list[str]) -> list[record.Experiment]:
    """Return the experiments of these names, or all of them."""
    known = {experiment.name: experiment for experiment in EXPERIMENTS}
    unknown = sorted(set(names) - set(known))
    if unknown:
        raise SystemExit(
            f"No experiment is called {', '.join(unknown)}. Known: {', '.join(known)}."
        )
    return [known[name] for name in names or known]


def run(experiment: record.Experiment, options: argparse.Namespace) -> None:
    """Run what is left of one experiment and write its record; nothing if that is current."""
    if options.fresh:
        shutil.rmtree(record.WORK / experiment.name, ignore_errors=True)
    elif record.is_current(experiment):
        print(f"{experiment.name}: recorded, and its recipe has not changed since. Skipped.")
        return
    make = run_here if experiment.workers is None else run_in_workers
    path = record.write(experiment, make(experiment, options))
    print(f"{experiment.name}: recorded in book/experiments/{path.name}.")


def run_here(experiment: record.Experiment, options: argparse.Namespace) -> list[dict]:
    """Run in this process, one run after the other; return them."""
    runs = []
    for number, settings in enumerate(experiment.runs, start=1):
        with ProgressLine(f"{experiment.name}, run {number} of {len(experiment.runs)}") as line:
            runs.append(record.finished(experiment, settings, report=line))
    return runs


def run_in_workers(experiment: record.Experiment, options: argparse.Namespace) -> list[dict]:
    """Run in processes of their own, several at once; each run is saved as it ends.

    Raises RunsFailed at the end, with what they said, if some runs failed.
    """
    waiting = [one for one in experiment.runs if record.saved(experiment, one) is None]
    workers = experiment.workers if experiment.workers != "all" else options.jobs or os.cpu_count()
    failed = []
    with RunsLine(experiment.name, total=len(experiment.runs), left=len(waiting)) as line:
        ways = {"scheduler": options.scheduler, "workers": workers}
        for settings, found in parallel.results(experiment.recipe, waiting, **ways):
            if isinstance(found, Exception):
                failed.append((settings, found))
            else:
                record.save(experiment, settings, found)
            line.advance()
    if failed:
        raise RunsFailed(FAILED.format(name=experiment.name, count=len(failed), first=failed[0]))
    return [record.saved(experiment, settings) for settings in experiment.runs]


def main(arguments: list[str]) -> int:
    """Run, or list, the experiments; return the exit code."""
    options = parsed(arguments)
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # the progress line stands alone
    try:
        for experiment in chosen(options.names):
            if options.list:
                print(f"{experiment.name:24} {record.state(experiment):16} {experiment.question}")
            else:
                run(experiment, options)
    except KeyboardInterrupt:
        print(STOPPED)
        return 130
    except (NotRealData, DataError, RunsFailed) as refusal:
        print(refusal)
        return 1
    except OSError as error:
        if not options.scheduler:
            raise
        print(f"No Dask scheduler answers at {options.scheduler} ({error}). Nothing is lost.")
        return 1
    return 0
