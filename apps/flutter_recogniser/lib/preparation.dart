/// From a drawing to the 28 × 28 pixels that the network reads, prepared as
/// MNIST's digits were.
///
/// A drawing is a list of strokes, a stroke a list of points [x, y], in units
/// of the side of the pad, from 0 to 1: x to the right, y down. A picture is a
/// list of rows of ink, from 0 (paper) to 1. The book does the same in Python
/// and in JavaScript, equal to the byte, and tests hold the three together.
library;

import 'dart:math' as math;
import 'dart:typed_data';

typedef Point = List<double>;
typedef Stroke = List<Point>;
typedef Picture = List<Float64List>;

/// Pixels: of the picture, of the digit in it, and where its mass is centred.
const int pictureSide = 28;
const int digitSide = 20;
const int middlePixel = 14;

/// The redrawn picture: pixels of its side; parts of its side.
const int paperSide = 100;
const double penWidth = 0.12;
const double filledPart = 0.8;

/// The pad as it is, with its own pen.
const int rawSide = 112;
const double rawPen = 0.06;

/// So that a tie falls the same way in every language.
const double tiny = 1e-9;

// [prepared]
/// A drawing as 784 bytes, prepared as MNIST's digits were; null if empty.
Uint8List? prepared(List<Stroke> strokes) {
  final Picture? digit = cropped(ink(redrawn(strokes)));
  return digit == null ? null : toBytes(centred(fitted(digit)));
}
// [/prepared]

/// The whole pad, only made smaller, as 784 bytes; null if nothing is drawn.
Uint8List? shrunk(List<Stroke> strokes) {
  final Picture picture = ink(strokes, pen: rawPen, side: rawSide);
  if (cropped(picture) == null) {
    return null;
  }
  return toBytes(scaled(picture, pictureSide, pictureSide));
}

/// The strokes in the middle, the longer side of all of them [filledPart].
List<Stroke> redrawn(List<Stroke> strokes) {
  final List<Point> points = strokes.expand((stroke) => stroke).toList();
  if (points.isEmpty) {
    return strokes;
  }
  final List<double> x = rangeOf(points, 0);
  final List<double> y = rangeOf(points, 1);
  final double longer = math.max(x[1] - x[0], y[1] - y[0]);
  final double scale = longer > 0 ? filledPart / longer : 1;
  final double xMiddle = (x[0] + x[1]) / 2;
  final double yMiddle = (y[0] + y[1]) / 2;
  Point moved(Point point) {
    return [
      (point[0] - xMiddle) * scale + 0.5,
      (point[1] - yMiddle) * scale + 0.5,
    ];
  }

  return strokes.map((stroke) => stroke.map(moved).toList()).toList();
}

/// The least and the greatest of the points' places along one axis.
List<double> rangeOf(List<Point> points, int axis) {
  double low = points[0][axis];
  double high = low;
  for (final Point point in points) {
    low = math.min(low, point[axis]);
    high = math.max(high, point[axis]);
  }
  return [low, high];
}

/// A picture of the strokes, drawn with a round pen.
///
/// At the edge of a stroke the ink falls from 1 to 0 over one pixel.
Picture ink(
  List<Stroke> strokes, {
  double pen = penWidth,
  int side = paperSide,
}) {
  final Picture picture = _blank(side, side);
  for (final Stroke stroke in strokes) {
    for (int number = 0; number < stroke.length; number++) {
      if (number > 0 || stroke.length == 1) {
        final Point start = stroke[math.max(0, number - 1)];
        _addSegment(picture, start, stroke[number], pen);
      }
    }
  }
  return picture;
}

Picture _blank(int height, int width) {
  return List.generate(height, (_) => Float64List(width));
}

/// Adds one segment's ink, in place: the most that any segment gives a pixel.
void _addSegment(Picture picture, Point start, Point end, double pen) {
  final int side = picture.length;
  final double reach = pen / 2 + 1 / side;
  final List<int> rows = _reached(start[1], end[1], reach, side);
  final List<int> columns = _reached(start[0], end[0], reach, side);
  for (int row = rows[0]; row <= rows[1]; row++) {
    for (int column = columns[0]; column <= columns[1]; column++) {
      final double x = (column + 0.5) / side;
      final double y = (row + 0.5) / side;
      final double edge = pen / 2 - _distance(x, y, start, end);
      final double covered = math.min(1.0, 0.5 + side * edge);
      picture[row][column] = math.max(picture[row][column], covered);
    }
  }
}

/// The first and the last pixel that a segment can reach along one axis.
List<int> _reached(double start, double end, double reach, int side) {
  final int first = ((math.min(start, end) - reach) * side).floor();
  final int last = ((math.max(start, end) + reach) * side).ceil();
  return [math.max(0, first), math.min(side - 1, last)];
}

