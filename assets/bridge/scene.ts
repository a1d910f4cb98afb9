/**
 * A 3D scene in a frame of its own, for previews: the page's side. The frame is sandboxed as the hidden ones are (opaque origin, no
 * network), but visible: it holds the canvas, takes pointer and keys, and draws in a worker. The page hands in bytes and the scene
 * and hears whether it was drawn; nothing of the page is in the frame's reach.
 */

import { frames, manifest } from "virtual:runtime";
import { ByteCache } from "./cache";
import { framePolicy } from "./sandbox";
import type { FromSceneFrame, ToSceneFrame } from "./scene-protocol";

export interface SceneOptions {
  theme: "dark" | "light";
  /** Nothing moves by itself. */
  reducedMotion: boolean;
  /** A sentence for a person; what could be drawn stays on show. */
  onError(message: string): void;
  /** The first picture of this scene is on the screen. */
  onDrawn?(): void;
  /** What the scene shows, for those who cannot see it. */
  label?: string;
}

export interface MountedScene {
  dispose(): void;
  /** Shows another scene in its place. */
  update(scene: unknown): void;
  /** The picture as it is now, as a PNG. */
  snapshot(): Promise<Blob>;
  resetView(): void;
  setTheme(theme: "dark" | "light"): void;
}

const SCENE_FRAME = "scene";
const FILES = ["scene.js", "three.mjs"];
const SNAPSHOT_LIMIT_MS = 5_000;

let shared: Promise<ArrayBuffer[]> | undefined;

/** The drawing worker's script and the library, fetched once for all frames. */
function sceneFiles(): Promise<ArrayBuffer[]> {
  shared ??= (async () => {
    const cache = new ByteCache(document.baseURI);
    return Promise.all(
      FILES.map((name) => {
        const file = manifest.files[name];
        if (file === undefined) throw new Error(`The build of this workbench left out ${name}.`);
        return cache.verified(file.sha256, new URL(`runtime/${file.path}`, document.baseURI).href, name);
      }),
    );
  })();
  // Whoever comes next tries again.
  shared.catch(() => (shared = undefined));
  return shared;
}

/** Puts a frame into the element and shows the scene in it. */
export function mountScene(element: HTMLElement, scene: unknown, options: SceneOptions): MountedScene {
  return new SceneView(element, scene, options);
}

class SceneView implements MountedScene {
  readonly #options: SceneOptions;
  readonly #frame: HTMLIFrameElement;
  readonly #port: MessagePort;
  readonly #snapshots = new Map<number, (blob: Blob | null) => void>();
  readonly #observer: IntersectionObserver;
  readonly #onVisibility = () => this.#tellVisible();
  #scene: unknown;
  #theme: "dark" | "light";
  #inView = true;
  #nextSnapshot = 0;
  #disposed = false;

  constructor(element: HTMLElement, scene: unknown, options: SceneOptions) {
    this.#options = options;
    this.#scene = scene;
    this.#theme = options.theme;
    const { port1: port, port2: inner } = new MessageChannel();
    this.#port = port;
    port.onmessage = (event) => this.#hear(event.data as FromSceneFrame);
    this.#frame = openFrame(inner, options.label ?? "3D scene", () => this.#fail("The 3D frame left its page and was closed."));
    element.append(this.#frame);
    this.#observer = new IntersectionObserver(([entry]) => {
      this.#inView = entry?.isIntersecting ?? true;
      this.#tellVisible();
    });
    this.#observer.observe(element);
    document.addEventListener("visibilitychange", this.#onVisibility);
    void this.#start(options.label ?? "3D scene");
  }

  update(scene: unknown): void {
    this.#scene = scene;
    this.#show();
  }

  setTheme(theme: "dark" | "light"): void {
    if (theme === this.#theme) return;
    this.#theme = theme;
    this.#show();
  }

  resetView(): void {
    this.#say({ kind: "reset" });
  }

  async snapshot(): Promise<Blob> {
    const id = this.#nextSnapshot++;
    const blob = await new Promise<Blob | null>((resolve) => {
      this.#snapshots.set(id, resolve);
      setTimeout(() => resolve(null), SNAPSHOT_LIMIT_MS);
      this.#say({ kind: "snapshot", id });
    });
    this.#snapshots.delete(id);
    if (blob === null) throw new Error("The scene gave no picture.");
    return blob;
  }

  dispose(): void {
    this.#disposed = true;
    this.#observer.disconnect();
    document.removeEventListener("visibilitychange", this.#onVisibility);
    this.#port.close();
    this.#frame.remove();
  }

  async #start(label: string): Promise<void> {
    try {
      const [script, three] = await sceneFiles();
      if (this.#disposed || script === undefined || three === undefined) return;
      this.#say({ kind: "open", script, three, label });
      this.#tellVisible();
      this.#show();
    } catch (error) {
      this.#fail(error instanceof Error ? error.message : String(error));
    }
  }

  #show(): void {
    this.#say({ kind: "show", scene: this.#scene, theme: this.#theme, reducedMotion: this.#options.reducedMotion });
  }

  #tellVisible(): void {
    this.#say({ kind: "visible", visible: this.#inView && document.visibilityState === "visible" });
  }

  #say(message: ToSceneFrame): void {
    if (!this.#disposed) this.#port.postMessage(message);
  }

  #fail(message: string): void {
    if (!this.#disposed) this.#options.onError(message);
  }

  #hear(message: FromSceneFrame): void {
    switch (message.kind) {
      case "drawn":
        this.#options.onDrawn?.();
        break;
      case "error":
        this.#fail(message.message);
        break;
      case "snapshot":
        this.#snapshots.get(message.id)?.(message.blob);
        break;
      case "escape":
        this.#frame.blur();
        this.#frame.parentElement?.focus();
    }
  }
}

/** An opaque origin with a policy of its own; it may run its one script and what it makes itself, and reach nothing. */
function openFrame(port: MessagePort, title: string, onLeft: () => void): HTMLIFrameElement {
  const script = frames[SCENE_FRAME];
  if (script === undefined) throw new Error("The build left out the scene frame's script.");
  const frame = document.createElement("iframe");
  frame.setAttribute("sandbox", "allow-scripts");
  frame.title = title;
  // A scheme of its own would give it a background.
  frame.style.cssText = "display: block; width: 100%; height: 100%; border: 0; color-scheme: normal";
  frame.srcdoc = `<!doctype html><meta http-equiv="Content-Security-Policy" content="${framePolicy(script.sha256)}"><body><script>${script.text}</script>`;
  let loads = 0;
  frame.addEventListener("load", () => {
    loads += 1;
    if (loads === 1) frame.contentWindow?.postMessage(null, "*", [port]);
    else {
      frame.remove();
      onLeft();
    }
  });
  return frame;
}
