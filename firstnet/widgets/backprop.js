const LIMIT = 3; // of inputs, weights and biases, to both sides
const LEARNING_RATE = 0.5; // of the step at the end

const EXAMPLE = {
  x: [2, 1], y: 0, activation: "tanh",
  hidden_weights: [[0.5, -0.3], [-0.6, 0.8]], hidden_biases: [0.1, -0.5], output_weights: [1.2, -0.7], output_bias: 0.2,
};
const PRESETS = [
  { label: "the chapter’s network", step: 0, changes: {} },
  { label: "a ReLU that sleeps", step: 13, changes: { activation: "relu", hidden_biases: [-1, 0.5] } },
  { label: "a tanh gone flat", step: 13, changes: { hidden_weights: [[1.5, -0.3], [1, 0.8]] } },
  {
    label: "all weights 0", step: 12,
    changes: { hidden_weights: [[0, 0], [0, 0]], hidden_biases: [0, 0], output_weights: [0, 0], output_bias: 0 },
  },
];

/** The names that readers see. */
const SIGNS = {
  x1: "x₁", x2: "x₂", w11: "w₁₁", w12: "w₁₂", w21: "w₂₁", w22: "w₂₂", b1: "b₁", b2: "b₂", z1: "z₁", z2: "z₂",
  a1: "a₁", a2: "a₂", v1: "v₁", v2: "v₂", c: "c", z: "z", prediction: "ŷ", loss: "L",
};

// ---------------------------------------------------------------- the network

function sigmoid(z) {
  return 1 / (1 + Math.exp(-z));
}

/** Each activation, its slope at z with a = f(z), and the words for that slope. */
export const ACTIVATIONS = {
  tanh: {
    label: "tanh", of: Math.tanh, slope: (z, a) => 1 - a * a,
    words: (z, a, n) => `The slope of tanh there is 1 − a${n}² ${equals(1 - a * a)}`,
  },
  relu: {
    label: "ReLU", of: (z) => Math.max(0, z), slope: (z) => (z > 0 ? 1 : 0),
    words: (z, a, n) => `z${n} is ${z > 0 ? "" : "not "}above 0, so the slope of ReLU there is ${z > 0 ? 1 : 0}`,
  },
  sigmoid: {
    label: "sigmoid", of: sigmoid, slope: (z, a) => a * (1 - a),
    words: (z, a, n) => `The slope of the sigmoid there is a${n} · (1 − a${n}) ${equals(a * (1 - a))}`,
  },
  linear: { label: "linear", of: (z) => z, slope: () => 1, words: () => "The linear activation has slope 1 everywhere" },
};

/** Sums and products of typed decimals, freed of binary rounding as 1e-17. */
function clean(value) {
  return round(value, 13);
}

function given({ x, hidden_weights: w, hidden_biases: b, output_weights: v, output_bias: c }) {
  return {
    x1: x[0], x2: x[1], w11: w[0][0], w12: w[0][1], w21: w[1][0], w22: w[1][1],
    b1: b[0], b2: b[1], v1: v[0], v2: v[1], c,
  };
}

/** Every value of the network, by name; the loss is the binary cross-entropy, from z so that no log is of 0. */
export function forward(state) {
  const n = given(state);
  const { of } = ACTIVATIONS[state.activation];
  const z1 = clean(n.w11 * n.x1 + n.w21 * n.x2 + n.b1);
  const z2 = clean(n.w12 * n.x1 + n.w22 * n.x2 + n.b2);
  const [a1, a2] = [of(z1), of(z2)];
  const z = clean(n.v1 * a1 + n.v2 * a2 + n.c);
  const loss = Math.max(z, 0) - z * state.y + Math.log1p(Math.exp(-Math.abs(z)));
  return { ...n, z1, z2, a1, a2, z, prediction: sigmoid(z), loss };
}

