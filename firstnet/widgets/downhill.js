const SQUARE = [[-2, 2], [-1, 3]]; // of w₁, of w₂: what the map shows
const RATES = [1e-4, 1];
const MOST_STEPS = 60;
const LOSS_LIMIT = 1e12;
const NOTHING = 1e-12; // a loss this small is the minimum, but for rounding
const EXAMPLE_START = [-0.234, 0.675];
const PRESETS = [
  { label: "the article’s 0.05", rate: () => 0.05, steps: 1 },
  { label: "stable", rate: (limit) => 0.123 * limit, steps: 20 },
  { label: "one step", rate: (limit) => 0.5 * limit, steps: 1 },
  { label: "diverges", rate: (limit) => 1.025 * limit, steps: 20 },
];

// ---------------------------------------------------------------- what is derived from the traits

function stand(w, x, y) {
  const prediction = w[0] * x[0] + w[1] * x[1];
  const error = prediction - y;
  return { w, prediction, error, loss: error ** 2 };
}

/** Where the walk stands after 0, 1, 2 … steps; it ends early where the loss passes a trillion. */
export function walk({ x, y, start, learningRate, steps }) {
  const path = [stand(start, x, y)];
  while (path.length <= steps && path.at(-1).loss <= LOSS_LIMIT) {
    const { w, error } = path.at(-1);
    path.push(stand(w.map((weight, i) => weight - learningRate * 2 * error * x[i]), x, y));
  }
  return path;
}

function squaredLength(x) {
  return x[0] ** 2 + x[1] ** 2;
}

/** The learning rate above which each step makes this one sample's loss larger: 1/|x|². */
export function stabilityLimit(x) {
  return 1 / squaredLength(x);
}

/** What one step multiplies the error by: 1 − 2·rate·|x|². */
export function errorFactor({ x, learningRate }) {
  return 1 - 2 * learningRate * squaredLength(x);
}

function isDrawn(w) {
  return w.every((weight, i) => SQUARE[i][0] <= weight && weight <= SQUARE[i][1]);
}

// ---------------------------------------------------------------- words

function compare(before, after) {
  const ratio = after / before;
  if (Math.abs(ratio - 1) < 1e-6) return "as large as before";
  return ratio > 1 ? `${formatTimes(ratio)} worse` : `${formatTimes(1 / ratio)} better`;
}

function inWords(loss) {
  return formatNumber(loss, loss < 0.1 ? 4 : 2);
}

function headline(path, y) {
  const n = path.length - 1;
  const { prediction, loss } = path[n];
  if (path[0].loss < NOTHING) return `Step ${n}: the loss is 0, there is nothing to correct.`;
  if (n === 0) {
    const said = `the neuron says ${inWords(prediction)} and should say ${formatNumber(y)}`;
    return `Before step 1: ${said}, so the loss is ${inWords(loss)}.`;
  }
  const before = path[n - 1].loss;
  if (before < NOTHING) return `Step ${n}: the loss stays 0.`;
  if (loss < NOTHING) return `Step ${n}: the loss went from ${inWords(before)} to 0.`;
  return `Step ${n}: the loss went from ${inWords(before)} to ${inWords(loss)}, ${compare(before, loss)}.`;
}

function rateInWords({ x, learningRate }, path) {
  const rate = formatNumber(learningRate);
  if (path.length === 1) return `Will a step with the learning rate ${rate} make it better or worse? Press Step.`;
  const factor = errorFactor({ x, learningRate });
  if (Math.abs(factor) < 1e-9) return `With ${rate} one step lands on the minimum: the loss is 0.`;
  const stable = `The step is stable ${factor < 1e-9 - 1 ? "only " : ""}below ${formatNumber(stabilityLimit(x))}.`;
  const multiplies = `Each step multiplies the error by ${formatNumber(factor, Math.abs(factor) < 10 ? 2 : 0)}`;
  if (factor < -1 - 1e-9) return `${multiplies}: it jumps across the valley and lands farther away. ${stable}`;
  if (factor < -1 + 1e-9) return `${multiplies}: it jumps to and fro and never comes closer. ${stable}`;
  if (factor < 0) return `${multiplies}: it jumps across the valley, but lands closer. ${stable}`;
  return `${multiplies}: it comes closer without crossing the valley. ${stable}`;
}

