"""Exercises of chapter 13: recognise your own digit."""

import numpy as np

from firstnet.exercises.base import Exercise, Question, case, wrong

CHAPTER = "13_recognise_digit"
TITLE = "Recognise your own digit"


class Place(Question):
    name = "predict_place"
    title = "Predict a place"
    task = """
        A picture of 20 × 20 has all its ink in row 4. In which row of the 28 does it end? And if
        all ink is in row 0?
        """
    hints = ("The centre of mass goes to 14, but the picture must stay inside.",)
    solution_text = """
        It would have to move down by 10, but there are only 8 rows to spare. So row 4 becomes row
        12, and row 0 becomes row 8. Digits that are as lopsided as that do not occur.
        """
    solution_code = """
        import numpy as np

        from firstnet import drawing

        for row, ends in [(4, 12), (0, 8)]:
            picture = np.zeros((20, 20))
            picture[row] = 1
            assert drawing.centred(picture)[ends].sum() == 20
        """


class Scale(Exercise):
    name = "first_weights"
    answered_in = ("firstnet.drawing",)
    title = "Scale by hand"
    task = """
        Seven old pixels become two. Each new pixel is a mean of old ones, so its weights add up
        to 1. Which weights does the first new pixel have? Do it with a pencil. Then write
        `first_weights(before, after)` that returns them for any two numbers of pixels, one weight
        for each old pixel.
        """
    hints = (
        "The first of two new pixels covers three and a half old ones.",
        "How many old pixels does the first new one cover for other numbers? Old pixel `i` gives "
        "the part of itself that is covered: never more than all of it, and never less than "
        "nothing. Then divide all of them by one number, so that they add up to 1.",
    )
    solution_text = """
        Seven become two: three whole ones and a half, each divided by 3.5. That is
        $1/3.5 = 0.2857$ three times, and $0.5/3.5 = 0.1429$. The other three give nothing.
        """
    solution_code = """
        expected = [1 / 3.5, 1 / 3.5, 1 / 3.5, 0.5 / 3.5, 0, 0, 0]
        assert np.allclose(first_weights(7, 2), expected)
        """

    def stub(before, after):
        """Return the weights of the old pixels in the first new one."""
        ...

    def solution(before, after):
        """Return the weights of the old pixels in the first new one."""
        size = before / after
        return np.clip(size - np.arange(before), 0, 1) / size

    @case("two new pixels")
    def two(random):
        return 2 * int(random.integers(2, 9)) + 1, 2

    @case("any number of pixels", points=2)
    def several(random):
        after = int(random.integers(3, 8))
        left = int(random.choice([n for n in range(1, after) if 2 * n != after]))
        return after * int(random.integers(2, 4)) + left, after

    @wrong("A weight is a part of the new pixel: all weights must add up to 1.")
    def parts_of_the_old(before, after):
        return np.clip(before / after - np.arange(before), 0, 1)

    @wrong("The last old pixel is covered only in part, and so it must count less than the others.")
    def all_alike(before, after):
        covered = np.arange(before) < before / after
        return covered / covered.sum()

    @wrong("Half of the last old pixel is right for two new ones only. How much is it here?")
    def always_half(before, after):
        whole = before // after
        return np.clip(whole + 0.5 - np.arange(before), 0, 1) * after / before

    @wrong("One pixel is missing: the old one of which the new one covers only a part.")
    def whole_ones_only(before, after):
        size = before / after
        return (np.arange(before) + 1 <= size) / size

    @wrong("Give each old pixel a weight, also those of which nothing is covered: theirs is 0.")
    def without_the_zeros(before, after):
        size = before / after
        return np.clip(size - np.arange(np.ceil(size)), 0, 1) / size


