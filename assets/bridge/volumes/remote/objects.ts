/** Git's objects as bytes and their ids, and packs made of them; nothing here knows where they come from. */

import { zlibSync } from "fflate";
import { hex, joined } from "../bytes";
import { Breath } from "../breath";
import { GIT_DIRECTORY, GitFiles, NO_ROWS } from "../git-fs";
import { RemoteFailure } from "./transport";

export type ObjectKind = "commit" | "tree" | "blob" | "tag";

export interface GitObject {
  oid: string;
  kind: ObjectKind;
  bytes: Uint8Array;
}

export interface TreeEntry {
  /** As git writes it, without leading zeros: `100644`, `40000`. */
  mode: string;
  name: string;
  oid: string;
}

export const EMPTY_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";

const PACK_TYPES: Record<ObjectKind, number> = { commit: 1, tree: 2, blob: 3, tag: 4 };
const PACK_HEADER_BYTES = 12;

export async function oidOf(kind: ObjectKind, bytes: Uint8Array): Promise<string> {
  const whole = joined([new TextEncoder().encode(`${kind} ${bytes.length}\0`), bytes]);
  return hex(new Uint8Array(await crypto.subtle.digest("SHA-1", whole)));
}

/** A tree of these entries, in git's order: by bytes, a folder as if its name ended in `/`. */
export function treeBytes(entries: TreeEntry[]): Uint8Array {
  const keyed = entries.map((entry) => ({ entry, key: new TextEncoder().encode(entry.mode === "40000" ? `${entry.name}/` : entry.name) }));
  keyed.sort((one, other) => compareBytes(one.key, other.key));
  return joined(keyed.flatMap(({ entry }) => [new TextEncoder().encode(`${entry.mode} ${entry.name}\0`), fromHex(entry.oid)]));
}

export function treeEntries(bytes: Uint8Array): TreeEntry[] {
  const entries: TreeEntry[] = [];
  for (let at = 0; at < bytes.length; ) {
    const end = bytes.indexOf(0, at);
    const [mode, ...name] = new TextDecoder().decode(bytes.subarray(at, end)).split(" ");
    entries.push({ mode: mode!, name: name.join(" "), oid: hex(bytes.subarray(end + 1, end + 21)) });
    at = end + 21;
  }
  return entries;
}

/** All these objects as a pack without deltas. */
export async function packOf(objects: GitObject[], signal?: AbortSignal): Promise<Uint8Array> {
  const breath = new Breath(signal);
  const header = new Uint8Array(PACK_HEADER_BYTES);
  const view = new DataView(header.buffer);
  header.set(new TextEncoder().encode("PACK"));
  view.setUint32(4, 2);
  view.setUint32(8, objects.length);
  const parts = [header];
  for (const { kind, bytes } of objects) {
    parts.push(entryHeader(PACK_TYPES[kind], bytes.length), zlibSync(bytes, { level: 1 }) as Uint8Array<ArrayBuffer>);
    if (breath.due) await breath.next();
  }
  const body = joined(parts);
  return joined([body, new Uint8Array(await crypto.subtle.digest("SHA-1", body))]);
}

/** The objects in a pack that holds everything it refers to, deltas resolved by isomorphic-git. */
export async function objectsOf(pack: Uint8Array, signal?: AbortSignal): Promise<GitObject[]> {
  const git = await import("../git");
  const breath = new Breath(signal);
  const fs = new GitFiles("", NO_ROWS);
  const filepath = "objects/pack/pack-0.pack";
  await fs.promises.writeFile(`${GIT_DIRECTORY}/${filepath}`, pack);
  const { oids } = await git.indexPack({ fs, dir: GIT_DIRECTORY, gitdir: GIT_DIRECTORY, filepath });
  const promised = new DataView(pack.buffer, pack.byteOffset).getUint32(8);
  // It leaves out what it cannot read.
  if (oids.length !== promised) throw new RemoteFailure("protocol", `${promised - oids.length} of ${promised} objects that should be pushed cannot be read. Nothing was pushed. Check the volume.`);
  const cache = {};
  const objects: GitObject[] = [];
  for (const oid of oids) {
    const { type, object } = await git.readObject({ fs, gitdir: GIT_DIRECTORY, oid, format: "content", cache });
    objects.push({ oid, kind: type as ObjectKind, bytes: object as Uint8Array });
    if (breath.due) await breath.next();
  }
  return objects;
}

/** The type and the size of an entry: four bits of size, then seven at a time. */
function entryHeader(type: number, size: number): Uint8Array<ArrayBuffer> {
  const bytes: number[] = [];
  let first = (type << 4) | (size & 15);
  for (let rest = Math.floor(size / 16); rest > 0; rest = Math.floor(rest / 128)) {
    bytes.push(first | 128);
    first = rest & 127;
  }
  bytes.push(first);
  return Uint8Array.from(bytes);
}

function compareBytes(one: Uint8Array, other: Uint8Array): number {
  const shared = Math.min(one.length, other.length);
  for (let at = 0; at < shared; at += 1) if (one[at] !== other[at]) return one[at]! - other[at]!;
  return one.length - other.length;
}

function fromHex(text: string): Uint8Array {
  return Uint8Array.from({ length: text.length / 2 }, (_, index) => parseInt(text.slice(index * 2, index * 2 + 2), 16));
}
