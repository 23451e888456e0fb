# %% tags=["remove-cell"]
# Colab and Kaggle start without the book's package; everywhere else this cell does nothing.
from importlib.util import find_spec

if find_spec("firstnet") is None:
    repository = "git+https://github.com/first-neural-network/first-neural-network"
    get_ipython().run_line_magic("pip", "install -q anywidget")
    get_ipython().run_line_magic("pip", f"install -q --no-deps {repository}")

# %% [markdown]
# # Train a network
#
# In this chapter a network learns to read handwritten digits. You load the images, prepare them,
# build the network in a few lines, train it, and test it on digits it has never seen. Then you look
# at one of the article's conclusions, and at a longer run that contradicts it.
#
# **You will be able to**
#
# - prepare images and labels so that a network can learn from them
# - build a network with Keras and count its parameters by hand
# - train it, read its curves, and measure it on images it has never seen
# - say why "stop when training overtakes validation" is bad advice
#
# **You need** [Walk downhill](04_walk_downhill.ipynb). **Time:** about 50 minutes, of which the
# computer trains for less than half a minute.

# %% [markdown]
# ## Load the digits
#
# *MNIST* is a set of 70,000 handwritten digits. People wrote them, scanners turned them
# into small grey images, and each image has a *label*: the digit it shows. 60,000 of
# them are the [*training set*](../book/glossary.md#training-set). The other 10,000 are the [*test set*](../book/glossary.md#test-set), for the end; the network never
# learns from those.

# %%
from firstnet import data

(x_train, y_train), (x_test, y_test) = data.mnist()

# %% [markdown]
# If the line above says NOT MNIST, the real digits could not be had, and small ones stand in. Everything
# runs, but your numbers and pictures differ from those in the text.
#
# The arrays have these *shapes*: how many images, how many rows of pixels, how many columns.

# %%
print("training", x_train.shape, y_train.shape)
print("test", x_test.shape, y_test.shape)
print("first labels", y_train[:2])

# %% [markdown]
# Always look at your data before you train on it. Here are the first twelve images with their labels.

# %% mystnb={"image": {"alt": "Twelve handwritten digits from the training set in two rows, white on black, each with its label above: 5, 0, 4, 1, 9, 2 and 1, 3, 1, 4, 3, 5."}}
import matplotlib.pyplot as plt

from firstnet import plots

plots.images(x_train[:12], y_train[:12])
plt.show()

# %% [markdown]
# Inside, an image is a table of numbers: 0 is black, 255 is white. This is a piece out of the
# middle of the first 5.

# %%
print(x_train[0, 5:11, 12:20])
print("smallest", x_train.min(), "largest", x_train.max())

# %% [markdown]
# ## Prepare the digits
#
# Our network takes a list of numbers, not a table. So we lay the 28 rows of each image end to end.
# This is called [*flattening*](../book/glossary.md#flattening), and $28 \cdot 28 = 784$.

# %%
x_train = x_train.reshape(-1, 784)  # (60000, 784)
x_test = x_test.reshape(-1, 784)  # (10000, 784)

# %% [markdown]
# Next we divide by 255, so that all values lie between 0 and 1. In
# [Walk downhill](04_walk_downhill.ipynb) the limit for the learning rate of a single neuron was
# $1/\lVert x \rVert^2$. See what dividing does to it, for the average of a thousand images:

# %%
import numpy as np

squares = (x_train[:1000].astype("float64") ** 2).sum(axis=1).mean()
print(f"as loaded: 1/||x||² = {1 / squares:.1e}")
print(f"divided by 255: 1/||x||² = {255**2 / squares:.1e}")

# %% [markdown]
# With the values as loaded, only tiny learning rates would be stable. Divided, ordinary ones are. (A
# network with several layers has a limit of its own, and large inputs make it small too.)

# %%
x_train = x_train.astype("float32") / 255
x_test = x_test.astype("float32") / 255

# %% [markdown]
# The network will have ten outputs, one for each digit. So the right answer can be written as ten
# numbers too: a 1 in the place of the digit and 0 elsewhere. This is called *one-hot*. A 5 becomes:

# %%
import keras

t_train = keras.utils.to_categorical(y_train, 10)  # (60000, 10)
t_test = keras.utils.to_categorical(y_test, 10)  # (10000, 10)
print(y_train[0], "becomes", t_train[0].astype(int))

# %% [markdown]
# ## Build the network
#
# A *layer* is a row of neurons that all see the same inputs. Our network has two *hidden layers*
# of 128 neurons, hidden because they stand between the input and the output. *ReLU* keeps a positive sum
# and turns a negative one into 0. The last layer has ten neurons, and *softmax* turns their ten
# sums into ten *probabilities*, which are positive and add up to 1.
#
# Keras calls a network a [*model*](../book/glossary.md#model). Its weights start at random. The seed fixes which random numbers you
# get.

