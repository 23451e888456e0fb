// From a drawing to the 28 × 28 pixels that a network reads, prepared as MNIST's digits were.
//
// A drawing is a list of strokes, a stroke a list of points [x, y], in units of the side of the pad, from
// 0 to 1: x to the right, y down. A picture is { height, width, values }: a Float64Array of ink, row by row,
// from 0 (paper) to 1. `firstnet/drawing.py` and the phone app do the same, equal to the byte.
//
// Nothing here touches the page, and nothing changes what it is given.

const PREPARED = { side: 28, box: 20, middle: 14 }; // pixels: of the picture, of the digit in it, its centre of mass
const REDRAWN = { side: 100, pen: 0.12, filled: 0.8 }; // pixels; widths in parts of the side
const AS_DRAWN = { side: 112, pen: 0.06 }; // the pad as it is, drawn with its own pen
const SMALLEST = 0.02; // parts of the pad: a drawing that is smaller both ways is a tap, and no digit
const TINY = 1e-9; // so that a tie falls the same way in every language, whatever was rounded before

function emptyPicture(height, width) {
  return { height, width, values: new Float64Array(height * width) };
}

/** Tells whether there is nothing to read: no stroke, or only the dot of an accidental tap. */
function isDot(strokes) {
  return [0, 1].every((axis) => {
    const places = strokes.flat().map((point) => point[axis]);
    return places.length === 0 || Math.max(...places) - Math.min(...places) < SMALLEST;
  });
}

/** A drawing as 784 bytes, prepared as MNIST's digits were; null if nothing is drawn. */
function prepared(strokes) {
  const box = cropped(inkOf(redrawn(strokes), REDRAWN));
  return box && toBytes(centred(fitted(box)));
}

/** The whole pad, only made smaller, as 784 bytes; null if nothing is drawn. */
function shrunk(strokes) {
  const picture = inkOf(strokes, AS_DRAWN);
  return cropped(picture) && toBytes(scaled(picture, PREPARED.side, PREPARED.side));
}

/** The strokes, moved to the middle and scaled, so that the longer side of all of them is `filled`. */
function redrawn(strokes, filled = REDRAWN.filled) {
  const points = strokes.flat();
  if (points.length === 0) return [];
  const [xs, ys] = [0, 1].map((axis) => points.map((point) => point[axis]));
  const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const longer = Math.max(right - left, bottom - top);
  const scale = longer > 0 ? filled / longer : 1;
  const [xMiddle, yMiddle] = [(left + right) / 2, (top + bottom) / 2];
  return strokes.map((stroke) => stroke.map(([x, y]) => [(x - xMiddle) * scale + 0.5, (y - yMiddle) * scale + 0.5]));
}

/** A picture of the strokes with a round pen. At its edge the ink falls from 1 to 0 over one pixel. */
function inkOf(strokes, { side, pen }) {
  const picture = emptyPicture(side, side);
  for (const stroke of strokes) {
    stroke.forEach((end, number) => {
      if (number > 0 || stroke.length === 1) addSegment(picture, stroke[Math.max(0, number - 1)], end, pen);
    });
  }
  return picture;
}

/** Adds the ink of one segment to a square picture, in place: the most that any segment gives to a pixel. */
function addSegment({ height: side, values }, [x1, y1], [x2, y2], pen) {
  const [across, down] = [x2 - x1, y2 - y1];
  const length = across * across + down * down;
  const reach = pen / 2 + 1 / side;
  const pixels = (low, high) => [Math.max(0, Math.floor((low - reach) * side)), Math.min(side - 1, Math.ceil((high + reach) * side))];
  const [top, bottom] = pixels(Math.min(y1, y2), Math.max(y1, y2));
  const [left, right] = pixels(Math.min(x1, x2), Math.max(x1, x2));
  for (let row = top; row <= bottom; row += 1) {
    for (let column = left; column <= right; column += 1) {
      const [x, y] = [(column + 0.5) / side, (row + 0.5) / side];
      const along = length > 0 ? Math.min(1, Math.max(0, ((x - x1) * across + (y - y1) * down) / length)) : 0;
      const [xAway, yAway] = [x - (x1 + along * across), y - (y1 + along * down)];
      const covered = Math.min(1, 0.5 + side * (pen / 2 - Math.sqrt(xAway * xAway + yAway * yAway)));
      const place = row * side + column;
      if (covered > values[place]) values[place] = covered;
    }
  }
}

