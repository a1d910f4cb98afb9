/** The installed app: a manifest whose every part is there, and everything that the system can open it with. */

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { untilKept } from "./support/device";
import { DIST } from "./support/site";
import { call, done, expect, openWorkbench, test, untilReady } from "./support/workbench";

interface Picture {
  src: string;
  sizes: string;
  purpose?: string;
  form_factor?: string;
}

const SKILL = `---
skill_id: from-outside
name: From outside
description: Came with a file
type: javascript
outputs:
  - {name: y, type: number}
---

\`\`\`javascript
function execute() { return { y: 1 }; }
\`\`\`
`;

const manifest = async () => JSON.parse(await readFile(join(DIST, "manifest.webmanifest"), "utf8"));

/** Width and height of a PNG, from its own head. */
async function sizeOf(path: string): Promise<string> {
  const head = (await readFile(path)).subarray(0, 24);
  expect(head.subarray(1, 4).toString(), path).toBe("PNG");
  return `${head.readUInt32BE(16)}x${head.readUInt32BE(20)}`;
}

/** Hands files to the page as a system does that opens the installed app with them. */
async function launchWith(page: Page, files: { name: string; text: string }[]): Promise<void> {
  await page.evaluate((files) => {
    const launch = (window as unknown as { launch(parameters: object): void }).launch;
    launch({ files: files.map(({ name, text }) => ({ getFile: async () => new File([text], name) })) });
  }, files);
}

async function openWithLaunchQueue(page: Page, url: string): Promise<void> {
  await page.addInitScript(() => {
    // Headless Chromium is never installed: what it would call is kept here, and called by the test.
    Object.defineProperty(window, "launchQueue", { value: { setConsumer: (consumer: unknown) => Object.assign(window, { launch: consumer }) } });
  });
  await openWorkbench(page, url);
  await expect.poll(() => page.evaluate(() => "launch" in window), { timeout: 30_000 }).toBe(true);
}

test("the manifest names pictures that are there, in the sizes that it says", async () => {
  const { icons, screenshots, shortcuts } = (await manifest()) as { icons: Picture[]; screenshots: Picture[]; shortcuts: { icons: Picture[] }[] };
  const pictures = [...icons, ...screenshots, ...shortcuts.flatMap(({ icons }) => icons)].filter(({ src }) => src.endsWith(".png"));
  for (const { src, sizes } of pictures) expect(await sizeOf(join(DIST, src)), src).toBe(sizes);
  const of = (purpose: string) => icons.filter((icon) => icon.purpose === purpose).map(({ sizes }) => sizes);
  expect(of("any")).toEqual(expect.arrayContaining(["any", "192x192", "512x512"]));
  expect(of("maskable")).toEqual(expect.arrayContaining(["192x192", "512x512"]));
  expect(screenshots.map(({ form_factor }) => form_factor).sort()).toEqual(["narrow", "wide"]);
});

test("Chromium finds nothing wrong with the manifest", async ({ visit }) => {
  const page = await visit();
  const session = await page.context().newCDPSession(page);
  const { errors } = await session.send("Page.getAppManifest");
  expect(errors).toEqual([]);
  const { installabilityErrors } = await session.send("Page.getInstallabilityErrors");
  expect(installabilityErrors.map(({ errorId }) => errorId).filter((id) => id !== "in-incognito")).toEqual([]);
});

test("a skill's file is shown before it is kept", async ({ browser, site }) => {
  const page = await browser.newPage();
  await openWithLaunchQueue(page, site.url);
  await launchWith(page, [{ name: "from-outside.md", text: SKILL }]);
  const dialog = page.getByRole("dialog", { name: "Import skills" });
  await expect(dialog).toContainText("From outside", { timeout: 30_000 });
  expect((await call(page, "GET", "/skills/from-outside")).status).toBe(404);
  await dialog.getByRole("button", { name: "Keep 1 skill" }).click();
  await expect.poll(async () => (await call(page, "GET", "/skills/from-outside")).status).toBe(200);
  await page.close();
});

