// Bundles TypeScript with esbuild: modules for the page, and single classic scripts for frames and workers.

import { build } from "esbuild";

const COMMON = { bundle: true, minify: true, target: "es2022", charset: "utf8", legalComments: "none", logLevel: "warning" };

/** One classic script, as text. */
export async function bundleScript(entry) {
  const result = await build({ ...COMMON, entryPoints: [entry], format: "iife", write: false });
  return result.outputFiles[0].text;
}

/** A library as one module, as text. */
export async function bundleLibrary(name, resolveDir) {
  const stdin = { contents: `export * from ${JSON.stringify(name)};`, resolveDir };
  const result = await build({ ...COMMON, stdin, format: "esm", write: false });
  return result.outputFiles[0].text;
}

/** The modules that the page imports, sharing chunks. `facts` is what they import as "virtual:runtime". */
export async function bundlePage(entryPoints, outdir, facts) {
  await build({
    ...COMMON,
    entryPoints,
    outdir,
    format: "esm",
    splitting: true,
    chunkNames: "chunk-[hash]",
    plugins: [virtualModule("virtual:runtime", facts)],
  });
}

/** A module worker and what it loads only when needed, sharing nothing with the page: `<name>.js` and chunks named after it. */
export async function bundleWorker(name, entry, outdir, options = {}) {
  await build({
    ...COMMON,
    entryPoints: { [name]: entry },
    outdir,
    format: "esm",
    splitting: true,
    chunkNames: `${name}-[hash]`,
    ...options,
  });
}

/** A module that holds what only the build knows, one export for each key. */
function virtualModule(name, exports) {
  return {
    name,
    setup(bundler) {
      bundler.onResolve({ filter: new RegExp(`^${name}$`) }, () => ({ path: name, namespace: name }));
      bundler.onLoad({ filter: /.*/, namespace: name }, () => ({
        contents: Object.entries(exports).map(([key, value]) => `export const ${key} = ${JSON.stringify(value)};`).join("\n"),
        loader: "js",
      }));
    },
  };
}
