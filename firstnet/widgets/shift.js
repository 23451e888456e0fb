const FARTHEST = 14; // pixels, in each direction
const ACROSS = 2 * FARTHEST + 1; // places in a row of the maps
const PLACES = ACROSS ** 2;
const NETWORKS = { mlp: "MLP", cnn: "CNN" };
const UNKNOWN = -1;

// ---------------------------------------------------------------- the digit and its readers

/** The picture moved by whole pixels. What leaves it is lost, what comes in is paper. */
export function shifted(pixels, right, down) {
  const moved = new Float32Array(SIDE * SIDE);
  const [first, last] = [Math.max(0, right), SIDE + Math.min(0, right)];
  for (let row = Math.max(0, down); row < SIDE + Math.min(0, down); row += 1) {
    const from = (row - down) * SIDE - right;
    moved.set(pixels.subarray(from + first, from + last), row * SIDE + first);
  }
  return moved;
}

/** Both networks with their digits: what they answer when a digit stands elsewhere. */
export function createReaders(model) {
  const images = bytesOf(model.get("images"));
  const names = Object.keys(NETWORKS);
  const layers = Object.fromEntries(names.map((name) => [name, withWeights(ARCHITECTURES[name], halvesOf(model.get(name)))]));
  const picture = ({ digit, right, down }) => shifted(pixelsOf(images, digit), right, down);
  return {
    images,
    labels: model.get("labels"),
    picture,
    /** The ten probabilities of each network. */
    read(place) {
      const input = tensor([SIDE, SIDE, 1], picture(place));
      return Object.fromEntries(names.map((name) => [name, runLayers(layers[name], input).at(-1).values]));
    },
    /** The part of the digit's ink that has left the picture, from 0 to 1. */
    lost(place) {
      const ink = (pixels) => pixels.reduce((sum, value) => sum + value, 0);
      const whole = ink(pixelsOf(images, place.digit));
      return whole > 0 ? 1 - ink(picture(place)) / whole : 0;
    },
  };
}

// ---------------------------------------------------------------- the survey of all places

/** All places, those near the middle first. */
export const ORDER = Array.from({ length: PLACES }, (_, n) => ({ right: (n % ACROSS) - FARTHEST, down: Math.floor(n / ACROSS) - FARTHEST }))
  .sort((a, b) => a.right ** 2 + a.down ** 2 - b.right ** 2 - b.down ** 2);

const indexOf = ({ right, down }) => (down + FARTHEST) * ACROSS + right + FARTHEST;

/** What both networks answer at every place, as far as it is known; each digit's answers are kept. */
export function createSurvey(readers) {
  const kept = new Map();
  const create = () => ({ next: 0, mlp: new Int8Array(PLACES).fill(UNKNOWN), cnn: new Int8Array(PLACES).fill(UNKNOWN) });
  const of = (digit) => kept.get(digit) ?? kept.set(digit, create()).get(digit);
  const note = (place, probabilities) => {
    const found = of(place.digit);
    for (const name of Object.keys(NETWORKS)) found[name][indexOf(place)] = likeliest(probabilities[name]);
  };
  return {
    of,
    note,
    /** Tries the next place that nobody has tried; returns it, or nothing when all are known. */
    step(digit) {
      const found = of(digit);
      while (found.next < PLACES && found.mlp[indexOf(ORDER[found.next])] !== UNKNOWN) found.next += 1;
      const place = ORDER[found.next];
      if (place) note({ digit, ...place }, readers.read({ digit, ...place }));
      return place;
    },
    /** The place nearest to the middle where each network is right or wrong as wanted, once it is found. */
    nearest(digit, wanted) {
      const found = of(digit);
      const fits = (place) => Object.keys(wanted).every((name) => (found[name][indexOf(place)] === readers.labels[digit]) === wanted[name]);
      return ORDER.slice(0, found.next).find(fits);
    },
    /** How many places are known, and at how many of them each network is right. */
    count(digit) {
      const found = of(digit);
      const right = (answers) => answers.reduce((sum, one) => sum + (one === readers.labels[digit]), 0);
      return { tried: found.mlp.reduce((sum, one) => sum + (one !== UNKNOWN), 0), mlp: right(found.mlp), cnn: right(found.cnn) };
    },
  };
}

// ---------------------------------------------------------------- words

/** Where the digit stands: 2 right, 3 up. */
export function shiftInWords({ right, down }) {
  const across = right === 0 ? [] : [`${Math.abs(right)} ${right > 0 ? "right" : "left"}`];
  const along = down === 0 ? [] : [`${Math.abs(down)} ${down > 0 ? "down" : "up"}`];
  return [...across, ...along].join(", ");
}

function answerInWords(name, probabilities, label) {
  const best = likeliest(probabilities);
  const what = best === label ? `reads the ${label}` : `takes it for ${aDigit(best)}`;
  return `The ${NETWORKS[name]} ${what}, with ${percentInWords(probabilities[best])}.`;
}

