/** The page: what is transferred before it can be used, when that is, and how long its own thread is ever busy while the demo runs. */

import { stat } from "node:fs/promises";
import { join } from "node:path";

import { DIST, median, number, until } from "./support/bench.mjs";

const ROUNDS = 3;
const PAGE_MARK = "this is the page";

/** What the volume worker fetches for itself once the page stands; a page's own network log does not show it. */
const BEHIND = ["bridge/volume-worker.js", "volumes.js", "volumes_bg.wasm", "skills.json"];

export async function measure(bench) {
  const visits = [];
  for (let round = 0; round < ROUNDS; round++) visits.push(await firstVisit(bench));
  const bytes = median(visits.map((visit) => visit.bytes));
  const behind = await sizeOf(DIST, BEHIND);
  const longest = Math.max(...visits.map((visit) => visit.longestTaskMs));
  const count = Math.max(...visits.map((visit) => visit.longTasks));
  return [
    { figure: "Transferred before the page can be used", ours: `${number(bytes / 1000)} kB`, target: "≤ 450 kB" },
    { figure: "Transferred behind it: the volume worker, the text of the skills", ours: `${number(behind / 1000)} kB`, target: "" },
    { figure: "First visit until it can be used, loopback", ours: `${number(median(visits.map((visit) => visit.usableMs)))} ms`, target: "" },
    { figure: "The demo, first visit, from click to end", ours: `${number(median(visits.map((visit) => visit.demoMs)))} ms`, target: "" },
    { figure: "The longest that one task works on the page's thread while the demo runs", ours: `${number(Math.max(...visits.map((visit) => visit.longestWorkMs)))} ms`, target: "≤ 50 ms" },
    { figure: "Tasks over 50 ms there by the clock: work, and waits for a core while the runtimes start", ours: count === 0 ? "none" : `${count}, longest ${number(longest)} ms`, target: "none" },
  ];
}

/** The bytes of these files as they are transferred: compressed, where the build compressed them. */
async function sizeOf(dist, names) {
  const sizes = await Promise.all(names.map((name) => stat(join(dist, `${name}.br`)).catch(() => stat(join(dist, name)))));
  return sizes.reduce((sum, { size }) => sum + size, 0);
}

/**
 * Follows the tasks of a page's own thread until the function that comes back is called, which says how long the longest worked. By the
 * clock a task also takes the time in which others have the cores.
 */
async function followTasks(page) {
  const session = await page.context().browser().newBrowserCDPSession();
  const events = [];
  session.on("Tracing.dataCollected", ({ value }) => events.push(...value));
  await session.send("Tracing.start", { transferMode: "ReportEvents", traceConfig: { includedCategories: ["toplevel", "blink.user_timing"] } });
  // In the trace this tells the page's thread from those of its frames.
  await page.evaluate((name) => void performance.mark(name), PAGE_MARK);
  return async () => {
    const complete = new Promise((resolve) => session.once("Tracing.tracingComplete", resolve));
    await session.send("Tracing.end");
    await complete;
    await session.detach();
    const { pid, tid } = events.find(({ name }) => name === PAGE_MARK);
    const tasks = events.filter((event) => event.ph === "X" && event.pid === pid && event.tid === tid && event.name.endsWith("RunTask"));
    if (tasks.length === 0) throw new Error("The trace holds no task of the page's thread: Chromium calls them otherwise now");
    return Math.max(...tasks.map(({ tdur }) => tdur ?? 0)) / 1000;
  };
}

async function firstVisit(bench) {
  const context = await bench.newContext();
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  await session.send("Network.enable");
  let bytes = 0;
  session.on("Network.loadingFinished", ({ encodedDataLength }) => (bytes += encodedDataLength));
  const start = performance.now();
  await page.goto(bench.url);
  // It can be used once the demo stands on the canvas and can be run.
  await until(page, () => {
    const run = [...document.querySelectorAll("button")].find((button) => button.textContent.trim() === "Run");
    return document.querySelectorAll("[data-node]").length > 0 && run !== undefined && !run.disabled;
  });
  const usableMs = performance.now() - start;
  const transferred = bytes;
  await page.evaluate(() => window.llmos.ready);
  const run = page.getByRole("button", { name: "Run", exact: true }).first();
  await page.evaluate(() => {
    window.longTasks = [];
    new PerformanceObserver((list) => window.longTasks.push(...list.getEntries().map((entry) => entry.duration))).observe({ type: "longtask" });
  });
  const longestWork = await followTasks(page);
  const clicked = performance.now();
  await run.click();
  await until(page, () => {
    const nodes = [...document.querySelectorAll("[data-node]")];
    return nodes.length > 0 && nodes.every((node) => node.dataset.state === "completed");
  });
  const demoMs = performance.now() - clicked;
  const tasks = await page.evaluate(() => new Promise((resolve) => setTimeout(() => resolve(window.longTasks), 500)));
  const longestWorkMs = await longestWork();
  await context.close();
  return { longestWorkMs, bytes: transferred, usableMs, demoMs, longTasks: tasks.length, longestTaskMs: Math.max(0, ...tasks) };
}
