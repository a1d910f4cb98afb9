/**
 * The page's worker for bytes: fetches, verifies and keeps what runtimes are made of, and hands it to the sandbox's frames itself, so
 * that tens of megabytes never pass through the page's own thread.
 */

import type { ByteCalls, FromBytes, ToBytes } from "./bytes-protocol";
import { ByteCache } from "./cache";
import type { ToFrame } from "./frame-protocol";
import { readFromWorker } from "./validate";

type Tell = (loadedBytes: number) => void;
/** Each call takes its parameters and, last, a function for progress. */
type Handlers = { [Name in keyof ByteCalls]: (...parameters: [...Parameters<ByteCalls[Name]>, Tell]) => ReturnType<ByteCalls[Name]> | Promise<ReturnType<ByteCalls[Name]>> };

let cache = new ByteCache(self.location.href);
const frames = new Map<number, MessagePort>();
const post = self.postMessage.bind(self) as (message: FromBytes, transfer?: Transferable[]) => void;

function provide(frame: number, name: string, bytes: ArrayBuffer, compile: boolean): void {
  frames.get(frame)?.postMessage({ kind: "provide", name, bytes, compile } satisfies ToFrame, [bytes]);
}

const handlers: Handlers = {
  open(baseUrl) {
    cache = new ByteCache(baseUrl);
  },
  verified: (file, tell) => cache.verified(file.sha256, file.url, file.label, tell),
  kept: (key) => cache.kept(key),
  keep: (key, bytes) => cache.keep(key, bytes),
  has: (key) => cache.has(key),
  drop: (key) => cache.drop(key),
  connect(frame, port) {
    frames.set(frame, port);
  },
  disconnect(frame) {
    frames.get(frame)?.close();
    frames.delete(frame);
  },
  async provideFile(frame, name, file, compile, tell) {
    provide(frame, name, await cache.verified(file.sha256, file.url, file.label, tell), compile);
  },
  async provideKept(frame, name, key) {
    provide(frame, name, (await cache.kept(key)) ?? new ArrayBuffer(0), false);
  },
  async keepFrom(port, frame, name, prefix, key) {
    const bytes = await new Promise<ArrayBuffer>((resolve) => {
      port.onmessage = (event) => {
        const message = readFromWorker(event.data);
        if (message?.kind !== "keep" || message.name !== name) return;
        port.close();
        resolve(message.bytes);
      };
    });
    provide(frame, name, bytes.slice(0), false);
    await cache.keep(key, bytes);
    await cache.dropOthers(prefix, key);
  },
};

self.onmessage = async ({ data }: MessageEvent<ToBytes>) => {
  const { id, call, parameters } = data;
  const tell: Tell = (loadedBytes) => post({ kind: "progress", id, loadedBytes });
  try {
    const handle = handlers[call] as (...parameters: unknown[]) => unknown;
    const value = await handle(...parameters, tell);
    post({ kind: "done", id, value }, value instanceof ArrayBuffer ? [value] : []);
  } catch (error) {
    const { name, message } = error instanceof Error ? error : { name: "Error", message: String(error) };
    post({ kind: "failed", id, name, message });
  }
};
