# %% tags=["remove-cell"]
# Colab and Kaggle start without the book's package; everywhere else this cell does nothing.
from importlib.util import find_spec

if find_spec("firstnet") is None:
    repository = "git+https://github.com/first-neural-network/first-neural-network"
    get_ipython().run_line_magic("pip", "install -q anywidget")
    get_ipython().run_line_magic("pip", f"install -q --no-deps {repository}")


# %% [markdown]
# # Score a guess
#
# A network that is to learn must first be told how wrong it is. One number says it: the loss. In
# this chapter you work out the three losses that are used most, with a pencil and with Python. Then
# you see why the choice of the loss can decide how fast a network learns.
#
# **You will be able to**
#
# - score a prediction by squared error and by cross-entropy, by hand and in NumPy
# - say what a cross-entropy of 0, of 0.69, of 2.30 and of 4.61 tells you
# - find the slope of softmax and cross-entropy together, and check it in two other ways
# - show why a very wrong neuron learns slowly under squared error and fast under cross-entropy
# - keep a loss finite when a probability is 0
#
# **You need** [Bend a line](02_bend_line.ipynb), which brought you sigmoid and softmax.
# **Time:** about 40 minutes.

# %% [markdown]
# ## Say how wrong it is
#
# A neuron looks at a picture and says 0.8: "I think this is a cat, and I am 80% sure." Its
# *prediction* $\hat y$ is 0.8. The right answer that comes with the picture, the *target* $y$, is 1
# for a cat and 0 for no cat. How good was that guess?
#
# "Right" and "wrong" are too coarse. If it is a cat, 0.8 is better than 0.6, although both lean
# towards cat. To learn, we need a number that shows even a small improvement. That number is the [*loss*](../book/glossary.md#loss): it
# compares the prediction with the target. It is 0 for a perfect prediction, and it grows as the
# prediction becomes worse.
#
# When the prediction is a [*probability*](../book/glossary.md#probability), a number from 0 to 1 that says how sure the neuron is, we
# call it $p$. There are many ways to charge for a wrong $p$. Two are used most:
#
# - [*squared error*](../book/glossary.md#squared-error) takes the difference between target and prediction, and squares it
# - [*cross-entropy*](../book/glossary.md#cross-entropy) asks which chance the prediction gave to the truth, and takes minus its logarithm
#   (what that is, and why, follows below)
#
# Both are drawn below. The short straight lines show the *slope* of each curve, how fast the loss changes
# when $p$ does. A slope of $-4$ says: raise $p$ by a tiny bit, and the loss falls by four times that
# bit. A network learns from slopes. Where the curve is flat, it does not know where to go.

# %% [markdown]
# The truth is 1, and the neuron says 0.8. **Before you move anything:** halve the prediction to 0.4,
# then to 0.2, to 0.1, to 0.05. Does each loss grow by more every time, by less, or by the same? Then
# try it.

# %%
from firstnet.widgets.losses import Losses

Losses()

# %% [markdown]
# Under cross-entropy each halving costs the same again. Under squared error each costs less than the
# one before. There is no limit to what cross-entropy charges. For a probability, squared error
# charges 1 at most.

# %% [markdown]
# For the printed page, here are both curves, with four prices of cross-entropy.

# %% mystnb={"image": {"alt": "Two losses against the probability given to the truth, from 0 to 1. Squared error falls gently from 1 to 0. Cross-entropy comes down steeply from beyond the top of the picture: 0.01 costs 4.61, 0.1 costs 2.30, 0.5 costs 0.69 and 0.99 costs 0.01."}}
import matplotlib.pyplot as plt
import numpy as np

from firstnet import plots

chances = np.geomspace(0.005, 1, 400)
squared, logarithmic = (1 - chances) ** 2, -np.log(chances)
plots.loss_curves(chances, squared, logarithmic, marked=[0.01, 0.1, 0.5, 0.99])
plt.show()

