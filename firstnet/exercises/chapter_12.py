"""Exercises of chapter 12: save and export."""

import numpy as np

from firstnet.exercises.base import Exercise, Question, case, wrong

CHAPTER = "12_save_export"
TITLE = "Save and export"


class Bytes(Exercise):
    name = "weight_bytes"
    title = "Predict, then convert"
    task = """
        A network takes 784 inputs, has one hidden layer of 32 neurons and ten outputs. How many
        bytes of weights and biases do you expect as float32, and how many as int8? In int8 files
        a bias takes four bytes. Say it before you compute. Then write `weight_bytes(sizes, kind)`:
        it takes the sizes of all layers, the input first, and `"float32"` or `"int8"`.
        """
    hints = ("Count weights and biases apart from each other.",)
    solution_text = r"""
        There are $784 \cdot 32 + 32 \cdot 10 = 25{,}408$ weights and 42 biases. As float32 that
        makes $4 \cdot (25{,}408 + 42) = 101{,}800$ bytes, as int8
        $25{,}408 + 4 \cdot 42 = 25{,}576$. The files are a few thousand bytes larger.
        """
    solution_code = """
        import keras
        from firstnet import keep, lite
        from keras import layers

        keras.utils.set_random_seed(0)
        small = keras.Sequential([
            keras.Input((784,)),
            layers.Dense(32, activation="relu", bias_initializer="normal"),
            layers.Dense(10, activation="softmax", bias_initializer="normal"),
        ])
        images = np.random.default_rng(0).uniform(size=(100, 784)).astype("float32")
        path = keep.temporary_folder() / "small.tflite"
        for kind, expected in [("float32", 101_800), ("int8", 25_576)]:
            size = lite.export(small, path, kind=kind, images=images)
            tensors, _ = lite.contents(path)
            assert sum(tensor["bytes"] for tensor in tensors) == expected
            assert weight_bytes([784, 32, 10], kind) == expected
            assert expected < size < expected + 5_000
        """
    close = 1e-9

    def stub(sizes, kind):
        """Return the bytes of all weights and biases in a file of this kind."""
        ...

    def solution(sizes, kind):
        """Return the bytes of all weights and biases in a file of this kind."""
        weights = sum(sizes[n] * sizes[n + 1] for n in range(len(sizes) - 1))
        biases = sum(sizes[1:])
        return weights + 4 * biases if kind == "int8" else 4 * (weights + biases)

    @case("float32")
    def floats(random):
        return random.integers(3, 90, size=4).tolist(), "float32"

    @case("int8", points=2)
    def whole(random):
        return random.integers(3, 90, size=4).tolist(), "int8"

    @wrong("In an int8 file a weight takes one byte, but a bias still takes four.")
    def short_biases(sizes, kind):
        return parameters(sizes) * (1 if kind == "int8" else 4)

    @wrong("The biases are missing: each neuron has one.")
    def without_biases(sizes, kind):
        return (parameters(sizes) - sum(sizes[1:])) * (1 if kind == "int8" else 4)

    @wrong("The inputs are no neurons: they have no biases.")
    def biases_of_the_input(sizes, kind):
        return Bytes.solution(sizes, kind) + 4 * sizes[0]

    @wrong("That is the answer for float32. What does the kind of the file change?")
    def always_floats(sizes, kind):
        return 4 * parameters(sizes)

    @wrong("These are bits. A byte has eight of them.")
    def bits(sizes, kind):
        return 8 * Bytes.solution(sizes, kind)


