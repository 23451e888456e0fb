"""Exercises of chapter 01: meet a neuron."""

import numpy as np

from firstnet.exercises.base import Exercise, Question, case, wrong

CHAPTER = "01_meet_neuron"
TITLE = "Meet a neuron"


class Predict(Question):
    name = "predict_three_values"
    title = "Predict, then run"
    task = """
        A neuron has the inputs $x = (2, 1)$, the weights $w = (0.5, -1)$ and the bias 0. Say its
        value with the step, with ReLU and with the sigmoid, before you compute anything.
        """
    hints = ("The sum is a round number. Where does it lie on each of the three curves?",)
    solution_text = r"""
        $z = 0.5 \cdot 2 - 1 \cdot 1 + 0 = 0$. The step gives 1 for a sum that is not below 0. ReLU
        gives 0. The sigmoid gives $1 / (1 + e^0) = 1/2$.
        """
    solution_code = """
        import numpy as np

        z = np.array([0.5, -1]) @ np.array([2, 1]) + 0
        assert np.where(z < 0, 0, 1) == 1
        assert np.maximum(0, z) == 0
        assert 1 / (1 + np.exp(-z)) == 0.5
        """


class Value(Exercise):
    name = "neuron"
    title = "Write a function"
    task = """
        Write `neuron(x, w, b)` that returns the value of a neuron with the sigmoid, for any number
        of inputs.
        """
    hints = ("Two lines are enough: one for the sum, one for the value.",)
    solution_code = """
        x, w = np.array([1.5, 2.0]), np.array([0.8, -0.5])
        assert np.isclose(neuron(x, w, 0.3), 0.6225, atol=1e-4)
        assert neuron(np.ones(50), np.zeros(50), 0.0) == 0.5
        """

    def stub(x, w, b):
        """Return the value of a neuron with the sigmoid."""
        ...

    def solution(x, w, b):
        """Return the value of a neuron with the sigmoid."""
        z = w @ x + b
        return 1 / (1 + np.exp(-z))

    @case("two inputs")
    def two(random):
        return random.normal(size=2), random.normal(size=2), random.uniform(0.3, 1.5)

    @case("thirty inputs", points=2)
    def thirty(random):
        return random.normal(size=30) / 2, random.normal(size=30) / 2, random.uniform(-1.5, -0.3)

    @wrong("That is the sum. The value is what the sigmoid makes of it.")
    def only_the_sum(x, w, b):
        return w @ x + b

    @wrong("The bias is missing. It belongs to the sum.")
    def without_the_bias(x, w, b):
        return 1 / (1 + np.exp(-(w @ x)))

    @wrong("The bias comes too late. It belongs to the sum, before the curve bends it.")
    def bias_after_the_curve(x, w, b):
        return 1 / (1 + np.exp(-(w @ x))) + b

    @wrong("A large sum gives a small value: your S is turned round. Look at the power's sign.")
    def turned_round(x, w, b):
        return 1 / (1 + np.exp(w @ x + b))

    @wrong("Only two inputs count. There can be more of them.")
    def only_two_inputs(x, w, b):
        return 1 / (1 + np.exp(-(w[0] * x[0] + w[1] * x[1] + b)))

    @wrong("You give one number for each input. Add up the products first: a neuron has one sum.")
    def one_value_for_each_input(x, w, b):
        return 1 / (1 + np.exp(-(w * x + b)))


class Either(Exercise):
    name = "either"
    title = "Mend a broken piece"
    task = """
        A friend wants a neuron for OR: with the step, it should say 1 if at least one of its two
        inputs is 1. The friend chose the weights 1 and 1 and the bias 0. Here it is, for a table
        with a pair of inputs in each row. For which pair is it wrong? Change one number.
        """
    hints = (
        "What does the step make of a sum of exactly 0? Set the numbers in the explorable and "
        "look at the four buttons at its foot.",
    )
    solution_text = """
        For the inputs 0 and 0 the sum is the bias, 0, and the step makes 1 of it. The bias must be
        below 0, but not below $-1$, or a single 1 no longer suffices. Take $-0.5$.
        """
    solution_code = """
        pairs = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
        assert either(pairs).tolist() == [0, 1, 1, 1]
        """

    def stub(pairs):
        """Return 1 for each pair in which at least one input is 1, else 0."""
        sums = pairs @ np.array([1, 1]) + 0
        return np.where(sums < 0, 0, 1)

    def solution(pairs):
        """Return 1 for each pair in which at least one input is 1, else 0."""
        sums = pairs @ np.array([1, 1]) - 0.5
        return np.where(sums < 0, 0, 1)

    @case("the four pairs", points=2)
    def four(random):
        return random.permutation(np.array([[0, 0], [0, 1], [1, 0], [1, 1]]))

    @case("twenty pairs")
    def twenty(random):
        four = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
        return random.permutation(np.concatenate([four, random.integers(2, size=(16, 2))]))

    @wrong("It still says 1 for the pair of two zeros. What is the sum there, without any input?")
    def broken(pairs):
        return np.where(pairs @ np.array([1, 1]) + 0 < 0, 0, 1)

    @wrong("Now it wants both inputs: that is AND. A single 1 must be enough.")
    def both(pairs):
        return np.where(pairs @ np.array([1, 1]) - 1.5 < 0, 0, 1)

    @wrong("Now it never says 1: the bias holds even two ones down.")
    def never(pairs):
        return np.where(pairs @ np.array([1, 1]) - 2.5 < 0, 0, 1)

    @wrong("Only the first input counts. The second has a weight too.")
    def first_input_only(pairs):
        return np.where(pairs[:, 0] - 0.5 < 0, 0, 1)

    @wrong("It says 1 only for two zeros. That is the opposite of OR.")
    def neither(pairs):
        return np.where(pairs @ np.array([-1, -1]) + 0.5 < 0, 0, 1)

    @wrong("It says 0 for a pair of two ones. At least one of them is 1, so it should say 1.")
    def exactly_one(pairs):
        return np.where(pairs.sum(axis=1) == 1, 1, 0)


