/** The same work the usual way: isomorphic-git's own commands on lightning-fs, with one cache for as long as the page stands. */

import { Buffer } from "buffer";

globalThis.Buffer = Buffer;

const [git, { default: http }, { default: LightningFS }] = await Promise.all([
  import("isomorphic-git"),
  import("isomorphic-git/http/web"),
  import("@isomorphic-git/lightning-fs"),
]);

const DIR = "/volume";
const author = { name: "Bench", email: "bench@example.org" };

function open(name, options = {}) {
  const fs = new LightningFS(name, options);
  return { fs, dir: DIR, cache: {} };
}

// It opens what is stored with the first call, as part of it.
let at = open("traces", { defer: true });
const folders = new Set();

async function makeFolders(path) {
  const parts = path.split("/").slice(0, -1);
  for (let length = 0; length <= parts.length; length++) {
    const folder = [DIR, ...parts.slice(0, length)].join("/");
    if (folders.has(folder)) continue;
    await at.fs.promises.mkdir(folder).catch((error) => {
      if (error.code !== "EEXIST") throw error;
    });
    folders.add(folder);
  }
}

async function save(files, message) {
  for (const { path, content } of files) {
    await makeFolders(path);
    await at.fs.promises.writeFile(`${DIR}/${path}`, content);
  }
  await git.add({ ...at, filepath: files.map(({ path }) => path) });
  return git.commit({ ...at, message, author });
}

const head = () => git.resolveRef({ ...at, ref: "main" });

window.peers = {
  async create() {
    at = open("traces", { wipe: true });
    await at.fs.promises.mkdir(DIR);
    await git.init({ ...at, defaultBranch: "main" });
  },
  save,
  /** Waits until what is on its way to the disk can be read by the next visit. */
  settle: () => at.fs.promises.flush(),
  async read(path) {
    const { blob } = await git.readBlob({ ...at, oid: await head(), filepath: path });
    return blob.length;
  },
  list: async () => (await git.listFiles({ ...at, ref: "main" })).length,
  log: async (depth) => (await git.log({ ...at, ref: "main", depth })).length,

  /** A repository whose objects lie there one by one, as commits leave them: `[path, base64]` below `.git`. */
  async place(files) {
    at = open("history", { wipe: true });
    await at.fs.promises.mkdir(DIR);
    await git.init({ ...at, defaultBranch: "main" });
    const made = new Set();
    for (const [path, base64] of files) {
      const folder = `${DIR}/.git/${path.slice(0, path.lastIndexOf("/"))}`;
      if (!made.has(folder)) await at.fs.promises.mkdir(folder).catch(() => undefined);
      made.add(folder);
      await at.fs.promises.writeFile(`${DIR}/.git/${path}`, Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0)));
    }
    at.cache = {};
  },
  push: async (url) => (await git.push({ ...at, http, url, ref: "main", remoteRef: "main", cache: {} })).ok,
  async clone(url) {
    const clone = open("clone", { wipe: true });
    await git.clone({ ...clone, http, url, singleBranch: true, noCheckout: true });
    return git.resolveRef({ ...clone, ref: "refs/remotes/origin/main" });
  },
};
