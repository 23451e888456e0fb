"""Exercises of chapter 07: load the digits."""

import numpy as np

from firstnet.exercises.base import Exercise, Question, case, wrong

CHAPTER = "07_load_digits"
TITLE = "Load the digits"


class Pixel(Exercise):
    name = "pixel_place"
    title = "Find a pixel"
    task = """
        An image is flattened. Which row and which column of the image does number `400` of the list
        come from, counted from 0? Do it with a pencil. Then write `pixel_place(number, columns)`
        that returns row and column for images of any width.
        """
    hints = ("Each row has 28 pixels. How many whole rows fit into `400`?",)
    solution_text = r"$400 = 14 \cdot 28 + 8$, so row 14 and column 8."
    solution_code = """
        assert pixel_place(400, 28) == (14, 8)
        image = np.arange(784).reshape(28, 28)
        assert image[14, 8] == 400
        """

    def stub(number, columns):
        """Return the row and column of a number of the flattened image."""
        ...

    def solution(number, columns):
        """Return the row and column of a number of the flattened image."""
        return number // columns, number % columns

    def draw(random, columns):
        """Return a number whose row, column and width all differ, and the width."""
        column = int(random.integers(3, columns - 1))
        return columns * int(random.integers(1, column - 1)) + column, columns

    @case("28 columns")
    def digits(random):
        return Pixel.draw(random, 28)

    @case("other widths", points=2)
    def others(random):
        columns = int(random.integers(6, 14))
        column = int(random.integers(columns // 2 + 1, columns - 1))
        return columns * int(random.integers(1, column - 1)) + column, columns

    @wrong("The pair is turned round: first the row, then the column.")
    def turned_round(number, columns):
        return number % columns, number // columns

    @wrong("You count from 1. The first row and the first column have the number 0.")
    def from_one(number, columns):
        return number // columns + 1, number % columns + 1

    @wrong("A row has a whole number. What is left over is the column.")
    def fraction(number, columns):
        return number / columns, number % columns

    @wrong("A row that is begun is not full yet: round down, even if more than half is used.")
    def rounded(number, columns):
        return round(number / columns), number % columns

    @wrong("Not every image has 28 columns. Use the width that you are given.")
    def always_28(number, columns):
        return number // 28, number % 28

    @wrong("The row is right. The column is what is left over, not how often the row fits.")
    def same_twice(number, columns):
        return number // columns, number // columns

    @wrong("The list begins with number 0, so nothing has to be taken away first.")
    def one_too_few(number, columns):
        return (number - 1) // columns, (number - 1) % columns


class OneHot(Exercise):
    name = "to_one_hot"
    title = "Write one-hot"
    task = """
        Write `to_one_hot(labels)` for an array of digits, without NumPy's `eye`. It returns a row
        of ten numbers for each label.
        """
    hints = (
        "Begin with a table of zeros. How many rows does it need, and how many columns, whichever "
        "digits occur?",
        "Then one place in each row becomes 1. You can go through the rows with a loop. Or give "
        "NumPy all places at once, as two lists of the same length: which rows, which columns?",
    )
    solution_code = """
        labels = np.array([5, 0, 4])
        assert to_one_hot(labels)[0].tolist() == [0, 0, 0, 0, 0, 1, 0, 0, 0, 0]
        assert np.array_equal(to_one_hot(labels), np.eye(10)[labels])
        """

    def stub(labels):
        """Return the labels, digits from 0 to 9, as one-hot rows."""
        ...

    def solution(labels):
        """Return the labels, digits from 0 to 9, as one-hot rows."""
        rows = np.zeros((len(labels), 10), dtype=int)
        rows[np.arange(len(labels)), labels] = 1
        return rows

    @case("every digit occurs")
    def every_digit(random):
        return random.permutation(np.append(np.arange(10), random.integers(10, size=3)))

    @case("no nine among them", points=2)
    def no_nine(random):
        return random.permutation(np.append(np.arange(1, 5), random.integers(5, 8, size=3)))

    @wrong("The number of columns depends on the largest digit that occurs. It must always be ten.")
    def as_wide_as_needed(labels):
        return OneHot.solution(labels)[:, : labels.max() + 1]

    @wrong("You set whole columns: each row got a 1 for every label. Each needs just its own.")
    def whole_columns(labels):
        rows = np.zeros((len(labels), 10), dtype=int)
        rows[:, labels] = 1
        return rows

    @wrong("The 1 stands one place too far left. The first column belongs to the digit 0.")
    def counted_from_one(labels):
        return OneHot.solution(labels - 1)

    @wrong("Rows and columns are exchanged. Each label gets a row.")
    def transposed(labels):
        return OneHot.solution(labels).T

    @wrong("The digit itself stands in its place. One-hot means that a 1 stands there.")
    def digits(labels):
        return OneHot.solution(labels) * labels[:, None]


class Back(Exercise):
    name = "labels_of"
    title = "Write the way back"
    task = """
        Write `labels_of(rows)` that turns one-hot rows back into labels. A network gives ten
        probabilities in place of a 1 and zeros. For such a row it should return the digit with the
        largest one.
        """
    hints = ("Where in each row is the largest number?",)
    solution_code = """
        labels = np.array([5, 0, 4])
        assert labels_of(np.eye(10)[labels]).tolist() == [5, 0, 4]
        """

    def stub(rows):
        """Return the digit with the largest number of each row."""
        ...

    def solution(rows):
        """Return the digit with the largest number of each row."""
        return rows.argmax(axis=1)

    @case("one-hot rows")
    def one_hot_rows(random):
        return np.eye(10, dtype=int)[random.permutation(np.append(np.arange(10), [3, 8]))]

    @case("rows of probabilities", points=2)
    def probabilities(random):
        rows = random.uniform(0, 0.5, size=(6, 10))
        rows[np.arange(6), random.permutation(10)[:6]] += 1
        return rows / rows.sum(axis=1, keepdims=True)

    @wrong("You look for the largest number of each column. Each row is one example.")
    def down_the_columns(rows):
        return rows.argmax(axis=0)

    @wrong("That is how large the largest number is. Wanted is where it stands.")
    def the_largest(rows):
        return rows.max(axis=1)

    @wrong("That is one place in the whole table. Look in each row by itself.")
    def whole_table(rows):
        return rows.argmax()

    @wrong("The digits are counted from 0: the first column belongs to the digit 0.")
    def counted_from_one(rows):
        return rows.argmax(axis=1) + 1

    @wrong("Probabilities are seldom 0. Look for the largest number, not for those that are not 0.")
    def not_zero(rows):
        return np.nonzero(rows)[1]

    @wrong("That is the mean of the digits, weighted by their probabilities. It need not be one.")
    def mean_digit(rows):
        return rows @ np.arange(10)


class Scale(Exercise):
    name = "mended_scaling"
    title = "Mend a broken piece"
    task = """
        A friend scales like this, and all pixels become 0 or 1. Why, and how do you mend it?
        """
    hints = ("`uint8` holds whole numbers only. What becomes of 7/10?",)
    solution_text = """
        Fractions are cut off: 7/10 becomes 0, and only 255 / 255 becomes 1. Use a type with
        fractions.
        """
    solution_code = """
        x = np.array([0, 100, 254, 255], dtype="uint8")
        assert (x / 255).astype("uint8").tolist() == [0, 0, 0, 1]
        assert np.allclose(mended_scaling(x), [0, 0.392, 0.996, 1], atol=0.001)
        """

    def stub(x):
        """Return the pixels x, whole numbers up to 255, between 0 and 1."""
        return (x / 255).astype("uint8")

    def solution(x):
        """Return the pixels x, whole numbers up to 255, between 0 and 1."""
        return x.astype("float32") / 255

    @case("paper, grey and ink", points=2)
    def whole_range(random):
        grey = random.integers(1, 255, size=4)
        return random.permutation(np.append(grey, [0, 200, 255])).astype("uint8")

    @case("no full ink")
    def no_full_ink(random):
        rows = random.integers(1, 250, size=(3, 4))
        return np.append(rows, [[0, 7, 120, 200]], axis=0).astype("uint8")

    @wrong("Every grey pixel still becomes 0. Which type can hold a fraction?")
    def cut_off(x):
        return (x / 255).astype("uint8")

    @wrong(
        "You divide by the largest pixel that occurs. Then each image is scaled by another number."
    )
    def by_the_largest(x):
        return x / x.max()

    @wrong("The largest pixel is 255, and it should become 1. You divide by a little more.")
    def by_256(x):
        return x / 256

    @wrong("The type can hold fractions now, but nothing has been divided.")
    def not_divided(x):
        return x.astype("float32")

    @wrong("Rounding leaves only 0 and 1, too. Keep the fractions.")
    def rounded(x):
        return np.round(x / 255)


class Sorted(Question):
    name = "explain_sorted_split"
    title = "Shuffle or not?"
    task = """
        Someone sorts the training images by digit and sets the last tenth aside for validation.
        What goes wrong?
        """
    hints = ("Which digits are in the last tenth?",)
    solution_text = """
        Nearly all of them are nines, and no nine is left to learn from. Shuffle first. MNIST comes
        already mixed.
        """
    solution_code = """
        import numpy as np

        labels = np.sort(np.repeat(np.arange(10), 600))
        aside = labels[-600:]
        assert set(aside.tolist()) == {9}
        mixed = np.random.default_rng(0).permutation(labels)
        assert len(set(mixed[-600:].tolist())) == 10
        """


class Divisors(Question):
    name = "compare_divisors"
    title = "Explain in a sentence"
    task = """
        The pixels could also be divided by 128, or by 1,000. Which of the two is the smaller
        mistake, and why?
        """
    hints = (
        "How large do the sums become in each case? What could the learning rate make up for?",
    )
    solution_text = """
        Dividing by 128 is the smaller one: the values reach 2, and sums twice as large are still
        ordinary. Divided by 1,000, they are a quarter of the usual size. That slows learning, and a
        larger learning rate makes up for it. Neither is a catastrophe; a factor of 255 is.
        """
    solution_code = """
        assert round(255 / 128, 1) == 2.0
        assert round(255 / 1000, 2) == 0.26
        """
