"""Playground: a small network trained live, in the page, on points of a plane."""

import traitlets

from firstnet.widgets._base import Explorable, hold

DATA = ("clusters", "xor", "moons", "circles", "spirals", "none")
ACTIVATIONS = ("tanh", "relu", "sigmoid", "linear")
SPEEDS = ("slow", "steady", "fast")
CONTROLS = (
    *("data", "noise", "points", "own_points", "hidden", "activation", "learning_rate"),
    *("batch_size", "speed", "seed", "presets", "link"),
)
PLANE = (-3.0, 3.0)  # of both inputs: what the map shows
NOISE = (0.0, 1.0)
POINTS = (50, 500)
LEARNING_RATES = (1e-4, 10.0)
BATCH_SIZES = (1, 500)
SEEDS = (0, 9999)
MOST_LAYERS = 3
MOST_NEURONS = 8
MOST_OWN = 200
MOST_EPOCHS = 5000


def hold_point(point, *, name):
    """Return `point` if it is [x1, x2, label] within the map, the label 0 or 1."""
    if len(point) != 3 or point[2] not in (0, 1):
        raise traitlets.TraitError(f"{name} must be [x1, x2, 0 or 1], and it is {point}.")
    for axis in (0, 1):
        hold(point[axis], name=f"{name}[{axis}]", between=PLANE)
    return [float(point[0]), float(point[1]), int(point[2])]


def hold_length(values, *, name, most):
    """Return `values` if it has at most `most` entries, else say why not."""
    if len(values) > most:
        raise traitlets.TraitError(f"{name} may hold {most} at most, and it holds {len(values)}.")
    return values


class Playground(Explorable):
    """A network with two inputs learns to tell two classes of points apart; it trains in the page.

    Every trait can be read and set, and syncs. The weights stay in the page: only `epoch` and
    `loss` come back, about twice a second. New data, layers or seed start the training anew; a new
    learning rate, batch size or point of your own lets it go on.

    Parameters
    ----------
    data : "clusters", "xor", "moons", "circles", "spirals" or "none", the points made in the page.
    noise : number from 0 to 1, the standard deviation of what is added to both inputs.
    points : whole number from 50 to 500, how many points are made.
    own_points : up to 200 lists [x1, x2, label], inputs from -3 to 3, label 0 or 1.
    hidden : up to 3 whole numbers from 1 to 8, the neurons of each hidden layer.
    activation : "tanh", "relu", "sigmoid" or "linear", of the hidden layers.
    learning_rate : number from 0.0001 to 10.
    batch_size : whole number from 1 to 500, rows in a step.
    seed : whole number from 0 to 9999, of the points, the first weights and the order of the rows.
    speed : "slow", "steady" or "fast": 5 epochs a second, 60, or as many as the computer can.
    hidden_controls : names from `CONTROLS` that the view leaves out, for a teacher.
    epoch : whole number, read only: epochs trained so far.
    loss : number or None, read only: mean cross-entropy over all points; None without points.

    Raises
    ------
    traitlets.TraitError
        In words, when a value is not finite, of the wrong kind or out of its range.
    """

    uses = ("choices", "random")

    data = traitlets.Enum(DATA, "moons").tag(sync=True)
    noise = traitlets.Float(0.15).tag(sync=True)
    points = traitlets.Int(200).tag(sync=True)
    own_points = traitlets.List(traitlets.List(traitlets.Float())).tag(sync=True)
    hidden = traitlets.List(traitlets.Int(), default_value=[4]).tag(sync=True)
    activation = traitlets.Enum(ACTIVATIONS, "tanh").tag(sync=True)
    learning_rate = traitlets.Float(0.03).tag(sync=True)
    batch_size = traitlets.Int(10).tag(sync=True)
    seed = traitlets.Int(1).tag(sync=True)
    speed = traitlets.Enum(SPEEDS, "steady").tag(sync=True)
    hidden_controls = traitlets.List(traitlets.Enum(CONTROLS)).tag(sync=True)
    epoch = traitlets.Int(0).tag(sync=True)
    loss = traitlets.Float(None, allow_none=True).tag(sync=True)

    @traitlets.validate("noise", "points", "learning_rate", "batch_size", "seed")
    def _check_number(self, proposal):
        limits = {"noise": NOISE, "points": POINTS, "learning_rate": LEARNING_RATES}
        limits |= {"batch_size": BATCH_SIZES, "seed": SEEDS}
        name = proposal["trait"].name
        return hold(proposal["value"], name=name, between=limits[name])

    @traitlets.validate("hidden")
    def _check_hidden(self, proposal):
        values = hold_length(proposal["value"], name="hidden", most=MOST_LAYERS)
        for layer, neurons in enumerate(values):
            hold(neurons, name=f"hidden[{layer}]", between=(1, MOST_NEURONS))
        return values

    @traitlets.validate("own_points")
    def _check_own_points(self, proposal):
        points = hold_length(proposal["value"], name="own_points", most=MOST_OWN)
        return [hold_point(point, name=f"own_points[{k}]") for k, point in enumerate(points)]
