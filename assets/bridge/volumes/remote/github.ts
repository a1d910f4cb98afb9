/**
 * GitHub's REST interface to its git database: no proxy needed, since it lets web pages read its answers. Objects go one by one, so it
 * is for volumes of a usual size; every object that comes or goes is the same to the byte, or the sync is refused.
 */

import { base64, fromBase64 } from "../bytes";
import { commitBytes, newCommit, refused, tagBytes, type CommitFacts, type TagFacts } from "./github-commit";
import { objectsOf, oidOf, packOf, treeBytes, treeEntries, type GitObject, type ObjectKind, type TreeEntry } from "./objects";
import { cancelled, Session, untilCancelled } from "./session";
import { RemoteFailure, type FetchResult, type PushResult, type RefUpdate, type Remote, type RemoteRefs, type SyncOptions, type Transport } from "./transport";

const API = "https://api.github.com";
/** Requests at once; GitHub asks for few. */
const AT_ONCE = 6;
const PER_PAGE = 100;
const EMPTY_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";
/** The file of the commit that an empty repository needs before it takes objects; our first push takes its place. */
const FIRST_FILE = ".llmos-lite";

interface RefFacts {
  ref: string;
  object: { sha: string; type: string };
}

interface TreeFacts {
  tree: { path: string; mode: string; type: string; sha: string }[];
  truncated: boolean;
}

export const github: Transport = {
  async refs(remote, options) {
    const repository = await Repository.open(remote, options);
    return (await repository.refs()).known;
  },

  fetch: (remote, wants, haves, options) => untilCancelled(options, () => fetchObjects(remote, wants, haves, options)),

  push: (remote, updates, pack, options) => pushObjects(remote, updates, pack, options).catch((error: unknown) => {
    throw options.signal?.aborted ? cancelled() : error;
  }),
};

async function fetchObjects(remote: Remote, wants: string[] | undefined, haves: string[], options: SyncOptions): Promise<FetchResult> {
  const repository = await Repository.open(remote, options);
  options.progress?.({ stage: `Asking ${repository.session.host}` });
  const { known, tags } = await repository.refs();
  const had = new Set(haves);
  const wanted = [...new Set(wants ?? Object.values(known.refs))].filter((oid) => !had.has(oid));
  if (wanted.length === 0) return { ...known, messages: [] };
  const objects = await new Fetching(repository, had, options).all(wanted, tags);
  return { ...known, pack: await packOf(objects, options.signal), messages: [] };
}

async function pushObjects(remote: Remote, updates: RefUpdate[], pack: Uint8Array | undefined, options: SyncOptions): Promise<PushResult> {
  const repository = await Repository.open(remote, options);
  options.progress?.({ stage: `Asking ${repository.session.host}` });
  const { known, empty } = await repository.refs();
  for (const { ref, old } of updates) if ((known.refs[ref] ?? null) !== old) throw repository.moved(ref);
  const objects = pack === undefined ? [] : await objectsOf(pack, options.signal);
  const commits = objects.filter(({ kind }) => kind === "commit").map(({ oid, bytes }) => ({ oid, facts: newCommit(oid, bytes) }));
  const tag = objects.find(({ kind }) => kind === "tag");
  if (tag !== undefined) throw refused(tag.oid, "annotated tags do not go over it");
  const first = empty ? await repository.begin(updates) : undefined;
  const sending = new Sending(repository, options, objects.length);
  await sending.each(objects.filter(({ kind }) => kind === "blob"), ({ oid, bytes }) => sending.create("blobs", oid, { content: base64(bytes), encoding: "base64" }));
  for (const level of treeLevels(objects)) await sending.each(level, ({ oid, bytes }) => sending.create("trees", oid, { tree: treeEntries(bytes).map(apiEntry) }));
  for (const { oid, facts } of parentsFirst(commits)) await sending.create("commits", oid, facts);
  for (const update of updates) await repository.move(update, update.ref === first);
  return { messages: [] };
}

/** One repository at GitHub, and what is asked of it. */
class Repository {
  readonly session: Session;
  readonly #url: string;
  readonly #name: string;

