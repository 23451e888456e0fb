# %% tags=["remove-cell"]
# Colab and Kaggle start without the book's package; everywhere else this cell does nothing.
from importlib.util import find_spec

if find_spec("firstnet") is None:
    repository = "git+https://github.com/first-neural-network/first-neural-network"
    get_ipython().run_line_magic("pip", "install -q anywidget ai-edge-litert")
    get_ipython().run_line_magic("pip", f"install -q --no-deps {repository}")

# %% [markdown]
# # Recognise your own digit
#
# This is what the whole book was for: you draw a digit, and a network that you understand reads it. The first
# attempt usually fails, and not because of the network. A drawing is not yet an MNIST digit. In this chapter
# you make it one, measure what each step is worth, train a network that needs less of it, and open the
# file that your phone will run, byte by byte.
#
# **You will be able to**
#
# - have your own handwriting read, in this page and on a phone
# - prepare a drawing as MNIST's digits were prepared, and say what each step is worth
# - train a network on moved digits, so that it reads moved digits
# - find a network's weights in a `.tflite` file yourself, and run them with NumPy alone
# - say when an answer should be "not sure"
#
# **You need** [Save and export](12_save_export.ipynb) and [Train a CNN](10_train_cnn.ipynb).
# **Time:** about 45 minutes, of which the computer trains for about half a minute.

# %% [markdown]
# ## Draw a digit
#
# Somebody has drawn a small 7, up on the left. The page prepares the drawing, and runs a file on it of the kind that
# you know from [Save and export](12_save_export.ipynb). **Before you touch anything:** what will happen to the answer
# if you take the tick off *Prepare as MNIST did*? Then clear the pad and draw your own.

# %%
from firstnet import hands
from firstnet.widgets.recognise import Recognise

seven = hands.drawing(7, size=0.35, x=0.25, y=0.25)
Recognise(strokes=seven, network="cnn")

# %% [markdown]
# Without the preparation this network takes the small 7 for a 6, and is sure of it. Push it to the middle, and the
# answer changes on the way. Make it larger there, and at some size it is a 7. With the preparation place and size do
# not matter.
#
# The picture *What spoke* shows which ink spoke for the answer. Each pixel of ink is wiped out together with its
# eight neighbours, and the network is asked again. What is measured is the logarithm of the odds, that is, of the
# answer's probability divided by that of all other digits. The probability itself would hardly move while it stands
# close to 1. The more the answer loses, the brighter is the pixel. Orange ink spoke against it: without that ink the
# network would be surer.
#
# When no digit reaches the probability that you set, the answer is "not sure". More about that below.

# %% [markdown]
# ## See why a drawing is no MNIST digit
#
# A drawing is a list of strokes, and a stroke a list of points. Across and down run from 0 to 1, over the whole pad.

# %%
print(f"{len(seven)} stroke, {len(seven[0])} points, the first at {seven[0][0]}")

# %% [markdown]
# `drawing.ink` draws it with a round pen; `pen` is its width in parts of the pad. `drawing.shrunk` makes the whole pad
# 28 × 28 pixels, as the app of article A does. Beside it stands a 7 of MNIST.

# %% mystnb={"image": {"alt": "Three pictures with white strokes on black. The pad has a small 7 up on the left. Shrunk to 28 by 28 pixels it is a thin 7, less than half as high as the picture, up on the left. The 7 of MNIST is twenty pixels high, thick, and stands in the middle."}}
import matplotlib.pyplot as plt
import numpy as np

from firstnet import data, drawing, plots

(x_train, y_train), (x_test, y_test) = data.mnist()
pictures = [drawing.ink(seven, pen=0.06), drawing.shrunk(seven), x_test[0]]
plots.images(pictures, ["the pad", "28 × 28", "MNIST"], columns=3)
plt.show()

# %% [markdown]
# If the line above says NOT MNIST, small digits stand in. Everything runs, but your numbers and pictures
# differ from those in the text.
#
# The CNN of the explorable reads both, the shrunk pad and the prepared drawing:

# %% tags=["nbval-ignore-output"]
from firstnet import lite, models

both = np.array([drawing.shrunk(seven), drawing.prepared(seven)]) / 255
for p in lite.answers(models.lite_path("cnn.tflite"), both):
    print(f"a {p.argmax()}, with a probability of {p.max():.2f}")

