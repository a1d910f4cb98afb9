/**
 * A model that says what a test wrote down: one script for each request, in order, spoken as OpenAI's Chat Completions. It can wait in
 * the middle of a sentence for the test to go on, or break off; what it was asked is kept for the test to read.
 */

import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** Words, a call of a tool, a wait until `release`, a pause, or the end of the connection. */
export type Piece = string | { call: string; arguments: unknown } | { hold: true } | { pauseMs: number } | { breakOff: true };

export interface Asked {
  messages: { role: string; content: string | null; tool_calls?: { function: { name: string; arguments: string } }[] }[];
  tools?: { function: { name: string; parameters: object } }[];
  model: string;
}

export class ScriptedModel {
  readonly asked: Asked[] = [];
  readonly #scripts: Piece[][] = [];
  readonly #server = createServer((request, response) => void this.#answer(request, response).catch(() => response.destroy()));
  #held: (() => void)[] = [];
  /** How many connections were ended by the other side while the model spoke. */
  hungUp = 0;

  static async open(): Promise<ScriptedModel> {
    const model = new ScriptedModel();
    await new Promise<void>((resolve) => model.#server.listen(0, "127.0.0.1", resolve));
    return model;
  }

  /** `base_url` of a connection. */
  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/v1`;
  }

  /** What it says when it is asked next. */
  says(...pieces: Piece[]): this {
    this.#scripts.push(pieces);
    return this;
  }

  /** Goes on where it waits. */
  release(): void {
    for (const go of this.#held.splice(0)) go();
  }

  close(): Promise<void> {
    this.release();
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.setHeader("access-control-allow-origin", "*");
    response.setHeader("access-control-allow-headers", "*, authorization, content-type");
    if (request.method === "OPTIONS") return void response.writeHead(204).end();
    if (request.url?.endsWith("/models")) return void response.end(JSON.stringify({ data: [{ id: "scripted" }] }));
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    this.asked.push(JSON.parse(Buffer.concat(pieces).toString()) as Asked);
    const script = this.#scripts.shift();
    if (script === undefined) return void response.writeHead(400).end(JSON.stringify({ error: { message: "the script has no more answers" } }));
    response.writeHead(200, { "content-type": "text/event-stream" });
    let open = true;
    response.on("close", () => {
      if (!response.writableFinished) this.hungUp += 1;
      open = false;
      this.release();
    });
    const send = (data: object) => response.write(`data: ${JSON.stringify({ id: "chatcmpl-1", object: "chat.completion.chunk", model: "scripted", ...data })}\n\n`);
    const delta = (delta: object, finish_reason: string | null = null) => send({ choices: [{ index: 0, delta, finish_reason }] });
    let calls = 0;
    for (const piece of script) {
      if (!open) return;
      if (typeof piece === "string") delta({ content: piece });
      else if ("pauseMs" in piece) await sleep(piece.pauseMs);
      else if ("hold" in piece) await new Promise<void>((go) => this.#held.push(go));
      else if ("breakOff" in piece) return void response.destroy();
      else delta({ tool_calls: [{ index: calls, id: `call_${this.asked.length}_${calls++}`, type: "function", function: { name: piece.call, arguments: JSON.stringify(piece.arguments) } }] });
    }
    if (!open) return;
    delta({}, calls > 0 ? "tool_calls" : "stop");
    send({ choices: [], usage: { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 } });
    response.end("data: [DONE]\n\n");
  }
}
