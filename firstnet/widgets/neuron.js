const LIMIT = 3; // of inputs and weights
const BIAS_LIMIT = 5;
const SUBSCRIPTS = "₁₂";
const EXAMPLE = { x: [1.5, 2], w: [0.8, -0.5], b: 0.3, activation: "sigmoid" };
const PRESETS = [
  { label: "the chapter’s neuron", state: EXAMPLE },
  { label: "AND", state: { x: [1, 1], w: [1, 1], b: -1.5, activation: "step" } },
  { label: "OR", state: { x: [0, 1], w: [1, 1], b: -0.5, activation: "step" } },
  { label: "only x₁ counts", state: { x: [1.5, 2], w: [1, 0], b: 0, activation: "sigmoid" } },
  { label: "bias alone decides", state: { x: [1.5, 2], w: [0, 0], b: 1, activation: "sigmoid" } },
];
const CORNERS = [[0, 0], [0, 1], [1, 0], [1, 1]];

// ---------------------------------------------------------------- what is derived from the traits

/** The activation functions: what each makes of a sum, and the values it can reach. */
export const FUNCTIONS = {
  step: { apply: (z) => (z < 0 ? 0 : 1), low: 0, high: 1 },
  linear: { apply: (z) => z },
  sigmoid: { apply: (z) => 1 / (1 + Math.exp(-z)), low: 0, high: 1, curved: true },
  tanh: { apply: Math.tanh, low: -1, high: 1, curved: true },
  ReLU: { apply: (z) => Math.max(0, z), low: 0 },
};

/** The products, their sum with the bias, and the value; the sum is freed of binary rounding, as 1e-17. */
export function compute({ x, w, b, activation }) {
  const products = w.map((weight, i) => weight * x[i]);
  const z = round(products[0] + products[1] + b, 12);
  return { products, b, z, a: FUNCTIONS[activation].apply(z) };
}

// ---------------------------------------------------------------- words

/** The value with its sign of equality: = 0.6225, ≈ 1. */
function valueInWords({ a }, activation, decimals = 4) {
  const squashed = FUNCTIONS[activation].curved && a !== 0;
  const words = squashed ? formatSquashed(a, decimals) : formatNumber(a, decimals);
  return words.startsWith("nearly") ? words.replace("nearly", "≈") : `= ${words}`;
}

function pull(name, part, why) {
  if (part === 0) return `${name} is 0${why}.`;
  return `${name} ${part > 0 ? "pushes the sum up" : "pulls the sum down"} by ${formatNumber(Math.abs(part))}.`;
}

/** Why a product is 0, for the reader who wonders which slider to move. */
function reason({ x, w }, i) {
  const n = SUBSCRIPTS[i];
  if (w[i] === 0) return `, because its weight is 0: x${n} does not count`;
  return x[i] === 0 ? `, because x${n} is 0: its weight does not matter now` : "";
}

function pullsInWords(state, { products }) {
  if (state.w[0] === 0 && state.w[1] === 0) {
    return "Both weights are 0, so no input counts. The bias alone decides.";
  }
  return [
    pull("The first product", products[0], reason(state, 0)),
    pull("The second product", products[1], reason(state, 1)),
    pull("The bias", state.b, ""),
  ].join(" ");
}

const ENDINGS = {
  step: ({ z }) => (z < 0 ? "The sum is below 0, so the step gives 0." : "The sum is 0 or more, so the step gives 1."),
  linear: () => "The linear function passes the sum on as it is.",
  sigmoid: ({ z }) => `The sigmoid squeezes every sum into the range from 0 to 1. ${flatness(z)}`,
  tanh: ({ z }) => `Tanh squeezes every sum into the range from −1 to 1. ${flatness(z)}`,
  ReLU: ({ z }) => (z > 0 ? "ReLU passes a positive sum on as it is." : "ReLU gives 0 for every sum that is not above 0."),
};

function flatness(z) {
  if (z === 0) return "A sum of 0 lands right in the middle.";
  return Math.abs(z) < 4 ? "" : "Out here the curve is flat: a small change of the sum hardly changes the value.";
}

