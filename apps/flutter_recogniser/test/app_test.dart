/// The page, with stand-ins for the phone: what it says, keeps and speaks.
library;

import 'dart:async';
import 'dart:typed_data';

import 'package:flutter/material.dart';
import 'package:flutter_recogniser/history.dart';
import 'package:flutter_recogniser/main.dart';
import 'package:flutter_recogniser/networks.dart';
import 'package:flutter_recogniser/pad.dart';
import 'package:flutter_recogniser/page.dart';
import 'package:flutter_recogniser/phone.dart';
import 'package:flutter_recogniser/recogniser.dart';
import 'package:flutter_recogniser/speech.dart';
import 'package:flutter_recogniser/storage.dart';
import 'package:flutter_test/flutter_test.dart';

import 'answer_test.dart' as answers;
import 'folder.dart';

/// Answers every picture with one digit.
class Always implements DigitReader {
  Always(this.digit);

  final int digit;
  bool closed = false;

  @override
  List<String> get labels => answers.labels;

  @override
  List<double> probabilities(Uint8List picture) {
    return answers.shared(digit, 0.9375, 1, 0.0625);
  }

  @override
  void close() => closed = true;
}

/// Remembers what it was to say.
class Notes implements Voice {
  Notes({this.can = true});

  final bool can;
  final List<String> said = [];

  @override
  Future<bool> say(String words) async {
    said.add(words);
    return can;
  }

  @override
  Future<void> hush() async => said.add('(silence)');
}

/// A phone whose book's network reads Seven, and one of one's own reads Two.
Phone phone({
  Always? reader,
  Storage storage = const Storage(null),
  Voice? voice,
  NetworkFile? chosen,
  String? fault,
  Future<DigitReader>? opened,
}) {
  return Phone(
    load: () async => reader ?? Always(7),
    open: (file) async {
      if (fault != null) {
        throw RecogniserError(fault);
      }
      return opened == null ? Always(2) : await opened;
    },
    pick: () async => chosen,
    storage: () async => storage,
    voice: voice ?? Notes(),
  );
}

final NetworkFile mine = NetworkFile('my_cnn.tflite', Uint8List(8));

Future<void> start(WidgetTester tester, Phone phone) async {
  await tester.pumpWidget(DigitApp(phone: phone));
  await tester.pumpAndSettle();
}

Future<void> close(WidgetTester tester) {
  return tester.pumpWidget(const SizedBox());
}

Future<void> press(WidgetTester tester, String text) async {
  await tester.ensureVisible(find.text(text));
  await tester.pumpAndSettle();
  await tester.tap(find.text(text));
  await tester.pumpAndSettle();
}

Future<void> draw(WidgetTester tester) async {
  await tester.ensureVisible(find.byType(Pad));
  await tester.pumpAndSettle();
  await tester.drag(find.byType(Pad), const Offset(60, 60));
  await tester.pump();
}

List<Reading> readings(WidgetTester tester) {
  return tester.widget<HistoryRow>(find.byType(HistoryRow)).readings;
}

