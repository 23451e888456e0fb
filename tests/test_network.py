"""The NumPy network against finite differences and TensorFlow, and the points it learns."""

import numpy as np
import pytest

from firstnet import network, points

# the first three numbers of the published mulberry32, run by Node for each seed
PUBLISHED = {
    0: [0.26642920868471265, 0.0003297457005828619, 0.2232720274478197],
    1: [0.6270739405881613, 0.002735721180215478, 0.5274470399599522],
    42: [0.6011037519201636, 0.44829055899754167, 0.8524657934904099],
    2**32 - 1: [0.8964226141106337, 0.189478256739676, 0.7156526781618595],
}
DATASETS = [points.clusters, points.xor, points.moons, points.circles, points.spirals]
each_activation = pytest.mark.parametrize("activation", network.ACTIVATIONS)
each_dataset = pytest.mark.parametrize("make", DATASETS, ids=lambda make: make.__name__)


def example(sizes=(2, 5, 4, 1), rows=30):
    x, y = points.xor(rows, noise=0.1, seed=0)
    parameters = network.initial_weights(sizes, 3)
    rng = np.random.default_rng(0)
    return [(w, b + rng.normal(0, 0.3, b.shape)) for w, b in parameters], x, y


def flat(pairs):
    return np.concatenate([array.ravel() for pair in pairs for array in pair])


def unflat(numbers, like):
    sizes = np.cumsum([array.size for pair in like for array in pair])[:-1]
    arrays = iter(np.split(numbers, sizes))
    return [tuple(next(arrays).reshape(array.shape) for array in pair) for pair in like]


def finite_differences(parameters, x, y, activation, tiny=1e-5):
    numbers, found = flat(parameters), []
    for shift in tiny * np.eye(len(numbers)):
        sides = [unflat(numbers + side * shift, parameters) for side in (1, -1)]
        high, low = (network.loss(side, x, y, activation) for side in sides)
        found.append((high - low) / (2 * tiny))
    return np.array(found)


def taped(parameters, x, y, activation):
    import tensorflow as tf

    layers = [[tf.Variable(array) for array in pair] for pair in parameters]
    bend = {"linear": tf.identity}.get(activation) or getattr(tf.nn, activation)
    with tf.GradientTape() as tape:
        a = tf.constant(x)
        for weights, biases in layers[:-1]:
            a = bend(a @ weights + biases)
        z = (a @ layers[-1][0] + layers[-1][1])[:, 0]
        loss = tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(labels=y, logits=z))
    return loss.numpy(), [[g.numpy() for g in pair] for pair in tape.gradient(loss, layers)]


@each_activation
def test_gradients_equal_finite_differences(activation):
    parameters, x, y = example()
    found = flat(network.gradients(parameters, x, y, activation))
    oracle = finite_differences(parameters, x, y, activation)
    np.testing.assert_allclose(found, oracle, rtol=1e-6, atol=1e-9)


@each_activation
def test_loss_and_gradients_equal_the_tape(activation):
    parameters, x, y = example(sizes=(2, 8, 8, 1))
    loss, slopes = taped(parameters, x, y, activation)
    assert network.loss(parameters, x, y, activation) == pytest.approx(loss, rel=1e-12)
    found = network.gradients(parameters, x, y, activation)
    np.testing.assert_allclose(flat(found), flat(slopes), rtol=1e-10, atol=1e-15)
    for pair, ours in zip(parameters, found, strict=True):
        assert [array.shape for array in pair] == [array.shape for array in ours]


def test_a_batch_gradient_is_the_mean_of_the_rows():
    parameters, x, y = example()
    rows = [flat(network.gradients(parameters, x[[k]], y[[k]], "tanh")) for k in range(len(x))]
    together = flat(network.gradients(parameters, x, y, "tanh"))
    np.testing.assert_allclose(together, np.mean(rows, axis=0), rtol=1e-12)


def test_loss_is_exact_and_finite_far_out():
    x, y = np.array([[1.0], [1.0]]), np.array([0.0, 1.0])
    far = [(np.array([[1e4]]), np.zeros(1))]
    assert network.loss(far, x, y, "tanh") == 5e3
    with np.errstate(all="raise"):
        slopes = network.gradients(far, x, y, "tanh")
    np.testing.assert_array_equal(slopes[0][0], [[0.5]])


@pytest.mark.parametrize("seed", PUBLISHED)
def test_random_numbers_are_the_published_ones(seed):
    draw = network.mulberry32(seed)
    assert [draw() for _ in range(3)] == PUBLISHED[seed]


