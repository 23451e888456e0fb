const STAGES = [ // what the maps of each layer are, and which square of the digit one of their pixels sees
  { kind: "convolution", maps: 32, side: 26, sees: { step: 1, size: 3 } },
  { kind: "pooling", maps: 32, side: 13, sees: { step: 2, size: 4 } },
  { kind: "convolution", maps: 64, side: 11, sees: { step: 2, size: 8 } },
  { kind: "pooling", maps: 64, side: 5, sees: { step: 4, size: 10 } },
];
const MOST_MAPS = 64;
const ACROSS = 8; // maps in a row
const CLEAR = 0.7; // the likeness from which on a filter is called by the name of a pattern
const PATTERNS = [
  { name: "an edge: ink above, paper below", values: [1, 1, 1, 0, 0, 0, -1, -1, -1] },
  { name: "an edge: ink below, paper above", values: [-1, -1, -1, 0, 0, 0, 1, 1, 1] },
  { name: "an edge: ink on the left, paper on the right", values: [1, 0, -1, 1, 0, -1, 1, 0, -1] },
  { name: "an edge: ink on the right, paper on the left", values: [-1, 0, 1, -1, 0, 1, -1, 0, 1] },
  { name: "an edge: ink at the top left, paper at the bottom right", values: [1, 1, 0, 1, 0, -1, 0, -1, -1] },
  { name: "an edge: ink at the bottom right, paper at the top left", values: [-1, -1, 0, -1, 0, 1, 0, 1, 1] },
  { name: "an edge: ink at the top right, paper at the bottom left", values: [0, 1, 1, -1, 0, 1, -1, -1, 0] },
  { name: "an edge: ink at the bottom left, paper at the top right", values: [0, -1, -1, 1, 0, -1, 1, 1, 0] },
  { name: "a level stroke", values: [-1, -1, -1, 2, 2, 2, -1, -1, -1] },
  { name: "an upright stroke", values: [-1, 2, -1, -1, 2, -1, -1, 2, -1] },
  { name: "a stroke that falls to the right", values: [2, -1, -1, -1, 2, -1, -1, -1, 2] },
  { name: "a stroke that rises to the right", values: [-1, -1, 2, -1, 2, -1, 2, -1, -1] },
  { name: "a level gap between strokes", values: [1, 1, 1, -2, -2, -2, 1, 1, 1] },
  { name: "an upright gap between strokes", values: [1, -2, 1, 1, -2, 1, 1, -2, 1] },
  { name: "a gap that falls to the right", values: [-2, 1, 1, 1, -2, 1, 1, 1, -2] },
  { name: "a gap that rises to the right", values: [1, 1, -2, 1, -2, 1, -2, 1, 1] },
  { name: "a single dot", values: [-1, -1, -1, -1, 8, -1, -1, -1, -1] },
  { name: "a hole in the ink", values: [1, 1, 1, 1, -8, 1, 1, 1, 1] },
  { name: "ink all over", values: [1, 1, 1, 1, 1, 1, 1, 1, 1] },
  { name: "bare paper", values: [-1, -1, -1, -1, -1, -1, -1, -1, -1] },
];

// ---------------------------------------------------------------- the network and what it sees

/** The trained network with its digits; what its layers give for a digit is computed once and kept. */
export function createNetwork(model) {
  const layers = withWeights(ARCHITECTURES.cnn, floatsOf(model.get("weights")));
  const images = bytesOf(model.get("images"));
  const kept = new Map();
  const read = (digit) => {
    const input = tensor([SIDE, SIDE, 1], pixelsOf(images, digit));
    return [input, ...runLayers(layers, input)];
  };
  return {
    layers,
    images,
    labels: model.get("labels"),
    /** The input, and then what each layer gives. */
    read: (digit) => kept.get(digit) ?? kept.set(digit, read(digit)).get(digit),
  };
}

/** Map k of a stack of maps, as rows of numbers. */
function mapOf({ shape: [height, width, depth], values }, k) {
  return Float32Array.from({ length: height * width }, (_, place) => values[place * depth + k]);
}

/** The square of the digit that a pixel of a layer's map depends on. */
export function receptiveField(layer, [row, column]) {
  const { step, size } = STAGES[layer].sees;
  return { top: step * row, left: step * column, size };
}

