"""Walk downhill: gradient descent of one neuron on one sample, seen from above."""

import traitlets

from firstnet.widgets._base import Explorable, hold, hold_pair

INPUT_LIMIT = 10.0
ANSWER_LIMIT = 100.0
LEARNING_RATES = (1e-4, 1.0)
MOST_STEPS = 60
DRAWN_SQUARE = ((-2.0, 2.0), (-1.0, 3.0))  # of w1, of w2


class Downhill(Explorable):
    """One neuron without a bias learns one sample; every trait can be read and set, and syncs.

    Parameters
    ----------
    x : two numbers from -10 to 10, the inputs; at least one of them 0.1 or more away from 0.
    y : number from -100 to 100, the answer the neuron should give.
    start : two numbers, the weights before the first step: w1 from -2 to 2, w2 from -1 to 3.
    learning_rate : number from 0.0001 to 1.
    steps : whole number from 0 to 60, the steps taken so far.

    Raises
    ------
    traitlets.TraitError
        In words, when a value is not finite, of the wrong length or out of its range.
    """

    x = traitlets.List(traitlets.Float(), default_value=[4.0, 5.0]).tag(sync=True)
    y = traitlets.Float(6.0).tag(sync=True)
    start = traitlets.List(traitlets.Float(), default_value=[-0.234, 0.675]).tag(sync=True)
    learning_rate = traitlets.Float(0.05).tag(sync=True)
    steps = traitlets.Int(0).tag(sync=True)

    @traitlets.validate("x")
    def _check_x(self, proposal):
        interval = (-INPUT_LIMIT, INPUT_LIMIT)
        values = hold_pair(proposal["value"], name="x", between=(interval, interval))
        if max(map(abs, values)) < 0.1:
            raise traitlets.TraitError(
                f"x is {values}: with inputs this close to 0 the weights hardly matter. "
                "Make one of them 0.1 or more, or -0.1 or less."
            )
        return values

    @traitlets.validate("y")
    def _check_y(self, proposal):
        return hold(proposal["value"], name="y", between=(-ANSWER_LIMIT, ANSWER_LIMIT))

    @traitlets.validate("start")
    def _check_start(self, proposal):
        return hold_pair(proposal["value"], name="start", between=DRAWN_SQUARE)

    @traitlets.validate("learning_rate")
    def _check_learning_rate(self, proposal):
        return hold(proposal["value"], name="learning_rate", between=LEARNING_RATES)

    @traitlets.validate("steps")
    def _check_steps(self, proposal):
        return hold(proposal["value"], name="steps", between=(0, MOST_STEPS))
