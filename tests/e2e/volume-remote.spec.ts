/** Remotes over git's own protocol, against real `git http-backend`: fetch, push, and everything that goes wrong on the way. */

import type { Credentials, Remote } from "../../assets/bridge/volumes/remote/transport";
import { commitFiles, createRepository, fsck, git, importHistory, temporaryFolder } from "./support/git";
import { openCorsProxy, openGitServer, type CorsProxy, type GitServer } from "./support/git-server";
import { call, packOf, unpacked } from "./support/sync";
import { expect, test as base } from "./harness/volumes";

const test = base.extend<{ server: GitServer; corsProxy: CorsProxy; work: string }>({
  server: async ({}, use) => {
    const server = await openGitServer();
    await use(server);
    await server.close();
  },
  corsProxy: async ({}, use) => {
    const proxy = await openCorsProxy();
    await use(proxy);
    await proxy.close();
  },
  work: async ({}, use) => {
    const { path, remove } = await temporaryFolder();
    await createRepository(path);
    await use(path);
    await remove();
  },
});

/** A bare repository at the server with these commits, and its remote. */
async function published(server: GitServer, work: string, commits: number): Promise<{ remote: Remote; tip: string }> {
  const tip = await importHistory(work, commits);
  await git(work, ["reset", "--quiet", "--hard"]);
  const folder = await server.create("team");
  await git(work, ["push", "--quiet", folder, "main"]);
  return { remote: { url: `${server.url}/team.git`, way: "http" }, tip };
}

test.describe("fetch", () => {
  test("refs, the branch of HEAD and annotated tags", async ({ tab, server, work }) => {
    const { remote, tip } = await published(server, work, 3);
    await git(work, ["tag", "--annotate", "v1", "--message", "One"]);
    await git(work, ["push", "--quiet", server.folder("team"), "v1", "main:refs/heads/pr/alice/ünï"]);
    const tag = (await git(work, ["rev-parse", "v1"])).trim();
    expect(await call(tab, "refs", remote)).toMatchObject({ refs: { "refs/heads/main": tip, "refs/heads/pr/alice/ünï": tip, "refs/tags/v1": tag }, peeled: { "refs/tags/v1": tip }, head: "refs/heads/main" });
  });

  test("everything, then only what is new", async ({ tab, server, work }) => {
    const { remote, tip } = await published(server, work, 200);
    const first = await call(tab, "fetch", remote);
    expect(first.failure).toBeUndefined();
    const clone = server.folder("clone");
    await unpacked(clone, first.pack!);
    await git(clone, ["update-ref", "refs/heads/main", tip]);
    expect(await fsck(clone)).toBe("");
    expect(await git(clone, ["log", "--format=%H", "main"])).toBe(await git(work, ["log", "--format=%H", "main"]));
    expect(first.progress.map(({ stage }) => stage)).toEqual(expect.arrayContaining([expect.stringMatching(/^Asking 127/), "Receiving objects"]));

    const newTip = await commitFiles(work, { "new.md": "new" }, "New");
    await git(work, ["push", "--quiet", server.folder("team"), "main"]);
    const second = await call(tab, "fetch", remote, { wants: [newTip], haves: ["0123456789012345678901234567890123456789", tip] });
    const bytes = Buffer.from(second.pack!, "base64");
    expect(bytes.readUInt32BE(8)).toBe(3);
    await git(clone, ["index-pack", "--stdin", "--fix-thin", "--strict"], { input: bytes });
    await git(clone, ["update-ref", "refs/heads/main", newTip]);
    expect(await fsck(clone)).toBe("");
    expect(await call(tab, "fetch", remote, { haves: [newTip] })).toMatchObject({ refs: { "refs/heads/main": newTip }, messages: [] });
  });

  test("an empty repository has nothing to fetch", async ({ tab, server }) => {
    await server.create("empty");
    expect(await call(tab, "fetch", { url: `${server.url}/empty.git/`, way: "http" })).toMatchObject({ refs: {}, messages: [] });
  });

  test("a server that sends on is followed", async ({ tab, server, work }) => {
    const { tip } = await published(server, work, 2);
    const fetched = await call(tab, "fetch", { url: `${server.url}/moved/team.git`, way: "http" });
    expect(fetched).toMatchObject({ refs: { "refs/heads/main": tip }, pack: expect.any(String) });
  });

  test("a server of another kind: without side bands", async ({ tab, server, work }) => {
    const { remote, tip } = await published(server, work, 50);
    server.hides = "side-band-64k";
    const fetched = await call(tab, "fetch", remote);
    expect(fetched.failure).toBeUndefined();
    await unpacked(server.folder("clone"), fetched.pack!);
    await git(server.folder("clone"), ["update-ref", "refs/heads/main", tip]);
    expect(await fsck(server.folder("clone"))).toBe("");
    const next = await commitFiles(work, { "a.md": "a" }, "More");
    const updates = [{ ref: "refs/heads/main", old: tip, new: next }];
    const pack = await packOf(work, next, tip);
    await server.setHook("team", "pre-receive", "exit 1");
    expect((await call(tab, "push", remote, { updates, pack })).failure).toEqual({ kind: "rejected", message: expect.stringMatching(/refused 'main': pre-receive hook declined\.$/) });
    await server.setHook("team", "pre-receive", "exit 0");
    expect((await call(tab, "push", remote, { updates, pack })).failure).toBeUndefined();
    expect((await git(server.folder("team"), ["rev-parse", "main"])).trim()).toBe(next);
  });

  test("cut off in the middle, at any place: said, with what to do", async ({ tab, server, work }) => {
    const { remote } = await published(server, work, 100);
    for (const bytes of [0, 6, 100, 20_000]) {
      server.cutAnswerAfterBytes = bytes;
      const { failure, pack } = await call(tab, "fetch", remote);
      expect(failure).toEqual({ kind: "cut", message: expect.stringMatching(/^The connection to 127\.0\.0\.1:\d+ broke off.*Nothing was changed\. Try again\.|broke off, or the server does not let this page send/) });
      expect(pack).toBeUndefined();
    }
  });

  test("cancelled before and while it comes", async ({ tab, server, work }) => {
    const { remote } = await published(server, work, 100);
    for (const cancelAt of [`Asking ${new URL(server.url).host}`, "Receiving objects"]) {
      expect((await call(tab, "fetch", remote, { cancelAt })).failure).toEqual({ kind: "cancelled", message: "The sync was cancelled. Nothing was changed." });
    }
  });
});

