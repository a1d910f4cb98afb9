/** Everything that a page keeps, as one text, for tests that look for what must not be there. */

import type { Page } from "@playwright/test";

export interface Everything {
  /** All databases, storages, caches, cookies and the page itself; bytes are there as they are and, where they are compressed, unpacked. */
  text: string;
  /** What a person can take away: the backup and each volume. */
  exports: string;
}

export async function everything(page: Page): Promise<Everything> {
  const text = await page.evaluate(async () => {
    const found: string[] = [location.href, document.documentElement.outerHTML, document.cookie, JSON.stringify({ ...localStorage }), JSON.stringify({ ...sessionStorage })];
    const latin = new TextDecoder("latin1");
    async function unpacked(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
      const texts = [latin.decode(bytes)];
      if (bytes[0] === 0x78) {
        // What git keeps is compressed.
        const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
        texts.push(latin.decode(await new Response(stream).arrayBuffer().catch(() => new ArrayBuffer(0))));
      }
      return texts.join("\n");
    }
    async function textOf(value: unknown): Promise<string> {
      if (value instanceof Uint8Array) return unpacked(new Uint8Array(value));
      if (value instanceof ArrayBuffer) return unpacked(new Uint8Array(value));
      if (value instanceof Blob) return unpacked(new Uint8Array(await value.arrayBuffer()));
      if (typeof value !== "object" || value === null) return String(value);
      const parts = await Promise.all(Object.entries(value).map(async ([name, one]) => `${name}: ${await textOf(one)}`));
      return parts.join("\n");
    }
    for (const { name } of await indexedDB.databases()) {
      const database = await new Promise<IDBDatabase>((resolve, reject) => {
        const open = indexedDB.open(name!);
        open.onsuccess = () => resolve(open.result);
        open.onerror = () => reject(open.error);
      });
      for (const store of database.objectStoreNames) {
        const rows = await new Promise<[IDBValidKey, unknown][]>((resolve, reject) => {
          const rows: [IDBValidKey, unknown][] = [];
          const walk = database.transaction(store).objectStore(store).openCursor();
          walk.onerror = () => reject(walk.error);
          walk.onsuccess = () => {
            const cursor = walk.result;
            if (cursor === null) return resolve(rows);
            rows.push([cursor.key, cursor.value]);
            cursor.continue();
          };
        });
        for (const [key, value] of rows) found.push(`${name}/${store}/${JSON.stringify(key)}: ${await textOf(value)}`);
      }
      database.close();
    }
    for (const name of await caches.keys()) {
      for (const request of await (await caches.open(name)).keys()) found.push(`cache ${name}: ${request.url}`);
    }
    return found.join("\n");
  });
  const exports = await page.evaluate(async () => {
    const latin = new TextDecoder("latin1");
    const stats = await (await window.llmos.fetch("/volumes/stats")).json();
    const found: string[] = [JSON.stringify(stats)];
    for (const { volume } of stats.volumes as { volume: Parameters<typeof window.llmos.exportVolume>[0] }[]) {
      found.push(latin.decode(await (await window.llmos.exportVolume(volume)).arrayBuffer()));
      // An archive is compressed: each file as it is.
      const { files } = await (await window.llmos.fetch(`/volumes/files?volume=${encodeURIComponent(volume)}&limit=10000`)).json();
      for (const { path } of files as { path: string }[]) {
        const file = await window.llmos.fetch(`/volumes/file?${new URLSearchParams({ volume, path })}`);
        found.push(`${volume}/${path}`, latin.decode(await file.arrayBuffer()));
      }
    }
    return found.join("\n");
  });
  return { text, exports };
}
