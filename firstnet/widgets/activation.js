const LIMITS = { w: [-3, 3], b: [-6, 6], x: [-6, 6], c: [-3, 3], leak: [0, 1], alpha: [0, 2] };
const FLAT = 0.05; // a slope smaller than this hardly learns
const PRESETS = [
  { label: "a bend", state: { activation: "ReLU", w: 1, b: 0, x: 2 } },
  { label: "saturated", state: { activation: "sigmoid", w: 1.5, b: 0, x: 5 } },
  { label: "almost a step", state: { activation: "sigmoid", w: 3, b: 0, x: 0.5 } },
  { label: "dead", state: { activation: "ReLU", w: 0.5, b: -4, x: 2 } },
  { label: "leaking", state: { activation: "Leaky ReLU", w: 0.5, b: -4, x: 2, leak: 0.01 } },
  { label: "no bend", state: { activation: "linear", w: 1, b: 0, x: 2, c: 0.5 } },
];

// ---------------------------------------------------------------- the activations and their slopes

function sigmoid(z) {
  return 1 / (1 + Math.exp(-z));
}

/** The share of standard normal numbers below z, to 15 places: the series of Marsaglia (2004). */
function normalShare(z) {
  if (Math.abs(z) > 8.5) return z < 0 ? 0 : 1;
  let term = z;
  let sum = z;
  for (let n = 3; Math.abs(term) > 1e-17; n += 2) {
    term *= (z * z) / n;
    sum += term;
  }
  return 0.5 + sum * Math.exp(-0.5 * z * z) / Math.sqrt(2 * Math.PI);
}

const ABOVE = { values: [-1.5, 6], valueMarks: [0, 3, 6] };
const SLOPES = { slopes: [-0.25, 1.25], slopeMarks: [0, 0.5, 1] };

/** Each activation: f and its slope, what to say of them, and the part of the plane that shows them. */
export const FUNCTIONS = {
  step: {
    f: (z) => (z < 0 ? 0 : 1), slope: () => 0, kink: "The jump is", ...SLOPES,
    formula: "f(z) = 0 below 0, else 1", rule: "0 everywhere", range: "0 and 1", values: [-0.25, 1.25], valueMarks: [0, 0.5, 1],
  },
  linear: {
    f: (z, c) => c * z, slope: (z, c) => c, parameter: "c", slopes: [-3.5, 3.5], slopeMarks: [-3, 0, 3],
    formula: "f(z) = c · z", rule: "c everywhere", range: "every number", values: [-6, 6], valueMarks: [-6, -3, 0, 3, 6],
  },
  sigmoid: {
    f: sigmoid, slope: (z) => sigmoid(z) * sigmoid(-z), squashed: true, ...SLOPES,
    formula: "f(z) = 1 / (1 + e⁻ᶻ)", rule: "f(z) · (1 − f(z)), at most 0.25", range: "between 0 and 1", values: [-0.25, 1.25], valueMarks: [0, 0.5, 1],
  },
  tanh: {
    f: Math.tanh, slope: (z) => 4 * sigmoid(2 * z) * sigmoid(-2 * z), squashed: true, ...SLOPES,
    formula: "f(z) = (eᶻ − e⁻ᶻ) / (eᶻ + e⁻ᶻ)", rule: "1 − f(z)², at most 1", range: "between −1 and 1", values: [-1.4, 1.4], valueMarks: [-1, 0, 1],
  },
  ReLU: {
    f: (z) => Math.max(0, z), slope: (z) => (z > 0 ? 1 : 0), kink: "The bend is", ...ABOVE, ...SLOPES,
    formula: "f(z) = max(z, 0)", rule: "1 above 0, else 0", range: "0 and above",
  },
  "Leaky ReLU": {
    f: (z, leak) => Math.max(leak * z, z), slope: (z, leak) => (z > 0 ? 1 : leak), parameter: "leak", kink: "The bend is", ...ABOVE, ...SLOPES,
    formula: "f(z) = max(α · z, z)", rule: "1 above 0, else α", range: "every number",
  },
  ELU: {
    f: (z, alpha) => (z > 0 ? z : alpha * Math.expm1(z)), slope: (z, alpha) => (z > 0 ? 1 : alpha * Math.exp(z)), parameter: "alpha",
    formula: "f(z) = z above 0, else α · (eᶻ − 1)", rule: "1 above 0, else α · eᶻ", range: "above −α", values: [-2.5, 6], valueMarks: [-2, 0, 3, 6], slopes: [-0.25, 2.2], slopeMarks: [0, 1, 2],
  },
  GELU: {
    f: (z) => z * normalShare(z), slope: (z) => normalShare(z) + z * Math.exp(-0.5 * z * z) / Math.sqrt(2 * Math.PI), ...ABOVE, ...SLOPES,
    formula: "f(z) = z · Φ(z), Φ the normal distribution", rule: "Φ(z) + z · φ(z)", range: "from about −0.17",
  },
  SiLU: {
    f: (z) => z * sigmoid(z), slope: (z) => sigmoid(z) * (1 + z * sigmoid(-z)), ...ABOVE, ...SLOPES,
    formula: "f(z) = z · sigmoid(z)", rule: "s · (1 + z · (1 − s)), s = sigmoid(z)", range: "from about −0.28",
  },
  softplus: {
    f: (z) => Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))), slope: sigmoid, ...ABOVE, ...SLOPES,
    formula: "f(z) = ln(1 + eᶻ)", rule: "sigmoid(z)", range: "above 0",
  },
};

