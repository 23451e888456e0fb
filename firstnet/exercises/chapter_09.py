"""Exercises of chapter 09: tune the training."""

import numpy as np

from firstnet.exercises.base import Exercise, Question, case, wrong

CHAPTER = "09_tune_training"
TITLE = "Tune the training"


class Predict(Question):
    name = "predict_ten_times"
    title = "Predict, then look"
    task = """
        With a batch of 64, the article's learning rate 0.01 gives an accuracy of about 0.947 after
        ten epochs. What will ten times the rate give: more, less, or a broken network? Look it up
        in the map.
        """
    hints = (
        "Open the fields (0.01, 64) and (0.1, 64) in the explorable and compare their curves.",
    )
    solution_text = """
        More: about 0.97. At 0.01 the curve is still rising after ten epochs, so the steps were too
        short.
        """
    solution_code = """
        from firstnet import recorded

        grid = recorded.load("learning_rate_grid")["runs"]
        sizes, rates, accuracy = recorded.average(
            grid, lambda run: run["history"]["val_accuracy"][-1]
        )
        row = accuracy[sizes.index(64)]
        assert abs(row[rates.index(0.01)] - 0.947) < 0.001
        assert row[rates.index(0.1)] > row[rates.index(0.01)] + 0.02
        """


class EarlyStop(Exercise):
    name = "early_stop"
    title = "Write a function"
    task = """
        Write `early_stop(losses, patience)`. It takes the validation loss of each epoch and returns
        two numbers, counted from 1: the epoch after which training stops, and the best epoch so
        far. If it never has to stop, the first is the last epoch. A loss that is only as good as
        the best is not better.
        """
    hints = (
        "Go through the losses and remember the best one and its epoch.",
        "Stop when the best is `patience` epochs old.",
    )
    solution_code = """
        assert early_stop([5, 4, 3, 4, 5, 6], patience=2) == (5, 3)
        assert early_stop([5, 4, 4.5, 3, 2], patience=2) == (5, 5)
        assert early_stop([5, 6, 7], patience=1) == (2, 1)
        """
    imports = ()

    def stub(losses, patience):
        """Return the epoch after which training stops, and the best epoch."""
        ...

    def solution(losses, patience):
        """Return the epoch after which training stops, and the best epoch."""
        best = 1
        for epoch, loss in enumerate(losses, start=1):
            if loss < losses[best - 1]:
                best = epoch
            if epoch - best >= patience:
                return epoch, best
        return len(losses), best

    @case("a loss that dips once more and turns")
    def turns(random):
        patience = int(random.integers(2, 5))
        rising = (1.1 + np.arange(patience + 2) / 10).tolist()
        dip = [*rising[: patience - 1], 0.9]
        return [*falling(random), *dip, *rising, 0.5, 0.4, *rising], patience

    @case("a loss that only equals its best", points=2)
    def comes_back(random):
        *before, best = falling(random)
        shaking = [best + 0.3, best, best + 0.4, best + 0.1, best + 0.5, best + 0.2]
        rising = (best + 0.6 + np.arange(6) / 10).tolist()
        return [*before, best, *shaking, *rising], int(random.integers(3, 5))

    @case("a loss that falls to the end")
    def falls(random):
        return falling(random), int(random.integers(2, 5))

    @wrong("The first epoch has the number 1, not 0.")
    def from_zero(losses, patience):
        stop, best = EarlyStop.solution(losses, patience)
        return stop - 1, best - 1

    @wrong("The best epoch is counted from 0. Both are counted from 1.")
    def best_from_zero(losses, patience):
        stop, best = EarlyStop.solution(losses, patience)
        return stop, best - 1

    @wrong("It never stops. Leave the loop as soon as the best epoch is too old.")
    def never_stops(losses, patience):
        return len(losses), losses.index(min(losses)) + 1

    @wrong("It stops one epoch too late. How old may the best one be at most?")
    def too_late(losses, patience):
        return EarlyStop.solution(losses, patience + 1)

    @wrong("It stops one epoch too early. How old must the best one be?")
    def too_early(losses, patience):
        return EarlyStop.solution(losses, patience - 1)

    @wrong("The count begins again at every new best.")
    def never_reset(losses, patience):
        best, bad = 1, 0
        for epoch, loss in enumerate(losses[1:], start=2):
            best, bad = (epoch, bad) if loss < losses[best - 1] else (best, bad + 1)
            if bad >= patience:
                return epoch, best
        return len(losses), best

    @wrong("An epoch is the best if its loss is below the best so far, not only below the last.")
    def better_than_the_last(losses, patience):
        best = 1
        for epoch, loss in enumerate(losses, start=1):
            best = epoch if epoch > 1 and loss < losses[epoch - 2] else best
            if epoch - best >= patience:
                return epoch, best
        return len(losses), best

    @wrong("The loss must fall below the best, not below the last, to be worth waiting for.")
    def against_the_last(losses, patience):
        best, bad = 1, 0
        for epoch, loss in enumerate(losses, start=1):
            bad = bad + 1 if epoch > 1 and loss >= losses[epoch - 2] else 0
            best = epoch if loss < losses[best - 1] else best
            if bad >= patience:
                return epoch, best
        return len(losses), best

    @wrong("An epoch that is only as good as the best does not count as better.")
    def ties_are_better(losses, patience):
        best = 1
        for epoch, loss in enumerate(losses, start=1):
            best = epoch if loss <= losses[best - 1] else best
            if epoch - best >= patience:
                return epoch, best
        return len(losses), best

    @wrong("Nobody knows the losses after the stop: the best one must lie before it.")
    def sees_the_future(losses, patience):
        stop, _ = EarlyStop.solution(losses, patience)
        return stop, losses.index(min(losses)) + 1

    @wrong("You look for the best of all losses first. At the stop nobody has seen the later ones.")
    def from_the_best_of_all(losses, patience):
        best = losses.index(min(losses)) + 1
        return min(len(losses), best + patience), best

    @wrong("The epoch of the stop comes first, then the best one.")
    def exchanged(losses, patience):
        stop, best = EarlyStop.solution(losses, patience)
        return best, stop

    @wrong("These are losses. Wanted are the numbers of the two epochs.")
    def the_losses(losses, patience):
        stop, best = EarlyStop.solution(losses, patience)
        return losses[stop - 1], losses[best - 1]