/** Map k of a filter's 3 × 3 weights: `slice` is the map of the layer before that they are laid on. */
function sliceOf({ kernel, shape: [, , depth, filters] }, slice, k) {
  return Array.from({ length: 9 }, (_, place) => kernel[(place * depth + slice) * filters + k]);
}

/** The 3 × 3 pixels of a map that a filter meets at (row, column). */
function patchOf({ shape: [, width, depth], values }, slice, [row, column]) {
  return Array.from({ length: 9 }, (_, place) => {
    const [down, right] = [Math.floor(place / 3), place % 3];
    return values[((row + down) * width + column + right) * depth + slice];
  });
}

const product = (one, other) => one.reduce((sum, value, place) => sum + value * other[place], 0);

/** What every map of the layer before adds to the sum of a convolution's pixel; the bias comes on top. */
export function contributions(convolution, before, k, pixel) {
  const slices = Array.from({ length: before.shape[2] }, (_, slice) => slice);
  return slices.map((slice) => product(sliceOf(convolution, slice, k), patchOf(before, slice, pixel)));
}

/** The pattern that a 3 × 3 filter is most like, and how like, from 0 to 1: the cosine of the two. */
export function likestPattern(weights) {
  const length = (values) => Math.sqrt(product(values, values));
  const likeness = ({ values }) => product(values, weights) / (length(values) * length(weights) || 1);
  const found = PATTERNS.map((pattern) => ({ name: pattern.name, likeness: likeness(pattern) }));
  return found.reduce((best, one) => (one.likeness > best.likeness ? one : best));
}

/** The traits, held to what there is, and what is to be seen at that place of the network. */
export function look({ digit, layer, map, pixel }, network) {
  const outputs = network.read(digit);
  const { maps, side } = STAGES[layer];
  const k = Math.min(map, maps - 1);
  const values = mapOf(outputs[layer + 1], k);
  const top = values.indexOf(Math.max(...values));
  const strongest = [Math.floor(top / side), top % side];
  const at = pixel.length ? pixel.map((place) => Math.min(place, side - 1)) : strongest;
  return {
    digit, layer, k, side, maps, values, strongest, at, outputs,
    peak: values[top],
    value: values[at[0] * side + at[1]],
    stage: outputs[layer + 1],
    before: outputs[layer],
    probabilities: outputs.at(-1).values,
    label: network.labels[digit],
  };
}

// ---------------------------------------------------------------- words

const inWords = (value, decimals = 2) => formatNumber(round(value, decimals), decimals);
const placeInWords = ([row, column]) => `row ${row}, column ${column}`;

function listed(numbers) {
  return numbers.length < 2 ? String(numbers[0]) : `${numbers.slice(0, -1).join(", ")} and ${numbers.at(-1)}`;
}

function seenInWords({ layer, at }) {
  const { top, left, size } = receptiveField(layer, at);
  return `rows ${top} to ${top + size - 1} and columns ${left} to ${left + size - 1} of the digit`;
}

/** The maps whose parts are largest, at most three: those that add, or with `sign` −1 those that take away. */
function largest(parts, sign) {
  const order = parts.map((part, slice) => [sign * part, slice]).filter(([size]) => size >= 0.005);
  return order.sort(([a], [b]) => b - a).slice(0, 3).map(([, slice]) => slice);
}

function partsInWords(seen, network) {
  const parts = contributions(network.layers[2], seen.before, seen.k, seen.at);
  const name = (slices) => `${slices.length === 1 ? "map" : "maps"} ${listed(slices)}`;
  const [adds, takes] = [largest(parts, 1), largest(parts, -1)];
  const added = adds.length ? `${name(adds)} of the layer before ${adds.length === 1 ? "adds" : "add"} most` : "no map adds anything";
  return takes.length ? `${added}, ${name(takes)} ${takes.length === 1 ? "takes" : "take"} most away` : added;
}

const HEADLINES = [
  ({ k }, { layers }) => {
    const { name, likeness } = likestPattern(sliceOf(layers[0], 0, k));
    return likeness < CLEAR ? `Filter ${k} answers to no simple pattern.` : `Filter ${k} answers most to ${name}.`;
  },
  ({ k }) => `Map ${k} after pooling: of every four pixels the largest stays.`,
  (seen, network) => `Filter ${seen.k} looks at all 32 maps at once. Here ${partsInWords(seen, network)}.`,
  ({ k }) => `Map ${k} after the second pooling: a rough sketch of where filter ${k} answers.`,
];

