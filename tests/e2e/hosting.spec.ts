/**
 * One `dist/` on every kind of host: at the root, under a path, and on Python's own file server, which compresses nothing and sets no header.
 * The same journey everywhere: open, run, keep, share, open what was shared, come back without the host.
 */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { untilKept } from "./support/device";
import { DIST, openSite } from "./support/site";
import { done, expect, openWorkbench, test, untilReady } from "./support/workbench";

interface Host {
  url: string;
  stop(): Promise<void>;
}

const HOSTS: Record<string, () => Promise<Host>> = {
  "at the root": async () => {
    const site = await openSite();
    return { url: site.url, stop: () => site.close() };
  },
  "under /a/b/": async () => {
    const site = await openSite();
    return { url: site.deepUrl, stop: () => site.close() };
  },
  "on a bare file server": bareServer,
};

/** `python3 -m http.server`, with the page in a folder of its own. */
async function bareServer(): Promise<Host> {
  const folder = await mkdtemp(join(tmpdir(), "llmos-bare-"));
  await cp(DIST, join(folder, "lab"), { recursive: true });
  const server = spawn("python3", ["-u", "-m", "http.server", "0", "--bind", "127.0.0.1", "--directory", folder], { stdio: ["ignore", "pipe", "ignore"] });
  const [said] = (await once(server.stdout, "data")) as [Buffer];
  const port = /port (\d+)/.exec(said.toString())?.[1];
  if (port === undefined) throw new Error(`python3 -m http.server did not say its port: ${said.toString()}`);
  return {
    url: `http://127.0.0.1:${port}/lab/`,
    async stop() {
      if (server.exitCode === null && server.signalCode === null) {
        server.kill();
        await once(server, "exit");
      }
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const NODES = ["filter", "analysis", "square", "landscape", "values"];

async function runTheDemo(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Run", exact: true }).click();
  for (const node of NODES) await expect(page.locator(`[data-node="${node}"]`)).toHaveAttribute("data-state", "completed", { timeout: 90_000 });
}

for (const [name, openHost] of Object.entries(HOSTS)) {
  test(`${name}: open, run, keep, share, open again without the host`, async ({ browser }) => {
    test.setTimeout(240_000);
    const host = await openHost();
    const context = await browser.newContext();
    const refused: string[] = [];
    const elsewhere: string[] = [];
    try {
      const page = await context.newPage();
      page.on("console", (message) => message.text().includes("Content Security Policy") && refused.push(message.text()));
      context.on("request", (request) => {
        if (request.url().startsWith("http") && new URL(request.url()).origin !== new URL(host.url).origin) elsewhere.push(request.url());
      });
      await openWorkbench(page, host.url);
      await runTheDemo(page);
      const workflow = { workflowId: "hosted", name: "Hosted", nodes: [{ nodeId: "one", skillId: "rc-lowpass", inputValues: {} }], edges: [] };
      await done(page, "POST", "/workflows/save", workflow);
      const link = await page.evaluate((workflow) => window.llmos.share(workflow), workflow);
      expect(link.startsWith(`${host.url}#w=`)).toBe(true);
      const other = await context.newPage();
      await openWorkbench(other, link);
      await expect(other.locator(".modal")).toContainText("Hosted", { timeout: 30_000 });
      await other.close();
      await untilKept(page);
      await host.stop();
      await page.reload();
      await untilReady(page);
      expect((await done(page, "GET", "/workflows/hosted")).name).toBe("Hosted");
      await runTheDemo(page);
      expect(refused).toEqual([]);
      expect(elsewhere).toEqual([]);
    } finally {
      await context.close();
      await host.stop().catch(() => undefined);
    }
  });
}
