/**
 * A bare page with a worker that holds the modules of volumes, and nothing of the workbench around it. Tests run their code inside that
 * worker: `(await openTab(page)).evaluate(() => volumes.rows.listVolumes())`.
 */

import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { test as base, type Page, type Worker } from "@playwright/test";
import type {} from "./volume-worker";

const WORKER = fileURLToPath(new URL("volume-worker.ts", import.meta.url));
const PAGE = '<!doctype html><meta charset="utf-8"><title>Volumes</title><link rel="icon" href="data:,"><script type="module">new Worker("/volumes.js", { type: "module" });</script>';

export interface VolumeSite {
  readonly url: string;
  close(): Promise<void>;
}

/** Bundles the worker as the build does, and serves it. */
export async function openVolumeSite(): Promise<VolumeSite> {
  const { bundleWorker } = (await import("../../../assets/build/bundle.mjs" as string)) as {
    bundleWorker(name: string, entry: string, outdir: string): Promise<void>;
  };
  const folder = await mkdtemp(join(tmpdir(), "volumes-"));
  await bundleWorker("volumes", WORKER, folder);
  const server = createServer(async (request, response) => {
    const path = new URL(request.url ?? "/", "http://site").pathname;
    if (path === "/") return response.writeHead(200, { "content-type": "text/html" }).end(PAGE);
    if (!/^\/[\w-]+\.js$/.test(path)) return response.writeHead(404).end();
    response.writeHead(200, { "content-type": "text/javascript" }).end(await readFile(join(folder, path)));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await rm(folder, { recursive: true });
    },
  };
}

/** Opens the bare page in this tab; the worker that comes back holds `volumes`. */
export async function openTab(page: Page, url: string): Promise<Worker> {
  const [worker] = await Promise.all([page.waitForEvent("worker"), page.goto(url)]);
  // The worker is there before its script has run.
  await worker.evaluate(() => new Promise<void>((resolve) => {
    const look = () => (globalThis.volumes === undefined ? setTimeout(look, 5) : resolve());
    look();
  }));
  return worker;
}

/** Puts rows into a volume, their bytes in base64. */
export async function putRows(tab: Worker, volume: string, rows: [string, string][]): Promise<void> {
  await tab.evaluate(async ({ volume, rows }) => {
    const putValues = rows.map(([, text]) => volumes.base64.decode(text));
    await volumes.rows.writeRows(volume, { expectKeys: [], expectValues: [], putKeys: rows.map(([key]) => key), putValues, removeKeys: [], strict: false });
  }, { volume, rows });
}

/** `tab` is a worker with an empty profile; `anotherTab` opens more tabs of the same profile. */
export const test = base.extend<{ tab: Worker; anotherTab: () => Promise<Worker> }, { volumeSite: VolumeSite }>({
  volumeSite: [
    async ({}, use) => {
      const site = await openVolumeSite();
      await use(site);
      await site.close();
    },
    { scope: "worker" },
  ],
  tab: async ({ page, volumeSite }, use) => {
    await use(await openTab(page, volumeSite.url));
  },
  anotherTab: async ({ context, volumeSite }, use) => {
    await use(async () => openTab(await context.newPage(), volumeSite.url));
  },
});

export { expect, type Worker } from "@playwright/test";
