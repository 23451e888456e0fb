"""Exercises of chapter 08: train a network."""

import math

import numpy as np

from firstnet.exercises.base import Exercise, Question, case, wrong

CHAPTER = "08_train_network"
TITLE = "Train a network"


class Predict(Question):
    name = "predict_parameters"
    title = "Predict, then count"
    task = """
        A network takes 784 inputs, has one hidden layer of 64 neurons and ten outputs. How many
        parameters has it? More or less than half of the chapter's 118,282?
        """
    hints = (
        "For each layer: inputs times neurons for the weights, plus one bias for each neuron.",
    )
    solution_text = r"""
        $784 \cdot 64 + 64 = 50{,}240$ and $64 \cdot 10 + 10 = 650$, together 50,890. Less than
        half of 118,282.
        """
    solution_code = """
        assert 784 * 64 + 64 + 64 * 10 + 10 == 50_890
        assert 50_890 < 118_282 / 2
        """


class CountParameters(Exercise):
    name = "parameters_of"
    title = "Write a function"
    task = """
        Write `parameters_of(sizes)` that takes the sizes of all layers, the input first, and
        returns the number of parameters. `parameters_of([784, 128, 128, 10])` should give
        118,282.
        """
    hints = (
        "Look at neighbours: 784 and 128, then 128 and 128, then 128 and 10. "
        "`zip(sizes, sizes[1:])` gives you these pairs.",
    )
    solution_code = """
        assert parameters_of([784, 128, 128, 10]) == 118_282
        assert parameters_of([784, 64, 10]) == 50_890
        assert parameters_of([784, 784, 32, 10]) == 640_890
        """
    imports = ()
    close = 1e-9

    def stub(sizes):
        """Return the number of parameters of dense layers of these sizes."""
        ...

    def solution(sizes):
        """Return the number of parameters of dense layers of these sizes."""
        pairs = zip(sizes[:-1], sizes[1:], strict=True)
        return sum(inputs * neurons + neurons for inputs, neurons in pairs)

    @case("one hidden layer")
    def one(random):
        return (random.permutation(90)[:3] + 3).tolist()

    @case("several hidden layers", points=2)
    def several(random):
        return (random.permutation(90)[: int(random.integers(4, 7))] + 3).tolist()

    @wrong("The biases are missing: one for each neuron.")
    def without_biases(sizes):
        return weights_between(sizes)

    @wrong("The inputs are no neurons: they have no biases.")
    def biases_of_the_input(sizes):
        return weights_between(sizes) + sum(sizes)

    @wrong("Each neuron has one bias, not one for each of its inputs.")
    def biases_of_the_wrong_side(sizes):
        return weights_between(sizes) + sum(sizes[:-1])

    @wrong("One layer has one bias here. It has one for each of its neurons.")
    def one_bias_a_layer(sizes):
        return weights_between(sizes) + len(sizes) - 1

    @wrong("Only neighbours are connected. You multiply all sizes with each other.")
    def all_multiplied(sizes):
        return math.prod(sizes) + sum(sizes[1:])


class Mend(Exercise):
    name = "scaled_alike"
    title = "Mend a broken piece"
    task = """
        A friend trains on images divided by 255, and tests on images that are not divided. The
        test loss is enormous. Why, and which line is missing? Put it in.
        """
    hints = ("What does a neuron's sum do when all of its inputs become 255 times larger?",)
    solution_text = """
        The line `x_test = x_test / 255` is missing. With inputs 255 times larger the sums grow
        about as much, and softmax becomes certain of everything, also where it is wrong. Whatever
        you do to the training images, do to the test images too.
        """
    solution_code = """
        def softmax(z):
            return np.exp(z - z.max()) / np.exp(z - z.max()).sum()

        sums = np.array([1.0, 2.0, 1.5])
        assert softmax(sums).max() < 0.6
        assert softmax(255 * sums).max() > 0.999999
        """

    def stub(x_train, x_test):
        """Return training and test images with pixels from 0 to 1."""
        x_train = x_train / 255
        return x_train, x_test

    def solution(x_train, x_test):
        """Return training and test images with pixels from 0 to 1."""
        x_train = x_train / 255
        x_test = x_test / 255
        return x_train, x_test

    @case("as many test images")
    def as_many(random):
        return images(random, 3, 255), images(random, 3, 255)

    @case("a single dark test image", points=2)
    def one_dark_image(random):
        brightest = random.integers(220, 250)
        return images(random, 4, brightest), images(random, 1, random.integers(90, 200))

    @wrong("The test images still go up to 255. Do to them what is done to the training images.")
    def test_forgotten(x_train, x_test):
        return x_train / 255, x_test

    @wrong("Divide by the same number always. A dark image must stay dark.")
    def each_by_its_largest(x_train, x_test):
        return x_train / x_train.max(), x_test / x_test.max()

    @wrong("The brightest training pixel need not be 255. Divide by a number that never changes.")
    def by_the_training_images(x_train, x_test):
        return x_train / x_train.max(), x_test / x_train.max()

    @wrong("Whole-number division cuts off everything after the point.")
    def whole_division(x_train, x_test):
        return x_train // 255, x_test // 255

    @wrong("The test images are divided twice.")
    def divided_twice(x_train, x_test):
        return x_train / 255, x_test / 255 / 255

    @wrong("The largest pixel is 255, and it must become 1.")
    def by_256(x_train, x_test):
        return x_train / 256, x_test / 256

    @wrong("Only the training images come back. Give back both.")
    def training_only(x_train, x_test):
        return x_train / 255

    @wrong("Training images come first, then test images.")
    def exchanged(x_train, x_test):
        return x_test / 255, x_train / 255


