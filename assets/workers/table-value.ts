/**
 * Tables come as a list of records, a record of lists, or columns and rows; behind this module they are
 * `{columns: [{name, values}]}` with columns of one length.
 */

import { isPlainObject, isTypedArray, type TypedArray } from "./capture";
import { JobFailure } from "./failure";

export interface TableValue {
  columns: { name: string; values: unknown[] | TypedArray; unit?: string }[];
}

/** Undefined where the value is no table; a table that is crooked is an error that says where. */
export function toTable(port: string, value: unknown): TableValue | undefined {
  if (Array.isArray(value)) return value.every(isPlainObject) ? fromRecords(value) : undefined;
  if (!isPlainObject(value)) return undefined;
  if (Array.isArray(value.columns)) {
    if (Array.isArray(value.rows)) return fromRows(port, value.columns, value.rows);
    if (value.columns.every(isColumn)) return even(port, { columns: value.columns.map(canonicalColumn) });
    return undefined;
  }
  const entries = Object.entries(value);
  if (entries.length === 0 || !entries.every(([, values]) => isList(values))) return undefined;
  return even(port, { columns: entries.map(([name, values]) => ({ name, values: values as unknown[] })) });
}

function isList(value: unknown): value is unknown[] | TypedArray {
  return Array.isArray(value) || isTypedArray(value);
}

function isColumn(value: unknown): value is { name: string; values: unknown[]; unit?: unknown } {
  return isPlainObject(value) && typeof value.name === "string" && isList(value.values);
}

function canonicalColumn(column: { name: string; values: unknown[]; unit?: unknown }): TableValue["columns"][number] {
  const { name, values, unit } = column;
  return typeof unit === "string" ? { name, values, unit } : { name, values };
}

/** Records may lack fields of each other; the columns stand in the order in which they first appear. */
function fromRecords(records: Record<string, unknown>[]): TableValue {
  const columns = new Map<string, unknown[]>();
  records.forEach((record, row) => {
    for (const name of Object.keys(record)) {
      let values = columns.get(name);
      if (values === undefined) columns.set(name, (values = new Array<unknown>(records.length).fill(null)));
      values[row] = record[name];
    }
  });
  return { columns: [...columns].map(([name, values]) => ({ name, values })) };
}

function fromRows(port: string, names: unknown[], rows: unknown[]): TableValue {
  const columns = names.map((name) => ({
    name: typeof name === "string" ? name : isPlainObject(name) && typeof name.name === "string" ? name.name : String(name),
    values: new Array<unknown>(rows.length).fill(null),
  }));
  rows.forEach((row, index) => {
    if (isPlainObject(row)) {
      for (const column of columns) column.values[index] = row[column.name] ?? null;
      return;
    }
    if (!isList(row) || row.length !== columns.length) {
      const held = isList(row) ? `${row.length} values` : "no list";
      throw new JobFailure("bad_output", `Output '${port}' is a table of ${columns.length} columns, but its row ${index + 1} holds ${held}.`);
    }
    for (let column = 0; column < columns.length; column += 1) columns[column]!.values[index] = row[column];
  });
  return { columns };
}

function even(port: string, table: TableValue): TableValue {
  const first = table.columns[0];
  const odd = table.columns.find((column) => column.values.length !== first?.values.length);
  if (first !== undefined && odd !== undefined) {
    throw new JobFailure(
      "bad_output",
      `Output '${port}' is a table, but its column '${odd.name}' holds ${odd.values.length} values and '${first.name}' ${first.values.length}.`,
    );
  }
  return table;
}
