/** What the page's WebAssembly imports, in one file: each file of its own would be one more answer to wait for before the page opens. */

import { warmUp } from "./preview/warm";
import { Volumes } from "./volumes";

export { openDesk } from "./desk-open";
export { openHost } from "./host";
export { installLlmos } from "./llmos";
export { mountPreview } from "./preview";

/** The volume worker. Its first call comes once the page stands, which is also when there is time to make ready what previews need. */
export function openVolumes(baseUrl: string): Volumes {
  return new Volumes(baseUrl, warmUp);
}
export { nextTask } from "./turn";
