const STORE = "firstnet-quiz/"; // before the name of a chapter, in the browser's storage
const OWNER = "firstnet-quiz-name";
const FORMAT = { format: "firstnet-quiz", version: 1 };
const NO_NUMBER = "I cannot read that as a number: type it as 12, −0.5 or 1/3.";
const KEPT = "Your results are kept on this device, in this browser, and sent nowhere.";
const FROM_FOLDER = `${KEPT} This page was opened from a folder, and there a browser may lose them: save them as a file too.`;
const NOT_KEPT = "Your browser keeps nothing for this page: your results are gone when you leave it. You can still save them as a file.";

// ---------------------------------------------------------------- the sealed answers

/** Bytes without end: xorshift32 from the FNV-1a hash of a key, as firstnet/quizzes.py makes them. */
function keyStream(key) {
  let state = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(key)) state = Math.imul(state ^ byte, 0x01000193);
  state |= 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state & 0xff;
  };
}

export function unseal({ id, sealed }) {
  const next = keyStream(id);
  const bytes = Uint8Array.from(atob(sealed), (letter) => letter.charCodeAt(0) ^ next());
  return JSON.parse(new TextDecoder().decode(bytes));
}

// ---------------------------------------------------------------- judging

const ABOUT = ["about", "approx", "approximately", "ca", "circa", "roughly"];
const NO_UNITS = /^(exp|log|sqrt|tanh|minus|plus|half|third|quarter|tenth|hundred|thousand|million)s?$/;
const WAYS = [ // to set a number: 1,234.5 and 1.234,5; many can be read in one way only
  { form: /^([1-9]\d{0,2}(,\d{2,3})*,\d{3}|\d*)(\.\d*)?$/, group: ",", point: "." },
  { form: /^([1-9]\d{0,2}(\.\d{2,3})*\.\d{3}|\d*)(,\d*)?$/, group: ".", point: "," },
];

/** Everything a typed number may mean, the likeliest first: 1,500 is 1500 or 1.5, and "two" nothing.
 *  Words of the question may stand around it: 12,000 bytes, epoch 5. */
export function readNumbers(typed, { ask = "", unit = "" } = {}) {
  let text = typed.split(/[=≈~∼]/).at(-1).trim();
  if (unit && text.endsWith(unit)) text = text.slice(0, -unit.length);
  const bare = withoutWords(text.replace(/\bper ?cent$/i, "%"), ask);
  const share = bare.endsWith("%") ? 100 : 1;
  const values = readMixed(plainly(share === 1 ? bare : bare.slice(0, -1)));
  return [...new Set(values.map((value) => value / share))].filter(Number.isFinite);
}

function withoutWords(text, ask) {
  const stem = (word) => word.toLowerCase().replace(/s$/, "");
  const known = new Set([...(ask.match(/\p{L}{3,}/gu) ?? []), ...ABOUT].map(stem));
  const drop = (all, word) => (known.has(stem(word)) && !NO_UNITS.test(word.toLowerCase()) ? "" : all);
  const shorter = text.replace(/^(\p{L}+)[\s.:]+/u, drop).replace(/\s*(\p{L}+)[.!]?$/u, drop);
  return shorter === text ? text.trim() : withoutWords(shorter, ask);
}

