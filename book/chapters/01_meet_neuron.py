# %% tags=["remove-cell"]
# Colab and Kaggle start without the book's package; everywhere else this cell does nothing.
from importlib.util import find_spec

if find_spec("firstnet") is None:
    repository = "git+https://github.com/first-neural-network/first-neural-network"
    get_ipython().run_line_magic("pip", "install -q anywidget")
    get_ipython().run_line_magic("pip", f"install -q --no-deps {repository}")

# %% [markdown]
# # Meet a neuron
#
# A network that reads handwriting is made of one small part, used again and again. In this chapter
# you take that part into your hands. You feed it two numbers and follow them until one number comes
# out. Then you connect four such parts and send a passenger of the Titanic through them.
#
# **You will be able to**
#
# - say what deep learning is, and what it is not
# - compute the value of a neuron by hand, with NumPy and with Keras
# - say what the weights, the bias and the activation function do to that value
# - follow one example through a small network, and count its parameters
# - say what a network learns, and what people still choose
#
# **You need** school mathematics and a little Python: variables, lists, functions.
# **Time:** about 35 minutes.

# %% [markdown]
# ## Put three names in their places
#
# You have heard three names that sound alike. Each one lies inside the one before it.
#
# - [*Artificial intelligence*](../book/glossary.md#artificial-intelligence) is any program that does
#   something for which people need thought. It does not matter how.
# - [*Machine learning*](../book/glossary.md#machine-learning) is the part of it in which nobody
#   writes the rule down. The program finds the rule from examples.
# - [*Deep learning*](../book/glossary.md#deep-learning) is the part of machine learning that uses
#   networks of several layers. What a layer is, you will see below.
#
# In the picture, each box holds an example that does not belong in the smaller boxes. (The cell above
# a picture makes it. Matplotlib is a library that draws, and `firstnet` is the small package that
# comes with this book.)

# %% mystnb={"image": {"alt": "Three boxes, one inside the other. The outer box is artificial intelligence, with the example of a chess program that follows rules people wrote. Inside it is machine learning, with a straight line fitted to the prices of flats. The innermost box is deep learning, with a network of many layers that reads digits."}}
import matplotlib.pyplot as plt

from firstnet import plots

examples = [
    ("Artificial intelligence", "a chess program that follows rules people wrote"),
    ("Machine learning", "a straight line fitted to the prices of flats"),
    ("Deep learning", "a network of many layers that reads digits"),
]
plots.nested_sets(examples)
plt.show()

# %% [markdown]
# The border between the first two boxes fits into a few lines of code. Here is a rule that a person
# wrote: a flat costs 3 thousand for each square metre.


# %%
def price(size):
    return 3 * size


print("70 square metres cost", price(70), "thousand")

# %% [markdown]
# Now hide the rule. Four flats were sold, and you see only their sizes and prices. NumPy, a library
# for calculating with lists of numbers, looks for the straight line that fits them. The 1 in
# `polyfit` asks for a straight line. The last line is a check: `assert` stops the program if what
# follows is not true, and `allclose` means equal, but for rounding.

# %%
import numpy as np

sizes, prices = np.array([50, 70, 100, 120]), np.array([150, 210, 300, 360])
slope, start = np.polyfit(sizes, prices, 1)
print(f"{slope:.2f} thousand for each square metre")
assert np.allclose([slope, start], [3, 0])

# %% [markdown]
# Nobody told the program the 3. We only said that the rule is a straight line. It found the 3 in the
# examples. That is machine learning, in its smallest form. It is not deep: there is one straight line and no network.
#
# Two warnings about the names. "Deep" only means many layers. No law says how many, so the inner
# border is a matter of taste. Most people would not call the network in this chapter deep. And the
# name *neuron* is borrowed from nerve cells, but what you are about to see is arithmetic: multiply,
# add, read a value off a curve.

