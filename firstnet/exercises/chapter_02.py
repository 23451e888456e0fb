"""Exercises of chapter 02: bend a line."""

import numpy as np

from firstnet.exercises.base import Exercise, Question, case, wrong

CHAPTER = "02_bend_line"
TITLE = "Bend a line"


class Predict(Question):
    name = "predict_shifted_shares"
    title = "Predict, then run"
    task = """
        You add 100 to each of the sums 0.4, 3.0 and 2.2. What happens to the shares? And what
        happens to the three sigmoids?
        """
    hints = (r"$e^{z + 100} = e^z \cdot e^{100}$. What does that do to a fraction?",)
    solution_text = """
        The shares stay the same: the factor $e^{100}$ stands above and below the fraction line. The
        sigmoids all become nearly 1.
        """
    solution_code = """
        import numpy as np
        from firstnet.activations import sigmoid, softmax

        sums = np.array([0.4, 3.0, 2.2])
        assert np.allclose(softmax(sums + 100), softmax(sums))
        assert (sigmoid(sums + 100) > 0.999).all()
        """


class Tent(Exercise):
    name = "tent"
    title = "Write a function"
    task = """
        Our hat falls for ever on both sides. Write `tent(x, centre)` from *three* ReLUs: 0 up to
        `centre - 1`, then up to 1 at `centre`, down to 0 at `centre + 1`, and 0 from there on. Here
        `x` is an array.
        """
    hints = (
        "There are three corners. At each, say by how much the slope turns: from 0 to 1, from 1 "
        "to −1, from −1 to 0. Those turns are the three weights.",
        "ReLU is `np.maximum(z, 0)`.",
    )
    solution_code = """
        x = np.array([0.0, 2.0, 2.5, 3.0, 3.25, 4.0, 9.0])
        assert np.allclose(tent(x, 3.0), [0, 0, 0.5, 1, 0.75, 0, 0])
        """

    def stub(x, centre):
        """Return a tent of height 1 around its centre, for each x."""
        ...

    def solution(x, centre):
        """Return a tent of height 1 around its centre, for each x."""
        left, middle, right = x - centre + 1, x - centre, x - centre - 1
        return np.maximum(left, 0) - 2 * np.maximum(middle, 0) + np.maximum(right, 0)

    @case("under the tent")
    def under(random):
        centre = random.uniform(2, 4)
        return centre + random.uniform(-0.9, 0.9, size=6), centre

    @case("far to both sides", points=2)
    def far(random):
        centre = random.uniform(2, 4)
        distances = random.uniform([2, -20, 2, -20], [20, -10, 20, -10])
        return centre + np.append(distances, [0, 0.5, -0.5]), centre

    @wrong("It goes on falling far from the centre, like the hat. The outer corners are missing.")
    def hat(x, centre):
        return 1 - np.maximum(x - centre, 0) - np.maximum(centre - x, 0)

    @wrong("It never stops falling on the right. Which corner ends the fall?")
    def without_the_last_corner(x, centre):
        return np.maximum(x - centre + 1, 0) - 2 * np.maximum(x - centre, 0)

    @wrong(
        "It stays up at 1 after the centre. The slope turns from 1 to −1 there, not from 1 to 0."
    )
    def stays_up(x, centre):
        return np.maximum(x - centre + 1, 0) - np.maximum(x - centre, 0)

    @wrong("It does not stand at the centre. Where does your code use `centre`?")
    def mirrored(x, centre):
        return Tent.solution(x, -centre)

    @wrong("It is twice as wide as it should be. The corners are 1 away from the centre.")
    def too_wide(x, centre):
        return Tent.solution((x - centre) / 2, 0)

    @wrong("It hangs upside down. All three turns have the wrong sign.")
    def upside_down(x, centre):
        return -Tent.solution(x, centre)


