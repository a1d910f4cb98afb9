/**
 * Requests to models' servers, as Rust describes them (kernel/llm/wire.rs). The key is put into its header here and is seen by nobody
 * else: not by Rust, not by the page, and where a server repeats it in an error, it is blotted out.
 */

import { VaultFailure } from "../vault";
import { askLanguageModel } from "./browser";
import { ModelFailure } from "./failure";
import { modelKeys } from "./keys";

/** `HttpRequest` of Rust. */
interface HttpRequest {
  method: "GET" | "POST";
  url: string;
  headers: [name: string, value: string][];
  key: { header: string; prefix: string; needed: boolean } | null;
  body: string | null;
  first_byte_timeout_ms: number;
  idle_timeout_ms: number;
}

/** The head of an answer; the body too where it is an error or asked for as a whole. */
export interface Head {
  status: number;
  headers: [name: string, value: string][];
  body?: string;
}

/** Stands where an address would, for the model that the browser brings (kernel/llm/browser_model.rs). */
const BROWSER_MODEL = "browser:";
/** An error's body, or a list of models, is never longer. */
const LARGEST_BODY_BYTES = 4 << 20;
const SEND_TIMEOUT_MS = 30_000;
const REACH_TIMEOUT_MS = 6_000;

/** One answer while it comes. */
class AnswerStream {
  readonly #controller = new AbortController();
  #reader: ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>> | undefined;
  #timeoutMs: number;
  readonly #idleTimeoutMs: number;

  constructor(firstByteTimeoutMs: number, idleTimeoutMs: number) {
    this.#timeoutMs = firstByteTimeoutMs;
    this.#idleTimeoutMs = idleTimeoutMs;
  }

  stop(): void {
    this.#controller.abort(new ModelFailure("stopped"));
  }

  async open(modelId: string, request: HttpRequest): Promise<Head> {
    return this.#patiently(async () => {
      if (request.url === BROWSER_MODEL) {
        this.#reader = askLanguageModel(request, this.#controller.signal).getReader();
        return { status: 200, headers: [] };
      }
      const { response, key } = await answered(modelId, request, this.#controller.signal);
      const head = headOf(response);
      if (!response.ok) return { ...head, body: blotted(await textOf(response), key) };
      this.#reader = response.body?.getReader();
      return head;
    });
  }

  /** The next bytes; undefined at the end. */
  async read(): Promise<Uint8Array | undefined> {
    const { value } = (await this.#patiently(async () => this.#reader?.read())) ?? {};
    this.#timeoutMs = this.#idleTimeoutMs;
    return value;
  }

  /** Waits for the network, but not for ever. */
  async #patiently<T>(work: () => Promise<T>): Promise<T> {
    const { signal } = this.#controller;
    const timer = setTimeout(() => this.#controller.abort(new ModelFailure("timed_out")), this.#timeoutMs);
    try {
      signal.throwIfAborted();
      return await work();
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      throw error instanceof ModelFailure || error instanceof VaultFailure ? error : new ModelFailure("cut_off");
    } finally {
      clearTimeout(timer);
    }
  }
}

const streams = new Map<string, AnswerStream>();

/** Sends a request and gives the head of the answer, as JSON. The rest comes by `readModelStream`. */
export async function openModelStream(streamId: string, modelId: string, request: string): Promise<string> {
  const described = JSON.parse(request) as HttpRequest;
  const stream = new AnswerStream(described.first_byte_timeout_ms, described.idle_timeout_ms);
  streams.set(streamId, stream);
  try {
    const head = await stream.open(modelId, described);
    if (head.body !== undefined) forget(streamId, stream);
    return JSON.stringify(head);
  } catch (error) {
    forget(streamId, stream);
    throw error;
  }
}

/** The next bytes of an answer; undefined at its end. */
export async function readModelStream(streamId: string): Promise<Uint8Array | undefined> {
  const stream = streams.get(streamId);
  if (stream === undefined) throw new ModelFailure("stopped");
  try {
    const bytes = await stream.read();
    if (bytes === undefined) forget(streamId, stream);
    return bytes;
  } catch (error) {
    forget(streamId, stream);
    throw error;
  }
}

/** Breaks an answer off; what waits for it fails as stopped. */
export function stopModelStream(streamId: string): void {
  streams.get(streamId)?.stop();
}

function forget(streamId: string, stream: AnswerStream): void {
  if (streams.get(streamId) === stream) streams.delete(streamId);
}

