/**
 * Starts Pyodide from bytes alone. Pyodide fetches its standard library and WebAssembly, and its packages; here those requests are
 * answered from the files that the page handed in, because a sandbox has no network.
 */

import type { LogStream } from "../bridge/protocol";
import type { StartFile, StartFiles } from "./serve";
import { packSnapshot, unpackSnapshot } from "./snapshot";

export type PyCallable = (...parameters: unknown[]) => unknown;
export type PyModule = Record<string, unknown>;

/** What this workbench uses of Pyodide. */
export interface Pyodide {
  pyimport(name: string): unknown;
  runPython(code: string): unknown;
  loadPackage(names: string[], options: { messageCallback(text: string): void; errorCallback(text: string): void; checkIntegrity: boolean }): Promise<{ name: string }[]>;
  unpackArchive(bytes: ArrayBuffer, format: string, options: { extractDir: string }): void;
  makeMemorySnapshot(): Uint8Array;
  readonly FS: { mkdirTree(path: string): void; writeFile(path: string, text: string): void };
}

interface Lockfile {
  packages: Record<string, { name: string; file_name: string }>;
}

interface EmscriptenModule {
  HEAP8: Int8Array;
  growMemory(bytes: number): void;
}

/** An address that no server answers: files are found by the name behind it. */
const BASE = "https://runtime.invalid/";
const SITE = "/lib/workbench";
/** Modules that nearly every skill imports: they come with the snapshot. */
const PRELOADED = "json, math, cmath, re, random, array, statistics, asyncio, traceback, collections, itertools, functools, dataclasses, datetime, fractions, decimal, io, csv, heapq, string, textwrap, typing, enum, copy, time, operator, bisect, base64, struct, hashlib";
/** The runner's own modules are written ahead of the snapshot, so that it holds them. */
const RUNNER = /^runner\w*\.py$/;

/** What is made of files while others are on their way: scripts are parsed, the snapshot gets its empty pages back. */
export class EarlyFiles {
  readonly #scripts = new Map<string, Promise<unknown>>();
  snapshot: Uint8Array | undefined;

  receive(name: string, file: StartFile): void {
    if (name.endsWith(".mjs")) {
      const script = import(URL.createObjectURL(new Blob([file as ArrayBuffer], { type: "text/javascript" })));
      script.catch(() => undefined); // told to whoever asks for it
      this.#scripts.set(name, script);
    }
    if (name === "snapshot" && (file as ArrayBuffer).byteLength > 0) this.snapshot = unpackSnapshot(file as ArrayBuffer);
  }

  script<Exports>(name: string): Promise<Exports> {
    const script = this.#scripts.get(name);
    if (script === undefined) throw new Error(`${name} was not among the files of the start`);
    return script as Promise<Exports>;
  }
}

export class PyodideBoot {
  readonly #early: EarlyFiles;
  readonly #files: Map<string, ArrayBuffer>;
  readonly #module: WebAssembly.Module;
  readonly #lock: string;
  readonly #sources: Record<string, string>;
  readonly #log: (stream: LogStream, text: string) => void;
  #snapshot: Uint8Array | undefined;

  constructor(files: StartFiles, early: EarlyFiles, log: (stream: LogStream, text: string) => void) {
    const { "pyodide.asm.wasm": module, snapshot: _, ...rest } = files;
    this.#early = early;
    this.#snapshot = early.snapshot;
    early.snapshot = undefined;
    this.#files = new Map(Object.entries(rest) as [string, ArrayBuffer][]);
    this.#module = module as WebAssembly.Module;
    this.#lock = this.#text("pyodide-lock.json");
    this.#sources = JSON.parse(this.#text("python-sources.json")) as Record<string, string>;
    this.#log = log;
  }

