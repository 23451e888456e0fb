// From ten probabilities to words. Nothing here touches the page.

export const WORDS = ["Zero", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine"];

/** Below this probability the answer is "not sure". */
export const SURE = 0.7;

/** The most probable digit and the runner-up: { digit, probability, next, nextProbability, sure }. */
export function answerOf(probabilities) {
  const order = [...WORDS.keys()].sort((a, b) => probabilities[b] - probabilities[a]);
  const [digit, next] = order;
  const probability = probabilities[digit];
  return { digit, probability, next, nextProbability: probabilities[next], sure: probability >= SURE };
}

/** A probability as a reader wants it: 98.2%. Never 100% and never 0%: no network is that sure. */
export function percent(probability) {
  if (probability > 0.999) return ">\u00a099.9%";
  if (probability < 0.001) return "<\u00a00.1%";
  return `${(100 * probability).toFixed(1)}%`;
}

/** The answer in words, for the eye: { prediction, confidence, runnerUp }. */
export function inWords({ digit, probability, next, nextProbability, sure }) {
  return {
    prediction: sure ? WORDS[digit] : `Not sure: perhaps ${WORDS[digit]}`,
    confidence: percent(probability),
    runnerUp: `${sure ? "next" : "or"} ${WORDS[next]}, ${percent(nextProbability)}`,
  };
}

/** The answer in words, for the ear. */
export function aloud({ digit, next, sure }) {
  return sure ? WORDS[digit] : `Not sure. Perhaps ${WORDS[digit]}, or ${WORDS[next]}.`;
}
