/**
 * A 3D scene, in the sandboxed frame of `bridge/scene`. In a node it is a still picture: the frame draws once, hands its picture
 * over and goes away, one node after the other, because a page can hold only a few live ones.
 */

import { Camera, RotateCcw } from "lucide";

import type { MountedScene } from "../scene";
import { download, fileName, html, note } from "./dom";
import { Mismatch, type Part, type PreviewOptions, type Theme } from "./part";
import { isRecord, isScene } from "./shape";
import { formatCount } from "./units";

/** How long a node waits for its picture before it lets the next one try. */
const STILL_LIMIT_MS = 10_000;

export async function mountScenePreview(body: HTMLElement, value: unknown, options: PreviewOptions): Promise<Part> {
  if (!isScene(value)) throw new Mismatch("A scene needs “objects”, or a “program”.");
  const { mountScene } = await import("../scene");
  return options.size === "node" ? mountStill(body, value, options, mountScene) : mountLive(body, value, options, mountScene);
}

type MountScene = (typeof import("../scene"))["mountScene"];

function mountLive(body: HTMLElement, value: unknown, options: PreviewOptions, mountScene: MountScene): Part {
  const stage = html("div", { class: "preview-scene preview-scene-undrawn" });
  const waiting = html("p", { class: "preview-scene-waiting" }, "Preparing the 3D view…");
  const problem = html("p", { class: "preview-scene-problem", role: "alert", hidden: true });
  body.append(waiting, stage, problem);
  const scene = mountScene(stage, value, {
    theme: options.theme,
    reducedMotion: options.reducedMotion,
    label: options.label,
    onDrawn: () => {
      waiting.remove();
      stage.classList.remove("preview-scene-undrawn");
      problem.hidden = true;
    },
    onError: (message) => {
      waiting.remove();
      problem.hidden = false;
      problem.textContent = message;
    },
  });
  return {
    dispose: () => {
      scene.dispose();
      body.replaceChildren();
    },
    setTheme: (theme) => scene.setTheme(theme),
    actions: [
      { name: "Reset the view", icon: RotateCcw, run: () => scene.resetView() },
      {
        name: "Download PNG",
        icon: Camera,
        done: "Downloaded",
        run: async () => download(fileName(options.label, "png"), await scene.snapshot()),
      },
    ],
    caption: caption(value),
  };
}

function caption(value: unknown): string {
  const objects = isRecord(value) && Array.isArray(value.objects) ? value.objects.length : undefined;
  return `${objects === undefined ? "scene" : formatCount(objects, "object")}, drag to turn, wheel to zoom`;
}

/** The end of the line of nodes that wait for their picture. */
let line: Promise<void> = Promise.resolve();

function mountStill(body: HTMLElement, value: unknown, options: PreviewOptions, mountScene: MountScene): Part {
  const closing = new AbortController();
  const still = html("img", { class: "preview-still", alt: `${options.label}: 3D scene` });
  let address = "";
  const take = async (theme: Theme): Promise<void> => {
    await untilInView(body, closing.signal);
    line = line.then(async () => {
      if (closing.signal.aborted) return;
      const picture = await takePicture(body, value, { ...options, theme }, mountScene, closing.signal);
      if (closing.signal.aborted) return;
      if (typeof picture === "string") {
        // Out of view nothing is drawn: then it was only the wrong moment.
        if (isInView(body)) body.replaceChildren(note("No picture of this scene.", picture));
        else void take(theme);
        return;
      }
      URL.revokeObjectURL(address);
      address = URL.createObjectURL(picture);
      still.src = address;
      body.replaceChildren(still);
    });
  };
  void take(options.theme);
  return {
    dispose: () => {
      closing.abort();
      URL.revokeObjectURL(address);
      body.replaceChildren();
    },
    setTheme: (theme) => void take(theme),
  };
}

/** Mounts the scene for as long as its first picture takes; what went wrong comes back in words. */
async function takePicture(body: HTMLElement, value: unknown, options: PreviewOptions, mountScene: MountScene, signal: AbortSignal): Promise<Blob | string> {
  const stage = html("div", { class: "preview-scene preview-scene-passing" });
  body.append(stage);
  let scene: MountedScene | undefined;
  try {
    const failure = await new Promise<string | undefined>((resolve) => {
      const limit = setTimeout(() => resolve("It took too long to draw."), STILL_LIMIT_MS);
      signal.addEventListener("abort", () => resolve("closed"), { once: true });
      scene = mountScene(stage, value, {
        theme: options.theme,
        reducedMotion: true,
        label: options.label,
        onDrawn: () => {
          clearTimeout(limit);
          resolve(undefined);
        },
        onError: resolve,
      });
    });
    return failure ?? (await scene?.snapshot()) ?? "closed";
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    scene?.dispose();
    stage.remove();
  }
}

function isInView(element: Element): boolean {
  const { top, bottom, left, right } = element.getBoundingClientRect();
  return bottom > 0 && right > 0 && top < window.innerHeight && left < window.innerWidth;
}

/** Waits until an element is on the screen: a frame that is out of view does not draw. */
function untilInView(element: Element, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const watcher = new IntersectionObserver((entries) => {
      if (entries.some((entry) => entry.isIntersecting)) finish();
    });
    const finish = () => {
      watcher.disconnect();
      resolve();
    };
    watcher.observe(element);
    signal.addEventListener("abort", finish, { once: true });
  });
}
