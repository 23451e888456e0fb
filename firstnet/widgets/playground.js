const PLANE = 3; // the map shows both inputs from −3 to 3
const CELLS = 60; // of a picture, along each side
const WEIGHT_LIMIT = 1e6;
const DATA_STREAM = 1000003; // keeps the points’ random numbers apart from the weights’
const MOST_EPOCHS = 5000;
const MOST_LAYERS = 3;
const MOST_NEURONS = 8;
const MOST_OWN = 200;
const LIMITS = {
  noise: [0, 1], points: [50, 500], learning_rate: [1e-4, 10], batch_size: [1, 500], seed: [0, 9999],
};
const DATA_NAMES = {
  clusters: "two clusters", xor: "XOR", moons: "two moons", circles: "circles", spirals: "spirals",
  none: "only my own points",
};
const ACTIVATION_NAMES = { tanh: "tanh", relu: "ReLU", sigmoid: "sigmoid", linear: "linear (none)" };
const SPEED_NAMES = { slow: "slow: 5 epochs a second", steady: "steady: 60 a second", fast: "as fast as it goes" };
const SPEEDS = { slow: 5, steady: 60, fast: 1e9 };
const CONTROL_NAMES = {
  data: "data", noise: "noise", points: "number of points", own_points: "adding points", hidden: "layers",
  activation: "activation", learning_rate: "learning rate", batch_size: "batch size", speed: "speed",
  seed: "seed", presets: "set-ups to try", link: "this link",
};
const SETUP = ["data", "noise", "points", "hidden", "activation", "learning_rate", "batch_size", "seed", "own_points"];
const TRAITS = [...SETUP, "speed", "hidden_controls"];

// ---------------------------------------------------------------- set-ups to try

const FIRST = {
  data: "moons", noise: 0.15, points: 200, hidden: [4], activation: "tanh", learning_rate: 0.03, batch_size: 10,
  seed: 1, own_points: [],
};

export const PRESETS = [
  {
    label: "two moons", works: true, setup: {},
    why: "Four neurons draw four soft lines. The output bends them into one border between the moons.",
  },
  {
    label: "XOR, 4 neurons", works: true, setup: { data: "xor", noise: 0.1, learning_rate: 0.1 },
    why: "The classes lie crosswise. Each neuron cuts the plane once, and together they part all four corners.",
  },
  {
    label: "circles, ReLU", works: true,
    setup: { data: "circles", noise: 0.1, hidden: [8], activation: "relu" },
    why: "Each ReLU adds one fold. Eight folds close around the inner class: count the corners of the border.",
  },
  {
    label: "spirals, 8 and 8", works: true,
    setup: { data: "spirals", noise: 0.05, points: 300, hidden: [8, 8], learning_rate: 0.1 },
    why: "The second layer bends what the first has bent. Give it a few hundred epochs.",
  },
  {
    label: "XOR, no hidden layer", works: false, setup: { data: "xor", noise: 0.1, hidden: [], learning_rate: 0.1 },
    why: "Without a hidden layer the border is one straight line. No single line parts four corners crosswise.",
  },
  {
    label: "linear layers", works: false, setup: { hidden: [8, 8], activation: "linear" },
    why: "Linear layers collapse into a single one. Sixteen hidden neurons, and still one straight line.",
  },
  {
    label: "too few neurons", works: false, setup: { data: "circles", noise: 0.1, hidden: [2], learning_rate: 0.1 },
    why: "Two neurons draw two soft lines. To close around the inner class you need at least three.",
  },
  {
    label: "rate too small", works: false, setup: { learning_rate: 0.0001 },
    why: "Every step goes the right way, and is tiny. Make the learning rate a hundred times larger while it runs.",
  },
  {
    label: "rate too large", works: false, setup: { hidden: [8, 8], learning_rate: 10 },
    why: "Every step jumps across the valley of the loss, so the loss leaps about and never settles.",
  },
  {
    label: "explodes", works: false, setup: { hidden: [8, 8], activation: "linear", learning_rate: 10 },
    why: "Each step overshoots farther than the last. Nothing in a linear layer holds the numbers back.",
  },
];

const setupOf = (preset) => ({ ...FIRST, ...preset.setup });

// ---------------------------------------------------------------- the network, as firstnet.network has it

function sigmoid(z) {
  return 1 / (1 + Math.exp(-z));
}

/** Each activation, and its slope written with the activation’s own value a = f(z). */
const ACTIVATIONS = {
  tanh: { of: Math.tanh, slope: (a) => 1 - a * a },
  relu: { of: (z) => (z > 0 ? z : 0), slope: (a) => (a > 0 ? 1 : 0) },
  sigmoid: { of: sigmoid, slope: (a) => a * (1 - a) },
  linear: { of: (z) => z, slope: () => 1 },
};

function createLayer(inputs, outputs, random) {
  const limit = Math.sqrt(6 / (inputs + outputs)); // Glorot and Bengio, 2010
  const numbers = (length) => new Float64Array(length);
  return {
    inputs,
    outputs,
    weights: numbers(inputs * outputs).map(() => limit * (2 * random() - 1)), // row i: what input i sends out
    biases: numbers(outputs),
    values: numbers(outputs),
    blame: numbers(outputs),
    weightSums: numbers(inputs * outputs),
    biasSums: numbers(outputs),
  };
}

export function createNetwork({ hidden, activation, seed }) {
  const random = mulberry32(seed);
  const sizes = [2, ...hidden, 1];
  const layers = sizes.slice(1).map((outputs, k) => createLayer(sizes[k], outputs, random));
  return { activation: ACTIVATIONS[activation], layers };
}

function feedLayer({ inputs, outputs, weights, biases, values }, given, activate) {
  for (let j = 0; j < outputs; j += 1) {
    let z = biases[j];
    for (let i = 0; i < inputs; i += 1) z += weights[i * outputs + j] * given[i];
    values[j] = activate(z);
  }
  return values;
}

/** The sum z of the output neuron; every neuron keeps its value for the way back. */
function feedForward({ layers, activation }, inputs) {
  let given = inputs;
  const last = layers.length - 1;
  for (let k = 0; k < last; k += 1) given = feedLayer(layers[k], given, activation.of);
  return feedLayer(layers[last], given, ACTIVATIONS.linear.of)[0];
}

function addToSums({ inputs, outputs, blame, weightSums, biasSums }, given) {
  for (let j = 0; j < outputs; j += 1) biasSums[j] += blame[j];
  for (let i = 0; i < inputs; i += 1) {
    for (let j = 0; j < outputs; j += 1) weightSums[i * outputs + j] += given[i] * blame[j];
  }
}

function blameBelow({ inputs, outputs, weights, blame }, below, slope) {
  for (let i = 0; i < inputs; i += 1) {
    let sum = 0;
    for (let j = 0; j < outputs; j += 1) sum += weights[i * outputs + j] * blame[j];
    below.blame[i] = sum * slope(below.values[i]);
  }
}

/** Adds one row’s slopes to the sums of its batch. */
function passBlameBack({ layers, activation }, inputs, error) {
  layers.at(-1).blame[0] = error;
  for (let k = layers.length - 1; k > 0; k -= 1) {
    addToSums(layers[k], layers[k - 1].values);
    blameBelow(layers[k], layers[k - 1], activation.slope);
  }
  addToSums(layers[0], inputs);
}

/** Moves the numbers down their slopes; tells whether all of them stayed within reason. */
function moveDown(numbers, sums, size) {
  let held = true;
  for (let k = 0; k < numbers.length; k += 1) {
    numbers[k] -= size * sums[k];
    sums[k] = 0;
    if (!(Math.abs(numbers[k]) <= WEIGHT_LIMIT)) held = false;
  }
  return held;
}

function takeStep({ layers }, size) {
  let held = true;
  for (const { weights, biases, weightSums, biasSums } of layers) {
    held = moveDown(weights, weightSums, size) && held;
    held = moveDown(biases, biasSums, size) && held;
  }
  return held;
}

