/// The network of one's own: chosen in the phone's file dialog, and kept.
library;

import 'dart:typed_data';

import 'package:file_selector/file_selector.dart';

import 'recogniser.dart';
import 'storage.dart';

const String bookNetwork = "the book's network";
const String noBytes =
    'The file is empty, or cannot be read. If it is in a cloud, load it down '
    'to this phone first.';

/// A network's file, as it was chosen.
class NetworkFile {
  const NetworkFile(this.name, this.bytes);

  final String name;
  final Uint8List bytes;
}

// [pick]
/// Lets the user choose a file; null if nothing was chosen.
///
/// All files are offered, because no phone knows what a .tflite file is.
/// Throws [RecogniserError] for one that is too large, or cannot be read.
Future<NetworkFile?> pickNetwork() async {
  try {
    final XFile? file = await openFile();
    if (file == null) {
      return null;
    }
    if (await file.length() > largest) {
      throw RecogniserError('${file.name}: $tooLarge');
    }
    final Uint8List bytes = await file.readAsBytes();
    if (bytes.isEmpty) {
      throw const RecogniserError(noBytes);
    }
    return NetworkFile(file.name, bytes);
  } on RecogniserError {
    rethrow;
  } on Exception catch (error) {
    throw RecogniserError('The file cannot be read. ($error)');
  }
}
// [/pick]

/// The network that was kept; null if none was.
NetworkFile? networkIn(Storage storage) {
  final Object? name = storage.value('network');
  final Uint8List? bytes = name is String ? storage.bytes(_file) : null;
  return bytes == null ? null : NetworkFile(name! as String, bytes);
}

/// Keeps a network for the next start; tells whether it could.
bool keepNetwork(Storage storage, NetworkFile file) {
  return storage.forget(_name) && // never an old name on new bytes
      storage.keepBytes(_file, file.bytes) &&
      storage.keep('network', file.name);
}

/// Deletes the network that was kept. Tells whether it stays away: without a
/// name, bytes that could not be deleted are not opened again.
bool forgetNetwork(Storage storage) {
  final bool gone = storage.forget(_name);
  storage.forget(_file);
  return gone;
}

const String _name = 'network.json';
const String _file = 'network.tflite';
