/**
 * The volume worker: loads the WebAssembly that keeps the volumes, reads skills and answers calls, so that none of it weighs on the
 * page or its thread. Decides nothing itself: its answers come from Rust (`src/volumes.rs`).
 */

import type { FromVolumes, ToVolumes, VolumeCalls } from "./volume-protocol";

/** What `src/bin/volumes.rs` exports. */
type Module = { [Name in keyof VolumeCalls]: (...parameters: Parameters<VolumeCalls[Name]>) => ReturnType<VolumeCalls[Name]> | Promise<ReturnType<VolumeCalls[Name]>> } & {
  default(options: { module_or_path: URL }): Promise<unknown>;
};

const post = self.postMessage.bind(self) as (message: FromVolumes) => void;
let opened: Promise<Module> | undefined;

async function open(baseUrl: string): Promise<Module> {
  const library = text(new URL("skills.json", baseUrl));
  library.catch(() => undefined); // awaited below
  const module = (await import(new URL("volumes.js", baseUrl).href)) as Module;
  await module.default({ module_or_path: new URL("volumes_bg.wasm", baseUrl) });
  const warning = await module.open(await library);
  if (warning !== undefined) post({ kind: "warning", message: warning });
  return module;
}

async function text(url: URL): Promise<string> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`The server answered ${response.status} for ${url.pathname}`);
  return response.text();
}

async function answer({ id, call, parameters }: ToVolumes): Promise<void> {
  try {
    if (call === "open") {
      opened = open(parameters[0] as string);
      await opened;
      return;
    }
    const module = await opened!;
    const value = await (module[call] as (...parameters: unknown[]) => unknown)(...parameters);
    post({ id, kind: "done", value });
  } catch (thrown) {
    post({ id, kind: "failed", message: thrown instanceof Error ? thrown.message : String(thrown) });
  }
}

self.onmessage = ({ data }: MessageEvent<ToVolumes>) => void answer(data);
