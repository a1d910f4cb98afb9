/**
 * The vault as the worker offers it: how secrets are kept on this device, its passphrase, and what can be done when that is lost. What
 * the secrets are never comes out; who needs one takes it from the vault itself.
 */

import type { Answer } from "./volume-protocol";
import { vault, VaultFailure, type VaultMode } from "./volumes/vault";

interface Body {
  mode?: VaultMode;
  passphrase?: string;
}

const MODES: readonly string[] = ["device", "passphrase", "visit"] satisfies VaultMode[];

/** `GET /vault`, `POST /vault/mode {mode, passphrase}`, `POST /vault/unlock {passphrase}`, `POST /vault/lock`, `DELETE /vault`: each answers `{mode, locked, names}`. */
export async function answerVault(method: string, path: string, body: string | undefined): Promise<Answer> {
  try {
    await act(`${method} ${path}`, parsed(body));
    return [200, JSON.stringify(await vault.state())];
  } catch (thrown) {
    if (thrown instanceof Refusal) return refused(thrown.status, thrown.code, thrown.message);
    if (thrown instanceof VaultFailure) return refused(thrown.kind === "locked" || thrown.kind === "wrong_passphrase" ? 403 : 422, thrown.kind, thrown.message);
    throw thrown;
  }
}

async function act(call: string, { mode, passphrase }: Body): Promise<void> {
  switch (call) {
    case "GET /vault":
      return;
    case "POST /vault/mode":
      if (mode === undefined || !MODES.includes(mode)) throw new Refusal(400, "malformed", `'mode' is one of ${MODES.join(", ")}`);
      return vault.changeMode(mode, passphrase);
    case "POST /vault/unlock":
      return vault.unlock(passphrase ?? "");
    case "POST /vault/lock":
      return vault.lock();
    case "DELETE /vault":
      return vault.empty();
    default:
      throw new Refusal(404, "not_found", `There is no call ${call}`);
  }
}

class Refusal extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

function parsed(body: string | undefined): Body {
  try {
    const value: unknown = JSON.parse(body || "{}");
    return typeof value === "object" && value !== null ? value : {};
  } catch {
    throw new Refusal(400, "malformed", "The body is not JSON");
  }
}

function refused(status: number, code: string, message: string): Answer {
  return [status, JSON.stringify({ error: { code, message } })];
}
