/**
 * Numbers as people read them: four significant digits, an SI prefix, a unit.
 *
 * Pure and without imports, so that the page and the workers say the same of a value. It never parses a number
 * that a person typed and never converts one unit into another.
 */

const PREFIXES: Readonly<Record<number, string>> = {
  [-24]: "y", [-21]: "z", [-18]: "a", [-15]: "f", [-12]: "p", [-9]: "n", [-6]: "µ", [-3]: "m",
  0: "", 3: "k", 6: "M", 9: "G", 12: "T", 15: "P", 18: "E", 21: "Z", 24: "Y",
};

/** What a unit"s own prefix stands for, where it is written with one already (`mV`, `kΩ`). */
const PREFIX_EXPONENT: Readonly<Record<string, number>> = {
  f: -15, p: -12, n: -9, u: -6, µ: -6, μ: -6, m: -3, k: 3, M: 6, G: 9, T: 12,
};

type Prefixes = readonly [lowest: number, highest: number];

const unitsWith = (prefixes: Prefixes, symbols: string): [string, Prefixes][] => symbols.split(" ").map((symbol) => [symbol, prefixes]);

/** Units that take prefixes, and which: nobody says `3.6 ks`, `26.6 Mm` or `900 mbit`. */
const SCALABLE = new Map<string, Prefixes>([
  ...unitsWith([-24, 24], "Hz V A Ω Ohm ohm F H W J N Pa eV T C S VA var Wh Ah Wb mol cd lm lx Ha Sv"),
  ...unitsWith([-24, 0], "s K L"),
  ...unitsWith([-24, 3], "m g"),
  ...unitsWith([0, 24], "B bit b bps Bd Bq Sa"),
]);

interface Unit {
  /** The unit without its own prefix. */
  symbol: string;
  /** The power of ten of the prefix that it was written with. */
  exponent: number;
  /** The powers of ten between which a prefix may be chosen, or none. */
  prefixes: Prefixes | undefined;
}

/** A number cut into what is set large and what is set small. */
export interface Quantity {
  figure: string;
  unit: string;
}

export interface QuantityFormat {
  /** Significant digits, four where nothing is said. */
  digits?: number;
  /** Keeps trailing zeros, so that a figure that changes does not jump. */
  fixed?: boolean;
}

function parseUnit(text: string): Unit {
  const whole = text.trim();
  const head = /^[^/·* ]+/.exec(whole)?.[0] ?? "";
  const tail = whole.slice(head.length);
  const prefixes = SCALABLE.get(head);
  if (prefixes) return { symbol: head + tail, exponent: 0, prefixes };
  const first = head.charAt(0);
  const base = head.slice(1);
  const exponent = PREFIX_EXPONENT[first];
  const basePrefixes = SCALABLE.get(base);
  if (exponent !== undefined && basePrefixes) return { symbol: base + tail, exponent, prefixes: basePrefixes };
  return { symbol: whole, exponent: 0, prefixes: undefined };
}

const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";

function superscript(exponent: number): string {
  const digits = String(Math.abs(exponent)).replace(/\d/g, (digit) => SUPERSCRIPTS.charAt(Number(digit)));
  return (exponent < 0 ? "⁻" : "") + digits;
}

/** `×10⁻⁷`. */
export const powerOfTen = (exponent: number): string => `×10${superscript(exponent)}`;

const withMinus = (text: string): string => text.replace(/^-/, "−");

function groupThousands(text: string): string {
  const [whole = "", fraction] = text.split(".");
  const grouped = whole.length > 5 ? whole.replace(/\B(?=(\d{3})+$)/g, "\u202f") : whole;
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}

const trimZeros = (text: string): string => (text.includes(".") ? text.replace(/\.?0+$/, "") : text);

/** The number"s decimal exponent and its digits, rounded first so that 999.96 becomes 1.000 k. */
function decompose(magnitude: number, digits: number): { mantissa: number; exponent: number } {
  const [mantissa = "0", exponent = "0"] = magnitude.toExponential(digits - 1).split("e");
  return { mantissa: Number(mantissa), exponent: Number(exponent) };
}

