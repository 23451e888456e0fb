# %% tags=["remove-cell"]
# Colab and Kaggle start without the book's package; everywhere else this cell does nothing.
from importlib.util import find_spec

if find_spec("firstnet") is None:
    repository = "git+https://github.com/first-neural-network/first-neural-network"
    get_ipython().run_line_magic("pip", "install -q anywidget")
    get_ipython().run_line_magic("pip", f"install -q --no-deps {repository}")

# %% [markdown]
# # Load the digits
#
# From here on you train real networks on real data: 70,000 digits that people wrote by hand. Before the
# first network sees them, you look at them yourself. You meet the clear ones, the hard ones, and a few on which you may
# disagree with their label. Then you prepare them, and you see what happens to a training when one step
# of the preparation is left out.
#
# **You will be able to**
#
# - load MNIST, and say what its arrays hold
# - look at a data set before you train on it: samples, counts, means, the hard cases
# - say what the training, validation and test sets are each for
# - flatten, scale and one-hot the digits
# - explain why a training may never start if the pixels are not scaled
#
# **You need** [Bend a line](02_bend_line.ipynb) and [Count the steps](06_count_steps.ipynb).
# **Time:** about 40 minutes.

# %% [markdown]
# ## Load them
#
# *MNIST* is a set of handwritten digits. Employees of the United States Census Bureau and school students wrote them, scanners turned
# them into small grey images, and each image has a *label*: the digit it is meant to show. One part is for
# learning, the [*training set*](../book/glossary.md#training-set). The other part, the
# [*test set*](../book/glossary.md#test-set), is for the end: no network ever learns from it.

# %%
from firstnet import data

(x_train, y_train), (x_test, y_test) = data.mnist()
real = data.is_real("mnist")

# %% [markdown]
# The line above says where the digits came from. If it says NOT MNIST, the real ones could not be had, and small
# ones stand in. Everything runs, but your numbers and pictures differ from those in the text.
#
# What is in the arrays? The *shape* says how many images there are, how many rows of pixels, and how many columns.

# %%
print("training", x_train.shape, y_train.shape)
print("test", x_test.shape, y_test.shape)
print(
    "first labels", y_train[:2], "values from", x_train.min(), "to", x_train.max()
)

# %% [markdown]
# A pixel is a whole number: 0 is paper, 255 is ink. (On paper ink is dark. MNIST shows it white on black.) This is a
# piece out of the first image, with each pixel's number written in it.

# %% mystnb={"image": {"alt": "The first training image, a handwritten 5, rows 4 to 24 and columns 3 to 23, each pixel drawn in its grey with its number from 0 to 255 written in it. The strokes are near 253, the paper is 0, and the edges of the strokes lie between."}}
import matplotlib.pyplot as plt

from firstnet import plots

plots.pixels(x_train[0, 4:25, 3:24])
plt.show()

# %% [markdown]
# To you it is a 5. To a program it is this table of numbers and nothing else.

# %% [markdown]
# ## Look at a hundred
#
# Article B begins with a grid of ten by ten random digits. A *random generator* with a seed gives everyone the same hundred.

# %% mystnb={"image": {"alt": "One hundred handwritten digits in ten rows and ten columns, white on black, chosen at random from the training set. Slants, widths and stroke weights differ from digit to digit."}}
import numpy as np

random = np.random.default_rng(0)
hundred = random.choice(len(x_train), size=100, replace=False)
plots.mosaic(x_train[hundred])
plt.show()

# %% [markdown]
# Could you read them all? Their labels, in the same order:

# %%
print(y_train[hundred].reshape(10, 10))

# %% [markdown]
# Is every digit there about equally often? If one class made up nine tenths of the data, a network could be right nine times
# in ten without looking.

# %% mystnb={"image": {"alt": "Bars for the number of training and test images of each digit. Training bars lie between about 5,400, the 5, and 6,700, the 1. Test bars lie between about 900 and 1,100."}}
counts = {"training": np.bincount(y_train), "test": np.bincount(y_test)}
plots.class_counts(counts)
plt.show()

# %% [markdown]
# In numbers:

# %%
print("training", counts["training"])
print("test", counts["test"])
print(
    f"guessing the commonest digit: {counts['test'].max() / len(y_test):.1%} right"
)

# %% [markdown]
# They are not equal, but near enough. Whoever always says "1" is right about once in nine times on the test set. Remember that
# number: an accuracy close to it means that a network has learned nothing.

# %% [markdown]
# ## Look at the mean
#
# The mean of all images of one digit shows what they have in common.

# %% mystnb={"image": {"alt": "Ten blurred digits from 0 to 9, each the mean of all training images with that label. The 0 and the 1 are clear, the 4, the 5 and the 8 are the most blurred."}}
means = np.stack([x_train[y_train == digit].mean(axis=0) for digit in range(10)])
plots.images(means, range(10), columns=5)
plt.show()

