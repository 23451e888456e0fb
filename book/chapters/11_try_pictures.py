# %% tags=["remove-cell"]
# Colab and Kaggle start without the book's package; everywhere else this cell does nothing.
from importlib.util import find_spec

if find_spec("firstnet") is None:
    repository = "git+https://github.com/first-neural-network/first-neural-network"
    get_ipython().run_line_magic("pip", "install -q anywidget")
    get_ipython().run_line_magic("pip", f"install -q --no-deps {repository}")

# %% [markdown]
# # Try other pictures
#
# Article B ends with a challenge: try Fashion-MNIST and CIFAR-10 next. Here you do, with the two
# networks that you know. They learn, but on photographs they come nowhere near what they reach on digits.
# You find out why, and what helps.
#
# **You will be able to**
#
# - train the networks of this book on other pictures, in colour too
# - say why photographs are harder than digits, and measure it without a network
# - choose an augmentation that fits the pictures, and say what it does to the curves
# - say how a CNN that does better on photographs is built
#
# **You need** [Train a CNN](10_train_cnn.ipynb). **Time:** about 40 minutes.

# %% [markdown]
# ## Look at the photographs
#
# *CIFAR-10* holds 60,000 small colour photographs in ten classes, 32 by 32 pixels. Each pixel has three
# numbers: how much red, green and blue.

# %% tags=["nbval-ignore-output"]
from firstnet import data

(x_train, y_train), (x_test, y_test) = data.cifar10()
y_train, y_test = y_train.reshape(-1), y_test.reshape(-1)

# %% [markdown]
# Read the line above. This page was made with a copy of CIFAR-10 that somebody had saved again as JPEG, a
# format that loses a little of each picture. They are the real photographs, and not the exact data set. So
# every number on this page about CIFAR-10 is a real result on that copy. On the exact data it may differ a
# little. If your line says NOT CIFAR-10, small digits stand in, and only the code is of use.

# %% mystnb={"image": {"alt": "Twelve small colour photographs in two rows with their class above each, among airplane, automobile, bird, cat, deer, dog, frog, horse, ship and truck. The things stand in different places, sizes and poses, before backgrounds of their own."}}
import matplotlib.pyplot as plt
import numpy as np

from firstnet import plots

names = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse"]
names += ["ship", "truck"]
some = np.random.default_rng(0).choice(len(x_train), 12, replace=False)
plots.images(x_train[some], [names[label] for label in y_train[some]])
plt.show()

# %% [markdown]
# ## Measure how hard they are
#
# In [Load the digits](07_load_digits.ipynb) you could recognise each digit in its mean image. What do the
# means of the photographs look like?

# %% mystnb={"image": {"alt": "The mean image of each of the ten classes. All are blurred patches of colour: bluish for airplane and ship, brownish or greenish for the animals. None shows its thing."}}
means = np.stack([x_train[y_train == label].mean(axis=0) for label in range(10)])
plots.images(means.astype("uint8"), names, columns=5)
plt.show()

# %% [markdown]
# Mush, with a hint of sky and grass. The thing is in another place in each picture, in another pose, before
# another background.
#
# You can measure that without a network. Answer with the class whose mean image is nearest, as you did for the
# digits:


# %%
def nearest_mean(train, test):
    (images, labels), (new, answers) = train, test
    x = new.reshape(len(new), -1).astype("float32") / 255
    distances = []
    for label in range(10):
        mean = images[labels == label].mean(axis=0).reshape(-1) / 255
        distances.append(((x - mean.astype("float32")) ** 2).sum(axis=1))
    return (np.argmin(distances, axis=0) == answers).mean()


# %% tags=["nbval-ignore-output"]
from firstnet import checks

sets = {
    "MNIST": data.mnist(),
    "CIFAR-10": ((x_train, y_train), (x_test, y_test)),
}
real = data.is_real("mnist") and data.source("cifar10") != data.EMBEDDED
for (name, (train, test)), near in zip(sets.items(), (0.82, 0.278), strict=True):
    right = nearest_mean(train, test)
    checks.measured(name, right, near=near, within=0.005, compare=real)

# %% [markdown]
# Eight of ten digits are right, and not even three of ten photographs. Guessing gets one of ten. A pixel in its
# place says a lot about a digit, and little about a photograph.

