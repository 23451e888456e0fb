"""Exercises of chapter 10: train a CNN."""

import math

import numpy as np

from firstnet import convolution
from firstnet.exercises.base import Exercise, Question, case, wrong

CHAPTER = "10_train_cnn"
TITLE = "Train a CNN"


def relu(sums: np.ndarray) -> np.ndarray:
    """Return the sums, and 0 in place of negative ones."""
    return np.maximum(sums, 0)


class Predict(Question):
    name = "predict_kernels"
    title = "Predict, then compute"
    task = """
        Convolve the picture of the chapter,
        `[[0, 0, 2, 3], [0, 1, 3, 2], [0, 1, 3, 1], [1, 2, 2, 0]]`, with the kernel
        `[[0, 0, 0], [0, 1, 0], [0, 0, 0]]`, and then with one that holds nine times 1/9. What does
        each do? Say the four numbers of the first before you run it.
        """
    hints = (
        "Which pixel of the neighbourhood does the first kernel keep? And what is the sum of nine "
        "numbers, divided by nine?",
    )
    solution_text = """
        The first keeps the pixel in the middle, so it gives the inner part of the picture: 1, 3,
        1, 3. The second is the mean of the neighbourhood. It blurs.
        """
    solution_code = """
        import numpy as np
        from firstnet.convolution import convolve

        image = np.array([[0, 0, 2, 3], [0, 1, 3, 2], [0, 1, 3, 1], [1, 2, 2, 0]])
        keep = np.array([[0, 0, 0], [0, 1, 0], [0, 0, 0]])
        assert np.array_equal(convolve(image, keep), [[1, 3], [1, 3]])
        assert np.isclose(convolve(image, np.ones((3, 3)) / 9)[0, 0], image[:3, :3].mean())
        """


