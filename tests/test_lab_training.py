"""The laboratory: its network against NumPy, its behaviour in the page and with a kernel."""

import os
import re
import subprocess
import sys
import time

import nbformat
import numpy as np
import pytest
import traitlets
from redraws import FRAME, quietest
from sklearn.datasets import load_digits
from test_lab import Lab as Notebook
from test_lab import jupyterlab

from firstnet import live
from firstnet.network import initial_weights, shuffled
from firstnet.widgets.lab import TRAINING, Lab
from tools import ROOT
from tools.bench import page_with

IMPORT = """async (source) => {
  const blob = new Blob([source], { type: "text/javascript" });
  window.module = await import(URL.createObjectURL(blob));
}"""
PREPARE = """([images, labels, setup]) => {
  const digits = module.createDigits(Uint8Array.from(images), Uint8Array.from(labels));
  window.trainer = module.createTrainer(digits, setup);
}"""
NUMBERS = "trainer.layers.flatMap(({ numbers }) => numbers.map((one) => [...one]))"
STRONG = "document.querySelector('.fn-strong').textContent"
SETTINGS = {"learning_rate": 0.1, "batch_size": 32, "epochs": 3, "hidden": 16}
SETTINGS |= {"optimizer": "sgd", "seed": 1}

browser = pytest.mark.browser


# ---------------------------------------------------------------- the Python side


def test_carries_the_small_digits_and_no_tensorflow():
    digits = load_digits()
    lab = Lab()
    assert np.array_equal(np.frombuffer(lab.images, "u1").reshape(-1, 64), digits.data)
    assert np.array_equal(np.frombuffer(lab.labels, "u1"), digits.target)
    code = "import sys; from firstnet.widgets.lab import Lab; Lab(); "
    code += "sys.exit(any(name in sys.modules for name in ('tensorflow', 'keras')))"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT).returncode == 0


@pytest.mark.parametrize(
    ("trait", "value", "said"),
    [
        ("learning_rate", float("nan"), "learning_rate must be from 0.0001 to 10"),
        ("learning_rate", 0, "learning_rate must be from 0.0001 to 10, and it is 0"),
        ("batch_size", TRAINING + 1, "batch_size must be from 1 to 1437, and it is 1438"),
        ("epochs", 0, "epochs must be from 1 to 500"),
        ("hidden", 129, "hidden must be from 1 to 128"),
        ("seed", -1, "seed must be from 0 to 9999"),
        ("engine", "abacus", "page"),
    ],
)
def test_wrong_values_are_refused_in_words(trait, value, said):
    lab = Lab()
    before = getattr(lab, trait)
    with pytest.raises(traitlets.TraitError, match=said):
        setattr(lab, trait, value)
    assert getattr(lab, trait) == before


# ---------------------------------------------------------------- Keras in its thread


@pytest.fixture
def told(monkeypatch):
    """A training on the embedded digits, and the messages it tells."""
    monkeypatch.setenv("FIRSTNET_DATA", "embedded")
    messages = []
    training = live.Training(lambda message, buffers: messages.append((message, buffers)))
    yield training, messages
    training.stop()
    training.join(30)


def wait_for(condition, seconds=40):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it never happens"
        time.sleep(0.01)


def test_keras_trains_and_tells(told):
    training, messages = told
    assert training.start(SETTINGS)
    assert not training.start(SETTINGS), "a second training begins while the first runs"
    training.join(60)
    state = training.state
    assert (state["status"], state["epoch"], len(state["history"])) == ("done", 3, 3)
    losses = [row[2] for row in state["history"]]
    assert losses == sorted(losses, reverse=True)
    assert state["source"].startswith("!!! NOT MNIST")
    assert state["rows"] == [1150, 287]
    pictures, (pixels,) = next(one for one in messages if one[0]["type"] == "pictures")
    assert len(pixels) == 784 * len(pictures["labels"]) == 784 * len(state["answers"])
    x, y, *_ = training.arrays
    loss, accuracy = training.model.evaluate(x, y, verbose=0)
    assert loss < state["history"][-1][0] and accuracy > 0.7