class Quantise(Exercise):
    name = "quantised"
    title = "Quantise by hand"
    task = """
        Turn the weights `[0.5, -1.27, 0.004, 0.9]` into whole numbers and back, with a pencil.
        Which one loses most, compared with its own size? Then write `quantised(weights)` that
        returns the scale and the whole numbers.
        """
    hints = (
        "The largest in size is `-1.27`, and it becomes −127. So how much is a step of 1 worth?",
    )
    solution_text = """
        The scale is $1.27 / 127 = 0.01$. The whole numbers are 50, −127, 0 and 90, and back they
        are 0.5, −1.27, 0 and 0.9. The smallest weight is lost altogether.
        """
    solution_code = """
        scale, whole = quantised(np.array([0.5, -1.27, 0.004, 0.9]))
        assert np.isclose(scale, 0.01)
        assert whole.tolist() == [50, -127, 0, 90]
        assert np.allclose(scale * whole, [0.5, -1.27, 0, 0.9])
        """

    def stub(weights):
        """Return the scale, and the weights as whole numbers from -127 to 127."""
        ...

    def solution(weights):
        """Return the scale, and the weights as whole numbers from -127 to 127."""
        scale = np.abs(weights).max() / 127
        return scale, np.round(weights / scale)

    @case("the largest weight is positive")
    def positive(random):
        return random.permutation([*random.uniform(-1, 1, size=24), random.uniform(1.1, 2)])

    @case("the largest in size is negative", points=2)
    def negative(random):
        return random.permutation([*random.uniform(-1, 1, size=24), -random.uniform(1.1, 2)])

    @wrong("The largest in size may be negative. What must become −127 then?")
    def largest_with_sign(weights):
        return weights.max() / 127, np.round(weights / (weights.max() / 127))

    @wrong("The digits after the point are cut off. Go to the nearest whole number instead.")
    def cut_off(weights):
        scale = np.abs(weights).max() / 127
        return scale, np.trunc(weights / scale + 1e-9 * np.sign(weights))

    @wrong("The whole numbers are not whole yet.")
    def not_rounded(weights):
        scale = np.abs(weights).max() / 127
        return scale, weights / scale

    @wrong("The largest weight must become 127 here, not 128.")
    def one_too_many(weights):
        scale = np.abs(weights).max() / 128
        return scale, np.round(weights / scale)

    @wrong("You give back the weights after the way there and back. Wanted are the whole numbers.")
    def there_and_back(weights):
        scale = np.abs(weights).max() / 127
        return scale, scale * np.round(weights / scale)

    @wrong("The scale is missing. Give back both, the scale and the whole numbers.")
    def without_scale(weights):
        return np.round(weights / (np.abs(weights).max() / 127))

    @wrong("The scale comes first, then the whole numbers.")
    def exchanged(weights):
        scale = np.abs(weights).max() / 127
        return np.round(weights / scale), scale


class LargestError(Exercise):
    name = "largest_error"
    title = "Find the largest error"
    task = """
        Write `largest_error(row)`: the largest error that the whole numbers make, in units of the
        scale. What is the largest that it can be? Take the row `[0.5, -1.27, 0.004, 0.9]`. How
        large is its error, in units of the scale and in the row's own unit? Then multiply the first
        weight by 100 and look again.
        """
    hints = (
        "Rounding errs by half a step at most. What does one very large weight do to the scale?",
        "Divided by the scale, each weight lies between two whole numbers. How far is it from the "
        "nearer one?",
    )
    solution_text = """
        At most one half. For this row it is 0.4 of a step, which is 0.004 in the row's own unit.
        With the first weight 100 times larger it is 0.286 of a step. That looks better, but a step
        is now $50 / 127 = 0.394$, so the error is 0.113 in the row's own unit. One large weight
        makes the step larger for the whole row, and all others lose digits. That is why each neuron
        has a scale of its own.
        """
    solution_code = """
        row = np.array([0.5, -1.27, 0.004, 0.9])
        assert np.isclose(largest_error(row), 0.4)
        assert np.isclose(largest_error(row) * 1.27 / 127, 0.004)
        row[0] *= 100
        assert round(largest_error(row), 3) == 0.286
        assert round(50 / 127, 3) == 0.394
        assert round(largest_error(row) * 50 / 127, 3) == 0.113
        assert largest_error(np.random.default_rng(0).normal(size=784)) <= 0.5
        """

    def stub(row):
        """Return the largest error of the whole numbers, in units of the scale."""
        ...

    def solution(row):
        """Return the largest error of the whole numbers, in units of the scale."""
        steps = row / (np.abs(row).max() / 127)
        return np.abs(np.round(steps) - steps).max()

    @case("the worst one is rounded up")
    def up(random):
        return row_with(random, worst=random.uniform(0.55, 0.59), largest=127)

    @case("the worst one is rounded down", points=2)
    def down(random):
        return row_with(random, worst=random.uniform(0.41, 0.45), largest=-127)

    @wrong("An error may be negative. Its size counts, not its sign.")
    def with_sign(row):
        steps = row / (np.abs(row).max() / 127)
        return (np.round(steps) - steps).max()

    @wrong("An error counts by its size, whatever its sign.")
    def below_zero(row):
        return -LargestError.solution(row)

    @wrong("You look at one side only: rounding may go up or down.")
    def with_the_other_sign(row):
        steps = row / (np.abs(row).max() / 127)
        return (steps - np.round(steps)).max()

    @wrong("That is the error of the weight itself. Wanted is how many steps of the scale it is.")
    def of_the_weight(row):
        scale = np.abs(row).max() / 127
        return np.abs(scale * np.round(row / scale) - row).max()

    @wrong("That is the mean of the errors. Wanted is the largest.")
    def mean_error(row):
        steps = row / (np.abs(row).max() / 127)
        return np.abs(np.round(steps) - steps).mean()

    @wrong("Your whole numbers are cut off, so the error can be nearly a whole step. Round them.")
    def cut_off(row):
        steps = row / (np.abs(row).max() / 127)
        return np.abs(np.trunc(steps + 1e-9 * np.sign(steps)) - steps).max()


