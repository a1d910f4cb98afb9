/**
 * A plot value made ready to draw: numbers as Float64Array, and an index over blocks of samples that tells the lowest and highest
 * of any stretch at once. That index is what keeps a million points fluid without losing a peak.
 *
 * Pure: no canvas, no document. Long work is a generator that yields, so that the caller decides how to slice it.
 */

import { isArrayLike, isRecord } from "./shape";
import { Mismatch } from "./part";

/** Samples in one block of the index. */
export const BLOCK = 256;
/** Samples handled between two places where the work may be interrupted. */
const STRIDE = 32_768;

export type TraceKind = "line" | "scatter" | "bar" | "step";
export type AxisName = "y" | "y2";

export interface AxisModel {
  label: string;
  unit: string;
  log: boolean;
  min: number | undefined;
  max: number | undefined;
}

export interface Trace {
  name: string;
  kind: TraceKind;
  axis: AxisName;
  x: Float64Array;
  y: Float64Array;
  /** Whether x never falls: then samples are found by bisection and stretches are drawn as envelopes. */
  rising: boolean;
  /** Samples whose x and y are both finite. */
  finite: number;
  xExtent: Extent;
  /** The smallest distance between neighbours on x, for the width of bars; infinite with fewer than two. */
  xStep: number;
  blocks: { xLow: Float64Array; xHigh: Float64Array; yLow: Float64Array; yHigh: Float64Array; yPositive: Float64Array };
}

/** Lowest, highest, and lowest above zero; infinities where there is nothing. */
export interface Extent {
  low: number;
  high: number;
  positive: number;
}

export interface PlotModel {
  title: string;
  x: AxisModel;
  y: AxisModel;
  y2: AxisModel | undefined;
  /** Names of the places on x, where x holds words instead of numbers. */
  categories: string[] | undefined;
  traces: Trace[];
}

export const emptyExtent = (): Extent => ({ low: Infinity, high: -Infinity, positive: Infinity });

/** How many samples a plot value holds, before it is read. */
export function countSamples(value: unknown): number {
  if (!isRecord(value) || !Array.isArray(value.series)) return 0;
  return value.series.reduce((sum: number, series: unknown) => {
    return sum + (isRecord(series) && isArrayLike(series.y) ? series.y.length : 0);
  }, 0);
}

/** Reads a plot value. Throws a `Mismatch` that says what is missing. */
export function* readPlot(value: unknown): Generator<void, PlotModel> {
  if (!isRecord(value) || !Array.isArray(value.series)) throw new Mismatch("A plot needs a list named “series”.");
  const categories: string[] = [];
  const traces: Trace[] = [];
  for (const [index, series] of value.series.entries()) {
    if (!isRecord(series) || !isArrayLike(series.y)) throw new Mismatch(`Series ${index + 1} has no list of numbers named “y”.`);
    traces.push(yield* readTrace(series, series.y, index, categories));
  }
  const y2 = traces.some((trace) => trace.axis === "y2");
  return {
    title: textOf(value.title),
    x: readAxis(value.x),
    y: readAxis(value.y),
    y2: y2 ? readAxis(value.y2) : undefined,
    categories: categories.length > 0 ? categories : undefined,
    traces,
  };
}

const textOf = (value: unknown): string => (typeof value === "string" ? value : "");
const numberOf = (value: unknown): number | undefined => (typeof value === "number" && Number.isFinite(value) ? value : undefined);

function readAxis(value: unknown): AxisModel {
  const axis = isRecord(value) ? value : {};
  const log = axis.scale === "log";
  const bound = (name: string) => {
    const limit = numberOf(axis[name]);
    return limit !== undefined && (!log || limit > 0) ? limit : undefined;
  };
  return { label: textOf(axis.label), unit: textOf(axis.unit), log, min: bound("min"), max: bound("max") };
}

function kindOf(value: unknown): TraceKind {
  return value === "scatter" || value === "bar" || value === "step" ? value : "line";
}

function* readTrace(
  series: Record<string, unknown>,
  values: ArrayLike<unknown>,
  index: number,
  categories: string[],
): Generator<void, Trace> {
  const places = series.x;
  const length = isArrayLike(places) ? Math.min(places.length, values.length) : values.length;
  const y = yield* toNumbers(values, length);
  const x = isArrayLike(places) ? yield* toPlaces(places, length, categories) : yield* counted(length);
  return yield* indexTrace({
    name: textOf(series.name) || `Series ${index + 1}`,
    kind: kindOf(series.kind),
    axis: series.axis === "y2" ? "y2" : "y",
    x,
    y,
  });
}

/** Anything that is not a number becomes NaN: a gap. */
function* toNumbers(values: ArrayLike<unknown>, length: number): Generator<void, Float64Array> {
  if (values instanceof Float64Array) return values.length === length ? values : values.subarray(0, length);
  const numbers = new Float64Array(length);
  for (let index = 0; index < length; index += 1) {
    const entry = values[index];
    numbers[index] = typeof entry === "number" ? entry : typeof entry === "bigint" ? Number(entry) : NaN;
    if (index % STRIDE === STRIDE - 1) yield;
  }
  return numbers;
}

