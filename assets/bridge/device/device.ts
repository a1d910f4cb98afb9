/**
 * This device: how safe work is on it, what it can do without a network, which release it runs, whether it is installed. One for the page,
 * shared by the badge and notices (keeper.ts) and by the desk's face of it (src/desk/device), which asks by name and gets JSON.
 */

import { readFacts, rememberBackup } from "./facts";
import { judge, ownWork, type Facts, type VolumeFacts } from "./health";
import { arrivals, type Arrival } from "./launch";
import { Mirror } from "./mirror";
import { Offline } from "./offline";
import { askToPersist } from "./persist";
import { Release } from "./release";

/** Chromium's way to offer an installation. */
export interface InstallPrompt extends Event {
  prompt(): Promise<{ outcome: "accepted" | "dismissed" }>;
}

type Calls = Record<string, (argument: string) => unknown>;

class Device {
  readonly release = new Release();
  readonly #offline = new Offline(document.baseURI);
  readonly #mirror = new Mirror(mirrorSource());
  readonly #listeners = new Set<() => void>();
  #fetching: { controller: AbortController; part: string; doneBytes: number; totalBytes: number } | undefined;
  #problem = "";
  #arrived: Arrival[] = [];

  /** Calls `listener` when something here changes. */
  onChange(listener: () => void): void {
    this.#listeners.add(listener);
  }

  changed(): void {
    for (const listener of this.#listeners) listener();
  }

  /** Writes to the mirror what changed, where there is one. */
  async mirrorChanges(): Promise<void> {
    if (this.#mirror.state.folder === undefined) return;
    await this.#mirror.write().catch(() => undefined);
    this.changed();
  }

  /** One call of the desk; rejects with words for the person. */
  async call(name: string, argument: string): Promise<string> {
    const act = this.#calls[name];
    if (act === undefined) throw new Error(`This page knows no '${name}': reload it.`);
    return JSON.stringify((await act(argument)) ?? null);
  }

  readonly #calls: Calls = {
    state: () => this.#state(),
    parts: async () => (await this.#offline.parts()).map(({ keptBytes, ...part }) => ({ ...part, kept: keptBytes })),
    fetch: (ids) => this.#fetch(ids.split(" ")),
    stop: () => this.#fetching?.controller.abort(),
    remove: (ids) => this.#then(this.#offline.remove(ids.split(" "))),
    persist: () => this.#then(askToPersist({ again: true })),
    backedUp: () => this.#then(rememberBackup()),
    mirror: () => this.#then(this.#mirror.choose()),
    writeMirror: () => this.#then(this.#mirror.write({ ask: true })),
    forgetMirror: () => this.#then(this.#mirror.forget()),
    look: () => this.release.look(),
    update: () => void this.release.apply(),
    install: () => this.#install(),
    arrivals: async () => (this.#arrived = await arrivals()).map(({ name, text }) => ({ name, text: text ?? null })),
  };

  /** The file of an arrival, for the import of skills. */
  arrivedFile(place: number): File | undefined {
    return this.#arrived[place]?.file;
  }

  async #state(): Promise<object> {
    const facts: Facts = await readFacts();
    const { own, onlyHere } = ownWork(facts);
    const fetching = this.#fetching;
    const { folder, atMs, problem } = this.#mirror.state;
    return {
      health: judge(facts),
      persisted: facts.persisted,
      usage: facts.usedBytes ?? null,
      quota: facts.quotaBytes ?? null,
      backup_at: facts.backup === undefined ? null : Math.floor(facts.backup.atMs / 1000),
      own: own.length,
      only_here: onlyHere.map(({ volume }) => volume),
      remotes: facts.volumes.filter(({ remote }) => remote !== null).map(({ volume, ahead, behind }) => ({ volume, ahead, behind })),
      can_mirror: Mirror.isPossible,
      mirror: { folder, problem, written_at: atMs === undefined ? null : Math.floor(atMs / 1000) },
      offline: this.release.isKept,
      release: this.release.state,
      version: window.llmos.version,
      can_install: window.llmosInstall !== undefined,
      installed: matchMedia("(display-mode: standalone)").matches,
      fetching: fetching === undefined ? null : { part: fetching.part, done: fetching.doneBytes, total: fetching.totalBytes },
      problem: this.#problem,
    };
  }

  async #fetch(ids: string[]): Promise<void> {
    if (this.#fetching !== undefined) return;
    const fetching = (this.#fetching = { controller: new AbortController(), part: "", doneBytes: 0, totalBytes: 0 });
    const { signal } = fetching.controller;
    this.#problem = "";
    let toldAt = 0;
    try {
      await this.#offline.fetch(
        ids,
        (part, doneBytes, totalBytes) => {
          Object.assign(fetching, { part, doneBytes, totalBytes });
          if (performance.now() - toldAt < 150) return;
          toldAt = performance.now();
          this.changed();
        },
        signal,
      );
    } catch (thrown) {
      this.#problem = signal.aborted ? "" : thrown instanceof Error ? thrown.message : String(thrown);
    } finally {
      this.#fetching = undefined;
      this.changed();
    }
  }

  async #install(): Promise<void> {
    const prompt = window.llmosInstall;
    window.llmosInstall = undefined;
    await prompt?.prompt();
    this.changed();
  }

  async #then<T>(done: Promise<T>): Promise<T> {
    try {
      return await done;
    } finally {
      this.changed();
    }
  }
}

export type { Device };
export const device = new Device();

function mirrorSource() {
  const json = async <T>(path: string): Promise<T> => (await (await window.llmos.fetch(path)).json()) as T;
  const query = (values: Record<string, string>) => String(new URLSearchParams(values));
  return {
    volumes: async () => (await json<{ volumes: VolumeFacts[] }>("/volumes/stats")).volumes.filter(({ volume }) => volume !== "system"),
    files: async (volume: string) => (await json<{ files: { path: string }[] }>(`/volumes/files?${query({ volume })}`)).files.map(({ path }) => path),
    read: async (volume: string, path: string) => new Uint8Array(await (await window.llmos.fetch(`/volumes/file?${query({ volume, path })}`)).arrayBuffer()),
    archive: (volume: string) => window.llmos.exportVolume(volume as `user/${string}`),
  };
}

declare global {
  interface Window {
    /** Kept by boot.ts, since a browser offers it once, before anything else of the page has come. */
    llmosInstall?: InstallPrompt | undefined;
  }
}
