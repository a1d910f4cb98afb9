/** `window.llmos` as a person at the console, a userscript or an embedding page meets it. */

import type { Page } from "@playwright/test";
import { expect, test } from "./support/workbench";

/** One call, and its answer as status and JSON. */
function call(page: Page, path: string, init?: { method?: string; body?: string }): Promise<{ status: number; body: any }> {
  return page.evaluate(
    async ([path, init]) => {
      const response = await window.llmos.fetch(path, init);
      return { status: response.status, body: await response.json() };
    },
    [path, init] as const,
  );
}

test("the object says what it is and cannot be replaced", async ({ workbench: page }) => {
  expect(await page.evaluate(() => window.llmos.version)).toMatch(/^\d+\.\d+\.\d+(\+[0-9a-f]+)?$/);
  const replaced = await page.evaluate(() => {
    try {
      (window as { llmos: unknown }).llmos = undefined;
    } catch {
      // Strict code throws; other code is ignored.
    }
    return typeof window.llmos?.run;
  });
  expect(replaced).toBe("function");
});

test("the library is listed, by skill and by category", async ({ workbench: page }) => {
  const skills = await call(page, "/skills?limit=500");
  expect(skills.status).toBe(200);
  const executable = await call(page, "/workflows/skills/executable?limit=500");
  const categories = await call(page, "/workflows/categories");
  const counted = categories.body.categories.reduce((sum: number, { skills }: { skills: number }) => sum + skills, 0);
  expect(executable.body.total).toBeGreaterThanOrEqual(16);
  expect(counted).toBe(executable.body.total);
  expect(skills.body.skills.filter((skill: { executable: boolean }) => skill.executable)).toHaveLength(executable.body.total);
  expect(skills.body.total - executable.body.total).toBeGreaterThanOrEqual(8);
  expect(executable.body.skills.every((skill: object) => !("code" in skill))).toBe(true);
});

test("the way from the source design: list, execute, run", async ({ workbench: page }) => {
  const result = await page.evaluate(async () => {
    const nodes = [{ nodeId: "rc", skillId: "rc-lowpass", inputValues: { resistance: 2000 } }];
    const response = await window.llmos.fetch("/workflows/execute", { method: "POST", body: JSON.stringify({ nodes, edges: [] }) });
    const { status, payload } = await response.json();
    return { status, result: await window.llmos.run(payload) };
  });
  expect(result.status).toBe("ready");
  expect(result.result.status).toBe("completed");
  expect(result.result.nodes.rc?.outputs["corner_frequency"]).toBeCloseTo(1 / (2 * Math.PI * 2000 * 1e-7), 0);
});

test("refusals have the status and the words of the contract", async ({ workbench: page }) => {
  const execute = (body: unknown) => call(page, "/workflows/execute", { method: "POST", body: typeof body === "string" ? body : JSON.stringify(body) });
  const node = (nodeId: string) => ({ nodeId, skillId: "bode-analysis" });
  expect(await call(page, "/skills/no-such-skill")).toMatchObject({ status: 404, body: { error: { code: "not_found" } } });
  expect(await call(page, "/nowhere")).toMatchObject({ status: 404 });
  expect(await execute("{")).toMatchObject({ status: 400, body: { error: { code: "malformed_request" } } });
  expect(await execute({ nodes: [{ nodeId: "a", skillId: "rc-lowpas" }] })).toMatchObject({ status: 422, body: { error: { code: "unknown_skill" } } });
  expect(await execute({ nodes: [node("a")] })).toMatchObject({ status: 422, body: { error: { code: "missing_input" } } });
  const aborted = await page.evaluate(async () => (await window.llmos.fetch("/skills", { signal: AbortSignal.abort() })).status);
  expect(aborted).toBe(499);
});

test("its types come with the page", async ({ workbench: page, site }) => {
  const types = await page.request.get(`${site.url}llmos.d.ts`);
  expect(await types.text()).toContain("export interface Llmos");
});
