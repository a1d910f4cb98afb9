/**
 * The worker of one visible scene frame: it draws on the frame's canvas, and it is the only place where a scene's program runs.
 *
 * It draws when something has changed: every frame while things move, not at all while nobody looks. It never fetches, and it hears
 * only its frame.
 */

import type * as Three from "three";
import type { FromSceneWorker, ToSceneWorker } from "../bridge/scene-protocol";
import { BuiltScene, disposeScene } from "./scene-build";
import { readScene, SceneError } from "./scene-description";
import { Orbit } from "./scene-orbit";
import { loadProgram, newStage, startProgram, type Stage } from "./scene-program";

type Open = Extract<ToSceneWorker, { kind: "open" }>;
type Show = Extract<ToSceneWorker, { kind: "show" }>;
type Size = Pick<Open, "width" | "height" | "pixelRatio">;

/** What is on show: its objects, and how they move. */
interface Shown {
  stage: Stage;
  orbit: Orbit;
  /** Undefined where nothing moves by itself. */
  animate: ((timeMs: number) => void) | undefined;
  began: number;
  /** Where the orbit put the camera; elsewhere means that the program did. */
  eye: Three.Vector3;
}

const NO_WEBGL = "This browser offers no WebGL here, so the scene cannot be drawn. Hardware acceleration may be switched off.";
const FIT_DIRECTION: [number, number, number] = [0.6, 0.5, 0.9];

const scope = globalThis as unknown as { postMessage(message: FromSceneWorker): void; onmessage: ((event: MessageEvent<ToSceneWorker>) => void) | null };
const post = scope.postMessage.bind(globalThis) as (message: FromSceneWorker) => void;

class Painter {
  readonly #three: typeof Three;
  readonly #renderer: Three.WebGLRenderer;
  readonly #canvas: OffscreenCanvas;
  #size: Size;
  #shown: Shown | undefined;
  #visible = true;
  #frame = 0;
  #lastMs = 0;
  #drawn = false;

