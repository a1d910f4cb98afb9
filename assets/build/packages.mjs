// The Python packages that the workbench serves itself: pinned wheels, brought by pip as their hashes demand and kept between builds.
// Also what the page must know to find others: which modules Python brings, where Pyodide's packages and the index are.

import { execFile } from "node:child_process";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";

import { compiledWheel } from "./compile-wheels.mjs";

const run = promisify(execFile);

/** The Python that `cargo xtask` found, or the one on the path. */
const PYTHON = process.env.PYTHON ?? "python3";

/** Adds the wheels to the runtime's files and returns the manifest's part on Python. */
export async function gatherPackages({ here, cache, runtime }) {
  const requirements = join(here, "python/requirements.txt");
  const wheels = await download(requirements, cache);
  const stdlib = join(here, "node_modules/pyodide/python_stdlib.zip");
  const { stdout } = await run(PYTHON, [join(here, "build/wheels.py"), wheels, stdlib], { maxBuffer: 1 << 24 });
  const facts = JSON.parse(stdout);
  const packages = {};
  for (const { file, ...wheel } of facts.wheels) {
    const path = await compiledWheel({ path: join(wheels, file), name: wheel.name, script: join(here, "build/compile_wheel.py"), cache: `${cache}-compiled` });
    const { sha256 } = await runtime.copy(file, path);
    packages[wheel.name] = { ...wheel, file, sha256 };
  }
  return {
    packages,
    packageBaseUrl: await deliveryAddress(here),
    indexUrl: facts.indexUrl,
    standardModules: facts.standardModules,
  };
}

/** The folder of wheels, filled anew when the list has changed. */
async function download(requirements, cache) {
  const list = await readFile(requirements, "utf8");
  const stamp = join(cache, "requirements.txt");
  if (existsSync(stamp) && (await readFile(stamp, "utf8")) === list) return cache;
  await rm(cache, { recursive: true, force: true });
  await mkdir(cache, { recursive: true });
  console.log("assets: fetching Python packages with pip");
  const target = ["--only-binary=:all:", "--python-version", "3.14", "--implementation", "py", "--abi", "none", "--platform", "any"];
  try {
    await run(PYTHON, ["-m", "pip", "download", "-q", "--disable-pip-version-check", "--require-hashes", "--no-deps", ...target, "-d", cache, "-r", requirements]);
  } catch (error) {
    throw new Error(`pip could not fetch the packages of ${requirements}; the build needs python3 with pip, and the network once.\n${error.stderr ?? error.message}`);
  }
  await writeFile(stamp, list);
  return cache;
}

/** Where this release of Pyodide delivers its packages from: its loader knows. */
async function deliveryAddress(here) {
  const loader = await readFile(join(here, "node_modules/pyodide/pyodide.mjs"), "utf8");
  const { version } = JSON.parse(await readFile(join(here, "node_modules/pyodide/package.json"), "utf8"));
  const address = /`(https:\/\/[^`$]+\/v)\$\{\w+\}(\/full\/)`/.exec(loader);
  if (address === null) throw new Error("pyodide has changed: its loader no longer names where its packages are. Look at assets/build/packages.mjs.");
  return `${address[1]}${version}${address[2]}`;
}