function whereabouts(path, steps) {
  const n = path.length - 1;
  const stopped = path[n].loss > LOSS_LIMIT;
  const times = compare(path[0].loss, path[n].loss).replace(" worse", "");
  const words = [];
  if (stopped) words.push(`The walk stops here: the loss is ${times} the loss at the start.`);
  else if (!isDrawn(path[n].w)) words.push("The weights have left the map: the arrow points to where they went.");
  if (!stopped && steps >= MOST_STEPS) words.push(`${MOST_STEPS} steps are the most this page takes.`);
  return words;
}

/** What is happening now: one sentence of facts, the reason, and a mood for the sign beside them. */
export function describe(state) {
  const path = walk(state);
  const n = path.length - 1;
  const change = n === 0 ? 0 : path[n].loss - path[n - 1].loss;
  const still = path[0].loss < NOTHING || (n > 0 && Math.abs(change) <= 1e-6 * path[n - 1].loss);
  const moved = change > 0 ? "worse" : "better";
  return {
    mood: still ? "same" : n === 0 ? "ready" : moved,
    headline: headline(path, state.y),
    detail: [rateInWords(state, path), ...whereabouts(path, state.steps)].join(" "),
  };
}

// ---------------------------------------------------------------- the map of the loss

function mapFrame(width) {
  const inner = { left: 34, top: 8, size: Math.max(120, width - 42) };
  const scale = inner.size / (SQUARE[0][1] - SQUARE[0][0]);
  return {
    ...inner,
    scale,
    width,
    height: inner.size + 50,
    toPixel: (w) => [(w[0] - SQUARE[0][0]) * scale, (SQUARE[1][1] - w[1]) * scale], // within the square
    toWeight: (px, py) => [SQUARE[0][0] + px / scale, SQUARE[1][1] - py / scale],
  };
}

function axisName(x, y, text, turn = "") {
  return svg("text", { x, y, "text-anchor": "middle", transform: turn }, text);
}

function mapAxes(frame) {
  const { left, top, size, scale } = frame;
  const bottom = top + size;
  const axes = svg("g");
  for (let k = 0; k <= 4; k += 1) {
    const along = k * scale;
    axes.append(
      axisName(left + along, bottom + 17, formatNumber(SQUARE[0][0] + k)),
      svg("text", { x: left - 7, y: bottom - along + 4, "text-anchor": "end" }, formatNumber(SQUARE[1][0] + k)),
    );
  }
  axes.append(axisName(left + size / 2, bottom + 36, "weight w₁"));
  axes.append(axisName(10, top + size / 2, "weight w₂", `rotate(-90 10 ${top + size / 2})`));
  return axes;
}

/** Losses whose contours lie far enough apart to be told apart: 2, 10, 20, 50 … */
function contourLosses(pixelsPerError, reach) {
  const chosen = [];
  let last = 0;
  for (let k = -6; k < 19; k += 1) {
    const loss = [1, 2, 5][(k + 6) % 3] * 10 ** Math.floor(k / 3);
    const away = Math.sqrt(loss) * pixelsPerError;
    if (away > reach) break;
    if (away - last < 15) continue;
    chosen.push({ loss, away });
    last = away;
  }
  return chosen;
}

/** Pixels as the loss sees them: how far up the slope the middle of the square lies, and which way is up. */
function slopeFrame(frame, { x, y }) {
  const length = Math.sqrt(squaredLength(x));
  const middle = frame.toWeight(frame.size / 2, frame.size / 2);
  const { error } = stand(middle, x, y);
  return {
    up: [x[0] / length, -x[1] / length],
    foot: frame.toPixel(middle.map((weight, i) => weight - (error * x[i]) / length ** 2)),
    height: (error / length) * frame.scale,
    pixelsPerError: frame.scale / length,
  };
}

