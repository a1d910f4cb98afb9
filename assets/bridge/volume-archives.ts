/** Volumes in and out of the browser: zips of their `.git` folders, bundles, and a backup of all. What comes in is verified by Rust. */

import type { Module } from "./volume-worker";

/** One volume of a backup, before it is restored. */
export interface BackedUp {
  volume: string;
  bytes: number;
  /** `missing`: this device has none of that name. `empty`: it has, with no more than traces in it. `kept`: it has, and stays as it is. */
  here: "missing" | "empty" | "kept";
}

/** What came of restoring one volume. */
export interface Restored {
  volume: string;
  restored: boolean;
  /** In words: what came, or why nothing did. */
  outcome: string;
}

const BUNDLE_HEAD = "# v";
/** A volume that has only been made has one commit. */
const COMMITS_OF_A_NEW_VOLUME = 1;

export class Archives {
  readonly #module: Module;

  constructor(module: Module) {
    this.#module = module;
  }

  async exportVolume(volume: string): Promise<Blob> {
    this.#module.mayExport(volume);
    const { exportZip } = await import("./volumes/archive");
    return exportZip(volume, { folder: fileName(volume) });
  }

  async exportBundle(volume: string): Promise<Blob> {
    return new Blob([await this.#module.bundle(volume)], { type: "application/octet-stream" });
  }

  /** Says what came. */
  async importVolume(volume: string, archive: Blob): Promise<string> {
    const head = await archive.slice(0, BUNDLE_HEAD.length).text();
    if (head === BUNDLE_HEAD) return this.#module.importFiles(volume, [""], [new Uint8Array(await archive.arrayBuffer())]);
    const { importZip } = await import("./volumes/archive");
    const entries = await importZip(archive);
    return this.#module.importFiles(
      volume,
      entries.map(({ path }) => path),
      entries.map(({ bytes }) => bytes),
    );
  }

  /** A zip with a bundle of each volume that the person can read. */
  async backup(): Promise<Blob> {
    const { ZipWriter } = await import("./volumes/zip");
    const zip = new ZipWriter(new Date());
    for (const { volume } of await this.#volumes()) zip.add(`${fileName(volume)}.bundle`, await this.#module.bundle(volume), { compress: false });
    return zip.finish();
  }

  /** What a backup holds, and how each volume of it is on this device; nothing is changed. */
  async review(archive: Blob): Promise<BackedUp[]> {
    const here = new Map((await this.#volumes()).map(({ volume, commits, traces }) => [volume, commits > COMMITS_OF_A_NEW_VOLUME + traces ? ("kept" as const) : ("empty" as const)]));
    return (await bundlesOf(archive)).map(({ volume, bytes }) => ({ volume, bytes: bytes.byteLength, here: here.get(volume) ?? "missing" }));
  }

  /** Brings back what a backup holds and this device lacks, or holds nothing in; says for each volume what came of it. */
  async restore(archive: Blob): Promise<Restored[]> {
    const found: Restored[] = [];
    for (const { volume, bytes } of await bundlesOf(archive)) {
      try {
        found.push({ volume, restored: true, outcome: await this.#module.importFiles(volume, [""], [bytes]) });
      } catch (error) {
        found.push({ volume, restored: false, outcome: error instanceof Error ? error.message : String(error) });
      }
    }
    return found;
  }

  async #volumes(): Promise<{ volume: string; commits: number; traces: number }[]> {
    const [status, body] = await this.#module.answer("GET", "/volumes/stats", undefined);
    if (status !== 200) throw new Error("The volumes of this device could not be listed, so nothing was done.");
    return (JSON.parse(body) as { volumes: { volume: string; commits: number; traces: number }[] }).volumes;
  }
}

async function bundlesOf(archive: Blob): Promise<{ volume: string; bytes: Uint8Array<ArrayBuffer> }[]> {
  const { ZIP_LIMITS, ZipReader } = await import("./volumes/zip");
  const zip = await ZipReader.open(archive, ZIP_LIMITS);
  const files = await zip.files((path) => path.endsWith(".bundle"));
  if (files.length === 0) throw new Error("There is no backup of volumes in this file: a zip with bundles, as 'Back up everything' makes it.");
  return files.map(({ path, bytes }) => ({ volume: path.slice(0, -".bundle".length).replace("-", "/"), bytes: bytes as Uint8Array<ArrayBuffer> }));
}

function fileName(volume: string): string {
  return volume.replaceAll("/", "-");
}