/** The chosen activation with its parameter filled in. */
export function choose(state) {
  const chosen = FUNCTIONS[state.activation];
  const parameter = state[chosen.parameter];
  return { ...chosen, f: (z) => chosen.f(z, parameter), slope: (z) => chosen.slope(z, parameter) };
}

/** The sum, the value, and the slope by z and by x; the sum is freed of binary rounding, as 1e-17. */
export function compute(state, x = state.x) {
  const { f, slope } = choose(state);
  const z = round(state.w * x + state.b, 12);
  return { z, value: f(z), slope: slope(z), overX: state.w * slope(z) };
}

/** Where the slope stays below 0.05 for good, on each side of 0: from which |z| on, and in what way. */
export function flatTails({ slope }) {
  const tails = [];
  for (const side of [-1, 1]) {
    let from = 12;
    while (from > 0 && Math.abs(slope(side * from)) < FLAT) from = round(from - 0.02, 2);
    if (from === 12) continue;
    const [near, far] = [0.5, 1.5].map((more) => slope(side * (from + more)));
    tails.push({ side, from, kind: near === 0 ? "dead" : near === far ? "slow" : "saturated" });
  }
  return tails;
}

/** In which tail a sum lies, if in any. */
function tailAt(tails, z) {
  return tails.find(({ side, from }) => (from === 0 && side < 0 ? z <= 0 : side * z > from));
}

/** The parts of the x axis where the sum lies in a tail. */
export function flatParts(state) {
  const tails = flatTails(choose(state));
  const [left, right] = LIMITS.x;
  if (state.w === 0) {
    const tail = tailAt(tails, state.b);
    return tail ? [{ from: left, to: right, kind: tail.kind }] : [];
  }
  return tails.flatMap(({ side, from, kind }) => {
    const edge = clamp((side * from - state.b) / state.w, left, right);
    const part = side * state.w > 0 ? { from: edge, to: right, kind } : { from: left, to: edge, kind };
    return part.from < part.to ? [part] : [];
  });
}

// ---------------------------------------------------------------- words

function valueInWords(value, { squashed }) {
  return squashed ? formatSquashed(value) : formatNumber(value);
}