class Balance(Exercise):
    name = "balance"
    title = "Write a function"
    task = """
        Write `balance(picture)` that returns the row and the column of the centre of mass, counted
        from 0. A picture without ink has none. For such a picture return the middle, which lies
        between rows 13 and 14 if there are 28.
        """
    hints = (
        "What happens to a division by the sum when the sum is 0?",
        "Each pixel pulls towards its own place. `np.indices` gives you the places of all pixels, "
        "as two tables: of row numbers and of column numbers.",
    )

    def stub(picture):
        """Return row and column of the centre of mass, or the middle without ink."""
        ...

    def solution(picture):
        """Return row and column of the centre of mass, or the middle without ink."""
        rows, columns = np.indices(picture.shape)
        total = picture.sum()
        if total == 0:
            return rows.mean(), columns.mean()
        return (picture * rows).sum() / total, (picture * columns).sum() / total

    @case("a picture with ink", points=2)
    def some_ink(random):
        return random.uniform(size=(5, 8)) * (random.uniform(size=(5, 8)) < 0.6)

    @case("a picture without ink")
    def no_ink(random):
        return np.zeros(random.permutation([4, 6, 9])[:2])

    @wrong("Row and column are exchanged: the row comes first.")
    def exchanged(picture):
        rows, columns = np.indices(picture.shape)
        if not picture.any():
            return columns.mean(), rows.mean()
        return np.average(columns, weights=picture), np.average(rows, weights=picture)

    @wrong("Without ink you divide 0 by 0. Ask for that before you divide.")
    def nothing_by_nothing(picture):
        rows, columns = np.indices(picture.shape)
        return (picture * rows).sum() / picture.sum(), (picture * columns).sum() / picture.sum()

    @wrong("Every pixel with ink counts the same here. A darker one must weigh more.")
    def all_ink_alike(picture):
        inked = picture > 0 if picture.any() else np.ones(picture.shape)
        rows, columns = np.indices(picture.shape)
        return (inked * rows).sum() / inked.sum(), (inked * columns).sum() / inked.sum()

    @wrong("You count rows and columns from 1. The first one has the number 0.")
    def from_one(picture):
        rows, columns = np.indices(picture.shape) + 1
        weights = picture if picture.any() else None
        return np.average(rows, weights=weights), np.average(columns, weights=weights)

    @wrong("Without ink the middle is wanted, not row 0 and column 0.")
    def corner(picture):
        return Balance.solution(picture) if picture.any() else (0.0, 0.0)

    @wrong("The weights do not add up to 1 yet. By what must you divide?")
    def not_divided(picture):
        if not picture.any():
            return Balance.solution(picture)
        rows, columns = np.indices(picture.shape)
        return (picture * rows).sum(), (picture * columns).sum()

    @wrong("Half the number of rows is not the middle: the middle of three rows is row 1.")
    def half_the_rows(picture):
        rows, columns = np.indices(picture.shape)
        if not picture.any():
            return picture.shape[0] / 2, picture.shape[1] / 2
        return np.average(rows, weights=picture), np.average(columns, weights=picture)


class Mend(Exercise):
    name = "ink_of"
    title = "Mend a broken piece"
    task = """
        A friend's page reads the *colour* of the pad, which is transparent where nothing was
        drawn, and takes the red channel as ink. With red ink it works, with blue ink nothing is
        ever recognised. Why, and what should it read? Mend the function.
        """
    hints = ("A pixel of a canvas has four numbers: red, green, blue, and how opaque it is.",)
    solution_text = """
        Blue ink has a red channel of 0, exactly as the transparent paper. The fourth number,
        called alpha, is large where there is ink of any colour, dark ones too.
        """

    def stub(pad):
        """Return the ink, 0 to 1, of a pad of bytes, shape (rows, columns, 4)."""
        return pad[:, :, 0] / 255

    def solution(pad):
        """Return the ink, 0 to 1, of a pad of bytes, shape (rows, columns, 4)."""
        return pad[:, :, 3] / 255

    @case("blue ink")
    def blue(random):
        return painted(random, random.integers(220, 250))

    @case("dark ink and black", points=2)
    def dark(random):
        pad = painted(random, random.integers(20, 31))
        pad[0, 0, :3] = 0  # black
        return pad

    @wrong(
        "It finds no ink here. Which of the four numbers does ink of every colour change? Keep its "
        "fractions."
    )
    def red_only(pad):
        return pad[:, :, 0] / 255

    @wrong("How bright a colour is does not tell how much ink there is.")
    def brightest_colour(pad):
        return pad[:, :, :3].max(axis=2) / 255

    @wrong("The mean of all four depends on the colour. One of the four is enough.")
    def mean_of_all(pad):
        return pad.mean(axis=2) / 255

    @wrong("The right channel. But the ink must go from 0 to 1.")
    def in_bytes(pad):
        return pad[:, :, 3]

    @wrong("Divide by 255, and not by the most that occurs: thin ink must stay thin.")
    def by_the_largest(pad):
        return pad[:, :, 3] / pad[:, :, 3].max()

    @wrong("This tells only whether there is any ink. At an edge there is less of it.")
    def ink_or_none(pad):
        return np.where(pad[:, :, 3] > 0, 1.0, 0.0)

    @wrong("That is the paper: 1 where nothing was drawn. Turn it round.")
    def paper(pad):
        return 1 - pad[:, :, 3] / 255


