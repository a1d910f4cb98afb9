/**
 * Bytes that runtimes are made of, fetched once: every file is known by its sha256, verified before anyone gets it, and kept in
 * Cache Storage under that hash, so that the workbench runs without a network and a new release refetches only what changed.
 * Where there is no Cache Storage it keeps them in memory. A kept entry that no longer matches is dropped and fetched again.
 */

const CACHE_NAME = "runtime-assets";
const HASH_HEADER = "x-sha256";

/** Bytes that could not be had. The message says which and why; the next run tries again. */
export class FetchFailure extends Error {
  override readonly name = "FetchFailure";
}

/** Called with the bytes that have come so far. */
export type Progress = (loadedBytes: number) => void;

export class ByteCache {
  readonly #baseUrl: string;
  readonly #memory = new Map<string, ArrayBuffer>();
  #store: Promise<Cache | undefined> | undefined;

  /** `baseUrl` is the page's; keys live under it. */
  constructor(baseUrl: string) {
    this.#baseUrl = baseUrl;
  }

  /** The bytes with this hash: kept ones, else those at `url`. `label` names them in an error. */
  async verified(sha256: string, url: string, label: string, progress: Progress = () => undefined): Promise<ArrayBuffer> {
    const kept = await this.#read(sha256);
    if (kept !== undefined) {
      if ((await digest(kept)) === sha256) {
        progress(kept.byteLength);
        return kept;
      }
      await this.#drop(sha256);
    }
    const bytes = await download(url, label, progress);
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
      if (store === undefined) throw new Error("no Cache Storage");
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

/** All bytes at an address, telling how many have come. */
export async function download(url: string, label: string, progress: Progress): Promise<ArrayBuffer> {
  let response: Response;
  try {
    response = await fetch(url, { cache: "no-store", credentials: "omit" });
  } catch {
    throw new FetchFailure(`${label} could not be fetched: ${navigator.onLine ? "the server gave no answer" : "there is no network"}. The next run tries again.`);
  }
  if (!response.ok) throw new FetchFailure(`${label} could not be fetched: the server answered ${response.status}. The next run tries again.`);
  const chunks: Uint8Array[] = [];
  let loaded = 0;
  try {
    const reader = response.body?.getReader();
    for (let read = await reader?.read(); read !== undefined && !read.done; read = await reader?.read()) {
      chunks.push(read.value);
      loaded += read.value.byteLength;
      progress(loaded);
    }
  } catch {
    throw new FetchFailure(`${label} broke off after ${loaded} bytes. The next run tries again.`);
  }
  const bytes = new Uint8Array(loaded);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.byteLength;
  }
  return bytes.buffer;
}

/** The sha256 of bytes, in hexadecimal. */
export async function digest(bytes: ArrayBuffer): Promise<string> {
  if (!("subtle" in crypto)) {
    throw new FetchFailure("This page cannot verify the runtimes it fetches: open it by https, or on localhost or 127.0.0.1.");
  }
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
