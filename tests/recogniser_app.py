"""What the tests of the recogniser share: the built app, a server to stop, ways to draw."""

import gzip
import json
import re
import shutil
import sys
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from tools import ROOT

sys.path.insert(0, str(ROOT / "book" / "_ext"))
import recogniser  # noqa: E402, F401

WORDS = ["Zero", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine"]
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
DESK = {"viewport": {"width": 1280, "height": 860}}


class Handler(SimpleHTTPRequestHandler):
    """A file server that says nothing, and lets nothing be kept between two builds."""

    def send_head(self):
        del self.headers["If-Modified-Since"]  # whole seconds: a file may change within one
        return super().send_head()

    def end_headers(self):
        self.send_header("Cache-Control", "no-cache")
        super().end_headers()

    def log_message(self, *arguments):
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        """A browser that closes a connection is no fault."""


@contextmanager
def served(folder):
    """Serve a folder that has `recogniser/` in it; yield the address of the app and the server."""
    with Server(("127.0.0.1", 0), partial(Handler, directory=str(folder))) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/recogniser/", server
        server.shutdown()


def copy_of_sources(folder):
    """Copy what the app is made of, so that it can be changed; return the copy's root."""
    for part in ("apps/recogniser", "firstnet/widgets", "firstnet/models"):
        shutil.copytree(ROOT / part, folder / part, dirs_exist_ok=True)
    return folder


def listed(folder):
    """Return version and files, {name: checksum}, as the built service worker has them."""
    text = (Path(folder) / "service-worker.js").read_text("utf-8")
    version = json.loads(re.search(r"^const VERSION = (.*);$", text, re.M)[1])
    return version, json.loads(re.search(r"^const FILES = (\{.*?\n\});$", text, re.M | re.S)[1])


def compressed(path):
    """Return how many bytes a server sends for a file when it compresses."""
    return len(gzip.compress(path.read_bytes(), 9))


# ---------------------------------------------------------------- in the page


def wait_for(page, engine="litert"):
    """Wait until an engine answers."""
    page.wait_for_selector(f"body[data-engine={engine}]", timeout=30_000)


def wait_until_stored(page):
    """Wait until the app works offline."""
    page.wait_for_selector("#offline[data-ready]", timeout=60_000)


def on_pad(page, strokes):
    """Return strokes in pixels of the window."""
    box = page.get_by_test_id("pad").bounding_box()
    left, top, side = box["x"], box["y"], box["width"]
    return [[(left + x * side, top + y * side) for x, y in stroke] for stroke in strokes]


def draw(page, strokes):
    """Draw with the mouse."""
    for first, *rest in on_pad(page, strokes):
        page.mouse.move(*first)
        page.mouse.down()
        for point in rest:
            page.mouse.move(*point)
        page.mouse.up()


def finger(page):
    """Return a function `send(kind, *points)` that sends a touch event with points {id: (x, y)}."""
    session = page.context.new_cdp_session(page)

    def send(kind, points):
        places = [{"x": x, "y": y, "id": number} for number, (x, y) in points.items()]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": places})

    return send


def touch(page, strokes):
    """Draw with a finger."""
    send = finger(page)
    for first, *rest in on_pad(page, strokes):
        send("touchStart", {0: first})
        for point in rest:
            send("touchMove", {0: point})
        send("touchEnd", {})


def read(page, strokes, way=draw):
    """Clear the pad, draw, press Recognise; return what is said, as `answer` does."""
    page.get_by_test_id("clear").click()
    way(page, strokes)
    page.get_by_test_id("recognise").click()
    page.wait_for_selector("#confidence:not(:empty)")
    return answer(page)


def answer(page):
    """Return prediction, confidence and runner-up."""
    parts = ("prediction", "confidence", "runner-up")
    return tuple(page.get_by_test_id(part).text_content() for part in parts)


# The key of the history in the browser's storage: it holds where the app lies on its host.
HISTORY = "`recogniser ${new URL('.', location.href).pathname} history`"


def history(page):
    """Return the drawings that the page keeps, the last one first."""
    return json.loads(page.evaluate(f"localStorage.getItem({HISTORY})") or "[]")


def load(page, path):
    """Choose a file of one's own; wait until it is taken or refused."""
    page.evaluate("document.getElementById('refusal').textContent = ''")
    before = page.get_by_test_id("model-name").text_content()
    page.get_by_test_id("model").set_input_files(path)
    page.wait_for_function(
        """before => document.getElementById('refusal').textContent !== ''
          || document.getElementById('model-name').textContent !== before""",
        arg=before,
    )
