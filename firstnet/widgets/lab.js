const PIXELS = 64;
const CLASSES = 10;
const TRAINING_ROWS = 1437;
const INK = 16; // the most a pixel holds
const MOMENTUM = 0.9;
const FAR = 1e8; // the loss of one image, when the weights have left every scale
const MOST_EARLIER = 3;
const SHOWN = 12;
const GUESSING = Math.log(CLASSES); // 2.30
const LIMITS = {
  learning_rate: [1e-4, 10], batch_size: [1, TRAINING_ROWS], epochs: [1, 500], hidden: [1, 128], seed: [0, 9999],
};
const SETUP = ["learning_rate", "batch_size", "epochs", "hidden", "optimizer", "seed"];
const TRAITS = [...SETUP, "speed", "engine"];
const ENGINES = { page: "here, on the small digits", keras: "Keras, on MNIST" };
const OPTIMIZERS = { sgd: "SGD", momentum: "SGD, momentum 0.9" };
const SPEEDS = { slow: 4, steady: 15, fast: 1e9 }; // epochs a second
const SPEED_NAMES = { slow: "slow: 4 epochs a second", steady: "steady: 15 a second", fast: "as fast as it goes" };
const FIRST = { learning_rate: 0.1, batch_size: 32, epochs: 40, hidden: 32, optimizer: "sgd" };

export const PRESETS = [
  { label: "sensible", setup: {}, why: "A rate and a batch that work here: the loss falls fast, and then slowly." },
  { label: "rate too small", setup: { learning_rate: 0.0003 }, why: "Every step goes the right way, and is tiny." },
  { label: "rate too large", setup: { learning_rate: 4 }, why: "Every step jumps across the valley of the loss." },
  {
    label: "batch of 1", setup: { batch_size: 1, epochs: 20 },
    why: "1,437 steps in an epoch, each led by a single image: fast at first, and noisy.",
    keras: "48,000 steps in an epoch, each led by a single image: an epoch takes a minute.",
  },
  {
    label: "all at once", setup: { batch_size: TRAINING_ROWS, epochs: 100 },
    why: "One step in an epoch, led by all images: smooth, and slow.",
    keras: "1,437 images to a step, the most this laboratory takes: smooth, and slow.",
  },
];

// ---------------------------------------------------------------- the network: 64-h-10

function createLayer(inputs, outputs, random) {
  const limit = Math.sqrt(6 / (inputs + outputs)); // Glorot and Bengio, 2010
  const weights = new Float64Array(inputs * outputs).map(() => limit * (2 * random() - 1));
  const biases = new Float64Array(outputs);
  const numbers = [weights, biases];
  return {
    inputs, outputs, weights, biases, numbers,
    sums: numbers.map(({ length }) => new Float64Array(length)),
    speeds: numbers.map(({ length }) => new Float64Array(length)),
    values: new Float64Array(outputs),
    blame: new Float64Array(outputs),
  };
}

export function createDigits(images, labels) {
  return { x: Float64Array.from(images, (ink) => ink / INK), y: labels, rows: labels.length };
}

export function createTrainer(digits, { hidden, seed, optimizer }) {
  const random = mulberry32(seed);
  return {
    digits, hidden, seed, optimizer,
    layers: [createLayer(PIXELS, hidden, random), createLayer(hidden, CLASSES, random)],
    order: new Int32Array(TRAINING_ROWS), answers: new Uint8Array(digits.rows), alive: new Uint8Array(hidden),
    epoch: 0, // finished
    phase: "measure", // before the first epoch, and after each one
    place: 0, end: 0, size: 0, // where it is among the rows, and where the batch ends
    sums: new Float64Array(4), // loss and right answers of both sets
    rows: [], exploded: false,
  };
}

/** z = x·W + b; most pixels are paper, which add nothing. */
function feed({ inputs, outputs, weights, biases, values }, x, from) {
  values.set(biases);
  for (let i = 0; i < inputs; i += 1) {
    const value = x[from + i];
    if (value === 0) continue;
    const at = i * outputs;
    for (let j = 0; j < outputs; j += 1) values[j] += value * weights[at + j];
  }
}

/** Leaves the ten probabilities in the last layer’s values; returns the cross-entropy of the label. */
function forward({ layers: [hidden, last], digits: { x, y } }, row) {
  feed(hidden, x, row * PIXELS);
  const bent = hidden.values;
  for (let j = 0; j < bent.length; j += 1) if (bent[j] < 0) bent[j] = 0;
  feed(last, bent, 0);
  const z = last.values;
  let [most, sum] = [z[0], 0];
  for (let k = 1; k < CLASSES; k += 1) if (z[k] > most) most = z[k];
  const own = z[y[row]] - most;
  for (let k = 0; k < CLASSES; k += 1) sum += (z[k] = Math.exp(z[k] - most));
  for (let k = 0; k < CLASSES; k += 1) z[k] /= sum;
  return Math.log(sum) - own;
}

