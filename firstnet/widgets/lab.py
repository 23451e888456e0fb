"""Lab: choose how to train, press Train, and watch: in the page, or with Keras on MNIST."""

import numpy as np
import traitlets

from firstnet.widgets._base import Explorable, hold, packed

LIMITS = {
    "learning_rate": (1e-4, 10.0),
    "batch_size": (1, 1437),
    "epochs": (1, 500),
    "hidden": (1, 128),
    "seed": (0, 9999),
}
TRAINING = 1437  # of the 1,797 small digits, as firstnet.data.digits splits them


class Lab(Explorable):
    """A laboratory of training: the reader sets the knobs, and a network learns digits, live.

    In the page a 64-h-10 network learns scikit-learn's small digits, 8 × 8 pixels: 1,437 to train
    on and 360 to validate. With a kernel the view also offers Keras, which trains 784-h-10 on
    MNIST in Python (`firstnet.live`). Every trait can be read and set, and syncs.

    Parameters
    ----------
    learning_rate : number from 0.0001 to 10; may change in the middle of a training.
    batch_size : whole number from 1 to 1437, images in a step; may change in the middle.
    epochs : whole number from 1 to 500, when the training ends.
    hidden : whole number from 1 to 128, the neurons of the hidden layer (ReLU).
    optimizer : "sgd" or "momentum" (0.9).
    seed : whole number from 0 to 9999, of the first weights and the order of the images.
    speed : "slow", "steady" or "fast": 4 epochs a second in the page, 15, or as many as it can.
    engine : "page" or "keras"; a page without a kernel always trains in the page.

    Raises
    ------
    traitlets.TraitError
        In words, when a value is not finite, of the wrong kind or out of its range.
    """

    uses = ("digits", "choices", "random")

    images = traitlets.Bytes().tag(sync=True)  # uint8 (1797, 64), 0 to 16
    labels = traitlets.Bytes().tag(sync=True)  # uint8 (1797,)
    learning_rate = traitlets.Float(0.1).tag(sync=True)
    batch_size = traitlets.Int(32).tag(sync=True)
    epochs = traitlets.Int(40).tag(sync=True)
    hidden = traitlets.Int(32).tag(sync=True)
    optimizer = traitlets.Enum(("sgd", "momentum"), "sgd").tag(sync=True)
    seed = traitlets.Int(1).tag(sync=True)
    speed = traitlets.Enum(("slow", "steady", "fast"), "steady").tag(sync=True)
    engine = traitlets.Enum(("page", "keras"), "page").tag(sync=True)

    def __init__(self, **traits):
        from sklearn.datasets import load_digits

        digits = load_digits()
        super().__init__(
            images=packed(digits.data, np.uint8), labels=packed(digits.target, np.uint8), **traits
        )
        self._training = None
        self.on_msg(self._hear)
        self.observe(self._pass_on, ["learning_rate", "batch_size"])

    @traitlets.validate(*LIMITS)
    def _check_number(self, proposal):
        name = proposal["trait"].name
        return hold(proposal["value"], name=name, between=LIMITS[name])

    def train(self):
        """Train Keras with the settings as they stand; return False while a training runs."""
        if self._training is None:
            from firstnet import live

            self._training = live.Training(self.send)
        names = (*LIMITS, "optimizer")
        started = self._training.start({name: getattr(self, name) for name in names})
        if not started:
            self.send({"type": "refused"})
        return started

    def stop(self):
        """Stop the training in Python, if one runs."""
        if self._training is not None:
            self._training.stop()

    def close(self):
        """End the widget, and its training with it."""
        self.stop()
        super().close()

    def _hear(self, _, message, buffers):
        said = message.get("type") if isinstance(message, dict) else None
        if said == "hello":
            self.send({"type": "hello", "engines": ["page", "keras"]})
            if self._training is not None:
                self._training.tell_all()
        elif said in ("train", "stop"):
            getattr(self, said)()

    def _pass_on(self, change):
        if self._training is not None:
            self._training.change(change["name"], change["new"])
