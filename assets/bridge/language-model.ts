/**
 * The model that the browser itself brings, where it brings one (https://github.com/webmachinelearning/prompt-api). It exists on windows
 * only, so the volume worker asks the page for it and hears lines of JSON over a port: `{message: {content}}`, `{done: true}`, `{error}`.
 *
 * Whether there is one is told by `availability()` alone: the name is there in browsers that have none.
 */

interface Message {
  role: "system" | "user" | "assistant";
  content: string;
}

interface Session {
  promptStreaming(messages: Message[], options: { signal: AbortSignal }): ReadableStream<string>;
  destroy(): void;
}

interface LanguageModel {
  availability(): Promise<"unavailable" | "downloadable" | "downloading" | "available">;
  create(options: { initialPrompts: Message[]; signal: AbortSignal; monitor(monitor: EventTarget): void }): Promise<Session>;
}

/** What the worker wants: whether there is a model, or an answer. */
export interface LanguageModelRequest {
  method: "GET" | "POST";
  body: string | null;
}

const NONE = { error: { code: "model_not_found", message: "This browser brings no model, or this computer is too small for it." } };

/** Answers over the port, until all is said or the other side closes with any message. */
export async function serveLanguageModel(port: MessagePort, { method, body }: LanguageModelRequest): Promise<void> {
  const stopping = new AbortController();
  port.onmessage = () => stopping.abort();
  const say = (line: object) => port.postMessage(`${JSON.stringify(line)}\n`);
  try {
    const model = (globalThis as { LanguageModel?: LanguageModel }).LanguageModel;
    const availability = (await model?.availability()) ?? "unavailable";
    if (method === "GET") say({ data: availability === "unavailable" ? [] : [{ id: "built-in" }] });
    else if (model === undefined || availability === "unavailable") say(NONE);
    else await answer(model, (JSON.parse(body ?? "{}") as { messages: Message[] }).messages, stopping.signal, say);
  } catch (thrown) {
    if (!stopping.signal.aborted) say({ error: { code: codeOf(thrown), message: thrown instanceof Error ? thrown.message : String(thrown) } });
  }
  port.postMessage(null);
}

async function answer(model: LanguageModel, messages: Message[], signal: AbortSignal, say: (line: object) => void): Promise<void> {
  const before = messages.slice(0, -1);
  const session = await model.create({
    initialPrompts: before,
    signal,
    // It may have to be fetched first; a sign of life for whoever waits.
    monitor: (monitor) => monitor.addEventListener("downloadprogress", () => say({})),
  });
  try {
    const reader = session.promptStreaming(messages.slice(-1), { signal }).getReader();
    for (let next = await reader.read(); !next.done; next = await reader.read()) say({ message: { content: next.value } });
    say({ done: true, done_reason: "stop" });
  } finally {
    session.destroy();
  }
}

function codeOf(thrown: unknown): string {
  const name = thrown instanceof Error ? thrown.name : "";
  if (name === "QuotaExceededError") return "context_length_exceeded";
  return name === "NotAllowedError" || name === "NotSupportedError" ? "permission_denied" : "server_error";
}
