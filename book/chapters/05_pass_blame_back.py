# %% tags=["remove-cell"]
# Colab and Kaggle start without the book's package; everywhere else this cell does nothing.
from importlib.util import find_spec

if find_spec("firstnet") is None:
    repository = "git+https://github.com/first-neural-network/first-neural-network"
    get_ipython().run_line_magic("pip", "install -q anywidget")
    get_ipython().run_line_magic("pip", f"install -q --no-deps {repository}")

# %% [markdown]
# # Pass the blame back
#
# A network with hidden neurons gives a wrong answer. All its weights had a part in it. How much of
# the error is due to each of them? In this chapter you find out with a pencil, then in about 40
# lines of Python. Those lines are a complete network, and it learns.
#
# **You will be able to**
#
# - work out the slope for every weight and bias of a small network by hand, from the output back
# - write a whole network in NumPy, and check its slopes in two other ways
# - say why one neuron cannot learn XOR, and teach it to a small network
# - say what the way back costs, and what it saves
# - tell two ways in which the blame gets lost
#
# **You need** the sigmoid and tanh from [Bend a line](02_bend_line.ipynb), cross-entropy from
# [Score a guess](03_score_guess.ipynb), and the step from [Walk downhill](04_walk_downhill.ipynb).
# **Time:** about 60 minutes.

# %% [markdown]
# ## Ask who is to blame
#
# One neuron was easy. Its weight touches the prediction directly, so its slope is a product of two
# rates. In a network a weight of the first layer is farther from the loss. It changes a sum, which
# changes a hidden value, which changes the output's sum, which changes the prediction, which changes
# the loss.
#
# At the far end we know everything: the prediction, the target, and so the error. We begin there and
# walk back, one number at a time. At each number we ask: if you had been a little larger, how fast
# would the loss have grown? That is the slope of the loss for this number, and we call it the
# number's [*blame*](../book/glossary.md#blame). A large blame means that the number matters. A positive one means that it should
# have been smaller, a negative one that it should have been larger.
#
# No number has to find its blame alone. It gets it from the numbers it went into. This way of finding
# all slopes is called [*backpropagation*](../book/glossary.md#backpropagation), passing back. Going from the
# inputs to the loss is the [*forward pass*](../book/glossary.md#forward-pass). Going from the loss to the
# weights is the [*backward pass*](../book/glossary.md#backward-pass).

# %% [markdown]
# Here is a network with two inputs, two hidden neurons and one output. It says 0.72 where the target
# is 0. **Before you press Next:** which of its weights and biases do you expect to have the largest
# slope, whatever its sign? One close to the output, or one far from it? Then press Next until the end.
# Every step is one line of arithmetic.

# %%
from firstnet.widgets.backprop import Backprop

Backprop()

# %% [markdown]
# The largest slope belongs to $w_{11}$, far from the output. Being far away does not make a
# weight innocent. It feeds a neuron that the output listens to closely, and its input is large.
#
# Now we work out the same numbers with a pencil, and let Python check each of them.

# %% [markdown]
# ## Go forward and keep every number
#
# The names are those of the picture. The weight $w_{12}$ leads from input 1 to hidden neuron 2, so the
# first digit says where it comes from and the second where it goes. The hidden neurons have the biases
# $b_1$ and $b_2$. The output neuron has the weights $v_1$ and $v_2$ and the bias $c$.

# %%
x1, x2, y = 2.0, 1.0, 0.0
w11, w21, b1 = 0.5, -0.6, 0.1  # hidden neuron 1
w12, w22, b2 = -0.3, 0.8, -0.5  # hidden neuron 2
v1, v2, c = 1.2, -0.7, 0.2  # output neuron

# %% [markdown]
# Each hidden neuron adds up its sum and bends it with tanh. By hand, the first sum is
# $0.5 \cdot 2 - 0.6 \cdot 1 + 0.1 = 0.5$.

