/** The facts of this device's storage, asked of the browser and of the volumes; and what is remembered of backups. */

import type { Backup, Facts, VolumeFacts } from "./health";

const BACKUP_KEY = "llmos.backup";

let isFull = false;

/** Something could not be kept for lack of room, or something was kept since: browsers do not say how much room is really left. */
export function foundFull(full: boolean): void {
  isFull = full;
}

interface Stats {
  volumes: (Partial<VolumeFacts> & { volume: string })[];
  storage?: { trouble?: string };
}

export async function readFacts(): Promise<Facts> {
  const [estimate, persisted, stats] = await Promise.all([
    navigator.storage?.estimate().catch(() => undefined),
    navigator.storage?.persisted().catch(() => false) ?? false,
    readStats(),
  ]);
  return {
    nowMs: Date.now(),
    trouble: stats.storage?.trouble,
    isFull,
    persisted,
    usedBytes: estimate?.usage,
    quotaBytes: estimate?.quota,
    backup: lastBackup(),
    volumes: stats.volumes.map((row) => ({ writable: false, commits: 0, traces: 0, head: null, remote: null, ahead: 0, behind: 0, ...row })),
  };
}

async function readStats(): Promise<Stats> {
  const response = await window.llmos.fetch("/volumes/stats");
  return response.ok ? ((await response.json()) as Stats) : { volumes: [] };
}

/** Remembers that everything was backed up as it is now. */
export async function rememberBackup(): Promise<void> {
  const { volumes } = await readStats();
  const heads = Object.fromEntries(volumes.map(({ volume, head }) => [volume, head ?? ""]));
  try {
    localStorage.setItem(BACKUP_KEY, JSON.stringify({ atMs: Date.now(), heads } satisfies Backup));
  } catch {
    // Where nothing can be remembered the backup is none the worse.
  }
}

function lastBackup(): Backup | undefined {
  try {
    const kept = JSON.parse(localStorage.getItem(BACKUP_KEY) ?? "null") as Partial<Backup> | null;
    return typeof kept?.atMs === "number" ? { atMs: kept.atMs, heads: kept.heads ?? {} } : undefined;
  } catch {
    return undefined;
  }
}
