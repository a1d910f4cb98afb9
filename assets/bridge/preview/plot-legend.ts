/** A plot's head: its title, the cursor's place, and one button for each trace that shows its value and hides or shows it. */

import type { Reading } from "./plot-cursor";
import type { Chart } from "./plot-chart";
import type { Trace } from "./plot-model";
import { html } from "./dom";
import { formatExact, formatQuantity } from "./units";

interface Entry {
  button: HTMLButtonElement;
  swatch: HTMLElement;
  value: HTMLElement;
}

export class Legend {
  readonly element: HTMLElement;
  readonly #chart: Chart;
  readonly #place = html("span", { class: "preview-plot-place" });
  readonly #entries = new Map<Trace, Entry>();

  constructor(chart: Chart) {
    this.#chart = chart;
    const list = html("div", { class: "preview-plot-legend", role: "group", "aria-label": "Series" });
    for (const trace of chart.model.traces) {
      const swatch = html("span", { class: `preview-plot-swatch preview-plot-swatch-${trace.kind}` });
      const value = html("span", { class: "preview-plot-value" });
      const button = html(
        "button",
        { type: "button", class: "preview-plot-series", "aria-pressed": "true", title: `Show or hide ${trace.name}` },
        swatch,
        html("span", { class: "preview-plot-name" }, trace.name),
        value,
      );
      button.addEventListener("click", () => this.#toggle(trace));
      this.#entries.set(trace, { button, swatch, value });
      list.append(button);
    }
    const { title } = chart.model;
    this.element = html(
      "div",
      { class: "preview-plot-head" },
      title !== "" && html("span", { class: "preview-plot-title" }, title),
      list,
      this.#place,
    );
    this.restyle();
  }

  restyle(): void {
    for (const [trace, { swatch }] of this.#entries) swatch.style.setProperty("--preview-swatch", this.#chart.colourOf(trace));
  }

  /** Shows what the cursor reads; nothing where there is no cursor. */
  read(place: number | undefined, readings: readonly Reading[]): void {
    const { model } = this.#chart;
    this.#place.textContent = place === undefined ? "" : placeText(this.#chart, place);
    for (const [trace, { value }] of this.#entries) {
      const reading = readings.find((candidate) => candidate.trace === trace);
      const { unit } = this.#chart.axisOf(trace.axis);
      const figure = reading ? formatQuantity(reading.y, unit, { fixed: true }) : "";
      const own = reading && place === undefined ? `${formatQuantity(reading.x, model.x.unit)}, ` : "";
      value.textContent = own + figure;
      value.title = reading ? formatExact(reading.y, unit) : "";
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

  #toggle(trace: Trace): void {
    this.#chart.toggle(trace);
    this.#entries.get(trace)?.button.setAttribute("aria-pressed", String(this.#chart.isShown(trace)));
  }
}

function placeText(chart: Chart, place: number): string {
  const { x, categories } = chart.model;
  const name = categories?.[place];
  const label = x.label === "" ? "x" : x.label;
  return `${label} ${name ?? formatQuantity(place, x.unit, { fixed: true })}`;
}
