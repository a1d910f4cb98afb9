/** Volumes as scripts and people meet them in the built page: what is kept, what other tabs see, what git says of it, and remotes. */

import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Page } from "@playwright/test";
import { commitFiles, fsck, git, temporaryFolder } from "./support/git";
import { openGitServer, type GitServer } from "./support/git-server";
import { openGithubServer } from "./support/github-rest";
import { call, done, expect, test } from "./support/workbench";

const run = promisify(execFile);

function fileText(page: Page, volume: string, path: string): Promise<string> {
  return page.evaluate(async ([volume, path]) => (await window.llmos.fetch(`/volumes/file?volume=${volume}&path=${path}`)).text(), [volume, path] as const);
}

/** Another tab of the same browser. */
async function secondTab(page: Page): Promise<Page> {
  const tab = await page.context().newPage();
  await tab.goto(page.url());
  await tab.waitForFunction(() => window.llmos !== undefined, undefined, { polling: 100 });
  await tab.evaluate(() => window.llmos.ready);
  return tab;
}

/** A volume as a folder that native git has unpacked. */
async function exported(page: Page, volume: string, folder: string): Promise<string> {
  const bytes = await page.evaluate(async (volume) => {
    const archive = await window.llmos.exportVolume(volume as "system");
    const url = await new Promise<string>((resolve) => {
      const reader = new FileReader();
      reader.onload = () => resolve(reader.result as string);
      reader.readAsDataURL(archive);
    });
    return url.slice(url.indexOf(",") + 1);
  }, volume);
  const zip = join(folder, "volume.zip");
  await writeFile(zip, Buffer.from(bytes, "base64"));
  await run("python3", ["-c", "import sys, zipfile; zipfile.ZipFile(sys.argv[1]).extractall(sys.argv[2])", zip, folder]);
  return join(folder, volume.replaceAll("/", "-"));
}

test("what was acknowledged is there after a reload, and git agrees", async ({ visit }) => {
  const page = await visit();
  await done(page, "POST", "/skills", { skill_id: "tea", name: "Tea", description: "How to brew", content: "# Tea\n80 °C" });
  for (const number of [1, 2, 3]) await done(page, "PUT", "/volumes/file?path=memory/n%20🙂.md", { content: `${number}\n` });
  await page.reload();
  await page.waitForFunction(() => window.llmos !== undefined, undefined, { polling: 100 });
  expect((await done(page, "GET", "/skills/tea")).content).toContain("80 °C");
  const { commits } = await done(page, "GET", "/volumes/history");
  expect(commits.map(({ message }: { message: string }) => message)).toEqual(["Edit memory/n 🙂.md", "Edit memory/n 🙂.md", "Create memory/n 🙂.md", "Create skill: Tea", "Create volume user/me"]);

  const folder = await temporaryFolder();
  try {
    for (const volume of ["user/me", "system"]) {
      const repository = await exported(page, volume, folder.path);
      expect(await fsck(repository)).toBe("");
      if (volume === "user/me") {
        expect((await git(repository, ["rev-parse", "HEAD"])).trim()).toBe(commits[0].oid);
        expect(await git(repository, ["show", "HEAD:memory/n 🙂.md"])).toBe("3\n");
      }
    }
  } finally {
    await folder.remove();
  }
});

test("every tab sees a change at once, and a skill of one's own shadows the library's", async ({ visit }) => {
  const page = await visit();
  const tab = await secondTab(page);
  await tab.evaluate(() => {
    const heard: unknown[] = [];
    Object.assign(window, { heard });
    window.llmos.onChange((change) => heard.push(change));
  });
  const { source } = await done(page, "GET", "/skills/rc-lowpass");
  const { commit } = await done(page, "PUT", "/skills/rc-lowpass", { source: source.replace(/^name: .*$/m, "name: My own low-pass") });
  await expect.poll(() => tab.evaluate(() => (window as unknown as { heard: unknown[] }).heard)).toContainEqual({ volume: "user/me", commit, paths: ["skills/rc-lowpass.md"] });
  await expect(tab.getByText("My own low-pass").first()).toBeVisible();
  const seen = await done(tab, "GET", "/skills/rc-lowpass");
  expect(seen).toMatchObject({ name: "My own low-pass", volume: "user/me", shadows: ["system"] });
  await done(tab, "DELETE", "/skills/rc-lowpass");
  expect((await done(page, "GET", "/skills/rc-lowpass")).volume).toBe("system");
});