# %%
from keras import layers

keras.utils.set_random_seed(0)
model = keras.Sequential([
    keras.Input(shape=(784,)),
    layers.Dense(128, activation="relu"),
    layers.Dense(128, activation="relu"),
    layers.Dense(10, activation="softmax"),
])  # fmt: skip

# %% [markdown]
# How many numbers can this network change? Every neuron has one weight for each of its inputs, and
# one *bias*, a number that is added to its sum. Weights and biases together are the *parameters*.

# %%
first = 784 * 128 + 128
second = 128 * 128 + 128
output = 128 * 10 + 10
print(first, "+", second, "+", output, "=", first + second + output)

# %% [markdown]
# Keras counts the same.

# %%
model.summary()

# %% [markdown]
# ## Train it
#
# Three choices, before the training starts:
#
# - The *loss* for classes is the *cross-entropy*: minus the logarithm of the probability that the
#   network gave to the right digit. Certain and right costs 0. Nearly certain and wrong costs a lot.
# - The [*optimizer*](../book/glossary.md#optimizer) takes the steps. SGD, *stochastic gradient descent*, walks downhill as you know it,
#   with a few images at each step. Its learning rate is 0.01 unless you say otherwise.
# - A [*metric*](../book/glossary.md#metric) is only reported. *Accuracy* is the share of images it gets right.

# %%
model.compile(
    loss="categorical_crossentropy", optimizer="sgd", metrics=["accuracy"]
)

# %% [markdown]
# One-hot labels are not the only way. The *sparse* cross-entropy takes the digits as they are, and
# gives the same loss. Here both, for the first five test images and the untrained network:

# %%
guess = model.predict(x_test[:5], verbose=0)
dense_loss = keras.losses.categorical_crossentropy(t_test[:5], guess).numpy()
sparse_loss = keras.losses.sparse_categorical_crossentropy(
    y_test[:5], guess
).numpy()
print("the same:", np.allclose(dense_loss, sparse_loss))

# %% [markdown]
# The network does not look at all images before each step. It takes 64 at a time, a *batch*, and
# takes one step for each batch. Once through all images is an *epoch*.
#
# Of the training images, Keras puts the last 20% aside. This is the [*validation set*](../book/glossary.md#validation-set): the network
# does not learn from it, and after each epoch we see how well it does there. That leaves 48,000
# images, so an epoch is $48{,}000 / 64 = 750$ steps. We train for five epochs.

# %%
from firstnet import training

history = model.fit(
    x_train, t_train, batch_size=64, epochs=5, validation_split=0.2,
    verbose=0, callbacks=[training.progress()],
).history  # fmt: skip

# %% [markdown]
# ## Test it
#
# Now the 10,000 test images, which played no part in the training. Trained numbers differ a
# little from computer to computer, so the book states each with a tolerance, and the cell stops with
# an error if yours lies outside.

# %% tags=["nbval-ignore-output"]
from firstnet import checks

test_loss, test_accuracy = model.evaluate(x_test, t_test, verbose=0)
real = data.is_real("mnist")
checks.measured(
    "test accuracy", test_accuracy, near=0.93, within=0.01, compare=real
)
checks.measured("test loss", test_loss, near=0.25, within=0.03, compare=real)

# %% [markdown]
# About 93 of 100 right. Guessing gets 10 of 100. The *curves* show how it
# came there: the loss after each epoch, on the images it learns from and on those it does not.

# %% mystnb={"image": {"alt": "Training loss and validation loss over five epochs. Both fall steeply at first and then ever more slowly, and both are still falling at the end. The two curves lie close together."}}
plots.curves(history, "loss")
plt.show()

# %% [markdown]
# Both curves still fall. This training is not finished.

# %% [markdown]
# ## Watch it recognise a digit
#
# Take the test image in row 90 (counting from 0) and ask for its ten probabilities.

# %%
p = model.predict(x_test[90:91], verbose=0)[0]  # (10,)
print("label", y_test[90], "- most probable", p.argmax())

# %% [markdown]
# It is a 3, and the network says 3. Here is the image, and how sure the network is.

# %% mystnb={"image": {"alt": "Left, test image 90: a handwritten 3. Right, a bar for each digit's probability: the bar of the 3 stands near 1, all others lie near 0."}}
figure, (left, right) = plt.subplots(1, 2, figsize=(8, 2.8), width_ratios=[1, 3])
plots.image(x_test[90].reshape(28, 28), "test image 90", ax=left)
plots.probabilities(p, answer=p.argmax(), ax=right)
plt.show()

