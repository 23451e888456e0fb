"""A person at JupyterHub: logs in, starts a server, uses files, kernels and terminals."""

import json
import re
import time
from contextlib import closing
from uuid import uuid4

import requests
import websocket

SECONDS = 120


class Person:
    """One account, logged in at the hub's address; `name` and `server` say whose and where."""

    def __init__(self, hub, name):
        self.hub, self.name = hub, name
        self.server = f"{hub}/user/{name}"
        self.session = requests.Session()
        self.kernel = None

    def log_in(self, password):
        """Log in on the hub's page; return the answer of the hub."""
        self.session.get(f"{self.hub}/hub/login", timeout=SECONDS)
        secret = {"_xsrf": self.session.cookies.get("_xsrf", path="/hub/")}
        form = {"username": self.name, "password": password} | secret
        answer = self.session.post(f"{self.hub}/hub/login", data=form, timeout=SECONDS)
        if answer.status_code == 200:
            self.take_token()
        return answer

    def take_token(self):
        """Get a token, so that what follows needs no cookies."""
        address = f"{self.hub}/hub/api/users/{self.name}/tokens"
        headers = {"X-XSRFToken": self.session.cookies.get("_xsrf", path="/hub/")}
        answer = self.session.post(address, json={}, headers=headers, timeout=SECONDS)
        answer.raise_for_status()
        self.session = requests.Session()
        self.session.headers["Authorization"] = f"token {answer.json()['token']}"

    def start_server(self):
        """Ask the hub for the server of this person."""
        self.session.post(f"{self.hub}/hub/api/users/{self.name}/server", timeout=SECONDS)

    def wait_for_server(self):
        """Return when the server answers."""
        end = time.monotonic() + SECONDS
        while time.monotonic() < end:
            answer = self.session.get(f"{self.server}/api/status", timeout=SECONDS)
            if answer.status_code == 200 and answer.url.endswith("/api/status"):
                return
            time.sleep(0.5)
        raise TimeoutError(f"The server of {self.name} does not answer: {answer.status_code}")

    def ask(self, method, path, **options):
        """Send a request to this person's server; return what it answers."""
        return self.session.request(method, f"{self.server}{path}", timeout=SECONDS, **options)

    def read(self, path):
        """Return the content of a file by the server's contents API, a notebook as its dict."""
        answer = self.ask("GET", f"/api/contents/{path}")
        answer.raise_for_status()
        return answer.json()["content"]

    def save_notebook(self, path, content):
        """Save a notebook as JupyterLab does."""
        model = {"type": "notebook", "format": "json", "content": content}
        self.ask("PUT", f"/api/contents/{path}", json=model).raise_for_status()

    def connect(self, path):
        """Return an open web socket to this person's server."""
        address = self.server.replace("http", "ws", 1) + path
        header = {"Authorization": self.session.headers["Authorization"]}
        return closing(websocket.create_connection(address, timeout=SECONDS, header=header))

    def run(self, code):
        """Run code in this person's kernel; return what it printed or raised."""
        if self.kernel is None:
            self.kernel = self.ask("POST", "/api/kernels", json={"name": "python3"}).json()["id"]
        with self.connect(f"/api/kernels/{self.kernel}/channels") as socket:
            message = request(code)
            socket.send(json.dumps(message))
            return gather(socket, message["header"]["msg_id"])

    def type(self, command):
        """Type a command into a terminal of JupyterLab; return what it shows, and the exit code."""
        name = self.ask("POST", "/api/terminals").json()["name"]
        shown = ""
        with self.connect(f"/terminals/websocket/{name}") as socket:
            socket.send(json.dumps(["stdin", f"{command}; echo exit code $?\r"]))
            while not re.search(r"exit code \d+", shown):
                kind, *rest = json.loads(socket.recv())
                shown += rest[0] if kind == "stdout" else ""
        self.ask("DELETE", f"/api/terminals/{name}")
        return shown


def request(code):
    """Return the message that asks a kernel to run code."""
    header = {
        "msg_id": uuid4().hex,
        "msg_type": "execute_request",
        "session": uuid4().hex,
        "username": "",
        "version": "5.3",
    }
    content = {"code": code, "silent": False, "store_history": False, "stop_on_error": True}
    return {
        "header": header,
        "parent_header": {},
        "metadata": {},
        "content": content,
        "channel": "shell",
    }


def gather(socket, number):
    """Return what a kernel prints in answer to a message, until it is idle again."""
    printed, left = "", {"execute_reply", "idle"}
    while left:
        message = json.loads(socket.recv())
        if message["parent_header"].get("msg_id") != number:
            continue
        kind, content = message["msg_type"], message["content"]
        if kind == "stream":
            printed += content["text"]
        if kind == "error":
            printed += f"{content['ename']}: {content['evalue']}"
        left -= {kind, content.get("execution_state")}
    return printed
