/// <reference path="../../../assets/bridge/llmos.d.ts" />
/**
 * What every browser test starts from: `test` with these fixtures.
 *
 * - `workbench`: a page of the workbench that is ready. All of them share one browser profile, so that runtimes are fetched
 *   once; each page has its own memory and sees no step of another test.
 * - `visit`: opens a page in a profile of its own, as a person does who has never been here.
 * - `site`: the server of the built page. `catcher`: the server that attacks try to reach.
 *
 * A test fails if its page throws an error that nobody caught.
 */

import { test as base, type BrowserContext, type Page } from "@playwright/test";
import { openCatcher, type Catcher } from "./catcher";
import { openSite, type Site } from "./site";

export { expect } from "@playwright/test";

interface TestFixtures {
  workbench: Page;
  visit: (url?: string) => Promise<Page>;
  catcher: Catcher;
}

interface WorkerFixtures {
  site: Site;
  profile: BrowserContext;
}

export const test = base.extend<TestFixtures, WorkerFixtures>({
  site: [
    async ({}, use) => {
      const site = await openSite();
      await use(site);
      await site.close();
    },
    { scope: "worker" },
  ],

  profile: [
    async ({ browser }, use) => {
      const profile = await browser.newContext({ viewport: { width: 1440, height: 900 } });
      await use(profile);
      await profile.close();
    },
    { scope: "worker" },
  ],

  workbench: async ({ profile, site }, use) => {
    const page = await profile.newPage();
    const uncaught = listenForErrors(page);
    await openWorkbench(page, site.url);
    await use(page);
    await page.close();
    failOn(uncaught);
  },

  visit: async ({ browser, site }, use) => {
    const profiles: BrowserContext[] = [];
    const uncaught: Error[][] = [];
    await use(async (url = site.url) => {
      const profile = await browser.newContext({ viewport: { width: 1440, height: 900 } });
      profiles.push(profile);
      const page = await profile.newPage();
      uncaught.push(listenForErrors(page));
      await openWorkbench(page, url);
      return page;
    });
    for (const profile of profiles) await profile.close();
    failOn(uncaught.flat());
  },

  catcher: async ({}, use) => {
    const catcher = await openCatcher();
    await use(catcher);
    await catcher.close();
  },
});

/** Goes to the workbench and waits until it can be used. */
export async function openWorkbench(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await untilReady(page);
}

/** Waits until the workbench in this page can be used. (`waitForFunction` would need `unsafe-eval`, which the page refuses.) */
export async function untilReady(page: Page): Promise<void> {
  await base.expect.poll(() => page.evaluate(() => window.llmos !== undefined)).toBe(true);
  await page.evaluate(() => window.llmos.ready);
}

/** What a call answered. */
export interface Answer {
  status: number;
  body: any;
}

/** One call of `window.llmos.fetch`. */
export function call(page: Page, method: string, path: string, body?: unknown): Promise<Answer> {
  return page.evaluate(
    async ([method, path, body]) => {
      const response = await window.llmos.fetch(path, { method, ...(body !== undefined && { body: JSON.stringify(body) }) });
      return { status: response.status, body: await response.json() };
    },
    [method, path, body] as const,
  );
}

/** A call that has to succeed; its body. */
export async function done(page: Page, method: string, path: string, body?: unknown): Promise<any> {
  const answer = await call(page, method, path, body);
  base.expect(answer.status, `${method} ${path}: ${JSON.stringify(answer.body)}`).toBeLessThan(300);
  return answer.body;
}

function listenForErrors(page: Page): Error[] {
  const uncaught: Error[] = [];
  page.on("pageerror", (error) => uncaught.push(error));
  return uncaught;
}

function failOn(uncaught: Error[]): void {
  if (uncaught.length > 0) throw new Error(`The page threw what nobody caught:\n${uncaught.map((error) => error.stack ?? error.message).join("\n")}`);
}
