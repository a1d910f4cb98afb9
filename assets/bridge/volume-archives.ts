/** Volumes in and out of the browser: zips of their `.git` folders, bundles, and a backup of all. What comes in is verified by Rust. */

import type { Module } from "./volume-worker";

const BUNDLE_HEAD = "# v";

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
    const [status, body] = await this.#module.answer("GET", "/volumes/stats", undefined);
    if (status !== 200) throw new Error("The volumes could not be listed, so nothing was backed up.");
    const { ZipWriter } = await import("./volumes/zip");
    const zip = new ZipWriter(new Date());
    const { volumes } = JSON.parse(body) as { volumes: { volume: string }[] };
    for (const { volume } of volumes) zip.add(`${fileName(volume)}.bundle`, await this.#module.bundle(volume), { compress: false });
    return zip.finish();
  }

  /** Brings back what a backup holds and this device lacks, or holds nothing in; says for each volume what came of it. */
  async restore(archive: Blob): Promise<{ volume: string; outcome: string }[]> {
    const { ZIP_LIMITS, ZipReader } = await import("./volumes/zip");
    const zip = await ZipReader.open(archive, ZIP_LIMITS);
    const found: { volume: string; outcome: string }[] = [];
    for (const { path, bytes } of await zip.files((path) => path.endsWith(".bundle"))) {
      const volume = path.slice(0, -".bundle".length).replace("-", "/");
      const outcome = await this.#module.importFiles(volume, [""], [bytes]).catch((error: unknown) => String(error instanceof Error ? error.message : error));
      found.push({ volume, outcome });
    }
    if (found.length === 0) throw new Error("There is no backup of volumes in this file: a zip with bundles, as 'Back up all' makes it.");
    return found;
  }
}

function fileName(volume: string): string {
  return volume.replaceAll("/", "-");
}
