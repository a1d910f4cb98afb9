/** Sends objects to GitHub's REST interface, sees to it that GitHub names them as we do, and only then moves refs. */

import { base64 } from "../bytes";
import { newCommit, refused } from "./github-commit";
import { atOnce, json, Repository } from "./github-repository";
import { EMPTY_TREE, objectsOf, treeEntries, type GitObject, type TreeEntry } from "./objects";
import { RemoteFailure, type PushResult, type RefUpdate, type Remote, type SyncOptions } from "./transport";

/** Text up to here goes along with the folder that it is in; GitHub lets nobody create many things in a minute. */
const LARGEST_INLINE_BYTES = 200_000;

export async function pushObjects(remote: Remote, updates: RefUpdate[], pack: Uint8Array | undefined, options: SyncOptions): Promise<PushResult> {
  const repository = await Repository.open(remote, options);
  options.progress?.({ stage: `Asking ${repository.session.host}` });
  const { known, empty } = await repository.refs();
  for (const { ref, old } of updates) if ((known.refs[ref] ?? null) !== old) throw repository.moved(ref);
  const objects = pack === undefined ? [] : await objectsOf(pack, options.signal);
  const commits = objects.filter(({ kind }) => kind === "commit").map(({ oid, bytes }) => ({ oid, facts: newCommit(oid, bytes) }));
  const tag = objects.find(({ kind }) => kind === "tag");
  if (tag !== undefined) throw refused(tag.oid, "annotated tags do not go over it");
  const first = empty ? await repository.begin(updates) : undefined;
  const texts = inlineTexts(objects);
  const blobs = objects.filter(({ kind, oid }) => kind === "blob" && !texts.has(oid));
  const sending = new Sending(repository, options, objects.length - texts.size);
  await atOnce(blobs, ({ oid, bytes }) => sending.create("blobs", oid, { content: base64(bytes), encoding: "base64" }));
  for (const level of treeLevels(objects)) await atOnce(level, ({ oid, bytes }) => sending.create("trees", oid, { tree: treeEntries(bytes).map((entry) => apiEntry(entry, texts)) }));
  for (const { oid, facts } of parentsFirst(commits)) await sending.create("commits", oid, facts);
  for (const update of updates) await repository.move(update, update.ref === first);
  return { messages: [] };
}

class Sending {
  readonly #repository: Repository;
  readonly #options: SyncOptions;
  readonly #total: number;
  #done = 0;

  constructor(repository: Repository, options: SyncOptions, total: number) {
    this.#repository = repository;
    this.#options = options;
    this.#total = total;
  }

  async create(kind: "blobs" | "trees" | "commits", oid: string, body: object): Promise<void> {
    // Every repository has it, and GitHub does not take it.
    if (oid !== EMPTY_TREE) {
      const response = await this.#repository.answer(`git/${kind}`, "POST", body);
      if (!response.ok) throw await this.#repository.session.failure(response);
      const { sha } = (await json(response, this.#repository.session)) as { sha: string };
      if (sha !== oid) throw kind === "commits" ? refused(oid, "GitHub writes its message or times in another way") : new RemoteFailure("unsupported", `Object ${oid.slice(0, 10)} cannot be pushed by GitHub's interface and keep its id. No branch was changed. Sync over HTTP with a CORS proxy instead.`);
    }
    this.#options.progress?.({ stage: "Sending objects", done: (this.#done += 1), total: this.#total });
  }
}

/** Trees in groups, each after those that it refers to. */
function treeLevels(objects: GitObject[]): GitObject[][] {
  const trees = new Map(objects.filter(({ kind }) => kind === "tree").map((object) => [object.oid, object]));
  const heights = new Map<string, number>();
  const height = (oid: string): number => {
    const object = trees.get(oid);
    if (object === undefined) return -1;
    let found = heights.get(oid);
    if (found === undefined) heights.set(oid, (found = 1 + treeEntries(object.bytes).reduce((highest, entry) => Math.max(highest, height(entry.oid)), -1)));
    return found;
  };
  const levels: GitObject[][] = [];
  for (const object of trees.values()) (levels[height(object.oid)] ??= []).push(object);
  return levels;
}

function parentsFirst<C extends { oid: string; facts: { parents: string[] } }>(commits: C[]): C[] {
  const waiting = new Map(commits.map((commit) => [commit.oid, commit]));
  const ordered: C[] = [];
  const stack: string[] = commits.map(({ oid }) => oid);
  while (stack.length > 0) {
    const commit = waiting.get(stack.at(-1)!);
    const parents = commit?.facts.parents.filter((oid) => waiting.has(oid)) ?? [];
    if (commit !== undefined && parents.length > 0) {
      stack.push(...parents);
      continue;
    }
    stack.pop();
    if (commit === undefined) continue;
    ordered.push(commit);
    waiting.delete(commit.oid);
  }
  return ordered;
}

/** Blobs that are text, by their ids. */
function inlineTexts(objects: GitObject[]): Map<string, string> {
  const texts = new Map<string, string>();
  for (const { oid, kind, bytes } of objects) {
    if (kind !== "blob" || bytes.length > LARGEST_INLINE_BYTES) continue;
    try {
      texts.set(oid, new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes));
    } catch {
      // Bytes that are no text go by themselves.
    }
  }
  return texts;
}

function apiEntry({ mode, name, oid }: TreeEntry, texts: Map<string, string>): { path: string; mode: string; type: string; sha?: string; content?: string } {
  const type = mode === "40000" ? "tree" : mode === "160000" ? "commit" : "blob";
  const content = texts.get(oid);
  return { path: name, mode: mode.padStart(6, "0"), type, ...(content === undefined ? { sha: oid } : { content }) };
}