# %%
import numpy as np

z1 = w11 * x1 + w21 * x2 + b1
z2 = w12 * x1 + w22 * x2 + b2
a1, a2 = np.tanh(z1), np.tanh(z2)
print(f"z1 {z1:.4f}, a1 {a1:.4f}")
print(f"z2 {z2:.4f}, a2 {a2:.4f}")

# %% [markdown]
# The output neuron adds up the hidden values and squeezes its sum with the sigmoid.


# %%
def sigmoid(z):
    return 1 / (1 + np.exp(-z))


z = v1 * a1 + v2 * a2 + c
prediction = sigmoid(z)
print(f"z {z:.4f}, prediction {prediction:.4f}")

# %% [markdown]
# By hand: $1.2 \cdot 0.4621 = 0.5545$ and $-0.7 \cdot (-0.2913) = 0.2039$. With the bias,
# $0.5545 + 0.2039 + 0.2 = 0.9584$. Python, which does not round on the way, has 0.9585.
#
# The loss is binary cross-entropy. The target is 0, so only $-\ln(1 - \hat y)$ counts.

# %%
hand_loss = -np.log(1 - prediction)
print(f"loss {hand_loss:.4f}")

# %% [markdown]
# ## Go back, one number at a time
#
# **The output's sum.** In [Score a guess](03_score_guess.ipynb) the slope of the loss for this sum
# came out as prediction minus target:
#
# $$\frac{\partial L}{\partial z} = \hat y - y$$
#
# It is 0.7228. The prediction is too high, so a larger $z$ would make the loss larger.

# %%
z_blame = prediction - y
print(f"blame of z {z_blame:.4f}")

# %% [markdown]
# **The output's weights.** In $z = v_1 a_1 + v_2 a_2 + c$ the weight $v_1$ is multiplied by $a_1$. Make
# $v_1$ larger by a little, and $z$ grows $a_1$ times that little. The chain rule multiplies the two
# rates:
#
# $$\frac{\partial L}{\partial v_1} = \frac{\partial L}{\partial z} \cdot a_1$$
#
# So a weight's slope is the blame of the sum it went into, times the value it was multiplied by. This is
# why the forward pass kept every value. A bias is added as it is, so its slope is the blame itself.

# %%
v1_slope, v2_slope = z_blame * a1, z_blame * a2
c_slope = z_blame
print(f"v1 {v1_slope:.4f}, v2 {v2_slope:.4f}, c {c_slope:.4f}")

# %% [markdown]
# By hand: $0.7228 \cdot 0.4621 = 0.3340$. The slope of $v_2$ is negative, because $a_2$ is.
#
# **The hidden values.** They went into $z$ too, and now the weight is the rate: make $a_1$ larger by a
# little, and $z$ grows $v_1$ times that little.
#
# $$\frac{\partial L}{\partial a_1} = \frac{\partial L}{\partial z} \cdot v_1$$
#
# The value went forward through this weight, and its blame comes back through the same weight.

# %%
a1_blame, a2_blame = z_blame * v1, z_blame * v2
print(f"blame of a1 {a1_blame:.4f}, of a2 {a2_blame:.4f}")

# %% [markdown]
# **The hidden sums.** Between $z_1$ and $a_1$ stands tanh. From [Bend a line](02_bend_line.ipynb) you
# know its slope, $1 - a_1^2$. That is the next rate.
#
# $$\frac{\partial L}{\partial z_1} = \frac{\partial L}{\partial a_1} \cdot (1 - a_1^2)$$
#
# By hand: $1 - 0.4621^2 = 0.7865$ and $0.8674 \cdot 0.7865 = 0.6822$, one off in the last digit
# through rounding.

# %%
z1_blame = a1_blame * (1 - a1**2)
z2_blame = a2_blame * (1 - a2**2)
print(f"blame of z1 {z1_blame:.4f}, of z2 {z2_blame:.4f}")

