"""Exercises of chapter 06: count the steps."""

import numpy as np

from firstnet.exercises.base import Exercise, Question, case, wrong

CHAPTER = "06_count_steps"
TITLE = "Count the steps"


class Updates(Exercise):
    name = "count_updates"
    title = "Predict, then compute"
    task = """
        Write `count_updates(rows, batch_size, epochs)`. It returns how many updates a training
        takes, and how many rows the last batch of each epoch has. Left-over rows are kept, as a
        short batch. Work out first, with a pencil, what `count_updates(50_000, 128, 10)` must be.
        """
    hints = (
        "First find how many full batches there are. What is left over?",
        "Try it with rows that fill all batches, too.",
    )
    solution_text = r"""
        390 batches are full and hold $390 \cdot 128 = 49{,}920$ rows. The other 80 rows are the
        last batch. That is $390 + 1 = 391$ updates an epoch and 3,910 in all. If nothing is left
        over, the last batch is a full one.
        """
    solution_code = """
        full, left = divmod(50_000, 128)
        assert (full, left) == (390, 80)
        assert count_updates(50_000, 128, 10) == (3910, 80)
        assert count_updates(100, 50, 1) == (2, 50)
        """
    imports = ()
    close = 1e-9

    def stub(rows, batch_size, epochs):
        """Return the updates of all epochs, and the rows of the last batch."""
        ...

    def solution(rows, batch_size, epochs):
        """Return the updates of all epochs, and the rows of the last batch."""
        full, left = divmod(rows, batch_size)
        if left == 0:
            return full * epochs, batch_size
        return (full + 1) * epochs, left

    @case("rows left over", points=2)
    def left_over(random):
        size = int(random.integers(10, 40))
        left = int(random.integers(1, size // 2))
        return int(random.integers(2, 9)) * size + left, size, int(random.integers(3, 9))

    @case("no rows left over")
    def none_left_over(random):
        size = int(random.integers(10, 40))
        return int(random.integers(2, 9)) * size, size, int(random.integers(3, 9))

    @wrong("You drop the rows that are left over. Here they are kept, as a short batch.")
    def dropped(rows, batch_size, epochs):
        return rows // batch_size * epochs, batch_size

    @wrong("The last batch is right. But the short one at the end of an epoch is an update too.")
    def short_one_not_counted(rows, batch_size, epochs):
        return rows // batch_size * epochs, rows % batch_size or batch_size

    @wrong("If no row is left over, there is no further batch: the last one is full.")
    def always_one_more(rows, batch_size, epochs):
        return (rows // batch_size + 1) * epochs, rows % batch_size

    @wrong("The last batch cannot be empty. If no row is left over, it is a full one.")
    def empty_last_batch(rows, batch_size, epochs):
        return -(-rows // batch_size) * epochs, rows % batch_size

    @wrong("These are the updates of one epoch. How many epochs are there?")
    def one_epoch(rows, batch_size, epochs):
        return Updates.solution(rows, batch_size, 1)

    @wrong("Each epoch ends with a short batch of its own. Round up before you multiply.")
    def rounded_at_the_end(rows, batch_size, epochs):
        return -(-rows * epochs // batch_size), Updates.solution(rows, batch_size, 1)[1]

    @wrong("First the number of updates, then the rows of the last batch.")
    def turned_round(rows, batch_size, epochs):
        return Updates.solution(rows, batch_size, epochs)[::-1]


class Batches(Exercise):
    name = "epoch_batches"
    title = "Write a function"
    task = """
        Write `epoch_batches(count, batch_size, seed)`. It returns a list of arrays of row numbers,
        each of `batch_size` rows; only the last may be shorter. The rows stand in a random order,
        and every row is in exactly one array. The same seed should always give the same order, and
        another seed another one. The check looks at one call at a time and cannot see that: try
        two seeds yourself.
        """
    hints = (
        "First the order, then the batches. A random generator of NumPy has a method that shuffles "
        "without repeating any number. Where does it get the seed from?",
        "At which places of that order do the batches begin? A slice that reaches beyond the end "
        "is simply shorter.",
    )
    solution_code = """
        batches = epoch_batches(10_000, 64, seed=0)
        assert len(batches) == 157 and len(batches[-1]) == 16
        assert np.array_equal(np.sort(np.concatenate(batches)), np.arange(10_000))
        assert not np.array_equal(batches[0], epoch_batches(10_000, 64, seed=1)[0])
        """

    def stub(count, batch_size, seed):
        """Return the row numbers 0 to count - 1, shuffled, in batches."""
        ...

    def solution(count, batch_size, seed):
        """Return the row numbers 0 to count - 1, shuffled, in batches."""
        order = np.random.default_rng(seed).permutation(count)
        return [order[k : k + batch_size] for k in range(0, count, batch_size)]

    def accept(value, count, batch_size, seed):
        """Return what is wrong with batches; any random order is right."""
        parts = [np.asarray(part) for part in value]
        if not parts or any(part.ndim != 1 or part.dtype.kind not in "iu" for part in parts):
            return "A list of arrays is asked for, and in each array the numbers of rows."
        order = np.concatenate(parts)
        if len(order) == count and not np.array_equal(np.sort(order), np.arange(count)):
            return "Not every row is in exactly one batch: some come twice, others never."
        if not np.array_equal(np.sort(order), np.arange(count)):
            return "The batches together do not hold every row, from 0 to `count - 1`, once."
        if [len(part) for part in parts] != Batches.sizes(count, batch_size):
            return "The batches have wrong sizes: only the last may be shorter, but never empty."
        return Batches.in_order(parts, batch_size)

    def sizes(count, batch_size):
        """Return how many rows each batch has."""
        full, left = divmod(count, batch_size)
        return [batch_size] * full + [left] * (left > 0)

    def in_order(parts, batch_size):
        """Return what is wrong with an order that is hardly random, or None.

        One full batch of neighbours may be chance. Two are not.
        """
        if np.array_equal(np.concatenate(parts), np.arange(sum(map(len, parts)))):
            return "The rows stand in the order of the table. Shuffle them."
        full = [part for part in parts if len(part) == batch_size]
        if sum(bool((np.diff(part) == part[1] - part[0]).all()) for part in full) >= 2:
            return "Shuffle the rows, and not only the batches: within yours they stand in order."
        if sum(np.ptp(part) == batch_size - 1 for part in full) >= 2:
            return "Shuffle all rows before you cut them: your batches hold neighbours only."
        return None

    @case("rows left over", points=2)
    def left_over(random):
        size = int(random.integers(6, 12))
        left = int(random.integers(1, size - 1))
        return int(random.integers(5, 9)) * size + left, size, int(random.integers(1000))

    @case("no rows left over")
    def none_left_over(random):
        size = int(random.integers(6, 12))
        return int(random.integers(5, 9)) * size, size, int(random.integers(1000))

    @wrong("The rows stand in the order of the table. Shuffle them.")
    def unshuffled(count, batch_size, seed):
        return [np.arange(count)[k : k + batch_size] for k in range(0, count, batch_size)]

    @wrong("The rows that are left over are in no batch. Keep them, as a short one.")
    def left_out(count, batch_size, seed):
        return [
            part for part in Batches.solution(count, batch_size, seed) if len(part) == batch_size
        ]

    @wrong("Not every row is in exactly one batch: some come twice, others never.")
    def with_replacement(count, batch_size, seed):
        order = np.random.default_rng(seed).integers(count, size=count)
        return [order[k : k + batch_size] for k in range(0, count, batch_size)]

    @wrong("Shuffle the rows, and not only the batches: within yours they stand in order.")
    def batches_shuffled(count, batch_size, seed):
        parts = Batches.unshuffled.function(count, batch_size, seed)
        full, short = parts[: count // batch_size], parts[count // batch_size :]
        order = np.random.default_rng(seed).permutation(len(full) - 1) + 1
        return [*(full[place] for place in order), full[0], *short]

    @wrong("The batches have wrong sizes: only the last may be shorter, but never empty.")
    def empty_at_the_end(count, batch_size, seed):
        order = np.random.default_rng(seed).permutation(count)
        return [order[k : k + batch_size] for k in range(0, count + 1, batch_size)]

    @wrong("Shuffle all rows before you cut them: your batches hold neighbours only.")
    def shuffled_within(count, batch_size, seed):
        random = np.random.default_rng(seed)
        return [
            random.permutation(part)
            for part in Batches.unshuffled.function(count, batch_size, seed)
        ]

    @wrong("That is the order of all rows in one array. Cut it into batches.")
    def not_cut(count, batch_size, seed):
        return np.random.default_rng(seed).permutation(count)

    @wrong("The rows are counted from 0. You begin with 1, so the number of the last is too large.")
    def counted_from_one(count, batch_size, seed):
        return [part + 1 for part in Batches.solution(count, batch_size, seed)]


class Mend(Exercise):
    name = "mended_gradient"
    title = "Mend a broken piece"
    task = """
        A friend's network learns well with a batch of 1. With 64 and the same learning rate the
        loss explodes. Here is the gradient for the rows `x`, their targets `y` and the weights `w`.
        What is missing?
        """
    hints = ("What does the length of this gradient do when you give it every row twice?",)
    solution_text = """
        It is the sum over the rows, not the mean. With 64 rows each step is as long as if the
        learning rate were 64 times larger. Divide by the number of rows.
        """
    solution_code = """
        from firstnet.rows import noisy_rows

        x, y = noisy_rows(64, seed=1)
        once, w = np.arange(64), np.zeros(2)
        twice = np.concatenate([once, once])
        right = mended_gradient(w, x, y)
        assert np.allclose(right, mended_gradient(w, x[twice], y[twice]))
        assert np.linalg.norm(w - 0.1 * 64 * right) > 10 * np.linalg.norm(w - 0.1 * right)
        """

    def stub(w, x, y):
        """Return the gradient of the mean squared error of the rows x."""
        return 2 * (x @ w - y) @ x

    def solution(w, x, y):
        """Return the gradient of the mean squared error of the rows x."""
        return 2 * (x @ w - y) @ x / len(x)

    def draw(random, rows):
        """Return weights for three inputs, and rows with their targets."""
        return random.normal(size=3), random.normal(size=(rows, 3)), random.normal(size=rows)

    @case("seven rows")
    def seven(random):
        return Mend.draw(random, 7)

    @case("a batch of 64", points=2)
    def sixty_four(random):
        return Mend.draw(random, 64)

    @wrong("It still grows with the number of rows: it is a sum where a mean is wanted.")
    def broken(w, x, y):
        return 2 * (x @ w - y) @ x

    @wrong("You divide by all the numbers in the table. The mean is over its rows.")
    def by_all_numbers(w, x, y):
        return 2 * (x @ w - y) @ x / x.size

    @wrong("64 is only one batch size. Divide by the number of rows that come in.")
    def always_by_64(w, x, y):
        return 2 * (x @ w - y) @ x / 64

    @wrong("You divide by the number of weights. The mean is over the rows.")
    def by_the_weights(w, x, y):
        return 2 * (x @ w - y) @ x / len(w)

    @wrong("It is a mean now, but half as long as it should be: a square has a slope of its own.")
    def without_the_two(w, x, y):
        return (x @ w - y) @ x / len(x)

    @wrong("Multiply each row by its own error first. The mean of products is no product of means.")
    def product_of_means(w, x, y):
        return 2 * np.mean(x @ w - y) * x.mean(axis=0)


class Noise(Question):
    name = "explain_hundred_times"
    title = "Explain in a sentence"
    task = """
        You want a gradient with a tenth of the noise, and you have plenty of rows. Why must the
        batch be a hundred times larger, and not ten times?
        """
    hints = (r"The noise goes with $1/\sqrt{B}$. What must $B$ be multiplied by?",)
    solution_text = r"""
        The misses of the rows cancel only in part, so the noise falls with the root of the number
        of rows, and $\sqrt{100} = 10$.
        """
    solution_code = """
        import numpy as np

        draws = np.random.default_rng(0).normal(size=(4000, 100))
        assert abs(draws[:, 0].std() / draws.mean(axis=1).std() - 10) < 0.5
        """


class Weigh(Exercise):
    name = "weigh_last_row"
    title = "Weigh a row"
    task = """
        Rows are read in batches, and the remainder is kept. How many times as much does a row of
        the last batch count in its update as a row of another batch in its own? Write
        `weigh_last_row(count, batch_size)` that answers this. There are always two batches or more.
        What is it for `weigh_last_row(100, 30)`?
        """
    hints = (
        "How many rows has the last batch? An update is the mean over its batch.",
        "What if no row is left over?",
    )
    solution_text = """
        The last batch has 10 rows. Each counts 1/10, the others count 1/30 each. That is three
        times as much. If no row is left over, all rows count the same.
        """
    solution_code = """
        from fractions import Fraction

        left = 100 % 30
        assert Fraction(1, left) / Fraction(1, 30) == weigh_last_row(100, 30) == 3
        assert weigh_last_row(90, 30) == 1
        """
    imports = ()

    def stub(count, batch_size):
        """Return how many times as much a row of the last batch counts."""
        ...

    def solution(count, batch_size):
        """Return how many times as much a row of the last batch counts."""
        left = count % batch_size
        return batch_size / left if left else 1

    @case("rows left over", points=2)
    def left_over(random):
        size = int(random.integers(20, 40))
        left = int(random.choice([n for n in range(7, size // 2) if size % n]))
        return int(random.integers(6, 12)) * size + left, size

    @case("no rows left over")
    def none_left_over(random):
        size = int(random.integers(20, 40))
        return int(random.integers(6, 12)) * size, size

    @wrong("`//` cuts off what stands behind the point. Here every part counts.")
    def cut_off(count, batch_size):
        return batch_size // (count % batch_size or batch_size)

    @wrong(
        "If no row is left over, the last batch is a full one, and its rows count like all others."
    )
    def divided_by_nothing(count, batch_size):
        return np.divide(batch_size, count % batch_size)

    @wrong("Turn the fraction round: the fewer rows share an update, the more each of them counts.")
    def turned_round(count, batch_size):
        return (count % batch_size or batch_size) / batch_size

    @wrong("That is what the row counts in its own update. Compare it with a row of another batch.")
    def share_of_one(count, batch_size):
        return 1 / (count % batch_size or batch_size)

    @wrong(
        "That is the number of batches. It does not matter here: look at the sizes of two of them."
    )
    def number_of_batches(count, batch_size):
        return -(-count // batch_size)


class Calm(Exercise):
    name = "calm_walk"
    title = "Calm the jitter"
    task = r"""
        Batch 1 comes down fast and then jitters. Write `calm_walk(x, y, w, learning_rate, orders)`,
        which walks with a batch of 1 and halves the learning rate after each epoch. The loss is the
        squared error, so the gradient of a row is `2 * (x[row] @ w - y[row]) * x[row]`. `orders`
        holds the row numbers of each epoch, already shuffled. Return the last weights. Does it end
        lower than a walk that keeps its rate? Take the rows of this chapter,
        `noisy_rows(256, seed=0)` from `firstnet.rows`, its start $(-1.5, 2)$, 8 epochs and 0.05 as
        the first rate, and compare the mean over ten shuffles.
        """
    hints = (
        "Two loops: over epochs, and over the rows of an epoch's order.",
        r"The rate in epoch $k$, counted from 0, is $\eta / 2^k$.",
    )
    solution_text = """
        It does end lower, and by far. At first the long steps cover the way, and at the end the
        short ones no longer carry the noise far. A walk that keeps its rate is `calm_walk` with a
        single long order.
        """
    solution_code = """
        from firstnet.rows import noisy_rows

        x, y = noisy_rows(256, seed=0)
        start, lowest = np.array([-1.5, 2.0]), np.linalg.lstsq(x, y, rcond=None)[0]

        def height(seed, calm):
            random = np.random.default_rng(seed)
            orders = [random.permutation(256) for _ in range(8)]
            w = calm_walk(x, y, start, 0.05, orders if calm else [np.concatenate(orders)])
            return ((x @ (w - lowest)) ** 2).mean()

        calmed, kept = (np.mean([height(s, calm) for s in range(10)]) for calm in (True, False))
        assert calmed < kept / 10
        """

    def stub(x, y, w, learning_rate, orders):
        """Return the weights after one epoch for each order, batch size 1."""
        ...

    def solution(x, y, w, learning_rate, orders):
        """Return the weights after one epoch for each order, batch size 1."""
        for epoch, order in enumerate(orders):
            rate = learning_rate / 2**epoch
            for row in order:
                w = w - rate * 2 * (x[row] @ w - y[row]) * x[row]
        return w

    def draw(random, epochs):
        """Return five rows, a start, a rate and the orders of some epochs."""
        orders = [random.permutation(5) for _ in range(epochs)]
        return random.normal(size=(5, 2)), random.normal(size=5), random.normal(size=2), 0.1, orders

    @case("one epoch")
    def one(random):
        return Calm.draw(random, 1)

    @case("four epochs", points=2)
    def four(random):
        return Calm.draw(random, 4)

    @wrong("The rate stays the same in every epoch. It should halve.")
    def kept(x, y, w, learning_rate, orders):
        return Calm.solution(x, y, w, learning_rate, [np.concatenate(orders)])

    @wrong("You halve the rate after every row. It should stay the same within an epoch.")
    def halved_after_each_row(x, y, w, learning_rate, orders):
        rows = [[row] for order in orders for row in order]
        return Calm.solution(x, y, w, learning_rate, rows)

    @wrong(
        "Your steps are half as long as they should be. Is the 2 there? Has the first epoch the "
        "whole rate?"
    )
    def halved_at_once(x, y, w, learning_rate, orders):
        return Calm.solution(x, y, w, learning_rate / 2, orders)

    @wrong("You divide by the number of the epoch. Halving twice gives a quarter, not a third.")
    def divided_by_the_epoch(x, y, w, learning_rate, orders):
        for epoch, order in enumerate(orders):
            w = Calm.solution(x, y, w, learning_rate / (epoch + 1), [order])
        return w

    @wrong("You take the rows in the order of the table. Each epoch has an order of its own.")
    def order_of_the_table(x, y, w, learning_rate, orders):
        return Calm.solution(x, y, w, learning_rate, [range(len(x))] * len(orders))

    @wrong("The steps lead uphill. Take the gradient away.")
    def uphill(x, y, w, learning_rate, orders):
        return Calm.solution(x, y, w, -learning_rate, orders)


class Time(Exercise):
    name = "gradients_of_batches"
    title = "Go further: time it"
    task = """
        Cut the rows into batches that follow one another: the first `size` rows, the next `size`,
        and so on. (`size` divides their number.) Write `gradients_of_batches(w, x, y, size)`. It
        returns a table with the gradient of the mean squared error of each batch, one below the
        other, without a loop. Then take the rows `noisy_rows(4096, seed=0)` from `firstnet.rows`
        and batches of a single row. Measure on your machine how long it takes, and how long a loop
        takes that goes from batch to batch. How many times as long is the loop? (The check compares
        numbers. It cannot see a loop, but your clock can.)
        """
    hints = (
        "This chapter has the gradients of all single rows, without a loop. Which rows of that "
        "table make up one batch?",
        "Give the table three sides: batches, rows of a batch, weights. Over which of them do you "
        "take the mean?",
        "`time.perf_counter()` tells the time in seconds. Repeat each measurement a few times and "
        "keep the shortest, which other programs disturbed least.",
    )
    solution_text = """
        How many times differs from machine to machine, but the one call should win clearly. Both
        ways do the same sums on the rows. What the loop pays for is thousands of small calls.
        """
    solution_code = """
        from time import perf_counter
        from firstnet.rows import noisy_rows

        x, y = noisy_rows(4096, seed=0)
        w = np.zeros(2)

        def batch_by_batch(w, x, y, size):
            starts = range(0, len(x), size)
            cuts = [(x[start : start + size], y[start : start + size]) for start in starts]
            return np.array([2 * (some @ w - wanted) @ some / size for some, wanted in cuts])

        def seconds(find):
            began = perf_counter()
            find(w, x, y, 1)
            return perf_counter() - began

        for size in (1, 64, 4096):
            found = gradients_of_batches(w, x, y, size)
            assert np.allclose(found, batch_by_batch(w, x, y, size))
        loop, at_once = (
            min(seconds(find) for _ in range(5)) for find in (batch_by_batch, gradients_of_batches)
        )
        assert loop > 3 * at_once
        """

    def stub(w, x, y, size):
        """Return the gradient of each batch of `size` rows, one below the other."""
        ...

    def solution(w, x, y, size):
        """Return the gradient of each batch of `size` rows, one below the other."""
        single = 2 * (x @ w - y)[:, None] * x
        return single.reshape(-1, size, len(w)).mean(axis=1)

    def draw(random, batches, size):
        """Return weights, the rows of so many batches, their targets, and the size of a batch."""
        return *Mend.draw(random, batches * size), size

    @case("batches of several rows")
    def several(random):
        return Time.draw(random, int(random.integers(4, 7)), int(random.integers(2, 4)))

    @case("batches of a single row")
    def single_rows(random):
        return Time.draw(random, int(random.integers(5, 10)), 1)

    @wrong("That is one gradient, of all rows together. Wanted is one for each batch.")
    def mean_of_all(w, x, y, size):
        return Mend.solution(w, x, y)

    @wrong("These are the gradients of single rows. That of a batch is their mean.")
    def each_row(w, x, y, size):
        return Time.solution(w, x, y, 1)

    @wrong("You add up the rows of a batch. Its gradient is their mean.")
    def sums(w, x, y, size):
        return Time.solution(w, x, y, size) * size

    @wrong("Your batches gather rows that lie far apart. Each takes rows that follow one another.")
    def far_apart(w, x, y, size):
        return Time.each_row.function(w, x, y, size).reshape(size, -1, len(w)).mean(axis=0)

    @wrong("You take the means of errors and inputs and multiply those. Multiply row by row first.")
    def means_first(w, x, y, size):
        errors = (x @ w - y).reshape(-1, size).mean(axis=1)
        return 2 * errors[:, None] * x.reshape(-1, size, len(w)).mean(axis=1)

    @wrong("Every number is half as large as it should be: a square has a slope of its own.")
    def without_the_two(w, x, y, size):
        return Time.solution(w, x, y, size) / 2

    @wrong("The sign is the wrong way round. The error is prediction minus target.")
    def target_minus_prediction(w, x, y, size):
        return -Time.solution(w, x, y, size)

    @wrong("The numbers are right, but each gradient stands in a column. Turn the table round.")
    def turned_round(w, x, y, size):
        return Time.solution(w, x, y, size).T

    @wrong("Those are the losses of the batches. Wanted is their slope for each weight.")
    def losses(w, x, y, size):
        return ((x @ w - y) ** 2).reshape(-1, size).mean(axis=1)