  constructor(three: typeof Three, { canvas, width, height, pixelRatio }: Open) {
    this.#three = three;
    this.#canvas = canvas;
    // Programs set the style of what they take for an element of a page.
    Object.assign(canvas, { style: {} });
    this.#renderer = new three.WebGLRenderer({ canvas, antialias: true, alpha: true, preserveDrawingBuffer: false });
    this.#size = { width, height, pixelRatio };
    this.resize(this.#size);
    canvas.addEventListener("webglcontextlost", (event) => {
      event.preventDefault();
      cancelAnimationFrame(this.#frame);
      post({ kind: "lost" });
    });
  }

  async show({ scene, reducedMotion }: Show): Promise<void> {
    const before = this.#shown;
    const program = programOf(scene);
    const shown = program === undefined ? this.#showDescription(scene) : await this.#showProgram(program);
    if (reducedMotion) shown.animate = undefined;
    this.#shown = shown;
    if (before !== undefined) disposeScene(before.stage.scene);
    this.resize(this.#size);
    this.#wake();
  }

  resize(size: Size): void {
    this.#size = size;
    const { width, height, pixelRatio } = size;
    this.#renderer.setPixelRatio(pixelRatio);
    this.#renderer.setSize(Math.max(1, width), Math.max(1, height), false);
    const shown = this.#shown;
    if (shown === undefined) return;
    shown.orbit.resize(height);
    shown.stage.camera.aspect = width / Math.max(1, height);
    shown.stage.camera.updateProjectionMatrix();
    this.#wake();
  }

  setVisible(visible: boolean): void {
    this.#visible = visible;
    if (visible) this.#wake();
    else cancelAnimationFrame(this.#frame);
  }

  gesture(gesture: Extract<ToSceneWorker, { kind: "gesture" }>["gesture"]): void {
    this.#shown?.orbit.gesture(gesture);
    this.#wake();
  }

  async snapshot(): Promise<Blob | null> {
    if (this.#shown === undefined) return null;
    this.#draw(this.#shown, performance.now());
    return this.#canvas.convertToBlob({ type: "image/png" });
  }

  #showDescription(value: unknown): Shown {
    const description = readScene(Array.isArray(value) ? { objects: value } : value);
    const stage = newStage(this.#three, this.#renderer, this.#size.width, this.#size.height);
    const built = new BuiltScene(this.#three, stage.scene, description);
    const { camera } = stage;
    camera.fov = description.camera.fieldOfViewDegrees;
    const target = this.#place(camera, built.content, description.camera.position, description.camera.target);
    const animate = built.moves ? (timeMs: number) => built.animate(timeMs / 1_000) : undefined;
    return this.#begin(stage, target, animate);
  }

  async #showProgram(program: { code: string; inputs: Record<string, unknown> }): Promise<Shown> {
    const stage = newStage(this.#three, this.#programRenderer(), this.#size.width, this.#size.height);
    const code = { text: program.code, skillId: "program" };
    const module = await loadProgram(code);
    const started = await startProgram(module, code, program.inputs, stage);
    const ahead = stage.camera.getWorldDirection(new this.#three.Vector3());
    // It looks at what lies nearest to the origin on its way.
    const reach = Math.max(0.1, -stage.camera.position.dot(ahead)) || 1;
    const target = stage.camera.position.clone().addScaledVector(ahead, reach);
    return this.#begin(stage, [target.x, target.y, target.z], started.animate ?? this.#loop);
  }

  #begin(stage: Stage, target: [number, number, number], animate: Shown["animate"]): Shown {
    const orbit = new Orbit(stage.camera.position, target);
    return { stage, orbit, animate, began: performance.now(), eye: stage.camera.position.clone() };
  }

  /** Puts the camera where it was asked for, or where all of the scene is seen. */
  #place(camera: Three.PerspectiveCamera, content: Three.Object3D, position: [number, number, number] | undefined, target: [number, number, number]): [number, number, number] {
    const { Box3, Sphere, Vector3 } = this.#three;
    const sphere = new Box3().setFromObject(content).getBoundingSphere(new Sphere());
    const radius = Number.isFinite(sphere.radius) && sphere.radius > 0 ? sphere.radius : 1;
    let centre = target;
    if (position === undefined) {
      centre = sphere.radius > 0 ? [sphere.center.x, sphere.center.y, sphere.center.z] : target;
      const distance = (radius / Math.sin((camera.fov * Math.PI) / 360)) * 1.1;
      camera.position.copy(new Vector3(...FIT_DIRECTION).normalize().multiplyScalar(distance).add(new Vector3(...centre)));
    } else camera.position.set(...position);
    const distance = camera.position.distanceTo(new Vector3(...centre)) || 1;
    camera.near = distance / 500;
    camera.far = distance * 50 + radius * 10;
    camera.lookAt(...centre);
    return centre;
  }

  /** What a program gave to `setAnimationLoop`. */
  #loop: ((timeMs: number) => void) | undefined;

  /** The renderer as programs get it: the frame decides on its size and on when to draw. */
  #programRenderer(): unknown {
    this.#loop = undefined;
    const fixed: Record<string, unknown> = {
      setSize: () => undefined,
      setPixelRatio: () => undefined,
      dispose: () => undefined,
      setAnimationLoop: (loop: ((timeMs: number) => void) | null) => {
        this.#loop = loop ?? undefined;
        if (this.#shown !== undefined) this.#shown.animate = this.#loop;
      },
    };
    return new Proxy(this.#renderer, {
      get: (renderer, name) => {
        if (typeof name === "string" && name in fixed) return fixed[name];
        const value = Reflect.get(renderer, name) as unknown;
        return typeof value === "function" ? (value as (...parameters: unknown[]) => unknown).bind(renderer) : value;
      },
    });
  }

  #wake(): void {
    cancelAnimationFrame(this.#frame);
    if (this.#visible && this.#shown !== undefined) this.#frame = requestAnimationFrame((now) => this.#tick(now));
  }

  #tick(now: number): void {
    const shown = this.#shown;
    if (shown === undefined) return;
    const moves = this.#draw(shown, now);
    this.#lastMs = now;
    if (!this.#drawn) {
      this.#drawn = true;
      post({ kind: "drawn" });
    }
    if (moves) this.#wake();
  }

  /** One picture; says whether the next one will differ. */
  #draw(shown: Shown, now: number): boolean {
    const { camera, scene } = shown.stage;
    const elapsedSeconds = Math.max(1 / 240, (now - this.#lastMs) / 1_000);
    const before = this.#renderer.info.render.frame;
    if (shown.animate !== undefined) {
      try {
        shown.animate(now - shown.began);
      } catch (error) {
        shown.animate = undefined;
        post({ kind: "error", message: sentence(error), fatal: false });
      }
      // A program that moves the camera has it; a gesture takes it from where it then is.
      if (shown.eye.distanceTo(camera.position) > 1e-9) shown.orbit.adopt(camera.position, this.#lookedAt(camera));
    }
    const orbits = shown.orbit.apply(camera, elapsedSeconds);
    shown.eye.copy(camera.position);
    if (this.#renderer.info.render.frame === before || orbits) this.#renderer.render(scene, camera);
    return orbits || shown.animate !== undefined;
  }

  #lookedAt(camera: Three.PerspectiveCamera): [number, number, number] {
    const ahead = camera.getWorldDirection(new this.#three.Vector3());
    const reach = Math.max(0.1, -camera.position.dot(ahead));
    const target = camera.position.clone().addScaledVector(ahead, reach);
    return [target.x, target.y, target.z];
  }
}

function programOf(scene: unknown): { code: string; inputs: Record<string, unknown> } | undefined {
  const program = typeof scene === "object" && scene !== null ? (scene as { program?: unknown }).program : undefined;
  if (typeof program !== "object" || program === null) return undefined;
  const { code, inputs } = program as { code?: unknown; inputs?: unknown };
  if (typeof code !== "string") throw new SceneError("The scene's program has no code.");
  return { code, inputs: (inputs ?? {}) as Record<string, unknown> };
}

function sentence(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const line = (error as { line?: unknown }).line;
  return typeof line === "number" ? `${error.message} (line ${line})` : error.message;
}

async function open(message: Open): Promise<Painter> {
  const address = URL.createObjectURL(new Blob([message.three], { type: "text/javascript" }));
  const three = (await import(address)) as typeof Three;
  URL.revokeObjectURL(address);
  if (message.canvas.getContext("webgl2", { alpha: true, antialias: true }) === null) throw new Error(NO_WEBGL);
  return new Painter(three, message);
}

let painter: Promise<Painter> | undefined;

async function hear(message: ToSceneWorker): Promise<void> {
  if (message.kind === "ping") return post({ kind: "pong" });
  if (message.kind === "open") painter = open(message);
  const at = await painter;
  if (at === undefined) return;
  switch (message.kind) {
    case "show":
      return at.show(message);
    case "size":
      return at.resize(message);
    case "visible":
      return at.setVisible(message.visible);
    case "gesture":
      return at.gesture(message.gesture);
    case "snapshot":
      return post({ kind: "snapshot", id: message.id, blob: await at.snapshot() });
  }
}

let opened = true;

scope.onmessage = (event) => {
  const { kind } = event.data;
  hear(event.data).catch((error: unknown) => {
    // Where there is no painter, that was said once.
    if (kind === "open") opened = false;
    if (kind === "open" || (kind === "show" && opened)) post({ kind: "error", message: sentence(error), fatal: kind === "open" });
  });
};
