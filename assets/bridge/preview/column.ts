/** How the numbers of one table column are written, so that their points line up. Pure. */

import { formatQuantity } from "./units";

const SAMPLE_ROWS = 200;
const SIGNIFICANT = 6;
const MOST_DECIMALS = 8;

/** Writes the numbers of a column with the decimals that a sample of it needs; far-flung magnitudes each in their own form. */
export function columnFormat(values: ArrayLike<unknown>): (value: number) => string {
  const sample = sampleOf(values);
  const magnitudes = sample.map(Math.abs).filter((magnitude) => magnitude > 0);
  const largest = Math.max(0, ...magnitudes);
  const smallest = Math.min(largest, ...magnitudes);
  const isEven = largest < 1e9 && (largest === 0 || (largest >= 1e-3 && smallest >= largest * 1e-5));
  if (!isEven && !sample.every(Number.isInteger)) return (value) => formatQuantity(value, "", { digits: SIGNIFICANT });
  const room = largest === 0 ? 0 : SIGNIFICANT - 1 - Math.floor(Math.log10(largest));
  const most = Math.min(MOST_DECIMALS, Math.max(0, room));
  const decimals = Math.max(0, ...sample.map((value) => decimalsOf(value, most)));
  return (value) => {
    if (!Number.isFinite(value)) return formatQuantity(value);
    // A value that the sample did not foresee is not cut short.
    if (decimals === 0 && !Number.isInteger(value)) return formatQuantity(value, "", { digits: SIGNIFICANT });
    return value.toFixed(decimals).replace(/^-(?=0(\.0*)?$)/, "").replace("-", "−");
  };
}

function sampleOf(values: ArrayLike<unknown>): number[] {
  const step = Math.max(1, Math.floor(values.length / SAMPLE_ROWS));
  const sample: number[] = [];
  for (let row = 0; row < values.length; row += step) {
    const value = values[row];
    if (typeof value === "number" && Number.isFinite(value)) sample.push(value);
  }
  return sample;
}

/** How many decimals a number has, up to `most`. */
function decimalsOf(value: number, most: number): number {
  const [, decimals = ""] = value.toFixed(most).split(".");
  return decimals.replace(/0+$/, "").length;
}
