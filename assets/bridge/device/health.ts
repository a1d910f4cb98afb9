/**
 * How safe a person's work is on this device: whether the browser promised to keep it, what room there is, when it was last backed up,
 * whether remotes are in step; and what of that needs them. Judges what it is given and asks nobody.
 */

/** One volume, as far as its safety is concerned (`GET /volumes/stats`). */
export interface VolumeFacts {
  volume: string;
  writable: boolean;
  commits: number;
  /** Commits that runs made by themselves, one for each trace. */
  traces: number;
  head: string | null;
  remote: string | null;
  ahead: number;
  behind: number;
}

/** What was backed up, and when. */
export interface Backup {
  atMs: number;
  /** The newest commit of each volume then. */
  heads: Record<string, string>;
}

export interface Facts {
  nowMs: number;
  /** Why nothing is kept, where that is so. */
  trouble: string | undefined;
  /** The last change was not kept for lack of room. */
  isFull: boolean;
  persisted: boolean;
  usedBytes: number | undefined;
  quotaBytes: number | undefined;
  backup: Backup | undefined;
  volumes: VolumeFacts[];
}

/** `danger`: work is being lost or soon will be. `attention`: it could be lost by accident. `kept`: it is as safe as it gets here. */
export type Level = "kept" | "attention" | "danger";

export interface Health {
  level: Level;
  /** In a few words, for the badge. */
  short: string;
  /** In a sentence: what, and what to do. */
  text: string;
}

const NEARLY_FULL = 0.9;
const DAY_MS = 24 * 60 * 60 * 1000;
const BACKUP_AGE_MS = 14 * DAY_MS;
/** A volume that has only been made has one commit. */
const COMMITS_OF_A_NEW_VOLUME = 1;

/** Volumes that hold more than the traces of runs, and of these those that are nowhere but here. */
export function ownWork({ volumes, backup }: Facts): { own: VolumeFacts[]; onlyHere: VolumeFacts[] } {
  const own = volumes.filter(({ writable, volume, commits, traces }) => writable && volume !== "system" && commits > COMMITS_OF_A_NEW_VOLUME + traces);
  const isElsewhere = (row: VolumeFacts) => (row.remote !== null && row.ahead === 0) || (row.head !== null && backup?.heads[row.volume] === row.head);
  return { own, onlyHere: own.filter((row) => !isElsewhere(row)) };
}

export function judge(facts: Facts): Health {
  const { trouble, isFull, persisted, usedBytes, quotaBytes, backup, nowMs } = facts;
  if (trouble !== undefined) return { level: "danger", short: "Not kept", text: trouble };
  if (isFull) return { level: "danger", short: "Full", text: "There was no room to keep the last change. Free space on the disk, or back up and remove a volume." };
  if (usedBytes !== undefined && quotaBytes !== undefined && usedBytes > NEARLY_FULL * quotaBytes) {
    return { level: "danger", short: "Nearly full", text: "The browser's room for this site is nearly used up. Remove what can be fetched again, or back up and remove a volume." };
  }
  const { own, onlyHere } = ownWork(facts);
  if (own.length === 0) return { level: "kept", short: "Kept here", text: "Nothing of your own is kept yet. What you keep stays on this device." };
  if (onlyHere.length === 0) return { level: "kept", short: "Safe", text: "Everything that you keep is in a backup or at a remote as well." };
  if (backup === undefined && !persisted) {
    return { level: "attention", short: "No backup", text: "Your work is on this device alone, and the browser may clear it when space runs short. Back it up, or connect a remote." };
  }
  if (backup !== undefined && nowMs - backup.atMs > BACKUP_AGE_MS) {
    return { level: "attention", short: "Old backup", text: `Your last backup is ${Math.floor((nowMs - backup.atMs) / DAY_MS)} days old, and something has changed since.` };
  }
  return { level: "kept", short: "Kept here", text: persisted ? "The browser keeps your work until you remove it. A backup keeps it from a lost device too." : "Some of your work is newer than your last backup." };
}
