# %% tags=["remove-cell"]
# Colab and Kaggle start without the book's package; everywhere else this cell does nothing.
from importlib.util import find_spec

if find_spec("firstnet") is None:
    repository = "git+https://github.com/first-neural-network/first-neural-network"
    get_ipython().run_line_magic("pip", "install -q anywidget")
    get_ipython().run_line_magic("pip", f"install -q --no-deps {repository}")

# %% [markdown]
# # Count the steps
#
# So far every step looked at one example, or at all of them. There is a lot of room in between. Which
# rows you read before you take a step decides how many steps you get, how straight they are, and what
# they cost. In this chapter you walk through one bowl in four ways, and count.
#
# **You will be able to**
#
# - say exactly what a batch, an update and an epoch are, and tell the three ways of descent apart
# - show that the gradient of all rows is the mean of the rows' gradients, and that a few rows estimate it
# - say how the noise of that estimate shrinks as the batch grows
# - count the updates of any training, with rows left over and without
# - judge the sentence "smaller batches give a more accurate model"
#
# **You need** the step from [Walk downhill](04_walk_downhill.ipynb) and the mean over rows from
# [Pass the blame back](05_pass_blame_back.ipynb). **Time:** about 40 minutes.

# %% [markdown]
# ## Turn a valley into a bowl
#
# In [Walk downhill](04_walk_downhill.ipynb) one example could not settle two weights. Its loss was a
# valley with a whole line of best points. Now there are 256 examples. One example is one *row* of a
# table: two inputs and a target.
#
# The rows are invented, so that we know the rule behind them. The target is $1.5\,x_1 - x_2$, plus some
# random [*noise*](../book/glossary.md#noise): a part that no weights can predict.

# %%
from firstnet.rows import noisy_rows

x, y = noisy_rows(256, seed=0)
for inputs, target in zip(x[:3], y[:3], strict=True):
    print("inputs", inputs, "target", target)

# %% [markdown]
# The neuron is the one from before: two weights, no bias. The loss is now the mean over all $n$ rows:
#
# $$L = \frac{1}{n} \sum_{i=1}^{n} (\hat y_i - y_i)^2$$

# %%
import numpy as np


def loss(w):
    return np.mean((x @ w - y) ** 2)


start = np.array([-1.5, 2.0])
print(f"loss at the start {loss(start):.2f}")

# %% [markdown]
# Each row alone still has its valley, but every valley runs in another direction. Where many of them
# cross, the mean is low. The mean of 256 valleys is a bowl with one *lowest point*. For a bowl like
# this NumPy finds that point without walking, by a method called [*least squares*](../book/glossary.md#least-squares).

# %%
lowest, *_ = np.linalg.lstsq(x, y, rcond=None)
print("lowest point", lowest.round(3), "loss there", round(loss(lowest), 3))

# %% [markdown]
# The weights there are close to the rule, 1.5 and $-1$. The loss there is not 0. That is the noise,
# and no step can remove it. So from here on we ask how high a walk stands above this point.

# %% mystnb={"image": {"alt": "The mean loss over the two weights, seen from above, is an oval bowl. Forty straight green lines cross it in many directions, each the valley of one row. They crowd around the red cross at the lowest point, at about 1.5 and minus 1."}}
import matplotlib.pyplot as plt

from firstnet import plots

plots.bowl(x, y, valleys=slice(40))
plt.show()

# %% [markdown]
# ## Walk it in four ways
#
# We need three words, and we need them exactly.
#
# - A [*batch*](../book/glossary.md#batch) is the set of rows read before one step. The number of its rows is the [*batch size*](../book/glossary.md#batch-size).
# - An [*update*](../book/glossary.md#update) is one step: the weights change once. Books also say *step* or *iteration*.
# - An *epoch* is one pass over all rows: each row is read once.
#
# The batch size gives the way of walking its name.
#
# - *Batch gradient descent* reads all rows for each update.
# - [*Stochastic gradient descent*](../book/glossary.md#stochastic-gradient-descent) reads one row, chosen by chance. *Stochastic* means ruled by chance.
# - *Mini-batch gradient descent* reads a few rows, a [*mini-batch*](../book/glossary.md#mini-batch). Usual sizes are 32, 64 and 128.
#
# Today most people say *SGD*, short for stochastic gradient descent, whenever the batch is smaller than
# the data. They also say "batch" when they mean a mini-batch. So will we.

