/** Brings commits, trees and blobs from GitHub's REST interface, each checked against its id, and packs them. */

import { fromBase64 } from "../bytes";
import { commitBytes, tagBytes, type CommitFacts, type TagFacts } from "./github-commit";
import { atOnce, PER_PAGE, Repository } from "./github-repository";
import { EMPTY_TREE, oidOf, packOf, treeBytes, treeEntries, type GitObject, type ObjectKind, type TreeEntry } from "./objects";
import { RemoteFailure, type FetchResult, type Remote, type SyncOptions } from "./transport";

interface TreeFacts {
  tree: { path: string; mode: string; type: string; sha: string }[];
  truncated: boolean;
}

export async function fetchObjects(remote: Remote, wants: string[] | undefined, haves: string[], options: SyncOptions): Promise<FetchResult> {
  const repository = await Repository.open(remote, options);
  options.progress?.({ stage: `Asking ${repository.session.host}` });
  const { known, tags } = await repository.refs();
  const had = new Set(haves);
  const wanted = [...new Set(wants ?? Object.values(known.refs))].filter((oid) => !had.has(oid));
  if (wanted.length === 0) return { ...known, messages: [] };
  const objects = await new Fetching(repository, had, options).all(wanted, tags);
  return { ...known, pack: await packOf(objects, options.signal), messages: [] };
}

class Fetching {
  readonly #repository: Repository;
  readonly #had: Set<string>;
  readonly #options: SyncOptions;
  readonly #objects = new Map<string, GitObject>();

  constructor(repository: Repository, had: Set<string>, options: SyncOptions) {
    this.#repository = repository;
    this.#had = had;
    this.#options = options;
  }