/** Bands, contours and valley, in axes turned so that the first one climbs; cut to just more than the square. */
function surface(frame, state) {
  const slope = slopeFrame(frame, state);
  const { up, height, pixelsPerError } = slope;
  const half = 0.75 * frame.size;
  const contours = contourLosses(pixelsPerError, Math.abs(height) + half);
  const turned = [...up, -up[1], up[0], frame.size / 2, frame.size / 2].join(" ");
  const group = svg("g", { transform: `matrix(${turned})` });
  const band = (from, to, opacity) => {
    const [low, high] = [from, to].map((u) => clamp(u - height, -half, half));
    const place = { x: low, y: -half, width: high - low, height: 2 * half };
    if (low < high) group.append(svg("rect", { class: "fn-hill", "fill-opacity": opacity, ...place }));
  };
  const line = (u, name) => {
    const at = u - height;
    if (Math.abs(at) < half) group.append(svg("line", { class: name, x1: at, x2: at, y1: -half, y2: half }));
  };
  contours.forEach(({ away }, k) => {
    const next = contours[k + 1]?.away ?? Infinity;
    band(away, next, (k + 1) / contours.length);
    band(-next, -away, (k + 1) / contours.length);
  });
  for (const { away } of contours) [away, -away].forEach((u) => line(u, "fn-contour"));
  line(0, "fn-valley");
  return svg("g", {}, group, ...mapNames(frame, { ...slope, contours }));
}

/** Where the line through `point` in the direction `along` runs within the square, inset by `inset`. */
function chord(point, along, size, inset) {
  let range = [-Infinity, Infinity];
  for (const i of [0, 1]) {
    if (Math.abs(along[i]) < 1e-9) {
      if (point[i] < inset || point[i] > size - inset) return undefined;
      continue;
    }
    const ends = [(inset - point[i]) / along[i], (size - inset - point[i]) / along[i]].sort((a, b) => a - b);
    range = [Math.max(range[0], ends[0]), Math.min(range[1], ends[1])];
  }
  return range[0] < range[1] ? range : undefined;
}

function mapNames({ size }, { foot, up, contours }) {
  let along = [-up[1], up[0]];
  if (along[0] < 0) along = along.map((part) => -part);
  const names = [];
  for (const { loss, away } of contours) {
    for (const u of [away, -away]) {
      const point = [foot[0] + u * up[0], foot[1] + u * up[1]];
      const ends = chord(point, along, size, 15);
      if (!ends || ends[1] - ends[0] < 30) continue;
      const at = u === away ? ends[1] : ends[0];
      names.push(svg("text", {
        class: "fn-on-map", x: point[0] + at * along[0], y: point[1] + at * along[1] + 4, "text-anchor": "middle",
      }, formatNumber(loss)));
    }
  }
  const ends = chord(foot, along, size, 12);
  if (ends) {
    const climbsUp = along[0] * up[1] - along[1] * up[0] < 0; // the name goes to the other side
    const turn = (Math.atan2(along[1], along[0]) * 180) / Math.PI;
    names.push(svg("text", {
      class: "fn-valley-name", "text-anchor": "end", y: climbsUp ? 17 : -8,
      transform: `translate(${foot[0] + ends[1] * along[0]} ${foot[1] + ends[1] * along[1]}) rotate(${turn})`,
    }, "valley: loss 0"));
  }
  return names;
}

// ---------------------------------------------------------------- the path on the map

/** Pixels of a point of the path; far outside, it stays on the path's line but within reach of SVG. */
function pathPixel(frame, { x }, { w, error }) {
  const length = Math.sqrt(squaredLength(x));
  const excess = error / length - clamp(error / length, -20, 20);
  return frame.toPixel(w.map((weight, i) => weight - (excess * x[i]) / length));
}

