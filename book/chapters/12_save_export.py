# %% tags=["remove-cell"]
# Colab and Kaggle start without the book's package; everywhere else this cell does nothing.
from importlib.util import find_spec

if find_spec("firstnet") is None:
    repository = "git+https://github.com/first-neural-network/first-neural-network"
    get_ipython().run_line_magic("pip", "install -q anywidget ai-edge-litert")
    get_ipython().run_line_magic("pip", f"install -q --no-deps {repository}")


# %% [markdown]
# # Save and export
#
# When Python ends, a trained network is gone, unless you saved it. In [Train a network](08_train_network.ipynb)
# you did so in a few lines, and converted the network for a phone in a few more. Now you open the files. You see
# what each one holds and what it loses, make a network four times smaller, and measure what that costs. At the
# end lies a file of your own on your disk, ready for an app.
#
# **You will be able to**
#
# - save a network in three ways, and say what each file holds and what it loses
# - go on with a training exactly where it stopped
# - convert a network for a phone in four kinds, and run the file without Keras
# - open that file, and say where its bytes are
# - turn a row of weights into whole numbers by hand
# - measure what a conversion saves and costs, and catch one that failed silently
#
# **You need** [Train a network](08_train_network.ipynb) and [Train a CNN](10_train_cnn.ipynb).
# **Time:** about 50 minutes, of which the computer works for about half a minute.

# %% [markdown]
# ## Train something worth keeping
#
# The digits again, as in [Train a network](08_train_network.ipynb). Half of the training images are enough here,
# and spare your memory.

# %%
from firstnet import data

(x_train, y_train), (x_test, y_test) = data.mnist()
x_train, y_train = x_train[:30_000], y_train[:30_000]
x_train = x_train.reshape(-1, 784).astype("float32") / 255  # (30000, 784)
x_test = x_test.reshape(-1, 784).astype("float32") / 255  # (10000, 784)

# %% [markdown]
# If the line above says NOT MNIST, small digits stand in. Everything runs, but your numbers and pictures
# differ from those in the text.
#
# And the network of article A, as a function, because we want it more than once:

# %%
import keras
from keras import layers


def new_network():
    return keras.Sequential([
        keras.Input(shape=(784,)),
        layers.Dense(128, activation="relu"),
        layers.Dense(128, activation="relu"),
        layers.Dense(10, activation="softmax"),
    ])  # fmt: skip


# %% [markdown]
# Adam trains it for four epochs.

# %%
from firstnet import training

learn = {"loss": "sparse_categorical_crossentropy", "metrics": ["accuracy"]}
keras.utils.set_random_seed(0)
model = new_network()
model.compile(optimizer="adam", **learn)
model.fit(
    x_train, y_train, batch_size=128, epochs=4,
    verbose=0, callbacks=[training.progress()],
)  # fmt: skip
parameters = model.count_params()
print(f"{parameters:,} parameters, {4 * parameters:,} bytes of weights")

# %% [markdown]
# Each parameter is a *float32*, a number with a decimal point that takes four bytes. Remember the number of
# bytes: all files of this chapter are compared with it.

# %% tags=["nbval-ignore-output"]
from firstnet import checks

real = data.is_real("mnist")
_, accuracy = model.evaluate(x_test, y_test, verbose=0)
checks.measured("test accuracy", accuracy, near=0.965, within=0.01, compare=real)

# %% [markdown]
# ## Save everything
#
# A `.keras` file is the one to save first. It is an ordinary zip archive. Save the network into a temporary
# folder, and look into the archive:

# %%
from firstnet import keep

folder = keep.temporary_folder()
model.save(folder / "digits.keras")
parts = keep.parts(folder / "digits.keras")
for name, content in parts.items():
    print(f"{name:17} {len(content):9,} bytes")

# %% [markdown]
# `metadata.json` says which Keras wrote the file, and when. `config.json` describes the layers, the loss and the
# optimizer in words. `model.weights.h5` holds the numbers, and it is three times as large as the weights. Why?

# %%
for variable in model.optimizer.variables:
    print(f"{variable.name:34} {tuple(variable.shape)}")

# %% [markdown]
# The optimizer has a memory. Adam counts its steps, and for each parameter it keeps two running means: of the slope
# (`momentum`) and of the slope's square (`velocity`). From them it makes the length of each step, as you know from
# [Tune the training](09_tune_training.ipynb). So there are three numbers for each parameter:

# %%
weights_file = len(parts["model.weights.h5"])
print(f"{3 * 4 * parameters:,} of {weights_file:,} bytes")
assert 1 < weights_file / (3 * 4 * parameters) < 1.05

