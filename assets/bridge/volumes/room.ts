/**
 * Room for what a person keeps: when the browser's room for this site is used up, the runtimes' bytes (cache.ts) are given up first. They can
 * be fetched again; a commit cannot. What was done is told to the page (keeper.ts).
 */

import { storageUsage } from "./failure";

const LOOK_EVERY_MS = 100;
const LONGEST_WAIT_MS = 2_000;
const RUNTIMES = "runtime-assets";
const CHANNEL = "llmos-device";

/** Gives up what can be fetched again; whether there was anything. */
export async function makeRoom(): Promise<boolean> {
  if (!("caches" in globalThis)) return false;
  const before = await storageUsage();
  const removed = await caches.delete(RUNTIMES).catch(() => false);
  if (!removed) return false;
  tell({ kind: "made-room" });
  // The browser says that it is removed before the room is free.
  for (let waitedMs = 0; before !== undefined && waitedMs < LONGEST_WAIT_MS; waitedMs += LOOK_EVERY_MS) {
    if (((await storageUsage())?.usedBytes ?? 0) < before.usedBytes) break;
    await new Promise((later) => setTimeout(later, LOOK_EVERY_MS));
  }
  return true;
}

/** Says that something was not kept for lack of room. */
export function tellFull(): void {
  tell({ kind: "full" });
}

function tell(message: { kind: "made-room" | "full" }): void {
  const channel = new BroadcastChannel(CHANNEL);
  channel.postMessage(message);
  channel.close();
}
