# %% tags=["remove-cell"]
# Colab and Kaggle start without the book's package; everywhere else this cell does nothing.
from importlib.util import find_spec

if find_spec("firstnet") is None:
    repository = "git+https://github.com/first-neural-network/first-neural-network"
    get_ipython().run_line_magic("pip", "install -q anywidget")
    get_ipython().run_line_magic("pip", f"install -q --no-deps {repository}")

# %% [markdown]
# # Bend a line
#
# A neuron multiplies, adds, and then applies its activation function. That last act looks like a
# detail. Leave it out, and a hundred layers can do no more than one. In this chapter you see why, you
# bend a line until it follows a curve, and you meet the activation functions that are used today.
#
# **You will be able to**
#
# - show that layers without a bend collapse into one layer
# - build a hat and a curve from neurons with ReLU, without any training
# - name ten activation functions, with formula, slope and range, and say where each is used today
# - recognise a saturated neuron and a dead one, and show why they stop learning
# - turn several sums into shares of one whole with softmax, and say when sigmoids are right instead
#
# **You need** [Meet a neuron](01_meet_neuron.ipynb), and from school the slope of a curve. **Time:** about 45 minutes.

# %% [markdown]
# ## Watch one neuron bend
#
# Take the smallest neuron: one input $x$, one weight $w$, one bias $b$. Its sum is $z = wx + b$ and
# its value is $a = f(z)$. The explorable draws $a$ over $x$. It begins with ReLU, which keeps a
# positive sum and turns a negative one into 0.
#
# The lower panel shows the [*derivative*](../book/glossary.md#derivative) of $f$, which is how fast
# $a$ changes when $z$ changes. It is called [*slope*](../book/glossary.md#slope) too, and written $f'(z)$ (say "f prime"). A
# network learns from slopes. Where the slope is 0, it gets no hint which way to go. So the ground is
# grey wherever there is hardly any slope.
#
# **Before you move anything:** the bend is at $x = 0$ now. Where will it be with $w = 2$ and
# $b = -3$? Try it. Then try the other buttons.

# %%
from firstnet.widgets.activation import Activation

Activation()

# %% [markdown]
# The bend is where the sum is 0, so where $wx + b = 0$. That is $x = -b/w$, here $3/2 = 1.5$. The bias
# moves the bend, a larger weight makes the curve steeper, and a negative weight turns it round.
#
# Two kinds of curves are already in sight. ReLU is flat on one side. The sigmoid is flat on both.

# %% mystnb={"image": {"alt": "Two graphs over the sum z from minus 8 to 8, each with its slope as a dashed line. Left ReLU: the value is 0 below 0 and rises as a straight line above, the slope jumps from 0 to 1. Right the sigmoid: the value rises from 0 to 1 in an S, the slope is a low hill with its top, 0.25, at z = 0. Grey ground marks where the slope is below 0.05: for ReLU all z below 0, for the sigmoid below minus 2.9 and above 2.9."}}
import matplotlib.pyplot as plt
import numpy as np

from firstnet import plots
from firstnet.activations import relu, relu_slope, sigmoid, sigmoid_slope

z = np.linspace(-8, 8, 401)
_, (left, right) = plt.subplots(1, 2, figsize=(8, 3.4), layout="constrained")
curves = [(relu, relu_slope, left), (sigmoid, sigmoid_slope, right)]
for f, slope, ax in curves:
    plots.curve_and_slope(z, f(z), slope(z), name=f.__name__, flat=0.05, ax=ax)
left.legend(loc="upper left")
plt.show()

# %% [markdown]
# ## Watch two layers collapse
#
# Why bend at all? Suppose we leave the activation out. A layer then only multiplies and adds:
# $xW + b$. Here $W$ is the table of the layer's weights, a [*matrix*](../book/glossary.md#matrix), with a row for each input and a
# column for each neuron. Two matrices can be multiplied too: `@` takes each row of the first with each
# column of the second. In such products you may move the brackets, as with numbers. (You may not swap
# the two.) Now put a second such layer behind the first and multiply out:
#
# $$(x W_1 + b_1)\, W_2 + b_2 = x\,(W_1 W_2) + (b_1 W_2 + b_2)$$
#
# The right side is one layer. Its matrix is $W_1 W_2$ and its biases are $b_1 W_2 + b_2$. (Many
# books write the input on the right: $W_2 (W_1 x + b_1) + b_2$. It is the same calculation.) We check
# it with random layers and a thousand random inputs. `normal` draws numbers that crowd around 0, in
# the shape of a *bell curve*. They are called *standard normal*.

