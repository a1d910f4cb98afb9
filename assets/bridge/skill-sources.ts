/**
 * Skills from an address, in the forms in which people have it: a file, an archive, or a page of GitHub that shows a file, a folder or a
 * repository. What comes is handed on unread.
 */

import { base64 } from "./volumes/bytes";

const MOST_FILES = 200;
const GITHUB = /^https:\/\/github\.com\/([^/]+)\/([^/#?]+)(?:\/(blob|raw|tree)\/([^/]+)(?:\/([^#?]*))?)?\/?$/;
const ZIP_START = [0x50, 0x4b];

interface GithubTree {
  tree: { path: string; type: string }[];
  truncated: boolean;
}

/** The body of `POST /import/skills` for what stands at an address. */
export async function fromAddress(address: string): Promise<string | Uint8Array> {
  const url = new URL(address.trim());
  if (!["https:", "http:"].includes(url.protocol)) throw new Error("Only addresses that begin with https:// can be fetched");
  const github = GITHUB.exec(url.href.split(/[?#]/)[0]!);
  if (github !== null) {
    const [, owner, name, kind, ref = "HEAD", path = ""] = github;
    const repository = `${owner}/${name!.replace(/\.git$/, "")}`;
    if (kind === "blob" || kind === "raw") return fromFile(raw(repository, ref, decodeURIComponent(path)));
    return fromFolder(repository, ref, decodeURIComponent(path).replace(/\/$/, ""));
  }
  return fromFile(url.href);
}

async function fromFile(url: string): Promise<string | Uint8Array> {
  const bytes = await download(url);
  if (ZIP_START.every((byte, at) => bytes[at] === byte)) return bytes;
  const name = decodeURIComponent(new URL(url).pathname).split("/").pop() ?? "";
  return JSON.stringify({ files: [{ path: /\.(md|markdown)$/i.test(name) ? name : "", content_base64: base64(bytes) }] });
}

/** Every file below a folder of a repository. Without a `SKILL.md` in it, only texts are taken. */
async function fromFolder(repository: string, ref: string, folder: string): Promise<string> {
  const listed = await download(`https://api.github.com/repos/${repository}/git/trees/${encodeURIComponent(ref)}?recursive=1`);
  const { tree, truncated } = JSON.parse(new TextDecoder().decode(listed)) as GithubTree;
  if (truncated) throw new Error("The repository is too large to be listed. Give the address of one skill's folder, or download it as a zip.");
  const prefix = folder === "" ? "" : `${folder}/`;
  const paths = tree.filter(({ path, type }) => type === "blob" && path.startsWith(prefix)).map(({ path }) => path);
  const roots = paths.filter((path) => /(^|\/)SKILL\.md$/i.test(path)).map((path) => path.slice(0, -"SKILL.md".length));
  const wanted = paths.filter((path) => (roots.length > 0 ? roots.some((root) => path.startsWith(root)) : /\.(md|markdown)$/i.test(path)));
  if (wanted.length === 0) throw new Error("There is no skill at this address: no SKILL.md and no other Markdown file");
  if (wanted.length > MOST_FILES) throw new Error(`There are ${wanted.length} files at this address; at most ${MOST_FILES} are fetched one by one. Download it as a zip and import that.`);
  // The folder's own name is the skill's.
  const above = folder.includes("/") ? folder.slice(0, folder.lastIndexOf("/") + 1) : "";
  const files = await Promise.all(wanted.map(async (path) => ({ path: path.slice(above.length), content_base64: base64(await download(raw(repository, ref, path))) })));
  return JSON.stringify({ files });
}

function raw(repository: string, ref: string, path: string): string {
  return `https://raw.githubusercontent.com/${repository}/${ref}/${path.split("/").map(encodeURIComponent).join("/")}`;
}

async function download(url: string): Promise<Uint8Array> {
  const { host } = new URL(url);
  let response: Response;
  try {
    response = await fetch(url, { credentials: "omit", referrerPolicy: "no-referrer" });
  } catch {
    throw new Error(navigator.onLine ? `${host} does not let other pages read this address. Download the file and import it from your device.` : "There is no network");
  }
  if (!response.ok) throw new Error(`${host} answered ${response.status} for this address`);
  return new Uint8Array(await response.arrayBuffer());
}
