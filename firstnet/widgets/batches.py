"""Batches: the same bowl of loss walked with batches of 1, 8, 64 and all rows, side by side."""

import traitlets

from firstnet.rows import noisy_rows
from firstnet.widgets._base import Explorable, hold, hold_pair

ROW_COUNTS = (2, 256)
VALUE_LIMIT = 10.0
MAP = (-3.0, 3.0)  # what the maps show of w1 and of w2
LEARNING_RATES = (1e-3, 1.0)
LAST_SEED = 9999
MOST_UPDATES = 200
MOST_EPOCHS = 20
FLATTEST = 0.01  # the curvature below which a bowl is a valley


class Batches(Explorable):
    """A neuron with two weights learns the same rows four times; every trait syncs.

    Parameters
    ----------
    rows : 2 to 256 rows [x1, x2, target], each number from -10 to 10; the inputs of two rows at
        least must point in different directions, else the loss is a valley and not a bowl.
    start : two numbers from -3 to 3, the weights before the first update.
    learning_rate : number from 0.001 to 1.
    compare : "updates" or "epochs", what all four have taken the same number of.
    count : whole number from 0 to 200, that number; of epochs the page takes 20 at most.
    seed : whole number from 0 to 9999; it fixes the order of the rows in every epoch.

    Raises
    ------
    traitlets.TraitError
        In words, when a value is not finite, of the wrong length or out of its range.
    """

    uses = ("random",)

    rows = traitlets.List(traitlets.List(traitlets.Float())).tag(sync=True)
    start = traitlets.List(traitlets.Float(), default_value=[-1.5, 2.0]).tag(sync=True)
    learning_rate = traitlets.Float(0.05).tag(sync=True)
    compare = traitlets.Enum(["updates", "epochs"], default_value="updates").tag(sync=True)
    count = traitlets.Int(0).tag(sync=True)
    seed = traitlets.Int(0).tag(sync=True)

    @traitlets.default("rows")
    def _rows_of_the_chapter(self):
        x, y = noisy_rows(256, seed=0)
        return [[*inputs, target] for inputs, target in zip(x.tolist(), y.tolist(), strict=True)]

    @traitlets.validate("rows")
    def _check_rows(self, proposal):
        rows = proposal["value"]
        hold(len(rows), name="The number of rows", between=ROW_COUNTS)
        for number, row in enumerate(rows):
            _check_row(row, number)
        if _flattest(rows) < FLATTEST:
            raise traitlets.TraitError(
                "The inputs of all rows point in nearly one direction, so the loss is a valley "
                "without a lowest point. Add rows whose inputs point elsewhere."
            )
        return rows

    @traitlets.validate("start")
    def _check_start(self, proposal):
        return hold_pair(proposal["value"], name="start", between=(MAP, MAP))

    @traitlets.validate("learning_rate")
    def _check_learning_rate(self, proposal):
        return hold(proposal["value"], name="learning_rate", between=LEARNING_RATES)

    @traitlets.validate("count")
    def _check_count(self, proposal):
        return hold(proposal["value"], name="count", between=(0, MOST_UPDATES))

    @traitlets.validate("seed")
    def _check_seed(self, proposal):
        return hold(proposal["value"], name="seed", between=(0, LAST_SEED))


def _check_row(row, number):
    if len(row) != 3:
        raise traitlets.TraitError(
            f"rows[{number}] must hold x1, x2 and the target, and it holds {len(row)} numbers."
        )
    for position, value in enumerate(row):
        name = f"rows[{number}][{position}]"
        hold(value, name=name, between=(-VALUE_LIMIT, VALUE_LIMIT))


def _flattest(rows):
    """Return the smaller eigenvalue of the mean of x times x transposed."""
    across, both, up = (
        sum(row[i] * row[j] for row in rows) / len(rows) for i, j in ((0, 0), (0, 1), (1, 1))
    )
    return (across + up) / 2 - (((across - up) / 2) ** 2 + both**2) ** 0.5
