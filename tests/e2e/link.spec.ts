/**
 * Links: a workflow from one person's workbench to another's, and ten links that nobody should open.
 *
 * Hostile links are packed here, by hand, so that they are what somebody would send and not what the workbench would make.
 */

import { crc32, deflateRawSync } from "node:zlib";

import type { Page } from "@playwright/test";
import type { Workflow } from "../../assets/bridge/llmos.d";
import { expect, test } from "./support/workbench";

const OWN_SKILL = `---
skill_id: halved
name: Halved
description: Half a number
type: javascript
inputs:
  - {name: x, type: number, default: 1}
outputs:
  - {name: y, type: number}
---

\`\`\`javascript
function execute({ x }) {
  return { y: x / 2 };
}
\`\`\`
`;

const WORKFLOW: Workflow = {
  workflowId: "from-afar",
  name: "From afar",
  nodes: [
    { nodeId: "first", skillId: "halved", inputValues: { x: 8 } },
    { nodeId: "second", skillId: "halved" },
  ],
  edges: [{ source: "first", sourceOutput: "y", target: "second", targetInput: "x" }],
};

const DIALOG = ".modal";

/** Contents under the head that every link has: version, kind, length, checksum. */
function packed(contents: Buffer, { version = 1, kind = 0 } = {}): string {
  const head = Buffer.alloc(10);
  head.writeUInt8(version, 0);
  head.writeUInt8(kind, 1);
  head.writeUInt32LE(contents.length, 2);
  head.writeUInt32LE(crc32(contents), 6);
  return Buffer.concat([head, contents]).toString("base64url");
}

const linkOf = (envelope: unknown, options?: { version?: number }): string => packed(deflateRawSync(JSON.stringify(envelope), { level: 9 }), options);

const good = { workflow: WORKFLOW, skills: { halved: OWN_SKILL } };

function flipped(link: string): string {
  const bytes = Buffer.from(link, "base64url");
  bytes[40]! ^= 4;
  return bytes.toString("base64url");
}

const nodesOf = (count: number) => Array.from({ length: count }, (_, index) => ({ nodeId: `n${index}`, skillId: "rc-lowpass" }));

const HOSTILE: [what: string, link: string, says: RegExp][] = [
  ["cut off", linkOf(good).slice(0, 120), /cut off/],
  ["with a bit flipped", flipped(linkOf(good)), /damaged/],
  ["that unpacks to megabytes from under 2 kB", packed(deflateRawSync(Buffer.alloc(1_400_000, 32), { level: 9 })), /unpacks to more than 1 MB/],
  ["of another version", linkOf(good, { version: 7 }), /version 7/],
  ["that goes in a circle", linkOf({ ...good, workflow: { ...WORKFLOW, edges: [...WORKFLOW.edges, { source: "second", sourceOutput: "y", target: "first", targetInput: "x" }] } }), /circle/],
  ["over skills that nobody has", linkOf({ workflow: { ...WORKFLOW, nodes: [{ nodeId: "a", skillId: "who-knows" }], edges: [] } }), /who-knows/],
  ["of 100,000 nodes", linkOf({ workflow: { nodes: nodesOf(100_000) } }), /more than/],
  ["that brings its own rc-lowpass", linkOf({ workflow: { nodes: [{ nodeId: "a", skillId: "rc-lowpass" }] }, skills: { "rc-lowpass": OWN_SKILL.replaceAll("halved", "rc-lowpass") } }), /'rc-lowpass'/],
];

/** Goes to a link the way a click on it does. */
async function follow(page: Page, fragment: string): Promise<void> {
  await page.evaluate((fragment) => (location.hash = fragment), fragment);
  await expect(page.locator(DIALOG)).toBeVisible({ timeout: 60_000 });
}

/** Everything that a link could have left behind. */
const kept = (page: Page): Promise<unknown> =>
  page.evaluate(async () => {
    const read = async (path: string) => (await window.llmos.fetch(path)).json();
    return [await read("/skills?limit=1"), await read("/workflows"), await read("/volumes/history?limit=5")];
  });

