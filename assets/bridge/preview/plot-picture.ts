/** A plot as a PNG: what the canvas shows, on the theme's ground, under its title and legend. */

import type { Chart } from "./plot-chart";
import { resolveColour } from "./dom";

const LINE = 20;
const EDGE = 12;

export async function plotPicture(chart: Chart): Promise<Blob> {
  const source = chart.canvas;
  const ratio = source.clientWidth > 0 ? source.width / source.clientWidth : 1;
  const head = (chart.model.title === "" ? 0 : LINE) + LINE + EDGE;
  const picture = new OffscreenCanvas(source.width, source.height + Math.ceil(head * ratio));
  const context = picture.getContext("2d");
  if (!context) throw new Error("This browser draws no pictures outside the page.");
  const element = chart.over;
  context.fillStyle = resolveColour(element, "--preview-ground");
  context.fillRect(0, 0, picture.width, picture.height);
  context.drawImage(source, 0, picture.height - source.height);

  context.scale(ratio, ratio);
  context.textBaseline = "middle";
  const family = getComputedStyle(element).fontFamily;
  let top = EDGE + LINE / 2;
  const ink = resolveColour(element, "--preview-plot-ink");
  if (chart.model.title !== "") {
    context.font = `600 13px ${family}`;
    context.fillStyle = ink;
    context.fillText(chart.model.title, EDGE, top);
    top += LINE;
  }
  context.font = `12px ${family}`;
  let left = EDGE;
  for (const trace of chart.shown) {
    context.fillStyle = chart.colourOf(trace);
    context.fillRect(left, top - 1.5, 14, 3);
    context.fillStyle = ink;
    context.fillText(trace.name, left + 20, top);
    left += 20 + context.measureText(trace.name).width + 16;
  }
  return picture.convertToBlob({ type: "image/png" });
}
