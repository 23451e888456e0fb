const CLASSES = ["cat", "dog", "bird"];
const SUMS = [-10, 10];
const TEMPERATURES = [0.01, 100];
const PRESETS = [
  { label: "the article’s numbers", state: { z: [0.4, 3, 2.2], temperature: 1 } },
  { label: "all equal", state: { z: [1, 1, 1], temperature: 1 } },
  { label: "one large", state: { z: [10, 0, 0], temperature: 1 } },
  { label: "very hot", state: { z: [0.4, 3, 2.2], temperature: 100 } },
  { label: "very cold", state: { z: [0.4, 3, 2.2], temperature: 0.01 } },
];

// ---------------------------------------------------------------- what is derived from the traits

/** Shares that add up to 1. The largest sum is taken away first: no power overflows, no share changes. */
export function softmax(z, temperature = 1) {
  const largest = Math.max(...z);
  const powers = z.map((sum) => Math.exp((sum - largest) / temperature));
  const whole = total(powers);
  return powers.map((power) => power / whole);
}

export function sigmoid(z) {
  return 1 / (1 + Math.exp(-z));
}

function total(values) {
  return values.reduce((sum, value) => sum + value, 0);
}

function compute({ z, temperature }) {
  return { shares: softmax(z, temperature), chances: z.map(sigmoid) };
}

// ---------------------------------------------------------------- words

function listed(names) {
  return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}

function leaders(z) {
  return CLASSES.filter((name, k) => z[k] === Math.max(...z));
}

function sharesInWords({ z }, shares) {
  const names = leaders(z);
  if (names.length === 3) return "Three equal sums get three equal shares, at any temperature.";
  if (names.length === 2) return `${listed(names)} have the same sum, so the same share.`;
  if (Math.max(...shares) > 0.99) return `The ${names[0]} takes nearly the whole. The others keep a trace: no share is ever quite 0.`;
  return `The ${names[0]} has the largest sum and so the largest share. Raise another sum, and this share must shrink.`;
}

function temperatureInWords({ z, temperature }) {
  if (temperature === 1 || leaders(z).length === 3) return "";
  if (temperature > 1) return `Temperature ${formatNumber(temperature)}: differences count less, and the shares move towards a third each.`;
  return `Temperature ${formatNumber(temperature)}: differences count more, and the largest sum takes more.`;
}

function sigmoidsInWords(chances) {
  const sum = total(chances);
  const said = formatNumber(sum, 2);
  const whole = Math.abs(sum - 1) < 5e-3 ? `${said} here, by chance` : said;
  return `The three sigmoids add up to ${whole}: each answers a question of its own.`;
}

/** What is happening now: the shares, what the sums and the temperature do to them, and the sigmoids. */
export function describe(state) {
  const { shares, chances } = compute(state);
  const parts = shares.map((share, k) => `${CLASSES[k]} ${formatSquashed(share)}`);
  return {
    mood: "same",
    headline: `Softmax: ${listed(parts)}. Together they are 1.`,
    detail: [sharesInWords(state, shares), temperatureInWords(state), sigmoidsInWords(chances)].filter(Boolean).join(" "),
  };
}

// ---------------------------------------------------------------- bars

const ROW = 34;

/** Three bars from 0 to 1 with their numbers behind. */
function barElements(width, values) {
  const [left, right] = [42, width - 66];
  const across = (value) => left + value * (right - left);
  const bottom = 3 * ROW;
  const parts = [0, 0.5, 1].flatMap((value) => [
    svg("line", { class: value === 0 ? "fn-axis" : "fn-grid", x1: across(value), x2: across(value), y1: 0, y2: bottom }),
    svg("text", { x: across(value), y: bottom + 16, "text-anchor": "middle" }, formatNumber(value)),
  ]);
  values.forEach((value, k) => {
    const y = k * ROW + 6;
    parts.push(svg("text", { class: "fn-bar-name", x: 0, y: y + 16 }, CLASSES[k]));
    parts.push(svg("rect", { class: `fn-share fn-share-${k}`, x: left, y, width: Math.max(1, across(value) - left), height: ROW - 12 }));
    parts.push(svg("text", { class: "fn-bar-value", x: width, y: y + 16 }, formatSquashed(value)));
  });
  return parts;
}

