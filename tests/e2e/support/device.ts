/** What tests of offline use and of data safety share: the page of this device, and a page that its service worker controls. */

import { expect, type Page } from "@playwright/test";

/** The badge in the header. */
export const badge = (page: Page) => page.locator(".health-badge");

/** The page of this device, opened from the badge. */
export async function openDevice(page: Page) {
  await expect(badge(page)).toBeVisible({ timeout: 30_000 });
  await badge(page).click();
  const dialog = page.getByRole("dialog", { name: "This device" });
  await expect(dialog.getByText("Your work", { exact: true })).toBeVisible({ timeout: 30_000 });
  return dialog;
}

/** Waits until the page would open without its host. */
export async function untilKept(page: Page): Promise<void> {
  await expect.poll(() => page.evaluate(() => navigator.serviceWorker.controller !== null), { timeout: 30_000 }).toBe(true);
}

/** The notice of this name at the lower edge. */
export const notice = (page: Page, name: string) => page.locator(`[data-notice="${name}"]`);
