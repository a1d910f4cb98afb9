/**
 * Volumes beside isomorphic-git on lightning-fs, in one browser and by turns: commits, what a reload costs, push and clone.
 *
 * Commits, push and clone are ours as people have them, through `window.llmos.fetch` of the workbench. What follows a reload is asked of
 * a new volume worker alone, once it has brought the library in; of the peer's new page, once its program is loaded. Every commit of
 * ours is on the disk before it counts; the peer's are not.
 */

import { median, number, until } from "./support/bench.mjs";
import { importTypescript } from "./support/typescript.mjs";
import { bundle, commits, openOurs, openPlainWorkbench, percentile, settle, trace, traces } from "./support/volumes.mjs";

const SMALL = 100;
const LARGE = 5_000;
const COMMITS = 40;
const COMMITS_A_TURN = 10;
const RELOADS = 5;
const READS = 200;
const BATCHES = 5;
const FILES_A_BATCH = 100;
const HISTORY = 1_000;
const PUSHES = 3;
const CLONES = 3;
const LOGGED = 50;

const { openGitServer } = await importTypescript(new URL("../e2e/support/git-server.ts", import.meta.url));
const { createRepository, git, gitBytes, repositoryRows, temporaryFolder } = await importTypescript(new URL("../e2e/support/git.ts", import.meta.url));

export async function measure(bench) {
  const page = await openPlainWorkbench(bench);
  const ours = await openOurs(bench, page);
  const peer = await openPeer(bench, page);
  return [
    ...(await commitRows(page, peer)),
    ...(await reloadRows(ours, peer)),
    ...(await batchRows(page, peer)),
    ...(await remoteRows(bench, page, peer)),
  ];
}

async function openPeer(bench, page) {
  await bench.serve("/peer/volumes.js", await bundle("../peers/volumes.mjs"));
  await bench.serve("/peer/volumes.html", '<!doctype html><script type="module" src="volumes.js"></script>');
  const peer = await page.context().newPage();
  const reload = async () => {
    await peer.goto(`${bench.url}peer/volumes.html`);
    await until(peer, () => window.peers !== undefined);
    await settle();
  };
  await reload();
  return { reload, evaluate: (work, argument) => peer.evaluate(work, argument), close: () => peer.close() };
}

async function commitRows(page, peer) {
  await peer.evaluate(() => window.peers.create());
  const small = { ours: [], peer: [] };
  const large = { ours: [], peer: [] };
  await fill(page, peer, 0, SMALL);
  await commitByTurns(page, peer, "small", small);
  await fill(page, peer, SMALL, LARGE);
  await commitByTurns(page, peer, "large", large);
  await peer.evaluate(() => window.peers.settle());
  const growth = (before, after) => `${number(median(after) / median(before))} times`;
  return [
    row("A commit to 5,000 files, median", median(large.ours), median(large.peer), 0.02),
    row("The same, 95th percentile", percentile(large.ours, 95), percentile(large.peer, 95), 0.05),
    {
      figure: "A commit to 5,000 files beside one to 100",
      ours: growth(small.ours, large.ours),
      peer: `isomorphic-git ${growth(small.peer, large.peer)}`,
      target: "≤ 1.5 times",
    },
  ];
}

async function batchRows(page, peer) {
  const each = { ours: [], peer: [] };
  for (let turn = 0; turn < BATCHES; turn++) {
    const files = Array.from({ length: FILES_A_BATCH }, (_, index) => trace(index, `batch-${turn}`));
    each.ours.push((await page.evaluate(saveOurs, files)) / FILES_A_BATCH);
    each.peer.push((await peer.evaluate(savePeer, files)) / FILES_A_BATCH);
  }
  return [
    {
      figure: "100 files in one commit, each",
      ours: `${number(median(each.ours))} ms`,
      peer: `isomorphic-git ${number(median(each.peer))} ms`,
      target: "≤ 0.5 ms",
    },
  ];
}

async function fill(page, peer, first, end) {
  for (const files of traces(first, end, 500)) await page.evaluate(saveOurs, files);
  // One commit, since each writes the list of all files anew.
  for (const files of traces(first, end, end - first)) await peer.evaluate(savePeer, files);
}

async function commitByTurns(page, peer, name, times) {
  // The first are not counted: programs are compiled, folders are read.
  for (let turn = -1; turn < COMMITS / COMMITS_A_TURN; turn++) {
    const files = Array.from({ length: COMMITS_A_TURN }, (_, index) => trace((turn + 1) * COMMITS_A_TURN + index, name));
    const ours = await page.evaluate(commits, { files });
    const theirs = [];
    for (const file of files) theirs.push(await peer.evaluate(savePeer, [file]));
    if (turn < 0) continue;
    times.ours.push(...ours);
    times.peer.push(...theirs);
  }
}

