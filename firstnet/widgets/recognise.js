const NETWORKS = { mlp: "MLP", cnn: "CNN", augmented: "CNN, moved digits", own: "Your file" };
const NEAR = 0.002; // parts of the pad: a point nearer to the last one is left out
const [MOST_STROKES, MOST_POINTS] = [60, 4000];
const PATCH = 1; // pixels around the one that is wiped out
const UNKNOWN = NaN;

// ---------------------------------------------------------------- the networks and the drawing

/** The networks of the page's files; each is read when it is first asked. `of(state)` throws a ModelError. */
export function createReaders(model) {
  const kept = new Map();
  const fileOf = ({ network, numbers }) => (network !== "own" && numbers === "int8" ? `${network}_int8` : network);
  const read = (file) => kept.get(file) ?? kept.set(file, probabilityReader(bytesOf(model.get(file)).slice())).get(file);
  return { fileOf, of: (state) => read(fileOf(state)) };
}

/** What the network gets: 784 numbers from 0 to 1, or null for a drawing that is empty or a mere dot. */
export function seen({ strokes, preparation }) {
  if (isDot(strokes)) return null;
  const bytes = preparation ? prepared(strokes) : shrunk(strokes);
  return bytes && Float32Array.from(bytes, (grey) => grey / 255);
}

/** How much an answer weighs against all others: the logarithm of its odds. The others are summed: 1 − p would round to 0. */
export function logOdds(probabilities, digit) {
  const others = probabilities.reduce((sum, one, place) => (place === digit ? sum : sum + one), 0);
  return Math.log(Math.max(probabilities[digit], 1e-30)) - Math.log(Math.max(others, 1e-30));
}

/** The pixels with one square of 3 × 3 around a place wiped out. */
export function wiped(pixels, place) {
  const [row, column] = [Math.floor(place / SIDE), place % SIDE];
  const left = Float32Array.from(pixels);
  for (let r = Math.max(0, row - PATCH); r <= Math.min(SIDE - 1, row + PATCH); r += 1) {
    for (let c = Math.max(0, column - PATCH); c <= Math.min(SIDE - 1, column + PATCH); c += 1) left[r * SIDE + c] = 0;
  }
  return left;
}

/**
 * Which ink spoke for the answer: each inked pixel is wiped out with its neighbours, one after the other, and the log
 * odds that the answer loses are that pixel's. `step()` does one more and returns whether there was one.
 */
export function createWitness(run, pixels) {
  const probabilities = run(pixels);
  const digit = likeliest(probabilities);
  const whole = logOdds(probabilities, digit);
  const places = [...pixels.keys()].filter((place) => pixels[place] > 0);
  const spoke = new Float32Array(SIDE * SIDE).fill(UNKNOWN);
  let next = 0;
  return {
    spoke,
    left: () => places.length - next,
    step() {
      if (next >= places.length) return false;
      spoke[places[next]] = whole - logOdds(run(wiped(pixels, places[next])), digit);
      next += 1;
      return true;
    },
  };
}

/** Keeps what was computed last, so that only what changes it computes it again. */
function remember(compute) {
  let [key, value] = [];
  return (state, asked) => {
    if (asked !== key) [key, value] = [asked, compute(state)];
    return value;
  };
}

/** The network's answer to the drawing: { pixels, probabilities, witness }, or { error } in words. */
function answerOf(readers, state) {
  const pixels = seen(state);
  if (!pixels) return {};
  try {
    const { run } = readers.of(state);
    return { pixels, probabilities: run(pixels), witness: createWitness(run, pixels) };
  } catch (error) {
    if (error instanceof ModelError) return { pixels, error: error.message };
    throw error;
  }
}

// ---------------------------------------------------------------- words

