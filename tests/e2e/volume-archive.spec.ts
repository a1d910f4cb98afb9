/** Volumes as zips: native git opens what goes out, and nothing hostile comes in. */

import { execFileSync } from "node:child_process";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { commitFiles, createRepository, fsck, git, importHistory, repositoryRows, temporaryFolder } from "./support/git";
import { expect, putRows, test as base, type Worker } from "./harness/volumes";

const test = base.extend<{ folder: string }>({
  folder: async ({}, use) => {
    const { path, remove } = await temporaryFolder();
    await use(path);
    await remove();
  },
});

test.setTimeout(60_000);

/** Python's zipfile, the reader that most people's tools agree with. */
function unzip(file: string, folder: string): void {
  execFileSync("python3", ["-m", "zipfile", "-e", file, folder]);
}

async function exported(tab: Worker, volume: string): Promise<Buffer> {
  const text = await tab.evaluate(async (volume) => {
    const zip = await volumes.archive.exportZip(volume, { folder: "mine" });
    return volumes.base64.encode(new Uint8Array(await zip.arrayBuffer()));
  }, volume);
  return Buffer.from(text, "base64");
}

/** Reads a zip as a repository: its rows with their sizes, or what is said against it. */
function imported(tab: Worker, zip: Uint8Array, limits?: { fileBytes: number; totalBytes: number; entries: number }): Promise<Record<string, number> | string> {
  return tab.evaluate(async ({ text, limits }) => {
    try {
      const entries = await volumes.archive.importZip(new Blob([volumes.base64.decode(text)]), limits === undefined ? {} : { limits });
      return Object.fromEntries(entries.map(({ path, bytes }) => [path, bytes.length]));
    } catch (error) {
      return `${(error as Error).name}: ${(error as Error).message}`;
    }
  }, { text: Buffer.from(zip).toString("base64"), limits });
}

