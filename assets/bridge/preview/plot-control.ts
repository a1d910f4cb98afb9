/**
 * How a plot is handled: pointer, wheel, keys and touch. Moves the cursor, asks the chart for other stretches, and shows
 * what the cursor reads.
 */

import type { Chart, Selection } from "./plot-chart";
import { nearestPlace, nearestSample, nextPlace, readAt, SampleMap, type Near, type Reading } from "./plot-cursor";
import { inSlices } from "./part";
import { Readout } from "./plot-legend";
import { mapping } from "./plot-frame";
import type { AxisName, Trace } from "./plot-model";
import { fraction, isDrawable, panned, valueAt, within, zoomed } from "./plot-scale";
import { html } from "./dom";

/** How near the pointer must be to a free curve to read it, in pixels. */
const REACH = 48;
/** A free curve with more samples than this is looked up in a map, which is made when the view rests. */
const SAMPLES_WITHOUT_MAP = 20_000;
const HELP = "Arrow keys move the cursor, with Shift they move the view. Plus and minus zoom, 0 shows all.";

/** Where the cursor is, in the plot's own numbers, so that it stays put while the view moves. */
interface Cursor {
  x: number;
  y: number;
}

export class PlotControl {
  readonly #chart: Chart;
  readonly #readout: Readout;
  readonly #stage: HTMLElement;
  readonly #hair = html("div", { class: "preview-plot-hair", hidden: true });
  readonly #marks = html("div", { class: "preview-plot-marks" });
  readonly #voice = html("div", { class: "preview-voice", role: "status" });
  readonly #closing = new AbortController();
  #cursor: Cursor | undefined;
  #isByKeys = false;
  #maps = new Map<Trace, SampleMap>();
  #mapping = new AbortController();
  #drag: { x: number; y: number; pointer: number } | undefined;