/** The smallest part of a picture that holds all its ink; null if there is no ink. */
function cropped({ height, width, values }) {
  let [top, bottom, left, right] = [height, -1, width, -1];
  values.forEach((value, place) => {
    if (value <= TINY) return;
    const [row, column] = [Math.floor(place / width), place % width];
    [top, bottom] = [Math.min(top, row), Math.max(bottom, row)];
    [left, right] = [Math.min(left, column), Math.max(right, column)];
  });
  if (bottom < 0) return null;
  const part = emptyPicture(bottom - top + 1, right - left + 1);
  for (let row = 0; row < part.height; row += 1) {
    const from = (top + row) * width + left;
    part.values.set(values.subarray(from, from + part.width), row * part.width);
  }
  return part;
}

/** A picture with its longer side brought to `box` pixels, its proportions kept. */
function fitted(picture, box = PREPARED.box) {
  const longer = Math.max(picture.height, picture.width);
  const [height, width] = [picture.height, picture.width].map((side) => Math.max(1, Math.floor((box * side) / longer + 0.5)));
  return scaled(picture, height, width);
}

/** A picture of another size: each new pixel is the mean of the area that it covers, first down, then across. */
function scaled({ height: before, width, values }, height, across) {
  const [down, right] = [overlaps(before, height), overlaps(width, across)];
  const low = emptyPicture(height, width);
  for (let row = 0; row < height; row += 1) {
    for (const [from, weight] of down[row]) {
      for (let column = 0; column < width; column += 1) low.values[row * width + column] += weight * values[from * width + column];
    }
  }
  const small = emptyPicture(height, across);
  for (let row = 0; row < height; row += 1) {
    for (let column = 0; column < across; column += 1) {
      for (const [from, weight] of right[column]) small.values[row * across + column] += weight * low.values[row * width + from];
    }
  }
  return small;
}

/** For each of `after` new pixels the old ones that it covers, each with its part: [[old, weight], …]. */
function overlaps(before, after) {
  const size = before / after;
  return Array.from({ length: after }, (_, place) => {
    const covered = [];
    for (let old = Math.floor(place * size); old < Math.min(before, Math.ceil((place + 1) * size)); old += 1) {
      const shared = Math.min((place + 1) * size, old + 1) - Math.max(place * size, old);
      if (shared > 0) covered.push([old, shared / size]);
    }
    return covered;
  });
}

/** A picture of 28 × 28 with the given one in it, its centre of mass at pixel 14 as nearly as whole pixels allow. */
function centred(picture, { side, middle } = PREPARED) {
  const { height, width, values } = picture;
  let [total, rows, columns] = [0, 0, 0];
  values.forEach((value, place) => {
    total += value;
    rows += value * Math.floor(place / width);
    columns += value * (place % width);
  });
  const start = (mass, length) => Math.min(Math.max(Math.floor(middle - mass + 0.5 + TINY), 0), side - length);
  const [top, left] = [start(rows / total, height), start(columns / total, width)];
  const placed = emptyPicture(side, side);
  for (let row = 0; row < height; row += 1) {
    placed.values.set(values.subarray(row * width, (row + 1) * width), (top + row) * side + left);
  }
  return placed;
}

/** A picture from 0 to 1 as bytes from 0 to 255. */
function toBytes({ values }) {
  return Uint8Array.from(values, (value) => Math.floor(255 * value + 0.5 + TINY));
}
