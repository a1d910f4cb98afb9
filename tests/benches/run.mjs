/**
 * The figures of the README: each measured beside a peer in the same run, on the built workbench in Chromium.
 *
 *   node tests/benches/run.mjs [--write-readme] [<group> …]
 *
 * Prints a table; with --write-readme it also stands between the markers in README.md. Never fails for a slow figure: a benchmark
 * is not a test, it says what is.
 */

import { readFile, writeFile } from "node:fs/promises";

import * as evolution from "./evolution.mjs";
import * as lighthouse from "./lighthouse.mjs";
import * as nodes from "./nodes.mjs";
import * as page from "./page.mjs";
import * as python from "./python.mjs";
import * as skills from "./skills.mjs";
import * as spice from "./spice.mjs";
import * as volumes from "./volumes.mjs";
import * as volumesLarge from "./volumes-large.mjs";
import { openBench } from "./support/bench.mjs";

const GROUPS = { nodes, python, spice, page, lighthouse, skills, volumes, "volumes-large": volumesLarge, evolution };

const asked = process.argv.slice(2).filter((argument) => !argument.startsWith("--"));
const unknown = asked.find((name) => !(name in GROUPS));
if (unknown !== undefined) throw new Error(`There is no group '${unknown}': ${Object.keys(GROUPS).join(", ")}`);

const rows = [];
for (const [name, group] of Object.entries(GROUPS)) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  console.log(`bench: ${name}`);
  const bench = await openBench();
  try {
    rows.push(...(await group.measure(bench)));
  } finally {
    await bench.close();
  }
}

const table = [
  "| figure | ours | beside it | target |",
  "|---|---|---|---|",
  ...rows.map(({ figure, ours, peer, target }) => `| ${figure} | ${ours} | ${peer ?? ""} | ${target} |`),
].join("\n");
console.log(`\n${table}\n`);

if (process.argv.includes("--write-readme") && asked.length === 0) {
  const readme = new URL("../../README.md", import.meta.url);
  const text = await readFile(readme, "utf8");
  const written = text.replace(/(<!-- bench -->\n)[^]*(<!-- \/bench -->)/, (_, start, end) => `${start}${table}\n${end}`);
  if (written === text && !text.includes(table)) throw new Error("README.md has lost the markers of its table of figures");
  await writeFile(readme, written);
  console.log("The table stands in README.md.");
}