function isInside([px, py], size) {
  return px >= 0 && py >= 0 && px <= size && py <= size;
}

/** The bend of the hop from a to b: to its left, so that the way there and back can be told apart. */
function bend(a, b) {
  const [right, down] = [b[0] - a[0], b[1] - a[1]];
  const length = Math.hypot(right, down) || 1;
  const height = Math.min(0.3 * length, 36) / length;
  return [(a[0] + b[0]) / 2 + down * height, (a[1] + b[1]) / 2 - right * height];
}

function alongHop([a, c, b], t) {
  return [0, 1].map((i) => (1 - t) ** 2 * a[i] + 2 * t * (1 - t) * c[i] + t ** 2 * b[i]);
}

function arrowHead([px, py], [fromX, fromY]) {
  const angle = (Math.atan2(py - fromY, px - fromX) * 180) / Math.PI;
  const transform = `translate(${px} ${py}) rotate(${angle})`;
  return svg("path", { class: "fn-arrow", d: "M1 0L-13 -7L-10 0L-13 7Z", transform });
}

/** The arrow where a hop leaves the square: the last t within it, found by halving. */
function exitArrow(hop, size) {
  let [inside, outside] = [0, 1];
  for (let k = 0; k < 40; k += 1) {
    const t = (inside + outside) / 2;
    if (isInside(alongHop(hop, t), size)) inside = t;
    else outside = t;
  }
  return arrowHead(alongHop(hop, inside), alongHop(hop, Math.max(0, inside - 0.01)));
}

function hopElement(a, b, size) {
  const hop = [a, bend(a, b), b];
  const d = `M${a[0]} ${a[1]}Q${hop[1][0]} ${hop[1][1]} ${b[0]} ${b[1]}`;
  const lines = [svg("path", { class: "fn-halo", d }), svg("path", { class: "fn-hop", d, pathLength: 1 })];
  const group = svg("g", {}, ...lines);
  if (isInside(a, size) && !isInside(b, size)) group.append(exitArrow(hop, size));
  return group;
}

function dotElement([px, py], name) {
  const circle = svg("circle", { class: "fn-dot", r: name === undefined ? 3.75 : 9.5 });
  const dot = svg("g", { transform: `translate(${px} ${py})` }, circle);
  if (name !== undefined) dot.append(svg("text", { class: "fn-dot-name" }, name));
  return dot;
}

/** Which dots have room for their number: the start and the newest first, then in order. */
function namedDots(pixels) {
  const named = [];
  const order = [0, pixels.length - 1, ...pixels.keys()];
  for (const n of order) {
    const room = named.every((m) => Math.hypot(pixels[m][0] - pixels[n][0], pixels[m][1] - pixels[n][1]) > 21);
    if (room && (n < 10 || n === pixels.length - 1)) named.push(n);
  }
  return new Set(named);
}

function hopElements(pixels, size, fresh) {
  const hops = [];
  for (let n = 1; n < pixels.length; n += 1) {
    const [from, to] = [pixels[n - 1], pixels[n]];
    if (isInside(from, size) || isInside(to, size)) hops.push(hopElement(from, to, size));
  }
  hops.reverse().forEach((hop, age) => hop.setAttribute("opacity", clamp(1.8 - 0.08 * age, 0.35, 1)));
  if (fresh) hops[0]?.setAttribute("class", "fn-fresh");
  return hops.reverse();
}

function dotElements(pixels, size) {
  const named = namedDots(pixels);
  const last = pixels.length - 1;
  const shown = [...pixels.keys()].slice(1).filter((n) => isInside(pixels[n], size));
  shown.sort((m, n) => named.has(m) - named.has(n)); // numbers lie on top
  return shown.map((n) => {
    const dot = dotElement(pixels[n], named.has(n) ? n : undefined);
    if (n === last) dot.setAttribute("class", "fn-now");
    return dot;
  });
}

