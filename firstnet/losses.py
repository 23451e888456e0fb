"""Losses and their gradients in NumPy: how wrong a prediction is, and which way to mend it.

Every loss takes the target first and the prediction second, arrays of one shape (..., n), and
returns shape (...): one number for each row. Its gradient takes the same two arrays and returns
shape (..., n): how fast that number changes with each prediction.
"""

import numpy as np

SMALLEST = 1e-7  # probabilities are held between this and 1 minus this, as Keras holds them


def _pair(target, prediction):
    """Return both as float64 arrays; raise ValueError in words unless their shapes are equal."""
    target, prediction = np.asarray(target, float), np.asarray(prediction, float)
    if target.shape != prediction.shape or target.ndim == 0:
        shapes = f"{target.shape} and {prediction.shape}"
        raise ValueError(f"Target and prediction need one shape (..., n); theirs are {shapes}.")
    return target, prediction


def _held(probability):
    """Return the probabilities held away from 0 and 1, and where nothing had to be held."""
    held = np.clip(probability, SMALLEST, 1 - SMALLEST)
    return held, held == probability


def squared_error(target, prediction):
    """Return the mean of (y - ŷ)² over the last axis: shape (..., n) twice gives shape (...).

    Source: Legendre, "Nouvelles méthodes pour la détermination des orbites des comètes", 1805.
    """
    target, prediction = _pair(target, prediction)
    return np.mean((target - prediction) ** 2, axis=-1)


def squared_error_gradient(target, prediction):
    """Return 2 (ŷ - y) / n, shape (..., n)."""
    target, prediction = _pair(target, prediction)
    return 2 * (prediction - target) / target.shape[-1]


def binary_cross_entropy(target, probability):
    """Return the mean of -(y ln p + (1 - y) ln(1 - p)) over the last axis, shape (...).

    `target`: each 0 or 1; `probability`: each 0 to 1. Where p is nearer than 1e-7 to 0 or 1 it is
    held there, so the loss never passes 16.1181. Source: Good, "Rational decisions", 1952.
    """
    target, probability = _pair(target, probability)
    p, _ = _held(probability)
    return -np.mean(target * np.log(p) + (1 - target) * np.log(1 - p), axis=-1)


def binary_cross_entropy_gradient(target, probability):
    """Return (p - y) / (p (1 - p)) / n, shape (..., n); 0 where p is held, for it is flat there."""
    target, probability = _pair(target, probability)
    p, free = _held(probability)
    return np.where(free, (p - target) / (p * (1 - p)), 0.0) / target.shape[-1]


def categorical_cross_entropy(target, probability):
    """Return -Σ y ln p over the last axis, the classes: shape (...).

    `target`: one-hot, or shares that add up to 1; `probability`: positive, adding up to 1 (Keras
    divides by their sum first). p is held between 1e-7 and 1 - 1e-7. Source: Good, 1952.
    """
    target, probability = _pair(target, probability)
    return -np.sum(target * np.log(_held(probability)[0]), axis=-1)


def categorical_cross_entropy_gradient(target, probability):
    """Return -y / p, shape (..., classes); 0 where p is held, for the loss is flat there."""
    target, probability = _pair(target, probability)
    p, free = _held(probability)
    return np.where(free, (0.0 - target) / p, 0.0)


def softmax_cross_entropy(target, z):
    """Return ln Σ exp z - Σ y z over the last axis: the cross-entropy of softmax(z), shape (...).

    `z`: the sums before softmax ("logits" in Keras), any size; `target`: adding up to 1. The
    largest z is taken away first, so that no exponential overflows and no logarithm meets 0.
    Source: Bridle, "Training stochastic model recognition algorithms as networks", 1989.
    """
    target, z = _pair(target, z)
    z = z - z.max(axis=-1, keepdims=True)
    return np.log(np.exp(z).sum(axis=-1)) - np.sum(target * z, axis=-1)


def softmax_cross_entropy_gradient(target, z):
    """Return softmax(z) - y, shape (..., classes)."""
    target, z = _pair(target, z)
    powers = np.exp(z - z.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True) - target