@pytest.mark.alone
def test_keras_stops_within_a_second_and_takes_changes(told):
    training, messages = told
    training.start(SETTINGS | {"epochs": 500})
    wait_for(lambda: training.state["epoch"] >= 2)
    training.change("learning_rate", 0.025)
    training.change("batch_size", 100)
    wait_for(lambda: training.state["batch_size"] == 100 and training.state["rate"] == 0.025)
    assert training.model.optimizer.learning_rate.numpy() == pytest.approx(0.025)
    assert training.state["batches"] == 12  # of 100 in 1,150
    began = time.monotonic()
    training.stop()
    training.join(5)
    assert time.monotonic() - began < 1
    assert training.state["status"] == "stopped" and not training.running()
    assert training.start(SETTINGS | {"epochs": 1})
    training.join(60)
    assert training.state["status"] == "done"


def test_keras_that_diverges_or_fails_says_so(told, monkeypatch):
    training, messages = told
    training.start(SETTINGS | {"learning_rate": 1e6})
    training.join(60)
    assert training.state["status"] == "diverged"
    assert not re.search(r"nan|inf\b", repr(messages[-1][0]))
    monkeypatch.setenv("FIRSTNET_DATA", "/nowhere/at/all")
    training.start(SETTINGS)
    training.join(60)
    assert training.state["status"] == "failed"
    assert "DataError: FIRSTNET_DATA names the folder /nowhere" in training.state["words"]


def test_printing_of_other_threads_is_passed_on(capsys):
    said = live.Overheard()
    said.write("mine")
    said.thread = 0
    said.write("of another")
    assert said.heard == ["mine"]
    assert capsys.readouterr().out == "of another"


# ---------------------------------------------------------------- NumPy, the oracle


def forward(parameters, x):
    (w1, b1), (w2, b2) = parameters
    hidden = np.maximum(x @ w1 + b1, 0)
    z = hidden @ w2 + b2
    z = z - z.max(axis=1, keepdims=True)
    return hidden, z - np.log(np.exp(z).sum(axis=1, keepdims=True))


def slopes_of(parameters, x, y):
    hidden, logs = forward(parameters, x)
    blame = (np.exp(logs) - np.eye(10)[y]) / len(x)
    below = blame @ parameters[1][0].T * (hidden > 0)
    return [(x.T @ below, below.sum(axis=0)), (hidden.T @ blame, blame.sum(axis=0))]


def loss_of(parameters, x, y):
    return -forward(parameters, x)[1][np.arange(len(x)), y].mean()


def numpy_training(x, y, *, hidden, seed, learning_rate, batch_size, momentum, epochs):
    parameters = initial_weights((64, hidden, 10), seed)
    speeds = [[np.zeros_like(one) for one in pair] for pair in parameters]
    for epoch in range(epochs):
        order = shuffled(TRAINING, seed + epoch)
        for start in range(0, TRAINING, batch_size):
            rows = order[start : start + batch_size]
            slopes = slopes_of(parameters, x[rows], y[rows])
            for pair, speed, slope in zip(parameters, speeds, slopes, strict=True):
                for k in (0, 1):
                    speed[k] = momentum * speed[k] - learning_rate * slope[k]
                    pair[k][...] += speed[k]
    return parameters


@pytest.fixture(scope="module")
def digits():
    found = load_digits()
    return found.data / 16, found.target


@pytest.fixture
def module(new_page, digits):
    """A function that makes a trainer in a page; the page then holds `module` and `trainer`."""
    page = new_page()
    page.goto("about:blank")
    page.evaluate(IMPORT, Lab._esm)

    def prepare(**setup):
        x, y = digits
        page.evaluate(PREPARE, [(16 * x).ravel().tolist(), y.tolist(), setup])
        return page

    return prepare


def flat(parameters):
    return [one.ravel() for pair in parameters for one in pair]


@browser
@pytest.mark.parametrize(
    ("optimizer", "batch_size", "hidden"), [("sgd", 32, 32), ("momentum", 50, 7), ("sgd", 1437, 3)]
)
def test_weights_and_curves_equal_numpy(module, digits, optimizer, batch_size, hidden):
    page = module(hidden=hidden, seed=5, optimizer=optimizer)
    settings = {"learning_rate": 0.1, "batch_size": batch_size}
    rows = page.evaluate(
        "s => { for (let k = 0; k < 3; k += 1) module.advance(trainer, s); return trainer.rows; }",
        settings,
    )
    x, y = digits
    momentum = 0.9 if optimizer == "momentum" else 0
    same = {"hidden": hidden, "seed": 5, "momentum": momentum, **settings}
    parameters = numpy_training(x, y, epochs=2, **same)
    for found, expected in zip(page.evaluate(NUMBERS), flat(parameters), strict=True):
        np.testing.assert_allclose(found, expected, atol=1e-9, rtol=0)
    train, kept = slice(TRAINING), slice(TRAINING, None)
    expected = [2]
    for part in (train, kept):
        answers = forward(parameters, x[part])[1].argmax(axis=1)
        expected += [loss_of(parameters, x[part], y[part]), (answers == y[part]).mean()]
    np.testing.assert_allclose(rows[2], expected, atol=1e-9)
    assert [row[0] for row in rows] == [0, 1, 2]


