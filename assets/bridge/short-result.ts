/** The result of a run in short, for a model to read: small values whole, large ones by their beginning and what they are made of. */

import type { NodeResult, Payload, RunResult } from "./llmos.d";
import { summarise } from "./summary";

/** A node of a run in short. */
export interface ShortNode {
  status: NodeResult["status"];
  outputs: Record<string, unknown>;
  error: NodeResult["error"];
  /** The end of what it printed. */
  printed?: string;
}

export interface ShortResult {
  status: RunResult["status"];
  nodes: Record<string, ShortNode>;
}

const LONGEST_TEXT = 2_000;
const LONGEST_PRINTED = 1_000;
/** A list up to this long is told whole. */
const SHORT_LIST = 40;
const LIST_BEGINNING = 10;
const MOST_FIELDS = 40;
const DEEPEST = 4;
const MOST_NODES = 30;
/** What only a picture of it tells. */
const DRAWN = new Set(["image", "scene"]);

export function shortResult(result: RunResult, { workflow, skills }: Payload): ShortResult {
  const nodes: Record<string, ShortNode> = {};
  // What went wrong is told first: a model that sees only a part should see that part.
  const entries = Object.entries(result.nodes).sort(([, one], [, other]) => Number(other.status === "failed") - Number(one.status === "failed"));
  for (const [nodeId, node] of entries.slice(0, MOST_NODES)) {
    const skillId = workflow.nodes.find((one) => one.nodeId === nodeId)?.skillId ?? "";
    const ports = skills[skillId]?.outputs ?? [];
    const values = node.outputs;
    const outputs: Record<string, unknown> = {};
    for (const [name, value] of Object.entries(values)) {
      const port = ports.find((one) => one.name === name);
      outputs[name] = port !== undefined && DRAWN.has(port.type) ? summarise(port as Parameters<typeof summarise>[0], value) : short(value, 0);
    }
    const printed = node.logs.map(({ text }) => text).join("").slice(-LONGEST_PRINTED);
    nodes[nodeId] = { status: node.status, outputs, error: node.error, ...(printed === "" ? {} : { printed }) };
  }
  return { status: result.status, nodes };
}

/** A value as JSON can tell it, in short. */
export function short(value: unknown, depth: number): unknown {
  if (typeof value === "number") return Number.isFinite(value) ? Number(value.toPrecision(8)) : String(value);
  if (typeof value === "string") return value.length > LONGEST_TEXT ? `${value.slice(0, LONGEST_TEXT)}… (${value.length} letters)` : value;
  if (typeof value === "bigint") return String(value);
  if (typeof value !== "object" || value === null) return value ?? null;
  if (value instanceof Uint8Array || value instanceof ArrayBuffer) return `${value.byteLength} bytes`;
  if (Array.isArray(value) || ArrayBuffer.isView(value)) return shortList(value as unknown as ArrayLike<unknown>, depth);
  if (depth >= DEEPEST) return `an object of ${Object.keys(value).length} fields`;
  const fields = Object.entries(value);
  const told = fields.slice(0, MOST_FIELDS).map(([name, field]): [string, unknown] => [name, short(field, depth + 1)]);
  if (fields.length > MOST_FIELDS) told.push(["…", `${fields.length - MOST_FIELDS} more fields`]);
  return Object.fromEntries(told);
}

function shortList(list: ArrayLike<unknown>, depth: number): unknown {
  if (depth >= DEEPEST) return `a list of ${list.length}`;
  const items = (count: number) => Array.from({ length: count }, (_, index) => short(list[index], depth + 1));
  if (list.length <= SHORT_LIST) return items(list.length);
  const described: Record<string, unknown> = { length: list.length, begins: items(LIST_BEGINNING) };
  const numbers = extremes(list);
  if (numbers !== undefined) Object.assign(described, numbers, { ends: short(list[list.length - 1], depth + 1) });
  return described;
}

function extremes(list: ArrayLike<unknown>): { min: number; max: number; mean: number } | undefined {
  let [min, max, sum] = [Infinity, -Infinity, 0];
  for (let index = 0; index < list.length; index += 1) {
    const item = list[index];
    if (typeof item !== "number" || !Number.isFinite(item)) return undefined;
    if (item < min) min = item;
    if (item > max) max = item;
    sum += item;
  }
  const rounded = (number: number) => Number(number.toPrecision(8));
  return { min: rounded(min), max: rounded(max), mean: rounded(sum / list.length) };
}
