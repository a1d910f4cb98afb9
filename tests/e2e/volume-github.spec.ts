/** GitHub's REST interface against a loopback server with a real repository: the same ids on both sides, or a refusal that says why. */

import type { Remote } from "../../assets/bridge/volumes/remote/transport";
import { commitFiles, createRepository, fsck, git, gitBytes, importHistory, temporaryFolder } from "./support/git";
import { openGithubServer, type GithubServer } from "./support/github-rest";
import { call, packOf, unpacked } from "./support/sync";
import { expect, test as base } from "./harness/volumes";

const test = base.extend<{ server: GithubServer; remote: Remote; work: string; folder: string }>({
  server: async ({}, use) => {
    const server = await openGithubServer();
    await use(server);
    await server.close();
  },
  remote: async ({ server }, use) => {
    await use({ url: "https://github.com/owner/skills.git", way: "github", api: server.url });
  },
  /** The folder of the repository at the server. */
  folder: async ({ server }, use) => {
    await use(await server.create("skills"));
  },
  work: async ({}, use) => {
    const { path, remove } = await temporaryFolder();
    await createRepository(path);
    await use(path);
    await remove();
  },
});

test.setTimeout(90_000);

/** A history with a merge, odd names, modes, empty files and people in several time zones. */
async function interesting(work: string): Promise<string> {
  await commitFiles(work, { "skills/a.md": "# A\n", "skills/deep/er/b.md": "b", empty: "", "odd 😀 name": "x", "a.b": "1", "a/b": "2", "a-b": "3" }, "First", 1_700_000_000);
  await git(work, ["update-index", "--chmod=+x", "a.b"]);
  const commit = (message: string, author: string, committer: string) =>
    git(work, ["commit", "--quiet", "--allow-empty", "--cleanup=verbatim", "--message", message], { environment: { GIT_AUTHOR_DATE: author, GIT_COMMITTER_DATE: committer, GIT_AUTHOR_NAME: "Zoë Ünal" } });
  await commit("Message with a body\n\nof two paragraphs,\n\nand 😀", "1700001000 -0330", "1700002000 +1245");
  await git(work, ["checkout", "--quiet", "-b", "side"]);
  await commitFiles(work, { "side.md": "side" }, "Side");
  await git(work, ["checkout", "--quiet", "main"]);
  await commitFiles(work, { "skills/a.md": "# A2\n" }, "Main");
  await git(work, ["merge", "--quiet", "--no-edit", "side"], { environment: { GIT_AUTHOR_DATE: "1700009000 +0000", GIT_COMMITTER_DATE: "1700009000 +0000" } });
  await git(work, ["branch", "--delete", "side"]);
  return (await git(work, ["rev-parse", "main"])).trim();
}

