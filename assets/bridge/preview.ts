/**
 * The previews of values: in a node, in the inspector, as large as the stage.
 *
 * `mountPreview` puts one into an element and gives back how to take it away. What a kind needs (the plotting library, the 3D
 * frame) is loaded when the first value of that kind is shown. Text out of values is only ever set as text; HTML out of values
 * lives in a frame without scripts; Markdown is what Rust rendered. No preview changes the value it shows.
 */

import type { PortType } from "./protocol";
import { summarise } from "./summary";
import { html, note } from "./preview/dom";
import { Mismatch, type Mount, type Part, type PreviewOptions, type Theme } from "./preview/part";
import { describe, guessKind } from "./preview/shape";
import { Toolbar } from "./preview/toolbar";
import { nextTask } from "./turn";

export type { PreviewOptions } from "./preview/part";

export interface PreviewHandle {
  /** Takes the preview away and frees what it held. */
  dispose(): void;
  /** Redraws what was drawn with colours of the other theme. */
  setTheme?(theme: Theme): void;
}

const LOADERS: Record<Exclude<PortType, "any">, () => Promise<Mount>> = {
  number: async () => (await import("./preview/scalar")).mountNumber,
  integer: async () => (await import("./preview/scalar")).mountNumber,
  boolean: async () => (await import("./preview/scalar")).mountBoolean,
  string: async () => (await import("./preview/scalar")).mountString,
  array: async () => (await import("./preview/array")).mountArray,
  object: async () => (await import("./preview/tree")).mountTree,
  image: async () => (await import("./preview/image")).mountImage,
  table: async () => (await import("./preview/table")).mountTable,
  plot: async () => (await import("./preview/plot")).mountPlot,
  scene: async () => (await import("./preview/scene")).mountScenePreview,
  circuit: async () => (await import("./preview/circuit")).mountCircuit,
  html: async () => (await import("./preview/document")).mountDocument,
  markdown: async () => (await import("./preview/markdown")).mountMarkdown,
};

/** Shows a value in an element. The element's other content stays as it is. */
export function mountPreview(element: HTMLElement, value: unknown, options: PreviewOptions): PreviewHandle {
  const kind = options.kind === "any" ? guessKind(value) : options.kind;
  const body = html("div", { class: "preview-body" });
  const root = html("div", { class: "preview-root", "data-kind": kind, "data-size": options.size }, body);
  element.append(root);

  let part: Part | undefined;
  const closing = new AbortController();
  const current = { ...options };
  const show = async () => {
    const mounted = await mountPart(body, value, kind, current, closing.signal);
    if (closing.signal.aborted) {
      mounted.dispose();
      return;
    }
    part = mounted;
    if (current.theme !== options.theme) part.setTheme?.(current.theme);
    if (options.size !== "node") root.prepend(new Toolbar(mounted.caption, mounted.actions ?? []).element);
    root.dataset["state"] = "shown";
  };
  void show();

  return {
    dispose: () => {
      closing.abort();
      part?.dispose();
      root.remove();
    },
    setTheme: (theme) => {
      current.theme = theme;
      part?.setTheme?.(theme);
    },
  };
}

/** Mounts the kind; what goes wrong becomes a sentence, with the raw value under it where there is one. */
async function mountPart(body: HTMLElement, value: unknown, kind: PortType, options: PreviewOptions, signal: AbortSignal): Promise<Part> {
  if (value === undefined || (value === null && options.kind !== "any")) {
    body.append(note("No value yet.", "Run this step to see it."));
    return { dispose: () => body.replaceChildren() };
  }
  try {
    const mount = await LOADERS[kind === "any" ? "object" : kind]();
    // What loading took is one task, what drawing takes another.
    await nextTask();
    // Closed while its code was loading: what the options refer to may be gone as well.
    if (signal.aborted) return { dispose: () => {} };
    return await mount(body, value, options, signal);
  } catch (error) {
    const isMismatch = error instanceof Mismatch;
    body.replaceChildren(
      note(
        isMismatch ? `This should be a ${kind}, but is ${describe(value)}.` : `This ${kind} could not be shown.`,
        error instanceof Error ? error.message : String(error),
      ),
    );
    if (!isMismatch || options.size === "node") return { dispose: () => body.replaceChildren() };
    const { mountTree } = await import("./preview/tree");
    return mountTree(body, value, options);
  }
}

/** A value in a few words, as it stands on a node's face. */
export function previewText(value: unknown, kind: PortType, unit?: string): string {
  return summarise({ name: "", type: kind, description: "", unit: unit ?? null }, value);
}
