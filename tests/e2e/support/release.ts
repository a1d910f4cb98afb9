/** Another release of the built page: the same files with another version, and a service worker of its own, as the build makes it. */

import { execFile } from "node:child_process";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { DIST } from "./site";

const MAKER = fileURLToPath(new URL("../../../assets/build/service-worker.mjs", import.meta.url));
const VERSION = /(<meta name="version" content=")[^"]*/;

/** A folder with a release of this version; `remove` takes it away. */
export async function releaseOf(version: string): Promise<{ folder: string; remove(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), "llmos-release-"));
  await cp(DIST, folder, { recursive: true });
  const page = join(folder, "index.html");
  const html = await readFile(page, "utf8");
  if (!VERSION.test(html)) throw new Error("index.html names no version");
  await writeFile(page, html.replace(VERSION, `$1${version}`));
  // A file that the page always loads has to differ too, or nothing could be mixed.
  await writeFile(join(folder, "keeper.css"), `${await readFile(join(folder, "keeper.css"), "utf8")}\n:root { --release: "${version}"; }\n`);
  await promisify(execFile)(process.execPath, [MAKER, folder]);
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}
