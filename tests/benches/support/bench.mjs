/** What every group of figures uses: a server of the built workbench and of peers, a browser, and the words for numbers. */

import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { chromium } from "playwright-core";

export const DIST = process.env.DIST ?? fileURLToPath(new URL("../../../dist/", import.meta.url));

const TYPES = {
  ".html": "text/html", ".js": "text/javascript", ".mjs": "text/javascript", ".css": "text/css", ".wasm": "application/wasm",
  ".json": "application/json", ".svg": "image/svg+xml", ".zip": "application/zip",
};

/** A file as `cargo xtask serve` sends it: the Brotli that the build left beside it, else gzip. */
async function compressed(file) {
  const brotli = await readFile(`${file}.br`).catch(() => undefined);
  return brotli === undefined ? gzipped(await readFile(file)) : { body: brotli, encoding: "br" };
}

function gzipped(bytes) {
  return { body: gzipSync(bytes, { level: 9 }), encoding: "gzip" };
}

/** Opens a server and a browser whose cache is empty. */
export async function openBench() {
  const extra = new Map();
  const folders = new Map();
  const answers = new Map();
  const server = createServer(async (request, response) => {
    const path = decodeURIComponent(new URL(request.url, "http://localhost").pathname);
    try {
      const folder = [...folders.keys()].find((prefix) => path.startsWith(prefix));
      const file = folder ? join(folders.get(folder), normalize(path.slice(folder.length))) : join(DIST, normalize(path.endsWith("/") ? `${path}index.html` : path));
      if (!answers.has(path)) answers.set(path, extra.has(path) ? gzipped(Buffer.from(extra.get(path))) : await compressed(file));
      const { body, encoding } = answers.get(path);
      const type = TYPES[extname(path) || ".html"] ?? "application/octet-stream";
      response.writeHead(200, { "content-type": type, "cache-control": "no-cache", "content-encoding": encoding }).end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${server.address().port}/`;
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? process.env.CHROME_PATH ?? "chromium",
    args: ["--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
  const newContext = (options) => browser.newContext({ viewport: { width: 1440, height: 900 }, ...options });
  const context = await newContext();
  return {
    url,
    newContext,
    serve: async (path, text) => void extra.set(path, text),
    serveFolder: async (prefix, folder) => void folders.set(prefix, folder),
    /** A page of the workbench, ready; pages of one context share their caches, and those of a bench are of one unless told otherwise. */
    async openWorkbench(of = context) {
      const page = await of.newPage();
      await page.goto(url);
      await until(page, () => window.llmos !== undefined);
      await page.evaluate(() => window.llmos.ready);
      return page;
    },
    async close() {
      await browser.close();
      server.close();
    },
  };
}

/** Waits until this holds in the page. (Playwright's own waitForFunction would need `unsafe-eval`, which the page refuses.) */
export async function until(page, holds, timeoutMs = 120_000) {
  const deadline = performance.now() + timeoutMs;
  while (!(await page.evaluate(holds))) {
    if (performance.now() > deadline) throw new Error(`After ${timeoutMs} ms this still does not hold: ${holds}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** The middle value. */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Three significant digits, without an exponent. */
export function number(value) {
  return Number(value.toPrecision(3)).toLocaleString("en", { maximumSignificantDigits: 3 });
}
