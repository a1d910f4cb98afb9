/**
 * The script of a visible scene frame, the only one that its window runs: it owns the canvas, forwards what a person does on it to
 * the drawing worker, and ends and restarts that worker. Code of skills runs in the worker and never here.
 *
 * A worker that does not answer for some seconds is ended, and one whose graphics context was lost gets a new canvas.
 */

import type { FromSceneFrame, FromSceneWorker, ToSceneFrame, ToSceneWorker } from "../bridge/scene-protocol";

const PIXEL_RATIO_LIMIT = 2;
const PING_INTERVAL_MS = 1_000;
const SILENCE_LIMIT_MS = 8_000;
const RESTART_LIMIT = 3;
const WHEEL_SCALE = 0.0015;
const KEY_STEP_PIXELS = 30;

type Show = Extract<ToSceneFrame, { kind: "show" }>;
type Open = Extract<ToSceneFrame, { kind: "open" }>;

class SceneFrame {
  readonly #port: MessagePort;
  #opened: Open | undefined;
  #scriptUrl: string | undefined;
  #worker: Worker | undefined;
  #canvas: HTMLCanvasElement | undefined;
  #show: Show | undefined;
  #visible = true;
  #heardAt = 0;
  #restarts = 0;
  #isProgram = false;

  constructor(port: MessagePort) {
    this.#port = port;
    const root = document.documentElement;
    root.style.cssText = "height: 100%; background: transparent";
    document.body.style.cssText = "margin: 0; height: 100%; overflow: hidden; background: transparent";
    new ResizeObserver(() => this.#tell({ kind: "size", ...size() })).observe(root);
    setInterval(() => this.#watch(), PING_INTERVAL_MS);
    port.onmessage = (event) => this.#hear(event.data as ToSceneFrame);
  }

  #hear(message: ToSceneFrame): void {
    switch (message.kind) {
      case "open":
        this.#opened = message;
        this.#scriptUrl = URL.createObjectURL(new Blob([message.script], { type: "text/javascript" }));
        break;
      case "show": {
        const isProgram = holdsProgram(message.scene);
        // What a program left behind in its worker is no part of the next scene.
        const fresh = this.#worker === undefined || isProgram || this.#isProgram;
        this.#isProgram = isProgram;
        this.#show = message;
        this.#restarts = 0;
        if (fresh) this.#restart();
        else this.#tell({ kind: "show", scene: message.scene, theme: message.theme, reducedMotion: message.reducedMotion });
        break;
      }
      case "visible":
        this.#visible = message.visible;
        this.#heardAt = performance.now();
        this.#tell(message);
        break;
      case "reset":
        this.#tell({ kind: "gesture", gesture: { kind: "reset" } });
        break;
      case "snapshot":
        if (this.#worker === undefined) this.#say({ kind: "snapshot", id: message.id, blob: null });
        else this.#tell(message);
    }
  }

  /** A new worker on a new canvas: a canvas is handed over once. */
  #restart(): void {
    this.#end();
    const { three, label } = this.#opened ?? {};
    if (three === undefined || this.#scriptUrl === undefined || this.#show === undefined) return;
    const canvas = newCanvas(label ?? "3D scene");
    document.body.append(canvas);
    this.#canvas = canvas;
    listen(canvas, (gesture) => this.#tell({ kind: "gesture", gesture }), () => this.#say({ kind: "escape" }));
    const worker = new Worker(this.#scriptUrl);
    this.#worker = worker;
    this.#heardAt = performance.now();
    worker.onmessage = (event) => {
      if (this.#worker === worker) this.#hearWorker(event.data as FromSceneWorker);
    };
    worker.onerror = (event) => {
      event.preventDefault();
      if (this.#worker === worker) this.#say({ kind: "error", message: `The scene could not be drawn: ${event.message || "its script did not start"}`, fatal: false });
    };
    const offscreen = canvas.transferControlToOffscreen();
    this.#tell({ kind: "open", canvas: offscreen, three, ...size() }, [offscreen]);
    this.#tell({ kind: "visible", visible: this.#visible });
    this.#tell({ kind: "show", scene: this.#show.scene, theme: this.#show.theme, reducedMotion: this.#show.reducedMotion });
  }

  #end(): void {
    this.#worker?.terminate();
    this.#worker = undefined;
    this.#canvas?.remove();
  }

  /** Believes nothing but the shape: the worker runs code that nobody has vouched for. */
  #hearWorker(message: FromSceneWorker): void {
    this.#heardAt = performance.now();
    switch (message?.kind) {
      case "drawn":
        this.#say({ kind: "drawn" });
        break;
      case "error":
        this.#say({ kind: "error", message: String(message.message).slice(0, 2_000), fatal: message.fatal === true });
        break;
      case "snapshot":
        this.#say({ kind: "snapshot", id: Number(message.id), blob: message.blob instanceof Blob ? message.blob : null });
        break;
      case "lost":
        this.#restarts += 1;
        if (this.#restarts <= RESTART_LIMIT) this.#restart();
        else this.#stop("The graphics card took the picture away again and again. Close other 3D views, then open this one anew.");
    }
  }

  #watch(): void {
    if (this.#worker === undefined || !this.#visible || document.hidden) {
      this.#heardAt = performance.now();
      return;
    }
    this.#tell({ kind: "ping" });
    if (performance.now() - this.#heardAt > SILENCE_LIMIT_MS) this.#stop("The scene's program did not come to an end and was stopped.");
  }

  #stop(message: string): void {
    this.#end();
    this.#say({ kind: "error", message, fatal: true });
  }

  #tell(message: ToSceneWorker, transfer: Transferable[] = []): void {
    this.#worker?.postMessage(message, transfer);
  }

  #say(message: FromSceneFrame): void {
    this.#port.postMessage(message);
  }
}

function holdsProgram(scene: unknown): boolean {
  return typeof scene === "object" && scene !== null && "program" in scene;
}

function size(): { width: number; height: number; pixelRatio: number } {
  return { width: innerWidth, height: innerHeight, pixelRatio: Math.min(devicePixelRatio, PIXEL_RATIO_LIMIT) };
}

function newCanvas(label: string): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  canvas.tabIndex = 0;
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", `${label}. Drag to turn, Shift and drag to move, wheel to zoom, 0 to reset.`);
  canvas.style.cssText = "display: block; width: 100%; height: 100%; outline: none; touch-action: none; cursor: grab";
  return canvas;
}

type Gesture = Extract<ToSceneWorker, { kind: "gesture" }>["gesture"];

/** Turns what happens on the canvas into gestures. */
function listen(canvas: HTMLCanvasElement, gesture: (gesture: Gesture) => void, escape: () => void): void {
  const pointers = new Map<number, { x: number; y: number }>();
  const spread = () => {
    const [one, other] = [...pointers.values()];
    return one === undefined || other === undefined ? 0 : Math.hypot(one.x - other.x, one.y - other.y);
  };
  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    canvas.focus({ preventScroll: true });
    canvas.style.cursor = "grabbing";
    pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
  });
  canvas.addEventListener("pointermove", (event) => {
    const before = pointers.get(event.pointerId);
    if (before === undefined) return;
    const [dx, dy] = [event.clientX - before.x, event.clientY - before.y];
    const apart = spread();
    pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    if (pointers.size > 1) {
      if (apart > 0) gesture({ kind: "zoom", factor: apart / Math.max(1, spread()) });
      gesture({ kind: "pan", dx: dx / 2, dy: dy / 2 });
    } else gesture({ kind: event.shiftKey || event.buttons & 6 ? "pan" : "orbit", dx, dy });
  });
  const release = (event: PointerEvent) => {
    pointers.delete(event.pointerId);
    canvas.style.cursor = "grab";
  };
  canvas.addEventListener("pointerup", release);
  canvas.addEventListener("pointercancel", release);
  canvas.addEventListener("contextmenu", (event) => event.preventDefault());
  canvas.addEventListener("dblclick", () => gesture({ kind: "reset" }));
  canvas.addEventListener(
    "wheel",
    (event) => {
      event.preventDefault();
      gesture({ kind: "zoom", factor: Math.exp(event.deltaY * (event.deltaMode === 1 ? 16 : 1) * WHEEL_SCALE) });
    },
    { passive: false },
  );
  canvas.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const step = KEY_STEP_PIXELS;
    const kind = event.shiftKey ? "pan" : "orbit";
    const keys: Record<string, () => void> = {
      ArrowLeft: () => gesture({ kind, dx: step, dy: 0 }),
      ArrowRight: () => gesture({ kind, dx: -step, dy: 0 }),
      ArrowUp: () => gesture({ kind, dx: 0, dy: step }),
      ArrowDown: () => gesture({ kind, dx: 0, dy: -step }),
      "+": () => gesture({ kind: "zoom", factor: 0.85 }),
      "=": () => gesture({ kind: "zoom", factor: 0.85 }),
      "-": () => gesture({ kind: "zoom", factor: 1 / 0.85 }),
      "0": () => gesture({ kind: "reset" }),
      Escape: escape,
    };
    const act = keys[event.key];
    if (act === undefined) return;
    event.preventDefault();
    act();
  });
}

addEventListener("message", function boot(event: MessageEvent) {
  const port = event.ports[0];
  if (event.source !== parent || port === undefined) return;
  removeEventListener("message", boot);
  new SceneFrame(port);
});
