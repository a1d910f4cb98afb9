/**
 * *Get ready for offline*: what the workbench can fetch ahead (Python and its packages, SPICE, 3D), how large each is and whether it is here,
 * and the fetching. Files are verified by their hash and kept by the same cache that runs draw on (cache.ts); nothing is kept twice.
 */

import { ByteCache } from "../cache";

interface RuntimeList {
  files: Record<string, { path: string; sha256: string; bytes: number }>;
  packages: Record<string, { name: string; version: string; file: string; depends: string[] }>;
}

export interface Part {
  id: string;
  name: string;
  about: string;
  bytes: number;
  /** How much of it is on this device. */
  keptBytes: number;
}

/** How far the fetching is: the part, and bytes of all that was asked for. */
export type Tell = (part: string, doneBytes: number, totalBytes: number) => void;

interface Group {
  id: string;
  name: string;
  about: string;
  files: string[];
}

const PYTHON = ["pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip", "pyodide-lock.json", "python.js", "python-sources.json"];
const SCENES = ["three.js", "three.mjs", "scene.js"];
const SPICE = ["spice.js", "ngspice.mjs", "spice.wasm"];
const SCRIPT = ["javascript.js"];

export class Offline {
  readonly #baseUrl: string;
  readonly #cache: ByteCache;
  #list: Promise<RuntimeList> | undefined;

  constructor(baseUrl: string) {
    this.#baseUrl = baseUrl;
    this.#cache = new ByteCache(baseUrl);
  }

  /** Every part, the core first. */
  async parts(): Promise<Part[]> {
    const { files } = await this.#read();
    return Promise.all(
      (await this.#groups()).map(async ({ files: names, ...group }) => {
        const sizes = await Promise.all(names.map(async (name) => [files[name]!.bytes, await this.#cache.has(files[name]!.sha256)] as const));
        const sum = (which: (kept: boolean) => boolean) => sizes.reduce((bytes, [size, kept]) => bytes + (which(kept) ? size : 0), 0);
        return { ...group, bytes: sum(() => true), keptBytes: sum((kept) => kept) };
      }),
    );
  }

  /** Fetches these parts; what is here already is verified. Rejects with the reason, and what came until then stays. */
  async fetch(ids: string[], tell: Tell, signal: AbortSignal): Promise<void> {
    const { files } = await this.#read();
    const wanted = new Map<string, string>();
    for (const group of await this.#groups()) {
      if (ids.includes(group.id)) for (const name of group.files) if (!wanted.has(name)) wanted.set(name, group.name);
    }
    const total = [...wanted.keys()].reduce((sum, name) => sum + files[name]!.bytes, 0);
    let done = 0;
    for (const [name, part] of wanted) {
      const { sha256, path, bytes } = files[name]!;
      signal.throwIfAborted();
      await this.#cache.verified(sha256, new URL(`runtime/${path}`, this.#baseUrl).href, name, (loaded) => tell(part, done + Math.min(loaded, bytes), total), signal);
      if (!(await this.#cache.isStored(sha256))) throw new Error(`${name} was fetched, but this browser has no room to keep it. Remove what you need less, and try again.`);
      done += bytes;
      tell(part, done, total);
    }
  }

  /** Gives up what these parts keep. A run that needs it fetches it again. */
  async remove(ids: string[]): Promise<void> {
    const { files } = await this.#read();
    const groups = (await this.#groups()).filter(({ id }) => ids.includes(id));
    await Promise.all(groups.flatMap((group) => group.files).map((name) => this.#cache.drop(files[name]!.sha256)));
  }

  async #groups(): Promise<Group[]> {
    const { files, packages } = await this.#read();
    const present = (names: string[]) => names.filter((name) => name in files);
    const named = new Set([...PYTHON, ...SCENES, ...SPICE, ...SCRIPT, ...Object.values(packages).map(({ file }) => file)]);
    const models = Object.keys(files).filter((name) => !named.has(name));
    return [
      { id: "javascript", name: "JavaScript", about: "Runs in the browser itself: only the sandbox's script.", files: present(SCRIPT) },
      { id: "python", name: "Python", about: "The interpreter, its standard library, the small quantum simulator.", files: present(PYTHON) },
      { id: "spice", name: "SPICE", about: "ngspice and the model cards that decks may include.", files: present([...SPICE, ...models]) },
      { id: "scenes", name: "3D scenes", about: "Three.js, to build scenes and to look at them.", files: present(SCENES) },
      ...Object.values(packages).map(({ name, version, file, depends }) => ({
        id: `package:${name}`,
        name,
        about: depends.length === 0 ? `Python package, ${version}` : `Python package, ${version}; needs ${depends.join(", ")}`,
        files: present([file, ...depends.flatMap((needed) => (packages[needed] ? [packages[needed].file] : []))]),
      })),
    ];
  }

  #read(): Promise<RuntimeList> {
    this.#list ??= fetch(new URL("runtime/manifest.json", this.#baseUrl)).then((response) => {
      if (!response.ok) throw new Error(`The list of runtimes could not be fetched: the server answered ${response.status}.`);
      return response.json() as Promise<RuntimeList>;
    });
    this.#list.catch(() => (this.#list = undefined));
    return this.#list;
  }
}
