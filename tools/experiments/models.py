"""The networks that ship with the package: trained by the fastest recipes, stored as float16."""

import hashlib
from collections.abc import Callable
from pathlib import Path

from firstnet import models
from tools.experiments.races import CNN_RACE, MLP_RACE, compiled, digits_for, lap_timer
from tools.experiments.recipes import rounded


def halved(weights: list) -> list:
    """Return weights as float16; raises OverflowError where one is too large for that."""
    import numpy as np

    with np.errstate(over="ignore"):
        small = [array.astype(np.float16) for array in weights]
    if not all(np.isfinite(array).all() for array in small):
        raise OverflowError("A weight is too large for float16, or is no number.")
    return small


def stored(path: Path, weights: list) -> dict:
    """Write the weights to a file of the package; return its checksum and its size.

    The same weights give the same bytes; the file is the old one or the new one at every moment.
    """
    import numpy as np

    unfinished = path.with_name(f"unfinished-{path.name}")
    np.savez(unfinished, **{f"{place:02}": array for place, array in enumerate(weights)})
    unfinished.replace(path)
    content = path.read_bytes()
    return {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}


def ship(settings: dict, *, folder: Path, report: Callable) -> dict:
    """Train once, round to float16, store; return how good the rounded network is."""
    import keras

    keras.backend.clear_session()
    (x_train, y_train), test = digits_for(settings["network"])
    model = compiled(settings, rows=len(x_train))
    laps = lap_timer(test, report=report, epochs=settings["epochs"])
    options = {name: settings[name] for name in ("batch_size", "epochs")}
    history = model.fit(x_train, y_train, **options, verbose=0, callbacks=[laps]).history
    small = halved(model.get_weights())
    model.set_weights([array.astype("float32") for array in small])
    loss, accuracy = rounded(model.evaluate(*test, batch_size=500, verbose=0))
    return {
        "parameters": model.count_params(),
        "history": {name: rounded(values) for name, values in history.items()},
        "test_accuracy_before_rounding": rounded(laps.accuracy)[-1],
        "test": {"loss": loss, "accuracy": accuracy},
        "file": stored(models.path_of(settings["network"]), small),
        "seconds": {"total": round(laps.seconds[-1], 2)},
    }


RUNS = tuple(
    race[-1] | {"change": "shipped with the package", "seed": 0} for race in (MLP_RACE, CNN_RACE)
)