class Scribble(Question):
    name = "explain_scribble"
    title = "Explain in a sentence"
    task = """
        A network gives a scribble the answer 8 with a probability of 0.97. Is it broken?
        """
    hints = ("Which answers can it give?",)
    solution_text = """
        No: it was only ever asked which of ten digits something is, and shares out a whole 1 among
        them, whatever it sees.
        """


class Threshold(Exercise):
    name = "above_threshold"
    title = "Choose a threshold"
    task = """
        An app says "not sure" when the largest probability is below a threshold. Write
        `above_threshold(probabilities, labels, threshold)`. It takes a row of probabilities for
        each drawing, and returns two shares: how many of the drawings get an answer, and how many
        of these answers are right. What changes with a higher threshold?
        """
    hints = (
        "The largest probability of each row says whether there is an answer, and its place says "
        "which.",
        "The two shares have different denominators: all drawings, and the answered ones.",
    )
    solution_text = r"""
        Say that of 200 drawings 188 get an answer, and 185 of these are right. Then
        $185/188 = 0.984$ of the answers are right, and $12/200 = 0.06$ of the drawings get none. A
        higher threshold makes the first number better and the second worse. Which matters more
        depends on what a wrong answer costs.
        """
    solution_code = """
        probabilities = np.repeat([[0.9, 0.1], [0.6, 0.4]], [188, 12], axis=0)
        labels = np.repeat([0, 1], [185, 15])
        shares = above_threshold(probabilities, labels, 0.8)
        assert np.allclose(shares, [188 / 200, 185 / 188])
        """

    def stub(probabilities, labels, threshold):
        """Return two shares: drawings with an answer, and right ones among these."""
        ...

    def solution(probabilities, labels, threshold):
        """Return two shares: drawings with an answer, and right ones among these."""
        sure = probabilities.max(axis=1) >= threshold
        hit = probabilities.argmax(axis=1) == labels
        return sure.mean(), hit[sure].mean()

    @case("thirteen drawings", points=2)
    def thirteen(random):
        return answers(random, [0.9] * 5 + [0.95] * 2 + [0.6] * 6, threshold=0.8)

    @case("some exactly at the threshold")
    def at_the_threshold(random):
        return answers(random, [0.875] * 5 + [0.9375] * 2 + [0.8125] * 6, threshold=0.875)

    @wrong("The second share is a share of the answers, not of all drawings.")
    def share_of_all(probabilities, labels, threshold):
        sure = probabilities.max(axis=1) >= threshold
        hit = probabilities.argmax(axis=1) == labels
        return sure.mean(), (hit & sure).mean()

    @wrong("A drawing exactly at the threshold gets an answer: only below it the app is not sure.")
    def above_only(probabilities, labels, threshold):
        sure = probabilities.max(axis=1) > threshold
        hit = probabilities.argmax(axis=1) == labels
        return sure.mean(), hit[sure].mean()

    @wrong("The second share counts all drawings. Leave out those that get no answer.")
    def all_counted(probabilities, labels, threshold):
        sure = probabilities.max(axis=1) >= threshold
        return sure.mean(), (probabilities.argmax(axis=1) == labels).mean()

    @wrong("You count the drawings that get no answer. Wanted are those that get one.")
    def unsure_ones(probabilities, labels, threshold):
        sure = probabilities.max(axis=1) >= threshold
        hit = probabilities.argmax(axis=1) == labels
        return 1 - sure.mean(), hit[sure].mean()

    @wrong("An answer need not be right: look at the largest probability, not at the label's.")
    def chance_of_the_label(probabilities, labels, threshold):
        sure = probabilities[np.arange(len(labels)), labels] >= threshold
        hit = probabilities.argmax(axis=1) == labels
        return sure.mean(), hit[sure].mean()

    @wrong("The threshold comes with each call. Use that one, and no number of your own.")
    def always_half(probabilities, labels, threshold):
        return Threshold.solution(probabilities, labels, 0.5)

    @wrong("The share of drawings with an answer comes first, then the share of right answers.")
    def exchanged(probabilities, labels, threshold):
        return Threshold.solution(probabilities, labels, threshold)[::-1]

    @wrong("These are counts. Divide each by the number that it is a part of.")
    def counts(probabilities, labels, threshold):
        sure = probabilities.max(axis=1) >= threshold
        hit = probabilities.argmax(axis=1) == labels
        return sure.sum(), hit[sure].sum()


