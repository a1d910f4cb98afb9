/**
 * Without a network, and with a newer release: after one visit that got everything ready the workbench opens, runs every runtime, shows chats,
 * saves and shares with its host gone; a newer release is told of, waits for runs, and comes when it is asked for, with everything in place.
 */

import type { Page } from "@playwright/test";
import { notice, openDevice, untilKept } from "./support/device";
import { ScriptedModel } from "./support/model-servers/scripted";
import { releaseOf } from "./support/release";
import { openSite } from "./support/site";
import { graph, port, single, skill } from "./support/workflow";
import { call, done, expect, openWorkbench, test, untilReady } from "./support/workbench";

/** One node of each runtime. */
const EVERYTHING = graph(
  [
    skill("python-wasm", "def execute(inputs):\n    import sympy\n    return {'y': int(sympy.Integer(6) * 7)}", { skillId: "in-python", outputs: [port("y", "number")] }),
    skill("javascript", "function execute({ x }) { return { y: x + 1 }; }", { skillId: "in-javascript", inputs: [port("x", "number")], outputs: [port("y", "number")] }),
    skill("spice", "* divider\nV1 a 0 3\nR1 a b 1k\nR2 b 0 2k\n.op\n.end", { skillId: "in-spice", outputs: [port("v", "number", { from: "v(b)" })] }),
    skill("threejs", "function execute(inputs, { THREE, scene }) { scene.add(new THREE.Mesh(new THREE.BoxGeometry(), new THREE.MeshNormalMaterial())); }", { skillId: "in-three", outputs: [port("scene", "scene")] }),
  ],
  { python: "in-python", javascript: "in-javascript", spice: "in-spice", three: "in-three" },
  ["python.y -> javascript.x"],
);

const runEverything = (page: Page) =>
  page.evaluate(async (payload) => {
    const { status, nodes } = await window.llmos.run(payload);
    return { status, errors: Object.values(nodes).flatMap((node) => node.error?.message ?? []), y: nodes["javascript"]!.outputs["y"], v: nodes["spice"]!.outputs["v"] };
  }, EVERYTHING);

const WORKFLOW = { workflowId: "kept-offline", name: "Kept offline", nodes: [{ nodeId: "one", skillId: "rc-lowpass", inputValues: {} }], edges: [] };

test("everything works with the host gone, and a newer release comes when it is asked for", async ({ browser }) => {
  test.setTimeout(240_000);
  const site = await openSite();
  const model = await ScriptedModel.open();
  const newer = await releaseOf("9.9.9+newer");
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    await openWorkbench(page, site.deepUrl);
    await done(page, "POST", "/models", { provider: "custom", base_url: model.url, model: "scripted" });
    model.says("Keep this answer.");
    const { session_id: session } = await done(page, "POST", "/chat", { message: "What do I keep?" });
    await untilKept(page);
    const dialog = await openDevice(page);
    await dialog.getByRole("button", { name: "Get ready for offline" }).click();
    await expect(dialog.getByText("Everything is here")).toBeVisible({ timeout: 90_000 });

    await model.close();
    site.goAway();
    site.requests.length = 0;
    await page.reload();
    await untilReady(page);
    expect(await runEverything(page)).toEqual({ status: "completed", errors: [], y: 43, v: 2 });
    await page.getByRole("button", { name: "Run", exact: true }).click();
    await expect(page.locator('[data-node="values"]')).toHaveAttribute("data-state", "completed", { timeout: 60_000 });
    expect((await done(page, "GET", `/chats/${session}`)).messages.at(-1).text).toBe("Keep this answer.");
    await done(page, "POST", "/workflows/save", WORKFLOW);
    const link = await page.evaluate((workflow) => window.llmos.share(workflow), WORKFLOW);
    expect(link).toContain("#w=");
    // What the browser itself looks for, such as a newer worker, is all that was asked.
    expect(site.requests.filter((path) => !path.endsWith("/sw.js"))).toEqual([]);

    site.serve(newer.folder);
    site.comeBack();
    await page.reload();
    await untilReady(page);
    await expect(notice(page, "release")).toContainText("A newer release is here", { timeout: 30_000 });
    expect(await page.evaluate(() => window.llmos.version)).not.toBe("9.9.9+newer");
    await Promise.all([page.waitForEvent("load", { timeout: 30_000 }), notice(page, "release").getByRole("button", { name: "Change to it" }).click()]);
    await untilReady(page);
    expect(await page.evaluate(() => window.llmos.version)).toBe("9.9.9+newer");
    expect((await done(page, "GET", "/workflows/kept-offline")).name).toBe("Kept offline");
    expect((await done(page, "GET", `/chats/${session}`)).messages.at(-1).text).toBe("Keep this answer.");
    expect(await page.evaluate(async () => (await caches.keys()).filter((name) => name.startsWith("shell ")).length)).toBe(1);
  } finally {
    await context.close();
    await newer.remove();
    await site.close();
  }
});