/** An exact 0 is "0"; what only comes close to it is "nearly 0". */
function slopeInWords(slope) {
  return slope !== 0 && Math.abs(slope) < 1e-6 ? "nearly 0" : formatNumber(slope);
}

function sumInWords({ w, b, x }, z) {
  const bias = `${b < 0 ? "−" : "+"} ${formatNumber(Math.abs(b))}`;
  return `z = ${formatProduct(w, x)} ${bias} = ${formatNumber(z)}`;
}

function changeInWords(slope) {
  const change = Math.abs(0.1 * slope);
  const size = change < 1e-6 ? "less than a millionth" : `about ${formatNumber(change)}`;
  return `Raise z by 0.1, and a ${slope < 0 ? "falls" : "rises"} by ${size}.`;
}

const TAILS = {
  dead: () => "Here the slope is exactly 0: a small change of w or b changes nothing, so there is nothing to learn from.",
  slow: ({ slope }) => `Here the slope is only ${slopeInWords(slope)}, but it is not 0: the neuron learns slowly, and can come back.`,
  saturated: ({ slope }) => `Saturated: the curve is almost flat here. ${changeInWords(slope)} Almost no slope, almost no learning.`,
};

function whereInWords(state, result) {
  const { slope } = result;
  const tail = tailAt(flatTails(choose(state)), result.z);
  if (state.activation === "step") return "The step is flat on both sides, so its slope is 0 and nothing can be learned through it.";
  if (tail) return TAILS[tail.kind](result);
  if (state.activation === "linear") return `The slope is ${slopeInWords(slope)} everywhere: the line has no bend.`;
  return changeInWords(slope);
}

function wholeInWords(state) {
  const { kink } = FUNCTIONS[state.activation];
  if (state.w === 0) return "With w = 0 the input does not count: the sum is b for every x.";
  const [part] = flatParts(state);
  const everywhere = part?.from === LIMITS.x[0] && part.to === LIMITS.x[1];
  if (everywhere && part.kind === "dead" && ["ReLU", "Leaky ReLU"].includes(state.activation)) {
    return "And the sum is negative for every x in the picture: if all your data lie in it, this neuron is dead.";
  }
  const at = round(-state.b / state.w, 4);
  if (!kink) return "";
  if (at < LIMITS.x[0] || at > LIMITS.x[1]) return `${kink} outside the picture.`;
  return `${kink} where the sum is 0, at x = ${formatNumber(at)}.`;
}

/** What is happening now: the arithmetic at the point, what its slope means, and where the bend is. */
export function describe(state) {
  const result = compute(state);
  const { z, value, slope } = result;
  const facts = `the value is a = ${valueInWords(value, FUNCTIONS[state.activation])}, its slope ${slopeInWords(slope)}`;
  return {
    mood: "same",
    headline: `The sum is ${sumInWords(state, z)}; ${facts}.`,
    detail: [whereInWords(state, result), wholeInWords(state)].join(" ").trim(),
  };
}

// ---------------------------------------------------------------- the picture

const HEIGHTS = { upper: [22, 200], lower: [240, 350], all: 392 };

function pictureFrame(width, { values, slopes }) {
  const [left, right] = [30, width - 8];
  const [from, to] = LIMITS.x;
  const level = ([top, bottom], [low, high]) => (value) => bottom - ((value - low) / (high - low)) * (bottom - top);
  return {
    left, right,
    across: (x) => left + ((x - from) / (to - from)) * (right - left),
    back: (pixel) => from + ((pixel - left) / (right - left)) * (to - from),
    upper: level(HEIGHTS.upper, values),
    lower: level(HEIGHTS.lower, slopes),
  };
}

