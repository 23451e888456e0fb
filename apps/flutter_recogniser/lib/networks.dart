/// The network of one's own: chosen in the phone's file dialog, and kept.
library;

import 'dart:typed_data';

import 'package:file_selector/file_selector.dart';

import 'recogniser.dart';
import 'storage.dart';

const String bookNetwork = "the book's network";

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
    return NetworkFile(file.name, await file.readAsBytes());
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
  return storage.keepBytes(_file, file.bytes) &&
      storage.keep('network', file.name);
}

/// From the next start on, the book's network reads again.
void forgetNetwork(Storage storage) => storage
  ..keep('network', null)
  ..keepBytes(_file, []);

const String _file = 'network.tflite';