# %% [markdown]
# **The hidden weights.** Now the same step comes again: a weight's slope is the blame of its sum, times
# the value it was multiplied by. Here that value is an input.

# %%
w11_slope, w21_slope, b1_slope = z1_blame * x1, z1_blame * x2, z1_blame
w12_slope, w22_slope, b2_slope = z2_blame * x1, z2_blame * x2, z2_blame
print(f"w11 {w11_slope:.4f}, w21 {w21_slope:.4f}, b1 {b1_slope:.4f}")
print(f"w12 {w12_slope:.4f}, w22 {w22_slope:.4f}, b2 {b2_slope:.4f}")

# %% [markdown]
# That is all. There were three rules, and each is one multiplication:
#
# | on the way back | multiply the blame by |
# |---|---|
# | to a weight | the value that came in through it (for a bias: 1) |
# | through a weight, to the value before it | the weight |
# | through an activation, to its sum | the slope of the activation there |
#
# And one more, which this network did not need: **a value that went into several sums adds up the blame
# from all of them.** With a second output neuron, $a_1$ would be blamed from two sides.

# %% [markdown]
# Is the slope of $w_{11}$ right? All three rules had a part in it, so test it by *nudging*: move the
# weight a tiny bit to both sides, the finite differences you know. If a rule were wrong, this
# would show it.


# %%
def loss_if(w11):
    a1 = np.tanh(w11 * x1 + w21 * x2 + b1)
    return -np.log(1 - sigmoid(v1 * a1 + v2 * a2 + c))


tiny = 1e-6
nudged = (loss_if(w11 + tiny) - loss_if(w11 - tiny)) / (2 * tiny)
print(f"by hand {w11_slope:.4f}, by nudging {nudged:.4f}")
assert np.isclose(w11_slope, nudged, rtol=1e-6)

# %% [markdown]
# For the picture we collect the values and the slopes by their names. The sign `|=` adds more names to
# a dictionary.

# %%
values = {"x1": x1, "x2": x2, "z1": z1, "z2": z2, "a1": a1, "a2": a2, "z": z}
values |= {"w11": w11, "w21": w21, "b1": b1, "w12": w12, "w22": w22, "b2": b2}
values |= {"v1": v1, "v2": v2, "c": c, "prediction": prediction, "loss": hand_loss}
slopes = {"v1": v1_slope, "v2": v2_slope, "c": c_slope, "z": z_blame}
slopes |= {"a1": a1_blame, "z1": z1_blame, "a2": a2_blame, "z2": z2_blame}
slopes |= {"w11": w11_slope, "w21": w21_slope, "b1": b1_slope}
slopes |= {"w12": w12_slope, "w22": w22_slope, "b2": b2_slope}

# %% [markdown]
# The black numbers were worked out from left to right, the orange ones from right to left.

# %% mystnb={"image": {"alt": "The network 2-2-1 drawn from left to right with all its numbers. In black the values: inputs 2 and 1, hidden sums 0.5 and minus 0.3, hidden values 0.4621 and minus 0.2913, output sum 0.9585, prediction 0.7228, loss 1.283. In orange below each number the slope of the loss, from 0.7228 at the output's sum back to 1.3643 at the weight w11."}}
import matplotlib.pyplot as plt

from firstnet import plots

plots.blame(values, slopes)
plt.show()

# %% [markdown]
# ## Write it for any network
#
# Nine slopes by hand are enough. A network with thousands needs the same rules for whole layers at
# once. The weights of a layer stand in one table, a row for each input and a column for each neuron,
# as in [Meet a neuron](01_meet_neuron.ipynb). Each layer is a pair: its weights and its biases.

# %%
hidden = np.array([[w11, w12], [w21, w22]]), np.array([b1, b2])
output = np.array([[v1], [v2]]), np.array([c])
parameters = [hidden, output]

