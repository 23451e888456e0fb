"""Softmax: three sums become shares of one whole, beside three sigmoids that do not."""

import traitlets

from firstnet.widgets._base import Explorable, hold

CLASSES = ("cat", "dog", "bird")
SUMS = (-10.0, 10.0)
TEMPERATURES = (0.01, 100.0)


class Softmax(Explorable):
    """Three sums and a temperature; every trait can be read and set, and syncs.

    Parameters
    ----------
    z : three numbers from -10 to 10, the sums of the neurons for cat, dog and bird.
    temperature : number from 0.01 to 100; the sums are divided by it before softmax.

    Raises
    ------
    traitlets.TraitError
        In words, when a value is not finite, of the wrong length or out of its range.
    """

    z = traitlets.List(traitlets.Float(), default_value=[0.4, 3.0, 2.2]).tag(sync=True)
    temperature = traitlets.Float(1.0).tag(sync=True)

    @traitlets.validate("z")
    def _check_z(self, proposal):
        values = proposal["value"]
        if len(values) != len(CLASSES):
            raise traitlets.TraitError(f"z must hold three numbers, and it holds {len(values)}.")
        for position, value in enumerate(values):
            hold(value, name=f"z[{position}]", between=SUMS)
        return values

    @traitlets.validate("temperature")
    def _check_temperature(self, proposal):
        return hold(proposal["value"], name="temperature", between=TEMPERATURES)
