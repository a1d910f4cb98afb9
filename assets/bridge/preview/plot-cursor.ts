/**
 * What a plot's cursor reads: the nearest sample of each trace at a place on x, or the nearest point of a free curve. Pure.
 */

import { firstAtOrAfter, type Trace } from "./plot-model";
import { mapping, type Frame } from "./plot-frame";
import { fraction } from "./plot-scale";

export interface Reading {
  trace: Trace;
  x: number;
  y: number;
}

/** The sample of the given traces that lies nearest on x, in what the eye sees. */
export function nearestPlace(traces: readonly Trace[], place: number, frame: Frame): number | undefined {
  let best: number | undefined;
  let distance = Infinity;
  const at = fraction(place, frame.x, frame.xLog);
  for (const { x } of traces) {
    const after = firstAtOrAfter(x, place);
    for (const index of [after - 1, after]) {
      const candidate = x[index];
      if (candidate === undefined) continue;
      const gap = Math.abs(fraction(candidate, frame.x, frame.xLog) - at);
      if (gap < distance) {
        distance = gap;
        best = candidate;
      }
    }
  }
  return best;
}

/** The next sample on x in a direction, at least `reach` away; the outermost where there is none further. */
export function nextPlace(traces: readonly Trace[], place: number, direction: 1 | -1, reach: number): number | undefined {
  let best: number | undefined;
  for (const { x } of traces) {
    const beyond = direction === 1 ? firstAtOrAfter(x, place + reach) : firstAtOrAfter(x, place - reach);
    // To the right: the first sample at or beyond. To the left: the last one not beyond.
    let index = direction === 1 ? beyond : x[beyond] === place - reach ? beyond : beyond - 1;
    if (reach === 0) {
      while (index >= 0 && index < x.length && x[index] === place) index += direction;
    }
    index = Math.min(x.length - 1, Math.max(0, index));
    const candidate = x[index];
    if (candidate === undefined) continue;
    if (best === undefined || (direction === 1 ? candidate < best : candidate > best)) best = candidate;
  }
  return best;
}

/** What a trace that rises says at a place on x: its sample, or what its line shows between two. */
export function readAt(trace: Trace, place: number): number | undefined {
  const { x, y } = trace;
  const after = firstAtOrAfter(x, place);
  const right = x[after];
  if (right === place) return finite(y[after]);
  const left = x[after - 1];
  if (left === undefined || right === undefined) return undefined;
  const before = y[after - 1] as number;
  if (trace.kind === "step") return finite(before);
  if (trace.kind !== "line") return undefined;
  const next = y[after] as number;
  return finite(before + ((next - before) * (place - left)) / (right - left));
}

const finite = (value: number | undefined): number | undefined => (value !== undefined && value - value === 0 ? value : undefined);

/** The sample that lies nearest on the screen, by looking at all of them. */
export function nearestSample(trace: Trace, px: number, py: number, frame: Frame): Near | undefined {
  const { x, y } = trace;
  const map = mapping(frame);
  let best: Near | undefined;
  for (let index = 0; index < x.length; index += 1) {
    const distance = Math.hypot(map.x(x[index] as number) - px, map.y(y[index] as number) - py);
    if (distance < (best?.distance ?? Infinity)) best = { index, distance };
  }
  return best;
}

/** A sample and how far it is from where one looked, in pixels. */
export interface Near {
  index: number;
  distance: number;
}

/** Side of a cell of the map below, in pixels. */
const CELL = 4;
const STRIDE = 32_768;

/** One sample for each small cell of the screen: finds the nearest of a million at once. Made for one view of one trace. */
export class SampleMap {
  readonly trace: Trace;
  readonly #frame: Frame;
  readonly #columns: number;
  readonly #cells: Int32Array;

  private constructor(trace: Trace, frame: Frame) {
    this.trace = trace;
    this.#frame = frame;
    this.#columns = Math.ceil(frame.width / CELL) + 1;
    this.#cells = new Int32Array(this.#columns * (Math.ceil(frame.height / CELL) + 1)).fill(-1);
  }

  static *of(trace: Trace, frame: Frame): Generator<void, SampleMap> {
    const made = new SampleMap(trace, frame);
    const { x, y } = trace;
    const map = mapping(frame);
    for (let index = 0; index < x.length; index += 1) {
      const px = map.x(x[index] as number);
      const py = map.y(y[index] as number);
      if (px >= 0 && px <= frame.width && py >= 0 && py <= frame.height) {
        made.#cells[Math.floor(py / CELL) * made.#columns + Math.floor(px / CELL)] = index;
      }
      if (index % STRIDE === STRIDE - 1) yield;
    }
    return made;
  }

  /** The nearest sample within `reach` pixels, true to the size of a cell. */
  nearest(px: number, py: number, reach: number): Near | undefined {
    const map = mapping(this.#frame);
    const rows = this.#cells.length / this.#columns;
    let best: Near | undefined;
    const [top, bottom] = [Math.floor((py - reach) / CELL), Math.floor((py + reach) / CELL)];
    const [left, right] = [Math.floor((px - reach) / CELL), Math.floor((px + reach) / CELL)];
    for (let row = Math.max(0, top); row <= Math.min(rows - 1, bottom); row += 1) {
      for (let column = Math.max(0, left); column <= Math.min(this.#columns - 1, right); column += 1) {
        const index = this.#cells[row * this.#columns + column] as number;
        if (index < 0) continue;
        const distance = Math.hypot(map.x(this.trace.x[index] as number) - px, map.y(this.trace.y[index] as number) - py);
        if (distance < (best?.distance ?? Infinity)) best = { index, distance };
      }
    }
    return best;
  }
}
