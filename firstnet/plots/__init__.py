"""The figures of the book. Each function takes data and an optional `ax`, and returns the axes."""

from firstnet.plots.base import *  # noqa: F403
from firstnet.plots.cnn import *  # noqa: F403
from firstnet.plots.digits import *  # noqa: F403
from firstnet.plots.export import *  # noqa: F403
from firstnet.plots.ideas import *  # noqa: F403
from firstnet.plots.pictures import *  # noqa: F403
from firstnet.plots.sliding import *  # noqa: F403
from firstnet.plots.training import *  # noqa: F403
from firstnet.plots.tuning import *  # noqa: F403
