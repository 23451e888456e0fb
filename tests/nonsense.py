"""Whether an explorable shows nonsense in any of many states: all of them in one visit."""

import json

FIRST_NONSENSE = """async ([states, words]) => {
  const nonsense = new RegExp(words);
  for (const state of states) {
    for (const [name, value] of Object.entries(state)) model.set(name, value);
    await null; // the view draws in this turn
    const node = document.querySelector(".fn-explorable");
    node.querySelectorAll("details").forEach((one) => { one.open = true; });
    const attributes = [...node.querySelectorAll("*")].flatMap((one) => [...one.attributes]);
    const said = node.textContent + attributes.map((one) => one.value).join(" ");
    if (nonsense.test(said)) return {state, found: nonsense.exec(said)[0]};
  }
  return null;
}"""
WORDS = r"NaN|Infinity|undefined|null|\[object"


def say_nowhere_nonsense(page, states, *, words=WORDS):
    """Set one state after the other; fail if any draws nonsense: one of the words."""
    states = list(states)
    assert states
    bad = page.evaluate(FIRST_NONSENSE, [states, words])
    assert bad is None, f"In {json.dumps(bad['state'])} it says {bad['found']}."
