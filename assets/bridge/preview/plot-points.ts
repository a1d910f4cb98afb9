/** Draws the points of a trace: few as dots, many as one picture that is brighter where more of them fall. */

import { BLOCK, type Trace } from "./plot-model";
import { isBlockSeen, mapping, type Frame } from "./plot-frame";

/** Beyond this many points on screen they are set as pixels. */
const MANY_POINTS = 8_000;
/** Blocks of samples handled between two places where drawing may be interrupted. */
const BLOCKS_AT_ONCE = 128;

export function* drawPoints(context: CanvasRenderingContext2D, trace: Trace, frame: Frame): Generator<void, void> {
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
    if (block % BLOCKS_AT_ONCE === BLOCKS_AT_ONCE - 1) yield;
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