test("a netlist becomes a skill that runs it, a workflow goes onto the canvas at a press", async ({ browser, site }) => {
  const page = await browser.newPage();
  await openWithLaunchQueue(page, site.url);
  await launchWith(page, [{ name: "Divider.cir", text: "* divider\nV1 a 0 3\nR1 a b 1k\nR2 b 0 2k\n.op\n.end\n" }]);
  const dialog = page.getByRole("dialog", { name: "Import skills" });
  await expect(dialog).toContainText("Divider", { timeout: 30_000 });
  await dialog.getByRole("button", { name: "Keep 1 skill" }).click();
  await expect.poll(async () => (await call(page, "GET", "/skills/divider")).status).toBe(200);
  const workflow = { workflowId: "from-file", name: "From a file", nodes: [{ nodeId: "only", skillId: "divider", inputValues: {} }], edges: [] };
  await launchWith(page, [{ name: "mine.llmos.json", text: JSON.stringify({ workflow }) }]);
  const shown = page.getByRole("dialog", { name: "A workflow from a file" });
  await expect(shown).toContainText("1 node");
  await expect(page.locator('[data-node="only"]')).toHaveCount(0);
  await shown.getByRole("button", { name: "Put it on the canvas" }).click();
  await expect(page.locator('[data-node="only"]')).toHaveCount(1);
  const payload = await done(page, "POST", "/workflows/execute", workflow);
  const result = await page.evaluate(async (payload) => (await window.llmos.run(payload)).nodes["only"]!.outputs["table"], payload.payload ?? payload);
  expect(JSON.stringify(result)).toContain("2");
  await page.close();
});

test("what another app shares waits in the service worker until it was looked at", async ({ visit }) => {
  const page = await visit();
  await untilKept(page);
  const address = await page.evaluate(async (text) => {
    const form = new FormData();
    form.append("title", "Shared");
    form.append("files", new File([text], "from-outside.md", { type: "text/markdown" }));
    return (await fetch("share-target", { method: "POST", body: form })).url;
  }, SKILL);
  await page.goto(address.includes("#") ? address : `${address}#open=shared`);
  await page.reload();
  await untilReady(page);
  await expect(page.getByRole("dialog", { name: "Import skills" })).toContainText("From outside", { timeout: 30_000 });
  expect(await page.evaluate(async () => (await caches.keys()).filter((name) => name.startsWith("shared ")))).toEqual([]);
});

test("an address of web+llmos: opens the link that it holds", async ({ visit, site, browser }) => {
  const page = await visit();
  const workflow = { workflowId: "linked", name: "Linked", nodes: [{ nodeId: "one", skillId: "rc-lowpass" }], edges: [] };
  const link = await page.evaluate((workflow) => window.llmos.share(workflow), workflow);
  const other = await browser.newPage();
  await openWorkbench(other, `${site.url}?open=${encodeURIComponent(`web+llmos:${new URL(link).hash.slice(1)}`)}`);
  await expect(other.locator(".modal")).toContainText("Linked", { timeout: 30_000 });
  expect(new URL(other.url()).search).toBe("");
  await other.close();
});

for (const [view, title] of [["device", "This device"], ["offline", "This device"], ["restore", "Restore a backup"]] as const) {
  test(`the shortcut '${view}' opens its page`, async ({ visit, site }) => {
    const page = await visit(`${site.url}#open=${view}`);
    await expect(page.getByRole("dialog", { name: title })).toBeVisible({ timeout: 30_000 });
  });
}

test("an installation that the browser offers is offered in its place, and asked for once", async ({ visit }) => {
  const page = await visit();
  await page.evaluate(() => {
    const event = Object.assign(new Event("beforeinstallprompt", { cancelable: true }), { prompt: async () => void ((window as unknown as { prompted: number }).prompted = 1) });
    window.dispatchEvent(event);
  });
  await expect(page.locator(".health-badge")).toBeVisible({ timeout: 30_000 });
  await page.locator(".health-badge").click();
  const install = page.getByRole("dialog", { name: "This device" }).getByRole("button", { name: "Install" });
  await install.click();
  await expect.poll(() => page.evaluate(() => (window as unknown as { prompted?: number }).prompted)).toBe(1);
  await expect(install).toHaveCount(0);
});
