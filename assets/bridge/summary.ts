/** A value in a few words for the face of a node: `1.592 kHz`, `1024 numbers`, `table 12 × 3`, `image/png 12 kB`. */

import type { Port } from "./protocol";

const PREFIXES = ["q", "r", "y", "z", "a", "f", "p", "n", "µ", "m", "", "k", "M", "G", "T", "P", "E", "Z", "Y", "R", "Q"];
/** Units that take no prefix: ratios, angles, and those that carry one already. */
const BARE_UNITS = /^(%|°.*|dB.*|rad|deg|ppm|min|h|d|a\.u\.|Ha|Hartree|k[A-Z].*|[mµnpMGT](?:[a-zA-ZΩ]+)|.*[/²³*^ ].*)$/;

/** The canonical value of an output of this port, in a few words. */
export function summarise(port: Port, value: unknown): string {
  switch (port.type) {
    case "number":
    case "integer":
      return typeof value === "number" ? formatQuantity(value, port.unit ?? undefined) : String(value);
    case "table":
      return describeTable(value as { columns: { values: ArrayLike<unknown> }[] });
    case "plot":
      return count((value as { series: unknown[] }).series.length, "plot of 1 series", (n) => `plot of ${n} series`);
    case "image": {
      const image = value as { mime: string; bytes: Uint8Array };
      return `${image.mime} ${formatBytes(image.bytes.byteLength)}`;
    }
    case "scene":
      return describeScene(value as { objects?: unknown[] });
    case "circuit":
      return describeCircuit(value as { netlist?: string; quantum?: { qubits?: unknown; gates?: unknown[] } });
    default:
      return describeAny(value, port.unit ?? undefined);
  }
}

/** `1592.4` with `Hz` as `1.592 kHz`; without a unit as it stands, to four digits where it is not whole. */
export function formatQuantity(value: number, unit?: string): string {
  if (!Number.isFinite(value)) return unit === undefined ? String(value) : `${value} ${unit}`;
  if (unit === undefined || unit === "") return formatNumber(value);
  if (value === 0 || BARE_UNITS.test(unit)) return `${formatNumber(value)} ${unit}`;
  const power = Math.floor(Math.log10(Math.abs(Number(value.toPrecision(4)))) / 3);
  const prefix = PREFIXES[power + 10];
  if (prefix === undefined) return `${formatNumber(value)} ${unit}`;
  return `${Number((value / 1000 ** power).toPrecision(4))} ${prefix}${unit}`;
}

function formatNumber(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e15) return String(value);
  return String(Number(value.toPrecision(6)));
}

export function formatBytes(bytes: number): string {
  if (bytes < 1_000) return `${bytes} B`;
  if (bytes < 1_000_000) return `${Math.round(bytes / 1_000)} kB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}

function describeTable(table: { columns: { values: ArrayLike<unknown> }[] }): string {
  return `table ${table.columns[0]?.values.length ?? 0} × ${table.columns.length}`;
}

function describeScene(scene: { objects?: unknown[] }): string {
  return scene.objects === undefined ? "scene" : count(scene.objects.length, "scene of 1 object", (n) => `scene of ${n} objects`);
}

function describeCircuit(circuit: { netlist?: string; quantum?: { qubits?: unknown; gates?: unknown[] } }): string {
  if (circuit.quantum !== undefined) return `circuit of ${String(circuit.quantum.qubits)} qubits, ${circuit.quantum.gates?.length ?? 0} gates`;
  return count((circuit.netlist ?? "").trimEnd().split("\n").length, "netlist of 1 line", (n) => `netlist of ${n} lines`);
}

function describeAny(value: unknown, unit: string | undefined): string {
  if (typeof value === "number") return formatQuantity(value, unit);
  if (typeof value === "string") return JSON.stringify(value.length > 32 ? `${value.slice(0, 32)}…` : value);
  if (Array.isArray(value)) {
    const numbers = value.length > 0 && value.every((item) => typeof item === "number");
    return numbers ? count(value.length, "1 number", (n) => `${n} numbers`) : count(value.length, "1 item", (n) => `${n} items`);
  }
  if (ArrayBuffer.isView(value)) return count((value as unknown as ArrayLike<unknown>).length ?? value.byteLength, "1 number", (n) => `${n} numbers`);
  if (typeof value === "object" && value !== null) return count(Object.keys(value).length, "object of 1 field", (n) => `object of ${n} fields`);
  return String(value);
}

function count(number: number, one: string, many: (number: number) => string): string {
  return number === 1 ? one : many(number);
}
