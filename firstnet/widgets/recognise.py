"""Recognise: draw a digit, and see what the book's networks for phones read in it."""

from pathlib import Path

import traitlets

from firstnet import hands, models
from firstnet.widgets._base import Explorable, hold

MOST_STROKES, MOST_POINTS = 60, 4000
LARGEST_FILE = 20_000_000  # bytes
NAMES = tuple(name.removesuffix(".tflite") for name in models.LITE)


class Recognise(Explorable):
    """A pad to draw on, and networks that read the drawing; every trait syncs.

    The networks are the package's own .tflite files. The page reads and runs them itself.

    Parameters
    ----------
    own : a .tflite file of yours, its path or its bytes: a network that takes one picture of 784
        float32 numbers from 0 to 1, and gives ten; by default none.
    strokes : the drawing, a list of strokes, each a list of points [x, y] in parts of the pad's
        side, from 0 to 1, y down; by default empty. `firstnet.hands.drawing` makes some.
    network : "mlp", "cnn", "augmented" (the CNN trained on moved digits), or "own".
    numbers : "float32" or "int8", what the network of the book computes with.
    preparation : whether the drawing is prepared as MNIST's digits were, or only made smaller.
    sure_above : number from 0.2 to 0.99; an answer with a smaller probability is "not sure".

    Raises
    ------
    OSError
        When the file cannot be read.
    traitlets.TraitError
        In words, when a value is not what is described here.
    """

    uses = ("digits", "layers", "tflite", "drawing", "pen", "answers", "choices", "spare_time")

    mlp = traitlets.Bytes().tag(sync=True)
    mlp_int8 = traitlets.Bytes().tag(sync=True)
    cnn = traitlets.Bytes().tag(sync=True)
    cnn_int8 = traitlets.Bytes().tag(sync=True)
    augmented = traitlets.Bytes().tag(sync=True)
    augmented_int8 = traitlets.Bytes().tag(sync=True)
    own = traitlets.Bytes().tag(sync=True)
    examples = traitlets.List().tag(sync=True)
    strokes = traitlets.List().tag(sync=True)
    network = traitlets.Enum(["mlp", "cnn", "augmented", "own"], "augmented").tag(sync=True)
    numbers = traitlets.Enum(["float32", "int8"], "float32").tag(sync=True)
    preparation = traitlets.Bool(True).tag(sync=True)
    sure_above = traitlets.Float(0.7).tag(sync=True)

    def __init__(self, *, own=b"", **traits):
        files = {name: models.lite_path(f"{name}.tflite").read_bytes() for name in NAMES}
        own = own if isinstance(own, bytes) else Path(own).read_bytes()
        super().__init__(**files, examples=_examples(), own=own, **traits)

    @traitlets.validate("own")
    def _check_own(self, proposal):
        hold(len(proposal["value"]), name="The bytes of own", between=(0, LARGEST_FILE))
        return proposal["value"]

    @traitlets.validate("strokes")
    def _check_strokes(self, proposal):
        strokes = proposal["value"]
        hold(len(strokes), name="The number of strokes", between=(0, MOST_STROKES))
        points = [point for stroke in strokes for point in stroke]
        hold(len(points), name="The number of points", between=(0, MOST_POINTS))
        for x, y in points:
            hold(x, name="x", between=(0, 1))
            hold(y, name="y", between=(0, 1))
        return strokes

    @traitlets.validate("network")
    def _check_network(self, proposal):
        if proposal["value"] == "own" and not self.own:
            raise traitlets.TraitError('network="own" needs a file: Recognise(own="my.tflite").')
        return proposal["value"]

    @traitlets.validate("sure_above")
    def _check_sure_above(self, proposal):
        return hold(proposal["value"], name="sure_above", between=(0.2, 0.99))


def _examples():
    """Return for each hand its ten digits, each a list of strokes rounded to thousandths."""
    ten = range(10)
    return [[_short(hands.drawing(digit, hand=hand)) for digit in ten] for hand in hands.HANDS]


def _short(strokes):
    return [[[round(x, 3), round(y, 3)] for x, y in stroke] for stroke in strokes]