function addSlopes({ inputs, outputs, blame, sums: [weights, biases] }, x, from) {
  for (let j = 0; j < outputs; j += 1) biases[j] += blame[j];
  for (let i = 0; i < inputs; i += 1) {
    const value = x[from + i];
    if (value === 0) continue;
    const at = i * outputs;
    for (let j = 0; j < outputs; j += 1) weights[at + j] += value * blame[j];
  }
}

/** Adds the slopes of one image’s loss to the sums of its batch. */
function backward({ layers: [hidden, last], digits: { x, y } }, row) {
  for (let k = 0; k < CLASSES; k += 1) last.blame[k] = last.values[k];
  last.blame[y[row]] -= 1;
  addSlopes(last, hidden.values, 0);
  for (let i = 0; i < hidden.outputs; i += 1) {
    let sum = 0;
    if (hidden.values[i] > 0) for (let k = 0; k < CLASSES; k += 1) sum += last.weights[i * CLASSES + k] * last.blame[k];
    hidden.blame[i] = sum;
  }
  addSlopes(hidden, x, row * PIXELS);
}

function move(numbers, sums, speeds, size, momentum) {
  for (let k = 0; k < numbers.length; k += 1) {
    speeds[k] = momentum * speeds[k] - size * sums[k];
    numbers[k] += speeds[k];
    sums[k] = 0;
  }
}

function takeStep({ layers, optimizer }, size) {
  const momentum = optimizer === "momentum" ? MOMENTUM : 0;
  for (const { numbers, sums, speeds } of layers) {
    for (let k = 0; k < 2; k += 1) move(numbers[k], sums[k], speeds[k], size, momentum);
  }
}

/** Fisher and Yates, as firstnet.network.shuffled: a new order for each epoch. */
function shuffle(order, seed) {
  const random = mulberry32(seed);
  for (let k = 0; k < order.length; k += 1) order[k] = k;
  for (let last = order.length - 1; last > 0; last -= 1) {
    const chosen = Math.floor(random() * (last + 1));
    const kept = order[last];
    order[last] = order[chosen];
    order[chosen] = kept;
  }
}

function trainRow(trainer, { learning_rate: rate, batch_size: size }) {
  if (trainer.place === trainer.end) {
    trainer.size = Math.min(size, TRAINING_ROWS - trainer.place);
    trainer.end = trainer.place + trainer.size;
  }
  const row = trainer.order[trainer.place];
  if (!(forward(trainer, row) < FAR)) trainer.exploded = true;
  backward(trainer, row);
  trainer.place += 1;
  if (trainer.place === trainer.end) takeStep(trainer, rate / trainer.size);
  if (trainer.place < TRAINING_ROWS) return;
  trainer.epoch += 1;
  beginPhase(trainer, "measure");
}

function beginPhase(trainer, phase) {
  Object.assign(trainer, { phase, place: 0, end: 0 });
  if (phase === "train") return shuffle(trainer.order, trainer.seed + trainer.epoch);
  trainer.sums.fill(0);
  return trainer.alive.fill(0);
}

function measureRow(trainer) {
  const { place, sums, alive, answers, layers: [hidden, last], digits } = trainer;
  const loss = forward(trainer, place);
  if (!(loss < FAR)) trainer.exploded = true;
  let best = 0;
  for (let k = 1; k < CLASSES; k += 1) if (last.values[k] > last.values[best]) best = k;
  answers[place] = best;
  for (let j = 0; j < alive.length; j += 1) if (hidden.values[j] > 0) alive[j] = 1;
  const set = place < TRAINING_ROWS ? 0 : 2;
  sums[set] += loss;
  if (best === digits.y[place]) sums[set + 1] += 1;
  trainer.place += 1;
  if (trainer.place === digits.rows) endMeasure(trainer);
}

function endMeasure(trainer) {
  const { sums, epoch, rows, digits } = trainer;
  const kept = digits.rows - TRAINING_ROWS;
  rows.push([epoch, sums[0] / TRAINING_ROWS, sums[1] / TRAINING_ROWS, sums[2] / kept, sums[3] / kept]);
  beginPhase(trainer, "train");
}

/** Works until an epoch is measured or the time is up; tells whether an epoch was measured. */
export function advance(trainer, settings, until = Infinity) {
  const before = trainer.rows.length;
  for (let count = 1; !trainer.exploded && trainer.rows.length === before; count += 1) {
    if (trainer.phase === "train") trainRow(trainer, settings);
    else measureRow(trainer);
    if (count % 16 === 0 && performance.now() >= until) break;
  }
  return trainer.rows.length > before;
}

/** The slopes of the mean loss over the first rows, and that loss: for the tests. */
export function slopesOf(trainer, count) {
  let loss = 0;
  for (let row = 0; row < count; row += 1) {
    loss += forward(trainer, row) / count;
    backward(trainer, row);
  }
  const slopes = trainer.layers.flatMap(({ sums }) => sums.map((sum) => [...sum].map((one) => one / count)));
  trainer.layers.forEach(({ sums }) => sums.forEach((sum) => sum.fill(0)));
  return { loss, slopes };
}

// ---------------------------------------------------------------- words

