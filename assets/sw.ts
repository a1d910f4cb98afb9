/// <reference lib="webworker" />
/**
 * The service worker: keeps the shell (the page, its programs, the bridge, the library) so that the workbench opens offline.
 *
 * One release is one cache. It is filled from files whose hashes the build wrote into this script, `index.html` last, so that a cache with
 * that file in it is whole; a release that cannot be had whole is not installed, and the one before stays. Pages are served from the cache
 * of the release that runs and from nothing else: old and new never mix. A cache that the browser or somebody emptied is filled again; until
 * then everything comes from the host.
 *
 * It never touches `runtime/`, but for its list: the runtimes' bytes are verified and kept by the Host, in a cache of their own. It decides
 * nothing about updates: the page says when (assets/bridge/device/release.ts).
 */

export {};

declare const self: ServiceWorkerGlobalScope;
/** Put in by assets/build/service-worker.mjs: the release, and every file of the shell with its sha256 as an integrity value. */
declare const SHELL: { version: string; files: Record<string, string> };

/** What the page's manifest sends shared things to. */
const SHARE_PATH = "share-target";
const PAGE = "index.html";
/** Files that are fetched side by side. */
const FETCHES = 6;

const scope = new URL(self.registration.scope);
/** Other copies of the workbench may live on this host, under other paths. */
const ours = `shell ${scope.pathname} `;
const cacheName = ours + SHELL.version;
/** Where what was shared with the installed app waits for the page (assets/bridge/device/launch.ts). */
const sharedName = `shared ${scope.pathname}`;
let filling: Promise<void> | undefined;

self.addEventListener("install", (event) => event.waitUntil(fill()));

self.addEventListener("activate", (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(names.filter((name) => name.startsWith(ours) && name !== cacheName).map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  );
});

self.addEventListener("message", (event) => {
  const asked = (event.data as { type?: string } | null)?.type;
  if (asked === "SKIP_WAITING") void self.skipWaiting();
  else if (asked === "VERSION") event.ports[0]?.postMessage(SHELL.version);
});

// The browser's own clock: volume workers that are there look whether evolution is due (bridge/volume-clock.ts).
self.addEventListener("periodicsync" as "sync", () => new BroadcastChannel("llmos-evolution").postMessage("due"));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== scope.origin || !url.pathname.startsWith(scope.pathname)) return;
  const path = url.pathname.slice(scope.pathname.length) || PAGE;
  if (request.method === "POST" && path === SHARE_PATH) return event.respondWith(takeShared(request));
  if (request.method !== "GET" || !(path in SHELL.files)) return;
  event.respondWith(answer(event, path));
});

async function answer(event: FetchEvent, path: string): Promise<Response> {
  const cache = await caches.open(cacheName).catch(() => undefined);
  const kept = await cache?.match(path);
  if (kept !== undefined) return kept;
  if (cache !== undefined && (await cache.match(PAGE)) !== undefined) {
    // One file is missing of a release that is whole otherwise: only the same file may stand in for it.
    const brought = await bring(path);
    event.waitUntil(cache.put(path, brought.clone()));
    return brought;
  }
  // Nothing is kept any more: this page comes from the host as a whole, whatever release that has, and is kept again for the next.
  if (path === PAGE) event.waitUntil(fill().catch(() => undefined));
  return fetch(event.request);
}

/** Fills the cache of this release, or rejects; what is there already, or in the cache of another release, is not fetched again. */
function fill(): Promise<void> {
  return (filling ??= fillOnce().finally(() => (filling = undefined)));
}

async function fillOnce(): Promise<void> {
  const cache = await caches.open(cacheName);
  const others = await Promise.all((await caches.keys()).filter((name) => name.startsWith(ours) && name !== cacheName).map((name) => caches.open(name)));
  const waiting = Object.keys(SHELL.files).filter((path) => path !== PAGE);
  const keep = async (path: string): Promise<void> => {
    if ((await cache.match(path)) !== undefined) return;
    await cache.put(path, (await keptElsewhere(others, path)) ?? (await bring(path)));
  };
  const work = async (): Promise<void> => {
    for (let path = waiting.shift(); path !== undefined; path = waiting.shift()) await keep(path);
  };
  await Promise.all(Array.from({ length: FETCHES }, work));
  await keep(PAGE);
}

async function keptElsewhere(others: Cache[], path: string): Promise<Response | undefined> {
  for (const other of others) {
    const kept = await other.match(path);
    if (kept?.headers.get("x-integrity") === SHELL.files[path]) return kept;
  }
  return undefined;
}

/** A file from the host, which the browser has found to have the hash that the build wrote down. */
async function bring(path: string): Promise<Response> {
  const integrity = SHELL.files[path]!;
  const url = new URL(path, scope);
  // What the page has just fetched need not travel twice; where that is an older file, the host is asked.
  const response = await fetch(url, { integrity, credentials: "same-origin" }).catch(() => fetch(url, { integrity, credentials: "same-origin", cache: "reload" }));
  if (!response.ok) throw new Error(`${path}: the host answered ${response.status}`);
  const headers = new Headers({ "x-integrity": integrity });
  const type = response.headers.get("content-type");
  if (type !== null) headers.set("content-type", type);
  // A response of its own: one that was redirected may not answer a navigation.
  return new Response(response.body, { headers });
}

/** Keeps what another app shared with this one until the page looks at it: its files, or its words where there are none. */
async function takeShared(request: Request): Promise<Response> {
  const form = await request.formData();
  const cache = await caches.open(sharedName);
  const words = ["title", "text", "url"].map((name) => form.get(name)).filter((value) => typeof value === "string" && value !== "");
  const files = form.getAll("files").filter((value) => value instanceof File);
  const kept: [string, BodyInit][] = [...files.map((file): [string, BodyInit] => [file.name, file]), ...(files.length === 0 && words.length > 0 ? [["", words.join("\n")] as [string, BodyInit]] : [])];
  await Promise.all(kept.map(([name, body], place) => cache.put(`shared/${Date.now()}-${place}`, new Response(body, { headers: { "x-name": encodeURIComponent(name) } }))));
  return Response.redirect(new URL("./#open=shared", scope).href, 303);
}