/** What is happening now: the arithmetic, who pulls which way, and what the activation does. */
export function describe(state) {
  const result = compute(state);
  const sum = `z = ${formatSum([...result.products, state.b])} = ${formatNumber(result.z)}`;
  const value = `a ${valueInWords(result, state.activation)}`;
  return {
    mood: "same",
    headline: `The sum is ${sum}, and the value is ${value}.`,
    detail: `${pullsInWords(state, result)} ${ENDINGS[state.activation](result)}`.trim(),
  };
}

// ---------------------------------------------------------------- the picture of the neuron

function pictureFrame(width) {
  const roomy = width >= 520;
  const radius = roomy ? 30 : 25;
  const [top, bottom] = [46, 158];
  const middle = (top + bottom) / 2;
  return {
    width, roomy, radius, height: 196,
    inputs: [[radius + 2, top], [radius + 2, bottom]],
    sum: [(roomy ? 0.47 : 0.54) * width, middle],
    squeeze: [roomy ? 0.71 * width : width - radius - 2, middle],
    out: roomy ? [width - radius - 2, middle] : undefined,
  };
}

function cell([x, y], radius, value, kind = "ring") {
  return svg("g", { transform: `translate(${x} ${y})` },
    svg("circle", { class: `fn-cell-${kind}`, r: radius }), svg("text", { class: "fn-cell-value" }, value));
}

function cellName([x, y], name) {
  return svg("text", { class: "fn-cell-name", x, y }, name);
}

/** An arrow to the right, from the edge of one cell to the edge of the next. */
function flow([from, y], [to], radius) {
  const [start, end] = [from + radius + 3, to - radius - 3];
  return svg("g", {}, svg("line", { class: "fn-flow", x1: start, y1: y, x2: end - 6, y2: y }),
    svg("path", { class: "fn-flow-head", d: `M${end} ${y}l-10 -5v10Z` }));
}

/** A number beside the line of a weight, above it for the first input and below for the second. */
function wireNumber(from, to, part, text, kind, side) {
  const at = [0, 1].map((i) => from[i] + part * (to[i] - from[i]));
  const away = 6 + 50 * Math.abs((to[1] - from[1]) / (to[0] - from[0])); // a steep line needs more room
  return svg("text", { class: `fn-wire-number fn-${kind}`, x: at[0], y: at[1] + (side === 0 ? -away : away + 10) }, text);
}

function kindOf(value) {
  return value > 0 ? "plus" : value < 0 ? "minus" : "none";
}

function inputParts(frame, { x, w }, { products }, i) {
  const { inputs, sum, radius, roomy } = frame;
  const number = (part, text, value) => wireNumber(inputs[i], sum, part, text, kindOf(value), i);
  const parts = [wire(inputs[i], sum, w[i]), cell(inputs[i], radius, formatNumber(x[i], 2))];
  parts.push(number(roomy ? 0.37 : 0.46, `w${SUBSCRIPTS[i]} ${formatNumber(w[i], 2)}`, w[i]));
  if (roomy) parts.push(number(0.73, `product ${formatNumber(products[i], 2)}`, products[i]));
  parts.push(cellName([inputs[i][0], inputs[i][1] + (i === 0 ? -radius - 7 : radius + 17)], `x${SUBSCRIPTS[i]}`));
  return parts;
}

function biasParts({ sum: [x, y] }, { b }) {
  const start = [x, y + 62];
  return [wire(start, [x, y], b / 2), svg("text", {
    class: `fn-wire-number fn-${kindOf(b)}`, x, y: start[1] + 16,
  }, `b ${formatNumber(b, 2)}`)];
}

function smallCurve([x, y], activation) {
  const d = curvePath(activation, 4, (z) => x + 4 * z, (a) => y + 8 - 4 * a * (activation === "linear" ? 1 : 3));
  return svg("path", { class: "fn-function", d });
}

