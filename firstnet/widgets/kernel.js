const SIDE = 28; // pixels of a digit
const ROWS = 3; // of the kernel
const WEIGHTS = 10; // the largest weight, either way
const BIASES = 500;
const NOTHING = 1e-9; // a sum this small is 0, but for rounding
const [ALIKE, LIKE] = [0.999, 0.8]; // the cosine from which on a kernel is a pattern, or is like one
const [CLEAR, FAINT] = [0.5, 0.15]; // of the largest sum, either way
const ORANGE = [255, 180, 110]; // on black, in both themes
const PATTERNS = [
  {
    preset: "as it is", kernel: [0, 0, 0, 0, 1, 0, 0, 0, 0],
    looks: "It takes the pixel in the middle and nothing else, so the picture stays as it is.",
  },
  {
    preset: "left edge", kernel: [-1, 0, 1, -1, 0, 1, -1, 0, 1],
    looks: "It looks for a left edge: paper on the left, ink on the right.", finds: ["a left edge", "a right edge"],
  },
  {
    preset: "right edge", kernel: [1, 0, -1, 1, 0, -1, 1, 0, -1],
    looks: "It looks for a right edge: ink on the left, paper on the right.", finds: ["a right edge", "a left edge"],
  },
  {
    preset: "top edge", kernel: [-1, -1, -1, 0, 0, 0, 1, 1, 1],
    looks: "It looks for a top edge: paper above, ink below.", finds: ["a top edge", "a bottom edge"],
  },
  {
    preset: "outline", kernel: [-1, -1, -1, -1, 8, -1, -1, -1, -1],
    looks: "It looks for a pixel with more ink than the eight around it: outlines, ends, thin strokes.",
    finds: ["a pixel with more ink than those around it", "a pixel with less ink than those around it"],
  },
  {
    preset: "blur", kernel: Array(9).fill(1 / 9),
    looks: "It adds all nine pixels alike, so that edges become soft.",
  },
  {
    preset: "sharpen", kernel: [0, -1, 0, -1, 5, -1, 0, -1, 0],
    looks: "It takes the middle five times and its four neighbours away, so that edges become sharper.",
  },
  {
    preset: "emboss", kernel: [-2, -1, 0, -1, 1, 1, 0, 1, 2],
    looks: "It keeps the pixel, and adds an edge with paper at the upper left and ink at the lower right, as if light fell on it from there.",
  },
  {
    kernel: [1, 1, 1, 0, 0, 0, -1, -1, -1],
    looks: "It looks for a bottom edge: ink above, paper below.", finds: ["a bottom edge", "a top edge"],
  },
  {
    kernel: [-1, 2, -1, -1, 2, -1, -1, 2, -1],
    looks: "It looks for a thin upright stroke.", finds: ["a thin upright stroke", "an upright gap"],
  },
  {
    kernel: [-1, -1, -1, 2, 2, 2, -1, -1, -1],
    looks: "It looks for a thin level stroke.", finds: ["a thin level stroke", "a level gap"],
  },
];

// ---------------------------------------------------------------- the arithmetic

/** In how many places a kernel of three rows can stand, of `SIDE` rows with a frame. */
export function outputSize({ stride, padding }) {
  return Math.floor((SIDE + 2 * padding - ROWS) / stride) + 1;
}

/** The digit with a frame of zeros around it. */
function framedDigit(pixels, padding) {
  const wide = SIDE + 2 * padding;
  const framed = new Uint8Array(wide * wide);
  for (let row = 0; row < SIDE; row += 1) {
    framed.set(pixels.subarray(row * SIDE, (row + 1) * SIDE), (row + padding) * wide + padding);
  }
  return framed;
}

/** The nine pixels whose upper left one is at (top, left) of the framed digit. */
function patchAt(framed, wide, top, left) {
  return Array.from({ length: ROWS * ROWS }, (_, n) => framed[(top + Math.floor(n / ROWS)) * wide + left + (n % ROWS)]);
}

