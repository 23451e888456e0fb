"""Exercises of chapter 11: try other pictures."""

import math

import numpy as np

from firstnet.exercises.base import Exercise, Question, case, wrong

CHAPTER = "11_try_pictures"
TITLE = "Try other pictures"


class Count(Exercise):
    name = "dense_weights"
    title = "Count"
    task = """
        The first `Dense` layer of the MLP has 128 neurons. How many weights has it on CIFAR-10, and
        how many on MNIST, without biases? Write `dense_weights(shape, neurons)` that answers for
        pictures of any shape, as `(32, 32, 3)`.
        """
    hints = ("Inputs times neurons.",)
    solution_text = r"""
        $3072 \cdot 128 = 393{,}216$ and $784 \cdot 128 = 100{,}352$.
        """
    solution_code = """
        assert dense_weights((32, 32, 3), 128) == 393_216
        assert dense_weights((28, 28), 128) == 100_352
        """
    close = 1e-9

    def stub(shape, neurons):
        """Return the weights of a dense layer on flattened pictures of this shape."""
        ...

    def solution(shape, neurons):
        """Return the weights of a dense layer on flattened pictures of this shape."""
        return np.prod(shape) * neurons

    @case("grey pictures")
    def grey(random):
        return tuple(random.integers(5, 40, size=2).tolist()), int(random.integers(5, 200))

    @case("colour pictures", points=2)
    def colour(random):
        return (*random.integers(5, 40, size=2).tolist(), 3), int(random.integers(5, 200))

    @wrong("The biases are not asked for, only the weights.")
    def with_biases(shape, neurons):
        return (math.prod(shape) + 1) * neurons

    @wrong("A colour picture has three numbers for each pixel, and each is an input.")
    def without_channels(shape, neurons):
        return shape[0] * shape[1] * neurons

    @wrong("You add up the sides. How many pixels have 4 rows of 5?")
    def sum_of_sides(shape, neurons):
        return sum(shape) * neurons

    @wrong("These are the inputs. Each neuron has a weight for every one of them.")
    def inputs_only(shape, neurons):
        return math.prod(shape)


class Mirror(Exercise):
    name = "mirrored"
    title = "Mirror by hand"
    task = """
        Write `mirrored(images)` for an array of shape (n, height, width, channels), without Keras.
        """
    hints = ("A slice with the step −1 turns an axis around. Which axis is left and right?",)

    def stub(images):
        """Return the images mirrored left to right."""
        ...

    def solution(images):
        """Return the images mirrored left to right."""
        return images[:, :, ::-1]

    @case("two colour images")
    def two(random):
        return random.integers(256, size=(2, 4, 6, 3))

    @case("square images", points=2)
    def square(random):
        return random.integers(256, size=(3, 5, 5, 3))

    @wrong("They stand on their heads: you mirrored up and down.")
    def upside_down(images):
        return images[:, ::-1]

    @wrong("You exchanged red and blue. The channels must stay in their order.")
    def colours_exchanged(images):
        return images[..., ::-1]

    @wrong("You changed the order of the images, and mirrored none of them.")
    def order_of_images(images):
        return images[::-1]

    @wrong("That is half a turn: they are mirrored up and down as well.")
    def half_a_turn(images):
        return images[:, ::-1, ::-1]

    @wrong("Height and width are exchanged: that is a mirror along the diagonal.")
    def diagonal(images):
        return images.transpose(0, 2, 1, 3)

    @wrong("The images are as they were.")
    def unchanged(images):
        return images

    @wrong("Every axis is turned around, the images and the colours too. Choose one axis.")
    def all_axes(images):
        return np.flip(images)