for (const tabs of [2, 4]) {
  test(`${tabs} tabs commit to one volume, and none loses anything`, async ({ visit }) => {
    const page = await visit();
    const commits = 500 / tabs;
    const pages = [page];
    while (pages.length < tabs) pages.push(await secondTab(page));
    await Promise.all(
      pages.map((tab, number) =>
        tab.evaluate(
          async ([number, commits]) => {
            for (let index = 0; index < commits; index += 1) {
              const path = `/volumes/file?path=memory/${number}/${index}.md`;
              const response = await window.llmos.fetch(path, { method: "PUT", body: JSON.stringify({ content: `${index}` }) });
              if (response.status !== 200) throw new Error(await response.text());
            }
          },
          [number, commits] as const,
        ),
      ),
    );
    const heads = await Promise.all(pages.map(async (tab) => (await done(tab, "GET", "/volumes/history?limit=1")).commits[0].oid));
    expect(new Set(heads).size).toBe(1);
    const stats = (await done(page, "GET", "/volumes/stats")).volumes[0];
    expect(stats.commits).toBe(500 + 1);
    for (const number of pages.keys()) {
      const tree = await done(page, "GET", `/volumes/tree?path=memory/${number}`);
      expect(tree.entries).toHaveLength(commits);
    }
  });
}

test("the access table is asked at every door", async ({ visit }) => {
  const page = await visit();
  await done(page, "POST", "/teams", { team_id: "acme", name: "Acme" });
  await done(page, "POST", "/profiles", { user_id: "bob", display_name: "Bob" });
  await done(page, "POST", "/profiles/switch", { user_id: "bob" });
  const write = (volume: string) => call(page, "PUT", `/volumes/file?volume=${volume}&path=memory/a.md`, { content: "x" });
  const read = (volume: string) => call(page, "GET", `/volumes/history?volume=${volume}`);
  for (const [volume, reading, writing] of [["user/bob", 200, 200], ["user/me", 403, 403], ["team/acme", 403, 403], ["system", 200, 403]] as const) {
    expect([volume, (await read(volume)).status, (await write(volume)).status]).toEqual([volume, reading, writing]);
  }
  await expect(page.evaluate(() => window.llmos.exportVolume("user/me"))).rejects.toThrow(/may not read/);
  await done(page, "POST", "/profiles/switch", { user_id: "me" });
  await done(page, "POST", "/teams/acme/members", { user_id: "bob" });
  await done(page, "POST", "/profiles/switch", { user_id: "bob" });
  expect([(await read("team/acme")).status, (await write("team/acme")).status]).toEqual([200, 403]);
  expect((await write("team/acme")).body.error).toMatchObject({ code: "forbidden", detail: "Propose the change, or ask an admin of the team" });
});