double _distance(double x, double y, Point start, Point end) {
  final double across = end[0] - start[0];
  final double down = end[1] - start[1];
  final double length = across * across + down * down;
  double along = 0;
  if (length > 0) {
    along = ((x - start[0]) * across + (y - start[1]) * down) / length;
    along = math.min(1.0, math.max(0.0, along));
  }
  final double xAway = x - (start[0] + along * across);
  final double yAway = y - (start[1] + along * down);
  return math.sqrt(xAway * xAway + yAway * yAway);
}

/// The smallest part of a picture that holds all its ink; null without ink.
Picture? cropped(Picture picture) {
  final List<int> rows = _inked(picture);
  final List<int> columns = _inked(_turned(picture));
  if (rows.isEmpty) {
    return null;
  }
  return picture
      .sublist(rows[0], rows[1] + 1)
      .map((row) => row.sublist(columns[0], columns[1] + 1))
      .toList();
}

/// The first and the last row that holds ink; nothing if none does.
List<int> _inked(Picture picture) {
  int first = -1;
  int last = -1;
  for (int row = 0; row < picture.length; row++) {
    if (picture[row].any((value) => value > tiny)) {
      first = first < 0 ? row : first;
      last = row;
    }
  }
  return first < 0 ? [] : [first, last];
}

/// The picture with its rows as columns.
Picture _turned(Picture picture) {
  final Picture turned = _blank(picture[0].length, picture.length);
  for (int row = 0; row < picture.length; row++) {
    for (int column = 0; column < picture[0].length; column++) {
      turned[column][row] = picture[row][column];
    }
  }
  return turned;
}

/// A picture with its longer side brought to [digitSide], its shape kept.
Picture fitted(Picture picture) {
  final int longer = math.max(picture.length, picture[0].length);
  int shorter(int side) {
    return math.max(1, (digitSide * side / longer + 0.5).floor());
  }

  return scaled(picture, shorter(picture.length), shorter(picture[0].length));
}

/// A picture of another size: each new pixel is the mean of what it covers.
Picture scaled(Picture picture, int height, int width) {
  final Picture down = overlaps(picture.length, height);
  final Picture low = _turned(_mixed(_turned(picture), down));
  return _mixed(low, overlaps(picture[0].length, width));
}

/// Every row of a picture, its values mixed by each row of weights.
Picture _mixed(Picture picture, Picture weights) {
  final Picture mixed = _blank(picture.length, weights.length);
  for (int row = 0; row < picture.length; row++) {
    for (int place = 0; place < weights.length; place++) {
      double total = 0;
      for (int old = 0; old < picture[row].length; old++) {
        total += weights[place][old] * picture[row][old];
      }
      mixed[row][place] = total;
    }
  }
  return mixed;
}

/// The weights with which [before] old pixels enter each of [after] new ones.
Picture overlaps(int before, int after) {
  final double size = before / after;
  final Picture weights = _blank(after, before);
  for (int place = 0; place < after; place++) {
    for (int old = 0; old < before; old++) {
      final double end = math.min((place + 1) * size, old + 1.0);
      final double start = math.max(place * size, old + 0.0);
      weights[place][old] = math.max(0.0, end - start) / size;
    }
  }
  return weights;
}

/// 28 × 28 pixels with the picture in them, its mass centred at pixel 14 as
/// nearly as whole pixels allow.
Picture centred(Picture picture) {
  final int top = _start(picture);
  final int left = _start(_turned(picture));
  final Picture placed = _blank(pictureSide, pictureSide);
  for (int row = 0; row < picture.length; row++) {
    placed[top + row].setAll(left, picture[row]);
  }
  return placed;
}

/// The row at which a picture must start, so that its mass is in the middle.
int _start(Picture picture) {
  double total = 0;
  double moment = 0;
  for (int row = 0; row < picture.length; row++) {
    for (final double value in picture[row]) {
      total += value;
      moment += value * row;
    }
  }
  final int start = (middlePixel - moment / total + 0.5 + tiny).floor();
  return math.min(math.max(start, 0), pictureSide - picture.length);
}

/// A picture from 0 to 1 as bytes from 0 to 255, row by row.
Uint8List toBytes(Picture picture) {
  final int width = picture[0].length;
  final Uint8List bytes = Uint8List(picture.length * width);
  for (int row = 0; row < picture.length; row++) {
    for (int column = 0; column < width; column++) {
      final double value = 255 * picture[row][column];
      bytes[row * width + column] = (value + 0.5 + tiny).floor();
    }
  }
  return bytes;
}
