const LAST_SEED = 9999;
const SIDES = [4, 5, 6, 7, 8, 9, 10, 11, 12, 13];
const SPEEDS = [1, 10]; // steps in a second
const MOST_STEPS = 144;
const DIGIT = [ // a small handwritten 4, averaged down to 13 × 13 grey values from 0 to 9
  "0000000000000", "0000024200000", "0000148300000", "0000277200000", "0000385113200", "0002684467500", "0002697897300",
  "0001478985000", "0000025862000", "0000017730000", "0000038410000", "0000024200000", "0000000000000",
].map((row) => [...row].map(Number));
const PRESETS = [
  { label: "7 × 7, an odd map", source: "random", side: 7, mode: "pool", kind: "max", size: 2, stride: 2 },
  { label: "13 × 13 to 6 × 6", source: "digit", side: 13, mode: "pool", kind: "max", size: 2, stride: 2 },
  { label: "13 × 13 to 169", source: "digit", side: 13, mode: "flatten" },
];

// ---------------------------------------------------------------- the map

function table(side, value) {
  return Array.from({ length: side }, (_, row) => Array.from({ length: side }, (__, column) => value(row, column)));
}

/** The numbers of the map, row by row. */
export function mapOf({ source, side, seed, map }) {
  if (source === "own" && map.length) return map;
  if (source === "ramp") return table(side, (row, column) => row * side + column);
  const first = Math.floor((DIGIT.length - side) / 2);
  if (source === "digit") return table(side, (row, column) => DIGIT[first + row][first + column]);
  const random = mulberry32(seed);
  return table(side, () => Math.floor(10 * random()));
}

// ---------------------------------------------------------------- the arithmetic

/** Along one side of `n` numbers: how many windows fit, and how many numbers are left over at the end. */
export function fit(n, { size, stride }) {
  const places = Math.floor((n - size) / stride) + 1;
  return { places, left: n - (places - 1) * stride - size };
}

/** The numbers under the window at (row, column) of the result. */
export function windowAt(map, { size, stride }, row, column) {
  return map.slice(row * stride, row * stride + size).flatMap((line) => line.slice(column * stride, column * stride + size));
}

const total = (numbers) => numbers.reduce((sum, one) => sum + one, 0);
const POOL = {
  max: (numbers) => Math.max(...numbers),
  average: (numbers) => total(numbers) / numbers.length,
};

/** The result, row by row. */
export function pool(map, state) {
  const [down, across] = [fit(map.length, state).places, fit(map[0].length, state).places];
  return Array.from({ length: down }, (_, row) => (
    Array.from({ length: across }, (__, column) => POOL[state.kind](windowAt(map, state, row, column)))));
}

/** The traits, held to what there is, with the map and all that becomes of it. */
export function look(state) {
  const map = mapOf(state);
  const [rows, columns] = [map.length, map[0].length];
  const [down, across] = [fit(rows, state), fit(columns, state)];
  const steps = state.mode === "flatten" ? rows : down.places * across.places;
  const step = Math.min(state.step, steps);
  const last = step - 1;
  return {
    ...state, map, rows, columns, down, across, steps, step,
    result: pool(map, state),
    at: [Math.floor(last / across.places), last % across.places], // the place of the result that came last
  };
}

// ---------------------------------------------------------------- words

const inWords = (value) => formatNumber(round(value, 2), 2);
const equals = (value) => (Math.abs(round(value, 2) - value) < 1e-9 ? "=" : "≈"); // what inWords leaves of it

function listed(parts) {
  return parts.length < 2 ? parts.join("") : `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}`;
}