class Explain(Question):
    name = "explain_test_images"
    title = "Explain in a sentence"
    task = """
        Why do we measure the accuracy on the test images and not on the training images?
        """
    hints = ("What would a network score that only learned its training images by heart?",)
    solution_text = """
        Because a network can do well on images it has learned from without being able to read new
        ones, and new ones are what we want it for.
        """


class CountSteps(Exercise):
    name = "steps_taken"
    title = "Count the steps"
    task = """
        The last batch of an epoch may be smaller than the others, and counts as a step too. How
        many steps did our five epochs take, with 48,000 rows and batches of 64? How many does
        article B's recipe take, with batches of 500 and 20 epochs, and how many rows has its last
        batch? Write `steps_taken(rows, batch_size, epochs)`.
        """
    hints = (
        "After `import math`, `math.ceil` rounds up. Article B learns from nine tenths of 60,000 "
        "rows.",
    )
    solution_text = r"""
        Five epochs of 750 steps are 3,750. Article B takes $54{,}000 / 500 = 108$ steps an epoch,
        $20 \cdot 108 = 2{,}160$ in twenty. It divides exactly, so its last batch is full.
        """
    solution_code = """
        assert steps_taken(48_000, 64, 5) == 3_750
        assert steps_taken(54_000, 500, 20) == 2_160
        assert 54_000 % 500 == 0
        """
    imports = ("import math",)
    close = 1e-9

    def stub(rows, batch_size, epochs):
        """Return the number of steps, the smaller last batches among them."""
        ...

    def solution(rows, batch_size, epochs):
        """Return the number of steps, the smaller last batches among them."""
        return math.ceil(rows / batch_size) * epochs

    @case("full batches only")
    def full(random):
        batch_size = int(random.integers(8, 70))
        return batch_size * int(random.integers(5, 30)), batch_size, int(random.integers(2, 9))

    @case("a smaller last batch", points=2)
    def with_a_rest(random):
        batch_size = int(random.choice([11, 13, 17, 23, 31, 47, 61]))
        rows = batch_size * int(random.integers(5, 30)) + int(random.integers(2, batch_size // 2))
        return rows, batch_size, int(random.integers(2, 9))

    @wrong("The smaller last batch of each epoch counts as a step too.")
    def rest_left_out(rows, batch_size, epochs):
        return rows // batch_size * epochs

    @wrong("There is no part of a step. Round up.")
    def not_rounded(rows, batch_size, epochs):
        return rows / batch_size * epochs

    @wrong("The last batch of an epoch is not filled up from the next epoch. Round first.")
    def rounded_at_the_end(rows, batch_size, epochs):
        return math.ceil(rows * epochs / batch_size)

    @wrong("These are the steps of one epoch.")
    def of_one_epoch(rows, batch_size, epochs):
        return math.ceil(rows / batch_size)

    @wrong("You add a step to every epoch, also where the batches fit exactly.")
    def one_too_many(rows, batch_size, epochs):
        return (rows // batch_size + 1) * epochs


class ReadLoss(Question):
    name = "read_a_loss"
    title = "Read a loss"
    task = """
        A training reports a loss of 2.30 in each epoch. What does the network do? Compute the loss
        of a network that gives each of ten digits the same probability. Why did the runs of article
        B end a little lower, at 2.301?
        """
    hints = (
        "The cross-entropy is minus the logarithm of the probability that the right digit got.",
    )
    solution_text = r"""
        It guesses. Ten equal probabilities cost $-\ln 0.1 = 2.3026$, whatever the right digit is.
        The digits of MNIST are not equally common, and ten biases can learn that. It saves two
        thousandths.
        """
    solution_code = """
        import math

        assert round(-math.log(0.1), 4) == 2.3026
        common = [0.5, 0.3, 0.2]  # three classes that are not equally common
        knows = -sum(share * math.log(share) for share in common)
        assert knows < math.log(3)
        """


class Distrust(Question):
    name = "distrust_nine_images"
    title = "Distrust nine images"
    task = """
        One network reads 97% of the test images, another 92%. You look at nine test images chosen
        at random. How likely is it that the network reads all nine? Can nine images tell the two
        networks apart?
        """
    hints = (r"The probability that it reads two images is $0.97 \cdot 0.97$.",)
    solution_text = """
        $0.97^9$ is about 0.76, and $0.92^9$ about 0.47. So the worse network shows nine right
        answers nearly every second time. A picture of nine is an illustration, not a measurement.
        """
    solution_code = """
        better, worse = 0.97**9, 0.92**9
        assert round(better, 2) == 0.76
        assert round(worse, 2) == 0.47
        """


class MendLoop(Exercise):
    name = "mended_app"
    title = "Mend the loop of the app"
    task = """
        Here is the loop of the app. Change one line, so that it finds the most probable digit. Then
        let it answer `"not sure"` when no digit has a probability of at least `at_least`.
        """
    hints = (
        "When you find a better digit, there are two things to note.",
        "What should `answer` be as long as no digit was good enough?",
    )
    solution_text = """
        Note the probability too. And ask for both: more than the best so far, and enough.
        """
    solution_code = """
        assert mended_app([0.1, 0.7, 0.2], 0) == 1
        assert mended_app([0.1, 0.7, 0.2], 0.5) == 1
        assert mended_app([0.3, 0.3, 0.4], 0.5) == "not sure"
        """
    imports = ()

    def stub(probabilities, at_least):
        """Return the most probable digit, or "not sure"."""
        best, answer = 0, None
        for digit, probability in enumerate(probabilities):
            if probability > best:
                answer = digit
        return answer

    def solution(probabilities, at_least):
        """Return the most probable digit, or "not sure"."""
        best, answer = 0, "not sure"
        for digit, probability in enumerate(probabilities):
            if probability > best and probability >= at_least:
                best, answer = probability, digit
        return answer

    @case("one digit leads")
    def leads(random):
        return shared_out(random, [0.22, 0.4, 0.21]), 0.2

    @case("no digit is probable enough", points=2)
    def none(random):
        return shared_out(random, [0.3, 0.4]), 0.5

    @case("exactly as probable as it must be")
    def exactly(random):
        return shared_out(random, [0.125, 0.5]), 0.5

    @wrong("The last digit always wins. What does the loop not note about the best one so far?")
    def last_one(probabilities, at_least):
        return len(probabilities) - 1

    @wrong("It answers even when no digit is probable enough.")
    def always_sure(probabilities, at_least):
        return int(np.argmax(probabilities))

    @wrong("At least means: exactly as probable is enough.")
    def more_than(probabilities, at_least):
        sure = max(probabilities) > at_least
        return int(np.argmax(probabilities)) if sure else "not sure"

    @wrong("It stops at the first digit that is probable enough. A later one may be more probable.")
    def first_enough(probabilities, at_least):
        enough = [digit for digit, one in enumerate(probabilities) if one >= at_least]
        return enough[0] if enough else "not sure"

    @wrong("The last digit that is probable enough wins. Is it more probable than the best so far?")
    def last_enough(probabilities, at_least):
        enough = [digit for digit, one in enumerate(probabilities) if one >= at_least]
        return enough[-1] if enough else "not sure"

    @wrong("That is the probability. Wanted is the digit that has it.")
    def the_probability(probabilities, at_least):
        return max(probabilities) if max(probabilities) >= at_least else "not sure"


class PredictFile(Question):
    name = "predict_a_file"
    title = "Predict a file"
    task = """
        How many bytes will article B's network, with its 640,890 parameters, have in TensorFlow
        Lite? The file of our network had about 2,000 bytes besides its parameters. What would you
        gain if each parameter took only one byte?
        """
    hints = ("Each parameter takes four bytes.",)
    solution_text = r"""
        $640{,}890 \cdot 4 = 2{,}563{,}560$ for the parameters, and about 2,000 for the rest: 2.57
        million. With one byte each it is about a quarter. You can check it with
        `model_b.export(...)`, as above.
        """
    solution_code = """
        four, one = 640_890 * 4 + 2_000, 640_890 + 2_000
        assert round(four / 1e6, 2) == 2.57
        assert 0.25 < one / four < 0.26
        """


def weights_between(sizes: list) -> int:
    """Return the number of weights of dense layers, without biases."""
    return sum(sizes[n] * sizes[n + 1] for n in range(len(sizes) - 1))


def images(random, count: int, largest: int) -> np.ndarray:
    """Return images of whole pixels, the largest of them among them."""
    drawn = random.integers(largest, size=(count, 6))
    drawn.flat[3] = largest
    return drawn


def shared_out(random, larger: list) -> list[float]:
    """Return ten probabilities, some of which are given; the last two digits have none of these."""
    probabilities = random.dirichlet(np.ones(10)) * (1 - sum(larger)) * 0.4
    probabilities += (1 - sum(larger) - probabilities.sum()) / 10
    places = np.sort(random.permutation([1, 3, 5, 7])[: len(larger)])
    probabilities[places] = larger
    return (probabilities * np.where(np.isin(np.arange(10), places), 1, 0.5)).tolist()