/** 0, 1, 2…: where a series names no places. */
function* counted(length: number): Generator<void, Float64Array> {
  const numbers = new Float64Array(length);
  for (let index = 0; index < length; index += 1) {
    numbers[index] = index;
    if (index % STRIDE === STRIDE - 1) yield;
  }
  return numbers;
}

/** Like `toNumbers`, but words get places of their own, shared by all series. */
function* toPlaces(values: ArrayLike<unknown>, length: number, categories: string[]): Generator<void, Float64Array> {
  if (typeof values[0] !== "string") return yield* toNumbers(values, length);
  const known = new Map(categories.map((name, place) => [name, place]));
  const numbers = new Float64Array(length);
  for (let index = 0; index < length; index += 1) {
    const name = String(values[index]);
    let place = known.get(name);
    if (place === undefined) {
      place = categories.push(name) - 1;
      known.set(name, place);
    }
    numbers[index] = place;
    if (index % STRIDE === STRIDE - 1) yield;
  }
  return numbers;
}

function* indexTrace(source: Pick<Trace, "name" | "kind" | "axis" | "x" | "y">): Generator<void, Trace> {
  const { x, y } = source;
  const count = Math.ceil(x.length / BLOCK);
  const blocks = {
    xLow: new Float64Array(count).fill(Infinity),
    xHigh: new Float64Array(count).fill(-Infinity),
    yLow: new Float64Array(count).fill(Infinity),
    yHigh: new Float64Array(count).fill(-Infinity),
    yPositive: new Float64Array(count).fill(Infinity),
  };
  const extent = emptyExtent();
  let rising = true;
  let finite = 0;
  let last = -Infinity;
  let xStep = Infinity;
  for (let block = 0; block < count; block += 1) {
    const end = Math.min(x.length, (block + 1) * BLOCK);
    let xLow = Infinity;
    let xHigh = -Infinity;
    let yLow = Infinity;
    let yHigh = -Infinity;
    let yPositive = Infinity;
    for (let index = block * BLOCK; index < end; index += 1) {
      const here = x[index] as number;
      const value = y[index] as number;
      if (!(here - here === 0)) {
        // A sample without a place cannot be found by bisection.
        rising = false;
        continue;
      }
      if (here < last) rising = false;
      else if (here > last && here - last < xStep) xStep = here - last;
      last = here;
      if (here < xLow) xLow = here;
      if (here > xHigh) xHigh = here;
      if (here > 0 && here < extent.positive) extent.positive = here;
      if (!(value - value === 0)) continue;
      finite += 1;
      if (value < yLow) yLow = value;
      if (value > yHigh) yHigh = value;
      if (value > 0 && value < yPositive) yPositive = value;
    }
    blocks.xLow[block] = xLow;
    blocks.xHigh[block] = xHigh;
    blocks.yLow[block] = yLow;
    blocks.yHigh[block] = yHigh;
    blocks.yPositive[block] = yPositive;
    if (xLow < extent.low) extent.low = xLow;
    if (xHigh > extent.high) extent.high = xHigh;
    if (block % (STRIDE / BLOCK) === STRIDE / BLOCK - 1) yield;
  }
  return { ...source, rising, finite, xExtent: extent, xStep, blocks };
}

/** The first sample at or right of `place`, of a trace that rises. */
export function firstAtOrAfter(x: Float64Array, place: number, from = 0, to = x.length): number {
  let low = from;
  let high = to;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((x[middle] as number) < place) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The first sample right of `place`, of a trace that rises. */
export function firstAfter(x: Float64Array, place: number): number {
  let low = 0;
  let high = x.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((x[middle] as number) <= place) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Widens `extent` by the y values of the samples in `[from, to)`. */
export function extendByRange(trace: Trace, from: number, to: number, extent: Extent): void {
  const { blocks, y } = trace;
  let index = from;
  while (index < to) {
    if (index % BLOCK === 0 && index + BLOCK <= to) {
      const block = index / BLOCK;
      const low = blocks.yLow[block] as number;
      const high = blocks.yHigh[block] as number;
      const positive = blocks.yPositive[block] as number;
      if (low < extent.low) extent.low = low;
      if (high > extent.high) extent.high = high;
      if (positive < extent.positive) extent.positive = positive;
      index += BLOCK;
    } else {
      const value = y[index] as number;
      if (value - value === 0) {
        if (value < extent.low) extent.low = value;
        if (value > extent.high) extent.high = value;
        if (value > 0 && value < extent.positive) extent.positive = value;
      }
      index += 1;
    }
  }
}

/** The lowest and highest y of what lies between two places on x, with the neighbours that lines run to. */
export function yExtentBetween(trace: Trace, left: number, right: number): Extent {
  const extent = emptyExtent();
  if (trace.rising) {
    const reach = trace.kind === "line" || trace.kind === "step" ? 1 : 0;
    const from = Math.max(0, firstAtOrAfter(trace.x, left) - reach);
    const to = firstAfter(trace.x, right);
    extendByRange(trace, from, Math.min(trace.x.length, to + reach), extent);
    return extent;
  }
  const { xLow, xHigh } = trace.blocks;
  for (let block = 0; block < xLow.length; block += 1) {
    if ((xHigh[block] as number) < left || (xLow[block] as number) > right) continue;
    extendByRange(trace, block * BLOCK, Math.min(trace.x.length, (block + 1) * BLOCK), extent);
  }
  return extent;
}
