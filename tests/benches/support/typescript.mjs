/** The TypeScript that browser tests and benches share, for scripts that Node runs as they are. */

import { fileURLToPath } from "node:url";
import { build } from "esbuild";

/** Imports a TypeScript file that needs nothing but Node and files beside it. */
export async function importTypescript(url) {
  const result = await build({
    entryPoints: [fileURLToPath(url)],
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node20",
    write: false,
    logLevel: "warning",
    define: { "import.meta.url": JSON.stringify(url.href) },
  });
  return import(`data:text/javascript;base64,${Buffer.from(result.outputFiles[0].contents).toString("base64")}`);
}
