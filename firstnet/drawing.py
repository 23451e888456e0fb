"""From a drawing to the 28 × 28 pixels that a network reads, prepared as MNIST's digits were.

A drawing is a list of strokes, a stroke a list of points (x, y), both in units of the side of the
pad, from 0 to 1: x to the right, y down. A picture is a float array (rows, columns) of ink, from 0
(paper) to 1. `firstnet/widgets/_drawing.js` and the phone app do the same, equal to the byte.
Source: how MNIST was made, in its authors' words; the chapter cites them.
"""

import math

import numpy as np

SIDE, BOX, MIDDLE = 28, 20, 14  # pixels: of the picture, of the digit in it, its centre of mass
PAPER, PEN, FILLED = 100, 0.12, 0.8  # pixels of the redrawn picture; widths, in parts of its side
RAW_PAPER, RAW_PEN = 112, 0.06  # the pad as it is, drawn with its own pen
TINY = 1e-9  # so that a tie falls the same way in every language, whatever was rounded before


def prepared(strokes):
    """Return a drawing as uint8 (28, 28), prepared as MNIST's digits were; None if it is empty."""
    box = cropped(ink(redrawn(strokes)))
    return None if box is None else to_bytes(centred(fitted(box)))


def shrunk(strokes):
    """Return the whole pad, only made smaller, as uint8 (28, 28); None if nothing is drawn."""
    picture = ink(strokes, pen=RAW_PEN, side=RAW_PAPER)
    size = RAW_PAPER // SIDE
    small = picture.reshape(SIDE, size, SIDE, size).mean(axis=(1, 3))
    return to_bytes(small) if picture.any() else None


def redrawn(strokes, *, filled=FILLED):
    """Return the strokes, moved to the middle and scaled: the longer side of all is `filled`."""
    points = [point for stroke in strokes for point in stroke]
    if not points:
        return []
    (left, right), (top, bottom) = ((min(axis), max(axis)) for axis in zip(*points, strict=True))
    longer = max(right - left, bottom - top)
    scale = filled / longer if longer > 0 else 1
    x_middle, y_middle = (left + right) / 2, (top + bottom) / 2
    return [
        [[(x - x_middle) * scale + 0.5, (y - y_middle) * scale + 0.5] for x, y in stroke]
        for stroke in strokes
    ]


def ink(strokes, *, pen=PEN, side=PAPER):
    """Return a picture (side, side) of the strokes, drawn with a round pen of width `pen`.

    At the edge of a stroke the ink falls from 1 to 0 over the width of one pixel.
    """
    centres = (np.arange(side) + 0.5) / side
    nearest = np.full((side, side), np.inf)
    for stroke in strokes:
        for start, end in _segments(stroke):
            part = _near(start, end, reach=pen / 2 + 1 / side, side=side)
            away = _distance(centres[part[0]], centres[part[1]], start, end)
            nearest[part] = np.minimum(nearest[part], away)
    return np.clip(0.5 + side * (pen / 2 - nearest), 0, 1)


def _segments(stroke):
    """Return the pairs of neighbouring points; a single point is a segment of its own."""
    return list(zip(stroke, stroke[1:], strict=False)) or [(point, point) for point in stroke]


def _near(start, end, *, reach, side):
    """Return the rows and columns, as slices, that hold every pixel within `reach` of a segment."""
    axes = zip(start, end, strict=True)
    x, y = (
        slice(max(0, int((min(pair) - reach) * side)), int((max(pair) + reach) * side) + 2)
        for pair in axes
    )
    return y, x


def _distance(y, x, start, end):
    """Return how far the places (y, x) of a grid are from a segment, shape (rows, columns)."""
    (x1, y1), (x2, y2) = start, end
    x, y = x[None, :], y[:, None]
    across, down = x2 - x1, y2 - y1
    length = across * across + down * down
    along = ((x - x1) * across + (y - y1) * down) / length if length > 0 else 0 * (x + y)
    along = np.clip(along, 0, 1)
    x_away, y_away = x - (x1 + along * across), y - (y1 + along * down)
    return np.sqrt(x_away * x_away + y_away * y_away)


def cropped(picture):
    """Return the smallest part of a picture that holds all its ink; None if there is no ink."""
    rows, columns = (np.flatnonzero((picture > TINY).any(axis=axis)) for axis in (1, 0))
    if len(rows) == 0:
        return None
    return picture[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def fitted(picture, *, box=BOX):
    """Return a picture with its longer side brought to `box` pixels, its proportions kept.

    Each new pixel is the mean of the area that it covers.
    """
    longer = max(picture.shape)
    height, width = (max(1, math.floor(box * side / longer + 0.5)) for side in picture.shape)
    down, across = overlaps(picture.shape[0], height), overlaps(picture.shape[1], width)
    return down @ picture @ across.T


def overlaps(before, after):
    """Return the weights (after, before) with which old pixels enter new ones; a row adds up to 1.

    New pixel i covers the old ones from i·s to (i + 1)·s, with s = before / after.
    """
    size = before / after
    new, old = np.arange(after)[:, None], np.arange(before)[None, :]
    shared = np.minimum((new + 1) * size, old + 1) - np.maximum(new * size, old)
    return np.maximum(shared, 0) / size


def centred(picture, *, side=SIDE, middle=MIDDLE):
    """Return a picture (side, side) with the given one in it, its centre of mass at `middle`.

    It moves by whole pixels, and stays inside.
    """
    height, width = picture.shape
    total = picture.sum()
    row = (picture.sum(axis=1) * np.arange(height)).sum() / total
    column = (picture.sum(axis=0) * np.arange(width)).sum() / total
    top, left = _place(row, height, side, middle), _place(column, width, side, middle)
    placed = np.zeros((side, side))
    placed[top : top + height, left : left + width] = picture
    return placed


def _place(mass, length, side, middle):
    return min(max(math.floor(middle - mass + 0.5 + TINY), 0), side - length)


def to_bytes(picture):
    """Return a picture from 0 to 1 as uint8, rounded to the nearest of 0 to 255."""
    return np.floor(255 * picture + 0.5 + TINY).astype(np.uint8)
