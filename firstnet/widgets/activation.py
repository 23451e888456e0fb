"""Bend a line: any activation over the input of one neuron, with its slope."""

import traitlets

from firstnet.widgets._base import Explorable, hold

ACTIVATIONS = (
    *("step", "linear", "sigmoid", "tanh", "ReLU"),
    *("Leaky ReLU", "ELU", "GELU", "SiLU", "softplus"),
)
LIMITS = {
    "w": (-3.0, 3.0),
    "b": (-6.0, 6.0),
    "x": (-6.0, 6.0),
    "c": (-3.0, 3.0),
    "leak": (0.0, 1.0),
    "alpha": (0.0, 2.0),
}


class Activation(Explorable):
    """One neuron with one input, a = f(w x + b); every trait can be read and set, and syncs.

    Parameters
    ----------
    activation : "step", "linear", "sigmoid", "tanh", "ReLU", "Leaky ReLU", "ELU", "GELU", "SiLU"
        or "softplus": the f.
    w : number from -3 to 3, the weight.
    b : number from -6 to 6, the bias.
    x : number from -6 to 6, the input at which the point stands.
    c : number from -3 to 3, the slope of "linear".
    leak : number from 0 to 1, the slope of "Leaky ReLU" below 0.
    alpha : number from 0 to 2, how far below 0 "ELU" goes.

    Raises
    ------
    traitlets.TraitError
        In words, when a value is not finite or out of its range.
    """

    activation = traitlets.Enum(ACTIVATIONS, default_value="ReLU").tag(sync=True)
    w = traitlets.Float(1.0).tag(sync=True)
    b = traitlets.Float(0.0).tag(sync=True)
    x = traitlets.Float(2.0).tag(sync=True)
    c = traitlets.Float(1.0).tag(sync=True)
    leak = traitlets.Float(0.01).tag(sync=True)
    alpha = traitlets.Float(1.0).tag(sync=True)

    @traitlets.validate(*LIMITS)
    def _check_number(self, proposal):
        name = proposal["trait"].name
        return hold(proposal["value"], name=name, between=LIMITS[name])
