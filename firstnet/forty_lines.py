"""A network that reads digits, in forty lines of NumPy: what `model.fit` does, with nothing hidden.

`x` are rows of inputs, shape (n, inputs), float32; `y` the digits, shape (n,). `parameters` is a
list with one pair for each layer: weights (inputs, outputs) and biases (outputs,). Hidden layers
have ReLU, the last has softmax, the loss is the mean cross-entropy, the steps are plain SGD.
"""

import numpy as np


def initial_parameters(sizes, seed):
    """Return weights between ±sqrt(6 / (inputs + outputs)) and biases 0, as Keras's Dense begins.

    `sizes` as (784, 128, 128, 10). Source: Glorot and Bengio (2010).
    """
    rng, parameters = np.random.default_rng(seed), []
    for inputs, outputs in zip(sizes[:-1], sizes[1:], strict=True):
        limit = np.sqrt(6 / (inputs + outputs))
        weights = rng.uniform(-limit, limit, (inputs, outputs)).astype("float32")
        parameters.append((weights, np.zeros(outputs, "float32")))
    return parameters


def forward(parameters, x):
    """Return the values of every layer, `x` first; the last are the probabilities, (n, classes)."""
    values = [x]
    for weights, biases in parameters[:-1]:
        values.append(np.maximum(values[-1] @ weights + biases, 0))
    weights, biases = parameters[-1]
    z = values[-1] @ weights + biases
    powers = np.exp(z - z.max(axis=1, keepdims=True))
    return [*values, powers / powers.sum(axis=1, keepdims=True)]


def gradients(parameters, x, y):
    """Return the slope of the mean loss for every parameter, in pairs like `parameters`."""
    *values, blame = forward(parameters, x)
    blame[np.arange(len(y)), y] -= 1
    blame /= np.float32(len(y))
    found = []
    for layer in reversed(range(len(parameters))):
        found.append((values[layer].T @ blame, blame.sum(axis=0)))
        if layer > 0:
            blame = blame @ parameters[layer][0].T * (values[layer] > 0)
    return found[::-1]


def train_epoch(parameters, x, y, *, learning_rate, batch_size, rng):
    """Go once through all rows in a new order; change the parameters in place."""
    order = rng.permutation(len(x))
    for start in range(0, len(x), batch_size):
        rows = order[start : start + batch_size]
        slopes = gradients(parameters, x[rows], y[rows])
        for pair, pair_slopes in zip(parameters, slopes, strict=True):
            for values, slope in zip(pair, pair_slopes, strict=True):
                values -= learning_rate * slope


def accuracy(parameters, x, y):
    """Return the share of rows whose most probable class is the right one."""
    return float((forward(parameters, x)[-1].argmax(axis=1) == y).mean())
