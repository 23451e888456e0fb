# %% tags=["remove-cell"]
# Colab and Kaggle start without the book's package; everywhere else this cell does nothing.
from importlib.util import find_spec

if find_spec("firstnet") is None:
    repository = "git+https://github.com/first-neural-network/first-neural-network"
    get_ipython().run_line_magic("pip", "install -q anywidget")
    get_ipython().run_line_magic("pip", f"install -q --no-deps {repository}")

# %% [markdown]
# # Walk downhill
#
# A network learns by changing its weights a little, again and again, so that its loss becomes
# smaller. In this chapter you take one such step with a pencil. Its numbers are those of article A,
# one of the three that [this book grew from](../book/index.md). Then you check what the article leaves
# out: whether the step made anything better.
#
# **You will be able to**
#
# - take one step of gradient descent by hand
# - get a slope in three ways, and check each against the others
# - tell before you run it whether a learning rate makes the loss smaller or larger
# - say why the article's step makes the loss almost ten times worse
#
# **You need** [Score a guess](03_score_guess.ipynb), and from school the slope of a curve.
# **Time:** about 40 minutes.

# %% [markdown]
# ## See the whole problem
#
# Here is a network as small as can be: one *neuron*. You know it from
# [Meet a neuron](01_meet_neuron.ipynb): it multiplies each of its inputs, $x_1$ and $x_2$, by a weight,
# $w_1$ and $w_2$, and adds the products. This one has no bias and no activation function, so the sum is
# already its *prediction*:
#
# $$\hat y = w_1 x_1 + w_2 x_2$$
#
# We have one example to learn from. The inputs are 4 and 5, and the right answer, the *target*,
# is $y = 6$. The *loss* says how wrong the prediction is. We use the squared error of
# [Score a guess](03_score_guess.ipynb), and with one example there is no mean to take:
#
# $$L = (\hat y - y)^2$$
#
# The inputs and the target are given. Only the weights are ours to change. So the loss is a
# landscape: $w_1$ and $w_2$ say where you stand, and the loss is how high. Learning means walking down.
#
# *Gradient descent* is the simplest way to walk: look which way is steepest down, take a step that
# way, repeat. How long the step is depends on how steep the place is, and on the *learning rate*,
# written $\eta$ (say "eta").

# %% [markdown]
# Start with the article's numbers, below. **Before you press Step:** do you expect the loss to fall
# or to rise? Then try the other buttons, drag the start to another place, and slide the
# learning rate.

# %%
from firstnet.widgets.downhill import Downhill

Downhill()

# %% [markdown]
# The green line in the landscape is the floor of a valley. Everywhere on it the prediction is exactly
# 6 and the loss is 0. One example cannot settle two weights, so there is no single best point, but
# a whole line of them.
#
# The rest of the chapter finds out why the article's learning rate jumps across the valley and up
# the other side.

# %% [markdown]
# ## Take the article's step
#
# We put the example and the starting weights into arrays.

# %%
import numpy as np

x, y = np.array([4.0, 5.0]), 6.0
w = np.array([-0.234, 0.675])
learning_rate = 0.05

# %% [markdown]
# The prediction is the sum of the products. NumPy writes that sum as `w @ x`.


# %%
def predict(w):
    return w @ x


print(f"prediction {predict(w):.3f}")

# %% [markdown]
# By hand: $-0.234 \cdot 4 = -0.936$ and $0.675 \cdot 5 = 3.375$, together 2.439. The target is 6, so
# the prediction is too low by $6 - 2.439 = 3.561$. The loss is that error, squared.


# %%
def loss(w):
    return (predict(w) - y) ** 2


print(f"loss {loss(w):.6f}")

# %% [markdown]
# Which way is down? Ask for each weight: if I make it a tiny bit larger, how fast does the loss
# change? That rate is the slope, written $\partial L / \partial w_1$ for the first weight. The slopes
# for all weights together are the *gradient*. It points up the steepest way, so
# we will walk against it.
#
# The weight changes the prediction, and the prediction changes the loss. The first rate is $x_1$,
# because the prediction contains $w_1 x_1$. The second is the slope of the square, $2(\hat y - y)$. The
# *chain rule* says: multiply the two rates.
#
# $$\frac{\partial L}{\partial w_1} = \frac{dL}{d\hat y} \cdot \frac{\partial \hat y}{\partial w_1}
# = 2(\hat y - y) \cdot x_1$$
#
# and the same for $w_2$ with $x_2$. In NumPy both at once:


# %%
def gradient(w):
    return 2 * (predict(w) - y) * x


print("gradient", gradient(w).round(3))

# %% [markdown]
# By hand: $2 \cdot (2.439 - 6) = -7.122$. Times the inputs, that is $-7.122 \cdot 4 = -28.488$ and
# $-7.122 \cdot 5 = -35.61$. Both are negative: make the weights a little larger, and the loss becomes
# smaller. So far the article is right.