# %%
random = np.random.default_rng(0)
W1, b1 = random.normal(size=(3, 4)), random.normal(size=4)
W2, b2 = random.normal(size=(4, 2)), random.normal(size=2)
x = random.normal(size=(1000, 3))

two_layers = (x @ W1 + b1) @ W2 + b2
one_layer = x @ (W1 @ W2) + (b1 @ W2 + b2)
assert np.allclose(two_layers, one_layer)

# %% [markdown]
# Collapse again, and three layers become one, and a hundred. Count what was wasted: the two layers
# have 26 parameters, the one layer that does the same has 8.

# %%
print(W1.size + b1.size + W2.size + b2.size, (W1 @ W2).size + b2.size)

# %% [markdown]
# An activation that only stretches the sum, $f(z) = cz$, is called *linear*. It bends nothing, and with
# $c = 1$ it is the same as none. One of our articles says that a network of linear activations "is
# just linear regression". *Linear regression* fits the straight line, or with more inputs the flat plane, whose squared errors are
# smallest on average. The article is right in one case: when the network has one linear output and is
# judged by its squared error. Then both choose among the same lines, by the same score. Here is the
# best line for some made-up data, by the textbook method, and its score. The method is called `lstsq`,
# for least squares. The column of ones lets it find the bias as one more weight, the last.

# %%
y = x @ [1.0, -2.0, 0.5] + 3 + random.normal(size=1000)
with_bias = np.column_stack([x, np.ones(1000)])
best = np.linalg.lstsq(with_bias, y)[0]
best_score = np.mean((with_bias @ best - y) ** 2)
print("best line", best.round(3), "score", best_score.round(4))

# %% [markdown]
# Two linear layers can do as well: let the first do anything that can be undone, and let the second
# undo it and apply the best line. `np.linalg.inv` finds the matrix that undoes another, its *inverse*.

# %%
W1, b1 = random.normal(size=(3, 3)), random.normal(size=3)
W2 = np.linalg.inv(W1) @ best[:3]
b2 = best[3] - b1 @ W2
as_good = (x @ W1 + b1) @ W2 + b2
assert np.allclose(as_good, with_bias @ best)

# %% [markdown]
# They cannot do better. Whatever their weights are, they collapse into one line, and no line beats
# the best. A thousand random pairs of layers try:

# %%
scores = []
for _ in range(1000):
    W1, W2 = best[:3, None] + random.normal(size=(3, 5)), random.normal(size=5) / 5
    scores.append(np.mean((x @ W1 @ W2 + best[3] - y) ** 2))
assert min(scores) > best_score

# %% [markdown]
# With several outputs, or with another loss, the name no longer fits. But the collapse stays: without
# a bend, every stack of layers is one layer.

# %% [markdown]
# ## Build a hat from two bends
#
# Now with a bend. One neuron with ReLU gives a line with one corner. Two of them, subtracted from 1,
# make a hat:
#
# $$\text{hat}(x) = 1 - \text{relu}(x) - \text{relu}(-x)$$
#
# This is a network: two hidden neurons with the weights 1 and −1, and a linear output neuron with
# the weights −1 and −1 and the bias 1.


# %%
def hat(x):
    return 1 - relu(x) - relu(-x)


print(hat(np.array([-2.0, -1.0, 0.0, 0.5, 1.0])))

# %% [markdown]
# The hat has its top, 1, at $x = 0$ and falls on both sides. No straight line does that, and so no
# stack of layers without a bend.

