"""Feature maps: what every layer of a trained CNN makes of a digit, computed in the page."""

import traitlets

from firstnet.widgets._base import Explorable, hold, packed
from firstnet.widgets._networks import SIZES, Digits, flat_weights, weights_of

LAYERS = 4  # convolution, pooling, convolution, pooling
MOST_MAPS = 64
LARGEST_SIDE = 26


class FeatureMaps(Digits, Explorable):
    """A walk through article C's network, layer by layer, map by map, pixel by pixel.

    Parameters
    ----------
    images : 1 to 30 digits, whole numbers from 0 to 255 or fractions from 0 to 1, of shape
        (n, 28, 28), (n, 784) or (n, 28, 28, 1); by default ten small digits, one of each.
    labels : the n digits they show.
    weights : arrays in Keras's order, (3, 3, 1, 32), (32,), (3, 3, 32, 64), (64,), (1600, 10),
        (10,); by default those that are shipped with the package.
    digit : whole number, which of the images; it counts from 0, as everything here does.
    layer : 0 to 3, the layer whose maps are shown, as in `model.layers`: convolution, pooling,
        convolution, pooling.
    map : 0 to 63, which of its 32 or 64 maps; the last one where there are fewer.
    pixel : [row, column] in that map, each from 0 to 25, or [] for where the map is strongest.

    Raises
    ------
    ValueError
        In words, when images, labels or weights are not what is described here.
    traitlets.TraitError
        In words, when one of the other values is out of its range.

    Notes
    -----
    `images` (uint8), `labels` and `weights` (float32) travel as traits too, the first and the
    last as bytes. They are set once, together.
    """

    uses = ("digits", "layers", "answers")

    weights = traitlets.Bytes().tag(sync=True)
    layer = traitlets.Int(0).tag(sync=True)
    map = traitlets.Int(0).tag(sync=True)
    pixel = traitlets.List(traitlets.Int()).tag(sync=True)

    def __init__(self, *, images=None, labels=None, weights=None, **traits):
        numbers = packed(flat_weights(weights, "cnn"), "f4")
        super().__init__(images=images, labels=labels, weights=numbers, **traits)

    @classmethod
    def of(cls, model, images, labels, **traits):
        """Return the explorable of a trained Keras model of article C's architecture.

        Raises ValueError, naming the first layer that differs, for a model of any other kind.
        """
        return cls(images=images, labels=labels, weights=weights_of(model, "cnn"), **traits)

    @traitlets.validate("weights")
    def _check_weights(self, proposal):
        size = 4 * SIZES["cnn"]
        hold(len(proposal["value"]), name="The bytes of weights", between=(size, size))
        return proposal["value"]

    @traitlets.validate("layer")
    def _check_layer(self, proposal):
        return hold(proposal["value"], name="layer", between=(0, LAYERS - 1))

    @traitlets.validate("map")
    def _check_map(self, proposal):
        return hold(proposal["value"], name="map", between=(0, MOST_MAPS - 1))

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
