const MAP = [-3, 3]; // what the maps show of w₁ and of w₂
const RATES = [1e-3, 1];
const LAST_SEED = 9999;
const MOST = { updates: 200, epochs: 20 };
const LOSS_LIMIT = 1e6; // above it a walk has run away
const NOTHING = 1e-12; // a height this small is the lowest point, but for rounding
const WINDOW = 32; // so many updates are looked at to tell whether a walk jitters
const EXAMPLE_START = [-1.5, 2];
const WALKERS = [
  { name: "batch 1", size: 1 },
  { name: "batch 8", size: 8 },
  { name: "batch 64", size: 64 },
  { name: "all rows", size: Infinity },
];
const PRESETS = [
  { label: "gentle", learning_rate: 0.02, compare: "epochs", count: 5 },
  { label: "noisy: batch 1 jitters", learning_rate: 0.15, compare: "epochs", count: 10 },
  { label: "too large for batch 1", learning_rate: 0.6, compare: "updates", count: 60 },
];

// ---------------------------------------------------------------- the order of the rows

/** The row numbers 0 to count − 1 in random order: Fisher and Yates’ shuffle, as in firstnet.network. */
export function shuffled(count, seed) {
  const random = mulberry32(seed);
  const order = [...Array(count).keys()];
  for (let last = count - 1; last > 0; last -= 1) {
    const chosen = Math.floor(random() * (last + 1));
    [order[last], order[chosen]] = [order[chosen], order[last]];
  }
  return order;
}

/** A function that tells the order of the rows in an epoch, counted from 0; each epoch has its own. */
export function shuffles(count, seed) {
  const known = [];
  return (epoch) => (known[epoch] ??= shuffled(count, seed + epoch));
}

// ---------------------------------------------------------------- the bowl

function mean(rows, value) {
  return rows.reduce((sum, row) => sum + value(row), 0) / rows.length;
}

/**
 * The mean squared error over both weights is a bowl: its lowest point, the loss there, and how it
 * curves. At w the loss is `floor` + across·d₁² + 2·both·d₁·d₂ + up·d₂² with d = w − lowest.
 */
export function bowl(rows) {
  const across = mean(rows, ([x1]) => x1 * x1);
  const both = mean(rows, ([x1, x2]) => x1 * x2);
  const up = mean(rows, ([, x2]) => x2 * x2);
  const pulls = [mean(rows, ([x1, , y]) => x1 * y), mean(rows, ([, x2, y]) => x2 * y)];
  const area = across * up - both ** 2;
  const lowest = [(up * pulls[0] - both * pulls[1]) / area, (across * pulls[1] - both * pulls[0]) / area];
  const floor = mean(rows, ([x1, x2, y]) => (lowest[0] * x1 + lowest[1] * x2 - y) ** 2);
  return { across, both, up, lowest, floor };
}

/** How far above the lowest point of the bowl the loss of the weights w lies. */
export function height({ across, both, up, lowest }, w) {
  const right = w[0] - lowest[0];
  const over = w[1] - lowest[1];
  return across * right ** 2 + 2 * both * right * over + up * over ** 2;
}

// ---------------------------------------------------------------- the walks

/** The mean of the gradients of some rows, the numbers of which are order[first] to order[end − 1]. */
function batchGradient(rows, order, first, end, w1, w2) {
  let down1 = 0;
  let down2 = 0;
  for (let place = first; place < end; place += 1) {
    const row = rows[order[place]];
    const error = w1 * row[0] + w2 * row[1] - row[2];
    down1 += 2 * error * row[0];
    down2 += 2 * error * row[1];
  }
  return [down1 / (end - first), down2 / (end - first)];
}

