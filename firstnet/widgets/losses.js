const SMALLEST = 1e-7; // where Keras holds a probability that is nearer to 0
const HIGHEST = 5; // the largest loss that the picture shows
const GUESSES = [
  { label: "confident and right", share: 0.99 },
  { label: "undecided", share: 0.5 },
  { label: "confident and wrong", share: 0.01 },
  { label: "certain and wrong", share: 0 },
];

// ---------------------------------------------------------------- the two losses and their slopes

/** The probability that the prediction leaves for the truth: p if the target is 1, else 1 − p. */
export function share({ target, probability }) {
  return target === 1 ? probability : 1 - probability;
}

export function squaredError({ target, probability }) {
  return (target - probability) ** 2;
}

export function squaredErrorSlope({ target, probability }) {
  return 2 * (probability - target);
}

export function crossEntropy(state) {
  return Math.abs(Math.log(Math.max(share(state), SMALLEST)));
}

export function crossEntropySlope(state) {
  const away = state.target === 1 ? -1 : 1; // towards a probability that leaves less for the truth
  return away / Math.max(share(state), SMALLEST);
}

// ---------------------------------------------------------------- words

/** Two decimals, and four where two would say 0 or 1. */
function cost(loss) {
  return formatNumber(loss, loss < 0.1 || (loss > 0.99 && loss < 1) ? 4 : 2);
}

function attitude(q) {
  if (q >= 0.9) return "Confident and right";
  if (q > 0.6) return "Leaning the right way";
  if (q >= 0.4) return "Undecided";
  return q > 0.1 ? "Leaning the wrong way" : "Confident and wrong";
}

/** What a small step of the prediction towards the truth would save; true as long as the curve is nearly straight. */
function savings(state) {
  const [cross, square] = [crossEntropySlope, squaredErrorSlope].map((slope) => cost(0.01 * Math.abs(slope(state))));
  const towards = state.target === 1 ? "Raise" : "Lower";
  return `${towards} p by 0.01, and cross-entropy falls by about ${cross}, squared error by about ${square}.`;
}

function explain(state, q) {
  if (q < SMALLEST) {
    const said = q === 0 ? "No chance at all for the truth, and ln 0 has no value" : "Hardly any chance for the truth";
    return `${said}: here cross-entropy grows without bound. We hold that chance at 0.0000001, as Keras does. It costs 16.12.`;
  }
  if (q > 0.1) return savings(state);
  const times = formatTimes(crossEntropySlope(state) / squaredErrorSlope(state));
  const above = crossEntropy(state) > HIGHEST ? " The point lies above the picture." : "";
  return `Cross-entropy’s slope is ${times} that of squared error. Half this chance for the truth would cost 0.69 more.${above}`;
}

/** What is happening now: one sentence of facts, the reason, and a mood for the sign beside them. */
export function describe(state) {
  const q = share(state);
  const [cross, square] = [crossEntropy, squaredError].map((loss) => cost(loss(state)));
  if (q === 1) {
    const detail = "A perfect prediction costs nothing. There is nothing to mend.";
    return { mood: "better", headline: "Certain and right: both losses are 0.", detail };
  }
  const name = q < SMALLEST ? "Certain and wrong" : attitude(q);
  const facts = q > 0.1
    ? `cross-entropy is ${cross}, squared error is ${square}.`
    : `cross-entropy is ${cross} and steep; squared error is ${square} and can never exceed 1.`;
  const mood = q > 0.6 ? "better" : q >= 0.4 ? "same" : "worse";
  return { mood, headline: `${name}: ${facts}`, detail: explain(state, q) };
}

// ---------------------------------------------------------------- the picture

const CURVES = [
  { kind: "cross", name: "cross-entropy", loss: crossEntropy, slope: crossEntropySlope },
  { kind: "square", name: "squared error", loss: squaredError, slope: squaredErrorSlope },
];

/** The box of the graph, with room above it for the grip. */
function guessFrame(width) {
  return graphFrame({ width, height: clamp(0.5 * width, 290, 390), x: [0, 1], y: [0, HIGHEST], top: 28 });
}

