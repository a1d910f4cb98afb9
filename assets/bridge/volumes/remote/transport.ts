/**
 * What a volume can do with a remote, whichever way it is reached: ask for its refs, fetch what is missing as a pack, push a pack.
 * A transport moves bytes; what they mean, whether they are sound, and what is written where is decided by whoever calls it.
 * Tokens come through a callback and stay in the call's memory.
 */

export interface Remote {
  /** The repository's address, such as `https://git.example.org/team/skills.git`. */
  url: string;
  /** Straight to the server, through a proxy that the person has named, or by GitHub's REST interface. */
  way: "http" | "proxy" | "github";
  /** The proxy's address, for `proxy`. */
  proxy?: string;
  /** Where GitHub's interface is, for `github`, if not at its usual place. */
  api?: string;
}

export interface Credentials {
  /** Servers that take tokens take any name with them. */
  username?: string;
  password: string;
}

export interface CredentialsRequest {
  host: string;
  url: string;
  /** Whether the ones given before were refused. */
  refused: boolean;
}

/** How far a sync is. */
export interface SyncProgress {
  /** What is being done, such as `Receiving objects`. */
  stage: string;
  done?: number;
  total?: number;
  /** Bytes that have come or gone so far. */
  bytes?: number;
}

export interface SyncOptions {
  /** Called when the server wants to know who asks; undefined gives up. */
  credentials?: (request: CredentialsRequest) => Promise<Credentials | undefined>;
  progress?: (progress: SyncProgress) => void;
  signal?: AbortSignal;
  /** Which of these objects the volume has. Spares ways that ask for objects one by one what is there already. */
  known?: (oids: string[]) => Promise<boolean[]>;
}

export interface RemoteRefs {
  /** Names such as `refs/heads/main` with the ids they point to; `HEAD` is not among them. */
  refs: Record<string, string>;
  /** For annotated tags: the commit that they mean. */
  peeled: Record<string, string>;
  /** The branch that HEAD names, if the server says so. */
  head?: string;
}

export interface FetchResult extends RemoteRefs {
  /** All objects that were missing, with nothing left out; undefined if none were wanted. */
  pack?: Uint8Array;
  /** What the server said meanwhile. */
  messages: string[];
}

export interface RefUpdate {
  ref: string;
  /** What the remote has now; null for a ref that it does not have. */
  old: string | null;
  /** What it shall have; null removes the ref. */
  new: string | null;
}

export interface PushResult {
  /** What the server said meanwhile, such as the words of a hook or the address for a review. */
  messages: string[];
}

export interface Transport {
  refs(remote: Remote, options: SyncOptions): Promise<RemoteRefs>;
  /** Brings everything that `wants` reach and `haves` do not; without wants, all branches and tags. */
  fetch(remote: Remote, wants: string[] | undefined, haves: string[], options: SyncOptions): Promise<FetchResult>;
  /** Moves refs of the remote, all or none where the server can; `pack` holds what it lacks. */
  push(remote: Remote, updates: RefUpdate[], pack: Uint8Array | undefined, options: SyncOptions): Promise<PushResult>;
}

export type RemoteFailureKind =
  /** Nobody answers, or the browser does not let the answer through. */
  | "unreachable"
  /** The connection ended in the middle. */
  | "cut"
  | "credentials"
  | "not_found"
  /** The remote has moved on: fetch first. */
  | "moved"
  /** The server refused for a reason of its own, which the message tells. */
  | "rejected"
  /** The answer is not what a git server says. */
  | "protocol"
  | "cancelled"
  /** This way cannot carry it unchanged. */
  | "unsupported";

/** Why a sync did not happen; the message is for people and names the host. */
export class RemoteFailure extends Error {
  override readonly name = "RemoteFailure";
  readonly kind: RemoteFailureKind;

  constructor(kind: RemoteFailureKind, message: string) {
    super(message);
    this.kind = kind;
  }
}

/** The transport for a remote, loaded when it is first used. */
export async function transportFor(remote: Remote): Promise<Transport> {
  if (remote.way === "github") return (await import("./github")).github;
  return (await import("./smart-http")).smartHttp;
}
