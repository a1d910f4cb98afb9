/**
 * The expressions of `from:`: vectors of a simulation, and arithmetic on them.
 *
 *   v(out)  v(a,b)  i(v1)  time  frequency  onoise_spectrum  @m1[id]  ac.v(out)  op1.v(out)
 *   vdb(out) vp(out) vm(out) vr(out) vi(out)  db(…) phase(…) mag(…) re(…) im(…)  abs sqrt log10 ln exp
 *   max(…) min(…) mean(…) first(…) last(…)    + - * / ( ) and numbers with SPICE's suffixes
 *
 * Phases are in degrees and unwrapped along the sweep. It reads and computes, and changes nothing.
 */

import { hypotenuse, type Samples } from "./spice-raw";

/** Where an expression finds its vectors. */
export interface VectorSource {
  /** A vector by ngspice's name in small letters, optionally of one analysis (`ac`, `tran2`); undefined where there is none. */
  vector(name: string, analysis: string | undefined): Samples | undefined;
}

/** An expression that cannot be read, or names what is not there; `unknown` is the name. */
export class ExpressionError extends Error {
  override readonly name = "ExpressionError";
  readonly unknown: string | undefined;

  constructor(message: string, unknown?: string) {
    super(message);
    this.unknown = unknown;
  }
}

export function evaluate(text: string, source: VectorSource): Samples {
  const reader = new Reader(text, source);
  const result = reader.sum();
  reader.expectEnd();
  return result;
}

/** Splits `v(out), v(a,b)` at its commas, but not at those in brackets. */
export function splitList(text: string): string[] {
  const parts = [""];
  let depth = 0;
  for (const letter of text) {
    if (letter === "(" || letter === "[") depth += 1;
    if (letter === ")" || letter === "]") depth -= 1;
    if (letter === "," && depth === 0) parts.push("");
    else parts[parts.length - 1] += letter;
  }
  return parts.map((part) => part.trim()).filter((part) => part !== "");
}

/** The magnitude of samples that may be complex. */
export function magnitude({ real, imaginary }: Samples): Float64Array {
  if (imaginary === undefined) return real;
  const lengths = new Float64Array(real.length);
  for (let point = 0; point < real.length; point += 1) lengths[point] = hypotenuse(real[point]!, imaginary[point]!);
  return lengths;
}

const DEGREES = 180 / Math.PI;

const FUNCTIONS: Record<string, (samples: Samples) => Samples> = {
  mag: (samples) => ({ real: magnitude(samples) }),
  abs: (samples) => ({ real: magnitude(samples).map(Math.abs) }),
  db: (samples) => ({ real: magnitude(samples).map((value) => 20 * Math.log10(Math.abs(value))) }),
  phase: (samples) => ({ real: phase(samples) }),
  re: ({ real }) => ({ real }),
  im: ({ real, imaginary }) => ({ real: imaginary ?? new Float64Array(real.length) }),
  sqrt: (samples) => realOnly("sqrt", samples, Math.sqrt),
  log10: (samples) => realOnly("log10", samples, Math.log10),
  ln: (samples) => realOnly("ln", samples, Math.log),
  exp: (samples) => realOnly("exp", samples, Math.exp),
  max: (samples) => single(magnitudeOrReal(samples).reduce((best, value) => Math.max(best, value), -Infinity)),
  min: (samples) => single(magnitudeOrReal(samples).reduce((best, value) => Math.min(best, value), Infinity)),
  mean: (samples) => single(magnitudeOrReal(samples).reduce((sum, value) => sum + value, 0) / samples.real.length),
  first: (samples) => at(samples, 0),
  last: (samples) => at(samples, samples.real.length - 1),
};
const SYNONYMS: Record<string, string> = { ph: "phase", real: "re", imag: "im", avg: "mean", vecmax: "max", vecmin: "min", log: "ln" };
/** SPICE's `vdb(out)`: the letter that names the quantity, then what is taken of it. */
const PRINT_FUNCTIONS: Record<string, string> = { db: "db", p: "phase", m: "mag", r: "re", i: "im" };
const SUFFIXES: [string, number][] = [["meg", 1e6], ["mil", 25.4e-6], ["t", 1e12], ["g", 1e9], ["k", 1e3], ["m", 1e-3], ["u", 1e-6], ["µ", 1e-6], ["n", 1e-9], ["p", 1e-12], ["f", 1e-15]];

