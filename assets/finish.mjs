/**
 * After Trunk has built, in its staging folder: brings in what assets/build.mjs made (bridge, icons, runtimes) and the library, writes the
 * sandbox frames' hashes into the content security policy, and makes the service worker for exactly these files.
 * A development build gets a service worker that removes itself, so that a page never shows an older build.
 */
import { execFile } from "node:child_process";
import { cp, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";

import { selfRemovingWorker, shellFiles, writeServiceWorker } from "./build/service-worker.mjs";

const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));
const dist = process.env.TRUNK_STAGING_DIR ?? path("../dist");
const release = process.env.TRUNK_PROFILE !== "debug";
const web = path("../target/web");
const library = path("../target/library");
const FRAME_PLACE = "'sha256-FRAME'";

for (const name of await readdir(web)) {
  if (!["frame.json", "icons.svg"].includes(name)) await cp(join(web, name), join(dist, name), { recursive: true });
}
for (const name of await readdir(library)) await cp(join(library, name), join(dist, name));
for (const name of ["desk.css", "keeper.css"]) await cp(path(`../target/shell/${name}`), join(dist, name));

await finishPage();
if (release) {
  const shell = await shellFiles(dist);
  await writeServiceWorker(dist, shell);
  await Promise.all([...shell, "sw.js"].map(compress));
} else {
  await writeFile(join(dist, "sw.js"), selfRemovingWorker());
}

/** Beside its own files the policy allows the sandbox frames' start scripts, by their hashes. */
async function finishPage() {
  const page = join(dist, "index.html");
  const { hashes } = JSON.parse(await readFile(join(web, "frame.json"), "utf8"));
  const wrong = hashes.find((hash) => !/^sha256-[A-Za-z0-9+/]{43}=$/.test(hash));
  if (wrong !== undefined || hashes.length === 0) throw new Error(`target/web/frame.json: ${wrong ?? "an empty list"} is no hash of a frame's script`);
  let html = await readFile(page, "utf8");
  if (!html.includes(FRAME_PLACE)) throw new Error(`index.html: the content security policy has lost its place for the frames' hashes, ${FRAME_PLACE}`);
  html = html.replace(FRAME_PLACE, hashes.map((hash) => `'${hash}'`).join(" "));
  html = html.replace("</body>", `${await readFile(join(web, "icons.svg"), "utf8")}</body>`);
  html = html.replace("</head>", `<meta name="version" content="${await version()}"></head>`);
  await writeFile(page, html);
}

/** The release, and the commit it was built from where there is one: `0.1.0+1a2b3c4`. */
async function version() {
  const release = /^version = "(.+)"$/m.exec(await readFile(path("../Cargo.toml"), "utf8"))?.[1];
  try {
    const { stdout } = await promisify(execFile)("git", ["rev-parse", "--short", "HEAD"], { cwd: path("..") });
    return `${release}+${stdout.trim()}`;
  } catch {
    return release;
  }
}

/** A `.br` and a `.gz` beside each file of the shell, for the hosts that look for one. */
async function compress(file) {
  const source = join(dist, file);
  if ((await stat(source)).size < 1024) return;
  const content = await readFile(source);
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11 };
  await Promise.all([
    promisify(brotliCompress)(content, { params }).then((packed) => writeFile(`${source}.br`, packed)),
    promisify(gzip)(content, { level: 9 }).then((packed) => writeFile(`${source}.gz`, packed)),
  ]);
}
