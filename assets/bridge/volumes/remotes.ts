/**
 * The remotes of volumes, as Rust asks for them: settings and ids in, refs and packs out. Tokens come from the vault and go nowhere
 * else; progress goes to whoever listens; a volume's sync can be cancelled.
 */

import { RemoteFailure, transportFor, type Remote, type RefUpdate, type SyncOptions, type SyncProgress } from "./remote/transport";
import { vault } from "./vault";

/** `RemoteSettings` of kernel/manager/remote.rs. */
interface RemoteSettings {
  url: string;
  transport: "http" | "proxy" | "github";
  proxy_url?: string;
  user_name?: string;
}

/** What comes back: names and ids in turn, the branch that HEAD names, the pack. */
type Fetched = [refs: string[], head: string | undefined, pack: Uint8Array | undefined];

const tokensOfVisit = new Map<string, string>();
const running = new Map<string, AbortController>();
let tell: (volume: string, progress: SyncProgress) => void = () => undefined;
let holds: ((volume: string, oids: string[]) => Promise<boolean[]>) | undefined;

export function onSyncProgress(listener: typeof tell): void {
  tell = listener;
}

/** Says which objects a volume has, so that ways that bring them one by one leave those out. */
export function askWhatIsHeld(ask: NonNullable<typeof holds>): void {
  holds = ask;
}

/** Breaks off the sync of a volume, if there is one. */
export function cancelSync(volume: string): void {
  running.get(volume)?.abort();
}

/**
 * Keeps a remote's token, on this device or for as long as the page lives; an empty one forgets it. It never comes out again but to its
 * server.
 */
export async function keepToken(volume: string, token: string, keep: "device" | "visit" = "device"): Promise<void> {
  tokensOfVisit.delete(volume);
  if (token === "" || keep === "visit") await vault.remove(secretName(volume));
  else await vault.set(secretName(volume), token);
  if (token !== "" && keep === "visit") tokensOfVisit.set(volume, token);
}

export async function hasToken(volume: string): Promise<boolean> {
  return tokensOfVisit.has(volume) || (await vault.names()).includes(secretName(volume));
}

/** Everything behind the branches and tags of a remote that `haves` have not. */
export async function fetchRemote(volume: string, settings: string, haves: string[]): Promise<Fetched> {
  const remote = remoteOf(settings);
  return withCancel(volume, async (signal) => {
    const transport = await transportFor(remote.remote);
    const { refs, head, pack } = await transport.fetch(remote.remote, undefined, haves, options(volume, remote.userName, signal));
    return [Object.entries(refs).flat(), head, pack];
  });
}

/** Moves refs of a remote. */
export async function pushRemote(volume: string, settings: string, updates: string, pack: Uint8Array | undefined): Promise<void> {
  const remote = remoteOf(settings);
  await withCancel(volume, async (signal) => {
    const transport = await transportFor(remote.remote);
    await transport.push(remote.remote, JSON.parse(updates) as RefUpdate[], pack, options(volume, remote.userName, signal));
  });
}

function remoteOf(settings: string): { remote: Remote; userName: string | undefined } {
  const { url, transport, proxy_url: proxy, user_name: userName } = JSON.parse(settings) as RemoteSettings;
  return { remote: { url, way: transport, ...(proxy !== undefined && { proxy }) }, userName };
}

function options(volume: string, userName: string | undefined, signal: AbortSignal): SyncOptions {
  return {
    signal,
    progress: (progress) => tell(volume, progress),
    ...(holds && { known: holds.bind(undefined, volume) }),
    async credentials({ refused }) {
      const password = refused ? undefined : (tokensOfVisit.get(volume) ?? (await vault.get(secretName(volume))));
      if (password === undefined) return undefined;
      return { password, ...(userName !== undefined && { username: userName }) };
    },
  };
}

async function withCancel<T>(volume: string, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  running.set(volume, controller);
  try {
    return await work(controller.signal);
  } catch (error) {
    if (error instanceof RemoteFailure || !controller.signal.aborted) throw error;
    throw new RemoteFailure("cancelled", "The sync was cancelled. Nothing was changed.");
  } finally {
    if (running.get(volume) === controller) running.delete(volume);
  }
}

function secretName(volume: string): string {
  return `remote:${volume}`;
}