/** One kind of minus, ½ as 1/2, no spaces around signs, and nothing between groups of three digits. */
function plainly(text) {
  return text.replace(/[‐-―−﹣－]/g, "-").replace(/^minus\b/i, "-")
    .replace(/[¼-¾⅐-⅞]/g, (part) => ` ${part.normalize("NFKC")}`).replace(/[⁄∕÷]/g, "/")
    .replace(/\s*([-+/.,])\s*/g, "$1").trim()
    .replace(/(\d)[\s_'’](?=\d{3}(?!\d))/g, "$1");
}

function readMixed(text) {
  const [, sign, whole, part] = /^([-+]?)(\d+)\s+(\d+\/\d+)$/.exec(text) ?? [];
  if (part) return readFraction(part).map((value) => (sign === "-" ? -1 : 1) * (Number(whole) + value));
  return readFraction(text);
}

function readFraction(text) {
  const [above, below = [1], ...more] = text.split("/").map(readPlain);
  return more.length ? [] : above.flatMap((top) => below.map((bottom) => top / bottom));
}

function readPlain(text) {
  const [, sign, body, power = ""] = /^([-+]?)([.,]*\d[\d.,]*)(e[-+]?\d{1,3})?$/i.exec(text) ?? [];
  if (body === undefined) return [];
  return WAYS.filter(({ form }) => form.test(body)).map(({ group, point }) =>
    Number(sign + body.replaceAll(group, "").replace(point, ".") + power));
}

function judgeOption({ right, because }, answer) {
  if (because[answer] === undefined) return { missing: "Choose an answer first." };
  return { right: answer === right, because: because[answer] };
}

function judgeNumber({ answer, within, because, otherwise, slips }, typed, question) {
  const text = String(typed ?? "").trim();
  const values = readNumbers(text, question);
  if (!values.length) return { missing: text ? NO_NUMBER : "Type a number first, such as 12, −0.5 or 1/3." };
  const near = (other) => (value) => Math.abs(value - other) <= within + 1e-9 * Math.abs(other);
  if (values.some(near(answer))) return { right: true, because };
  const known = values.map((value) => slips.find((slip) => near(slip.value)(value))).find(Boolean);
  return { right: false, because: known?.because ?? otherwise };
}

function judgeOrder({ order, because, otherwise, slips }, answer) {
  if (answer?.length !== order.length) return { missing: "Move the lines with their buttons first." };
  const at = (item) => answer.indexOf(item);
  const placed = order.filter((item, place) => at(item) === place).length;
  if (placed === order.length) return { right: true, because };
  const slip = slips.find(({ item, before }) => at(item) < at(before));
  const count = placed === 0 ? "None" : String(placed);
  return { right: false, because: `${slip?.because ?? otherwise} ${count} of ${order.length} stand where they belong.` };
}

/** What an answer is worth: `right` and `because`, or in `missing` what the reader has to do first. */
export function judge(question, answer) {
  const judges = { choice: judgeOption, plot: judgeOption, number: judgeNumber, order: judgeOrder };
  return judges[question.kind](unseal(question), answer, question);
}

/** The result of a question after one more try; once right it stays as it is. */
export function afterTry(before, right) {
  if (before?.right) return before;
  return { first: before ? before.first : right, tries: (before?.tries ?? 0) + 1, right };
}

// ---------------------------------------------------------------- what the device keeps

function isResult(one) {
  const counted = Number.isInteger(one?.tries) && one.tries >= 1;
  return counted && typeof one.first === "boolean" && typeof one.right === "boolean";
}

/** The results in a stored text, without what is damaged; undefined where there is none. */
export function readResults(text) {
  try {
    const sound = Object.entries(JSON.parse(text)).filter(([id, one]) => /^[a-z0-9-]{1,80}$/.test(id) && isResult(one));
    const kept = sound.map(([id, { first, tries, right }]) => [id, { first, tries, right }]);
    return kept.length ? Object.fromEntries(kept) : undefined;
  } catch {
    return undefined; // not written by a quiz
  }
}

/** The browser's storage; where it is refused everything is forgotten, and `works` is false. */
function openDevice() {
  try {
    const { localStorage } = window;
    localStorage.setItem(STORE, "");
    localStorage.removeItem(STORE);
    return { works: true, store: localStorage };
  } catch {
    return { works: false, store: { length: 0, key() {}, getItem: () => null, setItem() {}, removeItem() {} } };
  }
}

function createDevice() {
  const { works, store } = openDevice();
  const write = (key, text) => {
    try {
      if (text) store.setItem(key, text);
      else store.removeItem(key);
    } catch { /* full: the page still shows what it knows */ }
  };
  const read = (chapter) => {
    const [key, text] = [STORE + chapter, store.getItem(STORE + chapter)];
    const results = text === null ? undefined : readResults(text);
    if (text !== null && !results) write(key);
    return results;
  };
  const chapters = () => Array.from({ length: store.length }, (_, place) => store.key(place))
    .filter((key) => key.startsWith(STORE)).map((key) => key.slice(STORE.length)).sort();
  return {
    works,
    read,
    keep: (chapter, results) => write(STORE + chapter, Object.keys(results).length ? JSON.stringify(results) : ""),
    all: () => Object.fromEntries(chapters().map((chapter) => [chapter, read(chapter)]).filter(([, found]) => found)),
    owner: () => store.getItem(OWNER) ?? "",
    call: (name) => write(OWNER, name),
  };
}

function saveFile(view, name, text) {
  const address = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  html("a", { href: address, download: name }).click();
  const timer = setTimeout(() => URL.revokeObjectURL(address), 10_000);
  view.onCleanup(() => clearTimeout(timer));
}

function fileName(owner) {
  const plain = owner.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-+|-+$/g, "");
  return ["quiz-results", ...(plain ? [plain] : [])].join("-") + ".json";
}

// ---------------------------------------------------------------- words

/** Text with `code` in it, as nodes. */
function prose(text) {
  return text.split("`").map((part, place) => (place % 2 ? html("code", {}, part) : part));
}

const times = (count) => (count === 1 ? "once" : count === 2 ? "twice" : `${count} times`);

function recall({ first, tries, right }) {
  if (first) return "Earlier: right at the first try.";
  return right ? `Earlier: right after ${tries} tries.` : `Earlier: tried ${times(tries)}, not right yet.`;
}

const keptWords = ({ works }) => (!works ? NOT_KEPT : location.protocol === "file:" ? FROM_FOLDER : KEPT);

export function scoreWords(questions, results) {
  const known = questions.map(({ id }) => results[id]).filter(Boolean);
  if (!known.length) return `${questions.length} questions. The first try counts; you may try again as often as you like.`;
  const count = (key) => known.filter((one) => one[key]).length;
  return `${count("first")} of ${questions.length} right at the first try, ${count("right")} right so far.`;
}

// ---------------------------------------------------------------- the kinds of questions

/** Radio buttons; `content(option, place)` is what stands beside one. */
function createOptions(view, question, content, write) {
  const name = view.newId();
  const rows = question.options.map((option, place) => {
    const input = html("input", { type: "radio", class: "fn-quiz-radio", name, value: place });
    const mark = html("span", { class: "fn-quiz-mark", "aria-hidden": "true" });
    view.listen(input, "change", () => write(place));
    return { input, mark, element: html("label", { class: "fn-quiz-option" }, input, ...content(option, place), mark) };
  });
  return {
    element: html("div", { class: `fn-quiz-options fn-quiz-${question.kind}s` }, ...rows.map(({ element }) => element)),
    show(answer, checked, right) {
      rows.forEach(({ input, mark, element }, place) => {
        input.checked = place === answer;
        element.dataset.is = place === checked ? (right ? "right" : "wrong") : "";
        mark.textContent = place === checked ? (right ? "✓" : "✗") : "";
      });
    },
  };
}

function drawCurve({ x, y }, curve) {
  const frame = graphFrame({ width: 240, height: 176, x: [x.from, x.to], y: [y.from, y.to], left: 40, top: 24 });
  const step = (x.to - x.from) / (curve.length - 1);
  const line = graphLine(frame, curve.map((value, place) => [x.from + place * step, value]));
  const drawing = svg("svg", { "aria-hidden": "true" },
    graphAxes(frame, { xTicks: x.ticks, yTicks: y.ticks, xName: x.name }),
    svg("text", { x: frame.left, y: 14 }, y.name),
    graphInside(frame, svg("path", { class: "fn-quiz-curve", d: line })));
  sizeDrawing(drawing, frame.width, frame.height);
  return drawing;
}

function createPlots(view, question, write) {
  return createOptions(view, question, (option, place) => [
    html("span", { class: "fn-quiz-letter" }, "ABCDEFGH"[place]),
    html("span", { class: "fn-unseen" }, `: ${option.alt}`),
    drawCurve(question, option.y),
  ], write);
}

function createChoices(view, question, write) {
  return createOptions(view, question, (option) => [html("span", { class: "fn-quiz-text" }, ...prose(option))], write);
}

function createNumber(view, question, write, check) {
  const input = html("input", { class: "fn-number fn-quiz-number", type: "text", inputmode: "text", autocomplete: "off", autocapitalize: "off", spellcheck: "false", maxlength: 40, "data-may-be-empty": "" });
  const unit = question.unit ? [" ", html("span", {}, question.unit)] : [];
  let typing = false;
  view.listen(input, "input", () => {
    typing = true;
    write(input.value);
  });
  for (const type of ["change", "blur"]) view.listen(input, type, () => { typing = false; });
  view.listen(input, "keydown", (event) => {
    if (event.key === "Enter" && !event.isComposing) check();
  });
  return {
    element: html("label", { class: "fn-field" }, html("span", { class: "fn-field-name" }, "Your answer"), input, ...unit),
    show(answer) {
      if (!typing) input.value = String(answer ?? "");
    },
  };
}

const isOrder = (answer, count) => Array.isArray(answer) && answer.length === count
  && [...answer].sort((a, b) => a - b).every((item, place) => item === place);

function createOrder(view, question, write) {
  const count = question.options.length;
  const said = html("p", { class: "fn-unseen", role: "status" });
  const list = html("ol", { class: "fn-quiz-order" });
  let shown = [];
  const move = (item, by) => {
    const [order, from] = [[...shown], shown.indexOf(item)];
    order.splice(from + by, 0, ...order.splice(from, 1));
    write(order);
    said.textContent = `“${question.options[item]}” is now ${from + by + 1} of ${count}.`;
  };
  const rows = question.options.map((option, item) => {
    const buttons = [["Up", -1], ["Down", 1]].map(([label, by]) => button(view, { label, press: () => move(item, by) }));
    buttons.forEach(({ element }, which) => element.setAttribute("aria-label", `${which ? "Down" : "Up"}: ${option}`));
    const text = html("span", { class: "fn-quiz-text" }, ...prose(option));
    return { buttons, element: html("li", {}, text, ...buttons.map(({ element }) => element)) };
  });
  return {
    element: html("div", {}, list, said),
    show(answer) {
      const order = isOrder(answer, count) ? answer : rows.map((_, item) => item);
      if (order.join() === shown.join()) return;
      shown = [...order];
      const focused = list.contains(document.activeElement) ? document.activeElement : undefined;
      list.replaceChildren(...shown.map((item) => rows[item].element));
      focused?.focus(); // moving a line takes the focus from its button
      shown.forEach((item, place) => {
        rows[item].buttons[0].enable(place > 0);
        rows[item].buttons[1].enable(place < count - 1);
      });
    },
  };
}

const PARTS = { choice: createChoices, plot: createPlots, number: createNumber, order: createOrder };

// ---------------------------------------------------------------- one question

function createFeedback() {
  const element = html("div", { class: "fn-quiz-feedback", role: "status" });
  let said;
  return {
    element,
    again: () => { said = undefined; }, // to be said once more, in the same words
    show({ mood, headline, detail }) {
      const text = [mood, headline, detail].join("\n");
      if (text === said) return;
      said = text;
      element.dataset.mood = mood;
      element.replaceChildren(...(headline ? [html("p", {}, html("strong", {}, headline), " ", ...prose(detail))] : []));
    },
  };
}

function feedbackOf({ verdict, missing, changed, result }) {
  if (missing) return { mood: "missing", headline: missing, detail: "" };
  if (changed) return { mood: "changed", headline: "Changed: press Check.", detail: "" };
  if (!verdict) return { mood: "", headline: result ? recall(result) : "", detail: "" };
  return { mood: verdict.right ? "right" : "wrong", headline: verdict.right ? "✓ Right." : "✗ Not yet.", detail: verdict.because };
}

/** Whether two answers are one, in whatever kind of question. */
const alike = (one, other) => JSON.stringify(one) === JSON.stringify(other);

/** The verdict on what was checked, as long as that is what still stands there. */
function standing(question, answer, checked) {
  const verdict = checked === undefined ? undefined : judge(question, checked);
  if (!verdict || verdict.missing) return {};
  return alike(answer, checked) ? { verdict, at: checked } : { changed: true };
}

function createQuestion(view, question, number, onTry) {
  const { id } = question;
  const feedback = createFeedback();
  let missing;
  const write = (answer) => {
    missing = undefined;
    view.set({ answers: { ...view.state().answers, [id]: answer } });
  };
  const check = () => {
    const { answers, checked } = view.state();
    const verdict = judge(question, answers[id]);
    missing = verdict.missing;
    feedback.again();
    if (missing || alike(checked[id], answers[id])) view.redraw();
    else onTry(id, answers[id], verdict.right);
  };
  const part = PARTS[question.kind](view, question, write, check);
  const go = button(view, { label: "Check", press: check });
  go.element.append(html("span", { class: "fn-unseen" }, ` question ${number}`));
  const ask = html("legend", { class: "fn-quiz-ask" }, html("span", { class: "fn-quiz-count" }, `${number}. `), ...prose(question.ask));
  return {
    element: html("fieldset", { class: "fn-quiz-question" }, ask, part.element, html("div", { class: "fn-row" }, go.element), feedback.element),
    forget: () => { missing = undefined; },
    show({ answers, checked, results }) {
      const { verdict, at, changed } = standing(question, answers[id], checked[id]);
      part.show(answers[id], at, verdict?.right);
      feedback.show(feedbackOf({ verdict, missing, changed, result: results[id] }));
    },
  };
}

// ---------------------------------------------------------------- saving and starting again

function createName(view, device) {
  const input = html("input", { class: "fn-number fn-quiz-name", type: "text", autocomplete: "off", maxlength: 80, "data-may-be-empty": "" });
  input.value = device.owner();
  view.listen(input, "change", () => device.call(input.value.trim()));
  const note = html("span", { class: "fn-quiz-aside", id: view.newId() }, "It stays on this device, and goes into the file you save.");
  input.setAttribute("aria-describedby", note.id);
  return {
    element: html("div", { class: "fn-row" }, html("label", { class: "fn-field" }, html("span", { class: "fn-field-name" }, "Your name (optional)"), input), note),
    value: () => input.value.trim(),
  };
}

/** Everything the device keeps, with what this view knows of its own chapter. */
function gather(view, device, name) {
  const { chapter, results } = view.state();
  const quizzes = { ...device.all(), ...(Object.keys(results).length ? { [chapter]: results } : {}) };
  return { ...FORMAT, name, saved: new Date().toISOString(), quizzes };
}

/** Nothing is cleared by one press: the tick is asked for first. */
function createReset(view, clear) {
  let sure = false;
  const set = (to) => {
    sure = to;
    view.redraw();
  };
  const tick = checkField(view, { label: "Clear my answers and results of this chapter", write: set });
  const go = button(view, { label: "Start again", press() {
    set(false);
    clear();
  } });
  return {
    element: html("div", { class: "fn-row" }, tick.element, go.element),
    show() {
      tick.show(sure);
      go.enable(sure);
    },
  };
}

function createEnd(view, device, questions, forget) {
  const said = html("p", { class: "fn-quiz-said", role: "status" });
  const name = createName(view, device);
  const save = button(view, { label: "Save my results", press() {
    const file = gather(view, device, name.value());
    const chapters = Object.keys(file.quizzes);
    said.textContent = "There is nothing to save yet: check an answer first.";
    if (!chapters.length) return;
    saveFile(view, fileName(file.name), `${JSON.stringify(file, null, 1)}\n`);
    said.textContent = `Saved as ${fileName(file.name)}, with the results of: ${chapters.join(", ")}.`;
  } });
  const reset = createReset(view, () => {
    device.keep(view.state().chapter, {});
    forget();
    said.textContent = "Cleared. The questions are as new.";
    view.set({ answers: {}, checked: {}, results: {} });
  });
  const kept = html("p", { class: "fn-quiz-aside" }, keptWords(device));
  const score = html("p", { class: "fn-quiz-score" });
  return {
    element: html("div", { class: "fn-quiz-end" }, score, kept, name.element, html("div", { class: "fn-row" }, save.element), said, reset.element),
    show({ results }) {
      score.textContent = scoreWords(questions, results);
      reset.show();
    },
  };
}

function restore(view, device) {
  const { chapter, questions, results } = view.state();
  const stored = device.read(chapter) ?? {};
  const known = questions.filter(({ id }) => stored[id] && !results[id]).map(({ id }) => [id, stored[id]]);
  if (known.length) view.set({ results: { ...Object.fromEntries(known), ...results } });
}

function render({ model, el }) {
  const traits = ["chapter", "questions", "answers", "checked", "results"];
  const view = createView({ model, el }, { label: "Questions on this chapter", traits });
  const device = createDevice();
  view.root.classList.add("fn-quiz");
  const { chapter, questions } = view.state();
  const onTry = (id, answer, right) => {
    const { checked, results } = view.state();
    const known = { ...results, [id]: afterTry(results[id], right) };
    device.keep(chapter, known);
    view.set({ checked: { ...checked, [id]: answer }, results: known });
  };
  const parts = questions.map((question, place) => createQuestion(view, question, place + 1, onTry));
  const end = createEnd(view, device, questions, () => parts.forEach((part) => part.forget()));
  view.root.append(...parts.map(({ element }) => element), end.element);
  restore(view, device);
  view.draw = () => {
    const state = view.state();
    parts.forEach((part) => part.show(state));
    end.show(state);
  };
  view.draw();
  return view.cleanup;
}

export default { render };
