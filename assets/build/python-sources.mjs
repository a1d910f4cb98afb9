// Packs the Python that the workbench ships (its runner and the qiskit package) into one JSON file: path -> text.

import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

export async function pythonSources(folder) {
  const names = (await readdir(folder, { recursive: true })).map((name) => name.replaceAll("\\", "/"));
  const sources = {};
  for (const name of names.filter((name) => name.endsWith(".py") && !name.includes("test")).sort()) {
    sources[name] = await readFile(join(folder, name), "utf8");
  }
  return JSON.stringify(sources);
}
