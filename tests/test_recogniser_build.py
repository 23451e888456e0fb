"""The built recogniser: whole, small, each file with its checksum, nothing from elsewhere."""

import json
import re
import struct
from pathlib import Path

import pytest
import yaml
from bs4 import BeautifulSoup
from recogniser_app import compressed, copy_of_sources, listed, recogniser

from tools import ROOT, vendor

APP = ROOT / "apps" / "recogniser"
POLICY = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; "
    "img-src 'self'; style-src 'self'; manifest-src 'self'; worker-src 'self'; "
    "base-uri 'none'; form-action 'none'"
)


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    folder = tmp_path_factory.mktemp("built") / "recogniser"
    recogniser.compose(ROOT, folder)
    return folder


@pytest.fixture
def sources(tmp_path):
    return copy_of_sources(tmp_path / "sources")


def files_of(folder):
    return sorted(
        path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()
    )


def test_the_worker_lists_every_file_but_itself_with_its_checksum(built):
    _, files = listed(built)
    assert sorted([*files, "service-worker.js"]) == files_of(built)
    for name, checksum in files.items():
        assert recogniser.integrity((built / name).read_bytes()) == checksum


def test_all_that_is_stored_is_sent_as_less_than_4_mb(built):
    total = sum(compressed(built / name) for name in files_of(built))
    assert total < 4_000_000, f"{total:,} bytes"


def test_the_same_sources_give_the_same_version(built, sources, tmp_path):
    assert recogniser.compose(sources, tmp_path / "again") == listed(built)[0]
    assert listed(tmp_path / "again") == listed(built)


@pytest.mark.parametrize(
    "name",
    [
        "apps/recogniser/pad.js",
        "apps/recogniser/service-worker.js",
        "apps/recogniser/icons/192.png",
        "firstnet/widgets/_drawing.js",
        "firstnet/models/mlp.tflite",
    ],
)
def test_any_change_gives_another_version(built, sources, tmp_path, name):
    with (sources / name).open("ab") as file:
        file.write(b"\n")
    version = recogniser.compose(sources, tmp_path / "other")
    assert re.fullmatch("[0-9a-f]{12}", version)
    assert version != listed(built)[0]


def test_what_an_older_build_left_is_taken_away(tmp_path):
    (tmp_path / "recogniser").mkdir()
    (tmp_path / "recogniser" / "old.js").write_text("old")
    recogniser.compose(ROOT, tmp_path / "recogniser")
    assert "old.js" not in files_of(tmp_path / "recogniser")


def test_without_a_network_it_is_not_built(sources, tmp_path):
    (sources / "firstnet/models/cnn_int8.tflite").unlink()
    with pytest.raises(FileNotFoundError, match="cnn_int8.tflite"):
        recogniser.compose(sources, tmp_path / "site")


def test_another_import_in_a_new_litert_is_noticed(sources, tmp_path):
    path = sources / "apps/recogniser/vendor/litert/index.js"
    path.write_text(path.read_text("utf-8").replace("@litertjs/wasm-utils", "elsewhere"), "utf-8")
    with pytest.raises(ValueError, match="does not import"):
        recogniser.compose(sources, tmp_path / "site")


def test_the_networks_and_the_wasm_file_are_the_very_same(built):
    for name in recogniser.MODELS:
        own = (ROOT / "firstnet/models" / name).read_bytes()
        assert (built / "models" / name).read_bytes() == own
    for name in ("litert_wasm_compat_internal.wasm", "litert_wasm_compat_internal.js", "LICENSE"):
        assert (built / "vendor/litert" / name).read_bytes() == (
            APP / "vendor/litert" / name
        ).read_bytes()


def test_a_page_chooses_among_the_networks_that_are_stored(built):
    page = BeautifulSoup((built / "index.html").read_text("utf-8"), "html.parser")
    offered = [one["value"] for one in page.select("#network option") if one["value"] != "own"]
    assert sorted(offered) == sorted(recogniser.MODELS)


