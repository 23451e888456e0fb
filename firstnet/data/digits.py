"""The embedded default: scikit-learn's handwritten digits, brought to 28 × 28 the MNIST way."""

from functools import cache

import numpy as np

BOX = 20  # MNIST fits each digit into 20 × 20 pixels …
FIELD = 28  # … and puts its centre of mass on the centre of 28 × 28
TRAINING = 1437  # of 1,797; the images keep their order, so the last ones are by other writers


def embedded(dataset):
    """Return the digits in the dataset's form, a dict of four arrays that are yours to change.

    For MNIST and Fashion-MNIST images are (n, 28, 28); for CIFAR-10 they get a black margin of
    2 pixels and three equal channels, (n, 32, 32, 3). All are uint8.

    Source: scikit-learn's `load_digits`, from the UCI set "Optical Recognition of Handwritten
    Digits" (E. Alpaydin, C. Kaynak, 1998), 8 × 8 pixels of 0 to 16.
    """
    x, y = _digits()
    x = _widened(x) if dataset.image == (32, 32, 3) else x.copy()
    y = y.reshape(-1, *dataset.label).copy()
    return {
        "x_train": x[:TRAINING],
        "y_train": y[:TRAINING],
        "x_test": x[TRAINING:],
        "y_test": y[TRAINING:],
    }


@cache
def _digits():
    from sklearn.datasets import load_digits

    small = load_digits()
    x = np.stack([normalised(image) for image in small.images])
    return x, small.target.astype(np.uint8)


def normalised(image):
    """Return one image, (height, width) of 0 to 16, as MNIST would have it: (28, 28), uint8.

    Cropped to the ink, enlarged with its proportions into 20 × 20, centred by mass.
    """
    digit = _enlarged(_cropped(image * (255 / 16)))
    field = np.zeros((FIELD, FIELD), np.uint8)
    top, left = (_start(digit, axis) for axis in (0, 1))
    field[top : top + digit.shape[0], left : left + digit.shape[1]] = digit
    return field


def _cropped(image):
    rows = np.flatnonzero(image.any(axis=1))
    columns = np.flatnonzero(image.any(axis=0))
    return image[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def _enlarged(image):
    from PIL import Image

    scale = BOX / max(image.shape)
    height, width = (round(side * scale) for side in image.shape)
    picture = Image.fromarray(image.round().astype(np.uint8))
    return np.asarray(picture.resize((width, height), Image.Resampling.BICUBIC))


def _start(digit, axis):
    mass = digit.sum(axis=1 - axis, dtype=float)
    centre = mass @ np.arange(len(mass)) / mass.sum()
    return min(max(round(FIELD / 2 - centre), 0), FIELD - len(mass))


def _widened(x):
    return np.repeat(np.pad(x, ((0, 0), (2, 2), (2, 2)))[..., None], 3, axis=-1)
