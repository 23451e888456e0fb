/// The pad draws with one finger, and loses nothing that it should keep.
library;

import 'package:flutter/material.dart';
import 'package:flutter_recogniser/drawing.dart';
import 'package:flutter_recogniser/pad.dart';
import 'package:flutter_recogniser/preparation.dart';
import 'package:flutter_test/flutter_test.dart';

/// Shows a pad of 200 × 200 and returns its top left corner.
Future<Offset> showPad(WidgetTester tester, Drawing drawing) async {
  await tester.pumpWidget(
    MaterialApp(
      home: Center(
        child: SizedBox.square(dimension: 200, child: Pad(drawing: drawing)),
      ),
    ),
  );
  return tester.getTopLeft(find.byType(Pad));
}

void main() {
  testWidgets('a finger leaves a stroke in units of the pad', (tester) async {
    final Drawing drawing = Drawing();
    final Offset corner = await showPad(tester, drawing);
    final TestGesture finger = await tester.startGesture(
      corner + const Offset(50, 100),
    );
    await finger.moveTo(corner + const Offset(150, 100));
    await finger.up();
    expect(drawing.strokes, [
      [
        [0.25, 0.5],
        [0.75, 0.5],
      ],
    ]);
  });

  testWidgets('a second finger is ignored', (tester) async {
    final Drawing drawing = Drawing();
    final Offset corner = await showPad(tester, drawing);
    final TestGesture first = await tester.startGesture(
      corner + const Offset(50, 50),
      pointer: 1,
    );
    final TestGesture second = await tester.startGesture(
      corner + const Offset(150, 150),
      pointer: 2,
    );
    await second.moveTo(corner + const Offset(100, 150));
    await second.up();
    await first.moveTo(corner + const Offset(50, 100));
    await first.up();
    expect(drawing.strokes, [
      [
        [0.25, 0.25],
        [0.25, 0.5],
      ],
    ]);
  });

  testWidgets('a stroke that the phone interrupts is taken back', (
    tester,
  ) async {
    final Drawing drawing = Drawing();
    final Offset corner = await showPad(tester, drawing);
    await tester.tapAt(corner + const Offset(50, 50));
    final TestGesture finger = await tester.startGesture(
      corner + const Offset(100, 100),
    );
    await finger.cancel();
    expect(drawing.strokes, hasLength(1));
  });

  testWidgets('a finger that leaves the pad draws along its edge', (
    tester,
  ) async {
    final Drawing drawing = Drawing();
    final Offset corner = await showPad(tester, drawing);
    final TestGesture finger = await tester.startGesture(
      corner + const Offset(100, 100),
    );
    await finger.moveTo(corner + const Offset(300, 100));
    await finger.up();
    expect(drawing.strokes.single.last, [1.0, 0.5]);
  });

  test('a single point leaves a round dot as wide as the pen', () {
    const StrokesPainter painter = StrokesPainter([
      [
        [0.5, 0.25],
      ],
    ], Colors.black);
    expect(
      (Canvas canvas) => painter.paint(canvas, const Size.square(200)),
      paints..circle(x: 100, y: 50, radius: 6),
    );
  });

  test('what stays within a fiftieth of the pad is a dot', () {
    const Point start = [0.5, 0.5];
    expect(isDot([]), isTrue);
    expect(isDot([[]]), isTrue);
    expect(isDot([[start]]), isTrue);
    expect(isDot([[start], [[0.515, 0.485]]]), isTrue);
    expect(isDot([[start, [0.5, 0.53]]]), isFalse);
    expect(isDot([[start], [[0.53, 0.5]]]), isFalse);
  });

  test('a touch that is taken away takes back its own stroke only', () {
    final Drawing drawing = Drawing()
      ..begin([0.5, 0.5])
      ..end()
      ..begin([0.25, 0.5])
      ..cancel();
    expect(drawing.strokes, hasLength(1));
    drawing
      ..begin([0.25, 0.5])
      ..clear()
      ..cancel();
    expect(drawing.strokes, isEmpty);
  });

  test('undo brings back even what was cleared', () {
    final Drawing drawing = Drawing()
      ..begin([0.5, 0.5])
      ..end()
      ..clear();
    expect(drawing.strokes, isEmpty);
    drawing.undo();
    expect(drawing.strokes, hasLength(1));
    drawing.undo();
    expect(drawing.strokes, isEmpty);
    expect(drawing.canUndo, isFalse);
  });
}
