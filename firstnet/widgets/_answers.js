// Stands after _digits.js in the modules that show a network its digits: choosing one, and its answer.

const SIDE = 28; // pixels of a digit

/** The pixels of digit number `number` in the bytes of all of them, as numbers from 0 to 1. */
function pixelsOf(images, number) {
  const bytes = images.subarray(number * SIDE * SIDE, (number + 1) * SIDE * SIDE);
  return Float32Array.from(bytes, (grey) => grey / 255);
}

/** A digit with its article: a 7, an 8. */
function aDigit(digit) {
  return `${digit === 8 ? "an" : "a"} ${digit}`;
}

/** A row of small pictures, one a button; `choose(number)` says which one was pressed. */
function digitChooser(view, { images, labels, choose }) {
  const buttons = labels.map((label, number) => {
    const picture = greyPicture({ width: SIDE, height: SIDE, most: 1 });
    const name = `${aDigit(label)}, number ${number}`;
    const element = html("button", { class: "fn-button fn-thumbnail", type: "button", "aria-label": name });
    fill(picture.element, { role: "presentation", "aria-hidden": "true" }, []);
    picture.show(pixelsOf(images, number));
    element.append(picture.element);
    view.listen(element, "click", () => choose(number));
    return element;
  });
  const caption = html("span", { class: "fn-caption", "aria-hidden": "true" }, "Digit");
  return {
    element: html("div", { class: "fn-row fn-thumbnails", role: "group", "aria-label": "Digit" }, caption, ...buttons),
    show: (chosen) => buttons.forEach((one, number) => one.setAttribute("aria-pressed", String(number === chosen))),
  };
}

/** A probability as a reader wants it; softmax gives neither 0 nor 1. */
function percent(probability) {
  if (probability < 0.001) return "< 0.1%";
  return probability > 0.999 ? "> 99.9%" : `${(100 * probability).toFixed(1)}%`;
}

/** The same within a sentence. */
function percentInWords(probability) {
  return percent(probability).replace("> ", "more than ").replace("< ", "less than ");
}

function likeliest(probabilities) {
  return probabilities.indexOf(Math.max(...probabilities));
}

/** Ten probabilities as a table with bars; the answer stands out. `narrow` leaves no room for words. */
function answerTable({ title, narrow }) {
  const rows = Array.from({ length: 10 }, (_, digit) => {
    const [bar, number, note] = [html("span"), html("td"), html("td", { class: "fn-answer-note" })];
    const row = html("tr", {}, html("th", { scope: "row" }, String(digit)),
      html("td", { class: "fn-answer-bar", "aria-hidden": "true" }, bar), number, note);
    return { row, bar, number, note };
  });
  const body = html("tbody", {}, ...rows.map(({ row }) => row));
  return {
    element: html("table", { class: `fn-table fn-answers ${narrow ? "fn-narrow" : ""}`, "aria-label": `${title}: probability of each digit` }, body),
    /** Without a label the likeliest digit is neither right nor wrong: it is the answer. */
    show(probabilities, label) {
      const best = likeliest(probabilities);
      const verdict = label === undefined ? "answer" : best === label ? "right" : "wrong";
      rows.forEach(({ row, bar, number, note }, digit) => {
        bar.style.width = `${round(100 * probabilities[digit], 1)}%`;
        number.textContent = percent(probabilities[digit]);
        note.textContent = digit === best ? verdict : digit === label ? "label" : "";
        row.dataset.is = digit === best ? verdict : digit === label ? "label" : "other";
      });
    },
  };
}