# %% [markdown]
# Load the file. The answers are those of the network in memory, bit for bit, and the optimizer remembers its
# steps:

# %%
import numpy as np

again = keras.models.load_model(folder / "digits.keras")
answers, loaded = (
    m.predict(x_test, batch_size=1000, verbose=0) for m in (model, again)
)
print("the same answers, bit for bit:", np.array_equal(answers, loaded))
print("steps taken:", int(again.optimizer.iterations))

# %% [markdown]
# That is four epochs of 235 batches, $4 \cdot 235 = 940$.

# %% [markdown]
# ## Go on where it stopped
#
# Does the memory matter? Let three networks train on, each for a hundred steps on the same images in the same
# order: the one that never left the memory, the one from the file, and a third that has the same weights but a
# fresh Adam.

# %%
fresh = new_network()
fresh.set_weights(again.get_weights())
fresh.compile(optimizer="adam", **learn)


def go_on(network):
    losses = []

    def note(batch, logs):
        losses.append(logs["loss"])

    watch = keras.callbacks.LambdaCallback(on_train_batch_end=note)
    keras.utils.set_random_seed(1)
    some = x_train[:12_800], y_train[:12_800]
    network.fit(*some, batch_size=128, verbose=0, callbacks=[watch])
    return np.array(losses)


# %% [markdown]
# `go_on` writes down the mean loss of the steps so far, after each step.

# %%
runs = {"from the file": go_on(again), "fresh Adam": go_on(fresh)}
stayed = go_on(model)
gap = np.abs(stayed - runs["from the file"]).max()
print("as if it had never stopped:", bool(gap < 1e-6))

# %% [markdown]
# The network from the file goes on as if nothing had happened. The third one stumbles:

# %% mystnb={"image": {"alt": "Mean loss against further steps, from 1 to 100, for two networks with the same weights. Both begin at about 0.07. With the optimizer from the file the loss then falls a little and ends near 0.07 again. With a fresh Adam it climbs to about 0.09 within 15 steps, then falls, and ends above the other."}}
import matplotlib.pyplot as plt

from firstnet import plots

plots.going_on(runs)
plt.show()

# %% [markdown]
# A fresh Adam knows nothing of the slopes so far. Its first steps are equally long for all weights, however small the
# slope, and they shake a network that stood well. It recovers. But after a hundred steps its mean loss is still the
# higher one.

# %% tags=["nbval-ignore-output"]
more = runs["fresh Adam"].max() / runs["from the file"][-1]
checks.measured("fresh, at its worst", more, near=1.25, within=0.2, compare=real)
assert runs["fresh Adam"][-1] > runs["from the file"][-1] or not real

# %% [markdown]
# ## Save the old way
#
# Article A saves in HDF5, a format for tables of numbers that is much older than Keras. All of the network goes
# into one `.h5` file. Keras calls this *legacy*: it still reads and writes such files, for the sake of the many
# that there are. Save, and load the file back:

# %% tags=["nbval-ignore-output"]
said = keep.warned(lambda: model.save(folder / "digits.h5"))
from_h5 = keras.models.load_model(folder / "digits.h5")

# %% [markdown]
# Both networks answer for all test images. Keep `now`, the answers of the one in memory: all files from here on are
# held against it.

# %%
now = model.predict(x_test, batch_size=1000, verbose=0)
read = from_h5.predict(x_test, batch_size=1000, verbose=0)
print("the same answers, bit for bit:", np.array_equal(now, read))

# %% [markdown]
# So the weights are safe. But two things go wrong. First, look at the optimizer that came back:

# %%
for network in (model, from_h5):
    optimizer = network.optimizer
    print(type(optimizer).__name__, "steps", int(optimizer.iterations), end=", ")
    print("arrays", len(optimizer.variables))
assert len(from_h5.optimizer.variables) < len(model.optimizer.variables)

# %% [markdown]
# It is an Adam, and it knows how many steps it took. But of its fourteen arrays it has two: the count of steps and
# the learning rate. The running means stand in the file, and did not come back. Nor was this Adam told which
# parameters it works for. Try to go on:

# %%
try:
    go_on(from_h5)
except ValueError as error:
    print(str(error).split(". ")[1] + ".")

# %% [markdown]
# Compile it anew, and it trains, with a fresh Adam.
#
# The second thing you have met in [Train a network](08_train_network.ipynb): a network that was saved as `.h5`
# forgets its optimizer in every `.keras` file that is saved *later*, and comes back with another one. Now you can
# see it in the file. Does the description still name an optimizer?