# %% [markdown]
# ## Draw a curve with a sum of bends
#
# Each neuron adds one corner, at the place its bias chooses. So take a curve, here one wave of the
# sine from 0 to $2\pi$, and join a few of its points by straight pieces. At each point the line must
# turn. By how much? The new slope minus the old one. That is the output weight of the neuron whose
# bend is there. No training, only subtraction (`np.diff` takes from each number the one before it):

# %%
corners = np.linspace(0, 2 * np.pi, 9)
heights = np.sin(corners)
slopes = np.diff(heights) / np.diff(corners)
turns = np.diff(slopes, prepend=0)  # (8,): one output weight for each neuron

x = np.linspace(0, 2 * np.pi, 2001)
hidden = relu(x[:, None] - corners[:-1])  # (2001, 8): the biases are -corners
curve = hidden @ turns + heights[0]

# %% [markdown]
# NumPy has a function of its own that joins points by straight pieces. It agrees.

# %%
assert np.allclose(curve, np.interp(x, corners, heights))
print(f"largest distance from the sine: {np.abs(curve - np.sin(x)).max():.4f}")

# %% [markdown]
# Thin lines show what each neuron adds, its value times its output weight. The thick line is the sum.
# The neuron in the middle, at $\pi$, adds nothing: the line goes straight on there, so its turn is 0.

# %% mystnb={"image": {"alt": "A dashed sine curve over one full wave, and on it a thick line of eight straight pieces that joins nine equally spaced points of the sine. Eight thin lines show what each neuron adds: seven are 0 up to their own corner and then climb or fall in a straight line, and the one with its corner in the middle stays 0."}}
plots.bends(x, hidden * turns, target=np.sin(x))
plt.show()

# %% [markdown]
# With eight neurons the line is at most 0.0704 away from the sine. Take ten times as many:


# %%
def distance(neurons):
    corners = np.linspace(0, 2 * np.pi, neurons + 1)
    slopes = np.diff(np.sin(corners)) / np.diff(corners)
    curve = relu(x[:, None] - corners[:-1]) @ np.diff(slopes, prepend=0)
    return np.abs(curve - np.sin(x)).max()


print(f"8 neurons {distance(8):.4f}, 80 neurons {distance(80):.4f}")

# %% [markdown]
# Ten times the neurons come about ninety times closer. Here we chose the weights ourselves. A
# network that learns has to find them.

# %% [markdown]
# ## Meet ten activation functions
#
# The formulas first. In the table, $s$ is short for $\text{sigmoid}(z)$. $\Phi(z)$ (say "phi") is the
# share of standard normal random numbers that lie below $z$, and $\varphi(z)$, the small phi, is the
# height of their bell curve there. $\ln$ is the natural logarithm, which undoes $e^z$. $\alpha$
# ("alpha") and $c$ are numbers that you choose.
#
# | name | $f(z)$ | slope $f'(z)$ | values |
# |---|---|---|---|
# | step | $0$ if $z < 0$, else $1$ | $0$ | 0 and 1 |
# | linear | $c z$ | $c$ | every number |
# | sigmoid | $1 / (1 + e^{-z})$ | $s (1 - s)$ | between 0 and 1 |
# | [*tanh*](../book/glossary.md#tanh) | $(e^z - e^{-z}) / (e^z + e^{-z})$ | $1 - f(z)^2$ | between −1 and 1 |
# | ReLU | $\max(z, 0)$ | $1$ if $z > 0$, else $0$ | 0 and above |
# | Leaky ReLU | $\max(\alpha z, z)$, $\alpha$ about 0.01 | $1$ if $z > 0$, else $\alpha$ | every number |
# | ELU | $z$ if $z > 0$, else $\alpha (e^z - 1)$ | $1$ if $z > 0$, else $\alpha e^z$ | above $-\alpha$ |
# | GELU | $z \, \Phi(z)$ | $\Phi(z) + z \, \varphi(z)$ | from about −0.17 |
# | SiLU, or swish | $z s$ | $s (1 + z (1 - s))$ | from about −0.28 |
# | softplus | $\ln(1 + e^z)$ | $s$ | above 0 |
#
# (At a corner, $z = 0$, there is no one slope, so the table says which one libraries take. Leaky ReLU
# needs $0 < \alpha < 1$, and ELU $\alpha > 0$. The articles write $a$ for $\alpha$, but $a$ is our letter for a
# neuron's value.) `firstnet.activations` holds each as a short function, with its slope. Read the
# file: it is arithmetic.

