/** Draws a trace as bars that stand on zero, beside those of other traces at the same spot; as envelopes where they are too many. */

import { emptyExtent, extendByRange, firstAfter, firstAtOrAfter, type Trace } from "./plot-model";
import { columnEdge, hold, mapping, type Frame } from "./plot-frame";
import { fraction } from "./plot-scale";

/** Beyond this many bars for each pixel of width, only envelopes are drawn. */
const BARS_PER_PIXEL = 4;
/** Bars drawn between two places where drawing may be interrupted. */
const BARS_AT_ONCE = 1_000;

/** The place of a trace among the bars that share a spot, and how many do. */
export interface BarSlot {
  place: number;
  count: number;
}

export function* drawBars(context: CanvasRenderingContext2D, trace: Trace, frame: Frame, slot: BarSlot): Generator<void, void> {
  const { x, y } = trace;
  const map = mapping(frame);
  const foot = frame.yLog ? frame.top + frame.height : hold(map.y(Math.min(frame.y.max, Math.max(frame.y.min, 0))));
  const spot = barSpot(trace, frame);
  const width = Math.max(frame.ratio, (spot * 0.82) / slot.count);
  const shift = (slot.place - slot.count / 2) * width;
  const [from, to] = trace.rising
    ? [Math.max(0, firstAtOrAfter(x, frame.x.min) - 1), Math.min(x.length, firstAfter(x, frame.x.max) + 1)]
    : [0, x.length];
  context.globalAlpha = 0.92;
  if (trace.rising && to - from > frame.width * BARS_PER_PIXEL) {
    drawBarEnvelope(context, trace, frame, from, to, foot);
    return;
  }
  const gap = width > 6 * frame.ratio ? frame.ratio : 0;
  for (let index = from; index < to; index += 1) {
    const value = y[index] as number;
    const px = map.x(x[index] as number);
    if (!(px - px === 0) || !(value - value === 0)) continue;
    const py = hold(map.y(value));
    context.fillRect(px + shift + gap / 2, Math.min(py, foot), width - gap, Math.max(Math.abs(foot - py), value === 0 ? 0 : 1));
    if (index % BARS_AT_ONCE === BARS_AT_ONCE - 1) yield;
  }
}

/** How wide one spot on x is in pixels. */
function barSpot(trace: Trace, frame: Frame): number {
  const step = Number.isFinite(trace.xStep) ? trace.xStep : (frame.x.max - frame.x.min) / 2;
  if (!frame.xLog) return Math.min(frame.width / 2, (step / (frame.x.max - frame.x.min)) * frame.width);
  // On a logarithmic axis places grow apart; the narrowest neighbours set the width for all.
  let spot = frame.width / 2;
  const limit = Math.min(trace.x.length, 10_000);
  for (let index = 1; index < limit; index += 1) {
    const left = trace.x[index - 1] as number;
    const right = trace.x[index] as number;
    if (left > 0 && right > left) spot = Math.min(spot, (fraction(right, frame.x, true) - fraction(left, frame.x, true)) * frame.width);
  }
  return spot;
}

function drawBarEnvelope(context: CanvasRenderingContext2D, trace: Trace, frame: Frame, from: number, to: number, foot: number): void {
  const map = mapping(frame);
  const columns = Math.ceil(frame.width);
  let start = from;
  for (let column = 0; column < columns && start < to; column += 1) {
    const end = column === columns - 1 ? to : firstAtOrAfter(trace.x, columnEdge(frame, (column + 1) / columns), start, to);
    const extent = emptyExtent();
    extendByRange(trace, start, end, extent);
    if (extent.low <= extent.high) {
      const top = Math.min(foot, hold(map.y(extent.high)));
      const bottom = Math.max(foot, hold(map.y(frame.yLog ? extent.positive : extent.low)));
      context.fillRect(frame.left + column, top, 1, Math.max(1, (frame.yLog ? foot : bottom) - top));
    }
    start = end;
  }
}
