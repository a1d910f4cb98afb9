/** The face of skills, as a person uses it: found as one types, written with findings at their lines, given away and taken in. */

import type { Page } from "@playwright/test";
import { expect, test } from "./support/workbench";

const FOREIGN = "---\nname: pdf\ndescription: Reads PDFs\n---\nWords about PDFs.\n";

async function openSkills(page: Page): Promise<void> {
  await page.getByRole("navigation", { name: "Sections" }).getByRole("button", { name: "Skills" }).click();
  await expect(page.getByRole("complementary", { name: "Skills" }).getByRole("searchbox")).toBeVisible();
}

function row(page: Page, name: string) {
  return page.getByRole("complementary", { name: "Skills" }).getByRole("button", { name });
}

test("a skill is found as one types, with the reasons", async ({ visit }) => {
  const page = await visit();
  await openSkills(page);
  await page.getByRole("searchbox", { name: "Find a skill" }).fill("low pass filt");
  const first = page.locator(".skills-rows .skill-row").first();
  await expect(first).toContainText("RC low-pass filter");
  await expect(first).toContainText("name: low, pass, filt");
  await first.click();
  await expect(page.locator(".skills-title h1", { hasText: "RC low-pass filter" })).toBeVisible();
  await page.getByRole("button", { name: "Add to canvas" }).click();
  await expect(page.getByRole("main", { name: "Work" })).toBeVisible();
});

test("a skill is made from a template, mended where the editor says so, saved, taken back and deleted", async ({ visit }) => {
  const page = await visit();
  await openSkills(page);
  await page.getByRole("button", { name: "Add", exact: true }).click();
  await page.getByRole("menuitem", { name: "New skill" }).click();
  await page.getByRole("textbox", { name: "Name", exact: true }).fill("Reading data sheets");
  await page.getByRole("button", { name: "Create", exact: true }).click();
  await expect(page.locator(".skills-title h1", { hasText: "Reading data sheets" })).toBeVisible();

  await page.getByRole("tab", { name: "Edit" }).click();
  const editor = page.getByRole("textbox", { name: "File of Reading data sheets" });
  await expect(editor).toContainText("category: general");
  await editor.press("Control+a");
  await page.keyboard.insertText("---\nname: Reading data sheets\ncategroy: electronics\n---\n# Reading\n\nLook at the **absolute maximum** first.\n");
  const findings = page.getByRole("list", { name: "Findings" });
  await expect(findings).toContainText("Did you mean 'category'?");
  await expect(findings).toContainText("Line 3");
  await expect(page.locator(".skills-preview strong")).toHaveText("absolute maximum");
  await editor.press("Control+s");
  await expect(page.locator(".desk-notices")).toContainText("Saved");

  await page.getByRole("tab", { name: "History" }).click();
  await expect(page.locator(".skills-commit").first()).toContainText("Edit skill: reading-data-sheets");
  await expect(page.locator(".skills-version")).toContainText("absolute maximum");
  await page.locator(".skills-commit").nth(1).click();
  await page.getByRole("button", { name: "Restore this version" }).click();
  await expect(page.locator(".desk-notices")).toContainText("It is again as it was");

  await page.getByRole("button", { name: "More" }).click();
  await page.getByRole("menuitem", { name: "Delete" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await expect(row(page, "Reading data sheets")).toHaveCount(0);
  await page.locator(".desk-notices").getByRole("button", { name: "Undo" }).click();
  await expect(row(page, "Reading data sheets")).toHaveCount(1);
});

test("what is pasted is looked at before it is kept", async ({ visit }) => {
  const page = await visit();
  await openSkills(page);
  await page.getByRole("button", { name: "Add", exact: true }).click();
  await page.getByRole("menuitem", { name: "Import skills" }).click();
  await page.getByRole("textbox", { name: "Or paste one" }).fill(FOREIGN);
  await page.getByRole("button", { name: "Look at it" }).click();
  await expect(page.getByRole("dialog")).toContainText("pdf");
  expect(await page.evaluate(async () => (await window.llmos.fetch("/skills/pdf")).status)).toBe(404);
  await page.getByRole("button", { name: "Keep 1 skill" }).click();
  await expect(page.locator(".skills-title h1", { hasText: "pdf" })).toBeVisible();
});

test("a package travels as bytes, and a hostile one is refused", async ({ workbench }) => {
  const found = await workbench.evaluate(async () => {
    const archive = await (await window.llmos.fetch("/skills/rc-lowpass/package")).blob();
    const send = async (body: Blob, path = "/import/skills") => (await window.llmos.fetch(path, { method: "POST", body })).json() as Promise<any>;
    const imported = await send(archive, "/import/skills?dry_run=true");
    // The directory's path leads out: the letters of the first folder are changed where they stand.
    const bytes = new Uint8Array(await archive.arrayBuffer());
    const text = new TextDecoder("latin1").decode(bytes);
    for (let at = text.indexOf("rc-lowpass/SKILL.md"); at >= 0; at = text.indexOf("rc-lowpass/SKILL.md", at + 1)) bytes.set(new TextEncoder().encode("../../../../SKILL.md").slice(0, 19), at);
    const hostile = await send(new Blob([bytes]));
    const text_blob = await send(new Blob(['{"source": "---\\nname: x\\n---\\n"}']), "/skills/check");
    return { imported: imported.imported, hostile: hostile.error?.message, checked: text_blob.skill?.name };
  });
  expect(found.imported).toMatchObject([{ skill_id: "rc-lowpass", format: "agent" }]);
  expect(found.hostile).toMatch(/leads out of its folder/);
  expect(found.checked).toBe("x");
});
