/** Git's packet lines: four hexadecimal digits of length, then bytes; `0000` ends a list. */

import { joined } from "../bytes";

const PREFIX_BYTES = 4;
const LONGEST_PAYLOAD = 65_516;

export const FLUSH = new TextEncoder().encode("0000");

/** One packet line. */
export function packetLine(text: string): Uint8Array {
  const payload = new TextEncoder().encode(text);
  if (payload.length > LONGEST_PAYLOAD) throw new RangeError(`A packet line of ${payload.length} bytes is too long.`);
  const line = new Uint8Array(PREFIX_BYTES + payload.length);
  line.set(new TextEncoder().encode(line.length.toString(16).padStart(PREFIX_BYTES, "0")));
  line.set(payload, PREFIX_BYTES);
  return line;
}

/** Thrown where what comes is no packet line. */
export class PacketError extends Error {
  override readonly name = "PacketError";
  /** The beginning of what came, as text. */
  readonly seen: string;

  constructor(seen: string) {
    super("This is no packet line.");
    this.seen = seen;
  }
}

/** What a packet line can be: bytes, the end of a list, or the end of all. */
export type Packet = Uint8Array | "flush" | "end";

/** Reads packet lines from chunks as they come. */
export class PacketReader {
  readonly #chunks: AsyncIterator<Uint8Array>;
  #held: Uint8Array<ArrayBufferLike> = new Uint8Array();
  #ended = false;
  /** Bytes that have come so far. */
  bytes = 0;

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  async next(): Promise<Packet> {
    if (!(await this.#fill(PREFIX_BYTES))) {
      if (this.#held.length > 0) throw new PacketError(text(this.#held));
      return "end";
    }
    const prefix = text(this.#held.subarray(0, PREFIX_BYTES));
    if (!/^[0-9a-f]{4}$/i.test(prefix)) {
      await this.#fill(200);
      throw new PacketError(text(this.#held.subarray(0, 200)));
    }
    const length = parseInt(prefix, 16);
    if (length < PREFIX_BYTES) {
      this.#take(PREFIX_BYTES);
      return "flush";
    }
    // Less than it promised: the connection was cut.
    if (!(await this.#fill(length))) return "end";
    return this.#take(length).subarray(PREFIX_BYTES);
  }

  /** Everything that is left, chunk by chunk. */
  async *rest(): AsyncGenerator<Uint8Array> {
    if (this.#held.length > 0) yield this.#take(this.#held.length);
    for (let read = await this.#chunks.next(); !read.done; read = await this.#chunks.next()) {
      this.bytes += read.value.length;
      yield read.value;
    }
  }

  async #fill(length: number): Promise<boolean> {
    if (this.#held.length >= length) return true;
    const parts = this.#held.length > 0 ? [this.#held] : [];
    let held = this.#held.length;
    while (held < length && !this.#ended) {
      const read = await this.#chunks.next();
      if (read.done) {
        this.#ended = true;
        break;
      }
      this.bytes += read.value.length;
      parts.push(read.value);
      held += read.value.length;
    }
    this.#held = parts.length === 1 ? parts[0]! : joined(parts);
    return held >= length;
  }

  #take(length: number): Uint8Array {
    const taken = this.#held.subarray(0, length);
    this.#held = this.#held.subarray(length);
    return taken;
  }
}

/** Bytes as text, without the line's end. */
export function text(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes).replace(/\n$/, "");
}