# %% [markdown]
# The more the writers agree, the sharper the mean. This already makes a simple machine that reads digits: compare an image with the
# ten means, and answer with the nearest one. "Near" is the sum of the squared differences, pixel by pixel.

# %%
x, m = x_test.astype("float32") / 255, means.astype("float32") / 255
distances = np.stack([((x - one) ** 2).sum(axis=(1, 2)) for one in m], axis=1)
nearest = distances.argmin(axis=1)
print(f"{(nearest == y_test).mean():.3f} right")

# %% [markdown]
# About eight in ten, without any training. Networks will do better, but this is the mark they have to
# beat. It fails where writers differ: there is no single right place for the stroke of a 4.

# %% [markdown]
# ## Find the hard ones
#
# Which images are hard? Ask a model. The package brings a network that the next chapter teaches you to build and
# train. Here we only use it. It gives ten probabilities for each image, and an image is hard if little
# is left for its label.

# %%
from firstnet import forty_lines, models

weights = models.weights("mlp")
layers = list(zip(weights[::2], weights[1::2], strict=True))
rows = x_test.reshape(-1, 784).astype("float32") / 255
probabilities = forty_lines.forward(layers, rows)[-1]  # (10000, 10)
given = probabilities[np.arange(len(y_test)), y_test]

# %% [markdown]
# Here is a shelf of test images: for each digit the 20 hardest, and 20 at random. **Before you look at the names:** go through the
# hardest with your own eyes. Which would you have read as the label says? A dashed frame marks those that the model reads wrong.

# %%
from firstnet.widgets.browse import Browse

hardest = [np.argsort(np.where(y_test == d, given, 2))[:20] for d in range(10)]
others = [random.choice(np.flatnonzero(y_test == d), 20) for d in range(10)]
shelf = np.unique(np.concatenate(hardest + others))
Browse(x_test[shelf], y_test[shelf], probabilities[shelf], numbers=shelf)

# %% [markdown]
# Some of the hard ones are sloppy, some are cut off, and a few seem to carry the wrong label. Here are the six that the
# model finds hardest, with their labels.

# %% mystnb={"image": {"alt": "The six test images to whose label the model gives the least probability, with number and label above each. Several could be read as another digit."}}
worst = given.argsort()[:6]
titles = [f"{number}: {y_test[number]}" for number in worst]
plots.images(x_test[worst], titles)
plt.show()

# %% [markdown]
# And what the model says they are:

# %%
for number in worst:
    print(
        f"image {number}: label {y_test[number]}, model {probabilities[number].argmax()}"
    )

# %% [markdown]
# Which of them are *mislabelled*? There is no court for that. The label says what somebody meant or thought at the time, and people
# who looked again disagree about a handful. What follows for you is simple: no model can be right on all of them, and the last tenths of a
# percent are partly a matter of opinion.

# %% tags=["nbval-ignore-output"]
from firstnet import checks

wrong = probabilities.argmax(axis=1) != y_test
print(f"{wrong.sum()} of {len(y_test):,} test images read wrong")
checks.measured(
    "accuracy", 1 - wrong.mean(), near=0.9814, within=0.002, compare=real
)

# %% [markdown]
# ## Set some aside
#
# Why a test set? A network could learn its training images by heart and know nothing about new ones. So it is measured on images it
# never learned from. And there is a third set. While you try settings, you need to compare them, and if you compare on the test set, you
# choose what happens to suit exactly these images. So a part of the training set is put aside for that: the [*validation set*](../book/glossary.md#validation-set). You
# will meet it in the next chapter. Here is the order of things:
#
# | set | images, usually | what for |
# |---|---|---|
# | training | 48,000 to 54,000 | the network learns from them |
# | validation | 6,000 to 12,000 | you choose settings by them |
# | test | 10,000 | looked at once, at the end |

# %%
for share in (0.1, 0.2):
    kept = round(len(x_train) * (1 - share))
    print(
        f"{share:.0%} aside: {kept:,} to learn from, {len(x_train) - kept:,} to validate"
    )

# %% [markdown]
# ## Prepare them
#
# Our first networks take a list of numbers, not a table. So we lay the rows of each image end to end. This is called
# [*flattening*](../book/glossary.md#flattening), and $28 \cdot 28 = 784$.

# %%
x_flat = x_train.reshape(-1, 784)  # (60000, 784)
print(
    x_flat.shape,
    "row 5 begins at",
    5 * 28,
    np.array_equal(x_flat[0, 140:168], x_train[0, 5]),
)

# %% [markdown]
# Nothing is lost but the neighbourhood: the list does not say that pixel 0 and pixel 28 touch. Then *scaling*. We divide by 255, so that
# all values lie between 0 and 1.