const count = (number, name) => `${formatNumber(number)} ${name}${number === 1 ? "" : "s"}`;
const percent = (share) => `${formatNumber(100 * share, 1)}%`;

function settingsInWords(state) {
  const momentum = state.optimizer === "momentum" ? ", momentum 0.9" : "";
  const place = state.engine === "keras" ? "Keras on MNIST: " : "";
  return `${place}rate ${formatNumber(state.learning_rate)}, batch ${formatNumber(state.batch_size)}, `
    + `${formatNumber(state.hidden)} hidden${momentum}, seed ${state.seed}`;
}

function smallerRate({ learning_rate: rate }) {
  return formatNumber(Math.max(rate / 10, LIMITS.learning_rate[0]));
}

function explosion({ epoch }, state) {
  const advice = state.learning_rate > LIMITS.learning_rate[0]
    ? `choose a smaller learning rate, as ${smallerRate(state)}, and train anew.` : "train anew.";
  return {
    mood: "worse",
    headline: `Diverged: the loss grew beyond all numbers in epoch ${formatNumber(epoch + 1)}.`,
    detail: `Each step overshot farther than the one before, so the training stopped: ${advice}`,
  };
}

function whyGuessing({ trainer }, state) {
  if (trainer && !trainer.alive.includes(1)) {
    return "Every hidden neuron gives 0 for every image, so no slope is left to follow. "
      + `Choose a smaller learning rate, as ${smallerRate(state)}, and train anew.`;
  }
  if (state.learning_rate > 0.5) return `The steps jump to and fro. Choose a smaller learning rate, as ${smallerRate(state)}.`;
  return "The steps are tiny or few. Choose a larger learning rate, or a smaller batch.";
}

function guessing(run, state) {
  const recent = run.rows.slice(-4);
  if (run.epoch < 3 || recent.length < 4 || !recent.every(([, loss]) => loss > GUESSING - 0.15)) return undefined;
  const near = recent.every(([, loss]) => loss < GUESSING + 0.15);
  const headline = near ? "Stuck at guessing: the loss stays near 2.30." : "Worse than guessing: the loss is above 2.30.";
  const detail = `2.30 is ln 10, what guessing among ten digits costs. ${whyGuessing(run, state)}`;
  return { mood: near ? "same" : "worse", headline, detail };
}

function restless({ rows }, state) {
  const recent = rows.slice(-9);
  const leaps = recent.filter(([, loss], k) => k > 0 && loss > 1.1 * recent[k - 1][1] && loss > 0.02).length;
  if (recent.length < 5 || leaps < recent.length / 4) return undefined;
  const remedy = state.batch_size < 8 ? "Choose a smaller learning rate, or a larger batch." : "Choose a smaller learning rate.";
  return { mood: "worse", headline: "The loss leaps up and down.", detail: `The steps jump across the valley. ${remedy}` };
}

function trend({ rows, epoch }) {
  const [before, now] = [rows.at(-6) ?? rows[0], rows.at(-1)];
  const right = `${percent(now[4])} of the validation images are named right after ${count(epoch, "epoch")}.`;
  const apart = now[2] - now[4] > 0.02 && now[3] > before[3]
    ? " The validation loss rises while the training loss falls: it overfits." : "";
  if (now[1] < before[1]) return { mood: "better", headline: "The loss falls.", detail: right + apart };
  return { mood: "same", headline: "The loss hardly changes.", detail: right + apart };
}

function ready(state, sizes) {
  const numbers = sizes.pixels * state.hidden + state.hidden + state.hidden * CLASSES + CLASSES;
  const steps = Math.ceil(sizes.rows / state.batch_size);
  return {
    mood: "ready",
    headline: `Ready: ${formatNumber(numbers)} numbers to learn, ${count(steps, "step")} an epoch.`,
    detail: `Learning rate ${formatNumber(state.learning_rate)}, ${count(state.batch_size, "image")} a batch, `
      + `${count(state.epochs, "epoch")}. Press Train: how far will the loss fall?`,
  };
}

const WAITING = {
  asked: ["Asked Python to train.", "It answers as soon as it is free."],
  loading: ["Python loads Keras and MNIST.", "The first training takes some seconds to begin."],
  stopping: ["Stopping.", "Keras ends before its next batch."],
};

function trouble(run, state) {
  if (WAITING[run.status]) return { mood: "ready", headline: WAITING[run.status][0], detail: WAITING[run.status][1] };
  if (run.status === "failed") return { mood: "worse", headline: "Python could not train.", detail: run.words };
  return run.status === "diverged" ? explosion(run, state) : undefined;
}

/** What is happening: one sentence of facts, the reason, and a mood for the sign beside them. */
export function describe(run, state, sizes) {
  const found = trouble(run, state);
  if (found) return found;
  if (run.rows.length === 0 || (run.epoch === 0 && run.status === "ready")) {
    return run.status === "training" ? { mood: "ready", headline: "The first epoch runs.", detail: "" } : ready(state, sizes);
  }
  const message = run.epoch === 0 ? { mood: "ready", headline: "The first epoch runs.", detail: "" }
    : guessing(run, state) ?? restless(run, state) ?? trend(run);
  const ends = { done: `Done after ${count(run.epoch, "epoch")}.`, stopped: `Stopped after ${count(run.epoch, "epoch")}.` };
  return ends[run.status] ? { ...message, headline: `${ends[run.status]} ${message.headline}` } : message;
}