# %% [markdown]
# Below, the same bowl is walked with batches of 1, 8, 64 and all 256 rows. **Before you press
# anything:** which walk will be lowest after 20 updates each? And which after one epoch each? Press
# Step twenty times, then choose "epochs", press Reset, and press Epoch once.

# %%
from firstnet.widgets.batches import Batches

Batches()

# %% [markdown]
# After 20 updates the four stand at about the same height. After one epoch they are far apart. Both
# comparisons are honest, but they ask different things. The rest of the chapter explains what you saw.
#
# In Python it takes two functions. The first is the gradient of a batch. `error @ x[rows]` multiplies each
# row by its error and adds up, and dividing by the number of rows makes it the mean:


# %%
def gradient(w, rows):
    error = x[rows] @ w - y[rows]
    return 2 * error @ x[rows] / len(rows)


# %% [markdown]
# The second walks. In each epoch it *shuffles* the rows, which means that it puts them in a new random
# order. Then it takes one step for each batch.

# %%
from firstnet.network import shuffled


def walk(w, *, batch_size, epochs, learning_rate):
    path = [w]
    for epoch in range(epochs):
        order = np.array(shuffled(256, seed=epoch))
        for first in range(0, 256, batch_size):
            batch = order[first : first + batch_size]
            path.append(path[-1] - learning_rate * gradient(path[-1], batch))
    return np.array(path)  # (updates + 1, 2)


# %% [markdown]
# Here is one epoch of each, with the learning rate 0.05. The walk with all rows is the short black one at
# the start: a single step.

# %% mystnb={"image": {"alt": "The bowl seen from above with four walks of one epoch from the same start. Batch 1 wanders in a jagged line to the lowest point and jitters around it. Batch 8 goes about two thirds of the way in 32 small steps. Batch 64 takes four short steps, and the walk with all rows a single one."}}
four = {"batch 1": 1, "batch 8": 8, "batch 64": 64, "all rows": 256}
options = {"epochs": 1, "learning_rate": 0.05}
one_epoch = {n: walk(start, batch_size=size, **options) for n, size in four.items()}
plots.bowl(x, y, paths=one_epoch)
plt.show()

# %% [markdown]
# ## Average the rows' gradients
#
# The loss is a mean, and the slope of a mean is the mean of the slopes. So the gradient of all rows,
# the *batch gradient*, should be the mean of the rows' own gradients. First one gradient for each row:

# %%
row_gradients = 2 * (x @ start - y)[:, None] * x  # (256, 2)
print(row_gradients[:3].round(2))

# %% [markdown]
# They disagree a lot. Now the gradient of the whole loss, beside the mean of these.

# %%
all_rows = np.arange(256)
batch_gradient = gradient(start, all_rows)
print(batch_gradient.round(4), row_gradients.mean(axis=0).round(4))

# %% [markdown]
# They agree, and so do finite differences of the loss itself, which know nothing of rows.

# %%
assert np.allclose(batch_gradient, row_gradients.mean(axis=0), atol=1e-12)
nudges = 1e-6 * np.eye(2)  # one row for each weight
differences = [(loss(start + n) - loss(start - n)) / 2e-6 for n in nudges]
assert np.allclose(batch_gradient, differences, atol=1e-6)

# %% [markdown]
# ## Estimate from a few rows
#
# A mini-batch gradient is the mean over its own rows only. It is an [*estimate*](../book/glossary.md#estimate) of the batch gradient: a
# value that comes near without reading everything. We shuffle the rows and
# cut them into four batches of 64.

