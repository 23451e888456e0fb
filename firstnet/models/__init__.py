"""Trained networks that come with the package, so that a page or a lesson can start with one.

"mlp" and "cnn" learned MNIST with the book's fast recipe, "augmented" is the CNN again, trained on
moved, turned and scaled digits. `make experiments` trains them, and records how good they are in
`book/experiments/models.json` and `augmented.json`. Their numbers are stored as float16, half as
many bytes. The .tflite files beside them are the same networks for phones (`lite_files.json`).
"""

from pathlib import Path

import numpy as np

FOLDER = Path(__file__).parent
IMAGE = (28, 28, 1)
INPUTS = {"mlp": (784,), "cnn": IMAGE, "augmented": IMAGE}  # of one image, values from 0 to 1
LITE = tuple(f"{name}{ending}.tflite" for name in INPUTS for ending in ("", "_int8"))


def path_of(name: str) -> Path:
    """Return the file of a shipped network. Raises KeyError, with the names that there are."""
    if name not in INPUTS:
        raise KeyError(f"No network called {name!r} is shipped; there are {', '.join(INPUTS)}.")
    return FOLDER / f"{name}.npz"


def lite_path(file: str) -> Path:
    """Return the path of a shipped .tflite file, as "cnn.tflite" or "cnn_int8.tflite".

    Raises KeyError, with the names that there are.
    """
    if file not in LITE:
        raise KeyError(f"No file called {file!r} is shipped; there are {', '.join(LITE)}.")
    return FOLDER / file


def weights(name: str) -> list[np.ndarray]:
    """Return the weights of a shipped network, float32, in the order of Keras's `get_weights`.

    "mlp": article A's network, kernels (784, 128), (128, 128), (128, 10), each with its biases.
    "cnn", "augmented": article C's, kernels (3, 3, 1, 32), (3, 3, 32, 64), (1600, 10), each with
    its biases.
    Raises KeyError, with the names that there are.
    """
    with np.load(path_of(name)) as stored:
        return [stored[key].astype(np.float32) for key in stored.files]


def keras_model(name: str):
    """Return a shipped network as a Keras model with its weights, not compiled.

    It takes float32 (n, 784) or (n, 28, 28, 1), from 0 to 1, and gives probabilities (n, 10).
    Raises KeyError, with the names that there are.
    """
    found = weights(name)
    model = untrained(name)
    model.set_weights(found)
    return model


def untrained(name: str):
    """Return the Keras model of a shipped network with random weights, not compiled."""
    import keras

    return keras.Sequential([keras.Input(INPUTS[name]), *_layers(name)])


def _layers(name):
    from keras import layers

    output = layers.Dense(10, activation="softmax")
    if name == "mlp":
        return [*(layers.Dense(128, activation="relu") for _ in range(2)), output]
    parts = []
    for filters in (32, 64):
        parts += [layers.Conv2D(filters, 3, activation="relu"), layers.MaxPooling2D(2)]
    return [*parts, layers.Flatten(), layers.Dropout(0.5), output]