# %% [markdown]
# ## Move the numbers of one neuron
#
# A [*neuron*](../book/glossary.md#neuron) is a small calculation that makes one number out of
# several. It has these parts:
#
# - The numbers that go in are its [*inputs*](../book/glossary.md#input), $x_1$ and $x_2$.
# - It multiplies each input by a number of its own, a [*weight*](../book/glossary.md#weight),
#   $w_1$ and $w_2$.
# - It adds the products, and one more number of its own, the [*bias*](../book/glossary.md#bias) $b$.
#   The result is the sum $z$.
# - It puts the sum into a fixed function $f$, its
#   [*activation function*](../book/glossary.md#activation-function). What comes out is the neuron's
#   [*activation*](../book/glossary.md#activation) $a$, or its value for short.
#
# $$z = w_1 x_1 + w_2 x_2 + b \qquad\qquad a = f(z)$$
#
# The inputs come from outside. The weights and the bias belong to the neuron.
#
# The panel below is an [*explorable*](../book/glossary.md#explorable), a drawing that you can change; it works right here in the page.
# **Before you move anything:** the weight $w_2$ is negative. If you make the input $x_2$ larger, does
# the value $a$ rise or fall? Then press AND. For which of the four pairs of 0 and 1 is this neuron's
# value 1? And after you press OR?

# %%
from firstnet.widgets.neuron import Neuron

Neuron()

# %% [markdown]
# This is what you can find in it:
#
# - **A weight says how much an input counts, and which way.** A positive weight lets a positive input
#   push the sum up. A negative one turns that round, so a larger $x_2$ makes $a$ fall. With the
#   weight 0 the input does not count at all.
# - **The bias is what the neuron has before it sees anything.** It moves the sum up or down by the
#   same amount, whatever the inputs are.
# - **The activation function turns the sum into the value.** The [*step*](../book/glossary.md#step), for one, gives 0 for a sum
#   below 0 and otherwise 1, so the neuron says no or yes.
#
# [Bend a line](02_bend_line.ipynb) looks at the activation functions one by one. Here we need three:
# the step, and two more that you meet when we use them.

# %% [markdown]
# ## Compute its value by hand
#
# Take the neuron the explorable began with. Its inputs are 1.5 and 2, its weights 0.8 and −0.5, its
# bias 0.3. First the sum:
#
# $$z = 0.8 \cdot 1.5 + (-0.5) \cdot 2 + 0.3 = 1.2 - 1 + 0.3 = 0.5$$
#
# Its activation function is the [*sigmoid*](../book/glossary.md#sigmoid), a curve shaped like a
# flat S that squeezes any number into the range from 0 to 1:
#
# $$f(z) = \frac{1}{1 + e^{-z}}$$
#
# The letter $e$ is a fixed number, about 2.718. Your pocket calculator has it on a key. With
# $e^{-0.5} \approx 0.6065$ the value is $1 / 1.6065 \approx 0.6225$. Python, where `math.exp(-z)` is
# $e^{-z}$, agrees:

# %%
import math

z_by_hand = 0.8 * 1.5 + (-0.5) * 2 + 0.3
a_by_hand = 1 / (1 + math.exp(-z_by_hand))
print(f"z = {z_by_hand:.4f}, a = {a_by_hand:.4f}")

# %% [markdown]
# ## Let NumPy multiply and add
#
# With a hundred inputs you would not write a hundred products. So we put the inputs into an [*array*](../book/glossary.md#array),
# which is NumPy's list of numbers, and the weights into another.

# %%
x = np.array([1.5, 2.0])
w = np.array([0.8, -0.5])
b = 0.3

# %% [markdown]
# The sign `@` multiplies the two arrays number by number and adds the products. The line is the same
# for two inputs and for a million. `np.exp` is NumPy's `math.exp`, and takes whole arrays too.


# %%
def sigmoid(z):
    return 1 / (1 + np.exp(-z))


z = w @ x + b
print(f"z = {z:.4f}, a = {sigmoid(z):.4f}")
assert np.isclose(sigmoid(z), a_by_hand)

# %% [markdown]
# The next picture shows the neuron with all its numbers. A thick line is a large weight, a dashed
# line a negative one. The function that draws it wants the weights as a table, with a row for each
# input and a column for each neuron. `w[:, None]` makes such a table of our two weights.

