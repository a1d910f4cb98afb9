/** The chat as a person meets it: by keys alone, with no model, with one that answers, and with one that means harm. */

import type { Locator, Page } from "@playwright/test";
import { openAimock, type Aimock } from "./support/model-servers/aimock";
import { call, expect, test as base, untilReady } from "./support/workbench";

type Fixtures = Parameters<typeof openAimock>[0];

const FILTER = `The cut-off is where the reactance equals the resistance.

1. Choose **R**.
2. Then:

   \`\`\`python
   import math
   print("cut-off", round(1 / (2 * math.pi * 1600 * 100e-9)), "Hz")
   \`\`\`

\`\`\`javascript
const parts = [1, 2, 3];
console.log("parts", parts.length);
parts.map((part) => part * 2)
\`\`\`

\`\`\`spice
* RC low-pass
V1 in 0 DC 0 AC 1
R1 in out 1.6k
C1 out 0 100n
.ac dec 10 10 100k
.end
\`\`\`
`;

const EVIL = `<script>window.harmed = 1</script>
<img src="x" onerror="window.harmed = 2"> <svg onload="window.harmed = 3"><script>window.harmed = 4</script></svg>

[click](javascript:window.harmed=5) [data](data:text/html,<script>window.harmed=6</script>) ![huge](HUGE "t")

<iframe srcdoc="<script>parent.harmed = 7</script>"></iframe><style>.chat { display: none }</style>

\`\`\`html"><img src=x onerror=window.harmed=8>
</code></pre><script>window.harmed = 9</script>
\`\`\`

[fine](https://example.org/)`;

const SLOW = Array.from({ length: 60 }, (_, line) => `Line ${line} of an answer that takes its time.`).join("\n\n");

const test = base.extend<{ model: (fixtures: Fixtures) => Promise<Aimock> }>({
  model: async ({}, use) => {
    const servers: Aimock[] = [];
    await use(async (fixtures) => {
      const server = await openAimock(fixtures);
      servers.push(server);
      return server;
    });
    for (const server of servers) await server.close();
  },
});

const READY = { match: { userMessage: "one word: ready" }, response: { content: "ready" } };

/** Presses a control as the keyboard does. */
async function press(control: Locator, key = "Enter"): Promise<void> {
  await control.focus();
  await control.press(key);
}

async function connect(page: Page, server: Aimock): Promise<void> {
  await call(page, "POST", "/models", { provider: "custom", base_url: `${server.url}/v1`, model: "test-model" });
}

async function openChat(page: Page): Promise<Locator> {
  await page.keyboard.press("Control+l");
  const field = page.getByRole("combobox", { name: "Message" });
  await expect(field).toBeFocused();
  return field;
}

async function ask(page: Page, text: string): Promise<void> {
  const field = page.getByRole("combobox", { name: "Message" });
  await field.fill(text);
  await field.press("Enter");
}

const lastAnswer = (page: Page) => page.locator(".chat-answer").last();
const isComplete = (page: Page) => expect(lastAnswer(page)).toHaveAttribute("aria-busy", "false");

test("by keys alone: the chat is opened, a model connected, asked, rated, and its code run in place", async ({ visit, model }) => {
  test.slow();
  const server = await model([READY, { match: { userMessage: "low-pass" }, response: { content: FILTER } }]);
  const page = await visit();
  const field = await openChat(page);

  await field.fill("Design an RC low-pass filter");
  await field.press("Enter");
  const help = page.getByRole("region", { name: "Skills that fit" });
  await expect(help).toContainText("RC low-pass filter");
  await expect(field).toHaveValue("Design an RC low-pass filter");

  await press(page.getByRole("button", { name: "Connect a model", exact: true }));
  await press(page.getByRole("button", { name: /Another server/ }));
  const address = page.getByRole("textbox", { name: "Address" });
  await address.fill(`${server.url}/v1`);
  await page.getByLabel(/^Key/).fill("sk-typed-by-hand");
  await address.press("Enter");
  const name = page.getByRole("textbox", { name: "Model" });
  await expect(name).toBeFocused();
  await name.fill("test-model");
  await name.press("Enter");
  await expect(page.getByRole("dialog")).toHaveCount(0);

  await expect(field).toBeFocused();
  await field.press("Enter");
  await isComplete(page);
  await expect(page.locator(".chat-said")).toHaveText("Design an RC low-pass filter");
  await expect(field).toHaveValue("");
  await expect(page.locator(".chat-announcement")).toContainText("The answer is complete");
  // The server hides what the header said; that there is one means that the key went along.
  expect(server.requests().at(-1)!.headers["authorization"]).toBeDefined();
  expect(await page.evaluate(() => JSON.stringify({ ...localStorage }))).not.toContain("sk-typed");

  const rated = page.getByRole("button", { name: "Good answer", exact: true });
  await press(rated, " ");
  await expect(rated).toHaveAttribute("aria-pressed", "true");
  await expect.poll(async () => (await call(page, "GET", "/traces?kind=chat")).body.traces[0]?.success_rating).toBe(1);

  const blocks = lastAnswer(page).locator(".chat-code");
  await expect(blocks).toHaveCount(3);
  // Runs take turns: the one that brings the largest runtime is the last.
  for (const place of [1, 2, 0]) await press(blocks.nth(place).getByRole("button", { name: "Run" }));
  await expect(blocks.nth(1).locator(".chat-run-log")).toContainText("parts 3", { timeout: 60_000 });
  await expect(blocks.nth(1).locator("[data-kind=array][data-state=shown]")).toBeVisible();
  await expect(blocks.nth(2).locator("[data-kind=plot][data-state=shown]")).toBeVisible({ timeout: 60_000 });
  await expect(blocks.nth(0).locator(".chat-run-log")).toContainText("cut-off 995 Hz", { timeout: 60_000 });

  await page.keyboard.press("Control+l");
  await expect(field).toBeHidden();
});

