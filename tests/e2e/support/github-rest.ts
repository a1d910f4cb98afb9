/**
 * A loopback server that speaks GitHub's REST interface to its git database and keeps a real repository by git plumbing. As GitHub does,
 * it tells times in UTC and messages without the newline at their end, hides repositories from strangers, and takes no objects into an
 * empty repository.
 */

import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { createRepository, git, gitBytes, temporaryFolder } from "./git";

export interface GithubServer {
  /** What the remote's `api` is set to. */
  readonly url: string;
  readonly requests: string[];
  /** The token that is wanted. */
  token: string | undefined;
  /** From now on it writes messages without the newline at their end: other ids come out. */
  stripsMessages: boolean;
  /** From now on recursive trees come cut short. */
  truncates: boolean;
  /** From now on every request is one too many. */
  limited: boolean;
  /** So many of the next requests that create something are told to come again in a second. */
  busyTimes: number;
  /** Called before a branch is moved; what it waits for, that waits for. */
  beforeMove: (() => Promise<void>) | undefined;
  /** After so many requests it answers nobody any more. */
  cutAfterRequests: number | undefined;
  /** Creates `owner/<name>`; the folder of its bare repository. */
  create(name: string): Promise<string>;
  close(): Promise<void>;
}

const CORS = {
  "access-control-allow-origin": "*",
  "access-control-allow-headers": "authorization, content-type",
  "access-control-allow-methods": "GET, POST, PATCH, PUT, DELETE",
  "access-control-expose-headers": "retry-after",
  "access-control-max-age": "600",
};

/** What is said instead of an answer. */
class Refusal extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

interface Call {
  state: GithubServer;
  folder: string;
  query: URLSearchParams;
  body: Record<string, unknown>;
}

export async function openGithubServer(): Promise<GithubServer> {
  const root = await temporaryFolder();
  const server = createServer((request, response) => void respond(state, root.path, request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const state: GithubServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests: [],
    token: undefined,
    stripsMessages: false,
    truncates: false,
    limited: false,
    busyTimes: 0,
    beforeMove: undefined,
    cutAfterRequests: undefined,
    async create(name) {
      const folder = join(root.path, name);
      await createRepository(folder, { bare: true });
      return folder;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await root.remove();
    },
  };
  return state;
}

async function respond(state: GithubServer, root: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method === "OPTIONS") return void response.writeHead(204, CORS).end();
  state.requests.push(`${request.method} ${request.url}`);
  if (state.cutAfterRequests !== undefined && state.requests.length > state.cutAfterRequests) return void request.socket.destroy();
  const send = (status: number, value: unknown) => response.writeHead(status, { ...CORS, "content-type": "application/json; charset=utf-8" }).end(status === 204 ? undefined : JSON.stringify(value));
  try {
    if (state.limited) throw new Refusal(403, "API rate limit exceeded for user ID 1.");
    if (request.method === "POST" && state.busyTimes > 0) {
      state.busyTimes -= 1;
      response.setHeader("retry-after", "1");
      throw new Refusal(403, "You have exceeded a secondary rate limit.");
    }
    const authorization = request.headers.authorization;
    if (authorization !== undefined && authorization !== `Bearer ${state.token}`) throw new Refusal(401, "Bad credentials");
    if (authorization === undefined && state.token !== undefined) throw new Refusal(404, "Not Found");
    const url = new URL(request.url ?? "/", "http://github");
    const [, name, path] = /^\/repos\/owner\/([^/]+)\/?(.*)$/.exec(url.pathname) ?? [];
    if (name === undefined) throw new Refusal(404, "Not Found");
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString("utf8");
    const call: Call = { state, folder: join(root, name), query: url.searchParams, body: text === "" ? {} : (JSON.parse(text) as Record<string, unknown>) };
    await answer(call, request.method ?? "GET", decodeURIComponent(path ?? ""), send);
  } catch (error) {
    if (error instanceof Refusal) send(error.status, { message: error.message });
    else send(500, { message: String(error) });
  }
}