# %% [markdown]
# ## Check the slope in two other ways
#
# A slope found with a formula can be wrong, if you made a slip in the formula. You know two tests from
# [Score a guess](03_score_guess.ipynb). The first is *finite differences*: move one weight by a tiny
# amount to both sides and see how much the loss changes.


# %%
def finite_differences(w, tiny=1e-6):
    steps = tiny * np.eye(2)  # one row for each weight
    return np.array([(loss(w + s) - loss(w - s)) / (2 * tiny) for s in steps])


print("finite differences", finite_differences(w).round(3))

# %% [markdown]
# The second is TensorFlow's *tape*. It records every operation, and TensorFlow then applies the chain rule
# backwards along it. This is [*automatic differentiation*](../book/glossary.md#automatic-differentiation).

# %%
import tensorflow as tf

weights = tf.Variable(w)
with tf.GradientTape() as tape:
    tape_loss = (tf.reduce_sum(weights * x) - y) ** 2
tape_gradient = tape.gradient(tape_loss, weights).numpy()
print("GradientTape", tape_gradient.round(3))

# %% [markdown]
# Three ways, one answer. Computers round, so we ask for equality up to a millionth or better.

# %%
assert np.allclose(gradient(w), finite_differences(w), rtol=0, atol=1e-6)
assert np.allclose(gradient(w), tape_gradient, rtol=0, atol=1e-12)

# %% [markdown]
# Now the step: from each weight take away the learning rate times its slope.
#
# $$w_{\text{new}} = w - \eta \, \frac{\partial L}{\partial w}$$

# %%
w_new = w - learning_rate * gradient(w)
print("new weights", w_new.round(4))

# %% [markdown]
# These are the article's new weights, 1.1904 and 2.4555. Here it stops, after saying that the
# point of the step is to reduce the loss.

# %% [markdown]
# ## Check what the article leaves out
#
# One line more, and we see whether the loss became smaller.

# %%
print(f"prediction {predict(w_new):.4f}")
print(f"loss before {loss(w):.4f}, after {loss(w_new):.4f}")
print(f"times {loss(w_new) / loss(w):.2f}")

# %% [markdown]
# The loss is now 121.86. It is not smaller: it is almost ten times **larger**. The direction
# was right, but the step was too long. It crossed the valley and climbed the other side to a place
# higher than the start.
#
# And it goes on. From the new place the slope is steeper, so the next step is longer still.


# %%
def walk(w, learning_rate, steps):
    path = [w]
    for _ in range(steps):
        path.append(path[-1] - learning_rate * gradient(path[-1]))
    return np.array(path)  # (steps + 1, 2)


path = walk(w, 0.05, steps=3)
print([round(float(loss(place)), 2) for place in path])

# %% [markdown]
# The picture shows these places from above. The green line is the floor of the valley; every step
# lands farther from it than the one before.

# %% mystnb={"image": {"alt": "The loss over the two weights, seen from above. A straight green line is the valley floor. The walk with learning rate 0.05 starts at point 0 close to the line, and points 1, 2 and 3 lie on alternating sides of it, each about three times as far away as the one before."}}
import matplotlib.pyplot as plt

from firstnet import plots

plots.loss_surface(x, y, path)
plt.show()

# %% [markdown]
# ## Find the largest safe step
#
# Call the error $e = \hat y - y$. (In this section $e$ is not the 2.718 of the exponential function.) It was
# $-3.561$ at the start. What does one step do to it? The slope
# for the first weight is $2e\,x_1$, so the step changes that weight by $-\eta \cdot 2e\,x_1$. The
# prediction contains the weight times $x_1$, so the error changes by $x_1$ times as much. The second
# weight does the same with $x_2$. Together:
#
# $$e_{\text{new}} = e - \eta \cdot 2e \, x_1 \cdot x_1 - \eta \cdot 2e \, x_2 \cdot x_2
# = e \,\bigl(1 - 2\eta\,(x_1^2 + x_2^2)\bigr)$$
#
# The sum of the squared inputs is written $\lVert x \rVert^2$. Here it is $4^2 + 5^2 = 41$. So each
# step multiplies the error by the same factor, $1 - 2\eta \cdot 41$.


# %%
def factor(learning_rate):
    return 1 - 2 * learning_rate * (x @ x)


for rate in [0.003, 1 / 82, 0.025, 0.05]:
    print(f"learning rate {rate:.4f}: error times {factor(rate):.3f}")

# %% [markdown]
# Read the factors like this:
#
# - **Between 0 and 1** the error shrinks and keeps its sign: you walk down one side.
# - **Exactly 0** at $\eta = 1/82 \approx 0.0122$: one step lands on the valley floor.
# - **Between −1 and 0** the error changes sign and shrinks: you jump across, but land lower.
# - **Exactly −1** you jump back and forth between two places for ever.
# - **Below −1** the error changes sign and grows. The walk [*diverges*](../book/glossary.md#diverge): it runs away.
#
# The limit is a factor of −1, at $\eta = 1/\lVert x \rVert^2 = 1/41 \approx 0.0244$. A learning rate
# between 0 and this limit is safe; it is also called [*stable*](../book/glossary.md#stable). The article's 0.05 is more than twice as
# large. Its factor is −3.1, so the loss, a square, becomes $3.1^2 = 9.61$ times as large. That is the
# "almost ten times" you saw.

