/** SPICE netlists as people read them: tokens for colour, and the components that a deck names. Pure. */

export type TokenKind = "comment" | "directive" | "component" | "number" | "string" | "title" | "plain";

export interface Token {
  kind: TokenKind;
  text: string;
}

export interface Component {
  name: string;
  kind: string;
  nodes: string[];
  value: string;
}

/** What the first letter of a component says, and how many nodes it has; 0 where that varies. */
const COMPONENTS: Readonly<Record<string, readonly [kind: string, nodes: number]>> = {
  r: ["Resistor", 2], c: ["Capacitor", 2], l: ["Inductor", 2], k: ["Coupling", 0], v: ["Voltage source", 2],
  i: ["Current source", 2], d: ["Diode", 2], q: ["Transistor (bipolar)", 3], m: ["Transistor (MOS)", 4],
  j: ["Transistor (JFET)", 3], z: ["Transistor (MESFET)", 3], e: ["Voltage by voltage", 4], g: ["Current by voltage", 4],
  f: ["Current by current", 2], h: ["Voltage by current", 2], b: ["Behavioural source", 2], s: ["Switch", 4],
  w: ["Switch (current)", 2], t: ["Transmission line", 4], o: ["Lossy line", 4], u: ["RC line", 3], x: ["Subcircuit", 0],
};

const PREFIXES: readonly (readonly [RegExp, string])[] = [
  [/^meg/, "M"], [/^mil/, ""], [/^t/, "T"], [/^g/, "G"], [/^k/, "k"], [/^m/, "m"], [/^u/, "µ"], [/^n/, "n"], [/^p/, "p"], [/^f/, "f"],
];
const UNITS: Readonly<Record<string, string>> = { r: "Ω", c: "F", l: "H" };

/** The lines of a netlist, cut into coloured pieces whose texts together are the line. */
export function tokenize(netlist: string): Token[][] {
  return netlist.split(/\r?\n/).map((line, index) => tokenizeLine(line, index === 0));
}

function tokenizeLine(line: string, isFirst: boolean): Token[] {
  if (/^\s*\*/.test(line)) return [{ kind: "comment", text: line }];
  if (isFirst && !/^\s*[.+]/.test(line)) return [{ kind: "title", text: line }];
  const tokens: Token[] = [];
  const pattern = /(\s+)|(;.*|\$\s.*)|("[^"]*")|([^\s;"=(),{}]+)|(.)/gy;
  let isHead = true;
  for (const match of line.matchAll(pattern)) {
    const [text, space, comment, string, word] = match;
    if (space !== undefined) tokens.push({ kind: "plain", text });
    else if (comment !== undefined) tokens.push({ kind: "comment", text });
    else {
      tokens.push({ kind: string !== undefined ? "string" : word === undefined ? "plain" : kindOfWord(word, isHead), text });
      isHead = false;
    }
  }
  return tokens;
}

function kindOfWord(word: string, isHead: boolean): TokenKind {
  if (isHead) return word.startsWith(".") ? "directive" : word.startsWith("+") ? "plain" : "component";
  return /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?[a-zµ]*$/i.test(word) ? "number" : "plain";
}

/** Lines with their continuations joined on, without comments and without what stands in `.control` blocks. */
function statements(netlist: string): string[] {
  const joined: string[] = [];
  let isControl = false;
  for (const raw of netlist.split(/\r?\n/).slice(1)) {
    const line = raw.replace(/(;|\s\$\s).*$/, "").trim();
    if (/^\.control\b/i.test(line)) isControl = true;
    if (!isControl && line !== "" && !line.startsWith("*")) {
      if (line.startsWith("+") && joined.length > 0) joined.push(`${joined.pop()} ${line.slice(1).trim()}`);
      else joined.push(line);
    }
    if (/^\.endc\b/i.test(line)) isControl = false;
  }
  return joined;
}

/** The components of a netlist, in order, those inside subcircuits too. */
export function components(netlist: string): Component[] {
  return statements(netlist).flatMap((line) => {
    const [name = "", ...words] = line.split(/\s+/);
    const [kind, count] = COMPONENTS[name.charAt(0).toLowerCase()] ?? [];
    if (kind === undefined || count === undefined || name.startsWith(".")) return [];
    if (kind === "Subcircuit") {
      const end = words.findIndex((word) => word.includes("=") || /^params:/i.test(word));
      const own = end < 0 ? words : words.slice(0, end);
      return [{ name, kind, nodes: own.slice(0, -1), value: [own.at(-1) ?? "", ...(end < 0 ? [] : words.slice(end))].join(" ") }];
    }
    const nodes = kind === "Coupling" ? words.slice(0, 2) : words.slice(0, count);
    const rest = words.slice(nodes.length).join(" ");
    return [{ name, kind, nodes, value: readable(rest, UNITS[name.charAt(0).toLowerCase()]) }];
  });
}

/** `4.7k` of a resistor as `4.7 kΩ`; what is more than a number stays as it is. */
function readable(value: string, unit: string | undefined): string {
  const match = /^((?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?)([a-zµ]*)$/i.exec(value);
  if (!match || unit === undefined) return value;
  const [, figure = "", suffix = ""] = match;
  const prefix = PREFIXES.find(([pattern]) => pattern.test(suffix.toLowerCase()))?.[1] ?? "";
  return `${figure} ${prefix}${unit}`;
}