function createBars(label) {
  const drawing = svg("svg", { role: "img" });
  let width = 280;
  return {
    drawing,
    resize(wide) { width = wide; sizeDrawing(drawing, width, 3 * ROW + 22); },
    show(values) {
      drawing.replaceChildren(...barElements(width, values));
      const said = values.map((value, k) => `${CLASSES[k]} ${formatSquashed(value)}`);
      drawing.setAttribute("aria-label", `${label}: ${said.join(", ")}`);
    },
  };
}

/** One row of parts laid end to end, with the total behind. */
function stackElements({ left, across }, values, y, name) {
  let from = 0;
  const parts = values.map((value, k) => {
    const [x, width] = [across(from), across(value) - left];
    from += value;
    const bar = svg("rect", { class: `fn-share fn-share-${k}`, x, y, width, height: 26 });
    const text = svg("text", { class: "fn-share-name", x: x + width / 2, y: y + 17 }, CLASSES[k]);
    return width > 32 ? [bar, text] : [bar];
  });
  const sum = svg("text", { class: "fn-total", x: across(from) + 7, y: y + 18 }, formatNumber(from, 2));
  return [svg("text", { class: "fn-bar-name", x: 0, y: y - 6 }, name), ...parts.flat(), sum];
}

function createStacks() {
  const drawing = svg("svg", { role: "img" });
  let width = 320;
  return {
    drawing,
    resize(wide) { width = wide; sizeDrawing(drawing, width, 152); },
    show({ shares, chances }) {
      const [left, right] = [1, width - 44];
      const frame = { left, across: (value) => left + (value / 3) * (right - left) };
      const marks = [0, 1, 2, 3].flatMap((value) => [
        svg("line", { class: value === 1 ? "fn-whole" : "fn-grid", x1: frame.across(value), x2: frame.across(value), y1: value === 1 ? 4 : 20, y2: 124 }),
        svg("text", { x: frame.across(value), y: 142, "text-anchor": value === 0 ? "start" : "middle" }, formatNumber(value)),
      ]);
      const name = svg("text", { class: "fn-whole-name", x: frame.across(1) + 6, y: 13 }, "one whole");
      drawing.replaceChildren(...marks, name,
        ...stackElements(frame, shares, 26, "softmax"), ...stackElements(frame, chances, 88, "sigmoids"));
      drawing.setAttribute("aria-label", `Laid end to end: softmax 1, sigmoids ${formatNumber(total(chances), 2)}`);
    },
  };
}

// ---------------------------------------------------------------- the parts of the view

function plot(title, note, drawing) {
  return html("div", { class: "fn-plot" },
    html("p", { class: "fn-plot-title" }, title), html("p", { class: "fn-plot-note" }, note), drawing);
}

function createPlots(view) {
  const [shares, chances] = [createBars("Softmax"), createBars("Sigmoids")];
  const stacks = createStacks();
  const pair = html("div", { class: "fn-plots" },
    plot("Softmax: which one is it?", "Each share looks at all three sums.", shares.drawing),
    plot("Sigmoids: is it there, yes or no?", "Each looks at its own sum only.", chances.drawing));
  const end = plot("Laid end to end", "Softmax fills one whole, always. Sigmoids fall short or overshoot.", stacks.drawing);
  const element = html("div", { class: "fn-softmax-plots" }, pair, end);
  for (const part of [shares, chances, stacks]) part.resize(300);
  watchWidth(view, element, (width) => {
    for (const part of [shares, chances]) part.resize(pair.firstChild.clientWidth);
    stacks.resize(width);
    view.redraw();
  });
  return {
    element,
    show(state, result) {
      shares.show(result.shares);
      chances.show(result.chances);
      stacks.show(result);
    },
  };
}

