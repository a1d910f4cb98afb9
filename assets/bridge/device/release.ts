/**
 * The release that this page is of, and the one that waits: registers the service worker, hears of a newer release, and changes to it when
 * the person says so and nothing runs in any tab. It shows nothing; whoever shows it listens.
 *
 * Work in any tab holds the lock `WORK_LOCK` (host.ts for runs, volume-worker.ts for what is written and answered). While somebody does, the
 * change waits; all tabs then change together, so that no two releases ever work on the same volumes.
 */

const WORK_LOCK = "llmos-work";
const ASK_AGAIN_MS = 400;
const LOOK_EVERY_MS = 60 * 60 * 1000;

/** `current`: nothing newer is known. `ready`: a newer one is here. `waiting`: it was asked for, and something still runs. */
export type ReleaseState = "current" | "ready" | "waiting";

export class Release {
  #state: ReleaseState = "current";
  #worker: ServiceWorker | undefined;
  #registration: ServiceWorkerRegistration | undefined;
  readonly #listeners = new Set<(state: ReleaseState) => void>();

  get state(): ReleaseState {
    return this.#state;
  }

  onChange(listener: (state: ReleaseState) => void): void {
    this.#listeners.add(listener);
  }

  /** Whether this page opens without a network, as far as a service worker stands behind it. */
  get isKept(): boolean {
    return this.#registration?.active != null && "serviceWorker" in navigator && navigator.serviceWorker.controller !== null;
  }

  async register(url: string): Promise<void> {
    const container = navigator.serviceWorker;
    let controlled = container.controller !== null;
    container.addEventListener("controllerchange", () => {
      // The first visit is taken over by its first worker: nothing changed, unless the host changed meanwhile.
      if (controlled) location.reload();
      else void this.#compare();
      controlled = true;
    });
    const registration = await container.register(url, { scope: "./", updateViaCache: "none" });
    this.#registration = registration;
    const hear = (worker: ServiceWorker): void => {
      if (container.controller === null) return;
      this.#worker = worker;
      this.#become("ready");
    };
    if (registration.waiting !== null) hear(registration.waiting);
    registration.addEventListener("updatefound", () => {
      const worker = registration.installing;
      worker?.addEventListener("statechange", () => {
        if (worker.state === "installed") hear(worker);
      });
    });
    if (controlled) void this.#compare();
    const look = () => void registration.update().catch(() => undefined);
    setInterval(look, LOOK_EVERY_MS);
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && look());
  }

  /** Asks the host whether there is a newer release. */
  async look(): Promise<void> {
    await this.#registration?.update();
  }

  /** Changes to the release that waits, once nothing runs. The page comes again by itself. */
  async apply(): Promise<void> {
    if (this.#state !== "ready") return;
    if (!("locks" in navigator)) return this.#change();
    for (;;) {
      const changed = await navigator.locks.request(WORK_LOCK, { ifAvailable: true }, async (lock) => {
        if (lock === null) return false;
        await this.#change();
        return true;
      });
      if (changed) return;
      this.#become("waiting");
      await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN_MS));
    }
  }

  /** Ends with the page. */
  #change(): Promise<never> {
    if (this.#worker === undefined) location.reload();
    else this.#worker.postMessage({ type: "SKIP_WAITING" });
    return new Promise(() => undefined);
  }

  /** A page that came before its worker, from a host that changed in between, is of another release than what it would load from now on. */
  async #compare(): Promise<void> {
    const own = document.querySelector<HTMLMetaElement>('meta[name="shell"]')?.content;
    const channel = new MessageChannel();
    const answered = new Promise<unknown>((resolve) => (channel.port1.onmessage = ({ data }) => resolve(data)));
    navigator.serviceWorker.controller?.postMessage({ type: "VERSION" }, [channel.port2]);
    const theirs = await answered;
    channel.port1.close();
    if (own !== undefined && theirs !== own) this.#become("ready");
  }

  #become(state: ReleaseState): void {
    if (this.#state === state) return;
    this.#state = state;
    for (const listener of this.#listeners) listener(state);
  }
}