# %% tags=["nbval-ignore-output"]
checks.measured("probability of 3", p[3], near=0.99, within=0.01, compare=real)

# %% [markdown]
# ## Train for 100 epochs
#
# Article A trains twenty times longer. We ran that once with `make experiments`
# and recorded everything: the loss and accuracy of every epoch, the seconds, the versions, the seed.

# %%
from firstnet import recorded

article = recorded.load("article_a_mlp")["runs"][0]
print("test", article["test"])
print("row 90, probability of 3:", article["probabilities_of_test_row_90"][3])

# %% [markdown]
# The article reports an accuracy of 0.9756, a loss of 0.0827, and 0.9998 for the 3. Ours are close,
# and not equal: which random weights the article's network started from, we cannot know.
#
# Your five epochs fit into the beginning of the recorded hundred.

# %% mystnb={"image": {"alt": "Accuracy over 100 recorded epochs, for training and validation rows, with the reader's own five epochs lying on the beginning of the same curves. Training accuracy crosses above validation accuracy early and approaches 1. Validation accuracy keeps rising slowly to about 0.976 and then stays level."}}
ax = plots.curves(article["history"], "accuracy")
ax.plot(range(1, 6), history["val_accuracy"], "ko", ms=4, label="your validation")
ax.set_ylim(0.86, 1.005)
ax.legend()
plt.show()

# %% [markdown]
# ## Ask when to stop
#
# The article looks at a picture like this one, sees that training accuracy overtakes validation accuracy
# around epoch 17 or 18, and concludes that this is the ideal number of epochs. Find the last epoch in
# which training is still behind: the crossing is the one after it. Then look at what follows.

# %%
training_curve = np.array(article["history"]["accuracy"])
validation_curve = np.array(article["history"]["val_accuracy"])
behind = training_curve <= validation_curve
crossing = np.flatnonzero(behind)[-1] + 2  # epochs count from 1
best = validation_curve.argmax() + 1
for epoch in (crossing, best):
    print(f"epoch {epoch}: validation accuracy {validation_curve[epoch - 1]:.4f}")

# %% [markdown]
# The first line is the epoch from which on training stays ahead. The second is the epoch with the best
# validation accuracy.

# %% mystnb={"image": {"alt": "Validation accuracy over 100 recorded epochs. A dotted line at epoch 16 marks where training overtakes it, at 0.958. From there the curve goes on rising, to its best value of 0.975 at a second dotted line at epoch 72."}}
ax = plots.curves(article["history"], "accuracy")
plots.mark_epoch(crossing, "overtakes", ax=ax)
plots.mark_epoch(best, "best validation", ax=ax)
ax.set_ylim(0.93, 1.005)
plt.show()

# %% [markdown]
# At the crossing the network is not yet at its best. Validation accuracy goes on rising, with small dips, for
# more than fifty epochs, from 95.8% to 97.5%: of the errors that were left, four in ten disappear. The
# conclusion does not follow, for two reasons:
#
# - **The crossing is no turning point.** A network nearly always does better on the images it learns
#   from. That tells you nothing about whether it still gets better on others. Only the validation
#   curve by itself tells you that.
# - **The two curves are not measured at the same time.** Keras averages training accuracy
#   *during* an epoch, while the weights still change, and measures validation accuracy at the end of
#   it. In the beginning that alone puts the training curve below.
#
# So when do you stop? When the *validation* curve has stopped improving for a while. That is
# [*early stopping*](../book/glossary.md#early-stopping), and Keras can do it for you. If training goes on improving while validation
# becomes worse, the network is learning its training images by heart. That is [*overfitting*](../book/glossary.md#overfitting).

# %% [markdown]
# ## What the articles said, and what we measured
#
# | id | the article | what we found |
# |---|---|---|
# | A13 | shapes (60000, 28, 28), (60000,), (10000, 28, 28), (10000,); first labels 5 and 0; values 0 to 255 | **right**, exactly |
# | A14 | 784 → 128 → 128 → 10, 118,282 parameters | **right**, exactly |
# | A15 | after 100 epochs: test accuracy 0.9756, test loss 0.0827 | **reproduced**: the recorded run comes within 0.005 of the accuracy and 0.01 of the loss |
# | A16 | training overtakes validation around epoch 17 or 18, and the ideal epoch is there | the crossing is **reproduced** within two epochs; the conclusion is **wrong**: validation accuracy rises from 0.958 to 0.975 after it |
# | A17 | "80% of the training data is used for testing" | **a slip**: 80% is for training, 20% for validation; the test images are other images |
# | A18 | "the second hidden layer calculates 10 outputs" | **a slip**: it calculates 128; the output layer calculates 10 |
# | A19 | test row 90 is a 3, and the model gives it 0.9998 | **reproduced**: a 3, with a probability within 0.001 of 1 in the recorded run |

