/**
 * Commits and tags as GitHub's interface tells them, and as the bytes that git hashes. GitHub tells times in UTC and leaves out the
 * newline at the end of a message, so what is missing is searched for until the id is right; what cannot be told at all is refused.
 */

import { withSignature } from "../signing";
import { oidOf, type ObjectKind } from "./objects";
import { RemoteFailure } from "./transport";

export interface Person {
  name: string;
  email: string;
  /** ISO 8601. */
  date: string;
}

interface Verification {
  signature?: string | null;
  payload?: string | null;
}

export interface CommitFacts {
  sha: string;
  author: Person;
  committer: Person;
  message: string;
  tree: { sha: string };
  parents: { sha: string }[];
  verification?: Verification;
}

export interface TagFacts {
  sha: string;
  tag: string;
  message: string;
  tagger: Person | null;
  object: { sha: string; type: string };
  verification?: Verification;
}

/** What GitHub wants to know of a commit to write the same. */
export interface NewCommit {
  message: string;
  tree: string;
  parents: string[];
  author: Person;
  committer: Person;
  signature?: string;
}

/** All offsets that clocks somewhere on earth have, in minutes east of UTC; those around whole hours first. */
const OFFSETS = Array.from({ length: 105 }, (_, index) => index * 15 - 12 * 60).sort((one, other) => Number(one % 60 !== 0) - Number(other % 60 !== 0));
/** What most recently fitted, tried first: whoever works together sits in few time zones. */
const recent: [author: number, committer: number][] = [[0, 0]];
const MOST_RECENT = 8;

/** The bytes of a commit whose id is known. */
export async function commitBytes(facts: CommitFacts): Promise<Uint8Array> {
  const { verification } = facts;
  if (verification?.payload && verification.signature) return signed("commit", facts.sha, verification.payload, verification.signature);
  const lines = [`tree ${facts.tree.sha}`, ...facts.parents.map(({ sha }) => `parent ${sha}`)];
  const write = ([author, committer]: readonly [number, number], end: string) =>
    new TextEncoder().encode(`${[...lines, `author ${personText(facts.author, author)}`, `committer ${personText(facts.committer, committer)}`].join("\n")}\n\n${facts.message}${end}`);
  const bytes = await search("commit", facts.sha, write);
  if (bytes === undefined) throw unknown("Commit", facts.sha);
  return bytes;
}

/** The bytes of an annotated tag whose id is known. */
export async function tagBytes(facts: TagFacts): Promise<Uint8Array> {
  const { verification, tagger } = facts;
  if (verification?.payload && verification.signature) {
    // A tag carries its signature at the end of its message.
    for (const end of ["\n", ""]) {
      const bytes = new TextEncoder().encode(verification.payload + verification.signature + end);
      if ((await oidOf("tag", bytes)) === facts.sha) return bytes;
    }
  }
  if (tagger === null) throw unknown("Tag", facts.sha);
  const head = `object ${facts.object.sha}\ntype ${facts.object.type}\ntag ${facts.tag}\n`;
  const bytes = await search("tag", facts.sha, ([offset], end) => new TextEncoder().encode(`${head}tagger ${personText(tagger, offset)}\n\n${facts.message}${end}`));
  if (bytes === undefined) throw unknown("Tag", facts.sha);
  return bytes;
}

/** What GitHub has to be told to write this very commit. */
export function newCommit(oid: string, bytes: Uint8Array): NewCommit {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw refused(oid, "its text is not UTF-8");
  }
  const end = text.indexOf("\n\n");
  // A header goes on in lines that begin with a space.
  const headers = text.slice(0, end).replaceAll("\n ", "\0").split("\n").map((line) => [line.slice(0, line.indexOf(" ")), line.slice(line.indexOf(" ") + 1).replaceAll("\0", "\n")] as const);
  const odd = headers.find(([name]) => !["tree", "parent", "author", "committer", "gpgsig"].includes(name));
  if (odd !== undefined) throw refused(oid, `it has a header '${odd[0]}'`);
  const one = (name: string) => headers.find(([header]) => header === name)?.[1];
  const signature = one("gpgsig");
  return {
    message: text.slice(end + 2),
    tree: one("tree") ?? "",
    parents: headers.filter(([name]) => name === "parent").map(([, value]) => value),
    author: person(oid, one("author")),
    committer: person(oid, one("committer")),
    ...(signature !== undefined && { signature }),
  };
}

/** This commit or tag cannot go over GitHub's interface and stay the same. */
export function refused(oid: string, why: string): RemoteFailure {
  return new RemoteFailure("unsupported", `Commit ${oid.slice(0, 10)} cannot be pushed by GitHub's interface and keep its id: ${why}. Nothing was pushed. Sync over HTTP with a CORS proxy instead.`);
}

function unknown(what: string, oid: string): RemoteFailure {
  return new RemoteFailure("unsupported", `${what} ${oid.slice(0, 10)} cannot be brought unchanged: GitHub's interface does not tell all of it. Nothing was changed. Sync over HTTP with a CORS proxy instead.`);
}

async function signed(kind: ObjectKind, oid: string, payload: string, signature: string): Promise<Uint8Array> {
  const bytes = withSignature(new TextEncoder().encode(payload), signature);
  if ((await oidOf(kind, bytes)) !== oid) throw unknown("The signed commit", oid);
  return bytes;
}

/** Tries offsets, likely ones first, and both ends of a message, until the id is right. */
async function search(kind: ObjectKind, oid: string, write: (offsets: readonly [number, number], end: string) => Uint8Array): Promise<Uint8Array | undefined> {
  for (const offsets of candidates()) {
    for (const end of ["\n", ""]) {
      const bytes = write(offsets, end);
      if ((await oidOf(kind, bytes)) !== oid) continue;
      remember(offsets);
      return bytes;
    }
  }
  return undefined;
}

function* candidates(): Generator<[number, number]> {
  yield* [...recent];
  for (const offset of OFFSETS) yield [offset, offset];
  for (const author of OFFSETS) for (const committer of OFFSETS) if (author !== committer) yield [author, committer];
}

function remember(offsets: [number, number]): void {
  const at = recent.findIndex(([author, committer]) => author === offsets[0] && committer === offsets[1]);
  if (at >= 0) recent.splice(at, 1);
  recent.unshift(offsets);
  recent.length = Math.min(recent.length, MOST_RECENT);
}

function personText({ name, email, date }: Person, offsetMin: number): string {
  return `${name} <${email}> ${Math.floor(Date.parse(date) / 1000)} ${offsetText(offsetMin, "")}`;
}

function offsetText(offsetMin: number, between: string): string {
  const minutes = Math.abs(offsetMin);
  const two = (value: number) => String(value).padStart(2, "0");
  return `${offsetMin < 0 ? "-" : "+"}${two(Math.floor(minutes / 60))}${between}${two(minutes % 60)}`;
}

/** `Ada <ada@example.org> 1750000000 +0530`, with the time as GitHub takes it. */
function person(oid: string, line: string | undefined): Person {
  const [, name, email, seconds, sign, hours, minutes] = /^(.*) <(.*)> (\d+) ([+-])(\d\d)(\d\d)$/s.exec(line ?? "") ?? [];
  if (name === undefined || email === undefined) throw refused(oid, "its author or time is written in a way that GitHub does not take");
  const offsetMin = (Number(hours) * 60 + Number(minutes)) * (sign === "-" ? -1 : 1);
  const local = new Date((Number(seconds) + offsetMin * 60) * 1000).toISOString().slice(0, 19);
  return { name, email, date: `${local}${offsetText(offsetMin, ":")}` };
}
