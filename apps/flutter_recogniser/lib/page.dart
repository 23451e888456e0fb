/// The only page: the pad, the buttons, the answer, the last drawings, and
/// which network reads.
library;

import 'package:flutter/material.dart';

import 'answer.dart';
import 'drawing.dart';
import 'history.dart';
import 'networks.dart';
import 'pad.dart';
import 'phone.dart';
import 'preparation.dart';
import 'recogniser.dart';
import 'storage.dart';

const String invitation = 'Draw one digit, as large as you like.';
const String notKept =
    'This phone could not keep that: it is gone when the app is closed.';
const String notForgotten =
    'This phone could not delete that: it is back at the next start.';
const String noVoice =
    'This phone has no English voice. Its settings have one to install, under '
    'text-to-speech or spoken content.';

/// Draw, recognise, look back; choose a network; have it said aloud.
class RecogniserPage extends StatefulWidget {
  const RecogniserPage({super.key, required this.phone});

  final Phone phone;

  @override
  State<RecogniserPage> createState() => _RecogniserPageState();
}

class _RecogniserPageState extends State<RecogniserPage> {
  final Drawing _drawing = Drawing();
  Storage _storage = const Storage(null);
  History _history = History(const Storage(null));
  DigitReader? _reader;
  String _network = bookNetwork;

  /// Whether a network of one's own is kept or reads.
  bool _hasOwn = false;

  /// Whether a network is being chosen or opened.
  bool _busy = true;

  /// Whether what is shown is about the drawing: it goes when that changes.
  bool _answered = false;
  bool _speaks = false;
  String _message = 'Loading the network …';

  /// What went wrong beside the answer; empty if nothing did.
  String _trouble = '';

  @override
  void initState() {
    super.initState();
    _drawing.addListener(_forgetAnswer);
    _start();
  }

  @override
  void dispose() {
    widget.phone.voice.hush();
    _reader?.close();
    _drawing.dispose();
    super.dispose();
  }

  void _say(String message) => setState(() => _message = message);

  void _warn(String trouble) => setState(() => _trouble = trouble);

  // ------------------------------------------------------------- networks

  // [start]
  /// Brings back what was kept, and opens the network that read last.
  Future<void> _start() async {
    final Storage storage = await widget.phone.storage();
    if (!mounted) {
      return;
    }
    final NetworkFile? own = networkIn(storage);
    setState(() {
      _storage = storage;
      _history = History(storage);
      _speaks = storage.value('speaks') == true;
      _hasOwn = own != null;
    });
    final bool opened = own != null && await _openOwn(own);
    if (mounted && !opened) {
      await _openBook();
    }
    _rest();
  }
  // [/start]

  void _rest() {
    if (mounted) {
      setState(() => _busy = false);
    }
  }

  Future<bool> _openBook() => _open(bookNetwork, widget.phone.load);

  Future<bool> _openOwn(NetworkFile file) {
    return _open(file.name, () => widget.phone.open(file));
  }

  // [open]
  /// Puts another network in the place of the one that reads. If it cannot be
  /// had, the one that reads stays. Tells whether it could be had.
  Future<bool> _open(String name, Future<DigitReader> Function() load) async {
    try {
      final DigitReader reader = await load();
      if (!mounted) {
        reader.close();
        return false;
      }
      _reader?.close();
      _reader = reader;
      _network = name;
      _say(invitation);
      return true;
    } on RecogniserError catch (error) {
      _refuse(error);
      return false;
    }
  }
  // [/open]

  /// Says why a network was refused; without any, in place of an answer.
  void _refuse(RecogniserError error) {
    if (!mounted) {
      return;
    }
    if (_reader == null) {
      _say(error.message);
      _warn(error.message);
    } else {
      _warn('${error.message} The network that read before still does.');
    }
  }

  void _begin() {
    setState(() {
      _busy = true;
      _trouble = '';
    });
  }

  Future<void> _chooseOwn() async {
    _begin();
    try {
      final NetworkFile? file = await widget.phone.pick();
      if (file != null && mounted && await _openOwn(file)) {
        _hasOwn = true;
        _warn(keepNetwork(_storage, file) ? '' : notKept);
      }
    } on RecogniserError catch (error) {
      _refuse(error);
    }
    _rest();
  }

  Future<void> _goBack() async {
    _begin();
    if (await _openBook()) {
      _hasOwn = false;
      _warn(forgetNetwork(_storage) ? '' : notForgotten);
    }
    _rest();
  }

