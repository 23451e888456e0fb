"""Keep a trained network: a folder to try it in, what the libraries warn of, a converted file."""

import logging
import tempfile
import warnings
from contextlib import contextmanager
from functools import cache
from pathlib import Path


@cache
def _folder():
    return tempfile.TemporaryDirectory(prefix="firstnet-")


def temporary_folder() -> Path:
    """Return a folder for files that are only tried out; it goes when Python ends."""
    return Path(_folder().name)


class _Sayings(logging.Handler):
    def __init__(self):
        super().__init__(logging.WARNING)
        self.sentences = []

    def emit(self, record):
        self.sentences.append(record.getMessage())


@contextmanager
def _quiet_log(name):
    """Collect the warnings of a logger instead of showing them."""
    logger, sayings = logging.getLogger(name), _Sayings()
    handlers, onward = logger.handlers, logger.propagate
    logger.handlers, logger.propagate = [sayings], False
    try:
        yield sayings.sentences
    finally:
        logger.handlers, logger.propagate = handlers, onward


def warned(act) -> list[str]:
    """Call `act()` and return what it warned a user of, instead of showing it: Python's first.

    Source: Python's `warnings`, and the log of absl, with which Keras and TensorFlow write.
    """
    with warnings.catch_warnings(record=True) as found, _quiet_log("absl") as logged:
        warnings.simplefilter("always")
        warnings.simplefilter("ignore", DeprecationWarning)  # meant for those who write libraries
        act()
    return [" ".join(str(one.message).split()) for one in found] + logged


def lite_answers(path, rows):
    """Return what a network in TensorFlow Lite's format answers, shape (n, outputs).

    `path`: the file; `rows`: float32, shape (n, inputs), handed over one at a time. The file must
    take a batch of exactly 1; raises ValueError otherwise.
    """
    import numpy as np
    import tensorflow as tf

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # TensorFlow's reader will move to a package of its own
        reader = tf.lite.Interpreter(model_path=str(path))
    reader.allocate_tensors()
    (given,), (answer,) = reader.get_input_details(), reader.get_output_details()
    found = []
    for row in rows:
        reader.set_tensor(given["index"], row[None])
        reader.invoke()
        found.append(reader.get_tensor(answer["index"])[0])
    return np.array(found)
