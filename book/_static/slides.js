// Starts the slides: the theme at once, the rest when formulas are set. See book/_ext/slides.py.

(() => {
  const root = document.documentElement;
  const chosen = localStorage.getItem("mode") ?? "auto"; // as the pages of the book keep it
  const system = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  const printed = /print-pdf/.test(location.search);
  root.dataset.theme = printed ? "light" : chosen === "auto" ? system : chosen;

  window.MathJax = { options: { enableMenu: false, ignoreHtmlClass: "mathjax_ignore", processHtmlClass: "math" } };

  function turnTheme() {
    root.dataset.theme = root.dataset.theme === "dark" ? "light" : "dark";
    localStorage.setItem("mode", root.dataset.theme);
  }

  /** A phone held upright gets upright slides. */
  function size() {
    const upright = innerWidth < innerHeight && innerWidth < 700;
    root.classList.toggle("upright", upright);
    return upright ? { width: 720, height: 1280 } : { width: 1280, height: 720 };
  }

  /** A formula that is wider than its slide becomes smaller, as far as it must. */
  function fitFormulas(slide) {
    for (const formula of slide.querySelectorAll("div.math")) {
      formula.style.fontSize = "";
      const share = formula.clientWidth / formula.scrollWidth;
      if (share < 1) formula.style.fontSize = `${Math.floor(parseFloat(getComputedStyle(formula).fontSize) * share)}px`;
    }
  }

  async function start() {
    await window.MathJax.startup?.promise;
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const deck = new Reveal(document.querySelector(".reveal"), {
      ...size(),
      center: false,
      controlsTutorial: false,
      hash: true,
      keyboard: { 68: turnTheme },
      margin: 0.02,
      plugins: [RevealNotes],
      scrollActivationWidth: null,
      slideNumber: "c/t",
      transition: still ? "none" : "slide",
    });
    await deck.initialize();
    fitFormulas(deck.getCurrentSlide());
    deck.on("slidechanged", ({ currentSlide }) => fitFormulas(currentSlide));
    addEventListener("resize", () => {
      deck.configure(size());
      fitFormulas(deck.getCurrentSlide());
    });
    window.deck = deck;
  }

  addEventListener("DOMContentLoaded", start);
})();
