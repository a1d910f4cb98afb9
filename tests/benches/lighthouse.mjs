/**
 * Lighthouse on the built page as a host with compression serves it, in its desktop and its mobile preset, and what a second visit takes
 * beside the first. The reports stay in tests/artifacts/lighthouse/ for whoever wants to know more.
 */

import { mkdir, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

import { median, number, until } from "./support/bench.mjs";

const REPORTS = fileURLToPath(new URL("../artifacts/lighthouse/", import.meta.url));
const CATEGORIES = ["performance", "accessibility", "best-practices"];
const ROUNDS = 3;
/** Lighthouse's own mobile network: what a first visit waits for and a second should not. */
const SLOW = { offline: false, latency: 150, downloadThroughput: (1.6 * 1024 * 1024) / 8, uploadThroughput: (750 * 1024) / 8 };

export async function measure(bench) {
  await mkdir(REPORTS, { recursive: true });
  // Brought only for these figures: it is larger than all other benches together.
  const tools = { ...(await import("chrome-launcher")), ...(await import("lighthouse")) };
  const desktop = await report(tools, bench.url, "desktop", tools.desktopConfig);
  const mobile = await report(tools, bench.url, "mobile", undefined);
  const { first, second } = await visits(bench);
  return [
    row("Lighthouse, desktop", desktop, 95),
    row("Lighthouse, mobile", mobile, 85),
    { figure: "First contentful paint, mobile preset", ours: `${number(mobile.paintMs)} ms`, target: "" },
    { figure: "Usable on a slow mobile network, second visit", ours: `${number(second)} ms`, peer: `first visit ${number(first)} ms, ratio ${number(second / first)}`, target: "ratio ≤ 0.33" },
  ];
}

function row(figure, { scores }, performance) {
  const ours = CATEGORIES.map((name) => `${name.replace("-", " ")} ${scores[name]}`).join(", ");
  return { figure, ours, target: `${performance}, 100, 100` };
}

/** The median of each score over some runs; the reports of the last one are kept. */
async function report({ launch, default: lighthouse }, url, preset, config) {
  const runs = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const chrome = await launch({ chromePath: process.env.CHROMIUM ?? process.env.CHROME_PATH, chromeFlags: ["--headless=new", "--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"] });
    try {
      const { lhr, report: texts } = await lighthouse(url, { port: chrome.port, output: ["html", "json"], onlyCategories: CATEGORIES, logLevel: "error" }, config);
      if (lhr.runtimeError) throw new Error(`Lighthouse, ${preset}: ${lhr.runtimeError.message}`);
      await Promise.all(["html", "json"].map((ending, place) => writeFile(`${REPORTS}${preset}.${ending}`, texts[place])));
      runs.push(lhr);
    } finally {
      await chrome.kill();
    }
  }
  const scores = Object.fromEntries(CATEGORIES.map((name) => [name, Math.round(median(runs.map((run) => run.categories[name].score * 100)))]));
  return { scores, paintMs: median(runs.map((run) => run.audits["first-contentful-paint"].numericValue)) };
}

async function visits(bench) {
  const firsts = [];
  const seconds = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const context = await bench.newContext();
    firsts.push(await usableMs(context, bench.url, true));
    seconds.push(await usableMs(context, bench.url, false));
    await context.close();
  }
  return { first: median(firsts), second: median(seconds) };
}

/** From the address to a workflow that can be run; a first visit then waits until its service worker stands behind it. */
async function usableMs(context, url, isFirst) {
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  await session.send("Network.enable");
  await session.send("Network.emulateNetworkConditions", SLOW);
  const start = performance.now();
  await page.goto(url, { waitUntil: "commit" });
  await until(page, () => {
    const run = [...document.querySelectorAll("button")].find((button) => button.textContent.trim() === "Run");
    return document.querySelectorAll("[data-node]").length > 0 && run !== undefined && !run.disabled;
  });
  const usable = performance.now() - start;
  if (isFirst) {
    await session.send("Network.emulateNetworkConditions", { ...SLOW, latency: 0, downloadThroughput: -1, uploadThroughput: -1 });
    await until(page, () => navigator.serviceWorker.controller !== null);
  }
  await page.close();
  return usable;
}
