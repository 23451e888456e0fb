const INPUTS = [
  { name: "age", min: 0, max: 100, whole: false },
  { name: "class", min: 1, max: 3, whole: true },
  { name: "siblings", min: 0, max: 8, whole: true },
];
const LAYERS = [INPUTS.map(({ name }) => name), ["hidden 1", "hidden 2", "hidden 3"], ["output"]];
const LIMIT = 3; // of weights and biases
const EXAMPLE = {
  row: [18, 1, 1],
  scaled: true,
  weights: [[[0.5, -1, 1], [-0.4, 0.3, 0.7], [0.8, -0.6, -0.2]], [[0.9], [-0.7], [-0.6]]],
  biases: [[0.1, 0.2, -0.3], [0.1]],
};

// ---------------------------------------------------------------- what is derived from the traits

function relu(z) {
  return Math.max(0, z);
}

function sigmoid(z) {
  return 1 / (1 + Math.exp(-z));
}

/** The products that flow into each node of a layer, its sum and its value. */
function layerOf(inputs, weights, biases, activate) {
  return biases.map((bias, to) => {
    const parts = [...inputs.map((input, from) => weights[from][to] * input), bias];
    const z = round(parts.reduce((sum, part) => sum + part), 12);
    return { inputs, weights: weights.map((row) => row[to]), bias, parts, z, a: activate(z) };
  });
}

/** The whole network: what goes in, and each hidden node and the output with its arithmetic. */
export function forward({ row, scaled, weights, biases }) {
  const inputs = [scaled ? row[0] / 100 : row[0], row[1], row[2]];
  const hidden = layerOf(inputs, weights[0], biases[0], relu);
  const [output] = layerOf(hidden.map(({ a }) => a), weights[1], biases[1], sigmoid);
  return { inputs, hidden, output };
}

function placeOf(name) {
  const layer = LAYERS.findIndex((names) => names.includes(name));
  return { layer, node: LAYERS[layer].indexOf(name) };
}

function valuesOf({ inputs, hidden, output }) {
  return [inputs, hidden.map(({ a }) => a), [output.a]];
}

/** All weights 0, or each drawn at random from −1 to 1, with one digit. */
function filled(draw) {
  const { weights, biases } = EXAMPLE;
  return { weights: weights.map((matrix) => matrix.map((row) => row.map(draw))), biases: biases.map((row) => row.map(draw)) };
}

function randomWeight() {
  return Math.round(20 * Math.random() - 10) / 10;
}

// ---------------------------------------------------------------- words

function outputInWords({ a }, decimals = 4) {
  return formatSquashed(a, decimals).replace("nearly", "≈");
}

function isExample(state, name) {
  return JSON.stringify(state[name]) === JSON.stringify(EXAMPLE[name]);
}

function meaning(state, { output }) {
  if (!isExample(state, "row")) return "The label 0 belongs to the passenger of 18. For this one we have no label.";
  const label = "The label of this passenger is 0: did not survive.";
  if (isExample(state, "weights") && isExample(state, "biases")) {
    return `${label} But nobody has trained these numbers, so the value means nothing yet.`;
  }
  if (output.a < 0.1) return `${label} The value is close to it now, for this one passenger. That shows no skill with any other.`;
  return `${label} The numbers have learned nothing: you or chance set them.`;
}

function silence({ hidden }) {
  const silent = hidden.flatMap(({ a }, k) => (a === 0 ? [LAYERS[1][k]] : []));
  if (silent.length === 0) return "";
  if (silent.length === 3) return "All hidden nodes give 0: the output hears only its own bias.";
  if (silent.length === 1) return `The node ${silent[0]} gives 0, so its weight to the output cannot matter now.`;
  return `The nodes ${silent.join(" and ")} give 0, so their weights to the output cannot matter now.`;
}

/** How the raw age drowns the rest: its share of all products into the hidden layer. */
export function ageShare({ hidden }) {
  const sizes = [0, 1, 2].map((i) => hidden.reduce((sum, { parts }) => sum + Math.abs(parts[i]), 0));
  const all = sizes[0] + sizes[1] + sizes[2];
  return all === 0 ? 0 : sizes[0] / all;
}

function scaleInWords({ scaled }, result) {
  if (scaled) return "";
  return `The raw age makes up ${formatNumber(100 * ageShare(result), 0)}% of all the products in the hidden layer.`;
}