# %% [markdown]
# The makers of MNIST tell what they did ([LeCun and others](../book/references.md)): they scaled each digit into a
# box of 20 × 20 pixels, without changing its proportions, and put it into 28 × 28 so that its *centre of mass* stands
# in the middle. We do the same, one step at a time.

# %% [markdown]
# ## Prepare it step by step
#
# First we redraw the strokes in the middle of a fresh sheet, large, and with a pen of our choice. That works because
# we have the points; whoever has only a picture must leave it out. Then we *crop* the picture: we keep the smallest
# part that holds all ink.

# %%
paper = drawing.ink(drawing.redrawn(seven))
box = drawing.cropped(paper)
print("paper", paper.shape, "→ cropped", box.shape)

# %% [markdown]
# Now the longer side must become 20 pixels. A new pixel covers several old ones, and some of them only in part. Its
# value is the mean of the area that it covers. Say five old pixels become two. Each new one covers two and a half:

# %%
print(drawing.overlaps(5, 2))

# %% [markdown]
# Each row is a new pixel, and holds the parts that the old ones have in it. Two whole ones and one half, each divided
# by 2.5, give 0.4, 0.4 and 0.2. So scaling a picture is two products of matrices, one for the rows and one for the
# columns. Do it by hand:

# %%
height = 20  # the 7 is taller than wide
width = round(20 * box.shape[1] / box.shape[0])
down = drawing.overlaps(box.shape[0], height)
across = drawing.overlaps(box.shape[1], width)
fitted = down @ box @ across.T
print("fitted", fitted.shape, np.allclose(fitted, drawing.fitted(box)))

# %% [markdown]
# The last step looks for the [*centre of mass*](../book/glossary.md#centre-of-mass), the point on which the digit
# would balance if ink had weight. Its row is the mean of all row numbers, each weighted with the ink in that row.
# MNIST puts it on pixel 14, counted from 0. The exact middle of 28 pixels lies between 13 and 14, so one of the two
# had to be chosen.

# %%
total = fitted.sum()
row = fitted.sum(axis=1) @ np.arange(height) / total
column = fitted.sum(axis=0) @ np.arange(width) / total
print(f"centre of mass: row {row:.2f}, column {column:.2f}")
top, left = round(14 - row), round(14 - column)
by_hand = np.zeros((28, 28))
by_hand[top : top + height, left : left + width] = fitted
print("as in the package:", np.allclose(by_hand, drawing.centred(fitted)))

# %% [markdown]
# A 7 carries most of its ink at the top, so it comes to stand low. That looks odd, and is right.

# %% mystnb={"image": {"alt": "Four pictures of the same 7. Redrawn, it fills the paper. Cropped, it touches all four edges. Fitted, it consists of coarse pixels, twenty high. Placed in 28 by 28 pixels, it stands a little below the middle."}}
stages = [paper, box, fitted, by_hand]
plots.images(stages, ["redrawn", "cropped", "fitted", "placed"], columns=4)
plt.show()

# %% [markdown]
# Is that really MNIST's way? Take its own digits as a test. We crop each of the 10,000 test digits, so
# that its place is forgotten, and let our function place it again:

# %%
crops = [drawing.cropped(image / 255) for image in x_test]
again = np.array([drawing.to_bytes(drawing.centred(crop)) for crop in crops])
same = (again == x_test).all(axis=(1, 2)).sum()
print(f"{same:,} of {len(x_test):,} stand where they stood, to the pixel")

# %% [markdown]
# All but one come back to exactly the same place.

# %% [markdown]
# ## Measure what each step is worth
#
# To measure we need many drawings with known answers. Ours come from four made-up hands. Each drawing has
# another size, another place, leans a little, and was written by an unsteady hand:


# %%
rng = np.random.default_rng(0)
names = list(hands.HANDS)


