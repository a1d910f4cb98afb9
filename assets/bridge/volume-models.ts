/**
 * Calls about models on their way to Rust: a key is taken out of them and put into the vault, and whether there is one is put into the
 * answers. OpenRouter's handshake never leaves this side.
 */

import type { Answer } from "./volume-protocol";
import type { Module } from "./volume-worker";
import { ModelFailure } from "./volumes/models/failure";
import { cleanKey, modelKeys, type Keep } from "./volumes/models/keys";
import { beginOpenRouter, finishOpenRouter } from "./volumes/models/openrouter";
import { VaultFailure } from "./volumes/vault";

interface Body {
  api_key?: unknown;
  keep_key?: unknown;
  redirect_url?: unknown;
  code?: unknown;
  [field: string]: unknown;
}

interface Row {
  model_id: string;
  provider: string;
  base_url: string;
  needs_key: boolean;
}

interface Shown {
  models: Row[];
  providers: { provider: string; base_url: string }[];
  model_id?: string;
}

/** What OpenRouter is connected with at first: it chooses among the models of all. */
const FIRST_OPENROUTER_MODEL = "openrouter/auto";

export class VolumeModels {
  readonly #module: Module;

  constructor(module: Module) {
    this.#module = module;
  }

  async answer(method: string, path: string, body: string | undefined): Promise<Answer> {
    const [place, query = ""] = path.split("?") as [string, string?];
    try {
      const parsed = parsedBody(body);
      if (method === "POST" && place === "/models/openrouter") return await this.#openRouter(parsed);
      if (method === "POST" && place === "/models/check") return await this.#check(parsed);
      if (method === "POST" && place === "/models") return await this.#add(parsed);
      const answer = await this.#module.answer(method, path, body);
      if (method === "DELETE" && answer[0] < 300) await modelKeys.forget(new URLSearchParams(query).get("model_id") ?? "");
      return await withKeys(answer);
    } catch (error) {
      if (error instanceof VaultFailure) return refused(error.kind === "locked" ? 403 : 422, error.kind, error.message);
      if (error instanceof ModelFailure) return refused(error.kind === "no_answer" ? 502 : 422, error.kind, error.message);
      throw error;
    }
  }

  async #add({ api_key: typed, keep_key: keep, ...rest }: Body): Promise<Answer> {
    const key = keyOf(typed);
    const answer = await this.#module.answer("POST", "/models", JSON.stringify(rest));
    if (answer[0] >= 300) return answer;
    const { models, model_id: modelId } = JSON.parse(answer[1]) as Shown;
    const added = models.find((model) => model.model_id === modelId);
    if (added !== undefined && added.base_url !== "") {
      if (key !== undefined) await modelKeys.keep(added.model_id, added.base_url, key, keep === "visit" ? "visit" : "device");
      else await shareKey(added, models);
    }
    return withKeys(answer);
  }

  async #check({ api_key: typed, keep_key: _, ...rest }: Body): Promise<Answer> {
    const key = keyOf(typed);
    if (key === undefined) return this.#module.answer("POST", "/models/check", JSON.stringify(rest));
    const name = modelKeys.try(await this.#addressOf(rest), key);
    try {
      return await this.#module.answer("POST", "/models/check", JSON.stringify({ ...rest, key_ref: name }));
    } finally {
      modelKeys.endTrial(name);
    }
  }

  /** Where a key that is tried may go: the address that is tried, or the provider's own. */
  async #addressOf({ base_url: given, provider, model_id: modelId }: Body): Promise<string> {
    const [, shown] = await this.#module.answer("GET", "/models", undefined);
    const { models, providers } = JSON.parse(shown) as Shown;
    const known = provider === undefined ? models.find((model) => model.model_id === modelId) : providers.find((row) => row.provider === provider);
    const address = typeof given === "string" && given.trim() !== "" ? given.trim() : (known?.base_url ?? "");
    if (!URL.canParse(address)) throw new ModelFailure("unreadable", "The address of the server is missing, or is no address.");
    return address;
  }

  async #openRouter({ redirect_url: redirectUrl, code }: Body): Promise<Answer> {
    if (typeof redirectUrl === "string") return [200, JSON.stringify({ url: await beginOpenRouter(redirectUrl) })];
    if (typeof code !== "string" || code === "") throw new ModelFailure("unreadable", "Give either the address to come back to, or the code that came back.");
    return this.#add({ provider: "openrouter", model: FIRST_OPENROUTER_MODEL, api_key: await finishOpenRouter(code) });
  }
}

/** A second model of the same server goes by the key that is known for it. */
async function shareKey(added: Row, models: Row[]): Promise<void> {
  const kept = await modelKeys.kept();
  if (kept.has(added.model_id)) return;
  const origin = new URL(added.base_url).origin;
  const others = models.filter((model) => kept.has(model.model_id) && model.provider === added.provider && new URL(model.base_url).origin === origin);
  for (const other of others.reverse()) if (await modelKeys.share(other.model_id, added.model_id, added.base_url)) return;
}

async function withKeys(answer: Answer): Promise<Answer> {
  const [status, body] = answer;
  if (status >= 300) return answer;
  const shown = JSON.parse(body) as Shown;
  if (!Array.isArray(shown.models)) return answer;
  const kept = await modelKeys.kept();
  const models = shown.models.map((model) => {
    const keep: Keep | undefined = kept.get(model.model_id);
    return { ...model, has_key: keep !== undefined, keep_key: keep ?? null, connected: keep !== undefined || !model.needs_key };
  });
  return [status, JSON.stringify({ ...shown, models })];
}

function keyOf(typed: unknown): string | undefined {
  if (typeof typed !== "string" || typed.trim() === "") return undefined;
  const key = cleanKey(typed);
  if (key === undefined) throw new ModelFailure("unreadable", "The key has spaces or letters in it that no key has. Copy it again, whole and alone.");
  return key;
}

/** The body as far as it can be read: what cannot is for Rust to refuse. */
function parsedBody(body: string | undefined): Body {
  try {
    const value: unknown = JSON.parse(body ?? "{}");
    return typeof value === "object" && value !== null ? (value as Body) : {};
  } catch {
    return {};
  }
}

function refused(status: number, code: string, message: string): Answer {
  return [status, JSON.stringify({ error: { code, message } })];
}
