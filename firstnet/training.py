"""A progress bar for live training that leaves nothing in the stored notebook."""

import os
import sys


def progress():
    """Return a Keras callback that shows a bar while `fit` runs and removes it at the end.

    The bar (epochs done, time left, last losses) is tqdm's. With `FIRSTNET_QUIET` set, as when
    the book's own notebooks are made, nothing is shown.

    Source: `tqdm.keras.TqdmCallback`.
    """
    from tqdm import tqdm
    from tqdm.keras import TqdmCallback

    quiet = bool(os.environ.get("FIRSTNET_QUIET"))
    return TqdmCallback(
        verbose=0, tqdm_class=tqdm, file=sys.stdout, leave=False, ncols=90, disable=quiet
    )