class Reader {
  readonly #text: string;
  readonly #source: VectorSource;
  #at = 0;

  constructor(text: string, source: VectorSource) {
    this.#text = text.trim();
    this.#source = source;
  }

  expectEnd(): void {
    this.#skipSpace();
    if (this.#at < this.#text.length) throw this.#confused();
  }

  sum(): Samples {
    let left = this.#product();
    for (;;) {
      if (this.#take("+")) left = combine(left, this.#product(), (a, b, c, d) => [a + c, b + d]);
      else if (this.#take("-")) left = combine(left, this.#product(), (a, b, c, d) => [a - c, b - d]);
      else return left;
    }
  }

  #product(): Samples {
    let left = this.#factor();
    for (;;) {
      if (this.#take("*")) left = combine(left, this.#factor(), (a, b, c, d) => [a * c - b * d, a * d + b * c]);
      else if (this.#take("/")) left = combine(left, this.#factor(), divide);
      else return left;
    }
  }

  #factor(): Samples {
    if (this.#take("-")) return combine(single(-1), this.#factor(), (a, _b, c, d) => [a * c, a * d]);
    if (this.#take("(")) {
      const inner = this.sum();
      this.#expect(")");
      return inner;
    }
    const number = this.#match(/^(\d+\.?\d*|\.\d+)(e[+-]?\d+)?([a-zµ]*)/i);
    if (number !== undefined) return single(spiceNumber(number));
    const name = this.#match(/^@[\w.:#]+(\[\w+\])?|^[a-z_][\w.#:$-]*[\w#]|^[a-z_]/i);
    if (name === undefined) throw this.#confused();
    return this.#take("(") ? this.#call(name.toLowerCase()) : this.#vector(name.toLowerCase());
  }

  #call(qualified: string): Samples {
    const { analysis, name } = separate(qualified);
    if (name === "v" || name === "i") return this.#quantity(name, this.#operands(), analysis);
    const apply = FUNCTIONS[SYNONYMS[name] ?? name];
    const print = /^([vi])(db|p|m|r|i)$/.exec(name);
    if (apply === undefined && print !== null) return FUNCTIONS[PRINT_FUNCTIONS[print[2]!]!]!(this.#quantity(print[1]!, this.#operands(), analysis));
    if (apply === undefined) {
      // Some names hold brackets, as output_impedance_at_v(out) does.
      const whole = `${name}(${this.#operands().join(",")})`;
      return this.#find([whole, `v(${whole})`], analysis, whole);
    }
    const inner = this.sum();
    this.#expect(")");
    return apply(inner);
  }

  /** The names in `v(a,b)`, up to the bracket that closes it. */
  #operands(): string[] {
    let depth = 1;
    let end = this.#at;
    for (; end < this.#text.length && depth > 0; end += 1) depth += this.#text[end] === "(" ? 1 : this.#text[end] === ")" ? -1 : 0;
    if (depth > 0) throw this.#confused();
    const names = splitList(this.#text.slice(this.#at, end - 1).toLowerCase());
    this.#at = end;
    return names;
  }

  #quantity(letter: string, [first = "", second]: string[], analysis: string | undefined): Samples {
    const one = this.#node(letter, first, analysis);
    return second === undefined ? one : combine(one, this.#node(letter, second, analysis), (a, b, c, d) => [a - c, b - d]);
  }

  #node(letter: string, name: string, analysis: string | undefined): Samples {
    if (letter === "v" && (name === "0" || name === "gnd")) return single(0);
    return this.#find([`${letter}(${name})`, letter === "i" ? `${name}#branch` : name], analysis, `${letter}(${name})`);
  }

  #vector(qualified: string): Samples {
    const { analysis, name } = separate(qualified);
    try {
      return this.#find([name, `v(${name})`, `i(${name})`], analysis, name);
    } catch (error) {
      // A dot may be part of a name, as in a node inside a subcircuit.
      const whole = analysis === undefined ? undefined : [qualified, `v(${qualified})`].map((one) => this.#source.vector(one, undefined)).find((one) => one !== undefined);
      if (whole === undefined) throw error;
      return whole;
    }
  }

  #find(names: string[], analysis: string | undefined, said: string): Samples {
    for (const name of names) {
      const samples = this.#source.vector(name, analysis);
      if (samples !== undefined) return samples;
    }
    throw new ExpressionError(`There is no ${said}${analysis === undefined ? "" : ` in ${analysis}`}`, said);
  }

  #match(pattern: RegExp): string | undefined {
    this.#skipSpace();
    const found = pattern.exec(this.#text.slice(this.#at))?.[0];
    this.#at += found?.length ?? 0;
    return found;
  }

  #take(letter: string): boolean {
    this.#skipSpace();
    if (this.#text[this.#at] !== letter) return false;
    this.#at += 1;
    return true;
  }

  #expect(letter: string): void {
    if (!this.#take(letter)) throw this.#confused();
  }

  #skipSpace(): void {
    while (/\s/.test(this.#text[this.#at] ?? "")) this.#at += 1;
  }

  #confused(): ExpressionError {
    const rest = this.#text.slice(this.#at, this.#at + 20);
    return new ExpressionError(rest === "" ? `'${this.#text}' ends too early` : `'${this.#text}' cannot be read from '${rest}' on`);
  }
}

/** `ac1.v` is the vector `v` of the analysis `ac1`. */
function separate(name: string): { analysis: string | undefined; name: string } {
  const qualified = /^((?:op|dc|ac|tran|noise|tf|sens|pz|disto|sp)\d*)\.(.+)$/.exec(name);
  return qualified === null ? { analysis: undefined, name } : { analysis: qualified[1], name: qualified[2]! };
}

function spiceNumber(text: string): number {
  const [, digits = "0", letters = ""] = /^([\d.]+(?:e[+-]?\d+)?)(.*)$/i.exec(text) ?? [];
  const suffix = SUFFIXES.find(([name]) => letters.toLowerCase().startsWith(name));
  return Number(digits) * (suffix?.[1] ?? 1);
}

function single(value: number): Samples {
  return { real: Float64Array.of(value) };
}

function at({ real, imaginary }: Samples, index: number): Samples {
  return imaginary === undefined ? { real: real.slice(index, index + 1) } : { real: real.slice(index, index + 1), imaginary: imaginary.slice(index, index + 1) };
}

function magnitudeOrReal(samples: Samples): Float64Array {
  return samples.imaginary === undefined ? samples.real : magnitude(samples);
}

function realOnly(name: string, { real, imaginary }: Samples, compute: (value: number) => number): Samples {
  if (imaginary !== undefined) throw new ExpressionError(`${name}() takes real numbers; write ${name}(mag(…))`);
  return { real: real.map(compute) };
}

function phase({ real, imaginary }: Samples): Float64Array {
  let turns = 0;
  let before = 0;
  return real.map((value, index) => {
    const angle = Math.atan2(imaginary?.[index] ?? 0, value) * DEGREES;
    if (index > 0) turns += Math.round((before - (angle + turns * 360)) / 360);
    before = angle + turns * 360;
    return before;
  });
}

type ComplexOperation = (a: number, b: number, c: number, d: number) => [number, number];

function divide(a: number, b: number, c: number, d: number): [number, number] {
  if (b === 0 && d === 0) return [a / c, 0];
  const norm = c * c + d * d;
  return [(a * c + b * d) / norm, (b * c - a * d) / norm];
}

/** Point by point; a single value goes with every point. */
function combine(left: Samples, right: Samples, operation: ComplexOperation): Samples {
  const length = left.real.length === 1 ? right.real.length : left.real.length;
  if (right.real.length !== 1 && right.real.length !== length) {
    throw new ExpressionError(`Vectors of ${left.real.length} and of ${right.real.length} points cannot be combined`);
  }
  const isComplex = left.imaginary !== undefined || right.imaginary !== undefined;
  const real = new Float64Array(length);
  const imaginary = new Float64Array(isComplex ? length : 0);
  for (let index = 0; index < length; index += 1) {
    const one = left.real.length === 1 ? 0 : index;
    const other = right.real.length === 1 ? 0 : index;
    const [x, y] = operation(left.real[one]!, left.imaginary?.[one] ?? 0, right.real[other]!, right.imaginary?.[other] ?? 0);
    real[index] = x;
    if (isComplex) imaginary[index] = y;
  }
  return isComplex ? { real, imaginary } : { real };
}
