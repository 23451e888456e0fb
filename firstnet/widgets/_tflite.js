// Stands after _layers.js: reads a file in the format of TensorFlow Lite (LiteRT) and runs its network.
//
// A .tflite file is a FlatBuffer: numbers and tables at known places, least significant byte first, and no
// text to take apart. A table begins with the distance back to its vtable, a list of 16-bit numbers: how
// long the list is, how long the table is, then where in the table each field stands, 0 for a field that is
// left out. What is longer than a number (a list, a text, another table) stands elsewhere, and its field
// holds the distance to it. The fields are those of schema.fbs in the sources of LiteRT.
//
// Nothing in a file is believed: a place outside of it, a list that is too long, an operator that is not
// known here end in a ModelError, whose sentence is for people. Nothing here touches the page.

const MOST = { bytes: 20e6, work: 200e6, numbers: 30e6, tables: 1000, scales: 4096, sides: 8, letters: 200 };
const AGAIN = "Copy it again, or export it again.";
const CUT = `The file ends in the middle of what it should hold: it is damaged or was not copied whole. ${AGAIN}`;

/** Says, in a sentence for people, why a file or a network cannot be used and what to do. */
class ModelError extends Error {
  name = "ModelError";
}

function demand(holds, words) {
  if (!holds) throw new ModelError(words);
}

// ---------------------------------------------------------------- the file

const LENGTHS = { Uint8: 1, Int8: 1, Uint16: 2, Int32: 4, Uint32: 4, Float32: 4, BigInt64: 8 };

/** One table of a FlatBuffer in a DataView; fields are asked for by their number in the schema. */
class Table {
  constructor(view, place) {
    Object.assign(this, { view, place });
  }

  /** The number that stands at a place of the file. */
  at(kind, place) {
    demand(place >= 0 && place + LENGTHS[kind] <= this.view.byteLength, CUT);
    return this.view[`get${kind}`](place, true);
  }

  /** Where a field stands, or 0 if it is left out. */
  field(index) {
    const vtable = this.place - this.at("Int32", this.place);
    if (4 + 2 * index >= this.at("Uint16", vtable)) return 0;
    const inside = this.at("Uint16", vtable + 4 + 2 * index);
    return inside && this.place + inside;
  }

  /** Where the thing begins to which a place points. */
  follow(place) {
    return place + this.at("Uint32", place);
  }

  number(index, kind, otherwise = 0) {
    const place = this.field(index);
    return place ? Number(this.at(kind, place)) : otherwise;
  }

  table(index) {
    const place = this.field(index);
    return place ? new Table(this.view, this.follow(place)) : null;
  }

  /** Where a list begins and how many things it holds, each of `size` bytes. */
  list(index, size, most) {
    const place = this.field(index);
    if (!place) return [0, 0];
    const start = this.follow(place);
    const count = this.at("Uint32", start);
    demand(start + 4 + count * size <= this.view.byteLength, CUT);
    demand(count <= most, `The file has a list of ${count} entries; this reader takes ${most} there. ${AGAIN}`);
    return [start + 4, count];
  }

  numbers(index, kind, most) {
    const [start, count] = this.list(index, LENGTHS[kind], most);
    return Array.from({ length: count }, (_, n) => Number(this.at(kind, start + n * LENGTHS[kind])));
  }

  tables(index) {
    const [start, count] = this.list(index, 4, MOST.tables);
    return Array.from({ length: count }, (_, n) => new Table(this.view, this.follow(start + 4 * n)));
  }

  bytes(index) {
    const [start, count] = this.list(index, 1, MOST.bytes);
    return new Uint8Array(this.view.buffer, this.view.byteOffset + start, count);
  }

  text(index) {
    return new TextDecoder().decode(this.bytes(index).subarray(0, MOST.letters));
  }
}

const TYPES = ["float32", "float16", "int32", "uint8", "int64", "string", "bool", "int16", "complex64", "int8"];
const MAGIC = "TFL3"; // bytes 4 to 7 of every file