# %% [markdown]
# ## Train the same two networks
#
# Article A's network takes a flat list, of $28 \cdot 28 = 784$ numbers for a digit and of
# $32 \cdot 32 \cdot 3 = 3{,}072$ for a photograph. Nothing else changes. `Rescaling` divides the pixels by 255 inside the
# network, so that the many photographs can stay small whole numbers in memory.

# %%
import keras
from keras import layers


def mlp(shape):
    hidden = [layers.Dense(128, activation="relu") for _ in range(2)]
    output = layers.Dense(10, activation="softmax")
    start = [keras.Input(shape), layers.Rescaling(1 / 255), layers.Flatten()]
    return keras.Sequential([*start, *hidden, output])


# %% [markdown]
# Article C's network takes three channels instead of one:


# %%
def cnn(shape):
    parts = [keras.Input(shape), layers.Rescaling(1 / 255)]
    for filters in (32, 64):
        convolution = layers.Conv2D(filters, 3, activation="relu")
        parts += [convolution, layers.MaxPooling2D(2)]
    output = layers.Dense(10, activation="softmax")
    ends = [layers.Flatten(), layers.Dropout(0.5), output]
    return keras.Sequential([*parts, *ends])


# %% [markdown]
# How many parameters has each, for digits and for photographs?

# %%
for build in (mlp, cnn):
    small, large = (build(s).count_params() for s in ((28, 28, 1), (32, 32, 3)))
    print(f"{build.__name__}: {small:,} for digits, {large:,} for photographs")

# %% [markdown]
# A fair comparison gives both networks as many digits as photographs: 10,000, three times over. The network wants an
# axis for the channels, which the grey digits do not have yet.


# %%
def trained(build, images, labels):
    keras.utils.set_random_seed(0)
    model = build(images.shape[1:])
    model.compile("adam", "sparse_categorical_crossentropy", None, ["accuracy"])
    model.fit(images, labels, batch_size=64, epochs=3, verbose=0)
    return model


def with_channels(images):
    return images.reshape(*images.shape[:3], -1)  # (n, height, width, channels)


# %% [markdown]
# Four trainings, and each network asked about all 10,000 test images of its set:

# %%
table = {}
for name, ((x, y), test) in sets.items():
    table[name] = []
    for build in (mlp, cnn):
        model = trained(build, with_channels(x[:10_000]), y[:10_000])
        _, right = model.evaluate(with_channels(test[0]), test[1], verbose=0)
        table[name].append(right)

# %% [markdown]
# The accuracies beside each other. The dotted line is guessing.

# %% mystnb={"image": {"alt": "Bars for the accuracy on the test set. On MNIST the MLP stands near 0.94 and the CNN near 0.97. On CIFAR-10 the MLP stands near 0.35 and the CNN near 0.48. A dotted line at 0.1 marks guessing."}}
plots.accuracies(table, names=["article A's MLP", "article C's CNN"])
plt.show()

# %% tags=["nbval-ignore-output"]
expected = {"MNIST": (0.94, 0.97), "CIFAR-10": (0.35, 0.48)}
for name, found in table.items():
    for build, value, near in zip(
        ("MLP", "CNN"), found, expected[name], strict=True
    ):
        title = f"{build} on {name}"
        checks.measured(title, value, near=near, within=0.05, compare=real)

# %% [markdown]
# The same networks, as many pictures, as many steps. On digits nearly all are right. On photographs the MLP gets about a
# third, and the CNN about half.
#
# Is that only because training was short? The record has ten epochs on nine tenths of the 50,000 training
# photographs. It was made by `make experiments`, on the same JPEG copy, with one training of each network. Beside the
# two networks of the articles it has a better one, with and without *augmentation*. You meet both below.

# %%
from firstnet import recorded

runs = recorded.load("cifar10")["runs"]
titles = [
    "article A's MLP",
    "article C's CNN",
    "a better CNN",
    "the same, augmented",
]
for title, run in zip(titles, runs, strict=True):
    accuracy = run["test"]["accuracy"]
    print(f"{title:20} {run['parameters']:7,} parameters, {accuracy:.3f} right")

# %% [markdown]
# The longer training helps, and does not close the distance. The MLP gets half of the photographs right. The CNN
# gets about seven in ten, with a tenth of the parameters. On digits the recorded trainings of the articles' own recipes
# ended here:

# %%
for title, name in (("MLP", "article_a_mlp"), ("CNN", "race_cnn")):
    accuracy = recorded.load(name)["runs"][0]["test"]["accuracy"]
    print(f"{title}: {accuracy:.3f} of the digits right")

