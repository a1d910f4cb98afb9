/**
 * The diagram of a quantum circuit: wires from left to right, gates as boxes, controls as dots, swaps as crosses, measurements
 * as meters. Gates stand as far left as their qubits allow.
 */

import { svg } from "./dom";
import { isRecord } from "./shape";

export interface Gate {
  name: string;
  /** What to write on it, where that is not its name. */
  label: string;
  qubits: number[];
  params: string[];
  clbits: number[];
  /** How many of its qubits control it, where that is said. */
  controls: number;
}

export interface QuantumCircuit {
  qubits: number;
  /** Names of the wires, from the top; `q0`, `q1`… where there are none. */
  names: string[];
  gates: Gate[];
}

/** Where things stand, in units of the drawing. */
const ROW = 40;
const LEFT = 40;
const GAP = 14;
const BOX = 28;
const CHARACTER = 7;
/** Characters of a label or wire's name. */
const LABEL_LIMIT = 24;
/** Gates drawn; a diagram beyond this is no picture any more. */
const LIMIT = 2_000;

/** The gates whose first qubits control, by how many do and what acts on the rest. */
const CONTROLLED: Readonly<Record<string, readonly [controls: number, target: string]>> = {
  cx: [1, "x"], cnot: [1, "x"], ccx: [2, "x"], toffoli: [2, "x"], cy: [1, "Y"], cz: [1, "dot"], ccz: [2, "dot"], ch: [1, "H"],
  cs: [1, "S"], csx: [1, "√X"], cp: [1, "P"], cu1: [1, "P"], crx: [1, "RX"], cry: [1, "RY"], crz: [1, "RZ"], cu: [1, "U"],
  cu3: [1, "U"], cswap: [1, "swap"], fredkin: [1, "swap"],
};
const NAMES: Readonly<Record<string, string>> = {
  sdg: "S†", tdg: "T†", sx: "√X", sxdg: "√X†", id: "I", reset: "|0⟩", u1: "P", u2: "U", u3: "U", iswap: "iSWAP", unitary: "U",
};

/** Reads the gates of a circuit value; anything that is no gate on its qubits is left out. */
export function readQuantum(value: Record<string, unknown>): QuantumCircuit {
  const list = Array.isArray(value.gates) ? value.gates : [];
  const gates = list.slice(0, LIMIT).flatMap((gate): Gate[] => {
    if (!isRecord(gate) || !Array.isArray(gate.qubits)) return [];
    const qubits = gate.qubits.filter((qubit): qubit is number => Number.isInteger(qubit) && qubit >= 0 && qubit < 512);
    return [
      {
        name: String(gate.name ?? "?").toLowerCase(),
        label: typeof gate.label === "string" ? gate.label.slice(0, LABEL_LIMIT) : "",
        qubits,
        params: Array.isArray(gate.params) ? gate.params.map(angle) : [],
        clbits: Array.isArray(gate.clbits) ? gate.clbits.filter((bit): bit is number => Number.isInteger(bit)) : [],
        controls: typeof gate.controls === "number" ? Math.min(gate.controls, qubits.length - 1) : 0,
      },
    ];
  });
  const names = Array.isArray(value.qubit_names) ? value.qubit_names.map((name) => String(name).slice(0, LABEL_LIMIT)) : [];
  const declared = typeof value.qubits === "number" ? value.qubits : Array.isArray(value.qubits) ? value.qubits.length : 0;
  const used = gates.reduce((most, gate) => Math.max(most, ...gate.qubits.map((qubit) => qubit + 1)), 0);
  return { qubits: Math.min(512, Math.max(declared, used)), names, gates };
}

