// The last drawings: kept on this device only, to look at again, to be cleared.

import { WORDS, percent } from "./answer.js";
import { drawStrokes } from "./parts.js";
import { keep, kept } from "./storage.js";

const MOST = 24;
const THUMBNAIL = 112; // pixels of a small picture's side

/** Shows and keeps the last drawings; calls `onChoose(entry)` when one of them is to be shown again. */
export function createHistory({ list, empty, clear, restore, trouble }, { onChoose }) {
  let entries = storedEntries();
  let cleared = [];
  const show = () => {
    list.replaceChildren(...entries.map((entry) => item(entry, onChoose)));
    [empty.hidden, clear.hidden, restore.hidden] = [entries.length > 0, entries.length === 0, cleared.length === 0];
  };
  const change = (next, removed = []) => {
    [entries, cleared] = [next, removed];
    trouble.hidden = keep("history", entries);
    show();
  };
  clear.addEventListener("click", () => {
    change([], entries);
    restore.focus();
  });
  restore.addEventListener("click", () => {
    change([...entries, ...cleared].slice(0, MOST));
    clear.focus();
  });
  window.addEventListener("storage", () => { // another window of the app has changed it
    entries = storedEntries();
    show();
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", show);
  show();
  return { add: (entry) => change([entry, ...entries.filter(({ id }) => id !== entry.id)].slice(0, MOST)) };
}

function storedEntries() {
  const found = kept("history", []);
  return Array.isArray(found) ? found.filter(isEntry).slice(0, MOST) : [];
}

/** Tells whether something kept is a drawing with its answer: another version may have kept other things. */
function isEntry(entry) {
  const isPoint = (point) => Array.isArray(point) && point.length === 2 && point.every(Number.isFinite);
  const isStroke = (stroke) => Array.isArray(stroke) && stroke.length > 0 && stroke.every(isPoint);
  return Array.isArray(entry?.strokes) && entry.strokes.length > 0 && entry.strokes.every(isStroke)
    && entry.digit in WORDS && Number.isFinite(entry.probability);
}

function item(entry, onChoose) {
  const { strokes, digit, probability, sure } = entry;
  const canvas = Object.assign(document.createElement("canvas"), { width: THUMBNAIL, height: THUMBNAIL });
  const colour = getComputedStyle(document.body).getPropertyValue("--ink").trim();
  drawStrokes(canvas.getContext("2d"), strokes, { side: THUMBNAIL, colour, pen: 0.08 });
  const button = Object.assign(document.createElement("button"), { type: "button", className: "drawn" });
  const text = Object.assign(document.createElement("span"), { textContent: sure ? digit : `${digit}?` });
  const said = `${sure ? WORDS[digit] : `perhaps ${WORDS[digit]}`}, ${percent(probability)}`;
  button.setAttribute("aria-label", `${text.textContent} – show again: ${said}`);
  button.append(canvas, text);
  button.addEventListener("click", () => onChoose(entry));
  const place = document.createElement("li");
  place.append(button);
  return place;
}
