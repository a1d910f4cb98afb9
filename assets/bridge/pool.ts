/**
 * The workers of one runtime family: their sandbox, the files it needs, and one warm spare that takes the place of a worker that had
 * to be ended.
 */

import { manifest } from "virtual:runtime";
import type { ByteCache } from "./cache";
import { FAMILIES, type Family } from "./families";
import type { FromWorker, JobError, Runtime, ToWorker } from "./protocol";
import { Sandbox, type SandboxWorker } from "./sandbox";
import { readFromWorker } from "./validate";

/** A worker that says this many things no worker should say is ended. */
const MALFORMED_LIMIT = 20;
const PROGRESS_INTERVAL_MS = 50;
const SNAPSHOT = "snapshot";

/** What happens to a worker, told to whoever holds it. */
export interface PoolEvents {
  loading(stage: string, loaded: number | null, total: number | null): void;
  ready(): void;
  lost(error: JobError): void;
  message(message: FromWorker): void;
}

/** A worker from its start to its end. What it is told before it runs waits for it in its channel. */
export class PoolWorker {
  /** Code it has been sent. */
  readonly codes = new Set<string>();
  /** Wheels it has been sent. */
  readonly wheels = new Set<string>();
  /** Who holds it; a spare is held by nobody. */
  holder: PoolEvents | undefined;
  state: "starting" | "ready" | "ended" = "starting";
  #worker: SandboxWorker | undefined;

  post(message: ToWorker, transfer: Transferable[] = []): void {
    this.#worker?.post(message, transfer);
  }

  /** Called by the pool once it has ordered the worker. */
  attach(worker: SandboxWorker): void {
    this.#worker = worker;
  }

  end(): void {
    this.state = "ended";
    this.holder = undefined;
    this.#worker?.terminate();
  }

  lose(error: JobError): void {
    if (this.state === "ended") return;
    const holder = this.holder;
    this.end();
    holder?.lost(error);
  }
}

export class Pool {
  readonly #runtime: Runtime;
  readonly #family: Family;
  readonly #cache: ByteCache;
  readonly #baseUrl: string;
  readonly #sandbox = new Sandbox();
  readonly #starting = new Set<PoolWorker>();
  #files: Promise<void> | undefined;
  #spare: PoolWorker | undefined;
  /** Whether workers begin from a snapshot. */
  #snapshotGiven = false;
  /** A spare is kept only where a worker was once asked for. */
  #used = false;

  constructor(runtime: Runtime, cache: ByteCache, baseUrl: string) {
    this.#runtime = runtime;
    this.#family = FAMILIES[runtime];
    this.#cache = cache;
    this.#baseUrl = baseUrl;
  }

  /** A worker for this holder: the spare if there is one, else a new one. */
  take(holder: PoolEvents): PoolWorker {
    this.#used = true;
    const worker = this.#spare ?? this.#start();
    this.#spare = undefined;
    worker.holder = holder;
    if (worker.state === "ready") holder.ready();
    return worker;
  }

