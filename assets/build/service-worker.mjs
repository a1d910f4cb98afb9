/**
 * The service worker of a built page: `assets/sw.ts` with the hash of every file of the shell. Run by assets/finish.mjs; alone it gives any
 * finished page one, such as a development build that offline use is tried on:
 *
 *   node assets/build/service-worker.mjs <dist>
 */
import { createHash } from "node:crypto";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { argv } from "node:process";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

const SHELL_FILE = /\.(html|js|css|wasm|json|svg|webmanifest|woff2)$/;
/** Of the runtimes only the list: what *Get ready for offline* offers. */
const RUNTIME_LIST = "runtime/manifest.json";
const META = /<meta name="(service-worker|shell)"[^>]*>/g;

/** What the page needs to open: all but the runtimes, which come when first needed and are kept by the Host. */
export async function shellFiles(dist) {
  const entries = await readdir(dist, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && SHELL_FILE.test(entry.name))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(dist.length + 1).replaceAll("\\", "/"))
    .filter((file) => file === RUNTIME_LIST || (!file.startsWith("runtime/") && file !== "sw.js"))
    .sort();
}

/** Writes `sw.js` for these files, and into the page which shell it belongs to: by that a page knows whether its worker is of its release. */
export async function writeServiceWorker(dist, files) {
  const page = join(dist, "index.html");
  const html = (await readFile(page, "utf8")).replace(META, "");
  const contents = await Promise.all(files.map((file) => (file === "index.html" ? html : readFile(join(dist, file)))));
  const version = createHash("sha256");
  for (const [index, file] of files.entries()) version.update(`${file} ${integrityOf(contents[index])}\n`);
  const shell = version.digest("hex").slice(0, 16);
  await writeFile(page, html.replace("</head>", `<meta name="service-worker" content="sw.js"><meta name="shell" content="${shell}"></head>`));
  contents[files.indexOf("index.html")] = await readFile(page);
  const hashes = Object.fromEntries(files.map((file, index) => [file, integrityOf(contents[index])]));
  await build({
    entryPoints: [fileURLToPath(new URL("../sw.ts", import.meta.url))],
    outfile: join(dist, "sw.js"),
    bundle: true,
    minify: true,
    format: "iife",
    target: "es2022",
    define: { SHELL: JSON.stringify({ version: shell, files: hashes }) },
    logLevel: "warning",
  });
}

/** The worker of a development build: takes away what a release left behind, so that a page never shows an older build. */
export function selfRemovingWorker() {
  return `addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil((async () => {
  for (const name of await caches.keys()) if (name.startsWith("shell ")) await caches.delete(name);
  await registration.unregister();
  for (const page of await clients.matchAll({ type: "window" })) page.navigate(page.url);
})()));
`;
}

function integrityOf(content) {
  return `sha256-${createHash("sha256").update(content).digest("base64")}`;
}

if (import.meta.url === pathToFileURL(argv[1] ?? "").href) {
  const dist = argv[2];
  if (dist === undefined) throw new Error("usage: node assets/build/service-worker.mjs <dist>");
  await writeServiceWorker(dist, await shellFiles(dist));
}
