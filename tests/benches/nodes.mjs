/** 1,000 trivial JavaScript nodes, in a chain and side by side, next to rete-engine and a plain executor of levels. */

import { fileURLToPath } from "node:url";
import { build } from "esbuild";

import { median, number, until } from "./support/bench.mjs";

const COUNT = 1000;
const ROUNDS = 15;

export async function measure(bench) {
  const page = await bench.openWorkbench();
  await bench.serve("/peer/nodes.js", await bundle("./peers/nodes.mjs"));
  await page.addScriptTag({ url: "/peer/nodes.js", type: "module" });
  await until(page, () => window.peers !== undefined);
  const times = await page.evaluate(compare, { count: COUNT, rounds: ROUNDS });
  const row = (shape, title, target) => ({
    figure: `1,000 JavaScript nodes ${title}, each`,
    ours: `${number(median(times[shape].ours))} µs`,
    peer: `rete-engine ${number(median(times[shape].rete))} µs, plain levels ${number(median(times[shape].plain))} µs (both on the page's own thread, no sandbox)`,
    target: `≤ ${target} µs`,
  });
  return [row("chain", "in a chain", 200), row("wide", "side by side", 20)];
}

/** Runs in the page: microseconds per node, round by round, the executors in turn. */
async function compare({ count, rounds }) {
  const skill = {
    skillId: "add", name: "Add", description: "", type: "javascript", executionMode: "browser-wasm", category: "", tags: [], version: "1",
    author: "", inputs: [{ name: "x", type: "number", description: "" }], outputs: [{ name: "y", type: "number", description: "" }],
    code: "function execute({x}) { return {y: x + 1}; }", language: "javascript", packages: [], estimatedTimeMs: 0, memoryMb: 0,
  };
  const ids = Array.from({ length: count }, (_, index) => `n${index}`);
  const chainEdges = ids.slice(1).map((id, index) => ({ source: `n${index}`, sourceOutput: "y", target: id, targetInput: "x" }));
  // Each round has inputs of its own: nothing may come from the cache.
  const payload = (shape, round) => ({
    workflow: {
      workflowId: shape, name: shape, edges: shape === "chain" ? chainEdges : [],
      nodes: ids.map((nodeId, index) => ({ nodeId, skillId: "add", inputValues: shape === "wide" || index === 0 ? { x: round * 1e6 + index } : {} })),
    },
    skills: { add: skill },
  });
  const times = {};
  for (const shape of ["chain", "wide"]) {
    const expected = (round) => (shape === "chain" ? round * 1e6 + count : round * 1e6 + count);
    const executors = {
      ours: async (round) => (await window.llmos.run(payload(shape, round))).nodes[ids.at(-1)].outputs.y,
      rete: (round) => window.peers.rete(shape, ids, round),
      plain: (round) => window.peers.plain(shape, ids, round),
    };
    times[shape] = { ours: [], rete: [], plain: [] };
    for (let round = -2; round < rounds; round++) {
      for (const [name, execute] of Object.entries(executors)) {
        const start = performance.now();
        const last = await execute(round);
        const perNode = ((performance.now() - start) * 1000) / count;
        if (last !== expected(round)) throw new Error(`${name}, ${shape}: ${last} instead of ${expected(round)}`);
        if (round >= 0) times[shape][name].push(perNode);
      }
    }
  }
  return times;
}

async function bundle(path) {
  const entry = fileURLToPath(new URL(path, import.meta.url));
  const result = await build({ entryPoints: [entry], bundle: true, format: "esm", minify: true, write: false, logLevel: "warning" });
  return result.outputFiles[0].text;
}