def test_every_import_and_address_leads_to_a_stored_file(built):
    _, files = listed(built)
    for script in [name for name in files if name.endswith(".js") and "internal" not in name]:
        text = (built / script).read_text("utf-8")
        for target in re.findall(r'^(?:import|export) .*?from "([^"]+)";$', text, re.M | re.S):
            assert target.startswith("./"), f"{script} imports {target}"
            assert (Path(script).parent / target).as_posix() in files
    page = BeautifulSoup((built / "index.html").read_text("utf-8"), "html.parser")
    named = [one.get("href") or one.get("src") for one in page.select("[href], [src]")]
    assert {name for name in named if not name.startswith("../")} <= set(files)
    assert {name for name in named if name.startswith("../")} == {
        "../index.html",
        "../notebooks/13_recognise_digit.html",
        "../notebooks/13_recognise_digit.html#draw-a-digit",
    }


def test_the_first_policy_in_the_page_is_strict_and_nothing_in_it_is_inline(built):
    page = BeautifulSoup((built / "index.html").read_text("utf-8"), "html.parser")
    head = [one.name for one in page.head.find_all(True)]
    assert head[:2] == ["meta", "meta"]  # the policy holds for what comes after it
    policy = page.head.find_all("meta")[1]
    assert (policy["http-equiv"], policy["content"]) == ("Content-Security-Policy", POLICY)
    assert all(not script.get_text(strip=True) for script in page.select("script"))
    assert page.select("style, [style]") == []
    assert [one for one in page.find_all(True) for name in one.attrs if name.startswith("on")] == []


def png_size(path):
    content = path.read_bytes()
    assert content.startswith(b"\x89PNG\r\n")
    return struct.unpack(">II", content[16:24])


def test_the_manifest_is_complete_and_stays_within_its_folder(built):
    manifest = json.loads((built / "manifest.webmanifest").read_text("utf-8"))
    assert "id" not in manifest  # then it is the address: two copies on one host are two apps
    assert (manifest["start_url"], manifest["scope"]) == ("./", "./")
    assert manifest["display"] == "standalone"
    found = {(icon["sizes"], icon["purpose"]) for icon in manifest["icons"]}
    assert {("192x192", "any"), ("512x512", "any"), ("512x512", "maskable")} <= found
    for icon in manifest["icons"]:
        side = int(icon["sizes"].split("x")[0])
        assert png_size(built / icon["src"]) == (side, side)
    assert png_size(built / "icons/apple.png") == (180, 180)


def test_each_data_testid_of_the_issue_is_there_once(built):
    page = BeautifulSoup((built / "index.html").read_text("utf-8"), "html.parser")
    for name in ("pad", "recognise", "clear", "prediction", "confidence", "model"):
        assert len(page.select(f'[data-testid="{name}"]')) == 1


def test_the_book_builds_the_app():
    settings = yaml.safe_load((ROOT / "_config.yml").read_text("utf-8"))
    assert settings["sphinx"]["local_extensions"]["recogniser"] == "book/_ext"


@pytest.mark.browser  # as every test of the built book
def test_it_stands_in_the_built_book(book, built):
    assert files_of(book / "recogniser") == files_of(built)
    assert listed(book / "recogniser") == listed(built)


@pytest.mark.browser  # as every test of the built book
def test_every_link_out_of_the_app_leads_to_a_place_in_the_book(book):
    for address in links_out(book / "recogniser/index.html"):
        path, _, place = address.partition("#")
        page = BeautifulSoup((book / "recogniser" / path).read_text("utf-8"), "html.parser")
        assert not place or page.find(id=place), address


def links_out(path):
    page = BeautifulSoup(path.read_text("utf-8"), "html.parser")
    found = [one["href"] for one in page.select('a[href^="../"]')]
    assert len(found) == 3
    return found


def test_a_vendored_file_may_come_from_another_package(tmp_path, monkeypatch):
    def pack(name, folder):
        (folder / "package").mkdir(parents=True)
        (folder / "package" / "LICENSE").write_text(name)
        return folder / "package"

    monkeypatch.setattr(vendor, "pack", pack)
    files = [{"from": "LICENSE", "to": "own"}, {"from": "LICENSE", "to": "other"}]
    files[1] |= {"npm": "mathjax", "version": "3"}
    vendor.fetch({"npm": "litert", "version": "2", "files": files}, tmp_path)
    assert (tmp_path / "own").read_text() == "litert@2"
    assert (tmp_path / "other").read_text() == "mathjax@3"
    assert files[1]["sha256"] == vendor.sha256(tmp_path / "other")
