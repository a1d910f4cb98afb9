/**
 * Hostile nodes: from Python, JavaScript, SPICE and drawn scenes nothing that the page keeps is read, and nothing reaches a server.
 * The attacks are in support/attacks.ts; the server that they try to reach answers anything and remembers every contact.
 */

import type { Page } from "@playwright/test";
import type { Payload, RunResult } from "../../assets/bridge/llmos.d";
import { CACHE, CHANNEL, DATABASE, JAVASCRIPT_ATTACK, PYTHON_ATTACK, SCENE_ATTACK, SECRET, SPICE_ATTACK } from "./support/attacks";
import type { Catcher } from "./support/catcher";
import { expect, test } from "./support/workbench";
import { port, single, skill } from "./support/workflow";

test.setTimeout(120_000);

/** Puts the secret everywhere where a page keeps things, and answers with it to whoever asks on the channel. */
async function plantSecrets(page: Page): Promise<void> {
  await page.evaluate(
    async ([secret, database, channel, cache]) => {
      localStorage.setItem("secret", secret);
      document.cookie = `secret=${secret}`;
      await (await caches.open(cache)).put(new URL("secret", document.baseURI), new Response(secret));
      const held = new BroadcastChannel(channel);
      held.onmessage = () => held.postMessage(secret);
      await new Promise<void>((resolve, reject) => {
        const open = indexedDB.open(database);
        open.onupgradeneeded = () => open.result.createObjectStore("keys");
        open.onerror = () => reject(open.error);
        open.onsuccess = () => {
          const write = open.result.transaction("keys", "readwrite");
          write.objectStore("keys").put(secret, "key");
          write.oncomplete = () => {
            open.result.close();
            resolve();
          };
        };
      });
    },
    [SECRET, DATABASE, CHANNEL, CACHE] as const,
  );
}

function run(page: Page, payload: Payload): Promise<RunResult> {
  return page.evaluate((payload) => window.llmos.run(payload), payload);
}

const ATTACK_INPUTS = [port("url", "string"), port("port", "integer"), port("page", "string")];

