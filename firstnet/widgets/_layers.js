// Stands after _shared.js in the modules that run a trained network: its layers, forward only.
//
// A tensor is { shape, values }: a Float32Array in the order in which Keras keeps it, the last axis
// fastest, channels last. In maps of shape [height, width, depth] the value of map k at (row, column)
// is values[(row * width + column) * depth + k]. One tensor is one image or one row of numbers: there
// is no axis for a batch. Weights keep Keras's shapes too: a kernel of a convolution is
// [rows, columns, depth, filters], one of a dense layer [inputs, outputs].
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
  const sums = Float32Array.from(bias);
  for (let from = 0; from < values.length; from += 1) {
    const value = values[from];
    if (value === 0) continue; // paper, and what ReLU has silenced
    const row = from * outputs;
    for (let to = 0; to < outputs; to += 1) sums[to] += value * kernel[row + to];
  }
  return tensor([outputs], sums);
}

/** A convolution with stride 1 and no padding ("valid"), before its activation. */
function convolve({ shape: [height, width, depth], values }, { kernel, bias, shape: [rows, columns] }) {
  const filters = bias.length;
  const maps = tensor([height - rows + 1, width - columns + 1, filters]);
  const [tall, wide] = maps.shape;
  for (let row = 0; row < tall; row += 1) {
    for (let column = 0; column < wide; column += 1) {
      const to = (row * wide + column) * filters;
      maps.values.set(bias, to);
      for (let down = 0; down < rows; down += 1) {
        const from = ((row + down) * width + column) * depth;
        addProducts(maps.values, to, values, from, columns * depth, kernel, down * columns * depth * filters, filters);
      }
    }
  }
  return maps;
}

/**
 * Adds to `filters` sums, from place `to` on, the products of `count` inputs, from place `from` on, with
 * their weights, from place `weight` on. The inner loop of a convolution: one row of a patch, all filters.
 */
function addProducts(sums, to, values, from, count, kernel, weight, filters) {
  for (let n = 0; n < count; n += 1) {
    const value = values[from + n];
    if (value === 0) continue;
    const row = weight + n * filters;
    for (let k = 0; k < filters; k += 1) sums[to + k] += value * kernel[row + k];
  }
}

/** The largest value of each square of `size` by `size`; what fills no whole square is left out. */
function maxPool({ shape: [height, width, depth], values }, { size }) {
  const maps = tensor([Math.floor(height / size), Math.floor(width / size), depth]);
  const [tall, wide] = maps.shape;
  maps.values.fill(-Infinity);
  for (let row = 0; row < tall * size; row += 1) {
    for (let column = 0; column < wide * size; column += 1) {
      const from = (row * width + column) * depth;
      const to = (Math.floor(row / size) * wide + Math.floor(column / size)) * depth;
      for (let k = 0; k < depth; k += 1) {
        if (values[from + k] > maps.values[to + k]) maps.values[to + k] = values[from + k];
      }
    }
  }
  return maps;
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
