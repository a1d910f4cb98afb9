// Gathers the skill library and the demo workflows into one file that the page reads at its start.

import { existsSync } from "node:fs";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { createHash } from "node:crypto";
import { join } from "node:path";

const FOLDERS = [
  { folder: "skills", prefix: "skills", suffix: ".md" },
  { folder: "assets/workflows", prefix: "workflows", suffix: ".json" },
];

/** Writes `{version, files: [{path, text}]}` and says how many files it holds. */
export async function writeLibrary(root, target) {
  const files = [];
  for (const { folder, prefix, suffix } of FOLDERS) {
    if (!existsSync(join(root, folder))) continue;
    const names = (await readdir(join(root, folder), { recursive: true })).filter((name) => name.endsWith(suffix)).sort();
    for (const name of names) {
      files.push({ path: `${prefix}/${name.replaceAll("\\", "/")}`, text: await readFile(join(root, folder, name), "utf8") });
    }
  }
  const version = createHash("sha256").update(JSON.stringify(files)).digest("hex");
  await writeFile(target, JSON.stringify({ version, files }));
  return files.length;
}
