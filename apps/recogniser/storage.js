// What stays on this device: settings and drawings as short texts, the reader's own network as a file.
//
// Every function bears a browser that stores nothing (a private window, a full disk, no https). A browser has one
// storage for a whole host, so all names hold this copy's place.

const PLACE = new URL(".", location.href).pathname;
const PREFIX = `recogniser ${PLACE} `;
const OWN = `recogniser-own ${PLACE}`; // not one of the service worker's caches: those have the name of a version
const OWN_FILE = "own-model";

/** What was kept under a name; `otherwise` if there is nothing, or nothing that can be read. */
export function kept(name, otherwise, where = "localStorage") {
  try {
    return JSON.parse(window[where].getItem(PREFIX + name)) ?? otherwise;
  } catch {
    return otherwise;
  }
}

/** Keeps a value under a name; tells whether it could. */
export function keep(name, value, where = "localStorage") {
  try {
    window[where].setItem(PREFIX + name, JSON.stringify(value));
    return true;
  } catch {
    return false;
  }
}

/** Keeps what is on the pad for the page that comes after this one. */
export const keepDraft = (draft) => keep("draft", draft, "sessionStorage");

/** What the page before this one kept, once; null if nothing. */
export function takeDraft() {
  const draft = kept("draft", null, "sessionStorage");
  keepDraft(null);
  return draft;
}

/** Asks the browser not to clear what is stored here when room gets short; it may refuse. */
export function askToStay() {
  navigator.storage?.persist?.().catch(() => {});
}

/** Keeps the reader's own network: its name and its bytes. Tells whether it could. */
export async function keepOwn(name, bytes) {
  try {
    const cache = await caches.open(OWN);
    await cache.put(OWN_FILE, new Response(bytes, { headers: { "X-Name": encodeURIComponent(name) } }));
    askToStay();
    return true;
  } catch {
    return false;
  }
}

/** The reader's own network, { name, bytes }; null if none was kept. */
export async function ownKept() {
  try {
    const found = await caches.match(OWN_FILE, { cacheName: OWN });
    if (!found) return null;
    const name = decodeURIComponent(found.headers.get("X-Name"));
    return { name, bytes: new Uint8Array(await found.arrayBuffer()) };
  } catch {
    return null;
  }
}

export async function forgetOwn() {
  try {
    await caches.delete(OWN);
  } catch {
    // nothing was kept
  }
}
