"""`firstnet serve`: read-only, nothing outside of the folder, a class of phones at once, https."""

import argparse
import ast
import base64
import hashlib
import shutil
import socket
import ssl
import subprocess
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path
from threading import Barrier, Thread

import conftest
import pytest
from recogniser_app import recogniser

from firstnet.classroom import machine, serve
from tools import ROOT

SECRET = "nobody may read this"
PAGE = "<!doctype html><title>Book</title><p>one neuron"


@pytest.fixture
def folder(tmp_path):
    """A small book, with a hidden file and links that lead out of it, and a secret beside it."""
    book = tmp_path / "book"
    for name in ("recogniser", "empty", ".git"):
        (book / name).mkdir(parents=True)
    (book / "index.html").write_text(PAGE)
    (book / "recogniser/index.html").write_text("<p>app")
    (book / "recogniser/service-worker.js").write_text("1")
    (book / "recogniser/engine.wasm").write_bytes(b"\0asm")
    (book / "recogniser/manifest.webmanifest").write_text("{}")
    (book / "inside.html").symlink_to(book / "index.html")
    for place in (tmp_path / "secret.txt", book / ".env", book / ".git/config"):
        place.write_text(SECRET)
    (book / "out.txt").symlink_to(tmp_path / "secret.txt")
    (book / "out").symlink_to(tmp_path)
    (tmp_path / "book-of-others").mkdir()
    (tmp_path / "book-of-others/index.html").write_text(SECRET)
    return book


@pytest.fixture
def start():
    """A function that serves a folder until the test ends; it returns the server."""
    servers = []

    def begin(folder, **options):
        servers.append(serve.make_server(folder, **options))
        Thread(target=servers[-1].serve_forever, args=[0.02], daemon=True).start()
        return servers[-1]

    yield begin
    for server in servers:
        server.shutdown()
        server.server_close()


def ask(server, path, *, method="GET", body=None):
    """Send a path just as it is; return the answer and its text."""
    connection = HTTPConnection("127.0.0.1", server.server_port, timeout=20)
    connection.putrequest(method, path, skip_accept_encoding=True)
    if body is not None:
        connection.putheader("Content-Length", str(len(body)))
    connection.endheaders(body)
    answer = connection.getresponse()
    text = answer.read().decode("utf-8", "replace")
    connection.close()
    return answer, text


def options(*arguments):
    parser = argparse.ArgumentParser()
    serve.add_arguments(parser)
    return parser.parse_args([str(one) for one in arguments])


@pytest.mark.parametrize(
    "path", ["/", "/index.html", "/inside.html", "/?theme=dark", "/%69ndex.html"]
)
def test_pages_can_be_read(folder, start, path):
    answer, text = ask(start(folder), path)
    assert (answer.status, text) == (200, PAGE)
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"


@pytest.mark.parametrize(
    "path",
    [
        *("/../secret.txt", "/%2e%2e/secret.txt", "/..%2fsecret.txt", "/..\\secret.txt"),
        *("/..%5csecret.txt", "/recogniser/../../secret.txt", "//secret.txt", "/out.txt"),
        *("/out/secret.txt", "/out/", "/.env", "/%2eenv", "/.git/config", "/recogniser/../.env"),
        *("/../book-of-others/index.html", "/out/book-of-others/", "/index.html%00.txt"),
        *("/empty/", "/nothing", "/" + "a" * 5000, "/%ff%fe", "http://other/../secret.txt"),
    ],
)
def test_nothing_else_can_be_read(folder, start, path):
    answer, text = ask(start(folder), path)
    assert answer.status == 404
    assert SECRET not in text and "secret.txt" not in text


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "PROPFIND"])
def test_nothing_can_be_changed(folder, start, method):
    answer, _ = ask(start(folder), "/index.html", method=method, body=b"changed")
    assert answer.status == 501
    assert (folder / "index.html").read_text() == PAGE


def test_head_gives_the_size_without_the_page(folder, start):
    answer, text = ask(start(folder), "/", method="HEAD")
    assert (answer.status, text) == (200, "")
    assert answer.headers["Content-Length"] == str(len(PAGE))


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("service-worker.js", "text/javascript; charset=utf-8"),
        ("engine.wasm", "application/wasm"),
        ("manifest.webmanifest", "application/manifest+json"),
    ],
)
def test_the_app_gets_the_types_it_needs_and_new_versions_at_once(folder, start, name, kind):
    answer, _ = ask(start(folder), f"/recogniser/{name}")
    assert answer.headers["Content-Type"] == kind
    assert answer.headers["Cache-Control"] == "no-cache"