function plural(count, noun) {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

function spanInWords(noun, first, size) {
  return size === 2 ? `${noun}s ${first} and ${first + 1}` : `${noun}s ${first} to ${first + size - 1}`;
}

/** The arithmetic of one window. */
export function windowInWords(numbers, kind) {
  const all = listed(numbers.map(inWords));
  if (kind === "max") return `the largest of ${all} is ${inWords(Math.max(...numbers))}`;
  const [sum, mean] = [total(numbers), POOL.average(numbers)];
  return `the mean of ${all} is ${inWords(sum)} / ${numbers.length} ${equals(mean)} ${inWords(mean)}`;
}

/** How many windows fit along a side of `n`, by the formula. */
function placesInWords(n, { size, stride }, { places }) {
  if (stride === 1) return `${n} − ${size} + 1 = ${places}`;
  const part = (n - size) / stride;
  const rounded = Number.isInteger(part) ? "" : `, rounded down ${Math.floor(part)}`;
  return `(${n} − ${size}) / ${stride} ${equals(part)} ${inWords(part)}${rounded}, plus 1 is ${places}`;
}

function leftInWords({ down, across, size, stride }) {
  const left = [[down.left, "row"], [across.left, "column"]].filter(([count]) => count > 0).map(([count, noun]) => plural(count, noun));
  const skipped = stride > size && Math.max(down.places, across.places) > 1 ? ` Between windows ${plural(stride - size, "row")} and as many columns are jumped over.` : "";
  const overlap = stride < size ? " The windows overlap." : "";
  const lone = left.length === 1 && left[0].startsWith("1 ");
  const end = left.length === 0 ? "Nothing is left over at the end." : `At the end ${listed(left)} ${lone ? "is" : "are"} left out, as in Keras.`;
  return `${end}${skipped}${overlap}`;
}

/** How large the result is, and why, and what no window reaches. */
export function sizeInWords(seen) {
  const { rows, columns, down, across, mode } = seen;
  if (mode === "flatten") return `${plural(rows, "row")} of ${columns} are ${rows} · ${columns} = ${rows * columns} numbers. Row r, column c comes to place r · ${columns} + c.`;
  const fits = rows === columns ? `${placesInWords(rows, seen, down)}.` : `down ${placesInWords(rows, seen, down)}; across ${placesInWords(columns, seen, across)}.`;
  return `Windows that fit side by side: ${fits} So ${rows} × ${columns} becomes ${down.places} × ${across.places}. ${leftInWords(seen)}`;
}

function poolInWords(seen) {
  const { step, steps, at: [row, column], size, stride, rows, columns, down, across, map, kind } = seen;
  if (step === 0) return { mood: "ready", headline: "Nothing is pooled yet.", detail: "The window begins at the upper left. Press Step, or Play." };
  const numbers = windowAt(map, seen, row, column);
  const where = `${spanInWords("row", row * stride, size)} and ${spanInWords("column", column * stride, size)} of the map give row ${row}, column ${column} of the result.`;
  const end = step < steps ? "" : ` All done: ${rows * columns} numbers became ${down.places * across.places}.`;
  return {
    mood: step < steps ? "ready" : "same",
    headline: `Window ${step} of ${steps}: ${windowInWords(numbers, kind)}.`,
    detail: `${where[0].toUpperCase()}${where.slice(1)}${end}`,
  };
}

function flattenInWords({ step, steps, columns }) {
  if (step === 0) return { mood: "ready", headline: "Nothing is laid flat yet.", detail: "The first row comes first. Press Step, or Play." };
  const [row, first] = [step - 1, (step - 1) * columns];
  const end = step < steps ? "" : ` All done: the list has ${steps * columns} numbers, and a layer of neurons can take it.`;
  return {
    mood: step < steps ? "ready" : "same",
    headline: `Row ${row} of the map lies at places ${first} to ${first + columns - 1} of the list.`,
    detail: `Its column 0 is at ${row} · ${columns} + 0 = ${first}.${end}`,
  };
}

/** What is happening now. */
export function describe(seen) {
  return seen.mode === "flatten" ? flattenInWords(seen) : poolInWords(seen);
}

// ---------------------------------------------------------------- tables of numbers

const CELL = 44; // the largest, in pixels
const LETTER = 6.8; // pixels across, of a digit

/** A number with as many decimals, two at most, as there is room for. */
function fitting(value, cell) {
  const texts = [2, 1, 0].map((decimals) => formatNumber(round(value, decimals), decimals));
  return texts.find((text) => text.length * LETTER <= cell - 2) ?? texts[2];
}

/** A drawing of cells that are made once for a size; `paint` then fills them. */
function createCells(drawing) {
  let cells = [];
  let made = "";
  const over = svg("rect", { class: "fn-pool-window", x: 1, y: 1 });
  const make = (places, cell) => {
    cells = places.map(([x, y]) => ({
      box: svg("rect", { x: x + 0.5, y: y + 0.5, width: cell, height: cell }),
      tint: svg("rect", { x: x + 0.5, y: y + 0.5, width: cell, height: cell }),
      text: svg("text", { x: x + cell / 2, y: y + cell / 2 + 4 }),
    }));
    drawing.replaceChildren(...cells.flatMap(({ tint, box, text }) => [tint, box, text]), over);
  };
  return {
    /** Lays the frame around a box, or hides it. */
    frame(box) {
      over.setAttribute("visibility", box ? "visible" : "hidden");
      if (!box) return;
      fill(over, { width: box.width - 1, height: box.height - 1 }, []);
      over.style.transform = `translate(${box.x}px, ${box.y}px)`;
    },
    /** `places`: the corner of each cell; `look(n)`: its { value, is, strength }. */
    show({ places, cell, width, height, look: lookOf }) {
      const key = [cell, width, ...places.flat()].join();
      if (key !== made) make(places, cell);
      made = key;
      sizeDrawing(drawing, width, height);
      drawing.style.width = `${width}px`;
      cells.forEach(({ box, tint, text }, n) => {
        const { value, is, strength } = lookOf(n);
        box.setAttribute("class", `fn-pool-box fn-pool-${is}`);
        fill(tint, { class: value < 0 ? "fn-pool-tint fn-pool-below" : "fn-pool-tint", "fill-opacity": strength }, []);
        text.setAttribute("class", `fn-pool-number fn-pool-number-${is}`);
        text.textContent = value === undefined ? "" : fitting(value, cell);
      });
    },
  };
}

function gridPlaces(rows, columns, cell) {
  return Array.from({ length: rows * columns }, (_, n) => [cell * (n % columns), cell * Math.floor(n / columns)]);
}

function largestSize(map) {
  return Math.max(...map.flat().map(Math.abs), 1e-9);
}

const tintOf = (value, most) => round((0.5 * Math.abs(value)) / most, 2);

function plot(view, className) {
  const title = html("p", { class: "fn-plot-title" });
  const note = html("p", { class: "fn-plot-note fn-pool-note" });
  const drawing = svg("svg", { class: `fn-pool-drawing ${className}`, role: "img" });
  const element = html("div", { class: "fn-plot" }, title, note, drawing);
  const part = { element, title, note, drawing, width: 300 };
  watchWidth(view, element, (width) => { part.width = width; view.redraw(); });
  return part;
}

/** Whether some window ever reaches a row (or column). */
function isReached(place, { places }, { size, stride }) {
  const window = Math.min(Math.floor(place / stride), places - 1);
  return place - window * stride < size;
}

/** What a cell of the map is: under the window, chosen as the largest, left out, or in a row that is laid flat. */
function kindOfCell(seen, row, column) {
  const { mode, step, at, size, stride, kind, map, result } = seen;
  if (mode === "flatten") return row === step - 1 ? "now" : row < step ? (row % 2 ? "odd" : "even") : "plain";
  const [top, left] = at.map((place) => place * stride);
  const isUnder = step > 0 && row >= top && row < top + size && column >= left && column < left + size;
  if (isUnder) return kind === "max" && map[row][column] === result[at[0]][at[1]] ? "chosen" : "now";
  return isReached(row, seen.down, seen) && isReached(column, seen.across, seen) ? "plain" : "left";
}

function createMap(view) {
  const part = plot(view, "fn-pool-map");
  const cells = createCells(part.drawing);
  return {
    element: part.element,
    show(seen) {
      const { map, rows, columns, mode, step, at, size, stride } = seen;
      const cell = Math.min(CELL, Math.floor((part.width - 2) / columns));
      const most = largestSize(map);
      const lookOf = (n) => {
        const [row, column] = [Math.floor(n / columns), n % columns];
        const value = map[row][column];
        const is = kindOfCell(seen, row, column);
        return { value, is, strength: is === "left" ? 0 : tintOf(value, most) };
      };
      cells.show({ places: gridPlaces(rows, columns, cell), cell, width: cell * columns + 2, height: cell * rows + 2, look: lookOf });
      const [down, across, tall, wide] = mode === "flatten" ? [step - 1, 0, 1, columns] : [at[0] * stride, at[1] * stride, size, size];
      cells.frame(step > 0 && { x: cell * across, y: cell * down, width: cell * wide, height: cell * tall });
      part.title.textContent = `The map, ${rows} × ${columns}`;
      part.note.textContent = mode === "pool" && (seen.down.left || seen.across.left || stride > size) ? "No window reaches the dashed cells." : "";
      part.drawing.setAttribute("aria-label", `The map: ${map.map((row) => row.map(inWords).join(" ")).join("; ")}`);
    },
  };
}

/** Where the cells of a list stand that is broken into lines; never as long as a row, lest it look like the map. */
export function listPlaces(count, width, cell, columns) {
  const most = Math.max(2, Math.floor(width / cell));
  const across = most === columns ? most - 1 : most;
  const places = Array.from({ length: count }, (_, n) => [cell * (n % across), (cell + 4) * Math.floor(n / across)]);
  return { across, places, lines: Math.ceil(count / across) };
}

/** What has come of the map so far: a smaller map, or a list. */
function createResult(view) {
  const part = plot(view, "fn-pool-result");
  const cells = createCells(part.drawing);
  const showPooled = ({ result, down, across, columns, step, steps, kind, map, at }) => {
    const cell = Math.min(CELL, Math.floor((part.width - 2) / Math.max(across.places, Math.min(columns, 8))));
    const most = largestSize(map);
    const flat = result.flat();
    const lookOf = (n) => (n < step ? { value: flat[n], is: n === step - 1 ? "now" : "plain", strength: tintOf(flat[n], most) } : { is: "empty", strength: 0 });
    cells.show({ places: gridPlaces(down.places, across.places, cell), cell, width: cell * across.places + 2, height: cell * down.places + 2, look: lookOf });
    cells.frame(step > 0 && { x: cell * at[1], y: cell * at[0], width: cell, height: cell });
    part.title.textContent = `The result, ${down.places} × ${across.places}`;
    part.note.textContent = kind === "max" ? "The largest number of each window." : "The mean of each window.";
    part.drawing.setAttribute("aria-label", `The result, ${step} of ${steps} numbers: ${flat.slice(0, step).map(inWords).join(" ")}`);
  };
  const showFlat = ({ map, rows, columns, step }) => {
    const cell = 24;
    const flat = map.flat();
    const most = largestSize(map);
    const { across, places, lines } = listPlaces(rows * columns, part.width - 2, cell, columns);
    const lookOf = (n) => {
      const row = Math.floor(n / columns);
      if (row >= step) return { is: "empty", strength: 0 };
      return { value: flat[n], is: row === step - 1 ? "laid" : row % 2 ? "odd" : "even", strength: tintOf(flat[n], most) };
    };
    cells.show({ places, cell, width: cell * across + 2, height: (cell + 4) * lines, look: lookOf });
    cells.frame(false);
    part.title.textContent = `The list, ${rows * columns} numbers`;
    part.note.textContent = "One line, broken here for want of room.";
    part.drawing.setAttribute("aria-label", `The list, ${step * columns} of ${rows * columns} numbers: ${flat.slice(0, step * columns).map(inWords).join(" ")}`);
  };
  return {
    element: part.element,
    show: (seen) => (seen.mode === "flatten" ? showFlat(seen) : showPooled(seen)),
  };
}

// ---------------------------------------------------------------- controls

/** Settings that change how many steps there are: what was done to the end stays so, else it begins anew. */
function anew(view, changes) {
  const { step, steps } = look(view.state());
  view.set({ ...changes, step: step === steps ? MOST_STEPS : 0 });
}

const SOURCES = [["random", "random numbers"], ["ramp", "0, 1, 2 …"], ["digit", "a small 4"], ["own", "your numbers"]];

function createSource(view, stop) {
  const change = (changes) => { stop(); anew(view, changes); };
  const source = selectField(view, { label: "Map", options: SOURCES, write: (chosen) => change({ source: chosen }) });
  const own = source.element.querySelector("option:last-child");
  const side = selectField(view, { label: "Size of the map", options: SIDES.map((n) => [n, `${n} × ${n}`]), write: (n) => change({ side: n }) });
  const other = button(view, { label: "Other numbers", press: () => view.set({ seed: (view.state().seed + 1) % (LAST_SEED + 1) }) });
  return {
    element: html("div", { class: "fn-row fn-pool-fields" }, source.element, side.element, other.element),
    show(seen) {
      const { length } = view.state().map;
      Object.assign(own, { hidden: length === 0, disabled: length === 0 });
      source.show(seen.source);
      side.show(seen.side);
      side.element.hidden = seen.source === "own";
      other.enable(seen.source === "random");
    },
  };
}

function createSettings(view, stop) {
  const change = (changes) => { stop(); anew(view, changes); };
  const follow = (size) => (view.state().stride === view.state().size ? { size, stride: size } : { size });
  const modes = ["pool", "flatten"];
  const buttons = modes.map((mode) => button(view, { label: mode === "pool" ? "Pool" : "Flatten", press: () => change({ mode }) }));
  const fields = {
    kind: selectField(view, { label: "Keep", options: [["max", "maximum"], ["average", "average"]], write: (kind) => view.set({ kind }) }),
    size: selectField(view, { label: "Window", options: [[2, "2 × 2"], [3, "3 × 3"]], write: (size) => change(follow(size)) }),
    stride: selectField(view, { label: "Stride", options: [1, 2, 3].map((n) => [n, String(n)]), write: (stride) => change({ stride }) }),
  };
  const only = Object.values(fields).map(({ element }) => element);
  return {
    element: html("div", { class: "fn-row fn-pool-fields" }, buttonRow("What to do", buttons), ...only),
    show(seen) {
      buttons.forEach((one, n) => one.press(modes[n] === seen.mode));
      for (const [name, field] of Object.entries(fields)) field.show(seen[name]);
      for (const element of only) element.hidden = seen.mode === "flatten";
    },
  };
}

function createPresets(view, stop) {
  const choose = ({ label, ...traits }) => { stop(); view.set({ ...traits, step: 0 }); };
  const buttons = PRESETS.map((preset) => button(view, { label: preset.label, press: () => choose(preset) }));
  const isShown = ({ label, ...traits }, state) => Object.keys(traits).every((name) => traits[name] === state[name]);
  return {
    element: buttonRow("Maps to try", buttons, { caption: "Try" }),
    show: (state) => buttons.forEach((one, n) => one.press(isShown(PRESETS[n], state))),
  };
}

/** Back, step and play; a native slider for how much is done, and one for the speed. */
function createWalk(view) {
  const go = (step) => view.set({ step: clamp(step, 0, look(view.state()).steps) });
  const now = () => look(view.state());
  let due = 0;
  const tick = () => {
    if (performance.now() < due) return true;
    due = performance.now() + 1000 / view.state().speed;
    go(now().step + 1);
    return now().step < now().steps;
  };
  const running = runner(view, { interval: 25, tick, onChange: () => view.redraw() });
  const stop = () => { if (running.running()) running.stop(); };
  const halt = (action) => () => { stop(); action(); };
  const play = () => {
    if (running.running()) return running.stop();
    if (now().step === now().steps) go(0);
    due = 0;
    return running.start();
  };
  const back = button(view, { label: "Back", press: halt(() => go(now().step - 1)) });
  const step = button(view, { label: "Step", strong: true, press: halt(() => go(now().step + 1)) });
  const playButton = button(view, { label: "Play", press: play });
  const reset = button(view, { label: "Reset", press: halt(() => go(0)) });
  const end = button(view, { label: "To the end", press: halt(() => go(MOST_STEPS)) });
  const range = html("input", { class: "fn-range", type: "range", min: 0, "aria-label": "Steps" });
  const count = html("span", { class: "fn-pool-count" });
  view.listen(range, "input", halt(() => go(Number(range.value))));
  const speed = slider(view, {
    label: "Speed", min: SPEEDS[0], max: SPEEDS[1], step: 1, scale: linearScale(...SPEEDS, 1), places: SPEEDS[1] - SPEEDS[0], whole: true,
    write: (value) => view.set({ speed: value }),
  });
  const done = html("div", { class: "fn-slider" }, html("span", { class: "fn-slider-name", "aria-hidden": "true" }, "Steps"), count, html("div", { class: "fn-track" }, range));
  return {
    stop,
    element: html("div", { class: "fn-pool-walk" }, done, buttonRow("Walk", [back, step, playButton, end, reset]), speed.element),
    show(seen) {
      range.max = seen.steps;
      range.value = String(seen.step);
      range.setAttribute("aria-valuetext", `${seen.step} of ${seen.steps}`);
      count.textContent = `${seen.step} of ${seen.steps}`;
      back.enable(seen.step > 0);
      step.enable(seen.step < seen.steps);
      end.enable(seen.step < seen.steps);
      reset.enable(seen.step > 0);
      playButton.rename(running.running() ? "Pause" : "Play");
      speed.show(seen.speed, `${plural(seen.speed, "step")} a second`);
    },
  };
}

function introduction() {
  const what = html("strong", {}, "Pooling makes a map smaller: a window moves over it and keeps one number of each place.");
  return html("p", { class: "fn-intro" }, what, " Flattening lays a map out as one list. Take steps, or press Play. Rows, columns and places count from 0, as in Python.");
}

function render({ model, el }) {
  const traits = ["source", "side", "seed", "map", "mode", "kind", "size", "stride", "step", "speed"];
  const view = createView({ model, el }, { label: "Pool and flatten a map", traits });
  const walk = createWalk(view);
  const parts = [createPresets(view, walk.stop), createSource(view, walk.stop), createSettings(view, walk.stop), createMap(view), createResult(view), walk];
  const [presets, source, settings, map, result] = parts;
  const size = html("p", { class: "fn-pool-size" });
  const status = statusLine(view);
  view.root.append(
    introduction(), presets.element, settings.element, source.element,
    html("div", { class: "fn-plots" }, map.element, result.element),
    size, status.element, walk.element,
  );
  view.draw = () => {
    const seen = look(view.state());
    for (const part of parts) part.show(seen);
    size.textContent = sizeInWords(seen);
    status.show(describe(seen));
  };
  view.draw();
  return view.cleanup;
}

export default { render };
