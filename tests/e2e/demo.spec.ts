/** A first visit: the demo runs on one click, everything it made is drawn, and it does so again when the network is gone. */

import type { Page } from "@playwright/test";
import { expect, test, untilReady } from "./support/workbench";

const NODES = ["filter", "analysis", "square", "landscape", "values"];

/** Clicks Run and waits until every node of the demo has its result. */
async function runTheDemo(page: Page): Promise<void> {
  for (const node of NODES) await expect(page.locator(`[data-node="${node}"]`)).toBeVisible();
  await page.getByRole("button", { name: "Run", exact: true }).click();
  for (const node of NODES) {
    await expect(page.locator(`[data-node="${node}"]`)).toHaveAttribute("data-state", "completed", { timeout: 60_000 });
  }
}

/** What every node shows of its results: a drawn plot, a table's cells, a picture of the scene. */
async function expectPreviews(page: Page): Promise<void> {
  const preview = (node: string) => page.locator(`[data-node="${node}"] .preview`);
  for (const node of ["filter", "square"]) {
    const canvas = preview(node).locator("canvas").first();
    await expect(canvas).toBeVisible();
    await expect.poll(() => canvas.evaluate(inkOf)).toBeGreaterThan(100);
  }
  await expect(preview("values")).toContainText(/\d/);
  await expect(preview("landscape").locator("canvas, img, iframe").first()).toBeVisible();
}

/** How many pixels of a canvas something was drawn on. */
function inkOf(element: Element): number {
  const canvas = element as HTMLCanvasElement;
  const pixels = canvas.getContext("2d")?.getImageData(0, 0, canvas.width, canvas.height).data ?? [];
  let ink = 0;
  for (let index = 3; index < pixels.length; index += 4) if (pixels[index]! > 0) ink += 1;
  return ink;
}

test("one click runs the demo to its end, and again with the network cut", async ({ visit, site }) => {
  test.setTimeout(180_000);
  const page = await visit();
  await runTheDemo(page);
  await expectPreviews(page);
  await page.screenshot({ path: test.info().outputPath("demo.png") });

  await page.evaluate(() => navigator.serviceWorker.ready);
  site.goAway();
  await page.context().setOffline(true);
  try {
    await page.reload();
    await untilReady(page);
    await runTheDemo(page);
    await expectPreviews(page);
    await page.screenshot({ path: test.info().outputPath("demo-offline.png") });
  } finally {
    site.comeBack();
  }
});

test("a change runs only what it touches, and a reload keeps it", async ({ visit }) => {
  test.setTimeout(120_000);
  const page = await visit();
  await runTheDemo(page);
  await page.locator('[data-node="filter"]').click();
  const resistance = page.getByRole("textbox", { name: /resistance/i });
  await resistance.fill("2k2");
  await resistance.press("Enter");
  await expect(page.locator('[data-node="filter"]')).not.toHaveAttribute("data-state", "completed");
  await page.keyboard.press("Control+Enter");
  await expect(page.locator('[data-node="values"]')).toHaveAttribute("data-state", "completed", { timeout: 60_000 });
  // Saving waits a moment for the next keystroke; leaving the page does not.
  await page.reload();
  await untilReady(page);
  await page.locator('[data-node="filter"]').click();
  await expect(page.getByRole("textbox", { name: /resistance/i })).toHaveValue(/2\.2|2200|2k2/);
});