class Softmax(Exercise):
    name = "mended_softmax"
    answered_in = ("firstnet.activations",)
    title = "Mend a broken piece"
    task = """
        A friend's softmax works in every lesson and gives `nan` in her project. It fails for the
        sums `[1000.0, 1001.0, 1002.0]`. Mend it.
        """
    hints = (
        "$e^{1000}$ is too large for a computer. Which sums have the same shares, and smaller "
        "powers?",
    )
    solution_text = "Take the largest sum away first. The largest power is then $e^0 = 1$."
    solution_code = """
        shares = mended_softmax(np.array([1000.0, 1001.0, 1002.0]))
        assert np.allclose(shares, mended_softmax(np.array([0.0, 1.0, 2.0])))
        assert np.isclose(shares.sum(), 1)
        """

    def stub(z):
        """Return the shares of the sums z."""
        powers = np.exp(z)
        return powers / powers.sum()

    def solution(z):
        """Return the shares of the sums z."""
        powers = np.exp(z - z.max())
        return powers / powers.sum()

    def spread(random):
        """Return four sums that are clearly different, in any order."""
        return random.permutation([0.0, 1.0, 2.0, 3.5]) + random.normal(size=4) / 5

    @case("large sums")
    def large(random):
        return random.uniform(900, 1100) + Softmax.spread(random)

    @case("sums far below zero")
    def far_below(random):
        return random.uniform(-1100, -900) + Softmax.spread(random)

    @case("two sums far above the others", points=2)
    def two_above(random):
        high = random.uniform(1000, 1200)
        return np.append(random.normal(size=2), [high, high + random.uniform(0.5, 1.5)])

    @wrong(
        "It still gives nan. The powers are too large for the computer, or so small that all of "
        "them become 0."
    )
    def broken(z):
        powers = np.exp(z)
        return powers / powers.sum()

    @wrong("You cut the sums off, so different ones become equal, and so do their shares.")
    def cut_off(z):
        powers = np.exp(np.clip(z, -700, 700))
        return powers / powers.sum()

    @wrong("Dividing the sums changes the shares. What may you take away from all of them?")
    def divided(z):
        powers = np.exp(z / np.abs(z).max())
        return powers / powers.sum()

    @wrong(
        "All shares are 0. Either nan was overwritten, or the powers below the line are still too "
        "large."
    )
    def hidden(z):
        powers = np.exp(z)
        return np.nan_to_num(powers / powers.sum(), nan=0.0, posinf=0.0)

    @wrong("These are powers. They become shares when you divide them by their sum.")
    def powers_only(z):
        return np.exp(z - z.max())


class Linear(Question):
    name = "explain_linear_stack"
    title = "Explain in a sentence"
    task = """
        A network has ten hidden layers of 100 neurons, all linear, and one linear output. Your
        friend says: "It has over 90,000 parameters, so it can learn more than one neuron." What do
        you answer?
        """
    hints = ("What do two linear layers collapse into? And three?",)
    solution_text = """
        Whatever the parameters are, the layers collapse into one: the network can only do what one
        linear neuron can do, and that has as many weights as there are inputs, and one bias. The
        check leaves the biases out; `multi_dot` multiplies all the matrices.
        """
    solution_code = """
        import numpy as np

        random = np.random.default_rng(1)
        layers = [random.normal(size=(100, 100)) / 10 for _ in range(9)]
        layers = [random.normal(size=(5, 100)), *layers, random.normal(size=(100, 1)) / 10]
        x = random.normal(size=(20, 5))
        values = x
        for W in layers:
            values = values @ W
        one_neuron = np.linalg.multi_dot(layers)
        assert one_neuron.shape == (5, 1)
        assert np.allclose(values, x @ one_neuron)
        assert sum(W.size for W in layers) > 90_000
        """


