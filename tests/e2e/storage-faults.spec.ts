/**
 * Storage that fails: used up, refused, broken, emptied, taken away. Each is told to the person, and nothing that was saved is lost.
 */

import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium, type BrowserContext, type Page } from "@playwright/test";
import { chromiumPath } from "./support/chromium";
import { badge, notice, openDevice, untilKept } from "./support/device";
import { openSite, type Site } from "./support/site";
import { single, skill } from "./support/workflow";
import { call, done, expect, openWorkbench, test as base, untilReady } from "./support/workbench";

const test = base.extend<{ own: Site; person: BrowserContext; page: Page }>({
  own: async ({}, use) => {
    const site = await openSite();
    await use(site);
    await site.close();
  },
  person: async ({ browser }, use) => {
    const context = await browser.newContext();
    await use(context);
    await context.close();
  },
  page: async ({ person, own }, use) => {
    const page = await person.newPage();
    await openWorkbench(page, own.url);
    await use(page);
  },
});

test.setTimeout(120_000);

const workflow = (id: string, notes = "") => ({ workflowId: id, name: id, description: notes, nodes: [{ nodeId: "one", skillId: "rc-lowpass", inputValues: {} }], edges: [] });
const save = (page: Page, id: string, notes = "") => call(page, "POST", "/workflows/save", workflow(id, notes));
const nameOf = async (page: Page, id: string) => (await done(page, "GET", `/workflows/${id}`)).name as string;

/** Puts a line before the volume worker's own, as a browser that refuses would. */
async function breakWorker(context: BrowserContext, line: string): Promise<void> {
  await context.route("**/bridge/volume-worker.js", async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: `${line}\n${await response.text()}` });
  });
}

/** A profile on the disk: Chromium counts only there what IndexedDB takes of a quota. */
async function withProfile(act: (context: BrowserContext) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "llmos-profile-"));
  const context = await chromium.launchPersistentContext(folder, { executablePath: chromiumPath(), args: ["--no-sandbox", "--disable-background-networking"] });
  try {
    await act(context);
  } finally {
    await context.close();
    await rm(folder, { recursive: true, force: true });
  }
}

test("room used up: what can be fetched again gives way, then a change is refused in words, and what was saved stays", async ({ own }) => {
  test.setTimeout(180_000);
  await withProfile(async (context) => {
    const page = await context.newPage();
    await openWorkbench(page, own.url);
    await untilKept(page);
    expect((await save(page, "first")).status).toBeLessThan(300);
    await page.evaluate(async (payload) => void (await window.llmos.run(payload)), single(skill("spice", "* r\nV1 a 0 1\nR1 a 0 1k\n.op\n.end", { outputs: [] })));
    const session = await context.newCDPSession(page);
    const usage = await page.evaluate(async () => (await navigator.storage.estimate()).usage ?? 0);
    await session.send("Storage.overrideQuotaForOrigin", { origin: own.url, quotaSize: usage + 1_500_000 });
    const noise = () => Array.from({ length: 100_000 }, () => Math.random().toString(36).slice(2, 10)).join("");
    let refused: { status: number; body: unknown } | undefined;
    let saved = 0;
    for (let turn = 1; turn <= 60 && refused === undefined; turn += 1) {
      const answer = await save(page, `big-${turn}`, noise());
      if (answer.status < 300) saved = turn;
      else refused = answer;
    }
    // Of each half a megabyte is left once it is packed: without the room of the runtimes three would fit.
    expect(saved, "the runtimes gave way first").toBeGreaterThan(6);
    expect(refused?.status).toBeGreaterThanOrEqual(400);
    expect(JSON.stringify(refused?.body)).toMatch(/storage is full/);
    await expect(notice(page, "room")).toContainText("What was saved before is untouched");
    await expect(badge(page)).toHaveAttribute("data-level", "danger", { timeout: 20_000 });
    expect(await nameOf(page, "first")).toBe("first");
    expect(await nameOf(page, `big-${saved}`)).toBe(`big-${saved}`);
    await session.send("Storage.overrideQuotaForOrigin", { origin: own.url });
    expect((await save(page, "afterwards")).status).toBeLessThan(300);
  });
});

test("persist() refused: it is asked once something was kept, and the page of this device says what to do", async ({ person, own }) => {
  await person.addInitScript(() => {
    Object.assign(window, { asked: 0 });
    StorageManager.prototype.persisted = async () => false;
    StorageManager.prototype.persist = async () => {
      (window as unknown as { asked: number }).asked += 1;
      return false;
    };
  });
  const page = await person.newPage();
  await openWorkbench(page, own.url);
  await expect(badge(page)).toBeVisible();
  const asked = () => page.evaluate(() => (window as unknown as { asked: number }).asked);
  expect(await asked(), "nobody is asked before there is something to keep").toBe(0);
  expect((await save(page, "mine")).status).toBeLessThan(300);
  await expect.poll(asked).toBe(1);
  await expect(badge(page)).toHaveAttribute("data-level", "attention", { timeout: 20_000 });
  await expect(badge(page)).toContainText("No backup");
  const dialog = await openDevice(page);
  await expect(dialog).toContainText("has given no promise");
  const [download] = await Promise.all([page.waitForEvent("download"), dialog.getByRole("button", { name: "Back up everything" }).click()]);
  expect(download.suggestedFilename()).toBe("llmos-backup.zip");
  await expect(badge(page)).toHaveAttribute("data-level", "kept", { timeout: 20_000 });
  await expect(dialog).toContainText("nothing has changed since");
  expect(await nameOf(page, "mine")).toBe("mine");
});

