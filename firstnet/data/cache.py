"""Keras's own cache: read it when the files are there, fill it when they are not.

The files are read here and not by `keras.datasets`, although they are the same ones in the same
places. Keras's loader downloads anew, without a time limit, whenever it does not like what it
finds, moves to another folder when it may not write, and unpacks CIFAR-10 into the cache on every
call. Here a cache that has the files is only read: nothing is written, nothing is fetched, and
TensorFlow stays unloaded.
"""

import gzip
import hashlib
import os
import socket
import sys
import tempfile
from contextlib import contextmanager, redirect_stdout
from http.client import RemoteDisconnected
from pathlib import Path
from urllib.error import ContentTooShortError, HTTPError, URLError
from urllib.parse import urlsplit

from firstnet.data import readers
from firstnet.data.facts import DataError

TIMEOUT = 30  # seconds without a single byte before a download counts as hanging
READERS = {
    "mnist": readers.read_npz,
    "fashion_mnist": readers.read_fashion_mnist,
    "cifar10": readers.read_cifar10,
}
DELETE = "Delete it and run this again: it is then downloaded anew."
WAYS_OUT = (
    "Run this again; or put the dataset's .npz file in a folder and name the folder in "
    "FIRSTNET_DATA; or set FIRSTNET_DATA=embedded to go on with the small digits."
)


def home():
    """Return Keras's home folder as the environment names it now: KERAS_HOME, or ~/.keras."""
    return Path(os.environ.get("KERAS_HOME") or "~/.keras").expanduser()


def missing(dataset):
    """Return the dataset's files that Keras's cache does not hold."""
    with _writable(home()):
        return [file for file in dataset.downloads if not (home() / file.path).exists()]


def read(name, dataset):
    """Read a dataset whose files are all in the cache; return its arrays by name.

    Raises DataError, naming the file, if one is damaged. It is left for you to delete: a file
    that this book did not put there may be one that you want to keep.
    """
    paths = [home() / file.path for file in dataset.downloads]
    for path, file in zip(paths, dataset.downloads, strict=True):
        with readers.naming(path, remedy=DELETE):
            _require_intact(path, file.sha256)
    with readers.naming(location(dataset), remedy=DELETE):
        return READERS[name](*paths)


def location(dataset):
    """Return the dataset's file in the cache, or the folder of its files if it has several."""
    paths = [home() / file.path for file in dataset.downloads]
    return paths[0] if len(paths) == 1 else paths[0].parent


def _require_intact(path, sha256):
    if sha256 is None:
        _read_through(path)
    elif _file_sha256(path) != sha256:
        raise DataError("has the wrong checksum: it is incomplete, or another file")


def _read_through(path):
    if not path.stat().st_size:
        raise EOFError("it is empty")
    with gzip.open(path) as stream:  # raises at the end if gzip's own checksum is wrong
        while stream.read(1 << 20):
            pass


def _file_sha256(path):
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def fetch(file):
    """Download one file into Keras's cache, all of it or nothing.

    It is downloaded into a folder of its own beside the cache, checked, and only then moved.
    Raises ConnectionError if the server cannot be reached, and DataError if the download broke
    off, hung, came damaged, or cannot be written.
    """
    target = home() / file.path
    with _writable(target.parent):
        target.parent.mkdir(parents=True, exist_ok=True)
        staging = tempfile.TemporaryDirectory(prefix="firstnet-", dir=home())
    with staging as folder:
        staged = _download(file, folder)
        with readers.naming(f"{target.name}, downloaded from {file.address},", remedy=WAYS_OUT):
            _require_intact(staged, file.sha256)
        with _writable(target.parent):
            staged.replace(target)


@contextmanager
def _writable(folder):
    try:
        yield
    except OSError as error:
        raise DataError(
            f"Keras's cache folder {folder} cannot be written ({error.strerror or error}). Set "
            "KERAS_HOME to a folder that you may write to, or put the dataset's .npz file in a "
            "folder and name the folder in FIRSTNET_DATA."
        ) from error


def _download(file, folder):
    from keras.utils import get_file

    name = Path(file.path).name
    try:
        # The progress bar goes to stderr, so that a notebook does not keep it.
        with redirect_stdout(sys.stderr), _time_limit(TIMEOUT):
            return Path(get_file(name, file.address, cache_dir=folder, cache_subdir=""))
    except Exception as error:  # get_file raises plain Exception, with the cause as context
        cause = error.__context__ if type(error) is Exception else error
        raise _failure(file, cause) from error


def _failure(file, cause):
    if _never_began(cause):
        return ConnectionError(_why(cause, file))
    return DataError(
        f"The download of {Path(file.path).name} from {file.address} broke off ({_what(cause)}). "
        f"Nothing of it was kept. {WAYS_OUT}"
    )


@contextmanager
def _time_limit(seconds):
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(seconds)
    try:
        yield
    finally:
        socket.setdefaulttimeout(before)


def _never_began(cause):
    return isinstance(cause, URLError | RemoteDisconnected) and not isinstance(
        cause, ContentTooShortError
    )


def _why(cause, file):
    host = urlsplit(file.address).hostname
    if isinstance(cause, HTTPError):
        return f"{host} answered {cause.code} {cause.reason}"
    return f"{host} cannot be reached ({_what(cause)})"


def _what(cause):
    if isinstance(cause, TimeoutError):
        return f"not a byte came for {TIMEOUT} seconds"
    reason = getattr(cause, "reason", cause)
    return " ".join(str(reason).split()) or type(cause).__name__
