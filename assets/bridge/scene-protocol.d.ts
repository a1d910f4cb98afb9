/** What the page, the script of a visible scene frame and its drawing worker say to each other. */

import type { ViewGesture } from "../workers/scene-orbit";

/** The page to its frame, over the port that it hands in at the start. */
export type ToSceneFrame =
  /** Script and library, once; the worker is started with them, and again after it had to be ended. */
  | { kind: "open"; script: ArrayBuffer; three: ArrayBuffer; label: string }
  | { kind: "show"; scene: unknown; theme: "dark" | "light"; reducedMotion: boolean }
  /** Whether anyone can see it. */
  | { kind: "visible"; visible: boolean }
  | { kind: "reset" }
  | { kind: "snapshot"; id: number };

export type FromSceneFrame =
  /** The first picture is drawn. */
  | { kind: "drawn" }
  /** A sentence for a person; what could be drawn stays. */
  | { kind: "error"; message: string; fatal: boolean }
  | { kind: "snapshot"; id: number; blob: Blob | null }
  /** Escape was pressed in the frame. */
  | { kind: "escape" };

/** The frame to its worker. */
export type ToSceneWorker =
  | { kind: "open"; canvas: OffscreenCanvas; three: ArrayBuffer; width: number; height: number; pixelRatio: number }
  | { kind: "show"; scene: unknown; theme: "dark" | "light"; reducedMotion: boolean }
  | { kind: "size"; width: number; height: number; pixelRatio: number }
  | { kind: "visible"; visible: boolean }
  | { kind: "gesture"; gesture: ViewGesture }
  | { kind: "snapshot"; id: number }
  | { kind: "ping" };

/** The worker to its frame. Code of skills runs in that worker, so the frame believes none of this. */
export type FromSceneWorker =
  | { kind: "drawn" }
  | { kind: "error"; message: string; fatal: boolean }
  | { kind: "snapshot"; id: number; blob: Blob | null }
  | { kind: "lost" }
  | { kind: "pong" };
