/**
 * Which stretch of each axis a plot shows, how zooming changes it, and where its ticks stand. Pure.
 */

import {
  emptyExtent,
  yExtentBetween,
  type AxisModel,
  type AxisName,
  type Extent,
  type PlotModel,
  type Trace,
} from "./plot-model";
import { linearTicks, logTicks, type TickFormat } from "./units";

export interface Range {
  min: number;
  max: number;
}

/** The stretches shown. */
export interface View {
  x: Range;
  y: Range;
  y2: Range;
}

export interface Ticks {
  places: number[];
  /** The text at each place; empty where there is no room for it. */
  labels: string[];
  /** Places of fainter lines between, which only guide the eye. */
  minor: number[];
  /** What the axis label says besides its words: a unit that takes no prefix, a power of ten. */
  shared: string;
}

/** The width of a letter of a tick, in pixels, near enough to count how many names fit. */
const CHARACTER = 7;

const forward = (value: number, log: boolean): number => (log ? Math.log10(value) : value);
const backward = (value: number, log: boolean): number => (log ? 10 ** value : value);

/** The whole of x, with the air that points and bars need. */
export function wholeX(model: PlotModel, shown: readonly Trace[]): Range {
  const extent = emptyExtent();
  let points = false;
  let half = 0;
  for (const trace of shown) {
    extent.low = Math.min(extent.low, trace.xExtent.low);
    extent.high = Math.max(extent.high, trace.xExtent.high);
    extent.positive = Math.min(extent.positive, trace.xExtent.positive);
    if (trace.kind === "scatter" || !trace.rising) points = true;
    if (trace.kind === "bar") half = Math.max(half, (Number.isFinite(trace.xStep) ? trace.xStep : 1) / 2);
  }
  if (half > 0 && !model.x.log) {
    extent.low -= half;
    extent.high += half;
  }
  return fit(extent, model.x, points ? 0.03 : 0);
}

/** What y shows for a stretch of x when nobody chose. */
export function fittingY(model: PlotModel, name: AxisName, x: Range, shown: readonly Trace[]): Range {
  const axis = name === "y" ? model.y : (model.y2 ?? model.y);
  const extent = emptyExtent();
  let bars = false;
  for (const trace of shown) {
    if (trace.axis !== name) continue;
    const part = yExtentBetween(trace, x.min, x.max);
    extent.low = Math.min(extent.low, part.low);
    extent.high = Math.max(extent.high, part.high);
    extent.positive = Math.min(extent.positive, part.positive);
    if (trace.kind === "bar") bars = true;
  }
  if (!bars || axis.log || extent.low > extent.high) return fit(extent, axis, 0.06);
  // Bars stand on zero: a cut foot would lie about their height.
  const range = fit({ ...extent, low: Math.min(0, extent.low), high: Math.max(0, extent.high) }, axis, 0.06);
  return { min: extent.low >= 0 ? (axis.min ?? 0) : range.min, max: extent.high <= 0 ? (axis.max ?? 0) : range.max };
}

/** An extent with air around it, the axis's own limits put first; something sensible where there is nothing. */
function fit(extent: Extent, axis: AxisModel, air: number): Range {
  const low = axis.log ? extent.positive : extent.low;
  const high = extent.high;
  let range: Range;
  if (!(low <= high) || (axis.log && !(high > 0))) {
    range = axis.log ? { min: 1, max: 10 } : { min: 0, max: 1 };
  } else if (low === high) {
    const reach = low === 0 ? 1 : Math.abs(low) * 0.1;
    range = axis.log ? { min: low / 10 ** 0.5, max: low * 10 ** 0.5 } : { min: low - reach, max: low + reach };
  } else {
    const from = forward(low, axis.log);
    const to = forward(high, axis.log);
    const pad = (to - from) * air;
    range = pad === 0 ? { min: low, max: high } : { min: backward(from - pad, axis.log), max: backward(to + pad, axis.log) };
  }
  const min = axis.min ?? range.min;
  const max = axis.max ?? range.max;
  return min < max ? { min, max } : range;
}

/** Where on the way from `min` to `max` a value lies, 0 to 1 inside. */
export function fraction(value: number, range: Range, log: boolean): number {
  const from = forward(range.min, log);
  return (forward(value, log) - from) / (forward(range.max, log) - from);
}

/** The value that lies at a fraction of the way. */
export function valueAt(share: number, range: Range, log: boolean): number {
  const from = forward(range.min, log);
  return backward(from + share * (forward(range.max, log) - from), log);
}

/** The range made `factor` as wide, what lies at `share` staying where it is. */
export function zoomed(range: Range, log: boolean, factor: number, share: number): Range {
  const result = { min: valueAt(share - share * factor, range, log), max: valueAt(share + (1 - share) * factor, range, log) };
  return isDrawable(result, log) ? result : range;
}

