// Keeps the whole app on the device, one version at a time.
//
// The build writes two lines above these: VERSION, a checksum of all files, and FILES, each file with its own.
// A version is installed whole or not at all: every file is compared with its checksum, so that a page never
// gets files of two versions, also if the server changes meanwhile. A new version waits until the reader
// accepts it, or until no page of the old one is open.
//
// A browser has one storage for a whole host, so the names hold this copy's place: another copy's stay untouched.

const PREFIX = `recogniser-version ${new URL(self.registration.scope).pathname} `;
const NAME = PREFIX + VERSION;

self.addEventListener("install", (event) => event.waitUntil(storeAll()));

self.addEventListener("activate", (event) => event.waitUntil(takeUp()));

self.addEventListener("message", ({ data }) => {
  if (data === "take over") self.skipWaiting();
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method === "GET" && request.url.startsWith(self.registration.scope)) event.respondWith(answer(request));
});

async function storeAll() {
  const atWork = await caches.has(NAME); // a server that goes back to this version, while a newer one waits
  const cache = await caches.open(NAME);
  try {
    await Promise.all(Object.keys(FILES).map(async (path) => cache.put(path, await fetched(path))));
  } catch (error) {
    if (!atWork) await caches.delete(NAME);
    throw error;
  }
}

/** A file of this version from the server; any other content is an error. */
async function fetched(path) {
  const response = await fetch(path, { cache: "no-cache", integrity: FILES[path] });
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  if (!response.redirected) return response;
  return new Response(response.body, { headers: response.headers }); // a page may not be opened from a redirected one
}

/** Forgets the other versions, and takes care of pages that were opened before any version was stored. */
async function takeUp() {
  const others = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== NAME);
  await Promise.all(others.map((name) => caches.delete(name)));
  await self.clients.claim();
}

/** The file as it was stored, or, if the browser lost it, stored again; every other page that is asked for is the app. */
async function answer(request) {
  const asked = request.url.split(/[?#]/)[0].slice(self.registration.scope.length);
  const path = request.mode === "navigate" && !(asked in FILES) ? "index.html" : asked;
  const cache = await caches.open(NAME);
  const stored = await cache.match(path);
  if (stored) return stored;
  if (!(path in FILES)) return fetch(request);
  const response = await fetched(path);
  await cache.put(path, response.clone()).catch(() => {}); // no room: it works online
  return response;
}