/** What is read, and how surely: nothing, a digit, or two that are possible. */
export function describe(state, { pixels, probabilities, error }) {
  if (!pixels) return { mood: "ready", headline: "Draw a digit.", detail: "Use a finger or the mouse on the pad, or press one of the digits under it." };
  if (error) return { mood: "worse", headline: "This file gives no answer.", detail: error };
  const [first, second] = [...probabilities.keys()].sort((a, b) => probabilities[b] - probabilities[a]);
  const [one, two] = [first, second].map((digit) => `${aDigit(digit)}, ${percentInWords(probabilities[digit])}`);
  if (probabilities[first] < state.sure_above) {
    return { mood: "ready", headline: "Not sure.", detail: `Perhaps ${one}; perhaps ${two}. No digit has ${percent(state.sure_above)}.` };
  }
  return { mood: "same", headline: `The answer is ${one}.`, detail: `Next comes ${two}. From ${percent(state.sure_above)} on it counts as sure.` };
}

// ---------------------------------------------------------------- moving a drawing

function boxOf(strokes) {
  const points = strokes.flat();
  const range = (axis) => [Math.min(...points.map((p) => p[axis])), Math.max(...points.map((p) => p[axis]))];
  return { x: range(0), y: range(1) };
}

/** The strokes moved, as far as the pad goes. */
export function moved(strokes, right, down) {
  if (strokes.length === 0) return strokes;
  const { x, y } = boxOf(strokes);
  const [across, along] = [clamp(right, -x[0], 1 - x[1]), clamp(down, -y[0], 1 - y[1])];
  return mapped(strokes, (a, b) => [a + across, b + along]);
}

/** The strokes made larger or smaller around their middle, as far as the pad goes. */
export function resized(strokes, times) {
  if (strokes.length === 0) return strokes;
  const { x, y } = boxOf(strokes);
  const [xMiddle, yMiddle] = [(x[0] + x[1]) / 2, (y[0] + y[1]) / 2];
  const longer = Math.max(x[1] - x[0], y[1] - y[0]);
  const factor = longer > 0 ? clamp(times, 0.05 / longer, 0.98 / longer) : 1;
  const grown = mapped(strokes, (a, b) => [xMiddle + (a - xMiddle) * factor, yMiddle + (b - yMiddle) * factor]);
  return moved(grown, 0, 0);
}

function mapped(strokes, change) {
  return strokes.map((stroke) => stroke.map(([x, y]) => change(x, y).map((value) => clamp(round(value, 5), 0, 1))));
}

// ---------------------------------------------------------------- the pad

/** A square to draw on; `changed(strokes, done)` is called with every point and at the end of a stroke. */
function createPad(view, changed) {
  const canvas = html("canvas", { class: "fn-recognise-pad", role: "img", "data-testid": "pad" });
  const pad = { pointer: null, strokes: [] };
  followPointer(canvas, pad, {
    listen: view.listen,
    mayBegin() {
      const { strokes } = view.state();
      return strokes.length < MOST_STROKES && strokes.flat().length < MOST_POINTS;
    },
    begin(point) {
      pad.strokes = [...view.state().strokes, [point]];
      changed(pad.strokes, false);
    },
    extend(point) {
      if (pad.strokes.flat().length < MOST_POINTS) addPoint(pad.strokes.at(-1), point, NEAR);
      changed(pad.strokes, false);
    },
    end: () => changed(pad.strokes, true),
  });
  return { element: canvas, ...padPicture(view, canvas) };
}

function padPicture(view, canvas) {
  let [width, context, shown] = [0, undefined, []];
  const paint = () => {
    if (width === 0) return;
    context.clearRect(0, 0, width, width);
    drawStrokes(context, shown, { side: width, colour: themeColour(view, "ink"), pen: AS_DRAWN.pen });
  };
  watchWidth(view, canvas, (seenWidth) => {
    width = seenWidth;
    context = sizeCanvas(canvas, width, width);
    paint();
  });
  watchTheme(view, paint);
  return {
    show(strokes) {
      shown = strokes;
      const many = `${strokes.length} ${strokes.length === 1 ? "stroke" : "strokes"}`;
      canvas.setAttribute("aria-label", strokes.length ? `Your drawing, ${many}` : "An empty pad to draw on");
      paint();
    },
  };
}

// ---------------------------------------------------------------- what the network sees

