"""Convolution and pooling in NumPy: against Keras, SciPy, a loop, and what is refused."""

import numpy as np
import pytest

from firstnet.convolution import (
    average_pool,
    convolve,
    convolve_channels,
    max_pool,
    output_size,
    windows,
)

PICTURE = np.random.default_rng(0).integers(0, 256, (9, 11), np.uint8)
KERNELS = [(3, 3), (1, 1), (2, 4), (9, 11)]


@pytest.fixture
def rng():
    return np.random.default_rng(1)


def in_keras(layer, x):
    """Return what a Keras layer makes of one picture, (height, width, channels)."""
    return np.array(layer(x[None].astype("float32")))[0]


def conv2d(kernels, bias, **options):
    """Return a Conv2D layer with these weights, (rows, columns, channels, maps)."""
    from keras import layers

    layer = layers.Conv2D(kernels.shape[3], kernels.shape[:2], **options)
    layer.build((None, None, None, kernels.shape[2]))
    layer.set_weights([kernels, bias])
    return layer


# ---------------------------------------------------------------- convolution


@pytest.mark.parametrize("shape", KERNELS)
def test_a_convolution_is_scipys_correlation(rng, shape):
    from scipy.signal import correlate2d

    kernel = rng.normal(size=shape)
    expected = correlate2d(PICTURE, kernel, mode="valid")
    np.testing.assert_allclose(convolve(PICTURE, kernel), expected, atol=1e-9)
    full = correlate2d(PICTURE, np.ones((3, 3)), mode="full")
    np.testing.assert_allclose(convolve(PICTURE, np.ones((3, 3)), padding=2), full)


def test_it_is_a_mathematicians_convolution_with_the_kernel_turned(rng):
    from scipy.signal import convolve2d

    kernel = rng.normal(size=(3, 3))
    turned = convolve2d(PICTURE, kernel[::-1, ::-1], mode="valid")
    np.testing.assert_allclose(convolve(PICTURE, kernel), turned)
    assert not np.allclose(convolve(PICTURE, kernel), convolve2d(PICTURE, kernel, mode="valid"))


@pytest.mark.parametrize("shape", KERNELS[:3])
@pytest.mark.parametrize("stride", [1, 2, 3])
def test_a_convolution_is_that_of_keras(rng, shape, stride):
    kernel = rng.normal(size=shape)
    layer = conv2d(kernel[:, :, None, None], np.array([0.25]), strides=stride)
    found = convolve(PICTURE / 255, kernel, stride=stride, bias=0.25)
    np.testing.assert_allclose(found, in_keras(layer, PICTURE[..., None] / 255)[..., 0], atol=1e-5)


@pytest.mark.parametrize("shape", [(9, 11), (8, 10)])
def test_same_in_keras_is_padding_1_with_stride_1(rng, shape):
    picture, kernel = rng.normal(size=shape), rng.normal(size=(3, 3))
    layer = conv2d(kernel[:, :, None, None], np.zeros(1), padding="same")
    found = convolve(picture, kernel, padding=1)
    assert found.shape == shape
    np.testing.assert_allclose(found, in_keras(layer, picture[..., None])[..., 0], atol=1e-5)


def test_with_stride_2_keras_puts_the_zeros_of_an_even_picture_below_and_on_the_right(rng):
    picture, kernel = rng.normal(size=(8, 10)), rng.normal(size=(3, 3))
    layer = conv2d(kernel[:, :, None, None], np.zeros(1), padding="same", strides=2)
    theirs = in_keras(layer, picture[..., None])[..., 0]
    ours = convolve(np.pad(picture, ((0, 1), (0, 1))), kernel, stride=2)
    np.testing.assert_allclose(ours, theirs, atol=1e-5)
    assert convolve(picture, kernel, stride=2, padding=1).shape == theirs.shape
    assert not np.allclose(convolve(picture, kernel, stride=2, padding=1), theirs, atol=1e-5)


def test_whole_numbers_do_not_overflow():
    kernel = np.full((3, 3), 3, np.uint8)
    found = convolve(np.full((3, 3), 255, np.uint8), kernel, bias=-1)
    np.testing.assert_array_equal(found, [[9 * 3 * 255 - 1]])
    assert average_pool(np.full((2, 2), 255, np.uint8)) == 255


def test_numbers_by_hand():
    image = [[0, 0, 2, 3], [0, 1, 3, 2], [0, 1, 3, 1], [1, 2, 2, 0]]
    right = [[-1, 0, 1]] * 3
    np.testing.assert_array_equal(convolve(image, right), [[8, 4], [7, -1]])
    np.testing.assert_array_equal(max_pool(image), [[1, 3], [2, 3]])
    np.testing.assert_array_equal(average_pool(image), [[0.25, 2.5], [1, 1.5]])


@pytest.mark.parametrize(("stride", "padding"), [(1, 0), (2, 0), (3, 2)])
def test_channels_are_those_of_keras(rng, stride, padding):
    image, kernels = rng.normal(size=(8, 9, 3)), rng.normal(size=(3, 2, 3, 5))
    bias = rng.normal(size=5)
    found = convolve_channels(image, kernels, stride=stride, padding=padding, bias=bias)
    padded = np.pad(image, ((padding, padding), (padding, padding), (0, 0)))
    layer = conv2d(kernels, bias, strides=stride)
    np.testing.assert_allclose(found, in_keras(layer, padded), atol=1e-5)


