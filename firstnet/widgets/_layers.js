// Stands after _shared.js in the modules that run a trained network: its layers, forward only.
//
// A tensor is { shape, values }: a Float32Array in the order in which Keras keeps it, the last axis
// fastest, channels last. In maps of shape [height, width, depth] the value of map k at (row, column)
// is values[(row * width + column) * depth + k]. One tensor is one image or one row of numbers: there
// is no axis for a batch. Weights keep Keras's shapes too: a kernel of a convolution is
// [rows, columns, depth, filters], one of a dense layer [inputs, outputs].
//
// Sums have the type of the biases: with an Int32Array of biases, and whole numbers everywhere else, they
// are the exact sums of whole numbers that a network of 8 bits needs.
//
// Nothing here touches the page, and nothing changes what it is given, unless it says so.

function tensor(shape, values = new Float32Array(sizeOf(shape))) {
  return { shape, values };
}

function sizeOf(shape) {
  return shape.reduce((product, side) => product * side, 1);
}

// ---------------------------------------------------------------- activations

/** Turns every negative number into 0, in place. */
function relu(values) {
  for (let k = 0; k < values.length; k += 1) {
    if (values[k] < 0) values[k] = 0;
  }
  return values;
}

/** Turns sums into probabilities, in place. The largest sum is taken away first, so that no exp overflows. */
function softmax(values) {
  let most = -Infinity;
  for (const value of values) most = Math.max(most, value);
  let total = 0;
  for (let k = 0; k < values.length; k += 1) {
    values[k] = Math.exp(values[k] - most);
    total += values[k];
  }
  for (let k = 0; k < values.length; k += 1) values[k] /= total;
  return values;
}

const ACTIVATE = { linear: (values) => values, relu, softmax };

// ---------------------------------------------------------------- layers

/** A dense layer, before its activation. The input may have any shape: it is read as one row. */
function dense({ values }, { kernel, bias }) {
  const outputs = bias.length;
  const sums = bias.slice();
  for (let from = 0; from < values.length; from += 1) {
    const value = values[from];
    if (value === 0) continue; // paper, and what ReLU has silenced
    const row = from * outputs;
    for (let to = 0; to < outputs; to += 1) sums[to] += value * kernel[row + to];
  }
  return tensor([outputs], sums);
}

/**
 * Along one side: how many places a frame has, and how far before the edge the first one begins. Padding
 * as in Keras: "valid" stays inside, "same" has a place for every stride and leans out evenly at both ends.
 */
function placesOf(length, size, stride, padding) {
  if (padding === "valid") return [Math.floor((length - size) / stride) + 1, 0];
  const count = Math.ceil(length / stride);
  return [count, Math.floor(Math.max(0, (count - 1) * stride + size - length) / 2)];
}

/** A convolution, before its activation. What leans out of the maps meets zeros. */
function convolve({ shape: [height, width, depth], values }, layer) {
  const { kernel, bias, shape: [rows, columns], strides: [down, across] = [1, 1], padding = "valid" } = layer;
  const filters = bias.length;
  const [tall, above] = placesOf(height, rows, down, padding);
  const [wide, before] = placesOf(width, columns, across, padding);
  const maps = tensor([tall, wide, filters], new bias.constructor(tall * wide * filters));
  for (let place = 0; place < tall * wide; place += 1) {
    const top = Math.floor(place / wide) * down - above;
    const left = (place % wide) * across - before;
    const first = Math.max(0, -left);
    const count = (Math.min(columns, width - left) - first) * depth;
    maps.values.set(bias, place * filters);
    for (let row = Math.max(0, -top); row < Math.min(rows, height - top); row += 1) {
      const from = ((top + row) * width + left + first) * depth;
      const weight = (row * columns + first) * depth * filters;
      addProducts(maps.values, place * filters, values, from, count, kernel, weight, filters);
    }
  }
  return maps;
}

/**
 * Adds to `filters` sums, from place `to` on, the products of `count` inputs, from place `from` on, with
 * their weights, from place `weight` on. The inner loop of a convolution: one row of a patch, all filters.
 */
