const MOST_ROWS = 10_000_000;
const MOST_EPOCHS = 100_000;
const ROUND = [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8]; // the numbers between two powers of ten
const PRESETS = [
  { label: "the article’s", rows: 10_000, batch_size: 5, epochs: 1_000 },
  { label: "MNIST in the article", rows: 48_000, batch_size: 64, epochs: 100 },
  { label: "does not divide", rows: 10_000, batch_size: 64, epochs: 1 },
  { label: "all at once", rows: 10_000, batch_size: 10_000, epochs: 100 },
];

// ---------------------------------------------------------------- the arithmetic

/** Full batches, the rows left over, and the updates that follow, in an epoch and in all. */
export function countUpdates({ rows, batch_size, epochs, drop_remainder: drop }) {
  const size = Math.min(batch_size, rows); // no batch holds more rows than there are
  const full = drop && batch_size > rows ? 0 : Math.floor(rows / size);
  const left = rows - full * size;
  const perEpoch = full + (left > 0 && !drop ? 1 : 0);
  return { size, full, left, perEpoch, total: perEpoch * epochs };
}

// ---------------------------------------------------------------- words

function exactly(number) {
  return plainDigits(number, 0);
}

function plural(number, noun, nouns = `${noun}s`) {
  return `${exactly(number)} ${number === 1 ? noun : nouns}`;
}

/** The result of dividing, shown to four decimals; "about" where that is not the whole truth. */
function quotient(rows, size) {
  const value = rows / size;
  const sign = Number.isInteger(value * 1e4) ? "=" : "≈";
  return `${exactly(rows)} / ${exactly(size)} ${sign} ${plainDigits(value, 4)}`;
}

function remainderInWords({ rows, batch_size: asked, drop_remainder: drop }, { size, full, left }) {
  if (asked > rows && drop) return "A batch this large never fills, and what does not fill is dropped. So nothing is left to learn from.";
  if (asked > rows) return `A batch of ${exactly(asked)} is larger than the data. It holds all ${plural(rows, "row")}, so there is one update an epoch.`;
  if (full === 1 && left === 0) return "All rows are one batch. This is batch gradient descent: one update an epoch.";
  if (left === 0) return `${quotient(rows, size)}: it divides without a remainder. Every batch is full.`;
  const fate = drop
    ? `They are dropped. With a new order in each epoch they are other rows each time.`
    : `They form a last batch of their own, smaller than the others.`;
  return `${quotient(rows, size)}: ${plural(full, "full batch", "full batches")}, and ${plural(left, "row")} left over. ${fate}`;
}

/** What is happening now: one sentence of facts, the reason, and a mood for the sign beside them. */
export function describe(state) {
  const found = countUpdates(state);
  const { perEpoch, total, left } = found;
  const product = `${plural(perEpoch, "update")} an epoch, times ${plural(state.epochs, "epoch")}`;
  return {
    mood: perEpoch === 0 ? "worse" : left > 0 ? "ready" : "same",
    headline: perEpoch === 0 ? "No update at all." : `${product}: ${plural(total, "update")} in all.`,
    detail: remainderInWords(state, found),
  };
}

// ---------------------------------------------------------------- the strip of batches

const GAP = 2;
const STRIP = { top: 20, bottom: 58, height: 84 };

/** The pixels that a number of rows needs when it is written into its box. */
function pixelsFor(rows) {
  return 7.5 * exactly(rows).length + 6;
}

/** Which batches there is room for: all of them, or the first and the last with a gap between. */
export function stripBoxes({ size, full, left }, width) {
  const sizes = [...Array(Math.min(full, 64)).fill(size), ...(left > 0 ? [left] : [])];
  const room = Math.floor(width / Math.max(26, pixelsFor(size)));
  const fits = full + left / size <= room && full <= 64;
  if (fits || full < 4) return { before: sizes, hidden: 0, after: [] };
  const shown = Math.max(2, Math.floor(room / 2) - 3);
  const before = Math.min(shown, full - 2);
  const hidden = full - before - 1;
  return { before: Array(before).fill(size), hidden, after: [size, ...(left > 0 ? [left] : [])] };
}

function box(x, width, rows, kind) {
  const { top, bottom } = STRIP;
  const drawn = { x: round(x, 2), y: top, width: round(Math.max(width - GAP, 1.5), 2), height: bottom - top };
  const group = svg("g", {}, svg("rect", { class: `fn-batch fn-batch-${kind}`, ...drawn }));
  const text = exactly(rows);
  const middle = { x: round(x + (width - GAP) / 2, 2), y: (top + bottom) / 2 + 4, "text-anchor": "middle" };
  if (width >= pixelsFor(rows)) group.append(svg("text", { class: "fn-batch-rows", ...middle }, text));
  return group;
}

/** The boxes of one epoch in a row, each as wide as its batch has rows. */
function stripElements(found, state, width) {
  const { before, hidden, after } = stripBoxes(found, width);
  const gap = hidden > 0 ? 96 : 0;
  const rows = [...before, ...after].reduce((sum, one) => sum + one, 0);
  const unit = (width - gap) / rows;
  const elements = [];
  let x = 0;
  const draw = (size) => {
    const rest = size < found.size || found.full === 0;
    elements.push(box(x, size * unit, size, !rest ? "full" : state.drop_remainder ? "dropped" : "rest"));
    x += size * unit;
    return rest;
  };
  before.forEach(draw);
  if (hidden > 0) {
    const place = { x: x + gap / 2 - GAP / 2, "text-anchor": "middle" };
    elements.push(svg("text", { ...place, y: 36 }, "… and"), svg("text", { ...place, y: 51 }, `${formatNumber(hidden, 0)} more …`));
    x += gap;
  }
  const rest = after.map(draw).at(-1) ?? before.at(-1) < found.size;
  if (found.left > 0 && (rest || found.full === 0)) {
    const fate = state.drop_remainder ? "dropped" : "last batch";
    const words = `${fate}: ${plural(found.left, "row")}`;
    elements.push(svg("text", { class: "fn-rest-name", x: width - GAP, y: STRIP.bottom + 18, "text-anchor": "end" }, words));
  }
  elements.push(svg("text", { x: 0, y: 13 }, "one epoch, from the first batch to the last"));
  return elements;
}

