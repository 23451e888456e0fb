const LETTERS = ["A", "B", "C", "D"];
const LISTS = ["loss", "accuracy", "val_loss", "val_accuracy", "ends"]; // as they stand in a run's numbers
const CHANCE = 0.12; // ten digits: guessing gets about one in ten, and the commonest digit a little more
const GUESSING = Math.log(10); // the loss of guessing
const APART = 0.1; // seeds that differ by more than this disagree
const HUNDREDTH = 1e-4; // seconds are recorded in hundredths, and float32 holds them nearly

const MEASURES = {
  accuracy: { choice: "accuracy on validation images", name: "validation accuracy" },
  loss: { choice: "loss on validation images", name: "validation loss" },
  test: { choice: "accuracy on test images", name: "accuracy on the test images" },
  seconds: { choice: "seconds an epoch", name: "seconds an epoch" },
};

// ---------------------------------------------------------------- the record

/** The recorded runs by field: `record.fields[row][column]`, a row for each batch size. */
export function readRuns({ runs, learning_rates: rates, batch_sizes: sizes, seeds, epochs, rows }) {
  const numbers = floatsOf(runs);
  const long = 2 + LISTS.length * epochs;
  const readRun = (start) => {
    const lists = LISTS.map((name, k) => {
      const from = start + 2 + k * epochs;
      return [name, Array.from(numbers.subarray(from, from + epochs))];
    });
    return { diverged: numbers[start], test: numbers[start + 1], ...Object.fromEntries(lists) };
  };
  const fields = sizes.map((size, row) => rates.map((rate, column) => ({
    row, column, rate, size,
    perEpoch: Math.ceil(rows / size),
    runs: Array.from({ length: seeds }, (_, seed) => readRun(long * (seed + seeds * (column + rates.length * row)))),
  })));
  const record = { rates, sizes, seeds, epochs, fields, all: fields.flat() };
  return { ...record, ranges: rangesOf(record), canDiverge: record.all.some((one) => one.runs.some(({ diverged }) => diverged > 0)) };
}

/** The best and the worst that the colours of a measure tell apart, the same at every moment. */
function rangesOf({ all, epochs }) {
  const seen = (valuesOf) => all.flatMap((field) => field.runs.flatMap(valuesOf)).filter(Number.isFinite);
  const error = Math.max(1e-4, 1 - Math.max(...seen((run) => run.val_accuracy), ...seen((run) => run.test), 0.5));
  const loss = Math.max(1e-4, Math.min(...seen((run) => run.val_loss), 1));
  const seconds = seen((run) => run.ends.map((end, k) => end / (k + 1)));
  return {
    accuracy: [0.9, error],
    test: [0.9, error],
    loss: [GUESSING, loss],
    seconds: [Math.max(...seconds, 1e-3), 0.99 * Math.max(Math.min(...seconds, 1e3), 1e-4)],
    firstEnd: Math.min(...seen((run) => run.ends[0]), 1),
    lastEnd: Math.max(...seen((run) => run.ends[epochs - 1]), 1),
  };
}

function fieldAt(record, [rate, size] = []) {
  return record.fields[record.sizes.indexOf(size)]?.[record.rates.indexOf(rate)];
}

// ---------------------------------------------------------------- a field at a moment

/** How many epochs of a run fit, and whether more would have fitted than were recorded. */
function epochsThatFit(run, { perEpoch }, { measure, compare_after: after, epoch, updates, seconds }, epochs) {
  if (measure === "test") return { fit: epochs, over: false };
  if (after === "epochs") return { fit: Math.min(epoch, epochs), over: false };
  if (after === "updates") {
    const fit = Math.floor(updates / perEpoch);
    return { fit: Math.min(fit, epochs), over: fit > epochs };
  }
  const ended = run.ends.filter(Number.isFinite);
  const fit = ended.filter((end) => end <= seconds + HUNDREDTH).length;
  const next = ended.length > 0 ? (ended.at(-1) * (ended.length + 1)) / ended.length : 0;
  return { fit, over: fit === ended.length && seconds >= next };
}

/** A run that diverged is over from then on, however many epochs would still fit. */
function hasDiverged(run, { fit, over }) {
  return run.diverged > 0 && (fit >= run.diverged || over);
}

function valueOf(run, measure, fit) {
  if (measure === "test") return run.test;
  if (measure === "seconds") return run.ends[fit - 1] / fit;
  return (measure === "loss" ? run.val_loss : run.val_accuracy)[fit - 1];
}

