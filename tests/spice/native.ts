/**
 * Native ngspice, as the yardstick of the SPICE runtime: runs a deck in batch mode and reads its raw file. Where it is not installed,
 * what it once answered stands in `reference/` (`npm run reference` in tests/ writes that anew).
 */

import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** One analysis: numbers along its sweep, which the vector of the first name holds. */
export interface NativePlot {
  /** `ac`, `tran`, `op`, … */
  analysis: string;
  vectors: { name: string; kind: string; real: number[]; imaginary?: number[] }[];
}

export interface NativeRun {
  /** Which ngspice this was. */
  version: string;
  plots: NativePlot[];
}

export const DECKS = fileURLToPath(new URL("decks/", import.meta.url));
const REFERENCE = fileURLToPath(new URL("reference/", import.meta.url));

const ANALYSES: [RegExp, string][] = [
  [/^Operating Point/, "op"],
  [/^DC transfer/, "dc"],
  [/^AC Analysis/, "ac"],
  [/^Transient Analysis/, "tran"],
  [/^Noise Spectral/, "noise1"],
  [/^Integrated Noise/, "noise2"],
  [/^Transfer Function/, "tf"],
];

export function deckNames(): string[] {
  return readdirSync(DECKS).filter((name) => name.endsWith(".cir")).map((name) => name.replace(".cir", "")).sort();
}

export function deckText(name: string): string {
  return readFileSync(join(DECKS, `${name}.cir`), "utf8");
}

export function referencePath(name: string): string {
  return join(REFERENCE, `${name}.json`);
}

/** What native ngspice gives for a deck: now if it is here, else as it was written down. */
export function nativeRun(name: string): NativeRun {
  return runNative(join(DECKS, `${name}.cir`)) ?? (JSON.parse(readFileSync(referencePath(name), "utf8")) as NativeRun);
}

/** Undefined where there is no native ngspice. */
export function runNative(deck: string): NativeRun | undefined {
  const program = process.env["NGSPICE"] ?? "ngspice";
  const version = spawnSync(program, ["--version"], { encoding: "utf8" });
  if (version.error !== undefined) return undefined;
  const folder = mkdtempSync(join(tmpdir(), "llmos-spice-"));
  try {
    const raw = join(folder, "out.raw");
    const run = spawnSync(program, ["-b", "-r", raw, deck], { encoding: "utf8" });
    if (run.status !== 0) throw new Error(`Native ngspice failed on ${deck}:\n${run.stderr}`);
    return { version: /ngspice-[\d.]+/.exec(version.stdout)?.[0] ?? "ngspice", plots: readRaw(readFileSync(raw)) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Reads a raw file of several plots, one after the other. */
export function readRaw(file: Buffer): NativePlot[] {
  const plots: NativePlot[] = [];
  for (let at = 0; at < file.length; ) {
    const mark = file.indexOf("Binary:\n", at);
    if (mark < 0) break;
    const header = file.toString("latin1", at, mark);
    const field = (name: string) => new RegExp(`^${name}:\\s*(.*?)\\s*$`, "m").exec(header)?.[1] ?? "";
    const names = [...header.matchAll(/^\t\d+\t(\S+)\t(\S+)/gm)].map((match) => ({ name: match[1]!.toLowerCase(), kind: match[2]! }));
    const points = Number(field("No. Points"));
    const parts = field("Flags").includes("complex") ? 2 : 1;
    const data = mark + "Binary:\n".length;
    const number = (point: number, vector: number, part: number) => file.readDoubleLE(data + 8 * ((point * names.length + vector) * parts + part));
    const column = (vector: number, part: number) => Array.from({ length: points }, (_, point) => number(point, vector, part));
    const analysis = ANALYSES.find(([pattern]) => pattern.test(field("Plotname")))?.[1];
    if (analysis === undefined) throw new Error(`An analysis that is not known here: ${field("Plotname")}`);
    plots.push({
      analysis,
      // Frequencies are complex in name only: their imaginary part is never set.
      vectors: names.map((one, vector) => ({ ...one, real: column(vector, 0), ...(parts === 2 && one.kind !== "frequency" ? { imaginary: column(vector, 1) } : {}) })),
    });
    at = data + 8 * points * names.length * parts;
  }
  return plots;
}