@browser
def test_slopes_equal_finite_differences(module, digits):
    page = module(hidden=6, seed=3, optimizer="sgd")
    found = page.evaluate("module.slopesOf(trainer, 20)")
    x, y = (one[:20] for one in digits)
    parameters = initial_weights((64, 6, 10), 3)
    assert found["loss"] == pytest.approx(loss_of(parameters, x, y), abs=1e-12)
    checked = 0
    for numbers, slopes in zip(flat(parameters), found["slopes"], strict=True):
        for place in range(0, len(numbers), 7):
            kept, losses = numbers[place], []
            for nudge in (1e-5, -1e-5):
                numbers[place] = kept + nudge
                losses.append(loss_of(parameters, x, y))
            numbers[place] = kept
            assert slopes[place] == pytest.approx((losses[0] - losses[1]) / 2e-5, abs=1e-7)
            checked += abs(slopes[place]) > 1e-6
    assert checked > 30


# ---------------------------------------------------------------- in the page


@pytest.fixture
def show(new_page, tmp_path):
    """A function that opens a page with one Lab in it and no kernel behind it."""

    def open_widget(width=1000, *, dark=False, **traits):
        file = tmp_path / "page.html"
        file.write_text(page_with(Lab(**traits)), "utf-8")
        scheme = "dark" if dark else "light"
        page = new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
        page.goto(file.as_uri())
        page.locator(".widget-host[data-state=ready]").wait_for()
        return page

    return open_widget


def press(page, name):
    page.get_by_role("button", name=name, exact=True).click()


def readout(page):
    return page.locator(".fn-readout dd").all_inner_texts()


def words(page):
    return page.inner_text(".fn-words")


def epoch(page):
    return int(readout(page)[0].replace(",", ""))


def wait_until_over(page, seconds=15):
    page.wait_for_function(f"{STRONG} !== 'Stop'", timeout=1000 * seconds)


def fill(page, label, value):
    field = page.get_by_label(f"{label}, exact value", exact=True)
    field.fill(str(value))
    field.press("Enter")


def say_no_nonsense(page):
    said = page.locator(".fn-explorable").evaluate(
        "node => node.innerText + [...node.querySelectorAll('*')]"
        ".flatMap(one => [...one.attributes].map(a => a.value)).join(' ')"
    )
    assert not re.search(r"NaN|Infinity|undefined|null|\[object", said)


@browser
def test_trains_in_the_page(show):
    page = show(speed="fast", epochs=30)
    assert page.get_by_label("It trains").is_hidden(), "a page offers Keras without a kernel"
    assert "2,410 numbers to learn, 45 steps an epoch" in words(page)
    assert readout(page) == ["0", "–", "–", "at rest"]
    press(page, "Train")
    wait_until_over(page)
    shown = readout(page)
    assert shown[0] == "30" and float(shown[1]) < 0.1 and float(shown[2].rstrip("%")) > 85
    assert "Done after 30 epochs." in words(page)
    for name in ("training", "validation"):
        line = page.locator(f"svg:not(.fn-lab-swatch) .fn-lab-{name}").first.get_attribute("d")
        assert line.count("L") == 30
    right = page.locator(".fn-lab-picture figcaption").all_inner_texts()
    assert len(right) == 12 and sum("✓" in text for text in right) >= 9
    say_no_nonsense(page)


