/**
 * Traces by the thousand, analysed in the volume worker as people have it: files in a repository, read, counted and kept. From nothing, then
 * a hundred more; at three sizes, to show that the cost grows with the number and no faster. And how well patterns are found in the labelled
 * set of tests/evolution.rs, beside the rule that only equal texts are equal.
 */

import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { number, until } from "./support/bench.mjs";

const SIZES = [1_000, 10_000, 100_000];
const TRACES_A_BATCH = 1_000;
const MORE = 100;
/** No pattern is that frequent: what is measured is the look, not what is drafted after it. */
const NOTHING_IS_DRAFTED = { auto_apply: false, min_pattern_count: 1_000_000 };
const FROM_S = 1_770_000_000;
const SECONDS_BETWEEN = 120;

export async function measure(bench) {
  const found = [];
  for (const size of SIZES) found.push(await look(bench, size));
  const at = (size) => found[SIZES.indexOf(size)];
  const each = found.map(({ all }, index) => `${number((1_000 * all) / SIZES[index])} µs`);
  const rows = [
    { figure: "10,000 traces analysed from nothing", ours: `${number(at(10_000).all)} ms`, target: "≤ 2,000 ms" },
    { figure: "100 more", ours: `${number(at(10_000).more)} ms`, target: "≤ 50 ms" },
    { figure: "The worker's WebAssembly memory after it", ours: `${number(at(10_000).megabytes)} MB`, target: "< 100 MB" },
    { figure: "Tasks over 50 ms on the page's thread meanwhile", ours: at(10_000).tasks === 0 ? "none" : `${at(10_000).tasks}`, target: "none" },
    { figure: "Each trace of 1,000, 10,000 and 100,000", ours: each.join(" · "), target: "the same" },
  ];
  return [...rows, ...(await labelled())];
}

/** A look at so many traces in a profile of its own. */
async function look(bench, size) {
  const context = await bench.newContext({ serviceWorkers: "block" });
  await context.route("**/bridge/volume-worker.js", async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: KEEP_MEMORY + (await response.text()) });
  });
  const page = await bench.openWorkbench(context);
  for (let at = 0; at < size; at += TRACES_A_BATCH) await page.evaluate(fill, traces(at, Math.min(TRACES_A_BATCH, size - at)));
  // What filling it took is none of its memory.
  await page.reload();
  await until(page, () => window.llmos !== undefined);
  await page.evaluate(() => window.llmos.ready);
  await page.evaluate(async () => (await window.llmos.fetch("/traces?limit=1")).json());
  await page.evaluate(watchTasks);
  const all = await page.evaluate(evolve, NOTHING_IS_DRAFTED);
  if (all.traces !== size) throw new Error(`${all.traces} of ${size} traces were read`);
  const worker = page.workers().find((one) => one.url().includes("volume-worker"));
  const megabytes = (await worker.evaluate(() => self.wasmMemory.buffer.byteLength)) / 1e6;
  await page.evaluate(fill, traces(size, MORE));
  const more = await page.evaluate(evolve, NOTHING_IS_DRAFTED);
  if (more.traces !== MORE) throw new Error(`${more.traces} of ${MORE} more traces were read`);
  const tasks = await page.evaluate(() => new Promise((resolve) => setTimeout(() => resolve(window.longTasks), 500)));
  await context.close();
  return { all: all.ms, more: more.ms, megabytes, tasks };
}

/** Keeps the memory of the worker's WebAssembly where it can be looked at. */
const KEEP_MEMORY = `{
  const { instantiate, instantiateStreaming } = WebAssembly;
  const keep = async (made) => { const done = await made; self.wasmMemory ??= (done.instance ?? done).exports.memory; return done; };
  WebAssembly.instantiate = (...given) => keep(instantiate(...given));
  WebAssembly.instantiateStreaming = (...given) => keep(instantiateStreaming(...given));
}
`;

