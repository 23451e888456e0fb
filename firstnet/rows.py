"""Rows with two inputs and a number as the target: the small table of the chapter on batches."""

import numpy as np

RULE = np.array([1.5, -1.0])  # the weights behind the targets


def noisy_rows(count, *, noise=0.7, seed):
    """Return inputs, shape (count, 2), and targets, shape (count,): RULE times inputs, and noise.

    The second input leans towards the first, so the loss over the two weights is a tilted bowl.
    `noise` is the standard deviation of what no weights can predict. Rounded to two decimals, so
    that a printed row is the whole row; the same seed gives the same rows.
    """
    random = np.random.default_rng(seed)
    first, second, shake = random.normal(size=(3, count))
    x = np.stack([first, 0.5 * first + 0.7 * second], axis=1).round(2)
    return x, (x @ RULE + noise * shake).round(2)
