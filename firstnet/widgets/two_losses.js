const REACH = 5; // of the start: w and b from −5 to 5
const RATES = [0.01, 5];
const MOST_STEPS = 300;
const NEAR = 0.1; // a prediction this close to its target has arrived
const PATIENCE = 10_000; // steps after which the page stops counting
const STARTS = [
  { label: "good start", weight: 0.6, bias: 0.9 },
  { label: "bad start", weight: 2, bias: 2 },
  { label: "very bad start", weight: 3, bias: 3 },
];

// ---------------------------------------------------------------- the neuron, and how it learns

export function sigmoid(z) {
  return z < 0 ? Math.exp(z) / (1 + Math.exp(z)) : 1 / (1 + Math.exp(-z));
}

/** Each loss of the prediction a = sigmoid(z), and its slope: how fast it changes with z. */
export const LOSSES = {
  square: {
    name: "squared error",
    loss: (z, target) => (sigmoid(z) - target) ** 2,
    slope: (z, target) => 2 * (sigmoid(z) - target) * sigmoid(z) * sigmoid(-z),
  },
  cross: {
    name: "cross-entropy",
    loss: (z, target) => Math.max(z, 0) - z * target + Math.log1p(Math.exp(-Math.abs(z))),
    slope: (z, target) => sigmoid(z) - target,
  },
};

/** One step against the slope; the input is 1, so that w and b have the same slope as z. */
function nudge({ weight, bias }, { kind, target, learningRate }) {
  const slope = LOSSES[kind].slope(weight + bias, target);
  return { weight: weight - learningRate * slope, bias: bias - learningRate * slope };
}

function stand({ weight, bias }, { kind, target }) {
  const z = weight + bias;
  const { loss, slope } = LOSSES[kind];
  return { weight, bias, z, prediction: sigmoid(z), loss: loss(z, target), slope: slope(z, target) };
}

/** Where the neuron stands after 0, 1, 2 … steps. */
export function learn({ kind, target, weight, bias, learningRate, steps }) {
  const path = [stand({ weight, bias }, { kind, target })];
  while (path.length <= steps) path.push(stand(nudge(path.at(-1), { kind, target, learningRate }), { kind, target }));
  return path;
}

/** The steps until the prediction is within 0.1 of the target; undefined after 10,000 in vain. */
export function stepsNeeded({ kind, target, weight, bias, learningRate }) {
  let place = { weight, bias };
  for (let n = 0; n <= PATIENCE; n += 1) {
    if (Math.abs(sigmoid(place.weight + place.bias) - target) < NEAR) return n;
    place = nudge(place, { kind, target, learningRate });
  }
  return undefined;
}

// ---------------------------------------------------------------- words

function count(steps) {
  return `${formatNumber(steps)} step${steps === 1 ? "" : "s"}`;
}

function small(value) {
  return formatNumber(value, Math.abs(value) < 0.1 ? 4 : 2);
}

/** Near 0 and 1 every digit tells something. */
function says(prediction) {
  const far = Math.min(prediction, 1 - prediction) > 0.05;
  return far ? formatNumber(prediction, 2) : formatSquashed(prediction);
}

/** The factor a(1 − a) that squared error has and cross-entropy has not. */
function flatness({ prediction }) {
  return prediction * (1 - prediction);
}

function before({ square, cross }, state) {
  const [slow, fast] = [square, cross].map(({ path: [start] }) => small(2 * state.learningRate * Math.abs(start.slope)));
  const factor = `The slope of squared error is multiplied by a(1 − a), here ${small(flatness(square.path[0]))}.`;
  return `${factor} So its first step will move z by only ${slow}, that of cross-entropy by ${fast}. Press Run.`;
}

function arrived(needed, steps) {
  return needed !== undefined && needed <= steps;
}

function contest({ square, cross }) {
  const ratio = formatTimes(square.needed / cross.needed);
  const more = square.needed > cross.needed ? `, ${ratio} as many` : "";
  return `To come within 0.1 of the target, cross-entropy took ${count(cross.needed)}, squared error ${formatNumber(square.needed)}${more}.`;
}

function plateau({ square, cross }, { target, steps }) {
  const now = square.path.at(-1);
  const factor = small(flatness(now));
  const flat = flatness(now) < 0.12 && Math.abs(now.prediction - target) > 0.5;
  const where = flat
    ? `Squared error is on a plateau: a(1 − a) is only ${factor}, and it multiplies the slope.`
    : `Squared error has left the flat part: a(1 − a) is ${factor}.`;
  if (!arrived(cross.needed, steps)) return `${where} Cross-entropy has no such factor.`;
  return `${where} Cross-entropy has no such factor and took ${count(cross.needed)} to come within 0.1.`;
}

