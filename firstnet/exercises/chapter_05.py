"""Exercises of chapter 05: pass the blame back."""

import numpy as np

from firstnet import network
from firstnet.exercises.base import Exercise, Question, case, wrong

CHAPTER = "05_pass_blame_back"
TITLE = "Pass the blame back"


class Predict(Question):
    name = "predict_other_target"
    title = "Predict, then run"
    task = """
        The network of the first explorable says 0.7228 where the target is 0, and the largest of
        its nine slopes is that of $w_{11}$, 1.3643. It gets the same inputs, but the target is now
        1. Which slopes change their sign, and which is the largest in size? Say it before you
        change the target there.
        """
    hints = (
        r"Everything on the way back is multiplied by the first blame, $\hat y - y$. Does the "
        "forward pass change?",
    )
    solution_text = """
        All of them change their sign. The blame of $z$ goes from 0.7228 to $0.7228 - 1 = -0.2772$.
        Every slope is a multiple of it, so all are multiplied by $-0.2772 / 0.7228 = -0.3835$. The
        one of largest size is still that of $w_{11}$.
        """
    solution_code = """
        import numpy as np
        from firstnet import network

        hidden = np.array([[0.5, -0.3], [-0.6, 0.8]]), np.array([0.1, -0.5])
        parameters = [hidden, (np.array([[1.2], [-0.7]]), np.array([0.2]))]
        x = np.array([[2.0, 1.0]])
        for_zero, for_one = (
            network.gradients(parameters, x, np.array([y]), "tanh") for y in (0.0, 1.0)
        )
        for (weights, biases), (weights_one, biases_one) in zip(for_zero, for_one):
            assert np.allclose(weights_one / weights, -0.3835, atol=1e-4)
            assert np.allclose(biases_one / biases, -0.3835, atol=1e-4)
        largest = max(for_zero[0][0].flat, key=abs)
        assert round(largest, 4) == round(for_zero[0][0][0, 0], 4) == 1.3643
        """


class PassBack(Exercise):
    name = "pass_back"
    title = "Write a function"
    task = """
        Write `pass_back(blame, weights, a)` for a hidden layer of sigmoids in place of tanh. It
        gets the blame of the sums after the weights, shape `(n, outputs)`, and the values before
        them, shape `(n, inputs)`. It returns the blame of the sums before them.
        """
    hints = (
        "First through the weights, then through the activation. The slope of the sigmoid is "
        "$a(1 - a)$.",
    )
    solution_code = """
        blame, weights = np.array([[0.5]]), np.array([[2.0], [-4.0]])
        found = pass_back(blame, weights, np.array([[0.5, 0.2]]))
        assert np.allclose(found, [[0.5 * 2 * 0.25, 0.5 * -4 * 0.16]])
        assert pass_back(np.ones((7, 3)), np.ones((5, 3)), np.ones((7, 5))).shape == (7, 5)
        """

    def stub(blame, weights, a):
        """Return the blame of the sums before the sigmoids a."""
        ...

    def solution(blame, weights, a):
        """Return the blame of the sums before the sigmoids a."""
        return blame @ weights.T * a * (1 - a)

    def draw(random, rows, inputs, outputs):
        """Return the blame, weights and values of one layer."""
        blame, weights = random.normal(size=(rows, outputs)), random.normal(size=(inputs, outputs))
        return blame, weights, random.uniform(0.1, 0.9, size=(rows, inputs))

    @case("one row")
    def one(random):
        return PassBack.draw(random, 1, 2, 3)

    @case("several rows", points=2)
    def several(random):
        return PassBack.draw(random, 5, 3, 2)

    @wrong("That is the blame of the values. Their sums come before the sigmoid: one rate more.")
    def through_the_weights_only(blame, weights, a):
        return blame @ weights.T

    @wrong("That is the slope of tanh. These neurons are sigmoids.")
    def slope_of_tanh(blame, weights, a):
        return blame @ weights.T * (1 - a**2)

    @wrong("`a` has gone through the sigmoid already. Its slope is written with the value itself.")
    def sigmoid_once_more(blame, weights, a):
        s = 1 / (1 + np.exp(-a))
        return blame @ weights.T * s * (1 - s)

    @wrong("A bracket is missing: the last factor is one minus the value, not one.")
    def without_the_bracket(blame, weights, a):
        return blame @ weights.T * a * 1 - a

    @wrong("You multiply by the value, as on the way to a weight. Here the way leads through it.")
    def times_the_value(blame, weights, a):
        return blame @ weights.T * a

    @wrong(
        "It is divided by the number of rows once too often: the blame that comes in holds that "
        "already."
    )
    def mean_once_more(blame, weights, a):
        return PassBack.solution(blame, weights, a) / len(a)


