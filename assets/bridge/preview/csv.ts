/** Values as CSV or TSV (RFC 4180), written in slices so that large ones do not hold up the page. Numbers keep every digit. */

import type { Trace, PlotModel } from "./plot-model";
import type { TableValue } from "./shape";

export type Separator = "," | "\t";

const ROWS_AT_ONCE = 512;

/** A cell, quoted where it must be. */
export function cell(value: unknown, separator: Separator): string {
  const text = cellText(value);
  return text.includes(separator) || /["\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** What a cell of a table says. */
export function cellText(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "string") return value;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? "" : value.toISOString();
  if (typeof value === "object") {
    try {
      return JSON.stringify(value) ?? "";
    } catch {
      return String(value);
    }
  }
  return String(value);
}

/** The parts of a text file; a `Blob` or `join("")` makes one of them. `order` names the rows where they are sorted. */
export function* tableText(table: TableValue, separator: Separator, order?: Uint32Array): Generator<void, string[]> {
  const { columns } = table;
  const length = columns[0]?.values.length ?? 0;
  return yield* text(
    columns.map((column) => column.name),
    length,
    (row) => columns.map((column) => column.values[order ? (order[row] as number) : row]),
    separator,
  );
}

/** The traces of a plot: one shared column of x where they have it in common, a pair of columns for each otherwise. */
export function* plotText(model: PlotModel, traces: readonly Trace[], separator: Separator): Generator<void, string[]> {
  const xName = withUnit(model.x.label || "x", model.x.unit);
  const names = traces.map((trace) => withUnit(trace.name, (trace.axis === "y2" ? model.y2 : model.y)?.unit ?? ""));
  const place = (x: number | undefined) => (x === undefined ? undefined : (model.categories?.[x] ?? number(x)));
  const length = traces.reduce((most, trace) => Math.max(most, trace.x.length), 0);
  if (haveSameX(traces)) {
    return yield* text([xName, ...names], length, (row) => [place(traces[0]?.x[row]), ...traces.map((trace) => number(trace.y[row]))], separator);
  }
  const head = names.flatMap((name) => [`${xName} of ${name}`, name]);
  return yield* text(head, length, (row) => traces.flatMap((trace) => [place(trace.x[row]), number(trace.y[row])]), separator);
}

/** A gap is an empty cell. */
const number = (value: number | undefined): number | undefined => (value === undefined || Number.isNaN(value) ? undefined : value);

const withUnit = (name: string, unit: string): string => (unit === "" ? name : `${name} (${unit})`);

function haveSameX(traces: readonly Trace[]): boolean {
  const first = traces[0]?.x;
  if (!first) return true;
  return traces.every(({ x }) => x === first || (x.length === first.length && x.every((value, index) => Object.is(value, first[index]))));
}

function* text(head: string[], length: number, row: (index: number) => unknown[], separator: Separator): Generator<void, string[]> {
  const line = (cells: unknown[]) => `${cells.map((value) => cell(value, separator)).join(separator)}\r\n`;
  const parts = [line(head)];
  let part = "";
  for (let index = 0; index < length; index += 1) {
    part += line(row(index));
    if (index % ROWS_AT_ONCE === ROWS_AT_ONCE - 1) {
      parts.push(part);
      part = "";
      yield;
    }
  }
  parts.push(part);
  return parts;
}
