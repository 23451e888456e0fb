// Draws the explorables of a page that has no kernel, from the state saved in it.
// Every anywidget works: an ES module in `_esm`, a stylesheet in `_css`, a default export with
// `render` and perhaps `initialize` (the anywidget front-end module format).

const STATE = "application/vnd.jupyter.widget-state+json";
const VIEW = "application/vnd.jupyter.widget-view+json";
const NEEDS_KERNEL =
  "This control needs Python, which a page does not have. Open the chapter in JupyterLab, " +
  "Binder or Colab with the buttons at the top of the page, and run its cells.";
const FAILED =
  "This explorable could not be shown in your browser. The text around it says what it shows. " +
  "The link at the foot of the page reports the problem.";

class Model {
  #values;
  #listeners = new Map();

  constructor(values) {
    this.#values = values;
  }

  get(name) {
    return this.#values[name];
  }

  set(name, value) {
    const changes = typeof name === "object" ? name : { [name]: value };
    const changed = Object.keys(changes).filter((key) => !same(this.#values[key], changes[key]));
    Object.assign(this.#values, changes);
    changed.forEach((key) => this.#emit(`change:${key}`, this.#values[key]));
    if (changed.length) this.#emit("change");
  }

  save_changes() {} // nobody to save to

  send() {} // nobody to send to

  on(events, callback) {
    for (const event of events.split(" ")) {
      this.#listeners.set(event, [...(this.#listeners.get(event) ?? []), callback]);
    }
  }

  off(events, callback) {
    for (const event of events?.split(" ") ?? [...this.#listeners.keys()]) {
      const kept = (this.#listeners.get(event) ?? []).filter((one) => callback && one !== callback);
      this.#listeners.set(event, kept);
    }
  }

  #emit(event, ...details) {
    (this.#listeners.get(event) ?? []).forEach((callback) => callback(this, ...details));
  }
}

function same(a, b) {
  if (Object.is(a, b)) return true;
  const plain = [a, b].every((x) => typeof x === "object" && !ArrayBuffer.isView(x));
  return plain && JSON.stringify(a) === JSON.stringify(b);
}

function parse(type) {
  const script = document.querySelector(`script[type="${type}"]`);
  return script ? JSON.parse(script.textContent).state : {};
}

async function bytesOf(data) {
  const bytes = Uint8Array.from(atob(textOf(data)), (letter) => letter.charCodeAt(0));
  if (!data.packed) return bytes.buffer;
  const unpacked = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Response(unpacked).arrayBuffer();
}

// Bytes are saved beside the state, in base64, with the path of their place in it.
async function values({ state, buffers = [] }) {
  const found = await Promise.all(buffers.map(({ data }) => bytesOf(data)));
  buffers.forEach(({ path }, k) => {
    const place = path.slice(0, -1).reduce((inside, key) => inside[key], state);
    place[path.at(-1)] = new DataView(found[k]);
  });
  return state;
}

function once(make) {
  const made = new Map();
  return (key) => made.get(key) ?? made.set(key, make(key)).get(key);
}

const saved = parse(STATE);

// A long text is not in the page but in a script of its own, bytes packed; see book/_ext/shelf.py.
const textOf = (value) => (value?.shelf ? window.explorables?.[value.shelf] : value);

const importModule = once(async (text) => {
  const address = URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
  const { default: widget } = await import(address);
  URL.revokeObjectURL(address);
  return typeof widget === "function" ? widget() : widget;
});

const addStyle = once((text) => {
  const style = document.createElement("style");
  style.textContent = text;
  document.head.append(style);
  return style;
});

// Two views of one model share it.
const start = once(async (id) => {
  const model = new Model(await values(saved[id]));
  const widget = await importModule(textOf(model.get("_esm")));
  await widget.initialize?.({ model, signal: new AbortController().signal });
  return { model, widget };
});

function say(host, sentence, state) {
  const note = document.createElement("p");
  note.className = "widget-note";
  note.textContent = sentence;
  host.replaceChildren(note);
  host.dataset.state = state;
}

async function show(host, id) {
  const state = saved[id]?.state;
  if (!state?._esm) return say(host, NEEDS_KERNEL, "needs-kernel");
  host.setAttribute("role", "group");
  host.setAttribute("aria-label", state._label || "explorable");
  try {
    if (state._css) addStyle(textOf(state._css));
    const { model, widget } = await start(id);
    await widget.render({ model, el: host, signal: new AbortController().signal });
    host.dataset.state = "ready";
    host.dispatchEvent(new CustomEvent("explorable", { bubbles: true, detail: { id, model } }));
  } catch (error) {
    console.error(error);
    say(host, FAILED, "failed");
  }
}

for (const script of document.querySelectorAll(`script[type="${VIEW}"]`)) {
  const host = document.createElement("div");
  host.className = "widget-host";
  script.replaceWith(host);
  show(host, JSON.parse(script.textContent).model_id);
}