function panelAxes({ left, right, across }, [top, bottom], up, marks, name) {
  const parts = [svg("text", { class: "fn-panel-name", x: left, y: top - 8 }, name)];
  for (const x of [-6, -3, 0, 3, 6]) {
    parts.push(svg("line", { class: x === 0 ? "fn-axis" : "fn-grid", x1: across(x), x2: across(x), y1: top, y2: bottom }));
  }
  for (const mark of marks) {
    parts.push(svg("line", { class: mark === 0 ? "fn-axis" : "fn-grid", x1: left, x2: right, y1: up(mark), y2: up(mark) }));
    parts.push(svg("text", { x: left - 6, y: up(mark) + 4, "text-anchor": "end" }, formatNumber(mark)));
  }
  parts.push(svg("rect", { class: "fn-frame", x: left, y: top, width: right - left, height: bottom - top }));
  return parts;
}

function axes(frame, { valueMarks, slopeMarks }) {
  const { across, left, right } = frame;
  const bottom = HEIGHTS.lower[1];
  const numbers = [-6, -3, 0, 3, 6].map((x) => (
    svg("text", { x: across(x), y: bottom + 17, "text-anchor": x === 6 ? "end" : "middle" }, formatNumber(x))));
  return [
    ...panelAxes(frame, HEIGHTS.upper, frame.upper, valueMarks, "value a = f(z)"),
    ...panelAxes(frame, HEIGHTS.lower, frame.lower, slopeMarks, "slope f′(z)"),
    ...numbers,
    svg("text", { x: (left + right) / 2, y: bottom + 36, "text-anchor": "middle" }, "input x"),
  ];
}

const PART_NAMES = { dead: "slope 0", slow: "small slope", saturated: "saturated" };

function partElements({ across }, parts) {
  const ends = [HEIGHTS.upper, HEIGHTS.lower];
  return parts.flatMap(({ from, to, kind }) => {
    const [x, width] = [across(from), across(to) - across(from)];
    const grounds = ends.map(([y, bottom]) => svg("rect", { class: `fn-flat fn-flat-${kind}`, x, y, width, height: bottom - y }));
    const name = svg("text", { class: "fn-flat-name", x: x + width / 2, y: HEIGHTS.lower[0] + 17 }, PART_NAMES[kind]);
    return width > 70 ? [...grounds, name] : grounds;
  });
}

/** The graph over x, cut where the sum is 0: there it may jump, and there its corner must stand. */
function graph(frame, state, up, read) {
  const corner = state.w === 0 ? Infinity : -state.b / state.w;
  const [left, right] = LIMITS.x;
  const even = [...Array(241).keys()].map((k) => left + ((right - left) * k) / 240);
  const places = [...even.filter((x) => Math.abs(x - corner) > 1e-9), ...[corner - 1e-9, corner + 1e-9].filter((x) => x > left && x < right)];
  const points = places.sort((one, other) => one - other).map((x) => [x, frame.across(x), up(read(x))]);
  const pen = ([x], k) => (k === 0 || (points[k - 1][0] < corner && corner < x) ? "M" : "L");
  return points.map((point, k) => `${pen(point, k)}${round(point[1], 2)} ${round(point[2], 2)}`).join("");
}

/** A short piece of the line that touches the curve at the point: as steep as w · f′(z). */
function tangent({ across, upper }, { x }, { value, overX }) {
  const unit = [across(1) - across(0), upper(1) - upper(0)];
  const length = Math.hypot(unit[0], unit[1] * overX);
  const ends = [-1, 1].map((side) => [across(x) + (side * 46 * unit[0]) / length, upper(value) + (side * 46 * unit[1] * overX) / length]);
  return svg("line", { class: "fn-tangent", x1: ends[0][0], y1: ends[0][1], x2: ends[1][0], y2: ends[1][1] });
}

/** A panel whose content is cut at its frame. */
function panel(frame, [top, bottom], ...content) {
  const { left, right } = frame;
  const size = { x: left, y: top, width: right - left, height: bottom - top };
  return svg("svg", { ...size, viewBox: Object.values(size).join(" ") }, ...content);
}