/** Angles as multiples of π where they are some: `π/2`, `−3π/4`; else to three digits. */
export function angle(value: unknown): string {
  if (typeof value !== "number" || !Number.isFinite(value)) return String(value).slice(0, LABEL_LIMIT);
  for (const denominator of [1, 2, 3, 4, 6, 8, 16]) {
    const numerator = (value * denominator) / Math.PI;
    const whole = Math.round(numerator);
    if (whole === 0 || Math.abs(numerator - whole) > 1e-9) continue;
    const top = `${whole < 0 ? "−" : ""}${Math.abs(whole) === 1 ? "" : Math.abs(whole)}π`;
    return denominator === 1 ? top : `${top}/${denominator}`;
  }
  return String(Number(value.toPrecision(3))).replace("-", "−");
}

interface Placed {
  gate: Gate;
  column: number;
  label: string;
  controls: number[];
  targets: number[];
  shape: "box" | "x" | "dot" | "swap" | "meter" | "barrier";
}

export function quantumDiagram(circuit: QuantumCircuit, label: string): SVGSVGElement {
  const placed = place(circuit);
  const widths = columnWidths(placed);
  const centres: number[] = [];
  const wireNames = Array.from({ length: circuit.qubits }, (_, qubit) => circuit.names[qubit] ?? `q_${qubit}`);
  const left = Math.max(LEFT, ...wireNames.map((name) => name.length * CHARACTER + 16));
  let right = left;
  for (const width of widths) {
    centres.push(right + GAP + width / 2);
    right += width + GAP;
  }
  right += GAP;
  const height = circuit.qubits * ROW;
  const drawing = svg("svg", {
    class: "preview-quantum-diagram",
    viewBox: `0 0 ${right + 8} ${height}`,
    width: right + 8,
    height,
    role: "img",
    "aria-label": `${label}: ${circuit.gates.map((gate) => `${gate.name} ${gate.qubits.join(" ")}`).slice(0, 60).join(", ")}`,
  });
  for (let qubit = 0; qubit < circuit.qubits; qubit += 1) {
    const y = rowAt(qubit);
    const [stem = "", index = ""] = (wireNames[qubit] ?? "").split(/_(?=\d+$)/);
    const name = svg("text", { class: "preview-quantum-wire-name", x: left - 8, y }, stem);
    if (index !== "") name.append(svg("tspan", { class: "preview-quantum-index", dy: 3 }, index));
    drawing.append(svg("line", { class: "preview-quantum-wire", x1: left, x2: right, y1: y, y2: y }), name);
  }
  for (const item of placed) drawing.append(drawGate(item, centres[item.column] ?? 0, widths[item.column] ?? BOX));
  return drawing;
}

const rowAt = (qubit: number): number => qubit * ROW + ROW / 2;

/** Gives each gate the first column where all wires that it crosses are free. */
function place(circuit: QuantumCircuit): Placed[] {
  const free = new Array<number>(circuit.qubits).fill(0);
  return circuit.gates.map((gate) => {
    const shaped = shapeOf(gate, circuit.qubits);
    const touched = [...shaped.controls, ...shaped.targets];
    const low = Math.min(...touched);
    const high = Math.max(...touched);
    let column = 0;
    for (let qubit = low; qubit <= high; qubit += 1) column = Math.max(column, free[qubit] ?? 0);
    for (let qubit = low; qubit <= high; qubit += 1) free[qubit] = column + 1;
    return { gate, column, ...shaped };
  });
}

function shapeOf(gate: Gate, all: number): Omit<Placed, "gate" | "column"> {
  const { name } = gate;
  const qubits = gate.qubits.length > 0 ? gate.qubits : Array.from({ length: all }, (_, qubit) => qubit);
  if (name === "barrier") return { label: "", controls: [], targets: qubits, shape: "barrier" };
  if (name.startsWith("measure")) return { label: "", controls: [], targets: qubits, shape: "meter" };
  if (name === "swap") return { label: "", controls: [], targets: qubits, shape: "swap" };
  const many = /^(mcx|mct|c\d+x|mcp|mcphase)/.exec(name);
  const [count, target] = many ? [qubits.length - 1, name.includes("p") ? "P" : "x"] : (CONTROLLED[name] ?? [gate.controls, ""]);
  const params = gate.params.length > 0 ? `(${gate.params.join(", ")})` : "";
  const controls = qubits.slice(0, count);
  const targets = qubits.slice(count);
  if (target === "x" || target === "dot" || target === "swap") return { label: "", controls, targets, shape: target };
  const base = count > 0 ? name.replace(new RegExp(`^c{0,${count}}`), "") || name : name;
  const written = gate.label || target || NAMES[base] || (base.length <= 3 ? base.toUpperCase() : base);
  return { label: written + params, controls, targets, shape: "box" };
}

