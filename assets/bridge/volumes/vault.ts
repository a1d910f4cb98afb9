/**
 * The vault: tokens of remotes and keys of models, encrypted by WebCrypto in a database of their own. It is kept in one of three ways:
 *
 * - `device`: under a key that lives in this browser and cannot be taken out of it;
 * - `passphrase`: under a key made from a passphrase, which is known only while the vault is unlocked;
 * - `visit`: nowhere but in memory, until this tab is closed.
 *
 * A secret comes out of `get` alone: never in a list, an error or a log. Names are no secrets.
 */

import { hex } from "./bytes";
import { Database, type WorkOptions } from "./database";

export type VaultMode = "device" | "passphrase" | "visit";

export interface VaultState {
  mode: VaultMode;
  /** Whether the passphrase is wanted before anything is read or kept. */
  locked: boolean;
  /** Of all secrets, sorted. */
  names: string[];
}

export type VaultFailureKind = "locked" | "wrong_passphrase" | "weak_passphrase" | "damaged" | "unavailable" | "bad_name";

export class VaultFailure extends Error {
  override readonly name = "VaultFailure";
  readonly kind: VaultFailureKind;

  constructor(kind: VaultFailureKind, message: string) {
    super(message);
    this.kind = kind;
  }
}

/** How the vault is kept; a new `generation` whenever all is encrypted anew. */
interface Settings {
  generation: string;
  mode: VaultMode;
  /** For `device`: a key that WebCrypto does not hand out. */
  key?: CryptoKey;
  /** For `passphrase`: how the key is made from it, and something that only the right one decrypts. */
  salt?: Uint8Array<ArrayBuffer>;
  iterations?: number;
  check?: Sealed;
}

interface Stored {
  settings: Settings | undefined;
  revision: number;
  names: string[];
}

interface Sealed {
  nonce: Uint8Array<ArrayBuffer>;
  bytes: Uint8Array<ArrayBuffer>;
}

const STORE = "vault";
const SETTINGS = "settings";
/** Counts what was kept and removed, so that nobody moves all secrets without the newest. */
const REVISION = "revision";
const SECRET = "secret:";
const CHECK = "check:passphrase";
const READ: WorkOptions = { store: STORE, mode: "readonly" };
const WRITE: WorkOptions = { store: STORE, mode: "readwrite", durability: "strict" };
/** What guessing one passphrase costs; as the OWASP advises for PBKDF2 with SHA-256. */
const ITERATIONS = 600_000;
const SHORTEST_PASSPHRASE = 8;
const LONGEST_NAME = 200;
const CHANNEL = "llmos-vault";

export class Vault {
  readonly #database = new Database({ name: "llmos-vault", version: 1, stores: [STORE, "keys"] });
  /** For `visit`. */
  readonly #memory = new Map<string, string>();
  /** The passphrase's key and the generation that it is for, while unlocked. */
  #unlocked: { generation: string; key: CryptoKey } | undefined;