/** The slope of the loss for every number that can be blamed, by name. */
export function backward(state) {
  const n = forward(state);
  const { slope } = ACTIVATIONS[state.activation];
  const z = state.y === 1 ? -sigmoid(-n.z) : n.prediction; // ŷ − y, exact even where ŷ is nearly 1
  const [a1, a2] = [z * n.v1, z * n.v2];
  const [z1, z2] = [a1 * slope(n.z1, n.a1), a2 * slope(n.z2, n.a2)];
  return {
    z, v1: z * n.a1, v2: z * n.a2, c: z,
    a1, z1, w11: z1 * n.x1, w21: z1 * n.x2, b1: z1,
    a2, z2, w12: z2 * n.x1, w22: z2 * n.x2, b2: z2,
  };
}

/** The state after one step downhill of all nine weights and biases. */
export function learn(state, rate = LEARNING_RATE) {
  const [n, s] = [forward(state), backward(state)];
  const moved = (name) => n[name] - rate * s[name];
  return {
    ...state,
    hidden_weights: [["w11", "w12"], ["w21", "w22"]].map((row) => row.map(moved)),
    hidden_biases: ["b1", "b2"].map(moved),
    output_weights: ["v1", "v2"].map(moved),
    output_bias: moved("c"),
  };
}

// ---------------------------------------------------------------- the steps, in words

/** A number as it stands in a box of the picture. */
function short(value) {
  return formatNumber(value, Math.abs(value) < 10 ? 4 : 2);
}

/** The right-hand side of an equation: = 0.4621, ≈ 0. */
function equals(value) {
  const words = formatNumber(value);
  return words.startsWith("nearly") ? "≈ 0" : `= ${words}`;
}

function equalsSquashed(value) {
  const words = formatSquashed(value);
  return words.startsWith("nearly") ? words.replace("nearly", "≈") : `= ${words}`;
}

/** A product as one word, so that no line breaks within it. */
function product(...factors) {
  return formatProduct(...factors).replaceAll("nearly 0", "≈0").replaceAll(" ", "\u00a0");
}

function sumStep(name, terms, bias) {
  const symbols = [...terms.map(([w, x]) => `${SIGNS[w]} · ${SIGNS[x]}`), SIGNS[bias]].join(" + ");
  return {
    name,
    uses: [...terms.flat(), bias],
    headline: `add up the sum ${SIGNS[name]}.`,
    detail: (n) => {
      const numbers = terms.map(([w, x]) => product(n[w], n[x])).join(" + ");
      const rest = `${n[bias] < 0 ? "−" : "+"} ${formatNumber(Math.abs(n[bias]))}`;
      return `${SIGNS[name]} = ${symbols} = ${numbers} ${rest} ${equals(n[name])}.`;
    },
  };
}

function bendStep(k) {
  const [z, a] = [`z${k}`, `a${k}`];
  return {
    name: a,
    uses: [z],
    headline: `bend the sum ${SIGNS[z]}.`,
    detail: (n, s, { activation }) => {
      const { label } = ACTIVATIONS[activation];
      const squashed = activation === "tanh" || activation === "sigmoid";
      const value = squashed && n[a] !== 0 ? equalsSquashed(n[a]) : equals(n[a]);
      return `${SIGNS[a]} = ${label}(${SIGNS[z]}) = ${label}(${formatNumber(n[z])}) ${value}. The network keeps this number for the way back.`;
    },
  };
}

const FORWARD = [
  sumStep("z1", [["w11", "x1"], ["w21", "x2"]], "b1"),
  bendStep(1),
  sumStep("z2", [["w12", "x1"], ["w22", "x2"]], "b2"),
  bendStep(2),
  sumStep("z", [["v1", "a1"], ["v2", "a2"]], "c"),
  {
    name: "prediction",
    uses: ["z"],
    headline: "make the prediction ŷ.",
    detail: (n, s, { y }) => `ŷ = sigmoid(z) = sigmoid(${formatNumber(n.z)}) ${equalsSquashed(n.prediction)}. The target is ${y}.`,
  },
  {
    name: "loss",
    uses: ["prediction"],
    headline: "score it with the loss L.",
    detail: (n, s, { y }) => {
      const left = equalsSquashed(y === 1 ? n.prediction : sigmoid(-n.z)).replace("= ", "");
      const formula = y === 1 ? "L = −ln ŷ" : "L = −ln(1 − ŷ)";
      return `The target is ${y}, so ${formula} = −ln(${left}) ${equals(n.loss)}. Now turn round: who is to blame?`;
    },
  },
];