/**
 * What a .tflite file holds: { inputs, outputs, tensors, operators, size }, the first two as places in the list of
 * tensors. A tensor is { name, type, shape, bytes, scales, zeroPoints, axis }: there are no bytes where its numbers
 * are computed, and where there is a scale, a number is worth scale · (number - zero point). An operator is
 * { code, name, inputs, outputs, options }. Throws a ModelError.
 */
function readModel(bytes) {
  demandFormat(bytes);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const root = new Table(view, view.getUint32(0, true));
  const [version, graphs] = [root.number(0, "Uint32"), root.tables(2)];
  demand(version === 3, `The file is of version ${version} of the format; this reader knows version 3.`);
  demand(graphs.length === 1, `The file holds ${graphs.length} networks (subgraphs); this reader takes one.`);
  const codes = root.tables(1).map((code) => Math.max(code.number(0, "Int8"), code.number(3, "Int32")));
  const buffers = root.tables(4);
  return {
    inputs: graphs[0].numbers(1, "Int32", MOST.tables),
    outputs: graphs[0].numbers(2, "Int32", MOST.tables),
    tensors: graphs[0].tables(0).map((table) => readTensor(table, buffers)),
    operators: graphs[0].tables(3).map((table) => readOperator(table, codes)),
    size: bytes.length,
  };
}

function demandFormat(bytes) {
  const letters = (from, to) => String.fromCharCode(...bytes.subarray(from, to));
  const other = { PK: "a .keras file", "\x89H": "an .h5 file" }[letters(0, 2)];
  const [size, most] = [(bytes.length / 1e6).toFixed(1), MOST.bytes / 1e6];
  demand(bytes.length > 0, "The file is empty. Export it again.");
  demand(bytes.length <= MOST.bytes, `The file has ${size} MB; this reader takes ${most} MB at most.`);
  demand(!other, `This is ${other}, not a .tflite file. Load it with Keras and export it as a .tflite file first.`);
  demand(letters(4, 8) === MAGIC, `This is not a .tflite file: it does not hold the letters ${MAGIC} after 4 bytes. `
    + "Choose a file that was exported to TensorFlow Lite.");
}

function readTensor(table, buffers) {
  const name = table.text(3);
  const [type, buffer, quantization] = [table.number(1, "Int8"), buffers[table.number(2, "Uint32")], table.table(4)];
  demand(buffer, `The tensor ${name} has no place in the file: it is damaged. ${AGAIN}`);
  demand(!buffer.number(1, "BigInt64") && !table.number(10, "Uint32"),
    `The numbers of the tensor ${name} stand outside of the tables, as in very large files. Export a smaller model.`);
  demand(!table.field(6) && !table.number(5, "Uint8"),
    `The tensor ${name} is sparse or keeps a state, which this reader does not know.`);
  return {
    name,
    type: TYPES[type] ?? `number ${type}`,
    shape: table.numbers(0, "Int32", MOST.sides),
    bytes: buffer.bytes(0),
    scales: quantization?.numbers(2, "Float32", MOST.scales) ?? [],
    zeroPoints: quantization?.numbers(3, "BigInt64", MOST.scales) ?? [],
    axis: quantization?.number(6, "Int32") ?? 0,
  };
}

function readOperator(table, codes) {
  const code = codes[table.number(0, "Uint32")] ?? -1;
  const [fields, options] = [Object.entries(OPERATORS[code]?.options ?? {}), table.table(4)];
  const read = ([index, kind, otherwise = 0]) => options?.number(index, kind, otherwise) ?? otherwise;
  return {
    code,
    name: OPERATORS[code]?.name ?? OTHERS[code] ?? "without a name here",
    inputs: table.numbers(1, "Int32", MOST.tables),
    outputs: table.numbers(2, "Int32", MOST.tables),
    options: Object.fromEntries(fields.map(([key, place]) => [key, read(place)])),
  };
}

// ---------------------------------------------------------------- numbers of a tensor

