/**
 * A server of models that does what good ones do rarely and tests need at will. The first part of the path is how it treats pages and
 * keys, the model's name is how it answers; it speaks as Anthropic (`/v1/messages`) and as OpenAI (`/v1/chat/completions`).
 *
 * Places: `open` lets every page in; `keyed` wants `KEY` and answers a wrong one with no CORS headers; `plain` wants it and answers with
 * them; `closed` knows no CORS; `refused` refuses the organisation as Anthropic does; `moved` leads elsewhere.
 *
 * Models: `hello`; `bytes` sends its answer byte by byte; `ping` has pings and unknown events in it; `error` fails in the middle with
 * status 200; `cut` ends in the middle; `hang` says nothing, `hang-midway` stops saying anything; `overloaded` is 529 the first time of
 * each key; `limited` is 429 with Retry-After; `echo` repeats the key in an error, as it should not; any other is not there.
 */

import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

export const KEY = "sk-right-0123456789abcdef";
/** What all whole answers say. */
export const ANSWER = 'Grüße, 世界! 👋 "quoted" and \\ more.';
/** What comes of it where something goes wrong in the middle. */
export const ANSWER_BEGINS = [...ANSWER].slice(0, 9).join("");

export interface Asked {
  method: string;
  path: string;
  headers: Record<string, string>;
  body: any;
}

export interface AwkwardServer {
  /** `http://127.0.0.1:port`; a place goes behind it. */
  readonly url: string;
  /** Every request but preflights. */
  readonly asked: Asked[];
  /** Answers that have begun, or hang, and are not over. */
  open(): number;
  close(): Promise<void>;
}

/** Stands among events where nothing more comes. */
const BREAK = "break";
const MODELS = ["hello", "bytes", "ping", "error", "cut", "hang", "hang-midway", "overloaded", "limited", "echo"];

export async function openAwkwardServer(): Promise<AwkwardServer> {
  const asked: Asked[] = [];
  const waiting = new Set<ServerResponse>();
  const server = createServer((request, response) => {
    waiting.add(response);
    response.on("close", () => waiting.delete(response));
    void answer(request, response, asked).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    open: () => waiting.size,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(request: IncomingMessage, response: ServerResponse, asked: Asked[]): Promise<void> {
  const [, place = "", ...rest] = (request.url ?? "/").split("?")[0]!.split("/");
  const path = `/${rest.join("/")}`;
  const lets = place !== "closed";
  if (lets) {
    response.setHeader("access-control-allow-origin", request.headers.origin ?? "*");
    response.setHeader("access-control-expose-headers", "retry-after");
  }
  if (request.method === "OPTIONS") {
    if (lets) response.setHeader("access-control-allow-headers", request.headers["access-control-request-headers"] ?? "*");
    return void response.writeHead(lets ? 204 : 403).end();
  }
  const text = await bodyOf(request);
  asked.push({ method: request.method ?? "", path: `/${place}${path}`, headers: request.headers as Record<string, string>, body: text === "" ? undefined : JSON.parse(text) });
  const anthropic = request.headers["anthropic-version"] !== undefined;
  const refuse = (status: number, type: string, message: string) => {
    const error = anthropic ? { type: "error", error: { type, message }, request_id: "req_test" } : { error: { message, type, param: null, code: type } };
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(error));
  };
  const key = String(request.headers["x-api-key"] ?? request.headers.authorization ?? "").replace("Bearer ", "");
  if (place === "moved") return void response.writeHead(307, { location: "/open" + path }).end();
  if (place === "refused") return refuse(401, "authentication_error", "CORS requests are not allowed for this Organization because of its settings");
  if ((place === "keyed" || place === "plain") && key !== KEY) {
    if (place === "keyed" && key !== "") for (const name of ["access-control-allow-origin", "access-control-expose-headers"]) response.removeHeader(name);
    return refuse(401, anthropic ? "authentication_error" : "invalid_api_key", "Incorrect API key provided");
  }
  if (path === "/v1/models") return void response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ object: "list", data: MODELS.map((id) => ({ id })) }));
  const model = String(asked.at(-1)!.body?.model);
  if (!["/v1/messages", "/v1/chat/completions"].includes(path)) return void response.writeHead(404, { "content-type": "text/plain" }).end("404 page not found");
  if (!MODELS.includes(model)) return refuse(404, anthropic ? "not_found_error" : "model_not_found", `model: ${model} does not exist`);
  if (model === "echo") return refuse(400, "invalid_request_error", `Your key ${key} is not for this`);
  if (model === "limited") {
    response.setHeader("retry-after", "1");
    return refuse(429, "rate_limit_error", "Too many requests");
  }
  const times = asked.filter((one) => one.body?.model === "overloaded").length;
  if (model === "overloaded" && times === 1) return refuse(529, "overloaded_error", "Overloaded");
  if (model === "hang") return;
  await stream(response, model, anthropic ? anthropicEvents(model) : openaiEvents(model));
}

