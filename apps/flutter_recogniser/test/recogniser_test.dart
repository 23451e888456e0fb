/// Which networks the app takes.
library;

import 'dart:typed_data';

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

  test('a file that cannot be a network is refused unread', () {
    final List<int> good = [28, 0, 0, 0, ...mark, 0, 0];
    expect(faultOfFile(Uint8List.fromList(good)), isNull);
    expect(faultOfFile(Uint8List(0)), noNetwork);
    expect(faultOfFile(Uint8List(784)), noNetwork);
    expect(faultOfFile(Uint8List.fromList(mark)), noNetwork);
    expect(faultOfFile(Uint8List(largest + 1)), tooLarge);
  });
}
