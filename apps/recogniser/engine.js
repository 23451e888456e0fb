// Who answers: the small reader at once, Google's LiteRT as soon as it has started.
//
// Both run the same file. LiteRT (WebAssembly, 9 MB) is the one that phone apps use. The reader (plain
// JavaScript, some kilobytes) checks every file first, gives the first answers, and stays where WebAssembly
// is not allowed or LiteRT refuses.

import { probabilityReader } from "./parts.js";

const LITERT = new URL("vendor/litert/", import.meta.url).href;
const FARTHEST = 0.05; // how far both may be apart in a probability: one step of a network in whole numbers is less

/** Makes an engine that calls `onChange` whenever another one answers. It has no network yet. */
export function createEngine({ onChange }) {
  const state = { bytes: null, reader: null, litert: null, compiled: null, trouble: "LiteRT is starting." };
  const change = (trouble) => {
    state.trouble = trouble;
    onChange();
  };
  return {
    /** Takes a network; what it had stays if the file is refused. Throws ModelError, in words for people. */
    open(bytes) {
      const reader = probabilityReader(bytes);
      reader.run(new Float32Array(784)); // what fails only when it runs shall be refused as well
      state.compiled?.delete();
      Object.assign(state, { bytes, reader, compiled: null });
      onChange();
      return compile(state, change);
    },
    /** Starts LiteRT. Never throws: without it the reader goes on. */
    async start() {
      try {
        state.litert = await startLiteRt();
      } catch (error) {
        return change(`LiteRT cannot start here (${reason(error)}).`);
      }
      return compile(state, change);
    },
    /** The ten probabilities of a picture of 784 numbers from 0 to 1. */
    run: (picture) => run(state, picture, change),
    /** Which one answers, "litert" or "reader", and why LiteRT does not. */
    who: () => ({ name: state.compiled ? "litert" : "reader", trouble: state.compiled ? "" : state.trouble }),
    model: () => state.reader?.model,
  };
}

async function startLiteRt() {
  if (typeof WebAssembly === "undefined") throw new Error("this browser has no WebAssembly, or forbids it");
  const litert = await import(`${LITERT}index.js`);
  self.Module = { printErr: (line) => console.debug(line) }; // it reports its start as errors; its loader takes this
  // the build without relaxed SIMD: the one that every browser with wasm SIMD can run, so only one is stored
  await litert.loadLiteRt(`${LITERT}litert_wasm_compat_internal.js`);
  return litert;
}

/** Hands the network to LiteRT, which takes over if it answers as the reader does. */
async function compile(state, change) {
  const { bytes, reader, litert } = state;
  if (!litert || !reader) return;
  let compiled = null;
  try {
    compiled = await litert.loadAndCompile(bytes, { accelerator: "wasm" });
    await compare(litert, compiled, reader);
  } catch (error) {
    compiled?.delete();
    if (state.bytes === bytes) change(`LiteRT cannot run this file (${reason(error)}).`);
    return;
  }
  if (state.bytes !== bytes) return void compiled.delete(); // another network was chosen meanwhile
  state.compiled = compiled;
  change("");
}

/** Throws if LiteRT and the reader disagree on a picture with a little of everything in it. */
async function compare(litert, compiled, reader) {
  const picture = Float32Array.from({ length: 784 }, (_, place) => (place % 29) / 28);
  const [one, other] = [await runLiteRt(litert, compiled, picture), reader.run(picture)];
  const agree = one.length === 10 && one.every((value, k) => Math.abs(value - other[k]) <= FARTHEST);
  if (!agree) throw new Error("it answers differently from the reader");
}

async function run(state, picture, change) {
  const { litert, compiled } = state;
  if (compiled) {
    try {
      return await runLiteRt(litert, compiled, picture);
    } catch (error) {
      if (state.compiled === compiled) state.compiled = null; // not deleted: after a fault it may not answer again
      change(`LiteRT stopped (${reason(error)}).`);
    }
  }
  return state.reader.run(picture);
}

/** Runs LiteRT once, and frees what it needed: wasm memory is not collected by itself. */
async function runLiteRt({ Tensor }, compiled, picture) {
  const [{ shape }] = compiled.getInputDetails();
  const input = new Tensor(picture, [...shape]);
  let outputs = [];
  try {
    outputs = await compiled.run([input]);
    return Float32Array.from(outputs[0].toTypedArray());
  } finally {
    for (const tensor of [input, ...outputs]) tensor.delete();
  }
}

function reason(error) {
  if (error instanceof Event) return "its files could not be loaded";
  return String(error?.message ?? error ?? "no reason given").split("\n")[0].slice(0, 160).replace(/\.$/, "");
}
