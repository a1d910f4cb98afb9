/**
 * Signing as the worker offers it: `/profiles/signing` says whether commits are signed here and by which key, makes one and removes it;
 * `signCommit` is asked for each commit that a person makes. The key never leaves WebCrypto.
 */

import type { Answer } from "./volume-protocol";
import { allowedSignersLine, createSigningKey, removeSigningKey, sign, signingKey, type SigningKey } from "./volumes/signing";

/** Whether there is a key, so that unsigned commits cost no look; undefined until somebody looked. */
let hasKey: boolean | undefined;
const channel = new BroadcastChannel("llmos-signing");
channel.onmessage = () => (hasKey = undefined);

/** The signature of a commit's bytes; undefined where the person does not sign. */
export async function signCommit(commit: Uint8Array): Promise<string | undefined> {
  hasKey ??= (await signingKey()) !== undefined;
  return hasKey ? sign(commit) : undefined;
}

/** `GET ?email=`, `POST {comment, email}` and `DELETE /profiles/signing`. */
export async function answerSigning(method: string, query: URLSearchParams, body: string | undefined): Promise<Answer> {
  const { comment = "LLMos-Lite", email = query.get("email") ?? "" } = JSON.parse(body || "{}") as { comment?: string; email?: string };
  if (method === "POST") await createSigningKey(comment, Date.now());
  else if (method === "DELETE") await removeSigningKey();
  else if (method !== "GET") return [404, JSON.stringify({ error: { code: "not_found", message: `There is no call ${method} /profiles/signing` } })];
  if (method !== "GET") {
    hasKey = undefined;
    channel.postMessage("changed");
  }
  const key = await signingKey();
  return [method === "POST" ? 201 : 200, JSON.stringify({ key: key === undefined ? null : shown(key, email) })];
}

function shown(key: SigningKey, email: string): object {
  const { publicLine, fingerprint, createdMs } = key;
  return {
    public_key: publicLine,
    fingerprint,
    created_at: Math.floor(createdMs / 1000),
    ...(email !== "" && { allowed_signers: allowedSignersLine(key, email) }),
  };
}
