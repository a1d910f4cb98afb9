/** What the page's WebAssembly imports, in one file: each file of its own would be one more answer to wait for before the page opens. */

export { openDesk } from "./desk-open";
export { openHost } from "./host";
export { installLlmos } from "./llmos";
export { mountPreview } from "./preview";
export { openVolumes } from "./volumes";
export { nextTask } from "./turn";
