// Set-ups of explorables in the address: `#downhill?learning_rate=0.02&steps=5` sets the values of
// the explorable of that name and leads to it, and a button below each copies such a link.
// What a link may set is written in the page's saved state; see book/_ext/setups.py.

(() => {
  const saved = document.querySelector('script[type="application/vnd.jupyter.widget-state+json"]');
  const setUps = saved ? JSON.parse(saved.textContent).set_ups ?? {} : {};
  const ready = new Map(); // an explorable's name to its { host, model, traits, first, note }

  const flat = (value) => (Array.isArray(value) ? value.flatMap(flat) : [value]);

  /** A list of numbers in the shape of another list. */
  function shaped(numbers, like) {
    const left = [...numbers];
    const fill = (value) => (Array.isArray(value) ? value.map(fill) : left.shift());
    return fill(like);
  }

  // ---------------------------------------------------------------- reading a link

  function readNumber(name, text, rule) {
    const value = text.trim() === "" ? NaN : Number(text);
    const good = value >= rule.from && value <= rule.to && (!rule.whole || Number.isInteger(value));
    if (good) return value;
    const kind = rule.whole ? "a whole number" : "a number";
    throw new Error(`${name} must be ${kind} from ${rule.from} to ${rule.to}, and the link says “${text.slice(0, 30)}”`);
  }

  function readNumbers(name, text, { numbers }, like) {
    const parts = text.split(",");
    if (parts.length !== numbers.length) {
      throw new Error(`${name} must have ${numbers.length} numbers with commas between, and the link has ${parts.length}`);
    }
    return shaped(parts.map((part, k) => readNumber(name, part, numbers[k])), like);
  }

  function readChoice(name, text, { choices }) {
    const found = choices.find((choice) => String(choice) === text);
    if (found !== undefined) return found;
    throw new Error(`${name} must be one of ${choices.join(", ")}, and the link says “${text.slice(0, 30)}”`);
  }

  function readValue({ traits, first }, name, text) {
    const rule = Object.hasOwn(traits, name) ? traits[name] : undefined;
    if (!rule) throw new Error(`“${name.slice(0, 30)}” is not one of its values`);
    if (rule.choices) return readChoice(name, text, rule);
    return rule.numbers ? readNumbers(name, text, rule, first[name]) : readNumber(name, text, rule);
  }

  /** The address's end as the name of an explorable and the values to set; undefined for other ends. */
  function fromAddress() {
    const [name, query = ""] = location.hash.slice(1).split(/\?(.*)/s);
    return ready.has(name) ? { one: ready.get(name), pairs: [...new URLSearchParams(query)] } : undefined;
  }

  function setValues(one, changes) {
    const before = Object.fromEntries(Object.keys(changes).map((name) => [name, one.model.get(name)]));
    try {
      one.model.set(changes);
      one.model.save_changes();
    } catch (error) {
      one.model.set(before);
      throw error;
    }
  }

  /** Sets what the address says, all or nothing, and leads to the explorable. */
  function follow() {
    const { one, pairs } = fromAddress() ?? {};
    if (!one) return;
    one.note.textContent = "";
    try {
      setValues(one, Object.fromEntries(pairs.map(([name, text]) => [name, readValue(one, name, text)])));
    } catch (error) {
      one.note.textContent = `The set-up in this link was not understood: ${error.message}. Nothing was changed.`;
    }
    one.host.scrollIntoView();
    one.host.focus({ preventScroll: true });
  }

  // ---------------------------------------------------------------- writing a link

  const written = (value) => flat(value)
    .map((part) => (typeof part === "number" ? Number(part.toPrecision(6)) : part)).join(",");

  /** The page's address with what differs from the page's own state: a short link. */
  function toAddress(name, { model, traits, first }) {
    const changed = Object.keys(traits).filter((trait) => written(model.get(trait)) !== written(first[trait]));
    const whole = changed.filter((trait) => flat(model.get(trait)).length === flat(first[trait]).length);
    const query = whole.map((trait) => `${trait}=${encodeURIComponent(written(model.get(trait))).replaceAll("%2C", ",")}`);
    return [`${location.href.split("#")[0]}#${name}`, query.join("&")].filter(Boolean).join("?");
  }

  function element(tag, properties, ...children) {
    const made = Object.assign(document.createElement(tag), properties);
    made.append(...children);
    return made;
  }

  async function copy(link, field, said) {
    field.value = link;
    try {
      await navigator.clipboard.writeText(link);
      field.hidden = true;
      said.textContent = "Copied.";
    } catch {
      field.hidden = false;
      field.select();
      said.textContent = "This page may not copy by itself. The link is marked: copy it with Ctrl+C or ⌘C.";
    }
  }

  /** A quiet line below an explorable: a button that copies a link to its present set-up. */
  function shareLine(name, one) {
    const label = one.host.getAttribute("aria-label");
    const field = element("input", { type: "text", readOnly: true, hidden: true, ariaLabel: "Link to this set-up" });
    const said = element("span", { role: "status" });
    const button = element("button", { type: "button" }, "Copy a link to this set-up");
    if (label !== "explorable") button.ariaLabel = `Copy a link to this set-up: ${label}`;
    button.addEventListener("click", () => copy(toAddress(name, one), field, said));
    return element("div", { className: "set-up-line" }, button, field, said);
  }

  // ---------------------------------------------------------------- each explorable, when it is there

  function welcome({ target: host, detail: { id, model } }) {
    if (!Object.hasOwn(setUps, id) || ready.has(setUps[id].name)) return;
    const { name, traits } = setUps[id];
    host.id ||= name;
    if (!Object.keys(traits).length) return;
    const first = Object.fromEntries(Object.keys(traits).map((trait) => [trait, structuredClone(model.get(trait))]));
    const note = element("p", { className: "widget-note set-up-note", role: "status" });
    const one = { host, model, traits, first, note };
    ready.set(name, one);
    host.tabIndex = -1;
    host.before(note);
    host.after(shareLine(name, one));
    if (fromAddress()?.one === one) follow();
  }

  document.addEventListener("explorable", welcome);
  addEventListener("hashchange", follow);
})();
