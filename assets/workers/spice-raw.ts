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
const LINE_END = 10;
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

  /** The plots of a raw file, one after the other; none where the bytes are no binary raw file. `name` names one that holds several. */
  static readAll(bytes: Uint8Array, name?: string): SimulationPlot[] {
    const plots: SimulationPlot[] = [];
    for (let at = 0; at < bytes.length; ) {
      const text = new TextDecoder("latin1").decode(bytes.subarray(at, headerEnd(bytes, at)));
      if (!text.endsWith(BINARY_MARK)) break;
      const { header, vectors } = readHeader(text);
      const analysis = header.get("Plotname") ?? "";
      const width = vectors.length * ((header.get("Flags") ?? "").includes("complex") ? 2 : 1) * BYTES_PER_NUMBER;
      const from = at + text.length;
      at = from + width * Number(header.get("No. Points"));
      const data = bytes.slice(from, at);
      plots.push(new SimulationPlot(name ?? numbered(analysis, plots), header, vectors, new Float64Array(data.buffer, 0, Math.floor(data.length / BYTES_PER_NUMBER))));
    }
    return plots;
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

  /** The magnitudes of a complex vector, without its parts on the way; undefined where it is real. */
  magnitudes(name: string): Float64Array | undefined {
    const index = this.isComplex && !this.#kept.has(name) ? this.vectors.findIndex((vector) => vector.name === name) : -1;
    const kind = this.vectors[index]?.kind;
    if (kind === undefined || isRealInName(kind)) return undefined;
    const lengths = new Float64Array(this.pointCount);
    const numbers = this.#numbers;
    for (let point = 0, at = index * 2; point < lengths.length; point += 1, at += this.vectors.length * 2) lengths[point] = hypotenuse(numbers[at]!, numbers[at + 1]!);
    return lengths;
  }

  #column(offset: number, width: number): Float64Array {
    const column = new Float64Array(this.pointCount);
    const numbers = this.#numbers;
    for (let point = 0, at = offset; point < column.length; point += 1, at += width) column[point] = numbers[at]!;
    return column;
  }

  #complexColumn(index: number): Samples {
    const width = this.vectors.length * 2;
    const real = this.#column(index * 2, width);
    const kind = this.vectors[index]!.kind;
    return isRealInName(kind) ? { real } : { real, imaginary: this.#column(index * 2 + 1, width) };
  }
}

/** Sweeps of complex analyses are complex in name only. */
function isRealInName(kind: string): boolean {
  return kind === "frequency" || kind === "time";
}

/** What Math.hypot gives; that is slow, and needed only where squares leave the range of numbers. */
export function hypotenuse(x: number, y: number): number {
  const length = Math.sqrt(x * x + y * y);
  return length > 1e-150 && length < 1e150 ? length : Math.hypot(x, y);
}

function readHeader(text: string): { header: Map<string, string>; vectors: Vector[] } {
  const header = new Map<string, string>();
  const vectors: Vector[] = [];
  for (const line of text.split("\n")) {
    const variable = /^\t\d+\t(\S+)\t(\S+)/.exec(line);
    if (variable !== null) vectors.push({ name: variable[1]!.toLowerCase(), kind: variable[2]! });
    const field = /^([A-Z][\w .]*):\s?(.*)$/.exec(line);
    if (field !== null && !header.has(field[1]!)) header.set(field[1]!, field[2]!.trim());
  }
  return { header, vectors };
}

/** ngspice's names for its analyses, by the words that stand in its files. */
const NAMES: [RegExp, string][] = [
  [/^Operating Point/, "op"],
  [/^DC transfer/, "dc"],
  [/^AC Analysis/, "ac"],
  [/^Transient/, "tran"],
  [/Noise/, "noise"],
  [/^Transfer Function/, "tf"],
  [/^Sensitivity/, "sens"],
  [/^Pole-Zero/, "pz"],
  [/^DISTORTION/i, "disto"],
  [/^S[- ]?Param|^SP /i, "sp"],
];

function numbered(analysis: string, before: SimulationPlot[]): string {
  const name = NAMES.find(([pattern]) => pattern.test(analysis))?.[1] ?? "plot";
  return `${name}${before.filter((plot) => plot.name.replace(/\d+$/, "") === name).length + 1}`;
}

/** How far a header goes from here, its last line included. */
function headerEnd(bytes: Uint8Array, from: number): number {
  const limit = Math.min(bytes.length, from + HEADER_LIMIT);
  for (let at = from; at + BINARY_MARK.length <= limit; at += 1) {
    if (bytes[at] !== BINARY_MARK.charCodeAt(0) || (at > from && bytes[at - 1] !== LINE_END)) continue;
    if ([...BINARY_MARK].every((letter, index) => bytes[at + index] === letter.charCodeAt(0))) return at + BINARY_MARK.length;
  }
  return limit;
}