/** Where a walk stands after 0, 1, 2 … updates, and the rows it has read; it ends where it runs away. */
export function walk({ rows, start, learningRate, size, updates, orders, ground }) {
  const perEpoch = Math.ceil(rows.length / size) || 1;
  const batch = Math.min(size, rows.length);
  const path = [start];
  const heights = [height(ground, start)];
  let read = 0;
  for (let update = 0; update < updates && heights[update] <= LOSS_LIMIT; update += 1) {
    const first = batch * (update % perEpoch);
    const end = Math.min(first + batch, rows.length);
    const [w1, w2] = path[update];
    const slope = batchGradient(rows, orders(Math.floor(update / perEpoch)), first, end, w1, w2);
    path.push([w1 - learningRate * slope[0], w2 - learningRate * slope[1]]);
    heights.push(height(ground, path[update + 1]));
    read += end - first;
  }
  return { path, heights, read, perEpoch, ranAway: heights.at(-1) > LOSS_LIMIT };
}

/** All four walks of a state, and the bowl that they walk in. */
export function walks({ rows, start, learning_rate: learningRate, compare, count, seed }) {
  const ground = bowl(rows);
  const orders = shuffles(rows.length, seed);
  const walkers = WALKERS.map(({ name, size }) => {
    const perEpoch = Math.ceil(rows.length / size) || 1;
    const updates = Math.min(count, MOST[compare]) * (compare === "epochs" ? perEpoch : 1);
    return { name, ...walk({ rows, start, learningRate, size, updates, orders, ground }) };
  });
  return { ground, walkers };
}

function taken({ path }) {
  return path.length - 1;
}

// ---------------------------------------------------------------- words

function exactly(number) {
  return plainDigits(number, 0);
}

function plural(number, noun) {
  return `${exactly(number)} ${noun}${number === 1 ? "" : "s"}`;
}

function capital(name) {
  return name[0].toUpperCase() + name.slice(1);
}

function inWords(value) {
  return formatNumber(value, value < 0.1 ? 4 : 2);
}

function joined(parts) {
  return parts.length < 2 ? parts.join("") : `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}`;
}

function headline({ ground, walkers }, compare, count) {
  if (count === 0) {
    const loss = inWords(ground.floor + walkers[0].heights[0]);
    return `All four stand at the same place, where the loss is ${loss}.`;
  }
  const after = walkers.some(({ ranAway }) => ranAway) ? "After up to" : "After";
  if (compare === "epochs") {
    const each = walkers.map((walker) => `${walker.name} took ${exactly(taken(walker))}`);
    return `${after} ${plural(count, "epoch")}: ${each[0]} updates, ${joined(each.slice(1))}.`;
  }
  const each = walkers.map(({ name, read }) => `${name} ${exactly(read)}`);
  return `${after} ${plural(count, "update")} each, rows read: ${joined(each)}.`;
}

function whoRanAway(walkers, rate) {
  const gone = walkers.filter(({ ranAway }) => ranAway);
  if (gone.length === 0) return [];
  const each = gone.map((walker) => `${walker.name} after ${plural(taken(walker), "update")}`);
  const who = gone.length === WALKERS.length ? "All four ran" : "Ran";
  return [`${who} away: ${joined(each)}. The loss passed a million, so we stopped. A learning rate of ${formatNumber(rate)} is too large for ${gone.length > 1 ? "them" : "it"}.`];
}

function whoIsNearest(walkers) {
  const left = walkers.filter(({ ranAway }) => !ranAway);
  if (left.length === 0) return [];
  const nearest = left.reduce((best, one) => (one.heights.at(-1) < best.heights.at(-1) ? one : best));
  const above = nearest.heights.at(-1) < NOTHING ? "which stands on it" : `${inWords(nearest.heights.at(-1))} above it`;
  return [`Nearest to the lowest point: ${nearest.name}, ${above}.`];
}

/** How many of the last updates led uphill: a walk straight down has none, a walk on the spot about half. */
export function uphill(heights) {
  const last = heights.slice(-WINDOW - 1);
  return last.filter((here, n) => n > 0 && here > last[n - 1]).length;
}

