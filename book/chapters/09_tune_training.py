# %% tags=["remove-cell"]
# Colab and Kaggle start without the book's package; everywhere else this cell does nothing.
from importlib.util import find_spec

if find_spec("firstnet") is None:
    repository = "git+https://github.com/first-neural-network/first-neural-network"
    get_ipython().run_line_magic("pip", "install -q anywidget")
    get_ipython().run_line_magic("pip", f"install -q --no-deps {repository}")

# %% [markdown]
# # Tune the training
#
# Two numbers decide more about a training than any others: the learning rate and the batch size. The
# articles name values for both and move on. In this chapter you see what those values do, on a map of
# real trainings. Then you take article A's network to article A's accuracy in a small part of the time.
#
# **You will be able to**
#
# - say what the learning rate and the batch size each do to the accuracy and to the time
# - judge the sentence "smaller batches give a more accurate model" by three fair comparisons
# - stop a training at the right time, and tell overfitting from its signs
# - choose between plain SGD, momentum, Adam and a schedule
# - train a network many times sooner, and say what each change bought
#
# **You need** [Train a network](08_train_network.ipynb), and the walks of
# [Count the steps](06_count_steps.ipynb). **Time:** about 60 minutes.

# %% [markdown]
# ## Look at the whole map
#
# Numbers that you choose before the training, such as these two, are called
# [*hyperparameters*](../book/glossary.md#hyperparameter). The weights are learned; hyperparameters are not. How do
# you find good ones? The plainest way is to try many and keep all results. That is a
# [*grid search*](../book/glossary.md#grid-search).
#
# We did one. The network is article A's: 784 inputs, two hidden layers of 128 neurons, ten outputs. Plain
# SGD trained it on MNIST for ten epochs, with eight learning rates, seven batch sizes, and three seeds
# for each pair. The last fifth of the training images was set aside for validation. Every one of these
# trainings was run by `make experiments` and recorded, and all of them are in the map below.

# %% [markdown]
# Each field of the map stands for three trainings. **Before you open any:** where will the accuracy be highest? Will
# the best learning rate be the same in every row? Then open the article's field, 0.01 and 64, and
# its neighbours to the right.

# %%
from firstnet.widgets.runs import Runs

Runs()

# %% [markdown]
# Slide "after epoch" from 1 to 10 and watch the good region grow to the left. A small learning rate is
# not wrong, it is slow. At the right edge the map breaks off. There the steps are so long that training fails,
# and more epochs do not help.

# %% [markdown]
# ## Read the map in numbers
#
# The same record as a list in Python. Each run has its settings, its history and its seconds.

# %%
from firstnet import recorded

grid = recorded.load("learning_rate_grid")["runs"]
print(len(grid), "trainings")
print(
    "settings",
    {k: grid[0]["settings"][k] for k in ("learning_rate", "batch_size", "seed")},
)

# %% [markdown]
# For each pair we take the mean over the three seeds of the last validation accuracy. We choose by
# validation images, never by test images: whoever picks the best of many by its test result has looked
# at the answers.


# %%
def last_accuracy(run):
    return run["history"]["val_accuracy"][-1]


sizes, rates, accuracy = recorded.average(grid, last_accuracy)

# %% [markdown]
# As a picture, with the numbers in the fields:

# %% mystnb={"image": {"alt": "A map of validation accuracy after ten epochs: learning rates from 0.001 to 3 across, batch sizes from 8 to 2048 down. A bright band of about .97 runs from rates of 0.01 to 0.1 at batch 8 down to the right, to rates of 0.3 and 1 at batch 512. Left of it the fields grow darker, down to .18 in the lower left corner. The right column, rate 3, is about .10 everywhere."}}
import matplotlib.pyplot as plt

from firstnet import plots

plots.heatmap(accuracy, rows=sizes, columns=rates, low=0.85)
plt.show()