# %% [markdown]
# **Forward.** The examples are the rows of `x`, as many as you like. The function keeps the values of
# every layer in a list. `[-1]` is the last entry of a list, and `[:-1]` is all but the last. The star
# spreads a list out inside another one. What comes back ends with the output's sum, before the sigmoid.


# %%
def forward(parameters, x):
    values = [x]  # (n, inputs)
    for weights, biases in parameters[:-1]:
        values.append(np.tanh(values[-1] @ weights + biases))
    weights, biases = parameters[-1]
    return [*values, values[-1] @ weights + biases]  # the last: (n, 1)


# %% [markdown]
# **Predict and score.** The prediction is the sigmoid of that sum. The loss is the mean over the rows.
# Cross-entropy is written with $z$ here, so that no logarithm of 0 can occur, however sure the
# network is. For one row it is $\max(z, 0) - z y + \ln(1 + e^{-|z|})$, the safe form from exercise 5 of
# [Score a guess](03_score_guess.ipynb), where `np.log1p(t)` is $\ln(1 + t)$. For the target 0, a $z$ of
# 1,000 costs 1,000 and not infinity. `[:, 0]` takes the only column of a table and makes a list of it.


# %%
def predict(parameters, x):
    return sigmoid(forward(parameters, x)[-1])[:, 0]  # (n,)


def loss(parameters, x, y):
    z = forward(parameters, x)[-1][:, 0]
    return np.mean(np.maximum(z, 0) - z * y + np.log1p(np.exp(-np.abs(z))))


# %% [markdown]
# It is the same loss as before. Our example is a table with one row now. A neuron whose weights are 0 and
# whose bias is 1,000 puts the safe form to the test.

# %%
x, y = np.array([[2.0, 1.0]]), np.array([0.0])
print(f"loss {loss(parameters, x, y):.4f}")
assert np.isclose(loss(parameters, x, y), hand_loss)
assert loss([(np.zeros((2, 1)), np.array([1000.0]))], x, y) == 1000

# %% [markdown]
# **Backward.** You know every step of this function. It starts with prediction minus target, divided by
# the number of rows because the loss is a mean. Then it goes through the layers from the last to the
# first. So at the end, `found[::-1]` turns the list of slopes round. In the second line the star gathers:
# `values` gets everything but the last entry, and `z` gets that.


# %%
def gradients(parameters, x, y):
    *values, z = forward(parameters, x)
    blame = (sigmoid(z) - y[:, None]) / len(x)  # (n, 1)
    found = []
    for layer in reversed(range(len(parameters))):
        found.append((values[layer].T @ blame, blame.sum(axis=0)))
        if layer > 0:
            through_weights = blame @ parameters[layer][0].T
            blame = through_weights * (1 - values[layer] ** 2)
    return found[::-1]


# %% [markdown]
# Look at the three rules in it:
#
# - `values[layer].T @ blame` multiplies each value that came in by each blame, and adds over the rows.
#   `.T` turns rows into columns. The result has the shape of the weights. For the biases, whose factor
#   is 1, `blame.sum(axis=0)` only adds over the rows.
# - `blame @ parameters[layer][0].T` passes the blame back through the weights. The `@` adds up where a
#   value went into several sums.
# - `1 - values[layer] ** 2` is the slope of tanh.
#
# In the first layer it stops, since nobody needs to blame the inputs. The nine slopes are the ones we
# found by hand. The cell prints four of them and checks all nine.

# %%
(hidden_slopes, b_slopes), (output_slopes, c_slopes) = gradients(parameters, x, y)
print(hidden_slopes.round(4))
assert np.allclose(hidden_slopes, [[w11_slope, w12_slope], [w21_slope, w22_slope]])
assert np.allclose(output_slopes, [[v1_slope], [v2_slope]])
assert np.allclose(b_slopes, [b1_slope, b2_slope])
assert np.allclose(c_slopes, c_slope)

# %% [markdown]
# **Step.** From each parameter take away the learning rate times its slope, all at once. Here the
# learning rate is 0.5.


