/**
 * A mirror of the volumes in a folder of the person's own, where the browser can write to folders: for each volume its files as they are, to
 * read with anything, and a zip of its repository, that git opens and *Import* takes. It only ever writes, and only what it wrote itself;
 * what is changed in the folder does not come back.
 */

import type { Backup, VolumeFacts } from "./health";

/** What the mirror needs of the volumes. */
export interface Source {
  volumes(): Promise<VolumeFacts[]>;
  /** The paths of a volume's files. */
  files(volume: string): Promise<string[]>;
  read(volume: string, path: string): Promise<Uint8Array<ArrayBuffer>>;
  /** Its repository with the whole history. */
  archive(volume: string): Promise<Blob>;
}

export interface MirrorState {
  /** The folder's name; none is chosen where it is missing. */
  folder?: string;
  atMs?: number;
  /** What went wrong at the last try. */
  problem?: string;
}

type Picker = (options: { id: string; mode: "readwrite" }) => Promise<FileSystemDirectoryHandle>;
/** Parts of the interface that TypeScript does not know yet. */
type Handle = FileSystemDirectoryHandle & { queryPermission?(options: { mode: string }): Promise<string>; requestPermission?(options: { mode: string }): Promise<string> };

const STATE_KEY = "llmos.mirror";
const DATABASE = "llmos-mirror";
const STORE = "handles";

export class Mirror {
  readonly #source: Source;
  #handle: Handle | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(source: Source) {
    this.#source = source;
  }

  static get isPossible(): boolean {
    return "showDirectoryPicker" in window;
  }

  get state(): MirrorState {
    return this.#state();
  }

  /** Asks for a folder and writes everything into it. */
  async choose(): Promise<void> {
    const pick = (window as unknown as { showDirectoryPicker: Picker }).showDirectoryPicker;
    const handle = await pick({ id: "llmos", mode: "readwrite" });
    await withHandles("readwrite", (store) => store.put(handle, "folder"));
    this.#handle = handle;
    this.#remember({ folder: handle.name });
    await this.write({ ask: true });
  }

  async forget(): Promise<void> {
    this.#handle = undefined;
    await withHandles("readwrite", (store) => store.delete("folder"));
    localStorage.removeItem(STATE_KEY);
  }

  /** Writes what changed since the last time. Only after a person's own press may it ask for leave to write. */
  write({ ask = false } = {}): Promise<void> {
    this.#writing = this.#writing.catch(() => undefined).then(() => this.#write(ask));
    return this.#writing;
  }

  async #write(ask: boolean): Promise<void> {
    const { folder, heads = {} } = this.#state();
    if (folder === undefined) return;
    try {
      const root = await this.#open(ask);
      const written: Record<string, string> = { ...heads };
      for (const { volume, head } of await this.#source.volumes()) {
        if (head === null || heads[volume] === head) continue;
        await this.#writeVolume(root, volume);
        written[volume] = head;
      }
      this.#remember({ folder, atMs: Date.now(), heads: written });
    } catch (thrown) {
      this.#remember({ ...this.#state(), problem: thrown instanceof Error ? thrown.message : String(thrown) });
      throw thrown;
    }
  }

  async #open(ask: boolean): Promise<FileSystemDirectoryHandle> {
    this.#handle ??= await withHandles<Handle | undefined>("readonly", (store) => store.get("folder") as IDBRequest<Handle | undefined>);
    if (this.#handle === undefined) throw new Error("The folder is no longer known. Choose it again.");
    const how = { mode: "readwrite" };
    const state = (await this.#handle.queryPermission?.(how)) ?? "granted";
    if (state === "granted" || (ask && (await this.#handle.requestPermission?.(how)) === "granted")) return this.#handle;
    throw new Error("The browser asks again before it lets this page write to the folder. Press 'Write now'.");
  }

  async #writeVolume(root: FileSystemDirectoryHandle, volume: string): Promise<void> {
    const name = volume.replaceAll("/", "-");
    const folder = await root.getDirectoryHandle(name, { create: true });
    const paths = await this.#source.files(volume);
    for (const path of paths) await writeFile(folder, path, await this.#source.read(volume, path));
    await removeOthers(folder, new Set(paths), "");
    await writeFile(root, `${name}.zip`, await this.#source.archive(volume));
  }

  #state(): MirrorState & Partial<Pick<Backup, "heads">> {
    try {
      return (JSON.parse(localStorage.getItem(STATE_KEY) ?? "{}") ?? {}) as MirrorState & Partial<Pick<Backup, "heads">>;
    } catch {
      return {};
    }
  }

  #remember(state: MirrorState & Partial<Pick<Backup, "heads">>): void {
    localStorage.setItem(STATE_KEY, JSON.stringify(state));
  }
}

async function writeFile(root: FileSystemDirectoryHandle, path: string, content: Uint8Array<ArrayBuffer> | Blob): Promise<void> {
  const parts = path.split("/");
  const name = parts.pop()!;
  let folder = root;
  for (const part of parts) folder = await folder.getDirectoryHandle(part, { create: true });
  const file = await (await folder.getFileHandle(name, { create: true })).createWritable();
  await file.write(content);
  await file.close();
}

/** Takes away files that the volume no longer has: the folder of a volume is the mirror's own. */
async function removeOthers(folder: FileSystemDirectoryHandle, paths: Set<string>, under: string): Promise<void> {
  for await (const [name, entry] of (folder as unknown as { entries(): AsyncIterable<[string, FileSystemHandle]> }).entries()) {
    const path = under + name;
    if (entry.kind === "file") {
      if (!paths.has(path)) await folder.removeEntry(name);
    } else if ([...paths].some((kept) => kept.startsWith(`${path}/`))) await removeOthers(entry as FileSystemDirectoryHandle, paths, `${path}/`);
    else await folder.removeEntry(name, { recursive: true });
  }
}

function withHandles<T>(mode: IDBTransactionMode, act: (store: IDBObjectStore) => IDBRequest): Promise<T> {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open(DATABASE, 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore(STORE);
    opening.onerror = () => reject(opening.error ?? new Error("The browser keeps no note of the folder."));
    opening.onsuccess = () => {
      const transaction = opening.result.transaction(STORE, mode);
      const request = act(transaction.objectStore(STORE));
      transaction.oncomplete = () => {
        opening.result.close();
        resolve(request.result as T);
      };
      transaction.onabort = () => reject(transaction.error ?? new Error("The browser keeps no note of the folder."));
    };
  });
}
