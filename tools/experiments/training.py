"""Train a Keras model epoch by epoch, so that a stopped run goes on as if it had not stopped."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from tools.experiments.record import read_json, write_json


@dataclass(frozen=True)
class Checkpoint:
    """A model with its optimizer's state, and the progress that belongs to it, in one folder.

    Progress is {"history": {measure: [a number an epoch]}, "seconds": [a number an epoch]}. Its
    length names the model's file, so writing the progress, last, makes both valid at once.
    """

    folder: Path

    def model_path(self, progress: dict) -> Path:
        """Return the file of the model that belongs to a progress."""
        return self.folder / f"epoch-{len(progress['seconds']):04d}.keras"

    def save(self, model, progress: dict) -> None:
        """Save both; a process killed at any moment leaves the old pair or the new one."""
        unfinished, path = self.folder / "unfinished.keras", self.model_path(progress)
        model.save(unfinished)
        unfinished.replace(path)
        write_json(self.folder / "progress.json", progress)
        for old in set(self.folder.glob("epoch-*.keras")) - {path}:
            old.unlink()

    def load(self):
        """Return the saved model and progress, or None if there is nothing to go on from."""
        import keras

        saved = self.folder / "progress.json"
        if not saved.exists():
            return None
        progress = read_json(saved)
        return keras.models.load_model(self.model_path(progress)), progress


def epoch_seed(seed: int, epoch: int) -> int:
    """Return the seed of one epoch, below 2**32, unlike that of any other epoch or run."""
    import numpy as np

    return int(np.random.SeedSequence([seed, epoch]).generate_state(1)[0])


def reseed(model, seed: int) -> None:
    """Start all randomness again: the shuffling of rows, and each dropout layer's own generator.

    A Keras file does not hold the state of those generators, so every epoch sets it.
    """
    import keras

    keras.utils.set_random_seed(seed)
    states = [v for v in model.variables if v.path.endswith("seed_generator_state")]
    for number, state in enumerate(states):
        state.assign([seed % 2**31, number])


def begin(build: Callable, settings: dict):
    """Return a new model, its first weights drawn with the seed, and an empty progress."""
    import keras

    keras.utils.set_random_seed(settings["seed"])
    return build(settings), {"history": {}, "seconds": []}


def train_epoch(model, rows: tuple, progress: dict, *, settings: dict, callbacks: Iterable) -> None:
    """Train for the next epoch and add it to the progress."""
    epoch = len(progress["seconds"])
    reseed(model, epoch_seed(settings["seed"], epoch))
    options = {name: settings[name] for name in ("batch_size", "validation_split")}
    span = {"initial_epoch": epoch, "epochs": epoch + 1}
    start = time.perf_counter()
    history = model.fit(*rows, **options, **span, verbose=0, callbacks=list(callbacks)).history
    progress["seconds"].append(time.perf_counter() - start)
    for name, values in history.items():
        progress["history"].setdefault(name, []).extend(float(value) for value in values)


def train(
    build: Callable,
    rows: tuple,
    *,
    settings: dict,
    folder: Path,
    report: Callable,
    callbacks: Iterable = (),
):
    """Train `build(settings)` on rows (x, y), going on from what `folder` holds.

    settings: seed, epochs, batch_size, validation_split (its share is the last rows, as Keras
    takes it). `report(progress, epochs=...)` is called at the start and after every epoch.
    Returns the model and its progress; seconds of earlier epochs are kept over an interruption.
    """
    checkpoint, epochs = Checkpoint(folder), settings["epochs"]
    model, progress = checkpoint.load() or begin(build, settings)
    report(progress, epochs=epochs)
    while len(progress["seconds"]) < epochs:
        train_epoch(model, rows, progress, settings=settings, callbacks=callbacks)
        checkpoint.save(model, progress)
        report(progress, epochs=epochs)
    return model, progress
