/** Keys, tokens and signatures as a person meets them: under their name in the header. */

import type { Page } from "@playwright/test";
import { openGitServer, type GitServer } from "./support/git-server";
import { call, expect, test as base, untilReady } from "./support/workbench";

const test = base.extend<{ server: GitServer }>({
  server: async ({}, use) => {
    const server = await openGitServer();
    await server.create("me");
    server.token = "tok-5ecret";
    await use(server);
    await server.close();
  },
});

async function openMenu(page: Page, item: string): Promise<void> {
  await page.locator(".profile-button").click();
  await page.getByRole("menuitem", { name: item }).click();
}

test("the menu of people answers to keys, however early it is opened", async ({ visit }) => {
  const page = await visit();
  await page.locator(".profile-button").focus();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("menuitemradio", { name: /Me/ })).toBeVisible();
  await page.waitForFunction(() => document.activeElement?.closest(".desk-menu"));
  await page.keyboard.press("ArrowUp");
  await expect(page.getByRole("menuitem", { name: "New team" })).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("menu")).toHaveCount(0);
  await expect(page.locator(".profile-button")).toBeFocused();
});

test("commits are signed after one click, and no more after another", async ({ visit }) => {
  const page = await visit();
  await call(page, "PUT", "/profiles/me", { display_name: "Me", email: "me@example.org" });
  await openMenu(page, "Signed commits");
  await page.getByRole("button", { name: "Sign my commits" }).click();
  await expect(page.getByRole("textbox", { name: "Public key, for your git host" })).toHaveValue(/^ssh-ed25519 \S+ me at LLMos-Lite$/);
  await expect(page.getByRole("textbox", { name: "For an allowed-signers file" })).toHaveValue(/^me@example\.org .*ssh-ed25519/);
  const signed = async () => {
    await call(page, "PUT", "/volumes/file?path=memory/a.md", { content: `${Math.random()}` });
    return (await call(page, "GET", "/volumes/history?limit=1")).body.commits[0].signed;
  };
  expect(await signed()).toBe(true);
  await page.getByRole("button", { name: "Stop signing" }).click();
  await page.getByRole("button", { name: "Remove the key" }).click();
  await expect(page.locator(".desk-notices")).toContainText("Commits go unsigned from now on");
  expect(await signed()).toBe(false);
});

test("a passphrase keeps a token from whoever reloads the page, until it is given", async ({ visit, server }) => {
  const page = await visit();
  await call(page, "POST", "/volumes/remote", { volume: "user/me", url: `${server.url}/me.git`, transport: "http", token: "tok-5ecret" });
  await openMenu(page, "Keys and tokens");
  await expect(page.getByText("Token of the remote of user/me")).toBeVisible();
  await page.getByRole("button", { name: "Keep them in another way" }).click();
  await page.getByRole("radio", { name: /Under a passphrase/ }).check();
  await page.getByLabel("Passphrase", { exact: true }).fill("four words of mine");
  await page.getByLabel("Once more").fill("four words of yours");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("The two passphrases differ.")).toBeVisible();
  await page.getByLabel("Once more").fill("four words of mine");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.locator(".desk-notices")).toContainText("kept so from now on");

  await page.reload();
  await untilReady(page);
  const locked = await call(page, "POST", "/volumes/sync", { volume: "user/me" });
  expect(JSON.stringify(locked.body)).toContain("locked: unlock it under your name");
  await openMenu(page, "Keys and tokens");
  await page.getByRole("button", { name: "Unlock" }).click();
  await page.getByLabel("Passphrase").fill("four words of nobody");
  await page.getByRole("button", { name: "Unlock" }).click();
  await expect(page.getByRole("alert").getByText(/not the vault's passphrase/)).toBeVisible();
  await page.getByLabel("Passphrase").fill("four words of mine");
  await page.getByRole("button", { name: "Unlock" }).click();
  await expect(page.locator(".desk-notices")).toContainText("Unlocked for this visit");
  expect(await call(page, "POST", "/volumes/sync", { volume: "user/me" })).toMatchObject({ status: 200, body: { state: "done" } });
  expect((await call(page, "GET", "/vault")).body).toEqual({ mode: "passphrase", locked: false, names: ["remote:user/me"] });
  expect((await call(page, "POST", "/vault/mode", { mode: "elsewhere" })).status).toBe(400);
});
