/** Serves the built page on a free port, at the root and under a deep path, as any static host would. */

import { createReadStream, existsSync } from "node:fs";
import { stat } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize, sep } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder of the built page. */
export const DIST = process.env["DIST"] ?? fileURLToPath(new URL("../../../dist", import.meta.url));

/** The path under which the page is served too, to show that it works anywhere. */
const DEEP_PATH = "/a/b/";

const MEDIA_TYPES: Record<string, string> = {
  ".css": "text/css",
  ".html": "text/html",
  ".js": "text/javascript",
  ".json": "application/json",
  ".png": "image/png",
  ".mjs": "text/javascript",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
  ".webmanifest": "application/manifest+json",
};

export interface Site {
  /** The page at the root, with a slash at the end. */
  readonly url: string;
  /** The same page under a deep path. */
  readonly deepUrl: string;
  /** Paths that were asked for, in order; tests may empty it. */
  readonly requests: string[];
  /** From now on every request is refused: the host is gone, whatever the browser thinks of the network. */
  goAway(): void;
  comeBack(): void;
  /** From now on another folder is served, as after a deployment. */
  serve(folder: string): void;
  close(): Promise<void>;
}

export async function openSite(folder = DIST): Promise<Site> {
  if (!existsSync(join(folder, "index.html"))) throw new Error(`There is no page in ${folder}: run \`cargo xtask build\` first`);
  let root = folder;
  const requests: string[] = [];
  let away = false;
  const server = createServer((request, response) => {
    requests.push(request.url ?? "");
    if (away) request.socket.destroy();
    else void answer(root, request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  return {
    url,
    deepUrl: url.slice(0, -1) + DEEP_PATH,
    requests,
    goAway: () => void (away = true),
    comeBack: () => void (away = false),
    serve: (folder) => void (root = folder),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(root: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  let path = decodeURIComponent(new URL(request.url ?? "/", "http://localhost").pathname);
  if (path.startsWith(DEEP_PATH)) path = path.slice(DEEP_PATH.length - 1);
  if (path.endsWith("/")) path += "index.html";
  const file = normalize(join(root, path));
  const found = file.startsWith(root + sep) ? await stat(file).catch(() => undefined) : undefined;
  if (!found?.isFile()) {
    response.writeHead(404).end();
    return;
  }
  response.writeHead(200, {
    "content-type": MEDIA_TYPES[extname(file)] ?? "application/octet-stream",
    "content-length": found.size,
    "cache-control": "no-cache",
  });
  createReadStream(file).pipe(response);
}