test("ten hostile links end in a sentence, and leave nothing", async ({ visit }) => {
  test.setTimeout(180_000);
  const page = await visit();
  const before = await kept(page);
  for (const [what, link, says] of HOSTILE) {
    if (what.includes("2 kB")) expect(link.length).toBeLessThan(2_000);
    await test.step(`a link ${what}`, async () => {
      await follow(page, `#w=${link}`);
      await expect(page.locator(DIALOG).getByRole("alert")).toContainText(says);
      await page.keyboard.press("Escape");
      await expect(page.locator(DIALOG)).toBeHidden();
    });
  }
  await test.step("a link with script in every text", async () => {
    const script = "<img src=x onerror=\"window.attacked = true\"><script>window.attacked = true</script>";
    const workflow = { ...WORKFLOW, name: script, description: script, nodes: [{ nodeId: script, skillId: "halved", inputValues: { x: 2 } }], edges: [] };
    const skill = OWN_SKILL.replace("Half a number", JSON.stringify(script)).replace("name: Halved", `name: ${JSON.stringify(script)}`);
    await follow(page, `#w=${linkOf({ workflow, skills: { halved: skill } })}`);
    await expect(page.locator(DIALOG).getByRole("heading", { level: 2 })).toHaveText(script);
    expect(await page.locator(`${DIALOG} img, ${DIALOG} script`).count()).toBe(0);
    expect(await page.evaluate(() => "attacked" in window)).toBe(false);
    await page.keyboard.press("Escape");
  });
  await test.step("a link with a passphrase that is wrong", async () => {
    const url = await page.evaluate((workflow) => window.llmos.share(workflow, { passphrase: "correct horse" }), { ...WORKFLOW, nodes: [{ nodeId: "a", skillId: "rc-lowpass" }], edges: [] } as Workflow);
    await follow(page, new URL(url).hash);
    await page.getByLabel("Passphrase").fill("battery staple");
    await page.locator(DIALOG).getByRole("button", { name: "Open" }).click();
    await expect(page.locator(DIALOG).getByRole("alert")).toContainText("passphrase is wrong");
    await page.getByLabel("Passphrase").fill("correct horse");
    await page.locator(DIALOG).getByRole("button", { name: "Open" }).click();
    await expect(page.locator(DIALOG)).toContainText("1 step");
    await page.keyboard.press("Escape");
  });
  expect(await kept(page)).toEqual(before);
});

test("a shared workflow is looked at, kept as a copy and run on another person's workbench", async ({ visit, site }) => {
  test.setTimeout(180_000);
  const maker = await visit();
  const url = await maker.evaluate(
    async ([workflow, skill]) => {
      const body = JSON.stringify({ content: skill, message: "My own" });
      const put = await window.llmos.fetch("/volumes/file?path=skills/halved.md", { method: "PUT", body });
      if (!put.ok) throw new Error(await put.text());
      return window.llmos.share(workflow);
    },
    [WORKFLOW, OWN_SKILL] as const,
  );
  expect(url.startsWith(site.url)).toBe(true);
  expect(url.length).toBeLessThan(2_000);

  const guest = await visit(url);
  const dialog = guest.locator(DIALOG);
  await expect(dialog).toContainText("From afar", { timeout: 60_000 });
  await expect(dialog).toContainText("return { y: x / 2 };");
  await expect(dialog).toContainText("1 skill comes from whoever made the link");
  await dialog.getByRole("button", { name: "Keep a copy" }).click();
  await expect(dialog).toBeHidden();
  await expect(guest.locator(".node, [data-node]").first()).toBeVisible();
  const ran = await guest.evaluate(async () => {
    const answer = await window.llmos.fetch("/workflows/execute", { method: "POST", body: JSON.stringify({ workflow_id: "from-afar" }) });
    const { payload } = await answer.json();
    const { nodes } = await window.llmos.run(payload);
    return nodes.second?.outputs.y;
  });
  expect(ran).toBe(2);
  // The address has forgotten the link: a reload asks nothing.
  expect(new URL(guest.url()).hash).toBe("");
});

test("a workflow that no link can hold is refused with what to do", async ({ workbench: page }) => {
  const refused = await page.evaluate(async () => {
    const noise = Array.from({ length: 12_000 }, () => Math.random().toString(36)).join("");
    const workflow = { workflowId: "w", name: "Large", nodes: [{ nodeId: "a", skillId: "rc-lowpass", inputValues: { note: noise } }], edges: [] };
    return window.llmos.share(workflow).catch((error: { code: string; message: string }) => ({ code: error.code, message: error.message }));
  });
  expect(refused).toMatchObject({ code: "link_too_large", message: expect.stringContaining("file") });
});
