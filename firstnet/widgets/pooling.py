"""Pooling: a window moves over a map of numbers, and the result fills; then a map is laid flat."""

import numpy as np
import traitlets

from firstnet.widgets._base import Explorable, hold

SIDES = (4, 13)  # of the maps that the page makes
OWN_SIDES = (3, 13)
VALUE_LIMIT = 999.0
MOST_STEPS = 144  # windows of 2 × 2 in a map of 13 × 13, stride 1
LAST_SEED = 9999
SPEEDS = (1, 10)


class Pooling(Explorable):
    """An animator of pooling and of flattening; every trait syncs.

    Parameters
    ----------
    source : "random" (whole numbers from 0 to 9), "ramp" (0, 1, 2 ...), "digit" (a small 4, from 0
        to 9, of which a smaller map shows the middle), or "own": the numbers of `map`.
    side : 4 to 13, rows and columns of a map that is not your own.
    seed : whole number from 0 to 9999; it fixes the random numbers.
    map : your own numbers, 3 to 13 rows of equal length, 3 to 13, each from -999 to 999.
    mode : "pool" or "flatten".
    kind : "max" or "average".
    size : 2 or 3, rows and columns of the window.
    stride : 1, 2 or 3, how far the window moves at a time; Keras takes `size` unless told.
    step : whole number from 0 on, how many windows are pooled, or rows laid flat.
    speed : 1 to 10, steps in a second once play is pressed; nothing plays by itself.

    Raises
    ------
    traitlets.TraitError
        In words, when a value is out of its range, or "own" is asked for without a map.

    Notes
    -----
    The page computes what `firstnet.convolution.max_pool` and `average_pool` do.
    """

    uses = ("choices", "random")

    source = traitlets.Enum(["random", "ramp", "digit", "own"], default_value="random")
    source.tag(sync=True)
    side = traitlets.Int(7).tag(sync=True)
    seed = traitlets.Int(0).tag(sync=True)
    map = traitlets.List(traitlets.List(traitlets.Float())).tag(sync=True)
    mode = traitlets.Enum(["pool", "flatten"], default_value="pool").tag(sync=True)
    kind = traitlets.Enum(["max", "average"], default_value="max").tag(sync=True)
    size = traitlets.Int(2).tag(sync=True)
    stride = traitlets.Int(2).tag(sync=True)
    step = traitlets.Int(0).tag(sync=True)
    speed = traitlets.Int(2).tag(sync=True)

    @classmethod
    def of(cls, table, **traits):
        """Return the explorable of your own map: a table of numbers, (rows, columns).

        Raises ValueError for an array of any other dimension.
        """
        table = np.asarray(table, float)
        if table.ndim != 2:
            raise ValueError(f"The map must be 2-D, and its shape is {table.shape}.")
        return cls(map=table.tolist(), source="own", **traits)

    @traitlets.validate("map")
    def _check_map(self, proposal):
        rows = proposal["value"]
        if not rows and self.source == "own":
            raise traitlets.TraitError('Choose another source first; "own" needs a map.')
        if rows:
            hold(len(rows), name="The number of rows", between=OWN_SIDES)
            hold(len(rows[0]), name="The number of columns", between=OWN_SIDES)
        for number, row in enumerate(rows):
            if len(row) != len(rows[0]):
                raise traitlets.TraitError(f"map[{number}] must be as long as map[0].")
            for value in row:
                hold(value, name=f"map[{number}]", between=(-VALUE_LIMIT, VALUE_LIMIT))
        return rows

    @traitlets.validate("source")
    def _check_source(self, proposal):
        if proposal["value"] == "own" and not self.map:
            raise traitlets.TraitError('Give a map of your own first; then source may be "own".')
        return proposal["value"]

    @traitlets.validate("side", "seed", "size", "stride", "step", "speed")
    def _check_whole(self, proposal):
        name = proposal["trait"].name
        limits = {"side": SIDES, "seed": (0, LAST_SEED), "size": (2, 3), "stride": (1, 3)}
        limits |= {"step": (0, MOST_STEPS), "speed": SPEEDS}
        return hold(proposal["value"], name=name, between=limits[name])
