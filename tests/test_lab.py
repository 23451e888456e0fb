"""Every explorable in JupyterLab with a kernel: it is drawn, and both sides follow each other."""

import json
import os
import re
import socket
import subprocess
import time
import urllib.request
from contextlib import contextmanager

import nbformat
import pytest
from built import explorables

from tools import ROOT
from tools.book import script

WIDGETS = dict(enumerate(explorables()))
TOKEN = "only-for-this-test"
PATIENCE = 60  # seconds; JupyterLab starts slowly on a busy machine
ALONE = [  # asks nothing of any network, opens nothing, keeps nothing
    "--no-browser",
    "--ServerApp.ip=127.0.0.1",
    "--ServerApp.port_retries=0",
    "--ServerApp.allow_root=True",
    f"--IdentityProvider.token={TOKEN}",
    "--LabApp.expose_app_in_browser=True",
    "--LabApp.extension_manager=readonly",
    "--LabApp.news_url=None",
    "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
]
RUN = """async (code) => {
  const { kernel } = jupyterapp.shell.currentWidget.sessionContext.session;
  const request = kernel.requestExecute({ code, user_expressions: { answer: "answer" } });
  const { content } = await request.done;
  if (content.status !== "ok") throw new Error(`${content.ename}: ${content.evalue}`);
  return content.user_expressions.answer.data["text/plain"];
}"""

pytestmark = pytest.mark.browser


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def write_notebook(path):
    """Write a notebook with a cell for each explorable."""
    cells = [
        nbformat.v4.new_code_cell(
            f"from {cls.__module__} import {cls.__name__}\nw{n} = {cls.__name__}()\nw{n}"
        )
        for n, cls in WIDGETS.items()
    ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})
    nbformat.write(notebook, path)


def wait_for_server(address, process, log):
    """Wait until JupyterLab answers; fail with what it said when it does not."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and process.poll() is None:
        try:
            return urllib.request.urlopen(address, timeout=PATIENCE).close()
        except OSError:
            time.sleep(0.2)
    return pytest.fail(f"JupyterLab does not answer:\n{log.read_text()}")


def write_settings(folder):
    """Answer beforehand what JupyterLab asks a new user: no news, no look for updates."""
    path = folder / "@jupyterlab" / "apputils-extension" / "notification.jupyterlab-settings"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps({"fetchNews": "false", "checkForUpdates": False}))


@contextmanager
def jupyterlab(folder):
    """Start JupyterLab on a folder, with a home of its own; yield its address."""
    port, home, log = free_port(), folder / "home", folder / "log"
    (folder / "work").mkdir()
    write_notebook(folder / "work" / "explorables.ipynb")
    write_settings(home / "user_settings")
    command = [script("jupyter-lab"), *ALONE, f"--ServerApp.port={port}"]
    command += [f"--LabApp.{kind}_dir={home / kind}" for kind in ("user_settings", "workspaces")]
    places = {name: str(home) for name in ("HOME", "JUPYTER_CONFIG_DIR", "IPYTHONDIR")}
    places |= {name: str(home / "run") for name in ("JUPYTER_RUNTIME_DIR", "JUPYTER_DATA_DIR")}
    variables = os.environ | places | {"PYTHONPATH": str(ROOT)}
    with log.open("w") as file:
        process = subprocess.Popen(
            command, cwd=folder / "work", env=variables, stdout=file, stderr=file
        )
    address = f"http://127.0.0.1:{port}"
    try:
        wait_for_server(f"{address}/api?token={TOKEN}", process, log)
        yield address
    finally:
        process.terminate()
        process.wait(PATIENCE)


class Lab:
    """The notebook open in JupyterLab, all its cells run."""

    def __init__(self, page, address):
        self.page, self.address, self.said, self.asked = page, address, [], []
        page.on("console", lambda one: one.type == "error" and self.said.append(one.text))
        page.on("pageerror", lambda error: self.said.append(str(error)))
        page.on("request", lambda request: self.asked.append(request.url))
        page.set_default_timeout(PATIENCE * 1000)

    def open(self):
        """Open the notebook, wait for its kernel, run all cells."""
        self.page.goto(f"{self.address}/lab/tree/explorables.ipynb?token={TOKEN}")
        self.page.wait_for_function(
            "window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel"
        )
        self.page.evaluate("jupyterapp.shell.currentWidget.sessionContext.ready")
        self.page.evaluate("jupyterapp.commands.execute('notebook:run-all-cells')")
        return self

    def widget(self, number):
        """Return the explorable that a cell shows."""
        return self.page.locator(".jp-CodeCell").nth(number).locator(".fn-explorable")

    def python(self, code):
        """Run code in the kernel; return what it stores in `answer`, which must be JSON."""
        reply = self.page.evaluate(RUN, f"import json\n{code}\nanswer = json.dumps(answer)")
        return json.loads(eval(reply))  # the reply is the repr of a string

    def state(self, number):
        """Return the state of an explorable in Python, without bytes and what Jupyter adds."""
        state = self.python(
            f"state = w{number}.get_state().items()\n"
            "answer = {key: value for key, value in state if not isinstance(value, bytes)}"
        )
        return {key: value for key, value in state.items() if not key.startswith("_")}

    def wait_for_change(self, number, before):
        """Return the state of an explorable once it differs, and the names of what differs."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            state = self.state(number)
            changed = [name for name in state if state[name] != before[name]]
            if changed:
                return state, changed
        return pytest.fail("Python does not hear of what is moved in the browser")


@pytest.fixture(scope="module")
def lab(browser, tmp_path_factory):
    with jupyterlab(tmp_path_factory.mktemp("lab")) as address:
        context = browser.new_context(viewport={"width": 1280, "height": 1000})
        yield Lab(context.new_page(), address).open()
        context.close()


each_explorable = pytest.mark.parametrize("number", WIDGETS, ids=lambda n: WIDGETS[n].__name__)
SHOWN = "one => one.type === 'radio' ? String(one.checked) : one.value"


def first_control(widget):
    """Return the first slider, or else list, or else choice of an explorable; and keys for it."""
    for kind in ("input[type=range]", "select"):
        if widget.locator(kind).count():
            return widget.locator(kind).first, ("ArrowRight", "ArrowLeft", "ArrowDown")
    return widget.locator("input[type=radio]").first, ("Space",)


@each_explorable
def test_browser_and_python_follow_each_other(lab, number):
    widget = lab.widget(number)
    widget.locator("input, button, select").first.wait_for()
    control, keys = first_control(widget)
    before, shown = lab.state(number), control.evaluate(SHOWN)
    for key in keys:  # where a slider stands at an end, the other way
        if control.evaluate(SHOWN) == shown:
            control.press(key)
    assert control.evaluate(SHOWN) != shown
    _, changed = lab.wait_for_change(number, before)
    old = {name: before[name] for name in changed}
    lab.python(f"w{number}.set_state({old!r}); answer = 0")
    lab.page.wait_for_function(
        f"([control, shown]) => ({SHOWN})(control) === shown",
        arg=[control.element_handle(), shown],
    )
    assert {name: lab.state(number)[name] for name in changed} == old


@each_explorable
def test_nothing_goes_wrong_in_jupyterlab(lab, number):
    lab.widget(number).first.wait_for()
    name = WIDGETS[number].__name__
    about = re.compile(rf"widget|fn-|blob:|{name}", re.I)
    assert [text for text in lab.said if about.search(text)] == []


def test_jupyterlab_asks_no_other_host(lab):
    elsewhere = [url for url in lab.asked if not url.startswith((lab.address, "data:", "blob:"))]
    assert elsewhere == []
