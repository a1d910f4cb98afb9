/**
 * A volume as a zip of its repository, for any git to open: the rows become the `.git` folder of a checkout. And back: what of such a
 * zip is a repository, as rows, each still to be verified by whoever keeps them (the kernel, object by object).
 */

import { Breath } from "./breath";
import { listRows, readAllRows, readRows } from "./rows";
import { ArchiveFailure, ZIP_LIMITS, ZipReader, ZipWriter, type ArchiveEntry, type ZipLimits } from "./zip";

export { ArchiveFailure, ZIP_LIMITS, type ArchiveEntry, type ZipLimits } from "./zip";

export interface ExportOptions {
  /** The folder that unpacking makes. */
  folder: string;
  signal?: AbortSignal;
  progress?: (doneFiles: number, totalFiles: number) => void;
}

export interface ImportOptions {
  limits?: ZipLimits;
  signal?: AbortSignal;
}

const PACKS = "objects/pack/";
/** What of a git folder makes the repository; the rest (hooks, index, logs…) belongs to one checkout of it. */
const REPOSITORY_FILE = /^(HEAD|config|packed-refs|shallow|refs\/.+|objects\/[0-9a-f]{2}\/[0-9a-f]{38}|objects\/pack\/pack-[0-9a-f]{40}\.(pack|idx))$/;
/** Git looks for these folders, be they empty. */
const FOLDERS = ["objects/", "refs/", "refs/heads/"];

/** The volume's repository as a zip: `<folder>/.git/…`. */
export async function exportZip(volume: string, { folder, signal, progress }: ExportOptions): Promise<Blob> {
  const breath = new Breath(signal);
  // Refs first: objects are only ever added, so all that these refs need is there when the objects are listed.
  const [names, values] = await readAllRows(volume, "refs/");
  const [head, config, packedRefs] = await readRows(volume, ["HEAD", "config", "packed-refs"]);
  if (head === undefined) throw new ArchiveFailure(`There is no volume '${volume}' to export.`);
  const objects = await listRows(volume, "objects/");
  const zip = new ZipWriter(new Date());
  const add = (path: string, bytes: Uint8Array) => zip.add(`${folder}/.git/${path}`, bytes, { compress: !path.endsWith(".pack") });
  for (const path of FOLDERS) add(path, new Uint8Array());
  add("HEAD", head);
  add("config", checkoutConfig(config));
  if (packedRefs !== undefined) add("packed-refs", packedRefs);
  for (const [index, name] of names.entries()) add(name, values[index]!);
  let done = 0;
  for (const [folder, paths] of byFolder(objects)) {
    // Loose objects come by the folder, packs one by one.
    const [found, contents] = folder === PACKS ? [paths, undefined] : await readAllRows(volume, folder);
    for (const [index, path] of found.entries()) {
      const bytes = contents === undefined ? (await readRows(volume, [path]))[0] : contents[index];
      if (bytes !== undefined) add(path, bytes);
      if (breath.due) await breath.next();
    }
    signal?.throwIfAborted();
    done += paths.length;
    progress?.(done, objects.length);
  }
  return zip.finish();
}

/** The repository in a zip, as rows: that of `.git` in one of its folders, or a bare one. */
export async function importZip(file: Blob, { limits = ZIP_LIMITS, signal }: ImportOptions = {}): Promise<ArchiveEntry[]> {
  const zip = await ZipReader.open(file, limits);
  const { paths } = zip;
  const root = repositoryRoot(paths);
  if (paths.includes(`${root}objects/info/alternates`)) {
    throw new ArchiveFailure("The repository in the zip borrows objects from another one (objects/info/alternates). Run `git repack -a -d`, remove that file, and zip it again.");
  }
  if (paths.some((path) => path.startsWith(`${root}reftable/`))) {
    throw new ArchiveFailure("The repository in the zip keeps its refs as a reftable. Run `git refs migrate --ref-format=files` and zip it again.");
  }
  const entries = await zip.files((path) => path.startsWith(root) && REPOSITORY_FILE.test(path.slice(root.length)), signal);
  return entries.map(({ path, bytes }) => ({ path: path.slice(root.length), bytes }));
}

/** Rows by the folder that they are in. */
function byFolder(rows: string[]): Map<string, string[]> {
  return Map.groupBy(rows, (row) => row.slice(0, row.lastIndexOf("/") + 1));
}

/** The folder of the repository, with a slash at its end unless it is the top: the one place with HEAD, objects and refs. */
function repositoryRoot(paths: string[]): string {
  const heads = paths.filter((path) => path === "HEAD" || path.endsWith("/HEAD")).map((path) => path.slice(0, -"HEAD".length));
  // A HEAD of a remote (refs/remotes/origin/HEAD) or of a log lies inside another's folder and has no objects.
  const roots = heads.filter((root) => paths.some((path) => path.startsWith(`${root}objects/`)));
  if (roots.length === 1) return roots[0]!;
  const problem = roots.length === 0 ? "There is no git repository in the zip (a folder with HEAD, objects and refs)." : `There are ${roots.length} git repositories in the zip (${roots.map((root) => root || "the top").join(", ")}).`;
  throw new ArchiveFailure(`${problem} Zip the folder of one repository, its .git folder included.`);
}

/** The config of a repository that has a place for files beside it. */
function checkoutConfig(config: Uint8Array | undefined): Uint8Array {
  const text = config === undefined ? "[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n\tbare = false\n" : new TextDecoder().decode(config);
  return new TextEncoder().encode(text.replace(/^(\s*bare\s*=\s*)true\s*$/im, "$1false"));
}
