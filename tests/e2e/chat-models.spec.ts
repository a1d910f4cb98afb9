/** Chats with models of every protocol: tools called and answered, refusals waited out, answers that break off, keys that stay where they belong. */

import type { Page } from "@playwright/test";
import { everything } from "./support/everything";
import { openAimock, type Aimock } from "./support/model-servers/aimock";
import { ANSWER, ANSWER_BEGINS, KEY, openAwkwardServer, type AwkwardServer } from "./support/model-servers/awkward";
import { call, expect, test as base, type Answer } from "./support/workbench";

const test = base.extend<{ server: AwkwardServer; aimock: Aimock }>({
  server: async ({}, use) => {
    const server = await openAwkwardServer();
    await use(server);
    await server.close();
  },
  aimock: async ({}, use) => {
    const aimock = await openAimock([
      { match: { userMessage: "filter", hasToolResult: false }, response: { content: "Let me look. ", toolCalls: [{ name: "search_skills", arguments: { query: "low-pass \"RC\" filter" } }] } },
      { match: { userMessage: "filter", hasToolResult: true }, response: { content: "There is one for RC low-passes." } },
      { match: { userMessage: "think" }, response: { reasoning: "Two and two make four.", content: "It is 4." } },
      { match: {}, response: { content: "Hello from the model." } },
    ]);
    await use(aimock);
    await aimock.close();
  },
});

async function connect(page: Page, body: object): Promise<string> {
  const answer = await call(page, "POST", "/models", body);
  expect(answer.status, JSON.stringify(answer.body)).toBe(201);
  return answer.body.model_id;
}

/** The newest message of a session. */
async function newest(page: Page, sessionId: string): Promise<any> {
  return (await call(page, "GET", `/chats/${sessionId}`)).body.messages.at(-1);
}

test("a tool is called and its result sent back, in each protocol", async ({ visit, aimock }) => {
  const page = await visit();
  const models = [
    await connect(page, { provider: "openai", base_url: `${aimock.url}/v1`, model: "a-model", api_key: "k" }),
    await connect(page, { provider: "anthropic", base_url: aimock.url, model: "b-model", api_key: "k" }),
    await connect(page, { provider: "ollama", base_url: aimock.url, model: "c-model" }),
  ];
  for (const model_id of models) {
    const answer = await call(page, "POST", "/chat", { message: "Is there a filter?", model_id });
    expect(answer.status, `${model_id}: ${JSON.stringify(answer.body)}`).toBe(200);
    expect(answer.body.response).toContain("There is one for RC low-passes.");
    const message = await newest(page, answer.body.session_id);
    expect(message.steps).toEqual([expect.objectContaining({ tool: "search_skills", state: "done" })]);
    expect(message.steps[0].text).toContain("rc-lowpass");
  }
  // One conversation that goes on with a model of another provider: what the first called is told to the second in its own words.
  const first = await call(page, "POST", "/chat", { message: "Is there a filter?", model_id: models[0] });
  const second = await call(page, "POST", "/chat", { message: "And hello?", session_id: first.body.session_id, model_id: models[1] });
  expect(second.body.response).toBe("Hello from the model.");
});

test("a model that thinks aloud", async ({ visit, aimock }) => {
  const page = await visit();
  await connect(page, { provider: "anthropic", base_url: aimock.url, model: "b-model", api_key: "k" });
  const answer = await call(page, "POST", "/chat", { message: "think", tools: false });
  expect(answer.body.response).toBe("It is 4.");
  expect((await newest(page, answer.body.session_id)).steps).toEqual([expect.objectContaining({ kind: "thinking", text: "Two and two make four." })]);
});

test("pings are nothing, an overloaded server is asked again, answers may come byte by byte", async ({ visit, server }) => {
  const page = await visit();
  for (const [provider, base_url] of [["anthropic", `${server.url}/open`], ["custom", `${server.url}/open/v1`]] as const) {
    for (const model of ["ping", "bytes"]) {
      const model_id = await connect(page, { provider, base_url, model, api_key: KEY });
      const answer = await call(page, "POST", "/chat", { message: "Hello", model_id, tools: false });
      expect(answer.body, `${provider} ${model}`).toMatchObject({ response: ANSWER, usage: { input_tokens: 12, output_tokens: 9 } });
    }
  }
  const model_id = await connect(page, { provider: "custom", base_url: `${server.url}/open/v1`, model: "overloaded" });
  expect((await call(page, "POST", "/chat", { message: "Hello", model_id })).body.response).toBe(ANSWER);
  expect(server.asked.filter(({ body }) => body?.model === "overloaded")).toHaveLength(2);
});

test("an answer that breaks off is kept with what came; one that never began says why", async ({ visit, server }) => {
  const page = await visit();
  for (const [model, why] of [["cut", "broke off"], ["error", "overloaded"]] as const) {
    const model_id = await connect(page, { provider: "custom", base_url: `${server.url}/open/v1`, model });
    const { session_id } = (await call(page, "POST", "/chats", { title: model })).body;
    await call(page, "POST", "/chat", { message: "Hello", model_id, session_id });
    const message = await newest(page, session_id);
    expect(message, model).toMatchObject({ text: ANSWER_BEGINS, state: "interrupted" });
    expect(message.error).toContain(why);
  }
  const limited = await connect(page, { provider: "custom", base_url: `${server.url}/open/v1`, model: "limited" });
  const refused = await call(page, "POST", "/chat", { message: "Hello", model_id: limited });
  expect(refused.status).toBe(502);
  expect(refused.body.error.detail).toContain("asked too often");
  // Tried twice again, as the server's Retry-After said.
  expect(server.asked.filter(({ body }) => body?.model === "limited")).toHaveLength(3);
});

test("a key is found nowhere after chats that went well, and that went wrong", async ({ visit, server }) => {
  const page = await visit();
  const said: string[] = [];
  page.on("console", (message) => said.push(message.text()));
  page.on("worker", (worker) => worker.on("console", (message) => said.push(message.text())));
  const answers: Answer[] = [];
  for (const model of ["hello", "echo", "cut"]) {
    const model_id = await connect(page, { provider: "custom", base_url: `${server.url}/plain/v1`, model, api_key: KEY });
    answers.push(await call(page, "POST", "/chat", { message: `Hello ${model}`, model_id }));
  }
  expect(answers[0]!.body.response).toBe(ANSWER);
  expect(server.asked.at(-1)!.headers["authorization"]).toBe(`Bearer ${KEY}`);
  const { text, exports } = await everything(page);
  // What was said is there, in the volume and in its files.
  expect(exports).toContain("# Execution Trace: Hello hello");
  for (const [where, all] of [["answers", JSON.stringify(answers)], ["console", said.join("\n")], ["storage", text], ["exports", exports]] as const) {
    expect(all.includes(KEY), where).toBe(false);
  }
});
