"""Serve the built book on this machine only."""

import argparse
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

from tools.book import HTML


def main(arguments: list[str]) -> int:
    """Serve _build/html on loopback until Ctrl-C."""
    parser = argparse.ArgumentParser(prog="python -m tools serve")
    parser.add_argument("--port", type=int, default=8000, help="default: 8000; 0 takes a free one")
    port = parser.parse_args(arguments).port
    if not (HTML / "index.html").is_file():
        raise SystemExit("There is no built book yet: run `make book` first.")
    handler = partial(SimpleHTTPRequestHandler, directory=str(HTML))
    try:
        server = ThreadingHTTPServer(("127.0.0.1", port), handler)
    except OSError as error:
        raise SystemExit(f"Port {port} cannot be used ({error}): try --port 0.") from error
    print(f"The book is at http://127.0.0.1:{server.server_port}/ - Ctrl-C stops it.", flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        print()
    finally:
        server.server_close()
    return 0