# %% [markdown]
# A bright band runs from the upper left to the lower right. Left of it the steps are short, and ten epochs
# are not enough of them. At the right edge stand values near .10, which is guessing. Those trainings did
# not learn badly. They broke. One step was so long that the neurons' sums fell far below zero for every
# image. There ReLU is flat, no slope comes through, and no later step brings them back. In
# [Walk downhill](04_walk_downhill.ipynb) a step beyond the limit made the loss explode. Here it kills the
# network, and the loss mostly stays near that of guessing.
#
# Now the best learning rate of each row:

# %%
import numpy as np

best = accuracy.argmax(axis=1)
for size, column, row in zip(sizes, best, accuracy, strict=True):
    print(f"batch {size:4}: rate {rates[column]:4g}, accuracy {row[column]:.3f}")

# %% [markdown]
# The best learning rate grows with the batch size. That fits what you measured in
# [Count the steps](06_count_steps.ipynb): a larger batch has less noise, so it can bear longer steps, and it
# takes fewer steps, so it needs them. A rule of thumb says: double the batch, double the rate. The band
# follows it for a while. The right edge moves too, but less: batches of 8 and 16 break at a rate of 1,
# larger ones at 3. Beyond that a step is too long for the steepest direction, however exact it is.

# %% [markdown]
# ## Ask if smaller batches are better
#
# "Smaller batches give a more accurate model; larger ones can be faster." So says article A. Is it so? It
# depends on what you hold fixed. **First comparison:** the article's learning rate 0.01 for all, ten epochs
# for all.

# %%
fixed = accuracy[:, rates.index(0.01)]
for size, value in zip(sizes, fixed, strict=True):
    print(f"batch {size:4}: accuracy {value:.3f}")

# %% [markdown]
# Smaller is better, at every step of the way. But in ten epochs a batch of 8 takes 256 times as many steps as a
# batch of 2,048. So this compares few steps with many. **Second comparison:** each batch
# size with the learning rate that suits it, the table further up.

# %%
tuned = accuracy.max(axis=1)
up_to_128 = tuned[: sizes.index(128) + 1]
print(f"8 to 128: from {up_to_128.min():.3f} to {up_to_128.max():.3f}")
print("best batch size", sizes[tuned.argmax()])

# %% [markdown]
# From 8 to 128 the difference all but disappears: it is about as large as that between two seeds. The best is not the
# smallest. Only batches of 512 and more stay behind. **Third comparison:** what does an epoch cost? The
# record counts the processor's time of each run, on one thread.


# %%
def seconds_of_an_epoch(run):
    return run["seconds"]["total"] / run["settings"]["epochs"]


*_, seconds = recorded.average(grid, seconds_of_an_epoch)
seconds = seconds.mean(axis=1)
for size, value in zip(sizes, seconds, strict=True):
    print(f"batch {size:4}: {value:.2f} s an epoch")

# %% [markdown]
# An epoch with batches of 8 costs about six times one with batches of 512. So the second half of the
# sentence is right, up to a point: from 512 to 2,048 nothing more is gained. How accurate can you be after two
# seconds of training? For each batch size we take the last epoch that ends in time, and the best rate.


# %%
def accuracy_in_time(run, limit=2.0):
    ends = np.array(run["seconds"]["after_each_epoch"])
    done = (ends <= limit).sum()
    return run["history"]["val_accuracy"][done - 1] if done else None


*_, in_time = recorded.average(grid, accuracy_in_time)
for size, row in zip(sizes, in_time, strict=True):
    said = (
        f"{np.nanmax(row):.3f}"
        if not np.isnan(row).all()
        else "no epoch ends in time"
    )
    print(f"batch {size:4}: {said}")

# %% [markdown]
# In a hurry, the middle wins: a batch of 128, with 32 and 64 close behind. With a batch of 8 not even one epoch is over, because the
# first one also holds what Keras needs to begin. The large batches have gone through the data often, and taken too few
# steps. So here is a more honest sentence: choose a batch of 32 to 128, then look for the learning
# rate. On another machine or for another network the numbers move. The way to find them stays.

# %%
from firstnet import claims