# %% mystnb={"image": {"alt": "Ten small graphs of activation functions over sums from minus 4 to 4, each with its slope dashed. Step jumps, linear is a straight line, sigmoid and tanh are S-shaped and flat at both ends. ReLU, Leaky ReLU, ELU, GELU, SiLU and softplus all rise like a straight line on the right and stay near 0 or a little below it on the left. ReLU and Leaky ReLU have a corner, the other four are smooth."}}
from firstnet.activations import ACTIVATIONS

z = np.linspace(-4, 4, 401)
plots.curves_and_slopes(z, ACTIVATIONS)
plt.show()

# %% [markdown]
# Check them, values and slopes, against Keras at four thousand places. [*TensorFlow*](../book/glossary.md#tensorflow), the library
# that Keras calculates with, can find slopes by itself. [Walk downhill](04_walk_downhill.ipynb)
# shows how; here we only ask it. Leaky ReLU waits for the next section. The step is left out: its
# slope is 0 on both sides of the jump, which needs no check.

# %%
import keras
import tensorflow as tf

z = np.linspace(-20, 20, 4001)
for name in set(ACTIVATIONS) - {"step", "Leaky ReLU"}:
    function, slope = ACTIVATIONS[name]
    variable = tf.Variable(z)
    with tf.GradientTape() as tape:
        values = keras.activations.get(name.lower())(variable)
    assert np.allclose(function(z), values, atol=1e-6)
    assert np.allclose(slope(z), tape.gradient(values, variable), atol=1e-6)

# %% [markdown]
# The last column of the table, measured on the same places. Where a range ends at 20 or −20, only
# our choice of $z$ ends it. The same goes for the −0.2 of Leaky ReLU. The printed digits are rounded: sigmoid,
# tanh, ELU and softplus come close to their ends, such as 0 and 1, and never reach them.

# %%
for name, (function, _) in ACTIVATIONS.items():
    values = function(z)
    print(f"{name:>10}: {values.min():8.4f} to {values.max():7.4f}")
assert sigmoid(20.0) < 1

# %% [markdown]
# ## Look up what your library means
#
# A name does not settle a number. Here is the leak of Leaky ReLU, the slope below 0, in Keras's
# layer, in Keras's function, and as the articles have it.

# %%
from firstnet.activations import leaky_relu, leaky_relu_slope

print("layer    ", keras.layers.LeakyReLU().negative_slope)
print("function ", round(-float(keras.activations.leaky_relu(-1.0)), 4))
print("articles ", -leaky_relu(-1.0))

# %% [markdown]
# Three places, three leaks. With the leak named, Keras and our function agree:

# %%
by_keras = keras.activations.leaky_relu(z, negative_slope=0.01)
assert np.allclose(leaky_relu(z), by_keras, atol=1e-6)

# %% [markdown]
# One article says that when the leak "is not 0.01 it is called Randomized ReLU". That is not so.
# Any fixed leak is a Leaky ReLU. There are two relatives with names of their own:
#
# - *PReLU*, the parametric ReLU, learns its leak like a weight.
# - *RReLU*, the randomized ReLU, draws a new leak at random for each value during training. For
#   predictions it takes the average.
#
# You can see the first from what Keras is going to train. The fixed leak is no parameter; the
# learned one is, one for each neuron. RReLU is not among Keras's layers.

# %%
leaking = [keras.layers.LeakyReLU(), keras.layers.PReLU()]
for layer in leaking:
    layer.build((None, 5))  # for 5 neurons
    print(type(layer).__name__, "learns", layer.count_params(), "leaks")
print("has RReLU:", hasattr(keras.layers, "RReLU"))