function createPicture() {
  const drawing = svg("svg", { role: "img" });
  let frame = pictureFrame(320);
  const chain = (state, result) => {
    const { sum, squeeze, out, radius } = frame;
    const short = valueInWords(result, state.activation, 3).replace("= ", "");
    const parts = [
      flow(sum, squeeze, radius), cell(sum, radius, formatNumber(result.z, 2)), cellName([sum[0], sum[1] - radius - 8], "sum z"),
      cell(squeeze, radius, ""), smallCurve(squeeze, state.activation),
      cellName([squeeze[0], squeeze[1] - radius - 8], state.activation),
    ];
    if (!out) return [...parts, cell([squeeze[0], squeeze[1] + 66], 0, `a ${short}`)];
    return [...parts, flow(squeeze, out, radius), cell(out, radius, short, "out"),
      cellName([out[0], out[1] - radius - 8], "value a")];
  };
  return {
    drawing,
    resize: (width) => { frame = pictureFrame(width); sizeDrawing(drawing, frame.width, frame.height); },
    show(state, result) {
      const parts = [...[0, 1].flatMap((i) => inputParts(frame, state, result, i)), ...biasParts(frame, state)];
      drawing.replaceChildren(...parts, ...chain(state, result));
      const terms = state.w.map((weight, i) => `input ${formatNumber(state.x[i])} times weight ${formatNumber(weight)}`);
      const story = [...terms, `bias ${formatNumber(state.b)}`, `sum ${formatNumber(result.z)}`, state.activation];
      drawing.setAttribute("aria-label", `A neuron: ${story.join(", ")}, value ${valueInWords(result, state.activation).replace("= ", "")}`);
    },
  };
}

// ---------------------------------------------------------------- the bars of the sum

const PART_NAMES = ["w₁ · x₁", "w₂ · x₂", "bias b", "sum z"];
const REACHES = [1, 2, 5, 10, 25];

function reachOf(...values) {
  const largest = Math.max(...values.map(Math.abs));
  return REACHES.find((reach) => largest <= reach) ?? REACHES.at(-1);
}

/** From where to where each bar runs: each begins where the last one ended, the sum at 0. */
export function bars({ products, b, z }) {
  const ends = [products[0], products[0] + products[1], z];
  return [[0, ends[0]], [ends[0], ends[1]], [ends[1], z], [0, z]];
}

function barElements({ width, left, right, row }, spans, reach) {
  const across = (value) => (left + right) / 2 + ((right - left) / 2) * (value / reach);
  const parts = [];
  spans.forEach(([from, to], k) => {
    const y = 12 + k * row;
    const size = to - from;
    const kind = k === 3 ? "part-sum" : kindOf(round(size, 12));
    const box = { x: across(Math.min(from, to)), width: Math.max(1.5, Math.abs(across(to) - across(from))) };
    parts.push(svg("rect", { class: `fn-${kind}`, ...box, y: y - 9, height: 18, rx: 2 }));
    if (k < 3) parts.push(svg("line", { class: "fn-thread", x1: across(to), x2: across(to), y1: y + 9, y2: y + row - 9 }));
    const sign = size > 1e-12 ? "+" : "";
    parts.push(svg("text", { class: "fn-part-name", x: 0, y }, PART_NAMES[k]));
    parts.push(svg("text", { class: `fn-part-value fn-${kind}`, x: width, y }, sign + formatNumber(round(size, 12), 2)));
  });
  return parts;
}

function createBars() {
  const drawing = svg("svg", { role: "img" });
  let frame;
  return {
    drawing,
    resize(width) {
      frame = { width, left: 62, right: width - 58, row: 36, height: 164 };
      sizeDrawing(drawing, width, frame.height);
    },
    show(state, result) {
      const spans = bars(result);
      const reach = reachOf(...spans.flat());
      const { left, right } = frame;
      const middle = (left + right) / 2;
      const ticks = [[left, -reach], [middle, 0], [right, reach]];
      const lines = ticks.map(([x]) => svg("line", { class: x === middle ? "fn-zero" : "fn-grid", x1: x, x2: x, y1: 0, y2: 140 }));
      const names = ticks.map(([x, value]) => cellName([x, 158], formatNumber(value)));
      drawing.replaceChildren(...lines, ...barElements(frame, spans, reach), ...names);
      const said = spans.map(([from, to], k) => `${PART_NAMES[k]} ${formatNumber(round(to - from, 12))}`);
      drawing.setAttribute("aria-label", `Bars: ${said.join(", ")}`);
    },
  };
}