# %%
order = np.array(shuffled(256, seed=0))
quarters = np.array([gradient(start, rows) for rows in order.reshape(4, 64)])
print(quarters.round(2))

# %% [markdown]
# Each of the four misses the batch gradient, in its own direction. Their mean hits it exactly. All four
# batches are equally likely to come first, so the first update is right on average. An estimate that is right
# on average is called [*unbiased*](../book/glossary.md#unbiased). (This has nothing to do with the bias $b$.)

# %%
print("mean of the four", quarters.mean(axis=0).round(4))
assert np.allclose(quarters.mean(axis=0), batch_gradient, atol=1e-12)

# %% [markdown]
# That works because the four batches are equally large. With 48 rows to a batch, 256 rows give five
# full batches and a last one of 16.

# %%
parts = [order[first : first + 48] for first in range(0, 256, 48)]
sizes = [len(part) for part in parts]
estimates = np.array([gradient(start, part) for part in parts])
print(sizes, "plain mean", estimates.mean(axis=0).round(4))

# %% [markdown]
# The plain mean now misses. Each row of the short batch counts 1/16 in its update, each other row 1/48,
# a third as much. Weigh every batch by its number of rows, and the mean is exact again.

# %%
weighted = np.average(estimates, axis=0, weights=sizes)
assert np.allclose(weighted, batch_gradient, atol=1e-12)
assert not np.allclose(estimates.mean(axis=0), batch_gradient, atol=0.01)

# %% [markdown]
# In training nobody weighs the updates. The short batch takes a full step, and its rows count a little
# more in that epoch. With a new order in each epoch they are other rows each time, so no row gains from
# it for long.

# %% [markdown]
# ## Measure the noise
#
# How far does a mini-batch gradient miss? We draw many batches of one size, square the length of each miss,
# and take the mean. The root of that mean is the [*standard deviation*](../book/glossary.md#standard-deviation), the usual measure of scatter.
# We call it the *noise of the gradient*.


# %%
def noise(batches):
    misses = row_gradients[batches].mean(axis=1) - batch_gradient
    return np.sqrt((misses**2).sum(axis=1).mean())


one_row = noise(all_rows[:, None])  # 256 batches of one row
print(f"noise of one row {one_row:.2f}")
print(f"length of the batch gradient {np.linalg.norm(batch_gradient):.2f}")

# %% [markdown]
# `np.linalg.norm` gives a length. With one row the noise is more than twice as long as the gradient itself. Now larger batches, 4,000 of
# each size. First we draw *with replacement*: each row goes back before the next is drawn, so a batch
# may hold the same row twice.

# %%
random = np.random.default_rng(0)
batch_sizes = 2 ** np.arange(8)  # 1, 2, 4 ... 128
draws = [random.integers(256, size=(4000, size)) for size in batch_sizes]
drawn = np.array([noise(batches) for batches in draws])
for size, miss in zip(batch_sizes, drawn, strict=True):
    print(f"batch size {size:3}: noise {miss:.2f}")

# %% [markdown]
# Twice as many rows do not halve the noise. Four times as many do, nearly. Behind this is a law: the mean
# of $B$ independent draws scatters $1/\sqrt{B}$ times as much as one draw. *Independent* means that no draw
# changes the chances of another. The logarithm of $1/\sqrt{B}$ is $-\tfrac12 \ln B$. So if we plot
# logarithms, the law is a straight line with the slope $-\tfrac12$. `np.polyfit` fits a line to our points:

# %%
slope, _ = np.polyfit(np.log(batch_sizes), np.log(drawn), 1)
print(f"slope {slope:.2f}")
assert abs(slope + 0.5) < 0.02
assert np.allclose(drawn, one_row / np.sqrt(batch_sizes), rtol=0.06)

# %% [markdown]
# A training epoch draws *without replacement*: no row comes back before all have been read. Then the
# noise falls a bit faster, because rows already read no longer surprise. With $n$ rows the law gets a
# second factor:
#
# $$\frac{1}{\sqrt{B}} \cdot \sqrt{\frac{n - B}{n - 1}}$$
#
# We do not prove it here, but its ends are clear: for $B = 1$ the second factor is 1, and for $B = n$ it is 0.