function addProducts(sums, to, values, from, count, kernel, weight, filters) {
  const next = (n) => { // of the inputs that are not 0: paper, and what ReLU has silenced, add nothing
    let at = n;
    while (at < count && values[from + at] === 0) at += 1;
    return at;
  };
  for (let n = next(0); n < count; n = next(n + 1)) {
    const [one, row] = [values[from + n], weight + n * filters];
    n = next(n + 1); // two at a time: each sum is read and written half as often
    const other = n < count ? values[from + n] : 0;
    const below = n < count ? weight + n * filters : row;
    for (let k = 0; k < filters; k += 1) sums[to + k] += one * kernel[row + k] + other * kernel[below + k];
  }
}

/** The largest value in each place of a frame: a square of `size`, if nothing else is said, next to the last one. */
function maxPool({ shape: [height, width, depth], values }, layer) {
  const { size, shape: [rows, columns] = [size, size], padding = "valid" } = layer;
  const [down, across] = layer.strides ?? [rows, columns];
  const [tall, above] = placesOf(height, rows, down, padding);
  const [wide, before] = placesOf(width, columns, across, padding);
  const maps = tensor([tall, wide, depth]);
  maps.values.fill(-Infinity);
  for (let place = 0; place < tall * wide; place += 1) {
    const top = Math.floor(place / wide) * down - above;
    const left = (place % wide) * across - before;
    for (let row = Math.max(0, top); row < Math.min(height, top + rows); row += 1) {
      for (let column = Math.max(0, left); column < Math.min(width, left + columns); column += 1) {
        keepLargest(maps.values, place * depth, values, (row * width + column) * depth, depth);
      }
    }
  }
  return maps;
}

/** Keeps in `count` places of `most`, from place `to` on, the larger of what is there and what comes. */
function keepLargest(most, to, values, from, count) {
  for (let k = 0; k < count; k += 1) {
    if (values[from + k] > most[to + k]) most[to + k] = values[from + k];
  }
}

/** The same numbers as one row. They lie in Keras's order already, so nothing is copied. */
function flatten({ values }) {
  return tensor([values.length], values);
}

const RUN = { dense, convolve, maxPool, flatten };

// ---------------------------------------------------------------- networks

/** What one layer gives: { kind, activation, … } with the kinds of `RUN`. */
function runLayer(layer, input) {
  const output = RUN[layer.kind](input, layer);
  if (layer.activation) ACTIVATE[layer.activation](output.values);
  return output;
}

/** What every layer gives, the first one first; the last tensor is the network's answer. */
function runLayers(layers, input) {
  const outputs = [];
  for (const layer of layers) outputs.push(runLayer(layer, outputs.at(-1) ?? input));
  return outputs;
}

/** The networks of the articles A and C, without their weights; dropout does nothing after training. */
const ARCHITECTURES = {
  mlp: [
    { kind: "dense", shape: [784, 128], activation: "relu" },
    { kind: "dense", shape: [128, 128], activation: "relu" },
    { kind: "dense", shape: [128, 10], activation: "softmax" },
  ],
  cnn: [
    { kind: "convolve", shape: [3, 3, 1, 32], activation: "relu" },
    { kind: "maxPool", size: 2 },
    { kind: "convolve", shape: [3, 3, 32, 64], activation: "relu" },
    { kind: "maxPool", size: 2 },
    { kind: "flatten" },
    { kind: "dense", shape: [1600, 10], activation: "softmax" },
  ],
};

/**
 * The layers of an architecture with their weights, cut from one long Float32Array in Keras's order:
 * a kernel, its biases, the next kernel … The pieces share the memory of the long one.
 */
function withWeights(architecture, numbers) {
  let place = 0;
  const cut = (length) => numbers.subarray(place, (place += length));
  const layers = architecture.map((layer) => (
    layer.shape ? { ...layer, kernel: cut(sizeOf(layer.shape)), bias: cut(layer.shape.at(-1)) } : layer));
  if (place !== numbers.length) throw new RangeError(`These layers have ${place} weights, not ${numbers.length}.`);
  return layers;
}