function columnWidths(placed: readonly Placed[]): number[] {
  const widths: number[] = [];
  for (const { column, label, shape } of placed) {
    const width = shape === "barrier" ? 8 : shape === "box" ? Math.max(BOX, label.length * CHARACTER + 12) : BOX;
    widths[column] = Math.max(widths[column] ?? 0, width);
  }
  return Array.from(widths, (width) => width ?? BOX);
}

/** `rz(π/4) on 2`, `measure on 0 into 0`. */
function titleOf({ name, params, qubits, clbits }: Gate): string {
  const into = clbits.length > 0 ? ` into ${clbits.join(", ")}` : "";
  return `${name}${params.length > 0 ? `(${params.join(", ")})` : ""} on ${qubits.join(", ")}${into}`;
}

function drawGate(item: Placed, x: number, columnWidth: number): SVGGElement {
  const { controls, targets, shape, label, gate } = item;
  const group = svg("g", { class: "preview-gate" }, svg("title", {}, titleOf(gate)));
  const rows = [...controls, ...targets].map(rowAt);
  const top = Math.min(...rows);
  const bottom = Math.max(...rows);
  if (shape === "barrier") {
    for (const qubit of targets) group.append(svg("line", { class: "preview-barrier", x1: x, x2: x, y1: rowAt(qubit) - ROW / 2, y2: rowAt(qubit) + ROW / 2 }));
    return group;
  }
  if (bottom > top && shape !== "meter") group.append(svg("line", { class: "preview-quantum-link", x1: x, x2: x, y1: top, y2: bottom }));
  for (const qubit of controls) group.append(svg("circle", { class: "preview-control", cx: x, cy: rowAt(qubit), r: 4 }));
  if (shape === "box") group.append(...drawBox(targets, x, Math.min(columnWidth, Math.max(BOX, label.length * CHARACTER + 12)), label));
  else for (const qubit of targets) group.append(drawTarget(shape, x, rowAt(qubit)));
  return group;
}

/** One box over all its qubits, for a gate on several that has no picture of its own. */
function drawBox(targets: readonly number[], x: number, width: number, label: string): SVGElement[] {
  const top = rowAt(Math.min(...targets)) - BOX / 2;
  const bottom = rowAt(Math.max(...targets)) + BOX / 2;
  return [
    svg("rect", { class: "preview-gate-box", x: x - width / 2, y: top, width, height: bottom - top, rx: 4 }),
    svg("text", { class: "preview-gate-name", x, y: (top + bottom) / 2 }, label),
  ];
}

function drawTarget(shape: "x" | "dot" | "swap" | "meter", x: number, y: number): SVGElement {
  switch (shape) {
    case "dot":
      return svg("circle", { class: "preview-control", cx: x, cy: y, r: 4 });
    case "x":
      return svg("g", { class: "preview-plus" }, svg("circle", { cx: x, cy: y, r: 11 }), svg("path", { d: `M${x - 11} ${y}h22M${x} ${y - 11}v22` }));
    case "swap":
      return svg("path", { class: "preview-swap", d: `M${x - 6} ${y - 6}l12 12M${x + 6} ${y - 6}l-12 12` });
    case "meter":
      return svg(
        "g",
        { class: "preview-meter" },
        svg("rect", { class: "preview-gate-box", x: x - BOX / 2, y: y - BOX / 2, width: BOX, height: BOX, rx: 4 }),
        svg("path", { d: `M${x - 8} ${y + 5}a8 8 0 0 1 16 0M${x} ${y + 5}l6 -9` }),
      );
  }
}