claims.measured(
    "A12",
    gain_at_a_fixed_rate=fixed[0] - fixed[sizes.index(512)],
    spread_at_the_best_rates=up_to_128.max() - up_to_128.min(),
    best_batch_size=sizes[tuned.argmax()],
    times_as_slow=seconds[0] / seconds[sizes.index(512)],
)

# %% [markdown]
# ## Train it yourself
#
# Maps are made after the fact. Here you train, now, in this page. The network is small: 64 inputs, one hidden
# layer, ten outputs. It learns the small digits that come with scikit-learn, eight by eight pixels each. Press
# Train, and watch the curves. **Before you do:** what will happen if you raise the learning rate while it trains?

# %%
from firstnet.widgets.lab import Lab

Lab()

# %% [markdown]
# If you run this notebook in JupyterLab, the panel also offers Keras on MNIST. It trains through Python, in the
# background. You can change the learning rate or stop at any time.

# %% [markdown]
# ## Read the signs
#
# Open a few fields of the map once more and look at their curves. Three signs are worth knowing by heart.
#
# - The curve falls, slowly and smoothly, to the very end: the learning rate is too small, or the epochs are too few.
# - It falls at first and then shakes at one height: too large for the last part of the way.
# - It jumps up and stays there, mostly near $\ln 10 \approx 2.30$, the loss of guessing among ten: broken.

# %% [markdown]
# ## Stop at the right time
#
# In [Train a network](08_train_network.ipynb) article A looked for the ideal epoch where training overtakes
# validation. That was no turning point. What does one look like? For plain SGD with a rate of 0.01, a hundred
# epochs are too few to see it. Adam gets there sooner. Here are 40 recorded epochs of it.

# %% mystnb={"image": {"alt": "Training and validation loss of Adam over 40 recorded epochs. Training loss falls nearly to 0. Validation loss falls for seven epochs to about 0.11, and from there climbs, with jumps, to about 0.18."}}
walks = recorded.load("optimizers")["runs"]
long_run = next(run for run in walks if run["settings"]["epochs"] == 40)
plots.curves(long_run["history"], "loss")
plt.show()

# %% [markdown]
# This is overfitting: training loss goes towards 0, validation loss turns and climbs. Where does it turn,
# and what does the accuracy do meanwhile?

# %%
validation_loss = np.array(long_run["history"]["val_loss"])
validation_accuracy = np.array(long_run["history"]["val_accuracy"])
turn = validation_loss.argmin()
print(f"lowest validation loss in epoch {turn + 1}")
print(f"loss {validation_loss[turn]:.3f}, in the end {validation_loss[-1]:.3f}")
print(
    f"accuracy {validation_accuracy[turn]:.3f}, in the end {validation_accuracy[-1]:.3f}"
)

# %% [markdown]
# The loss rises by more than half, and the accuracy does not fall. Both are true at once: the network gets as many images
# right as before, but where it errs it is ever more certain of its error. If you want its
# probabilities to mean something, stop at the lowest loss. If you only count, it hardly matters.
#
# Early stopping, done right, has three parts. It watches the *validation* loss. It has *patience*: one bad epoch is no turn, so it waits a few.
# And it goes back to the *best* weights, not the last ones.

# %%
import keras

early = keras.callbacks.EarlyStopping(
    monitor="val_loss", patience=3, restore_best_weights=True
)

# %% [markdown]
# Try it on the digits.

# %% tags=["nbval-ignore-output"]
from firstnet import data

(x_train, y_train), (x_test, y_test) = data.mnist()
x_train = x_train.reshape(-1, 784).astype("float32") / 255
x_test = x_test.reshape(-1, 784).astype("float32") / 255

# %% [markdown]
# Keras copies an array of NumPy into a *tensor*, the array of TensorFlow, each time it trains. We train several times
# below, so we copy once, and spare your machine's memory.

# %%
x_train = keras.ops.convert_to_tensor(x_train)

# %% [markdown]
# Article A's network comes from a function, because we will need it again.


