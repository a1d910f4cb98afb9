/** Signals and data beside closed forms: Parseval, Anscombe, normal equations, sums by hand. */

import { column, eachNear, holds, near, number, numbers, plot, ratio, same, spaced, sum, type Refusal, type Row } from "./row";

const SAMPLE_RATE = 8192;

const generators: Row[] = [
  {
    skill: "signal-generator",
    says: "a sine with a harmonic and an offset is the formula at every sample",
    inputs: { frequency: 440, amplitude: 2, offset: 0.5, harmonic: 3, harmonic_amplitude: 0.25, sample_rate: SAMPLE_RATE, samples: 1024 },
    check(outputs) {
      const time = numbers(outputs, "time");
      const turn = 2 * Math.PI * 440;
      eachNear("time", time, (i) => i / SAMPLE_RATE, 1e-15);
      eachNear("signal", numbers(outputs, "signal"), (i) => 0.5 + 2 * Math.sin(turn * time[i]!) + 0.25 * Math.sin(3 * turn * time[i]!), 1e-10);
      same("sample_rate", outputs.sample_rate, SAMPLE_RATE);
    },
  },
  ...([["square", 1], ["triangle", 1 / Math.sqrt(3)], ["sawtooth", 1 / Math.sqrt(3)]] as const).map(([shape, effective]): Row => ({
    skill: "signal-generator",
    says: `a ${shape} has mean 0 and the effective value of its shape`,
    inputs: { shape, frequency: 8, sample_rate: SAMPLE_RATE, samples: 8192 },
    check(outputs) {
      const signal = numbers(outputs, "signal");
      near("mean", sum(signal) / signal.length, 0, 2e-3);
      ratio("effective value", Math.sqrt(sum(signal.map((v) => v * v)) / signal.length), effective, 2e-3);
    },
  })),
  {
    skill: "signal-generator",
    says: "noise has the deviation that was asked for",
    inputs: { amplitude: 0, noise: 0.7, samples: 50_000, seed: 5 },
    check(outputs) {
      const signal = numbers(outputs, "signal");
      const mean = sum(signal) / signal.length;
      near("mean", mean, 0, (4 * 0.7) / Math.sqrt(signal.length));
      ratio("deviation", Math.sqrt(sum(signal.map((v) => (v - mean) ** 2)) / signal.length), 0.7, 4 / Math.sqrt(2 * signal.length));
    },
  },
];

const N = 2048;
const tone = Array.from({ length: N }, (_, n) => 0.25 + 1.5 * Math.sin((2 * Math.PI * 100.37 * n) / N) + 0.2 * Math.sin((2 * Math.PI * 310 * n) / N));
const wholePeriods = Array.from({ length: N }, (_, n) => 0.25 + 1.5 * Math.sin((2 * Math.PI * 100 * n) / N + 0.3) + 0.2 * Math.cos((2 * Math.PI * 310 * n) / N));

const transforms: Row[] = [
  {
    skill: "fft-spectrum",
    says: "whole periods give lines of exactly their amplitude and nothing else, and Parseval's theorem holds",
    inputs: { signal: wholePeriods, sample_rate: N, window: "rectangular" },
    check(outputs) {
      const lines: Record<number, number> = { 0: 0.25, 100: 1.5, 310: 0.2 };
      eachNear("amplitude", numbers(outputs, "amplitude"), (k) => lines[k] ?? 0, 1e-12);
      eachNear("frequency", numbers(outputs, "frequency"), (k) => k, 1e-12);
      near("power", outputs.power, sum(wholePeriods.map((v) => v * v)) / N, 1e-12);
      near("resolution", outputs.resolution, 1, 1e-15);
    },
  },
  {
    skill: "fft-spectrum",
    says: "a tone between two bins is found to a twentieth of a bin, and Parseval's theorem holds under the window",
    inputs: { signal: tone, sample_rate: N, window: "hann" },
    check(outputs) {
      near("peak_frequency", outputs.peak_frequency, 100.37, 0.05);
      const windowed = tone.map((v, n) => v * (0.5 - 0.5 * Math.cos((2 * Math.PI * n) / N)));
      ratio("power", outputs.power, sum(windowed.map((v) => v * v)) / N, 1e-12);
      same("points", numbers(outputs, "amplitude").length, N / 2 + 1);
    },
  },
  {
    skill: "fft-spectrum",
    says: "the flat top reads amplitudes to 0.01 dB wherever the tone lies",
    inputs: { signal: tone, sample_rate: N, window: "flattop" },
    check(outputs) {
      near("peak_amplitude in dB", 20 * Math.log10(number(outputs, "peak_amplitude") / 1.5), 0, 0.011);
    },
  },
];

const TIME_CONSTANT = 1e-4;
const response = spaced(1, 7, 1201).map((exponent) => 10 ** exponent);
const lag = response.map((f) => Math.atan(2 * Math.PI * f * TIME_CONSTANT));

