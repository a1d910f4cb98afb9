/**
 * The workers of one runtime family: their sandbox, the files it needs, the snapshot that makes later starts quick, and one warm spare
 * that takes the place of a worker that had to be ended.
 */

import { manifest } from "virtual:runtime";
import type { Bytes } from "./bytes";
import { FAMILIES, type Family } from "./families";
import { PoolWorker, type PoolEvents } from "./pool-worker";
import type { JobError, Runtime } from "./protocol";
import { Sandbox } from "./sandbox";
import { nextTask } from "./turn";
import { readFromWorker, type Heard } from "./validate";

/** A worker that says this many things no worker should say is ended. */
const MALFORMED_LIMIT = 20;
const PROGRESS_INTERVAL_MS = 50;
const SNAPSHOT = "snapshot";

export class Pool {
  readonly #runtime: Runtime;
  readonly #family: Family;
  readonly #bytes: Bytes;
  readonly #baseUrl: string;
  readonly #sandbox: Sandbox;
  readonly #starting = new Set<PoolWorker>();
  #files: Promise<void> | undefined;
  #spare: PoolWorker | undefined;
  /** Whether a snapshot is there, once that is known. */
  #snapshotKept: Promise<boolean> | undefined;
  /** The worker that starts without a snapshot and makes one; others wait for it. */
  #maker: PoolWorker | undefined;
  /** A spare is kept only where a worker was once asked for. */
  #used = false;