# %% [markdown]
# GELU too comes in two versions. The exact one needs $\Phi$, which once was slow to compute, so its
# authors gave an approximation with tanh. Keras takes the exact one unless you ask for the other.
# They differ by less than 0.0005.

# %%
from firstnet.activations import gelu, gelu_by_tanh

assert np.allclose(keras.activations.gelu(z), gelu(z), atol=1e-6)
approximate = keras.activations.gelu(z, approximate=True)
assert np.allclose(approximate, gelu_by_tanh(z), atol=1e-6)
print(f"largest difference {np.abs(gelu(z) - gelu_by_tanh(z)).max():.5f}")

# %% [markdown]
# ## See a neuron saturate
#
# Below, a sigmoid neuron stands far out on its flat end. This is
# [*saturation*](../book/glossary.md#saturation): the value hardly moves, whatever you do to the sum.
# **Drag the point towards the middle:** where does the grey ground end?

# %%
Activation(activation="sigmoid", w=1.5, x=5.0)

# %% [markdown]
# The grey ground ends where the sum is about 2.9 on either side of 0. With $w = 1.5$ that is at
# $x = 2.9 / 1.5 \approx 1.9$.
#
# The slope is 0.25 at best, in the middle. At $z = 10$ it is 0.000045. A neuron there learns more than
# five thousand times slower than one in the middle.

# %%
print(f"slope 0.05 at {z[sigmoid_slope(z) > 0.05].max():.1f}")
print(f"at 0: {sigmoid_slope(0.0)}, at 10: {sigmoid_slope(10.0):.6f}")
print(f"{sigmoid_slope(0.0) / sigmoid_slope(10.0):.0f} times slower")

# %% [markdown]
# It gets worse in a chain. When the value of one neuron is the input of the next, the slopes are
# multiplied. So send a number through ten sigmoid neurons, all with weight 1 and bias 0.


# %%
def chain(x):
    for _ in range(10):
        x = sigmoid(x)
    return x


product, value = 1.0, 0.5
for _ in range(10):
    product *= sigmoid_slope(value)
    value = sigmoid(value)
print(f"product of ten slopes {product:.2e}, at most {0.25**10:.2e}")

# %% [markdown]
# (`3.48e-07` is $3.48 \cdot 10^{-7}$, a third of a millionth.) Is that really how fast the end of the
# chain moves when its start does? Move the start a little to both sides and see.

# %%
moved = (chain(0.5 + 1e-3) - chain(0.5 - 1e-3)) / 2e-3
print(f"{moved:.2e}")
assert np.isclose(moved, product, rtol=1e-4)

# %% [markdown]
# The first neuron of such a chain hears almost nothing. This is the
# [*vanishing gradient*](../book/glossary.md#vanishing-gradient): a slope that has become too small to
# learn from. ([*Gradient*](../book/glossary.md#gradient) is the word for the slopes of all weights together.) ReLU's slope above 0 is 1, and $1^{10} = 1$. That is one reason why hidden layers use ReLU
# and its relatives. To be exact: each step of the chain multiplies by $w \cdot f'(z)$, so weights
# above 4 could make up for the 0.25. But they also tend to push the sums out to the flat ends.

# %% [markdown]
# ## Watch a neuron die
#
# ReLU has a trap of its own. When the sum is negative for *every* example, its slope is 0 for every
# example, and the neuron learns nothing any more. This is a
# [*dying ReLU*](../book/glossary.md#dying-relu). We take four examples whose right answers, the
# targets $y$, are the inputs themselves. The neuron starts with $w = 1$ and a bias of −5, far too low.

# %%
x = np.array([0.5, 1.0, 1.5, 2.0])
y = x
print("sums", 1.0 * x - 5.0)