const throughFilter: Row[] = [
  {
    skill: "waveform-through-filter",
    says: "a square wave through an RC filter is the exponential that charges and discharges a capacitor",
    inputs: {
      frequency: response,
      gain: lag.map((angle) => 20 * Math.log10(Math.cos(angle))),
      phase: lag.map((angle) => (-angle * 180) / Math.PI),
      wave_frequency: 1000,
      amplitude: 2,
    },
    check(outputs) {
      const [time, output] = [numbers(outputs, "time"), numbers(outputs, "output")];
      const half = 0.5e-3;
      const charged = (t: number) => 1 - (2 * Math.exp(-t / TIME_CONSTANT)) / (1 + Math.exp(-half / TIME_CONSTANT));
      eachNear("output", output, (i) => 2 * (time[i]! % (2 * half) < half ? charged(time[i]! % half) : -charged(time[i]! % half)), 2.5e-3);
      near("peak", outputs.peak, 2 * Math.tanh(half / (2 * TIME_CONSTANT)), 1e-3);
      same("harmonics", outputs.harmonics, 1000);
    },
  },
  ...(["square", "triangle", "sawtooth"] as const).map((shape): Row => ({
    skill: "waveform-through-filter",
    says: `a filter that changes nothing lets a ${shape} through as it is`,
    inputs: { frequency: [1, 1e6], gain: [0, 0], phase: [0, 0], shape },
    check(outputs) {
      const [input, output] = plot(outputs, "plot").series;
      // Mean square, because a sum of sines overshoots at every jump however many there are (Gibbs).
      near("mean square of the difference", sum(input!.y.map((v, i) => (v - output!.y[i]!) ** 2)) / input!.y.length, 0, 1e-2);
    },
  })),
];

const CSV = "name;weight;note\nA;1,5;x\nB;2,5;y\nC;;z\nD;4,0;n/a\nE;8;w\n";

const tables: Row[] = [
  {
    skill: "csv-statistics",
    says: "the example's columns have the statistics that a spreadsheet gives",
    check(outputs) {
      same("columns of numbers", column(outputs, "statistics", "Column"), ["temperature", "rain"]);
      const temperature = [-3.1, 4.6, 18.1, 6.9, 11.6, 15.6, 23.5, 18.6];
      const rain = [53, 34, 57, 73, 100, 65, 102];
      const mean = (values: number[]) => sum(values) / values.length;
      const deviation = (values: number[]) => Math.sqrt(sum(values.map((v) => (v - mean(values)) ** 2)) / (values.length - 1));
      eachNear("mean", column(outputs, "statistics", "Mean") as number[], (i) => mean([temperature, rain][i]!), 1e-12);
      eachNear("deviation", column(outputs, "statistics", "Standard deviation") as number[], (i) => deviation([temperature, rain][i]!), 1e-12);
      eachNear("median", column(outputs, "statistics", "Median") as number[], (i) => [13.6, 65][i]!, 1e-12);
      eachNear("lower quartile", column(outputs, "statistics", "Lower quartile") as number[], (i) => [6.325, 55][i]!, 1e-12);
      same("missing", [outputs.rows, outputs.missing], [8, 1]);
      same("the table keeps its texts", column(outputs, "data", "month")[1], "April");
    },
  },
  {
    skill: "csv-statistics",
    says: "semicolons, decimal commas and gaps are understood",
    inputs: { csv: CSV },
    check(outputs) {
      same("columns of numbers", column(outputs, "statistics", "Column"), ["weight"]);
      same("mean", column(outputs, "statistics", "Mean"), [4]);
      same("values", column(outputs, "data", "weight"), [1.5, 2.5, null, 4, 8]);
      same("missing", outputs.missing, 2);
    },
  },
];

const ANSCOMBE_X = [10, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5];
const ANSCOMBE_Y = [8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68];

const regressions: Row[] = [
  {
    skill: "linear-regression",
    says: "Anscombe's first set has its famous line, R² and standard errors",
    inputs: { x: ANSCOMBE_X, y: ANSCOMBE_Y },
    check(outputs) {
      near("slope", outputs.slope, 0.5000909, 1e-7);
      near("intercept", outputs.intercept, 3.0000909, 1e-7);
      near("slope_error", outputs.slope_error, 0.1179055, 1e-7);
      near("intercept_error", outputs.intercept_error, 1.1247468, 1e-7);
      near("r_squared", outputs.r_squared, 0.6665425, 1e-7);
      near("sum of the residuals", sum(numbers(outputs, "residuals")), 0, 1e-12);
      // Half the width of the band in the middle, by a printed table: t = 2.262157 for 9 degrees of freedom.
      const { series } = plot(outputs, "plot");
      const [line, above] = [series.find(({ name }) => name === "Line")!, series.find(({ name }) => name === "95 % above")!];
      near("band at the mean", above.y[30]! - line.y[30]!, (2.262157 * 1.236603) / Math.sqrt(11), 1e-5);
    },
  },
];