/** Probabilities close together where the curve is steep, at the end that leaves nothing for the truth. */
function curvePoints({ loss }, target) {
  const points = [];
  for (let k = 0; k <= 120; k += 1) {
    const q = Math.exp(-(HIGHEST + 0.5)) ** (1 - k / 120);
    const probability = target === 1 ? q : 1 - q;
    points.push([probability, loss({ target, probability })]);
  }
  return points;
}

/** The curve of squared error begins at the very edge; that of cross-entropy leaves at the top before. */
function curveLine(frame, curve, target) {
  const edge = 1 - target;
  const start = curve.kind === "square" ? [[edge, 1]] : [];
  return svg("path", { class: `fn-${curve.kind}-line`, d: graphLine(frame, [...start, ...curvePoints(curve, target)]) });
}

function curveName(frame, { kind, name }, target) {
  const [q, height] = kind === "cross" ? [0.09, 2.75] : [0.03, 0.14];
  const place = { x: frame.across(target === 1 ? q : 1 - q), y: frame.up(height) };
  const anchor = target === 1 ? "start" : "end";
  return svg("text", { ...place, class: `fn-curve-name fn-${kind}-name`, "text-anchor": anchor }, name);
}

/** A piece of the straight line that touches the curve: 90 pixels to either side of the point. */
function slopeLine(frame, probability, height, slope) {
  const [x, y] = [frame.across(probability), frame.up(height)];
  const [right, down] = [frame.across(1) - frame.across(0), slope * (frame.up(1) - frame.up(0))];
  const long = 90 / Math.hypot(right, down);
  const ends = { x1: x - long * right, y1: y - long * down, x2: x + long * right, y2: y + long * down };
  return svg("line", { class: "fn-slope-line", ...ends });
}

function pointElement(frame, { kind, loss }, state) {
  const height = loss(state);
  const [x, y] = [frame.across(state.probability), frame.up(Math.min(height, HIGHEST))];
  if (height <= HIGHEST) return svg("circle", { class: `fn-${kind}-dot`, cx: x, cy: y, r: 6.5 });
  const left = state.probability < 0.5;
  const label = { x: x + (left ? 14 : -14), y: y + 14, "text-anchor": left ? "start" : "end" };
  return svg("g", {},
    svg("path", { class: `fn-${kind}-dot`, d: `M${x} ${y - 6}L${x - 9} ${y + 10}H${x + 9}Z` }),
    svg("text", { ...label, class: `fn-curve-name fn-${kind}-name` }, `${cost(height)}, above the picture`));
}

function createHandle(view, drawing, frame) {
  const line = svg("line", { class: "fn-guess-line" });
  const strip = svg("rect", { class: "fn-reach" });
  const grip = svg("circle", { class: "fn-grip", r: 12, cy: 14 });
  const mark = svg("path", { class: "fn-grip-mark", d: "M-3 10L-7 14L-3 18M3 10L7 14L3 18" });
  const handle = svg("g", {
    class: "fn-guess-handle", tabindex: 0, role: "slider", "aria-label": "The prediction p, in the picture",
    "aria-valuemin": 0, "aria-valuemax": 1,
  }, strip, line, grip, mark);
  const write = (probability) => view.set({ probability: clamp(round(probability, 3), 0, 1) });
  dragOn(view, {
    handle,
    surface: drawing,
    at: () => [frame().across(view.state().probability), frame().top],
    moveTo: (x) => write((x - frame().left) / (frame().right - frame().left)),
  });
  arrowKeys(view, handle, (right, up) => write(view.state().probability + 0.01 * (right + up)));
  return {
    handle,
    show({ probability }) {
      const { across, top, bottom } = frame();
      handle.setAttribute("transform", `translate(${across(probability)} 0)`);
      fill(line, { y1: top, y2: bottom }, []);
      fill(strip, { x: -22, y: 0, width: 44, height: bottom }, []);
      handle.setAttribute("aria-valuenow", probability);
      handle.setAttribute("aria-valuetext", `p is ${formatNumber(probability)}`);
    },
  };
}