  async start(stage: (text: string) => void, keep: (name: string, bytes: ArrayBuffer) => void): Promise<Pyodide> {
    this.#answerRequests();
    const { loadPyodide } = await this.#early.script<{ loadPyodide(options: object): Promise<Pyodide> }>("pyodide.mjs");
    const asm = await this.#early.script<{ default(settings: object): Promise<EmscriptenModule> }>("pyodide.asm.mjs");
    const load = (more: object, snapshotBytes = 0) =>
      loadPyodide({
        indexURL: BASE,
        packageBaseUrl: BASE,
        lockFileContents: this.#lock,
        convertNullToNone: true,
        stdin: () => undefined,
        stdout: (line: string) => this.#log("stdout", `${line}\n`),
        stderr: (line: string) => this.#log("stderr", `${line}\n`),
        createPyodideModule: async (settings: object) => {
          const created = await asm.default(settings);
          // A snapshot larger than the memory's first size does not fit by itself (pyodide #6254).
          if (snapshotBytes > created.HEAP8.length) created.growMemory(snapshotBytes);
          return created;
        },
        ...more,
      });
    if (this.#snapshot === undefined) {
      stage("Starting Python for the first time");
      const first = await load({ _makeSnapshot: true });
      this.#write(first, (name) => RUNNER.test(name));
      first.runPython(`import sys, importlib\nsys.path.append("${SITE}")\nimportlib.invalidate_caches()\nimport ${PRELOADED}, runner`);
      this.#snapshot = first.makeMemorySnapshot();
      keep("snapshot", packSnapshot(this.#snapshot));
    }
    stage("Starting Python");
    const python = await load({ _loadSnapshot: this.#snapshot }, this.#snapshot.byteLength);
    this.#snapshot = undefined;
    this.#write(python, (name) => !RUNNER.test(name));
    python.runPython("import importlib; importlib.invalidate_caches()");
    return python;
  }

  /** Puts wheels where Python finds them: Pyodide's own by its loader, which also links their libraries, others by unpacking. */
  async install(python: Pyodide, wheels: { name: string; bytes: ArrayBuffer }[]): Promise<void> {
    const lock = JSON.parse(this.#lock) as Lockfile;
    const own = new Map(Object.values(lock.packages).map((entry) => [entry.file_name, entry.name]));
    const names: string[] = [];
    for (const { name, bytes } of wheels) {
      const known = own.get(name);
      if (known === undefined) {
        python.unpackArchive(bytes, "wheel", { extractDir: python.runPython("import site; site.getsitepackages()[0]") as string });
      } else {
        this.#files.set(name, bytes);
        names.push(known);
      }
    }
    if (names.length > 0) {
      const errors: string[] = [];
      const loaded = await python.loadPackage(names, { messageCallback: () => undefined, errorCallback: (text) => void errors.push(text), checkIntegrity: false });
      if (errors.length > 0 && loaded.length < names.length) throw new Error(errors.join(" "));
      for (const { name } of wheels) this.#files.delete(name);
    }
    python.runPython("import importlib; importlib.invalidate_caches()");
  }

  #write(python: Pyodide, wanted: (name: string) => boolean): void {
    for (const [name, text] of Object.entries(this.#sources)) {
      if (!wanted(name)) continue;
      const path = `${SITE}/${name}`;
      python.FS.mkdirTree(path.slice(0, path.lastIndexOf("/")));
      python.FS.writeFile(path, text);
    }
  }

  #answerRequests(): void {
    const scope = globalThis as unknown as { fetch(request: RequestInfo | URL): Promise<Response> };
    scope.fetch = async (request) => {
      const url = typeof request === "object" && "url" in request ? request.url : String(request);
      const name = url.startsWith(BASE) ? url.slice(BASE.length) : undefined;
      if (name === "pyodide.asm.wasm") return new Response(null, { headers: { "content-type": "application/wasm" } });
      const bytes = name === undefined ? undefined : this.#files.get(name);
      if (bytes === undefined) throw new TypeError(`There is no network in the sandbox: ${url} cannot be fetched.`);
      return new Response(bytes);
    };
    const module = this.#module;
    WebAssembly.instantiateStreaming = async (_source, imports) => ({ module, instance: await WebAssembly.instantiate(module, imports) });
  }

  #text(name: string): string {
    return new TextDecoder().decode(this.#files.get(name));
  }
}
