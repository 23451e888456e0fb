"""Pass the blame back: a 2-2-1 network, forward value by value, backward slope by slope."""

import traitlets

from firstnet.widgets._base import Explorable, hold, hold_pair

LIMIT = 3.0  # of inputs, weights and biases, to both sides
ACTIVATIONS = ("tanh", "relu", "sigmoid", "linear")
MOST_STEPS = 22  # 7 values forward, 14 slopes backward, 1 step downhill
INTERVALS = ((-LIMIT, LIMIT), (-LIMIT, LIMIT))


def _pair(*values):
    return traitlets.List(traitlets.Float(), default_value=list(values)).tag(sync=True)


class Backprop(Explorable):
    """Two inputs, two hidden neurons, one sigmoid output; every trait can be set, and syncs.

    The weights have the shapes of `firstnet.network`. Every number lies between -3 and 3.

    Parameters
    ----------
    x : two numbers, the inputs.
    y : 0 or 1, the target.
    hidden_weights : shape (2, 2), the row of an input, the column of a hidden neuron.
    hidden_biases : two numbers.
    output_weights : two numbers, from the hidden neurons to the output.
    output_bias : number.
    activation : "tanh", "relu", "sigmoid" or "linear", that of the hidden neurons.
    step : whole number from 0 to 22: how many values and slopes are worked out.

    Raises
    ------
    traitlets.TraitError
        In words, when a value is not finite, of the wrong shape or out of its range.
    """

    x = _pair(2.0, 1.0)
    y = traitlets.Enum((0, 1), default_value=0).tag(sync=True)
    hidden_weights = traitlets.List(
        traitlets.List(traitlets.Float()), default_value=[[0.5, -0.3], [-0.6, 0.8]]
    ).tag(sync=True)
    hidden_biases = _pair(0.1, -0.5)
    output_weights = _pair(1.2, -0.7)
    output_bias = traitlets.Float(0.2).tag(sync=True)
    activation = traitlets.Enum(ACTIVATIONS, default_value="tanh").tag(sync=True)
    step = traitlets.Int(0).tag(sync=True)

    @traitlets.validate("x", "hidden_biases", "output_weights")
    def _check_pair(self, proposal):
        return hold_pair(proposal["value"], name=proposal["trait"].name, between=INTERVALS)

    @traitlets.validate("hidden_weights")
    def _check_hidden_weights(self, proposal):
        rows = proposal["value"]
        if len(rows) != 2:
            raise traitlets.TraitError(
                f"hidden_weights must hold two rows, one for each input, and it holds {len(rows)}."
            )
        for position, row in enumerate(rows):
            hold_pair(row, name=f"hidden_weights[{position}]", between=INTERVALS)
        return rows

    @traitlets.validate("output_bias")
    def _check_output_bias(self, proposal):
        return hold(proposal["value"], name="output_bias", between=(-LIMIT, LIMIT))

    @traitlets.validate("step")
    def _check_step(self, proposal):
        return hold(proposal["value"], name="step", between=(0, MOST_STEPS))
