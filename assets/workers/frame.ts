/**
 * The script of the hidden sandbox frame, the only one that its window ever runs: it keeps the files it is given, compiles
 * WebAssembly once, and starts and ends workers. Code of skills runs in those workers and never here, because a window can reach
 * the network in ways that no policy stops (navigation, WebRTC) and a worker cannot.
 *
 * It takes two ports from the page, its own and one for bytes, and listens to nothing else.
 */

import type { FromFrame, ToFrame } from "../bridge/frame-protocol";
import type { ToWorker } from "../bridge/protocol";

const blobUrl = (bytes: BlobPart) => URL.createObjectURL(new Blob([bytes], { type: "text/javascript" }));

type File = ArrayBuffer | WebAssembly.Module;

/** Files by name; who asks for one that is still on its way waits for it. */
class Files {
  readonly #files = new Map<string, { file: Promise<File>; give(file: File | Promise<File>): void }>();

  get(name: string): Promise<File> {
    return this.#entry(name).file;
  }

  /** A file given again takes the place of the first for those who ask from then on. */
  give(name: string, file: File | Promise<File>): void {
    this.#entry(name).give(file);
    const latest = Promise.resolve(file);
    latest.catch(() => undefined);
    this.#files.set(name, { file: latest, give: () => undefined });
  }

  #entry(name: string): { file: Promise<File>; give(file: File | Promise<File>): void } {
    let entry = this.#files.get(name);
    if (entry === undefined) {
      const { promise, resolve } = Promise.withResolvers<File>();
      // What cannot be compiled is told to the worker that asks for it; it must not end the relay.
      promise.catch(() => undefined);
      this.#files.set(name, (entry = { file: promise, give: resolve }));
    }
    return entry;
  }
}

function relay(port: MessagePort, bytes: MessagePort): void {
  const files = new Files();
  const scripts = new Map<string, string>();
  /** Undefined until the worker's script is there. */
  const workers = new Map<number, Worker | undefined>();
  const say = (message: FromFrame) => port.postMessage(message);

  async function spawn(order: Extract<ToFrame, { kind: "spawn" }>): Promise<void> {
    const { worker: id, port: channel, keep, script, version, options } = order;
    workers.set(id, undefined);
    try {
      const source = (await files.get(script)) as ArrayBuffer;
      const url = scripts.get(script) ?? blobUrl(source);
      scripts.set(script, url);
      if (!workers.has(id)) return;
      const worker = new Worker(url, { name: `${script} ${id}` });
      workers.set(id, worker);
      worker.onerror = (event) => {
        event.preventDefault();
        say({ kind: "lost", worker: id, message: event.message || "The worker's script could not be started." });
      };
      await Promise.all(order.files.map(async (name) => worker.postMessage({ kind: "file", name, file: await files.get(name) } satisfies ToWorker)));
      worker.postMessage({ kind: "start", version, options } satisfies ToWorker, keep === undefined ? [channel] : [channel, keep]);
    } catch (error) {
      say({ kind: "lost", worker: id, message: String(error) });
    }
  }

  port.onmessage = bytes.onmessage = ({ data }: MessageEvent<ToFrame>) => {
    switch (data.kind) {
      case "provide":
        files.give(data.name, data.compile ? WebAssembly.compile(data.bytes) : data.bytes);
        break;
      case "spawn":
        void spawn(data);
        break;
      case "terminate":
        workers.get(data.worker)?.terminate();
        workers.delete(data.worker);
        break;
    }
  };
}

addEventListener("message", function boot(event: MessageEvent) {
  const [port, bytes] = event.ports;
  if (event.source !== parent || port === undefined || bytes === undefined) return;
  removeEventListener("message", boot);
  relay(port, bytes);
});