  async all(wanted: string[], tags: Map<string, TagFacts>): Promise<GitObject[]> {
    const tips: string[] = [];
    for (const oid of wanted) {
      const tag = tags.get(oid);
      if (tag === undefined) tips.push(oid);
      else {
        await this.#add("tag", oid, await tagBytes(tag));
        tips.push(tag.object.sha);
      }
    }
    const trees = await this.#commits(tips);
    const blobs = await this.#trees(trees);
    await this.#each(blobs, "Receiving files", async (oid) => {
      const { content, encoding } = await this.#repository.get<{ content: string; encoding: string }>(`git/blobs/${oid}`);
      await this.#add("blob", oid, encoding === "base64" ? fromBase64(content) : new TextEncoder().encode(content));
    });
    return [...this.#objects.values()];
  }

  /** All commits that are missing; what comes back are their trees, those of newer commits first. */
  async #commits(tips: string[]): Promise<string[]> {
    const listed = new Map<string, CommitFacts>();
    const trees: string[] = [];
    const waiting = [...tips];
    await this.#recognise(tips);
    for (let oid = waiting.pop(); oid !== undefined; oid = waiting.pop()) {
      if (this.#had.has(oid) || this.#objects.has(oid)) continue;
      if (!listed.has(oid)) {
        // A hundred at a time: this one and what lies behind it.
        for (const { sha, commit, parents } of await this.#repository.get<{ sha: string; commit: CommitFacts; parents: { sha: string }[] }[]>(`commits?sha=${oid}&per_page=${PER_PAGE}`)) {
          listed.set(sha, { ...commit, sha, parents });
        }
        await this.#recognise([...listed.keys()].filter((sha) => !this.#objects.has(sha)));
      }
      const facts = listed.get(oid);
      if (facts === undefined) throw this.#wrong(oid);
      await this.#add("commit", oid, await commitBytes(facts));
      trees.push(facts.tree.sha);
      waiting.push(...facts.parents.map(({ sha }) => sha));
      this.#options.progress?.({ stage: "Receiving commits", done: this.#objects.size });
    }
    return trees;
  }

  /** Notes which of these commits the volume has, and with them all that lies behind. */
  async #recognise(oids: string[]): Promise<void> {
    const known = await this.#options.known?.(oids);
    for (const [index, oid] of oids.entries()) if (known?.[index]) this.#had.add(oid);
  }

  /** All trees below these that are missing; what comes back are the blobs. */
  async #trees(roots: string[]): Promise<string[]> {
    const blobs = new Set<string>();
    let level = await this.#missing(roots);
    // For the first time one answer brings what would take many; later, little is missing.
    if (level[0] !== undefined && this.#had.size === 0) await this.#wholeTree(level[0]);
    while (level.length > 0) {
      const below = new Set<string>();
      await this.#each(level, "Receiving folders", async (oid) => {
        const entries = await this.#tree(oid);
        for (const entry of entries) {
          if (entry.mode === "40000") below.add(entry.oid);
          // What a submodule points to is not here.
          else if (entry.mode !== "160000") blobs.add(entry.oid);
        }
      });
      level = await this.#missing([...below]);
    }
    return this.#missing([...blobs]);
  }

  readonly #walked = new Set<string>();

  async #tree(oid: string): Promise<TreeEntry[]> {
    this.#walked.add(oid);
    const held = this.#objects.get(oid);
    if (held !== undefined) return treeEntries(held.bytes);
    if (oid === EMPTY_TREE) return this.#add("tree", oid, new Uint8Array()).then(() => []);
    const { tree, truncated } = await this.#repository.get<TreeFacts>(`git/trees/${oid}`);
    if (truncated) throw new RemoteFailure("unsupported", `A folder at ${this.#repository.session.host} has too many entries for its interface. Sync over HTTP with a CORS proxy instead.`);
    const entries = tree.map(({ path, mode, sha }) => ({ mode: mode.replace(/^0+/, ""), name: path, oid: sha }));
    await this.#add("tree", oid, treeBytes(entries));
    return entries;
  }

  /** A tree and all below it by one request, where that is not too much for one answer. */
  async #wholeTree(root: string): Promise<void> {
    if (root === EMPTY_TREE) return;
    const { tree, truncated } = await this.#repository.get<TreeFacts>(`git/trees/${root}?recursive=1`);
    if (truncated) return;
    const folders = new Map<string, TreeEntry[]>([["", []]]);
    const oids = new Map<string, string>([["", root]]);
    for (const { path, type, sha } of tree) {
      if (type !== "tree") continue;
      folders.set(path, []);
      oids.set(path, sha);
    }
    for (const { path, mode, sha } of tree) {
      const slash = path.lastIndexOf("/");
      folders.get(slash < 0 ? "" : path.slice(0, slash))?.push({ mode: mode.replace(/^0+/, ""), name: path.slice(slash + 1), oid: sha });
    }
    for (const [path, entries] of folders) await this.#add("tree", oids.get(path)!, treeBytes(entries));
  }

  /** Which of these are neither here nor in the volume. */
  async #missing(oids: string[]): Promise<string[]> {
    const open = [...new Set(oids)].filter((oid) => !this.#walked.has(oid) && (!this.#objects.has(oid) || this.#objects.get(oid)!.kind === "tree"));
    const known = open.length === 0 ? [] : ((await this.#options.known?.(open)) ?? []);
    return open.filter((_, index) => known[index] !== true);
  }

  async #each(oids: string[], stage: string, bring: (oid: string) => Promise<void>): Promise<void> {
    let done = 0;
    await atOnce(oids, async (oid) => {
      await bring(oid);
      this.#options.progress?.({ stage, done: (done += 1), total: oids.length });
    });
  }

  async #add(kind: ObjectKind, oid: string, bytes: Uint8Array): Promise<void> {
    if ((await oidOf(kind, bytes)) !== oid) throw this.#wrong(oid);
    this.#objects.set(oid, { oid, kind, bytes });
  }

  #wrong(oid: string): RemoteFailure {
    return new RemoteFailure("unsupported", `Object ${oid.slice(0, 10)} cannot be brought unchanged by ${this.#repository.session.host}'s interface. Nothing was changed. Sync over HTTP with a CORS proxy instead.`);
  }
}