# %% mystnb={"image": {"alt": "A neuron as two circles on the left joined to one circle on the right. The input circles hold 1.5 and 2. A solid line with the weight 0.8 and a dashed line with the weight minus 0.5 lead to the neuron, which has the bias 0.3 and the value 0.622."}}
values, names = [x, [sigmoid(z)]], [["$x_1$", "$x_2$"], ["value $a$"]]
plots.network(values, [w[:, None]], [[b]], names=names)
plt.show()

# %% [markdown]
# And here is how its sum comes about. Each bar begins where the one above it ends.

# %% mystnb={"image": {"alt": "Four horizontal bars. The first product reaches from 0 to 1.2. The second product leads back from 1.2 to 0.2. The bias leads forward from 0.2 to 0.5. The last bar is the sum z and reaches from 0 to 0.5."}}
plots.products(x, w, b)
plt.show()

# %% [markdown]
# The AND neuron, checked in the same way: its weights are 1 and 1, its bias is −1.5. With a table in
# front, `@` does every row at once. The step is `np.where(sums < 0, 0, 1)`: where a sum is below 0
# take 0, elsewhere 1. Only the pair of two ones lifts the sum to 0 or more. Hence the name: the one
# input *and* the other must be 1.

# %%
pairs = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
sums = pairs @ np.array([1, 1]) - 1.5
print("sums", sums)
print("step", np.where(sums < 0, 0, 1))

# %% [markdown]
# ## Ask Keras for the same number
#
# [*Keras*](../book/glossary.md#keras) is the library with which this book builds its networks. It calls a group of neurons that all
# see the same inputs a `Dense` layer. Ours has one neuron. We tell it that there are two inputs
# (`None` leaves open for how many examples), and look at what it made. Keras calls the weights of a
# layer its "kernel".

# %%
import keras

layer = keras.layers.Dense(1, activation="sigmoid")
layer.build((None, 2))
kernel, bias = layer.get_weights()
print("weights", kernel.shape, "biases", bias)

# %% [markdown]
# The weights come as the same kind of table: two rows, one column. The bias is 0. We printed only
# the table's shape, because Keras fills it with random numbers. A second layer gets other ones:

# %%
other = keras.layers.Dense(1, activation="sigmoid")
other.build((None, 2))
assert not np.allclose(kernel, other.get_weights()[0])

# %% [markdown]
# Now we put our own numbers in. Keras expects a table of examples too, one in each row. `x[None, :]`
# is a table with a single row. The answers come as a table as well, and `[0, 0]` takes the first
# number out of it.

# %%
layer.set_weights([w[:, None], np.array([b])])
a_by_keras = float(layer(x[None, :])[0, 0])
print(f"a = {a_by_keras:.4f}")
assert np.isclose(a_by_keras, a_by_hand, atol=1e-6)

# %% [markdown]
# By hand, with NumPy, with Keras: three ways, one answer. Keras keeps about seven digits of a number
# and NumPy about sixteen, so we ask for equality to about five digits.

# %% [markdown]
# ## Send a passenger through a network
#
# Article A, one of the three that [this book grew from](../book/index.md), uses a row from the list of
# the Titanic's passengers: age 18, first class (written 1), one sibling on board (1). (The list counts
# brothers, sisters, husbands and wives in one number. We say siblings for short.) The right answer
# that comes with an example is its [*label*](../book/glossary.md#label). Here it is 0: this passenger
# did not survive. For a survivor it is 1.
#
# Three inputs go in, one number comes out. In between we put three neurons, and arrange everything in
# [*layers*](../book/glossary.md#layer). A layer is a column of *nodes*, and a node is an input or a
# neuron:
#
# - The [*input layer*](../book/glossary.md#input-layer) computes nothing. It holds the three numbers of the passenger.
# - The [*hidden layer*](../book/glossary.md#hidden-layer) lies between input and output. Each of
#   its three neurons sees all three inputs.
# - The [*output layer*](../book/glossary.md#output-layer) is one neuron. Its inputs are the values of the hidden neurons. Its value is the
#   network's [*prediction*](../book/glossary.md#prediction), written $\hat y$ (say "y hat").
#
# We call this network 3-3-1. Every line has a weight, and every neuron has a bias. The hidden
# neurons use [*ReLU*](../book/glossary.md#relu), an activation function that keeps a positive sum and
# turns a negative one into 0. The output uses the sigmoid, so that $\hat y$ lies between 0 and 1.
#
# The age goes in as $18/100 = 0.18$. Why, we will see soon.
#
# **The weights and biases in it are made up.** *Training* means changing them, little by little, until
# the predictions fit the labels. Nobody trained these, on this or any other passenger.
#
# **Before you choose another node:** which of the three hidden values is 0, and why must it be? Then
# press "random numbers" a few times and watch the output.