function pathElement(frame, state, path, fresh) {
  const pixels = path.map((place) => pathPixel(frame, state, place));
  return svg("g", {}, ...hopElements(pixels, frame.size, fresh), ...dotElements(pixels, frame.size));
}

// ---------------------------------------------------------------- the curve of the loss

const LOWEST_POWER = -4; // smaller losses are drawn at the foot of the curve
const POWER_NAMES = {
  [LOWEST_POWER]: "≈ 0", 6: "million", 9: "billion", 12: "trillion", 15: "10¹⁵", 18: "10¹⁸",
};

function powerInWords(power) {
  return POWER_NAMES[power] ?? formatNumber(10 ** power);
}

function curveFrame(width, height, path) {
  const powers = path.map(({ loss }) => Math.log10(Math.max(loss, 10 ** LOWEST_POWER)));
  const low = Math.min(-1, Math.max(LOWEST_POWER, Math.floor(Math.min(...powers))));
  const high = Math.max(3, Math.ceil(Math.max(...powers) + 0.05));
  const most = [10, 20, 30, 40, 60].find((count) => path.length - 1 <= count) ?? MOST_STEPS;
  const box = { left: 58, top: 8, right: width - 14, bottom: height - 42 };
  const across = (n) => box.left + 12 + ((box.right - box.left - 24) * n) / most;
  const up = (power) => box.bottom - 8 - ((box.bottom - box.top - 8) * (power - low)) / (high - low);
  const pixels = powers.map((power, n) => [across(n), up(power)]);
  return { ...box, low, high, every: high - low > 9 ? 3 : 1, most, across, up, pixels };
}

function curveAxes({ left, top, right, bottom, low, high, every, most, across, up }) {
  const axes = svg("g");
  for (let power = low; power <= high; power += 1) {
    if (every === 3 && power % 3 !== 0) continue;
    axes.append(
      svg("line", { class: "fn-grid", x1: left, x2: right, y1: up(power), y2: up(power) }),
      svg("text", { x: left - 7, y: up(power) + 4, "text-anchor": "end" }, powerInWords(power)),
    );
  }
  for (let n = 0; n <= most; n += most > 10 ? most / 5 : 2) axes.append(axisName(across(n), bottom + 17, n));
  axes.append(axisName((left + right) / 2, bottom + 36, "steps taken"));
  axes.append(svg("rect", { class: "fn-frame", x: left, y: top, width: right - left, height: bottom - top }));
  return axes;
}

function curveElement(frame, path) {
  const { pixels, left, right } = frame;
  const last = pixels.length - 1;
  const height = pixels[0][1];
  const d = `M${pixels.map((pixel) => pixel.join(" ")).join("L")}`;
  const group = svg("g", {}, svg("line", { class: "fn-start-line", x1: left, x2: right, y1: height, y2: height }));
  const name = { class: "fn-on-map", x: right - 6, y: height - 6, "text-anchor": "end" };
  group.append(svg("text", name, "loss at the start"));
  group.append(svg("path", { class: "fn-hop", d }));
  pixels.forEach((pixel, n) => group.append(dotElement(pixel, last <= 10 ? n : undefined)));
  group.lastChild.setAttribute("class", "fn-now");
  return group;
}

// ---------------------------------------------------------------- the parts of the view

