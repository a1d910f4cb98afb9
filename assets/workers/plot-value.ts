/**
 * Plots come as `{series}` with or without a shared `x`, or as bare `{x, y}`; behind this module every series holds its own `x` and
 * `y` of one length, and axes are `{label?, unit?, scale?, min?, max?}`.
 */

import { isPlainObject, isTypedArray, type TypedArray } from "./capture";
import { JobFailure } from "./failure";

type Numbers = number[] | TypedArray;

export interface PlotAxis {
  label?: string;
  unit?: string;
  scale?: "linear" | "log";
  min?: number;
  max?: number;
}

export interface PlotSeries {
  name: string;
  /** Words stand for places of their own, such as the outcomes of a histogram. */
  x: Numbers | string[];
  y: Numbers;
  kind?: "line" | "scatter" | "bar" | "step";
  axis?: "y" | "y2";
}

export interface PlotValue {
  title?: string;
  x?: PlotAxis;
  y?: PlotAxis;
  y2?: PlotAxis;
  series: PlotSeries[];
}

/** Undefined where the value is no plot; a plot that is crooked is an error that says where. */
export function toPlot(port: string, value: unknown): PlotValue | undefined {
  if (isNumbers(value)) return { series: [{ name: port, x: indices(value.length), y: value }] };
  if (!isPlainObject(value)) return undefined;
  const shared = isNumbers(value.x) ? value.x : undefined;
  const series = readSeries(port, value, shared);
  if (series === undefined) return undefined;
  const plot: PlotValue = { series };
  if (typeof value.title === "string") plot.title = value.title;
  for (const axis of ["x", "y", "y2"] as const) {
    const read = readAxis(value, axis);
    if (read !== undefined) plot[axis] = read;
  }
  return plot;
}

function readSeries(port: string, value: Record<string, unknown>, shared: Numbers | undefined): PlotSeries[] | undefined {
  if (Array.isArray(value.series)) return value.series.map((one, index) => oneSeries(port, one, index, shared));
  if (isNumbers(value.y)) {
    const name = typeof value.name === "string" ? value.name : typeof value.title === "string" ? value.title : port;
    return [oneSeries(port, { ...value, name, axis: undefined }, 0, shared)];
  }
  return undefined;
}

function oneSeries(port: string, value: unknown, index: number, shared: Numbers | undefined): PlotSeries {
  const held = isPlainObject(value) ? value : {};
  const name = typeof held.name === "string" ? held.name : typeof held.label === "string" ? held.label : `series ${index + 1}`;
  const y = isNumbers(value) ? value : held.y;
  if (!isNumbers(y)) throw new JobFailure("bad_output", `Output '${port}' is a plot, but its series '${name}' has no list of numbers 'y'.`);
  const x = isNumbers(held.x) || isWords(held.x) ? held.x : (shared ?? indices(y.length));
  if (x.length !== y.length) {
    throw new JobFailure("bad_output", `Output '${port}' is a plot, but in its series '${name}' x holds ${x.length} values and y ${y.length}.`);
  }
  const series: PlotSeries = { name, x, y };
  if (held.kind === "line" || held.kind === "scatter" || held.kind === "bar" || held.kind === "step") series.kind = held.kind;
  if (held.axis === "y" || held.axis === "y2") series.axis = held.axis;
  return series;
}

/** The axis by its own name where that is no list of values, else by the names that people give it: `xAxis`, `x_axis`, `x_label`, `xlabel`. */
function readAxis(value: Record<string, unknown>, axis: "x" | "y" | "y2"): PlotAxis | undefined {
  const held = [value[axis], value[`${axis}Axis`], value[`${axis}_axis`]].find((one) => isPlainObject(one) || typeof one === "string");
  const label = [value[`${axis}Label`], value[`${axis}_label`], value[`${axis}label`]].find((one) => typeof one === "string");
  if (typeof held === "string") return { label: held };
  if (!isPlainObject(held)) return typeof label === "string" ? { label } : undefined;
  const read: PlotAxis = {};
  if (typeof held.label === "string") read.label = held.label;
  else if (typeof label === "string") read.label = label;
  if (typeof held.unit === "string") read.unit = held.unit;
  if (held.scale === "log" || held.scale === "linear") read.scale = held.scale;
  if (typeof held.min === "number") read.min = held.min;
  if (typeof held.max === "number") read.max = held.max;
  return read;
}

/** Gaps in a list may be written as null; they become NaN when drawn. */
function isNumbers(value: unknown): value is Numbers {
  if (isTypedArray(value)) return true;
  return Array.isArray(value) && value.every((item) => typeof item === "number" || item === null);
}

function isWords(value: unknown): value is string[] {
  return Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === "string");
}

function indices(length: number): Float64Array {
  return Float64Array.from({ length }, (_, index) => index);
}