// ---------------------------------------------------------------- runs: this one and earlier ones

/** A run is what the curves show: rows of epoch, loss, accuracy, and both on the validation images. */
function createRun(state, trainer) {
  return {
    engine: trainer ? "page" : "keras", trainer, settings: settingsInWords(state), rows: trainer?.rows ?? [],
    turns: [], status: trainer ? "ready" : "asked", epoch: 0, source: "", now: undefined,
  };
}

function noteTurn(run, at, text) {
  const kept = run.turns.filter((turn) => turn.epoch !== at || turn.name !== text.split(" ")[0]);
  run.turns = [...kept, { epoch: at, text, name: text.split(" ")[0] }].slice(-6);
}

const whole = (run) => run.trainer && [run.trainer.hidden, run.trainer.seed, run.trainer.optimizer].join();
const isOver = (run) => ["done", "diverged", "failed"].includes(run.status) || (run.engine === "keras" && run.status === "stopped");

function createSession(view, digits, engine) {
  let run;
  let [earlier, known] = [[], {}];
  const structure = ({ hidden, seed, optimizer }) => [hidden, seed, optimizer].join();
  function begin(state) {
    if (run && run.epoch > 0) earlier = [...earlier, { rows: [...run.rows], settings: run.settings }].slice(-MOST_EARLIER);
    run = createRun(state, engine() === "page" ? createTrainer(digits, state) : undefined);
    if (engine() === "keras") run.status = "ready";
  }
  function noteTurns(state) {
    const exact = run.trainer ? run.epoch + (run.trainer.phase === "train" ? run.trainer.place / TRAINING_ROWS : 0) : run.epoch;
    const at = round(exact, 1);
    const started = at > 0 && !isOver(run);
    if (started && known.learning_rate !== state.learning_rate) noteTurn(run, at, `rate ${formatNumber(state.learning_rate)}`);
    if (started && known.batch_size !== state.batch_size) noteTurn(run, at, `batch ${formatNumber(state.batch_size)}`);
    if (at === 0 || !started) return;
    run.settings = `${run.settings.split(" →")[0]}${run.turns.map(({ epoch, text }) => ` → ${text} from epoch ${formatNumber(epoch)}`).join("")}`;
  }
  return {
    run: () => run,
    earlier: () => earlier,
    forget: () => { earlier = []; },
    begin,
    /** Takes a change of the settings: structure begins anew, rate and batch size are marked. */
    follow(state) {
      const anew = !run || run.engine !== engine() || (run.trainer && whole(run) !== structure(state));
      if (anew) begin(state);
      else noteTurns(state);
      if (run.epoch === 0 && !isOver(run)) run.settings = settingsInWords({ ...state, engine: engine() });
      if (!isOver(run)) run.lived = { learning_rate: state.learning_rate, batch_size: state.batch_size };
      known = { learning_rate: state.learning_rate, batch_size: state.batch_size };
      return anew;
    },
  };
}

// ---------------------------------------------------------------- curves

const TOPS = [0.5, 1, 2.5, 5];
const HEIGHT = 220;
const COLUMNS = { loss: [1, 3], accuracy: [2, 4] };

function niceStep(span) {
  const power = 10 ** Math.floor(Math.log10(span / 4));
  return Math.max(1, [1, 2, 5, 10].map((times) => times * power).find((step) => span / step <= 5));
}

function lossTop(runs) {
  let most = 0;
  for (const { rows } of runs) for (const row of rows) most = Math.max(most, row[1], row[3]);
  return TOPS.find((top) => top >= most) ?? TOPS.at(-1);
}

function curveFrame(kind, width, epochs, runs) {
  const top = kind === "loss" ? lossTop(runs) : 100;
  const frame = graphFrame({ width, height: HEIGHT, x: [0, epochs], y: [0, top], left: 40 });
  const step = niceStep(epochs);
  const xTicks = Array.from({ length: Math.floor(epochs / step) + 1 }, (_, k) => k * step);
  const yTicks = [0, 0.2, 0.4, 0.6, 0.8, 1].map((part) => round(part * top, 2));
  return { frame, axes: graphAxes(frame, { xTicks, yTicks, xName: "epochs" }) };
}

function curvePath(frame, rows, column, kind, name) {
  if (rows.length === 0) return svg("g");
  const [times, high] = kind === "loss" ? [1, 1e4] : [100, 100];
  const points = rows.map((row) => [row[0], Math.min(times * row[column], high)]);
  return svg("path", { class: name, d: graphLine(frame, points.length > 1 ? points : [points[0], points[0]]) });
}