  async state(): Promise<VaultState> {
    const { settings, names } = await this.#stored();
    const mode = settings?.mode ?? "device";
    if (mode === "visit") return { mode, locked: false, names: [...this.#memory.keys()].sort() };
    return { mode, locked: mode === "passphrase" && this.#unlocked?.generation !== settings?.generation, names };
  }

  async names(): Promise<string[]> {
    return (await this.state()).names;
  }

  /** The secret of this name; undefined if there is none. */
  async get(name: string): Promise<string | undefined> {
    const settings = await this.#settings();
    if (settings.mode === "visit") return this.#memory.get(name);
    const sealed = await this.#database.run<Sealed | undefined>(READ, () => (store, { give, guard }) => {
      const request = store.get(SECRET + name);
      request.onsuccess = guard(() => give(request.result as Sealed | undefined));
    });
    return sealed && opened(this.#key(settings), sealed, name);
  }

  /** Keeps a secret under a name, in place of what was there. */
  async set(name: string, secret: string): Promise<void> {
    if (name === "" || name.length > LONGEST_NAME) throw new VaultFailure("bad_name", `The name of a secret has 1 to ${LONGEST_NAME} characters.`);
    const settings = await this.#settings();
    if (settings.mode === "visit") return void this.#memory.set(name, secret);
    const sealed = await seal(this.#key(settings), secret, name);
    const done = await this.#database.run<boolean>(WRITE, () => (store, { give, guard }) => {
      const request = store.get(SETTINGS);
      const revision = store.get(REVISION);
      revision.onsuccess = guard(() => {
        const same = (request.result as Settings | undefined)?.generation === settings.generation;
        if (same) {
          store.put(sealed, SECRET + name);
          store.put(nextRevision(revision.result), REVISION);
        }
        give(same);
      });
    });
    // Another tab has encrypted everything anew in the meantime.
    if (!done) return this.set(name, secret);
    announce();
  }

  async remove(name: string): Promise<void> {
    this.#memory.delete(name);
    await this.#database.run<void>(WRITE, () => (store, { give, guard }) => {
      const revision = store.get(REVISION);
      revision.onsuccess = guard(() => {
        store.delete(SECRET + name);
        store.put(nextRevision(revision.result), REVISION);
        give();
      });
    });
    announce();
  }

  /** Forgets the passphrase's key; in the other ways there is nothing to lock. */
  lock(): void {
    this.#unlocked = undefined;
  }

  async unlock(passphrase: string): Promise<void> {
    const settings = await this.#settings();
    if (settings.mode !== "passphrase") return;
    const { salt, iterations, check, generation } = settings;
    if (salt === undefined || iterations === undefined || check === undefined) throw damaged("The vault");
    const key = await keyFrom(passphrase, salt, iterations);
    try {
      await opened(key, check, CHECK);
    } catch {
      throw new VaultFailure("wrong_passphrase", "This is not the vault's passphrase. Try again; if it is lost, the vault can only be emptied.");
    }
    this.#unlocked = { generation, key };
  }

  /** Keeps everything in another way, or under another passphrase, from now on. All secrets move, or none. */
  async changeMode(mode: VaultMode, passphrase?: string): Promise<void> {
    const old = await this.#settings();
    const { revision, names } = await this.#stored();
    const secrets = new Map(old.mode === "visit" ? this.#memory : []);
    for (const name of names) {
      const secret = await this.get(name);
      if (secret !== undefined) secrets.set(name, secret);
    }
    // With no secret there is still a passphrase to be known.
    if (old.mode === "passphrase") this.#key(old);
    const { settings, key } = await newSettings(mode, passphrase);
    const sealed: [string, Sealed][] = [];
    if (key !== undefined) for (const [name, secret] of secrets) sealed.push([name, await seal(key, secret, name)]);
    const done = await this.#replace({ generation: old.generation, revision }, settings, sealed);
    if (!done) return this.changeMode(mode, passphrase);
    this.#memory.clear();
    if (mode === "visit") for (const [name, secret] of secrets) this.#memory.set(name, secret);
    this.#unlocked = mode === "passphrase" && key !== undefined ? { generation: settings.generation, key } : undefined;
    announce();
  }

  /** Removes every secret, and a passphrase that nobody knows any more. */
  async empty(): Promise<void> {
    this.#memory.clear();
    this.#unlocked = undefined;
    const { settings } = await newSettings("device");
    await this.#replace(undefined, settings, []);
    announce();
  }

  /** Puts everything in place of what was there, if that has not changed since. */
  #replace(since: { generation: string; revision: number } | undefined, settings: Settings, secrets: [string, Sealed][]): Promise<boolean> {
    return this.#database.run<boolean>(WRITE, () => (store, { give, guard }) => {
      const request = store.get(SETTINGS);
      const revision = store.get(REVISION);
      revision.onsuccess = guard(() => {
        const generation = (request.result as Settings | undefined)?.generation;
        const found = (revision.result as number | undefined) ?? 0;
        if (since !== undefined && (generation !== since.generation || found !== since.revision)) return give(false);
        store.clear();
        store.put(nextRevision(found), REVISION);
        store.put(settings, SETTINGS);
        for (const [name, sealed] of secrets) store.put(sealed, SECRET + name);
        give(true);
      });
    });
  }

  #key(settings: Settings): CryptoKey {
    if (settings.mode === "device") {
      if (settings.key === undefined) throw damaged("The vault");
      return settings.key;
    }
    if (this.#unlocked?.generation !== settings.generation) throw new VaultFailure("locked", "The vault of keys and tokens is locked: unlock it under your name, then try again.");
    return this.#unlocked.key;
  }

  #stored(): Promise<Stored> {
    return this.#database.run<Stored>(READ, () => (store, { give, guard }) => {
      const settings = store.get(SETTINGS);
      const revision = store.get(REVISION);
      const keys = store.getAllKeys(IDBKeyRange.bound(SECRET, `${SECRET}\uffff`));
      keys.onsuccess = guard(() => {
        const names = (keys.result as string[]).map((key) => key.slice(SECRET.length));
        give({ settings: settings.result as Settings | undefined, revision: (revision.result as number | undefined) ?? 0, names });
      });
    });
  }

  /** The settings; a vault that was never used gets a key of this device. */
  async #settings(): Promise<Settings> {
    const { settings } = await this.#stored();
    if (settings !== undefined) return settings;
    const { settings: first } = await newSettings("device");
    return this.#database.run<Settings>(WRITE, () => (store, { give, guard }) => {
      const request = store.get(SETTINGS);
      request.onsuccess = guard(() => {
        // Another tab may have been first.
        if (request.result === undefined) store.put(first, SETTINGS);
        give((request.result as Settings | undefined) ?? first);
      });
    });
  }
}

