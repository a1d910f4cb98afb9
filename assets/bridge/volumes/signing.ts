/**
 * Signatures under commits, as `git log --show-signature` verifies them: an Ed25519 key that WebCrypto keeps and never hands out, and
 * OpenSSH's signature format (SSHSIG, namespace `git`). The key belongs to this browser; who trusts it is said by a line for an
 * allowed-signers file or for the settings of a git server.
 */

import { base64, joined } from "./bytes";
import { Database, type WorkOptions } from "./database";

export class SigningFailure extends Error {
  override readonly name = "SigningFailure";
}

export interface SigningKey {
  /** As in `id_ed25519.pub`: `ssh-ed25519 AAAA… comment`. */
  publicLine: string;
  /** As `ssh-keygen -l` shows it: `SHA256:…`. */
  fingerprint: string;
  comment: string;
  createdMs: number;
}

interface StoredKey {
  privateKey: CryptoKey;
  publicBytes: Uint8Array<ArrayBuffer>;
  comment: string;
  createdMs: number;
}

const STORE = "keys";
const KEY = "signing";
const READ: WorkOptions = { store: STORE, mode: "readonly" };
const WRITE: WorkOptions = { store: STORE, mode: "readwrite", durability: "strict" };
const ALGORITHM = "ssh-ed25519";
const MAGIC = "SSHSIG";
const VERSION = 1;
const NAMESPACE = "git";
const HASH = "sha512";
const ARMOR_COLUMNS = 70;

/** In the vault's database; the same shape as there. */
const database = new Database({ name: "llmos-vault", version: 1, stores: ["vault", STORE] });

/** The key that signs here; undefined if none was made. */
export async function signingKey(): Promise<SigningKey | undefined> {
  const stored = await storedKey();
  return stored && described(stored);
}

/** Makes a new key in place of the one before, whose signatures stay valid for those who trust it. */
export async function createSigningKey(comment: string, createdMs: number): Promise<SigningKey> {
  if (/[\0-\x1f\x7f]/.test(comment)) throw new SigningFailure("The key's comment has to be one line of text.");
  let pair: CryptoKeyPair;
  try {
    pair = (await crypto.subtle.generateKey("Ed25519", false, ["sign", "verify"])) as CryptoKeyPair;
  } catch {
    throw new SigningFailure("This browser cannot make Ed25519 keys. A newer one can; commits work without signatures too.");
  }
  const publicBytes = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
  const stored: StoredKey = { privateKey: pair.privateKey, publicBytes, comment, createdMs };
  await database.run<void>(WRITE, () => (store, { give }) => {
    store.put(stored, KEY);
    give();
  });
  return described(stored);
}

export async function removeSigningKey(): Promise<void> {
  await database.run<void>(WRITE, () => (store, { give }) => {
    store.delete(KEY);
    give();
  });
}

/** The line by which others trust the key's commits, for a file that git's `gpg.ssh.allowedSignersFile` names. */
export function allowedSignersLine(key: SigningKey, email: string): string {
  return `${email} namespaces="${NAMESPACE}" ${key.publicLine}`;
}

/** The signature of these bytes, in OpenSSH's armor. */
export async function sign(bytes: Uint8Array): Promise<string> {
  const stored = await storedKey();
  if (stored === undefined) throw new SigningFailure("There is no key to sign with. Make one in the settings, or turn signing off.");
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-512", bytes as Uint8Array<ArrayBuffer>));
  const message = joined([plain(MAGIC), field(NAMESPACE), field(""), field(HASH), field(digest)]);
  const signature = new Uint8Array(await crypto.subtle.sign("Ed25519", stored.privateKey, message));
  const blob = joined([plain(MAGIC), number(VERSION), field(publicBlob(stored.publicBytes)), field(NAMESPACE), field(""), field(HASH), field(joined([field(ALGORITHM), field(signature)]))]);
  const lines = base64(blob).match(new RegExp(`.{1,${ARMOR_COLUMNS}}`, "g")) ?? [];
  return ["-----BEGIN SSH SIGNATURE-----", ...lines, "-----END SSH SIGNATURE-----"].join("\n");
}

/** The commit with its signature: `commit` is the object's content without one. */
export async function signedCommit(commit: Uint8Array): Promise<Uint8Array> {
  return withSignature(commit, await sign(commit));
}

/** Puts a signature where git expects it: the last header, each further line of it indented. */
export function withSignature(commit: Uint8Array, signature: string): Uint8Array {
  const end = headerEnd(commit);
  const header = plain(`gpgsig ${signature.trimEnd().replaceAll("\n", "\n ")}\n`);
  return joined([commit.subarray(0, end), header, commit.subarray(end)]);
}

/** Where the headers end: at the first empty line. */
function headerEnd(commit: Uint8Array): number {
  const newline = 10;
  for (let at = commit.indexOf(newline); at >= 0; at = commit.indexOf(newline, at + 1)) if (commit[at + 1] === newline) return at + 1;
  throw new SigningFailure("This is no commit: its headers do not end.");
}

async function described({ publicBytes, comment, createdMs }: StoredKey): Promise<SigningKey> {
  const blob = publicBlob(publicBytes);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", blob));
  return { publicLine: `${ALGORITHM} ${base64(blob)}${comment === "" ? "" : ` ${comment}`}`, fingerprint: `SHA256:${base64(digest).replace(/=+$/, "")}`, comment, createdMs };
}

function storedKey(): Promise<StoredKey | undefined> {
  return database.run<StoredKey | undefined>(READ, () => (store, { give, guard }) => {
    const request = store.get(KEY);
    request.onsuccess = guard(() => give(request.result as StoredKey | undefined));
  });
}

function publicBlob(publicBytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return joined([field(ALGORITHM), field(publicBytes)]);
}

/** A field as SSH writes it: its length, then its bytes. */
function field(content: string | Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = typeof content === "string" ? plain(content) : content;
  return joined([number(bytes.length), bytes]);
}

function number(value: number): Uint8Array {
  return Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value);
}

function plain(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
