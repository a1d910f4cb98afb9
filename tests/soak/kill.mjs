/**
 * The kill series: the browser is killed in the middle of a stream of commits, again and again, and nothing that was acknowledged may
 * be missing afterwards.
 *
 *   node tests/soak/kill.mjs [--kills N]
 *
 * Each kill: commits stream into a volume of the built page, which says each acknowledgement aloud; SIGKILL ends every process of the
 * browser at a random moment; the profile is opened again. Then every commit that was heard of must be in the history of main, and the
 * exported repository must pass `git fsck --full --strict`. Prints a line for each kill and ends with 1 if anything was lost.
 */

import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import { importTypescript } from "../benches/support/typescript.mjs";
import { openBrowser, pause } from "./browser.mjs";

const VOLUME = "user/me";
/** Writers that commit side by side, each waiting for its own acknowledgements. */
const WRITERS = 2;
const SETTLED_COMMITS = 30;
const SETTLED_MS = 2_000;
const SHORTEST_STREAM_MS = 150;
const LONGEST_STREAM_MS = 3_000;

/** A person saves a few files over and over; traces come one after the other, each a new file of its day. */
const CASES = [
  { volume: "fresh", files: "saved" },
  { volume: "fresh", files: "traces" },
  { volume: "settled", files: "saved" },
  { volume: "settled", files: "traces" },
];

const { openSite } = await importTypescript(new URL("../e2e/support/site.ts", import.meta.url));
const { fsck, git } = await importTypescript(new URL("../e2e/support/git.ts", import.meta.url));
const { chromiumPath } = await importTypescript(new URL("../e2e/support/chromium.ts", import.meta.url));

const kills = killsAsked(process.argv.slice(2));
const executable = chromiumPath();
if (executable === undefined) throw new Error("No Chromium was found: set CHROMIUM to its path.");

const site = await openSite();
const sums = { acknowledged: 0, lost: 0, unsound: 0, failed: 0 };
for (let kill = 1; kill <= kills; kill++) {
  const kind = CASES[(kill - 1) % CASES.length];
  const title = `${String(kill).padStart(String(kills).length)}/${kills}  ${kind.volume} volume, ${kind.files}`;
  try {
    const { acknowledged, lost, unacknowledged, complaints, killedAfterMs } = await killOnce(kind);
    sums.acknowledged += acknowledged;
    sums.lost += lost;
    sums.unsound += complaints === "" ? 0 : 1;
    console.log(`${title}: killed after ${killedAfterMs} ms, ${acknowledged} acknowledged, ${lost} lost, ${unacknowledged} kept unheard, fsck ${complaints === "" ? "clean" : `says ${complaints}`}`);
  } catch (error) {
    sums.failed += 1;
    console.log(`${title}: ${error.stack}`);
  }
}
await site.close();

const { acknowledged, lost, unsound, failed } = sums;
console.log(`\n${kills} kills: ${acknowledged} commits acknowledged, ${lost} lost; ${unsound} repositories that git complains of; ${failed} rounds that failed`);
process.exitCode = lost + unsound + failed > 0 || acknowledged === 0 ? 1 : 0;

async function killOnce({ volume, files }) {
  const folder = await mkdtemp(join(tmpdir(), "llmos-kill-"));
  const profile = join(folder, "profile");
  let browser;
  try {
    browser = await openBrowser(executable, profile);
    const heard = [];
    const page = await browser.openPage(site.url, (line) => line.startsWith("acknowledged ") && heard.push(line.slice("acknowledged ".length)));
    if (volume === "settled") {
      await page.evaluate(stream, { files, writers: 1, most: SETTLED_COMMITS });
      await pause(SETTLED_MS);
    }
    // It never answers: the browser is killed first. Should it fail of itself, that is what went wrong.
    const failure = new Promise((resolve) => page.evaluate(stream, { files, writers: WRITERS, most: Infinity }).catch(resolve));
    const killedAfterMs = Math.round(SHORTEST_STREAM_MS + Math.random() * (LONGEST_STREAM_MS - SHORTEST_STREAM_MS));
    const early = await Promise.race([failure, pause(killedAfterMs)]);
    if (early !== undefined) throw early;
    await browser.kill();
    const acknowledged = [...heard];

    browser = await openBrowser(executable, profile);
    const again = await browser.openPage(site.url);
    const history = await again.evaluate(historyOf, VOLUME);
    const repository = await exported(again, folder);
    const ofGit = (await git(repository, ["rev-list", "main"])).trim().split("\n");
    const reachable = new Set(history.filter((oid) => ofGit.includes(oid)));
    return {
      killedAfterMs,
      acknowledged: acknowledged.length,
      lost: acknowledged.filter((oid) => !reachable.has(oid)).length,
      unacknowledged: history.filter((oid) => !acknowledged.includes(oid)).length,
      complaints: await fsck(repository),
    };
  } finally {
    await browser?.kill().catch(() => undefined);
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Runs in the page: commits, `most` of them for each writer, and says each commit once it is acknowledged. */
async function stream({ files, writers, most }) {
  const text = "# What ran\n\nA line of text that says something about the trace.\n".repeat(8);
  const pathOf = (writer, index) => {
    if (files === "saved") return `memory/notes/${writer}-${index % 5}.md`;
    const [month, day] = [(index % 12) + 1, (index % 28) + 1].map((part) => String(part).padStart(2, "0"));
    return `traces/2026/${month}/${day}/${Date.now()}-${writer}-${index}.md`;
  };
  const write = async (writer) => {
    for (let index = 0; index < most; index++) {
      const body = JSON.stringify({ content: `${text}\n${writer} ${index} ${Math.random()}\n` });
      const response = await window.llmos.fetch(`/volumes/file?path=${pathOf(writer, index)}`, { method: "PUT", body });
      const answer = await response.json();
      if (response.status !== 200) throw new Error(JSON.stringify(answer));
      console.log(`acknowledged ${answer.commit}`);
    }
  };
  await Promise.all(Array.from({ length: writers }, (_, writer) => write(writer)));
}

/** Runs in the page: the ids of all commits of main. */
async function historyOf(volume) {
  const limit = 500;
  const oids = [];
  for (;;) {
    const response = await window.llmos.fetch(`/volumes/history?volume=${volume}&limit=${limit}&offset=${oids.length}`);
    const { commits, error } = await response.json();
    if (error !== undefined) throw new Error(JSON.stringify(error));
    oids.push(...commits.map(({ oid }) => oid));
    if (commits.length < limit) return oids;
  }
}

/** The volume as native git sees it: its export, unpacked. */
async function exported(page, folder) {
  const base64 = await page.evaluate(async (volume) => {
    const archive = await window.llmos.exportVolume(volume);
    const url = await new Promise((resolve) => {
      const reader = new FileReader();
      reader.onload = () => resolve(reader.result);
      reader.readAsDataURL(archive);
    });
    return url.slice(url.indexOf(",") + 1);
  }, VOLUME);
  const zip = join(folder, "volume.zip");
  await writeFile(zip, Buffer.from(base64, "base64"));
  await promisify(execFile)(process.env.PYTHON || "python3", ["-m", "zipfile", "-e", zip, folder]);
  return join(folder, VOLUME.replaceAll("/", "-"));
}

function killsAsked(words) {
  const [flag, count, ...rest] = words;
  if (flag === undefined) return 40;
  const number = Number(count);
  if (flag !== "--kills" || rest.length > 0 || !Number.isInteger(number) || number < 1) throw new Error("kill.mjs takes [--kills N]");
  return number;
}