function createMap(view) {
  const drawing = svg("svg", { class: "fn-map", role: "group", "aria-label": "Map of the loss over the two weights" });
  const axes = svg("g", { "aria-hidden": "true" });
  const square = svg("svg", { "aria-hidden": "true" });
  const ground = svg("g");
  const trail = svg("g");
  const frameLine = svg("rect", { class: "fn-frame" });
  const handle = svg("g", {
    class: "fn-handle", tabindex: 0, role: "slider", "aria-label": "Start: the two weights before the first step",
    "aria-valuemin": SQUARE[0][0], "aria-valuemax": SQUARE[0][1],
  });
  const rings = [svg("circle", { class: "fn-reach", r: 22 }), svg("circle", { class: "fn-ring", r: 14 })];
  handle.append(...rings, dotElement([0, 0], 0));
  square.append(ground, trail);
  drawing.append(axes, square, frameLine, handle);
  let frame = mapFrame(320);
  let drawn = "";
  let stepsDrawn = 0;

  const moveStart = (w) => view.set({ start: w.map((weight, i) => clamp(round(weight, 3), ...SQUARE[i])) });
  const start = () => view.state().start;
  dragOn(view, {
    handle,
    surface: drawing,
    at: () => frame.toPixel(start()).map((pixel, i) => pixel + [frame.left, frame.top][i]),
    moveTo: (px, py) => moveStart(frame.toWeight(px - frame.left, py - frame.top)),
  });
  arrowKeys(view, handle, (right, up) => moveStart([start()[0] + 0.05 * right, start()[1] + 0.05 * up]));

  function layGround(state) {
    const key = [frame.width, ...state.x, state.y].join();
    if (key === drawn) return;
    drawn = key;
    const { left, top, size, width, height } = frame;
    sizeDrawing(drawing, width, height);
    for (const part of [square, frameLine]) fill(part, { x: left, y: top, width: size, height: size }, []);
    ground.replaceChildren(surface(frame, state));
    axes.replaceChildren(mapAxes(frame));
  }

  return {
    drawing,
    resize: (width) => { frame = mapFrame(width); return frame.height; },
    show(state, path) {
      layGround(state);
      const fresh = path.length - 1 === stepsDrawn + 1;
      stepsDrawn = path.length - 1;
      trail.replaceChildren(pathElement(frame, state, path, fresh));
      const [px, py] = frame.toPixel(state.start);
      handle.setAttribute("transform", `translate(${px + frame.left} ${py + frame.top})`);
      handle.setAttribute("aria-valuenow", state.start[0]);
      const [w1, w2] = state.start.map((weight) => formatNumber(weight));
      handle.setAttribute("aria-valuetext", `w₁ ${w1}, w₂ ${w2}`);
    },
  };
}

function createCurve() {
  const drawing = svg("svg", { role: "img" });
  const note = html("span");
  let size = [320, 240];
  return {
    drawing,
    note,
    resize: (width, height) => { size = [width, height]; },
    show(path) {
      const frame = curveFrame(...size, path);
      sizeDrawing(drawing, ...size);
      note.textContent = `Each line is ${frame.every === 3 ? "a thousand" : "ten"} times the one below it.`;
      const ends = [path[0], path.at(-1)].map(({ loss }) => inWords(loss));
      drawing.setAttribute("aria-label", `The loss after each step, from ${ends.join(" to ")}`);
      drawing.replaceChildren(curveAxes(frame), curveElement(frame, path));
    },
  };
}

function plot(title, note, drawing) {
  return html("div", { class: "fn-plot" },
    html("p", { class: "fn-plot-title" }, title), html("p", { class: "fn-plot-note" }, note), drawing);
}

function createPlots(view) {
  const map = createMap(view);
  const curve = createCurve();
  const element = html("div", { class: "fn-plots" },
    plot("The loss for every pair of weights", "Seen from above: the numbers are losses. Arrows are bent only to keep them apart.", map.drawing),
    plot("The loss after each step", curve.note, curve.drawing));
  watchWidth(view, element, (width) => {
    const half = element.firstChild.clientWidth;
    const height = map.resize(half);
    curve.resize(half, half < width ? height : Math.round(half * 0.62));
    view.redraw();
  });
  return { element, show: (state, path) => { map.show(state, path); curve.show(path); } };
}

