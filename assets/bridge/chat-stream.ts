/**
 * `POST /chat` with `stream: true` as `text/event-stream`: each `data:` line is one ChatEvent of that answer, the last is `finished`.
 * Whoever stops reading stops the answer; what came of it stays in its session.
 */

import type { Volumes } from "./volumes";

const ANSWERING = /^\/chat(\/retry|\/continue)?$/;

interface ChatEvent {
  kind: string;
  session_id: string;
  message_id?: string;
  message?: { message_id: string };
}

/** Whether a call wants to hear its answer grow. */
export function wantsStream(method: string, path: string, body: string): boolean {
  if (method.toUpperCase() !== "POST" || !ANSWERING.test(path.split("?")[0]!)) return false;
  try {
    return (JSON.parse(body) as { stream?: unknown } | null)?.stream === true;
  } catch {
    return false;
  }
}

/** Asks, and answers with the events of the answer as they come; a call that is refused answers as any other. */
export async function streamed(volumes: Volumes, path: string, body: string, signal: AbortSignal | undefined): Promise<Response> {
  // Events may come before the answer says which message they are about.
  const early: string[] = [];
  let hear = (event: string): void => void early.push(event);
  const stopListening = volumes.onChat((event) => hear(event));
  const [status, answered] = await volumes.call("POST", path, body);
  if (status !== 202) {
    stopListening();
    return new Response(answered, { status, headers: { "content-type": "application/json" } });
  }
  const { session_id: sessionId, message_id: messageId } = JSON.parse(answered) as { session_id: string; message_id: string };
  const stop = () => void volumes.call("POST", "/chat/stop", JSON.stringify({ session_id: sessionId }));
  const text = new TextEncoder();
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      hear = (event) => {
        const { kind, message_id, message } = JSON.parse(event) as ChatEvent;
        if ((message_id ?? message?.message_id) !== messageId) return;
        controller.enqueue(text.encode(`data: ${event}\n\n`));
        if (kind !== "finished") return;
        stopListening();
        signal?.removeEventListener("abort", stop);
        controller.close();
      };
      early.splice(0).forEach((event) => hear(event));
    },
    cancel() {
      stopListening();
      stop();
    },
  });
  if (signal?.aborted) stop();
  signal?.addEventListener("abort", stop, { once: true });
  return new Response(stream, { status: 200, headers: { "content-type": "text/event-stream", "cache-control": "no-store" } });
}