# %% [markdown]
# Run all four rates for twelve steps and compare. The vertical axis counts in powers
# of ten.

# %% mystnb={"image": {"alt": "Loss against steps taken, on a logarithmic axis, for four learning rates. With 0.05 the loss climbs in a straight line to almost eight trillion. With 0.025 it climbs slowly. With 0.003 it falls steadily. With 1/82 it drops to zero in one step and leaves the picture."}}
rates = {"0.05": 0.05, "0.025": 0.025, "0.003": 0.003, "1/82": 1 / 82}
paths = {label: walk(w, rate, 12) for label, rate in rates.items()}
plots.losses({label: [loss(p) for p in path] for label, path in paths.items()})
plt.show()

# %% [markdown]
# The explorable knows all this too, and Python can set it. Here it stands at 0.025, just over the
# limit, with twelve steps taken. The loss does not explode, it creeps up. Slide the rate down a
# little and watch the walk turn round.

# %%
edge = Downhill(learning_rate=0.025, steps=12)
edge

# %% [markdown]
# In JupyterLab, Python can also read what you set. Move the slider, then run the cell below again: it tells
# you where the slider is.

# %%
print(edge.learning_rate, edge.steps)

# %% [markdown]
# ## What this means for real networks
#
# A real network has thousands of weights and many examples, and no simple formula gives its largest safe
# learning rate. But three things stay true:
#
# - **There is a limit.** Well below it the loss mostly falls. Above it the weights jump about or run
#   away. Where the limit lies depends on the data: here it is one divided by $\lVert x \rVert^2$.
# - **Large inputs make the limit small.** Multiply our neuron's inputs by 10, and its limit becomes
#   $10^2 = 100$ times smaller. This is why [Meet a neuron](01_meet_neuron.ipynb) scaled the age, and why the pixels
#   of a picture, numbers from 0 to 255, are divided by 255 before training.
# - **Small is safe but slow.** At 0.003 the loss after twelve steps is still not as low as with 1/82
#   after one.
#
# So when a loss grows, or turns into `nan`, "not a number", first try a learning rate ten times smaller.

# %% [markdown]
# ## What the articles said, and what we measured
#
# | id | the article | what we found |
# |---|---|---|
# | A7 | with $x = (4, 5)$, $y = 6$, $w = (-0.234, 0.675)$, $\eta = 0.05$: prediction 2.439, loss 12.680721, new weights 1.1904 and 2.4555 | **right**, to every digit |
# | A9 | $dL/d\hat y = 2(\hat y - y)$, $\partial \hat y/\partial w_1 = x_1$, so $\partial L/\partial w_1 = 2(\hat y - y)\,x_1$ | **right**: three ways agree |
# | A8 | the step is there to reduce the loss | **wrong for this step**: the loss goes from 12.68 to 121.86. The article never computes it, and never says that a learning rate can be too large |

# %% [markdown]
# The run holds itself to these numbers and keeps them. The page [What the articles said](../book/claims.md)
# collects them from all chapters.

# %%
from firstnet import claims

claims.measured("A7", prediction=predict(w), loss=loss(w), new_weights=w_new)
gaps = [gradient(w) - finite_differences(w), gradient(w) - tape_gradient]
gaps = [np.abs(gap).max().round(6) for gap in gaps]
claims.measured("A9", gradient=gradient(w), gaps=gaps)
claims.measured("A8", loss_after=loss(w_new), times=loss(w_new) / loss(w))

# %% [markdown]
# To test the limit without its formula, take the step with six thousand learning rates. Up to which one
# does the loss become smaller, and where does it become smallest?

# %%
rates = np.arange(1, 6001) / 100_000  # to 0.06
after = np.array([loss(w - rate * gradient(w)) for rate in rates])
limit, landing = rates[after < loss(w)].max(), rates[after.argmin()]
claims.measured("A8", limit=limit, landing=landing)

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

Quiz("04_walk_downhill")

# %% [markdown]
# ## Recap
#
# You can now
#
# - take one step of gradient descent by hand: $w - \eta \cdot \text{slope}$
# - get a slope by the chain rule, by finite differences and from a tape, and check that they agree
# - tell from the factor $1 - 2\eta\lVert x \rVert^2$ whether a learning rate makes the loss smaller
#   or larger
# - say why the article's step makes the loss almost ten times worse: 0.05 is above
#   $1/41 \approx 0.0244$, so the step jumps across the valley and lands higher
#
# Next: one neuron's slopes were easy to find. In [Pass the blame back](05_pass_blame_back.ipynb) you find
# them for a whole network. With them, the step you took here is enough to
# [train a network](08_train_network.ipynb) that reads digits.