function end({ square }, steps) {
  if (steps < MOST_STEPS || arrived(square.needed, steps)) return "";
  const needed = square.needed === undefined ? `more than ${formatNumber(PATIENCE)}` : formatNumber(square.needed);
  return ` ${MOST_STEPS} steps are the most this page takes. Squared error would need ${needed}.`;
}

/** Both neurons under the same state: the path of each, and the steps each needs. */
function race(state) {
  const entries = Object.keys(LOSSES).map((kind) => (
    [kind, { path: learn({ ...state, kind }), needed: stepsNeeded({ ...state, kind }) }]));
  return Object.fromEntries(entries);
}

/** What is happening now: one sentence of facts, the reason, and a mood for the sign beside them. */
export function describe(state, runs = race(state)) {
  const { square, cross } = runs;
  const [one, other] = [square, cross].map(({ path }) => says(path.at(-1).prediction));
  const headline = state.steps === 0
    ? `Before step 1: both neurons say ${one} and should say ${state.target}.`
    : `Step ${state.steps}: with squared error the neuron says ${one}, with cross-entropy ${other}.`;
  if (square.needed === 0) {
    const detail = "The start is within 0.1 of the target already: there is little left to learn.";
    return { mood: "same", headline, detail };
  }
  if (state.steps === 0) return { mood: "ready", headline, detail: before(runs, state) };
  if (arrived(square.needed, state.steps)) return { mood: "better", headline, detail: contest(runs) };
  return { mood: "same", headline, detail: plateau(runs, state) + end(runs, state.steps) };
}

// ---------------------------------------------------------------- three graphs

/** A graph whose axes are drawn anew only when its size or its range changes. */
function createGraph(title, note, attributes) {
  const drawing = svg("svg", attributes);
  const [ground, inside] = [svg("g"), svg("g", { "aria-hidden": "true" })];
  drawing.append(ground, inside);
  let [drawn, frame] = ["", undefined];
  const words = [html("p", { class: "fn-plot-title" }, title), html("p", { class: "fn-plot-note" }, note)];
  return {
    drawing,
    element: html("div", { class: "fn-plot" }, ...words, drawing),
    lay({ width, height, x, y, ...axes }) {
      const key = [width, height, ...x, ...y].join();
      if (key === drawn) return frame;
      drawn = key;
      frame = graphFrame({ width, height, x, y });
      sizeDrawing(drawing, width, height);
      ground.replaceChildren(graphAxes(frame, axes));
      return frame;
    },
    show: (...children) => inside.replaceChildren(...children),
  };
}

/** The first is larger, so that both are seen where they lie upon each other. */
function dot({ across, up }, kind, x, y) {
  return svg("circle", { class: `fn-${kind}-dot`, cx: across(x), cy: up(y), r: kind === "square" ? 8 : 5 });
}

function goal({ left, right, up }, target) {
  return svg("line", { class: "fn-goal", x1: left, x2: right, y1: up(target), y2: up(target) });
}

const BEND = Array.from({ length: 81 }, (_, k) => [k / 4 - 10, sigmoid(k / 4 - 10)]);

/** The sigmoid with both neurons on it; the ring is their common start and can be dragged. */
function createSlide(view) {
  const attributes = { class: "fn-slide", role: "group", "aria-label": "Where both neurons are on the sigmoid" };
  const graph = createGraph("Both on the sigmoid", "Prediction a for each sum z.", attributes);
  const rings = [svg("circle", { class: "fn-reach", r: 22 }), svg("circle", { class: "fn-ring", r: 12 })];
  const handle = svg("g", {
    class: "fn-begin", tabindex: 0, role: "slider", "aria-label": "Start: the sum z before the first step",
    "aria-valuemin": -2 * REACH, "aria-valuemax": 2 * REACH,
  }, ...rings);
  graph.drawing.append(handle);
  let frame;
  const sum = () => view.state().weight + view.state().bias;
  const write = (z) => {
    const half = clamp(round(z / 2, 2), -REACH, REACH);
    view.set({ weight: half, bias: half });
  };
  dragOn(view, {
    handle,
    surface: graph.drawing,
    at: () => [frame.across(sum()), frame.up(sigmoid(sum()))],
    moveTo: (x) => write(((x - frame.left) / (frame.right - frame.left)) * 4 * REACH - 2 * REACH),
  });
  arrowKeys(view, handle, (right, up) => write(sum() + 0.2 * (right + up)));
  return {
    element: graph.element,
    show({ target }, runs, size) {
      const axes = { xTicks: [-10, -5, 0, 5, 10], yTicks: [0, 0.5, 1], xName: "sum z = w · 1 + b" };
      frame = graph.lay({ ...size, x: [-10, 10], y: [-0.08, 1.08], ...axes });
      const places = Object.entries(runs).map(([kind, { path }]) => [kind, path.at(-1)]);
      graph.show(goal(frame, target), svg("path", { class: "fn-bend", d: graphLine(frame, BEND) }),
        ...places.map(([kind, { z, prediction }]) => dot(frame, kind, clamp(z, -10, 10), prediction)));
      const z = sum();
      handle.setAttribute("transform", `translate(${frame.across(z)} ${frame.up(sigmoid(z))})`);
      handle.setAttribute("aria-valuenow", round(z, 2));
      handle.setAttribute("aria-valuetext", `z is ${formatNumber(z)}, the prediction ${says(sigmoid(z))}`);
    },
  };
}