class FromInt8(Exercise):
    name = "from_int8"
    title = "Go back to floats"
    task = r"""
        Between the layers of an int8 file a whole number $q$ stands for $s \cdot (q - z)$. Write
        `from_int8(whole, scale, zero_point)` that returns the floats for an array of int8 numbers.
        """
    hints = (
        "An int8 goes from −128 to 127. Does every difference of two of them fit into an int8?",
        "So the subtraction goes wrong, and the multiplication comes too late to mend it. What can "
        "you do with the whole numbers before you subtract?",
    )
    solution_text = """
        The difference of two int8 numbers may be too large for an int8. NumPy says nothing: it
        begins again at the other end. So make room first.
        """
    solution_code = """
        bright = np.array([127], "int8")
        assert (bright - (-128)).tolist() == [-1]
        assert np.isclose(from_int8(bright, 1 / 255, -128), 1)
        """

    def stub(whole, scale, zero_point):
        """Return the floats that an array of int8 numbers stands for."""
        ...

    def solution(whole, scale, zero_point):
        """Return the floats that an array of int8 numbers stands for."""
        return scale * (whole.astype(int) - zero_point)

    @case("numbers near the zero point")
    def near(random):
        return int8s(random, -40, 41), random.uniform(0.01, 0.1), int(random.integers(3, 40))

    @case("all numbers that fit into a byte", points=2)
    def all_of_them(random):
        return int8s(random, -128, 128), random.uniform(0.01, 0.1), -128

    @wrong("Some numbers are too large for an int8 and begin again at the other end: make room.")
    def in_eight_bits(whole, scale, zero_point):
        return scale * (whole - np.int8(zero_point)).astype(float)

    @wrong("The zero point stands for 0. So what must become of a number that is equal to it?")
    def added(whole, scale, zero_point):
        return scale * (whole.astype(int) + zero_point)

    @wrong("The zero point is a whole number too: it belongs with the others before you scale.")
    def scaled_first(whole, scale, zero_point):
        return scale * whole.astype(int) - zero_point

    @wrong("That is the way into whole numbers. Going back, you multiply by the scale.")
    def divided(whole, scale, zero_point):
        return (whole.astype(int) - zero_point) / scale

    @wrong("The zero point is missing.")
    def without_zero_point(whole, scale, zero_point):
        return scale * whole.astype(int)


