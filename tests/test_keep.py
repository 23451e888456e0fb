"""Keeping a network: folders that go, warnings that are told, files that are opened."""

import logging
import subprocess
import sys
import warnings
import zipfile
from pathlib import Path

import pytest

from firstnet import keep


def test_the_folder_goes_when_python_ends():
    code = (
        "from firstnet import keep; folder = keep.temporary_folder();"
        "(folder / 'a.txt').write_text('a'); assert folder == keep.temporary_folder();"
        "print(folder)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip()
    assert not Path(done.stdout.strip()).exists()


def test_warnings_are_returned_and_not_shown(capsys, recwarn):
    log = logging.getLogger("absl")
    before = log.handlers, log.propagate

    def act():
        warnings.warn("an old\n    way", stacklevel=1)
        warnings.warn("how arrays are copied", DeprecationWarning, stacklevel=1)
        log.warning("a legacy %s", "format")
        log.info("nothing to know")

    assert keep.warned(act) == ["an old way", "a legacy format"]
    assert keep.warned(lambda: None) == []
    assert capsys.readouterr() == ("", "")
    assert not recwarn.list
    assert (log.handlers, log.propagate) == before


def test_an_error_comes_through_and_the_log_is_restored():
    log = logging.getLogger("absl")
    before = log.handlers, log.propagate
    with pytest.raises(ZeroDivisionError):
        keep.warned(lambda: 1 / 0)
    assert (log.handlers, log.propagate) == before


def test_the_parts_of_an_archive_are_read(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.keras", "w") as archive:
        archive.writestr("config.json", "{}")
        archive.writestr("model.weights.h5", b"12")
    found = keep.parts(tmp_path / "a.keras")
    assert found == {"config.json": b"{}", "model.weights.h5": b"12"}


def test_what_is_no_archive_is_refused(tmp_path):
    (tmp_path / "a.h5").write_bytes(b"HDF")
    with pytest.raises(zipfile.BadZipFile):
        keep.parts(tmp_path / "a.h5")
