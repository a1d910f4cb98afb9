/**
 * Calls about remotes on their way to Rust: a token is taken out of them and put into the vault, whether there is one is put into the
 * answers, and the storage's own figures are added where volumes are counted.
 */

import type { Answer } from "./volume-protocol";
import type { Module } from "./volume-worker";
import type { SyncProgress } from "./volumes/remote/transport";
import { estimateBytes } from "./volumes/rows";
import { askWhatIsHeld, cancelSync, hasToken, keepToken, onSyncProgress } from "./volumes/remotes";

interface RemoteBody {
  volume?: string;
  token?: string;
  keep_token?: "device" | "visit";
}

export class VolumeRemotes {
  readonly #module: Module;
  readonly #trouble: () => string | undefined;
  readonly #sizes = new Map<string, { head: string; bytes: number }>();

  /** `trouble` says why nothing is kept, where that is so. */
  constructor(module: Module, trouble: () => string | undefined, tell: (volume: string, progress: SyncProgress) => void) {
    this.#module = module;
    this.#trouble = trouble;
    onSyncProgress(tell);
    askWhatIsHeld(async (volume, oids) => Array.from(await module.holds(volume, oids), (is) => is === 1));
  }

  cancel(volume: string): void {
    cancelSync(volume);
  }

  async answer(method: string, path: string, body: string | undefined): Promise<Answer> {
    const [place, query = ""] = path.split("?") as [string, string?];
    if (place === "/volumes/stats") return this.#withStorage(await this.#module.answer(method, path, body));
    if (place !== "/volumes/remote") return this.#module.answer(method, path, body);
    const { token, keep_token: keep, ...rest } = parsed(body);
    const volume = rest.volume ?? new URLSearchParams(query).get("volume") ?? "";
    const answer = await this.#module.answer(method, path, method === "POST" ? JSON.stringify(rest) : body);
    if (answer[0] >= 300) return answer;
    if (method === "POST" && token !== undefined) await keepToken(volume, token, keep);
    if (method === "DELETE") await keepToken(volume, "");
    const shown = JSON.parse(answer[1]) as { remote: object | null };
    if (shown.remote === null) return answer;
    return [answer[0], JSON.stringify({ remote: { ...shown.remote, has_token: await hasToken(volume) } })];
  }

  async #withStorage(answer: Answer): Promise<Answer> {
    const [status, body] = answer;
    if (status !== 200 || navigator.storage === undefined) return answer;
    const [{ usage, quota }, persisted] = await Promise.all([navigator.storage.estimate(), navigator.storage.persisted()]);
    const stats = JSON.parse(body) as { volumes: { volume: string; head: string | null; bytes?: number }[] };
    const trouble = this.#trouble();
    // What is in memory alone has no rows to measure.
    if (trouble === undefined) for (const row of stats.volumes) row.bytes = await this.#bytesOf(row.volume, row.head ?? "");
    return [status, JSON.stringify({ ...stats, storage: { usage, quota, persisted, ...(trouble !== undefined && { trouble }) } })];
  }

  /** The size of a volume: measured once for each newest commit, since it means to look at what is there. */
  async #bytesOf(volume: string, head: string): Promise<number> {
    const known = this.#sizes.get(volume);
    if (known?.head === head) return known.bytes;
    const bytes = await estimateBytes(volume);
    this.#sizes.set(volume, { head, bytes });
    return bytes;
  }
}

/** The body as far as it can be read: what cannot is for Rust to refuse. */
function parsed(body: string | undefined): RemoteBody {
  try {
    const value: unknown = JSON.parse(body ?? "{}");
    return typeof value === "object" && value !== null ? value : {};
  } catch {
    return {};
  }
}