function createSliders(view) {
  const places = (SUMS[1] - SUMS[0]) / 0.1;
  const sums = CLASSES.map((name, k) => slider(view, {
    label: `sum z, ${name}`, min: SUMS[0], max: SUMS[1], step: 0.1, scale: linearScale(...SUMS, 0.1), places,
    write: (value) => view.set({ z: view.state().z.map((old, i) => (i === k ? value : old)) }),
  }));
  const heat = slider(view, {
    label: "temperature", min: TEMPERATURES[0], max: TEMPERATURES[1], step: 0.01, scale: logScale(...TEMPERATURES),
    write: (temperature) => view.set({ temperature }),
  });
  return {
    element: html("div", { class: "fn-softmax-sliders" }, ...[...sums, heat].map(({ element }) => element)),
    show({ z, temperature }) {
      sums.forEach((one, k) => one.show(z[k]));
      heat.show(temperature);
    },
  };
}

function createPresets(view) {
  const buttons = PRESETS.map(({ label, state }) => button(view, { label, press: () => view.set(state) }));
  return {
    element: buttonRow("Sums to try", buttons, { caption: "Try" }),
    show: ({ z, temperature }) => buttons.forEach((one, k) => (
      one.press(String(PRESETS[k].state.z) === String(z) && PRESETS[k].state.temperature === temperature))),
  };
}

const COLUMNS = [
  ["", (k) => CLASSES[k]],
  ["sum z", (k, { z }) => formatNumber(z[k])],
  ["z / t", (k, { z, temperature }) => formatNumber(z[k] / temperature)],
  ["minus the largest", (k, { z, temperature }) => formatNumber((z[k] - Math.max(...z)) / temperature)],
  ["e to that", (k, { z, temperature }) => formatSquashed(Math.exp((z[k] - Math.max(...z)) / temperature)).replace("nearly 1", "1")],
  ["divided by their sum", (k, state, { shares }) => formatSquashed(shares[k])],
];

function createTable(view) {
  const body = html("tbody");
  const head = html("tr", {}, ...COLUMNS.map(([name]) => (name ? html("th", { scope: "col" }, name) : html("td"))));
  const table = html("table", { class: "fn-table" }, html("thead", {}, head), body);
  const scroll = html("div", { class: "fn-scroll", tabindex: 0, role: "region", "aria-label": "How the shares come about" }, table);
  const element = html("details", { class: "fn-details" }, html("summary", {}, "How the shares come about"), scroll);
  view.listen(element, "toggle", view.redraw);
  const row = (k, state, result) => html("tr", {}, ...COLUMNS.map(([, text], column) => (
    column === 0 ? html("th", { scope: "row" }, text(k)) : html("td", {}, text(k, state, result)))));
  return { element, show: (state, result) => { if (element.open) body.replaceChildren(...CLASSES.map((name, k) => row(k, state, result))); } };
}

function render({ model, el }) {
  const view = createView({ model, el }, { label: "Softmax", traits: ["z", "temperature"] });
  const intro = html("p", { class: "fn-intro" }, html("strong", {}, "Three neurons, three sums, one picture of an animal."),
    " Slide one sum and watch all three shares; then slide the temperature.");
  const parts = [createPresets(view), createSliders(view), createPlots(view), createTable(view)];
  const [presets, sliders, plots, table] = parts;
  const status = statusLine(view);
  view.root.append(intro, ...[presets, sliders, plots, status, table].map((part) => part.element));
  view.draw = () => {
    const state = view.state();
    const result = compute(state);
    for (const part of parts) part.show(state, result);
    status.show(describe(state));
  };
  view.draw();
  return view.cleanup;
}

export default { render };
