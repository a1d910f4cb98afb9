/** Python: how soon it is ready from the cache, beside a plain `loadPyodide` in the same page; and a warm trivial node. */

import { fileURLToPath } from "node:url";

import { median, number } from "./support/bench.mjs";

const ROUNDS = 5;

const SKILL = {
  skillId: "add", name: "Add", description: "", type: "python-wasm", executionMode: "browser-wasm", category: "", tags: [], version: "1", author: "",
  inputs: [{ name: "x", type: "number", description: "" }], outputs: [{ name: "y", type: "number", description: "" }],
  code: "def execute(inputs):\n    return {'y': inputs['x'] + 1}", language: "python", packages: [], estimatedTimeMs: 0, memoryMb: 0,
};

export async function measure(bench) {
  await bench.serveFolder("/pyodide/", fileURLToPath(new URL("../../assets/node_modules/pyodide/", import.meta.url)));
  await bench.serve("/peer/pyodide.js", PEER);
  const first = await bench.openWorkbench();
  await first.evaluate(ready, SKILL); // fills the cache and makes the snapshot
  await first.evaluate(plainReady);
  await first.close();

  const ours = [];
  const plain = [];
  for (let round = 0; round < ROUNDS; round++) {
    const page = await bench.openWorkbench();
    ours.push(await page.evaluate(ready, SKILL));
    plain.push(await page.evaluate(plainReady));
    await page.close();
  }
  const page = await bench.openWorkbench();
  await page.evaluate(ready, SKILL);
  const warm = await page.evaluate(warmNodes, SKILL);
  return [
    {
      figure: "Python ready, from the cache",
      ours: `${number(median(ours))} ms`,
      peer: `loadPyodide ${number(median(plain))} ms, ratio ${number(median(ours.map((value, index) => value / plain[index])))}`,
      target: "ratio ≤ 0.25",
    },
    { figure: "A warm trivial Python node, of 200 side by side", ours: `${number(median(warm.many))} ms`, target: "< 1 ms" },
    { figure: "A warm trivial Python node, alone, page to page", ours: `${number(median(warm.alone))} ms`, target: "" },
  ];
}

/** Runs in the page: milliseconds from asking for a run until Python takes work. */
async function ready(skill) {
  const start = performance.now();
  let readyAt = 0;
  const payload = { workflow: { workflowId: "w", name: "", nodes: [{ nodeId: "a", skillId: "add", inputValues: { x: Math.random() } }], edges: [] }, skills: { add: skill } };
  const result = await window.llmos.run(payload, {
    onEvent: (event) => {
      if (event.kind === "runtime" && event.state === "ready") readyAt ||= performance.now();
    },
  });
  if (result.status !== "completed") throw new Error(JSON.stringify(result.nodes.a.error));
  return readyAt - start;
}

/** Runs in the page: milliseconds that a plain `loadPyodide` takes in a worker of its own. */
function plainReady() {
  return new Promise((resolve, reject) => {
    const start = performance.now();
    const worker = new Worker("/peer/pyodide.js", { type: "module" });
    worker.onmessage = () => {
      resolve(performance.now() - start);
      worker.terminate();
    };
    worker.onerror = (event) => reject(new Error(event.message));
  });
}

const PEER = `import { loadPyodide } from "/pyodide/pyodide.mjs";
await loadPyodide({ indexURL: "/pyodide/" });
postMessage("ready");
`;

/** Runs in the page: milliseconds per node, for many in one run and for runs of one. */
async function warmNodes(skill) {
  const run = async (count) => {
    const nodes = Array.from({ length: count }, (_, index) => ({ nodeId: `n${index}`, skillId: "add", inputValues: { x: Math.random() } }));
    const start = performance.now();
    const result = await window.llmos.run({ workflow: { workflowId: "w", name: "", nodes, edges: [] }, skills: { add: skill } });
    if (result.status !== "completed") throw new Error("a node failed");
    return (performance.now() - start) / count;
  };
  await run(200);
  const many = [];
  const alone = [];
  for (let round = 0; round < 7; round++) {
    many.push(await run(200));
    alone.push(await run(1));
  }
  return { many, alone };
}