test.describe("push", () => {
  test("to an empty repository, then more; native git has the same", async ({ tab, server, work }) => {
    const folder = await server.create("team");
    const remote: Remote = { url: `${server.url}/team.git`, way: "http" };
    const tip = await importHistory(work, 200);
    const first = await call(tab, "push", remote, { updates: [{ ref: "refs/heads/main", old: null, new: tip }], pack: await packOf(work, tip) });
    expect(first.failure).toBeUndefined();
    await git(work, ["reset", "--quiet", "--hard"]);
    const next = await commitFiles(work, { "a.md": "a" }, "More");
    const branch = { ref: "refs/heads/pr/alice/a", old: null, new: next };
    const second = await call(tab, "push", remote, { updates: [{ ref: "refs/heads/main", old: tip, new: next }, branch], pack: await packOf(work, next, tip) });
    expect(second.failure).toBeUndefined();
    expect(await fsck(folder)).toBe("");
    expect(await git(folder, ["for-each-ref", "--format=%(objectname) %(refname)"])).toBe(`${next} refs/heads/main\n${next} refs/heads/pr/alice/a\n`);
    await call(tab, "push", remote, { updates: [{ ...branch, old: next, new: null }] });
    expect(await git(folder, ["for-each-ref", "--format=%(refname)"])).toBe("refs/heads/main\n");
  });

  test("of two pushes at once one is told to pull", async ({ tab, server, work }) => {
    const { remote, tip } = await published(server, work, 3);
    const theirs = await commitFiles(work, { "theirs.md": "x" }, "Theirs");
    const theirPack = await packOf(work, theirs, tip);
    await git(work, ["reset", "--quiet", "--hard", tip]);
    const ours = await commitFiles(work, { "ours.md": "x" }, "Ours");
    const ourPack = await packOf(work, ours, tip);
    // Both have asked for the refs before either pushes.
    let waiting = 0;
    let release = () => {};
    const both = new Promise<void>((resolve) => (release = resolve));
    server.beforePush = async () => {
      if ((waiting += 1) === 2) release();
      await both;
    };
    const results = await Promise.all([call(tab, "push", remote, { updates: [{ ref: "refs/heads/main", old: tip, new: ours }], pack: ourPack }), call(tab, "push", remote, { updates: [{ ref: "refs/heads/main", old: tip, new: theirs }], pack: theirPack })]);
    expect(results.filter(({ failure }) => failure === undefined)).toHaveLength(1);
    expect(results.find(({ failure }) => failure)?.failure).toEqual({ kind: "moved", message: expect.stringMatching(/^'main' on 127\.0\.0\.1:\d+ has changed in the meantime\. Nothing was pushed\. Pull first, then push again\.$/) });
    // And one that comes later is told before it sends anything.
    server.beforePush = undefined;
    server.requests.length = 0;
    expect((await call(tab, "push", remote, { updates: [{ ref: "refs/heads/main", old: tip, new: ours }], pack: ourPack })).failure?.kind).toBe("moved");
    expect(server.requests.filter((request) => request.startsWith("POST"))).toEqual([]);
  });

  test("what a hook says is passed on, be it yes or no", async ({ tab, server, work }) => {
    const { remote, tip } = await published(server, work, 1);
    const next = await commitFiles(work, { "a.md": "a" }, "More");
    const push = async () => call(tab, "push", remote, { updates: [{ ref: "refs/heads/main", old: tip, new: next }], pack: await packOf(work, next, tip) });
    await server.setHook("team", "pre-receive", 'echo "Skills need a description, see the guide." >&2; exit 1');
    expect((await push()).failure).toEqual({ kind: "rejected", message: expect.stringMatching(/refused 'main': pre-receive hook declined\. The server says: “.*Skills need a description, see the guide\./) });
    await server.setHook("team", "pre-receive", 'echo "Thank you." >&2');
    expect(await push()).toMatchObject({ messages: ["Thank you."] });
  });

  test("a pack that is not sound is refused in the server's words", async ({ tab, server, work }) => {
    const { remote, tip } = await published(server, work, 1);
    const next = await commitFiles(work, { "a.md": "a" }, "More");
    const pack = await packOf(work, next, tip);
    pack.writeUInt8(pack.readUInt8(20) ^ 255, 20);
    expect((await call(tab, "push", remote, { updates: [{ ref: "refs/heads/main", old: tip, new: next }], pack })).failure).toMatchObject({ kind: "rejected", message: expect.stringMatching(/refused 'main': unpacker error/) });
    expect((await git(server.folder("team"), ["rev-parse", "main"])).trim()).toBe(tip);
  });

  test("cut off in the middle: the server is as it was, and the message does not promise anything", async ({ tab, server, work }) => {
    const { remote, tip } = await published(server, work, 1);
    const next = await importHistory(work, 300, "more", tip);
    const push = async () => call(tab, "push", remote, { updates: [{ ref: "refs/heads/main", old: tip, new: next }], pack: await packOf(work, next, tip) });
    for (const bytes of [1, 30_000]) {
      server.cutPushAfterBytes = bytes;
      expect((await push()).failure).toEqual({ kind: "cut", message: expect.stringMatching(/127\.0\.0\.1.*broke off.*may or may not have taken the push; the next fetch shows it\. Your volume is as it was\./) });
      expect((await git(server.folder("team"), ["rev-parse", "main"])).trim()).toBe(tip);
    }
    server.cutPushAfterBytes = undefined;
    expect((await push()).failure).toBeUndefined();
    expect(await fsck(server.folder("team"))).toBe("");
  });
});