function whoJitters(walkers) {
  const found = walkers.find((one) => !one.ranAway && taken(one) >= WINDOW && uphill(one.heights) >= WINDOW / 4);
  if (!found) return [];
  return [`${capital(found.name)} jitters: ${uphill(found.heights)} of its last ${WINDOW} updates led uphill.`];
}

function isOnMap(w) {
  return w.every((weight) => MAP[0] <= weight && weight <= MAP[1]);
}

function whoLeft(walkers) {
  const names = walkers.filter((one) => !one.ranAway && !isOnMap(one.path.at(-1))).map(({ name }) => name);
  if (names.length === 0) return [];
  return [`${capital(joined(names))} left the map.`];
}

/** What is happening now: one sentence of facts, the reason, and a mood for the sign beside them. */
export function describe(state, { ground, walkers } = walks(state)) {
  const { compare, learning_rate: rate } = state;
  const count = Math.min(state.count, MOST[compare]);
  const which = `With the learning rate ${formatNumber(rate)}, which will be lowest after`;
  const question = compare === "epochs" ? `${which} one epoch? Press Epoch.` : `${which} 20 updates? Press Step.`;
  const more = count < MOST[compare] ? [] : [`${MOST[compare]} ${compare} are the most this page takes.`];
  const parts = [whoRanAway(walkers, rate), whoIsNearest(walkers), whoJitters(walkers), whoLeft(walkers), more];
  const mood = count === 0 ? "ready" : walkers.some(({ ranAway }) => ranAway) ? "worse" : "better";
  return {
    mood,
    headline: headline({ ground, walkers }, compare, count),
    detail: count === 0 ? question : parts.flat().join(" "),
  };
}

// ---------------------------------------------------------------- one map

function mapFrame(width) {
  const size = Math.max(80, width - 26);
  const scale = size / (MAP[1] - MAP[0]);
  const far = (pixel) => clamp(pixel, -1e4, 1e4); // within reach of SVG
  return {
    left: 22,
    top: 4,
    size,
    width,
    height: size + 24,
    scale,
    toPixel: (w) => [far((w[0] - MAP[0]) * scale), far((MAP[1] - w[1]) * scale)],
    toWeight: (px, py) => [MAP[0] + px / scale, MAP[1] - py / scale],
  };
}

function mapAxes({ left, top, size, scale }) {
  const axes = svg("g", { "aria-hidden": "true" });
  for (const weight of [MAP[0], 0, MAP[1]]) {
    const along = (weight - MAP[0]) * scale;
    const name = formatNumber(weight);
    axes.append(
      svg("text", { x: left + along, y: top + size + 16, "text-anchor": "middle" }, name),
      svg("text", { x: left - 5, y: top + size - along + 4, "text-anchor": "end" }, name),
    );
  }
  return axes;
}

/** The bowl's two main directions as a turn, and how steeply it climbs along each. */
function mainDirections({ across, both, up }) {
  const middle = (across + up) / 2;
  const spread = Math.hypot((across - up) / 2, both);
  const turn = (0.5 * Math.atan2(2 * both, across - up) * 180) / Math.PI;
  return { turn, steep: middle + spread, flat: middle - spread };
}

/** Rings of equal loss around the lowest point, as far apart as ten of them need to reach the corners. */
function surface(frame, ground) {
  const { turn, steep, flat } = mainDirections(ground);
  const corners = [[MAP[0], MAP[0]], [MAP[0], MAP[1]], [MAP[1], MAP[0]], [MAP[1], MAP[1]]];
  const apart = Math.sqrt(Math.max(...corners.map((corner) => height(ground, corner)))) / 10;
  const [x, y] = frame.toPixel(ground.lowest);
  const rings = svg("g", { transform: `translate(${round(x, 2)} ${round(y, 2)}) rotate(${round(-turn, 3)})` });
  for (let ring = 10; ring > 0; ring -= 1) {
    const [rx, ry] = [steep, flat].map((curve) => round((ring * apart * frame.scale) / Math.sqrt(curve), 2));
    rings.append(svg("ellipse", { class: "fn-level", rx, ry, style: `--fn-level: ${10 * (ring - 1)}%` }));
  }
  const cross = svg("path", { class: "fn-lowest", d: "M-6 0H6M0 -6V6", transform: `translate(${x} ${y})` });
  return [svg("rect", { class: "fn-level", width: frame.size, height: frame.size, style: "--fn-level: 100%" }), rings, cross];
}