# %% [markdown]
# The same comparison, held to its tolerances by the run itself:

# %%
gained = validation_curve[best - 1] - validation_curve[crossing - 1]
checks.measured(
    "A15 accuracy", article["test"]["accuracy"], near=0.9756, within=0.005
)
checks.measured("A15 loss", article["test"]["loss"], near=0.0827, within=0.01)
checks.measured("A16 crossing", crossing, near=17.5, within=2)
checks.measured("A16 gained after it", gained, near=0.017, within=0.003)
row_90 = article["probabilities_of_test_row_90"]
checks.measured("A19 probability", row_90[3], near=0.9998, within=0.001)

# %% [markdown]
# ## Exercises
#
# **1. Predict, then count.** A network takes 784 inputs, has one hidden layer of 64 neurons and ten
# outputs. How many parameters has it? More or less than half of ours?
#
# <details>
# <summary>Hint</summary>
#
# For each layer: inputs times neurons for the weights, plus one bias for each neuron.
#
# </details>
#
# <details>
# <summary>Solution</summary>
#
# $784 \cdot 64 + 64 = 50{,}240$ and $64 \cdot 10 + 10 = 650$, together 50,890. Less than half of
# 118,282.
#
# ```python
# assert 784 * 64 + 64 + 64 * 10 + 10 == 50_890
# assert 50_890 < 118_282 / 2
# ```
#
# </details>

# %% [markdown]
# **2. Write a function.** Write `count_parameters(sizes)` that takes the sizes of all layers, the
# input first, and returns the number of parameters. `count_parameters([784, 128, 128, 10])` should
# give 118,282.
#
# <details>
# <summary>Hint</summary>
#
# Look at neighbours: 784 and 128, then 128 and 128, then 128 and 10. `zip(sizes, sizes[1:])` gives
# you these pairs.
#
# </details>
#
# <details>
# <summary>Solution</summary>
#
# ```python
# def count_parameters(sizes):
#     return sum(inputs * neurons + neurons for inputs, neurons in zip(sizes, sizes[1:]))
#
# assert count_parameters([784, 128, 128, 10]) == 118_282
# assert count_parameters([784, 64, 10]) == 50_890
# ```
#
# </details>

# %% [markdown]
# **3. Mend a broken piece.** A friend trains on images divided by 255, and tests on images that are
# not divided. The test loss is enormous. Why, and which line is missing?
#
# <details>
# <summary>Hint</summary>
#
# What does a neuron's sum do when all of its inputs become 255 times larger?
#
# </details>
#
# <details>
# <summary>Solution</summary>
#
# The line `x_test = x_test / 255` is missing. With inputs 255 times larger the sums grow about as
# much, and softmax becomes certain of everything, also where it is wrong. Whatever you do to the
# training images, do to the test images too.
#
# ```python
# import numpy as np
#
# def softmax(z):
#     return np.exp(z - z.max()) / np.exp(z - z.max()).sum()
#
# sums = np.array([1.0, 2.0, 1.5])
# assert softmax(sums).max() < 0.6
# assert softmax(255 * sums).max() > 0.999999
# ```
#
# </details>

# %% [markdown]
# **4. Explain in a sentence.** Why do we measure the accuracy on the test images and not on the
# training images?
#
# <details>
# <summary>Hint</summary>
#
# What would a network score that only learned its training images by heart?
#
# </details>
#
# <details>
# <summary>Solution</summary>
#
# Because a network can do well on images it has learned from without being able to read new ones,
# and new ones are what we want it for.
#
# </details>

# %% [markdown]
# **5. Count the steps.** Write `updates(rows, batch_size, epochs)`. The last batch of an epoch
# may be smaller than the others, and counts as a step too. How many steps did our five epochs take?
#
# <details>
# <summary>Hint</summary>
#
# `math.ceil` rounds up.
#
# </details>
#
# <details>
# <summary>Solution</summary>
#
# Five epochs of 750 steps are 3,750.
#
# ```python
# import math
#
# def updates(rows, batch_size, epochs):
#     return math.ceil(rows / batch_size) * epochs
#
# assert updates(48_000, 64, 5) == 3_750
# assert updates(10, 4, 1) == 3
# ```
#
# </details>

# %% [markdown]
# ## Recap
#
# You can now
#
# - prepare images and labels: flatten, divide by 255, one-hot or sparse
# - build a network with Keras, and count its parameters by hand: 118,282
# - train it in batches and epochs, read its curves, and measure it on images it has never seen
# - say why "stop when training overtakes validation" is bad advice: only the validation curve tells
#   you when to stop, and here it rises long after the crossing
