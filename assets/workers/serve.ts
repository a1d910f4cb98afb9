/**
 * The loop that every worker of the sandbox runs: handshake, batches of jobs, links between the jobs of a batch, outputs checked
 * by their ports, reports and logs that are gathered before they are sent.
 *
 * A worker gives `serve` an `Engine`: how to start, and how to run one piece of code. What it never does: fetch, store, or decide
 * what runs next. The page hands it its port in its first message; nothing else that arrives is listened to, and the port stays
 * in this closure, out of reach of the code that it runs.
 */

import type { Code, FromWorker, Job, JobError, LogStream, PROTOCOL_VERSION, ToWorker, WorkerResult } from "../bridge/protocol";
import { LogBook } from "./log-book";
import { JobFailure } from "./failure";
import { normaliseOutputs, privateCopy } from "./values";

export { JobFailure };

const VERSION: typeof PROTOCOL_VERSION = 4;

/** Reports wait for the end of the batch, but never longer than this while jobs go on. */
const REPORT_INTERVAL_MS = 2;
/** Longer texts are cloned, which takes them as they are. */
const LONGEST_PLAIN_TEXT = 1_000;

export interface JobIo {
  /** Something the job says while it runs. */
  log(stream: LogStream, text: string): void;
}

export type StartFile = ArrayBuffer | WebAssembly.Module;
export type StartFiles = Record<string, StartFile>;

/** One runtime family, as `serve` needs it. */
export interface Engine {
  /**
   * Whether the outputs that `run` returns belong to nobody else: then buffers in them are handed over instead of copied.
   * Code that runs in this realm may keep what it returned, so JavaScript must leave this out.
   */
  readonly ownsOutputs?: boolean;
  /** A file of the start has come: what can be made of it ahead of the others. */
  receive?(name: string, file: StartFile): void;
  /** Begins; `keep` hands the page bytes that the next start would be quicker with, under the name they then have in `files`. */
  start(files: StartFiles, options: unknown, stage: (text: string) => void, keep: (name: string, bytes: ArrayBuffer) => void): Promise<void>;
  install?(wheels: { name: string; bytes: ArrayBuffer }[]): Promise<void>;
  /** Code that jobs will name from now on; to look at it early is optional. */
  prepare?(codes: Code[]): void;
  /** The code's return value, raw, or a promise of it. What it throws becomes the job's error: `JobFailure`, or `engine_died` if `fatal`. */
  run(code: Code, values: Record<string, unknown>, io: JobIo): unknown;
  /** Whether this, thrown by `run`, means that the engine cannot go on. */
  fatal?(error: unknown): boolean;
  /** The sentence that a person reads about that. */
  epitaph?(error: unknown): string;
}

/** What this script needs of the worker's global scope. */
interface WorkerScope {
  onmessage: ((event: MessageEvent) => void) | null;
  addEventListener(type: string, listener: (event: Event) => void): void;
}

/** Serves the page with this engine, from the first message on. */
export function serve(engine: Engine): void {
  const scope = globalThis as unknown as WorkerScope;
  const files: StartFiles = {};
  scope.onmessage = (event) => {
    const message = event.data as ToWorker;
    if (message.kind === "file") {
      files[message.name] = message.file;
      return engine.receive?.(message.name, message.file);
    }
    const port = event.ports[0];
    if (port === undefined) return;
    scope.onmessage = null;
    new Server(engine, port, scope).start(message, files, event.ports[1]);
  };
}

class Server {
  readonly #engine: Engine;
  readonly #post: (message: FromWorker, transfer: Transferable[]) => void;
  readonly #now = performance.now.bind(performance);
  readonly #parse = JSON.parse;
  readonly #stringify = JSON.stringify;
  readonly #codes = new Map<string, Code>();
  readonly #queue: ToWorker[] = [];
  readonly #logs: LogBook;
  #running = false;
  #dead = false;
  #results: WorkerResult[] = [];
  /** The steps that the results are of. */
  #steps: string[] = [];
  /** Whether all values of the results are plain. */
  #plain = true;
  #transfer: Transferable[] = [];
  #lastPost = 0;

  constructor(engine: Engine, port: MessagePort, scope: WorkerScope) {
    this.#engine = engine;
    // Bound before any of the person's code runs: what that code does to prototypes does not reach the port.
    this.#post = port.postMessage.bind(port) as (message: FromWorker, transfer: Transferable[]) => void;
    this.#logs = new LogBook(this.#now, (job, stream, text) => this.#post({ kind: "log", job, stream, text }, []));
    port.onmessage = (event) => this.#receive(event.data as ToWorker);
    // Late failures of code that has already answered are said, not fatal.
    scope.addEventListener("error", (event) => {
      event.preventDefault();
      this.#logs.write("stderr", `Uncaught: ${(event as ErrorEvent).message}\n`);
    });
    scope.addEventListener("unhandledrejection", (event) => {
      event.preventDefault();
      this.#logs.write("stderr", `Unhandled rejection: ${String((event as PromiseRejectionEvent).reason)}\n`);
    });
  }