/** The range moved by a share of its own width. */
export function panned(range: Range, log: boolean, share: number): Range {
  const result = { min: valueAt(share, range, log), max: valueAt(1 + share, range, log) };
  return isDrawable(result, log) ? result : range;
}

/** Moves a range back into `whole`, and shrinks it where it is wider. */
export function within(range: Range, whole: Range, log: boolean): Range {
  const width = forward(range.max, log) - forward(range.min, log);
  const limit = forward(whole.max, log) - forward(whole.min, log);
  if (width >= limit * (1 - 1e-9)) return whole;
  if (range.min < whole.min) return { min: whole.min, max: backward(forward(whole.min, log) + width, log) };
  if (range.max > whole.max) return { min: backward(forward(whole.max, log) - width, log), max: whole.max };
  return range;
}

/** Whether floating-point numbers can still tell the places of this range apart. */
export function isDrawable(range: Range, log: boolean): boolean {
  const { min, max } = range;
  if (!Number.isFinite(min) || !Number.isFinite(max) || !(min < max) || (log && min <= 0)) return false;
  return max - min > Math.max(Math.abs(min), Math.abs(max)) * 1e-12;
}

/** Ticks for an axis with room for about `room` labels. */
export function ticksFor(range: Range, axis: AxisModel, room: number): Ticks {
  const decades = axis.log ? Math.log10(range.max / range.min) : 0;
  if (axis.log && decades >= 1) return decadeTicks(range, axis, room, decades);
  return linear(range, axis.unit, room);
}

/** A place for each name, and no more names than stand side by side in `width` pixels. */
export function categoryTicks(range: Range, names: readonly string[], width: number): Ticks {
  const longest = names.reduce((most, name) => Math.max(most, name.length), 1);
  const room = Math.max(1, width / (longest * CHARACTER + 10));
  const stride = Math.max(1, Math.ceil((range.max - range.min) / room));
  const places = names.map((_, place) => place).filter((place) => place % stride === 0 && place >= range.min && place <= range.max);
  return { places, labels: places.map((place) => names[place] ?? ""), minor: [], shared: "" };
}

function linear(range: Range, unit: string, room: number): Ticks {
  const rough = (range.max - range.min) / Math.max(1, room);
  const magnitude = 10 ** Math.floor(Math.log10(rough));
  const step = magnitude * ([1, 2, 5, 10].find((multiple) => multiple * magnitude >= rough * 0.999) ?? 10);
  const places: number[] = [];
  const first = Math.ceil(range.min / step - 1e-6);
  const last = Math.floor(range.max / step + 1e-6);
  for (let index = first; index <= last && places.length < 1000; index += 1) places.push(index === 0 ? 0 : roundTo(index * step, step));
  const format: TickFormat = linearTicks(places, step, unit);
  return { places, labels: places.map(format.format), minor: [], shared: format.shared };
}

/** Takes the dust of multiplication off: 0.30000000000000004 is 0.3. */
function roundTo(value: number, step: number): number {
  const digits = Math.ceil(Math.log10(Math.abs(value) / step)) + 3;
  return digits > 0 && digits < 16 ? Number(value.toPrecision(Math.max(digits, 3))) : value;
}

/** Labels at decades (or every second, third… of them), lines at 2 to 9 between; labels at 2 and 5 too where there is room. */
function decadeTicks(range: Range, axis: AxisModel, room: number, decades: number): Ticks {
  const format = logTicks(axis.unit);
  const every = Math.max(1, Math.ceil(decades / Math.max(1, room)));
  const labelled = decades * 3 <= room ? [1, 2, 5] : [1];
  const places: number[] = [];
  const labels: string[] = [];
  const minor: number[] = [];
  const first = Math.floor(Math.log10(range.min) + 1e-9);
  const last = Math.floor(Math.log10(range.max) + 1e-9);
  const offset = busiestOffset(range, first, last, every);
  for (let decade = first; decade <= last; decade += 1) {
    for (let digit = 1; digit <= 9; digit += 1) {
      const place = Number(`${digit}e${decade}`);
      if (place < range.min * (1 - 1e-9) || place > range.max * (1 + 1e-9)) continue;
      if (!labelled.includes(digit)) {
        if (every === 1) minor.push(place);
        continue;
      }
      places.push(place);
      labels.push(modulo(decade, every) === offset ? format.format(place) : "");
    }
  }
  return { places, labels, minor, shared: format.shared };
}

/** Where only every second or third decade has a label: the choice that gives most of them one. */
function busiestOffset(range: Range, first: number, last: number, every: number): number {
  const counts = new Array<number>(every).fill(0);
  for (let decade = first; decade <= last; decade += 1) {
    const place = 10 ** decade;
    if (place < range.min * (1 - 1e-9) || place > range.max * (1 + 1e-9)) continue;
    const offset = modulo(decade, every);
    counts[offset] = (counts[offset] ?? 0) + 1;
  }
  return counts.indexOf(Math.max(...counts));
}

const modulo = (value: number, divisor: number): number => ((value % divisor) + divisor) % divisor;
