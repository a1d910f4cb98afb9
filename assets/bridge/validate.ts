/**
 * Reads what a worker says. A worker has run code that nobody vouches for, so nothing of its messages is taken on trust: a message
 * that does not have the protocol's shape is undefined here, and the host counts those.
 */

import type { FromWorker, JobError, OutputSummary, WorkerResult } from "./protocol";

/** A message whose results, if it has any, have been read. */
export type Heard = Exclude<FromWorker, { kind: "report" }> | { kind: "report"; results: WorkerResult[] };

export function readFromWorker(data: unknown): Heard | undefined {
  if (!isRecord(data)) return undefined;
  switch (data.kind) {
    case "ready":
      return typeof data.version === "number" ? { kind: "ready", version: data.version } : undefined;
    case "failed": {
      const error = readError(data.error);
      return error === undefined ? undefined : { kind: "failed", error };
    }
    case "stage":
      return typeof data.stage === "string" ? { kind: "stage", stage: data.stage } : undefined;
    case "log":
      if (!Number.isInteger(data.job) || typeof data.text !== "string") return undefined;
      if (data.stream !== "stdout" && data.stream !== "stderr") return undefined;
      return { kind: "log", job: data.job as number, stream: data.stream, text: data.text };
    case "report": {
      const listed: unknown = typeof data.results === "string" ? parsed(data.results) : data.results;
      if (!Array.isArray(listed)) return undefined;
      const results = listed.map(readResult);
      return results.every((result) => result !== undefined) ? { kind: "report", results } : undefined;
    }
    case "keep":
      return typeof data.name === "string" && data.bytes instanceof ArrayBuffer ? { kind: "keep", name: data.name, bytes: data.bytes } : undefined;
    default:
      return undefined;
  }
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

function readResult(data: unknown): WorkerResult | undefined {
  if (!isRecord(data) || !Number.isInteger(data.job)) return undefined;
  if (typeof data.durationMs !== "number" || !isRecord(data.values) || !Array.isArray(data.outputs)) return undefined;
  const outputs = data.outputs.map(readSummary);
  if (!outputs.every((output) => output !== undefined)) return undefined;
  const error = data.error === null ? null : readError(data.error);
  if (error === undefined) return undefined;
  const durationMs = Number.isFinite(data.durationMs) ? Math.max(0, data.durationMs) : 0;
  return { job: data.job as number, durationMs, outputs, error, values: data.values };
}

function readSummary(data: unknown): OutputSummary | undefined {
  if (!isRecord(data) || typeof data.name !== "string" || typeof data.text !== "string") return undefined;
  if (!Number.isInteger(data.bytes) || (data.bytes as number) < 0) return undefined;
  return { name: data.name, bytes: data.bytes as number, text: data.text.slice(0, 200) };
}

function readError(data: unknown): JobError | undefined {
  if (!isRecord(data) || typeof data.code !== "string" || typeof data.message !== "string") return undefined;
  const detail = typeof data.detail === "string" ? data.detail : null;
  const line = Number.isInteger(data.line) && (data.line as number) > 0 ? (data.line as number) : null;
  return { code: data.code, message: data.message, detail, line };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