/** A copy of the bytes as numbers of a kind; all computers with a browser keep them in the order of the file. */
function copied({ name, shape, bytes }, Kind) {
  const needed = sizeOf(shape) * Kind.BYTES_PER_ELEMENT;
  demand(bytes.length === needed, `The tensor ${name} has ${bytes.length} bytes where ${needed} should be. ${AGAIN}`);
  return new Kind(bytes.slice().buffer);
}

/** A number of 16 bits: a sign, 5 bits of exponent, 10 bits of fraction. */
function halfOf(bits) {
  const [exponent, fraction] = [(bits >> 10) & 31, (bits & 1023) / 1024];
  const size = exponent ? 2 ** (exponent - 15) * (1 + fraction) : 2 ** -14 * fraction;
  return (bits >> 15 ? -1 : 1) * (exponent === 31 ? NaN : size);
}

/** The scale of each row of weights of 8 bits; a row makes one output, and zero stands for zero. */
function scalesOf({ name, scales, zeroPoints, axis }, rows) {
  const fit = scales.length === 1 || (scales.length === rows && axis === 0);
  demand(fit && scales.every((one) => one > 0 && one < Infinity) && zeroPoints.every((one) => one === 0),
    `The weights ${name} are packed in a way that this reader does not know: it has one scale for each output.`);
  return scales.length === rows ? scales : new Array(rows).fill(scales[0]);
}

function unscaled(weights) {
  const numbers = Float32Array.from(copied(weights, Int8Array));
  const scales = scalesOf(weights, weights.shape[0]);
  const length = numbers.length / weights.shape[0];
  return numbers.map((number, n) => number * scales[Math.floor(n / length)]);
}

const WORTH = {
  float32: (weights) => copied(weights, Float32Array),
  float16: (weights) => Float32Array.from(copied(weights, Uint16Array), halfOf),
  int8: unscaled,
};

/** What weights are worth, as a Float32Array. */
function worthOf(weights) {
  const { name, type } = weights;
  demand(type in WORTH, `The weights ${name} are of type ${type}; this reader has ${Object.keys(WORTH).join(", ")}.`);
  const values = WORTH[type](weights);
  demand(values.every(Number.isFinite),
    `The weights ${name} hold something that is no number (NaN) or infinite: its training failed, or it is damaged.`);
  return values;
}

/** From LiteRT's order, the output first, to Keras's, the output last. */
function turned(values, outputs) {
  const inputs = values.length / outputs;
  const result = new Float32Array(values.length);
  for (let n = 0; n < values.length; n += 1) result[(n % inputs) * outputs + Math.floor(n / inputs)] = values[n];
  return result;
}

// ---------------------------------------------------------------- whole numbers
//
// In an int8 network a number travels as its steps from the zero point, -255 to 255: so 0 means zero here too,
// and dense, convolve and maxPool work as they are, with sums in Int32Array. All else is rounded to float32
// after every operation, in the order of XNNPACK, the library with which LiteRT runs these files.

const { fround } = Math;
const ROUNDER = 1.5 * 2 ** 23; // float32 numbers of this size are whole, so adding it rounds, halves to even

/** The scale and the zero point of numbers that are computed. */
function stepOf({ name, scales, zeroPoints }) {
  const [[scale], [zero]] = [scales, zeroPoints];
  const one = scales.length === 1 && zeroPoints.length === 1;
  demand(one && scale > 0 && scale < Infinity && zero >= -128 && zero <= 127,
    `The tensor ${name} needs one scale above 0 and one zero point from -128 to 127. ${AGAIN}`);
  return { scale, zero };
}

/** A function from sums to the steps of `output`; `factors` holds one number for each column, or one for all. */
function stepper(output, factors, activation = "linear") {
  const { scale, zero } = stepOf(output);
  const low = activation === "linear" ? -128 - zero : 0;
  const high = activation === "relu6" ? Math.min(127 - zero, Math.round(6 / scale)) : 127 - zero;
  return (sums) => {
    const steps = new Float32Array(sums.length);
    for (let n = 0; n < sums.length; n += 1) {
      const exact = fround(fround(sums[n]) * factors[n % factors.length]);
      steps[n] = fround(Math.min(Math.max(exact, low), high) + ROUNDER) - ROUNDER;
    }
    return steps;
  };
}