class ReadTensor(Exercise):
    name = "read_tensor"
    title = "Read one tensor"
    task = """
        Write `read_tensor(content, offset, shape)`. `content` holds the bytes of a file, as an
        array of `uint8`. From the byte `offset` on, float32 numbers stand in it, low byte first,
        row by row. Return them as an array of this shape. Then export the book's MLP,
        `models.keras_model("mlp")`, with `lite.export`, and read the file with
        `np.fromfile(path, "uint8")`. Find the place where the 128 weights of the first output
        neuron stand, and read a table of the shape (10, 128) from there. Compare it with Keras's.
        """
    hints = (
        "How many bytes does a tensor of this shape take? Cut out just these.",
        'The `view` of an array shows the same bytes as numbers of another type. `"<f4"` names '
        "float32 with the low byte first.",
        "To find the place: the `tobytes()` of an array gives its bytes in one piece, and the "
        "`find` of such a piece tells where another one begins in it. In Keras's table each output "
        "neuron has a column.",
    )
    solution_text = """
        It is Keras's table, number for number, with a row for each neuron, not a column. In the
        file a tensor is nothing but its numbers, one after the other. LiteRT's `get_tensor` reads
        the same.
        """
    solution_code = """
        from firstnet import keep, lite, models

        network = models.keras_model("mlp")
        path = keep.temporary_folder() / "mlp.tflite"
        lite.export(network, path)
        content = np.fromfile(path, "uint8")
        kernel, _ = network.layers[-1].get_weights()  # (128, 10)
        offset = content.tobytes().find(kernel[:, 0].tobytes())
        found = read_tensor(content, offset, (10, 128))
        assert np.array_equal(found, kernel.T)

        *_, last, softmax = lite.contents(path)[1]
        assert softmax["name"] == "SOFTMAX"
        assert np.array_equal(lite.interpreter(path).get_tensor(last["inputs"][1]), found)
        """

    def stub(content, offset, shape):
        """Return the float32 numbers that begin at a byte of the content."""
        ...

    def solution(content, offset, shape):
        """Return the float32 numbers that begin at a byte of the content."""
        size = 4 * int(np.prod(shape))
        return content[offset : offset + size].view("<f4").reshape(shape)

    def draw(random, *shape):
        """Return bytes that hold numbers of this shape, the place of the first, and the shape."""
        numbers = random.normal(size=shape).astype("<f4").reshape(-1).view("uint8")
        before = random.integers(256, size=4 * random.integers(3, 8))
        after = random.integers(256, size=4 * random.integers(50, 60))
        content = np.concatenate([before, numbers, after]).astype("uint8")
        content[content % 128 == 127] -= 1  # wherever you begin to read, no number is NaN
        return content, len(before), shape

    def read(content, offset, shape, kind):
        """Return as many numbers of another type, from the same place on."""
        size = np.dtype(kind).itemsize * int(np.prod(shape))
        return content[offset : offset + size].view(kind).reshape(shape)

    @case("a row of numbers")
    def row(random):
        return ReadTensor.draw(random, int(random.integers(5, 12)))

    @case("a table")
    def table(random):
        return ReadTensor.draw(random, *random.permutation([2, 3, 4, 5])[:2].tolist())

    @wrong("You begin at the first byte of the file. The tensor stands further on.")
    def from_the_first_byte(content, offset, shape):
        return ReadTensor.solution(content, 0, shape)

    @wrong("The place is counted in bytes, and you count it in numbers.")
    def counted_in_numbers(content, offset, shape):
        return ReadTensor.solution(content, 4 * offset, shape)

    @wrong("Those are single bytes. Four of them together make one number.")
    def single_bytes(content, offset, shape):
        return ReadTensor.read(content, offset, shape, "u1")

    @wrong("The bytes are in the wrong order: the low one comes first.")
    def high_byte_first(content, offset, shape):
        return ReadTensor.read(content, offset, shape, ">f4")

    @wrong("You read whole numbers of four bytes. The same bytes mean something else as float32.")
    def whole_numbers(content, offset, shape):
        return ReadTensor.read(content, offset, shape, "<i4")

    @wrong("You read numbers of eight bytes. A float32 has four.")
    def eight_bytes(content, offset, shape):
        return ReadTensor.read(content, offset, shape, "<f8")

    @wrong("The numbers are right, but they stand in one long row. Give them the shape.")
    def one_long_row(content, offset, shape):
        return ReadTensor.solution(content, offset, shape).reshape(-1)

    @wrong("The numbers stand row by row in the file. You fill column by column.")
    def column_by_column(content, offset, shape):
        return ReadTensor.one_long_row.function(content, offset, shape).reshape(shape, order="F")

    @wrong("You read on to the end of the file. How many numbers are wanted?")
    def up_to_the_end(content, offset, shape):
        return content[offset:].view("<f4")


