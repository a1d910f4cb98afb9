/** Circuits: ngspice's answers beside transfer functions, Kirchhoff's laws and an integration of our own. */

import { column, eachNear, holds, near, number, numbers, plot, ratio, same, spaced, type Refusal, type Row } from "./row";

const HALF_POWER_DB = 10 * Math.log10(2);
const DEGREES = 180 / Math.PI;
const THERMAL_VOLTAGE = 8.617333262e-5 * 300.15; // ngspice's 27 °C

function lowPass(resistance: number, capacitance: number): Row {
  const corner = 1 / (2 * Math.PI * resistance * capacitance);
  return {
    skill: "rc-lowpass",
    says: `${resistance} Ω and ${capacitance} F have their corner at 1/(2πRC), and every point of the curve is that of the formula`,
    inputs: { resistance, capacitance, start_frequency: corner / 100, stop_frequency: corner * 1000 },
    check(outputs) {
      ratio("corner_frequency", outputs.corner_frequency, corner, 1e-4);
      const frequency = numbers(outputs, "frequency");
      same("points", frequency.length, 501);
      eachNear("gain", numbers(outputs, "gain"), (i) => -10 * Math.log10(1 + (frequency[i]! / corner) ** 2), 1e-7);
      eachNear("phase", numbers(outputs, "phase"), (i) => -Math.atan(frequency[i]! / corner) * DEGREES, 1e-7);
      const { x, y, y2, series } = plot(outputs, "bode");
      same("axes", [x?.scale, x?.unit, y?.unit, y2?.unit], ["log", "Hz", "dB", "°"]);
      same("curves", series.map(({ name }) => name), ["Gain", "Phase"]);
    },
  };
}

function bandPass(inductance: number, capacitance: number, resistance: number): Row {
  const centre = 1 / (2 * Math.PI * Math.sqrt(inductance * capacitance));
  const bandwidth = resistance / (2 * Math.PI * inductance);
  return {
    skill: "rlc-bandpass",
    says: `${inductance} H, ${capacitance} F and ${resistance} Ω resonate at 1/(2π√LC) with Q = √(L/C)/R`,
    inputs: { inductance, capacitance, resistance },
    check(outputs) {
      ratio("centre_frequency", outputs.centre_frequency, centre, 1.2e-3); // half a step of the sweep
      ratio("bandwidth", outputs.bandwidth, bandwidth, 1e-3);
      ratio("quality_factor", outputs.quality_factor, centre / bandwidth, 2e-3);
      ratio("product of the corners", number(outputs, "lower_corner") * number(outputs, "upper_corner"), centre ** 2, 1e-4);
      const frequency = numbers(outputs, "frequency");
      const reactance = (f: number) => 2 * Math.PI * f * inductance - 1 / (2 * Math.PI * f * capacitance);
      eachNear("gain", numbers(outputs, "gain"), (i) => -10 * Math.log10(1 + (reactance(frequency[i]!) / resistance) ** 2), 1e-6);
      eachNear("phase", numbers(outputs, "phase"), (i) => -Math.atan(reactance(frequency[i]!) / resistance) * DEGREES, 1e-6);
    },
  };
}

/**
 * The rectifier, integrated here: two diodes in series with their resistance, by Newton's method at every step. It knows the
 * diode's law and nothing of ngspice.
 */
function integrateRectifier({ amplitude, frequency, capacitance, load }: { amplitude: number; frequency: number; capacitance: number; load: number }) {
  const [saturation, emission, series] = [14e-9, 1.9, 0.04];
  const slope = 2 * emission * THERMAL_VOLTAGE;
  /** The current that two diodes and their resistance carry at this voltage. */
  const current = (voltage: number, guess: number) => {
    if (voltage <= 0) return 0;
    let i = Math.max(guess, 1e-9);
    for (let n = 0; n < 60; n += 1) {
      const error = slope * Math.log1p(i / saturation) + 2 * series * i - voltage;
      const next = i - error / (slope / (saturation + i) + 2 * series);
      if (Math.abs(next - i) < 1e-13) return Math.max(next, 0);
      i = next > 0 ? next : i / 10;
    }
    return i;
  };
  const perPeriod = 20_000;
  const step = 1 / frequency / perPeriod;
  let [voltage, i, area, low, high, peak] = [0, 0, 0, Infinity, -Infinity, 0];
  for (let n = 0; n < 15 * perPeriod; n += 1) {
    const source = Math.abs(amplitude * Math.sin(2 * Math.PI * frequency * n * step));
    i = current(source - voltage, i);
    voltage += ((i - voltage / load) / capacitance) * step;
    if (n < 5 * perPeriod) continue;
    area += voltage;
    [low, high, peak] = [Math.min(low, voltage), Math.max(high, voltage), Math.max(peak, i)];
  }
  return { mean: area / (10 * perPeriod), ripple: high - low, peak };
}

