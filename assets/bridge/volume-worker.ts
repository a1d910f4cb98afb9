/**
 * The volume worker: loads the WebAssembly that keeps the volumes, reads skills and answers calls, so that none of it weighs on the
 * page or its thread. Decides nothing itself: its answers come from Rust (`src/volumes.rs`), its archives from volume-archives.ts.
 */

import { Archives } from "./volume-archives";
import { startClock } from "./volume-clock";
import { VolumeModels } from "./volume-models";
import type { Answer, Body, FromVolumes, ToVolumes, VolumeCalls } from "./volume-protocol";
import { VolumeRemotes } from "./volume-remotes";
import { answerSigning } from "./volume-signing";
import { answerVault } from "./volume-vault";
import { openChatPage, pageAnswered } from "./volumes/chat-page";
import { openEvolution } from "./volumes/evolution";
import { onLanguageModel } from "./volumes/models/browser";
import { onRowsChange } from "./volumes/rows";

/** What `src/bin/volumes.rs` exports. */
export interface Module {
  default(options: { module_or_path: URL }): Promise<unknown>;
  open(archive: string): Promise<string | undefined>;
  catalogue(): Promise<string>;
  answer(method: string, path: string, body: Body): Promise<Answer>;
  changedPaths(volume: string, commit: string): Promise<string[]>;
  rowsChanged(volume: string): void;
  /** For each object 1 if the volume has it, else 0. */
  holds(volume: string, oids: string[]): Promise<Uint8Array>;
  markdown(text: string): string;
  importFiles(volume: string, paths: string[], contents: Uint8Array[]): Promise<string>;
  bundle(volume: string): Promise<Uint8Array<ArrayBuffer>>;
  mayExport(volume: string): void;
}

type Handlers = { [Name in keyof Omit<VolumeCalls, "open">]: (...parameters: Parameters<VolumeCalls[Name]>) => ReturnType<VolumeCalls[Name]> | Promise<ReturnType<VolumeCalls[Name]>> };

/** Calls whose body is a file; to all others a Blob is a text. */
const TAKES_FILES = /^\/import\//;

const post = self.postMessage.bind(self) as (message: FromVolumes, transfer?: Transferable[]) => void;
let opened: Promise<Handlers> | undefined;
/** Why nothing is kept, where that is so. */
let trouble: string | undefined;

async function open(baseUrl: string): Promise<Handlers> {
  const library = text(new URL("skills.json", baseUrl));
  library.catch(() => undefined); // awaited below
  const module = (await import(new URL("volumes.js", baseUrl).href)) as Module;
  await module.default({ module_or_path: new URL("volumes_bg.wasm", baseUrl) });
  openChatPage(post);
  // Before anything is read: what is written from now on is heard of.
  onRowsChange(({ volume }) => module.rowsChanged(volume));
  openEvolution(post);
  const warning = await module.open(await library);
  trouble = warning;
  if (warning !== undefined) post({ kind: "warning", message: warning });
  const archives = new Archives(module);
  const remotes = new VolumeRemotes(module, () => trouble, (volume, progress) => post({ kind: "progress", volume, progress }));
  const models = new VolumeModels(module);
  onLanguageModel((port, request) => post({ kind: "languageModel", request }, [port]));
  startClock((method, path, body) => module.answer(method, path, body));
  return {
    catalogue: () => module.catalogue(),
    answer: (method, path, sent) => {
      if (sent instanceof Uint8Array && TAKES_FILES.test(path)) return module.answer(method, path, sent);
      const body = sent instanceof Uint8Array ? new TextDecoder().decode(sent) : sent;
      const [place, query] = path.split("?") as [string, string?];
      if (place === "/profiles/signing") return answerSigning(method, new URLSearchParams(query), body);
      if (place === "/vault" || place.startsWith("/vault/")) return answerVault(method, place, body);
      if (place === "/models" || place.startsWith("/models/")) return models.answer(method, path, body);
      return remotes.answer(method, path, body);
    },
    changedPaths: (volume, commit) => module.changedPaths(volume, commit),
    markdown: (source) => module.markdown(source),
    exportVolume: (volume) => archives.exportVolume(volume),
    exportBundle: (volume) => archives.exportBundle(volume),
    importVolume: (volume, archive) => archives.importVolume(volume, archive),
    backup: () => archives.backup(),
    review: (archive) => archives.review(archive),
    restore: (archive) => archives.restore(archive),
    cancelSync: (volume) => remotes.cancel(volume),
    pageAnswered,
  };
}

async function text(url: URL): Promise<string> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`The server answered ${response.status} for ${url.pathname}`);
  return response.text();
}

/** While something is written or answered, no release takes the place of another (device/release.ts). */
async function working<T>(act: () => T | Promise<T>): Promise<T> {
  return navigator.locks === undefined ? act() : navigator.locks.request("llmos-work", { mode: "shared" }, async () => act());
}

async function answer({ id, call, parameters }: ToVolumes): Promise<void> {
  try {
    if (call === "open") {
      opened = open(parameters[0] as string);
      await opened;
      return;
    }
    const handlers = await opened!;
    const act = () => (handlers[call] as (...parameters: unknown[]) => unknown)(...parameters);
    const value = await (call === "answer" && parameters[0] === "GET" ? act() : working(act));
    post({ id, kind: "done", value });
  } catch (thrown) {
    post({ id, kind: "failed", message: thrown instanceof Error ? thrown.message : String(thrown) });
  }
}

self.onmessage = ({ data }: MessageEvent<ToVolumes>) => void answer(data);
