/**
 * Keys of models: in the vault, or for this visit in memory, under the connection's id and bound to the server that they were entered
 * for. They come out of here into the header of one request, and nowhere else.
 */

import { vault, VaultFailure } from "../vault";
import { ModelFailure } from "./failure";

export type Keep = "device" | "visit";

interface BoundKey {
  /** Scheme, host and port of the server that may see it. */
  origin: string;
  key: string;
}

export class ModelKeys {
  readonly #visit = new Map<string, BoundKey>();
  /** Keys that are being tried before they are kept. */
  readonly #trials = new Map<string, BoundKey>();

  /** Keeps a key, in place of what was there. */
  async keep(modelId: string, baseUrl: string, key: string, keep: Keep = "device"): Promise<void> {
    const bound: BoundKey = { origin: new URL(baseUrl).origin, key };
    if (keep === "device") await vault.set(secretName(modelId), JSON.stringify(bound));
    else await vault.remove(secretName(modelId));
    this.#visit.delete(modelId);
    if (keep === "visit") this.#visit.set(modelId, bound);
  }

  async forget(modelId: string): Promise<void> {
    this.#visit.delete(modelId);
    await vault.remove(secretName(modelId));
  }

  /** How each connection's key is kept, for those that have one. */
  async kept(): Promise<Map<string, Keep>> {
    const names = await vault.names();
    const ids = names.filter((name) => name.startsWith(secretName(""))).map((name) => name.slice(secretName("").length));
    return new Map<string, Keep>([...ids.map((id) => [id, "device"] as const), ...[...this.#visit.keys()].map((id) => [id, "visit"] as const)]);
  }

  /** Gives a connection the key that another has for the same server; whether there was one. */
  async share(from: string, to: string, baseUrl: string): Promise<boolean> {
    const keep: Keep = this.#visit.has(from) ? "visit" : "device";
    const key = await this.get(from, baseUrl);
    if (key !== undefined) await this.keep(to, baseUrl, key, keep);
    return key !== undefined;
  }

  /** Holds a key while it is tried; gives the name to try it by. */
  try(baseUrl: string, key: string): string {
    const name = `trial:${crypto.randomUUID()}`;
    this.#trials.set(name, { origin: new URL(baseUrl).origin, key });
    return name;
  }

  endTrial(name: string): void {
    this.#trials.delete(name);
  }

  /** The key of a connection, for a request to `url`; none where it was entered for another server. */
  async get(modelId: string, url: string): Promise<string | undefined> {
    const bound = this.#trials.get(modelId) ?? this.#visit.get(modelId) ?? (await this.#kept(modelId));
    return bound !== undefined && bound.origin === new URL(url).origin ? bound.key : undefined;
  }

  async #kept(modelId: string): Promise<BoundKey | undefined> {
    // A name that is not the vault's, such as that of a trial that is over.
    if (modelId.startsWith("trial:")) return undefined;
    try {
      const secret = await vault.get(secretName(modelId));
      return secret === undefined ? undefined : (JSON.parse(secret) as BoundKey);
    } catch (error) {
      if (error instanceof VaultFailure && error.kind === "locked") throw new ModelFailure("locked");
      throw error;
    }
  }
}

/** The one place of keys in a worker. */
export const modelKeys = new ModelKeys();

/** A key as it was typed in or pasted, without what came along; undefined for what no header can carry. */
export function cleanKey(typed: string): string | undefined {
  const key = typed.trim();
  return /^[\x21-\x7e]{1,2000}$/.test(key) ? key : undefined;
}

function secretName(modelId: string): string {
  return `model:${modelId}`;
}
