"""Two trained networks that come with the package, so that a page or a lesson can start with one.

Both learned MNIST with the book's fast recipe; `make experiments` trains them and records how good
they are in `book/experiments/models.json`. Their numbers are stored as float16, half as many bytes.
"""

from pathlib import Path

import numpy as np

FOLDER = Path(__file__).parent
INPUTS = {"mlp": (784,), "cnn": (28, 28, 1)}  # the shape of one image, values from 0 to 1


def path_of(name: str) -> Path:
    """Return the file of a shipped network. Raises KeyError, with the names that there are."""
    if name not in INPUTS:
        raise KeyError(f"No network called {name!r} is shipped; there are {', '.join(INPUTS)}.")
    return FOLDER / f"{name}.npz"


def weights(name: str) -> list[np.ndarray]:
    """Return the weights of "mlp" or "cnn", float32, in the order of Keras's `get_weights`.

    "mlp": article A's network, kernels (784, 128), (128, 128), (128, 10), each with its biases.
    "cnn": article C's, kernels (3, 3, 1, 32), (3, 3, 32, 64), (1600, 10), each with its biases.
    Raises KeyError, with the names that there are.
    """
    with np.load(path_of(name)) as stored:
        return [stored[key].astype(np.float32) for key in stored.files]


def keras_model(name: str):
    """Return "mlp" or "cnn" as a Keras model with the shipped weights, not compiled.

    It takes float32 (n, 784) or (n, 28, 28, 1), from 0 to 1, and gives probabilities (n, 10).
    Raises KeyError, with the names that there are.
    """
    import keras

    found = weights(name)
    model = keras.Sequential([keras.Input(INPUTS[name]), *_layers(name)])
    model.set_weights(found)
    return model


def _layers(name):
    from keras import layers

    output = layers.Dense(10, activation="softmax")
    if name == "mlp":
        return [*(layers.Dense(128, activation="relu") for _ in range(2)), output]
    parts = []
    for filters in (32, 64):
        parts += [layers.Conv2D(filters, 3, activation="relu"), layers.MaxPooling2D(2)]
    return [*parts, layers.Flatten(), layers.Dropout(0.5), output]