// ---------------------------------------------------------------- the curve of the activation

/** The graph from −reach to reach; straight pieces need only their ends. */
function curvePath(activation, reach, toX, toY) {
  const { apply, curved } = FUNCTIONS[activation];
  if (activation === "step") return `M${toX(-reach)} ${toY(0)}H${toX(0)}M${toX(0)} ${toY(1)}H${toX(reach)}`;
  const count = curved ? 80 : 2;
  const points = [...Array(count + 1).keys()].map((k) => reach * ((2 * k) / count - 1));
  return `M${points.map((z) => `${round(toX(z), 2)} ${round(toY(apply(z)), 2)}`).join("L")}`;
}

function curveFrame(width, activation, z) {
  const reach = [5, 10, 25].find((most) => Math.abs(z) <= most) ?? 25;
  const { low = -reach, high = reach } = FUNCTIONS[activation];
  const margin = 0.12 * (high - low);
  const box = { left: 34, right: width - 10, top: 6, bottom: 126 };
  const across = (value) => box.left + ((value + reach) / (2 * reach)) * (box.right - box.left);
  const up = (value) => box.bottom - ((value - low + margin) / (high - low + 2 * margin)) * (box.bottom - box.top);
  const marks = low === -high ? [low, 0, high] : high === 1 ? [0, 0.5, 1] : [0, high];
  return { ...box, reach, across, up, marks };
}

function curveAxes({ left, right, top, bottom, reach, across, up, marks }) {
  const parts = marks.flatMap((a) => [
    svg("line", { class: a === 0 ? "fn-zero" : "fn-grid", x1: left, x2: right, y1: up(a), y2: up(a) }),
    svg("text", { x: left - 6, y: up(a) + 4, "text-anchor": "end" }, formatNumber(a)),
  ]);
  parts.push(svg("line", { class: "fn-zero", x1: across(0), x2: across(0), y1: top, y2: bottom }));
  parts.push(...[-reach, 0, reach].map((z) => cellName([clamp(across(z), left + 8, right - 8), bottom + 16], formatNumber(z))));
  parts.push(cellName([(left + right) / 2, bottom + 33], "sum z"));
  return parts;
}

function stepEnds({ across, up }) {
  return [svg("circle", { class: "fn-hole", cx: across(0), cy: up(0), r: 4 }),
    svg("circle", { class: "fn-solid", cx: across(0), cy: up(1), r: 4 })];
}

function createCurve() {
  const drawing = svg("svg", { role: "img" });
  const note = html("span");
  let width = 320;
  return {
    drawing,
    note,
    resize(wide) { width = wide; sizeDrawing(drawing, width, 164); },
    show({ activation }, result) {
      const frame = curveFrame(width, activation, result.z);
      const [x, y] = [frame.across(result.z), frame.up(result.a)];
      const guides = [[x, frame.bottom, x, y], [frame.left, y, x, y]].map(([x1, y1, x2, y2]) => (
        svg("line", { class: "fn-guide", x1, y1, x2, y2 })));
      const line = svg("path", { class: "fn-function", d: curvePath(activation, frame.reach, frame.across, frame.up) });
      const ends = activation === "step" ? stepEnds(frame) : [];
      const dot = svg("circle", { class: "fn-here", cx: x, cy: y, r: 7 });
      drawing.replaceChildren(...curveAxes(frame), line, ...ends, ...guides, dot);
      note.textContent = `In goes z = ${formatNumber(result.z)}, out comes a ${valueInWords(result, activation)}.`;
      drawing.setAttribute("aria-label", `The ${activation} curve. ${note.textContent}`);
    },
  };
}

// ---------------------------------------------------------------- the parts of the view

function plot(title, note, drawing) {
  return html("div", { class: "fn-plot" },
    html("p", { class: "fn-plot-title" }, title), html("p", { class: "fn-plot-note" }, note), drawing);
}

