/// The real phone is named before Flutter runs: no plug-in may be asked then.
library;

import 'package:flutter_recogniser/phone.dart';
import 'package:flutter_test/flutter_test.dart';

void main() {
  // Alone in its file: a widget test beside it would make Flutter run.
  test('the real phone can be named before Flutter runs', () {
    expect(Phone.real, returnsNormally);
  });
}