const READOUT = [
  ["step", (place, n) => n],
  ["w₁", ({ w }) => formatNumber(w[0])],
  ["w₂", ({ w }) => formatNumber(w[1])],
  ["prediction", ({ prediction }) => formatNumber(prediction)],
  ["error", ({ error }) => formatNumber(error)],
  ["loss = error²", ({ loss }) => formatNumber(loss)],
];

function createReadout() {
  const values = READOUT.map(() => html("dd"));
  const pairs = READOUT.map(([name], k) => html("div", {}, html("dt", {}, name), values[k]));
  return {
    element: html("dl", { class: "fn-readout" }, ...pairs),
    show: (path) => READOUT.forEach(([, text], k) => values[k].replaceChildren(text(path.at(-1), path.length - 1))),
  };
}

function createTable(view) {
  const body = html("tbody");
  const head = html("tr", {}, ...READOUT.map(([name]) => html("th", { scope: "col" }, name)));
  const table = html("table", { class: "fn-table" }, html("thead", {}, head), body);
  const scroll = html("div", { class: "fn-scroll", tabindex: 0, role: "region", "aria-label": "All steps" }, table);
  const element = html("details", { class: "fn-details" }, html("summary", {}, "All steps as a table"), scroll);
  view.listen(element, "toggle", view.redraw);
  const row = (place, n) => html("tr", {}, ...READOUT.map(([, text], k) => (
    k === 0 ? html("th", { scope: "row" }, n) : html("td", {}, text(place, n)))));
  return { element, show: (path) => { if (element.open) body.replaceChildren(...path.map(row)); } };
}

function createRate(view) {
  const scale = logScale(...RATES);
  const control = slider(view, {
    label: "Learning rate", min: RATES[0], max: RATES[1], step: 0.0001, scale,
    write: (rate) => view.set({ learning_rate: rate }),
  });
  const zones = html("div", { class: "fn-zones", "aria-hidden": "true" });
  control.track.append(zones);
  const zone = (kind, from, to) => (
    html("div", { class: `fn-zone fn-zone-${kind}`, style: `left:${from}%;width:${to - from}%` }));
  const zoneName = (style, text) => html("span", { class: "fn-zone-name", style }, text);
  return {
    element: control.element,
    show({ learning_rate: rate, x }) {
      const limit = stabilityLimit(x);
      const [half, full] = [limit / 2, limit].map((value) => 100 * clamp(scale.place(value), 0, 1));
      const side = rate < limit ? "below" : "not below";
      control.show(rate, `${formatNumber(rate)}, ${side} the limit ${formatNumber(limit)}`);
      zones.replaceChildren(
        zone("better", 0, half), zone("cross", half, full), zone("worse", full, 100),
        zoneName("left:0", "better"), zoneName("right:0", "worse"),
      );
      if (full <= 0 || full >= 100) return;
      const name = zoneName(`left:${clamp(full, 32, 68)}%`, `limit ${formatNumber(limit)}`);
      name.classList.add("fn-limit-name");
      zones.append(html("span", { class: "fn-limit", style: `left:${full}%` }), name);
    },
  };
}

function createStart(view) {
  const fields = SQUARE.map(([min, max], i) => numberField(view, {
    label: `w${"₁₂"[i]}`, min, max, step: 0.001,
    write: (weight) => view.set({ start: view.state().start.map((old, k) => (k === i ? weight : old)) }),
  }));
  const caption = html("span", { class: "fn-caption", "aria-hidden": "true" }, "Start");
  const row = html("div", { class: "fn-row", role: "group", "aria-label": "Start" }, caption);
  row.append(...fields.map(({ element }) => element), ...fields.map(({ note }) => note));
  return {
    element: row,
    show: (state) => fields.forEach((field, i) => field.show(state.start[i])),
  };
}

function settings({ x, y, start, learning_rate: learningRate, steps }) {
  return { x, y, start, learningRate, steps };
}

function isOver(path) {
  return path.length > MOST_STEPS || path.at(-1).loss > LOSS_LIMIT;
}

