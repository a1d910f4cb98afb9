/** A 3D scene as the description that it is, until its frame is there to draw it. */

import { mountTree } from "./tree";
import type { Part, PreviewOptions } from "./part";

export function mountScenePreview(body: HTMLElement, value: unknown, options: PreviewOptions): Part {
  return mountTree(body, value, options);
}
