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
  /// Loads a model and its labels from the app's assets.
  ///
  /// Throws [RecogniserError] if one is missing, damaged, or of another kind.
  static Future<Recogniser> load({
    String model = 'assets/augmented.tflite',
    String labels = 'assets/labels.txt',
  }) async {
    final Interpreter interpreter;
    final List<String> names;
    try {
      names = const LineSplitter().convert(await rootBundle.loadString(labels));
      interpreter = await Interpreter.fromAsset(model);
    } catch (error) {
      throw RecogniserError(
        'The network cannot be loaded. Please install the app again. ($error)',
      );
    }
    return Recogniser._(interpreter, names).._check(model);
  }
  // [/load]

  // [check]
  /// Throws [RecogniserError], and closes, unless the network reads digits.
  void _check(String model) {
    try {
      if (!_readsDigits() || labels.length != 10) {
        throw RecogniserError(
          '$model does not read digits. It must take one picture of 28 × 28 '
          'numbers and give ten, and there must be ten labels.',
        );
      }
      probabilities(Uint8List(784)); // what fails only when asked, fails now
    } on RecogniserError {
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
