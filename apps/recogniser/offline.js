// The app without internet: stored by a service worker, renewed by it, put on the home screen.

import { askToStay } from "./storage.js";

/**
 * Stores the app on this device, and offers new versions. `onUpdate(accept)` is called when a new version is
 * stored and waits; `beforeReload` just before the page is loaded anew with it.
 */
export async function keepOffline(words, { onUpdate, beforeReload }) {
  const workers = navigator.serviceWorker;
  if (!workers) {
    words.textContent = "This browser cannot store the app here: that needs https. It works while you are online.";
    return;
  }
  reloadWhenReplaced(workers, beforeReload);
  try {
    const registration = await workers.register("service-worker.js", { updateViaCache: "none" });
    watch(registration, workers, onUpdate);
    await stored(registration, workers);
    words.textContent = "Stored on this device: it works offline from now on.";
    words.dataset.ready = "";
  } catch {
    words.textContent = "The app could not be stored on this device. It works online; the next visit tries again.";
  }
}

/** A page never goes on under another version than the one it was loaded with. */
function reloadWhenReplaced(workers, beforeReload) {
  let controlled = Boolean(workers.controller);
  workers.addEventListener("controllerchange", () => {
    if (controlled) {
      beforeReload();
      location.reload();
    }
    controlled = true; // the first visit: the worker only takes up its work
  });
}

/** Waits until a version is at work; throws if the first one could not be stored. */
function stored(registration, workers) {
  return new Promise((resolve, reject) => {
    workers.ready.then(resolve);
    registration.installing?.addEventListener("statechange", ({ target }) => {
      if (target.state === "redundant") reject(new Error("not stored")); // without effect once another one is at work
    });
  });
}

/** Waits for a new version, and looks for one whenever the app is shown again. */
function watch(registration, workers, onUpdate) {
  const offer = () => {
    if (registration.waiting && workers.controller) onUpdate(() => registration.waiting?.postMessage("take over"));
  };
  offer();
  registration.addEventListener("updatefound", () => {
    const worker = registration.installing;
    worker.addEventListener("statechange", offer);
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") registration.update().catch(() => {}); // offline: later
  });
}

/** Marks links that lead out of the stored app while the device is offline: then they lead nowhere, and are none. */
export function markOffline(links) {
  const addresses = new Map([...links].map((link) => [link, link.getAttribute("href")]));
  const mark = () => addresses.forEach((address, link) => {
    // "online" may mean a network without internet, "offline" is always true
    const marks = navigator.onLine ? { href: address } : { role: "link", "aria-disabled": "true" };
    for (const name of ["href", "role", "aria-disabled"]) link.removeAttribute(name);
    for (const [name, value] of Object.entries(marks)) link.setAttribute(name, value);
  });
  for (const type of ["online", "offline"]) window.addEventListener(type, mark);
  mark();
}

/** Shows how the app comes to the home screen: a button where the browser has one, else words for iPhones. */
export function offerInstall({ button, iphone }) {
  let prompt = null;
  window.addEventListener("beforeinstallprompt", (event) => {
    event.preventDefault();
    prompt = event;
    button.hidden = false;
  });
  button.addEventListener("click", async () => {
    await prompt.prompt();
    button.hidden = true;
  });
  window.addEventListener("appinstalled", () => {
    button.hidden = true;
    askToStay();
  });
  iphone.hidden = navigator.standalone !== false; // only Safari on iOS knows it; true once installed
}
