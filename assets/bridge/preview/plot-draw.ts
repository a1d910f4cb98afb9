/**
 * Draws one trace onto a canvas: lines, steps, points and bars, on linear and logarithmic axes, whole or thinned.
 *
 * A trace that rises on x is thinned to the lowest and highest sample of each pixel column, so that no peak is lost; points are
 * thinned to one per pixel. It knows nothing of axes, cursors or elements.
 */

import { BLOCK, emptyExtent, extendByRange, firstAfter, firstAtOrAfter, type Trace } from "./plot-model";
import { fraction, type Range } from "./plot-scale";

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

export interface Pen {
  colour: string;
  width: number;
  dash: readonly number[];
  /** The place of this trace among the bars that share a spot, and how many do. */
  barSlot: number;
  barSlots: number;
}

/** Beyond this many samples for each pixel of width, only envelopes are drawn. */
const SAMPLES_PER_PIXEL = 4;
/** Beyond this many points on screen they are set as pixels. */
const MANY_POINTS = 8_000;
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
      return drawBars(context, trace, frame, pen);
    case "line":
    case "step":
      return trace.rising ? drawRising(context, trace, frame) : drawFree(context, trace, frame);
  }
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
const hold = (pixel: number): number => (pixel < -1e5 ? -1e5 : pixel > 1e5 ? 1e5 : pixel);

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

function columnEdge(frame: Frame, share: number): number {
  if (!frame.xLog) return frame.x.min + share * (frame.x.max - frame.x.min);
  return frame.x.min * (frame.x.max / frame.x.min) ** share;
}

/** Whether a block of samples can touch the frame. */
function isBlockSeen(trace: Trace, block: number, frame: Frame): boolean {
  const { blocks } = trace;
  return (
    (blocks.xHigh[block] as number) >= frame.x.min &&
    (blocks.xLow[block] as number) <= frame.x.max &&
    (blocks.yHigh[block] as number) >= frame.y.min &&
    (blocks.yLow[block] as number) <= frame.y.max
  );
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

function* drawPoints(context: CanvasRenderingContext2D, trace: Trace, frame: Frame): Generator<void, void> {
  const { x, y } = trace;
  const map = mapping(frame);
  const seen: number[] = [];
  let sprite: PointField | undefined;
  for (let block = 0; block * BLOCK < x.length; block += 1) {
    if (!isBlockSeen(trace, block, frame)) continue;
    const end = Math.min(x.length, (block + 1) * BLOCK);
    for (let index = block * BLOCK; index < end; index += 1) {
      const px = map.x(x[index] as number);
      const py = map.y(y[index] as number);
      // Not a number, or outside: both fail this test.
      if (!(px >= frame.left - 4 && px <= frame.left + frame.width + 4 && py >= frame.top - 4 && py <= frame.top + frame.height + 4)) continue;
      if (sprite) sprite.set(px, py);
      else seen.push(px, py);
    }
    if (!sprite && seen.length > 2 * MANY_POINTS) {
      sprite = new PointField(frame);
      for (let at = 0; at < seen.length; at += 2) sprite.set(seen[at] as number, seen[at + 1] as number);
    }
    if (block % (STRIDE / BLOCK) === STRIDE / BLOCK - 1) yield;
  }
  if (sprite) {
    yield;
    sprite.paint(context);
    return;
  }
  const radius = (seen.length > 2_000 ? 1.5 : seen.length > 400 ? 2 : 2.75) * frame.ratio;
  context.beginPath();
  for (let at = 0; at < seen.length; at += 2) {
    const px = seen[at] as number;
    const py = seen[at + 1] as number;
    context.moveTo(px + radius, py);
    context.arc(px, py, radius, 0, 2 * Math.PI);
  }
  context.globalAlpha = 0.9;
  context.fill();
}

/** Very many points, as one picture: each pixel is set once, however many points fall on it, and is brighter where more do. */
class PointField {
  readonly #frame: Frame;
  readonly #columns: number;
  readonly #rows: number;
  readonly #hits: Uint8Array;

  constructor(frame: Frame) {
    this.#frame = frame;
    this.#columns = Math.ceil(frame.width) + 1;
    this.#rows = Math.ceil(frame.height) + 1;
    this.#hits = new Uint8Array(this.#columns * this.#rows);
  }

  set(px: number, py: number): void {
    const column = Math.round(px - this.#frame.left);
    const row = Math.round(py - this.#frame.top);
    if (column < 0 || row < 0 || column >= this.#columns || row >= this.#rows) return;
    const at = row * this.#columns + column;
    const hits = this.#hits[at] as number;
    if (hits < 255) this.#hits[at] = hits + 1;
  }

  paint(context: CanvasRenderingContext2D): void {
    const [red = 0, green = 0, blue = 0] = colourBytes(context.fillStyle as string);
    const image = new ImageData(this.#columns, this.#rows);
    const pixels = image.data;
    let high = 1;
    for (const hits of this.#hits) if (hits > high) high = hits;
    const opacity = Uint8Array.from({ length: 256 }, (_, hits) => 80 + 175 * Math.min(1, Math.log1p(hits) / Math.log1p(high)));
    for (let at = 0; at < this.#hits.length; at += 1) {
      const hits = this.#hits[at] as number;
      if (hits === 0) continue;
      pixels[4 * at] = red;
      pixels[4 * at + 1] = green;
      pixels[4 * at + 2] = blue;
      pixels[4 * at + 3] = opacity[hits] as number;
    }
    const layer = new OffscreenCanvas(this.#columns, this.#rows);
    layer.getContext("2d")?.putImageData(image, 0, 0);
    context.drawImage(layer, this.#frame.left, this.#frame.top);
  }
}

/** Any CSS colour as red, green, blue. */
function colourBytes(colour: string): Uint8ClampedArray {
  const context = new OffscreenCanvas(1, 1).getContext("2d");
  if (!context) return new Uint8ClampedArray(4);
  context.fillStyle = colour;
  context.fillRect(0, 0, 1, 1);
  return context.getImageData(0, 0, 1, 1).data;
}

function* drawBars(context: CanvasRenderingContext2D, trace: Trace, frame: Frame, pen: Pen): Generator<void, void> {
  const { x, y } = trace;
  const map = mapping(frame);
  const foot = frame.yLog ? frame.top + frame.height : hold(map.y(Math.min(frame.y.max, Math.max(frame.y.min, 0))));
  const spot = barSpot(trace, frame);
  const width = Math.max(frame.ratio, (spot * 0.82) / pen.barSlots);
  const shift = (pen.barSlot - pen.barSlots / 2) * width;
  const [from, to] = trace.rising
    ? [Math.max(0, firstAtOrAfter(x, frame.x.min) - 1), Math.min(x.length, firstAfter(x, frame.x.max) + 1)]
    : [0, x.length];
  context.globalAlpha = 0.92;
  if (trace.rising && to - from > frame.width * SAMPLES_PER_PIXEL) {
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
    if (index % STROKE_SEGMENTS === STROKE_SEGMENTS - 1) yield;
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
