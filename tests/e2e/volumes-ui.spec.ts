/** The face of the volumes, as a person uses it: by pointer and by keyboard, at a desk and on a phone, and when something is in the way. */

import type { Page } from "@playwright/test";
import { openGitServer } from "./support/git-server";
import { done, expect, test, untilReady } from "./support/workbench";

const FIRST = "---\nname: Half-wave\ndescription: A diode and a load.\ncategory: electronics\nkeywords: [diode]\n---\n# Half-wave\n\nOne diode.\n";

/** Goes to the volumes and waits until the desk has brought them. */
async function openVolumes(page: Page): Promise<void> {
  await page.getByRole("navigation", { name: "Sections" }).getByRole("button", { name: "Volumes" }).click();
  await expect(page.locator(".desk-volume").first()).toBeVisible();
}

function fileText(page: Page, volume: string, path: string): Promise<string> {
  return page.evaluate(async ([volume, path]) => (await window.llmos.fetch(`/volumes/file?volume=${volume}&path=${path}`)).text(), [volume, path] as const);
}

/** Makes a file by the dialog of the tree. */
async function newFile(page: Page, path: string): Promise<void> {
  await page.getByRole("button", { name: "New file" }).first().click();
  await page.getByRole("textbox", { name: "Path" }).fill(path);
  await page.getByRole("button", { name: "Create", exact: true }).click();
  await expect(page.getByRole("textbox", { name: `Text of ${path}` })).toBeVisible();
}

async function say(page: Page, text: string | RegExp): Promise<void> {
  await expect(page.locator(".desk-notices")).toContainText(text);
}