function createPicture(view) {
  const drawing = svg("svg", { class: "fn-guess", role: "group", "aria-label": "Both losses for every prediction p" });
  const [ground, points] = [svg("g", { "aria-hidden": "true" }), svg("g", { "aria-hidden": "true" })];
  let frame = guessFrame(320);
  let drawn = "";
  const { handle, show: showHandle } = createHandle(view, drawing, () => frame);
  drawing.append(ground, points, handle);
  const element = html("div", {}, drawing);
  watchWidth(view, element, (width) => {
    frame = guessFrame(width);
    view.redraw();
  });

  function layGround(target) {
    const key = `${frame.width} ${target}`;
    if (key === drawn) return;
    drawn = key;
    sizeDrawing(drawing, frame.width, frame.height);
    const ticks = { xTicks: [0, 0.25, 0.5, 0.75, 1], yTicks: [0, 1, 2, 3, 4, 5] };
    ground.replaceChildren(
      graphAxes(frame, { ...ticks, xName: "prediction p" }),
      graphInside(frame, ...CURVES.map((curve) => curveLine(frame, curve, target))),
      ...CURVES.map((curve) => curveName(frame, curve, target)),
    );
  }

  return {
    element,
    show(state) {
      layGround(state.target);
      const touching = CURVES.filter(({ loss }) => loss(state) <= HIGHEST);
      points.replaceChildren(
        graphInside(frame, ...touching.map(({ loss, slope }) => (
          slopeLine(frame, state.probability, loss(state), slope(state))))),
        ...CURVES.map((curve) => pointElement(frame, curve, state)),
      );
      showHandle(state);
    },
  };
}

// ---------------------------------------------------------------- the other parts of the view

function slopeInWords(slope) {
  return formatNumber(slope, Math.abs(slope) < 100 ? 2 : 0);
}

const READOUT = [
  ["prediction p", ({ probability }) => formatNumber(probability, 7)],
  ["chance for the truth", (state) => formatNumber(share(state), 7)],
  ["squared error", (state) => cost(squaredError(state))],
  ["cross-entropy", (state) => cost(crossEntropy(state))],
  ["slope of squared error", (state) => slopeInWords(squaredErrorSlope(state))],
  ["slope of cross-entropy", (state) => slopeInWords(crossEntropySlope(state))],
];

function createReadout() {
  const values = READOUT.map(() => html("dd"));
  const pairs = READOUT.map(([name], k) => html("div", {}, html("dt", {}, name), values[k]));
  return {
    element: html("dl", { class: "fn-readout" }, ...pairs),
    show: (state) => READOUT.forEach(([, text], k) => values[k].replaceChildren(text(state))),
  };
}

function createTarget(view) {
  const buttons = [0, 1].map((target) => button(view, { label: String(target), press: () => view.set({ target }) }));
  return {
    element: buttonRow("Target y", buttons, { caption: "Target y" }),
    show: ({ target }) => buttons.forEach((one, k) => one.press(k === target)),
  };
}

function createGuesses(view) {
  const probability = ({ share: q }) => (view.state().target === 1 ? q : round(1 - q, 2));
  const buttons = GUESSES.map((guess) => (
    button(view, { label: guess.label, press: () => view.set({ probability: probability(guess) }) })));
  return {
    element: buttonRow("Guesses to try", buttons, { caption: "Try" }),
    show: (state) => buttons.forEach((one, k) => one.press(probability(GUESSES[k]) === state.probability)),
  };
}

function createSlider(view) {
  return slider(view, {
    label: "Prediction p", min: 0, max: 1, step: 0.001, scale: linearScale(0, 1, 0.0025),
    write: (probability) => view.set({ probability }),
  });
}

function introduction() {
  const rule = html("strong");
  const element = html("p", { class: "fn-intro" }, rule,
    " Drag the dashed line, or slide p. How much does each loss charge, and how steep is it there?");
  const words = ({ target }) => `The truth is ${target}. The neuron says p, its probability of a 1.`;
  return { element, show: (state) => rule.replaceChildren(words(state)) };
}

function render({ model, el }) {
  const view = createView({ model, el }, { label: "Score a guess", traits: ["target", "probability"] });
  const picture = createPicture(view);
  const parts = [introduction(), createTarget(view), createGuesses(view), picture];
  const prediction = createSlider(view);
  const status = statusLine(view);
  const readout = createReadout();
  view.root.append(...[...parts, prediction, status, readout].map((part) => part.element));
  view.draw = () => {
    const state = view.state();
    for (const part of [...parts, readout]) part.show(state);
    prediction.show(state.probability);
    status.show(describe(state));
  };
  view.draw();
  return view.cleanup;
}

export default { render };