# %%
x_scaled = x_flat.astype("float32") / 255
print("from", x_scaled.min(), "to", x_scaled.max())
print(
    f"mean {x_scaled.mean():.3f}, share of empty pixels {(x_scaled == 0).mean():.2f}"
)

# %% [markdown]
# Last the labels. A network with ten outputs wants ten numbers as its target. *One-hot* writes a 1 in the place of the digit, and 0
# elsewhere. NumPy does it with a table that has ones on its diagonal: row 5 of it is the code of a 5.

# %%
one_hot = np.eye(10, dtype=int)[y_train]  # (60000, 10)
print(y_train[0], "becomes", one_hot[0])

# %% [markdown]
# ## Leave out the scaling
#
# Article B never divides by 255. Its network has 784 inputs, hidden layers of 784 and 32 neurons with ReLU, and ten outputs. What does
# that do? First look at the sums $z$ of the first layer, before any training.

# %%
sizes = (784, 784, 32, 10)
fresh = forty_lines.initial_parameters(sizes, seed=0)
(first_weights, _), *_ = fresh
for name, x in {"as loaded": x_flat, "divided by 255": x_scaled}.items():
    z = x[:1000].astype("float32") @ first_weights
    print(f"{name}: a typical sum {np.abs(z).mean():.2f}")

# %% [markdown]
# The sums are 255 times as large, of course. The slopes of the first layer's weights contain the inputs too, and so do those of the next
# layers. So with the same learning rate, every step is hundreds of times as long as it should be. We try it: article B's network, learning
# rate 0.01, batches of 500, twenty steps on 10,000 images. Then we count the neurons of the second hidden layer that are awake. The others
# are *silent*: they answer 0 to every one of a thousand images. Where numbers have overflown, NaN is printed, "not a number".


# %%
def twenty_steps(x, seed):
    parameters = forty_lines.initial_parameters(sizes, seed)
    options = {"learning_rate": np.float32(0.01), "batch_size": 500}
    rng, y = np.random.default_rng(seed), y_train[: len(x)]
    with np.errstate(all="ignore"):  # numbers may overflow: that is the point
        forty_lines.train_epoch(parameters, x, y, **options, rng=rng)
        *_, second, probability = forty_lines.forward(parameters, x[:1000])
    right = (probability.argmax(axis=1) == y_train[:1000]).mean()
    awake = "NaN" if np.isnan(second).any() else (second > 0).any(axis=0).sum()
    return awake, right


# %% [markdown]
# Four seeds with the pixels as they were loaded, and four with scaled ones:

# %% tags=["nbval-ignore-output"]
few = {"as loaded": x_flat[:10_000].astype("float32"), "scaled": x_scaled[:10_000]}
for name, x in few.items():
    for seed in range(4):
        awake, right = twenty_steps(x, seed)
        print(
            f"{name}, seed {seed}: {awake} of 32 neurons awake, accuracy {right:.2f}"
        )

# %% [markdown]
# With pixels as loaded, whole layers fall silent, or the numbers overflow and become NaN, which no neuron recovers from.
# Either way accuracy stays at guessing. A long step has pushed the biases and weights so far that all sums are negative, where ReLU gives 0 and its slope is
# 0: the dying ReLU of [Bend a line](02_bend_line.ipynb), all at once. With scaled pixels the same twenty steps
# leave the neurons awake, and the network has begun to learn.
#
# Twenty steps prove little. [Train a network](08_train_network.ipynb) shows the recipe as article B prints it, with all its
# epochs and several seeds.

# %% [markdown]
# ## What the articles said, and what we measured
#
# | id | the article | what we found |
# |---|---|---|
# | A13 | shapes (60000, 28, 28), (60000,), (10000, 28, 28), (10000,); first labels 5, 0; values 0 to 255; 784; one-hot of 5 | **reproduced**, exactly |
# | B1 | a 10 × 10 grid of random digits | **reproduced**: drawn above, and all ten digits are in it |
#
# Held by the run itself:

# %%
from firstnet import claims

claims.measured(
    "A13", compare=real,
    shapes=[*x_train.shape, *y_train.shape, *x_test.shape, *y_test.shape],
    first_labels=y_train[:2], values=[x_train.min(), x_train.max()],
    flat=x_flat.shape[1], one_hot_of_5=one_hot[0],
)  # fmt: skip
claims.measured(
    "B1", images=len(hundred), digits=len(set(y_train[hundred].tolist()))
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

Quiz("07_load_digits")

# %% [markdown]
# ## Recap
#
# You can now
#
# - load MNIST, and say what its arrays hold: 70,000 images of 28 × 28 pixels from 0 to 255, with a label each
# - look before you train: a hundred samples, counts, means, and the hard cases, some of which are a matter of opinion
# - say what each set is for: to learn from, to choose by, to test once
# - flatten to 784 numbers, divide by 255, and write labels as one-hot rows
# - explain why raw pixels stop a training: steps hundreds of times too long, and a ReLU layer that falls silent
