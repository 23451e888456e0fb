"""firstnet.data: every source, every fault, each with files that the test makes."""

import gzip
import hashlib
import importlib
import io
import os
import pickle
import shutil
import socket
import subprocess
import sys
import tarfile
import threading
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from firstnet import data
from firstnet.data import cache, digits, readers
from firstnet.data.facts import DATASETS, NAMES, Download

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared/datasets"
REAL = [Path(os.environ.get("FIRSTNET_DATA") or SHARED), SHARED]
REAL = next((folder for folder in REAL if (folder / "mnist.npz").exists()), None)
LOADERS = {
    "mnist": data.mnist,
    "fashion_mnist": data.fashion_mnist,
    "cifar10": data.cifar10,
}
SIZES = (20, 10)


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    """An empty Keras home, no data folder, no proxy, no memory of earlier loads."""
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    monkeypatch.delenv("FIRSTNET_DATA", raising=False)
    monkeypatch.setenv("no_proxy", "*")
    monkeypatch.setattr(data, "_sources", {})
    return tmp_path / "keras"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder that FIRSTNET_DATA names."""
    path = tmp_path / "folder"
    path.mkdir()
    monkeypatch.setenv("FIRSTNET_DATA", str(path))
    return path


def tiny(dataset):
    """Twenty and ten images in the dataset's form, with two or one of each class."""
    random = np.random.default_rng(7)
    shapes = replace(dataset, sizes=SIZES).shapes()
    arrays = {name: random.integers(0, 256, shapes[name], np.uint8) for name in shapes}
    for name in ("y_train", "y_test"):
        arrays[name] = (np.arange(len(arrays[name])) % 10).astype(np.uint8)
        arrays[name] = arrays[name].reshape(shapes[name])
    return arrays


@pytest.fixture
def shrink(monkeypatch):
    """Put the facts of tiny arrays into the table; return the arrays."""

    def shrink(name, **facts):
        arrays = tiny(DATASETS[name])
        if name == "mnist":
            facts["sha256"] = {key: sha256(arrays[key].tobytes()) for key in NAMES}
        monkeypatch.setitem(DATASETS, name, replace(DATASETS[name], sizes=SIZES, **facts))
        return arrays

    return shrink


def sha256(content):
    return hashlib.sha256(content).hexdigest()


def npz(arrays):
    stream = io.BytesIO()
    np.savez_compressed(stream, **arrays)
    return stream.getvalue()


def idx(array):
    header = bytes(16 if array.ndim == 3 else 8)
    return gzip.compress(header + array.tobytes())


def cifar_tar(arrays):
    """CIFAR-10's archive: five training batches and one test batch."""
    images, labels = np.split(arrays["x_train"], 5), np.split(arrays["y_train"], 5)
    batches = {f"data_batch_{n + 1}": batch(images[n], labels[n]) for n in range(5)}
    batches["test_batch"] = batch(arrays["x_test"], arrays["y_test"])
    files = {f"cifar-10-batches-py/{name}": content for name, content in batches.items()}
    return tar(files, mode="w:gz")


def batch(x, y):
    rows = x.transpose(0, 3, 1, 2).reshape(len(x), -1)  # channels first, an image in each row
    return pickle.dumps({b"data": rows, b"labels": y[:, 0].tolist()})


def tar(files, *, mode):
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode=mode) as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return stream.getvalue()


def same(loaded, arrays):
    (x_train, y_train), (x_test, y_test) = loaded
    got = dict(zip(NAMES, (x_train, y_train, x_test, y_test), strict=True))
    for name in NAMES:
        np.testing.assert_array_equal(got[name], arrays[name], strict=True)
        assert got[name].flags.writeable
    return True


def one_line(capsys):
    """Return what the load printed to stdout, which must be one line."""
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 1, lines
    return lines[0]


def left(home):
    """Return the files under a Keras home, without Keras's own settings file."""
    files = (path for path in home.rglob("*") if path.is_file() and path.name != "keras.json")
    return sorted(path.relative_to(home).as_posix() for path in files)


def no_staging_left(home):
    """Return whether no staging folder stayed behind."""
    return not list(home.glob("firstnet-*"))


# --- 1. The folder in FIRSTNET_DATA ------------------------------------------------------------


