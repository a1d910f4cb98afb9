/** The colours and letters of a plot, read from the stylesheet, so that both themes are made in one place. */

import { resolveColour } from "./dom";

/** Colours before they come round again, then dashed. */
export const COLOURS = 8;

export interface Look {
  ink: string;
  grid: string;
  font: string;
  series: string[];
}

/** The look of plots at this element. */
export function readLook(element: HTMLElement): Look {
  return {
    ink: resolveColour(element, "--preview-plot-ink"),
    grid: resolveColour(element, "--preview-plot-grid"),
    font: getComputedStyle(element).fontFamily,
    series: Array.from({ length: COLOURS }, (_, index) => resolveColour(element, `--preview-series-${index + 1}`)),
  };
}

let measuring: OffscreenCanvasRenderingContext2D | undefined;

/** How wide a text is in pixels, before it is drawn. */
export function textWidth(text: string, font: string): number {
  measuring ??= new OffscreenCanvas(1, 1).getContext("2d") ?? undefined;
  if (!measuring) throw new Error("This browser draws no text on a canvas.");
  measuring.font = font;
  return measuring.measureText(text).width;
}
