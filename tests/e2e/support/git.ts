/** Native git, for tests to make repositories with and to judge what ours made. */

import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** Nothing of the person's own settings, and always the same authors and times. */
const ENVIRONMENT = {
  ...process.env,
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_CONFIG_SYSTEM: "/dev/null",
  GIT_TERMINAL_PROMPT: "0",
  GIT_AUTHOR_NAME: "Ada",
  GIT_AUTHOR_EMAIL: "ada@example.org",
  GIT_COMMITTER_NAME: "Ada",
  GIT_COMMITTER_EMAIL: "ada@example.org",
};

export interface GitOptions {
  input?: string | Uint8Array;
  environment?: Record<string, string>;
}

/** Runs git in a folder; what it prints, or an error with what it complains of. */
export async function git(folder: string, parameters: string[], options: GitOptions = {}): Promise<string> {
  return (await gitBytes(folder, parameters, options)).toString("utf8");
}

export function gitBytes(folder: string, parameters: string[], { input, environment = {} }: GitOptions = {}): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const child = execFile("git", parameters, { cwd: folder, env: { ...ENVIRONMENT, ...environment }, encoding: "buffer", maxBuffer: 1e9 }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(new Error(`git ${parameters.join(" ")}: ${stderr.toString("utf8") || error.message}`));
    });
    // Git may end before it has read what it was given; then its own words say why.
    child.stdin?.on("error", () => undefined).end(input ?? "");
  });
}

/** What `git fsck` has to say about a repository: nothing, if all is well. */
export async function fsck(folder: string): Promise<string> {
  return (await git(folder, ["fsck", "--full", "--strict", "--no-dangling", "--no-progress"])).trim();
}

/** A folder that is gone when the test is over. */
export async function temporaryFolder(): Promise<{ path: string; remove(): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), "volumes-"));
  return { path, remove: () => rm(path, { recursive: true, force: true, maxRetries: 5 }) };
}

/** A repository with `main` checked out; nothing is committed yet. */
export async function createRepository(folder: string, { bare = false } = {}): Promise<void> {
  await mkdir(folder, { recursive: true });
  await git(folder, ["init", "--quiet", "--initial-branch=main", ...(bare ? ["--bare"] : [])]);
}

/** Writes files (null removes one) and commits them; the commit's id. */
export async function commitFiles(folder: string, files: Record<string, string | Uint8Array | null>, message: string, timestampS = 1_750_000_000): Promise<string> {
  for (const [path, content] of Object.entries(files)) {
    if (content === null) await rm(join(folder, path));
    else {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), content);
    }
  }
  await git(folder, ["add", "--all"]);
  const date = `${timestampS} +0530`;
  await git(folder, ["commit", "--quiet", "--allow-empty", "--message", message], { environment: { GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date } });
  return (await git(folder, ["rev-parse", "HEAD"])).trim();
}

const shardedPath = (index: number, prefix: string) => `${prefix}/2026/${String((index % 12) + 1).padStart(2, "0")}/${String((index % 28) + 1).padStart(2, "0")}/${index}.md`;

/** Many commits at once, one file each, below sharded folders unless told otherwise. */
export async function importHistory(folder: string, commits: number, prefix = "traces", from?: string, pathOf = shardedPath): Promise<string> {
  const lines: string[] = [];
  for (let index = 0; index < commits; index += 1) {
    const path = pathOf(index, prefix);
    const text = `# ${prefix} ${index}\n\n${"A line of text that says something about the trace.\n".repeat(12)}`;
    const message = `${prefix} ${index}\n`;
    lines.push(`commit refs/heads/main`, `committer Ada <ada@example.org> ${1_750_000_000 + index} +0530`, `data ${message.length}`, message.trimEnd(), "");
    if (index === 0 && from !== undefined) lines.splice(lines.length - 1, 1, `from ${from}`);
    lines.push(`M 100644 inline ${path}`, `data ${text.length}`, text);
  }
  await git(folder, ["fast-import", "--quiet", "--force"], { input: `${lines.join("\n")}\n` });
  return (await git(folder, ["rev-parse", "refs/heads/main"])).trim();
}

/** The files of a git folder that make the repository, as rows: their paths and what they hold, in base64. */
export async function repositoryRows(folder: string): Promise<[string, string][]> {
  const rows: [string, string][] = [];
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    const row = path.slice(folder.length + 1);
    if (entry.isFile() && /^(HEAD|config|packed-refs|refs\/|objects\/)/.test(row)) rows.push([row, (await readFile(path)).toString("base64")]);
  }
  return rows;
}
