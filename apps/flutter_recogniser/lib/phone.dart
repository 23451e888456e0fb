/// What the app needs of the phone, in one place, so that tests can bring
/// stand-ins.
library;

import 'networks.dart';
import 'recogniser.dart';
import 'speech.dart';
import 'storage.dart';

/// Ways to load, to choose, to keep and to speak.
class Phone {
  const Phone({
    required this.load,
    required this.open,
    required this.pick,
    required this.storage,
    required this.voice,
  });

  /// The phone as it is.
  Phone.real()
    : load = Recogniser.load,
      open = _open,
      pick = pickNetwork,
      storage = Storage.open,
      voice = PhoneVoice();

  static Future<DigitReader> _open(NetworkFile file) {
    return Recogniser.open(file.name, file.bytes);
  }

  /// Loads the book's network.
  final Future<DigitReader> Function() load;

  /// Opens a network of one's own.
  final Future<DigitReader> Function(NetworkFile file) open;

  /// Lets the user choose a network's file; null if none was chosen.
  final Future<NetworkFile?> Function() pick;

  /// Finds the place where things are kept.
  final Future<Storage> Function() storage;

  final Voice voice;
}
