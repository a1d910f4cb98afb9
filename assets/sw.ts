/// <reference lib="webworker" />
/**
 * The service worker: keeps the shell, the bridge and the library so that the page opens offline. It never touches
 * `runtime/`: the runtimes' bytes are verified and kept by the Host, in a cache of its own.
 */
import { clientsClaim } from "workbox-core";
import { cleanupOutdatedCaches, createHandlerBoundToURL, precacheAndRoute } from "workbox-precaching";
import { NavigationRoute, registerRoute } from "workbox-routing";

declare const self: ServiceWorkerGlobalScope;
/** Put in by assets/finish.mjs: every file that the page needs, with the hash of its content. */
declare const PRECACHE: { url: string; revision: string }[];

cleanupOutdatedCaches();
precacheAndRoute(PRECACHE);
registerRoute(new NavigationRoute(createHandlerBoundToURL("index.html")));
self.addEventListener("message", (event) => {
  if ((event.data as { type?: string } | null)?.type === "SKIP_WAITING") void self.skipWaiting();
});
clientsClaim();