class Collapse(Exercise):
    name = "collapse"
    title = "Write a function"
    task = """
        Write `collapse(layers)`. It takes a list of pairs `(W, b)`, one for each linear layer, and
        returns the one pair that does the same.
        """
    hints = (
        "Start with the first pair. For each further layer use the formula of the chapter: the new "
        "matrix is $W_1 W_2$, the new biases are $b_1 W_2 + b_2$.",
    )
    solution_code = """
        random = np.random.default_rng(0)
        sizes = [(3, 5), (5, 4), (4, 2)]
        layers = [(random.normal(size=size), random.normal(size=size[1])) for size in sizes]
        x = values = random.normal(size=(10, 3))
        for W, b in layers:
            values = values @ W + b
        W, b = collapse(layers)
        assert np.allclose(x @ W + b, values)
        """

    def stub(layers):
        """Return the one pair (W, b) that does what all linear layers do."""
        ...

    def solution(layers):
        """Return the one pair (W, b) that does what all linear layers do."""
        W, b = layers[0]
        for W_next, b_next in layers[1:]:
            W, b = W @ W_next, b @ W_next + b_next
        return W, b

    def draw(random, *sizes):
        """Return random linear layers of these sizes."""
        pairs = zip(sizes[:-1], sizes[1:], strict=True)
        return ([(random.normal(size=pair), random.normal(size=pair[1])) for pair in pairs],)

    @case("two layers")
    def two(random):
        return Collapse.draw(random, 3, 3, 2)

    @case("four layers", points=2)
    def four(random):
        return Collapse.draw(random, 3, 3, 3, 3, 2)

    @case("a single layer")
    def single(random):
        return Collapse.draw(random, 3, 2)

    @wrong("The earlier biases get lost. They too pass through the next layer's matrix.")
    def last_biases_only(layers):
        return Collapse.solution(layers)[0], layers[-1][1]

    @wrong("Each layer adds biases of its own. You take only those of the first one along.")
    def first_biases_only(layers):
        W, b = layers[0]
        for W_next, _ in layers[1:]:
            W, b = W @ W_next, b @ W_next
        return W, b

    @wrong(
        "You change the matrix before the biases. They pass through the next layer's matrix only, "
        "not through the product."
    )
    def matrix_changed_first(layers):
        W, b = layers[0]
        for W_next, b_next in layers[1:]:
            W = W @ W_next
            b = b @ W + b_next
        return W, b

    @wrong("Your biases have the shape (1, n). Give one number for each neuron: the shape is (n,).")
    def biases_in_a_table(layers):
        W, b = Collapse.solution(layers)
        return W, b[None]

    @wrong("That is the matrix. The biases are wanted too, as a pair `(W, b)`.")
    def only_the_matrix(layers):
        return Collapse.solution(layers)[0]

    @wrong("The pair is turned round: first the matrix, then the biases.")
    def turned_round(layers):
        return Collapse.solution(layers)[::-1]

    @wrong("You stop after two layers. The list may be longer.")
    def only_two_layers(layers):
        return Collapse.solution(layers[:2])


class Choose(Question):
    name = "choose_outputs"
    title = "Choose"
    task = """
        Which activation belongs on the output: (a) tomorrow's temperature in °C, (b) spam or not,
        (c) which of ten digits, (d) which of the tags "beach", "sunset", "dog" fit a photo, (e) how
        many minutes a bus is late, never below 0?
        """
    hints = ("Ask which values must be possible, and whether the answers exclude one another.",)
    solution_text = """
        (a) linear, because every number is possible, also below 0. (b) one sigmoid. (c) softmax
        over ten sums, because exactly one digit is right. (d) a sigmoid for each tag, because
        several can fit. (e) softplus, which is above 0; ReLU has the right range too, but its slope
        is 0 wherever the sum is negative.
        """
    solution_code = """
        from firstnet.activations import relu, relu_slope, softplus, softplus_slope

        assert softplus(-3.0) > 0 and relu(-3.0) == 0
        assert softplus_slope(-3.0) > 0 and relu_slope(-3.0) == 0
        """
    points = 5


class TwoClasses(Question):
    name = "show_two_classes"
    title = "Go further"
    task = """
        For two classes you can use one sigmoid, or a softmax over two sums $z_1$ and $z_2$. Show
        that the softmax's first share is a sigmoid. Of what?
        """
    hints = (r"Divide the fraction $e^{z_1} / (e^{z_1} + e^{z_2})$ by $e^{z_1}$, above and below.",)
    solution_text = r"""
        $$\frac{e^{z_1}}{e^{z_1} + e^{z_2}} = \frac{1}{1 + e^{-(z_1 - z_2)}} =
        \text{sigmoid}(z_1 - z_2)$$

        Only the difference counts. So for two classes one sum is enough, and one sigmoid.
        """
    solution_code = """
        import numpy as np
        from firstnet.activations import sigmoid, softmax

        z = np.random.default_rng(0).normal(size=(100, 2))
        assert np.allclose(softmax(z)[:, 0], sigmoid(z[:, 0] - z[:, 1]))
        """