/** Ink that spoke for the answer, or against it, over the dimmed picture. */
function createSpeaking(view) {
  const canvas = html("canvas", { class: "fn-grey", width: SIDE, height: SIDE, role: "img" });
  const context = canvas.getContext("2d");
  const drawn = context.createImageData(SIDE, SIDE);
  const [FOR, AGAINST] = [[98, 220, 203], [255, 180, 110]]; // over black, the same in both themes
  const colour = (pixel, value, most) => {
    if (Number.isNaN(value)) return [1, 1, 1].map((part) => 90 * pixel * part);
    const part = Math.min(1, Math.abs(value) / most);
    return (value >= 0 ? FOR : AGAINST).map((full) => full * (0.15 + 0.85 * part));
  };
  return {
    element: canvas,
    show(pixels, spoke) {
      const known = spoke ? [...spoke].filter((value) => !Number.isNaN(value)) : [];
      const most = Math.max(0.5, ...known.map(Math.abs)); // less than half a unit is hardly a vote
      for (let place = 0; place < SIDE * SIDE; place += 1) {
        const [red, green, blue] = pixels ? colour(pixels[place], spoke?.[place] ?? UNKNOWN, most) : [0, 0, 0];
        drawn.data.set([red, green, blue, 255], 4 * place);
      }
      context.putImageData(drawn, 0, 0);
      const against = known.filter((value) => value < 0).length;
      canvas.setAttribute("aria-label", known.length ? `${known.length - against} inked pixels speak for the answer, ${against} against it` : "Nothing has spoken yet");
    },
  };
}

function createSights(view) {
  const input = greyPicture({ width: SIDE, height: SIDE, most: 1, label: "" });
  const speaking = createSpeaking(view);
  const nothing = new Float32Array(SIDE * SIDE);
  const titled = (title, note, element) => html("div", { class: "fn-plot" }, html("p", { class: "fn-plot-title" }, title), element, html("p", { class: "fn-plot-note" }, note));
  const kinds = ["for", "against"].map((kind) => html("span", { class: `fn-recognise-key fn-recognise-${kind}`, "aria-hidden": "true" }));
  const legend = html("span", {}, "Ink that speaks ", kinds[0], " for the answer, ", kinds[1], " against it.");
  const asking = html("span");
  const note = html("span", {}, legend, asking);
  return {
    element: html("div", { class: "fn-recognise-pair" }, titled("The network sees", "28 × 28 pixels.", input.element), titled("What spoke", note, speaking.element)),
    show({ pixels, witness }) {
      input.show(pixels ?? nothing);
      input.name(pixels ? `The drawing as 28 × 28 pixels; ${pixels.filter((value) => value > 0).length} of 784 hold ink` : "28 × 28 empty pixels");
      speaking.show(pixels, witness?.spoke);
      const left = witness?.left() ?? 0;
      asking.textContent = left > 0 ? `Still asking: ${left} pixels to go.` : "";
      legend.hidden = left > 0;
    },
  };
}

// ---------------------------------------------------------------- controls

function createExamples(view, examples) {
  let hand = 0;
  const digits = Array.from({ length: 10 }, (_, digit) => button(view, {
    label: String(digit), press: () => view.set({ strokes: examples[hand][digit] }),
  }));
  const another = button(view, { label: "Another hand", press: () => {
    hand = (hand + 1) % examples.length;
    another.rename(`Another hand (now ${hand + 1} of ${examples.length})`);
  } });
  digits.forEach(({ element }) => element.classList.add("fn-recognise-digit"));
  return html("div", { class: "fn-recognise-examples" }, buttonRow("An example of a digit", [...digits, another], { caption: "Or take a" }));
}

const MOVES = [
  ["Left", (strokes) => moved(strokes, -0.05, 0)], ["Right", (strokes) => moved(strokes, 0.05, 0)],
  ["Up", (strokes) => moved(strokes, 0, -0.05)], ["Down", (strokes) => moved(strokes, 0, 0.05)],
  ["Smaller", (strokes) => resized(strokes, 1 / 1.15)], ["Larger", (strokes) => resized(strokes, 1.15)],
];