function rectifier(capacitance: number): Row {
  const [amplitude, frequency, load] = [17, 50, 100];
  return {
    skill: "bridge-rectifier",
    says: `${capacitance} F leave the mean, ripple and peak current that an integration of the diode's law gives, below V/(2fCR)`,
    inputs: { amplitude, frequency, capacitance, load_resistance: load },
    check(outputs) {
      const expected = integrateRectifier({ amplitude, frequency, capacitance, load });
      ratio("mean_voltage", outputs.mean_voltage, expected.mean, 2e-3);
      ratio("ripple", outputs.ripple, expected.ripple, 1e-2);
      ratio("peak_diode_current", outputs.peak_diode_current, expected.peak, 3e-2);
      const bound = number(outputs, "mean_voltage") / (2 * frequency * capacitance * load);
      holds("the ripple formula as an upper bound, and no bad one", number(outputs, "ripple") < bound && number(outputs, "ripple") > 0.65 * bound);
      const time = numbers(outputs, "time");
      ratio("duration shown", time.at(-1)! - time[0]!, 10 / frequency, 1e-3);
      same("waveforms", plot(outputs, "waveforms").series.length, 2);
    },
  };
}

/** The amplifier's bias by hand: current gain 200, a base divider of 82 kΩ and 10 kΩ, and the diode's law. */
function amplifierByHand(supply: number, collector: number, emitter: number, load: number) {
  const [upper, lower, source, beta, saturation, coupling] = [82e3, 10e3, 600, 200, 1e-14, 10e-6];
  const divider = (upper * lower) / (upper + lower);
  let current = 1e-3;
  for (let n = 0; n < 200; n += 1) {
    const base = (supply * lower) / (upper + lower) - (divider * current) / beta;
    current = 0.5 * current + (0.5 * (base - THERMAL_VOLTAGE * Math.log(current / saturation))) / (emitter * (1 + 1 / beta));
  }
  const intrinsic = THERMAL_VOLTAGE / current;
  const input = 1 / (1 / divider + 1 / (beta * intrinsic + (beta + 1) * emitter));
  const output = (collector * load) / (collector + load);
  const gain = (output / (emitter * (1 + 1 / beta) + intrinsic)) * (input / (source + input));
  // Two high-pass filters in a row: the frequency at which together they are 3 dB down, by bisection.
  const poles = [1 / (2 * Math.PI * coupling * (source + input)), 1 / (2 * Math.PI * coupling * (collector + load))];
  let [low, high] = [0.01, 1e4];
  for (let n = 0; n < 100; n += 1) {
    const middle = Math.sqrt(low * high);
    const loss = poles.reduce((total, pole) => total * (1 + (pole / middle) ** 2), 1);
    if (loss > 2) low = middle;
    else high = middle;
  }
  return { gain: 20 * Math.log10(gain), lowerCorner: low };
}

const amplifier: Row = {
  skill: "common-emitter-amplifier",
  says: "gain and lower corner are those of the small-signal circuit, the phase in the band is 180°",
  check(outputs) {
    const expected = amplifierByHand(12, 4700, 470, 47_000);
    near("midband_gain", outputs.midband_gain, expected.gain, 0.15);
    ratio("lower_corner", outputs.lower_corner, expected.lowerCorner, 0.01);
    holds("an upper corner of some MHz", number(outputs, "upper_corner") > 3e6 && number(outputs, "upper_corner") < 2e7, outputs.upper_corner);
    const frequency = numbers(outputs, "frequency");
    const middle = frequency.findIndex((f) => f >= 10_000);
    near("gain at 10 kHz", numbers(outputs, "gain")[middle], number(outputs, "midband_gain"), 0.01);
    near("phase at 10 kHz", Math.abs(numbers(outputs, "phase")[middle]!), 180, 0.5);
  },
};

function butterworth(order: 1 | 2, corner: number): Row {
  const frequency = spaced(1, 6, 401).map((exponent) => 10 ** exponent);
  const gain = frequency.map((f) => -10 * Math.log10(1 + (f / corner) ** (2 * order)));
  const phase = frequency.map((f) => {
    const u = f / corner;
    return order === 1 ? -Math.atan(u) * DEGREES : -Math.atan2(Math.SQRT2 * u, 1 - u * u) * DEGREES;
  });
  return {
    skill: "bode-analysis",
    says: `a Butterworth filter of order ${order} is recognised by corner, slope and phase`,
    inputs: { frequency, gain, phase },
    check(outputs) {
      ratio("corner_frequency", outputs.corner_frequency, corner, 2e-4);
      near("slope", outputs.slope, -20 * order, 0.05);
      same("order", outputs.order, order);
      const at = column(outputs, "table", "Frequency").findIndex((f) => Math.abs((f as number) / corner - 1) < 1e-3);
      near("gain at the corner", column(outputs, "table", "Gain")[at], -HALF_POWER_DB, 1e-3);
      near("phase at the corner", column(outputs, "table", "Phase")[at], -45 * order, 0.05);
      same("rows of the table", column(outputs, "table", "Frequency").length, 7);
      same("curves", plot(outputs, "plot").series.map(({ name }) => name), ["Measured", "Asymptotes", "Corner"]);
      holds("the order in the report", String(outputs.report).includes(`order ${order}`));
    },
  };
}

