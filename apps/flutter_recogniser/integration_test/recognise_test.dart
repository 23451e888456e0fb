/// On a phone, with the real plug-in: the probabilities that Python found.
library;

import 'dart:typed_data';

import 'package:flutter_recogniser/preparation.dart';
import 'package:flutter_recogniser/recogniser.dart';
import 'package:flutter_recogniser/storage.dart';
import 'package:flutter_test/flutter_test.dart';
import 'package:integration_test/integration_test.dart';

import '../test/drawings.dart';

void main() {
  IntegrationTestWidgetsFlutterBinding.ensureInitialized();

  testWidgets('every shared drawing is read as in Python', (tester) async {
    final Recogniser recogniser = await Recogniser.load();
    addTearDown(recogniser.close);
    for (final SharedDrawing drawing in drawings()) {
      final List<double> expected = numbers(
        drawing.probabilities['augmented.tflite'],
      );
      final List<double> found = recogniser.probabilities(
        prepared(drawing.strokes)!,
      );
      for (int digit = 0; digit < 10; digit++) {
        expect(
          found[digit],
          closeTo(expected[digit], 1e-4),
          reason: drawing.name,
        );
      }
    }
  });

  testWidgets('a model that is not there is refused in words', (tester) async {
    await expectLater(
      Recogniser.load(model: 'assets/none.tflite'),
      throwsA(isA<RecogniserError>()),
    );
  });

  testWidgets('a file that is no network is refused in words', (tester) async {
    for (final List<int> bytes in [
      <int>[],
      List<int>.filled(1000, 7),
      [28, 0, 0, 0, ...mark, ...List<int>.filled(1000, 7)],
    ]) {
      await expectLater(
        Recogniser.open('wrong.tflite', Uint8List.fromList(bytes)),
        throwsA(isA<RecogniserError>()),
      );
    }
  });

  testWidgets('what is kept on the phone comes back', (tester) async {
    final Storage storage = await Storage.open();
    addTearDown(() => storage.keep('test', null));
    expect(storage.keep('test', 28), isTrue);
    expect((await Storage.open()).value('test'), 28);
  });
}
