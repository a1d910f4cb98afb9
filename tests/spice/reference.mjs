// Writes down what the native ngspice of this machine gives for every deck, thinned to about a hundred points, for machines that
// have none: node reference.mjs

import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const POINTS = 101;
const bundled = await build({ entryPoints: [fileURLToPath(new URL("native.ts", import.meta.url))], bundle: true, platform: "node", format: "esm", write: false });
const address = `data:text/javascript;base64,${Buffer.from(bundled.outputFiles[0].text.replaceAll("import.meta.url", JSON.stringify(import.meta.url))).toString("base64")}`;
const { DECKS, deckNames, referencePath, runNative } = await import(address);

for (const name of deckNames()) {
  const run = runNative(`${DECKS}${name}.cir`);
  if (run === undefined) throw new Error("There is no native ngspice here: install it, or name it in NGSPICE.");
  for (const plot of run.plots) {
    const step = Math.max(1, Math.ceil(plot.vectors[0].real.length / POINTS));
    const thin = (values) => values?.filter((_value, at) => at % step === 0);
    for (const vector of plot.vectors) {
      vector.real = thin(vector.real);
      if (vector.imaginary !== undefined) vector.imaginary = thin(vector.imaginary);
    }
  }
  writeFileSync(referencePath(name), `${JSON.stringify(run)}\n`);
  console.log(`${name}: ${run.plots.map((plot) => `${plot.analysis} ${plot.vectors[0].real.length}`).join(", ")} (${run.version})`);
}