class Mend(Exercise):
    name = "mended_slopes"
    title = "Mend a broken piece"
    task = """
        A friend's network learns, but not as it should. The check by finite differences says that
        the last layer's slopes are right and all others wrong. Here is how the slopes of the hidden
        weights are found; `hidden` and `output` are pairs of weights and biases. What is missing?
        """
    hints = ("Between the weights and the hidden sums stands something that bends.",)
    solution_text = """
        The slope of the activation. Without it, the blame of $a$ is taken for the blame of $z$. The
        last layer needs no way back, so its slopes are right.
        """
    solution_code = """
        from firstnet import network, points

        x, y = points.moons(40, seed=0)
        hidden, output = network.initial_weights((2, 3, 1), seed=0)
        right = network.gradients([hidden, output], x, y, "tanh")[0][0]
        assert np.allclose(mended_slopes(hidden, output, x, y), right)
        """

    def stub(hidden, output, x, y):
        """Return the slopes of the weights of a hidden layer with tanh."""
        a = np.tanh(x @ hidden[0] + hidden[1])
        z = (a @ output[0] + output[1])[:, 0]
        blame = (1 / (1 + np.exp(-z)) - y)[:, None] / len(x)
        blame = blame @ output[0].T
        return x.T @ blame

    def solution(hidden, output, x, y):
        """Return the slopes of the weights of a hidden layer with tanh."""
        a = np.tanh(x @ hidden[0] + hidden[1])
        z = (a @ output[0] + output[1])[:, 0]
        blame = (1 / (1 + np.exp(-z)) - y)[:, None] / len(x)
        blame = blame @ output[0].T * (1 - a**2)
        return x.T @ blame

    def draw(random, rows):
        """Return the two layers of a network 2-3-1, and rows for it."""
        hidden = random.normal(size=(2, 3)), random.normal(size=3) / 2
        output = random.normal(size=(3, 1)), random.normal(size=1)
        return hidden, output, random.normal(size=(rows, 2)), random.integers(2, size=rows) * 1.0

    def with_slope(hidden, output, x, y, slope):
        """Return the slopes with another factor, a function of the values and the sums."""
        sums = x @ hidden[0] + hidden[1]
        a = np.tanh(sums)
        blame = (network.sigmoid(a @ output[0] + output[1]) - y[:, None]) / len(x)
        return x.T @ (blame @ output[0].T * slope(a, sums))

    @case("six examples", points=2)
    def six(random):
        return Mend.draw(random, 6)

    @case("one example only")
    def one(random):
        return Mend.draw(random, 1)

    @wrong(
        "On the way back to the hidden sums there is still a rate missing. What stands between the "
        "weights of the output and those sums?"
    )
    def broken(hidden, output, x, y):
        return Mend.with_slope(hidden, output, x, y, lambda a, sums: 1)

    @wrong("That is the slope of the sigmoid. These hidden neurons bend with tanh.")
    def slope_of_the_sigmoid(hidden, output, x, y):
        return Mend.with_slope(hidden, output, x, y, lambda a, sums: a * (1 - a))

    @wrong("`a` has gone through tanh already: the slope needs it as it is.")
    def tanh_once_more(hidden, output, x, y):
        return Mend.with_slope(hidden, output, x, y, lambda a, sums: 1 - np.tanh(a) ** 2)

    @wrong("The square is missing. Which slope has tanh, written with its own value?")
    def without_the_square(hidden, output, x, y):
        return Mend.with_slope(hidden, output, x, y, lambda a, sums: 1 - a)

    @wrong("The slope of tanh is written with its value, not with the sum before it.")
    def with_the_sum(hidden, output, x, y):
        return Mend.with_slope(hidden, output, x, y, lambda a, sums: 1 - sums**2)


class Zeros(Question):
    name = "explain_zero_start"
    title = "Explain in a sentence"
    task = """
        All weights and biases start at 0, the hidden neurons use the sigmoid, and the classes are
        not equally large. After one step, which parameters have moved, and how do the hidden
        neurons differ?
        """
    hints = ("The sigmoid of 0 is not 0. Which rule multiplies by a value, and which by a weight?",)
    solution_text = """
        The output's weights and its bias move, because the hidden values are 0.5 and not 0. The
        hidden parameters do not move, because the blame has to pass through weights of 0. The
        hidden neurons do not differ at all, then or later.
        """
    solution_code = """
        import numpy as np
        from firstnet import network

        x, y = np.array([[1.0, 2.0], [0.5, -1.0], [2.0, 0.0]]), np.array([1.0, 1.0, 0.0])
        zeros = [(np.zeros((2, 4)), np.zeros(4)), (np.zeros((4, 1)), np.zeros(1))]
        hidden, (weights, bias) = network.gradients(zeros, x, y, "sigmoid")
        assert all((slopes == 0).all() for slopes in hidden)
        assert (weights != 0).all() and np.ptp(weights) == 0 and bias[0] != 0
        """


