/// Which networks the app takes.
library;

import 'package:flutter_recogniser/recogniser.dart';
import 'package:flutter_test/flutter_test.dart';

void main() {
  test('a picture may lie in a row, in a square, or in a block', () {
    expect(takesPicture([1, 784]), isTrue);
    expect(takesPicture([1, 28, 28]), isTrue);
    expect(takesPicture([1, 28, 28, 1]), isTrue);
  });

  test('other sizes, colours and batches are refused', () {
    expect(takesPicture([784]), isFalse);
    expect(takesPicture([1, 28, 28, 3]), isFalse);
    expect(takesPicture([1, 32, 32, 1]), isFalse);
    expect(takesPicture([32, 784]), isFalse);
  });
}
