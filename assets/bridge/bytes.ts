/** The page's side of its worker for bytes (bytes-worker.ts): the same calls, as promises. */

import type { ByteCalls, FileAddress, FromBytes, ToBytes } from "./bytes-protocol";
import { FetchFailure, type Progress } from "./fetch-failure";

interface Call {
  resolve(value: unknown): void;
  reject(error: Error): void;
  progress: Progress | undefined;
}

export class Bytes {
  readonly #baseUrl: string;
  readonly #calls = new Map<number, Call>();
  #worker: Worker | undefined;
  #nextCall = 0;
  #nextFrame = 0;

  /** `baseUrl` is the page's. */
  constructor(baseUrl: string) {
    this.#baseUrl = baseUrl;
  }

  /** The bytes of a file, from the cache or fetched, and verified. */
  verified(file: FileAddress): Promise<ArrayBuffer> {
    return this.#call("verified", [file]);
  }

  /** Bytes kept under a key of our own; undefined where there are none or they are damaged. */
  kept(key: string): Promise<ArrayBuffer | undefined> {
    return this.#call("kept", [key]);
  }

  keep(key: string, bytes: ArrayBuffer): Promise<void> {
    return this.#call("keep", [key, bytes]);
  }

  has(key: string): Promise<boolean> {
    return this.#call("has", [key]);
  }

  drop(key: string): Promise<void> {
    return this.#call("drop", [key]);
  }

  /** Gives the worker a way to a frame; the number names the frame from then on. */
  connect(port: MessagePort): number {
    const frame = this.#nextFrame++;
    void this.#call("connect", [frame, port], [port]);
    return frame;
  }

  disconnect(frame: number): void {
    void this.#call("disconnect", [frame]);
  }

  provideFile(frame: number, name: string, file: FileAddress, compile: boolean, progress: Progress): Promise<void> {
    return this.#call("provideFile", [frame, name, file, compile], [], progress);
  }

  provideKept(frame: number, name: string, key: string): Promise<void> {
    return this.#call("provideKept", [frame, name, key]);
  }

  /** Settles when a worker has given bytes to keep through this port, and they are kept. */
  keepFrom(port: MessagePort, frame: number, name: string, prefix: string, key: string): Promise<void> {
    return this.#call("keepFrom", [port, frame, name, prefix, key], [port]);
  }

  #call<Name extends keyof ByteCalls>(call: Name, parameters: Parameters<ByteCalls[Name]>, transfer: Transferable[] = [], progress?: Progress): Promise<ReturnType<ByteCalls[Name]>> {
    this.#worker ??= this.#start();
    const id = this.#nextCall++;
    return new Promise((resolve, reject) => {
      this.#calls.set(id, { resolve: resolve as (value: unknown) => void, reject, progress });
      this.#worker!.postMessage({ id, call, parameters } as unknown as ToBytes, transfer);
    });
  }

  #start(): Worker {
    const worker = new Worker(new URL("bridge/bytes.js", this.#baseUrl), { type: "module", name: "bytes" });
    worker.onmessage = ({ data }: MessageEvent<FromBytes>) => {
      const call = this.#calls.get(data.id);
      if (data.kind === "progress") return call?.progress?.(data.loadedBytes);
      this.#calls.delete(data.id);
      if (data.kind === "done") call?.resolve(data.value);
      else call?.reject(data.name === "FetchFailure" ? new FetchFailure(data.message) : new Error(data.message));
    };
    worker.onerror = () => {
      // Its script could not be loaded: whoever asks next tries again.
      this.#worker = undefined;
      const calls = [...this.#calls.values()];
      this.#calls.clear();
      for (const call of calls) call.reject(new FetchFailure("The workbench's own files could not be fetched. The next run tries again."));
    };
    worker.postMessage({ id: -1, call: "open", parameters: [this.#baseUrl] } satisfies ToBytes);
    return worker;
  }
}
