"""Measure how fast explorables, trainings and grading are; nothing is judged, all is printed."""

import argparse
import base64
import importlib
import json
import os
import pkgutil
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path

from firstnet import widgets
from firstnet.widgets._base import Explorable
from tools import ROOT, bench_grading, bench_training

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run")
STATE = "application/vnd.jupyter.widget-state+json"
VIEW = "application/vnd.jupyter.widget-view+json"
PARTS = ("explorables", "training", "grading")
MOVES = 200
NETWORK = {"hidden": [8, 8], "points": 500, "data": "spirals", "batch_size": 10}

MOVE_SLIDERS = """async (moves) => {
  const sliders = [...document.querySelectorAll("input[type=range]")];
  const [script, screen] = [[], []];
  const painted = () => new Promise((resolve) => requestAnimationFrame(() => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = resolve;
    port2.postMessage(0); // heard after the frame is drawn
  }));
  for (let move = 0; move < moves && sliders.length; move += 1) {
    await new Promise((resolve) => setTimeout(resolve, (move * 7) % 17));
    const slider = sliders[move % sliders.length];
    slider.value = Number(slider.min) + ((move * 37) % 100) / 100 * (slider.max - slider.min);
    const start = performance.now();
    slider.dispatchEvent(new Event("input", { bubbles: true }));
    await new Promise((resolve) => queueMicrotask(() => queueMicrotask(resolve)));
    script.push(performance.now() - start);
    await painted();
    screen.push(performance.now() - start);
  }
  return { sliders: sliders.length, script, screen };
}"""

WATCH_FRAMES = """(seconds) => new Promise((resolve) => {
  const shown = document.querySelector(".fn-readout dd");
  const epoch = () => Number(shown.textContent.replace(/,/g, ""));
  const [start, first, frames] = [performance.now(), epoch(), []];
  const end = (now) => resolve({ frames, epochs: epoch() - first, seconds: (now - start) / 1000 });
  const frame = (now) => {
    frames.push(now);
    if (now - start < 1000 * seconds) requestAnimationFrame(frame);
    else setTimeout(() => end(now));
  };
  requestAnimationFrame(frame);
})"""


def find_browser() -> str:
    """Return the path of a Chromium: named in FIRSTNET_CHROMIUM, else on the PATH."""
    found = os.environ.get("FIRSTNET_CHROMIUM") or next(
        filter(None, map(shutil.which, BROWSERS)), ""
    )
    if not found:
        raise SystemExit("No Chromium was found: install one, or name it in FIRSTNET_CHROMIUM.")
    return found


def is_explorable(member: object) -> bool:
    """Tell the classes of explorables from everything else a module holds."""
    return isinstance(member, type) and issubclass(member, Explorable) and member is not Explorable


def explorables() -> dict[str, type[Explorable]]:
    """Return every explorable by the name of its module."""
    found = {}
    for name in (module.name for module in pkgutil.iter_modules(widgets.__path__)):
        if not name.startswith("_"):
            members = vars(importlib.import_module(f"firstnet.widgets.{name}")).values()
            found[name] = next(filter(is_explorable, members))
    return found


def page_with(widget: Explorable) -> str:
    """Return a page as the book builds it: the saved state of a widget, and the book's loader."""
    names = [name for name in widget.keys if not name.startswith("_") or name in ("_esm", "_css")]
    state = {name: getattr(widget, name) for name in names if name not in ("layout", "tabbable")}
    raw = {name: value for name, value in state.items() if isinstance(value, bytes)}
    buffers = [
        {"path": [name], "encoding": "base64", "data": base64.b64encode(value).decode()}
        for name, value in raw.items()
    ]
    model = {"state": {n: v for n, v in state.items() if n not in raw}, "buffers": buffers}
    saved = json.dumps({"state": {"one": model}}, default=str).replace("</", "<\\/")
    loader = (ROOT / "book/_static/widgets.js").read_text("utf-8")
    return f"""<!doctype html><meta charset="utf-8"><title>bench</title><body>
<script type="{STATE}">{saved}</script><script type="{VIEW}">{{"model_id": "one"}}</script>
<script type="module">{loader}</script>"""


