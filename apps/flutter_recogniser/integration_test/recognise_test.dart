/// On a phone, with the real plug-in: the probabilities that Python found.
library;

import 'package:flutter_recogniser/preparation.dart';
import 'package:flutter_recogniser/recogniser.dart';
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
}