class Count(Exercise):
    name = "count_parameters"
    title = "Count"
    task = """
        Write `count_parameters(layers)`, where `layers` is a list such as `[3, 3, 1]`. How many
        parameters has the network 784-128-128-10 that will read digits?
        """
    hints = (
        "Between a layer of $m$ nodes and the next one of $n$ there are $m \\cdot n$ weights. The "
        "second layer also has $n$ biases.",
    )
    solution_text = "The network that will read digits has 118,282."
    solution_code = """
        assert count_parameters([3, 3, 1]) == 16
        assert count_parameters([784, 128, 128, 10]) == 118_282
        """
    imports = ()
    close = 1e-9

    def stub(layers):
        """Return the number of weights and biases of a network."""
        ...

    def solution(layers):
        """Return the number of weights and biases of a network."""
        steps = zip(layers[:-1], layers[1:], strict=True)
        return sum(m * n + n for m, n in steps)

    @case("one hidden layer")
    def one(random):
        return (random.permutation(9)[:3] + 3).tolist()

    @case("several hidden layers", points=2)
    def several(random):
        return (random.permutation(200)[:5] + 3).tolist()

    @wrong("These are the weights. Each neuron also has a bias.")
    def without_biases(layers):
        return sum(m * n for m, n in zip(layers[:-1], layers[1:], strict=True))

    @wrong("You give the input layer biases too. It computes nothing, so it has none.")
    def biases_of_inputs(layers):
        return Count.without_biases.function(layers) + sum(layers)

    @wrong("A bias belongs to the neuron that lines lead to, not to the one where they begin.")
    def biases_of_the_wrong_side(layers):
        return Count.without_biases.function(layers) + sum(layers[:-1])

    @wrong("You count one bias for each layer. Every neuron of a layer has its own.")
    def one_bias_for_each_layer(layers):
        return Count.without_biases.function(layers) + len(layers) - 1

    @wrong("You count the biases of the hidden layers only. The output neurons have some too.")
    def hidden_biases_only(layers):
        return Count.without_biases.function(layers) + sum(layers[1:-1])

    @wrong("You stop after the first hidden layer and the one behind it. Go on to the end.")
    def only_three_layers(layers):
        return Count.solution(layers[:3])

    @wrong("That is the number of neurons. Count the lines between them, and their biases.")
    def neurons(layers):
        return sum(layers[1:])


class Sleeping(Question):
    name = "explain_sleeping_neuron"
    title = "Explain in a sentence"
    task = """
        For our passenger, with the inputs 0.18, 1 and 1, hidden 2 is 0: it has the weights −1, 0.3
        and −0.6 for age / 100, class and siblings, and the bias 0.2. A friend says: then we can
        throw that neuron away. What is wrong with that?
        """
    hints = (
        "Look for a passenger with a positive sum in hidden 2. Which input has a positive weight "
        "there?",
    )
    solution_text = """
        Hidden 2 is 0 for this passenger, but for others, for instance of the same age in third
        class without siblings, its sum is positive and its weight to the output counts.
        """
    solution_code = """
        import numpy as np

        weights, bias = np.array([-1.0, 0.3, -0.6]), 0.2
        assert weights @ np.array([0.18, 1, 1]) + bias < 0
        assert weights @ np.array([0.18, 3, 0]) + bias > 0
        """


class ExactlyOne(Question):
    name = "find_exactly_one"
    title = "Go further"
    task = """
        A neuron should say 1 if *exactly* one of its two inputs is 1. This is called XOR. Look for
        weights and a bias in the explorable, with the step. If you cannot find any: why not? Can
        three neurons in two layers do it?
        """
    hints = (
        r"Write down what the sums must fulfil for the four pairs: $b < 0$, $w_1 + b \ge 0$, "
        r"$w_2 + b \ge 0$, $w_1 + w_2 + b < 0$. Add the two in the middle.",
        'For the second question: XOR is "OR, but not AND", and you have neurons for both.',
    )
    solution_text = r"""
        The two in the middle add up to $w_1 + w_2 + 2b \ge 0$, so $w_1 + w_2 + b \ge -b$. As $b$ is
        negative, $-b$ is positive, and so is the sum for the pair of two ones. It should be below
        0. No neuron can do both. Three can: the hidden ones are OR and AND, and the output takes
        the first and is held down by the second.
        """
    solution_code = """
        import numpy as np

        def step(z):
            return np.where(z < 0, 0, 1)

        pairs = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
        W1, b1 = np.array([[1, 1], [1, 1]]), np.array([-0.5, -1.5])  # OR, AND
        hidden = step(pairs @ W1 + b1)
        xor = step(hidden @ np.array([1, -1]) - 0.5)
        assert xor.tolist() == [0, 1, 1, 0]
        """
    points = 3
