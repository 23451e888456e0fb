"""Kernel: nine weights that the reader chooses slide over a digit, and every sum is written out."""

import traitlets

from firstnet.widgets._base import Explorable, hold
from firstnet.widgets._networks import Digits

ROWS = 3
WEIGHT_LIMIT = 10.0
BIAS_LIMIT = 500.0
STRIDES = (1, 3)
PADDINGS = (0, 2)
LARGEST_SIDE = 30  # of the result: stride 1, padding 2
TOP_EDGE = ((-1.0, -1.0, -1.0), (0.0, 0.0, 0.0), (1.0, 1.0, 1.0))


class Kernel(Digits, Explorable):
    """A 3 × 3 kernel over a digit of 28 × 28 grey values from 0 to 255; every trait syncs.

    Parameters
    ----------
    images : 1 to 30 digits, whole numbers from 0 to 255 or fractions from 0 to 1, of shape
        (n, 28, 28), (n, 784) or (n, 28, 28, 1); by default ten small digits, one of each.
    labels : the n digits they show.
    digit : whole number, which of the images, from 0 on.
    kernel : three lists of three weights, each from -10 to 10; by default it looks for top edges.
    bias : number from -500 to 500, in grey values; it is added to every sum.
    relu : whether sums below 0 become 0.
    stride : 1, 2 or 3, how many pixels the kernel moves at a time.
    padding : 0, 1 or 2, how wide the frame of zeros around the digit is.
    pixel : [row, column] of the result, each from 0 to 29, or [] for where it is largest; one
        that is past the last row or column stands for the last.

    Raises
    ------
    ValueError
        In words, when images or labels are not what is described here.
    traitlets.TraitError
        In words, when one of the other values is out of its range.

    Notes
    -----
    `images` travels as bytes (uint8). The page computes what `firstnet.convolution.convolve` does.
    """

    uses = ("digits", "choices")

    kernel = traitlets.List(traitlets.List(traitlets.Float()), default_value=TOP_EDGE).tag(
        sync=True
    )
    bias = traitlets.Float(0.0).tag(sync=True)
    relu = traitlets.Bool(False).tag(sync=True)
    stride = traitlets.Int(1).tag(sync=True)
    padding = traitlets.Int(0).tag(sync=True)
    pixel = traitlets.List(traitlets.Int()).tag(sync=True)

    def __init__(self, *, images=None, labels=None, **traits):
        super().__init__(images=images, labels=labels, **traits)

    @classmethod
    def of(cls, images, labels, **traits):
        """Return the explorable of these digits, as (n, 28, 28) and n labels."""
        return cls(images=images, labels=labels, **traits)

    @traitlets.default("kernel")
    def _top_edge(self):
        return [list(row) for row in TOP_EDGE]

    @traitlets.validate("kernel")
    def _check_kernel(self, proposal):
        kernel = proposal["value"]
        if [len(row) for row in kernel] != [ROWS] * ROWS:
            raise traitlets.TraitError(f"kernel must hold 3 rows of 3 weights, not {kernel}.")
        for row, weights in enumerate(kernel):
            for column, weight in enumerate(weights):
                name = f"kernel[{row}][{column}]"
                hold(weight, name=name, between=(-WEIGHT_LIMIT, WEIGHT_LIMIT))
        return kernel

    @traitlets.validate("bias")
    def _check_bias(self, proposal):
        return hold(proposal["value"], name="bias", between=(-BIAS_LIMIT, BIAS_LIMIT))

    @traitlets.validate("stride")
    def _check_stride(self, proposal):
        return hold(proposal["value"], name="stride", between=STRIDES)

    @traitlets.validate("padding")
    def _check_padding(self, proposal):
        return hold(proposal["value"], name="padding", between=PADDINGS)

    @traitlets.validate("pixel")
    def _check_pixel(self, proposal):
        pixel = proposal["value"]
        if len(pixel) not in (0, 2):
            raise traitlets.TraitError(
                f"pixel must hold a row and a column, or nothing, and it holds {len(pixel)}."
            )
        for place in pixel:
            hold(place, name="pixel", between=(0, LARGEST_SIDE - 1))
        return pixel