/** The sum of the products at every place, row by row, without the bias. */
export function convolve(pixels, kernel, { stride, padding }) {
  const wide = SIDE + 2 * padding;
  const side = outputSize({ stride, padding });
  const framed = framedDigit(pixels, padding);
  const sums = Float64Array.from({ length: side * side }, (_, place) => {
    const corner = stride * (Math.floor(place / side) * wide + (place % side));
    let sum = 0;
    for (let n = 0; n < ROWS * ROWS; n += 1) sum += kernel[n] * framed[corner + Math.floor(n / ROWS) * wide + (n % ROWS)];
    return Math.abs(sum) < NOTHING ? 0 : sum;
  });
  return { wide, side, framed, sums };
}

function throughRelu(sum, relu) {
  return relu && sum < 0 ? 0 : sum;
}

/** The traits, held to what there is, with the result and how the pixel that is looked at comes about. */
export function look(state, images) {
  const kernel = state.kernel.flat();
  const digit = images.subarray(state.digit * SIDE * SIDE, (state.digit + 1) * SIDE * SIDE);
  const { wide, side, framed, sums } = convolve(digit, kernel, state);
  const values = sums.map((sum) => throughRelu(sum + state.bias, state.relu));
  const top = values.indexOf(Math.max(...values));
  const at = state.pixel.length ? state.pixel.map((place) => Math.min(place, side - 1)) : [Math.floor(top / side), top % side];
  const place = at[0] * side + at[1];
  const [first, left] = at.map((where) => where * state.stride);
  const patch = patchAt(framed, wide, first, left);
  return {
    ...state, kernel, wide, side, framed, sums, values, at, first, left, patch,
    products: patch.map((pixel, n) => pixel * kernel[n]),
    sum: sums[place],
    value: values[place],
    lowest: Math.min(0, ...values),
    highest: Math.max(0, ...values),
  };
}

// ---------------------------------------------------------------- words

const inWords = (value) => formatNumber(round(value, 2), 2);
const placeInWords = ([row, column]) => `row ${row}, column ${column}`;
const product = (one, other) => one.reduce((sum, value, n) => sum + value * other[n], 0);

/** The pattern that nine weights are most like, and the cosine between the two. */
export function likest(weights) {
  const length = (values) => Math.sqrt(product(values, values));
  const likeness = ({ kernel }) => product(kernel, weights) / (length(kernel) * length(weights) || 1);
  const found = PATTERNS.map((pattern) => ({ pattern, likeness: likeness(pattern) }));
  return found.reduce((best, one) => (one.likeness > best.likeness ? one : best));
}

function looksInWords(kernel) {
  if (kernel.every((weight) => weight === 0)) return "All nine weights are 0, so nothing is left of the picture.";
  const { pattern, likeness } = likest(kernel);
  if (likeness >= ALIKE) return pattern.looks;
  if (likeness >= LIKE && pattern.finds) return `It looks for something like ${pattern.finds[0]}.`;
  if (likeness >= LIKE) return `It does much the same as the kernel “${pattern.preset}”.`;
  if (kernel.every((weight) => weight >= 0)) return "It adds pixels, some more than others, and takes none away.";
  if (kernel.every((weight) => weight <= 0)) return "It takes pixels away and adds none: the more ink, the lower the sum.";
  return "It is large where ink lies under its positive weights, and paper under its negative ones.";
}

/** What adding and taking away come to, as a verdict on the pattern that the kernel looks for. */
function verdict({ sum, sums, kernel }) {
  const { pattern, likeness } = likest(kernel);
  if (!pattern.finds || likeness < LIKE) return "";
  const most = sums.reduce((largest, one) => Math.max(largest, Math.abs(one)), 0);
  const part = Math.abs(sum) / most;
  if (sum === 0) return " They cancel: nothing of that kind is here.";
  const what = `${pattern.finds[sum > 0 ? 0 : 1]}`;
  if (part >= CLEAR) return ` So here is ${what}.`;
  return part >= FAINT ? ` So here is a faint sign of ${what}.` : ` So here is hardly a sign of ${what}.`;
}

