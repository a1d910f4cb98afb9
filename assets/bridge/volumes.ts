/** The page's side of the volume worker (volume-worker.ts): the same calls, as promises; and what changes in volumes, whoever changes it. */

import { serveLanguageModel } from "./language-model";
import type { VolumeChange } from "./llmos.d";
import type { Settings } from "./settings";
import type { Answer, Body, FromVolumes, PageAsk, ToVolumes, VolumeCalls } from "./volume-protocol";
import type { SyncProgress } from "./volumes/remote/transport";
import type { RowsChange } from "./volumes/rows";

interface Call {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

/** Rows that tell nobody anything new: answers while they grow (src/interface/chat/journal.rs), libraries as read (src/kernel/manager/kept.rs). */
const UNHEARD = new Set(["journal", "index"]);
const MAIN = "refs/heads/main";

export class Volumes {
  readonly #baseUrl: string;
  readonly #onStart: () => void;
  readonly #calls = new Map<number, Call>();
  readonly #listeners = new Set<(change: VolumeChange) => void>();
  readonly #chatListeners = new Set<(event: string) => void>();
  readonly #asks = new Map<string, AbortController>();
  readonly #progressListeners = new Set<(volume: string, progress: SyncProgress) => void>();
  #keepingTraces: Promise<void> = Promise.resolve();
  #worker: Worker | undefined;
  #channel: BroadcastChannel | undefined;
  #settingsFile: Promise<Settings> | undefined;
  #nextCall = 0;
  /** Does what only the page can do; whoever asked may break it off. */
  onAsk: ((ask: PageAsk, signal: AbortSignal) => Promise<unknown>) | undefined;
  /** Told once, should nothing that is changed be kept. */
  onWarning: ((warning: string) => void) | undefined;

  /** `baseUrl` is the page's. The worker starts with the first call, and `onStart` is called then. */
  constructor(baseUrl: string, onStart: () => void = () => undefined) {
    this.#baseUrl = baseUrl;
    this.#onStart = onStart;
  }

  /** Every skill and workflow that the person can use, as JSON. */
  async catalogue(): Promise<string> {
    const catalogue: string = await this.#call("catalogue", []);
    // Nobody waits for the file: what this browser remembers was taken up before anything was drawn.
    void this.#settings();
    return catalogue;
  }

  /** A choice of the person changed: the page follows now, their `settings.json` a moment later. */
  settingsChanged(): void {
    void this.#settings().then((settings) => settings.changed());
  }

