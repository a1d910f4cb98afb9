/**
 * From what code returned to the outputs that it promised: each one found, checked against its port's type, brought into that
 * type's one form, and taken out of the code's hands. Where something is not as promised, the error names the port.
 */

import type { OutputSummary, Port } from "../bridge/protocol";
import { summarise } from "../bridge/summary";
import { Capture, isPlainObject, isTypedArray, privateCopy } from "./capture";
import { JobFailure } from "./failure";
import { toImage } from "./image-value";
import { toPlot } from "./plot-value";
import { toTable } from "./table-value";

export { privateCopy };

export interface Outputs {
  values: Record<string, unknown>;
  summaries: OutputSummary[];
  /** Buffers inside the values that can be handed over instead of copied. */
  buffers: ArrayBuffer[];
}

/** `owned` says that buffers in `returned` belong to nobody else; `warn` takes words for the person's log. */
export function normaliseOutputs(ports: Port[], returned: unknown, owned: boolean, warn: (text: string) => void): Outputs {
  const found = findOutputs(ports, returned, warn);
  const capture = new Capture(owned);
  const values: Record<string, unknown> = {};
  const summaries: OutputSummary[] = [];
  for (let index = 0; index < ports.length; index += 1) {
    const port = ports[index]!;
    const raw = found[index];
    if (raw === undefined) {
      if (port.required === false) continue;
      throw missing(port, returned);
    }
    const value = capture.take(port.name, toPortType(port, raw));
    values[port.name] = value;
    summaries.push({ name: port.name, bytes: capture.bytes, text: summarise(port, value) });
  }
  return { values, summaries, buffers: capture.buffers };
}

/** The raw value of each port, in their order. */
function findOutputs(ports: Port[], returned: unknown, warn: (text: string) => void): unknown[] {
  const keyed = isPlainObject(returned);
  const only = ports[0];
  if (ports.length === 1 && only !== undefined && !(keyed && Object.hasOwn(returned, only.name))) return [returned];
  if (ports.length === 0) return [];
  if (!keyed) {
    const names = ports.map((port) => `'${port.name}'`).join(", ");
    throw new JobFailure("bad_output", `The code should return an object with ${names}, but it returned ${describeValue(returned)}.`);
  }
  for (const name of Object.keys(returned)) {
    if (!ports.some((port) => port.name === name)) warn(`The returned '${name}' is no output of this skill and is left out.\n`);
  }
  return ports.map((port) => (Object.hasOwn(returned, port.name) ? returned[port.name] : undefined));
}

function missing(port: Port, returned: unknown): JobFailure {
  if (!isPlainObject(returned)) {
    const what = returned === undefined || returned === null ? "nothing" : describeValue(returned);
    return new JobFailure("bad_output", `Output '${port.name}' is missing: the code returned ${what}.`, "End the code with a return of its outputs.");
  }
  const keys = Object.keys(returned);
  const gave = keys.length === 0 ? "an empty object" : `only ${keys.slice(0, 8).map((key) => `'${key}'`).join(", ")}`;
  return new JobFailure("bad_output", `Output '${port.name}' is missing: the code returned ${gave}.`);
}

function toPortType(port: Port, value: unknown): unknown {
  switch (port.type) {
    case "number":
      if (typeof value === "number") return value;
      if (typeof value === "bigint") return Number(value);
      break;
    case "integer":
      if (typeof value === "number" && Number.isInteger(value)) return value;
      if (typeof value === "bigint") return Number(value);
      break;
    case "string":
    case "html":
    case "markdown":
      if (typeof value === "string") return value;
      break;
    case "boolean":
      if (typeof value === "boolean") return value;
      break;
    case "array":
      if (Array.isArray(value) || isTypedArray(value)) return value;
      break;
    case "object":
      if (isPlainObject(value)) return value;
      break;
    case "image":
      return toImage(value) ?? refuse(port, value, "Give a data: URL, the bytes of a PNG, JPEG, GIF, WebP or SVG, SVG text, or {mime, bytes}.");
    case "table":
      return toTable(port.name, value) ?? refuse(port, value, "Give a list of records, a record of lists, or {columns, rows}.");
    case "plot":
      return toPlot(port.name, value) ?? refuse(port, value, "Give {series: [{name, x, y}]} or {x, y}.");
    case "scene":
      if (isPlainObject(value) && (Array.isArray(value.objects) || isPlainObject(value.program))) return value;
      if (Array.isArray(value)) return { objects: value };
      return refuse(port, value, "Give {objects: [...]}, or draw with the second argument of execute.");
    case "circuit":
      if (typeof value === "string") return { netlist: value };
      if (isPlainObject(value) && (typeof value.netlist === "string" || isPlainObject(value.quantum))) return value;
      return refuse(port, value, "Give a netlist as text, {netlist}, or {quantum: {qubits, gates}}.");
    case "any":
      return value;
  }
  return refuse(port, value);
}

function refuse(port: Port, value: unknown, detail?: string): never {
  const kind = /^[aeiou]/.test(port.type) ? `an ${port.type}` : `a ${port.type}`;
  const wanted = port.type === "html" || port.type === "markdown" ? `${port.type} as a string` : kind;
  throw new JobFailure("bad_output", `Output '${port.name}' should be ${wanted}, but the code returned ${describeValue(value)}.`, detail);
}

/** A value in a few words for a person: `a string ("abc")`. */
export function describeValue(value: unknown): string {
  switch (typeof value) {
    case "string":
      return `a string (${JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value)})`;
    case "number":
      return Number.isInteger(value) ? `an integer (${value})` : `a number (${value})`;
    case "boolean":
      return `a boolean (${value})`;
    case "undefined":
      return "nothing";
    case "function":
      return "a function";
    case "bigint":
      return `a big integer (${value})`;
    case "symbol":
      return "a symbol";
    default:
  }
  if (value === null) return "nothing (null)";
  if (Array.isArray(value)) return value.length === 0 ? "an empty array" : `an array of ${value.length}`;
  if (isTypedArray(value)) return `${value.length} numbers (${value.constructor.name})`;
  if (isPlainObject(value)) {
    const keys = Object.keys(value);
    return keys.length === 0 ? "an empty object" : `an object with ${keys.slice(0, 5).map((key) => `'${key}'`).join(", ")}${keys.length > 5 ? ", …" : ""}`;
  }
  const name = (value as object).constructor?.name ?? "unknown";
  return `a ${name} object`;
}
