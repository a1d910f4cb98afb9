/** The page itself: opens anywhere, keeps its policy, works offline, and says so when it cannot start. */

import type { Page } from "@playwright/test";
import { expect, test, untilReady } from "./support/workbench";

/** Violations of the content security policy, by directive and what was refused. */
function listenForViolations(page: Page): string[] {
  const refused: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error" && message.text().includes("Content Security Policy")) refused.push(message.text());
  });
  return refused;
}

for (const place of ["url", "deepUrl"] as const) {
  test(`opens ${place === "url" ? "at the root" : "under a deep path"} and breaks no rule of its own`, async ({ browser, site }) => {
    const page = await browser.newPage();
    const refused = listenForViolations(page);
    const failed: string[] = [];
    page.on("response", (response) => {
      if (response.status() >= 400) failed.push(`${response.status()} ${response.url()}`);
    });
    await page.goto(site[place]);
    await untilReady(page);
    await expect(page.locator("#shell")).toHaveCount(0);
    await expect(page).toHaveTitle(/LLMos-Lite/);
    expect(refused).toEqual([]);
    expect(failed).toEqual([]);
    await page.close();
  });
}

test("no script stands in the page, and the policy names no unsafe source", async ({ request, site }) => {
  const html = await (await request.get(site.url)).text();
  const scripts = html.match(/<script[^>]*>/g) ?? [];
  expect(scripts.length).toBeGreaterThan(0);
  for (const script of scripts) expect(script).toContain(" src=");
  const policy = /Content-Security-Policy" content="([^"]*)"/.exec(html)?.[1] ?? "";
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("frame-src 'none'");
  expect(policy).toMatch(/script-src 'self' blob: 'wasm-unsafe-eval'( 'sha256-[A-Za-z0-9+/]{43}=')+;/);
  expect(policy.replace("'wasm-unsafe-eval'", "")).not.toContain("unsafe-");
});

test("asks no other host for anything while it opens and rests", async ({ browser, site }) => {
  const context = await browser.newContext();
  const elsewhere: string[] = [];
  context.on("request", (request) => {
    if (request.url().startsWith("http") && !request.url().startsWith(site.url)) elsewhere.push(request.url());
  });
  const page = await context.newPage();
  await page.goto(site.url);
  await untilReady(page);
  // Long enough for all that is brought when the page is idle.
  await expect(page.locator(".health-badge")).toBeVisible({ timeout: 30_000 });
  await page.waitForLoadState("networkidle");
  expect(elsewhere).toEqual([]);
  await context.close();
});

test("code cannot be made of text in the page, nor a script put into it", async ({ workbench: page }) => {
  // What a debugger evaluates may make code of text; what the page does by itself a moment later may not.
  const tried = await page.evaluate(async () => {
    await new Promise((later) => setTimeout(later));
    const refused = (act: () => unknown): boolean => {
      try {
        act();
        return false;
      } catch (thrown) {
        return thrown instanceof EvalError;
      }
    };
    const script = document.createElement("script");
    script.textContent = "window.harmed = true";
    document.head.append(script);
    return { eval: refused(() => (0, eval)("1")), function: refused(() => new Function("return 1")), harmed: "harmed" in window };
  });
  expect(tried).toEqual({ eval: true, function: true, harmed: false });
});

test("opens again when the host is gone", async ({ site, visit }) => {
  const page = await visit(site.deepUrl);
  await page.evaluate(() => navigator.serviceWorker.ready);
  site.goAway();
  try {
    await page.reload();
    await untilReady(page);
    await expect(page.locator("#shell")).toHaveCount(0);
  } finally {
    site.comeBack();
  }
});

test("says so where it cannot start", async ({ browser, site }) => {
  const page = await browser.newPage();
  await page.route("**/*.wasm", (route) => route.fulfill({ status: 503, body: "" }));
  await page.goto(site.url);
  const alert = page.getByRole("alert");
  await expect(alert).toContainText("could not start");
  await expect(alert).toContainText("503");
  await page.unroute("**/*.wasm");
  await alert.getByRole("button", { name: "Reload" }).click();
  await expect(page.locator("#shell")).toHaveCount(0);
  await page.close();
});
