"""The experiments themselves: their settings, models and data."""

import math
from collections.abc import Callable
from pathlib import Path

from tools.experiments.training import train

DIGITS = 6  # decimals of every recorded measure


class NotRealData(RuntimeError):
    """A recorded experiment was asked to run on stand-in data."""


def real_mnist():
    """Return (x_train, y_train), (x_test, y_test) of the real MNIST, as Keras does.

    Raises NotRealData if only the embedded digits are there.
    """
    from firstnet import data

    arrays = data.mnist()
    if not data.is_real("mnist"):
        raise NotRealData(
            "Recorded experiments run on the real MNIST only, and it was not found. Put mnist.npz\n"
            "in a folder and name that folder in FIRSTNET_DATA, or allow its download; then run\n"
            "this again. What is recorded already has not been touched."
        )
    return arrays


def flat_mnist():
    """Return MNIST as rows of 784 numbers from 0 to 1, float32, with one-hot labels (n, 10)."""
    import keras

    return [
        (x.reshape(len(x), 784).astype("float32") / 255, keras.utils.to_categorical(y, 10))
        for x, y in real_mnist()
    ]


def multilayer_perceptron(settings: dict):
    """Return the compiled network 784, hidden layers, 10."""
    import keras

    hidden = [keras.layers.Dense(units, activation="relu") for units in settings["hidden"]]
    output = keras.layers.Dense(10, activation="softmax")
    model = keras.Sequential([keras.Input((784,)), *hidden, output])
    optimizer = keras.optimizers.get(settings["optimizer"])
    optimizer.learning_rate = settings["learning_rate"]
    model.compile(optimizer=optimizer, loss=settings["loss"], metrics=["accuracy"])
    return model


def rounded(values) -> list[float | None]:
    """Return numbers as JSON takes them, rounded; None stands for NaN and infinity."""
    numbers = [float(value) for value in values]
    return [round(number, DIGITS) if math.isfinite(number) else None for number in numbers]


def train_on_flat_mnist(settings: dict, *, folder: Path, report: Callable) -> dict:
    """Train the network and return its history, test measures, test row 90 and seconds."""
    import tensorflow as tf

    train_rows, (x_test, y_test) = flat_mnist()
    tf.config.experimental.enable_op_determinism()
    model, progress = train(
        multilayer_perceptron, train_rows, settings=settings, folder=folder, report=report
    )
    loss, accuracy = rounded(model.evaluate(x_test, y_test, verbose=0))
    seconds = progress["seconds"]
    return {
        "history": {name: rounded(values) for name, values in progress["history"].items()},
        "test": {"loss": loss, "accuracy": accuracy},
        "probabilities_of_test_row_90": rounded(model.predict(x_test[90:91], verbose=0)[0]),
        "seconds": {"epochs": [round(s, 2) for s in seconds], "total": round(sum(seconds), 2)},
    }


ARTICLE_A = {
    "hidden": [128, 128],
    "optimizer": "SGD",
    "learning_rate": 0.01,
    "loss": "categorical_crossentropy",
    "batch_size": 64,
    "epochs": 100,
    "validation_split": 0.2,
    "seed": 0,
}