/** Splits a number into figure and unit: `1592.3, "Hz"` becomes `1.592` and `kHz`. */
export function quantity(value: number, unit = "", format: QuantityFormat = {}): Quantity {
  const digits = format.digits ?? 4;
  const parsed = parseUnit(unit);
  if (Number.isNaN(value)) return { figure: "NaN", unit };
  if (!Number.isFinite(value)) return { figure: value > 0 ? "∞" : "−∞", unit };
  if (value === 0) return { figure: format.fixed ? (0).toFixed(digits - 1) : "0", unit: parsed.prefixes ? parsed.symbol : unit };

  const sign = value < 0 ? "−" : "";
  const { mantissa, exponent } = decompose(Math.abs(value), digits);
  const trim = format.fixed ? (text: string) => text : trimZeros;
  const absolute = exponent + parsed.exponent;

  if (parsed.prefixes) {
    const [lowest, highest] = parsed.prefixes;
    const chosen = Math.min(highest, Math.max(lowest, Math.floor(absolute / 3) * 3));
    const figure = plainFigure(Math.abs(value) * 10 ** (parsed.exponent - chosen), absolute - chosen, digits, trim);
    if (figure) return { figure: sign + figure, unit: (PREFIXES[chosen] ?? "") + parsed.symbol };
  } else if (Number.isInteger(value) && Math.abs(value) < 1e15 && !(format.fixed && exponent < digits)) {
    // A whole number says all of itself.
    return { figure: sign + groupThousands(String(Math.abs(value))), unit };
  } else {
    const figure = exponent >= -4 && exponent < 6 ? plainFigure(Math.abs(value), exponent, digits, trim) : undefined;
    if (figure) return { figure: sign + figure, unit };
  }
  const scientific = trim(mantissa.toFixed(digits - 1)) + powerOfTen(absolute);
  return { figure: sign + scientific, unit: parsed.symbol };
}

/** Writes a number of this decimal exponent out, never rounding left of the point; none where it would be too long. */
function plainFigure(magnitude: number, exponent: number, digits: number, trim: (text: string) => string): string | undefined {
  if (exponent < -4 || exponent > 8) return undefined;
  return groupThousands(trim(magnitude.toFixed(Math.max(0, digits - 1 - exponent))));
}

/** `1.592 kHz`, `−3.01 dB`, `2.5×10⁻⁷`. */
export function formatQuantity(value: number, unit = "", format: QuantityFormat = {}): string {
  const parts = quantity(value, unit, format);
  return joinUnit(parts.figure, parts.unit);
}

/** Every digit of a number with its unit, for hover and copying: `1591.5494309189535 Hz`. */
export const formatExact = (value: number, unit = ""): string => joinUnit(String(value), unit);

/** Degrees and minutes stand close to their figure, all other units after a space. */
export function joinUnit(figure: string, unit: string): string {
  return unit === "" ? figure : /^[°′″]$/.test(unit) ? figure + unit : `${figure} ${unit}`;
}

/** How the ticks of one axis are written. */
export interface TickFormat {
  /** The text at a tick. */
  format(tick: number): string;
  /** What all ticks share and the axis label carries instead: `dB`, `×10⁶`. */
  shared: string;
}

/** Ticks of a linear axis share one prefix and as many decimals as their distance needs. */
export function linearTicks(ticks: readonly number[], step: number, unit = ""): TickFormat {
  const parsed = parseUnit(unit);
  const largest = ticks.reduce((most, tick) => Math.max(most, Math.abs(tick)), 0);
  const exponent = largest > 0 ? Math.floor(Math.log10(largest) + 1e-9) : 0;
  let scale = 0;
  if (parsed.prefixes) {
    const [lowest, highest] = parsed.prefixes;
    scale = Math.min(highest, Math.max(lowest, Math.floor((exponent + parsed.exponent) / 3) * 3)) - parsed.exponent;
  } else if (exponent >= 6 || exponent < -4) {
    scale = Math.floor(exponent / 3) * 3;
  }
  const decimals = Math.min(12, Math.max(0, -Math.floor(Math.log10(step) - scale + 1e-9)));
  const write = (tick: number) => withMinus(groupThousands((tick / 10 ** scale).toFixed(decimals)).replace(/^-(0(\.0*)?)$/, "$1"));
  if (parsed.prefixes) {
    const named = (PREFIXES[scale + parsed.exponent] ?? "") + parsed.symbol;
    return { shared: "", format: (tick) => (tick === 0 ? joinUnit("0", parsed.symbol) : joinUnit(write(tick), named)) };
  }
  const factor = scale === 0 ? "" : powerOfTen(scale);
  return { shared: [factor, unit].filter(Boolean).join(" "), format: (tick) => (tick === 0 ? "0" : write(tick)) };
}

/** Ticks of a logarithmic axis each choose their own prefix: `100 Hz`, `1 kHz`. */
export function logTicks(unit = ""): TickFormat {
  const parsed = parseUnit(unit);
  if (parsed.prefixes) return { shared: "", format: (tick) => formatQuantity(tick, unit, { digits: 3 }) };
  return {
    shared: unit,
    format: (tick) => {
      const exponent = Math.floor(Math.log10(tick) + 1e-9);
      if (exponent >= -3 && exponent < 5) return groupThousands(trimZeros(tick.toFixed(Math.max(0, -exponent) + 2)));
      const mantissa = tick / 10 ** exponent;
      return Math.abs(mantissa - 1) < 1e-6 ? `10${superscript(exponent)}` : `${trimZeros(mantissa.toFixed(1))}${powerOfTen(exponent)}`;
    },
  };
}

/** Sizes in the units of disks: `12 kB`, `3.4 MB`. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  return formatQuantity(bytes, "B", { digits: 2 });
}

/** `1 row`, `12 rows`, `100 000 rows`. */
export function formatCount(count: number, one: string, many = `${one}s`): string {
  return `${groupThousands(String(count))} ${count === 1 ? one : many}`;
}
