/** Which Python packages code needs, and where each comes from. */

import type { ByteCache } from "./cache";
import type { Code } from "./protocol";

export interface PackageSources {
  baseUrl: string;
  packageBaseUrl: string;
  indexUrl: string;
}

export interface MissingPackage {
  name: string;
  codeIds: string[];
  message: string;
}

export class Packages {
  readonly #known = new Set<string>();

  constructor(_cache: ByteCache, _sources: PackageSources) {}

  knows(codeId: string): boolean {
    return this.#known.has(codeId);
  }

  async prepare(codes: Pick<Code, "codeId" | "imports" | "packages">[]): Promise<{ missing: MissingPackage[] }> {
    for (const code of codes) this.#known.add(code.codeId);
    return { missing: [] };
  }

  /** Why this code cannot run, where a package of it was not found. */
  missing(_codeId: string): string | undefined {
    return undefined;
  }

  wheels(_codeIds: string[]): { name: string; bytes: ArrayBuffer }[] {
    return [];
  }
}