function trailElements(frame, { path }) {
  const tenth = (pixel) => Math.round(10 * pixel) / 10;
  const pixels = path.map(frame.toPixel).map(([px, py]) => [tenth(px), tenth(py)]);
  const d = `M${pixels.join("L")}`;
  const dots = pixels.length > 40 ? [] : pixels.slice(1, -1);
  const [x, y] = pixels.at(-1);
  const halo = pixels.length > 400 ? [] : [svg("path", { class: "fn-trail-halo", d })]; // a tangle needs none
  return [
    ...halo,
    svg("path", { class: "fn-trail", d }),
    ...dots.map(([cx, cy]) => svg("circle", { class: "fn-trail-dot", cx, cy, r: 2.25 })),
    svg("circle", { class: "fn-trail-dot fn-trail-end", cx: x, cy: y, r: 4.5 }),
  ];
}

function startHandle(first) {
  const spoken = {
    tabindex: 0, role: "slider", "aria-label": "Start: the two weights before the first update",
    "aria-valuemin": MAP[0], "aria-valuemax": MAP[1],
  };
  const handle = svg("g", { class: "fn-handle", ...(first ? spoken : { "aria-hidden": "true" }) });
  handle.append(svg("circle", { class: "fn-reach", r: 20 }), svg("circle", { class: "fn-ring", r: 9 }));
  return handle;
}

function createMap(view, { name }, k) {
  const label = `Map of the loss over the two weights, walked with ${name}`;
  const drawing = svg("svg", { class: "fn-map", role: "group", "aria-label": label });
  const axes = svg("g");
  const square = svg("svg", { "aria-hidden": "true" });
  const [ground, trail] = [svg("g"), svg("g")];
  const edge = svg("rect", { class: "fn-frame" });
  const handle = startHandle(k === 0);
  square.append(ground, trail);
  drawing.append(axes, square, edge, handle);
  let frame = mapFrame(200);
  let drawn = "";

  const moveStart = (w) => view.set({ start: w.map((weight) => clamp(round(weight, 2), ...MAP)) });
  const start = () => view.state().start;
  dragOn(view, {
    handle,
    surface: drawing,
    at: () => frame.toPixel(start()).map((pixel, i) => pixel + [frame.left, frame.top][i]),
    moveTo: (px, py) => moveStart(frame.toWeight(px - frame.left, py - frame.top)),
  });
  if (k === 0) arrowKeys(view, handle, (right, up) => moveStart([start()[0] + 0.05 * right, start()[1] + 0.05 * up]));

  function layGround(bowlShown) {
    const key = [frame.width, ...Object.values(bowlShown)].join();
    if (key === drawn) return;
    drawn = key;
    const { left, top, size, width } = frame;
    sizeDrawing(drawing, width, frame.height);
    for (const part of [square, edge]) fill(part, { x: left, y: top, width: size, height: size }, []);
    ground.replaceChildren(...surface(frame, bowlShown));
    axes.replaceChildren(mapAxes(frame));
  }

  const count = html("span", { class: "fn-taken" });
  const swatch = svg("svg", { class: "fn-swatch", viewBox: "0 0 28 8", "aria-hidden": "true" }, svg("path", { class: "fn-curve", d: "M1 4H27" }));
  const title = html("p", { class: "fn-plot-title" }, swatch, ` ${capital(name)}`, count);
  return {
    element: html("div", { class: `fn-walker fn-walker-${k}` }, title, drawing),
    resize: (width) => { frame = mapFrame(width); },
    show({ start: [w1, w2] }, bowlShown, walker) {
      layGround(bowlShown);
      trail.replaceChildren(...trailElements(frame, walker));
      const [px, py] = frame.toPixel([w1, w2]);
      handle.setAttribute("transform", `translate(${px + frame.left} ${py + frame.top})`);
      if (k === 0) fill(handle, { "aria-valuenow": w1, "aria-valuetext": `w₁ ${formatNumber(w1)}, w₂ ${formatNumber(w2)}` }, []);
      count.textContent = walker.ranAway ? "ran away" : plural(taken(walker), "update");
    },
  };
}

