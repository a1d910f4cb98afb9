/** The page: what is transferred before it can be used, when that is, and how long its own thread is ever busy while the demo runs. */

import { median, number, until } from "./support/bench.mjs";

const ROUNDS = 3;

export async function measure(bench) {
  const visits = [];
  for (let round = 0; round < ROUNDS; round++) visits.push(await firstVisit(bench));
  const bytes = median(visits.map((visit) => visit.bytes));
  const behind = median(visits.map((visit) => visit.bytesBehind));
  const longest = Math.max(...visits.map((visit) => visit.longestTaskMs));
  const count = Math.max(...visits.map((visit) => visit.longTasks));
  return [
    { figure: "Transferred before the page can be used", ours: `${number(bytes / 1000)} kB`, target: "≤ 450 kB" },
    { figure: "Transferred behind it: the volume worker, the text of the skills", ours: `${number(behind / 1000)} kB`, target: "" },
    { figure: "First visit until it can be used, loopback", ours: `${number(median(visits.map((visit) => visit.usableMs)))} ms`, target: "" },
    { figure: "The demo, first visit, from click to end", ours: `${number(median(visits.map((visit) => visit.demoMs)))} ms`, target: "" },
    { figure: "Tasks over 50 ms on the page's thread while the demo runs", ours: count === 0 ? "none" : `${count}, longest ${number(longest)} ms`, target: "none" },
  ];
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
  const bytesBehind = bytes - transferred;
  const run = page.getByRole("button", { name: "Run", exact: true }).first();
  await page.evaluate(() => {
    window.longTasks = [];
    new PerformanceObserver((list) => window.longTasks.push(...list.getEntries().map((entry) => entry.duration))).observe({ type: "longtask" });
  });
  const clicked = performance.now();
  await run.click();
  await until(page, () => {
    const nodes = [...document.querySelectorAll("[data-node]")];
    return nodes.length > 0 && nodes.every((node) => node.dataset.state === "completed");
  });
  const demoMs = performance.now() - clicked;
  const tasks = await page.evaluate(() => new Promise((resolve) => setTimeout(() => resolve(window.longTasks), 500)));
  await context.close();
  return { bytes: transferred, bytesBehind, usableMs, demoMs, longTasks: tasks.length, longestTaskMs: Math.max(0, ...tasks) };
}
