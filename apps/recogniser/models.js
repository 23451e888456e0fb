// Which network reads: one of the book's, or a .tflite file of the reader's own.

import { ModelError, describeModel } from "./parts.js";
import { forgetOwn, keep, keepOwn, kept, ownKept } from "./storage.js";

const DEFAULT = "augmented.tflite";
const OWN = "own";
const GONE = "The network that you chose last is not here any more. Choose again, or load its file again.";
const LARGEST = 20_000_000; // bytes of a file; looked at before it is read

/** Lets the reader choose a network. Calls `onOpen` once another one is open. */
export function createModels(parts, { engine, onOpen }) {
  const state = { chosen: DEFAULT, own: null };
  const app = { parts, state, engine, onOpen };
  parts.choice.addEventListener("change", () => choose(app, parts.choice.value));
  parts.file.addEventListener("change", () => {
    const [file] = parts.file.files;
    parts.file.value = ""; // so that the same file can be chosen again
    if (file) load(app, file);
  });
  parts.forget.addEventListener("click", () => forget(app));
  return { start: () => start(app) };
}

/** Opens what was chosen last; the book's own network when that cannot be had any more. */
async function start(app) {
  const chosen = kept("network", DEFAULT);
  app.state.own = await ownKept();
  showOwn(app);
  if (chosen !== DEFAULT && await choose(app, chosen)) return;
  const refusal = app.parts.refusal.textContent;
  await choose(app, DEFAULT);
  if (refusal) refuse(app, refusal);
}

/** Opens a network by its name; what is open stays if it cannot be had. Tells whether it is open. */
async function choose(app, name) {
  try {
    const bytes = name === OWN ? app.state.own?.bytes : await fetched(app, name);
    if (!bytes) throw new ModelError(GONE);
    open(app, name, bytes);
    keep("network", name);
    return true;
  } catch (error) {
    refuse(app, wordsOf(error));
    return false;
  }
}

async function fetched({ parts }, name) {
  if (![...parts.choice.options].some(({ value }) => value === name)) return null;
  const answer = await fetch(`models/${name}`);
  const { ok, status } = answer;
  if (!ok) throw new ModelError(`The network ${name} could not be fetched (${status}). Try again later.`);
  return new Uint8Array(await answer.arrayBuffer());
}

/** Opens a file of the reader's own: too large ones are refused unread, wrong ones in words. */
async function load(app, file) {
  try {
    if (file.size > LARGEST) throw new ModelError(tooLarge(file));
    const bytes = new Uint8Array(await file.arrayBuffer());
    open(app, OWN, bytes, file.name);
    app.state.own = { name: file.name, bytes };
    const stays = (await keepOwn(file.name, bytes)) && keep("network", OWN);
    showOwn(app);
    if (!stays) refuse(app, "This browser keeps no files: load it again when you come back.");
  } catch (error) {
    refuse(app, `${file.name}: ${wordsOf(error)} The network you had stays.`);
  }
}

function open(app, name, bytes, label = name === OWN ? app.state.own.name : name) {
  app.engine.open(bytes);
  app.state.chosen = name;
  app.parts.refusal.textContent = "";
  app.parts.name.textContent = label;
  app.parts.size.textContent = `${bytes.length.toLocaleString("en")} bytes`;
  app.parts.layers.replaceChildren(...describeModel(app.engine.model()).map(row));
  app.parts.choice.value = name;
  app.onOpen();
}

/** Goes back to the book's network and forgets the reader's own. */
async function forget(app) {
  if (app.state.chosen === OWN && !await choose(app, DEFAULT)) return;
  app.state.own = null;
  await forgetOwn();
  showOwn(app);
  app.parts.choice.focus();
}

/** Lists the reader's own network among the others, if there is one. */
function showOwn({ parts, state }) {
  parts.own.hidden = parts.own.disabled = parts.forget.hidden = !state.own;
  parts.own.textContent = state.own ? `Your own: ${state.own.name}` : "Your own";
  parts.choice.value = state.chosen;
}

/** Says why a file was refused. */
function refuse({ parts, state }, words) {
  parts.refusal.textContent = words;
  parts.choice.value = state.chosen;
}

function tooLarge({ size }) {
  const [has, most] = [size, LARGEST].map((bytes) => Math.round(bytes / 1e6));
  return `This file has ${has} MB, and at most ${most} MB are read. A network for digits needs less than 1 MB.`;
}

function wordsOf(error) {
  if (error instanceof ModelError) return error.message;
  if (error instanceof TypeError) return "The network could not be fetched. Is this device online?";
  return `The file could not be read (${error?.message ?? error}).`;
}

/** One operator of a network as a row of a table. */
function row({ operator, gives, bytes }) {
  const cells = [operator, gives.slice(1).join("\u00a0×\u00a0"), bytes ? bytes.toLocaleString("en") : "–"];
  const line = document.createElement("tr");
  line.append(...cells.map((text) => Object.assign(document.createElement("td"), { textContent: text })));
  return line;
}
