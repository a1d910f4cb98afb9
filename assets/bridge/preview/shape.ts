/**
 * What a value is: the guess for ports of type `any`, and the tests of shape that previews and summaries share.
 *
 * The workers have normalised each output by its port before it comes here (see the canonical values in the protocol's notes);
 * these tests only tell shapes apart and trust nothing further.
 */

import type { PortType } from "../protocol";

export type TypedArray = Exclude<ArrayBufferView, DataView> & ArrayLike<number | bigint>;
export type Numbers = ArrayLike<number>;

export interface ImageValue {
  mime: string;
  bytes: Uint8Array<ArrayBuffer>;
}

export interface TableValue {
  columns: { name: string; values: ArrayLike<unknown>; unit?: string }[];
}

export const isTypedArray = (value: unknown): value is TypedArray => ArrayBuffer.isView(value) && !(value instanceof DataView);

export const isArrayLike = (value: unknown): value is ArrayLike<unknown> => Array.isArray(value) || isTypedArray(value);

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value);

/** Whether all entries are numbers, or holes among numbers. Looks at no more than a few hundred of them. */
export function isNumeric(values: ArrayLike<unknown>): values is Numbers {
  if (isTypedArray(values)) return !(values instanceof BigInt64Array || values instanceof BigUint64Array);
  const step = Math.max(1, Math.floor(values.length / 256));
  let numbers = 0;
  for (let index = 0; index < values.length; index += step) {
    const entry = values[index];
    if (typeof entry === "number") numbers += 1;
    else if (entry !== null && entry !== undefined) return false;
  }
  return numbers > 0;
}

export const isImage = (value: unknown): value is ImageValue =>
  isRecord(value) && typeof value.mime === "string" && value.bytes instanceof Uint8Array;

export const isTable = (value: unknown): value is TableValue =>
  isRecord(value) &&
  Array.isArray(value.columns) &&
  value.columns.every((column) => isRecord(column) && typeof column.name === "string" && isArrayLike(column.values));

export const isPlot = (value: unknown): boolean =>
  isRecord(value) && Array.isArray(value.series) && value.series.every((series) => isRecord(series) && isArrayLike(series.y));

export const isScene = (value: unknown): boolean =>
  isRecord(value) && (isProgram(value.program) || (Array.isArray(value.objects) && value.objects.every(isRecord)));

const isProgram = (value: unknown): boolean => isRecord(value) && typeof value.code === "string";

export const isCircuit = (value: unknown): boolean =>
  isRecord(value) && (typeof value.netlist === "string" || (isRecord(value.quantum) && Array.isArray(value.quantum.gates)));

/** The kind that a value of a port of type `any` is shown as. */
export function guessKind(value: unknown): PortType {
  if (typeof value === "number") return "number";
  if (typeof value === "boolean") return "boolean";
  if (typeof value === "string") return "string";
  if (isArrayLike(value)) return "array";
  if (isImage(value)) return "image";
  if (isTable(value)) return "table";
  if (isPlot(value)) return "plot";
  if (isCircuit(value)) return "circuit";
  if (isScene(value)) return "scene";
  return "object";
}

/** What a value is, in the words of an error: `a string`, `an array of 12`, `nothing`. */
export function describe(value: unknown): string {
  if (value === null || value === undefined) return "nothing";
  if (isArrayLike(value)) return `an array of ${value.length}`;
  if (typeof value === "object") return "an object";
  return `a ${typeof value}`;
}
