/**
 * Git's own protocol over HTTP, version 0, which every server speaks and which needs no header that a server would have to allow:
 * one question for the refs, one request for a pack or with one. Packs come and go whole; the kernel makes and verifies them.
 */

import { joined } from "../bytes";
import { FLUSH, packetLine, PacketError, PacketReader, text } from "./pkt-line";
import { Session, untilCancelled } from "./session";
import { RemoteFailure, type FetchResult, type PushResult, type RefUpdate, type Remote, type RemoteRefs, type SyncOptions, type Transport } from "./transport";

type Service = "git-upload-pack" | "git-receive-pack";

interface Advertisement extends RemoteRefs {
  capabilities: Set<string>;
  /** The repository's address, as the server wants it used. */
  base: string;
}

const ZERO = "0".repeat(40);
const AGENT = "agent=llmos-lite";
const IF_PUSH_CUT = "The server may or may not have taken the push; the next fetch shows it. Your volume is as it was.";
/** What servers tell of how far they are. */
const PROGRESS = /^(Enumerating|Counting|Compressing|Finding|Getting|Receiving|Resolving|Unpacking|Writing|Processing) [\w ]+: +\d|^Total \d+ \(delta|^Processing changes: /;
/** What servers say when another push was faster. */
const MOVED = /fetch first|non-fast-forward|stale info|cannot lock ref|failed to update ref|incorrect old value|reference already exists|but expected/i;

export const smartHttp: Transport = {
  async refs(remote, options) {
    const { refs, peeled, head } = await advertised(new Session(remote, options), remote, "git-upload-pack");
    return { refs, peeled, ...(head !== undefined && { head }) };
  },

  fetch: (remote, wants, haves, options) => untilCancelled(options, () => fetchPack(remote, wants, haves, options)),

  async push(remote, updates, pack, options) {
    const session = new Session(remote, options);
    options.progress?.({ stage: `Asking ${session.host}` });
    const { refs, capabilities, base } = await advertised(session, remote, "git-receive-pack");
    for (const { ref, old } of updates) {
      if ((refs[ref] ?? null) !== old) throw moved(session.host, ref);
    }
    const asked = ["report-status", "side-band-64k", "ofs-delta", "delete-refs", ...(updates.length > 1 ? ["atomic"] : [])].filter((name) => capabilities.has(name));
    if (updates.some((update) => update.new === null) && !capabilities.has("delete-refs")) {
      throw new RemoteFailure("unsupported", `${session.host} does not let anyone delete branches by push.`);
    }
    const commands = updates.map(({ ref, old, new: next }, index) => packetLine(`${old ?? ZERO} ${next ?? ZERO} ${ref}${index === 0 ? `\0${[...asked, AGENT].join(" ")}` : ""}`));
    const body = joined([...commands, FLUSH, ...(pack === undefined ? [] : [pack])]);
    options.progress?.({ stage: "Sending", bytes: body.length });
    const response = await call(session, base, "git-receive-pack", body);
    return readReport(session, response, updates, asked, options);
  },
};

async function fetchPack(remote: Remote, wants: string[] | undefined, haves: string[], options: SyncOptions): Promise<FetchResult> {
  const session = new Session(remote, options);
  options.progress?.({ stage: `Asking ${session.host}` });
  const { refs, peeled, head, capabilities, base } = await advertised(session, remote, "git-upload-pack");
  const had = new Set(haves);
  const wanted = [...new Set(wants ?? Object.values(refs))].filter((oid) => !had.has(oid));
  const known: FetchResult = { refs, peeled, ...(head !== undefined && { head }), messages: [] };
  if (wanted.length === 0) return known;
  const asked = ["side-band-64k", "ofs-delta"].filter((name) => capabilities.has(name));
  const body = joined([
    ...wanted.map((oid, index) => packetLine(`want ${oid}${index === 0 ? ` ${[...asked, AGENT].join(" ")}` : ""}\n`)),
    FLUSH,
    ...haves.map((oid) => packetLine(`have ${oid}\n`)),
    packetLine("done\n"),
  ]);
  const response = await call(session, base, "git-upload-pack", body);
  return { ...known, ...(await receivedPack(session, response, options)) };
}

/** The refs of the remote and what it can do. */
async function advertised(session: Session, remote: Remote, service: Service): Promise<Advertisement> {
  const url = remote.url.replace(/\/+$/, "");
  const response = await session.request(`${url}/info/refs?service=${service}`);
  const packets = new PacketReader(session.chunks(response));
  const notGit = () => new RemoteFailure("protocol", `What is at ${remote.url} is not a git repository that can be reached over HTTP. Check the address.`);
  const result: Advertisement = { refs: {}, peeled: {}, capabilities: new Set(), base: movedBase(response, remote, url) };
  try {
    const first = await packets.next();
    if (typeof first === "string" || text(first) !== `# service=${service}`) throw notGit();
    await packets.next();
    for (let packet = await packets.next(); packet !== "flush"; packet = await packets.next()) {
      if (packet === "end") throw session.cut(packets.bytes);
      const [line, capabilities] = text(packet).split("\0");
      if (capabilities !== undefined) for (const name of capabilities.split(" ")) result.capabilities.add(name);
      const [oid, name] = line!.split(" ");
      if (oid === "ERR") throw new RemoteFailure("rejected", `${session.host} says: “${line!.slice(4)}”`);
      if (oid === undefined || name === undefined || !/^[0-9a-f]{40}([0-9a-f]{24})?$/.test(oid)) throw notGit();
      // What a server without refs says, to have a line for what it can do.
      if (name === "capabilities^{}" || name === "HEAD") continue;
      if (name.endsWith("^{}")) result.peeled[name.slice(0, -3)] = oid;
      else result.refs[name] = oid;
    }
  } catch (error) {
    throw error instanceof PacketError ? notGit() : error;
  }
  const format = [...result.capabilities].find((name) => name.startsWith("object-format="));
  if (format !== undefined && format !== "object-format=sha1") throw new RemoteFailure("unsupported", `The repository at ${remote.url} uses ${format.slice(14)} ids; volumes use sha1.`);
  const symbolic = [...result.capabilities].find((name) => name.startsWith("symref=HEAD:"));
  if (symbolic !== undefined) result.head = symbolic.slice("symref=HEAD:".length);
  return result;
}

/** Where the server sent us, for what follows; a proxy's address says nothing of that. */
function movedBase(response: Response, remote: Remote, url: string): string {
  const at = response.url.indexOf("/info/refs?service=");
  return remote.way === "http" && response.redirected && at > 0 ? response.url.slice(0, at) : url;
}

function call(session: Session, base: string, service: Service, body: Uint8Array): Promise<Response> {
  const headers = { "content-type": `application/x-${service}-request`, accept: `application/x-${service}-result` };
  return session.request(`${base}/${service}`, { method: "POST", headers, body, ...(service === "git-receive-pack" && { ifCut: IF_PUSH_CUT }) });
}

/** The answer to a request for objects: acknowledgements, then the pack. */
async function receivedPack(session: Session, response: Response, options: SyncOptions): Promise<Pick<FetchResult, "pack" | "messages">> {
  const packets = new PacketReader(session.chunks(response));
  const parts: Uint8Array[] = [];
  const said = new ServerSpeech(options);
  try {
    for (let packet = await packets.next(); packet !== "flush"; packet = await packets.next()) {
      if (packet === "end") throw session.cut(packets.bytes);
      // Said only so that nobody thinks that the connection is gone.
      if (packet.length === 0) continue;
      const line = parts.length === 0 && packet[0]! > 3 ? text(packet) : undefined;
      if (line?.startsWith("ERR ")) throw new RemoteFailure("rejected", `${session.host} says: “${line.slice(4)}”`);
      if (line === "NAK" || line?.startsWith("ACK ")) continue;
      const content = packet.subarray(1);
      if (packet[0] === 1) {
        parts.push(content);
        options.progress?.({ stage: "Receiving objects", bytes: packets.bytes });
      } else if (packet[0] === 2) said.hear(content);
      else throw new RemoteFailure("rejected", `${session.host} gave up: “${text(packet[0] === 3 ? content : packet)}”`);
    }
  } catch (error) {
    if (!(error instanceof PacketError)) throw error;
    // A server without side bands sends the pack as it is.
    if (!error.seen.startsWith("PACK")) throw new RemoteFailure("protocol", `${session.host} answered with something that git does not know.`);
    for await (const chunk of packets.rest()) parts.push(chunk);
  }
  const pack = joined(parts);
  if (pack.length === 0) throw session.cut(packets.bytes);
  await checkWhole(pack, session);
  return { pack, messages: said.lines() };
}

/** A pack ends with its own checksum; without it, it did not come whole. */
async function checkWhole(pack: Uint8Array, session: Session): Promise<void> {
  const body = pack.subarray(0, -20) as Uint8Array<ArrayBuffer>;
  const sum = new Uint8Array(await crypto.subtle.digest("SHA-1", body));
  if (sum.some((byte, index) => byte !== pack[pack.length - 20 + index])) {
    throw new RemoteFailure("cut", `What came from ${session.host} is damaged or not whole. Nothing was changed. Try again.`);
  }
}

/** The answer to a push: that everything was unpacked, and what became of each ref. */
async function readReport(session: Session, response: Response, updates: RefUpdate[], asked: string[], options: SyncOptions): Promise<PushResult> {
  const packets = new PacketReader(session.chunks(response, IF_PUSH_CUT));
  const said = new ServerSpeech(options);
  let report = packets;
  if (asked.includes("side-band-64k")) {
    const parts: Uint8Array[] = [];
    try {
      for (let packet = await packets.next(); packet !== "flush"; packet = await packets.next()) {
        if (packet === "end") throw session.cut(packets.bytes, IF_PUSH_CUT);
        if (packet[0] === 1) parts.push(packet.subarray(1));
        else if (packet[0] === 2) said.hear(packet.subarray(1));
        else throw new RemoteFailure("rejected", `${session.host} gave up: “${text(packet.subarray(1))}”${said.quoted()}`);
      }
    } catch (error) {
      throw error instanceof PacketError ? session.cut(packets.bytes, IF_PUSH_CUT) : error;
    }
    report = new PacketReader(once(joined(parts)));
  }
  const states = new Map<string, string>();
  let unpacked = "";
  for (let packet = await report.next(); typeof packet !== "string"; packet = await report.next()) {
    const [kind, ...rest] = text(packet).split(" ");
    if (kind === "unpack") unpacked = rest.join(" ");
    else if (kind === "ok") states.set(rest[0]!, "");
    else if (kind === "ng") states.set(rest[0]!, rest.slice(1).join(" ") || "no reason given");
  }
  if (!asked.includes("report-status")) return { messages: said.lines() };
  if (unpacked === "") throw session.cut(packets.bytes, IF_PUSH_CUT);
  // A ref that another push has moved counts before everything else that the server may say of it.
  for (const { ref } of updates) {
    const state = states.get(ref) ?? "the server says nothing about it";
    if (state === "") continue;
    if (MOVED.test(state)) throw moved(session.host, ref);
    throw new RemoteFailure("rejected", `${session.host} refused ${shortName(ref)}: ${state}${unpacked === "ok" ? "" : ` (${unpacked})`}.${said.quoted()}`);
  }
  if (unpacked !== "ok") throw new RemoteFailure("rejected", `${session.host} could not take what was sent: ${unpacked}.${said.quoted()}`);
  return { messages: said.lines() };
}

function moved(host: string, ref: string): RemoteFailure {
  return new RemoteFailure("moved", `${shortName(ref)} on ${host} has changed in the meantime. Nothing was pushed. Pull first, then push again.`);
}

function shortName(ref: string): string {
  return `'${ref.replace(/^refs\/(heads|tags)\//, "")}'`;
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

/** What a server says beside its answer: progress, which is told on, and lines for people, which are kept. */
class ServerSpeech {
  readonly #options: SyncOptions;
  #text = "";

  constructor(options: SyncOptions) {
    this.#options = options;
  }

  hear(bytes: Uint8Array): void {
    const text = new TextDecoder().decode(bytes);
    this.#text = (this.#text + text).slice(-64_000);
    const found = [...text.matchAll(/([A-Z][\w ]+): +(?:\d+% )?\(?(\d+)(?:\/(\d+))?/g)].at(-1);
    if (found === undefined) return;
    const [, stage, done, total] = found;
    this.#options.progress?.({ stage: stage!, done: Number(done), ...(total !== undefined && { total: Number(total) }) });
  }

  /** What is not progress, line by line. */
  lines(): string[] {
    const lines = this.#text.split("\n").map((line) => line.split("\r").at(-1)!.trim());
    return lines.filter((line) => line !== "" && !PROGRESS.test(line));
  }

  /** The same, to be put at the end of a message. */
  quoted(): string {
    const lines = this.lines();
    return lines.length === 0 ? "" : ` The server says: “${lines.join(" / ").slice(0, 600)}”`;
  }
}