test("what a reply says is words: no markup, script, address or picture of its own does anything", async ({ visit, model, catcher }) => {
  const content = EVIL.replace("HUGE", `${catcher.url}/huge.png`);
  const server = await model([READY, { match: { userMessage: "harm" }, response: { content } }]);
  const page = await visit();
  await connect(page, server);
  await call(page, "PUT", "/volumes/file?path=skills/evil.md", {
    content: `---\nskill_id: evil\nname: "<img src=x onerror=window.harmed=10>"\ncategory: test\ndescription: "<script>window.harmed=11</script> harm"\nkeywords: [harm]\n---\n# Harm\n\n<script>window.harmed=12</script>\n`,
  });
  await openChat(page);
  await ask(page, "do harm <b>in bold</b>");
  await isComplete(page);
  const answer = lastAnswer(page);
  await expect(answer).toContainText("<script>window.harmed = 1</script>");
  await expect(answer).toContainText("<iframe srcdoc=");
  await expect(answer.locator("script, img, svg:not(.icon), iframe, style, object")).toHaveCount(0);
  await expect(page.locator(".chat-said").last()).toHaveText("do harm <b>in bold</b>");
  const links = answer.locator("a");
  await expect(links).toHaveCount(1);
  await expect(links).toHaveAttribute("href", "https://example.org/");
  await expect(links).toHaveAttribute("rel", /noopener.*noreferrer/);
  await answer.getByText("click", { exact: false }).first().click();
  await page.getByRole("combobox", { name: "Message" }).fill("/evil");
  await page.reload();
  await untilReady(page);
  await expect(lastAnswer(page)).toContainText("<script>window.harmed = 1</script>");
  expect(await page.evaluate(() => (window as { harmed?: number }).harmed)).toBeUndefined();
  expect(catcher.contacts).toEqual([]);
});

test("an answer is stopped, continued, written anew and asked for in other words; each stays on its branch", async ({ visit, model }) => {
  const server = await model([
    READY,
    { match: { userMessage: "slow" }, response: { content: SLOW }, latency: 20, chunkSize: 20 },
    { match: { userMessage: "quick" }, response: { content: "Quick it is." } },
  ]);
  const page = await visit();
  await connect(page, server);
  const field = await openChat(page);
  await ask(page, "a slow one");
  await expect(lastAnswer(page)).toContainText("Line 3");
  await page.keyboard.press("Control+.");
  const goOn = page.getByRole("button", { name: "Continue" });
  await expect(goOn).toBeVisible();
  await expect(field).toBeFocused();

  await field.fill("typed meanwhile");
  await page.reload();
  await untilReady(page);
  await expect(lastAnswer(page)).toContainText("Line 3");
  await expect(field).toHaveValue("typed meanwhile");
  await field.fill("");

  await press(page.getByRole("button", { name: "Write it anew" }));
  await expect(page.locator(".chat-answer .chat-branches")).toContainText("2/2");
  await page.keyboard.press("Control+.");
  await press(page.getByRole("button", { name: "Previous branch" }));
  await expect(page.locator(".chat-answer .chat-branches")).toContainText("1/2");

  await press(page.getByRole("button", { name: "Edit and ask again" }));
  const edited = page.getByRole("textbox", { name: "Your message" });
  await expect(edited).toBeFocused();
  await edited.fill("a quick one");
  await edited.press("Enter");
  await expect(lastAnswer(page)).toContainText("Quick it is.");
  await expect(page.locator(".chat-question .chat-branches")).toContainText("2/2");
  await press(page.getByRole("button", { name: "Previous branch" }).first());
  await expect(page.locator(".chat-said")).toHaveText("a slow one");
});