/** What is happening now: what the map stands for, how strong it is, and what the pixel sees. */
export function describe(seen, network) {
  const headline = HEADLINES[seen.layer](seen, network);
  if (seen.peak === 0) return { mood: "same", headline, detail: "For this digit the map is 0 everywhere: nothing in it gets through the ReLU." };
  const strongest = `Map ${seen.k} is strongest at ${placeInWords(seen.strongest)}: ${inWords(seen.peak)}.`;
  const isThere = seen.at.join() === seen.strongest.join();
  const here = isThere ? "That pixel" : `At ${placeInWords(seen.at)} it is ${inWords(seen.value)}. That pixel`;
  return { mood: "ready", headline, detail: `${strongest} ${here} sees ${seenInWords(seen)}.` };
}

export function answerInWords({ probabilities, label }) {
  const best = likeliest(probabilities);
  const words = `The network says ${best}, with ${percentInWords(probabilities[best])}.`;
  return best === label ? `${words} That is right.` : `${words} The label is ${label}.`;
}

// ---------------------------------------------------------------- pictures

/** A canvas for one map of a stack; `show` takes the whole stack, so that nothing is copied twice. */
function mapPicture(attributes) {
  const canvas = html("canvas", { class: "fn-grey", width: 1, height: 1, ...attributes });
  const context = canvas.getContext("2d");
  return {
    element: canvas,
    show({ shape: [height, width, depth], values }, k, most) {
      if (canvas.width !== width) Object.assign(canvas, { width, height });
      const drawn = context.createImageData(width, height);
      for (let place = 0; place < width * height; place += 1) {
        const grey = most > 0 ? (255 * values[place * depth + k]) / most : 0;
        drawn.data[4 * place] = grey;
        drawn.data[4 * place + 1] = grey;
        drawn.data[4 * place + 2] = grey;
        drawn.data[4 * place + 3] = 255;
      }
      context.putImageData(drawn, 0, 0);
    },
  };
}

function plot(title, note, ...children) {
  return html("div", { class: "fn-plot" }, html("p", { class: "fn-plot-title" }, title), html("p", { class: "fn-plot-note" }, note), ...children);
}

/** All maps of the layer as buttons. One of them is a stop of the Tab key, the arrow keys lead to the others. */
function createTiles(view, choose) {
  const title = html("span");
  const note = html("span");
  const tiles = Array.from({ length: MOST_MAPS }, (_, k) => {
    const picture = mapPicture({ "aria-hidden": "true" });
    const element = html("button", { class: "fn-map-tile", type: "button" }, picture.element);
    view.listen(element, "click", () => choose(k));
    return { element, picture };
  });
  const grid = html("div", { class: "fn-map-tiles", role: "group", "aria-label": "Maps; the arrow keys lead from one to the next" },
    ...tiles.map(({ element }) => element));
  let shown;
  let drawn;
  arrowKeys(view, grid, (right, up) => {
    const k = clamp(shown.k + right - ACROSS * up, 0, shown.maps - 1);
    choose(k);
    tiles[k].element.focus();
  });
  const drawAll = ({ stage, maps, side }) => {
    let most = 0;
    for (const value of stage.values) most = Math.max(most, value);
    tiles.forEach(({ element, picture }, k) => {
      element.hidden = k >= maps;
      if (k < maps) picture.show(stage, k, most);
    });
    title.textContent = `All ${maps} maps, ${side} × ${side}`;
    note.textContent = `Black is 0, white is ${inWords(most)}, the largest value in this layer.`;
  };
  return {
    element: plot(title, note, grid),
    show(seen) {
      shown = seen;
      if (drawn !== seen.stage) drawAll(seen);
      drawn = seen.stage;
      tiles.forEach(({ element }, k) => {
        fill(element, { "aria-label": `Map ${k}`, "aria-pressed": String(k === seen.k), tabindex: k === seen.k ? 0 : -1 }, []);
      });
    },
  };
}