/** The height of the point, held in its panel, and an arrow where the curve has left it. */
function pointHeight(pixel) {
  const [top, bottom] = HEIGHTS.upper;
  return { y: clamp(pixel, top, bottom), out: pixel < top - 0.5 ? "up" : pixel > bottom + 0.5 ? "down" : undefined };
}

function arrowOut(x, { y, out }) {
  if (!out) return [];
  const side = out === "up" ? 1 : -1;
  return [svg("path", { class: "fn-way-out", d: `M${x} ${y + side * 14}l-7 ${side * 12}h14Z` })];
}

function createPicture(view) {
  const drawing = svg("svg", { class: "fn-bend", role: "group" });
  const ground = svg("g", { "aria-hidden": "true" });
  const handle = svg("g", {
    class: "fn-point", tabindex: 0, role: "slider", "aria-label": "Point: the input x",
    "aria-valuemin": LIMITS.x[0], "aria-valuemax": LIMITS.x[1],
  }, svg("circle", { class: "fn-point-reach", r: 22 }), svg("circle", { class: "fn-point-ring", r: 12 }),
  svg("circle", { class: "fn-point-dot", r: 6 }));
  drawing.append(ground, handle);
  let width = 320;
  let place = [0, 0];
  const frameOf = (state) => pictureFrame(width, FUNCTIONS[state.activation]);
  const moveX = (x) => view.set({ x: clamp(round(x, 2), ...LIMITS.x) });
  dragOn(view, { handle, surface: drawing, at: () => place, moveTo: (px) => moveX(frameOf(view.state()).back(px)) });
  arrowKeys(view, handle, (right, up) => moveX(view.state().x + 0.1 * (right + up)));
  return {
    drawing,
    resize(wide) { width = wide; sizeDrawing(drawing, width, HEIGHTS.all); },
    show(state, result) {
      const frame = frameOf(state);
      const x = frame.across(state.x);
      const height = pointHeight(frame.upper(result.value));
      place = [x, height.y];
      const curves = [
        [HEIGHTS.upper, frame.upper, "fn-curve", (at) => compute(state, at).value],
        [HEIGHTS.lower, frame.lower, "fn-slope-curve", (at) => compute(state, at).slope],
      ].map(([ends, up, name, read]) => {
        const extra = name === "fn-curve" ? [tangent(frame, state, result)] : [];
        return panel(frame, ends, svg("path", { class: name, d: graph(frame, state, up, read) }), ...extra);
      });
      ground.replaceChildren(
        ...partElements(frame, flatParts(state)), ...axes(frame, FUNCTIONS[state.activation]), ...curves,
        svg("line", { class: "fn-plumb", x1: x, x2: x, y1: height.y, y2: HEIGHTS.lower[1] }),
        svg("circle", { class: "fn-slope-dot", cx: x, cy: frame.lower(result.slope), r: 6 }), ...arrowOut(x, height),
      );
      const said = `x ${formatNumber(state.x)}, value ${valueInWords(result.value, FUNCTIONS[state.activation])}, slope ${slopeInWords(result.slope)}`;
      fill(handle, { transform: `translate(${x} ${height.y})`, "aria-valuenow": state.x, "aria-valuetext": said }, []);
      drawing.setAttribute("aria-label", `${state.activation} over the input, and its slope below`);
    },
  };
}

// ---------------------------------------------------------------- the parts of the view

function createGraphs(view) {
  const picture = createPicture(view);
  const title = html("p", { class: "fn-plot-title" });
  const note = html("p", { class: "fn-plot-note" });
  const element = html("div", { class: "fn-plot" }, title, note, picture.drawing);
  picture.resize(320);
  watchWidth(view, element, (width) => { picture.resize(width); view.redraw(); });
  return {
    element,
    show(state, result) {
      const { formula, rule, range } = FUNCTIONS[state.activation];
      title.textContent = `${state.activation}: ${formula}`;
      note.textContent = `Slope: ${rule}. Values: ${range}.`;
      picture.show(state, result);
    },
  };
}