test.describe("remotes", () => {
  let server: GitServer;

  test.beforeEach(async () => {
    server = await openGitServer();
    await server.create("acme");
  });

  test.afterEach(() => server.close());

  test("two people share a team: clone, concurrent pushes, a conflict, a proposal", async ({ visit }) => {
    const [alice, bob] = [await visit(), await visit()];
    server.token = "secret";
    const remote = { volume: "team/acme", url: `${server.url}/acme.git`, transport: "http", user_name: "someone", token: "secret" };
    for (const page of [alice, bob]) {
      await done(page, "POST", "/teams", { team_id: "acme", name: "Acme" });
      expect((await done(page, "POST", "/volumes/remote", remote)).remote).toMatchObject({ has_token: true });
    }
    const sync = (page: Page) => done(page, "POST", "/volumes/sync", { volume: "team/acme" });
    const put = (page: Page, content: string) => done(page, "PUT", "/volumes/file?volume=team/acme&path=memory/a.md", { content });

    await put(alice, "one\ntwo\nthree\n");
    expect(await sync(alice)).toMatchObject({ state: "done", pushed: 2 });
    expect(await sync(bob)).toMatchObject({ state: "done" });
    expect(await fileText(bob, "team/acme", "memory/a.md")).toBe("one\ntwo\nthree\n");

    await put(alice, "ONE\ntwo\nthree\n");
    await put(bob, "one\ntwo\nTHREE\n");
    await Promise.all([sync(alice), sync(bob)]);
    await sync(alice);
    await sync(bob);
    for (const page of [alice, bob]) expect(await fileText(page, "team/acme", "memory/a.md")).toBe("ONE\ntwo\nTHREE\n");

    await put(alice, "uno\ntwo\nTHREE\n");
    await put(bob, "eins\ntwo\nTHREE\n");
    await sync(alice);
    const undecided = await sync(bob);
    expect(undecided).toMatchObject({ state: "conflicts", conflicts: [{ path: "memory/a.md", ours: "eins\ntwo\nTHREE\n", theirs: "uno\ntwo\nTHREE\n" }] });
    const resolved = await done(bob, "POST", "/volumes/resolve", { volume: "team/acme", resolutions: [{ path: "memory/a.md", take: "theirs" }] });
    expect(resolved.state).toBe("done");

    await done(bob, "POST", "/skills", { skill_id: "tea", description: "Brewing", content: "80 °C" });
    await done(bob, "POST", "/proposals", { skill_id: "tea", reason: "Good for all" });
    await sync(bob);
    await sync(alice);
    const [proposal] = (await done(alice, "GET", "/proposals?state=open")).proposals;
    await done(alice, "POST", `/proposals/${encodeURIComponent(proposal.proposal_id)}/merge`);
    await sync(alice);
    await sync(bob);
    expect(await done(bob, "GET", "/skills/tea?volume=team/acme")).toMatchObject({ description: "Brewing" });

    const folder = server.folder("acme");
    expect(await fsck(folder)).toBe("");
    expect(await git(folder, ["show", "main:skills/tea.md"])).toContain("80 °C");
    const head = (await done(alice, "GET", "/volumes/history?volume=team/acme&limit=1")).commits[0].oid;
    expect((await git(folder, ["rev-parse", "main"])).trim()).toBe(head);
  });

  test("wrong credentials and cut connections change nothing, and say so", async ({ visit }) => {
    const page = await visit();
    await done(page, "PUT", "/volumes/file?path=memory/a.md", { content: "x".repeat(50_000) });
    const before = (await done(page, "GET", "/volumes/history?limit=1")).commits[0].oid;
    const remote = { volume: "user/me", url: `${server.url}/acme.git`, transport: "http" };
    const sync = () => call(page, "POST", "/volumes/sync", { volume: "user/me" });
    server.token = "secret";
    await done(page, "POST", "/volumes/remote", { ...remote, token: "wrong" });
    const refused = await sync();
    expect(refused).toMatchObject({ status: 502, body: { error: { code: "remote_failed" } } });
    expect(refused.body.error.message).toMatch(/refused the credentials/);
    expect(JSON.stringify(refused.body)).not.toContain("wrong");

    const shown = await done(page, "POST", "/volumes/remote", { ...remote, token: "secret" });
    expect(JSON.stringify(shown)).not.toContain("secret");
    server.cutPushAfterBytes = 500;
    const cut = await sync();
    expect(cut.status).toBe(502);
    expect(await fsck(server.folder("acme"))).toBe("");
    expect((await done(page, "GET", "/volumes/history?limit=1")).commits[0].oid).toBe(before);
    server.cutPushAfterBytes = undefined;
    expect((await sync()).body).toMatchObject({ state: "done" });
    const { remote: state } = await done(page, "GET", "/volumes/remote?volume=user/me");
    expect(state).toMatchObject({ ahead: 0, behind: 0, has_token: true });
  });
});

test("a volume goes to GitHub and back, and only what is new is asked for", async ({ visit }) => {
  const server = await openGithubServer();
  try {
    const folder = await server.create("acme");
    await commitTo(folder, { "README.md": "# Acme\n", "skills/tea.md": "---\nname: Tea\ndescription: Brewing\n---\n80 °C\n" });
    server.token = "secret";
    const page = await visit();
    // GitHub's interface has one address; here it is a server that keeps a real repository.
    await page.context().route("https://api.github.com/**", async (route) => {
      const request = route.request();
      const url = request.url().replace("https://api.github.com", server.url);
      const response = await fetch(url, { method: request.method(), headers: request.headers(), body: request.postData() });
      await route.fulfill({ status: response.status, headers: Object.fromEntries(response.headers), body: Buffer.from(await response.arrayBuffer()) });
    });
    await done(page, "POST", "/teams", { team_id: "acme", name: "Acme" });
    await done(page, "POST", "/volumes/remote", { volume: "team/acme", url: "https://github.com/owner/acme.git", transport: "github", token: "secret" });
    const sync = () => done(page, "POST", "/volumes/sync", { volume: "team/acme" });
    expect(await sync()).toMatchObject({ state: "done" });
    await done(page, "PUT", "/volumes/file?volume=team/acme&path=memory/a.md", { content: "one\n" });
    expect(await sync()).toMatchObject({ state: "done", pushed: 1 });
    const head = (await done(page, "GET", "/volumes/history?volume=team/acme&limit=1")).commits[0].oid;
    expect((await git(folder, ["rev-parse", "main"])).trim()).toBe(head);
    expect(await fsck(folder)).toBe("");

    await commitTo(folder, { "memory/b.md": "two\n" });
    server.requests.length = 0;
    expect(await sync()).toMatchObject({ state: "done", pulled: 1, pushed: 0 });
    expect(await fileText(page, "team/acme", "memory/b.md")).toBe("two\n");
    // Two folders changed, and one file: no folder or file that was here comes again.
    expect(server.requests.filter((request) => request.includes("/git/trees/"))).toHaveLength(2);
    expect(server.requests.filter((request) => request.includes("/git/blobs/"))).toHaveLength(1);
  } finally {
    await server.close();
  }
});

