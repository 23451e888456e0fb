// Stands after _shared.js in the modules that let a reader choose from a list, or say yes or no.

/** A native list: `options` is [[value, words], ...]; `write(value)` gets the value that was chosen. */
function selectField(view, { label, options, write }) {
  const entries = options.map(([value, words]) => html("option", { value }, words));
  const select = html("select", { class: "fn-select", "aria-label": label }, ...entries);
  const name = html("span", { class: "fn-field-name", "aria-hidden": "true" }, label);
  view.listen(select, "change", () => write(options[select.selectedIndex][0]));
  return {
    element: html("label", { class: "fn-field" }, name, select),
    show: (chosen) => { select.selectedIndex = options.findIndex(([value]) => value === chosen); },
  };
}

function checkField(view, { label, write }) {
  const box = html("input", { type: "checkbox", class: "fn-check" });
  view.listen(box, "change", () => write(box.checked));
  return {
    element: html("label", { class: "fn-field fn-check-field" }, box, html("span", { class: "fn-field-name" }, label)),
    show: (checked) => { box.checked = checked; },
  };
}
