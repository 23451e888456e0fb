"""Points in the plane to separate: small data sets that a network of a few neurons can learn.

Each function takes how many points to draw, `noise` (the standard deviation of the shake given to
every point, in the unit of the axes) and `seed`. It returns the places, shape (count, 2), and the
classes, shape (count,), 0 and 1 in turn; all float64. The same seed gives the same points. Without
noise every point lies between -3 and 3 on both axes.
"""

import numpy as np


def clusters(count, *, noise=0.45, seed):
    """Two round clouds, far enough apart for a single line."""
    classes = _classes(count)
    centres = np.where(classes == 1, 1.3, -1.3)
    return _shaken(centres, centres, noise, np.random.default_rng(seed)), classes


def xor(count, *, noise=0.0, seed):
    """Class 1 where the two inputs have different signs, class 0 where they agree."""
    classes, random = _classes(count), np.random.default_rng(seed)
    across, up = random.uniform(0.25, 2.4, (2, count))
    side = random.choice([-1.0, 1.0], count)
    return _shaken(side * across, np.where(classes == 1, -side, side) * up, noise, random), classes


def moons(count, *, noise=0.15, seed):
    """Two half circles that reach into each other."""
    classes, random = _classes(count), np.random.default_rng(seed)
    across, up = _on_circle(1.7, np.pi * random.random(count))
    turn = np.where(classes == 1, -1, 1)
    return _shaken(turn * (across - 0.85), turn * (up - 0.425), noise, random), classes


def circles(count, *, noise=0.0, seed):
    """Class 0 in a disc of radius 1, class 1 in a ring around it, radius 1.9 to 2.5."""
    classes, random = _classes(count), np.random.default_rng(seed)
    disc, ring = np.sqrt(random.random(count)), random.uniform(1.9, 2.5, count)
    places = _on_circle(np.where(classes == 1, ring, disc), 2 * np.pi * random.random(count))
    return _shaken(*places, noise, random), classes


def spirals(count, *, noise=0.0, seed):
    """Two arms wound around each other, one and a quarter turns each."""
    classes, random = _classes(count), np.random.default_rng(seed)
    along = random.random(count)
    places = _on_circle(0.2 + 2.4 * along, np.pi * (2.5 * along + classes))
    return _shaken(*places, noise, random), classes


def _classes(count):
    return np.arange(count) % 2.0


def _on_circle(radius, angle):
    return radius * np.cos(angle), radius * np.sin(angle)


def _shaken(across, up, noise, random):
    return np.stack([across, up], axis=1) + random.normal(0, noise, (len(across), 2))