class Momentum(Exercise):
    name = "momentum_walk"
    title = "Write momentum"
    task = """
        One weight, the loss $w^2$, so the gradient is $2w$. Start at $w = 1$ with the speed 0. Each
        step: `speed = momentum * speed - rate * gradient`, then `w = w + speed`. Write
        `momentum_walk(momentum, rate, steps)` that returns the last $w$. With the rate 0.01, how
        far is $w$ from 0 after 20 steps, with a momentum of 0.9 and without?
        """
    hints = ("Without momentum replace 0.9 by 0: each step multiplies $w$ by 0.98.",)
    solution_text = """
        Without momentum it is still at $0.98^{20} = 0.668$. With momentum it has been through 0
        and is on the other side, at −0.271.
        """
    solution_code = """
        without, with_it = momentum_walk(0, 0.01, 20), momentum_walk(0.9, 0.01, 20)
        assert abs(without - 0.98**20) < 1e-12
        assert round(without, 3) == 0.668
        assert round(with_it, 3) == -0.271
        """
    imports = ()

    def stub(momentum, rate, steps):
        """Return where the weight stands after some steps."""
        ...

    def solution(momentum, rate, steps):
        """Return where the weight stands after some steps."""
        w, speed = 1.0, 0.0
        for _ in range(steps):
            speed = momentum * speed - rate * 2 * w
            w = w + speed
        return w

    @case("without momentum")
    def without(random):
        return 0.0, random.uniform(0.01, 0.1), int(random.integers(5, 15))

    @case("with momentum", points=2)
    def with_momentum(random):
        steps = int(random.integers(14, 17))  # enough to be beyond 0, too few to turn back
        return random.uniform(0.88, 0.92), random.uniform(0.012, 0.013), steps

    @wrong("The speed is new in each step. It must remember a part of the last one.")
    def without_memory(momentum, rate, steps):
        return (1 - 2 * rate) ** steps

    @wrong("The gradient must be measured where the weight stands now, not where it began.")
    def old_gradient(momentum, rate, steps):
        w, speed = 1.0, 0.0
        for _ in range(steps):
            speed = momentum * speed - rate * 2
            w = w + speed
        return w

    @wrong("The loss is a square. What is its derivative?")
    def without_the_two(momentum, rate, steps):
        return Momentum.solution(momentum, rate / 2, steps)

    @wrong("You walk uphill: a positive gradient must make the speed smaller.")
    def uphill(momentum, rate, steps):
        return Momentum.solution(momentum, -rate, steps)

    @wrong("With momentum the weight runs through 0 to the other side. Give back where it stands.")
    def distance_from_zero(momentum, rate, steps):
        return abs(Momentum.solution(momentum, rate, steps))

    @wrong(
        "It is one step short, or the speed changes too late. Are all steps taken, and does the "
        "speed change before the weight moves?"
    )
    def moved_too_early(momentum, rate, steps):
        return Momentum.solution(momentum, rate, steps - 1)

    @wrong("Both change at the same time here. The weight must move with the new speed.")
    def both_at_once(momentum, rate, steps):
        w, speed = 1.0, 0.0
        for _ in range(steps):
            w, speed = w + speed, momentum * speed - rate * 2 * w
        return w

    @wrong("The last speed is kept whole. A part of it must be lost in each step.")
    def without_friction(momentum, rate, steps):
        return Momentum.solution(1.0, rate, steps)