/** Softmax from steps to steps, as LiteRT's own kernel does it: XNNPACK has none for whole numbers. */
function wholeSoftmax({ scale }, output) {
  const { scale: unit, zero } = stepOf(output);
  return (steps) => {
    const most = steps.reduce((largest, step) => Math.max(largest, step));
    const powers = Array.from(steps, (step) => fround(Math.exp(fround(-scale * (most - step)))));
    const total = powers.reduce((sum, power) => fround(sum + power), 0);
    const factor = fround(1 / fround(total * unit));
    return Float32Array.from(powers, (power) => Math.min(127 - zero, Math.round(fround(power * factor))));
  };
}

// ---------------------------------------------------------------- operators
//
// A plan checks everything about an operator, once, and returns the function that computes it: from the numbers
// of its input to those of its output. What it is given: { name, input, output, others, options, spend }, the
// first three described above under readModel; `others` are its weights and biases.

const ACTIVATIONS = { 0: "linear", 1: "relu", 3: "relu6" };
const CLIP = { linear: (values) => values, relu, relu6: (values) => relu(values).map((value) => Math.min(value, 6)) };

function activationOf({ name, options: { activation } }) {
  const known = Object.entries(ACTIVATIONS).map(([code, word]) => `${word} (${code})`).join(", ");
  demand(activation in ACTIVATIONS, `${name} carries the activation number ${activation}; this reader has ${known}.`);
  return ACTIVATIONS[activation];
}

function demandShape(found, expected, { name }) {
  demand(String(found) === String(expected),
    `The shapes around ${name} do not fit each other: [${found}] stands where [${expected}] should. ${AGAIN}`);
}

/** A dense layer or a convolution, in float32 or in whole numbers, as its input has it. */
function planLayer(operator, run, layer) {
  const { input, output, others: [weights, bias], spend } = operator;
  const outputs = weights.shape[0];
  if (bias) demandShape(bias.shape, [outputs], operator);
  spend(sizeOf(output.shape) * (sizeOf(weights.shape) / outputs), sizeOf(weights.shape));
  const { finish, numbers, ...parts } = (input.type === "int8" ? wholeParts : realParts)(operator, outputs);
  const whole = { ...layer, ...parts, kernel: turned(numbers, outputs) };
  return (values) => finish(run(tensor(input.shape.slice(1), values), whole).values);
}

/**
 * Weights of 16 or 8 bits become float32 here, once. In a "dynamic range" file, weights of 8 bits between numbers
 * in float32, LiteRT rounds the inputs to 8 bits as well: what this reader sums is a little more exact.
 */
function realParts(operator, outputs) {
  const { others: [weights, bias] } = operator;
  const biases = bias ? worthOf(bias) : new Float32Array(outputs);
  return { numbers: worthOf(weights), bias: biases, finish: CLIP[activationOf(operator)] };
}

function wholeParts(operator, outputs) {
  const { name, input, output, others: [weights, bias] } = operator;
  demand(weights.type === "int8" && (bias?.type ?? "int32") === "int32",
    `${name} has int8 before it but weights of type ${weights.type} or biases of another type than int32.`);
  const scales = scalesOf(weights, outputs).map((scale) => fround(stepOf(input).scale * scale));
  return {
    numbers: copied(weights, Int8Array),
    bias: bias ? copied(bias, Int32Array) : new Int32Array(outputs),
    finish: stepper(output, scales.map((scale) => fround(scale / stepOf(output).scale)), activationOf(operator)),
  };
}

function planDense(operator) {
  const { name, input, output, others: [weights], options } = operator;
  demand(weights, `${name} has no weights. ${AGAIN}`);
  demand(options.format === 0, `${name} has its weights in an order that this reader does not know.`);
  demandShape(weights.shape, [sizeOf(output.shape), sizeOf(input.shape)], operator);
  return planLayer(operator, dense, {});
}

