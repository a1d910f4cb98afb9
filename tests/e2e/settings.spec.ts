/** The settings and what they change: keys and their conflicts, the file in the volume, another language; and the tour. */

import { readFile } from "node:fs/promises";
import type { Page } from "@playwright/test";
import { done, expect, test, untilReady } from "./support/workbench";

async function openSettings(page: Page): Promise<void> {
  await page.locator(".rail-item").last().click();
  await expect(page.locator(".settings-page")).toBeVisible();
}

function fileText(page: Page): Promise<string> {
  return page.evaluate(async () => {
    const response = await window.llmos.fetch("/volumes/file?path=settings.json");
    return response.ok ? response.text() : "";
  });
}

test("keys are changed by pressing others, and conflicts are told", async ({ visit }) => {
  const page = await visit();
  await openSettings(page);
  await page.getByRole("searchbox", { name: "Find a setting or a key" }).fill("show logs");
  await expect(page.locator(".key-list").first().locator(".key-row")).toHaveCount(1);
  await page.getByRole("button", { name: "Keys of Show logs: none. Change" }).click();
  await page.keyboard.press("Control+d");
  await expect(page.getByRole("alert")).toContainText("Ctrl D calls “Duplicate” now.");
  await page.getByRole("button", { name: "Leave it" }).click();
  await page.getByRole("button", { name: /^Keys of Show logs/ }).click();
  await page.keyboard.press("Control+w");
  await expect(page.getByRole("alert")).toContainText("belongs to the browser");
  await page.getByRole("button", { name: /^Keys of Show logs/ }).click();
  await page.keyboard.press("Control+Shift+L");
  await expect(page.getByRole("button", { name: "Keys of Show logs: Ctrl Shift L. Change" })).toBeVisible();

  await expect.poll(() => fileText(page)).toContain('"Show logs": "Ctrl Shift L"');
  await page.reload();
  await untilReady(page);
  await expect(page.getByRole("tab", { name: "Logs" })).toHaveCount(0);
  await page.keyboard.press("Control+Shift+L");
  await expect(page.getByRole("tab", { name: "Logs" })).toHaveAttribute("aria-selected", "true");
});

test("the file in the volume is followed, given and taken; one that makes no sense changes nothing", async ({ visit }) => {
  const page = await visit();
  await openSettings(page);
  await page.getByRole("radio", { name: "Light" }).click();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "light");
  await expect.poll(() => fileText(page)).toContain('"theme": "light"');

  await done(page, "PUT", "/volumes/file?path=settings.json", { content: '{"theme": "dark", "mine": 1}\n' });
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  await expect(page.getByRole("radio", { name: "Dark" })).toHaveAttribute("aria-checked", "true");

  const waiting = page.waitForEvent("download");
  await page.getByRole("button", { name: "Export", exact: true }).click();
  const given = JSON.parse(await readFile(await (await waiting).path(), "utf8"));
  expect(given).toEqual({ mine: 1, theme: "dark", language: "en", keys: {} });

  const take = (text: string) => page.locator(".settings-page input[type='file']").setInputFiles({ name: "settings.json", mimeType: "application/json", buffer: Buffer.from(text) });
  await take('{"theme": "purple"}');
  await expect(page.locator(".desk-notices")).toContainText("it can be system, dark, light");
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  await take('{"theme": "light", "keys": {"Run": "F9"}}');
  await expect(page.locator("html")).toHaveAttribute("data-theme", "light");
  await expect(page.getByRole("button", { name: "Keys of Run: F9. Change" })).toBeVisible();
});

test("a theme chosen in the header is there before anything is drawn again, and in the file", async ({ visit }) => {
  const page = await visit();
  await page.getByRole("button", { name: /^Theme: as the system/ }).click();
  await page.getByRole("button", { name: /^Theme: dark/ }).click();
  await expect.poll(() => fileText(page)).toContain('"theme": "light"');
  await page.reload();
  await expect(page.locator(".app")).toBeVisible();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "light");
});

test("in German every screen is German, skills and files stay as they are, and English comes back", async ({ visit }, info) => {
  test.setTimeout(120_000);
  const page = await visit();
  await openSettings(page);
  await page.getByRole("radio", { name: "Deutsch" }).click();
  await expect(page.getByRole("heading", { name: "Optionen", level: 1 })).toBeVisible();
  await expect(page.locator("html")).toHaveAttribute("lang", "de");
  await page.reload();
  await untilReady(page);
  await expect(page.locator(".rail-item").first()).toHaveText("Arbeit");
  await page.getByRole("button", { name: "Starten", exact: true }).first().click();
  await expect(page.locator(".run-done")).toContainText("Fertig in", { timeout: 60_000 });
  await expect(page.locator("p.only-heard[role='status']")).toContainText("Lauf beendet, 5 Knoten");
  await expect(page.locator('[data-node="filter"]')).toContainText("RC low-pass filter");

  const left: Record<string, string[]> = {};
  for (const [place, name] of [[0, "work"], [1, "skills"], [2, "volumes"], [4, "help"], [5, "settings"]] as const) {
    await page.locator(".rail-item").nth(place).click();
    await untilDrawn(page);
    left[name] = await untranslated(page);
    await page.screenshot({ path: info.outputPath(`german-${name}.png`) });
  }
  expect(left).toEqual({ work: [], skills: [], volumes: [], help: [], settings: [] });

  await page.locator(".rail-item").last().click();
  await page.getByRole("radio", { name: "English" }).click();
  await expect(page.getByRole("heading", { name: "Settings", level: 1 })).toBeVisible();
  await expect(page.locator(".rail-item").first()).toHaveText("Work");
});