function createStrip(view) {
  const drawing = svg("svg", { role: "img" });
  const note = "Each box is one batch, and so one update. The number in it is the number of its rows.";
  const element = html("div", { class: "fn-plot" },
    html("p", { class: "fn-plot-title" }, "The batches of one epoch"), html("p", { class: "fn-plot-note" }, note), drawing);
  let width = 600;
  watchWidth(view, element, (seen) => { width = seen; view.redraw(); });
  return {
    element,
    show(state, found) {
      sizeDrawing(drawing, width, STRIP.height);
      const left = found.left > 0 ? `, ${plural(found.left, "row")} left over` : "";
      const batches = plural(found.full, "full batch", "full batches");
      drawing.setAttribute("aria-label", `${batches} of ${plural(found.size, "row")}${left}`);
      drawing.replaceChildren(...stripElements(found, state, width));
    },
  };
}

// ---------------------------------------------------------------- numbers and controls

const READOUT = [
  ["full batches", ({ full }) => full],
  ["rows left over", ({ left }) => left],
  ["updates an epoch", ({ perEpoch }) => perEpoch],
  ["updates in all", ({ total }) => total],
];

function createReadout() {
  const values = READOUT.map(() => html("dd"));
  const pairs = READOUT.map(([name], k) => html("div", {}, html("dt", {}, name), values[k]));
  return {
    element: html("dl", { class: "fn-readout fn-counts" }, ...pairs),
    show: (state, found) => READOUT.forEach(([, number], k) => values[k].replaceChildren(exactly(number(found)))),
  };
}

/** A slider whose places are the numbers of a list: an arrow key leads from one to the next. */
export function listScale(numbers) {
  const last = numbers.length - 1;
  const away = (value, n) => Math.abs(Math.log(numbers[n] / value));
  const nearest = (value) => numbers.reduce((best, _, n) => (away(value, n) < away(value, best) ? n : best), 0);
  return { place: (value) => nearest(value) / last, value: (place) => numbers[Math.round(place * last)] };
}

/** 1, 2, 3 … 10, 12, 15 … up to the most: whole numbers that a person would choose. */
export function roundNumbers(most) {
  const found = [];
  for (let scale = 1; scale <= most; scale *= 10) found.push(...ROUND.map((part) => round(part * scale, 6)));
  return found.filter((number) => Number.isInteger(number) && number <= most);
}

function doublings(most) {
  const found = [1];
  while (2 * found.at(-1) <= most) found.push(2 * found.at(-1));
  return found;
}

const NUMBERS = [
  { name: "rows", label: "Rows", most: MOST_ROWS, numbers: roundNumbers(MOST_ROWS) },
  { name: "batch_size", label: "Batch size", most: MOST_ROWS, numbers: doublings(65_536) },
  { name: "epochs", label: "Epochs", most: MOST_EPOCHS, numbers: roundNumbers(MOST_EPOCHS) },
];

function createNumber(view, { name, label, most, numbers }) {
  const control = slider(view, {
    label, min: 1, max: most, step: 1, scale: listScale(numbers), places: numbers.length - 1, whole: true,
    write: (value) => view.set({ [name]: value }),
  });
  return { element: control.element, show: (state) => control.show(state[name], exactly(state[name])) };
}

function createRemainder(view) {
  const choices = [["keep it", false], ["drop it", true]];
  const buttons = choices.map(([label, drop]) => button(view, { label, press: () => view.set({ drop_remainder: drop }) }));
  return {
    element: buttonRow("What does not fill a batch", buttons, { caption: "What does not fill a batch:" }),
    show: ({ drop_remainder: drop }) => buttons.forEach((one, k) => one.press(choices[k][1] === drop)),
  };
}

function createPresets(view) {
  const names = ["rows", "batch_size", "epochs"];
  const buttons = PRESETS.map(({ label, ...numbers }) => (
    button(view, { label, press: () => view.set({ ...numbers, drop_remainder: false }) })));
  return {
    element: buttonRow("Numbers to try", buttons, { caption: "Try" }),
    show: (state) => buttons.forEach((one, k) => one.press(names.every((name) => PRESETS[k][name] === state[name]))),
  };
}

function render({ model, el }) {
  const traits = ["rows", "batch_size", "epochs", "drop_remainder"];
  const view = createView({ model, el }, { label: "Count the updates", traits });
  const status = statusLine(view);
  const numbers = NUMBERS.map((one) => createNumber(view, one));
  const parts = [createPresets(view), ...numbers, createRemainder(view), createStrip(view), createReadout()];
  const [strip, readout] = parts.slice(-2);
  view.root.append(...parts.slice(0, -2).map(({ element }) => element), strip.element, status.element, readout.element);
  view.draw = () => {
    const state = view.state();
    const found = countUpdates(state);
    for (const part of parts) part.show(state, found);
    status.show(describe(state));
  };
  view.draw();
  return view.cleanup;
}

export default { render };