/** The frame that slides over maps, for convolve and maxPool, once the maps before and after it fit. */
function frameOf({ name, input, output, options }, shape, depth) {
  const strides = [options.down, options.across];
  const padding = ["same", "valid"][options.padding];
  demand(padding && Math.min(...strides, ...shape) > 0, `${name} slides in a way that this reader does not know.`);
  demand(input.shape.length === 4 && input.shape[0] === 1,
    `${name} takes [${input.shape}]; this reader has [1, height, width, depth]. Export the model with a batch of 1.`);
  const sides = [0, 1].map((side) => placesOf(input.shape[1 + side], shape[side], strides[side], padding)[0]);
  demandShape(output.shape, [1, ...sides, depth], { name });
  return { shape, strides, padding };
}

function planConvolution(operator) {
  const { name, input, others: [weights], options } = operator;
  demand(weights, `${name} has no weights. ${AGAIN}`);
  demand(options.farDown === 1 && options.farAcross === 1, `${name} is dilated, which this reader cannot do.`);
  const [filters, rows, columns] = weights.shape;
  demandShape(weights.shape, [filters, rows, columns, input.shape[3]], operator);
  return planLayer(operator, convolve, frameOf(operator, [rows, columns], filters));
}

function planPooling(operator) {
  const { input, output, options: { rows, columns }, spend } = operator;
  const layer = frameOf(operator, [rows, columns], input.shape[3]);
  spend(sizeOf(output.shape) * rows * columns, 0);
  const finish = finishOf(operator, activationOf(operator));
  return (values) => finish(maxPool(tensor(input.shape.slice(1), values), layer).values);
}

/** The activation of an operator that leaves the scale as it is. */
function finishOf({ name, input, output }, activation) {
  if (input.type === "float32") return CLIP[activation];
  const [before, after] = [stepOf(input), stepOf(output)];
  demand(before.scale === after.scale && before.zero === after.zero,
    `${name} changes the scale of whole numbers, which this reader cannot do.`);
  return stepper(output, [1], activation);
}

function planReshape(operator) {
  demandShape([sizeOf(operator.output.shape)], [sizeOf(operator.input.shape)], operator);
  return finishOf(operator, "linear");
}

/** Whole numbers may change their scale here; LiteRT's own kernel then rounds halves up. */
function planRelu({ input, output, name }) {
  demandShape(output.shape, input.shape, { name });
  if (input.type === "float32") return (values) => relu(values.slice());
  const [factor, high] = [stepOf(input).scale / stepOf(output).scale, 127 - stepOf(output).zero];
  return (steps) => steps.map((step) => Math.min(high, Math.round(Math.max(0, step) * factor)));
}

function planSoftmax(operator) {
  const { name, input, output, options } = operator;
  demand(options.beta === 1, `${name} has a beta of ${options.beta}; this reader has 1.`);
  demandShape(input.shape, [1, input.shape.at(-1)], operator);
  demandShape(output.shape, input.shape, operator);
  return input.type === "float32" ? (values) => softmax(values.slice()) : wholeSoftmax(stepOf(input), output);
}

function planQuantize(operator) {
  demandShape(operator.output.shape, operator.input.shape, operator);
  return stepper(operator.output, [fround(1 / stepOf(operator.output).scale)]);
}

function planDequantize(operator) {
  demandShape(operator.output.shape, operator.input.shape, operator);
  const { scale } = stepOf(operator.input);
  return (steps) => steps.map((step) => step * scale);
}

const ALIKE = ["float32 to float32", "int8 to int8"];
const FRAME = { padding: [0, "Int8"], across: [1, "Int32"], down: [2, "Int32"] };