@contextmanager
def shown(browser, widget: Explorable):
    """A browser page that shows a widget, ready to be measured."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "page.html"
        file.write_text(page_with(widget), encoding="utf-8")
        page = browser.new_page(viewport={"width": 1000, "height": 900})
        page.goto(file.as_uri())
        page.locator(".widget-host[data-state=ready]").wait_for()
        page.wait_for_timeout(300)
        yield page
        page.close()


def percentile(times: list[float], share: float) -> float:
    """Return the time that `share` of the times do not exceed."""
    return sorted(times)[min(len(times) - 1, int(share * len(times)))]


def bench_sliders(browser, name: str, cls: type[Explorable]) -> float | None:
    """Print how long after a slider's move the script is done, and the picture on screen.

    Returns the latter, in ms, the median; None without a slider.
    """
    with shown(browser, cls()) as page:
        found = page.evaluate(MOVE_SLIDERS, MOVES)
    if not found["sliders"]:
        print(f"{name:<14} no slider")
        return None
    parts = [
        percentile(found[part], share) for part in ("script", "screen") for share in (0.5, 0.95)
    ]
    print(f"{name:<14}" + "".join(f"{part:12.1f}" for part in parts))
    return parts[2]


def compare_with_interact(medians: list[float]) -> None:
    """Print how many times as long matplotlib with `interact` takes as the median explorable."""
    ours = percentile(medians, 0.5)
    theirs = bench_training.bench_interact()
    print(f"The median explorable: {ours:.0f} ms until it is on screen. Ratio: {theirs / ours:.1f}")


def bench_playground(browser, cls: type[Explorable], speed: str, seconds: float) -> None:
    """Print epochs and frames a second of a 2-8-8-1 network that trains on 500 points."""
    with shown(browser, cls(speed=speed, **NETWORK)) as page:
        page.get_by_role("button", name="Run", exact=True).click()
        page.wait_for_timeout(1000)
        found = page.evaluate(WATCH_FRAMES, seconds)
    frames = found["frames"]
    gaps = [later - sooner for sooner, later in zip(frames, frames[1:], strict=False)]
    rates = [count / found["seconds"] for count in (found["epochs"], len(gaps))]
    print(f"{speed:<14}{rates[0]:12.0f}{rates[1]:12.1f}{percentile(gaps, 0.95):12.1f}")


def bench_lab(browser, cls: type[Explorable], seconds: float) -> None:
    """Print epochs and frames a second of the laboratory's 64-32-10 network, 32 images a step."""
    with shown(browser, cls(speed="fast", epochs=500)) as page:
        page.get_by_role("button", name="Train", exact=True).click()
        page.wait_for_timeout(300)
        found = page.evaluate(WATCH_FRAMES, min(seconds, 2))  # before its 500 epochs are over
    frames = found["frames"]
    gaps = [later - sooner for sooner, later in zip(frames, frames[1:], strict=False)]
    rates = [count / found["seconds"] for count in (found["epochs"], len(gaps))]
    print(f"{'fast':<14}{rates[0]:12.0f}{rates[1]:12.1f}{percentile(gaps, 0.95):12.1f}")


def heading(*columns: str) -> None:
    """Print the names of a table's columns."""
    print("\n" + f"{columns[0]:<14}" + "".join(f"{column:>12}" for column in columns[1:]))


def measure(browser, chosen: dict[str, type[Explorable]], seconds: float) -> None:
    """Print both tables."""
    print(
        "From a slider's move until the script is done, and until the picture is on screen, in ms:"
    )
    heading("explorable", "script p50", "p95", "screen p50", "p95")
    medians = [bench_sliders(browser, name, cls) for name, cls in chosen.items()]
    if any(medians):
        compare_with_interact([median for median in medians if median])
    if "playground" in chosen:
        print("\nTraining a 2-8-8-1 network on 500 points, 10 rows to a step:")
        heading("speed", "epochs/s", "frames/s", "frame p95")
        for speed in ("steady", "fast"):
            bench_playground(browser, chosen["playground"], speed, seconds)
    if "lab" in chosen:
        print("\nTraining a 64-32-10 network on 1,437 small digits, 32 to a step:")
        heading("speed", "epochs/s", "frames/s", "frame p95")
        bench_lab(browser, chosen["lab"], seconds)


def main(arguments: list[str]) -> int:
    """Measure the explorables named, or all."""
    parser = argparse.ArgumentParser(prog="python -m tools bench")
    known = explorables()
    parser.add_argument("names", nargs="*", metavar="EXPLORABLE", help=", ".join(known))
    parser.add_argument("--only", choices=PARTS, help="one part of it")
    parser.add_argument("--seconds", type=float, default=5, help="how long to watch the training")
    options = parser.parse_args(arguments)
    unknown = set(options.names) - set(known)
    if unknown:
        parser.error(f"There is no explorable {sorted(unknown)[0]}. Known: {', '.join(known)}.")
    parts = [options.only] if options.only else PARTS[:1] if options.names else PARTS
    if "explorables" in parts:
        bench_explorables({name: known[name] for name in options.names or known}, options.seconds)
    if "training" in parts:
        bench_training.measure_all()
    if "grading" in parts:
        bench_grading.bench()
    return 0


def bench_explorables(chosen: dict[str, type[Explorable]], seconds: float) -> None:
    """Measure explorables in a browser of their own."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=list(FLAGS))
        measure(browser, chosen, seconds)
        browser.close()