/** A picture with a frame over some of its pixels. */
function framedPicture(picture) {
  const frame = html("div", { class: "fn-map-seen", "aria-hidden": "true" });
  return {
    element: html("div", { class: "fn-map-framed" }, picture.element, frame),
    frame({ top, left, size }, side) {
      const part = (value) => `${round((100 * value) / side, 3)}%`;
      Object.assign(frame.style, { top: part(top), left: part(left), width: part(size), height: part(size) });
    },
  };
}

function createLarge(view) {
  const picture = mapPicture({ role: "img" });
  const framed = framedPicture(picture);
  const title = html("span");
  const note = html("span");
  let side = 1;
  view.listen(picture.element, "click", (event) => {
    const box = picture.element.getBoundingClientRect();
    const place = (at, from, size) => clamp(Math.floor((side * (at - from)) / size), 0, side - 1);
    view.set({ pixel: [place(event.clientY, box.top, box.height), place(event.clientX, box.left, box.width)] });
  });
  return {
    element: plot(title, note, framed.element),
    show(seen) {
      side = seen.side;
      title.textContent = `Map ${seen.k}, large`;
      note.textContent = seen.peak > 0 ? `White is ${inWords(seen.peak)}.` : "All is 0.";
      picture.show(seen.stage, seen.k, seen.peak);
      fill(picture.element, { "aria-label": `Map ${seen.k}: ${side} × ${side} pixels, the largest ${inWords(seen.peak)}` }, []);
      framed.frame({ top: seen.at[0], left: seen.at[1], size: 1 }, side);
    },
  };
}

function createDigit() {
  const picture = mapPicture({ role: "img" });
  const framed = framedPicture(picture);
  const note = html("span");
  return {
    element: plot("What it sees", note, framed.element),
    show(seen) {
      const field = receptiveField(seen.layer, seen.at);
      note.textContent = `${field.size} × ${field.size} pixels`;
      picture.show(seen.outputs[0], 0, 1);
      fill(picture.element, { "aria-label": `The digit ${seen.label}; framed are ${seenInWords(seen)}` }, []);
      framed.frame(field, SIDE);
    },
  };
}

// ---------------------------------------------------------------- how the pixel comes about

const CELL = 44;

/** A square of numbers; with `signed` green adds and orange takes away, and `mark` frames one of them. */
function numberSquare(values, { signed = false, mark, label }) {
  const across = Math.sqrt(values.length);
  const most = Math.max(...values.map(Math.abs), 1e-9);
  const cells = values.map((value, place) => {
    const [x, y] = [CELL * (place % across), CELL * Math.floor(place / across)];
    const kind = signed ? (value < 0 ? "minus" : "plus") : "ink";
    const tint = svg("rect", { class: `fn-map-cell fn-map-cell-${kind}`, x, y, width: CELL, height: CELL, style: `fill-opacity: ${round((0.45 * Math.abs(value)) / most, 2)}` });
    const edge = svg("rect", { class: "fn-map-cell-edge", x, y, width: CELL, height: CELL });
    if (place === mark) fill(edge, { class: "fn-map-cell-edge fn-map-cell-mark", x: x + 1, y: y + 1, width: CELL - 2, height: CELL - 2 }, []);
    return [tint, edge, svg("text", { class: "fn-map-cell-number", x: x + CELL / 2, y: y + CELL / 2 + 4 }, inWords(value))];
  });
  const drawing = svg("svg", { class: "fn-map-square", role: "img", "aria-label": `${label}: ${values.map((value) => inWords(value)).join(", ")}` }, ...cells.flat());
  sizeDrawing(drawing, across * CELL, across * CELL);
  drawing.style.width = `${across * CELL}px`;
  return drawing;
}

function named(name, square) {
  return html("figure", { class: "fn-map-named" }, square, html("figcaption", {}, name));
}

function throughRelu(sum) {
  return sum > 0 ? "ReLU lets it through." : "ReLU makes it 0.";
}

function sumInWords(parts, bias, what) {
  const sum = parts.reduce((total, part) => total + part, 0);
  return `${what} add up to ${inWords(sum, 3)}. With the bias of ${inWords(bias, 3)} that is ${inWords(sum + bias, 3)}. ${throughRelu(sum + bias)}`;
}

