/** Bytes from an address, with progress, and unpacked where the build packed them: hosts that compress nothing still send little. */

import { FetchFailure, type Progress } from "./fetch-failure";

/** All bytes at an address, telling how many have come. Only what is named `.gz` is ever unpacked. */
export async function download(url: string, label: string, progress: Progress, signal?: AbortSignal): Promise<ArrayBuffer> {
  let response: Response;
  try {
    response = await fetch(url, { cache: "no-store", credentials: "omit", ...(signal && { signal }) });
  } catch (thrown) {
    if (signal?.aborted) throw thrown;
    throw new FetchFailure(`${label} could not be fetched: ${navigator.onLine ? "the server gave no answer" : "there is no network"}. The next run tries again.`);
  }
  if (!response.ok) throw new FetchFailure(`${label} could not be fetched: the server answered ${response.status}. The next run tries again.`);
  const chunks: Uint8Array[] = [];
  let loaded = 0;
  try {
    const stream = response.body && url.endsWith(".gz") ? await unpacked(response.body) : response.body;
    const reader = stream?.getReader();
    for (let read = await reader?.read(); read !== undefined && !read.done; read = await reader?.read()) {
      chunks.push(read.value);
      loaded += read.value.byteLength;
      progress(loaded);
    }
  } catch (thrown) {
    if (signal?.aborted) throw thrown;
    throw new FetchFailure(`${label} broke off after ${loaded} bytes. The next run tries again.`);
  }
  const bytes = new Uint8Array(loaded);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.byteLength;
  }
  return bytes.buffer;
}

/** Some hosts unpack what is named `.gz` on the way: it is looked at, not believed. */
async function unpacked(stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<ReadableStream<Uint8Array>> {
  const reader = stream.getReader();
  const first = await reader.read();
  const whole = new ReadableStream<Uint8Array<ArrayBuffer>>({
    start: (controller) => (first.done ? controller.close() : controller.enqueue(first.value)),
    async pull(controller) {
      const { done, value } = await reader.read();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    cancel: (reason) => reader.cancel(reason),
  });
  const isPacked = first.value?.[0] === 0x1f && first.value[1] === 0x8b;
  return isPacked ? whole.pipeThrough(new DecompressionStream("gzip")) : whole;
}
