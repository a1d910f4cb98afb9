/**
 * The file system that isomorphic-git is given: a volume's rows as files, read from IndexedDB, written into memory. What it has written
 * is handed over as one write (or thrown away), so that a sync that breaks off leaves the volume as it was.
 *
 * Paths lie under `GIT_DIRECTORY`; there is no working tree.
 */

import { listRows, readRows, writeRows, type RowsWrite } from "./rows";

/** What isomorphic-git gets as `gitdir`. */
export const GIT_DIRECTORY = "/volume";

/** What isomorphic-git asks of a file. */
export interface FileStatus {
  type: "file" | "dir";
  size: number;
  mode: number;
  mtimeMs: number;
  ctimeMs: number;
  ino: number;
  uid: number;
  gid: number;
  dev: number;
  isFile(): boolean;
  isDirectory(): boolean;
  isSymbolicLink(): boolean;
}

class FileError extends Error {
  readonly code: string;

  constructor(code: string, what: string, path: string) {
    super(`${code}: ${what}, '${path}'`);
    this.code = code;
  }
}

const missing = (path: string) => new FileError("ENOENT", "no such file or folder", path);

/** Where rows come from and go to: a volume, or nowhere. */
export type RowSource = Pick<typeof import("./rows"), "readRows" | "listRows" | "writeRows">;

/** Nothing is there, and nothing stays: for work in memory alone. */
export const NO_ROWS: RowSource = {
  readRows: async (_volume, keys) => keys.map(() => undefined),
  listRows: async () => [],
  writeRows: async () => undefined,
};

export class GitFiles {
  readonly #volume: string;
  readonly #rows: RowSource;
  /** Rows to be written; null where one is to be removed. */
  readonly #overlay = new Map<string, Uint8Array | null>();
  /** Rows that may change, as they were when first looked at: reads stay the same, and a write expects them to be so still. */
  readonly #seen = new Map<string, Uint8Array | undefined>();

  constructor(volume: string, rows: RowSource = { readRows, listRows, writeRows }) {
    this.#volume = volume;
    this.#rows = rows;
  }

  /** The functions that isomorphic-git calls. Its own wrapper looks for them here, as an own property. */
  readonly promises = {
    readFile: async (path: string, options?: string | { encoding?: string }): Promise<Uint8Array | string> => {
      const bytes = await this.#read(rowOf(path));
      if (bytes === undefined) throw missing(path);
      const encoding = typeof options === "string" ? options : options?.encoding;
      return encoding === undefined ? bytes : new TextDecoder().decode(bytes);
    },
    writeFile: async (path: string, content: Uint8Array | string): Promise<void> => {
      const row = rowOf(path);
      await this.#look(row);
      this.#overlay.set(row, typeof content === "string" ? new TextEncoder().encode(content) : content);
    },
    unlink: async (path: string): Promise<void> => {
      const row = rowOf(path);
      if ((await this.#read(row)) === undefined) throw missing(path);
      await this.#look(row);
      this.#overlay.set(row, null);
    },
    readdir: async (path: string): Promise<string[]> => {
      const names = await this.#names(rowOf(path));
      if (names.length === 0 && path !== GIT_DIRECTORY) throw missing(path);
      return names;
    },
    // Folders are where rows are.
    mkdir: async (): Promise<void> => undefined,
    rmdir: async (): Promise<void> => undefined,
    stat: (path: string): Promise<FileStatus> => this.#status(path),
    lstat: (path: string): Promise<FileStatus> => this.#status(path),
    readlink: async (path: string): Promise<string> => {
      throw new FileError("EINVAL", "links are not kept in volumes", path);
    },
    symlink: async (_target: string, path: string): Promise<void> => {
      throw new FileError("EPERM", "links are not kept in volumes", path);
    },
  };

  /** All that was written, as one write that counts only if nothing it builds on has changed; empty where nothing was. */
  pending(strict = true): RowsWrite {
    const write: RowsWrite = { expectKeys: [], expectValues: [], putKeys: [], putValues: [], removeKeys: [], strict };
    for (const [row, bytes] of this.#overlay) {
      if (!isObject(row)) {
        write.expectKeys.push(row);
        write.expectValues.push(this.#seen.get(row) ?? null);
      }
      if (bytes === null) write.removeKeys.push(row);
      else {
        write.putKeys.push(row);
        write.putValues.push(bytes);
      }
    }
    return write;
  }

  /** Writes it all, in one transaction. */
  async save(strict = true): Promise<void> {
    const write = this.pending(strict);
    if (this.#overlay.size > 0) await this.#rows.writeRows(this.#volume, write);
    this.discard();
  }

  /** Forgets what was written and what was seen. */
  discard(): void {
    this.#overlay.clear();
    this.#seen.clear();
  }

  async #read(row: string): Promise<Uint8Array | undefined> {
    const written = this.#overlay.get(row);
    if (written !== undefined) return written ?? undefined;
    if (isObject(row)) return (await this.#rows.readRows(this.#volume, [row]))[0];
    return this.#look(row);
  }

  /** The row as it was when first looked at. */
  async #look(row: string): Promise<Uint8Array | undefined> {
    if (isObject(row)) return undefined;
    if (!this.#seen.has(row)) {
      const [bytes] = await this.#rows.readRows(this.#volume, [row]);
      if (!this.#seen.has(row)) this.#seen.set(row, bytes);
    }
    return this.#seen.get(row);
  }

  /** What lies directly in a folder. */
  async #names(folder: string): Promise<string[]> {
    const prefix = folder === "" ? "" : `${folder}/`;
    const rows = new Set(await this.#rows.listRows(this.#volume, prefix));
    for (const [row, bytes] of this.#overlay) {
      if (bytes === null) rows.delete(row);
      else if (row.startsWith(prefix)) rows.add(row);
    }
    return [...new Set([...rows].map((row) => row.slice(prefix.length).split("/", 1)[0]!))];
  }

  async #status(path: string): Promise<FileStatus> {
    const row = rowOf(path);
    const bytes = row === "" ? undefined : await this.#read(row);
    if (bytes === undefined && row !== "" && (await this.#names(row)).length === 0) throw missing(path);
    const type = bytes === undefined ? "dir" : "file";
    return {
      type,
      size: bytes?.length ?? 0,
      mode: type === "file" ? 0o100644 : 0o40755,
      mtimeMs: 0,
      ctimeMs: 0,
      ino: 0,
      uid: 0,
      gid: 0,
      dev: 0,
      isFile: () => type === "file",
      isDirectory: () => type === "dir",
      isSymbolicLink: () => false,
    };
  }
}

/** Objects are named by what they hold: they never change. */
function isObject(row: string): boolean {
  return row.startsWith("objects/");
}

function rowOf(path: string): string {
  const parts = path.split("/").filter((part) => part !== "" && part !== ".");
  if (`/${parts[0] ?? ""}` !== GIT_DIRECTORY || parts.includes("..")) throw missing(path);
  return parts.slice(1).join("/");
}
