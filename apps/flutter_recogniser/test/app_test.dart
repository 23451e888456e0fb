/// The page, with a stand-in for the network: what it says, and when.
library;

import 'dart:typed_data';

import 'package:flutter/material.dart';
import 'package:flutter_recogniser/history.dart';
import 'package:flutter_recogniser/main.dart';
import 'package:flutter_recogniser/pad.dart';
import 'package:flutter_recogniser/recogniser.dart';
import 'package:flutter_test/flutter_test.dart';

import 'answer_test.dart' as answers;

/// Answers every picture with Seven.
class AlwaysSeven implements DigitReader {
  bool closed = false;

  @override
  List<String> get labels => answers.labels;

  @override
  List<double> probabilities(Uint8List picture) {
    return answers.shared(7, 0.9375, 1, 0.0625);
  }

  @override
  void close() => closed = true;
}

Future<void> press(WidgetTester tester, String button) async {
  await tester.ensureVisible(find.text(button));
  await tester.tap(find.text(button));
  await tester.pump();
}

Future<void> start(WidgetTester tester, AlwaysSeven reader) async {
  await tester.pumpWidget(DigitApp(load: () async => reader));
  await tester.pump();
}

void main() {
  testWidgets('a drawing is read, said, and remembered', (tester) async {
    await start(tester, AlwaysSeven());
    await tester.drag(find.byType(Pad), const Offset(60, 60));
    await tester.pump();
    await press(tester, 'Recognise');
    expect(find.text('Seven, 93.8%. Runner-up: One, 6.3%.'), findsOneWidget);
    expect(find.text('Seven'), findsOneWidget);
  });

  testWidgets('a drawing comes back from the history', (tester) async {
    await start(tester, AlwaysSeven());
    await tester.drag(find.byType(Pad), const Offset(60, 60));
    await tester.pump();
    await press(tester, 'Recognise');
    await press(tester, 'Clear');
    await press(tester, 'Seven');
    expect(find.text('This was read as Seven.'), findsOneWidget);
    final Pad pad = tester.widget(find.byType(Pad));
    expect(pad.drawing.strokes, hasLength(1));
  });

  testWidgets('an empty pad gets no answer', (tester) async {
    await start(tester, AlwaysSeven());
    await press(tester, 'Recognise');
    expect(find.text('Draw a digit first.'), findsOneWidget);
    expect(
      tester.widget<HistoryRow>(find.byType(HistoryRow)).readings,
      isEmpty,
    );
  });

  testWidgets('a tap on the pad gets no answer', (tester) async {
    await start(tester, AlwaysSeven());
    await tester.tap(find.byType(Pad));
    await tester.pump();
    await press(tester, 'Recognise');
    expect(find.text('Draw a digit first.'), findsOneWidget);
    expect(
      tester.widget<HistoryRow>(find.byType(HistoryRow)).readings,
      isEmpty,
    );
  });

  testWidgets('a network that cannot be loaded is told of', (tester) async {
    const RecogniserError fault = RecogniserError('The file is damaged.');
    await tester.pumpWidget(DigitApp(load: () async => throw fault));
    await tester.pump();
    expect(find.text('The file is damaged.'), findsOneWidget);
    final FilledButton button = tester.widget(find.byType(FilledButton));
    expect(button.onPressed, isNull);
  });

  testWidgets('leaving the page gives the network back', (tester) async {
    final AlwaysSeven reader = AlwaysSeven();
    await start(tester, reader);
    await tester.pumpWidget(const SizedBox());
    expect(reader.closed, isTrue);
  });
}
