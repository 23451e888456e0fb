// Stands after _shared.js in the modules of explorables that show images: grey images and raw numbers.

/** The bytes of a binary trait, whether it comes from a page's saved state or from a kernel. */
function bytesOf(view) {
  return view ? new Uint8Array(view.buffer, view.byteOffset, view.byteLength) : new Uint8Array(0);
}

/** The float32 numbers of a binary trait; copied, since a kernel's bytes may begin anywhere. */
function floatsOf(view) {
  return new Float32Array(bytesOf(view).slice().buffer);
}

/** The float16 numbers of a binary trait, as float32: 1 bit for the sign, 5 for the power, 10 for the rest. */
function halvesOf(view) {
  const halves = new Uint16Array(bytesOf(view).slice().buffer);
  return Float32Array.from(halves, (bits) => {
    const [power, rest] = [(bits >> 10) & 31, bits & 1023];
    const size = power === 0 ? rest * 2 ** -24 : (1024 + rest) * 2 ** (power - 25); // packed bytes hold no infinity
    return bits >> 15 ? -size : size;
  });
}

/**
 * A picture of grey values, one canvas pixel for each, sharp at any size: `show(values)` takes rows
 * of numbers from 0 (black) to `most` (white). Its size on the page is the business of the CSS.
 */
function greyPicture({ width, height, most = 255, label }) {
  const canvas = html("canvas", { class: "fn-grey", width, height, role: "img", "aria-label": label });
  const context = canvas.getContext("2d");
  const drawn = context.createImageData(width, height);
  return {
    element: canvas,
    name: (text) => canvas.setAttribute("aria-label", text),
    show(values) {
      for (let pixel = 0; pixel < width * height; pixel += 1) {
        const grey = (255 * values[pixel]) / most; // the array itself holds it to 0 … 255
        drawn.data.set([grey, grey, grey, 255], 4 * pixel);
      }
      context.putImageData(drawn, 0, 0);
    },
  };
}