class Inputs(Exercise):
    name = "input_blame"
    title = "Write a function"
    task = """
        Write `input_blame(parameters, x, y)`: the slope of the loss for each *input*, with the
        shape of `x`. It tells which input matters most for this example. Use tanh. The package's
        `network.forward(parameters, x, "tanh")` returns the values of every layer, as this
        chapter's `forward` does.
        """
    hints = (
        "Each input goes into several hidden sums, so it adds up the blame from all of them. The "
        "`@` does that.",
        "There is no activation before the inputs.",
    )
    imports = ("import numpy as np", "from firstnet import network")
    solution_code = """
        parameters = network.initial_weights((2, 5, 3, 1), seed=0)
        x, y, tiny = np.array([[2.0, 1.0]]), np.array([0.0]), 1e-6
        for place, found in np.ndenumerate(input_blame(parameters, x, y)):
            nudge = np.zeros_like(x)
            nudge[place] = tiny
            high, low = (network.loss(parameters, x + s * nudge, y, "tanh") for s in (1, -1))
            assert np.isclose(found, (high - low) / (2 * tiny), rtol=1e-6)
        """

    def stub(parameters, x, y):
        """Return the slope of a network's loss for each input, shape of x."""
        ...

    def solution(parameters, x, y):
        """Return the slope of a network's loss for each input, shape of x."""
        *values, z = network.forward(parameters, x, "tanh")
        blame = (network.sigmoid(z) - y[:, None]) / len(x)
        for layer in reversed(range(1, len(parameters))):
            blame = blame @ parameters[layer][0].T * (1 - values[layer] ** 2)
        return blame @ parameters[0][0].T

    def draw(random, *sizes, rows):
        """Return a network of these sizes, and rows for it."""
        parameters = [
            (random.normal(size=pair) / 1.5, random.normal(size=pair[1]) / 3)
            for pair in zip(sizes[:-1], sizes[1:], strict=True)
        ]
        return parameters, random.normal(size=(rows, sizes[0])), random.integers(2, size=rows) * 1.0

    @case("one hidden layer, one row")
    def shallow(random):
        return Inputs.draw(random, 2, 4, 1, rows=1)

    @case("two hidden layers, four rows", points=2)
    def deep(random):
        return Inputs.draw(random, 3, 5, 4, 1, rows=4)

    def back(parameters, x, y, slope):
        """Return the blame of the first hidden sums, with another slope of the activation."""
        *values, z = network.forward(parameters, x, "tanh")
        blame = (network.sigmoid(z) - y[:, None]) / len(x)
        for layer in reversed(range(1, len(parameters))):
            blame = blame @ parameters[layer][0].T * slope(values[layer])
        return blame

    @wrong("You stop at the first hidden sums. Pass their blame through the first weights too.")
    def hidden_blame(parameters, x, y):
        return Inputs.back(parameters, x, y, lambda a: 1 - a**2)

    @wrong("You pass through the weights, but not through the activations. They have a slope.")
    def without_slopes(parameters, x, y):
        return Inputs.back(parameters, x, y, lambda a: 1) @ parameters[0][0].T

    @wrong("That is the slope of the sigmoid. The hidden neurons bend with tanh.")
    def slope_of_the_sigmoid(parameters, x, y):
        return Inputs.back(parameters, x, y, lambda a: a * (1 - a)) @ parameters[0][0].T

    @wrong("The inputs have not gone through tanh, so there is no slope to multiply by there.")
    def bent_inputs(parameters, x, y):
        return Inputs.solution(parameters, x, y) * (1 - x**2)

    @wrong("The loss is the mean over the rows. Something must be divided by their number.")
    def without_the_mean(parameters, x, y):
        return Inputs.solution(parameters, x, y) * len(x)

    @wrong("The first blame is prediction minus target, not target minus prediction.")
    def turned_round(parameters, x, y):
        return -Inputs.solution(parameters, x, y)