# %% [markdown]
# ## Square the error
#
# Take three pictures: a cat, no cat, a cat. The neuron says 0.9, 0.2 and 0.4. The *squared error* of
# $n$ predictions is the mean of the squares:
#
# $$L = \frac{1}{n} \sum (y - \hat y)^2$$
#
# The sign $\sum$ says: add up, over all examples. By hand: $(1 - 0.9)^2 = 0.01$,
# $(0 - 0.2)^2 = 0.04$ and $(1 - 0.4)^2 = 0.36$. Their sum is 0.41, and a third of it is 0.1367.

# %%
y = np.array([1.0, 0.0, 1.0])
p = np.array([0.9, 0.2, 0.4])

squares = (y - p) ** 2
print("squares", squares.round(2), "mean", squares.mean().round(4))

# %% [markdown]
# Keras has the same loss ready. The two must be equal.

# %%
import keras

assert np.isclose(squares.mean(), keras.losses.mean_squared_error(y, p))

# %% [markdown]
# Why the square? It makes a miss to either side count, and one large miss count more than two of half
# its size. Its slope for one prediction is $2(\hat y - y)$: the farther off, the steeper. For amounts, such
# as a price or a temperature, it is the usual loss.

# %% [markdown]
# ## Take the logarithm of a chance
#
# For probabilities there is a better one. Look at the chance that the neuron gave to the truth. It
# said 0.9 for the cat, so 0.9. It said 0.2 for the picture without a cat, so $1 - 0.2 = 0.8$. For the
# last cat it said 0.4. The chance it gave to all three truths together is the product, just as two
# dice show two sixes with the chance $\frac16 \cdot \frac16$:
#
# $$0.9 \cdot 0.8 \cdot 0.4 = 0.288$$
#
# Products of many such numbers become tiny. The [*natural logarithm*](../book/glossary.md#natural-logarithm) $\ln$ turns them into sums. It
# answers the question: to which power must I raise $e = 2.718\ldots$ to get this number? Two facts are
# all we need here: $\ln(a \cdot b) = \ln a + \ln b$, and $\ln 1 = 0$. The logarithm of a number below 1 is
# negative, so a minus in front makes it a cost.

# %%
chance_for_truth = np.array([0.9, 0.8, 0.4])
print("each", -np.log(chance_for_truth).round(4))
print("sum", -np.log(chance_for_truth).sum().round(4))
print("of the product", -np.log(0.288).round(4))

# %% [markdown]
# The mean of these costs is called [*binary cross-entropy*](../book/glossary.md#binary-cross-entropy), binary because there are two answers, 0
# and 1. One formula holds for both:
#
# $$L = -\frac{1}{n} \sum \bigl( y \ln p + (1 - y) \ln (1 - p) \bigr)$$
#
# Read it like a switch. For $y = 1$ the second part is 0, and $-\ln p$ remains. For $y = 0$ the first
# part is 0, and $-\ln(1 - p)$ remains. By hand: $(0.1054 + 0.2231 + 0.9163) / 3 = 0.4149$.

# %%
cross_entropy = -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))
print("binary cross-entropy", cross_entropy.round(4))

assert np.isclose(cross_entropy, keras.losses.binary_crossentropy(y, p))

# %% [markdown]
# ## Read the price list
#
# Which chance for the truth costs how much? Look at the steps between the lines.

# %%
for chance in [1, 0.99, 0.5, 0.25, 0.1, 0.01, 0.001]:
    print(f"{chance:<5} costs {abs(np.log(chance)):.5f}")

# %% [markdown]
# - **A perfect prediction costs 0.** Nothing else does.
# - **Undecided between two costs 0.693**, which is $\ln 2$. A loss that stays there suggests that the
#   model knows no more than a coin.
# - **Half the chance costs $\ln 2 = 0.693$ more.** From 0.5 to 0.25, or from 0.02 to 0.01: the same.
# - **A tenth of the chance costs $\ln 10 = 2.303$ more.** So 0.001 costs three times 2.303.
#
# How much dearer is 0.01 than 0.99 when the answer is 1? We divide.

# %%
wrong, right = -np.log(0.01), -np.log(0.99)
print(f"cross-entropy: {wrong:.3f} and {right:.5f}, {wrong / right:.0f} times")
print(f"squared error: {0.99**2:.4f} at 0.01, {0.999**2:.4f} at 0.001")