function hereInWords(seen) {
  const { patch, kernel, products } = seen;
  if (kernel.every((weight) => weight === 0)) return "Every product is 0.";
  if (patch.every((pixel) => pixel === 0)) return "All nine pixels are paper there, so every product is 0.";
  const adds = products.reduce((sum, one) => sum + Math.max(0, one), 0);
  const takes = products.reduce((sum, one) => sum - Math.min(0, one), 0);
  if (kernel.every((weight) => weight >= 0)) return `The nine products add up to ${inWords(adds)}.`;
  return `What it adds is ${inWords(adds)}, what it takes away ${inWords(takes)}.${verdict(seen)}`;
}

/** What is happening now: what this kernel looks for, and what it finds at the place. */
export function describe(seen) {
  const total = seen.sum + seen.bias;
  const biased = seen.bias === 0 ? "" : ` With the bias that is ${inWords(total)}.`;
  const cut = seen.relu && total < 0 ? " ReLU makes it 0." : "";
  return {
    mood: seen.value === 0 ? "same" : "ready",
    headline: looksInWords(seen.kernel),
    detail: `At ${placeInWords(seen.at)} of the result stands ${inWords(seen.value)}. ${hereInWords(seen)}${biased}${cut}`,
  };
}

/** The nine products as a written sum, then the bias and ReLU. */
export function sumInWords({ products, sum, bias, relu }) {
  const shown = products.map((one) => round(one, 2));
  const exact = Math.abs(shown.reduce((total, one) => total + one, 0) - round(sum, 2)) < NOTHING && shown.every((one, n) => Math.abs(one - products[n]) < NOTHING);
  const written = `${formatSum(shown)} ${exact ? "=" : "≈"} ${inWords(sum)}.`;
  const biased = bias === 0 ? "" : ` With the bias of ${inWords(bias)} that is ${inWords(sum + bias)}.`;
  const cut = !relu ? "" : sum + bias < 0 ? " ReLU makes it 0." : " ReLU lets it through.";
  return written + biased + cut;
}

const EVERY = ["", "", "second", "third"];

/** How many rows the result has, and why. */
export function sizeInWords({ stride, padding }) {
  const wide = SIDE + 2 * padding;
  const places = wide - ROWS + 1;
  const side = outputSize({ stride, padding });
  const frame = padding ? `With ${padding} ${padding === 1 ? "row" : "rows"} of zeros on either side, ${SIDE} rows become ${wide}. ` : "";
  const stand = `The kernel’s first row can stand on ${wide} − ${ROWS} + 1 = ${places} of the ${wide} rows`;
  const uses = stride > 1 ? `. It uses every ${EVERY[stride]} of them: ${side}.` : ".";
  return `${frame}${stand}${uses} So ${SIDE} × ${SIDE} becomes ${side} × ${side}.`;
}

// ---------------------------------------------------------------- pictures

/** The colour of a value: black is 0, white the largest; below 0 it is orange. */
function colourOf(value, most) {
  const strength = most > 0 ? Math.min(1, Math.abs(value) / most) : 0;
  return (value < 0 ? ORANGE : [255, 255, 255]).map((part) => Math.round(part * strength));
}

/** A canvas for a square of values, and a frame over some of its pixels. */
function createPicture() {
  const canvas = html("canvas", { class: "fn-grey", width: 1, height: 1, role: "img" });
  const frame = html("div", { class: "fn-kernel-frame", "aria-hidden": "true" });
  const pad = html("div", { class: "fn-kernel-pad" }, canvas, frame);
  const context = canvas.getContext("2d");
  return {
    pad,
    name: (text) => canvas.setAttribute("aria-label", text),
    show(values, side, most) {
      if (canvas.width !== side) Object.assign(canvas, { width: side, height: side });
      const drawn = context.createImageData(side, side);
      for (let place = 0; place < side * side; place += 1) drawn.data.set([...colourOf(values[place], most), 255], 4 * place);
      context.putImageData(drawn, 0, 0);
    },
    frame: (top, left, size, side) => position(frame, { top, left, size, side }),
  };
}

function position(node, { top, left, size, side }) {
  const part = (value) => `${round((100 * value) / side, 3)}%`;
  Object.assign(node.style, { top: part(top), left: part(left), width: part(size), height: part(size) });
}