test.describe("pull", () => {
  test("everything, then what is new: the same ids", async ({ tab, server, remote, folder, work }) => {
    server.token = "t";
    const tip = await interesting(work);
    await git(work, ["tag", "--annotate", "v1", "--message", "One"]);
    await git(work, ["branch", "pr/alice/ünï"]);
    await git(work, ["push", "--quiet", folder, "--all"]);
    await git(work, ["push", "--quiet", folder, "--tags"]);
    const tag = (await git(work, ["rev-parse", "v1"])).trim();
    const first = await call(tab, "fetch", remote, { credentials: [{ password: "t" }] });
    expect(first.failure).toBeUndefined();
    expect(first).toMatchObject({ refs: { "refs/heads/main": tip, "refs/heads/pr/alice/ünï": tip, "refs/tags/v1": tag }, peeled: { "refs/tags/v1": tip }, head: "refs/heads/main" });
    const clone = `${folder}-clone`;
    await unpacked(clone, first.pack!);
    await git(clone, ["update-ref", "refs/heads/main", tip]);
    await git(clone, ["update-ref", "refs/tags/v1", tag]);
    expect(await fsck(clone)).toBe("");
    expect(await git(clone, ["log", "--format=fuller", "main"])).toBe(await git(work, ["log", "--format=fuller", "main"]));

    const known = (await git(work, ["rev-list", "--objects", "--all"])).trim().split("\n").map((line) => line.slice(0, 40));
    const newTip = await commitFiles(work, { "skills/deep/new.md": "new" }, "New");
    await git(work, ["push", "--quiet", folder, "main"]);
    server.requests.length = 0;
    const second = await call(tab, "fetch", remote, { wants: [newTip], haves: [tip], known, credentials: [{ password: "t" }] });
    expect(Buffer.from(second.pack!, "base64").readUInt32BE(8)).toBe(5);
    expect(server.requests.filter((request) => request.includes("/git/blobs/"))).toHaveLength(1);
    await git(clone, ["index-pack", "--stdin", "--strict"], { input: Buffer.from(second.pack!, "base64") });
    await git(clone, ["update-ref", "refs/heads/main", newTip]);
    expect(await fsck(clone)).toBe("");
  });

  test("more commits than one answer holds; whole trees that come cut short", async ({ tab, server, remote, folder, work }) => {
    const tip = await importHistory(work, 104, "traces", undefined, () => "log.md");
    await git(work, ["push", "--quiet", folder, "main"]);
    server.truncates = true;
    const fetched = await call(tab, "fetch", remote);
    expect(fetched.failure).toBeUndefined();
    const clone = `${folder}-clone`;
    await unpacked(clone, fetched.pack!);
    await git(clone, ["update-ref", "refs/heads/main", tip]);
    expect(await fsck(clone)).toBe("");
    expect((await git(clone, ["rev-list", "--count", "main"])).trim()).toBe("104");
    expect(server.requests.filter((request) => request.includes("/commits?"))).toHaveLength(2);
  });

  test("signed commits keep their signature", async ({ tab, remote, folder, work }) => {
    await commitFiles(work, { a: "a" }, "Signed");
    const commit = (await gitBytes(work, ["cat-file", "commit", "HEAD"])).toString("base64");
    const signed = await tab.evaluate(async (commit) => {
      await volumes.signing.createSigningKey("", 1);
      return volumes.base64.encode(await volumes.signing.signedCommit(volumes.base64.decode(commit)));
    }, commit);
    const oid = (await git(work, ["hash-object", "-t", "commit", "-w", "--stdin"], { input: Buffer.from(signed, "base64") })).trim();
    // Out by push, in by pull.
    const pushed = await call(tab, "push", remote, { updates: [{ ref: "refs/heads/main", old: null, new: oid }], pack: await packOf(work, oid) });
    expect(pushed.failure).toBeUndefined();
    expect(await git(folder, ["cat-file", "commit", "main"])).toContain("BEGIN SSH SIGNATURE");
    const fetched = await call(tab, "fetch", remote);
    await unpacked(`${folder}-clone`, fetched.pack!);
    expect(await gitBytes(`${folder}-clone`, ["cat-file", "commit", oid])).toEqual(Buffer.from(signed, "base64"));
  });

  test("a commit that its interface cannot tell is refused", async ({ tab, remote, folder, work }) => {
    await commitFiles(work, { a: "a" }, "x");
    const raw = (await git(work, ["cat-file", "commit", "HEAD"])).replace("\n\n", "\nencoding ISO-8859-1\n\n");
    const oid = (await git(work, ["hash-object", "-t", "commit", "-w", "--stdin"], { input: raw })).trim();
    await git(work, ["push", "--quiet", folder, `${oid}:refs/heads/main`]);
    const { failure } = await call(tab, "fetch", remote);
    expect(failure).toEqual({ kind: "unsupported", message: expect.stringMatching(new RegExp(`Commit ${oid.slice(0, 10)} cannot be brought unchanged.*CORS proxy instead`)) });
    const pushed = await call(tab, "push", remote, { updates: [{ ref: "refs/heads/other", old: null, new: oid }], pack: await packOf(work, oid) });
    expect(pushed.failure).toEqual({ kind: "unsupported", message: expect.stringMatching(/header 'encoding'\. Nothing was pushed/) });
  });

  test("cut off and cancelled in the middle", async ({ tab, server, remote, folder, work }) => {
    await importHistory(work, 20);
    await git(work, ["push", "--quiet", folder, "main"]);
    server.cutAfterRequests = 8;
    expect((await call(tab, "fetch", remote)).failure).toEqual({ kind: expect.stringMatching(/cut|unreachable/), message: expect.stringMatching(/^127\.0\.0\.1:\d+ gives no answer/) });
    server.cutAfterRequests = undefined;
    for (const cancelAt of ["Receiving commits", "Receiving folders", "Receiving files"]) {
      expect((await call(tab, "fetch", remote, { cancelAt })).failure).toEqual({ kind: "cancelled", message: "The sync was cancelled. Nothing was changed." });
    }
  });
});