def test_one_channel_and_one_map_are_the_plain_convolution(rng):
    kernel = rng.normal(size=(3, 3))
    found = convolve_channels(PICTURE[..., None], kernel[:, :, None, None], padding=1, bias=2)
    np.testing.assert_allclose(found[..., 0], convolve(PICTURE, kernel, padding=1, bias=2))


# ---------------------------------------------------------------- pooling


@pytest.mark.parametrize("side", [4, 7, 13, 26])
@pytest.mark.parametrize(("size", "stride"), [(2, None), (3, None), (2, 1), (3, 2), (2, 3)])
def test_pooling_is_that_of_keras(rng, side, size, stride):
    from keras import layers

    image = rng.normal(size=(side, side + 1, 2))
    for ours, theirs in (
        (max_pool, layers.MaxPooling2D),
        (average_pool, layers.AveragePooling2D),
    ):
        expected = in_keras(theirs(size, strides=stride), image)
        found = ours(image, size, stride)
        assert found.shape == expected.shape
        np.testing.assert_allclose(found, expected, atol=1e-6)
        np.testing.assert_allclose(ours(image[..., 0], size, stride), found[..., 0])


def test_what_does_not_fill_a_window_is_left_out():
    image = np.zeros((13, 13))
    image[12, :] = image[:, 12] = 99
    pooled = max_pool(image)
    assert pooled.shape == (6, 6)
    assert pooled.max() == 0


# ---------------------------------------------------------------- sizes


def test_the_size_is_a_count_of_places_and_that_of_keras():
    from keras import layers

    for n in (3, 4, 7, 13, 28):
        for kernel in (1, 2, 3):
            for stride in (1, 2, 3):
                for padding in (0, 1, 2):
                    places = range(0, n + 2 * padding - kernel + 1, stride)
                    assert output_size(n, kernel, stride, padding) == len(places)
                layer = layers.Conv2D(1, kernel, strides=stride)
                theirs = layer.compute_output_shape((1, n, n, 1))[1]
                assert output_size(n, kernel, stride=stride) == theirs


def test_the_sizes_of_the_articles_network():
    sizes = [28]
    for kernel, stride in [(3, 1), (2, 2), (3, 1), (2, 2)]:
        sizes.append(output_size(sizes[-1], kernel, stride=stride))
    assert sizes == [28, 26, 13, 11, 5]


def test_results_have_the_size_that_was_promised():
    for stride in (1, 2, 3):
        for padding in (0, 1, 2):
            shape = tuple(output_size(n, 3, stride, padding) for n in PICTURE.shape)
            found = convolve(PICTURE, np.ones((3, 3)), stride=stride, padding=padding)
            assert found.shape == shape


def test_windows_are_a_view():
    image = np.arange(12.0).reshape(3, 4)
    views = windows(image, (2, 2))
    assert views.shape == (2, 3, 2, 2)
    assert np.shares_memory(views, image)
    np.testing.assert_array_equal(views[1, 2], [[6, 7], [10, 11]])


# ---------------------------------------------------------------- what is refused


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: output_size(2, 3), "A window of 3 does not fit into 2"),
        (lambda: output_size(28, 3, 0), "stride must be a whole number from 1 on, and it is 0"),
        (lambda: output_size(28, 3, 1, -1), "padding must be a whole number from 0 on"),
        (lambda: output_size(28, 3.0), "kernel must be a whole number from 1 on, and it is 3.0"),
        (lambda: output_size(28, True), "kernel must be a whole number"),
        (lambda: convolve(PICTURE, np.ones(3)), r"The kernel must be 2-D, with numbers.*\(3,\)"),
        (lambda: convolve(PICTURE[..., None], np.ones((3, 3))), r"The image must be 2-D"),
        (lambda: convolve(np.ones((0, 3)), np.ones((3, 3))), r"with numbers in it: \(0, 3\)"),
        (lambda: convolve(np.ones((2, 9)), np.ones((3, 3))), "A window of 3 does not fit into 2"),
        (lambda: convolve(PICTURE, np.ones((3, 3)), stride=1.5), "stride must be a whole number"),
        (lambda: convolve(PICTURE, np.ones((3, 3)), padding=-1), "padding must be a whole number"),
        (lambda: convolve("image", np.ones((3, 3))), "could not convert"),
        (
            lambda: convolve_channels(np.ones((5, 5, 3)), np.ones((3, 3, 2, 4))),
            "The image has 3 channels, and the kernels read 2",
        ),
        (lambda: convolve_channels(PICTURE, np.ones((3, 3, 1, 1))), "The image must be 3-D"),
        (lambda: max_pool(PICTURE, 0), "size must be a whole number from 1 on, and it is 0"),
        (lambda: max_pool(PICTURE, 2, 0), "stride must be a whole number from 1 on, and it is 0"),
        (lambda: average_pool(np.ones((2, 2)), 3), "A window of 3 does not fit into 2"),
        (lambda: max_pool(np.ones(4)), r"The image must be 2-D or 3-D"),
    ],
)
def test_bad_input_is_refused_in_words(call, said):
    with pytest.raises(ValueError, match=said):
        call()
