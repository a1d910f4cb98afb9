/**
 * From a skill's netlist and the values of its inputs to the deck that ngspice reads.
 *
 * Numbers and booleans become `.param name=value` lines right after the title, in full precision; a `.param` of the deck's own with
 * the same name gives way, so that what is wired in counts. Text replaces `{{name}}`, where it may not break the line it stands in:
 * only a placeholder alone on its line takes several lines, such as a netlist made by another node. Lists replace `{{name}}` as
 * numbers apart by spaces, pairs one after the other, which is what `PWL(...)` takes.
 *
 * It never judges the circuit: that is ngspice's part.
 */

import type { Port } from "../bridge/protocol";
import { JobFailure } from "./failure";

export interface Deck {
  text: string;
  /** Lines of `text`, from 1, as lines of the skill's code; undefined for lines that were put in. */
  sourceLine(line: number): number | undefined;
  /** Whether it holds a `.control` block, which can change the simulator's own settings. */
  hasControl: boolean;
  /** The analyses it asks for, in its order: `ac`, `tran`, … */
  analyses: string[];
  /** Its `.meas` lines: of which analysis, by which name. */
  measures: { analysis: string; name: string }[];
  /** The deck with this analysis alone. */
  withOnly(analysis: string): string;
  /** Things a person should know before the run. */
  warnings: string[];
}

const PLACEHOLDER = /\{\{\s*([A-Za-z_]\w*)\s*\}\}/g;
const PLACEHOLDER_ALONE = /^\s*\{\{\s*([A-Za-z_]\w*)\s*\}\}\s*$/;
const PARAMETER_NAME = /^[A-Za-z_]\w*$/;
const ANALYSIS = /^\s*\.(op|dc|ac|tran|noise|tf|sens|pz|disto|sp|pss)\b/i;
const MEASURE = /^\s*\.meas(?:ure)?\s+(\w+)\s+(\w+)/i;
/** Words that ngspice's expressions keep for themselves: operators, functions, and what changes as it simulates. */
const RESERVED = new Set(
  (
    "and or not div mod if else end while macro funct defined include for to downto is var temper time hertz " +
    "sqr sqrt sin cos tan asin acos atan arctan sinh cosh tanh asinh acosh atanh exp ln log log10 abs pow pwr max min int nint floor ceil sgn " +
    "ternary_fcn gauss agauss unif aunif limit"
  ).split(" "),
);

export function prepareDeck(text: string, ports: Port[], values: Record<string, unknown>): Deck {
  const parameters: string[] = [];
  const names = new Set<string>();
  for (const port of ports) {
    const value = values[port.name];
    if (typeof value !== "number" && typeof value !== "boolean") continue;
    const name = parameterName(port.name);
    if (name === undefined) {
      if (!text.includes(`{{${port.name}}}`)) throw unusableName(port.name);
      continue;
    }
    names.add(name);
    parameters.push(`.param ${name}=${numberText(port.name, Number(value))}`);
  }
  const source = text.replaceAll("\r\n", "\n").split("\n");
  const lines: string[] = [];
  const sources: (number | undefined)[] = [];
  withoutParameters(source, names).forEach((line, index) => {
    for (const filled of fill(line, values, index + 1)) {
      lines.push(filled);
      sources.push(index + 1);
    }
    if (index === 0) {
      lines.push(...parameters);
      sources.push(...parameters.map(() => undefined));
    }
  });
  if (!lines.some((line) => /^\s*\.end\s*$/i.test(line))) {
    lines.push(".end");
    sources.push(undefined);
  }
  if (lines.at(-1) === "") lines.pop();
  return {
    text: `${lines.join("\n")}\n`,
    sourceLine: (line) => sources[line - 1],
    hasControl: lines.some((line) => /^\s*\.control\b/i.test(line)),
    analyses: lines.slice(1).flatMap((line) => ANALYSIS.exec(line)?.[1]?.toLowerCase() ?? []),
    measures: lines.flatMap((line) => {
      const [, analysis, name] = MEASURE.exec(line) ?? [];
      return analysis === undefined || name === undefined ? [] : [{ analysis: analysis.toLowerCase(), name: name.toLowerCase() }];
    }),
    withOnly: (analysis) => lines.map((line) => ((ANALYSIS.exec(line)?.[1]?.toLowerCase() ?? analysis) === analysis ? line : `* ${line}`)).join("\n"),
    warnings: titleWarning(lines[0] ?? ""),
  };
}