/** The order of the rows in an epoch: Fisher and Yates’ shuffle, its own for each epoch. */
export function shuffled(count, seed) {
  const random = mulberry32(seed);
  const order = Uint32Array.from({ length: count }, (_, k) => k);
  for (let i = count - 1; i > 0; i -= 1) {
    const j = Math.floor(random() * (i + 1));
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}

/** One pass over all points; false as soon as a weight leaves ±1,000,000. */
export function trainEpoch(network, points, { rate, batch, seed }) {
  const order = shuffled(points.length, seed);
  for (let from = 0; from < order.length; from += batch) {
    const to = Math.min(from + batch, order.length);
    for (let k = from; k < to; k += 1) {
      const point = points[order[k]];
      passBlameBack(network, point, sigmoid(feedForward(network, point)) - point[2]);
    }
    if (!takeStep(network, rate / (to - from))) return false;
  }
  return true;
}

/** Mean cross-entropy and share of points on the right side, from the output’s sum z. */
export function score(network, points) {
  if (points.length === 0) return { loss: 0, accuracy: 0 };
  let [loss, right] = [0, 0];
  for (const point of points) {
    const z = feedForward(network, point);
    loss += Math.max(z, 0) - z * point[2] + Math.log1p(Math.exp(-Math.abs(z)));
    right += (z > 0) === (point[2] === 1) ? 1 : 0;
  }
  return { loss: loss / points.length, accuracy: right / points.length };
}

// ---------------------------------------------------------------- the points

function normal(random) {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

function onCircle(radius, angle) {
  return [radius * Math.cos(angle), radius * Math.sin(angle)];
}

/** Where a point of a class lies, before the noise. */
const DATA = {
  clusters: (label, random) => [0, 1].map(() => (label ? 1.3 : -1.3) + 0.45 * normal(random)),
  xor(label, random) {
    const [x1, size] = [0, 1].map(() => 0.25 + 2.15 * random());
    const side = random() < 0.5 ? -1 : 1;
    return [side * x1, (label ? -side : side) * size];
  },
  moons(label, random) {
    const [across, up] = onCircle(1, Math.PI * random());
    return label ? [1.7 * (0.5 - across), 1.7 * (0.25 - up)] : [1.7 * (across - 0.5), 1.7 * (up - 0.25)];
  },
  circles: (label, random) => onCircle(label ? 1.9 + 0.6 * random() : Math.sqrt(random()), 2 * Math.PI * random()),
  spirals(label, random) {
    const along = random();
    return onCircle(0.2 + 2.4 * along, Math.PI * (2.5 * along + label));
  },
  none: () => [0, 0],
};

/** Generated points as [x₁, x₂, class], the classes taking turns, both inputs rounded and held to the map. */
export function generatePoints({ data, points, noise, seed }) {
  if (data === "none") return [];
  const random = mulberry32(seed + DATA_STREAM);
  return Array.from({ length: points }, (_, k) => {
    const place = DATA[data](k % 2, random).map((x) => x + noise * normal(random));
    return [...place.map((x) => clamp(round(x, 4), -PLANE, PLANE)), k % 2];
  });
}

// ---------------------------------------------------------------- training

function allPoints(state) {
  return [...generatePoints(state), ...state.own_points].map((point) => Float64Array.from(point));
}

export function createTrainer(state) {
  const [network, points] = [createNetwork(state), allPoints(state)];
  const { loss, accuracy } = score(network, points);
  return { network, points, epoch: 0, losses: [loss], accuracy, exploded: false, turns: [] };
}

/** One epoch with the learning rate and the batch size of now. */
export function trainOnce(trainer, { learning_rate: rate, batch_size: batch, seed }) {
  const { network, points, epoch } = trainer;
  trainer.exploded = !trainEpoch(network, points, { rate, batch, seed: seed + epoch });
  const { loss, accuracy } = score(network, points);
  trainer.epoch += 1;
  trainer.losses.push(loss);
  trainer.accuracy = accuracy;
}

function isOver({ points, epoch, exploded }) {
  return points.length === 0 || epoch >= MOST_EPOCHS || exploded;
}

/** Points were added or taken away: the network goes on with them. */
function changePoints(trainer, state) {
  trainer.points = allPoints(state);
  const { loss, accuracy } = score(trainer.network, trainer.points);
  trainer.losses[trainer.epoch] = loss;
  trainer.accuracy = accuracy;
}

/** Remembers where in the training the learning rate or the batch size was changed. */
function noteTurn(trainer, text) {
  const last = trainer.turns.at(-1);
  if (last && trainer.epoch - last.epoch < 10) last.text = text;
  else trainer.turns.push({ epoch: trainer.epoch, text });
}

/** Keeps the training that belongs to the traits: what changes the structure starts it anew. */
function createSession() {
  let [structure, own, pace, trainer] = ["", "", "", undefined];
  function restart(state) {
    trainer = createTrainer(state);
  }
  function follow(state) {
    const { learning_rate: rate, batch_size: batch, own_points: points, ...rest } = state;
    const known = [structure, own, pace];
    structure = JSON.stringify(SETUP.map((name) => rest[name]));
    own = JSON.stringify(points);
    pace = `${rate} ${batch}`;
    if (structure !== known[0]) restart(state);
    else if (own !== known[1]) changePoints(trainer, state);
    if (pace !== known[2] && trainer.epoch > 0) noteTurn(trainer, formatNumber(rate));
    return trainer;
  }
  return { follow, restart, trainer: () => trainer };
}

// ---------------------------------------------------------------- what every neuron says, all over the map

export function createGrid({ layers }) {
  const places = Array.from({ length: CELLS }, (_, k) => ((k + 0.5) / CELLS) * 2 * PLANE - PLANE);
  const cells = CELLS * CELLS;
  const inputs = [
    Float64Array.from({ length: cells }, (_, c) => places[c % CELLS]),
    Float64Array.from({ length: cells }, (_, c) => -places[Math.floor(c / CELLS)]),
  ];
  const pictures = ({ outputs }) => Array.from({ length: outputs }, () => new Float64Array(cells));
  return [inputs, ...layers.map(pictures)];
}

function addPicture(into, picture, weight) {
  for (let c = 0; c < into.length; c += 1) into[c] += weight * picture[c];
}

function bendPicture(into, activate) {
  for (let c = 0; c < into.length; c += 1) into[c] = activate(into[c]);
}

/** Fills the pictures of all neurons; the output's holds its sum z, which is 0 on the border. */
export function fillGrid(grid, { layers, activation }) {
  layers.forEach(({ outputs, weights, biases }, k) => grid[k + 1].forEach((into, j) => {
    into.fill(biases[j]);
    grid[k].forEach((picture, i) => addPicture(into, picture, weights[i * outputs + j]));
    if (k < layers.length - 1) bendPicture(into, activation.of);
  }));
}

/** What a neuron adds up before its activation bends it, all over the map: 0 on the line that it draws. */
function sumsOf(grid, { layers }, layer, index) {
  if (layer === 0 || layer === layers.length) return grid[layer][index];
  const { outputs, weights, biases } = layers[layer - 1];
  const sums = new Float64Array(CELLS * CELLS).fill(biases[index]);
  grid[layer - 1].forEach((picture, i) => addPicture(sums, picture, weights[i * outputs + index]));
  return sums;
}

function crossings(corners) {
  const points = [];
  for (let k = 0; k < 4; k += 1) {
    const [a, b] = [corners[k], corners[(k + 1) % 4]];
    if (a > 0 === b > 0) continue;
    const t = a / (a - b);
    points.push([[t, 0], [1, t], [1 - t, 1], [0, 1 - t]][k]);
  }
  return points;
}

/** Where a picture changes its sign: pairs of points [x, y] in cells, by marching squares. */
export function borderOf(picture) {
  const segments = [];
  for (let row = 0; row < CELLS - 1; row += 1) {
    for (let column = 0; column < CELLS - 1; column += 1) {
      const c = row * CELLS + column;
      const [a, b, below, beside] = [picture[c], picture[c + 1], picture[c + CELLS + 1], picture[c + CELLS]];
      if (a > 0 === b > 0 && b > 0 === below > 0 && below > 0 === beside > 0) continue;
      const ends = crossings([a, b, below, beside]).map(([right, down]) => [column + 0.5 + right, row + 0.5 + down]);
      for (let k = 0; k < ends.length; k += 2) segments.push([ends[k], ends[k + 1]]);
    }
  }
  return segments;
}

// ---------------------------------------------------------------- words

const WINDOW = 30; // epochs that the words look back on

function percent(share) {
  return `${formatNumber(100 * share, 1)}%`;
}

function plural(count, name) {
  return `${formatNumber(count)} ${name}${count === 1 ? "" : "s"}`;
}

function rightSide({ accuracy, points }) {
  return `${formatNumber(Math.round(accuracy * points.length))} of ${plural(points.length, "point")}`;
}

function countNumbers({ layers }) {
  return layers.reduce((sum, { weights, biases }) => sum + weights.length + biases.length, 0);
}

function beforeTraining(trainer) {
  if (trainer.points.length === 0) {
    const detail = "Click on the map to add points, or choose data below.";
    return { mood: "ready", headline: "There are no points to learn from.", detail };
  }
  if (trainer.epoch > 0) return undefined;
  const numbers = formatNumber(countNumbers(trainer.network));
  return {
    mood: "ready",
    headline: `Before the first epoch: ${rightSide(trainer)} are on the right side, by luck.`,
    detail: `${numbers} weights and biases wait to be learned. Press Run: what border will they find?`,
  };
}

function explosion({ exploded, epoch }, { learning_rate: rate }) {
  if (!exploded) return undefined;
  const smaller = formatNumber(Math.max(rate / 10, LIMITS.learning_rate[0]));
  return {
    mood: "worse",
    headline: `Diverged in epoch ${formatNumber(epoch)}: a weight grew beyond a million.`,
    detail: `Each step overshoots farther than the one before, so training stopped. `
      + `Make the learning rate ten times smaller, ${smaller}, and press Reset.`,
  };
}

function success(trainer) {
  if (trainer.accuracy < 0.95) return undefined;
  return {
    mood: "better",
    headline: `Learned: ${rightSide(trainer)} are on the right side of the border.`,
    detail: `After ${plural(trainer.epoch, "epoch")} the loss is ${formatNumber(trainer.losses.at(-1))}.`,
  };
}

function restlessness({ losses }, { learning_rate: rate }) {
  const recent = losses.slice(-WINDOW - 1);
  const leaps = recent.filter((loss, k) => k > 0 && loss > 1.1 * recent[k - 1]).length;
  if (recent.length < 10 || leaps < recent.length / 5) return undefined;
  return {
    mood: "worse",
    headline: "The loss leaps up and down.",
    detail: `With the learning rate ${formatNumber(rate)} the steps jump across the valley, to and fro. `
      + "Make it ten times smaller.",
  };
}

/** The first layer whose neurons all give 0 at every point, counted from 1; else 0. */
export function silentLayer({ layers }, points) {
  const network = { layers, activation: ACTIVATIONS.relu };
  const loud = layers.slice(0, -1).map(() => false);
  for (const point of points) {
    feedForward(network, point);
    loud.forEach((known, k) => { loud[k] = known || layers[k].values.some((value) => value > 0); });
  }
  return loud.indexOf(false) + 1;
}

function silence({ network, points }, { activation }) {
  const silent = activation === "relu" ? silentLayer(network, points) : 0;
  if (!silent) return undefined;
  return `Every ReLU of layer ${silent} gives 0 at every point, so no slope comes back through it. `
    + "Press New seed, or make the learning rate smaller and press Reset.";
}

function whyStuck(trainer, state) {
  const { hidden, activation, learning_rate: rate } = state;
  if (hidden.length === 0) {
    return "Without a hidden layer the border can only be one straight line. Add a layer of 4 neurons.";
  }
  if (activation === "linear") {
    return "Linear layers collapse into one: the border can only be a straight line. Choose another activation.";
  }
  const silent = silence(trainer, state);
  if (silent) return silent;
  if (rate < 0.003) return `With the learning rate ${formatNumber(rate)} each step is tiny. Make it ten times larger.`;
  if (hidden[0] < 3) return `Layer 1 has only ${plural(hidden[0], "neuron")} to draw lines with. Add neurons to it.`;
  return "The ground is nearly flat here. Wait a while, press New seed, or add neurons.";
}

function trend(trainer, state) {
  const recent = trainer.losses.slice(-WINDOW - 1);
  const [before, now, count] = [recent[0], recent.at(-1), recent.length - 1];
  const span = `from ${formatNumber(before)} to ${formatNumber(now)} in the last ${plural(count, "epoch")}`;
  const sides = `${rightSide(trainer)} are on the right side.`;
  if (count === WINDOW && Math.abs(now / before - 1) < 0.02) {
    return { mood: "same", headline: `The loss hardly changes: ${span}.`, detail: `${sides} ${whyStuck(trainer, state)}` };
  }
  if (now > before) return { mood: "worse", headline: `The loss rises: ${span}.`, detail: sides };
  return { mood: "better", headline: `The loss falls: ${span}.`, detail: sides };
}

/** What is happening now: one sentence of facts, the reason, and a mood for the sign beside them. */
export function describe(trainer, state) {
  const message = beforeTraining(trainer) ?? explosion(trainer, state) ?? success(trainer)
    ?? restlessness(trainer, state) ?? trend(trainer, state);
  const atEnd = trainer.epoch >= MOST_EPOCHS;
  const end = atEnd ? ` ${formatNumber(MOST_EPOCHS)} epochs are the most this page trains.` : "";
  return { ...message, detail: message.detail + end };
}

// ---------------------------------------------------------------- the set-up as a link

const LINK = "#playground=1";
const LINK_NAMES = {
  data: "data", noise: "noise", points: "points", hidden: "layers", activation: "activation", learning_rate: "rate",
  batch_size: "batch", seed: "seed", own_points: "own", speed: "speed", hidden_controls: "hide",
};

const oneOf = (names) => (text) => {
  if (!Object.hasOwn(names, text)) throw new Error(`is not one of ${Object.keys(names).join(", ")}`);
  return text;
};

const numberFrom = ([low, high], whole) => (text) => {
  const value = text.trim() === "" ? NaN : Number(text);
  if (value >= low && value <= high && (!whole || Number.isInteger(value))) return value;
  throw new Error(`is not a ${whole ? "whole " : ""}number from ${formatNumber(low)} to ${formatNumber(high)}`);
};

const listOf = (read, separator, most) => (text) => {
  const parts = text === "" ? [] : text.split(separator);
  if (parts.length > most) throw new Error(`holds more than ${most} entries`);
  return parts.map(read);
};

function readPoint(text) {
  const parts = text.split(",");
  if (parts.length !== 3) throw new Error("holds a point that is not x1,x2,class");
  const place = numberFrom([-PLANE, PLANE]);
  return [place(parts[0]), place(parts[1]), numberFrom([0, 1], true)(parts[2])];
}

const READERS = {
  data: oneOf(DATA_NAMES),
  noise: numberFrom(LIMITS.noise),
  points: numberFrom(LIMITS.points, true),
  hidden: listOf(numberFrom([1, MOST_NEURONS], true), ",", MOST_LAYERS),
  activation: oneOf(ACTIVATION_NAMES),
  learning_rate: numberFrom(LIMITS.learning_rate),
  batch_size: numberFrom(LIMITS.batch_size, true),
  seed: numberFrom(LIMITS.seed, true),
  own_points: listOf(readPoint, ";", MOST_OWN),
  speed: oneOf(SPEED_NAMES),
  hidden_controls: listOf(oneOf(CONTROL_NAMES), ",", Object.keys(CONTROL_NAMES).length),
};

/** The set-up as the end of an address: #playground=1&data=moons&… */
export function toLink(state) {
  const written = Object.entries(LINK_NAMES).map(([trait, name]) => {
    const value = state[trait];
    const text = trait === "own_points" ? value.map((point) => point.join(",")).join(";") : String(value);
    return text === "" && trait !== "hidden" ? "" : `&${name}=${text}`;
  });
  return LINK + written.join("");
}

function readPart(part) {
  const [name, ...rest] = part.split("=");
  const trait = Object.keys(LINK_NAMES).find((one) => LINK_NAMES[one] === name);
  if (!trait) return { problem: `it names “${name.slice(0, 30)}”, which is not a part of a set-up` };
  const text = rest.join("=");
  try {
    return { changes: { [trait]: READERS[trait](decodeURIComponent(text)) } };
  } catch (error) {
    const why = error instanceof URIError ? "cannot be read" : error.message;
    return { problem: `${name} “${text.slice(0, 30)}” ${why}` };
  }
}

/** What a link's end says: the traits it sets, and in words what was wrong; nothing for other ends. */
export function fromLink(hash) {
  if (hash !== LINK && !hash.startsWith(`${LINK}&`)) return undefined;
  const parts = hash.slice(LINK.length + 1).split("&").filter((part) => part !== "").map(readPart);
  const problems = parts.flatMap(({ problem }) => problem ?? []);
  const more = problems.length > 3 ? `; and ${problems.length - 3} more` : "";
  return {
    changes: Object.assign({}, ...parts.map(({ changes }) => changes)),
    note: problems.length ? `Parts of the link were left out: ${problems.slice(0, 3).join("; ")}${more}.` : "",
  };
}

// ---------------------------------------------------------------- colours

function channels(colour) {
  return [1, 3, 5].map((k) => parseInt(colour.slice(k, k + 2), 16));
}

/** 256 colours from class 0's over the ground to class 1's, as a canvas stores them. */
function createPalette(...colours) {
  const [zero, ground, one] = colours.map(channels);
  return Uint32Array.from({ length: 256 }, (_, k) => {
    const share = Math.abs(k / 127.5 - 1);
    const [red, green, blue] = ground.map((channel, i) => Math.round(channel + share * ((k < 128 ? zero : one)[i] - channel)));
    return ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0;
  });
}

/** The theme's colours, asked for once: asking takes longer than drawing. */
function createColours(view) {
  let known;
  const ask = (name) => themeColour(view, name);
  return {
    forget: () => { known = undefined; },
    now() {
      known ??= {
        classes: [ask("play-zero"), ask("play-one")],
        ...Object.fromEntries(["ground", "ink", "muted", "edge"].map((name) => [name, ask(name)])),
        palette: createPalette(ask("play-zero-soft"), ask("ground"), ask("play-one-soft")),
        font: `12px ${getComputedStyle(view.root).fontFamily}`,
      };
      return known;
    },
  };
}

/** Brings what a neuron says to −1 … 1, where 0 is the ground's colour. */
function shadeOf(kind, picture) {
  if (kind === "tanh") return (value) => value;
  if (kind === "sigmoid") return (value) => 2 * value - 1;
  if (kind === "output") return (z) => Math.tanh(z / 2);
  const most = picture.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0) || 1;
  return (value) => value / most;
}

/** A canvas of its own for one picture; `every` leaves cells out. */
function createTile(every) {
  const side = CELLS / every;
  const canvas = html("canvas", { width: side, height: side, "aria-hidden": "true" });
  const context = canvas.getContext("2d");
  const image = context.createImageData(side, side);
  const pixels = new Uint32Array(image.data.buffer);
  return {
    canvas,
    paint(picture, kind, palette) {
      const shade = shadeOf(kind, picture);
      for (let p = 0; p < pixels.length; p += 1) {
        const cell = Math.floor(p / side) * every * CELLS + (p % side) * every;
        pixels[p] = palette[Math.floor(127.5 * (shade(picture[cell]) + 1))];
      }
      context.putImageData(image, 0, 0);
    },
  };
}

// ---------------------------------------------------------------- the map of the points

const MARGIN = { left: 38, top: 6, right: 6, bottom: 38 };

function mapFrame(width) {
  const size = Math.max(120, width - MARGIN.left - MARGIN.right);
  const scale = size / (2 * PLANE);
  return {
    size, width, scale, height: size + MARGIN.top + MARGIN.bottom,
    toPixel: ([x1, x2]) => [MARGIN.left + (x1 + PLANE) * scale, MARGIN.top + (PLANE - x2) * scale],
    toPlane: (px, py) => [(px - MARGIN.left) / scale - PLANE, PLANE - (py - MARGIN.top) / scale],
  };
}

/** Circles for class 0, triangles for class 1: told apart without colours too. */
function tracePoint(context, [px, py], label, size) {
  context.beginPath();
  if (label === 0) context.arc(px, py, size, 0, 2 * Math.PI);
  else {
    context.moveTo(px, py - 1.35 * size);
    context.lineTo(px + 1.25 * size, py + 0.9 * size);
    context.lineTo(px - 1.25 * size, py + 0.9 * size);
    context.closePath();
  }
}

function drawPoint(context, colours, pixel, label, size) {
  context.fillStyle = colours.classes[label];
  tracePoint(context, pixel, label, size);
  context.fill();
  context.stroke();
}

function drawTicks(context, frame) {
  for (const tick of [-3, -2, -1, 0, 1, 2, 3]) {
    const [across, up] = frame.toPixel([tick, tick]);
    context.fillText(formatNumber(tick), across, MARGIN.top + frame.size + 16);
    context.fillText(formatNumber(tick), 27, up + (Math.abs(tick) === 3 ? 4 + 3 * Math.sign(tick) : 4));
  }
}

function drawAxes(context, colours, frame) {
  Object.assign(context, { fillStyle: colours.muted, font: colours.font, textAlign: "center" });
  drawTicks(context, frame);
  context.fillText("input x₁", MARGIN.left + frame.size / 2, frame.height - 6);
  context.save();
  context.rotate(-Math.PI / 2);
  context.fillText("input x₂", -MARGIN.top - frame.size / 2, 11);
  context.restore();
  context.strokeStyle = colours.edge;
  context.strokeRect(MARGIN.left, MARGIN.top, frame.size, frame.size);
}

/** Points and axes change seldom: they are drawn on a canvas that lies over the coloured one. */
function drawPoints(context, colours, frame, points, own) {
  drawAxes(context, colours, frame);
  context.strokeStyle = colours.ground;
  points.forEach((point, k) => drawPoint(context, colours, frame.toPixel(point), point[2], k < points.length - own ? 3.6 : 5));
}

function drawBorder(context, colour, frame, picture) {
  const cell = frame.size / CELLS;
  context.beginPath();
  for (const [from, to] of borderOf(picture)) {
    context.moveTo(MARGIN.left + from[0] * cell, MARGIN.top + from[1] * cell);
    context.lineTo(MARGIN.left + to[0] * cell, MARGIN.top + to[1] * cell);
  }
  context.strokeStyle = colour;
  context.lineWidth = 2;
  context.stroke();
}

function createMap(view, { colours, pick }) {
  const ground = html("canvas", { class: "fn-play-canvas", "aria-hidden": "true" });
  const layer = html("canvas", { class: "fn-play-canvas fn-play-over", "aria-hidden": "true" });
  const cursor = html("div", { class: "fn-play-cursor", "aria-hidden": "true" });
  const surface = html("div", { class: "fn-play-map" }, ground, layer, cursor);
  const tile = createTile(1);
  let [frame, context, drawn] = [mapFrame(320), undefined, ""];
  view.listen(surface, "click", (event) => {
    const box = surface.getBoundingClientRect();
    pick(frame.toPlane(event.clientX - box.left, event.clientY - box.top));
  });
  return {
    surface,
    resize(width) {
      frame = mapFrame(width);
      context = sizeCanvas(ground, frame.width, frame.height);
      drawn = "";
    },
    forget: () => { drawn = ""; },
    showCursor(place) {
      const [px, py] = frame.toPixel(place);
      cursor.style.transform = `translate(${px}px, ${py}px)`;
    },
    showPoints(state, trainer) {
      const key = JSON.stringify(SETUP.map((name) => (/^(hidden|activation)$|_(rate|size)$/.test(name) ? 0 : state[name])));
      if (key === drawn || !context) return;
      drawn = key;
      const top = sizeCanvas(layer, frame.width, frame.height);
      drawPoints(top, colours.now(), frame, trainer.points, state.own_points.length);
    },
    show(picture, sums, kind) {
      if (!context) return;
      tile.paint(picture, kind, colours.now().palette);
      context.drawImage(tile.canvas, MARGIN.left, MARGIN.top, frame.size, frame.size);
      context.save();
      context.beginPath();
      context.rect(MARGIN.left, MARGIN.top, frame.size, frame.size);
      context.clip();
      drawBorder(context, colours.now().ink, frame, sums);
      context.restore();
    },
  };
}

// ---------------------------------------------------------------- points of your own

function plane(x) {
  return clamp(round(x, 2), -PLANE, PLANE);
}

/** The list without its point nearest to a place. */
function withoutNearest(points, [x1, x2]) {
  const away = points.map((point) => Math.hypot(point[0] - x1, point[1] - x2));
  const nearest = away.indexOf(Math.min(...away));
  return points.filter((_, k) => k !== nearest);
}

function inPlane([x1, x2, label]) {
  return `${label ? "triangle" : "circle"} at ${formatNumber(x1)}, ${formatNumber(x2)}`;
}

/** Adds, removes and takes back points; `say` tells what happened. */
function createOwn(view, change, say) {
  const past = [];
  let label = 0;
  const points = () => view.state().own_points;
  const put = (next) => {
    past.push(points());
    change({ own_points: next });
  };
  return {
    label: () => label,
    choose(next) { label = next; view.redraw(); },
    add([x1, x2]) {
      const point = [plane(x1), plane(x2), label];
      if (points().length >= MOST_OWN) return say(`${MOST_OWN} points of your own are the most this page takes.`);
      put([...points(), point]);
      return say(`Added a ${inPlane(point)}.`);
    },
    remove(place) {
      if (points().length === 0) return say("There is no point of your own to remove.");
      put(withoutNearest(points(), place));
      return say(`Removed the nearest. ${plural(points().length, "point")} of your own left.`);
    },
    undo() {
      if (past.length === 0) return say("There is nothing to undo.");
      change({ own_points: past.pop() });
      return say(`Undone. ${plural(points().length, "point")} of your own.`);
    },
    clear() {
      if (points().length === 0) return say("There is no point of your own to clear.");
      put([]);
      return say("Cleared your own points.");
    },
  };
}

/** Arrow keys move a cursor over the map, Enter adds a point there, Delete removes the nearest one. */
function cursorKeys(view, { map, own, say }) {
  let place = [0, 0];
  const move = (right, up) => {
    place = [plane(place[0] + 0.1 * right), plane(place[1] + 0.1 * up)];
    map.showCursor(place);
    say(`Cursor at ${formatNumber(place[0])}, ${formatNumber(place[1])}.`);
  };
  arrowKeys(view, map.surface, move);
  view.listen(map.surface, "focus", () => map.showCursor(place));
  const actions = { Enter: own.add, " ": own.add, Delete: own.remove, Backspace: own.remove };
  view.listen(map.surface, "keydown", (event) => {
    if (!Object.hasOwn(actions, event.key) || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    actions[event.key](place);
  });
}

function ownButtons(view, own) {
  const kinds = ["● circle", "▲ triangle"].map((label, k) => button(view, { label, press: () => own.choose(k) }));
  const undo = button(view, { label: "Undo", press: own.undo });
  const clear = button(view, { label: "Clear", press: own.clear });
  return {
    element: buttonRow("Your own points", [...kinds, undo, clear], { caption: "Add" }),
    show: () => kinds.forEach((one, k) => one.press(own.label() === k)),
  };
}

function createField(view, { colours, change }) {
  const spoken = html("p", { class: "fn-play-said", role: "status" });
  const say = (text) => { spoken.textContent = text; };
  const own = createOwn(view, change, say);
  const adds = () => !view.state().hidden_controls.includes("own_points");
  const map = createMap(view, { colours, pick: (place) => { if (adds()) own.add(place); } });
  const title = html("p", { class: "fn-plot-title" });
  const help = html("p", { class: "fn-plot-note", id: view.newId() },
    "Click or tap to add a point. Keys: arrows move a cursor, Enter adds, Delete removes.");
  const buttons = ownButtons(view, own);
  cursorKeys(view, { map, own: { add: (place) => adds() && own.add(place), remove: (place) => adds() && own.remove(place) }, say });
  fill(map.surface, { "aria-label": "Map of the points", "aria-describedby": help.id }, []);
  const tools = html("div", { class: "fn-play-tools" }, buttons.element, spoken);
  return {
    ...map,
    element: html("div", { class: "fn-plot" }, title, help, map.surface, tools),
    rename: (name) => { title.textContent = name; },
    showTools() {
      help.hidden = !adds();
      tools.hidden = !adds();
      fill(map.surface, adds() ? { tabindex: 0, role: "application" } : { tabindex: -1, role: "img" }, []);
      buttons.show();
    },
  };
}

// ---------------------------------------------------------------- the drawing of the network

const NODE = 42;
const PITCH = 48;
const SUBSCRIPTS = "₁₂₃₄₅₆₇₈";

function columnNames(hidden) {
  return ["inputs", ...hidden.map((_, k) => `layer ${k + 1}`), "output"];
}

function nodeName(layer, index, last) {
  if (layer === 0) return `Input x${SUBSCRIPTS[index]}`;
  return layer === last ? "Output" : `Layer ${layer}, neuron ${index + 1}`;
}

function drawingFrame(sizes, width) {
  const height = PITCH * Math.max(...sizes) + 22;
  const across = (k) => ((width - NODE) * k) / (sizes.length - 1);
  const down = (k, i) => 22 + (height - 22) / 2 + (i - sizes[k] / 2) * PITCH + (PITCH - NODE) / 2;
  return { height, width, across, down };
}

/** Thicker for a larger weight; dashed, and in class 0's colour, for a negative one. */
function drawEdge(context, colours, { from, to, weight }) {
  const middle = (from[0] + to[0]) / 2;
  context.beginPath();
  context.moveTo(...from);
  context.bezierCurveTo(middle, from[1], middle, to[1], ...to);
  context.strokeStyle = colours[weight < 0 ? 0 : 1];
  context.lineWidth = 0.4 + 5 * Math.tanh(Math.abs(weight) / 3);
  context.setLineDash(weight < 0 ? [6, 4] : []);
  context.stroke();
}

function drawEdges(context, colours, frame, { layers }) {
  context.clearRect(0, 0, frame.width, frame.height);
  layers.forEach(({ inputs, outputs, weights }, k) => {
    for (let i = 0; i < inputs; i += 1) {
      const from = [frame.across(k) + NODE, frame.down(k, i) + NODE / 2];
      for (let j = 0; j < outputs; j += 1) {
        const to = [frame.across(k + 1), frame.down(k + 1, j) + NODE / 2];
        drawEdge(context, colours, { from, to, weight: weights[i * outputs + j] });
      }
    }
  });
}

function createNode(view, { layer, index, last, choose }) {
  const tile = createTile(2);
  const name = nodeName(layer, index, last);
  const element = html("div", { class: "fn-play-node", role: "radio", "aria-label": name, title: name }, tile.canvas);
  view.listen(element, "click", () => choose(layer, index));
  return { element, tile, layer, index };
}

/** What one neuron adds up, as a formula with its numbers. */
export function formulaOf({ layers }, layer, index) {
  const { inputs, outputs, weights, biases } = layers[layer - 1];
  const from = layer === 1 ? (i) => `x${SUBSCRIPTS[i]}` : (i) => `a${SUBSCRIPTS[i]}`;
  const terms = Array.from({ length: inputs }, (_, i) => [weights[i * outputs + index], ` · ${from(i)}`]);
  const words = [...terms, [biases[index], ""]].map(([number, name], k) => {
    if (k === 0) return formatNumber(number, 2) + name;
    return `${number < 0 ? "−" : "+"} ${formatNumber(Math.abs(number), 2)}${name}`;
  });
  return `z = ${words.join(" ")}`;
}

/** Nodes of all columns, their headings, and the canvas of the edges behind them. */
function buildBoard(view, board, { hidden, width, choose }) {
  const sizes = [2, ...hidden, 1];
  const last = sizes.length - 1;
  const frame = drawingFrame(sizes, width);
  const canvas = html("canvas", { class: "fn-play-canvas", "aria-hidden": "true" });
  const nodes = sizes.flatMap((size, layer) => (
    Array.from({ length: size }, (_, index) => createNode(view, { layer, index, last, choose }))));
  for (const { element, layer, index } of nodes) {
    element.style.translate = `${frame.across(layer)}px ${frame.down(layer, index)}px`;
  }
  const headings = columnNames(hidden).map((name, k) => columnHeading(frame, name, k, last));
  board.style.height = `${frame.height}px`;
  board.replaceChildren(canvas, ...headings, ...nodes.map(({ element }) => element));
  return { frame, nodes, sizes, context: sizeCanvas(canvas, width, frame.height) };
}

function columnHeading(frame, name, k, last) {
  const ends = { 0: "left:0", [last]: "right:0" };
  const style = ends[k] ?? `left:${frame.across(k) + NODE / 2}px`;
  const kind = ends[k] ? "fn-play-column" : "fn-play-column fn-play-middle";
  return html("span", { class: kind, style, "aria-hidden": "true" }, name);
}

/** Which neuron is shown large; arrow keys lead from one to the next, as among radio buttons. */
function createChoice(view, board, built) {
  let chosen;
  const output = () => ({ layer: built().sizes.length - 1, index: 0 });
  const now = () => chosen ?? output();
  const isChosen = ({ layer, index }) => layer === now().layer && index === now().index;
  function mark() {
    for (const node of built().nodes) {
      node.element.setAttribute("aria-checked", String(isChosen(node)));
      node.element.tabIndex = isChosen(node) ? 0 : -1;
    }
  }
  function choose(layer, index) {
    chosen = { layer, index };
    mark();
    view.redraw();
  }
  arrowKeys(view, board, (right, up) => {
    const { sizes, nodes } = built();
    const layer = clamp(now().layer + Math.sign(right), 0, sizes.length - 1);
    choose(layer, clamp(now().index - Math.sign(up), 0, sizes[layer] - 1));
    nodes.find(isChosen).element.focus({ preventScroll: true });
  });
  return { now, choose, mark, forget: () => { chosen = undefined; }, isOutput: () => isChosen(output()) };
}

function createDrawing(view, colours) {
  const board = html("div", { class: "fn-play-board", role: "radiogroup", "aria-label": "Neuron to show on the map" });
  const formula = html("p", { class: "fn-play-formula" });
  let [width, structure, drawn, built] = [320, "", "", undefined];
  const chosen = createChoice(view, board, () => built);
  return {
    element: html("div", { class: "fn-plot" }, html("p", { class: "fn-plot-title" }, "What each neuron says"),
      html("p", { class: "fn-plot-note" },
        "Each picture is the whole map, as one neuron colours it. Choose one to see it large. "
        + "Thick lines are large weights, dashed lines negative ones."), board, formula),
    resize(next) { width = next; },
    chosen,
    follow({ hidden }) {
      if (drawn === `${width} ${hidden}`) return;
      if (structure !== `${hidden}`) chosen.forget();
      [structure, drawn] = [`${hidden}`, `${width} ${hidden}`];
      built = buildBoard(view, board, { hidden, width, choose: chosen.choose });
      chosen.mark();
    },
    show(trainer, grid, kindOf) {
      const { classes, palette } = colours.now();
      drawEdges(built.context, classes, built.frame, trainer.network);
      for (const { tile, layer, index } of built.nodes) tile.paint(grid[layer][index], kindOf(layer), palette);
    },
    showFormula(network) {
      const { layer, index } = chosen.now();
      const name = nodeName(layer, index, network.layers.length);
      formula.textContent = layer === 0 ? `${name} goes in as it is.` : `${name}: ${formulaOf(network, layer, index)}`;
    },
  };
}

// ---------------------------------------------------------------- the curve of the loss

const LARGEST_DRAWN = 1e15;
const SMALLEST_DRAWN = 1e-6;

/** At most 250 of the losses, the first and the last among them, with their epochs. */
export function thinned(losses) {
  const every = Math.max(1, Math.ceil((losses.length - 1) / 250));
  const kept = losses.flatMap((loss, epoch) => (epoch % every === 0 ? [[epoch, loss]] : []));
  if ((losses.length - 1) % every) kept.push([losses.length - 1, losses.at(-1)]);
  return kept;
}

function niceStep(span) {
  const power = 10 ** Math.floor(Math.log10(span / 4));
  return [1, 2, 5, 10].map((times) => times * power).find((step) => span / step <= 5);
}

function linearTicks(losses) {
  const most = Math.max(...losses.map(([, loss]) => Math.min(loss, LARGEST_DRAWN)), 1e-3);
  const step = niceStep(most);
  const count = Math.ceil(most / step - 1e-9);
  const ticks = Array.from({ length: count + 1 }, (_, k) => k * step);
  return { ticks, place: (loss) => Math.min(loss, LARGEST_DRAWN) / (count * step) };
}

function logTicks(losses) {
  const powers = losses.map(([, loss]) => Math.log10(clamp(loss, SMALLEST_DRAWN, LARGEST_DRAWN)));
  const [low, high] = [Math.floor(Math.min(...powers) - 1e-9), Math.ceil(Math.max(...powers) + 1e-9)];
  const every = Math.ceil((high - low) / 6);
  const ticks = Array.from({ length: Math.floor((high - low) / every) + 1 }, (_, k) => 10 ** (low + k * every));
  const place = (loss) => (Math.log10(clamp(loss, SMALLEST_DRAWN, LARGEST_DRAWN)) - low) / (high - low);
  return { ticks, place };
}

function tickName(value) {
  return value >= 1e15 ? "10¹⁵" : formatNumber(value);
}

function curveFrame(width, height, losses, scale) {
  const { ticks, place } = scale === "log" ? logTicks(losses) : linearTicks(losses);
  const box = { left: 66, top: 14, right: width - 12, bottom: height - 40 };
  const epochs = Math.max(10, losses.at(-1)[0]);
  const across = (epoch) => box.left + ((box.right - box.left) * epoch) / epochs;
  const up = (loss) => box.bottom - (box.bottom - box.top) * place(loss);
  return { ...box, ticks, epochs, across, up };
}

function curveAxes({ left, right, top, bottom, ticks, epochs, across, up }) {
  const axes = ticks.flatMap((loss) => [
    svg("line", { class: "fn-grid", x1: left, x2: right, y1: up(loss), y2: up(loss) }),
    svg("text", { x: left - 7, y: up(loss) + 4, "text-anchor": "end" }, tickName(loss)),
  ]);
  const step = niceStep(epochs);
  for (let epoch = 0; epoch <= epochs; epoch += step) {
    axes.push(svg("text", { x: across(epoch), y: bottom + 17, "text-anchor": "middle" }, formatNumber(epoch)));
  }
  axes.push(svg("text", { x: (left + right) / 2, y: bottom + 35, "text-anchor": "middle" }, "epochs"));
  axes.push(svg("rect", { class: "fn-frame", x: left, y: top, width: right - left, height: bottom - top }));
  return axes;
}

function turnMarks({ top, bottom, across, right }, turns) {
  return turns.slice(-5).flatMap(({ epoch, text }) => {
    const [x, near] = [across(epoch), across(epoch) > right - 60];
    const name = { class: "fn-play-turn-name", x: x + (near ? -4 : 4), y: top + 12, "text-anchor": near ? "end" : "start" };
    return [svg("line", { class: "fn-play-turn", x1: x, x2: x, y1: top, y2: bottom }), svg("text", name, `rate ${text}`)];
  });
}

function createCurve(view) {
  const drawing = svg("svg", { role: "img" });
  let [width, scale] = [320, "linear"];
  const toggle = button(view, {
    label: "Log scale",
    press: () => { scale = scale === "log" ? "linear" : "log"; view.redraw(); },
  });
  const title = html("p", { class: "fn-plot-title" }, "The loss after each epoch");
  return {
    element: html("div", { class: "fn-plot" }, html("div", { class: "fn-play-head" }, title, toggle.element), drawing),
    resize(next) { width = next; },
    show({ losses, turns, points }) {
      toggle.press(scale === "log");
      const kept = thinned(losses);
      const frame = curveFrame(width, 210, kept, scale);
      sizeDrawing(drawing, width, 210);
      const d = `M${kept.map(([epoch, loss]) => `${frame.across(epoch).toFixed(1)} ${frame.up(loss).toFixed(1)}`).join("L")}`;
      const end = kept.at(-1);
      const dot = svg("circle", { class: "fn-play-end", r: 4.5, cx: frame.across(end[0]), cy: frame.up(end[1]) });
      const curve = points.length ? [svg("path", { class: "fn-play-curve", d }), dot] : [];
      drawing.replaceChildren(...curveAxes(frame), ...turnMarks(frame, turns), ...curve);
      const ends = [losses[0], losses.at(-1)].map((loss) => formatNumber(loss)).join(" to ");
      drawing.setAttribute("aria-label", `The loss over ${plural(losses.length - 1, "epoch")}, from ${ends}`);
    },
  };
}

// ---------------------------------------------------------------- controls

function wholeLogScale(min, max) {
  const { place, value } = logScale(min, max);
  return { place, value: (at) => Math.round(value(at)) };
}

function traitSlider(view, change, trait, { label, step, scale, whole }) {
  const [min, max] = LIMITS[trait];
  const write = (value) => change({ [trait]: whole ? Math.round(value) : value });
  const { element, show } = slider(view, { label, min, max, step, scale, write });
  return { trait, element, show: (state) => show(state[trait]) };
}

function traitChoice(view, change, trait, label, options) {
  const { element, show } = selectField(view, { label, options: Object.entries(options), write: (value) => change({ [trait]: value }) });
  return { trait, element, show: (state) => show(state[trait]) };
}

function createLayers(view, change) {
  const hidden = () => view.state().hidden;
  const fields = Array.from({ length: MOST_LAYERS }, (_, k) => numberField(view, {
    label: `Layer ${k + 1}`, min: 1, max: MOST_NEURONS, step: 1,
    write: (count) => change({ hidden: hidden().map((old, i) => (i === k ? Math.round(count) : old)) }),
  }));
  const add = button(view, {
    label: "Add one", press: () => change({ hidden: [...hidden(), hidden().at(-1) ?? 4] }),
  });
  const remove = button(view, { label: "Remove one", press: () => change({ hidden: hidden().slice(0, -1) }) });
  const counts = html("div", { class: "fn-row" }, ...fields.map((field) => field.element), ...fields.map(({ note }) => note));
  const buttons = buttonRow("Hidden layers", [remove, add], { caption: "Hidden layers" });
  const element = html("div", { class: "fn-play-layers" }, buttons, counts);
  return {
    trait: "hidden",
    element,
    show({ hidden: sizes }) {
      add.enable(sizes.length < MOST_LAYERS);
      remove.enable(sizes.length > 0);
      fields.forEach((field, k) => {
        field.element.hidden = k >= sizes.length;
        if (k < sizes.length) field.show(sizes[k]);
        else field.note.textContent = "";
      });
    },
  };
}

function createControls(view, change) {
  const whole = true;
  const sliders = [
    traitSlider(view, change, "learning_rate", {
      label: "Learning rate", step: 0.0001, scale: logScale(...LIMITS.learning_rate),
    }),
    traitSlider(view, change, "batch_size", {
      label: "Batch size", step: 1, whole, scale: wholeLogScale(...LIMITS.batch_size),
    }),
    traitSlider(view, change, "noise", { label: "Noise", step: 0.01, scale: linearScale(...LIMITS.noise, 0.01) }),
    traitSlider(view, change, "points", { label: "Points", step: 10, whole, scale: linearScale(...LIMITS.points, 10) }),
  ];
  const data = traitChoice(view, change, "data", "Data", DATA_NAMES);
  const activation = traitChoice(view, change, "activation", "Activation", ACTIVATION_NAMES);
  const layers = createLayers(view, change);
  const all = [data, activation, layers, ...sliders];
  return {
    element: html("div", { class: "fn-play-controls" },
      html("div", { class: "fn-row fn-play-wide" }, data.element, activation.element),
      html("div", { class: "fn-play-wide" }, layers.element), ...sliders.map(({ element }) => element)),
    show: (state) => all.forEach((one) => one.show(state)),
    hide: (names) => all.forEach(({ trait, element }) => { element.hidden = names.includes(trait); }),
  };
}

function createRun(view, { loop, session, change }) {
  const state = view.state;
  const restart = () => { session.restart(state()); view.redraw(); };
  const run = () => {
    if (loop.running()) return loop.stop();
    if (isOver(session.trainer())) restart();
    return loop.start();
  };
  const runButton = button(view, { label: "Run", strong: true, press: run });
  const step = button(view, { label: "Step", hint: "one epoch", press: () => { loop.stop(); loop.step(); } });
  const reset = button(view, { label: "Reset", press: () => { loop.stop(); restart(); } });
  const seed = button(view, {
    label: "New seed", press: () => change({ seed: (state().seed + 1) % (LIMITS.seed[1] + 1) }),
  });
  const number = numberField(view, {
    label: "Seed", min: LIMITS.seed[0], max: LIMITS.seed[1], step: 1,
    write: (value) => change({ seed: Math.round(value) }),
  });
  const speed = traitChoice(view, change, "speed", "Speed", SPEED_NAMES);
  const seeds = html("div", { class: "fn-row" }, seed.element, number.element, number.note);
  return {
    element: html("div", { class: "fn-play-run" }, buttonRow("Training", [runButton, step, reset]), seeds, speed.element),
    show(now, trainer) {
      runButton.rename(loop.running() ? "Pause" : "Run");
      step.enable(!isOver(trainer));
      number.show(now.seed);
      speed.show(now);
      seeds.hidden = now.hidden_controls.includes("seed");
      speed.element.hidden = now.hidden_controls.includes("speed");
    },
  };
}

function createPresets(view, { choose }) {
  const buttons = PRESETS.map((preset) => button(view, { label: preset.label, press: () => choose(preset) }));
  const note = html("p", { class: "fn-play-why", role: "status" });
  const rowOf = (works, caption) => (
    buttonRow(`Set-ups that ${works ? "work" : "fail"}`, buttons.filter((_, k) => PRESETS[k].works === works), { caption }));
  const element = html("div", { class: "fn-play-presets" }, rowOf(true, "These work"), rowOf(false, "These fail"), note);
  return {
    element,
    show(state) {
      element.hidden = state.hidden_controls.includes("presets");
      const now = JSON.stringify(SETUP.map((name) => state[name]));
      const k = PRESETS.findIndex((preset) => JSON.stringify(SETUP.map((name) => setupOf(preset)[name])) === now);
      buttons.forEach((one, i) => one.press(i === k));
      const { works, why } = PRESETS[k] ?? {};
      const text = k < 0 ? "" : `${works ? "Known to work." : "Known to fail."} ${why}`;
      if (note.textContent !== text) note.textContent = text;
    },
  };
}

const READOUT = ["epoch", "loss", "accuracy", "epochs a second"];

function createReadout() {
  const values = READOUT.map(() => html("dd"));
  const pairs = READOUT.map((name, k) => html("div", {}, html("dt", {}, name), values[k]));
  return {
    element: html("dl", { class: "fn-readout" }, ...pairs),
    show({ epoch, losses, accuracy, points }, pace) {
      const scored = points.length ? [formatNumber(losses.at(-1)), percent(accuracy)] : ["no points", "no points"];
      const texts = [formatNumber(epoch), ...scored, pace === undefined ? "paused" : formatNumber(pace, 0)];
      texts.forEach((text, k) => { values[k].textContent = text; });
    },
  };
}

// ---------------------------------------------------------------- training, frame by frame

const TRAINING_TIME = 8; // milliseconds of a frame

/** How many epochs a second, over the last second. */
function createPace() {
  let marks = [];
  return {
    forget: () => { marks = []; },
    mark(now, epoch) {
      marks = [...marks.filter(([time]) => now - time < 1000), [now, epoch]];
    },
    value() {
      const [first, last] = [marks[0], marks.at(-1)];
      return marks.length < 2 ? 0 : (1000 * (last[1] - first[1])) / Math.max(1, last[0] - first[0]);
    },
  };
}

/** Calls `tell(true or false)` when the element comes into view or leaves it. */
function watchVisible(view, element, tell) {
  const observer = new IntersectionObserver((entries) => tell(entries.at(-1).isIntersecting));
  observer.observe(element);
  view.onCleanup(() => observer.disconnect());
}

/** Trains for a part of every frame and paints in the rest; rests where nobody looks. */
function createLoop(view, { session, paint }) {
  const pace = createPace();
  let [running, visible, request, before, owed] = [false, true, 0, 0, 0];
  const train = () => trainOnce(session.trainer(), view.state());
  function trainOwed() {
    const end = performance.now() + TRAINING_TIME;
    while (owed >= 1 && !isOver(session.trainer())) {
      train();
      owed -= 1;
      if (performance.now() >= end) break;
    }
  }
  function frame(now) {
    owed = Math.min(owed, 2) + (SPEEDS[view.state().speed] * clamp(now - before, 0, 100)) / 1000;
    before = now;
    trainOwed();
    pace.mark(now, session.trainer().epoch);
    if (isOver(session.trainer())) return stop();
    paint(now);
    return plan();
  }
  function plan() {
    cancelAnimationFrame(request);
    if (running && visible) request = requestAnimationFrame(frame);
  }
  function stop() {
    running = false;
    cancelAnimationFrame(request);
    view.redraw();
  }
  view.onCleanup(() => { running = false; cancelAnimationFrame(request); });
  watchVisible(view, view.root, (seen) => { visible = seen; begin(); });
  function begin() {
    [before, owed] = [performance.now(), 1];
    pace.forget();
    plan();
  }
  return {
    stop,
    running: () => running,
    pace: () => (running ? pace.value() : undefined),
    start() { running = true; begin(); view.redraw(); },
    step() { if (!isOver(session.trainer())) train(); view.redraw(); },
  };
}

// ---------------------------------------------------------------- the link, for teachers

/** Keeps the set-up in the address of a page of the book; there the first playground owns it. */
function createAddress(view, { take }) {
  const owns = () => document.querySelector(".widget-host .fn-play") === view.root;
  let timer;
  view.onCleanup(() => clearTimeout(timer));
  const read = () => {
    const found = owns() && fromLink(location.hash);
    if (found) take(found);
    return Boolean(found);
  };
  view.listen(window, "hashchange", read);
  return {
    owns,
    read,
    write() {
      clearTimeout(timer);
      timer = setTimeout(() => {
        if (owns()) history.replaceState(history.state, "", toLink(view.state()));
      }, 400);
    },
  };
}

async function copyText(field, text) {
  try {
    await navigator.clipboard.writeText(text);
    return "Copied.";
  } catch {
    field.focus();
    field.select();
    return "This page may not copy by itself. The link is marked: copy it with Ctrl+C or ⌘C.";
  }
}

function createShare(view, address) {
  const boxes = Object.entries(CONTROL_NAMES).map(([name, text]) => {
    const box = html("input", { type: "checkbox", value: name, class: "fn-check" });
    view.listen(box, "change", view.redraw);
    return { name, box, element: html("label", { class: "fn-play-option" }, box, text) };
  });
  const field = html("input", { class: "fn-play-link", type: "text", readonly: "", "aria-label": "Link to this set-up" });
  const note = html("p", { class: "fn-play-said", role: "status" });
  const copy = button(view, {
    label: "Copy link",
    press: async () => { note.textContent = await copyText(field, field.value); },
  });
  const summary = html("summary", {}, "Hide controls in the linked page");
  const hide = html("details", { class: "fn-details" }, summary,
    html("div", { class: "fn-play-hide", role: "group", "aria-label": "Controls to hide" }, ...boxes.map((one) => one.element)));
  const element = html("div", { class: "fn-play-share" }, html("div", { class: "fn-row" }, copy.element, field), note, hide);
  return {
    element,
    show(state) {
      element.hidden = !address.owns() || state.hidden_controls.includes("link");
      const hidden = boxes.filter(({ box }) => box.checked).map(({ name }) => name);
      const link = location.href.split("#")[0] + toLink({ ...state, hidden_controls: hidden });
      if (field.value !== link) [field.value, note.textContent] = [link, ""];
    },
  };
}

// ---------------------------------------------------------------- all together

/** Which parts are due: the map in every frame, the words twice a second; all of them seldom if asked for. */
function createDue() {
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  const waits = { map: 0, network: 60, curve: 150, readout: 200, words: 500 };
  const last = {};
  return (part, now, all) => {
    const wait = still.matches ? 500 : waits[part];
    if (!all && now - (last[part] ?? -1e9) < wait) return false;
    last[part] = now;
    return true;
  };
}

/** Tells Python where the training stands; nothing in the page listens to it. */
function createReport(model) {
  let known;
  return ({ epoch, losses, points }) => {
    const loss = points.length ? losses.at(-1) : null;
    if (`${epoch} ${loss}` === known) return;
    known = `${epoch} ${loss}`;
    model.set("epoch", epoch);
    model.set("loss", loss);
    model.save_changes();
  };
}

function createPaint(view, parts, { session, report, pace }) {
  const due = createDue();
  let [grid, structure, filled] = [undefined, "", {}];
  const kindOf = (layer) => (
    layer === 0 ? "input" : layer === grid.length - 1 ? "output" : view.state().activation);
  function fillPictures(trainer) {
    const sizes = String(trainer.network.layers.map(({ outputs }) => outputs));
    if (sizes !== structure) [structure, grid] = [sizes, createGrid(trainer.network)];
    if (filled.trainer !== trainer || filled.epoch !== trainer.epoch) fillGrid(grid, trainer.network);
    filled = { trainer, epoch: trainer.epoch };
  }
  function paintMap() {
    const { layer, index } = parts.drawing.chosen.now();
    const sums = sumsOf(grid, session.trainer().network, layer, index);
    parts.field.show(grid[layer][index], sums, kindOf(layer));
  }
  function paint(now, all) {
    const [state, trainer] = [view.state(), session.trainer()];
    if (due("map", now, all)) {
      fillPictures(trainer);
      paintMap();
      if (due("network", now, all)) parts.drawing.show(trainer, grid, kindOf);
    }
    if (due("curve", now, all)) parts.curve.show(trainer);
    if (due("readout", now, all)) parts.readout.show(trainer, pace());
    if (!due("words", now, all)) return;
    parts.status.show(describe(trainer, state));
    parts.drawing.showFormula(trainer.network);
    report(trainer);
  }
  return paint;
}

function introduction() {
  return html("p", { class: "fn-intro" },
    "A small network learns to tell circles from triangles by where they lie. ",
    html("strong", {}, "Before you press Run: where will the border run, and how many straight cuts does it need?"));
}

function layOut(view, parts) {
  const { field, run, readout, status, presets, drawing, curve, controls, share, note } = parts;
  const panel = html("div", { class: "fn-play-panel" }, run.element, readout.element, status.element);
  const top = html("div", { class: "fn-plots" }, field.element, panel);
  const middle = html("div", { class: "fn-plots" }, drawing.element, curve.element);
  view.root.append(introduction(), note, top, presets.element, middle, controls.element, share.element);
  watchWidth(view, top, () => {
    for (const part of [field, drawing, curve]) part.resize(part.element.clientWidth);
    view.redraw();
  });
}

function createParts(view, { session, colours, change, loop, address, choose }) {
  return {
    note: html("p", { class: "fn-note", role: "status" }),
    field: createField(view, { colours, change }),
    run: createRun(view, { loop, session, change }),
    readout: createReadout(),
    status: statusLine(view),
    presets: createPresets(view, { choose }),
    drawing: createDrawing(view, colours),
    curve: createCurve(view),
    controls: createControls(view, change),
    share: createShare(view, address),
  };
}

function drawAll(view, parts, { session, paint }) {
  const state = view.state();
  const trainer = session.follow(state);
  parts.drawing.follow(state);
  parts.field.rename(parts.drawing.chosen.isOutput() ? "What the network says" : "What the chosen neuron says");
  parts.field.showTools();
  parts.field.showPoints(state, trainer);
  for (const part of [parts.presets, parts.controls, parts.share]) part.show(state);
  parts.controls.hide(state.hidden_controls);
  parts.run.show(state, trainer);
  paint(performance.now(), true);
}

function render({ model, el }) {
  const view = createView({ model, el }, { label: "Network playground", traits: TRAITS });
  view.root.classList.add("fn-play");
  const session = createSession();
  const colours = createColours(view);
  let paint;
  const loop = createLoop(view, { session, paint: (now) => paint(now) });
  const address = createAddress(view, {
    take({ changes, note }) {
      parts.note.textContent = note;
      view.set(changes);
    },
  });
  const change = (changes) => {
    view.set(changes);
    address.write();
  };
  const choose = (preset) => {
    change(setupOf(preset));
    session.follow(view.state());
    session.restart(view.state());
    loop.start();
  };
  const parts = createParts(view, { session, colours, change, loop, address, choose });
  paint = createPaint(view, parts, { session, report: createReport(model), pace: loop.pace });
  layOut(view, parts);
  watchTheme(view, () => { colours.forget(); parts.field.forget(); view.redraw(); });
  view.draw = () => drawAll(view, parts, { session, paint });
  const linked = address.read();
  view.draw();
  if (linked) view.root.scrollIntoView();
  return view.cleanup;
}

export default { render };
