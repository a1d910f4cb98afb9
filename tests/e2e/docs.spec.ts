/** What the guides show, works: skills are read and run, calls of `window.llmos` are made, JSON is read, and the help shows every page. */

import type { Page } from "@playwright/test";
import { guides, snippets, type Snippet } from "./support/guides";
import { call, done, expect, test } from "./support/workbench";

const all = guides().flatMap(snippets);
const of = (language: string): Snippet[] => all.filter((snippet) => snippet.language === language);

test("every snippet is of a kind that is tried", () => {
  const known = new Set(["markdown", "js", "json", "sh"]);
  expect(all.filter(({ language }) => !known.has(language)).map(({ place, language }) => `${place}: ${language}`)).toEqual([]);
  for (const language of known) expect(of(language).length, language).toBeGreaterThan(0);
});

for (const { place, text, gives } of of("markdown")) {
  test(`the skill at ${place}`, async ({ workbench: page }) => {
    test.setTimeout(120_000);
    const checked = await done(page, "POST", "/skills/check", { source: text });
    expect(checked.diagnostics).toEqual([]);
    const skillId = /^skill_id: (.*)$/m.exec(text)?.[1];
    if (skillId === undefined) return;
    await done(page, "PUT", `/skills/${skillId}`, { source: text });
    const { payload } = await done(page, "POST", "/workflows/execute", { nodes: [{ nodeId: "it", skillId }], edges: [] });
    const result = await page.evaluate(async (payload) => {
      const { status, nodes } = await window.llmos.run(payload, { trace: false });
      const outputs = nodes["it"]!.outputs;
      const plain = Object.fromEntries(Object.entries(outputs).filter(([, value]) => typeof value !== "object"));
      return { status, error: nodes["it"]!.error, plain };
    }, payload);
    expect(result).toMatchObject({ status: "completed", error: null });
    expect(gives, "the guide says what it gives").toBeDefined();
    for (const [name, value] of Object.entries(gives as Record<string, number>)) expect(result.plain[name], name).toBeCloseTo(value, 9);
    await call(page, "DELETE", `/skills/${skillId}`);
  });
}

for (const { place, text, gives } of of("js")) {
  test(`the script at ${place}`, async ({ visit }) => {
    test.setTimeout(120_000);
    const page = await visit();
    // As in the console: the page's own policy allows no `eval`, so the text is the script that the test sends.
    expect(await page.evaluate(`(async () => {\nconst llmos = window.llmos;\n${text}\n})()`)).toEqual(gives);
  });
}

for (const { place, text } of of("json")) {
  test(`the JSON at ${place}`, async ({ workbench: page }) => {
    const value = JSON.parse(text) as { nodes?: unknown; edges?: unknown };
    if (value.nodes !== undefined) expect(await done(page, "POST", "/workflows/execute", value)).toMatchObject({ status: "ready" });
  });
}

async function openHelp(page: Page): Promise<void> {
  await page.getByRole("navigation", { name: "Sections" }).getByRole("button", { name: "Help" }).click();
  await expect(page.getByRole("heading", { name: "First steps", level: 1 })).toBeVisible();
}

test("the help shows every guide, goes from one to the next, and is found by words, with no network", async ({ visit, site }) => {
  const page = await visit();
  await openHelp(page);
  site.goAway();
  try {
    const pages = page.getByRole("navigation", { name: "Help pages" });
    for (const path of guides().filter((path) => path.startsWith("docs/") && !path.endsWith("README.md"))) {
      const title = /^# (.*)$/m.exec(await textOf(path))![1]!;
      await pages.getByRole("button", { name: title, exact: true }).click();
      await expect(page.getByRole("heading", { name: title, level: 1 })).toBeVisible();
    }
    await pages.getByRole("button", { name: "Share", exact: true }).click();
    await page.locator(".help-article").getByRole("link", { name: "propose it" }).click();
    await expect(page.getByRole("heading", { name: "A team over git", level: 1 })).toBeVisible();
    await pages.getByRole("searchbox", { name: "Search the help" }).fill("discriminant ollama_origins");
    await expect(pages).toContainText("No page says");
    await pages.getByRole("searchbox", { name: "Search the help" }).fill("passphrase link");
    await pages.getByRole("button", { name: /Share · Locked/ }).click();
    await expect(page.getByRole("heading", { name: "Locked" })).toBeInViewport();
    await pages.getByRole("searchbox", { name: "Search the help" }).fill("");
    await pages.getByRole("button", { name: "Keys", exact: true }).click();
    await expect(page.locator(".help-article").getByText("Ctrl Enter", { exact: true })).toBeVisible();
  } finally {
    site.comeBack();
  }
});

async function textOf(path: string): Promise<string> {
  const { readFile } = await import("node:fs/promises");
  return readFile(new URL(`../../${path}`, import.meta.url), "utf8");
}
