// Stands after _drawing.js where there is a pad: follows a finger, a pen or a mouse, and paints strokes.
//
// It needs nothing but a canvas: `listen(target, type, handler, options)` says how its owner listens.

/** A coordinate in parts of the pad, held to it, to four decimals: what is kept is what was read. */
function padPart(part) {
  return Math.round(10_000 * Math.min(1, Math.max(0, part))) / 10_000;
}

function padPlace(canvas, { clientX, clientY }) {
  const box = canvas.getBoundingClientRect();
  return [padPart((clientX - box.left) / box.width), padPart((clientY - box.top) / box.height)];
}

/**
 * Follows one pointer at a time, from pressing to lifting, also beyond the edge of the pad: `begin(point)`,
 * `extend(point)`, `end()`. `pad.pointer` is the one that is followed, or null; `mayBegin()` may refuse.
 */
function followPointer(canvas, pad, { listen, begin, extend, end, mayBegin = () => true }) {
  listen(canvas, "pointerdown", (event) => {
    if (event.button !== 0 || pad.pointer !== null || !mayBegin()) return;
    canvas.setPointerCapture(event.pointerId);
    pad.pointer = event.pointerId;
    begin(padPlace(canvas, event));
  });
  const followed = (act) => (event) => event.pointerId === pad.pointer && act(event);
  listen(canvas, "pointermove", followed((event) => {
    const all = event.getCoalescedEvents?.() ?? [];
    for (const one of all.length > 0 ? all : [event]) extend(padPlace(canvas, one));
  }));
  const lift = followed(() => {
    pad.pointer = null;
    end();
  });
  for (const type of ["pointerup", "pointercancel", "lostpointercapture"]) listen(canvas, type, lift);
  // keeps the page from scrolling, zooming and selecting where touch-action alone does not
  listen(canvas, "touchstart", (event) => event.preventDefault(), { passive: false });
}

/** Adds a point to a stroke, in place, unless it is nearer than `nearest` to the last one and so says nothing new. */
function addPoint(stroke, [x, y], nearest) {
  const [lastX, lastY] = stroke.at(-1);
  if (Math.hypot(x - lastX, y - lastY) >= nearest) stroke.push([x, y]);
}

/** Draws strokes with a round pen on a square of `side` pixels; `pen`: its width in parts of the side. */
function drawStrokes(context, strokes, { side, colour, pen }) {
  Object.assign(context, { strokeStyle: colour, fillStyle: colour, lineWidth: pen * side, lineCap: "round", lineJoin: "round" });
  for (const stroke of strokes) {
    context.beginPath();
    if (stroke.length === 1) drawDot(context, stroke[0], side, pen);
    else drawLine(context, stroke, side);
  }
}

/** A stroke of one point: a line without length would be left out. */
function drawDot(context, [x, y], side, pen) {
  context.arc(x * side, y * side, (pen * side) / 2, 0, 2 * Math.PI);
  context.fill();
}

function drawLine(context, stroke, side) {
  for (const [x, y] of stroke) context.lineTo(x * side, y * side);
  context.stroke();
}
