/**
 * The script of the hidden sandbox frame, the only one that its window ever runs: it keeps the files it is given, compiles
 * WebAssembly once, and starts and ends workers. Code of skills runs in those workers and never here, because a window can reach
 * the network in ways that no policy stops (navigation, WebRTC) and a worker cannot.
 *
 * It takes one port from the page and listens to nothing else.
 */

import type { FromFrame, ToFrame } from "../bridge/frame-protocol";

const blobUrl = (bytes: BlobPart) => URL.createObjectURL(new Blob([bytes], { type: "text/javascript" }));

function relay(port: MessagePort): void {
  const files = new Map<string, ArrayBuffer | Promise<WebAssembly.Module>>();
  const scripts = new Map<string, string>();
  const workers = new Map<number, Worker>();
  const say = (message: FromFrame) => port.postMessage(message);

  async function spawn(order: Extract<ToFrame, { kind: "spawn" }>): Promise<void> {
    const { worker: id, port: channel, script, version, options } = order;
    try {
      const url = scripts.get(script) ?? blobUrl(files.get(script) as ArrayBuffer);
      scripts.set(script, url);
      const worker = new Worker(url, { name: `${script} ${id}` });
      workers.set(id, worker);
      worker.onerror = (event) => {
        event.preventDefault();
        say({ kind: "lost", worker: id, message: event.message || "The worker's script could not be started." });
      };
      const given: Record<string, ArrayBuffer | WebAssembly.Module> = {};
      for (const name of order.files) {
        const file = files.get(name);
        if (file === undefined) throw new Error(`The file ${name} was not provided.`);
        given[name] = await file;
      }
      worker.postMessage({ kind: "start", version, files: given, options }, [channel]);
    } catch (error) {
      say({ kind: "lost", worker: id, message: String(error) });
    }
  }

  port.onmessage = ({ data }: MessageEvent<ToFrame>) => {
    switch (data.kind) {
      case "provide": {
        const module = data.compile ? WebAssembly.compile(data.bytes) : undefined;
        // Said where it is used; an engine that cannot be compiled must not end the relay.
        module?.catch(() => undefined);
        files.set(data.name, module ?? data.bytes);
        break;
      }
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
  const port = event.ports[0];
  if (event.source !== parent || port === undefined) return;
  removeEventListener("message", boot);
  relay(port);
});