# %% [markdown]
# Learning goes like this, and [Walk downhill](04_walk_downhill.ipynb) takes its time over it. Measure
# how wrong the neuron is by the mean of $(a - y)^2$. For each of $w$ and $b$, find how fast that mean
# changes with it: its slope. Then take a tenth of the slope of $w$ away from $w$, and the same for $b$.
# As in the chain above, slopes one behind the other are multiplied. This is the [*chain rule*](../book/glossary.md#chain-rule). The
# square has the slope $2(a - y)$, the activation $f'(z)$, and the sum changes $x$ times as fast as $w$
# and just as fast as $b$. So the slopes are the mean of $2(a - y) \cdot f'(z) \cdot x$ for $w$, and
# the mean of $2(a - y) \cdot f'(z)$ for $b$. See where $f'(z)$ stands: as a factor, in both.


# %%
def learn(function, slope, *, steps, w=1.0, b=-5.0):
    for _ in range(steps):
        z = w * x + b
        blame = 2 * (function(z) - y) * slope(z)
        w, b = w - 0.1 * np.mean(blame * x), b - 0.1 * np.mean(blame)
    return round(float(w), 4), round(float(b), 4)


print("ReLU, 20 steps ", learn(relu, relu_slope, steps=20))
print("leaky, 20 steps", learn(leaky_relu, leaky_relu_slope, steps=20))

# %% [markdown]
# Twenty steps, and the ReLU neuron has not moved by a hair. The leaky one has moved a little. Is it
# enough? Give both a thousand steps.

# %%
print("ReLU, 1000 steps ", learn(relu, relu_slope, steps=1000))
print("leaky, 1000 steps", learn(leaky_relu, leaky_relu_slope, steps=1000))

# %% [markdown]
# ReLU stays dead, however long we wait. The leak of 0.01 was enough to find the way back: the leaky neuron has
# arrived near $w = 1$ and $b = 0$, which gives every target exactly. TensorFlow agrees that the
# slope of a dead neuron is 0, and that a leaky one's is not. (Keras's function leaks 0.2, remember.)

# %%
bias = tf.Variable(-5.0, dtype=tf.float64)
for function in [keras.activations.relu, keras.activations.leaky_relu]:
    with tf.GradientTape() as tape:
        wrong = tf.reduce_mean((function(x + bias) - y) ** 2)
    print(function.__name__, round(float(tape.gradient(wrong, bias)), 3))

# %% [markdown]
# The step is in that state everywhere. Its slope is 0 at every sum, so gradient descent, which is
# this kind of learning, cannot train it from any start:

# %%
from firstnet.activations import step, step_slope

for start in (-5.0, -1.0, 0.0, 3.0):
    print(learn(step, step_slope, steps=1000, b=start))

# %% [markdown]
# ## Share one whole among several sums
#
# All functions so far look at one sum. The last one looks at several. Say a network looks at a
# picture of one animal, and three output neurons stand for cat, dog and bird. Their sums are 0.4, 3.0
# and 2.2. Which animal is it, and how sure are we? [*Softmax*](../book/glossary.md#softmax) turns
# the sums into shares that are positive and add up to 1:
#
# $$\text{softmax}(z)_i = \frac{e^{z_i}}{e^{z_1} + e^{z_2} + e^{z_3}}$$
#
# Here $i$ is 1, 2 or 3, for the animal whose share you want.
#
# **Before you move anything:** suppose you raise the sum of the cat. What must happen to the shares of dog and bird,
# although their sums stay? And what happens to the three sigmoids beside them?

# %%
from firstnet.widgets.softmax import Softmax

Softmax()

# %% [markdown]
# The numbers are those of article A. By hand: $e^{0.4} \approx 1.4918$, $e^{3.0} \approx 20.0855$,
# $e^{2.2} \approx 9.0250$, together 30.6023. The cat's share is $1.4918 / 30.6023 \approx 0.0487$. In
# NumPy, to eight digits:

# %%
sums = np.array([0.4, 3.0, 2.2])
powers = np.exp(sums)
shares = powers / powers.sum()
print(shares.round(8), "together", shares.sum().round(12))

# %% [markdown]
# Keras calls the sums that go into a softmax [*logits*](../book/glossary.md#logit), and gives the same
# shares.

# %%
by_keras = keras.activations.softmax(sums[None, :])  # (1, 3): one example
assert np.allclose(shares, by_keras, atol=1e-7)

