"""The losses against Keras, against finite differences, and against the pencil."""

import numpy as np
import pytest

from firstnet import losses

RANDOM = np.random.default_rng(0)


def probabilities(*shape):
    return RANDOM.uniform(0.001, 0.999, shape)


def rows_of_one(*shape):
    rows = probabilities(*shape)
    return rows / rows.sum(axis=-1, keepdims=True)


def one_hot(rows, classes):
    return np.eye(classes)[RANDOM.integers(classes, size=rows)]


SQUARED = (losses.squared_error, losses.squared_error_gradient)
BINARY = (losses.binary_cross_entropy, losses.binary_cross_entropy_gradient)
CATEGORICAL = (losses.categorical_cross_entropy, losses.categorical_cross_entropy_gradient)
SOFTMAX = (losses.softmax_cross_entropy, losses.softmax_cross_entropy_gradient)
CASES = [
    (SQUARED, RANDOM.normal(size=(6, 4)), RANDOM.normal(size=(6, 4))),
    (BINARY, RANDOM.integers(2, size=(6, 4)).astype(float), probabilities(6, 4)),
    (CATEGORICAL, one_hot(6, 10), rows_of_one(6, 10)),
    (SOFTMAX, one_hot(6, 10), RANDOM.normal(scale=5, size=(6, 10))),
]
each_loss = pytest.mark.parametrize(
    ("pair", "target", "prediction"), CASES, ids=["squared", "binary", "categorical", "softmax"]
)


def keras_loss(pair):
    from keras import losses as theirs

    if pair is SOFTMAX:
        return lambda y, z: theirs.categorical_crossentropy(y, z, from_logits=True)
    named = {SQUARED: "mean_squared_error", BINARY: "binary_crossentropy"}
    return getattr(theirs, named.get(pair, "categorical_crossentropy"))


def slopes(loss, target, prediction, *, tiny=1e-6):
    found = np.zeros_like(prediction)
    for place in np.ndindex(prediction.shape):
        nudge = np.zeros_like(prediction)
        nudge[place] = tiny
        change = loss(target, prediction + nudge) - loss(target, prediction - nudge)
        found[place] = change[place[:-1]] / (2 * tiny)
    return found


@each_loss
def test_loss_equals_keras(pair, target, prediction):
    theirs = keras_loss(pair)(target, prediction)
    np.testing.assert_allclose(pair[0](target, prediction), theirs, rtol=1e-10)


@each_loss
def test_gradient_equals_finite_differences(pair, target, prediction):
    found = slopes(pair[0], target, prediction)
    np.testing.assert_allclose(pair[1](target, prediction), found, rtol=1e-4, atol=1e-7)


@each_loss
def test_gradient_equals_the_tape(pair, target, prediction):
    import tensorflow as tf

    given = tf.Variable(prediction)
    with tf.GradientTape() as tape:
        loss = keras_loss(pair)(target, given)
    taped = tape.gradient(loss, given).numpy()
    if pair is CATEGORICAL:
        taped = taped - 1  # Keras divides by the sum, which adds 1 to the slope of every class
    np.testing.assert_allclose(pair[1](target, prediction), taped, rtol=1e-8, atol=1e-12)


@each_loss
def test_shapes(pair, target, prediction):
    loss, gradient = pair
    assert loss(target, prediction).shape == (6,)
    assert gradient(target, prediction).shape == target.shape
    assert loss(target[0], prediction[0]) == pytest.approx(loss(target, prediction)[0])
    with pytest.raises(ValueError, match="need one shape"):
        loss(target, prediction[:, :-1])
    with pytest.raises(ValueError, match="need one shape"):
        gradient(1.0, 0.5)


def test_by_hand():
    assert losses.squared_error([1, 0, 1], [0.9, 0.2, 0.4]) == pytest.approx(0.41 / 3)
    hand = -(np.log(0.9) + np.log(0.8) + np.log(0.4)) / 3
    assert losses.binary_cross_entropy([1, 0, 1], [0.9, 0.2, 0.4]) == pytest.approx(hand)
    assert losses.categorical_cross_entropy([0, 1, 0], [0.1, 0.7, 0.2]) == pytest.approx(
        -np.log(0.7)
    )
    assert losses.softmax_cross_entropy(np.eye(10)[3], np.zeros(10)) == pytest.approx(np.log(10))


EXTREMES = np.array([0.0, 1e-300, 1e-8, 1 - 1e-9, 1.0])


@pytest.mark.parametrize("answer", [0.0, 1.0])
def test_binary_is_held_as_keras_holds_it(answer):
    import tensorflow as tf

    target, given = np.full((5, 1), answer), tf.Variable(EXTREMES[:, None])
    with tf.GradientTape() as tape:
        theirs = keras_loss(BINARY)(target, given)
    ours = losses.binary_cross_entropy(target, given.numpy())
    np.testing.assert_allclose(ours, theirs, rtol=1e-9)
    assert ours.max() == pytest.approx(-np.log(1e-7))
    slope = losses.binary_cross_entropy_gradient(target, given.numpy())
    np.testing.assert_array_equal(slope, tape.gradient(theirs, given).numpy())
    assert not slope.any()


def test_categorical_is_held_as_keras_holds_it():
    target, certain = np.eye(3)[[0, 1, 2]], np.eye(3)[[0, 0, 0]]
    ours = losses.categorical_cross_entropy(target, certain)
    np.testing.assert_allclose(ours, keras_loss(CATEGORICAL)(target, certain), rtol=1e-9)
    assert not losses.categorical_cross_entropy_gradient(target, certain).any()


def test_sums_of_any_size_give_numbers():
    target, z = np.eye(2)[[1, 0]], np.array([[1000.0, 0.0], [1000.0, 0.0]])
    with np.errstate(all="raise", under="ignore"):
        np.testing.assert_allclose(losses.softmax_cross_entropy(target, z), [1000, 0])
        slope = losses.softmax_cross_entropy_gradient(target, z)
    np.testing.assert_allclose(slope, [[1, -1], [0, 0]])