/** All that this reader can do, by the operators' numbers in the schema; options with their fields and defaults. */
const OPERATORS = {
  3: {
    name: "CONV_2D", types: ALIKE, plan: planConvolution,
    options: { ...FRAME, activation: [3, "Int8"], farAcross: [4, "Int32", 1], farDown: [5, "Int32", 1] },
  },
  6: { name: "DEQUANTIZE", types: ["int8 to float32"], plan: planDequantize },
  9: {
    name: "FULLY_CONNECTED", types: ALIKE, plan: planDense, options: { activation: [0, "Int8"], format: [1, "Int8"] },
  },
  17: {
    name: "MAX_POOL_2D", types: ALIKE, plan: planPooling,
    options: { ...FRAME, columns: [3, "Int32"], rows: [4, "Int32"], activation: [5, "Int8"] },
  },
  19: { name: "RELU", types: ALIKE, plan: planRelu },
  22: { name: "RESHAPE", types: ALIKE, plan: planReshape },
  25: { name: "SOFTMAX", types: ALIKE, plan: planSoftmax, options: { beta: [0, "Float32"] } },
  114: { name: "QUANTIZE", types: ["float32 to int8"], plan: planQuantize },
};

/** Names of operators that a network of digits may well have, so that a refusal can name them. */
const OTHERS = {
  0: "ADD", 1: "AVERAGE_POOL_2D", 2: "CONCATENATION", 4: "DEPTHWISE_CONV_2D", 14: "LOGISTIC", 18: "MUL", 21: "RELU6",
  28: "TANH", 32: "CUSTOM", 34: "PAD", 39: "TRANSPOSE", 40: "MEAN", 41: "SUB", 42: "DIV", 45: "STRIDED_SLICE",
  50: "LOG_SOFTMAX", 67: "TRANSPOSE_CONV", 77: "SHAPE", 83: "PACK", 98: "LEAKY_RELU", 111: "ELU", 117: "HARD_SWISH",
  126: "BATCH_MATMUL", 150: "GELU",
};

// ---------------------------------------------------------------- networks

/**
 * The tensors and operators of a model without the DEQUANTIZE operators that unpack weights: who reads what they
 * write, reads the weights themselves.
 */
function unpacked(model) {
  const tensors = model.tensors.slice();
  const unpacks = ({ code, inputs: [from] }) => code === 6 && tensors[from]?.bytes.length > 0;
  for (const { inputs: [from], outputs: [to] } of model.operators.filter(unpacks)) tensors[to] = tensors[from];
  return { tensors, operators: model.operators.filter((operator) => !unpacks(operator)) };
}

/** What the network takes and what it gives: two tensors. */
function endsOf({ tensors, inputs, outputs }) {
  demand(inputs.length === 1 && outputs.length === 1,
    `The network takes ${inputs.length} things and gives ${outputs.length}; this reader has one of each.`);
  const ends = [tensors[inputs[0]], tensors[outputs[0]]];
  demand(ends.every((end) => end?.shape.length > 0), `The network takes or gives nothing. ${AGAIN}`);
  demand(ends.every(({ type }) => type === "float32"),
    `The network takes ${ends[0].type} and gives ${ends[1].type}. Export it with float32 in and out.`);
  return ends;
}

/** The network of a model that takes one tensor and gives one, float32: { run(Float32Array) → Float32Array }. */
function networkOf(model) {
  const { tensors, operators } = unpacked(model);
  const [{ shape }] = endsOf(model);
  const [[first], [last]] = [model.inputs, model.outputs];
  const known = new Set([first]);
  const spend = purse();
  spend(0, sizeOf(shape));
  const steps = operators.map((operator) => planOperator(operator, tensors, known, spend));
  demand(known.has(last), `Nothing computes what the network should give. ${AGAIN}`);
  return {
    run(values) {
      demand(values.length === sizeOf(shape), `The network takes ${sizeOf(shape)} numbers, not ${values.length}.`);
      const found = new Map([[first, values]]);
      for (const { from, to, run } of steps) found.set(to, run(found.get(from)));
      return found.get(last);
    },
  };
}

