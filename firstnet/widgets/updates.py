"""Updates: how many updates a training takes, and what becomes of the rows left over."""

import traitlets

from firstnet.widgets._base import Explorable, hold

MOST_ROWS = 10_000_000
MOST_EPOCHS = 100_000


class Updates(Explorable):
    """A calculator from rows, batch size and epochs to updates; every trait syncs.

    Parameters
    ----------
    rows : whole number from 1 to 10,000,000, the rows to train on.
    batch_size : whole number from 1 to 10,000,000; larger than `rows` is as large as `rows`.
    epochs : whole number from 1 to 100,000, the passes over all rows.
    drop_remainder : whether the rows that fill no whole batch are left out.

    Raises
    ------
    traitlets.TraitError
        In words, when a value is not whole or out of its range.
    """

    rows = traitlets.Int(10_000).tag(sync=True)
    batch_size = traitlets.Int(5).tag(sync=True)
    epochs = traitlets.Int(1_000).tag(sync=True)
    drop_remainder = traitlets.Bool(False).tag(sync=True)

    @traitlets.validate("rows", "batch_size")
    def _check_rows(self, proposal):
        return hold(proposal["value"], name=proposal["trait"].name, between=(1, MOST_ROWS))

    @traitlets.validate("epochs")
    def _check_epochs(self, proposal):
        return hold(proposal["value"], name="epochs", between=(1, MOST_EPOCHS))