# %%
def build():
    keras.utils.set_random_seed(0)
    hidden = [keras.layers.Dense(128, activation="relu") for _ in range(2)]
    output = keras.layers.Dense(10, activation="softmax")
    return keras.Sequential([keras.Input((784,)), *hidden, output])


# %% [markdown]
# We take half of the images, which saves memory, allow 40 epochs, and let the callback decide. The loss is the sparse cross-entropy, which takes the digits as they are.

# %%
model = build()
model.compile(
    optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"]
)
history = model.fit(
    x_train[:30_000], y_train[:30_000], batch_size=64, epochs=40, validation_split=0.2,
    callbacks=[early], verbose=0,
).history  # fmt: skip

# %% tags=["nbval-ignore-output"]
from firstnet import checks

real = data.is_real("mnist")
print("epochs trained", len(history["loss"]))
kept = int(np.argmin(history["val_loss"])) + 1
print("weights kept from epoch", kept)
checks.measured("best epoch", kept, near=7, within=4, compare=real)

# %% [markdown]
# It stopped three epochs after the best one, and gave you the best one's weights.

# %% [markdown]
# ## Walk with a memory
#
# Plain SGD forgets each gradient after the step. Three improvements are in daily use.
#
# - [*Momentum*](../book/glossary.md#momentum) keeps a running sum of the steps, as a ball keeps its speed. With a momentum of 0.9, each step is
#   0.9 times the last one plus the new gradient's part. If all gradients agree, the steps add up to ten times
#   the length, since $1 / (1 - 0.9) = 10$.
# - *Adam* has momentum too, and divides the step of each weight by the usual size of that weight's gradient. So
#   every weight moves at about the same pace, and 0.001 suits many networks.
# - A [*schedule*](../book/glossary.md#schedule) changes the learning rate during training: long steps at first, short ones at the end. Ours rises
#   for a fifth of the steps, the [*warm-up*](../book/glossary.md#warm-up), and then falls along half a wave of a cosine.
#
# Which helps? In the record each walked with five learning rates, two seeds each, with and without a schedule.


# %%
def best_rate(optimizer, momentum, schedule):
    wanted = {
        "optimizer": optimizer,
        "momentum": momentum,
        "schedule": schedule,
        "epochs": 10,
    }
    runs = [run for run in walks if wanted.items() <= run["settings"].items()]
    _, rates, values = recorded.average(runs, last_accuracy)
    return rates[values[0].argmax()], values[0].max()


# %% [markdown]
# This asks it of all three optimizers, with a constant learning rate and with the schedule:

# %%
ways = {"plain SGD": ("SGD", 0.0), "momentum": ("SGD", 0.9), "Adam": ("Adam", 0.0)}
for name, way in ways.items():
    for schedule in ("constant", "cosine"):
        rate, value = best_rate(*way, schedule)
        print(f"{name:9} {schedule:8}: rate {rate:5g}, accuracy {value:.3f}")

# %% [markdown]
# At their own best rates, the three optimizers come out nearly alike, and the schedule lifts each of them by three to six
# tenths of a point. Momentum's best rate is about a tenth of plain SGD's: that is the factor of ten from above. Adam's is smaller still.
# So on this network it matters more *how* the rate changes than who takes the steps.
# Adam's advantage is another one. Look at the left end of its line:


# %%
def sweep(optimizer, momentum):
    wanted = {"optimizer": optimizer, "momentum": momentum, "schedule": "cosine"}
    runs = [run for run in walks if wanted.items() <= run["settings"].items()]
    _, rates, values = recorded.average(runs, last_accuracy)
    return rates, values[0]


# %% [markdown]
# One line for each, over its five rates:

# %% mystnb={"image": {"alt": "Validation accuracy after ten epochs with a cosine schedule, against the learning rate on a logarithmic axis. Adam's line lies at 0.95 or more from rate 0.0001 on and peaks at 0.98 at 0.003. Momentum's line rises from 0.93 at 0.001 to 0.98 at 0.1. Plain SGD's line has the same shape, moved to rates ten times as large."}}
plots.sweeps({name: sweep(*way) for name, way in ways.items()}, name="accuracy")
plt.show()