# %% [markdown]
# Cross-entropy charges 458 times as much. And squared error can hardly tell 0.01 from
# 0.001: its price is close to its limit, 1. Cross-entropy tells them apart clearly. If you are
# certain of something false, it makes you pay.

# %% [markdown]
# ## Score many answers at once
#
# A network that reads digits has ten answers to choose from, its *classes*. Its softmax gives a
# probability to each. The target is written as a list too: a 1 in the place of the right class and
# 0 elsewhere. This is called [*one-hot*](../book/glossary.md#one-hot). The loss is the [*categorical cross-entropy*](../book/glossary.md#categorical-cross-entropy):
#
# $$L = -\sum y \ln p$$
#
# The sum runs over the classes. All its terms but one are 0, so only the chance for the truth counts.
# Take three classes with the sums 0.4, 3.0 and 2.2, and let the second be the truth. Softmax comes
# from the book's package; you met it in [Bend a line](02_bend_line.ipynb).

# %%
from firstnet.activations import softmax

z, y = np.array([0.4, 3.0, 2.2]), np.array([0.0, 1.0, 0.0])
p = softmax(z)
print("probabilities", p.round(4), "loss", -np.sum(y * np.log(p)).round(4))

# %% [markdown]
# By hand: $-\ln 0.6563 = 0.4211$. For several examples at once, each row is one example. Keras gives
# one loss for each row, and training takes their mean. The book's package has all three losses too,
# each a few lines of NumPy in `firstnet/losses.py`.

# %%
from firstnet import losses

rows_y = np.array([[0.0, 1.0, 0.0], [1.0, 0.0, 0.0]])
rows_p = np.array([p, [0.7, 0.2, 0.1]])
ours = losses.categorical_cross_entropy(rows_y, rows_p)
print("one loss for each row", ours.round(4))
assert np.allclose(ours, keras.losses.categorical_crossentropy(rows_y, rows_p))

# %% [markdown]
# Now ten classes. A network that knows nothing can do no better than give 0.1 to each of them. A
# perfect one gives 1 to the truth. (`np.eye(10)` is a table with ones on its diagonal and 0 elsewhere. Each of
# its rows is a one-hot target.)

# %%
truth = np.eye(10)[3]  # (10,): the digit 3, one-hot
undecided = np.full(10, 0.1)
print("undecided", losses.categorical_cross_entropy(truth, undecided).round(4))
print("perfect", losses.categorical_cross_entropy(truth, truth).round(4))

# %% [markdown]
# Undecided between ten costs $\ln 10 = 2.3026$. Remember this number. A digit network that has learned
# nothing yet stands near it. If its loss is still there after an hour, it is still guessing.

# %% [markdown]
# ## Find the slope of softmax and cross-entropy
#
# How should the three sums change to make the loss smaller? For that we need the slope of the
# loss for each sum $z_1$, $z_2$, $z_3$. For sum number $i$ it is written $\partial L / \partial z_i$ (say
# "partial L by z i"): how fast $L$ changes when $z_i$ does and the other sums stay. Softmax has
# fractions and powers, the loss has a logarithm, and
# yet together they become simple. Let class $k$ be the truth. Then
#
# $$L = -\ln p_k = -\ln \frac{e^{z_k}}{e^{z_1} + e^{z_2} + e^{z_3}}
# = -z_k + \ln\bigl(e^{z_1} + e^{z_2} + e^{z_3}\bigr)$$
#
# because the logarithm of a fraction is a difference, and $\ln e^{z_k} = z_k$. Now the slopes, one part
# at a time. The part $-z_k$ has the slope $-1$ for $z_k$ and 0 for the others: that is $-y_i$.
#
# The second part is the logarithm of the sum $S = e^{z_1} + e^{z_2} + e^{z_3}$. Here $z_i$ changes $S$, and
# $S$ changes the logarithm. By the *chain rule* the two rates multiply. The curve $e^z$ is its own slope, so
# the first rate is $e^{z_i}$. The slope of $\ln S$ is $1/S$. The product is $e^{z_i} / S$: that is $p_i$.
# Together:
#
# $$\frac{\partial L}{\partial z_i} = p_i - y_i$$
#
# Prediction minus target. Nothing else is left.

