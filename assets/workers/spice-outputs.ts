/**
 * Fills a skill's outputs from what a simulation gave: vectors and measurements, by the port's `from:` or its own name.
 *
 * Which analysis an expression is read from, where a deck has several: the first in which all of it is found, those with a sweep
 * before those of one point, complex ones first where magnitude or phase is asked for. A name may say it: `tran.v(out)`, `op.v(out)`.
 */

import type { Port } from "../bridge/protocol";
import { JobFailure } from "./failure";
import { evaluate, ExpressionError, magnitude, splitList, type VectorSource } from "./spice-expression";
import type { Samples, SimulationPlot } from "./spice-raw";

/** All that one run gave. */
export interface Simulation {
  /** In the deck's order. */
  plots: SimulationPlot[];
  measurements: Map<string, number>;
  /** Why a measurement of this name was not made, in ngspice's words. */
  measurementFailure(name: string): string | undefined;
  /** What was printed. */
  printed: string;
  /** The deck as it ran. */
  netlist: string;
}

const ASKS_FOR_COMPLEX = /\b[vi](?:db|p|m|r|i)\(|\b(?:db|phase|ph|re|im|mag|real|imag)\(/i;
const DEFAULT_PLOT_SERIES = 12;
const NAMES_LISTED = 60;
const FAMILY_LIMIT = 64;

export function fillOutputs(ports: Port[], simulation: Simulation): Record<string, unknown> {
  const outputs: Record<string, unknown> = {};
  for (const port of ports) {
    try {
      outputs[port.name] = fillOutput(port, simulation);
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error;
      if (port.required === false) continue;
      throw new JobFailure("bad_output", `Output '${port.name}' cannot be filled: ${error.message}.`, listing(simulation));
    }
  }
  return outputs;
}

function fillOutput(port: Port, simulation: Simulation): unknown {
  const from = port.from?.trim() || undefined;
  switch (port.type) {
    case "number":
    case "integer":
      return scalar(from ?? port.name, simulation);
    case "boolean":
      return scalar(from ?? port.name, simulation) !== 0;
    case "array":
      return magnitude(inOnePlot([from ?? port.name], simulation).samples[0]!);
    case "plot":
      return plotOf(port, from, simulation);
    case "table":
      return tableOf(from, simulation);
    case "object":
      return objectOf(from, simulation);
    case "circuit":
      return { netlist: simulation.netlist };
    case "string":
    case "markdown":
      return simulation.printed;
    case "any": {
      const text = from ?? port.name;
      if (simulation.measurements.has(text.toLowerCase())) return scalar(text, simulation);
      const values = magnitude(inOnePlot([text], simulation).samples[0]!);
      return values.length === 1 ? values[0] : values;
    }
    default:
      throw new JobFailure("bad_output", `Output '${port.name}' is of type ${port.type}, which a simulation does not give.`, "It gives number, array, plot, table, object, circuit and string.");
  }
}

/** A measurement, or the last point of an expression. */
function scalar(text: string, simulation: Simulation): number {
  const measured = simulation.measurements.get(text.toLowerCase());
  if (measured !== undefined) return measured;
  const failure = simulation.measurementFailure(text.toLowerCase());
  if (failure !== undefined) throw new JobFailure("simulation_failed", `The measurement '${text}' could not be made.`, failure);
  const values = magnitudeOrSigned(inOnePlot([text], simulation).samples[0]!);
  return values[values.length - 1] ?? NaN;
}

function magnitudeOrSigned(samples: Samples): Float64Array {
  return samples.imaginary === undefined ? samples.real : magnitude(samples);
}

/** Evaluates expressions in the first analysis that has all of what they name. */
function inOnePlot(texts: string[], { plots }: Simulation): { plot: SimulationPlot; samples: Samples[] } {
  let failure: ExpressionError | undefined;
  for (const plot of preferred(plots, texts)) {
    const source: VectorSource = {
      vector: (name, analysis) => {
        if (analysis === undefined) return plot.samples(name);
        return plots.find((one) => isNamed(one, analysis) && one.has(name))?.samples(name);
      },
    };
    try {
      const samples = texts.map((text) => evaluate(text, source));
      const qualified = plots.find((one) => texts.some((text) => new RegExp(`(^|[^\\w])${one.name.replace(/\d+$/, "")}\\d*\\.`, "i").test(text)));
      return { plot: qualified ?? plot, samples };
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error;
      failure ??= error;
    }
  }
  throw failure ?? new ExpressionError("the simulation gave no vectors");
}

function isNamed(plot: SimulationPlot, analysis: string): boolean {
  return plot.name === analysis || plot.name.replace(/\d+$/, "") === analysis;
}

function preferred(plots: SimulationPlot[], texts: string[]): SimulationPlot[] {
  const asksForComplex = texts.some((text) => ASKS_FOR_COMPLEX.test(text));
  const rank = (plot: SimulationPlot) => (plot.pointCount > 1 ? 0 : 2) + (asksForComplex && !plot.isComplex ? 1 : 0);
  return plots.filter((plot) => plot.pointCount > 0).sort((one, other) => rank(one) - rank(other));
}

function plotOf(port: Port, from: string | undefined, simulation: Simulation): unknown {
  const curves = (from === undefined ? defaultSeries(simulation) : splitList(from)).map(readCurve);
  const texts = curves.map(({ text }) => text);
  const { plot, samples } = inOnePlot(texts, simulation);
  const sweep = plot.sweep;
  if (sweep === undefined) throw new ExpressionError("the analysis has a single point and nothing to draw it over");
  const x = plot.samples(sweep.name)!.real;
  const units = texts.map((text) => unitOf(text, plot));
  const series = curves.flatMap(({ name }, index) => {
    const values = magnitude(samples[index]!);
    const y = values.length === x.length ? values : new Float64Array(x.length).fill(values[0] ?? NaN);
    return families(x, y).map(([from, to], family, all) => ({
      name: all.length === 1 ? name : `${name} · ${family + 1}`,
      // Copied, because series of one plot would otherwise share what is handed over.
      x: x.slice(from, to),
      y: y.slice(from, to),
      kind: "line",
      axis: units[index] === units[0] ? "y" : "y2",
    }));
  });
  const other = units.find((unit) => unit !== units[0]);
  return {
    // The deck's first line; ngspice's own header has it in small letters.
    title: simulation.netlist.split("\n", 1)[0]!.trim(),
    x: { ...sweepAxis(sweep.name, sweep.kind), scale: isLogarithmic(x) ? "log" : "linear" },
    y: axis(port.unit ?? units[0], plot),
    ...(other === undefined ? {} : { y2: axis(other, plot) }),
    series,
  };
}

/** One curve of a plot's `from`: an expression, or `Gain = vdb(out)` where it goes by a name of its own. */
function readCurve(text: string): { name: string; text: string } {
  const named = /^([^=()]+?)\s*=\s*(.+)$/.exec(text);
  return named === null ? { name: text, text } : { name: named[1]!, text: named[2]! };
}

/** Every node's voltage, up to a number that can be told apart. */
function defaultSeries(simulation: Simulation): string[] {
  const plot = preferred(simulation.plots, [])[0];
  const names = plot?.vectors.filter(({ kind, name }) => kind === "voltage" && name !== plot.sweep?.name).map(({ name }) => name) ?? [];
  return names.slice(0, DEFAULT_PLOT_SERIES);
}

/** Where a nested sweep begins anew: ranges of points, one for each run of the inner one. */
function families(x: Float64Array, y: Float64Array): [number, number][] {
  const direction = Math.sign(x[1]! - x[0]!);
  const starts = [0];
  for (let point = 1; point < x.length; point += 1) {
    if ((x[point]! - x[point - 1]!) * direction < 0) starts.push(point);
  }
  if (starts.length > FAMILY_LIMIT) return [[0, y.length]];
  return starts.map((start, index) => [start, starts[index + 1] ?? x.length]);
}

function unitOf(text: string, plot: SimulationPlot): string {
  const bare = text.replace(/^\w+\./, "").toLowerCase();
  if (/^(?:[vi]?db)\(/.test(bare)) return "dB";
  if (/^(?:[vi]p|phase|ph)\(/.test(bare)) return "°";
  if (/^[^()]*_spectrum$/.test(bare)) return "V/√Hz";
  const kind = plot.kindOf(bare) ?? plot.kindOf(`v(${bare})`) ?? "";
  // A ratio has no unit; what else is made of voltages is a voltage.
  if (bare.includes("/")) return "";
  if (kind === "voltage" || /(^|[-+*(\s])v[mri]?\(/.test(bare)) return "V";
  return kind === "current" || /(^|[-+*(\s])i[mri]?\(/.test(bare) ? "A" : "";
}

const QUANTITIES: Record<string, string> = { V: "Voltage", A: "Current", dB: "Gain", "°": "Phase", "V/√Hz": "Noise" };

function axis(unit: string | undefined, plot: SimulationPlot): Record<string, string> {
  const label = QUANTITIES[unit ?? ""];
  const isNoise = unit === "V/√Hz" && plot.analysis.startsWith("Noise");
  return { ...(label === undefined ? {} : { label }), ...(unit ? { unit } : {}), ...(isNoise ? { scale: "log" } : {}) };
}

function sweepAxis(name: string, kind: string): Record<string, string> {
  if (kind === "time") return { label: "Time", unit: "s" };
  if (kind === "frequency") return { label: "Frequency", unit: "Hz" };
  if (/temp/.test(name)) return { label: "Temperature", unit: "°C" };
  if (/res/.test(name)) return { label: "Resistance", unit: "Ω" };
  return kind === "current" ? { label: "Current", unit: "A" } : { label: "Voltage", unit: "V" };
}

/** Whether points stand at equal ratios, as those of a sweep by decade or octave do. */
function isLogarithmic(x: Float64Array): boolean {
  const [first, second] = x;
  const middle = x.length >> 1;
  if (x.length < 3 || !(first! > 0) || !(second! > first!)) return false;
  const ratio = second! / first!;
  return Math.abs(x[middle]! / x[middle - 1]! / ratio - 1) < 1e-6 && ratio > 1 + 1e-9;
}

/** Points by vectors; an operating point as one row for each vector. */
function tableOf(from: string | undefined, simulation: Simulation): unknown {
  const chosen = preferred(simulation.plots, from === undefined ? [] : splitList(from))[0];
  const texts = from === undefined ? (chosen?.vectors.map(({ name }) => name) ?? []) : splitList(from);
  if (from === undefined && chosen?.sweep !== undefined) return tableOfAll(chosen);
  const { plot, samples } = inOnePlot(texts, simulation);
  if (plot.sweep === undefined) {
    return {
      columns: [
        { name: "name", values: texts },
        { name: "value", values: samples.map((one) => magnitudeOrSigned(one)[0]) },
        { name: "unit", values: texts.map((text) => unitOf(text, plot)) },
      ],
    };
  }
  const sweep = plot.sweep.name;
  const columns = texts.filter((text) => text.toLowerCase() !== sweep).map((name) => ({ name, values: copyTo(plot.pointCount, magnitude(samples[texts.indexOf(name)]!)) }));
  return { columns: [{ name: sweep, values: plot.samples(sweep)!.real.slice() }, ...columns] };
}

/** Every vector as a column. */
function tableOfAll(plot: SimulationPlot): unknown {
  return { columns: plot.vectors.map(({ name }) => ({ name, values: plot.magnitudes(name) ?? plot.samples(name)!.real.slice() })) };
}

function copyTo(length: number, values: Float64Array): Float64Array {
  return values.length === length ? values.slice() : new Float64Array(length).fill(values[0] ?? NaN);
}

/** Measurements and what analyses of one point gave; with `from`, these expressions by their text. */
function objectOf(from: string | undefined, simulation: Simulation): Record<string, number> {
  if (from !== undefined) return Object.fromEntries(splitList(from).map((text) => [text, scalar(text, simulation)]));
  const values: Record<string, number> = {};
  for (const plot of simulation.plots) {
    if (plot.pointCount !== 1) continue;
    for (const { name } of plot.vectors) values[name] = magnitudeOrSigned(plot.samples(name)!)[0]!;
  }
  return Object.assign(values, Object.fromEntries(simulation.measurements));
}

/** What there was to choose from. */
function listing({ plots, measurements }: Simulation): string {
  const lines = plots.map((plot) => {
    const names = plot.vectors.map(({ name }) => name);
    const more = names.length > NAMES_LISTED ? ` and ${names.length - NAMES_LISTED} more` : "";
    return `${plot.name} (${plot.analysis}, ${plot.pointCount} points): ${names.slice(0, NAMES_LISTED).join(", ")}${more}`;
  });
  if (measurements.size > 0) lines.push(`Measurements: ${[...measurements.keys()].join(", ")}`);
  return `The simulation gave\n${lines.join("\n")}`;
}