# %%
decks = random.permuted(np.tile(all_rows, (4000, 1)), axis=1)  # 4,000 orders
dealt = np.array([noise(decks[:, :size]) for size in batch_sizes])
law = one_row / np.sqrt(batch_sizes)
finite_law = law * np.sqrt((256 - batch_sizes) / 255)
assert np.allclose(dealt, finite_law, rtol=0.06)
assert noise(decks) < 1e-12  # all rows: no noise

# %% [markdown]
# Measured points and formulas side by side:

# %% mystnb={"image": {"alt": "The noise of the gradient against the batch size, both on logarithmic axes. Drawn with replacement, the points follow a straight falling line from 8.3 for one row to 0.73 for 128. Drawn without replacement they follow it at first and bend below it, down to 0.52 for 128."}}
runs = {"with replacement": (drawn, law), "without": (dealt, finite_law)}
plots.gradient_noise(batch_sizes, runs)
plt.show()

# %% [markdown]
# So a batch of 64 costs 64 times the reading of a batch of 1, and has about an eighth of its noise. Small
# batches are the better bargain for each row read. That is why they come down so fast at first.

# %% [markdown]
# ## Count the updates
#
# With $n$ rows and batches of $B$, an epoch has $n / B$ updates, rounded up:
#
# $$\text{updates in an epoch} = \left\lceil \frac{n}{B} \right\rceil$$
#
# The brackets mean "rounded up"; Python calls it `ceil`. The example of article A, which you know from
# [Walk downhill](04_walk_downhill.ipynb), has 10,000 rows, batches of 5 and 1,000 epochs.

# %%
from math import ceil

per_epoch = ceil(10_000 / 5)
print(f"{per_epoch:,} updates an epoch, {per_epoch * 1000:,} in all")
assert per_epoch == 2000 and per_epoch * 1000 == 2_000_000

# %% [markdown]
# Two million changes of every weight. The calculator below does this for any numbers. **Before you press
# "does not divide":** 10,000 rows in batches of 64. How many updates, and how many rows are in the last
# batch?

# %%
from firstnet.widgets.updates import Updates

Updates()

# %% [markdown]
# 10,000 / 64 is 156.25. So 156 batches are full, and $10{,}000 - 156 \cdot 64 = 16$ rows are left over.
# There are two ways out. Keep them as a short batch, and there are 157 updates. Or drop them, and there
# are 156. Here is the same with smaller numbers, 300 rows in batches of 64:

# %% mystnb={"image": {"alt": "A strip of five boxes side by side, one for each batch of an epoch of 300 rows. Four blue boxes hold 64 rows each. The last box is orange and narrower, and holds 44."}}
plots.batch_strip([64, 64, 64, 64, 300 - 4 * 64])
plt.show()

# %% [markdown]
# ## Let Keras count
#
# What does Keras do? We give a neuron 10,000 rows of zeros. A [*callback*](../book/glossary.md#callback), a function that Keras calls
# while it trains, notes every batch.

# %%
import keras

keras.utils.set_random_seed(0)
model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1, use_bias=False)])
model.compile(optimizer=keras.optimizers.SGD(0.1), loss="mean_squared_error")
seen = []
note = keras.callbacks.LambdaCallback(
    on_train_batch_end=lambda k, logs: seen.append(k)
)
rows = np.zeros((10_000, 2)), np.zeros(10_000)
history = model.fit(*rows, batch_size=64, callbacks=[note], verbose=0)
print(len(seen), "updates")

# %% [markdown]
# Keras keeps the remainder. To drop it you prepare the batches yourself, with TensorFlow's `Dataset`.

# %%
import tensorflow as tf

dataset = tf.data.Dataset.from_tensor_slices(rows)
kept, dropped = dataset.batch(64), dataset.batch(64, drop_remainder=True)
print(len(kept), "or", len(dropped))
print("rows in the last batch", [len(inputs) for inputs, _ in kept][-1])
assert (len(seen), len(kept), len(dropped)) == (157, 157, 156)

