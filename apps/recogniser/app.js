// The recogniser: a drawing goes in, an answer comes out, and nothing leaves the device.

import { aloud, answerOf, inWords, percent } from "./answer.js";
import { EXAMPLES, VERSION } from "./build.js";
import { createEngine } from "./engine.js";
import { createHistory } from "./history.js";
import { createModels } from "./models.js";
import { keepOffline, markOffline, offerInstall } from "./offline.js";
import { createPad } from "./pad.js";
import { isDot, prepared } from "./parts.js";
import { createVoice } from "./speech.js";
import { keepDraft, takeDraft } from "./storage.js";

const PAUSE = 450; // milliseconds without the pen, after which a drawing is read by itself
const SIDE = 28;
const by = (id) => document.getElementById(id);

const say = createVoice(by("voice"));
const bars = createBars(by("bars"));
// `own`: drawn now, so it belongs in the history, under its `id`; `kept`: its strokes as the history has them
const drawing = { id: null, own: true, kept: "" };
let turn = 0; // of the reading that goes on: an older one is not shown
let timer;

const engine = createEngine({ onChange: showEngine });
const pad = createPad(by("pad"), { onStart: startStroke, onChange: endStroke, onSay: sayLater });
const history = createHistory(
  {
    list: by("drawings"), empty: by("no-drawings"), trouble: by("history-trouble"),
    clear: by("clear-history"), restore: by("restore-history"),
  },
  { onChoose: ({ strokes }) => put(strokes) },
);
const models = createModels(
  {
    choice: by("network"), own: by("own"), file: by("model-file"), forget: by("forget-own"),
    refusal: by("refusal"), name: by("model-name"), size: by("model-size"), layers: by("layers"),
  },
  { engine, onOpen: () => pad.strokes().length > 0 && recognise() },
);

// ---------------------------------------------------------------- drawing

function startStroke() {
  clearTimeout(timer);
  if (!drawing.own || pad.strokes().length === 1) Object.assign(drawing, { id: Date.now(), own: true, kept: "" });
  showPad();
}

function endStroke() {
  clearTimeout(timer);
  timer = setTimeout(recognise, PAUSE);
}

/** Puts a drawing on the pad, from the history or the examples, and reads it. */
function put(strokes, { id = null, own = false, kept = "" } = {}) {
  clearTimeout(timer);
  Object.assign(drawing, { id, own, kept });
  pad.show(strokes);
  showPad();
  if (strokes.length > 0) recognise();
  else showNothing("Draw a digit");
}

function showPad() {
  const empty = pad.strokes().length === 0;
  by("invitation").hidden = !empty;
  by("undo").disabled = empty;
}

/** Says what the keyboard's pen does, once it rests. */
function sayLater(words) {
  clearTimeout(sayLater.timer);
  sayLater.timer = setTimeout(() => { by("pen").textContent = words; }, 250);
}

// ---------------------------------------------------------------- reading

/** Reads what is on the pad, and shows the answer. An empty pad and a single dot get none. */
async function recognise() {
  clearTimeout(timer);
  const mine = (turn += 1);
  const strokes = structuredClone(pad.strokes());
  if (isDot(strokes)) return showNothing("Draw a digit first");
  if (!engine.model()) return showNothing("The network is not loaded yet", "Wait a moment, or load the page again.");
  const start = performance.now();
  try {
    const pixels = prepared(strokes);
    const probabilities = await engine.run(Float32Array.from(pixels, (byte) => byte / 255));
    if (mine === turn) show(strokes, pixels, probabilities, performance.now() - start);
  } catch (error) {
    if (mine === turn) showNothing("This network gave no answer", String(error?.message ?? error));
  }
}

function show(strokes, pixels, probabilities, milliseconds) {
  const answer = answerOf(probabilities);
  showAnswer(inWords(answer), { mood: answer.sure ? "sure" : "unsure", sign: answer.sure ? answer.digit : "?" });
  showPixels(by("seen"), pixels);
  bars.show(probabilities, answer.digit);
  document.body.dataset.milliseconds = milliseconds.toFixed(2);
  by("took").textContent = `in ${milliseconds < 1 ? "under 1" : Math.round(milliseconds)} ms`;
  if (drawing.own) remember(strokes, answer);
  say(aloud(answer));
}

