/// The app: draw a digit, have it read on the phone.
library;

import 'package:flutter/material.dart';

import 'answer.dart';
import 'drawing.dart';
import 'history.dart';
import 'pad.dart';
import 'preparation.dart';
import 'recogniser.dart';

/// How many drawings the history keeps, until the app is closed.
const int remembered = 8;

void main() => runApp(const DigitApp());

/// The app in light and dark, as the phone is set.
class DigitApp extends StatelessWidget {
  const DigitApp({super.key, this.load = Recogniser.load});

  /// How the network is loaded; tests bring a stand-in.
  final Future<DigitReader> Function() load;

  @override
  Widget build(BuildContext context) {
    return MaterialApp(
      title: 'Digit recogniser',
      theme: _theme(Brightness.light),
      darkTheme: _theme(Brightness.dark),
      home: RecogniserPage(load: load),
    );
  }

  ThemeData _theme(Brightness brightness) {
    return ThemeData(
      colorScheme: ColorScheme.fromSeed(
        seedColor: const Color(0xFF1D4F91),
        brightness: brightness,
      ),
    );
  }
}

/// The only page: the pad, the buttons, the answer, the last drawings.
class RecogniserPage extends StatefulWidget {
  const RecogniserPage({super.key, required this.load});

  final Future<DigitReader> Function() load;

  @override
  State<RecogniserPage> createState() => _RecogniserPageState();
}

class _RecogniserPageState extends State<RecogniserPage> {
  final Drawing _drawing = Drawing();
  final List<Reading> _readings = [];
  DigitReader? _reader;
  String _message = 'Loading the network …';

  @override
  void initState() {
    super.initState();
    _load();
  }

  Future<void> _load() async {
    try {
      final DigitReader reader = await widget.load();
      if (mounted) {
        _reader = reader;
        _say('Draw one digit, as large as you like.');
      } else {
        reader.close();
      }
    } on RecogniserError catch (error) {
      if (mounted) {
        _say(error.message);
      }
    }
  }

  @override
  void dispose() {
    _reader?.close();
    _drawing.dispose();
    super.dispose();
  }

  void _say(String message) => setState(() => _message = message);

  // [recognise]
  void _recognise(DigitReader reader) {
    final strokes = _drawing.strokes;
    final picture = isDot(strokes) ? null : prepared(strokes);
    if (picture == null) {
      _say('Draw a digit first.');
      return;
    }
    try {
      final List<double> probabilities = reader.probabilities(picture);
      _remember(reader.labels[likeliest(probabilities)]);
      _say(inWords(probabilities, reader.labels));
    } on RecogniserError catch (error) {
      _say(error.message);
    }
  }
  // [/recognise]

  void _remember(String label) {
    _readings.insert(0, Reading(_drawing.strokes, label));
    if (_readings.length > remembered) {
      _readings.removeLast();
    }
  }

  void _bringBack(Reading reading) {
    _drawing.show(reading.strokes);
    _say('This was read as ${reading.label}.');
  }

  void _clear() {
    _drawing.clear();
    _say('Draw one digit. Undo brings the last drawing back.');
  }

  @override
  Widget build(BuildContext context) {
    return Scaffold(
      appBar: AppBar(title: const Text('Digit recogniser')),
      body: SafeArea(
        child: SingleChildScrollView(
          padding: const EdgeInsets.all(16),
          child: Center(
            child: ConstrainedBox(
              constraints: const BoxConstraints(maxWidth: 420),
              child: _content(),
            ),
          ),
        ),
      ),
    );
  }

  Widget _content() {
    return Column(
      crossAxisAlignment: CrossAxisAlignment.stretch,
      spacing: 16,
      children: [
        Pad(drawing: _drawing),
        ListenableBuilder(
          listenable: _drawing,
          builder: (context, _) => _buttons(),
        ),
        _answer(),
        HistoryRow(readings: _readings, onTap: _bringBack),
      ],
    );
  }

  Widget _buttons() {
    final DigitReader? reader = _reader;
    return Wrap(
      spacing: 8,
      runSpacing: 8,
      children: [
        FilledButton(
          onPressed: reader == null ? null : () => _recognise(reader),
          child: const Text('Recognise'),
        ),
        _button('Undo', _drawing.canUndo ? _drawing.undo : null),
        _button('Clear', _drawing.strokes.isEmpty ? null : _clear),
      ],
    );
  }

  Widget _button(String text, VoidCallback? act) {
    return OutlinedButton(onPressed: act, child: Text(text));
  }

  // [answer]
  Widget _answer() {
    return Semantics(
      liveRegion: true,
      child: Text(_message, style: Theme.of(context).textTheme.headlineSmall),
    );
  }
  // [/answer]
}