function lines(frame, runs, height) {
  return Object.entries(runs).map(([kind, { path }]) => {
    const last = path.length - 1;
    const curve = svg("path", { class: `fn-${kind}-line`, d: graphLine(frame, path.map((place, n) => [n, height(place)])) });
    return svg("g", {}, graphInside(frame, curve), dot(frame, kind, last, height(path[last])));
  });
}

const STEP_AXIS = { x: [0, MOST_STEPS], xTicks: [0, 100, 200, 300], xName: "steps taken" };

function createPredictions() {
  const graph = createGraph("The prediction", "Dotted: the target.", { role: "img" });
  return {
    element: graph.element,
    show({ target }, runs, size) {
      const frame = graph.lay({ ...size, y: [-0.08, 1.08], yTicks: [0, 0.5, 1], ...STEP_AXIS });
      graph.show(goal(frame, target), ...lines(frame, runs, ({ prediction }) => prediction));
      const ends = Object.entries(runs).map(([kind, { path }]) => `${LOSSES[kind].name} ${says(path.at(-1).prediction)}`);
      graph.drawing.setAttribute("aria-label", `The prediction after each step: ${ends.join(", ")}`);
    },
  };
}

function createLosses() {
  const graph = createGraph("The loss of each", "Each neuron by its own loss.", { role: "img" });
  return {
    element: graph.element,
    show(state, runs, size) {
      const most = Math.max(1, Math.ceil(runs.cross.path[0].loss));
      const every = most > 5 ? 2 : most > 1 ? 1 : 0.5;
      const yTicks = Array.from({ length: Math.floor(most / every) + 1 }, (_, k) => k * every);
      const frame = graph.lay({ ...size, y: [-0.08 * most, 1.08 * most], yTicks, ...STEP_AXIS });
      graph.show(...lines(frame, runs, ({ loss }) => loss));
      const ends = Object.entries(runs).map(([kind, { path }]) => `${LOSSES[kind].name} ${small(path.at(-1).loss)}`);
      graph.drawing.setAttribute("aria-label", `The loss after each step: ${ends.join(", ")}`);
    },
  };
}

function createGraphs(view) {
  const graphs = [createSlide(view), createPredictions(), createLosses()];
  const element = html("div", { class: "fn-three" }, ...graphs.map((graph) => graph.element));
  let size = { width: 240, height: 220 };
  watchWidth(view, element, () => {
    const width = element.firstChild.clientWidth;
    size = { width, height: clamp(0.9 * width, 190, 260) };
    view.redraw();
  });
  return { element, show: (state, runs) => graphs.forEach((graph) => graph.show(state, runs, size)) };
}

// ---------------------------------------------------------------- numbers and controls

const ROWS = [
  ["prediction a", ({ path }) => says(path.at(-1).prediction)],
  ["loss", ({ path }) => small(path.at(-1).loss)],
  ["a(1 − a)", ({ path }) => small(flatness(path.at(-1)))],
  ["slope for z", ({ path }) => small(path.at(-1).slope)],
  ["steps to within 0.1", ({ needed }) => (needed === undefined ? `more than ${formatNumber(PATIENCE)}` : formatNumber(needed))],
];