@browser
def test_curves_grow_and_changes_are_marked(show):
    page = show(epochs=500, speed="steady")
    press(page, "Train")
    page.wait_for_function("document.querySelector('.fn-readout dd').textContent > 3")
    line = page.locator(".fn-plot .fn-lab-training").first
    short = len(line.get_attribute("d"))
    fill(page, "Learning rate", 0.02)
    fill(page, "Batch size", 100)
    page.wait_for_timeout(500)
    assert len(line.get_attribute("d")) > short
    marks = page.locator(".fn-plot").first.locator(".fn-lab-turn-name").all_text_contents()
    assert marks == ["rate 0.02", "batch 100"]
    press(page, "Stop")
    stopped = epoch(page)
    page.wait_for_timeout(300)
    assert epoch(page) == stopped and f"Stopped after {stopped} epochs." in words(page)
    press(page, "Go on")
    page.wait_for_timeout(500)
    assert epoch(page) > stopped
    press(page, "Reset")
    assert epoch(page) == 0 and page.inner_text(".fn-strong") == "Train"
    earlier = page.locator(".fn-lab-earlier li").all_inner_texts()
    assert len(earlier) == 1 and "rate 0.1, batch 32" in earlier[0] and "→ rate 0.02" in earlier[0]


@browser
def test_earlier_runs_stay_three_at_most_and_can_be_cleared(show):
    page = show(speed="fast", epochs=2)
    for rate in (0.01, 0.02, 0.03, 0.04, 0.05):
        fill(page, "Learning rate", rate)
        press(page, page.inner_text(".fn-strong"))
        wait_until_over(page)
    found = page.locator(".fn-lab-earlier li").all_inner_texts()
    assert [re.match(r"rate ([\d.]+)", text)[1] for text in found] == ["0.02", "0.03", "0.04"]
    assert page.locator(".fn-plot .fn-lab-old").count() == 6  # three in each of two plots
    press(page, "Clear earlier runs")
    assert page.locator(".fn-plot .fn-lab-old").count() == 0


@browser
def test_divergence_and_guessing_are_told_in_words(show):
    page = show(speed="fast", learning_rate=10, batch_size=1437, hidden=9, optimizer="momentum")
    press(page, "Train")
    wait_until_over(page)
    say_no_nonsense(page)
    assert re.search(r"Stuck at guessing|Diverged|Worse than guessing", words(page))
    press(page, "rate too small")
    wait_until_over(page)
    assert "Stuck at guessing: the loss stays near 2.30" in words(page)
    assert "larger learning rate" in words(page)
    press(page, "rate too large")
    wait_until_over(page)
    assert "smaller learning rate, as 0.4" in words(page)
    fill(page, "Learning rate", 0.1)  # the words are about the rate that failed
    assert "smaller learning rate, as 0.4" in words(page)


@browser
def test_an_explosion_stops_the_training(module):
    page = module(hidden=4, seed=1, optimizer="sgd")
    settings = {"learning_rate": 1e12, "batch_size": 1}
    page.evaluate("s => { for (let k = 0; k < 9; k += 1) module.advance(trainer, s); }", settings)
    assert page.evaluate("trainer.exploded")
    said = page.evaluate(
        "module.describe({ status: 'diverged', epoch: 1, rows: [] }, { learning_rate: 2 }, {})"
    )
    assert said["headline"] == "Diverged: the loss grew beyond all numbers in epoch 2."
    assert "choose a smaller learning rate, as 0.2" in said["detail"]


MOVES_WHILE_TRAINING = """() => new Promise((resolve) => {
  const [times, slider] = [[], document.querySelector("input[type=range]")];
  const next = () => {
    const start = performance.now();
    slider.value = 180 + times.length;
    slider.dispatchEvent(new Event("input", { bubbles: true }));
    queueMicrotask(() => queueMicrotask(() => times.push(performance.now() - start)));
    return times.length < 40 ? setTimeout(next, 20) : resolve(times);
  };
  next();
})"""


@pytest.mark.alone
@browser
def test_trains_ten_epochs_a_second_without_holding_the_page(show):
    page = show(speed="fast", epochs=500)
    press(page, "Train")
    page.wait_for_timeout(300)
    first, began = epoch(page), time.monotonic()
    page.wait_for_timeout(1500)
    rate = (epoch(page) - first) / (time.monotonic() - began)
    assert rate >= 10
    gap = quietest(lambda: np.median(page.evaluate(MOVES_WHILE_TRAINING)))
    assert gap < FRAME
    assert epoch(page) < 500, "the training was over before"


@browser
def test_by_keyboard_on_a_phone_in_the_dark(show):
    page = show(390, dark=True, speed="fast", epochs=5)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.get_by_label("Learning rate", exact=True).press("ArrowRight")
    assert "0.103" in words(page)
    page.get_by_role("button", name="Train", exact=True).press("Enter")
    wait_until_over(page)
    assert epoch(page) == 5
    page.wait_for_function("document.querySelector('.fn-unseen').textContent.includes('Done')")
    say_no_nonsense(page)