class Shared(Exercise):
    name = "global_average"
    title = "Count the shared weights"
    task = r"""
        A last map has $4 \cdot 4$ places and 64 channels. How many weights does a `Dense` layer
        with ten outputs need after flattening, and after global average pooling? Then write the
        pooling: `global_average(maps)` for maps of shape (n, rows, columns, channels).
        """
    hints = (
        "Pooling leaves one number for each channel.",
        "`mean` can take several axes at once. Which two must go?",
    )
    solution_text = r"""
        $4 \cdot 4 \cdot 64 \cdot 10 = 10{,}240$ after flattening, and $64 \cdot 10 = 640$ after
        pooling.
        """
    solution_code = """
        maps = np.ones((1, 4, 4, 64))
        assert maps[0].size * 10 == 10_240
        assert global_average(maps)[0].size * 10 == 640
        """

    def stub(maps):
        """Return the mean of each map, shape (n, channels)."""
        ...

    def solution(maps):
        """Return the mean of each map, shape (n, channels)."""
        return maps.mean(axis=(1, 2))

    @case("several images, maps that are not square", points=2)
    def several(random):
        return random.normal(size=(3, 4, 5, 6))

    @case("one image")
    def one(random):
        return random.normal(size=(1, 4, 4, 6))

    @wrong("That is flattening: every place keeps its number. Take a mean for each channel.")
    def flattened(maps):
        return maps.reshape(len(maps), -1)

    @wrong("You average over the channels. They must stay, and the places must go.")
    def over_channels(maps):
        return maps.mean(axis=3)

    @wrong("That is max pooling. Here the mean is wanted.")
    def largest(maps):
        return maps.max(axis=(1, 2))

    @wrong("These are sums. How many places does each of them add up?")
    def sums(maps):
        return maps.sum(axis=(1, 2))

    @wrong("You average over the images too. Each image must keep its own numbers.")
    def over_images(maps):
        return maps.mean(axis=(0, 1, 2))

    @wrong("One number for each image is left. Each of its channels must keep one.")
    def one_for_each_image(maps):
        return maps.mean(axis=(1, 2, 3))

    @wrong("Only the rows are gone. The columns are places too.")
    def rows_only(maps):
        return maps.mean(axis=1)


class Choose(Question):
    name = "choose_augmentations"
    title = "Choose augmentations"
    task = """
        Which of these fit MNIST, and which photographs of animals: mirror left and right, turn by
        half a turn, move by two pixels, swap red and blue?
        """
    hints = ("Ask of each: does the label stay right?",)
    solution_text = """
        MNIST: only the move. Animals: the mirror and the move. Half a turn makes pictures that
        nobody takes, and swapped colours make blue cats.
        """
    solution_code = """
        fits = {
            "mirror": {"animals"},
            "half a turn": set(),
            "move": {"animals", "digits"},
            "swap": set(),
        }
        assert [name for name, where in fits.items() if "digits" in where] == ["move"]
        """


class Move(Exercise):
    name = "shifted"
    title = "Move by hand"
    task = """
        Write `shifted(images, pixels)` that moves images of shape (n, height, width, channels) to
        the right. Ink that leaves the picture is lost, and 0 fills the columns that come free.
        """
    hints = (
        "Begin with zeros of the same shape. Which columns of the old images fit into it, and "
        "where do they go?",
        "`[:-pixels]` goes wrong when `pixels` is 0. Count the columns from the left.",
    )

    def stub(images, pixels):
        """Return the images moved to the right by some pixels."""
        ...

    def solution(images, pixels):
        """Return the images moved to the right by some pixels."""
        kept = images.shape[2] - pixels
        moved = np.zeros_like(images)
        moved[:, :, pixels:] = images[:, :, :kept]
        return moved

    @case("two pixels, several images", points=2)
    def two(random):
        return random.integers(1, 256, size=(3, 4, 7, 2)), 2

    @case("three pixels, one image")
    def three(random):
        return random.integers(1, 256, size=(1, 5, 8, 3)), 3

    @case("no pixel at all")
    def none(random):
        return random.integers(1, 256, size=(2, 4, 5, 3)), 0

    @wrong("What leaves on the right comes back on the left. It must be lost.")
    def rolled(images, pixels):
        return np.roll(images, pixels, axis=2)

    @wrong("They move to the left.")
    def to_the_left(images, pixels):
        moved = np.zeros_like(images)
        moved[:, :, : images.shape[2] - pixels] = images[:, :, pixels:]
        return moved

    @wrong("They move down: rows come before columns.")
    def down(images, pixels):
        moved = np.zeros_like(images)
        moved[:, pixels:] = images[:, : images.shape[1] - pixels]
        return moved

    @wrong("The columns that come free still show the old image. They must be 0.")
    def old_columns(images, pixels):
        moved = images.copy()
        moved[:, :, pixels:] = images[:, :, : images.shape[2] - pixels]
        return moved

    @wrong("The columns that come free repeat the edge. They must be 0.")
    def edge_repeated(images, pixels):
        framed = np.pad(images, ((0, 0), (0, 0), (pixels, 0), (0, 0)), mode="edge")
        return framed[:, :, : images.shape[2]]

    @wrong("The images become wider. Cut off what leaves on the right.")
    def wider(images, pixels):
        return np.pad(images, ((0, 0), (0, 0), (pixels, 0), (0, 0)))
