/** The place that a plot is drawn into: its pixels, the stretches that it shows, and the way from one to the other. Pure. */

import type { Trace } from "./plot-model";
import type { Range } from "./plot-scale";

/** The rectangle drawn into, in pixels of the canvas, and the stretches that it shows. */
export interface Frame {
  left: number;
  top: number;
  width: number;
  height: number;
  x: Range;
  y: Range;
  xLog: boolean;
  yLog: boolean;
  /** Pixels of the canvas for one of the page. */
  ratio: number;
}

/** From values to pixels. */
interface Mapping {
  x(value: number): number;
  y(value: number): number;
}

export function mapping(frame: Frame): Mapping {
  const right = frame.left;
  const bottom = frame.top + frame.height;
  const xScale = axisMap(frame.x, frame.xLog, frame.width);
  const yScale = axisMap(frame.y, frame.yLog, frame.height);
  return { x: (value) => right + xScale(value), y: (value) => bottom - yScale(value) };
}

function axisMap(range: Range, log: boolean, length: number): (value: number) => number {
  if (log) {
    const from = Math.log10(range.min);
    const scale = length / (Math.log10(range.max) - from);
    return (value) => (value > 0 ? (Math.log10(value) - from) * scale : -1e6);
  }
  const scale = length / (range.max - range.min);
  const { min } = range;
  return (value) => (value - min) * scale;
}

/** Far outside the frame, coordinates are held back: canvases lose precision with them. */
export const hold = (pixel: number): number => (pixel < -1e5 ? -1e5 : pixel > 1e5 ? 1e5 : pixel);

/** The value at a share of the frame's width. */
export function columnEdge(frame: Frame, share: number): number {
  if (!frame.xLog) return frame.x.min + share * (frame.x.max - frame.x.min);
  return frame.x.min * (frame.x.max / frame.x.min) ** share;
}

/** Whether a block of samples can touch the frame. */
export function isBlockSeen(trace: Trace, block: number, frame: Frame): boolean {
  const { blocks } = trace;
  return (
    (blocks.xHigh[block] as number) >= frame.x.min &&
    (blocks.xLow[block] as number) <= frame.x.max &&
    (blocks.yHigh[block] as number) >= frame.y.min &&
    (blocks.yLow[block] as number) <= frame.y.max
  );
}