const MODELS: { model: string; exact: number[]; law: (p: number[], x: number) => number }[] = [
  { model: "decay", exact: [3, 2, 1], law: ([a, b, c], x) => a! * Math.exp(-x / b!) + c! },
  { model: "peak", exact: [4, 3, 0.5, 1], law: ([a, b, c, d], x) => a! * Math.exp(-((x - b!) ** 2) / (2 * c! ** 2)) + d! },
  { model: "saturation", exact: [5, 2], law: ([a, b], x) => (a! * x) / (b! + x) },
  { model: "oscillation", exact: [2, 4, 0.8, 0.5], law: ([a, b, c, d], x) => a! * Math.exp(-x / b!) * Math.cos(2 * Math.PI * c! * x + d!) },
  { model: "power", exact: [2, -1.5], law: ([a, b], x) => a! * x ** b! },
];

const fits: Row[] = [
  ...MODELS.map(({ model, exact, law }): Row => {
    const x = spaced(0.1, 6.1, 41);
    return {
      skill: "curve-fit",
      says: `${model}: the numbers that made the data come back`,
      inputs: { model, x, y: x.map((value) => law(exact, value)) },
      check(outputs) {
        eachNear("parameter", numbers(outputs, "values"), (k) => exact[k]!, 1e-6);
        near("r_squared", outputs.r_squared, 1, 1e-12);
      },
    };
  }),
  {
    skill: "curve-fit",
    says: "at the minimum the residuals of noisy data are at right angles to every slope of the law",
    check(outputs) {
      const [a, b] = numbers(outputs, "values") as [number, number, number];
      const x = [0, 0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4, 5, 6, 7, 8];
      const residuals = numbers(outputs, "residuals");
      const slopes: ((t: number) => number)[] = [(t) => Math.exp(-t / b), (t) => ((a * t) / b ** 2) * Math.exp(-t / b), () => 1];
      slopes.forEach((slope, k) => near(`product with slope ${k}`, sum(x.map((t, i) => slope(t) * residuals[i]!)), 0, 1e-6));
      ratio("rms", outputs.rms, Math.sqrt(sum(residuals.map((r) => r * r)) / x.length), 1e-12);
      holds("standard errors", (column(outputs, "parameters", "Standard error") as number[]).every((error) => error > 0 && error < 0.1));
    },
  },
];

const histograms: Row[] = [
  {
    skill: "histogram",
    says: "every value is counted once, and mean, deviation and skewness are those of the formula",
    inputs: { values: Array.from({ length: 1000 }, (_, i) => -Math.log(1 - (i + 0.5) / 1000)), bins: 20 },
    check(outputs) {
      const counts = column(outputs, "table", "Count") as number[];
      same("bins", counts.length, 20);
      same("values", sum(counts), 1000);
      // Evenly spread quantiles of the exponential distribution: mean 1, deviation 1, skewness 2, less what the tail lacks.
      near("mean", outputs.mean, 1, 2e-3);
      near("deviation", outputs.deviation, 1, 0.01);
      near("skewness", outputs.skewness, 2, 0.15);
      const [low, high] = [column(outputs, "table", "From") as number[], column(outputs, "table", "To") as number[]];
      holds("bins touch", low.slice(1).every((edge, i) => Math.abs(edge - high[i]!) < 1e-12));
      same("first bin is the fullest", counts.indexOf(Math.max(...counts)), 0);
    },
  },
  {
    skill: "histogram",
    says: "the width is Freedman and Diaconis' where none is asked for",
    inputs: { values: Array.from({ length: 1000 }, (_, i) => i) },
    check(outputs) {
      const width = (2 * 499.5) / Math.cbrt(1000);
      same("bins", (column(outputs, "table", "Count") as number[]).length, Math.ceil(999 / width));
    },
  },
];

export const rows: Row[] = [...generators, ...transforms, ...throughFilter, ...tables, ...regressions, ...fits, ...histograms];

export const refusals: Refusal[] = [
  { skill: "signal-generator", inputs: { shape: "spiral" }, words: /choose sine, square/ },
  { skill: "fft-spectrum", inputs: { signal: [1, 2, 3] }, words: /at least 8/ },
  { skill: "waveform-through-filter", inputs: { frequency: [1, 10], gain: [0, 0], phase: [0, 0], wave_frequency: 20 }, words: /sweep ends at 10 Hz/ },
  { skill: "csv-statistics", inputs: { csv: "a,b\n1,2\n3" }, words: /row 2 has 1 cells/ },
  { skill: "linear-regression", inputs: { x: [1, 1, 1], y: [1, 2, 3] }, words: /different x/ },
  { skill: "curve-fit", inputs: { x: [1, 2], y: [1, 2] }, words: /measure more/ },
  { skill: "histogram", inputs: { values: [] }, words: /at least 2/ },
];