test("a newer release waits for the run of another tab, and both change together", async ({ browser }) => {
  test.setTimeout(120_000);
  const site = await openSite();
  const newer = await releaseOf("9.9.9+newer");
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    await openWorkbench(page, site.url);
    await untilKept(page);
    const other = await context.newPage();
    await openWorkbench(other, site.url);
    site.serve(newer.folder);
    const slow = single(skill("javascript", "async function execute() { await new Promise((done) => setTimeout(done, 6000)); return { result: 1 }; }"));
    await other.evaluate((payload) => {
      Object.assign(window, { running: window.llmos.run(payload).then(({ status }) => sessionStorage.setItem("ended", status)) });
    }, slow);
    await page.evaluate(async () => void (await (await navigator.serviceWorker.ready).update()));
    await expect(notice(other, "release")).toContainText("A newer release is here", { timeout: 30_000 });
    await notice(page, "release").getByRole("button", { name: "Change to it" }).click();
    await expect(notice(page, "release")).toContainText("as soon as nothing runs");
    expect(await other.evaluate(() => sessionStorage.getItem("ended"))).toBeNull();
    await expect.poll(() => other.evaluate(() => window.llmos?.version).catch(() => ""), { timeout: 40_000 }).toBe("9.9.9+newer");
    expect(await other.evaluate(() => sessionStorage.getItem("ended"))).toBe("completed");
    await expect.poll(() => page.evaluate(() => window.llmos?.version).catch(() => "")).toBe("9.9.9+newer");
  } finally {
    await context.close();
    await newer.remove();
    await site.close();
  }
});

test("a release that cannot be had whole is not taken, and the one before stays", async ({ browser }) => {
  test.setTimeout(120_000);
  const site = await openSite();
  const newer = await releaseOf("9.9.9+broken");
  const { rm } = await import("node:fs/promises");
  await rm(`${newer.folder}/keeper.css`);
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    await openWorkbench(page, site.url);
    await untilKept(page);
    const version = await page.evaluate(() => window.llmos.version);
    site.serve(newer.folder);
    await page.evaluate(async () => {
      const registration = await navigator.serviceWorker.ready;
      await registration.update();
      const worker = registration.installing;
      if (worker) await new Promise((settled) => worker.addEventListener("statechange", settled, { once: true }));
    });
    await page.reload();
    await untilReady(page);
    expect(await page.evaluate(() => window.llmos.version)).toBe(version);
    await expect(notice(page, "release")).toHaveCount(0);
    expect(await page.evaluate(async () => (await navigator.serviceWorker.ready).waiting)).toBeNull();
  } finally {
    await context.close();
    await newer.remove();
    await site.close();
  }
});

test("parts are chosen one by one, stopped, and removed again", async ({ visit }) => {
  test.setTimeout(90_000);
  const page = await visit();
  const dialog = await openDevice(page);
  const spice = dialog.locator(".device-offer", { hasText: "SPICE" });
  await expect(spice).toContainText("MB");
  await spice.getByRole("checkbox").check();
  await dialog.getByRole("button", { name: "Get ready for offline" }).click();
  await expect(spice).toContainText("here", { timeout: 60_000 });
  await expect(dialog.locator(".device-offer", { hasText: "3D scenes" })).not.toContainText("here");
  const kept = () => page.evaluate(async () => (await (await caches.open("runtime-assets")).keys()).length);
  expect(await kept()).toBeGreaterThan(3);
  await spice.getByRole("button", { name: /Remove SPICE/ }).click();
  await expect(spice).not.toContainText("here");
  expect(await kept()).toBe(0);
  expect((await call(page, "GET", "/volumes/stats")).status).toBe(200);
});