def test_an_answer_names_neither_python_nor_a_folder_of_the_machine(folder, start):
    answer, text = ask(start(folder), "/nothing")
    assert "Python" not in str(answer.headers) + text
    assert str(folder) not in text


def test_thirty_phones_at_once_on_connections_they_keep(folder, start):
    (folder / "large.js").write_bytes(b"x" * 300_000)
    server, together = start(folder), Barrier(30)

    def phone(_):
        connection = HTTPConnection("127.0.0.1", server.server_port, timeout=30)
        connection.connect()
        held = connection.sock
        together.wait(30)
        sizes = []
        for path in ("/", "/large.js", "/recogniser/") * 3:
            connection.request("GET", path)
            sizes.append(len(connection.getresponse().read()))
            assert connection.sock is held  # HTTP/1.1: no new connection for the next file
        return sizes

    with ThreadPoolExecutor(30) as phones:
        assert list(phones.map(phone, range(30))) == [[len(PAGE), 300_000, 6] * 3] * 30


def test_a_silent_phone_does_not_stop_the_others(folder, start):
    server = start(folder)
    with socket.create_connection(("127.0.0.1", server.server_port)):
        assert ask(server, "/")[0].status == 200


def test_without_the_option_only_this_machine_can_read(folder, start):
    assert start(folder).server_address[0] == "127.0.0.1"


def said(folder, start, *arguments):
    chosen = options(folder, "--port", 0, *arguments)
    certificate, key = serve.chosen_certificate(chosen, folder)
    host = "0.0.0.0" if chosen.network else "127.0.0.1"
    server = start(folder, host=host, certificate=certificate, key=key)
    return server, serve.announcement(server, folder, chosen, certificate)


def test_the_terminal_names_the_address_on_this_machine(folder, start):
    server, text = said(folder, start)
    assert f"http://127.0.0.1:{server.server_port}/" in text
    assert "this machine alone" in text


def test_the_terminal_names_the_address_for_phones_and_the_risk(folder, start, monkeypatch):
    monkeypatch.setattr(serve, "local_addresses", lambda: ["192.0.2.7"])
    server, text = said(folder, start, "--network")
    assert f"\n  http://192.0.2.7:{server.server_port}/\n" in text
    assert f"Everyone in this network can read these files while this runs: {folder}" in text
    assert "a phone needs https" in text and "--certificate FILE --key FILE" in text


def test_addresses_are_those_of_this_machine():
    for address in serve.local_addresses():
        assert not address.startswith("127.")
        with socket.socket() as probe:
            probe.bind((address, 0))  # works for an own address only


@pytest.fixture(scope="module")
def pair(tmp_path_factory):
    """A certificate for this classroom and its key."""
    if not shutil.which("openssl"):
        pytest.skip("there is no openssl command here")
    return serve.make_certificate(tmp_path_factory.mktemp("certificate"), ["192.0.2.7"])


def test_a_made_certificate_serves_https_to_who_trusts_it(folder, start, pair):
    server = start(folder, certificate=pair[0], key=pair[1])
    address = f"https://127.0.0.1:{server.server_port}/"
    trusting = ssl.create_default_context(cafile=pair[0])
    with urllib.request.urlopen(address, context=trusting) as answer:
        assert answer.read().decode() == PAGE
    with pytest.raises(urllib.error.URLError, match="CERTIFICATE_VERIFY_FAILED"):
        urllib.request.urlopen(address, context=ssl.create_default_context())


def test_a_made_certificate_is_for_this_machine_and_its_key_is_private(pair):
    known = ssl._ssl._test_decode_cert(str(pair[0]))  # what the browser will compare
    names = {value for _, value in known["subjectAltName"]}
    assert {"localhost", "127.0.0.1", "192.0.2.7"} <= names
    assert pair[1].stat().st_mode & 0o077 == 0


def test_a_phone_that_does_not_finish_the_handshake_stops_nobody(folder, start, pair):
    server = start(folder, certificate=pair[0], key=pair[1])
    with socket.create_connection(("127.0.0.1", server.server_port)):
        trusting = ssl.create_default_context(cafile=pair[0])
        address = f"https://127.0.0.1:{server.server_port}/"
        with urllib.request.urlopen(address, context=trusting, timeout=20) as answer:
            assert answer.status == 200


