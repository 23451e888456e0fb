/// The preparation in Dart gives the bytes that Python gives.
library;

import 'dart:convert';

import 'package:flutter_recogniser/preparation.dart';
import 'package:flutter_test/flutter_test.dart';

import 'drawings.dart';

void main() {
  test('there are drawings of every digit', () {
    final Set<int> digits = {
      for (final drawing in drawings()) ?drawing.digit,
    };
    expect(digits, hasLength(10));
  });

  for (final drawing in drawings()) {
    test('${drawing.name} is prepared to the byte', () {
      expect(prepared(drawing.strokes), base64.decode(drawing.prepared));
    });

    test('${drawing.name} is shrunk to the byte', () {
      expect(shrunk(drawing.strokes), base64.decode(drawing.shrunk));
    });
  }

  test('an empty drawing gives nothing', () {
    expect(prepared([]), isNull);
    expect(shrunk([]), isNull);
    expect(prepared([[]]), isNull);
  });

  test('place and size do not matter', () {
    const List<Stroke> small = [
      [
        [0.25, 0.25],
        [0.25, 0.375],
      ],
    ];
    const List<Stroke> large = [
      [
        [0.5, 0.125],
        [0.5, 0.875],
      ],
    ];
    expect(prepared(small), prepared(large));
  });
}