  constructor(chart: Chart, stage: HTMLElement, label: string) {
    this.#chart = chart;
    this.#readout = new Readout(chart);
    this.#stage = stage;
    chart.over.append(this.#hair, this.#marks, this.#readout.element);
    stage.append(this.#voice);
    stage.tabIndex = 0;
    stage.setAttribute("role", "application");
    stage.setAttribute("aria-roledescription", "plot");
    stage.setAttribute("aria-label", `${label}. ${HELP}`);
    chart.onDraw = () => {
      void this.#map();
      this.#point();
    };
    chart.onSelect = (selection) => this.#select(selection);
    const { signal } = this.#closing;
    const { over } = chart;
    over.addEventListener("pointermove", (event) => this.#moved(event), { signal });
    over.addEventListener("pointerdown", (event) => this.#pressed(event), { signal });
    over.addEventListener("pointerup", () => (this.#drag = undefined), { signal });
    over.addEventListener("pointerleave", () => this.#left(), { signal });
    over.addEventListener("dblclick", () => chart.reset(), { signal });
    over.addEventListener("wheel", (event) => this.#wheeled(event), { signal, passive: false });
    stage.addEventListener("keydown", (event) => this.#key(event), { signal });
  }

  dispose(): void {
    this.#mapping.abort();
    this.#closing.abort();
  }

  #moved(event: PointerEvent): void {
    const { over } = this.#chart;
    const place = over.getBoundingClientRect();
    const x = event.clientX - place.left;
    const y = event.clientY - place.top;
    if (this.#drag) {
      this.#pan((this.#drag.x - x) / place.width, (y - this.#drag.y) / place.height);
      this.#drag = { ...this.#drag, x, y };
      return;
    }
    this.#isByKeys = false;
    this.#cursor = { x: this.#chart.valueAtPixel("x", x), y: this.#chart.valueAtPixel("y", y) };
    this.#point();
  }

  /** With Shift or the middle button the view is dragged; without, a stretch is chosen. */
  #pressed(event: PointerEvent): void {
    this.#stage.focus({ preventScroll: true });
    if (!event.shiftKey && event.button !== 1) return;
    event.preventDefault();
    const place = this.#chart.over.getBoundingClientRect();
    this.#drag = { x: event.clientX - place.left, y: event.clientY - place.top, pointer: event.pointerId };
    this.#chart.over.setPointerCapture(event.pointerId);
  }

  #left(): void {
    if (this.#drag) return;
    this.#cursor = undefined;
    this.#point();
  }

  #select(selection: Selection): void {
    const { x, y } = selection;
    if (x && !isDrawable(x, this.#chart.axisOf("x").log)) return;
    if (y && !isDrawable(y, this.#chart.axisOf("y").log)) return;
    this.#chart.show(selection);
  }

  #wheeled(event: WheelEvent): void {
    const place = this.#chart.over.getBoundingClientRect();
    if (Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
      event.preventDefault();
      this.#pan(event.deltaX / place.width, 0);
      return;
    }
    const factor = Math.exp(Math.max(-1, Math.min(1, event.deltaY / 400)) * (event.deltaMode === 1 ? 16 : 1));
    // All is shown already: then the wheel is the page's.
    if (factor > 1 && !this.#chart.isZoomed) return;
    event.preventDefault();
    const share = (event.clientX - place.left) / place.width;
    this.#zoom(factor, share, event.altKey ? 1 - (event.clientY - place.top) / place.height : undefined);
  }

  /** Zooms x about a share of its width; y too where a share of the height is given, else y fits what is shown. */
  #zoom(factor: number, share: number, height?: number): void {
    const { view, home } = this.#chart;
    const log = this.#chart.axisOf("x").log;
    const x = within(zoomed(view.x, log, factor, share), home.x, log);
    if (x.min <= home.x.min && x.max >= home.x.max && height === undefined) return this.#chart.reset();
    const both = (axis: AxisName) => zoomed(view[axis], this.#chart.axisOf(axis).log, factor, height ?? 0.5);
    this.#chart.show(height === undefined ? { x } : { x, y: both("y"), y2: both("y2") });
  }

  #pan(x: number, y: number): void {
    const { view, home } = this.#chart;
    const log = this.#chart.axisOf("x").log;
    const moved = within(panned(view.x, log, x), home.x, log);
    const upright = (axis: AxisName) => panned(view[axis], this.#chart.axisOf(axis).log, y);
    this.#chart.show({ x: moved, y: upright("y"), y2: upright("y2") });
  }

  #key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const act = this.#actionOf(event);
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  }

  #actionOf({ key, shiftKey }: KeyboardEvent): (() => void) | undefined {
    switch (key) {
      case "ArrowRight":
        return () => (shiftKey ? this.#pan(0.1, 0) : this.#step(1));
      case "ArrowLeft":
        return () => (shiftKey ? this.#pan(-0.1, 0) : this.#step(-1));
      case "ArrowUp":
        return shiftKey ? () => this.#pan(0, 0.1) : undefined;
      case "ArrowDown":
        return shiftKey ? () => this.#pan(0, -0.1) : undefined;
      case "Home":
        return () => this.#jump(this.#chart.view.x.min);
      case "End":
        return () => this.#jump(this.#chart.view.x.max);
      case "+":
      case "=":
        return () => this.#zoom(0.7, this.#cursorShare());
      case "-":
        return () => this.#zoom(1 / 0.7, this.#cursorShare());
      case "0":
        return () => this.#chart.reset();
      case "Escape":
        // Only where there is a cursor to take away: otherwise Escape is the page's.
        return this.#cursor && (() => this.#left());
      default:
        return undefined;
    }
  }

  #cursorShare(): number {
    const frame = this.#chart.frame("y");
    const share = this.#cursor ? fraction(this.#cursor.x, frame.x, frame.xLog) : 0.5;
    return share >= 0 && share <= 1 ? share : 0.5;
  }

  /** To the next sample, or the next pixel where samples stand closer than that. */
  #step(direction: 1 | -1): void {
    const rising = this.#rising();
    const frame = this.#chart.frame("y");
    if (!this.#cursor) return this.#jump(direction === 1 ? frame.x.min : frame.x.max);
    if (rising.length === 0) {
      const share = this.#cursorShare() + direction / 100;
      return this.#jump(valueAt(Math.min(1, Math.max(0, share)), frame.x, frame.xLog));
    }
    const from = nearestPlace(rising, this.#cursor.x, frame) ?? this.#cursor.x;
    const pixel = valueAt(fraction(from, frame.x, frame.xLog) + direction / frame.width, frame.x, frame.xLog);
    const near = nextPlace(rising, from, direction, 0) ?? from;
    const isPast = direction === 1 ? near >= pixel : near <= pixel;
    this.#jump(isPast ? near : (nextPlace(rising, from, direction, Math.abs(pixel - from)) ?? near));
  }

  /** Puts the cursor at a place by hand, brings it into view, and says what it reads. */
  #jump(place: number): void {
    const frame = this.#chart.frame("y");
    this.#isByKeys = true;
    this.#cursor = { x: place, y: this.#cursor?.y ?? valueAt(0.5, frame.y, frame.yLog) };
    const share = fraction(place, frame.x, frame.xLog);
    if (share < -1e-9 || share > 1 + 1e-9) this.#pan(share < 0 ? share - 0.1 : share - 0.9, 0);
    else this.#point();
    const { readings, at } = this.#read();
    this.#voice.textContent = this.#readout.sentence(at, readings);
  }

  #rising(): Trace[] {
    return this.#chart.shown.filter((trace) => trace.rising && trace.x.length > 0);
  }

  #read(): { at: number | undefined; readings: Reading[] } {
    const cursor = this.#cursor;
    if (!cursor) return { at: undefined, readings: [] };
    const frame = this.#chart.frame("y");
    const at = nearestPlace(this.#rising(), cursor.x, frame);
    const readings: Reading[] = [];
    for (const trace of this.#chart.shown) {
      const reading = trace.rising ? atPlace(trace, at) : this.#nearby(trace, cursor);
      if (reading) readings.push(reading);
    }
    return { at, readings };
  }

  #nearby(trace: Trace, cursor: Cursor): Reading | undefined {
    const frame = this.#chart.frame(trace.axis);
    const px = mapping(frame).x(cursor.x);
    const py = mapping(this.#chart.frame("y")).y(cursor.y);
    const near = this.#nearest(trace, px, py);
    return near && { trace, x: trace.x[near.index] as number, y: trace.y[near.index] as number };
  }

  #nearest(trace: Trace, px: number, py: number): Near | undefined {
    // By keys there is no height to go by, so a point counts however far it is.
    const reach = this.#isByKeys ? Infinity : REACH;
    if (trace.x.length > SAMPLES_WITHOUT_MAP) return this.#maps.get(trace)?.nearest(px, py, reach);
    const near = nearestSample(trace, px, py, this.#chart.frame(trace.axis));
    return near && near.distance <= reach ? near : undefined;
  }

  /** Makes the maps of what is shown now; a view that moves on meanwhile starts over. */
  async #map(): Promise<void> {
    this.#mapping.abort();
    this.#mapping = new AbortController();
    const { signal } = this.#mapping;
    this.#maps.clear();
    for (const trace of this.#chart.shown) {
      if (trace.rising || trace.x.length <= SAMPLES_WITHOUT_MAP) continue;
      const map = await inSlices(SampleMap.of(trace, this.#chart.frame(trace.axis)), signal);
      if (!map || signal.aborted) return;
      this.#maps.set(trace, map);
    }
  }

  /** Puts hairline, marks and figures where the cursor is. */
  #point(): void {
    const { at, readings } = this.#read();
    const frame = this.#chart.frame("y");
    const hair = at === undefined ? NaN : mapping(frame).x(at);
    const isSeen = hair >= -0.5 && hair <= frame.width + 0.5;
    this.#hair.hidden = !isSeen;
    if (isSeen) this.#hair.style.transform = `translateX(${Math.round(hair)}px)`;
    this.#marks.replaceChildren(
      ...readings.flatMap(({ trace, x, y }) => {
        const map = mapping(this.#chart.frame(trace.axis));
        const [px, py] = [map.x(x), map.y(y)];
        if (!(px >= -1 && px <= frame.width + 1 && py >= -1 && py <= frame.height + 1)) return [];
        const mark = html("div", { class: "preview-plot-mark" });
        mark.style.transform = `translate(${px}px, ${py}px)`;
        mark.style.setProperty("--preview-swatch", this.#chart.colourOf(trace));
        return [mark];
      }),
    );
    this.#readout.show(at, readings, this.#cursor ? fraction(this.#cursor.x, frame.x, frame.xLog) : 0);
  }
}

function atPlace(trace: Trace, place: number | undefined): Reading | undefined {
  if (place === undefined) return undefined;
  const y = readAt(trace, place);
  return y === undefined ? undefined : { trace, x: place, y };
}
