/**
 * Takes a value out of the hands of the code that made it: a deep copy of plain data, measured, with every part that cannot leave
 * the worker named by its place. Maps become objects, sets arrays, dates ISO text and big integers numbers, so that what other
 * nodes and the page see is plain. After that, nothing the code still holds can change what other nodes or the page see.
 */

import { JobFailure } from "./failure";

export const NODE_LIMIT_BYTES = 64 * 1024 * 1024;
/** Deeper than any data; what goes further refers to itself. */
const DEPTH_LIMIT = 200;
const NONE: ArrayBuffer[] = [];
/** Smaller buffers are cheaper copied than handed over. */
const TRANSFER_BYTES = 4_096;

export type TypedArray =
  | Int8Array | Uint8Array | Uint8ClampedArray | Int16Array | Uint16Array | Int32Array | Uint32Array | Float32Array | Float64Array
  | BigInt64Array | BigUint64Array;

const cloneDeep = structuredClone.bind(globalThis) as <T>(value: T) => T;

/** A copy that shares nothing with the value. */
export function privateCopy<T>(value: T): T {
  return cloneDeep(value);
}

export function isTypedArray(value: unknown): value is TypedArray {
  return ArrayBuffer.isView(value) && !(value instanceof DataView);
}

/** Whether an object is plain data: made by `{}`, `Object.create(null)`, JSON or a message, here or in another realm. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype = Object.getPrototypeOf(value) as object | null;
  return prototype === null || prototype === Object.prototype || Object.getPrototypeOf(prototype) === null;
}

export class Capture {
  readonly #owned: boolean;
  #buffers: Set<ArrayBuffer> | undefined;
  #output = "";
  /** Of the output being captured. */
  #bytes = 0;
  /** Of all outputs of the node so far. */
  #total = 0;

  /** `owned`: buffers belong to nobody else, so they need no copy. */
  constructor(owned: boolean) {
    this.#owned = owned;
  }

  /** Buffers that may be handed over. */
  get buffers(): ArrayBuffer[] {
    return this.#buffers === undefined ? NONE : [...this.#buffers];
  }

  /** The size of the value that was taken last. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The value's copy. */
  take(output: string, value: unknown): unknown {
    this.#output = output;
    this.#bytes = 0;
    return this.#copy(value, output, 0);
  }

  #count(bytes: number): void {
    this.#bytes += bytes;
    this.#total += bytes;
    if (this.#total > NODE_LIMIT_BYTES) {
      throw new JobFailure(
        "output_too_large",
        `Output '${this.#output}' is too large: a node may give at most ${NODE_LIMIT_BYTES / 1024 / 1024} MB.`,
        "Return a summary, fewer points, or numbers as a typed array instead of a list of objects.",
      );
    }
  }

  #copy(value: unknown, place: string, depth: number): unknown {
    switch (typeof value) {
      case "number":
        this.#count(8);
        return value;
      case "string":
        this.#count(value.length * 2);
        return value;
      case "boolean":
      case "undefined":
        this.#count(4);
        return value;
      case "bigint":
        this.#count(8);
        return Number(value);
      case "function":
      case "symbol":
        throw unclonable(this.#output, place, typeof value === "function" ? "a function" : "a symbol");
      default:
    }
    if (value === null) return null;
    if (depth > DEPTH_LIMIT) {
      throw new JobFailure("bad_output", `Output '${this.#output}' is nested more than ${DEPTH_LIMIT} levels deep, or refers to itself.`);
    }
    if (Array.isArray(value)) return this.#copyArray(value, place, depth);
    if (isTypedArray(value)) return this.#copyTyped(value);
    if (value instanceof ArrayBuffer) {
      this.#count(value.byteLength);
      return this.#handOver(this.#owned ? value : value.slice(0));
    }
    if (isPlainObject(value)) return this.#copyObject(value, place, depth);
    if (value instanceof Map) return this.#copyObject(Object.fromEntries([...value].map(([key, item]) => [String(key), item])), place, depth);
    if (value instanceof Set) return this.#copyArray([...value], place, depth);
    if (value instanceof Date) return this.#copy(Number.isNaN(value.getTime()) ? "invalid date" : value.toISOString(), place, depth);
    return this.#copyOther(value as object, place);
  }

  #copyArray(array: unknown[], place: string, depth: number): unknown[] {
    const length = array.length;
    this.#count(16 + length * 4);
    const copy = new Array<unknown>(length);
    for (let index = 0; index < length; index += 1) {
      const item = array[index];
      if (typeof item === "number") {
        this.#count(4);
        copy[index] = item;
      } else {
        copy[index] = this.#copy(item, `${place}[${index}]`, depth + 1);
      }
    }
    return copy;
  }

  #copyTyped(view: TypedArray): TypedArray {
    this.#count(view.byteLength);
    if (view instanceof BigInt64Array || view instanceof BigUint64Array) {
      const numbers = Float64Array.from(view, Number);
      this.#handOver(numbers.buffer);
      return numbers;
    }
    const whole = view.byteLength === view.buffer.byteLength && view.buffer instanceof ArrayBuffer;
    const copy = this.#owned && whole ? view : view.slice();
    this.#handOver(copy.buffer as ArrayBuffer);
    return copy;
  }

  #copyObject(object: Record<string, unknown>, place: string, depth: number): Record<string, unknown> {
    this.#count(16);
    const copy: Record<string, unknown> = {};
    for (const key of Object.keys(object)) {
      this.#count(key.length * 2);
      const item = this.#copy(object[key], `${place}.${key}`, depth + 1);
      // Assigned to, this one name would set the prototype.
      if (key === "__proto__") Object.defineProperty(copy, key, { value: item, enumerable: true, configurable: true, writable: true });
      else copy[key] = item;
    }
    return copy;
  }

  /** What else a message can carry; instances of classes become plain objects. */
  #copyOther(value: object, place: string): unknown {
    try {
      const copy = cloneDeep(value);
      this.#count(256);
      return copy;
    } catch {
      throw unclonable(this.#output, place, `a ${value.constructor?.name ?? "value"} object`);
    }
  }

  #handOver(buffer: ArrayBuffer): ArrayBuffer {
    if (buffer.byteLength >= TRANSFER_BYTES) (this.#buffers ??= new Set()).add(buffer);
    return buffer;
  }
}

function unclonable(output: string, place: string, what: string): JobFailure {
  return new JobFailure(
    "bad_output",
    place === output ? `Output '${output}' is ${what}, which cannot leave the node.` : `Output '${output}' holds ${what} at ${place}, which cannot leave the node.`,
    "Return numbers, strings, lists, plain objects or typed arrays.",
  );
}