# %%
from firstnet.widgets.small_network import SmallNetwork

SmallNetwork()

# %% [markdown]
# The sum of hidden 2 is $-1 \cdot 0.18 + 0.3 \cdot 1 - 0.6 \cdot 1 + 0.2 = -0.28$. That is negative,
# so ReLU makes it 0.

# %% [markdown]
# ## Compute the whole network
#
# Now with NumPy. The table `W1` has a row for each input and a column for each hidden neuron.

# %%
passenger = np.array([18 / 100, 1, 1])  # age / 100, class, siblings
W1 = np.array([[0.5, -1.0, 1.0], [-0.4, 0.3, 0.7], [0.8, -0.6, -0.2]])
b1 = np.array([0.1, 0.2, -0.3])

# %% [markdown]
# The same `@` now works out three sums at once, one for each column. `np.maximum` with 0 is ReLU.

# %%
z1 = passenger @ W1 + b1
hidden = np.maximum(0, z1)
print("sums", z1.round(4))
print("values", hidden.round(4))

# %% [markdown]
# Check the first by hand: $0.5 \cdot 0.18 - 0.4 \cdot 1 + 0.8 \cdot 1 + 0.1 = 0.59$. The output neuron
# goes on from the hidden values.

# %%
W2, b2 = np.array([[0.9], [-0.7], [-0.6]]), np.array([0.1])
y_hat = sigmoid(hidden @ W2 + b2)
print("prediction", y_hat.round(4))

# %% [markdown]
# By hand: $0.9 \cdot 0.59 - 0.7 \cdot 0 - 0.6 \cdot 0.38 + 0.1 = 0.403$, and the sigmoid makes 0.5994
# of it. Here is the whole calculation in one picture.

# %% mystnb={"image": {"alt": "The network 3-3-1 as three columns of circles. The inputs are 0.18 for the age divided by 100, 1 for the class and 1 for the siblings. Nine lines with their weights lead to the hidden values 0.59, 0 and 0.38, and three more to the output 0.599. Below each neuron stands its bias."}}
inputs, hiddens = (
    ["age / 100", "class", "siblings"],
    ["hidden 1", "hidden 2", "hidden 3"],
)
names = [inputs, hiddens, ["output"]]
plots.network([passenger, hidden, y_hat], [W1, W2], [b1, b2], names=names)
plt.show()

# %% [markdown]
# Keras builds the same network from two `Dense` layers, and gets the same prediction. `Sequential`
# means one layer after the other.

# %%
hidden_layer = keras.layers.Dense(3, activation="relu")
output_layer = keras.layers.Dense(1, activation="sigmoid")
model = keras.Sequential([keras.Input((3,)), hidden_layer, output_layer])
model.set_weights([W1, b1, W2, b2])
y_keras = float(model(passenger[None, :])[0, 0])
print(f"prediction {y_keras:.4f}")
assert np.isclose(y_keras, y_hat[0], atol=1e-6)

# %% [markdown]
# ## Count what can be learned
#
# Training may change the weights and the biases, and nothing else. Together they are the
# [*parameters*](../book/glossary.md#parameter) of the network. Count them layer by layer:
#
# - hidden layer: $3 \cdot 3$ weights and 3 biases, which is 12
# - output layer: $3 \cdot 1$ weights and 1 bias, which is 4
#
# Together 16. The input layer has none, because it computes nothing.

