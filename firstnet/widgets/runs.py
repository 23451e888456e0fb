"""Runs: a recorded grid of real trainings, as a map whose fields open their curves."""

from itertools import product

import numpy as np
import traitlets

from firstnet import recorded
from firstnet.widgets._base import Explorable, hold, packed

RECORD = "learning_rate_grid"
MNIST_ROWS = 60_000
MEASURES = ("loss", "accuracy", "val_loss", "val_accuracy")  # what the histories hold
MOST = {"learning_rate": 12, "batch_size": 12, "seed": 5}
LARGEST = 1e38  # what a float32 can hold
MOST_EPOCHS = 100
MOST_CHOSEN = 4
ARTICLES = (0.01, 64.0)  # article A's learning rate and batch size


class Runs(Explorable):
    """A map of trainings: a column for each learning rate, a row for each batch size.

    Parameters
    ----------
    record : a recorded experiment as `recorded.load` returns it, with one run for each of up to 12
        learning rates, 12 batch sizes and 5 seeds; by default the 168 trainings of article A's
        network on MNIST.
    measure : "accuracy" or "loss" on the validation images, "test" for the accuracy on the test
        images after the last epoch, or "seconds" for the time of an epoch.
    compare_after : "epochs", "updates" or "seconds", what all fields have had the same of.
    epoch : whole number from 1 to the epochs recorded, which is what it begins with.
    updates : whole number from 1 to 100,000,000, counted for `compare_after="updates"`.
    seconds : number from 0 to 1,000,000, counted for `compare_after="seconds"`.
    curves : "accuracy" or "loss", what the curves of the open fields show.
    chosen : up to four open fields [learning rate, batch size], named A to D in this order; an
        empty list [] leaves its letter free.
    cell : the field [learning rate, batch size] that the sentence speaks of, or [] for the last
        one in `chosen`.

    Raises
    ------
    ValueError
        In words, when runs are missing, twice there, or of different lengths.
    traitlets.TraitError
        In words, when one of the other values is out of its range.

    Notes
    -----
    The runs travel as bytes (float32): for each batch size, learning rate and seed the epoch it
    diverged in or 0, its test accuracy, then loss, accuracy, val_loss, val_accuracy and the seconds
    since the start, each with a number an epoch. What was not measured is NaN there.
    """

    uses = ("digits", "choices")

    runs = traitlets.Bytes().tag(sync=True)
    learning_rates = traitlets.List(traitlets.Float()).tag(sync=True)
    batch_sizes = traitlets.List(traitlets.Int()).tag(sync=True)
    seeds = traitlets.Int(1).tag(sync=True)
    epochs = traitlets.Int(1).tag(sync=True)
    rows = traitlets.Int(1).tag(sync=True)
    measure = traitlets.Enum(["accuracy", "loss", "test", "seconds"], "accuracy").tag(sync=True)
    compare_after = traitlets.Enum(["epochs", "updates", "seconds"], "epochs").tag(sync=True)
    epoch = traitlets.Int(1).tag(sync=True)
    updates = traitlets.Int(3_000).tag(sync=True)
    seconds = traitlets.Float(2.0).tag(sync=True)
    curves = traitlets.Enum(["accuracy", "loss"], "accuracy").tag(sync=True)
    chosen = traitlets.List(traitlets.List(traitlets.Float())).tag(sync=True)
    cell = traitlets.List(traitlets.Float()).tag(sync=True)

    def __init__(self, record=None, **traits):
        grid = grid_of((record or recorded.load(RECORD))["runs"])
        super().__init__(**{"epoch": grid["epochs"]} | grid | traits)

    @traitlets.default("chosen")
    def _field_of_the_article(self):
        return [list(ARTICLES)] if self._has(ARTICLES) else []

    @traitlets.validate("epoch")
    def _check_epoch(self, proposal):
        return hold(proposal["value"], name="epoch", between=(1, self.epochs))

    @traitlets.validate("updates")
    def _check_updates(self, proposal):
        return hold(proposal["value"], name="updates", between=(1, 100_000_000))

    @traitlets.validate("seconds")
    def _check_seconds(self, proposal):
        return hold(proposal["value"], name="seconds", between=(0, 1_000_000))

    @traitlets.validate("chosen")
    def _check_chosen(self, proposal):
        chosen = proposal["value"]
        hold(len(chosen), name="The number of fields in chosen", between=(0, MOST_CHOSEN))
        fields = [tuple(field) for field in chosen if field]
        for field in fields:
            self._check_field(field)
        if len(set(fields)) < len(fields):
            raise traitlets.TraitError(f"chosen holds a field twice: {chosen}.")
        return chosen

    @traitlets.validate("cell")
    def _check_cell(self, proposal):
        if proposal["value"]:
            self._check_field(proposal["value"])
        return proposal["value"]

    def _has(self, field):
        rate, size = field
        return rate in self.learning_rates and size in self.batch_sizes

    def _check_field(self, field):
        if len(field) != 2 or not self._has(field):
            raise traitlets.TraitError(
                f"A field is [learning rate, batch size], with one of the rates "
                f"{self.learning_rates} and of the sizes {self.batch_sizes}; it is {list(field)}."
            )


def grid_of(runs):
    """Return the traits that hold these runs: their numbers as bytes, and what they stand for."""
    places = {name: sorted({run["settings"][name] for run in runs}) for name in MOST}
    for name, values in places.items():
        hold(len(values), name=f"The number of values of {name}", between=(1, MOST[name]))
    epochs = runs[0]["settings"]["epochs"]
    hold(epochs, name="epochs", between=(1, MOST_EPOCHS))
    order = product(places["batch_size"], places["learning_rate"], places["seed"])
    numbers = [_numbers(run, epochs) for run in _in_order(runs, list(order))]
    share = runs[0]["settings"].get("validation_split", 0)
    return {
        "runs": packed(np.minimum(np.concatenate(numbers), LARGEST), "f4"),
        "learning_rates": [float(rate) for rate in places["learning_rate"]],
        "batch_sizes": places["batch_size"],
        "seeds": len(places["seed"]),
        "epochs": epochs,
        "rows": round(MNIST_ROWS * (1 - share)),
    }


def _in_order(runs, order):
    """Return the one run at each place (batch size, learning rate, seed), or say which is not."""
    names = ("batch_size", "learning_rate", "seed")
    found = {tuple(run["settings"][name] for name in names): run for run in runs}
    missing = [place for place in order if place not in found]
    if missing or len(runs) != len(order):
        fault = f"none for {missing[0]}" if missing else "one of them twice"
        raise ValueError(
            "The record must hold one run for each batch size, learning rate and seed, "
            f"and it holds {fault}."
        )
    return [found[place] for place in order]


def _numbers(run, epochs):
    """Return the float numbers of a run in the order of the class's notes; None becomes NaN."""
    if run["settings"]["epochs"] != epochs:
        raise ValueError(
            f"All runs must have the same number of epochs, and they have {epochs} "
            f"and {run['settings']['epochs']}."
        )
    test = run["test"]["accuracy"]
    lists = [run["history"].get(name, []) for name in MEASURES]
    lists.append(run["seconds"]["after_each_epoch"])
    padded = [[*values, *[None] * epochs][:epochs] for values in lists]
    start = [run["diverged_in_epoch"] or 0, test]
    return np.array([*start, *sum(padded, [])], float)