function firstConvolution({ k, at, before }, { layers }) {
  const weights = sliceOf(layers[0], 0, k);
  const patch = patchOf(before, 0, at);
  const squares = [
    named("the digit there", numberSquare(patch, { label: "The digit there, 3 × 3" })),
    html("span", { class: "fn-map-times", "aria-hidden": "true" }, "×"),
    named(`filter ${k}`, numberSquare(weights, { signed: true, label: `Filter ${k}, 3 × 3` })),
  ];
  const words = sumInWords(weights.map((weight, n) => weight * patch[n]), layers[0].bias[k], "The nine products");
  return { title: "How the pixel comes about: nine pixels times nine weights", children: [html("div", { class: "fn-row" }, ...squares)], words };
}

/** The 32 slices of a filter of the second convolution, each with what it adds at the pixel. */
function createSlices() {
  const cell = (place) => svg("rect", { x: 10 * (place % 3), y: 10 * Math.floor(place / 3), width: 10, height: 10 });
  const slices = Array.from({ length: STAGES[1].maps }, (_, slice) => {
    const cells = Array.from({ length: 9 }, (_, place) => cell(place));
    const [edge, number] = [svg("rect", { width: 30, height: 30 }), svg("text", { class: "fn-map-part", x: 15, y: 44 })];
    const place = `translate(${42 * (slice % ACROSS) + 6} ${62 * Math.floor(slice / ACROSS) + 2})`;
    return { cells, edge, number, element: svg("g", { transform: place }, ...cells, edge, number) };
  });
  const drawing = svg("svg", { role: "img" }, ...slices.map(({ element }) => element));
  sizeDrawing(drawing, 42 * ACROSS, 62 * 4 - 12);
  let drawn;
  const paint = (k, convolution) => {
    const all = slices.map((_, slice) => sliceOf(convolution, slice, k));
    const most = Math.max(...all.flat().map(Math.abs), 1e-9);
    all.forEach((weights, slice) => weights.forEach((weight, place) => {
      const strength = round(Math.abs(weight) / most, 2);
      fill(slices[slice].cells[place], { class: weight < 0 ? "fn-map-cell-minus" : "fn-map-cell-plus", "fill-opacity": strength }, []);
    }));
    drawing.setAttribute("aria-label", `The 32 slices of filter ${k}, each with what it adds at this pixel`);
  };
  return {
    element: drawing,
    show(k, convolution, parts) {
      if (drawn !== k) paint(k, convolution);
      drawn = k;
      const marked = new Set([...largest(parts, 1), ...largest(parts, -1)]);
      slices.forEach(({ edge, number }, slice) => {
        edge.setAttribute("class", marked.has(slice) ? "fn-map-cell-edge fn-map-cell-mark" : "fn-map-cell-edge");
        number.textContent = inWords(parts[slice]);
      });
    },
  };
}

function secondConvolution({ k, at, before }, { layers }, slices) {
  const parts = contributions(layers[2], before, k, at);
  slices.show(k, layers[2], parts);
  const words = sumInWords(parts, layers[2].bias[k], "The 32 parts");
  const note = "One slice of 3 × 3 weights for each map of the layer before: green adds, orange takes away. Under it, what it adds at this pixel.";
  return { title: `How the pixel comes about: the 32 slices of filter ${k}`, children: [html("p", { class: "fn-plot-note" }, note), slices.element], words };
}

function pooling({ k, at: [row, column], before, value }) {
  const [, width, depth] = before.shape;
  const places = [[0, 0], [0, 1], [1, 0], [1, 1]];
  const four = places.map(([down, right]) => before.values[((2 * row + down) * width + 2 * column + right) * depth + k]);
  const label = `Rows ${2 * row} and ${2 * row + 1}, columns ${2 * column} and ${2 * column + 1} of map ${k} before it`;
  const square = numberSquare(four, { mark: four.indexOf(Math.max(...four)), label });
  const words = `${label}. The largest of the four is ${inWords(value)}.`;
  return { title: "How the pixel comes about: the largest of four", children: [square], words };
}

const HOW = [firstConvolution, pooling, secondConvolution, pooling];