function createContest() {
  const kinds = Object.keys(LOSSES);
  const key = (kind) => svg("svg", { viewBox: "0 0 28 12", "aria-hidden": "true" },
    svg("line", { class: `fn-${kind}-line`, x1: 0, x2: 28, y1: 6, y2: 6 }));
  const heads = kinds.map((kind) => html("th", { scope: "col", class: `fn-${kind}-name` }, LOSSES[kind].name, key(kind)));
  const cells = ROWS.map(() => kinds.map(() => html("td")));
  const rows = ROWS.map(([name], k) => html("tr", {}, html("th", { scope: "row" }, name), ...cells[k]));
  const head = html("thead", {}, html("tr", {}, html("td"), ...heads));
  return {
    element: html("table", { class: "fn-table fn-contest" }, head, html("tbody", {}, ...rows)),
    show: (state, runs) => ROWS.forEach(([, text], k) => (
      kinds.forEach((kind, i) => cells[k][i].replaceChildren(text(runs[kind]))))),
  };
}

function createSteps(view) {
  const over = () => view.state().steps >= MOST_STEPS;
  const walk = (more) => view.set({ steps: Math.min(MOST_STEPS, view.state().steps + more) });
  const tick = () => {
    walk(1 + Math.floor(view.state().steps / 40)); // faster where less happens
    return !over();
  };
  const running = runner(view, { interval: 50, tick, onChange: () => view.redraw() });
  const run = () => {
    if (running.running()) return running.stop();
    if (over()) view.set({ steps: 0 });
    return running.start();
  };
  const step = button(view, { label: "Step", strong: true, press: () => { running.stop(); walk(1); } });
  const runButton = button(view, { label: "Run", press: run });
  const reset = button(view, { label: "Reset", press: () => { running.stop(); view.set({ steps: 0 }); } });
  return {
    element: buttonRow("Learn", [step, runButton, reset]),
    start: running.start,
    stop: running.stop,
    show() {
      step.enable(!over());
      runButton.rename(running.running() ? "Pause" : "Run");
    },
  };
}

function createStarts(view, steps) {
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  const choose = ({ weight, bias }) => {
    steps.stop();
    view.set({ weight, bias, target: 0, steps: still.matches ? MOST_STEPS : 0 });
    if (!still.matches) steps.start();
  };
  const buttons = STARTS.map((start) => button(view, { label: start.label, press: () => choose(start) }));
  return {
    element: buttonRow("Starts to try", buttons, { caption: "Try" }),
    show: ({ target, weight, bias }) => buttons.forEach((one, k) => (
      one.press(target === 0 && STARTS[k].weight === weight && STARTS[k].bias === bias))),
  };
}

function createSettings(view) {
  const targets = [0, 1].map((target) => button(view, { label: String(target), press: () => view.set({ target }) }));
  const names = ["weight", "bias"];
  const fields = names.map((name) => numberField(view, {
    label: `Start ${name[0]}`, min: -REACH, max: REACH, step: 0.1, write: (value) => view.set({ [name]: value }),
  }));
  const row = html("div", { class: "fn-row", role: "group", "aria-label": "Start" });
  row.append(...fields.map(({ element }) => element), ...fields.map(({ note }) => note));
  return {
    element: html("div", { class: "fn-controls" }, buttonRow("Target y", targets, { caption: "Target y" }), row),
    show(state) {
      targets.forEach((one, k) => one.press(k === state.target));
      fields.forEach((field, k) => field.show(state[names[k]]));
    },
  };
}

function createRate(view) {
  const control = slider(view, {
    label: "Learning rate", min: RATES[0], max: RATES[1], step: 0.01, scale: logScale(...RATES),
    write: (rate) => view.set({ learning_rate: rate }),
  });
  return { element: control.element, show: ({ learningRate }) => control.show(learningRate) };
}

function introduction() {
  const rule = html("strong", {}, "One neuron, a = sigmoid(w · 1 + b), learns twice from the same start.");
  return html("p", { class: "fn-intro" }, rule,
    " Each step nudges w and b against the slope of the loss. Which loss gets it to the target first? Press Run.");
}

function render({ model, el }) {
  const traits = ["target", "weight", "bias", "learning_rate", "steps"];
  const view = createView({ model, el }, { label: "Two losses", traits });
  const steps = createSteps(view);
  const status = statusLine(view);
  const parts = [createStarts(view, steps), createSettings(view), createRate(view), steps];
  const pictures = [createGraphs(view), createContest()];
  const [graphs, numbers] = pictures.map((part) => part.element);
  view.root.append(introduction(), ...parts.map((part) => part.element), graphs, status.element, numbers);
  view.draw = () => {
    const { learning_rate: learningRate, ...rest } = view.state();
    const state = { ...rest, learningRate };
    const runs = race(state);
    for (const part of [...parts, ...pictures]) part.show(state, runs);
    status.show(describe(state, runs));
  };
  view.draw();
  return view.cleanup;
}

export default { render };