/** What comes out, what it is worth, and what the hidden nodes and the age do to it. */
export function describe(state) {
  const result = forward(state);
  const detail = [meaning(state, result), scaleInWords(state, result), silence(result)].filter(Boolean).join(" ");
  return { mood: "same", headline: `The output says ${outputInWords(result.output)}.`, detail };
}

/** The arithmetic of one node, line by line, as it is done by hand. */
export function arithmetic(state) {
  const { layer, node } = placeOf(state.selected);
  const result = forward(state);
  if (layer === 0) return inputArithmetic(state, result, node);
  const { inputs, weights, bias, parts, z, a } = layer === 1 ? result.hidden[node] : result.output;
  const products = weights.map((weight, i) => formatProduct(weight, inputs[i]));
  const sign = bias < 0 ? "−" : "+";
  return [
    `z = ${products.join(" + ")} ${sign} ${formatNumber(Math.abs(bias))}`,
    `z = ${formatSum(parts)} = ${formatNumber(z)}`,
    layer === 1 ? `a = ReLU(${formatNumber(z)}) = ${formatNumber(a)}` : `a = sigmoid(${formatNumber(z)}) ${withEquals(a)}`,
  ];
}

function withEquals(a) {
  const words = outputInWords({ a });
  return words.startsWith("≈") ? words : `= ${words}`;
}

function inputArithmetic({ row, scaled }, { inputs }, node) {
  const raw = formatNumber(row[node]);
  const value = node === 0 && scaled ? `${raw} ÷ 100 = ${formatNumber(inputs[0])}` : raw;
  return [`x${"₁₂₃"[node]} = ${value}`, "An input node computes nothing. It hands its number to all three hidden nodes."];
}

// ---------------------------------------------------------------- the graph

function knotFrame(width) {
  const roomy = width >= 560;
  const knot = { width: roomy ? 96 : 66, height: 62 };
  const [top, gap] = [64, 92];
  const columns = [knot.width / 2 + 2, width / 2, width - knot.width / 2 - 2];
  const centre = (layer, node) => [columns[layer], top + gap * (layer === 2 ? 1 : node)];
  return { width, height: top + 2 * gap + 38, roomy, knot, columns, centre };
}

function wireEnds({ centre, knot }, layer, from, to) {
  const [[x1, y1], [x2, y2]] = [centre(layer, from), centre(layer + 1, to)];
  return [[x1 + knot.width / 2, y1], [x2 - knot.width / 2 - 1, y2]];
}

/** One weight: its line, and a wide unseen line for the finger. */
function wireElement(frame, { layer, from, to, weight, chosen }) {
  const [start, end] = wireEnds(frame, layer, from, to);
  const reach = svg("line", { class: "fn-reach", x1: start[0], y1: start[1], x2: end[0], y2: end[1] });
  const kind = chosen ? "fn-wires" : "fn-wires fn-wires-behind";
  return svg("g", { class: kind, "data-wire": [layer, from, to] }, wire(start, end, weight), reach);
}

/** The number of a weight on a ground of its own: near where it starts, or in the middle of a short line. */
function wireNumber(frame, { layer, from, to, weight, chosen }) {
  const [start, end] = wireEnds(frame, layer, from, to);
  const [x, y] = [0, 1].map((i) => start[i] + (frame.roomy ? 0.25 : 0.5) * (end[i] - start[i]));
  const kind = weight > 0 ? "plus" : weight < 0 ? "minus" : "none";
  const text = formatNumber(weight, 2);
  const half = 4 * text.length + 3;
  return svg("g", { class: chosen ? "fn-wires" : "fn-wires fn-wires-behind", "data-wire": [layer, from, to] },
    svg("rect", { class: "fn-number-ground", x: x - half, y: y - 9, width: 2 * half, height: 18, rx: 4 }),
    svg("text", { class: `fn-wire-number fn-${kind}`, x, y: y + 4.5 }, text));
}

/** Every weight with where it leads, those of the selected node last, so that they lie on top. */
function connections({ weights, selected }) {
  const place = placeOf(selected);
  const all = weights.flatMap((matrix, layer) => matrix.flatMap((row, from) => row.map((weight, to) => {
    const leaves = place.layer === 0 && layer === 0 && from === place.node;
    const arrives = place.layer === layer + 1 && to === place.node;
    return { layer, from, to, weight, chosen: leaves || arrives };
  })));
  return all.sort((one, other) => one.chosen - other.chosen);
}

