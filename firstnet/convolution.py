"""Convolution and pooling in NumPy: a window moves over a picture, and each place gives a number.

What networks call a convolution is, to a mathematician, a cross-correlation: the kernel is laid on
the picture as it stands, and is not turned by half a turn first. Keras does the same.

A picture is an array (height, width), or (height, width, channels); results are float64. Rows and
columns that no window reaches are left out, as Keras leaves them out with padding="valid".
"""

import numpy as np


def output_size(n, kernel, stride=1, padding=0):
    """Return in how many places a kernel can stand: floor((n + 2 padding - kernel) / stride) + 1.

    `n`: rows (or columns) of the picture; `kernel`: rows of the kernel; `stride`: rows from one
    place to the next; `padding`: rows of zeros put on either side. Raises ValueError if it never
    fits. Source: Dumoulin and Visin, "A guide to convolution arithmetic for deep learning", 2016.
    """
    _check_whole(least=1, n=n, kernel=kernel, stride=stride)
    _check_whole(least=0, padding=padding)
    if kernel > n + 2 * padding:
        raise ValueError(
            f"A window of {kernel} does not fit into {n + 2 * padding} rows or columns."
        )
    return (n + 2 * padding - kernel) // stride + 1


def convolve(image, kernel, *, stride=1, padding=0, bias=0.0):
    """Return at each place the sum of the products of kernel and picture, plus the bias.

    `image`: (height, width); `kernel`: (rows, columns); the result is 2-D too. `padding` zeros are
    put on all four sides. (Keras's padding="same" is padding 1 for a 3 × 3 kernel and stride 1;
    with stride 2 Keras puts the zeros of an even picture below and on the right only.)
    """
    image, kernel = _table(image, "image", 2), _table(kernel, "kernel", 2)
    views = windows(_framed(image, padding), kernel.shape, stride=stride)
    return (views * kernel).sum(axis=(2, 3)) + bias


def convolve_channels(image, kernels, *, stride=1, padding=0, bias=0.0):
    """Return what a Conv2D layer makes of a picture: one map for each of its kernels.

    `image`: (height, width, channels); `kernels`: (rows, columns, channels, maps), as Keras keeps
    them; `bias`: a number or one for each map. The result is (height, width, maps).
    """
    image, kernels = _table(image, "image", 3), _table(kernels, "kernels", 4)
    if image.shape[2] != kernels.shape[2]:
        read = f"{image.shape[2]} channels, and the kernels read {kernels.shape[2]}"
        raise ValueError(f"The image has {read}.")
    views = windows(_framed(image, padding), kernels.shape[:2], stride=stride)
    return np.einsum("ijcrs,rscm->ijm", views, kernels) + bias


def max_pool(image, size=2, stride=None):
    """Return the largest number of each size × size window; `stride` is `size` unless given.

    A picture with channels is pooled channel by channel. Source: Weng, Ahuja and Huang,
    "Cresceptron", 1992.
    """
    return _pooling_windows(image, size, stride).max(axis=(-2, -1))


def average_pool(image, size=2, stride=None):
    """Return the mean of each size × size window; `stride` is `size` unless given.

    Source: LeCun et al., "Handwritten digit recognition with a back-propagation network", 1989.
    """
    return _pooling_windows(image, size, stride).mean(axis=(-2, -1))


def windows(image, size, *, stride=1):
    """Return a view of every window: (places down, places across, [channels,] rows, columns).

    `image`: (height, width) or (height, width, channels); `size`: (rows, columns).
    """
    for n, kernel in zip(image.shape, size, strict=False):
        output_size(n, kernel, stride)
    views = np.lib.stride_tricks.sliding_window_view(image, size, axis=(0, 1))
    return views[::stride, ::stride]


def _pooling_windows(image, size, stride):
    image = _table(image, "image", 2, 3)
    _check_whole(least=1, size=size)
    return windows(image, (size, size), stride=size if stride is None else stride)


def _table(values, name, *dimensions):
    values = np.asarray(values, float)
    if values.ndim not in dimensions or values.size == 0:
        wanted = " or ".join(f"{number}-D" for number in dimensions)
        raise ValueError(f"The {name} must be {wanted}, with numbers in it: {values.shape}.")
    return values


def _framed(image, padding):
    _check_whole(least=0, padding=padding)
    sides = [(padding, padding)] * 2 + [(0, 0)] * (image.ndim - 2)
    return np.pad(image, sides)


def _check_whole(*, least, **numbers):
    for name, number in numbers.items():
        if isinstance(number, bool) or not isinstance(number, int | np.integer) or number < least:
            raise ValueError(f"{name} must be a whole number from {least} on, and it is {number}.")
