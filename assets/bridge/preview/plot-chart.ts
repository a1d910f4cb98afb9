/**
 * The drawn plot: uPlot lays out axes, grid and selection; the traces are drawn by `plot-draw` and the ticks chosen by `plot-scale`.
 *
 * uPlot is only ever shown fractions of an axis, 0 to 1. Its own scales refuse very small and very large ranges and know no
 * free curves; ours do, and one mapping serves linear and logarithmic axes alike.
 */

import uPlot from "uplot";

import { drawTrace, type Pen } from "./plot-draw";
import type { Frame } from "./plot-frame";
import { COLOURS, readLook, textWidth, type Look } from "./plot-look";
import type { AxisModel, AxisName, PlotModel, Trace } from "./plot-model";
import { categoryTicks, fittingY, fraction, ticksFor, valueAt, wholeX, type Range, type Ticks, type View } from "./plot-scale";

/** Time that drawing may take of one frame. */
const FRAME_MS = 8;

/** Least distance between the labels of two ticks on x, in pixels. */
const TICK_GAP = 28;

export interface Selection {
  x?: Range;
  y?: Range;
  y2?: Range;
}

export class Chart {
  readonly model: PlotModel;
  /** Called after each drawing, with axes and frame in place. */
  onDraw: () => void = () => {};
  /** Called when a stretch was dragged out; which axes it concerns is what it holds. */
  onSelect: (selection: Selection) => void = () => {};
  readonly #element: HTMLElement;
  readonly #compact: boolean;
  readonly #hidden = new Set<Trace>();
  readonly #plot: uPlot;
  #look: Look;
  #size: { width: number; height: number };
  #view: View;
  #home: View;
  #ticks: { x: Ticks; y: Ticks; y2: Ticks } | undefined;
  #drawing: Generator<void, void> | undefined;
  #pending = 0;
  #refreshing = 0;

  constructor(element: HTMLElement, model: PlotModel, compact: boolean, look: Look) {
    this.model = model;
    this.#element = element;
    this.#compact = compact;
    this.#look = look;
    this.#home = this.#fittingView();
    this.#view = this.#home;
    this.#size = { width: Math.max(element.clientWidth, 40), height: Math.max(element.clientHeight, 30) };
    this.#plot = new uPlot(this.#options(), [[0, 1], [0, 1], [0, 1]], element);
  }

  get view(): View {
    return this.#view;
  }

  /** What is shown when nothing is zoomed. */
  get home(): View {
    return this.#home;
  }

  get isZoomed(): boolean {
    return this.#view !== this.#home;
  }

  get shown(): Trace[] {
    return this.model.traces.filter((trace) => !this.#hidden.has(trace));
  }

  /** The layer over the drawing area, where the pointer is. */
  get over(): HTMLElement {
    return this.#plot.over;
  }

  get canvas(): HTMLCanvasElement {
    return this.#plot.ctx.canvas;
  }

  isShown(trace: Trace): boolean {
    return !this.#hidden.has(trace);
  }

  colourOf(trace: Trace): string {
    return this.#look.series[this.model.traces.indexOf(trace) % COLOURS] ?? this.#look.ink;
  }

  isDashed(trace: Trace): boolean {
    return this.model.traces.indexOf(trace) >= COLOURS;
  }

  axisOf(name: AxisName | "x"): AxisModel {
    return name === "x" ? this.model.x : name === "y2" ? (this.model.y2 ?? this.model.y) : this.model.y;
  }

  /** Shows these stretches; an axis that is left out fits what the others show. */
  show(selection: Selection): void {
    const x = selection.x ?? this.#view.x;
    this.#view = {
      x,
      y: selection.y ?? fittingY(this.model, "y", x, this.shown),
      y2: selection.y2 ?? fittingY(this.model, "y2", x, this.shown),
    };
    this.#refresh();
  }

  reset(): void {
    this.#home = this.#fittingView();
    this.#view = this.#home;
    this.#refresh();
  }