void main() {
  testWidgets('a drawing is read, said, and remembered', (tester) async {
    await start(tester, phone());
    await draw(tester);
    await press(tester, 'Recognise');
    expect(find.text('Seven, 93.8%. Runner-up: One, 6.3%.'), findsOneWidget);
    expect(find.text('Seven'), findsOneWidget);
  });

  testWidgets('the same drawing is remembered once', (tester) async {
    await start(tester, phone());
    await draw(tester);
    await press(tester, 'Recognise');
    await press(tester, 'Recognise');
    expect(readings(tester), hasLength(1));
  });

  testWidgets('a drawing comes back from the history', (tester) async {
    await start(tester, phone());
    await draw(tester);
    await press(tester, 'Recognise');
    await press(tester, 'Clear');
    await press(tester, 'Seven');
    expect(find.text('This was read as: Seven'), findsOneWidget);
    final Pad pad = tester.widget(find.byType(Pad));
    expect(pad.drawing.strokes, hasLength(1));
  });

  testWidgets('the history is there after a new start', (tester) async {
    final Storage storage = Storage(folder());
    await start(tester, phone(storage: storage));
    await draw(tester);
    await press(tester, 'Recognise');
    await close(tester);
    await start(tester, phone(storage: storage));
    expect(readings(tester).single.digit, 7);
  });

  testWidgets('an answer goes when the drawing changes', (tester) async {
    await start(tester, phone());
    await draw(tester);
    await press(tester, 'Recognise');
    await press(tester, 'Undo');
    expect(find.textContaining('Runner-up'), findsNothing);
    expect(find.text(invitation), findsOneWidget);
  });

  testWidgets('a phone that keeps nothing says so', (tester) async {
    await start(tester, phone());
    await draw(tester);
    await press(tester, 'Recognise');
    expect(find.text(notKept), findsOneWidget);
  });

  testWidgets('forgotten drawings can be brought back', (tester) async {
    await start(tester, phone(storage: Storage(folder())));
    await draw(tester);
    await press(tester, 'Recognise');
    await press(tester, 'Forget the drawings');
    expect(readings(tester), isEmpty);
    await press(tester, 'Bring them back');
    expect(readings(tester), hasLength(1));
  });

  testWidgets('an empty pad gets no answer', (tester) async {
    await start(tester, phone());
    await press(tester, 'Recognise');
    expect(find.text('Draw a digit first.'), findsOneWidget);
    expect(readings(tester), isEmpty);
  });

  testWidgets('a tap on the pad gets no answer', (tester) async {
    await start(tester, phone());
    await tester.tap(find.byType(Pad));
    await tester.pump();
    await press(tester, 'Recognise');
    expect(find.text('Draw a digit first.'), findsOneWidget);
    expect(readings(tester), isEmpty);
  });

  testWidgets('the answer is spoken once that is asked for', (tester) async {
    final Notes voice = Notes();
    final Storage storage = Storage(folder());
    await start(tester, phone(voice: voice, storage: storage));
    await draw(tester);
    await press(tester, 'Recognise');
    expect(voice.said, isEmpty);
    await press(tester, 'Speak the answer');
    await press(tester, 'Recognise');
    expect(voice.said, ['The answers are spoken.', 'Seven']);
    expect(storage.value('speaks'), isTrue);
  });

  testWidgets('a phone without a voice says so', (tester) async {
    final Voice voice = Notes(can: false);
    await start(tester, phone(voice: voice, storage: Storage(folder())));
    await press(tester, 'Speak the answer');
    expect(find.text(noVoice), findsOneWidget);
  });

  testWidgets('a network of one’s own reads, also later', (tester) async {
    final Storage storage = Storage(folder());
    final Always book = Always(7);
    await start(tester, phone(reader: book, storage: storage, chosen: mine));
    await press(tester, 'Load your own .tflite');
    expect(find.text('Read by my_cnn.tflite.'), findsOneWidget);
    expect(book.closed, isTrue);
    await close(tester);
    await start(tester, phone(storage: storage));
    expect(find.text('Read by my_cnn.tflite.'), findsOneWidget);
    await draw(tester);
    await press(tester, 'Recognise');
    expect(find.text('Two'), findsOneWidget);
    await press(tester, 'Use the book’s again');
    expect(find.text('Read by $bookNetwork.'), findsOneWidget);
    expect(networkIn(storage), isNull);
  });

  testWidgets('a refused network changes nothing', (tester) async {
    final Always book = Always(7);
    const String fault = 'my_cnn.tflite does not read digits.';
    await start(tester, phone(reader: book, chosen: mine, fault: fault));
    await press(tester, 'Load your own .tflite');
    expect(find.textContaining(fault), findsOneWidget);
    expect(find.text('Read by $bookNetwork.'), findsOneWidget);
    expect(book.closed, isFalse);
  });

  testWidgets('nothing chosen changes nothing', (tester) async {
    await start(tester, phone());
    await press(tester, 'Load your own .tflite');
    expect(find.text('Read by $bookNetwork.'), findsOneWidget);
  });

  testWidgets('a kept network that is refused is told of', (tester) async {
    final Storage storage = Storage(folder());
    keepNetwork(storage, mine);
    await start(tester, phone(storage: storage, fault: 'It is damaged.'));
    expect(find.text('It is damaged.'), findsOneWidget);
    expect(find.text('Read by $bookNetwork.'), findsOneWidget);
    expect(networkIn(storage), isNotNull);
    await press(tester, 'Use the book’s again');
    expect(networkIn(storage), isNull);
  });

  testWidgets('closed while it loads, a network is kept', (tester) async {
    final Storage storage = Storage(folder());
    keepNetwork(storage, mine);
    final Completer<DigitReader> slow = Completer<DigitReader>();
    final Always late = Always(2);
    await start(tester, phone(storage: storage, opened: slow.future));
    await close(tester);
    slow.complete(late);
    await tester.pumpAndSettle();
    expect(networkIn(storage)!.name, mine.name);
    expect(late.closed, isTrue);
  });

  testWidgets('a network that cannot be loaded is told of', (tester) async {
    const RecogniserError fault = RecogniserError('The file is damaged.');
    await start(
      tester,
      Phone(
        load: () async => throw fault,
        open: (_) async => throw fault,
        pick: () async => null,
        storage: () async => const Storage(null),
        voice: Notes(),
      ),
    );
    expect(find.text('The file is damaged.'), findsOneWidget);
    final FilledButton button = tester.widget(find.byType(FilledButton));
    expect(button.onPressed, isNull);
    expect(find.textContaining('Read by'), findsNothing);
  });

  testWidgets('leaving the page gives the network back', (tester) async {
    final Always reader = Always(7);
    await start(tester, phone(reader: reader));
    await close(tester);
    expect(reader.closed, isTrue);
  });
}
