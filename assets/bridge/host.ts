/**
 * The page's host of runtimes: takes orders of the kernel (dispatch, terminate), keeps the values of outputs, and answers with what
 * workers report. It decides nothing about what runs when; the kernel does.
 */

import { manifest } from "virtual:runtime";
import { Bytes } from "./bytes";
import { ModelCards } from "./model-cards";
import { Packages, type Wheel } from "./packages";
import { failure, Pool } from "./pool";
import type { PoolEvents, PoolWorker } from "./pool-worker";
import type { Code, FromHost, Job, JobError, JobReport, LogStream, Runtime, Slot, ToHost, WorkerResult } from "./protocol";
import { ValueStore } from "./store";
import type { Heard } from "./validate";

export interface HostOptions {
  /** The page's address; runtime/ lies under it. */
  baseUrl: string;
  /** Called with a JSON array of `FromHost`, once for all that happened in one task. */
  onMessage(json: string): void;
  /** Where Pyodide's own packages are delivered from, instead of its delivery network. */
  packageBaseUrl?: string;
  /** The Python index's Simple interface, instead of the usual one. */
  indexUrl?: string;
}

export interface Host {
  /** Takes one `ToHost` as JSON. */
  send(json: string): void;
  /** Before a run: `[{codeId, imports, packages}]`; answers `{missing: [{name, codeIds, message}]}` when all other packages' bytes are at hand. */
  preparePackages(json: string): Promise<string>;
  /** An output's value; undefined if it is not known. */
  value(step: string, output: string): unknown;
  outputs(step: string): Record<string, unknown> | undefined;
  /** Puts in a value that no worker made. */
  store(step: string, output: string, value: unknown): void;
  forget(step: string): void;
  /** Starts a worker of this family that nobody has asked for yet. */
  prewarm(runtime: Runtime): void;
  /** The hash over all runtime files; part of every step's hash. */
  version(): string;
}

/** How long a family is left in peace after its last report before a spare is started. */
const SPARE_DELAY_MS = 1_500;
/** A worker caps its logs; one that says more than this for one job is ended. */
const LOG_LIMIT_CHARACTERS = 1024 * 1024;

export function openHost(options: HostOptions): Host {
  return new RuntimeHost(options);
}

interface Expected {
  step: string;
  logCharacters: number;
}

class RuntimeHost implements Host {
  readonly #options: HostOptions;
  readonly #bytes: Bytes;
  readonly #packages: Packages;
  readonly #models: ModelCards;
  readonly #values = new ValueStore();
  readonly #codes = new Map<string, Code>();
  readonly #pools = new Map<Runtime, Pool>();
  readonly #slots = new Map<string, HostSlot>();
  #outgoing: FromHost[] = [];
  /** Lets go of the lock that says that something runs (device/release.ts): no release takes the place of another meanwhile. */
  #rest: (() => void) | undefined;