  /** The settings as their file says them. */
  async settingsText(): Promise<string> {
    return (await this.#settings()).text();
  }

  /** Takes the settings that a file says; rejects, changing nothing, where it cannot be read. */
  async takeSettings(file: Blob): Promise<void> {
    (await this.#settings()).take(await file.text());
  }

  #settings(): Promise<Settings> {
    return (this.#settingsFile ??= import("./settings").then(({ Settings }) => Settings.follow(this)));
  }

  /** A call of `window.llmos.fetch`. */
  async call(method: string, path: string, body: Body): Promise<Answer> {
    // Whoever saw a run end finds its trace.
    if (path.startsWith("/traces")) await this.#keepingTraces;
    return this.#call("answer", [method, path, body]);
  }

  /** Has the trace of a run kept (`RunReport` as JSON), one after another; a run is not less worth for a trace that could not be kept. */
  keepTrace(report: string): void {
    const keep = () => this.#call("answer", ["POST", "/traces/run", report]).then(() => undefined);
    this.#keepingTraces = this.#keepingTraces.then(keep).catch((thrown: unknown) => console.warn("The trace of a run could not be kept:", thrown));
  }

  /** The same as one text, `{status, body}`. */
  async answer(method: string, path: string, body?: Body): Promise<string> {
    const [status, answered] = await this.call(method, path, body);
    return `{"status":${status},"body":${answered}}`;
  }

  /** What a link held that a passphrase locked (`{salt, nonce, ciphertext}` as JSON). */
  async unseal(sealed: string, passphrase: string): Promise<string> {
    return (await import("./link")).unseal(JSON.parse(sealed), passphrase);
  }

  /** The bytes of a file, as they are now or were at `ref`. */
  async bytes(volume: string, path: string, ref?: string): Promise<Uint8Array> {
    return this.file(`/volumes/file?${new URLSearchParams({ volume, path, ...(ref === undefined ? {} : { ref }) })}`);
  }

  /** The bytes that a call answers with. */
  async file(path: string): Promise<Uint8Array> {
    const [, answered, bytes] = await this.call("GET", path, undefined);
    if (bytes === undefined) throw new Error((JSON.parse(answered) as { error: { message: string } }).error.message);
    return bytes;
  }

  markdown(text: string): Promise<string> {
    return this.#call("markdown", [text]);
  }

  /** The same, free of its object. */
  readonly renderMarkdown = (text: string): Promise<string> => this.markdown(text);

  /** The repository of a volume as a zip of its `.git` folder, for any git to open. */
  exportVolume(volume: string): Promise<Blob> {
    return this.#call("exportVolume", [volume]);
  }

  /** The same as a bundle, for `git clone`. */
  exportBundle(volume: string): Promise<Blob> {
    return this.#call("exportBundle", [volume]);
  }

  /** A zip or a bundle into a volume that holds nothing yet, verified first; says what came. */
  importVolume(volume: string, archive: Blob): Promise<string> {
    return this.#call("importVolume", [volume, archive]);
  }

  /** A bundle of every volume, in one zip. */
  backup(): Promise<Blob> {
    return this.#call("backup", []);
  }

  /** What a backup holds, and how each volume of it is here, as JSON. */
  async review(archive: Blob): Promise<string> {
    return JSON.stringify(await this.#call("review", [archive]));
  }

  /** Brings back what a backup holds and this device lacks; for each volume, what came of it, as JSON. */
  async restore(archive: Blob): Promise<string> {
    return JSON.stringify(await this.#call("restore", [archive]));
  }

  /** Breaks off the sync of a volume. */
  cancel(volume: string): Promise<void> {
    return this.#call("cancelSync", [volume]);
  }

  /** Calls `listener` while volumes are synced; the function that comes back ends it. */
  onProgress(listener: (volume: string, progress: SyncProgress) => void): () => void {
    this.#progressListeners.add(listener);
    return () => this.#progressListeners.delete(listener);
  }

  /** Calls `listener` with what happens in the chats of this tab, as JSON (`ChatEvent`); the function that comes back ends it. */
  onChat(listener: (event: string) => void): () => void {
    this.#chatListeners.add(listener);
    return () => this.#chatListeners.delete(listener);
  }

  /** Calls `listener` after every change of a volume, by this page or another; the function that comes back ends it. */
  onChange(listener: (change: VolumeChange) => void): () => void {
    if (this.#channel === undefined) {
      this.#channel = new BroadcastChannel("llmos-volumes");
      this.#channel.onmessage = ({ data }: MessageEvent<RowsChange>) => void this.#tell(data);
    }
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Calls `listener` when there may be other skills or workflows to use. */
  onLibraryChange(listener: () => void): () => void {
    const ofLibrary = (path: string) => ["skills/", ".agents/skills/", "workflows/"].some((folder) => path.startsWith(folder));
    return this.onChange(({ commit, paths }) => {
      if (commit === "" || paths.some(ofLibrary)) listener();
    });
  }

  #tellChat(events: string[]): void {
    for (const event of events) {
      for (const listener of this.#chatListeners) {
        try {
          listener(event);
        } catch (thrown) {
          console.error("An onChat listener threw:", thrown);
        }
      }
    }
  }

  async #do(askId: string, ask: string): Promise<void> {
    const stopping = new AbortController();
    this.#asks.set(askId, stopping);
    try {
      if (this.onAsk === undefined) throw new Error("The page cannot do this yet. Try again when it stands.");
      const answer = await this.onAsk(JSON.parse(ask) as PageAsk, stopping.signal);
      await this.#call("pageAnswered", [askId, JSON.stringify(answer ?? null), undefined]);
    } catch (thrown) {
      await this.#call("pageAnswered", [askId, undefined, thrown instanceof Error ? thrown.message : String(thrown)]);
    } finally {
      this.#asks.delete(askId);
    }
  }

  async #tell({ volume, refs }: RowsChange): Promise<void> {
    if (UNHEARD.has(volume)) return;
    const commit = refs[MAIN] ?? "";
    // What the device keeps beside its volumes, such as who is signed in, has no commits.
    const paths = commit === "" ? [] : await this.#call("changedPaths", [volume, commit]).catch(() => []);
    if (commit === "" && Object.keys(refs).length > 0) return;
    for (const listener of this.#listeners) {
      try {
        listener({ volume, commit, paths });
      } catch (thrown) {
        console.error("An onChange listener threw:", thrown);
      }
    }
  }

  #call<Name extends keyof VolumeCalls>(call: Name, parameters: Parameters<VolumeCalls[Name]>): Promise<ReturnType<VolumeCalls[Name]>> {
    this.#worker ??= this.#start();
    const id = this.#nextCall++;
    return new Promise((resolve, reject) => {
      this.#calls.set(id, { resolve: resolve as (value: unknown) => void, reject });
      this.#worker!.postMessage({ id, call, parameters } satisfies ToVolumes);
    });
  }

  #start(): Worker {
    const worker = new Worker(new URL("bridge/volume-worker.js", this.#baseUrl), { type: "module", name: "volumes" });
    worker.onmessage = ({ data, ports }: MessageEvent<FromVolumes>) => {
      if (data.kind === "warning") return this.onWarning?.(data.message);
      if (data.kind === "progress") {
        for (const listener of this.#progressListeners) listener(data.volume, data.progress);
        return;
      }
      if (data.kind === "languageModel") return void serveLanguageModel(ports[0]!, data.request);
      if (data.kind === "chat") return this.#tellChat(data.events);
      if (data.kind === "ask") return void this.#do(data.askId, data.ask);
      if (data.kind === "cancelAsk") return this.#asks.get(data.askId)?.abort();
      const call = this.#calls.get(data.id);
      this.#calls.delete(data.id);
      if (data.kind === "done") call?.resolve(data.value);
      else call?.reject(new Error(data.message));
    };
    worker.onerror = () => {
      // Its script could not be loaded: whoever asks next tries again.
      this.#worker = undefined;
      const calls = [...this.#calls.values()];
      this.#calls.clear();
      for (const call of calls) call.reject(new Error("The workbench's own files could not be fetched. Reload the page to try again."));
    };
    worker.postMessage({ id: -1, call: "open", parameters: [this.#baseUrl] } satisfies ToVolumes);
    this.#onStart();
    return worker;
  }
}