/** So many traces: a tenth of them recurs in 200 tasks with other numbers, the rest are one-offs. The same every time. */
function traces(from, count) {
  return Array.from({ length: count }, (_, index) => {
    const place = from + index;
    const next = chance(place + 1);
    const below = (limit) => Math.floor(next() * limit);
    let goal;
    if (below(10) === 0) {
      const task = below(200);
      goal = `${BEFORE[below(BEFORE.length)]}plot the ${word(task * 31)} ${word(task * 57)} ${word(task * 91)} of ${below(90)}`;
    } else {
      goal = `explain ${word(below(3_000))} ${word(below(3_000))} ${word(below(3_000))}`;
    }
    const at = FROM_S + place * SECONDS_BETWEEN;
    const id = `${at}-${place.toString(16).padStart(10, "0")}`;
    const head = { trace_id: id, kind: "chat", goal, started_at: at, duration_ms: 1_000, skills_used: [], session_id: `s${place}` };
    const lines = Object.entries(head).map(([name, value]) => `${name}: ${JSON.stringify(value)}\n`);
    const day = new Date(at * 1_000).toISOString().slice(0, 10).replaceAll("-", "/");
    const body = `# Execution Trace: ${goal}\n\n## Question\n\n${goal}\n\n## Answer\n\nDone.\n`;
    return { path: `traces/${day}/${id}.md`, content: `---\n${lines.join("")}---\n\n${body}` };
  });
}

const BEFORE = ["", "", "", "please ", "can you ", "could you please ", "I need you to ", "hey, ", "I want to ", "help me "];

function word(value) {
  const [consonants, vowels] = ["bcdfghjklmnprstvz", "aeiou"];
  let [text, rest] = ["", value];
  for (let syllable = 0; syllable < 4; syllable++) {
    text += consonants[rest % 17] + vowels[Math.floor(rest / 17) % 5];
    rest = Math.floor(rest / 85);
  }
  return text;
}

/** Numbers from 0 to 1 that look like chance (mulberry32). */
function chance(seed) {
  let state = Math.imul(seed, 0x9e3779b1);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let value = Math.imul(state ^ (state >>> 15), 1 | state);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    return ((value ^ (value >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** How well patterns are found: what the test of the labelled set prints. */
async function labelled() {
  const root = fileURLToPath(new URL("../../", import.meta.url));
  const test = ["test", "--quiet", "--test", "evolution", "patterns_are_found", "--", "--nocapture"];
  const { stdout } = await promisify(execFile)("cargo", test, { cwd: root, maxBuffer: 1 << 24 });
  const size = /^(\d+) traces/m.exec(stdout)?.[1];
  const figure = (name) => {
    const [, precision, recall] = new RegExp(`${name}: precision ([\\d.]+), recall ([\\d.]+)`).exec(stdout) ?? [];
    if (recall === undefined) throw new Error(`The test of the labelled set prints no line '${name}'`);
    return `${precision} and ${recall}`;
  };
  return [
    {
      figure: `Precision and recall over ${size} labelled traces`,
      ours: figure("merged"),
      peer: `equal texts only ${figure("exact hash alone")}`,
      target: "≥ 0.95 and ≥ 0.9",
    },
  ];
}

/** Runs in the workbench. */
async function fill(files) {
  const response = await window.llmos.fetch("/volumes/files", { method: "PUT", body: JSON.stringify({ files }) });
  if (response.status !== 200) throw new Error(await response.text());
}

async function evolve(body) {
  const begin = performance.now();
  const response = await window.llmos.fetch("/evolve", { method: "POST", body: JSON.stringify(body) });
  const answer = await response.json();
  if (response.status !== 200) throw new Error(JSON.stringify(answer));
  return { ms: performance.now() - begin, traces: answer.traces_read };
}

function watchTasks() {
  window.longTasks = 0;
  new PerformanceObserver((list) => void (window.longTasks += list.getEntries().length)).observe({ type: "longtask" });
}