function plot(kind, title, note, ...children) {
  return html("div", { class: `fn-plot fn-kernel-${kind}` }, html("p", { class: "fn-plot-title" }, title), html("p", { class: "fn-plot-note" }, note), ...children);
}

/** Moves to the pixel under a mouse that no button holds, and under a click. */
function followPointer(view, pad, { side, moveTo }) {
  const go = (event) => {
    const box = pad.getBoundingClientRect();
    const place = (at, from, size) => clamp(Math.floor((side() * (at - from)) / size), 0, side() - 1);
    moveTo([place(event.clientY, box.top, box.height), place(event.clientX, box.left, box.width)]);
  };
  view.listen(pad, "pointermove", (event) => { if (event.pointerType === "mouse" && event.buttons === 0) go(event); });
  view.listen(pad, "click", go);
}

/** Chooses a pixel of the result, unless it is chosen already. */
function chooser(view, lookNow) {
  return (pixel) => {
    const { side } = lookNow();
    const held = pixel.map((place) => clamp(place, 0, side - 1));
    if (held.join() !== view.state().pixel.join()) view.set({ pixel: held });
  };
}

function createInput(view, lookNow) {
  const { pad, name, show, frame } = createPicture();
  const edge = html("div", { class: "fn-kernel-edge", "aria-hidden": "true" });
  const note = html("span");
  const choose = chooser(view, lookNow);
  pad.append(edge);
  followPointer(view, pad, {
    side: () => lookNow().wide,
    moveTo: (middle) => choose(middle.map((place) => Math.round((place - 1) / view.state().stride))),
  });
  return {
    element: plot("input", "The digit", note, pad),
    show(seen, labels) {
      show(seen.framed, seen.wide, 255);
      frame(seen.first, seen.left, ROWS, seen.wide);
      edge.hidden = seen.padding === 0;
      position(edge, { top: seen.padding, left: seen.padding, size: SIDE, side: seen.wide });
      note.textContent = seen.padding ? `${SIDE} × ${SIDE}, and outside the dashed line zeros.` : `${SIDE} × ${SIDE}, black 0, white 255.`;
      const last = (first) => first + ROWS - 1 - seen.padding;
      name(`The digit ${labels[seen.digit]}. The kernel lies on rows ${seen.first - seen.padding} to ${last(seen.first)} and columns ${seen.left - seen.padding} to ${last(seen.left)}`);
    },
  };
}

function createLegend() {
  const bar = html("span", { class: "fn-kernel-scale" });
  const [low, high] = [html("span"), html("span")];
  return {
    element: html("div", { class: "fn-kernel-legend", "aria-hidden": "true" }, low, bar, high),
    show({ lowest, highest }) {
      const most = Math.max(-lowest, highest);
      const zero = most > 0 ? round((100 * -lowest) / (highest - lowest), 2) : 0;
      const [first, last] = [lowest, highest].map((value) => `rgb(${colourOf(value, most).join()})`);
      bar.style.background = `linear-gradient(to right, ${first}, black ${zero}%, ${last})`;
      low.textContent = inWords(lowest);
      high.textContent = inWords(highest);
    },
  };
}

/** How the values are drawn: one scale for what is above and what is below 0; the legend has its ends. */
function coloursInWords({ lowest, highest, side }) {
  const size = `${side} × ${side}`;
  if (lowest === 0 && highest === 0) return `${size}, all 0 and so all black.`;
  if (lowest === 0) return `${size}, black 0, white ${inWords(highest)}.`;
  return `${size}: black 0, white above, orange below.`;
}

