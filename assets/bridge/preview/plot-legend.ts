/** A plot's head, its title and a button for each trace that hides or shows it; and the card that says what the cursor reads. */

import type { Chart } from "./plot-chart";
import type { Reading } from "./plot-cursor";
import type { Trace } from "./plot-model";
import type { Range } from "./plot-scale";
import { html } from "./dom";
import { formatExact, formatQuantity } from "./units";

const swatchOf = (trace: Trace): HTMLElement => html("span", { class: `preview-plot-swatch preview-plot-swatch-${trace.kind}` });

/** Title and legend. A single trace needs no legend: its name is the title, where there is no other. */
export class Legend {
  readonly element: HTMLElement;
  readonly #chart: Chart;
  readonly #swatches = new Map<Trace, HTMLElement>();

  constructor(chart: Chart) {
    this.#chart = chart;
    const { title, traces } = chart.model;
    const isSingle = traces.length === 1;
    const shownTitle = title === "" && isSingle ? (traces[0]?.name ?? "") : title;
    const list = html("div", { class: "preview-plot-legend", role: "group", "aria-label": "Series" });
    if (!isSingle) list.append(...traces.map((trace) => this.#button(trace)));
    this.element = html("div", { class: "preview-plot-head" }, shownTitle !== "" && html("span", { class: "preview-plot-title" }, shownTitle), list);
    this.restyle();
  }

  restyle(): void {
    for (const [trace, swatch] of this.#swatches) swatch.style.setProperty("--preview-swatch", this.#chart.colourOf(trace));
  }

  #button(trace: Trace): HTMLButtonElement {
    const swatch = swatchOf(trace);
    this.#swatches.set(trace, swatch);
    const button = html(
      "button",
      { type: "button", class: "preview-plot-series", "aria-pressed": "true", title: `Show or hide ${trace.name}` },
      swatch,
      html("span", { class: "preview-plot-name" }, trace.name),
    );
    button.addEventListener("click", () => {
      this.#chart.toggle(trace);
      button.setAttribute("aria-pressed", String(this.#chart.isShown(trace)));
    });
    return button;
  }
}

/** The card over the plot, on the side where the cursor is not. */
export class Readout {
  readonly element = html("div", { class: "preview-plot-readout", hidden: true });
  readonly #chart: Chart;
  readonly #place = html("div", { class: "preview-plot-place" });
  readonly #rows = new Map<Trace, { line: HTMLElement; swatch: HTMLElement; value: HTMLElement }>();

  constructor(chart: Chart) {
    this.#chart = chart;
    this.element.append(this.#place);
    for (const trace of chart.model.traces) {
      const swatch = swatchOf(trace);
      const value = html("span", { class: "preview-plot-value" });
      const line = html("div", { class: "preview-plot-reading" }, swatch, html("span", { class: "preview-plot-name" }, trace.name), value);
      this.#rows.set(trace, { line, swatch, value });
      this.element.append(line);
    }
  }

  /** Shows what the cursor reads; `share` tells where on x it stands. Nothing read hides the card. */
  show(place: number | undefined, readings: readonly Reading[], share: number): void {
    this.element.hidden = readings.length === 0;
    if (readings.length === 0) return;
    const { x } = this.#chart.model;
    this.element.classList.toggle("preview-plot-readout-left", share > 0.5);
    this.#place.textContent = place === undefined ? "" : placeText(this.#chart, place);
    for (const [trace, { line, swatch, value }] of this.#rows) {
      const reading = readings.find((candidate) => candidate.trace === trace);
      line.hidden = reading === undefined;
      if (!reading) continue;
      const { unit } = this.#chart.axisOf(trace.axis);
      const { home } = this.#chart;
      const figure = formatQuantity(withoutDust(reading.y, home[trace.axis]), unit, { fixed: true });
      value.textContent = place === undefined ? `${formatQuantity(withoutDust(reading.x, home.x), x.unit, { fixed: true })}, ${figure}` : figure;
      value.title = formatExact(reading.y, unit);
      swatch.style.setProperty("--preview-swatch", this.#chart.colourOf(trace));
    }
  }

  /** The same in a sentence. */
  sentence(place: number | undefined, readings: readonly Reading[]): string {
    const { model } = this.#chart;
    const values = readings.map(({ trace, x, y }) => {
      const figure = formatQuantity(y, this.#chart.axisOf(trace.axis).unit);
      return place === undefined ? `${trace.name}: ${formatQuantity(x, model.x.unit)}, ${figure}` : `${trace.name} ${figure}`;
    });
    return [place === undefined ? "" : placeText(this.#chart, place), ...values].filter(Boolean).join("; ");
  }
}

/** What rounding has left of a zero is a zero, beside an axis that is a billion times as long. The title keeps it. */
function withoutDust(value: number, { min, max }: Range): number {
  return Math.abs(value) < 1e-9 * Math.max(Math.abs(min), Math.abs(max)) && min <= 0 ? 0 : value;
}

function placeText(chart: Chart, place: number): string {
  const { x, categories } = chart.model;
  const label = x.label === "" ? "x" : x.label;
  return `${label} ${categories?.[place] ?? formatQuantity(place, x.unit, { fixed: true })}`;
}