function createPlots(view, picture) {
  const sum = createBars();
  const curve = createCurve();
  const element = html("div", { class: "fn-plots" },
    plot("The sum", "Each bar begins where the one above it ends.", sum.drawing),
    plot("The activation function", curve.note, curve.drawing));
  sum.resize(280);
  curve.resize(280);
  watchWidth(view, element, (width) => {
    const half = element.firstChild.clientWidth;
    for (const part of [sum, curve]) part.resize(half);
    picture.resize(width);
    view.redraw();
  });
  return { element, show: (state, result) => { sum.show(state, result); curve.show(state, result); } };
}

function createSliders(view) {
  const replace = (name, i) => (value) => view.set({ [name]: view.state()[name].map((old, k) => (k === i ? value : old)) });
  const make = (label, limit, write) => slider(view, {
    label, min: -limit, max: limit, step: 0.1, scale: linearScale(-limit, limit, 0.1), places: 20 * limit, write,
  });
  const sliders = [0, 1].flatMap((i) => [
    { read: ({ x }) => x[i], control: make(`input x${SUBSCRIPTS[i]}`, LIMIT, replace("x", i)) },
    { read: ({ w }) => w[i], control: make(`weight w${SUBSCRIPTS[i]}`, LIMIT, replace("w", i)) },
  ]);
  sliders.push({ read: ({ b }) => b, control: make("bias b", BIAS_LIMIT, (b) => view.set({ b })) });
  return {
    element: html("div", { class: "fn-neuron-sliders" }, ...sliders.map(({ control }) => control.element)),
    show: (state) => sliders.forEach(({ read, control }) => control.show(read(state))),
  };
}

function createPresets(view) {
  const buttons = PRESETS.map(({ label, state }) => button(view, { label, press: () => view.set(state) }));
  const same = (one, state) => ["w", "b", "activation"].every((name) => String(one[name]) === String(state[name]));
  return {
    element: buttonRow("Neurons to try", buttons, { caption: "Try" }),
    show: (state) => buttons.forEach((one, k) => one.press(same(PRESETS[k].state, state))),
  };
}

function createActivations(view) {
  const names = Object.keys(FUNCTIONS);
  const buttons = names.map((name) => button(view, { label: name, press: () => view.set({ activation: name }) }));
  return {
    element: buttonRow("Activation function f", buttons, { caption: "Function f" }),
    show: ({ activation }) => buttons.forEach((one, k) => one.press(names[k] === activation)),
  };
}

/** The four pairs of 0 and 1, each with the value this neuron gives for it. */
function createCorners(view) {
  const buttons = CORNERS.map((x) => button(view, { label: x.join(" and "), hint: "a", press: () => view.set({ x }) }));
  return {
    element: buttonRow("Inputs of 0 and 1", buttons, { caption: "Inputs" }),
    show: (state) => buttons.forEach((one, k) => {
      const value = valueInWords(compute({ ...state, x: CORNERS[k] }), state.activation, 2);
      one.element.querySelector(".fn-hint").textContent = `a ${value}`;
      one.press(String(state.x) === String(CORNERS[k]));
    }),
  };
}

function render({ model, el }) {
  const view = createView({ model, el }, { label: "Meet a neuron", traits: ["x", "w", "b", "activation"] });
  const intro = html("p", { class: "fn-intro" }, "One neuron: ",
    html("strong", {}, "a = f(w₁ · x₁ + w₂ · x₂ + b), where f is the activation function."),
    " Move a slider and follow its number from left to right.");
  const picture = createPicture();
  picture.resize(320);
  const controls = [createPresets(view), createActivations(view), createSliders(view), createCorners(view)];
  const [presets, activations, sliders, corners] = controls;
  const plots = createPlots(view, picture);
  const status = statusLine(view);
  const pictures = html("div", { class: "fn-plot" }, picture.drawing);
  view.root.append(intro, presets.element, activations.element, pictures,
    ...[sliders, status, plots, corners].map((part) => part.element));
  view.draw = () => {
    const state = view.state();
    const result = compute(state);
    for (const control of controls) control.show(state);
    picture.show(state, result);
    plots.show(state, result);
    status.show(describe(state));
  };
  view.draw();
  return view.cleanup;
}

export default { render };
