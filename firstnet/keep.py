"""Keep a trained network: a folder to try it in, what the libraries warn of, what is in a file."""

import logging
import tempfile
import warnings
import zipfile
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


def parts(path) -> dict[str, bytes]:
    """Return the files that a .keras file, a zip archive, holds: their content by their name.

    Raises zipfile.BadZipFile for a file that is none.
    """
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}
