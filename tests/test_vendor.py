"""The vendored files are the ones the manifest names, unchanged, with their licences."""

import shutil

import pytest

from tools import vendor

WORDS_OF = {  # a licence, by its short name
    "Apache-2.0": "Apache License",
    "MIT": "Permission is hereby granted, free of charge",
    "MPL-2.0": "Mozilla Public License",
}


@pytest.fixture
def copy(tmp_path):
    """A copy of the manifest and of every vendored file, to be spoiled."""
    manifest = vendor.read_manifest()
    for folder in manifest["folders"]:
        shutil.copytree(vendor.ROOT / folder, tmp_path / folder)
    (tmp_path / vendor.MANIFEST).parent.mkdir()
    shutil.copyfile(vendor.ROOT / vendor.MANIFEST, tmp_path / vendor.MANIFEST)
    return tmp_path


def listed_files():
    return [file for package in vendor.read_manifest()["package"] for file in package["files"]]


@pytest.mark.parametrize("file", listed_files(), ids=lambda file: file["to"])
def test_each_listed_file_is_unchanged(file):
    assert vendor.file_fault(file, vendor.ROOT) is None


def test_nothing_is_vendored_that_the_manifest_does_not_list():
    assert vendor.unlisted_files(vendor.read_manifest(), vendor.ROOT) == []


@pytest.mark.parametrize("package", vendor.read_manifest()["package"], ids=lambda p: p["name"])
def test_each_package_has_its_version_licence_and_licence_text(package):
    assert package["version"] and package["licence"] and package["why"]
    assert package["licence_text"] in [file["to"] for file in package["files"]]
    text = (vendor.ROOT / package["licence_text"]).read_text(encoding="utf-8")
    assert WORDS_OF[package["licence"]] in text


def test_no_problem_in_an_untouched_copy(copy):
    assert vendor.find_problems(copy) == []


def test_a_missing_file_is_named(copy):
    (copy / "tests/vendor/axe.min.js").unlink()
    [problem] = vendor.find_problems(copy)
    assert problem.startswith("tests/vendor/axe.min.js: missing.")


def test_a_changed_file_is_named(copy):
    path = copy / "book/_extra/vendor/mathjax/tex-mml-chtml.js"
    path.write_bytes(path.read_bytes() + b" ")
    [problem] = vendor.find_problems(copy)
    assert problem.startswith("book/_extra/vendor/mathjax/tex-mml-chtml.js: changed;")


def test_an_unlisted_file_is_named(copy):
    (copy / "tests/vendor/new.js").write_text("0")
    [problem] = vendor.find_problems(copy)
    assert problem.startswith("tests/vendor/new.js: not listed")


def test_a_package_without_its_licence_text_is_named(copy):
    manifest = vendor.read_manifest(copy)
    manifest["package"][0]["licence_text"] = "elsewhere"
    (copy / vendor.MANIFEST).write_text(vendor.manifest_text(manifest, copy), encoding="utf-8")
    assert vendor.find_problems(copy) == ["MathJax: its licence text is not among its files."]


def test_check_prints_the_faults_and_fails(monkeypatch, capsys):
    monkeypatch.setattr(vendor, "find_problems", lambda: ["axe.min.js: changed;"])
    assert vendor.main(["--check"]) == 1
    assert capsys.readouterr().out == "axe.min.js: changed;\n"


def test_the_manifest_is_written_as_it_was_read(copy):
    text = vendor.manifest_text(vendor.read_manifest(copy), copy)
    assert text == (copy / vendor.MANIFEST).read_text(encoding="utf-8")
