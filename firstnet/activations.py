"""Activation functions in NumPy: what a neuron makes of its sum z, and how steep that is there.

Every function takes `z`, a number or an array of any shape, and returns float64 of the same shape.
Beside each stands its slope: the derivative by z at the same places. Where a curve has a kink or a
jump, at z = 0, the slope is the one that Keras takes. No size of `z` overflows.
"""

import math

import numpy as np

ERFC = np.vectorize(math.erfc, otypes=[float])


def step(z):
    """Return 0 below 0, else 1. Range: 0 and 1. Source: Rosenblatt, "The perceptron", 1958."""
    return np.heaviside(z, 1.0)


def step_slope(z):
    """Return 0: the step is flat on both sides of its jump."""
    return np.zeros(np.shape(z))


def linear(z, *, c=1.0):
    """Return c z. Range: every number. With c = 1 it passes the sum on."""
    return np.multiply(c, z, dtype=float)


def linear_slope(z, *, c=1.0):
    """Return c."""
    return np.full(np.shape(z), float(c))


def sigmoid(z):
    """Return 1 / (1 + exp(-z)), by way of its logarithm. Range: between 0 and 1.

    Source: Verhulst, "Recherches mathématiques sur la loi d'accroissement", 1845.
    """
    return np.exp(-np.logaddexp(0.0, np.negative(z)))


def sigmoid_slope(z):
    """Return sigmoid(z) (1 - sigmoid(z)), where 1 - sigmoid(z) = sigmoid(-z). At most 1/4."""
    return sigmoid(z) * sigmoid(np.negative(z))


def tanh(z):
    """Return (exp(z) - exp(-z)) / (exp(z) + exp(-z)). Range: between -1 and 1.

    Source: LeCun et al., "Efficient backprop", 1998, on why it beats the sigmoid inside a network.
    """
    return np.tanh(z, dtype=float)


def tanh_slope(z):
    """Return 1 - tanh(z)². At most 1."""
    return 1 - tanh(z) ** 2


def relu(z):
    """Return max(z, 0). Range: 0 and above.

    Source: Nair and Hinton, "Rectified linear units improve restricted Boltzmann machines", 2010.
    """
    return np.maximum(z, 0.0)


def relu_slope(z):
    """Return 1 above 0, else 0."""
    return np.heaviside(z, 0.0)


def leaky_relu(z, *, leak=0.01):
    """Return max(leak z, z), for a leak between 0 and 1. Range: every number.

    Source: Maas, Hannun and Ng, "Rectifier nonlinearities improve neural network acoustic
    models", 2013.
    """
    return np.maximum(np.multiply(leak, z), z)


def leaky_relu_slope(z, *, leak=0.01):
    """Return 1 above 0, else the leak."""
    return np.where(np.greater(z, 0), 1.0, leak)


def elu(z, *, alpha=1.0):
    """Return z above 0, else alpha (exp(z) - 1). Range: above -alpha.

    Source: Clevert, Unterthiner and Hochreiter, "Fast and accurate deep network learning by
    exponential linear units", 2015.
    """
    return np.maximum(z, 0.0) + alpha * np.expm1(np.minimum(z, 0.0))


def elu_slope(z, *, alpha=1.0):
    """Return 1 above 0, else alpha exp(z)."""
    return np.where(np.greater(z, 0), 1.0, alpha * np.exp(np.minimum(z, 0.0)))


def softplus(z):
    """Return ln(1 + exp(z)). Range: above 0.

    Source: Dugas et al., "Incorporating second-order functional knowledge for better option
    pricing", 2001.
    """
    return np.logaddexp(0.0, z)


def softplus_slope(z):
    """Return sigmoid(z)."""
    return sigmoid(z)


def silu(z):
    """Return z sigmoid(z), also called swish. Range: from about -0.2785.

    Source: Elfwing, Uchibe and Doya, "Sigmoid-weighted linear units", 2018.
    """
    return z * sigmoid(z)


def silu_slope(z):
    """Return sigmoid(z) (1 + z (1 - sigmoid(z)))."""
    return sigmoid(z) * (1 + z * sigmoid(np.negative(z)))


def normal_share(z):
    """Return Φ(z): the share of standard normal random numbers that lie below z."""
    return 0.5 * ERFC(np.divide(z, -math.sqrt(2)))


def gelu(z):
    """Return z Φ(z), exactly. Range: from about -0.17.

    Source: Hendrycks and Gimpel, "Gaussian error linear units", 2016.
    """
    return z * normal_share(z)


def gelu_slope(z):
    """Return Φ(z) + z exp(-z²/2) / √(2π)."""
    return normal_share(z) + z * np.exp(-0.5 * np.square(z)) / math.sqrt(2 * math.pi)


def gelu_by_tanh(z):
    """Return GELU as it is approximated with tanh, less than 0.0005 off. Source: as `gelu`."""
    inner = math.sqrt(2 / math.pi) * (z + 0.044715 * np.power(z, 3.0))
    return z * (1 + np.tanh(inner)) / 2


def softmax(z, *, temperature=1.0):
    """Return exp(z / t) divided by its sum over the last axis: shares that add up to 1.

    `z`: shape (..., classes); `temperature`: t, above 0. The largest z is taken away first, which
    changes no share. Source: Bridle, "Training stochastic model recognition algorithms", 1989.
    """
    if not temperature > 0:
        raise ValueError(f"The temperature must be above 0, and it is {temperature}.")
    powers = np.exp((z - np.max(z, axis=-1, keepdims=True)) / temperature)
    return powers / powers.sum(axis=-1, keepdims=True)


def softmax_slopes(z):
    """Return how fast share i changes with sum j: p_i (1 - p_i) if i = j, else -p_i p_j.

    `z`: shape (..., classes) gives shape (..., classes, classes). The temperature is 1.
    """
    p = softmax(z)
    return p[..., :, None] * (np.eye(p.shape[-1]) - p[..., None, :])


ACTIVATIONS = {
    "step": (step, step_slope),
    "linear": (linear, linear_slope),
    "sigmoid": (sigmoid, sigmoid_slope),
    "tanh": (tanh, tanh_slope),
    "ReLU": (relu, relu_slope),
    "Leaky ReLU": (leaky_relu, leaky_relu_slope),
    "ELU": (elu, elu_slope),
    "GELU": (gelu, gelu_slope),
    "SiLU": (silu, silu_slope),
    "softplus": (softplus, softplus_slope),
}
