// Stands after _shared.js in the modules that go on computing while nobody does anything.

const [QUIET, SLICE, PAUSE] = [250, 6, 10]; // milliseconds: before the work goes on, of work, of rest

/**
 * Does a little at a time, once nothing has changed for a moment, while the explorable is in sight. `step()`
 * returns something as long as there is more to do; `show()` shows what there is. Returns what restarts the wait.
 */
function inSpareTime(view, { step, show }) {
  let timer;
  let inSight = false;
  const work = () => {
    const end = performance.now() + SLICE;
    let more = true;
    while (more && performance.now() < end) more = step();
    show();
    if (more) timer = setTimeout(work, PAUSE);
  };
  const wait = () => {
    clearTimeout(timer);
    if (inSight) timer = setTimeout(work, QUIET);
  };
  const observer = new IntersectionObserver((entries) => {
    inSight = entries.at(-1).isIntersecting;
    wait();
  });
  observer.observe(view.root);
  view.onCleanup(() => {
    observer.disconnect();
    clearTimeout(timer);
  });
  return wait;
}
