"""Every activation against Keras, every slope against GradientTape and finite differences."""

import math

import numpy as np
import pytest

from firstnet import activations
from firstnet.activations import ACTIVATIONS

RNG = np.random.default_rng(2)
Z = np.concatenate(
    [np.linspace(-12, 12, 481), RNG.normal(0, 3, 200), [-1e6, -800, -40, 40, 800, 1e6]]
)
KERAS = {
    "linear": ("linear", {}, {}),
    "sigmoid": ("sigmoid", {}, {}),
    "tanh": ("tanh", {}, {}),
    "ReLU": ("relu", {}, {}),
    "Leaky ReLU": ("leaky_relu", {"leak": 0.2}, {}),
    "ELU": ("elu", {}, {}),
    "GELU": ("gelu", {}, {}),
    "SiLU": ("silu", {}, {}),
    "softplus": ("softplus", {}, {}),
}
PARAMETERS = [
    ("leaky_relu", {"leak": 0.01}, {"negative_slope": 0.01}),
    ("leaky_relu", {"leak": 0.3}, {"negative_slope": 0.3}),
    ("elu", {"alpha": 0.5}, {"alpha": 0.5}),
]
each = pytest.mark.parametrize("name", ACTIVATIONS)


def keras_function(name):
    import keras

    return getattr(keras.activations, name)


def close(found, expected, size):
    """Hold equality up to a millionth of the size of z: Keras keeps constants in float32."""
    assert np.all(np.abs(found - expected) <= 1e-6 * np.maximum(1, np.abs(size)))


@pytest.mark.parametrize("name", KERAS)
def test_value_equals_keras(name):
    keras_name, ours, theirs = KERAS[name]
    value = ACTIVATIONS[name][0](Z, **ours)
    close(value, np.asarray(keras_function(keras_name)(Z, **theirs)), Z)


@pytest.mark.parametrize("name", KERAS)
def test_slope_equals_the_tape(name):
    import tensorflow as tf

    keras_name, ours, theirs = KERAS[name]
    z = tf.Variable(Z)
    with tf.GradientTape() as tape:
        value = keras_function(keras_name)(z, **theirs)
    close(ACTIVATIONS[name][1](Z, **ours), tape.gradient(value, z).numpy(), 1)


@pytest.mark.parametrize(("name", "ours", "theirs"), PARAMETERS)
def test_parameters_mean_the_same_in_keras(name, ours, theirs):
    value = getattr(activations, name)(Z, **ours)
    close(value, keras_function(name)(Z, **theirs).numpy(), Z)


def test_step_equals_its_definition():
    assert activations.step([-1e9, -1e-300, 0.0, -0.0, 1e-300, 1e9]).tolist() == [0, 0, 1, 1, 1, 1]
    assert not activations.step_slope(Z).any()


def test_linear_has_a_constant_slope():
    assert activations.linear([1, -2], c=3).tolist() == [3, -6]
    assert activations.linear_slope([1, -2], c=3).tolist() == [3, 3]


@each
def test_slope_equals_finite_differences(name):
    function, slope = ACTIVATIONS[name]
    z = np.linspace(-9.005, 9.005, 700)  # never on a kink
    differences = (function(z + 1e-5) - function(z - 1e-5)) / 2e-5
    np.testing.assert_allclose(slope(z), differences, atol=1e-8)


@pytest.mark.parametrize("alpha", [0.25, 1.0, 2.0])
def test_elu_slope_follows_its_parameter(alpha):
    z = np.linspace(-5.005, 5.005, 300)
    high, low = (activations.elu(z + tiny, alpha=alpha) for tiny in (1e-5, -1e-5))
    np.testing.assert_allclose(
        activations.elu_slope(z, alpha=alpha), (high - low) / 2e-5, atol=1e-8
    )


@each
@pytest.mark.parametrize("shape", [(), (4,), (2, 3, 5)])
def test_shapes_stay_and_numbers_become_float64(name, shape):
    for function in ACTIVATIONS[name]:
        result = np.asarray(function(np.ones(shape, int)))
        assert (result.shape, result.dtype) == (shape, np.float64)