# %%
model.save(folder / "after_h5.keras")
for name in ("digits.keras", "after_h5.keras"):
    description = keep.parts(folder / name)["config.json"].decode()
    print(f"{name:14}", '"optimizer"' in description)

# %% [markdown]
# While it writes the `.h5` file, Keras takes the optimizer out of the description to write it down elsewhere, and
# does not put it back. Without a name in the file, `load_model` takes the default, RMSprop, which can do nothing
# with the memory of Adam. So save `.keras`, and save it first.

# %% [markdown]
# ## Save the weights alone
#
# A third way writes numbers only, into a file that ends in `.weights.h5`. It holds no description of the layers.

# %%
model.save_weights(folder / "digits.weights.h5")
bare = keras.Sequential([keras.Input(shape=(784,)), *model.layers])
bare.save_weights(folder / "bare.weights.h5")

# %% [markdown]
# Why two? `save_weights` writes the optimizer's memory too, if there is one. `bare` shares the layers of `model`
# and was never compiled, so it has no optimizer. Compare all files:

# %%
for path in sorted(folder.glob("*.keras")) + sorted(folder.glob("*.h5")):
    size = path.stat().st_size
    ratio = size / parameters / 4
    print(f"{path.name:18} {size:9,} bytes, {ratio:.2f} × the weights")

# %% [markdown]
# To read a file of weights you need the program that builds the network. Any network with the same arrays
# will do:

# %%
filled = new_network()
filled.load_weights(folder / "bare.weights.h5")
read = filled.predict(x_test, batch_size=1000, verbose=0)
print("bit for bit:", np.array_equal(now, read))

# %% [markdown]
# Another architecture is refused, and keeps what it had:

# %%
other = keras.Sequential([keras.Input((784,)), layers.Dense(64), layers.Dense(10)])
before = other.get_weights()
try:
    other.load_weights(folder / "bare.weights.h5")
except ValueError as error:
    print(str(error).split(". ")[0])
print("untouched:", all(map(np.array_equal, other.get_weights(), before)))

# %% [markdown]
# Three files, then, for three purposes:
#
# - **.keras** holds the layers, the weights, and the optimizer with its memory. It is good for nearly everything:
#   keep it, send it, train on.
# - **.h5** holds the same, but the optimizer's memory does not come back. `compile` anew before you train on. It is
#   good for programs that read nothing else.
# - **.weights.h5** holds the weights and no layers; the optimizer's memory too, if there is one. It is good for many
#   states of one network, such as the best so far.

# %% [markdown]
# ## Convert it for a phone
#
# All these files need Keras. A phone has no Keras, and no Python. It has an
# [*interpreter*](../book/glossary.md#interpreter): a small program that reads a list of instructions from a file and
# carries them out, one after the other. The file is in TensorFlow Lite's format, and a *converter* writes it. In
# [Train a network](08_train_network.ipynb) `model.export` called the converter for you. Here you call it yourself.
#
# The converter wants to know how many images it gets at a time. We say: one, always. That is what an app needs,
# and with the number left open, the file would not run in a browser. So we put an input of the fixed shape (1,
# 784) in front:

# %%
image = keras.Input(batch_shape=(1, 784), name="image")
one_at_a_time = keras.Model(image, model(image))

# %% [markdown]
# Now convert. `lite.silence` keeps the converter's progress report from the page.

# %%
import tensorflow as tf

from firstnet import lite

converter = tf.lite.TFLiteConverter.from_keras_model(one_at_a_time)
with lite.silence():
    content = converter.convert()
(folder / "by_hand.tflite").write_bytes(content)
print(f"{len(content) / parameters:.2f} bytes a parameter")

# %% [markdown]
# ## Run it without Keras
#
# LiteRT's interpreter comes in a package of its own, `ai_edge_litert`, and runs the file as a phone does. It opens
# the file, and `allocate_tensors` sets memory aside for all arrays of the network. Then ask what it takes and gives:

# %%
from ai_edge_litert.interpreter import Interpreter

with lite.silence():
    reader = Interpreter(model_path=str(folder / "by_hand.tflite"))
    reader.allocate_tensors()
(given,), (answer,) = reader.get_input_details(), reader.get_output_details()
print("takes", given["shape"], given["dtype"].__name__)
print("gives", answer["shape"], answer["dtype"].__name__)

# %% [markdown]
# Three more lines: put an image in, let it run, take the answer out.