  private constructor(remote: Remote, options: SyncOptions) {
    const [, name] = /^https?:\/\/[^/]+\/([^/]+\/[^/]+?)(?:\.git)?\/*$/.exec(remote.url) ?? [];
    if (name === undefined) throw new RemoteFailure("unsupported", "A repository at GitHub has an address such as https://github.com/owner/name. Check the remote's address.");
    this.session = new Session(remote, options, "bearer");
    this.#name = name;
    this.#url = `${(remote.api ?? API).replace(/\/+$/, "")}/repos/${name}`;
  }

  static async open(remote: Remote, options: SyncOptions): Promise<Repository> {
    const repository = new Repository(remote, options);
    // GitHub hides private repositories from those who do not say who they are.
    await repository.session.introduce();
    return repository;
  }

  async refs(): Promise<{ known: RemoteRefs; tags: Map<string, TagFacts>; empty: boolean }> {
    const { default_branch: branch } = await this.get<{ default_branch?: string }>("");
    const refs: Record<string, string> = {};
    const peeled: Record<string, string> = {};
    const tags = new Map<string, TagFacts>();
    for (const kind of ["heads", "tags"]) {
      for (let page = 1, full = true; full; page += 1) {
        const response = await this.answer(`git/matching-refs/${kind}/?per_page=${PER_PAGE}&page=${page}`);
        // An empty repository has no git database yet.
        if (response.status === 409) return { known: { refs, peeled, ...(branch && { head: `refs/heads/${branch}` }) }, tags, empty: true };
        if (!response.ok) throw await this.session.failure(response);
        const found = (await json(response, this.session)) as RefFacts[];
        full = found.length === PER_PAGE;
        for (const { ref, object } of found) {
          refs[ref] = object.sha;
          if (object.type === "tag") tags.set(object.sha, await this.get<TagFacts>(`git/tags/${object.sha}`));
          const tag = tags.get(object.sha);
          if (tag !== undefined) peeled[ref] = tag.object.sha;
        }
      }
    }
    return { known: { refs, peeled, ...(branch && { head: `refs/heads/${branch}` }) }, tags, empty: false };
  }

  async get<T>(path: string): Promise<T> {
    const response = await this.answer(path);
    if (!response.ok) throw await this.session.failure(response);
    return (await json(response, this.session)) as T;
  }

  answer(path: string, method = "GET", body?: object): Promise<Response> {
    const url = path === "" ? this.#url : `${this.#url}/${path}`;
    const headers = { accept: "application/vnd.github+json", ...(body && { "content-type": "application/json" }) };
    return this.session.answer(url, { method, headers, ...(body && { body: JSON.stringify(body) }), ifCut: "Objects may have been sent, but no branch was changed." });
  }

  /** Gives an empty repository its first commit, so that it takes objects; the branch that it is on. */
  async begin(updates: RefUpdate[]): Promise<string> {
    const ref = updates.find((update) => update.new !== null && update.ref.startsWith("refs/heads/"))?.ref;
    if (ref === undefined) throw new RemoteFailure("unsupported", `${this.#name} is empty. Push a branch before anything else.`);
    const branch = ref.slice("refs/heads/".length);
    const response = await this.answer(`contents/${FIRST_FILE}`, "PUT", { message: "Begin", content: base64(new TextEncoder().encode("LLMos-Lite\n")), branch });
    if (!response.ok) throw await this.session.failure(response);
    return ref;
  }

  /** Moves, creates or removes a ref; `replace` where what is there is only our own beginning. */
  async move(update: RefUpdate, replace: boolean): Promise<void> {
    const path = update.ref.split("/").map(encodeURIComponent).join("/");
    const response =
      update.new === null
        ? await this.answer(`git/${path}`, "DELETE")
        : update.old === null && !replace
          ? await this.answer("git/refs", "POST", { ref: update.ref, sha: update.new })
          : await this.answer(`git/${path}`, "PATCH", { sha: update.new, force: replace });
    if (response.ok) return;
    const words = await response.clone().text().catch(() => "");
    if (response.status === 422 && /fast forward|already exists|does not exist/i.test(words)) throw this.moved(update.ref);
    throw await this.session.failure(response);
  }

  moved(ref: string): RemoteFailure {
    const name = ref.replace(/^refs\/(heads|tags)\//, "");
    return new RemoteFailure("moved", `'${name}' on ${this.session.host} has changed in the meantime. It was not pushed. Pull first, then push again.`);
  }
}

/** Brings commits, trees and blobs that are missing, each checked against its id. */
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

/** Sends objects, and sees to it that GitHub names them as we do. */
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

  async each(objects: GitObject[], send: (object: GitObject) => Promise<void>): Promise<void> {
    await atOnce(objects, send);
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

function apiEntry({ mode, name, oid }: TreeEntry): { path: string; mode: string; type: string; sha: string } {
  return { path: name, mode: mode.padStart(6, "0"), type: mode === "40000" ? "tree" : mode === "160000" ? "commit" : "blob", sha: oid };
}

/** Works through all of them, a few at a time; the first failure ends it. */
async function atOnce<T>(items: T[], work: (item: T) => Promise<void>): Promise<void> {
  let next = 0;
  let failed = false;
  const lane = async () => {
    while (next < items.length && !failed) {
      try {
        await work(items[next++]!);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, items.length) }, lane));
}

async function json(response: Response, session: Session): Promise<unknown> {
  const text = await session.text(response);
  try {
    return JSON.parse(text);
  } catch {
    throw new RemoteFailure("protocol", `${session.host} answered with something that GitHub's interface does not say.`);
  }
}