# %% [markdown]
# Our formula has a weak spot. $e^{1000}$ is too large for the numbers NumPy calculates with, and too
# large divided by too large is no number at all: NumPy says `nan`, "not a number". So take the largest sum away from all sums first. That divides every
# power by the same number, and the shares stay as they are. `firstnet.activations.softmax` does so.

# %%
from firstnet.activations import softmax

assert np.allclose(softmax(sums), shares)
assert np.allclose(softmax(sums + 1000), shares)
print(softmax(np.array([1000.0, 0.0, -1000.0])))

# %% [markdown]
# The [*temperature*](../book/glossary.md#temperature) $t$ is a number by which the sums are divided
# before softmax. Cold, below 1, makes differences count more. Hot, above 1, makes the shares alike.
# In the picture every softmax fills exactly one whole. The three sigmoids of the same sums do not.

# %% mystnb={"image": {"alt": "Four bars made of the parts cat, dog and bird. Softmax at temperature 0.25 is almost all dog, 0.96. At temperature 1 cat has 0.05, dog 0.66, bird 0.29. At temperature 4 they have 0.22, 0.43 and 0.35. These three bars all end at 1. The bar of three sigmoids, 0.60, 0.95 and 0.90, ends at 2.45."}}
rows = {f"softmax, t = {t}": softmax(sums, temperature=t) for t in (0.25, 1, 4)}
rows["three sigmoids"] = sigmoid(sums)
plots.shares(rows, names=["cat", "dog", "bird"])
plt.show()

# %% [markdown]
# Is one of them wrong? No: they answer different questions. Softmax asks *which one* of the three it
# is. Three sigmoids ask three questions: is there a cat, yes or no? Is there a dog? A bird? A
# picture can hold all three, or none. The article's example has sigmoid outputs 0.8, 0.4 and 0.1.
# They add up to 1.3, and nothing is wrong with that. Which sums give them? An output $p$ comes from
# the sum $\ln\frac{p}{1 - p}$, which is the sigmoid undone:

# %%
outputs = np.array([0.8, 0.4, 0.1])
undone = np.log(outputs / (1 - outputs))
print("sums", undone.round(3), "outputs", sigmoid(undone).round(3))
print("together", outputs.sum().round(3))

# %% [markdown]
# ## Choose an activation today
#
# The place decides. These are habits that work, not laws. Two words in the table are new. A [*class*](../book/glossary.md#class) is
# one of the answers to choose from. A *gate* is a value that multiplies another, and so lets more or
# less of it through.
#
# | place | activation | why |
# |---|---|---|
# | hidden layers, dense or for images | ReLU; Leaky ReLU, ELU and other relatives | slope 1 above 0; ReLU is the quickest to compute |
# | *transformers*, the networks behind today's language models | GELU; SiLU as part of a gate | smooth, and not flat right below 0 |
# | *LSTM* and *GRU*, networks that read step by step | sigmoid in the gates, tanh for the contents | these gates open from 0, shut, to 1, open |
# | output: a number, such as a price | linear | any number must be possible |
# | output: a number that must be above 0, such as a waiting time | softplus | every value is above 0, and so is every slope |
# | output: one of two classes | one sigmoid | a probability |
# | output: one of several classes | softmax | probabilities that add up to 1 |
# | output: several yes-or-no answers at once | one sigmoid for each | each has its own probability |
# | the *perceptron* of 1958, one of the first neurons that learned | step | trained by a rule of its own, without slopes |
#
# The sources are on [the page of references](../book/references.md). One article says that tanh "is
# mainly used for two-class classification". Its values run from −1 to 1, and a probability
# cannot be −1. The usual output for two classes is the sigmoid. Tanh is at home elsewhere, as Keras's
# own settings show:

# %%
recurrent = [keras.layers.LSTM(1), keras.layers.GRU(1)]
for layer in recurrent:
    names = layer.activation.__name__, layer.recurrent_activation.__name__
    print(type(layer).__name__, "contents:", names[0], "gates:", names[1])

# %% [markdown]
# The two are close relatives all the same: tanh is a sigmoid squeezed to half the width, stretched to
# twice the height and moved down by one.

