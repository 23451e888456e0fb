"""A small network, 3-3-1, with one passenger of the Titanic and every number in sight."""

import numpy as np
import traitlets

from firstnet.widgets._base import Explorable, hold

INPUTS = {"age": (0.0, 100.0), "class": (1.0, 3.0), "siblings": (0.0, 8.0)}
NODES = (*INPUTS, "hidden 1", "hidden 2", "hidden 3", "output")
LIMIT = 3.0  # of weights and biases
WEIGHT_SHAPES = ((3, 3), (3, 1))
BIAS_SHAPES = ((3,), (1,))


def hold_layers(layers, *, name, shapes):
    """Return `layers`, a list of nested lists, if each has its shape and holds what it may."""
    if len(layers) != len(shapes):
        raise traitlets.TraitError(f"{name} must hold two layers, and it holds {len(layers)}.")
    for position, (layer, shape) in enumerate(zip(layers, shapes, strict=True)):
        ragged = len({len(row) for row in layer if isinstance(row, list)}) > 1
        found = "rows of different lengths" if ragged else np.shape(layer)
        if found != shape:
            raise traitlets.TraitError(
                f"{name}[{position}] must have the shape {shape}, and it has {found}."
            )
        for value in np.ravel(layer):
            hold(float(value), name=f"Each number of {name}[{position}]", between=(-LIMIT, LIMIT))
    return layers


class SmallNetwork(Explorable):
    """Three inputs, three hidden nodes with ReLU, one output with sigmoid; every trait syncs.

    Parameters
    ----------
    row : the passenger: age in years (0 to 100), class (1, 2 or 3), siblings aboard (0 to 8).
    scaled : whether the age goes in divided by 100, as the chapter does it.
    weights : two lists of lists as Keras keeps them, shapes (3, 3) and (3, 1): from, to.
    biases : two lists, shapes (3,) and (1,). Weights and biases lie from -3 to 3.
    selected : the node whose arithmetic is shown, one of `NODES`.

    Raises
    ------
    traitlets.TraitError
        In words, when a value is not finite, of the wrong shape or out of its range.
    """

    row = traitlets.List(traitlets.Float(), default_value=[18.0, 1.0, 1.0]).tag(sync=True)
    scaled = traitlets.Bool(True).tag(sync=True)
    weights = traitlets.List(
        default_value=[
            [[0.5, -1.0, 1.0], [-0.4, 0.3, 0.7], [0.8, -0.6, -0.2]],
            [[0.9], [-0.7], [-0.6]],
        ]
    ).tag(sync=True)
    biases = traitlets.List(default_value=[[0.1, 0.2, -0.3], [0.1]]).tag(sync=True)
    selected = traitlets.Enum(NODES, default_value="hidden 1").tag(sync=True)

    @traitlets.validate("row")
    def _check_row(self, proposal):
        values = proposal["value"]
        if len(values) != len(INPUTS):
            raise traitlets.TraitError(
                f"row must hold age, class and siblings, and it holds {len(values)} numbers."
            )
        for value, (name, between) in zip(values, INPUTS.items(), strict=True):
            hold(value, name=name, between=between)
            if name != "age" and value != int(value):
                raise traitlets.TraitError(f"{name} must be a whole number, and it is {value}.")
        return values

    @traitlets.validate("weights")
    def _check_weights(self, proposal):
        return hold_layers(proposal["value"], name="weights", shapes=WEIGHT_SHAPES)

    @traitlets.validate("biases")
    def _check_biases(self, proposal):
        return hold_layers(proposal["value"], name="biases", shapes=BIAS_SHAPES)
