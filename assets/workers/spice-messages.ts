/**
 * Understands what ngspice says: which lines are news to a person, which say that a run failed and why, and what was measured.
 *
 * ngspice prints for people and answers to nobody, so its words are all there is to go by. They are passed on as they are, in the
 * error's detail; the message in front of them is a sentence of ours.
 */

import { JobFailure } from "./failure";
import type { Deck } from "./spice-deck";

type Stream = "stdout" | "stderr";

/** Lines that are the same in every run. */
const BOILERPLATE =
  /^(?:\s*|Note: No compatibility mode selected!|Circuit: .*|Doing analysis at TEMP.*|Using (?:SPARSE|KLU).*|No\. of Data (?:Rows|Columns).*|Seed value for random number generator is set to.*|binary raw file ".*"|Note: \S+: dc value used for op instead of transient time=0 value\.|Warning: can't find the initialization file spinit\.|Numparam expansion errors: Run Spice anyway\? y\/n \?|.*Reference value.*)$/;
const SOLUTION_HEAD = /^(?:Initial Transient Solution|DC solution failed -|Last Node Voltages)/;
const SOLUTION_ROW = /^(?:-+|Node\s.*|----.*|\S+\s+[-+\d.enaif]+(?:\s+\S+)*(?:\s\*)?|\s*)$/i;

const FAILED =
  /simulation interrupted due to error|circuit not parsed|any circuits loaded|simulation\(s\) aborted|^doAnalyses:|fatal error|run simulation not started|is not a valid .* instance line, ignored|Undefined parameter|Cannot compute substitute|Could not find include file|^Error on line|^Error: unknown subckt|out of memory/i;

export interface Measurement {
  name: string;
  value: number;
}

/** All that one run said. */
export class Transcript {
  readonly #pass: (stream: Stream, text: string) => void;
  readonly #lines: { stream: Stream; text: string }[] = [];
  #inSolution = false;

  /** `pass` gets what is news to a person, as it comes. */
  constructor(pass: (stream: Stream, text: string) => void) {
    this.#pass = pass;
  }

  hear(stream: Stream, text: string): void {
    this.#lines.push({ stream, text });
    if (SOLUTION_HEAD.test(text)) this.#inSolution = true;
    else if (this.#inSolution && !SOLUTION_ROW.test(text)) this.#inSolution = false;
    if (this.#inSolution || BOILERPLATE.test(text)) return;
    this.#pass(stream, `${text}\n`);
  }

  /** Whether ngspice said that something essential went wrong. */
  get failed(): boolean {
    return this.#lines.some(({ stream, text }) => stream === "stderr" && FAILED.test(text));
  }

  /** All that was printed, without what every run prints. */
  get printed(): string {
    return this.#lines.filter(({ stream, text }) => stream === "stdout" && !BOILERPLATE.test(text)).map(({ text }) => text).join("\n");
  }

  /** Results of `.meas` lines, by name in small letters; ngspice prints most of them with seven digits, `when` and `find` with all. */
  measurements(): Map<string, number> {
    const found = new Map<string, number>();
    for (const { stream, text } of this.#lines) {
      const match = stream === "stdout" ? /^([a-z_]\w*)\s+=\s+([-+]?(?:\d\S*|inf|nan))(?:\s|$)/i.exec(text) : null;
      const value = match === null ? NaN : Number(match[2]);
      if (match !== null && !Number.isNaN(value)) found.set(match[1]!.toLowerCase(), value);
    }
    return found;
  }

  /** What ngspice said of a measurement that it could not make. */
  failureOfMeasurement(name: string): string | undefined {
    const lines = this.#lines.map(({ text }) => text.trim()).filter((text) => text !== "");
    const at = lines.findIndex((text) => new RegExp(`measure\\s+${name}\\b|^\\.meas\\S*\\s+\\S+\\s+${name}\\b.*failed`, "i").test(text));
    return at < 0 ? undefined : lines.slice(at, at + 2).join("\n");
  }

  /** The failure that these words tell of; `ending` is why the engine is no more, where that is so. */
  failure(deck: Deck, ending?: string): JobFailure {
    const errors = this.#lines.filter(({ stream, text }) => stream === "stderr" && text.trim() !== "" && !BOILERPLATE.test(text)).map(({ text }) => text.trimEnd());
    const line = lineOf(errors, deck);
    const message = explain(errors) ?? ending ?? "ngspice could not run the circuit.";
    return new JobFailure("simulation_failed", message, detailOf(errors, deck) || undefined, line);
  }
}

/** A sentence for the first cause that is recognised; causes come before their consequences here. */
const EXPLANATIONS: [RegExp, (match: RegExpExecArray) => string][] = [
  [/Could not find include file (\S+)/i, ([, name]) => `The deck includes '${name}', which is not here.`],
  [/unknown subckt:\s*(.*\s)?(\S+)$/i, ([, , name]) => `There is no subcircuit '${name}'.`],
  [/Undefined parameter \[(\w+)\]/i, ([, name]) => `The parameter '${name}' is not defined.`],
  [/unknown device type/i, () => "ngspice does not know this kind of part."],
  [/can't find model '([^']+)'/i, ([, name]) => `There is no model '${name}'.`],
  [/'(.*)' is not a valid (\w+) instance line/i, ([, line, kind]) => `The line '${line}' is not a valid ${kind}.`],
  [/unimplemented (?:dot command|control card) '?(\.\w+)/i, ([, word]) => `ngspice does not know the command ${word}.`],
  [/Timestep too small; time = ([^,]+), timestep = [^:]+(?::\s*(.*))?/i, ([, time, trouble]) => `The simulation could not go on at t = ${time} s: the time step became too small${trouble ? ` (${trouble.trim()})` : ""}.`],
  [/singular matrix:\s+check nodes? (.*)/i, ([, node]) => `The circuit has no unique solution: its matrix is singular at ${place(node ?? "")}. Look for nodes without a path to ground, and for loops of voltage sources or inductors.`],
  [/run simulation not started|No job \(tran/i, () => "The deck asks for no analysis. Add a line such as .op, .ac, .dc or .tran."],
  [/strtod: Invalid argument/i, () => "ngspice gave up on a number or a model parameter that it cannot read."],
  [/out of memory|Array buffer allocation failed/i, () => "The simulation needs more memory than it may have. Ask for fewer points, or save fewer nodes."],
];

function explain(errors: string[]): string | undefined {
  for (const [pattern, sentence] of EXPLANATIONS) {
    for (const error of errors) {
      const match = pattern.exec(error);
      if (match !== null) return sentence(match);
    }
  }
  const quoting = errors.findIndex((error) => /^Error on line/i.test(error));
  const words = quoting < 0 ? errors.find((error) => /\berr(?:or)?\b/i.test(error) && !/fatal error/i.test(error)) : errors[quoting + 2];
  return words === undefined ? undefined : `ngspice says: ${words.trim().replace(/^Error:\s*/i, "").replace(/[\s.!]*$/, "")}.`;
}

/** `v1#branch` is the current through V1. */
function place(node: string): string {
  const branch = /^(\S+?)#branch/.exec(node.trim());
  return branch === null ? `node ${node.trim()}` : `the current through ${branch[1]!.toUpperCase()}`;
}

const LINE_NUMBER = /(Error on line |in line no\. |Netlist line no\. |\bline )(\d+)/i;

/** The line of the skill's code that the words point at: the one they quote, else the one they number. */
function lineOf(errors: string[], deck: Deck): number | undefined {
  const lines = deck.text.split("\n").map(plain);
  for (const [index, error] of errors.entries()) {
    const number = LINE_NUMBER.exec(error);
    if (number === null) continue;
    const quoted = plain(errors[index + 1] ?? "");
    const found = quoted.length > 3 ? lines.indexOf(quoted) : -1;
    return deck.sourceLine(found >= 0 ? found + 1 : Number(number[2]));
  }
  for (const error of errors) {
    const quoted = /'(.+)' is not a valid/.exec(error)?.[1];
    const included = /Could not find include file (\S+)/.exec(error)?.[1];
    const found = quoted !== undefined ? lines.indexOf(plain(quoted)) : included !== undefined ? lines.findIndex((line) => line.includes(included.toLowerCase())) : -1;
    if (found >= 0) return deck.sourceLine(found + 1);
  }
  return undefined;
}

function plain(line: string): string {
  return line.trim().toLowerCase().replace(/\s+/g, " ");
}

const DETAIL_LIMIT = 4_000;

/** ngspice's own words, each once in a row, their line numbers turned into those of the skill's code. */
function detailOf(errors: string[], deck: Deck): string {
  const said = errors
    .map((error) => error.replace(LINE_NUMBER, (_all, words: string, number: string) => `${words}${deck.sourceLine(Number(number)) ?? number}`).replaceAll("/deck.cir", "the deck"))
    .filter((error, index, all) => error !== all[index - 1] && !/^ERROR: fatal error in ngspice/.test(error))
    .join("\n");
  return said.length > DETAIL_LIMIT ? `${said.slice(0, DETAIL_LIMIT)}…` : said;
}