function createHow() {
  const title = html("p", { class: "fn-plot-title" });
  const body = html("div", { class: "fn-map-how" });
  const words = html("p");
  const slices = createSlices();
  return {
    element: html("div", { class: "fn-plot" }, title, body, words),
    show(seen, network) {
      const how = HOW[seen.layer](seen, network, slices);
      title.textContent = how.title;
      body.replaceChildren(...how.children);
      words.textContent = how.words;
    },
  };
}

function createAnswer() {
  const table = answerTable({ title: "The network’s answer" });
  const words = html("p", { class: "fn-plot-note" });
  return {
    element: html("div", { class: "fn-plot" }, html("p", { class: "fn-plot-title" }, "What the last layer makes of it"), words, table.element),
    show(seen) {
      words.textContent = answerInWords(seen);
      table.show(seen.probabilities, seen.label);
    },
  };
}

// ---------------------------------------------------------------- controls

function createLayers(view) {
  const buttons = STAGES.map(({ kind, maps, side }, layer) => button(view, {
    label: `${layer} ${kind}`, hint: `${maps} × ${side} × ${side}`, press: () => view.set({ layer, map: 0, pixel: [] }),
  }));
  const row = buttonRow("Layer", buttons);
  row.classList.add("fn-map-layers");
  return {
    element: row,
    show: ({ layer }) => buttons.forEach((one, k) => one.press(k === layer)),
  };
}

/** The two sliders for the pixel of a layer whose maps are `side` pixels high and wide. */
function createPlace(view, side, lookNow) {
  const last = side - 1;
  const scale = { place: (value) => value / last, value: (place) => Math.round(place * last) };
  const controls = ["Row", "Column"].map((label, axis) => slider(view, {
    label, min: 0, max: last, step: 1, scale, places: last, whole: true,
    write: (value) => view.set({ pixel: lookNow().at.map((place, n) => (n === axis ? value : place)) }),
  }));
  return {
    element: html("div", { class: "fn-map-place" }, ...controls.map(({ element }) => element)),
    show: (at) => controls.forEach((control, axis) => control.show(at[axis])),
  };
}

function createPixel(view, lookNow) {
  const places = STAGES.map(({ side }) => createPlace(view, side, lookNow));
  const strongest = button(view, { label: "Go to the strongest", press: () => view.set({ pixel: [] }) });
  return {
    element: html("div", { class: "fn-map-pixel" }, ...places.map(({ element }) => element), buttonRow("Pixel", [strongest])),
    show({ layer, at }) {
      places.forEach(({ element }, n) => { element.hidden = n !== layer; });
      places[layer].show(at);
    },
  };
}

function introduction({ layers }) {
  const count = layers.reduce((sum, { kernel, bias }) => sum + (kernel ? kernel.length + bias.length : 0), 0);
  const what = html("strong", {}, `A trained network of ${plainDigits(count, 0)} parameters looks at a digit.`);
  return html("p", { class: "fn-intro" }, what, " Choose a digit, a layer, one of its maps, and click a pixel of it. Layers, maps, rows and columns count from 0, as in Python.");
}

function render({ model, el }) {
  const view = createView({ model, el }, { label: "Look at feature maps", traits: ["digit", "layer", "map", "pixel"] });
  const network = createNetwork(model);
  const lookNow = () => look(view.state(), network);
  const chooser = digitChooser(view, { ...network, choose: (digit) => view.set({ digit, pixel: [] }) });
  const tiles = createTiles(view, (map) => view.set({ map, pixel: [] }));
  const parts = [createLayers(view), tiles, createLarge(view), createDigit(), createPixel(view, lookNow), createHow(), createAnswer()];
  const [layers, , large, digit, pixel, how, answer] = parts;
  const status = statusLine(view);
  const pictures = html("div", { class: "fn-map-pictures" }, large.element, digit.element);
  view.root.append(
    introduction(network), chooser.element, layers.element,
    html("div", { class: "fn-plots" }, tiles.element, html("div", { class: "fn-plot" }, pictures, pixel.element)),
    status.element, html("div", { class: "fn-plots" }, how.element, answer.element),
  );
  view.draw = () => {
    const seen = lookNow();
    chooser.show(seen.digit);
    for (const part of parts) part.show(seen, network);
    status.show(describe(seen, network));
  };
  view.draw();
  return view.cleanup;
}

export default { render };