function advice(name, slope) {
  if (Math.abs(slope) < 1e-12) return `It is 0, so a step leaves ${SIGNS[name]} as it is.`;
  return slope > 0
    ? `It is positive, so a step makes ${SIGNS[name]} smaller.`
    : `It is negative, so a step makes ${SIGNS[name]} larger.`;
}

function weightStep(name, input, sum) {
  return {
    name,
    uses: [input],
    blames: [sum],
    headline: `the slope of ${SIGNS[name]}.`,
    detail: (n, s) => {
      const arithmetic = `${product(s[sum], n[input])} ${equals(s[name])}`;
      return `${SIGNS[name]} was multiplied by ${SIGNS[input]}. So its slope is the blame of ${SIGNS[sum]} times ${SIGNS[input]}: ${arithmetic}. ${advice(name, s[name])}`;
    },
  };
}

function biasStep(name, sum) {
  return {
    name,
    uses: [],
    blames: [sum],
    headline: `the slope of ${SIGNS[name]}.`,
    detail: (n, s) => (
      `${SIGNS[name]} was added as it is, so its slope is the blame of ${SIGNS[sum]} itself: ${formatNumber(s[name])}. ${advice(name, s[name])}`),
  };
}

function throughWeightStep(k) {
  const [a, v] = [`a${k}`, `v${k}`];
  return {
    name: a,
    uses: [v],
    blames: ["z"],
    headline: `pass the blame back through ${SIGNS[v]}.`,
    detail: (n, s) => (
      `${SIGNS[a]} went into z through the weight ${SIGNS[v]}. So the blame of ${SIGNS[a]} is the blame of z times ${SIGNS[v]}: ${product(s.z, n[v])} ${equals(s[a])}.`),
  };
}

function throughBendStep(k) {
  const [z, a] = [`z${k}`, `a${k}`];
  return {
    name: z,
    uses: [a],
    blames: [a],
    headline: `pass the blame back through the activation of hidden neuron ${k}.`,
    detail: (n, s, { activation }) => {
      const { slope, words } = ACTIVATIONS[activation];
      const steep = slope(n[z], n[a]);
      const said = words(n[z], n[a], SIGNS[z].slice(1));
      return `${said}. So the blame of ${SIGNS[z]} is ${product(s[a], steep)} ${equals(s[z])}.${blocked(s[a], steep)}`;
    },
  };
}

function blocked(blame, steep) {
  if (blame === 0 || steep >= 0.01) return "";
  if (steep > 0) return " Hardly any blame gets through: this neuron learns next to nothing.";
  return " No blame gets through: this neuron learns nothing from this example.";
}

const BACKWARD = [
  {
    name: "z",
    uses: ["prediction"],
    blames: [],
    headline: "the blame of z, where the answer is known.",
    detail: (n, s, { y }) => {
      const [high, smaller] = y === 0 ? ["high", "smaller"] : ["low", "larger"];
      const said = equalsSquashed(n.prediction).replace("= ", "");
      return `It is ŷ − y = ${said} − ${y} ${equals(s.z)}. The prediction is too ${high}: a ${smaller} z makes the loss smaller.`;
    },
  },
  weightStep("v1", "a1", "z"), weightStep("v2", "a2", "z"), biasStep("c", "z"),
  ...[1, 2].flatMap((k) => [
    throughWeightStep(k), throughBendStep(k),
    weightStep(`w1${k}`, "x1", `z${k}`), weightStep(`w2${k}`, "x2", `z${k}`), biasStep(`b${k}`, `z${k}`),
  ]),
];

const LAST = FORWARD.length + BACKWARD.length + 1;