const SLIDERS = [
  { name: "w", label: "weight w", step: 0.1 },
  { name: "b", label: "bias b", step: 0.1 },
  { name: "x", label: "input x", step: 0.1 },
  { name: "c", label: "slope c", step: 0.05 },
  { name: "leak", label: "leak α", step: 0.01 },
  { name: "alpha", label: "depth α", step: 0.05 },
];

function createSliders(view) {
  const sliders = SLIDERS.map(({ name, label, step }) => {
    const [min, max] = LIMITS[name];
    const write = (value) => view.set({ [name]: value });
    const places = Math.round((max - min) / step);
    const control = slider(view, { label, min, max, step, scale: linearScale(min, max, step), places, write });
    return { name, control, box: html("div", {}, control.element) };
  });
  return {
    element: html("div", { class: "fn-bend-sliders" }, ...sliders.map(({ box }) => box)),
    show(state) {
      for (const { name, control, box } of sliders) {
        box.hidden = !["w", "b", "x", FUNCTIONS[state.activation].parameter].includes(name);
        control.show(state[name]);
      }
    },
  };
}

function createActivations(view) {
  const names = Object.keys(FUNCTIONS);
  const buttons = names.map((name) => button(view, { label: name, press: () => view.set({ activation: name }) }));
  return {
    element: buttonRow("Activation", buttons, { caption: "Activation" }),
    show: ({ activation }) => buttons.forEach((one, k) => one.press(names[k] === activation)),
  };
}

function createPresets(view) {
  const buttons = PRESETS.map(({ label, state }) => button(view, { label, press: () => view.set(state) }));
  const holds = (preset, state) => Object.entries(preset).every(([name, value]) => name === "x" || state[name] === value);
  return {
    element: buttonRow("Neurons to try", buttons, { caption: "Try" }),
    show: (state) => buttons.forEach((one, k) => one.press(holds(PRESETS[k].state, state))),
  };
}

const READOUT = [
  ["input x", ({ x }) => formatNumber(x)],
  ["sum z", (state, { z }) => formatNumber(z)],
  ["value a = f(z)", ({ activation }, { value }) => valueInWords(value, FUNCTIONS[activation])],
  ["slope f′(z)", (state, { slope }) => slopeInWords(slope)],
  ["w · f′(z), over x", (state, { overX }) => slopeInWords(overX)],
  ["at this point", (state, { z }) => PART_NAMES[tailAt(flatTails(choose(state)), z)?.kind] ?? "it learns"],
];

function createReadout() {
  const values = READOUT.map(() => html("dd"));
  const pairs = READOUT.map(([name], k) => html("div", {}, html("dt", {}, name), values[k]));
  return {
    element: html("dl", { class: "fn-readout" }, ...pairs),
    show: (state, result) => READOUT.forEach(([, text], k) => values[k].replaceChildren(text(state, result))),
  };
}

function render({ model, el }) {
  const traits = ["activation", ...Object.keys(LIMITS)];
  const view = createView({ model, el }, { label: "Bend a line", traits });
  const intro = html("p", { class: "fn-intro" }, "One neuron: ", html("strong", {}, "a = f(w · x + b)."),
    " Drag the point along the curve; move the weight and the bias. Orange line: the slope at the point. Grey ground: hardly any slope.");
  const controls = [createPresets(view), createActivations(view), createSliders(view)];
  const [presets, activations, sliders] = controls;
  const drawn = [createGraphs(view), createReadout()];
  const [graphs, readout] = drawn;
  const status = statusLine(view);
  view.root.append(intro, ...[presets, activations, graphs, sliders, status, readout].map((part) => part.element));
  view.draw = () => {
    const state = view.state();
    const result = compute(state);
    for (const control of controls) control.show(state);
    for (const part of drawn) part.show(state, result);
    status.show(describe(state));
  };
  view.draw();
  return view.cleanup;
}

export default { render };
