"""Exercises of chapter 03: score a guess."""

import numpy as np

from firstnet.exercises.base import Exercise, Question, case, wrong

CHAPTER = "03_score_guess"
TITLE = "Score a guess"


class Predict(Question):
    name = "predict_prices"
    title = "Predict, then run"
    task = """
        A model gives the truth a chance of 0.2. What does that cost? Now the chance falls to 0.1,
        then to 0.01. How much more does each fall cost? Say it before you compute.
        """
    hints = (r"$0.2 = 2 \cdot 0.1$. You know $\ln 2 = 0.693$ and $\ln 10 = 2.303$.",)
    solution_text = r"""
        0.1 costs 2.303. Twice that chance costs 0.693 less: $2.3026 - 0.6931 \approx 1.609$. So the
        first fall costs 0.693, the second 2.303.
        """
    solution_code = """
        import math

        assert round(-math.log(0.2), 3) == 1.609
        assert math.isclose(math.log(0.2) - math.log(0.1), math.log(2))
        assert math.isclose(math.log(0.1) - math.log(0.01), math.log(10))
        """


class BinaryCrossEntropy(Exercise):
    name = "binary_cross_entropy"
    answered_in = ("firstnet.losses",)
    title = "Write a function"
    task = """
        Write `binary_cross_entropy(y, p)` for arrays of any length. It should hold every
        probability between 0.0000001 and 1 minus that, so that no prediction breaks it.
        """
    hints = ("`np.clip(p, low, high)` holds numbers between two limits.",)
    solution_code = """
        y, p = np.array([1.0, 0.0, 1.0]), np.array([0.9, 0.2, 0.4])
        assert np.isclose(binary_cross_entropy(y, p), 0.4149, atol=1e-4)
        assert np.isclose(binary_cross_entropy(np.ones(1), np.zeros(1)), 16.1181, atol=1e-4)
        """

    def stub(y, p):
        """Return the mean binary cross-entropy of predictions p for targets y."""
        ...

    def solution(y, p):
        """Return the mean binary cross-entropy of predictions p for targets y."""
        p = np.clip(p, 1e-7, 1 - 1e-7)
        return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))

    @case("ordinary predictions", points=2)
    def ordinary(random):
        y = random.permutation(np.array([0.0, 0.0, 1.0, 1.0, 1.0]))
        return y, random.uniform(0.05, 0.95, size=5)

    @case("predictions of 0 and 1", close=6e-3)  # 1 - 1e-7 is coarse in single precision
    def certain(random):
        middle = random.uniform(0.2, 0.8)
        y = np.array([0.0, 0.0, 0.0, 1.0, 1.0, 1.0])
        p = np.array([0.0, 1.0, middle, 0.0, 1.0, middle])
        order = random.permutation(6)
        return y[order], p[order]

    @wrong(
        "It gives nan where a prediction is 0 or 1. Hold the probabilities before the logarithm."
    )
    def not_held(y, p):
        return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))

    @wrong(
        "It is a sum where a mean is wanted: the loss must not grow with the number of examples."
    )
    def sum_of_costs(y, p):
        return len(y) * BinaryCrossEntropy.solution(y, p)

    @wrong("It is negative. The logarithm of a chance is; what makes a cost of it?")
    def negative(y, p):
        return -BinaryCrossEntropy.solution(y, p)

    @wrong("Examples with the target 0 cost nothing. The second part of the formula is missing.")
    def first_part_only(y, p):
        return -np.mean(y * np.log(np.clip(p, 1e-7, 1 - 1e-7)))

    @wrong("Targets and predictions are exchanged: the logarithm belongs to the prediction.")
    def exchanged(y, p):
        return BinaryCrossEntropy.solution(p, y)

    @wrong("That is another logarithm. The natural one is `np.log`.")
    def to_the_base_of_two(y, p):
        return BinaryCrossEntropy.solution(y, p) / np.log(2)


class Detector(Exercise):
    name = "mended_loss"
    answered_in = ("firstnet.losses",)
    title = "Mend a broken piece"
    task = """
        A friend's detector is to tell cats from other pictures. Its loss falls to 0, and it calls
        every picture a cat. Here is the loss. What is wrong? Mend it.
        """
    hints = ("What does this loss charge for a picture without a cat?",)
    solution_text = """
        It charges nothing for a picture without a cat: for $y = 0$ the term is 0, whatever $p$ is.
        So $p = 1$ for every picture costs 0. The second half of the formula is missing.
        """
    solution_code = """
        y, always_cat = np.array([1.0, 0.0, 0.0]), np.array([0.99, 0.99, 0.99])
        better = np.array([0.9, 0.1, 0.1])
        assert -np.mean(y * np.log(always_cat)) < -np.mean(y * np.log(better))
        assert mended_loss(y, always_cat) > mended_loss(y, better)
        """

    def stub(y, p):
        """Return the loss of the chances p; y is 1 for a cat and 0 for none."""
        return -np.mean(y * np.log(p))

    def solution(y, p):
        """Return the loss of the chances p; y is 1 for a cat and 0 for none."""
        return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))

    @case("cats and other pictures", points=2)
    def mixed(random):
        y = random.permutation(np.array([0.0, 0.0, 1.0, 1.0, 1.0]))
        return y, random.uniform(0.05, 0.95, size=5)

    @case("no cat at all")
    def no_cat(random):
        return np.zeros(4), random.uniform(0.05, 0.95, size=4)

    @wrong("A picture without a cat still costs nothing, whatever the detector says about it.")
    def broken(y, p):
        return -np.mean(y * np.log(p))

    @wrong("Now the cats cost nothing. Both kinds of pictures must count.")
    def other_half(y, p):
        return -np.mean((1 - y) * np.log(1 - p))

    @wrong(
        "For a picture without a cat you charge by the chance of a cat. Which chance did the "
        "detector give to the truth there?"
    )
    def chance_of_a_cat(y, p):
        return -np.mean(y * np.log(p) + (1 - y) * np.log(p))

    @wrong("One of the two parts has the wrong sign: both are costs, and costs add up.")
    def subtracted(y, p):
        return -np.mean(y * np.log(p) - (1 - y) * np.log(1 - p))

    @wrong("Every picture is charged for both answers. Only the right one counts: y is the switch.")
    def no_switch(y, p):
        return -np.mean(np.log(p) + np.log(1 - p))