test.describe("who asks", () => {
  test("a token is asked for once, and refused ones are said", async ({ tab, server, work }) => {
    const { remote, tip } = await published(server, work, 1);
    server.token = "geheim-ü";
    const good: Credentials = { password: "geheim-ü" };
    const wrong: Credentials = { username: "ada", password: "no" };
    const host = new URL(server.url).host;
    const fetched = await call(tab, "fetch", remote, { credentials: [good] });
    expect(fetched).toMatchObject({ asked: [{ host, refused: false }], pack: expect.any(String) });
    expect((await call(tab, "fetch", remote, { credentials: [wrong, good] })).asked).toEqual([{ host, refused: false }, { host, refused: true }]);
    expect((await call(tab, "fetch", remote, { credentials: [wrong, { ...wrong }, good] })).failure).toEqual({ kind: "credentials", message: `${host} refused the credentials. Check the token: that it is whole, has not expired, and may read and write this repository.` });
    expect((await call(tab, "fetch", remote)).failure).toEqual({ kind: "credentials", message: `${host} wants to know who asks, and there is no token for it. Give one in the remote's settings.` });
    const next = await commitFiles(work, { "a.md": "a" }, "More");
    const pushed = await call(tab, "push", remote, { updates: [{ ref: "refs/heads/main", old: tip, new: next }], pack: await packOf(work, next, tip), credentials: [good] });
    expect(pushed).toMatchObject({ asked: [{ host, refused: false }], messages: [] });
  });

  test("a token in the address is refused, and not repeated", async ({ tab }) => {
    const { failure } = await call(tab, "refs", { url: "https://ada:geheim@git.example.org/a.git", way: "http" });
    expect(failure).toEqual({ kind: "unsupported", message: expect.stringMatching(/holds a name or a password/) });
    expect(failure?.message).not.toContain("geheim");
  });
});

