// Serves the built bridge and runtimes behind a bare page with the workbench's own policy: for tests and measurements of the host of
// runtimes alone, before or beside the workbench.

import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import { extname, join, normalize } from "node:path";

const TYPES = { ".js": "text/javascript", ".mjs": "text/javascript", ".wasm": "application/wasm", ".json": "application/json", ".html": "text/html", ".py": "text/plain" };

/**
 * @param {string} web the folder that assets/build.mjs wrote
 * @returns {Promise<{ url: string, requests: string[], close(): Promise<void> }>}
 */
export async function serveHarness(web) {
  const { hashes } = JSON.parse(await readFile(join(web, "frame.json"), "utf8"));
  const policy =
    `default-src 'none'; script-src 'self' blob: 'wasm-unsafe-eval' ${hashes.map((hash) => `'${hash}'`).join(" ")}; style-src 'self'; ` +
    "img-src 'self' data: blob:; connect-src 'self' https: http://localhost:* http://127.0.0.1:*; worker-src 'self' blob:; frame-src 'none'; base-uri 'none'; form-action 'none'";
  const page = `<!doctype html><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${policy}"><title>Host of runtimes</title><script type="module" src="harness.js"></script>`;
  const own = { "/": page, "/harness.js": await readFile(new URL("page.js", import.meta.url)) };
  const requests = [];
  const server = createServer(async (request, response) => {
    const path = new URL(request.url, "http://harness").pathname;
    requests.push(path);
    try {
      const body = own[path] ?? (await readFile(join(web, normalize(path))));
      response.writeHead(200, { "content-type": path === "/" ? "text/html" : (TYPES[extname(path)] ?? "application/octet-stream") });
      response.end(body);
    } catch {
      response.writeHead(404);
      response.end();
    }
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}/`,
    requests,
    close: () => new Promise((resolve) => (server.closeAllConnections(), server.close(resolve))),
  };
}