/** The vault of this worker: whoever unlocks it unlocks it for all that keep a secret in it. */
export const vault = new Vault();

/** Calls `listener` whenever another tab has changed the vault; the function that comes back ends it. */
export function onVaultChange(listener: () => void): () => void {
  const channel = new BroadcastChannel(CHANNEL);
  channel.onmessage = () => listener();
  return () => channel.close();
}

function nextRevision(revision: unknown): number {
  return ((revision as number | undefined) ?? 0) + 1;
}

function announce(): void {
  const channel = new BroadcastChannel(CHANNEL);
  channel.postMessage(null);
  channel.close();
}

/** A new way to keep the vault, and the key to encrypt everything with; none for `visit`. */
async function newSettings(mode: VaultMode, passphrase?: string): Promise<{ settings: Settings; key: CryptoKey | undefined }> {
  const subtle = webCrypto();
  const settings: Settings = { generation: hex(crypto.getRandomValues(new Uint8Array(16))), mode };
  if (mode === "visit") return { settings, key: undefined };
  if (mode === "device") {
    const key = await subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
    return { settings: { ...settings, key }, key };
  }
  if (passphrase === undefined || [...passphrase].length < SHORTEST_PASSPHRASE) {
    throw new VaultFailure("weak_passphrase", `A passphrase has at least ${SHORTEST_PASSPHRASE} characters; several words are better.`);
  }
  const salt = crypto.getRandomValues(new Uint8Array(16));
  const key = await keyFrom(passphrase, salt, ITERATIONS);
  return { settings: { ...settings, salt, iterations: ITERATIONS, check: await seal(key, "", CHECK) }, key };
}

/** The same passphrase, however a keyboard composes its letters. */
async function keyFrom(passphrase: string, salt: Uint8Array<ArrayBuffer>, iterations: number): Promise<CryptoKey> {
  const subtle = webCrypto();
  const material = await subtle.importKey("raw", new TextEncoder().encode(passphrase.normalize("NFKC")), "PBKDF2", false, ["deriveKey"]);
  return subtle.deriveKey({ name: "PBKDF2", hash: "SHA-256", salt, iterations }, material, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
}

/** Encrypts under a name, so that one secret cannot be put in another's place. */
async function seal(key: CryptoKey, secret: string, name: string): Promise<Sealed> {
  const nonce = crypto.getRandomValues(new Uint8Array(12));
  const bytes = await webCrypto().encrypt({ name: "AES-GCM", iv: nonce, additionalData: new TextEncoder().encode(name) }, key, new TextEncoder().encode(secret));
  return { nonce, bytes: new Uint8Array(bytes) };
}

async function opened(key: CryptoKey, { nonce, bytes }: Sealed, name: string): Promise<string> {
  try {
    return new TextDecoder().decode(await webCrypto().decrypt({ name: "AES-GCM", iv: nonce, additionalData: new TextEncoder().encode(name) }, key, bytes));
  } catch {
    throw damaged(`'${name}' in the vault`);
  }
}

function damaged(what: string): VaultFailure {
  return new VaultFailure("damaged", `${what} is damaged and cannot be read. Enter the secret again.`);
}

function webCrypto(): SubtleCrypto {
  if (!("subtle" in crypto)) throw new VaultFailure("unavailable", "This page cannot encrypt anything: open it by https, or on localhost or 127.0.0.1.");
  return crypto.subtle;
}
