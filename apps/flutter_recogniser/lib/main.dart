/// The app: draw a digit, have it read on the phone.
library;

import 'package:flutter/material.dart';

import 'page.dart';
import 'phone.dart';

void main() {
  WidgetsFlutterBinding.ensureInitialized(); // plug-ins need it
  runApp(DigitApp(phone: Phone.real()));
}

/// The app in light and dark, as the phone is set.
class DigitApp extends StatelessWidget {
  const DigitApp({super.key, required this.phone});

  /// What the phone offers; tests bring a stand-in.
  final Phone phone;

  @override
  Widget build(BuildContext context) {
    return MaterialApp(
      title: 'Digit recogniser',
      theme: _theme(Brightness.light),
      darkTheme: _theme(Brightness.dark),
      home: RecogniserPage(phone: phone),
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
