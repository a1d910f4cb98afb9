/**
 * Asks the browser to keep what this site stores until the person removes it: once there is something that they would miss, and not before.
 * A browser that says no is asked again another week; whether it was said is in the device's facts.
 */

const REFUSED_KEY = "llmos.persist-refused";
const ASK_AGAIN_MS = 7 * 24 * 60 * 60 * 1000;
/** What the workbench writes by itself is nobody's reason to be asked. */
const BY_ITSELF = ["traces/", "metadata.json", "evolution/"];

/** Whether a change is something that a person kept. */
export function isOwnWork(volume: string, paths: string[]): boolean {
  return volume !== "system" && volume.includes("/") && paths.some((path) => !BY_ITSELF.some((start) => path.startsWith(start)));
}

/** Asks, where it is time to; whether the promise was given. */
export async function askToPersist({ again = false } = {}): Promise<boolean> {
  const { storage } = navigator;
  if (storage?.persist === undefined) return false;
  if (await storage.persisted()) return true;
  if (!again && Date.now() - refusedAtMs() < ASK_AGAIN_MS) return false;
  const promised = await storage.persist();
  try {
    if (promised) localStorage.removeItem(REFUSED_KEY);
    else localStorage.setItem(REFUSED_KEY, String(Date.now()));
  } catch {
    // Then it is asked again at the next visit.
  }
  return promised;
}

function refusedAtMs(): number {
  try {
    return Number(localStorage.getItem(REFUSED_KEY) ?? 0);
  } catch {
    return 0;
  }
}
