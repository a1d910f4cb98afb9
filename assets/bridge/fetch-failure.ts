/** Bytes that could not be had. The message says which and why; the next run tries again. */
export class FetchFailure extends Error {
  override readonly name = "FetchFailure";
}

/** Called with the bytes that have come so far. */
export type Progress = (loadedBytes: number) => void;
