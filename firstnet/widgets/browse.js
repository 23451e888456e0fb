const ON_A_PAGE = 24;
const ORDERS = [
  ["hardest", "hardest first"],
  ["surest", "surest first"],
  ["stored", "as stored"],
];

// ---------------------------------------------------------------- the shelf

/** The images with what the model says of each: its answer, how sure it is, and what it gives the label. */
export function openShelf({ images, labels, numbers, probabilities }) {
  const [bytes, all] = [bytesOf(images), floatsOf(probabilities)];
  const items = labels.map((label, index) => {
    const ten = [...all.subarray(10 * index, 10 * index + 10)];
    const answer = likeliest(ten);
    return { index, label, number: numbers[index], ten, answer, sure: ten[answer], given: ten[label] };
  });
  return { items, pixels: (index) => pixelsOf(bytes, index) };
}

const SORTS = {
  stored: (a, b) => a.number - b.number,
  hardest: (a, b) => a.given - b.given || a.number - b.number,
  surest: (a, b) => b.given - a.given || a.number - b.number,
};

/** The items that the reader asks for, in the order that the reader asks for. */
export function asked(items, { digit, order, mistakes }) {
  const wanted = items.filter(({ label, answer }) => (digit < 0 || label === digit) && (!mistakes || answer !== label));
  return wanted.sort(SORTS[order]);
}

// ---------------------------------------------------------------- words

function nameOf({ number, label, answer }) {
  const verdict = answer === label ? "" : `, read as ${aDigit(answer)}`;
  return `image ${plainDigits(number, 0)}: ${aDigit(label)}${verdict}`;
}

function count(number, noun) {
  return `${plainDigits(number, 0)} ${noun}${number === 1 ? "" : "s"}`;
}

/** What the model says of the chosen image, and how sure it is. */
export function describe({ number, label, answer, sure, given }, found) {
  const shelf = `${count(found, "image")} on this shelf.`;
  const headline = `Image ${plainDigits(number, 0)} is labelled ${label}. The model reads ${aDigit(answer)}, with a probability of ${percentInWords(sure)}.`;
  if (answer === label) {
    const how = sure > 0.99 ? "It has no doubt." : sure > 0.7 ? "It is fairly sure." : "It is right, and far from sure.";
    return { mood: "same", headline, detail: `${how} ${shelf}` };
  }
  const how = given < 0.01 ? `To the ${label} it gives ${percentInWords(given)}: as good as nothing.` : `To the ${label} it gives ${percentInWords(given)}.`;
  return { mood: "ready", headline, detail: `${how} What would you say? ${shelf}` };
}

// ---------------------------------------------------------------- parts

function createShelf(view, shelf, choose) {
  const slots = Array.from({ length: ON_A_PAGE }, () => {
    const picture = greyPicture({ width: SIDE, height: SIDE, most: 1 });
    fill(picture.element, { role: "presentation", "aria-hidden": "true" }, []);
    const element = html("button", { class: "fn-button fn-thumbnail fn-browse-slot", type: "button" }, picture.element);
    const slot = { element, picture, item: undefined };
    view.listen(element, "click", () => choose(slot.item));
    return slot;
  });
  const none = html("p", { class: "fn-browse-none" }, "Nothing fits. Choose another digit, or show more than the mistakes.");
  return {
    element: html("div", { class: "fn-browse-shelf", role: "group", "aria-label": "Images" }, ...slots.map(({ element }) => element), none),
    show(items, chosen) {
      none.hidden = items.length > 0;
      slots.forEach((slot, n) => {
        const item = items[n];
        slot.element.hidden = item === undefined;
        if (item === undefined) return;
        if (slot.item !== item) slot.picture.show(shelf.pixels(item.index));
        slot.item = item;
        slot.element.setAttribute("aria-label", nameOf(item));
        slot.element.dataset.wrong = String(item.answer !== item.label);
        slot.element.setAttribute("aria-pressed", String(item.index === chosen));
      });
    },
  };
}

function createPager(view, turn) {
  const [before, after] = [["Back", -1], ["More", 1]].map(([label, by]) => button(view, { label, press: () => turn(by) }));
  const where = html("span", { class: "fn-caption" });
  return {
    element: html("div", { class: "fn-row", role: "group", "aria-label": "Pages" }, before.element, after.element, where),
    show(page, pages) {
      before.enable(page > 0);
      after.enable(page < pages - 1);
      where.textContent = `page ${page + 1} of ${Math.max(pages, 1)}`;
    },
  };
}

function createLarge(shelf) {
  const picture = greyPicture({ width: SIDE, height: SIDE, most: 1 });
  let shown;
  return {
    element: html("div", { class: "fn-browse-large" }, picture.element),
    show(item) {
      if (shown !== item) picture.show(shelf.pixels(item.index));
      shown = item;
      picture.name(`${nameOf(item)}, large`);
    },
  };
}

function createChoices(view, shelf) {
  const digits = [[-1, "all digits"], ...Array.from({ length: 10 }, (_, digit) => [digit, `only the ${digit}s`])];
  const again = (changes) => { // the first of what is asked for is shown large
    const [first] = asked(shelf.items, { ...view.state(), ...changes });
    view.set({ ...changes, page: 0, ...(first ? { chosen: first.index } : {}) });
  };
  const digit = selectField(view, { label: "Show", options: digits, write: (value) => again({ digit: value }) });
  const order = selectField(view, { label: "Order", options: ORDERS, write: (value) => again({ order: value }) });
  const mistakes = checkField(view, { label: "only mistakes", write: (value) => again({ mistakes: value }) });
  return {
    element: html("div", { class: "fn-row" }, digit.element, order.element, mistakes.element),
    show(state) {
      digit.show(state.digit);
      order.show(state.order);
      mistakes.show(state.mistakes);
    },
  };
}

function render({ model, el }) {
  const traits = ["images", "labels", "numbers", "probabilities", "digit", "order", "mistakes", "page", "chosen"];
  const view = createView({ model, el }, { label: "Browse the digits", traits });
  const shelf = openShelf(view.state());
  const choices = createChoices(view, shelf);
  const board = createShelf(view, shelf, (item) => view.set({ chosen: item.index }));
  const pager = createPager(view, (by) => view.set({ page: view.state().page + by }));
  const [large, answers, status] = [createLarge(shelf), answerTable({ title: "The model" }), statusLine(view)];
  view.root.append(
    choices.element,
    html("div", { class: "fn-plots" },
      html("div", { class: "fn-plot" }, board.element, pager.element),
      html("div", { class: "fn-plot fn-browse-one" }, large.element, answers.element)),
    status.element,
  );
  view.draw = () => {
    const state = view.state();
    const items = asked(shelf.items, state);
    const pages = Math.ceil(items.length / ON_A_PAGE);
    const page = clamp(state.page, 0, Math.max(pages - 1, 0));
    const item = shelf.items[state.chosen];
    choices.show(state);
    board.show(items.slice(page * ON_A_PAGE, (page + 1) * ON_A_PAGE), state.chosen);
    pager.show(page, pages);
    large.show(item);
    answers.show(item.ten, item.label);
    status.show(describe(item, items.length));
  };
  view.draw();
  return view.cleanup;
}

export default { render };
