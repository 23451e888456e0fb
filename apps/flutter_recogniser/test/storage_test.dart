/// What is kept comes back, whole or not at all.
library;

import 'dart:io';
import 'dart:typed_data';

import 'package:flutter_recogniser/networks.dart';
import 'package:flutter_recogniser/storage.dart';
import 'package:flutter_test/flutter_test.dart';

import 'folder.dart';

void main() {
  late Directory place;
  late Storage storage;

  setUp(() {
    place = folder();
    storage = Storage(place);
  });

  test('a value comes back, also to another start', () {
    expect(storage.value('speaks'), isNull);
    expect(storage.keep('speaks', true), isTrue);
    expect(Storage(place).value('speaks'), isTrue);
  });

  test('a network comes back under its name until it is forgotten', () {
    expect(networkIn(storage), isNull);
    final Uint8List bytes = Uint8List.fromList([1, 2, 3]);
    expect(keepNetwork(storage, NetworkFile('mine.tflite', bytes)), isTrue);
    expect(networkIn(storage)!.name, 'mine.tflite');
    expect(networkIn(storage)!.bytes, bytes);
    forgetNetwork(storage);
    expect(networkIn(storage), isNull);
  });

  test('what is deleted is gone, and nothing to delete is no fault', () {
    storage.keep('history', [1]);
    expect(storage.forget('history.json'), isTrue);
    expect(storage.value('history'), isNull);
    final File half = File('${place.path}/history.json.new')..createSync();
    expect(storage.forget('history.json'), isTrue);
    expect(half.existsSync(), isFalse);
  });

  test('half a file is none', () {
    File('${place.path}/history.json').writeAsStringSync('[{"strokes": [');
    expect(storage.value('history'), isNull);
  });

  test('a phone that keeps nothing is borne', () {
    const Storage none = Storage(null);
    expect(none.keep('speaks', true), isFalse);
    expect(none.value('speaks'), isNull);
    final Storage gone = Storage(Directory('${place.path}/gone'));
    expect(gone.keep('speaks', true), isFalse);
    expect(gone.bytes('network.tflite'), isNull);
  });
}