# %%
def step(parameters, slopes, learning_rate):
    stepped = []
    for layer, (weights, biases) in enumerate(parameters):
        weights_slope, biases_slope = slopes[layer]
        weights = weights - learning_rate * weights_slope
        stepped.append((weights, biases - learning_rate * biases_slope))
    return stepped


better = step(parameters, gradients(parameters, x, y), 0.5)
for one in (parameters, better):
    print(f"prediction {predict(one, x)[0]:.2f}, loss {loss(one, x, y):.4f}")

# %% [markdown]
# One step, and 0.72 has become 0.17.
#
# **Train.** Repeat the step. After the star in the first line, every value must be handed over by its name.


# %%
def train(parameters, x, y, *, learning_rate, steps):
    for _ in range(steps):
        slopes = gradients(parameters, x, y)
        parameters = step(parameters, slopes, learning_rate)
    return parameters


# %% [markdown]
# Last, a place to start from. The weights are drawn at random between plus and minus a limit. The limit
# makes the weights of large layers smaller, so that their sums do not grow with the number of inputs. It
# is due to Xavier Glorot and Yoshua Bengio, and a `Dense` layer in Keras uses it unless told otherwise.


# %%
def initial_weights(sizes, seed):
    rng = np.random.default_rng(seed)
    parameters = []
    for layer in range(len(sizes) - 1):
        inputs, outputs = sizes[layer : layer + 2]
        limit = np.sqrt(6 / (inputs + outputs))
        weights = rng.uniform(-limit, limit, (inputs, outputs))
        parameters.append((weights, np.zeros(outputs)))
    return parameters


# %% [markdown]
# That is the whole network. The book's package has it too, in `firstnet/network.py`: the same lines,
# with a choice of activation and with random numbers that the explorables draw as well.

# %% [markdown]
# ## Check every slope in two other ways
#
# A slip in `gradients` would not stop the program. The network would learn badly, and you would wonder
# why. So check it once, on a network with two hidden layers and 50 points. The points come from the
# package: two half circles that reach into each other, called *two moons*. Each point is then moved a
# little at random, and `noise` says how much. The long line with two `for` lays all slopes, layer by
# layer, into one flat list of arrays.

# %%
from firstnet import network, points

x, y = points.moons(50, noise=0.2, seed=0)
parameters = initial_weights((2, 8, 8, 1), seed=1)
ours = [array for pair in gradients(parameters, x, y) for array in pair]
print(f"{sum(array.size for array in ours)} parameters")

# %% [markdown]
# First by finite differences. Nudge one number to both sides, compute the loss each time, put the number
# back, go on to the next. `np.ndindex` lists all places in a table. The argument `loss_now` is a
# function: call it, and it computes the loss with the numbers as they are now.


# %%
def finite_differences(array, loss_now, tiny=1e-5):
    slopes = np.zeros_like(array)
    for place in np.ndindex(array.shape):
        here, sides = array[place], []
        for nudge in (tiny, -tiny):
            array[place] = here + nudge
            sides.append(loss_now())
        array[place] = here
        slopes[place] = (sides[0] - sides[1]) / (2 * tiny)
    return slopes


# %% [markdown]
# It works on one array of weights or biases at a time. `lambda:` makes a small function without a name.
# All 105 slopes agree to a millionth of their size.

# %%
arrays = [array for pair in parameters for array in pair]
for k, array in enumerate(arrays):
    nudged = finite_differences(array, lambda: loss(parameters, x, y))
    assert np.allclose(ours[k], nudged, rtol=1e-6, atol=1e-9)

# %% [markdown]
# Then with TensorFlow's tape. You met it in [Walk downhill](04_walk_downhill.ipynb). It records the
# forward pass and applies the chain rule backwards along the record. This kind of automatic
# differentiation is backpropagation for any program. The function with the long name is cross-entropy,
# computed from the sums, which TensorFlow too calls logits.