# %% [markdown]
# Keras also takes the very steps we take. Here it walks our rows for one epoch, in the order of the table.
# The learning rate is the 0.1 that the model was given above.

# %%
model.set_weights([start[:, None]])
history = model.fit(x, y, batch_size=64, shuffle=False, verbose=0)
w = start
for batch in all_rows.reshape(4, 64):
    w = w - 0.1 * gradient(w, batch)
print("by hand", w.round(3), "Keras", model.get_weights()[0].ravel().round(3))
assert np.allclose(model.get_weights()[0].ravel(), w, atol=1e-5)

# %% [markdown]
# ## Pay for an epoch
#
# What does an epoch cost? Whatever the batch size, each row is read once. The number of updates differs.

# %%
for size in [1, 8, 32, 64, 128, 256]:
    parts = [order[first : first + size] for first in range(0, 256, size)]
    read = sum(len(part) for part in parts)
    print(f"batch size {size:3}: rows read {read}, updates {len(parts):3}")

# %% [markdown]
# Reading a row costs the same everywhere: one prediction, one gradient. But each update has a price of
# its own. All weights are changed once, and the next update must wait for it. The network of
# [Train a network](08_train_network.ipynb) has 784 inputs, two hidden layers of 128 neurons and
# 10 outputs. A neuron has a weight for each input, and a bias. It trains on 48,000 rows.

# %%
parameters = (784 + 1) * 128 + (128 + 1) * 128 + (128 + 1) * 10
print(f"{parameters:,} weights and biases")
for size in [1, 64]:
    updates = ceil(48_000 / size)
    changes = updates * parameters
    print(f"batch {size:2}: {updates:6,} updates, {changes:,} changes of a weight")

# %% [markdown]
# There is a second reason for larger batches. The rows of a batch do not need each other's results. So a
# processor can work on many of them at the same time, and graphics processors are built for that. One
# product, `x[rows] @ w`, does a whole batch in one call. How much this saves depends on the machine. In exercise 7
# you measure it on yours.

# %% [markdown]
# ## Compare fairly
#
# How high does each place of a walk stand above the lowest point?


# %%
def height(path):
    return ((path @ x.T - y) ** 2).mean(axis=1) - loss(lowest)


options = {"epochs": 20, "learning_rate": 0.05}
walks = {n: walk(start, batch_size=size, **options) for n, size in four.items()}
heights = {name: height(path) for name, path in walks.items()}

# %% [markdown]
# Compare after the same number of updates, and after the same number of epochs:

