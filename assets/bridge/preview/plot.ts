/**
 * A plot: axes with units, a cursor that reads out all traces, zoom by drag, wheel and keys, and a legend that hides and shows.
 *
 * In a node it is still: no cursor, no legend, few ticks. It never changes the value.
 */

import { FileSpreadsheet, ImageDown, RotateCcw } from "lucide";

import { download, fileName, html, note } from "./dom";
import { plotText } from "./csv";
import { Mismatch, atOnce, inSlices, type Action, type Part, type PreviewOptions } from "./part";
import { Chart } from "./plot-chart";
import { PlotControl } from "./plot-control";
import { Legend } from "./plot-legend";
import { readLook } from "./plot-look";
import { countSamples, readPlot, type PlotModel } from "./plot-model";
import { plotPicture } from "./plot-picture";
import { isPlot } from "./shape";
import { nextTask } from "../turn";
import { formatCount } from "./units";

/** Up to this many samples a plot stands in the same frame; larger ones are made ready in slices. */
const SAMPLES_AT_ONCE = 100_000;

export async function mountPlot(body: HTMLElement, value: unknown, options: PreviewOptions, signal: AbortSignal): Promise<Part> {
  if (!isPlot(value)) throw new Mismatch("A plot needs a list “series”, each with numbers “y”.");
  return mountModel(body, await readyModel(value, signal), options);
}

/** Reads a plot at once where it is small, in slices otherwise. */
export async function readyModel(value: unknown, signal: AbortSignal): Promise<PlotModel> {
  if (countSamples(value) <= SAMPLES_AT_ONCE) return atOnce(readPlot(value));
  const model = await inSlices(readPlot(value), signal);
  if (!model) throw new Error("The preview was closed.");
  return model;
}

/** Mounts a plot that is already read; arrays are shown this way too. */
export async function mountModel(body: HTMLElement, model: PlotModel, options: PreviewOptions): Promise<Part> {
  if (model.traces.every((trace) => trace.finite === 0)) {
    body.append(note(emptyReason(model)));
    return { dispose: () => body.replaceChildren() };
  }
  const compact = options.size === "node";
  const stage = html("div", { class: "preview-plot-stage" });
  const host = html("div", { class: compact ? "preview-plot preview-plot-compact" : "preview-plot" }, stage);
  body.append(host);
  // Its place, its look and its drawing are tasks of their own: together they would hold the page up.
  await nextTask();
  const look = readLook(stage);
  await nextTask();
  const chart = new Chart(stage, model, compact, look);

  const watcher = new ResizeObserver(() => {
    const { clientWidth, clientHeight } = stage;
    if (clientWidth > 0 && clientHeight > 0) chart.resize(clientWidth, clientHeight);
  });
  watcher.observe(stage);

  const legend = compact ? undefined : new Legend(chart);
  const control = compact ? undefined : new PlotControl(chart, stage, options.label);
  if (legend) host.prepend(legend.element);
  if (compact) {
    stage.setAttribute("role", "img");
    stage.setAttribute("aria-label", sentence(model, options.label));
  }

  const restyle = () => {
    chart.restyle();
    legend?.restyle();
  };
  return {
    dispose: () => {
      watcher.disconnect();
      control?.dispose();
      chart.dispose();
      host.remove();
    },
    setTheme: restyle,
    actions: compact ? [] : actionsOf(chart, options),
    caption: caption(model),
  };
}

function actionsOf(chart: Chart, options: PreviewOptions): Action[] {
  const { model } = chart;
  const actions: Action[] = [{ name: "Show all (0)", icon: RotateCcw, run: () => chart.reset() }];
  if (!model.categories && model.traces.some((trace) => trace.xExtent.high > 0)) {
    actions.push({ name: "Logarithmic x axis", text: "log x", pressed: () => model.x.log, run: () => chart.setLog("x", !model.x.log) });
  }
  actions.push({ name: "Logarithmic y axis", text: "log y", pressed: () => model.y.log, run: () => chart.setLog("y", !model.y.log) });
  actions.push({
    name: "Download CSV",
    icon: FileSpreadsheet,
    done: "Downloaded",
    run: async () => {
      const parts = await inSlices(plotText(model, model.traces, ","));
      if (parts) download(fileName(options.label, "csv"), new Blob(parts, { type: "text/csv;charset=utf-8" }));
    },
  });
  actions.push({
    name: "Download PNG",
    icon: ImageDown,
    done: "Downloaded",
    run: async () => download(fileName(options.label, "png"), await plotPicture(chart)),
  });
  return actions;
}

function caption(model: PlotModel): string {
  const samples = model.traces.reduce((sum, trace) => sum + trace.x.length, 0);
  return `${model.traces.length} series, ${formatCount(samples, "point")}`;
}

function sentence(model: PlotModel, label: string): string {
  return `${label}: plot of ${model.traces.map((trace) => trace.name).join(", ")}`;
}

function emptyReason(model: PlotModel): string {
  if (model.traces.length === 0) return "This plot has no series.";
  if (model.traces.every((trace) => trace.x.length === 0)) return "This plot has no points yet.";
  return "None of this plot’s points is a finite number.";
}