/** Keeps a drawing with its first answer: the same strokes read again, perhaps by another network, change nothing. */
function remember(strokes, { digit, probability, sure }) {
  const text = JSON.stringify(strokes);
  if (text === drawing.kept) return;
  drawing.kept = text;
  history.add({ id: drawing.id, strokes, digit, probability, sure });
}

function showNothing(prediction, confidence = "") {
  turn += 1;
  showAnswer({ prediction, confidence, runnerUp: "" }, { mood: "none", sign: "" });
  showPixels(by("seen"), new Uint8Array(SIDE * SIDE));
  bars.show(new Float32Array(10), null);
  by("took").textContent = "";
}

function showAnswer({ prediction, confidence, runnerUp }, { mood, sign }) {
  by("answer").dataset.mood = mood;
  by("sign").textContent = sign;
  by("prediction").textContent = prediction;
  by("confidence").textContent = confidence;
  by("runner-up").textContent = runnerUp;
}

function showPixels(canvas, pixels) {
  const image = new ImageData(SIDE, SIDE);
  pixels.forEach((byte, place) => image.data.set([byte, byte, byte, 255], 4 * place));
  canvas.getContext("2d").putImageData(image, 0, 0);
}

/** Ten bars, one for each digit. */
function createBars(list) {
  const make = (tag, className, textContent = "") => (
    Object.assign(document.createElement(tag), { className, textContent }));
  const rows = Array.from({ length: 10 }, (_, digit) => {
    const row = make("li", "bar");
    const [track, fill, part] = ["track", "fill", "part"].map((name) => make("span", name));
    track.append(fill);
    row.append(make("span", "digit", String(digit)), track, part);
    return { row, fill, part };
  });
  list.append(...rows.map(({ row }) => row));
  const show = (probabilities, best) => rows.forEach(({ row, fill, part }, digit) => {
    fill.style.inlineSize = `${100 * probabilities[digit]}%`;
    part.textContent = best === null ? "" : percent(probabilities[digit]);
    row.classList.toggle("best", digit === best);
  });
  return { show };
}

function showEngine() {
  const { name, trouble } = engine.who();
  document.body.dataset.engine = engine.model() ? name : "";
  by("engine").textContent = name === "litert" ? "Read by LiteRT" : "Read by the small reader";
  by("engine-trouble").textContent = trouble;
}

// ---------------------------------------------------------------- start

function showExamples() {
  by("examples").append(...EXAMPLES.map((strokes, digit) => {
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: digit });
    button.setAttribute("aria-label", `Example: a ${digit}`);
    button.addEventListener("click", () => put(strokes));
    return button;
  }));
}

function listen() {
  by("recognise").addEventListener("click", recognise);
  by("clear").addEventListener("click", () => put([]));
  by("undo").addEventListener("click", () => {
    put(pad.strokes().slice(0, -1), drawing);
    if (by("undo").disabled) by("pad").focus();
  });
  by("pad").addEventListener("keydown", ({ key }) => {
    if (key === "Enter") recognise();
    if (key === "Backspace" || key === "Delete") by("clear").click();
  });
}

/** What was on the pad when a new version took over comes back. */
function bringBack() {
  const draft = takeDraft();
  if (!draft) return;
  const { strokes, ...same } = draft;
  put(strokes, same);
}

/** Prepares the examples, one after another, so that the browser has made that code fast before it is needed. */
function warmUp(drawings = [...EXAMPLES]) {
  if (drawings.length === 0) return;
  prepared(drawings.pop());
  setTimeout(warmUp, 0, drawings);
}

function offerUpdate(accept) {
  by("update").hidden = false;
  by("take-over").onclick = accept;
}

async function start() {
  by("unstarted").remove();
  by("main").hidden = false;
  markOffline(document.querySelectorAll(".outside"));
  by("version").textContent = VERSION;
  showExamples();
  listen();
  showPad();
  offerInstall({ button: by("install"), iphone: by("iphone") });
  const beforeReload = () => keepDraft({ ...drawing, strokes: pad.strokes() });
  keepOffline(by("offline"), { onUpdate: offerUpdate, beforeReload });
  await models.start();
  showEngine();
  bringBack();
  engine.start();
  warmUp();
}

start();
