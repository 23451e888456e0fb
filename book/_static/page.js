// Two small services to every page.

// Boxes that scroll sideways must be reachable by keyboard. The theme sees to code and outputs;
// this sees to formulas and tables, whose width is known late and changes with the window.
const boxes = document.querySelectorAll("div.math, .bd-article .pst-scrollable-table-container");

function update(box) {
  if (box.scrollWidth > box.clientWidth) {
    box.tabIndex = 0;
  } else {
    box.removeAttribute("tabindex");
  }
}

const sizes = new ResizeObserver((entries) => entries.forEach((entry) => update(entry.target)));
const drawn = new MutationObserver((records) => {
  new Set(records.map((record) => record.target.closest("div.math"))).forEach((box) => box && update(box));
});

for (const box of boxes) {
  sizes.observe(box);
  drawn.observe(box, { childList: true, subtree: true });
}

// Paper is white: print in the light theme, then go back.
const page = document.documentElement.dataset;
let theme;
addEventListener("beforeprint", () => ([theme, page.theme] = [page.theme, "light"]));
addEventListener("afterprint", () => (page.theme = theme));