  // -------------------------------------------------------------- reading

  // [recognise]
  void _recognise() {
    final DigitReader reader = _reader!; // without one, there is no button
    final strokes = _drawing.strokes;
    final picture = isDot(strokes) ? null : prepared(strokes);
    _answered = true;
    if (picture == null) {
      _say('Draw a digit first.');
      return;
    }
    try {
      final List<double> probabilities = reader.probabilities(picture);
      _say(inWords(probabilities, reader.labels));
      _remember(strokes, probabilities);
      _speak(aloud(probabilities, reader.labels));
    } on RecogniserError catch (error) {
      _say(error.message);
    }
  }
  // [/recognise]

  void _remember(List<Stroke> strokes, List<double> probabilities) {
    final int digit = likeliest(probabilities);
    final reading = Reading(strokes, digit, probabilities[digit]);
    _warn(_history.add(reading) ? '' : notKept);
  }

  Future<void> _speak(String words) async {
    if (_speaks && !await widget.phone.voice.say(words) && mounted) {
      _warn(noVoice);
    }
  }

  void _setVoice(bool speaks) {
    setState(() => _speaks = speaks);
    _warn(_storage.keep('speaks', speaks) ? '' : notKept);
    if (speaks) {
      _speak('The answers are spoken.');
    } else {
      widget.phone.voice.hush();
    }
  }

  void _forgetAnswer() {
    if (_answered) {
      _answered = false;
      _say(invitation);
    }
  }

  void _bringBack(Reading reading, List<String> labels) {
    _drawing.show(reading.strokes);
    _say('This was read as: ${reading.label(labels)}');
    _answered = true;
  }

  void _clear() {
    _drawing.clear();
    _say('Draw one digit. Undo brings the last drawing back.');
  }

  // ----------------------------------------------------------------- page

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
          builder: (context, _) => _drawingButtons(),
        ),
        _answer(),
        if (_trouble.isNotEmpty && _trouble != _message) _troubleText(),
        _voiceSwitch(),
        ..._lastDrawings(),
        ..._networkParts(),
      ],
    );
  }

  Widget _drawingButtons() {
    final bool ready = _reader != null && !_drawing.isOpen;
    return _row([
      FilledButton(
        onPressed: ready ? _recognise : null,
        child: const Text('Recognise'),
      ),
      _button('Undo', _drawing.canUndo ? _drawing.undo : null),
      _button('Clear', _drawing.strokes.isEmpty ? null : _clear),
    ]);
  }

  // [answer]
  Widget _answer() {
    return Semantics(
      liveRegion: true,
      child: Text(_message, style: Theme.of(context).textTheme.headlineSmall),
    );
  }
  // [/answer]

  Widget _troubleText() {
    final Color colour = Theme.of(context).colorScheme.error;
    return Semantics(
      liveRegion: true,
      child: Text(_trouble, style: TextStyle(color: colour)),
    );
  }

  Widget _voiceSwitch() {
    return SwitchListTile(
      contentPadding: EdgeInsets.zero,
      title: const Text('Speak the answer'),
      value: _speaks,
      onChanged: _busy ? null : _setVoice,
    );
  }

  /// The history, once there are names for its digits.
  List<Widget> _lastDrawings() {
    final List<String>? labels = _reader?.labels;
    if (labels == null) {
      return [];
    }
    return [
      HistoryRow(
        readings: _history.readings,
        labels: labels,
        onTap: (reading) => _bringBack(reading, labels),
      ),
      _row([
        if (_history.readings.isNotEmpty)
          _button('Forget the drawings', _forget),
        if (_history.canRestore) _button('Bring them back', _restore),
      ]),
    ];
  }

  void _forget() => _warn(_history.clear() ? '' : notForgotten);

  void _restore() => _warn(_history.restore() ? '' : notKept);

  List<Widget> _networkParts() {
    return [
      if (_reader != null) Text('Read by $_network.'),
      _row([
        _button('Load your own .tflite', _busy ? null : _chooseOwn),
        if (_hasOwn) _button('Use the book’s again', _busy ? null : _goBack),
      ]),
    ];
  }

  Widget _row(List<Widget> children) {
    return Wrap(spacing: 8, runSpacing: 8, children: children);
  }

  Widget _button(String text, VoidCallback? act) {
    return OutlinedButton(onPressed: act, child: Text(text));
  }
}