function turnMarks({ across, top, bottom, right }, turns, kind) {
  return turns.flatMap(({ epoch, text }, k) => {
    const [x, near] = [across(epoch), across(epoch) > right - 70];
    const name = { class: "fn-lab-turn-name", x: x + (near ? -4 : 4), y: kind === "loss" ? top + 14 * (1 + (k % 3)) : bottom - 14 * (1 + (k % 3)) + 8, "text-anchor": near ? "end" : "start" };
    return [svg("line", { class: "fn-lab-turn", x1: x, x2: x, y1: top, y2: bottom }), svg("text", name, text)];
  });
}

function oldNames({ across, up, right }, kind, earlier) {
  return earlier.flatMap(({ rows }, k) => {
    const last = rows.at(-1);
    const y = clamp(kind === "loss" ? last[3] : 100 * last[4], 0, kind === "loss" ? TOPS.at(-1) : 100);
    return [svg("text", { class: "fn-lab-old-name", x: Math.min(across(last[0]) + 3, right - 10), y: up(y) - 3 }, String(k + 1))];
  });
}

function createCurve(kind, title) {
  const drawing = svg("svg", { role: "img" });
  let width = 320;
  return {
    element: html("div", { class: "fn-plot" }, html("p", { class: "fn-plot-title" }, title), drawing),
    resize(next) { width = next; },
    show(run, earlier, epochs) {
      const { frame, axes } = curveFrame(kind, width, epochs, [run, ...earlier]);
      const [own, other] = COLUMNS[kind];
      const old = earlier.map(({ rows }) => curvePath(frame, rows, other, kind, "fn-lab-old"));
      const now = [curvePath(frame, run.rows, other, kind, "fn-lab-validation"), curvePath(frame, run.rows, own, kind, "fn-lab-training")];
      sizeDrawing(drawing, width, HEIGHT);
      drawing.replaceChildren(axes, graphInside(frame, ...old, ...now), ...oldNames(frame, kind, earlier), ...turnMarks(frame, run.turns, kind));
      const last = run.rows.at(-1);
      const say = (value) => (kind === "loss" ? formatNumber(value) : percent(value));
      const text = last ? `After ${count(last[0], "epoch")}: training ${say(last[own])}, validation ${say(last[other])}` : "No epoch yet";
      drawing.setAttribute("aria-label", `${title}. ${text}`);
    },
  };
}

function createCurves(view) {
  const curves = [createCurve("loss", "Loss"), createCurve("accuracy", "Accuracy, in percent")];
  const swatch = (name) => svg("svg", { class: "fn-lab-swatch", viewBox: "0 0 28 8", "aria-hidden": "true" }, svg("path", { class: name, d: "M0 4H28" }));
  const key = html("p", { class: "fn-plot-note fn-lab-key" },
    html("span", {}, swatch("fn-lab-training"), " training images"), html("span", {}, swatch("fn-lab-validation"), " validation images"),
    html("span", {}, swatch("fn-lab-old"), " earlier runs, validation"));
  const list = html("ol", { class: "fn-lab-earlier" });
  const plots = html("div", { class: "fn-plots" }, ...curves.map(({ element }) => element));
  let listed = "";
  return {
    element: html("div", {}, plots, key, list), plots, curves,
    show(run, earlier, state) {
      const reached = Math.max(0, ...[run, ...earlier].map(({ rows }) => rows.at(-1)?.[0] ?? 0));
      const epochs = Math.max(reached, Math.min(state.epochs, Math.max(40, 2 * reached)), 2);
      for (const curve of curves) curve.show(run, earlier, epochs);
      const texts = earlier.map(({ rows, settings }) => `${settings}: ${percent(rows.at(-1)[4])} right on validation after ${count(rows.at(-1)[0], "epoch")}`);
      if (texts.join() === listed) return;
      listed = texts.join();
      list.replaceChildren(...texts.map((text) => html("li", {}, text)));
      list.hidden = texts.length === 0;
    },
  };
}

// ---------------------------------------------------------------- a handful of images

function createPicture(side, most) {
  const picture = greyPicture({ width: side, height: side, most, label: "" });
  const caption = html("figcaption", { "aria-hidden": "true" });
  const element = html("figure", { class: "fn-lab-picture" }, picture.element, caption);
  return {
    element,
    draw: (pixels) => picture.show(pixels),
    say(label, answer) {
      const [text, spoken] = answer === undefined ? ["–", `A ${label}, not answered yet`]
        : answer === label ? [`${answer} ✓`, `A ${label}, named right`] : [`${answer} ✗`, `A ${label}, taken for ${answer}`];
      if (caption.textContent === text) return;
      caption.textContent = text;
      picture.name(spoken);
      element.dataset.right = String(answer === undefined ? "" : answer === label);
    },
  };
}

