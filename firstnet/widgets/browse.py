"""Browse: look through digits by what they show, and by how hard a model finds them."""

import numpy as np
import traitlets

from firstnet.widgets._base import Explorable, hold, packed

MOST = 1000
SUM_ERROR = 0.01


class Browse(Explorable):
    """A shelf of digits to look through; every trait syncs.

    Parameters
    ----------
    images : uint8, shape (n, 28, 28), 1 to 1,000 digits; by default the small digits that come with
        scikit-learn, read by the network that is shipped with the package.
    labels : the n digits they show, by their makers.
    probabilities : shape (n, 10), what a model gives each digit; rows add up to 1.
    numbers : the n places of the images in their set, shown in words; by default 0, 1, 2 …
    digit : which label to show, 0 to 9, or -1 for all.
    order : "stored", "hardest" (the least probability for the label first) or "surest".
    mistakes : whether to show only what the model gets wrong.
    page, chosen : the page of the shelf, and the index of the image that is shown large; by default
        the hardest one.

    Raises
    ------
    ValueError
        When images, labels, numbers and probabilities do not fit each other.
    traitlets.TraitError
        In words, when another value is out of its range.
    """

    uses = ("digits", "answers", "choices")

    images = traitlets.Bytes().tag(sync=True)
    labels = traitlets.List(traitlets.Int()).tag(sync=True)
    numbers = traitlets.List(traitlets.Int()).tag(sync=True)
    probabilities = traitlets.Bytes().tag(sync=True)
    digit = traitlets.Int(-1).tag(sync=True)
    order = traitlets.Enum(["stored", "hardest", "surest"], default_value="hardest").tag(sync=True)
    mistakes = traitlets.Bool(False).tag(sync=True)
    page = traitlets.Int(0).tag(sync=True)
    chosen = traitlets.Int(0).tag(sync=True)

    def __init__(self, images=None, labels=None, probabilities=None, *, numbers=None, **traits):
        if images is None:
            images, labels, probabilities = _small_digits()
        count = len(images)
        numbers = range(count) if numbers is None else numbers
        _fit(np.asarray(images), np.asarray(labels), np.asarray(probabilities), len(numbers))
        given = np.asarray(probabilities)[np.arange(count), np.asarray(labels)]
        super().__init__(
            images=packed(images, "u1"),
            labels=[int(label) for label in labels],
            numbers=[int(number) for number in numbers],
            probabilities=packed(probabilities, "f4"),
            **{"chosen": int(given.argmin())} | traits,
        )

    @traitlets.validate("digit")
    def _check_digit(self, proposal):
        return hold(proposal["value"], name="digit", between=(-1, 9))

    @traitlets.validate("page")
    def _check_page(self, proposal):
        return hold(proposal["value"], name="page", between=(0, MOST))

    @traitlets.validate("chosen")
    def _check_chosen(self, proposal):
        return hold(proposal["value"], name="chosen", between=(0, len(self.labels) - 1))


def _small_digits():
    from firstnet import forty_lines, models
    from firstnet.data.digits import embedded
    from firstnet.data.facts import DATASETS

    arrays = embedded(DATASETS["mnist"])
    x = arrays["x_test"].reshape(-1, 784).astype("float32") / 255
    weights = models.weights("mlp")
    layers = list(zip(weights[::2], weights[1::2], strict=True))
    return arrays["x_test"], arrays["y_test"], forty_lines.forward(layers, x)[-1]


def _fit(images, labels, probabilities, numbers):
    count = len(images)
    if not (1 <= count <= MOST and images.shape[1:] == (28, 28) and images.dtype == np.uint8):
        raise ValueError(f"images must be uint8 (n, 28, 28), n from 1 to {MOST:,}; they are "
                         f"{images.dtype} {images.shape}.")  # fmt: skip
    if len(labels) != count or numbers != count or probabilities.shape != (count, 10):
        raise ValueError(
            f"{count} images need {count} labels and numbers and probabilities ({count}, 10); "
            f"there are {len(labels)} labels, {numbers} numbers and {probabilities.shape}."
        )
    if not (np.isin(labels, range(10)).all() and (probabilities >= 0).all()):
        raise ValueError("labels must be digits from 0 to 9, and probabilities not below 0.")
    if abs(probabilities.sum(axis=1) - 1).max() > SUM_ERROR:
        raise ValueError("The ten probabilities of an image must add up to 1.")