# %%
slope = p - y
print("slope", slope.round(4))

# %% [markdown]
# A formula may hide a slip. So test it without any formula: move one sum by a tiny amount to both
# sides and see how much the loss changes. This is called [*finite differences*](../book/glossary.md#finite-differences).


# %%
def loss(z):
    return -np.sum(y * np.log(softmax(z)))


tiny = 1e-6
steps = tiny * np.eye(3)  # one row for each sum
differences = [(loss(z + s) - loss(z - s)) / (2 * tiny) for s in steps]
print("finite differences", np.round(differences, 4))

# %% [markdown]
# TensorFlow, which Keras calculates with, can find slopes by itself. It records every operation on a
# [*tape*](../book/glossary.md#tape) and works back along it. The option `from_logits=True` says that we hand over the sums, Keras's
# *logits*, and that the loss shall take care of the softmax.

# %%
import tensorflow as tf

sums = tf.Variable(z)
with tf.GradientTape() as tape:
    tape_loss = keras.losses.categorical_crossentropy(y, sums, from_logits=True)
tape_slope = tape.gradient(tape_loss, sums).numpy()
print("GradientTape", tape_slope.round(4))

# %% [markdown]
# Three ways, one answer, up to rounding.

# %%
assert np.allclose(slope, differences, atol=1e-8)
assert np.allclose(slope, tape_slope, atol=1e-12)

# %% [markdown]
# The signs say what to do. The slope for the truth is negative: raise its sum, and the loss falls. The
# other two are positive: lower them. The third class has a larger probability than the first, so its
# sum must fall more.
#
# One article says that a network is told it was wrong, but not what the right answer was. You tested
# that with the error in [Meet a neuron](01_meet_neuron.ipynb). Here is the test with a loss: one wrong
# prediction, scored for two different truths.

# %%
p = np.array([0.2, 0.5, 0.3])  # it says the middle class
for truth in [np.array([1, 0, 0]), np.array([0, 0, 1])]:
    cost = losses.categorical_cross_entropy(truth, p)
    print("truth", truth, f"loss {cost:.3f}", "slope", (p - truth).round(1))

# %% [markdown]
# Both times the prediction was wrong. But the losses differ, and the slopes differ: each is negative
# only for the class that was right, so only its sum will be raised. The loss could not say that without
# the right answer. This is what *supervised learning* means: the answers come with the examples.

# %% [markdown]
# ## Start badly
#
# Now the difference between the two losses becomes serious. Take one neuron with the input $x = 1$. Its
# sum is $z = w \cdot 1 + b$, and its activation $a = \text{sigmoid}(z)$ is its prediction. It
# shall say 0, but it starts with $w = 2$ and $b = 2$. So $z = 4$ and $a = 0.982$: very sure and very
# wrong.
#
# It learns by steps. Each step nudges $w$ and $b$ against the slope of the loss: where the slope is
# positive, down, and the steeper, the farther. The [*learning rate*](../book/glossary.md#learning-rate) says how far a step goes for a
# slope of 1. This is [*gradient descent*](../book/glossary.md#gradient-descent); [Walk downhill](04_walk_downhill.ipynb) takes it apart.
#
# **Before you press Run:** one copy of the neuron learns under squared error, one under cross-entropy.
# Which one moves first, and what does the other do in the meantime?

# %%
from firstnet.widgets.two_losses import TwoLosses

TwoLosses()

