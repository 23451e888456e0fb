"""The grids: one network at many learning rates, batch sizes and seeds, and other optimizers."""

import time
from collections.abc import Callable
from functools import cache
from itertools import product
from pathlib import Path

from tools.experiments.races import digits_for, network_of, schedule_of
from tools.experiments.recipes import rounded
from tools.experiments.step_cost import use_threads

AT_ONCE = 50  # steps in one call, so that Keras's cost of a call does not hide that of a step
SETTINGS = {
    "network": "mlp",
    "optimizer": "SGD",
    "momentum": 0.0,
    "schedule": "constant",
    "epochs": 10,
    "validation_split": 0.2,
    "threads": 1,
}
LEARNING_RATES = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0)
BATCH_SIZES = (8, 16, 32, 64, 128, 512, 2048)
SEEDS = (0, 1, 2)


@cache
def rows():
    """Return the training and the test rows, read once in a process."""
    return digits_for("mlp")


def optimizer_of(settings: dict, *, steps: int):
    """Return the optimizer with its learning rate, momentum and schedule."""
    import keras

    rate = schedule_of(settings, steps=steps)
    if settings["optimizer"] == "Adam":
        return keras.optimizers.Adam(rate)
    return keras.optimizers.SGD(rate, momentum=settings["momentum"])


def compiled(settings: dict, *, count: int):
    """Return the network compiled for a training on `count` rows."""
    import keras

    keras.utils.set_random_seed(settings["seed"])
    model = network_of(settings)
    steps = -(-count // settings["batch_size"]) * settings["epochs"]
    model.compile(
        optimizer=optimizer_of(settings, steps=steps),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
        steps_per_execution=AT_ONCE,
    )
    return model


def clock():
    """Return a Keras callback; its `seconds` hold the time trained until the end of each epoch.

    It is processor time: with one thread that is what a clock shows on a machine with nothing else
    to do, and runs side by side do not change it.
    """
    import keras

    class Clock(keras.callbacks.Callback):
        def on_train_begin(self, logs=None):
            self.seconds, self.start = [], time.process_time()

        def on_epoch_end(self, epoch, logs=None):
            self.seconds.append(time.process_time() - self.start)

    return Clock()


def train_on_grid(settings: dict, *, folder: Path, report: Callable) -> dict:
    """Train once on one thread; stop where the loss is no number any more."""
    import keras

    use_threads(settings["threads"])
    keras.backend.clear_session()
    (x, y), test = rows()
    model = compiled(settings, count=round(len(x) * (1 - settings["validation_split"])))
    laps = clock()
    options = {name: settings[name] for name in ("batch_size", "epochs", "validation_split")}
    callbacks = [keras.callbacks.TerminateOnNaN(), laps]
    history = model.fit(x, y, **options, verbose=0, callbacks=callbacks).history
    loss, accuracy = rounded(model.evaluate(*test, batch_size=500, verbose=0))
    history = {name: rounded(values) for name, values in history.items()}
    broken = [epoch for epoch, loss in enumerate(history["loss"], start=1) if loss is None]
    return {
        "history": history,
        "test": {"loss": loss, "accuracy": accuracy},
        "seconds": {
            "of": "processor time",
            "after_each_epoch": [round(s, 2) for s in laps.seconds],
            "total": round(laps.seconds[-1], 2),
        },
        "diverged_in_epoch": broken[0] if broken else None,
    }


def runs_of(*, learning_rate, batch_size=(64,), seed=SEEDS, **others) -> tuple[dict, ...]:
    """Return a run for every combination of the values given."""
    named = {"learning_rate": learning_rate, "batch_size": batch_size, "seed": seed}
    combinations = product(*named.values())
    return tuple(SETTINGS | others | dict(zip(named, one, strict=True)) for one in combinations)


# the long runs first, so that no worker waits for the last one
GRID = runs_of(learning_rate=LEARNING_RATES, batch_size=BATCH_SIZES)
GRID = tuple(sorted(GRID, key=lambda run: run["batch_size"]))
WALKERS = {
    "plain": ({"optimizer": "SGD", "momentum": 0.0}, (0.01, 0.03, 0.1, 0.3, 1.0)),
    "momentum": ({"optimizer": "SGD", "momentum": 0.9}, (0.001, 0.003, 0.01, 0.03, 0.1)),
    "Adam": ({"optimizer": "Adam", "momentum": 0.0}, (0.0001, 0.0003, 0.001, 0.003, 0.01)),
}
OPTIMIZERS = tuple(
    run
    for options, rates in WALKERS.values()
    for schedule in ("constant", "cosine")
    for run in runs_of(learning_rate=rates, schedule=schedule, seed=(0, 1), **options)
) + runs_of(learning_rate=(0.001,), optimizer="Adam", epochs=40)