/** Twelve validation images: drawn once for a set, their answers whenever there are new ones. */
function createPictures() {
  const shelf = html("div", { class: "fn-lab-pictures", role: "group", "aria-label": "Twelve validation images, and what the network takes them for" });
  let [shown, set] = [[], undefined];
  return {
    element: html("div", {}, html("p", { class: "fn-plot-title" }, "Twelve validation images, and what the network says"), shelf),
    show(next, answers) {
      if (set !== next) {
        set = next;
        shown = next.labels.map((_, k) => {
          const one = createPicture(next.side, next.most);
          one.draw(next.pixels.subarray(k * next.side ** 2, (k + 1) * next.side ** 2));
          return one;
        });
        shelf.replaceChildren(...shown.map(({ element }) => element));
      }
      shown.forEach((one, k) => one.say(next.labels[k], answers?.[k]));
    },
  };
}

const chosenRow = (k) => TRAINING_ROWS + 30 * k;

function smallPictures(images, labels) {
  const pixels = new Uint8Array(SHOWN * PIXELS);
  for (let k = 0; k < SHOWN; k += 1) pixels.set(images.subarray(chosenRow(k) * PIXELS, (chosenRow(k) + 1) * PIXELS), k * PIXELS);
  return { side: 8, most: INK, pixels, labels: Array.from({ length: SHOWN }, (_, k) => labels[chosenRow(k)]) };
}

// ---------------------------------------------------------------- controls

function traitSlider(view, trait, label, { step = 1, whole: only = true } = {}) {
  const [min, max] = LIMITS[trait];
  const scale = logScale(min, max);
  const write = (value) => view.set({ [trait]: only ? Math.round(value) : value });
  const { element, show } = slider(view, { label, min, max, step, scale, write, whole: only });
  return { trait, element, show: (state) => show(state[trait]) };
}

function traitChoice(view, trait, label, options) {
  const { element, show } = selectField(view, { label, options: Object.entries(options), write: (value) => view.set({ [trait]: value }) });
  return { trait, element, show: (state) => show(state[trait]) };
}

function createControls(view) {
  const parts = [
    traitSlider(view, "learning_rate", "Learning rate", { step: "any", whole: false }),
    traitSlider(view, "batch_size", "Batch size"),
    traitSlider(view, "epochs", "Epochs"),
    traitSlider(view, "hidden", "Hidden neurons"),
    traitChoice(view, "optimizer", "Optimizer", OPTIMIZERS),
    traitChoice(view, "speed", "Speed", SPEED_NAMES),
    traitChoice(view, "engine", "It trains", ENGINES),
  ];
  const part = (name) => parts.find(({ trait }) => trait === name).element;
  const seed = numberField(view, { label: "Seed", min: 0, max: 9999, step: 1, whole: true, write: (value) => view.set({ seed: value }) });
  const seeds = html("div", { class: "fn-row" }, seed.element, seed.note);
  return {
    element: html("div", { class: "fn-lab-controls" }, ...parts.slice(0, 6).map(({ element }) => element), seeds),
    engine: part("engine"),
    show(state, engine, offered) {
      parts.forEach((one) => one.show(state));
      seed.show(state.seed);
      part("engine").hidden = !offered;
      part("speed").hidden = engine === "keras";
    },
  };
}

function createPresets(view, choose) {
  const buttons = PRESETS.map((preset) => button(view, { label: preset.label, press: () => choose(preset) }));
  const note = html("p", { class: "fn-lab-why", role: "status" });
  const fits = (state) => ({ setup }) => Object.entries({ ...FIRST, ...setup }).every(([name, value]) => state[name] === value);
  return {
    element: html("div", { class: "fn-lab-presets" }, buttonRow("Set-ups to try", buttons, { caption: "Try" }), note),
    show(state, engine) {
      const found = PRESETS.find(fits(state));
      buttons.forEach((one, k) => one.press(PRESETS[k] === found));
      buttons.at(-1).rename(engine === "keras" ? "large batch" : PRESETS.at(-1).label);
      const text = found?.[engine] ?? found?.why ?? "";
      if (note.textContent !== text) note.textContent = text;
    },
  };
}

const READOUT = ["epoch", "training loss", "validation accuracy", "pace"];

function timeLeft(seconds) {
  if (seconds < 90) return `${count(Math.ceil(seconds), "second")} left`;
  return `${count(Math.ceil(seconds / 60), "minute")} left`;
}

function createReadout() {
  const values = READOUT.map(() => html("dd"));
  return {
    element: html("dl", { class: "fn-readout" }, ...READOUT.map((name, k) => html("div", {}, html("dt", {}, name), values[k]))),
    show(run, pace) {
      const last = run.rows.at(-1);
      const { batch, batches, left, loss } = run.now ?? {};
      const part = batch && run.status === "training" ? ` + ${formatNumber(batch)} of ${count(batches, "batch").replace(/chs$/, "ches")}` : "";
      const speed = run.status !== "training" ? "at rest"
        : left !== undefined ? timeLeft(left) : pace > 0 ? `${formatNumber(pace, pace < 10 ? 1 : 0)} epochs/s` : "begins";
      const lossNow = run.status === "training" && loss !== undefined ? loss : last?.[1];
      const shown = run.status === "diverged" ? ["beyond all numbers", "–"]
        : [lossNow === undefined ? "–" : formatNumber(lossNow), last ? percent(last[4]) : "–"];
      [formatNumber(run.epoch) + part, ...shown, speed].forEach((text, k) => {
        if (values[k].textContent !== text) values[k].textContent = text;
      });
    },
  };
}