  constructor(options: HostOptions) {
    this.#options = options;
    this.#bytes = new Bytes(options.baseUrl);
    this.#models = new ModelCards(this.#bytes, options.baseUrl);
    this.#packages = new Packages(this.#bytes, {
      baseUrl: options.baseUrl,
      packageBaseUrl: options.packageBaseUrl ?? manifest.packageBaseUrl,
      indexUrl: options.indexUrl ?? manifest.indexUrl,
    });
  }

  send(json: string): void {
    const order = JSON.parse(json) as ToHost;
    const key = `${order.slot.runtime} ${order.slot.index}`;
    if (order.kind === "terminate") {
      this.#slots.get(key)?.end();
      this.#slots.delete(key);
      this.#pool(order.slot.runtime).renewSpare();
      this.#renewLater(order.slot.runtime);
      return;
    }
    if (this.#rest === undefined) {
      const working = new Promise<void>((rest) => (this.#rest = rest));
      void navigator.locks?.request("llmos-work", { mode: "shared" }, () => working);
    }
    for (const code of order.codes) this.#codes.set(code.codeId, code);
    let slot = this.#slots.get(key);
    if (slot === undefined) {
      slot = this.#openSlot(key, order.slot);
      this.#slots.set(key, slot);
    }
    slot.dispatch(order.jobs);
  }

  async preparePackages(json: string): Promise<string> {
    return JSON.stringify(await this.#packages.prepare(JSON.parse(json) as Pick<Code, "codeId" | "imports" | "packages">[]));
  }

  value(step: string, output: string): unknown {
    return this.#values.value(step, output);
  }

  outputs(step: string): Record<string, unknown> | undefined {
    return this.#values.outputs(step);
  }

  store(step: string, output: string, value: unknown): void {
    this.#values.setOne(step, output, value);
  }

  forget(step: string): void {
    this.#values.forget(step);
  }

  prewarm(runtime: Runtime): void {
    this.#pool(runtime).prepareSpare();
  }

  version(): string {
    return manifest.version;
  }

  #openSlot(key: string, slot: Slot): HostSlot {
    const pool = this.#pool(slot.runtime);
    const shared = { values: this.#values, codes: this.#codes, packages: this.#packages, models: this.#models };
    return new HostSlot(slot, pool, shared, {
      say: (message) => this.#say(message),
      gone: () => {
        this.#slots.delete(key);
      },
      idle: () => this.#renewLater(slot.runtime),
    });
  }

  #pool(runtime: Runtime): Pool {
    let pool = this.#pools.get(runtime);
    if (pool === undefined) this.#pools.set(runtime, (pool = new Pool(runtime, this.#bytes, this.#options.baseUrl)));
    return pool;
  }

  readonly #renewals = new Map<Runtime, ReturnType<typeof setTimeout>>();

  #renewLater(runtime: Runtime): void {
    clearTimeout(this.#renewals.get(runtime));
    const renew = () => {
      const busy = [...this.#slots.values()].some((slot) => slot.busy);
      if (busy) return this.#renewLater(runtime);
      this.#rest = this.#rest?.() as undefined;
      this.#pool(runtime).renewSpare();
    };
    this.#renewals.set(runtime, setTimeout(renew, SPARE_DELAY_MS));
  }

  #say(message: FromHost): void {
    this.#outgoing.push(message);
    if (this.#outgoing.length > 1) return;
    queueMicrotask(() => {
      const messages = this.#outgoing;
      this.#outgoing = [];
      this.#options.onMessage(JSON.stringify(messages));
    });
  }
}

interface SlotEvents {
  say(message: FromHost): void;
  /** The slot's worker is no more. */
  gone(): void;
  /** It has nothing left to do. */
  idle(): void;
}

/** What all slots draw on. */
interface Shared {
  values: ValueStore;
  codes: Map<string, Code>;
  packages: Packages;
  models: ModelCards;
}

/** One slot of the kernel's pool, and the worker that fills it. */
class HostSlot implements PoolEvents {
  readonly #slot: Slot;
  readonly #pool: Pool;
  readonly #shared: Shared;
  readonly #events: SlotEvents;
  readonly #worker: PoolWorker;
  readonly #expected = new Map<number, Expected>();
  /** Holds back what follows while packages of an earlier batch are fetched. */
  #waiting: Promise<void> | undefined;
  #ended = false;

  constructor(slot: Slot, pool: Pool, shared: Shared, events: SlotEvents) {
    this.#slot = slot;
    this.#pool = pool;
    this.#shared = shared;
    this.#events = events;
    this.#worker = pool.take(this);
  }

  get busy(): boolean {
    return this.#expected.size > 0 || this.#waiting !== undefined;
  }

  dispatch(jobs: Job[]): void {
    const provision = this.#provision(jobs);
    if (this.#waiting === undefined && provision === undefined) return this.#deliver(jobs);
    const waiting = (this.#waiting ?? Promise.resolve())
      .then(() => provision?.())
      // What could not be had is said by the jobs that need it.
      .catch(() => undefined)
      .then(() => {
        if (this.#waiting === waiting) this.#waiting = undefined;
        if (!this.#ended) this.#deliver(jobs);
      });
    this.#waiting = waiting;
  }

  end(): void {
    this.#ended = true;
    this.#pool.end(this.#worker);
  }

  loading(stage: string, loaded: number | null, total: number | null): void {
    this.#events.say({ kind: "loading", slot: this.#slot, stage, loaded, total });
  }

  ready(): void {
    this.#events.say({ kind: "ready", slot: this.#slot });
  }

  lost(error: JobError): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#events.gone();
    this.#events.say({ kind: "lost", slot: this.#slot, error });
    this.#events.idle();
  }

  message(message: Heard): void {
    if (message.kind === "log") this.#hearLog(message.job, message.stream, message.text);
    else if (message.kind === "report") this.#hearReport(message.results);
  }

  #hearLog(job: number, stream: LogStream, text: string): void {
    const expected = this.#expected.get(job);
    if (expected === undefined) return;
    expected.logCharacters += text.length;
    if (expected.logCharacters > LOG_LIMIT_CHARACTERS) return this.#pool.lose(this.#worker, failure("engine_died", "The worker said too much and was ended."));
    this.#events.say({ kind: "log", job, stream, text });
  }

  #hearReport(results: WorkerResult[]): void {
    const reports: JobReport[] = [];
    for (const { job, durationMs, outputs, error, values } of results) {
      const expected = this.#expected.get(job);
      // A result that nobody waits for is no result.
      if (expected === undefined) continue;
      this.#expected.delete(job);
      if (error === null) this.#shared.values.set(expected.step, values);
      reports.push({ job, durationMs, outputs, error });
    }
    this.#report(reports);
  }

  #report(reports: JobReport[]): void {
    if (reports.length > 0) this.#events.say({ kind: "reported", slot: this.#slot, reports });
    if (!this.busy) this.#events.idle();
  }

  /** What has to be fetched before these jobs can run, if anything: a function that does so. */
  #provision(jobs: Job[]): (() => Promise<unknown>) | undefined {
    if (this.#slot.runtime === "python") {
      const ids = new Set(jobs.map((job) => job.codeId).filter((id) => !this.#shared.packages.knows(id)));
      const codes = [...ids].map((id) => this.#shared.codes.get(id)).filter((code) => code !== undefined);
      return codes.length === 0 ? undefined : () => this.#shared.packages.prepare(codes);
    }
    if (this.#slot.runtime === "spice") {
      const names = this.#modelNames(jobs);
      return this.#shared.models.held(names).length === names.length ? undefined : () => this.#shared.models.bring(names);
    }
    return undefined;
  }

  /** The model cards that decks, or netlists among their inputs, include. */
  #modelNames(jobs: Job[]): string[] {
    const texts = new Set<string>();
    for (const job of jobs) {
      texts.add(this.#shared.codes.get(job.codeId)?.text ?? "");
      const linked = job.links.map(([, step, output]) => this.#shared.values.value(step, output));
      for (const value of [...Object.values(job.values), ...linked]) {
        const text = typeof value === "object" && value !== null ? (value as { netlist?: unknown }).netlist : value;
        if (typeof text === "string") texts.add(text);
      }
    }
    return this.#shared.models.named([...texts]);
  }

  #deliver(jobs: Job[]): void {
    const codes: Code[] = [];
    const deliverable: Job[] = [];
    const refused: JobReport[] = [];
    const made = new Set<string>();
    // Where no value comes out of the store, all of them came as JSON and can go on as JSON.
    let plain = true;
    for (const job of jobs) {
      const linked = job.links.length;
      const error = this.#resolve(job, made);
      if (error !== undefined) {
        refused.push({ job: job.job, durationMs: 0, outputs: [], error });
        continue;
      }
      const code = this.#shared.codes.get(job.codeId);
      if (code !== undefined && !this.#worker.codes.has(job.codeId)) {
        this.#worker.codes.add(job.codeId);
        codes.push(code);
      }
      plain &&= job.links.length === linked;
      made.add(job.step);
      this.#expected.set(job.job, { step: job.step, logCharacters: 0 });
      deliverable.push(job);
    }
    if (deliverable.length > 0) {
      this.#install(jobs);
      this.#worker.post({ kind: "batch", codes, jobs: plain ? JSON.stringify(deliverable) : deliverable });
    }
    if (refused.length > 0) this.#report(refused);
  }

  /** Puts values in place of links, but for what an earlier job of the batch makes; gives what stands in the way. */
  #resolve(job: Job, made: Set<string>): JobError | undefined {
    const missing = this.#shared.packages.missing(job.codeId);
    if (missing !== undefined) return failure("package_missing", missing);
    if (job.links.length === 0) return undefined;
    const left: Job["links"] = [];
    for (const link of job.links) {
      const [name, step, output] = link;
      if (made.has(step)) left.push(link);
      else if (this.#shared.values.has(step, output)) job.values[name] = this.#shared.values.value(step, output);
      else return failure("bad_input", `Input '${name}' waits for output '${output}' of a node whose result is no longer kept. Run it again.`);
    }
    job.links = left;
    return undefined;
  }

  #install(jobs: Job[]): void {
    const files = this.#files(jobs).filter((file) => !this.#worker.installed.has(file.name));
    if (files.length === 0) return;
    for (const file of files) this.#worker.installed.add(file.name);
    this.#worker.post({ kind: "install", wheels: files });
  }

  #files(jobs: Job[]): Wheel[] {
    if (this.#slot.runtime === "python") return this.#shared.packages.wheels(jobs.map((job) => job.codeId));
    if (this.#slot.runtime === "spice") return this.#shared.models.held(this.#modelNames(jobs));
    return [];
  }
}
