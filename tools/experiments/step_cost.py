"""What one step costs: the same network and data, in Keras several ways, and in NumPy."""

import time
from collections.abc import Callable
from pathlib import Path

from tools.experiments.races import compiled, digits_for

ROWS, LAPS = 48_000, 5
AT_ONCE = 32  # steps in one call
WAYS = ("fit", "fit, 32 steps at a time", "fit, 32 steps at a time, tf.data", "NumPy")
SETTINGS = {
    "network": "mlp",
    "optimizer": "SGD",
    "schedule": "constant",
    "learning_rate": 0.1,
    "epochs": LAPS,
    "rows": ROWS,
    "threads": 1,
    "seed": 0,
}


def use_threads(count: int) -> None:
    """Let TensorFlow, and the matrix products of NumPy, use this many threads in this process."""
    import tensorflow as tf
    from threadpoolctl import threadpool_limits

    threadpool_limits(count)
    try:
        tf.config.threading.set_intra_op_parallelism_threads(count)
        tf.config.threading.set_inter_op_parallelism_threads(count)
    except RuntimeError as error:  # TensorFlow has begun to compute
        if tf.config.threading.get_intra_op_parallelism_threads() != count:
            raise RuntimeError(f"A run on {count} thread(s) needs a process of its own.") from error


def blas_kernel() -> str:
    """Return the processor that NumPy's matrix products are written for: it decides their speed."""
    from threadpoolctl import threadpool_info

    return next(one["architecture"] for one in threadpool_info() if "numpy" in one["filepath"])


def keras_laps(settings: dict, x, y) -> list[float]:
    """Return the seconds of each epoch of `fit`."""
    import keras
    import tensorflow as tf

    at_once = 1 if settings["way"] == "fit" else AT_ONCE
    model = compiled(settings | {"steps_per_execution": at_once}, rows=ROWS)
    rows = {"x": x, "y": y, "batch_size": settings["batch_size"]}
    if settings["way"].endswith("tf.data"):
        dataset = tf.data.Dataset.from_tensor_slices((x, y)).shuffle(ROWS, seed=0)
        rows = {"x": dataset.batch(settings["batch_size"]).prefetch(2)}
    laps, now = [], time.perf_counter
    for _ in range(LAPS):
        start = now()
        model.fit(**rows, epochs=1, verbose=0)
        laps.append(now() - start)
    keras.backend.clear_session()
    return laps


def numpy_laps(settings: dict, x, y) -> list[float]:
    """Return the seconds of each epoch of the forty lines of NumPy."""
    import numpy as np

    from firstnet import forty_lines

    parameters = forty_lines.initial_parameters((784, 128, 128, 10), settings["seed"])
    rng, laps = np.random.default_rng(settings["seed"]), []
    options = {name: settings[name] for name in ("learning_rate", "batch_size")}
    for _ in range(LAPS):
        start = time.perf_counter()
        forty_lines.train_epoch(parameters, x, y, **options, rng=rng)
        laps.append(time.perf_counter() - start)
    return laps


def measure_steps(settings: dict, *, folder: Path, report: Callable) -> dict:
    """Train for five epochs; return the seconds of each. The first holds what Keras prepares."""
    use_threads(settings["threads"])
    (x, y), _ = digits_for("mlp")
    train = numpy_laps if settings["way"] == "NumPy" else keras_laps
    laps = train(settings, x[:ROWS], y[:ROWS].astype("int32"))
    steps = -(-ROWS // settings["batch_size"])
    best = min(laps[1:])
    return {
        "steps": steps,
        "blas_kernel_of_numpy": blas_kernel(),
        "milliseconds_a_step": round(1000 * best / steps, 4),
        "seconds": {"epochs": [round(lap, 3) for lap in laps], "best": round(best, 3)},
    }


RUNS = tuple(
    SETTINGS | {"way": way, "batch_size": batch_size}
    for batch_size in (16, 64, 256, 1024)
    for way in WAYS
)
