"""Exercises of chapter 04: walk downhill."""

import numpy as np

from firstnet.exercises.base import Exercise, Question, case, wrong

CHAPTER = "04_walk_downhill"
TITLE = "Walk downhill"


class Predict(Question):
    name = "predict_safe_rates"
    title = "Predict, then run"
    task = """
        The example is now $x = (1, 2)$, $y = 3$. Below which learning rate is a step safe? Which
        one lands on the valley floor at once? Say it before you compute anything.
        """
    hints = (r"Only $\lVert x \rVert^2$ matters. The target and the weights do not.",)
    solution_text = r"""
        $\lVert x \rVert^2 = 1 + 4 = 5$. Safe below $1/5 = 0.2$; one step with $1/10 = 0.1$.
        """
    solution_code = """
        import numpy as np

        x, y, w = np.array([1.0, 2.0]), 3.0, np.array([0.5, -1.0])
        w_new = w - 0.1 * 2 * (w @ x - y) * x
        assert np.isclose(w_new @ x, y)
        """


class Descend(Exercise):
    name = "descend"
    title = "Write a function"
    task = """
        Write `descend(w, x, y, learning_rate)` that returns the weights after one step. It should
        work for any number of inputs.
        """
    hints = (
        "You have all the pieces: the prediction is `w @ x`, and the gradient has the same shape "
        "as `x`.",
    )

    def stub(w, x, y, learning_rate):
        """Return the weights after one step on one example."""
        ...

    def solution(w, x, y, learning_rate):
        """Return the weights after one step on one example."""
        return w - learning_rate * 2 * (w @ x - y) * x

    @case("two inputs", points=2)
    def two(random):
        return example(random, 2)

    @case("seven inputs")
    def seven(random):
        return example(random, 7)

    @wrong("You walk uphill. The gradient points up: take it away, do not add it.")
    def uphill(w, x, y, learning_rate):
        return w + learning_rate * 2 * (w @ x - y) * x

    @wrong(
        "The step is half as long as it should be. Did the derivative of the square bring its 2? "
        "Is nothing divided by the number of inputs?"
    )
    def without_the_two(w, x, y, learning_rate):
        return w - learning_rate * (w @ x - y) * x

    @wrong("That is the step. Take it away from the weights, and return the new weights.")
    def only_the_step(w, x, y, learning_rate):
        return learning_rate * 2 * (w @ x - y) * x

    @wrong(
        "Every weight moves by the same amount. Each must move by its own input times the error."
    )
    def without_the_input(w, x, y, learning_rate):
        return w - learning_rate * 2 * (w @ x - y)


class Mend(Exercise):
    name = "mended_descent"
    title = "Mend a broken piece"
    task = """
        A friend's loss grows however small the learning rate is. Here is the whole descent, with
        one mistake in it. Find it, and mend it.
        """
    hints = ("Which way does the gradient point: up or down?",)
    solution_text = r"""
        The sign. The gradient points up, so it must be taken away, not added. With the plus, the
        factor is $1 + 2\eta\lVert x \rVert^2$. That is above 1 for every learning rate.
        """

    def stub(w, x, y, learning_rate, steps):
        """Return the weights after some steps on one example."""
        for _ in range(steps):
            w = w + learning_rate * 2 * (w @ x - y) * x
        return w

    def solution(w, x, y, learning_rate, steps):
        """Return the weights after some steps on one example."""
        for _ in range(steps):
            w = w - learning_rate * 2 * (w @ x - y) * x
        return w

    @case("some steps", points=2)
    def some(random):
        return *example(random, 2), 5

    @case("one step")
    def one(random):
        return *example(random, 3), 1

    @wrong("The loss still grows: the steps lead uphill.")
    def uphill(w, x, y, learning_rate, steps):
        for _ in range(steps):
            w = w + learning_rate * 2 * (w @ x - y) * x
        return w

    @wrong("Each step is half as long as it should be. The 2 was right.")
    def without_the_two(w, x, y, learning_rate, steps):
        return Mend.solution(w, x, y, learning_rate / 2, steps)

    @wrong("The loop takes only one step. Keep the new weights, and go on from there.")
    def one_step(w, x, y, learning_rate, steps):
        return w - learning_rate * 2 * (w @ x - y) * x

    @wrong("The error is measured once, before the loop. It changes with every step.")
    def old_error(w, x, y, learning_rate, steps):
        error = w @ x - y
        for _ in range(steps):
            w = w - learning_rate * 2 * error * x
        return w


