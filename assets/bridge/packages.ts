/**
 * Finds the Python packages that code needs before it runs, and brings their wheels: from the workbench's own, then from Pyodide's
 * packages, then pure ones from the Python index. Every wheel is known by its hash and kept, so what was found once runs offline.
 *
 * It installs nothing; workers do. A package that is nowhere is an answer, with words for a person, not an exception.
 */

import { manifest } from "virtual:runtime";
import type { Bytes } from "./bytes";
import { FetchFailure } from "./fetch-failure";
import { IndexFailure, PackageIndex } from "./package-index";
import type { Code } from "./protocol";

export interface PackageSources {
  /** The page's address. */
  baseUrl: string;
  /** Where Pyodide's own packages are delivered from. */
  packageBaseUrl: string;
  /** The Python index's Simple interface. */
  indexUrl: string;
}

export interface MissingPackage {
  name: string;
  codeIds: string[];
  /** What is wrong and what to do. */
  message: string;
}

export interface Wheel {
  /** The file's name. */
  name: string;
  bytes: ArrayBuffer;
}

/** A wheel and where it is. */
interface Source {
  file: string;
  sha256: string;
  url: string;
}

interface Lockfile {
  packages: Record<string, { name: string; file_name: string; sha256: string; imports: string[]; depends: string[] }>;
}

/** What a code wants, said to be missing. */
class Missing extends Error {}

export class Packages {
  readonly #bytes: Bytes;
  readonly #sources: PackageSources;
  readonly #index: PackageIndex;
  readonly #wheels = new Map<string, Promise<Wheel>>();
  /** Wheels of each code that has been prepared, and why it cannot run otherwise. */
  readonly #prepared = new Map<string, { wheels: Wheel[]; missing: string | undefined }>();
  readonly #bundledByImport = new Map<string, string>();
  readonly #provided = new Set([...manifest.standardModules, ...manifest.ownModules]);
  #lock: Promise<Lockfile> | undefined;

  constructor(bytes: Bytes, sources: PackageSources) {
    this.#bytes = bytes;
    this.#sources = sources;
    this.#index = new PackageIndex(bytes, sources.indexUrl);
    for (const bundled of Object.values(manifest.packages)) {
      for (const name of bundled.imports) this.#bundledByImport.set(name, bundled.name);
    }
  }

  /** Whether this code's packages have been looked for and found. */
  knows(codeId: string): boolean {
    const prepared = this.#prepared.get(codeId);
    return prepared !== undefined && prepared.missing === undefined;
  }