class TwoHidden(Exercise):
    name = "last_losses"
    title = "Go further: ten starts"
    task = """
        Two hidden neurons are enough for XOR, if they start well. Write
        `last_losses(starts, x, y, steps)`. It trains one network from each of the `starts`, with
        tanh and the learning rate 0.5. Every step uses all rows of `x`. It returns the list of the
        losses at the end. Then train ten networks 2-2-1 for 2000 steps, with the seeds 0 to 9:
        `network.initial_weights((2, 2, 1), seed)` makes a start. How many of them learn XOR, and
        where is the loss of the others stuck?
        """
    hints = (
        "Two loops, one inside the other. What must be as it was at the beginning when the next "
        "network has its turn?",
        "You need the three functions `gradients`, `step` and `loss`. The package's `network` has "
        'them as this chapter does; its `gradients` and `loss` want `"tanh"` as a last argument.',
    )
    solution_text = r"""
        Most learn it. Two of the ten do not, with the random numbers of this chapter, and three
        with those of the package. They stop at a loss near $\ln 2 / 2 \approx 0.35$. There they
        have two points right and answer 0.5 to the other two, which costs $\ln 2$ each. With four
        hidden neurons none of the ten fails.
        """
    solution_code = """
        x = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
        y = np.array([0.0, 1.0, 1.0, 0.0])

        def chapter_weights(sizes, seed):  # as this chapter's `initial_weights` draws them
            rng = np.random.default_rng(seed)
            limits = [np.sqrt(6 / sum(pair)) for pair in zip(sizes, sizes[1:])]
            shapes = zip(limits, sizes, sizes[1:])
            return [(rng.uniform(-h, h, (m, n)), np.zeros(n)) for h, m, n in shapes]

        for draw, count in ((chapter_weights, 2), (network.initial_weights, 3)):
            starts = [draw((2, 2, 1), seed) for seed in range(10)]
            found = np.array(last_losses(starts, x, y, 2000))
            stuck = found > 0.1
            assert stuck.sum() == count
            assert np.allclose(found[stuck], np.log(2) / 2, atol=0.02)
            wider = [draw((2, 4, 1), seed) for seed in range(10)]
            assert max(last_losses(wider, x, y, 2000)) < 0.1
        """
    imports = ("import numpy as np", "from firstnet import network")

    def stub(starts, x, y, steps):
        """Return the loss of the network trained from each start, a list."""
        ...

    def solution(starts, x, y, steps):
        """Return the loss of the network trained from each start, a list."""
        losses = []
        for parameters in starts:
            for _ in range(steps):
                slopes = network.gradients(parameters, x, y, "tanh")
                parameters = network.step(parameters, slopes, 0.5)
            losses.append(network.loss(parameters, x, y, "tanh"))
        return losses

    def draw(random, x, y):
        """Return three starts 2-2-1, the rows and targets, and a few steps."""
        starts = [Inputs.draw(random, 2, 2, 1, rows=1)[0] for _ in range(3)]
        return starts, x, y, int(random.integers(6, 12))

    def trained(start, x, y, steps, activation="tanh", batch_size=None):
        """Return the losses of a training as the package does it, one for each epoch."""
        options = {"learning_rate": 0.5, "batch_size": batch_size or len(x), "seed": 0}
        return network.train(start, x, y, activation=activation, epochs=steps, **options)[1]

    @case("the four rows of XOR")
    def xor(random):
        x = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
        return TwoHidden.draw(random, x, np.array([0.0, 1.0, 1.0, 0.0]))

    @case("seven other rows", points=2)
    def seven(random):
        return TwoHidden.draw(random, random.normal(size=(7, 2)), random.permutation(7) % 2 * 1.0)

    @wrong(
        "These are the losses of the starts: no step has changed anything. `step` leaves the old "
        "parameters as they are, and returns new ones."
    )
    def never_moved(starts, x, y, steps):
        return [network.loss(start, x, y, "tanh") for start in starts]

    @wrong("Each network has a start of its own. Yours go on where the one before them ended.")
    def going_on(starts, x, y, steps):
        losses = TwoHidden.trained(starts[0], x, y, steps * len(starts))
        return losses[steps - 1 :: steps]

    @wrong("You take the loss before the last step. Take it when all steps are done.")
    def one_step_too_few(starts, x, y, steps):
        return TwoHidden.solution(starts, x, y, steps - 1)

    @wrong("The hidden neurons are sigmoids here. They should bend their sums with tanh.")
    def with_sigmoids(starts, x, y, steps):
        return [TwoHidden.trained(start, x, y, steps, "sigmoid")[-1] for start in starts]

    @wrong("Your steps use one row each. Here every step uses all of them.")
    def row_by_row(starts, x, y, steps):
        return [TwoHidden.trained(start, x, y, steps, batch_size=1)[-1] for start in starts]

    @wrong("There are not always four rows. Every step uses all that come in.")
    def always_four(starts, x, y, steps):
        return [TwoHidden.trained(start, x, y, steps, batch_size=4)[-1] for start in starts]

    @wrong("That is every loss on the way. Wanted is only the last one of each network.")
    def all_losses(starts, x, y, steps):
        return [TwoHidden.trained(start, x, y, steps) for start in starts]

    @wrong("That is the loss of the last network only. Wanted is a list, one for each start.")
    def last_network(starts, x, y, steps):
        return TwoHidden.solution(starts, x, y, steps)[-1]

    @wrong("That is the loss of the first network only. Does `return` stand inside the loop?")
    def first_network(starts, x, y, steps):
        return TwoHidden.solution(starts[:1], x, y, steps)
