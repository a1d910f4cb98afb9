/** Models over the real volume worker: the doctor's verdicts, keys that are nowhere afterwards, the browser's own model. */

import type { Page } from "@playwright/test";
import { openAimock, type Aimock } from "./support/model-servers/aimock";
import { KEY, openAwkwardServer, type AwkwardServer } from "./support/model-servers/awkward";
import { everything } from "./support/everything";
import { call, expect, test as base, untilReady } from "./support/workbench";

const test = base.extend<{ server: AwkwardServer; aimock: Aimock }>({
  server: async ({}, use) => {
    const server = await openAwkwardServer();
    await use(server);
    await server.close();
  },
  aimock: async ({}, use) => {
    const aimock = await openAimock([{ match: { userMessage: "ready" }, response: { content: "ready" } }]);
    await use(aimock);
    await aimock.close();
  },
});

/** What the doctor says. */
async function check(page: Page, body: object): Promise<any> {
  const answer = await call(page, "POST", "/models/check", body);
  expect(answer.status, JSON.stringify(answer.body)).toBe(200);
  return answer.body;
}

test.describe("the doctor", () => {
  test("is content with servers that answer, and names their models", async ({ workbench: page, server, aimock }) => {
    const good = { verdict: "ok", commands: [], cure: "" };
    expect(await check(page, { provider: "anthropic", base_url: `${server.url}/plain`, model: "hello", api_key: ` ${KEY}\n` })).toMatchObject({ ...good, models: expect.arrayContaining(["hello"]) });
    expect(await check(page, { provider: "custom", base_url: `${server.url}/plain/v1`, model: "hello", api_key: KEY })).toMatchObject(good);
    expect(await check(page, { provider: "custom", base_url: `${server.url}/open/v1` })).toMatchObject({ ...good, models: expect.arrayContaining(["hello"]) });
    expect(await check(page, { provider: "openai", base_url: `${aimock.url}/v1`, model: "any", api_key: "k" })).toMatchObject(good);
    expect(await check(page, { provider: "anthropic", base_url: aimock.url, model: "any", api_key: "k" })).toMatchObject(good);
    expect(await check(page, { provider: "ollama", base_url: aimock.url, model: "any" })).toMatchObject(good);
    // What a page has to send, and nothing that says who it is.
    const asked = server.asked.find(({ path }) => path === "/plain/v1/messages")!;
    expect(asked.headers).toMatchObject({ "x-api-key": KEY, "anthropic-version": "2023-06-01", "anthropic-dangerous-direct-browser-access": "true" });
    const own = Object.keys(asked.headers).filter((name) => !/^(accept|sec-|user-agent|host|connection|content-|origin|cache-control|pragma|x-api-key|anthropic-)/.test(name));
    expect(own).toEqual([]);
  });

  test("a wrong key, whether or not the page may read the answer", async ({ workbench: page, server }) => {
    for (const place of ["plain", "keyed"]) {
      const verdict = await check(page, { provider: "openai", base_url: `${server.url}/${place}/v1`, model: "hello", api_key: "sk-wrong" });
      expect(verdict, place).toMatchObject({ verdict: "wrong_key" });
      expect(verdict.message).toContain("OpenAI does not accept the key");
      expect(verdict.cure).toContain("https://platform.openai.com/api-keys");
    }
    expect(await check(page, { provider: "anthropic", base_url: `${server.url}/plain`, model: "hello" })).toMatchObject({ verdict: "wrong_key", message: "There is no key for Anthropic" });
    expect((await call(page, "POST", "/models/check", { provider: "openai", model: "m", api_key: "sk with spaces" })).body.error.message).toContain("Copy it again");
  });

  test("an organisation that is refused, a model that is not there, too many questions, an overloaded server", async ({ workbench: page, server }) => {
    expect(await check(page, { provider: "anthropic", base_url: `${server.url}/refused`, model: "hello", api_key: KEY })).toMatchObject({ verdict: "refused_organisation" });
    const missing = await check(page, { provider: "anthropic", base_url: `${server.url}/plain`, model: "gone", api_key: KEY });
    expect(missing).toMatchObject({ verdict: "no_such_model", models: expect.arrayContaining(["hello"]) });
    expect(await check(page, { provider: "custom", base_url: `${server.url}/open/v1`, model: "limited" })).toMatchObject({ verdict: "rate_limited" });
    expect(await check(page, { provider: "custom", base_url: `${server.url}/open/v1`, model: "overloaded" })).toMatchObject({ verdict: "overloaded" });
    expect(await check(page, { provider: "custom", base_url: `${server.url}/open`, model: "hello" })).toMatchObject({ verdict: "wrong_address", cure: expect.stringContaining("/v1") });
  });

  test("a server without CORS, with the line that cures it", async ({ workbench: page, server, site }) => {
    const origin = site.url.replace(/\/$/, "");
    const ollama = await check(page, { provider: "ollama", base_url: `${server.url}/closed`, model: "hello" });
    expect(ollama.verdict).toBe("missing_cors");
    expect(ollama.commands.map(({ text }: { text: string }) => text)).toEqual(
      expect.arrayContaining([`launchctl setenv OLLAMA_ORIGINS "${origin}"`, `setx OLLAMA_ORIGINS "${origin}"`, `OLLAMA_ORIGINS="${origin}" ollama serve`]),
    );
    const other = await check(page, { provider: "custom", base_url: `${server.url}/closed/v1`, model: "hello", api_key: KEY });
    expect(other).toMatchObject({ verdict: "missing_cors", cure: expect.stringContaining("the key may be wrong") });
    expect(other.commands[0].text).toContain(`Access-Control-Allow-Origin: ${origin}`);
  });

  test("a server that is down", async ({ workbench: page, server }) => {
    await server.close();
    const down = await check(page, { provider: "ollama", base_url: server.url, model: "hello" });
    expect(down).toMatchObject({ verdict: "server_down", commands: [{ label: "In a terminal", text: "ollama serve" }] });
  });

  test("a device that is offline, and a model on it", async ({ visit, server }) => {
    const page = await visit();
    await call(page, "GET", "/models");
    await page.context().setOffline(true);
    expect(await check(page, { provider: "openai", model: "m", api_key: "k" })).toMatchObject({ verdict: "offline" });
    await page.context().setOffline(false);
    expect(await check(page, { provider: "custom", base_url: `${server.url}/open/v1`, model: "hello" })).toMatchObject({ verdict: "ok" });
  });

  test("a key does not follow a server that leads elsewhere", async ({ workbench: page, server }) => {
    await check(page, { provider: "custom", base_url: `${server.url}/moved/v1`, model: "hello", api_key: KEY });
    expect(server.asked.filter(({ path }) => path.startsWith("/open")).every(({ headers }) => headers["authorization"] === undefined)).toBe(true);
  });

  test("an address that is none", async ({ workbench: page }) => {
    for (const base_url of ["", "localhost:8000", "https://me:secret@example.org/v1", "ftp://example.org"]) {
      expect((await call(page, "POST", "/models/check", { provider: "custom", base_url, model: "m" })).status, base_url).toBe(422);
    }
  });
});

