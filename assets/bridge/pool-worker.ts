/** A worker as its holder knows it, from the moment it is asked for: what it is told before it runs is kept for it. */

import type { JobError, ToWorker } from "./protocol";
import type { SandboxWorker } from "./sandbox";
import type { Heard } from "./validate";

/** What happens to a worker, told to whoever holds it. */
export interface PoolEvents {
  loading(stage: string, loaded: number | null, total: number | null): void;
  ready(): void;
  lost(error: JobError): void;
  message(message: Heard): void;
}

export class PoolWorker {
  /** Code it has been sent. */
  readonly codes = new Set<string>();
  /** Files it has been sent to install. */
  readonly installed = new Set<string>();
  /** Who holds it; a spare is held by nobody. */
  holder: PoolEvents | undefined;
  #state: "starting" | "ready" | "ended" = "starting";
  /** All that it has been told before it was ready, should it have to be started again. */
  #backlog: ToWorker[] = [];
  #worker: SandboxWorker | undefined;

  get state(): "starting" | "ready" | "ended" {
    return this.#state;
  }

  post(message: ToWorker): void {
    if (this.#state === "starting") this.#backlog.push(message);
    this.#worker?.post(message);
  }

  /** Called by the pool with the worker that it ordered, or ordered anew. */
  attach(worker: SandboxWorker): void {
    this.#worker?.terminate();
    this.#worker = worker;
    for (const message of this.#backlog) worker.post(message);
  }

  /** Called by the pool when the worker takes jobs. */
  becomeReady(): void {
    this.#state = "ready";
    this.#backlog = [];
    this.holder?.ready();
  }

  end(): void {
    this.#state = "ended";
    this.holder = undefined;
    this.#backlog = [];
    this.#worker?.terminate();
  }

  lose(error: JobError): void {
    if (this.#state === "ended") return;
    const holder = this.holder;
    this.end();
    holder?.lost(error);
  }
}
