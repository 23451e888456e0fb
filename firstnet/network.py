"""A whole network in NumPy: forward, loss, backpropagation, training.

One vocabulary throughout. `x` are the inputs, shape (n, inputs), one row for each example; `y` the
targets, shape (n,), each 0 or 1. `parameters` is a list with one pair for each layer: the weights,
shape (inputs, outputs), and the biases, shape (outputs,). All numbers are float64. The hidden
neurons bend their sums with `activation`; the one output neuron has a sigmoid.
"""

import numpy as np


def sigmoid(z):
    """Return 1 / (1 + exp(-z)), written with tanh so that no size of `z` overflows."""
    return 0.5 * (1 + np.tanh(0.5 * z))


# each activation, and its slope written with the activation's own value a = f(z)
ACTIVATIONS = {
    "tanh": (np.tanh, lambda a: 1 - a * a),
    "relu": (lambda z: np.maximum(z, 0), lambda a: (a > 0) * 1.0),
    "sigmoid": (sigmoid, lambda a: a * (1 - a)),
    "linear": (lambda z: z, lambda a: np.ones_like(a)),
}


def find_activation(name):
    """Return the function and the slope of an activation; raises ValueError for another name."""
    if name not in ACTIVATIONS:
        names = ", ".join(ACTIVATIONS)
        raise ValueError(f"There is no activation {name!r} here. Choose one of: {names}.")
    return ACTIVATIONS[name]


def mulberry32(seed):
    """Return a function that gives random numbers from 0 up to 1, the same for the same seed.

    The explorables draw the same numbers in the page, bit for bit. Source: Tommy Ettinger's
    mulberry32, a generator with 32 bits of state; good for lessons, not for secrets.
    """
    whole, state = 0xFFFFFFFF, seed & 0xFFFFFFFF

    def draw():
        nonlocal state
        state = (state + 0x6D2B79F5) & whole
        mixed = (state ^ state >> 15) * (state | 1) & whole
        mixed ^= mixed + ((mixed ^ mixed >> 7) * (mixed | 61) & whole) & whole
        return (mixed ^ mixed >> 14) / 2**32

    return draw


def initial_weights(sizes, seed):
    """Return the parameters of a fresh network, as (2, 8, 1): inputs, hidden neurons, output.

    Each weight is drawn between plus and minus sqrt(6 / (inputs + outputs)), layer by layer and
    row by row; each bias is 0. Source: Glorot and Bengio (2010).
    """
    draw, parameters = mulberry32(seed), []
    for inputs, outputs in zip(sizes[:-1], sizes[1:], strict=True):
        limit = np.sqrt(6 / (inputs + outputs))
        numbers = [limit * (2 * draw() - 1) for _ in range(inputs * outputs)]
        parameters.append((np.array(numbers).reshape(inputs, outputs), np.zeros(outputs)))
    return parameters


def forward(parameters, x, activation):
    """Return the values of every layer, a list: `x` first, last the output's sum z, shape (n, 1).

    Keeping them all is what makes the way back cheap.
    """
    bend, _ = find_activation(activation)
    values = [x]
    for weights, biases in parameters[:-1]:
        values.append(bend(values[-1] @ weights + biases))
    weights, biases = parameters[-1]
    return [*values, values[-1] @ weights + biases]


def predict(parameters, x, activation):
    """Return the prediction for each row: the probability of target 1, shape (n,)."""
    return sigmoid(forward(parameters, x, activation)[-1])[:, 0]


def loss(parameters, x, y, activation):
    """Return the mean binary cross-entropy over the rows, from z so that no log is of 0."""
    z = forward(parameters, x, activation)[-1][:, 0]
    return np.mean(np.maximum(z, 0) - z * y + np.log1p(np.exp(-np.abs(z))))


def gradients(parameters, x, y, activation):
    """Return the slope of the loss for every parameter, in pairs and shapes like `parameters`."""
    _, slope = find_activation(activation)
    *values, z = forward(parameters, x, activation)
    blame = (sigmoid(z) - y[:, None]) / len(x)  # (n, 1)
    found = []
    for layer in reversed(range(len(parameters))):
        found.append((values[layer].T @ blame, blame.sum(axis=0)))
        if layer > 0:
            blame = blame @ parameters[layer][0].T * slope(values[layer])
    return found[::-1]


def step(parameters, slopes, learning_rate):
    """Return the parameters after one step of gradient descent."""
    return [
        (weights - learning_rate * weights_slope, biases - learning_rate * biases_slope)
        for (weights, biases), (weights_slope, biases_slope) in zip(parameters, slopes, strict=True)
    ]


def shuffled(count, seed):
    """Return the row numbers 0 to count - 1 in random order: Fisher and Yates' shuffle."""
    draw, order = mulberry32(seed), list(range(count))
    for last in range(count - 1, 0, -1):
        chosen = int(draw() * (last + 1))
        order[last], order[chosen] = order[chosen], order[last]
    return order


def train(parameters, x, y, *, activation, learning_rate, batch_size, epochs, seed):
    """Train by plain stochastic gradient descent; return the parameters and the losses.

    Each epoch goes once through all rows in a new order, `batch_size` rows to a step; the last
    batch holds what is left over. The losses, one for each epoch, are over all rows at its end.
    """
    losses = []
    for epoch in range(epochs):
        order = shuffled(len(x), seed + epoch)
        for start in range(0, len(x), batch_size):
            rows = order[start : start + batch_size]
            slopes = gradients(parameters, x[rows], y[rows], activation)
            parameters = step(parameters, slopes, learning_rate)
        losses.append(float(loss(parameters, x, y, activation)))
    return parameters, losses