const OUTCOMES = {
  "true,true": { mood: "better", words: "Both networks read it." },
  "false,true": { mood: "ready", words: "The MLP fails where the CNN holds." },
  "true,false": { mood: "ready", words: "The CNN fails where the MLP holds." },
  "false,false": { mood: "worse", words: "Both networks fail." },
};

/** What is happening now: where the digit stands, who reads it, and how sure they are. */
export function describe(state, probabilities, { label, lost }) {
  const names = Object.keys(NETWORKS);
  const { mood, words } = OUTCOMES[names.map((name) => likeliest(probabilities[name]) === label).join()];
  const where = shiftInWords(state);
  const answers = names.map((name) => answerInWords(name, probabilities[name], label)).join(" ");
  const part = lost < 0.005 ? "" : lost > 0.995 ? " All its ink has left the picture." : ` ${Math.round(100 * lost)}% of its ink has left the picture.`;
  return { mood, headline: `${where ? `Moved ${where}` : "Not moved"}. ${words}`, detail: answers + part };
}

// ---------------------------------------------------------------- the digit to be moved

function createPad(view, readers) {
  const picture = greyPicture({ width: SIDE, height: SIDE, most: 1 });
  const handle = html("div", {
    class: "fn-shift-grip", role: "slider", tabindex: 0, "aria-label": "The digit; the arrow keys move it",
    "aria-valuemin": -FARTHEST, "aria-valuemax": FARTHEST,
  });
  const pad = html("div", { class: "fn-shift-pad" }, picture.element, handle);
  const hold = (value) => clamp(Math.round(value), -FARTHEST, FARTHEST);
  const pixel = () => pad.clientWidth / SIDE;
  const at = () => ["right", "down"].map((name) => pixel() * (SIDE / 2 + view.state()[name]));
  const moveTo = (x, y) => view.set({ right: hold(x / pixel() - SIDE / 2), down: hold(y / pixel() - SIDE / 2) });
  dragOn(view, { handle, surface: pad, at, moveTo });
  arrowKeys(view, handle, (right, up) => {
    const state = view.state();
    view.set({ right: hold(state.right + right), down: hold(state.down - up) });
  });
  return {
    element: pad,
    show(state) {
      const where = shiftInWords(state) || "not moved";
      picture.show(readers.picture(state));
      picture.name(`The digit ${readers.labels[state.digit]}, ${where}`);
      fill(handle, { "aria-valuenow": state.right, "aria-valuetext": where }, []);
      handle.style.transform = `translate(${round((100 * state.right) / 20, 2)}%, ${round((100 * state.down) / 20, 2)}%)`; // of its own 20 pixels
    },
  };
}

function createSliders(view) {
  const sliders = [["Right", "right"], ["Down", "down"]].map(([label, name]) => {
    const scale = linearScale(-FARTHEST, FARTHEST, 1);
    const write = (value) => view.set({ [name]: value });
    return { name, ...slider(view, { label, min: -FARTHEST, max: FARTHEST, step: 1, scale, places: ACROSS - 1, whole: true, write }) };
  });
  return {
    element: html("div", { class: "fn-shift-ways" }, ...sliders.map(({ element }) => element)),
    show(state) {
      const words = { right: { right: state.right, down: 0 }, down: { right: 0, down: state.down } };
      for (const { name, show } of sliders) show(state[name], shiftInWords(words[name]) || "not moved");
    },
  };
}

const GOALS = [
  { label: "only the CNN holds", wanted: { mlp: false, cnn: true } },
  { label: "both fail", wanted: { mlp: false, cnn: false } },
];

/** Buttons that lead to the nearest place of a kind, as soon as the survey has found it. */
function createGoals(view, survey) {
  const go = (wanted) => {
    const place = survey.nearest(view.state().digit, wanted);
    if (place) view.set(place);
  };
  const middle = button(view, { label: "Back to the middle", press: () => view.set({ right: 0, down: 0 }) });
  const goals = GOALS.map(({ label, wanted }) => button(view, { label: `Nearest place where ${label}`, press: () => go(wanted) }));
  return {
    element: buttonRow("Go to", [middle, ...goals]),
    show: ({ digit }) => goals.forEach((goal, n) => goal.enable(survey.nearest(digit, GOALS[n].wanted) !== undefined)),
  };
}

// ---------------------------------------------------------------- the map of all places