  /** `keeper` is where bytes go that the engine wants kept; it is closed before any of the person's code runs. */
  start(message: ToWorker, files: StartFiles, keeper: MessagePort | undefined): void {
    if (message.kind !== "start") return this.#fail("engine_died", `The first message to a worker must be start, not ${message.kind}.`);
    if (message.version !== VERSION) {
      return this.#fail("engine_died", `The page speaks version ${message.version} of the worker protocol, this worker ${VERSION}. Reload the page.`);
    }
    const stage = (text: string) => this.#post({ kind: "stage", stage: text }, []);
    const keep = (name: string, bytes: ArrayBuffer) => keeper?.postMessage({ kind: "keep", name, bytes } satisfies FromWorker, [bytes]);
    this.#running = true;
    this.#engine.start(files, message.options, stage, keep).then(
      () => {
        keeper?.close();
        this.#post({ kind: "ready", version: VERSION }, []);
        this.#running = false;
        void this.#drain();
      },
      (error: unknown) => this.#fail("runtime_unavailable", `The runtime could not start: ${describe(error)}`),
    );
  }

  #receive(message: ToWorker): void {
    this.#queue.push(message);
    if (!this.#running) void this.#drain();
  }

  async #drain(): Promise<void> {
    this.#running = true;
    for (let message = this.#queue.shift(); message !== undefined && !this.#dead; message = this.#queue.shift()) {
      if (message.kind === "batch") {
        for (const code of message.codes) this.#codes.set(code.codeId, code);
        this.#engine.prepare?.(message.codes);
        const rest = this.#runBatch(typeof message.jobs === "string" ? (this.#parse(message.jobs) as Job[]) : message.jobs);
        if (rest !== undefined) await rest;
      } else if (message.kind === "install") {
        try {
          await this.#engine.install?.(message.wheels);
        } catch (error) {
          const names = message.wheels.map((wheel) => wheel.name).join(", ");
          this.#fail("engine_died", `Packages could not be installed (${names}): ${describe(error)}`);
        }
      }
    }
    this.#running = false;
  }

  /** Runs jobs in order; a promise comes back only once a job is asynchronous, for the rest of the batch. */
  #runBatch(jobs: Job[]): Promise<void> | undefined {
    const batch = new Batch(jobs);
    this.#lastPost = this.#now();
    const step = (from: number): Promise<void> | undefined => {
      for (let index = from; index < jobs.length; index += 1) {
        if (this.#now() - this.#lastPost >= REPORT_INTERVAL_MS) this.#flush(batch);
        const pending = this.#runJob(jobs[index]!, batch);
        if (pending !== undefined) return pending.then(() => (this.#dead ? undefined : step(index + 1)));
        if (this.#dead) return undefined;
      }
      this.#flush(batch);
      return undefined;
    };
    return step(0);
  }

  #runJob(job: Job, batch: Batch): Promise<void> | undefined {
    this.#logs.begin(job.job);
    const began = this.#now();
    const code = this.#codes.get(job.codeId);
    if (code === undefined) {
      this.#finish(job, batch, 0, undefined, { code: "engine_died", message: `The worker was never sent the code ${job.codeId}.`, detail: null, line: null });
      return undefined;
    }
    const succeed = (returned: unknown) => this.#conclude(job, code, batch, this.#now() - began, returned);
    const fail = (error: unknown) => this.#concludeFailure(job, batch, this.#now() - began, error);
    try {
      const returned = this.#engine.run(code, batch.inputs(job), this.#logs);
      if (isPromise(returned)) return returned.then(succeed, fail);
      succeed(returned);
    } catch (error) {
      fail(error);
    }
    return undefined;
  }

  #conclude(job: Job, code: Code, batch: Batch, durationMs: number, returned: unknown): void {
    try {
      const outputs = normaliseOutputs(code.outputs, returned, this.#engine.ownsOutputs === true, (text) => this.#logs.write("stderr", text));
      this.#finish(job, batch, durationMs, outputs, null);
    } catch (error) {
      this.#finish(job, batch, durationMs, undefined, toJobError(error));
    }
  }

  #concludeFailure(job: Job, batch: Batch, durationMs: number, error: unknown): void {
    if (this.#engine.fatal?.(error) === true) {
      this.#logs.flush();
      this.#flush(batch);
      this.#fail("engine_died", this.#engine.epitaph?.(error) ?? `The engine broke and is started anew: ${describe(error)}`);
      return;
    }
    this.#finish(job, batch, durationMs, undefined, toJobError(error));
  }

  #finish(job: Job, batch: Batch, durationMs: number, outputs: ReturnType<typeof normaliseOutputs> | undefined, error: JobError | null): void {
    this.#logs.end();
    const values = outputs?.values ?? {};
    if (outputs !== undefined) batch.keep(job.step, values, outputs.buffers);
    this.#plain &&= isPlain(values);
    this.#steps.push(job.step);
    this.#results.push({ job: job.job, durationMs: inMicroseconds(durationMs), outputs: outputs?.summaries ?? [], error, values });
  }

  #flush(batch: Batch): void {
    if (this.#results.length === 0) return;
    const results = this.#results;
    const transfer = this.#transfer;
    const plain = this.#plain;
    this.#results = [];
    this.#plain = true;
    this.#transfer = [];
    for (const step of this.#steps) for (const buffer of batch.release(step)) transfer.push(buffer);
    this.#steps = [];
    this.#post({ kind: "report", results: plain ? this.#stringify(results) : results }, transfer);
    this.#lastPost = this.#now();
  }

  #fail(code: string, message: string): void {
    this.#dead = true;
    this.#queue.length = 0;
    this.#post({ kind: "failed", error: { code, message, detail: null, line: null } }, []);
  }
}

