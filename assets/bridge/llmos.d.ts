/**
 * `window.llmos`: the workbench's calls, answered inside the page. Nothing here reaches for the network.
 *
 * A page that embeds the workbench, a userscript or a test may copy this file for its types.
 */

export interface Llmos {
  /** Settles when the volumes are open and the library is loaded; rejects with the reason otherwise. */
  readonly ready: Promise<void>;
  /** The release, and the commit it was built from, as `0.1.0+1a2b3c4`. */
  readonly version: string;

  /**
   * Answers one call, such as `GET /skills`, with the arguments and the result of the Fetch API. Rejects only for a `path` that is no text.
   *
   * `POST /chat`, `/chat/retry` and `/chat/continue` with `stream: true` answer as `text/event-stream`: each `data:` is one `ChatEvent` as
   * JSON, the last of kind `finished`. Aborting the signal, or no longer reading, stops the answer; what came of it stays in its session.
   */
  fetch(path: string, init?: { method?: string; body?: string | Blob; signal?: AbortSignal }): Promise<Response>;

  /**
   * Runs a payload that `POST /workflows/execute` prepared. Settles when every node is completed, failed, skipped or cancelled.
   * Rejects, with `LlmosError`, for a payload that cannot run at all.
   */
  run(payload: Payload, options?: RunOptions): Promise<RunResult>;

  /**
   * A link that opens this workflow on any copy of the workbench, with the skills it needs inside; nothing is uploaded.
   * Rejects, with `LlmosError`, where the link would grow too long or a skill cannot travel.
   */
  share(workflow: Workflow, options?: ShareOptions): Promise<string>;

  /** The whole repository of a volume as a zip of its `.git` folder, that native git reads. */
  exportVolume(volume: VolumeName): Promise<Blob>;
  /** The way back in: such a zip, or a bundle, into a volume that holds nothing yet. Every object is verified before any is kept. */
  importVolume(volume: VolumeName, archive: Blob): Promise<void>;

  /** Calls `listener` after every change of a volume, in this tab or another. Returns the function that ends it. */
  onChange(listener: (change: VolumeChange) => void): () => void;
}

export interface ShareOptions {
  /** Locks the link: whoever opens it has to know this. */
  passphrase?: string;
  /** Values in place of the workflow's own, by node and input. */
  inputs?: Record<string, Record<string, unknown>>;
  /** Takes a link of more than 8 kB, up to 32 kB, which not every program passes on. */
  long?: boolean;
}

export type VolumeName = "system" | `team/${string}` | `user/${string}`;

export interface VolumeChange {
  volume: string;
  /** The newest commit of the main branch. */
  commit: string;
  /** The files that it changed. */
  paths: string[];
}

export interface RunOptions {
  /** Stops the run; its result then says `cancelled`. */
  signal?: AbortSignal;
  /** Hears of everything that happens in the run, in order. */
  onEvent?: (event: RunEvent) => void;
  /** Runs only this node and what it depends on. */
  target?: string;
  /** How long one node may take, in milliseconds; 120 000 if not said. */
  timeoutMs?: number;
  /** `false` leaves no trace of the run. */
  trace?: boolean;
}

/** What `run` rejects with. `code` and `detail` are those of the answers of `fetch`. */
export interface LlmosError extends Error {
  code: string;
  detail?: string;
}

export type SkillType = "python-wasm" | "qiskit" | "javascript" | "threejs" | "spice";

export type PortType =
  | "number" | "integer" | "string" | "boolean" | "array" | "object" | "image" | "table" | "plot" | "scene" | "circuit" | "html"
  | "markdown" | "any";

export interface Port {
  name: string;
  type: PortType;
  description: string;
  default?: unknown;
  required?: boolean;
  /** SPICE: the vector or measurement that fills this output, such as `v(out)`. */
  from?: string;
  /** Shown beside the value, such as `Hz`. */
  unit?: string;
}

export interface ExecutableSkill {
  skillId: string;
  name: string;
  description: string;
  type: SkillType;
  executionMode: "browser-wasm" | "server-python" | "hybrid";
  category: string;
  tags: string[];
  version: string;
  author: string;
  inputs: Port[];
  outputs: Port[];
  code: string;
  language: "python" | "javascript" | "spice";
  packages: string[];
  estimatedTimeMs: number;
  memoryMb: number;
  /** `false` keeps results from being used again. */
  cache?: boolean;
}

export interface Workflow {
  workflowId: string;
  name: string;
  description?: string;
  nodes: { nodeId: string; skillId: string; position?: { x: number; y: number }; inputValues?: Record<string, unknown> }[];
  edges: { edgeId?: string; source: string; sourceOutput: string; target: string; targetInput: string }[];
  metadata?: Record<string, unknown>;
}

export interface Payload {
  workflow: Workflow;
  skills: Record<string, ExecutableSkill>;
}

export type NodeStatus = "completed" | "failed" | "skipped" | "cancelled";

export interface NodeResult {
  status: NodeStatus;
  /** Whether the results of an earlier run served. */
  cached: boolean;
  durationMs: number;
  /** Its place in the order of dependencies, from 0. */
  level: number;
  /** Values by output. Each reading gives copies: changing them changes nothing in the workbench. */
  readonly outputs: Record<string, unknown>;
  logs: { stream: "stdout" | "stderr"; text: string }[];
  error: { code: string; message: string; detail?: string; line?: number } | null;
}

export interface RunResult {
  status: "completed" | "failed" | "cancelled";
  /** The trace that it left (`GET /traces/{trace_id}`). */
  traceId: string | null;
  durationMs: number;
  nodes: Record<string, NodeResult>;
}

export type RunEvent =
  | {
      kind: "runtime";
      runtime: "python" | "javascript" | "three" | "spice";
      state: "loading" | "ready" | "failed";
      stage?: string;
      loaded?: number;
      total?: number;
    }
  | { kind: "started"; nodeId: string }
  | { kind: "log"; nodeId: string; stream: "stdout" | "stderr"; text: string }
  | { kind: "finished"; nodeId: string; status: NodeStatus; cached: boolean; durationMs: number };

declare global {
  interface Window {
    llmos: Llmos;
  }
}