/** The plane of shifts: a full cell where the network is right, a dot where it is wrong. */
function createMap(view, survey, name, labels) {
  const canvas = html("canvas", { class: "fn-shift-plane", role: "img" });
  const here = html("div", { class: "fn-shift-here", "aria-hidden": "true" });
  const note = html("p", { class: "fn-plot-note" });
  const frame = html("div", { class: "fn-shift-plane-frame" }, canvas, here);
  let [width, colours, context] = [0, {}, undefined];
  let shown = {};
  view.listen(frame, "click", (event) => {
    const box = canvas.getBoundingClientRect();
    const place = (at, from, size) => clamp(Math.floor((ACROSS * (at - from)) / size), 0, ACROSS - 1) - FARTHEST;
    view.set({ right: place(event.clientX, box.left, box.width), down: place(event.clientY, box.top, box.height) });
  });
  const paint = (index, answer) => {
    const cell = width / ACROSS;
    const [x, y] = [cell * (index % ACROSS), cell * Math.floor(index / ACROSS)];
    const isRight = answer === labels[shown.digit];
    const gap = isRight ? 0.5 : 0.4 * cell;
    context.fillStyle = isRight ? colours.right : colours.wrong;
    context.fillRect(x + gap, y + gap, cell - 2 * gap, cell - 2 * gap);
  };
  const paintNew = () => {
    survey.of(shown.digit)[name].forEach((answer, index) => {
      if (answer === UNKNOWN || shown.painted[index]) return;
      shown.painted[index] = 1;
      paint(index, answer);
    });
  };
  const begin = (digit) => {
    shown = { digit, painted: new Uint8Array(PLACES) };
    context.clearRect(0, 0, width, width);
  };
  const repaint = () => {
    colours = { right: themeColour(view, "valley"), wrong: themeColour(view, "path") };
    if (width === 0) return;
    context = sizeCanvas(canvas, width, width);
    begin(view.state().digit);
    paintNew();
  };
  watchWidth(view, frame, (seen) => { width = seen; repaint(); });
  watchTheme(view, repaint);
  return {
    element: html("div", { class: "fn-plot" }, html("p", { class: "fn-plot-title" }, `Where the ${NETWORKS[name]} is right`), note, frame),
    show({ digit, right, down }) {
      const { tried, [name]: good } = survey.count(digit);
      note.textContent = `At ${good} of ${tried} places${tried < PLACES ? " so far" : ""}.`;
      canvas.setAttribute("aria-label", `The ${NETWORKS[name]} is right at ${good} of ${tried} places`);
      Object.assign(here.style, { left: `${(100 * (right + FARTHEST)) / ACROSS}%`, top: `${(100 * (down + FARTHEST)) / ACROSS}%` });
      if (width === 0) return;
      if (shown.digit !== digit) begin(digit);
      paintNew();
    },
  };
}

function createAnswers(name, labels) {
  const table = answerTable({ title: `The ${NETWORKS[name]}’s answer`, narrow: true });
  const note = html("p", { class: "fn-plot-note" });
  return {
    element: html("div", { class: "fn-plot" }, html("p", { class: "fn-plot-title" }, `The ${NETWORKS[name]}`), note, table.element),
    show({ digit }, probabilities) {
      const best = likeliest(probabilities[name]);
      note.textContent = `says ${best}, ${best === labels[digit] ? "right" : "wrong"}`;
      table.show(probabilities[name], labels[digit]);
    },
  };
}

function introduction() {
  const what = html("strong", {}, "Two networks read the same digit.");
  return html("p", { class: "fn-intro" }, what, " The MLP has weights of its own for every pixel. The CNN lays the same filters on every place. Drag the digit, or move it with the arrow keys.");
}

function legend() {
  const swatch = (kind) => html("span", { class: `fn-shift-key fn-shift-key-${kind}`, "aria-hidden": "true" });
  return html("p", { class: "fn-plot-note fn-shift-legend" }, "Every cell is a place for the digit; in the middle it is not moved. ", swatch("right"), " right ", swatch("wrong"), " wrong. Click a cell to go there.");
}

function render({ model, el }) {
  const view = createView({ model, el }, { label: "Shift a digit", traits: ["digit", "right", "down"] });
  const readers = createReaders(model);
  const survey = createSurvey(readers);
  const chooser = digitChooser(view, { ...readers, choose: (digit) => view.set({ digit }) });
  const [pad, sliders, goals] = [createPad(view, readers), createSliders(view), createGoals(view, survey)];
  const names = Object.keys(NETWORKS);
  const answers = names.map((name) => createAnswers(name, readers.labels));
  const maps = names.map((name) => createMap(view, survey, name, readers.labels));
  const status = statusLine(view);
  const showSurvey = () => [goals, ...maps].forEach((part) => part.show(view.state()));
  const goOn = inSpareTime(view, { step: () => survey.step(view.state().digit), show: showSurvey });
  const pair = (parts) => html("div", { class: "fn-shift-pair" }, ...parts.map(({ element }) => element));
  view.root.append(
    introduction(), chooser.element,
    html("div", { class: "fn-plots" },
      html("div", { class: "fn-plot" }, pad.element, sliders.element),
      html("div", { class: "fn-plot fn-shift-verdict" }, pair(answers), status.element)),
    goals.element, html("div", { class: "fn-plot" }, legend(), pair(maps)),
  );
  view.draw = () => {
    const state = view.state();
    const probabilities = readers.read(state);
    survey.note(state, probabilities);
    chooser.show(state.digit);
    for (const part of [pad, sliders, ...answers]) part.show(state, probabilities);
    status.show(describe(state, probabilities, { label: readers.labels[state.digit], lost: readers.lost(state) }));
    showSurvey();
    goOn();
  };
  view.draw();
  return view.cleanup;
}

export default { render };