function createKnot(view, name, layer) {
  const parts = ["name", "value", "bias"].map((part) => html("span", { class: `fn-knot-${part}` }));
  parts[0].textContent = name;
  const element = html("button", { type: "button", class: "fn-knot" }, ...parts.slice(0, layer === 0 ? 2 : 3));
  view.listen(element, "click", () => view.set({ selected: name }));
  return {
    element,
    place({ knot }, [x, y]) {
      Object.assign(element.style, { left: `${x}px`, top: `${y}px`, width: `${knot.width}px`, height: `${knot.height}px` });
    },
    show({ selected, biases }, value, node) {
      parts[1].textContent = layer === 2 ? outputInWords({ a: value }, 3) : formatNumber(value, 3);
      if (layer > 0) parts[2].textContent = `b ${formatNumber(biases[layer - 1][node], 2)}`;
      element.setAttribute("aria-pressed", String(selected === name));
      element.classList.toggle("fn-knot-silent", layer === 1 && value === 0);
    },
  };
}

function createGraph(view, chooseWire) {
  const drawing = svg("svg", { class: "fn-graph-lines", "aria-hidden": "true" });
  const knots = LAYERS.map((names, layer) => names.map((name) => createKnot(view, name, layer)));
  const element = html("div", { class: "fn-graph", role: "group", "aria-label": "The network: choose a node" }, drawing,
    ...knots.flat().map((knot) => knot.element));
  let frame;
  const resize = (width) => {
    frame = knotFrame(width);
    element.style.height = `${frame.height}px`;
    sizeDrawing(drawing, frame.width, frame.height);
    knots.forEach((column, layer) => column.forEach((knot, node) => knot.place(frame, frame.centre(layer, node))));
  };
  const layerName = (layer) => {
    const text = ["input layer", "hidden layer", "output layer"][layer];
    return svg("text", { class: "fn-layer-name", x: clamp(frame.columns[layer], 44, frame.width - 44), y: 14 }, text);
  };
  resize(320);
  watchWidth(view, element, (width) => { resize(width); view.redraw(); });
  view.listen(drawing, "click", ({ target }) => {
    const chosen = target.closest("[data-wire]")?.getAttribute("data-wire").split(",").map(Number);
    if (chosen) chooseWire(...chosen);
  });
  return {
    element,
    show(state, result) {
      const all = connections(state);
      const numbers = all.filter(({ chosen }) => frame.roomy || chosen);
      drawing.replaceChildren(...all.map((one) => wireElement(frame, one)),
        ...numbers.map((one) => wireNumber(frame, one)), ...[0, 1, 2].map(layerName));
      const values = valuesOf(result);
      knots.forEach((column, layer) => column.forEach((knot, node) => knot.show(state, values[layer][node], node)));
    },
  };
}

// ---------------------------------------------------------------- the sliders

function weightSlider(view, label, { layer, from, to }) {
  const write = (value) => {
    const weights = structuredClone(view.state().weights);
    weights[layer][from][to] = value;
    view.set({ weights });
  };
  return { control: numberSlider(view, label, write), read: ({ weights }) => weights[layer][from][to], layer, from, to };
}

function biasSlider(view, { layer, node }) {
  const write = (value) => {
    const biases = structuredClone(view.state().biases);
    biases[layer - 1][node] = value;
    view.set({ biases });
  };
  return { control: numberSlider(view, "bias", write), read: ({ biases }) => biases[layer - 1][node] };
}

function numberSlider(view, label, write) {
  const scale = linearScale(-LIMIT, LIMIT, 0.1);
  return slider(view, { label, min: -LIMIT, max: LIMIT, step: 0.1, scale, places: 20 * LIMIT, write });
}

/** The sliders of one node: of a neuron its weights and its bias, of an input the weights it leads to. */
function nodeSliders(view, name) {
  const { layer, node } = placeOf(name);
  if (layer === 0) return LAYERS[1].map((target, to) => weightSlider(view, `to ${target}`, { layer, from: node, to }));
  const weights = LAYERS[layer - 1].map((source, from) => (
    weightSlider(view, `from ${source}`, { layer: layer - 1, from, to: node })));
  return [...weights, biasSlider(view, { layer, node })];
}

function sliderGrid(label, sliders) {
  const elements = sliders.map(({ control }) => control.element);
  return html("div", { class: "fn-network-sliders", role: "group", "aria-label": label }, ...elements);
}