class Zigzag(Question):
    name = "explain_zigzag"
    title = "Explain in a sentence"
    task = r"""
        The example is the chapter's, $x = (4, 5)$. At $\eta = 0.02$ the loss falls with every step,
        and yet the prediction is too low, too high, too low, too high. Why?
        """
    hints = ("Compute the factor. What does its sign do to the error, and what does its size do?",)
    solution_text = r"""
        The factor is $1 - 2 \cdot 0.02 \cdot 41 = -0.64$: the minus sign carries you across the
        valley at every step, and the size below 1 brings you lower each time.
        """
    solution_code = """
        factor = 1 - 2 * 0.02 * 41
        assert -1 < factor < 0
        """


class Backwards(Exercise):
    name = "quartering_rates"
    title = "Go backwards"
    task = """
        You want each step to make the loss exactly four times smaller. Two learning rates do
        that. Write `quartering_rates(x)` that returns both, the smaller one first.
        """
    hints = (
        "The loss is the square of the error. So the error must become half as large, on either "
        "side of the valley.",
    )
    solution_text = r"""
        The factor must be $0.5$ or $-0.5$. From $1 - 2\eta\lVert x \rVert^2 = \pm 0.5$ follows
        $\eta = 0.25/\lVert x \rVert^2$ (down one side) or $\eta = 0.75/\lVert x \rVert^2$ (across
        and down). For the example of the chapter these are 0.0061 and 0.0183.
        """
    solution_code = """
        x = np.array([4.0, 5.0])
        assert np.allclose(quartering_rates(x), (0.0061, 0.0183), atol=5e-5)
        assert all(abs(1 - 2 * rate * (x @ x)) == 0.5 for rate in quartering_rates(x))
        """

    def stub(x):
        """Return the two learning rates that make the loss four times smaller."""
        ...

    def solution(x):
        """Return the two learning rates that make the loss four times smaller."""
        return 0.25 / (x @ x), 0.75 / (x @ x)

    @case("two inputs", points=2)
    def two(random):
        return random.normal(size=2) + 2

    @case("five inputs")
    def five(random):
        return random.normal(size=5) + 2

    @wrong("These make the error four times smaller, and the loss sixteen times. Take the root.")
    def error_instead_of_loss(x):
        return 0.375 / (x @ x), 0.625 / (x @ x)

    @wrong("Both are right, but the smaller one comes first.")
    def turned_round(x):
        return 0.75 / (x @ x), 0.25 / (x @ x)

    @wrong(
        "Both are twice too large. Did the derivative of the square bring its 2? Do you divide by "
        "a sum, and not by a mean?"
    )
    def without_the_two(x):
        return 0.5 / (x @ x), 1.5 / (x @ x)

    @wrong("That is one of the two. The other one crosses the valley.")
    def only_one(x):
        return 0.25 / (x @ x)

    @wrong("You divide by the length of x. The square of the length is needed: `x @ x`.")
    def length_not_squared(x):
        return 0.25 / np.sqrt(x @ x), 0.75 / np.sqrt(x @ x)


def example(random, inputs: int) -> tuple:
    """Return weights, an example with a clear error, and a learning rate."""
    w, x = random.normal(size=inputs), random.uniform(0.5, 1.5, size=inputs)
    x = x * random.choice([-1, 1], size=inputs)
    return w, x, w @ x + random.uniform(0.7, 1.5) * random.choice([-1, 1]), 0.03
