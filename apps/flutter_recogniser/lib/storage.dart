/// What stays on this phone when the app is closed.
library;

import 'dart:convert';
import 'dart:io';
import 'dart:typed_data';

import 'package:path_provider/path_provider.dart';

// [storage]
/// Keeps small values as JSON, and files as bytes, in the app's own folder.
///
/// It bears a phone that keeps nothing, because it is full or gives no folder:
/// what could not be kept is not there at the next start. Every function of
/// it that keeps something tells whether it could.
class Storage {
  const Storage(this._folder);

  /// Null: nothing is kept.
  final Directory? _folder;

  /// The folder that the phone gives to this app alone.
  static Future<Storage> open() async {
    try {
      return Storage(await getApplicationSupportDirectory());
    } catch (_) {
      return const Storage(null);
    }
  }

  /// The bytes kept under a name; null if there are none to be read.
  Uint8List? bytes(String name) {
    try {
      return _file(name)?.readAsBytesSync();
    } on FileSystemException {
      return null;
    }
  }

  /// Keeps bytes under a name: all of them, or those from before stay.
  bool keepBytes(String name, List<int> bytes) {
    final File? half = _file('$name.new');
    try {
      half?.writeAsBytesSync(bytes, flush: true);
      half?.renameSync(_file(name)!.path);
      return half != null;
    } on FileSystemException {
      return false;
    }
  }
  // [/storage]

  /// Deletes what is kept under a name, and half a file that was to be;
  /// tells whether nothing is there now.
  bool forget(String name) {
    try {
      for (final String each in [name, '$name.new']) {
        final File? file = _file(each);
        if (file != null && file.existsSync()) {
          file.deleteSync();
        }
      }
      return true;
    } on FileSystemException {
      return false;
    }
  }

  /// The value kept under a name; null if there is none that can be read.
  Object? value(String name) {
    final Uint8List? found = bytes('$name.json');
    try {
      return found == null ? null : jsonDecode(utf8.decode(found));
    } on FormatException {
      return null;
    }
  }

  /// Keeps a value that JSON can hold under a name.
  bool keep(String name, Object? value) {
    return keepBytes('$name.json', utf8.encode(jsonEncode(value)));
  }

  File? _file(String name) {
    final Directory? folder = _folder;
    return folder == null ? null : File('${folder.path}/$name');
  }
}
