"""The datasets of the book: MNIST, Fashion-MNIST and CIFAR-10, from wherever they can be had.

Every loader looks in three places, takes the first that has the dataset, checks what it found,
and says in one printed line where it came from:

1. The folder that the environment variable FIRSTNET_DATA names: `mnist.npz`,
   `fashion_mnist.npz`, `cifar10.npz` (arrays x_train, y_train, x_test, y_test), or
   `cifar10-jpeg.tar.xz`, a JPEG copy of CIFAR-10. `FIRSTNET_DATA=embedded` goes straight to 3.
2. Keras's own cache, and its download.
3. If the server cannot be reached: the digits that come with scikit-learn, 1,797 small images.
   The printed line then begins with `!!!`.

A file that is there but damaged is an error and never passed over. Every error is a DataError.
"""

import contextlib
import io
import os
from pathlib import Path

from firstnet.data import cache, readers
from firstnet.data.digits import embedded
from firstnet.data.facts import DATASETS, NAMES, DataError, check

__all__ = ["DataError", "cifar10", "fashion_mnist", "is_real", "mnist", "real_or_none", "source"]

FOLDER = "the folder in FIRSTNET_DATA"
CACHE = "Keras's cache"
DOWNLOAD = "a download into Keras's cache"
JPEG = "JPEG copies in the folder in FIRSTNET_DATA"
EMBEDDED = "scikit-learn's small digits"

JPEG_FILE = "cifar10-jpeg.tar.xz"
REPLACE = "Put a complete copy in its place, or take it out of the folder."

_sources = {}


def mnist():
    """Return MNIST, `(x_train, y_train), (x_test, y_test)`: handwritten digits 0 to 9.

    Images are uint8 (60000, 28, 28) and (10000, 28, 28), 0 is paper and 255 is ink; labels are
    uint8 (60000,) and (10000,). Each array is held to its SHA-256. The embedded default is
    smaller: 1,437 and 360 images. Raises DataError.

    Source: Y. LeCun, C. Cortes, C. Burges; the arrays are those of `keras.datasets.mnist`.
    """
    return _load("mnist")


def fashion_mnist():
    """Return Fashion-MNIST, `(x_train, y_train), (x_test, y_test)`: clothes in 10 classes.

    Shapes and types as `mnist`. Checked: shapes, label range, 6,000 and 1,000 images of each
    class, and gzip's own checksum; no checksum of these arrays is published. Raises DataError.

    Source: Zalando Research; the arrays are those of `keras.datasets.fashion_mnist`.
    """
    return _load("fashion_mnist")


def cifar10():
    """Return CIFAR-10, `(x_train, y_train), (x_test, y_test)`: photographs in 10 classes.

    Images are uint8 (50000, 32, 32, 3) and (10000, 32, 32, 3), channels last; labels are uint8
    (50000, 1) and (10000, 1). Checked: shapes, label range, 5,000 and 1,000 images of each
    class, and the SHA-256 of the downloaded archive. Raises DataError.

    Source: A. Krizhevsky; the arrays are those of `keras.datasets.cifar10`.
    """
    return _load("cifar10")


def real_or_none(name):
    """Return a dataset ("fashion_mnist", …) as its loader does, or None where it cannot be had.

    In place of the small digits that would stand in, one line says that it is not here.
    Raises DataError for a file that is damaged.
    """
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        arrays = _load(name)
    if source(name) == EMBEDDED:
        print(f"{DATASETS[name].title} cannot be had here, so this part is left out.")
        return None
    print(said.getvalue().strip())
    return arrays


def source(name):
    """Return where the last load of `name` ("mnist", …) came from: FOLDER, CACHE, … in words."""
    if name not in _sources:
        raise DataError(f"{name} has not been loaded yet: call firstnet.data.{name}() first.")
    return _sources[name]


def is_real(name):
    """Return whether the last load of `name` gave the real dataset.

    False for the embedded digits, and False for the JPEG copy of CIFAR-10, whose pixels and
    order are not the original's; `source(name) == JPEG` tells the two apart.
    """
    return source(name) in (FOLDER, CACHE, DOWNLOAD)


def _load(name):
    dataset = DATASETS[name]
    folder = os.environ.get("FIRSTNET_DATA", "")
    if folder == "embedded":
        return _stand_in(name, dataset, "FIRSTNET_DATA=embedded asks for it")
    held = _files(folder) if folder else {}
    for file, read, origin in _offers(name, dataset):
        if file in held:
            return _from_file(name, held[file], read, origin)
    return _from_keras(name, dataset)


def _files(folder):
    """Return the paths of the files in the folder, by file name."""
    path = Path(folder).expanduser()
    try:
        return {entry.name: entry for entry in path.iterdir()}
    except OSError as error:
        hint = "" if path.is_absolute() else f" It is looked for in {Path.cwd()}."
        raise DataError(
            f"FIRSTNET_DATA names the folder {path}, which cannot be opened "
            f"({error.strerror}).{hint} Correct the variable, or unset it."
        ) from error


def _offers(name, dataset):
    yield dataset.file, readers.read_npz, FOLDER
    if name == "cifar10":
        yield JPEG_FILE, readers.read_cifar10_jpeg, JPEG


def _from_file(name, path, read, origin):
    with readers.naming(path, remedy=REPLACE):
        arrays = read(path)
    check(DATASETS[name], arrays, file=path, remedy=REPLACE)
    return _deliver(name, arrays, origin, _line(DATASETS[name], origin))


def _from_keras(name, dataset):
    wanted = cache.missing(dataset)
    try:
        for file in wanted:
            cache.fetch(file)
    except ConnectionError as error:
        return _stand_in(name, dataset, str(error))
    arrays = cache.read(name, dataset)
    check(dataset, arrays, file=cache.location(dataset), remedy=cache.DELETE)
    origin = DOWNLOAD if wanted else CACHE
    return _deliver(name, arrays, origin, _line(dataset, origin))


def _deliver(name, arrays, origin, line):
    _sources[name] = origin
    print(line)
    x_train, y_train, x_test, y_test = (arrays[key] for key in NAMES)
    return (x_train, y_train), (x_test, y_test)


def _line(dataset, origin):
    train, test = dataset.sizes
    images = f"{train:,} training and {test:,} test images"
    if origin == JPEG:
        return (
            f"!!! NOT EXACTLY {dataset.title}: {images} re-encoded as JPEG, their original order "
            f"lost, from the folder in FIRSTNET_DATA; class counts right."
        )
    checked = "checksums right" if dataset.sha256 else "class counts right"
    return f"{dataset.title}: {images}, from {origin}; {checked}."


def _stand_in(name, dataset, reason):
    arrays = embedded(dataset)
    line = (
        f"!!! NOT {dataset.title}: {len(arrays['x_train']):,} training and "
        f"{len(arrays['x_test']):,} test images of scikit-learn's small handwritten digits "
        f"instead, because {reason}. For the real {dataset.title}, run this with a network and "
        f"FIRSTNET_DATA unset, or put {dataset.file} in a folder and name it in FIRSTNET_DATA."
    )
    return _deliver(name, arrays, EMBEDDED, line)