function learnInWords(state) {
  const [before, after] = [state, learn(state)].map((one) => forward(one).loss);
  const change = after < before ? "The step helped." : after > before ? "The step was too long." : "Nothing changed: no slope is far enough from 0.";
  return {
    mood: after < before ? "better" : after > before ? "worse" : "same",
    headline: `All nine slopes are known: one step downhill takes the loss from ${formatNumber(before)} to ${formatNumber(after)}.`,
    detail: `Each weight and bias moves by −${LEARNING_RATE} times its slope, all at once. ${change}`,
  };
}

/** Which step stands before the reader: its names, its words, and whether it runs forward or back. */
function currentStep(step) {
  if (step === 0 || step >= LAST) return undefined;
  const back = step > FORWARD.length;
  return { ...(back ? BACKWARD[step - FORWARD.length - 1] : FORWARD[step - 1]), back };
}

/** What is happening now, with the arithmetic in numbers. */
export function describe(state) {
  const now = currentStep(state.step);
  if (state.step >= LAST) return learnInWords(state);
  if (!now) {
    return {
      mood: "ready",
      headline: "Only the inputs, the weights, the biases and the target are known.",
      detail: "Press Next: the values come one by one, then the blame goes back.",
    };
  }
  const [way, at, of] = now.back
    ? ["Back", state.step - FORWARD.length, BACKWARD.length]
    : ["Forward", state.step, FORWARD.length];
  return {
    mood: "same",
    headline: `${way} ${at} of ${of}: ${now.headline}`,
    detail: now.detail(forward(state), backward(state), state),
  };
}

/** The values and the slopes that are worked out after so many steps, by name. */
export function known({ step }) {
  const values = new Set(Object.keys(given(EXAMPLE)));
  FORWARD.slice(0, step).forEach(({ name }) => values.add(name));
  const slopes = BACKWARD.slice(0, Math.max(0, step - FORWARD.length)).map(({ name }) => name);
  return { values, slopes: new Set(slopes) };
}

// ---------------------------------------------------------------- where everything stands

const CELL = { width: 66, height: 56 };
const LABEL_WIDTH = 76;
const ROOMY = 600; // px; below this the network runs from top to bottom

function roomyPlaces(width) {
  const [high, low, middle] = [104, 264, 184];
  const [first, last] = [CELL.width / 2 + 2, width - CELL.width / 2 - 2];
  const apart = width < 720 ? 76 : 88;
  const z = last - 2 * apart;
  const z1 = first + 0.46 * (z - first) - (width < 720 ? 6 : 16);
  return {
    height: 368,
    x1: [first, high], x2: [first, low], z1: [z1, high], z2: [z1, low], a1: [z1 + apart, high], a2: [z1 + apart, low],
    z: [z, middle], prediction: [z + apart, middle], loss: [last, middle],
    b1: [z1, 24], b2: [z1, 344], c: [z, 84],
  };
}

function narrowPlaces(width) {
  const middle = width / 2;
  const reach = Math.min(width / 2, 210);
  const [outer, inner] = [reach - 40, Math.max(reach - 130, 36)];
  const across = (far) => [middle - far, middle + far];
  const [[x1, x2], [a1, a2]] = [across(outer), across(inner)];
  return {
    height: 542,
    x1: [x1, 32], x2: [x2, 32], z1: [x1, 214], a1: [a1, 214], a2: [a2, 214], z2: [x2, 214],
    z: [middle, 410], prediction: [middle, 508], loss: [x2, 508],
    b1: [x1, 298], b2: [x2, 298], c: [x1, 410],
  };
}

/** The lines of the network: from, to, and for a weight where its label sits along the line. */
const EDGES = [
  ["x1", "z1", "w11", 0.5, 0.62], ["x1", "z2", "w12", 0.34, 0.3], ["x2", "z1", "w21", 0.34, 0.3], ["x2", "z2", "w22", 0.5, 0.62],
  ["z1", "a1"], ["z2", "a2"], ["a1", "z", "v1", 0.5, 0.36], ["a2", "z", "v2", 0.5, 0.62], ["z", "prediction"],
  ["prediction", "loss"], ["b1", "z1"], ["b2", "z2"], ["c", "z"],
];
const CELLS = ["x1", "x2", "z1", "a1", "z2", "a2", "z", "prediction", "loss"];
const LABELS = ["w11", "w12", "w21", "w22", "v1", "v2", "b1", "b2", "c"];