test("a key is bound to its server, shared by its models, and gone with the connection", async ({ visit, server }) => {
  const page = await visit();
  const base_url = `${server.url}/plain/v1`;
  const first = await call(page, "POST", "/models", { provider: "custom", base_url, model: "hello", api_key: KEY });
  expect(first.status).toBe(201);
  expect(first.body.models).toEqual([expect.objectContaining({ has_key: true, keep_key: "device", connected: true, is_default: true })]);
  expect(JSON.stringify(first.body)).not.toContain(KEY);
  // Another model of the same server needs no key to be entered again; one of another server does not get this one.
  const second = await call(page, "POST", "/models", { provider: "custom", base_url, model: "ping" });
  expect(second.body.models[1]).toMatchObject({ model: "ping", has_key: true });
  const elsewhere = await call(page, "POST", "/models", { provider: "custom", base_url: base_url.replace("127.0.0.1", "localhost"), model: "hello" });
  expect(elsewhere.body.models[2]).toMatchObject({ has_key: false });
  // It stays over a reload, and is used by the id of the connection alone.
  await page.reload();
  await untilReady(page);
  expect(await check(page, { model_id: second.body.model_id })).toMatchObject({ verdict: "ok" });
  const left = await call(page, "DELETE", `/models?model_id=${encodeURIComponent(second.body.model_id)}`);
  expect(left.body.models).toHaveLength(2);
  const again = await call(page, "POST", "/models", { provider: "custom", base_url, model: "ping", keep_key: "visit", api_key: KEY });
  expect(again.body.models.at(-1)).toMatchObject({ keep_key: "visit", has_key: true });
  await page.reload();
  await untilReady(page);
  expect((await call(page, "GET", "/models")).body.models.at(-1)).toMatchObject({ keep_key: null, has_key: false });
});