# %%
reader.set_tensor(given["index"], x_test[:1])
reader.invoke()
p = reader.get_tensor(answer["index"])[0]  # (10,)
print("label", y_test[0], "- most probable", p.argmax())

# %% [markdown]
# A file that was written and runs may still be wrong. So we hold every file against Keras, in two respects: its size,
# and its answers. `lite.interpreter` opens a file as above, on one thread of the processor, and `lite.answers` runs
# the three lines for many images.


# %%
def judged(answers, by_keras):
    accuracy = (answers.argmax(axis=1) == y_test).mean()
    return accuracy, np.abs(answers - by_keras).max()


def compared(path, images, by_keras):
    """Return bytes, accuracy, and the largest difference of a probability."""
    return path.stat().st_size, *judged(lite.answers(path, images), by_keras)


# %% [markdown]
# Now for the first file:

# %%
size, accuracy, gap = compared(folder / "by_hand.tflite", x_test, now)
assert 4 * parameters < size < 4 * parameters + 4_000
assert gap < 1e-5
print("as large and as good as it should be")

# %% [markdown]
# All 10,000 answers agree with those of Keras within 0.00001. They are not equal bit for bit, because the two
# programs add up in another order, and rounding follows the order.

# %% [markdown]
# ## Shrink it
#
# A float32 has seven digits. Does a weight need them all? There are four kinds of files:
#
# - **float32**: as it is, four bytes.
# - **float16**: a decimal number in two bytes, of which three digits are right. The interpreter makes float32 of
#   it before it computes.
# - **dynamic range**: weights become whole numbers from −127 to 127, one byte each. Between the layers stand
#   floats, and each is turned into whole numbers, with a range found anew for every image.
# - **int8**: all numbers are whole, those between the layers too. So their range must be known before.
#
# To replace numbers by fewer, coarser ones is called [*quantisation*](../book/glossary.md#quantisation). For the
# last kind the converter needs examples, to see how large the numbers between the layers become. They are called
# [*representative data*](../book/glossary.md#representative-data). A few hundred training images will do. A function
# of yours hands them over, one after the other. Each time it gives a list, with one entry for each input of the
# network, and ours has one. The entry is a batch, and `image[None]` makes a batch of one, of shape (1, 784):


# %%
def examples():
    for image in x_train[:200]:
        yield [image[None]]


# %% [markdown]
# And these are the lines that int8 takes:

# %%
converter = tf.lite.TFLiteConverter.from_keras_model(one_at_a_time)
converter.optimizations = [tf.lite.Optimize.DEFAULT]
converter.representative_dataset = examples
converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
with lite.silence():
    content = converter.convert()
(folder / "int8.tflite").write_bytes(content)
print(f"{len(content) / parameters:.2f} bytes a parameter")

# %% [markdown]
# Input and output stay float32, so the app does not notice. From here on `lite.export(model, path, kind=...)`
# writes these lines for us. Check the file, as before. The answers may differ more now, so we ask what matters:
# the accuracy.

# %% tags=["nbval-ignore-output"]
size_8, accuracy_8, gap_8 = compared(folder / "int8.tflite", x_test, now)
print(f"accuracy {accuracy:.4f} before, {accuracy_8:.4f} after")
print(f"largest difference of a probability {gap_8:.3f}")
assert size_8 < 0.3 * size
assert accuracy - accuracy_8 <= 0.003 or not real

# %% [markdown]
# A quarter of the bytes, and a little for the rest. Of the accuracy less than 0.3 points are gone.

# %% [markdown]
# ## Open the file
#
# `lite.contents` reads the file into two lists: its tensors, which is another word for arrays, and its
# [*operators*](../book/glossary.md#operator), which are the instructions. Here are the operators of the first
# file, with the places of what they take and give in the list of tensors:

# %%
tensors, operators = lite.contents(folder / "by_hand.tflite")
for operator in operators:
    print(f"{operator['name']:15} {operator['inputs']} → {operator['outputs']}")

# %% [markdown]
# Four instructions, and that is the whole network: three times multiply and add, then softmax. ReLU is no line of its
# own. It is a setting of the first two operators. Each `FULLY_CONNECTED` takes its input, a table of weights, and the
# biases. And the tensors:

# %%
for place, tensor in enumerate(tensors):
    shape = " × ".join(map(str, tensor["shape"]))
    print(f"{place:2}  {shape:9}  {tensor['type']}  {tensor['bytes']:7,} bytes")

# %% [markdown]
# Those with 0 bytes are computed while the network runs: the image, what stands between the layers, and the
# answer. Six have bytes in the file, and they are the six arrays of Keras, with rows and columns swapped: a row for each
# neuron. Together:

# %%
stored = sum(tensor["bytes"] for tensor in tensors)
print(f"{stored:,} of {size:,} bytes are weights, {stored / size:.1%}")
assert stored == 4 * 118_282

# %% [markdown]
# So nearly all of the file is $4 \cdot 118{,}282 = 473{,}128$ bytes of weights. What remains is about as much as
# a page of text: names, shapes, the four operators. If you want a smaller file, you need fewer weights, or fewer
# bytes for each. Look where they lie, in all four kinds:

# %%
files = {}
for kind in lite.KINDS:
    path = folder / f"MLP_{kind}.tflite"
    whole = lite.export(model, path, kind=kind, images=x_train[:200])
    kept = sorted(tensor["bytes"] for tensor in lite.contents(path)[0])
    found = {f"weights of layer {n}": kept[-n] for n in (1, 2, 3)}
    files[kind] = found | {"everything else": whole - sum(found.values())}

# %% [markdown]
# The three largest tensors are the weights of the three layers, the rest is everything else.

# %% mystnb={"image": {"alt": "Four horizontal bars, the bytes of the four kinds of file, each cut into parts. float32 is about 475 thousand bytes long, float16 half of it, dynamic and int8 a quarter. In each bar the weights of layer 1 take more than three quarters, layer 2 most of what is left. Layer 3 and everything else are slivers."}}
plots.bytes_by_part(files)
plt.show()

# %% [markdown]
# In each file the first layer takes more than three quarters. Each of its neurons has a weight for every pixel.

# %% [markdown]
# ## Turn a row of weights into whole numbers
#
# How can one byte stand for a weight? Take the row of the first neuron: 784 weights, positive and negative ones,
# and none of them large.

# %%
row = model.layers[0].get_weights()[0][:, 0]  # (784,)
scale = np.abs(row).max() / 127
whole_numbers = np.round(row / scale).astype("int8")

# %% [markdown]
# The *scale* says how much a step of 1 is worth. It is chosen so that the largest weight becomes 127 or −127.
# Each weight is divided by it and rounded. Multiply by the scale to go back:

# %% tags=["nbval-ignore-output"]
back = scale * whole_numbers
for place in (300, 400, 500):
    print(f"{row[place]:8.5f} → {whole_numbers[place]:4} → {back[place]:8.5f}")
print(f"scale {scale:.5f}, largest error {np.abs(back - row).max():.5f}")

# %% [markdown]
# Rounding errs by half a step at most, so the largest error is about half the scale. You see the steps when you
# look closely, at the weights near 0:

# %% mystnb={"image": {"alt": "Stairs: whole numbers from minus 6 to 6 against the weight, each step one scale wide. A dotted straight line runs through the middle of the steps. Orange dots, the weights of the row, lie on the stairs, several on each step."}}
plots.rounding(row, scale)
plt.show()

# %% [markdown]
# Is that what the converter does? Find the table with the weights of the first layer in the int8 file, and
# compare the row:

# %%
tensors, operators = lite.contents(folder / "int8.tflite")
table = next(n for n, tensor in enumerate(tensors) if tensor["bytes"] == 784 * 128)
reader = lite.interpreter(folder / "int8.tflite")
in_file = reader.get_tensor(table)  # (128, 784), int8
print("the same whole numbers:", np.array_equal(in_file[0], whole_numbers))
print("scales:", len(tensors[table]["scale"]), "- one for each neuron")

# %% [markdown]
# All 784 are equal. Each row has a scale of its own, so a neuron with small weights loses no more digits than one
# with large weights.
#
# Numbers between the layers are never negative after ReLU, and pixels are not either. Half of the whole numbers
# from −128 to 127 would lie idle. So they are moved: the [*zero point*](../book/glossary.md#zero-point) is the
# whole number that stands for 0. A whole number $q$ with the scale $s$ and the zero point $z$ stands for
# $x = s \cdot (q - z)$. Look at the first operator's result, the image:

# %%
pixels = tensors[operators[0]["outputs"][0]]
print(f"scale {pixels['scale'][0]:.8f}, zero point {pixels['zero_point'][0]}")
print(f"1/255 {1 / 255:.8f}")

# %% [markdown]
# The scale is 1/255, and the zero point −128. So pixel 0 becomes −128, pixel 255 becomes 127, and no pixel is
# rounded at all. The converter found this range in our images.

