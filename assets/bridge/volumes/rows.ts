/**
 * The rows of volumes in IndexedDB: every volume is a bare git directory whose files are rows. One call is one transaction, and a write
 * compares before it puts, so that two tabs never overwrite each other's work. Knows nothing of git but where refs lie.
 *
 * A write is acknowledged when the browser has completed it, never before.
 */

import { Database, type WorkOptions } from "./database";
import { moved, RowsFailure } from "./failure";
import { makeRoom, tellFull } from "./room";

export { RowsFailure, storageUsage, type RowsFailureKind, type StorageUsage } from "./failure";

export interface RowsWrite {
  /** Rows that must hold these values (null: must not be there), or nothing is written. */
  expectKeys: string[];
  expectValues: (Uint8Array | null)[];
  putKeys: string[];
  putValues: Uint8Array[];
  removeKeys: string[];
  /** Whether the browser has to have it on the disk before it counts. */
  strict: boolean;
}

/** What all tabs hear after a write. */
export interface RowsChange {
  volume: string;
  /** Refs that were written, as they are now; null where one was removed. */
  refs: Record<string, string | null>;
  /** The whole volume was removed. */
  removed?: true;
}

const STORE = "rows";
const CHANNEL = "llmos-volumes";
/** Values that one request brings, so that no answer gets so big that everything else waits for it. */
const VALUES_PER_REQUEST = 2_000;
/** Values that a guess at a size is made from. */
const SAMPLED_ROWS = 1_000;

const database = new Database({ name: "llmos-volumes", version: 1, stores: [STORE] });
const READ: WorkOptions = { store: STORE, mode: "readonly" };
const listeners = new Set<(change: RowsChange) => void>();
let channel: BroadcastChannel | undefined;

/** Opens the database, also after it had to be given up; every other call does so by itself the first time. */
export function openRows(): Promise<void> {
  return database.open();
}

/** The values of these rows, in their order. */
export function readRows(volume: string, keys: string[]): Promise<(Uint8Array | undefined)[]> {
  if (keys.length === 0) return Promise.resolve([]);
  return database.run(READ, () => (store, { give, guard }) => {
    const values: (Uint8Array | undefined)[] = new Array<undefined>(keys.length);
    let left = keys.length;
    for (const [index, key] of keys.entries()) {
      const request = store.get(rowKey(volume, key));
      request.onsuccess = guard(() => {
        values[index] = request.result as Uint8Array | undefined;
        if ((left -= 1) === 0) give(values);
      });
    }
  });
}

/** The keys that begin so, in the order of their UTF-16. */
export function listRows(volume: string, prefix: string): Promise<string[]> {
  return database.run(READ, () => (store, { give, guard }) => {
    const request = store.getAllKeys(rangeOf(rowKey(volume, prefix)));
    request.onsuccess = guard(() => give(pathsOf(volume, request.result)));
  });
}

/** All rows whose keys begin so: their keys and, in the same order, their values. */
export function readAllRows(volume: string, prefix: string): Promise<[string[], Uint8Array[]]> {
  return database.run<[string[], Uint8Array[]]>(READ, () => (store, { give, guard }) => {
    const keysRequest = store.getAllKeys(rangeOf(rowKey(volume, prefix)));
    keysRequest.onsuccess = guard(() => {
      const keys = keysRequest.result;
      const paths = pathsOf(volume, keys);
      if (keys.length === 0) return give([paths, []]);
      const parts: Uint8Array[][] = [];
      let left = Math.ceil(keys.length / VALUES_PER_REQUEST);
      for (let part = 0, first = 0; first < keys.length; part += 1, first += VALUES_PER_REQUEST) {
        const last = Math.min(first + VALUES_PER_REQUEST, keys.length) - 1;
        const request = store.getAll(IDBKeyRange.bound(keys[first], keys[last]));
        const place = part;
        request.onsuccess = guard(() => {
          parts[place] = request.result as Uint8Array[];
          if ((left -= 1) === 0) give([paths, parts.flat()]);
        });
      }
    });
  });
}

/** Compares, then puts and removes, all or nothing; rejects with `moved` where a row is not as expected. */
export async function writeRows(volume: string, given: RowsWrite): Promise<void> {
  // Taken now: bytes in the memory of a program may have moved by the time that the database is open.
  const write = { ...given, putValues: given.putValues.map(owned), expectValues: given.expectValues.map((value) => value && owned(value)) };
  const options: WorkOptions = { store: STORE, mode: "readwrite", durability: write.strict ? "strict" : "relaxed" };
  await withRoom(() => database.run<void>(options, (again) => (store, { give, refuse, guard }) => {
    const apply = () => {
      for (const [index, key] of write.putKeys.entries()) store.put(write.putValues[index]!, rowKey(volume, key));
      for (const key of write.removeKeys) store.delete(rowKey(volume, key));
      give();
    };
    if (write.expectKeys.length === 0) return apply();
    const changed: { key: string; found: Uint8Array | undefined }[] = [];
    let left = write.expectKeys.length;
    for (const [index, key] of write.expectKeys.entries()) {
      const request = store.get(rowKey(volume, key));
      request.onsuccess = guard(() => {
        const found = request.result as Uint8Array | undefined;
        if (!sameBytes(found, write.expectValues[index] ?? undefined)) changed.push({ key, found });
        if ((left -= 1) > 0) return;
        // The connection was lost after the first try had been completed, but before we heard of it.
        if (again && changed.length > 0 && changed.every(({ key, found }) => isDone(write, key, found))) return give();
        if (changed.length > 0) return refuse(moved(changed[0]!.key));
        apply();
      });
    }
  }));
  tell({ volume, refs: refsOf(write) });
}