async function stream(response: ServerResponse, model: string, events: string[]): Promise<void> {
  response.writeHead(200, { "content-type": "text/event-stream" });
  response.socket?.setNoDelay(true);
  for (const event of events) {
    if (event === BREAK) {
      // A browser drops what it has not handed on when a connection breaks.
      await sleep(100);
      if (model === "cut") response.destroy();
      return;
    }
    for (const piece of model === "bytes" ? Buffer.from(event) : [Buffer.from(event)]) {
      response.write(typeof piece === "number" ? Buffer.of(piece) : piece);
      // A turn of the loop for each, so that the network does not join them.
      await sleep(model === "bytes" ? 0 : 2);
    }
  }
  response.end();
}

function anthropicEvents(model: string): string[] {
  const event = (data: { type: string; [field: string]: unknown }) => `event: ${data.type}\r\ndata: ${JSON.stringify(data)}\r\n\r\n`;
  const ping = model === "ping" ? [event({ type: "ping" }), ": a comment\r\n\r\n", event({ type: "a_new_kind", index: 0 })] : [];
  const end = model === "cut" || model === "hang-midway" ? [BREAK] : [];
  const error = model === "error" ? [event({ type: "error", error: { type: "overloaded_error", message: "Overloaded" }, request_id: "req_test" })] : [];
  const [first, second] = halves();
  return [
    event({ type: "message_start", message: { id: "msg_test", type: "message", role: "assistant", content: [], model, usage: { input_tokens: 12, output_tokens: 1 } } }),
    ...ping,
    event({ type: "content_block_start", index: 0, content_block: { type: "text", text: "" } }),
    event({ type: "content_block_delta", index: 0, delta: { type: "text_delta", text: first } }),
    ...ping,
    ...error,
    ...end,
    event({ type: "content_block_delta", index: 0, delta: { type: "text_delta", text: second } }),
    event({ type: "content_block_stop", index: 0 }),
    event({ type: "message_delta", delta: { stop_reason: "end_turn", stop_sequence: null }, usage: { output_tokens: 9 } }),
    event({ type: "message_stop" }),
  ];
}

function openaiEvents(model: string): string[] {
  const chunk = (delta: object, finish_reason: string | null = null) =>
    `data: ${JSON.stringify({ id: "chatcmpl-test", object: "chat.completion.chunk", created: 1, model, choices: [{ index: 0, delta, finish_reason }] })}\n\n`;
  const ping = model === "ping" ? [": ping\n\n", "event: a_new_kind\n\n"] : [];
  const end = model === "cut" || model === "hang-midway" ? [BREAK] : [];
  const error = model === "error" ? [`data: ${JSON.stringify({ error: { message: "Overloaded", type: "overloaded_error", code: 503 } })}\n\n`] : [];
  const [first, second] = halves();
  return [
    chunk({ role: "assistant", content: "" }),
    ...ping,
    chunk({ content: first }),
    ...ping,
    ...error,
    ...end,
    chunk({ content: second }),
    chunk({}, "stop"),
    `data: ${JSON.stringify({ id: "chatcmpl-test", object: "chat.completion.chunk", choices: [], usage: { prompt_tokens: 12, completion_tokens: 9, total_tokens: 21 } })}\n\n`,
    "data: [DONE]\n\n",
  ];
}

function halves(): [string, string] {
  return [ANSWER_BEGINS, ANSWER.slice(ANSWER_BEGINS.length)];
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  return Buffer.concat(pieces).toString();
}