// ---------------------------------------------------------------- training in the page, frame by frame

const TRAINING_TIME = 8; // milliseconds of a frame

function createPace() {
  let marks = [];
  return {
    forget: () => { marks = []; },
    mark(now, epoch) { marks = [...marks.filter(([time]) => now - time < 1000), [now, epoch]]; },
    value() {
      const [first, last] = [marks[0], marks.at(-1)];
      return marks.length < 2 ? 0 : (1000 * (last[1] - first[1])) / Math.max(1, last[0] - first[0]);
    },
  };
}

function createLoop(view, { session, paint }) {
  const pace = createPace();
  let [running, visible, request, before, owed] = [false, true, 0, 0, 0];
  const observer = new IntersectionObserver((entries) => {
    visible = entries.at(-1).isIntersecting;
    begin();
  });
  observer.observe(view.root);
  view.onCleanup(() => { running = false; cancelAnimationFrame(request); observer.disconnect(); });
  function work(run, state) {
    const until = performance.now() + TRAINING_TIME;
    while (owed > 0 && run.epoch < state.epochs && performance.now() < until) {
      if (advance(run.trainer, state, until)) owed -= 1;
      run.epoch = Math.max(0, run.rows.length - 1);
      if (run.trainer.exploded) return;
    }
  }
  function frame(now) {
    const [run, state] = [session.run(), view.state()];
    // a frame may be older than the press that asked for it
    owed = Math.min(owed, 2) + (SPEEDS[state.speed] * clamp(now - before, 0, 100)) / 1000;
    before = now;
    work(run, state);
    pace.mark(now, run.epoch);
    if (run.trainer.exploded) return stop("diverged");
    if (run.epoch >= state.epochs) return stop("done");
    paint(now);
    return plan();
  }
  function plan() {
    cancelAnimationFrame(request);
    if (running && visible) request = requestAnimationFrame(frame);
  }
  function stop(status) {
    running = false;
    cancelAnimationFrame(request);
    session.run().status = status;
    view.redraw();
  }
  function begin() {
    [before, owed] = [performance.now(), 1];
    pace.forget();
    plan();
  }
  return {
    stop,
    running: () => running,
    pace: () => pace.value(),
    quit() { running = false; cancelAnimationFrame(request); },
    start() { running = true; session.run().status = "training"; begin(); view.redraw(); },
  };
}

// ---------------------------------------------------------------- Keras, through Python

/** Asks once whether Python is there; a page without a kernel gets no answer, and nothing happens. */
function createPython(view, model, { hear }) {
  const python = { offered: false, pictures: undefined };
  const listen = (message, buffers) => {
    if (message.type === "hello") python.offered = true;
    if (message.type === "pictures") python.pictures = { side: 28, most: 255, pixels: bytesOf(buffers[0]), labels: message.labels };
    if (message.type === "progress") hear(message);
    view.redraw();
  };
  model.on("msg:custom", listen);
  view.onCleanup(() => model.off("msg:custom", listen));
  model.send?.({ type: "hello" });
  return python;
}

/** Brings what Python tells into the run. */
function takeProgress(run, message) {
  const { status, epoch = 0, history = [], source = "", words = "" } = message;
  Object.assign(run, { status: status === "idle" ? "ready" : status, epoch, source, words, now: message });
  run.rows = history.map((row, k) => [k + 1, ...row]);
}

// ---------------------------------------------------------------- all together

function createDue() {
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  const waits = { curve: 120, readout: 200, words: 2000 };
  const last = {};
  return (part, now, all) => {
    const wait = Math.max(waits[part], still.matches ? 500 : 0);
    if (!all && now - (last[part] ?? -1e9) < wait) return false;
    last[part] = now;
    return true;
  };
}

function introduction() {
  return html("p", { class: "fn-intro" },
    "A network learns to read digits while you watch, from random weights. ",
    html("strong", {}, "Before you press Train: what will a ten times smaller learning rate do to the curves?"));
}

const SIZES = { page: { pixels: 64, rows: TRAINING_ROWS }, keras: { pixels: 784, rows: 48000 } };

function sourceInWords(run) {
  if (run.engine === "page") return "Data: scikit-learn’s small digits, 8 × 8 pixels, 1,437 to train on and 360 to validate.";
  const [training, kept] = run.now?.rows ?? [];
  const later = run.status === "training" ? " Other settings than rate and batch size count from the next training." : "";
  const rows = training ? ` ${formatNumber(training)} to train on, ${formatNumber(kept)} to validate.` : "";
  return `${run.source || "Data: MNIST, loaded by Python when the training begins."}${rows}`
    + " Keras adds up its training curve while it learns, so that curve lags behind." + later;
}