/** Names of controls and headings in sight that the catalogue has as a source: they were to be said in the other language. */
function untranslated(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    const catalogue = (await (await fetch("languages/de.json")).json()) as Record<string, string>;
    const texts = [...document.querySelectorAll<HTMLElement>("button, h1, h2, h3, label, legend, summary, [role='tab']")]
      .filter((element) => element.checkVisibility() && element.closest(".node, .skill-row, .prose, .desk-volume, .palette-item, [role='treeitem']") === null)
      .flatMap((element) => [element.getAttribute("aria-label") ?? "", ...[...element.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE).map((node) => node.nodeValue ?? "")]);
    return texts.map((text) => text.trim()).filter((text) => catalogue[text] !== undefined && catalogue[text] !== text && !Object.values(catalogue).includes(text));
  });
}

/** Waits until what is loaded is shown and nothing has been drawn anew for a moment. */
async function untilDrawn(page: Page): Promise<void> {
  await expect(page.locator("main:not([hidden]) .empty-note[role='status']")).toHaveCount(0);
  await page.evaluate((quietMs) => new Promise<void>((resolve) => {
    const watching = new MutationObserver(() => {
      clearTimeout(quiet);
      quiet = setTimeout(end, quietMs);
    });
    const end = () => {
      watching.disconnect();
      resolve();
    };
    let quiet = setTimeout(end, quietMs);
    watching.observe(document.body, { childList: true, subtree: true, characterData: true });
  }), 300);
}

test("right to left, nothing is cut off and nothing lies over another", async ({ visit }, info) => {
  const page = await visit();
  await page.evaluate(() => (document.documentElement.dir = "rtl"));
  for (const place of [0, 1, 2, 4, 5]) {
    await page.locator(".rail-item").nth(place).click();
    await untilDrawn(page);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(1440);
    await page.screenshot({ path: info.outputPath(`rtl-${place}.png`) });
  }
});

test("the tour is offered, goes by keys, can be left, and is found again", async ({ visit }) => {
  const page = await visit();
  await page.locator(".invitation").getByRole("button", { name: "Take the tour" }).click();
  const tour = page.getByRole("dialog", { name: "Tour" });
  await expect(tour).toContainText("1 of 5");
  await expect(tour).toBeFocused();
  await page.keyboard.press("ArrowRight");
  await expect(tour).toContainText("Run it here");
  await tour.getByRole("button", { name: "Run the demo" }).click();
  await expect(page.locator('[data-node="filter"]')).toHaveAttribute("data-state", "completed", { timeout: 60_000 });
  await tour.getByRole("button", { name: "Next" }).click();
  await page.keyboard.press("Escape");
  await expect(tour).toHaveCount(0);
  await page.keyboard.press("Control+k");
  await page.keyboard.type("tour");
  await page.keyboard.press("Enter");
  for (const count of [1, 2, 3, 4]) {
    await expect(tour).toContainText(`${count} of 5`);
    await tour.getByRole("button", { name: "Next" }).click();
  }
  await expect(tour).toContainText("You find this tour again");
  await tour.getByRole("button", { name: "Done" }).click();
  await expect(tour).toHaveCount(0);
});

test("an empty canvas teaches, and offers a sample of every runtime", async ({ visit }) => {
  const page = await visit();
  await page.keyboard.press("Control+k");
  await page.keyboard.type("new workflow");
  await page.keyboard.press("Enter");
  const samples = page.locator(".empty-stage .text-button");
  await expect(samples).toHaveCount(7);
  await samples.filter({ hasText: "Two views in 3D" }).click();
  await expect(page.locator("[data-node]")).toHaveCount(2);
});

test("what only the desk can do is in the palette too", async ({ visit }) => {
  const page = await visit();
  const act = async (query: string) => {
    await page.keyboard.press("Control+k");
    await page.getByRole("combobox", { name: "What do you want to do?" }).fill(query);
    await page.keyboard.press("Enter");
  };
  await act("new skill");
  await expect(page.getByRole("dialog", { name: "New skill" })).toBeVisible();
  await page.keyboard.press("Escape");
  await act("new team");
  await expect(page.getByRole("dialog", { name: "New team" })).toBeVisible();
  await page.keyboard.press("Escape");
  await act("connect a model");
  await expect(page.getByRole("dialog", { name: "Connect a model" })).toBeVisible();
});