@pytest.mark.parametrize("name", LOADERS)
def test_folder_gives_the_arrays_and_one_line(name, folder, shrink, capsys):
    arrays = shrink(name)
    (folder / f"{name}.npz").write_bytes(npz(arrays))
    assert same(LOADERS[name](), arrays)
    checked = "checksums right" if name == "mnist" else "class counts right"
    assert one_line(capsys) == (
        f"{DATASETS[name].title}: 20 training and 10 test images, "
        f"from the folder in FIRSTNET_DATA; {checked}."
    )
    assert data.is_real(name)
    assert data.source(name) == data.FOLDER


def test_tilde_in_the_variable_is_the_home_folder(tmp_path, monkeypatch, shrink):
    arrays = shrink("mnist")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    monkeypatch.setenv("FIRSTNET_DATA", "~")
    (tmp_path / "mnist.npz").write_bytes(npz(arrays))
    assert same(data.mnist(), arrays)


@pytest.mark.parametrize("make", [lambda path: None, lambda path: path.write_text("a file")])
def test_folder_that_is_none_is_an_error_by_name(make, tmp_path, monkeypatch):
    make(tmp_path / "absent")
    monkeypatch.setenv("FIRSTNET_DATA", str(tmp_path / "absent"))
    with pytest.raises(data.DataError, match="FIRSTNET_DATA names the folder .*absent") as error:
        data.mnist()
    assert "unset it" in str(error.value)
    assert "looked for" not in str(error.value)


def test_relative_folder_says_where_it_was_looked_for(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FIRSTNET_DATA", "absent")
    with pytest.raises(data.DataError) as error:
        data.mnist()
    assert f"looked for in {tmp_path}" in str(error.value)


def damaged_npz(arrays):
    """Every way in which an npz can be wrong: (content, what the message must say)."""
    npy = io.BytesIO()
    np.save(npy, arrays["x_train"])
    unreadable = {
        "truncated": npz(arrays)[:-100],
        "empty": b"",
        "text": b"<html>Please log in</html>",
        "one array": npy.getvalue(),
    }
    readable = {fault: (npz(wrong), words) for fault, (wrong, words) in wrong_arrays(arrays)}
    return {fault: (bad, "is damaged or cannot") for fault, bad in unreadable.items()} | readable


def wrong_arrays(arrays):
    x, y = arrays["x_test"], arrays["y_test"]
    yield "names", ({"train": x}, "has no array named x_train, .*'train'")
    yield "pickled", (arrays | {"y_test": np.array([{}])}, "allow_pickle")
    yield "dtype", (arrays | {"x_test": x / 255.0}, "x_test .*float64")
    yield "shape", (arrays | {"x_test": x[1:]}, r"x_test .*\(9, 28, 28\)")
    yield "label", (arrays | {"y_test": y + np.uint8(1)}, "y_test .*from 0 to 9, but holds 10")
    yield "checksum", (arrays | {"x_test": x ^ 1}, "x_test has the wrong checksum")


@pytest.mark.parametrize("fault", damaged_npz(tiny(DATASETS["mnist"])))
def test_damaged_file_is_an_error_that_names_it(fault, folder, shrink, home):
    content, words = damaged_npz(shrink("mnist"))[fault]
    (folder / "mnist.npz").write_bytes(content)
    with pytest.raises(data.DataError, match=words) as error:
        data.mnist()
    assert str(folder / "mnist.npz") in str(error.value)
    assert "Put a complete copy in its place" in str(error.value)
    assert left(home) == []  # never a silent step to the next source


def test_no_flipped_or_missing_byte_goes_unnoticed(folder, shrink):
    arrays = shrink("fashion_mnist")  # it has no checksums of its own
    good = npz(arrays)
    for place in range(0, len(good), 41):
        for bad in (good[:place], good[:place] + bytes([good[place] ^ 0x55]) + good[place + 1 :]):
            (folder / "fashion_mnist.npz").write_bytes(bad)
            try:
                assert same(data.fashion_mnist(), arrays)  # a byte that means nothing
            except data.DataError as error:
                assert "fashion_mnist.npz" in str(error)


@pytest.mark.parametrize("name", ["fashion_mnist", "cifar10"])
def test_unequal_classes_are_refused(name, folder, shrink):
    arrays = shrink(name)
    arrays["y_train"] = arrays["y_train"] % 5  # four of each class from 0 to 4, none above
    (folder / f"{name}.npz").write_bytes(npz(arrays))
    with pytest.raises(data.DataError, match="y_train should name every class equally often"):
        LOADERS[name]()


def test_folder_itself_in_place_of_the_file_is_an_error(folder):
    (folder / "mnist.npz").mkdir()
    with pytest.raises(data.DataError, match="cannot be read"):
        data.mnist()


def jpeg(pixels):
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, "JPEG", quality=95)
    return stream.getvalue()


