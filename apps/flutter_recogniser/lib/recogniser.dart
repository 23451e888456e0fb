/// The network on the phone: loads the model file and reads pictures with it.
library;

import 'dart:convert';
import 'dart:typed_data';

import 'package:flutter/foundation.dart' show listEquals;
import 'package:flutter/services.dart' show rootBundle;
import 'package:flutter_litert/native.dart';

import 'answer.dart';

// [shapes]
/// The shapes in which a network may take its one picture.
const List<List<int>> pictureShapes = [
  [1, 784],
  [1, 28, 28],
  [1, 28, 28, 1],
];

/// Whether an input of this shape takes one picture of 28 × 28.
bool takesPicture(List<int> shape) {
  return pictureShapes.any((known) => listEquals(known, shape));
}
// [/shapes]

/// Bytes of the largest file that is read; a network for digits has fewer
/// than a million.
const int largest = 20000000;

const String tooLarge =
    'This file has more than 20 MB. A network for digits needs less than 1 MB.';
const String noNetwork =
    'This is no .tflite file, or a damaged one. Export the network again, as '
    'chapter 12 does, and bring the new file to this phone.';

/// The letters TFL3, which every .tflite file has from its fifth byte on.
const List<int> mark = [84, 70, 76, 51];

// [file]
/// Why a file cannot be a network; null if it may be one.
String? faultOfFile(Uint8List bytes) {
  if (bytes.length > largest) {
    return tooLarge;
  }
  if (bytes.length < 8 || !listEquals(bytes.sublist(4, 8), mark)) {
    return noNetwork;
  }
  return null;
}
// [/file]

/// A fault, said in a sentence that the user can act on.
class RecogniserError implements Exception {
  const RecogniserError(this.message);

  final String message;

  @override
  String toString() => message;
}

/// Whatever reads a prepared picture; in tests a stand-in.
abstract interface class DigitReader {
  /// The names of the ten digits, in the order of the probabilities.
  List<String> get labels;

  /// The ten probabilities of a picture of 784 bytes.
  List<double> probabilities(Uint8List picture);

  /// Gives the network's memory back.
  void close();
}

/// Reads digits with a .tflite file and LiteRT's interpreter.
class Recogniser implements DigitReader {
  Recogniser._(this._interpreter, this.labels);

  final Interpreter _interpreter;

  @override
  final List<String> labels;

  // [load]
  /// Loads the book's network from the app's assets.
  ///
  /// Throws [RecogniserError] if it is missing, damaged, or of another kind.
  static Future<Recogniser> load({
    String model = 'assets/augmented.tflite',
  }) async {
    try {
      final ByteData file = await rootBundle.load(model);
      return await open(model, Uint8List.sublistView(file));
    } catch (error) {
      throw RecogniserError(
        'The network cannot be loaded. Please install the app again. ($error)',
      );
    }
  }

  /// Opens the bytes of a network's file, under the name that it has.
  ///
  /// Throws [RecogniserError] if it is no such file, damaged, of operations
  /// that LiteRT does not know, or of another kind of network.
  static Future<Recogniser> open(String name, Uint8List bytes) async {
    final String? fault = faultOfFile(bytes);
    if (fault != null) {
      throw RecogniserError('$name: $fault');
    }
    try {
      final List<String> labels = await _labelsOfDigits();
      final Interpreter interpreter = Interpreter.fromBuffer(bytes);
      return Recogniser._(interpreter, labels).._check(name);
    } on RecogniserError {
      rethrow;
    } catch (error) {
      throw RecogniserError('$name: LiteRT refuses this file. ($error)');
    }
  }
  // [/load]

  /// The ten names that stand in the app's assets.
  static Future<List<String>> _labelsOfDigits() async {
    final String text = await rootBundle.loadString('assets/labels.txt');
    return const LineSplitter().convert(text);
  }

  // [check]
  /// Throws [RecogniserError], and closes, unless the network reads digits.
  void _check(String name) {
    try {
      if (!_readsDigits() || labels.length != 10) {
        throw RecogniserError(
          '$name does not read digits. It must take one picture of 28 × 28 '
          'numbers and give ten, and there must be ten labels.',
        );
      }
      probabilities(Uint8List(784)); // what fails only when asked, fails now
    } catch (_) {
      close();
      rethrow;
    }
  }
  // [/check]

  /// Whether the network takes one picture of 28 × 28 and gives ten numbers.
  bool _readsDigits() {
    final List<Tensor> inputs = _interpreter.getInputTensors();
    final List<Tensor> outputs = _interpreter.getOutputTensors();
    return inputs.length == 1 &&
        outputs.length == 1 &&
        takesPicture(inputs[0].shape) &&
        listEquals(outputs[0].shape, [1, 10]) &&
        inputs[0].type == TensorType.float32 &&
        outputs[0].type == TensorType.float32;
  }

  // [probabilities]
  /// Throws [RecogniserError] if the interpreter refuses, or if what it gives
  /// are no probabilities.
  @override
  List<double> probabilities(Uint8List picture) {
    final List<double> numbers = _numbers(picture);
    final String? fault = faultOf(numbers);
    if (fault != null) {
      throw RecogniserError(fault);
    }
    return numbers;
  }

  List<double> _numbers(Uint8List picture) {
    try {
      final Float32List input = _interpreter.getInputTensor(0).asFloat32View();
      for (int pixel = 0; pixel < picture.length; pixel++) {
        input[pixel] = picture[pixel] / 255;
      }
      _interpreter.invoke();
      return [..._interpreter.getOutputTensor(0).asFloat32View()];
    } on StateError catch (error) {
      throw RecogniserError('The network gave no answer. ($error)');
    }
  }
  // [/probabilities]

  @override
  void close() => _interpreter.close();
}
