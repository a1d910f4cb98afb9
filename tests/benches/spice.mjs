/** ngspice: warm runs of five decks, beside the native program net of its start. */

import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { median, number } from "./support/bench.mjs";

const ROUNDS = 5;
/** The engine starts, and the browser compiles anew, aside, what runs often. */
const WARM_UPS = 6;
const DECKS = fileURLToPath(new URL("./decks/", import.meta.url));

export async function measure(bench) {
  const names = (await readdir(DECKS)).filter((name) => name.endsWith(".cir")).sort();
  const page = await bench.openWorkbench();
  const scratch = await mkdtemp(join(tmpdir(), "llmos-bench-"));
  try {
    const trivial = join(scratch, "trivial.cir");
    await writeFile(trivial, "trivial\nv1 a 0 1\nr1 a 0 1\n.op\n.end\n");
    const rows = [];
    for (const name of names) {
      const text = await readFile(join(DECKS, name), "utf8");
      for (let run = 0; run < WARM_UPS; run++) await page.evaluate(runDeck, text);
      const ours = [];
      const native = [];
      for (let round = 0; round < ROUNDS; round++) {
        ours.push(await page.evaluate(runDeck, text));
        native.push((await nativeMs(join(DECKS, name), scratch)) - (await nativeMs(trivial, scratch)));
      }
      const ratio = median(ours.map(({ durationMs }, index) => durationMs / native[index]));
      rows.push({
        figure: `ngspice, ${name.replace(".cir", "")}, ${ours[0].points} points`,
        ours: `${number(median(ours.map(({ durationMs }) => durationMs)))} ms`,
        peer: `native, net of its start, ${number(median(native))} ms, ratio ${number(ratio)}`,
        target: "ratio ≤ 1.6",
      });
    }
    return rows;
  } finally {
    await rm(scratch, { recursive: true });
  }
}

async function nativeMs(deck, scratch) {
  const start = performance.now();
  await promisify(execFile)(process.env.NGSPICE ?? "ngspice", ["-b", "-r", join(scratch, "out.raw"), deck], { env: { ...process.env, OMP_NUM_THREADS: "1" } });
  return performance.now() - start;
}

/** Runs in the page: how long the node took, and how many points it gave. */
async function runDeck(code) {
  const skill = {
    skillId: "deck", name: "Deck", description: "", type: "spice", executionMode: "browser-wasm", category: "", tags: [], version: "1", author: "",
    inputs: [], outputs: [{ name: "vectors", type: "table", description: "" }], code, language: "spice", packages: [], estimatedTimeMs: 0,
    memoryMb: 0, cache: false,
  };
  const payload = { workflow: { workflowId: "w", name: "", nodes: [{ nodeId: "a", skillId: "deck" }], edges: [] }, skills: { deck: skill } };
  const { nodes } = await window.llmos.run(payload);
  if (nodes.a.status !== "completed") throw new Error(JSON.stringify(nodes.a.error));
  return { durationMs: nodes.a.durationMs, points: nodes.a.outputs.vectors.columns[0].values.length };
}
