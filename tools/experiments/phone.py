"""The networks for the phone: a CNN trained on moved, turned and scaled digits; all the files."""

import hashlib
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from firstnet import models
from tools.experiments.models import halved, stored
from tools.experiments.races import digits_for, lap_timer, network_of, schedule_of
from tools.experiments.recipes import rounded

AUGMENTED = {
    "network": "augmented",
    "moved": 0.18,
    "turned": 0.03,
    "scaled": [-0.1, 0.35],
    "optimizer": "Adam",
    "schedule": "cosine",
    "learning_rate": 0.004,
    "dropout": 0.0,
    "batch_size": 128,
    "epochs": 20,
    "steps_per_execution": 16,
    "seed": 0,
}


def checksum(network: str) -> str:
    """Return the SHA-256 of a shipped network's weights; other weights, other files to record."""
    path = models.path_of(network)
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "not trained yet"


FILES = tuple(
    {
        "file": f"{network}{ending}.tflite",
        "network": network,
        "weights": checksum(network),
        "kind": kind,
        "calibration": 500,
    }
    for network in ("mlp", "cnn", "augmented")
    for kind, ending in (("float32", ""), ("int8", "_int8"))
)


def random_changes(settings: dict) -> list:
    """Return the layers that move, turn and scale every digit anew, each time it is trained on.

    "moved": at most this part of 28 pixels, each way; "turned": of a full turn, each way; "scaled":
    from so much larger (negative) to so much smaller, in parts of the size.
    """
    from keras import layers

    options = {"fill_mode": "constant", "fill_value": 0.0}
    zoom = tuple(settings["scaled"])
    return [
        layers.RandomZoom(zoom, zoom, **options, seed=0),
        layers.RandomRotation(settings["turned"], **options, seed=1),
        layers.RandomTranslation(settings["moved"], settings["moved"], **options, seed=2),
    ]


def in_training(settings: dict, *, rows: int):
    """Return the network behind its random changes, compiled, and the network alone."""
    import keras

    keras.utils.set_random_seed(settings["seed"])
    network = network_of({"network": "cnn", "dropout": settings["dropout"]})
    model = keras.Sequential([keras.Input((28, 28, 1)), *random_changes(settings), network])
    steps = -(-rows // settings["batch_size"]) * settings["epochs"]
    model.compile(
        optimizer=keras.optimizers.Adam(schedule_of(settings, steps=steps)),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
        steps_per_execution=settings["steps_per_execution"],
    )
    return model, network


def train_augmented(settings: dict, *, folder: Path, report: Callable) -> dict:
    """Train once, round to float16, store; return how good the rounded network is."""
    import keras

    keras.backend.clear_session()
    (x_train, y_train), (x_test, y_test) = digits_for("cnn")
    model, network = in_training(settings, rows=len(x_train))
    laps = lap_timer((x_test, y_test), report=report, epochs=settings["epochs"])
    options = {name: settings[name] for name in ("batch_size", "epochs")}
    history = model.fit(x_train, y_train, **options, verbose=0, callbacks=[laps]).history
    small = halved(network.get_weights())
    network.set_weights([array.astype("float32") for array in small])
    network.compile(loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    loss, accuracy = rounded(network.evaluate(x_test, y_test, batch_size=500, verbose=0))
    return {
        "parameters": network.count_params(),
        "history": {name: rounded(values) for name, values in history.items()},
        "test_accuracy_before_rounding": rounded(laps.accuracy)[-1],
        "test": {"loss": loss, "accuracy": accuracy},
        "file": stored(models.path_of("augmented"), small),
        "seconds": {"total": round(laps.seconds[-1], 2)},
    }


def export_for_the_phone(settings: dict, *, folder: Path, report: Callable) -> dict:
    """Write one .tflite file of the package; return its checksum, its size, how good it is."""
    import numpy as np

    from firstnet import lite

    shape = "mlp" if settings["network"] == "mlp" else "cnn"
    (x_train, _), (x_test, y_test) = digits_for(shape)
    model, path = models.keras_model(settings["network"]), models.lite_path(settings["file"])
    start = time.perf_counter()
    images = x_train[: settings["calibration"]] if settings["kind"] == "int8" else None
    with tempfile.TemporaryDirectory(dir=path.parent) as unfinished:
        lite.export(model, Path(unfinished, path.name), kind=settings["kind"], images=images)
        Path(unfinished, path.name).replace(path)
    found = lite.answers(path, x_test)
    expected = model.predict(x_test, batch_size=500, verbose=0)
    content = path.read_bytes()
    return {
        "sha256": hashlib.sha256(content).hexdigest(),
        "bytes": len(content),
        "test_accuracy": rounded([(found.argmax(axis=1) == y_test).mean()])[0],
        "test_accuracy_of_keras": rounded([(expected.argmax(axis=1) == y_test).mean()])[0],
        "largest_difference": float(f"{np.abs(found - expected).max():.3g}"),
        "seconds": {"total": round(time.perf_counter() - start, 2)},
    }