# %% [markdown]
# Under squared error the neuron sits on a [*plateau*](../book/glossary.md#plateau), a flat stretch of its loss, and moves very
# slowly. The reason stands in the slope. Two things happen one after the other: $z$ changes $a$,
# and $a$ changes the loss. Their rates multiply. From [Bend a line](02_bend_line.ipynb) you know that
# sigmoid has the slope $a(1 - a)$. We write $dL/dz$ for the slope of the loss when only $z$ can change.
# So, for squared error:
#
# $$\frac{dL}{dz} = 2(a - y) \cdot a(1 - a)$$
#
# When the neuron is sure, $a$ is near 0 or 1, and $a(1 - a)$ is almost 0. It makes no difference
# whether the neuron is right. Once it is sure of something false, being still surer means learning less.
#
# For cross-entropy with the target 0 the loss is $-\ln(1 - a)$. Its slope for $a$ is $1/(1 - a)$, because
# $\ln$ gives $1/(1 - a)$ and the two minus signs cancel. Multiply:
#
# $$\frac{dL}{dz} = \frac{1}{1 - a} \cdot a(1 - a) = a$$
#
# The factor cancels. In the same way, for the target 1, $-\frac{1}{a} \cdot a(1 - a) = a - 1$. One formula
# for both is $a - y$: once more prediction minus target. It is largest when the neuron is most wrong.

# %%
from firstnet.activations import sigmoid

for z in [1.5, 4.0, 6.0]:
    a = sigmoid(z)
    print(
        f"a {a:.4f}  a(1 - a) {a * (1 - a):.4f}  "
        f"slopes: squared error {2 * a * a * (1 - a):.4f}, cross-entropy {a:.4f}"
    )

# %% [markdown]
# From a start of 0.8176 to one of 0.9975 the slope of squared error becomes
# $0.2439 / 0.0049 \approx 50$ times smaller. The slope of cross-entropy becomes larger. Now let both learn, from each start. With $x = 1$
# the slopes for $w$ and for $b$ are both equal to the slope for $z$. Each of the two moves by the learning
# rate times that slope, so $z = w + b$ moves by twice as much.


# %%
def learn(slope, z, learning_rate=0.5, steps=300):
    a = [sigmoid(z)]
    for _ in range(steps):
        z = z - 2 * learning_rate * slope(a[-1])
        a.append(sigmoid(z))
    return np.array(a)  # (steps + 1,)


def squared_error_slope(a):
    return 2 * a * a * (1 - a)  # the target is 0


def cross_entropy_slope(a):
    return a


# %% [markdown]
# We count the steps until the prediction is below 0.1. (`np.argmax` gives the first place where that is
# true.)

# %%
starts = {"good": 1.5, "bad": 4.0, "very bad": 6.0}
for name, z in starts.items():
    under_squares = np.argmax(learn(squared_error_slope, z) < 0.1)
    under_cross = np.argmax(learn(cross_entropy_slope, z) < 0.1)
    print(f"{name} start: {under_squares} steps and {under_cross} steps")

# %% [markdown]
# Squared error needs 40 steps from the good start, 70 from the bad one, 249 from the very bad one.
# Cross-entropy needs 12, 15 and 17. Do not compare 40 with 12: with a learning rate of its own, squared
# error could be quicker. Compare how the numbers grow. The very bad start costs cross-entropy 5 steps more
# than the good one. It costs squared error $249 - 40 = 209$ more. The picture shows the four runs from the two bad starts.

# %% mystnb={"image": {"alt": "The prediction of a neuron against steps taken, for two losses and two bad starts. Both curves of cross-entropy fall at once and pass 0.1 before step 20. Under squared error the curve from 0.982 stays near 1 for about 25 steps, and the one from 0.9975 for about 200, before they fall."}}
runs = {
    "squared error, bad start": learn(squared_error_slope, 4.0),
    "cross-entropy, bad start": learn(cross_entropy_slope, 4.0),
    "squared error, very bad start": learn(squared_error_slope, 6.0),
    "cross-entropy, very bad start": learn(cross_entropy_slope, 6.0),
}
plots.towards_target(runs, target=0)
plt.show()

# %% [markdown]
# So after a sigmoid or a softmax, use cross-entropy. Squared error is not a bad loss. Where the output
# has no sigmoid, as with a price, its slope is $2(\hat y - y)$, and that is steepest when the prediction is
# most wrong.

# %% [markdown]
# ## Keep the numbers finite
#
# The formulas are exact, but computers round. Two things can go wrong. A power can become too
# large for the computer: $1000 / \ln 10 = 434.3$, so $e^{1000} = 10^{434.3}$, a number with more than 434
# digits before the point. And $\ln 0$ has no value at all.