// ---------------------------------------------------------------- the four curves

const LOWEST_POWER = -4; // what lies lower is drawn at the foot
const SPANS = { updates: [10, 20, 50, 100, 200], epochs: [2, 5, 10, 20] };
const MOST_POINTS = 250;

function curveFrame(width, tall, walkers, { compare, count }) {
  const power = (value) => Math.log10(Math.max(value, 10 ** LOWEST_POWER));
  const low = Math.floor(power(Math.min(0.1, ...walkers.map(({ heights }) => Math.min(...heights)))));
  const high = Math.ceil(power(Math.max(10, ...walkers.map(({ heights }) => Math.max(...heights)))));
  const most = SPANS[compare].find((span) => count <= span) ?? MOST[compare];
  const frame = graphFrame({ width, height: tall, x: [0, most], y: [low, high], left: 56 });
  return { ...frame, power, low, high, most, every: high - low > 7 ? 2 : 1 };
}

function curveAxes(frame, compare) {
  const { left, top, right, bottom, low, high, most, every, across, up } = frame;
  const axes = svg("g", { "aria-hidden": "true" });
  for (let power = low; power <= high; power += every) {
    const name = power === LOWEST_POWER ? "≈ 0" : formatNumber(10 ** power);
    axes.append(
      svg("line", { class: "fn-grid", x1: left, x2: right, y1: up(power), y2: up(power) }),
      svg("text", { x: left - 7, y: up(power) + 4, "text-anchor": "end" }, name),
    );
  }
  const below = (x, drop, text) => svg("text", { x, y: bottom + drop, "text-anchor": "middle" }, text);
  const ticks = most === 2 ? [0, 1, 2] : [0, 1, 2, 3, 4, 5].map((part) => (part * most) / 5);
  axes.append(...ticks.map((tick) => below(across(tick), 17, formatNumber(tick))));
  axes.append(below((left + right) / 2, 36, `${compare} taken, each walk`));
  axes.append(svg("rect", { class: "fn-frame", x: left, y: top, width: right - left, height: bottom - top }));
  return axes;
}

/** The points of a curve; of a long walk every so many, and always the last. */
function curvePoints({ heights, perEpoch }, compare) {
  const every = Math.ceil(heights.length / MOST_POINTS);
  const points = [];
  heights.forEach((value, n) => {
    if (n % every === 0 || n === heights.length - 1) points.push([compare === "epochs" ? n / perEpoch : n, value]);
  });
  return points;
}

function curveElement(frame, walker, k, compare) {
  const points = curvePoints(walker, compare).map(([x, value]) => [x, frame.power(value)]);
  const [x, y] = points.at(-1);
  const end = svg("circle", { class: "fn-trail-dot", cx: round(frame.across(x), 1), cy: round(frame.up(y), 1), r: 4 });
  return svg("g", { class: `fn-walker-${k}` }, svg("path", { class: "fn-curve", d: graphLine(frame, points) }), end);
}

