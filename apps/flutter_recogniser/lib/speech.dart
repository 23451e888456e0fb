/// The answer aloud, by the voice of the phone.
library;

import 'package:flutter_tts/flutter_tts.dart';

/// Whatever says words aloud; in tests a stand-in.
abstract interface class Voice {
  /// Says the words, in place of others that are still being said. Tells
  /// whether the phone can.
  Future<bool> say(String words);

  /// Is silent at once.
  Future<void> hush();
}

// [voice]
/// The phone's own voice, in English.
class PhoneVoice implements Voice {
  /// Made when it is first used: Flutter itself must run before its plug-ins.
  late final FlutterTts _speech = FlutterTts();

  /// Counts what was asked for: what came later has the say.
  int _turn = 0;

  @override
  Future<bool> say(String words) async {
    final int turn = ++_turn;
    try {
      await _speech.stop();
      final bool english = await _speech.setLanguage('en-US') == 1;
      return turn != _turn || english && await _speech.speak(words) == 1;
    } on Exception {
      return false;
    }
  }

  @override
  Future<void> hush() async {
    _turn++;
    try {
      await _speech.stop();
    } on Exception {
      // It said nothing, then.
    }
  }
}
// [/voice]
