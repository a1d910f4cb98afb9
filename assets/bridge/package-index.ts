/**
 * Looks packages up in a Python index by its Simple JSON interface: the newest release with a wheel that is pure Python, and what it
 * depends on. What was found once is kept, so that later runs get the same release, with or without a network.
 */

import type { Bytes } from "./bytes";
import { download } from "./download";
import { FetchFailure } from "./fetch-failure";

/** A package that the index has, but that cannot run here. */
export class IndexFailure extends Error {}

export interface IndexedWheel {
  file: string;
  sha256: string;
  url: string;
  /** Names of packages it needs. */
  depends: string[];
}

interface SimpleProject {
  files: { filename: string; url: string; hashes: Record<string, string>; yanked?: boolean | string; "core-metadata"?: unknown; "requires-python"?: string }[];
}

const PYTHON = [3, 14];

export class PackageIndex {
  readonly #bytes: Bytes;
  readonly #url: string;

  constructor(bytes: Bytes, url: string) {
    this.#bytes = bytes;
    this.#url = url;
  }

  /** Undefined where the index knows no such name. */
  async find(name: string): Promise<IndexedWheel | undefined> {
    const key = `index-${name}`;
    const kept = await this.#bytes.kept(key);
    if (kept !== undefined) return JSON.parse(new TextDecoder().decode(kept)) as IndexedWheel;
    const found = await this.#ask(name);
    if (found !== undefined) await this.#bytes.keep(key, new TextEncoder().encode(JSON.stringify(found)).buffer);
    return found;
  }

  async #ask(name: string): Promise<IndexedWheel | undefined> {
    if (this.#url === "") throw new FetchFailure("This copy of the workbench was built without the address of a Python index.");
    const address = `${this.#url.replace(/\/$/, "")}/${name}/`;
    let response: Response;
    try {
      response = await fetch(address, { headers: { accept: "application/vnd.pypi.simple.v1+json" }, credentials: "omit" });
    } catch {
      throw new FetchFailure("The Python index gave no answer; without a network only packages that were fetched before can be used.");
    }
    if (response.status === 404) return undefined;
    if (!response.ok) throw new FetchFailure(`The Python index answered ${response.status}. The next run tries again.`);
    const project = (await response.json()) as SimpleProject;
    const usable = project.files.filter((file) => file.yanked !== true && typeof file.yanked !== "string" && suits(file["requires-python"]));
    const pure = usable.filter((file) => /-(py3|py2\.py3)-none-any\.whl$/.test(file.filename));
    const newest = pure.sort((left, right) => compareVersions(versionOf(right.filename), versionOf(left.filename)))[0];
    if (newest === undefined) {
      throw new IndexFailure("the index offers it only with native code or as sources, and a browser can run neither. Look for a pure-Python package that does the same.");
    }
    const sha256 = newest.hashes.sha256;
    if (sha256 === undefined) throw new IndexFailure("the index gives no sha256 for it.");
    const url = new URL(newest.url, response.url || address).href;
    return { file: newest.filename, sha256, url, depends: await this.#dependencies(url, newest["core-metadata"]) };
  }

  async #dependencies(url: string, offered: unknown): Promise<string[]> {
    if (offered === undefined || offered === false) return [];
    const text = new TextDecoder().decode(await download(`${url}.metadata`, "The package's metadata", () => undefined));
    const lines = text.split(/\r?\n\r?\n/, 1)[0]!.split(/\r?\n/);
    const wanted = lines.filter((line) => line.startsWith("Requires-Dist:")).map((line) => line.slice("Requires-Dist:".length).trim());
    return wanted.filter((line) => applies(line.split(";")[1])).map((line) => /^[\w.-]+/.exec(line)![0]);
  }
}

/** Whether a requirement's marker holds in Pyodide. Of the markers in use only few ever matter: extras, systems, and Python's version. */
function applies(marker: string | undefined): boolean {
  if (marker === undefined) return true;
  return marker.split(/\bor\b/).some((either) => either.split(/\band\b/).every(holds));
}

const ENVIRONMENT: Record<string, string> = {
  sys_platform: "emscripten",
  platform_system: "Emscripten",
  os_name: "posix",
  platform_machine: "wasm32",
  implementation_name: "cpython",
  platform_python_implementation: "CPython",
  python_version: PYTHON.join("."),
  python_full_version: `${PYTHON.join(".")}.0`,
  extra: "",
};

function holds(clause: string): boolean {
  const parts = /([a-z_]+)\s*(===?|!=|<=?|>=?|~=|in|not in)\s*["']([^"']*)["']/.exec(clause);
  if (parts === null) return false;
  const [, name, operator, value] = parts as unknown as [string, string, string, string];
  const actual = ENVIRONMENT[name] ?? "";
  if (name.startsWith("python")) return satisfies(actual, operator, value);
  if (operator === "in") return value.includes(actual);
  if (operator === "not in") return !value.includes(actual);
  return operator === "!=" ? actual !== value : actual === value;
}

function suits(requiresPython: string | undefined): boolean {
  if (requiresPython === undefined) return true;
  return requiresPython.split(",").every((clause) => {
    const parts = /^\s*(===?|!=|<=?|>=?|~=)\s*([\d.*]+)/.exec(clause);
    return parts === null || satisfies(`${PYTHON.join(".")}.2`, parts[1]!, parts[2]!);
  });
}

function satisfies(actual: string, operator: string, value: string): boolean {
  const wildcard = value.endsWith(".*");
  const wanted = wildcard ? value.slice(0, -2) : value;
  const equal = wildcard ? `${actual}.`.startsWith(`${wanted}.`) : compareVersions(actual, wanted) === 0;
  switch (operator) {
    case "==":
    case "===":
      return equal;
    case "!=":
      return !equal;
    case "<":
      return compareVersions(actual, wanted) < 0;
    case "<=":
      return compareVersions(actual, wanted) <= 0;
    case ">":
      return compareVersions(actual, wanted) > 0;
    default:
      return compareVersions(actual, wanted) >= 0;
  }
}

function versionOf(filename: string): string {
  return filename.split("-")[1] ?? "0";
}

/** By numbers, and a pre-release before its release. */
function compareVersions(left: string, right: string): number {
  const [a, b] = [left, right].map((version) => ({
    numbers: (/^[\d.]+/.exec(version)?.[0] ?? "0").split(".").filter(Boolean).map(Number),
    early: /\d(a|b|rc|\.?dev)\d*/.test(version) ? 1 : 0,
  })) as [{ numbers: number[]; early: number }, { numbers: number[]; early: number }];
  if (a.early !== b.early) return b.early - a.early;
  for (let index = 0; index < Math.max(a.numbers.length, b.numbers.length); index += 1) {
    const difference = (a.numbers[index] ?? 0) - (b.numbers[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