function createCurves() {
  const drawing = svg("svg", { role: "img" });
  const note = html("p", { class: "fn-plot-note" });
  let size = [320, 260];
  return {
    element: html("div", { class: "fn-plot" },
      html("p", { class: "fn-plot-title" }, "Height above the lowest point"),
      note, drawing),
    resize: (width) => { size = [width, Math.round(clamp(0.78 * width, 240, 330))]; },
    show({ compare, count }, { walkers }) {
      const frame = curveFrame(...size, walkers, { compare, count: Math.min(count, MOST[compare]) });
      sizeDrawing(drawing, ...size);
      const times = frame.every === 1 ? "ten" : "a hundred";
      note.textContent = `The loss, less the loss at the lowest point. Each line is ${times} times the one below it.`;
      const ends = walkers.map(({ name, heights }) => `${name} ${inWords(heights.at(-1))}`);
      drawing.setAttribute("aria-label", `Height above the lowest point against ${compare}. It ends at: ${joined(ends)}`);
      drawing.replaceChildren(curveAxes(frame, compare), ...walkers.map((one, k) => curveElement(frame, one, k, compare)));
    },
  };
}

// ---------------------------------------------------------------- the numbers

const COLUMNS = [
  ["walk", ({ name }) => name],
  ["updates", (walker) => exactly(taken(walker))],
  ["rows read", ({ read }) => exactly(read)],
  ["loss", ({ heights }, floor) => formatNumber(floor + heights.at(-1), 3)],
  ["height", ({ heights }) => inWords(heights.at(-1))],
];

function createNumbers() {
  const body = html("tbody");
  const head = html("tr", {}, ...COLUMNS.map(([name]) => html("th", { scope: "col" }, name)));
  const table = html("table", { class: "fn-table fn-stands", "aria-label": "Where each walk stands" }, html("thead", {}, head), body);
  const row = (walker, floor) => html("tr", {}, ...COLUMNS.map(([, text], k) => (
    k === 0 ? html("th", { scope: "row" }, text(walker)) : html("td", {}, text(walker, floor)))));
  return {
    element: table,
    show: ({ ground, walkers }) => body.replaceChildren(...walkers.map((one) => row(one, ground.floor))),
  };
}

function createPictures(view) {
  const maps = WALKERS.map((walker, k) => createMap(view, walker, k));
  const curves = createCurves();
  const numbers = createNumbers();
  curves.element.append(numbers.element);
  const grid = html("div", { class: "fn-walkers" }, ...maps.map(({ element }) => element));
  const note = html("p", { class: "fn-plot-note" }, "w₁ goes across, w₂ up. Darker is higher; the cross marks the lowest point. Drag the ring to start elsewhere.");
  const left = html("div", { class: "fn-plot" },
    html("p", { class: "fn-plot-title" }, "The same bowl four times, seen from above"), note, grid);
  const element = html("div", { class: "fn-plots" }, left, curves.element);
  watchWidth(view, element, () => {
    maps.forEach((map) => map.resize(maps[0].element.clientWidth));
    curves.resize(curves.element.clientWidth);
    view.redraw();
  });
  return {
    element,
    show(state, found) {
      maps.forEach((map, k) => map.show(state, found.ground, found.walkers[k]));
      curves.show(state, found);
      numbers.show(found);
    },
  };
}

// ---------------------------------------------------------------- controls

function createCompare(view, stop) {
  const choose = (compare) => {
    stop();
    view.set({ compare, count: Math.min(view.state().count, MOST[compare]) });
  };
  const buttons = Object.keys(MOST).map((name) => button(view, { label: name, press: () => choose(name) }));
  return {
    element: buttonRow("Compare after the same number of", buttons, { caption: "Compare after the same number of" }),
    show: ({ compare }) => buttons.forEach((one, k) => one.press(Object.keys(MOST)[k] === compare)),
  };
}