# %%
print("            20 updates   1 epoch   5 epochs   20 epochs")
for name, size in four.items():
    places = [20, *(np.array([1, 5, 20]) * 256 // size)]
    print(f"{name:10}", "".join(f"{heights[name][p]:11.4f}" for p in places))

# %% [markdown]
# **After 20 updates** the four are close. The direction of an update is right on average, whatever the
# batch. But all rows have been read 20 times by the last walk, and 20 rows have been read by the first.
#
# **After one epoch** all have read 256 rows, and the smallest batch is lowest by far. It took 256 updates,
# where batch gradient descent took one.

# %% [markdown]
# **After 5 and 20 epochs** the order changes. Batch 1 came close early and then never settled. It
# *jitters*: near the lowest point the batch gradient is almost 0, but the noise is not. So each update
# carries it away again, by about the learning rate times the noise.

# %% mystnb={"image": {"alt": "Height above the lowest point against epochs, on a logarithmic axis. Batch 1 falls at once and then jumps up and down, mostly between 0.001 and 0.3. Batch 8 falls within four epochs and jitters ten times lower. Batch 64 falls in a straight line to 0.02, and all rows fall slowly to 1.5."}}
runs = {
    name: (np.arange(len(heights[name])) * size / 256, heights[name])
    for name, size in four.items()
}
plots.heights(runs, unit="epochs")
plt.show()

# %% [markdown]
# ## Ask which batch is more accurate
#
# The article says that smaller batches give a more accurate model, and that larger ones can be faster.
# Test the first half here. Our neuron predicts a number, so "more accurate" means a lower loss. A single
# height would depend on the last jitter. So for three learning rates we take the mean height over the last
# 10 of 20 epochs:


# %%
def last_height(size, rate):
    path = walk(start, batch_size=size, epochs=20, learning_rate=rate)
    return height(path)[-10 * 256 // size :].mean()


last = {r: [last_height(s, r) for s in four.values()] for r in [0.005, 0.05, 0.3]}
print("rate      batch 1    batch 8   batch 64   all rows")
for rate, row in last.items():
    print(f"{rate:5}", "".join(f"{value:11.4f}" for value in row))

# %% [markdown]
# Three learning rates, three winners: batch 1, batch 8, batch 64.

# %%
assert [list(four)[np.argmin(row)] for row in last.values()] == [
    "batch 1", "batch 8", "batch 64",
]  # fmt: skip

# %% [markdown]
# So "smaller is more accurate" is not a law. With a small learning rate and few epochs, small batches win,
# because they take more updates. With a large one they lose, because they jitter. At 0.3, batch 1 even
# stands higher on average than it started; we come to that below. Batch size and learning
# rate belong together, and you choose them as a pair. A bowl is also the simplest landscape there is. For a
# network with hidden neurons, a later chapter measures a whole grid of pairs on [*MNIST*](../book/glossary.md#mnist), a collection of
# images of handwritten digits.
#
# There is a border, too, that the learning rate must not cross. For one example, [Walk downhill](04_walk_downhill.ipynb) found that a learning
# rate is safe below $1 / \lVert x \rVert^2$. Here each row has a border of its own. The whole bowl has one
# as well.
#
# Where does $\lVert x \rVert^2$ come from? Stand a distance of 1 from the floor of a row's valley. The loss
# there is higher than on the floor by exactly $\lVert x \rVert^2$. Now stand a distance of 1 from the lowest
# point of the bowl, on its steepest side. How much higher is the loss there? That number takes the place of
# $\lVert x \rVert^2$. It is the largest *eigenvalue* of the table `x.T @ x / 256`, and NumPy computes it.

# %%
row_borders = 1 / (x**2).sum(axis=1)
steepest = np.linalg.eigvalsh(x.T @ x / 256)[-1]
print(f"smallest border of a row {row_borders.min():.3f}")
print(f"border of the bowl {1 / steepest:.3f}")

# %% [markdown]
# A learning rate of 0.6 is safe for the bowl. For updates on single rows it is not. Some rows throw the
# weights much farther than the others bring them back. Press "too large for batch 1" above to see
# it, or compute it:

# %%
together = walk(start, batch_size=256, epochs=60, learning_rate=0.6)
alone = walk(start, batch_size=1, epochs=1, learning_rate=0.6)
print("all rows, 60 updates, below a millionth:", bool(height(together)[-1] < 1e-6))
print("batch 1, first update above a million:", int(np.argmax(height(alone) > 1e6)))

# %% [markdown]
# ## Shuffle the rows
#
# All this needs batches that look like the data. Sort the rows by their target, and they do not. Take the
# lowest point, where the batch gradient is 0, and see how long the gradients of four batches are.

# %%
by_target = np.argsort(y)
for name, rows in {"shuffled": order, "sorted": by_target}.items():
    found = [gradient(lowest, batch) for batch in rows.reshape(4, 64)]
    print(f"{name:8}", np.linalg.norm(found, axis=1).round(2))

# %% [markdown]
# Sorted batches pull almost four times as hard on average, and in the same order in every epoch. A walk with
# them does not jitter by chance. It goes round the same loop again and again. We walk 20 epochs with
# batches of 8 and the learning rate 0.1, and never shuffle:

# %%
path = [start]
for _ in range(20):
    for batch in by_target.reshape(32, 8):
        path.append(path[-1] - 0.1 * gradient(path[-1], batch))
sorted_height = height(np.array(path))
fresh = walk(start, batch_size=8, epochs=20, learning_rate=0.1)
print("sorted, after epochs 5, 10, 20:", sorted_height[[160, 320, 640]].round(4))
print("shuffled                      :", height(fresh)[[160, 320, 640]].round(4))

# %% [markdown]
# Drawn after every update, the loop is easy to see:

# %% mystnb={"image": {"alt": "Height above the lowest point against epochs, on a logarithmic axis, for batches of 8. Shuffled rows fall and then jitter irregularly around 0.01. Sorted rows repeat the same tall wave in every epoch, and each epoch ends at 0.09."}}
spent = np.arange(641) / 32
runs = {"sorted": (spent, sorted_height), "shuffled": (spent, height(fresh))}
plots.heights(runs, unit="epochs")
plt.show()

# %% [markdown]
# Each sorted epoch ends at the same wrong place, pushed there by the rows with the largest targets. More
# epochs do not help. With digits sorted by their label there would be whole batches of nothing but
# zeros, then of nothing but ones. So rows are shuffled before each epoch. Keras does it too, unless you
# write `shuffle=False` as we did above:

# %%
keras.utils.set_random_seed(0)
model.set_weights([start[:, None]])
history = model.fit(x, y, batch_size=64, verbose=0)
same = np.allclose(model.get_weights()[0].ravel(), w, atol=1e-3)
print("the same place as in the order of the table:", same)
assert not same

# %% [markdown]
# ## What the articles said, and what we measured
#
# | id | the article | what we found |
# |---|---|---|
# | A10 | batch gradient descent reads all rows, stochastic one, mini-batch a few (32, 64 or 128); the batch gradient is the average of the rows' gradients | **right**: equal, but for rounding. The mean of the mini-batch gradients is the same too, if the batches are equally large |
# | A11 | 10,000 rows in batches of 5 are 2,000 updates an epoch, and 2 million in 1,000 epochs | **right**. It leaves out what happens if the batch size does not divide the rows: Keras keeps a smaller last batch |
# | A12 | smaller batches give a more accurate model; larger ones can be faster | **differs**: it is no law. On our bowl the best size is 1, 8 or 64, depending on the learning rate. That larger ones can be faster is **right** as far as we counted: an epoch takes fewer updates. A later chapter measures both halves on MNIST |

# %% [markdown]
# The run holds itself to these numbers and keeps them. The page [What the articles said](../book/claims.md)
# collects them from all chapters.

# %%
from firstnet import claims

gap = np.abs(batch_gradient - row_gradients.mean(axis=0)).max()
claims.measured("A10", gap=gap.round(9))
claims.measured("A11", updates_an_epoch=per_epoch, updates=per_epoch * 1000)
claims.measured("A11", updates_by_keras=len(seen), rows_left=len(list(kept)[-1][0]))
best_sizes = [list(four.values())[np.argmin(row)] for row in last.values()]
claims.measured("A12", best_sizes_on_the_bowl=best_sizes)

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

Quiz("06_count_steps")

# %% [markdown]
# ## Recap
#
# You can now
#
# - say exactly what a batch (the rows of one step), an update (one change of the weights) and an epoch
#   (each row once) are, and tell batch, mini-batch and stochastic gradient descent apart by their size
# - show that the gradient of all rows is the mean of the rows' gradients, and that a few rows estimate it
#   without bias
# - say how the noise shrinks: with $1/\sqrt{B}$, and a bit faster when no row is drawn twice
# - count the updates of any training: $\lceil n / B \rceil$ an epoch, one fewer if a remainder is dropped
# - judge the sentence "smaller batches give a more accurate model": they come near sooner and jitter more,
#   so it depends on the learning rate and on how long you walk
#
# Next: [Train a network](08_train_network.ipynb) puts everything together. 48,000 images in batches of 64
# are 750 updates an epoch.