# %% [markdown]
# ## Compute a layer in whole numbers
#
# A smaller file is one reason to go through all this. The other is time: many processors multiply several small
# whole numbers at once, where they multiply one float. Whether that helps you measure below. Take the first test
# image and the first layer. Products and sums are whole; only at the end one multiplication per neuron makes
# numbers with a decimal point of them again.

# %%
_, table, bias = operators[1]["inputs"]
image_8 = np.round(x_test[0] * 255).astype(int)  # whole number − zero point
sums = in_file.astype(int) @ image_8 + reader.get_tensor(bias)  # (128,)
by_whole = sums * tensors[table]["scale"] * pixels["scale"]

# %% [markdown]
# The bias stands in the file as a whole number of four bytes, on the scale of the sums. Compare with the floats of
# Keras, before ReLU:

# %% tags=["nbval-ignore-output"]
kernel, biases = model.layers[0].get_weights()
by_float = x_test[0] @ kernel + biases
error = np.abs(by_whole - by_float).max()
print(f"sums up to {np.abs(by_float).max():.1f}, largest error {error:.3f}")
assert error < 0.1

# %% [markdown]
# Hundreds of weights are rounded, some up and some down, and most of the errors cancel in the sum. That is why a
# network bears so coarse numbers.

# %% [markdown]
# ## Compare all kinds
#
# Now the numbers that decide. For the MLP that you trained, and for the network of
# [Train a CNN](10_train_cnn.ipynb). That one is shipped with the package, already trained:

# %%
from firstnet import models

cnn = models.keras_model("cnn")
pictures = x_test.reshape(-1, 28, 28, 1)
shown = x_train[:200].reshape(-1, 28, 28, 1)
for kind in lite.KINDS:
    lite.export(cnn, folder / f"CNN_{kind}.tflite", kind=kind, images=shown)

# %% [markdown]
# Keras answers in two ways. `predict` is one, and we hold all others against it. The other calls the network like a
# function, `model(x)`. It takes all images as one batch, so hand it 40 parts, one after the other.


# %%
def called(network, images):
    return np.concatenate([network(some) for some in np.array_split(images, 40)])


by_cnn = cnn.predict(pictures, batch_size=250, verbose=0)
networks = {"MLP": (model, x_test, now), "CNN": (cnn, pictures, by_cnn)}

# %% [markdown]
# Both ways of Keras and each of the eight files read all 10,000 test images. For Keras the bytes are those of the
# weights in memory.

# %%
results = {}
for name, (network, images, by_keras) in networks.items():
    weights = 4 * network.count_params()
    by_call = called(network, images)
    results[name, "Keras predict"] = weights, *judged(by_keras, by_keras)
    results[name, "model(x)"] = weights, *judged(by_call, by_keras)
    for kind in lite.KINDS:
        path = folder / f"{name}_{kind}.tflite"
        results[name, f"LiteRT {kind}"] = compared(path, images, by_keras)

# %% [markdown]
# You see the results in a moment, in one table with the times. What must hold in each row is asserted first, for
# this run and for yours:

# %%
for name, (network, _, _) in networks.items():
    plain, half, _, whole = (results[name, f"LiteRT {kind}"] for kind in lite.KINDS)
    assert 4 <= plain[0] / network.count_params() < 4.2
    assert plain[2] < 1e-5 and results[name, "model(x)"][2] < 1e-5
    assert half[0] < 0.53 * plain[0] and whole[0] < 0.3 * plain[0]
    assert plain[1] - whole[1] <= 0.003 or not real
print("float32 within 0.00001; int8: a quarter, at most 0.3 points lost")

# %% [markdown]
# ## Measure the time of one image
#
# An app asks about one image, at once. How long does each way take? To be fair, the first call does not count, and
# of many the fastest is taken. What else your computer does meanwhile can only slow a call down.

# %%
import time


def seconds(act, calls):
    act()
    found = []
    for _ in range(calls):
        start = time.perf_counter()
        act()
        found.append(time.perf_counter() - start)
    return min(found)


# %% [markdown]
# For LiteRT, open the file once, and let the clock run for the three lines alone:


# %%
def by_interpreter(path, image):
    reader = lite.interpreter(path)
    given, answer = reader.get_input_details()[0], reader.get_output_details()[0]

    def run():
        reader.set_tensor(given["index"], image)
        reader.invoke()
        return reader.get_tensor(answer["index"])

    return run


# %% [markdown]
# Six ways for each network: Keras's `predict`, the network called as a function, and the four files.


