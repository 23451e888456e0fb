// Four small services to every page.

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

// The theme takes the focus from its buttons when they are pressed; at the keyboard that is being lost.
document
  .querySelectorAll(".theme-switch-button, .search-button, .primary-toggle, .secondary-toggle")
  .forEach((button) => (button.blur = () => {}));

// Search results quote their pages, which a browser lets no page read when the book is a folder.
if (location.protocol === "file:") DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;
