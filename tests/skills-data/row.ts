/**
 * What a check of the library is made of: a skill, its inputs, and what theory says of its outputs.
 *
 * The helpers throw errors that name the quantity, what it is and what it should be. They know nothing of browsers, so that a
 * table of rows can be run against any runtime.
 */

export type Inputs = Record<string, unknown>;

/** Outputs by name; typed arrays have become plain ones on their way out of the page. */
export type Outputs = Record<string, unknown>;

export interface Row {
  /** The skill's id. */
  skill: string;
  /** What is checked, to be read after the skill's name. */
  says: string;
  /** Inputs given by hand; the others take their defaults. */
  inputs?: Inputs;
  /** Throws where the outputs are not what theory says. */
  check(outputs: Outputs): void;
}

/** A row of inputs that must be refused, and what the error has to say. */
export interface Refusal {
  skill: string;
  inputs: Inputs;
  words: RegExp;
}

export interface Column {
  name: string;
  values: unknown[];
  unit?: string;
}

export interface Series {
  name: string;
  x: number[];
  y: number[];
  kind?: string;
  axis?: string;
}

export interface Axis {
  label?: string;
  unit?: string;
  scale?: string;
}

export interface Plot {
  title?: string;
  x?: Axis;
  y?: Axis;
  y2?: Axis;
  series: Series[];
}

function fail(what: string, is: unknown, should: string): never {
  throw new Error(`${what} is ${typeof is === "string" ? JSON.stringify(is) : String(is)}, but should be ${should}`);
}

/** A number within an absolute distance of what theory says. */
export function near(what: string, actual: unknown, expected: number, tolerance: number): void {
  if (typeof actual !== "number" || !(Math.abs(actual - expected) <= tolerance)) fail(what, actual, `${expected} ± ${tolerance}`);
}

/** A number within a share of what theory says. */
export function ratio(what: string, actual: unknown, expected: number, share: number): void {
  near(what, actual, expected, Math.abs(expected) * share);
}

export function same(what: string, actual: unknown, expected: unknown): void {
  if (JSON.stringify(actual) !== JSON.stringify(expected)) fail(what, JSON.stringify(actual), JSON.stringify(expected));
}

export function holds(what: string, condition: boolean, detail: unknown = ""): void {
  if (!condition) throw new Error(`${what} does not hold${detail === "" ? "" : `: ${String(detail)}`}`);
}

/** Every number of a list near what a function of its index says. */
export function eachNear(what: string, actual: number[], expected: (index: number) => number, tolerance: number): void {
  actual.forEach((value, index) => near(`${what}[${index}]`, value, expected(index), tolerance));
}

export function numbers(outputs: Outputs, name: string): number[] {
  const value = outputs[name];
  if (!Array.isArray(value) || value.some((item) => typeof item !== "number")) fail(`output ${name}`, typeof value, "a list of numbers");
  return value as number[];
}

export function number(outputs: Outputs, name: string): number {
  const value = outputs[name];
  if (typeof value !== "number") fail(`output ${name}`, value, "a number");
  return value;
}

export function plot(outputs: Outputs, name: string): Plot {
  const value = outputs[name] as Plot | undefined;
  if (!Array.isArray(value?.series)) fail(`output ${name}`, value, "a plot");
  for (const { name: series, x, y } of value.series) same(`points of ${series}`, x.length, y.length);
  return value;
}

/** A column of a table output, by its name. */
export function column(outputs: Outputs, table: string, name: string): unknown[] {
  const { columns } = outputs[table] as { columns: Column[] };
  const found = columns.find((one) => one.name === name);
  if (found === undefined) fail(`table ${table}`, columns.map((one) => one.name).join(", "), `one with a column ${name}`);
  return found.values;
}

export function spaced(from: number, to: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => from + ((to - from) * index) / (count - 1));
}

export function sum(values: number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
