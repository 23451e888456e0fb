/// The history keeps the newest drawings, and only what is a drawing.
library;

import 'package:flutter_recogniser/history.dart';
import 'package:flutter_recogniser/preparation.dart';
import 'package:flutter_recogniser/storage.dart';
import 'package:flutter_test/flutter_test.dart';

import 'answer_test.dart' as answers;
import 'folder.dart';

List<Stroke> strokes() {
  return [
    [
      [0.25, 0.5],
      [0.75, 0.5],
    ],
  ];
}

Map<String, Object?> entry({
  Object? strokes = const [
    [
      [0.25, 0.5],
      [1, 0],
    ],
  ],
  Object? digit = 7,
  Object? probability = 0.9,
}) {
  return {'strokes': strokes, 'digit': digit, 'probability': probability};
}

void main() {
  late Storage storage;

  setUp(() => storage = Storage(folder()));

  test('readings come back as they were, newest first', () {
    History(storage)
      ..add(Reading(strokes(), 7, 0.9))
      ..add(Reading(strokes(), 2, 0.5));
    final List<Reading> found = History(storage).readings;
    expect(found.map((reading) => reading.digit), [2, 7]);
    expect(found.last.strokes, strokes());
    expect(found.last.probability, 0.9);
  });

  test('no more than the newest are kept', () {
    final History history = History(storage);
    for (int number = 0; number < remembered + 3; number++) {
      history.add(Reading(strokes(), number % 10, 0.9));
    }
    expect(history.readings, hasLength(remembered));
    expect(history.readings.first.digit, (remembered + 2) % 10);
  });

  test('a drawing that went on takes the place of its beginning', () {
    final List<Stroke> drawn = strokes();
    final History history = History(storage)..add(Reading(drawn, 1, 0.9));
    history.add(Reading([...drawn, ...strokes()], 7, 0.9));
    expect(history.readings.single.digit, 7);
  });

  test('a clearing can be taken back, and is not forgotten otherwise', () {
    final History history = History(storage)..add(Reading(strokes(), 7, 0.9));
    history.clear();
    expect(History(storage).readings, isEmpty);
    expect(history.canRestore, isTrue);
    history.restore();
    expect(History(storage).readings, hasLength(1));
    expect(history.canRestore, isFalse);
  });

  test('what is no drawing is left out', () {
    storage.keep('history', [
      entry(),
      entry(strokes: const <Object>[]),
      entry(strokes: 'none'),
      entry(
        strokes: const [
          [
            [0.5],
          ],
        ],
      ),
      entry(digit: 10),
      entry(digit: 'seven'),
      entry(probability: null),
      7,
      null,
    ]);
    expect(History(storage).readings.single.digit, 7);
  });

  test('an answer that is not sure has a question mark', () {
    expect(Reading(strokes(), 7, 0.9).label(answers.labels), 'Seven');
    expect(Reading(strokes(), 7, 0.5).label(answers.labels), 'Seven?');
  });
}
