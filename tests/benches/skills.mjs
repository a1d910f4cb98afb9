/**
 * Ten thousand skills, beside MiniSearch in a page of the same browser: a query, the first one after a reload, and one after a change.
 *
 * Ours is measured as people have it: a call to the volume worker and its answer, over skills that are files in a repository. The peer
 * has its documents in memory and is asked in its own page.
 */

import { median, number, until } from "./support/bench.mjs";
import { QUERIES, skillFile } from "./support/skills.mjs";
import { bundle, openOurs, openPlainWorkbench, percentile, settle } from "./support/volumes.mjs";

const SKILLS = 10_000;
const SKILLS_A_BATCH = 1_000;
const ROUNDS = 15;
const RELOADS = 5;
const CHANGES = 11;
const UPKEEP_MS = 5_000;

const path = (query) => `/skills?limit=20&query=${encodeURIComponent(query)}`;

export async function measure(bench) {
  const page = await openPlainWorkbench(bench);
  for (let at = 0; at < SKILLS; at += SKILLS_A_BATCH) {
    await page.evaluate(save, Array.from({ length: SKILLS_A_BATCH }, (_, index) => skillFile(at + index)));
  }
  const ours = await openOurs(bench, page);
  const peer = await openPeer(bench, page);
  const built = await peer.evaluate((count) => window.peer.build(count), SKILLS);

  await ours.reload();
  const [firstEver] = await ours.read(path(QUERIES[0]));
  // Once nobody calls any more, what the library came to is kept for the next start.
  await new Promise((resolve) => setTimeout(resolve, UPKEEP_MS));

  const first = [];
  for (let round = 0; round < RELOADS; round++) {
    await ours.reload();
    first.push(...(await ours.read(path(QUERIES[0]))));
  }
  const times = { ours: [], peer: [] };
  for (let round = 0; round < ROUNDS; round++) {
    times.ours.push(...(await ours.read(...QUERIES.map(path))));
    times.peer.push(...(await peer.evaluate(() => window.peer.query())));
  }
  const changed = [];
  for (let round = 0; round < CHANGES; round++) {
    await page.evaluate(save, [skillFile(SKILLS + round)]);
    await settle();
    changed.push(...(await ours.read(path(QUERIES[0]))));
  }
  await peer.close();
  await ours.close();
  return [
    {
      figure: "A query over 10,000 skills, median (95th percentile)",
      ours: both(times.ours),
      peer: `MiniSearch ${both(times.peer)}`,
      target: "≤ 5 ms, ≤ half",
    },
    { figure: "The first ever: every skill read and indexed", ours: `${number(firstEver)} ms`, target: "" },
    { figure: "The first after a reload: what was kept, compared with the volume", ours: `${number(median(first))} ms`, peer: `MiniSearch, from memory ${number(built)} ms`, target: "≤ 400 ms" },
    { figure: "The first after a skill was added", ours: `${number(median(changed))} ms`, target: "" },
  ];
}

function both(times) {
  return `${number(median(times))} ms (${number(percentile(times, 95))} ms)`;
}

async function openPeer(bench, page) {
  await bench.serve("/peer/skills.js", await bundle("../peers/skills.mjs"));
  await bench.serve("/peer/skills.html", '<!doctype html><script type="module" src="skills.js"></script>');
  const peer = await page.context().newPage();
  await peer.goto(`${bench.url}peer/skills.html`);
  await until(peer, () => window.peer !== undefined);
  return peer;
}

/** Runs in the workbench. */
async function save(files) {
  const response = await window.llmos.fetch("/volumes/files", { method: "PUT", body: JSON.stringify({ files }) });
  if (response.status !== 200) throw new Error(await response.text());
}