def test_a_made_certificate_says_that_phones_warn(folder, start, tmp_path, monkeypatch):
    monkeypatch.setattr(serve, "local_addresses", lambda: ["192.0.2.7"])
    if not shutil.which("openssl"):
        pytest.skip("there is no openssl command here")
    server, text = said(folder, start, "--network", "--make-certificate", tmp_path / "made")
    assert f"https://192.0.2.7:{server.server_port}/" in text
    assert "Each phone warns of this certificate" in text
    assert "a phone needs https" not in text


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--certificate", "a.pem"], "belong together"),
        (["--certificate", "a.pem", "--key", "b.pem"], "cannot be used"),
        (["--make-certificate", "{folder}/keys"], "is served to readers"),
    ],
)
def test_certificates_that_cannot_be_used(folder, start, arguments, words):
    with pytest.raises(SystemExit, match=words):
        said(folder, start, *[one.format(folder=folder) for one in arguments])


# --- In a browser --------------------------------------------------------------------------------

KEEPS = """async () => 'serviceWorker' in navigator && Promise.race([
  navigator.serviceWorker.ready.then(() => true),
  new Promise(done => setTimeout(() => done(false), 60000)),
])"""


def fingerprint(certificate):
    """Return the checksum of a certificate's public key, as Chromium's switch wants it."""
    command = f"openssl x509 -in {certificate} -pubkey -noout | openssl pkey -pubin -outform der"
    key = subprocess.run(command, shell=True, capture_output=True, check=True).stdout
    return base64.b64encode(hashlib.sha256(key).digest()).decode()


@pytest.fixture
def app(tmp_path):
    """A folder with the recogniser, as the book has it."""
    recogniser.compose(ROOT, tmp_path / "served" / "recogniser")
    return tmp_path / "served"


@pytest.mark.browser
def test_the_app_keeps_itself_where_the_certificate_is_trusted(browser, app, start, pair):
    server = start(app, certificate=pair[0], key=pair[1])
    trust = f"--ignore-certificate-errors-spki-list={fingerprint(pair[0])}"
    chromium = browser.browser_type.launch(
        executable_path=conftest.find_chromium(), args=[*conftest.FLAGS, trust]
    )
    page = chromium.new_page()
    page.goto(f"https://127.0.0.1:{server.server_port}/recogniser/")
    assert page.evaluate(KEEPS)
    server.shutdown()
    server.server_close()
    page.reload()
    assert page.get_by_test_id("pad").is_visible()
    chromium.close()


@pytest.mark.browser
def test_plain_http_of_the_network_shows_the_app_and_does_not_keep_it(new_page, app, start):
    addresses = serve.local_addresses()
    if not addresses:
        pytest.skip("this machine is in no network")
    server, page = start(app, host="0.0.0.0"), new_page()
    page.goto(f"http://{addresses[0]}:{server.server_port}/recogniser/")
    assert page.get_by_test_id("pad").is_visible()
    assert not page.evaluate(KEEPS)


# --- What cannot be used -------------------------------------------------------------------------


def test_without_openssl_the_message_names_other_ways(monkeypatch, tmp_path):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(SystemExit, match="mkcert"):
        serve.make_certificate(tmp_path, [])


def test_a_port_in_use_is_named(folder, start):
    port = start(folder).server_port
    with pytest.raises(SystemExit, match=f"Port {port} cannot be used .*--port 0"):
        serve.make_server(folder, port=port)


@pytest.mark.parametrize("port", ["-1", "65536", "http", ""])
def test_a_port_that_is_none_is_refused(port, capsys):
    with pytest.raises(SystemExit):
        options(f"--port={port}")
    assert "use a number from 0 to 65535" in capsys.readouterr().err


def test_a_folder_that_is_not_there_is_named(tmp_path):
    with pytest.raises(SystemExit, match="is no folder"):
        serve.chosen_folder(tmp_path / "nothing")


def test_a_book_that_is_not_built_is_no_secret(monkeypatch):
    monkeypatch.setattr(serve, "book_folder", lambda: None)
    with pytest.raises(SystemExit, match="make book"):
        serve.chosen_folder(None)


def test_the_bundle_comes_first(monkeypatch, folder):
    monkeypatch.setenv("FIRSTNET_BUNDLE", str(folder))
    assert serve.book_folder() == folder


@pytest.mark.parametrize("module", [serve, machine])
def test_what_the_bundle_carries_can_be_read_by_an_older_python(module):
    text = Path(module.__file__).read_text("utf-8")
    assert ast.parse(text, feature_version=(3, 8)).body
