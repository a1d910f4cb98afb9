/** The canvas by pointer and keys: nodes are added, moved, joined, refused, copied, deleted and brought back. */

import type { Locator, Page } from "@playwright/test";
import { expect, test } from "./support/workbench";

const node = (page: Page, id: string): Locator => page.locator(`.node[data-node="${id}"]`);
const output = (page: Page, id: string, name: string): Locator => node(page, id).locator(".port-out", { hasText: name }).locator(".port-mark");
const input = (page: Page, id: string, name: string): Locator => node(page, id).locator(".port-in", { hasText: name }).locator(".port-mark");

/** A first visit, with the demo on the canvas and nothing moving any more. */
async function open(visit: () => Promise<Page>): Promise<Page> {
  const page = await visit();
  await expect(node(page, "filter")).toBeVisible();
  const place = (): Promise<unknown> => node(page, "values").boundingBox();
  await expect(async () => {
    const before = await place();
    await page.evaluate(() => new Promise((next) => requestAnimationFrame(() => requestAnimationFrame(next))));
    expect(await place()).toEqual(before);
  }).toPass();
  return page;
}

async function middle(mark: Locator): Promise<{ x: number; y: number }> {
  const box = await mark.boundingBox();
  if (box === null) throw new Error("nothing to point at");
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

async function drag(page: Page, from: { x: number; y: number }, to: { x: number; y: number }): Promise<void> {
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move((from.x + to.x) / 2, (from.y + to.y) / 2, { steps: 4 });
  await page.mouse.move(to.x, to.y, { steps: 4 });
  await page.mouse.up();
}

test("wires that cannot fit are refused with the reason, wires that fit are drawn, picked up and brought back", async ({ visit }) => {
  const page = await open(visit);
  const wires = page.locator(".wire");
  const before = await wires.count();
  await drag(page, await middle(output(page, "filter", "bode")), await middle(input(page, "analysis", "frequency")));
  await expect(page.getByRole("status").filter({ hasText: "bode is a plot, and frequency takes a list" })).toBeVisible();
  await expect(wires).toHaveCount(before);

  const taken = await middle(input(page, "analysis", "frequency"));
  await drag(page, taken, { x: taken.x - 40, y: taken.y - 150 });
  await expect(wires).toHaveCount(before - 1);
  await page.keyboard.press("Control+z");
  await expect(wires).toHaveCount(before);
});

test("a wire that ends on the empty canvas offers the skills that fit, and joins the one that is chosen", async ({ visit }) => {
  const page = await open(visit);
  const [nodes, wires] = [await page.locator(".node").count(), await page.locator(".wire").count()];
  const from = await middle(output(page, "filter", "corner_frequency"));
  await drag(page, from, { x: from.x + 10, y: from.y - 250 });
  await page.getByRole("combobox", { name: "Add a skill that fits" }).fill("monte carlo");
  await page.keyboard.press("Enter");
  await expect(page.locator(".node")).toHaveCount(nodes + 1);
  await expect(page.locator(".wire")).toHaveCount(wires + 1);

  await page.keyboard.press("Delete");
  await expect(page.locator(".node")).toHaveCount(nodes);
  await page.keyboard.press("Control+z");
  await expect(page.locator(".node")).toHaveCount(nodes + 1);
  await expect(page.locator(".wire")).toHaveCount(wires + 1);
});

test("nodes are reached, moved and opened by keys alone", async ({ visit }) => {
  const page = await open(visit);
  await page.locator(".stage").focus();
  await page.keyboard.press("Tab");
  await expect(node(page, "filter")).toBeFocused();
  await page.keyboard.press("ArrowRight");
  await expect(node(page, "analysis")).toBeFocused();
  const before = await node(page, "analysis").boundingBox();
  await page.keyboard.press("Alt+ArrowDown");
  await expect.poll(async () => (await node(page, "analysis").boundingBox())?.y).toBeGreaterThan(before?.y ?? 0);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("complementary", { name: "Inspector" })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("complementary", { name: "Inspector" })).toBeHidden();
});

test("numbers are taken as engineers write them, and what is no number stays as typed with the reason", async ({ visit }) => {
  const page = await open(visit);
  await node(page, "filter").click({ position: { x: 60, y: 14 } });
  const resistance = page.getByRole("textbox", { name: "resistance" });
  await resistance.fill("4k7");
  await resistance.press("Enter");
  await expect(resistance).toHaveValue("4.7 kΩ");
  await expect(node(page, "filter")).toContainText("4.7 kΩ");
  await resistance.fill("4kk");
  await resistance.press("Enter");
  await expect(resistance).toHaveValue("4kk");
  await expect(page.getByRole("alert")).toContainText("Not a number");
});

test("several nodes are picked by a rectangle, copied with their wires, and undone as one", async ({ visit }) => {
  const page = await open(visit);
  const nodes = await page.locator(".node").count();
  const stage = await page.locator(".stage").boundingBox();
  if (stage === null) throw new Error("no stage");
  await page.keyboard.down("Shift");
  await drag(page, { x: stage.x + 8, y: stage.y + 8 }, { x: stage.x + stage.width - 8, y: stage.y + stage.height - 90 });
  await page.keyboard.up("Shift");
  await expect(page.locator(".node.selected")).toHaveCount(nodes);
  await page.keyboard.press("Control+d");
  await expect(page.locator(".node")).toHaveCount(2 * nodes);
  await page.keyboard.press("Control+z");
  await expect(page.locator(".node")).toHaveCount(nodes);
});

test("the command palette finds actions, skills and nodes, and Escape steps back once", async ({ visit }) => {
  const page = await open(visit);
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox", { name: "What do you want to do?" }).fill("light theme");
  await page.keyboard.press("Enter");
  await expect(page.locator("html")).toHaveAttribute("data-theme", "light");
  await page.keyboard.press("Control+k");
  await expect(page.getByRole("dialog")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toBeHidden();
});