/** Sends a request and gives the whole answer, as JSON. */
export async function sendModelRequest(modelId: string, request: string): Promise<string> {
  const described = JSON.parse(request) as HttpRequest;
  const signal = AbortSignal.timeout(SEND_TIMEOUT_MS);
  if (described.url === BROWSER_MODEL) {
    const body = await new Response(askLanguageModel(described, signal)).text();
    return JSON.stringify({ status: 200, headers: [], body } satisfies Head);
  }
  const { response, key } = await answered(modelId, described, signal);
  try {
    return JSON.stringify({ ...headOf(response), body: blotted(await textOf(response), key) } satisfies Head);
  } catch (error) {
    throw isTimeout(error) ? new ModelFailure("timed_out") : new ModelFailure("cut_off");
  }
}

/** After a request without an answer: asks again in ways that tell why. `Reach` of kernel/llm/doctor.rs, as JSON. */
export async function reachModel(modelId: string, request: string): Promise<string> {
  const { url } = JSON.parse(request) as HttpRequest;
  const again = (mode: RequestMode) =>
    fetch(url, { mode, credentials: "omit", cache: "no-store", referrerPolicy: "no-referrer", signal: AbortSignal.timeout(REACH_TIMEOUT_MS) }).then(
      () => true,
      () => false,
    );
  const [answers, readable, key, denied] = await Promise.all([again("no-cors"), again("cors"), modelKeys.get(modelId, url).catch(() => undefined), localNetworkDenied()]);
  return JSON.stringify({ answers: answers || readable, readable_without_key: readable, had_key: key !== undefined, local_network_denied: denied });
}

/** `PageFacts` of kernel/llm/doctor.rs, as JSON. */
export function pageFacts(): string {
  const { userAgent, onLine } = navigator;
  const platform = /Mac|iPhone|iPad/.test(userAgent) ? "mac" : /Windows/.test(userAgent) ? "windows" : /Linux|X11/.test(userAgent) ? "linux" : "";
  return JSON.stringify({ origin: self.location.origin, online: onLine, platform });
}

async function answered(modelId: string, { method, url, headers, key: place, body }: HttpRequest, signal: AbortSignal): Promise<{ response: Response; key: string | undefined }> {
  const key = await modelKeys.get(modelId, url);
  if (key === undefined && place?.needed) throw new ModelFailure("no_key");
  const all = new Headers(headers);
  if (key !== undefined && place) all.set(place.header, place.prefix + key);
  try {
    const response = await fetch(url, {
      method,
      headers: all,
      body,
      signal,
      credentials: "omit",
      cache: "no-store",
      referrerPolicy: "no-referrer",
      // A key in a header of its own would go along to wherever a redirect leads.
      redirect: "error",
    });
    return { response, key };
  } catch (error) {
    throw isTimeout(error) ? new ModelFailure("timed_out") : new ModelFailure("no_answer");
  }
}

function headOf({ status, headers }: Response): Head {
  const all = [...headers].map(([name, value]): [string, string] => [name, name === "retry-after" ? secondsOf(value) : value]);
  return { status, headers: all };
}

/** `Retry-After` is in seconds, or a date. */
function secondsOf(value: string): string {
  const date = Date.parse(value);
  return /^\d/.test(value) || Number.isNaN(date) ? value : String(Math.max(0, Math.ceil((date - Date.now()) / 1000)));
}

/** The text of a body, as far as anybody will read it. */
async function textOf(response: Response): Promise<string> {
  const reader = response.body?.getReader();
  const decoder = new TextDecoder();
  let text = "";
  let size = 0;
  while (reader !== undefined && size <= LARGEST_BODY_BYTES) {
    const { value, done } = await reader.read();
    if (done) break;
    size += value.length;
    text += decoder.decode(value, { stream: true });
  }
  void reader?.cancel().catch(() => undefined);
  return text + decoder.decode();
}

function blotted(text: string, key: string | undefined): string {
  return key === undefined ? text : text.replaceAll(key, "…").replaceAll(encodeURIComponent(key), "…");
}

function isTimeout(error: unknown): boolean {
  return error instanceof DOMException && error.name === "TimeoutError";
}

async function localNetworkDenied(): Promise<boolean> {
  try {
    const { state } = await navigator.permissions.query({ name: "local-network-access" as PermissionName });
    return state === "denied";
  } catch {
    // This browser asks nobody.
    return false;
  }
}
