/**
 * What the previews of the single kinds have in common: what they are given, what they give back, and work cut into slices.
 */

import type { IconNode } from "lucide";
import type { PortType } from "../protocol";
import { nextTask } from "../turn";

export type Theme = "dark" | "light";

export interface PreviewOptions {
  /** The type of the port; `any` is guessed from the value. */
  kind: PortType;
  /** In a node (about 200 × 110, still), in a panel, or as large as the stage. */
  size: "node" | "panel" | "full";
  /** The output's name, for readers and file names. */
  label: string;
  unit?: string;
  theme: Theme;
  reducedMotion: boolean;
  /** Markdown to HTML that is safe to insert. */
  renderMarkdown(text: string): Promise<string>;
}

/** Something that the toolbar offers. */
export interface Action {
  name: string;
  /** What its button shows: an icon, or a short word where no icon would say it. */
  icon?: IconNode;
  text?: string;
  /** What to say once it is done, such as `Copied`. */
  done?: string;
  /** Whether it is on, for an action that switches something. */
  pressed?(): boolean;
  run(): void | Promise<void>;
}

/** One mounted kind. */
export interface Part {
  dispose(): void;
  setTheme?(theme: Theme): void;
  actions?: Action[];
  /** A few words beside the toolbar: what there is, how much. */
  caption?: string;
}

/** Puts a value's preview into an empty element, or throws a `Mismatch` if the value is not of this kind; `signal` says it was closed. */
export type Mount = (body: HTMLElement, value: unknown, options: PreviewOptions, signal: AbortSignal) => Part | Promise<Part>;

/** The value is not what its kind promises; the message says what it is instead. */
export class Mismatch extends Error {}

const SLICE_MS = 8;

/**
 * Runs a long task in slices that leave the page free between them. The task yields wherever it may be interrupted; it ends
 * early, with `undefined`, when `signal` says that nobody waits any more.
 */
export async function inSlices<Result>(task: Generator<void, Result>, signal?: AbortSignal): Promise<Result | undefined> {
  for (;;) {
    const until = performance.now() + SLICE_MS;
    do {
      const step = task.next();
      if (step.done === true) return step.value;
    } while (performance.now() < until);
    await nextTask();
    if (signal?.aborted === true) return undefined;
  }
}

/** Runs a task at once: for little work, where a preview should stand in the same frame. */
export function atOnce<Result>(task: Generator<void, Result>): Result {
  for (;;) {
    const step = task.next();
    if (step.done === true) return step.value;
  }
}