function createOutput(view, lookNow) {
  const { pad, name, show, frame } = createPicture();
  const handle = html("div", { class: "fn-kernel-handle", role: "slider", tabindex: 0, "aria-label": "Place in the result; the arrow keys move it", "aria-valuemin": 0 });
  const note = html("span");
  const legend = createLegend();
  const choose = chooser(view, lookNow);
  pad.append(handle);
  const cell = () => pad.clientWidth / lookNow().side;
  dragOn(view, {
    handle, surface: pad,
    at: () => [...lookNow().at].reverse().map((place) => cell() * (place + 0.5)),
    moveTo: (x, y) => choose([Math.floor(y / cell()), Math.floor(x / cell())]),
  });
  followPointer(view, pad, { side: () => lookNow().side, moveTo: choose });
  arrowKeys(view, handle, (right, up) => {
    const { at } = lookNow();
    choose([at[0] - up, at[1] + right]);
  });
  return {
    element: plot("output", "The result", note, pad, legend.element),
    show(seen) {
      const { side, at, value } = seen;
      show(seen.values, side, Math.max(-seen.lowest, seen.highest));
      frame(...at, 1, side);
      Object.assign(handle.style, { top: `${round((100 * (at[0] + 0.5)) / side, 3)}%`, left: `${round((100 * (at[1] + 0.5)) / side, 3)}%` });
      fill(handle, { "aria-valuemax": side * side - 1, "aria-valuenow": at[0] * side + at[1], "aria-valuetext": `${placeInWords(at)}: ${inWords(value)}` }, []);
      note.textContent = coloursInWords(seen);
      legend.show(seen);
      name(`The result, ${side} × ${side} numbers from ${inWords(seen.lowest)} to ${inWords(seen.highest)}`);
    },
  };
}

// ---------------------------------------------------------------- the kernel on its nine pixels

function createCell(view, n, write) {
  const [row, column] = [Math.floor(n / ROWS), n % ROWS];
  const pixel = html("span", { class: "fn-kernel-pixel" });
  const result = html("span", { class: "fn-kernel-product" });
  const field = numberField(view, {
    label: `Weight, row ${row}, column ${column}`, min: -WEIGHTS, max: WEIGHTS, step: 1, hidden: true, write: (weight) => write(n, weight),
  });
  const element = html("div", { class: "fn-kernel-cell" }, pixel, field.element, result);
  return {
    element,
    note: field.note,
    show({ kernel, patch, products, first, left, padding }) {
      const grey = patch[n];
      const isFrame = [first + row, left + column].some((place) => place < padding || place >= padding + SIDE);
      pixel.textContent = `${grey} ·`;
      pixel.dataset.is = isFrame ? "frame" : "digit";
      Object.assign(pixel.style, { background: `rgb(${grey}, ${grey}, ${grey})`, color: grey > 117 ? "black" : "white" });
      field.show(kernel[n]);
      element.dataset.is = kernel[n] > 0 ? "plus" : kernel[n] < 0 ? "minus" : "none";
      result.textContent = `= ${inWords(products[n])}`;
    },
  };
}

function createGrid(view) {
  const write = (n, weight) => view.set({
    kernel: view.state().kernel.map((row, r) => row.map((old, c) => (r * ROWS + c === n ? weight : old))),
  });
  const cells = Array.from({ length: ROWS * ROWS }, (_, n) => createCell(view, n, write));
  const grid = html("div", { class: "fn-kernel-grid", role: "group", "aria-label": "The kernel’s nine weights" }, ...cells.map(({ element }) => element));
  const note = html("span");
  return {
    element: plot("middle", "The kernel on nine pixels", note, grid, ...cells.map((cell) => cell.note)),
    show(seen) {
      note.textContent = "Pixel · weight = product. Type other weights.";
      for (const cell of cells) cell.show(seen);
    },
  };
}

// ---------------------------------------------------------------- controls

function createPresets(view) {
  const presets = PATTERNS.filter(({ preset }) => preset);
  const buttons = presets.map(({ preset, kernel }) => button(view, {
    label: preset, press: () => view.set({ kernel: [0, 3, 6].map((from) => kernel.slice(from, from + ROWS)) }),
  }));
  return {
    element: buttonRow("Kernels to try", buttons, { caption: "Kernel" }),
    show: ({ kernel }) => buttons.forEach((one, n) => one.press(presets[n].kernel.every((weight, k) => weight === kernel[k]))),
  };
}

function aDigit(digit) {
  return `${digit === 8 ? "an" : "a"} ${digit}`;
}