/** The values that jobs of one batch give each other, and those they share. */
class Batch {
  /** How many links still want each step. */
  readonly #wanted = new Map<string, number>();
  /** How many jobs still want each object that the page sent. */
  readonly #shared = new Map<object, number>();
  readonly #kept = new Map<string, Record<string, unknown>>();
  readonly #buffers = new Map<string, ArrayBuffer[]>();

  constructor(jobs: Job[]) {
    for (const job of jobs) {
      for (const [, step] of job.links) this.#wanted.set(step, (this.#wanted.get(step) ?? 0) + 1);
      for (const name in job.values) {
        const value = job.values[name];
        if (typeof value === "object" && value !== null) this.#shared.set(value, (this.#shared.get(value) ?? 0) + 1);
      }
    }
  }

  /** The inputs of a job, its own to change: what another job of the batch also gets, it gets as a copy. */
  inputs(job: Job): Record<string, unknown> {
    const inputs = job.values;
    for (const name in inputs) {
      const value = inputs[name];
      if (typeof value !== "object" || value === null) continue;
      const left = (this.#shared.get(value) ?? 1) - 1;
      if (left > 0) {
        this.#shared.set(value, left);
        inputs[name] = privateCopy(value);
      }
    }
    for (const [name, step, output] of job.links) {
      const outputs = this.#kept.get(step);
      if (outputs === undefined || !(output in outputs)) {
        throw new JobFailure("bad_input", `Input '${name}' waits for an output that was not made.`, `Output '${output}' of step ${step}`);
      }
      const value = outputs[output];
      inputs[name] = typeof value === "object" && value !== null ? privateCopy(value) : value;
      this.#wanted.set(step, (this.#wanted.get(step) ?? 1) - 1);
    }
    return inputs;
  }

  keep(step: string, values: Record<string, unknown>, buffers: ArrayBuffer[]): void {
    if (this.#wanted.has(step)) this.#kept.set(step, values);
    if (buffers.length > 0) this.#buffers.set(step, buffers);
  }

  /** The buffers of a step that may be handed over to the page: none while a later job still wants the step. */
  release(step: string): ArrayBuffer[] {
    const buffers = this.#buffers.get(step) ?? [];
    this.#buffers.delete(step);
    if ((this.#wanted.get(step) ?? 0) > 0) return [];
    this.#kept.delete(step);
    return buffers;
  }
}

/** Whether JSON says these values whole, and sooner than they could be cloned. */
function isPlain(values: Record<string, unknown>): boolean {
  for (const name in values) {
    const value = values[name];
    switch (typeof value) {
      case "number":
        if (!Number.isFinite(value) || Object.is(value, -0)) return false;
        break;
      case "string":
        if (value.length > LONGEST_PLAIN_TEXT) return false;
        break;
      case "boolean":
        break;
      default:
        return false;
    }
  }
  return true;
}

/** No finer than clocks are: long fractions are written and read all the way to whoever asked. */
function inMicroseconds(durationMs: number): number {
  return Math.round(durationMs * 1000) / 1000;
}

function isPromise(value: unknown): value is Promise<unknown> {
  return typeof value === "object" && value !== null && typeof (value as { then?: unknown }).then === "function";
}

function toJobError(error: unknown): JobError {
  if (error instanceof JobFailure) {
    return { code: error.code, message: error.message, detail: error.detail ?? null, line: error.line ?? null };
  }
  return { code: "code_error", message: describe(error), detail: null, line: null };
}

function describe(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
