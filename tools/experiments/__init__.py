"""Run the recorded experiments; each leaves its numbers in `book/experiments/NAME.json`."""

import argparse
import os
import shutil

from firstnet.data import DataError
from tools.experiments import record
from tools.experiments.catalogue import EXPERIMENTS
from tools.experiments.progress import ProgressLine
from tools.experiments.recipes import NotRealData

STOPPED = """
Stopped. Nothing is lost: every run and every epoch that ended is saved.
Give the same command again and it goes on from there."""


def parsed(arguments: list[str]) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m tools experiments", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="which ones; all without a name")
    parser.add_argument("--list", action="store_true", help="say which there are, and their state")
    parser.add_argument("--fresh", action="store_true", help="forget what is saved and run again")
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


def run(experiment: record.Experiment, *, fresh: bool) -> None:
    """Run what is left of one experiment and write its record; nothing if that is current."""
    if fresh:
        shutil.rmtree(record.WORK / experiment.name, ignore_errors=True)
    elif record.is_current(experiment):
        print(f"{experiment.name}: recorded, and its recipe has not changed since. Skipped.")
        return
    runs = []
    for number, settings in enumerate(experiment.runs, start=1):
        with ProgressLine(f"{experiment.name}, run {number} of {len(experiment.runs)}") as line:
            runs.append(record.finished(experiment, settings, report=line))
    path = record.write(experiment, runs)
    print(f"{experiment.name}: recorded in book/experiments/{path.name}.")


def main(arguments: list[str]) -> int:
    """Run, or list, the experiments; return the exit code."""
    options = parsed(arguments)
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # the progress line stands alone
    try:
        for experiment in chosen(options.names):
            if options.list:
                print(f"{experiment.name:24} {record.state(experiment):16} {experiment.question}")
            else:
                run(experiment, fresh=options.fresh)
    except KeyboardInterrupt:
        print(STOPPED)
        return 130
    except (NotRealData, DataError) as refusal:
        print(refusal)
        return 1
    return 0