@browser
def test_new_structure_begins_anew_and_seeds_repeat(show):
    page = show(speed="fast", epochs=3)
    results = []
    for _ in range(2):
        press(page, page.inner_text(".fn-strong"))
        wait_until_over(page)
        results.append(readout(page)[:3])
    assert results[0] == results[1]
    fill(page, "Epochs", 5)
    press(page, "Go on")
    wait_until_over(page)
    assert epoch(page) == 5
    fill(page, "Hidden neurons", 5)
    assert epoch(page) == 0 and "385 numbers" in words(page)


# ---------------------------------------------------------------- JupyterLab, with a kernel


def write_notebook(path):
    code = "from firstnet.widgets.lab import Lab\nw0 = Lab(hidden=16, epochs=500)\nw0"
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    cells = [nbformat.v4.new_code_cell(code)]
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel}), path)


@pytest.fixture(scope="module")
def notebook(browser, tmp_path_factory):
    folder, before = tmp_path_factory.mktemp("training"), os.environ.get("FIRSTNET_DATA")
    os.environ["FIRSTNET_DATA"] = "embedded"
    try:
        with jupyterlab(folder) as address:
            write_notebook(folder / "work" / "explorables.ipynb")
            context = browser.new_context(viewport={"width": 1280, "height": 1000})
            yield Notebook(context.new_page(), address).open()
            context.close()
    finally:
        os.environ.pop("FIRSTNET_DATA")
        os.environ |= {} if before is None else {"FIRSTNET_DATA": before}


@pytest.mark.alone
@browser
def test_keras_trains_in_jupyterlab(notebook):
    page, widget = notebook.page, notebook.widget(0)
    choice = widget.get_by_label("It trains")
    choice.wait_for()
    choice.select_option("keras")
    widget.get_by_role("button", name="Train", exact=True).click()
    widget.get_by_text("!!! NOT MNIST").wait_for()
    page.wait_for_function("parseFloat(document.querySelector('.fn-readout dd').textContent) > 1")
    assert widget.locator(".fn-readout dd").nth(3).inner_text().endswith("left")
    assert widget.locator(".fn-grey").first.get_attribute("width") == "28"
    assert notebook.python("answer = w0._training.running()"), "the kernel is not free"
    notebook.python("answer = w0.train()")  # refused
    slider = widget.get_by_label("Learning rate", exact=True)
    slider.press("End")
    slider.press("PageDown")
    rate = "answer = [w0.learning_rate, w0._training.state['rate']]"
    wait_for(lambda: len(set(notebook.python(rate))) == 1 and notebook.python(rate)[0] > 1)
    began = time.monotonic()
    widget.get_by_role("button", name="Stop", exact=True).click()
    widget.get_by_role("button", name="Train anew", exact=True).wait_for()
    assert time.monotonic() - began < 1
    assert "Stopped after" in widget.locator(".fn-words").inner_text()
    assert not notebook.python("answer = w0._training.running()")


@pytest.mark.alone  # after the test before it, whose training it goes on from
@browser
def test_keras_starts_again_in_jupyterlab(notebook):
    page, widget = notebook.page, notebook.widget(0)
    notebook.python("w0.learning_rate, w0.epochs = 0.1, 2; answer = 0")
    widget.get_by_role("button", name="Train anew", exact=True).click()
    widget.get_by_text("Done after 2 epochs.").wait_for()
    assert widget.locator(".fn-lab-earlier li").count() == 1
    line = page.locator(".fn-plot .fn-lab-validation").first.get_attribute("d")
    assert line.count("L") == 1
    notebook.python("w0.epochs = 500; answer = 0")
    widget.get_by_role("button", name="Train anew", exact=True).click()
    wait_for(lambda: notebook.python("answer = w0._training.running()"))
    widget.get_by_label("It trains").select_option("page")
    wait_for(lambda: not notebook.python("answer = w0._training.running()"), 5)
    notebook.python("w0.speed, w0.epochs = 'fast', 3; answer = 0")
    widget.get_by_role("button", name="Train", exact=True).click()
    widget.get_by_text("Done after 3 epochs.").wait_for()
    assert "small digits, 8 × 8" in widget.inner_text()
