"""Article B's network, 784-784-32-10: its recipe as printed, as repaired, and what lifts it."""

from collections.abc import Callable
from pathlib import Path

from tools.experiments.races import lap_timer
from tools.experiments.recipes import real_mnist, rounded

LARGEST = {"raw": 1, "divided": 255}  # what the pixels are divided by


def pixels_for(settings: dict):
    """Return MNIST as rows of 784 numbers, float32, as printed (0 to 255) or divided (0 to 1)."""
    largest = LARGEST[settings["pixels"]]
    return [(x.reshape(len(x), 784).astype("float32") / largest, y) for x, y in real_mnist()]


def network_of_article_b(settings: dict):
    """Return the network 784, 784, 32, 10 compiled with the optimizer of the settings."""
    import keras
    from keras import layers

    keras.utils.set_random_seed(settings["seed"])
    hidden = [layers.Dense(units, activation="relu") for units in (784, 32)]
    output = layers.Dense(10, activation="softmax")
    model = keras.Sequential([keras.Input((784,)), *hidden, output])
    kinds = {"SGD": keras.optimizers.SGD, "Adam": keras.optimizers.Adam}
    optimizer = kinds[settings["optimizer"]](settings["learning_rate"])
    model.compile(optimizer, loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def silent_share(model, x) -> list[float]:
    """Return for each hidden layer the share of its neurons that give 0 for every row of x.

    NaN where the network's numbers are no numbers any more.
    """
    import keras
    import numpy as np

    hidden = [layer.output for layer in model.layers[:-1]]
    layers = keras.Model(model.inputs, hidden).predict(x, batch_size=500, verbose=0)
    finite = all(np.isfinite(weights).all() for weights in model.get_weights())
    return [float((a <= 0).all(axis=0).mean()) if finite else np.nan for a in layers]


def train_article_b(settings: dict, *, folder: Path, report: Callable) -> dict:
    """Train once, to the last epoch also where nothing is learned; return all that was measured."""
    import keras
    import numpy as np

    keras.backend.clear_session()
    (x_train, y_train), test = pixels_for(settings)
    model = network_of_article_b(settings)
    laps = lap_timer(test, report=report, epochs=settings["epochs"])
    options = {name: settings[name] for name in ("batch_size", "epochs", "validation_split")}
    history = model.fit(x_train, y_train, **options, verbose=0, callbacks=[laps]).history
    loss, accuracy = rounded(model.evaluate(*test, batch_size=500, verbose=0))
    predicted = model.predict(test[0], batch_size=500, verbose=0).argmax(axis=1)
    return {
        "parameters": model.count_params(),
        "history": {name: rounded(values) for name, values in history.items()},
        "test": {"loss": loss, "accuracy": accuracy},
        "test_accuracy_after_each_epoch": rounded(laps.accuracy),
        "predicted_each_digit": np.bincount(predicted, minlength=10).tolist(),
        "silent_share_of_hidden_neurons": rounded(silent_share(model, test[0])),
        "seconds": {
            "after_each_epoch": [round(s, 2) for s in laps.seconds],
            "total": round(laps.seconds[-1], 2),
        },
    }


REPAIRED = {
    "change": "divided by 255",
    "pixels": "divided",
    "optimizer": "SGD",
    "learning_rate": 0.01,
    "batch_size": 500,
    "epochs": 20,
    "validation_split": 0.1,
}
PRINTED = REPAIRED | {"change": "as printed", "pixels": "raw"}
LIFTED = (
    {"change": "100 epochs", "epochs": 100},
    {"change": "learning rate 0.1", "learning_rate": 0.1},
    {"change": "learning rate 0.5", "learning_rate": 0.5},
    {"change": "Adam", "optimizer": "Adam", "learning_rate": 0.001},
)
RUNS = (
    *(PRINTED | {"seed": seed} for seed in range(4)),
    *(REPAIRED | {"seed": seed} for seed in range(3)),
    *(REPAIRED | change | {"seed": 0} for change in LIFTED),
)