def test_weights_are_drawn_row_by_row_within_glorots_limits():
    (first, _), (second, _) = network.initial_weights((2, 3, 1), 7)
    draw = network.mulberry32(7)
    limits = [np.sqrt(6 / 5)] * 6 + [np.sqrt(6 / 4)] * 3
    expected = [limit * (2 * draw() - 1) for limit in limits]
    np.testing.assert_array_equal([*first.ravel(), *second.ravel()], expected)
    assert all((b == 0).all() for _, b in network.initial_weights((2, 3, 1), 7))
    wide = network.initial_weights((100, 100), 0)[0][0]
    assert 0.99 * np.sqrt(6 / 200) < np.abs(wide).max() <= np.sqrt(6 / 200)


def test_shuffle_holds_every_row_once_and_spreads_them():
    assert sorted(network.shuffled(50, 1)) == list(range(50))
    assert network.shuffled(50, 1) == network.shuffled(50, 1) != network.shuffled(50, 2)
    firsts = [network.shuffled(4, seed)[0] for seed in range(2000)]
    assert np.abs(np.bincount(firsts) - 500).max() < 80
    assert network.shuffled(1, 0) == [0]


def test_training_is_sgd_in_shuffled_batches_with_a_remainder():
    parameters, x, y = example(rows=10)
    before = flat(parameters)
    options = {"activation": "tanh", "learning_rate": 0.3, "batch_size": 4, "seed": 5}
    trained, losses = network.train(parameters, x, y, epochs=2, **options)
    numbers, by_hand = before, []
    for epoch in range(2):
        order = network.shuffled(10, 5 + epoch)
        for rows in (order[:4], order[4:8], order[8:]):
            now = unflat(numbers, parameters)
            numbers = numbers - 0.3 * flat(network.gradients(now, x[rows], y[rows], "tanh"))
        by_hand.append(network.loss(unflat(numbers, parameters), x, y, "tanh"))
    np.testing.assert_allclose(flat(trained), numbers, rtol=1e-12)
    np.testing.assert_allclose(losses, by_hand, rtol=1e-12)
    np.testing.assert_array_equal(flat(parameters), before)


def test_it_learns_the_moons():
    x, y = points.moons(200, seed=0)
    options = {"activation": "tanh", "learning_rate": 0.5, "batch_size": 20, "epochs": 100}
    trained, losses = network.train(network.initial_weights((2, 8, 1), 0), x, y, seed=0, **options)
    assert losses[-1] < 0.05 < losses[0]
    assert np.mean((network.predict(trained, x, "tanh") > 0.5) == (y == 1)) > 0.98


def test_an_unknown_activation_is_named():
    parameters, x, _ = example()
    with pytest.raises(ValueError, match="no activation 'swish' here. Choose one of: tanh, relu"):
        network.forward(parameters, x, "swish")


@each_dataset
def test_points_have_their_shapes_and_follow_the_seed(make):
    x, y = make(101, seed=4)
    assert (x.shape, y.shape, x.dtype, y.dtype) == ((101, 2), (101,), np.float64, np.float64)
    assert sorted(np.unique(y)) == [0, 1]
    assert abs(np.sum(y) - 50.5) < 1
    again, other = make(101, seed=4)[0], make(101, seed=5)[0]
    np.testing.assert_array_equal(x, again)
    assert not np.array_equal(x, other)


@each_dataset
def test_noise_shakes_and_nothing_leaves_the_map(make):
    x, _ = make(500, noise=0, seed=0)
    assert np.abs(x).max() <= 3
    shaken, _ = make(500, noise=0.2, seed=0)
    assert np.std(shaken - x) == pytest.approx(0.2, rel=0.1)


def test_points_lie_where_their_class_does():
    x, y = points.xor(400, seed=0)
    np.testing.assert_array_equal(y == 1, x[:, 0] * x[:, 1] < 0)
    x, y = points.circles(400, seed=0)
    radius = np.hypot(*x.T)
    assert radius[y == 0].max() <= 1 < 1.9 <= radius[y == 1].min()
    x, y = points.clusters(400, seed=0)
    assert np.mean((x.sum(axis=1) > 0) == (y == 1)) > 0.99
    x, y = points.moons(400, noise=0, seed=0)
    centres = np.where(y[:, None] == 1, [0.85, 0.425], [-0.85, -0.425])
    np.testing.assert_allclose(np.hypot(*(x - centres).T), 1.7)
