/**
 * What the page and the relay script of a sandbox frame say to each other, over the ports that the page hands in at the start: its own,
 * and one for its worker for bytes.
 */

import type { ToWorker } from "./protocol";

type Start = Extract<ToWorker, { kind: "start" }>;

export type ToFrame =
  /** A file to keep for workers to come, under this name; `compile` makes a WebAssembly module of it, once. */
  | { kind: "provide"; name: string; bytes: ArrayBuffer; compile: boolean }
  /** Start a worker with this script and this end of its channel to the page, once these files have been provided. `keep` is where bytes go that it wants kept. */
  | { kind: "spawn"; worker: number; script: string; files: string[]; version: Start["version"]; options: unknown; port: MessagePort; keep: MessagePort | undefined }
  | { kind: "terminate"; worker: number };

/** A worker could not be made, or its script failed before it could speak. */
export type FromFrame = { kind: "lost"; worker: number; message: string };