class WrongExamples(Question):
    name = "wrong_examples"
    title = "Show it the wrong examples"
    task = """
        A friend makes an int8 file, and gives the converter images whose pixels were not divided
        by 255. There is no error. Most answers are wrong. What happened?
        """
    hints = (
        "Which range does the converter see for the pixels? What becomes of a pixel of 1.0 on that "
        "scale?",
    )
    solution_text = """
        The converter sees pixels up to 255, so one step stands for a whole 1. A pixel between 0
        and 1 becomes 0 or 1, and the numbers between the layers, for which the range is as much
        too wide, all become nearly 0. Examples must be like what will come.
        """
    solution_code = """
        import numpy as np
        from firstnet import keep, lite, models

        network = models.keras_model("mlp")
        images = np.random.default_rng(0).uniform(size=(100, 784)).astype("float32")
        path = keep.temporary_folder() / "friend.tflite"
        wanted = network.predict(images, verbose=0)
        gaps = []
        for shown in (images, 255 * images):
            lite.export(network, path, kind="int8", images=shown)
            gaps.append(np.abs(lite.answers(path, images) - wanted).max())
        assert gaps[0] < 0.3 < gaps[1]
        tensors, operators = lite.contents(path)
        pixels = tensors[operators[0]["outputs"][0]]
        assert np.isclose(pixels["scale"][0], 1, atol=0.01)
        """


class Possible(Question):
    name = "explain_possible"
    title = "Explain in a sentence"
    task = """
        In an int8 file the probabilities come out on a scale of 1/256 with the zero point −128.
        Which values are possible? Why is 1 not among them, and why does the answer still agree
        with Keras?
        """
    hints = ("The whole numbers go from −128 to 127.",)
    solution_text = """
        The multiples of 1/256 from 0 to $255/256 = 0.9961$; a 1 would need the whole number 128,
        which does not fit into the byte. The answer is the place of the largest value, and
        rounding never turns the order of two values around. It can only make them equal.
        """
    solution_code = """
        import numpy as np

        possible = (np.arange(-128, 128) + 128) / 256
        assert possible.min() == 0 and round(possible.max(), 4) == 0.9961
        probabilities = np.array([0.02, 0.9, 0.05, 0.03])
        rounded = np.round(probabilities * 256) / 256
        assert rounded.argmax() == probabilities.argmax()
        assert np.round(0.4901 * 256) == np.round(0.4899 * 256)  # a tie
        """


class WithoutMemory(Question):
    name = "without_memory"
    title = "Go on without a memory"
    task = """
        Plain SGD without momentum keeps nothing but its count of steps. How large is its `.keras`
        file, compared with Adam's? Does it matter for SGD whether you save the optimizer?
        """
    hints = ("How many numbers for each parameter does each of the two keep?",)
    solution_text = """
        About a third. There is nothing to remember, so a fresh SGD with the same learning rate
        goes on as if nothing had happened. With a schedule it would begin from the start, because
        a schedule looks at the count of steps.
        """
    solution_code = """
        import keras
        import numpy as np
        from firstnet import keep
        from keras import layers

        rng = np.random.default_rng(0)
        x = rng.uniform(size=(256, 784)).astype("float32")
        y = rng.integers(10, size=256)
        sizes = {}
        for name in ("sgd", "adam"):
            keras.utils.set_random_seed(0)
            parts = [keras.Input((784,)), layers.Dense(100), layers.Dense(10)]
            network = keras.Sequential(parts)
            network.compile(optimizer=name, loss="mse")
            network.fit(x, np.eye(10)[y], verbose=0)
            path = keep.temporary_folder() / f"{name}.keras"
            network.save(path)
            sizes[name] = path.stat().st_size
        assert 0.3 < sizes["sgd"] / sizes["adam"] < 0.4
        """


def parameters(sizes: list) -> int:
    """Return the number of weights and biases of dense layers."""
    return sum((sizes[n] + 1) * sizes[n + 1] for n in range(len(sizes) - 1))


def row_with(random, *, worst: float, largest: int) -> np.ndarray:
    """Return weights that lie near the steps of their scale, but for one, `worst` above a step."""
    steps = random.integers(-90, 91, size=20) + random.uniform(-0.3, 0.3, size=20)
    steps[[3, 8]] = largest, random.integers(1, 90) + worst
    return steps * random.uniform(0.01, 0.02)


def int8s(random, low: int, high: int) -> np.ndarray:
    """Return ten int8 numbers from `low` to below `high`, the two ends among them."""
    drawn = random.integers(low, high, size=10)
    drawn[[2, 5]] = low, high - 1
    return drawn.astype("int8")
