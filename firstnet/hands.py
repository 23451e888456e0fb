"""Digits as strokes, from several made-up hands: drawings to show, to measure on, and to test with.

They are written down here by hand, as points of a pen's way on a grid of 100 × 100, and smoothed.
No real person's handwriting is in them. A drawing is what `firstnet.drawing` takes.
"""

import numpy as np

STEP = 6  # points of the smooth way for each point written down

# A hand is a dictionary, a digit a list of strokes: "r" strokes are smoothed, "s" ones stay sharp.
HANDS = {
    "round": {
        0: ["r 50,8 30,16 22,40 22,62 32,86 50,92 68,84 77,62 77,40 69,16 50,8"],
        1: ["s 36,26 54,8 54,92"],
        2: ["r 26,28 32,12 50,7 68,13 73,30 64,50 44,72 26,90", "s 26,90 76,90"],
        3: ["r 28,16 46,7 66,13 70,30 60,44 44,48 64,52 75,68 66,86 46,93 26,84"],
        4: ["s 58,8 22,62 80,62", "s 60,40 60,93"],
        5: ["s 70,10 36,10 32,44", "r 32,44 50,38 68,46 74,65 66,84 47,92 27,85"],
        6: ["r 66,9 46,22 32,46 27,68 35,87 52,92 68,83 72,67 62,53 46,52 32,62"],
        7: ["s 25,12 75,12 44,92"],
        8: ["r 52,48 34,36 32,20 49,8 67,18 66,35 50,48 31,62 28,80 48,92 69,82 71,64 52,48"],
        9: ["r 70,30 60,12 42,10 30,24 33,42 48,50 64,42 71,26 70,50 64,92"],
    },
    "slim": {
        0: ["r 54,8 40,20 33,46 34,74 44,91 56,86 66,62 68,34 62,12 54,8"],
        1: ["s 56,8 46,92"],
        2: ["r 34,22 46,8 62,12 64,30 52,56 32,88 44,85 70,91"],
        3: ["r 36,14 52,8 64,18 58,38 46,46 60,54 63,74 50,92 32,86"],
        4: ["s 44,10 34,56 70,52", "s 64,32 56,92"],
        5: ["r 48,12 43,28 40,44 54,42 64,56 60,78 46,92 32,86", "s 48,12 70,9"],
        6: ["r 60,8 44,34 36,64 42,88 56,90 64,74 58,60 46,62 38,76"],
        7: ["r 32,16 48,13 68,11", "r 68,11 56,42 46,92"],
        8: ["r 62,18 50,8 40,20 46,38 60,58 60,80 46,92 36,78 44,58 60,36 62,18"],
        9: ["r 64,24 52,10 40,22 40,42 52,48 62,34 65,22 60,56 52,92"],
    },
    "school": {
        0: ["r 50,9 33,13 24,32 22,54 29,79 46,92 62,87 74,69 77,45 71,20 57,10 46,10"],
        1: ["s 34,32 52,9 52,91", "s 34,91 70,91"],
        2: ["r 28,30 36,13 53,9 69,19 68,37 56,55 39,74 24,91", "r 24,91 50,90 77,91"],
        3: ["s 30,10 70,10 47,40", "r 47,40 66,47 74,63 68,82 50,92 28,86"],
        4: ["r 34,9 29,32 26,54", "s 26,54 76,54", "s 66,9 64,92"],
        5: ["s 34,10 32,42", "r 32,42 52,37 70,48 73,68 62,87 43,92 26,84", "s 34,10 70,11"],
        6: ["r 60,9 40,26 28,50 27,72 38,90 56,91 70,79 69,62 56,52 40,55 29,68"],
        7: ["s 25,12 76,12 42,91", "s 38,52 68,50"],
        8: ["r 51,9 35,17 35,34 50,47 67,60 69,79 53,92 35,88 30,70 41,54 62,38 67,20 51,9"],
        9: ["r 68,16 50,9 34,20 32,38 44,50 60,45 69,28", "r 70,12 69,40 64,68 48,92"],
    },
    "quick": {
        0: ["r 60,14 44,10 29,28 25,56 36,82 56,86 72,66 74,38 62,16 46,14"],
        1: ["r 52,10 51,50 49,90"],
        2: ["r 28,22 46,10 66,16 68,36 48,62 28,82 34,88 46,80 78,86"],
        3: ["r 30,18 50,10 66,20 60,38 44,45 62,50 72,66 62,84 42,90 26,80"],
        4: ["r 36,12 30,34 30,52 46,56 72,50", "r 64,16 62,54 58,92"],
        5: ["r 72,12 54,12 40,14 37,30 36,44 52,40 68,52 68,72 52,90 28,86"],
        6: ["r 58,10 40,32 30,60 34,82 50,90 66,80 66,64 52,58 38,66 32,76"],
        7: ["r 26,16 50,14 72,14 62,38 50,64 44,90"],
        8: ["r 66,22 52,10 36,18 38,36 56,50 66,68 58,88 38,88 32,70 46,52 64,36 66,22"],
        9: ["r 66,22 52,10 36,18 32,36 44,48 58,42 67,24 66,46 62,70 58,92"],
    },
}


def drawing(digit, *, hand="round", x=0.5, y=0.5, size=0.6, slant=0.0, wobble=0.0, seed=0):
    """Return a digit as a list of strokes, each a list of points [x, y] in parts of the pad.

    `hand`: one of `HANDS`; `x`, `y`: where its middle stands, from 0 to 1; `size`: its height in
    parts of the pad; `slant`: how far to the right the top leans, in parts of the height;
    `wobble`: how unsteady the hand is, in parts of the height, at random after `seed`.
    Raises KeyError, with the names that there are, for another hand or digit.
    """
    rng = np.random.default_rng([seed, digit])
    strokes = [_way(text, wobble=100 * wobble, rng=rng) for text in _written(hand, digit)]
    leaned = [way + np.stack([slant * (50 - way[:, 1]), 0 * way[:, 1]], axis=1) for way in strokes]
    return [((way - 50) * size / 100 + (x, y)).round(5).tolist() for way in leaned]


def _written(hand, digit):
    if hand not in HANDS:
        raise KeyError(f"No hand called {hand!r}; there are {', '.join(HANDS)}.")
    if digit not in HANDS[hand]:
        raise KeyError(f"A hand writes the digits 0 to 9, not {digit!r}.")
    return HANDS[hand][digit]


def _way(text, *, wobble, rng):
    """Return the points of one stroke, shape (n, 2), on the grid of 100 × 100."""
    kind, *pairs = text.split()
    points = np.array([pair.split(",") for pair in pairs], dtype=float)
    points = points + rng.normal(scale=wobble, size=points.shape) if wobble else points
    return _smooth(points) if kind == "r" else points


def _smooth(points):
    """Return a smooth way through all points, a Catmull–Rom spline of `STEP` pieces for each."""
    framed = np.concatenate([2 * points[:1] - points[1:2], points, 2 * points[-1:] - points[-2:-1]])
    t = np.linspace(0, 1, STEP, endpoint=False)[:, None]
    ways = [_piece(*framed[n : n + 4], t) for n in range(len(points) - 1)]
    return np.concatenate([*ways, points[-1:]])


def _piece(before, start, end, after, t):
    """Return points of the cubic from `start` to `end` whose slopes look at their neighbours."""
    slope, slope_at_end = (end - before) / 2, (after - start) / 2
    rise = end - start
    bend, twist = 3 * rise - 2 * slope - slope_at_end, slope + slope_at_end - 2 * rise
    return start + t * (slope + t * (bend + t * twist))
