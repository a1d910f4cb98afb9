/** An array: numbers as a curve over their place with the first and last of them, anything else as a list. */

import { Copy } from "lucide";

import { copyText, html, note } from "./dom";
import { Mismatch, type Part, type PreviewOptions } from "./part";
import { isArrayLike, isNumeric, isTypedArray, type Numbers } from "./shape";
import { mountTree } from "./tree";
import { formatCount, formatQuantity } from "./units";

/** Numbers shown at either end, beside the curve. */
const ENDS = 4;
/** Fewer numbers than these are read better than seen. */
const FEW = 4;

export async function mountArray(body: HTMLElement, value: unknown, options: PreviewOptions, signal: AbortSignal): Promise<Part> {
  if (!isArrayLike(value)) throw new Mismatch("An array was promised.");
  if (value.length === 0) {
    body.append(note("An empty array."));
    return { dispose: () => body.replaceChildren() };
  }
  if (!isNumeric(value)) return mountTree(body, value, options);
  if (value.length < FEW) return mountFew(body, value, options);
  const { mountModel, readyModel } = await import("./plot");
  const model = await readyModel({ y: { unit: options.unit }, series: [{ name: options.label, y: value }] }, signal);
  const frame = html("div", { class: "preview-array" });
  const chart = html("div", { class: "preview-array-chart" });
  frame.append(chart, html("p", { class: "preview-ends" }, endsText(value, options.unit ?? "")));
  body.append(frame);
  const part = await mountModel(chart, model, options);
  return {
    ...part,
    dispose: () => {
      part.dispose();
      body.replaceChildren();
    },
    actions: [copying(value), ...(part.actions ?? [])],
    caption: `${isTypedArray(value) ? value.constructor.name : "array"}, ${formatCount(value.length, "number")}`,
  };
}

const copying = (value: Numbers) => ({
  name: "Copy as JSON",
  icon: Copy,
  done: "Copied",
  run: () => copyText(JSON.stringify(Array.from(value))),
});

function mountFew(body: HTMLElement, values: Numbers, { unit = "" }: PreviewOptions): Part {
  const list = html("ul", { class: "preview-few" });
  for (const value of Array.from(values)) list.append(html("li", { title: String(value) }, numberText(value, unit)));
  body.append(list);
  return { dispose: () => body.replaceChildren(), actions: [copying(values)], caption: formatCount(values.length, "number") };
}

const numberText = (value: unknown, unit = ""): string => (typeof value === "number" ? formatQuantity(value, unit) : "–");

/** `0, 0.309, 0.588, … −0.309, 0`. */
function endsText(values: Numbers, unit: string): string {
  const all = Array.from(values.length <= 2 * ENDS ? Array.from(values) : [], (value) => numberText(value, unit));
  if (all.length > 0) return all.join(", ");
  const head = Array.from({ length: ENDS }, (_, index) => numberText(values[index], unit));
  const tail = Array.from({ length: ENDS }, (_, index) => numberText(values[values.length - ENDS + index], unit));
  return `${head.join(", ")}, … ${tail.join(", ")}`;
}
