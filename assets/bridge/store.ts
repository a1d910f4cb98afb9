/** The values of outputs, by the step that made them. Steps are hashes of code, inputs and runtime, so a value never changes. */

export class ValueStore {
  readonly #steps = new Map<string, Record<string, unknown>>();

  outputs(step: string): Record<string, unknown> | undefined {
    return this.#steps.get(step);
  }

  value(step: string, output: string): unknown {
    return this.#steps.get(step)?.[output];
  }

  has(step: string, output: string): boolean {
    const outputs = this.#steps.get(step);
    return outputs !== undefined && Object.hasOwn(outputs, output);
  }

  set(step: string, outputs: Record<string, unknown>): void {
    this.#steps.set(step, outputs);
  }

  setOne(step: string, output: string, value: unknown): void {
    this.#steps.set(step, { ...this.#steps.get(step), [output]: value });
  }

  forget(step: string): void {
    this.#steps.delete(step);
  }
}
