/** Answers of models as the worker takes them from the network: whole, slow, cut, silent, stopped; and keys in their header alone. */

import type { Worker } from "@playwright/test";
import { ANSWER, KEY, openAwkwardServer, type AwkwardServer } from "./support/model-servers/awkward";
import { expect, test as base } from "./harness/volumes";

const test = base.extend<{ server: AwkwardServer }>({
  server: async ({}, use) => {
    const server = await openAwkwardServer();
    await use(server);
    await server.close();
  },
});

interface Options {
  modelId?: string;
  firstByteMs?: number;
  idleMs?: number;
  /** Stops it after so long. */
  stopAfterMs?: number;
  needsKey?: boolean;
}

interface Outcome {
  head?: { status: number; headers: [string, string][]; body?: string };
  text: string;
  pieces: number;
  failure?: string;
}

/** One answer of a model of the server, as far as it comes. */
function ask(tab: Worker, url: string, model: string, options: Options = {}): Promise<Outcome> {
  return tab.evaluate(async ({ url, model, options: { modelId = "m", firstByteMs = 5_000, idleMs = 5_000, stopAfterMs, needsKey = false } }) => {
    const { openModelStream, readModelStream, stopModelStream } = volumes.modelRequests;
    const request = {
      method: "POST",
      url,
      headers: [["content-type", "application/json"]],
      key: { header: "authorization", prefix: "Bearer ", needed: needsKey },
      body: JSON.stringify({ model, stream: true }),
      first_byte_timeout_ms: firstByteMs,
      idle_timeout_ms: idleMs,
    };
    const outcome: Outcome = { text: "", pieces: 0 };
    const decoder = new TextDecoder();
    if (stopAfterMs !== undefined) setTimeout(() => stopModelStream("s"), stopAfterMs);
    try {
      outcome.head = JSON.parse(await openModelStream("s", modelId, JSON.stringify(request)));
      for (let bytes = outcome.head!.body === undefined ? await readModelStream("s") : undefined; bytes !== undefined; bytes = await readModelStream("s")) {
        outcome.text += decoder.decode(bytes, { stream: true });
        outcome.pieces += 1;
      }
    } catch (error) {
      outcome.failure = (error as { kind?: string }).kind ?? String(error);
    }
    return outcome;
  }, { url, model, options });
}

/** The words of a stream of events. */
function wordsOf(text: string): string {
  const events = text.split(/\r?\n\r?\n/).filter((event) => event.startsWith("data: {"));
  return events.map((event) => JSON.parse(event.slice(6)).choices?.[0]?.delta.content ?? "").join("");
}

test("whole answers, also byte by byte", async ({ tab, server }) => {
  const whole = await ask(tab, `${server.url}/open/v1/chat/completions`, "hello");
  expect(whole.failure).toBeUndefined();
  expect(whole.head).toMatchObject({ status: 200 });
  expect(wordsOf(whole.text)).toBe(ANSWER);
  const bytes = await ask(tab, `${server.url}/open/v1/chat/completions`, "bytes");
  expect(wordsOf(bytes.text)).toBe(ANSWER);
  expect(bytes.pieces).toBeGreaterThan(whole.pieces);
});

test("an answer that is cut, that stops coming, that never comes, that is stopped", async ({ tab, server }) => {
  const url = `${server.url}/open/v1/chat/completions`;
  const cut = await ask(tab, url, "cut");
  expect(cut).toMatchObject({ failure: "cut_off", text: expect.stringContaining("Grüße") });
  const midway = await ask(tab, url, "hang-midway", { idleMs: 300 });
  expect(midway).toMatchObject({ failure: "timed_out", text: expect.stringContaining("Grüße") });
  expect(await ask(tab, url, "hang", { firstByteMs: 300 })).toMatchObject({ failure: "timed_out", text: "" });
  expect(await ask(tab, url, "hang", { stopAfterMs: 200 })).toMatchObject({ failure: "stopped" });
  expect(await ask(tab, url, "hang-midway", { stopAfterMs: 500 })).toMatchObject({ failure: "stopped", text: expect.stringContaining("Grüße") });
  // The server hears of it: whoever stops does not pay for the rest.
  await expect.poll(() => server.open()).toBe(0);
});

test("a refusal with its headers; nobody there; a page that may not read", async ({ tab, server }) => {
  const limited = await ask(tab, `${server.url}/open/v1/chat/completions`, "limited");
  expect(limited.head).toMatchObject({ status: 429, headers: expect.arrayContaining([["retry-after", "1"]]), body: expect.stringContaining("Too many requests") });
  expect(await ask(tab, `${server.url}/closed/v1/chat/completions`, "hello")).toMatchObject({ failure: "no_answer" });
  await server.close();
  expect(await ask(tab, `${server.url}/open/v1/chat/completions`, "hello")).toMatchObject({ failure: "no_answer" });
});

test("a key goes into its header, to its server alone, and is blotted out of what comes back", async ({ tab, server }) => {
  const url = `${server.url}/plain/v1/chat/completions`;
  expect(await ask(tab, url, "hello", { needsKey: true })).toMatchObject({ failure: "no_key" });
  await tab.evaluate(([url, key]) => volumes.modelKeys.modelKeys.keep("m", url, key), [server.url, KEY] as const);
  expect((await ask(tab, url, "hello", { needsKey: true })).failure).toBeUndefined();
  expect(server.asked.at(-1)!.headers["authorization"]).toBe(`Bearer ${KEY}`);
  const echoed = await ask(tab, url, "echo");
  expect(echoed.head!.body).toContain("Your key … is not for this");
  // The same server by another name is another server.
  const elsewhere = url.replace("127.0.0.1", "localhost");
  expect(await ask(tab, elsewhere, "hello", { needsKey: true })).toMatchObject({ failure: "no_key" });
  expect(await ask(tab, elsewhere, "hello")).toMatchObject({ head: { status: 401 } });
  expect(server.asked.at(-1)!.headers["authorization"]).toBeUndefined();
});

test("a vault that is locked says so", async ({ tab, server }) => {
  await tab.evaluate(async ([url, key]) => {
    await volumes.modelKeys.modelKeys.keep("m", url, key);
    await volumes.vault.vault.changeMode("passphrase", "correct horse battery");
    volumes.vault.vault.lock();
  }, [server.url, KEY] as const);
  expect(await ask(tab, `${server.url}/plain/v1/chat/completions`, "hello", { needsKey: true })).toMatchObject({ failure: "locked" });
  await tab.evaluate(() => volumes.vault.vault.unlock("correct horse battery"));
  expect((await ask(tab, `${server.url}/plain/v1/chat/completions`, "hello", { needsKey: true })).failure).toBeUndefined();
});

test("keys as they are typed", async ({ tab }) => {
  const clean = (typed: string) => tab.evaluate((typed) => volumes.modelKeys.cleanKey(typed), typed);
  expect(await clean("  sk-abc\n")).toBe("sk-abc");
  for (const typed of ["", "two words", "sk-ü", "sk-\u0000", "x".repeat(2_001)]) expect(await clean(typed), typed).toBeUndefined();
});