# %%
print("parameters", model.count_params())
assert model.count_params() == (3 * 3 + 3) + (3 * 1 + 1)

# %% [markdown]
# ## Ask what the prediction means
#
# The network says 0.60 and the label says 0. Is the network wrong? It has learned nothing yet, so its
# answer means nothing yet. Other made-up weights would have given another answer. To see how much
# other, put the calculation into a function.


# %%
def forward(x, W1, b1, W2, b2):
    hidden = np.maximum(0, x @ W1 + b1)
    return sigmoid(hidden @ W2 + b2)[0]


assert np.isclose(forward(passenger, W1, b1, W2, b2), y_hat[0])

# %% [markdown]
# Now make a thousand networks, each with its own random weights and biases from −1 to 1, and show all
# of them the same passenger. The 0 in `default_rng(0)`, the [*seed*](../book/glossary.md#seed), makes
# the random numbers the same in every run. The star in `*numbers` hands over the four arrays of a
# network one by one. The `mean` of a row of true and false is the share that is true.

# %%
rng = np.random.default_rng(0)
shapes = [(3, 3), 3, (3, 1), 1]
draws = [[rng.uniform(-1, 1, shape) for shape in shapes] for _ in range(1000)]
answers = np.array([forward(passenger, *numbers) for numbers in draws])
print(f"from {answers.min():.2f} to {answers.max():.2f}")
print(f"above one half: {(answers > 0.5).mean():.2f} of them")

# %% [markdown]
# About half of them say "rather survived" and the others "rather not". A network that
# has learned nothing can only guess. If one of them says 0.1, it was lucky with this passenger. One
# example can never show whether a network is good.
#
# How good is guessing? With ten possible answers, such as the digits 0 to 9, about one guess in ten is
# right. Article B promises a network that gets 95 to 98% of the digits right, and calls that "almost
# ten times better" than guessing. Let the computer guess a hundred thousand digits, and compare:

# %%
digits, guesses = rng.integers(10, size=(2, 100_000))
print(f"right by guessing: {(digits == guesses).mean():.2f}")
print(f"95% and 98% right: {0.95 / 0.1:.1f} and {0.98 / 0.1:.1f} times as often")

# %% [markdown]
# Remember the 0.1. When a network reads digits, it is the number to beat.

# %% [markdown]
# ## Keep one input from drowning the others
#
# Why did the age go in as 0.18? Try it raw. Press "raw age" in the explorable, or compute
# what the three inputs bring to the first hidden neuron.

# %%
raw = np.array([18, 1, 1])
print("products", (raw * W1[:, 0]).round(2))
print("prediction", forward(raw, W1, b1, W2, b2).round(4))

# %% [markdown]
# The age brings 9. The class and the sibling bring $-0.4$ and $0.8$, together 0.4. The neuron hears
# little but the age, and only because age is counted in years. Count it in
# centuries, and it brings 0.09.
#
# The prediction moved from 0.5994 to 0.0936, and the passenger is the same. It happens to be nearer to
# the label now. That is luck, as with the random networks.
#
# So we bring the inputs to a similar size before they go in. This is called [*scaling*](../book/glossary.md#scaling). Dividing by 100
# brings almost every age into the range from 0 to 1.
#
# Could the network not make up for it, with a weight a hundred times smaller? It could:

# %%
W1_small = W1 / np.array([[100], [1], [1]])  # the age's row only
assert np.isclose(forward(raw, W1_small, b1, W2, b2), y_hat[0])

# %% [markdown]
# But training has to find that weight first, and large inputs make training hard.
# [Walk downhill](04_walk_downhill.ipynb) shows exactly why.

# %% [markdown]
# ## Ask who chooses the features
#
# A [*feature*](../book/glossary.md#feature) is a property of an example that helps to tell the answer.
# Suppose you believe that children were let into the boats first. Then you may write a feature by
# hand: 1 for everyone up to 16, and 0 for the rest. That is an *engineered* feature.
#
# A neuron can compute the same feature. Give it the age in years, the weight $-1$, the bias 16, and
# the step.