class Split(Exercise):
    name = "split_price"
    title = "Split the price of a step"
    task = r"""
        Suppose a step costs $a + b \cdot B$ milliseconds, with a batch of $B$ rows. The plain `fit`
        took 0.58 ms at 16 rows and 1.66 ms at 256. Find $a$ and $b$. At which batch size is half of
        the step the fixed price $a$? Write `split_price(sizes, times)` that takes two batch sizes
        and their times, and returns the three numbers: $a$, $b$ and that batch size. Do not round
        them.
        """
    hints = (
        r"Two equations, two unknowns: subtract them, and $a$ is gone. Half is fixed where "
        r"$b \cdot B = a$.",
    )
    solution_text = r"""
        $b = (1.66 - 0.58) / 240 = 0.0045$ and $a = 0.58 - 16 \cdot 0.0045 = 0.508$. Half is fixed
        at about 113 rows.
        """
    solution_code = """
        from firstnet import recorded

        costs = recorded.load("step_cost")["runs"]
        fit = {
            run["settings"]["batch_size"]: run["milliseconds_a_step"]
            for run in costs
            if run["settings"]["way"] == "fit"
        }
        assert abs(fit[16] - 0.58) < 0.01 and abs(fit[256] - 1.66) < 0.01
        a, b, half = split_price([16, 256], [0.58, 1.66])
        assert abs(b - 0.0045) < 1e-9 and abs(a - 0.508) < 1e-9
        assert round(half) == 113
        """
    imports = ()

    def stub(sizes, times):
        """Return the fixed price, the price of a row, and the size with equal parts."""
        ...

    def solution(sizes, times):
        """Return the fixed price, the price of a row, and the size with equal parts."""
        b = (times[1] - times[0]) / (sizes[1] - sizes[0])
        a = times[0] - b * sizes[0]
        return a, b, a / b

    @case("the smaller batch first")
    def smaller_first(random):
        return prices(random, 1)

    @case("the larger batch first", points=2)
    def larger_first(random):
        return prices(random, -1)

    @wrong("A measured time holds more than the fixed price: its rows cost something too.")
    def nothing_fixed(sizes, times):
        a, b, _ = Split.solution(sizes, times)
        return times[0], b, times[0] / b

    @wrong("You divide a whole time by its rows, but a part of it is the fixed price.")
    def time_by_rows(sizes, times):
        b = times[1] / sizes[1]
        return times[0] - b * sizes[0], b, times[0] / b - sizes[0]

    @wrong("Price and rows are exchanged: how many milliseconds more does one row more cost?")
    def rows_by_time(sizes, times):
        b = (sizes[1] - sizes[0]) / (times[1] - times[0])
        return times[0] - b * sizes[0], b, times[0] / b - sizes[0]

    @wrong("The order is: fixed price, price of a row, batch size.")
    def exchanged(sizes, times):
        a, b, half = Split.solution(sizes, times)
        return b, a, half

    @wrong("At that batch size the rows cost as much as $a$. You turned the division round.")
    def division_turned(sizes, times):
        a, b, _ = Split.solution(sizes, times)
        return a, b, b / a

    @wrong("At that batch size the rows cost as much as $a$, not half as much.")
    def half_as_much(sizes, times):
        a, b, half = Split.solution(sizes, times)
        return a, b, half / 2


class Judge(Question):
    name = "judge_best_of_ten"
    title = "Judge a sentence"
    task = """
        A friend tried ten learning rates and reports the one with the best accuracy on the test
        set, and that accuracy. What is wrong?
        """
    hints = ("What would happen if all ten networks were equally good and only luck differed?",)
    solution_text = """
        The best of ten is partly the luckiest of ten on these very images, so its test accuracy is
        flattered. Choose with the validation set, and use the test set once, for the chosen one.
        """
    solution_code = """
        import numpy as np

        random = np.random.default_rng(0)
        right = random.binomial(10_000, 0.97, size=(1000, 10)) / 10_000
        assert abs(right.mean() - 0.97) < 0.0001
        assert right.max(axis=1).mean() > 0.972
        """


def falling(random) -> list[float]:
    """Return four to seven losses that fall from 2 to 1."""
    count = int(random.integers(4, 8))
    return [2.0, *np.sort(random.uniform(1.1, 1.9, size=count - 2))[::-1].tolist(), 1.0]


def prices(random, step: int) -> tuple[list, list]:
    """Return two batch sizes and what a step costs with each, in the order of `step`."""
    small = int(random.integers(8, 40))
    sizes = [small, small * int(random.integers(3, 9))][::step]
    fixed, row = random.uniform(0.4, 0.9), random.uniform(0.003, 0.008)
    return sizes, [fixed + row * size for size in sizes]
