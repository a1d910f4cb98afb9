/** The page's side of the volume worker (volume-worker.ts): the same calls, as promises. Each waits until the worker is open. */

import type { FromVolumes, ToVolumes, VolumeCalls } from "./volume-protocol";

interface Call {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

export class Volumes {
  readonly #baseUrl: string;
  readonly #calls = new Map<number, Call>();
  #worker: Worker | undefined;
  #nextCall = 0;

  /** `baseUrl` is the page's. The worker starts with the first call. */
  constructor(baseUrl: string) {
    this.#baseUrl = baseUrl;
  }

  catalogue(): Promise<string> {
    return this.#call("catalogue", []);
  }

  prose(skillId: string): Promise<string> {
    return this.#call("prose", [skillId]);
  }

  answer(method: string, path: string, body: string | undefined): Promise<string> {
    return this.#call("answer", [method, path, body]);
  }

  markdown(text: string): Promise<string> {
    return this.#call("markdown", [text]);
  }

  /** The same, free of its object. */
  readonly renderMarkdown = (text: string): Promise<string> => this.markdown(text);

  #call<Name extends keyof VolumeCalls>(call: Name, parameters: Parameters<VolumeCalls[Name]>): Promise<ReturnType<VolumeCalls[Name]>> {
    this.#worker ??= this.#start();
    const id = this.#nextCall++;
    return new Promise((resolve, reject) => {
      this.#calls.set(id, { resolve: resolve as (value: unknown) => void, reject });
      this.#worker!.postMessage({ id, call, parameters } satisfies ToVolumes);
    });
  }

  #start(): Worker {
    const worker = new Worker(new URL("bridge/volume-worker.js", this.#baseUrl), { type: "module", name: "volumes" });
    worker.onmessage = ({ data }: MessageEvent<FromVolumes>) => {
      const call = this.#calls.get(data.id);
      this.#calls.delete(data.id);
      if (data.kind === "done") call?.resolve(data.value);
      else call?.reject(new Error(data.message));
    };
    worker.onerror = () => {
      // Its script could not be loaded: whoever asks next tries again.
      this.#worker = undefined;
      const calls = [...this.#calls.values()];
      this.#calls.clear();
      for (const call of calls) call.reject(new Error("The workbench's own files could not be fetched. Reload the page to try again."));
    };
    worker.postMessage({ id: -1, call: "open", parameters: [this.#baseUrl] } satisfies ToVolumes);
    return worker;
  }
}

/** For Rust, which makes no classes. */
export function openVolumes(baseUrl: string): Volumes {
  return new Volumes(baseUrl);
}