function createButtons(view, { press, reset, forget }) {
  const train = button(view, { label: "Train", strong: true, press });
  const again = button(view, { label: "Reset", press: reset });
  const clear = button(view, { label: "Clear earlier runs", press: forget });
  return {
    element: buttonRow("Training", [train, again, clear]),
    show(run, earlier, { epochs }) {
      const busy = ["training", "asked", "loading"].includes(run.status);
      const rested = run.status === "stopped" && run.engine === "page" && run.epoch < epochs;
      train.rename(busy || run.status === "stopping" ? "Stop" : rested ? "Go on" : run.epoch > 0 ? "Train anew" : "Train");
      train.enable(run.status !== "stopping");
      clear.enable(earlier.length > 0);
    },
  };
}

function createParts(view, actions) {
  const note = html("p", { class: "fn-plot-note" });
  const [buttons, controls, readout] = [createButtons(view, actions), createControls(view), createReadout()];
  const [status, curves, pictures, presets] = [statusLine(view), createCurves(view), createPictures(), createPresets(view, actions.choose)];
  view.root.append(introduction(), controls.engine, presets.element, controls.element, buttons.element,
    readout.element, status.element, curves.element, pictures.element, note);
  watchWidth(view, curves.plots, () => {
    for (const curve of curves.curves) curve.resize(curve.element.clientWidth);
    view.redraw();
  });
  return { note, buttons, controls, readout, status, curves, pictures, presets };
}

function render({ model, el }) {
  const view = createView({ model, el }, { label: "Training laboratory", traits: TRAITS });
  view.root.classList.add("fn-lab");
  const [images, labels] = [bytesOf(model.get("images")), bytesOf(model.get("labels"))];
  const small = smallPictures(images, labels);
  const due = createDue();
  let python = { offered: false };
  const engine = () => (python.offered ? view.state().engine : "page");
  const session = createSession(view, createDigits(images, labels), engine);
  const loop = createLoop(view, { session, paint: (now) => paint(now) });
  const tellPython = (type) => { model.save_changes(); model.send({ type }); };
  const isBusy = (run) => ["training", "asked", "loading", "stopping"].includes(run.status);
  function stop() {
    const run = session.run();
    if (run.engine === "page") return loop.stop("stopped");
    run.status = "stopping";
    tellPython("stop");
    return view.redraw();
  }
  function start() {
    const state = view.state();
    const run = session.run();
    if (isOver(run) || (run.engine === "page" && run.epoch >= state.epochs)) session.begin(state);
    if (session.run().engine === "page") return loop.start();
    session.run().status = "asked";
    tellPython("train");
    return view.redraw();
  }
  function reset() {
    const run = session.run();
    if (run.engine === "keras" && isBusy(run)) return stop();
    loop.quit();
    session.begin(view.state());
    return view.redraw();
  }
  function choose({ setup }) {
    const { epochs, ...rest } = { ...FIRST, ...setup };
    if (isBusy(session.run())) reset();
    view.set({ ...rest, epochs });
    if (session.run().engine === "keras" && isBusy(session.run())) return;
    session.follow(view.state());
    if (session.run().epoch > 0 || session.run().status !== "ready") session.begin(view.state());
    start();
  }
  const parts = createParts(view, {
    press: () => (isBusy(session.run()) ? stop() : start()),
    reset, choose,
    forget: () => { session.forget(); view.redraw(); },
  });
  function paint(now, all) {
    const [run, state] = [session.run(), view.state()];
    if (due("curve", now, all)) parts.curves.show(run, session.earlier(), state);
    if (due("readout", now, all)) {
      parts.readout.show(run, loop.pace());
      const answers = run.trainer ? run.rows.length && small.labels.map((_, k) => run.trainer.answers[chosenRow(k)]) : run.now?.answers;
      parts.pictures.show(run.engine === "keras" && python.pictures ? python.pictures : small, answers || undefined);
    }
    const lived = isOver(run) ? { ...state, ...run.lived } : state; // what the words are about
    if (due("words", now, all)) parts.status.show(describe(run, lived, run.now?.rows ? { pixels: 784, rows: run.now.rows[0] } : SIZES[run.engine]));
  }
  let painted;
  view.draw = () => {
    const state = view.state();
    const before = session.run();
    if (before?.engine === "keras" && isBusy(before) && engine() === "page") tellPython("stop");
    if (session.follow(state)) loop.quit();
    const run = session.run();
    if (run.engine === "page" && run.status === "done" && run.epoch < state.epochs) run.status = "stopped"; // more are asked for
    parts.controls.show(state, run.engine, python.offered);
    parts.presets.show(state, run.engine);
    parts.buttons.show(run, session.earlier(), state);
    if (parts.note.textContent !== sourceInWords(run)) parts.note.textContent = sourceInWords(run);
    const key = `${run.status} ${TRAITS.map((name) => state[name])}`;
    paint(performance.now(), key !== painted || run.status !== "training");
    painted = key;
  };
  view.draw();
  python = createPython(view, model, {
    hear(message) {
      if (message.status !== "idle" && engine() === "keras") {
        session.follow(view.state());
        if (session.run().engine === "keras") takeProgress(session.run(), message);
      }
    },
  });
  return view.cleanup;
}

export default { render };