# %%
z = np.array([1000.0, 0.0])
with np.errstate(all="ignore"):  # we look at the damage ourselves
    careless = np.exp(z) / np.exp(z).sum()
    print("softmax without care: are these numbers?", np.isfinite(careless))
    print("ln 0 in NumPy:", np.log(0.0))

# %% [markdown]
# The first probability is `nan`, "not a number", because NumPy divided infinity by infinity. It writes
# infinity as `inf`. Whatever is computed from a `nan` is `nan` again: the loss, its slopes, and after
# the next step the weights.
#
# You know the first cure from [Bend a line](02_bend_line.ipynb): before taking powers, take away the
# largest sum. That changes no probability, because it divides every power by the same number. The largest
# power is then $e^0 = 1$.

# %%
print("softmax with care", softmax(z))
assert np.allclose(softmax([3.0, 1.0]), softmax([1003.0, 1001.0]))

# %% [markdown]
# These probabilities are as right as the computer can write them. But if the truth is the second class,
# its chance is now 0. Keras holds probabilities at 0.0000001 or more before it takes the logarithm. The
# book's functions do the same.

# %%
y = np.array([0.0, 1.0])
held = losses.categorical_cross_entropy(y, softmax(z))
print("loss", held.round(4))
print("its slope", losses.categorical_cross_entropy_gradient(y, softmax(z)))
assert np.isclose(held, keras.losses.categorical_crossentropy(y, softmax(z)))

# %% [markdown]
# The loss is finite. But it is the price of the held chance, $-\ln 0.0000001 = 16.1181$, and every
# worse prediction costs the same. So the slope is 0, and the network has nothing to learn from.
#
# The second cure is better: never compute the tiny probability. We found above that
# $L = -z_k + \ln(e^{z_1} + e^{z_2} + \ldots)$. This needs no chance for the truth, only the sums. It too
# stays the same when the largest sum is taken away from all of them first, and the package does so.

# %%
exact = losses.softmax_cross_entropy(y, z)
print("loss", exact, "slope", losses.softmax_cross_entropy_gradient(y, z))
assert exact == keras.losses.categorical_crossentropy(y, z, from_logits=True)

# %% [markdown]
# Now the loss is 1000, as it should be, and the slope is $p - y = (1, -1)$: as clear as a slope can
# be. This is what `from_logits=True` is for. You leave the softmax out of the last layer and let
# the loss do both in one go.

# %% [markdown]
# ## Tell a loss from an accuracy
#
# People ask for another number: of how many examples did the network get right? That share is
# the [*accuracy*](../book/glossary.md#accuracy). Why not learn from it at once?
#
# Because it only counts. Take six examples and one neuron with $w = 2$, and slide its bias. It says
# "1" when its prediction is above 0.5. We try 401 biases, and `np.broadcast_to` repeats the six targets
# for each of them.

# %%
x = np.array([-2.2, -1.0, -0.3, 0.5, 1.2, 2.2])
y = np.array([0.0, 0.0, 1.0, 1.0, 1.0, 1.0])
biases = np.linspace(-4, 4, 401)

a = sigmoid(2 * x + biases[:, None])  # (401, 6): a row for each bias
rows_y = np.broadcast_to(y, a.shape)
loss_of_each = losses.binary_cross_entropy(rows_y, a)
accuracy = np.mean((a > 0.5) == (rows_y == 1), axis=1)

# %% [markdown]
# The accuracy is a staircase. On each step it is flat, and at the edges it jumps.

# %% mystnb={"image": {"alt": "Loss and accuracy of one neuron while its bias moves from -4 to 4. The loss is a smooth valley, lowest between 1 and 2. The accuracy is a staircase that climbs in three jumps from one half to 1, and comes down in one; between its jumps it is flat."}}
plots.loss_and_accuracy(biases, loss_of_each, accuracy, name="bias")
plt.show()