function createSteps(view, path) {
  let target = MOST_STEPS;
  const takeStep = () => {
    if (isOver(path())) return false;
    view.set({ steps: path().length });
    return !isOver(path()) && path().length <= target && path().at(-1).loss >= NOTHING;
  };
  const running = runner(view, { interval: 260, tick: takeStep, onChange: () => view.redraw() });
  const runTo = (steps) => { target = steps; running.start(); };
  const run = () => {
    if (running.running()) return running.stop();
    if (isOver(path()) || path().at(-1).loss < NOTHING) view.set({ steps: 0 });
    return runTo(MOST_STEPS);
  };
  const step = button(view, { label: "Step", strong: true, press: () => { running.stop(); takeStep(); } });
  const runButton = button(view, { label: "Run", press: run });
  const reset = button(view, { label: "Reset", press: () => { running.stop(); view.set({ steps: 0 }); } });
  return {
    element: buttonRow("Walk", [step, runButton, reset]),
    runTo,
    stop: running.stop,
    show() {
      step.enable(!isOver(path()));
      runButton.rename(running.running() ? "Pause" : "Run");
    },
  };
}

function presetRate({ rate }, x) {
  return clamp(Number(rate(stabilityLimit(x)).toPrecision(12)), ...RATES);
}

function createPresets(view, steps) {
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  const choose = (preset) => {
    steps.stop();
    const rate = presetRate(preset, view.state().x);
    view.set({ start: EXAMPLE_START, learning_rate: rate, steps: still.matches ? preset.steps : 0 });
    if (!still.matches) steps.runTo(preset.steps);
  };
  const buttons = PRESETS.map((preset) => button(view, { label: preset.label, press: () => choose(preset) }));
  return {
    element: buttonRow("Learning rates to try", buttons, { caption: "Try" }),
    show: ({ learning_rate: rate, x }) => buttons.forEach((one, k) => (
      one.press(Math.abs(presetRate(PRESETS[k], x) / rate - 1) < 1e-9))),
  };
}

function introduction() {
  const rule = html("strong");
  const task = "Drag the start, choose a learning rate, take steps: can you bring the loss to 0?";
  const element = html("p", { class: "fn-intro" }, "One neuron: ", rule, ` ${task}`);
  const term = (input, k) => `${formatNumber(Math.abs(input))} · w${"₁₂"[k]}`;
  return {
    element,
    show({ x, y }) {
      const sign = x[1] < 0 ? "−" : "+";
      const first = x[0] < 0 ? "−" : "";
      const sum = `${first}${term(x[0], 0)} ${sign} ${term(x[1], 1)}`;
      rule.textContent = `prediction = ${sum}, which should be ${formatNumber(y)}.`;
    },
  };
}

function render({ model, el }) {
  const traits = ["x", "y", "start", "learning_rate", "steps"];
  const view = createView({ model, el }, { label: "Walk downhill", traits });
  const path = () => walk(settings(view.state()));
  const steps = createSteps(view, path);
  const parts = {
    intro: introduction(),
    presets: createPresets(view, steps),
    plots: createPlots(view),
    steps,
    rate: createRate(view),
    status: statusLine(view),
    readout: createReadout(),
    start: createStart(view),
    table: createTable(view),
  };
  const controls = html("div", { class: "fn-controls" }, parts.steps.element, parts.start.element);
  const { intro, presets, plots, rate, status, readout, table } = parts;
  view.root.append(intro.element, presets.element, controls,
    ...[plots, rate, status, readout, table].map((part) => part.element));
  view.draw = () => {
    const state = view.state();
    const places = path();
    for (const part of [intro, presets, rate, parts.start, steps]) part.show(state);
    for (const part of [readout, table]) part.show(places);
    plots.show(state, places);
    status.show(describe(settings(state)));
  };
  view.draw();
  return view.cleanup;
}

export default { render };
