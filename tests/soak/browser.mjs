/** A Chromium of a process group of its own on a profile that outlives it, so that it can be killed as power cuts and crashes kill. */

import { spawn } from "node:child_process";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { chromium } from "playwright-core";

const FLAGS = [
  "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync", "--remote-debugging-port=0",
];
const START_MS = 60_000;
const READY_MS = 120_000;

/** Starts the browser on this profile. */
export async function openBrowser(executable, profile) {
  const portFile = join(profile, "DevToolsActivePort");
  await rm(portFile, { force: true });
  const group = spawn(executable, [...FLAGS, `--user-data-dir=${profile}`, "about:blank"], { detached: true, stdio: "ignore" });
  const ended = new Promise((resolve) => group.on("exit", resolve));
  const port = await readPort(portFile, group);
  const browser = await chromium.connectOverCDP(`http://127.0.0.1:${port}`);
  return {
    /** The workbench in a new tab, ready; `hear` gets every line that it logs. */
    async openPage(url, hear = () => undefined) {
      const page = await browser.contexts()[0].newPage();
      page.on("console", (message) => hear(message.text()));
      await page.goto(url);
      const deadline = Date.now() + READY_MS;
      while (!(await page.evaluate(() => window.llmos !== undefined))) {
        if (Date.now() > deadline) throw new Error("The page does not open.");
        await pause(20);
      }
      await page.evaluate(() => window.llmos.ready);
      return page;
    },
    /** SIGKILL to every process of it at once; what it was about to say is lost. */
    async kill() {
      process.kill(-group.pid, "SIGKILL");
      await ended;
      await browser.close().catch(() => undefined);
    },
  };
}

async function readPort(file, group) {
  const deadline = Date.now() + START_MS;
  for (;;) {
    const [port] = (await readFile(file, "utf8").catch(() => "")).split("\n");
    if (port) return port;
    if (group.exitCode !== null) throw new Error(`The browser ended at its start, with ${group.exitCode}.`);
    if (Date.now() > deadline) {
      process.kill(-group.pid, "SIGKILL");
      throw new Error("The browser does not start.");
    }
    await pause(20);
  }
}

export function pause(durationMs) {
  return new Promise((resolve) => setTimeout(resolve, durationMs));
}
