// Compiles wheels to bytecode with the Python that will run them, once for each wheel: importing sympy then takes a third of the time.

import { existsSync } from "node:fs";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { loadPyodide, version } from "pyodide";

/** The path of the wheel with bytecode, made if it is not there; `name` is for the person who waits. */
export async function compiledWheel({ path, name, script, cache }) {
  const bytes = await readFile(path);
  const source = await readFile(script, "utf8");
  const key = createHash("sha256").update(bytes).update(source).update(version).digest("hex").slice(0, 24);
  const target = join(cache, `${key}.whl`);
  if (existsSync(target)) return target;
  console.log(`assets: compiling ${name} to bytecode, once`);
  await mkdir(cache, { recursive: true });
  const python = await loadPyodide();
  python.runPython(source);
  python.FS.writeFile("/tmp/in.whl", bytes);
  python.runPython('quick_wheel("/tmp/in.whl", "/tmp/out.whl")');
  await writeFile(`${target}.part`, python.FS.readFile("/tmp/out.whl"));
  await rename(`${target}.part`, target);
  return target;
}