async function reloadRows(ours, peer) {
  const { path } = trace(77);
  const steps = {
    read: [`/volumes/file?path=${path}`, ["read", path]],
    list: ["/volumes/files", ["list"]],
    log: [`/volumes/history?paths=false&limit=${LOGGED}`, ["log", LOGGED]],
  };
  const times = {};
  for (const [name, [call, ofPeer]] of Object.entries(steps)) {
    times[name] = { ours: [], peer: [] };
    for (let round = 0; round < RELOADS; round++) {
      await ours.reload();
      times[name].ours.push(...(await ours.read(call)));
      await peer.reload();
      times[name].peer.push(...(await peer.evaluate(timed, [ofPeer])));
    }
  }
  const history = [];
  for (let round = 0; round < RELOADS; round++) {
    await ours.reload();
    history.push(...(await ours.read(`/volumes/history?limit=${LOGGED}`)));
  }
  // Any order will do that is not the order in which they were written.
  const paths = Array.from({ length: READS }, (_, index) => trace((index * 2_377) % LARGE).path);
  const random = {
    ours: await ours.read(...paths.map((path) => `/volumes/file?path=${path}`)),
    peer: await peer.evaluate(timed, paths.map((path) => ["read", path])),
  };
  return [
    row("5,000 files after a reload: to the first file", median(times.read.ours), median(times.read.peer), 0.15),
    row("To the list of all files", median(times.list.ours), median(times.list.peer), 0.45),
    row("To the newest 50 commits", median(times.log.ours), median(times.log.peer), 0.3),
    { figure: "The same with the paths that each changed", ours: `${number(median(history))} ms`, target: "" },
    row("A file by its path, any of 5,000", median(random.ours), median(random.peer), 0.3),
  ];
}

async function remoteRows(bench, page, peer) {
  const server = await openGitServer();
  const scratch = await temporaryFolder();
  try {
    await page.evaluate(createTeam, "pushed");
    const files = Array.from({ length: HISTORY - 1 }, (_, index) => trace(index));
    await page.evaluate(commits, { files, volume: "team/pushed" });
    const pushed = [];
    for (let round = 0; round < PUSHES; round++) {
      await server.create(`ours-${round}`);
      pushed.push(await page.evaluate(sync, { volume: "team/pushed", url: `${server.url}/ours-${round}.git` }));
    }
    // The peer pushes the very same history, each object a file of its own as commits leave them; once, since it takes so long.
    await createRepository(scratch.path, { bare: true });
    await loosen(server.folder("ours-0"), scratch.path);
    const rows = (await repositoryRows(scratch.path)).filter(([path]) => path.startsWith("objects/") || path === "refs/heads/main");
    await bench.serve("/peer/history.json", JSON.stringify(rows));
    await peer.evaluate(async () => window.peers.place(await (await fetch("history.json")).json()));
    await server.create("peer");
    const pushedByPeer = await peer.evaluate(timed, [["push", `${server.url}/peer.git`]]);
    for (const name of ["ours-0", "peer"]) {
      const count = (await git(server.folder(name), ["rev-list", "--count", "main"])).trim();
      if (count !== String(HISTORY)) throw new Error(`${name} got ${count} commits instead of ${HISTORY}`);
    }
    const clone = { ours: [], peer: [] };
    for (let round = 0; round < CLONES; round++) {
      await page.evaluate(createTeam, `clone-${round}`);
      clone.ours.push(await page.evaluate(sync, { volume: `team/clone-${round}`, url: `${server.url}/ours-0.git` }));
      clone.peer.push(...(await peer.evaluate(timed, [["clone", `${server.url}/ours-0.git`]])));
    }
    return [
      row("Push of 1,000 commits to git http-backend", median(pushed), median(pushedByPeer), 0.2),
      row("Clone of the same", median(clone.ours), median(clone.peer), 1),
    ];
  } finally {
    await server.close();
    await scratch.remove();
  }
}

/** Every object a file of its own, and main. */
async function loosen(from, to) {
  const oids = await git(from, ["rev-list", "--objects", "--no-object-names", "main"]);
  const pack = await gitBytes(from, ["pack-objects", "--stdout", "--quiet"], { input: oids });
  await git(to, ["unpack-objects", "-q"], { input: pack });
  await git(to, ["update-ref", "refs/heads/main", (await git(from, ["rev-parse", "main"])).trim()]);
}

function row(figure, ours, peer, target) {
  return { figure, ours: `${number(ours)} ms`, peer: `isomorphic-git ${number(peer)} ms, ratio ${number(ours / peer)}`, target: `ratio ≤ ${target}` };
}

/** Runs in the workbench: several files as one commit; milliseconds. */
async function saveOurs(files) {
  const start = performance.now();
  const response = await window.llmos.fetch("/volumes/files", { method: "PUT", body: JSON.stringify({ files }) });
  const durationMs = performance.now() - start;
  if (response.status !== 200) throw new Error(await response.text());
  return durationMs;
}

/** Runs in the peer's page: the same. */
async function savePeer(files) {
  const start = performance.now();
  await window.peers.save(files, `Save ${files.length} files`);
  return performance.now() - start;
}

/** Runs in the peer's page: milliseconds of each of these calls, one after the other. */
async function timed(calls) {
  const times = [];
  for (const [name, ...parameters] of calls) {
    const start = performance.now();
    await window.peers[name](...parameters);
    times.push(performance.now() - start);
  }
  return times;
}

async function createTeam(team) {
  const response = await window.llmos.fetch("/teams", { method: "POST", body: JSON.stringify({ team_id: team, name: team }) });
  if (response.status !== 201) throw new Error(await response.text());
}

/** Runs in the workbench: a volume and its remote come into step; milliseconds. */
async function sync({ volume, url }) {
  const post = async (path, body) => {
    const response = await window.llmos.fetch(path, { method: "POST", body: JSON.stringify(body) });
    const answer = await response.json();
    if (response.status !== 200) throw new Error(JSON.stringify(answer));
    return answer;
  };
  await post("/volumes/remote", { volume, url, transport: "http" });
  const start = performance.now();
  const { state } = await post("/volumes/sync", { volume });
  const durationMs = performance.now() - start;
  if (state !== "done") throw new Error(`The sync ended as ${state}`);
  return durationMs;
}
