/** What the benches of volumes share: traces as files, commits of the workbench, a volume worker alone. */

import { fileURLToPath } from "node:url";
import { build } from "esbuild";

import { until } from "./bench.mjs";

const two = (part) => String(part).padStart(2, "0");

/** A trace of some day of 2026, as a file. */
export function trace(index, name = "trace") {
  const text = "A line of text that says something about the trace.\n".repeat(12);
  const [month, day] = [(index % 12) + 1, (Math.floor(index / 12) % 28) + 1];
  return { path: `traces/2026/${two(month)}/${two(day)}/${name}-${index}.md`, content: `# ${name} ${index}\n\n${text}` };
}

/** Traces by the batch. */
export function* traces(first, end, batch) {
  for (let at = first; at < end; at += batch) {
    yield Array.from({ length: Math.min(batch, end - at) }, (_, index) => trace(at + index));
  }
}

/** Runs in the workbench: each file as a commit of its own; milliseconds of each. */
export async function commits({ files, volume = "user/me" }) {
  const times = [];
  for (const { path, content } of files) {
    const start = performance.now();
    const response = await window.llmos.fetch(`/volumes/file?volume=${volume}&path=${path}`, { method: "PUT", body: JSON.stringify({ content }) });
    times.push(performance.now() - start);
    if (response.status !== 200) throw new Error(await response.text());
  }
  return times;
}

/** A page of the workbench, and a context in which other pages of the same origin can be opened: no service worker answers for them. */
export async function openPlainWorkbench(bench) {
  return bench.openWorkbench(await bench.newContext({ serviceWorkers: "block" }));
}

/** The volume worker of the built page, without the page. */
export async function openOurs(bench, page) {
  await bench.serve("/peer/harness.js", await bundle("./volume-harness.mjs"));
  await bench.serve("/peer/harness.html", '<!doctype html><script type="module" src="harness.js"></script>');
  const harness = await page.context().newPage();
  await harness.goto(`${bench.url}peer/harness.html`);
  await until(harness, () => window.volumes !== undefined);
  return {
    /** What the browser does of itself after a start is over when this is. */
    async reload() {
      await harness.evaluate(() => window.volumes.reload());
      await settle();
    },
    /** Milliseconds of each of these calls, one after the other. */
    read: (...paths) => harness.evaluate(timeEach, paths),
    close: () => harness.close(),
  };
}

async function timeEach(paths) {
  const times = [];
  for (const path of paths) {
    const start = performance.now();
    await window.volumes.answer("GET", path);
    times.push(performance.now() - start);
  }
  return times;
}

/** Until a program that was loaded just now is compiled and its garbage is gone: whoever is timed next is not timed for that. */
export function settle() {
  return new Promise((resolve) => setTimeout(resolve, 300));
}

/** A script and what it imports, as one text for the browser; its path is told from here. */
export async function bundle(path) {
  const entry = fileURLToPath(new URL(path, import.meta.url));
  const result = await build({ entryPoints: [entry], bundle: true, format: "esm", target: "es2022", minify: true, write: false, logLevel: "warning" });
  return result.outputFiles[0].text;
}

/** The value that so many of a hundred are not above. */
export function percentile(values, percent) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil((sorted.length * percent) / 100) - 1)];
}
