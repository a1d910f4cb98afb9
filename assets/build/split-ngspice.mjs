// Takes the npm package eecircuit-engine apart, so that a page loads only what a circuit needs.
//
// The package is one module of 20 MB: ngspice's WebAssembly twice as base64, 3.9 MB of transistor models as string literals, a
// driver class and the compiler's glue. This step leaves four kinds of files: the glue alone (`glue.mjs`, the factory that
// Emscripten made), the WebAssembly (`spice.wasm`), and each model card by the name under which decks include it. The driver
// class stays behind: `workers/spice-engine.ts` is ours, because the package's own never answers when a circuit is singular.
//
// The WebAssembly is also relieved of what makes every function ready to sleep (`settle-asyncify.mjs`).
//
// It never patches blindly: where the package does not look as pinned, it stops and says what it missed.

import { createHash } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import { settleAsyncify } from "./settle-asyncify.mjs";

const REGION_START = "//#region src/spice.js\n";
const REGION_END = "//#endregion";
const FACTORY = "async function e(e = {}) {";
const WASM_DATA = /"data:application\/wasm;base64,([A-Za-z0-9+/=]+)"/g;

/** Commands come from the instance that asks for them, not through a `window` that all instances share. */
const PATCHES = [
  [
    `typeof globalThis < "u" && (globalThis.window || (globalThis.window = {}), globalThis.window.prompt = function(e) {
		return t.getInput ? t.getInput() : null;
	}), `,
    "",
  ],
  ['globalThis.window?.prompt && (e = window.prompt("Input: "), e !== null', "(e = t.getInput(), e !== null"],
];

/**
 * Splits the package's module.
 *
 * @param {{ module: string, directory: string }} options the path of `eecircuit-engine.mjs` and where the parts go
 * @returns {Promise<{ glue: string, wasm: string, models: { name: string, path: string }[] }>} the paths of the parts
 */
export async function splitNgspice({ module, directory }) {
  const source = await readFile(module, "utf8");
  await mkdir(join(directory, "models"), { recursive: true });
  const glue = join(directory, "glue.mjs");
  const wasm = join(directory, "spice.wasm");
  await writeFile(glue, glueOf(source));
  const original = wasmOf(source);
  await writeFile(wasm, settleAsyncify(original, await sleepers(glue, original)).wasm);
  const models = [];
  for (const [name, text] of await modelsOf(module)) {
    const path = join(directory, "models", name);
    await writeFile(path, text);
    models.push({ name, path });
  }
  return { glue, wasm, models };
}

/** The factory function, without the WebAssembly in it and without any address of its own. */
function glueOf(source) {
  const start = source.indexOf(REGION_START);
  const end = source.indexOf(REGION_END, start);
  expect(start >= 0 && end > start, "the region of the compiler's glue");
  const region = source.slice(start + REGION_START.length, end);
  expect(region.startsWith(FACTORY), "the factory function at the head of the glue");
  let body = region.slice(FACTORY.length);
  for (const [from, to] of PATCHES) {
    expect(body.split(from).length === 2, from);
    body = body.replace(from, () => to);
  }
  body = body
    .replace(WASM_DATA, '"spice.wasm"')
    .replace('new URL("spice.wasm", "" + import.meta.url).href', '"spice.wasm"')
    .replaceAll("import.meta.url", '""');
  expect(!body.includes("base64,") && body.length < 200_000, "the glue to be small without the WebAssembly");
  return `export default async function createNgspice(e = {}) {${body}`;
}

/** The WebAssembly, which the package carries twice and must carry twice alike. */
function wasmOf(source) {
  const copies = [...source.matchAll(WASM_DATA)].map((match) => match[1]);
  expect(copies.length > 0, "WebAssembly as a data address");
  expect(new Set(copies.map(digest)).size === 1, "all copies of the WebAssembly to be the same");
  return Buffer.from(copies[0], "base64");
}

/** The functions that are on the stack while ngspice waits at its prompt, by their indices: found by bringing it there once. */
async function sleepers(glue, wasm) {
  const { default: createNgspice } = await import(pathToFileURL(glue).href);
  const module = await WebAssembly.compile(wasm);
  const indices = new Set();
  const atPrompt = () => {
    const depth = Error.stackTraceLimit;
    Error.stackTraceLimit = 100;
    const { stack } = new Error("at the prompt");
    Error.stackTraceLimit = depth;
    for (const [, index] of stack.matchAll(/wasm-function\[(\d+)\]/g)) indices.add(Number(index));
    throw new Error("That is all.");
  };
  const options = {
    noInitialRun: true,
    print() {},
    printErr() {},
    instantiateWasm(imports, receive) {
      expect("__asyncjs__eesim_sleep_hack" in imports.env, "the call by which it sleeps");
      imports.env.__asyncjs__eesim_sleep_hack = atPrompt;
      WebAssembly.instantiate(module, imports).then(receive);
      return {};
    },
  };
  const engine = await createNgspice(options);
  try {
    engine.callMain([]);
  } catch {
    // It was stopped at its first prompt.
  }
  expect(indices.size > 0 && indices.size < 20, "a shallow stack at the prompt");
  return indices;
}

/** The model cards: what the package's driver writes into the file system of a fresh engine. */
async function modelsOf(module) {
  const { Simulation } = await import(pathToFileURL(module).href);
  const written = new Map();
  const simulation = new Simulation();
  simulation.spiceModule = {
    FS: { writeFile: (path, text) => void written.set(path.replace(/^\//, ""), text) },
    setHandleThings() {},
    setGetInput() {},
    runThings() {},
  };
  void simulation.start();
  await new Promise((resolve) => setImmediate(resolve));
  for (let turns = 0; turns < 100 && ![...written.keys()].some(isModel); turns += 1) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  const models = [...written].filter(([name]) => isModel(name)).sort();
  expect(models.length > 0, "model cards in the driver's start");
  return models;
}

/** Model cards, and the library that those of GF180 read in turn. */
function isModel(name) {
  return name.startsWith("modelcard.") || name.startsWith("sm141064.");
}

function digest(text) {
  return createHash("sha256").update(text).digest("hex");
}

function expect(holds, what) {
  if (!holds) {
    throw new Error(`eecircuit-engine has changed: missed ${what}. Look at assets/build/split-ngspice.mjs before raising its version.`);
  }
}