test.describe("who answers", () => {
  test("no CORS headers: said as such; by a proxy it works", async ({ tab, server, corsProxy, work }) => {
    const { remote, tip } = await published(server, work, 5);
    server.cors = false;
    const { failure } = await call(tab, "fetch", remote);
    expect(failure).toEqual({ kind: "unreachable", message: expect.stringMatching(/^127\.0\.0\.1:\d+ answers, but does not let web pages read its answers \(no CORS headers\)\. Nothing was changed\. Sync through a CORS proxy/) });
    server.token = "t";
    const proxied: Remote = { ...remote, way: "proxy", proxy: corsProxy.url };
    const credentials = () => [{ password: "t" }];
    const fetched = await call(tab, "fetch", proxied, { credentials: credentials() });
    expect(fetched).toMatchObject({ refs: { "refs/heads/main": tip }, pack: expect.any(String) });
    const next = await commitFiles(work, { "a.md": "a" }, "More");
    const pushed = await call(tab, "push", { ...proxied, proxy: `${corsProxy.url}/` }, { updates: [{ ref: "refs/heads/main", old: tip, new: next }], pack: await packOf(work, next, tip), credentials: credentials() });
    expect(pushed.failure).toBeUndefined();
    expect((await git(server.folder("team"), ["rev-parse", "main"])).trim()).toBe(next);
    expect(corsProxy.requests.length).toBeGreaterThan(3);
  });

  test("nobody: the host is named", async ({ tab, server }) => {
    const { url } = server;
    await server.close();
    expect((await call(tab, "refs", { url: `${url}/a.git`, way: "http" })).failure).toEqual({ kind: "unreachable", message: expect.stringMatching(/^127\.0\.0\.1:\d+ gives no answer\. Nothing was changed\. Check the address and the network/) });
  });

  const ODD: { name: string; url: (server: GitServer) => string; kind: string; says: RegExp }[] = [
    { name: "no repository there", url: (server) => `${server.url}/nothing.git`, kind: "not_found", says: /no repository at http.*nothing\.git/ },
    { name: "ssh", url: () => "git@github.com:a/b.git", kind: "unsupported", says: /has to begin with https/ },
    { name: "no encryption", url: () => "http://git.example.org/a.git", kind: "unsupported", says: /has to begin with https.*only servers on this machine/ },
    { name: "another protocol", url: () => "ftp://example.org/a.git", kind: "unsupported", says: /has to begin with https/ },
  ];
  for (const { name, url, kind, says } of ODD) {
    test(name, async ({ tab, server }) => {
      expect((await call(tab, "refs", { url: url(server), way: "http" })).failure).toEqual({ kind, message: expect.stringMatching(says) });
    });
  }

  test("a web page that is no git server", async ({ tab, corsProxy, volumeSite }) => {
    const host = new URL(volumeSite.url).host;
    expect((await call(tab, "refs", { url: `http://${host}`, way: "proxy", proxy: corsProxy.url })).failure?.kind).toBe("not_found");
  });

  test("ids of another kind", async ({ tab, server, work }) => {
    await git(work, ["init", "--quiet", "--bare", "--object-format=sha256", server.folder("new")]);
    expect((await call(tab, "refs", { url: `${server.url}/new.git`, way: "http" })).failure).toEqual({ kind: "unsupported", message: expect.stringMatching(/uses sha256 ids; volumes use sha1/) });
  });
});
