// The answer aloud, by the voice of the device. Where it has none, there is no button.

import { keep, kept } from "./storage.js";

/** Makes a button that switches the voice on and off; returns `say(words)`. */
export function createVoice(button) {
  const voice = window.speechSynthesis;
  if (!voice || typeof SpeechSynthesisUtterance === "undefined") return () => {};
  let on = kept("voice", false);
  const show = () => button.setAttribute("aria-pressed", String(on));
  const say = (words) => {
    voice.cancel();
    voice.speak(Object.assign(new SpeechSynthesisUtterance(words), { lang: "en" }));
  };
  button.hidden = false;
  show();
  button.addEventListener("click", () => {
    on = !on;
    keep("voice", on);
    show();
    if (on) say("The answers are spoken."); // phones let a page speak only after it has spoken at a press
    else voice.cancel();
  });
  return (words) => on && say(words);
}
