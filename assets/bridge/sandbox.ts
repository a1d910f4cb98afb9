/**
 * The hidden frame of one runtime family: an opaque origin with a policy of its own that allows no network, in which workers run
 * code that nobody has vouched for.
 *
 * It hands in bytes and channels and ends workers. It never runs anything in the page, and it gives the frame nothing of the
 * page's: no storage, no address, no cookie. A frame that navigates away (its load event fires again) is thrown away and built anew.
 */

import { frames } from "virtual:runtime";
import type { FromFrame, ToFrame } from "./frame-protocol";
import type { FromWorker, PROTOCOL_VERSION, ToWorker } from "./protocol";

const VERSION: typeof PROTOCOL_VERSION = 1;
const RELAY = "relay";

/** The policy inside: its one script by hash, code from blobs that it made, WebAssembly, and nothing from anywhere. */
export function framePolicy(scriptHash: string): string {
  return `default-src 'none'; script-src blob: 'wasm-unsafe-eval' '${scriptHash}'; worker-src blob:; connect-src 'none'; base-uri 'none'; form-action 'none'`;
}

/** A worker in the frame, and the page's end of the channel to it. */
export interface SandboxWorker {
  post(message: ToWorker, transfer?: Transferable[]): void;
  /** Ends it at once; nothing it says afterwards is heard. */
  terminate(): void;
}

export interface WorkerEvents {
  message(message: FromWorker): void;
  /** It could not start, broke, or its frame went away. */
  lost(message: string): void;
}

export interface SpawnOrder {
  script: string;
  files: string[];
  options: unknown;
}

export class Sandbox {
  readonly #workers = new Map<number, { events: WorkerEvents; port: MessagePort }>();
  /** The names of what the frame was given. */
  readonly #provided = new Set<string>();
  #frame: { element: HTMLIFrameElement; port: MessagePort } | undefined;
  #nextWorker = 0;

  /** Whether the frame holds this file. */
  has(name: string): boolean {
    return this.#provided.has(name);
  }

  /** Gives the frame a file to keep; the bytes are handed over. */
  provide(name: string, bytes: ArrayBuffer, compile: boolean): void {
    this.#provided.add(name);
    this.#say({ kind: "provide", name, bytes, compile }, [bytes]);
  }

  spawn(order: SpawnOrder, events: WorkerEvents): SandboxWorker {
    const worker = this.#nextWorker++;
    const { port1: port, port2: inner } = new MessageChannel();
    this.#workers.set(worker, { events, port });
    port.onmessage = (event) => {
      if (this.#workers.has(worker)) events.message(event.data as FromWorker);
    };
    this.#say({ kind: "spawn", worker, ...order, version: VERSION, port: inner }, [inner]);
    return {
      post: (message, transfer = []) => port.postMessage(message, transfer),
      terminate: () => {
        port.close();
        if (this.#workers.delete(worker)) this.#say({ kind: "terminate", worker }, []);
      },
    };
  }

  /** Takes the frame away with all its workers, whose holders are told why; the next order builds a new one. */
  rebuild(message: string): void {
    const workers = [...this.#workers.values()];
    this.#workers.clear();
    this.#provided.clear();
    this.#frame?.element.remove();
    this.#frame?.port.close();
    this.#frame = undefined;
    for (const { events, port } of workers) {
      port.close();
      events.lost(message);
    }
  }

  /** Ports keep what is said until the frame's script listens. */
  #say(message: ToFrame, transfer: Transferable[]): void {
    this.#frame ??= this.#open();
    this.#frame.port.postMessage(message, transfer);
  }

  #open(): { element: HTMLIFrameElement; port: MessagePort } {
    const script = frames[RELAY];
    if (script === undefined) throw new Error("The build left out the sandbox frame's script.");
    const element = document.createElement("iframe");
    element.setAttribute("sandbox", "allow-scripts");
    element.setAttribute("aria-hidden", "true");
    element.tabIndex = -1;
    element.hidden = true;
    element.srcdoc = `<!doctype html><meta http-equiv="Content-Security-Policy" content="${framePolicy(script.sha256)}"><script>${script.text}</script>`;
    const { port1: port, port2: inner } = new MessageChannel();
    let loads = 0;
    element.addEventListener("load", () => {
      loads += 1;
      if (loads === 1) element.contentWindow?.postMessage(null, "*", [inner]);
      else this.rebuild("The sandbox frame left its page and was rebuilt.");
    });
    port.onmessage = (event) => {
      const message = event.data as FromFrame;
      this.#lose(message.worker, message.message);
    };
    document.body.append(element);
    return { element, port };
  }

  #lose(worker: number, message: string): void {
    const held = this.#workers.get(worker);
    if (held === undefined) return;
    this.#workers.delete(worker);
    held.port.close();
    this.#say({ kind: "terminate", worker }, []);
    held.events.lost(message);
  }
}