function createDigits(view, labels) {
  const options = labels.map((label, number) => [number, labels.length > new Set(labels).size ? `${aDigit(label)}, number ${number}` : aDigit(label)]);
  const { element, show } = selectField(view, { label: "Digit", options, write: (digit) => view.set({ digit }) });
  return { element, show: ({ digit }) => show(digit) };
}

/** Stride and padding; a pixel that was chosen stays about where it is in the digit. */
function createSteps(view, lookNow) {
  const change = (changes) => {
    const { pixel, stride, padding } = view.state();
    const next = { stride, padding, ...changes };
    const last = outputSize(next) - 1;
    const move = (place) => clamp(Math.round((place * stride - padding + next.padding) / next.stride), 0, last);
    view.set({ ...changes, pixel: pixel.length ? lookNow().at.map(move) : [] });
  };
  const fields = {
    stride: selectField(view, { label: "Stride", options: [1, 2, 3].map((size) => [size, String(size)]), write: (stride) => change({ stride }) }),
    padding: selectField(view, { label: "Padding", options: [[0, "0, “valid”"], [1, "1, “same” at stride 1"], [2, "2, “full”"]], write: (padding) => change({ padding }) }),
  };
  const words = html("p", { class: "fn-kernel-size" });
  return {
    element: html("div", { class: "fn-kernel-steps" }, html("div", { class: "fn-row" }, fields.stride.element, fields.padding.element), words),
    show(seen) {
      for (const [name, field] of Object.entries(fields)) field.show(seen[name]);
      words.textContent = sizeInWords(seen);
    },
  };
}

function createAfter(view) {
  const scale = linearScale(-BIASES, BIASES, 5);
  const bias = slider(view, { label: "Bias", min: -BIASES, max: BIASES, step: 5, scale, places: (2 * BIASES) / 5, write: (value) => view.set({ bias: value }) });
  const relu = checkField(view, { label: "ReLU", write: (checked) => view.set({ relu: checked }) });
  return {
    element: html("div", { class: "fn-kernel-after" }, bias.element, relu.element),
    show(seen) {
      bias.show(seen.bias);
      relu.show(seen.relu);
    },
  };
}

function createSum(view) {
  const words = html("p", { class: "fn-kernel-sum" });
  const largest = button(view, { label: "Go to the largest", press: () => view.set({ pixel: [] }) });
  return {
    element: html("div", { class: "fn-kernel-sums" }, words, largest.element),
    show(seen) { words.textContent = sumInWords(seen); },
  };
}

function introduction() {
  const what = html("strong", {}, "A kernel of nine weights slides over a digit.");
  return html("p", { class: "fn-intro" }, what, " Paper is 0 and drawn black, ink goes up to 255 and is drawn white. Point at a pixel of the result, or move there with the arrow keys: below stands where its number comes from. Rows and columns count from 0, as in Python.");
}

function render({ model, el }) {
  const traits = ["digit", "kernel", "bias", "relu", "stride", "padding", "pixel"];
  const view = createView({ model, el }, { label: "Slide a kernel over a digit", traits });
  const images = bytesOf(model.get("images"));
  const labels = model.get("labels");
  const lookNow = () => look(view.state(), images);
  const [digits, presets, input, grid, output] = [createDigits(view, labels), createPresets(view), createInput(view, lookNow), createGrid(view), createOutput(view, lookNow)];
  const [sum, after, steps, status] = [createSum(view), createAfter(view), createSteps(view, lookNow), statusLine(view)];
  view.root.append(
    introduction(), html("div", { class: "fn-row" }, digits.element), presets.element,
    html("div", { class: "fn-kernel-frames" }, html("div", { class: "fn-kernel-pictures" }, input.element, grid.element, output.element)),
    sum.element, status.element, after.element, steps.element,
  );
  view.draw = () => {
    const seen = lookNow();
    for (const part of [digits, presets, input, grid, output, sum, after, steps]) part.show(seen, labels);
    status.show(describe(seen));
  };
  view.draw();
  return view.cleanup;
}

export default { render };