function createWalk(view) {
  const isOver = ({ compare, count }, { walkers }) => (
    count >= MOST[compare] || (count > 0 && walkers.every(({ ranAway }) => ranAway)));
  const isOverNow = () => isOver(view.state(), walks(view.state()));
  let target = MOST.updates;
  const advance = () => {
    if (isOverNow()) return false;
    view.set({ count: view.state().count + 1 });
    return view.state().count < target && !isOverNow();
  };
  const pace = { updates: 70, epochs: 300 }; // milliseconds
  let running = { stop() {}, running: () => false };
  const runTo = (count) => {
    running.stop();
    target = count;
    running = runner(view, { interval: pace[view.state().compare], tick: advance, onChange: () => view.redraw() });
    running.start();
  };
  const run = () => {
    if (running.running()) return running.stop();
    if (isOverNow()) view.set({ count: 0 });
    return runTo(MOST[view.state().compare]);
  };
  const stop = () => { if (running.running()) running.stop(); };
  const step = button(view, { label: "Step", strong: true, press: () => { stop(); advance(); } });
  const runButton = button(view, { label: "Run", press: run });
  const reset = button(view, { label: "Reset", press: () => { stop(); view.set({ count: 0 }); } });
  const reorder = button(view, {
    label: "Other order",
    press: () => view.set({ seed: (view.state().seed + 1) % (LAST_SEED + 1) }),
  });
  return {
    element: buttonRow("Walk", [step, runButton, reset, reorder]),
    runTo,
    stop,
    show(state, found) {
      step.rename(state.compare === "epochs" ? "Epoch" : "Step");
      step.enable(!isOver(state, found));
      runButton.rename(running.running() ? "Pause" : "Run");
    },
  };
}

function createPresets(view, walking) {
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  const choose = ({ learning_rate, compare, count }) => {
    walking.stop();
    view.set({ start: EXAMPLE_START, seed: 0, learning_rate, compare, count: still.matches ? count : 0 });
    if (!still.matches) walking.runTo(count);
  };
  const buttons = PRESETS.map((preset) => button(view, { label: preset.label, press: () => choose(preset) }));
  return {
    element: buttonRow("Settings to try", buttons, { caption: "Try" }),
    show: (state) => buttons.forEach((one, k) => (
      one.press(PRESETS[k].learning_rate === state.learning_rate && PRESETS[k].compare === state.compare))),
  };
}

function createStart(view) {
  const fields = [0, 1].map((i) => numberField(view, {
    label: `w${"₁₂"[i]}`, min: MAP[0], max: MAP[1], step: 0.01,
    write: (weight) => view.set({ start: view.state().start.map((old, k) => (k === i ? weight : old)) }),
  }));
  const caption = html("span", { class: "fn-caption", "aria-hidden": "true" }, "Start");
  const row = html("div", { class: "fn-row", role: "group", "aria-label": "Start" }, caption);
  row.append(...fields.map(({ element }) => element), ...fields.map(({ note }) => note));
  return { element: row, show: ({ start }) => fields.forEach((field, i) => field.show(start[i])) };
}

function createRate(view) {
  const control = slider(view, {
    label: "Learning rate", min: RATES[0], max: RATES[1], step: 0.001, scale: logScale(...RATES), places: 300,
    write: (rate) => view.set({ learning_rate: rate }),
  });
  return { element: control.element, show: ({ learning_rate: rate }) => control.show(rate) };
}

function introduction() {
  const rule = html("strong");
  return {
    element: html("p", { class: "fn-intro" }, rule, " The same start and the same learning rate: only the number of rows behind each update differs."),
    show: ({ rows }) => { rule.textContent = `One neuron, two weights, ${rows.length} rows.`; },
  };
}

function render({ model, el }) {
  const traits = ["rows", "start", "learning_rate", "compare", "count", "seed"];
  const view = createView({ model, el }, { label: "Walk with batches", traits });
  const walking = createWalk(view);
  const parts = [introduction(), createPresets(view, walking), createCompare(view, walking.stop), walking,
    createStart(view), createRate(view)];
  const [intro, presets, compare, , start, rate] = parts;
  const pictures = createPictures(view);
  const status = statusLine(view);
  const controls = html("div", { class: "fn-controls" }, walking.element, start.element);
  view.root.append(intro.element, presets.element, compare.element, controls, rate.element, status.element, pictures.element);
  view.draw = () => {
    const state = view.state();
    const found = walks(state);
    for (const part of parts) part.show(state, found);
    pictures.show(state, found);
    status.show(describe(state, found));
  };
  view.draw();
  return view.cleanup;
}

export default { render };