# %%
assert np.allclose(np.tanh(z), 2 * sigmoid(2 * z) - 1)

# %% [markdown]
# ## What the articles said, and what we measured
#
# | id | the article | what we found |
# |---|---|---|
# | A1 | softmax of 0.4, 3.0, 2.2 is 0.04874866, 0.65633915, 0.29491219, and adds up to 1 | **right**, to every digit |
# | A2 | the ranges of sigmoid, tanh, ReLU, Leaky ReLU and step; a linear activation has a constant slope; sigmoid outputs need not add up to 1 | **right**: measured above |
# | A3 | a network of linear activations is just linear regression | **right** for one linear output and squared error. In general: it collapses into one linear layer |
# | A4 | the activation function is "also known as the step function" | **wrong**: the step is one activation function of many, and one that gradient descent cannot train |
# | A5 | when the leak is not 0.01, it is called Randomized ReLU | **wrong**: a fixed leak is Leaky ReLU, a learned one is PReLU, and one drawn at random during training is RReLU |
# | A24 | tanh is mainly used for two-class classification | **wrong**: that is the sigmoid's place. Tanh stands inside LSTM and GRU |

# %% [markdown]
# The run holds itself to these numbers and keeps them. The page [What the articles said](../book/claims.md)
# collects them from all chapters.

# %%
from firstnet import claims

claims.measured("A1", shares=shares, together=shares.sum())
gaps = [two_layers - one_layer, as_good - with_bias @ best]
claims.measured("A3", gaps=[np.abs(gap).max().round(9) for gap in gaps])
claims.measured("A3", better_than_the_best_line=sum(np.array(scores) < best_score))

# %% [markdown]
# The ranges, again with sums from −20 to 20:

# %%
values = {name: f(z) for name, (f, _) in ACTIVATIONS.items()}
ends = {name: [v.min(), v.max()] for name, v in values.items()}
claims.measured("A2", sigmoid=ends["sigmoid"], tanh=ends["tanh"], relu=ends["ReLU"])
claims.measured("A2", leaky_relu=ends["Leaky ReLU"], step=ends["step"])
slopes_of_linear = len(set(ACTIVATIONS["linear"][1](z)))
claims.measured(
    "A2", slopes_of_linear=slopes_of_linear, sigmoids_together=outputs.sum()
)

# %% [markdown]
# What the articles mix up, first the step among the other functions, and the leaks:

# %%
like_a_step = [name for name, v in values.items() if set(v) <= {0, 1}]
stuck = learn(step, step_slope, steps=1000)
claims.measured(
    "A4", functions=len(ACTIVATIONS), like_a_step=like_a_step, stuck=stuck
)
leaks = [layer.count_params() for layer in leaking]
has_rrelu = hasattr(keras.layers, "RReLU")
claims.measured("A5", learned_leaks=leaks, keras_has_rrelu=has_rrelu)

# %% [markdown]
# Then the places of tanh:

# %%
contents = [layer.activation.__name__ for layer in recurrent]
gates = [layer.recurrent_activation.__name__ for layer in recurrent]
claims.measured(
    "A24", contents=contents, gates=gates, negative=np.mean(np.tanh(z) < 0)
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

Quiz("02_bend_line")

# %% [markdown]
# ## Recap
#
# You can now
#
# - show that layers without a bend collapse: $(xW_1 + b_1)W_2 + b_2$ is one layer with the matrix
#   $W_1 W_2$
# - build a hat from two ReLUs, and a curve from a sum of bends whose weights are the turns of the
#   line
# - name ten activation functions, from the step to softplus, with formula, slope and range, and choose one
#   by its place: ReLU and relatives in hidden layers, linear, sigmoid or softmax at the output
# - recognise a saturated neuron by a slope near 0, and a dead one by a slope of exactly 0 on all its
#   data, and show that its weights do not move
# - turn sums into shares with softmax when exactly one answer is right, and use separate sigmoids when
#   several can be
#
# Next: in [Score a guess](03_score_guess.ipynb) you measure how wrong a prediction is.