/** Somebody else's commit to a bare repository. */
async function commitTo(folder: string, files: Record<string, string>): Promise<void> {
  const work = await temporaryFolder();
  try {
    const clone = join(work.path, "clone");
    await run("git", ["clone", "-q", folder, clone]);
    await git(clone, ["checkout", "-q", "-B", "main"]);
    await commitFiles(clone, files, "By hand");
    await git(clone, ["push", "-q", "origin", "main"]);
  } finally {
    await work.remove();
  }
}

test("a repository of native git comes in, verified, and goes out as it was", async ({ visit }) => {
  const page = await visit();
  const folder = await temporaryFolder();
  try {
    const source = join(folder.path, "source");
    await run("git", ["init", "-q", "-b", "main", source]);
    await writeFile(join(source, "notes.md"), "one\n");
    const commit = ["-c", "user.name=N", "-c", "user.email=n@example.org", "commit", "-q", "-m"];
    await git(source, ["add", "."]);
    await git(source, [...commit, "First"]);
    await git(source, ["tag", "v1"]);
    await git(source, ["bundle", "create", "-q", join(folder.path, "all.bundle"), "--all"]);
    const bundle = await run("base64", ["-w0", join(folder.path, "all.bundle")], { maxBuffer: 1e8 });
    await done(page, "POST", "/teams", { team_id: "acme", name: "Acme" });
    const take = (volume: string, text: string) =>
      page.evaluate(
        async ([volume, text]) => {
          const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
          await window.llmos.importVolume(volume as "system", new Blob([bytes]));
        },
        [volume, text] as const,
      );
    await take("team/acme", bundle.stdout);
    expect(await fileText(page, "team/acme", "notes.md")).toBe("one\n");
    const { tags } = await done(page, "GET", "/volumes/branches?volume=team/acme");
    expect(tags[0].name).toBe("v1");
    const out = await exported(page, "team/acme", folder.path);
    expect((await git(out, ["rev-parse", "main"])).trim()).toBe((await git(source, ["rev-parse", "main"])).trim());

    await expect(take("team/acme", bundle.stdout)).rejects.toThrow(/holds work already/);
    await done(page, "PUT", "/volumes/file?path=memory/kept.md", { content: "kept" });
    const broken = Buffer.from(bundle.stdout, "base64");
    broken.writeUInt8(broken.readUInt8(broken.length - 30) ^ 0xff, broken.length - 30);
    await done(page, "POST", "/teams", { team_id: "other", name: "Other" });
    await expect(take("team/other", broken.toString("base64"))).rejects.toThrow();
    expect(await fileText(page, "user/me", "memory/kept.md")).toBe("kept");
  } finally {
    await folder.remove();
  }
});

test("commits are signed once the person has a key, and native git verifies them", async ({ visit }) => {
  const page = await visit();
  const { key } = await done(page, "POST", "/profiles/signing", { comment: "workbench", email: "me@llmos.invalid" });
  await done(page, "PUT", "/volumes/file?path=memory/a.md", { content: "signed" });
  const [newest] = (await done(page, "GET", "/volumes/history?limit=1")).commits;
  expect(newest.signed).toBe(true);
  const folder = await temporaryFolder();
  try {
    const repository = await exported(page, "user/me", folder.path);
    const signers = join(folder.path, "signers");
    await writeFile(signers, `${key.allowed_signers}\n`);
    const shown = await run("git", ["-C", repository, "-c", `gpg.ssh.allowedSignersFile=${signers}`, "log", "-1", "--format=%G? %GS"]);
    expect(shown.stdout.trim()).toBe("G me@llmos.invalid");
  } finally {
    await folder.remove();
  }
  await done(page, "DELETE", "/profiles/signing");
  await done(page, "PUT", "/volumes/file?path=memory/a.md", { content: "not signed" });
  expect((await done(page, "GET", "/volumes/history?limit=1")).commits[0].signed).toBe(false);
});