function mean(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Whether runs of a field that guess now do more than guess in a later epoch. */
function learnsLater({ runs }, fit) {
  return runs[0].ends.some((_, k) => k >= fit && mean(runs.map((run) => run.val_accuracy[k])) > CHANCE);
}

/**
 * What a field shows: the mean over its seeds, the least and the most of them, and its kind: "plain",
 * "none" (no epoch fits), "diverged" (one at least), "stuck" (it guesses, to the end) or "slow" (it still guesses).
 */
export function lookAt(field, state, record, measure = state.measure) {
  const fits = field.runs.map((run) => epochsThatFit(run, field, state, record.epochs));
  const counts = fits.map(({ fit }) => fit);
  const seen = { field, fits: counts, first: Math.min(...counts), last: Math.max(...counts), over: fits.every(({ over }) => over) };
  const gone = field.runs.map((run, k) => hasDiverged(run, fits[k]));
  if (gone.includes(true)) return { ...seen, kind: "diverged", gone };
  const values = field.runs.map((run, k) => valueOf(run, measure, counts[k]));
  if (!values.every(Number.isFinite)) return { ...seen, kind: "none" };
  const accuracy = mean(field.runs.map((run, k) => run.val_accuracy[counts[k] - 1]));
  const kind = accuracy > CHANCE ? "plain" : learnsLater(field, seen.last) ? "slow" : "stuck";
  return { ...seen, kind, values, value: mean(values), low: Math.min(...values), high: Math.max(...values) };
}

/** What fields are chosen by: never the test images, and never the time. */
function judgedBy(measure) {
  return measure === "loss" ? "loss" : "accuracy";
}

/** The field that is best now, of all or of a row; undefined where none has a value. */
export function bestField(fields, state, record) {
  const by = judgedBy(state.measure);
  const seen = fields.map((field) => lookAt(field, state, record, by)).filter(({ value }) => value !== undefined);
  const isBetter = (one, other) => (by === "loss" ? one.value < other.value : one.value > other.value);
  return seen.length === 0 ? undefined : seen.reduce((best, one) => (isBetter(one, best) ? one : best));
}

// ---------------------------------------------------------------- colours

// Cividis, made so that colour-blind readers see it as others do: dark is bad, bright is good.
const RAMP = ["00224e", "123570", "3b496c", "575d6d", "707173", "8a8678", "a59c74", "c3b369", "e1cc55", "fee838"]
  .map((hex) => [0, 2, 4].map((k) => parseInt(hex.slice(k, k + 2), 16)));

/** From 0, the worst, to 1, the best. Steps are equal for equal ratios of errors, losses or seconds. */
export function shade(measure, value, { ranges }) {
  const [worst, best] = ranges[measure];
  const size = measure === "accuracy" || measure === "test" ? 1 - value : value;
  return clamp(Math.log(worst / Math.max(size, 1e-6)) / Math.log(worst / best), 0, 1);
}

function colourOf(part) {
  const place = part * (RAMP.length - 1);
  const k = Math.min(Math.floor(place), RAMP.length - 2);
  return RAMP[k].map((one, n) => Math.round(one + (place - k) * (RAMP[k + 1][n] - one)));
}

/** Black or white, whichever is easier to read on a colour. */
function inkOn(colour) {
  const [red, green, blue] = colour.map((one) => (one <= 10 ? one / 3295 : ((one / 255 + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.179 ? "#000" : "#fff";
}

// ---------------------------------------------------------------- numbers

function short(text) {
  return text.replace(/^0\./, ".");
}

/** A number that fits a field on a phone: .976, 2.33, 324. */
export function shortNumber(measure, value) {
  if (measure === "accuracy" || measure === "test") return value > 0.9995 ? "1" : short(value.toFixed(3));
  if (value >= 1000) return "huge";
  if (measure === "seconds") return short(value.toFixed(value >= 100 ? 0 : value >= 10 ? 1 : 2));
  return short(value.toFixed(value >= 100 ? 0 : value >= 10 ? 1 : value >= 1 ? 2 : 3));
}

function longNumber(measure, value) {
  return measure === "seconds" ? formatNumber(value, 2) : value < 1000 ? value.toFixed(3) : formatNumber(value);
}

function exactly(number) {
  return plainDigits(number, 0);
}

function plural(number, noun, nouns = `${noun}s`) {
  return `${exactly(number)} ${number === 1 ? noun : nouns}`;
}

function joined(words) {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}

function capital(text) {
  return text[0].toUpperCase() + text.slice(1);
}

function fromTo(first, last) {
  return first === last ? exactly(first) : `${exactly(first)}–${exactly(last)}`;
}

const COUNTS = ["no", "one", "two", "three", "four", "five"];

// ---------------------------------------------------------------- words

function nameOf({ rate, size }) {
  return `learning rate ${formatNumber(rate)}, batch ${size}`;
}

function secondsInWords(seconds) {
  return `${formatNumber(seconds, 1)} second${seconds === 1 ? "" : "s"}`;
}

/** The moment that all fields are compared at. */
function momentInWords({ measure, compare_after: after, epoch, updates, seconds }, { epochs }) {
  if (measure === "test") return `after the last epoch, epoch ${epochs}`;
  if (after === "epochs") return `after epoch ${Math.min(epoch, epochs)}`;
  return after === "updates" ? `within ${plural(updates, "update")}` : `within ${secondsInWords(seconds)}`;
}

function stoodAt(seen, state, record) {
  const moment = momentInWords(state, record);
  if (state.measure === "test" || state.compare_after === "epochs") return moment;
  if (seen.over) return `after epoch ${seen.last}, where its training ended`;
  return `after ${seen.first === seen.last ? "epoch" : "epochs"} ${fromTo(seen.first, seen.last)}, the last ${moment}`;
}

function spreadInWords({ values, low, high }, measure) {
  if (values.length === 1) return "One training.";
  const [least, most] = [low, high].map((value) => longNumber(measure, value));
  const count = COUNTS[values.length];
  if (least === most) return `All ${count} seeds come to ${least}.`;
  return `Its ${count} seeds lie between ${least} and ${most}.`;
}

function costInWords({ field, first, last }) {
  const updates = fromTo(first * field.perEpoch, last * field.perEpoch);
  const ends = field.runs.map((run) => run.ends[last - 1]).filter(Number.isFinite);
  const time = ends.length > 0 ? ` and ${secondsInWords(round(mean(ends), 1))}` : "";
  return `So far: ${updates} ${last * field.perEpoch === 1 ? "update" : "updates"}${time}.`;
}

const TOO_LONG = "Its steps are too long: along the steepest direction each one lands higher than the one before, as in chapter 4, Walk downhill.";
const DEAD = "They threw the weights so far that the neurons say 0 for almost every image. There the slope is 0, and no later step brings them back.";

function whyStuck(isLong) {
  const guesses = "It gives nearly all images one answer, so about one in ten is right.";
  return isLong ? `${guesses} ${TOO_LONG} ${DEAD}` : `${guesses} Its steps are too short for so few of them.`;
}

function whySlow({ field, last }) {
  return `It has hardly begun: ${plural(last * field.perEpoch, "update")}, and it still guesses. Later it does learn.`;
}

/** What a run once had and has lost again: the most of it, over the seeds. */
function lost({ field, fits }) {
  const drops = field.runs.map((run, k) => {
    const before = Math.max(...run.val_accuracy.slice(0, fits[k]));
    return { before, drop: before - run.val_accuracy[fits[k] - 1] };
  });
  return drops.reduce((most, one) => (one.drop > most.drop ? one : most));
}

function whyPlain(seen, best, { by, where }) {
  const fallen = lost(seen);
  if (seen.field.rate > best.field.rate && fallen.drop > APART) {
    return `With one seed it had come to ${fallen.before.toFixed(3)} and lost that again: a step was too long.`;
  }
  if (by === "accuracy" && seen.field.rate > best.field.rate && seen.high - seen.low > APART) {
    return "Its seeds disagree. Its steps are at the edge of too long, and it is luck whether one of them breaks the network.";
  }
  if (seen.field === best.field) return `No other rate in this row has come further by then${where}.`;
  const there = `${formatNumber(best.field.rate)} has come to ${longNumber(by, best.value)}${where}`;
  const isAlike = by === "loss" ? seen.low <= best.high : seen.high >= best.low;
  if (isAlike) return `The best rate of this row, ${there}. The seeds differ by as much.`;
  const fault = seen.field.rate < best.field.rate ? "short: it learns, but slowly" : "longer than is good here";
  return `Its steps are ${fault}. In this row a rate of ${there}.`;
}

function why(seen, state, record) {
  const best = bestField(record.fields[seen.field.row], state, record);
  const isLong = !best || best.kind === "stuck" || seen.field.rate > best.field.rate;
  if (seen.kind === "stuck") return whyStuck(isLong);
  if (seen.kind === "slow") return whySlow(seen);
  const by = judgedBy(state.measure);
  const where = state.measure === "test" ? " on the validation images, by which one chooses" : "";
  return whyPlain(lookAt(seen.field, state, record, by), best, { by, where });
}

function howFast({ field }, state, record) {
  const accuracy = longNumber("accuracy", lookAt(field, state, record, "accuracy").value);
  const all = record.all.map((one) => lookAt(one, state, record)).filter(({ value }) => value !== undefined);
  const fastest = all.reduce((best, one) => (one.value < best.value ? one : best));
  const other = fastest.field === field ? "No field is faster" : `The fastest field, batch ${fastest.field.size}, needs ${longNumber("seconds", fastest.value)}`;
  return `${other}. Validation accuracy here: ${accuracy}.`;
}

function describeDiverged({ field, gone }) {
  const broken = field.runs.filter((_, k) => gone[k]);
  const epochs = [...new Set(broken.map(({ diverged }) => diverged))].sort((one, other) => one - other).map(exactly);
  const who = broken.length === field.runs.length
    ? (broken.length === 1 ? "its training" : `all ${COUNTS[broken.length]} trainings`)
    : `${COUNTS[broken.length]} of its ${COUNTS[field.runs.length]} trainings`;
  const when = `in epoch${epochs.length > 1 ? "s" : ""} ${joined(epochs)}`;
  return {
    mood: "worse",
    headline: `${capital(nameOf(field))}: ${who} diverged ${when}.`,
    detail: `The loss grew beyond all numbers. ${TOO_LONG}`,
  };
}

function describeNone({ field }, state, record) {
  const first = state.compare_after === "updates" && state.measure !== "test"
    ? `The first one takes ${plural(field.perEpoch, "update")}.`
    : `The first one takes ${secondsInWords(round(mean(field.runs.map((run) => run.ends[0])), 1))}.`;
  const fits = field.runs.some((run) => epochsThatFit(run, field, state, record.epochs).fit > 0);
  return {
    mood: "ready",
    headline: `${capital(nameOf(field))}: ${fits ? "not with every seed an epoch ends" : "no epoch ends"} ${momentInWords(state, record)}.`,
    detail: `${first} So there is nothing to compare yet.`,
  };
}

const MARKS = { plain: "", none: "no epoch fits", diverged: "diverged", stuck: "guesses", slow: "not yet" };

function valueInWords(seen, measure) {
  return seen.value === undefined ? MARKS[seen.kind] : longNumber(measure, seen.value);
}

function besideInWords(field, state, record) {
  const others = openFields(state, record).filter((one) => one.field !== field);
  if (others.length === 0) return "";
  const each = others.map((one) => `${one.letter} ${valueInWords(lookAt(one.field, state, record), state.measure)}`);
  return ` Open beside it: ${joined(each)}.`;
}

function moodOf(seen, state, record) {
  if (seen.kind === "stuck") return "worse";
  if (seen.kind === "slow") return "ready";
  const best = bestField(record.fields[seen.field.row], state, record);
  return seen.field.rate < best.field.rate ? "ready" : seen.field === best.field ? "better" : "worse";
}

/** The open fields with their letters. */
export function openFields({ chosen }, record) {
  const found = chosen.slice(0, LETTERS.length).map((place, slot) => ({ slot, letter: LETTERS[slot], field: fieldAt(record, place) }));
  return found.filter(({ field }) => field);
}

/** The field that the sentence speaks of. */
function spokenOf({ chosen, cell }, record) {
  return fieldAt(record, cell) ?? openFields({ chosen }, record).at(-1)?.field;
}

/** What the chosen field did: one sentence of facts, the reason, and a mood for the sign beside them. */
export function describe(state, record) {
  const field = spokenOf(state, record);
  if (!field) return { mood: "ready", headline: "No field is open.", detail: "Choose one in the map to see its trainings." };
  const seen = lookAt(field, state, record);
  if (seen.kind === "diverged") return describeDiverged(seen);
  if (seen.kind === "none") return describeNone(seen, state, record);
  const { measure } = state;
  const letter = openFields(state, record).find((one) => one.field === field)?.letter;
  const who = `${letter ? `${letter}, ` : ""}${nameOf(field)}`;
  const number = `${MEASURES[measure].name} ${longNumber(measure, seen.value)} ${stoodAt(seen, state, record)}`;
  const reason = measure === "seconds" ? howFast(seen, state, record) : why(seen, state, record);
  return {
    mood: measure === "seconds" ? "same" : moodOf(seen, state, record),
    headline: `${capital(who)}: ${number}.`,
    detail: `${spreadInWords(seen, measure)} ${costInWords(seen)} ${reason}${besideInWords(field, state, record)}`,
  };
}

function describeRefusal(field, state, record) {
  const open = openFields(state, record).map(({ letter, field: one }) => `${letter} (${formatNumber(one.rate)}, ${one.size})`);
  return {
    mood: "ready",
    headline: `${capital(nameOf(field))} stays closed: four fields are open already.`,
    detail: `Close one of them first: ${joined(open)}.`,
  };
}

// ---------------------------------------------------------------- which fields are open

/** `chosen` with a field more in the first free place, or undefined where none is free. */
function opened(chosen, { rate, size }) {
  const places = LETTERS.map((_, slot) => chosen[slot] ?? []);
  const free = places.findIndex((place) => place.length === 0);
  return free < 0 ? undefined : withoutTail(places.map((place, slot) => (slot === free ? [rate, size] : place)));
}

function closed(chosen, slot) {
  return withoutTail(chosen.map((place, k) => (k === slot ? [] : place)));
}

function withoutTail(places) {
  const last = places.findLastIndex((place) => place.length > 0);
  return places.slice(0, last + 1);
}

const ARTICLES = [0.01, 64];
const DIAGONAL = [[0.001, 8], ARTICLES, [0.1, 512], [0.3, 2048]]; // the rate over the batch size, nearly the same

/** Four fields of a row, from its first rate to its last. */
function across(row) {
  const last = row.length - 1;
  const columns = [...new Set([0, 1, 2, 3].map((third) => Math.round((third * last) / 3)))];
  return columns.map((column) => [row[column].rate, row[column].size]);
}

const PRESETS = [
  { label: "the article’s recipe", fields: () => [ARTICLES] },
  {
    label: "the best field",
    fields(state, record) {
      const best = bestField(record.all, state, record)?.field;
      return best ? [ARTICLES, [best.rate, best.size]] : [ARTICLES];
    },
  },
  { label: "one row across: same batch", fields: (state, record) => across(record.fields[(spokenOf(state, record) ?? record.all[0]).row]) },
  { label: "the diagonal: rate grows with batch", fields: () => DIAGONAL },
];

export function presetFields(preset, state, record) {
  const texts = new Set();
  return PRESETS[preset].fields(state, record).filter((place) => {
    const isNew = fieldAt(record, place) && !texts.has(String(place));
    texts.add(String(place));
    return isNew;
  });
}

// ---------------------------------------------------------------- the map

const HATCHED = new Set(["stuck", "slow", "diverged"]);

/** Only what changes is written: each of the many fields costs style and layout anew when it is touched. */
function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

function write(element, data) {
  for (const [name, value] of Object.entries(data)) {
    if (element.dataset[name] !== String(value)) element.dataset[name] = value;
  }
}

function paint({ style }, colour) {
  const [ground, ink] = colour ? [`rgb(${colour.join(", ")})`, inkOn(colour)] : ["", ""];
  if (style.backgroundColor !== ground) style.backgroundColor = ground;
  if (style.color !== ink) style.color = ink;
}

function createField(view, field, press) {
  const number = html("span", { class: "fn-runs-number" });
  const mark = html("span", { class: "fn-runs-mark", "aria-hidden": "true" });
  const letter = html("span", { class: "fn-runs-letter", "aria-hidden": "true" });
  const more = html("span", { class: "fn-unseen" });
  const name = html("span", { class: "fn-unseen" }, `${nameOf(field)}: `);
  const element = html("button", { type: "button", class: "fn-runs-field", tabindex: -1 }, name, number, more, mark, letter);
  view.listen(element, "click", () => press(field));
  let drawn = "";
  return {
    element,
    show(seen, state, record, slot) {
      const { measure } = state;
      const hasValue = seen.value !== undefined;
      const text = hasValue ? shortNumber(measure, seen.value) : seen.kind === "diverged" ? "✕" : "–";
      const part = hasValue ? shade(measure, seen.value, record) : -1;
      const key = [text, part.toFixed(3), seen.kind, slot].join();
      if (key === drawn) return;
      drawn = key;
      const colour = hasValue ? colourOf(part) : undefined;
      paint(element, colour);
      for (const words of [number, mark]) paint(words, HATCHED.has(seen.kind) ? colour : undefined); // else the hatching runs through them
      write(element, { kind: seen.kind, slot: slot ?? "" });
      say(number, text);
      say(mark, seen.kind === "none" ? "" : MARKS[seen.kind]);
      say(letter, slot === undefined ? "" : LETTERS[slot]);
      say(more, [MARKS[seen.kind], slot !== undefined && `open as ${LETTERS[slot]}`].filter(Boolean).map((word) => `, ${word}`).join(""));
      const pressed = String(slot !== undefined);
      if (element.getAttribute("aria-pressed") !== pressed) element.setAttribute("aria-pressed", pressed);
    },
  };
}

/** Which field an arrow key leads to; Home and End lead to the ends of a row, with Control of the map. */
function keyMoves(view, grid, { rates, sizes }, moveTo) {
  arrowKeys(view, grid, (right, up) => moveTo((row, column) => [row - up, column + right]));
  view.listen(grid, "keydown", (event) => {
    if (event.key !== "Home" && event.key !== "End") return;
    event.preventDefault();
    const end = event.key === "Home" ? [0, 0] : [sizes.length - 1, rates.length - 1];
    moveTo((row) => [event.ctrlKey ? end[0] : row, end[1]]);
  });
}

function rowHeader(size) {
  const fitted = html("span", { class: "fn-runs-fitted" });
  return { fitted, element: html("div", { role: "rowheader", class: "fn-runs-size" }, html("span", { class: "fn-unseen" }, "batch "), String(size), fitted) };
}

function createGrid(view, record, press) {
  const buttons = record.fields.map((row) => row.map((field) => createField(view, field, press)));
  const headers = record.sizes.map(rowHeader);
  const corner = html("div", { role: "columnheader", class: "fn-runs-corner" }, "batch");
  const columns = record.rates.map((rate) => html("div", { role: "columnheader", class: "fn-runs-rate", "aria-label": `learning rate ${formatNumber(rate)}` }, short(formatNumber(rate))));
  const rows = buttons.map((row, k) => html("div", { role: "row" }, headers[k].element,
    ...row.map(({ element }) => html("div", { role: "gridcell" }, element))));
  const grid = html("div", { role: "grid", class: "fn-runs-grid", style: `--fn-columns: ${record.rates.length}` },
    html("div", { role: "row" }, corner, ...columns), ...rows);
  let stop = buttons[0][0].element;
  const makeStop = (element) => {
    stop.tabIndex = -1;
    stop = element;
    stop.tabIndex = 0;
  };
  const isAt = (element) => buttons.flat().findIndex((one) => one.element === element);
  view.listen(grid, "focusin", ({ target }) => { if (isAt(target) >= 0) makeStop(target); });
  keyMoves(view, grid, record, (next) => {
    const [row, column] = [Math.floor(isAt(stop) / record.rates.length), isAt(stop) % record.rates.length];
    const [down, along] = next(row, column);
    buttons[clamp(down, 0, record.sizes.length - 1)][clamp(along, 0, record.rates.length - 1)].element.focus();
  });
  return { grid, buttons, headers, makeStop };
}

const TICKS = {
  accuracy: [0.1, 0.5, 0.8, 0.9, 0.95, 0.97, 0.99],
  test: [0.1, 0.5, 0.8, 0.9, 0.95, 0.97, 0.99],
  loss: [2, 1, 0.5, 0.2, 0.1, 0.05, 0.02],
  seconds: [100, 50, 20, 10, 5, 2, 1, 0.5, 0.3, 0.1, 0.05],
};

function createLegend(record) {
  const stops = RAMP.map((colour) => `rgb(${colour.join(" ")})`);
  const bar = html("div", { class: "fn-runs-bar", style: `background: linear-gradient(to right, ${stops.join(", ")})` });
  const ticks = html("div", { class: "fn-runs-ticks" });
  const key = (kind, text, words) => html("span", { class: "fn-runs-key" }, html("span", { class: "fn-runs-sample", "data-kind": kind }, text), ` ${words}`);
  const none = key("none", "–", "no epoch fits");
  const ends = [html("span"), html("span")];
  const keys = [key("stuck", "", "guesses: about one image in ten is right"), none];
  if (record.canDiverge) keys.push(key("diverged", "✕", "diverged: the loss grew beyond all numbers"));
  let drawn;
  return {
    element: html("div", { class: "fn-runs-legend" },
      html("div", { class: "fn-runs-scale", "aria-hidden": "true" }, ends[0], html("div", {}, bar, ticks), ends[1]),
      html("p", { class: "fn-runs-keys" }, ...keys)),
    show({ measure, compare_after: after }) {
      none.hidden = after === "epochs" || measure === "test";
      if (measure === drawn) return;
      drawn = measure;
      const inside = TICKS[measure].filter((tick) => {
        const size = measure === "loss" || measure === "seconds" ? tick : 1 - tick;
        return size <= 1.001 * record.ranges[measure][0] && size >= record.ranges[measure][1];
      });
      (measure === "seconds" ? ["slower", "faster"] : ["worse", "better"]).forEach((word, k) => { ends[k].textContent = word; });
      const place = (tick) => `left: ${(100 * shade(measure, tick, record)).toFixed(1)}%`;
      ticks.replaceChildren(...inside.map((tick) => html("span", { style: place(tick) }, short(String(tick)))));
    },
  };
}

function noteInWords(state, seen, record) {
  const each = record.seeds === 1 ? "one training" : `the mean of ${COUNTS[record.seeds]} trainings, which differ in their seed`;
  if (state.measure === "test" || state.compare_after === "epochs") return `Each field is ${each}. Brighter is ${state.measure === "seconds" ? "faster" : "better"}.`;
  const over = record.sizes.filter((_, row) => seen.slice(row * record.rates.length, (row + 1) * record.rates.length).every((one) => one.over));
  const ended = over.length === 0 ? "" : ` Batch ${joined(over.map(String))} had ended before: ${record.epochs} epochs hold no more.`;
  return `Each row stands at its last epoch (ep.) ${momentInWords(state, record)}.${ended}`;
}

function createMap(view, record, press) {
  const { grid, buttons, headers, makeStop } = createGrid(view, record, press);
  const title = html("p", { class: "fn-plot-title" });
  const note = html("p", { class: "fn-plot-note fn-runs-note" });
  const legend = createLegend(record);
  const acrossName = html("p", { class: "fn-runs-across", "aria-hidden": "true" }, "learning rate");
  const element = html("div", { class: "fn-plot fn-runs-map" }, title, note, acrossName, grid, legend.element);
  const first = spokenOf(view.state(), record) ?? record.all[0];
  makeStop(buttons[first.row][first.column].element);
  const fitted = (row, state) => {
    if (state.measure === "test" || state.compare_after === "epochs") return "";
    const [least, most] = [Math.min(...row.map(({ first: one }) => one)), Math.max(...row.map(({ last }) => last))];
    return most === 0 ? "none" : row.every(({ over }) => over) ? "ended" : `ep. ${fromTo(least, most)}`;
  };
  return {
    element,
    show(state) {
      const seen = record.all.map((field) => lookAt(field, state, record));
      const slots = new Map(openFields(state, record).map(({ field, slot }) => [field, slot]));
      seen.forEach((one) => buttons[one.field.row][one.field.column].show(one, state, record, slots.get(one.field)));
      headers.forEach((header, row) => {
        header.fitted.textContent = fitted(seen.filter(({ field }) => field.row === row), state);
      });
      title.textContent = `${capital(MEASURES[state.measure].name)} ${momentInWords(state, record)}`;
      note.textContent = noteInWords(state, seen, record);
      grid.setAttribute("aria-label", `${title.textContent}: a row for each batch size, a column for each learning rate`);
      legend.show(state);
    },
  };
}

// ---------------------------------------------------------------- the curves

const TOP_LOSS = 3; // what is larger leaves the picture at the top
const STEPS = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2];
const POWERS = [-2, -1, 0, 1, 2, 3, 4, 5, 6].map((power) => round(10 ** power, 2));

/** Where on the horizontal axis an epoch of a run ends: epochs evenly, updates and seconds by their ratio. */
function placeOf(run, { perEpoch }, k, after) {
  return after === "epochs" ? k + 1 : Math.log10(after === "updates" ? (k + 1) * perEpoch : Math.max(run.ends[k], 0.01));
}

function pointsOf(run, field, values, after) {
  return values.map((value, k) => [placeOf(run, field, k, after), value]).filter(([x, value]) => Number.isFinite(x) && Number.isFinite(value));
}

/** The mean over the seeds, as long as all of them have a value. */
export function meanRun({ runs }, list) {
  const each = (name) => runs[0][name].map((_, k) => mean(runs.map((run) => run[name][k])));
  return { ends: each("ends"), values: each(list) };
}

function upScale(curves, values) {
  if (curves === "loss") {
    const low = Math.log10(Math.max(1e-3, 0.85 * Math.min(0.1, ...values)));
    const inside = STEPS.filter((step) => Math.log10(step) >= low);
    const ticks = inside.length > 8 ? inside.filter((step) => /^[01.]*$/.test(String(step))) : inside;
    return { range: [low, Math.log10(TOP_LOSS)], ticks, place: (value) => Math.log10(Math.max(value, 1e-4)) };
  }
  const least = Math.min(0.95, ...values);
  const low = least < 0.15 ? 0 : Math.floor(20 * (least - 0.01)) / 20;
  const step = 1 - low > 0.5 ? 0.2 : 1 - low > 0.2 ? 0.1 : 1 - low > 0.1 ? 0.05 : 0.02;
  const ticks = [];
  for (let tick = 1; tick >= low - 1e-9; tick -= step) ticks.push(round(tick, 2));
  return { range: [low, 1], ticks, place: (value) => value };
}

function alongScale(after, places, epochs) {
  if (after === "epochs") return { range: [0.6, epochs + 0.4], ticks: [1, Math.ceil(epochs / 2), epochs].filter((one, k, all) => all.indexOf(one) === k), place: (one) => one };
  const [low, high] = [Math.min(...places) - 0.08, Math.max(...places) + 0.08];
  const inside = (ticks) => ticks.filter((tick) => Math.log10(tick) >= low && Math.log10(tick) <= high);
  const many = inside(POWERS.flatMap((power) => [power, 2 * power, 5 * power]));
  return { range: [low, high], ticks: many.length > 5 ? inside(POWERS) : many, place: Math.log10 };
}

const ALONG = { epochs: "epoch", updates: "updates", seconds: "seconds" };

function curveAxes(frame, along, upward, after) {
  const { left, top, right, bottom } = frame;
  const axes = svg("g", { "aria-hidden": "true" });
  for (const tick of upward.ticks) {
    const y = round(frame.up(upward.place(tick)), 1);
    axes.append(svg("line", { class: "fn-grid", x1: left, x2: right, y1: y, y2: y }), svg("text", { x: left - 6, y: y + 4, "text-anchor": "end" }, short(String(tick))));
  }
  const below = (x, drop, text) => svg("text", { x: round(x, 1), y: bottom + drop, "text-anchor": "middle" }, text);
  axes.append(...along.ticks.map((tick) => below(frame.across(along.place(tick)), 17, formatNumber(tick))));
  axes.append(below((left + right) / 2, 35, ALONG[after]));
  axes.append(svg("rect", { class: "fn-frame", x: left, y: top, width: right - left, height: bottom - top }));
  return axes;
}

/** Heights of labels, in pixels, moved apart so that none covers another. */
function apart(heights, { top, bottom }, least = 14) {
  const order = heights.map((y, k) => [y, k]).sort(([one], [other]) => one - other);
  let above = top - least;
  const placed = order.map(([y, k]) => { above = Math.max(y, above + least); return [above, k]; });
  let under = bottom + least;
  placed.reverse().forEach((one) => { one[0] = Math.min(one[0], under - least); under = one[0]; });
  const found = [];
  placed.forEach(([y, k]) => { found[k] = y; });
  return found;
}

function panelElements(frame, open, list, state, along, upward) {
  const { curves, compare_after: after } = state;
  const line = (points) => graphLine(frame, points.map(([x, value]) => [x, curves === "loss" ? Math.min(upward.place(value), 3) : value]));
  const inside = [];
  const ends = [];
  for (const { slot, field } of open) {
    const group = svg("g", { class: `fn-runs-${slot}` });
    for (const run of field.runs) {
      const points = pointsOf(run, field, run[list], after);
      if (points.length > 0) group.append(svg("path", { class: "fn-runs-seed", d: line(points) }));
    }
    const average = meanRun(field, list);
    const points = pointsOf(average, field, average.values, after);
    if (points.length > 0) {
      group.append(svg("path", { class: "fn-runs-mean", d: line(points) }));
      const [x, value] = points.at(-1);
      ends.push({ slot, x: frame.across(x), y: frame.up(upward.place(value)) });
    }
    inside.push(group);
  }
  const heights = apart(ends.map(({ y }) => clamp(y, frame.top, frame.bottom)), { top: frame.top + 6, bottom: frame.bottom - 4 });
  const letters = ends.map(({ slot, x }, k) => svg("text", { class: `fn-runs-end fn-runs-${slot}`, x: round(x + 5, 1), y: round(heights[k] + 4, 1) }, LETTERS[slot]));
  return [curveAxes(frame, along, upward, after), graphInside(frame, ...inside), ...letters];
}

function createPanel(name, prefix) {
  const drawing = svg("svg", { role: "img" });
  const curves = svg("g");
  const line = svg("line", { class: "fn-runs-moment" });
  drawing.append(curves, line);
  return {
    drawing,
    element: html("div", {}, html("p", { class: "fn-plot-note" }, name), drawing),
    draw(size, open, state, along, upward) {
      const frame = { ...graphFrame({ width: size[0], height: size[1], x: along.range, y: upward.range, left: 36 }) };
      sizeDrawing(drawing, ...size);
      curves.replaceChildren(...panelElements(frame, open, `${prefix}${state.curves}`, state, along, upward));
      return frame;
    },
    mark(frame, place, words) {
      const isInside = place !== undefined && place >= frame.left && place <= frame.right;
      line.toggleAttribute("hidden", !isInside);
      line.style.display = isInside ? "" : "none";
      if (isInside) fill(line, { x1: round(place, 1), x2: round(place, 1), y1: frame.top, y2: frame.bottom }, []);
      drawing.setAttribute("aria-label", words);
    },
  };
}

/** What the curves end at, for those who do not see them. */
function curvesInWords(open, list, name) {
  if (open.length === 0) return `${name}: no field is open`;
  const each = open.map(({ letter, field }) => {
    const values = meanRun(field, list).values.filter(Number.isFinite);
    return `${letter} ${values.length > 0 ? `goes from ${longNumber("loss", values[0])} to ${longNumber("loss", values.at(-1))}` : "has no mean, for it diverged at once"}`;
  });
  return `${name}: ${joined(each)}`;
}

function curvesNote(open, { curves }) {
  if (open.length === 0) return "No field is open. Choose one in the map.";
  const isHuge = curves === "loss" && open.some(({ field }) => field.runs.some((run) => Math.max(...[...run.loss, ...run.val_loss].filter(Number.isFinite), 0) > TOP_LOSS));
  const gone = open.filter(({ field }) => field.runs.some(({ diverged }) => diverged > 0)).map(({ letter }) => letter);
  const parts = ["Thick: the mean of the seeds. Thin: each seed."];
  if (isHuge) parts.push(`A loss above ${TOP_LOSS} leaves the picture at the top.`);
  if (gone.length > 0) parts.push(`${joined(gone)} diverged: the curves end there.`);
  return parts.join(" ");
}

function createCurves(view, record) {
  const panels = [createPanel("on the images it trains with", ""), createPanel("on the validation images", "val_")];
  const note = html("p", { class: "fn-plot-note fn-runs-curves-note" });
  const both = html("div", { class: "fn-runs-panels" }, ...panels.map(({ element }) => element));
  const choices = ["accuracy", "loss"].map((name) => button(view, { label: name, press: () => view.set({ curves: name }) }));
  const row = buttonRow("What the curves show", choices, { caption: "Curves of the" });
  const element = html("div", { class: "fn-plot fn-runs-curves" }, row, note, both);
  let size = [300, 230];
  let drawn = "";
  let kept;
  watchWidth(view, panels[0].element, (width) => {
    size = [width, Math.round(clamp(0.75 * width, 170, 250))];
    view.redraw();
  });
  const layOut = (state) => {
    const open = openFields(state, record);
    const lists = ["", "val_"].map((prefix) => prefix + state.curves);
    const values = open.flatMap(({ field }) => field.runs.flatMap((run) => lists.flatMap((list) => run[list]))).filter(Number.isFinite);
    const ends = open.flatMap(({ field }) => field.runs.flatMap((run) => pointsOf(run, field, run.ends, state.compare_after).map(([x]) => x)));
    const along = alongScale(state.compare_after, ends.length > 0 ? ends : [0, 1], record.epochs);
    const upward = upScale(state.curves, values);
    kept = { along, frames: panels.map((panel) => panel.draw(size, open, state, along, upward)), words: panels.map((_, k) => curvesInWords(open, lists[k], `${k === 0 ? "training" : "validation"} ${state.curves}`)) };
    note.textContent = curvesNote(open, state);
  };
  return {
    element,
    show(state) {
      const { curves, compare_after: after, measure } = state;
      choices.forEach((one, k) => one.press(["accuracy", "loss"][k] === curves));
      const key = JSON.stringify([state.chosen, curves, after, size]);
      if (key !== drawn) layOut(state);
      drawn = key;
      const moment = { epochs: Math.min(state.epoch, record.epochs), updates: state.updates, seconds: Math.max(state.seconds, 0.01) }[after];
      const at = measure === "test" ? undefined : kept.along.place(moment);
      panels.forEach((panel, k) => panel.mark(kept.frames[k], at === undefined ? undefined : kept.frames[k].across(at), kept.words[k]));
    },
  };
}

// ---------------------------------------------------------------- the open fields

function slotName(letter, { rate, size }) {
  const [close, cross] = [html("span", { class: "fn-unseen" }, "Close "), html("span", { "aria-hidden": "true" }, " ✕")];
  return html("span", {}, close, `${letter}: ${short(formatNumber(rate))}, ${size}`, cross);
}

function createSlots(view, record, change) {
  const swatch = (slot) => svg("svg", { class: `fn-swatch fn-runs-${slot}`, viewBox: "0 0 28 8", "aria-hidden": "true" }, svg("path", { class: "fn-runs-mean", d: "M1 4H27" }));
  const slots = LETTERS.map((letter, slot) => {
    const one = button(view, { label: letter, press: () => change({ chosen: closed(view.state().chosen, slot), cell: [] }) });
    one.element.classList.add("fn-runs-slot");
    one.element.prepend(swatch(slot));
    return one;
  });
  const row = buttonRow("Open fields: press one to close it", slots);
  row.classList.add("fn-runs-slots");
  return {
    element: row,
    show(state) {
      const open = openFields(state, record);
      slots.forEach((one, slot) => {
        const field = open.find((other) => other.slot === slot)?.field;
        one.enable(Boolean(field));
        one.rename(field ? slotName(LETTERS[slot], field) : `${LETTERS[slot]}: free`);
        one.element.dataset.open = Boolean(field);
      });
    },
  };
}

function range(values, measure) {
  const [low, high] = [Math.min(...values), Math.max(...values)].map((value) => longNumber(measure, value));
  return low === high ? low : `${low} to ${high}`;
}

/** Rows of the table: what it is called, and the text for a field as it is seen now. */
const TABLE = [
  ["learning rate", ({ field }) => formatNumber(field.rate)],
  ["batch size", ({ field }) => exactly(field.size)],
  ["epoch", ({ first, last }) => fromTo(first, last)],
  ["updates", ({ field, first, last }) => fromTo(first * field.perEpoch, last * field.perEpoch)],
  ["seconds", (seen) => averageOf(seen, "ends", "seconds")],
  ["training loss", (seen) => averageOf(seen, "loss", "loss")],
  ["training accuracy", (seen) => averageOf(seen, "accuracy", "accuracy")],
  ["validation loss", (seen) => averageOf(seen, "val_loss", "loss")],
  ["validation accuracy", (seen) => averageOf(seen, "val_accuracy", "accuracy")],
  ["its lowest and highest seed", (seen) => (isMissing(seen) ? MARKS[seen.kind] : range(listOf(seen, "val_accuracy"), "accuracy"))],
  ["test accuracy at the end", ({ field }) => (field.runs.some(({ diverged }) => diverged > 0) ? "diverged" : longNumber("test", mean(field.runs.map(({ test }) => test))))],
];

function listOf({ field, fits }, list) {
  return field.runs.map((run, k) => run[list][fits[k] - 1]);
}

function isMissing({ kind }) {
  return kind === "none" || kind === "diverged";
}

function averageOf(seen, list, measure) {
  return isMissing(seen) ? MARKS[seen.kind] : longNumber(measure, mean(listOf(seen, list)));
}

function createTable(record) {
  const head = html("tr");
  const body = html("tbody");
  const table = html("table", { class: "fn-table fn-runs-table", "aria-label": "The open fields in numbers" }, html("thead", {}, head), body);
  return {
    element: html("details", { class: "fn-details" }, html("summary", {}, "The open fields in numbers"), html("div", { class: "fn-runs-scroll", role: "group", "aria-label": "The open fields in numbers", tabindex: 0 }, table)),
    show(state) {
      const open = openFields(state, record);
      const seen = open.map(({ field }) => lookAt(field, state, record));
      head.replaceChildren(html("td"), ...open.map(({ letter }) => html("th", { scope: "col" }, letter)));
      if (open.length === 0) return body.replaceChildren(html("tr", {}, html("td", {}, "No field is open.")));
      return body.replaceChildren(...TABLE.map(([name, text]) => html("tr", {}, html("th", { scope: "row" }, name), ...seen.map((one) => html("td", {}, text(one))))));
    },
  };
}

// ---------------------------------------------------------------- controls

/** A slider whose places are the numbers of a list: an arrow key leads from one to the next. */
function listScale(numbers) {
  const last = Math.max(1, numbers.length - 1);
  const away = (value, n) => Math.abs(Math.log(numbers[n] / Math.max(value, 1e-9)));
  const nearest = (value) => numbers.reduce((best, _, n) => (away(value, n) < away(value, best) ? n : best), 0);
  return { place: (value) => nearest(value) / last, value: (place) => numbers[Math.min(Math.round(place * last), numbers.length - 1)] };
}

/** Round numbers from the last one below `low` to the first one above `high`. */
export function roundBetween(low, high, parts = [1, 1.5, 2, 3, 4, 5, 6, 7.5]) {
  const all = [];
  for (let scale = 10 ** Math.floor(Math.log10(low)); scale <= 10 * high; scale *= 10) all.push(...parts.map((part) => round(part * scale, 4)));
  const first = all.findLastIndex((number) => number <= low);
  const last = all.findIndex((number) => number >= high);
  return all.slice(Math.max(first, 0), last < 0 ? all.length : last + 1);
}

function momentsOf({ epochs, all, ranges }) {
  const least = Math.min(...all.map(({ perEpoch }) => perEpoch));
  const most = epochs * Math.max(...all.map(({ perEpoch }) => perEpoch));
  const updates = roundBetween(least, most).map(Math.ceil);
  return [
    { trait: "epoch", after: "epochs", label: "After epoch", numbers: Array.from({ length: epochs }, (_, k) => k + 1), words: (value) => `epoch ${value}` },
    { trait: "updates", after: "updates", label: "Updates", numbers: [...new Set(updates)], words: (value) => plural(value, "update") },
    { trait: "seconds", after: "seconds", label: "Seconds", numbers: roundBetween(Math.max(ranges.firstEnd, 0.01), ranges.lastEnd), words: secondsInWords },
  ];
}

function createMoments(view, record, change) {
  const sliders = momentsOf(record).map(({ trait, after, label, numbers, words }) => {
    const [min, max] = [numbers[0], numbers.at(-1)];
    const control = slider(view, {
      label, min, max, step: trait === "seconds" ? "any" : 1, scale: listScale(numbers), places: Math.max(1, numbers.length - 1),
      whole: trait !== "seconds", write: (value) => change({ [trait]: value }),
    });
    return { trait, after, words, control };
  });
  const note = html("p", { class: "fn-plot-note fn-runs-once" }, "The test images were asked once, after the last epoch. So here is nothing to slide.");
  return {
    element: html("div", { class: "fn-runs-moments" }, ...sliders.map(({ control }) => control.element), note),
    show(state) {
      const isTest = state.measure === "test";
      note.hidden = !isTest;
      for (const { trait, after, words, control } of sliders) {
        control.element.hidden = isTest || after !== state.compare_after;
        const value = trait === "epoch" ? Math.min(state.epoch, record.epochs) : state[trait];
        if (!control.element.hidden) control.show(value, words(value));
      }
    },
  };
}

function createChoices(view, change) {
  const measure = selectField(view, {
    label: "Show", options: Object.entries(MEASURES).map(([name, { choice }]) => [name, choice]), write: (name) => change({ measure: name }),
  });
  const after = selectField(view, {
    label: "Compare after", options: ["epochs", "updates", "seconds"].map((name) => [name, `the same ${name}`]), write: (name) => change({ compare_after: name }),
  });
  return {
    element: html("div", { class: "fn-row fn-runs-choices" }, measure.element, after.element),
    show(state) {
      measure.show(state.measure);
      after.show(state.compare_after);
    },
  };
}

function createPresets(view, record, change) {
  const places = (k) => presetFields(k, view.state(), record);
  const buttons = PRESETS.map(({ label }, k) => button(view, {
    label, press: () => { if (places(k).length > 0) change({ chosen: places(k), cell: places(k).at(-1) }); },
  }));
  return {
    element: buttonRow("Fields to open", buttons, { caption: "Open" }),
    show(state) {
      const now = JSON.stringify(state.chosen);
      buttons.forEach((one, k) => {
        const fields = presetFields(k, state, record);
        one.enable(fields.length > 0);
        one.press(fields.length > 0 && JSON.stringify(fields) === now);
      });
    },
  };
}

// ---------------------------------------------------------------- together

/** Opens or closes a field; a fifth one is refused, and `refusal` knows which until something else changes. */
function createOpening(view, record) {
  let refused;
  const change = (changes) => {
    refused = undefined;
    view.set(changes);
  };
  const press = (field) => {
    const state = view.state();
    const open = openFields(state, record).find((one) => one.field === field);
    const chosen = open ? closed(state.chosen, open.slot) : opened(state.chosen, field);
    if (chosen) return change({ chosen, cell: open ? [] : [field.rate, field.size] });
    refused = { field, state: JSON.stringify(state) };
    return view.redraw();
  };
  return { change, press, refusal: (state) => (refused?.state === JSON.stringify(state) ? refused.field : undefined) };
}

function render({ model, el }) {
  const traits = ["measure", "compare_after", "epoch", "updates", "seconds", "curves", "chosen", "cell"];
  const view = createView({ model, el }, { label: "A map of recorded trainings", traits });
  const recorded = ["runs", "learning_rates", "batch_sizes", "seeds", "epochs", "rows"];
  const record = readRuns(Object.fromEntries(recorded.map((name) => [name, model.get(name)])));
  const { change, press, refusal } = createOpening(view, record);
  const status = statusLine(view);
  const choices = createChoices(view, change);
  const moments = createMoments(view, record, change);
  const map = createMap(view, record, press);
  const presets = createPresets(view, record, change);
  const slots = createSlots(view, record, change);
  const curves = createCurves(view, record);
  const table = createTable(record);
  view.root.append(choices.element, moments.element, map.element, status.element, presets.element, slots.element, curves.element, table.element);
  view.draw = () => {
    const state = view.state();
    for (const part of [choices, moments, map, presets, slots, curves, table]) part.show(state);
    const fifth = refusal(state);
    status.show(fifth ? describeRefusal(fifth, state, record) : describe(state, record));
  };
  view.draw();
  return view.cleanup;
}

export default { render };
