/**
 * Moves a camera around what it looks at: orbit by drag, pan by drag with the other button or Shift, zoom by wheel or two fingers,
 * arrow keys, `+`, `-` and `0`. Only arithmetic: events come as messages, and the camera is told where to stand.
 */

import type { PerspectiveCamera, Vector3 } from "three";

/** What a person does to the view, as the frame forwards it. */
export type ViewGesture =
  | { kind: "orbit"; dx: number; dy: number }
  | { kind: "pan"; dx: number; dy: number }
  | { kind: "zoom"; factor: number }
  | { kind: "reset" };

interface View {
  azimuth: number;
  polar: number;
  distance: number;
  target: [number, number, number];
}

const POLAR_LIMIT = 0.02;
/** What is left of the way after one second of damping. */
const REMAINS_PER_SECOND = 1e-5;
const SETTLED = 1e-4;

export class Orbit {
  #home: View;
  #wanted: View;
  #shown: View;
  #heightPixels = 1;

  constructor(position: Vector3, target: [number, number, number]) {
    this.#home = viewOf(position, target);
    this.#wanted = copy(this.#home);
    this.#shown = copy(this.#home);
  }

  /** Takes over where the camera now stands, which is home from here on. */
  adopt(position: Vector3, target: [number, number, number]): void {
    this.#home = viewOf(position, target);
    this.#wanted = copy(this.#home);
    this.#shown = copy(this.#home);
  }

  resize(heightPixels: number): void {
    this.#heightPixels = Math.max(1, heightPixels);
  }

  gesture(gesture: ViewGesture): void {
    const view = this.#wanted;
    switch (gesture.kind) {
      case "orbit":
        view.azimuth -= (2 * Math.PI * gesture.dx) / this.#heightPixels;
        view.polar = clamp(view.polar - (Math.PI * gesture.dy) / this.#heightPixels, POLAR_LIMIT, Math.PI - POLAR_LIMIT);
        break;
      case "pan": {
        const reach = view.distance / this.#heightPixels;
        const { right, up } = axes(view);
        for (const part of [0, 1, 2] as const) view.target[part] += reach * (up[part] * gesture.dy - right[part] * gesture.dx);
        break;
      }
      case "zoom":
        view.distance = clamp(view.distance * gesture.factor, this.#home.distance / 50, this.#home.distance * 20);
        break;
      case "reset":
        this.#wanted = copy(this.#home);
        // The short way round.
        this.#shown.azimuth -= 2 * Math.PI * Math.round((this.#shown.azimuth - this.#home.azimuth) / (2 * Math.PI));
    }
  }

  /** Brings the camera nearer to where it should be; says whether it still moves. */
  apply(camera: PerspectiveCamera, elapsedSeconds: number): boolean {
    const share = 1 - REMAINS_PER_SECOND ** Math.min(elapsedSeconds, 0.25);
    const { azimuth, polar, distance, target } = this.#wanted;
    const shown = this.#shown;
    const gap = Math.abs(azimuth - shown.azimuth) + Math.abs(polar - shown.polar) + Math.abs(distance / shown.distance - 1) + target.reduce((sum, part, at) => sum + Math.abs(part - shown.target[at]!), 0) / distance;
    const moves = gap > SETTLED;
    const step = moves ? share : 1;
    shown.azimuth += (azimuth - shown.azimuth) * step;
    shown.polar += (polar - shown.polar) * step;
    shown.distance += (distance - shown.distance) * step;
    for (const part of [0, 1, 2] as const) shown.target[part] += (target[part] - shown.target[part]) * step;
    const { back } = axes(shown);
    const [x, y, z] = shown.target;
    camera.position.set(x + back[0] * shown.distance, y + back[1] * shown.distance, z + back[2] * shown.distance);
    camera.lookAt(x, y, z);
    return moves;
  }
}

function viewOf(position: Vector3, target: [number, number, number]): View {
  const [x, y, z] = [position.x - target[0], position.y - target[1], position.z - target[2]];
  const distance = Math.hypot(x, y, z) || 1;
  return { azimuth: Math.atan2(x, z), polar: clamp(Math.acos(clamp(y / distance, -1, 1)), POLAR_LIMIT, Math.PI - POLAR_LIMIT), distance, target: [...target] };
}

/** From the target to the eye, and the directions of the picture's right and upper edge. */
function axes({ azimuth, polar }: View): Record<"back" | "right" | "up", [number, number, number]> {
  const [sinA, cosA, sinP, cosP] = [Math.sin(azimuth), Math.cos(azimuth), Math.sin(polar), Math.cos(polar)];
  return { back: [sinP * sinA, cosP, sinP * cosA], right: [cosA, 0, -sinA], up: [-cosP * sinA, sinP, -cosP * cosA] };
}

function copy(view: View): View {
  return { ...view, target: [...view.target] };
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}
