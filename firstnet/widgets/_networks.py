"""What the explorables of trained networks share: their digits, and weights read from Keras."""

import numpy as np
import traitlets

from firstnet import models
from firstnet.widgets._base import hold, packed

MOST_DIGITS = 30
SIDE = 28
SIZES = {"mlp": 118_282, "cnn": 34_826}  # parameters
ONE_OF_EACH = (8, 194, 53, 1, 170, 10, 4, 90, 18, 137)  # test rows that both shipped networks read
WANTED = {
    "mlp": ["Dense 128, relu", "Dense 128, relu", "Dense 10, softmax"],
    "cnn": [
        "Conv2D 32, 3 × 3, relu",
        "MaxPooling2D 2 × 2",
        "Conv2D 64, 3 × 3, relu",
        "MaxPooling2D 2 × 2",
        "Flatten",
        "Dense 10, softmax",
    ],
}
PASSED_OVER = {"mlp": ("InputLayer", "Dropout", "Flatten"), "cnn": ("InputLayer", "Dropout")}


class Digits(traitlets.HasTraits):
    """The digits of an explorable, and which of them it shows.

    `images`: n digits of 784 bytes; `labels`: what they show; `digit`: which one, from 0 on.
    """

    images = traitlets.Bytes().tag(sync=True)
    labels = traitlets.List(traitlets.Int()).tag(sync=True)
    digit = traitlets.Int(0).tag(sync=True)

    def __init__(self, *, images, labels, **others):
        pixels, labels = grey_digits(images, labels)
        super().__init__(images=packed(pixels, "u1"), labels=labels, **others)

    @traitlets.validate("images")
    def _check_images(self, proposal):
        hold(len(proposal["value"]), name="The bytes of images", between=(784, 784 * MOST_DIGITS))
        return proposal["value"]

    @traitlets.validate("labels")
    def _check_labels(self, proposal):
        hold(len(proposal["value"]), name="The number of labels", between=(1, MOST_DIGITS))
        return proposal["value"]

    @traitlets.validate("digit")
    def _check_digit(self, proposal):
        return hold(proposal["value"], name="digit", between=(0, len(self.labels) - 1))


def small_digits():
    """Return ten digits that need no download, one of each: uint8 (10, 28, 28) and labels (10,)."""
    from firstnet.data.digits import embedded
    from firstnet.data.facts import DATASETS

    arrays = embedded(DATASETS["mnist"])
    rows = list(ONE_OF_EACH)
    return arrays["x_test"][rows], arrays["y_test"][rows]


def grey_digits(images, labels):
    """Return 1 to 30 digits as uint8 (n, 784) and a list of their labels; None, None: ten of ours.

    `images`: whole numbers from 0 to 255 or fractions from 0 to 1, shape (n, 28, 28), (n, 784) or
    (n, 28, 28, 1). `labels`: n digits. Raises ValueError, in words, for anything else.
    """
    images, labels = small_digits() if images is None and labels is None else (images, labels)
    if images is None or labels is None:
        raise ValueError("Give images and labels together, or neither.")
    return _grey(np.asarray(images)), _labels(np.asarray(labels), count=len(images))


def _grey(images):
    count = len(images) if images.ndim else 0
    if not 1 <= count <= MOST_DIGITS or images.shape[1:] not in ((28, 28), (784,), (28, 28, 1)):
        raise ValueError(
            f"images must be 1 to {MOST_DIGITS} digits, (n, 28, 28), (n, 784) or (n, 28, 28, 1), "
            f"and their shape is {images.shape}."
        )
    most = 255 if np.issubdtype(images.dtype, np.integer) else 1
    rows = images.reshape(count, SIDE * SIDE).astype(float) * (255 / most)
    if not (rows.min() >= 0 and rows.max() <= 255):  # NaN fails too
        raise ValueError(f"images of {images.dtype} must hold numbers from 0 to {most}.")
    return rows.round().astype(np.uint8)


def _labels(labels, *, count):
    good = labels.shape == (count,) and np.issubdtype(labels.dtype, np.integer)
    if not (good and labels.min() >= 0 and labels.max() <= 9):
        raise ValueError(
            f"labels must be {count} whole numbers from 0 to 9, one for each image; they are "
            f"{labels.dtype} of shape {labels.shape}."
        )
    return labels.tolist()


def flat_weights(weights, name):
    """Return the weights of "mlp" or "cnn" as one float32 row in Keras's order; None: the shipped.

    Raises ValueError, in words, where a shape is another one or a number is not finite.
    """
    shipped = models.weights(name)
    arrays = [np.asarray(array, np.float32) for array in (shipped if weights is None else weights)]
    wanted, found = ([array.shape for array in one] for one in (shipped, arrays))
    if found != wanted:
        raise ValueError(f"The weights of the {name} have the shapes {wanted}, not {found}.")
    row = np.concatenate([array.ravel() for array in arrays])
    if not np.isfinite(row).all():
        raise ValueError("The weights hold NaN or infinity: this network's training has broken.")
    return row


def weights_of(model, name):
    """Return the weights of a Keras model that is article A's "mlp" or article C's "cnn".

    Raises ValueError, naming the first layer that differs, for a model of any other kind.
    """
    found = [in_words(layer) for layer in model.layers if kind(layer) not in PASSED_OVER[name]]
    for place, wanted in enumerate(WANTED[name]):
        here = found[place] if place < len(found) else "nothing"
        if here != wanted:
            raise ValueError(f"{_shown(name)} This model has {here} in the place of {wanted}.")
    if found[len(WANTED[name]) :]:
        raise ValueError(f"{_shown(name)} This model goes on with {found[len(WANTED[name])]}.")
    return model.get_weights()


def _shown(name):
    return f"Only this network can be shown: {' → '.join(WANTED[name])} (dropout may be anywhere)."


def kind(layer):
    """Return the name of a Keras layer's class."""
    return type(layer).__name__


def in_words(layer):
    """Return a layer with what decides its numbers, as `WANTED` writes it."""
    name, settings = kind(layer), layer.get_config()
    if name == "Dense":
        return f"Dense {layer.units}, {settings['activation']}" + _unusual(settings)
    if name == "Conv2D":
        size = " × ".join(map(str, layer.kernel_size))
        return f"Conv2D {layer.filters}, {size}, {settings['activation']}" + _unusual(settings)
    if name == "MaxPooling2D":
        return f"MaxPooling2D {' × '.join(map(str, layer.pool_size))}" + _unusual(settings)
    return name


def _unusual(settings):
    """Return the settings of a layer that are not what the explorables compute with."""
    strides = settings.get("pool_size", (1, 1))
    usual = {
        "strides": tuple(strides),
        "padding": "valid",
        "data_format": "channels_last",
        "dilation_rate": (1, 1),
        "groups": 1,
        "use_bias": True,
    }
    pairs = ((key, settings.get(key, value), value) for key, value in usual.items())
    return "".join(
        f", {key}={given}"
        for key, given, value in pairs
        if (tuple(given) if isinstance(given, list) else given) != value
    )