@each
def test_no_size_overflows(name):
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        for function in ACTIVATIONS[name]:
            assert np.isfinite(function(np.array([-1e100, -800.0, 0.0, 800.0, 1e100]))).all()


@pytest.mark.parametrize(
    ("name", "low", "high"),
    [
        ("step", 0, 1),
        ("sigmoid", 0, 1),
        ("tanh", -1, 1),
        ("ReLU", 0, math.inf),
        ("ELU", -1, math.inf),
        ("GELU", -0.17, math.inf),
        ("SiLU", -0.27846455, math.inf),
        ("softplus", 0, math.inf),
    ],
)
def test_range(name, low, high):
    value = ACTIVATIONS[name][0](np.linspace(-50, 50, 200_001))
    assert value.min() == pytest.approx(low, abs=5e-5 if name == "GELU" else 1e-8)
    assert value.max() == (pytest.approx(1) if high == 1 else pytest.approx(50))


def test_sigmoid_and_its_slope_keep_their_digits_far_out():
    assert activations.sigmoid(-700.0) == pytest.approx(math.exp(-700), rel=1e-10)
    assert activations.sigmoid_slope(10.0) == pytest.approx(4.539580773595e-5, rel=1e-10)
    assert activations.sigmoid_slope(40.0) == pytest.approx(math.exp(-40), rel=1e-10)
    assert activations.sigmoid_slope(Z).max() == 0.25


def test_gelu_exact_and_by_tanh():
    gelu = keras_function("gelu")
    close(activations.gelu_by_tanh(Z), gelu(Z, approximate=True).numpy(), Z)
    between = np.abs(activations.gelu(Z) - activations.gelu_by_tanh(Z))
    assert 4e-4 < between.max() < 5e-4
    assert activations.gelu(-10.0) == pytest.approx(-10 * 7.619853024160525e-24, rel=1e-9)


# ---------------------------------------------------------------- softmax


def test_softmax_of_the_article():
    shares = activations.softmax([0.4, 3.0, 2.2])
    np.testing.assert_allclose(shares, [0.04874866, 0.65633915, 0.29491219], atol=5e-9)
    assert shares.sum() == pytest.approx(1, abs=1e-15)


@pytest.mark.parametrize("scale", [1, 100, 1e4])
def test_softmax_equals_keras(scale):
    z = scale * RNG.normal(size=(50, 7))
    close(activations.softmax(z), keras_function("softmax")(z).numpy(), 1)


def test_softmax_of_one_level_shift_and_temperature():
    z = RNG.normal(size=(20, 3))
    np.testing.assert_allclose(activations.softmax(z + 1000), activations.softmax(z), atol=1e-12)
    hot = activations.softmax(z, temperature=4)
    np.testing.assert_allclose(hot, activations.softmax(z / 4), atol=1e-14)


def test_softmax_stands_the_extremes():
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        assert activations.softmax([1e300, 0.0, -1e300]).tolist() == [1, 0, 0]
        assert activations.softmax([5.0, 5.0], temperature=1e-9).tolist() == [0.5, 0.5]
        assert activations.softmax([1.0, 2.0], temperature=1e-6).tolist() == [0, 1]
    for temperature in (0, -1, math.nan):
        with pytest.raises(ValueError, match="temperature must be above 0"):
            activations.softmax([1.0, 2.0], temperature=temperature)


def test_softmax_slopes_equal_the_tape():
    import tensorflow as tf

    z = tf.Variable(RNG.normal(0, 3, size=(6, 4)))
    with tf.GradientTape() as tape:
        shares = tf.nn.softmax(z)
    expected = tape.batch_jacobian(shares, z).numpy()
    np.testing.assert_allclose(activations.softmax_slopes(z.numpy()), expected, atol=1e-12)


def test_softmax_of_two_is_the_sigmoid_of_their_difference():
    z = RNG.normal(0, 5, size=(30, 2))
    first = activations.softmax(z)[:, 0]
    np.testing.assert_allclose(first, activations.sigmoid(z[:, 0] - z[:, 1]), atol=1e-14)
