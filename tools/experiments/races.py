"""Races: the same network trained in several ways on one machine, one after the other, timed."""

import time
from collections.abc import Callable
from pathlib import Path

from tools.experiments.recipes import real_mnist, rounded

NETWORKS = {"mlp": (784,), "cnn": (28, 28, 1)}


def digits_for(network: str):
    """Return MNIST from 0 to 1, float32, in the shape a network takes; labels as digits."""
    shape = NETWORKS[network]
    return [(x.reshape(len(x), *shape).astype("float32") / 255, y) for x, y in real_mnist()]


def network_of(settings: dict):
    """Return the article's network, not yet compiled: A's MLP, or C's CNN with its dropout."""
    import keras
    from keras import layers

    shape = keras.Input(NETWORKS[settings["network"]])
    output = layers.Dense(10, activation="softmax")
    if settings["network"] == "mlp":
        hidden = [layers.Dense(128, activation="relu") for _ in range(2)]
        return keras.Sequential([shape, *hidden, output])
    parts = [shape]
    for filters in (32, 64):
        parts += [layers.Conv2D(filters, 3, activation="relu"), layers.MaxPooling2D(2)]
    return keras.Sequential([*parts, layers.Flatten(), layers.Dropout(settings["dropout"]), output])


def schedule_of(settings: dict, *, steps: int):
    """Return the learning rate: constant, or rising for a fifth of the steps, then a cosine."""
    import keras

    peak, rise = settings["learning_rate"], steps // 5
    if settings["schedule"] == "constant":
        return peak
    return keras.optimizers.schedules.CosineDecay(
        peak / 10, steps - rise, warmup_target=peak, warmup_steps=rise
    )


def compiled(settings: dict, *, rows: int):
    """Return the network compiled for a training on that many rows."""
    import keras

    keras.utils.set_random_seed(settings["seed"])
    model = network_of(settings)
    steps = -(-rows // settings["batch_size"]) * settings["epochs"]
    kinds = {"SGD": keras.optimizers.SGD, "Adam": keras.optimizers.Adam}
    optimizer = kinds[settings["optimizer"]](schedule_of(settings, steps=steps))
    model.compile(
        optimizer=optimizer,
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
        steps_per_execution=settings["steps_per_execution"],
    )
    return model


def lap_timer(test: tuple, *, report: Callable, epochs: int):
    """Return a Keras callback that stops the clock after each epoch to measure on the test images.

    `laps.seconds` and `laps.accuracy` hold a number an epoch: the seconds trained until then, with
    what Keras needs to begin, without the measuring; and the accuracy on the test images.
    """
    import keras

    class Laps(keras.callbacks.Callback):
        def on_train_begin(self, logs=None):
            self.seconds, self.accuracy, self.history = [], [], {}
            self.start, self.paused = time.perf_counter(), 0.0

        def on_epoch_end(self, epoch, logs=None):
            stopped = time.perf_counter()
            self.seconds.append(stopped - self.start - self.paused)
            self.accuracy.append(self.model.evaluate(*test, batch_size=500, verbose=0)[1])
            for name, value in (logs or {}).items():
                self.history.setdefault(name, []).append(value)
            report({"seconds": self.seconds, "history": self.history}, epochs=epochs)
            self.paused += time.perf_counter() - stopped

    return Laps()


def race(settings: dict, *, folder: Path, report: Callable) -> dict:
    """Train once; return the history, and seconds and test accuracy after each epoch."""
    import keras

    keras.backend.clear_session()
    (x_train, y_train), test = digits_for(settings["network"])
    rows = round(len(x_train) * (1 - settings["validation_split"]))
    model = compiled(settings, rows=rows)
    laps = lap_timer(test, report=report, epochs=settings["epochs"])
    options = {name: settings[name] for name in ("batch_size", "epochs", "validation_split")}
    history = model.fit(x_train, y_train, **options, verbose=0, callbacks=[laps]).history
    loss, accuracy = rounded(model.evaluate(*test, batch_size=500, verbose=0))
    reached = [s for s, a in zip(laps.seconds, laps.accuracy, strict=True) if a >= settings["goal"]]
    return {
        "parameters": model.count_params(),
        "history": {name: rounded(values) for name, values in history.items()},
        "test": {"loss": loss, "accuracy": accuracy},
        "test_accuracy_after_each_epoch": rounded(laps.accuracy),
        "predictions_of_the_first_20": model.predict(test[0][:20], verbose=0).argmax(1).tolist(),
        "seconds_until_goal": round(reached[0], 2) if reached else None,
        "seconds": {
            "after_each_epoch": [round(s, 2) for s in laps.seconds],
            "total": round(laps.seconds[-1], 2),
        },
    }


def ladder(first: dict, *changes: dict) -> tuple[dict, ...]:
    """Return runs: the first, then each with one change more, its words in "change"."""
    runs = [first]
    for change in changes:
        runs.append(runs[-1] | change)
    return tuple(runs)


MLP_RACE = ladder(
    {
        "change": "the article's recipe",
        "network": "mlp",
        "optimizer": "SGD",
        "schedule": "constant",
        "learning_rate": 0.01,
        "batch_size": 64,
        "epochs": 100,
        "validation_split": 0.2,
        "steps_per_execution": 1,
        "goal": 0.9756,
        "seed": 0,
    },
    {"change": "a learning rate of 0.1", "learning_rate": 0.1, "epochs": 20},
    {"change": "Adam", "optimizer": "Adam", "learning_rate": 0.001, "epochs": 10},
    {
        "change": "a rise and a cosine",
        "schedule": "cosine",
        "learning_rate": 0.003,
        "epochs": 4,
    },
    {"change": "a batch of 256", "batch_size": 256, "learning_rate": 0.006},
    {"change": "16 steps at a time", "steps_per_execution": 16},
    {"change": "all 60,000 rows", "validation_split": 0.0},
    {"change": "another seed", "seed": 1},
    {"change": "another seed", "seed": 2},
)
CNN_RACE = ladder(
    {
        "change": "the article's recipe",
        "network": "cnn",
        "dropout": 0.5,
        "optimizer": "Adam",
        "schedule": "constant",
        "learning_rate": 0.001,
        "batch_size": 128,
        "epochs": 10,
        "validation_split": 0.1,
        "steps_per_execution": 1,
        "goal": 0.9895,
        "seed": 0,
    },
    {"change": "no dropout", "dropout": 0.0, "epochs": 4},
    {
        "change": "a rise and a cosine",
        "schedule": "cosine",
        "learning_rate": 0.008,
        "epochs": 2,
    },
    {"change": "16 steps at a time", "steps_per_execution": 16},
    {"change": "all 60,000 rows", "validation_split": 0.0},
    {"change": "another seed", "seed": 1},
    {"change": "another seed", "seed": 2},
)
