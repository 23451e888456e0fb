"""Other pictures: the networks of the book, and a small better one, on CIFAR-10."""

import time
from collections.abc import Callable
from pathlib import Path

from tools.experiments.races import lap_timer, schedule_of
from tools.experiments.recipes import NotRealData, rounded

SETTINGS = {
    "data": "cifar10",
    "optimizer": "Adam",
    "schedule": "cosine",
    "learning_rate": 0.003,
    "batch_size": 128,
    "epochs": 10,
    "validation_split": 0.1,
    "augment": False,
    "seed": 0,
}
PICTURES = (
    SETTINGS | {"network": "mlp", "learning_rate": 0.001},
    SETTINGS | {"network": "cnn"},
    SETTINGS | {"network": "better"},
    SETTINGS | {"network": "better", "augment": True},
)


def photographs():
    """Return CIFAR-10 from 0 to 1, float32, labels (n,), and where it came from, in words.

    The JPEG copy counts: the record says so. Raises NotRealData for the embedded digits.
    """
    from firstnet import data

    arrays = data.cifar10()
    if data.source("cifar10") == data.EMBEDDED:
        raise NotRealData("CIFAR-10 was not found: name its folder in FIRSTNET_DATA.")
    rows = [(x.astype("float32") / 255, y.reshape(-1)) for x, y in arrays]
    return *rows, data.source("cifar10")


def augmentation():
    """Return the layers that turn and shift training pictures a little, each time anew."""
    from keras import layers

    return [layers.RandomFlip("horizontal", seed=0), layers.RandomTranslation(0.1, 0.1, seed=1)]


def network_parts(name: str) -> list:
    """Return the layers between input and output: the MLP, article C's CNN, or a better one.

    The better one has two convolutions before each pooling, batch normalisation after each, and the
    mean of each map instead of flattening.
    """
    from keras import layers

    if name == "mlp":
        return [layers.Flatten(), *(layers.Dense(128, activation="relu") for _ in range(2))]
    if name == "cnn":
        parts = []
        for filters in (32, 64):
            parts += [layers.Conv2D(filters, 3, activation="relu"), layers.MaxPooling2D(2)]
        return [*parts, layers.Flatten(), layers.Dropout(0.5)]
    parts = []
    for filters in (16, 32, 64):
        for _ in range(2):
            convolution = layers.Conv2D(filters, 3, padding="same", use_bias=False)
            parts += [convolution, layers.BatchNormalization(), layers.ReLU()]
        parts.append(layers.MaxPooling2D(2))
    return [*parts, layers.GlobalAveragePooling2D(), layers.Dropout(0.2)]


def picture_network(settings: dict, *, shape: tuple, rows: int):
    """Return the network for pictures of this shape, compiled for a training on `rows` rows."""
    import keras

    keras.utils.set_random_seed(settings["seed"])
    first = augmentation() if settings["augment"] else []
    output = keras.layers.Dense(10, activation="softmax")
    parts = network_parts(settings["network"])
    model = keras.Sequential([keras.Input(shape), *first, *parts, output])
    steps = -(-rows // settings["batch_size"]) * settings["epochs"]
    model.compile(
        optimizer=keras.optimizers.Adam(schedule_of(settings, steps=steps)),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    return model


def train_on_pictures(settings: dict, *, folder: Path, report: Callable) -> dict:
    """Train once; return the history, the test accuracy, of each class too, and the seconds."""
    (x, y), test, source = photographs()
    rows = round(len(x) * (1 - settings["validation_split"]))
    model = picture_network(settings, shape=x.shape[1:], rows=rows)
    laps = lap_timer((test[0][:500], test[1][:500]), report=report, epochs=settings["epochs"])
    options = {name: settings[name] for name in ("batch_size", "epochs", "validation_split")}
    started = time.perf_counter()
    history = model.fit(x, y, **options, verbose=0, callbacks=[laps]).history
    loss, accuracy = rounded(model.evaluate(*test, batch_size=500, verbose=0))
    right = model.predict(test[0], batch_size=500, verbose=0).argmax(1) == test[1]
    return {
        "source": source,
        "parameters": model.count_params(),
        "history": {name: rounded(values) for name, values in history.items()},
        "test": {"loss": loss, "accuracy": accuracy},
        "test_accuracy_of_each_class": rounded(right[test[1] == k].mean() for k in range(10)),
        "seconds": {
            "after_each_epoch": [round(s, 2) for s in laps.seconds],
            "total": round(time.perf_counter() - started, 2),
        },
    }
