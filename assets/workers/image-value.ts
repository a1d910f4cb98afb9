/** Images come as text or bytes of many kinds; behind this module they are `{mime, bytes}`. */

import { isPlainObject } from "./capture";

export interface ImageValue {
  mime: string;
  bytes: Uint8Array;
}

/** Undefined where the value is no image. */
export function toImage(value: unknown): ImageValue | undefined {
  if (typeof value === "string") return fromText(value);
  const bytes = toBytes(value);
  if (bytes !== undefined) {
    const mime = mimeOf(bytes);
    return mime === undefined ? undefined : { mime, bytes };
  }
  if (isPlainObject(value) && typeof value.mime === "string" && value.mime.startsWith("image/")) {
    const inner = typeof value.bytes === "string" ? fromBase64(value.bytes) : toBytes(value.bytes);
    return inner === undefined ? undefined : { mime: value.mime, bytes: inner };
  }
  return undefined;
}

function toBytes(value: unknown): Uint8Array | undefined {
  if (value instanceof Uint8Array) return value;
  if (value instanceof Uint8ClampedArray) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  if (value instanceof ArrayBuffer) return new Uint8Array(value);
  return undefined;
}

function fromText(text: string): ImageValue | undefined {
  const data = /^data:(image\/[\w.+-]+)((?:;[^,;]*)*),/i.exec(text);
  if (data !== null) {
    const body = text.slice(data[0].length);
    const bytes = /;base64$/i.test(data[2] ?? "") ? fromBase64(body) : new TextEncoder().encode(decodeURIComponent(body));
    return bytes === undefined ? undefined : { mime: data[1]!.toLowerCase(), bytes };
  }
  if (/^\s*(<\?xml[^>]*>\s*)?(<!--[\s\S]*?-->\s*)*(<!DOCTYPE[^>]*>\s*)?<svg[\s>]/i.test(text)) {
    return { mime: "image/svg+xml", bytes: new TextEncoder().encode(text) };
  }
  return undefined;
}

function fromBase64(text: string): Uint8Array | undefined {
  try {
    return Uint8Array.from(atob(text.replace(/\s/g, "")), (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}

function mimeOf(bytes: Uint8Array): string | undefined {
  const head = String.fromCharCode(...bytes.subarray(0, 12));
  if (head.startsWith("\x89PNG\r\n\x1a\n")) return "image/png";
  if (head.startsWith("\xff\xd8\xff")) return "image/jpeg";
  if (head.startsWith("GIF8")) return "image/gif";
  if (head.startsWith("RIFF") && head.slice(8) === "WEBP") return "image/webp";
  return fromText(new TextDecoder().decode(bytes.subarray(0, 1_024))) === undefined ? undefined : "image/svg+xml";
}
