/** A volume of 100,000 traces: what a visit asks of it, and how long the page's own thread is ever busy meanwhile. */

import { median, number, until } from "./support/bench.mjs";
import { commits, openOurs, openPlainWorkbench, percentile, trace, traces } from "./support/volumes.mjs";

const TRACES = 100_000;
const TRACES_A_BATCH = 1_000;
const RELOADS = 5;
/** As many as the history shows, so that it is of commits as they are made, not of the batches that filled the volume. */
const COMMITS = 51;
const NEWEST = 100;

export async function measure(bench) {
  const page = await openPlainWorkbench(bench);
  for (const files of traces(0, TRACES, TRACES_A_BATCH)) await page.evaluate(fill, files);
  const ours = await openOurs(bench, page);
  const [open, list, log] = [[], [], []];
  const newest = await newestFolders(page);
  for (let round = 0; round < RELOADS; round++) {
    await ours.reload();
    open.push(...(await ours.read(`/volumes/file?path=${trace(TRACES - 1).path}`)));
    await ours.reload();
    list.push((await ours.read(...newest)).reduce((sum, time) => sum + time));
  }

  // The visit of a person, once the page stands: the newest traces are listed, some are added, the history is looked at.
  await page.reload();
  await until(page, () => window.llmos !== undefined);
  await page.evaluate(() => window.llmos.ready);
  await page.evaluate(watchTasks);
  await page.evaluate(async (paths) => {
    for (const path of paths) await (await window.llmos.fetch(path)).json();
  }, newest);
  const files = Array.from({ length: COMMITS }, (_, index) => trace(index, "added"));
  const [, ...times] = await page.evaluate(commits, { files });
  for (let round = 0; round < RELOADS; round++) {
    await ours.reload();
    log.push(...(await ours.read("/volumes/history?limit=50")));
  }
  await page.evaluate(async () => (await window.llmos.fetch("/volumes/history?limit=50")).json());
  const tasks = await page.evaluate(() => new Promise((resolve) => setTimeout(() => resolve(window.longTasks), 500)));
  const row = (figure, times) => ({ figure, ours: `${number(median(times))} ms`, target: "≤ 100 ms" });
  return [
    row("100,000 traces after a reload: to the newest file", open),
    row("To the list of the newest 100", list),
    { ...row("To the newest 50 commits, with their paths", log), target: "" },
    { ...row("A commit to 100,000 traces, median (95th percentile)", times), ours: `${number(median(times))} ms (${number(percentile(times, 95))} ms)` },
    { figure: "Tasks over 50 ms on the page's thread meanwhile", ours: tasks.length === 0 ? "none" : `${tasks.length}, longest ${number(Math.max(...tasks))} ms`, target: "none" },
  ];
}

/** The calls that find the newest traces: year, month, then days from the last until there are enough. */
async function newestFolders(page) {
  const entries = (path) => page.evaluate(async (path) => (await (await window.llmos.fetch(`/volumes/tree?path=${path}`)).json()).entries, path);
  const last = async (path) => (await entries(path)).at(-1).path;
  const year = await last("traces");
  const month = await last(year);
  const folders = ["traces", year, month];
  let found = 0;
  for (const day of (await entries(month)).reverse()) {
    if (found >= NEWEST) break;
    found += (await entries(day.path)).length;
    folders.push(day.path);
  }
  return folders.map((path) => `/volumes/tree?path=${path}`);
}

/** Runs in the workbench. */
async function fill(files) {
  const response = await window.llmos.fetch("/volumes/files", { method: "PUT", body: JSON.stringify({ files }) });
  if (response.status !== 200) throw new Error(await response.text());
}

function watchTasks() {
  window.longTasks = [];
  new PerformanceObserver((list) => window.longTasks.push(...list.getEntries().map(({ duration }) => duration))).observe({ type: "longtask" });
}