class Flowers(Question):
    name = "explain_stuck_loss"
    title = "Explain in a sentence"
    task = """
        A network chooses among 100 kinds of flowers, all equally common. Its categorical
        cross-entropy has stayed at 4.605 all night. What has it learned?
        """
    hints = ("What does it cost to give the same chance to each of 100 classes?",)
    solution_text = r"""
        Nothing that helps: $\ln 100 \approx 4.605$ is what it costs to give each flower a chance of
        0.01.
        """
    solution_code = """
        import math

        assert round(-math.log(1 / 100), 3) == 4.605
        """


class Safe(Exercise):
    name = "safe_loss"
    answered_in = ("firstnet.activations",)
    title = "Write it safely"
    task = r"""
        For the target 1 the binary cross-entropy of a neuron is
        $-\ln \text{sigmoid}(z) = \ln(1 + e^{-z})$, and for the target 0 it is $\ln(1 + e^{z})$.
        Write `safe_loss(z, y)` that gives both, for one sum `z` and its target `y`, and is right
        even for $z = 1000$ and for $z = -1000$.
        """
    hints = (
        r"$\ln(1 + e^{z}) = z + \ln(1 + e^{-z})$. Choose the form whose power cannot become large.",
        r"You may use `if`, or do without it: $-|z|$ is never above 0.",
    )
    solution_text = r"""
        Both cases are $\max(z, 0) - z y + \ln(1 + e^{-|z|})$, and the power in it is at most 1. The
        function `np.log1p(t)` is $\ln(1 + t)$, exact even for a tiny $t$. It never warns: in the
        check below NumPy would stop where a number overflows.
        """
    solution_code = """
        with np.errstate(over="raise", invalid="raise", divide="raise"):
            assert safe_loss(1000.0, 0) == 1000 and safe_loss(-1000.0, 1) == 1000
            assert safe_loss(1000.0, 1) == safe_loss(-1000.0, 0) == 0
        a = 1 / (1 + np.exp(-0.7))
        assert np.isclose(safe_loss(0.7, 1), -np.log(a))
        assert np.isclose(safe_loss(0.7, 0), -np.log(1 - a))
        """

    def stub(z, y):
        """Return the binary cross-entropy for a sum z and a target y, 0 or 1."""
        ...

    def solution(z, y):
        """Return the binary cross-entropy for a sum z and a target y, 0 or 1."""
        return np.maximum(z, 0) - z * y + np.log1p(np.exp(-np.abs(z)))

    @case("target 1")
    def one(random):
        return random.uniform(0.5, 3) * random.choice([-1, 1]), 1

    @case("target 0")
    def zero(random):
        return random.uniform(0.5, 3) * random.choice([-1, 1]), 0

    @case("very sure and wrong", points=2)
    def sure_and_wrong(random):
        y = int(random.integers(2))
        return (1 - 2 * y) * random.uniform(800, 1200), y

    @wrong("It gives infinity for a large sum: the power overflows before the logarithm is taken.")
    def careless(z, y):
        return np.log(1 + np.exp(np.float64(z if y == 0 else -z)))

    @wrong(
        "However wrong a neuron is, it never pays more than the price of a held chance. Do without "
        "the probability: use the sum itself."
    )
    def held(z, y):
        a = np.clip(1 / (1 + np.exp(-np.float64(z))), 1e-7, 1 - 1e-7)
        return -np.log(a if y == 1 else 1 - a)

    @wrong("That is the price of the other target. A large sum is cheap for 1, and dear for 0.")
    def exchanged(z, y):
        return Safe.solution(z, 1 - y)

    @wrong("You give both costs back. Only the one for the target y is asked for.")
    def both(z, y):
        return Safe.solution(z, 1), Safe.solution(z, 0)

    @wrong("It is negative. A loss is never below 0.")
    def negative(z, y):
        return -Safe.solution(z, y)


class TwoModels(Question):
    name = "compare_two_models"
    title = "Go further"
    task = """
        Two models look at ten pictures, each with a cat. Model A says 0.55 every time. Model B says
        0.99 nine times and 0.1 once. Which one has the better accuracy, which the better
        cross-entropy? Which would you rather ask?
        """
    hints = (
        r"For the accuracy count the predictions above 0.5. For the loss take the mean of "
        r"$-\ln p$.",
    )
    solution_text = """
        A is right every time, B nine times in ten. But A's loss is 0.598 and B's is 0.239. A is
        hardly surer than a coin; B knows nine pictures well. If you want to know how sure to be,
        ask B. Accuracy alone would have hidden that.
        """
    solution_code = """
        import numpy as np

        a, b = np.full(10, 0.55), np.array([0.99] * 9 + [0.1])
        assert np.mean(a > 0.5) == 1.0 and np.mean(b > 0.5) == 0.9
        assert round(-np.mean(np.log(a)), 3) == 0.598
        assert round(-np.mean(np.log(b)), 3) == 0.239
        """
    points = 3