# %%
import tensorflow as tf

variables = [tf.Variable(array) for array in arrays]
with tf.GradientTape() as tape:
    a = tf.tanh(x @ variables[0] + variables[1])
    a = tf.tanh(a @ variables[2] + variables[3])
    z = (a @ variables[4] + variables[5])[:, 0]
    rows = tf.nn.sigmoid_cross_entropy_with_logits(labels=y, logits=z)
    tape_loss = tf.reduce_mean(rows)
taped = tape.gradient(tape_loss, variables)

# %% [markdown]
# Here nothing was nudged, so we can ask for more: equality up to rounding. The package's network must
# agree as well.

# %%
packaged = network.gradients(parameters, x, y, "tanh")
packaged = [array for pair in packaged for array in pair]
for k, found in enumerate(ours):
    assert np.allclose(found, taped[k].numpy(), rtol=1e-10, atol=1e-14)
    assert np.allclose(found, packaged[k], rtol=1e-10, atol=1e-14)

# %% [markdown]
# ## Teach it XOR
#
# [*XOR*](../book/glossary.md#xor), "exclusive or", is the question whether exactly one of two things is true. Two zeros give 0, two
# ones give 0, and a zero with a one gives 1.

# %%
x = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
y = np.array([0.0, 1.0, 1.0, 0.0])

# %% [markdown]
# One neuron cannot learn this. It says "1" where its prediction is above 0.5. That is where its sum
# $w_1 x_1 + w_2 x_2 + b$ is above 0. Suppose it had all four right:
#
# - $(0, 1)$ and $(1, 0)$ give 1, so $w_2 + b > 0$ and $w_1 + b > 0$. Added: $w_1 + w_2 + 2b > 0$.
# - $(0, 0)$ and $(1, 1)$ give 0, so $b \le 0$ and $w_1 + w_2 + b \le 0$. Added: $w_1 + w_2 + 2b \le 0$.
#
# Both cannot be. Now see it in the plane. The points where the sum is 0 form a straight line. It would
# need both ones on one side and both zeros on the other. For XOR there is no such line.
#
# And what does training do with a task that has no solution? Our functions also work without a hidden
# layer.

# %%
one_neuron = initial_weights((2, 1), seed=0)
one_neuron = train(one_neuron, x, y, learning_rate=0.5, steps=2000)
print("predictions", predict(one_neuron, x).round(2))
print(f"loss {loss(one_neuron, x, y):.4f}")

# %% [markdown]
# It answers 0.5 to everything, and the loss is $\ln 2 = 0.6931$: no better than a coin. Now with four
# hidden neurons.

# %%
start = initial_weights((2, 4, 1), seed=0)
learned = train(start, x, y, learning_rate=0.5, steps=2000)
print("before", predict(start, x).round(2))
print("after ", predict(learned, x).round(2))
assert (predict(learned, x).round() == y).all()

# %% [markdown]
# All four are right. The picture shows the [*decision boundary*](../book/glossary.md#decision-boundary), the
# line on which the prediction is 0.5.
# On the left stands the best that one neuron can do, with weights chosen by hand: three points of four.
# On the right is the network.

# %% mystnb={"image": {"alt": "Two pictures of the four points of XOR, classes 0 and 1 at opposite corners of a square. On the left one straight black line cuts off the lower left corner, so the upper right point of class 0 lies among those of class 1. On the right the border of the trained network leaves both points of class 1 on the side of class 1 and both of class 0 on the other."}}
by_hand = [(np.array([[6.0], [6.0]]), np.array([-3.0]))]
figure, (left, right) = plt.subplots(1, 2, figsize=(7.6, 4), layout="constrained")
plots.decision(lambda at: predict(by_hand, at), x, y, ax=left)
plots.decision(lambda at: predict(learned, at), x, y, ax=right)
plt.show()

