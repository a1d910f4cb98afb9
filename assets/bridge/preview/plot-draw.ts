/**
 * Draws one trace onto a canvas: lines and steps here, points and bars by their own modules, whole or thinned.
 *
 * A trace that rises on x is thinned to the lowest and highest sample of each pixel column, so that no peak is lost. It knows
 * nothing of axes, cursors or elements.
 */

import { drawBars, type BarSlot } from "./plot-bars";
import { columnEdge, hold, mapping, type Frame } from "./plot-frame";
import { emptyExtent, extendByRange, firstAfter, firstAtOrAfter, type Trace } from "./plot-model";
import { drawPoints } from "./plot-points";

export interface Pen {
  colour: string;
  width: number;
  dash: readonly number[];
  /** Where its bars stand, if it has any. */
  slot: BarSlot;
}

/** Beyond this many samples for each pixel of width, only envelopes are drawn. */
const SAMPLES_PER_PIXEL = 4;
/** Segments of a free curve that are stroked together. */
const STROKE_SEGMENTS = 1_000;
/** A free curve longer than this, in pixels, is a tangle that no line would show: it is set as points. */
const LONGEST_CURVE = 1_500_000;
/** Samples handled between two places where drawing may be interrupted. */
const STRIDE = 32_768;

/** Draws in steps: yields where the rest may wait for the next frame. */
export function* drawTrace(context: CanvasRenderingContext2D, trace: Trace, frame: Frame, pen: Pen): Generator<void, void> {
  const { colour, width, dash } = pen;
  const begin = () => {
    context.save();
    context.beginPath();
    context.rect(frame.left, frame.top, frame.width, frame.height);
    context.clip();
    context.strokeStyle = colour;
    context.fillStyle = colour;
    context.lineWidth = width * frame.ratio;
    context.lineJoin = "round";
    context.lineCap = "butt";
    context.setLineDash(dash.map((length) => length * frame.ratio));
  };
  const steps = stepsOf(context, trace, frame, pen);
  for (;;) {
    begin();
    const step = steps.next();
    context.restore();
    if (step.done === true) return;
    yield;
  }
}

function stepsOf(context: CanvasRenderingContext2D, trace: Trace, frame: Frame, pen: Pen): Generator<void, void> {
  switch (trace.kind) {
    case "scatter":
      return drawPoints(context, trace, frame);
    case "bar":
      return drawBars(context, trace, frame, pen.slot);
    case "line":
    case "step":
      return trace.rising ? drawRising(context, trace, frame) : drawFree(context, trace, frame);
  }
}

function* drawRising(context: CanvasRenderingContext2D, trace: Trace, frame: Frame): Generator<void, void> {
  const { x, y } = trace;
  const from = Math.max(0, firstAtOrAfter(x, frame.x.min) - 1);
  const to = Math.min(x.length, firstAfter(x, frame.x.max) + 1);
  if (to - from > frame.width * SAMPLES_PER_PIXEL) {
    drawEnvelope(context, trace, frame, from, to);
    return;
  }
  const map = mapping(frame);
  context.beginPath();
  let open = false;
  let lastY = 0;
  for (let index = from; index < to; index += 1) {
    const value = y[index] as number;
    if (!(value - value === 0) || (frame.yLog && value <= 0)) {
      open = false;
      continue;
    }
    const px = hold(map.x(x[index] as number));
    const py = hold(map.y(value));
    if (!open) {
      context.moveTo(px, py);
      // A sample with a gap on either side would be invisible as a line: it is a dot.
      const next = y[index + 1];
      if (next === undefined || !(next - next === 0)) dot(context, px, py, frame);
    } else {
      if (trace.kind === "step") context.lineTo(px, lastY);
      context.lineTo(px, py);
    }
    open = true;
    lastY = py;
  }
  context.stroke();
}

function dot(context: CanvasRenderingContext2D, px: number, py: number, frame: Frame): void {
  const radius = 2 * frame.ratio;
  context.fillRect(px - radius, py - radius, 2 * radius, 2 * radius);
}

/** One upright stroke from the lowest to the highest sample of each pixel column, joined to its neighbours. */
function drawEnvelope(context: CanvasRenderingContext2D, trace: Trace, frame: Frame, from: number, to: number): void {
  const { x, y } = trace;
  const map = mapping(frame);
  const columns = Math.ceil(frame.width);
  context.beginPath();
  let open = false;
  let start = from;
  for (let column = 0; column < columns && start < to; column += 1) {
    const end = column === columns - 1 ? to : firstAtOrAfter(x, columnEdge(frame, (column + 1) / columns), start, to);
    if (end === start) continue;
    const extent = emptyExtent();
    extendByRange(trace, start, end, extent);
    const low = frame.yLog ? extent.positive : extent.low;
    if (low <= extent.high && extent.high > (frame.yLog ? 0 : -Infinity)) {
      const px = frame.left + column + 0.5;
      const first = y[start] as number;
      const last = y[end - 1] as number;
      const enter = hold(map.y(first - first === 0 ? first : low));
      if (open) context.lineTo(px, enter);
      else context.moveTo(px, enter);
      context.lineTo(px, hold(map.y(low)));
      context.lineTo(px, hold(map.y(extent.high)));
      context.lineTo(px, hold(map.y(last - last === 0 ? last : extent.high)));
      open = true;
    } else {
      open = false;
    }
    start = end;
  }
  context.stroke();
}

/** A curve that may turn back on x: drawn sample by sample, those that stay within a pixel left out. */
function* drawFree(context: CanvasRenderingContext2D, trace: Trace, frame: Frame): Generator<void, void> {
  if (yield* isTangle(trace, frame)) {
    yield* drawPoints(context, trace, frame);
    return;
  }
  const { x, y } = trace;
  const map = mapping(frame);
  const nearest = 0.6;
  let open = false;
  let lastX = 0;
  let lastY = 0;
  let segments = 0;
  context.beginPath();
  for (let index = 0; index < x.length; index += 1) {
    const place = x[index] as number;
    const value = y[index] as number;
    if (!(place - place === 0) || !(value - value === 0) || (frame.xLog && place <= 0) || (frame.yLog && value <= 0)) {
      open = false;
      continue;
    }
    const px = hold(map.x(place));
    const py = hold(map.y(value));
    if (!open) {
      context.moveTo(px, py);
    } else if (Math.abs(px - lastX) < nearest && Math.abs(py - lastY) < nearest) {
      continue;
    } else {
      if (trace.kind === "step") context.lineTo(px, lastY);
      context.lineTo(px, py);
      segments += 1;
    }
    open = true;
    lastX = px;
    lastY = py;
    if (segments >= STROKE_SEGMENTS) {
      segments = 0;
      context.stroke();
      yield;
      context.beginPath();
      context.moveTo(px, py);
    }
  }
  context.stroke();
}

/** Whether a curve is too long to be stroked in sensible time. */
function* isTangle(trace: Trace, frame: Frame): Generator<void, boolean> {
  const { x, y } = trace;
  const map = mapping(frame);
  let length = 0;
  let lastX = NaN;
  let lastY = NaN;
  for (let index = 0; index < x.length; index += 1) {
    const px = map.x(x[index] as number);
    const py = map.y(y[index] as number);
    const step = Math.abs(px - lastX) + Math.abs(py - lastY);
    // Gaps make this NaN, which adds nothing; far outside the frame a segment costs no more than across it.
    if (step > 0) length += Math.min(step, frame.width + frame.height);
    if (length > LONGEST_CURVE) return true;
    lastX = px;
    lastY = py;
    if (index % STRIDE === STRIDE - 1) yield;
  }
  return false;
}

