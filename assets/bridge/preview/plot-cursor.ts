/**
 * What a plot's cursor reads: the nearest sample of each trace at a place on x, or the nearest point of a free curve. Pure.
 */

import { BLOCK, firstAtOrAfter, type Trace } from "./plot-model";
import { mapping, type Frame } from "./plot-draw";
import { fraction } from "./plot-scale";

export interface Reading {
  trace: Trace;
  x: number;
  y: number;
}

/** The sample of the given traces that lies nearest on x, in what the eye sees. */
export function nearestPlace(traces: readonly Trace[], place: number, frame: Frame): number | undefined {
  let best: number | undefined;
  let distance = Infinity;
  const at = fraction(place, frame.x, frame.xLog);
  for (const { x } of traces) {
    const after = firstAtOrAfter(x, place);
    for (const index of [after - 1, after]) {
      const candidate = x[index];
      if (candidate === undefined) continue;
      const gap = Math.abs(fraction(candidate, frame.x, frame.xLog) - at);
      if (gap < distance) {
        distance = gap;
        best = candidate;
      }
    }
  }
  return best;
}

/** The next sample on x in a direction, at least `reach` away; the outermost where there is none further. */
export function nextPlace(traces: readonly Trace[], place: number, direction: 1 | -1, reach: number): number | undefined {
  let best: number | undefined;
  for (const { x } of traces) {
    const beyond = direction === 1 ? firstAtOrAfter(x, place + reach) : firstAtOrAfter(x, place - reach);
    // To the right: the first sample at or beyond. To the left: the last one not beyond.
    let index = direction === 1 ? beyond : x[beyond] === place - reach ? beyond : beyond - 1;
    if (reach === 0) {
      while (index >= 0 && index < x.length && x[index] === place) index += direction;
    }
    index = Math.min(x.length - 1, Math.max(0, index));
    const candidate = x[index];
    if (candidate === undefined) continue;
    if (best === undefined || (direction === 1 ? candidate < best : candidate > best)) best = candidate;
  }
  return best;
}

/** What a trace that rises says at a place on x: its sample, or what its line shows between two. */
export function readAt(trace: Trace, place: number): number | undefined {
  const { x, y } = trace;
  const after = firstAtOrAfter(x, place);
  const right = x[after];
  if (right === place) return finite(y[after]);
  const left = x[after - 1];
  if (left === undefined || right === undefined) return undefined;
  const before = y[after - 1] as number;
  if (trace.kind === "step") return finite(before);
  if (trace.kind !== "line") return undefined;
  const next = y[after] as number;
  return finite(before + ((next - before) * (place - left)) / (right - left));
}

const finite = (value: number | undefined): number | undefined => (value !== undefined && value - value === 0 ? value : undefined);

/** The sample that lies nearest on the screen. Blocks that lie further off than the best so far are passed over. */
export function nearestSample(trace: Trace, px: number, py: number, frame: Frame): { index: number; distance: number } | undefined {
  const { x, y, blocks } = trace;
  const map = mapping(frame);
  let best: { index: number; distance: number } | undefined;
  for (let block = 0; block < blocks.xLow.length; block += 1) {
    if (!((blocks.xLow[block] as number) <= (blocks.xHigh[block] as number))) continue;
    if (best) {
      const dx = outside(px, map.x(blocks.xLow[block] as number), map.x(blocks.xHigh[block] as number));
      const dy = outside(py, map.y(blocks.yHigh[block] as number), map.y(blocks.yLow[block] as number));
      if (Math.hypot(dx, dy) >= best.distance) continue;
    }
    const end = Math.min(x.length, (block + 1) * BLOCK);
    for (let index = block * BLOCK; index < end; index += 1) {
      const distance = Math.hypot(map.x(x[index] as number) - px, map.y(y[index] as number) - py);
      if (distance < (best?.distance ?? Infinity)) best = { index, distance };
    }
  }
  return best;
}

/** How far a place lies outside a stretch. */
const outside = (place: number, low: number, high: number): number => (place < low ? low - place : place > high ? place - high : 0);
