/** Transistor models that SPICE decks include by name: files of the runtime, brought when a deck first asks for one. */

import { manifest } from "virtual:runtime";
import type { Bytes } from "./bytes";
import type { Wheel } from "./packages";

const INCLUDE = /^\s*\.(?:include|inc|lib)\s+["']?([^\s"']+)/gim;
/** What the corners of GF180 read in turn. */
const GF180_LIBRARY = "sm141064.ngspice";

export class ModelCards {
  readonly #bytes: Bytes;
  readonly #baseUrl: string;
  readonly #cards = new Map<string, Wheel>();

  constructor(bytes: Bytes, baseUrl: string) {
    this.#bytes = bytes;
    this.#baseUrl = baseUrl;
  }

  /** The names of the cards that these texts include and that this workbench has. */
  named(texts: string[]): string[] {
    const names = texts.flatMap((text) => [...text.matchAll(INCLUDE)].map((match) => match[1]!.replace(/^.*\//, "")));
    if (names.some((name) => name.startsWith("modelcard.GF180."))) names.push(GF180_LIBRARY);
    return [...new Set(names)].filter((name) => (name.startsWith("modelcard.") || name === GF180_LIBRARY) && manifest.files[name] !== undefined);
  }

  held(names: string[]): Wheel[] {
    return names.map((name) => this.#cards.get(name)).filter((card) => card !== undefined);
  }

  async bring(names: string[]): Promise<void> {
    await Promise.all(
      names.filter((name) => !this.#cards.has(name)).map(async (name) => {
        const file = manifest.files[name]!;
        const url = new URL(`runtime/${file.path}`, this.#baseUrl).href;
        this.#cards.set(name, { name, bytes: await this.#bytes.verified({ sha256: file.sha256, url, label: name }) });
      }),
    );
  }
}
