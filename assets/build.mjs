// Builds the TypeScript side of the workbench and gathers what its runtimes are made of.
//
//   node build.mjs [--out <folder>]      (the folder is ../target/web unless told)
//
// Out come: bridge/*.js (modules that the page imports), runtime/* (files that the sandbox is given, named by their hash),
// runtime/manifest.json and frame.json (the hashes that the page's policy has to allow).
// Nothing is fetched here but Python wheels, by pip, from their pinned list.

import { copyFile, cp, mkdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

import { writeAppIcons } from "./build/app-icons.mjs";
import { bundleLibrary, bundlePage, bundleScript } from "./build/bundle.mjs";
import { DESK_ICON_NAMES, iconSprite } from "./build/icons.mjs";
import { RuntimeFiles } from "./build/runtime-files.mjs";
import { gatherPackages } from "./build/packages.mjs";
import { splitNgspice } from "./build/split-ngspice.mjs";
import { moduleNames, pythonSources } from "./build/python-sources.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const root = dirname(here);
const target = resolve(valueOf("--out") ?? join(root, "target/web"));
/** Built beside the target and put in its place when it is whole. */
const out = `${target}.next`;

/** Modules that the page imports: name of the file in bridge/, source. */
const PAGE_MODULES = {
  page: "bridge/page.ts",
  keeper: "bridge/keeper.ts",
  bytes: "bridge/bytes-worker.ts",
  scene: "bridge/scene.ts",
  "skills-face": "bridge/skills-face.ts",
  language: "bridge/language.ts",
  "volume-worker": "bridge/volume-worker.ts",
  "volume-store": "bridge/volume-store.ts",
};

/** The scripts that sandbox frames run in their window, known to the page's policy by hash. */
const FRAMES = {
  relay: "workers/frame.ts",
  scene: "workers/scene-frame.ts",
};

/** The scripts that workers run, each one classic script. */
const WORKERS = {
  "javascript.js": "workers/javascript.ts",
  "python.js": "workers/python.ts",
  "spice.js": "workers/spice.ts",
  "three.js": "workers/three.ts",
  "scene.js": "workers/scene.ts",
};

/** Files of npm packages that runtimes are given as they are. */
const ENGINE_FILES = {
  "pyodide.mjs": "node_modules/pyodide/pyodide.mjs",
  "pyodide.asm.mjs": "node_modules/pyodide/pyodide.asm.mjs",
  "pyodide.asm.wasm": "node_modules/pyodide/pyodide.asm.wasm",
  "python_stdlib.zip": "node_modules/pyodide/python_stdlib.zip",
  "pyodide-lock.json": "node_modules/pyodide/pyodide-lock.json",
};

function valueOf(flag) {
  const at = process.argv.indexOf(flag);
  return at < 0 ? undefined : process.argv[at + 1];
}

const runtime = new RuntimeFiles(join(out, "runtime"));
await rm(out, { recursive: true, force: true });
await mkdir(join(out, "runtime"), { recursive: true });

for (const [name, path] of Object.entries(ENGINE_FILES)) await runtime.copy(name, join(here, path));
for (const [name, path] of Object.entries(WORKERS)) await runtime.add(name, await bundleScript(join(here, path)));
const sources = await pythonSources(join(here, "python"));
await runtime.add("three.mjs", await bundleLibrary("three", here));
await runtime.add("python-sources.json", JSON.stringify(sources));
const ngspice = await splitNgspice({
  module: join(here, "node_modules/eecircuit-engine/dist/eecircuit-engine.mjs"),
  directory: join(root, "target/ngspice"),
});
await runtime.copy("ngspice.mjs", ngspice.glue);
await runtime.copy("spice.wasm", ngspice.wasm);
for (const model of ngspice.models) await runtime.copy(model.name, model.path);
const python = await gatherPackages({ here, cache: join(root, "target/wheels"), runtime });
const ownModules = moduleNames(sources);

const frames = {};
for (const [name, path] of Object.entries(FRAMES)) {
  const text = await bundleScript(join(here, path));
  frames[name] = { text, sha256: RuntimeFiles.policyHash(text) };
}

const manifest = runtime.manifest({ ...python, ownModules });
await writeFile(join(out, "runtime/manifest.json"), JSON.stringify(manifest, null, 1));
// What the page's policy must allow: the script of each frame, by its hash.
const hashes = Object.values(frames).map((frame) => frame.sha256);
await writeFile(join(out, "frame.json"), JSON.stringify({ hashes }));
await bundlePage(Object.fromEntries(Object.entries(PAGE_MODULES).map(([name, path]) => [name, join(here, path)])), join(out, "bridge"), {
  manifest,
  frames,
});
// The types of window.llmos, for those who script the workbench.
await copyFile(join(here, "bridge/llmos.d.ts"), join(out, "llmos.d.ts"));
await writeAppIcons(here, out);
await cp(join(here, "languages"), join(out, "languages"), { recursive: true });
await writeFile(join(out, "icons.svg"), iconSprite());
await writeFile(join(out, "desk-icons.svg"), iconSprite(DESK_ICON_NAMES));

await rm(target, { recursive: true, force: true });
await rename(out, target);
console.log(
  `assets: ${Object.keys(manifest.files).length} runtime files (${(runtime.bytes / 1e6).toFixed(1)} MB), ` +
    `${Object.keys(manifest.packages).length} Python packages, version ${manifest.version.slice(0, 12)}`,
);
