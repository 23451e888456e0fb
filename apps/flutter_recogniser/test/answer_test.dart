/// The answer is the likeliest digit, and says when it is not sure.
library;

import 'package:flutter_recogniser/answer.dart';
import 'package:flutter_test/flutter_test.dart';

const List<String> labels = [
  'Zero', 'One', 'Two', 'Three', 'Four', //
  'Five', 'Six', 'Seven', 'Eight', 'Nine',
];

/// Ten probabilities, nearly all of them for two digits.
List<double> shared(int first, double most, int second, double rest) {
  return [
    for (int digit = 0; digit < 10; digit++)
      if (digit == first) most else if (digit == second) rest else 0.0,
  ];
}

void main() {
  test('the likeliest digit is found wherever it stands', () {
    for (int digit = 0; digit < 10; digit++) {
      expect(likeliest(shared(digit, 0.9, (digit + 1) % 10, 0.1)), digit);
    }
  });

  test('the runner-up is the likeliest of the others', () {
    expect(likeliest(shared(7, 0.9, 1, 0.1), besides: 7), 1);
    expect(likeliest(shared(0, 0.9, 9, 0.1), besides: 0), 9);
  });

  test('a sure answer comes with its runner-up', () {
    final String words = inWords(shared(7, 0.9375, 1, 0.0625), labels);
    expect(words, 'Seven, 93.8%. Runner-up: One, 6.3%.');
  });

  test('below the threshold the app says so', () {
    final String words = inWords(shared(4, 0.5, 9, 0.25), labels);
    expect(words, 'Not sure. Perhaps Four, 50.0%; or Nine, 25.0%.');
  });

  test('what is spoken is short', () {
    expect(aloud(shared(7, 0.9375, 1, 0.0625), labels), 'Seven');
    final String words = aloud(shared(4, 0.5, 9, 0.25), labels);
    expect(words, 'Not sure. Perhaps Four, or Nine.');
  });

  test('probabilities have no fault, with or without rounding', () {
    expect(faultOf(shared(7, 0.75, 1, 0.25)), isNull);
    expect(faultOf(shared(7, 255 / 256, 1, 0)), isNull);
    expect(faultOf(shared(7, 0.51, 1, 0.505)), isNull);
  });

  test('a network without softmax is found out', () {
    expect(faultOf(shared(7, 1.2579, 1, -0.2579)), noSoftmax);
    expect(faultOf(shared(7, 0.5, 1, 0.25)), noSoftmax);
    expect(faultOf(shared(7, 0.9, 1, 0.9)), noSoftmax);
    expect(faultOf(shared(7, 0, 1, 0)), noSoftmax);
  });

  test('an answer that is no number has a sentence of its own', () {
    expect(faultOf(shared(7, double.nan, 1, 0.5)), noNumber);
  });

  test('a percentage is never certainty', () {
    expect(percent(0.999), '99.9%');
    expect(percent(0.9999), '> 99.9%');
    expect(percent(1), '> 99.9%');
    expect(percent(0.0001), '< 0.1%');
    expect(percent(0), '< 0.1%');
  });
}
