"""Live training for the laboratory: Keras on MNIST in a thread of its own, told as it goes.

`Training(tell)` starts, changes and stops a `fit`. What happens is told by calls of `tell(message,
buffers)`; a message is a dict that JSON can hold, without NaN. Its "status" is "loading",
"training", "stopping" while the thread lives, and "done", "stopped", "diverged" or "failed" after.
"""

import io
import math
import sys
import threading
import time
from contextlib import redirect_stdout

import numpy as np

TELL_EVERY = 0.1  # seconds
VALIDATION_SHARE = 5  # every fifth image is kept for validation: the last ones
VALIDATION_BATCH = 500
MOMENTUM = 0.9
PICTURES = 12
FAR = 1e8  # a loss beyond it has left every scale


class Over(Exception):
    """The training is to end now; `args` holds the status."""


class Overheard(io.TextIOBase):
    """A standard output that keeps what this thread prints and passes on what others print."""

    def __init__(self):
        self.other, self.thread, self.heard = sys.stdout, threading.get_ident(), []

    def write(self, text):
        """Keep or pass on a text."""
        if threading.get_ident() != self.thread:
            return self.other.write(text)
        self.heard.append(text)
        return len(text)

    def flush(self):
        """Pass the flush on."""
        self.other.flush()


def load():
    """Return MNIST as float32 rows of 784 from 0 to 1 with labels, and the line it printed.

    The four arrays are x and y to train on, x and y to validate: the last fifth of the training
    images. The test images stay untouched.
    """
    from firstnet import data

    said = Overheard()
    with redirect_stdout(said):
        (x, y), _ = data.mnist()
    x = x.reshape(len(x), -1).astype("float32") / 255
    kept = len(x) // VALIDATION_SHARE
    return (x[:-kept], y[:-kept], x[-kept:], y[-kept:]), "".join(said.heard).strip()


def build(settings):
    """Return the compiled network 784-h-10 with the optimizer that the settings name."""
    import keras

    seeds = [keras.initializers.GlorotUniform(seed=2 * settings["seed"] + k) for k in (0, 1)]
    hidden = keras.layers.Dense(settings["hidden"], "relu", kernel_initializer=seeds[0])
    answers = keras.layers.Dense(10, "softmax", kernel_initializer=seeds[1])
    model = keras.Sequential([keras.Input((784,)), hidden, answers])
    momentum = MOMENTUM if settings["optimizer"] == "momentum" else 0.0
    optimizer = keras.optimizers.SGD(settings["learning_rate"], momentum=momentum)
    model.compile(optimizer, "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def sound(*values):
    """Return the values as rounded numbers; raise Over("diverged") when one is none."""
    numbers = [float(value) for value in values]
    if not all(math.isfinite(number) and abs(number) < FAR for number in numbers):
        raise Over("diverged")
    return [round(number, 6) for number in numbers]


class Training:
    """One training at a time, in a thread; `tell(message, buffers)` hears of it.

    Settings are a dict: learning_rate, batch_size, epochs, hidden, optimizer ("sgd" or
    "momentum"), seed.
    """

    def __init__(self, tell):
        self._tell, self._thread, self._lock = tell, None, threading.Lock()
        self._stop, self.state, self.pictures = threading.Event(), {"status": "idle"}, None

    def running(self):
        """Tell whether a training is under way."""
        return self._thread is not None and self._thread.is_alive()

    def start(self, settings):
        """Begin a training; return False, and change nothing, while another one runs."""
        with self._lock:
            if self.running():
                return False
            self.settings, self.pictures = dict(settings), None
            self._stop.clear()
            self.state = {"history": [], "source": "", "words": "", "settings": self.settings}
            self._say(status="loading", epoch=0, batch=0, batches=0)
            self._thread = threading.Thread(target=self._run, name="firstnet-live", daemon=True)
            self._thread.start()
        return True

    def stop(self):
        """Ask the training to end; it does so before its next batch."""
        if self.running():
            self._stop.set()
            self._say(status="stopping")

    def change(self, name, value):
        """Change "learning_rate" from the next batch on, or "batch_size" from the next epoch."""
        if self.running():
            self.settings[name] = value

    def join(self, timeout=None):
        """Wait until the training has ended."""
        if self._thread is not None:
            self._thread.join(timeout)

    def tell_all(self):
        """Tell the state again, with the pictures: for a view that has just been opened."""
        self._say()
        if self.pictures:
            self._tell(*self.pictures)

    def _say(self, **news):
        self.state = self.state | news
        self._tell({"type": "progress", **self.state}, [])

    def _run(self):
        try:
            self._train()
            self._say(status="done", batch=0)
        except Over as over:
            self._say(status=over.args[0])
        except Exception as error:  # whatever it is, the reader is to hear of it
            words = str(error).strip().split("\n")[0][:300]
            self._say(status="failed", words=f"{type(error).__name__}: {words}")

    def _train(self):
        self.arrays, line = load()
        self._check()
        self._say(source=line, rows=[len(self.arrays[0]), len(self.arrays[2])])
        self.model = build(self.settings)
        self._show_pictures()
        self._began, self._told = time.monotonic(), 0.0
        for epoch in range(self.settings["epochs"]):
            self._check()
            self._fit(epoch)

    def _check(self, batch=None, logs=None):
        if self._stop.is_set():
            raise Over("stopped")

    def _fit(self, epoch):
        from keras.callbacks import LambdaCallback

        x, y, *validation = self.arrays
        size = self.settings["batch_size"]
        self._say(epoch=epoch, batch=0, batches=math.ceil(len(x) / size), batch_size=size)
        order = np.random.default_rng([self.settings["seed"], epoch]).permutation(len(x))
        hooks = {"on_train_batch_begin": self._before, "on_train_batch_end": self._after}
        watch = LambdaCallback(**hooks, on_test_batch_begin=self._check)
        found = self.model.fit(
            x[order], y[order], batch_size=size, shuffle=False, verbose=0, callbacks=[watch],
            validation_data=tuple(validation), validation_batch_size=VALIDATION_BATCH,
        ).history  # fmt: skip
        names = ("loss", "accuracy", "val_loss", "val_accuracy")
        row = sound(*(found[name][0] for name in names))
        self._say(epoch=epoch + 1, history=[*self.state["history"], row], answers=self._answers())

    def _before(self, batch, logs=None):
        self._check()
        rate = self.settings["learning_rate"]
        if rate != self.state.get("rate"):
            self.model.optimizer.learning_rate.assign(rate)
            self._say(rate=rate, status="training")

    def _after(self, batch, logs):
        now, (loss, accuracy) = time.monotonic(), sound(logs["loss"], logs["accuracy"])
        if now - self._told < TELL_EVERY:
            return
        self._told = now
        done = self.state["epoch"] + (batch + 1) / self.state["batches"]
        left = (now - self._began) / done * (self.settings["epochs"] - done)
        self._say(batch=batch + 1, loss=loss, accuracy=accuracy, left=round(max(left, 0), 1))

    def _show_pictures(self):
        _, _, x, y = self.arrays
        chosen = [k * len(x) // PICTURES for k in range(PICTURES)]
        pixels = (255 * x[chosen]).round().astype("uint8").tobytes()
        self._shown = x[chosen]
        self.pictures = {"type": "pictures", "labels": y[chosen].tolist()}, [pixels]
        self._tell(*self.pictures)

    def _answers(self):
        return np.asarray(self.model(self._shown)).argmax(axis=1).tolist()