test("a key typed in is found nowhere afterwards", async ({ visit, server }) => {
  const page = await visit();
  const said: string[] = [];
  page.on("console", (message) => said.push(message.text()));
  page.on("worker", (worker) => worker.on("console", (message) => said.push(message.text())));
  const base_url = `${server.url}/plain/v1`;
  await call(page, "POST", "/models", { provider: "custom", base_url, model: "hello", api_key: KEY });
  await call(page, "POST", "/models", { provider: "custom", base_url, model: "bytes", api_key: KEY, keep_key: "visit" });
  const answers = [
    await call(page, "GET", "/models"),
    await call(page, "POST", "/models/check", { provider: "custom", base_url, model: "hello", api_key: KEY }),
    // A server that repeats the key, an address that is wrong, a body that is none.
    await call(page, "POST", "/models/check", { provider: "custom", base_url, model: "echo", api_key: KEY }),
    await call(page, "POST", "/models/check", { provider: "custom", base_url: `${server.url}/closed/v1`, model: "hello", api_key: KEY }),
    await call(page, "POST", "/models", { provider: "nobody", model: "hello", api_key: KEY }),
    await call(page, "GET", "/vault"),
  ];
  expect(answers[2]!.body.cure).toContain("Your key … is not for this");
  expect(server.asked.some(({ headers }) => headers["authorization"] === `Bearer ${KEY}`)).toBe(true);
  const all = await everything(page);
  // The search sees what is there.
  expect(all.text).toContain("models.json");
  expect(all.text).toContain(base_url);
  for (const [where, text] of [["answers", JSON.stringify(answers)], ["console", said.join("\n")], ["storage", all.text], ["exports", all.exports]] as const) {
    expect(text.includes(KEY), where).toBe(false);
    expect(text.includes(Buffer.from(KEY).toString("base64")), `${where}, in base64`).toBe(false);
  }
});

test("the model that the browser brings is asked through the page", async ({ browser, site }) => {
  const profile = await browser.newContext();
  const page = await profile.newPage();
  const open = async () => {
    await page.goto(site.url);
    await untilReady(page);
  };
  await open();
  expect(await check(page, { provider: "browser" })).toMatchObject({ verdict: "no_such_model", message: "This browser brings no model of its own" });
  await page.addInitScript(() => {
    const session = {
      promptStreaming: (messages: { content: string }[]) =>
        new ReadableStream<string>({
          start(controller) {
            controller.enqueue("You said: ");
            controller.enqueue(messages[0]!.content);
            controller.close();
          },
        }),
      destroy: () => undefined,
    };
    Object.assign(globalThis, { LanguageModel: { availability: async () => "available", create: async () => session } });
  });
  await open();
  expect(await check(page, { provider: "browser" })).toMatchObject({ verdict: "ok", models: ["built-in"] });
  const connected = await call(page, "POST", "/models", { provider: "browser" });
  expect(connected.body.models[0]).toMatchObject({ model_id: "browser:built-in", connected: true, label: "This browser" });
  await profile.close();
});

test("OpenRouter gives a key for a code that this page asked for, and for no other", async ({ visit, site }) => {
  const page = await visit();
  const stray = await call(page, "POST", "/models/openrouter", { code: "stray" });
  expect(stray.status).toBe(422);
  expect(stray.body.error.message).toContain("did not ask OpenRouter");
  expect((await call(page, "POST", "/models/openrouter", { redirect_url: "https://elsewhere.example.org/" })).status).toBe(422);
  const { url } = (await call(page, "POST", "/models/openrouter", { redirect_url: site.url })).body;
  const asked = new URL(url);
  expect(asked.origin + asked.pathname).toBe("https://openrouter.ai/auth");
  expect(Object.fromEntries(asked.searchParams)).toEqual({ callback_url: `${site.url}?connect=openrouter`, code_challenge: expect.stringMatching(/^[\w-]{43}$/), code_challenge_method: "S256" });
  // OpenRouter's end of it.
  const exchanged: any[] = [];
  await page.context().route("https://openrouter.ai/api/v1/auth/keys", async (route) => {
    exchanged.push(route.request().postDataJSON());
    await route.fulfill({ json: { key: "sk-or-test" }, headers: { "access-control-allow-origin": "*" } });
  });
  const connected = await call(page, "POST", "/models/openrouter", { code: "good" });
  expect(connected.body.models).toEqual([expect.objectContaining({ model_id: "openrouter:openrouter/auto", has_key: true })]);
  expect(exchanged).toEqual([{ code: "good", code_verifier: expect.stringMatching(/^[\w-]{43}$/), code_challenge_method: "S256" }]);
  expect((await call(page, "POST", "/models/openrouter", { code: "good" })).status).toBe(422);
});
