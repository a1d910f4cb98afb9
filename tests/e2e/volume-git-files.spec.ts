/** isomorphic-git over the rows of a volume: it reads what is there, and what it writes is one write or none. */

import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { commitFiles, createRepository, fsck, git, importHistory, repositoryRows, temporaryFolder } from "./support/git";
import { openGitServer } from "./support/git-server";
import { expect, putRows, test as base, type Worker } from "./harness/volumes";

const test = base.extend<{ repository: string }>({
  repository: async ({}, use) => {
    const { path, remove } = await temporaryFolder();
    await createRepository(path);
    await use(path);
    await remove();
  },
});

test("isomorphic-git reads loose objects, packs, branches and tags as native git does", async ({ tab, repository }) => {
  await importHistory(repository, 30);
  await git(repository, ["gc", "--quiet"]);
  await git(repository, ["reset", "--quiet", "--hard"]);
  await commitFiles(repository, { "skills/😀.md": "loose" }, "Loose\n\nwith a body");
  await git(repository, ["branch", "a/b"]);
  await putRows(tab, "user/test", await repositoryRows(join(repository, ".git")));
  const seen = await tab.evaluate(async () => {
    const git = await volumes.isomorphic();
    const at = { fs: new volumes.gitFiles.GitFiles("user/test"), gitdir: volumes.gitFiles.GIT_DIRECTORY, cache: {} };
    const commits = await git.log({ ...at, ref: "main" });
    const { blob } = await git.readBlob({ ...at, oid: commits[0]!.oid, filepath: "skills/😀.md" });
    return {
      log: commits.map(({ oid, commit }) => `${oid} ${commit.message.split("\n")[0]}`),
      files: await git.listFiles({ ...at, ref: "main" }),
      branches: await git.listBranches(at),
      blob: new TextDecoder().decode(blob),
      missing: await git.resolveRef({ ...at, ref: "nowhere" }).catch((error: { code: string }) => error.code),
      pending: at.fs.pending(),
    };
  });
  expect(seen.log).toEqual((await git(repository, ["log", "--format=%H %s"])).trim().split("\n"));
  expect(seen.files.length).toBe(31);
  expect(seen).toMatchObject({ branches: ["a/b", "main"], blob: "loose", missing: "NotFoundError", pending: { putKeys: [], removeKeys: [] } });
});

test("what was written is read back, handed over as one write, and expects what it built on", async ({ tab }) => {
  await putRows(tab, "user/test", [["HEAD", btoa("ref: refs/heads/main\n")], ["refs/heads/main", btoa("old\n")], ["refs/heads/gone", btoa("x\n")]]);
  const seen = await tab.evaluate(async () => {
    const { GitFiles, GIT_DIRECTORY: root } = volumes.gitFiles;
    const files = new GitFiles("user/test");
    const { readFile, writeFile, unlink, readdir, stat } = files.promises;
    await writeFile(`${root}/refs/heads/main`, "new\n");
    await writeFile(`${root}/refs/heads/other`, new Uint8Array([1]));
    await writeFile(`${root}/objects/ab/cd`, new Uint8Array([2]));
    await unlink(`${root}/refs/heads/gone`);
    const code = (promise: Promise<unknown>) => promise.then(() => "done", (error: { code: string }) => error.code);
    const before = {
      read: await readFile(`${root}/refs/heads/main`, "utf8"),
      names: await readdir(`${root}/refs/heads`),
      top: (await readdir(root)).sort(),
      codes: [await code(readFile(`${root}/refs/heads/gone`)), await code(readFile(`${root}/refs`)), await code(readdir(`${root}/nothing`)), await code(unlink(`${root}/nothing`)), await code(readFile("/elsewhere/HEAD")), await code(readFile(`${root}/../HEAD`))],
      kinds: [(await stat(`${root}/refs`)).isDirectory(), (await stat(`${root}/HEAD`)).size, (await stat(root)).type],
    };
    const text = (bytes: Uint8Array | null) => bytes && new TextDecoder().decode(bytes);
    const { expectKeys, expectValues, putKeys, removeKeys } = files.pending();
    const stored = text((await volumes.rows.readRows("user/test", ["refs/heads/main"]))[0]!);
    // Somebody else is faster.
    await volumes.rows.writeRows("user/test", { expectKeys: [], expectValues: [], putKeys: ["refs/heads/main"], putValues: [new TextEncoder().encode("theirs\n")], removeKeys: [], strict: false });
    const failure = await files.save().catch((error: { kind: string; key: string }) => `${error.kind} ${error.key}`);
    const untouched = await volumes.rows.listRows("user/test", "");
    files.discard();
    await writeFile(`${root}/refs/heads/main`, "mine\n");
    await files.save();
    return { before, expected: Object.fromEntries(expectKeys.map((key, index) => [key, text(expectValues[index]!)])), putKeys, removeKeys, stored, failure, untouched, after: text((await volumes.rows.readRows("user/test", ["refs/heads/main"]))[0]!) };
  });
  expect(seen).toEqual({
    before: { read: "new\n", names: ["main", "other"], top: ["HEAD", "objects", "refs"], codes: ["ENOENT", "ENOENT", "ENOENT", "ENOENT", "ENOENT", "ENOENT"], kinds: [true, 21, "dir"] },
    expected: { "refs/heads/main": "old\n", "refs/heads/other": null, "refs/heads/gone": "x\n" },
    putKeys: ["refs/heads/main", "refs/heads/other", "objects/ab/cd"],
    removeKeys: ["refs/heads/gone"],
    stored: "old\n",
    failure: "moved refs/heads/main",
    untouched: ["HEAD", "refs/heads/gone", "refs/heads/main"],
    after: "mine\n",
  });
});