/** The names of model cards and libraries that a deck includes. */
export function includedFiles(text: string): string[] {
  const found = [...text.matchAll(/^\s*\.(?:include|inc|lib)\s+(?:"([^"\n]+)"|'([^'\n]+)'|(\S+))/gim)];
  return [...new Set(found.map((match) => (match[1] ?? match[2] ?? match[3] ?? "").replace(/^\.?\//, "")))];
}

function parameterName(name: string): string | undefined {
  return PARAMETER_NAME.test(name) && !RESERVED.has(name.toLowerCase()) ? name.toLowerCase() : undefined;
}

function unusableName(name: string): JobFailure {
  const reason = PARAMETER_NAME.test(name) ? "ngspice keeps that word for itself" : "a parameter's name is made of letters, digits and underscores";
  return new JobFailure("bad_input", `Input '${name}' cannot become a .param: ${reason}.`, `Rename the input, or write {{${name}}} where its value belongs.`);
}

function numberText(name: string, value: number): string {
  if (!Number.isFinite(value)) throw new JobFailure("bad_input", `Input '${name}' is ${value}, and a circuit needs finite numbers.`);
  return String(value);
}

/** The line with its placeholders filled in: one line, or several where a placeholder stands alone. */
function fill(line: string, values: Record<string, unknown>, number: number): string[] {
  const alone = PLACEHOLDER_ALONE.exec(line)?.[1];
  if (alone !== undefined && alone in values) return valueText(alone, values[alone], number).replaceAll("\r\n", "\n").split("\n");
  return [
    line.replace(PLACEHOLDER, (_placeholder, name: string) => {
      if (!(name in values)) {
        throw new JobFailure("bad_input", `The deck uses {{${name}}}, but there is no value of that name.`, "Declare it as an input with a default, or wire it up.", number);
      }
      const text = valueText(name, values[name], number);
      if (/[\r\n]/.test(text)) {
        throw new JobFailure("bad_input", `Input '${name}' has several lines, but {{${name}}} stands inside one.`, "Put the placeholder on a line of its own, or give one line.", number);
      }
      return text;
    }),
  ];
}

function valueText(name: string, value: unknown, line: number): string {
  switch (typeof value) {
    case "string":
      return value;
    case "number":
      return numberText(name, value);
    case "boolean":
      return value ? "1" : "0";
    default:
  }
  const numbers = flatNumbers(value);
  if (numbers !== undefined) return numbers.map((item) => numberText(name, item)).join(" ");
  if (typeof value === "object" && value !== null && "netlist" in value && typeof value.netlist === "string") return value.netlist;
  throw new JobFailure("bad_input", `Input '${name}' cannot be written into a deck: it takes text, numbers, lists of numbers, pairs of numbers, or a circuit.`, undefined, line);
}

/** Numbers of a list, of a list of pairs, or of a table row by row. */
function flatNumbers(value: unknown): number[] | undefined {
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) return Array.from(value as unknown as ArrayLike<number>, Number);
  if (Array.isArray(value)) {
    const flat = value.flatMap((item) => (typeof item === "number" ? [item] : (flatNumbers(item) ?? [undefined])));
    return flat.every((item) => item !== undefined) ? flat : undefined;
  }
  if (typeof value === "object" && value !== null && "columns" in value && Array.isArray(value.columns)) {
    const columns = value.columns.map((column: { values?: unknown }) => flatNumbers(column.values));
    const first = columns[0];
    if (first === undefined || columns.some((column) => column?.length !== first.length)) return undefined;
    return first.flatMap((_item, row) => columns.map((column) => column![row]!));
  }
  return undefined;
}

/** The deck's lines with top-level assignments to these names taken out; subcircuits keep theirs, and lines keep their numbers. */
function withoutParameters(lines: string[], names: Set<string>): string[] {
  if (names.size === 0) return lines;
  const kept = [...lines];
  let depth = 0;
  let inControl = false;
  let continues = false;
  for (let index = 1; index < lines.length; index += 1) {
    const line = lines[index]!;
    if (/^\s*\.control\b/i.test(line)) inControl = true;
    if (/^\s*\.endc\b/i.test(line)) inControl = false;
    if (inControl) continue;
    if (/^\s*\.subckt\b/i.test(line)) depth += 1;
    if (/^\s*\.ends\b/i.test(line)) depth = Math.max(0, depth - 1);
    const isParameters = /^\s*\.param\b/i.test(line);
    if (!/^\s*(\*|$)/.test(line)) continues = isParameters || (continues && /^\s*\+/.test(line));
    if (depth === 0 && continues && !/^\s*\*/.test(line)) kept[index] = dropAssignments(line, names);
  }
  return kept;
}

/** A `.param` line, or a continuation of one, without the assignments to these names. */
function dropAssignments(line: string, names: Set<string>): string {
  const head = /^\s*(\.params?|\+)/i.exec(line)?.[0] ?? "";
  const rest = line.slice(head.length);
  const starts = assignments(rest);
  if (!starts.some(({ name }) => names.has(name.toLowerCase()))) return line;
  const pieces = [rest.slice(0, starts[0]?.at ?? 0)];
  starts.forEach(({ name, at }, index) => {
    if (!names.has(name.toLowerCase())) pieces.push(rest.slice(at, starts[index + 1]?.at));
  });
  const left = pieces.join("");
  if (left.trim() !== "") return head + left;
  // An empty `.param` is an error to ngspice, and a comment among continuation lines is none.
  return head.trim() === "+" ? "+" : "* a wired input takes this parameter's place";
}

/** Where assignments `name = …` begin outside brackets, braces and quotes. */
function assignments(text: string): { name: string; at: number }[] {
  const found: { name: string; at: number }[] = [];
  let depth = 0;
  let quote = "";
  for (let at = 0; at < text.length; at += 1) {
    const letter = text[at]!;
    if (quote !== "") {
      if (letter === quote) quote = "";
    } else if (letter === "'" || letter === '"') quote = letter;
    else if ("({[".includes(letter)) depth += 1;
    else if (")}]".includes(letter)) depth -= 1;
    else if (depth === 0 && /[A-Za-z_]/.test(letter) && !/[\w.]/.test(text[at - 1] ?? " ")) {
      const match = /^([A-Za-z_]\w*)\s*=(?!=)/.exec(text.slice(at));
      if (match !== null) found.push({ name: match[1]!, at });
      at += (/^\w+/.exec(text.slice(at))?.[0].length ?? 1) - 1;
    }
  }
  return found;
}

/** A first line that looks like a part is lost on ngspice, which takes every first line for the title. */
function titleWarning(title: string): string[] {
  const part = /^\s*(?:[rclvidqmjbegfhxtks]\d\w*\s+\S+\s+\S+\s+\S+|\.(?:param|model|include|op|ac|dc|tran|subckt)\b)/i;
  return part.test(title) ? [`The first line of a deck is its title and no part of the circuit: '${title.trim()}'. Put a line above it.`] : [];
}
