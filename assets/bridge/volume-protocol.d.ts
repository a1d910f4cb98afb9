/** What the page and the volume worker say to each other. */

import type { LanguageModelRequest } from "./language-model";
import type { Payload, Workflow } from "./llmos.d";
import type { BackedUp, Restored } from "./volume-archives";
import type { SyncProgress } from "./volumes/remote/transport";

/** Status, body as JSON, body as bytes where it is bytes. */
export type Answer = [status: number, body: string, bytes?: Uint8Array<ArrayBuffer>];

/** What comes with a call: text, which is JSON as a rule, or the bytes of a file. */
export type Body = string | Uint8Array | undefined;

/** The calls that the worker answers; texts are JSON unless said otherwise. */
export interface VolumeCalls {
  /** Opens the volumes, with the library that came with the page. Gives a warning where nothing can be kept. */
  open(baseUrl: string): string | undefined;
  /** Every skill and workflow that the person can use, with all that runs and without the prose. */
  catalogue(): string;
  /** Method, path and body of a call of `window.llmos.fetch`. */
  answer(method: string, path: string, body: Body): Answer;
  /** The files that a commit changed. */
  changedPaths(volume: string, commit: string): string[];
  /** Markdown; gives HTML that is safe to insert. */
  markdown(text: string): string;
  /** The repository of a volume as a zip of its `.git` folder. */
  exportVolume(volume: string): Blob;
  /** The same as a bundle. */
  exportBundle(volume: string): Blob;
  /** A zip or a bundle into a volume that holds nothing yet; says what came. */
  importVolume(volume: string, archive: Blob): string;
  /** Every volume as one zip of zips. */
  backup(): Blob;
  /** What a backup holds, and how each volume of it is here. */
  review(archive: Blob): BackedUp[];
  /** Brings back what a backup holds and this device lacks. */
  restore(archive: Blob): Restored[];
  /** Breaks off the sync of a volume. */
  cancelSync(volume: string): void;
  /** The page has done what it was asked (JSON), or says why not. */
  pageAnswered(askId: string, answer: string | undefined, error: string | undefined): void;
}

export interface ToVolumes {
  id: number;
  call: keyof VolumeCalls;
  parameters: unknown[];
}

export type FromVolumes =
  | { id: number; kind: "done"; value: unknown }
  | { id: number; kind: "failed"; message: string }
  | { kind: "warning"; message: string }
  /** How far a sync is; under `evolution`, in place of a volume, how far a run of it (`Progress` of src/interface/evolution). */
  | { kind: "progress"; volume: string; progress: SyncProgress }
  /** The browser's own model is wanted, which only the page can call; it answers over the port that comes along. */
  | { kind: "languageModel"; request: LanguageModelRequest }
  /** What happened in chats within a frame, each as JSON (`ChatEvent`). */
  | { kind: "chat"; events: string[] }
  /** Something that only the page can do (`PageAsk` as JSON); answered by `pageAnswered`. */
  | { kind: "ask"; askId: string; ask: string }
  /** Nobody waits for it any more. */
  | { kind: "cancelAsk"; askId: string };

/** What the page is asked to do. */
export type PageAsk =
  /** Run this in the sandbox; gives a `ShortResult`. */
  | { kind: "run"; payload: Payload }
  /** Run this; gives the outputs of a node in words and as JSON (replay.ts). */
  | { kind: "replay"; payload: Payload; nodeId: string }
  /** Place this on the canvas, where the person can undo it. They have accepted it. */
  | { kind: "place"; workflow: Workflow };