for (const { name, error, says } of [
  { name: "IndexedDB throws", error: "UnknownError", says: /Nothing can be kept/ },
  { name: "a private window that refuses storage", error: "SecurityError", says: /leave the private window/ },
]) {
  test(`${name}: the workbench works, says that nothing is kept, and what was saved before is there afterwards`, async ({ browser, own }) => {
    const person = await browser.newContext({ serviceWorkers: "block" });
    try {
      const before = await person.newPage();
      await openWorkbench(before, own.url);
      expect((await save(before, "earlier")).status).toBeLessThan(300);
      await before.close();
      await breakWorker(person, `IDBFactory.prototype.open = () => { throw new DOMException("broken for a test", "${error}"); };`);
      const page = await person.newPage();
      await openWorkbench(page, own.url);
      await expect(badge(page)).toHaveAttribute("data-level", "danger", { timeout: 30_000 });
      await expect(badge(page)).toContainText("Not kept");
      await expect(badge(page)).toHaveAttribute("title", says);
      const result = await page.evaluate(async (payload) => (await window.llmos.run(payload)).status, single(skill("javascript", "function execute() { return { result: 1 }; }")));
      expect(result).toBe("completed");
      await page.close();
      await person.unrouteAll();
      const after = await person.newPage();
      await openWorkbench(after, own.url);
      expect(await nameOf(after, "earlier")).toBe("earlier");
    } finally {
      await person.close();
    }
  });
}

test("Cache Storage emptied: the page comes from its host again, and is kept again", async ({ page, own }) => {
  await untilKept(page);
  expect((await save(page, "mine")).status).toBeLessThan(300);
  await page.evaluate(async () => void (await Promise.all((await caches.keys()).map((name) => caches.delete(name)))));
  own.requests.length = 0;
  await page.reload();
  await untilReady(page);
  expect(own.requests.length).toBeGreaterThan(3);
  expect(await nameOf(page, "mine")).toBe("mine");
  const isWhole = () => page.evaluate(async () => (await caches.match("index.html")) !== undefined);
  await expect.poll(isWhole, { timeout: 30_000 }).toBe(true);
  own.goAway();
  await page.reload();
  await untilReady(page);
  expect(await nameOf(page, "mine")).toBe("mine");
});

test("the service worker unregistered: the next visit registers it again, and nothing is lost", async ({ page, own }) => {
  await untilKept(page);
  expect((await save(page, "mine")).status).toBeLessThan(300);
  await page.evaluate(async () => void (await (await navigator.serviceWorker.ready).unregister()));
  await page.reload();
  await untilReady(page);
  expect(await nameOf(page, "mine")).toBe("mine");
  await untilKept(page);
  own.goAway();
  await page.reload();
  await untilReady(page);
  expect(await nameOf(page, "mine")).toBe("mine");
});

test("a backup brings everything to another device, after a look at what is in it", async ({ page, own, browser }) => {
  expect((await save(page, "mine")).status).toBeLessThan(300);
  const dialog = await openDevice(page);
  const [download] = await Promise.all([page.waitForEvent("download"), dialog.getByRole("button", { name: "Back up everything" }).click()]);
  const file = await download.path();
  const other = await browser.newContext();
  try {
    const there = await other.newPage();
    await openWorkbench(there, own.url);
    // Whoever has run something already, as everybody has, takes a backup all the same.
    await there.evaluate(async (payload) => void (await window.llmos.run(payload)), single(skill("javascript", "function execute() { return { result: 1 }; }")));
    await expect.poll(async () => (await done(there, "GET", "/volumes/stats")).volumes.find((row: { volume: string }) => row.volume === "user/me").traces).toBe(1);
    await (await openDevice(there)).getByRole("button", { name: "Restore" }).click();
    const restore = there.getByRole("dialog", { name: "Restore a backup" });
    await restore.locator('input[type="file"]').setInputFiles({ name: "llmos-backup.zip", mimeType: "application/zip", buffer: await readFile(file) });
    await expect(restore).toContainText("Comes back");
    expect((await call(there, "GET", "/workflows/mine")).status, "nothing came before it was asked for").toBe(404);
    await restore.getByRole("button", { name: "Restore", exact: true }).click();
    await expect(restore).toContainText("Restored:", { timeout: 30_000 });
    await restore.getByRole("button", { name: "Done" }).click();
    expect(await nameOf(there, "mine")).toBe("mine");
  } finally {
    await other.close();
  }
});

test("a folder of the person's own holds every volume, and follows what changes", async ({ person, own }) => {
  await person.addInitScript(() => {
    // The browser's own picker needs a person; a folder of the same kind stands in for the one that they would choose.
    Object.assign(window, { showDirectoryPicker: async () => (await navigator.storage.getDirectory()).getDirectoryHandle("chosen", { create: true }) });
  });
  const page = await person.newPage();
  await openWorkbench(page, own.url);
  expect((await save(page, "mirrored")).status).toBeLessThan(300);
  const dialog = await openDevice(page);
  await dialog.getByRole("button", { name: "Choose a folder" }).click();
  await expect(dialog).toContainText("‘chosen’, written", { timeout: 30_000 });
  const read = (path: string) =>
    page.evaluate(async (path) => {
      let folder = await (await navigator.storage.getDirectory()).getDirectoryHandle("chosen");
      const parts = path.split("/");
      const name = parts.pop()!;
      for (const part of parts) folder = await folder.getDirectoryHandle(part);
      return (await (await folder.getFileHandle(name)).getFile()).text();
    }, path).catch(() => "");
  expect(await read("user-me/workflows/mirrored.md")).toContain("mirrored");
  expect((await read("user-me.zip")).slice(0, 2)).toBe("PK");
  await save(page, "later");
  await expect.poll(() => read("user-me/workflows/later.md"), { timeout: 20_000 }).toContain("later");
});