# %%
def six_times(name, network, image):
    found = {
        "Keras predict": seconds(lambda: network.predict(image, verbose=0), 15),
        "model(x)": seconds(lambda: network(image), 30),
    }
    for kind in lite.KINDS:
        run = by_interpreter(folder / f"{name}_{kind}.tflite", image)
        found[f"LiteRT {kind}"] = seconds(run, 1000)
    return found


# %% [markdown]
# And here is the whole table. *Gap* is the largest difference of a probability from `predict`, over all test images;
# the time of one image is in microseconds (µs), millionths of a second:

# %% tags=["nbval-ignore-output"]
times = {
    name: six_times(name, network, images[:1])
    for name, (network, images, _) in networks.items()
}
print("                      bytes  accuracy      gap  µs an image")
for (name, way), (size, accuracy, gap) in results.items():
    wait = 1e6 * times[name][way]
    print(f"{name} {way:14} {size:8,}  {accuracy:8.4f}  {gap:.1e}  {wait:11,.1f}")

# %% [markdown]
# Read it from left to right. Bytes fall by half, and then to a little more than a quarter. The CNN has less than
# a third of the MLP's parameters, so its smallest file is about as large as a small photograph. The accuracy
# hardly moves. The probabilities do: the int8 files differ from Keras by some hundredths. How can the accuracy
# stay, then? The answer is the *largest* probability, and it mostly leads by far. Where it leads by little, the
# network was guessing anyway.
#
# And why does float16 cost the CNN nothing more than float32? Its weights were shipped as float16 to begin with.
#
# The microseconds are those of one machine at one moment. The order of magnitude holds: LiteRT answers more than a
# hundred times faster than `predict`, and more than ten times faster than `model(x)`.

# %% tags=["nbval-ignore-output"]
for name, wait in times.items():
    phone = wait["LiteRT float32"]
    predict, call = wait["Keras predict"] / phone, wait["model(x)"] / phone
    print(f"{name}: {predict:,.0f} and {call:,.0f} times")
    assert predict > 100 and call > 10

# %% [markdown]
# Do coarser numbers save time too? Compare the files with each other:

# %% tags=["nbval-ignore-output"]
for name, wait in times.items():
    for kind in lite.KINDS[1:]:
        share = wait[f"LiteRT {kind}"] / wait["LiteRT float32"]
        print(f"{name} {kind:8} {share:4.0%} of the time of float32")

# %% [markdown]
# float16 takes as long as float32, because the interpreter computes with float32 in both. Dynamic range is faster on
# the machine that made this page, for both networks. Its processor multiplies and adds many whole numbers of one
# byte in a single instruction. A processor without such an instruction may gain nothing. int8 gains about as much
# for the MLP, but less for the CNN: from run to run we saw between a third and nothing at all. So one gain is
# certain, the size. The other you measure, on the device that the file is for.

# %% [markdown]
# Is Keras so slow at arithmetic? Give it a thousand images in one call:

# %% tags=["nbval-ignore-output"]
many = seconds(lambda: model.predict(x_test[:1000], batch_size=1000, verbose=0), 5)
one = times["MLP"]["Keras predict"]
print(f"a thousand images take {many / one:.1f} times as long as one")
assert many < 5 * one

# %% [markdown]
# A thousand times the arithmetic, and less than five times the time. So what you measured with one image was
# hardly arithmetic at all, but what surrounds it: `predict` makes a data set of the image, starts a loop over
# batches, calls its callbacks. It is made for thousands of images. LiteRT does the four operators and nothing
# else. That is the right tool for one image. It does not say that a phone computes faster than your machine.

# %% [markdown]
# ## Catch a conversion that failed silently
#
# Here is why we checked every file. The converter can start from a TensorFlow function too, and many old programs do
# it this way:

# %%
shape = tf.TensorSpec((1, 784), tf.float32)
function = tf.function(model).get_concrete_function(shape)
converter = tf.lite.TFLiteConverter.from_concrete_functions([function], model)
hollow = folder / "hollow.tflite"
with lite.silence():
    hollow.write_bytes(converter.convert())
p = lite.answers(hollow, x_test[:1])

# %% [markdown]
# No error, and the file runs. Does it hold a network?

# %% tags=["nbval-ignore-output"]
print(f"{hollow.stat().st_size:,} bytes, numbers: {np.isfinite(p).all()}")
hollow_tensors, hollow_operators = lite.contents(hollow)
print(sorted({operator["name"] for operator in hollow_operators}))
assert sum(tensor["bytes"] for tensor in hollow_tensors) < 100

