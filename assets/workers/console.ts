/** Sends what code says through `console` to the log of its node, written as a person would read it. */

import type { LogStream } from "../bridge/protocol";

const STREAMS = { log: "stdout", info: "stdout", debug: "stdout", table: "stdout", dir: "stdout", warn: "stderr", error: "stderr", trace: "stderr" } as const;
const TEXT_LIMIT = 10_000;

export function captureConsole(write: (stream: LogStream, text: string) => void): void {
  for (const [name, stream] of Object.entries(STREAMS) as [keyof typeof STREAMS, LogStream][]) {
    console[name] = (...parts: unknown[]) => write(stream, `${parts.map(say).join(" ")}\n`);
  }
  console.assert = (holds?: unknown, ...parts: unknown[]) => {
    if (!holds) write("stderr", `Assertion failed: ${parts.map(say).join(" ")}\n`);
  };
}

function say(value: unknown): string {
  if (typeof value === "string") return value;
  if (value instanceof Error) return `${value.name}: ${value.message}`;
  if (typeof value === "function") return `[function ${value.name}]`;
  if (typeof value !== "object" || value === null) return String(value);
  const seen: object[] = [];
  try {
    const text = JSON.stringify(value, function (this: unknown, _key: string, item: unknown) {
      if (typeof item === "bigint") return `${item}n`;
      if (typeof item === "number" && !Number.isFinite(item)) return String(item);
      if (typeof item === "function") return `[function ${item.name}]`;
      if (typeof item !== "object" || item === null) return item;
      if (ArrayBuffer.isView(item) && !(item instanceof DataView)) {
        const numbers = item as unknown as ArrayLike<number | bigint>;
        return `[${numbers.length} numbers: ${Array.from({ length: Math.min(numbers.length, 8) }, (_, index) => String(numbers[index])).join(", ")}${numbers.length > 8 ? ", …" : ""}]`;
      }
      while (seen.length > 0 && seen[seen.length - 1] !== this) seen.pop();
      if (seen.includes(item)) return "[itself]";
      seen.push(item);
      if (item instanceof Map) return Object.fromEntries(item);
      if (item instanceof Set) return [...item];
      return item;
    });
    return text.length > TEXT_LIMIT ? `${text.slice(0, TEXT_LIMIT)}…` : text;
  } catch (error) {
    return `[object that cannot be shown: ${String(error)}]`;
  }
}
