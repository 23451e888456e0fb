"""Score a guess: squared error and cross-entropy of one probability, and how steep they are."""

import traitlets

from firstnet.widgets._base import Explorable, hold


class Losses(Explorable):
    """What one prediction costs under two losses; every trait can be read and set, and syncs.

    Parameters
    ----------
    target : 0 or 1, the truth.
    probability : number from 0 to 1, the prediction: how likely the neuron finds a 1.

    Raises
    ------
    traitlets.TraitError
        In words, when a value is not finite or out of its range.
    """

    target = traitlets.Int(1).tag(sync=True)
    probability = traitlets.Float(0.8).tag(sync=True)

    @traitlets.validate("target")
    def _check_target(self, proposal):
        return hold(proposal["value"], name="target", between=(0, 1))

    @traitlets.validate("probability")
    def _check_probability(self, proposal):
        return hold(proposal["value"], name="probability", between=(0, 1))