const E12 = [1, 1.2, 1.5, 1.8, 2.2, 2.7, 3.3, 3.9, 4.7, 5.6, 6.8, 8.2];

const divider: Row = {
  skill: "divider-picker",
  says: "no pair of the E12 series comes nearer, and the tolerance band is the worst case",
  inputs: { input_voltage: 5, output_voltage: 1.8, total_resistance: 10_000, series: "E12" },
  check(outputs) {
    const values = [0, 1, 2, 3, 4].flatMap((decade) => E12.map((value) => Number((value * 10 ** decade).toPrecision(3))));
    let best = Infinity;
    for (const upper of values) {
      for (const lower of values) {
        if (upper + lower < 5000 || upper + lower > 20_000) continue;
        best = Math.min(best, Math.abs((5 * lower) / (upper + lower) - 1.8));
      }
    }
    const [upper, lower] = [number(outputs, "upper_resistance"), number(outputs, "lower_resistance")];
    near("distance from 1.8 V", Math.abs(number(outputs, "voltage") - 1.8), best, 1e-12);
    near("voltage", outputs.voltage, (5 * lower) / (upper + lower), 1e-12);
    near("tolerance_high", outputs.tolerance_high, (5 * lower * 1.1) / (upper * 0.9 + lower * 1.1), 1e-12);
    near("tolerance_low", outputs.tolerance_low, (5 * lower * 0.9) / (upper * 1.1 + lower * 0.9), 1e-12);
    const { netlist } = outputs.circuit as { netlist: string };
    holds("both resistors in the netlist", netlist.includes(`Rupper in out ${upper}`) && netlist.includes(`Rlower out 0 ${lower}`), netlist);
    same("pairs in the table", column(outputs, "table", "Upper").length, 10);
  },
};

const restingDivider: Row = {
  skill: "operating-point",
  says: "a loaded divider rests at Kirchhoff's voltage",
  inputs: { netlist: "* divider\nVin in 0 12\nR1 in out 1k\nR2 out 0 2k\nR3 out 0 2k" },
  check(outputs) {
    const values = outputs.values as Record<string, number>;
    const names = Object.keys(values);
    const find = (pattern: RegExp) => values[names.find((name) => pattern.test(name)) ?? ""];
    near("v(out)", find(/^v\(out\)$|^out$/), 6, 1e-9);
    near("current of the source", find(/vin/), -0.006, 1e-9);
  },
};

const restingCurrentSource: Row = {
  skill: "operating-point",
  says: "the LED's current source obeys Ohm's law at its emitter and Kirchhoff's at its collector",
  check(outputs) {
    const values = Object.entries(outputs.values as Record<string, number>);
    const volt = (node: string) => values.find(([name]) => name === node || name === `v(${node})`)?.[1] ?? NaN;
    const emitterCurrent = volt("emitter") / 100;
    const collectorCurrent = (volt("supply") - volt("load")) / 220;
    ratio("current gain", collectorCurrent / (emitterCurrent - collectorCurrent), 200, 0.05);
    near("base to emitter", volt("base") - volt("emitter"), THERMAL_VOLTAGE * Math.log(collectorCurrent / 1e-14), 0.005);
    holds("a netlist that ran", String((outputs.circuit as { netlist: string }).netlist).includes("Dled base 0 led"));
  },
};

export const rows: Row[] = [
  lowPass(1000, 1e-7),
  lowPass(47_000, 3.3e-9),
  bandPass(1e-3, 1e-8, 50),
  bandPass(1e-2, 1e-7, 20),
  rectifier(0.00047),
  rectifier(0.0022),
  amplifier,
  butterworth(1, 1591.5),
  butterworth(2, 2000),
  divider,
  restingDivider,
  restingCurrentSource,
];

export const refusals: Refusal[] = [
  { skill: "bode-analysis", inputs: { frequency: [1, 2, 3], gain: [0, 0, 0] }, words: /never falls.*extend the sweep/s },
  { skill: "bode-analysis", inputs: { frequency: [1, 2, 3], gain: [0, 0] }, words: /same sweep/ },
  { skill: "divider-picker", inputs: { output_voltage: 15 }, words: /between 0 and the input/ },
  { skill: "divider-picker", inputs: { series: "E13" }, words: /E6, E12, E24/ },
];
