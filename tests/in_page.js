// What the browser tests ask a page from the inside. Evaluated in each page; adds `inPage`.

window.inPage = (() => {
  const FOCUSABLE = "a[href], area[href], button, input, select, textarea, summary, iframe, [tabindex], [contenteditable]";
  const CONTROLS = "a[href], button, input, select, textarea, summary, [role=slider], [role=button], [role=spinbutton]";
  const INDICATORS = [
    "outlineStyle", "outlineWidth", "outlineColor", "boxShadow", "borderColor", "backgroundColor",
    "color", "textDecoration", "stroke", "strokeWidth", "opacity",
  ];

  const nextFrame = () => new Promise((resolve) => requestAnimationFrame(() => resolve()));

  function isVisible(element) {
    const shown = element.checkVisibility({ visibilityProperty: true, contentVisibilityAuto: true });
    return shown && element.getClientRects().length > 0;
  }

  function describe(element) {
    const name = element.getAttribute("class")?.trim().split(/\s+/)[0];
    const text = (element.getAttribute("aria-label") ?? element.textContent).trim().slice(0, 40);
    return `<${element.tagName.toLowerCase()}${name ? `.${name}` : ""}> "${text}"`;
  }

  /** Waits until formulas are set, fonts are there, and nothing that ends is still moving. */
  async function settled() {
    await window.MathJax?.startup?.promise;
    await document.fonts.ready;
    await nextFrame();
    await nextFrame();
    const moving = document.getAnimations().filter((one) => one.effect.getComputedTiming().endTime !== Infinity);
    await Promise.all(moving.map((one) => one.finished.catch(() => {})));
  }

  const openAnswers = () => document.querySelectorAll("details").forEach((one) => { one.open = true; });

  // ---------------------------------------------------------------- width

  function isBoxed(element) {
    for (let box = element.parentElement; box && box !== document.body; box = box.parentElement) {
      if (getComputedStyle(box).overflowX !== "visible") return true;
    }
    return false;
  }

  /** What sticks out of the window to the right, and cannot be scrolled within a box of its own. */
  function stickingOut() {
    const width = document.documentElement.clientWidth;
    const outside = [...document.body.querySelectorAll("*")].filter((element) => (
      element.getBoundingClientRect().right > width + 1 && isVisible(element) && !isBoxed(element) && !element.ownerSVGElement));
    return outside.slice(0, 5).map(describe);
  }

  const scrollsSideways = () => document.documentElement.scrollWidth > document.documentElement.clientWidth;

  // ---------------------------------------------------------------- formulas and widgets

  /** Texts outside code that still hold TeX, and formulas that were not set. */
  function rawFormulas() {
    const faults = [...document.querySelectorAll("mjx-merror, .math:not(:has(mjx-container))")].map(describe);
    const texts = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      const { data, parentElement } = texts.currentNode;
      if (parentElement.closest("pre, code, script, style, noscript, mjx-container")) continue;
      if (/\$\$|\\[([]|\\begin\{/.test(data)) faults.push(data.trim().slice(0, 60));
    }
    return faults;
  }

  function widgets() {
    return [...document.querySelectorAll(".widget-host")].map((host) => ({
      state: host.dataset.state,
      controls: host.querySelectorAll("input, select, button, [role=slider]").length,
    }));
  }

  /** What a widget shows or says that no reader can read: NaN and the like, in words or in a drawing. */
  function unreadable(host) {
    const spoken = ["aria-label", "aria-valuetext", "aria-valuenow", "title", "alt", "d", "points", "transform", "style"];
    const said = [...host.querySelectorAll("*")].flatMap((one) => spoken.map((name) => one.getAttribute(name) ?? ""));
    const typed = [...host.querySelectorAll("input")].map((one) => one.value);
    const texts = [host.innerText, ...said, ...typed];
    const bad = texts.map((text) => text.match(/.{0,30}(NaN|-?Infinity|undefined|\[object).{0,20}/)?.[0]);
    return bad.filter(Boolean).slice(0, 3);
  }

  /** Moves the first slider to a part of its way, from 0 to 1, and waits until that is drawn. */
  async function moveSlider(host, part) {
    await new Promise((go) => setTimeout(go)); // so that what follows counts as the page's own work
    const slider = host.querySelector("input[type=range]");
    slider.value = Number(slider.min) + part * (Number(slider.max) - Number(slider.min));
    slider.dispatchEvent(new Event("input", { bubbles: true }));
    await nextFrame();
    await nextFrame();
  }

  /** Draws the widget of a saved model, all texts in place, once more, ends it, and tells what it left behind. */
  async function comeAndGo({ state, buffers = [] }) {
    for (const { path, data } of buffers) {
      const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
      state[path[0]] = new DataView(bytes.buffer); // a trait of the model itself
    }
    let listeners = [];
    const model = {
      get: (name) => state[name],
      set: (name, value) => { state[name] = value; },
      on: (type, callback) => { listeners.push({ type, callback }); },
      off: (type, callback) => {
        listeners = listeners.filter((one) => one.type !== type || (callback && one.callback !== callback));
      },
      save_changes() {},
      send() {},
    };
    const address = URL.createObjectURL(new Blob([state._esm], { type: "text/javascript" }));
    const { default: widget } = await import(address);
    const el = document.querySelector("main").appendChild(document.createElement("div"));
    const controller = new AbortController();
    const cleanup = await widget.render({ model, el, signal: controller.signal });
    await settled();
    const report = { drawn: el.childElementCount > 0, listened: listeners.length > 0 };
    cleanup?.();
    controller.abort();
    return { ...report, listeners: listeners.length, children: el.childElementCount };
  }

  // ---------------------------------------------------------------- keyboard

  const look = (element) => [element, ...[...element.querySelectorAll("*")].slice(0, 8)]
    .map((one) => { const style = getComputedStyle(one); return INDICATORS.map((name) => style[name]).join(); })
    .join();

  function isInWindow(element) {
    const { top, bottom, left, right } = element.getBoundingClientRect();
    return bottom > 0 && right > 0 && top < innerHeight && left < innerWidth;
  }

  /** One of a group of radio buttons stands for all: the arrow keys lead to the others. */
  function isStop(element, index, all) {
    if (element.tabIndex < 0 || element.disabled || element.closest("[inert]") || !isVisible(element)) return false;
    if (element.type !== "radio") return true;
    const group = all.filter((one) => one.type === "radio" && one.name === element.name);
    return element === (group.find((one) => one.checked) ?? group[0]);
  }

  const stops = (root) => [...root.querySelectorAll(FOCUSABLE)].filter(isStop);

  /** Remembers how each stop looks without focus, then watches where the focus goes. */
  function beginWalk() {
    const still = "*, *::before, *::after { transition: none !important; animation: none !important; scroll-behavior: auto !important; }";
    document.head.append(Object.assign(document.createElement("style"), { textContent: still }));
    openAnswers();
    document.activeElement.blur();
    const found = stops(document);
    const walk = { found, before: new Map(found.map((one) => [one, look(one)])), reached: new Map() };
    document.addEventListener("focusin", ({ target }) => {
      const marked = !walk.before.has(target) || look(target) !== walk.before.get(target);
      walk.reached.set(target, { marked, seen: isInWindow(target) });
    });
    window.inPage.walk = walk;
    return found.length;
  }

  /** Boxes cease to be stops when the theme finds that they need no scrolling. */
  const notReached = () => window.inPage.walk.found.filter((one, ...rest) => (
    !window.inPage.walk.reached.has(one) && isStop(one, ...rest)));

  function endWalk() {
    const { found, reached } = window.inPage.walk;
    const say = (words, elements) => elements.map((one) => `${words}: ${describe(one)}`);
    const arrived = found.filter((one) => reached.has(one));
    return [
      ...say("Tab does not reach", notReached()),
      ...say("no sign of focus on", arrived.filter((one) => !reached.get(one).marked)),
      ...say("out of sight when focused", arrived.filter((one) => !reached.get(one).seen)),
    ];
  }

  /** Visible controls that a screen reader could not name. Needs axe in the page. */
  function namelessControls() {
    axe.setup(document);
    const nameless = [...document.querySelectorAll(CONTROLS)].filter((one) => (
      isVisible(one) && !one.closest("[aria-hidden=true]") && !axe.commons.text.accessibleText(one).trim()));
    axe.teardown();
    return nameless.map(describe);
  }

  async function seriousViolations() {
    const { violations } = await axe.run(document, { resultTypes: ["violations"], preload: false });
    const grave = violations.filter(({ impact }) => ["serious", "critical"].includes(impact));
    return grave.flatMap(({ id, nodes }) => nodes.slice(0, 4).map(({ target, any }) => (
      `${id}: ${target.join(" ")} (${any[0]?.message ?? "see axe"})`)));
  }

  return {
    beginWalk, comeAndGo, describe, endWalk, moveSlider, namelessControls, nextFrame, notReached, openAnswers, rawFormulas,
    scrollsSideways, seriousViolations, settled, stickingOut, unreadable, widgets,
  };
})();