test.describe("push", () => {
  test("to an empty repository, then more, then a branch away: the same ids", async ({ tab, server, remote, folder, work }) => {
    server.token = "t";
    const credentials = () => [{ password: "t" }];
    const tip = await interesting(work);
    const first = await call(tab, "push", remote, { updates: [{ ref: "refs/heads/main", old: null, new: tip }], pack: await packOf(work, tip), credentials: credentials() });
    expect(first.failure).toBeUndefined();
    expect((await git(folder, ["rev-parse", "main"])).trim()).toBe(tip);
    expect(await git(folder, ["log", "--format=fuller", "main"])).toBe(await git(work, ["log", "--format=fuller", "main"]));
    const next = await commitFiles(work, { "skills/c.md": "c", "binary.bin": Uint8Array.of(0, 255, 10) }, "More");
    const branch = { ref: "refs/heads/pr/alice/ünï", old: null, new: next };
    const second = await call(tab, "push", remote, { updates: [{ ref: "refs/heads/main", old: tip, new: next }, branch], pack: await packOf(work, next, tip), credentials: credentials() });
    expect(second.failure).toBeUndefined();
    expect(second.progress.at(-1)).toMatchObject({ stage: "Sending objects", done: 4, total: 4 });
    expect(await fsck(folder)).toBe("");
    expect(await git(folder, ["for-each-ref", "--format=%(objectname) %(refname)"])).toBe(`${next} refs/heads/main\n${next} refs/heads/pr/alice/ünï\n`);
    await call(tab, "push", remote, { updates: [{ ...branch, old: next, new: null }], credentials: credentials() });
    expect(await git(folder, ["for-each-ref", "--format=%(refname)"])).toBe("refs/heads/main\n");
  });

  test("whoever was slower is told to pull", async ({ tab, server, remote, folder, work }) => {
    const tip = await importHistory(work, 2);
    await git(work, ["reset", "--quiet", "--hard"]);
    await git(work, ["push", "--quiet", folder, "main"]);
    const ours = await commitFiles(work, { "ours.md": "x" }, "Ours");
    const pack = await packOf(work, ours, tip);
    await git(work, ["reset", "--quiet", "--hard", tip]);
    const theirs = await commitFiles(work, { "theirs.md": "x" }, "Theirs");
    // They are done when we have asked and before we are.
    server.beforeMove = async () => void (await git(work, ["push", "--quiet", folder, "main"]));
    const { failure } = await call(tab, "push", remote, { updates: [{ ref: "refs/heads/main", old: tip, new: ours }], pack });
    server.beforeMove = undefined;
    expect(failure).toEqual({ kind: "moved", message: expect.stringMatching(/'main' on github\.com has changed in the meantime.*Pull first/) });
    expect((await git(folder, ["rev-parse", "main"])).trim()).toBe(theirs);
    expect((await call(tab, "push", remote, { updates: [{ ref: "refs/heads/main", old: tip, new: ours }], pack })).failure?.kind).toBe("moved");
  });

  test("a server that asks to wait is waited for, unless that is cancelled", async ({ tab, server, remote, folder, work }) => {
    const tip = await importHistory(work, 2);
    await git(work, ["reset", "--quiet", "--hard"]);
    await git(work, ["push", "--quiet", folder, "main"]);
    const next = await commitFiles(work, { "a.md": "x" }, "More");
    const push = { updates: [{ ref: "refs/heads/main", old: tip, new: next }], pack: await packOf(work, next, tip) };
    server.busyTimes = 1;
    const stage = "Waiting 1 s, as github.com asks";
    expect((await call(tab, "push", remote, { ...push, cancelAt: stage })).failure?.kind).toBe("cancelled");
    server.busyTimes = 2;
    const pushed = await call(tab, "push", remote, push);
    expect(pushed.failure).toBeUndefined();
    expect(pushed.progress.filter((step) => step.stage === stage)).toHaveLength(2);
    expect((await git(folder, ["rev-parse", "main"])).trim()).toBe(next);
  });

  test("an interface that writes something else is found out before any branch moves", async ({ tab, server, remote, folder, work }) => {
    const tip = await importHistory(work, 2);
    await git(work, ["reset", "--quiet", "--hard"]);
    await git(work, ["push", "--quiet", folder, "main"]);
    const next = await commitFiles(work, { "a.md": "x" }, "More");
    server.stripsMessages = true;
    const { failure } = await call(tab, "push", remote, { updates: [{ ref: "refs/heads/main", old: tip, new: next }], pack: await packOf(work, next, tip) });
    expect(failure).toEqual({ kind: "unsupported", message: expect.stringMatching(/keep its id: GitHub writes its message or times in another way.*Nothing was pushed/) });
    expect((await git(folder, ["rev-parse", "main"])).trim()).toBe(tip);
  });
});

test.describe("who asks", () => {
  test("wrong tokens, hidden repositories, too many requests", async ({ tab, server, remote, folder }) => {
    expect(folder).not.toBe("");
    server.token = "t";
    expect((await call(tab, "refs", remote, { credentials: [{ password: "no" }] })).failure).toEqual({ kind: "credentials", message: expect.stringMatching(/github\.com refused the credentials/) });
    expect((await call(tab, "refs", remote)).failure).toEqual({ kind: "not_found", message: expect.stringMatching(/no repository at https:\/\/github\.com\/owner\/skills\.git, or the token may not see it/) });
    server.limited = true;
    expect((await call(tab, "refs", remote, { credentials: [{ password: "t" }] })).failure).toEqual({ kind: "rejected", message: expect.stringMatching(/too many requests for now: “API rate limit exceeded.*Wait a while/) });
    expect((await call(tab, "refs", { ...remote, url: "https://github.com/owner" })).failure).toEqual({ kind: "unsupported", message: expect.stringMatching(/such as https:\/\/github\.com\/owner\/name/) });
  });
});
