/**
 * Makes `window.llmos` of the functions that Rust gives: calls in, Fetch responses and run results out.
 *
 * Decides nothing: answers come from the volume worker (`src/interface`), runs from `src/browser/engine.rs`, values from the host's store.
 */

import type { Host } from "./host";
import type { Llmos, LlmosError, NodeResult, Payload, RunEvent, RunOptions, RunResult, ShareOptions, VolumeChange, VolumeName, Workflow } from "./llmos.d";
import { streamed, wantsStream } from "./chat-stream";
import { shortResult } from "./short-result";
import type { PageAsk } from "./volume-protocol";
import type { Volumes } from "./volumes";

/** What Rust gives. Texts are JSON unless said otherwise. */
export interface Core {
  version: string;
  ready: Promise<void>;
  /** Payload and options; gives the number of the run, or throws the JSON of an error body. */
  start(payload: string, options: string, onEvent: ((event: string) => void) | undefined, onFinished: (result: string) => void): number;
  cancel(run: number): void;
  /** Puts a workflow on the canvas, as an edit that can be undone. */
  place(workflow: string): void;
}

/** A result as Rust knows it: in place of outputs, the step under which the store keeps their values. */
type StoredResult = Omit<RunResult, "nodes"> & { nodes: StoredNode[] };
type StoredNode = [
  nodeId: string,
  status: NodeResult["status"],
  cached: boolean,
  durationMs: number,
  level: number,
  step: string,
  logs: NodeResult["logs"],
  error: NodeResult["error"],
];

/** Puts `window.llmos` in place. */
export function installLlmos(core: Core, host: Host, volumes: Volumes): void {
  // Where nobody waits for `ready` its rejection is not reported a second time: the page itself says what went wrong.
  core.ready.catch(() => undefined);
  const llmos: Llmos = Object.freeze({
    ready: core.ready,
    version: core.version,
    fetch: (path: string, init: { method?: string; body?: string | Blob; signal?: AbortSignal } = {}) => answer(volumes, path, init),
    share: async (workflow: Workflow, options?: ShareOptions) => (await import("./link")).share(volumes, workflow, options),
    exportVolume: (volume: VolumeName) => volumes.exportVolume(volume),
    importVolume: async (volume: VolumeName, archive: Blob) => void (await volumes.importVolume(volume, archive)),
    // What the device keeps beside its volumes is none of a script's business.
    onChange: (listener: (change: VolumeChange) => void) => volumes.onChange((change) => change.commit !== "" && listener(change)),
    run: (payload: Payload, options: RunOptions = {}) => run(core, host, payload, options),
  });
  volumes.onAsk = (ask, signal) => doAsked(core, host, ask, signal);
  Object.defineProperty(window, "llmos", { value: llmos, enumerable: true, configurable: false, writable: false });
}

async function answer(volumes: Volumes, path: string, init: { method?: string; body?: string | Blob; signal?: AbortSignal }): Promise<Response> {
  if (typeof path !== "string") throw new TypeError("llmos.fetch takes a path such as '/skills'");
  const aborted = () => respond(499, { error: { code: "aborted", message: "The call was aborted" } });
  if (init.signal?.aborted) return aborted();
  const body = init.body instanceof Blob ? new Uint8Array(await init.body.arrayBuffer()) : init.body;
  if (init.signal?.aborted) return aborted();
  if (typeof body === "string" && wantsStream(init.method ?? "GET", path, body)) return streamed(volumes, path, body, init.signal);
  const [status, answered, bytes] = await volumes.call(init.method ?? "GET", path, body);
  if (bytes !== undefined) return new Response(bytes, { status, headers: { "content-type": "application/octet-stream" } });
  return new Response(answered, { status, headers: { "content-type": "application/json" } });
}

/** Does what a chat asks of the page; the person has said that it may. */
async function doAsked(core: Core, host: Host, ask: PageAsk, signal: AbortSignal): Promise<unknown> {
  if (ask.kind === "place") {
    core.place(JSON.stringify(ask.workflow));
    return null;
  }
  // The answer's own trace tells of it.
  const result = await run(core, host, ask.payload, { signal, trace: false });
  if (ask.kind === "replay") return (await import("./replay")).told(result, ask.payload, ask.nodeId);
  return shortResult(result, ask.payload);
}

function respond(status: number, body: unknown): Response {
  return new Response(JSON.stringify(body), { status, headers: { "content-type": "application/json" } });
}

async function run(core: Core, host: Host, payload: Payload, options: RunOptions): Promise<RunResult> {
  await core.ready;
  const { signal, onEvent, target, timeoutMs, trace } = options;
  return new Promise((resolve, reject) => {
    let number = 0;
    const cancel = () => core.cancel(number);
    const hear = onEvent && ((event: string) => report(onEvent, JSON.parse(event) as RunEvent));
    const finish = (result: string) => {
      signal?.removeEventListener("abort", cancel);
      resolve(withValues(JSON.parse(result) as StoredResult, host));
    };
    try {
      number = core.start(JSON.stringify(payload), JSON.stringify({ target, timeoutMs, trace }), hear, finish);
    } catch (thrown) {
      reject(toError(thrown));
      return;
    }
    signal?.addEventListener("abort", cancel, { once: true });
    if (signal?.aborted) cancel();
  });
}

/** A listener of somebody else's that throws must not end the run. */
function report(onEvent: (event: RunEvent) => void, event: RunEvent): void {
  try {
    onEvent(event);
  } catch (thrown) {
    console.error("The onEvent of a run threw:", thrown);
  }
}

function withValues(stored: StoredResult, host: Host): RunResult {
  const nodes: Record<string, NodeResult> = {};
  for (const [nodeId, status, cached, durationMs, level, step, logs, error] of stored.nodes) {
    const values = (status === "completed" ? host.outputs(step) : undefined) ?? {};
    nodes[nodeId] = isFlat(values)
      ? { status, cached, durationMs, level, outputs: { ...values }, logs, error }
      : {
          status,
          cached,
          durationMs,
          level,
          // Large values are copied only if somebody looks.
          get outputs() {
            return structuredClone(values);
          },
          logs,
          error,
        };
  }
  return { ...stored, nodes };
}

/** Whether all values are numbers, texts and the like, which nobody can change for others. */
function isFlat(values: Record<string, unknown>): boolean {
  for (const name in values) {
    const value = values[name];
    if (typeof value === "object" && value !== null) return false;
  }
  return true;
}

function toError(thrown: unknown): LlmosError {
  const text = typeof thrown === "string" ? thrown : String(thrown);
  try {
    const { error } = JSON.parse(text) as { error: { code: string; message: string; detail?: string } };
    return Object.assign(new Error(error.detail ?? error.message), { name: "LlmosError", code: error.code, detail: error.detail });
  } catch {
    return Object.assign(new Error(text), { name: "LlmosError", code: "internal" });
  }
}
