"""Serve the book to this machine, or read-only to the local network.

The classroom bundle carries this file, so it keeps to Python's own library and to the syntax of
Python 3.8.
"""

from __future__ import annotations

import argparse
import mimetypes
import os
import shutil
import socket
import ssl
import subprocess
import sys
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".json": "application/json",
    ".webmanifest": "application/manifest+json",
    ".wasm": "application/wasm",
    ".svg": "image/svg+xml",
    ".tflite": "application/octet-stream",
    ".ipynb": "application/x-ipynb+json",
    ".woff2": "font/woff2",
    ".txt": "text/plain; charset=utf-8",
}
SILENCE = 30  # seconds without a request before a connection is closed
WAITING = 128  # connections that may wait to be accepted
DAYS = 30  # a certificate made here is good for so long
NO_OPENSSL = (
    "No openssl command was found, so no certificate was made. Install it (Git for Windows brings "
    "it along), or make one with mkcert, and name the two files with --certificate and --key."
)
PLAIN = (
    "This is http: it is enough to read. To install the recogniser, a phone needs https:\n"
    "start again with --make-certificate, or with --certificate FILE --key FILE."
)
HALF_TRUSTED = (
    "Each phone warns of this certificate, because nobody it knows has signed it. After the\n"
    "warning the book can be read. The app keeps itself on a phone only when the phone trusts the\n"
    "certificate: send {certificate} to it and install it there, or use mkcert."
)
RISK = (
    "Everyone in this network can read these files while this runs: {folder}\n"
    "Nobody can change them. Do this in a network that you trust, and stop it after the lesson."
)


class ReadOnly(SimpleHTTPRequestHandler):
    """Answers GET and HEAD with files that lie in the folder, and with nothing else."""

    protocol_version = "HTTP/1.1"
    timeout = SILENCE
    server_version, sys_version = "firstnet", ""
    disable_nagle_algorithm = True

    def guess_type(self, path):
        """Return a type that does not depend on this machine's registry."""
        ending = Path(path).suffix.lower()
        return TYPES.get(ending) or mimetypes.guess_type(str(path))[0] or TYPES[".tflite"]

    def send_head(self):
        """Open what is asked for, or refuse it."""
        if not self.is_inside(urlsplit(self.path).path):
            self.send_error(404, "There is no such page here")
            return None
        return super().send_head()

    def is_inside(self, asked):
        """Tell whether a path has no hidden part and leads, through all links, into the folder."""
        parts = unquote(asked).replace("\\", "/").split("/")
        if "\0" in asked or any(part.startswith(".") or "\0" in part for part in parts):
            return False
        if os.name == "nt" and any(":" in part for part in parts):
            return False
        folder = Path(self.directory).resolve()
        found = Path(self.translate_path(self.path)).resolve()
        return found == folder or folder in found.parents

    def list_directory(self, path):
        """Refuse: a folder without a page of its own shows nothing."""
        self.send_error(404, "There is no such page here")

    def end_headers(self):
        """Let browsers ask each time whether a file changed, and never guess a type."""
        self.send_header("Cache-Control", "no-cache")
        self.send_header("X-Content-Type-Options", "nosniff")
        super().end_headers()

    def log_message(self, *arguments):
        """Say nothing."""


class Server(ThreadingHTTPServer):
    """A thread for each connection; a phone that leaves in the middle is no error."""

    daemon_threads = True
    request_queue_size = WAITING

    def handle_error(self, request, client_address):
        """Pass over broken connections and failed handshakes; show everything else."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)

    def finish_request(self, request, client_address):
        """Shake hands here, in the connection's own thread, so that nobody else waits for it."""
        if isinstance(request, ssl.SSLSocket):
            request.settimeout(SILENCE)
            request.do_handshake()
        super().finish_request(request, client_address)


def make_server(folder, *, host="127.0.0.1", port=0, certificate=None, key=None):
    """Return a server of `folder`, listening but not yet answering; with a certificate by https.

    Raises SystemExit when the port or the certificate cannot be used.
    """
    context = load_certificate(certificate, key) if certificate else None
    try:
        server = Server((host, port), partial(ReadOnly, directory=str(folder)))
    except (OSError, OverflowError) as error:
        raise SystemExit(f"Port {port} cannot be used ({error}): try --port 0.") from error
    if context:
        server.socket = context.wrap_socket(
            server.socket, server_side=True, do_handshake_on_connect=False
        )
    return server


def load_certificate(certificate, key):
    """Return the server's side of https; raise SystemExit when the two files do not fit."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    try:
        context.load_cert_chain(certificate, key)
    except (OSError, ssl.SSLError) as error:
        raise SystemExit(
            f"The certificate {certificate} with the key {key} cannot be used ({error}). "
            "Name the two files that belong together."
        ) from error
    return context


def local_addresses():
    """Return this machine's addresses in its networks, the likeliest first; asks nobody."""
    found = []
    for target in ("192.168.0.1", "10.0.0.1", "172.16.0.1", "203.0.113.1"):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:  # sends nothing
            try:
                probe.connect((target, 9))
                found.append(probe.getsockname()[0])
            except OSError:
                continue
    return [one for one in dict.fromkeys(found) if not one.startswith("127.")]


