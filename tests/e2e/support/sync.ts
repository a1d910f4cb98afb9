/** Calls of transports inside the volume worker, for tests of remotes. */

import type { Worker } from "@playwright/test";
import type { Credentials, FetchResult, PushResult, Remote, RemoteRefs, RefUpdate, SyncProgress } from "../../../assets/bridge/volumes/remote/transport";
import type {} from "../harness/volume-worker";
import { createRepository, git, gitBytes } from "./git";

export interface Call {
  wants?: string[];
  haves?: string[];
  updates?: RefUpdate[];
  pack?: Buffer;
  /** Given one after the other, whenever the server asks. */
  credentials?: Credentials[];
  /** Cancels at the first progress of this stage. */
  cancelAt?: string;
  /** Objects that the volume is said to have. */
  known?: string[];
}

export interface Outcome extends Partial<RemoteRefs & PushResult> {
  /** The pack that came, in base64. */
  pack?: string;
  failure?: { kind: string; message: string };
  progress: SyncProgress[];
  asked: { host: string; refused: boolean }[];
}

/** What comes of one call of a transport. */
export function call(tab: Worker, operation: "refs" | "fetch" | "push", remote: Remote, parameters: Call = {}): Promise<Outcome> {
  return tab.evaluate(async ({ operation, remote, parameters, packText }) => {
    const { wants, haves = [], updates = [], credentials = [], cancelAt, known = [] } = parameters;
    const progress: SyncProgress[] = [];
    const asked: { host: string; refused: boolean }[] = [];
    const controller = new AbortController();
    const options = {
      signal: controller.signal,
      progress: (step: SyncProgress) => {
        progress.push(step);
        if (step.stage === cancelAt) controller.abort();
      },
      credentials: async ({ host, refused }: { host: string; refused: boolean }) => {
        asked.push({ host, refused });
        return credentials.shift();
      },
      known: async (oids: string[]) => oids.map((oid) => known.includes(oid)),
    };
    try {
      const transport = await volumes.transport.transportFor(remote);
      const result: Partial<FetchResult> = operation === "refs" ? await transport.refs(remote, options) : operation === "fetch" ? await transport.fetch(remote, wants, haves, options) : await transport.push(remote, updates, packText === undefined ? undefined : volumes.base64.decode(packText), options);
      const { pack, ...rest } = result;
      return { ...rest, ...(pack && { pack: volumes.base64.encode(pack) }), progress, asked };
    } catch (error) {
      const { kind = (error as Error).name, message } = error as { kind?: string; message: string };
      return { failure: { kind, message }, progress, asked };
    }
  }, { operation, remote, parameters: { ...parameters, pack: undefined }, packText: parameters.pack?.toString("base64") });
}

/** The pack that a push needs, as native git makes it. */
export function packOf(work: string, want: string, have?: string): Promise<Buffer> {
  return gitBytes(work, ["pack-objects", "--stdout", "--revs", "--quiet"], { input: `${want}\n${have === undefined ? "" : `^${have}\n`}` });
}

/** Takes a pack into a new bare repository of native git, which checks it. */
export async function unpacked(folder: string, pack: string): Promise<void> {
  await createRepository(folder, { bare: true });
  await git(folder, ["index-pack", "--stdin", "--strict"], { input: Buffer.from(pack, "base64") });
}