  /** Sees to it that a spare stands by, or is on its way. */
  prepareSpare(): void {
    if (this.#spare === undefined) this.#spare = this.#start();
  }

  /** The same, where this family has been used. */
  renewSpare(): void {
    if (this.#used) this.prepareSpare();
  }

  #start(): PoolWorker {
    const worker = new PoolWorker();
    this.#starting.add(worker);
    this.#launch(worker);
    return worker;
  }

  /** The order goes ahead of the files: the frame waits for them, so that its work and theirs overlap. */
  #launch(worker: PoolWorker): void {
    const files = [...this.#family.files, ...(this.#family.snapshot ? [SNAPSHOT] : [])];
    let malformed = 0;
    const sandboxed = this.#sandbox.spawn({ script: this.#family.script, files, options: null }, {
      message: (data) => {
        const message = readFromWorker(data);
        if (message !== undefined) return this.#hear(worker, message);
        malformed += 1;
        if (malformed === MALFORMED_LIMIT) this.#lose(worker, failure("engine_died", "The worker sent messages that make no sense and was ended."));
      },
      lost: (message) => this.#lose(worker, failure("engine_died", `The ${this.#family.label} worker broke: ${message}`)),
    });
    worker.attach(sandboxed);
    this.#files ??= this.#provideFiles().finally(() => (this.#files = undefined));
    this.#files.catch((error: unknown) => {
      const message = error instanceof Error ? error.message : String(error);
      worker.lose(failure("runtime_unavailable", `${this.#family.label} could not be loaded. ${message}`));
      this.#starting.delete(worker);
      if (this.#spare === worker) this.#spare = undefined;
    });
  }

  #hear(worker: PoolWorker, message: FromWorker): void {
    switch (message.kind) {
      case "stage":
        worker.holder?.loading(message.stage, null, null);
        break;
      case "ready":
        worker.state = "ready";
        this.#starting.delete(worker);
        worker.holder?.ready();
        break;
      case "failed":
        this.#lose(worker, message.error);
        break;
      case "keep":
        if (worker.state === "starting" && this.#family.snapshot) void this.#keepSnapshot(message.name, message.bytes);
        break;
      default:
        worker.holder?.message(message);
    }
  }

  #lose(worker: PoolWorker, error: JobError): void {
    this.#starting.delete(worker);
    if (this.#spare === worker) this.#spare = undefined;
    // A snapshot that does not start must not stand in the way of the next start.
    if (worker.state === "starting" && this.#snapshotGiven) {
      this.#snapshotGiven = false;
      void this.#cache.drop(this.#snapshotKey());
      this.#sandbox.rebuild("Its snapshot did not start; it begins anew without one.");
    }
    worker.lose(error);
  }

  /** Brings the family's files into the sandbox, those that are not there yet. */
  async #provideFiles(): Promise<void> {
    const names = [this.#family.script, ...this.#family.files].filter((name) => !this.#sandbox.has(name));
    if (names.length === 0) return;
    const files = names.map((name) => {
      const file = manifest.files[name];
      if (file === undefined) throw new Error(`The build of this workbench left out ${name}.`);
      return { name, ...file };
    });
    const total = files.reduce((sum, file) => sum + file.bytes, 0);
    const loaded = new Map<string, number>();
    let lastTold = 0;
    const tell = (name: string, bytes: number) => {
      loaded.set(name, bytes);
      const now = performance.now();
      const sum = [...loaded.values()].reduce((left, right) => left + right, 0);
      if (now - lastTold < PROGRESS_INTERVAL_MS && sum < total) return;
      lastTold = now;
      for (const worker of this.#starting) worker.holder?.loading(`Fetching ${this.#family.label}`, sum, total);
    };
    const provide = async (file: (typeof files)[number]) => {
      const url = new URL(`runtime/${file.path}`, this.#baseUrl).href;
      const bytes = await this.#cache.verified(file.sha256, url, file.name, (loadedBytes) => tell(file.name, loadedBytes));
      if (!this.#sandbox.has(file.name)) this.#sandbox.provide(file.name, bytes, this.#family.modules.includes(file.name));
    };
    await Promise.all([...(this.#family.snapshot ? [this.#provideSnapshot()] : []), ...files.map(provide)]);
  }

  /** Gives the frame the snapshot that was kept; an empty one says that there is none. */
  async #provideSnapshot(): Promise<void> {
    if (this.#sandbox.has(SNAPSHOT)) return;
    const kept = await this.#cache.kept(this.#snapshotKey());
    this.#snapshotGiven = kept !== undefined;
    this.#sandbox.provide(SNAPSHOT, kept ?? new ArrayBuffer(0), false);
  }

  /** Keeps a snapshot for later visits and for the workers that start after this one. */
  async #keepSnapshot(name: string, bytes: ArrayBuffer): Promise<void> {
    if (name !== SNAPSHOT || this.#snapshotGiven) return;
    this.#snapshotGiven = true;
    await this.#cache.keep(this.#snapshotKey(), bytes);
    this.#sandbox.provide(SNAPSHOT, bytes, false);
  }

  /** A snapshot belongs to exactly these files. */
  #snapshotKey(): string {
    const hashes = [this.#family.script, ...this.#family.files].map((name) => manifest.files[name]?.sha256.slice(0, 8));
    return `snapshot-${this.#runtime}-${hashes.join("")}`;
  }
}

export function failure(code: string, message: string): JobError {
  return { code, message, detail: null, line: null };
}