test("a skill is made, edited, looked at, taken back, proposed, and merged by the team's admin", async ({ visit }) => {
  const page = await visit();
  await openVolumes(page);

  await newFile(page, "skills/half-wave.md");
  const text = page.getByRole("textbox", { name: "Text of skills/half-wave.md" });
  await text.fill(FIRST);
  await expect(page.getByText("Changed, not saved", { exact: true })).toBeVisible();
  await page.getByRole("textbox", { name: "What this change is" }).fill("Describe the half-wave rectifier");
  await text.press("Control+s");
  await say(page, "Saved skills/half-wave.md");
  expect(await fileText(page, "user/me", "skills/half-wave.md")).toBe(FIRST);

  await text.fill(FIRST.replace("One diode.", "One diode and one load."));
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(page.getByText("Changed, not saved", { exact: true })).toHaveCount(0);

  await page.getByRole("tab", { name: "History" }).click();
  const commits = page.getByRole("listbox", { name: "Commits, newest first" });
  await expect(commits.getByRole("option").nth(1)).toContainText("Describe the half-wave rectifier");
  await commits.getByRole("option").first().click();
  const changed = page.getByRole("region", { name: "Changed lines" });
  await expect(changed).toContainText("One diode and one load.");
  await expect(changed.locator("td.desk-added mark, tr.desk-added mark").first()).toContainText("and one load");

  await page.getByRole("button", { name: "Revert" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Revert" }).click();
  await say(page, "was taken back");
  await expect.poll(() => fileText(page, "user/me", "skills/half-wave.md")).toBe(FIRST);
  await expect(commits.getByRole("option").first()).toContainText("Revert");

  await page.locator(".profile-button").click();
  await page.getByRole("menuitem", { name: "New team" }).click();
  await page.getByRole("textbox", { name: "Name", exact: true }).fill("Acme Instruments");
  await expect(page.getByRole("textbox", { name: "Id", exact: true })).toHaveValue("acme-instruments");
  await page.getByRole("button", { name: "Create", exact: true }).click();
  await expect(page.locator(".desk-volume", { hasText: "Acme Instruments" })).toBeVisible();

  await page.getByRole("tab", { name: "Files" }).click();
  await page.getByRole("button", { name: "Propose…" }).click();
  await page.getByRole("radio", { name: /Acme Instruments/ }).check();
  await page.getByRole("textbox", { name: "Why" }).fill("Every bench has one");
  await page.getByRole("dialog").getByRole("button", { name: "Propose" }).click();
  await say(page, "half-wave is proposed to team/acme-instruments");

  await page.locator(".desk-volume", { hasText: "Acme Instruments" }).click();
  await page.getByRole("tab", { name: /Proposals/ }).click();
  await page.locator(".desk-proposal-row").click();
  await expect(page.locator(".desk-reason")).toHaveText("Every bench has one");
  await page.getByRole("textbox", { name: "Your comment" }).fill("Fine by me");
  await page.getByRole("button", { name: "Comment" }).click();
  await expect(page.locator(".desk-comment")).toContainText("Fine by me");
  await page.getByRole("button", { name: "Merge" }).click();
  await say(page, "half-wave is part of team/acme-instruments");
  expect(await fileText(page, "team/acme-instruments", "skills/half-wave.md")).toBe(FIRST);
});

test("the tree goes by keys: letters, arrows, rename, delete and undo", async ({ visit }) => {
  const page = await visit();
  await done(page, "PUT", "/volumes/file?path=memory/apples.md", { content: "a\n" });
  await done(page, "PUT", "/volumes/file?path=memory/pears.md", { content: "b\n" });
  await openVolumes(page);
  const tree = page.getByRole("tree");
  await tree.focus();
  await page.keyboard.type("memory");
  await page.keyboard.press("ArrowRight");
  await expect(page.getByRole("treeitem", { name: /pears\.md/ })).toBeVisible();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  await expect(page.getByRole("treeitem", { name: /pears\.md/ })).toHaveAttribute("aria-selected", "true");

  await page.keyboard.press("F2");
  await page.getByRole("textbox", { name: "New path" }).fill("memory/quinces.md");
  await page.keyboard.press("Enter");
  await say(page, "Moved to memory/quinces.md");
  await expect(page.getByRole("treeitem", { name: /quinces\.md/ })).toHaveAttribute("aria-selected", "true");
  await expect(tree).toBeFocused();

  await page.keyboard.press("Delete");
  await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await say(page, "Deleted memory/quinces.md");
  await expect(page.getByRole("treeitem", { name: /quinces\.md/ })).toHaveCount(0);
  await page.locator(".desk-notices").getByRole("button", { name: "Undo" }).click();
  await expect(page.getByRole("treeitem", { name: /quinces\.md/ })).toBeVisible();
  expect(await fileText(page, "user/me", "memory/quinces.md")).toBe("b\n");
});

test("a file that changed underneath is never overwritten unasked", async ({ visit }) => {
  const page = await visit();
  await done(page, "PUT", "/volumes/file?path=memory/note.txt", { content: "first\n" });
  await openVolumes(page);
  await page.getByRole("treeitem", { name: /memory/ }).click();
  await page.getByRole("treeitem", { name: /note\.txt/ }).click();
  const text = page.getByRole("textbox", { name: "Text of memory/note.txt" });
  await text.fill("mine\n");
  await done(page, "PUT", "/volumes/file?path=memory/note.txt", { content: "theirs\n" });
  await text.press("Control+s");
  await expect(page.getByRole("alert")).toContainText("changed underneath");
  expect(await fileText(page, "user/me", "memory/note.txt")).toBe("theirs\n");
  await expect(text).toHaveValue("mine\n");

  await page.getByRole("button", { name: "Compare" }).click();
  await expect(page.getByRole("dialog")).toContainText("theirs");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Keep mine" }).click();
  await say(page, "Saved memory/note.txt");
  expect(await fileText(page, "user/me", "memory/note.txt")).toBe("mine\n");
});

test("another section leaves the desk as it is, with what was typed", async ({ visit }) => {
  const page = await visit();
  await openVolumes(page);
  await newFile(page, "memory/plan.md");
  const text = page.getByRole("textbox", { name: "Text of memory/plan.md" });
  await text.fill("half of a thought");
  const sections = page.getByRole("navigation", { name: "Sections" });
  await sections.getByRole("button", { name: "Work" }).click();
  await expect(text).toBeHidden();
  await sections.getByRole("button", { name: "Volumes" }).click();
  await expect(text).toHaveValue("half of a thought");
});

test("the system's volume is read, and a skill of it becomes one's own", async ({ visit }) => {
  const page = await visit();
  await done(page, "POST", "/profiles", { user_id: "bob", display_name: "Bob Ortiz" });
  await openVolumes(page);
  await page.locator(".profile-button").click();
  await page.getByRole("menuitemradio", { name: /Bob Ortiz/ }).click();
  await expect(page.locator(".profile-button")).toHaveText("BO");
  await page.locator(".desk-volume", { hasText: "System library" }).click();
  await page.getByRole("treeitem", { name: /skills/ }).click();
  await page.getByRole("treeitem", { name: /\.md/ }).first().click();
  await expect(page.getByRole("button", { name: "New file" })).toHaveCount(0);
  await page.getByRole("button", { name: "Edit a copy of mine" }).click();
  await say(page, "your own copy");
  await expect(page.locator(".desk-head p")).toContainText("user/bob");
  await expect(page.locator(".desk-text")).toBeVisible();
});

test("a volume goes to a remote, another person's browser pulls it, and what both changed is decided in place", async ({ visit }) => {
  const server = await openGitServer();
  try {
    await server.create("acme");
    server.token = "secret";
    const [one, other] = [await visit(), await visit()];
    for (const page of [one, other]) {
      await done(page, "POST", "/teams", { team_id: "acme", name: "Acme" });
      await openVolumes(page);
      await page.locator(".desk-volume", { hasText: "Acme" }).click();
    }
    await newFile(one, "memory/plan.md");
    for (const page of [one, other]) {
      await page.getByRole("tab", { name: "Remote" }).click();
      await page.getByRole("textbox", { name: "Address" }).fill(`${server.url}/acme.git`);
      await page.getByRole("textbox", { name: "User name" }).fill("someone");
      await page.locator("input[type=password]").fill("secret");
      await page.getByRole("button", { name: "Connect" }).click();
      await page.locator(".desk-standing").getByRole("button", { name: "Sync" }).click();
      await say(page, "In step");
    }
    await other.getByRole("tab", { name: "Files" }).click();
    await other.getByRole("treeitem", { name: /memory/ }).click();
    await expect(other.getByRole("treeitem", { name: /plan\.md/ })).toBeVisible();

    const path = "/volumes/file?volume=team/acme&path=memory/plan.md";
    await done(one, "PUT", path, { content: "# Plan\nMonday\n" });
    await done(other, "PUT", path, { content: "# Plan\nTuesday\n" });
    await one.locator(".desk-standing").getByRole("button", { name: "Sync" }).click();
    await say(one, "went");
    await other.getByRole("tab", { name: "Remote" }).click();
    await other.locator(".desk-standing").getByRole("button", { name: "Sync" }).click();
    await expect(other.getByRole("heading", { name: "Both sides changed the same places" })).toBeVisible();
    await expect(other.getByRole("button", { name: "Commit the merge" })).toBeDisabled();
    await other.getByRole("radio", { name: "Both" }).click();
    await other.getByRole("button", { name: "Commit the merge" }).click();
    await expect(other.locator(".desk-standing")).toContainText("In step");
    await expect.poll(() => fileText(other, "team/acme", "memory/plan.md")).toBe("# Plan\nTuesday\nMonday\n");
  } finally {
    await server.close();
  }
});

test("when its files cannot be fetched, it says so in place and opens at the next try", async ({ browser, site }) => {
  // Without a service worker, which would have its files already.
  const profile = await browser.newContext({ serviceWorkers: "block" });
  const page = await profile.newPage();
  await page.goto(site.url);
  await untilReady(page);
  await page.route("**/desk_bg.wasm", (route) => route.fulfill({ status: 503, body: "" }));
  await page.getByRole("navigation", { name: "Sections" }).getByRole("button", { name: "Volumes" }).click();
  const failure = page.locator(".desk-host").getByRole("alert");
  await expect(failure).toContainText("503");
  await page.unroute("**/desk_bg.wasm");
  await failure.getByRole("button", { name: "Try again" }).click();
  await expect(page.locator(".desk-volume").first()).toBeVisible();
  await profile.close();
});

test("on a phone one thing at a time, nothing wider than the screen, and targets for thumbs", async ({ visit }) => {
  const page = await visit();
  await done(page, "PUT", "/volumes/file?path=memory/note.md", { content: "# Note\n" });
  await page.setViewportSize({ width: 390, height: 844 });
  await openVolumes(page);
  await expect(page.locator(".desk-main")).toBeHidden();
  await page.locator(".desk-volume").first().click();
  await expect(page.locator(".desk-side")).toBeHidden();
  await page.getByRole("treeitem", { name: /memory/ }).click();
  await page.getByRole("treeitem", { name: /note\.md/ }).click();
  await expect(page.getByRole("heading", { name: "Note", exact: true })).toBeVisible();
  await expect(page.getByRole("tree")).toBeHidden();
  const small = await page.locator(".desk button:visible").evaluateAll((buttons) =>
    buttons.filter((button) => button.getBoundingClientRect().height < 43.5).map((button) => button.getAttribute("aria-label") ?? button.textContent),
  );
  expect(small).toEqual([]);
  await page.getByRole("button", { name: "All files" }).click();
  await expect(page.getByRole("tree")).toBeVisible();
  for (const name of ["History", /Proposals/, "Remote"]) {
    await page.getByRole("tab", { name }).click();
    expect(await page.evaluate(() => document.scrollingElement!.scrollWidth)).toBeLessThanOrEqual(390);
  }
});