function aims(page: Page, catcher: Catcher): Record<string, unknown> {
  return { url: catcher.url, port: catcher.port, page: page.url().replace(/[?#].*$/, "") };
}

/** Everything that was tried came to nothing, and the page is as it was. */
async function expectNothingGotOut(page: Page, catcher: Catcher, results: Record<string, string>): Promise<void> {
  expect(Object.entries(results).filter(([, outcome]) => /^(read|sent|ran) /.test(outcome))).toEqual([]);
  expect(JSON.stringify(results)).not.toContain(SECRET);
  // What was sent at the very end has time to arrive: the page's own request is the later one.
  await page.evaluate((url) => fetch(`${url}/page-was-here`, { mode: "no-cors" }), catcher.url);
  await expect.poll(() => catcher.contacts).toContain("GET /page-was-here");
  expect(catcher.contacts.filter((contact) => !["GET /page-was-here", "tcp connection"].includes(contact))).toEqual([]);
  expect(catcher.contacts.filter((contact) => contact === "tcp connection").length).toBeLessThanOrEqual(1);
  expect(await page.evaluate(() => localStorage.getItem("secret"))).toBe(SECRET);
}

for (const [type, code] of [["javascript", JAVASCRIPT_ATTACK], ["threejs", JAVASCRIPT_ATTACK], ["python-wasm", PYTHON_ATTACK]] as const) {
  test(`${type}: nothing of the page is read, nothing reaches a server`, async ({ workbench: page, catcher }) => {
    await plantSecrets(page);
    const attack = skill(type, code, { inputs: ATTACK_INPUTS, outputs: [port("results", "object")] });
    const result = await run(page, single(attack, aims(page, catcher)));
    expect(result.nodes.node?.error).toBeNull();
    const results = result.nodes.node?.outputs.results as Record<string, string>;
    expect(Object.keys(results).length).toBeGreaterThan(15);
    await expectNothingGotOut(page, catcher, results);
  });
}

test("a drawn scene: nothing of the page is read, nothing reaches a server", async ({ workbench: page, catcher }) => {
  await plantSecrets(page);
  const message = await page.evaluate(async ([code, inputs]) => {
    const { mountScene } = (await import(new URL("bridge/scene.js", document.baseURI).href)) as typeof import("../../assets/bridge/scene");
    const element = document.createElement("div");
    element.style.cssText = "position: fixed; inset: 0; width: 320px; height: 240px";
    document.body.append(element);
    return new Promise<string>((resolve) => {
      mountScene(element, { program: { code, inputs } }, { theme: "dark", reducedMotion: false, onError: resolve });
    });
  }, [SCENE_ATTACK, aims(page, catcher)] as const);
  const [, probes, through] = /of (\d+) probes got through: (\{.*\})/s.exec(message) ?? [message];
  expect(Number(probes)).toBeGreaterThan(15);
  await expectNothingGotOut(page, catcher, JSON.parse(through!) as Record<string, string>);
});

test("spice: a deck has no shell and no network", async ({ workbench: page, catcher }) => {
  await plantSecrets(page);
  const attack = skill("spice", SPICE_ATTACK, { inputs: [port("url", "string")], outputs: [port("level", "any", { from: "v(out)" })] });
  const result = await run(page, single(attack, { url: catcher.url }));
  await expectNothingGotOut(page, catcher, { deck: JSON.stringify(result.nodes.node?.error ?? null) });
  const honest = skill("spice", "divider\nv1 in 0 1\nr1 in out 1k\nr2 out 0 1k\n.op\n.end\n", { skillId: "honest", outputs: [port("level", "any", { from: "v(out)" })] });
  expect((await run(page, single(honest))).status).toBe("completed");
});

test("a node that tampers with its worker spoils neither the page nor other nodes", async ({ workbench: page }) => {
  const code = `function execute() {
    const nothing = () => undefined;
    self.onmessage = nothing;
    self.postMessage({ kind: "ready", version: 2 });
    self.postMessage({ kind: "failed", error: { code: "engine_died", message: "forged" } });
    MessagePort.prototype.postMessage = nothing;
    Object.defineProperty(Object.prototype, "postMessage", { get() { return undefined; }, configurable: true });
    delete Object.prototype.postMessage;
    performance.now = () => { throw new Error("no time"); };
    globalThis.structuredClone = nothing;
    return 1;
  }`;
  const tampered = await run(page, single(skill("javascript", code, { skillId: "tamper" })));
  expect(tampered.nodes.node).toMatchObject({ status: "completed", outputs: { result: 1 } });
  const after = await run(page, single(skill("javascript", "function execute() { return [1, {a: 2}]; }", { skillId: "after" })));
  expect(after.nodes.node).toMatchObject({ status: "completed", outputs: { result: [1, { a: 2 }] } });
});

test("a node that changes its inputs changes nobody else's", async ({ workbench: page }) => {
  const shared = skill("javascript", "function execute() { return {list: [1, 2, 3]}; }", { skillId: "shared", outputs: [port("list", "array")] });
  const spoil = skill("javascript", "function execute({list}) { list.length = 0; list.push('spoiled'); return list.length; }", { skillId: "spoil", inputs: [port("list", "array")] });
  const read = skill("javascript", "function execute({list}) { return list; }", { skillId: "read", inputs: [port("list", "array")] });
  const payload: Payload = {
    workflow: {
      workflowId: "w",
      name: "",
      nodes: ["shared", "spoil", "read"].map((skillId) => ({ nodeId: skillId, skillId })),
      edges: ["spoil", "read"].map((target) => ({ source: "shared", sourceOutput: "list", target, targetInput: "list" })),
    },
    skills: { shared, spoil, read },
  };
  const result = await run(page, payload);
  expect(result.nodes.read?.outputs.result).toEqual([1, 2, 3]);
  expect(result.nodes.shared?.outputs.list).toEqual([1, 2, 3]);
});
