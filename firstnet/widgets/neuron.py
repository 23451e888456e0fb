"""Meet a neuron: two inputs, two weights, a bias, and the value that comes out."""

import traitlets

from firstnet.widgets._base import Explorable, hold, hold_pair

LIMIT = 3.0  # of inputs and weights
BIAS_LIMIT = 5.0
ACTIVATIONS = ("step", "linear", "sigmoid", "tanh", "ReLU")


class Neuron(Explorable):
    """One neuron with two inputs; every trait can be read and set, and syncs.

    Parameters
    ----------
    x : two numbers from -3 to 3, the inputs.
    w : two numbers from -3 to 3, the weights.
    b : number from -5 to 5, the bias.
    activation : "step", "linear", "sigmoid", "tanh" or "ReLU".

    Raises
    ------
    traitlets.TraitError
        In words, when a value is not finite, of the wrong length or out of its range.
    """

    x = traitlets.List(traitlets.Float(), default_value=[1.5, 2.0]).tag(sync=True)
    w = traitlets.List(traitlets.Float(), default_value=[0.8, -0.5]).tag(sync=True)
    b = traitlets.Float(0.3).tag(sync=True)
    activation = traitlets.Enum(ACTIVATIONS, default_value="sigmoid").tag(sync=True)

    @traitlets.validate("x", "w")
    def _check_pair(self, proposal):
        interval = (-LIMIT, LIMIT)
        name = proposal["trait"].name
        return hold_pair(proposal["value"], name=name, between=(interval, interval))

    @traitlets.validate("b")
    def _check_b(self, proposal):
        return hold(proposal["value"], name="b", between=(-BIAS_LIMIT, BIAS_LIMIT))
