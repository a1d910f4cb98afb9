/**
 * What a chat in the volume worker needs of the world: listeners in the page, what only the page can do, and which tabs are open. Used by
 * Rust (`src/browser/chat_page.rs`); the worker says where messages go.
 */

import type { FromVolumes } from "../volume-protocol";

/** How long events are gathered: one message to the page for all that comes within a frame. */
const GATHER_MS = 16;
const LOCK = "llmos-tab:";

type Event = string | { session_id: string; message_id: string; text: string };

interface Asked {
  resolve(value: string): void;
  reject(error: Error): void;
}

/** A name that no other tab has had. */
const tab = crypto.randomUUID();
const asked = new Map<string, Asked>();
let events: Event[] = [];
let gathering = false;
let post: (message: FromVolumes) => void = () => undefined;

/** Where messages to the page go. From now on others can see that this tab is open. */
export function openChatPage(send: (message: FromVolumes) => void): void {
  post = send;
  // Held until the worker ends, however it ends: the browser lets go of it.
  if ("locks" in navigator) void navigator.locks.request(LOCK + tab, () => new Promise<never>(() => undefined));
}

/** An event as JSON. */
export function emitChat(event: string): void {
  gather(event);
}

/** More words of an answer: those that come within a frame are one event. */
export function emitChatDelta(sessionId: string, messageId: string, text: string): void {
  const last = events[events.length - 1];
  if (typeof last === "object" && last.message_id === messageId && last.session_id === sessionId) last.text += text;
  else gather({ session_id: sessionId, message_id: messageId, text });
}

function gather(event: Event): void {
  events.push(event);
  if (gathering) return;
  gathering = true;
  setTimeout(() => {
    gathering = false;
    const gathered = events.map((one) => (typeof one === "string" ? one : JSON.stringify({ kind: "delta", ...one })));
    events = [];
    post({ kind: "chat", events: gathered });
  }, GATHER_MS);
}

/** Asks the page to do something, both as JSON. */
export function askPage(askId: string, ask: string): Promise<string> {
  return new Promise((resolve, reject) => {
    asked.set(askId, { resolve, reject });
    post({ kind: "ask", askId, ask });
  });
}

/** The page has done what it was asked, or says why not. */
export function pageAnswered(askId: string, answer: string | undefined, error: string | undefined): void {
  const waiting = asked.get(askId);
  asked.delete(askId);
  if (answer === undefined) waiting?.reject(new Error(error ?? "The page gave no answer."));
  else waiting?.resolve(answer);
}

/** Nobody waits any more for what was asked under names that begin so. */
export function cancelAsks(prefix: string): void {
  for (const askId of [...asked.keys()].filter((id) => id.startsWith(prefix))) {
    asked.get(askId)?.reject(new Error("It was stopped."));
    asked.delete(askId);
    post({ kind: "cancelAsk", askId });
  }
}

export function tabName(): string {
  return tab;
}

/** Whether a tab of this name is open. Where the browser has no locks nobody can tell, and a tab counts as gone. */
export async function isTabOpen(name: string): Promise<boolean> {
  if (!("locks" in navigator)) return false;
  const { held = [] } = await navigator.locks.query();
  return held.some((lock) => lock.name === LOCK + name);
}

export function sleepMs(durationMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, durationMs));
}