class FindByte(Exercise):
    name = "number_at"
    title = "Find a byte"
    task = """
        The first four bytes of a `.tflite` file are `28, 0, 0, 0`. Where does the first table
        begin? And with `4, 1, 0, 0`? Now write `number_at(content, at)` with plain Python. It
        takes a list of bytes and returns the number whose four bytes begin at place `at`.
        """
    hints = (
        "Low byte first: the second byte counts 256 each.",
        "The third byte counts 256 times as much as the second.",
    )
    solution_text = r"""
        At byte 28, and at byte $4 + 1 \cdot 256 = 260$. `struct.unpack_from("<I", ...)` does the
        same with bytes.
        """
    solution_code = """
        assert number_at([28, 0, 0, 0], 0) == 28
        assert number_at([4, 1, 0, 0], 0) == 260
        """
    imports = ()
    close = 1e-9

    def stub(content, at):
        """Return the number of four bytes that begins at a place of a list of bytes."""
        ...

    def solution(content, at):
        """Return the number of four bytes that begins at a place of a list of bytes."""
        return sum(content[at + place] * 256**place for place in range(4))

    @case("two bytes of four, at the beginning")
    def small(random):
        return [*some_bytes(random, 2), 0, 0, *some_bytes(random, 4)], 0

    @case("four bytes, anywhere", points=2)
    def large(random):
        content, at = some_bytes(random, 16), int(random.integers(1, 12))
        content[at + 3] |= 128
        return content, at

    @wrong("You read the high byte first. In these files the low byte comes first.")
    def high_byte_first(content, at):
        return sum(content[at + place] * 256 ** (3 - place) for place in range(4))

    @wrong("A byte has 256 values, from 0 to 255. What is one step of the next byte worth then?")
    def largest_byte(content, at):
        return sum(content[at + place] * 255**place for place in range(4))

    @wrong("That is the first byte alone. Numbers above 255 need the others too.")
    def first_byte(content, at):
        return content[at]

    @wrong("The number does not always begin at the first byte of the list.")
    def from_the_beginning(content, at):
        return sum(content[place] * 256**place for place in range(4))

    @wrong("The number is never negative: all 32 bits count up.")
    def with_sign(content, at):
        return int.from_bytes(bytes(content[at : at + 4]), "little", signed=True)

    @wrong("You stop after two bytes. The number has four.")
    def two_bytes(content, at):
        return content[at] + 256 * content[at + 1]


def painted(random, blue: int) -> np.ndarray:
    """Return a transparent pad (5, 4, 4) of bytes, where some pixels have thin ink of one blue."""
    inked = random.uniform(size=(5, 4)) < 0.5
    inked.flat[:3] = True, False, True
    pad = np.zeros((5, 4, 4), np.uint8)
    pad[inked, 2] = blue
    pad[inked, 3] = random.integers(100, 200, size=inked.sum())
    return pad


def answers(random, largest: list, *, threshold: float) -> tuple:
    """Return probabilities whose largest are given, labels, and the threshold.

    Two of the first seven answers are wrong, and three of the others.
    """
    answer = random.integers(4, size=len(largest))
    rest = (1 - np.array(largest)) / 3
    probabilities = np.where(np.eye(4)[answer] == 1, np.array(largest)[:, None], rest[:, None])
    wrongly = np.isin(np.arange(len(largest)), [0, 6, 7, 8, 9])
    labels = np.where(wrongly, (answer + 1) % 4, answer)
    order = random.permutation(len(largest))
    return probabilities[order], labels[order], threshold


def some_bytes(random, count: int) -> list[int]:
    """Return different bytes, none of them 0."""
    return (random.permutation(255)[:count] + 1).tolist()