test("native git opens what was exported, and it comes back the same", async ({ tab, folder }) => {
  const source = join(folder, "source");
  await createRepository(source);
  await commitFiles(source, { "skills/a.md": "# A\n", "odd 😀 name/ .leading dot": "x", empty: "" }, "First\n\nWith a body.");
  await git(source, ["branch", "feature/ünï"]);
  await git(source, ["tag", "--annotate", "v1", "--message", "One"]);
  await git(source, ["gc", "--quiet"]);
  await commitFiles(source, { "skills/b.md": "# B\n".repeat(500) }, "Second");
  const rows = await repositoryRows(join(source, ".git"));
  await putRows(tab, "user/test", [...rows, ["llmos/recent", "AAAA"]]);
  const zip = await exported(tab, "user/test");
  await writeFile(join(folder, "out.zip"), zip);
  unzip(join(folder, "out.zip"), folder);
  const opened = join(folder, "mine");
  expect(await fsck(opened)).toBe("");
  expect(await git(opened, ["for-each-ref"])).toBe(await git(source, ["for-each-ref"]));
  await git(opened, ["reset", "--quiet", "--hard"]);
  expect(await git(opened, ["status", "--porcelain"])).toBe("");
  expect(await readdir(join(opened, ".git"))).not.toContain("llmos");
  const back = await imported(tab, zip);
  expect(Object.keys(back).sort()).toEqual(rows.map(([row]) => row).filter((row) => !/\.(rev|bitmap|mtimes)$|^objects\/info\//.test(row)).sort());
});

test("an empty volume is a repository too", async ({ tab, folder }) => {
  await createRepository(join(folder, "bare.git"), { bare: true });
  const rows = await repositoryRows(join(folder, "bare.git"));
  await putRows(tab, "user/empty", rows);
  const zip = await exported(tab, "user/empty");
  await writeFile(join(folder, "out.zip"), zip);
  unzip(join(folder, "out.zip"), folder);
  expect(await git(join(folder, "mine"), ["status", "--porcelain", "--branch"])).toContain("No commits yet on main");
  expect(await git(join(folder, "mine"), ["config", "core.bare"])).toBe("false\n");
  expect(await imported(tab, zip)).toMatchObject({ HEAD: 21, config: expect.any(Number) });
});

test("more files than zip's old counters hold, in slices that let others through", async ({ tab, folder }) => {
  test.setTimeout(120_000);
  await createRepository(join(folder, "bare.git"), { bare: true });
  const rows = await repositoryRows(join(folder, "bare.git"));
  await putRows(tab, "user/big", rows);
  const seen = await tab.evaluate(async () => {
    const count = 70_000;
    for (let first = 0; first < count; first += 10_000) {
      const putKeys = Array.from({ length: 10_000 }, (_, index) => `objects/${((first + index) % 256).toString(16).padStart(2, "0")}/${(first + index).toString(16).padStart(38, "0")}`);
      await volumes.rows.writeRows("user/big", { expectKeys: [], expectValues: [], putKeys, putValues: putKeys.map((key) => new TextEncoder().encode(key.repeat(4))), removeKeys: [], strict: false });
    }
    let turns = 0;
    const timer = setInterval(() => (turns += 1), 1);
    const told: number[] = [];
    const zip = await volumes.archive.exportZip("user/big", { folder: "mine", progress: (done) => told.push(done) });
    clearInterval(timer);
    const entries = await volumes.archive.importZip(zip);
    const controller = new AbortController();
    const given = await volumes.archive.exportZip("user/big", { folder: "mine", signal: controller.signal, progress: () => controller.abort() }).catch((error: Error) => error.name);
    return { told: told.at(-1), entries: entries.length, given, last: entries.at(-1)?.bytes.length, bytes: zip.size, text: volumes.base64.encode(new Uint8Array(await zip.arrayBuffer())), turns };
  });
  expect(seen.turns).toBeGreaterThan(20);
  expect(seen).toMatchObject({ told: 70_000, entries: 70_002, given: "AbortError", last: 49 * 4 });
  await writeFile(join(folder, "big.zip"), Buffer.from(seen.text, "base64"));
  const listed = execFileSync("python3", ["-c", "import sys, zipfile\nz = zipfile.ZipFile(sys.argv[1])\nprint(len(z.namelist()), z.testzip())", join(folder, "big.zip")]).toString();
  expect(listed.trim()).toBe("70005 None");
});

test("a zip of a checkout and of a bare repository, by other tools", async ({ tab, folder }) => {
  const source = join(folder, "project");
  await createRepository(source);
  await importHistory(source, 5);
  await git(source, ["reset", "--quiet", "--hard"]);
  await git(folder, ["clone", "--quiet", "--bare", source, "bare.git"]);
  execFileSync("python3", ["-m", "zipfile", "-c", "checkout.zip", "project"], { cwd: folder });
  execFileSync("python3", ["-m", "zipfile", "-c", join(folder, "bare.zip"), "."], { cwd: join(folder, "bare.git") });
  for (const name of ["checkout.zip", "bare.zip"]) {
    const rows = (await imported(tab, await readFile(join(folder, name)))) as Record<string, number>;
    expect(Object.keys(rows)).toContain("HEAD");
    expect(Object.keys(rows).some((row) => row.startsWith("objects/"))).toBe(true);
    expect(Object.keys(rows).filter((row) => /hooks|index$|logs|info|description/.test(row))).toEqual([]);
  }
});

test.describe("what is refused", () => {
  /** A zip as Python makes it; `more` may change it. */
  function zipOf(folder: string, files: Record<string, string>, more = ""): Buffer {
    const script = [
      "import json, sys, zipfile",
      "files = json.load(sys.stdin)",
      "with zipfile.ZipFile(sys.argv[1], 'w', zipfile.ZIP_DEFLATED) as z:",
      "    for path, text in files.items(): z.writestr(path, text)",
      ...more.split("\n").map((line) => `    ${line}`),
      "sys.stdout.buffer.write(open(sys.argv[1], 'rb').read())",
    ];
    return execFileSync("python3", ["-W", "ignore", "-c", script.filter((line) => line.trim() !== "").join("\n"), join(folder, "made.zip")], { input: JSON.stringify(files), maxBuffer: 1e8 });
  }

  const REPOSITORY = { "a/.git/HEAD": "ref: refs/heads/main\n", "a/.git/objects/info/packs": "" };
  /** Sets the flag of encryption in both headers of the first file. */
  const encrypt = (zip: Buffer) => {
    zip.writeUInt16LE(1, 6);
    zip.writeUInt16LE(1, zip.indexOf("PK\x01\x02", 0, "latin1") + 8);
    return zip;
  };
  const LIMITS = { fileBytes: 1e6, totalBytes: 5e6, entries: 50 };
  const many = Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`f${index}`, ""]));

  const CASES: { name: string; files: Record<string, string>; more?: string; change?: (zip: Buffer) => Buffer; says: RegExp }[] = [
    { name: "a path that climbs", files: { ...REPOSITORY, "a/../../evil": "x" }, says: /'a\/\.\.\/\.\.\/evil' in the zip leads out of its folder/ },
    { name: "an absolute path", files: { "/etc/passwd": "x" }, says: /leads out of its folder/ },
    { name: "a path of Windows", files: { "C:/x": "x" }, says: /leads out/ },
    { name: "a link", files: REPOSITORY, more: "i = zipfile.ZipInfo('a/.git/config')\ni.create_system = 3\ni.external_attr = 0o120777 << 16\nz.writestr(i, '/etc/passwd')", says: /'a\/\.git\/config' in the zip is a link/ },
    { name: "the same path twice", files: REPOSITORY, more: "z.writestr('a/.git/HEAD', 'other')", says: /is in the zip twice/ },
    { name: "an encrypted file", files: REPOSITORY, change: encrypt, says: /'a\/\.git\/HEAD' in the zip is encrypted/ },
    { name: "another way to pack", files: REPOSITORY, more: "z.writestr('a/b', 'text', zipfile.ZIP_LZMA)", says: /packed in a way \(method 14\)/ },
    { name: "a bomb", files: { ...REPOSITORY, "a/.git/config": "0".repeat(6_000_000) }, says: /unpacks to more than 5\.0 MB/ },
    { name: "too many files", files: many, says: /holds 60 files; at most 50/ },
    { name: "no repository", files: { "notes.txt": "hello" }, says: /no git repository in the zip.*\.git folder included/ },
    { name: "two repositories", files: { ...REPOSITORY, "b/HEAD": "x", "b/objects/x": "x" }, says: /There are 2 git repositories in the zip \(a\/\.git\/, b\/\)/ },
    { name: "borrowed objects", files: { ...REPOSITORY, "a/.git/objects/info/alternates": "/other\n" }, says: /borrows objects from another.*git repack/ },
    { name: "a reftable", files: { ...REPOSITORY, "a/.git/reftable/tables.list": "" }, says: /reftable.*git refs migrate/ },
    { name: "a file that is no zip", files: REPOSITORY, change: () => Buffer.from("hello"), says: /is no zip/ },
    { name: "half a zip", files: REPOSITORY, change: (zip) => zip.subarray(0, zip.length / 2), says: /is no zip, or its end is missing/ },
    { name: "changed bytes", files: { ...REPOSITORY, "a/.git/config": "secret ".repeat(9) }, change: (zip) => (zip.writeUInt8(zip.readUInt8(200) ^ 4, 200), zip), says: /damaged/ },
    {
      name: "a size that lies",
      files: { "a/.git/objects/x": "", "a/.git/HEAD": "0".repeat(4_000_000) },
      change: (zip) => (zip.writeUInt32LE(10, zip.indexOf("PK\x01\x02", zip.indexOf("PK\x01\x02", 0, "latin1") + 4, "latin1") + 24), zip),
      says: /damaged: 'a\/\.git\/HEAD' does not hold what it says/,
    },
  ];
  for (const { name, files, more, change, says } of CASES) {
    test(name, async ({ tab, folder }) => {
      const zip = zipOf(folder, files, more);
      expect(await imported(tab, change?.(zip) ?? zip, LIMITS)).toMatch(says);
    });
  }

  test("a file that is too large is not even read", async ({ tab }) => {
    expect(await imported(tab, new Uint8Array(1_100_000), LIMITS)).toMatch(/1\.1 MB large; at most 1\.0 MB/);
  });

  test("an export of a volume that is not there", async ({ tab }) => {
    expect(await tab.evaluate(() => volumes.archive.exportZip("user/none", { folder: "x" }).catch((error: Error) => error.message))).toMatch(/no volume 'user\/none'/);
  });
});