test("chats are found by their words, renamed, deleted, and brought back", async ({ visit, model }) => {
  const server = await model([READY, { match: { userMessage: "apples" }, response: { content: "Apples keep in the dark." } }]);
  const page = await visit();
  await connect(page, server);
  const field = await openChat(page);
  await ask(page, "How do apples keep?");
  await isComplete(page);
  await press(page.getByRole("button", { name: "New chat" }));
  await expect(page.locator(".chat-answer")).toHaveCount(0);
  await expect(field).toBeFocused();

  await press(page.getByRole("button", { name: "All sessions" }));
  const search = page.getByRole("searchbox", { name: "Search in every chat" });
  await expect(search).toBeFocused();
  await search.fill("pears");
  await expect(page.locator(".chat-sessions")).toContainText("Nothing found");
  await search.fill("dark");
  const row = page.locator(".chat-session");
  await expect(row).toContainText("Apples keep in the dark");

  await press(row.getByRole("button", { name: "Rename" }));
  await page.getByRole("textbox", { name: "Title" }).fill("Fruit");
  await page.keyboard.press("Enter");
  await expect(row).toContainText("Fruit");
  await press(row.getByRole("button", { name: "Delete" }));
  await expect(row).toHaveCount(0);
  await press(page.locator(".desk-notices").getByRole("button", { name: "Undo" }));
  await expect(row).toContainText("Fruit");
  await search.focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await expect(lastAnswer(page)).toContainText("Apples keep in the dark");
});

test("a proposed workflow comes onto the canvas when it is accepted, and undo takes it away", async ({ visit, model }) => {
  const proposal = { name: "Only a filter", nodes: [{ node_id: "filter", skill_id: "rc-lowpass" }], edges: [] };
  const server = await model([
    READY,
    { match: { userMessage: "workflow", hasToolResult: false }, response: { toolCalls: [{ name: "create_workflow", arguments: JSON.stringify(proposal) }] } },
    { match: { userMessage: "workflow" }, response: { content: "There it is." } },
  ]);
  const page = await visit();
  await connect(page, server);
  await openChat(page);
  const name = page.getByRole("textbox", { name: "Name of the workflow" });
  const before = await name.inputValue();
  await ask(page, "a workflow with one filter");
  const proposed = page.getByRole("group", { name: "A workflow is proposed" });
  await expect(proposed).toContainText("Only a filter");
  await expect(name).toHaveValue(before);
  await press(proposed.getByRole("button", { name: "Put on the canvas" }));
  await expect(name).toHaveValue("Only a filter");
  await isComplete(page);
  await expect(lastAnswer(page)).toContainText("There it is.");
  await page.locator(".stage").focus();
  await page.keyboard.press("Control+z");
  await expect(name).toHaveValue(before);
});

test("a skill goes along when it is named by a slash, and the meter says what it takes", async ({ visit, model }) => {
  const server = await model([READY, { match: { userMessage: "simulate" }, response: { content: "Done." } }]);
  const page = await visit();
  await connect(page, server);
  const field = await openChat(page);
  await page.keyboard.type("simulate /rc-l");
  const offered = page.getByRole("listbox", { name: "Skills to go along" }).getByRole("option");
  await expect(offered.first()).toContainText("RC low-pass filter");
  await page.keyboard.press("Enter");
  await expect(field).toHaveValue("simulate ");
  const chips = page.getByRole("group", { name: "Skills that go along" });
  await expect(chips.getByRole("button", { name: "Unpin RC low-pass filter" })).toBeVisible();
  await expect(page.getByRole("button", { name: /of .* tokens for/ })).toBeVisible();
  await page.keyboard.press("Enter");
  await isComplete(page);
  await press(lastAnswer(page).getByRole("button", { name: /skill/ }));
  const used = page.getByRole("menu", { name: "Skills that guided this answer" });
  await expect(used).toContainText("RC low-pass filter");
  await used.getByRole("menuitem", { name: /RC low-pass filter/ }).press("Enter");
  await expect(page.getByRole("main", { name: "Skills" })).toContainText("RC low-pass filter");
});

test("on a phone the chat is a place of its own", async ({ browser, site, model }) => {
  const server = await model([READY, { match: { userMessage: "hello" }, response: { content: "Good day." } }]);
  const phone = await browser.newPage({ viewport: { width: 390, height: 844 } });
  await phone.goto(site.url);
  await untilReady(phone);
  await connect(phone, server);
  await phone.getByRole("navigation", { name: "Sections" }).getByRole("button", { name: "Chat" }).click();
  await ask(phone, "hello");
  await expect(lastAnswer(phone)).toContainText("Good day.");
  expect(await phone.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  await phone.close();
});