  async prepare(codes: Pick<Code, "codeId" | "imports" | "packages">[]): Promise<{ missing: MissingPackage[] }> {
    const missing = new Map<string, MissingPackage>();
    await Promise.all(
      codes.map(async ({ codeId, imports, packages }) => {
        const wheels = new Map<string, Wheel>();
        const lacks: string[] = [];
        for (const wanted of await this.#wanted(imports, packages)) {
          try {
            for (const wheel of await this.#find(wanted)) wheels.set(wheel.name, wheel);
          } catch (error) {
            const message = wordsFor(wanted, error);
            lacks.push(message);
            const entry = missing.get(wanted) ?? { name: wanted, codeIds: [], message };
            entry.codeIds.push(codeId);
            missing.set(wanted, entry);
          }
        }
        this.#prepared.set(codeId, { wheels: [...wheels.values()], missing: lacks.length === 0 ? undefined : lacks.join(" ") });
      }),
    );
    return { missing: [...missing.values()] };
  }

  /** Why this code cannot run, where a package of it was not found. */
  missing(codeId: string): string | undefined {
    return this.#prepared.get(codeId)?.missing;
  }

  /** The wheels that these codes need, dependencies first. */
  wheels(codeIds: string[]): Wheel[] {
    const wheels = new Map<string, Wheel>();
    for (const codeId of codeIds) {
      for (const wheel of this.#prepared.get(codeId)?.wheels ?? []) wheels.set(wheel.name, wheel);
    }
    return [...wheels.values()];
  }

  /** The packages behind imports and requirements, without what is there anyway. */
  async #wanted(imports: string[], requirements: string[]): Promise<string[]> {
    const wanted = new Set<string>();
    for (const requirement of requirements) {
      const name = canonicalName(requirement);
      if (!this.#provided.has(name.replaceAll("-", "_")) && name !== "") wanted.add(name);
    }
    for (const module of imports) {
      const top = module.split(".")[0] ?? "";
      if (top === "" || this.#provided.has(top)) continue;
      const bundled = this.#bundledByImport.get(top);
      if (bundled !== undefined) wanted.add(bundled);
      else if (!isPyodideModule(top)) wanted.add((await this.#ownerOfImport(top)) ?? canonicalName(top));
    }
    // A requirement may bring a module under another name; what is required by name need not be guessed from its import.
    return [...wanted];
  }

  /** Pyodide's package that brings a module. */
  async #ownerOfImport(module: string): Promise<string | undefined> {
    const { packages } = await this.#readLock();
    return Object.values(packages).find((entry) => entry.imports.includes(module))?.name;
  }

  /** The wheels of a package and of all that it depends on. */
  async #find(name: string, seen = new Set<string>()): Promise<Wheel[]> {
    if (seen.has(name) || this.#provided.has(name.replaceAll("-", "_"))) return [];
    seen.add(name);
    const { source, depends } = await this.#locate(name);
    const wheel = this.#bring(source);
    const below = await Promise.all(depends.map((dependency) => this.#find(canonicalName(dependency), seen)));
    return [...below.flat(), await wheel];
  }

  async #locate(name: string): Promise<{ source: Source; depends: string[] }> {
    const bundled = manifest.packages[name];
    if (bundled !== undefined) {
      const { path, sha256 } = manifest.files[bundled.file]!;
      const url = new URL(`runtime/${path}`, this.#sources.baseUrl).href;
      return { source: { file: bundled.file, sha256, url }, depends: bundled.depends };
    }
    const { packages } = await this.#readLock();
    const own = packages[name] ?? Object.values(packages).find((entry) => canonicalName(entry.name) === name);
    if (own !== undefined) {
      const url = new URL(own.file_name, this.#sources.packageBaseUrl).href;
      return { source: { file: own.file_name, sha256: own.sha256, url }, depends: own.depends };
    }
    const found = await this.#index.find(name);
    if (found === undefined) throw new Missing();
    return { source: found, depends: found.depends };
  }

  #bring(source: Source): Promise<Wheel> {
    let wheel = this.#wheels.get(source.file);
    if (wheel === undefined) {
      wheel = this.#bytes.verified({ sha256: source.sha256, url: source.url, label: source.file }).then((bytes) => ({ name: source.file, bytes }));
      this.#wheels.set(source.file, wheel);
      // What failed is tried again by the next run.
      wheel.catch(() => this.#wheels.delete(source.file));
    }
    return wheel;
  }

  #readLock(): Promise<Lockfile> {
    if (this.#lock === undefined) {
      const file = manifest.files["pyodide-lock.json"];
      if (file === undefined) return Promise.resolve({ packages: {} });
      const url = new URL(`runtime/${file.path}`, this.#sources.baseUrl).href;
      this.#lock = this.#bytes.verified({ sha256: file.sha256, url, label: "pyodide-lock.json" }).then((bytes) => JSON.parse(new TextDecoder().decode(bytes)) as Lockfile);
      this.#lock.catch(() => (this.#lock = undefined));
    }
    return this.#lock;
  }
}

/** Modules that Pyodide itself puts in. */
function isPyodideModule(name: string): boolean {
  return name === "js" || name === "pyodide" || name === "pyodide_js" || name === "_pyodide";
}

/** `Scikit_Learn>=1.5` as `scikit-learn`. */
export function canonicalName(requirement: string): string {
  const name = /^\s*([A-Za-z0-9][A-Za-z0-9._-]*)/.exec(requirement)?.[1] ?? "";
  return name.replace(/[-_.]+/g, "-").toLowerCase();
}

function wordsFor(name: string, error: unknown): string {
  if (error instanceof Missing) {
    return `The Python package '${name}' was not found: it is neither among the workbench's packages nor Pyodide's, and the Python index knows no such name. Check the spelling; where a package's name differs from its import, list it under packages: in the skill.`;
  }
  if (error instanceof IndexFailure) return `The Python package '${name}' cannot be used: ${error.message}`;
  if (error instanceof FetchFailure && !navigator.onLine) {
    return `The Python package '${name}' is not at hand: there is no network, and it was never fetched before. Connect once and run again; afterwards it works offline.`;
  }
  const reason = error instanceof Error ? error.message : String(error);
  return `The Python package '${name}' is not at hand. ${reason}`;
}