# %% [markdown]
# Between the jumps a small change of the bias changes no answer, and so no accuracy. The slope of the
# accuracy is 0 everywhere but at the jumps, and there it has none. Nothing tells the neuron which
# way to go. The loss answers to every small change. So networks learn from the loss, and we read
# the accuracy.

# %%
on_a_step = np.isclose(np.diff(accuracy), 0)
print(
    f"the accuracy does not change in {on_a_step.sum()} of {on_a_step.size} moves"
)
print(f"the loss does not change in {np.sum(np.diff(loss_of_each) == 0)} of them")

# %% [markdown]
# An accuracy needs something to be compared with. Guess at random among ten classes that are equally
# common, and you are right one time in ten. An article calls 95% "almost ten times better than
# guessing". Count both ways: what is right, and what is wrong.

# %%
guessing, trained = 0.10, 0.95
print(f"right: {trained / guessing:.1f} times as often")
print(f"wrong: {(1 - guessing) / (1 - trained):.0f} times as seldom")

# %% [markdown]
# 9.5 times as many right answers: "almost ten" is fair. But no model can ever reach more than ten times
# in this way. The errors say more: they fall from 90% to 5%, to an eighteenth. A step from 95% to 99%
# looks small in right answers. Yet it leaves only a fifth of the errors.

# %% [markdown]
# ## What the articles said, and what we measured
#
# | id | the article | what we found |
# |---|---|---|
# | A1 | softmax of 0.4, 3.0, 2.2 is 0.0487, 0.6563, 0.2949 | **right**; if the second is the truth, it costs 0.4211 |
# | A6 | squared error is the mean of $(y - \hat y)^2$; binary cross-entropy $-(y \ln p + (1 - y) \ln(1 - p))$; categorical $-\sum y \ln p$ | **right**: by hand, NumPy and Keras agree |
# | A6 | with truth 1, a prediction of 0.01 costs much more than one near 1; a perfect model costs 0 | **right**: 4.605 against 0.01005 for 0.99, which is 458 times |
# | B5 | 95% is "almost ten times better than guessing randomly" | **right** for the right answers: 9.5 times. The errors tell more: they fall to an eighteenth |
# | B8 | the network "gets told it was wrong, not what the right answer was" | **wrong**: the loss and its slope $p - y$ both use the right answer |

# %% [markdown]
# The run holds itself to these numbers and keeps them. The page [What the articles said](../book/claims.md)
# collects them from all chapters.

# %%
from firstnet import claims

truth, guess = np.array([0.0, 1.0, 0.0]), softmax(np.array([0.4, 3.0, 2.2]))
by_us = "squared_error", "binary_cross_entropy", "categorical_cross_entropy"
by_us = [getattr(losses, name) for name in by_us]
by_keras = "mean_squared_error", "binary_crossentropy", "categorical_crossentropy"
by_keras = [getattr(keras.losses, name)(truth, guess) for name in by_keras]
gaps = np.array([loss(truth, guess) for loss in by_us]) - np.array(by_keras)
claims.measured("A6", gaps_to_keras=gaps.round(6))
claims.measured("A6", perfect=[loss(truth, truth).round(6) for loss in by_us])
claims.measured("A6", costs=[wrong, right], times=wrong / right)

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

Quiz("03_score_guess")

# %% [markdown]
# ## Recap
#
# You can now
#
# - score a prediction by squared error, $(y - \hat y)^2$, and by cross-entropy, minus the logarithm of
#   the chance it gave to the truth
# - say what a cross-entropy tells you: 0 is perfect, 0.69 undecided between two, 2.30 undecided between ten,
#   and 4.61 is the price of a chance of 0.01
# - find the slope of softmax and cross-entropy together, $p - y$, and check it by finite differences
#   and with a tape
# - show why a very wrong neuron learns slowly under squared error, whose slope carries $a(1 - a)$, and
#   fast under cross-entropy, where that factor cancels
# - keep a loss finite: take away the largest sum, and let the loss work on the sums with
#   `from_logits=True`
#
# Next: [Walk downhill](04_walk_downhill.ipynb) takes the step against the slope that you have seen at
# work here, and finds out how long it may be.