test("isomorphic-git is not loaded before it is needed", async ({ page, volumeSite, tab }) => {
  const loaded: string[] = [];
  page.on("request", (request) => loaded.push(request.url()));
  await tab.evaluate(() => volumes.rows.listVolumes());
  expect(loaded).toEqual([]);
  await tab.evaluate(async () => void (await volumes.git()));
  expect(loaded.length).toBeGreaterThan(0);
  expect(loaded.every((url) => url.startsWith(`${volumeSite.url}volumes-`))).toBe(true);
});

/** isomorphic-git fetches into a volume: all in memory, then one write. What went wrong, if anything did. */
function fetchWithIsomorphicGit(tab: Worker, url: string): Promise<string | undefined> {
  return tab.evaluate(async (url) => {
    const git = await volumes.isomorphic();
    const http = {
      async request({ url, method = "GET", headers = {}, body }: { url: string; method?: string; headers?: Record<string, string>; body?: AsyncIterable<Uint8Array> }) {
        const parts: Uint8Array<ArrayBuffer>[] = [];
        for await (const part of body ?? []) parts.push(part.slice());
        const response = await fetch(url, { method, headers, ...(body && { body: new Blob(parts) }) });
        const { status: statusCode, statusText: statusMessage } = response;
        return { url: response.url, method, statusCode, statusMessage, headers: Object.fromEntries(response.headers), body: [new Uint8Array(await response.arrayBuffer())] };
      },
    };
    const fs = new volumes.gitFiles.GitFiles("user/test");
    const at = { fs, gitdir: volumes.gitFiles.GIT_DIRECTORY, cache: {} };
    try {
      await git.init({ ...at, bare: true, defaultBranch: "main" });
      await git.addRemote({ ...at, remote: "origin", url });
      // Its types want a stream that is also an iterator; what it uses is the iteration alone.
      await git.fetch({ ...at, http: http as never, remote: "origin", tags: true });
      await fs.save();
      return undefined;
    } catch (error) {
      return String(error);
    }
  }, url);
}

test("isomorphic-git fetches into a volume, whole or not at all", async ({ tab, repository }) => {
  const server = await openGitServer();
  const target = await temporaryFolder();
  try {
    await importHistory(repository, 60);
    await git(repository, ["tag", "--annotate", "v1", "--message", "One", "main"]);
    await git(repository, ["push", "--quiet", await server.create("team"), "main", "v1"]);
    const rows = () => tab.evaluate(() => volumes.rows.listRows("user/test", ""));
    server.cutAnswerAfterBytes = 5_000;
    expect(await fetchWithIsomorphicGit(tab, `${server.url}/team.git`)).toBeDefined();
    expect(await rows()).toEqual([]);
    server.cutAnswerAfterBytes = undefined;
    expect(await fetchWithIsomorphicGit(tab, `${server.url}/team.git`)).toBeUndefined();
    expect(await rows()).toEqual(expect.arrayContaining(["HEAD", "config", "refs/remotes/origin/main", "refs/tags/v1", expect.stringMatching(/^objects\/pack\/pack-[0-9a-f]{40}\.idx$/)]));
    // Native git reads the very rows.
    const contents = await tab.evaluate(async () => {
      const [keys, values] = await volumes.rows.readAllRows("user/test", "");
      return keys.map((key, index) => [key, volumes.base64.encode(values[index]!)] as const);
    });
    for (const folder of ["objects", "refs"]) await mkdir(join(target.path, folder), { recursive: true });
    for (const [key, text] of contents) {
      await mkdir(dirname(join(target.path, key)), { recursive: true });
      await writeFile(join(target.path, key), Buffer.from(text, "base64"));
    }
    expect(await fsck(target.path)).not.toMatch(/error|missing|broken/);
    expect(await git(target.path, ["log", "--format=%H", "refs/remotes/origin/main"])).toBe(await git(repository, ["log", "--format=%H", "main"]));
  } finally {
    await target.remove();
    await server.close();
  }
});
