/// What the network's ten probabilities say, in words.
library;

/// From this probability on the app is sure of its answer.
const double sureFrom = 0.7;

/// How far from probabilities ten numbers may be: a network in whole numbers
/// gives steps of 1/256, and ten roundings by half a step add up to this.
const double roundings = 0.02;

const String noSoftmax =
    'This network ends without a softmax, so its ten numbers are no '
    'probabilities. Add a softmax, and export it again.';
const String noNumber =
    "The network's answer is no number (NaN): its training failed, or the "
    'file is damaged.';

// [fault]
/// Why a network's numbers are no probabilities; null if they are: each from
/// 0 to 1, and together 1.
String? faultOf(List<double> numbers) {
  bool proper = true;
  double total = 0;
  for (final double number in numbers) {
    proper = proper && number >= -roundings && number <= 1 + roundings;
    total += number;
  }
  if (total.isNaN) {
    return noNumber;
  }
  return proper && (total - 1).abs() <= roundings ? null : noSoftmax;
}
// [/fault]

// [likeliest]
/// The digit of the greatest probability, leaving out the digit [besides].
int likeliest(List<double> probabilities, {int besides = -1}) {
  int best = -1;
  for (int digit = 0; digit < probabilities.length; digit++) {
    if (digit == besides) {
      continue;
    }
    if (best < 0 || probabilities[digit] > probabilities[best]) {
      best = digit;
    }
  }
  return best;
}
// [/likeliest]

/// Whether the best answer is likely enough to be given as one.
bool isSure(List<double> probabilities) {
  return probabilities[likeliest(probabilities)] >= sureFrom;
}

/// A probability as a percentage. Never 100% and never 0%, though the
/// network's own number may round to them: no network is that sure.
String percent(double probability) {
  if (probability > 0.999) {
    return '> 99.9%';
  }
  if (probability < 0.001) {
    return '< 0.1%';
  }
  return '${(100 * probability).toStringAsFixed(1)}%';
}

// [in words]
/// The answer and its runner-up, to be read.
String inWords(List<double> probabilities, List<String> labels) {
  final int best = likeliest(probabilities);
  final int next = likeliest(probabilities, besides: best);
  final String first = '${labels[best]}, ${percent(probabilities[best])}';
  final String second = '${labels[next]}, ${percent(probabilities[next])}';
  if (isSure(probabilities)) {
    return '$first. Runner-up: $second.';
  }
  return 'Not sure. Perhaps $first; or $second.';
}
// [/in words]

// [aloud]
/// The answer, short, to be spoken.
String aloud(List<double> probabilities, List<String> labels) {
  final int best = likeliest(probabilities);
  if (isSure(probabilities)) {
    return labels[best];
  }
  final int next = likeliest(probabilities, besides: best);
  return 'Not sure. Perhaps ${labels[best]}, or ${labels[next]}.';
}
// [/aloud]
