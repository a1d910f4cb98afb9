/** One repository behind GitHub's REST interface: its refs, and requests that wait when GitHub asks them to. */

import { base64 } from "../bytes";
import type { TagFacts } from "./github-commit";
import { cancelled, Session } from "./session";
import { RemoteFailure, type RefUpdate, type Remote, type RemoteRefs, type SyncOptions } from "./transport";

export const PER_PAGE = 100;
const API = "https://api.github.com";
/** Requests at once; GitHub asks for few. */
const AT_ONCE = 6;
/** How long it waits when GitHub asks to, and how often for one request. */
const LONGEST_WAIT_S = 120;
const MOST_TIMES = 4;
/** The file of the commit that an empty repository needs before it takes objects; our first push takes its place. */
const FIRST_FILE = ".llmos-lite";

interface RefFacts {
  ref: string;
  object: { sha: string; type: string };
}

export class Repository {
  readonly session: Session;
  readonly #url: string;
  readonly #name: string;
  readonly #options: SyncOptions;

  private constructor(remote: Remote, options: SyncOptions) {
    const [, name] = /^https?:\/\/[^/]+\/([^/]+\/[^/]+?)(?:\.git)?\/*$/.exec(remote.url) ?? [];
    if (name === undefined) throw new RemoteFailure("unsupported", "A repository at GitHub has an address such as https://github.com/owner/name. Check the remote's address.");
    this.session = new Session(remote, options, "bearer");
    this.#name = name;
    this.#options = options;
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
        const response = await this.answer(`git/matching-refs/${kind}?per_page=${PER_PAGE}&page=${page}`);
        // An empty repository has no git database yet.
        if (response.status === 409) return { known: { refs, peeled, ...(branch && { head: `refs/heads/${branch}` }) }, tags, empty: true };
        if (!response.ok) throw await this.session.failure(response);
        const found = (await json(response, this.session)) as RefFacts[];
        // A server that knows no pages gives the same again.
        full = found.length === PER_PAGE && found.some(({ ref }) => refs[ref] === undefined);
        for (const { ref, object } of found) {
          if (!ref.startsWith(`refs/${kind}/`)) continue;
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

  /** An answer with any status but one that says to come again later, for which it waits. */
  async answer(path: string, method = "GET", body?: object): Promise<Response> {
    const url = path === "" ? this.#url : `${this.#url}/${path}`;
    const headers = { accept: "application/vnd.github+json", ...(body && { "content-type": "application/json" }) };
    const request = { method, headers, ...(body && { body: JSON.stringify(body) }), ifCut: "Objects may have been sent, but no branch was changed." };
    for (let time = 1; ; time += 1) {
      const response = await this.session.answer(url, request);
      const waitS = Number(response.headers.get("retry-after") ?? Number.NaN);
      if ((response.status !== 403 && response.status !== 429) || !(waitS <= LONGEST_WAIT_S) || time === MOST_TIMES) return response;
      this.#options.progress?.({ stage: `Waiting ${waitS} s, as ${this.session.host} asks` });
      await waited(waitS * 1_000, this.#options.signal);
    }
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

/** Works through all of them, a few at a time; the first failure ends it. */
export async function atOnce<T>(items: T[], work: (item: T) => Promise<void>): Promise<void> {
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

export async function json(response: Response, session: Session): Promise<unknown> {
  const text = await session.text(response);
  try {
    return JSON.parse(text);
  } catch {
    throw new RemoteFailure("protocol", `${session.host} answered with something that GitHub's interface does not say.`);
  }
}

function waited(durationMs: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, durationMs);
    signal?.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(cancelled());
    });
  });
}
