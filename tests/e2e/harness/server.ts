/**
 * Serves the built bridge and runtimes behind a bare page with the workbench's own policy: for tests and measurements of the host of
 * runtimes alone, without the workbench around it.
 */

import { readFile } from "node:fs/promises";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize, sep } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder that assets/build.mjs wrote. */
const WEB = process.env["WEB"] ?? fileURLToPath(new URL("../../../target/web", import.meta.url));
const PAGE = fileURLToPath(new URL("page.js", import.meta.url));

const MEDIA_TYPES: Record<string, string> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".json": "application/json",
  ".mjs": "text/javascript",
  ".wasm": "application/wasm",
};

export interface HarnessSite {
  readonly url: string;
  /** Paths that were asked for, in order; tests may empty it. */
  readonly requests: string[];
  /** Answers before the files do; true where it has answered. */
  intercept: (path: string, response: ServerResponse) => boolean;
  close(): Promise<void>;
}

export async function openHarness(): Promise<HarnessSite> {
  const { hashes } = JSON.parse(await readFile(join(WEB, "frame.json"), "utf8")) as { hashes: string[] };
  const policy = [
    "default-src 'none'",
    `script-src 'self' blob: 'wasm-unsafe-eval' ${hashes.map((hash) => `'${hash}'`).join(" ")}`,
    "style-src 'self'",
    "img-src 'self' data: blob:",
    "connect-src 'self' http://127.0.0.1:*",
    "worker-src 'self' blob:",
    "frame-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  const page = `<!doctype html><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${policy}"><title>Host of runtimes</title><link rel="icon" href="data:,"><script type="module" src="harness.js"></script>`;
  const site = { requests: [] as string[], intercept: (_path: string, _response: ServerResponse) => false };
  const server = createServer(async (request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? "/", "http://harness").pathname);
    site.requests.push(path);
    if (site.intercept(path, response)) return;
    const file = path === "/harness.js" ? PAGE : normalize(join(WEB, path));
    try {
      if (path !== "/harness.js" && path !== "/" && !file.startsWith(WEB + sep)) throw new Error("outside");
      const body = path === "/" ? page : await readFile(file);
      response.writeHead(200, { "content-type": MEDIA_TYPES[path === "/" ? ".html" : extname(file)] ?? "application/octet-stream" }).end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return Object.assign(site, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  });
}
