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

/** A worker from its first byte to its end. What it is told before it runs waits for it. */
export class PoolWorker {
  /** Code it has been sent. */
  readonly codes = new Set<string>();
  /** Wheels it has been sent. */
  readonly wheels = new Set<string>();
  /** Who holds it; a spare is held by nobody. */
  holder: PoolEvents | undefined;
  state: "starting" | "ready" | "ended" = "starting";
  #waiting: { message: ToWorker; transfer: Transferable[] }[] | undefined = [];
  #worker: SandboxWorker | undefined;

  post(message: ToWorker, transfer: Transferable[] = []): void {
    if (this.#waiting !== undefined) this.#waiting.push({ message, transfer });
    else this.#worker?.post(message, transfer);
  }

  /** Called by the pool once the sandbox has begun it. */
  attach(worker: SandboxWorker): void {
    if (this.state === "ended") return worker.terminate();
    this.#worker = worker;
    for (const { message, transfer } of this.#waiting ?? []) worker.post(message, transfer);
    this.#waiting = undefined;
  }

  end(): void {
    this.state = "ended";
    this.holder = undefined;
    this.#waiting = undefined;
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
    void this.#launch(worker);
    return worker;
  }

  async #launch(worker: PoolWorker): Promise<void> {
    try {
      await (this.#files ??= this.#provideFiles().finally(() => (this.#files = undefined)));
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      return this.#lose(worker, failure("runtime_unavailable", `${this.#family.label} could not be loaded. ${message}`));
    }
    if (worker.state === "ended") return void this.#starting.delete(worker);
    const files = [...this.#family.files, ...(this.#sandbox.has(SNAPSHOT) ? [SNAPSHOT] : [])];
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
    if (worker.state === "starting" && this.#family.snapshot && this.#sandbox.has(SNAPSHOT)) {
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
    const snapshot = this.#family.snapshot ? this.#cache.kept(this.#snapshotKey()) : Promise.resolve(undefined);
    const all = await Promise.all(
      files.map(async (file) => {
        const url = new URL(`runtime/${file.path}`, this.#baseUrl).href;
        return { name: file.name, bytes: await this.#cache.verified(file.sha256, url, file.name, (bytes) => tell(file.name, bytes)) };
      }),
    );
    for (const { name, bytes } of all) this.#sandbox.provide(name, bytes, this.#family.modules.includes(name));
    const kept = await snapshot;
    if (kept !== undefined && !this.#sandbox.has(SNAPSHOT)) this.#sandbox.provide(SNAPSHOT, kept, false);
  }

  /** Keeps a snapshot for later visits and for the workers that start after this one. */
  async #keepSnapshot(name: string, bytes: ArrayBuffer): Promise<void> {
    if (name !== SNAPSHOT || this.#sandbox.has(SNAPSHOT)) return;
    await this.#cache.keep(this.#snapshotKey(), bytes);
    if (!this.#sandbox.has(SNAPSHOT)) this.#sandbox.provide(SNAPSHOT, bytes, false);
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
