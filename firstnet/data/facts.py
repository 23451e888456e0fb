"""What is known about each dataset, and the check that holds every load to it."""

import hashlib
from dataclasses import dataclass

import numpy as np

KERAS_FILES = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/"
TORONTO = "https://www.cs.toronto.edu/~kriz/"
NAMES = ("x_train", "y_train", "x_test", "y_test")


class DataError(RuntimeError):
    """A dataset cannot be had as it should be; the message names the file and what to do."""


@dataclass(frozen=True)
class Download:
    """One file that Keras keeps in its cache.

    `path` is relative to Keras's home; `sha256` is the file's, as Keras 3.15 states it, or None
    where Keras states none.
    """

    path: str
    address: str
    sha256: str | None = None


@dataclass(frozen=True)
class Dataset:
    """The facts of one dataset: sizes in images, shapes of one image and of one label.

    `sha256` holds the checksum of each array's bytes in C order. A dataset without published
    ones is checked by `balanced`: every class has equally many images.
    """

    title: str
    file: str
    sizes: tuple[int, int]
    image: tuple[int, ...]
    label: tuple[int, ...]
    downloads: tuple[Download, ...]
    sha256: dict[str, str] | None = None
    balanced: bool = True

    def shapes(self):
        """Return the shape of each of the four arrays, by name."""
        train, test = self.sizes
        return {
            "x_train": (train, *self.image),
            "y_train": (train, *self.label),
            "x_test": (test, *self.image),
            "y_test": (test, *self.label),
        }


def _fashion(name):
    return Download(f"datasets/fashion-mnist/{name}-ubyte.gz", f"{KERAS_FILES}{name}-ubyte.gz")


DATASETS = {
    "mnist": Dataset(
        title="MNIST",
        file="mnist.npz",
        sizes=(60_000, 10_000),
        image=(28, 28),
        label=(),
        downloads=(
            Download(
                "datasets/mnist.npz",
                f"{KERAS_FILES}mnist.npz",
                "731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1",
            ),
        ),
        sha256={
            "x_train": "741c988805d008ac6e4c904b69001ba184c24b2c540a4ef403f4c71b676cf757",
            "y_train": "1feba77c54802fa5339a11837ea4b2866434b83314ec45192930f1df69120c13",
            "x_test": "6d87418db22cc8025d05968bec9bd5c3932904b23485740db143a061a2c9d161",
            "y_test": "ddeff807876a9661a1110d45c266c86239a3a1b7d37da0c3716a7a683c852ff5",
        },
        balanced=False,
    ),
    # Zalando publishes MD5 sums of its own four files. We found no statement that the copies
    # Keras serves are the same files, so they are not used; gzip's own checksum is.
    "fashion_mnist": Dataset(
        title="Fashion-MNIST",
        file="fashion_mnist.npz",
        sizes=(60_000, 10_000),
        image=(28, 28),
        label=(),
        downloads=(
            _fashion("train-images-idx3"),
            _fashion("train-labels-idx1"),
            _fashion("t10k-images-idx3"),
            _fashion("t10k-labels-idx1"),
        ),
    ),
    "cifar10": Dataset(
        title="CIFAR-10",
        file="cifar10.npz",
        sizes=(50_000, 10_000),
        image=(32, 32, 3),
        label=(1,),
        downloads=(
            Download(
                "datasets/cifar-10-batches-py-target_archive",
                f"{TORONTO}cifar-10-python.tar.gz",
                "6d958be074577803d12ecdefd02955f39262c83c16fe9348329d7fe0b5c001ce",
            ),
        ),
    ),
}


def check(dataset, arrays, *, file, remedy):
    """Raise DataError unless the arrays are what is known about the dataset.

    `arrays` maps the four names to arrays; `file` is named in the message and `remedy` is the
    sentence that says what to do.
    """
    for name, shape in dataset.shapes().items():
        fault = _fault(dataset, name, arrays[name], shape)
        if fault:
            raise DataError(f"{file}: the array {name} {fault}. {remedy}")


def _fault(dataset, name, array, shape):
    if array.dtype != np.uint8 or array.shape != shape:
        return f"should be uint8 of shape {shape}, but is {array.dtype} of shape {array.shape}"
    if name.startswith("y") and array.max() > 9:
        return f"should hold labels from 0 to 9, but holds {array.max()}"
    if name.startswith("y") and dataset.balanced and not _balanced(array):
        return "should name every class equally often, but does not"
    if dataset.sha256 and _sha256(array) != dataset.sha256[name]:
        return "has the wrong checksum: at least one of its values is not the original"
    return None


def _balanced(labels):
    counts = np.bincount(labels.ravel(), minlength=10)
    return counts.min() == counts.max()


def _sha256(array):
    return hashlib.sha256(np.ascontiguousarray(array)).hexdigest()
