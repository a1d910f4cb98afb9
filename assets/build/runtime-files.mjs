// The files that runtimes are given: written under names that hold their hash, and listed in the manifest. What shrinks is written packed
// (`.gz`), so that `dist/` is small and a host that compresses nothing sends little; the page unpacks it (assets/bridge/download.ts), and
// the hash is that of what comes out.

import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { extname, basename, join } from "node:path";
import { promisify } from "node:util";
import { gzip } from "node:zlib";

/** What packing has to save, as a share, to be worth unpacking. */
const WORTH_PACKING = 0.1;

export class RuntimeFiles {
  #folder;
  #files = {};
  bytes = 0;

  constructor(folder) {
    this.#folder = folder;
  }

  /** The source expression by which a content security policy allows this script. */
  static policyHash(text) {
    return `sha256-${createHash("sha256").update(text).digest("base64")}`;
  }

  async copy(name, path) {
    return this.add(name, await readFile(path));
  }

  async add(name, content) {
    const bytes = Buffer.from(content);
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    const extension = extname(name);
    const packed = await promisify(gzip)(bytes, { level: 9 });
    const isWorthIt = packed.length < bytes.length * (1 - WORTH_PACKING);
    const path = `${basename(name, extension)}-${sha256.slice(0, 16)}${extension}${isWorthIt ? ".gz" : ""}`;
    await writeFile(join(this.#folder, path), isWorthIt ? packed : bytes);
    this.#files[name] = { path, sha256, bytes: bytes.length };
    this.bytes += bytes.length;
    return this.#files[name];
  }

  /** What the page's host knows of all this; `version` changes whenever anything in it does. */
  manifest(python) {
    const files = this.#files;
    const hash = createHash("sha256");
    for (const name of Object.keys(files).sort()) hash.update(`${name} ${files[name].sha256}\n`);
    return { version: hash.digest("hex"), files, ...python };
  }
}