  toggle(trace: Trace): void {
    if (!this.#hidden.delete(trace)) this.#hidden.add(trace);
    if (this.isZoomed) this.#refresh();
    else this.reset();
  }

  setLog(name: AxisName | "x", log: boolean): void {
    this.axisOf(name).log = log;
    this.reset();
  }

  restyle(): void {
    this.#look = readLook(this.#element);
    this.#refresh();
  }

  resize(width: number, height: number): void {
    if (width === this.#size.width && height === this.#size.height) return;
    this.#size = { width, height };
    this.#ticks = undefined;
    this.#plot.setSize({ width, height });
  }

  dispose(): void {
    cancelAnimationFrame(this.#pending);
    cancelAnimationFrame(this.#refreshing);
    this.#plot.destroy();
  }

  /** The frame in pixels of the page, relative to `over`. */
  frame(axis: AxisName): Frame {
    const { width, height } = this.#plot.bbox;
    const ratio = uPlot.pxRatio;
    return this.#frameFor(axis, { left: 0, top: 0, width: width / ratio, height: height / ratio, ratio: 1 });
  }

  /** The value at a place of `over`. */
  valueAtPixel(name: AxisName | "x", pixel: number): number {
    const { width, height } = this.#plot.bbox;
    const share = name === "x" ? (pixel * uPlot.pxRatio) / width : 1 - (pixel * uPlot.pxRatio) / height;
    return valueAt(share, this.#view[name], this.axisOf(name).log);
  }

  #frameFor(axis: AxisName, place: Pick<Frame, "left" | "top" | "width" | "height" | "ratio">): Frame {
    return { ...place, x: this.#view.x, y: this.#view[axis], xLog: this.model.x.log, yLog: this.axisOf(axis).log };
  }

  #fittingView(): View {
    const shown = this.shown;
    const x = wholeX(this.model, shown.length > 0 ? shown : this.model.traces);
    return { x, y: fittingY(this.model, "y", x, shown), y2: fittingY(this.model, "y2", x, shown) };
  }

  /** However often the view changes within a frame, it is drawn once. */
  #refresh(): void {
    if (this.#refreshing !== 0) return;
    this.#refreshing = requestAnimationFrame(() => {
      this.#refreshing = 0;
      this.#ticks = undefined;
      this.#plot.redraw(false, true);
    });
  }

  /** Ticks are chosen once for each drawing; all three of uPlot's questions are answered from them. */
  #ticksOf(name: AxisName | "x"): Ticks {
    if (!this.#ticks) {
      const room = this.#size.height / (this.#compact ? 32 : 44);
      this.#ticks = {
        x: this.#xTicks(),
        y: ticksFor(this.#view.y, this.model.y, room),
        y2: ticksFor(this.#view.y2, this.axisOf("y2"), room),
      };
    }
    return this.#ticks[name];
  }

  /** As many as stand side by side: how wide their labels are is known only once they are chosen. */
  #xTicks(): Ticks {
    const { categories, x } = this.model;
    const width = Math.max(40, this.#size.width - 60);
    if (categories) return categoryTicks(this.#view.x, categories, width);
    const font = `${this.#tickSize}px ${this.#look.font}`;
    let room = width / 44;
    for (;;) {
      const ticks = ticksFor(this.#view.x, x, room);
      const labels = ticks.labels.filter((label) => label !== "");
      if (room < 2 || labels.length * (this.#widest(labels, font) + TICK_GAP) <= width) return ticks;
      room *= 0.8;
    }
  }

  #options(): uPlot.Options {
    const whole: uPlot.Scale = { time: false, auto: false, range: () => [0, 1] };
    const unseen: uPlot.Series = { paths: () => null, points: { show: false } };
    const hasY2 = this.model.y2 !== undefined;
    return {
      ...this.#size,
      padding: [this.#compact ? 6 : 10, hasY2 ? 0 : () => this.#overhang(), 0, 0],
      scales: { x: whole, y: whole, y2: whole },
      series: [{}, { ...unseen, scale: "y" }, { ...unseen, scale: "y2" }],
      axes: [this.#axis("x", 2), this.#axis("y", 3), ...(hasY2 ? [this.#axis("y2", 1)] : [])],
      legend: { show: false },
      cursor: {
        show: !this.#compact,
        x: false,
        y: false,
        points: { show: false },
        drag: { x: true, y: true, uni: 24, dist: 6, setScale: false },
        bind: { dblclick: () => null, mousedown: (_plot, _target, handler) => (event) => (event.shiftKey ? null : handler(event)) },
      },
      hooks: {
        drawClear: [() => this.#drawMinorLines()],
        draw: [() => this.#draw()],
        setSelect: [(plot) => this.#selected(plot)],
      },
    };
  }

  #axis(name: AxisName | "x", side: uPlot.Axis.Side): uPlot.Axis {
    const model = this.axisOf(name);
    const compact = this.#compact;
    const size = this.#tickSize;
    const font = `${size}px ${this.#look.font}`;
    const fraction01 = (place: number) => fraction(place, this.#view[name], model.log);
    return {
      scale: name,
      side,
      font,
      stroke: () => (name === "x" || this.model.y2 === undefined ? this.#look.ink : this.#axisInk(name)),
      gap: compact ? 3 : 6,
      space: 1,
      splits: () => this.#ticksOf(name).places.map(fraction01),
      values: () => this.#ticksOf(name).labels,
      size: (_plot, labels) => (side === 2 ? size + (compact ? 6 : 12) : this.#widest(labels ?? [], font) + (compact ? 6 : 12)),
      grid: { show: name === "y" || (name === "x" && !this.model.categories), stroke: () => this.#look.grid, width: 1 },
      ticks: { show: false },
      ...(compact || !this.#hasLabel(model) ? {} : { label: () => this.#labelOf(name), labelFont: font, labelSize: 18, labelGap: 2 }),
    } as uPlot.Axis;
  }

  get #tickSize(): number {
    return this.#compact ? 10 : 11;
  }

  #hasLabel(model: AxisModel): boolean {
    return model.label !== "" || model.unit !== "";
  }

  #labelOf(name: AxisName | "x"): string {
    const { label } = this.axisOf(name);
    const { shared } = this.#ticksOf(name);
    return label === "" ? shared : shared === "" ? label : `${label} (${shared})`;
  }

  /** With two y axes each takes the colour of its trace, where it has one alone. */
  #axisInk(name: AxisName): string {
    const own = this.model.traces.filter((trace) => trace.axis === name);
    return own.length === 1 && own[0] ? this.colourOf(own[0]) : this.#look.ink;
  }

  #widest(labels: readonly string[], font: string): number {
    return labels.reduce((widest, label) => Math.max(widest, Math.ceil(textWidth(label, font))), 0);
  }

  /** Room at the right for the half of the last label that stands out over the axis's end. */
  #overhang(): number {
    const { places, labels } = this.#ticksOf("x");
    const last = labels.findLastIndex((label) => label !== "");
    const half = this.#widest([labels[last] ?? ""], `${this.#tickSize}px ${this.#look.font}`) / 2;
    const from = (1 - fraction(places[last] ?? 0, this.#view.x, this.model.x.log)) * this.#size.width;
    return Math.max(this.#compact ? 4 : 10, Math.ceil(half - from + 3));
  }

  #selected(plot: uPlot): void {
    const { left, top, width, height } = plot.select;
    if (width <= 0 || height <= 0) return;
    const full = this.frame("y");
    const isWhole = (part: number, all: number) => part >= all - 1;
    const vertical = (axis: AxisName) => ({ min: this.valueAtPixel(axis, top + height), max: this.valueAtPixel(axis, top) });
    const selection: Selection = {};
    if (!isWhole(width, full.width)) selection.x = { min: this.valueAtPixel("x", left), max: this.valueAtPixel("x", left + width) };
    if (!isWhole(height, full.height)) Object.assign(selection, { y: vertical("y"), y2: vertical("y2") });
    plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
    this.onSelect(selection);
  }

  /** The lines at 2 to 9 of each decade, under the grid that uPlot draws. */
  #drawMinorLines(): void {
    const { ctx, bbox } = this.#plot;
    ctx.save();
    ctx.strokeStyle = this.#look.grid;
    ctx.globalAlpha = 0.45;
    ctx.lineWidth = 1;
    ctx.beginPath();
    for (const name of ["x", "y"] as const) {
      const { log } = this.axisOf(name);
      for (const place of this.#ticksOf(name).minor) {
        const share = fraction(place, this.#view[name], log);
        if (name === "x") {
          const px = Math.round(bbox.left + share * bbox.width) + 0.5;
          ctx.moveTo(px, bbox.top);
          ctx.lineTo(px, bbox.top + bbox.height);
        } else {
          const py = Math.round(bbox.top + (1 - share) * bbox.height) + 0.5;
          ctx.moveTo(bbox.left, py);
          ctx.lineTo(bbox.left + bbox.width, py);
        }
      }
    }
    ctx.stroke();
    ctx.restore();
  }

  #draw(): void {
    cancelAnimationFrame(this.#pending);
    const { width, height } = this.#plot.bbox;
    // An element that is folded away leaves no room; the next resize draws.
    if (width < 2 || height < 2) return;
    this.#drawing = this.#traces();
    this.#advance();
    this.onDraw();
  }

  /** Draws for as long as a frame allows; the rest follows in the next, onto the same picture. */
  #advance(): void {
    const until = performance.now() + FRAME_MS;
    while (this.#drawing) {
      if (this.#drawing.next().done === true) this.#drawing = undefined;
      else if (performance.now() > until) {
        this.#pending = requestAnimationFrame(() => this.#advance());
        return;
      }
    }
  }

  *#traces(): Generator<void, void> {
    const { ctx, bbox } = this.#plot;
    const bars = this.shown.filter((trace) => trace.kind === "bar");
    for (const trace of this.shown) {
      const pen: Pen = {
        colour: this.colourOf(trace),
        width: this.#compact ? 1.25 : 1.5,
        dash: this.isDashed(trace) ? [5, 3] : [],
        slot: { place: Math.max(0, bars.indexOf(trace)), count: Math.max(1, bars.length) },
      };
      yield* drawTrace(ctx, trace, this.#frameFor(trace.axis, { ...bbox, ratio: uPlot.pxRatio }), pen);
      yield;
    }
  }
}
