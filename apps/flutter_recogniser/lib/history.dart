/// The last drawings, small, each with its answer.
library;

import 'package:flutter/material.dart';

import 'pad.dart';
import 'preparation.dart';

/// One drawing and how it was read.
class Reading {
  const Reading(this.strokes, this.label);

  final List<Stroke> strokes;
  final String label;
}

/// A row of earlier drawings; a tap brings one back to the pad.
class HistoryRow extends StatelessWidget {
  const HistoryRow({super.key, required this.readings, required this.onTap});

  final List<Reading> readings;
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
      label: 'Bring back the drawing read as ${reading.label}',
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
        Text(reading.label),
      ],
    );
  }
}