  constructor(runtime: Runtime, bytes: Bytes, baseUrl: string) {
    this.#runtime = runtime;
    this.#family = FAMILIES[runtime];
    this.#bytes = bytes;
    this.#sandbox = new Sandbox(bytes);
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

  /** Ends a worker that was taken. */
  end(worker: PoolWorker): void {
    worker.end();
    this.#forget(worker);
  }

  /** Ends a worker that was taken, and tells its holder why. */
  lose(worker: PoolWorker, error: JobError): void {
    this.#forget(worker);
    worker.lose(error);
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

  /**
   * Orders the worker ahead of its files: the frame waits for them, so that its work and theirs overlap. In a task of its own: a
   * family's first worker opens a frame, which takes the page a while.
   */
  async #launch(worker: PoolWorker): Promise<void> {
    await nextTask();
    const withSnapshot = this.#family.snapshot && (await this.#waitsForSnapshot(worker));
    if (worker.state === "ended") return;
    let malformed = 0;
    const order = {
      script: this.#family.script,
      files: [...this.#family.files, ...(withSnapshot ? [SNAPSHOT] : [])],
      options: null,
      keepAs: this.#family.snapshot ? { name: SNAPSHOT, prefix: this.#snapshotPrefix(), key: this.#snapshotKey() } : undefined,
    };
    const sandboxed = this.#sandbox.spawn(order, {
      message: (data) => {
        const message = readFromWorker(data);
        if (message !== undefined) return this.#hear(worker, message, withSnapshot);
        malformed += 1;
        if (malformed === MALFORMED_LIMIT) this.lose(worker, failure("engine_died", "The worker sent messages that make no sense and was ended."));
      },
      lost: (message) => this.#break(worker, failure("engine_died", `The ${this.#family.label} worker broke: ${message}`), withSnapshot),
      kept: () => {
        this.#snapshotKept = Promise.resolve(true);
        if (this.#maker === worker) this.#maker = undefined;
      },
    });
    worker.attach(sandboxed);
    this.#files ??= this.#provideFiles().finally(() => (this.#files = undefined));
    this.#files.catch((error: unknown) => {
      const message = error instanceof Error ? error.message : String(error);
      if (worker.state === "starting") this.lose(worker, failure("runtime_unavailable", `${this.#family.label} could not be loaded. ${message}`));
    });
  }

  /** Whether this worker begins from a snapshot, be it kept or still being made; the first without one makes it. */
  async #waitsForSnapshot(worker: PoolWorker): Promise<boolean> {
    if (await (this.#snapshotKept ??= this.#bytes.has(this.#snapshotKey()))) return true;
    this.#maker ??= worker;
    return this.#maker !== worker;
  }

  #hear(worker: PoolWorker, message: Heard, withSnapshot: boolean): void {
    switch (message.kind) {
      case "stage":
        if (worker.state === "starting") worker.holder?.loading(message.stage, null, null);
        break;
      case "ready":
        this.#starting.delete(worker);
        worker.becomeReady();
        break;
      case "failed":
        this.#break(worker, message.error, withSnapshot);
        break;
      default:
        worker.holder?.message(message);
    }
  }

  /** A worker broke. One that could not start from a snapshot is started again without it, and makes a new one. */
  #break(worker: PoolWorker, error: JobError, withSnapshot: boolean): void {
    if (worker.state !== "starting" || !withSnapshot) return this.lose(worker, error);
    void this.#bytes.drop(this.#snapshotKey());
    this.#snapshotKept = Promise.resolve(false);
    this.#maker = worker;
    void this.#launch(worker);
  }

  #forget(worker: PoolWorker): void {
    this.#starting.delete(worker);
    if (this.#spare === worker) this.#spare = undefined;
    if (this.#maker === worker) {
      // Whoever waits for the snapshot that it was making starts without.
      this.#maker = undefined;
      if (!this.#sandbox.has(SNAPSHOT)) this.#sandbox.provideNothing(SNAPSHOT);
    }
  }

  /** Brings the family's files into the sandbox, those that are not there yet. */
  async #provideFiles(): Promise<void> {
    const names = [this.#family.script, ...this.#family.files].filter((name) => !this.#sandbox.has(name));
    const files = names.map((name) => {
      const file = manifest.files[name];
      if (file === undefined) throw new Error(`The build of this workbench left out ${name}.`);
      return { name, ...file };
    });
    const tell = this.#progress(files.reduce((sum, file) => sum + file.bytes, 0));
    const provide = async (file: (typeof files)[number]) => {
      const url = new URL(`runtime/${file.path}`, this.#baseUrl).href;
      const address = { sha256: file.sha256, url, label: file.name };
      await this.#sandbox.provideFile(file.name, address, this.#family.modules.includes(file.name), (loadedBytes) => tell(file.name, loadedBytes));
    };
    await Promise.all([this.#provideSnapshot(), ...files.map(provide)]);
  }

  /** Tells those who wait how many of these bytes have come, file by file. */
  #progress(total: number): (name: string, loadedBytes: number) => void {
    const loaded = new Map<string, number>();
    let lastTold = 0;
    return (name, loadedBytes) => {
      loaded.set(name, loadedBytes);
      const now = performance.now();
      const sum = [...loaded.values()].reduce((left, right) => left + right, 0);
      if (now - lastTold < PROGRESS_INTERVAL_MS && sum < total) return;
      lastTold = now;
      for (const worker of this.#starting) worker.holder?.loading(`Fetching ${this.#family.label}`, sum, total);
    };
  }

  /** Gives the frame the snapshot that was kept. */
  async #provideSnapshot(): Promise<void> {
    if (!this.#family.snapshot || this.#sandbox.has(SNAPSHOT) || !(await this.#snapshotKept)) return;
    await this.#sandbox.provideKept(SNAPSHOT, this.#snapshotKey());
  }

  #snapshotPrefix(): string {
    return `snapshot-${this.#runtime}-`;
  }

  /** A snapshot belongs to exactly these files. */
  #snapshotKey(): string {
    const hashes = [this.#family.script, ...this.#family.files].map((name) => manifest.files[name]?.sha256.slice(0, 8));
    return `${this.#snapshotPrefix()}${hashes.join("")}`;
  }
}

export function failure(code: string, message: string): JobError {
  return { code, message, detail: null, line: null };
}
