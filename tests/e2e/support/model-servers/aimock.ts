/**
 * aimock on a free port: OpenAI, Anthropic and Ollama as their official SDKs understand them, with tool calls, thoughts, refusals by rate
 * and connections that are cut. What it cannot do is in awkward.ts.
 */

import { LLMock } from "@copilotkit/aimock";

type Fixtures = Exclude<Parameters<LLMock["addFixturesFromJSON"]>[0], string>;

export interface Aimock {
  /** `http://127.0.0.1:port`: Ollama's and Anthropic's address; OpenAI's is this with `/v1`. */
  readonly url: string;
  /** What was asked so far. */
  requests(): ReturnType<LLMock["getRequests"]>;
  close(): Promise<void>;
}

/** The first fixture that matches answers. */
export async function openAimock(fixtures: Fixtures): Promise<Aimock> {
  const mock = new LLMock({ port: 0, host: "127.0.0.1", strict: true });
  mock.addFixturesFromJSON(fixtures);
  await mock.start();
  return { url: mock.url, requests: () => mock.getRequests(), close: () => mock.stop() };
}
