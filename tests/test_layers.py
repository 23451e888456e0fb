"""The layers in plain JavaScript give what Keras gives, on random input and random weights."""

import base64
import json
import re

import numpy as np
import pytest

from firstnet import models
from firstnet.widgets._base import SHARED

HELPERS = [SHARED.with_name(f"_{name}.js").read_text("utf-8") for name in ("shared", "digits")]
LAYERS = SHARED.with_name("_layers.js").read_text("utf-8")
NAMES = "tensor, relu, softmax, dense, convolve, maxPool, flatten, runLayer, runLayers"
EXPORTS = f"export {{ {NAMES}, withWeights, ARCHITECTURES, halvesOf, floatsOf }};"
PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Layers</title>
<script type="module">
const source = SOURCE;
window.module = await import(URL.createObjectURL(new Blob([source], {type: "text/javascript"})));
const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
window.view = (text) => new DataView(bytes(text).buffer);
window.floats = (text) => new Float32Array(bytes(text).buffer);
window.run = (layers, {shape, values}) => {
  const unpacked = layers.map((layer) => ({
    ...layer, ...(layer.kernel && {kernel: floats(layer.kernel), bias: floats(layer.bias)}),
  }));
  const outputs = module.runLayers(unpacked, module.tensor(shape, floats(values)));
  return outputs.map(({shape, values}) => ({shape, values: Array.from(values)}));
};
window.ready = true;
</script></html>"""

pytestmark = pytest.mark.browser


@pytest.fixture
def layers_page(new_page, tmp_path):
    """A page that holds the layers and no explorable."""
    source = "\n".join([*HELPERS, LAYERS, EXPORTS])
    (tmp_path / "page.html").write_text(PAGE.replace("SOURCE", json.dumps(source)), "utf-8")
    page = new_page()
    page.goto((tmp_path / "page.html").as_uri())
    page.wait_for_function("window.ready", timeout=10_000)
    return page


def packed(array, dtype="<f4"):
    return base64.b64encode(np.ascontiguousarray(array, dtype).tobytes()).decode()


def tensor(array):
    return {"shape": list(array.shape), "values": packed(array)}


def weighted(kind, kernel, bias, activation):
    shape = list(kernel.shape)
    arrays = {"kernel": packed(kernel), "bias": packed(bias)}
    return {"kind": kind, "shape": shape, "activation": activation, **arrays}


def in_page(page, layers, x):
    """Return what each layer gives for one input, as arrays."""
    found = page.evaluate("([layers, x]) => run(layers, x)", [layers, tensor(x)])
    return [np.array(one["values"]).reshape(one["shape"]) for one in found]


def in_keras(layer, x, weights=()):
    """Return what a Keras layer with these weights gives for one input."""
    layer.build((None, *x.shape))
    layer.set_weights(list(weights))
    return np.array(layer(x[None])[0])


def agree(found, expected, *, within=1e-5):
    assert [one.shape for one in found] == [expected.shape]
    np.testing.assert_allclose(found[0], expected, rtol=within, atol=within)


# ---------------------------------------------------------------- one layer


@pytest.mark.parametrize(
    ("shape", "kernel", "filters", "activation"),
    [
        ((5, 5, 1), (3, 3), 1, "linear"),
        ((9, 7, 3), (3, 3), 5, "relu"),
        ((6, 8, 4), (2, 5), 3, "linear"),  # neither side is the other
        ((3, 3, 2), (3, 3), 4, "relu"),  # one place
        ((7, 4, 2), (1, 1), 6, "relu"),
    ],
)
def test_a_convolution_is_that_of_keras(layers_page, shape, kernel, filters, activation):
    from keras import layers

    rng = np.random.default_rng(0)
    x = rng.normal(size=shape).astype("float32")
    x[rng.random(shape) < 0.4] = 0  # the page leaves out what is 0
    weights = [rng.normal(size=(*kernel, shape[2], filters)), rng.normal(size=filters)]
    ours = weighted("convolve", *weights, activation)
    theirs = layers.Conv2D(filters, kernel, activation=activation)
    agree(in_page(layers_page, [ours], x), in_keras(theirs, x, weights))


@pytest.mark.parametrize(
    ("padding", "sides", "kernel", "strides"),
    [
        ("valid", (9, 7), (3, 3), (2, 2)),
        ("valid", (5, 6), (5, 4), (3, 1)),
        ("same", (9, 7), (3, 3), (2, 2)),
        ("same", (8, 8), (3, 2), (1, 2)),
        ("same", (5, 6), (5, 4), (3, 1)),
        ("same", (2, 2), (3, 3), (1, 1)),  # the kernel is larger than the maps
    ],
)
def test_strides_and_padding_are_those_of_keras(layers_page, padding, sides, kernel, strides):
    from keras import layers

    rng = np.random.default_rng(6)
    x = rng.normal(size=(*sides, 3)).astype("float32")
    steps = {"strides": list(strides), "padding": padding}
    weights = [rng.normal(size=(*kernel, 3, 4)), rng.normal(size=4)]
    ours = weighted("convolve", *weights, "linear") | steps
    agree(in_page(layers_page, [ours], x), in_keras(layers.Conv2D(4, kernel, **steps), x, weights))
    pool = {"kind": "maxPool", "shape": list(kernel)} | steps
    agree(
        in_page(layers_page, [pool], x), in_keras(layers.MaxPooling2D(kernel, **steps), x), within=0
    )


def test_whole_numbers_are_summed_exactly(layers_page):
    rng = np.random.default_rng(7)
    x, kernel = rng.integers(0, 256, 9999), rng.integers(60, 128, (9999, 1))  # sums above 2 ** 24
    found = layers_page.evaluate(
        """([values, kernel]) => {
          const layer = {kernel: floats(kernel), bias: new Int32Array([7])};
          return module.dense({values: floats(values)}, layer).values[0];
        }""",
        [packed(x), packed(kernel)],
    )
    assert found == 7 + (x @ kernel)[0]


@pytest.mark.parametrize("activation", ["linear", "relu", "softmax"])
def test_a_dense_layer_is_that_of_keras(layers_page, activation):
    from keras import layers

    rng = np.random.default_rng(1)
    x = rng.normal(size=50).astype("float32") * (rng.random(50) < 0.5)
    weights = [rng.normal(size=(50, 12)), rng.normal(size=12)]
    ours = weighted("dense", *weights, activation)
    expected = in_keras(layers.Dense(12, activation=activation), x, weights)
    agree(in_page(layers_page, [ours], x), expected)


@pytest.mark.parametrize(("shape", "size"), [((26, 26, 3), 2), ((11, 7, 4), 2), ((9, 10, 2), 3)])
def test_pooling_is_that_of_keras(layers_page, shape, size):
    from keras import layers

    x = np.random.default_rng(2).normal(size=shape).astype("float32")  # negative numbers too
    found = in_page(layers_page, [{"kind": "maxPool", "size": size}], x)
    agree(found, in_keras(layers.MaxPooling2D(size), x), within=0)


def test_flattening_is_that_of_keras(layers_page):
    from keras import layers

    x = np.random.default_rng(3).normal(size=(5, 4, 3)).astype("float32")
    agree(in_page(layers_page, [{"kind": "flatten"}], x), in_keras(layers.Flatten(), x), within=0)


@pytest.mark.parametrize("sums", [[1000, 0, -1000], [0, 0, 0], [-3e38, -3e38, 1], [88, 89, 90]])
def test_softmax_survives_large_sums(layers_page, sums):
    found = layers_page.evaluate("s => Array.from(module.softmax(Float32Array.from(s)))", sums)
    exact = np.exp(np.array(sums, float) - max(sums))
    np.testing.assert_allclose(found, exact / exact.sum(), atol=1e-6)
    assert sum(found) == pytest.approx(1, abs=1e-6)


def test_layers_leave_what_they_are_given(layers_page):
    changed = layers_page.evaluate(
        """() => {
          const x = module.tensor([4, 4, 1], Float32Array.from({length: 16}, (_, n) => n - 8));
          const layer = {kind: "convolve", shape: [3, 3, 1, 2], activation: "relu",
            kernel: new Float32Array(18).fill(-1), bias: new Float32Array([-5, 5])};
          const before = JSON.stringify([[...x.values], [...layer.kernel], [...layer.bias]]);
          const chain = [layer, {kind: "maxPool", size: 2}, {kind: "flatten"}];
          const [first] = module.runLayers(chain, x);
          const kept = [...first.values];
          module.runLayers(chain, x);
          return before !== JSON.stringify([[...x.values], [...layer.kernel], [...layer.bias]])
            || JSON.stringify(kept) !== JSON.stringify([...first.values]);
        }"""
    )
    assert changed is False


# ---------------------------------------------------------------- whole networks


def weights_for(name, kind):
    """Return the shipped weights, or random ones that let numbers through every layer."""
    shipped = models.weights(name)
    rng = np.random.default_rng(4)
    scale = lambda array: np.sqrt(2 / max(1, np.prod(array.shape[:-1])))  # noqa: E731
    random = [rng.normal(size=one.shape).astype("float32") * scale(one) for one in shipped]
    return shipped if kind == "shipped" else random


@pytest.mark.parametrize("kind", ["shipped", "random"])
@pytest.mark.parametrize("name", ["mlp", "cnn"])
def test_whole_networks_give_what_keras_gives(layers_page, name, kind):
    weights = weights_for(name, kind)
    model = models.keras_model(name)
    model.set_weights(weights)
    x = np.random.default_rng(5).random((6, *models.INPUTS[name]), dtype="float32")
    x[:, : 200 if name == "mlp" else 9] = 0
    found = layers_page.evaluate(
        """([name, weights, rows, shape]) => {
          const layers = module.withWeights(module.ARCHITECTURES[name], floats(weights));
          const input = (row) => module.tensor(shape, floats(row));
          const answer = (row) => module.runLayers(layers, input(row)).at(-1).values;
          return rows.map((row) => Array.from(answer(row)));
        }""",
        [
            name,
            packed(np.concatenate([one.ravel() for one in weights])),
            [packed(one) for one in x],
            list(models.INPUTS[name]),
        ],
    )
    np.testing.assert_allclose(found, model.predict(x, verbose=0), atol=1e-5)


def test_every_stage_of_the_cnn_has_its_shape(layers_page):
    shapes = layers_page.evaluate(
        """() => {
          const layers = module.withWeights(module.ARCHITECTURES.cnn, new Float32Array(34826));
          return module.runLayers(layers, module.tensor([28, 28, 1])).map((one) => one.shape);
        }"""
    )
    assert shapes == [[26, 26, 32], [13, 13, 32], [11, 11, 64], [5, 5, 64], [1600], [10]]


@pytest.mark.parametrize("length", [34_825, 34_827, 0])
def test_too_few_or_too_many_weights_are_refused_in_words(layers_page, length):
    said = layers_page.evaluate(
        """(length) => {
          try { module.withWeights(module.ARCHITECTURES.cnn, new Float32Array(length)); return ""; }
          catch (error) { return error.message; }
        }""",
        length,
    )
    assert said == f"These layers have 34826 weights, not {length}."


# ---------------------------------------------------------------- numbers as bytes, and the file


def test_every_float16_is_read_exactly(layers_page):
    bits = np.arange(2**16, dtype="<u2")
    halves = bits.view("<f2")
    bits = bits[np.isfinite(halves)]
    found = layers_page.evaluate(
        "text => Array.from(module.halvesOf(view(text)))", packed(bits, "<u2")
    )
    np.testing.assert_array_equal(found, bits.view("<f2").astype(float))


def test_the_layers_touch_no_page():
    code = re.sub(r"//.*|/\*[\s\S]*?\*/", "", LAYERS)
    assert not re.search(r"\b(document|window|html|svg|import|export|performance)\b", code)