# %%
ages = np.array([4, 16, 18, 40])
by_person = np.where(ages <= 16, 1, 0)
by_neuron = np.where(-1 * ages + 16 < 0, 0, 1)
print(by_person, by_neuron)
assert np.array_equal(by_person, by_neuron)

# %% [markdown]
# The two are equal, number for number. What differs is who chooses the $-1$ and the 16. If a person
# does, the feature is engineered. If training does, it is a *learned* feature. Each hidden
# neuron computes a feature, and the next layer works with these features instead of the raw inputs.
#
# So when an article says that deep learning "eliminates feature extraction", it goes too far. The
# features are still there. They are not written by hand, they are learned. A later chapter shows
# the ones that a network finds in pictures. And people still choose a lot: which inputs to
# collect, how to scale them, how many layers, and above all which examples.

# %% [markdown]
# ## Tell the network the right answer
#
# Another article says of training that a network "gets told it was wrong, not what the right answer
# was". Test that on our prediction. Call the right answer the
# [*target*](../book/glossary.md#target) $y$, and prediction minus target the
# [*error*](../book/glossary.md#error) $\hat y - y$. Suppose the passenger did not survive, then
# suppose the opposite.

# %%
for y in [0, 1]:
    print(f"target {y}: error {y_hat[0] - y:+.4f}")

# %% [markdown]
# The prediction is the same 0.5994 both times, but the corrections must go opposite ways. A plus
# says: too high, come down. A minus says: too low, go up. The size says how far off it is. You
# cannot compute any of this without $y$.
#
# Learning from examples that come with their right answers is called
# [*supervised learning*](../book/glossary.md#supervised-learning). The coming chapters do nothing
# else. [Score a guess](03_score_guess.ipynb) turns the error into one number to make small, and
# [Walk downhill](04_walk_downhill.ipynb) makes it smaller.

# %% [markdown]
# ## What the articles said, and what we measured
#
# | id | the article | what we found |
# |---|---|---|
# | A | deep learning lies inside machine learning, and that inside artificial intelligence | **right** |
# | A | the value of a node is the sum of weight times input, plus the bias | **right** for the sum $z$. The activation function then makes the value $a$ of it |
# | A | weights and biases are random at first | **right** for the weights. In Keras the biases begin at 0 |
# | B5 | a network that is right for 95 to 98% of the digits is "almost ten times better than guessing randomly" | **right**: guessing gets 10%, so it is 9.5 to 9.8 times as often right. Whether the article's network gets that far is another question |
# | B8 | the network "gets told it was wrong, not what the right answer was" | **wrong** for supervised learning: the error is made with the right answer, and its sign and size depend on it |
# | C8 | "deep learning eliminates feature extraction" | **wrong** as it is worded: the features are learned, not absent |

# %% [markdown]
# The run holds itself to these numbers, here the two errors, and keeps them. The page [What the articles said](../book/claims.md)
# collects them from all chapters.

# %%
from firstnet import claims

claims.measured("B8", errors=y_hat[0] - np.array([0, 1]))

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

Quiz("01_meet_neuron")

# %% [markdown]
# ## Recap
#
# You can now
#
# - say what deep learning is: the part of machine learning that uses networks of several
#   layers; and what it is not: all of artificial intelligence, or more than arithmetic
# - compute the value of a neuron, $a = f(w_1 x_1 + w_2 x_2 + b)$, by hand, with NumPy and with
#   Keras, and check that they agree
# - say that a weight tells how much an input counts and which way, that the bias shifts the sum, and that
#   the activation function turns the sum into the value
# - follow a passenger through the network 3-3-1, and count its $12 + 4 = 16$ parameters
# - say that a network learns its weights and biases, and with them its features, while people choose the
#   inputs, their scale, the layers and the examples
#
# Next: in [Bend a line](02_bend_line.ipynb) you see why there must be an activation function at all,
# and which ones are used today.
