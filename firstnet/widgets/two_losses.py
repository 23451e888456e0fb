"""Score a guess: one neuron learns twice from the same start, under two losses."""

import traitlets

from firstnet.widgets._base import Explorable, hold

REACH = 5.0
LEARNING_RATES = (0.01, 5.0)
MOST_STEPS = 300


class TwoLosses(Explorable):
    """A neuron sigmoid(w x + b) with x = 1 learns under squared error and under cross-entropy.

    Parameters
    ----------
    target : 0 or 1, what the neuron should say.
    weight, bias : numbers from -5 to 5, the start of w and b.
    learning_rate : number from 0.01 to 5.
    steps : whole number from 0 to 300, the steps taken so far by both.

    Raises
    ------
    traitlets.TraitError
        In words, when a value is not finite or out of its range.
    """

    target = traitlets.Int(0).tag(sync=True)
    weight = traitlets.Float(2.0).tag(sync=True)
    bias = traitlets.Float(2.0).tag(sync=True)
    learning_rate = traitlets.Float(0.5).tag(sync=True)
    steps = traitlets.Int(0).tag(sync=True)

    @traitlets.validate("target")
    def _check_target(self, proposal):
        return hold(proposal["value"], name="target", between=(0, 1))

    @traitlets.validate("weight", "bias")
    def _check_start(self, proposal):
        return hold(proposal["value"], name=proposal["trait"].name, between=(-REACH, REACH))

    @traitlets.validate("learning_rate")
    def _check_learning_rate(self, proposal):
        return hold(proposal["value"], name="learning_rate", between=LEARNING_RATES)

    @traitlets.validate("steps")
    def _check_steps(self, proposal):
        return hold(proposal["value"], name="steps", between=(0, MOST_STEPS))
