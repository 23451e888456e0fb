"""The small table of rows that the chapter on batches reads."""

import numpy as np

from firstnet.rows import RULE, noisy_rows


def test_same_seed_same_rows():
    for one, same, other in zip(*(noisy_rows(20, seed=s) for s in (3, 3, 4)), strict=True):
        np.testing.assert_array_equal(one, same)
        assert not np.allclose(one, other)


def test_shapes_and_decimals():
    x, y = noisy_rows(7, seed=0)
    assert (x.shape, y.shape) == ((7, 2), (7,))
    np.testing.assert_array_equal(x, x.round(2))
    np.testing.assert_array_equal(y, y.round(2))


def test_without_noise_the_rule_is_found():
    x, y = noisy_rows(50, noise=0, seed=1)
    np.testing.assert_allclose(y, x @ RULE, atol=0.005 + 1e-12)


def test_noise_is_what_no_weights_predict():
    x, y = noisy_rows(20_000, noise=0.7, seed=2)
    found, *_ = np.linalg.lstsq(x, y, rcond=None)
    np.testing.assert_allclose(found, RULE, atol=0.03)
    assert abs((y - x @ found).std() - 0.7) < 0.01
    assert 0.5 < np.corrcoef(x.T)[0, 1] < 0.65
