/**
 * A key from OpenRouter without typing one: the person says yes on OpenRouter's page and comes back with a code, which together with a
 * secret of ours becomes a key (PKCE, https://openrouter.ai/docs/oauth). The whole page goes there, since a page that is isolated from
 * other origins cannot hear from a window of theirs.
 */

import { Database, type WorkOptions } from "../database";
import { ModelFailure } from "./failure";

/** What the page finds in its own address when the person comes back. */
export const RETURN_PARAMETER = "connect";
const AUTHORISE_URL = "https://openrouter.ai/auth";
const KEYS_URL = "https://openrouter.ai/api/v1/auth/keys";
const STORE = "attempts";
const VERIFIER = "openrouter";
const READ: WorkOptions = { store: STORE, mode: "readonly" };
const WRITE: WorkOptions = { store: STORE, mode: "readwrite", durability: "strict" };
/** A person who takes longer has probably gone elsewhere. */
const LONGEST_ATTEMPT_MS = 30 * 60_000;
const TIMEOUT_MS = 30_000;

interface Attempt {
  verifier: string;
  startedAt: number;
}

const database = new Database({ name: "llmos-connect", version: 1, stores: [STORE] });

/** The address to send the person to. They come back to `redirectUrl`, which has to be this page's. */
export async function beginOpenRouter(redirectUrl: string): Promise<string> {
  const back = new URL(redirectUrl, self.location.origin);
  if (back.origin !== self.location.origin) throw new ModelFailure("unreadable", "OpenRouter can only lead back to this page.");
  back.hash = "";
  back.search = "";
  back.searchParams.set(RETURN_PARAMETER, VERIFIER);
  const verifier = base64Url(crypto.getRandomValues(new Uint8Array(32)));
  const attempt: Attempt = { verifier, startedAt: Date.now() };
  await database.run<void>(WRITE, () => (store, { give }) => {
    store.put(attempt, VERIFIER);
    give();
  });
  const challenge = base64Url(new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier))));
  const query = new URLSearchParams({ callback_url: back.href, code_challenge: challenge, code_challenge_method: "S256" });
  return `${AUTHORISE_URL}?${query}`;
}

/** The key for a code. A code that nobody here asked for is worth nothing: without the secret there is no key. */
export async function finishOpenRouter(code: string): Promise<string> {
  const attempt = await database.run<Attempt | undefined>(READ, () => (store, { give, guard }) => {
    const request = store.get(VERIFIER);
    request.onsuccess = guard(() => give(request.result as Attempt | undefined));
  });
  if (attempt === undefined || Date.now() - attempt.startedAt > LONGEST_ATTEMPT_MS) {
    throw new ModelFailure("unreadable", "This page did not ask OpenRouter for a key, or it is too long ago. Connect OpenRouter once more.");
  }
  const response = await fetch(KEYS_URL, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ code, code_verifier: attempt.verifier, code_challenge_method: "S256" }),
    credentials: "omit",
    referrerPolicy: "no-referrer",
    signal: AbortSignal.timeout(TIMEOUT_MS),
  }).catch(() => {
    throw new ModelFailure("no_answer", "OpenRouter did not answer. Check the network and connect it once more.");
  });
  const { key } = (await response.json().catch(() => ({}))) as { key?: unknown };
  // A code is good once, and so is the secret.
  await database.run<void>(WRITE, () => (store, { give }) => {
    store.delete(VERIFIER);
    give();
  });
  if (!response.ok || typeof key !== "string") throw new ModelFailure("unreadable", `OpenRouter gave no key (its status was ${response.status}). Connect it once more.`);
  return key;
}

function base64Url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
