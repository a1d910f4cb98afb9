/**
 * What the running job says, gathered into few messages: at most one every 30 ms or 4 kB, and at most 256 kB for a job, closed by a
 * line that says how much was left out.
 */

import type { LogStream } from "../bridge/protocol";

const INTERVAL_MS = 30;
const CHUNK_CHARACTERS = 4_096;
const JOB_CHARACTERS = 256 * 1024;

export class LogBook {
  readonly #now: () => number;
  readonly #send: (job: number, stream: LogStream, text: string) => void;
  readonly #later = setTimeout.bind(globalThis);
  readonly #never = clearTimeout.bind(globalThis);
  #job: number | undefined;
  #stream: LogStream = "stdout";
  #text = "";
  #written = 0;
  #leftOut = 0;
  #lastSend = -Infinity;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(now: () => number, send: (job: number, stream: LogStream, text: string) => void) {
    this.#now = now;
    this.#send = send;
  }

  begin(job: number): void {
    this.#job = job;
    // The first words of a job go at once: it may never let go, and then nobody would hear them.
    this.#lastSend = -Infinity;
    this.#written = 0;
    this.#leftOut = 0;
  }

  /** The same as `write`, by the name under which engines know it. */
  log(stream: LogStream, text: string): void {
    this.write(stream, text);
  }

  /** Says something in the name of the running job; between jobs nobody is there to hear it. */
  write(stream: LogStream, text: string): void {
    if (this.#job === undefined || text === "") return;
    const room = JOB_CHARACTERS - this.#written;
    if (text.length > room) {
      this.#leftOut += text.length - room;
      text = text.slice(0, room);
      if (text === "") return;
    }
    this.#written += text.length;
    if (stream !== this.#stream) this.flush();
    this.#stream = stream;
    this.#text += text;
    if (this.#text.length >= CHUNK_CHARACTERS || this.#now() - this.#lastSend >= INTERVAL_MS) return this.flush();
    // A job that waits has its words sent all the same; one that never lets go sends them with its next word.
    this.#timer ??= this.#later(() => this.flush(), INTERVAL_MS);
  }

  flush(): void {
    if (this.#timer !== undefined) {
      this.#never(this.#timer);
      this.#timer = undefined;
    }
    if (this.#text === "" || this.#job === undefined) return;
    const text = this.#text;
    this.#text = "";
    this.#lastSend = this.#now();
    this.#send(this.#job, this.#stream, text);
  }

  end(): void {
    if (this.#job === undefined) return;
    if (this.#text !== "") this.flush();
    if (this.#leftOut > 0) {
      this.#send(this.#job, "stderr", `\n… and ${Math.ceil(this.#leftOut / 1024)} kB more, left out: a node's log holds ${JOB_CHARACTERS / 1024} kB.\n`);
    }
    this.#job = undefined;
  }
}