def jpeg_files(arrays):
    """The JPEG copy of tiny CIFAR-10, each image one flat grey, in an order to be sorted."""
    files = {}
    for part in ("test", "train"):
        for place, label in reversed(list(enumerate(arrays[f"y_{part}"][:, 0]))):
            name = f"{part}/{readers.CIFAR10_CLASSES[label]}/{place:04}.jpg"
            files[name] = jpeg(np.full((32, 32, 3), 8 * place, np.uint8))
    return files


def test_jpeg_copy_is_decoded_sorted_shuffled_and_said_loudly(folder, shrink, capsys):
    arrays = shrink("cifar10")
    (folder / data.JPEG_FILE).write_bytes(tar(jpeg_files(arrays), mode="w:xz"))
    (x_train, y_train), (x_test, y_test) = data.cifar10()
    assert one_line(capsys).startswith("!!! NOT EXACTLY CIFAR-10: 20 training and 10 test images")
    assert y_test[:, 0].tolist() == list(range(10))
    np.testing.assert_array_equal(x_test[3], np.full((32, 32, 3), 8 * 3), strict=False)
    places = x_train[:, 0, 0, 0] // 8  # every image is grey of 8 times its place
    assert sorted(places) == list(range(20))
    np.testing.assert_array_equal(y_train[:, 0], places % 10)  # labels went with their images
    assert y_train[:, 0].tolist() != sorted(y_train[:, 0])
    assert not data.is_real("cifar10")
    assert data.source("cifar10") == data.JPEG
    again = data.cifar10()
    np.testing.assert_array_equal(again[0][0], x_train)  # the same shuffle every time


def test_exact_cifar10_goes_before_the_jpeg_copy(folder, shrink):
    arrays = shrink("cifar10")
    (folder / "cifar10.npz").write_bytes(npz(arrays))
    (folder / data.JPEG_FILE).write_bytes(b"not even a tar")
    assert same(data.cifar10(), arrays)


