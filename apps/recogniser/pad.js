// The pad: a canvas to draw on with a finger, a pen, a mouse or the keyboard.
//
// A drawing is a list of strokes, a stroke a list of points [x, y] in parts of the pad's side, from 0 to 1,
// x to the right, y down. The canvas is only a picture of it: it can be any size, and be drawn anew.

import { addPoint, drawStrokes, followPointer, padPart } from "./parts.js";

const PEN = 0.06; // width of the ink, in parts of the pad's side
const NEAREST = 0.006; // points closer than this to the last one say nothing new
const STEP = 0.02; // of the keyboard's pen; with Shift five times as far
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/**
 * Makes a canvas a pad. Calls `onStart` when a stroke begins, `onChange` when the drawing has changed,
 * `onSay(words)` with what the keyboard's pen does.
 */
export function createPad(canvas, { onStart, onChange, onSay }) {
  const state = { strokes: [], pointer: null, pen: { x: 0.5, y: 0.5, down: false } };
  const draw = createView(canvas, state);
  const begin = (point) => {
    state.strokes.push([point]);
    onStart();
    draw();
  };
  followPointer(canvas, state, { listen, begin: beginByHand, extend, end: onChange });
  followKeys(canvas, state, { begin, extend, end: onChange, draw, onSay });
  return { strokes: () => state.strokes, show };

  function beginByHand(point) {
    state.pen.down = false;
    begin(point);
  }

  function extend(point) {
    addPoint(state.strokes.at(-1), point, NEAREST);
    draw();
  }

  function show(strokes) {
    [state.pointer, state.pen.down, state.strokes] = [null, false, structuredClone(strokes)];
    draw();
  }
}

// ---------------------------------------------------------------- what is seen

function listen(target, type, handler, options) {
  target.addEventListener(type, handler, options);
}

/** Returns what draws the pad, at most once a frame. Another size or theme of the page draws it too. */
function createView(canvas, state) {
  let asked = 0;
  const draw = () => {
    asked ||= requestAnimationFrame(() => {
      asked = 0;
      paint(canvas, state);
    });
  };
  new ResizeObserver(draw).observe(canvas);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
  for (const type of ["focus", "blur"]) canvas.addEventListener(type, draw);
  return draw;
}

function paint(canvas, { strokes, pen }) {
  const side = Math.round(canvas.clientWidth * (window.devicePixelRatio || 1));
  if (canvas.width !== side) [canvas.width, canvas.height] = [side, side];
  const context = canvas.getContext("2d");
  context.clearRect(0, 0, side, side);
  drawStrokes(context, strokes, { side, colour: colourOf(canvas, "--ink"), pen: PEN });
  if (canvas.matches(":focus-visible")) drawPen(context, pen, side, colourOf(canvas, "--accent"));
}

function colourOf(element, name) {
  return getComputedStyle(element).getPropertyValue(name).trim();
}

/** The keyboard's pen: a ring while it is lifted, a disc while it is down. */
function drawPen(context, { x, y, down }, side, colour) {
  context.beginPath();
  context.arc(x * side, y * side, 0.03 * side, 0, 2 * Math.PI);
  Object.assign(context, { strokeStyle: colour, fillStyle: colour, lineWidth: 0.01 * side });
  if (down) context.fill();
  else context.stroke();
}

// ---------------------------------------------------------------- keyboard

/** Arrow keys move a pen, Space lowers and lifts it. */
function followKeys(canvas, state, { begin, extend, end, draw, onSay }) {
  const { pen } = state;
  const move = ([right, down], far) => {
    [pen.x, pen.y] = [padPart(pen.x + right * far), padPart(pen.y + down * far)];
    if (pen.down) extend([pen.x, pen.y]);
    draw();
    onSay(`${pen.down ? "Drawing" : "Pen"} at ${inHundreds(pen)}.`);
  };
  const press = () => {
    pen.down = !pen.down;
    if (pen.down) begin([pen.x, pen.y]);
    else end();
    draw();
    onSay(pen.down ? `Pen down at ${inHundreds(pen)}.` : "Pen lifted.");
  };
  canvas.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || state.pointer !== null) return;
    if (event.key in ARROWS) move(ARROWS[event.key], event.shiftKey ? 5 * STEP : STEP);
    else if (event.key === " " && !event.repeat) press();
    else if (event.key !== " ") return;
    event.preventDefault();
  });
  canvas.addEventListener("blur", () => pen.down && press());
}

function inHundreds({ x, y }) {
  return `${Math.round(100 * x)} across, ${Math.round(100 * y)} down`;
}