# %% [markdown]
# Plain SGD and momentum draw the same curve, a factor of ten apart. Over a hundredfold range Adam never
# falls below 0.95, and the other two fall to 0.93. (Their best rates with a schedule are the largest that we tried.)

# %% [markdown]
# ## Train many times sooner
#
# Article A's recipe takes a hundred epochs to its accuracy on the test set, 0.9756. How soon can the same network
# be there? We ran a ladder of recipes, each with one main change more, and the learning rate and the number of epochs that go with it, one after the other on the same
# machine, and stopped the clock while we measured. (The first rung is the article's recipe with our own loop and seed; the
# recorded run of chapter 8 had another one.)

# %%
race = recorded.load("race_mlp")["runs"]
names = [run["settings"]["change"] for run in race]
times = [run["seconds_until_goal"] for run in race]

# %% [markdown]
# The orange bar is the article's recipe. Each blue one has one main change more than the one above it.

# %% mystnb={"image": {"alt": "Bars for the seconds of training until a test accuracy of 0.9756, on a logarithmic axis. The article's recipe takes about 80 seconds. With a learning rate of 0.1 alone the goal is not reached. Adam takes about 9 seconds, a rise and a cosine about 3, a batch of 256 about 1.5, and 16 steps at a time and all rows stay near 1.4, for two other seeds too."}}
plots.ladder(names, times)
plt.show()

# %% [markdown]
# What did each change buy?
#
# - **A learning rate of 0.1** is still rising after twenty epochs. It just misses the goal.
# - **Adam** reaches it in ten epochs.
# - **The schedule** lets four epochs do the work of ten: long steps early, short ones late. The peak of the rate
#   is three times Adam's before.
# - **A batch of 256** halves the time of an epoch. The rate was raised with it.
# - **16 steps at a time** saves Keras some calls. Here it does not bring the goal sooner: with batches of 256 most of a step is
#   arithmetic. The next section measures it.
# - **All 60,000 rows**: once the choices are made, the validation images may be trained on too.

# %%
ours = names.index("all 60,000 rows")
times_sooner = race[0]["seconds"]["total"] / race[ours]["seconds"]["total"]
print("test accuracy", race[0]["test"]["accuracy"], race[ours]["test"]["accuracy"])
checks.measured("times sooner", times_sooner, near=50, within=20)

# %% [markdown]
# About fifty times sooner, from start to end, and more accurate. (The article's recipe touches its goal shortly before the end, and ends
# a hair below. We chose the recipe with an eye on the goal, so its
# test accuracy is a little flattered. Two other seeds, never looked at while choosing, reach the goal as well.) Now you:

# %%
steps = 4 * (len(x_train) // 256)
rise = steps // 5
rate = keras.optimizers.schedules.CosineDecay(
    0.0006, max(steps - rise, 1), warmup_target=0.006, warmup_steps=rise
)
model = build()
model.compile(
    optimizer=keras.optimizers.Adam(rate), steps_per_execution=16,
    loss="sparse_categorical_crossentropy", metrics=["accuracy"],
)  # fmt: skip

# %% [markdown]
# `steps_per_execution=16` makes Keras take 16 steps in one call. Four epochs:

# %% tags=["nbval-ignore-output"]
from time import perf_counter

start = perf_counter()
model.fit(x_train, y_train, batch_size=256, epochs=4, verbose=0)
print(f"{perf_counter() - start:.1f} seconds")
_, test_accuracy = model.evaluate(x_test, y_test, verbose=0)
checks.measured(
    "test accuracy", test_accuracy, near=0.98, within=0.004, compare=real
)

# %% [markdown]
# ## Ask what a step costs
#
# Why are small batches slow? A step has two costs: the arithmetic, which grows with the batch, and a fixed
# price of calling, preparing and waiting. To see them apart we need a rival without Keras. `forty_lines` is
# the network of [Pass the blame back](05_pass_blame_back.ipynb) grown up: many rows, two hidden layers, ReLU and softmax, in
# forty lines of NumPy. It trains MNIST like this:

# %% tags=["nbval-ignore-output"]
from firstnet import forty_lines

random, rows = np.random.default_rng(0), np.asarray(x_train)
parameters = forty_lines.initial_parameters((784, 128, 128, 10), seed=0)
for _ in range(3):
    forty_lines.train_epoch(
        parameters, rows, y_train, learning_rate=0.1, batch_size=64, rng=random
    )
value = forty_lines.accuracy(parameters, x_test, y_test)
checks.measured(
    "NumPy's test accuracy", value, near=0.966, within=0.01, compare=real
)

# %% [markdown]
# Three epochs, and no Keras. Is it slower? We measured both ways on one thread each, 48,000 rows, the best of four
# epochs after a first one. "32 steps at a time" is `steps_per_execution`; `tf.data` is TensorFlow's own way
# to feed batches, which prepares the next one while this one is being computed.

# %%
costs = recorded.load("step_cost")["runs"]
batch_sizes = sorted({run["settings"]["batch_size"] for run in costs})
ways = {}
for run in costs:
    ways.setdefault(run["settings"]["way"], []).append(run["seconds"]["best"])

# %% [markdown]
# Four lines, one for each way:

# %% mystnb={"image": {"alt": "Seconds of an epoch against the batch size, 16 to 1024, both axes logarithmic, four lines. Keras's plain fit falls from about 1.8 seconds at batch 16 to 0.2. With 32 steps at a time it begins at about 0.6, with or without tf.data. NumPy begins at about 1.4 and is slightly above Keras at 1024."}}
plots.epoch_seconds(batch_sizes, ways)
plt.show()

# %% [markdown]
# Now in thousandths of a second for one step, and as a ratio to NumPy:

# %%
for way, seconds in ways.items():
    steps = np.ceil(48_000 / np.array(batch_sizes))
    print(f"{way:34}", (1000 * np.array(seconds) / steps).round(2))
ratio = np.array(ways["fit"]) / np.array(ways["NumPy"])
print("fit / NumPy", ratio.round(2))

# %% [markdown]
# From a batch of 16 to one of 64 there is four times the arithmetic, and the plain `fit` takes one and a half times as long. So at
# 16 most of a step is price of calling. Taking 32 steps in one call removes two thirds of the step's time, and then Keras is quicker than
# NumPy at every batch size. With a batch of 1,024 there are few calls, and the three Keras ways come
# closer to each other. NumPy falls behind: now the arithmetic counts.
#
# Be careful with such races. NumPy's speed depends on the library behind its matrix products and on the
# threads it is given. With two threads on a busy machine it can become many times slower, which is why we
# gave everyone one thread and wrote it down. On your machine the order may differ: `make bench` measures it.

# %% [markdown]
# ## What the articles said, and what we measured
#
# | id | the article | what we found |
# |---|---|---|
# | A12 | "smaller batches give a more accurate model; larger ones can be faster" | **differs**: at one fixed learning rate, after equally many epochs, smaller is better. With a learning rate that suits each, sizes from 8 to 128 come out alike and the best is not the smallest. Larger batches are faster, up to 512 here |
#
# Article A's idea of the ideal epoch, A16, was tested in [Train a network](08_train_network.ipynb). Here you saw the sign it
# should have looked for: the validation loss turns.

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

Quiz("09_tune_training")

# %% [markdown]
# ## Recap
#
# You can now
#
# - say what the learning rate and the batch size do: too small is slow, too large breaks, and the best rate grows with the batch
# - judge "smaller batches give a more accurate model": true at one fixed rate, not when each size has the rate that suits it
# - stop a training at the right time: watch the validation loss, have patience, go back to the best weights
# - choose an optimizer: at their best rates they come out alike, a schedule helps each, and Adam forgives more
# - train the article's network about fifty times sooner, and say which change bought what
