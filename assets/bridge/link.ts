/**
 * Links: the address of a workflow, and what a passphrase locks. The bytes of a link are the volume worker's business
 * (`src/kernel/link`); here are only the page's address and the browser's cryptography. Nothing is sent anywhere.
 */

import type { ShareOptions, Workflow } from "./llmos.d";
import type { Volumes } from "./volumes";

/** What a sealed link holds, in base64url (`src/interface/links.rs`). */
interface Sealed {
  salt: string;
  nonce: string;
  ciphertext: string;
}

interface Made {
  link: string;
  chars: number;
  travels: "link" | "long_link" | "file";
}

/** Version, kind, length and checksum stand before the contents. */
const HEAD_BYTES = 10;
const ROUNDS = 600_000;

class LinkFailure extends Error {
  override name = "LlmosError";
  constructor(
    message: string,
    readonly code: string,
    readonly detail?: string,
  ) {
    super(message);
  }
}

export async function share(volumes: Volumes, workflow: Workflow, { passphrase, inputs, long = false }: ShareOptions = {}): Promise<string> {
  let made = await ask<Made>(volumes, "/links", { workflow, inputs });
  if (passphrase) made = await ask<Made>(volumes, "/links/seal", await seal(bytesOf(made.link).subarray(HEAD_BYTES), passphrase));
  if (made.travels === "file" || (made.travels === "long_link" && !long)) {
    const cure = made.travels === "file" ? "Share the workflow as a file" : "Share it as a file, or ask for a long link, which not every program passes on";
    throw new LinkFailure(`The link would have ${made.chars} characters. ${cure}`, "link_too_large", cure);
  }
  return `${location.origin}${location.pathname}#w=${made.link}`;
}

/** What a sealed link held, in base64url. */
export async function unseal(sealed: Sealed, passphrase: string): Promise<string> {
  const [salt, nonce, ciphertext] = [sealed.salt, sealed.nonce, sealed.ciphertext].map(bytesOf) as [Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>];
  try {
    return textOf(new Uint8Array(await crypto.subtle.decrypt({ name: "AES-GCM", iv: nonce }, await keyOf(passphrase, salt), ciphertext)));
  } catch {
    throw new LinkFailure("The passphrase is wrong, or the link was changed on its way.", "link_sealed");
  }
}

async function seal(contents: Uint8Array<ArrayBuffer>, passphrase: string): Promise<Sealed> {
  const salt = crypto.getRandomValues(new Uint8Array(16));
  const nonce = crypto.getRandomValues(new Uint8Array(12));
  const ciphertext = new Uint8Array(await crypto.subtle.encrypt({ name: "AES-GCM", iv: nonce }, await keyOf(passphrase, salt), contents));
  return { salt: textOf(salt), nonce: textOf(nonce), ciphertext: textOf(ciphertext) };
}

async function keyOf(passphrase: string, salt: Uint8Array<ArrayBuffer>): Promise<CryptoKey> {
  const secret = await crypto.subtle.importKey("raw", new TextEncoder().encode(passphrase.normalize("NFC")), "PBKDF2", false, ["deriveKey"]);
  const how = { name: "PBKDF2", hash: "SHA-256", salt, iterations: ROUNDS };
  return crypto.subtle.deriveKey(how, secret, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
}

async function ask<T>(volumes: Volumes, path: string, body: unknown): Promise<T> {
  const [status, answered] = await volumes.call("POST", path, JSON.stringify(body));
  const answer = JSON.parse(answered) as T & { error?: { code: string; message: string; detail?: string } };
  if (status >= 400 && answer.error) throw new LinkFailure(answer.error.message, answer.error.code, answer.error.detail);
  return answer;
}

function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  const letters = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(letters, (letter) => letter.charCodeAt(0));
}

function textOf(bytes: Uint8Array): string {
  const letters = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  return btoa(letters).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
