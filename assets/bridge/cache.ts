/**
 * Bytes that runtimes are made of, fetched once: every file is known by its sha256, verified before anyone gets it, and kept in
 * Cache Storage under that hash, so that the workbench runs without a network and a new release refetches only what changed.
 * Where there is no Cache Storage it keeps them in memory. A kept entry that no longer matches is dropped and fetched again.
 */

import { download } from "./download";
import { FetchFailure, type Progress } from "./fetch-failure";

const CACHE_NAME = "runtime-assets";
const HASH_HEADER = "x-sha256";

/** Room that is left for a person's own work: what can be fetched again is not kept where it would take that. */
const RESERVED_BYTES = 64_000_000;

export class ByteCache {
  readonly #baseUrl: string;
  readonly #memory = new Map<string, ArrayBuffer>();
  #store: Promise<Cache | undefined> | undefined;

  /** `baseUrl` is the page's; keys live under it. */
  constructor(baseUrl: string) {
    this.#baseUrl = baseUrl;
  }

  /** The bytes with this hash: kept ones, else those at `url`. `label` names them in an error. */
  async verified(sha256: string, url: string, label: string, progress: Progress = () => undefined, signal?: AbortSignal): Promise<ArrayBuffer> {
    const kept = await this.#read(sha256);
    if (kept !== undefined) {
      if ((await digest(kept)) === sha256) {
        progress(kept.byteLength);
        return kept;
      }
      await this.#drop(sha256);
    }
    const bytes = await download(url, label, progress, signal);
    const found = await digest(bytes);
    if (found !== sha256) {
      throw new FetchFailure(`${label} arrived damaged: its sha256 is ${found.slice(0, 12)}…, not ${sha256.slice(0, 12)}…. Run again to fetch it anew; if it stays so, the files of the site do not belong together.`);
    }
    await this.#write(sha256, bytes, sha256);
    return bytes;
  }

  /** Bytes kept under a key of our own, such as a snapshot; undefined where there are none or they are damaged. */
  async kept(key: string): Promise<ArrayBuffer | undefined> {
    const bytes = await this.#read(key);
    if (bytes === undefined || this.#memory.has(key)) return bytes;
    const promised = (await (await this.#open())?.match(this.#key(key)))?.headers.get(HASH_HEADER);
    return promised === (await digest(bytes)) ? bytes : undefined;
  }

  async keep(key: string, bytes: ArrayBuffer): Promise<void> {
    await this.#write(key, bytes, await digest(bytes));
  }

  /** Whether bytes are kept under this key; they may still turn out to be damaged. */
  async has(key: string): Promise<boolean> {
    return this.#memory.has(key) || (await (await this.#open())?.match(this.#key(key))) !== undefined;
  }

  /** Whether bytes lie in the browser's storage under this key, and not only in this page's memory. */
  async isStored(key: string): Promise<boolean> {
    return (await (await this.#open())?.match(this.#key(key))) !== undefined;
  }

  async drop(key: string): Promise<void> {
    await this.#drop(key);
  }

  /** Drops what is kept under keys that begin so, but for one: leftovers of earlier releases. */
  async dropOthers(prefix: string, kept: string): Promise<void> {
    const store = await this.#open();
    const start = this.#key(prefix);
    for (const { url } of (await store?.keys()) ?? []) {
      if (url.startsWith(start) && url !== this.#key(kept)) await store?.delete(url);
    }
  }

  #key(name: string): string {
    return new URL(`runtime/by-hash/${name}`, this.#baseUrl).href;
  }

  #open(): Promise<Cache | undefined> {
    return (this.#store ??= "caches" in globalThis ? caches.open(CACHE_NAME).catch(() => undefined) : Promise.resolve(undefined));
  }

  async #read(name: string): Promise<ArrayBuffer | undefined> {
    const held = this.#memory.get(name);
    if (held !== undefined) return held.slice(0);
    const store = await this.#open();
    try {
      const response = await store?.match(this.#key(name));
      if (response === undefined) return undefined;
      const bytes = await response.arrayBuffer();
      // A write that was cut short leaves fewer bytes than it promised.
      return String(bytes.byteLength) === response.headers.get("content-length") ? bytes : undefined;
    } catch {
      return undefined;
    }
  }

  async #write(name: string, bytes: ArrayBuffer, sha256: string): Promise<void> {
    const store = await this.#open();
    const headers = { "content-type": "application/octet-stream", "content-length": String(bytes.byteLength), [HASH_HEADER]: sha256 };
    try {
      if (store === undefined || !(await hasRoom(bytes.byteLength))) throw new Error("no Cache Storage, or no room in it");
      await store.put(this.#key(name), new Response(bytes, { headers }));
    } catch {
      // No storage, or it is full: this visit keeps them in memory.
      this.#memory.set(name, bytes.slice(0));
    }
  }

  async #drop(name: string): Promise<void> {
    this.#memory.delete(name);
    await (await this.#open())?.delete(this.#key(name));
  }
}

/** Whether these bytes fit beside what a person may still want to keep. */
async function hasRoom(bytes: number): Promise<boolean> {
  const { usage, quota } = (await navigator.storage?.estimate().catch(() => undefined)) ?? {};
  return usage === undefined || quota === undefined || usage + bytes + Math.min(RESERVED_BYTES, quota / 10) < quota;
}

/** The sha256 of bytes, in hexadecimal. */
export async function digest(bytes: ArrayBuffer): Promise<string> {
  if (!("subtle" in crypto)) {
    throw new FetchFailure("This page cannot verify the runtimes it fetches: open it by https, or on localhost or 127.0.0.1.");
  }
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