/** A function that adds up work and memory before they are spent, and refuses what is too much for a page. */
function purse() {
  const spent = { work: 0, numbers: 0 };
  return (work, numbers) => {
    spent.work += work;
    spent.numbers += numbers;
    demand(spent.work <= MOST.work && spent.numbers <= MOST.numbers,
      "This network is too large for a page: it takes too many multiplications or too much memory.");
  };
}

/** What one operator does, as { from, to, run }; `known` are the tensors that are computed before it. */
function planOperator({ code, name, inputs: [from, ...rest], outputs, options }, tensors, known, spend) {
  demandKnown(code, name);
  const [input, output, others] = [tensors[from], tensors[outputs[0]], rest.map((index) => tensors[index])];
  const fits = known.has(from) && rest.every((index, n) => index === -1 || others[n]);
  demand(fits && output && outputs.length === 1 && !known.has(outputs[0]),
    `${name} reads or writes a wrong tensor. ${AGAIN}`);
  demand([...input.shape, ...output.shape].every((side) => side > 0),
    `The tensors around ${name} have no size. ${AGAIN}`);
  const { plan, types } = OPERATORS[code];
  const pair = `${input.type} to ${output.type}`;
  demand(types.includes(pair), `${name} goes from ${pair}; this reader has ${types.join(" and ")}.`);
  spend(0, sizeOf(output.shape));
  known.add(outputs[0]);
  return { from, to: outputs[0], run: plan({ name, input, output, others, options, spend }) };
}

function demandKnown(code, name) {
  const names = Object.values(OPERATORS).map((operator) => operator.name).join(", ");
  demand(code in OPERATORS, `This network needs the operator ${name} (${code}), which this reader does not have. `
    + `It has: ${names}. Use the layers Dense, Conv2D, MaxPooling2D, Flatten and Dropout, with relu and softmax, `
    + "and export the model with a batch of 1.");
}

/**
 * A reader of digits from the bytes of a file: { run(784 numbers from 0 to 1) → 10 numbers, model, probabilities },
 * the last one false where no softmax makes the ten numbers probabilities. Throws a ModelError, and so does `run`.
 */
function digitReader(bytes) {
  const model = readModel(bytes);
  demandDigits(...endsOf(model));
  const network = networkOf(model);
  return {
    model,
    probabilities: model.operators.findLast(({ code }) => code !== 6).code === 25,
    run(pixels) {
      const answer = network.run(pixels);
      demand(answer.every(Number.isFinite),
        "The network's answer is no number (NaN): its training failed, or the file is damaged.");
      return answer;
    },
  };
}

const NO_SOFTMAX = "This network ends without a softmax, so its ten numbers are no probabilities. Add a softmax, and export it again.";

/** The same for a page that shows probabilities: a network without softmax is refused. */
function probabilityReader(bytes) {
  const reader = digitReader(bytes);
  demand(reader.probabilities, NO_SOFTMAX);
  return reader;
}

function demandDigits({ shape: [batch, ...picture] }, { shape: answer }) {
  const sides = picture.filter((side) => side !== 1);
  demand(batch === 1, `It takes ${batch} pictures at a time (its batch). Export the model with a batch of 1.`);
  demand(["784", "28,28"].includes(String(sides)),
    `It takes pictures of ${picture.join(" × ")}; this page draws 28 × 28. Choose a network for MNIST's digits.`);
  demand(String(answer) === "1,10", `It gives [${answer}] numbers; a reader of digits gives [1,10], one a digit.`);
}

/**
 * One row for each operator, for people: { operator, name, takes, gives, bytes }: two shapes, and the bytes of its
 * weights and biases, or of the new shape that RESHAPE has in the file.
 */
function describeModel(model) {
  const { tensors, operators } = unpacked(model);
  return operators.map(({ name, inputs, outputs }) => ({
    operator: name,
    name: tensors[outputs[0]]?.name ?? "",
    takes: tensors[inputs[0]]?.shape ?? [],
    gives: tensors[outputs[0]]?.shape ?? [],
    bytes: inputs.reduce((sum, index) => sum + (tensors[index]?.bytes.length ?? 0), 0),
  }));
}
