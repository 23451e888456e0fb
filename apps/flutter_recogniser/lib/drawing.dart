/// The drawing on the pad, and every step back from it.
library;

import 'package:flutter/foundation.dart';

import 'preparation.dart';

// [dot]
/// What is smaller than this part of the pad's side is a dot.
const double dotSide = 0.02;

/// Whether there is no more than a dot: nothing, or a tap by accident.
bool isDot(List<Stroke> strokes) {
  final List<Point> points = strokes.expand((stroke) => stroke).toList();
  if (points.isEmpty) {
    return true;
  }
  final List<double> x = rangeOf(points, 0);
  final List<double> y = rangeOf(points, 1);
  return x[1] - x[0] < dotSide && y[1] - y[0] < dotSide;
}
// [/dot]

/// The strokes drawn so far. Whoever shows them is told of every change.
class Drawing extends ChangeNotifier {
  List<Stroke> _strokes = [];
  Stroke? _open;
  final List<List<Stroke>> _earlier = [];

  /// The strokes, to be looked at only.
  List<Stroke> get strokes => List.unmodifiable(_strokes);

  /// Whether there is anything to take back.
  bool get canUndo => _earlier.isNotEmpty;

  /// Starts a stroke.
  void begin(Point point) {
    final Stroke stroke = [point];
    _replace([..._strokes, stroke]);
    _open = stroke;
  }

  /// Goes on with the stroke that was started last.
  void extend(Point point) {
    _open?.add(point);
    notifyListeners();
  }

  /// Whether a stroke is being drawn.
  bool get isOpen => _open != null;

  /// Ends the stroke that was started last.
  void end() {
    _open = null;
    notifyListeners();
  }

  /// Takes back the stroke that is being drawn, if there is one still.
  void cancel() {
    if (isOpen) {
      undo();
    }
  }

  /// Takes back the last change: a stroke, or even a clearing.
  void undo() {
    if (canUndo) {
      _open = null;
      _strokes = _earlier.removeLast();
      notifyListeners();
    }
  }

  /// Empties the pad; [undo] brings the drawing back.
  void clear() => show([]);

  /// Puts other strokes on the pad; [undo] brings the earlier ones back.
  void show(List<Stroke> strokes) {
    if (strokes.isNotEmpty || _strokes.isNotEmpty) {
      _replace(strokes);
    }
  }

  void _replace(List<Stroke> strokes) {
    _open = null;
    _earlier.add(_strokes);
    _strokes = strokes;
    notifyListeners();
  }
}
