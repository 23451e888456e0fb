"""From files to arrays: every reader returns a dict of the four arrays, by Keras's names."""

import gzip
import io
import pickle
import tarfile
import zipfile
from contextlib import contextmanager
from pathlib import PurePosixPath

import numpy as np

from firstnet.data.facts import NAMES, DataError

CIFAR10_CLASSES = (
    *("airplane", "automobile", "bird", "cat", "deer"),
    *("dog", "frog", "horse", "ship", "truck"),
)
SHUFFLE_SEED = 0


@contextmanager
def naming(file, *, remedy):
    """Turn whatever a damaged file raises into one DataError that names the file.

    Damage can surface as almost any exception: a broken archive, a codec's error, a syntax error
    in an array's header. A DataError raised inside states the fault alone: "has no array …".
    """
    try:
        yield
    except DataError as error:
        raise DataError(f"{file} {error}. {remedy}") from error
    except Exception as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        raise DataError(f"{file} is damaged or cannot be read ({reason}). {remedy}") from error


def read_npz(path):
    """Read the four arrays from a NumPy archive; pickled objects are refused."""
    if not zipfile.is_zipfile(path):
        raise ValueError("it is not a complete NumPy archive")
    with path.open("rb") as stream, np.load(stream, allow_pickle=False) as archive:
        missing = [name for name in NAMES if name not in archive]
        if missing:
            raise DataError(f"has no array named {missing[0]}, it has {sorted(archive)}")
        return {name: archive[name] for name in NAMES}


def read_fashion_mnist(x_train, y_train, x_test, y_test):
    """Read the four gzipped idx files: a header of 16 bytes for images, 8 for labels."""
    return {
        "x_train": _read_idx(x_train, header=16).reshape(-1, 28, 28),
        "y_train": _read_idx(y_train, header=8),
        "x_test": _read_idx(x_test, header=16).reshape(-1, 28, 28),
        "y_test": _read_idx(y_test, header=8),
    }


def _read_idx(path, *, header):
    with gzip.open(path) as stream:
        return np.frombuffer(stream.read(), np.uint8, offset=header).copy()


def read_cifar10(path):
    """Read CIFAR-10's six batches straight from its archive, without unpacking it.

    The batches are pickles, which can run code: call this only after the archive's checksum.
    """
    with tarfile.open(path) as archive:
        train = [_read_batch(archive, f"data_batch_{number}") for number in range(1, 6)]
        test = [_read_batch(archive, "test_batch")]
    return _four_arrays(train, test)


def _read_batch(archive, name):
    stream = archive.extractfile(f"cifar-10-batches-py/{name}")
    batch = pickle.load(stream, encoding="bytes")
    images = batch[b"data"].reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1)  # channels last
    return images, np.array(batch[b"labels"], np.uint8)[:, None]


def _four_arrays(train, test):
    x_train, y_train = (np.concatenate(parts) for parts in zip(*train, strict=True))
    x_test, y_test = (np.concatenate(parts) for parts in zip(*test, strict=True))
    return {"x_train": x_train, "y_train": y_train, "x_test": x_test, "y_test": y_test}


def read_cifar10_jpeg(path):
    """Decode the JPEG copy of CIFAR-10, `train/<class>/<nnnn>.jpg` and `test/…`, from its tar.

    The images come in the sorted order of their names; the training set is then shuffled with
    a fixed seed, because a mini-batch of one class teaches badly.
    """
    images = {"train": [], "test": []}
    for name, pixels in sorted(_decoded(path), key=lambda image: image[0]):
        part, label, _ = PurePosixPath(name).parts
        images[part].append((pixels[None], np.array([[CIFAR10_CLASSES.index(label)]], np.uint8)))
    order = np.random.default_rng(SHUFFLE_SEED).permutation(len(images["train"]))
    return _four_arrays([images["train"][place] for place in order], images["test"])


def _decoded(path):
    from PIL import Image

    with tarfile.open(path) as archive:
        for member in archive:
            if member.isfile():
                stream = io.BytesIO(archive.extractfile(member).read())
                yield member.name, np.asarray(Image.open(stream).convert("RGB"))