function alongLine([x1, y1], [x2, y2], part) {
  return [x1 + part * (x2 - x1), y1 + part * (y2 - y1)];
}

function layout(width) {
  const roomy = width >= ROOMY;
  const places = roomy ? roomyPlaces(width) : narrowPlaces(width);
  for (const [from, to, label, wide, narrow] of EDGES) {
    if (label) places[label] = alongLine(places[from], places[to], roomy ? wide : narrow);
  }
  return { ...places, width, roomy };
}

// ---------------------------------------------------------------- the drawing

/** The line between two boxes, cut where it enters them. */
function cutLine(from, to) {
  const [right, down] = [Math.abs(to[0] - from[0]), Math.abs(to[1] - from[1])];
  const part = Math.min((CELL.width / 2 + 3) / right, (CELL.height / 2 + 3) / down);
  return [alongLine(from, to, part), alongLine(to, from, part)];
}

function arrow(from, to, kind) {
  const [[x1, y1], [x2, y2]] = cutLine(from, to);
  const turn = (Math.atan2(y2 - y1, x2 - x1) * 180) / Math.PI;
  return svg("g", { class: `fn-bp-edge ${kind}` }, svg("line", { x1, y1, x2, y2 }),
    svg("path", { d: "M1 0L-8 -4.5V4.5Z", transform: `translate(${x2} ${y2}) rotate(${turn})` }));
}

/** Which lines the current step walks along, and which way. */
function edgeKind([from, to, label], now) {
  if (!now) return "";
  if (!now.back) return to === now.name && (now.uses.includes(from) || label === from) ? "fn-bp-on" : "";
  const target = label ?? from;
  const walks = now.blames.includes(to) && (now.name === target || now.name === from) && now.uses.every((name) => [from, to, label].includes(name));
  return walks || (now.name === "z" && from === "z") ? "fn-bp-back" : "";
}

function edges(places, now) {
  return EDGES.map((edge) => {
    const kind = edgeKind(edge, now);
    const [from, to] = edge.slice(0, 2).map((name) => places[name]);
    return kind === "fn-bp-back" ? arrow(to, from, kind) : arrow(from, to, kind);
  });
}

function frames({ z1, z2, a1, a2, z, prediction }) {
  const around = ([xa, ya], [xb, yb]) => svg("rect", {
    class: "fn-bp-neuron", rx: 12,
    x: Math.min(xa, xb) - CELL.width / 2 - 6, y: Math.min(ya, yb) - CELL.height / 2 - 6,
    width: Math.abs(xa - xb) + CELL.width + 12, height: Math.abs(ya - yb) + CELL.height + 12,
  });
  return [around(z1, a1), around(z2, a2), around(z, prediction)];
}

function boxKind(name, now) {
  if (!now) return "";
  if (name === now.name) return now.back ? "fn-bp-blamed" : "fn-bp-found";
  return now.uses.includes(name) || now.blames?.includes(name) ? "fn-bp-used" : "";
}

function textAt(y, text, kind) {
  return svg("text", { class: kind, y }, text);
}

function box([x, y], kind, [width, height], ...texts) {
  const shape = { x: -width / 2, y: -height / 2, width, height, rx: 8 };
  return svg("g", { class: `fn-bp-box ${kind}`, transform: `translate(${x} ${y})` }, svg("rect", shape), ...texts);
}

function cellBox(name, places, { values, slopes, state, now, shown }) {
  const value = shown.values.has(name) ? short(values[name]) : "?";
  const texts = [textAt(-15, name === "loss" ? `L, y = ${state.y}` : SIGNS[name], "fn-bp-name"), textAt(2, value, "fn-bp-value")];
  if (shown.slopes.has(name)) texts.push(textAt(19, short(slopes[name]), "fn-bp-slope"));
  return box(places[name], `fn-bp-cell ${boxKind(name, now)}`, [CELL.width, CELL.height], ...texts);
}