function createMoves(view) {
  const buttons = MOVES.map(([label, change]) => button(view, { label, press: () => view.set({ strokes: change(view.state().strokes) }) }));
  return {
    element: buttonRow("Move the drawing", buttons, { caption: "Move it" }),
    show: ({ strokes }) => buttons.forEach((one) => one.enable(strokes.length > 0)),
  };
}

function createErasers(view) {
  const clear = button(view, { label: "Clear", press: () => view.set({ strokes: [] }) });
  const undo = button(view, { label: "Undo a stroke", press: () => view.set({ strokes: view.state().strokes.slice(0, -1) }) });
  return {
    element: buttonRow("Erase", [clear, undo]),
    show: ({ strokes }) => [clear, undo].forEach((one) => one.enable(strokes.length > 0)),
  };
}

function createSettings(view, hasOwn) {
  const options = Object.entries(NETWORKS).filter(([name]) => name !== "own" || hasOwn);
  const network = selectField(view, { label: "Network", options, write: (value) => view.set({ network: value }) });
  const numbers = selectField(view, {
    label: "It computes with", options: [["float32", "float32"], ["int8", "int8"]], write: (value) => view.set({ numbers: value }),
  });
  const preparation = checkField(view, { label: "Prepare as MNIST did", write: (value) => view.set({ preparation: value }) });
  const sure = slider(view, {
    label: "Sure from", min: 0.2, max: 0.99, step: 0.01, scale: linearScale(0.2, 0.99, 0.01), places: 79,
    write: (value) => view.set({ sure_above: value }),
  });
  return {
    elements: [html("div", { class: "fn-row" }, network.element, numbers.element, preparation.element), sure.element],
    show(state) {
      network.show(state.network);
      numbers.show(state.numbers);
      preparation.show(state.preparation);
      sure.show(state.sure_above, percent(state.sure_above));
    },
  };
}

function introduction() {
  return html("p", { class: "fn-intro" },
    html("strong", {}, "Draw a digit."), " The page prepares it and runs the network's .tflite file on it, here, without any server.");
}

// ---------------------------------------------------------------- all of it

const TRAITS = ["strokes", "network", "numbers", "preparation", "sure_above"];

function render({ model, el }) {
  const view = createView({ model, el }, { label: "Recognise a drawn digit", traits: TRAITS });
  const readers = createReaders(model);
  const ask = remember((state) => answerOf(readers, state));
  let drawing; // while a stroke is being drawn, its strokes; else nothing
  const state = () => ({ ...view.state(), ...(drawing && { strokes: drawing }) });
  const pad = createPad(view, (strokes, done) => {
    drawing = done ? undefined : strokes;
    if (done) view.set({ strokes });
    else view.redraw();
  });
  const [erasers, moves, sights] = [createErasers(view), createMoves(view), createSights(view)];
  const settings = createSettings(view, bytesOf(model.get("own")).length > 0);
  const table = answerTable({ title: "The answer" });
  const status = statusLine(view);
  const nobody = new Float32Array(10);
  let answer = {};
  const goOn = inSpareTime(view, { step: () => answer.witness?.step(), show: () => sights.show(answer) });
  view.root.append(
    introduction(),
    html("div", { class: "fn-plots" },
      html("div", { class: "fn-plot" }, pad.element, erasers.element, createExamples(view, model.get("examples")), moves.element),
      html("div", { class: "fn-plot fn-recognise-verdict" }, sights.element, status.element, table.element)),
    ...settings.elements,
  );
  view.draw = () => {
    const now = state();
    answer = ask(now, [JSON.stringify(now.strokes), readers.fileOf(now), now.preparation].join());
    for (const part of [erasers, moves, settings]) part.show(now);
    pad.show(now.strokes);
    sights.show(answer);
    table.show(answer.probabilities ?? nobody);
    table.element.toggleAttribute("data-empty", !answer.probabilities);
    status.show(describe(now, answer));
    goOn();
  };
  view.draw();
  return view.cleanup;
}

export default { render };