# %% [markdown]
# Why are photographs so much harder?
#
# - **Place and pose.** An MLP learns each place anew. A CNN finds an ear wherever it is. But two rounds of
#   convolution and pooling see only a small neighbourhood, and not a whole animal.
# - **Background and colour.** Most of the picture is not the thing, and a car may have any colour.
# - **Kinds within a kind.** A truck from the front and one from the side share hardly a pixel.

# %% [markdown]
# ## See which are confused
#
# The last network that you trained was the CNN on photographs. What did it answer, for each class?

# %% mystnb={"image": {"alt": "A confusion matrix of ten classes. The darkest fields off the diagonal are pairs such as cat and dog, automobile and truck, airplane and ship. Most of the smallest counts lie between a vehicle and an animal."}}
from sklearn.metrics import confusion_matrix

answers = model.predict(x_test, batch_size=500, verbose=0).argmax(axis=1)
counts = confusion_matrix(y_test, answers)  # (10, 10)
plots.named_confusion(names, counts)
plt.show()

# %% [markdown]
# Look at the row of the cat and the column of the dog. These two share fur and four legs. The other dark
# pairs often have a reason too: automobile and truck have wheels, airplane and ship a blue background. Which
# pairs stand out besides these depends on the training, and this one was short.
#
# How often is a cat or a dog taken for the other, and how often for a ship?

# %% tags=["nbval-ignore-output"]
cat, dog, ship = names.index("cat"), names.index("dog"), names.index("ship")
for other, swapped in (
    ("each other", counts[cat, dog] + counts[dog, cat]),
    ("a ship", counts[cat, ship] + counts[dog, ship]),
):
    print(f"taken for {other}: {swapped} of {counts[[cat, dog]].sum()}")

# %% [markdown]
# The longer training of the record, class by class:

# %% mystnb={"image": {"alt": "Horizontal bars for the share of right answers of article C's CNN in each class, sorted. Automobile and ship are on top, above 0.8. Bird and cat are at the bottom, near 0.5. A dotted line at 0.1 marks guessing."}}
plots.class_shares(names, runs[1]["test_accuracy_of_each_class"])
plt.show()

# %% [markdown]
# The four vehicles and the horse and the frog do well, and the cat and the bird stay behind.

# %% [markdown]
# ## Build a better one
#
# The third network of the record differs from article C's in three ways above all. (It also pads, has 16, 32 and 64 filters, and less
# dropout. No run says which change brought how much.)
#
# - **Two convolutions before each pooling**, three times. Two kernels of 3 × 3 in a row see 5 × 5 pixels, and
#   between them a ReLU can bend.
# - [*Batch normalisation*](../book/glossary.md#batch-normalisation) after each convolution. It brings the sums of a batch to mean 0 and
#   spread 1, and then to a size that it learns. At the test there is no batch to go by, so it uses a mean and a spread
#   that it remembers from training.
# - [*Global average pooling*](../book/glossary.md#global-average-pooling) at the end. It takes the mean of each map instead of flattening. It
#   asks "is there an ear?", and not "where?", and the output layer needs few weights.

# %%
first, better = runs[1]["test"]["accuracy"], runs[2]["test"]["accuracy"]
print(f"{better - first:.3f} more are right")
print(f"of the errors, {(better - first) / (1 - first):.0%} are gone")

# %% [markdown]
# Where do its parameters sit? In the convolutions. Here are the weights of the output layers, without biases. Article C's
# last map has $6 \cdot 6 = 36$ places and 64 channels.

# %%
flattened, averaged = 6 * 6 * 64 * 10, 64 * 10
print(f"after flattening {flattened:,}, after averaging {averaged:,}")

# %% [markdown]
# ## Show it more than there is
#
# A cat seen in a mirror is a cat. So every photograph can be shown in many versions: mirrored, or moved by a
# few pixels. That is [*augmentation*](../book/glossary.md#augmentation). Keras has layers for it:

# %%
change = keras.Sequential([
    layers.RandomFlip("horizontal", seed=0),
    layers.RandomTranslation(0.1, 0.1, seed=1),
])  # fmt: skip
one = x_train[some[:1]].astype("float32")  # (1, 32, 32, 3)
same = np.array_equal(change(one, training=False), one)
print("outside training nothing changes:", same)

# %% [markdown]
# In training each call makes another version:

