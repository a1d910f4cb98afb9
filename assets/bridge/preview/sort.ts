/** Sorting of table rows by a column, as a generator: a hundred thousand rows without holding up the page. Pure. */

export type Direction = "ascending" | "descending";

const STRIDE = 8_192;

/**
 * The rows in order of their values: numbers by size, all else as a person would (`item 2` before `item 10`), gaps always last.
 * Rows of equal value keep their order.
 */
export function* sortedRows(values: ArrayLike<unknown>, direction: Direction): Generator<void, Uint32Array> {
  const sign = direction === "ascending" ? 1 : -1;
  const places = Array.from({ length: values.length }, (_, row) => row);
  yield;
  const filled = places.filter((row) => !isGap(values[row]));
  const gaps = places.filter((row) => isGap(values[row]));
  yield;
  const areNumbers = filled.every((row) => typeof values[row] === "number");
  const collator = new Intl.Collator(undefined, { numeric: true });
  const texts = areNumbers ? [] : filled.map((row) => [row, String(values[row])] as const);
  yield;
  const textOf = new Map(texts);
  yield;
  const compare = areNumbers
    ? (a: number, b: number) => sign * ((values[a] as number) - (values[b] as number))
    : (a: number, b: number) => sign * collator.compare(textOf.get(a) ?? "", textOf.get(b) ?? "");
  const order = yield* mergeSort(Uint32Array.from(filled), compare);
  const result = new Uint32Array(values.length);
  result.set(order);
  result.set(gaps, order.length);
  return result;
}

const isGap = (value: unknown): boolean => value === null || value === undefined || Number.isNaN(value);

/** Bottom-up merge sort; yields every few thousand comparisons. */
function* mergeSort(rows: Uint32Array, compare: (a: number, b: number) => number): Generator<void, Uint32Array> {
  let from: Uint32Array = rows;
  let to: Uint32Array = new Uint32Array(rows.length);
  let work = 0;
  for (let width = 1; width < rows.length; width *= 2) {
    for (let start = 0; start < rows.length; start += 2 * width) {
      const middle = Math.min(start + width, rows.length);
      const end = Math.min(start + 2 * width, rows.length);
      let left = start;
      let right = middle;
      for (let at = start; at < end; at += 1) {
        const takeLeft = left < middle && (right >= end || compare(from[left] as number, from[right] as number) <= 0);
        to[at] = from[takeLeft ? left++ : right++] as number;
        if (++work % STRIDE === 0) yield;
      }
    }
    [from, to] = [to, from];
  }
  return from;
}
