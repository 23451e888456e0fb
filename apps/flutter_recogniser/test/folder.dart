/// A place to keep things in a test.
library;

import 'dart:io';

import 'package:flutter_test/flutter_test.dart';

/// A folder on the computer's disk, which is deleted after the test.
Directory folder() {
  final Directory place = Directory.systemTemp.createTempSync('recogniser');
  addTearDown(() => place.deleteSync(recursive: true));
  return place;
}