# %% [markdown]
# How did it do that? Each hidden neuron has a straight line of its own, where its sum is 0. The output sees the four hidden
# values in place of the plane, and among those it needs only one more straight cut. The hidden layer has
# bent the problem until a line was enough.

# %% [markdown]
# ## Part two moons
#
# Now the moons, 400 points, with so much noise that their tips overlap. A network with eight hidden neurons
# learns them, and then it sees 400 fresh points. Trained numbers can differ a little from computer to
# computer. So the cell states each with a tolerance, and stops with an error if yours lies outside.

# %% tags=["nbval-ignore-output"]
from firstnet import checks

x, y = points.moons(400, noise=0.3, seed=0)
x_new, y_new = points.moons(400, noise=0.3, seed=1)
moons = initial_weights((2, 8, 1), seed=0)
moons = train(moons, x, y, learning_rate=0.5, steps=2000)
accuracy = np.mean((predict(moons, x) > 0.5) == y)
accuracy_new = np.mean((predict(moons, x_new) > 0.5) == y_new)
checks.measured("accuracy", accuracy, near=0.985, within=0.01)
checks.measured("accuracy on fresh points", accuracy_new, near=0.97, within=0.015)

# %% [markdown]
# The accuracy is the share of points on the right side of the boundary. On fresh points it stays below 1,
# because a few of them lie among the other class.

# %% mystnb={"image": {"alt": "Two half moons of 200 points each that reach into each other, one orange, one blue. The trained network's border runs between them as a curve that rises, falls and rises again; a few points lie on the wrong side of it."}}
plots.decision(lambda at: predict(moons, at), x, y)
plt.show()

# %% [markdown]
# ## Watch it learn
#
# A network like ours trains in the explorable below, in front of your eyes. It counts in
# [*epochs*](../book/glossary.md#epoch): one epoch is once through all points. The batch size is the number of
# points in one step; what it does is the topic of [Count the steps](06_count_steps.ipynb).
#
# **Before you press Run:** what shape will the border have with a single hidden neuron? Try it. Then go
# through the set-ups under "These fail", and say why each fails before you read its reason. You
# can add points of your own, and change the learning rate in the middle of a run.

# %%
from firstnet.widgets.playground import Playground

Playground()

# %% [markdown]
# One hidden neuron draws one straight line. It takes at least three lines to fence in a group on all
# sides. That is why two neurons are too few for the circles.

# %% [markdown]
# ## Count what it costs
#
# How much work is the backward pass? Count the multiplications that the weights need for one example. The
# network is the one from [Train a network](08_train_network.ipynb), with 784 inputs, two hidden layers of
# 128, and 10 outputs. Forward, that is one for each weight. Backward, there are at most two: one finds the
# weight's own slope, one passes blame through it. The first layer passes nothing on.

# %%
sizes = (784, 128, 128, 10)
weights = [784 * 128, 128 * 128, 128 * 10]
there, back = sum(weights), sum(weights) + sum(weights[1:])
print(f"forward {there:,}, backward {back:,}, {back / there:.2f} times")

# %% [markdown]
# So the way back costs little more than the way there, and it finds all slopes at once. Nudging needs two
# forward passes for each weight and each bias. How many times the work of going there and back once is
# that?

# %%
count = sum(weights) + sum(sizes[1:])
print(f"{count:,} parameters, {2 * count:,} forward passes")
print(f"{2 * count * there / (there + back):,.0f} times the work")

# %% [markdown]
# All that for one single step of training. This factor is the reason that networks of this size can be trained at
# all. You use finite differences to check, and backpropagation to learn.

# %% [markdown]
# ## See where the blame gets lost
#
# **In flat activations.** Each activation on the way back multiplies the blame by its slope. For the
# sigmoid that is at most $1/4 = 0.25$. Ten sigmoids in a row multiply it by at most
# $0.25^{10} \approx 0.00000095$, about a millionth. Weights multiply too, but at the start they are too small to
# make up for it. Here are the mean sizes of the weights' slopes, signs left out, in the first and the last
# layer of a network with ten hidden layers. `*[8] * 10` writes ten eights, one for each.


