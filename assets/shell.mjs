/**
 * Before Trunk builds: the page's start script and its stylesheet, bundled to target/shell/ where index.html names them.
 * Trunk hashes both names. The stylesheets of the desk and of the keeper have their own: they ask for them (assets/bridge/desk.ts, keeper.ts).
 */
import { mkdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));
const minify = process.env.TRUNK_PROFILE !== "debug";

await mkdir(path("../target/shell"), { recursive: true });
await Promise.all([
  build({ entryPoints: [path("boot.ts")], outfile: path("../target/shell/boot.js"), bundle: true, format: "esm", target: "es2022", minify, logLevel: "warning" }),
  build({ entryPoints: [path("styles/app.css")], outfile: path("../target/shell/app.css"), bundle: true, minify, loader: { ".svg": "dataurl", ".woff2": "file" }, logLevel: "warning" }),
  build({ entryPoints: [path("styles/desk/desk.css")], outfile: path("../target/shell/desk.css"), bundle: true, minify, loader: { ".svg": "dataurl", ".woff2": "file" }, logLevel: "warning" }),
  build({ entryPoints: [path("styles/keeper.css")], outfile: path("../target/shell/keeper.css"), bundle: true, minify, loader: { ".svg": "dataurl", ".woff2": "file" }, logLevel: "warning" }),
]);