async function answer(call: Call, method: string, path: string, send: (status: number, value: unknown) => void): Promise<void> {
  const { folder, query, body, state } = call;
  if (path === "") return send(200, { default_branch: "main" });
  const empty = (await git(folder, ["for-each-ref", "--count=1"])) === "";
  if (method === "PUT" && path.startsWith("contents/")) return send(201, await putContents(call, path.slice("contents/".length)));
  if (empty) throw new Refusal(409, "Git Repository is empty.");
  const [kind, ...rest] = path.replace(/^git\//, "").split("/");
  const oid = rest.join("/");
  if (method === "GET") {
    if (kind === "matching-refs") return send(200, await refs(folder, oid, query));
    if (kind === "commits") return send(200, await commits(folder, query));
    if (kind === "trees") return send(200, await tree(folder, oid, query.has("recursive"), state.truncates));
    if (kind === "blobs") return send(200, { sha: oid, encoding: "base64", content: wrapped((await object(folder, "blob", oid)).toString("base64")) });
    if (kind === "tags") return send(200, await tag(folder, oid));
  }
  if (method === "POST" && kind === "blobs") return send(201, { sha: await hash(folder, "blob", Buffer.from(body["content"] as string, body["encoding"] === "base64" ? "base64" : "utf8")) });
  if (method === "POST" && kind === "trees") return send(201, { sha: await newTree(folder, body["tree"] as Entry[]) });
  if (method === "POST" && kind === "commits") return send(201, { sha: await newCommit(call) });
  if (kind === "refs") return changeRef(call, method, oid, send);
  throw new Refusal(404, "Not Found");
}

async function refs(folder: string, prefix: string, query: URLSearchParams): Promise<unknown> {
  const lines = (await git(folder, ["for-each-ref", "--format=%(objecttype) %(objectname) %(refname)", `refs/${prefix}`])).trim().split("\n");
  const page = Number(query.get("page") ?? 1);
  const size = Number(query.get("per_page") ?? 30);
  return lines.filter((line) => line !== "").slice((page - 1) * size, page * size).map((line) => {
    const [type, sha, ref] = line.split(" ");
    return { ref, object: { type, sha } };
  });
}

/** A person's line as the interface tells it: the time in UTC. */
function person(line: string): { name: string; email: string; date: string } {
  const [, name = "", email = "", seconds] = /^(.*) <(.*)> (\d+) /.exec(line) ?? [];
  return { name, email, date: new Date(Number(seconds) * 1000).toISOString().replace(".000", "") };
}

/** Headers of an object, and its message as the interface tells it. */
function parsed(raw: string): { header: (name: string) => string[]; message: string; signature: string | null; payload: string | null } {
  const end = raw.indexOf("\n\n");
  const headers = raw.slice(0, end).replaceAll("\n ", "\0").split("\n");
  const header = (name: string) => headers.filter((line) => line.startsWith(`${name} `)).map((line) => line.slice(name.length + 1).replaceAll("\0", "\n"));
  const signature = header("gpgsig")[0] ?? null;
  const payload = signature === null ? null : `${headers.filter((line) => !line.startsWith("gpgsig ")).join("\n")}${raw.slice(end)}`;
  return { header, message: raw.slice(end + 2).replace(/\n$/, ""), signature, payload };
}

async function commits(folder: string, query: URLSearchParams): Promise<unknown> {
  const oids = (await git(folder, ["rev-list", `--max-count=${query.get("per_page")}`, query.get("sha") ?? "HEAD"])).trim().split("\n");
  const texts = await objects(folder, oids);
  return oids.map((sha, index) => {
    const { header, message, signature, payload } = parsed(texts[index]!);
    const commit = { author: person(header("author")[0]!), committer: person(header("committer")[0]!), message, tree: { sha: header("tree")[0] }, verification: { verified: false, signature, payload } };
    return { sha, commit, parents: header("parent").map((parent) => ({ sha: parent })) };
  });
}

/** Several objects as text, by one call of git. */
async function objects(folder: string, oids: string[]): Promise<string[]> {
  const batch = await gitBytes(folder, ["cat-file", "--batch"], { input: `${oids.join("\n")}\n` });
  const texts: string[] = [];
  for (let at = 0; at < batch.length; ) {
    const line = batch.indexOf(10, at);
    const size = Number(batch.subarray(at, line).toString().split(" ")[2]);
    texts.push(batch.subarray(line + 1, line + 1 + size).toString("utf8"));
    at = line + size + 2;
  }
  return texts;
}

async function tag(folder: string, sha: string): Promise<unknown> {
  const { header, message } = parsed((await object(folder, "tag", sha)).toString("utf8"));
  return { sha, tag: header("tag")[0], message, tagger: person(header("tagger")[0]!), object: { sha: header("object")[0], type: header("type")[0] }, verification: { signature: null, payload: null } };
}

async function tree(folder: string, sha: string, recursive: boolean, truncates: boolean): Promise<unknown> {
  const listed = await git(folder, ["ls-tree", "-z", ...(recursive ? ["-r", "-t"] : []), sha]);
  const entries = listed.split("\0").filter((line) => line !== "").map((line) => {
    const [, mode, type, oid, path] = /^(\d+) (\w+) (\w+)\t(.*)$/s.exec(line) ?? [];
    return { path, mode, type, sha: oid };
  });
  return { sha, tree: recursive && truncates ? entries.slice(0, 1) : entries, truncated: recursive && truncates };
}

interface Entry {
  path: string;
  mode: string;
  type: string;
  sha?: string;
  /** The text of a new file, in place of an id. */
  content?: string;
}

async function newTree(folder: string, entries: Entry[]): Promise<string> {
  const oids = await Promise.all(entries.map(({ sha, content }) => sha ?? hash(folder, "blob", Buffer.from(content ?? ""))));
  const input = entries.map(({ mode, type, path }, index) => `${mode} ${type} ${oids[index]}\t${path}\0`).join("");
  return (await git(folder, ["mktree", "-z"], { input })).trim();
}

async function newCommit({ folder, body, state }: Call): Promise<string> {
  const { message, tree: treeOid, parents, author, committer, signature } = body as { message: string; tree: string; parents: string[]; author: DatedPerson; committer: DatedPerson; signature?: string };
  for (const parent of parents) await object(folder, "commit", parent);
  await object(folder, "tree", treeOid);
  const headers = [`tree ${treeOid}`, ...parents.map((parent) => `parent ${parent}`), `author ${personLine(author)}`, `committer ${personLine(committer)}`];
  if (signature !== undefined) headers.push(`gpgsig ${signature.replaceAll("\n", "\n ")}`);
  return hash(folder, "commit", Buffer.from(`${headers.join("\n")}\n\n${state.stripsMessages ? message.trimEnd() : message}`));
}

interface DatedPerson {
  name: string;
  email: string;
  date: string;
}

function personLine({ name, email, date }: DatedPerson): string {
  const offset = /([+-]\d\d):(\d\d)$/.exec(date);
  return `${name} <${email}> ${Date.parse(date) / 1000} ${offset === null ? "+0000" : `${offset[1]}${offset[2]}`}`;
}

async function changeRef({ state, folder, body }: Call, method: string, name: string, send: (status: number, value: unknown) => void): Promise<void> {
  await state.beforeMove?.();
  const ref = method === "POST" ? (body["ref"] as string) : `refs/${name}`;
  const present = (await git(folder, ["for-each-ref", "--format=%(objectname)", ref])).trim();
  const sha = body["sha"] as string;
  if (method === "POST" && present !== "") throw new Refusal(422, "Reference already exists");
  if (method !== "POST" && present === "") throw new Refusal(422, "Reference does not exist");
  if (method === "DELETE") {
    await git(folder, ["update-ref", "-d", ref]);
    return send(204, undefined);
  }
  if (method === "PATCH" && body["force"] !== true) {
    const forward = await git(folder, ["merge-base", "--is-ancestor", present, sha]).then(() => true, () => false);
    if (!forward) throw new Refusal(422, "Update is not a fast forward");
  }
  await git(folder, ["update-ref", ref, sha]);
  send(method === "POST" ? 201 : 200, { ref, object: { sha, type: "commit" } });
}

/** A commit with one file: the only way into an empty repository. */
async function putContents({ folder, body }: Call, path: string): Promise<unknown> {
  const blob = await hash(folder, "blob", Buffer.from(body["content"] as string, "base64"));
  const treeOid = await newTree(folder, [{ mode: "100644", type: "blob", sha: blob, path }]);
  const commit = (await git(folder, ["commit-tree", treeOid, "-m", body["message"] as string])).trim();
  await git(folder, ["update-ref", `refs/heads/${body["branch"] as string}`, commit]);
  return { commit: { sha: commit } };
}

async function object(folder: string, type: string, oid: string): Promise<Buffer> {
  return gitBytes(folder, ["cat-file", type, oid]).catch(() => {
    throw new Refusal(404, "Not Found");
  });
}

async function hash(folder: string, type: string, content: Buffer): Promise<string> {
  return (await git(folder, ["hash-object", "-t", type, "-w", "--stdin"], { input: content })).trim();
}

/** Base64 as GitHub sends it, in lines. */
function wrapped(text: string): string {
  return text.replace(/.{60}/g, "$&\n");
}