function labelBox(name, places, { values, slopes, now, shown }) {
  const blamed = shown.slopes.has(name);
  const texts = [textAt(blamed ? -8 : 0, `${SIGNS[name]} ${short(values[name])}`, "fn-bp-value")];
  if (blamed) texts.push(textAt(9, short(slopes[name]), "fn-bp-slope"));
  return box(places[name], `fn-bp-label ${boxKind(name, now)}`, [LABEL_WIDTH, blamed ? 38 : 22], ...texts);
}

function pictureInWords({ values, slopes, shown }) {
  const words = [...CELLS, ...LABELS].filter((name) => shown.values.has(name)).map((name) => (
    `${SIGNS[name]} ${short(values[name])}${shown.slopes.has(name) ? `, slope ${short(slopes[name])}` : ""}`));
  return `The network. ${words.join("; ")}.`;
}

function createPicture(view) {
  const drawing = svg("svg", { role: "img" });
  let places = layout(320);
  const element = html("div", {}, drawing);
  const resize = (width) => {
    places = layout(width);
    sizeDrawing(drawing, width, places.height);
  };
  resize(320);
  watchWidth(view, element, (width) => { resize(width); view.redraw(); });
  return {
    element,
    show(state) {
      const scene = { state, values: forward(state), slopes: backward(state), shown: known(state), now: currentStep(state.step) };
      drawing.replaceChildren(...frames(places), ...edges(places, scene.now),
        ...CELLS.map((name) => cellBox(name, places, scene)), ...LABELS.map((name) => labelBox(name, places, scene)));
      drawing.setAttribute("aria-label", pictureInWords(scene));
    },
  };
}

// ---------------------------------------------------------------- the controls

function createWalk(view) {
  const go = (step) => () => view.set({ step: clamp(typeof step === "number" ? step : view.state().step + step(), 0, LAST) });
  const next = button(view, { label: "Next", strong: true, press: go(() => 1) });
  const back = button(view, { label: "Back", press: go(() => -1) });
  const end = button(view, { label: "To the end", press: go(LAST) });
  const reset = button(view, { label: "Reset", press: go(0) });
  const place = html("span", { class: "fn-caption fn-bp-place" });
  const element = buttonRow("Walk through the network", [next, back, end, reset]);
  element.append(place);
  return {
    element,
    show({ step }) {
      next.enable(step < LAST);
      back.enable(step > 0);
      end.enable(step < LAST);
      reset.enable(step > 0);
      place.textContent = `Step ${step} of ${LAST}`;
    },
  };
}

function createPresets(view) {
  const states = PRESETS.map(({ changes }) => ({ ...EXAMPLE, ...changes }));
  const buttons = PRESETS.map(({ label, step }, k) => button(view, { label, press: () => view.set({ ...states[k], step }) }));
  const same = (one, state) => Object.keys(one).every((name) => String(one[name]) === String(state[name]));
  return {
    element: buttonRow("Networks to try", buttons, { caption: "Try" }),
    show: (state) => buttons.forEach((one, k) => one.press(same(states[k], state))),
  };
}

function createChoice(view, { caption, trait, values, label }) {
  const buttons = values.map((value) => button(view, { label: label(value), press: () => view.set({ [trait]: value }) }));
  return {
    element: buttonRow(caption, buttons, { caption }),
    show: (state) => buttons.forEach((one, k) => one.press(state[trait] === values[k])),
  };
}

function replaceAt(list, i, value) {
  return list.map((old, k) => (k === i ? value : old));
}

function createInputs(view) {
  const sliders = [0, 1].map((i) => slider(view, {
    label: `input x${"₁₂"[i]}`, min: -LIMIT, max: LIMIT, step: 0.1, places: 20 * LIMIT, scale: linearScale(-LIMIT, LIMIT, 0.1),
    write: (value) => view.set({ x: replaceAt(view.state().x, i, value) }),
  }));
  return {
    element: html("div", { class: "fn-bp-inputs" }, ...sliders.map(({ element }) => element)),
    show: ({ x }) => sliders.forEach((one, i) => one.show(x[i])),
  };
}