# %% mystnb={"image": {"alt": "The same photograph six times: as it is, and in five versions made by chance. Some are mirrored, and all are moved by a few pixels. The strip that comes free at an edge is filled with a reflection."}}
versions = [one[0], *(change(one, training=True).numpy()[0] for _ in range(5))]
plots.images(np.array(versions).astype("uint8"), ["as it is", *["version"] * 5])
plt.show()

# %% [markdown]
# Choose what leaves the meaning alone. Here are six digits in the mirror:

# %% mystnb={"image": {"alt": "Six handwritten digits, 2, 3, 4, 5, 7 and 9, each mirrored left to right. The mirrored 3 looks like an E, and the mirrored 5 like a 2."}}
(x_digits, y_digits), _ = sets["MNIST"]
chosen = [np.flatnonzero(y_digits == digit)[0] for digit in (2, 3, 4, 5, 7, 9)]
plots.images(x_digits[chosen, :, ::-1], [f"was {y_digits[k]}" for k in chosen])
plt.show()

# %% [markdown]
# A mirrored 3 is no digit, and the mirrored 5 could be a 2. A network that learns from these learns signs that
# nobody writes, and labels that are wrong. So digits may be moved, and not mirrored.
#
# What did augmentation bring in the record?

# %% mystnb={"image": {"alt": "Accuracy over ten recorded epochs for the better CNN, without augmentation on the left and with it on the right. On the left training ends about 0.04 above validation. On the right the two end close together near 0.76. In the early epochs validation jumps up and down."}}
pair = zip(("without", "with augmentation"), runs[2:], strict=True)
plots.compared_curves({title: run["history"] for title, run in pair}, "accuracy")
plt.show()

# %% [markdown]
# The validation curves dip early, while the steps are large: the learning rate rises for the first two epochs, and
# falls from there to the end. Now the distance between training and validation, in the last epoch:

# %%
for title, run in zip(titles[2:], runs[2:], strict=True):
    gap = run["history"]["accuracy"][-1] - run["history"]["val_accuracy"][-1]
    print(f"{title:20} gap {gap:+.3f}, test {run['test']['accuracy']:.3f}")

# %% [markdown]
# The gap is gone. The network hardly sees the same picture twice, so it cannot learn pictures by heart. Validation even
# lies a little above training, because validation pictures are left as they are and are easier.
#
# But the network did not become better on the test images. Its task is harder, and ten epochs are few. The
# two results also lie close together, and each comes from one training, so do not trust their order.
# Augmentation works against overfitting, and in ten epochs this network had hardly begun to overfit. In
# a longer training there may be more to gain. Whether there is, this record does not say.

# %% [markdown]
# ## Try Fashion-MNIST
#
# *Fashion-MNIST* has the form of MNIST, 70,000 grey images of 28 by 28 pixels, and shows clothes. The
# cells below train the two networks on it if it can be had, and say so if not. This page was made on
# a machine without it, so it shows no result.

# %% tags=["nbval-ignore-output"]
fashion = data.real_or_none("fashion_mnist")

# %% [markdown]
# On your machine, with a network connection, this trains for a few seconds:

# %% tags=["nbval-ignore-output"]
for build in (mlp, cnn) if fashion else ():
    (x, y), (x_new, y_new) = fashion
    model = trained(build, with_channels(x[:10_000]), y[:10_000])
    _, accuracy = model.evaluate(with_channels(x_new), y_new, verbose=0)
    print(f"{build.__name__}: {accuracy:.2f} right")

# %% [markdown]
# Compare what it prints with your bars for MNIST above: as many pictures, as many steps, the same networks.

# %% [markdown]
# ## What the articles said, and what we measured
#
# | id | the article | what we found |
# |---|---|---|
# | B7 | next challenge: Fashion-MNIST, CIFAR-10 | **reproduced** for CIFAR-10, on a JPEG copy: both networks learn it, and come nowhere near their accuracy on digits |
#
# Held by the run:

# %%
from firstnet import claims

mlp_right, cnn_right = (run["test"]["accuracy"] for run in runs[:2])
claims.measured("B7", mlp=mlp_right, cnn=cnn_right)

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

Quiz("11_try_pictures")

# %% [markdown]
# ## Recap
#
# You can now
#
# - train the networks of this book on other pictures: only the shape of the input changes
# - say why photographs are harder: place, pose, background, kinds within a kind; their means are mush, and the nearest
#   mean is seldom right
# - choose an augmentation by asking whether the label stays right; it closes the gap between the curves
# - say how a better CNN is built: pairs of convolutions, batch normalisation, global average pooling
