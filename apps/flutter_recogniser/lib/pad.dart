/// The pad on which a finger draws, and the painter of strokes.
library;

import 'package:flutter/gestures.dart';
import 'package:flutter/material.dart';

import 'drawing.dart';
import 'preparation.dart';

/// A square pad. One finger draws at a time; a second one is ignored.
class Pad extends StatefulWidget {
  const Pad({super.key, required this.drawing});

  /// Where the strokes go; their unit is the side of the pad.
  final Drawing drawing;

  @override
  State<Pad> createState() => _PadState();
}

class _PadState extends State<Pad> {
  int? _pointer;

  // [pointer]
  void _down(PointerDownEvent event) {
    if (_pointer == null) {
      _pointer = event.pointer;
      widget.drawing.begin(_place(event));
    }
  }

  void _move(PointerMoveEvent event) {
    if (event.pointer == _pointer) {
      widget.drawing.extend(_place(event));
    }
  }

  void _up(PointerUpEvent event) {
    if (event.pointer == _pointer) {
      _pointer = null;
      widget.drawing.end();
    }
  }

  void _cancel(PointerCancelEvent event) {
    if (event.pointer == _pointer) {
      _pointer = null;
      widget.drawing.cancel();
    }
  }

  Point _place(PointerEvent event) {
    final Size size = context.size!;
    final double x = event.localPosition.dx / size.width;
    final double y = event.localPosition.dy / size.height;
    return [x.clamp(0.0, 1.0), y.clamp(0.0, 1.0)];
  }
  // [/pointer]

  @override
  Widget build(BuildContext context) {
    return AspectRatio(
      aspectRatio: 1,
      child: Semantics(
        label: 'Drawing pad. Draw one digit with a finger.',
        child: RawGestureDetector(
          gestures: _noScrolling,
          child: Listener(
            behavior: HitTestBehavior.opaque,
            onPointerDown: _down,
            onPointerMove: _move,
            onPointerUp: _up,
            onPointerCancel: _cancel,
            child: _paper(Theme.of(context).colorScheme),
          ),
        ),
      ),
    );
  }

  Widget _paper(ColorScheme colours) {
    return DecoratedBox(
      decoration: BoxDecoration(
        color: colours.surfaceContainerHighest,
        border: Border.all(color: colours.outline),
        borderRadius: BorderRadius.circular(12),
      ),
      child: ListenableBuilder(
        listenable: widget.drawing,
        builder: (context, _) => CustomPaint(
          size: Size.infinite,
          painter: StrokesPainter(widget.drawing.strokes, colours.onSurface),
        ),
      ),
    );
  }
}

/// Claims every touch of the pad, so that drawing never scrolls the page.
final Map<Type, GestureRecognizerFactory<GestureRecognizer>> _noScrolling = {
  EagerGestureRecognizer:
      GestureRecognizerFactoryWithHandlers<EagerGestureRecognizer>(
        EagerGestureRecognizer.new,
        (_) {},
      ),
};

/// Paints strokes with a round pen into a square.
class StrokesPainter extends CustomPainter {
  const StrokesPainter(this.strokes, this.colour);

  final List<Stroke> strokes;
  final Color colour;

  @override
  void paint(Canvas canvas, Size size) {
    final double width = rawPen * size.width;
    final Paint dot = Paint()..color = colour;
    final Paint pen = Paint()
      ..color = colour
      ..style = PaintingStyle.stroke
      ..strokeWidth = width
      ..strokeCap = StrokeCap.round
      ..strokeJoin = StrokeJoin.round;
    for (final Stroke stroke in strokes) {
      // A path without length may leave no mark: the circle always does.
      canvas.drawCircle(_offset(stroke[0], size), width / 2, dot);
      canvas.drawPath(_path(stroke, size), pen);
    }
  }

  Offset _offset(Point point, Size size) {
    return Offset(point[0] * size.width, point[1] * size.height);
  }

  Path _path(Stroke stroke, Size size) {
    final Path path = Path()
      ..moveTo(stroke[0][0] * size.width, stroke[0][1] * size.height);
    for (final Point point in stroke) {
      path.lineTo(point[0] * size.width, point[1] * size.height);
    }
    return path;
  }

  @override
  bool shouldRepaint(StrokesPainter oldDelegate) => true;
}
