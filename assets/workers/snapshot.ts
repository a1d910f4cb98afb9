/**
 * A snapshot of Python's memory is half zeros: it travels and is kept as the runs of pages that hold something.
 *
 * The form: three 32-bit numbers ahead (bytes when unpacked, runs, 0), then for each run its first byte and its length, then the runs.
 */

const PAGE_BYTES = 4_096;
const HEAD_WORDS = 3;

/** The snapshot without its empty pages. */
export function packSnapshot(bytes: Uint8Array): ArrayBuffer {
  const runs = runsOf(bytes);
  const held = runs.reduce((sum, run) => sum + run.length, 0);
  const headBytes = (HEAD_WORDS + 2 * runs.length) * 4;
  const packed = new Uint8Array(headBytes + held);
  const head = new Uint32Array(packed.buffer, 0, headBytes / 4);
  head.set([bytes.byteLength, runs.length, 0]);
  let at = headBytes;
  runs.forEach((run, index) => {
    head.set([run.start, run.length], HEAD_WORDS + 2 * index);
    packed.set(bytes.subarray(run.start, run.start + run.length), at);
    at += run.length;
  });
  return packed.buffer;
}

export function unpackSnapshot(buffer: ArrayBuffer): Uint8Array {
  const [total, count] = new Uint32Array(buffer, 0, HEAD_WORDS) as unknown as [number, number];
  const runs = new Uint32Array(buffer, HEAD_WORDS * 4, 2 * count);
  const bytes = new Uint8Array(total);
  let at = (HEAD_WORDS + 2 * count) * 4;
  for (let index = 0; index < count; index += 1) {
    const start = runs[2 * index]!;
    const length = runs[2 * index + 1]!;
    bytes.set(new Uint8Array(buffer, at, length), start);
    at += length;
  }
  return bytes;
}

function runsOf(bytes: Uint8Array): { start: number; length: number }[] {
  const runs: { start: number; length: number }[] = [];
  let open: { start: number; length: number } | undefined;
  for (let start = 0; start < bytes.byteLength; start += PAGE_BYTES) {
    const length = Math.min(PAGE_BYTES, bytes.byteLength - start);
    if (isEmpty(bytes, start, length)) {
      open = undefined;
    } else if (open === undefined) {
      open = { start, length };
      runs.push(open);
    } else {
      open.length += length;
    }
  }
  return runs;
}

/** Whole words at a time where the page allows it. */
function isEmpty(bytes: Uint8Array, start: number, length: number): boolean {
  if ((bytes.byteOffset + start) % 8 === 0 && length % 8 === 0) {
    return new Float64Array(bytes.buffer, bytes.byteOffset + start, length / 8).every((word) => Object.is(word, 0));
  }
  return bytes.subarray(start, start + length).every((byte) => byte === 0);
}
