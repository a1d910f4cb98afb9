// The Python that the workbench ships, its runner and the packages beside it: path -> text.

import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

export async function pythonSources(folder) {
  const names = (await readdir(folder, { recursive: true })).map((name) => name.replaceAll("\\", "/"));
  const sources = {};
  for (const name of names.filter((name) => name.endsWith(".py") && !/(^|\/)tests?\//.test(name)).sort()) {
    sources[name] = await readFile(join(folder, name), "utf8");
  }
  return sources;
}

/** The top-level modules among them that skills may import. */
export function moduleNames(sources) {
  const tops = Object.keys(sources).map((path) => path.split("/")[0].replace(/\.py$/, ""));
  return [...new Set(tops)].filter((name) => !name.startsWith("runner")).sort();
}
