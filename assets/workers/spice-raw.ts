/**
 * Reads ngspice's binary raw files: a header of text, then all values point by point. Only vectors that someone asks for are taken
 * out, each straight into an array of its own.
 */

export interface Vector {
  /** In small letters, as ngspice names it: `v(out)`, `i(v1)`, `frequency`. */
  name: string;
  /** ngspice's word for its kind: `voltage`, `current`, `time`, `frequency`, `decibel`, `phase`, `notype`, … */
  kind: string;
}

/** Numbers along the sweep; `imaginary` where they are complex. */
export interface Samples {
  real: Float64Array;
  imaginary?: Float64Array;
}

const BINARY_MARK = "Binary:\n";
const HEADER_LIMIT = 4_000_000;
const BYTES_PER_NUMBER = 8;

/** One analysis' results: ngspice calls it a plot. */
export class SimulationPlot {
  /** ngspice's name: `tran1`, `ac1`. */
  readonly name: string;
  readonly title: string;
  /** `Transient Analysis`, `AC Analysis`, … */
  readonly analysis: string;
  readonly isComplex: boolean;
  readonly pointCount: number;
  readonly vectors: Vector[];
  readonly #numbers: Float64Array;
  readonly #kept = new Map<string, Samples>();

  private constructor(name: string, header: Map<string, string>, vectors: Vector[], numbers: Float64Array) {
    this.name = name;
    this.title = header.get("Title") ?? "";
    this.analysis = header.get("Plotname") ?? "";
    this.isComplex = (header.get("Flags") ?? "").includes("complex");
    this.vectors = vectors;
    this.#numbers = numbers;
    const width = vectors.length * (this.isComplex ? 2 : 1);
    this.pointCount = width === 0 ? 0 : Math.floor(numbers.length / width);
  }

  /** Undefined where the bytes are no binary raw file. */
  static read(name: string, bytes: Uint8Array): SimulationPlot | undefined {
    const text = new TextDecoder("latin1").decode(bytes.subarray(0, headerLength(bytes)));
    if (!text.endsWith(BINARY_MARK)) return undefined;
    const header = new Map<string, string>();
    const vectors: Vector[] = [];
    for (const line of text.split("\n")) {
      const variable = /^\t\d+\t(\S+)\t(\S+)/.exec(line);
      if (variable !== null) vectors.push({ name: variable[1]!.toLowerCase(), kind: variable[2]! });
      const field = /^([A-Z][\w .]*):\s?(.*)$/.exec(line);
      if (field !== null && !header.has(field[1]!)) header.set(field[1]!, field[2]!.trim());
    }
    const data = bytes.slice(text.length);
    return new SimulationPlot(name, header, vectors, new Float64Array(data.buffer, 0, Math.floor(data.length / BYTES_PER_NUMBER)));
  }

  /** What the others are functions of: time, frequency or the swept source. The only point of an operating point has none. */
  get sweep(): Vector | undefined {
    const first = this.vectors[0];
    return first !== undefined && this.pointCount > 1 ? first : undefined;
  }

  has(name: string): boolean {
    return this.vectors.some((vector) => vector.name === name);
  }

  kindOf(name: string): string | undefined {
    return this.vectors.find((vector) => vector.name === name)?.kind;
  }

  samples(name: string): Samples | undefined {
    const kept = this.#kept.get(name);
    if (kept !== undefined) return kept;
    const index = this.vectors.findIndex((vector) => vector.name === name);
    if (index < 0) return undefined;
    const samples = this.isComplex ? this.#complexColumn(index) : { real: this.#column(index, this.vectors.length) };
    this.#kept.set(name, samples);
    return samples;
  }

  #column(offset: number, width: number): Float64Array {
    const column = new Float64Array(this.pointCount);
    const numbers = this.#numbers;
    for (let point = 0, at = offset; point < column.length; point += 1, at += width) column[point] = numbers[at]!;
    return column;
  }

  /** Sweeps of complex analyses are complex in name only. */
  #complexColumn(index: number): Samples {
    const width = this.vectors.length * 2;
    const real = this.#column(index * 2, width);
    const kind = this.vectors[index]!.kind;
    return kind === "frequency" || kind === "time" ? { real } : { real, imaginary: this.#column(index * 2 + 1, width) };
  }
}

/** How far the text goes, its last line included. */
function headerLength(bytes: Uint8Array): number {
  const limit = Math.min(bytes.length, HEADER_LIMIT);
  for (let at = 0; at + BINARY_MARK.length <= limit; at += 1) {
    if (bytes[at] !== 66 || (at > 0 && bytes[at - 1] !== 10)) continue;
    if ([...BINARY_MARK].every((letter, index) => bytes[at + index] === letter.charCodeAt(0))) return at + BINARY_MARK.length;
  }
  return limit;
}