/** The selected node: its arithmetic written out, and the sliders of its numbers. */
function createPanel(view) {
  const title = html("p", { class: "fn-arithmetic-title" });
  const lines = html("div");
  const place = html("div");
  const element = html("div", { class: "fn-arithmetic" }, title, lines, place);
  const panels = Object.fromEntries(LAYERS.flat().map((name) => {
    const sliders = nodeSliders(view, name);
    return [name, { sliders, grid: sliderGrid(`Numbers of ${name}`, sliders) }];
  }));
  return {
    element,
    focus({ layer, from, to }) {
      const { sliders } = panels[view.state().selected];
      const found = sliders.find((one) => one.layer === layer && one.from === from && one.to === to);
      found.control.element.querySelector("input[type=range]").focus({ preventScroll: true });
    },
    show(state) {
      const { sliders, grid } = panels[state.selected];
      if (place.firstChild !== grid) place.replaceChildren(grid);
      title.textContent = placeOf(state.selected).layer === 0 ? `Input ${state.selected}` : `The arithmetic of ${state.selected}`;
      const texts = arithmetic(state).map((text) => html("p", { class: "fn-arithmetic-line" }, text));
      lines.replaceChildren(...texts);
      for (const { control, read } of sliders) control.show(read(state));
    },
  };
}

function createPassenger(view) {
  const sliders = INPUTS.map(({ name, min, max, whole }, i) => {
    const write = (value) => {
      const held = whole ? Math.round(value) : value;
      view.set({ row: view.state().row.map((old, k) => (k === i ? held : old)) });
    };
    const scale = linearScale(min, max, 1);
    return { control: slider(view, { label: name, min, max, step: whole ? 1 : "any", scale, places: max - min, write }) };
  });
  const title = html("p", { class: "fn-network-title", "aria-hidden": "true" }, "The passenger");
  return {
    element: html("div", {}, title, sliderGrid("The passenger", sliders)),
    show: ({ row }) => sliders.forEach(({ control }, i) => control.show(row[i])),
  };
}

function createChoices(view) {
  const { weights, biases, row } = EXAMPLE;
  const choices = [
    { label: "the chapter’s numbers", press: () => view.set({ row, weights, biases, scaled: true }) },
    { label: "all 0", press: () => view.set(filled(() => 0)) },
    { label: "random numbers", press: () => view.set(filled(randomWeight)) },
  ];
  const buttons = choices.map((choice) => button(view, choice));
  const same = (state, filling) => ["weights", "biases"].every((name) => String(state[name]) === String(filling[name]));
  return {
    element: buttonRow("Weights and biases to try", buttons, { caption: "Try" }),
    show(state) {
      buttons[0].press(same(state, EXAMPLE));
      buttons[1].press(same(state, filled(() => 0)));
    },
  };
}

function createScale(view) {
  const choices = [["age ÷ 100", true], ["raw age", false]];
  const buttons = choices.map(([label, scaled]) => button(view, { label, press: () => view.set({ scaled }) }));
  return {
    element: buttonRow("How the age goes in", buttons, { caption: "In goes" }),
    show: ({ scaled }) => buttons.forEach((one, k) => one.press(choices[k][1] === scaled)),
  };
}

function render({ model, el }) {
  const traits = ["row", "scaled", "weights", "biases", "selected"];
  const view = createView({ model, el }, { label: "A small network", traits });
  const intro = html("p", { class: "fn-intro" },
    html("strong", {}, "Choose a node"), " to see its arithmetic and to change its numbers. ",
    "Green lines carry positive weights, dashed orange lines negative ones.");
  const panel = createPanel(view);
  const graph = createGraph(view, (layer, from, to) => {
    const { selected } = view.state();
    if (selected !== LAYERS[layer][from]) view.set({ selected: LAYERS[layer + 1][to] });
    queueMicrotask(() => panel.focus({ layer, from, to })); // after the redraw
  });
  const status = statusLine(view);
  const [choices, scale, passenger] = [createChoices(view), createScale(view), createPassenger(view)];
  view.root.append(intro, ...[choices, graph, status, panel, passenger, scale].map((part) => part.element));
  view.draw = () => {
    const state = view.state();
    graph.show(state, forward(state));
    for (const part of [choices, scale, passenger, panel]) part.show(state);
    status.show(describe(state));
  };
  view.draw();
  return view.cleanup;
}

export default { render };
