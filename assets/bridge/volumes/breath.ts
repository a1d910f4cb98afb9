/** Long work in slices: whoever works long in the volume worker lets its messages through every few milliseconds. */

const SLICE_MS = 8;

/** Work that can be given up between two slices. */
export class Breath {
  readonly #signal: AbortSignal | undefined;
  #since = performance.now();

  constructor(signal?: AbortSignal) {
    this.#signal = signal;
  }

  /** Whether this slice is over; then `await next()`. */
  get due(): boolean {
    return performance.now() - this.#since > SLICE_MS;
  }

  /** Lets everything else have its turn; throws where the work was given up. */
  async next(): Promise<void> {
    await new Promise<void>((resolve) => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => {
        port1.close();
        resolve();
      };
      port2.postMessage(0);
    });
    this.#signal?.throwIfAborted();
    this.#since = performance.now();
  }
}