def some_drawing(number):
    size = rng.uniform(0.2, 0.85)
    x, y = rng.uniform(size / 2, 1 - size / 2, size=2)
    hand, lean = names[number // 10 % 4], rng.uniform(-0.2, 0.4)
    place = {"x": x, "y": y, "size": size, "slant": lean}
    return hands.drawing(number % 10, hand=hand, wobble=0.04, seed=number, **place)


# %% [markdown]
# We take 400 of them, forty of each digit. Here is one of each:

# %% mystnb={"image": {"alt": "Ten small pads, each with a white digit on black, 0 to 9. Some are tiny and stand in a corner, others fill the pad. They lean to different sides and their lines are a little shaky."}}
drawings = [some_drawing(number) for number in range(400)]
digits = np.arange(400) % 10
pads = [drawing.ink(strokes, pen=0.06) for strokes in drawings]
plots.images(pads[30:40], range(10), columns=10)
plt.show()

# %% [markdown]
# Five ways to bring a pad to 28 × 28. The first two are what apps often do: shrink the whole pad, or stretch the
# cropped drawing to a square.


# %%
def in_the_middle(picture):
    height, width = picture.shape
    top, left = (28 - height) // 2, (28 - width) // 2
    placed = np.zeros((28, 28))
    placed[top : top + height, left : left + width] = picture
    return placed


def scaled(picture, height, width):
    down = drawing.overlaps(picture.shape[0], height)
    return down @ picture @ drawing.overlaps(picture.shape[1], width).T


# %% [markdown]
# The third keeps the proportions. The fourth places by the centre of mass. The fifth redraws the strokes with one pen
# first, as above.

# %%
boxes = [drawing.cropped(pad) for pad in pads]
fits = [drawing.fitted(box) for box in boxes]
ways = {
    "the whole pad, shrunk": [scaled(pad, 28, 28) for pad in pads],
    "stretched to 20 × 20": [in_the_middle(scaled(box, 20, 20)) for box in boxes],
    "proportions kept": [in_the_middle(fit) for fit in fits],
    "and centre of mass": [drawing.centred(fit) for fit in fits],
    "and redrawn": [drawing.prepared(strokes) / 255 for strokes in drawings],
}

# %% [markdown]
# Two networks read them all: the MLP and the CNN, from the files that this book ships for phones.


# %% tags=["nbval-ignore-output"]
def right(pictures, labels, file):
    answers = lite.answers(models.lite_path(file), pictures)
    return (answers.argmax(axis=1) == labels).mean()


worth = {}
for way, pictures in ways.items():
    worth[way] = [
        right(pictures, digits, f"{name}.tflite") for name in ("mlp", "cnn")
    ]
    print(f"{way:22} MLP {worth[way][0]:.2f}, CNN {worth[way][1]:.2f}")

# %% [markdown]
# The same as bars:

# %% mystnb={"image": {"alt": "Bars of the share of drawings read right, for five ways of preparing them, each with one bar for the MLP and one for the CNN. Shrinking the whole pad gives about a quarter and under a half. With each step both bars grow, and with all steps both stand just below 1."}}
short = ["shrunk", "stretched", "proportions", "+ mass", "+ redrawn"]
bars = dict(zip(short, worth.values(), strict=True))
plots.accuracies(bars, names=["MLP", "CNN"], label="share read right")
plt.show()

# %% [markdown]
# Without preparation the MLP reads about a quarter, and the CNN fewer than half. The same files read nearly all of
# them after it. No weight has changed. Cropping and scaling do the most: after them every digit has the size that the
# network knows. The centre of mass helps the MLP more than the CNN, which bears a digit that is a little beside its
# place. In your own work, look for such a difference between training data and real data first, before you reach for
# a larger network.
#
# How much do these numbers say about you? Our hands are neat, and there are only four. Real people write worse. Take
# the order of the steps from this table, and not the last digits.

# %%
from firstnet import checks

real = data.is_real("mnist")
for way, near in {"the whole pad, shrunk": 0.44, "and redrawn": 0.98}.items():
    checks.measured(way, worth[way][1], near=near, within=0.04, compare=real)

# %% [markdown]
# ## Say when you are not sure
#
# Some of the 400 are still misread. How sure was the network of those? Let it answer only when its largest probability
# reaches a *threshold*, and count how many drawings get an answer, and how many of these answers are right:

# %% tags=["nbval-ignore-output"]
p = lite.answers(models.lite_path("cnn.tflite"), ways["and redrawn"])
surest, hit = p.max(axis=1), p.argmax(axis=1) == digits
for threshold in (0.5, 0.7, 0.9, 0.99):
    answered = surest >= threshold
    share, good = answered.mean(), hit[answered].mean()
    print(
        f"{threshold:4}: {share:.3f} get an answer, {good:.3f} of these are right"
    )

# %% [markdown]
# A higher threshold makes the answers better, and there are fewer of them. The explorable and the app say "not sure"
# below 0.7. But a threshold catches doubtful digits only. Draw the letter M:

# %% tags=["nbval-ignore-output"]
letter_m = [[[0.2, 0.8], [0.25, 0.2], [0.5, 0.6], [0.75, 0.2], [0.8, 0.8]]]
picture = drawing.prepared(letter_m)[None] / 255
p = lite.answers(models.lite_path("cnn.tflite"), picture)[0]
print(f"a {p.argmax()}, with a probability of {p.max():.3f}")
assert p.max() > 0.9 or not real

# %% [markdown]
# A network cannot say "this is no digit". It has ten answers, and their probabilities add up to 1, whatever it is
# shown. If you want an eleventh answer, train it with pictures that are no digits.

# %% [markdown]
# ## Spoil test digits, and repair them
#
# The other direction: take 1,000 test digits that were prepared well, and spoil them. We move each by up to six
# pixels each way, or make it half as large, or thicken its strokes.


# %%
def moved(pictures, most, rng):
    frame = ((0, 0), (most, most), (most, most))
    windows = np.lib.stride_tricks.sliding_window_view(
        np.pad(pictures, frame), (28, 28), axis=(1, 2)
    )
    down, right = rng.integers(0, 2 * most + 1, size=(2, len(pictures)))
    return windows[np.arange(len(pictures)), down, right]


# %% [markdown]
# `moved` puts a frame of paper around each picture, and cuts a window of 28 × 28 out of it, at a place drawn at
# random. Thickening gives each pixel the largest value of its neighbourhood of 3 × 3.


# %%
def thickened(pictures):
    framed = np.pad(pictures, ((0, 0), (1, 1), (1, 1)))
    neighbours = np.lib.stride_tricks.sliding_window_view(
        framed, (3, 3), axis=(1, 2)
    )
    return neighbours.max(axis=(3, 4))


# %% [markdown]
# And half as large means a box of 10 × 10 pixels instead of 20 × 20.

# %%
some, labels = x_test[:1000] / 255, y_test[:1000]
boxes = [drawing.fitted(drawing.cropped(image), box=10) for image in some]
spoiled = {
    "as they are": some,
    "moved": moved(some, 6, np.random.default_rng(1)),
    "half as large": [in_the_middle(box) for box in boxes],
    "thickened": thickened(some),
}

# %% [markdown]
# How many does the CNN read, before and after the preparation? These are pictures, so nothing can be redrawn.

# %% tags=["nbval-ignore-output"]
for name, pictures in spoiled.items():
    crops = [drawing.cropped(picture) for picture in pictures]
    repaired = [drawing.centred(drawing.fitted(crop)) for crop in crops]
    as_it_is = right(pictures, labels, "cnn.tflite")
    after_it = right(repaired, labels, "cnn.tflite")
    print(f"{name:14} {as_it_is:.2f} → {after_it:.2f}")

# %% [markdown]
# Moving and shrinking are undone nearly completely. Thickening is not: the preparation knows nothing of pens, and
# here it even hurts a little. That is why we redraw where we have the strokes.

# %% [markdown]
# ## Train on moved digits
#
# Instead of the drawing, you can change the network. Show it moved digits in training, each time moved otherwise, and
# it learns that place means nothing. This is *augmentation*, which you met in [Try other
# pictures](11_try_pictures.ipynb). The test: all test digits, moved by up to six pixels each way.

# %%
moved_test = moved(x_test, 6, np.random.default_rng(1)) / np.float32(255)
lost = 1 - moved_test.sum() / (x_test / 255).sum()
print(f"ink that has left the pictures: {lost:.1%}")

# %% [markdown]
# The network is article C's, without dropout.

# %%
import keras
from keras import layers

keras.utils.set_random_seed(0)
model = keras.Sequential([
    keras.Input(shape=(28, 28, 1)),
    layers.Conv2D(32, 3, activation="relu"),
    layers.MaxPooling2D(2),
    layers.Conv2D(64, 3, activation="relu"),
    layers.MaxPooling2D(2),
    layers.Flatten(),
    layers.Dense(10, activation="softmax"),
])  # fmt: skip

# %% [markdown]
# Two rounds through the digits are enough to see it. We go in eight steps, each with a quarter of them, since moved
# copies need memory. The learning rate falls along a cosine, as in [Train a CNN](10_train_cnn.ipynb).

# %%
parts = 8
steps = parts * -(-len(x_train) // 4 // 256)
rate = keras.optimizers.schedules.CosineDecay(0.006, steps)
model.compile(
    optimizer=keras.optimizers.Adam(rate),
    loss="sparse_categorical_crossentropy",
    metrics=["accuracy"],
    steps_per_execution=16,
)

# %% [markdown]
# The training itself. Each quarter comes twice, the second time moved otherwise.

# %% tags=["nbval-ignore-output"]
rng = np.random.default_rng(0)
for part in range(parts):
    rows = slice(part % 4, None, 4)
    x_moved = moved(x_train[rows], 6, rng)[..., None] / np.float32(255)
    history = model.fit(x_moved, y_train[rows], batch_size=256, verbose=0)
accuracy = history.history["accuracy"][0]
print(f"accuracy while it learned from the last part: {accuracy:.2f}")

# %% [markdown]
# Compare it with the CNN that never saw a moved digit:


# %% tags=["nbval-ignore-output"]
def right_by(model, pictures):
    images = np.reshape(pictures, (-1, 28, 28, 1))
    p = model.predict(images, batch_size=500, verbose=0)
    return (p.argmax(axis=1) == y_test).mean()


never = models.keras_model("cnn")
before, after = right_by(never, moved_test), right_by(model, moved_test)
in_place = [right_by(one, x_test / np.float32(255)) for one in (never, model)]
print(f"moved digits: {before:.2f} → {after:.2f}")
print(f"digits in place: {in_place[0]:.3f} → {in_place[1]:.3f}")

# %% [markdown]
# From fewer than half to more than nine of ten. It has a price: of a hundred digits in place, about three more are
# misread. A network of this size has to share its weights out.

# %% tags=["nbval-ignore-output"]
checks.measured("before", before, near=0.44, within=0.06, compare=real)
checks.measured("after", after, near=0.95, within=0.03, compare=real)

# %% [markdown]
# *CNN, moved digits* in the explorable above went through more of it: 20 epochs of digits moved, turned and scaled.
# The recogniser app calls it *Augmented CNN*. Choose it and switch the preparation off. It reads many drawings that
# confuse the others, and still not the smallest ones. Preparation is the better tool here: it is exact, and it costs
# no training. Augmentation helps where you do not know how to undo the change.

# %% [markdown]
# ## Open the file with a pencil
#
# How can a page run a network without TensorFlow? It needs to know two things: where the weights stand in the file,
# and what the operators compute. You know the second. Now to the first. Here are the first sixty bytes of the MLP's
# file, four in a row, each row with the place where it begins:

# %%
content = models.lite_path("mlp.tflite").read_bytes()
for place in range(0, 60, 4):
    print(f"{place:2}:", *(f"{byte:3}" for byte in content[place : place + 4]))

# %% [markdown]
# The format is called [*FlatBuffers*](../book/glossary.md#flatbuffers). A file is full of *tables*, and of numbers
# that say how far away the next thing stands. Numbers begin with their lowest byte. Take a pencil and follow:
#
# - Bytes 0 to 3 are the number 28. So the first table begins at byte 28. (Bytes 4 to 7 are the letters TFL3, which
#   every such file has.)
# - A table begins with the way *back* to its list of fields. At byte 28 stands 20, so the list begins at byte
#   $28 - 20 = 8$.
# - The list consists of numbers of two bytes. The first two are lengths: 20 bytes for the list itself, 32 for the
#   table. Then comes a number for each field: 28 for field 0, 24 for field 1, and so on. It says how far into the
#   table the field lies. Field 5 has a 0: it was left out.
# - Field 0 is the version of the format. It stands at byte $28 + 28 = 56$, and there you find a 3.
#
# That was the hardest part. The same in Python:


# %%
import struct


def number(at, kind="<I"):  # four bytes, never negative; "<i" may be, "<H" has two
    return struct.unpack_from(kind, content, at)[0]


def field(table, n):  # where field n of a table stands, None if it was left out
    fields = table - number(table, "<i")
    if 4 + 2 * n >= number(fields, "<H"):  # the list ends before it
        return None
    offset = number(fields + 4 + 2 * n, "<H")
    return table + offset if offset else None


# %% [markdown]
# Some fields hold a distance instead of a value: so many bytes further, counted from the field itself, stands a list
# or another table. A list begins with how many entries it has.


# %%
def follow(at):
    return at + number(at)


def tables(at):  # where the tables of a list begin
    start = follow(at)
    return [follow(start + 4 + 4 * n) for n in range(number(start))]


root = follow(0)
print("first table at byte", root, "- version", number(field(root, 0)))

# %% [markdown]
# The description of the format says which field is which: in the first table, field 1 lists the kinds of operators,
# field 2 the networks, field 4 the stored bytes. In a network, field 3 lists its operators, and the first field of an
# operator says which kind it is, as a place in the list of kinds. A 0 is left out, to save bytes.


# %%
def kind_of(operator):
    place = field(operator, 0)
    return kinds[number(place) if place else 0]


codes, (network,), stored = (tables(field(root, n)) for n in (1, 2, 4))
kinds = [number(field(code, 3)) for code in codes]
operators = tables(field(network, 3))
print("operators in order:", [kind_of(operator) for operator in operators])

# %% [markdown]
# Number 9 is called FULLY_CONNECTED, our dense layer. Number 25 is SOFTMAX. So three dense layers and a softmax.
# Where is ReLU? It is inside the first two: an operator may apply an activation by itself.
#
# Now the weights. An operator names the tensors that it reads: its input, its weights, its biases. A tensor names the
# bytes in which it is stored.


# %%
def whole_numbers(at):  # a list of whole numbers
    start = follow(at)
    return list(struct.unpack_from(f"<{number(start)}i", content, start + 4))


def tensor(index):
    description = tensors[index]
    shape = whole_numbers(field(description, 0))
    start = follow(field(stored[number(field(description, 2))], 0))
    return np.frombuffer(content, "<f4", np.prod(shape), start + 4).reshape(shape)


tensors = tables(field(network, 0))
parts = [whole_numbers(field(one, 1))[1:] for one in operators[:3]]
dense = [(tensor(weights), tensor(biases)) for weights, biases in parts]
print([weights.shape for weights, biases in dense])

# %% [markdown]
# A row for each neuron: TensorFlow Lite swaps the rows and columns of Keras's tables. With these six arrays the whole
# network is four lines:


# %%
def run(pixels):
    values = pixels
    for weights, biases in dense[:2]:
        values = np.maximum(weights @ values + biases, 0)
    weights, biases = dense[2]
    odds = np.exp(weights @ values + biases)
    return odds / odds.sum()


ours = np.array([run(image.ravel()) for image in some.astype("float32")])
litert = lite.answers(models.lite_path("mlp.tflite"), some)
gap = np.abs(ours - litert).max()
print("as LiteRT answers, within 0.00001:", gap < 1e-5)
assert gap < 1e-5

# %% [markdown]
# ## Read it in the page
#
# This page does the same in JavaScript. Its reader is one file, `_tflite.js`, and comes with the package. Here is
# its `field`. Compare it with yours, line by line:

# %%
from importlib.resources import files

reader = files("firstnet.widgets").joinpath("_tflite.js").read_text("utf-8")
start = reader.index("  /** Where a field stands")
print(reader[start : reader.index("  number(index", start)])

# %% [markdown]
# `this.at` reads a number, as your `number` does, but first it asks whether that place lies in the file. That is the
# difference between a lesson and a tool. A damaged file sends you to places that do not exist. See what our
# lines do with a file that was cut off:

# %%
whole, content = content, content[:1000]
try:
    tables(field(follow(0), 4))
except struct.error as error:
    print("struct.error:", error)
content = whole

# %% [markdown]
# An error, but no help for anybody. The reader says instead what is wrong and what to do: that the file was not
# copied whole, that it takes pictures in colour, or which operator is missing. Damaged *weights* no reader can see:
# they are numbers like any others. That is why the book keeps a *checksum* of each file, a short number computed from
# all its bytes, and its tests compare it.
#
# The rest of the reader has three parts:
#
# - **What is in the file?** It makes a list of tensors and a list of operators, as you did.
# - **What does each operator compute?** It knows eight kinds, and each has a function: `FULLY_CONNECTED` the dense
#   layer, `CONV_2D` the convolution, `MAX_POOL_2D`, `RELU`, `SOFTMAX`, and `RESHAPE`, which is flattening. The
#   explorables of [Train a CNN](10_train_cnn.ipynb) run the same functions. `QUANTIZE` and `DEQUANTIZE` go from
#   floats to whole numbers and back.
# - **What about int8?** There the sums are whole numbers. After each layer one multiplication and one rounding bring
#   them to the scale of the next tensor, as in [Save and export](12_save_export.ipynb). The reader rounds exactly as
#   LiteRT does. The book's tests give both a thousand test digits, and hold them to the same answers.

# %% [markdown]
# ## Take it with you
#
# Export your network of moved digits, as you learned in [Save and export](12_save_export.ipynb). The file comes to
# lie beside this notebook:

# %%
size = lite.export(model, "my_cnn.tflite")
answers = lite.answers("my_cnn.tflite", moved_test[:500])
gap = np.abs(answers - model.predict(moved_test[:500][..., None], verbose=0)).max()
print("one file of", round(size, -3), "bytes, the same answers:", gap < 1e-5)
assert gap < 1e-5

# %% [markdown]
# In JupyterLab, `Recognise(own="my_cnn.tflite", network="own")` puts it into the explorable. To carry it in your
# pocket:
#
# - **The recogniser** is an app that is part of this book: <a href="../recogniser/index.html">open it from the built
#   book</a>. It draws, reads and speaks, and it runs LiteRT or our small reader. Open it once with internet, install it
#   from the browser's menu, and it works in flight mode. Your drawings never leave the phone.
# - **Your own network** goes there as a file: mail `my_cnn.tflite` to yourself, or put it into your cloud folder, and
#   save it on the phone. In the app tap *Load your own .tflite file*. `my_digits.tflite` of
#   [Save and export](12_save_export.ipynb) works too. If the app refuses a file, it says why, and keeps the old one.
# - **A native app** for Android and iOS comes as source code. [Build the phone app](../book/flutter.md) walks through
#   it.

# %% [markdown]
# ## What the articles said, and what we measured
#
# | id | the article | what we found |
# |---|---|---|
# | A23 | the app shrinks the pad to 28 × 28, reads the red channel, and recognises the drawing | **wrong**: of drawings of any place and size the same way of shrinking loses more than half with a CNN, and nearly three quarters with the article's own network. Prepared as MNIST was, both read nearly all |

# %%
from firstnet import claims

raw, prepared = worth["the whole pad, shrunk"], worth["and redrawn"]
claims.measured(
    "A23", drawings_shrunk=raw[0], drawings_prepared=prepared[0], compare=real
)

# %% [markdown]
# ## Exercises
#
# In the notebook, fill in the cells below and run them: a check says how it went. It draws new numbers each time,
# so only a function that is right for all of them passes. In the page, write on paper before you open a solution.

# %% [markdown]
# ## Check yourself
#
# Choose, type or put in order, then press Check. Each answer is explained, and you may try again. The results stay
# on your device; you can save them as a file for your teacher.

# %%
from firstnet.widgets.quiz import Quiz

Quiz("13_recognise_digit")

# %% [markdown]
# ## Recap
#
# You can now
#
# - have your own handwriting read, in this page and on a phone, without internet
# - prepare a drawing as MNIST's digits were: crop, fit into 20 × 20, centre of mass on pixel 14; it is worth more
#   than any change of the network
# - train a network on moved digits, so that it reads moved digits, and say what that costs
# - find the weights in a `.tflite` file with a few lines, and run them with NumPy alone
# - say "not sure" below a threshold, what that costs, and why a network cannot say "no digit"
#
# You began with one neuron and two weights. Now you carry a network in your pocket, and you know what every part of
# it does.
