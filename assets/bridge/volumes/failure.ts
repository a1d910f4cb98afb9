/**
 * Why the browser's storage did not do what it was asked, in words for people: what happened, that nothing was changed, what to do.
 * The kinds are what the kernel tells apart (`RowsError` in kernel/volume/rows.rs).
 */

export type RowsFailureKind = "moved" | "quota" | "closed" | "failed";

interface RowsFailureFacts {
  /** The row that is not as expected. */
  key?: string;
  /** What the browser calls it, such as `UnknownError`. */
  name?: string;
  /** How much this site stores, and how much it may. */
  usage?: StorageUsage;
}

export interface StorageUsage {
  usedBytes: number;
  quotaBytes: number;
}

export class RowsFailure extends Error {
  override readonly name: string;
  readonly kind: RowsFailureKind;
  readonly key: string | undefined;
  readonly usage: StorageUsage | undefined;

  constructor(kind: RowsFailureKind, message: string, facts: RowsFailureFacts = {}) {
    super(message);
    this.kind = kind;
    this.name = facts.name ?? "RowsFailure";
    this.key = facts.key;
    this.usage = facts.usage;
  }
}

/** Another writer was faster: `key` no longer holds what this write builds on. */
export function moved(key: string): RowsFailure {
  return new RowsFailure("moved", `'${key}' was changed by someone else in the meantime. Nothing was written.`, { key });
}

/** Whatever the browser threw, as one of ours. */
export async function asRowsFailure(error: unknown): Promise<RowsFailure> {
  if (error instanceof RowsFailure) return error;
  const { name, message } = error instanceof Error ? error : { name: "Error", message: String(error) };
  switch (name) {
    case "QuotaExceededError":
      return outOfSpace(await storageUsage());
    case "VersionError":
      return new RowsFailure("closed", "The volumes of this browser were made by a newer release of the workbench. Reload the page to get that release.", { name });
    case "SecurityError":
    case "NotAllowedError":
      return new RowsFailure("failed", "The browser does not let this page store anything. Allow site data for it, or leave the private window, and reload.", { name });
    case "AbortError":
      return new RowsFailure("failed", `The browser broke off the work on its storage${reason(message)}. Nothing was changed; try again.`, { name });
    default:
      return new RowsFailure("failed", `The browser's storage failed with ${name}${reason(message)}. Nothing was changed; try again, and if it stays so, restart the browser.`, { name });
  }
}

function reason(message: string): string {
  const text = message.trim().replace(/\.$/, "");
  return text === "" ? "" : ` (${text})`;
}

function outOfSpace(usage: StorageUsage | undefined): RowsFailure {
  const message = `There is no room left in the browser's storage for this site${usage === undefined ? "" : `, which uses ${usageText(usage)}`}. Nothing was changed. Free space on the disk, or export a volume and remove it here.`;
  return new RowsFailure("quota", message, { name: "QuotaExceededError", ...(usage && { usage }) });
}

/** Browsers name a quota that the disk may not have; it says something only where it is nearly used up. */
function usageText({ usedBytes, quotaBytes }: StorageUsage): string {
  return usedBytes > 0.8 * quotaBytes ? `${megabytes(usedBytes)} of ${megabytes(quotaBytes)}` : megabytes(usedBytes);
}

/** How much this site stores, where the browser tells. */
export async function storageUsage(): Promise<StorageUsage | undefined> {
  try {
    const { usage, quota } = await navigator.storage.estimate();
    return usage === undefined || quota === undefined ? undefined : { usedBytes: usage, quotaBytes: quota };
  } catch {
    return undefined;
  }
}

export function megabytes(bytes: number): string {
  return bytes < 1e9 ? `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}