/** Where the room is used up, what can be fetched again gives way before anything of a person's is refused. */
async function withRoom(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (failure) {
    if (!(failure instanceof RowsFailure) || failure.kind !== "quota") throw failure;
    if (!(await makeRoom())) {
      tellFull();
      throw failure;
    }
    await work().catch((again: unknown) => {
      if (again instanceof RowsFailure && again.kind === "quota") tellFull();
      throw again;
    });
  }
}

/** How many bytes the values of a volume have: counted in a small one, in a large one as many times the mean of a sample. */
export async function estimateBytes(volume: string): Promise<number> {
  const keys = await listRows(volume, "");
  const every = Math.max(1, Math.floor(keys.length / SAMPLED_ROWS));
  const sample = keys.filter((_, index) => index % every === 0);
  const values = await readRows(volume, sample);
  const bytes = values.reduce((sum, value) => sum + (value?.byteLength ?? 0), 0);
  return sample.length === 0 ? 0 : Math.round((bytes / sample.length) * keys.length);
}

/** The names of all volumes that have rows. */
export function listVolumes(): Promise<string[]> {
  return database.run<string[]>(READ, () => (store, { give, guard }) => {
    const volumes: string[] = [];
    const request = store.openKeyCursor();
    request.onsuccess = guard(() => {
      const cursor = request.result;
      if (cursor === null) return give(volumes);
      const key = cursor.key as string;
      const volume = key.slice(0, key.indexOf("\0"));
      volumes.push(volume);
      // Past every row of this volume.
      cursor.continue(`${volume}\u0001`);
    });
  });
}

export async function removeVolume(volume: string): Promise<void> {
  await database.run<void>({ store: STORE, mode: "readwrite", durability: "strict" }, () => (store, { give }) => {
    store.delete(rangeOf(rowKey(volume, "")));
    give();
  });
  tell({ volume, refs: {}, removed: true });
}

/**
 * Calls `listener` after every write: of this worker before the write is acknowledged, of others as soon as the browser tells. The
 * function that comes back ends it.
 */
export function onRowsChange(listener: (change: RowsChange) => void): () => void {
  listeners.add(listener);
  openChannel();
  return () => void listeners.delete(listener);
}

/**
 * Runs `work` while no other tab works on this volume, so that commits wait for each other instead of failing and trying again.
 * Read the ref inside `work`: what was read before may be old. The comparison in `writeRows` is what keeps the volume right.
 */
export async function withVolumeLock<T>(volume: string, work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  // Pages that are neither https nor local have no locks.
  if (!("locks" in navigator)) return work();
  return navigator.locks.request(`llmos-volume:${volume}`, signal === undefined ? {} : { signal }, work) as Promise<T>;
}

/** The same lock, held until the function that comes back is called. */
export function lockVolume(volume: string): Promise<() => void> {
  return new Promise((resolve, reject) => {
    withVolumeLock(volume, () => new Promise<void>((release) => resolve(release))).catch(reject);
  });
}

function rowKey(volume: string, path: string): string {
  if (volume === "" || volume.includes("\0")) throw new RowsFailure("failed", `'${volume}' is no name of a volume.`);
  return `${volume}\0${path}`;
}

/** All keys that begin so. Every prefix holds the NUL after the volume, so there is a code unit to count up. */
function rangeOf(prefix: string): IDBKeyRange {
  let end = prefix.length - 1;
  while (prefix.charCodeAt(end) === 0xffff) end -= 1;
  return IDBKeyRange.bound(prefix, prefix.slice(0, end) + String.fromCharCode(prefix.charCodeAt(end) + 1), false, true);
}

function pathsOf(volume: string, keys: IDBValidKey[]): string[] {
  return (keys as string[]).map((key) => key.slice(volume.length + 1));
}

/** Bytes in a buffer of their own: storing a view would store all of what it looks into, such as the whole memory of a program. */
function owned(bytes: Uint8Array): Uint8Array {
  return bytes.byteLength === bytes.buffer.byteLength ? bytes : Uint8Array.prototype.slice.call(bytes);
}

function sameBytes(left: Uint8Array | undefined, right: Uint8Array | undefined): boolean {
  if (left === undefined || right === undefined) return left === right;
  return left.byteLength === right.byteLength && left.every((byte, index) => byte === right[index]);
}

/** Whether this row already is what the write makes of it. */
function isDone(write: RowsWrite, key: string, found: Uint8Array | undefined): boolean {
  const index = write.putKeys.indexOf(key);
  return index >= 0 ? sameBytes(found, write.putValues[index]) : write.removeKeys.includes(key) && found === undefined;
}

function refsOf(write: RowsWrite): Record<string, string | null> {
  const refs: Record<string, string | null> = {};
  const text = new TextDecoder();
  for (const [index, key] of write.putKeys.entries()) if (key.startsWith("refs/")) refs[key] = text.decode(write.putValues[index]).trim();
  for (const key of write.removeKeys) if (key.startsWith("refs/")) refs[key] = null;
  return refs;
}

function tell(change: RowsChange): void {
  openChannel().postMessage(change);
  hear(change);
}

function hear(change: RowsChange): void {
  for (const listener of listeners) listener(change);
}

function openChannel(): BroadcastChannel {
  if (channel === undefined) {
    channel = new BroadcastChannel(CHANNEL);
    channel.onmessage = ({ data }: MessageEvent<RowsChange>) => hear(data);
  }
  return channel;
}