class MaxPool(Exercise):
    name = "max_pool"
    answered_in = ("firstnet.convolution",)
    title = "Write a function"
    task = """
        Write `max_pool(table, size=2)`, which keeps the largest number of each square and leaves
        out what does not fill a square.
        """
    hints = (
        "Cut the table to a multiple of `size` first.",
        "`reshape` can give each square two axes of its own, and `max` can take both.",
    )
    solution_code = """
        import keras

        table = np.random.default_rng(0).normal(size=(11, 11)).astype("float32")
        by_keras = keras.layers.MaxPooling2D(2)(table.reshape(1, 11, 11, 1)).numpy()
        assert max_pool(table).shape == (5, 5)
        assert np.array_equal(max_pool(table), by_keras.reshape(5, 5))
        """

    def stub(table, size=2):
        """Return the largest number of each full square of size × size."""
        ...

    def solution(table, size=2):
        """Return the largest number of each full square of size × size."""
        rows, columns = (n // size for n in table.shape)
        cut = table[: rows * size, : columns * size]
        return cut.reshape(rows, size, columns, size).max(axis=(1, 3))

    @case("squares of two, nothing left over")
    def even(random):
        return random.normal(size=(6, 8))

    @case("an odd number of rows and columns")
    def odd(random):
        return random.normal(size=(7, 9)) - 3

    @case("squares of three", points=2)
    def three(random):
        return random.normal(size=(6, 10)) - 3, 3

    @wrong("Squares do not overlap: the next one begins where the last one ends.")
    def overlapping(table, size=2):
        return np.lib.stride_tricks.sliding_window_view(table, (size, size)).max(axis=(2, 3))

    @wrong("That is the mean of each square. Max pooling keeps the largest number.")
    def mean_pool(table, size=2):
        return squares(table, size).mean(axis=(1, 3))

    @wrong("At the edge you count squares that are not full. Leave those out.")
    def with_the_rest(table, size=2):
        missing = [(0, -n % size) for n in table.shape]
        return squares(np.pad(table, missing, constant_values=-np.inf), size).max(axis=(1, 3))

    @wrong("You take neighbours of one row, and no squares. In which order does reshape go?")
    def neighbours_of_a_row(table, size=2):
        rows, columns = (n // size for n in table.shape)
        cut = table[: rows * size, : columns * size]
        return cut.reshape(rows, columns, size * size).max(axis=2)

    @wrong("Where all numbers are negative, the largest is negative too. Nothing may begin at 0.")
    def never_below_zero(table, size=2):
        return np.maximum(MaxPool.solution(table, size), 0)

    @wrong("The squares always have two rows here, whatever `size` says.")
    def always_two(table, size=2):
        return squares(table, 2).max(axis=(1, 3))

    @wrong("That is the upper left number of each square, and not the largest.")
    def first_of_each(table, size=2):
        return squares(table, size)[:, 0, :, 0]


class Count(Exercise):
    name = "cnn_parameters"
    title = "Count in colour"
    task = """
        The article's network has 32 kernels of 3 × 3, pooling of 2 × 2, 64 kernels of 3 × 3,
        pooling of 2 × 2, and a `Dense` layer with ten outputs; nothing is padded. Feed it with
        colour photographs of 32 × 32 pixels. How large is the output of each layer, and how many
        parameters has the network? Count with a pencil. Then write `cnn_parameters(side, channels)`
        for square pictures of any size.
        """
    hints = (
        "Only the first and the last layer change. How many channels do the first kernels read, "
        "and how many numbers does the last layer?",
        "Follow the side through the layers: a convolution takes two rows away, and pooling halves "
        "and rounds down.",
    )
    solution_text = r"""
        32 → 30 → 15 → 13 → 6, so $6 \cdot 6 \cdot 64 = 2{,}304$ numbers. The first layer has
        $(9 \cdot 3 + 1) \cdot 32 = 896$ parameters, the second 18,496 as before, the last
        $2{,}304 \cdot 10 + 10 = 23{,}050$. Together 42,442.
        """
    solution_code = """
        import keras
        from keras import layers

        colour = keras.Sequential([
            keras.Input((32, 32, 3)),
            layers.Conv2D(32, 3), layers.MaxPooling2D(2),
            layers.Conv2D(64, 3), layers.MaxPooling2D(2),
            layers.Flatten(), layers.Dense(10),
        ])
        assert [layer.output.shape[1] for layer in colour.layers[:5]] == [30, 15, 13, 6, 2304]
        assert colour.count_params() == 896 + 18_496 + 23_050 == 42_442
        assert cnn_parameters(32, 3) == 42_442
        """
    imports = ()
    close = 1e-9

    def stub(side, channels):
        """Return how many parameters the article's network has for such pictures."""
        ...

    def solution(side, channels):
        """Return how many parameters the article's network has for such pictures."""
        convolutions = (9 * channels + 1) * 32 + (9 * 32 + 1) * 64
        for _ in range(2):
            side = (side - 2) // 2
        return convolutions + (side * side * 64 + 1) * 10

    @case("grey pictures")
    def grey(random):
        return 4 * int(random.integers(4, 12)) + 1, 1

    @case("pictures with several channels", points=2)
    def several(random):
        return 4 * int(random.integers(4, 12)), int(random.integers(3, 6))

    @wrong("The biases are missing: each kernel has one, and each output neuron.")
    def without_biases(side, channels):
        return Count.solution(side, channels) - 32 - 64 - 10

    @wrong("The kernels of the first layer have nine weights for each channel that they read.")
    def one_channel(side, channels):
        return Count.solution(side, 1)

    @wrong("The kernels of the second layer read all the maps of the first, not one.")
    def maps_forgotten(side, channels):
        return Count.solution(side, channels) - 9 * 31 * 64

    @wrong(
        "Your last maps are too large. Does each convolution take away two rows and columns? Does "
        "each pooling round down?"
    )
    def rounded_up(side, channels):
        return fitting(side, channels, last=math.ceil((math.ceil((side - 2) / 2) - 2) / 2))

    @wrong("Without padding a convolution of 3 × 3 makes the picture smaller. By how much?")
    def as_if_padded(side, channels):
        return fitting(side, channels, last=side // 2 // 2)

    @wrong("Four layers come before the last one, not two: there is a second round of both.")
    def one_round(side, channels):
        return fitting(side, channels, last=(side - 2) // 2)


class Mend(Exercise):
    name = "channels_last"
    title = "Mend a broken piece"
    task = """
        A friend feeds images of the shape (100, 28, 28) to the network, and Keras stops with an
        error. Then the friend writes `x.reshape(100, 28, 28, 1)`, and it works. Later the same
        friend has photographs with the channels in front, of the shape (100, 3, 28, 28), and
        writes the function below. That works too, but the network learns badly. Why? Mend it.
        """
    hints = ("`reshape` leaves all numbers in their order. Which numbers end up in one pixel?",)
    solution_text = """
        The first `reshape` is right, because there is only one channel. The second takes three
        neighbours of one row for the three colours of a pixel. Axes are exchanged by `transpose`
        or `moveaxis`.
        """
    solution_code = """
        x = np.random.default_rng(0).uniform(size=(100, 3, 28, 28))
        assert np.array_equal(channels_last(x)[5, 10, 12], x[5, :, 10, 12])
        assert not np.array_equal(x.reshape(100, 28, 28, 3)[5, 10, 12], x[5, :, 10, 12])
        """

    def stub(x):
        """Return photographs (n, channels, rows, columns) with the channels last."""
        count, channels, rows, columns = x.shape
        return x.reshape(count, rows, columns, channels)

    def solution(x):
        """Return photographs (n, channels, rows, columns) with the channels last."""
        return np.moveaxis(x, 1, -1)

    @case("square photographs")
    def square(random):
        return random.uniform(size=(2, 3, 5, 5))

    @case("photographs that are wider than high", points=2)
    def wide(random):
        return random.uniform(size=(3, 3, 4, 6))

    @wrong(
        "The numbers are still in their old order: three neighbours of a row become one pixel. "
        "Exchange axes instead."
    )
    def reshaped(x):
        count, channels, rows, columns = x.shape
        return x.reshape(count, rows, columns, channels)

    @wrong("Rows and columns are exchanged too: every photograph lies on its side.")
    def on_its_side(x):
        return x.swapaxes(1, 3)

    @wrong("All axes are turned round, so that the images come last. They must stay in front.")
    def all_turned(x):
        return x.T

    @wrong("You moved the columns to the front. Move the channels to the end.")
    def columns_in_front(x):
        return np.moveaxis(x, -1, 1)


class Dropout(Question):
    name = "explain_dropout"
    title = "Explain in a sentence"
    task = """
        Why does dropout double the numbers that it keeps, at a rate of 0.5? What must it multiply
        by at a rate of 0.2?
        """
    hints = (
        "The next layer adds the numbers up. How large is the sum on average, in training and at "
        "the test?",
    )
    solution_text = """
        So that the sums of the next layer are as large on average as at the test, when nothing is
        dropped. At 0.2 four of five remain, so each is multiplied by $1/0.8 = 1.25$.
        """
    solution_code = """
        import numpy as np
        import keras

        keras.utils.set_random_seed(0)
        kept = keras.layers.Dropout(0.2)(np.ones((1, 10_000), "float32"), training=True).numpy()
        assert np.allclose(np.unique(kept), [0, 1.25])
        assert abs(kept.mean() - 1) < 0.02
        """


class Reach(Exercise):
    name = "reaches"
    title = "See how far a number sees"
    task = """
        The article's network convolves with 3 × 3, pools 2 × 2, and does both once more. One number
        of the first map depends on 3 × 3 pixels. On how many does one number after the first
        pooling depend? After the second convolution, and after the second pooling? Write
        `reaches(stack)` that answers for any such network: `stack` is a list of pairs, rows of the
        kernel and stride, and the result is a list with the reach after each layer.
        """
    hints = (
        "Walk forwards with two numbers: the reach, and how far apart two neighbours are, in "
        "pixels of the picture. Both begin at 1.",
        "A layer with $k$ rows sees $k$ neighbours of its own input. How many pixels does it add?",
    )
    solution_text = r"""
        4, then 8, then 10: one number of the last maps depends on 10 × 10 pixels. The reach $r$
        begins at 1 and the distance $d$ of neighbours at 1. A layer with $k$ rows and stride $s$
        adds $(k - 1) \cdot d$ to $r$, and then multiplies $d$ by $s$. The check makes one pixel
        after the other very bright, and asks whether the number in the middle changes.
        """
    solution_code = """
        import numpy as np
        from keras import Input, Sequential, layers

        assert reaches([(3, 1), (2, 2), (3, 1), (2, 2)]) == [3, 4, 8, 10]

        all_ones = {"kernel_initializer": "ones"}
        small = Sequential([
            Input((28, 28, 1)),
            layers.Conv2D(1, 3, **all_ones), layers.MaxPooling2D(2),
            layers.Conv2D(1, 3, **all_ones), layers.MaxPooling2D(2),
        ])
        bright = np.eye(784, dtype="float32").reshape(784, 28, 28, 1)  # one bright pixel each
        sees = small.predict(bright, verbose=0)[:, 2, 2, 0] > 0
        rows = np.flatnonzero(sees.reshape(28, 28).any(axis=1))
        assert len(rows) == 10 and sees.sum() == 100
        """
    imports = ()

    def stub(stack):
        """Return the reach after each layer, a list, for pairs of rows and stride."""
        ...

    def solution(stack):
        """Return the reach after each layer, a list, for pairs of rows and stride."""
        reach, distance, found = 1, 1, []
        for rows, stride in stack:
            reach += (rows - 1) * distance
            distance *= stride
            found.append(reach)
        return found

    @case("convolutions and pooling")
    def pooling(random):
        return [*two_layers(random), *two_layers(random)]

    @case("three kernels with strides", points=2)
    def strides(random):
        return [tuple(random.integers([3, 2], [6, 4]).tolist()) for _ in range(3)]

    @wrong("After a stride neighbours are further apart, so every row that is added counts more.")
    def without_distance(stack):
        return [1 + sum(rows - 1 for rows, _ in stack[: n + 1]) for n in range(len(stack))]

    @wrong("The stride of a layer moves the layers after it apart, and not its own rows.")
    def stride_too_early(stack):
        reach, distance, found = 1, 1, []
        for rows, stride in stack:
            distance *= stride
            reach += (rows - 1) * distance
            found.append(reach)
        return found

    @wrong("With $k$ rows there are only $k - 1$ steps from the first to the last.")
    def one_row_too_many(stack):
        reach, distance, found = 1, 1, []
        for rows, stride in stack:
            reach, distance = reach + rows * distance, distance * stride
            found.append(reach)
        return found

    @wrong("That is the reach at the end. Give back a list with the reach after each layer.")
    def last_only(stack):
        return Reach.solution(stack)[-1]

    @wrong("Distances multiply from layer to layer. You use the stride of one layer only.")
    def last_stride(stack):
        reach, distance, found = 1, 1, []
        for rows, stride in stack:
            reach, distance = reach + (rows - 1) * distance, stride
            found.append(reach)
        return found


class Move(Exercise):
    name = "last_map"
    title = "Move the maps"
    task = """
        Write `last_map(image, kernels)`, a small CNN. For each kernel in turn it convolves, applies
        ReLU and pools squares of 2 × 2; the next kernel reads the map that comes out. It returns
        the last map. It may call this chapter's `convolve` and your own `max_pool`. Then take two
        random kernels of 3 × 3 (and others, if the map is nearly empty), and a picture of 28 × 28
        with a digit, or any patch of random numbers, far from the border. Move it by four pixels to
        the right: the last map moves by exactly one. By how much does it move when the digit moves
        by one pixel? Say it before you try.
        """
    hints = (
        "You have two of the three pieces already, and ReLU is `np.maximum` with 0. In which order "
        "do they come, and what does the second kernel read?",
        "`np.roll` moves a picture whose border is empty. Compare the maps without their borders. "
        "For one pixel, ask whether the map is equal to the old one, or to the old one moved by "
        "one.",
    )
    solution_text = """
        It does not move: it keeps its place and changes its values. Two poolings with stride 2 make
        a pixel of the map as wide as four of the picture. So only moves by multiples of four are
        exact. (`sliding_window_view` lays out all places of a window at once. A loop, as in this
        chapter's `convolve`, does the same.)
        """
    solution_code = """
        random = np.random.default_rng(3)
        kernels, image = random.normal(size=(2, 3, 3)), np.zeros((28, 28))
        image[8:20, 8:16] = random.uniform(size=(12, 8))
        before, four, one = (last_map(np.roll(image, k, axis=1), kernels) for k in (0, 4, 1))
        assert before.max() > 1 and before.shape == (5, 5)
        assert np.allclose(four[:, 1:], before[:, :-1])
        assert not np.allclose(one, before, atol=0.1)
        assert not np.allclose(one[:, 1:], before[:, :-1], atol=0.1)
        """

    def stub(image, kernels):
        """Return the map after a convolution, ReLU and pooling for each kernel."""
        ...

    def solution(image, kernels):
        """Return the map after a convolution, ReLU and pooling for each kernel."""
        windows = np.lib.stride_tricks.sliding_window_view
        for kernel in kernels:
            sums = (windows(image, kernel.shape) * kernel).sum(axis=(2, 3))
            image = windows(np.maximum(sums, 0), (2, 2))[::2, ::2].max(axis=(2, 3))
        return image

    def draw(random, count):
        """Return a picture, and kernels; the last map has both, positive numbers and zeros."""
        kernels = random.normal(size=(count, 3, 3))
        kernels -= kernels.mean(axis=(1, 2), keepdims=True)
        kernels /= kernels.std(axis=(1, 2), keepdims=True)
        kernels -= 0.1 * np.arange(1, count + 1).reshape(-1, 1, 1)
        return random.uniform(size=(32, 36)), kernels

    @case("one kernel")
    def one(random):
        return Move.draw(random, 1)

    @case("two kernels, one after the other")
    def two(random):
        return Move.draw(random, 2)

    def layers(image, kernels, *, bend=relu, pool=convolution.max_pool, padding=0):
        """Return the last map with another activation, pooling or padding."""
        for kernel in kernels:
            image = pool(bend(convolution.convolve(image, kernel, padding=padding)))
        return image

    @wrong("There are negative numbers in your map. Which step takes them away?")
    def without_relu(image, kernels):
        return Move.layers(image, kernels, bend=lambda sums: sums)

    @wrong("You apply ReLU at the end only. It belongs to every convolution.")
    def relu_at_the_end(image, kernels):
        return np.maximum(Move.without_relu.function(image, kernels), 0)

    @wrong("Your map is too large: after each convolution come ReLU and pooling.")
    def without_pooling(image, kernels):
        return Move.layers(image, kernels, pool=lambda table: table)

    @wrong("You pool at the end only. Every convolution has a pooling of its own.")
    def pooled_at_the_end(image, kernels):
        return convolution.max_pool(Move.without_pooling.function(image, kernels))

    @wrong("That is the mean of each square. Keep the largest number of it.")
    def mean_pool(image, kernels):
        return Move.layers(image, kernels, pool=convolution.average_pool)

    @wrong("Your squares overlap: the next one should begin where the last one ends.")
    def overlapping(image, kernels):
        return Move.layers(image, kernels, pool=lambda table: convolution.max_pool(table, stride=1))

    @wrong("Every kernel of yours reads the picture. The second should read the map of the first.")
    def always_the_picture(image, kernels):
        return Move.solution(image, kernels[-1:])

    @wrong("That is the map of the first kernel. Does `return` stand inside the loop?")
    def first_kernel_only(image, kernels):
        return Move.solution(image, kernels[:1])

    @wrong("Your kernels are turned by half a turn. Networks lay them on as they stand.")
    def turned_kernels(image, kernels):
        return Move.solution(image, kernels[:, ::-1, ::-1])

    @wrong("Rows of zeros were put around the picture. Here nothing is padded.")
    def padded(image, kernels):
        return Move.layers(image, kernels, padding=1)


class Judge(Exercise):
    name = "luck_of_difference"
    title = "Judge a difference"
    task = """
        One network reads 9,900 of 10,000 test images, another 13 more. Is the second better? Write
        `luck_of_difference(images, accuracy)`: the typical luck, a standard deviation, of the
        difference of two such counts. How many test images would you need to tell 99.0% from 99.1%
        with some certainty?
        """
    hints = (
        r"A count of $n$ images, each right with probability $q$, has the standard deviation "
        r"$\sqrt{n\,q\,(1 - q)}$. For the last question only, divide by $n$: that is the luck of "
        "an accuracy.",
        "The squares of two standard deviations add up, so the difference has more luck than one "
        "count.",
    )
    solution_text = r"""
        The luck of one count is about 10 images, or 0.001. That of the difference of two such
        counts is larger, $\sqrt{2} \cdot 10 \approx 14$, so 13 images are within the usual luck. To
        make the difference of 0.001 three times as large as that luck you need
        $2 \cdot 0.99 \cdot 0.01 \cdot (3 / 0.001)^2 = 178{,}200$ images. Both networks read
        the same images, and that helps, the more errors they share: only the images on which they
        differ count. If each errs on 100 of 10,000, and half of these are the same, they differ on
        100 images, and the luck of the difference is $\sqrt{100} = 10$ and not 14.
        """
    solution_code = """
        assert 13 < luck_of_difference(10_000, 0.99) < 15
        assert 9_913 - 9_900 < luck_of_difference(10_000, 0.99)
        needed = 2 * 0.99 * 0.01 * (3 / 0.001) ** 2
        assert 170_000 < needed < 190_000
        assert abs(luck_of_difference(needed, 0.99) * 3 / needed - 0.001) < 1e-6

        shared, errors = 0.005, 0.01  # of all images: both err, one of them errs
        chances = [shared, errors - shared, errors - shared, 1 + shared - 2 * errors]
        counts = np.random.default_rng(0).multinomial(10_000, chances, size=20_000)
        assert abs((counts[:, 1] - counts[:, 2]).std() - 10) < 0.2
        """

    def stub(images, accuracy):
        """Return the standard deviation of the difference of two counts of images."""
        ...

    def solution(images, accuracy):
        """Return the standard deviation of the difference of two counts of images."""
        return np.sqrt(2 * images * accuracy * (1 - accuracy))

    @case("ten thousand images")
    def ten_thousand(random):
        return 10_000, random.uniform(0.7, 0.99)

    @case("a few hundred images", points=2)
    def few(random):
        return int(random.integers(100, 900)), random.uniform(0.6, 0.9)

    @wrong("That is the luck of one count. Both networks have luck, good or bad.")
    def of_one_count(images, accuracy):
        return np.sqrt(images * accuracy * (1 - accuracy))

    @wrong("You add up the two standard deviations. It is their squares that add up.")
    def added_up(images, accuracy):
        return 2 * np.sqrt(images * accuracy * (1 - accuracy))

    @wrong("That is the variance. The standard deviation is its root.")
    def without_root(images, accuracy):
        return 2 * images * accuracy * (1 - accuracy)

    @wrong("That is the luck of an accuracy. Wanted is that of a count of images.")
    def of_the_accuracy(images, accuracy):
        return np.sqrt(2 * accuracy * (1 - accuracy) / images)

    @wrong("A network that is always right has no luck at all. What makes the formula 0 then?")
    def without_errors(images, accuracy):
        return np.sqrt(2 * images * accuracy)


def squares(table: np.ndarray, size: int) -> np.ndarray:
    """Return the full squares of a table, shape (rows, size, columns, size)."""
    rows, columns = (n // size for n in table.shape)
    return table[: rows * size, : columns * size].reshape(rows, size, columns, size)


def fitting(side: int, channels: int, *, last: int) -> int:
    """Return the parameters of the article's network if the last maps had `last` rows."""
    right = ((side - 2) // 2 - 2) // 2
    return Count.solution(side, channels) + (last**2 - right**2) * 640


def two_layers(random) -> list:
    """Return a convolution and a pooling layer, as pairs of rows and stride."""
    size = int(random.integers(2, 4))
    return [(int(random.integers(3, 7)), 1), (size, size)]
