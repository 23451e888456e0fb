/// The last drawings, each with its answer: kept, shown small, cleared.
library;

import 'package:flutter/material.dart';

import 'answer.dart';
import 'pad.dart';
import 'preparation.dart';
import 'storage.dart';

/// How many drawings the history keeps.
const int remembered = 24;

/// One drawing and how it was read.
class Reading {
  const Reading(this.strokes, this.digit, this.probability);

  final List<Stroke> strokes;
  final int digit;
  final double probability;

  /// What was kept, as a reading; null if it is none. Another version of the
  /// app may have kept other things.
  static Reading? from(Object? kept) {
    if (kept is! Map<String, dynamic>) {
      return null;
    }
    final Object? strokes = kept['strokes'];
    final Object? digit = kept['digit'];
    final Object? probability = kept['probability'];
    if (!isDrawing(strokes) || digit is! int || digit < 0 || digit > 9) {
      return null;
    }
    return probability is num
        ? Reading(
            _strokes(strokes! as List<dynamic>),
            digit,
            probability.toDouble(),
          )
        : null;
  }

  /// The reading as JSON can hold it.
  Map<String, Object> toJson() {
    return {'strokes': strokes, 'digit': digit, 'probability': probability};
  }

  /// The answer, short: with a question mark if the network was not sure.
  String label(List<String> labels) {
    return probability >= sureFrom ? labels[digit] : '${labels[digit]}?';
  }
}

/// Whether something is a list of strokes, each a list of points [x, y].
bool isDrawing(Object? strokes) => _isListOf(strokes, _isStroke);

bool _isStroke(Object? stroke) => _isListOf(stroke, _isPoint);

bool _isPoint(Object? point) => _isListOf(point, _isPlace, length: 2);

bool _isPlace(Object? place) => place is num && place.isFinite;

bool _isListOf(Object? list, bool Function(Object?) holds, {int? length}) {
  return list is List<dynamic> &&
      list.isNotEmpty &&
      list.length == (length ?? list.length) &&
      list.every(holds);
}

List<Stroke> _strokes(List<dynamic> strokes) {
  return [
    for (final Object? stroke in strokes)
      [
        for (final Object? point in stroke! as List<dynamic>)
          [
            for (final Object? place in point! as List<dynamic>)
              (place! as num).toDouble(),
          ],
      ],
  ];
}

/// The last readings, newest first, kept on the phone.
class History {
  History(this._storage) : _readings = _kept(_storage);

  final Storage _storage;
  List<Reading> _readings;
  List<Reading> _cleared = [];

  /// The readings, to be looked at only.
  List<Reading> get readings => List.unmodifiable(_readings);

  /// Whether a clearing can be taken back.
  bool get canRestore => _cleared.isNotEmpty;

  // [add]
  /// Adds a reading; tells whether it could be kept.
  ///
  /// A drawing that was read before, and perhaps went on since, begins with
  /// the same stroke: then the new reading takes the place of the old one.
  bool add(Reading reading) {
    final Stroke first = reading.strokes.first;
    _cleared = [];
    return _change([
      reading,
      ..._readings.where((old) => !identical(old.strokes.first, first)),
    ]);
  }
  // [/add]

  /// Forgets all readings, until [restore] brings them back. Tells whether
  /// they are gone from the phone.
  bool clear() {
    _cleared = _readings;
    _readings = [];
    return _storage.forget('history.json');
  }

  /// Takes the last clearing back.
  bool restore() {
    final List<Reading> back = _cleared;
    _cleared = [];
    return _change([..._readings, ...back]);
  }

  bool _change(List<Reading> readings) {
    _readings = readings.take(remembered).toList();
    return _storage.keep('history', _readings);
  }

  static List<Reading> _kept(Storage storage) {
    final Object? found = storage.value('history');
    return [
      if (found is List<dynamic>)
        for (final Object? entry in found.take(remembered))
          ?Reading.from(entry),
    ];
  }
}

/// A row of earlier drawings; a tap brings one back to the pad.
class HistoryRow extends StatelessWidget {
  const HistoryRow({
    super.key,
    required this.readings,
    required this.labels,
    required this.onTap,
  });

  final List<Reading> readings;
  final List<String> labels;
  final ValueChanged<Reading> onTap;

  @override
  Widget build(BuildContext context) {
    return Wrap(
      spacing: 8,
      runSpacing: 8,
      children: [
        for (final Reading reading in readings) _tile(context, reading),
      ],
    );
  }

  Widget _tile(BuildContext context, Reading reading) {
    return Semantics(
      button: true,
      label: 'Bring back the drawing read as ${reading.label(labels)}',
      excludeSemantics: true,
      onTap: () => onTap(reading),
      child: InkWell(
        onTap: () => onTap(reading),
        child: _thumbnail(reading, Theme.of(context).colorScheme.onSurface),
      ),
    );
  }

  Widget _thumbnail(Reading reading, Color colour) {
    return Column(
      children: [
        CustomPaint(
          size: const Size.square(56),
          painter: StrokesPainter(reading.strokes, colour),
        ),
        Text(reading.label(labels)),
      ],
    );
  }
}