# %% [markdown]
# Not one weight is in it. In their place stand `VAR_HANDLE` and `READ_VARIABLE`: "read the weights from the
# memory". There is nothing in the memory. Here the answers are not even numbers, but `nan`; on another machine they
# may look like numbers, and mean as little. The check catches it, as it would catch many other faults:

# %%
size, accuracy, gap = compared(hollow, x_test, now)
print("large enough:", size > 4 * parameters, "- right answers:", bool(gap < 1e-5))

# %% [markdown]
# So check size and answers after each conversion. It takes two lines and a second.

# %% [markdown]
# ## Know TensorFlow Lite by its new name
#
# Tutorials, packages and error messages use two names for the same thing. Google renamed TensorFlow Lite to
# LiteRT, short for "lite runtime", because it now runs networks from other libraries as well.
#
# | | before | today |
# |---|---|---|
# | name | TensorFlow Lite, TFLite | LiteRT |
# | package in Python | `tensorflow`, or `tflite-runtime` | `ai-edge-litert`, without TensorFlow |
# | interpreter | `tf.lite.Interpreter` | `ai_edge_litert.interpreter.Interpreter` |
# | from Keras | `tf.lite.TFLiteConverter` | `model.export(path, format="litert")`, which calls it |
# | the file | `.tflite` | `.tflite` |
#
# The old interpreter still answers, with a warning:

# %%
old = str(folder / "by_hand.tflite")
with lite.silence():
    said = keep.warned(lambda: tf.lite.Interpreter(model_path=old))
print(said[0].split(". ")[1])

# %% [markdown]
# What stays is the file format. A file written under the old name runs under the new one. Four letters near the
# beginning say what it is, and they still are an abbreviation of the old name. Let `model.export` write the file
# under the new name, and compare:

# %%
one_image = keras.InputSpec(shape=(1, 784), dtype="float32")
new = folder / "exported.tflite"
with lite.silence():
    model.export(new, format="litert", input_signature=[one_image])
for path in (new, folder / "by_hand.tflite"):
    print(path.read_bytes()[4:8])
one, two = (lite.answers(path, x_test[:500]) for path in (new, path))
print("the same answers:", np.array_equal(one, two))

# %% [markdown]
# ## Keep your own file
#
# Last, write the file that you take along. It goes where the notebook lies, and stays there.

# %%
lite.export(model, "my_digits.tflite")
gap = np.abs(lite.answers("my_digits.tflite", x_test) - now).max()
print("my_digits.tflite agrees with Keras:", bool(gap < 1e-5))

# %% [markdown]
# In JupyterLab you find it in the list of files at the left, beside the notebook. Right-click it, and choose
# *Download* if your browser runs on another computer. In Colab open the pane with the folder at the left edge,
# and download it before you close the page, because Colab forgets its files. On your own computer it simply lies
# in the folder `notebooks`.
#
# In [Recognise your own digit](13_recognise_digit.ipynb) you draw digits, and a network reads them. This file loads
# in the recogniser app there, on your phone too: *Load your own .tflite file*.

# %% [markdown]
# ## What the articles said, and what we measured
#
# The claims were tested in [Train a network](08_train_network.ipynb). This chapter looked behind them.
#
# | id | the article | what we found |
# |---|---|---|
# | A20 | `from_keras_model_file` converts a saved model | **outdated**: it is gone. `model.export` or `TFLiteConverter.from_keras_model` convert a network from memory |
# | A21 | saved as HDF5 and loaded back, the model predicts the same | **right**, and the format is **outdated**: a network from `.h5` cannot train on without a new `compile`, and `.keras` files that are saved later lose the optimizer |
# | A22 | in TensorFlow Lite the network has 474,736 bytes | **reproduced**: $4 \cdot 118{,}282 = 473{,}128$ of them must be weights. As int8 it is little more than a quarter |

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

Quiz("12_save_export")

# %% [markdown]
# ## Recap
#
# You can now
#
# - save a network in three ways: `.keras` holds everything, `.h5` cannot train on, `.weights.h5` needs the
#   program that builds the network
# - go on with a training exactly where it stopped, because the optimizer's memory is in the file
# - convert a network for a phone as float32, float16, dynamic range or int8, and run the file in three lines
# - open that file: a few operators, and nearly all of the bytes are weights
# - turn a row of weights into whole numbers by hand: divide by the largest over 127, and round
# - measure what a conversion saves (three quarters of the bytes) and costs (a few images in ten thousand), and
#   catch one that failed silently by its size and its answers
#
# Next: [Recognise your own digit](13_recognise_digit.ipynb) reads your own handwriting.