def make_certificate(folder, addresses):
    """Make `certificate.pem` and `key.pem` in `folder` for this machine; return both paths.

    Uses the openssl command; raises SystemExit where it is missing or refuses.
    """
    openssl = shutil.which("openssl")
    if openssl is None:
        raise SystemExit(NO_OPENSSL)
    folder.mkdir(parents=True, exist_ok=True)
    paths = folder / "certificate.pem", folder / "key.pem"
    command = [openssl, *_certificate_options(addresses)]
    command += ["-out", str(paths[0]), "-keyout", str(paths[1])]
    previous = os.umask(0o077)  # the key is for its owner alone
    try:
        done = subprocess.run(command, capture_output=True, text=True)
    finally:
        os.umask(previous)
    if done.returncode:
        raise SystemExit(f"openssl made no certificate:\n{done.stderr.strip()}")
    return paths


def _certificate_options(addresses):
    names = ["DNS:localhost", *("IP:" + one for one in ("127.0.0.1", *addresses))]
    options = ["req", "-x509", "-nodes", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
    options += ["-days", str(DAYS), "-subj", "/CN=Your First Neural Network (this classroom)"]
    extensions = ("subjectAltName=" + ",".join(names), "extendedKeyUsage=serverAuth")
    return options + [part for one in extensions for part in ("-addext", one)]


def book_folder():
    """Return the bundle that FIRSTNET_BUNDLE names, or the built book of a checkout, or None."""
    checkout = Path(__file__).resolve().parents[2]
    named = os.environ.get("FIRSTNET_BUNDLE")
    places = [Path(named)] if named else []
    places += [checkout / "_build" / "html", Path.cwd() / "book"]
    return next((one for one in places if (one / "index.html").is_file()), None)


def add_arguments(parser):
    """Add the options of `serve` to an argparse parser."""
    what = "the folder to serve (default: the built book)"
    parser.add_argument("folder", nargs="?", type=Path, help=what)
    what = "let the local network read it, not this machine alone"
    parser.add_argument("--network", action="store_true", help=what)
    what = "default: 8000; 0 takes a free one"
    parser.add_argument("--port", type=port_number, default=8000, help=what)
    parser.add_argument("--certificate", type=Path, metavar="FILE", help="serve by https with it")
    parser.add_argument("--key", type=Path, metavar="FILE", help="the certificate's private key")
    what = "make a certificate for this classroom in FOLDER (default: ~/.firstnet)"
    folder = Path.home() / ".firstnet"
    parser.add_argument(
        "--make-certificate", nargs="?", type=Path, const=folder, metavar="FOLDER", help=what
    )


def port_number(text):
    """Read a port from 0 to 65535."""
    if not text.isdigit() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is no port: use a number from 0 to 65535")
    return int(text)


def chosen_folder(named):
    """Return the folder to serve; raise SystemExit when it is not there."""
    folder = named or book_folder()
    if folder is None:
        raise SystemExit("There is no built book yet: run `make book` first, or name its folder.")
    if not folder.is_dir():
        raise SystemExit(f"{folder} is no folder. Name the folder of the built book.")
    return folder.resolve()


def chosen_certificate(options, folder):
    """Return the paths of certificate and key as the options say, or a pair of None."""
    if bool(options.certificate) != bool(options.key):
        raise SystemExit("--certificate and --key belong together: name both files.")
    if options.make_certificate is None:
        return options.certificate, options.key
    target = options.make_certificate.expanduser().resolve()
    if target == folder or folder in target.parents:
        raise SystemExit(f"{target} is served to readers: make the certificate elsewhere.")
    return make_certificate(target, local_addresses())


def announcement(server, folder, options, certificate):
    """Return what the terminal says: the addresses, and what they mean."""
    scheme = "https" if certificate else "http"
    hosts = (local_addresses() or [socket.gethostname()]) if options.network else ["127.0.0.1"]
    lines = [f"{scheme}://{host}:{server.server_port}/" for host in hosts]
    if not options.network:
        return f"The book is at {lines[0]} - this machine alone can read it. Ctrl-C stops it."
    said = ["On a phone in the same network, type:", *("  " + line for line in lines)]
    said += [RISK.format(folder=folder)]
    made = options.make_certificate is not None
    said += [HALF_TRUSTED.format(certificate=certificate)] if made else []
    return "\n".join([*said, *([] if certificate else [PLAIN]), "Ctrl-C stops it."])


def main(options):
    """Serve until Ctrl-C; return 0."""
    folder = chosen_folder(options.folder)
    certificate, key = chosen_certificate(options, folder)
    host = "0.0.0.0" if options.network else "127.0.0.1"
    server = make_server(folder, host=host, port=options.port, certificate=certificate, key=key)
    print(announcement(server, folder, options, certificate), flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        print()
    finally:
        server.server_close()
    return 0
