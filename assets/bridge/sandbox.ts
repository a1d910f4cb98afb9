/**
 * The hidden frame of one runtime family: an opaque origin with a policy of its own that allows no network, in which workers run
 * code that nobody has vouched for.
 *
 * It hands in bytes and channels and ends workers. It never runs anything in the page, and it gives the frame nothing of the
 * page's: no storage, no address, no cookie. A frame that navigates away (its load event fires again) is thrown away and built anew.
 */

import { frames } from "virtual:runtime";
import type { Bytes } from "./bytes";
import type { FileAddress } from "./bytes-protocol";
import type { Progress } from "./fetch-failure";
import type { FromFrame, ToFrame } from "./frame-protocol";
import type { FromWorker, PROTOCOL_VERSION, ToWorker } from "./protocol";

const VERSION: typeof PROTOCOL_VERSION = 4;
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
  /** Bytes that it wanted kept are kept, and in its frame. */
  kept(): void;
}

export interface SpawnOrder {
  script: string;
  files: string[];
  options: unknown;
  /** The name under which it may give bytes to keep, and the key (and prefix of keys) that they are then kept under. */
  keepAs?: { name: string; prefix: string; key: string } | undefined;
}

interface Frame {
  element: HTMLIFrameElement;
  port: MessagePort;
  /** Its number at the worker for bytes. */
  number: number;
}

export class Sandbox {
  readonly #bytes: Bytes;
  readonly #workers = new Map<number, { events: WorkerEvents; port: MessagePort }>();
  /** The names of what the frame was given. */
  readonly #provided = new Set<string>();
  #frame: Frame | undefined;
  #nextWorker = 0;

  constructor(bytes: Bytes) {
    this.#bytes = bytes;
  }

  /** Whether the frame holds this file. */
  has(name: string): boolean {
    return this.#provided.has(name);
  }

  /** Gives the frame a file of the runtime to keep, from the cache or fetched. */
  async provideFile(name: string, file: FileAddress, compile: boolean, progress: Progress): Promise<void> {
    const frame = this.#opened();
    await this.#bytes.provideFile(frame.number, name, file, compile, progress);
    if (this.#frame === frame) this.#provided.add(name);
  }

  /** Gives the frame what is kept under this key; an empty file where that turns out to be damaged. */
  async provideKept(name: string, key: string): Promise<void> {
    const frame = this.#opened();
    await this.#bytes.provideKept(frame.number, name, key);
    if (this.#frame === frame) this.#provided.add(name);
  }

  /** Gives the frame an empty file. */
  provideNothing(name: string): void {
    this.#provided.add(name);
    this.#say({ kind: "provide", name, bytes: new ArrayBuffer(0), compile: false }, []);
  }

  spawn(order: SpawnOrder, events: WorkerEvents): SandboxWorker {
    const worker = this.#nextWorker++;
    const { port1: port, port2: inner } = new MessageChannel();
    this.#workers.set(worker, { events, port });
    port.onmessage = (event) => {
      if (this.#workers.has(worker)) events.message(event.data as FromWorker);
    };
    const { keepAs, ...rest } = order;
    const keep = keepAs === undefined ? undefined : this.#keeper(keepAs, events);
    this.#say({ kind: "spawn", worker, ...rest, version: VERSION, port: inner, keep }, keep === undefined ? [inner] : [inner, keep]);
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
    if (this.#frame !== undefined) {
      this.#frame.element.remove();
      this.#frame.port.close();
      this.#bytes.disconnect(this.#frame.number);
    }
    this.#frame = undefined;
    for (const { events, port } of workers) {
      port.close();
      events.lost(message);
    }
  }

  /** Ports keep what is said until the frame's script listens. */
  #say(message: ToFrame, transfer: Transferable[]): void {
    this.#opened().port.postMessage(message, transfer);
  }

  #opened(): Frame {
    return (this.#frame ??= this.#open());
  }

  /** The end of a channel through which a worker gives bytes to keep. */
  #keeper({ name, prefix, key }: NonNullable<SpawnOrder["keepAs"]>, events: WorkerEvents): MessagePort {
    const frame = this.#opened();
    const { port1, port2 } = new MessageChannel();
    void this.#bytes.keepFrom(port1, frame.number, name, prefix, key).then(() => {
      if (this.#frame === frame) this.#provided.add(name);
      events.kept();
    });
    return port2;
  }

  #open(): Frame {
    const script = frames[RELAY];
    if (script === undefined) throw new Error("The build left out the sandbox frame's script.");
    const element = document.createElement("iframe");
    element.setAttribute("sandbox", "allow-scripts");
    element.setAttribute("aria-hidden", "true");
    element.tabIndex = -1;
    element.hidden = true;
    element.srcdoc = `<!doctype html><meta http-equiv="Content-Security-Policy" content="${framePolicy(script.sha256)}"><script>${script.text}</script>`;
    const { port1: port, port2: inner } = new MessageChannel();
    const { port1: bytes, port2: innerBytes } = new MessageChannel();
    let loads = 0;
    element.addEventListener("load", () => {
      loads += 1;
      if (loads === 1) element.contentWindow?.postMessage(null, "*", [inner, innerBytes]);
      else this.rebuild("The sandbox frame left its page and was rebuilt.");
    });
    port.onmessage = (event) => {
      const message = event.data as FromFrame;
      this.#lose(message.worker, message.message);
    };
    document.body.append(element);
    return { element, port, number: this.#bytes.connect(bytes) };
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
