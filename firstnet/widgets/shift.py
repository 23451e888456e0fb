"""Shift: the same digit, moved, read by an MLP and by a CNN until both are lost."""

import traitlets

from firstnet.widgets._base import Explorable, hold, packed
from firstnet.widgets._networks import SIZES, Digits, flat_weights, weights_of

FARTHEST = 14  # pixels, half the side of the picture
LARGEST = 65_504  # the largest float16


class Shift(Digits, Explorable):
    """Two trained networks look at a digit that is moved; every trait syncs.

    Parameters
    ----------
    images : 1 to 30 digits, whole numbers from 0 to 255 or fractions from 0 to 1, of shape
        (n, 28, 28), (n, 784) or (n, 28, 28, 1); by default ten small digits, one of each.
    labels : the n digits they show.
    mlp, cnn : the weights of article A's network 784, 128, 128, 10 and of article C's CNN, as
        Keras's `get_weights` gives them; by default those that are shipped with the package.
        They are rounded to float16, 3 digits; the shipped ones lose nothing.
    digit : whole number, which of the images, from 0 on.
    right, down : whole numbers from -14 to 14, how many pixels the digit is moved; negative is to
        the left and up. What leaves the picture is lost, and what comes in is paper.

    Raises
    ------
    ValueError
        In words, when images, labels or weights are not what is described here.
    traitlets.TraitError
        In words, when one of the other values is out of its range.
    """

    uses = ("digits", "layers", "answers", "spare_time")

    mlp = traitlets.Bytes().tag(sync=True)
    cnn = traitlets.Bytes().tag(sync=True)
    right = traitlets.Int(0).tag(sync=True)
    down = traitlets.Int(0).tag(sync=True)

    def __init__(self, *, images=None, labels=None, mlp=None, cnn=None, **traits):
        weights = {"mlp": _halves(mlp, "mlp"), "cnn": _halves(cnn, "cnn")}
        super().__init__(images=images, labels=labels, **weights, **traits)

    @classmethod
    def of(cls, mlp, cnn, images, labels, **traits):
        """Return the explorable of two trained Keras models, of article A's and article C's kind.

        Raises ValueError, naming the first layer that differs, for models of any other kind.
        """
        weights = {"mlp": weights_of(mlp, "mlp"), "cnn": weights_of(cnn, "cnn")}
        return cls(images=images, labels=labels, **weights, **traits)

    @traitlets.validate("mlp", "cnn")
    def _check_weights(self, proposal):
        name = proposal["trait"].name
        size = 2 * SIZES[name]
        hold(len(proposal["value"]), name=f"The bytes of {name}", between=(size, size))
        return proposal["value"]

    @traitlets.validate("right", "down")
    def _check_shift(self, proposal):
        between = (-FARTHEST, FARTHEST)
        return hold(proposal["value"], name=proposal["trait"].name, between=between)


def _halves(weights, name):
    row = flat_weights(weights, name)
    if abs(row).max() > LARGEST:
        raise ValueError(f"A weight of the {name} is larger than {LARGEST}, too large for float16.")
    return packed(row, "f2")