/** The change of state that gives a weight or bias another value. */
function changed(state, name, value) {
  const [kind, i, j] = [name[0], Number(name[1]) - 1, Number(name[2]) - 1];
  if (kind === "w") return { hidden_weights: replaceAt(state.hidden_weights, i, replaceAt(state.hidden_weights[i], j, value)) };
  if (kind === "b") return { hidden_biases: replaceAt(state.hidden_biases, i, value) };
  if (kind === "v") return { output_weights: replaceAt(state.output_weights, i, value) };
  return { output_bias: value };
}

const GROUPS = [["Hidden neuron 1", ["w11", "w21", "b1"]], ["Hidden neuron 2", ["w12", "w22", "b2"]], ["Output neuron", ["v1", "v2", "c"]]];

function createWeights(view) {
  const fields = new Map();
  const groups = GROUPS.map(([caption, names]) => {
    const row = html("div", { class: "fn-row", role: "group", "aria-label": caption },
      html("span", { class: "fn-caption fn-bp-group", "aria-hidden": "true" }, caption));
    for (const name of names) {
      fields.set(name, numberField(view, {
        label: SIGNS[name], min: -LIMIT, max: LIMIT, step: 0.1, write: (value) => view.set(changed(view.state(), name, value)),
      }));
      row.append(fields.get(name).element);
    }
    row.append(...names.map((name) => fields.get(name).note));
    return row;
  });
  return {
    element: html("div", { class: "fn-bp-weights" }, ...groups),
    show(state) {
      const numbers = given(state);
      for (const [name, field] of fields) field.show(numbers[name]);
    },
  };
}

function createTable(view) {
  const body = html("tbody");
  const head = html("tr", {}, ...["number", "value", "slope of the loss"].map((name) => html("th", { scope: "col" }, name)));
  const table = html("table", { class: "fn-table" }, html("thead", {}, head), body);
  const scroll = html("div", { class: "fn-scroll", tabindex: 0, role: "region", "aria-label": "All numbers" }, table);
  const element = html("details", { class: "fn-details" }, html("summary", {}, "All numbers as a table"), scroll);
  view.listen(element, "toggle", view.redraw);
  const row = (name, { values, slopes, shown }) => html("tr", {}, html("th", { scope: "row" }, SIGNS[name]),
    html("td", {}, shown.values.has(name) ? short(values[name]) : "?"),
    html("td", {}, shown.slopes.has(name) ? short(slopes[name]) : name in slopes ? "?" : "–"));
  return {
    element,
    show(state) {
      if (!element.open) return;
      const scene = { values: forward(state), slopes: backward(state), shown: known(state) };
      body.replaceChildren(...Object.keys(SIGNS).map((name) => row(name, scene)));
    },
  };
}

function introduction() {
  return html("p", { class: "fn-intro" }, "Two inputs, two hidden neurons, one output. Each box holds ",
    html("strong", {}, "a value, on the way forward,"), " and below it ",
    html("strong", { class: "fn-bp-key" }, "the slope of the loss, on the way back."),
    " Press Next and check each number by hand.");
}

function render({ model, el }) {
  const traits = [...Object.keys(EXAMPLE), "step"];
  const view = createView({ model, el }, { label: "Pass the blame back", traits });
  const target = createChoice(view, { caption: "Target y", trait: "y", values: [0, 1], label: String });
  const activation = createChoice(view, {
    caption: "Activation of the hidden neurons", trait: "activation",
    values: Object.keys(ACTIVATIONS), label: (name) => ACTIVATIONS[name].label,
  });
  const status = statusLine(view);
  const parts = [
    createPresets(view), createPicture(view), createWalk(view), status, createInputs(view), target, activation, createWeights(view), createTable(view),
  ];
  view.root.append(introduction(), ...parts.map(({ element }) => element));
  view.draw = () => {
    const state = view.state();
    for (const part of parts) if (part !== status) part.show(state);
    status.show(describe(state));
  };
  view.draw();
  return view.cleanup;
}

export default { render };