def damaged_tars(arrays):
    files = jpeg_files(arrays)
    good = tar(files, mode="w:xz")
    first = next(iter(files))
    return {
        "truncated": good[: len(good) // 2],
        "text": b"<html>",
        "empty": tar({}, mode="w:xz"),
        "one image cut": tar(files | {first: files[first][:300]}, mode="w:xz"),
        "one image missing": tar(dict(list(files.items())[1:]), mode="w:xz"),
        "unknown class": tar(files | {"train/lorry/0000.jpg": files[first]}, mode="w:xz"),
    }


@pytest.mark.parametrize("fault", damaged_tars(tiny(DATASETS["cifar10"])))
def test_damaged_jpeg_copy_is_an_error_that_names_it(fault, folder, shrink):
    (folder / data.JPEG_FILE).write_bytes(damaged_tars(shrink("cifar10"))[fault])
    with pytest.raises(data.DataError, match=data.JPEG_FILE) as error:
        data.cifar10()
    assert "Put a complete copy in its place" in str(error.value)


# --- 2. Keras's cache and download -------------------------------------------------------------


def files_of(name, arrays):
    """The files that Keras keeps for a dataset, by their place in Keras's home."""
    if name == "fashion_mnist":
        contents = [idx(arrays[key]) for key in NAMES]
    else:
        contents = [npz(arrays) if name == "mnist" else cifar_tar(arrays)]
    paths = [file.path for file in DATASETS[name].downloads]
    return dict(zip(paths, contents, strict=True))


def served_at(address, files, *, checked):
    """The download table for files that a server at the address has."""
    return tuple(
        Download(path, f"{address}/{Path(path).name}", sha256(content) if checked else None)
        for path, content in files.items()
    )


def put(home, files):
    for path, content in files.items():
        (home / path).parent.mkdir(parents=True, exist_ok=True)
        (home / path).write_bytes(content)


@pytest.fixture
def offer(shrink, server):
    """Shrink a dataset and have the local server offer it; return its arrays and files."""

    def offer(name, *, address=None):
        files = files_of(name, tiny(DATASETS[name]))
        server.files = {Path(path).name: content for path, content in files.items()}
        downloads = served_at(address or server.address, files, checked=name != "fashion_mnist")
        return shrink(name, downloads=downloads), files

    return offer


class Handler(BaseHTTPRequestHandler):
    """Serves `server.files` in the manner of `server.manner`."""

    def do_GET(self):
        content = self.server.files[Path(self.path).name]
        self.server.asked.append(Path(self.path).name)
        getattr(self, self.server.manner)(content)

    def log_message(self, *_):
        pass

    def head(self, length):
        self.send_response(200)
        self.send_header("Content-Length", str(length))
        self.end_headers()

    def whole(self, content):
        self.head(len(content))
        self.wfile.write(content)

    def cut(self, content):
        self.head(len(content))
        self.wfile.write(content[: len(content) // 2])

    def hang(self, content):
        self.cut(content)
        self.server.released.wait(20)

    def silent(self, content):
        self.server.released.wait(20)

    def other(self, content):
        self.whole(b"<html>Please log in to this network</html>")

    def nothing(self, content):
        self.whole(b"")

    def refuse(self, content):
        self.send_error(403)

    def drop(self, content):
        self.close_connection = True


@pytest.fixture
def server():
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        server.address = f"http://127.0.0.1:{server.server_port}"
        server.manner, server.asked, server.released = "whole", [], threading.Event()
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield server
        server.released.set()
        server.shutdown()


@pytest.mark.parametrize("name", LOADERS)
def test_download_fills_the_cache_once_and_prints_one_line(name, offer, server, home, capsys):
    arrays, files = offer(name)
    assert same(LOADERS[name](), arrays)
    assert "from a download into Keras's cache; " in one_line(capsys)
    assert left(home) == sorted(files)
    assert no_staging_left(home)
    assert len(server.asked) == len(files)
    assert data.source(name) == data.DOWNLOAD

    server.manner = "refuse"
    assert same(LOADERS[name](), arrays)
    assert "from Keras's cache; " in one_line(capsys)
    assert len(server.asked) == len(files)  # the second load asked for nothing
    assert data.is_real(name)


def test_download_shows_its_progress_on_stderr(offer, capsys):
    offer("mnist")
    data.mnist()
    assert "Downloading data from http" in capsys.readouterr().err


def test_only_what_is_missing_is_downloaded(offer, server, home):
    arrays, files = offer("fashion_mnist")
    put(home, dict(list(files.items())[1:]))
    assert same(data.fashion_mnist(), arrays)
    assert server.asked == ["train-images-idx3-ubyte.gz"]


def test_folder_without_the_file_goes_on_to_the_cache(offer, home, folder, capsys):
    arrays, files = offer("mnist")
    put(home, files)
    (folder / "cifar10.npz").write_text("another dataset")
    assert same(data.mnist(), arrays)
    assert "from Keras's cache; " in one_line(capsys)


@pytest.mark.parametrize("name", LOADERS)
@pytest.mark.parametrize("manner", ["cut", "hang", "silent", "other", "nothing"])
def test_failed_download_is_an_error_and_leaves_nothing(
    name, manner, offer, server, home, monkeypatch
):
    _, files = offer(name)
    server.manner = manner
    monkeypatch.setattr(cache, "TIMEOUT", 0.3)
    with pytest.raises(data.DataError) as error:
        LOADERS[name]()
    for words in (Path(next(iter(files))).name, server.address, "Run this again", "=embedded"):
        assert words in str(error.value)
    if manner in ("hang", "silent"):
        assert "not a byte came for 0.3 seconds" in str(error.value)
    assert left(home) == []
    assert no_staging_left(home)
    assert socket.getdefaulttimeout() is None


def refused_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def no_such_host(*_, **__):
    raise socket.gaierror(-2, "Name or service not known")


UNREACHABLE = {  # the server's manner, and a word of the reason that the line gives
    "refused port": ("whole", "refused"),
    "unknown name": ("whole", "Name or service not known"),
    "403": ("refuse", "answered 403 Forbidden"),
    "dropped": ("drop", "closed"),
}


@pytest.fixture
def unreachable(offer, server, monkeypatch):
    def unreachable(name, fault):
        offer(name, address=f"http://127.0.0.1:{refused_port()}" if "port" in fault else None)
        server.manner = UNREACHABLE[fault][0]
        if "name" in fault:
            monkeypatch.setattr(socket, "getaddrinfo", no_such_host)

    return unreachable


@pytest.mark.parametrize("name", LOADERS)
@pytest.mark.parametrize("fault", UNREACHABLE)
def test_server_out_of_reach_gives_the_embedded_digits_loudly(
    name, fault, unreachable, home, capsys
):
    unreachable(name, fault)
    assert len(LOADERS[name]()[0][0]) == 1437
    line = one_line(capsys)
    assert line.startswith(f"!!! NOT {DATASETS[name].title}: 1,437 training and 360 test images")
    assert "because 127.0.0.1 " in line
    assert UNREACHABLE[fault][1] in line
    assert f"put {name}.npz in a folder and name it in FIRSTNET_DATA" in line
    assert left(home) == []
    assert no_staging_left(home)
    assert not data.is_real(name)


def test_interrupt_leaves_nothing(offer, home, monkeypatch):
    from keras.utils import Progbar

    def interrupt(*_):
        raise KeyboardInterrupt

    offer("mnist")
    monkeypatch.setattr(Progbar, "update", interrupt)
    with pytest.raises(KeyboardInterrupt):
        data.mnist()
    assert left(home) == []
    assert no_staging_left(home)


def test_full_disk_is_an_error_and_leaves_nothing(offer, home, monkeypatch):
    from keras.utils import Progbar

    def full(*_):
        raise OSError(28, "No space left on device")

    offer("mnist")
    monkeypatch.setattr(Progbar, "update", full)
    with pytest.raises(data.DataError, match="No space left"):
        data.mnist()
    assert left(home) == []
    assert no_staging_left(home)


@pytest.mark.parametrize("name", LOADERS)
@pytest.mark.parametrize("damage", [lambda good: good[:-9], lambda good: b"", lambda good: b"<a>"])
def test_damaged_file_in_the_cache_is_named_and_kept(name, damage, offer, server, home):
    _, files = offer(name)
    first = next(iter(files))
    files[first] = damage(files[first])
    put(home, files)
    with pytest.raises(data.DataError) as error:
        LOADERS[name]()
    assert str(home / first) in str(error.value)
    assert "Delete it and run this again" in str(error.value)
    assert (home / first).read_bytes() == files[first]  # it may be one that the reader made
    assert server.asked == []


def test_wrong_arrays_in_the_cache_are_refused(offer, home):
    arrays, files = offer("fashion_mnist")
    files["datasets/fashion-mnist/train-labels-idx1-ubyte.gz"] = idx(arrays["y_train"] % 5)
    put(home, files)
    with pytest.raises(data.DataError, match="fashion-mnist: the array y_train should name every"):
        data.fashion_mnist()


def test_pickle_in_the_cache_runs_only_with_the_right_checksum(offer, home, tmp_path):
    class Trap:
        def __reduce__(self):
            return Path.touch, (tmp_path / "sprung",)

    offer("cifar10")
    trap = {"cifar-10-batches-py/data_batch_1": pickle.dumps(Trap())}
    put(home, {"datasets/cifar-10-batches-py-target_archive": tar(trap, mode="w:gz")})
    with pytest.raises(data.DataError, match="wrong checksum"):
        data.cifar10()
    assert not (tmp_path / "sprung").exists()


def test_home_that_is_a_file_is_an_error_that_says_what_to_set(offer, home):
    offer("mnist")
    home.write_text("in the way")
    with pytest.raises(data.DataError, match="KERAS_HOME .* FIRSTNET_DATA") as error:
        data.mnist()
    assert str(home / "datasets") in str(error.value)
    assert home.read_text() == "in the way"


@pytest.mark.parametrize("act", ["exists", "mkdir", "replace"])
def test_home_without_permission_is_an_error_that_says_what_to_set(act, offer, home, monkeypatch):
    def forbidden(path, *_, **__):
        raise PermissionError(13, "Permission denied", str(path))

    offer("mnist")
    with monkeypatch.context() as patch:
        patch.setattr(Path, act, forbidden)
        with pytest.raises(data.DataError, match="cannot be written .Permission denied.") as error:
            data.mnist()
    assert str(home) in str(error.value)
    assert left(home) == []
    assert no_staging_left(home)


def test_read_only_cache_that_has_the_file_is_read(offer, home, monkeypatch):
    arrays, files = offer("mnist")
    put(home, files)
    monkeypatch.setattr(os, "access", lambda *_: False)
    monkeypatch.setattr(cache, "fetch", None)
    assert same(data.mnist(), arrays)


# --- Keras as the oracle -----------------------------------------------------------------------


def keras_loader(monkeypatch, name, answer):
    """Have Keras's loader ask `answer` in place of get_file; return Keras's loader."""
    module = importlib.import_module(f"keras.src.datasets.{name}")
    monkeypatch.setattr(module, "get_file", answer)
    return module.load_data


@pytest.mark.parametrize("name", ["mnist", "fashion_mnist"])
def test_the_arrays_are_what_keras_reads(name, offer, home, monkeypatch):
    _, files = offer(name)
    put(home, files)
    paths = {Path(path).name: home / path for path in files}
    load = keras_loader(monkeypatch, name, lambda fname, **_: paths[fname])
    (x_train, y_train), (x_test, y_test) = load()
    oracle = dict(zip(NAMES, (x_train, y_train, x_test, y_test), strict=True))
    assert same(LOADERS[name](), oracle)


def test_the_batches_are_what_keras_reads(offer, home, tmp_path):
    from keras.src.datasets.cifar import load_batch

    _, files = offer("cifar10")
    put(home, files)
    shutil.unpack_archive(home / next(iter(files)), tmp_path, "gztar")
    x, y = load_batch(tmp_path / "cifar-10-batches-py/data_batch_3")
    (x_train, y_train), _ = data.cifar10()
    np.testing.assert_array_equal(x_train[8:12], x.transpose(0, 2, 3, 1))
    np.testing.assert_array_equal(y_train[8:12, 0], y)


@pytest.fixture
def keras_asks(tmp_path, server, monkeypatch):
    """Run Keras's loader with the local server; return what it asked for and what it kept."""
    oracle = tmp_path / "oracle"
    oracle.mkdir()

    def keras_asks(name):
        asked = set()
        load = keras_loader(monkeypatch, name, recorder(server, oracle, asked))
        with pytest.raises((OSError, ValueError)):
            load()  # it cannot read what it gets here
        return asked, left(oracle)

    return keras_asks


def recorder(server, oracle, asked):
    """Return a get_file that notes the address and checksum and has the server answer."""
    from keras.utils import get_file

    def ask(fname, origin, file_hash=None, **options):
        asked.add((origin, file_hash))
        name = Path(origin).name
        server.files = {name: tar({"inside": b"x"}, mode="w:gz")}
        return get_file(fname, f"{server.address}/{name}", cache_dir=oracle, **options)

    return ask


@pytest.mark.parametrize("name", LOADERS)
def test_addresses_places_and_checksums_are_those_of_keras(name, keras_asks):
    asked, kept = keras_asks(name)
    assert asked == {(file.address, file.sha256) for file in DATASETS[name].downloads}
    assert {file.path for file in DATASETS[name].downloads} <= set(kept)


# --- 3. The embedded digits --------------------------------------------------------------------


@pytest.mark.parametrize("name", LOADERS)
def test_embedded_can_be_asked_for(name, monkeypatch, home, capsys):
    monkeypatch.setenv("FIRSTNET_DATA", "embedded")
    (x_train, y_train), (x_test, y_test) = LOADERS[name]()
    dataset = DATASETS[name]
    assert one_line(capsys).startswith(f"!!! NOT {dataset.title}: ")
    assert x_train.shape == (1437, *dataset.image)
    assert y_train.shape == (1437, *dataset.label)
    assert x_test.shape == (360, *dataset.image)
    assert y_test.shape == (360, *dataset.label)
    assert {array.dtype for array in (x_train, y_train, x_test, y_test)} == {np.dtype(np.uint8)}
    assert data.source(name) == data.EMBEDDED
    assert left(home) == []


def test_embedded_keeps_the_order_of_scikit_learn(monkeypatch):
    from sklearn.datasets import load_digits

    monkeypatch.setenv("FIRSTNET_DATA", "embedded")
    (_, y_train), (_, y_test) = data.mnist()
    np.testing.assert_array_equal(np.concatenate([y_train, y_test]), load_digits().target)


def test_embedded_digits_sit_as_those_of_mnist(monkeypatch):
    monkeypatch.setenv("FIRSTNET_DATA", "embedded")
    (x_train, _), (x_test, _) = data.mnist()
    for image in np.concatenate([x_train, x_test]).astype(float):
        rows, columns = np.flatnonzero(image.any(1)), np.flatnonzero(image.any(0))
        assert 19 <= max(np.ptp(rows), np.ptp(columns)) + 1 <= 20
        assert abs(image.sum(1) @ np.arange(28) / image.sum() - 14) <= 0.5  # centre of mass
        assert abs(image.sum(0) @ np.arange(28) / image.sum() - 14) <= 0.5


def test_normalised_by_hand():
    bar = np.zeros((8, 8))
    bar[1:5, 6] = 16  # 4 high, 1 wide: 20 high, 5 wide when enlarged five times
    expected = np.zeros((28, 28), np.uint8)
    expected[4:24, 12:17] = 255  # rows 4 to 23 have mean 13.5, columns 12 to 16 have mean 14
    np.testing.assert_array_equal(digits.normalised(bar), expected, strict=True)


def test_embedded_for_cifar10_is_the_same_picture_with_a_margin(monkeypatch):
    monkeypatch.setenv("FIRSTNET_DATA", "embedded")
    (small, _), _ = data.mnist()
    (large, _), _ = data.cifar10()
    for channel in range(3):
        np.testing.assert_array_equal(large[:, 2:30, 2:30, channel], small)
    assert large.sum(dtype=int) == 3 * small.sum(dtype=int)  # the margin is black


def test_embedded_arrays_are_yours_to_change(monkeypatch):
    monkeypatch.setenv("FIRSTNET_DATA", "embedded")
    (x_train, y_train), _ = data.mnist()
    before = x_train[0].copy()
    x_train[:], y_train[:] = 7, 7
    (again, labels), _ = data.mnist()
    np.testing.assert_array_equal(again[0], before)
    assert labels[0] == 0


# --- The module itself -------------------------------------------------------------------------


def test_source_of_a_dataset_never_loaded_is_an_error():
    with pytest.raises(data.DataError, match=r"call firstnet.data.mnist\(\) first"):
        data.is_real("mnist")


LOAD_AND_LIST = """
import sys
from dataclasses import replace
from firstnet import data
heavy = ("keras", "tensorflow", "sklearn", "PIL")
print([name for name in heavy if name in sys.modules])
table = data.DATASETS
table["mnist"] = replace(table["mnist"], sizes=(20, 10), sha256=None)
data.mnist()
print([name for name in heavy if name in sys.modules])
"""


def test_nothing_heavy_is_imported_for_a_file_in_the_folder(folder):
    (folder / "mnist.npz").write_bytes(npz(tiny(DATASETS["mnist"])))
    run = subprocess.run(
        [sys.executable, "-c", LOAD_AND_LIST], cwd=ROOT, capture_output=True, text=True, check=True
    )
    before, _, after = run.stdout.splitlines()
    assert (before, after) == ("[]", "[]")


@pytest.mark.skipif(REAL is None, reason="NO REAL MNIST: no folder in FIRSTNET_DATA has mnist.npz")
def test_the_real_mnist_is_the_real_mnist(monkeypatch, capsys):
    monkeypatch.setenv("FIRSTNET_DATA", str(REAL))
    (x_train, y_train), (x_test, y_test) = data.mnist()
    assert one_line(capsys) == (
        "MNIST: 60,000 training and 10,000 test images, "
        "from the folder in FIRSTNET_DATA; checksums right."
    )
    assert data.is_real("mnist")
    assert y_train[:5].tolist() == [5, 0, 4, 1, 9]
    assert y_test[90] == 3
    assert x_train.mean() == pytest.approx(33.3184, abs=1e-4)
    assert x_test.shape == (10_000, 28, 28)
