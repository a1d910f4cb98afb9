/**
 * The installed app's pictures, from what is drawn and shot by hand: icons of every size from assets/icons/icon.svg, and the screenshots of
 * the manifest. A maskable icon is the same drawing to the edges: systems cut it to a circle or a square of their own.
 */
import { copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { initWasm, Resvg } from "@resvg/resvg-wasm";

/** Sizes in pixels: of launchers, of the page's own tab, of shortcuts, of Apple's home screen. */
const SIZES = [32, 96, 180, 192, 256, 512];
const MASKABLE_SIZES = [192, 512];
const CORNER = /(<rect [^>]*)rx="14"/;

export async function writeAppIcons(here, out) {
  await initWasm(await readFile(createRequire(import.meta.url).resolve("@resvg/resvg-wasm/index_bg.wasm")));
  const drawn = await readFile(join(here, "icons/icon.svg"), "utf8");
  if (!CORNER.test(drawn)) throw new Error("icons/icon.svg: the ground has lost its rounded corners, which maskable icons go without");
  const folder = join(out, "icons");
  await mkdir(folder, { recursive: true });
  const draw = (svg, name, size) => writeFile(join(folder, name), new Resvg(svg, { fitTo: { mode: "width", value: size } }).render().asPng());
  await Promise.all([
    ...SIZES.map((size) => draw(drawn, `icon-${size}.png`, size)),
    ...MASKABLE_SIZES.map((size) => draw(drawn.replace(CORNER, "$1"), `maskable-${size}.png`, size)),
  ]);
  await Promise.all(["workbench.png", "phone.png"].map((name) => copyFile(join(here, "screenshots", name), join(folder, name))));
}
