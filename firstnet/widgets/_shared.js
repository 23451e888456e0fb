// Stands before the module of every explorable: no imports, no exports.

// ---------------------------------------------------------------- elements

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== null) node.setAttribute(name, value);
  }
  node.append(...children);
  return node;
}

function html(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

function svg(tag, attributes = {}, ...children) {
  return fill(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
}

// ---------------------------------------------------------------- numbers in words

const SCALES = [[1e12, "trillion"], [1e9, "billion"], [1e6, "million"]];

function clamp(value, low, high) {
  return Math.min(high, Math.max(low, value));
}

function round(value, decimals) {
  return Number(value.toFixed(decimals));
}

/** A number as a reader wants it: 12,680.72, −3.1, 1.2 billion, nearly 0. Never NaN or Infinity. */
function formatNumber(value, decimals = 4) {
  if (!Number.isFinite(value)) return "too large to show";
  const size = Math.abs(value);
  const sign = value < 0 ? "−" : "";
  if (size < 1e-12) return "0";
  if (size < 1e-6) return "nearly 0";
  if (size >= 1e15) return "more than " + sign + "1,000 trillion";
  for (const [scale, name] of SCALES) {
    if (size >= scale) return sign + plainDigits(size / scale, 1) + " " + name;
  }
  const digits = Math.floor(Math.log10(size)) + 1; // before the point
  const enough = size < 10 ** (1 - decimals) ? 2 - digits : Math.min(decimals, 7 - Math.max(digits, 0));
  return sign + plainDigits(size, enough);
}

const writers = new Map(); // making one takes longer than a redraw may

function plainDigits(size, decimals) {
  if (!writers.has(decimals)) {
    writers.set(decimals, new Intl.NumberFormat("en-US", { maximumFractionDigits: decimals }));
  }
  return writers.get(decimals).format(size);
}

/** How many times, in words: 9.6 times, more than a billion times. */
function formatTimes(ratio) {
  for (const [scale, name] of SCALES) {
    if (!(ratio < scale)) return `more than a ${name} times`;
  }
  return `${formatNumber(ratio, ratio < 2 ? 2 : ratio < 100 ? 1 : 0)} times`;
}

/** A value squeezed by sigmoid or tanh: it never quite reaches the ends, so 0.99999 is "nearly 1". */
function formatSquashed(value, decimals = 4) {
  const least = 0.5 * 10 ** -decimals;
  if (Math.abs(value) < least) return "nearly 0";
  if (Math.abs(value) > 1 - least) return value < 0 ? "nearly −1" : "nearly 1";
  return formatNumber(value, decimals);
}

/** The written sum of numbers: 1.2 − 1 + 0.3. */
function formatSum(parts) {
  const later = parts.slice(1).map((part) => `${part < 0 ? "−" : "+"} ${formatNumber(Math.abs(part))}`);
  return [formatNumber(parts[0]), ...later].join(" ");
}

/** A product as it is written by hand: 0.8 · 1.5, (−0.5) · 2. */
function formatProduct(...factors) {
  return factors.map((factor) => (factor < 0 ? `(${formatNumber(factor)})` : formatNumber(factor))).join(" · ");
}

// ---------------------------------------------------------------- the view

/**
 * The frame every explorable draws in. `view.set` changes traits, `view.redraw` calls `view.draw` once
 * for all changes of a turn, wherever they come from; `view.cleanup` removes every listener.
 */
function createView({ model, el }, { label, traits }) {
  const controller = new AbortController();
  const { signal } = controller;
  const key = Math.random().toString(36).slice(2, 10);
  let made = 0;
  const root = html("section", {
    class: "fn-explorable",
    "aria-label": label,
  });
  const view = {
    root,
    draw() {},
    newId: () => `fn-${key}-${(made += 1)}`,
    onCleanup: (action) => signal.addEventListener("abort", action, { once: true }),
    listen: (target, type, handler, options) => target.addEventListener(type, handler, { ...options, signal }),
    state: () => Object.fromEntries(traits.map((name) => [name, model.get(name)])),
    set(changes) {
      for (const [name, value] of Object.entries(changes)) model.set(name, value);
      model.save_changes();
      view.redraw();
    },
    cleanup: () => controller.abort(),
  };
  let waiting = false;
  view.redraw = () => {
    if (waiting) return;
    waiting = true;
    queueMicrotask(() => {
      waiting = false;
      if (!signal.aborted) view.draw();
    });
  };
  for (const name of traits) {
    model.on(`change:${name}`, view.redraw);
    view.onCleanup(() => model.off(`change:${name}`, view.redraw));
  }
  // JupyterLab would take the arrow keys; it asks the focused element itself, before those around it
  view.listen(root, "focusin", ({ target }) => target.setAttribute("data-lm-suppress-shortcuts", "true"));
  el.append(root);
  view.onCleanup(() => root.remove());
  return view;
}

// ---------------------------------------------------------------- size and theme

/** Calls `onWidth(width)` when the element's width in CSS pixels changes, never for its height. */
function watchWidth(view, element, onWidth) {
  let known = 0;
  const observer = new ResizeObserver(() => {
    const width = element.clientWidth;
    if (width === 0 || width === known) return;
    known = width;
    onWidth(width);
  });
  observer.observe(element);
  view.onCleanup(() => observer.disconnect());
}

/** Calls `onTheme` when the page, JupyterLab or the system changes between light and dark. */
function watchTheme(view, onTheme) {
  const observer = new MutationObserver(onTheme);
  const attributeFilter = ["data-theme", "data-jp-theme-light"];
  for (const node of [document.documentElement, document.body]) {
    observer.observe(node, { attributes: true, attributeFilter });
  }
  view.onCleanup(() => observer.disconnect());
  view.listen(matchMedia("(prefers-color-scheme: dark)"), "change", onTheme);
}

/** The colours of `_shared.css` by name, for what is drawn on a canvas: themeColour(view, "path"). */
function themeColour(view, name) {
  return getComputedStyle(view.root).getPropertyValue(`--fn-${name}`).trim();
}

/** Makes the canvas as sharp as the screen; returns its context, measured in CSS pixels. */
function sizeCanvas(canvas, width, height) {
  const density = window.devicePixelRatio || 1;
  canvas.width = Math.round(width * density);
  canvas.height = Math.round(height * density);
  const context = canvas.getContext("2d");
  context.setTransform(density, 0, 0, density, 0, 0);
  return context;
}

function sizeDrawing(drawing, width, height) {
  drawing.setAttribute("viewBox", `0 0 ${width} ${height}`);
  drawing.style.aspectRatio = `${width} / ${height}`;
}

/** The line of a weight from one place to another: its colour and dashes say the sign, its width the size. */
function wire([x1, y1], [x2, y2], weight) {
  const kind = weight > 0 ? "plus" : weight < 0 ? "minus" : "none";
  const style = `stroke-width: ${round(1.25 + 1.75 * Math.abs(weight), 2)}`;
  return svg("line", { class: `fn-wire fn-wire-${kind}`, x1, y1, x2, y2, style });
}

// ---------------------------------------------------------------- graphs with two axes

/** The box of a graph and the pixels of its values; `x` and `y` are the ranges it shows. */
function graphFrame({ width, height, x, y, left = 34, top = 8 }) {
  const box = { left, top, right: width - 14, bottom: height - 42 };
  return {
    ...box,
    width,
    height,
    across: (value) => box.left + ((box.right - box.left) * (value - x[0])) / (x[1] - x[0]),
    up: (value) => box.bottom - ((box.bottom - box.top) * (value - y[0])) / (y[1] - y[0]),
  };
}

function graphAxes({ left, top, right, bottom, across, up }, { xTicks, yTicks, xName }) {
  const axes = svg("g", { "aria-hidden": "true" });
  for (const tick of yTicks) {
    axes.append(
      svg("line", { class: "fn-grid", x1: left, x2: right, y1: up(tick), y2: up(tick) }),
      svg("text", { x: left - 7, y: up(tick) + 4, "text-anchor": "end" }, formatNumber(tick)),
    );
  }
  const below = (x, drop, text) => svg("text", { x, y: bottom + drop, "text-anchor": "middle" }, text);
  axes.append(...xTicks.map((tick) => below(across(tick), 17, formatNumber(tick))));
  axes.append(below((left + right) / 2, 36, xName));
  axes.append(svg("rect", { class: "fn-frame", x: left, y: top, width: right - left, height: bottom - top }));
  return axes;
}

/** A drawing inside the frame, in the frame's own pixels: what sticks out is not shown. */
function graphInside({ left, top, right, bottom }, ...children) {
  const size = { x: left, y: top, width: right - left, height: bottom - top };
  return svg("svg", { ...size, viewBox: Object.values(size).join(" ") }, ...children);
}

/** The line through points (x, y), for the `d` of a path. */
function graphLine({ across, up }, points) {
  return `M${points.map(([x, y]) => `${round(across(x), 2)} ${round(up(y), 2)}`).join("L")}`;
}

// ---------------------------------------------------------------- controls

function button(view, { label, hint, press, strong }) {
  const element = html("button", { type: "button", class: strong ? "fn-button fn-strong" : "fn-button" });
  const text = html("span", {}, label);
  element.append(text);
  if (hint) element.append(" ", html("span", { class: "fn-hint" }, hint));
  view.listen(element, "click", () => {
    if (element.getAttribute("aria-disabled") !== "true") press();
  });
  return {
    element,
    rename: (name) => text.replaceChildren(name),
    enable: (able) => element.setAttribute("aria-disabled", String(!able)), // keeps the focus
    press: (pressed) => element.setAttribute("aria-pressed", String(pressed)),
  };
}

function buttonRow(label, buttons, { caption } = {}) {
  const row = html("div", { class: "fn-row", role: "group", "aria-label": label });
  if (caption) row.append(html("span", { class: "fn-caption", "aria-hidden": "true" }, caption));
  row.append(...buttons.map((one) => one.element));
  return row;
}

/** What was typed, held to its limits, and the words that say so. */
function holdTyped(text, { min, max, current, whole }) {
  const typed = text.trim() === "" ? NaN : Number(text);
  const range = `from ${formatNumber(min)} to ${formatNumber(max)}`;
  if (Number.isNaN(typed)) {
    return { value: current, note: `Type a number ${range}. It stays ${formatNumber(current)}.` };
  }
  const inRange = clamp(typed, min, max);
  const value = whole ? Math.round(inRange) : inRange;
  const only = inRange === typed ? "Only whole numbers" : `Only ${range}`;
  return { value, note: value === typed ? "" : `${only}: held at ${formatNumber(value)}.` };
}

/** With `whole` only whole numbers are taken, and shown to their last digit. */
function numberField(view, { label, min, max, step, write, hidden, whole }) {
  const note = html("span", { class: "fn-note", role: "status", id: view.newId() });
  const input = html("input", {
    class: "fn-number", type: "number", min, max, step, autocomplete: "off",
    "aria-label": hidden ? label : undefined, "aria-describedby": note.id,
  });
  let current = min;
  let typing = false;
  const show = (value) => {
    current = value;
    if (!typing) input.value = String(whole ? value : Number(value.toPrecision(4)));
  };
  view.listen(input, "input", () => { typing = true; });
  view.listen(input, "blur", () => { typing = false; });
  view.listen(input, "change", () => {
    const held = holdTyped(input.value, { min, max, current, whole });
    typing = false;
    note.textContent = held.note;
    show(held.value);
    write(held.value);
  });
  const name = hidden ? [] : [html("span", { class: "fn-field-name" }, label)];
  return { element: html("label", { class: "fn-field" }, ...name, input), note, show };
}

/** Where a value lies on a slider, from 0 to 1, and back. */
function linearScale(min, max, step) {
  return {
    place: (value) => (value - min) / (max - min),
    value: (place) => clamp(round(Math.round((min + place * (max - min)) / step) * step, 10), min, max),
  };
}

function logScale(min, max) {
  return {
    place: (value) => Math.log(value / min) / Math.log(max / min),
    value: (place) => clamp(tidy(min * (max / min) ** place), min, max),
  };
}

/** Two digits when they are as good as on the spot, else three: 0.0501 becomes 0.05. */
function tidy(value) {
  const short = Number(value.toPrecision(2));
  return Math.abs(short / value - 1) < 0.006 ? short : Number(value.toPrecision(3));
}

/** An arrow key moves by one place: with a linear scale let `places` be (max - min) / step. */
function slider(view, { label, min, max, step, scale, write, places = 400, whole }) {
  const input = html("input", { class: "fn-range", type: "range", min: 0, max: places, "aria-label": label });
  const field = numberField(view, { label: `${label}, exact value`, min, max, step, write, hidden: true, whole });
  view.listen(input, "input", () => {
    field.note.textContent = "";
    write(scale.value(Number(input.value) / places));
  });
  const track = html("div", { class: "fn-track" }, input);
  const name = html("span", { class: "fn-slider-name", "aria-hidden": "true" }, label);
  const element = html("div", { class: "fn-slider" }, name, field.element, track, field.note);
  return {
    element,
    track,
    show(value, words) {
      input.value = String(Math.round(places * scale.place(value)));
      input.setAttribute("aria-valuetext", words ?? formatNumber(value));
      field.show(value);
    },
  };
}

// ---------------------------------------------------------------- words for what is happening

const MOODS = { better: "↓", worse: "↑", same: "=", ready: "→" };

/** The visible words follow every change; screen readers hear them once things are quiet. */
function statusLine(view, { wait = 700 } = {}) {
  const sign = html("span", { class: "fn-sign", "aria-hidden": "true" });
  const headline = html("strong");
  const detail = html("span");
  const words = html("div", { class: "fn-words" }, sign, html("p", {}, headline, " ", detail));
  const spoken = html("p", { class: "fn-unseen", role: "status" });
  let last;
  let timer;
  view.onCleanup(() => clearTimeout(timer));
  const speakLater = (text) => {
    clearTimeout(timer);
    timer = setTimeout(() => { spoken.textContent = text; }, wait);
  };
  return {
    element: html("div", { class: "fn-status" }, words, spoken),
    show(message) {
      words.dataset.mood = message.mood;
      sign.textContent = MOODS[message.mood];
      headline.textContent = message.headline;
      detail.textContent = message.detail;
      const text = `${message.headline} ${message.detail}`;
      if (last !== undefined && last !== text) speakLater(text);
      last = text;
    },
  };
}

/** Calls `tick` until it returns false or is paused; `onChange` when it starts or stops. */
function runner(view, { interval, tick, onChange }) {
  let timer;
  const stop = () => {
    clearInterval(timer);
    timer = undefined;
    onChange();
  };
  view.onCleanup(() => clearInterval(timer));
  return {
    stop,
    running: () => timer !== undefined,
    start() {
      clearInterval(timer);
      timer = setInterval(() => { if (!tick()) stop(); }, interval);
      onChange();
    },
  };
}

/**
 * Follows a mouse, pen or finger from pressing to lifting, and takes a click beside the handle as well.
 * `at()` tells where the handle is, `moveTo(x, y)` where it should be, both within `surface`.
 */
function dragOn(view, { handle, surface, at, moveTo }) {
  let grip;
  const place = (event) => {
    const box = surface.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };
  view.listen(handle, "pointerdown", (event) => {
    if (event.button !== 0) return;
    handle.setPointerCapture(event.pointerId);
    const [x, y] = place(event);
    grip = { id: event.pointerId, right: x - at()[0], down: y - at()[1] };
  });
  // touch-action alone does not keep every browser from scrolling when the handle is drawn in SVG
  view.listen(handle, "touchstart", (event) => {
    event.preventDefault();
    handle.focus({ preventScroll: true });
  }, { passive: false });
  view.listen(handle, "pointermove", (event) => {
    if (grip?.id !== event.pointerId) return;
    const [x, y] = place(event);
    moveTo(x - grip.right, y - grip.down);
  });
  for (const type of ["pointerup", "pointercancel", "lostpointercapture"]) {
    view.listen(handle, type, () => { grip = undefined; });
  }
  view.listen(surface, "click", (event) => {
    if (!handle.contains(event.target)) moveTo(...place(event));
  });
}

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

/** Moves by one for an arrow key, by ten with Shift: `onMove(right, up)`. */
function arrowKeys(view, handle, onMove) {
  view.listen(handle, "keydown", (event) => {
    const move = ARROWS[event.key];
    if (!move || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    const size = event.shiftKey ? 10 : 1;
    onMove(move[0] * size, move[1] * size);
  });
}