# %%
def mean_slopes(activation):
    x, y = points.moons(400, noise=0.3, seed=0)
    deep = network.initial_weights((2, *[8] * 10, 1), seed=0)
    slopes = network.gradients(deep, x, y, activation)
    return [np.abs(weights).mean() for weights, _ in slopes]


for activation in ("sigmoid", "tanh"):
    first, *_, last = mean_slopes(activation)
    print(f"{activation:8} first layer {first:.1e}, last layer {last:.1e}")

# %% [markdown]
# With sigmoids the slopes of the first layer are more than a hundred thousand times smaller than those of
# the last, so it learns that much more slowly. This is the *vanishing gradient* you know from
# [Bend a line](02_bend_line.ipynb). With tanh, whose slope reaches 1, both are of similar size. In
# the first explorable, press "a tanh gone flat" and "a ReLU that sleeps" to see the same in a single
# neuron.

# %% [markdown]
# **In equal weights.** What if all weights start equal? Then all hidden neurons compute the same and get
# the same blame, so they take the same step, and stay the same for ever.

# %%
x, y = points.moons(400, noise=0.3, seed=0)
equal = [(np.full((2, 4), 0.3), np.zeros(4)), (np.full((4, 1), 0.3), np.zeros(1))]
equal = train(equal, x, y, learning_rate=0.5, steps=200)
print(equal[0][0].round(3))
assert np.allclose(equal[0][0], equal[0][0][:, :1])

# %% [markdown]
# Four columns, four copies of one neuron. Starting all weights at 0 is worse still. No blame gets through
# a weight of 0, so the hidden layer cannot move. And tanh of 0 is 0, so the output's weights are
# multiplied by nothing but 0, and their slopes are 0 too. Only the output's bias could move. Here even
# its slope is 0: every prediction is 0.5, both classes have the same number of points, and the blames
# cancel.

# %%
zeros = [(np.zeros((2, 4)), np.zeros(4)), (np.zeros((4, 1)), np.zeros(1))]
for weights_slope, biases_slope in gradients(zeros, x, y):
    largest = max(np.abs(weights_slope).max(), np.abs(biases_slope).max())
    print(f"largest slope {largest:.4f}")

# %% [markdown]
# This is why the weights start at random. The biases may start at 0: the random weights make the neurons
# different enough.

# %% [markdown]
# ## What the articles said, and what we measured
#
# | id | the article | what we found |
# |---|---|---|
# | A9 | the slope of a weight comes from the chain rule: the rate of the loss times the rate of the prediction | **right**, and enough for any network: the same rule, once for each number on the way back |
# | A14 | the network 784-128-128-10 has 118,282 parameters | **right**: 118,016 weights and $118{,}282 - 118{,}016 = 266$ biases |
# | B8 | a network is told that it was wrong, but not what the right answer was | **wrong**: the backward pass starts from $\hat y - y$, and $y$ is the right answer. Exercise 1 shows what becomes of every slope when it changes |

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

Quiz("05_pass_blame_back")

# %% [markdown]
# ## Recap
#
# You can now
#
# - work out the slope for every weight and bias of a small network by hand: begin with $\hat y - y$, and
#   multiply by the value, the weight or the activation's slope
# - write a whole network in NumPy, and check its slopes by finite differences and with a tape
# - say why one neuron cannot learn XOR (it has one straight line), and teach it to a network with four
#   hidden neurons
# - say what the way back costs, little more than the way there, and what it saves: two forward passes for
#   each parameter
# - tell two ways in which the blame gets lost: flat activations let it vanish, and equal weights give every
#   neuron the same
#
# Next: a step can use all rows, or a few, or one. [Count the steps](06_count_steps.ipynb) shows what
# that changes.
