/// The drawings that Python, JavaScript and Dart share, with their results.
library;

import 'dart:convert';

import 'package:flutter_recogniser/preparation.dart';

import 'vectors.dart';

/// One drawing, the bytes that must come of it, and the probabilities.
class SharedDrawing {
  SharedDrawing(Map<String, dynamic> json)
    : name = json['name'] as String,
      digit = json['digit'] as int?,
      strokes = [
        for (final stroke in json['strokes'] as List<dynamic>)
          [for (final point in stroke as List<dynamic>) numbers(point)],
      ],
      prepared = json['prepared'] as String,
      shrunk = json['shrunk'] as String,
      probabilities = json['probabilities'] as Map<String, dynamic>;

  final String name;
  final List<Stroke> strokes;

  /// What it is meant to be; null for a dot, a line, a cross.
  final int? digit;

  /// 784 bytes each, in base64.
  final String prepared;
  final String shrunk;

  /// Ten probabilities by the name of the model file.
  final Map<String, dynamic> probabilities;
}

/// A JSON list as numbers.
List<double> numbers(dynamic list) {
  return [
    for (final number in list as List<dynamic>) (number as num).toDouble(),
  ];
}

/// All shared drawings.
List<SharedDrawing> drawings() {
  final Map<String, dynamic> file = jsonDecode(vectors) as Map<String, dynamic>;
  return [
    for (final drawing in file['drawings'] as List<dynamic>)
      SharedDrawing(drawing as Map<String, dynamic>),
  ];
}
